//! Stages between an earlier and a later one: some causes of the change are applied, and the others are not yet.

use std::sync::Arc;

use rust_decimal::Decimal;

use crate::calculate::charge::formula::evaluate;
use crate::calculate::cost::costed::CostedStage;
use crate::calculate::cost::sums::drivers;
use crate::calculate::cost::trace::Unobserved;
use crate::calculate::history::causes::Cause;
use crate::diagnostic::Diagnostic;
use crate::model::{
    Adjustment, AdjustmentScope, CategoryId, Charge, ChargeLine, Deduction, Dimension, ExchangeRate, Expression,
    Formula, Fraction, LineItem, LinePricing, Needs, PlainCost, Pricing, SkuLine, Stage, Terms, Usage,
};

/// Which causes are applied: all up to a given one, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct UpTo(pub(crate) Option<Cause>);

impl UpTo {
    /// Whether a cause is applied.
    fn has(self, cause: Cause) -> bool {
        self.0.is_some_and(|last| cause <= last)
    }
}

/// An earlier and a later stage whose formulas are values, with shared rows: those of the later one in its order, each
/// followed by the removed rows that came after it.
pub(crate) struct Between<'s> {
    earlier: Side<'s>,
    later: Side<'s>,
    categories: Vec<Box<str>>,
    rows: Vec<MixedRow>,
}

/// One of the two stages.
struct Side<'s> {
    stage: &'s Stage,
    /// The row of each line item.
    row_of: Vec<usize>,
    /// The line item of each row, at its place among the rows.
    items: Vec<Option<LineItem>>,
    /// The discounts and credits of the manifest.
    adjustments: Vec<Adjustment>,
    /// The credits that the SKU of each row grants.
    brought: Vec<Vec<Adjustment>>,
}

/// A row: the place of its line item in each of the two stages.
struct MixedRow {
    earlier: Option<usize>,
    later: Option<usize>,
    /// The plain cost of the earlier stage for the drivers of the later one.
    plain: Option<Formula>,
}

impl<'s> Between<'s> {
    /// `earlier` and `later` are the stages of `base` and `head` with values in place of formulas.
    ///
    /// # Errors
    /// As [`stage`](crate::calculate::cost::stage::stage()).
    pub(crate) fn new(
        base: &CostedStage,
        head: &CostedStage,
        earlier: &'s Stage,
        later: &'s Stage,
    ) -> Result<Self, Vec<Diagnostic>> {
        let mut rows = rows(earlier, later);
        plain_costs(&mut rows, base, head)?;
        let mut categories = earlier.categories.clone();
        let mut id = |name: &str| {
            let place = categories.iter().position(|known| **known == *name).unwrap_or_else(|| {
                categories.push(name.into());
                categories.len() - 1
            });
            CategoryId(u32::try_from(place).unwrap_or(u32::MAX))
        };
        let of_earlier: Vec<CategoryId> = earlier.categories.iter().map(|name| id(name)).collect();
        let of_later: Vec<CategoryId> = later.categories.iter().map(|name| id(name)).collect();
        let earlier = Side::new(earlier, rows.iter().map(|row| row.earlier), &of_earlier);
        let later = Side::new(later, rows.iter().map(|row| row.later), &of_later);
        Ok(Self { earlier, later, categories, rows })
    }

    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The row of a line item of the earlier stage.
    pub(crate) fn row_of_base(&self, place: usize) -> Option<usize> {
        self.earlier.row_of.get(place).copied()
    }

    /// The row of a line item of the later stage.
    pub(crate) fn row_of_head(&self, place: usize) -> Option<usize> {
        self.later.row_of.get(place).copied()
    }

    /// The places of a row's line item in both stages.
    pub(crate) fn places(&self, row: usize) -> (Option<usize>, Option<usize>) {
        (self.rows[row].earlier, self.rows[row].later)
    }

    /// The name of a row.
    pub(crate) fn name(&self, row: usize) -> &str {
        let item = self.later.items[row].as_ref().or(self.earlier.items[row].as_ref());
        item.map_or("", |item| &item.name)
    }

