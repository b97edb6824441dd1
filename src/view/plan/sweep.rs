//! The cost of stages over a range of customers or of a driver, and the break-points of the curves.
//!
//! JSON and CSV are written while the sweep runs, so a long sweep needs no more memory than a short one. Errors on the
//! way are stored for the command to report.

use std::cell::RefCell;
use std::iter;

use serde::Serialize;

use crate::calculate::{BreakPoint, Completeness, StagePoint, SweepPlan, SweepPoint, Totals};
use crate::diagnostic::Diagnostic;
use crate::model::{Currency, Dimension, Stage};
use crate::view::View;
use crate::view::cost::stage_json::StageReference;
use crate::view::cost::tags::{ShareJson, conditions, part_block, share_of_stage};
use crate::view::page::layout::{Block, Cell, Column, Grid, Page, Records};
use crate::view::page::number::{Number, displayed, per_unit, percent, quotient};
use crate::view::page::scenario::{ScenarioJson, asked_techniques, capitalised, scenario_lines};
use crate::view::page::words::{rating, share_verdict};
use crate::view::plan::break_points::{BreakPointJson, break_point_grid};
use crate::view::plan::change::words;
use crate::view::plan::curves::Curves;

/// The most points of a curve that are drawn, unless there are more rows.
const MAX_CURVE: u64 = 10_000;

/// A sweep that runs while it is shown.
pub struct SweepView<'a> {
    plan: &'a SweepPlan<'a>,
    pub(crate) draws: bool,
    pub(crate) shows_all: bool,
    details: bool,
    failure: RefCell<Option<Vec<Diagnostic>>>,
}

impl<'a> SweepView<'a> {
    /// Shows a sweep of stages of one currency.
    pub fn new(plan: &'a SweepPlan<'a>) -> Self {
        Self { plan, draws: false, shows_all: false, details: false, failure: RefCell::new(None) }
    }

    /// The same view, whose screen has every row, or everything that Markdown has.
    #[must_use]
    pub fn listing(self, shows_all: bool, details: bool) -> Self {
        Self { shows_all, details, ..self }
    }

    /// Whether charts are made.
    #[must_use]
    pub fn with_chart(self, draws: bool) -> Self {
        Self { draws, ..self }
    }

    /// The errors that ended the sweep while it was shown.
    pub fn into_failure(self) -> Option<Vec<Diagnostic>> {
        self.failure.into_inner()
    }

