//! The screen of a stage: the total, what it means, and the largest rows.

use rust_decimal::Decimal;

use crate::calculate::{
    CostRange, Costing, FindingCode, LineCost, Severity, ShareTarget, Unknown, UsageOfCharge, assumptions, drivers_of,
    usage_of,
};
use crate::model::{Amount, Dimension, Fraction, LineItem, LinePricing, Measure, ReverseCharge, Stage, Usage, sum};
use crate::view::cost::assumption;
use crate::view::cost::stage::StageView;
use crate::view::cost::tags::{part_words, tag_grid};
use crate::view::page::finding::unknown_names;
use crate::view::page::layout::{Block, Column, Grid, Mark, Page};
use crate::view::page::number::{displayed, exact_percent, per_unit, percent, shown_quantity, thousands};
use crate::view::page::scenario::scenario_texts;
use crate::view::page::screen::{
    Comparison, LINES, Tone, amount, amounts, bar, comparisons, customers, elided, folded, footer, grid, lines_of,
    points, sentences, share_target,
};
use crate::view::page::section::rounded_amount;
use crate::view::page::shown::{ShownTotals, is_nothing};
use crate::view::page::verdict::{Verdicts, comparison, passed_line, worst};
use crate::view::page::words::rating;

/// The findings that have lines of their own.
const SHOWN: [FindingCode; 3] = [FindingCode::MonthlyBudget, FindingCode::CostPerCustomer, FindingCode::ShareOfMrr];
/// The most warnings in sentences.
const SENTENCES: usize = 3;
/// The fewest and the most rows before small ones are folded.
const ROWS: (usize, usize) = (3, 12);
/// The longest name and usage together, next to one amount with its share or to two amounts.
const WORDS: (usize, usize) = (48, 52);
/// The longest name, and the longest usage next to the longest name.
const LONGEST: (usize, usize) = (30, 18);

/// A row of the table: its label, the usage, and an amount for each costing.
struct Row {
    label: String,
    usage: String,
    amounts: Vec<Option<Decimal>>,
    /// Whether part of the cost is unknown.
    is_open: bool,
}

/// A row below the line items: its label, what there is to say of it, and an amount for each costing.
pub(crate) struct Sum {
    pub(crate) label: String,
    pub(crate) remark: String,
    pub(crate) amounts: Vec<Option<Decimal>>,
}

