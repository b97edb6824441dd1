//! The steps that lead to the average number of replicas of an auto-scaled line item.

use rust_decimal::Decimal;

use crate::calculate::charge::formula::{operation, readable};
use crate::calculate::cost::inputs::Rows;
use crate::calculate::cost::trace::{Observer, Operand, Operation, Origin, Step, Subject};
use crate::calculate::fault::Fault;
use crate::model::formula::autoscaled_week::ScaledWeek;
use crate::model::{Amount, Autoscaling, Dimension, Direction, Formula, Fraction, LoadProfile, Rounding};

/// The days of a week, as they are explained: the name of each kind, and that of one of its days.
const DAYS: [(&str, &str); 2] = [("weekdays", "weekday"), ("weekend", "day of the weekend")];

/// Reports the steps; `average` is their result.
pub(crate) fn tell<O: Observer>(
    rows: Rows<'_>,
    quantity: &Formula,
    scaling: &Autoscaling,
    week: &ScaledWeek,
    average: &Fraction,
    (subject, observer): (Subject, &mut O),
) -> Result<(), Fault> {
    let mut telling = Telling { subject, observer };
    tell_numbers(rows, scaling, week, &mut telling);
    tell_busiest(scaling, week, &mut telling)?;
    tell_hours(scaling, week, &mut telling)?;
    let whole = week.replica_hours()?;
    telling.tell(|| {
        let operands = (Operand::new("replicas", hours(whole)), Operand::new("a week of", of_week()));
        Step::new("quantity", Operation::Quotient(operands.0, operands.1), Amount::plain(average.clone()))
            .from(Origin::at(quantity.span).remark("average of the replicas that run"))
    });
    let saved = week.numbers.maximum.subtract(average)?;
    let share = saved.divide(&week.numbers.maximum)?;
    telling.tell(|| {
        let all = Operand::new("max_replicas", Amount::plain(week.numbers.maximum.clone()));
        let operation = Operation::Difference(all, Operand::new("average", Amount::plain(average.clone())));
        Step::new("replicas saved", operation, Amount::plain(saved.clone()))
    });
    telling.tell(|| {
        let all = Operand::new("max_replicas", Amount::plain(week.numbers.maximum.clone()));
        let operation = Operation::Quotient(Operand::new("saved", Amount::plain(saved)), all);
        Step::new("saved of replicas that always run", operation, Amount::ratio(share))
    });
    Ok(())
}

struct Telling<'o, O> {
    subject: Subject,
    observer: &'o mut O,
}

impl<O: Observer> Telling<'_, O> {
    fn tell(&mut self, step: impl FnOnce() -> Step) {
        self.observer.step(self.subject, step);
    }
}

/// The values of the formulas.
fn tell_numbers<O: Observer>(rows: Rows<'_>, scaling: &Autoscaling, week: &ScaledWeek, telling: &mut Telling<'_, O>) {
    let numbers = &week.numbers;
    let of_load = load(scaling, numbers.load.clone());
    let capacity = load(scaling, numbers.capacity.clone());
    let minutes = numbers.delay.divide(&Decimal::from(60).into()).map(|minutes| Amount::unit(minutes, "minute"));
    let delay = minutes.unwrap_or_else(|_| readable(numbers.delay.clone(), Dimension::TIME));
    let shown = [
        (format!("mean load{}", an_hour(scaling)), &scaling.load, of_load),
        (format!("capacity of a replica{}", an_hour(scaling)), &scaling.capacity, capacity),
        ("target utilization".to_owned(), &scaling.target, Amount::ratio(numbers.target.clone())),
        ("min_replicas".to_owned(), &scaling.minimum, Amount::plain(numbers.minimum.clone())),
        ("max_replicas".to_owned(), &scaling.maximum, Amount::plain(numbers.maximum.clone())),
        ("delay of scaling down".to_owned(), &scaling.delay, delay),
    ];
    for (label, formula, amount) in shown {
        telling.tell(|| {
            let operation = operation(formula, &rows.stage.scope, rows.drivers);
            Step::new(label, operation, amount).from(Origin::at(formula.span))
        });
    }
}

/// The replicas of the hour with the largest load.
fn tell_busiest<O: Observer>(
    scaling: &Autoscaling,
    week: &ScaledWeek,
    telling: &mut Telling<'_, O>,
) -> Result<(), Fault> {
    let (busiest, numbers) = (&week.busiest, &week.numbers);
    telling.tell(|| {
        let mean = Operand::new("mean load", load(scaling, numbers.load.clone()));
        let ratio = Operand::new("of it", Amount::ratio(busiest.of_mean.clone()));
        let (_, day) = DAYS[usize::from(!busiest.is_weekday)];
        let label = format!("load of the busiest hour, {}:00 of a {day}", busiest.hour);
        Step::new(label, Operation::Product(vec![mean, ratio]), load(scaling, busiest.load.clone()))
    });
    telling.tell(|| {
        let capacity = Operand::new("capacity", load(scaling, numbers.capacity.clone()));
        let target = Operand::new("target", Amount::ratio(numbers.target.clone()));
        let operation = Operation::Product(vec![capacity, target]);
        Step::new("capacity at the target", operation, load(scaling, week.used.clone()))
    });
    telling.tell(|| {
        let of_hour = Operand::new("load", load(scaling, busiest.load.clone()));
        let used = Operand::new("capacity at the target", load(scaling, week.used.clone()));
        let result = Amount::plain(busiest.needed.clone());
        Step::new("replicas needed in it", Operation::Quotient(of_hour, used), result)
    });
    let whole = busiest.needed.ceil()?;
    let bounded = whole.clone().max(numbers.minimum.clone());
    telling.tell(|| {
        let rounding = Rounding { to: Decimal::ONE, direction: Direction::Up };
        let needed = Operand::new("replicas needed", Amount::plain(busiest.needed.clone()));
        Step::new("whole replicas", Operation::Round(needed, rounding), Amount::plain(whole.clone()))
    });
    let replicas = |amount: &Fraction| Operand::new("replicas", Amount::plain(amount.clone()));
    if bounded != whole {
        telling.tell(|| {
            let least = Operand::new("min_replicas", Amount::plain(numbers.minimum.clone()));
            let operation = Operation::AtLeast(replicas(&whole), least);
            Step::new("replicas in the busiest hour", operation, Amount::plain(bounded.clone()))
        });
    }
    if bounded > numbers.maximum {
        telling.tell(|| {
            let most = Operand::new("max_replicas", Amount::plain(numbers.maximum.clone()));
            let operation = Operation::AtMost(replicas(&bounded), most);
            Step::new("replicas in the busiest hour", operation, Amount::plain(numbers.maximum.clone()))
        });
    }
    Ok(())
}

