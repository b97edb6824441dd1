//! Exact arithmetic on decimals: every operation returns the exact result or an error.

use std::cmp::Ordering;

use crate::model::words::words;
use rust_decimal::Decimal;

/// Why an operation has no exact result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArithmeticError {
    /// The result is beyond 7.9 x 10^28.
    #[error("the number grows beyond 79,228,162,514,264,337,593,543,950,335")]
    Overflow,
    /// The result needs more than 28 digits, so the last ones would be rounded away.
    #[error("the result needs more than 28 digits to stay exact")]
    LostDigits,
    /// The divisor is zero.
    #[error("the divisor is zero")]
    DivisionByZero,
    /// Two amounts have different currencies; `resolve` prevents this.
    #[error("two currencies meet without a conversion")]
    MixedCurrencies,
}

/// The decimals of a quotient that must become a decimal, rounded half away from zero.
///
/// A third of a gigabyte becomes 0.333333333333. Twelve decimals leave room for later multiplications and are a
/// thousand times finer than the smallest price that was found (0.00000000123).
pub const QUOTIENT_DECIMALS: u32 = 12;

/// The exact sum.
#[inline]
pub fn add(a: Decimal, b: Decimal) -> Result<Decimal, ArithmeticError> {
    if a.is_zero() {
        return Ok(b);
    }
    if b.is_zero() {
        return Ok(a);
    }
    add_digits(a, b)
}

/// The exact sum of two decimals that are not zero.
fn add_digits(a: Decimal, b: Decimal) -> Result<Decimal, ArithmeticError> {
    let sum = a.checked_add(b).ok_or(ArithmeticError::Overflow)?;
    if sum.scale() >= a.scale().max(b.scale()) {
        return Ok(sum);
    }
    // The dropped digits may all have been zeros.
    let exact = sum.checked_sub(a) == Some(b) && sum.checked_sub(b) == Some(a);
    exact.then_some(sum).ok_or(ArithmeticError::LostDigits)
}

/// The exact difference.
pub fn subtract(a: Decimal, b: Decimal) -> Result<Decimal, ArithmeticError> {
    // A negative zero would be visible.
    add(a, if b.is_zero() { b } else { -b })
}

/// The exact product.
pub fn multiply(a: Decimal, b: Decimal) -> Result<Decimal, ArithmeticError> {
    if a.is_zero() || b.is_zero() {
        return Ok(Decimal::ZERO);
    }
    let product = a.checked_mul(b).ok_or(ArithmeticError::Overflow)?;
    if product.scale() == a.scale() + b.scale() {
        return Ok(product);
    }
    // The dropped digits may all have been zeros.
    let ((a, a_scale), (b, b_scale)) = (significant(a), significant(b));
    let digits = a.checked_mul(b).ok_or(ArithmeticError::LostDigits)?;
    let (digits, zeros) = without_zeros(digits);
    let (digits, scale) = match (a_scale + b_scale).checked_sub(zeros) {
        Some(scale) if scale >= 0 => (digits, scale),
        Some(scale) => (10i128.pow(scale.unsigned_abs()).checked_mul(digits).ok_or(ArithmeticError::Overflow)?, 0),
        None => return Err(ArithmeticError::Overflow),
    };
    let scale = u32::try_from(scale).map_err(|_| ArithmeticError::Overflow)?;
    Decimal::try_from_i128_with_scale(digits, scale).map_err(|_| ArithmeticError::LostDigits)
}

/// The digits of a number without trailing zeros, and its decimals; negative if the whole number ends in zeros.
fn significant(value: Decimal) -> (i128, i32) {
    let (digits, zeros) = without_zeros(value.mantissa());
    (digits, i32::try_from(value.scale()).unwrap_or(i32::MAX) - zeros)
}

/// Digits without trailing zeros, and the number of those zeros.
fn without_zeros(mut digits: i128) -> (i128, i32) {
    let mut zeros = 0;
    while digits != 0 && digits % 10 == 0 {
        digits /= 10;
        zeros += 1;
    }
    (digits, zeros)
}

/// The exact sum of a series; zero for an empty one.
pub fn sum(mut amounts: impl Iterator<Item = Decimal>) -> Result<Decimal, ArithmeticError> {
    amounts.try_fold(Decimal::ZERO, add)
}