impl StageView<'_> {
    /// The page for a terminal.
    pub(crate) fn screen_page(&self) -> Page {
        let verdicts = self.costings.iter().map(|costing| Verdicts::of(self.stage, costing, &SHOWN));
        let verdicts = verdicts.reduce(Verdicts::and).unwrap_or_default();
        let passed = verdicts.passed;
        let mut lines = self.comparison_lines();
        lines.extend(verdicts.comparisons.iter().cloned());
        let is_fine = lines.iter().all(|line| line.tone == Tone::Plain);
        let is_fine = is_fine && verdicts.comparisons.is_empty() && verdicts.sentences.is_empty();
        let mut notes: Vec<(Tone, String)> = worst(verdicts.sentences, SENTENCES, "--checks");
        notes.extend(self.context().into_iter().map(|text| (Tone::Plain, text)));
        let footers = self.footers(passed, is_fine);
        let height = |sentences: &mut dyn Iterator<Item = &String>| sentences.map(|text| lines_of(text)).sum::<usize>();
        let (of_notes, of_footers) = (height(&mut notes.iter().map(|(_, note)| note)), height(&mut footers.iter()));
        let taken = 3 + lines.len() + of_notes + 3 + self.sums().len() + 1 + of_footers;
        let most = if self.shows_all { usize::MAX } else { LINES.saturating_sub(taken).clamp(ROWS.0, ROWS.1) };
        let mut blocks = vec![Block::Headline(self.headline())];
        // A list that is requested takes the place of the rows.
        let is_list = (self.lists_assumptions || self.lists_checks) && !self.shows_all;
        if !is_list {
            blocks.extend(sentences(notes));
            blocks.extend(comparisons(lines));
            blocks.push(Block::Grid(self.rows_grid(most)));
        }
        if self.has_chart {
            blocks.extend(self.category_chart().map(Block::Chart));
        }
        blocks.extend(self.by.iter().map(|tag| Block::Grid(tag_grid(self.stage, self.costings, tag))));
        if self.lists_assumptions {
            blocks.extend(assumption::blocks(&assumptions(self.stage, self.costings), true));
        }
        if self.lists_checks {
            blocks.push(Block::Findings(self.findings()));
        }
        blocks.extend(footer(footers).filter(|_| !is_list));
        Page { blocks }
    }

    /// The total in a sentence.
    pub(crate) fn headline(&self) -> String {
        let stage = self.stage;
        let at: Vec<u64> = self.costings.iter().map(|costing| costing.inputs.customers).collect();
        let at = match &at[..] {
            [low, .., high] => format!("{} to {}", thousands(&low.to_string()), customers(*high)),
            _ => customers(at.first().copied().unwrap_or_default()),
        };
        let what = format!("{} {} at {at}", stage.id, stage.name);
        let totals: Vec<Decimal> =
            self.costings.iter().filter_map(|costing| Some(costing.known_totals()?.total)).collect();
        if totals.len() < self.costings.len() {
            return format!("{what}: the cost is unknown");
        }
        let total = format!("{} {} a month", amounts(totals.iter().copied(), stage.currency), stage.currency);
        let part = if stage.part.is_some() { ", for a part of it" } else { "" };
        if self.costings.iter().all(Costing::is_complete) {
            format!("{what}: {total}{part}")
        } else {
            format!("{what}: at least {total}{part}, since part of the cost is unknown")
        }
    }

    /// The scenario, the part and the techniques that the figures are for.
    pub(crate) fn context(&self) -> Vec<String> {
        let mut lines = scenario_texts(self.stage);
        if let Some(part) = &self.stage.part {
            lines.push(part_words(part));
        }
        if self.stage.list_prices {
            lines.push("At list prices: agreed prices are ignored".to_owned());
        }
        lines
    }

    /// What a customer costs, and the budget and the targets.
    fn comparison_lines(&self) -> Vec<Comparison> {
        let mut lines: Vec<Comparison> = Vec::new();
        for costing in self.costings {
            let at = match self.costings.len() {
                1 => String::new(),
                _ => format!(" at {}", thousands(&costing.inputs.customers.to_string())),
            };
            for mut line in economics_lines(self.stage, costing, self.costings.len() == 1) {
                if line.cells[0].starts_with(|first: char| first.is_ascii_digit()) {
                    line.cells[0].push_str(&at);
                }
                if !lines.contains(&line) {
                    lines.push(line);
                }
            }
        }
        lines
    }

    /// The line items, the most expensive first, and the sums.
    fn rows_grid(&self, most: usize) -> Grid {
        let currency = self.stage.currency;
        let several_costings = self.costings.len() > 1;
        let last = self.costings.len() - 1;
        let at = |costing: &Costing| format!("at {}", thousands(&costing.inputs.customers.to_string()));
        let usage = if several_costings { format!("Usage {}", at(&self.costings[last])) } else { "Usage".to_owned() };
        let rows = self.rows();
        let width = |of: fn(&Row) -> &str| rows.iter().map(|row| of(row).chars().count()).max().unwrap_or(0);
        let mut columns = vec![
            Column::left("Item").at_least(width(|row| &row.label)),
            Column::left(usage).at_least(width(|row| &row.usage)).optional(),
        ];
        if several_costings {
            columns.extend(self.costings.iter().map(|costing| Column::right(format!("{currency} {}", at(costing)))));
        } else {
            columns.push(Column::right(format!("{currency} a month")));
            columns.extend([Column::left("").at_least(8).optional(), Column::right("").optional()]);
        }
        let mut grid = grid(columns);
        let (shown, rest) = folded(&rows, most);
        let sums = self.sums();
        let largest = rows.iter().filter_map(|row| row.amounts[0]).max().unwrap_or_default();
        let total = self.costings[0].totals.total;
        let mut add = |row: &Row, has_bar: bool| {
            grid.cell(&row.label).cell(&row.usage);
            for of in &row.amounts {
                let known = of.map_or_else(|| "?".to_owned(), |of| amount(of, currency));
                grid.cell(if row.is_open && of.is_some() { format!("{known} + ?") } else { known });
            }
            if !several_costings {
                let part = row.amounts[0].filter(|_| has_bar).unwrap_or_default();
                grid.cell(bar(part, largest)).cell(share(row.amounts[0], total));
            }
        };
        for row in shown {
            add(row, true);
        }
        if !rest.is_empty() {
            add(&fold(rest, self.usage_width()), false);
        }
        for Sum { label, remark, amounts } in sums {
            if label.starts_with("Total") {
                grid.mark(Mark::Strong);
            }
            let is_share = !label.starts_with("Total") && !label.starts_with("With");
            grid.cell(&label).cell(remark);
            for of in &amounts {
                grid.cell(of.map_or_else(|| "?".to_owned(), |of| amount(of, currency)));
            }
            if !several_costings {
                grid.cell("").cell(if is_share { share(amounts[0], total) } else { String::new() });
            }
        }
        grid
    }

    /// The line items by cost, those whose cost is unknown first.
    fn rows(&self) -> Vec<Row> {
        let stage = self.stage;
        let mut rows: Vec<Row> = Vec::new();
        for (place, item) in stage.selected() {
            let lines = self.costings.iter().map(|costing| &costing.line_items[place]);
            let known = |line: &LineCost| line.is_known.then(|| displayed(line.monthly, stage.currency));
            let usage = self.usage(place, self.usage_width());
            let unknown = self.unknown(place);
            let amounts = lines.map(known).collect();
            let label = elided(&item.name, LONGEST.0).into_owned();
            rows.push(Row { label, usage, amounts, is_open: !unknown.is_empty() });
        }
        rows.sort_by_key(|row| {
            let largest = row.amounts.iter().flatten().max().copied().unwrap_or_default();
            (!row.is_open, std::cmp::Reverse(largest))
        });
        rows
    }

    /// What a row is computed with at the last number of customers, or what is not given of it.
    pub(crate) fn usage(&self, place: usize, width: usize) -> String {
        let (item, unknown) = (&self.stage.line_items[place], self.unknown(place));
        if unknown.is_empty() {
            return usage_words(self.stage, &self.costings[self.costings.len() - 1], item, place, width);
        }
        let is_price = |unknown: &Unknown| matches!(unknown, Unknown::Price(_) | Unknown::PriceBeyond(_));
        let why = if unknown.iter().all(is_price) { "not published" } else { "not given" };
        format!("{}: {why}", unknown_names(item, &unknown))
    }

    /// The longest usage that fits next to the longest name.
    fn usage_width(&self) -> usize {
        let both = if self.costings.len() == 1 { WORDS.0 } else { WORDS.1 };
        let names = self.stage.selected().map(|(_, item)| item.name.chars().count());
        let longest = names.max().unwrap_or(0).min(LONGEST.0);
        (both - longest).clamp(LONGEST.1, both - 24)
    }

    /// The buffer, the rounding, the total and the tax. With the rows they add up.
    pub(crate) fn sums(&self) -> Vec<Sum> {
        let stage = self.stage;
        let totals: Vec<Option<ShownTotals>> =
            self.costings.iter().map(|costing| ShownTotals::of(stage, costing)).collect();
        let of = |amount: &dyn Fn(&ShownTotals) -> Decimal| -> Vec<Option<Decimal>> {
            totals.iter().map(|totals| totals.as_ref().map(amount)).collect()
        };
        let mut sums: Vec<Sum> = Vec::new();
        let row = |label: &str, amounts| Sum { label: label.to_owned(), remark: String::new(), amounts };
        if !stage.buffer.value.is_zero() {
            sums.push(row(&format!("Buffer {}", exact_percent(stage.buffer.value)), of(&|totals| totals.buffer)));
        }
        let rounding = of(&|totals| sum([totals.rounding, totals.rounding_of_rows].into_iter()).unwrap_or_default());
        if !is_nothing(&rounding) {
            sums.push(row("Rounding", rounding));
        }
        let is_complete = self.costings.iter().all(Costing::is_complete);
        let label = if is_complete { "Total" } else { "Total without the unknown" };
        sums.push(row(label, of(&|totals| totals.total)));
        if let Some(tax) = &stage.tax {
            let last = Self::tax_rows(tax, self.costings, stage.currency).pop();
            let remark = match &tax.reverse_charge {
                ReverseCharge::All => "reverse charge".to_owned(),
                ReverseCharge::Vendors(vendors) if vendors.is_empty() => String::new(),
                ReverseCharge::Vendors(vendors) => format!("{} by reverse charge", vendors.len()),
            };
            let label = format!("With tax {}", exact_percent(tax.rate.value));
            sums.extend(last.map(|(_, _, amounts)| Sum { label, remark, amounts }));
        }
        if self.costings.iter().any(Costing::has_range) {
            let end = |of: fn(&CostRange) -> Decimal| -> Vec<Option<Decimal>> {
                let ends = self.costings.iter().map(|costing| costing.range.as_deref().map(of));
                ends.map(|end| end.map(|end| displayed(end, stage.currency))).collect()
            };
            sums.push(row("Total at low prices", end(|range| range.low.total)));
            sums.push(row("Total at high prices", end(|range| range.high.total)));
        }
        sums
    }

    /// What is fine, how old the prices are, and what is deducted and assumed.
    fn footers(&self, passed: usize, is_fine: bool) -> Vec<String> {
        let stage = self.stage;
        let oldest = stage.oldest_price().map(|(day, sku)| format!("; the oldest was read on {day}: {sku}"));
        let prices = format!("Prices of {}{}", stage.as_of, oldest.unwrap_or_default());
        let deducted = stage.adjustments.iter().enumerate().filter_map(|(place, adjustment)| {
            let off = self.costings.iter().map(|costing| displayed(costing.adjustments[place], stage.currency));
            let is_some = off.clone().any(|off| !off.is_zero());
            is_some.then(|| format!("{} {}", adjustment.reason, amounts(off, stage.currency)))
        });
        let deducted: Vec<String> = deducted.collect();
        let deducted = (!deducted.is_empty()).then(|| format!("Deducted above: {}", deducted.join(", ")));
        let assumed = assumption::short_line(&assumptions(stage, self.costings)).filter(|_| !self.lists_assumptions);
        let passed = passed_line(passed, is_fine, "--checks");
        let first: Vec<String> = passed.into_iter().chain(assumed).collect();
        let first = (!first.is_empty()).then(|| first.join(". "));
        first.into_iter().chain(deducted).chain([prices]).collect()
    }
}

