//! Stages against budgets and alerts: what, value, limit, margin, verdict.

use rust_decimal::Decimal;
use serde::Serialize;

use super::View;
use super::annotation::{Annotation, CiView, place};
use super::check_amount::Shown;
use super::number::{Number, quotient};
use super::page::{Block, Cell, Column, Grid, Mark, Page, Records};
use super::review::saves;
use super::scenario::{ScenarioJson, capitalised, stage_at};
use super::section::{AmountJson, amount_json};
use super::stage_json::StageReference;
use crate::model::{
    Amount, BudgetCheck, BudgetSubject, BudgetVerdict, LimitKind, Stage, TechniqueSaving, Unused, UnusedKind,
};
use crate::source::Sources;

/// A stage at a number of customers, with what is compared.
#[derive(Debug)]
pub struct CheckedStage {
    /// The stage, under its scenario.
    pub stage: Stage,
    /// The number of customers.
    pub customers: u64,
    /// Whether it costs the most there, more than at both ends of its range.
    pub is_peak: bool,
    /// The comparisons.
    pub checks: Vec<BudgetCheck>,
    /// What the techniques save that the alerts name.
    pub savings: Vec<TechniqueSaving>,
}

/// What a check found.
#[derive(Clone, Copy, Debug)]
pub struct CheckView<'a> {
    stages: &'a [CheckedStage],
    unused: &'a [Unused],
    notes: &'a [String],
    sources: &'a Sources,
}

impl<'a> CheckView<'a> {
    /// Shows what was found, in its order.
    pub fn new(stages: &'a [CheckedStage], sources: &'a Sources) -> Self {
        Self { stages, unused: &[], notes: &[], sources }
    }

    /// Tells also what of the budget is not used, and what else is to be known of the check.
    #[must_use]
    pub fn with(self, unused: &'a [Unused], notes: &'a [String]) -> Self {
        Self { unused, notes, ..self }
    }

    /// Which stage, at how many customers, under which scenario.
    fn context(&self, checked: &CheckedStage) -> String {
        let peak = if checked.is_peak { ", where it costs the most" } else { "" };
        let customers = format_args!("{} customers{peak}", checked.customers);
        stage_at(&checked.stage, customers, self.stages.iter().map(|other| &other.stage))
    }

    fn rows(&self) -> impl Iterator<Item = (&'a CheckedStage, &'a BudgetCheck)> {
        self.stages.iter().flat_map(|stage| stage.checks.iter().map(move |check| (stage, check)))
    }

    fn count(&self, is: impl Fn(BudgetVerdict) -> bool) -> usize {
        self.rows().filter(|(_, check)| is(check.verdict)).count()
    }

    /// How many comparisons fail.
    pub fn failed(&self) -> usize {
        self.count(BudgetVerdict::fails)
    }
}

impl CiView for CheckView<'_> {
    fn command(&self) -> &'static str {
        "costplan check"
    }

    fn summary(&self) -> String {
        let all = self.rows().count();
        let mut text = format!("{} of {all} comparisons failed", self.count(|verdict| verdict == BudgetVerdict::Fail));
        for (verdict, words) in [(BudgetVerdict::Unknown, "unknown"), (BudgetVerdict::Warn, "to be warned of")] {
            let count = self.count(|found| found == verdict);
            if count > 0 {
                text = format!("{text}, {count} {} {words}", if count == 1 { "is" } else { "are" });
            }
        }
        text
    }

    fn annotations(&self) -> Vec<Annotation> {
        self.all_annotations().into_iter().filter(|found| !is_quiet(found.verdict)).collect()
    }

    fn all_annotations(&self) -> Vec<Annotation> {
        let annotation = |(stage, check): (&CheckedStage, &BudgetCheck)| Annotation {
            verdict: check.verdict,
            place: check.span.map(|span| place(self.sources, span)),
            code: code(&check.subject).to_owned(),
            context: self.context(stage),
            what: what(check),
            message: sentence(&self.context(stage), check),
        };
        self.rows().map(annotation).collect()
    }
}

fn is_quiet(verdict: BudgetVerdict) -> bool {
    matches!(verdict, BudgetVerdict::Pass | BudgetVerdict::NotApplicable)
}

