//! Charges of a SKU: what is counted, how much of it is billable, and the prices by date.

use std::sync::Arc;

use rust_decimal::Decimal;

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::model::{
    Base, Charge, Citation, Currency, Direction, Formula, Period, Pool, PriceModel, PricingUnit, Rounding, Scope,
    Terms, Unit,
};
use crate::parse::{ChargeRaw, DatedPriceRaw, FormulaRaw, TermsRaw};
use crate::resolve::checks::positive;
use crate::resolve::formula;
use crate::resolve::prices::price::{Fallback, PriceContext};
use crate::resolve::prices::rounding::rounding;
use crate::resolve::prices::units::units;
use crate::source::{Span, Spanned};

/// The most prices that a charge may have: all pairs are compared.
const MAX_PRICES: usize = 1000;

/// How a formula in pricing units is compiled: one for usage, or one for an allowance, which may be a plain number of them.
type Compile = fn(&FormulaRaw, &Scope, &PricingUnit, &mut Problems) -> Option<Formula>;

/// What all charges of a SKU share.
pub(crate) struct ChargeContext<'r> {
    pub(crate) currency: Currency,
    pub(crate) citation: &'r Arc<Citation>,
    /// The names of the SKU, which formulas may use.
    pub(crate) scope: &'r Scope,
    /// The pools of the sheet.
    pub(crate) pools: &'r [Arc<Pool>],
    /// The rate of the tax that prices include unless they give their own.
    pub(crate) includes_tax: Option<Spanned<Decimal>>,
    /// The earlier charges, of which a percentage may be taken.
    pub(crate) before: &'r [Arc<Charge>],
}

