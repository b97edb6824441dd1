//! The SKU that takes the place of a line item's: what the file of a technique says, and what that is for a line item.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::model::{
    ArithmeticError, Dimension, Effect, ExchangeRate, Fit, Formula, Fraction, LineDetails, LineItem, LinePricing,
    MovedLine, Property, Scope, Size, Sku, SkuLine, SkuReplacement, Specification, Stage, Technique, TechniqueScope,
    Usage, evaluate,
};
use crate::parse::{PurchaseRaw, SkuReplacementRaw};
use crate::resolve::prices::book::PriceBook;
use crate::resolve::prices::exchange_rates::Conversions;
use crate::resolve::savings::technique_scope::fits;
use crate::resolve::stage::line_item::LineContext;
use crate::resolve::stage::request::Request;
use crate::resolve::stage::substitute::chosen;
use crate::source::{Span, Spanned};

/// The sizes of which less can be needed.
const SIZES: [Property; 4] = [Property::Vcpus, Property::Memory, Property::GpuMemory, Property::Disk];

/// Resolves what a file says. `names` are those of the inputs.
pub(crate) fn replacement(
    raw: SkuReplacementRaw,
    effects: &[Effect],
    names: &Scope,
    problems: &mut Problems,
) -> Option<SkuReplacement> {
    let SkuReplacementRaw { span, with, usage, load, smaller, effect, or_fewer } = raw;
    let mut only_for = |key: Option<Span>, other: &str| {
        let message = format!("this key is for `{other}`");
        problems.extend(key.map(|key| Diagnostic::at(Code::ConflictingKeys, key, message, "remove this")));
    };
    match (with, smaller) {
        (Some(sku), None) => {
            only_for(effect.map(|effect| effect.span), "smaller");
            let usage = usage.map(|usage| usage.entries).unwrap_or_default();
            with_sku(sku, usage, load, names, problems)
        }
        (None, Some(size)) => {
            only_for(usage.map(|usage| usage.span), "with");
            only_for(load.map(|load| load.span), "with");
            let (property, effect) = less_of(&size, effect.as_ref(), effects, problems)?;
            Some(SkuReplacement::Smaller { property, effect, or_fewer: or_fewer == Some(true) })
        }
        (with, _) => {
            let message = "`replaces_sku` needs either `with`, a SKU, or `smaller`, a size";
            let code = if with.is_some() { Code::ConflictingKeys } else { Code::MissingKey };
            problems.push(Diagnostic::at(code, span, message, if with.is_some() { "has both" } else { "" }));
            None
        }
    }
}

/// A SKU, and the inputs that give its usage.
fn with_sku(
    sku: Spanned<String>,
    usage: Vec<(Spanned<String>, Spanned<String>)>,
    load: Option<Spanned<String>>,
    names: &Scope,
    problems: &mut Problems,
) -> Option<SkuReplacement> {
    let count = usage.len();
    let usage = usage.into_iter().filter_map(|(name, input)| {
        let place = names.names().position(|known| known == input.value);
        if place.is_none() {
            let message = format!("the technique has no input `{}`", input.value);
            let diagnostic = Diagnostic::at(Code::UnknownName, input.span, message, "");
            problems.push(diagnostic.suggest(&input.value, names.names()));
        }
        Some((name.map(String::into_boxed_str), place?))
    });
    let usage: Vec<_> = usage.collect();
    let load = load.map(|load| load.map(String::into_boxed_str));
    let is_given = |load: &Spanned<Box<str>>| usage.iter().any(|(name, _)| name.value == load.value);
    if let Some(load) = load.as_ref().filter(|load| !is_given(load)) {
        let message = format!("`usage` does not give `{}`", load.value);
        problems.push(Diagnostic::at(Code::UnknownName, load.span, message, "the load is one of its meters"));
    }
    (usage.len() == count).then(|| SkuReplacement::With { sku: sku.map(String::into_boxed_str), usage, load })
}