/// The replica-hours of a week.
fn tell_hours<O: Observer>(
    scaling: &Autoscaling,
    week: &ScaledWeek,
    telling: &mut Telling<'_, O>,
) -> Result<(), Fault> {
    let mut parts = Vec::new();
    for ((desired, days), (name, day)) in week.desired.iter().zip(LoadProfile::DAYS).zip(DAYS) {
        let of_day: u64 = desired.iter().map(|count| u64::from(*count)).sum();
        let of_days = Fraction::from(Decimal::from(of_day)).multiply(&Decimal::from(days).into())?;
        telling.tell(|| {
            let operation = Operation::Sum(runs(desired));
            Step::new(format!("replicas by hour of a {day}"), operation, counted(of_day)).from(of_profile(scaling))
        });
        telling.tell(|| {
            let days = Operand::new("days", Amount::plain(Fraction::from(Decimal::from(days))));
            let operation = Operation::Product(vec![days, Operand::new("each", counted(of_day))]);
            Step::new(name, operation, hours(of_days.clone()))
        });
        parts.push(Operand::new(name, hours(of_days)));
    }
    let (whole_hours, more) = week.waited;
    if more > 0 {
        parts.push(Operand::new(format!("as many as up to {whole_hours} hours before"), counted(more)));
    }
    let rest = week.rest_hours()?;
    if !rest.is_zero() {
        telling.tell(|| {
            let delay = Operand::new("delay", Amount::unit(week.rest.0.clone(), "hour"));
            let stopped = Amount::plain(Fraction::from(Decimal::from(week.rest.1)));
            let stopped = Operand::new("replicas that are stopped in a week", stopped);
            Step::new("until they are stopped", Operation::Product(vec![delay, stopped]), hours(rest.clone()))
        });
        parts.push(Operand::new("until they are stopped", hours(rest)));
    }
    let all = week.replica_hours()?;
    telling.tell(|| Step::new("replica-hours of a week", Operation::Sum(parts), hours(all)));
    Ok(())
}

/// The replicas of the hours of a day; those of hours with as many after another are one operand.
fn runs(desired: &[u32]) -> Vec<Operand> {
    let mut first = 0;
    let run = |run: &[u32]| {
        let (from, last) = (first, first + run.len() - 1);
        first += run.len();
        let count = run.first().copied().unwrap_or_default();
        let whole: u64 = run.iter().map(|count| u64::from(*count)).sum();
        let name = if from == last { format!("{from}h") } else { format!("{from}h-{last}h at {count}:") };
        Operand::new(name, Amount::plain(Fraction::from(Decimal::from(whole))))
    };
    desired.chunk_by(PartialEq::eq).map(run).collect()
}

fn of_profile(scaling: &Autoscaling) -> Origin {
    let name = match &scaling.profile.name {
        Some((name, source)) => format!("profile {name}, {source}"),
        None => "weights of the manifest".to_owned(),
    };
    Origin::at(scaling.profile.span).remark(name)
}

fn of_week() -> Amount {
    Amount::unit(Fraction::from(Decimal::from(LoadProfile::HOURS)), "hour")
}

fn counted(count: u64) -> Amount {
    hours(Fraction::from(Decimal::from(count)))
}

fn hours(value: Fraction) -> Amount {
    Amount::unit(value, "replica-hours")
}

/// Whether a load is one for a time, and is shown for an hour.
fn an_hour(scaling: &Autoscaling) -> &'static str {
    if scaling.capacity.dimension.time == -1 { " an hour" } else { "" }
}

/// A load or a capacity as it is shown: for an hour, where it is for a time.
fn load(scaling: &Autoscaling, value: Fraction) -> Amount {
    let dimension = scaling.capacity.dimension;
    let of_hour = value.multiply(&Decimal::from(3600).into()).ok().filter(|_| dimension.time == -1);
    match (of_hour, dimension.multiply(Dimension::TIME)) {
        (Some(of_hour), Some(whole)) => readable(of_hour, whole),
        _ => readable(value, dimension),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_with_as_many_replicas_are_one_operand() {
        let runs = runs(&[2, 2, 3, 1, 1, 1]);
        let names: Vec<&str> = runs.iter().map(|run| &*run.name).collect();
        assert_eq!(names, ["0h-1h at 2:", "2h", "3h-5h at 1:"]);
        let replicas: Vec<Fraction> = runs.into_iter().map(|run| run.amount.value).collect();
        assert_eq!(replicas, [4, 3, 3].map(|count| Fraction::from(Decimal::from(count))));
    }
}
