//! One stage, at one number of customers or at the two ends of its range.

use std::borrow::Cow;
use std::collections::HashSet;

use rust_decimal::Decimal;

use crate::calculate::{
    AlternativeCost, Completeness, Costing, FindingCode, LineCost, TaxedTotal, UnitEconomics, Unknown, assumptions,
};
use crate::model::{
    Adjustment, CategoryId, Currency, Deduction, Fraction, LineItem, LinePricing, Money, ReverseCharge, Stage, Tax,
    add, subtract,
};
use crate::view::View;
use crate::view::cost::sum_record::{ECONOMICS, SumRecord, economics};
use crate::view::cost::tags::{part_block, tag_grid, tag_records, tags_text};
use crate::view::cost::{alternatives, assumption};
use crate::view::page::finding::{FindingView, findings, unknown_names, unknown_sentences};
use crate::view::page::layout::{Block, Cell, Column, Grid, Mark, Page, Records};
use crate::view::page::number::{
    WithCurrency, displayed, exact_percent, per_unit, percent, quotient, range, shown_quantity,
};
use crate::view::page::scenario::{lowered_lines, scenario_lines};
use crate::view::page::shown::{KnownOrUnknown, ShownTotals, is_nothing, rounding_label};
use crate::view::page::specification::service;
use crate::view::page::words::{several, share_verdict};

/// A stage with its costing, or with those at the two ends of its range of customers.
#[derive(Clone, Copy, Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub struct StageView<'a> {
    pub(crate) stage: &'a Stage,
    pub(crate) costings: &'a [Costing],
    pub(crate) details: bool,
    pub(crate) lists_assumptions: bool,
    pub(crate) has_chart: bool,
    pub(crate) by: &'a [String],
    pub(crate) alternatives: &'a [AlternativeCost],
    pub(crate) shows_all: bool,
    pub(crate) lists_checks: bool,
}

/// A row below the line items: how it is marked, its label, and an amount for each costing.
pub(crate) type TotalRow = (Option<Mark>, String, Vec<Option<Decimal>>);

impl<'a> StageView<'a> {
    /// Shows `stage` with one costing or more, in the order of their customers. `details` adds what is bought.
    pub fn new(stage: &'a Stage, costings: &'a [Costing], details: bool) -> Self {
        Self {
            stage,
            costings,
            details,
            lists_assumptions: false,
            has_chart: false,
            by: &[],
            alternatives: &[],
            shows_all: false,
            lists_checks: false,
        }
    }

    /// The same view, whose screen has every row or folds small ones, and lists every check or counts those that pass.
    #[must_use]
    pub fn listing(self, shows_all: bool, lists_checks: bool) -> Self {
        Self { shows_all, lists_checks, ..self }
    }

    /// The same view, with a picture of the categories or without.
    #[must_use]
    pub fn with_chart(self, has_chart: bool) -> Self {
        Self { has_chart, ..self }
    }

    /// The same view, with each assumption or with their number only.
    #[must_use]
    pub fn with_assumptions(self, lists_assumptions: bool) -> Self {
        Self { lists_assumptions, ..self }
    }

    /// The same view, with what the alternatives to line items cost at the same numbers of customers.
    #[must_use]
    pub fn with_alternatives(self, alternatives: &'a [AlternativeCost]) -> Self {
        Self { alternatives, ..self }
    }

    /// Shows also what the values of tags cost.
    #[must_use]
    pub fn by(self, tags: &'a [String]) -> Self {
        Self { by: tags, ..self }
    }