impl ChargeContext<'_> {
    /// Resolves a charge. Its default usage may use only `earlier_meters`.
    pub(crate) fn charge(
        &self,
        mut raw: ChargeRaw,
        unit: Option<PricingUnit>,
        earlier_meters: Option<&Scope>,
        problems: &mut Problems,
    ) -> Charge {
        check_keys(&raw, problems);
        let compiled = |raw: Option<&FormulaRaw>, scope: &Scope, compile: Compile, problems: &mut Problems| {
            let (raw, unit) = raw.zip(unit.as_ref())?;
            compile(raw, scope, unit, problems).map(Arc::new)
        };
        let (usage, allowance): (Compile, Compile) = (formula::compile_usage, formula::compile_allowance);
        let default_usage = earlier_meters.and_then(|scope| compiled(raw.usage.as_ref(), scope, usage, problems));
        let included = compiled(raw.terms.included.as_ref(), self.scope, allowance, problems);
        let minimum_usage = compiled(raw.minimum_usage.as_ref(), self.scope, allowance, problems);
        let maximum_usage = compiled(raw.maximum_usage.as_ref(), self.scope, allowance, problems);
        check_usage_bounds(&raw, minimum_usage.as_deref(), maximum_usage.as_deref(), problems);
        let billed_usage = compiled(raw.billed_usage.as_ref(), self.scope, usage, problems);
        let tier_by = compiled(raw.tier_by.as_ref(), self.scope, usage, problems);
        let base = self.base(&raw, problems);
        let cost_rounding = raw.round_cost_to.as_ref().and_then(|raw| rounding(raw, problems));
        let context = PriceContext {
            currency: self.currency,
            model: raw.model.value,
            period: raw.period.map_or(Period::MONTH, |period| period.value),
            unit: unit.as_ref(),
            scope: self.scope,
            includes_tax: self.includes_tax,
        };
        let pool = self.pool(&raw, unit.as_ref(), problems);
        let fallback = Fallback {
            included,
            per: raw.terms.per.take(),
            minimum: raw.terms.minimum.take(),
            cap: raw.terms.cap.take(),
            commitment: raw.terms.commitment.take().and_then(|raw| context.commitment(&raw, problems)),
        };
        let usage_rounding = usage_rounding(&raw, unit.as_ref(), problems);
        let prices = self.prices((raw.terms, raw.prices), &context, &fallback, problems);
        Charge {
            meter: raw.meter.value.into(),
            description: raw.description.map(|description| description.value.into()),
            period: context.period,
            unit,
            each: raw.each.unwrap_or(false),
            base,
            default_usage,
            billed_usage,
            tier_by,
            minimum_usage,
            maximum_usage,
            usage_rounding,
            cost_rounding: cost_rounding.map(|rounding| rounding.value),
            included: fallback.included,
            pool,
            prices,
            span: raw.span,
        }
    }

    /// The prices of a charge: those by date, otherwise the one that is written in the charge itself.
    fn prices(
        &self,
        (terms, dated): (TermsRaw, Vec<DatedPriceRaw>),
        context: &PriceContext<'_>,
        fallback: &Fallback,
        problems: &mut Problems,
    ) -> Vec<Arc<Terms>> {
        let prices =
            if dated.is_empty() { vec![DatedPriceRaw::of_charge(TermsRaw { included: None, ..terms })] } else { dated };
        if let Some(more) = prices.get(MAX_PRICES) {
            let message = format!("a charge can have at most {MAX_PRICES} prices");
            problems.push(Diagnostic::at(Code::TooManyNames, more.span, message, "one too many"));
        }
        let prices = prices.into_iter().take(MAX_PRICES);
        let prices = prices.filter_map(|price| context.dated_terms(price, fallback, self.citation, problems));
        let prices: Vec<Arc<Terms>> = prices.collect();
        check_overlaps(&prices, problems);
        prices
    }

    /// The pool that a charge names; reports an unknown or unsuitable one.
    fn pool(&self, raw: &ChargeRaw, unit: Option<&PricingUnit>, problems: &mut Problems) -> Option<Arc<Pool>> {
        let name = raw.pool.as_ref()?;
        let known = || self.pools.iter().map(|pool| pool.name());
        let Some(pool) = self.pools.iter().find(|pool| pool.name() == name.value) else {
            let message = format!("the sheet has no pool `{}`", name.value);
            problems.push(Diagnostic::at(Code::UnknownName, name.span, message, "").suggest(&name.value, known()));
            return None;
        };
        if unit.is_some_and(|unit| unit.dimension != pool.unit.dimension) {
            let message = format!("a pool of {} cannot be shared by a charge with another unit", pool.unit.label);
            problems.push(Diagnostic::at(Code::UnitMismatch, name.span, message, "").and_at(pool.span, "this pool"));
        }
        if raw.each == Some(true) {
            let message = "a charge with `each` has its own allowance and cannot share a pool";
            problems.push(Diagnostic::at(Code::ConflictingKeys, name.span, message, "remove this, or `each`"));
        }
        let dated = raw.prices.iter().find_map(|price| price.terms.included.as_ref());
        if let (Some(included), Some(_)) = (raw.terms.included.as_ref().or(dated), &pool.included) {
            let message = format!("the pool `{}` has two sizes", name.value);
            let diagnostic = Diagnostic::at(Code::ConflictingKeys, included.span, message, "one here");
            problems.push(diagnostic.and_at(pool.span, "and one of the whole pool").help("keep one of them"));
        }
        Some(Arc::clone(pool))
    }

    /// The base of a percentage: an earlier charge, other line items, or the revenue.
    fn base(&self, raw: &ChargeRaw, problems: &mut Problems) -> Option<Base> {
        let of = raw.of.as_ref()?;
        let place = self.before.iter().position(|charge| *charge.meter == *of.value);
        if let (None, Some((_, base))) = (place, Base::WORDS.iter().find(|(word, _)| *word == of.value)) {
            return Some(*base);
        }
        let Some((place, charge)) = place.and_then(|place| Some((u16::try_from(place).ok()?, &self.before[place])))
        else {
            problems.push(if of.value == raw.meter.value {
                let message = format!("`{}` is a percentage of itself", of.value);
                Diagnostic::at(Code::PercentageCycle, of.span, message, "refers to its own charge")
            } else {
                let message = format!("no earlier charge is called `{}`", of.value);
                let known = self.before.iter().map(|charge| &*charge.meter);
                let words = Base::WORDS.iter().map(|(word, _)| *word);
                Diagnostic::at(Code::UnknownMeter, of.span, message, "").suggest(&of.value, known.chain(words))
            });
            return None;
        };
        let is_for_one = charge.each || charge.unit.is_none();
        if raw.each == Some(true) && !is_for_one {
            let message = format!("`{}` has no `each`, so a percentage of it cannot have it either", of.value);
            let diagnostic = Diagnostic::at(Code::ConflictingKeys, of.span, message, "covers all units together");
            problems.push(diagnostic.and_at(charge.span, "this charge").help("remove `each`"));
        }
        Some(Base::Charge(place))
    }
}

