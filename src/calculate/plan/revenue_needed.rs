//! The least revenue that meets a hurdle at a number of customers.
//!
//! A cost that does not depend on revenue is solved. Where it does, as with payment fees, more revenue also costs more:
//! the least amount is searched for. A search from below finds it wherever the cost never falls as revenue grows.

use rust_decimal::Decimal;

use crate::calculate::cost::costing::Completeness;
use crate::calculate::cost::sums::sums;
use crate::calculate::cost::trace::Unobserved;
use crate::calculate::fault::Fault;
use crate::calculate::plan::breakeven_result::Hurdle;
use crate::diagnostic::Diagnostic;
use crate::model::{ArithmeticError, Fraction, Inputs, Revenue, Setting, Stage, add, multiply, subtract};

/// How many steps a search from below takes before it searches by halves.
const STEPS: u32 = 64;
/// The amount, in units of the currency, above which no revenue is searched for.
const MOST: Decimal = Decimal::from_parts(0x4876_E800, 0x17, 0, false, 0);

/// How a revenue is given.
#[derive(Clone, Copy)]
pub(crate) enum Asked {
    /// As MRR.
    Mrr,
    /// As ARPU.
    Arpu,
}

/// The search for the revenue that a stage needs.
pub(crate) struct RevenueSearch<'s> {
    pub(crate) stage: &'s Stage,
    pub(crate) customers: u64,
    pub(crate) asked: Asked,
}

