//! Differences: the cost of stages before and after, and the effect of each cause.

use rust_decimal::Decimal;

use crate::calculate::{Attribution, BudgetVerdict, Contribution, CostedStage, LineChange};
use crate::model::{Currency, Fraction, add, subtract};
use crate::source::Sources;
use crate::view::View;
use crate::view::cost::sum_record::SumRecord;
use crate::view::history::diff_effect::effects;
use crate::view::history::diff_stage::ComparedStage;
use crate::view::history::diff_words::{
    because, cause_words, reasons, reasons_of, shown_cost, shown_difference, shown_known, signed_digits,
    signed_percent, unknown, unless_complete,
};
use crate::view::page::annotation::{Annotation, CiView, place};
use crate::view::page::comment::{Comment, Details, title};
use crate::view::page::layout::{Block, Cell, Column, Grid, Mark, Page, Records};
use crate::view::page::number::{displayed, signed};
use crate::view::page::scenario::{SharedNames, capitalised, stage_at};

/// Which changes are too small to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Threshold {
    /// None.
    Nothing,
    /// Changes below this ratio of the cost before.
    Share(Decimal),
    /// Changes below this amount.
    Amount(Decimal),
}

/// Stages before and after.
#[derive(Debug)]
pub struct DiffView<'s> {
    pub(crate) names: [&'s str; 2],
    pub(crate) stages: &'s [ComparedStage<'s>],
    pub(crate) threshold: Threshold,
    sources: &'s Sources,
    shared: SharedNames<'s>,
    shows_all: bool,
}

impl Threshold {
    /// Whether a change is too small to show. A change from zero has no ratio.
    fn hides(self, before: Decimal, difference: Decimal) -> bool {
        let is_less = |limit: Option<Decimal>| limit.is_some_and(|limit| difference.abs() < limit);
        match self {
            Self::Nothing => difference.is_zero(),
            Self::Amount(amount) => difference.is_zero() || is_less(Some(amount)),
            Self::Share(share) => {
                difference.is_zero() || (!before.is_zero() && is_less(before.abs().checked_mul(share)))
            }
        }
    }
}

impl<'s> DiffView<'s> {
    /// Shows stages before and after; `names` are the two sides, and `sources` the texts of the later one.
    pub fn new(
        names: [&'s str; 2],
        stages: &'s [ComparedStage<'s>],
        threshold: Threshold,
        sources: &'s Sources,
    ) -> Self {
        let shared = SharedNames::of(stages.iter().filter_map(ComparedStage::subject).map(|side| &side.stage));
        Self { names, stages, threshold, sources, shared, shows_all: false }
    }

    /// The same view, whose screen has everything or the largest changes.
    #[must_use]
    pub fn listing(self, shows_all: bool) -> Self {
        Self { shows_all, ..self }
    }

    /// Whether the change of a stage is too small to show.
    pub(crate) fn is_hidden(&self, stage: &ComparedStage<'_>) -> bool {
        let is_small = match stage.difference() {
            Some(difference) => self.threshold.hides(stage.totals()[0], difference),
            None => stage.is_unchanged(),
        };
        is_small
            && stage.base.is_some()
            && stage.head.is_some()
            && !stage.has_line_known_otherwise()
            && (self.threshold != Threshold::Nothing || stage.is_unchanged())
    }

    /// The stage, its scenario and its numbers of customers.
    pub(crate) fn context(&self, stage: &ComparedStage<'_>) -> String {
        let Some(side) = stage.subject() else { return String::new() };
        let customers = |side: &CostedStage| side.costing.inputs.customers;
        let customers = match (stage.base.map(customers), stage.head.map(customers)) {
            (Some(before), Some(after)) if before != after => format!("{before} and then {after} customers"),
            (_, Some(one)) | (Some(one), None) => format!("{one} customers"),
            (None, None) => String::new(),
        };
        stage_at(&side.stage, customers, &self.shared)
    }