    /// The stage with some causes applied; `None` if percentages would refer to each other in a circle.
    pub(crate) fn stage(&self, up_to: UpTo) -> Option<Stage> {
        let line_items: Vec<LineItem> = (0..self.rows.len()).map(|row| self.item(row, up_to)).collect();
        let is_ordered = line_items.iter().any(LineItem::is_percentage_of_others);
        let order = if is_ordered { Some(Needs::new(&line_items).order().ok()?) } else { None };
        let (first, second) =
            if up_to.has(Cause::ExchangeRate) { (&self.later, &self.earlier) } else { (&self.earlier, &self.later) };
        let mut rates = first.stage.rates.clone();
        let missing = second.stage.rates.iter().filter(|rate| first.stage.rate(rate.from).is_none());
        rates.extend(missing.cloned());
        let side = if up_to.has(Cause::Discounts) { &self.later } else { &self.earlier };
        let mut adjustments = side.adjustments.clone();
        for row in 0..self.rows.len() {
            let Some(side) = self.product_of(row, up_to) else { continue };
            let brought = side.brought[row].iter().filter(|brought| self.counts(brought, &line_items, &rates));
            adjustments.extend(brought.cloned());
        }
        let revenue = if up_to.has(Cause::Usage) { self.later.stage.revenue } else { self.earlier.stage.revenue };
        let settings = if up_to.has(Cause::Buffer) { self.later.stage } else { self.earlier.stage };
        Some(Stage {
            buffer: settings.buffer,
            revenue,
            categories: self.categories.clone(),
            line_items,
            order,
            adjustments,
            rates,
            tax: None,
            part: None,
            drivers: Vec::new(),
            tags: Vec::new(),
            capacity: Vec::new(),
            ..self.later.stage.clone()
        })
    }

    /// Whether a credit that a SKU grants applies to anything and can be converted.
    fn counts(&self, brought: &Adjustment, line_items: &[LineItem], rates: &[ExchangeRate]) -> bool {
        let Deduction::AmountEach { currency, .. } = brought.off else { return false };
        let is_convertible = currency == self.later.stage.currency || rates.iter().any(|rate| rate.from == currency);
        is_convertible && line_items.iter().enumerate().any(|(place, item)| brought.on.fits(place, item))
    }

    /// The side whose product a row has: its SKU with everything that belongs to it; `None` where the row has no cost
    /// yet, or no longer has one.
    fn product_of(&self, row: usize, up_to: UpTo) -> Option<&Side<'s>> {
        match (&self.earlier.items[row], &self.later.items[row]) {
            (Some(earlier), Some(later)) => {
                let comes_with = if is_same_product(earlier, later) { Cause::Model } else { Cause::Product };
                Some(if up_to.has(comes_with) { &self.later } else { &self.earlier })
            }
            (Some(_), None) if !up_to.has(Cause::Removed) => Some(&self.earlier),
            (None, Some(_)) if up_to.has(Cause::Added) => Some(&self.later),
            _ => None,
        }
    }

    /// The line item of a row.
    fn item(&self, row: usize, up_to: UpTo) -> LineItem {
        match (&self.earlier.items[row], &self.later.items[row]) {
            (Some(earlier), Some(later)) => self.mixed(row, earlier, later, up_to),
            (Some(earlier), None) if !up_to.has(Cause::Removed) => earlier.clone(),
            (None, Some(later)) if up_to.has(Cause::Added) => later.clone(),
            (Some(there), None) | (None, Some(there)) => self.nothing(there),
            (None, None) => unreachable!("a row is of one of the two stages"),
        }
    }

    /// A placeholder for a missing line item: it costs nothing.
    fn nothing(&self, item: &LineItem) -> LineItem {
        let currency = self.later.stage.currency;
        let amount = Formula::constant(Fraction::ZERO, Dimension::money(currency), item.span);
        LineItem {
            quantity: None,
            pricing: LinePricing::Cost(PlainCost { amount, currency, vendor: None }),
            techniques: Box::default(),
            ..item.clone()
        }
    }

    /// A line item of both stages.
    fn mixed(&self, row: usize, earlier: &LineItem, later: &LineItem, up_to: UpTo) -> LineItem {
        let pricing = match (&earlier.pricing, &later.pricing) {
            (LinePricing::Cost(before), LinePricing::Cost(after)) => {
                let amount = match &self.rows[row].plain {
                    _ if up_to.has(Cause::Price) => after.clone(),
                    Some(amount) if up_to.has(Cause::Usage) => PlainCost { amount: amount.clone(), ..before.clone() },
                    _ => before.clone(),
                };
                let vendor = if up_to.has(Cause::Model) { &after.vendor } else { &before.vendor };
                LinePricing::Cost(PlainCost { vendor: vendor.clone(), ..amount })
            }
            (LinePricing::Sku(before), LinePricing::Sku(after)) if before.sku.id == after.sku.id => {
                LinePricing::Sku(Box::new(mixed_line(before, after, up_to)))
            }
            (_, after) if up_to.has(Cause::Product) => after.clone(),
            (before, _) => before.clone(),
        };
        let quantity = if up_to.has(Cause::Usage) { &later.quantity } else { &earlier.quantity };
        let category = if up_to.has(Cause::Discounts) { later.category } else { earlier.category };
        let item = LineItem { quantity: quantity.clone(), pricing, category, ..later.clone() };
        item.with_techniques_of(if up_to.has(Cause::Techniques) { later } else { earlier })
    }
}

