//! The steps that lead to numbers.

use serde::Serialize;

use crate::calculate::{Costing, Subject, Trace};
use crate::model::Stage;
use crate::source::Sources;
use crate::view::View;
use crate::view::cost::stage_json::StageReference;
use crate::view::cost::tags::conditions;
use crate::view::page::layout::{Block, Page, Records};
use crate::view::page::scenario::{ScenarioJson, asked_techniques, headline};
use crate::view::page::section::Section;
use crate::view::page::selection::Selection;

/// The steps that lead to the selected numbers of a stage.
#[derive(Debug)]
pub struct ExplainView<'a> {
    pub(crate) stage: &'a Stage,
    pub(crate) costing: &'a Costing,
    pub(crate) sections: Vec<Section<'a>>,
    /// The number that is explained; `None` if all of them are.
    pub(crate) asked: Option<Subject>,
    details: bool,
}

impl<'a> ExplainView<'a> {
    /// Explains a selection with the trace of a computation.
    pub fn new(
        stage: &'a Stage,
        costing: &'a Costing,
        trace: &'a Trace,
        sources: &'a Sources,
        selection: &Selection,
    ) -> Self {
        let section = |subject: &Subject| Section::new(*subject, stage, costing, trace, sources);
        let sections = selection.subjects().iter().filter_map(section).collect();
        Self { stage, costing, sections, asked: selection.asked(), details: false }
    }

    /// The same view, whose screen has every step.
    #[must_use]
    pub fn detailed(self, details: bool) -> Self {
        Self { details, ..self }
    }
}

impl View for ExplainView<'_> {
    fn page(&self) -> Page {
        let stage = self.stage;
        let mut blocks = headline(stage, self.costing.inputs.customers);
        let mut shown = Vec::new();
        for section in &self.sections {
            blocks.push(Block::Title(section.title.clone()));
            blocks.push(Block::Grid(section.grid(&mut shown)));
        }
        Page { blocks }
    }

    fn screen(&self) -> Page {
        if self.details { self.page() } else { self.screen_page() }
    }

    fn records(&self) -> Records<'_> {
        let header = [&["subject"], Section::COLUMNS].concat();
        let rows = self.sections.iter().flat_map(Section::records);
        Records { header, rows: Box::new(rows) }
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct ExplainJson<'a> {
    schema: &'static str,
    stage: StageReference<'a>,
    currency: String,
    as_of: String,
    scenario: Option<ScenarioJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    techniques: Option<&'a [Box<str>]>,
    inputs: InputsJson,
    #[serde(rename = "where", skip_serializing_if = "Option::is_none")]
    conditions: Option<&'a [Box<str>]>,
    #[cfg_attr(test, schemars(with = "Vec<crate::view::page::section::SubjectJson<'a>>"))]
    subjects: &'a [Section<'a>],
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct InputsJson {
    customers: u64,
}

impl Serialize for ExplainView<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        ExplainJson {
            schema: "costplan.explain.v1",
            stage: StageReference { id: self.stage.id, name: &self.stage.name },
            currency: self.stage.currency.to_string(),
            as_of: self.stage.as_of.to_string(),
            scenario: ScenarioJson::of(self.stage),
            techniques: asked_techniques(Some(self.stage)),
            inputs: InputsJson { customers: self.costing.inputs.customers },
            conditions: conditions(Some(self.stage)),
            subjects: &self.sections,
        }
        .serialize(serializer)
    }
}