    /// What changed, in a sentence without a full stop.
    pub(crate) fn headline(&self, stage: &ComparedStage<'_>) -> String {
        let [before, after] = stage.totals();
        let Some(currency) = stage.currency() else { return String::new() };
        let context = self.context(stage);
        let [known_before, known_after] = stage.known_totals().map(|known| shown_known(known, currency));
        let headline = match (stage.base, stage.head) {
            // A range whose end moved leads to a different number of customers of the same stage.
            (None, _) if self.is_elsewhere(stage) => {
                format!("{context} was not computed before: {known_after} {currency} a month")
            }
            (_, None) if self.is_elsewhere(stage) => {
                format!("{context} is no longer computed: it cost {known_before} {currency} a month")
            }
            (None, _) => format!("{context} is new: {known_after} {currency} a month"),
            (_, None) => format!("{context} was removed: it cost {known_before} {currency} a month"),
            _ => {
                let difference = stage.difference();
                let share = difference.and_then(|difference| Fraction::new(difference, before).ok());
                let share = share.filter(|_| stage.is_complete()).map(|share| format!(", {}", signed_percent(&share)));
                let share = share.unwrap_or_default();
                let difference = difference.map(|difference| shown_difference([before, after], difference, currency));
                let difference = difference.unwrap_or_else(unknown);
                format!("{context}: {known_before} to {known_after} {currency} a month ({difference}{share})")
            }
        };
        format!("{headline}{}", unless_complete(stage.is_complete()))
    }

    /// Whether a stage that is on one side only is on the other side too, at a different number of customers.
    fn is_elsewhere(&self, stage: &ComparedStage<'_>) -> bool {
        let Some(subject) = stage.subject() else { return false };
        let is_new = stage.base.is_none();
        let others = self.stages.iter().filter_map(|other| if is_new { other.base } else { other.head });
        let is_like = |other: &CostedStage| other.stage.id == subject.stage.id && other.is_under_same_scenario(subject);
        others.into_iter().any(is_like)
    }

    /// The stages whose change is not too small to show.
    pub(crate) fn shown(&self) -> impl Iterator<Item = &'s ComparedStage<'s>> {
        self.stages.iter().filter(|stage| !self.is_hidden(stage))
    }

    /// The result, in a sentence without a full stop.
    pub(crate) fn sentence(&self) -> String {
        let all = self.stages.len();
        let changed = self.shown().count();
        let [before, after] = self.names;
        let beyond = if self.threshold == Threshold::Nothing { "" } else { " by at least the threshold" };
        format!("{changed} of {all} costings changed{beyond} from {before} to {after}")
    }

    /// The line items of a stage that changed, and the number of changes that are too small to show.
    pub(crate) fn lines<'c>(&self, stage: &'c ComparedStage<'_>) -> (Vec<&'c LineChange>, usize) {
        let all = stage.attribution.iter().flat_map(|attribution| &attribution.line_items);
        let changed: Vec<&LineChange> =
            all.filter(|line| !line.contributions.is_empty() || line.unknown.is_some()).collect();
        let is_hidden = |line: &LineChange| {
            let before = stage.costs_of(line)[0].unwrap_or_default();
            let is_small = |difference| self.threshold.hides(before, difference);
            self.threshold != Threshold::Nothing
                && line.unknown.is_none()
                && stage.difference_of(line).is_some_and(is_small)
        };
        let count = changed.len();
        let shown: Vec<&LineChange> = changed.into_iter().filter(|line| !is_hidden(line)).collect();
        let hidden = count - shown.len();
        (shown, hidden)
    }
}

