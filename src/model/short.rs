//! Arithmetic on short decimals, whose digits fit into 64 bits, as nearly all of a costing do.
//!
//! Each function gives what the one of the same name in [`decimal`](super::decimal) gives for decimals of any length, in
//! the same digits and with the same zeros at their end, or `None` where it takes that one to tell. Tests compare the two.

use std::cmp::Ordering;

use rust_decimal::Decimal;

/// The powers of ten that fit into 64 bits.
const POWERS: [u64; 20] = {
    let mut powers = [1; 20];
    let mut place = 1;
    while place < powers.len() {
        powers[place] = powers[place - 1] * 10;
        place += 1;
    }
    powers
};

/// A decimal apart: its digits as a whole number, how many of them are decimals, and its sign.
#[derive(Clone, Copy)]
struct Short {
    digits: u64,
    scale: u32,
    is_negative: bool,
}

impl Short {
    fn of(value: Decimal) -> Option<Self> {
        let parts = value.unpack();
        let digits = u64::from(parts.mid) << 32 | u64::from(parts.lo);
        (parts.hi == 0).then_some(Self { digits, scale: parts.scale, is_negative: parts.negative })
    }

    /// The digits of both with as many decimals as the one has that has more of them, and how many these are.
    fn aligned(self, other: Self) -> Option<(u128, u128, u32)> {
        let (digits, others) = (u128::from(self.digits), u128::from(other.digits));
        if self.scale == other.scale {
            return Some((digits, others, self.scale));
        }
        let power = u128::from(*POWERS.get(self.scale.abs_diff(other.scale) as usize)?);
        Some(if self.scale < other.scale {
            (digits * power, others, other.scale)
        } else {
            (digits, others * power, self.scale)
        })
    }
}

/// The decimal of these digits, if it can be written; zero has no sign.
fn decimal(digits: u128, scale: u32, is_negative: bool) -> Option<Decimal> {
    let [low, middle, high, beyond] = words(digits);
    if beyond != 0 || scale > Decimal::MAX_SCALE {
        return None;
    }
    Some(Decimal::from_parts(low, middle, high, is_negative, scale))
}

#[expect(clippy::cast_possible_truncation, reason = "a number is cut into its words")]
fn words(digits: u128) -> [u32; 4] {
    [digits as u32, (digits >> 32) as u32, (digits >> 64) as u32, (digits >> 96) as u32]
}

/// Whether a number is one.
#[inline]
pub(super) fn is_one(value: Decimal) -> bool {
    match Short::of(value) {
        Some(short) if short.scale == 0 => short.digits == 1 && !short.is_negative,
        // Of a one with more decimals than there are powers the digits are not short.
        Some(short) => POWERS.get(short.scale as usize) == Some(&short.digits) && !short.is_negative,
        None => value == Decimal::ONE,
    }
}

pub(super) fn add(a: Decimal, b: Decimal) -> Option<Decimal> {
    let (a, b) = (Short::of(a)?, Short::of(b)?);
    let (left, right, scale) = a.aligned(b)?;
    // Neither is beyond 2^64 * 10^19, so that their sum is far below 2^128.
    let (digits, is_negative) = match (a.is_negative == b.is_negative, left >= right) {
        (true, _) => (left + right, a.is_negative),
        (false, true) => (left - right, a.is_negative),
        (false, false) => (right - left, b.is_negative),
    };
    decimal(digits, scale, is_negative)
}

pub(super) fn multiply(a: Decimal, b: Decimal) -> Option<Decimal> {
    let (a, b) = (Short::of(a)?, Short::of(b)?);
    decimal(u128::from(a.digits) * u128::from(b.digits), a.scale + b.scale, a.is_negative != b.is_negative)
}

pub(super) fn compare(a: Decimal, b: Decimal) -> Option<Ordering> {
    let (a, b) = (Short::of(a)?, Short::of(b)?);
    if a.is_negative || b.is_negative {
        return None;
    }
    let (left, right, _) = a.aligned(b)?;
    Some(left.cmp(&right))
}

/// What a division of short decimals gives.
pub(super) enum Quotient {
    /// A decimal, without zeros at its end.
    Exact(Decimal),
    /// No decimal.
    Endless,
    /// It takes long decimals to tell.
    Long,
}

pub(super) fn exact_quotient(numerator: Decimal, denominator: Decimal) -> Quotient {
    quotient(numerator, denominator).unwrap_or(Quotient::Long)
}

fn quotient(numerator: Decimal, denominator: Decimal) -> Option<Quotient> {
    let (numerator, denominator) = (Short::of(numerator)?, Short::of(denominator)?);
    if numerator.digits == 0 || denominator.digits == 0 {
        return None;
    }
    // The denominator is twos, fives, and a rest that has to be in the numerator.
    let twos = denominator.digits.trailing_zeros();
    let (mut rest, mut fives) = (denominator.digits >> twos, 0);
    while rest.is_multiple_of(5) {
        rest /= 5;
        fives += 1;
    }
    if !numerator.digits.is_multiple_of(rest) {
        return Some(Quotient::Endless);
    }
    let decimals = twos.max(fives);
    let power = |exponent: u32| POWERS.get(exponent as usize).copied();
    // 10^decimals / (twos * fives) is 5^(decimals - fives) * 2^(decimals - twos): one of both is one.
    let missing = if twos > fives { 5u64.checked_pow(twos - fives)? } else { 1u64.checked_shl(fives - twos)? };
    let mut digits = (numerator.digits / rest).checked_mul(missing)?;
    let mut scale = numerator.scale + decimals;
    // The long way multiplies the quotient by the denominator.
    if (u128::from(digits) * u128::from(denominator.digits)) >> 96 != 0 {
        return None;
    }
    if scale < denominator.scale {
        digits = digits.checked_mul(power(denominator.scale - scale)?)?;
        scale = denominator.scale;
    }
    scale -= denominator.scale;
    while scale > 0 && digits.is_multiple_of(10) {
        digits /= 10;
        scale -= 1;
    }
    decimal(u128::from(digits), scale, numerator.is_negative != denominator.is_negative).map(Quotient::Exact)
}
