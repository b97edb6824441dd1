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
use crate::model::{Fraction, Inputs, Revenue, Setting, Stage, add, multiply, subtract};

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

/// A stage whose revenue is asked for.
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
            return self.searched(per, hurdle);
        }
        total.map(|total| self.solved(per, total, hurdle)).transpose().map_err(|fault| self.fault(fault))
    }

    fn fault(&self, fault: Fault) -> Vec<Diagnostic> {
        vec![fault.at(&format!("the revenue that stage {} needs", self.stage.id), None)]
    }

    /// The MRR for an amount of one.
    fn per(&self) -> Result<Decimal, Fault> {
        match self.asked {
            Asked::Mrr => Ok(Decimal::ONE),
            Asked::Arpu => Ok(self.stage.payers.mrr_per_arpu(self.customers)?),
        }
    }

    /// The revenue at which a fixed total is equal to the hurdle, `costs / (share * per)`, and the lowest sufficient one.
    fn solved(&self, per: Decimal, total: Decimal, hurdle: &Hurdle) -> Result<(Decimal, Decimal), Fault> {
        let exact = Fraction::new(add(total, hurdle.added)?, multiply(hurdle.share, per)?)?;
        let minor_unit = self.minor_unit();
        let mut at_least = multiply(exact.divide(minor_unit.into())?.floor()?, minor_unit)?;
        while !hurdle.is_met(self.stage, total, multiply(per, at_least)?)? {
            at_least = add(at_least, minor_unit)?;
        }
        Ok((exact.to_decimal()?, at_least))
    }

    fn minor_unit(&self) -> Decimal {
        Decimal::new(1, self.stage.currency.decimals())
    }

    /// As [`Self::needed`], for a cost that depends on revenue.
    fn searched(&self, per: Decimal, hurdle: &Hurdle) -> Result<Option<(Decimal, Decimal)>, Vec<Diagnostic>> {
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
            let mrr = multiply(per, at).map_err(|error| self.fault(error.into()))?;
            if hurdle.is_met(self.stage, total, mrr).map_err(|fault| self.fault(fault))? {
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
    fn is_met(&self, per: Decimal, hurdle: &Hurdle, at: Decimal) -> Result<Option<bool>, Vec<Diagnostic>> {
        let Some(total) = self.total(at)? else { return Ok(None) };
        let mrr = multiply(per, at).map_err(|error| self.fault(error.into()))?;
        hurdle.is_met(self.stage, total, mrr).map(Some).map_err(|fault| self.fault(fault))
    }

    /// Searches by halves, from an amount that is too low.
    fn halved(
        &self,
        per: Decimal,
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
                multiply(half.floor()?, minor_unit)
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
        per: Decimal,
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
        let exact = || -> Result<Decimal, Fault> {
            let each = multiply(hurdle.share, per)?;
            // How far the costs are above the hurdle; they are not any more at `at_least`.
            let above = subtract(add(total_before, hurdle.added)?, multiply(each, before)?)?;
            let after = subtract(add(total, hurdle.added)?, multiply(each, at_least)?)?;
            let falls = subtract(above, after)?;
            if falls <= Decimal::ZERO {
                return Ok(at_least);
            }
            let part = Fraction::new(above, falls)?.multiply(self.minor_unit().into())?;
            Ok(part.add(before.into())?.to_decimal()?)
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
