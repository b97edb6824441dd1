//! Stages side by side: several stages, or one under several scenarios.

use std::collections::{HashMap, HashSet};

use rust_decimal::Decimal;

use crate::calculate::{Completeness, Costing, KnownCost, Totals};
use crate::model::{CategoryId, Currency, Fraction, Stage, add, subtract};
use crate::view::View;
use crate::view::cost::sum_record::SumRecord;
use crate::view::cost::tags::{TagRow, UNTAGGED, part_block, shown_cost};
use crate::view::page::finding::{FindingView, findings};
use crate::view::page::layout::{Block, Cell, Column, Grid, Mark, Page, Records};
use crate::view::page::number::{decimals_of_both, displayed, fixed, quotient};
use crate::view::page::scenario::scenario_lines;
use crate::view::page::shown::{KnownOrUnknown, ShownTotals, is_nothing, rounding_label};

/// The names of the sides in CSV, at most eight.
const PLACES: [&str; 8] = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"];

/// The name of the groups that a screen has no room for.
const OTHERS: &str = "others (--details)";

/// A stage with its cost.
pub(crate) type Side<'a> = (&'a Stage, &'a Costing);

/// Stages side by side, by category and line item: several stages, or one under several scenarios.
///
/// Two sides have a difference. Three or more have none: a column for each further side would not fit, and each side
/// can be compared with the first on its own.
#[derive(Debug)]
pub struct CompareView<'a> {
    pub(crate) sides: Vec<Side<'a>>,
    /// The tag by whose values the sides are compared.
    pub(crate) by: Option<&'a str>,
    details: bool,
}

/// A row of the comparison: a category, a value of a tag, or a line item of either, at every side.
#[derive(Clone, Debug)]
pub(crate) struct ComparedRow<'a> {
    /// The category or the value; `None` for untagged line items.
    pub(crate) group: Option<&'a str>,
    pub(crate) line_item: Option<&'a str>,
    /// `None` where a stage has no such row.
    amounts: Vec<Option<KnownCost>>,
}

impl ComparedRow<'_> {
    /// The second of two less the first, if both are fully known; an absent row counts as zero.
    pub(crate) fn difference(&self) -> Option<Decimal> {
        let [first, second] = self.amounts[..] else { return None };
        let amount = |cost: Option<KnownCost>| match cost {
            None => Some(Decimal::ZERO),
            Some(cost) => (cost.completeness == Completeness::Full).then_some(cost.monthly),
        };
        subtract(amount(second)?, amount(first)?).ok()
    }

    /// How much of the amounts is known.
    pub(crate) fn known(&self) -> Vec<Option<Decimal>> {
        let known = |cost: KnownCost| (cost.completeness != Completeness::Nothing).then_some(cost.monthly);
        self.amounts.iter().map(|cost| cost.and_then(known)).collect()
    }
}

/// A difference as a table shows it, with its sign.
fn shown_difference(difference: Option<Decimal>) -> String {
    match difference {
        Some(difference) if difference > Decimal::ZERO => format!("+{difference}"),
        difference => KnownOrUnknown(difference).to_string(),
    }
}

/// The second of two amounts less the first.
fn difference(amounts: &[Option<Decimal>]) -> Option<Decimal> {
    let [first, second] = amounts[..] else { return None };
    subtract(second?, first?).ok()
}

/// The difference of two shown amounts, so that readers can verify it; the exact one, if only that is not zero.
fn told(shown: Option<Decimal>, exact: Option<Decimal>, currency: Currency) -> Option<Decimal> {
    match (shown, exact) {
        (Some(shown), Some(exact)) if shown.is_zero() => Some(displayed(exact, currency)),
        (shown, _) => shown,
    }
}

impl<'a> CompareView<'a> {
    /// The maximum number of sides.
    pub const MOST: usize = PLACES.len();

    /// Compares two or more stages, all in one currency.
    pub fn new(sides: Vec<Side<'a>>) -> Self {
        Self { sides, by: None, details: false }
    }

    /// The same view, whose screen has the line items.
    #[must_use]
    pub fn detailed(self, details: bool) -> Self {
        Self { details, ..self }
    }

