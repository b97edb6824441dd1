//! Stages side by side: two of them, or one under several scenarios.

use std::collections::{HashMap, HashSet};

use rust_decimal::Decimal;
use serde::Serialize;

use super::View;
use super::finding::{FindingView, findings};
use super::number::{Number, cents, quotient, quotient_cents, signed};
use super::page::{Block, Cell, Column, Grid, Mark, Page, Records};
use super::scenario::{ScenarioJson, scenario_line};
use super::shown::{KnownOrUnknown, ShownTotals, is_nothing, rounding_label};
use super::stage_json::StageReference;
use crate::model::{Costing, Fraction, Knowledge, KnownCost, Stage, Totals, add, subtract};

/// The names of the sides in CSV; there are no more.
const PLACES: [&str; 8] = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"];

/// A stage and what it costs.
type Side<'a> = (&'a Stage, &'a Costing);

/// Stages side by side, by category and line item: two, or one under several scenarios.
///
/// Two sides have a difference. More have none: a column for each further side would not fit a line, and each side can be
/// compared with the first on its own.
#[derive(Debug)]
pub struct CompareView<'a> {
    sides: Vec<Side<'a>>,
}

/// A row of the comparison: a category, or a line item of it, at every side.
#[derive(Clone, Debug)]
struct Row<'a> {
    category: &'a str,
    line_item: Option<&'a str>,
    /// `None` where a stage has no such row.
    amounts: Vec<Option<KnownCost>>,
}

impl Row<'_> {
    /// The second of two less the first, if both are known in full; what is not there costs nothing there.
    fn difference(&self) -> Option<Decimal> {
        let [first, second] = self.amounts[..] else { return None };
        let amount = |cost: Option<KnownCost>| match cost {
            None => Some(Decimal::ZERO),
            Some(cost) => (cost.knowledge == Knowledge::Full).then_some(cost.monthly),
        };
        subtract(amount(second)?, amount(first)?).ok()
    }

    /// What is known of the amounts.
    fn known(&self) -> Vec<Option<Decimal>> {
        let known = |cost: KnownCost| (cost.knowledge != Knowledge::Nothing).then_some(cost.monthly);
        self.amounts.iter().map(|cost| cost.and_then(known)).collect()
    }
}

/// What a stage costs in a row, as a table shows it.
fn shown_amount(cost: KnownCost) -> String {
    match cost.knowledge {
        Knowledge::Full => cents(cost.monthly).to_string(),
        Knowledge::Part => format!("{} + ?", cents(cost.monthly)),
        Knowledge::Nothing => "?".to_owned(),
    }
}

/// A difference as a table shows it: of two shown amounts, so that it can be checked by eye.
fn shown_difference(difference: Option<Decimal>) -> String {
    difference.map_or_else(|| "?".to_owned(), signed)
}

impl<'a> CompareView<'a> {
    /// The most sides that are shown.
    pub const MOST: usize = PLACES.len();

    /// Compares two stages or more, all in one currency.
    pub fn new(sides: Vec<Side<'a>>) -> Self {
        Self { sides }
    }

    /// Whether a side is told by its scenario, and not by its stage.
    fn is_by_scenario(&self) -> bool {
        self.sides.len() != 2 || self.sides.windows(2).any(|pair| pair[0].0.scenario != pair[1].0.scenario)
    }

    fn has_difference(&self) -> bool {
        self.sides.len() == 2
    }

    /// What the column of a side is called.
    fn label(&self, stage: &Stage) -> String {
        match &stage.scenario {
            Some(scenario) if self.is_by_scenario() => scenario.name.to_string(),
            _ => format!("Stage {}", stage.id),
        }
    }

