//! What a technique keeps: dimensions that fit, one currency, and tiers that follow each other.

use rust_decimal::Decimal;

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::model::{
    Currency, Dimension, Formula, Retention, RetentionClass, RetentionPeriod, Scope, StoragePrice, StorageTier,
};
use crate::parse::{BaselineRaw, FormulaRaw, RetentionClassRaw, RetentionRaw, StorageTierRaw};
use crate::resolve::formula;
use crate::source::{Span, Spanned};

/// How many classes there may be.
const MAX_CLASSES: usize = 20;
/// How many tiers a class may have.
const MAX_TIERS: usize = 10;

/// Resolves what a technique keeps, and adds the names of what comes of it to those that its effects may use.
pub(crate) fn retention(raw: RetentionRaw, scope: &mut Scope, problems: &mut Problems) -> Option<Retention> {
    let before = problems.len();
    for name in Retention::NAMES.iter().filter(|name| scope.find(name).is_some()) {
        let message = format!("`{name}` is computed of what is kept, and an input has the same name");
        let diagnostic = Diagnostic::at(Code::DuplicateName, raw.span, message, "");
        problems.push(diagnostic.help("give the input another name"));
    }
    if let Some(days) = raw.days_per_month.as_ref().filter(|_| raw.period.value == RetentionPeriod::Month) {
        let message = "`days_per_month` has no meaning where time is counted in months";
        let diagnostic = Diagnostic::at(Code::ConflictingKeys, days.span, message, "not with `period: month`");
        problems.push(diagnostic.and_at(raw.period.span, "months are counted"));
    }
    if raw.classes.is_empty() {
        let message = "`retention` keeps something";
        let diagnostic = Diagnostic::at(Code::MissingKey, raw.period.span, message, "this has no `classes`");
        problems.push(diagnostic.help("write `classes: [{ name: records, arrives: ..., kept: ..., tiers: [...] }]`"));
    }
    if let Some(class) = raw.classes.get(MAX_CLASSES) {
        let message = format!("`retention` has at most {MAX_CLASSES} classes");
        problems.push(Diagnostic::at(Code::TooManyNames, class.name.span, message, "one too many"));
        return None;
    }
    check_names("classes", raw.classes.iter().map(|class| &class.name), problems);
    let mut reading = Reading { scope, currency: None, problems };
    let days_per_month = raw.days_per_month.map(|days| reading.plain(&days, "`days_per_month`"));
    let growth = raw.growth.map(|growth| reading.growth(&growth));
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
    Some(Retention { period: raw.period.value, days_per_month, growth, currency, classes })
}

/// Reports names that stand twice.
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
    /// The currency of the first price, and where it is written.
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
        let message = format!("{what} is a plain number, and this is {}", formula.dimension);
        self.mismatch(&formula, message, "write a number without a unit: times are counted in the `period`")
    }

    /// As [`Self::plain`], of a formula that need not be there.
    fn optional(&mut self, raw: Option<&FormulaRaw>, what: &str) -> Option<Formula> {
        raw.and_then(|raw| self.plain(raw, what))
    }

    /// What arrives may become less, so that its growth may be below zero.
    fn growth(&mut self, raw: &FormulaRaw) -> Option<Formula> {
        let formula = formula::compile(raw, self.scope, self.problems)?;
        if formula.dimension == Dimension::PLAIN {
            return Some(formula);
        }
        let message = format!("`growth` is a plain number, and this is {}", formula.dimension);
        self.mismatch(&formula, message, "write a rate: `2%`")
    }

    fn data(&mut self, raw: &FormulaRaw) -> Option<Formula> {
        let formula = formula::compile(raw, self.scope, self.problems)?;
        if formula.dimension == Dimension::DATA {
            return Some(formula);
        }
        let message = format!("`arrives` is data, and this is {}", formula.dimension);
        self.mismatch(&formula, message, "write an amount of data: `5 GB`")
    }

    fn share(&mut self, raw: &FormulaRaw, what: &str) -> Option<Formula> {
        let formula = self.plain(raw, what)?;
        if formula.literal().is_none_or(|share| share <= Decimal::ONE) {
            return Some(formula);
        }
        let message = format!("{what} is a share of the size, and cannot be more than all of it");
        let diagnostic = Diagnostic::at(Code::InvalidRange, formula.span, message, "more than 100%");
        self.problems.push(diagnostic.help("write `80%` or `0.8`"));
        None
    }

    fn price(&mut self, raw: &FormulaRaw, what: &str) -> Option<Formula> {
        let formula = formula::compile(raw, self.scope, self.problems)?;
        let Some((currency, 1)) = formula.dimension.money.filter(|_| formula.dimension.data == 0) else {
            let message = format!("{what} is the price of a GB, and this is {}", formula.dimension);
            return self.mismatch(&formula, message, "write an amount of money: `0.02 USD`");
        };
        if formula.dimension.time != 0 {
            let message = format!("{what} is the price of a GB, and this is {}", formula.dimension);
            return self.mismatch(&formula, message, "write an amount of money: `0.02 USD`");
        }
        let (first, place) = *self.currency.get_or_insert((currency, formula.span));
        if first != currency {
            let message = format!("one price is in {first}, and another in {currency}");
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
            let message = "a class has at least one tier";
            let diagnostic = Diagnostic::at(Code::InvalidTiers, class, message, "this has none");
            self.problems.push(diagnostic.help("write `tiers: [{ name: hot, price: 0.10 USD }]`"));
            return Vec::new();
        };
        if let Some(tier) = raw.get(MAX_TIERS) {
            let message = format!("a class has at most {MAX_TIERS} tiers");
            self.problems.push(Diagnostic::at(Code::TooManyNames, tier.name.span, message, "one too many"));
            return Vec::new();
        }
        let tiers = raw.into_iter().enumerate().filter_map(|(place, tier)| self.tier(tier, place == last));
        tiers.collect()
    }

    fn tier(&mut self, raw: StorageTierRaw, is_last: bool) -> Option<StorageTier> {
        match &raw.r#for {
            None if !is_last => {
                let message = format!("no data gets older than `{}`, and tiers follow", raw.name.value);
                let diagnostic = Diagnostic::at(Code::InvalidTiers, raw.span, message, "`for` is missing here");
                self.problems.push(diagnostic.help("say how long data stays in it: only the last tier takes the rest"));
            }
            Some(stays) if is_last => {
                let message = "the last tier takes data for as long as it is kept";
                let diagnostic = Diagnostic::at(Code::InvalidTiers, stays.span, message, "ends before");
                self.problems.push(diagnostic.help("leave out its `for`, or add a tier behind it"));
            }
            _ => {}
        }
        match (&raw.read, &raw.read_price) {
            (Some(read), None) => self.needs(read.span, "`read` needs `read_price`, what reading a GB costs"),
            (None, Some(price)) => self.needs(price.span, "`read_price` needs `read`, how much is read in a month"),
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
        self.problems.push(Diagnostic::at(Code::ConflictingKeys, span, message, "alone here"));
    }
}