    pub(crate) fn stages(&self) -> Vec<&'a Stage> {
        self.plan.stages.iter().map(|(stage, _)| *stage).collect()
    }

    /// The points up to the first that cannot be computed.
    fn points(&self) -> impl Iterator<Item = SweepPoint> {
        self.points_of(self.plan)
    }

    fn points_of(&self, plan: &SweepPlan<'a>) -> impl Iterator<Item = SweepPoint> {
        plan.points().map_while(|point| match point {
            Ok(point) => Some(point),
            Err(problems) => {
                *self.failure.borrow_mut() = Some(problems);
                None
            }
        })
    }

    /// The step of a drawn curve: the smallest divisor of the row step that keeps the number of points within the
    /// limit.
    fn step_of_curve(&self) -> u64 {
        let (length, step) = (self.plan.high - self.plan.low, self.plan.step);
        let fits = |part: &u64| step.is_multiple_of(*part) && length / part <= MAX_CURVE;
        (1..=step.min(length)).find(fits).unwrap_or(step)
    }

    /// The swept number, as a column heading.
    pub(crate) fn axis(&self) -> &'a str {
        self.plan.driver.unwrap_or("customers")
    }

    /// The unit of the swept driver, if it has one.
    fn axis_unit(&self) -> Option<&'static str> {
        let driver = self.plan.driver?;
        let slot = |stage: &Stage| stage.scope.find(driver).map(|slot| stage.scope.dimension(slot));
        match self.stages().into_iter().find_map(slot)? {
            Dimension::DATA => Some("GB"),
            Dimension::TIME => Some("hours"),
            _ => None,
        }
    }

    /// The customers of a sweep of a driver, after a comma; empty if the customers are swept.
    pub(crate) fn at(&self) -> String {
        self.plan.driver.map(|_| format!(", {} customers", self.plan.customers)).unwrap_or_default()
    }

    /// One unit of the swept number.
    pub(crate) fn unit(&self) -> &'static str {
        if self.plan.driver.is_some() { "unit" } else { "customer" }
    }

    pub(crate) fn title(&self) -> String {
        let (low, high) = (self.plan.low, self.plan.high);
        let what = match &self.plan.stages[..] {
            [(stage, _)] => format!("Stage {} {}", stage.id, stage.name),
            _ => "All stages".to_owned(),
        };
        let of = self.axis_unit().map(|unit| format!(" {unit} of")).unwrap_or_default();
        let range = if low == high { format!("at {low}") } else { format!("from {low} to {high}") };
        let is_one = self.plan.driver.is_none() && range == "at 1";
        format!("{what} {range}{of} {}", if is_one { self.unit() } else { self.axis() })
    }

    /// The requested points, one per row.
    fn grid(&self) -> Grid {
        let mut columns = vec![Column::right(capitalised(self.axis()))];
        if let [(_, revenue)] = &self.plan.stages[..] {
            columns.extend([
                Column::right("Total"),
                Column::right("Per customer"),
                Column::right(format!("Next {}", self.unit())),
            ]);
            if !matches!(revenue, crate::model::Revenue::Unknown) {
                columns.extend([Column::right("Share of MRR"), Column::left("Rating").at_least(17).optional()]);
            }
        } else {
            columns.extend(self.stages().iter().map(|stage| Column::right(format!("{} {}", stage.id, stage.name))));
            columns.push(Column::left("Cheapest that serves"));
        }
        Grid::new(columns)
    }

    fn add_row(&self, point: &SweepPoint, grid: &mut Grid) {
        grid.cell(point.at);
        let stages = self.stages();
        let Some(currency) = stages.first().map(|stage| stage.currency) else { return };
        let [only] = &point.stages[..] else {
            for stage in &point.stages {
                let total = shown_total(stage, currency);
                grid.cell(if stage.fit.serves() { total } else { format!("({total})") });
            }
            let cheapest = point.cheapest.map(|place| format!("{} {}", stages[place].id, stages[place].name));
            grid.cell(cheapest.unwrap_or_else(|| "none".to_owned()));
            return;
        };
        let economics = &only.economics;
        let unknown = if only.completeness == Completeness::Full { "" } else { " + ?" };
        let per_customer = match economics.cost_per_customer.clone() {
            _ if point.customers == 0 => "-".to_owned(),
            Some(cost) => format!("{}{unknown}", per_unit(&cost, currency)),
            None => "?".to_owned(),
        };
        let marginal = economics.marginal_cost.map_or_else(|| "?".to_owned(), |cost| per_unit(&cost.into(), currency));
        grid.cell(shown_total(only, currency)).cell(per_customer).cell(marginal);
        if grid.columns.len() > 4 {
            let share = match (economics.share_of_mrr.clone(), economics.mrr) {
                (Some(share), _) => format!("{}{unknown}", percent(&share, 2)),
                (None, Some(mrr)) if mrr.is_zero() => "-".to_owned(),
                _ => "?".to_owned(),
            };
            let words = match (economics.mrr, economics.target, economics.shown_rating()) {
                (Some(mrr), ..) if mrr.is_zero() => "no revenue yet".to_owned(),
                (_, Some(_), _) => share_verdict(economics).unwrap_or_default(),
                (.., Some(found)) => rating(found).0.replace('_', " "),
                (.., None) => String::new(),
            };
            grid.cell(share).cell(words);
        }
    }
}

/// A total as a table shows it.
fn shown_total(point: &StagePoint, currency: Currency) -> String {
    match (point.totals, point.completeness) {
        (Some(totals), Completeness::Full) => displayed(totals.total, currency).to_string(),
        (Some(totals), _) => format!("{} + ?", displayed(totals.total, currency)),
        (None, _) => "?".to_owned(),
    }
}

/// The columns of the rows for spreadsheets.
const COLUMNS: [&str; 20] = [
    "at",
    "customers",
    "stage",
    "name",
    "currency",
    "subtotal",
    "buffer",
    "rounding",
    "total",
    "total_exact",
    "complete",
    "cost_per_customer",
    "cost_per_customer_before_buffer",
    "marginal_cost",
    "mrr",
    "share_of_mrr",
    "rating",
    "serves",
    "cheapest",
    "break_points",
];