/// The stable name of what is compared.
fn code(subject: &BudgetSubject) -> &'static str {
    match subject {
        BudgetSubject::Limit(kind, None) => match kind {
            LimitKind::Monthly => "project-monthly-budget",
            LimitKind::Daily => "project-daily-budget",
            LimitKind::CostPerCustomer => "project-cost-per-customer",
            LimitKind::ShareOfMrr => "project-share-of-mrr",
            LimitKind::GrowthAmount => "growth-amount",
            LimitKind::GrowthShare => "growth-share",
        },
        BudgetSubject::Limit(_, Some(_)) => "limit",
        BudgetSubject::PriceAge => "price-age",
        BudgetSubject::Alert(_) => "alert",
        BudgetSubject::OfStage(code) => code,
    }
}

/// What is compared, in words.
fn what(check: &BudgetCheck) -> String {
    match &check.subject {
        BudgetSubject::Limit(kind, None) => match kind {
            LimitKind::Monthly => "monthly budget",
            LimitKind::Daily => "daily budget",
            LimitKind::CostPerCustomer => "cost per customer",
            LimitKind::ShareOfMrr => "share of MRR",
            LimitKind::GrowthAmount => "growth since snapshot",
            LimitKind::GrowthShare => "growth in per cent",
        }
        .to_owned(),
        BudgetSubject::Limit(kind, Some(name)) => match kind {
            LimitKind::Monthly => format!("limit of {name}"),
            LimitKind::Daily => format!("daily limit of {name}"),
            LimitKind::CostPerCustomer => format!("cost per customer of {name}"),
            LimitKind::ShareOfMrr => format!("share of MRR of {name}"),
            LimitKind::GrowthAmount => format!("growth of {name}"),
            LimitKind::GrowthShare => format!("growth in per cent of {name}"),
        },
        BudgetSubject::PriceAge => "age of list prices".to_owned(),
        BudgetSubject::Alert(name) => format!("alert {name}"),
        BudgetSubject::OfStage("capacity") => format!("capacity: {}", check.remark.as_deref().unwrap_or_default()),
        BudgetSubject::OfStage("monthly-budget") => "stage's budget".to_owned(),
        BudgetSubject::OfStage("price-range") => "stage's budget at high prices".to_owned(),
        BudgetSubject::OfStage("cost-per-customer") => "stage's cost per customer".to_owned(),
        BudgetSubject::OfStage("share-of-mrr") => "stage's share of MRR".to_owned(),
        BudgetSubject::OfStage(code) => code.replace('-', " "),
    }
}

fn sentence(context: &str, check: &BudgetCheck) -> String {
    let shown = Shown::of(check);
    let is = check.value.as_ref().map_or_else(|| "not known".to_owned(), |value| shown.amount(value));
    let mut text = format!("{context}: {} is {is}", what(check));
    if let Some(limit) = &check.limit {
        text = format!("{text}, limit {}", shown.amount(limit));
    }
    if let Some(remark) = check.remark.as_deref().filter(|_| check.subject != BudgetSubject::OfStage("capacity")) {
        text = format!("{text}; {remark}");
    }
    if !check.actions.is_empty() {
        text = format!("{text}; actions: {}", check.actions.join(", "));
    }
    if !check.techniques.is_empty() {
        text = format!("{text}; techniques: {}", check.techniques.join(", "));
    }
    text
}

impl View for CheckView<'_> {
    fn page(&self) -> Page {
        let mut blocks = vec![Block::Title("Check of budgets and alerts".to_owned())];
        blocks.push(Block::Text(format!("{}.", self.summary())));
        let unused = self.unused.iter().map(|unused| {
            let place = self.sources.origin(unused.span);
            format!("not used: {} ({place}): {}", unused_name(unused), unused.because)
        });
        let notes: Vec<String> = unused.chain(self.notes.iter().cloned()).collect();
        if !notes.is_empty() {
            blocks.push(Block::List(notes));
        }
        for checked in self.stages {
            blocks.push(Block::Title(capitalised(&self.context(checked))));
            let mut grid = Grid::new(vec![
                Column::left("What").at_least(18),
                Column::right("Value"),
                Column::right("Limit"),
                Column::right("Margin"),
                Column::left("Verdict").at_least(8),
            ]);
            for check in &checked.checks {
                if check.verdict.fails() {
                    grid.mark(Mark::Strong);
                }
                let shown = Shown::of(check);
                grid.cell(what(check)).cell(shown.or_dash(check.value.as_ref()));
                grid.cell(shown.or_dash(check.limit.as_ref())).cell(shown.or_dash(check.margin.as_ref()));
                grid.cell(check.verdict.as_str().replace('_', " "));
            }
            blocks.push(Block::Grid(grid));
            let remarks = checked.checks.iter().filter(|check| !is_quiet(check.verdict));
            let remarks = remarks.filter_map(|check| {
                let remark = check.remark.as_deref()?;
                (check.subject != BudgetSubject::OfStage("capacity")).then(|| format!("{}: {remark}", what(check)))
            });
            let mut lines: Vec<String> = remarks.collect();
            for check in checked.checks.iter().filter(|check| !check.actions.is_empty()) {
                lines.push(format!("{}: do {}", what(check), check.actions.join(", ")));
            }
            for found in checked.savings.iter().filter(|found| helps(found)) {
                lines.push(format!("{} may help: {}", found.technique, saves(found, &checked.stage)));
            }
            if !lines.is_empty() {
                blocks.push(Block::List(lines));
            }
        }
        Page { blocks }
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
                check.remark.as_deref().map_or(Cell::Empty, Cell::text),
                names(&check.actions),
                names(&check.techniques),
            ]
        });
        Records { header, rows: Box::new(rows) }
    }
}

