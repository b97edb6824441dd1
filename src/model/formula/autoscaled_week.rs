//! How many replicas run in each hour of a week, by the rule of Kubernetes' `HorizontalPodAutoscaler`.
//!
//! The load of an hour is constant. As many replicas are desired as bring their utilization to the target, within the bounds:
//! `ceil(load / (capacity * target))`. Replicas are started at once, and stopped only when fewer have been desired for the whole
//! delay: as many run as the largest number that was desired within it. The week repeats, so the hours before Monday are those
//! of Sunday. With `n` whole hours and a rest `r` in the delay, the largest number of the `n + 1` hours before counts in the
//! first part `r` of an hour, and that of `n` hours in the remainder; so the sum over a week is exact.

use rust_decimal::Decimal;

use crate::model::formula::load_profile::{HOURS_OF_DAY, LoadProfile, bounds, delay, replicas, utilization};
use crate::model::number::decimal::{ArithmeticError, ReplicaFault};
use crate::model::number::fraction::Fraction;

/// The values of the formulas of an auto-scaling, in canonical units.
pub(crate) struct ScalingNumbers {
    /// The mean load.
    pub(crate) load: Fraction,
    /// What one replica can handle.
    pub(crate) capacity: Fraction,
    /// The ratio of it that is used.
    pub(crate) target: Fraction,
    /// The smallest number of replicas.
    pub(crate) minimum: Fraction,
    /// The largest number of replicas.
    pub(crate) maximum: Fraction,
    /// The delay in seconds.
    pub(crate) delay: Fraction,
}

/// The hour of a week with the largest load; the first of several.
pub(crate) struct BusiestHour {
    /// Whether it is on a weekday.
    pub(crate) is_weekday: bool,
    /// The hour of the day.
    pub(crate) hour: usize,
    /// Its load as a ratio of the mean.
    pub(crate) of_mean: Fraction,
    /// Its load.
    pub(crate) load: Fraction,
    /// The replicas that it needs at the target, before they are rounded and bounded.
    pub(crate) needed: Fraction,
}

/// The replicas of a week that repeats.
pub(crate) struct ScaledWeek {
    /// The numbers that it follows from.
    pub(crate) numbers: ScalingNumbers,
    /// The capacity of a replica at the target.
    pub(crate) used: Fraction,
    /// The hour with the largest load.
    pub(crate) busiest: BusiestHour,
    /// The replicas desired in each hour of a weekday, and of a day of the weekend.
    pub(crate) desired: [[u32; HOURS_OF_DAY]; 2],
    /// The replica-hours of a week that are desired.
    pub(crate) desired_hours: u64,
    /// The whole hours of the delay, and the further replica-hours of a week that come of them.
    pub(crate) waited: (usize, u64),
    /// The rest of the delay in hours, and in how many replica-hours more an hour more would result.
    pub(crate) rest: (Fraction, u64),
    /// How many hours of a week have more load than the largest number of replicas can handle.
    pub(crate) overloaded: usize,
}

impl ScaledWeek {
    /// The replica-hours of a week.
    pub(crate) fn replica_hours(&self) -> Result<Fraction, ArithmeticError> {
        let whole = Fraction::from(Decimal::from(self.desired_hours)).add(&Decimal::from(self.waited.1).into())?;
        whole.add(&self.rest_hours()?)
    }

    /// The replica-hours of a week that come of the rest of the delay.
    pub(crate) fn rest_hours(&self) -> Result<Fraction, ArithmeticError> {
        self.rest.0.multiply(&Decimal::from(self.rest.1).into())
    }

    /// By which ratio the largest load exceeds what the largest number of replicas can handle; `None` if none does.
    pub(crate) fn excess(&self) -> Result<Option<Fraction>, ArithmeticError> {
        if self.overloaded == 0 {
            return Ok(None);
        }
        let of_all = self.numbers.capacity.multiply(&self.numbers.maximum)?;
        self.busiest.load.divide(&of_all)?.subtract(&Decimal::ONE.into()).map(Some)
    }

    /// The average number of replicas. A month has the average of its weeks.
    pub(crate) fn average(&self) -> Result<Fraction, ArithmeticError> {
        self.replica_hours()?.divide(&Decimal::from(LoadProfile::HOURS).into())
    }
}

