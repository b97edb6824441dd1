//! The screen of a check: what fails, what may, and how many comparisons pass.

use crate::calculate::{BudgetCheck, BudgetVerdict};
use crate::model::{Amount, Measure};
use crate::view::budget::check::{CheckView, failing_words};
use crate::view::budget::check_amount::Shown;
use crate::view::budget::check_words::{remarks, unused_name, what};
use crate::view::budget::checked::CheckedStage;
use crate::view::page::annotation::CiView as _;
use crate::view::page::layout::{Block, Column, Grid, Page};
use crate::view::page::number::{percent, thousands};
use crate::view::page::screen::{Tone, fold, folded, footer, grid, sentences, several, short};
use crate::view::page::verdict::{passed_line, worst};

/// The most comparisons, unless all are requested.
const ROWS: usize = 7;
/// The most sentences about what is not checked.
const SENTENCES: usize = 4;
/// The flag that lists every comparison.
const ALL: &str = "--all";

/// A comparison that is not fine.
type Row<'a> = (&'a CheckedStage, &'a BudgetCheck);

impl CheckView<'_> {
    /// The page for a terminal.
    pub(crate) fn screen_page(&self) -> Page {
        let is_loud = |verdict| matches!(verdict, BudgetVerdict::Fail | BudgetVerdict::Unknown | BudgetVerdict::Warn);
        let mut rows: Vec<Row<'_>> = self.rows().filter(|(_, check)| is_loud(check.verdict)).collect();
        rows.sort_by_key(|(_, check)| std::cmp::Reverse(check.verdict));
        let passed = self.count(|verdict| verdict == BudgetVerdict::Pass);
        let mut blocks = vec![Block::Headline(self.answer(passed))];
        blocks.extend((!rows.is_empty()).then(|| Block::Grid(loud_grid(&rows))));
        blocks.extend(sentences(worst(self.not_made(), SENTENCES, ALL)));
        let is_fine = rows.is_empty() && self.not_checked() == 0;
        blocks.extend(footer(passed_line(passed, is_fine, ALL)));
        Page { blocks }
    }

    /// The result in a sentence.
    fn answer(&self, passed: usize) -> String {
        let all = self.count(BudgetVerdict::is_compared);
        if self.failed() == 0 && passed == all && all > 0 && self.not_checked() == 0 {
            return format!("Within every limit: {} made", several(all, "comparison"));
        }
        self.summary()
    }

    /// What was not compared, by its reason, and what of the budget is not used.
    fn not_made(&self) -> Vec<(Tone, String)> {
        let mut groups: Vec<(Tone, String, usize)> = Vec::new();
        for (checked, check) in self.rows().filter(|(_, check)| check.verdict == BudgetVerdict::NotChecked) {
            let text = match &remarks(checked, check)[..] {
                [] => format!("{} is not checked", short_name(check)),
                reasons => format!("{} is not checked: {}", short_name(check), reasons.join("; ")),
            };
            let tone = if check.fails() { Tone::Bad } else { Tone::Doubtful };
            match groups.iter_mut().find(|(_, known, _)| *known == text) {
                Some((worst, _, count)) => (*worst, *count) = ((*worst).min(tone), *count + 1),
                None => groups.push((tone, text, 1)),
            }
        }
        let made = groups.into_iter().map(|(tone, text, count)| match count {
            1 => (tone, text),
            _ => (tone, format!("{text} ({count} times)")),
        });
        let unused = self.unused.iter().map(|unused| {
            let fails = unused.kind.fails();
            let (tone, word) =
                if fails { (Tone::Bad, failing_words(unused.kind).1) } else { (Tone::Doubtful, "not used") };
            let place = self.sources.origin(unused.span);
            (tone, format!("{} is {word} ({place}): {}", unused_name(unused), unused.because))
        });
        let notes = self.notes.iter().map(|note| (Tone::Plain, note.clone()));
        made.chain(unused).chain(notes).map(|(tone, text)| (tone, thousands(&text).into_owned())).collect()
    }
}

/// The comparisons that are not fine, a row each, the worst first.
fn loud_grid(rows: &[Row<'_>]) -> Grid {
    let mut currencies = rows.iter().map(|(checked, _)| checked.stage.currency);
    let first = currencies.next();
    let shared = first.filter(|first| currencies.all(|currency| currency == *first));
    let is = shared.map_or_else(|| "Is".to_owned(), |currency| format!("Is, {currency}"));
    let mut grid = grid(vec![
        Column::left("Stage").at_least(20),
        Column::left("What").at_least(17),
        Column::right(is),
        Column::right("Limit"),
        Column::right("Over by"),
        Column::left("Because").at_least(12).optional(),
    ]);
    let (shown, rest) = folded(rows, ROWS);
    for (checked, check) in shown {
        let shown = |of: &Amount| {
            let text = in_short(check, of);
            let unit = shared.map(|currency| format!(" {currency}")).unwrap_or_default();
            text.strip_suffix(&unit).unwrap_or(&text).to_owned()
        };
        tone(check).mark(&mut grid);
        grid.cell(place(checked)).cell(short_name(check));
        grid.cell(check.value.as_ref().map_or_else(|| "?".to_owned(), shown));
        grid.cell(check.limit.as_ref().map_or_else(|| "-".to_owned(), shown));
        let over = check.margin.as_ref().filter(|_| check.verdict != BudgetVerdict::Unknown);
        grid.cell(over.map_or_else(|| "unknown".to_owned(), |margin| over_by(&shown(margin))));
        grid.cell(cause(checked, check));
    }
    if !rest.is_empty() {
        rest.iter().map(|(_, check)| tone(check)).min().unwrap_or(Tone::Plain).mark(&mut grid);
        fold(&mut grid, rest.len(), ALL);
    }
    grid
}

fn tone(check: &BudgetCheck) -> Tone {
    if check.fails() { Tone::Bad } else { Tone::Doubtful }
}

/// An amount of a comparison: a ratio with one decimal, unless more are needed to distinguish the value from the limit.
fn in_short(check: &BudgetCheck, of: &Amount) -> String {
    let is_distinct = || {
        let short = |of: &Option<Amount>| of.as_ref().map(|of| percent(&of.value, 1));
        short(&check.value) != short(&check.limit)
    };
    match of.measure {
        Measure::Ratio if is_distinct() => percent(&of.value, 1),
        _ => Shown::of(check).amount(of),
    }
}

/// A margin below zero as an excess; shares differ by points.
fn over_by(margin: &str) -> String {
    let excess = margin.strip_prefix('-').unwrap_or(margin);
    excess.strip_suffix('%').map_or_else(|| excess.to_owned(), |points| format!("{points} points"))
}

/// What is compared, without the words that every row has.
fn short_name(check: &BudgetCheck) -> String {
    what(check).trim_start_matches("stage's ").to_owned()
}

/// The stage and its customers in a few words.
fn place(checked: &CheckedStage) -> String {
    let stage = &checked.stage;
    let scenario = stage.scenario.as_deref().map(|scenario| format!(", {}", scenario.name)).unwrap_or_default();
    format!("{} {} at {}{scenario}", stage.id, stage.name, thousands(&checked.customers.to_string()))
}

/// The line item that is most of the cost, or why it is unknown.
fn cause(checked: &CheckedStage, check: &BudgetCheck) -> String {
    match checked.cause(check) {
        Some(name) => name.to_owned(),
        None => check.remark.as_ref().map(|remark| short(&remark.text).to_owned()).unwrap_or_default(),
    }
}