/// The causes of a total's change, one per row, and the part of the shown sum that the shown amounts lack.
fn causes(stage: &ComparedStage<'_>, attribution: &Attribution, currency: Currency) -> Grid {
    let [before, after] = stage.totals();
    let mut grid = Grid::new(vec![Column::left("Cause").at_least(18), Column::right(format!("{currency} a month"))]);
    let shown = subtract(displayed(after, currency), displayed(before, currency)).unwrap_or(attribution.difference);
    // A change that is zero in the decimals of the currency is shown with all digits, and so are its causes.
    let is_small = shown.is_zero() && !attribution.difference.is_zero();
    let show = |amount: Decimal| if is_small { signed_digits(amount) } else { signed(amount, currency) };
    let mut sum = Decimal::ZERO;
    for part in &attribution.contributions {
        grid.cell(capitalised(cause_words(part.cause))).cell(show(part.amount));
        sum = add(sum, displayed(part.amount, currency)).unwrap_or(sum);
    }
    let lacking = subtract(shown, sum).unwrap_or_default();
    if !is_small && !lacking.is_zero() {
        grid.cell("Decimals not shown").cell(signed(lacking, currency));
    }
    let all = if is_small { attribution.difference } else { shown };
    let name = if stage.is_complete() { "All" } else { "All that is known" };
    grid.mark(Mark::Rule).mark(Mark::Strong).cell(name).cell(show(all));
    grid
}

/// The effects on what is measured by the cost, if there are any.
fn effect_rows(stage: &ComparedStage<'_>) -> Option<Grid> {
    let effects = effects(stage);
    if effects.is_empty() {
        return None;
    }
    let mut grid = Grid::new(vec![
        Column::left("Effect").at_least(18),
        Column::right("Before"),
        Column::right("After"),
        Column::right("Difference"),
    ]);
    for effect in effects {
        let [before, after, difference] = effect.shown();
        grid.cell(effect.what).cell(before).cell(after).cell(difference);
    }
    Some(grid)
}

/// What a new stage costs.
fn new_lines(stage: &CostedStage) -> Grid {
    let currency = stage.stage.currency;
    let mut grid =
        Grid::new(vec![Column::left("Line item").at_least(14), Column::right(format!("{currency} a month"))]);
    for (_, item, line) in stage.stage.rows(&stage.costing.line_items) {
        grid.cell(&item.name).cell(shown_cost(Some(line), currency));
    }
    for sum in SumRecord::all(&stage.stage, &stage.costing) {
        if sum.is_total() {
            grid.mark(Mark::Rule).mark(Mark::Strong);
        } else if sum.monthly.is_some_and(|amount| amount.is_zero()) {
            continue;
        }
        grid.cell(sum.name).cell(shown_known(sum.monthly, currency));
    }
    grid
}

impl View for DiffView<'_> {
    fn page(&self) -> Page {
        let mut blocks = vec![Block::Title(self.title())];
        blocks.push(Block::Text(format!("{}.", self.sentence())));
        for stage in self.shown() {
            blocks.push(Block::Title(capitalised(&self.headline(stage))));
            self.stage_blocks(stage, &mut blocks);
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
            "customers_before",
            "customers_after",
            "line_item",
            "cause",
            "before",
            "after",
            "difference",
            "currency",
            "complete",
            "kind",
        ];
        let rows =
            self.stages.iter().filter(|stage| !self.is_hidden(stage)).flat_map(move |stage| self.stage_rows(stage));
        Records { header, rows: Box::new(rows) }
    }
}

/// An amount before and after.
struct Change {
    before: Option<Decimal>,
    after: Option<Decimal>,
    difference: Option<Decimal>,
}

