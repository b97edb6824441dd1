//! Ways to pay less that the model itself shows.
//!
//! Each is a small function that returns what it finds. The cost of another SKU, choice or alternative is computed on
//! its own, as in [`crate::calculate::plan::alternatives`]: nothing that rows share applies to it.

use std::cmp::Reverse;
use std::collections::HashMap;

use rust_decimal::Decimal;

use crate::calculate::charge::formula::evaluate;
use crate::calculate::charge::meters::meters;
use crate::calculate::charge::quantity::quantity_of;
use crate::calculate::cost::costing::{Completeness, Costing};
use crate::calculate::cost::finding::Finding;
use crate::calculate::cost::inputs::Rows;
use crate::calculate::cost::revenue::mrr;
use crate::calculate::cost::sums::sums;
use crate::calculate::cost::trace::Unobserved;
use crate::calculate::fault::Fault;
use crate::calculate::plan::alternatives::apart;
use crate::calculate::plan::recommend::recommend;
use crate::diagnostic::Diagnostic;
use crate::model::{
    Amount, ChargeLine, ExchangeRate, Formula, Fraction, Inputs, LineItem, LinePricing, Lowers, Offer, Opportunity,
    PricePoint, PricingUnit, Progress, Revenue, SkuLine, Stage, Substitute, SubstituteKind, Term, Usage, Verdict,
    subtract,
};

/// The used share of an allowance below which most of it counts as unused.
const MOSTLY_UNUSED: Decimal = Decimal::from_parts(5, 0, 0, false, 1);

/// The used share of a tier from which the next tier counts as near.
const WITHIN_REACH: Decimal = Decimal::from_parts(8, 0, 0, false, 1);

/// The option values that are commitments, with their months.
const TERMS: [(&str, u32); 8] = [
    ("monthly", 1),
    ("yearly", 12),
    ("annual", 12),
    ("1y", 12),
    ("12 months", 12),
    ("2 years", 24),
    ("3y", 36),
    ("3 years", 36),
];

/// What is considered in addition to the stage.
#[derive(Clone, Copy, Debug)]
pub struct Market<'m> {
    /// Other ways to buy what line items provide.
    pub substitutes: &'m [Substitute],
    /// The exchange rates that they need.
    pub rates: &'m [ExchangeRate],
    /// The cheapest stage that serves, in the same currency, if known.
    pub cheapest: Option<&'m CheapestStage>,
    /// The number of months ahead.
    pub months: u32,
}

/// The cheapest stage that serves a number of customers.
#[derive(Clone, Debug)]
pub struct CheapestStage {
    /// The number of the stage.
    pub id: u32,
    /// The name of the stage.
    pub name: Box<str>,
    /// The total of the stage.
    pub total: Decimal,
}

impl CheapestStage {
    /// Finds it; `None` if there is none, or if the cost of those that serve is unknown.
    ///
    /// # Errors
    /// As [`recommend`].
    pub fn of(stages: &[(Stage, Revenue)], customers: u64) -> Result<Option<Self>, Vec<Diagnostic>> {
        let found = recommend(stages, customers)?;
        Ok(found.chosen.map(|place| {
            let (stage, total) = (&stages[place].0, found.candidates[place].costing.totals.total);
            Self { id: stage.id, name: stage.name.clone(), total }
        }))
    }
}

/// Finds ways to pay less than `costing`, the costing of the stage: the largest savings first.
///
/// # Errors
/// As [`stage`](crate::calculate::cost::stage::stage()).
pub fn opportunities(
    stage: &Stage,
    costing: &Costing,
    market: &Market<'_>,
    progress: &Progress,
) -> Result<Vec<Opportunity>, Vec<Diagnostic>> {
    let fault = |fault: Fault| vec![fault.at(&format!("what stage {} could save", stage.id), None)];
    let nothing = apart(stage, Vec::new());
    let mut found = substitutes(stage, &nothing, costing, market, progress)?;
    found.extend(other_stage(stage, costing, market)?);
    for (line_item, item) in stage.selected() {
        let LinePricing::Sku(line) = &item.pricing else { continue };
        let context = Looked { stage, nothing: &nothing, costing, place: line_item, item, line };
        found.extend(context.allowances().map_err(fault)?);
        found.extend(context.tiers()?);
    }
    found.extend(marginal_cost(stage, costing)?);
    found.extend(category_shares(costing));
    found.sort_by_key(|one| Reverse(one.saved()));
    Ok(found)
}

