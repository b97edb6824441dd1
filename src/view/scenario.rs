//! The scenario of a result: a line below the headline, and its keys in JSON.

use serde::Serialize;

use super::page::Block;
use crate::model::{ScenarioName, Stage};

/// The line that names the scenario of a stage, if it has one.
pub(super) fn scenario_line(stage: &Stage) -> Option<Block> {
    let scenario = stage.scenario.as_deref()?;
    Some(Block::Text(match &scenario.summary {
        Some(summary) => format!("Scenario {}: {summary}", scenario.name),
        None => format!("Scenario {}", scenario.name),
    }))
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
        stage.scenario.as_deref().map(|ScenarioName { id, name, .. }| Self { id, name })
    }
}
