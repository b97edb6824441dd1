//! The screen of all stages: what each costs over its range, and whether that is within its budget and targets.

use rust_decimal::Decimal;

use crate::calculate::{Costing, Finding, FindingCode, Severity};
use crate::view::cost::stages::{StageRow, StagesView};
use crate::view::cost::tags::{part_words, tag_grid_of_stages};
use crate::view::page::finding::FindingView;
use crate::view::page::layout::{Block, Column, Grid, Page};
use crate::view::page::number::{displayed, per_unit, percent, range, thousands};
use crate::view::page::scenario::scenario_texts;
use crate::view::page::screen::{
    Tone, amount, amount_range, counts, customers, footer, grid, sentences, several, short,
};
use crate::view::page::verdict::{comparison, most_text, passed_line, worst};

/// The most stages whose months are on the screen.
const CALENDAR: usize = 5;
/// The most sentences about what is wrong.
const SENTENCES: usize = 5;

impl StagesView<'_> {
    /// The page for a terminal.
    pub(crate) fn screen_page(&self) -> Page {
        let mut blocks = vec![Block::Headline(self.headline())];
        blocks.extend(self.body());
        blocks.extend(self.by.iter().map(|tag| {
            let stages = self.rows.iter().filter_map(|row| Some((row.stage, row.middle()?)));
            Block::Grid(tag_grid_of_stages(stages, tag))
        }));
        blocks.extend(footer(self.footers()));
        Page { blocks }
    }

    /// What is wrong, and the table.
    pub(crate) fn body(&self) -> Vec<Block> {
        let first = self.rows.first().map(|row| row.stage);
        let context = first.into_iter().flat_map(scenario_texts);
        let part = first.and_then(|stage| stage.part.as_deref()).map(part_words);
        let context = context.chain(part).map(|text| (Tone::Plain, text));
        let wrong = worst(self.rows.iter().flat_map(StageRow::wrong).collect(), SENTENCES, "--details");
        sentences(wrong.into_iter().chain(context)).into_iter().chain([Block::Grid(self.screen_grid())]).collect()
    }

    /// What the stages cost, in a sentence.
    fn headline(&self) -> String {
        let count = several(self.rows.len(), "stage");
        let known = self.rows.iter().flat_map(|row| row.costings).filter_map(|costing| {
            Some((displayed(costing.known_totals()?.total, self.rows[0].stage.currency), costing.inputs.customers))
        });
        let (low, high) = (known.clone().min(), known.max());
        match (self.rows.first(), low, high) {
            (Some(row), Some((least, at)), Some((most, to))) if self.has_one_currency() => {
                let currency = row.stage.currency;
                let is_one = least == most;
                let (least, most) = (amount(least, currency), amount(most, currency));
                if is_one {
                    let low = if at == to { String::new() } else { format!("{} to ", counted(at)) };
                    return format!("{count}: {least} {currency} a month at {low}{}", customers(to));
                }
                format!("{count}: from {least} {currency} a month at {} to {most} at {}", customers(at), counted(to))
            }
            _ => count,
        }
    }

    /// Whether all stages report in one currency.
    pub(crate) fn has_one_currency(&self) -> bool {
        self.rows.windows(2).all(|pair| pair[0].stage.currency == pair[1].stage.currency)
    }

    /// The table of the stages.
    fn screen_grid(&self) -> Grid {
        let of_costings = |is: fn(&Costing) -> bool| self.rows.iter().flat_map(|row| row.costings).any(is);
        let has_share = of_costings(|costing| costing.economics.share_of_mrr.is_some());
        let has_budget = self.rows.iter().any(|row| row.stage.monthly_budget.is_some() && row.stage.part.is_none());
        let currency = self.rows.first().filter(|_| self.has_one_currency()).map(|row| row.stage.currency);
        let a_month = currency.map_or_else(|| "A month".to_owned(), |currency| format!("{currency} a month"));
        let mut columns = vec![Column::left("Stage"), Column::right("Customers"), Column::right(a_month)];
        columns.extend(has_budget.then(|| Column::right("Budget")));
        columns.push(Column::right(if has_share { "Of revenue" } else { "Per customer" }));
        columns.push(Column::left(""));
        let mut grid = grid(columns);
        for row in &self.rows {
            let (stage, own) = (row.stage, row.stage.currency);
            let words = row.verdict();
            words.0.mark(&mut grid);
            grid.cell(format_args!("{} {}", stage.id, stage.name)).cell(counts(stage.customers.value));
            let totals: Option<Vec<Decimal>> =
                row.costings.iter().map(|costing| Some(costing.known_totals()?.total)).collect();
            let unit = if currency.is_some() { String::new() } else { format!(" {own}") };
            let open = if row.is_complete() { "" } else { " + ?" };
            grid.cell(totals.map_or_else(
                || "?".to_owned(),
                |totals| format!("{}{unit}{open}", amount_range(totals.into_iter(), own)),
            ));
            if has_budget {
                let budget = stage.monthly_budget.filter(|_| stage.part.is_none());
                grid.cell(budget.map(|budget| most_text(budget.value, own)).unwrap_or_default());
            }
            grid.cell(if has_share { row.shares() } else { row.at_high_end() }).cell(words.1);
        }
        grid
    }

    fn footers(&self) -> Vec<String> {
        let passed = self.rows.iter().map(StageRow::passed).sum();
        let is_fine = self.rows.iter().all(|row| row.wrong().is_empty());
        let prices = self.rows.first().map(|row| format!("Prices of {}", row.stage.as_of));
        let lines = self.calendar().into_iter().chain(passed_line(passed, is_fine, "--details"));
        lines.chain(prices).collect()
    }

    /// The months of the plan in which the stages serve.
    fn calendar(&self) -> Option<String> {
        let in_months = self.rows.iter().filter_map(|row| Some((row.stage, row.stage.months?)));
        let all: Vec<String> = in_months.map(|(stage, months)| format!("{} {}", stage.name, range(months))).collect();
        let shown = &all[..all.len().min(CALENDAR)];
        let more = all.len() - shown.len();
        let more = if more == 0 { String::new() } else { format!(", {more} more (--details)") };
        (!shown.is_empty()).then(|| format!("Months: {}{more}", shown.join(", ")))
    }
}