/// A size, and the place of the effect that says how much less of it is needed.
fn less_of(
    size: &Spanned<String>,
    effect: Option<&Spanned<String>>,
    effects: &[Effect],
    problems: &mut Problems,
) -> Option<(Property, usize)> {
    let property = SIZES.into_iter().find(|property| property.as_str() == size.value);
    if property.is_none() {
        let message = format!("`{}` is no size of a machine", size.value);
        let diagnostic = Diagnostic::at(Code::UnknownName, size.span, message, "");
        problems.push(diagnostic.suggest(&size.value, SIZES.map(Property::as_str)));
    }
    let place = effect.map_or(Some(0), |name| effects.iter().position(|effect| *effect.name == *name.value));
    if let (None, Some(name), false) = (place, effect, effects.is_empty()) {
        let message = format!("the technique has no effect `{}`", name.value);
        let diagnostic = Diagnostic::at(Code::UnknownName, name.span, message, "");
        problems.push(diagnostic.suggest(&name.value, effects.iter().map(|effect| &*effect.name)));
    }
    let (property, place) = (property?, place?);
    let wanted = if property == Property::Vcpus { Dimension::PLAIN } else { Dimension::DATA };
    let found = effects.get(place)?;
    if found.before.dimension == wanted {
        return Some((property, place));
    }
    let message = format!("`{}` is {wanted}, and the effect is {}", property.as_str(), found.before.dimension);
    let diagnostic = Diagnostic::at(Code::UnitMismatch, size.span, message, "this size");
    problems.push(diagnostic.and_at(found.before.span, "this effect"));
    None
}

/// What techniques need of the price sheets: the SKUs by which they replace others, and the vendors of the line items that
/// could get smaller.
pub fn needed_prices(techniques: &[&Technique], stages: &[&Stage]) -> (Vec<String>, BTreeSet<String>) {
    let (mut skus, mut vendors) = (Vec::new(), BTreeSet::new());
    for technique in techniques {
        match &technique.replacement {
            Some(SkuReplacement::With { sku, .. }) => skus.push(sku.value.to_string()),
            Some(SkuReplacement::Smaller { .. }) => {
                let items = stages.iter().flat_map(|stage| stage.line_items.iter().map(move |item| (*stage, item)));
                let is_for = |(stage, item): &(&Stage, &LineItem)| {
                    let is_of_scope = |scope: &TechniqueScope| fits(scope, stage, item);
                    technique.applies_to.iter().any(is_of_scope)
                        || item.wishes().iter().any(|wish| wish.technique.value == technique.id)
                };
                let of_skus = items.filter(|(_, item)| item.sku().is_some()).filter(is_for);
                vendors.extend(of_skus.filter_map(|(_, item)| item.vendor().map(str::to_owned)));
            }
            None => {}
        }
    }
    (skus, vendors)
}

/// What a line item is bought as with a technique, and the exchange rates that it needs.
///
/// # Errors
/// Why it cannot be; `None` if the file of the technique says it.
pub(crate) fn moved(
    stage: &Stage,
    item: &LineItem,
    technique: &Technique,
    driven: &[(usize, Formula)],
    book: &PriceBook,
) -> Result<(MovedLine, Vec<ExchangeRate>), Option<String>> {
    let request = Request { list_prices: stage.list_prices, ..Request::on(stage.as_of) };
    let mut conversions = Conversions::new(&book.rates, stage.currency, stage.as_of);
    let mut context = LineContext {
        scope: &stage.scope,
        book,
        request: &request,
        currency: stage.currency,
        hours_per_month: stage.hours_per_month,
        conversions: &mut conversions,
        named: Vec::new(),
        place: 0,
    };
    let moved = match technique.replacement.as_ref().ok_or(None)? {
        SkuReplacement::With { sku, usage, load } => context.with(item, sku, load.as_ref(), |line| {
            let mut given = usage.iter();
            given.try_for_each(|(name, input)| give(line, &name.value, over_drivers(*input, technique, driven)?))
        })?,
        SkuReplacement::Smaller { property, effect, or_fewer } => {
            // The file says that the bill falls only with a smaller machine.
            let LinePricing::Sku(line) = &item.pricing else { return Err(None) };
            let less = (*property, less_needed(technique, *effect, driven)?);
            let found = smaller(stage, item, line, less, book);
            match (found, *or_fewer) {
                (Err(why), true) => fewer(item, line, less).ok_or(why)?,
                (found, _) => context.smaller(item, line, found?)?,
            }
        }
    };
    Ok((moved, conversions.into_rates()))
}

