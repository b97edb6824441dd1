//! One line item of a SKU: its meters, its charges, and their sum in the reporting currency.

use std::sync::Arc;

use rust_decimal::Decimal;

use crate::calculate::charge::billable::{allowance, used};
use crate::calculate::charge::charge::charge;
use crate::calculate::charge::charge_inputs::{ChargeInputs, Evaluated};
use crate::calculate::charge::currency::{convert, in_currency, keep};
use crate::calculate::charge::exact::{ChargeCost, ChargePart, ExactCost};
use crate::calculate::charge::meters::meters;
use crate::calculate::charge::regime::{RegimeKey, RegimeKind, RegimeState};
use crate::calculate::charge::steps::Steps;
use crate::calculate::cost::built_in::lacking;
use crate::calculate::cost::costing::LineCost;
use crate::calculate::cost::finding::{LimitUse, Unknown};
use crate::calculate::cost::inputs::Rows;
use crate::calculate::cost::lines::shared::Shared;
use crate::calculate::cost::revenue::mrr_in;
use crate::calculate::cost::technique_use::{Lowered, lower};
use crate::calculate::cost::trace::{ChargeRecord, Observer, Operand, Operation, Origin, Step, Subject, Unobserved};
use crate::calculate::fault::Fault;
use crate::model::{
    Amount, Base, ChargeLine, Expression, Fraction, LineItem, Lowers, Money, Sku, SkuLine, Slot, Stage, Terms, Usage,
};

/// The monthly cost of a line item of a SKU: its charges, summed in the reporting currency.
pub(crate) fn sku_line<O: Observer>(
    rows: Rows<'_>,
    line: &SkuLine,
    quantity: &Fraction,
    index: usize,
    shared: &mut Shared<'_>,
    observer: &mut O,
) -> Result<LineCost, Fault> {
    let Rows { stage, drivers, .. } = rows;
    let item = &stage.line_items[index];
    let subject = Subject::LineItem(index);
    tell_hours(stage, line, subject, observer);
    let values = meters(item, line, quantity, drivers)?;
    tell_usage(line, &values, index, observer);
    let mut row = SkuRow { rows, line, index, quantity, values, shared, unknown: Vec::new(), limits: Vec::new() };
    let costs = row.charges(ChargeLine::terms, subject, observer)?;
    let (mut unknown, limits) = (std::mem::take(&mut row.unknown), std::mem::take(&mut row.limits));
    for (place, cost) in &costs {
        observer.charge(subject, *place, || ChargeRecord::Cost(cost.amount()));
    }
    let list = if O::LIST_PRICES && line.has_agreed_price() { row.at_list(observer)? } else { None };
    if let Some(parts) = shared.parts.get_mut(index) {
        for (place, cost) in &costs {
            let cost = convert(stage, cost.clone(), subject, &mut Unobserved)?;
            parts.push(ChargePart { charge: Some(*place), cost });
        }
    }
    let native = one_currency(&costs)?;
    let in_reporting = in_reporting(stage, line, &costs, native.as_ref(), subject, observer)?;
    let exact = keep(stage, &in_reporting, subject, observer)?;
    unknown.sort_unstable();
    unknown.dedup();
    Ok(LineCost {
        quantity: Some(quantity.to_decimal()?),
        native: native.as_ref().map(ExactCost::kept).transpose()?,
        list,
        exact,
        off: Decimal::ZERO,
        monthly: exact,
        unknown: unknown.into(),
        limits: limits.into(),
        is_known: !costs.is_empty(),
        is_left_out: false,
    })
}

/// One line item of a SKU while its charges are computed.
struct SkuRow<'r, 'b> {
    rows: Rows<'r>,
    line: &'r SkuLine,
    index: usize,
    quantity: &'r Fraction,
    /// The values of the SKU's scope.
    values: Vec<Option<Fraction>>,
    shared: &'r Shared<'b>,
    /// What is not given.
    unknown: Vec<Unknown>,
    /// Limits without a price beyond them, which are exceeded or not checked.
    limits: Vec<LimitUse>,
}