    /// Compares by the values of a tag instead of by category.
    #[must_use]
    pub fn by(self, tag: Option<&'a str>) -> Self {
        Self { by: tag, ..self }
    }

    /// Whether sides are distinguished by scenario instead of by stage.
    pub(crate) fn is_by_scenario(&self) -> bool {
        self.sides.len() != 2 || self.sides.windows(2).any(|pair| pair[0].0.scenario != pair[1].0.scenario)
    }

    fn has_difference(&self) -> bool {
        self.sides.len() == 2
    }

    /// The heading of a side's column.
    pub(crate) fn label(&self, stage: &Stage) -> String {
        match &stage.scenario {
            Some(scenario) if self.is_by_scenario() => scenario.name.to_string(),
            _ => format!("Stage {}", stage.id),
        }
    }

    /// The currency of all sides.
    pub(crate) fn currency(&self) -> Option<Currency> {
        self.sides.first().map(|(stage, _)| stage.currency)
    }

    /// The value that all sides share, if they do.
    pub(crate) fn shared<T: PartialEq>(&self, value: impl Fn(&Side<'a>) -> T) -> Option<T> {
        let first = value(self.sides.first()?);
        self.sides.iter().all(|side| value(side) == first).then_some(first)
    }

    /// A value of the sides in words: once if they share it, otherwise each.
    pub(crate) fn joined(&self, value: impl Fn(&Side<'a>) -> String) -> String {
        if let Some(value) = self.shared(&value) {
            return value;
        }
        let all: Vec<String> = self.sides.iter().map(value).collect();
        match all.split_last() {
            Some((last, others)) => format!("{} and {last}", others.join(", ")),
            None => String::new(),
        }
    }

    pub(crate) fn title(&self) -> String {
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

    /// The scenario of all sides, or the summary of each.
    pub(crate) fn scenario_lines(&self) -> Vec<Block> {
        if !self.is_by_scenario() {
            return self.sides.first().map(|(stage, _)| scenario_lines(stage)).unwrap_or_default();
        }
        let line = |(stage, _): &Side<'a>| {
            let summary = stage.scenario.as_deref()?.summary.as_deref()?;
            Some(Block::Text(format!("{}: {summary}", self.label(stage))))
        };
        self.sides.iter().filter_map(line).collect()
    }

    /// The groups in order of appearance, each followed by its line items; those with the same name share a row. The
    /// groups are the categories or the values of a tag, with untagged line items last.
    pub(crate) fn rows(&self, by: Option<&'a str>) -> Vec<ComparedRow<'a>> {
        let mut groups: Vec<ComparedRow<'a>> = Vec::new();
        let mut members: Vec<Vec<ComparedRow<'a>>> = Vec::new();
        let mut places: HashMap<Option<&'a str>, usize> = HashMap::new();
        let mut items: HashMap<(Option<&'a str>, &'a str), usize> = HashMap::new();
        let empty = vec![None; self.sides.len()];
        for (side, (stage, costing)) in self.sides.iter().enumerate() {
            for (group, cost) in costs_of_groups(stage, costing, by) {
                let place = *places.entry(group).or_insert_with(|| {
                    groups.push(ComparedRow { group, line_item: None, amounts: empty.clone() });
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
                    rows.push(ComparedRow { group, line_item: Some(&item.name), amounts: empty.clone() });
                    rows.len() - 1
                });
                rows[place].amounts[side] =
                    Some(KnownCost { monthly: line.monthly, completeness: line.completeness() });
            }
        }
        let mut rows: Vec<(ComparedRow<'a>, Vec<ComparedRow<'a>>)> = groups.into_iter().zip(members).collect();
        rows.sort_by_key(|(group, _)| group.group.is_none());
        rows.into_iter().flat_map(|(group, members)| std::iter::once(group).chain(members)).collect()
    }

    /// Findings on any side that are not fine.
    pub(crate) fn findings(&self) -> Vec<FindingView> {
        let by_scenario = self.is_by_scenario();
        let of_side = |(stage, costing): &Side<'a>| {
            let name = if by_scenario { self.label(stage) } else { format!("{} {}", stage.id, stage.name) };
            let serious = findings(stage, costing).into_iter().filter(|finding| finding.severity != "note");
            serious.map(move |finding| FindingView { message: format!("{name}: {}", finding.message), ..finding })
        };
        let mut seen = HashSet::new();
        self.sides.iter().flat_map(of_side).filter(|finding| seen.insert(finding.clone())).collect()
    }

    pub(crate) fn is_complete(&self) -> bool {
        self.sides.iter().all(|(_, costing)| costing.is_complete())
    }

    /// The label for rounding of the totals: that of the stages, if they have the same.
    fn rounding_label(&self) -> String {
        self.shared(|(stage, _)| rounding_label(stage)).unwrap_or_else(|| "Rounding".to_owned())
    }
}

/// The cost of each category of a stage, or of each value of a tag.
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

/// The groups, those that differ the most first; what is beyond `most` of them is one group.
fn of_groups<'a>(
    rows: Vec<(ComparedRow<'a>, ComparedRow<'a>)>,
    most: usize,
) -> Vec<(ComparedRow<'a>, ComparedRow<'a>)> {
    let mut groups: Vec<_> = rows.into_iter().filter(|(row, _)| row.line_item.is_none()).collect();
    let size = |row: &ComparedRow<'_>| row.difference().or_else(|| row.known().into_iter().flatten().max());
    groups.sort_by_key(|(row, _)| std::cmp::Reverse(size(row).map(|size| size.abs())));
    if groups.len() <= most + 1 {
        return groups;
    }
    let rest = groups.split_off(most);
    let together = |row: &dyn Fn(&(ComparedRow<'a>, ComparedRow<'a>)) -> ComparedRow<'a>| {
        let rows = rest.iter().map(row);
        rows.reduce(|mut sum, next| {
            for (sum, next) in sum.amounts.iter_mut().zip(next.amounts) {
                *sum = match (*sum, next) {
                    (Some(one), Some(other)) => Some(KnownCost {
                        // The exact sum is known to fit.
                        monthly: add(one.monthly, other.monthly).unwrap_or(one.monthly),
                        completeness: one.completeness.and(other.completeness),
                    }),
                    (one, other) => one.or(other),
                };
            }
            sum
        })
    };
    let others = |row: ComparedRow<'a>| ComparedRow { group: Some(OTHERS), ..row };
    let one = together(&|(shown, _)| shown.clone()).zip(together(&|(_, exact)| exact.clone()));
    groups.extend(one.map(|(shown, exact)| (others(shown), others(exact))));
    groups
}

