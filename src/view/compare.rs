//! Two stages side by side.

use std::collections::{BTreeMap, HashMap, HashSet};

use rust_decimal::Decimal;
use serde::Serialize;

use super::View;
use super::finding::{FindingView, findings};
use super::number::{Number, cents, quotient, quotient_cents, signed};
use super::page::{Block, Cell, Column, Grid, Mark, Page, Records};
use super::shown::{KnownOrUnknown, ShownTotals, is_nothing, rounding_label};
use super::stage_json::StageReference;
use super::tags::{TagRow, UNTAGGED, conditions, part_block, shown_cost};
use crate::model::{CategoryId, Costing, Fraction, Knowledge, KnownCost, Stage, Totals, add, subtract};

/// Two stages at one number of customers, by category and line item.
#[derive(Debug)]
pub struct CompareView<'a> {
    sides: [(&'a Stage, &'a Costing); 2],
    /// The tag by whose values the stages are compared.
    by: Option<&'a str>,
}

/// A row of the comparison: a category or a value of a tag, or a line item of it, at both stages.
#[derive(Clone, Debug)]
struct Row<'a> {
    /// The category or the value; `None` for what is not tagged.
    group: Option<&'a str>,
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

/// A difference as a table shows it: of two shown amounts, so that it can be checked by eye.
fn shown_difference(difference: Option<Decimal>) -> String {
    difference.map_or_else(|| "?".to_owned(), signed)
}

impl<'a> CompareView<'a> {
    /// Compares two stages, both in one currency.
    pub fn new(first: (&'a Stage, &'a Costing), second: (&'a Stage, &'a Costing)) -> Self {
        Self { sides: [first, second], by: None }
    }

    /// Compares by the values of a tag instead of by category.
    #[must_use]
    pub fn by(self, tag: Option<&'a str>) -> Self {
        Self { by: tag, ..self }
    }