/// An exact quotient of two decimals.
///
/// Formulas compute with fractions, so that `ceil(customers / 3 * 3)` is `customers` and not one more: a quotient
/// becomes a decimal once, at the end of the formula.
///
/// ```
/// use costplan::model::Fraction;
/// use rust_decimal::Decimal;
/// let third = Fraction::from(Decimal::ONE).divide(Fraction::from(Decimal::from(3)))?;
/// assert_eq!(third.multiply(Fraction::from(Decimal::from(3)))?.ceil()?, Decimal::ONE);
/// assert_eq!(third.round(2)?.to_string(), "0.33");
/// # Ok::<(), costplan::model::ArithmeticError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Fraction {
    numerator: Decimal,
    /// Above zero and not one; zero means no denominator, for every decimal. An `Option` would be copied in overlapping
    /// pieces, which takes much longer.
    denominator: Decimal,
}

impl From<Decimal> for Fraction {
    fn from(value: Decimal) -> Self {
        Self { numerator: value, denominator: Decimal::ZERO }
    }
}

#[expect(clippy::should_implement_trait, reason = "the operations can fail, so they are not the operators")]
impl Fraction {
    /// Zero.
    pub const ZERO: Self = Self { numerator: Decimal::ZERO, denominator: Decimal::ZERO };

    /// `numerator / denominator`, as a decimal if that ends within [`QUOTIENT_DECIMALS`] or within the decimals of the
    /// numerator. A number over 2^30, such as bytes per gibibyte, ends only after thirty decimals, and its sums and
    /// shares would need too many digits.
    pub fn new(numerator: Decimal, denominator: Decimal) -> Result<Self, ArithmeticError> {
        if denominator.is_zero() {
            return Err(ArithmeticError::DivisionByZero);
        }
        if denominator == Decimal::ONE {
            return Ok(numerator.into());
        }
        if let Some(quotient) = exact_quotient(numerator, denominator)
            && (decimals(quotient) <= QUOTIENT_DECIMALS || decimals(quotient) <= decimals(numerator))
        {
            return Ok(quotient.into());
        }
        // The numerator is not zero here, so it can change its sign.
        let numerator = if denominator.is_sign_negative() { -numerator } else { numerator };
        Ok(Self::over(numerator, denominator.abs()))
    }

    /// A fraction; `denominator` must be above zero.
    fn over(numerator: Decimal, denominator: Decimal) -> Self {
        Self { numerator, denominator: if denominator == Decimal::ONE { Decimal::ZERO } else { denominator } }
    }

    /// The dividend.
    pub fn numerator(self) -> Decimal {
        self.numerator
    }

    /// The divisor: above zero, and one for every decimal.
    pub fn denominator(self) -> Decimal {
        if self.is_decimal() { Decimal::ONE } else { self.denominator }
    }

    /// The same number in lowest terms, so that results of many operations have no more digits than necessary.
    fn reduced(self) -> Self {
        if self.is_decimal() {
            return self;
        }
        let parts = common_divisor(self.numerator.abs(), self.denominator).and_then(|divisor| {
            Some((exact_quotient(self.numerator, divisor)?, exact_quotient(self.denominator, divisor)?))
        });
        parts.map_or(self, |(numerator, denominator)| Self::over(numerator, denominator))
    }

    fn is_decimal(self) -> bool {
        self.denominator.is_zero()
    }

    /// The exact sum.
    #[inline]
    pub fn add(self, other: Self) -> Result<Self, ArithmeticError> {
        if self.is_decimal() && other.is_decimal() {
            return add(self.numerator, other.numerator).map(Self::from);
        }
        self.add_quotient(other)
    }

    fn add_quotient(self, other: Self) -> Result<Self, ArithmeticError> {
        let (denominator, of_other) = (self.denominator(), other.denominator());
        if denominator == of_other {
            return Ok(Self::new(add(self.numerator, other.numerator)?, denominator)?.reduced());
        }
        // Use the least common denominator, if it is found.
        let parts = common_divisor(denominator, of_other)
            .and_then(|divisor| Some((exact_quotient(denominator, divisor)?, exact_quotient(of_other, divisor)?)));
        let (own, others) = parts.unwrap_or((denominator, of_other));
        let left = multiply(self.numerator, others)?;
        let right = multiply(other.numerator, own)?;
        Ok(Self::new(add(left, right)?, multiply(denominator, others)?)?.reduced())
    }

