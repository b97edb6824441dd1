//! Numbers that a decimal does not hold: quotients, and decimals of more than 28 digits.

use std::cmp::Ordering;

use num_bigint::{BigInt, BigUint, Sign};
use num_integer::Integer;
use rust_decimal::Decimal;

use crate::model::number::decimal::{ArithmeticError, QUOTIENT_DECIMALS};

/// The most bits of the digits and of the divisor, about 600 digits. Fifty numbers of 12 digits can be multiplied, and an
/// operation takes about a microsecond at most, whatever a file says.
const MOST_BITS: u64 = 2048;
/// The most decimals.
const MOST_DECIMALS: u32 = 600;
/// The most decimals, and the most bits of the digits, of a [`Decimal`].
const DECIMALS_OF_DECIMAL: u32 = 28;
const BITS_OF_DECIMAL: u64 = 96;

/// `digits / 10^decimals / divisor`, not zero.
#[derive(Clone, Debug)]
pub(super) struct Quotient {
    digits: BigInt,
    decimals: u32,
    /// Above zero; one for a number that is written as a decimal.
    divisor: BigUint,
}

/// The result of an operation: a decimal where it has at most 28 digits.
pub(super) enum Settled {
    Decimal(Decimal),
    Quotient(Quotient),
}

impl From<Decimal> for Quotient {
    fn from(value: Decimal) -> Self {
        let value = if value.scale() > QUOTIENT_DECIMALS { value.normalize() } else { value };
        Self { digits: value.mantissa().into(), decimals: value.scale(), divisor: BigUint::from(1u32) }
    }
}

/// `numerator / divisor` where machine numbers have room for the working, as nearly all have; the divisor is not zero.
pub(super) fn short_quotient(numerator: Decimal, divisor: Decimal) -> Option<Settled> {
    if numerator.scale() > QUOTIENT_DECIMALS {
        return None;
    }
    let digits = numerator.mantissa().checked_mul(10i128.checked_pow(divisor.scale())?)?;
    let digits = if divisor.is_sign_negative() { -digits } else { digits };
    let all = u64::try_from(divisor.mantissa().unsigned_abs()).ok()?;
    let common = all.gcd(&u64::try_from(digits.unsigned_abs() % u128::from(all)).ok()?);
    let (digits, divisor) = (digits / i128::from(common), all / common);
    let decimals = numerator.scale();
    if divisor == 1 {
        return Decimal::try_from_i128_with_scale(digits, decimals).ok().map(Settled::Decimal);
    }
    let tens = 10u64.pow(QUOTIENT_DECIMALS - decimals);
    if tens.is_multiple_of(divisor) {
        let digits = digits.checked_mul(i128::from(tens / divisor))?;
        let decimal = Decimal::try_from_i128_with_scale(digits, QUOTIENT_DECIMALS).ok()?;
        return Some(Settled::Decimal(decimal.normalize()));
    }
    Some(Settled::Quotient(Quotient { digits: digits.into(), decimals, divisor: divisor.into() }))
}

/// The decimal as a whole number over another one.
pub(super) fn short_ratio(value: Decimal) -> Option<(i128, i128)> {
    Some((value.mantissa(), 10i128.checked_pow(value.scale())?))
}

impl Quotient {
    /// The value as one whole number over another one, if machine numbers have room for them.
    pub(super) fn short_ratio(&self) -> Option<(i128, i128)> {
        let divisor = i128::try_from(&self.divisor).ok()?.checked_mul(10i128.checked_pow(self.decimals)?)?;
        Some((i128::try_from(&self.digits).ok()?, divisor))
    }

    /// As [`Self::rounded`], where machine numbers have room for the working.
    fn short_rounded(&self, decimals: u32) -> Option<Decimal> {
        let (digits, divisor) = self.short_ratio()?;
        let doubled =
            digits.checked_abs()?.checked_mul(10i128.checked_pow(decimals)?)?.checked_mul(2)?.checked_add(divisor)?;
        let rounded = (doubled / divisor.checked_mul(2)?) * digits.signum();
        Decimal::try_from_i128_with_scale(rounded, decimals).ok()
    }

    pub(super) fn sign(&self) -> Sign {
        self.digits.sign()
    }

    pub(super) fn negate(&self) -> Self {
        Self { digits: -&self.digits, decimals: self.decimals, divisor: self.divisor.clone() }
    }

    pub(super) fn add(&self, other: &Self) -> Result<Settled, ArithmeticError> {
        let decimals = self.decimals.max(other.decimals);
        let (divisor, own, others) = common_multiple(&self.divisor, &other.divisor);
        let scaled = |of: &Self, factor: BigUint| &of.digits * BigInt::from(factor * power(decimals - of.decimals));
        Self { digits: scaled(self, own) + scaled(other, others), decimals, divisor }.settled()
    }

    pub(super) fn multiply(&self, other: &Self) -> Result<Settled, ArithmeticError> {
        let digits = &self.digits * &other.digits;
        Self { digits, decimals: self.decimals + other.decimals, divisor: &self.divisor * &other.divisor }.settled()
    }

    /// The quotient; `other` is not zero.
    pub(super) fn divide(&self, other: &Self) -> Result<Settled, ArithmeticError> {
        let factor = BigInt::from_biguint(other.sign(), &other.divisor * power(other.decimals));
        let divisor = &self.divisor * other.digits.magnitude();
        Self { digits: &self.digits * factor, decimals: self.decimals, divisor }.settled()
    }

    pub(super) fn compare(&self, other: &Self) -> Ordering {
        let decimals = self.decimals.max(other.decimals);
        let scaled = |of: &Self, divisor: &BigUint| &of.digits * BigInt::from(divisor * power(decimals - of.decimals));
        scaled(self, &other.divisor).cmp(&scaled(other, &self.divisor))
    }

