//! The JSON of a check: schema `costplan.check.v1`.

use serde::{Serialize, Serializer};

use crate::calculate::{BudgetCheck, BudgetVerdict};
use crate::view::budget::check::CheckView;
use crate::view::budget::check_words::{code, what};
use crate::view::budget::checked::CheckedStage;
use crate::view::cost::stage_json::StageReference;
use crate::view::page::number::Number;
use crate::view::page::scenario::ScenarioJson;
use crate::view::page::section::{AmountJson, number_json};
use crate::view::playbook::saving_words::saves;

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct CheckJson<'a> {
    schema: &'static str,
    passed: bool,
    failed: usize,
    unknown: usize,
    warned: usize,
    not_checked: usize,
    checks: Vec<RowJson<'a>>,
    unused: Vec<UnusedJson<'a>>,
    notes: &'a [String],
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct UnusedJson<'a> {
    kind: &'static str,
    name: &'a str,
    because: &'a str,
    place: String,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct RowJson<'a> {
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
    is_required: bool,
    reason: Option<&'static str>,
    remark: Option<&'a str>,
    cause: Option<&'a str>,
    actions: &'a [Box<str>],
    techniques: Vec<TechniqueJson<'a>>,
    place: Option<String>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct TechniqueJson<'a> {
    technique: &'a str,
    saving: Option<String>,
    saved: Option<Number>,
    at_most: Option<Number>,
    currency: String,
}

/// A comparison, with the place of its limit.
pub(crate) fn row_json<'s>(checked: &'s CheckedStage, check: &'s BudgetCheck, place: Option<String>) -> RowJson<'s> {
    let technique = |id: &'s str| {
        let found = checked.savings.iter().find(|found| *found.technique == *id);
        TechniqueJson {
            technique: id,
            saving: found.map(|found| saves(found, &checked.stage)),
            saved: found.and_then(|found| found.saved).map(Number),
            at_most: found.and_then(|found| found.at_most).map(Number),
            currency: checked.stage.currency.to_string(),
        }
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
        is_required: check.is_required,
        reason: check.remark.as_ref().map(|remark| remark.code),
        remark: check.remark.as_ref().map(|remark| &*remark.text),
        cause: checked.cause(check),
        actions: &check.actions,
        techniques: check.techniques.iter().map(|id| technique(id)).collect(),
        place,
    }
}

impl Serialize for CheckView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let checks = self
            .rows()
            .map(|(checked, check)| row_json(checked, check, check.span.map(|span| self.sources.origin(span))));
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
            not_checked: self.not_checked(),
            checks: checks.collect(),
            unused: unused.collect(),
            notes: self.notes,
        }
        .serialize(serializer)
    }
}
