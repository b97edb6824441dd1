//! The headline of a stage, its scenario and the requested techniques: the top lines of a page, and the keys in JSON.

use std::collections::{HashMap, HashSet};
use std::fmt::Display;

use serde::Serialize;

use crate::model::{LineItem, ScenarioName, Stage};
use crate::view::cost::tags::part_block;
use crate::view::page::layout::Block;
use crate::view::page::words::several;

/// The headline of a stage at a number of customers, and the lines below it.
pub(crate) fn headline(stage: &Stage, customers: u64) -> Vec<Block> {
    let text = format!("{customers} customers, {} a month, prices of {}", stage.currency, stage.as_of);
    let mut blocks = vec![Block::Title(format!("Stage {} {}", stage.id, stage.name)), Block::Text(text)];
    blocks.extend(scenario_lines(stage));
    blocks.extend(part_block(Some(stage)));
    blocks
}

/// The names that several scenarios of a page have.
#[derive(Clone, Debug, Default)]
pub(crate) struct SharedNames<'s>(HashSet<&'s str>);

impl<'s> SharedNames<'s> {
    /// Those of the scenarios of some stages.
    pub(crate) fn of(stages: impl IntoIterator<Item = &'s Stage>) -> Self {
        let mut ids: HashMap<&str, &str> = HashMap::new();
        let scenarios = stages.into_iter().filter_map(|stage| stage.scenario.as_deref());
        let is_shared =
            |scenario: &&'s ScenarioName| *ids.entry(&scenario.name).or_insert(&scenario.id) != &*scenario.id;
        Self(scenarios.filter(is_shared).map(|scenario| &*scenario.name).collect())
    }
}

/// The stage, its customers and its scenario, with the file stem of the scenario if another one has the same name.
pub(crate) fn stage_at(stage: &Stage, customers: impl Display, shared: &SharedNames<'_>) -> String {
    let text = format!("stage {} {} at {customers}", stage.id, stage.name);
    let Some(scenario) = stage.scenario.as_deref() else { return text };
    let stem = if shared.0.contains(&*scenario.name) { format!(" ({})", scenario.id) } else { String::new() };
    format!("{text}, {}{stem}", scenario.name)
}

/// A text with a capital first letter.
pub(crate) fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The lines that name the scenario of a stage and the requested techniques, if any.
pub(crate) fn scenario_lines(stage: &Stage) -> Vec<Block> {
    scenario_texts(stage).into_iter().map(Block::Text).collect()
}

/// The same as sentences.
pub(crate) fn scenario_texts(stage: &Stage) -> Vec<String> {
    stage.scenario.as_deref().map(scenario_text).into_iter().chain(techniques_text(&stage.techniques)).collect()
}

/// The line that names the requested techniques.
pub(crate) fn techniques_line(techniques: &[Box<str>]) -> Option<Block> {
    techniques_text(techniques).map(Block::Text)
}

/// The same as a sentence.
pub(crate) fn techniques_text(techniques: &[Box<str>]) -> Option<String> {
    (!techniques.is_empty()).then(|| format!("With {} in use", techniques.join(", ")))
}

/// The line items of a stage that the requested techniques reduce.
pub(crate) fn lowered_lines(stage: &Stage) -> Vec<String> {
    let line = |id: &str| {
        let uses = |item: &LineItem| item.techniques.iter().any(|used| *used.technique.id == *id);
        let items: Vec<&str> = stage.selected().filter(|(_, item)| uses(item)).map(|(_, item)| &*item.name).collect();
        (!items.is_empty()).then(|| format!("{id} reduces {}, as `costplan explain` shows", several(&items)))
    };
    stage.techniques.iter().filter_map(|id| line(id)).collect()
}

/// The requested techniques, for JSON.
pub(crate) fn asked_techniques(stage: Option<&Stage>) -> Option<&[Box<str>]> {
    stage.map(|stage| &*stage.techniques).filter(|techniques| !techniques.is_empty())
}

/// The line that names a scenario.
pub(crate) fn line_of(scenario: &ScenarioName) -> Block {
    Block::Text(scenario_text(scenario))
}

/// The same as a sentence.
pub(crate) fn scenario_text(scenario: &ScenarioName) -> String {
    match &scenario.summary {
        Some(summary) => format!("Scenario {}: {summary}", scenario.name),
        None => format!("Scenario {}", scenario.name),
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct ScenarioJson<'a> {
    id: &'a str,
    name: &'a str,
}

impl<'a> ScenarioJson<'a> {
    /// The scenario of a stage, if it has one.
    pub(crate) fn of(stage: &'a Stage) -> Option<Self> {
        stage.scenario.as_deref().map(Self::new)
    }

    /// A scenario with its file's stem and its name.
    pub(crate) fn new(scenario: &'a ScenarioName) -> Self {
        Self { id: &scenario.id, name: &scenario.name }
    }
}