    /// The groups in order of appearance, each followed by its line items: those of one name are one row. The groups are the
    /// values of a tag, what is not tagged last, or the categories.
    fn rows(&self, by: Option<&'a str>) -> Vec<Row<'a>> {
        let mut groups: Vec<Row<'a>> = Vec::new();
        let mut members: Vec<Vec<Row<'a>>> = Vec::new();
        let mut places: HashMap<Option<&'a str>, usize> = HashMap::new();
        let mut items: HashMap<(Option<&'a str>, &'a str), usize> = HashMap::new();
        for (side, (stage, costing)) in self.sides.into_iter().enumerate() {
            for (group, cost) in costs_of_groups(stage, costing, by) {
                let place = *places.entry(group).or_insert_with(|| {
                    groups.push(Row { group, line_item: None, amounts: [None, None] });
                    members.push(Vec::new());
                    groups.len() - 1
                });
                groups[place].amounts[side] = Some(cost);
            }
            let tag = by.and_then(|tag| stage.tag(tag));
            for (_, item, line) in stage.rows(&costing.line_items) {
                let group = match by {
                    Some(_) => tag.and_then(|tag| Some(&*stage.tags[tag.index()].values[item.tag(tag)?.index()])),
                    None => Some(stage.category(item.category)),
                };
                let rows = &mut members[places[&group]];
                let place = *items.entry((group, &item.name)).or_insert_with(|| {
                    rows.push(Row { group, line_item: Some(&item.name), amounts: [None, None] });
                    rows.len() - 1
                });
                rows[place].amounts[side] = Some(KnownCost { monthly: line.monthly, knowledge: line.knowledge() });
            }
        }
        let mut rows: Vec<(Row<'a>, Vec<Row<'a>>)> = groups.into_iter().zip(members).collect();
        rows.sort_by_key(|(group, _)| group.group.is_none());
        rows.into_iter().flat_map(|(group, members)| std::iter::once(group).chain(members)).collect()
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

    /// The shares of the parts that are compared, in their stages.
    fn share_of_stage(&self) -> Option<PairJson> {
        let is_part = self.sides.iter().any(|(stage, _)| stage.part.is_some());
        let shares = self.sides.map(|(_, costing)| costing.share_of_stage);
        let difference = match shares {
            [Some(first), Some(second)] => second.subtract(first).ok().and_then(quotient),
            _ => None,
        };
        let [first, second] = shares.map(|share| share.and_then(quotient));
        is_part.then_some(PairJson { first, second, difference })
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

/// What each category of a stage costs, or each value of a tag.
fn costs_of_groups<'a>(
    stage: &'a Stage,
    costing: &'a Costing,
    by: Option<&'a str>,
) -> Vec<(Option<&'a str>, KnownCost)> {
    match by {
        Some(tag) => {
            let rows = TagRow::of_tag(stage, std::slice::from_ref(costing), tag);
            rows.iter().filter(|row| row.line_items() > 0).filter_map(|row| Some((row.value, row.cost()?))).collect()
        }
        None => {
            let categories = stage.categories.iter().zip(&costing.categories).zip((0..).map(CategoryId));
            let counted = categories.filter(|(_, id)| stage.has_selected(*id));
            counted.map(|((name, cost), _)| (Some(&**name), *cost)).collect()
        }
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
            Column::left(self.by.map_or_else(|| "Category".to_owned(), |tag| format!("By {tag}"))),
            Column::left("Line item"),
            Column::right(format!("Stage {}", first.id)),
            Column::right(format!("Stage {}", second.id)),
            Column::right("Difference"),
        ]);
        for row in shown(self.rows(self.by)) {
            if row.line_item.is_none() {
                grid.mark(Mark::Strong);
            }
            grid.cell(if row.line_item.is_some() { "" } else { row.group.unwrap_or(UNTAGGED) })
                .cell(row.line_item.unwrap_or_default());
            for amount in row.amounts {
                grid.cell(amount.map_or_else(|| "-".to_owned(), shown_cost));
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
        let mut blocks = vec![Block::Title(title), Block::Text(text)];
        blocks.extend(part_block(Some(first)));
        blocks.push(Block::Grid(grid));
        let findings = self.findings();
        if !findings.is_empty() {
            blocks.push(Block::Findings(findings));
        }
        Page { blocks }
    }

    fn records(&self) -> Records<'_> {
        let mut header = if self.by.is_some() { vec!["tag", "value"] } else { vec!["category"] };
        header.extend(["line_item", "first", "second", "difference"]);
        let by = self.by;
        let rows = self.rows(by).into_iter().filter(|row| row.line_item.is_some()).map(move |row| {
            let mut cells: Vec<Cell<'_>> = by.into_iter().map(Cell::text).collect();
            cells.extend([
                row.group.map_or(Cell::Empty, Cell::text),
                Cell::text(row.line_item.unwrap_or_default()),
                Cell::number(row.known()[0]),
                Cell::number(row.known()[1]),
                Cell::number(row.difference()),
            ]);
            cells
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
    #[serde(rename = "where", skip_serializing_if = "Option::is_none")]
    conditions: Option<&'a [Box<str>]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    share_of_stage: Option<PairJson>,
    categories: Vec<CategoryJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tags: Option<BTreeMap<&'a str, Vec<ValueJson<'a>>>>,
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
struct ValueJson<'a> {
    /// `None` for what is not tagged.
    value: Option<&'a str>,
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

impl<'a> Serialize for CompareView<'a> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let groups = |by: Option<&'a str>| {
            let mut groups: Vec<ValueJson<'a>> = Vec::new();
            for row in &self.rows(by) {
                match (row.line_item, groups.last_mut()) {
                    (Some(name), Some(group)) => group.line_items.push(ItemJson { name, amounts: row.into() }),
                    _ => groups.push(ValueJson { value: row.group, amounts: row.into(), line_items: Vec::new() }),
                }
            }
            groups
        };
        let categories = groups(None).into_iter().map(|ValueJson { value, amounts, line_items }| CategoryJson {
            name: value.unwrap_or_default(),
            amounts,
            line_items,
        });
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
            conditions: conditions(Some(first)),
            share_of_stage: self.share_of_stage(),
            categories: categories.collect(),
            tags: self.by.map(|tag| BTreeMap::from([(tag, groups(Some(tag)))])),
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