/// Whether two line items buy the same thing: one SKU, or any plain cost.
pub(crate) fn is_same_product(earlier: &LineItem, later: &LineItem) -> bool {
    match (&earlier.pricing, &later.pricing) {
        (LinePricing::Cost(_), LinePricing::Cost(_)) => true,
        (LinePricing::Sku(before), LinePricing::Sku(after)) => before.sku.id == after.sku.id,
        (LinePricing::Cost(_), LinePricing::Sku(_)) | (LinePricing::Sku(_), LinePricing::Cost(_)) => false,
    }
}

impl<'s> Side<'s> {
    /// `places` are those of the rows; `categories` are the places of the categories among the shared ones.
    fn new(stage: &'s Stage, places: impl Iterator<Item = Option<usize>>, categories: &[CategoryId]) -> Self {
        let places: Vec<Option<usize>> = places.collect();
        let mut row_of = vec![0; stage.line_items.len()];
        for (row, place) in places.iter().enumerate() {
            if let Some(place) = place {
                row_of[*place] = row;
            }
        }
        let moved = |place: &usize| {
            let mut item = stage.line_items[*place].clone();
            item.category = categories[item.category.index()];
            (item.details, item.tags) = (None, None);
            if let LinePricing::Sku(line) = &mut item.pricing {
                for of in &mut line.of {
                    *of = row_of[*of];
                }
            }
            item
        };
        let items = places.iter().map(|place| place.as_ref().map(moved)).collect();
        let mut brought = vec![Vec::new(); places.len()];
        for (place, item) in stage.line_items.iter().enumerate() {
            let LinePricing::Sku(line) = &item.pricing else { continue };
            for credit in line.sku.credits.iter().filter(|credit| credit.holds_on(stage.as_of)) {
                let row = row_of[place];
                brought[row].push(Adjustment::of_sku_credit(credit, row, line.sku.vendor()));
            }
        }
        let mut adjustments = Vec::new();
        let is_brought = |adjustment: &&Adjustment| matches!(adjustment.off, Deduction::AmountEach { .. });
        for adjustment in stage.adjustments.iter().filter(|adjustment| !is_brought(adjustment)) {
            let on = AdjustmentScope {
                category: adjustment.on.category.map(|category| categories[category.index()]),
                line_item: adjustment.on.line_item.map(|place| row_of[place]),
                ..adjustment.on.clone()
            };
            adjustments.push(Adjustment { on, ..adjustment.clone() });
        }
        Self { stage, row_of, items, adjustments, brought }
    }
}

