//! The data that a technique keeps: checks dimensions, the currency and the order of tiers.

use rust_decimal::Decimal;

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::model::{
    Currency, Dimension, Formula, Retention, RetentionClass, RetentionPeriod, Scope, StoragePrice, StorageTier,
};
use crate::parse::{BaselineRaw, FormulaRaw, RetentionClassRaw, RetentionRaw, StorageTierRaw};
use crate::resolve::formula;
use crate::source::{Span, Spanned};

/// The most classes of a technique.
const MAX_CLASSES: usize = 20;
/// The most tiers of a class.
const MAX_TIERS: usize = 10;

/// Resolves the data that a technique keeps, and adds the names of its results to those that effects may use.
pub(crate) fn retention(raw: RetentionRaw, scope: &mut Scope, problems: &mut Problems) -> Option<Retention> {
    let before = problems.len();
    for name in Retention::NAMES.iter().filter(|name| scope.find(name).is_some()) {
        let message = format!("an input cannot be called `{name}`: `retention` computes a value of this name");
        let diagnostic = Diagnostic::at(Code::DuplicateName, raw.span, message, "");
        problems.push(diagnostic.help("rename the input"));
    }
    if let Some(days) = raw.days_per_month.as_ref().filter(|_| raw.period.value == RetentionPeriod::Month) {
        let message = "`days_per_month` has no meaning with `period: month`";
        let diagnostic = Diagnostic::at(Code::ConflictingKeys, days.span, message, "remove this");
        problems.push(diagnostic.and_at(raw.period.span, "time is counted in months"));
    }
    if raw.classes.is_empty() {
        let message = "`retention` needs `classes`";
        let diagnostic = Diagnostic::at(Code::MissingKey, raw.period.span, message, "has none");
        problems.push(diagnostic.help("write `classes: [{ name: records, arrives: ..., kept: ..., tiers: [...] }]`"));
    }
    if let Some(class) = raw.classes.get(MAX_CLASSES) {
        let message = format!("`retention` can have at most {MAX_CLASSES} classes");
        problems.push(Diagnostic::at(Code::TooManyNames, class.name.span, message, "one too many"));
        return None;
    }
    check_names("classes", raw.classes.iter().map(|class| &class.name), problems);
    let mut reading = Reading { scope, currency: None, problems };
    let days_per_month = raw.days_per_month.map(|days| reading.plain(&days, "`days_per_month`"));
    let growth = raw.growth.map(|growth| reading.growth(&growth));
    let month = raw.month.map(|month| reading.plain(&month, "`month`"));
    let classes: Vec<RetentionClass> = raw.classes.into_iter().filter_map(|class| reading.class(class)).collect();
    let currency = reading.currency.map(|(currency, _)| currency);
    if problems.len() != before {
        return None;
    }
    let currency = currency?;
    let dimensions = [Dimension::DATA, Dimension::DATA, Dimension::money(currency), Dimension::money(currency)];
    for (name, dimension) in Retention::NAMES.into_iter().zip(dimensions) {
        scope.add(name, dimension)?;
    }
    let (days_per_month, growth) = (days_per_month.flatten(), growth.flatten());
    Some(Retention { period: raw.period.value, days_per_month, growth, month: month.flatten(), currency, classes })
}

/// Reports names that occur twice.
fn check_names<'r>(what: &str, names: impl Iterator<Item = &'r Spanned<String>>, problems: &mut Problems) {
    let mut known: Vec<&Spanned<String>> = Vec::new();
    for name in names {
        if let Some(first) = known.iter().find(|known| known.value == name.value) {
            let message = format!("two {what} are called `{}`", name.value);
            let diagnostic = Diagnostic::at(Code::DuplicateName, name.span, message, "again here");
            problems.push(diagnostic.and_at(first.span, "first here"));
        } else {
            known.push(name);
        }
    }
}

struct Reading<'r> {
    scope: &'r Scope,
    /// The currency of the first price, and its place.
    currency: Option<(Currency, Span)>,
    problems: &'r mut Problems,
}

