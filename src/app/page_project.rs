//! The texts of a project that a page needs to compute its stages itself.

use std::collections::BTreeMap;
use std::fmt::Display;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::app::report::months_ahead;
use crate::app::request::Request;
use crate::app::savings::offered;
use crate::diagnostic::{Code, Diagnostic, Failure};
use crate::parse::FormulaRaw;
use crate::source::{Sources, Span, Spanned};
use crate::view::ReportCore;
use crate::workspace::{Selection, Workspace};

/// The files of a project by their paths from its directory; none if its stages are the bundled ones.
///
/// Only those that the stages need under any scenario and with any technique are among them, and of a price sheet only the
/// SKUs that they need. The bundled files are in the core itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageProject {
    /// The texts.
    pub files: BTreeMap<String, String>,
}

impl PageProject {
    /// The texts that some stages need, or all of them if none is named.
    ///
    /// # Errors
    /// Everything that is wrong with the stages under no scenario.
    pub fn of(workspace: &Workspace, stages: &[String], request: &Request) -> Result<Self, Failure> {
        let mut again = workspace.again()?;
        let needed = needed(&mut again, stages, request).and_then(|()| again.read_texts());
        needed.map(|files| Self { files }).map_err(|wrong| again.failure(wrong))
    }

    /// Opens the project from JSON, `{"files": {"stages/1-mvp.yaml": "..."}}`.
    ///
    /// # Errors
    /// `invalid-json`, and what is wrong with the settings of the project.
    pub fn open(json: &str) -> Result<Workspace, Failure> {
        let project = serde_json::from_str(json).map_err(|wrong| {
            let message = format!("the files of the page cannot be read: {wrong}");
            Failure { diagnostics: vec![Diagnostic::new(Code::InvalidJson, message)], sources: Sources::default() }
        });
        let Self { files } = project?;
        if files.is_empty() { Ok(Workspace::bundled()) } else { Workspace::in_memory(files) }
    }
}

/// The core and the plan for a page. `program` is the core, as `page-core/build` writes it.
///
/// # Errors
/// As [`PageProject::of`].
pub fn report_core(
    program: &'static [u8],
    workspace: &Workspace,
    stages: &[String],
    request: &Request,
) -> Result<ReportCore, Failure> {
    let project = PageProject::of(workspace, stages, request)?;
    let project = serde_json::to_string(&project).unwrap_or_default();
    Ok(ReportCore { program, project, question: page_question(request, &workspace.sources) })
}

/// What a request asks of every stage, as the JSON of a question. `sources` are the texts of the request.
pub fn page_question(request: &Request, sources: &Sources) -> String {
    let written = |span: Span, value: &dyn Display| match sources.slice(span) {
        "" => value.to_string(),
        text => text.to_owned(),
    };
    let text = |given: &Option<Spanned<Decimal>>| given.map(|given| written(given.span, &given.value));
    let formula =
        |raw: &FormulaRaw| raw.text.as_deref().map_or_else(|| sources.slice(raw.span).to_owned(), str::to_owned);
    let question = QuestionJson {
        today: request.today.to_string(),
        customers: request.customers,
        as_of: request.as_of.map(|day| day.value.to_string()),
        scenario: request.scenarios.first(),
        buffer: text(&request.buffer),
        hours_per_month: request.hours_per_month.map(|hours| sources.slice(hours.span)),
        tax: text(&request.tax),
        reverse_charge: request.reverse_charge,
        list_prices: request.list_prices,
        apply: request.apply.iter().map(|name| &*name.value).collect(),
        set: request.set.iter().map(|(name, value)| (&*name.value, formula(value))).collect(),
        r#where: request.conditions.iter().map(|condition| sources.slice(condition.span)).collect(),
    };
    serde_json::to_string(&question).unwrap_or_default()
}

/// A question without a stage and its inputs.
#[derive(Serialize)]
struct QuestionJson<'a> {
    today: String,
    /// Those of the forecast: the reader moves the customers of a stage.
    #[serde(skip_serializing_if = "Option::is_none")]
    customers: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    as_of: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scenario: Option<&'a String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    buffer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hours_per_month: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tax: Option<String>,
    reverse_charge: bool,
    list_prices: bool,
    apply: Vec<&'a str>,
    set: BTreeMap<&'a str, String>,
    r#where: Vec<&'a str>,
}

/// Reads whatever the stages can need. What is wrong with a scenario is said when a page asks for it.
fn needed(workspace: &mut Workspace, stages: &[String], request: &Request) -> Result<(), Vec<Diagnostic>> {
    read(workspace, stages, request)?;
    for scenario in workspace.scenario_stems()? {
        let _ = read(workspace, stages, &Request { scenarios: vec![scenario], ..request.clone() });
    }
    Ok(())
}

/// Reads what the stages need under one scenario, with every technique.
fn read(workspace: &mut Workspace, stages: &[String], request: &Request) -> Result<(), Vec<Diagnostic>> {
    let settled = request.settled(workspace)?;
    for (stage, _) in workspace.resolved(Selection::named(stages), &settled.request)? {
        // Without its techniques the stage has its costs all the same.
        let _ = offered(&stage.id.to_string(), settled.request.clone(), None, workspace);
    }
    // So have they without the months ahead.
    let _ = months_ahead(workspace, request);
    Ok(())
}
