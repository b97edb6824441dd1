//! Exchange rates: a costing uses the newest rate that is not after its day.

use std::sync::Arc;

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::model::{ArithmeticError, Currency, ExchangeRate, exact_product};
use crate::parse::{ExchangeRatesRaw, RateRaw};
use crate::resolve::check_version;
use crate::source::Span;

/// The dated rates of a project. A clone shares them.
#[derive(Clone, Debug, Default)]
pub struct ExchangeRates {
    /// Whether the file could not be read; its problems have been reported.
    rates: Arc<[RateRaw]>,
    unreadable: bool,
}

/// Checks the rates of a file: each is above zero, and no pair has two rates from the same day, in whichever direction
/// they are written.
pub fn exchange_rates(raw: ExchangeRatesRaw, problems: &mut Problems) -> ExchangeRates {
    check_version(raw.version, problems);
    ExchangeRates::of(raw.rates, problems)
}

fn check(rates: &[RateRaw], problems: &mut Problems) {
    for rate in rates {
        if rate.rate.value <= Decimal::ZERO {
            let message = "an exchange rate must be above zero";
            problems.push(Diagnostic::at(Code::NegativeAmount, rate.rate.span, message, "not above zero"));
        }
        if rate.from.value == rate.to.value {
            let message = format!("an exchange rate needs two different currencies, not {0} twice", rate.from.value);
            problems.push(Diagnostic::at(Code::ConflictingKeys, rate.to.span, message, "the same currency"));
        }
    }
    let pair = |rate: &RateRaw| {
        let (from, to) = (rate.from.value, rate.to.value);
        (from.min(to), from.max(to), rate.effective_from.value)
    };
    let mut sorted: Vec<&RateRaw> = rates.iter().collect();
    sorted.sort_by_key(|rate| pair(rate));
    for pair in sorted.windows(2).filter(|both| pair(both[0]) == pair(both[1])) {
        let (first, again) = (pair[0], pair[1]);
        let (from, to) = (again.from.value, again.to.value);
        let message = if first.from.value == from {
            format!("{from} to {to} has two rates from the same day")
        } else if is_inverse(first.rate.value, again.rate.value) {
            continue;
        } else {
            format!(
                "{from} to {to} has two rates from the same day: {} in this direction, and one for {to} to {from}",
                again.rate.value
            )
        };
        let diagnostic = Diagnostic::at(Code::OverlappingPrices, again.effective_from.span, message, "again here");
        let diagnostic = diagnostic.and_at(first.effective_from.span, "first here");
        problems.push(if first.from.value == from {
            diagnostic
        } else {
            diagnostic.help("delete one of them: a rate is used in both directions")
        });
    }
}

/// Whether two rates of opposite directions are the same rate.
fn is_inverse(one: Decimal, other: Decimal) -> bool {
    exact_product(one, other) == Some(Decimal::ONE)
}

impl ExchangeRates {
    /// Whether a currency has a rate, in whichever direction.
    pub fn names(&self, currency: Currency) -> bool {
        self.rates.iter().any(|rate| [rate.from.value, rate.to.value].contains(&currency))
    }

    /// The rate from one currency into another on a day: the newest one, in whichever direction it is written.
    pub fn find(&self, from: Currency, to: Currency, day: Date) -> Option<ExchangeRate> {
        let holds = |rate: &&RateRaw| {
            let pair = (rate.from.value, rate.to.value);
            rate.effective_from.value <= day && (pair == (from, to) || pair == (to, from))
        };
        let newest =
            self.rates.iter().filter(holds).max_by_key(|rate| (rate.effective_from.value, rate.from.value == from))?;
        Some(ExchangeRate {
            from,
            rate: newest.rate.value,
            inverse: newest.from.value != from,
            effective_from: newest.effective_from.value,
            read_on: newest.retrieved_on.map_or(newest.effective_from.value, |day| day.value),
            source: newest.source.value.as_str().into(),
            span: newest.span,
        })
    }
}

impl ExchangeRates {
    /// Rates of an unreadable file: lookups find none and report none as missing.
    pub fn unreadable() -> Self {
        Self { rates: Arc::default(), unreadable: true }
    }

    /// The first day on which a pair has a rate, in either direction.
    fn first_day(&self, a: Currency, b: Currency) -> Option<Date> {
        self.of_pair(a, b).map(|rate| rate.effective_from.value).min()
    }

    /// The rates of a pair, in either direction.
    fn of_pair(&self, a: Currency, b: Currency) -> impl Iterator<Item = &RateRaw> {
        self.rates.iter().filter(move |rate| {
            let pair = (rate.from.value, rate.to.value);
            pair == (a, b) || pair == (b, a)
        })
    }
}

