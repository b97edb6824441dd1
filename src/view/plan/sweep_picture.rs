//! The picture of a sweep: the curves with their break-points.

use crate::view::cost::tags::part_words;
use crate::view::page::chart::Picture;
use crate::view::page::scenario::scenario_texts;
use crate::view::plan::sweep::SweepView;

impl SweepView<'_> {
    /// The curves for a document; `None` if an error ended the sweep.
    pub fn picture(&self) -> Option<Picture> {
        let (_, breaks, curves) = self.run(true);
        let curves = curves.filter(|_| !self.has_failed())?;
        let stages = self.stages();
        let mut notes = Vec::new();
        if let Some(stage) = stages.first() {
            notes.push(format!("{} a month{}, prices of {}", stage.currency, self.at(), stage.as_of));
            notes.extend(scenario_texts(stage));
            notes.extend(stage.part.as_deref().map(part_words));
        }
        if stages.len() > 1 {
            notes.push("A stage has a line where it serves that many".to_owned());
        }
        let unknown = curves.unknown();
        if !unknown.is_empty() {
            notes.push(format!("Not drawn where the costs are not fully known: {}", unknown.join(", ")));
        }
        let charts = curves.into_charts(&breaks, &stages, self.axis(), self.unit());
        Some(Picture { title: self.title(), notes, charts })
    }
}