impl RevenueSearch<'_> {
    /// The amount at which the costs are equal to the hurdle, and the lowest sufficient one in minor units of the
    /// currency; `None` if no amount is sufficient or the cost is not fully known. `total` is the cost where it does not
    /// depend on revenue.
    ///
    /// # Errors
    /// As [`stage`](crate::calculate::cost::stage::stage()), at any of the amounts that are tried.
    pub(crate) fn needed(
        &self,
        total: Option<Decimal>,
        hurdle: &Hurdle,
    ) -> Result<Option<(Decimal, Decimal)>, Vec<Diagnostic>> {
        let per = self.per().map_err(|fault| self.fault(fault))?;
        if hurdle.share.is_zero() || per.is_zero() {
            return Ok(None);
        }
        if self.stage.depends_on_revenue() {
            return self.searched(&per, hurdle);
        }
        total.map(|total| self.solved(&per, total, hurdle)).transpose().map_err(|fault| self.fault(fault))
    }

    fn fault(&self, fault: Fault) -> Vec<Diagnostic> {
        vec![fault.at(&format!("the revenue that stage {} needs", self.stage.id), None)]
    }

    /// The MRR for an amount of one.
    fn per(&self) -> Result<Fraction, Fault> {
        match self.asked {
            Asked::Mrr => Ok(Decimal::ONE.into()),
            Asked::Arpu => Ok(self.stage.payers.mrr_per_arpu(self.customers)?),
        }
    }

    /// The revenue at which a fixed total is equal to the hurdle, `costs / (share * per)`, and the lowest sufficient one.
    fn solved(&self, per: &Fraction, total: Decimal, hurdle: &Hurdle) -> Result<(Decimal, Decimal), Fault> {
        let costs = Fraction::from(total).add(&hurdle.added.into())?;
        let exact = costs.divide(&per.multiply(&hurdle.share.into())?)?;
        let minor_unit = Fraction::from(self.minor_unit());
        let mut at_least = exact.divide(&minor_unit)?.floor()?.multiply(&minor_unit)?;
        while !hurdle.is_met(self.stage, total, &per.multiply(&at_least)?)? {
            at_least = at_least.add(&minor_unit)?;
        }
        Ok((exact.to_decimal()?, at_least.to_decimal()?))
    }

    fn minor_unit(&self) -> Decimal {
        Decimal::new(1, self.stage.currency.decimals())
    }

    /// As [`Self::needed`], for a cost that depends on revenue.
    fn searched(&self, per: &Fraction, hurdle: &Hurdle) -> Result<Option<(Decimal, Decimal)>, Vec<Diagnostic>> {
        let (mut low, mut at) = (None, Decimal::ZERO);
        // The total at an amount is met by another amount. Where the cost never falls as revenue grows, all amounts below
        // that one are too low.
        for _ in 0..STEPS {
            let total = match self.total(at) {
                // A formula may divide by the revenue.
                Err(_) if at.is_zero() => {
                    at = self.minor_unit();
                    continue;
                }
                total => total?,
            };
            let Some(total) = total else { return Ok(None) };
            let mrr = per.multiply(&at.into()).map_err(|error| self.fault(error.into()))?;
            if hurdle.is_met(self.stage, total, &mrr).map_err(|fault| self.fault(fault))? {
                let before = subtract(at, self.minor_unit()).map_err(|error| self.fault(error.into()))?;
                return match low {
                    // Where the cost falls as revenue grows, a step can go too far.
                    Some(low) if before > low && self.is_met(per, hurdle, before)? == Some(true) => {
                        self.halved(per, hurdle, low, before)
                    }
                    low => self.between(per, hurdle, low, at).map(Some),
                };
            }
            let next = self.solved(per, total, hurdle).map_err(|fault| self.fault(fault))?.1;
            low = Some(at);
            at = next.max(add(at, self.minor_unit()).map_err(|error| self.fault(error.into()))?);
            if at > MOST {
                return Ok(None);
            }
        }
        self.halved(per, hurdle, low.unwrap_or_default(), at)
    }

    /// Whether an amount is sufficient; `None` if the cost is not fully known.
    fn is_met(&self, per: &Fraction, hurdle: &Hurdle, at: Decimal) -> Result<Option<bool>, Vec<Diagnostic>> {
        let Some(total) = self.total(at)? else { return Ok(None) };
        let mrr = per.multiply(&at.into()).map_err(|error| self.fault(error.into()))?;
        hurdle.is_met(self.stage, total, &mrr).map(Some).map_err(|fault| self.fault(fault))
    }

    /// Searches by halves, from an amount that is too low.
    fn halved(
        &self,
        per: &Fraction,
        hurdle: &Hurdle,
        mut low: Decimal,
        mut high: Decimal,
    ) -> Result<Option<(Decimal, Decimal)>, Vec<Diagnostic>> {
        loop {
            match self.is_met(per, hurdle, high)? {
                None => return Ok(None),
                Some(true) => break,
                Some(false) if high > MOST => return Ok(None),
                Some(false) => {
                    (low, high) = (high, multiply(high, Decimal::TWO).map_err(|error| self.fault(error.into()))?);
                }
            }
        }
        let minor_unit = self.minor_unit();
        loop {
            let middle = || {
                let half = Fraction::new(add(low, high)?, multiply(Decimal::TWO, minor_unit)?)?;
                half.floor()?.multiply(&minor_unit.into())?.to_decimal()
            };
            let middle = middle().map_err(|error| self.fault(error.into()))?;
            if middle <= low {
                return self.between(per, hurdle, Some(low), high).map(Some);
            }
            match self.is_met(per, hurdle, middle)? {
                None => return Ok(None),
                Some(true) => high = middle,
                Some(false) => low = middle,
            }
        }
    }

    /// The amount at which the costs are equal to the hurdle, on the line between an amount just below `at_least` and
    /// that one.
    fn between(
        &self,
        per: &Fraction,
        hurdle: &Hurdle,
        low: Option<Decimal>,
        at_least: Decimal,
    ) -> Result<(Decimal, Decimal), Vec<Diagnostic>> {
        let Some(before) = low.and_then(|_| subtract(at_least, self.minor_unit()).ok()) else {
            return Ok((at_least, at_least));
        };
        let (Some(total), Some(total_before)) = (self.total(at_least)?, self.total(before)?) else {
            return Ok((at_least, at_least));
        };
        let each = per.multiply(&hurdle.share.into()).map_err(|error| self.fault(error.into()))?;
        // How far the costs are above the hurdle.
        let above = |total: Decimal, at: Decimal| -> Result<Fraction, ArithmeticError> {
            Fraction::from(total).add(&hurdle.added.into())?.subtract(&each.multiply(&at.into())?)
        };
        let exact = || -> Result<Decimal, Fault> {
            // They are not any more at `at_least`.
            let (above_before, above_after) = (above(total_before, before)?, above(total, at_least)?);
            let falls = above_before.subtract(&above_after)?;
            if falls <= Fraction::ZERO {
                return Ok(at_least);
            }
            let part = above_before.divide(&falls)?.multiply(&self.minor_unit().into())?;
            Ok(part.add(&before.into())?.to_decimal()?)
        };
        Ok((exact().map_err(|fault| self.fault(fault))?, at_least))
    }

    /// The total at an amount of revenue, if it is fully known.
    fn total(&self, amount: Decimal) -> Result<Option<Decimal>, Vec<Diagnostic>> {
        let amount = Setting::default_value(amount);
        let revenue = match self.asked {
            Asked::Mrr => Revenue::Mrr(amount),
            Asked::Arpu => Revenue::Arpu(amount),
        };
        let inputs = Inputs { customers: self.customers, revenue };
        let sums = sums(self.stage, inputs, None, &mut Unobserved)?;
        Ok((sums.completeness == Completeness::Full).then_some(sums.totals.total))
    }
}