impl ExchangeRates {
    /// The rates into a currency on a day, from each other currency.
    pub(crate) fn all_into(&self, to: Currency, day: Date) -> impl Iterator<Item = ExchangeRate> {
        let mut others: Vec<Currency> =
            self.rates.iter().flat_map(|rate| [rate.from.value, rate.to.value]).filter(|other| *other != to).collect();
        others.sort_unstable();
        others.dedup();
        others.into_iter().filter_map(move |from| self.find(from, to, day))
    }

    /// Checks a list of rates as if read from a file.
    pub(crate) fn of(rates: Vec<RateRaw>, problems: &mut Problems) -> Self {
        check(&rates, problems);
        Self { rates: rates.into(), unreadable: false }
    }
}

/// The rates of one stage into its reporting currency, looked up when they are first needed.
pub(crate) struct Conversions<'b> {
    book: &'b ExchangeRates,
    to: Currency,
    day: Date,
    found: Vec<ExchangeRate>,
    missing: Vec<Currency>,
}

impl<'b> Conversions<'b> {
    pub(crate) fn new(book: &'b ExchangeRates, to: Currency, day: Date) -> Self {
        Self { book, to, day, found: Vec::new(), missing: Vec::new() }
    }

    /// The rate between any two currencies on the day, which nothing that is computed depends on.
    pub(crate) fn between(&self, from: Currency, to: Currency) -> Option<ExchangeRate> {
        self.book.find(from, to, self.day)
    }

    /// The reporting currency, into which amounts are converted.
    pub(crate) fn to(&self) -> Currency {
        self.to
    }

    /// Ensures that amounts of a currency can be converted; reports a missing rate at `span`, once per currency.
    pub(crate) fn need(&mut self, from: Currency, span: Span, problems: &mut Problems) -> Option<()> {
        if from == self.to || self.found.iter().any(|rate| rate.from == from) {
            return Some(());
        }
        if let Some(rate) = self.book.find(from, self.to, self.day) {
            self.found.push(rate);
            return Some(());
        }
        if !self.missing.contains(&from) && !self.book.unreadable {
            self.missing.push(from);
            let message = format!("no exchange rate from {from} to {} on {}", self.to, self.day);
            let diagnostic = Diagnostic::at(Code::MissingExchangeRate, span, message, format!("in {from}"));
            let help = match (self.book.first_day(from, self.to), self.chain(from)) {
                (Some(day), _) => format!("the first rate of this pair starts on {day}"),
                (None, Some(chain)) => chain,
                (None, None) => "add a rate to pricing/fx.toml that is effective on or before that day".to_owned(),
            };
            problems.push(diagnostic.help(help));
        }
        None
    }

    /// How to get the missing rate from two others that there are; `None` if there is no such pair.
    fn chain(&self, from: Currency) -> Option<String> {
        let (through, second) = self.book.all_into(self.to, self.day).find_map(|second| {
            let first = self.book.find(from, second.from, self.day)?;
            Some((first, second))
        })?;
        let (to, by) = (self.to, second.from);
        let rate = through
            .convert(&Decimal::ONE.into())
            .and_then(|one| second.convert(&one))
            .and_then(|rate| rate.to_decimal());
        let rate = rate.map_or_else(|_| String::new(), |rate| format!(", which is {}", rate.normalize()));
        Some(format!(
            "rates are not chained by themselves, but there are rates from {from} to {by} and from {by} to {to}: add the \
             rate from {from} to {to} that you want to use to pricing/fx.toml{rate} by way of {by}"
        ))
    }

    /// Converts an amount after ensuring its rate with [`Self::need`].
    pub(crate) fn convert(
        &mut self,
        amount: Decimal,
        from: Currency,
        span: Span,
        problems: &mut Problems,
    ) -> Option<Decimal> {
        self.need(from, span, problems)?;
        let Some(rate) = self.found.iter().find(|rate| rate.from == from) else { return Some(amount) };
        let converted = rate.convert(&amount.into());
        match converted.and_then(|converted| converted.to_decimal()) {
            Ok(converted) => Some(converted),
            Err(error) => {
                let code = if error == ArithmeticError::LostDigits { Code::LostDigits } else { Code::Overflow };
                let message = format!("the amount cannot be converted from {from} to {}: {error}", self.to);
                problems.push(Diagnostic::at(code, span, message, "this amount"));
                None
            }
        }
    }

    /// The next day on which one of the rates that were looked up changes.
    pub(crate) fn next_change(&self) -> Option<Date> {
        let pairs = self.found.iter().map(|rate| (rate.from, self.to));
        let rates = pairs.flat_map(|(from, to)| self.book.of_pair(from, to));
        rates.map(|rate| rate.effective_from.value).filter(|change| *change > self.day).min()
    }

    pub(crate) fn into_rates(self) -> Vec<ExchangeRate> {
        self.found
    }
}
