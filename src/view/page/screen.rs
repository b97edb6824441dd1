//! The parts of a screen: what a person sees first of a command on a terminal of 24 lines and 80 columns, which has a prompt of
//! the shell as well.
//!
//! A screen begins with the answer in one sentence. Below it is what is wrong, then a table whose small rows are folded,
//! and at the end what is fine and which flags show more.

use std::borrow::Cow;

use rust_decimal::Decimal;

use crate::model::{CountRange, Currency, Fraction, Month, multiply};
use crate::view::page::layout::{Block, Column, Grid, Mark};
use crate::view::page::number::{displayed, exact_percent, percent, range, thousands, with_decimals};

/// The lines of a small terminal that are left by a prompt of two lines.
pub(crate) const LINES: usize = 22;
/// The columns of a small terminal.
pub(crate) const COLUMNS: usize = 80;
/// The indent of what stands below the answer.
const INDENT: usize = 2;
/// What stands for the rest of a name.
const ELLIPSIS: &str = "...";
/// The columns of the longest bar.
const BAR: u32 = 8;

/// A line of a screen that compares something with what it should be: a value, its limit, and a verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Comparison {
    pub(crate) tone: Tone,
    pub(crate) cells: [String; 3],
}

/// How much a line of a screen matters; the worst comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Tone {
    Bad,
    Doubtful,
    Plain,
}

impl Tone {
    /// The tone of a finding.
    pub(crate) fn of(severity: &str) -> Self {
        match severity {
            "breach" => Self::Bad,
            "warning" => Self::Doubtful,
            _ => Self::Plain,
        }
    }

    /// Emphasises the next row of a grid.
    pub(crate) fn mark(self, grid: &mut Grid) {
        match self {
            Self::Bad => grid.mark(Mark::Bad),
            Self::Doubtful => grid.mark(Mark::Doubtful),
            Self::Plain => grid,
        };
    }
}

/// A grid of a screen: without a rule below its headers.
pub(crate) fn grid(columns: Vec<Column>) -> Grid {
    let mut grid = Grid::new(columns);
    grid.is_ruled = false;
    grid
}

/// A grid of a screen whose rows are indented.
fn indented(columns: Vec<Column>) -> Grid {
    let mut grid = grid(columns);
    grid.indent = INDENT;
    grid
}

/// Comparisons, the worst first; nothing if there are none.
pub(crate) fn comparisons(mut rows: Vec<Comparison>) -> Option<Block> {
    rows.sort_by_key(|row| row.tone);
    let mut grid = indented([8, 8, 20].map(|least| Column::left("").at_least(least)).into());
    for row in &rows {
        row.tone.mark(&mut grid);
        grid.row(row.cells.iter().map(String::as_str));
    }
    (!grid.is_empty()).then_some(Block::Grid(grid))
}

/// Sentences below the answer; nothing if there are none.
pub(crate) fn sentences(rows: impl IntoIterator<Item = (Tone, String)>) -> Option<Block> {
    let mut grid = indented(vec![Column::left("")]);
    for (tone, sentence) in rows {
        tone.mark(&mut grid);
        grid.cell(sentence);
    }
    (!grid.is_empty()).then_some(Block::Grid(grid))
}

/// The lines at the end of a screen: what is fine, and where there is more.
pub(crate) fn footer(lines: impl IntoIterator<Item = String>) -> Option<Block> {
    let mut grid = grid(vec![Column::left("")]);
    for line in lines {
        grid.mark(Mark::Faint).cell(line);
    }
    (!grid.is_empty()).then_some(Block::Grid(grid))
}

/// The rows that are shown and those that are folded into one: none if only one row would be folded.
pub(crate) fn folded<T>(rows: &[T], most: usize) -> (&[T], &[T]) {
    rows.split_at(if rows.len() <= most.saturating_add(1) { rows.len() } else { most })
}

/// Adds the row that stands for those that are folded, if there are any.
pub(crate) fn fold(grid: &mut Grid, count: usize, flag: &str) {
    if count > 0 {
        grid.cell(format_args!("{count} more ({flag})"));
        for _ in 1..grid.columns.len() {
            grid.cell("");
        }
    }
}

