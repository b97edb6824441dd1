//! Stages compared with budgets and alerts: subject, value, limit, margin, verdict.

use crate::calculate::{BudgetCheck, BudgetVerdict};
use crate::model::{Amount, Unused, UnusedKind};
use crate::source::{Sources, Span};
use crate::view::View;
use crate::view::budget::check_amount::Shown;
use crate::view::budget::check_words::{code, remarks, sentence, techniques, unused_name, what};
use crate::view::budget::checked::CheckedStage;
use crate::view::page::annotation::{Annotation, CiView, is_on_disk, place};
use crate::view::page::comment::{Comment, Details, title};
use crate::view::page::layout::{Block, Cell, Column, Grid, Mark, Page, Records};
use crate::view::page::scenario::{SharedNames, capitalised, stage_at};
use crate::view::page::section::{amount_json, number_json};

const TITLE: &str = "Check of budgets and alerts";

/// The result of a check.
#[derive(Clone, Debug)]
pub struct CheckView<'a> {
    pub(crate) stages: &'a [CheckedStage],
    pub(crate) unused: &'a [Unused],
    pub(crate) notes: &'a [String],
    pub(crate) sources: &'a Sources,
    shared: SharedNames<'a>,
    shows_all: bool,
}

impl<'a> CheckView<'a> {
    /// Shows the comparisons, in their order.
    pub fn new(stages: &'a [CheckedStage], sources: &'a Sources) -> Self {
        let shared = SharedNames::of(stages.iter().map(|checked| &checked.stage));
        Self { stages, unused: &[], notes: &[], sources, shared, shows_all: false }
    }

    /// Adds the unused parts of the budget, and notes on the check as a whole.
    #[must_use]
    pub fn with(self, unused: &'a [Unused], notes: &'a [String]) -> Self {
        Self { unused, notes, ..self }
    }

    /// The same view, whose screen has every comparison or what is not fine.
    #[must_use]
    pub fn listing(self, shows_all: bool) -> Self {
        Self { shows_all, ..self }
    }

    /// Which stage, at how many customers, under which scenario.
    pub(crate) fn context(&self, checked: &CheckedStage) -> String {
        let peak = if checked.is_peak { ", where it costs the most" } else { "" };
        let customers = format_args!("{} customers{peak}", checked.customers);
        stage_at(&checked.stage, customers, &self.shared)
    }

    pub(crate) fn rows(&self) -> impl Iterator<Item = (&'a CheckedStage, &'a BudgetCheck)> {
        self.stages.iter().flat_map(|stage| stage.checks.iter().map(move |check| (stage, check)))
    }

    pub(crate) fn count(&self, is: impl Fn(BudgetVerdict) -> bool) -> usize {
        self.rows().filter(|(_, check)| is(check.verdict)).count()
    }

    /// The number of comparisons that failed, and of those that are required and not made.
    pub fn failed(&self) -> usize {
        self.rows().filter(|(_, check)| check.fails()).count() + self.missing() + self.incomplete()
    }

    /// The number of comparisons that could not be made.
    pub(crate) fn not_checked(&self) -> usize {
        self.count(|verdict| verdict == BudgetVerdict::NotChecked) + self.missing()
    }

    /// How many checklists are to be complete and are not.
    fn incomplete(&self) -> usize {
        self.unused.iter().filter(|unused| unused.kind == UnusedKind::Checklist).count()
    }

    /// How many kinds of comparisons are required and compared nowhere.
    fn missing(&self) -> usize {
        self.unused.iter().filter(|unused| unused.kind == UnusedKind::Requirement).count()
    }
}