fn counted(count: u64) -> String {
    thousands(&count.to_string()).into_owned()
}

impl StageRow<'_> {
    /// The findings that are judged: those of each costing but for the cost per customer, of which the reach says at which
    /// numbers of customers it is met.
    fn judged(&self) -> impl Iterator<Item = (&Finding, Option<&Costing>)> {
        let of_costings = self.costings.iter().flat_map(|costing| {
            let findings = costing.findings.iter().map(move |finding| (finding, Some(costing)));
            findings.filter(|(finding, _)| {
                !matches!(finding.code(), FindingCode::CostPerCustomer | FindingCode::TargetReach)
            })
        });
        of_costings.chain(self.reach.map(|reach| (reach, None)))
    }

    /// What is wrong with a limit of the stage, in sentences.
    fn wrong(&self) -> Vec<(Tone, String)> {
        let (stage, mut all) = (self.stage, Vec::new());
        for (finding, costing) in self.judged().filter(|(finding, _)| is_of_limit(finding)) {
            let tone = Tone::of(finding.severity().as_str());
            if tone == Tone::Plain {
                continue;
            }
            let at = costing.map(|costing| format!(" at {}", counted(costing.inputs.customers))).unwrap_or_default();
            let said = match comparison(stage, finding) {
                Some([value, limit, verdict]) => format!("{value}, {limit}, {verdict}"),
                None => short(&thousands(&FindingView::new(finding, stage).message)).to_owned(),
            };
            all.push((tone, format!("{} {}{at}: {said}", stage.id, stage.name)));
        }
        all
    }

    /// How many limits of the stage are kept over the whole range.
    fn passed(&self) -> usize {
        let mut codes: Vec<(FindingCode, bool)> = Vec::new();
        for (finding, _) in self.judged().filter(|(finding, _)| is_of_limit(finding)) {
            let passes = finding.severity() == Severity::Note && !is_open(finding);
            match codes.iter_mut().find(|(code, _)| *code == finding.code()) {
                Some((_, all)) => *all &= passes,
                None => codes.push((finding.code(), passes)),
            }
        }
        codes.iter().filter(|(_, passes)| *passes).count()
    }

    /// The verdict on the stage in a word or two.
    fn verdict(&self) -> (Tone, &'static str) {
        let judged = self.judged().filter(|(finding, _)| is_of_limit(finding));
        let worst = judged.map(|(finding, _)| finding).max_by_key(|finding| finding.severity());
        match worst.map(|finding| (Tone::of(finding.severity().as_str()), finding.code())) {
            None => (Tone::Plain, ""),
            Some((Tone::Plain, _)) if self.is_complete() => (Tone::Plain, "ok"),
            Some((Tone::Plain, _)) => (Tone::Doubtful, "not all known"),
            Some((tone, FindingCode::MonthlyBudget | FindingCode::PriceRange)) => (tone, "over budget"),
            Some((tone, FindingCode::Capacity | FindingCode::Overload)) => (tone, "over capacity"),
            Some((tone, FindingCode::ShareOfMrr)) => (tone, "over share"),
            Some((tone, _)) => (tone, "off target"),
        }
    }

    /// The shares of revenue with the fewest and the most customers, as far as there is revenue.
    fn shares(&self) -> String {
        let of = |costing: &Costing| costing.economics.share_of_mrr.as_ref().map(|share| percent(share, 1));
        let known = |costing: &Costing| Some((of(costing)?, costing.inputs.customers));
        let mut shares = self.costings.iter().filter_map(known);
        let open = if self.is_complete() { "" } else { " + ?" };
        match (shares.next(), shares.next_back()) {
            (Some((first, _)), Some((last, _))) if first != last => format!("{first} to {last}{open}"),
            (Some(_), Some((same, _))) => format!("{same}{open}"),
            (Some((only, at)), None) => format!("{only}{open} at {}", counted(at)),
            (None, _) => String::new(),
        }
    }

    /// The cost of a customer with the most customers.
    fn at_high_end(&self) -> String {
        let Some(costing) = self.costings.last().filter(|costing| costing.inputs.customers > 0) else {
            return String::new();
        };
        let value = costing.economics.cost_per_customer.as_ref();
        let value = value.map(|cost| per_unit(cost, self.stage.currency));
        let open = if costing.is_complete() { "" } else { " + ?" };
        let at = counted(costing.inputs.customers);
        value.map(|value| format!("{value}{open} at {at}")).unwrap_or_default()
    }
}

/// Whether a finding is about a limit that the stage sets.
fn is_of_limit(finding: &Finding) -> bool {
    matches!(
        finding.code(),
        FindingCode::MonthlyBudget
            | FindingCode::PriceRange
            | FindingCode::Capacity
            | FindingCode::Overload
            | FindingCode::ShareOfMrr
            | FindingCode::TargetReach
    )
}

/// Whether nothing is known that decides it.
fn is_open(finding: &Finding) -> bool {
    matches!(finding, Finding::Capacity { value: None, .. } | Finding::Budget { verdict: None, .. })
}
