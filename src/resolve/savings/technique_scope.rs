//! The line items that a technique applies to, by its file and by the manifest.

use rust_decimal::Decimal;

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::model::{
    ChargeLine, Dimension, Effect, LineItem, LinePricing, LowersKind, Scope, Stage, TechniqueInput, TechniqueScope,
    TechniqueWish, Wish,
};
use crate::parse::{Mapping, MayUseRaw, ScalarOr, TechniqueScopeRaw, WishRaw};
use crate::resolve::checks::share;
use crate::resolve::formula;
use crate::source::{Span, Spanned};

/// The technique that a line item with `autoscaling` has in use, by the stem of its file.
const AUTO_SCALING: &str = "auto-scaling";

/// Resolves the entries of `applies_to`. Missing effects and inputs have been reported already.
pub(crate) fn scopes(
    raw: Vec<TechniqueScopeRaw>,
    effects: &[Effect],
    (inputs, replaces_sku): (&[TechniqueInput], bool),
    names: &Scope,
    problems: &mut Problems,
) -> Vec<TechniqueScope> {
    let scope = |raw: TechniqueScopeRaw| {
        if let Some(lowers) = raw.lowers.filter(|lowers| lowers.value == LowersKind::Sku && !replaces_sku) {
            let message = "`lowers: sku` needs `replaces_sku`";
            let diagnostic = Diagnostic::at(Code::MissingKey, lowers.span, message, "by which SKU?");
            problems.push(diagnostic.help("write `replaces_sku: { with: aws/lambda, usage: { ... } }`"));
        }
        scope(raw, effects, inputs, names, problems)
    };
    raw.into_iter().filter_map(scope).collect()
}

fn scope(
    raw: TechniqueScopeRaw,
    effects: &[Effect],
    inputs: &[TechniqueInput],
    names: &Scope,
    problems: &mut Problems,
) -> Option<TechniqueScope> {
    let before = problems.len();
    if raw.category.is_none() && raw.vendor.is_none() && raw.sku.is_none() && raw.meter.is_none() {
        let message = "an entry of `applies_to` needs a category, a vendor, a SKU or a meter";
        problems.push(Diagnostic::at(Code::MissingKey, raw.span, message, "would match every line item"));
    }
    let lowers = raw.lowers.map_or(LowersKind::Cost, |lowers| lowers.value);
    if let (LowersKind::Usage, None, Some(lowers)) = (lowers, &raw.meter, raw.lowers) {
        let message = "`lowers: usage` needs a `meter`";
        problems.push(Diagnostic::at(Code::MissingKey, lowers.span, message, "no meter").help("add `meter`"));
    }
    let effect = match &raw.effect {
        None => Some(0),
        Some(name) => {
            let place = effects.iter().position(|effect| *effect.name == *name.value);
            if place.is_none() && !effects.is_empty() {
                let message = format!("the technique has no effect `{}`", name.value);
                let known = effects.iter().map(|effect| &*effect.name);
                problems.push(Diagnostic::at(Code::UnknownName, name.span, message, "").suggest(&name.value, known));
            }
            place
        }
    };
    let counts = raw.counts.as_ref().and_then(|name| counted(name, lowers, inputs, names, problems));
    let priced = raw.priced.as_ref().and_then(|name| priced(name, raw.meter.is_some(), inputs, names, problems));
    share(raw.share, "a share", problems);
    let text = |text: Option<Spanned<String>>| text.map(|text| text.value.into());
    (problems.len() == before).then_some(())?;
    Some(TechniqueScope {
        category: text(raw.category),
        vendor: text(raw.vendor),
        sku: text(raw.sku),
        meter: text(raw.meter),
        lowers,
        effect: effect?,
        counts,
        priced,
        share: raw.share,
        because: raw.because.map(|because| because.0.into()),
    })
}

