//! The scenario of a result: a line below the headline, and its keys in JSON.

use serde::Serialize;

use super::page::Block;
use crate::model::{ScenarioName, Stage};

/// The line that names the scenario of a stage, if it has one.
pub(super) fn scenario_line(stage: &Stage) -> Option<Block> {
    stage.scenario.as_deref().map(line_of)
}

/// The line that names a scenario.
pub(super) fn line_of(scenario: &ScenarioName) -> Block {
    Block::Text(match &scenario.summary {
        Some(summary) => format!("Scenario {}: {summary}", scenario.name),
        None => format!("Scenario {}", scenario.name),
    })
}

/// A scenario in JSON.
#[derive(Serialize)]
pub(super) struct ScenarioJson<'a> {
    id: &'a str,
    name: &'a str,
}

impl<'a> ScenarioJson<'a> {
    /// That of a stage, if it has one.
    pub(super) fn of(stage: &'a Stage) -> Option<Self> {
        stage.scenario.as_deref().map(Self::new)
    }

    /// A scenario by its file's stem and its name.
    pub(super) fn new(scenario: &'a ScenarioName) -> Self {
        Self { id: &scenario.id, name: &scenario.name }
    }
}
