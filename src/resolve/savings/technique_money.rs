//! Values of inputs in another currency than that of the technique.

use jiff::civil::Date;

use crate::diagnostic::Problems;
use crate::model::{Dimension, ExchangeRate, Expression, Formula, Operator};
use crate::resolve::prices::exchange_rates::{Conversions, ExchangeRates};

/// The exchange rates of a day, by which values are converted.
#[derive(Clone, Copy, Debug)]
pub struct RatesOn<'r> {
    /// The dated rates.
    pub rates: &'r ExchangeRates,
    /// The day.
    pub day: Date,
}

/// Whether a value is of a dimension, or would be in another currency.
pub(crate) fn is_of(found: Dimension, wanted: Dimension) -> bool {
    let apart_from_currency =
        |dimension: Dimension| (dimension.data, dimension.time, dimension.money.map(|(_, exponent)| exponent));
    apart_from_currency(found) == apart_from_currency(wanted)
}

/// A value in the currency that is wanted, converted if it is in another one. A value of another dimension is unchanged.
/// Reports a missing rate.
pub(crate) fn in_currency_of(
    value: Formula,
    wanted: Dimension,
    on: RatesOn<'_>,
    problems: &mut Problems,
) -> Option<Formula> {
    let (Some((from, exponent)), Some((to, _))) = (value.dimension.money, wanted.money) else { return Some(value) };
    if from == to || !is_of(value.dimension, wanted) {
        return Some(value);
    }
    let mut conversions = Conversions::new(on.rates, to, on.day);
    conversions.need(from, value.span, problems)?;
    let rate = conversions.into_rates().into_iter().next()?;
    let times = (0..exponent.unsigned_abs())
        .fold(value.expression, |so_far, _| converted(so_far, &rate, exponent.is_negative()));
    Some(Formula { expression: times, dimension: wanted, ..value })
}

/// An expression times a rate, or divided by it.
fn converted(expression: Expression, rate: &ExchangeRate, divides: bool) -> Expression {
    let operator = if rate.inverse == divides { Operator::Multiply } else { Operator::Divide };
    let of = Expression::Number(rate.rate.into());
    match (expression, operator) {
        // A literal stays one where that is exact.
        (Expression::Number(value), Operator::Multiply) if value.multiply(&rate.rate.into()).is_ok() => {
            Expression::Number(value.multiply(&rate.rate.into()).unwrap_or(value))
        }
        (expression, operator) => Expression::Binary(operator, Box::new((expression, of))),
    }
}