/// The place of the input that takes the quantity of the line item as its value.
fn counted(
    name: &Spanned<String>,
    lowers: LowersKind,
    inputs: &[TechniqueInput],
    names: &Scope,
    problems: &mut Problems,
) -> Option<usize> {
    if lowers != LowersKind::Quantity {
        let message = "`counts` needs `lowers: quantity`";
        let diagnostic = Diagnostic::at(Code::ConflictingKeys, name.span, message, "`lowers` is not `quantity`");
        problems.push(diagnostic.help("add `lowers: quantity`"));
        return None;
    }
    let place = named(name, inputs, names, problems)?;
    let dimension = inputs[place].formula.dimension;
    if dimension != Dimension::PLAIN {
        let message = format!("a quantity must be a plain number, and the input is {dimension}");
        let diagnostic = Diagnostic::at(Code::UnitMismatch, name.span, message, "this input");
        problems.push(diagnostic.and_at(inputs[place].formula.span, "its default"));
        return None;
    }
    Some(place)
}

/// The place of the input that takes the price of a unit of the meter as its value.
fn priced(
    name: &Spanned<String>,
    has_meter: bool,
    inputs: &[TechniqueInput],
    names: &Scope,
    problems: &mut Problems,
) -> Option<usize> {
    let place = named(name, inputs, names, problems)?;
    let dimension = inputs[place].formula.dimension;
    let is_money = dimension.money.is_some_and(|(_, exponent)| exponent == 1);
    if !has_meter {
        let message = "`priced` needs a `meter`";
        problems.push(Diagnostic::at(Code::MissingKey, name.span, message, "the price of what?").help("add `meter`"));
    } else if !is_money {
        let message = format!("a price must be money, and the input is {dimension}");
        let diagnostic = Diagnostic::at(Code::UnitMismatch, name.span, message, "this input");
        problems.push(diagnostic.and_at(inputs[place].formula.span, "its default"));
    }
    (has_meter && is_money).then_some(place)
}

/// The place of an input that an entry of `applies_to` names.
fn named(name: &Spanned<String>, inputs: &[TechniqueInput], names: &Scope, problems: &mut Problems) -> Option<usize> {
    let place = inputs.iter().position(|input| names.name(input.slot) == name.value);
    if place.is_none() && !inputs.is_empty() {
        let message = format!("the technique has no input `{}`", name.value);
        let known = inputs.iter().map(|input| names.name(input.slot));
        problems.push(Diagnostic::at(Code::UnknownName, name.span, message, "").suggest(&name.value, known));
    }
    place
}

/// Whether a line item meets all conditions of a scope.
pub(crate) fn fits(scope: &TechniqueScope, stage: &Stage, item: &LineItem) -> bool {
    let is = |asked: &Option<Box<str>>, found: Option<&str>| asked.as_deref().is_none_or(|asked| found == Some(asked));
    is(&scope.category, Some(stage.category(item.category)))
        && is(&scope.vendor, item.vendor())
        && is(&scope.sku, item.sku())
        && scope.meter.as_deref().is_none_or(|meter| counted_charge(item, meter).is_some())
}

/// The place of the charge with this meter, if it has usage.
pub(crate) fn counted_charge(item: &LineItem, meter: &str) -> Option<usize> {
    item.charges().iter().position(|charge| charge.meter() == meter && charge.usage.is_counted())
}

