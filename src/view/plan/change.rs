//! What changes at a point of a curve, in words.

use rust_decimal::Decimal;

use crate::calculate::{BreakPoint, Change, Completeness, FindingCode, RegimeKey, RegimeKind, RegimeState};
use crate::model::{ArithmeticError, Band, Capacity, Fraction, LinePricing, Money, PricingUnit, Sku, Stage, Verdict};
use crate::source::Spanned;
use crate::view::page::finding::{target_word, verdict_word};
use crate::view::page::number::{WithCurrency, exact_percent, money_band, plain_band, range};
use crate::view::page::words::rating;

/// A break-point as it is shown.
#[derive(Clone, Debug)]
pub(crate) struct ChangeWords<'a> {
    /// The stable name of the kind of change.
    pub(crate) code: &'static str,
    /// The line item, if the change concerns one.
    pub(crate) line_item: Option<&'a str>,
    /// The meter, if the change concerns one.
    pub(crate) meter: Option<&'a str>,
    /// The value before and after, if the change concerns a number.
    pub(crate) values: Option<(Decimal, Decimal)>,
    /// One sentence.
    pub(crate) message: String,
}

/// Describes a break-point of `stages`; `unit` names one unit of the swept number.
pub(crate) fn words<'a>(point: &BreakPoint, stages: &[&'a Stage], unit: &str) -> ChangeWords<'a> {
    let plain =
        |code: &'static str, message: String| ChangeWords { code, line_item: None, meter: None, values: None, message };
    let Some(stage) = point.stage.and_then(|place| stages.get(place).copied()) else {
        return plain("cheapest-stage", cheapest_stage(&point.change, stages));
    };
    let band =
        |band: Option<Spanned<Band>>| band.map(|band| money_band(band.value, stage.currency)).unwrap_or_default();
    match &point.change {
        Change::Row { key, from, to, growth_before, is_first } => ChangedRow {
            stage,
            key: *key,
            from: from.clone(),
            to: to.clone(),
            growth_before: growth_before.clone(),
            is_first: *is_first,
            unit,
        }
        .words(),
        Change::Range(verdict) => plain(FindingCode::CustomersInRange.as_str(), in_range(*verdict, stage)),
        Change::Capacity { place, is_exceeded } => {
            let Capacity { limit, name, .. } = &stage.capacity[*place];
            let relation = if *is_exceeded { "is exceeded" } else { "suffices" };
            let message = format!("the capacity of {} {name} {relation}", plain_band(*limit));
            plain(FindingCode::Capacity.as_str(), message)
        }
        Change::Budget(verdict) => {
            let message =
                format!("the total is {} the budget of {}", verdict_word(*verdict), band(stage.monthly_budget));
            plain(FindingCode::MonthlyBudget.as_str(), message)
        }
        Change::CostPerCustomer(verdict) => {
            let (relation, target) = (target_word(*verdict), band(stage.targets.cost_per_customer));
            let message = format!("the cost per customer before the buffer is {relation} the target of {target}");
            plain(FindingCode::CostPerCustomer.as_str(), message)
        }
        Change::ShareOfMrr { is_met } => {
            let target = stage.targets.any_share_of_mrr().map(exact_percent).unwrap_or_default();
            let relation = if *is_met { "under" } else { "at or over" };
            plain(FindingCode::ShareOfMrr.as_str(), format!("the share of MRR is {relation} the target of {target}"))
        }
        Change::Rating(found) => plain("rating", format!("the share of MRR is rated: {}", rating(*found).1)),
        Change::Completeness(completeness) => plain("knowledge", known(*completeness).to_owned()),
        Change::CheapestSku { line_item, alternative, saved } => {
            let item = &stage.line_items[*line_item];
            let message = match alternative.and_then(|place| item.alternatives().get(place)) {
                Some(other) => {
                    let saved = WithCurrency(Money::new(*saved, stage.currency));
                    format!("`{}`: {} would cost {saved} less here", item.name, other.name)
                }
                None => format!("`{}`: the planned purchase costs the least", item.name),
            };
            ChangeWords { line_item: Some(&item.name), ..plain("cheapest-sku", message) }
        }
        Change::Cheapest(_) => plain("cheapest-stage", String::new()),
    }
}

/// Which of `stages` is the cheapest from a number on, if it is such a change.
fn cheapest_stage(change: &Change, stages: &[&Stage]) -> String {
    let Change::Cheapest(Some(place)) = change else { return "no stage serves from here on".to_owned() };
    let Stage { id, name, .. } = stages[*place];
    format!("{id} {name} is the cheapest that serves from here on")
}