/// A bar that is as long as a part of the largest one.
pub(crate) fn bar(part: Decimal, largest: Decimal) -> String {
    let length = multiply(part, BAR.into()).and_then(|part| Fraction::new(part, largest)?.round(0));
    let length = length.ok().and_then(|length| usize::try_from(length.mantissa()).ok()).unwrap_or(0);
    "\u{2588}".repeat(length.min(BAR as usize))
}

/// An amount with separators of thousands and the decimals of its currency.
pub(crate) fn amount(amount: Decimal, currency: Currency) -> String {
    thousands(&displayed(amount, currency).to_string()).into_owned()
}

/// An amount with its currency.
pub(crate) fn money(of: Decimal, currency: Currency) -> String {
    format!("{} {currency}", amount(of, currency))
}

/// Amounts from the smallest to the largest: one of them if all are equal.
pub(crate) fn amounts(of: impl Iterator<Item = Decimal> + Clone, currency: Currency) -> String {
    let ends = [of.clone().min(), of.max()].map(|end| end.map(|end| amount(end, currency)).unwrap_or_default());
    if ends[0] == ends[1] { ends[0].clone() } else { ends.join(" to ") }
}

/// From the smallest amount to the largest, in a cell: whole units of the currency from 100 of them on; one amount if all are
/// equal.
pub(crate) fn amount_range(of: impl Iterator<Item = Decimal> + Clone, currency: Currency) -> String {
    let (Some(least), Some(most)) = (of.clone().min(), of.max()) else { return String::new() };
    if least == most {
        return amount(least, currency);
    }
    let shown = |end: Decimal| {
        let whole = with_decimals(&end.into(), 0).filter(|_| least >= Decimal::ONE_HUNDRED);
        whole.map_or_else(|| amount(end, currency), |whole| thousands(&whole.to_string()).into_owned())
    };
    format!("{}-{}", shown(least), shown(most))
}

/// A name that takes at most so many columns: its first words if it is longer.
pub(crate) fn elided(name: &str, most: usize) -> Cow<'_, str> {
    if name.chars().count() <= most {
        return name.into();
    }
    let end = name.char_indices().nth(most.saturating_sub(ELLIPSIS.len())).map_or(name.len(), |(end, _)| end);
    let words = name[..end].rfind(' ').filter(|space| *space > 0).unwrap_or(end);
    format!("{}{ELLIPSIS}", name[..words].trim_end_matches([',', ';', ':'])).into()
}

/// A number of customers in words.
pub(crate) fn customers(count: u64) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} customer{plural}", thousands(&count.to_string()))
}

/// A range of counts with separators of thousands.
pub(crate) fn counts(of: CountRange) -> String {
    thousands(&range(of)).into_owned()
}

/// A month as people write it: `May 2027`.
pub(crate) fn month(month: Month) -> String {
    month.first_day().strftime("%b %Y").to_string()
}

/// The difference of two ratios in points of per cent.
pub(crate) fn points(value: &Fraction, bound: Decimal) -> String {
    let difference = value.subtract(&bound.into()).map(|difference| percent(&difference, 1)).unwrap_or_default();
    format!("{} points", difference.trim_end_matches('%').trim_start_matches('-'))
}

/// A target for the share of revenue, by whose it is.
pub(crate) fn share_target(bound: Decimal, is_own: bool) -> String {
    let whose = if is_own { "your target" } else { "costplan's rule" };
    format!("{whose} {}", exact_percent(bound))
}

/// `1 check`, `2 checks`.
pub(crate) fn several(count: usize, one: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {one}{plural}", thousands(&count.to_string()))
}

/// The clauses of a sentence that fit into a line; at least the first one.
pub(crate) fn short(sentence: &str) -> &str {
    let clause = sentence.split("; ").next().unwrap_or(sentence);
    let fits = |end: &usize| *end <= COLUMNS - INDENT;
    let ends = || clause.match_indices(", ").map(|(place, _)| place);
    let end = if fits(&clause.len()) { None } else { ends().filter(fits).last().or(ends().next()) };
    &clause[..end.unwrap_or(clause.len())]
}

/// How many lines a sentence below the answer takes.
pub(crate) fn lines_of(sentence: &str) -> usize {
    sentence.len().div_ceil(COLUMNS - INDENT)
}
