//! What happens to the data of a technique: the months, the steady state and the savings until then.

use rust_decimal::Decimal;
use serde::Serialize;

use crate::calculate::{BeforeAfter, RetentionMonth, RetentionPlan, RetentionResult};
use crate::model::{Currency, Fraction};
use crate::source::Sources;
use crate::view::page::layout::{Block, Cell, Column, Grid, Mark};
use crate::view::page::number::{Number, percent, quotient, with_decimals};
use crate::view::page::section::{AmountJson, amount_json, working};

/// The months of the first year that a short table shows; later years show their last month.
const FIRST_YEAR: [u32; 5] = [1, 2, 3, 6, 12];
/// The decimals of a share in per cent.
const DECIMALS: u32 = 1;

/// The saving.
fn saved(amounts: &BeforeAfter) -> Option<Fraction> {
    amounts.before.subtract(&amounts.after).ok()
}

/// The saving as a share of the amount without the technique; `None` if that is zero.
fn saved_share(amounts: &BeforeAfter) -> Option<Fraction> {
    if amounts.before.is_zero() { None } else { saved(amounts)?.divide(&amounts.before).ok() }
}

/// A summary of the months, and a table of all of them or of some up to the steady state.
pub(crate) fn blocks(result: &RetentionResult, is_every_month: bool) -> Vec<Block> {
    let mut blocks: Vec<Block> = sentences(result).into_iter().map(Block::Text).collect();
    blocks.push(Block::Grid(grid(result, is_every_month)));
    blocks
}

fn sentences(result: &RetentionResult) -> Vec<String> {
    let (plan, steady) = (&result.plan, &result.steady);
    let money = |value: &Fraction| money(value, plan.currency);
    let costs = |amounts: &BeforeAfter| {
        let share =
            saved_share(amounts).map_or_else(String::new, |share| format!(": {} less", percent(&share, DECIMALS)));
        format!("{} without the technique and {} with it{share}", money(&amounts.before), money(&amounts.after))
    };
    let number = steady.number;
    let steady_state = if plan.growth.is_zero() {
        format!("From month {number} on, data has reached its maximum age, and a month costs {}.", costs(&steady.cost))
    } else {
        let growth = growth_words(plan);
        format!(
            "In month {number}, data has reached its maximum age{growth}, and the month costs {}.",
            costs(&steady.cost)
        )
    };
    vec![
        format!("Data arrives evenly, and a month is billed for what is stored at its end, in {}.", plan.currency),
        steady_state,
        format!("All months up to then cost {}.", costs(&steady.cumulative)),
    ]
    .into_iter()
    .chain(result.plan.counted.map(|counted| {
        let month = &result.counted;
        format!(
            "The effects count month {counted}: it costs {}, and all months up to then {}.",
            costs(&month.cost),
            costs(&month.cumulative)
        )
    }))
    .collect()
}

/// An amount of money, with as many decimals as a quotient in JSON.
fn money(value: &Fraction, currency: Currency) -> String {
    quotient(value).map_or_else(|| "?".to_owned(), |value| format!("{value} {currency}"))
}

fn growth_words(plan: &RetentionPlan) -> String {
    format!(" (what arrives grows by {} a month)", percent(&plan.growth, 2))
}

fn grid(result: &RetentionResult, is_every_month: bool) -> Grid {
    let mut grid = Grid::new(vec![
        Column::right("Month"),
        Column::right("GB before"),
        Column::right("GB after"),
        Column::right("Cost before"),
        Column::right("Cost after"),
        Column::right("Saved"),
        Column::right("Share").optional(),
    ]);
    let steady = result.steady.number;
    let is_shown = |number: u32| {
        let is_counted = result.plan.counted == Some(number);
        is_every_month || is_counted || number == steady || number.is_multiple_of(12) || FIRST_YEAR.contains(&number)
    };
    let data =
        |value: &Fraction| with_decimals(value, 3).map_or_else(|| "?".to_owned(), |value| Number(value).to_string());
    // Where a month costs little, cents do not distinguish tiers.
    let is_small = result.steady.cost.after < Decimal::TEN.into();
    let amount = |value: &Fraction| decimals(value, if is_small { 4 } else { 2 });
    let is_beyond = result.months.last().is_none_or(|last| last.number < steady);
    let months = result.months.iter().filter(|month| is_shown(month.number));
    for month in months.chain(is_beyond.then_some(&result.steady)) {
        if month.number == steady {
            grid.mark(Mark::Strong);
        }
        grid.cell(match month.number {
            number if result.plan.counted == Some(number) => format!("{number} counted"),
            number if number == steady => format!("{number} steady"),
            number => number.to_string(),
        });
        grid.cell(data(&month.stored.before)).cell(data(&month.stored.after));
        grid.cell(amount(&month.cost.before)).cell(amount(&month.cost.after));
        grid.cell(saved(&month.cost).as_ref().map_or_else(|| "?".to_owned(), amount));
        grid.cell(saved_share(&month.cost).map_or_else(|| "-".to_owned(), |share| percent(&share, DECIMALS)));
    }
    grid
}

/// An amount with this many decimals.
fn decimals(value: &Fraction, decimals: u32) -> String {
    value.round(decimals).map_or_else(
        |_| "?".to_owned(),
        |mut shown| {
            shown.rescale(decimals);
            // A zero with a sign would print the sign.
            if shown.is_zero() { Decimal::new(0, decimals).to_string() } else { shown.to_string() }
        },
    )
}

