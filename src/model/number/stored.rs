//! Sums and products of stored amounts.

use rust_decimal::Decimal;

use crate::model::number::decimal::ArithmeticError;
use crate::model::number::fraction::Fraction;

/// The sum: exact, or with [`QUOTIENT_DECIMALS`](crate::model::QUOTIENT_DECIMALS) where it needs more than 28 digits.
#[inline]
pub fn add(a: Decimal, b: Decimal) -> Result<Decimal, ArithmeticError> {
    Fraction::from(a).add(&b.into())?.to_decimal()
}

/// The difference, as [`add`].
pub fn subtract(a: Decimal, b: Decimal) -> Result<Decimal, ArithmeticError> {
    // A negative zero would be visible.
    add(a, if b.is_zero() { b } else { -b })
}

/// The product, as [`add`].
pub fn multiply(a: Decimal, b: Decimal) -> Result<Decimal, ArithmeticError> {
    Fraction::from(a).multiply(&b.into())?.to_decimal()
}

/// The exact product, if it has at most 28 digits.
pub fn exact_product(a: Decimal, b: Decimal) -> Option<Decimal> {
    Fraction::from(a).multiply(&b.into()).ok()?.exact()
}

/// The sum of a series, as [`add`], rounded once at most; zero for an empty one.
pub fn sum(mut amounts: impl Iterator<Item = Decimal>) -> Result<Decimal, ArithmeticError> {
    amounts.try_fold(Fraction::ZERO, |sum, amount| sum.add(&amount.into()))?.to_decimal()
}
