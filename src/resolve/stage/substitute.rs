//! Substitutes for the line items of a stage: other SKUs for the same usage, and other options of the same SKU.

use jiff::civil::Date;

use crate::diagnostic::Problems;
use crate::model::{
    Base, ChargeLine, ExchangeRate, Fit, LineItem, LinePricing, Sku, SkuLine, Specification, Stage, Substitute,
    SubstituteKind, Usage,
};
use crate::parse::{Mapping, PurchaseRaw, UsageRuleRaw};
use crate::resolve::prices::book::PriceBook;
use crate::resolve::prices::exchange_rates::Conversions;
use crate::resolve::stage::line_item::LineContext;
use crate::resolve::stage::request::Request;
use crate::source::Spanned;

/// The substitutes of every line item, and the exchange rates that they need in addition to those of the stage.
///
/// Another SKU must offer at least as much: its specification and that of the line item's SKU say the same properties, and
/// it is in each at least equal. It also has the meters for all usage that the line item gives, in the same units. Add-ons,
/// SKUs that are not sold on the day, and those that need a choice that is not given, are left out.
pub fn substitutes(stage: &Stage, request: &Request, book: &PriceBook) -> (Vec<Substitute>, Vec<ExchangeRate>) {
    let mut conversions = Conversions::new(&book.rates, stage.currency, stage.as_of);
    let mut context = LineContext {
        scope: &stage.scope,
        book,
        request,
        currency: stage.currency,
        hours_per_month: stage.hours_per_month,
        conversions: &mut conversions,
        named: Vec::new(),
        place: 0,
    };
    let mut found = Vec::new();
    for (line_item, item) in stage.selected() {
        let LinePricing::Sku(line) = &item.pricing else { continue };
        if is_of_others(item) {
            continue;
        }
        let mut add = |kind: SubstituteKind, item: Option<LineItem>| {
            found.extend(item.map(|item| Substitute { line_item, kind, item }));
        };
        for sku in book.skus().filter(|sku| carries(sku, item, line, stage.as_of)) {
            let other = context.substitute(item, line, &sku.id, &[]);
            add(SubstituteKind::Sku(sku.id.clone()), other);
        }
        for (name, from, to) in choices(line, stage) {
            let mut options: Vec<(&str, &str)> = chosen(line).filter(|(other, _)| *other != name).collect();
            options.push((name, to));
            let other = context.substitute(item, line, &line.sku.id, &options);
            add(SubstituteKind::Option { name: name.into(), from: from.into(), to: to.into() }, other);
        }
    }
    (found, conversions.into_rates())
}

fn is_of_others(item: &LineItem) -> bool {
    [Base::LineItems, Base::Vendor, Base::Subtotal].iter().any(|base| item.is_percentage_of(*base))
}

/// The charges for which the line item gives usage.
fn given(line: &SkuLine) -> impl Iterator<Item = &ChargeLine> {
    line.charges.iter().filter(|charge| matches!(charge.usage, Usage::Given(_)))
}

/// Whether another SKU can take the place of a line item's: it is sold, offers as much, and has meters for all usage that the
/// line item gives.
fn carries(sku: &Sku, item: &LineItem, line: &SkuLine, day: Date) -> bool {
    let counts = |charge: &ChargeLine| {
        let unit = charge.charge.unit.as_ref().map(|unit| &unit.label);
        sku.charges
            .iter()
            .any(|other| other.meter == charge.charge.meter && other.unit.as_ref().map(|unit| &unit.label) == unit)
    };
    let needs =
        |needed: &Specification| sku.specification.with_fit(needed, Fit::Enough).len() == needed.properties().count();
    sku.id != line.sku.id
        && sku.addon_to.is_empty()
        && sku.sale.is_open_on(day)
        && sku.specification.replaces(&line.sku.specification)
        && item.needs().is_none_or(needs)
        && given(line).all(counts)
}

/// The options and values of the prices that apply to a line item.
pub(crate) fn chosen(line: &SkuLine) -> impl Iterator<Item = (&str, &str)> {
    let terms = line.charges.iter().filter_map(|charge| charge.list.as_deref());
    terms.flat_map(|terms| terms.when.iter().map(|(name, value)| (&**name, &**value)))
}

/// Every other value of each chosen option: the option, its current value and the other value.
fn choices<'l>(line: &'l SkuLine, stage: &Stage) -> Vec<(&'l str, &'l str, &'l str)> {
    let mut found: Vec<(&str, &str, &str)> = Vec::new();
    for (name, from) in chosen(line) {
        let prices = line.charges.iter().flat_map(|charge| &charge.charge.prices);
        let of_day = prices.filter(|terms| terms.holds_on(stage.as_of)).flat_map(|terms| &*terms.when);
        for (_, to) in of_day.filter(|(other, to)| **other == *name && **to != *from) {
            let choice = (name, from, &**to);
            if !found.contains(&choice) {
                found.push(choice);
            }
        }
    }
    found
}

impl LineContext<'_, '_> {
    /// The line item with another SKU or other options and the same usage; `None` if it cannot be bought that way.
    pub(crate) fn substitute(
        &mut self,
        item: &LineItem,
        line: &SkuLine,
        sku: &str,
        options: &[(&str, &str)],
    ) -> Option<LineItem> {
        let span = line.span;
        let text = |text: &str| Spanned::new(text.to_owned(), span);
        let entries = options.iter().map(|(name, value)| (text(name), text(value))).collect();
        let sku = text(sku);
        let mut purchase = PurchaseRaw::of_sku(sku.clone());
        purchase.other_usage = rule(line);
        purchase.options = Some(Mapping { span, entries });
        let mut problems = Problems::default();
        let mut other = self.sku_line(&sku, purchase, Vec::new(), &mut problems)?;
        if !problems.is_empty() {
            return None;
        }
        let is_same = other.sku.id == line.sku.id;
        for charge in &mut other.charges {
            let before = line.charges.iter().find(|before| before.meter() == charge.meter());
            if let Some(before) = before.filter(|before| is_same || matches!(before.usage, Usage::Given(_))) {
                charge.usage = before.usage.clone();
                charge.agreed = before.agreed.clone().filter(|_| is_same);
            }
        }
        if is_same {
            other.inputs.clone_from(&line.inputs);
        }
        let other = LineItem { pricing: LinePricing::Sku(Box::new(other)), details: None, ..item.clone() };
        Some(other.with_techniques_of(item))
    }
}

/// The line item's rule for usage that is not given.
fn rule(line: &SkuLine) -> Option<Spanned<UsageRuleRaw>> {
    let span = line.charges.iter().find_map(|charge| charge.usage.within_allowance())?;
    Some(Spanned::new(UsageRuleRaw::WithinAllowance, span))
}
