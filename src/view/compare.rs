//! Two stages side by side.

use std::collections::{HashMap, HashSet};

use rust_decimal::Decimal;
use serde::Serialize;

use super::View;
use super::finding::{FindingView, findings};
use super::number::{Number, cents, quotient, quotient_cents, signed};
use super::page::{Block, Cell, Column, Grid, Mark, Page, Records};
use super::shown::{KnownOrUnknown, ShownTotals, is_nothing, rounding_label};
use super::stage_json::StageReference;
use crate::model::{Costing, Fraction, Knowledge, KnownCost, Stage, Totals, add, subtract};

/// Two stages at one number of customers, by category and line item.
#[derive(Debug)]
pub struct CompareView<'a> {
    sides: [(&'a Stage, &'a Costing); 2],
}

/// A row of the comparison: a category, or a line item of it, at both stages.
#[derive(Clone, Debug)]
struct Row<'a> {
    category: &'a str,
    line_item: Option<&'a str>,
    /// `None` where a stage has no such row.
    amounts: [Option<KnownCost>; 2],
}

impl Row<'_> {
    /// The second less the first, if both are known in full; what is not there costs nothing there.
    fn difference(&self) -> Option<Decimal> {
        let amount = |cost: Option<KnownCost>| match cost {
            None => Some(Decimal::ZERO),
            Some(cost) => (cost.knowledge == Knowledge::Full).then_some(cost.monthly),
        };
        subtract(amount(self.amounts[1])?, amount(self.amounts[0])?).ok()
    }

    /// What is known of the amounts.
    fn known(&self) -> [Option<Decimal>; 2] {
        let known = |cost: KnownCost| (cost.knowledge != Knowledge::Nothing).then_some(cost.monthly);
        self.amounts.map(|cost| cost.and_then(known))
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
    /// Compares two stages, both in one currency.
    pub fn new(first: (&'a Stage, &'a Costing), second: (&'a Stage, &'a Costing)) -> Self {
        Self { sides: [first, second] }
    }

    /// The categories in order of appearance, each followed by its line items: those of one name are one row.
    fn rows(&self) -> Vec<Row<'a>> {
        let mut categories: Vec<Row<'a>> = Vec::new();
        let mut members: Vec<Vec<Row<'a>>> = Vec::new();
        let mut places: HashMap<&'a str, usize> = HashMap::new();
        let mut items: HashMap<(&'a str, &'a str), usize> = HashMap::new();
        for (side, (stage, costing)) in self.sides.into_iter().enumerate() {
            for (name, cost) in stage.categories.iter().zip(&costing.categories) {
                let place = *places.entry(name).or_insert_with(|| {
                    categories.push(Row { category: name, line_item: None, amounts: [None, None] });
                    members.push(Vec::new());
                    categories.len() - 1
                });
                categories[place].amounts[side] = Some(*cost);
            }
            for (item, line) in stage.line_items.iter().zip(&costing.line_items) {
                let category = stage.category(item.category);
                let rows = &mut members[places[category]];
                let place = *items.entry((category, &item.name)).or_insert_with(|| {
                    rows.push(Row { category, line_item: Some(&item.name), amounts: [None, None] });
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

    /// What is wrong with either side; what is fine goes without saying.
    fn findings(&self) -> Vec<FindingView> {
        let of_side = |(stage, costing): (&'a Stage, &'a Costing)| {
            let serious = findings(stage, costing).into_iter().filter(|finding| finding.severity != "note");
            serious.map(move |finding| FindingView {
                message: format!("{} {}: {}", stage.id, stage.name, finding.message),
                ..finding
            })
        };
        let mut seen = HashSet::new();
        self.sides.into_iter().flat_map(of_side).filter(|finding| seen.insert(finding.clone())).collect()
    }

    fn is_complete(&self) -> bool {
        self.sides.iter().all(|(_, costing)| costing.is_complete())
    }

    /// What the rounding of the totals is called: what the stages say, if they say the same.
    fn rounding_label(&self) -> String {
        let [first, second] = self.sides.map(|(stage, _)| rounding_label(stage));
        if first == second { first } else { "Rounding".to_owned() }
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
        for side in 0..2 {
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
        let [(first, costing), (second, _)] = self.sides;
        let title = format!("Stage {} {} against stage {} {}", first.id, first.name, second.id, second.name);
        let customers = costing.inputs.customers;
        let text = format!("{customers} customers, {} a month, prices of {}", first.currency, first.as_of);
        let mut grid = Grid::new(vec![
            Column::left("Category"),
            Column::left("Line item"),
            Column::right(format!("Stage {}", first.id)),
            Column::right(format!("Stage {}", second.id)),
            Column::right("Difference"),
        ]);
        for row in shown(self.rows()) {
            if row.line_item.is_none() {
                grid.mark(Mark::Strong);
            }
            grid.cell(if row.line_item.is_some() { "" } else { row.category }).cell(row.line_item.unwrap_or_default());
            for amount in row.amounts {
                grid.cell(amount.map_or_else(|| "-".to_owned(), shown_amount));
            }
            grid.cell(shown_difference(row.difference()));
        }
        let totals = self.sides.map(|(_, costing)| ShownTotals::of(costing));
        let complete = self.is_complete();
        let rounding = self.rounding_label();
        let of = |amount: fn(&ShownTotals) -> Decimal| totals.map(|totals| totals.as_ref().map(amount));
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
            grid.cell(label).cell("").cell(KnownOrUnknown(amounts[0])).cell(KnownOrUnknown(amounts[1]));
            let difference = amounts[1].zip(amounts[0]).and_then(|(second, first)| subtract(second, first).ok());
            grid.cell(shown_difference(difference.filter(|_| complete)));
        }
        let per_customer = self.sides.map(|(_, costing)| costing.economics.cost_per_customer);
        if let [Some(a), Some(b)] = per_customer {
            grid.cell("Per customer").cell("");
            for (cost, (_, costing)) in [a, b].into_iter().zip(self.sides) {
                let unknown = if costing.is_complete() { "" } else { " + ?" };
                grid.cell(format_args!("{}{unknown}", quotient_cents(cost)));
            }
            let difference = a.round(2).and_then(|a| subtract(b.round(2)?, a));
            grid.cell(shown_difference(difference.ok().filter(|_| complete)));
        }
        let mut blocks = vec![Block::Title(title), Block::Text(text), Block::Grid(grid)];
        let findings = self.findings();
        if !findings.is_empty() {
            blocks.push(Block::Findings(findings));
        }
        Page { blocks }
    }

    fn records(&self) -> Records<'_> {
        let header = vec!["category", "line_item", "first", "second", "difference"];
        let rows = self.rows().into_iter().filter(|row| row.line_item.is_some()).map(|row| {
            vec![
                Cell::text(row.category),
                Cell::text(row.line_item.unwrap_or_default()),
                Cell::number(row.known()[0]),
                Cell::number(row.known()[1]),
                Cell::number(row.difference()),
            ]
        });
        Records { header, rows: Box::new(rows) }
    }
}

#[derive(Serialize)]
struct CompareJson<'a> {
    schema: &'static str,
    stages: [StageReference<'a>; 2],
    currency: String,
    as_of: String,
    inputs: InputsJson,
    categories: Vec<CategoryJson<'a>>,
    complete: bool,
    subtotal: PairJson,
    buffer: PairJson,
    rounding: PairJson,
    total: PairJson,
    cost_per_customer: PairJson,
    findings: Vec<FindingView>,
}

#[derive(Serialize)]
struct InputsJson {
    customers: u64,
}

#[derive(Serialize)]
struct CategoryJson<'a> {
    name: &'a str,
    #[serde(flatten)]
    amounts: PairJson,
    line_items: Vec<ItemJson<'a>>,
}

#[derive(Serialize)]
struct ItemJson<'a> {
    name: &'a str,
    #[serde(flatten)]
    amounts: PairJson,
}

#[derive(Serialize)]
struct PairJson {
    first: Option<Number>,
    second: Option<Number>,
    difference: Option<Number>,
}

impl From<&Row<'_>> for PairJson {
    fn from(row: &Row<'_>) -> Self {
        let [first, second] = row.known().map(|amount| amount.map(Number));
        Self { first, second, difference: row.difference().map(Number) }
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
        let complete = self.is_complete();
        let pair = |amount: fn(&Totals) -> Decimal| {
            let [first, second] = self.sides.map(|(_, costing)| costing.known_totals().map(amount));
            let difference = second.zip(first).and_then(|(second, first)| subtract(second, first).ok());
            PairJson {
                first: first.map(Number),
                second: second.map(Number),
                difference: difference.filter(|_| complete).map(Number),
            }
        };
        let per_customer: [Option<Fraction>; 2] = self.sides.map(|(_, costing)| costing.economics.cost_per_customer);
        let difference = match per_customer {
            [Some(a), Some(b)] if complete => b.subtract(a).ok().and_then(quotient),
            _ => None,
        };
        let [(first, costing), _] = self.sides;
        CompareJson {
            schema: "costplan.compare.v1",
            stages: self.sides.map(|(stage, _)| StageReference { id: stage.id, name: &stage.name }),
            currency: first.currency.to_string(),
            as_of: first.as_of.to_string(),
            inputs: InputsJson { customers: costing.inputs.customers },
            categories,
            complete,
            subtotal: pair(|totals| totals.subtotal),
            buffer: pair(|totals| totals.buffer),
            rounding: pair(|totals| totals.rounding),
            total: pair(|totals| totals.total),
            cost_per_customer: PairJson {
                first: per_customer[0].and_then(quotient),
                second: per_customer[1].and_then(quotient),
                difference,
            },
            findings: self.findings(),
        }
        .serialize(serializer)
    }
}