    /// The exact difference.
    pub fn subtract(self, other: Self) -> Result<Self, ArithmeticError> {
        self.add(other.negate())
    }

    /// The number with the opposite sign.
    #[must_use]
    pub fn negate(self) -> Self {
        Self { numerator: -self.numerator, ..self }
    }

    /// The exact product.
    #[inline]
    pub fn multiply(self, other: Self) -> Result<Self, ArithmeticError> {
        if other.is_one() {
            return Ok(self);
        }
        if self.is_decimal() && other.is_decimal() {
            return multiply(self.numerator, other.numerator).map(Self::from);
        }
        self.multiply_quotient(other)
    }

    fn multiply_quotient(self, other: Self) -> Result<Self, ArithmeticError> {
        let numerator = multiply(self.numerator, other.numerator)?;
        Ok(Self::new(numerator, multiply(self.denominator(), other.denominator())?)?.reduced())
    }

    /// The exact quotient.
    pub fn divide(self, other: Self) -> Result<Self, ArithmeticError> {
        if other.is_decimal() {
            if other.numerator == Decimal::ONE {
                return Ok(self);
            }
            if self.is_decimal() {
                return Self::new(self.numerator, other.numerator);
            }
        }
        let numerator = multiply(self.numerator, other.denominator())?;
        let quotient = Self::new(numerator, multiply(self.denominator(), other.numerator)?)?;
        Ok(if self.is_decimal() && other.is_decimal() { quotient } else { quotient.reduced() })
    }

    /// Whether the values are equal; false if comparing them needs too many digits.
    pub fn equals(self, other: Self) -> bool {
        self.compare(other).is_ok_and(Ordering::is_eq)
    }

    /// Compares the exact values.
    pub fn compare(self, other: Self) -> Result<Ordering, ArithmeticError> {
        if self.denominator == other.denominator {
            return Ok(self.numerator.cmp(&other.numerator));
        }
        let left = multiply(self.numerator, other.denominator())?;
        Ok(left.cmp(&multiply(other.numerator, self.denominator())?))
    }

    /// The largest whole number that is not above the value.
    pub fn floor(self) -> Result<Decimal, ArithmeticError> {
        if self.is_decimal() {
            return Ok(self.numerator.floor());
        }
        Ok(self.floor_and_rest()?.0)
    }

    /// The smallest whole number that is not below the value.
    pub fn ceil(self) -> Result<Decimal, ArithmeticError> {
        Ok(-self.negate().floor()?)
    }

    /// The value rounded once to `decimals` decimals, half away from zero.
    pub fn round(self, decimals: u32) -> Result<Decimal, ArithmeticError> {
        let half_away = rust_decimal::RoundingStrategy::MidpointAwayFromZero;
        if self.is_decimal() {
            return Ok(self.numerator.round_dp_with_strategy(decimals, half_away));
        }
        let power = 10i128.checked_pow(decimals).ok_or(ArithmeticError::Overflow)?;
        let power = Decimal::try_from_i128_with_scale(power, 0).map_err(|_| ArithmeticError::Overflow)?;
        // Split off the whole part, so that only the remainder is scaled by the decimals.
        let (whole, rest) = Self { numerator: self.numerator.abs(), ..self }.floor_and_rest()?;
        let at_once = multiply(rest, power).and_then(|numerator| Self { numerator, ..self }.floor_and_rest());
        let (mut steps, rest) = at_once.or_else(|_| self.digits_of(rest, decimals))?;
        if add(rest, rest)? >= self.denominator() {
            steps = add(steps, Decimal::ONE)?;
        }
        steps.set_scale(decimals).map_err(|_| ArithmeticError::Overflow)?;
        let rounded = add(whole, steps)?;
        Ok(if self.numerator.is_sign_negative() { -rounded } else { rounded })
    }