/// The rows that are folded, as one.
fn fold(rows: &[Row], most: usize) -> Row {
    let of = |place: usize| {
        let known = rows.iter().map(|row| row.amounts[place]).collect::<Option<Vec<Decimal>>>()?;
        sum(known.into_iter()).ok()
    };
    let amounts = (0..rows[0].amounts.len()).map(of).collect();
    let names = rows.iter().map(|row| row.label.clone());
    Row { label: format!("{} more (--all)", rows.len()), usage: fitting(names, most), amounts, is_open: false }
}

/// The first texts that fit into a cell; at least one.
fn fitting(texts: impl IntoIterator<Item = String>, most: usize) -> String {
    texts
        .into_iter()
        .reduce(|all, next| if all.len() + 2 + next.len() <= most { format!("{all}, {next}") } else { all })
        .unwrap_or_default()
}

fn share(part: Option<Decimal>, total: Decimal) -> String {
    let share = part.and_then(|part| Fraction::new(part, total).ok());
    share.map_or_else(String::new, |share| percent(&share, 1))
}

/// What a row was computed with: `2 x cx41`, `720 users`.
fn usage_words(stage: &Stage, costing: &Costing, item: &LineItem, place: usize, most: usize) -> String {
    let Some(quantity) = costing.line_items[place].quantity else { return String::new() };
    let LinePricing::Sku(line) = &item.pricing else {
        // A quantity that is a driver is among the drivers.
        let is_driver =
            item.quantity.as_ref().is_some_and(|formula| formula.nodes() == 1 && !formula.slots().is_empty());
        let times = (quantity != Decimal::ONE && !is_driver).then(|| format!("{} x", shown_number(quantity)));
        let drivers = drivers_of(stage, costing, item)
            .into_iter()
            .map(|(name, amount)| format!("{} {}", thousands(&rounded_amount(&amount, 2)), name.replace('_', " ")));
        return fitting(times.into_iter().chain(drivers), most);
    };
    let of_charge = usage_of(stage, costing, item, place);
    // Machines run every hour of the month, unless the manifest says otherwise.
    let is_usual = |used: &UsageOfCharge<'_>| {
        used.amount.is_zero() || matches!(used.charge.usage, Usage::Default(_)) && used.unit.counts_time()
    };
    let words = of_charge.iter().filter(|used| !is_usual(used)).map(|used| {
        let label = used.unit.label.trim_end_matches("-month");
        let measure = Measure::Unit(label.into());
        let amount = rounded_amount(&Amount { value: used.amount.clone(), measure }, 2);
        let meter = if used.unit.dimension == Dimension::PLAIN { "" } else { used.charge.meter() };
        format!("{} {meter}", thousands(&amount)).trim_end().to_owned()
    });
    let words: Vec<String> = words.collect();
    let sku = line.sku.id.rsplit('/').next().unwrap_or_default();
    let mut parts = Vec::new();
    if quantity != Decimal::ONE || words.is_empty() {
        let times = if quantity == Decimal::ONE { String::new() } else { format!("{} x ", shown_number(quantity)) };
        parts.push(format!("{times}{sku}"));
    }
    parts.extend(words);
    if line.has_agreed_price() {
        parts.push("agreed".to_owned());
    }
    fitting(parts, most)
}