/// Resolves what a line item says about techniques, with values of inputs as formulas over the drivers;
/// [`check_wishes`](super::technique_use::check_wishes) checks their names. A line item that is scaled by its load, at
/// `scaled_at`, has auto-scaling in use.
pub(crate) fn wishes(
    raw: Option<Mapping<ScalarOr<Spanned<WishRaw>, MayUseRaw>>>,
    pricing: &LinePricing,
    drivers: &Scope,
    scaled_at: Option<Span>,
    problems: &mut Problems,
) -> Vec<TechniqueWish> {
    let mut entries = raw.map(|raw| raw.entries).unwrap_or_default();
    if let Some(span) = scaled_at {
        let is_said = |(name, _): &(Spanned<String>, _)| name.value == AUTO_SCALING;
        let is_in_use = |wish: &ScalarOr<Spanned<WishRaw>, MayUseRaw>| {
            matches!(wish, ScalarOr::Scalar(Spanned { value: WishRaw::InUse, .. }))
        };
        match entries.iter().find(|entry| is_said(entry)) {
            Some((name, wish)) if !is_in_use(wish) => {
                let message = format!("`autoscaling` is `{AUTO_SCALING}` in use already");
                let diagnostic = Diagnostic::at(Code::ConflictingKeys, name.span, message, "says otherwise");
                problems.push(diagnostic.and_at(span, "the quantity is that of scaling").help("remove this"));
            }
            Some(_) => {}
            None => {
                let name = Spanned::new(AUTO_SCALING.to_owned(), span);
                entries.push((name, ScalarOr::Scalar(Spanned::new(WishRaw::InUse, span))));
            }
        }
    }
    let wish = |(name, raw): (Spanned<String>, ScalarOr<Spanned<WishRaw>, MayUseRaw>)| {
        let wish = match raw {
            ScalarOr::Scalar(Spanned { value: WishRaw::InUse, .. }) => Wish::InUse,
            ScalarOr::Scalar(Spanned { value: WishRaw::Never, .. }) => Wish::Never,
            ScalarOr::Table(raw) => {
                share(raw.share, "a share", problems);
                let meter = raw.meter.as_ref().map(|meter| charge(meter, pricing, problems));
                let inputs = raw.inputs.into_iter().flat_map(|inputs| inputs.entries);
                let inputs = inputs.filter_map(|(name, value)| {
                    let value = formula::compile(&value, drivers, problems)?;
                    Some((name.map(String::into_boxed_str), value))
                });
                Wish::May {
                    share: raw.share,
                    inputs: inputs.collect(),
                    meter: meter.flatten(),
                    because: raw.because.map(|because| because.value.into()),
                }
            }
        };
        TechniqueWish { technique: name.map(String::into_boxed_str), wish }
    };
    entries.into_iter().map(wish).collect()
}

/// The place of the charge with this meter; reports an unknown meter or one without usage.
fn charge(meter: &Spanned<String>, pricing: &LinePricing, problems: &mut Problems) -> Option<usize> {
    let charges = match pricing {
        LinePricing::Sku(line) => line.charges.as_slice(),
        LinePricing::Cost(_) => &[],
    };
    let place = charges.iter().position(|charge| charge.meter() == meter.value);
    if place.is_none() {
        let message = format!("the line item has no meter `{}`", meter.value);
        let diagnostic = Diagnostic::at(Code::UnknownMeter, meter.span, message, "");
        problems.push(diagnostic.suggest(&meter.value, charges.iter().map(ChargeLine::meter)));
        return None;
    }
    let has_usage = |place: &usize| charges[*place].usage.is_counted();
    if !place.as_ref().is_some_and(has_usage) {
        let message = format!("`{}` has no usage to reduce", meter.value);
        let diagnostic = Diagnostic::at(Code::ConflictingKeys, meter.span, message, "flat, or usage not given");
        problems.push(diagnostic.help("remove `meter` to reduce the cost of the line item"));
    }
    place
}

/// Reads the share that is set for a technique: a literal ratio.
pub(crate) fn literal_share(
    value: Option<Decimal>,
    at: crate::source::Span,
    problems: &mut Problems,
) -> Option<Spanned<Decimal>> {
    let Some(value) = value else {
        let message = "a share must be a number from 0 to 100%";
        problems
            .push(Diagnostic::at(Code::InvalidNumber, at, message, "not such a number").help("write `40%` or `0.4`"));
        return None;
    };
    let before = problems.len();
    let value = Spanned::new(value, at);
    share(Some(value), "a share", problems);
    (problems.len() == before).then_some(value)
}