/// The pricing unit of a charge; reports an unknown one.
pub(crate) fn unit(label: Option<&Spanned<String>>, problems: &mut Problems) -> Option<PricingUnit> {
    let label = label?;
    let unit = PricingUnit::parse(&label.value);
    if unit.is_none() {
        let message = format!("unknown unit `{}`", label.value);
        let diagnostic = Diagnostic::at(Code::UnknownUnit, label.span, message, "");
        let mistaken = label.value.split('-').find_map(|part| Some((part, Unit::mistaken(part)?)));
        problems.push(match mistaken {
            Some((part, meant)) => diagnostic.help(format!("did you mean `{}`?", label.value.replace(part, meant))),
            None => formula::unknown_unit(diagnostic, &label.value),
        });
    }
    unit
}

fn usage_rounding(raw: &ChargeRaw, unit: Option<&PricingUnit>, problems: &mut Problems) -> Option<Rounding> {
    let (to, direction) = match (&raw.round_usage_up_to, &raw.round_usage_down_to) {
        (Some(up), Some(down)) => {
            let message = "usage can be rounded up or down, not both";
            let diagnostic = Diagnostic::at(Code::ConflictingKeys, down.span, message, "this");
            problems.push(diagnostic.and_at(up.span, "or this"));
            return None;
        }
        (Some(up), None) => (up, Direction::Up),
        (None, Some(down)) => (down, Direction::Down),
        (None, None) => return None,
    };
    positive(units(to, unit, problems), "a billing increment", problems).map(|to| Rounding { to, direction })
}

fn check_usage_bounds(raw: &ChargeRaw, minimum: Option<&Formula>, maximum: Option<&Formula>, problems: &mut Problems) {
    let least = minimum.and_then(Formula::literal);
    let most = maximum.and_then(Formula::literal);
    if let (Some(least), Some(most)) = (least, most)
        && least > most
    {
        let span = raw.maximum_usage.as_ref().map_or(raw.span, |raw| raw.span);
        let message = "`maximum_usage` is below `minimum_usage`";
        problems.push(Diagnostic::at(Code::ConflictingKeys, span, message, "below the minimum"));
    }
}