impl SkuRow<'_, '_> {
    /// The cost of each known charge, with its place. Notes what the others lack.
    fn charges<O: Observer>(
        &mut self,
        terms: impl Fn(&ChargeLine) -> Option<&Arc<Terms>>,
        subject: Subject,
        observer: &mut O,
    ) -> Result<Vec<(usize, ExactCost)>, Fault> {
        let line = self.line;
        let mut costs = Vec::with_capacity(line.charges.len());
        // The costs of the whole quantity and of one unit by charge, where a percentage has charges as its base.
        let mut of_charges = Vec::new();
        let are_bases = line.charges.iter().any(|line| matches!(line.charge.base, Some(Base::Charge(_))));
        for (place, charge_line) in line.charges.iter().enumerate() {
            let Some(terms) = terms(charge_line).or(charge_line.on_request()) else {
                if self.quantity.is_zero() && charge_line.usage.given().is_none() {
                    // What is not bought costs nothing, whatever its price.
                    let all = ExactCost { value: Fraction::ZERO, currency: self.rows.stage.currency };
                    costs.push((place, all.clone()));
                    of_charges.extend(are_bases.then_some(Some(ChargeCost { all, one: None })));
                    continue;
                }
                self.unknown.push(Unknown::Price(place_of(place)));
                of_charges.extend(are_bases.then_some(None));
                continue;
            };
            let base = match charge_line.charge.base {
                Some(base) if terms.pricing.is_percentage() => {
                    self.base(base, &of_charges, charge_line.charge.each, terms, subject, observer)?
                }
                _ => None,
            };
            let is_base_known = base.is_some();
            let found = charge(&self.inputs(place, base), terms, subject, observer)?;
            if terms.pricing.is_quote() && (found.is_none() || charge_line.is_unchecked_limit()) {
                self.limit(place, terms)?;
            }
            // A technique that reduces the whole line item also reduces a percentage of this charge, but only once.
            let mut lower = |what, cost| self.lowered(what, place, cost, subject, observer);
            let found = found.map(|cost| lower(Lowers::Cost(Some(place)), cost)).transpose()?;
            match found.clone().map(|cost| lower(Lowers::Cost(None), cost)).transpose()? {
                Some(cost) => costs.push((place, cost.all)),
                None => self.lacking(place, terms, is_base_known),
            }
            of_charges.extend(are_bases.then_some(found));
        }
        Ok(costs)
    }

    /// The line item.
    fn item(&self) -> &LineItem {
        &self.rows.stage.line_items[self.index]
    }

    /// The cost of a charge after the techniques that reduce that cost, or that of the whole line item.
    fn lowered<O: Observer>(
        &self,
        what: Lowers,
        place: usize,
        cost: ChargeCost,
        subject: Subject,
        observer: &mut O,
    ) -> Result<ChargeCost, Fault> {
        let item = self.item();
        if item.techniques.is_empty() {
            return Ok(cost);
        }
        let name = format!("cost of {}", self.line.charges[place].meter());
        let measure = |value| ExactCost { value, ..cost.all }.amount();
        let what = Lowered { what, name: &name, measure, quantity: self.quantity, drivers: self.rows.drivers };
        let all = ExactCost { value: lower(item, &what, cost.all.value, subject, observer)?, ..cost.all };
        let one = cost.one.map(|one| lower(item, &what, one, subject, &mut Unobserved)).transpose()?;
        Ok(ChargeCost { all, one })
    }

    /// The base of a percentage, in the currency of its terms; `None` if it is unknown.
    fn base<O: Observer>(
        &mut self,
        base: Base,
        charges: &[Option<ChargeCost>],
        each: bool,
        terms: &Terms,
        subject: Subject,
        observer: &mut O,
    ) -> Result<Option<Fraction>, Fault> {
        let stage = self.rows.stage;
        let place = match base {
            Base::Charge(place) => place,
            Base::Mrr => return self.mrr(terms, subject, observer),
            Base::LineItems | Base::Vendor | Base::Subtotal => {
                return self.shared.bases.of(base, self.line, terms.currency, subject, observer);
            }
        };
        let Some(ChargeCost { all, one }) = &charges[usize::from(place)] else { return Ok(None) };
        let value = one.as_ref().filter(|_| each).unwrap_or(&all.value).clone();
        in_currency(stage, ExactCost { value, currency: all.currency }, terms.currency).map(Some)
    }

    /// The revenue of which a percentage is taken, in the currency of its terms.
    fn mrr<O: Observer>(&self, terms: &Terms, subject: Subject, observer: &mut O) -> Result<Option<Fraction>, Fault> {
        let Some(mrr) = mrr_in(self.rows.stage, self.rows.inputs, terms.currency)? else { return Ok(None) };
        observer.step(subject, || {
            let amount = Amount::money(mrr.clone(), terms.currency);
            Step::new("percentage base", Operation::Sum(vec![Operand::new("MRR", amount.clone())]), amount)
        });
        Ok(Some(mrr))
    }