/// The rows of two stages; line items with the same name are the same row.
fn rows(earlier: &Stage, later: &Stage) -> Vec<MixedRow> {
    let place = |stage: &Stage| {
        let named = stage.line_items.iter().enumerate().map(|(place, item)| (item.name.clone(), place));
        named.collect::<std::collections::HashMap<Box<str>, usize>>()
    };
    let (of_earlier, of_later) = (place(earlier), place(later));
    // The removed line items, by the place in the later stage of the line item before them.
    let mut removed: Vec<Vec<usize>> = vec![Vec::new(); later.line_items.len() + 1];
    let mut behind = 0;
    for (place, item) in earlier.line_items.iter().enumerate() {
        match of_later.get(&item.name) {
            Some(later) => behind = later + 1,
            None => removed[behind].push(place),
        }
    }
    let removed_row = |place: &usize| MixedRow { earlier: Some(*place), later: None, plain: None };
    let mut rows: Vec<MixedRow> = removed[0].iter().map(removed_row).collect();
    for (place, item) in later.line_items.iter().enumerate() {
        rows.push(MixedRow { earlier: of_earlier.get(&item.name).copied(), later: Some(place), plain: None });
        rows.extend(removed[place + 1].iter().map(removed_row));
    }
    rows
}

/// Computes the plain costs of the earlier stage for the drivers of the later one, where they are formulas. That change
/// counts as usage, and the rest as price.
fn plain_costs(rows: &mut [MixedRow], base: &CostedStage, head: &CostedStage) -> Result<(), Vec<Diagnostic>> {
    let (before, after) = (&base.stage, &head.stage);
    let mut values = drivers(before, base.costing.inputs, &mut Unobserved)?;
    let later = drivers(after, head.costing.inputs, &mut Unobserved)?;
    for (slot, name) in before.scope.names().enumerate() {
        let Some(other) = after.scope.find(name) else { continue };
        let own = crate::model::Slot(u16::try_from(slot).unwrap_or(u16::MAX));
        if before.scope.dimension(own) == after.scope.dimension(other) {
            values[slot].clone_from(&later[other.index()]);
        }
    }
    for row in rows {
        let Some(item) = row.earlier.map(|place| &before.line_items[place]) else { continue };
        let LinePricing::Cost(plain) = &item.pricing else { continue };
        if matches!(plain.amount.expression, Expression::Number(_)) {
            continue;
        }
        // If it cannot be computed, the whole change counts as price.
        let value = evaluate(&plain.amount.expression, &values).ok().flatten();
        let value = value.filter(|value| !value.is_negative());
        row.plain = value.map(|value| Formula::constant(value, plain.amount.dimension, plain.amount.span));
    }
    Ok(())
}

/// A SKU that both stages have, as a line item uses it.
fn mixed_line(before: &SkuLine, after: &SkuLine, up_to: UpTo) -> SkuLine {
    if up_to.has(Cause::Price) {
        return after.clone();
    }
    if up_to.has(Cause::Model) {
        let charge = |charge: &ChargeLine| match of(before, charge) {
            Some(before) => with_price_of(charge, before),
            None => ChargeLine { list: charge.terms().cloned(), agreed: None, ..charge.clone() },
        };
        return SkuLine { charges: after.charges.iter().map(charge).collect(), ..after.clone() };
    }
    if !up_to.has(Cause::Usage) {
        return before.clone();
    }
    let charge = |charge: &ChargeLine| {
        let given = of(after, charge).map(|after| &after.usage);
        let usage = usage_now(&charge.usage, given, charge.charge.default_usage.as_ref());
        ChargeLine { usage, ..charge.clone() }
    };
    let inputs = before.sku.inputs.iter().zip(&before.inputs).map(|(input, usage)| {
        let place = after
            .sku
            .inputs
            .iter()
            .position(|other| other.name == input.name && other.unit.dimension == input.unit.dimension);
        usage_now(usage, place.map(|place| &after.inputs[place]), input.default_usage.as_ref())
    });
    SkuLine { inputs: inputs.collect(), charges: before.charges.iter().map(charge).collect(), ..before.clone() }
}

