//! Exact numbers.

use std::borrow::Cow;
use std::cmp::Ordering;

use num_bigint::{BigInt, BigUint, Sign};
use rust_decimal::{Decimal, RoundingStrategy};

use crate::model::number::decimal::{self, ArithmeticError, QUOTIENT_DECIMALS};
use crate::model::number::quotient::{Quotient, Settled, short_quotient, short_ratio};

/// An exact number: a decimal, a quotient, or a decimal of more than 28 digits.
///
/// Formulas and costs are computed with fractions, so that `ceil(customers / 3 * 3)` is `customers` and not one more, and
/// so that no digit is lost before a result is stored: it becomes a decimal once, at the end.
///
/// ```
/// use costplan::model::Fraction;
/// use rust_decimal::Decimal;
/// let three = Fraction::from(Decimal::from(3));
/// let third = Fraction::from(Decimal::ONE).divide(&three)?;
/// assert_eq!(third.multiply(&three)?.ceil()?.exact(), Some(Decimal::ONE));
/// assert_eq!(third.round(2)?.to_string(), "0.33");
/// # Ok::<(), costplan::model::ArithmeticError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Fraction {
    /// The number, unless it is a `quotient`. Nearly all numbers are decimals, and cost no allocation.
    decimal: Decimal,
    quotient: Option<Box<Quotient>>,
}

impl From<Decimal> for Fraction {
    fn from(value: Decimal) -> Self {
        Self { decimal: value, quotient: None }
    }
}

impl From<Settled> for Fraction {
    fn from(value: Settled) -> Self {
        match value {
            Settled::Decimal(value) => value.into(),
            Settled::Quotient(value) => Self { decimal: Decimal::ZERO, quotient: Some(Box::new(value)) },
        }
    }
}

impl Fraction {
    /// Zero.
    pub const ZERO: Self = Self { decimal: Decimal::ZERO, quotient: None };

    /// `numerator / denominator`.
    ///
    /// # Errors
    /// A denominator of zero.
    pub fn new(numerator: Decimal, denominator: Decimal) -> Result<Self, ArithmeticError> {
        Self::from(numerator).divide(&denominator.into())
    }

    /// The number as two whole numbers without a common divisor; the second is above zero.
    pub fn in_lowest_terms(&self) -> (BigInt, BigUint) {
        self.as_quotient().in_lowest_terms()
    }