    /// Notes how much is used of a limit without a price beyond it, where that is more, or not given.
    fn limit(&mut self, place: usize, terms: &Terms) -> Result<(), Fault> {
        let charge_line = &self.line.charges[place];
        let Some(unit) = charge_line.charge.unit.as_ref().filter(|_| charge_line.has_allowance(terms)) else {
            return Ok(());
        };
        let inputs = self.inputs(place, None);
        let (meter, subject) = (charge_line.meter(), Subject::LineItem(self.index));
        let mut steps = Steps { observer: &mut Unobserved, subject, meter, place, reason: None };
        let used = match &inputs.usage {
            Some(usage) => used(&inputs, usage, unit, &mut steps)?,
            None => None,
        };
        let included = allowance(&inputs, terms, unit, &mut steps)?;
        let Some(included) = included else { return Ok(()) };
        let is_noted = match &used {
            Some(used) => used.cmp(&included).is_gt(),
            None => charge_line.is_unchecked_limit() && !self.quantity.is_zero(),
        };
        if is_noted {
            self.limits.push(LimitUse { charge: place, used, included });
        }
        Ok(())
    }

    /// Notes what a charge lacks to have a cost: its usage, the inputs of the sheet's formulas, the base of its percentage,
    /// or a published price.
    fn lacking(&mut self, place: usize, terms: &Terms, is_base_known: bool) {
        let before = self.unknown.len();
        let charge_line = &self.line.charges[place];
        let charge = &charge_line.charge;
        if terms.pricing.is_quote() && !charge_line.has_allowance(terms) {
            self.unknown.push(Unknown::Price(place_of(place)));
            return;
        }
        self.lacking_usage(self.line.sku.meter_slot(place));
        let formulas = [&charge.billed_usage, &terms.included, &charge.minimum_usage, &charge.maximum_usage];
        for slot in formulas.into_iter().flatten().flat_map(|formula| formula.slots()) {
            self.lacking_usage(slot.index());
        }
        let base_of_terms = charge.base.filter(|_| terms.pricing.is_percentage());
        if charge.pool.is_some() && self.shared.pools.share(self.index, place).is_none() {
            self.unknown.push(Unknown::Pool(place_of(place)));
        }
        if terms.pricing.is_quote() && self.unknown.len() == before {
            let is_exceeded = self.limits.iter().any(|limit| limit.charge == place);
            let unknown = if is_exceeded { Unknown::PriceBeyond } else { Unknown::Price };
            self.unknown.push(unknown(place_of(place)));
        }
        if !is_base_known && base_of_terms == Some(Base::Mrr) {
            self.unknown.push(Unknown::Mrr);
            return;
        }
        // An unknown charge of the same SKU has already noted what it lacks.
        let is_of_others = base_of_terms.is_some_and(|base| !matches!(base, Base::Charge(_)));
        if !is_base_known && (is_of_others || base_of_terms.is_some() && self.unknown.len() == before) {
            self.unknown.push(Unknown::Base(place_of(place)));
        }
    }

    /// Notes that the value of a slot is unknown, or the values that it would be computed from.
    fn lacking_usage(&mut self, slot: usize) {
        if self.values.get(slot).is_none_or(Option::is_some) {
            return;
        }
        let before = self.unknown.len();
        match self.line.usage_at(slot) {
            Some(Usage::Default(formula)) => {
                for needed in formula.slots() {
                    self.lacking_usage(needed.index());
                }
            }
            Some(Usage::Given(formula)) => self.unknown.extend(lacking(self.rows.stage, formula, self.rows.drivers)),
            _ => {}
        }
        if self.unknown.len() == before {
            self.unknown.push(Unknown::Usage(Slot(place_of(slot))));
        }
    }