    /// The value that all sides share, if they do.
    fn shared<T: PartialEq>(&self, value: impl Fn(&Side<'a>) -> T) -> Option<T> {
        let first = value(self.sides.first()?);
        self.sides.iter().all(|side| value(side) == first).then_some(first)
    }

    /// A value of the sides in words: once if they share it, otherwise that of each.
    fn told(&self, value: impl Fn(&Side<'a>) -> String) -> String {
        if let Some(value) = self.shared(&value) {
            return value;
        }
        let all: Vec<String> = self.sides.iter().map(value).collect();
        match all.split_last() {
            Some((last, others)) => format!("{} and {last}", others.join(", ")),
            None => String::new(),
        }
    }

    fn title(&self) -> String {
        let names = |name: &dyn Fn(&Stage) -> String| {
            let names: Vec<String> = self.sides.iter().map(|(stage, _)| name(stage)).collect();
            names.join(if self.has_difference() { " against " } else { ", " })
        };
        match self.sides.first() {
            Some((stage, _)) if self.is_by_scenario() => {
                format!("Stage {} {}: {}", stage.id, stage.name, names(&|stage| self.label(stage)))
            }
            _ => {
                let title = names(&|stage| format!("stage {} {}", stage.id, stage.name));
                title.replacen('s', "S", 1)
            }
        }
    }

    /// The scenario that all sides are computed under, or what each is about.
    fn scenario_lines(&self) -> Vec<Block> {
        if !self.is_by_scenario() {
            return self.sides.first().and_then(|(stage, _)| scenario_line(stage)).into_iter().collect();
        }
        let line = |(stage, _): &Side<'a>| {
            let summary = stage.scenario.as_deref()?.summary.as_deref()?;
            Some(Block::Text(format!("{}: {summary}", self.label(stage))))
        };
        self.sides.iter().filter_map(line).collect()
    }

    /// The categories in order of appearance, each followed by its line items: those of one name are one row.
    fn rows(&self) -> Vec<Row<'a>> {
        let mut categories: Vec<Row<'a>> = Vec::new();
        let mut members: Vec<Vec<Row<'a>>> = Vec::new();
        let mut places: HashMap<&'a str, usize> = HashMap::new();
        let mut items: HashMap<(&'a str, &'a str), usize> = HashMap::new();
        let empty = vec![None; self.sides.len()];
        for (side, (stage, costing)) in self.sides.iter().enumerate() {
            for (name, cost) in stage.categories.iter().zip(&costing.categories) {
                let place = *places.entry(name).or_insert_with(|| {
                    categories.push(Row { category: name, line_item: None, amounts: empty.clone() });
                    members.push(Vec::new());
                    categories.len() - 1
                });
                categories[place].amounts[side] = Some(*cost);
            }
            for (item, line) in stage.line_items.iter().zip(&costing.line_items) {
                let category = stage.category(item.category);
                let rows = &mut members[places[category]];
                let place = *items.entry((category, &item.name)).or_insert_with(|| {
                    rows.push(Row { category, line_item: Some(&item.name), amounts: empty.clone() });
                    rows.len() - 1
                });
                rows[place].amounts[side] = Some(KnownCost { monthly: line.monthly, knowledge: line.knowledge() });
            }
        }
        categories
            .into_iter()
            .zip(members)
            .flat_map(|(category, members)| std::iter::once(category).chain(members))
            .collect()
    }

    /// What is wrong with any side; what is fine goes without saying.
    fn findings(&self) -> Vec<FindingView> {
        let by_scenario = self.is_by_scenario();
        let of_side = |(stage, costing): &Side<'a>| {
            let name = if by_scenario { self.label(stage) } else { format!("{} {}", stage.id, stage.name) };
            let serious = findings(stage, costing).into_iter().filter(|finding| finding.severity != "note");
            serious.map(move |finding| FindingView { message: format!("{name}: {}", finding.message), ..finding })
        };
        let mut seen = HashSet::new();
        self.sides.iter().flat_map(of_side).filter(|finding| seen.insert(finding.clone())).collect()
    }

    fn is_complete(&self) -> bool {
        self.sides.iter().all(|(_, costing)| costing.is_complete())
    }

    /// What the rounding of the totals is called: what the stages say, if they say the same.
    fn rounding_label(&self) -> String {
        self.shared(|(stage, _)| rounding_label(stage)).unwrap_or_else(|| "Rounding".to_owned())
    }
}

/// The rows as a table shows them: line items rounded to cents one by one, and each category the sum of its own.
fn shown(mut rows: Vec<Row<'_>>) -> Vec<Row<'_>> {
    let mut category = 0;
    for index in 0..rows.len() {
        if rows[index].line_item.is_none() {
            category = index;
            for cost in rows[index].amounts.iter_mut().flatten() {
                cost.monthly = Decimal::ZERO;
            }
            continue;
        }
        for side in 0..rows[index].amounts.len() {
            let Some(cost) = &mut rows[index].amounts[side] else { continue };
            cost.monthly = cents(cost.monthly);
            let monthly = cost.monthly;
            if let Some(whole) = &mut rows[category].amounts[side] {
                // The exact sum is known to fit.
                whole.monthly = add(whole.monthly, monthly).unwrap_or(whole.monthly);
            }
        }
    }
    rows
}

impl View for CompareView<'_> {
    fn page(&self) -> Page {
        let currency = self.sides.first().map_or_else(String::new, |(stage, _)| stage.currency.to_string());
        let customers = self.told(|(_, costing)| costing.inputs.customers.to_string());
        let as_of = self.told(|(stage, _)| stage.as_of.to_string());
        let text = format!("{customers} customers, {currency} a month, prices of {as_of}");
        let mut blocks = vec![Block::Title(self.title()), Block::Text(text)];
        blocks.extend(self.scenario_lines());
        blocks.push(Block::Grid(self.grid()));
        let findings = self.findings();
        if !findings.is_empty() {
            blocks.push(Block::Findings(findings));
        }
        Page { blocks }
    }

    fn records(&self) -> Records<'_> {
        let mut header = vec!["category", "line_item"];
        header.extend(PLACES.iter().take(self.sides.len()));
        header.extend(self.has_difference().then_some("difference"));
        let rows = self.rows().into_iter().filter(|row| row.line_item.is_some()).map(|row| {
            let mut cells = vec![Cell::text(row.category), Cell::text(row.line_item.unwrap_or_default())];
            cells.extend(row.known().into_iter().map(Cell::number));
            cells.extend(self.has_difference().then(|| Cell::number(row.difference())));
            cells
        });
        Records { header, rows: Box::new(rows) }
    }
}

