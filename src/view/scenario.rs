//! The headline of a stage and its scenario: the lines on top of a page, and the keys in JSON.

use serde::Serialize;

use super::page::Block;
use super::tags::part_block;
use crate::model::{ScenarioName, Stage};

/// The headline of a stage at a number of customers, and the lines below it.
pub(super) fn headline(stage: &Stage, customers: u64) -> Vec<Block> {
    let text = format!("{customers} customers, {} a month, prices of {}", stage.currency, stage.as_of);
    let mut blocks = vec![Block::Title(format!("Stage {} {}", stage.id, stage.name)), Block::Text(text)];
    blocks.extend(scenario_line(stage));
    blocks.extend(part_block(Some(stage)));
    blocks
}

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
