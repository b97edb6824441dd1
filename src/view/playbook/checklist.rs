//! Checklists, with a box for each thing to check.

use rust_decimal::Decimal;
use serde::{Serialize, Serializer};

use crate::model::{Check, Checklist};
use crate::view::View;
use crate::view::page::layout::{Block, Cell, Column, Grid, Page, Records};
use crate::view::playbook::review::{BoundJson, bound as in_words};

/// A checklist.
#[derive(Clone, Copy, Debug)]
pub struct ChecklistView<'a> {
    checklist: &'a Checklist,
}

impl<'a> ChecklistView<'a> {
    /// Shows a checklist.
    pub fn new(checklist: &'a Checklist) -> Self {
        Self { checklist }
    }
}

impl View for ChecklistView<'_> {
    fn page(&self) -> Page {
        let mut blocks = vec![Block::Title(self.checklist.name.to_string())];
        blocks.extend(self.checklist.summary.as_ref().map(|summary| Block::Text(summary.to_string())));
        let boxes = self.checklist.items.iter().map(|item| {
            let technique = item.technique.as_ref().map(|technique| format!("technique: {technique}"));
            let metric = item.metric.as_ref().map(|metric| match &metric.bound {
                Some(bound) => format!("{} {}", metric.name.value, in_words(bound)),
                None => format!("{} is measured", metric.name.value),
            });
            let more: Vec<String> = technique.into_iter().chain(metric).collect();
            if more.is_empty() { item.text.to_string() } else { format!("{} ({})", item.text, more.join("; ")) }
        });
        blocks.push(Block::Boxes(boxes.collect()));
        Page { blocks }
    }

    fn records(&self) -> Records<'_> {
        records(std::slice::from_ref(self.checklist))
    }
}

/// All checklists.
#[derive(Clone, Copy, Debug)]
pub struct ChecklistsView<'a> {
    checklists: &'a [Checklist],
}

impl<'a> ChecklistsView<'a> {
    /// Shows checklists in the given order.
    pub fn new(checklists: &'a [Checklist]) -> Self {
        Self { checklists }
    }
}

impl View for ChecklistsView<'_> {
    fn page(&self) -> Page {
        let title = Block::Title("Checklists".to_owned());
        let text = Block::Text("`costplan checklist NAME` prints a checklist".to_owned());
        let mut grid =
            Grid::new(vec![Column::left("Checklist").at_least(14), Column::right("Checks"), Column::left("About")]);
        for checklist in self.checklists {
            grid.cell(&checklist.id).cell(checklist.items.len());
            grid.cell(checklist.summary.as_deref().unwrap_or(&checklist.name));
        }
        Page { blocks: vec![title, text, Block::Grid(grid)] }
    }

    fn records(&self) -> Records<'_> {
        records(self.checklists)
    }
}

fn records(checklists: &[Checklist]) -> Records<'_> {
    let header = vec!["checklist", "name", "number", "check", "technique"];
    let rows = checklists.iter().flat_map(|checklist| {
        checklist.items.iter().enumerate().map(|(place, item)| {
            vec![
                Cell::text(&*checklist.id),
                Cell::text(&*checklist.name),
                Cell::Number(Decimal::from(place + 1)),
                Cell::text(&*item.text),
                item.technique.as_deref().map_or(Cell::Empty, Cell::text),
            ]
        })
    });
    Records { header, rows: Box::new(rows) }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct ChecklistJson<'a> {
    id: &'a str,
    name: &'a str,
    summary: Option<&'a str>,
    every_months: Option<u32>,
    items: Vec<CheckJson<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct CheckJson<'a> {
    id: &'a str,
    check: &'a str,
    technique: Option<&'a str>,
    metric: Option<&'a str>,
    bound: Option<BoundJson<'a>>,
}

impl<'a> From<&'a Checklist> for ChecklistJson<'a> {
    fn from(checklist: &'a Checklist) -> Self {
        let check = |item: &'a Check| CheckJson {
            id: &item.id,
            check: &item.text,
            technique: item.technique.as_deref(),
            metric: item.metric.as_ref().map(|metric| &*metric.name.value),
            bound: item.metric.as_ref().and_then(|metric| metric.bound.as_ref()).map(BoundJson::from),
        };
        Self {
            id: &checklist.id,
            name: &checklist.name,
            summary: checklist.summary.as_deref(),
            every_months: checklist.every,
            items: checklist.items.iter().map(check).collect(),
        }
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct OneJson<'a> {
    schema: &'static str,
    #[serde(flatten)]
    checklist: ChecklistJson<'a>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct AllJson<'a> {
    schema: &'static str,
    checklists: Vec<ChecklistJson<'a>>,
}

impl Serialize for ChecklistView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        OneJson { schema: "costplan.checklist.v1", checklist: self.checklist.into() }.serialize(serializer)
    }
}

impl Serialize for ChecklistsView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let checklists = self.checklists.iter().map(ChecklistJson::from).collect();
        AllJson { schema: "costplan.checklists.v1", checklists }.serialize(serializer)
    }
}