/// The replicas of a week.
///
/// # Errors
/// Numbers that cannot be what they are, and arithmetic without a result.
pub(crate) fn scaled_week(numbers: ScalingNumbers, profile: &LoadProfile) -> Result<ScaledWeek, ArithmeticError> {
    let (minimum, maximum) = checked(&numbers)?;
    let used = numbers.capacity.multiply(&numbers.target)?;
    // The load of an hour whose weight is 1.
    let of_one = numbers.load.multiply(&Decimal::from(LoadProfile::HOURS).into())?.divide(&profile.whole()?)?;
    let of_all = numbers.capacity.multiply(&numbers.maximum)?;
    let needed = of_one.divide(&used)?;
    let mut desired = [[0; HOURS_OF_DAY]; 2];
    let (mut overloaded, mut busiest) = (0, (Decimal::NEGATIVE_ONE, true, 0));
    for (kind, (weights, days)) in profile.days().into_iter().zip(LoadProfile::DAYS).enumerate() {
        // Hours of the same weight are often next to each other.
        let mut before = None;
        for (hour, weight) in weights.iter().enumerate() {
            if weight > &busiest.0 {
                busiest = (*weight, kind == 0, hour);
            }
            let (count, is_overload) = match before {
                Some((other, known)) if other == *weight => known,
                _ => {
                    let weight = Fraction::from(*weight);
                    let whole = needed.multiply(&weight)?.ceil()?;
                    let count = if whole >= numbers.maximum { maximum } else { replicas(&whole)?.max(minimum) };
                    (count, of_one.multiply(&weight)? > of_all)
                }
            };
            before = Some((*weight, (count, is_overload)));
            desired[kind][hour] = count;
            overloaded += if is_overload { days } else { 0 };
        }
    }
    let (weight, is_weekday, hour) = busiest;
    let weight = Fraction::from(weight);
    let busiest = BusiestHour {
        is_weekday,
        hour,
        of_mean: weight.multiply(&Decimal::from(LoadProfile::HOURS).into())?.divide(&profile.whole()?)?,
        load: of_one.multiply(&weight)?,
        needed: needed.multiply(&weight)?,
    };
    let in_hours = numbers.delay.divide(&Decimal::from(3600).into())?;
    let whole_hours = in_hours.floor()?;
    let before = usize::try_from(replicas(&whole_hours)?).unwrap_or(LoadProfile::HOURS);
    let rest = in_hours.subtract(&whole_hours)?;
    let week = hours_of_week(&desired);
    let (desired_hours, with_whole) = (running(&week, 0), running(&week, before));
    let with_next = if rest.is_zero() { with_whole } else { running(&week, before + 1) };
    Ok(ScaledWeek {
        numbers,
        used,
        busiest,
        desired,
        desired_hours,
        waited: (before, with_whole - desired_hours),
        rest: (rest, with_next - with_whole),
        overloaded,
    })
}

/// The smallest and the largest number of replicas, if every number can be what it is.
fn checked(numbers: &ScalingNumbers) -> Result<(u32, u32), ReplicaFault> {
    let (minimum, maximum) = (replicas(&numbers.minimum)?, replicas(&numbers.maximum)?);
    bounds(minimum, maximum)?;
    utilization(&numbers.target)?;
    delay(&numbers.delay)?;
    if numbers.load.is_negative() {
        return Err(ReplicaFault::Load);
    }
    if numbers.capacity.is_negative() || numbers.capacity.is_zero() {
        return Err(ReplicaFault::Capacity);
    }
    Ok((minimum, maximum))
}

/// The hours of a week from Monday on.
fn hours_of_week(desired: &[[u32; HOURS_OF_DAY]; 2]) -> [u32; LoadProfile::HOURS] {
    let mut week = [0; LoadProfile::HOURS];
    let days = desired.iter().zip(LoadProfile::DAYS).flat_map(|(day, days)| std::iter::repeat_n(day, days));
    for (hour, count) in week.iter_mut().zip(days.flatten()) {
        *hour = *count;
    }
    week
}

/// The replica-hours of a week in which each hour has the largest number of it and of `before` hours before it.
fn running(week: &[u32; LoadProfile::HOURS], before: usize) -> u64 {
    let largest = |hour: usize| {
        let hours =
            (0..=before).map(|back| week[(hour + LoadProfile::HOURS - back % LoadProfile::HOURS) % LoadProfile::HOURS]);
        hours.max().unwrap_or_default()
    };
    (0..LoadProfile::HOURS).map(|hour| u64::from(largest(hour))).sum()
}
