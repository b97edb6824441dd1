//! The inputs of a computation: customers and revenue.

use rust_decimal::Decimal;

use crate::model::number::decimal::ArithmeticError;
use crate::model::number::fraction::Fraction;
use crate::model::setting::Setting;

/// The inputs of a computation in addition to the stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inputs {
    /// The number of customers.
    pub customers: u64,
    /// The revenue per month.
    pub revenue: Revenue,
}

/// The revenue per month, in the reporting currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Revenue {
    /// Not given.
    Unknown,
    /// Monthly recurring revenue.
    Mrr(Setting<Decimal>),
    /// Average revenue per paying customer and month, before the discount of yearly payers.
    Arpu(Setting<Decimal>),
}

impl Revenue {
    /// The revenue per paying customer, if it is given so.
    pub fn arpu(&self) -> Option<Decimal> {
        match self {
            Self::Arpu(arpu) => Some(arpu.value),
            Self::Unknown | Self::Mrr(_) => None,
        }
    }
}

/// Which customers pay, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payers {
    /// The share of the customers who pay, as a ratio.
    pub paying: Setting<Decimal>,
    /// Those of the paying customers who pay for a year at a time; `None` if nobody does.
    pub yearly: Option<YearlyPayers>,
}

/// The paying customers who pay for a year at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct YearlyPayers {
    /// Their share of the paying customers, as a ratio.
    pub share: Decimal,
    /// What they pay less than the others, as a ratio.
    pub discount: Decimal,
}

impl Default for Payers {
    /// Every customer pays, month by month.
    fn default() -> Self {
        Self { paying: Setting::default_value(Decimal::ONE), yearly: None }
    }
}

impl Payers {
    /// The part of the full price that is left after the discount of yearly payers: `1 - share * discount`.
    ///
    /// # Errors
    /// A result that needs too many digits.
    pub fn left_of_price(&self) -> Result<Fraction, ArithmeticError> {
        let whole = Fraction::from(Decimal::ONE);
        let Some(YearlyPayers { share, discount }) = self.yearly else { return Ok(whole) };
        whole.subtract(&Fraction::from(share).multiply(&discount.into())?)
    }

    /// The MRR for an ARPU of one: the paying customers, less what yearly payers save.
    ///
    /// # Errors
    /// A result that is too large or needs too many digits.
    pub fn mrr_per_arpu(&self, customers: u64) -> Result<Fraction, ArithmeticError> {
        let paying = Fraction::from(Decimal::from(customers)).multiply(&self.paying.value.into())?;
        paying.multiply(&self.left_of_price()?)
    }

    /// The part of MRR that yearly payers pay; zero if nobody pays anything.
    ///
    /// # Errors
    /// A result that needs too many digits.
    pub fn yearly_part(&self) -> Result<Fraction, ArithmeticError> {
        let (Some(YearlyPayers { share, discount }), left) = (self.yearly, self.left_of_price()?) else {
            return Ok(Fraction::ZERO);
        };
        if left.is_zero() {
            return Ok(Fraction::ZERO);
        }
        let paid = Fraction::from(Decimal::ONE).subtract(&discount.into())?;
        Fraction::from(share).multiply(&paid)?.divide(&left)
    }
}