    /// The largest whole number that is not above the value.
    pub(super) fn floor(&self) -> Result<Settled, ArithmeticError> {
        if let Some((digits, divisor)) = self.short_ratio()
            && let Ok(floor) = Decimal::try_from_i128_with_scale(digits.div_euclid(divisor), 0)
        {
            return Ok(Settled::Decimal(floor));
        }
        Self::whole(self.digits.div_floor(&BigInt::from(self.whole_divisor())), 0).settled()
    }

    /// The value with this many decimals, half away from zero.
    pub(super) fn rounded(&self, decimals: u32) -> Result<Settled, ArithmeticError> {
        if decimals > MOST_DECIMALS {
            return Err(ArithmeticError::LostDigits);
        }
        if let Some(rounded) = self.short_rounded(decimals) {
            return Ok(Settled::Decimal(rounded));
        }
        let divisor = self.whole_divisor();
        let doubled = self.digits.magnitude() * power(decimals) * 2u32 + &divisor;
        let rounded = doubled / (divisor * 2u32);
        Self::whole(BigInt::from_biguint(self.sign(), rounded), decimals).settled()
    }

    /// The value as two whole numbers without a common divisor.
    pub(super) fn in_lowest_terms(&self) -> (BigInt, BigUint) {
        let divisor = self.whole_divisor();
        let common = self.digits.magnitude().gcd(&divisor);
        (&self.digits / BigInt::from(common.clone()), divisor / common)
    }

    fn whole(digits: BigInt, decimals: u32) -> Self {
        Self { digits, decimals, divisor: BigUint::from(1u32) }
    }

    /// What the digits are divided by, decimals included.
    fn whole_divisor(&self) -> BigUint {
        &self.divisor * power(self.decimals)
    }

    /// The number as a decimal, if it is one within [`QUOTIENT_DECIMALS`] or within the decimals of its digits. A number
    /// over 2^30, such as bytes per gibibyte, ends only after thirty decimals, and its sums and shares would need too many
    /// digits.
    fn settled(mut self) -> Result<Settled, ArithmeticError> {
        if self.sign() == Sign::NoSign {
            return Ok(Settled::Decimal(Decimal::ZERO));
        }
        self.cancel();
        if self.divisor.bits() == 1
            && let Some(decimal) = self.decimal()
        {
            return Ok(Settled::Decimal(decimal));
        }
        let is_too_long = self.digits.bits().max(self.divisor.bits()) > MOST_BITS || self.decimals > MOST_DECIMALS;
        if is_too_long { Err(ArithmeticError::LostDigits) } else { Ok(Settled::Quotient(self)) }
    }

    /// Divides by the divisor what can be divided by it: all of it for a decimal, and otherwise the common divisor, where
    /// this is found in no time.
    fn cancel(&mut self) {
        let missing = QUOTIENT_DECIMALS.saturating_sub(self.decimals);
        let Ok(divisor) = u64::try_from(&self.divisor) else {
            let (whole, rest) = (&self.digits * BigInt::from(power(missing))).div_rem(&self.divisor.clone().into());
            if rest.sign() == Sign::NoSign {
                *self = Self::whole(whole, self.decimals + missing);
            }
            return;
        };
        if divisor == 1 {
            return;
        }
        let rest = u64::try_from(self.digits.magnitude() % divisor).unwrap_or_default();
        let common = divisor.gcd(&rest);
        if common > 1 {
            self.digits /= common;
        }
        let mut divisor = divisor / common;
        let tens = 10u64.pow(missing);
        if divisor > 1 && tens.is_multiple_of(divisor) {
            self.digits *= tens / divisor;
            self.decimals += missing;
            divisor = 1;
        }
        self.divisor = divisor.into();
    }

    /// The digits as a decimal, if they have room in one without zeros at their end.
    fn decimal(&mut self) -> Option<Decimal> {
        while self.decimals > 0 && (self.decimals > DECIMALS_OF_DECIMAL || self.digits.bits() > BITS_OF_DECIMAL) {
            let (digits, zero) = self.digits.div_rem(&BigInt::from(10u32));
            if zero.sign() != Sign::NoSign {
                return None;
            }
            (self.digits, self.decimals) = (digits, self.decimals - 1);
        }
        let digits = i128::try_from(&self.digits).ok()?;
        Decimal::try_from_i128_with_scale(digits, self.decimals).ok()
    }
}

impl PartialEq for Quotient {
    /// Whether both have the same digits.
    fn eq(&self, other: &Self) -> bool {
        self.decimals == other.decimals && self.digits == other.digits && self.divisor == other.divisor
    }
}

/// A common multiple of two divisors, with the factor of each; the least one where one of them divides the other.
fn common_multiple(first: &BigUint, second: &BigUint) -> (BigUint, BigUint, BigUint) {
    let one = || BigUint::from(1u32);
    if first == second {
        return (first.clone(), one(), one());
    }
    let is_small = first <= second;
    let (smaller, larger) = if is_small { (first, second) } else { (second, first) };
    let (multiple, factor, of_larger) = match larger.div_rem(smaller) {
        (factor, rest) if rest.bits() == 0 => (larger.clone(), factor, one()),
        _ => (smaller * larger, larger.clone(), smaller.clone()),
    };
    if is_small { (multiple, factor, of_larger) } else { (multiple, of_larger, factor) }
}

/// A power of ten.
fn power(exponent: u32) -> BigUint {
    match 10u64.checked_pow(exponent) {
        Some(power) => power.into(),
        None => BigUint::from(10u32).pow(exponent),
    }
}
