//! What customers pay month by month: new customers less for their first months, and yearly payers a year at a time.

use std::collections::VecDeque;

use rust_decimal::Decimal;

use crate::calculate::fault::Fault;
use crate::model::{Fraction, Introductory, Payers, multiply, subtract, sum};

/// The months of a year other than the current one.
const OTHER_MONTHS: usize = 11;
/// The decimals of the customer count that are carried from month to month.
pub(crate) const CUSTOMER_DECIMALS: u32 = 6;

/// The customers who still pay an introductory price, by the month in which they came.
#[derive(Debug, Default)]
pub(crate) struct NewCustomers {
    came: VecDeque<Decimal>,
}

impl NewCustomers {
    /// Goes on to the next month, in which `gained` customers come and a share of all others leaves.
    pub(crate) fn pass(&mut self, introductory: Introductory, gained: Decimal, churn: Decimal) -> Result<(), Fault> {
        let left = Fraction::from(subtract(Decimal::ONE, churn)?);
        for customers in &mut self.came {
            *customers = left.multiply(&(*customers).into())?.round(CUSTOMER_DECIMALS)?;
        }
        self.came.push_back(gained);
        while self.came.len() > introductory.months as usize {
            self.came.pop_front();
        }
        Ok(())
    }

    /// The part of the full price that all customers pay together.
    pub(crate) fn left_of_price(&self, introductory: Introductory, customers: Decimal) -> Result<Fraction, Fault> {
        if customers.is_zero() {
            return Ok(Decimal::ONE.into());
        }
        let new = sum(self.came.iter().copied())?.min(customers);
        let off = Fraction::new(multiply(new, introductory.discount)?, customers)?;
        Ok(Fraction::from(Decimal::ONE).subtract(&off)?)
    }
}

/// The contracts of yearly payers.
#[derive(Debug, Default)]
pub(crate) struct YearlyContracts {
    /// What the contracts of each of the last eleven months pay for a month; empty before the first month.
    signed: VecDeque<Fraction>,
}

impl YearlyContracts {
    /// What customers pay in a month with this MRR. Of its yearly part, what no contract of the eleven months before
    /// covers is paid in this month, for twelve months. Before the forecast, each month is assumed to have had the same.
    pub(crate) fn received(&mut self, payers: &Payers, mrr: Decimal) -> Result<Decimal, Fault> {
        if payers.yearly.is_none() {
            return Ok(mrr);
        }
        let (mrr, year) = (Fraction::from(mrr), Fraction::from(Decimal::from(12)));
        let yearly = payers.yearly_part()?.multiply(&mrr)?;
        if self.signed.is_empty() {
            self.signed.extend(std::iter::repeat_n(yearly.divide(&year)?, OTHER_MONTHS));
        }
        let covered = self.signed.iter().try_fold(Fraction::ZERO, |sum, signed| sum.add(signed))?;
        let signed = yearly.subtract(&covered)?;
        let signed = if signed.is_negative() { Fraction::ZERO } else { signed };
        self.signed.pop_front();
        self.signed.push_back(signed.clone());
        Ok(mrr.subtract(&yearly)?.add(&signed.multiply(&year)?)?.to_decimal()?)
    }
}