impl Reading<'_> {
    fn mismatch<T>(&mut self, formula: &Formula, message: String, help: &str) -> Option<T> {
        let label = formula.dimension.to_string();
        self.problems.push(Diagnostic::at(Code::UnitMismatch, formula.span, message, label).help(help));
        None
    }

    fn plain(&mut self, raw: &FormulaRaw, what: &str) -> Option<Formula> {
        let formula = formula::compile(raw, self.scope, self.problems)?;
        if formula.dimension == Dimension::PLAIN {
            return formula::not_below_zero(&formula, self.problems).map(|()| formula);
        }
        let message = format!("{what} must be a plain number, and this is {}", formula.dimension);
        self.mismatch(&formula, message, "write a number without a unit: `period` is the unit of time")
    }

    /// Compiles an optional formula like [`Self::plain`].
    fn optional(&mut self, raw: Option<&FormulaRaw>, what: &str) -> Option<Formula> {
        raw.and_then(|raw| self.plain(raw, what))
    }

    /// Compiles the growth of arriving data, which may be below zero.
    fn growth(&mut self, raw: &FormulaRaw) -> Option<Formula> {
        let formula = formula::compile(raw, self.scope, self.problems)?;
        if formula.dimension == Dimension::PLAIN {
            return Some(formula);
        }
        let message = format!("`growth` must be a plain number, and this is {}", formula.dimension);
        self.mismatch(&formula, message, "write a rate: `2%`")
    }

    fn data(&mut self, raw: &FormulaRaw) -> Option<Formula> {
        let formula = formula::compile(raw, self.scope, self.problems)?;
        if formula.dimension == Dimension::DATA {
            return Some(formula);
        }
        let message = format!("`arrives` must be an amount of data, and this is {}", formula.dimension);
        self.mismatch(&formula, message, "write an amount of data: `5 GB`")
    }

    fn share(&mut self, raw: &FormulaRaw, what: &str) -> Option<Formula> {
        let formula = self.plain(raw, what)?;
        if formula.literal().is_none_or(|share| share <= Decimal::ONE) {
            return Some(formula);
        }
        let message = format!("{what} is a share of the size and can be at most 100%");
        let diagnostic = Diagnostic::at(Code::InvalidRange, formula.span, message, "more than 100%");
        self.problems.push(diagnostic.help("write `80%` or `0.8`"));
        None
    }

    fn price(&mut self, raw: &FormulaRaw, what: &str) -> Option<Formula> {
        let formula = formula::compile(raw, self.scope, self.problems)?;
        let Some((currency, 1)) = formula.dimension.money.filter(|_| formula.dimension.data == 0) else {
            let message = format!("{what} must be the price of a GB, and this is {}", formula.dimension);
            return self.mismatch(&formula, message, "write an amount of money: `0.02 USD`");
        };
        if formula.dimension.time != 0 {
            let message = format!("{what} must be the price of a GB, and this is {}", formula.dimension);
            return self.mismatch(&formula, message, "write an amount of money: `0.02 USD`");
        }
        let (first, place) = *self.currency.get_or_insert((currency, formula.span));
        if first != currency {
            let message = format!("prices of `retention` are in {first} and in {currency}");
            let diagnostic = Diagnostic::at(Code::UnitMismatch, formula.span, message, currency.to_string());
            self.problems.push(diagnostic.and_at(place, first.to_string()));
            return None;
        }
        Some(formula)
    }

    fn class(&mut self, raw: RetentionClassRaw) -> Option<RetentionClass> {
        let arrives = self.data(&raw.arrives);
        let kept = self.plain(&raw.kept, "`kept`");
        let compressed_by = raw.compressed_by.as_ref().map(|by| self.share(by, "`compressed_by`"));
        let baseline = raw.baseline.map(|baseline| self.baseline(&baseline));
        let tiers = self.tiers(raw.tiers, raw.name.span);
        Some(RetentionClass {
            name: raw.name.value.into(),
            arrives: arrives?,
            kept: kept?,
            compressed_by: compressed_by.flatten(),
            baseline: baseline.flatten(),
            tiers,
        })
    }

    fn baseline(&mut self, raw: &BaselineRaw) -> Option<StoragePrice> {
        let price = self.price(&raw.price, "`price`");
        let read_price = raw.read_price.as_ref().and_then(|price| self.price(price, "`read_price`"));
        Some(StoragePrice { price: price?, read_price })
    }

    fn tiers(&mut self, raw: Vec<StorageTierRaw>, class: Span) -> Vec<StorageTier> {
        check_names("tiers", raw.iter().map(|tier| &tier.name), self.problems);
        let Some(last) = raw.len().checked_sub(1) else {
            let message = "a class needs at least one tier";
            let diagnostic = Diagnostic::at(Code::InvalidTiers, class, message, "has none");
            self.problems.push(diagnostic.help("write `tiers: [{ name: hot, price: 0.10 USD }]`"));
            return Vec::new();
        };
        if let Some(tier) = raw.get(MAX_TIERS) {
            let message = format!("a class can have at most {MAX_TIERS} tiers");
            self.problems.push(Diagnostic::at(Code::TooManyNames, tier.name.span, message, "one too many"));
            return Vec::new();
        }
        let tiers = raw.into_iter().enumerate().filter_map(|(place, tier)| self.tier(tier, place == last));
        tiers.collect()
    }

    fn tier(&mut self, raw: StorageTierRaw, is_last: bool) -> Option<StorageTier> {
        match &raw.r#for {
            None if !is_last => {
                let message = format!("data never leaves the tier `{}`, but more tiers follow", raw.name.value);
                let diagnostic = Diagnostic::at(Code::InvalidTiers, raw.span, message, "`for` is missing here");
                self.problems
                    .push(diagnostic.help("write how long data stays in it: only the last tier keeps the rest"));
            }
            Some(stays) if is_last => {
                let message = "the last tier keeps data to the end and takes no `for`";
                let diagnostic = Diagnostic::at(Code::InvalidTiers, stays.span, message, "remove this");
                self.problems.push(diagnostic.help("remove its `for`, or add a tier after it"));
            }
            _ => {}
        }
        match (&raw.read, &raw.read_price) {
            (Some(read), None) => self.needs(read.span, "`read` needs `read_price`, the price of reading a GB"),
            (None, Some(price)) => {
                self.needs(price.span, "`read_price` needs `read`, the share that is read in a month");
            }
            _ => {}
        }
        let stays = self.optional(raw.r#for.as_ref(), "`for`");
        let price = self.price(&raw.price, "`price`");
        let read = self.optional(raw.read.as_ref(), "`read`");
        let read_price = raw.read_price.as_ref().and_then(|price| self.price(price, "`read_price`"));
        let minimum = self.optional(raw.minimum.as_ref(), "`minimum`");
        let price = StoragePrice { price: price?, read_price };
        Some(StorageTier { name: raw.name.value.into(), stays, price, read, minimum })
    }

    fn needs(&mut self, span: Span, message: &str) {
        self.problems.push(Diagnostic::at(Code::ConflictingKeys, span, message, "needs the other key"));
    }
}