impl SweepView<'_> {
    /// Whether an error ended the sweep.
    pub(crate) fn has_failed(&self) -> bool {
        self.failure.borrow().is_some()
    }

    /// Computes every point: the rows, the break-points, and the curves if they are drawn.
    pub(crate) fn run(&self, draws: bool) -> (Grid, Vec<BreakPoint>, Option<Curves>) {
        let mut grid = self.grid();
        let mut breaks: Vec<BreakPoint> = Vec::new();
        let mut curves = draws.then(|| Curves::new(&self.stages()));
        let plan = SweepPlan { step: if draws { self.step_of_curve() } else { self.plan.step }, ..self.plan.clone() };
        for point in self.points_of(&plan) {
            if let Some(curves) = &mut curves {
                curves.add(&point);
            }
            let is_row = (point.at - plan.low).is_multiple_of(self.plan.step) || point.at == plan.high;
            if is_row {
                self.add_row(&point, &mut grid);
            }
            breaks.extend(point.breaks);
        }
        (grid, breaks, curves)
    }
}

impl View for SweepView<'_> {
    fn page(&self) -> Page {
        let (grid, breaks, curves) = self.run(self.draws);
        if self.has_failed() {
            // A partial table could be mistaken for a complete one.
            return Page::default();
        }
        let stages = self.stages();
        let mut blocks = vec![Block::Title(self.title())];
        if let Some(stage) = stages.first() {
            let at = match self.plan.driver {
                Some(_) => format!("{} customers, ", self.plan.customers),
                None => String::new(),
            };
            blocks.push(Block::Text(format!("{at}{} a month, prices of {}", stage.currency, stage.as_of)));
            blocks.extend(scenario_lines(stage));
            blocks.extend(part_block(Some(stage)));
            if stages.len() > 1 {
                blocks.push(Block::Text("In brackets: the stage does not serve that many".to_owned()));
            }
        }
        blocks.push(Block::Grid(grid));
        if breaks.is_empty() {
            blocks.push(Block::Text("No break-points".to_owned()));
        } else {
            blocks.push(Block::Title("Break-points".to_owned()));
            blocks.push(Block::Grid(break_point_grid(&breaks, &stages, self.unit())));
        }
        if let Some(curves) = curves {
            let charts = curves.into_charts(&breaks, &stages, self.axis(), self.unit());
            blocks.extend(charts.into_iter().map(Block::Chart));
        }
        Page { blocks }
    }

    fn screen(&self) -> Page {
        if self.details { self.page() } else { self.screen_page() }
    }

    fn records(&self) -> Records<'_> {
        let stages = self.stages();
        let unit = self.unit();
        let rows = self.points().flat_map(move |point| {
            let breaks = |place: usize| {
                let of = point.breaks.iter().filter(move |found| found.stage.unwrap_or(place) == place);
                let messages: Vec<String> = of.map(|found| words(found, &stages, unit).message).collect();
                messages.join("; ")
            };
            let rows = point.stages.iter().enumerate().map(|(place, of_stage)| {
                let economics = &of_stage.economics;
                let stage = stages[place];
                let total = |amount: fn(&Totals) -> _| Cell::number(of_stage.totals.as_ref().map(amount));
                let number = |value: Option<Number>| Cell::number(value.map(|value| value.0));
                vec![
                    Cell::Number(point.at.into()),
                    Cell::Number(point.customers.into()),
                    Cell::Number(stage.id.into()),
                    Cell::text(stage.name.to_string()),
                    Cell::text(stage.currency.to_string()),
                    total(|totals| totals.subtotal),
                    total(|totals| totals.buffer),
                    total(|totals| totals.rounding),
                    total(|totals| totals.total),
                    total(|totals| totals.total_exact),
                    Cell::truth(of_stage.completeness == Completeness::Full),
                    number(economics.cost_per_customer.as_ref().and_then(quotient)),
                    number(economics.cost_per_customer_before_buffer.as_ref().and_then(quotient)),
                    Cell::number(economics.marginal_cost),
                    Cell::number(economics.mrr),
                    number(economics.share_of_mrr.as_ref().and_then(quotient)),
                    economics.rating.map_or(Cell::Empty, |found| Cell::text(rating(found).0)),
                    Cell::truth(of_stage.fit.serves()),
                    if point.stages.len() > 1 { Cell::truth(point.cheapest == Some(place)) } else { Cell::Empty },
                    Cell::text(breaks(place)),
                ]
            });
            rows.collect::<Vec<_>>()
        });
        Records { header: COLUMNS.to_vec(), rows: Box::new(rows) }
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct SweepJson<'a, P, B> {
    schema: &'static str,
    stages: Vec<StageReference<'a>>,
    currency: Option<String>,
    as_of: Option<String>,
    scenario: Option<ScenarioJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    techniques: Option<&'a [Box<str>]>,
    #[serde(rename = "where", skip_serializing_if = "Option::is_none")]
    conditions: Option<&'a [Box<str>]>,
    axis: &'a str,
    axis_unit: Option<&'static str>,
    range: RangeJson,
    #[cfg_attr(test, schemars(with = "Vec<PointJson>"))]
    points: P,
    #[cfg_attr(test, schemars(with = "Vec<BreakPointJson<'a>>"))]
    break_points: B,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct RangeJson {
    low: u64,
    high: u64,
    step: u64,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct PointJson {
    at: u64,
    customers: u64,
    stage: u32,
    subtotal: Option<Number>,
    total: Option<Number>,
    total_exact: Option<Number>,
    complete: bool,
    cost_per_customer: Option<Number>,
    cost_per_customer_before_buffer: Option<Number>,
    marginal_cost: Option<Number>,
    mrr: Option<Number>,
    share_of_mrr: Option<Number>,
    rating: Option<&'static str>,
    serves: bool,
    /// Whether it is the cheapest stage that serves; null if one stage is swept.
    cheapest: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    share_of_stage: Option<ShareJson>,
}

impl PointJson {
    fn new(point: &SweepPoint, place: usize, stage: &Stage) -> Self {
        let of_stage = &point.stages[place];
        let economics = &of_stage.economics;
        let total = |amount: fn(&Totals) -> rust_decimal::Decimal| of_stage.totals.as_ref().map(amount).map(Number);
        Self {
            at: point.at,
            customers: point.customers,
            stage: stage.id,
            subtotal: total(|totals| totals.subtotal),
            total: total(|totals| totals.total),
            total_exact: total(|totals| totals.total_exact),
            complete: of_stage.completeness == Completeness::Full,
            cost_per_customer: economics.cost_per_customer.as_ref().and_then(quotient),
            cost_per_customer_before_buffer: economics.cost_per_customer_before_buffer.as_ref().and_then(quotient),
            marginal_cost: economics.marginal_cost.map(Number),
            mrr: economics.mrr.map(Number),
            share_of_mrr: economics.share_of_mrr.as_ref().and_then(quotient),
            rating: economics.rating.map(|found| rating(found).0),
            serves: of_stage.fit.serves(),
            cheapest: (point.stages.len() > 1).then_some(point.cheapest == Some(place)),
            share_of_stage: share_of_stage(stage, of_stage.share_of_stage.as_ref()),
        }
    }
}

impl Serialize for SweepView<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let stages = self.stages();
        let first = stages.first().copied();
        let unit = self.unit();
        // The points are written first, and leave the break-points.
        let breaks = RefCell::new(Vec::new());
        let points = self.points().flat_map(|mut point| {
            breaks.borrow_mut().append(&mut point.breaks);
            let of = |place: usize| PointJson::new(&point, place, stages[place]);
            (0..point.stages.len()).map(of).collect::<Vec<_>>()
        });
        let break_points = iter::once_with(|| breaks.take()).flatten();
        SweepJson {
            schema: "costplan.sweep.v1",
            stages: stages.iter().map(|stage| StageReference { id: stage.id, name: &stage.name }).collect(),
            currency: first.map(|stage| stage.currency.to_string()),
            as_of: first.map(|stage| stage.as_of.to_string()),
            scenario: first.and_then(ScenarioJson::of),
            techniques: asked_techniques(first),
            conditions: conditions(first),
            axis: self.axis(),
            axis_unit: self.axis_unit(),
            range: RangeJson { low: self.plan.low, high: self.plan.high, step: self.plan.step },
            points: Streamed::new(points),
            break_points: Streamed::new(break_points.map(|point| BreakPointJson::new(&point, &stages, unit))),
        }
        .serialize(serializer)
    }
}

/// A list that is written while it is produced.
struct Streamed<I>(RefCell<Option<I>>);

impl<I> Streamed<I> {
    fn new(list: I) -> Self {
        Self(RefCell::new(Some(list)))
    }
}

impl<T: Serialize, I: Iterator<Item = T>> Serialize for Streamed<I> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.borrow_mut().take().into_iter().flatten())
    }
}