impl LineContext<'_, '_> {
    /// A line item with a given SKU, whose usage is added.
    fn with(
        &mut self,
        item: &LineItem,
        sku: &Spanned<Box<str>>,
        load: Option<&Spanned<Box<str>>>,
        add_usage: impl FnOnce(&mut SkuLine) -> Result<(), Option<String>>,
    ) -> Result<MovedLine, Option<String>> {
        let mut problems = Problems::default();
        let name = sku.clone().map(String::from);
        let line = self.sku_line(&name, PurchaseRaw::of_sku(name.clone()), Vec::new(), &mut problems);
        let first = problems.into_sorted().into_iter().next();
        let mut line = line.ok_or_else(|| first.map(|problem| problem.message))?;
        add_usage(&mut line)?;
        check_bill(&line)?;
        let place = |meter: &str| line.charges.iter().position(|charge| charge.meter() == meter);
        let load = load.and_then(|load| place(&load.value));
        let (from, to) = (item.sku().map(Into::into), line.sku.id.clone());
        let pricing = LinePricing::Sku(Box::new(line));
        let details = self.moved_details(item, None, &pricing);
        Ok(MovedLine { from, to, quantity: None, pricing, details, load, counts: None })
    }

    /// A line item with a smaller SKU, and what it then needs.
    fn smaller(
        &mut self,
        item: &LineItem,
        line: &SkuLine,
        (sku, needed): (&Sku, Specification),
    ) -> Result<MovedLine, Option<String>> {
        let options: Vec<(&str, &str)> = chosen(line).collect();
        let other = self.substitute(item, line, &sku.id, &options);
        let other = other.ok_or_else(|| Some(format!("`{}` cannot be bought in the same way", sku.id)))?;
        if let LinePricing::Sku(line) = &other.pricing {
            check_bill(line)?;
        }
        let details = self.moved_details(item, Some(needed), &other.pricing);
        let (from, to) = (Some(line.sku.id.clone()), sku.id.clone());
        let (quantity, pricing) = (item.quantity.clone(), other.pricing);
        Ok(MovedLine { from, to, quantity, pricing, details, load: None, counts: None })
    }

    /// The details of a line item that is bought as something else, which needs what is given.
    fn moved_details(
        &self,
        item: &LineItem,
        needed: Option<Specification>,
        pricing: &LinePricing,
    ) -> Option<Box<LineDetails>> {
        let before = item.details.as_deref()?;
        // What is said of a machine says nothing of what is paid for by its use.
        let said = needed.filter(|_| before.specification != Specification::default());
        let specification = said.unwrap_or_default();
        let offer = self.offer(pricing, &specification, self.request.as_of);
        Some(Box::new(LineDetails { specification, offer, ..before.clone() }))
    }
}

/// Refuses a line whose cost would be unknown, and so would look like a saving, or would depend on other line items.
fn check_bill(line: &SkuLine) -> Result<(), Option<String>> {
    let sku = &line.sku.id;
    if let Some(charge) = line.charges.iter().find(|charge| charge.terms().is_none()) {
        return Err(Some(format!("`{sku}` has no published price of `{}`", charge.meter())));
    }
    if line.charges.iter().any(|charge| charge.percentage_of().is_some()) {
        return Err(Some(format!("`{sku}` is a percentage of other costs")));
    }
    let usages = line.sku.inputs.iter().map(|input| &*input.name).zip(&line.inputs);
    let meters = line.charges.iter().map(|charge| (charge.meter(), &charge.usage));
    match usages.chain(meters).find(|(_, usage)| **usage == Usage::Unknown) {
        Some((name, _)) => Err(Some(format!("`{name}` of `{sku}` is not given"))),
        None => Ok(()),
    }
}

