//! Round numbers on an axis, and the terminal cells that values fall into.

use rust_decimal::{Decimal, RoundingStrategy};

/// The most digits of a number on an axis.
const MAX_DIGITS: u32 = 7;
/// The most decimals of a number on an axis.
const MAX_DECIMALS: i32 = 5;
/// The most digits of a `Decimal`.
const MAX_POWER: i32 = 28;

/// An axis with ticks at multiples of 1, 2 or 5 times a power of ten.
#[derive(Clone, Copy, Debug)]
pub(super) struct Axis {
    digit: i128,
    power: i32,
    step: Decimal,
    /// The first tick, in steps from zero.
    pub(super) low: i128,
    /// The last tick, in steps from zero.
    pub(super) high: i128,
}

impl Axis {
    /// Creates an axis from the tick at or below `low` to the one at or above `high`, in at most `most` steps of at
    /// least 10 to the `least_power`. `None` if the ticks would have too many digits.
    pub(super) fn new(low: Decimal, high: Decimal, most: i128, least_power: i32) -> Option<Self> {
        let extent = high.checked_sub(low).filter(|extent| !extent.is_zero());
        let extent = extent.unwrap_or_else(|| low.abs().max(high.abs()));
        let first = (magnitude(extent) - 1).clamp(least_power.max(-MAX_POWER), MAX_POWER);
        let steps = (first..=MAX_POWER).flat_map(|power| [1, 2, 5].map(|digit| (digit, power)));
        let mut candidates = steps.filter_map(|(digit, power)| {
            let step = scaled(digit, power)?;
            let low = i128::try_from(low.checked_div(step)?.floor()).ok()?;
            let high = i128::try_from(high.checked_div(step)?.ceil()).ok()?;
            Some(Self { digit, power, step, low, high })
        });
        let axis = candidates.find(|axis| axis.high - axis.low <= most)?;
        let farthest = axis.low.abs().max(axis.high.abs()).checked_mul(axis.digit)?;
        (farthest < 10i128.pow(MAX_DIGITS)).then_some(axis)
    }

    /// The number of steps.
    pub(super) fn steps(&self) -> usize {
        usize::try_from(self.high - self.low).unwrap_or(0)
    }

    /// The value at a tick.
    pub(super) fn value(&self, tick: i128) -> Option<Decimal> {
        scaled(tick.checked_mul(self.digit)?, self.power)
    }

    /// The number of cells from the first tick up to a value, with `per_step` cells per step. The value may be above
    /// the last tick.
    pub(super) fn cells(&self, value: Decimal, per_step: usize) -> Option<usize> {
        let steps = value.checked_div(self.step)?.checked_sub(Decimal::from(self.low))?;
        whole(steps.checked_mul(Decimal::from(per_step))?)
    }

    /// The power of ten to factor out of the numbers on the axis, so that they stay short. The decimal point of the
    /// numbers is first moved by `shift` places.
    pub(super) fn factor(&self, shift: i32) -> i32 {
        let power = self.power + shift;
        let farthest = self.low.abs().max(self.high.abs()) * self.digit;
        let digits = i32::try_from(farthest.checked_ilog10().unwrap_or(0)).unwrap_or(i32::MAX) + 1;
        let is_long = power + digits > MAX_DIGITS.cast_signed() || -power > MAX_DECIMALS;
        if is_long { power.div_euclid(3) * 3 } else { 0 }
    }

    /// The number at a tick, with the decimal point moved by `shift` places and the factor left out.
    pub(super) fn label(&self, tick: i128, shift: i32) -> String {
        let power = self.power + shift - self.factor(shift);
        scaled(tick * self.digit, power).map(|value| value.to_string()).unwrap_or_default()
    }
}

/// A factor in words: `million`.
pub(super) fn factor_name(factor: i32) -> String {
    match factor {
        0 => String::new(),
        3 => "thousand".to_owned(),
        6 => "million".to_owned(),
        9 => "billion".to_owned(),
        power => format!("10^{power}"),
    }
}

/// The cell from 0 to `last` that a value between two ends falls into; the middle one if the ends are equal.
pub(super) fn cell(value: Decimal, low: Decimal, high: Decimal, last: usize) -> usize {
    part(value, low, (low, high), last).unwrap_or(last / 2)
}

/// The number of cells for the distance between two values, if `cells` cells are the distance between the ends.
pub(super) fn part(value: Decimal, from: Decimal, ends: (Decimal, Decimal), cells: usize) -> Option<usize> {
    // A distance can be twice as large as the largest number.
    let of_quarters = |divisor: Decimal| {
        let quarter = |value: Decimal| value.checked_div(divisor);
        let distance = quarter(value)?.checked_sub(quarter(from)?)?.abs();
        distance.checked_div(quarter(ends.1)?.checked_sub(quarter(ends.0)?)?)
    };
    let part = of_quarters(Decimal::ONE).or_else(|| of_quarters(Decimal::from(4)))?;
    Some(whole(part.checked_mul(Decimal::from(cells))?)?.min(cells))
}

/// The nearest whole number; zero for values below zero.
fn whole(value: Decimal) -> Option<usize> {
    let rounded = value.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
    usize::try_from(rounded.max(Decimal::ZERO)).ok()
}

/// The power of ten of the first digit.
fn magnitude(value: Decimal) -> i32 {
    let digits = value.mantissa().unsigned_abs().checked_ilog10().unwrap_or(0).cast_signed();
    digits - value.scale().cast_signed()
}

/// `digits` times ten to the `power`.
fn scaled(digits: i128, power: i32) -> Option<Decimal> {
    let (factor, scale) =
        if power < 0 { (1, power.unsigned_abs()) } else { (10i128.checked_pow(power.unsigned_abs())?, 0) };
    Decimal::try_from_i128_with_scale(digits.checked_mul(factor)?, scale).ok()
}