/// The rows as a table shows them: each line item rounded as it is shown, and each category the sum of its rows.
fn shown(mut rows: Vec<ComparedRow<'_>>, currency: Currency) -> Vec<ComparedRow<'_>> {
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
            cost.monthly = displayed(cost.monthly, currency);
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
        let currency = self.currency().map_or_else(String::new, |currency| currency.to_string());
        let customers = self.joined(|(_, costing)| costing.inputs.customers.to_string());
        let as_of = self.joined(|(stage, _)| stage.as_of.to_string());
        let text = format!("{customers} customers, {currency} a month, prices of {as_of}");
        let mut blocks = vec![Block::Title(self.title()), Block::Text(text)];
        blocks.extend(self.scenario_lines());
        blocks.extend(part_block(self.sides.first().map(|(stage, _)| *stage)));
        blocks.push(Block::Grid(self.grid(None)));
        blocks.extend(Block::findings(self.findings()));
        Page { blocks }
    }

    fn screen(&self) -> Page {
        if self.details { self.page() } else { self.screen_page() }
    }

    fn records(&self) -> Records<'_> {
        let by = self.by;
        let mut header = if by.is_some() { vec!["tag", "value", "line_item"] } else { vec!["category", "line_item"] };
        header.extend(PLACES.iter().take(self.sides.len()));
        header.extend(self.has_difference().then_some("difference"));
        header.push("kind");
        let rows = self.rows(by).into_iter().filter(|row| row.line_item.is_some()).map(move |row| {
            let mut cells: Vec<Cell<'_>> = by.into_iter().map(Cell::text).collect();
            cells.push(row.group.map_or(Cell::Empty, Cell::text));
            cells.push(Cell::text(row.line_item.unwrap_or_default()));
            cells.extend(row.known().into_iter().map(Cell::number));
            cells.extend(self.has_difference().then(|| Cell::number(row.difference())));
            cells.push(Cell::text(SumRecord::LINE_ITEM));
            cells
        });
        Records { header, rows: Box::new(rows.chain(self.sum_records())) }
    }
}