    pub(crate) fn first(&self) -> &'a Costing {
        &self.costings[0]
    }

    /// The one value that all costings share, if they do.
    pub(crate) fn shared<T: PartialEq>(&self, value: impl Fn(&'a Costing) -> T) -> Option<T> {
        let first = value(self.first());
        self.costings[1..].iter().all(|costing| value(costing) == first).then_some(first)
    }

    /// What a line item lacks in any of the costings, in order.
    pub(crate) fn unknown(&self, line_item: usize) -> Vec<Unknown> {
        let of = |costing: &'a Costing| costing.line_items[line_item].unknown.iter().copied();
        let mut unknown: Vec<Unknown> = self.costings.iter().flat_map(of).collect();
        unknown.sort_unstable();
        unknown.dedup();
        unknown
    }

    /// The line items by category, categories in order of appearance.
    fn by_category(&self) -> Vec<usize> {
        let mut order: Vec<usize> = self.stage.selected().map(|(index, _)| index).collect();
        order.sort_by_key(|&index| self.stage.line_items[index].category);
        order
    }

    pub(crate) fn findings(&self) -> Vec<FindingView> {
        let view = |costing: &'a Costing| findings(self.stage, costing);
        let mut all = view(self.first());
        if self.costings.len() == 1 {
            return all;
        }
        let others: Vec<Vec<FindingView>> = self.costings[1..].iter().map(view).collect();
        let known: Vec<HashSet<&FindingView>> = others.iter().map(|found| found.iter().collect()).collect();
        let (shared, of_first): (Vec<_>, Vec<_>) =
            all.drain(..).partition(|finding| known.iter().all(|known| known.contains(finding)));
        let mut findings = shared.clone();
        let shared: HashSet<FindingView> = shared.into_iter().collect();
        // That the ends of the range are in the range goes without saying.
        let separate = std::iter::once(of_first).chain(others);
        for (costing, found) in self.costings.iter().zip(separate) {
            let is_worth_saying = |finding: &FindingView| {
                finding.code != FindingCode::CustomersInRange.as_str() && !shared.contains(finding)
            };
            for finding in found.into_iter().filter(is_worth_saying) {
                findings.push(FindingView { customers: Some(costing.inputs.customers), ..finding });
            }
        }
        findings
    }
}

/// What a row costs at the low and the high prices, where prices are ranges and its cost is known.
pub(crate) fn ends_of(costing: &Costing, index: usize) -> Option<(Decimal, Decimal)> {
    let ends = costing.range.as_ref()?.line_items.get(index)?;
    costing.line_items[index].is_known.then_some(*ends)
}

impl View for StageView<'_> {
    fn page(&self) -> Page {
        let stage = self.stage;
        let customers: Vec<String> = self.costings.iter().map(|costing| costing.inputs.customers.to_string()).collect();
        let prices = if stage.list_prices { "list prices" } else { "prices" };
        let mut blocks = vec![
            Block::Title(format!("Stage {} {}", stage.id, stage.name)),
            Block::Text(format!(
                "{} customers, {} a month, {prices} of {}",
                customers.join(" and "),
                stage.currency,
                stage.as_of
            )),
        ];
        blocks.extend(scenario_lines(stage));
        blocks.extend(part_block(Some(stage)));
        if let Some((day, sku)) = stage.oldest_price() {
            blocks.push(Block::Text(format!("The oldest price in it was read on {day}: {sku}")));
        }
        if let Some(rate) = stage.rates.iter().min_by_key(|rate| rate.read_on) {
            let ((from, into), day) = (rate.written(stage.currency), rate.read_on);
            let oldest = if stage.rates.len() > 1 { "oldest exchange rate" } else { "exchange rate" };
            blocks.push(Block::Text(format!("The {oldest} in it is of {day}: {from} to {into}")));
        }
        blocks.extend(assumption::blocks(&assumptions(stage, self.costings), self.lists_assumptions));
        if self.details {
            blocks.extend(self.description());
        }
        blocks.push(Block::Grid(self.line_item_grid()));
        let mut remarks = self.agreed();
        remarks.extend(lowered_lines(self.stage));
        remarks.extend(self.taken_off());
        if !remarks.is_empty() {
            blocks.push(Block::List(remarks));
        }
        if self.details {
            blocks.push(Block::List(self.features()));
            blocks.extend(alternatives::blocks(stage, self.alternatives));
        }
        if self.has_chart {
            blocks.extend(self.category_chart().map(Block::Chart));
        }
        blocks.extend(self.by.iter().map(|tag| Block::Grid(tag_grid(stage, self.costings, tag))));
        blocks.push(Block::Grid(self.economics_grid()));
        blocks.push(Block::Findings(self.findings()));
        Page { blocks }
    }

    fn screen(&self) -> Page {
        if self.details { self.page() } else { self.screen_page() }
    }

    fn records(&self) -> Records<'_> {
        if !self.by.is_empty() {
            return tag_records(std::iter::once((self.stage, self.costings)), self.by);
        }
        let mut header = vec![
            "stage",
            "customers",
            "name",
            "category",
            "vendor",
            "sku",
            "quantity",
            "native_amount",
            "native_currency",
            "list_amount",
            "list_currency",
            "monthly_cost",
            "monthly_cost_exact",
            "currency",
            "share",
            "depends_on",
            "taken_off",
            "monthly_cost_low",
            "monthly_cost_high",
            "tags",
            "kind",
        ];
        header.extend(ECONOMICS);
        let rows = self.costings.iter().flat_map(move |costing| {
            let rows = self.stage.rows(&costing.line_items);
            let rows = rows.map(move |(index, item, line)| self.record(costing, index, item, line));
            rows.chain(self.adjustment_records(costing)).chain(self.sum_records(costing))
        });
        Records { header, rows: Box::new(rows) }
    }
}