/// Gives the usage of a meter or the value of an input.
fn give(line: &mut SkuLine, name: &str, formula: Formula) -> Result<(), Option<String>> {
    let sku = &line.sku;
    let input = sku.inputs.iter().position(|input| *input.name == *name);
    let charge = line.charges.iter().position(|charge| charge.meter() == name);
    let unit = match (input, charge) {
        (Some(place), _) => Some(&sku.inputs[place].unit),
        (None, Some(place)) => line.charges[place].charge.unit.as_ref(),
        (None, None) => return Err(Some(format!("`{}` has no meter or input `{name}`", sku.id))),
    };
    let Some(unit) = unit else { return Err(Some(format!("`{name}` of `{}` does not count usage", sku.id))) };
    if unit.dimension != formula.dimension {
        let (label, wanted, found) = (&unit.label, unit.dimension, formula.dimension);
        return Err(Some(format!("usage of `{name}` counted in {label} must be {wanted}, and is given as {found}")));
    }
    let usage = match (input, charge) {
        (Some(place), _) => &mut line.inputs[place],
        (None, Some(place)) => &mut line.charges[place].usage,
        (None, None) => return Ok(()),
    };
    *usage = Usage::Given(formula);
    Ok(())
}

/// The value of an input as a formula over the drivers of the stage, whose text can be read without the technique.
///
/// # Errors
/// Why it has none.
fn over_drivers(place: usize, technique: &Technique, driven: &[(usize, Formula)]) -> Result<Formula, String> {
    let formula = &technique.inputs[place].formula;
    if let Some((_, given)) = driven.iter().find(|(known, _)| *known == place) {
        return Ok(given.clone());
    }
    if formula.slots().is_empty() {
        return Ok(formula.clone());
    }
    let name = technique.scope.name(technique.inputs[place].slot);
    let value = values(technique, driven).map_err(|error| format!("`{name}` cannot be computed: {error}"))?;
    let Some(value) = value[place].clone() else {
        return Err(format!("`{name}` is computed from inputs that depend on drivers: give it a value of its own"));
    };
    let unit = match formula.dimension {
        Dimension::PLAIN => "",
        Dimension::DATA => " GB",
        Dimension::TIME => " seconds",
        other => return Err(format!("`{name}` is {other}, which no meter counts")),
    };
    let exact = value.exact().ok_or_else(|| format!("`{name}` is not a decimal number"))?;
    let text = Some(format!("{}{unit}", exact.normalize()).into());
    Ok(Formula { text, ..Formula::constant(value, formula.dimension, formula.span) })
}

/// The values of the inputs; `None` for those that depend on drivers.
fn values(technique: &Technique, driven: &[(usize, Formula)]) -> Result<Vec<Option<Fraction>>, ArithmeticError> {
    let mut values: Vec<Option<Fraction>> = Vec::with_capacity(technique.inputs.len());
    for (place, input) in technique.inputs.iter().enumerate() {
        let is_driven = driven.iter().any(|(known, _)| *known == place);
        values.push(evaluate(&input.formula.expression, &values)?.filter(|_| !is_driven));
    }
    Ok(values)
}