impl CompareView<'_> {
    fn grid(&self) -> Grid {
        let mut columns = vec![Column::left("Category"), Column::left("Line item")];
        columns.extend(self.sides.iter().map(|(stage, _)| Column::right(self.label(stage))));
        columns.extend(self.has_difference().then(|| Column::right("Difference")));
        let mut grid = Grid::new(columns);
        for row in shown(self.rows()) {
            if row.line_item.is_none() {
                grid.mark(Mark::Strong);
            }
            grid.cell(if row.line_item.is_some() { "" } else { row.category }).cell(row.line_item.unwrap_or_default());
            for amount in &row.amounts {
                grid.cell(amount.map_or_else(|| "-".to_owned(), shown_amount));
            }
            if self.has_difference() {
                grid.cell(shown_difference(row.difference()));
            }
        }
        self.total_rows(&mut grid);
        self.per_customer_row(&mut grid);
        grid
    }

    fn total_rows(&self, grid: &mut Grid) {
        let totals: Vec<Option<ShownTotals>> = self.sides.iter().map(|(_, costing)| ShownTotals::of(costing)).collect();
        let complete = self.is_complete();
        let rounding = self.rounding_label();
        let of = |amount: fn(&ShownTotals) -> Decimal| -> Vec<Option<Decimal>> {
            totals.iter().map(|totals| totals.as_ref().map(amount)).collect()
        };
        let rows = [
            ("Rounding of the rows shown", false, of(|totals| totals.rounding_of_rows)),
            ("Subtotal", true, of(|totals| totals.subtotal)),
            ("Buffer", false, of(|totals| totals.buffer)),
            (rounding.as_str(), false, of(|totals| totals.rounding)),
            (if complete { "Total" } else { "Total without the unknown" }, true, of(|totals| totals.total)),
        ];
        for (label, is_sum, amounts) in rows {
            if is_sum {
                grid.mark(Mark::Rule).mark(Mark::Strong);
            } else if is_nothing(&amounts) {
                continue;
            }
            grid.cell(label).cell("");
            for amount in &amounts {
                grid.cell(KnownOrUnknown(*amount));
            }
            if let [first, second] = amounts[..] {
                let difference = second.zip(first).and_then(|(second, first)| subtract(second, first).ok());
                grid.cell(shown_difference(difference.filter(|_| complete)));
            }
        }
    }

    /// What a customer costs, if all sides have some; where they have not the same number, each says its own.
    fn per_customer_row(&self, grid: &mut Grid) {
        let costs = self.sides.iter().map(|(_, costing)| costing.economics.cost_per_customer);
        let Some(costs) = costs.collect::<Option<Vec<Fraction>>>() else { return };
        let is_one_number = self.shared(|(_, costing)| costing.inputs.customers).is_some();
        grid.cell("Per customer").cell("");
        for (cost, (_, costing)) in costs.iter().zip(&self.sides) {
            let unknown = if costing.is_complete() { "" } else { " + ?" };
            let at = if is_one_number { String::new() } else { format!(" at {}", costing.inputs.customers) };
            grid.cell(format_args!("{}{unknown}{at}", quotient_cents(*cost)));
        }
        if let [first, second] = costs[..] {
            let difference = first.round(2).and_then(|first| subtract(second.round(2)?, first));
            grid.cell(shown_difference(difference.ok().filter(|_| self.is_complete())));
        }
    }
}