    fn as_quotient(&self) -> Cow<'_, Quotient> {
        match &self.quotient {
            None => Cow::Owned(self.decimal.into()),
            Some(quotient) => Cow::Borrowed(quotient),
        }
    }

    /// Compares the values, where machine numbers have room for the working.
    fn short_compare(&self, other: &Self) -> Option<Ordering> {
        let ratio = |of: &Self| match &of.quotient {
            None => short_ratio(of.decimal),
            Some(quotient) => quotient.short_ratio(),
        };
        let ((own, divisor), (others, of_others)) = (ratio(self)?, ratio(other)?);
        Some(own.checked_mul(of_others)?.cmp(&others.checked_mul(divisor)?))
    }

    /// Both numbers, where both are decimals.
    #[inline]
    fn decimals(&self, other: &Self) -> Option<(Decimal, Decimal)> {
        (self.quotient.is_none() && other.quotient.is_none()).then_some((self.decimal, other.decimal))
    }

    /// The exact sum.
    ///
    /// # Errors
    /// A result of more than about 600 digits, as for every operation.
    #[inline]
    pub fn add(&self, other: &Self) -> Result<Self, ArithmeticError> {
        if let Some(sum) = self.decimals(other).and_then(|(own, others)| decimal::exact_sum(own, others)) {
            return Ok(sum.into());
        }
        Ok(self.as_quotient().add(&other.as_quotient())?.into())
    }

    /// The exact difference.
    pub fn subtract(&self, other: &Self) -> Result<Self, ArithmeticError> {
        self.add(&other.negate())
    }

    /// The number with the opposite sign.
    #[must_use]
    pub fn negate(&self) -> Self {
        match &self.quotient {
            // A negative zero would be visible.
            None if self.decimal.is_zero() => self.clone(),
            None => (-self.decimal).into(),
            Some(quotient) => Settled::Quotient(quotient.negate()).into(),
        }
    }

    /// The exact product.
    #[inline]
    pub fn multiply(&self, other: &Self) -> Result<Self, ArithmeticError> {
        if other.is_one() {
            return Ok(self.clone());
        }
        if let Some(product) = self.decimals(other).and_then(|(own, others)| decimal::exact_product(own, others)) {
            return Ok(product.into());
        }
        Ok(self.as_quotient().multiply(&other.as_quotient())?.into())
    }

    /// The exact quotient.
    pub fn divide(&self, other: &Self) -> Result<Self, ArithmeticError> {
        if other.is_zero() {
            return Err(ArithmeticError::DivisionByZero);
        }
        if other.is_one() {
            return Ok(self.clone());
        }
        if let Some(quotient) = self.decimals(other).and_then(|(own, others)| short_quotient(own, others)) {
            return Ok(quotient.into());
        }
        Ok(self.as_quotient().divide(&other.as_quotient())?.into())
    }

    /// The largest whole number that is not above the value.
    pub fn floor(&self) -> Result<Self, ArithmeticError> {
        match &self.quotient {
            None => Ok(self.decimal.floor().into()),
            Some(quotient) => Ok(quotient.floor()?.into()),
        }
    }

    /// The smallest whole number that is not below the value.
    pub fn ceil(&self) -> Result<Self, ArithmeticError> {
        Ok(self.negate().floor()?.negate())
    }

    /// The value with this many decimals, rounded half away from zero.
    pub fn rounded(&self, decimals: u32) -> Result<Self, ArithmeticError> {
        match &self.quotient {
            None => Ok(self.decimal.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero).into()),
            Some(quotient) => Ok(quotient.rounded(decimals)?.into()),
        }
    }

    /// The value as a decimal with this many decimals, rounded once, half away from zero; with fewer where they have no
    /// room in 28 digits.
    ///
    /// # Errors
    /// A number that is larger than any decimal.
    pub fn round(&self, decimals: u32) -> Result<Decimal, ArithmeticError> {
        let mut rounded = (0..=decimals.min(Decimal::MAX_SCALE)).rev().map(|decimals| self.rounded(decimals));
        rounded
            .find_map(|rounded| rounded.map(|rounded| rounded.exact()).transpose())
            .ok_or(ArithmeticError::Overflow)?
    }

    /// The value as a decimal: exact if that has at most 28 digits and is no long quotient, otherwise rounded to
    /// [`QUOTIENT_DECIMALS`].
    pub fn to_decimal(&self) -> Result<Decimal, ArithmeticError> {
        self.exact().map_or_else(|| self.round(QUOTIENT_DECIMALS), Ok)
    }

    /// The value if it is an exact decimal; `None` for a quotient with too many decimals.
    #[inline]
    pub fn exact(&self) -> Option<Decimal> {
        self.quotient.is_none().then_some(self.decimal)
    }

    /// Whether the value is below zero.
    pub fn is_negative(&self) -> bool {
        match &self.quotient {
            None => self.decimal.is_sign_negative() && !self.decimal.is_zero(),
            Some(quotient) => quotient.sign() == Sign::Minus,
        }
    }

    /// Whether the value is zero.
    pub fn is_zero(&self) -> bool {
        self.quotient.is_none() && self.decimal.is_zero()
    }

    /// Whether the value is one.
    pub fn is_one(&self) -> bool {
        self.quotient.is_none() && self.decimal == Decimal::ONE
    }

    /// Whether both are the same number with the same digits.
    pub fn is_identical(&self, other: &Self) -> bool {
        match self.decimals(other) {
            Some((own, others)) => own.unpack() == others.unpack(),
            None => self.quotient == other.quotient,
        }
    }
}

impl PartialEq for Fraction {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Fraction {}

impl PartialOrd for Fraction {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Fraction {
    fn cmp(&self, other: &Self) -> Ordering {
        match self.decimals(other) {
            Some((own, others)) => own.cmp(&others),
            None => self.short_compare(other).unwrap_or_else(|| self.as_quotient().compare(&other.as_quotient())),
        }
    }
}
