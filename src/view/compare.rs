//! Two stages side by side.

use std::collections::HashMap;

use rust_decimal::Decimal;
use serde::Serialize;

use super::View;
use super::finding::{FindingView, findings};
use super::number::{Number, cents, quotient, quotient_cents, signed};
use super::page::{Block, Cell, Column, Grid, Mark, Page, Records};
use super::stage_json::StageReference;
use crate::model::{Costing, Fraction, Stage, add, subtract, sum};

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
    amounts: [Option<Decimal>; 2],
}

impl Row<'_> {
    /// The second less the first; what is not there costs nothing there.
    fn difference(&self) -> Option<Decimal> {
        let [first, second] = self.amounts.map(Option::unwrap_or_default);
        subtract(second, first).ok()
    }
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
            for (name, sum) in stage.categories.iter().zip(&costing.categories) {
                let place = *places.entry(name).or_insert_with(|| {
                    categories.push(Row { category: name, line_item: None, amounts: [None, None] });
                    members.push(Vec::new());
                    categories.len() - 1
                });
                categories[place].amounts[side] = Some(*sum);
            }
            for (item, line) in stage.line_items.iter().zip(&costing.line_items) {
                let category = stage.category(item.category);
                let rows = &mut members[places[category]];
                let place = *items.entry((category, &item.name)).or_insert_with(|| {
                    rows.push(Row { category, line_item: Some(&item.name), amounts: [None, None] });
                    rows.len() - 1
                });
                rows[place].amounts[side] = Some(line.monthly);
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
        let mut all: Vec<FindingView> = Vec::new();
        for finding in self.sides.into_iter().flat_map(of_side) {
            if !all.contains(&finding) {
                all.push(finding);
            }
        }
        all
    }

    /// By how much the shown rows miss the shown subtotals, if they do.
    fn residues(&self) -> Option<[Decimal; 2]> {
        let residues = self.sides.map(|(_, costing)| {
            let rows = sum(costing.line_items.iter().map(|line| cents(line.monthly))).ok()?;
            subtract(cents(costing.totals.subtotal), rows).ok()
        });
        let residues = residues.map(Option::unwrap_or_default);
        residues.iter().any(|residue| !residue.is_zero()).then_some(residues)
    }

    fn totals(&self) -> [(&'static str, [Decimal; 2]); 4] {
        let totals = self.sides.map(|(_, costing)| costing.totals);
        [
            ("Subtotal", totals.map(|totals| totals.subtotal)),
            ("Buffer", totals.map(|totals| totals.buffer)),
            ("Rounding", totals.map(|totals| totals.rounding)),
            ("Total", totals.map(|totals| totals.total)),
        ]
    }
}

/// The rows as a table shows them: each category is the sum of its line items, rounded to cents one by one.
fn shown(mut rows: Vec<Row<'_>>) -> Vec<Row<'_>> {
    let mut category = 0;
    for index in 0..rows.len() {
        if rows[index].line_item.is_none() {
            category = index;
            rows[index].amounts = [None, None];
            continue;
        }
        for side in 0..2 {
            if let Some(amount) = rows[index].amounts[side] {
                let so_far = rows[category].amounts[side].unwrap_or_default();
                rows[category].amounts[side] = add(so_far, cents(amount)).ok();
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
                grid.cell(amount.map_or_else(|| "-".to_owned(), |amount| cents(amount).to_string()));
            }
            grid.cell(row.difference().map(signed).unwrap_or_default());
        }
        if let Some(residues) = self.residues() {
            grid.cell("Rounding of the rows shown").cell("");
            for amount in residues {
                grid.cell(amount);
            }
            grid.cell(subtract(residues[1], residues[0]).map(signed).unwrap_or_default());
        }
        for (label, amounts) in self.totals() {
            if label == "Subtotal" || label == "Total" {
                grid.mark(Mark::Rule).mark(Mark::Strong);
            } else if amounts == [Decimal::ZERO; 2] {
                continue;
            }
            grid.cell(label).cell("");
            for amount in amounts {
                grid.cell(cents(amount));
            }
            grid.cell(subtract(amounts[1], amounts[0]).map(signed).unwrap_or_default());
        }
        let per_customer = self.sides.map(|(_, costing)| costing.economics.cost_per_customer);
        if let [Some(a), Some(b)] = per_customer {
            grid.cell("Per customer").cell("").cell(quotient_cents(a)).cell(quotient_cents(b));
            let difference = b.subtract(a).and_then(|difference| difference.round(2));
            grid.cell(difference.map(signed).unwrap_or_default());
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
                Cell::number(row.amounts[0]),
                Cell::number(row.amounts[1]),
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
        let [first, second] = row.amounts.map(|amount| amount.map(Number));
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
        let pair = |[first, second]: [Decimal; 2]| PairJson {
            first: Some(Number(first)),
            second: Some(Number(second)),
            difference: subtract(second, first).ok().map(Number),
        };
        let [subtotal, buffer, rounding, total] = self.totals().map(|(_, amounts)| pair(amounts));
        let per_customer: [Option<Fraction>; 2] = self.sides.map(|(_, costing)| costing.economics.cost_per_customer);
        let difference = match per_customer {
            [Some(a), Some(b)] => b.subtract(a).ok().and_then(quotient),
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
            subtotal,
            buffer,
            rounding,
            total,
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
