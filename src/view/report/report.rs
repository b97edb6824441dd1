//! A page about a plan: its stages, which the reader moves, and what other commands say of the plan.

use serde::Serialize;

use crate::model::Stage;
use crate::source::Sources;
use crate::view::page::layout::Page;
use crate::view::page::scenario::scenario_texts;
use crate::view::report::core::ReportCore;
use crate::view::report::explanations::{ExplanationsJson, SharedTexts, explanations};
use crate::view::report::panel::Panel;
use crate::view::report::points::{PointsJson, rating_bounds};
use crate::view::report::stage::ReportStage;

/// Everything that a page shows.
#[derive(Debug)]
pub struct ReportView {
    /// The name of the plan.
    pub title: String,
    /// What the figures are of, in sentences.
    pub context: Vec<String>,
    /// What is true of the plan whatever the reader moves.
    pub facts: Vec<ReportFact>,
    /// The stages.
    pub stages: Vec<ReportStage>,
    /// The place of the stage that is shown first.
    pub first: usize,
    /// What other commands say, from top to bottom.
    pub sections: Vec<ReportSection>,
    /// The core, if the page computes what its reader changes.
    pub core: Option<ReportCore>,
}

/// A number of the whole plan.
#[derive(Debug, Serialize)]
pub struct ReportFact {
    /// The heading.
    pub label: String,
    /// The number or the month.
    pub text: String,
    /// What is to be said of it.
    pub note: String,
    /// Whether it is bad news.
    pub is_bad: bool,
}

/// A part of the page.
#[derive(Debug)]
pub struct ReportSection {
    /// Its name in links.
    pub id: &'static str,
    /// Its title.
    pub title: String,
    /// What it is of, in a sentence; empty if it says so itself.
    pub of: String,
    /// Whether a core in the page computes it again for what the reader changes.
    pub is_moving: bool,
    /// What is in it.
    pub page: Page,
    /// What is below it and folded, with a title.
    pub folded: Page,
    /// The title of what is folded.
    pub folded_title: String,
}

impl ReportSection {
    /// A part of which nothing is folded.
    pub(crate) fn new(id: &'static str, title: &str, page: Page) -> Self {
        let title = title.to_owned();
        let (of, folded_title) = (String::new(), String::new());
        Self { id, title, of, is_moving: false, page, folded: Page::default(), folded_title }
    }

    /// The same part, which says what it is of.
    #[must_use]
    pub(crate) fn of(self, of: String) -> Self {
        Self { of, ..self }
    }

    /// The same part, which a core in the page can compute again.
    #[must_use]
    pub(crate) fn moving(self) -> Self {
        Self { is_moving: true, ..self }
    }

    /// The same part, of which all but the first blocks are folded.
    #[must_use]
    pub(crate) fn folded_after(mut self, blocks: usize, title: &str) -> Self {
        self.folded.blocks = self.page.blocks.split_off(blocks.min(self.page.blocks.len()));
        title.clone_into(&mut self.folded_title);
        self
    }
}

#[derive(Serialize)]
struct DataJson {
    stages: Vec<StageJson>,
    /// The bounds of the ratings of a share of revenue: each applies under its bound, and the last one without any.
    ratings: Vec<(String, &'static str, &'static str)>,
    texts: Vec<String>,
}

#[derive(Serialize)]
struct StageJson {
    #[serde(flatten)]
    points: PointsJson,
    explanations: Vec<ExplanationsJson>,
}

impl ReportView {
    /// Under which assumptions a stage is computed, in sentences.
    pub(crate) fn about(stage: &Stage) -> Vec<String> {
        scenario_texts(stage)
    }

    /// The stages as they are shown first.
    pub fn panels(&self) -> Vec<Panel> {
        self.stages.iter().map(Panel::of).collect()
    }

    /// The numbers for the script of the page, as JSON. `sources` are those of the plan.
    pub fn data(&self, sources: &Sources) -> String {
        let mut texts = SharedTexts::default();
        let stage = |stage: &ReportStage| StageJson {
            points: PointsJson::of(stage),
            explanations: explanations(stage, sources, &mut texts),
        };
        let stages = self.stages.iter().map(stage).collect();
        let data = DataJson { stages, ratings: rating_bounds(), texts: texts.into_texts() };
        // It has only texts and numbers as values and names as keys, which JSON can always have.
        serde_json::to_string(&data).unwrap_or_default()
    }
}
