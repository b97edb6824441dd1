//! Which checks are done, due and overdue.

use jiff::civil::Date;
use serde::{Serialize, Serializer};

use crate::calculate::{CheckState, CheckStatus};
use crate::model::{Checklist, RecordedCheck};
use crate::view::View;
use crate::view::page::layout::{Block, Cell, Column, Grid, Page, Records};
use crate::view::page::screen::{Tone, fold, folded, footer, grid, sentences, several};

/// The checks of a screen, before others are folded.
const ROWS: usize = 16;

/// The state of checks on a day.
#[derive(Debug)]
pub struct ChecklistStatusView<'a> {
    checklists: &'a [Checklist],
    status: &'a [CheckStatus],
    unknown: &'a [String],
    day: Date,
    shows_all: bool,
}

impl<'a> ChecklistStatusView<'a> {
    /// Shows the state of the checks of some lists, and the recorded ones that no list has.
    pub fn new(checklists: &'a [Checklist], status: &'a [CheckStatus], unknown: &'a [String], day: Date) -> Self {
        Self { checklists, status, unknown, day, shows_all: false }
    }

    /// The same view, whose screen has every check or only what is to be done.
    #[must_use]
    pub fn listing(self, shows_all: bool) -> Self {
        Self { shows_all, ..self }
    }

    fn headline(&self) -> String {
        format!("Checks on {}: {}", self.day, counts(self.status))
    }

    /// What is recorded and in no list.
    fn remarks(&self) -> Vec<(Tone, String)> {
        let unknown = (!self.unknown.is_empty()).then(|| {
            let (shown, rest) = folded(self.unknown, 3);
            let more = if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
            (Tone::Doubtful, format!("Recorded, but in no list: {}{more}", shown.join(", ")))
        });
        unknown.into_iter().collect()
    }

    fn grid(&self, rows: &[&CheckStatus], most: usize) -> Grid {
        let mut grid = grid(vec![
            Column::left("Check").at_least(24),
            Column::left("State").at_least(7),
            Column::left("Due by").at_least(10),
            Column::left("Last done").at_least(14),
            Column::left("Note").at_least(10).optional(),
        ]);
        let (shown, rest) = folded(rows, most);
        for status in shown {
            tone(status.state).mark(&mut grid);
            grid.cell(name(self.checklists, status)).cell(status.state.as_str());
            grid.cell(status.due_on.map(|day| day.to_string()).unwrap_or_default());
            grid.cell(status.last.as_ref().map(done_in_words).unwrap_or_default());
            grid.cell(status.last.as_ref().and_then(|last| last.note.as_deref()).unwrap_or_default());
        }
        fold(&mut grid, rest.len(), "--all");
        grid
    }

    /// All checks, the worst first.
    fn sorted(&self) -> Vec<&'a CheckStatus> {
        let mut sorted: Vec<&CheckStatus> = self.status.iter().collect();
        sorted.sort_by_key(|status| status.state);
        sorted
    }
}

/// How many checks are in each state: `1 overdue, 5 due, 8 done`.
pub(crate) fn counts(status: &[CheckStatus]) -> String {
    let count = |state: CheckState| status.iter().filter(|status| status.state == state).count();
    let of = |state: CheckState| Some(count(state)).filter(|count| *count > 0).map(|count| (count, state));
    let words = [CheckState::Overdue, CheckState::Due, CheckState::Done].into_iter().filter_map(of);
    let words: Vec<String> = words.map(|(count, state)| format!("{count} {}", state.as_str())).collect();
    if words.is_empty() { several(0, "check") } else { words.join(", ") }
}

/// The list and the check: `monthly/slow-queries`.
pub(crate) fn name(checklists: &[Checklist], status: &CheckStatus) -> String {
    let list = &checklists[status.checklist];
    format!("{}/{}", list.id, list.items[status.item].id)
}

/// When a check was done and by whom.
fn done_in_words(last: &RecordedCheck) -> String {
    let by = last.by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
    format!("{}{by}", last.date)
}