    /// The first decimals of a remainder as a whole number, and the new remainder: one digit at a time, to leave room
    /// for long remainders.
    fn digits_of(self, mut rest: Decimal, decimals: u32) -> Result<(Decimal, Decimal), ArithmeticError> {
        let mut digits = Decimal::ZERO;
        for _ in 0..decimals {
            let (digit, left) = Self { numerator: multiply(rest, Decimal::TEN)?, ..self }.floor_and_rest()?;
            digits = add(multiply(digits, Decimal::TEN)?, digit)?;
            rest = left;
        }
        Ok((digits, rest))
    }

    /// The whole number of times that the denominator goes into the numerator, rounded down, and the remainder.
    fn floor_and_rest(self) -> Result<(Decimal, Decimal), ArithmeticError> {
        let denominator = self.denominator();
        let near = self.numerator.checked_div(denominator).ok_or(ArithmeticError::Overflow)?.floor();
        let rest = subtract(self.numerator, multiply(near, denominator)?)?;
        if rest.is_sign_negative() && !rest.is_zero() {
            // The division rounded up to a whole number.
            return Ok((subtract(near, Decimal::ONE)?, add(rest, denominator)?));
        }
        Ok((near, rest))
    }

    /// The value as a decimal: exact if possible, otherwise rounded to [`QUOTIENT_DECIMALS`].
    pub fn to_decimal(self) -> Result<Decimal, ArithmeticError> {
        if self.is_decimal() { Ok(self.numerator) } else { self.round(QUOTIENT_DECIMALS) }
    }

    /// The value if it is an exact decimal; `None` for a quotient with too many decimals.
    pub fn exact(self) -> Option<Decimal> {
        self.is_decimal().then_some(self.numerator)
    }

    /// Whether the value is below zero.
    pub fn is_negative(self) -> bool {
        self.numerator.is_sign_negative() && !self.numerator.is_zero()
    }

    /// Whether the value is zero.
    pub fn is_zero(self) -> bool {
        self.numerator.is_zero()
    }

    /// Whether the value is one.
    pub fn is_one(self) -> bool {
        self.is_decimal() && self.numerator == Decimal::ONE
    }

    /// Whether both are the same number with the same digits.
    pub fn is_identical(self, other: Self) -> bool {
        let is_identical = |a: Decimal, b: Decimal| a.unpack() == b.unpack();
        is_identical(self.numerator, other.numerator) && is_identical(self.denominator, other.denominator)
    }
}

/// `numerator / denominator`, if that is an exact decimal.
fn exact_quotient(numerator: Decimal, denominator: Decimal) -> Option<Decimal> {
    let quotient = numerator.checked_div(denominator)?;
    (multiply(quotient, denominator) == Ok(numerator)).then(|| quotient.normalize())
}

/// The decimals of a number without trailing zeros.
fn decimals(number: Decimal) -> u32 {
    if number.scale() <= QUOTIENT_DECIMALS { number.scale() } else { number.normalize().scale() }
}

/// The largest decimal of which both are whole multiples, by Euclid's algorithm; `None` if that needs more digits than
/// a decimal has. `second` must be above zero.
fn common_divisor(first: Decimal, second: Decimal) -> Option<Decimal> {
    let (mut left, mut right) = (first, second);
    while !right.is_zero() {
        (left, right) = (right, left.checked_rem(right)?);
    }
    (!left.is_zero()).then_some(left)
}

words! {
    /// In which direction an amount is rounded.
    pub enum Direction is "a direction of rounding" {
        /// To the nearest step, half away from zero.
        Nearest = "nearest",
        /// To the next step above.
        Up = "up",
        /// To the next step below.
        Down = "down",
    }
}

/// Rounding of amounts to a multiple of `to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rounding {
    /// The step, above zero: `1` for whole dollars, `0.01` for cents, `5` for fives.
    pub to: Decimal,
    /// The direction of rounding.
    pub direction: Direction,
}

impl Rounding {
    /// The amount, rounded to a multiple of the step.
    pub fn apply(self, amount: impl Into<Fraction>) -> Result<Decimal, ArithmeticError> {
        let steps = amount.into().divide(self.to.into())?;
        let whole = match self.direction {
            Direction::Nearest => steps.round(0)?,
            Direction::Up => steps.ceil()?,
            Direction::Down => steps.floor()?,
        };
        multiply(whole, self.to)
    }
}