/// A record of something else than a line item.
#[derive(Default)]
struct OtherRecord<'a> {
    kind: &'static str,
    name: Cow<'a, str>,
    monthly: Option<Decimal>,
    exact: Option<Decimal>,
    taken_off: Option<Decimal>,
    ends: Option<(Decimal, Decimal)>,
    depends_on: Option<String>,
    economics: Option<[Cell<'static>; ECONOMICS.len()]>,
}

impl<'a> StageView<'a> {
    fn record(&self, costing: &'a Costing, index: usize, item: &'a LineItem, line: &'a LineCost) -> Vec<Cell<'a>> {
        let text = |text: Option<&'a str>| text.map_or(Cell::Empty, Cell::text);
        let currency = |money: Option<Money>| money.map_or(Cell::Empty, |money| Cell::text(money.currency.to_string()));
        let share = Fraction::new(line.monthly, costing.totals.subtotal).ok().as_ref().and_then(quotient);
        let depends_on = unknown_names(item, &line.unknown);
        let mut cells = vec![
            Cell::Number(self.stage.id.into()),
            Cell::Number(costing.inputs.customers.into()),
            Cell::text(&*item.name),
            Cell::text(self.stage.category(item.category)),
            text(item.vendor()),
            text(item.sku()),
            Cell::number(line.quantity),
            Cell::number(line.native.map(|native| native.amount)),
            currency(line.native),
            Cell::number(line.list.map(|list| list.amount)),
            currency(line.list),
            Cell::number(line.is_known.then_some(line.monthly)),
            Cell::number(line.is_known.then_some(line.exact)),
            Cell::text(self.stage.currency.to_string()),
            Cell::number(share.filter(|_| line.is_known).map(|share| share.0)),
            if depends_on.is_empty() { Cell::Empty } else { Cell::text(Cow::Owned(depends_on)) },
            Cell::number((!line.off.is_zero()).then_some(line.off)),
            Cell::number(ends_of(costing, index).map(|(low, _)| low)),
            Cell::number(ends_of(costing, index).map(|(_, high)| high)),
            match item.tags {
                Some(_) => Cell::text(tags_text(self.stage, item)),
                None => Cell::Empty,
            },
            Cell::text(SumRecord::LINE_ITEM),
        ];
        cells.extend([const { Cell::Empty }; ECONOMICS.len()]);
        cells
    }

    /// A record that belongs to no line item. What it does not say is empty.
    fn other_record(&self, costing: &Costing, of: OtherRecord<'a>) -> Vec<Cell<'a>> {
        let mut cells = vec![Cell::Number(self.stage.id.into()), Cell::Number(costing.inputs.customers.into())];
        cells.push(Cell::text(of.name));
        cells.extend([const { Cell::Empty }; 8]);
        cells.extend([Cell::number(of.monthly), Cell::number(of.exact), Cell::text(self.stage.currency.to_string())]);
        cells.push(Cell::Empty);
        cells.push(of.depends_on.map_or(Cell::Empty, Cell::text));
        cells.push(Cell::number(of.taken_off));
        cells.extend([of.ends.map(|(low, _)| low), of.ends.map(|(_, high)| high)].map(Cell::number));
        cells.extend([Cell::Empty, Cell::text(of.kind)]);
        cells.extend(of.economics.unwrap_or([const { Cell::Empty }; ECONOMICS.len()]));
        cells
    }

    /// What each discount and credit deducts. It adds nothing, since the line items have what remains.
    fn adjustment_records(&self, costing: &'a Costing) -> impl Iterator<Item = Vec<Cell<'a>>> {
        let of = self.stage.adjustments.iter().zip(&costing.adjustments).filter(|(_, off)| self.is_shown(**off));
        of.map(|(adjustment, off)| {
            let taken_off = costing.known_totals().map(|_| *off);
            let name = Cow::Borrowed(&*adjustment.reason);
            let of = OtherRecord { kind: adjustment.kind(), name, taken_off, ..OtherRecord::default() };
            self.other_record(costing, of)
        })
    }

    /// The sums, and with the total the unit economics.
    fn sum_records(&self, costing: &'a Costing) -> impl Iterator<Item = Vec<Cell<'a>>> {
        SumRecord::all(self.stage, costing).into_iter().map(|sum| {
            let is_total = sum.is_total();
            let unknown = self.stage.rows(&costing.line_items).filter(|(_, _, line)| !line.unknown.is_empty());
            let unknown: Vec<&str> = unknown.map(|(_, item, _)| &*item.name).collect();
            let of = OtherRecord {
                kind: sum.kind,
                name: sum.name.into(),
                monthly: sum.monthly,
                exact: sum.exact,
                taken_off: None,
                ends: sum.ends,
                depends_on: (is_total && !unknown.is_empty()).then(|| several(&unknown)),
                economics: (sum.kind == "total").then(|| economics(&costing.economics)),
            };
            self.other_record(costing, of)
        })
    }

    /// Whether an adjustment is shown: one that deducts nothing from a part of the stage is not.
    fn is_shown(&self, off: Decimal) -> bool {
        self.stage.part.is_none() || !off.is_zero()
    }

    fn description(&self) -> Vec<Block> {
        let description = &self.stage.description;
        let mut blocks = Vec::new();
        blocks.extend(description.summary.as_deref().map(|summary| Block::Text(summary.to_owned())));
        if let Some(months) = self.stage.months {
            blocks.push(Block::Text(format!("Months {} of the plan", range(months))));
        }
        blocks.extend(description.architecture.as_deref().map(|text| Block::Text(text.to_owned())));
        if !description.runs.is_empty() {
            let runs: Vec<String> = description.runs.iter().map(service).collect();
            blocks.push(Block::Text(format!("Runs: {}", runs.join(", "))));
        }
        blocks
    }

    /// Every agreed price with its reason.
    fn agreed(&self) -> Vec<String> {
        let lines = self.stage.selected().filter_map(|(_, item)| match &item.pricing {
            LinePricing::Sku(line) if line.has_agreed_price() => {
                Some(format!("{}: agreed price ({})", item.name, line.reason.as_deref().unwrap_or_default()))
            }
            _ => None,
        });
        lines.collect()
    }

    /// What each discount and credit deducts from the rows, which show what remains.
    fn taken_off(&self) -> Vec<String> {
        let currency = self.stage.currency;
        let line = |(index, adjustment): (usize, &Adjustment)| {
            let kind = adjustment.kind();
            let rate = match adjustment.off {
                Deduction::Rate(rate) => format!(" of {}", exact_percent(rate)),
                Deduction::Amount { .. } | Deduction::AmountEach { .. } => String::new(),
            };
            let taken: Vec<String> = self
                .costings
                .iter()
                .map(|costing| displayed(costing.adjustments[index], currency).to_string())
                .collect();
            let taken = if taken.windows(2).all(|pair| pair[0] == pair[1]) { &taken[..1] } else { &taken };
            let is_unknown = self.costings.iter().any(|costing| self.is_partly_unknown(adjustment, costing));
            let rest = if is_unknown { ", counting what is known" } else { "" };
            format!(
                "{}: a {kind}{rate} deducts {} {currency} in the rows above{rest}",
                adjustment.reason,
                taken.join(" and ")
            )
        };
        let is_shown = |(index, _): &(usize, &Adjustment)| {
            self.costings.iter().any(|costing| self.is_shown(costing.adjustments[*index]))
        };
        self.stage.adjustments.iter().enumerate().filter(is_shown).map(line).collect()
    }

    /// Whether a row from which something is deducted is not known in full.
    fn is_partly_unknown(&self, adjustment: &Adjustment, costing: &Costing) -> bool {
        let mut rows = self.stage.rows(&costing.line_items);
        rows.any(|(place, item, line)| adjustment.on.fits(place, item) && line.completeness() != Completeness::Full)
    }

    fn features(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for (_, item) in self.stage.selected() {
            let Some(details) = &item.details else { continue };
            let features = details.features.join(", ");
            lines.push(match (&details.note, features.is_empty()) {
                (None, true) => continue,
                (None, false) => format!("{}: {features}", item.name),
                (Some(note), true) => format!("{}: {note}", item.name),
                (Some(note), false) => format!("{}: {features} ({note})", item.name),
            });
        }
        lines
    }

    fn line_item_grid(&self) -> Grid {
        let several = self.shared(|costing| costing.line_items.as_slice()).is_none();
        let shown = if several { self.costings } else { &self.costings[..1] };
        let has_list = shown.iter().any(|costing| costing.line_items.iter().any(|line| line.list.is_some()));
        let mut columns = vec![Column::left("Category"), Column::left("Line item")];
        for costing in shown {
            let at = if several { format!(" at {}", costing.inputs.customers) } else { String::new() };
            columns.push(Column::right("Qty"));
            if !several {
                columns.push(Column::right("Native").optional());
                if has_list {
                    columns.push(Column::right("At list").optional());
                }
            }
            columns.push(Column::right(format!("Monthly{at}")));
            columns.push(Column::right("Share").optional());
        }
        let mut grid = Grid::new(columns);
        let currency = self.stage.currency;
        let mut previous: Option<CategoryId> = None;
        for index in self.by_category() {
            let item = &self.stage.line_items[index];
            let category = if previous == Some(item.category) { "" } else { self.stage.category(item.category) };
            previous = Some(item.category);
            grid.cell(category).cell(&item.name);
            for costing in shown {
                let line = &costing.line_items[index];
                grid.cell(line.quantity.map_or_else(|| "?".to_owned(), shown_quantity));
                if !several {
                    match line.native {
                        Some(native) => grid.cell(WithCurrency(native)),
                        None => grid.cell("-"),
                    };
                    if has_list {
                        match line.list {
                            Some(list) => grid.cell(WithCurrency(list)),
                            None => grid.cell(""),
                        };
                    }
                }
                if !line.is_known {
                    grid.cell("?").cell("?");
                    continue;
                }
                grid.cell(displayed(line.monthly, currency));
                match Fraction::new(line.monthly, costing.totals.subtotal) {
                    Ok(share) => grid.cell(percent(&share, 1)),
                    Err(_) => grid.cell(""),
                };
            }
            for sentence in unknown_sentences(item, &self.unknown(index)) {
                grid.mark(Mark::Wide).cell(format_args!("+ ? for {sentence}"));
                for _ in 1..grid.columns.len() {
                    grid.cell("");
                }
            }
        }
        self.total_rows(&mut grid, shown, several, has_list);
        grid
    }

    /// Subtotal, buffer, roundings and total.
    fn total_rows(&self, grid: &mut Grid, shown: &[Costing], several: bool, has_list: bool) {
        let mut row = |mark: Option<Mark>, label: &str, amounts: Vec<Option<Decimal>>| {
            if mark == Some(Mark::Rule) {
                grid.mark(Mark::Rule);
            }
            if mark.is_some() {
                grid.mark(Mark::Strong);
            }
            grid.cell("").cell(label);
            for amount in amounts {
                grid.cell("");
                if !several {
                    grid.cell("");
                    if has_list {
                        grid.cell("");
                    }
                }
                grid.cell(KnownOrUnknown(amount)).cell("");
            }
        };
        let totals: Vec<Option<ShownTotals>> =
            shown.iter().map(|costing| ShownTotals::of(self.stage, costing)).collect();
        let amounts = |amount: fn(&ShownTotals) -> Decimal| -> Vec<Option<Decimal>> {
            totals.iter().map(|totals| totals.as_ref().map(amount)).collect()
        };
        let rounding = amounts(|totals| totals.rounding_of_rows);
        if !is_nothing(&rounding) {
            row(None, "Rounding of the rows shown", rounding);
        }
        row(Some(Mark::Rule), "Subtotal", amounts(|totals| totals.subtotal));
        if !self.stage.buffer.value.is_zero() {
            let label = format!("Buffer {}", exact_percent(self.stage.buffer.value));
            row(None, &label, amounts(|totals| totals.buffer));
        }
        let rounding = amounts(|totals| totals.rounding);
        if !is_nothing(&rounding) {
            row(None, &rounding_label(self.stage), rounding);
        }
        let complete = shown.iter().all(Costing::is_complete);
        let label = if complete { "Total" } else { "Total without the unknown" };
        row(Some(Mark::Rule), label, amounts(|totals| totals.total));
        let of = |amount: fn(&Costing) -> Option<Decimal>| -> Vec<Option<Decimal>> {
            let known = shown.iter().map(|costing| costing.known_totals().and_then(|_| amount(costing)));
            known.map(|amount| Some(displayed(amount?, self.stage.currency))).collect()
        };
        if shown.iter().any(Costing::has_range) {
            row(None, "Total at low prices", of(|costing| Some(costing.range.as_ref()?.low.total)));
            row(None, "Total at high prices", of(|costing| Some(costing.range.as_ref()?.high.total)));
        }
        if let Some(tax) = &self.stage.tax {
            for (mark, label, amounts) in Self::tax_rows(tax, shown, self.stage.currency) {
                row(mark, &label, amounts);
            }
        }
    }

    /// The tax at each rate, the total with it, and what credits after tax leave of that. What is shown adds up.
    pub(crate) fn tax_rows(tax: &Tax, shown: &[Costing], currency: Currency) -> Vec<TotalRow> {
        let of = |amount: &dyn Fn(&TaxedTotal) -> Option<Decimal>| -> Vec<Option<Decimal>> {
            let known = |costing: &Costing| amount(costing.known_totals().and(costing.taxed.as_ref())?);
            shown.iter().map(known).map(|amount| Some(displayed(amount?, currency))).collect()
        };
        let less = |from: Vec<Option<Decimal>>, other: &[Option<Decimal>]| -> Vec<Option<Decimal>> {
            from.into_iter().zip(other).map(|(from, other)| subtract(from?, (*other)?).ok()).collect()
        };
        let mut rates: Vec<Decimal> = Vec::new();
        for of_rate in shown.iter().filter_map(|costing| costing.taxed.as_ref()).flat_map(|taxed| &taxed.rates).skip(1)
        {
            if of_rate.rate != tax.rate.value && !rates.contains(&of_rate.rate) {
                rates.push(of_rate.rate);
            }
        }
        let with_tax = of(&|taxed| Some(taxed.total));
        let totals: Vec<Option<Decimal>> = shown
            .iter()
            .map(|costing| costing.known_totals().map(|totals| displayed(totals.total, currency)))
            .collect();
        let mut rest = less(with_tax, &totals);
        let mut rows = Vec::new();
        for rate in rates {
            let at_rate = |taxed: &TaxedTotal| {
                let found = taxed.rates.iter().find(|found| found.rate == rate);
                Some(found.map_or(Decimal::ZERO, |found| found.tax))
            };
            let amounts = of(&at_rate);
            rest = less(rest, &amounts);
            rows.push((None, format!("Tax {}", exact_percent(rate)), amounts));
        }
        let reverse_charge = match &tax.reverse_charge {
            ReverseCharge::All => " (reverse charge)",
            ReverseCharge::Vendors(vendors) if !vendors.is_empty() => " (some under reverse charge)",
            ReverseCharge::Vendors(_) => "",
        };
        // The tax at the main rate is what the total with it is more; a tax below what is shown of that is shown itself.
        let main = of(&|taxed| taxed.rates.iter().find(|found| found.rate == tax.rate.value).map(|found| found.tax));
        let rest = rest.into_iter().zip(main).map(|(rest, tax)| rest.filter(|rest| !rest.is_zero()).or(tax.or(rest)));
        rows.insert(0, (None, format!("Tax {}{reverse_charge}", exact_percent(tax.rate.value)), rest.collect()));
        let with_tax = rows.iter().fold(totals, |sums, (_, _, taxes)| {
            sums.into_iter().zip(taxes).map(|(sum, tax)| add(sum?, (*tax)?).ok()).collect()
        });
        rows.push((Some(Mark::Rule), "Total with tax".to_owned(), with_tax.clone()));
        let mut left = with_tax;
        for (place, credit) in tax.credits.iter().enumerate() {
            let deducted = of(&|taxed| taxed.credits.get(place).map(|amount| -*amount));
            left = left.iter().zip(&deducted).map(|(left, less)| add((*left)?, (*less)?).ok()).collect();
            rows.push((None, credit.reason.to_string(), deducted));
        }
        if !tax.credits.is_empty() {
            rows.push((Some(Mark::Rule), "To pay".to_owned(), left));
        }
        rows
    }

    /// What the share of MRR is rated as, or why it is not, once for all costings that share it.
    fn share_verdicts(&self) -> String {
        let mut words: Vec<String> = self
            .costings
            .iter()
            .map(|costing| match (share_verdict(&costing.economics), costing.economics.clone()) {
                (Some(verdict), _) => verdict,
                (None, UnitEconomics { share_of_mrr: Some(_), .. }) if self.stage.part.is_some() => {
                    "not rated: a part of the stage".to_owned()
                }
                (None, UnitEconomics { share_of_mrr: Some(_), .. }) => "not rated: a cost is unknown".to_owned(),
                (None, UnitEconomics { mrr: Some(mrr), .. }) if mrr.is_zero() => "no revenue yet".to_owned(),
                (None, _) => "the cost is unknown".to_owned(),
            })
            .collect();
        words.dedup();
        words.join("; ")
    }

    fn economics_grid(&self) -> Grid {
        let mut columns = vec![Column::left("")];
        for costing in self.costings {
            let header =
                if self.costings.len() > 1 { format!("At {}", costing.inputs.customers) } else { String::new() };
            columns.push(Column::right(header));
        }
        columns.push(Column::left(""));
        let mut grid = Grid::new(columns);
        let currency = self.stage.currency;
        let mut fact = |label: &str, value: &dyn Fn(&Costing) -> String, remark: &str| {
            grid.cell(label);
            for costing in self.costings {
                grid.cell(value(costing));
            }
            grid.cell(remark);
        };
        let none = || "-".to_owned();
        let amount = |value: fn(&UnitEconomics) -> Option<Decimal>| {
            move |costing: &Costing| {
                value(&costing.economics).map_or_else(none, |value| displayed(value, currency).to_string())
            }
        };
        let per_customer = |value: fn(&UnitEconomics) -> Option<Fraction>| {
            move |costing: &Costing| value(&costing.economics).map_or_else(none, |value| per_unit(&value, currency))
        };
        let ratio = |value: fn(&UnitEconomics) -> Option<Fraction>| {
            move |costing: &Costing| value(&costing.economics).map_or_else(none, |value| percent(&value, 2))
        };
        let buffered = if self.stage.buffer.value.is_zero() { "" } else { ", with the buffer" };
        let complete = self.costings.iter().all(Costing::is_complete);
        let part = if complete { "" } else { ", without the unknown" };
        let per_customer_remark = format!("{currency}{buffered}{part}");
        fact("Cost per customer", &per_customer(|economics| economics.cost_per_customer.clone()), &per_customer_remark);
        if !self.stage.buffer.value.is_zero() {
            let before_buffer = per_customer(|economics| economics.cost_per_customer_before_buffer.clone());
            fact("  before the buffer", &before_buffer, &format!("{currency}{part}"));
        }
        let not_rounded = format!("{currency}{buffered}, not rounded");
        fact(
            "Next customer costs",
            &per_customer(|economics| economics.marginal_cost.map(Fraction::from)),
            &not_rounded,
        );
        if self.costings.iter().all(|costing| costing.economics.mrr.is_none()) {
            fact("Share of MRR", &|_| "unknown".to_owned(), "give --mrr or --arpu");
            return grid;
        }
        fact("MRR", &amount(|economics| economics.mrr), &currency.to_string());
        fact("Share of MRR", &ratio(|economics| economics.share_of_mrr.clone()), &self.share_verdicts());
        let alone = format!("{currency}, infrastructure alone{part}");
        fact("Gross profit", &amount(|economics| economics.gross_profit), &alone);
        fact(
            "Gross margin",
            &ratio(|economics| economics.gross_margin.clone()),
            &format!("infrastructure alone{part}"),
        );
        grid
    }
}