/// Keys of a charge, with the places of those that are given.
type Keys<'k> = &'k [(&'k str, Option<Span>)];

/// Reports keys that the price model of a charge lacks or does not take.
fn check_keys(raw: &ChargeRaw, problems: &mut Problems) {
    let flat = raw.model.value == PriceModel::Flat;
    let percentage = raw.model.value == PriceModel::Percentage;
    let of_unit = raw.unit.as_ref().map(|unit| unit.span);
    let of = raw.of.as_ref().map(|of| of.span);
    let mut need = |is_missing: bool, message: &str| {
        if is_missing {
            problems.push(Diagnostic::at(Code::MissingKey, raw.span, message, "missing here"));
        }
    };
    need(raw.model.value.traits().counts_usage && of_unit.is_none(), "a charge that counts usage needs a `unit`");
    need(percentage && of.is_none(), "a percentage needs the key `of`, its base");
    let span = |formula: &Option<FormulaRaw>| formula.as_ref().map(|formula| formula.span);
    let counting = [
        ("usage", span(&raw.usage)),
        ("billed_usage", span(&raw.billed_usage)),
        ("minimum_usage", span(&raw.minimum_usage)),
        ("maximum_usage", span(&raw.maximum_usage)),
        ("included", span(&raw.terms.included)),
        ("pool", raw.pool.as_ref().map(|pool| pool.span)),
        ("round_usage_up_to", raw.round_usage_up_to.as_ref().map(|step| step.span)),
        ("round_usage_down_to", raw.round_usage_down_to.as_ref().map(|step| step.span)),
    ];
    let per = [
        ("per", raw.terms.per.as_ref().map(|per| per.span)),
        ("commitment", raw.terms.commitment.as_ref().map(|raw| raw.span)),
    ];
    let on_dated = [
        ("price", raw.terms.price.as_ref().map(crate::resolve::prices::price::span_of_price)),
        ("percent", raw.terms.percent.map(|percent| percent.0.span)),
        ("tiers", raw.terms.tiers.first().map(|tier| tier.span)),
        ("effective_from", raw.terms.effective_from.map(|day| day.span)),
        ("effective_to", raw.terms.effective_to.map(|day| day.span)),
    ];
    let period = [("period", raw.period.map(|period| period.span))];
    let tier_by = [("tier_by", span(&raw.tier_by))];
    // Keys, what they cannot be combined with, and whether the charge has that.
    let conflicts: [(Keys<'_>, &str, bool); 9] = [
        (&[("unit", of_unit)], "`model = \"flat\"`", flat),
        (&counting, "`model = \"flat\"`", flat),
        (&per, "`model = \"flat\"`", flat),
        (&period, "a price that counts usage", !flat),
        (&per, "`model = \"percentage\"`", percentage),
        (&counting, "a percentage without a `unit`", percentage && of_unit.is_none()),
        (&[("of", of)], "a price that is not a percentage", !percentage),
        (&tier_by, "a price that is not by `volume`", raw.model.value != PriceModel::Volume),
        (&on_dated, "`prices`", !raw.prices.is_empty()),
    ];
    for (keys, with, _) in conflicts.into_iter().filter(|(.., is_so)| *is_so) {
        for (key, span) in keys.iter().filter_map(|(key, span)| Some((key, (*span)?))) {
            let message = format!("`{key}` cannot be combined with {with}");
            problems.push(Diagnostic::at(Code::ConflictingKeys, span, message, "remove this"));
        }
    }
}

/// Reports prices that apply on the same day to the same order and the same choices.
fn check_overlaps(prices: &[Arc<Terms>], problems: &mut Problems) {
    let mut sorted: Vec<&Arc<Terms>> = prices.iter().collect();
    sorted.sort_by_key(|price| price.effective_from);
    for (index, second) in sorted.iter().enumerate() {
        let earlier = sorted[..index].iter().rev().find(|first| overlap(first, second));
        let Some(first) = earlier else { continue };
        let day = second.effective_from.map_or_else(|| "at the same time".to_owned(), |from| format!("on {from}"));
        let message = format!("two prices of one charge apply {day}");
        let diagnostic = Diagnostic::at(Code::OverlappingPrices, second.span, message, "this one");
        let help = "end the older one with `effective_to`, or distinguish them with `when` or `ordered_from`";
        problems.push(diagnostic.and_at(first.span, "and this one").help(help));
    }
}

/// Whether two prices can apply at the same time.
fn overlap(first: &Terms, second: &Terms) -> bool {
    type Days = (Option<jiff::civil::Date>, Option<jiff::civil::Date>);
    let meet = |(from_a, to_a): Days, (from_b, to_b): Days| {
        let ends_before = |to: Option<jiff::civil::Date>, from: Option<jiff::civil::Date>| {
            to.is_some_and(|to| from.is_some_and(|from| to < from))
        };
        !ends_before(to_a, from_b) && !ends_before(to_b, from_a)
    };
    let differ =
        |(name, value): &(Box<str>, Box<str>)| second.when.iter().any(|(other, asked)| other == name && asked != value);
    let ordered = |terms: &Terms| (terms.ordered_from, terms.ordered_to);
    let effective = |terms: &Terms| (terms.effective_from, terms.effective_to);
    meet(effective(first), effective(second)) && meet(ordered(first), ordered(second)) && !first.when.iter().any(differ)
}