fn shown_number(number: Decimal) -> String {
    thousands(&shown_quantity(number)).into_owned()
}

/// The cost per customer, the share of revenue and the margin, each with what it is compared with.
fn economics_lines(stage: &Stage, costing: &Costing, is_alone: bool) -> Vec<Comparison> {
    let (economics, currency) = (&costing.economics, stage.currency);
    let found = |code: FindingCode| {
        let finding = costing.findings.iter().find(|finding| finding.code() == code)?;
        let tone = match finding.severity() {
            Severity::Breach => Tone::Bad,
            Severity::Warning => Tone::Doubtful,
            Severity::Note => Tone::Plain,
        };
        Some(Comparison { tone, cells: comparison(stage, finding)? })
    };
    let plain = |cells: [String; 3]| Comparison { tone: Tone::Plain, cells };
    let each = match economics.cost_per_customer.clone() {
        Some(each) => format!("{} per customer", thousands(&per_unit(&each, currency))),
        None if costing.inputs.customers == 0 => "no customers yet".to_owned(),
        None => String::new(),
    };
    let mut lines = Vec::new();
    lines.push(match found(FindingCode::MonthlyBudget) {
        Some(Comparison { tone, cells: [_, budget, verdict] }) => Comparison { tone, cells: [each, budget, verdict] },
        None => plain([each, String::new(), String::new()]),
    });
    let of_target = found(FindingCode::CostPerCustomer);
    lines.extend(of_target.filter(|line| is_alone && costing.inputs.customers > 0 || line.tone != Tone::Plain));
    lines.extend(share_line(stage, costing, found(FindingCode::ShareOfMrr)));
    let next = economics.marginal_cost.map(|next| thousands(&per_unit(&next.into(), currency)).into_owned());
    let next = next.map(|next| format!("next customer costs {next}"));
    let margin = economics.gross_margin.as_ref().map(|margin| format!("{} gross margin", percent(margin, 1)));
    if is_alone {
        lines.extend(match (margin, next) {
            (None, None) => None,
            (Some(margin), next) => Some(plain([margin, String::new(), next.unwrap_or_default()])),
            (None, Some(next)) => Some(plain([next, String::new(), String::new()])),
        });
    }
    lines.retain(|line| line.cells.iter().any(|cell| !cell.is_empty()));
    lines
}