/// How much less of a size is needed, by an effect: its value before less that after.
fn less_needed(technique: &Technique, effect: usize, driven: &[(usize, Formula)]) -> Result<Decimal, Option<String>> {
    let wrong = |what: String| Some(format!("how much less is needed cannot be computed: {what}"));
    let values = values(technique, driven).map_err(|error| wrong(error.to_string()))?;
    let effect = &technique.effects[effect];
    let side = |formula: &Formula| evaluate(&formula.expression, &values).map_err(|error| wrong(error.to_string()));
    let (before, after) = (side(&effect.before)?, side(&effect.after)?);
    let Some((before, after)) = before.zip(after) else {
        return Err(wrong("it depends on drivers, and a machine is bought for one load".to_owned()));
    };
    let less = before.subtract(&after).and_then(|less| less.to_decimal());
    less.map_err(|error| wrong(error.to_string()))
}

/// Fewer units of the same SKU that share what is needed, if that is known of a fixed number of units.
fn fewer(item: &LineItem, line: &SkuLine, (property, less): (Property, Decimal)) -> Option<MovedLine> {
    let quantity = item.quantity.as_ref()?;
    let units = quantity.literal()?;
    let has = line.sku.specification.size(property)?.value;
    let needed = item.needs().and_then(|needs| needs.size(property)).map_or(has, |size| size.value);
    let then = Fraction::from((needed - less).max(Decimal::ZERO)).multiply(&units.into()).ok()?;
    let left = then.divide(&has.into()).ok()?.ceil().ok()?.to_decimal().ok()?.max(Decimal::ONE);
    let text = Some(left.normalize().to_string().into());
    let count = Formula { text, ..Formula::constant(left.into(), quantity.dimension, quantity.span) };
    (left < units).then(|| MovedLine {
        from: Some(line.sku.id.clone()),
        to: line.sku.id.clone(),
        quantity: Some(count),
        pricing: item.pricing.clone(),
        details: item.details.clone(),
        load: None,
        counts: Some([units, left]),
    })
}

/// The smallest SKU of the same vendor that offers what a line item needs with a technique, and not without it; and what it
/// then needs.
fn smaller<'b>(
    stage: &Stage,
    item: &LineItem,
    line: &'b SkuLine,
    (property, less): (Property, Decimal),
    book: &'b PriceBook,
) -> Result<(&'b Sku, Specification), Option<String>> {
    let (sku, name) = (&line.sku, property.as_str());
    let needed = item.needs().cloned().unwrap_or_default().or(&sku.specification);
    let (Some(size), Some(role)) = (needed.size(property), &needed.role) else {
        return Err(Some(format!("the price sheet does not say how much `{name}` {} has", sku.id)));
    };
    let then = (size.value - less).max(Decimal::ZERO);
    let sizes = needed.sizes.iter().map(|size| {
        let value = if size.property == property { then } else { size.value };
        Size { value, ..size.clone() }
    });
    let needed_then = Specification { sizes: sizes.collect(), ..needed.clone() };
    let offers = |other: &Sku, needed: &Specification| {
        other.specification.with_fit(needed, Fit::Enough).len() == needed.properties().count()
    };
    let is_alike = |other: &Sku| {
        other.charges.iter().map(|charge| &charge.meter).eq(line.charges.iter().map(|charge| &charge.charge.meter))
    };
    let size_of = |other: &Sku, property| other.specification.size(property).map(|size| size.value);
    let candidates = book.of_role(sku.vendor(), role).filter(|other| {
        other.id != sku.id
            && other.addon_to.is_empty()
            && other.sale.is_open_on(stage.as_of)
            && is_alike(other)
            && size_of(other, property) < size_of(sku, property)
            && offers(other, &needed_then)
            && !offers(other, &needed)
    });
    let sizes = |other: &Sku| SIZES.map(|property| size_of(other, property));
    let found =
        candidates.min_by_key(|other| (size_of(other, property), sizes(other), other.specification.cpu, &other.id));
    found.map(|other| (&**other, needed_then)).ok_or_else(|| {
        let amount = if property == Property::Vcpus { then.to_string() } else { format!("{} GB", then.normalize()) };
        Some(format!("no smaller SKU of {} fits: with {amount} of `{name}` it needs the rest as before", sku.vendor()))
    })
}