fn tone(state: CheckState) -> Tone {
    match state {
        CheckState::Overdue => Tone::Bad,
        CheckState::Due => Tone::Doubtful,
        CheckState::Done => Tone::Plain,
    }
}

impl View for ChecklistStatusView<'_> {
    fn page(&self) -> Page {
        let texts = [Block::Title("Checks".to_owned()), Block::Text(self.headline())].into_iter();
        let remarks = self.remarks().into_iter().map(|(_, text)| Block::Text(text));
        let all: Vec<&CheckStatus> = self.status.iter().collect();
        Page { blocks: texts.chain(remarks).chain([Block::Grid(self.grid(&all, usize::MAX))]).collect() }
    }

    fn screen(&self) -> Page {
        let all = self.sorted();
        let open: Vec<&CheckStatus> = all.iter().copied().filter(|status| status.state != CheckState::Done).collect();
        let (rows, most) = if self.shows_all { (all, usize::MAX) } else { (open, ROWS) };
        let mut blocks = vec![Block::Headline(self.headline())];
        blocks.extend(sentences(self.remarks()));
        if !rows.is_empty() {
            blocks.push(Block::Grid(self.grid(&rows, most)));
        }
        let hint = "costplan checklist done LIST/CHECK records one; --all shows what is done too";
        blocks.extend(footer((!self.shows_all).then(|| hint.to_owned())));
        Page { blocks }
    }

    fn records(&self) -> Records<'_> {
        let header = vec!["checklist", "check", "text", "state", "due_on", "last_on", "last_by", "note"];
        let rows = self.status.iter().map(|status| {
            let of = &self.checklists[status.checklist];
            let item = &of.items[status.item];
            let last = status.last.as_ref();
            let text = |text: Option<&str>| text.map_or(Cell::Empty, |text| Cell::text(text.to_owned()));
            let day = |day: Option<Date>| day.map_or(Cell::Empty, |day| Cell::text(day.to_string()));
            vec![
                Cell::text(&*of.id),
                Cell::text(&*item.id),
                Cell::text(&*item.text),
                Cell::text(status.state.as_str()),
                day(status.due_on),
                day(last.map(|last| last.date)),
                text(last.and_then(|last| last.by.as_deref())),
                text(last.and_then(|last| last.note.as_deref())),
            ]
        });
        Records { header, rows: Box::new(rows) }
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct StatusJson<'a> {
    schema: &'static str,
    day: String,
    overdue: usize,
    due: usize,
    done: usize,
    checks: Vec<CheckStatusJson<'a>>,
    unknown: &'a [String],
}

/// A check with its state.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct CheckStatusJson<'a> {
    checklist: &'a str,
    id: &'a str,
    number: usize,
    check: &'a str,
    every_months: Option<u32>,
    state: &'static str,
    due_on: Option<String>,
    last: Option<LastJson<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct LastJson<'a> {
    date: String,
    by: Option<&'a str>,
    note: Option<&'a str>,
}

impl<'a> CheckStatusJson<'a> {
    pub(crate) fn new(checklists: &'a [Checklist], status: &'a CheckStatus) -> Self {
        let list = &checklists[status.checklist];
        let item = &list.items[status.item];
        Self {
            checklist: &list.id,
            id: &item.id,
            number: status.item + 1,
            check: &item.text,
            every_months: list.every,
            state: status.state.as_str(),
            due_on: status.due_on.map(|day| day.to_string()),
            last: status.last.as_ref().map(|last| LastJson {
                date: last.date.to_string(),
                by: last.by.as_deref(),
                note: last.note.as_deref(),
            }),
        }
    }
}

impl Serialize for ChecklistStatusView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let count = |state: CheckState| self.status.iter().filter(|status| status.state == state).count();
        StatusJson {
            schema: "costplan.checklist_status.v1",
            day: self.day.to_string(),
            overdue: count(CheckState::Overdue),
            due: count(CheckState::Due),
            done: count(CheckState::Done),
            checks: self.status.iter().map(|status| CheckStatusJson::new(self.checklists, status)).collect(),
            unknown: self.unknown,
        }
        .serialize(serializer)
    }
}