/// The share of revenue against the user's target, or without one against the plan's ratings.
fn share_line(stage: &Stage, costing: &Costing, target: Option<Comparison>) -> Option<Comparison> {
    let economics = &costing.economics;
    if let (Some(share), Some(ShareTarget { bound, is_met })) = (&economics.share_of_mrr, economics.target) {
        let (tone, verdict) = match is_met {
            Some(true) => (Tone::Plain, "ok".to_owned()),
            Some(false) => (Tone::Bad, format!("over by {}", points(share, bound))),
            None => (Tone::Plain, "unknown: so is part of the cost".to_owned()),
        };
        let cells = [format!("{} of revenue", percent(share, 1)), share_target(bound, true), verdict];
        return Some(Comparison { tone, cells });
    }
    if let Some(mut line) = target {
        // The plan's rule is nobody's own target, so its rating says more.
        if let Some(found) = economics.shown_rating().filter(|_| line.tone == Tone::Plain) {
            rating(found).1.clone_into(&mut line.cells[2]);
        }
        return Some(line);
    }
    let cells = match (economics.share_of_mrr.clone(), economics.mrr) {
        (Some(share), _) => {
            let found = economics.shown_rating();
            let words = found.map_or_else(String::new, |found| rating(found).1.to_owned());
            let rule = if stage.part.is_some() { String::new() } else { share_target(Decimal::new(20, 2), false) };
            let tone = if economics.is_too_high() { Tone::Doubtful } else { Tone::Plain };
            return Some(Comparison { tone, cells: [format!("{} of revenue", percent(&share, 1)), rule, words] });
        }
        (None, Some(mrr)) if mrr.is_zero() => ["no revenue yet".to_owned(), String::new(), String::new()],
        (None, Some(_)) => return None,
        (None, None) => ["share of revenue unknown".to_owned(), "give --arpu or --mrr".to_owned(), String::new()],
    };
    Some(Comparison { tone: Tone::Plain, cells })
}