/// The cheapest substitute of each kind for each line item: another SKU, a choice, an alternative of the manifest.
fn substitutes(
    stage: &Stage,
    nothing: &Stage,
    costing: &Costing,
    market: &Market<'_>,
    progress: &Progress,
) -> Result<Vec<Opportunity>, Vec<Diagnostic>> {
    let mut found = Vec::new();
    let mut of_row: HashMap<usize, Vec<&Substitute>> = HashMap::new();
    for other in market.substitutes {
        of_row.entry(other.line_item).or_default().push(other);
    }
    let all = stage.line_items.len() as u64;
    for (line_item, item) in stage.selected() {
        progress.report(line_item as u64, all);
        let named = item
            .alternatives()
            .iter()
            .filter(|other| other.offer().is_none_or(Offer::is_on_sale))
            .map(|other| (SubstituteKind::Alternative(other.name.clone()), other.with_techniques_of(item)));
        let of_market = of_row.remove(&line_item).unwrap_or_default().into_iter();
        let others: Vec<(SubstituteKind, LineItem)> =
            of_market.map(|other| (other.kind.clone(), other.item.clone())).chain(named).collect();
        if others.is_empty() {
            continue;
        }
        let rows = std::iter::once(item).chain(others.iter().map(|(_, other)| other)).cloned().collect();
        let mut apart = apart(nothing, rows);
        apart.rates.extend(market.rates.iter().filter(|rate| stage.rate(rate.from).is_none()).cloned());
        let lines = sums(&apart, costing.inputs, None, &mut Unobserved)?.lines;
        let Some((own, costs)) = lines.split_first().filter(|(own, _)| own.completeness() == Completeness::Full) else {
            continue;
        };
        let mut cheapest: Vec<(Decimal, SubstituteKind)> = Vec::new();
        for ((kind, _), cost) in others.into_iter().zip(costs) {
            let is_cheaper = cost.completeness() == Completeness::Full && cost.exact < own.exact;
            if !is_cheaper {
                continue;
            }
            let is_alike = |other: &SubstituteKind| match (other, &kind) {
                (SubstituteKind::Option { name, .. }, SubstituteKind::Option { name: other, .. }) => name == other,
                (other, kind) => std::mem::discriminant(other) == std::mem::discriminant(kind),
            };
            match cheapest.iter_mut().find(|(_, other)| is_alike(other)) {
                Some(known) if known.0 <= cost.exact => {}
                Some(known) => *known = (cost.exact, kind),
                None => cheapest.push((cost.exact, kind)),
            }
        }
        for (cost, kind) in cheapest {
            let saved = subtract(own.exact, cost).map_err(|error| vec![Fault::from(error).at(&item.name, None)])?;
            let term = term(&kind, cost, own.exact, market.months);
            found.push(Opportunity::Substitute { line_item, kind, saved, term });
        }
    }
    Ok(found)
}

/// The commitment that a choice makes, if it is longer than before.
fn term(kind: &SubstituteKind, cost: Decimal, now: Decimal, ahead: u32) -> Option<Term> {
    let SubstituteKind::Option { from, to, .. } = kind else { return None };
    let months = |value: &str| TERMS.iter().find(|(word, _)| *word == value).map_or(0, |(_, months)| *months);
    let (before, months) = (months(from), months(to));
    if months <= before.max(1) {
        return None;
    }
    // The whole commitment compared with the same number of single months.
    let committed = Fraction::from(cost).multiply(&Decimal::from(months).into()).ok()?;
    let pays_off_after = u32::try_from(committed.divide(&now.into()).ok()?.ceil().ok()?.to_decimal().ok()?).ok()?;
    Some(Term { months, pays_off_after, pays_off: pays_off_after <= ahead })
}

/// The cheapest stage that serves, if it is a different one and costs less.
fn other_stage(stage: &Stage, costing: &Costing, market: &Market<'_>) -> Result<Option<Opportunity>, Vec<Diagnostic>> {
    let Some(cheapest) = market.cheapest.filter(|cheapest| cheapest.id != stage.id && costing.is_complete()) else {
        return Ok(None);
    };
    let saved = subtract(costing.totals.total, cheapest.total)
        .map_err(|error| vec![Fault::from(error).at(&format!("the total of stage {}", cheapest.id), None)])?;
    let stage = || Opportunity::Stage { id: cheapest.id, name: cheapest.name.clone(), saved };
    Ok((saved > Decimal::ZERO).then(stage))
}