impl CiView for CheckView<'_> {
    fn command(&self) -> &'static str {
        "costplan check"
    }

    fn summary(&self) -> String {
        let all = self.count(BudgetVerdict::is_compared);
        let failed = self.count(|verdict| verdict == BudgetVerdict::Fail);
        let mut text = match all {
            0 if self.count(|verdict| verdict == BudgetVerdict::NotChecked) > 0 => "No comparison was made".to_owned(),
            0 => "Nothing was checked".to_owned(),
            _ => format!("{failed} of {all} comparisons failed"),
        };
        for (verdict, one, many) in
            [(BudgetVerdict::Unknown, "unknown", "unknown"), (BudgetVerdict::Warn, "warning", "warnings")]
        {
            let count = self.count(|found| found == verdict);
            if count > 0 {
                text = format!("{text}, {count} {}", if count == 1 { one } else { many });
            }
        }
        match self.incomplete() {
            0 => {}
            1 => text.push_str(", 1 checklist not complete"),
            count => text = format!("{text}, {count} checklists not complete"),
        }
        let not_checked = self.not_checked();
        let required =
            self.rows().filter(|(_, check)| check.fails() && !check.verdict.fails()).count() + self.missing();
        match (not_checked, required) {
            (0, _) => text,
            (_, 0) => format!("{text}, {not_checked} not checked"),
            _ if required == not_checked => format!("{text}, {not_checked} not checked but required"),
            _ => format!("{text}, {not_checked} not checked ({required} of them required)"),
        }
    }

    fn comment(&self, project: Option<&str>) -> Comment {
        let mut summary = vec![title(project, TITLE)];
        summary.extend(self.result());
        summary.push(Block::Grid(self.verdicts()));
        let details = |checked: &CheckedStage| Details {
            headline: format!("{}: {}", capitalised(&self.context(checked)), in_words(worst(checked))),
            is_open: checked.checks.iter().any(BudgetCheck::fails),
            blocks: comparisons(checked),
        };
        Comment { summary, chart: self.host_chart(), details: self.stages.iter().map(details).collect() }
    }

    fn annotations(&self) -> Vec<Annotation> {
        let loud = self.rows().filter(|(_, check)| !is_quiet(check.verdict)).map(|row| self.annotation(row));
        loud.chain(self.unused()).collect()
    }

    fn all_annotations(&self) -> Vec<Annotation> {
        self.rows().map(|row| self.annotation(row)).chain(self.unused()).collect()
    }
}

impl CheckView<'_> {
    /// A comparison at the line that causes it: that of the line item, otherwise that of the limit. An undecided one
    /// has the code of the reason.
    fn annotation(&self, (checked, check): (&CheckedStage, &BudgetCheck)) -> Annotation {
        let is_undecided = matches!(check.verdict, BudgetVerdict::Unknown | BudgetVerdict::NotChecked);
        let reason = check.remark.as_ref().filter(|_| is_undecided);
        let code = reason.map_or_else(|| code(&check.subject), |remark| remark.code);
        let context = self.context(checked);
        let at = |span: Span| place(self.sources, span);
        let cause = check.cause.and_then(|place| at(checked.stage.line_items[place].span));
        let limit = check.span.and_then(at);
        let places = || [&cause, &limit].into_iter().flatten();
        let place = places().find(|place| is_on_disk(&place.0)).or(places().next()).cloned();
        let mut message = sentence(&context, checked, check);
        if let Some((file, line, _)) = limit.filter(|limit| place.as_ref().is_some_and(|place| place != limit)) {
            message = format!("{message}; the limit is at {file}:{line}");
        }
        // For a program, what is required and not checked is as undecided as what is unknown.
        let verdict = if check.fails() { check.verdict.max(BudgetVerdict::Unknown) } else { check.verdict };
        Annotation { verdict, place, code: code.to_owned(), what: what(check), message, context }
    }

    /// Notes on the check as a whole.
    fn unused(&self) -> impl Iterator<Item = Annotation> {
        let annotation = |code: &str, what: String, message: String, span: Option<Span>| Annotation {
            verdict: BudgetVerdict::NotApplicable,
            place: span.and_then(|span| place(self.sources, span)),
            code: code.to_owned(),
            context: self.command().to_owned(),
            what,
            message,
        };
        let unused = self.unused.iter().map(move |unused| {
            let name = unused_name(unused);
            if unused.kind.fails() {
                let (code, word) = failing_words(unused.kind);
                let message = format!("{name} is {word}: {}", unused.because);
                let found = annotation(code, name, message, Some(unused.span));
                return Annotation { verdict: BudgetVerdict::Unknown, ..found };
            }
            let message = format!("{name} is not used: {}", unused.because);
            annotation("not-used", name, message, Some(unused.span))
        });
        unused.chain(self.notes.iter().map(move |note| annotation("note", "note".to_owned(), note.clone(), None)))
    }
}

/// The code and the words of what fails a check although nothing was compared.
pub(crate) fn failing_words(kind: UnusedKind) -> (&'static str, &'static str) {
    if kind == UnusedKind::Checklist { ("checklist", "not complete") } else { ("not-checked", "not checked") }
}

pub(crate) fn is_quiet(verdict: BudgetVerdict) -> bool {
    matches!(verdict, BudgetVerdict::Pass | BudgetVerdict::NotApplicable)
}

