//! How much data arrives and is stored.

use rust_decimal::Decimal;

use crate::calculate::fault::Fault;
use crate::calculate::savings::retention_result::{PlannedClass, PlannedTier, RetentionPlan};
use crate::diagnostic::Diagnostic;
use crate::model::{ArithmeticError, Fraction};

/// Whether data reaches the age at which the tier begins.
pub(crate) fn holds_data(tier: &PlannedTier) -> bool {
    tier.from < tier.to
}

/// The arriving data of a class, month by month.
pub(crate) struct Arrivals {
    /// How many periods a month has.
    month: Fraction,
    /// What arrives in a period of each month.
    rates: Vec<Fraction>,
    /// The data that arrived before each month, and up to the end of the last.
    sums: Vec<Fraction>,
}

impl Arrivals {
    pub(crate) fn new(plan: &RetentionPlan, class: &PlannedClass, months: u32) -> Result<Self, Diagnostic> {
        let factor = plan.growth.add(&Decimal::ONE.into());
        let (mut rates, mut sums) = (Vec::new(), vec![Fraction::ZERO]);
        let (mut rate, mut sum) = (class.arrives.clone(), Fraction::ZERO);
        for number in 1..=months {
            let mut arrive = || -> Result<(), Fault> {
                if number > 1 && !plan.growth.is_zero() {
                    rate = rate.multiply(factor.as_ref().map_err(|error| *error)?)?.round(DATA_DECIMALS)?.into();
                }
                sum = sum.add(&rate.multiply(&plan.month)?)?;
                Ok(())
            };
            arrive().map_err(|fault| {
                let what = format!("what arrives of `{}` in month {number}", class.name);
                fault.at(&what, Some(class.span)).help("use a lower growth, or keep it for fewer months")
            })?;
            rates.push(rate.clone());
            sums.push(sum.clone());
        }
        Ok(Self { month: plan.month.clone(), rates, sums })
    }

    /// The data that arrived until a number of periods before the end of a month.
    pub(crate) fn until(&self, month: u32, before: &Fraction) -> Result<Fraction, Fault> {
        let end = self.month.multiply(&Decimal::from(month).into())?;
        let time = end.subtract(before)?;
        if time.is_negative() {
            return Ok(Fraction::ZERO);
        }
        let whole = time.divide(&self.month)?.floor()?.to_decimal()?;
        let index = usize::try_from(whole).map_err(|_| ArithmeticError::Overflow)?;
        let sum = self.sums.get(index).cloned().ok_or(ArithmeticError::Overflow)?;
        // Nothing remains after the last month.
        let Some(rate) = self.rates.get(index) else { return Ok(sum) };
        let rest = time.subtract(&self.month.multiply(&whole.into())?)?;
        Ok(sum.add(&rate.multiply(&rest)?)?)
    }

    /// The data whose age is between two ages, at the end of a month.
    pub(crate) fn between(&self, month: u32, from: &Fraction, to: &Fraction) -> Result<Fraction, Fault> {
        Ok(self.until(month, from)?.subtract(&self.until(month, to)?)?)
    }
}

/// The decimals of a GB that are carried from month to month while arrivals grow: those of a byte.
pub(crate) const DATA_DECIMALS: u32 = 9;