/// What is not used, in words.
fn unused_name(unused: &Unused) -> String {
    match unused.kind {
        UnusedKind::Limit => format!("limit of {}", unused.name),
        UnusedKind::Alert | UnusedKind::Rule => format!("{} {}", unused.kind.as_str(), unused.name),
    }
}

/// An amount in JSON and CSV: a quotient that does not terminate has six decimals.
fn number_json(of: &Amount) -> AmountJson {
    let value = of.value.exact().map(Number).or_else(|| quotient(of.value));
    AmountJson { value, ..amount_json(of) }
}

/// Whether a technique saves anything, as far as anybody can tell.
fn helps(found: &TechniqueSaving) -> bool {
    found.saved.into_iter().chain(found.at_most).any(|saved| saved > Decimal::ZERO)
}

#[derive(Serialize)]
struct CheckJson<'a> {
    schema: &'static str,
    passed: bool,
    failed: usize,
    unknown: usize,
    warned: usize,
    checks: Vec<RowJson<'a>>,
    unused: Vec<UnusedJson<'a>>,
    notes: &'a [String],
}

#[derive(Serialize)]
struct UnusedJson<'a> {
    kind: &'static str,
    name: &'a str,
    because: &'a str,
    place: String,
}

#[derive(Serialize)]
struct RowJson<'a> {
    scenario: Option<ScenarioJson<'a>>,
    stage: StageReference<'a>,
    customers: u64,
    is_peak: bool,
    code: &'static str,
    what: String,
    value: Option<AmountJson>,
    limit: Option<AmountJson>,
    margin: Option<AmountJson>,
    verdict: &'static str,
    remark: Option<&'a str>,
    actions: &'a [Box<str>],
    techniques: Vec<TechniqueJson<'a>>,
    place: Option<String>,
}

#[derive(Serialize)]
struct TechniqueJson<'a> {
    technique: &'a str,
    saving: Option<String>,
}

impl Serialize for CheckView<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let checks = self.rows().map(|(checked, check)| {
            let saving_of = |id: &str| {
                let found = checked.savings.iter().find(|found| *found.technique == *id);
                found.map(|found| saves(found, &checked.stage))
            };
            RowJson {
                scenario: ScenarioJson::of(&checked.stage),
                stage: StageReference { id: checked.stage.id, name: &checked.stage.name },
                customers: checked.customers,
                is_peak: checked.is_peak,
                code: code(&check.subject),
                what: what(check),
                value: check.value.as_ref().map(number_json),
                limit: check.limit.as_ref().map(number_json),
                margin: check.margin.as_ref().map(number_json),
                verdict: check.verdict.as_str(),
                remark: check.remark.as_deref(),
                actions: &check.actions,
                techniques: check
                    .techniques
                    .iter()
                    .map(|id| TechniqueJson { technique: id, saving: saving_of(id) })
                    .collect(),
                place: check.span.map(|span| self.sources.origin(span)),
            }
        });
        let unused = self.unused.iter().map(|unused| UnusedJson {
            kind: unused.kind.as_str(),
            name: &unused.name,
            because: &unused.because,
            place: self.sources.origin(unused.span),
        });
        CheckJson {
            schema: "costplan.check.v1",
            passed: self.failed() == 0,
            failed: self.count(|verdict| verdict == BudgetVerdict::Fail),
            unknown: self.count(|verdict| verdict == BudgetVerdict::Unknown),
            warned: self.count(|verdict| verdict == BudgetVerdict::Warn),
            checks: checks.collect(),
            unused: unused.collect(),
            notes: self.notes,
        }
        .serialize(serializer)
    }
}