impl CheckView<'_> {
    /// The result, and notes on the check as a whole.
    fn result(&self) -> Vec<Block> {
        let mut blocks = vec![Block::Text(format!("{}.", self.summary()))];
        let unused = self.unused.iter().map(|unused| {
            let place = self.sources.origin(unused.span);
            let word = if unused.kind.fails() { failing_words(unused.kind).1 } else { "not used" };
            format!("{word}: {} ({place}): {}", unused_name(unused), unused.because)
        });
        let notes: Vec<String> = unused.chain(self.notes.iter().cloned()).collect();
        if !notes.is_empty() {
            blocks.push(Block::List(notes));
        }
        blocks
    }

    /// A line for each stage with its worst verdict.
    fn verdicts(&self) -> Grid {
        let mut grid = Grid::new(vec![Column::left("Stage"), Column::left("Verdict"), Column::left("Because of")]);
        for checked in self.stages {
            let worst = worst(checked);
            if checked.checks.iter().any(BudgetCheck::fails) {
                grid.mark(Mark::Strong);
            }
            let causes = checked.checks.iter().filter(|check| check.verdict == worst && !is_quiet(worst)).map(what);
            grid.cell(capitalised(&self.context(checked))).cell(in_words(worst));
            grid.cell(causes.collect::<Vec<String>>().join(", "));
        }
        grid
    }
}

/// The worst verdict on a stage.
fn worst(checked: &CheckedStage) -> BudgetVerdict {
    checked.checks.iter().map(|check| check.verdict).max().unwrap_or(BudgetVerdict::NotApplicable)
}

fn in_words(verdict: BudgetVerdict) -> String {
    verdict.as_str().replace('_', " ")
}

/// The comparisons of a stage, with remarks.
fn comparisons(checked: &CheckedStage) -> Vec<Block> {
    let mut grid = Grid::new(vec![
        Column::left("What").at_least(18),
        Column::right("Value"),
        Column::right("Limit"),
        Column::right("Margin"),
        Column::left("Verdict").at_least(8),
    ]);
    for check in &checked.checks {
        if check.fails() {
            grid.mark(Mark::Strong);
        }
        let shown = Shown::of(check);
        grid.cell(what(check)).cell(shown.or_dash(check.value.as_ref()));
        grid.cell(shown.or_dash(check.limit.as_ref())).cell(shown.or_dash(check.margin.as_ref()));
        grid.cell(in_words(check.verdict));
    }
    let mut lines = Vec::new();
    for check in checked.checks.iter().filter(|check| check.verdict != BudgetVerdict::Pass) {
        let what = what(check);
        lines.extend(remarks(checked, check).into_iter().map(|remark| format!("{what}: {remark}")));
        if !check.actions.is_empty() {
            lines.push(format!("{what}: actions: {}", check.actions.join(", ")));
        }
        let words = ["may help", "may help, which an input decides"];
        for (words, techniques) in words.into_iter().zip(techniques(checked, check)) {
            if !techniques.is_empty() {
                lines.push(format!("{what}: {words}: {}", techniques.join("; ")));
            }
        }
    }
    let lines = (!lines.is_empty()).then_some(Block::List(lines));
    [Block::Grid(grid)].into_iter().chain(lines).collect()
}

impl View for CheckView<'_> {
    fn page(&self) -> Page {
        let mut blocks = vec![Block::Title(TITLE.to_owned())];
        blocks.extend(self.result());
        for checked in self.stages {
            blocks.push(Block::Title(capitalised(&self.context(checked))));
            blocks.extend(comparisons(checked));
        }
        Page { blocks }
    }

    fn screen(&self) -> Page {
        if self.shows_all { self.page() } else { self.screen_page() }
    }

    fn records(&self) -> Records<'_> {
        let header = vec![
            "scenario",
            "stage",
            "customers",
            "code",
            "what",
            "value",
            "limit",
            "margin",
            "unit",
            "verdict",
            "remark",
            "actions",
            "techniques",
            "reason",
            "cause",
        ];
        let rows = self.rows().map(|(checked, check)| {
            let number = |of: Option<&Amount>| {
                of.map_or(Cell::Empty, |of| Cell::number(number_json(of).value.map(|number| number.0)))
            };
            let names = |names: &[Box<str>]| {
                if names.is_empty() { Cell::Empty } else { Cell::text(names.join(";")) }
            };
            let unit = check.value.as_ref().or(check.limit.as_ref()).and_then(|of| amount_json(of).unit);
            vec![
                checked.stage.scenario.as_deref().map_or(Cell::Empty, |scenario| Cell::text(&*scenario.id)),
                Cell::Number(checked.stage.id.into()),
                Cell::Number(checked.customers.into()),
                Cell::text(code(&check.subject)),
                Cell::text(what(check)),
                number(check.value.as_ref()),
                number(check.limit.as_ref()),
                number(check.margin.as_ref()),
                unit.map_or(Cell::Empty, Cell::text),
                Cell::text(check.verdict.as_str()),
                check.remark.as_ref().map_or(Cell::Empty, |remark| Cell::text(&*remark.text)),
                names(&check.actions),
                names(&check.techniques),
                check.remark.as_ref().map_or(Cell::Empty, |remark| Cell::text(remark.code)),
                checked.cause(check).map_or(Cell::Empty, Cell::text),
            ]
        });
        Records { header, rows: Box::new(rows) }
    }
}
