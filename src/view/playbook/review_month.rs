//! The page of a month: what it cost, what was measured, what was checked, and what to do.

use crate::calculate::{CheckResult, CheckState, CheckVerdict, FailingLineItem};
use crate::view::page::layout::{Block, Column, Grid, Page};
use crate::view::page::number::{percent, thousands};
use crate::view::page::screen::{
    Tone, amount, customers, folded, footer, grid, money, month as in_words, sentences, several,
};
use crate::view::page::words::share_verdict;
use crate::view::playbook::checklist_status::name;
use crate::view::playbook::review::{ReviewBill, ReviewMonth, ReviewView, bound, words};
use crate::view::playbook::saving_words::saves;

/// The most things to do, before others are folded.
const TASKS: usize = 7;
/// The most checks that are named in a sentence.
const NAMED: usize = 2;

impl ReviewView<'_> {
    /// The page of a month, which is its screen too.
    pub(crate) fn month_page(&self, of: &ReviewMonth) -> Page {
        let mut blocks = vec![Block::Headline(self.month_headline(of))];
        blocks.extend(sentences(
            self.cost(of).into_iter().chain(of.bill.iter().flat_map(ReviewBill::sentences)).chain(self.tasks(of)),
        ));
        if self.results.iter().any(|result| result.measured.is_some()) {
            blocks.push(Block::Grid(self.measured_grid()));
        }
        let not_measured = self.results.iter().filter(|result| result.verdict == CheckVerdict::NotMeasured);
        let mut not_measured: Vec<&str> = not_measured.map(|result| &*result.metric).collect();
        not_measured.dedup();
        let not_measured =
            (of.is_measured && !not_measured.is_empty()).then(|| format!("Not measured: {}", not_measured.join(", ")));
        let done = of.status.iter().filter(|status| status.state == CheckState::Done).count();
        let done = format!("{} done (costplan checklist status --all)", several(done, "check"));
        blocks.extend(footer(not_measured.into_iter().chain([done])));
        Page { blocks }
    }

    fn month_headline(&self, of: &ReviewMonth) -> String {
        let measured = if of.is_measured { self.summary() } else { "nothing was measured".to_owned() };
        format!("{}: {measured}", in_words(of.month))
    }

    /// What the stage cost.
    fn cost(&self, of: &ReviewMonth) -> Option<(Tone, String)> {
        let (on, costing) = self.stage.zip(of.costing.as_ref())?;
        let stage = &on.stage;
        let what = format!("{} {} at {}", stage.id, stage.name, customers(on.customers));
        let Some(totals) = costing.known_totals() else {
            return Some((Tone::Doubtful, format!("{what}: the cost is unknown")));
        };
        let open = if costing.is_complete() { "" } else { " or more" };
        let economics = &costing.economics;
        let share = economics.share_of_mrr.as_ref().zip(economics.mrr).map(|(share, mrr)| {
            let verdict = share_verdict(economics).map(|verdict| format!(", {verdict}")).unwrap_or_default();
            format!(", {} of {} of MRR{verdict}", percent(share, 1), money(mrr, stage.currency))
        });
        let tone = if economics.is_too_high() { Tone::Bad } else { Tone::Plain };
        let total = money(totals.total, stage.currency);
        Some((tone, format!("{what}: {total}{open}{}", share.unwrap_or_default())))
    }

    /// What to do, the worst first.
    fn tasks(&self, of: &ReviewMonth) -> Vec<(Tone, String)> {
        let mut all: Vec<(Tone, String)> = of.failing.iter().map(|item| (Tone::Bad, self.machine(item))).collect();
        let mut shown: Vec<(&str, Option<&str>)> = Vec::new();
        let failed = self.results.iter().filter(|result| result.verdict == CheckVerdict::Failed);
        // A metric of line items is said for each of these.
        let failed = failed.filter(|result| !of.failing.iter().any(|item| item.metric == result.metric));
        for result in failed {
            let row = (&*result.metric, result.technique.as_deref());
            if !shown.contains(&row) {
                shown.push(row);
                all.push((Tone::Bad, self.help_in_words(result)));
            }
        }
        for (state, tone) in [(CheckState::Overdue, Tone::Bad), (CheckState::Due, Tone::Doubtful)] {
            let mut by_day: Vec<(Option<jiff::civil::Date>, Vec<String>)> = Vec::new();
            for status in of.status.iter().filter(|status| status.state == state) {
                let name = name(&of.checklists, status);
                match by_day.iter_mut().find(|(day, _)| *day == status.due_on) {
                    Some((_, names)) => names.push(name),
                    None => by_day.push((status.due_on, vec![name])),
                }
            }
            let line = |(day, names): (Option<jiff::civil::Date>, Vec<String>)| {
                let (named, rest) = folded(&names, NAMED);
                let more = if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
                let word = match (state, day) {
                    (CheckState::Overdue, Some(day)) => format!("Overdue since {day}"),
                    (_, Some(day)) => format!("Due by {day}"),
                    (_, None) => "Still to do".to_owned(),
                };
                (tone, format!("{word}: {}{more}", named.join(", ")))
            };
            all.extend(by_day.into_iter().map(line));
        }
        if of.bill.is_none() {
            let import = "costplan actuals import FILE, or costplan actuals add, brings them in";
            all.push((Tone::Doubtful, format!("No bills of {}: {import}", in_words(of.month))));
        }
        if !of.is_measured {
            all.push((Tone::Doubtful, format!("Write what was measured to records/{}.yaml", of.month)));
        }
        all.sort_by_key(|(tone, _)| *tone);
        let more = all.len().saturating_sub(TASKS);
        if more > 1 {
            all.truncate(TASKS);
            all.push((Tone::Doubtful, format!("{more} more to do (--format markdown has the checks)")));
        }
        all
    }

    /// A machine that is not used enough, with its money.
    fn machine(&self, item: &FailingLineItem) -> String {
        let bound = item.bound.as_ref().map(|found| format!(", {}", bound(found))).unwrap_or_default();
        let what = format!("{}: {} {}{bound}", item.name, item.metric, item.measured.text);
        let Some(on) = self.stage.filter(|_| item.place.is_some()) else {
            return format!("{what}; no line item of the stage");
        };
        let currency = on.stage.currency;
        match (item.cost, item.unused) {
            (Some(cost), Some(unused)) => {
                format!("{what}; {} a month, {} unused", money(cost, currency), amount(unused, currency))
            }
            (Some(cost), None) => format!("{what}; {} a month", money(cost, currency)),
            (None, _) => format!("{what}; its cost is unknown"),
        }
    }

    /// What helps with a check that failed.
    fn help_in_words(&self, result: &CheckResult) -> String {
        let measured = result.measured.as_ref().map_or("?", |measured| &*measured.text);
        let bound = result.bound.as_ref().map(bound).unwrap_or_default();
        let what = format!("{} is {measured}, not {bound}", result.metric);
        let Some(technique) = &result.technique else { return what };
        let saving = self.saving(result).filter(|saving| saving.saved.is_some() || saving.at_most.is_some());
        match self.stage.zip(saving) {
            Some((on, saving)) => {
                let saved = saves(saving, &on.stage);
                thousands(&format!("{what}: {technique} saves {saved}")).into_owned()
            }
            None => format!("{what}: {technique}"),
        }
    }

    /// What was measured, with the months before.
    fn measured_grid(&self) -> Grid {
        let mut grid = grid(vec![
            Column::left("Measured").at_least(14),
            Column::right(""),
            Column::left("Bound").at_least(10),
            Column::left("").at_least(6),
            Column::left("Months before").at_least(10).optional(),
        ]);
        let mut shown: Vec<(&str, Option<String>)> = Vec::new();
        for result in self.results {
            let Some(measured) = &result.measured else { continue };
            let found = result.bound.as_ref().map(bound);
            if shown.contains(&(&*result.metric, found.clone())) {
                continue;
            }
            if result.verdict == CheckVerdict::Failed {
                Tone::Bad.mark(&mut grid);
            }
            grid.cell(&result.metric).cell(&measured.text).cell(found.clone().unwrap_or_default());
            grid.cell(words(result.verdict));
            let before: Vec<&str> =
                self.earlier(result).map(|(_, measured)| measured.map_or("-", |measured| &*measured.text)).collect();
            grid.cell(if before.iter().all(|text| *text == "-") { String::new() } else { before.join(", ") });
            shown.push((&result.metric, found));
        }
        grid
    }
}