/// The stored data and the cost of each month, as rows of a spreadsheet: kind, name, before, after, difference, unit
/// and change.
pub(crate) fn records(result: &RetentionResult) -> impl Iterator<Item = Vec<Cell<'static>>> + '_ {
    let currency = result.plan.currency;
    result.months.iter().flat_map(move |month| {
        let stored = Amounts { kind: "stored", sides: month.stored.clone(), unit: "GB".to_owned() };
        let cost = Amounts { kind: "cost", sides: month.cost.clone(), unit: currency.to_string() };
        [stored, cost].map(|amounts| amounts.cells(month.number))
    })
}

/// One of the amounts of a month.
struct Amounts {
    kind: &'static str,
    sides: BeforeAfter,
    unit: String,
}

impl Amounts {
    fn cells(self, month: u32) -> Vec<Cell<'static>> {
        let number = |value: Option<&Fraction>| Cell::number(value.and_then(quotient).map(|number| number.0));
        let difference = saved(&self.sides).map(|of| of.negate());
        let change = saved_share(&self.sides).map(|of| of.negate());
        vec![
            Cell::text(self.kind),
            Cell::text(month.to_string()),
            Cell::Empty,
            number(Some(&self.sides.before)),
            number(Some(&self.sides.after)),
            number(difference.as_ref()),
            Cell::text(self.unit),
            number(change.as_ref()),
            Cell::Empty,
            Cell::Empty,
            Cell::Empty,
        ]
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct RetentionJson<'a> {
    period: &'static str,
    periods_per_month: Option<Number>,
    growth: Option<Number>,
    currency: String,
    steady_state: MonthJson<'a>,
    counted: MonthJson<'a>,
    totals: TotalsJson,
    months: Vec<MonthJson<'a>>,
    working: Vec<StepJson<'a>>,
}

/// All months together.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct TotalsJson {
    months: u32,
    cost_before: Option<Number>,
    cost_after: Option<Number>,
    saved: Option<Number>,
    saved_share: Option<Number>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct MonthJson<'a> {
    month: u32,
    stored_before: Option<Number>,
    stored_after: Option<Number>,
    cost_before: Option<Number>,
    cost_after: Option<Number>,
    saved: Option<Number>,
    saved_share: Option<Number>,
    cumulative_cost_before: Option<Number>,
    cumulative_cost_after: Option<Number>,
    cumulative_saved: Option<Number>,
    classes: Vec<ClassJson<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct ClassJson<'a> {
    name: &'a str,
    stored_before: Option<Number>,
    stored_after: Option<Number>,
    cost_before: Option<Number>,
    cost_after: Option<Number>,
    tiers: Vec<TierJson<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct TierJson<'a> {
    name: &'a str,
    stored: Option<Number>,
    billed: Option<Number>,
    storage_cost: Option<Number>,
    reading_cost: Option<Number>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct StepJson<'a> {
    name: &'a str,
    #[serde(flatten)]
    amount: AmountJson,
    working: String,
    place: Option<String>,
}

impl<'a> RetentionJson<'a> {
    pub(crate) fn new(result: &'a RetentionResult, sources: &Sources) -> Self {
        let plan = &result.plan;
        let all = result.months.last().map_or(BeforeAfter::ZERO, |last| last.cumulative.clone());
        let steps = result.steps.iter().map(|step| StepJson {
            name: &step.label,
            amount: amount_json(&step.result),
            working: working(&step.operation, sources),
            place: step.origin.as_ref().and_then(|origin| origin.span).map(|span| sources.origin(span)),
        });
        Self {
            period: plan.period.as_str(),
            periods_per_month: quotient(&plan.month),
            growth: quotient(&plan.growth),
            currency: plan.currency.to_string(),
            steady_state: month_json(&result.steady, plan),
            counted: month_json(&result.counted, plan),
            totals: TotalsJson {
                months: result.months.last().map_or(0, |last| last.number),
                cost_before: quotient(&all.before),
                cost_after: quotient(&all.after),
                saved: saved(&all).as_ref().and_then(quotient),
                saved_share: saved_share(&all).as_ref().and_then(quotient),
            },
            months: result.months.iter().map(|month| month_json(month, plan)).collect(),
            working: steps.collect(),
        }
    }
}

fn month_json<'a>(month: &'a RetentionMonth, plan: &'a RetentionPlan) -> MonthJson<'a> {
    let classes = plan.classes.iter().zip(&month.classes).map(|(class, month)| {
        let tiers = class.tiers.iter().zip(&month.tiers).map(|(tier, month)| TierJson {
            name: &tier.name,
            stored: quotient(&month.stored),
            billed: quotient(&month.billed),
            storage_cost: quotient(&month.storage),
            reading_cost: quotient(&month.reading),
        });
        ClassJson {
            name: &class.name,
            stored_before: quotient(&month.stored.before),
            stored_after: quotient(&month.stored.after),
            cost_before: quotient(&month.cost.before),
            cost_after: quotient(&month.cost.after),
            tiers: tiers.collect(),
        }
    });
    MonthJson {
        month: month.number,
        stored_before: quotient(&month.stored.before),
        stored_after: quotient(&month.stored.after),
        cost_before: quotient(&month.cost.before),
        cost_after: quotient(&month.cost.after),
        saved: saved(&month.cost).as_ref().and_then(quotient),
        saved_share: saved_share(&month.cost).as_ref().and_then(quotient),
        cumulative_cost_before: quotient(&month.cumulative.before),
        cumulative_cost_after: quotient(&month.cumulative.after),
        cumulative_saved: saved(&month.cumulative).as_ref().and_then(quotient),
        classes: classes.collect(),
    }
}
