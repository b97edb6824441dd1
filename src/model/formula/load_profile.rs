//! How a load is spread over the hours of a week, and what numbers of auto-scaling can be.

use rust_decimal::Decimal;

use crate::model::number::decimal::{ArithmeticError, ReplicaFault};
use crate::model::number::fraction::Fraction;
use crate::source::Span;

/// The hours of a day.
pub const HOURS_OF_DAY: usize = 24;

/// The weights of the hours of a week: five weekdays and two days of the weekend, each from 0:00 on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadProfile {
    /// The name and the source of a bundled profile; `None` if the manifest has the weights.
    pub name: Option<(Box<str>, Box<str>)>,
    /// Where the manifest names it or has its weights.
    pub span: Span,
    /// The weights of a weekday.
    pub weekday: [Decimal; HOURS_OF_DAY],
    /// The weights of a day of the weekend, on the same scale.
    pub weekend: [Decimal; HOURS_OF_DAY],
}

impl LoadProfile {
    /// The days of a week of each kind: weekdays first, then the weekend.
    pub const DAYS: [usize; 2] = [5, 2];

    /// The hours of a week.
    pub const HOURS: usize = HOURS_OF_DAY * (Self::DAYS[0] + Self::DAYS[1]);

    /// The weights of a day of each kind, in the order of [`Self::DAYS`].
    pub fn days(&self) -> [&[Decimal; HOURS_OF_DAY]; 2] {
        [&self.weekday, &self.weekend]
    }

    /// The sum of the weights of all hours of a week.
    ///
    /// # Errors
    /// A sum that is too large.
    pub fn whole(&self) -> Result<Fraction, ArithmeticError> {
        let mut whole = Fraction::ZERO;
        for (weights, days) in self.days().into_iter().zip(Self::DAYS) {
            let mut day = Fraction::ZERO;
            for weight in weights {
                day = day.add(&(*weight).into())?;
            }
            whole = whole.add(&day.multiply(&Decimal::from(days).into())?)?;
        }
        Ok(whole)
    }
}

/// A number of replicas: a whole number that a cluster can count.
///
/// # Errors
/// [`ReplicaFault::NotCounted`].
pub fn replicas(value: &Fraction) -> Result<u32, ReplicaFault> {
    let whole = value.exact().filter(Decimal::is_integer);
    let counted = whole.and_then(|whole| i32::try_from(whole).ok()).and_then(|whole| u32::try_from(whole).ok());
    counted.ok_or(ReplicaFault::NotCounted)
}

/// The bounds of a number of replicas.
///
/// # Errors
/// [`ReplicaFault::NoneAtMost`] and [`ReplicaFault::MinimumAboveMaximum`].
pub fn bounds(minimum: u32, maximum: u32) -> Result<(), ReplicaFault> {
    match maximum {
        0 => Err(ReplicaFault::NoneAtMost),
        _ if minimum > maximum => Err(ReplicaFault::MinimumAboveMaximum),
        _ => Ok(()),
    }
}

/// A utilization: above zero, and 100% at most.
///
/// # Errors
/// [`ReplicaFault::Utilization`].
pub fn utilization(value: &Fraction) -> Result<(), ReplicaFault> {
    let is_share = !value.is_negative() && !value.is_zero() && value.cmp(&Decimal::ONE.into()).is_le();
    if is_share { Ok(()) } else { Err(ReplicaFault::Utilization) }
}

/// A delay in seconds: from none to a day.
///
/// # Errors
/// [`ReplicaFault::Delay`].
pub fn delay(seconds: &Fraction) -> Result<(), ReplicaFault> {
    let is_short = !seconds.is_negative() && seconds.cmp(&Decimal::from(24 * 3600).into()).is_le();
    if is_short { Ok(()) } else { Err(ReplicaFault::Delay) }
}