impl DiffView<'_> {
    fn title(&self) -> String {
        let [before, after] = self.names;
        format!("Costs from {before} to {after}")
    }

    /// A line for each stage with its total, also for one that did not change.
    fn totals(&self) -> Grid {
        let mut grid = Grid::new(vec![
            Column::left("Stage"),
            Column::right("Before"),
            Column::right("After"),
            Column::right("Difference"),
            Column::left("Currency"),
        ]);
        for stage in self.stages {
            let Some(currency) = stage.currency() else { continue };
            let side = |is_there: bool, total| if is_there { shown_known(total, currency) } else { "none".to_owned() };
            let [before, after] = stage.known_totals();
            grid.cell(capitalised(&self.context(stage)));
            grid.cell(side(stage.base.is_some(), before)).cell(side(stage.head.is_some(), after));
            let difference =
                stage.difference().map(|difference| shown_difference(stage.totals(), difference, currency));
            let unless_complete = if stage.is_complete() { "" } else { " + ?" };
            grid.cell(format!("{}{unless_complete}", difference.unwrap_or_else(unknown)));
            grid.cell(currency);
        }
        grid
    }

    fn stage_blocks(&self, stage: &ComparedStage<'_>, blocks: &mut Vec<Block>) {
        if let (None, Some(head)) = (stage.base, stage.head) {
            blocks.push(Block::Grid(new_lines(head)));
            return;
        }
        let (Some(attribution), Some(currency)) = (&stage.attribution, stage.currency()) else { return };
        if !attribution.contributions.is_empty() {
            blocks.push(Block::Grid(causes(stage, attribution, currency)));
        }
        let (lines, hidden) = self.lines(stage);
        let is_buffered = [stage.base, stage.head].into_iter().flatten().any(|side| !side.stage.buffer.value.is_zero());
        let has_lines = !lines.is_empty();
        if has_lines {
            let mut grid = Grid::new(vec![
                Column::left("Line item").at_least(14),
                Column::right("Before"),
                Column::right("After"),
                Column::right("Difference"),
                Column::left("Because").at_least(20),
            ]);
            for line in lines {
                let [before, after] = stage.lines_of(line).map(|line| shown_cost(line, currency));
                grid.cell(&line.name).cell(before).cell(after);
                let amounts = stage.costs_of(line).map(Option::unwrap_or_default);
                let difference = stage.difference_of(line).map(|difference| {
                    format!("{}{}", shown_difference(amounts, difference, currency), stage.unknown_part_of(line))
                });
                grid.cell(difference.unwrap_or_else(unknown)).cell(reasons_of(line, currency));
            }
            blocks.push(Block::Grid(grid));
        }
        let mut notes = Vec::new();
        if has_lines && is_buffered {
            notes.push("the line items do not include the buffer".to_owned());
        }
        match hidden {
            0 => {}
            1 => notes.push("1 line item changed by less than the threshold".to_owned()),
            _ => notes.push(format!("{hidden} line items changed by less than the threshold")),
        }
        for merged in &attribution.merged {
            let (cause, into) = (cause_words(merged.cause), cause_words(merged.into));
            notes.push(format!("the effect of {cause} could not be computed separately and is counted under {into}"));
        }
        if !notes.is_empty() {
            blocks.push(Block::List(notes));
        }
        blocks.extend(effect_rows(stage).map(Block::Grid));
    }

    fn stage_rows<'v>(&'v self, stage: &'v ComparedStage<'v>) -> Vec<Vec<Cell<'v>>> {
        let Some(side) = stage.subject() else { return Vec::new() };
        let scenario = side.stage.scenario.as_deref();
        let customers = |side: Option<&CostedStage>| {
            side.map_or(Cell::Empty, |side| Cell::Number(side.costing.inputs.customers.into()))
        };
        let row = |kind: &'static str, name: Option<&'v str>, cause: &'static str, of: Change, is_complete: bool| {
            vec![
                scenario.map_or(Cell::Empty, |scenario| Cell::text(&*scenario.id)),
                Cell::Number(side.stage.id.into()),
                customers(stage.base),
                customers(stage.head),
                name.map_or(Cell::Empty, Cell::text),
                Cell::text(cause),
                Cell::number(of.before),
                Cell::number(of.after),
                Cell::number(of.difference),
                Cell::text(side.stage.currency.to_string()),
                Cell::truth(is_complete),
                Cell::text(kind),
            ]
        };
        let is_complete = stage.is_complete();
        let change = |[before, after]: [Option<Decimal>; 2], difference| Change { before, after, difference };
        let part_of = |part: &Contribution| change([None, None], Some(part.amount));
        let all = change(stage.known_totals(), stage.difference());
        let mut rows = vec![row("total", None, "all", all, is_complete)];
        if let Some(attribution) = &stage.attribution {
            let causes = attribution.contributions.iter();
            rows.extend(causes.map(|part| row("cause", None, part.cause.as_str(), part_of(part), is_complete)));
        }
        let (lines, _) = self.lines(stage);
        for line in &lines {
            let (name, is_complete) = (Some(&*line.name), stage.is_line_complete(line));
            let all = change(stage.costs_of(line), stage.difference_of(line));
            rows.push(row("line_item", name, "all", all, is_complete));
            let causes = line.contributions.iter();
            rows.extend(
                causes.map(|part| row("line_item_cause", name, part.cause.as_str(), part_of(part), is_complete)),
            );
        }
        let rest = stage.rest(&lines).into_iter();
        rows.extend(rest.map(|(kind, name, sides)| {
            let difference = stage
                .difference()
                .and_then(|_| subtract(sides[1].unwrap_or_default(), sides[0].unwrap_or_default()).ok());
            row(kind, Some(name), "all", change(sides, difference), is_complete)
        }));
        rows
    }
}