/// How the customers enter or leave the range of a stage.
fn in_range(verdict: Verdict, stage: &Stage) -> String {
    let relation = match verdict {
        Verdict::Within => "begins",
        Verdict::Above => "has ended",
        Verdict::Below => "has not begun",
    };
    format!("the stage's range of {} customers {relation}", range(stage.customers.value))
}

/// How much of the cost is known.
fn known(completeness: Completeness) -> &'static str {
    match completeness {
        Completeness::Full => "the cost is known in full",
        Completeness::Part => "part of the cost is unknown",
        Completeness::Nothing => "none of the cost is known",
    }
}

/// A change of a row.
struct ChangedRow<'a, 'u> {
    stage: &'a Stage,
    key: RegimeKey,
    from: RegimeState,
    to: RegimeState,
    growth_before: Option<Fraction>,
    is_first: bool,
    unit: &'u str,
}

impl<'a> ChangedRow<'a, '_> {
    fn words(&self) -> ChangeWords<'a> {
        let kind = self.key.kind;
        if kind == RegimeKind::Credit {
            let adjustment = &self.stage.adjustments[self.key.part];
            let what = adjustment.kind();
            let name = |place: usize| self.stage.line_items.get(place - 1).map_or("", |item| &item.name);
            let relation = match (self.from.clone(), self.to.clone()) {
                (_, RegimeState::Place(0)) => "is no longer used up".to_owned(),
                (RegimeState::Place(from), RegimeState::Place(to)) if from > 0 => {
                    format!("is used up at `{}` instead of `{}`", name(to), name(from))
                }
                _ => "is used up".to_owned(),
            };
            let message = format!("the {what} `{}` {relation}", adjustment.reason);
            return ChangeWords { code: "credit", line_item: None, meter: None, values: None, message };
        }
        let item = &self.stage.line_items[self.key.line_item];
        let (meter, pricing_unit) = self.meter().unzip();
        let message = format!("`{}`: {}", item.name, self.sentence(meter.unwrap_or_default(), pricing_unit.flatten()));
        let values = match (&self.from, &self.to) {
            (RegimeState::Amount(from), RegimeState::Amount(to)) => {
                let number = |value: &Fraction| counted(value, pricing_unit.flatten()).ok()?.round(6).ok();
                number(from).zip(number(to))
            }
            (RegimeState::Place(from), RegimeState::Place(to)) => {
                Some((Decimal::from(from + 1), Decimal::from(to + 1)))
            }
            _ => None,
        };
        ChangeWords { code: code(kind), line_item: Some(&item.name), meter, values, message }
    }

    fn holds(&self) -> bool {
        matches!(self.to, RegimeState::Holds(true))
    }

    /// The meter or input concerned, with its pricing unit.
    fn meter(&self) -> Option<(&'a str, Option<&'a PricingUnit>)> {
        let LinePricing::Sku(line) = &self.stage.line_items[self.key.line_item].pricing else { return None };
        match self.key.kind {
            RegimeKind::Quantity | RegimeKind::Bought | RegimeKind::PlainCost | RegimeKind::Credit => None,
            RegimeKind::Usage => {
                let place = self.key.part.checked_sub(Sku::FIRST_INPUT)?;
                match place.checked_sub(line.sku.inputs.len()) {
                    None => line.sku.inputs.get(place).map(|input| (&*input.name, Some(&input.unit))),
                    Some(charge) => {
                        line.charges.get(charge).map(|charge| (charge.meter(), charge.charge.unit.as_ref()))
                    }
                }
            }
            RegimeKind::BilledUsage
            | RegimeKind::Included
            | RegimeKind::MinimumUsageAmount
            | RegimeKind::MaximumUsageAmount
            | RegimeKind::Allowance
            | RegimeKind::BelowMinimumUsage
            | RegimeKind::AboveMaximumUsage
            | RegimeKind::Increments
            | RegimeKind::Commitment
            | RegimeKind::Packages
            | RegimeKind::Tier
            | RegimeKind::Minimum
            | RegimeKind::Cap => line.charges.get(self.key.part).map(|charge| (charge.meter(), None)),
        }
    }

    fn sentence(&self, meter: &str, unit: Option<&PricingUnit>) -> String {
        let no_longer = |what: &str| format!("{what} no longer");
        let either = |holds: String, otherwise: String| if self.holds() { holds } else { otherwise };
        match self.key.kind {
            RegimeKind::Quantity => self.growth(self.quantity(), None),
            RegimeKind::Bought => {
                either("the quantity is no longer zero".to_owned(), "the quantity is zero".to_owned())
            }
            RegimeKind::PlainCost => self.growth("the cost of one", None),
            RegimeKind::Usage => self.growth(meter, unit),
            RegimeKind::BilledUsage => self.growth(&format!("what is billed for {meter}"), None),
            RegimeKind::Included => self.growth(&format!("the allowance of {meter}"), None),
            RegimeKind::MinimumUsageAmount => self.growth(&format!("the minimum usage of {meter}"), None),
            RegimeKind::MaximumUsageAmount => self.growth(&format!("the maximum usage of {meter}"), None),
            RegimeKind::Allowance if self.is_first => {
                format!("the allowance of {meter} is used up, the first of its meters")
            }
            RegimeKind::Allowance => either(
                format!("the allowance of {meter} is used up"),
                format!("the allowance of {meter} is no longer used up"),
            ),
            RegimeKind::BelowMinimumUsage => either(
                format!("the minimum usage of {meter} is billed"),
                no_longer(&format!("the minimum usage of {meter} is billed")),
            ),
            RegimeKind::AboveMaximumUsage => either(
                format!("{meter} reaches its maximum usage"),
                format!("{meter} is under its maximum usage again"),
            ),
            RegimeKind::Increments => self.growth(&format!("billed {meter}"), None),
            RegimeKind::Commitment => {
                either(format!("{meter} goes beyond the commitment"), format!("{meter} stays within the commitment"))
            }
            RegimeKind::Packages => self.growth(&format!("packages of {meter}"), None),
            RegimeKind::Tier => match (self.from.clone(), self.to.clone()) {
                (RegimeState::Place(from), RegimeState::Place(to)) => {
                    format!("{meter} goes from tier {} to tier {}", from + 1, to + 1)
                }
                _ => String::new(),
            },
            RegimeKind::Minimum => {
                either(format!("the minimum of {meter} is charged"), format!("{meter} costs more than its minimum"))
            }
            RegimeKind::Cap => {
                either(format!("{meter} reaches its cap"), format!("{meter} costs less than its cap again"))
            }
            RegimeKind::Credit => String::new(),
        }
    }

    /// What the quantity of the line item is.
    fn quantity(&self) -> &'static str {
        match self.stage.line_items[self.key.line_item].autoscaling() {
            Some(_) => "the average of the replicas",
            None => "the quantity",
        }
    }

    /// How an amount moves: from one value to another, or away from the line along which it grew.
    fn growth(&self, what: &str, unit: Option<&PricingUnit>) -> String {
        let (RegimeState::Amount(from), RegimeState::Amount(to)) = (self.from.clone(), self.to.clone()) else {
            return String::new();
        };
        let label = unit.map(|unit| format!(" {}", unit.label)).unwrap_or_default();
        let shown = |value: Result<Fraction, ArithmeticError>| {
            let value = value.and_then(|value| counted(&value, unit)).and_then(|value| value.round(6));
            value.map_or_else(|_| "?".to_owned(), |value| value.normalize().to_string())
        };
        let (before, after) = (shown(Ok(from.clone())), shown(Ok(to.clone())));
        match self.growth_before.clone().filter(|growth| !growth.is_zero()) {
            None => format!("{what} from {before} to {after}{label}"),
            Some(growth) if from == to => format!(
                "{what} stays at {after}{label}, after growing by {} with each {}",
                shown(Ok(growth)),
                self.unit
            ),
            Some(growth) => format!(
                "{what} from {before} to {after}{label}, {} with this {} instead of {}",
                shown(to.subtract(&from)),
                self.unit,
                shown(Ok(growth))
            ),
        }
    }
}

fn counted(value: &Fraction, unit: Option<&PricingUnit>) -> Result<Fraction, ArithmeticError> {
    unit.map_or(Ok(value.clone()), |unit| value.divide(&unit.factor.into()))
}

fn code(kind: RegimeKind) -> &'static str {
    match kind {
        RegimeKind::Quantity | RegimeKind::Bought => "quantity",
        RegimeKind::PlainCost => "plain-cost",
        RegimeKind::Usage => "usage",
        RegimeKind::BilledUsage => "billed-usage",
        RegimeKind::Included => "included",
        RegimeKind::Allowance => "allowance",
        RegimeKind::MinimumUsageAmount | RegimeKind::BelowMinimumUsage => "minimum-usage",
        RegimeKind::MaximumUsageAmount | RegimeKind::AboveMaximumUsage => "maximum-usage",
        RegimeKind::Increments => "increments",
        RegimeKind::Commitment => "commitment",
        RegimeKind::Packages => "packages",
        RegimeKind::Tier => "tier",
        RegimeKind::Minimum => "minimum",
        RegimeKind::Cap => "cap",
        RegimeKind::Credit => "credit",
    }
}