/// The charge of a line item with the meter of another charge, if it counts the same kind of thing.
fn of<'c>(line: &'c SkuLine, charge: &ChargeLine) -> Option<&'c ChargeLine> {
    let counts = |of: &ChargeLine| of.charge.unit.as_ref().map(|unit| unit.dimension);
    line.charges.iter().find(|other| other.meter() == charge.meter() && counts(other) == counts(charge))
}

/// A charge of the later stage, with the price of the earlier one.
///
/// A price in another unit is kept whole, with its unit and its rounding; only its allowance is separated from its
/// cost. So is a price that is agreed on either side. A price that is no longer published, or was not published before,
/// counts as a change of price.
fn with_price_of(charge: &ChargeLine, before: &ChargeLine) -> ChargeLine {
    let factor = |of: &ChargeLine| of.charge.unit.as_ref().map(|unit| unit.factor);
    let is_same_unit = factor(charge) == factor(before);
    let is_agreed = charge.agreed.is_some() || before.agreed.is_some();
    let list = before.terms().map(|prices| match charge.terms() {
        Some(terms) if is_same_unit && !is_agreed => Arc::new(priced(terms, prices)),
        terms => {
            let terms = terms.or(charge.chosen.as_ref());
            let included = terms.map_or(&charge.charge.included, |terms| &terms.included);
            Arc::new(Terms { included: included.clone(), ..Terms::clone(prices) })
        }
    });
    let chosen = charge.chosen.as_ref().map(|chosen| match before.on_request() {
        Some(_) => Arc::new(Terms { pricing: Pricing::Quote, ..Terms::clone(chosen) }),
        None => Arc::clone(chosen),
    });
    let of_sheet = if is_same_unit {
        Arc::clone(&charge.charge)
    } else {
        let Charge { unit, usage_rounding, .. } = &*before.charge;
        Arc::new(Charge { unit: unit.clone(), usage_rounding: *usage_rounding, ..Charge::clone(&charge.charge) })
    };
    ChargeLine { charge: of_sheet, list, chosen, agreed: None, ..charge.clone() }
}

/// The usage of the later stage in the SKU of the earlier one. Usage that the sheet supplies belongs to the sheet.
fn usage_now(before: &Usage, after: Option<&Usage>, default: Option<&Arc<Formula>>) -> Usage {
    match (after, default) {
        (Some(Usage::Default(_)), Some(default)) => Usage::Default(Arc::clone(default)),
        (Some(Usage::Default(_)), None) | (None, _) => before.clone(),
        (Some(after), _) => after.clone(),
    }
}

/// The terms of one price with the amounts of another. What cannot be separated counts as one or the other: a different
/// currency, period or number of units per price is a change of price, and a different price model is a change of
/// terms.
fn priced(terms: &Terms, prices: &Terms) -> Terms {
    let (own, other) = (&terms.pricing, &prices.pricing);
    let fitting = own.with_amounts_of(other);
    let is_other_price = fitting.is_some()
        || own.model() == other.model() && own.model().is_some_and(|model| model.traits().is_price_of_any_basis);
    // The rates of a percentage are of no currency.
    match fitting.filter(|_| terms.currency == prices.currency || own.is_percentage()) {
        Some(pricing) => Terms { pricing, ..with_bounds_of(terms, prices) },
        None if is_other_price => Terms { included: terms.included.clone(), ..prices.clone() },
        None => terms.clone(),
    }
}

/// Terms with the monthly minimum and maximum of other terms, where both have one, and with their included tax: these
/// are prices too.
fn with_bounds_of(terms: &Terms, prices: &Terms) -> Terms {
    let of = |terms: Option<Decimal>, prices: Option<Decimal>| terms.map(|amount| prices.unwrap_or(amount));
    let (minimum, cap) = (of(terms.minimum, prices.minimum), of(terms.cap, prices.cap));
    Terms { minimum, cap, includes_tax: prices.includes_tax, ..terms.clone() }
}
