//! The steps of every number of a stage at some numbers of customers, for the script of the page.

use std::collections::HashMap;

use serde::Serialize;

use crate::calculate::{Costing, Subject, Trace};
use crate::model::Stage;
use crate::source::Sources;
use crate::view::page::layout::{Column, Grid, Mark};
use crate::view::page::section::Section;
use crate::view::page::selection::{Selection, is_remark, title};
use crate::view::report::stage::ReportStage;

/// Texts that several explanations share, each once.
#[derive(Default)]
pub(crate) struct SharedTexts {
    texts: Vec<String>,
    places: HashMap<String, usize>,
}

impl SharedTexts {
    fn place(&mut self, text: &str) -> usize {
        if let Some(place) = self.places.get(text) {
            return *place;
        }
        self.texts.push(text.to_owned());
        self.places.insert(text.to_owned(), self.texts.len() - 1);
        self.texts.len() - 1
    }

    pub(crate) fn into_texts(self) -> Vec<String> {
        self.texts
    }
}

/// The numbers of a stage with their steps at one number of customers.
#[derive(Serialize)]
pub(crate) struct ExplanationsJson {
    customers: u64,
    numbers: Vec<ExplainedJson>,
}

#[derive(Serialize)]
struct ExplainedJson {
    key: String,
    title: usize,
    result: Option<usize>,
    /// The label and the text of each step; a step without a label says where the one before is from.
    steps: Vec<[usize; 2]>,
    /// The keys of the numbers that it is computed from.
    from: Vec<String>,
}

/// The explanations of a stage, from the least number of customers on.
pub(crate) fn explanations(report: &ReportStage, sources: &Sources, texts: &mut SharedTexts) -> Vec<ExplanationsJson> {
    let stage = &report.stage;
    let subjects = Selection::everything(stage);
    let of = |(costing, trace): &(Costing, Trace)| {
        let sections =
            subjects.subjects().iter().filter_map(|subject| Section::new(*subject, stage, costing, trace, sources));
        let sections: Vec<Section<'_>> = sections.filter(|section| key(stage, section.subject).is_some()).collect();
        let is_there = |subject: &Subject| sections.iter().any(|section| section.subject == *subject);
        let explained = |section: &Section<'_>| {
            let mut steps = Grid::new(vec![Column::left(""), Column::left("")]);
            section.add_bill(&mut steps, &mut Vec::new());
            let used = Selection::of(stage, section.subject);
            let from =
                used.subjects().iter().filter(|used| **used != section.subject && is_there(used) && !is_remark(**used));
            ExplainedJson {
                key: key(stage, section.subject).unwrap_or_default(),
                title: texts.place(&section.title),
                result: section.result().map(|result| texts.place(&result)),
                steps: (0..steps.len()).map(|row| step(&steps, row, texts)).collect(),
                from: from.filter_map(|used| key(stage, *used)).collect(),
            }
        };
        ExplanationsJson { customers: costing.inputs.customers, numbers: sections.iter().map(explained).collect() }
    };
    report.explained.iter().map(of).collect()
}

fn step(steps: &Grid, row: usize, texts: &mut SharedTexts) -> [usize; 2] {
    let mut cells = steps.cells(row);
    let (label, text) = (cells.next().unwrap_or_default(), cells.next().unwrap_or_default());
    let [label, text] = if steps.has(row, Mark::Wide) { ["", label] } else { [label, text] };
    [texts.place(label), texts.place(text)]
}

/// The name of a number for the script; `None` for what the page does not show.
pub(crate) fn key(stage: &Stage, subject: Subject) -> Option<String> {
    Some(match subject {
        Subject::LineItem(place) => format!("row-{place}"),
        Subject::Category(id) => format!("category-{}", id.index()),
        Subject::Driver(slot) => format!("driver-{}", slot.index()),
        Subject::ListPrice(_) | Subject::Share(_) | Subject::Tag(..) | Subject::TagShare(..) => return None,
        named => title(stage, named),
    })
}