impl CiView for DiffView<'_> {
    fn command(&self) -> &'static str {
        "costplan diff"
    }

    fn summary(&self) -> String {
        self.sentence()
    }

    fn comment(&self, project: Option<&str>) -> Comment {
        let mut summary = vec![title(project, &self.title()), Block::Text(format!("{}.", self.sentence()))];
        summary.push(Block::Grid(self.totals()));
        let details = self.shown().map(|stage| {
            let mut blocks = Vec::new();
            self.stage_blocks(stage, &mut blocks);
            Details { headline: capitalised(&self.headline(stage)), is_open: false, blocks }
        });
        Comment { summary, chart: self.host_chart(), details: details.collect() }
    }

    fn annotations(&self) -> Vec<Annotation> {
        self.all_annotations().into_iter().filter(|found| found.verdict != BudgetVerdict::NotApplicable).collect()
    }

    fn all_annotations(&self) -> Vec<Annotation> {
        let is_loud = self.threshold != Threshold::Nothing;
        let mut found = Vec::new();
        for stage in self.stages {
            let Some(currency) = stage.currency() else { continue };
            let verdict = match self.is_hidden(stage) {
                true => BudgetVerdict::NotApplicable,
                false if is_loud => BudgetVerdict::Warn,
                false => BudgetVerdict::Pass,
            };
            let causes: &[Contribution] =
                stage.attribution.as_ref().map_or(&[], |attribution| &attribution.contributions);
            found.push(Annotation {
                verdict,
                place: stage.head.and_then(|head| place(self.sources, head.stage.customers.span)),
                code: "cost-change".to_owned(),
                context: self.context(stage),
                what: "monthly total".to_owned(),
                message: format!("{}{}", self.headline(stage), because(&reasons(causes, currency))),
            });
            if self.is_hidden(stage) {
                continue;
            }
            for line in self.lines(stage).0 {
                let span = stage.head.and_then(|head| Some(head.stage.line_items.get(line.head?)?.span));
                found.push(Annotation {
                    verdict,
                    place: span.and_then(|span| place(self.sources, span)),
                    code: "line-item-change".to_owned(),
                    context: self.context(stage),
                    what: line.name.to_string(),
                    message: format!(
                        "{}: {} {}{}{}",
                        self.context(stage),
                        line.name,
                        stage.difference_of(line).map_or_else(unknown, |difference| signed(difference, currency)),
                        unless_complete(stage.is_line_complete(line)),
                        because(&reasons_of(line, currency))
                    ),
                });
            }
        }
        found
    }
}