/// The cost of one more customer compared with its revenue: on average up to the end of the stage's range.
fn marginal_cost(stage: &Stage, costing: &Costing) -> Result<Option<Opportunity>, Vec<Diagnostic>> {
    let inputs = costing.inputs;
    let fault = |fault: Fault| vec![fault.at("what a customer more costs", None)];
    // What a customer brings on average, whether they pay or not.
    let of_customers = mrr(stage, Inputs { customers: inputs.customers.max(1), ..inputs }).map_err(fault)?;
    let each = of_customers.map(|mrr| mrr.divide(&Decimal::from(inputs.customers.max(1)).into()));
    let is_per_customer = inputs.customers > 0 || inputs.revenue.arpu().is_some();
    let Some(Ok(arpu)) = each.filter(|_| is_per_customer) else { return Ok(None) };
    let next = inputs.customers.saturating_add(1);
    let up_to = stage.customers.value.high.filter(|high| *high > inputs.customers).unwrap_or(next);
    if !costing.is_complete() || !stage.depends_on_customers() {
        return Ok(None);
    }
    let then = sums(stage, Inputs { customers: up_to, ..inputs }, None, &mut Unobserved)?;
    if then.completeness != Completeness::Full {
        return Ok(None);
    }
    let compared = || {
        let more = subtract(then.totals.total_exact, costing.totals.total_exact)?;
        let cost = Fraction::new(more, Decimal::from(up_to - inputs.customers))?;
        Ok((cost.clone(), cost.cmp(&arpu).is_gt()))
    };
    let (cost, exceeds) = compared().map_err(fault)?;
    Ok(exceeds.then_some(Opportunity::MarginalCost { up_to, cost, arpu }))
}

/// The categories whose share is larger than the plan wants.
fn category_shares(costing: &Costing) -> impl Iterator<Item = Opportunity> {
    costing.findings.iter().filter_map(|finding| {
        let Finding::CategoryShare { category, share, band, verdict: Verdict::Above } = finding else { return None };
        Some(Opportunity::CategoryShare { category: *category, share: share.clone(), band: *band })
    })
}

/// One line item of a SKU with the values of its scope.
struct Looked<'s> {
    stage: &'s Stage,
    /// The stage without its rows.
    nothing: &'s Stage,
    costing: &'s Costing,
    place: usize,
    item: &'s LineItem,
    line: &'s SkuLine,
}