#[derive(Serialize)]
struct CompareJson<'a> {
    schema: &'static str,
    stages: Vec<StageReference<'a>>,
    sides: Vec<SideJson<'a>>,
    currency: Option<String>,
    as_of: Option<String>,
    inputs: InputsJson,
    categories: Vec<CategoryJson<'a>>,
    complete: bool,
    subtotal: AmountsJson,
    buffer: AmountsJson,
    rounding: AmountsJson,
    total: AmountsJson,
    cost_per_customer: AmountsJson,
    findings: Vec<FindingView>,
}

#[derive(Serialize)]
struct SideJson<'a> {
    stage: StageReference<'a>,
    scenario: Option<ScenarioJson<'a>>,
    customers: u64,
    as_of: String,
}

impl<'a> From<&Side<'a>> for SideJson<'a> {
    fn from((stage, costing): &Side<'a>) -> Self {
        Self {
            stage: StageReference { id: stage.id, name: &stage.name },
            scenario: ScenarioJson::of(stage),
            customers: costing.inputs.customers,
            as_of: stage.as_of.to_string(),
        }
    }
}

#[derive(Serialize)]
struct InputsJson {
    customers: Option<u64>,
}

#[derive(Serialize)]
struct CategoryJson<'a> {
    name: &'a str,
    #[serde(flatten)]
    amounts: AmountsJson,
    line_items: Vec<ItemJson<'a>>,
}

#[derive(Serialize)]
struct ItemJson<'a> {
    name: &'a str,
    #[serde(flatten)]
    amounts: AmountsJson,
}

/// The amounts of two sides with their difference, or those of more.
#[derive(Serialize)]
#[serde(untagged)]
enum AmountsJson {
    Pair { first: Option<Number>, second: Option<Number>, difference: Option<Number> },
    More { amounts: Vec<Option<Number>> },
}

impl AmountsJson {
    fn new(amounts: Vec<Option<Number>>, difference: Option<Number>) -> Self {
        match amounts[..] {
            [first, second] => Self::Pair { first, second, difference },
            _ => Self::More { amounts },
        }
    }
}

impl From<&Row<'_>> for AmountsJson {
    fn from(row: &Row<'_>) -> Self {
        let amounts = row.known().into_iter().map(|amount| amount.map(Number)).collect();
        Self::new(amounts, row.difference().map(Number))
    }
}

impl CompareView<'_> {
    fn total_json(&self, amount: fn(&Totals) -> Decimal) -> AmountsJson {
        let known = |(_, costing): &Side<'_>| costing.known_totals().map(amount);
        let amounts: Vec<Option<Decimal>> = self.sides.iter().map(known).collect();
        let difference = match amounts[..] {
            [Some(first), Some(second)] if self.is_complete() => subtract(second, first).ok(),
            _ => None,
        };
        AmountsJson::new(amounts.into_iter().map(|amount| amount.map(Number)).collect(), difference.map(Number))
    }

    fn per_customer_json(&self) -> AmountsJson {
        let costs: Vec<Option<Fraction>> =
            self.sides.iter().map(|(_, costing)| costing.economics.cost_per_customer).collect();
        let difference = match costs[..] {
            [Some(first), Some(second)] if self.is_complete() => second.subtract(first).ok().and_then(quotient),
            _ => None,
        };
        AmountsJson::new(costs.into_iter().map(|cost| cost.and_then(quotient)).collect(), difference)
    }
}

impl Serialize for CompareView<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut categories: Vec<CategoryJson<'_>> = Vec::new();
        let rows = self.rows();
        for row in &rows {
            match (row.line_item, categories.last_mut()) {
                (Some(name), Some(category)) => category.line_items.push(ItemJson { name, amounts: row.into() }),
                _ => categories.push(CategoryJson { name: row.category, amounts: row.into(), line_items: Vec::new() }),
            }
        }
        CompareJson {
            schema: "costplan.compare.v1",
            stages: self.sides.iter().map(|(stage, _)| StageReference { id: stage.id, name: &stage.name }).collect(),
            sides: self.sides.iter().map(SideJson::from).collect(),
            currency: self.shared(|(stage, _)| stage.currency.to_string()),
            as_of: self.shared(|(stage, _)| stage.as_of.to_string()),
            inputs: InputsJson { customers: self.shared(|(_, costing)| costing.inputs.customers) },
            categories,
            complete: self.is_complete(),
            subtotal: self.total_json(|totals| totals.subtotal),
            buffer: self.total_json(|totals| totals.buffer),
            rounding: self.total_json(|totals| totals.rounding),
            total: self.total_json(|totals| totals.total),
            cost_per_customer: self.per_customer_json(),
            findings: self.findings(),
        }
        .serialize(serializer)
    }
}
