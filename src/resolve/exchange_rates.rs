//! Exchange rates: the newest one that is not after the day of the costing.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::check_version;
use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::model::{Currency, ExchangeRate, Fraction};
use crate::parse::{ExchangeRatesRaw, RateRaw};
use crate::source::Span;

/// The dated rates of a project.
#[derive(Debug, Default)]
pub struct ExchangeRates {
    rates: Vec<RateRaw>,
}

/// Checks the rates of a file: above zero, and no pair twice on one day.
pub fn exchange_rates(raw: ExchangeRatesRaw, problems: &mut Problems) -> ExchangeRates {
    check_version(raw.version, problems);
    for (index, rate) in raw.rates.iter().enumerate() {
        if rate.rate.value <= Decimal::ZERO {
            let message = "an exchange rate is above zero";
            problems.push(Diagnostic::at(Code::NegativeAmount, rate.rate.span, message, "not above zero"));
        }
        if rate.from.value == rate.to.value {
            let message = format!("a rate from {0} to {0} has no meaning", rate.from.value);
            problems.push(Diagnostic::at(Code::ConflictingKeys, rate.to.span, message, "the same currency"));
        }
        let same = |other: &&RateRaw| {
            (other.from.value, other.to.value, other.effective_from.value)
                == (rate.from.value, rate.to.value, rate.effective_from.value)
        };
        if let Some(first) = raw.rates[..index].iter().find(same) {
            let message = format!("{} to {} has two rates from one day on", rate.from.value, rate.to.value);
            let diagnostic = Diagnostic::at(Code::OverlappingPrices, rate.effective_from.span, message, "again here");
            problems.push(diagnostic.and_at(first.effective_from.span, "first here"));
        }
    }
    ExchangeRates { rates: raw.rates }
}

impl ExchangeRates {
    /// The rate from one currency into another on a day, in whichever direction it is written. On the same first day a
    /// rate that is written in the direction asked for wins.
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
            source: newest.source.value.as_str().into(),
            span: newest.span,
        })
    }
}

/// The rates of one stage into its reporting currency, looked up when they are first needed.
pub(super) struct Conversions<'b> {
    book: &'b ExchangeRates,
    to: Currency,
    day: Date,
    found: Vec<ExchangeRate>,
    missing: Vec<Currency>,
}

impl<'b> Conversions<'b> {
    pub(super) fn new(book: &'b ExchangeRates, to: Currency, day: Date) -> Self {
        Self { book, to, day, found: Vec::new(), missing: Vec::new() }
    }

    /// Makes sure that amounts of a currency can be converted; reports a missing rate at `span`, once per currency.
    pub(super) fn need(&mut self, from: Currency, span: Span, problems: &mut Problems) -> Option<()> {
        if from == self.to || self.found.iter().any(|rate| rate.from == from) {
            return Some(());
        }
        if let Some(rate) = self.book.find(from, self.to, self.day) {
            self.found.push(rate);
            return Some(());
        }
        if !self.missing.contains(&from) {
            self.missing.push(from);
            let message = format!("there is no exchange rate from {from} to {} on {}", self.to, self.day);
            let diagnostic = Diagnostic::at(Code::MissingExchangeRate, span, message, format!("in {from}"));
            problems.push(diagnostic.help("add a rate to pricing/fx.toml that is effective on or before that day"));
        }
        None
    }

    /// Converts an amount; the pair must have been asked for with [`Self::need`].
    pub(super) fn convert(
        &mut self,
        amount: Decimal,
        from: Currency,
        span: Span,
        problems: &mut Problems,
    ) -> Option<Decimal> {
        self.need(from, span, problems)?;
        let Some(rate) = self.found.iter().find(|rate| rate.from == from) else { return Some(amount) };
        let factor = Fraction::from(rate.rate);
        let amount = Fraction::from(amount);
        let converted = if rate.inverse { amount.divide(factor) } else { amount.multiply(factor) };
        match converted.and_then(Fraction::to_decimal) {
            Ok(converted) => Some(converted),
            Err(error) => {
                problems.push(Diagnostic::at(Code::Overflow, span, error.to_string(), "when it is converted"));
                None
            }
        }
    }

    pub(super) fn into_rates(self) -> Vec<ExchangeRate> {
        self.found
    }
}