impl Looked<'_> {
    /// The values of the SKU's scope.
    fn values(&self) -> Result<Vec<Option<Fraction>>, Fault> {
        let drivers = &self.costing.drivers;
        let inputs = self.costing.inputs;
        let rows = Rows { stage: self.stage, inputs, drivers, point: PricePoint::Expected, memory: None };
        match quantity_of(rows, self.item)? {
            Some(quantity) => meters(self.item, self.line, &quantity, drivers),
            None => Ok(vec![None; self.line.sku.scope.len()]),
        }
    }

    /// The usage of a charge and how much of it is included, if both are known: in pricing units. Charges that share
    /// their allowance, or whose billed usage differs from the usage, are left out.
    fn usage(
        &self,
        place: usize,
        charge: &ChargeLine,
        values: &[Option<Fraction>],
    ) -> Result<Option<(Fraction, Fraction)>, Fault> {
        let (Some(unit), Some(terms)) = (&charge.charge.unit, charge.terms()) else { return Ok(None) };
        let is_plain = charge.charge.pool.is_none() && charge.charge.billed_usage.is_none();
        let included = match &terms.included {
            Some(included) => evaluate(&included.expression, values)?,
            None => Some(Fraction::ZERO),
        };
        let usage = values[self.line.sku.meter_slot(place)].clone();
        let (Some(usage), Some(included)) = (usage, included.filter(|_| is_plain)) else { return Ok(None) };
        let in_units = |value: Fraction| value.divide(&unit.factor.into());
        Ok(Some((in_units(usage)?, in_units(included)?)))
    }

    /// Allowances that are paid for and mostly unused.
    fn allowances(&self) -> Result<Vec<Opportunity>, Fault> {
        let mut found = Vec::new();
        if self.costing.line_items[self.place].exact.is_zero() {
            return Ok(found);
        }
        let values = self.values()?;
        for (place, charge) in self.line.charges.iter().enumerate() {
            let Some((usage, included)) = self.usage(place, charge, &values)? else { continue };
            let Some(unit) = &charge.charge.unit else { continue };
            if included.is_zero() || included.is_negative() {
                continue;
            }
            let share = usage.divide(&included)?;
            if share.cmp(&MOSTLY_UNUSED.into()).is_lt() {
                let (used, included) = (Amount::unit(usage, &unit.label), Amount::unit(included, &unit.label));
                found.push(Opportunity::UnusedAllowance {
                    line_item: self.place,
                    charge: place,
                    used,
                    included,
                    share,
                });
            }
        }
        Ok(found)
    }

    /// Tiers that are near and cheaper.
    fn tiers(&self) -> Result<Vec<Opportunity>, Vec<Diagnostic>> {
        let fault = |fault: Fault| vec![fault.at(&format!("the tiers of `{}`", self.item.name), Some(self.item.span))];
        let mut found = Vec::new();
        let values = self.values().map_err(fault)?;
        for (place, charge) in self.line.charges.iter().enumerate() {
            let (Some(unit), Some(terms)) = (&charge.charge.unit, charge.terms()) else { continue };
            let tiers = terms.pricing.tiers_of_usage();
            if tiers.is_empty() {
                continue;
            }
            let Some((usage, included)) = self.usage(place, charge, &values).map_err(fault)? else { continue };
            let near = || {
                let rest = usage.subtract(&included)?;
                let billable = if rest.is_negative() { Fraction::ZERO } else { rest };
                let at = |bound: Decimal| billable.cmp(&bound.into());
                let mut here = None;
                for (index, tier) in tiers.iter().enumerate() {
                    if tier.up_to.map(at).is_none_or(std::cmp::Ordering::is_le) {
                        here = Some(index);
                        break;
                    }
                }
                let Some((tier, next)) = here.and_then(|index| Some((&tiers[index], tiers.get(index + 1)?))) else {
                    return Ok(None);
                };
                let Some(bound) = tier.up_to else { return Ok(None) };
                let reach = Fraction::from(bound).multiply(&WITHIN_REACH.into())?;
                let is_near = next.price < tier.price && billable.cmp(&reach).is_ge();
                Ok::<_, Fault>(is_near.then_some((billable, bound)))
            };
            let Some((billable, bound)) = near().map_err(fault)? else { continue };
            let saved = self.saved_beyond(place, &included, bound, unit)?;
            found.push(Opportunity::Tier {
                line_item: self.place,
                charge: place,
                billable: Amount::unit(billable, &unit.label),
                next: Amount::unit(Fraction::from(bound), &unit.label),
                saved,
            });
        }
        Ok(found)
    }

    /// How much cheaper the line item would be if its billable usage were one unit above a bound.
    fn saved_beyond(
        &self,
        place: usize,
        included: &Fraction,
        bound: Decimal,
        unit: &PricingUnit,
    ) -> Result<Decimal, Vec<Diagnostic>> {
        let fault = |fault: Fault| vec![fault.at(&format!("the tiers of `{}`", self.item.name), Some(self.item.span))];
        let usage = || {
            let beyond = Fraction::from(bound).add(included)?.add(&Decimal::ONE.into())?;
            Ok::<_, Fault>(beyond.multiply(&unit.factor.into())?.to_decimal()?)
        };
        let usage = usage().map_err(fault)?;
        let mut item = self.item.clone();
        // The usage after techniques has been billed so far; the bound is above it.
        item.techniques = item.techniques.iter().filter(|used| used.lowers != Lowers::Usage(place)).cloned().collect();
        if let LinePricing::Sku(line) = &mut item.pricing {
            let formula = Formula::constant(usage.into(), unit.dimension, self.item.span);
            line.charges[place].usage = Usage::Given(formula);
        }
        let rows = vec![self.item.clone(), item];
        let lines = sums(&apart(self.nothing, rows), self.costing.inputs, None, &mut Unobserved)?.lines;
        subtract(lines[0].exact, lines[1].exact).map_err(|error| fault(error.into()))
    }
}