    fn inputs(&self, place: usize, base: Option<Fraction>) -> ChargeInputs<'_> {
        let Rows { stage, drivers, point, .. } = self.rows;
        let line = self.line;
        let values = self.values.as_slice();
        let charge = &line.charges[place];
        let usage_from = match &charge.usage {
            Usage::Given(formula) => Some(Evaluated { formula, scope: &stage.scope, values: drivers }),
            Usage::Default(formula) => Some(Evaluated { formula, scope: &line.sku.scope, values }),
            Usage::Flat | Usage::WithinAllowance(_) | Usage::Unknown => None,
        };
        ChargeInputs {
            item: self.item(),
            line: charge,
            place,
            scope: &line.sku.scope,
            values,
            usage: values[line.sku.meter_slot(place)].clone(),
            usage_from,
            assumed_within: charge.usage.within_allowance(),
            drivers,
            quantity: self.quantity,
            base,
            share: self.shared.pools.share(self.index, place),
            point,
            reason: line.reason.as_deref(),
        }
    }

    /// The cost of the line item at list prices, in their currency; `None` where a list price or another input is
    /// unknown.
    fn at_list<O: Observer>(&mut self, observer: &mut O) -> Result<Option<Money>, Fault> {
        // Pools are filled at the agreed prices, so a charge must contribute the same at list prices.
        fn included(terms: Option<&Arc<Terms>>) -> Option<&Expression> {
            terms?.included.as_ref().map(|included| &included.expression)
        }
        let is_other_pool = |charge: &ChargeLine| {
            let (agreed, list) = (charge.agreed.as_ref(), charge.list.as_ref());
            charge.charge.pool.is_some() && agreed.is_some() && included(agreed) != included(list)
        };
        let has_none = |charge: &ChargeLine| charge.list.is_none() && charge.on_request().is_none();
        if self.line.charges.iter().any(|charge| has_none(charge) || is_other_pool(charge)) {
            return Ok(None);
        }
        let subject = Subject::ListPrice(self.index);
        let costs = self.charges(|charge| charge.list.as_ref(), subject, observer)?;
        if costs.len() < self.line.charges.len() {
            return Ok(None);
        }
        let list = one_currency(&costs)?;
        if let Some(list) = &list {
            tell_sum(self.line, &costs, list, subject, observer);
        }
        list.as_ref().map(ExactCost::kept).transpose()
    }
}

fn place_of(place: usize) -> u16 {
    u16::try_from(place).unwrap_or(u16::MAX)
}

/// Reports the hours of the SKU's month, where they differ from those of the stage.
fn tell_hours<O: Observer>(stage: &Stage, line: &SkuLine, subject: Subject, observer: &mut O) {
    let hours = line.hours_per_month;
    if hours != stage.hours_per_month {
        observer.step(subject, || {
            let result = Amount::unit(Fraction::from(hours.value), "hour");
            Step::new("hours a month", Operation::Given, result).from(Origin::at(hours.span))
        });
    }
}

/// Reports the value of each input and the usage of each meter that the line item or the sheet gives.
fn tell_usage<O: Observer>(line: &SkuLine, values: &[Option<Fraction>], line_item: usize, observer: &mut O) {
    let usages = line.inputs.iter().chain(line.charges.iter().map(|charge| &charge.usage));
    for (place, usage) in usages.enumerate() {
        let part = Sku::FIRST_INPUT + place;
        if let (Usage::Given(_) | Usage::Default(_), Some(value)) = (usage, values[part].clone()) {
            observer.regime(RegimeKey { line_item, part, kind: RegimeKind::Usage }, RegimeState::Amount(value));
        }
    }
}

/// The sum of the charges, if they are in one currency.
fn one_currency(costs: &[(usize, ExactCost)]) -> Result<Option<ExactCost>, Fault> {
    let Some((_, first)) = costs.first() else { return Ok(None) };
    if costs.iter().any(|(_, cost)| cost.currency != first.currency) {
        return Ok(None);
    }
    let sum = costs[1..].iter().try_fold(first.value.clone(), |sum, (_, cost)| sum.add(&cost.value))?;
    Ok(Some(ExactCost { value: sum, ..*first }))
}

/// The sum of the charges in the reporting currency. `native` is their sum in a currency that they share; without one, each
/// charge is converted before they are added.
fn in_reporting<O: Observer>(
    stage: &Stage,
    line: &SkuLine,
    costs: &[(usize, ExactCost)],
    native: Option<&ExactCost>,
    subject: Subject,
    observer: &mut O,
) -> Result<ExactCost, Fault> {
    if let Some(native) = native {
        tell_sum(line, costs, native, subject, observer);
        return convert(stage, native.clone(), subject, observer);
    }
    let mut sum = ExactCost { value: Fraction::ZERO, currency: stage.currency };
    let mut converted = Vec::with_capacity(costs.len());
    for (place, cost) in costs {
        let cost = convert(stage, cost.clone(), subject, observer)?;
        sum.value = sum.value.add(&cost.value)?;
        converted.push((*place, cost));
    }
    tell_sum(line, &converted, &sum, subject, observer);
    Ok(sum)
}

/// Reports the sum of several charges.
fn tell_sum<O: Observer>(
    line: &SkuLine,
    costs: &[(usize, ExactCost)],
    sum: &ExactCost,
    subject: Subject,
    observer: &mut O,
) {
    if costs.len() < 2 {
        return;
    }
    observer.step(subject, || {
        let operand =
            |(place, cost): &(usize, ExactCost)| Operand::new(line.charges[*place].meter().to_string(), cost.amount());
        Step::new("all charges", Operation::Sum(costs.iter().map(operand).collect()), sum.amount())
    });
}