impl CompareView<'_> {
    /// The sums of all sides, for spreadsheets, and the total per customer.
    fn sum_records(&self) -> Vec<Vec<Cell<'_>>> {
        let record = |kind: &'static str, name: &'static str, amounts: Vec<Option<Decimal>>| {
            let difference = match amounts[..] {
                [first, second] if self.is_complete() => {
                    first.zip(second).and_then(|(first, second)| subtract(second, first).ok())
                }
                _ => None,
            };
            let mut cells: Vec<Cell<'_>> = self.by.into_iter().map(Cell::text).collect();
            cells.extend([Cell::Empty, Cell::text(name)]);
            cells.extend(amounts.into_iter().map(Cell::number));
            cells.extend(self.has_difference().then(|| Cell::number(difference)));
            cells.push(Cell::text(kind));
            cells
        };
        let sums: Vec<Vec<SumRecord>> =
            self.sides.iter().map(|(stage, costing)| SumRecord::all(stage, costing)).collect();
        let kinds = sums.iter().max_by_key(|sums| sums.len()).into_iter().flatten();
        let mut records: Vec<Vec<Cell<'_>>> = kinds
            .map(|of| {
                let same = |sums: &Vec<SumRecord>| sums.iter().find(|sum| sum.kind == of.kind)?.monthly;
                record(of.kind, of.name, sums.iter().map(same).collect())
            })
            .collect();
        let per_customer = |(_, costing): &Side<'_>| Some(quotient(costing.economics.cost_per_customer.as_ref()?)?.0);
        records.push(record("total_per_customer", "Per customer", self.sides.iter().map(per_customer).collect()));
        records
    }

    /// The groups with their line items and the sums; without the line items, and with so many groups at most, for a screen.
    pub(crate) fn grid(&self, most: Option<usize>) -> Grid {
        let mut columns = vec![
            Column::left(self.by.map_or_else(|| "Category".to_owned(), |tag| format!("By {tag}"))),
            Column { is_hidden: most.is_some(), ..Column::left("Line item") },
        ];
        columns.extend(self.sides.iter().map(|(stage, _)| Column::right(self.label(stage))));
        columns.extend(self.has_difference().then(|| Column::right("Difference")));
        let mut grid = Grid::new(columns);
        grid.is_ruled = most.is_none();
        let Some(currency) = self.currency() else { return grid };
        let exact = self.rows(self.by);
        let rows = shown(exact.clone(), currency);
        let rows: Vec<(ComparedRow<'_>, ComparedRow<'_>)> = rows.into_iter().zip(exact).collect();
        let rows = if let Some(most) = most { of_groups(rows, most) } else { rows };
        let mut differences = Decimal::ZERO;
        for (row, exact) in &rows {
            let is_added = most.is_some() || row.line_item.is_some();
            if row.line_item.is_none() && most.is_none() {
                grid.mark(Mark::Strong);
            }
            grid.cell(if row.line_item.is_some() { "" } else { row.group.unwrap_or(UNTAGGED) })
                .cell(row.line_item.unwrap_or_default());
            for amount in &row.amounts {
                grid.cell(amount.map_or_else(|| "-".to_owned(), |cost| shown_cost(cost.monthly, cost.completeness)));
            }
            if self.has_difference() {
                let difference = told(row.difference(), exact.difference(), currency);
                grid.cell(shown_difference(difference));
                if is_added {
                    // The exact sum is known to fit.
                    differences = add(differences, difference.unwrap_or_default()).unwrap_or(differences);
                }
            }
        }
        self.total_rows(&mut grid, currency, differences);
        self.per_customer_row(&mut grid);
        grid
    }

    /// The sums; `above` is the sum of the differences in the rows above.
    fn total_rows(&self, grid: &mut Grid, currency: Currency, above: Decimal) {
        let totals: Vec<Option<ShownTotals>> =
            self.sides.iter().map(|(stage, costing)| ShownTotals::of(stage, costing)).collect();
        let of = |amount: fn(&ShownTotals) -> Decimal| -> Vec<Option<Decimal>> {
            totals.iter().map(|totals| totals.as_ref().map(amount)).collect()
        };
        let exact = |amount: fn(&Totals) -> Decimal| -> Vec<Option<Decimal>> {
            self.sides.iter().map(|(_, costing)| costing.known_totals().map(amount)).collect()
        };
        let [subtotal, buffer, total] =
            [of(|totals| totals.subtotal), of(|totals| totals.buffer), of(|totals| totals.total)];
        let more = |shown: &[Option<Decimal>], exact: &[Option<Decimal>]| {
            told(difference(shown), difference(exact), currency).filter(|_| self.is_complete())
        };
        let of_subtotal = more(&subtotal, &exact(|totals| totals.subtotal));
        let of_buffer = more(&buffer, &exact(|totals| totals.buffer));
        let of_total = more(&total, &exact(|totals| totals.total));
        // The differences down the table add up as well.
        let rest = |whole: Option<Decimal>, parts: &[Option<Decimal>]| {
            parts.iter().try_fold(whole?, |rest, part| subtract(rest, (*part)?).ok())
        };
        let (of_rows, of_sums) = (rest(of_subtotal, &[Some(above)]), rest(of_total, &[of_subtotal, of_buffer]));
        let rounding = self.rounding_label();
        let name = if self.is_complete() { "Total" } else { "Total without the unknown" };
        let rows = [
            ("Rounding of the rows shown", false, of(|totals| totals.rounding_of_rows), of_rows),
            ("Subtotal", true, subtotal, of_subtotal),
            ("Buffer", false, buffer, of_buffer),
            (rounding.as_str(), false, of(|totals| totals.rounding), of_sums),
            (name, true, total, of_total),
        ];
        for (label, is_sum, amounts, difference) in rows {
            if is_sum {
                if grid.is_ruled {
                    grid.mark(Mark::Rule);
                }
                grid.mark(Mark::Strong);
            } else if is_nothing(&amounts) && is_nothing(&[difference]) {
                continue;
            }
            grid.cell(label).cell("");
            for amount in &amounts {
                grid.cell(KnownOrUnknown(*amount));
            }
            if self.has_difference() {
                grid.cell(shown_difference(difference));
            }
        }
    }

    /// The cost per customer, if all sides have one; if their numbers of customers differ, each states its own.
    fn per_customer_row(&self, grid: &mut Grid) {
        let costs = self.sides.iter().map(|(_, costing)| costing.economics.cost_per_customer.clone());
        let Some(costs) = costs.collect::<Option<Vec<Fraction>>>() else { return };
        let is_one_number = self.shared(|(_, costing)| costing.inputs.customers).is_some();
        grid.cell("Per customer").cell("");
        let Some(currency) = self.currency() else { return };
        let usual = currency.decimals();
        let decimals = match &costs[..] {
            [first, second] => decimals_of_both([Some(first), Some(second)], usual),
            _ => costs.iter().map(|cost| decimals_of_both([Some(cost), None], usual)).max().unwrap_or(usual),
        };
        let rounded: Vec<Option<Decimal>> = costs.iter().map(|cost| fixed(cost, decimals)).collect();
        for (cost, (_, costing)) in rounded.iter().zip(&self.sides) {
            let unknown = if costing.is_complete() { "" } else { " + ?" };
            let at = if is_one_number { String::new() } else { format!(" at {}", costing.inputs.customers) };
            grid.cell(format_args!("{}{unknown}{at}", KnownOrUnknown(*cost)));
        }
        if self.has_difference() {
            grid.cell(shown_difference(difference(&rounded).filter(|_| self.is_complete())));
        }
    }
}
