//! The screen of a sweep: what the range costs, some of its points, and the first break-points.

use crate::view::cost::tags::part_words;
use crate::view::page::layout::{Block, Grid, Page};
use crate::view::page::number::thousands;
use crate::view::page::scenario::scenario_texts;
use crate::view::page::screen::{Tone, footer, sentences, several};
use crate::view::plan::break_points::break_point_grid;
use crate::view::plan::sweep::SweepView;

/// The most points and the most break-points, unless all are requested.
const POINTS: usize = 8;
const BREAKS: usize = 5;

impl SweepView<'_> {
    /// The page for a terminal.
    pub(crate) fn screen_page(&self) -> Page {
        let (mut grid, breaks, curves) = self.run();
        if self.has_failed() {
            return Page::default();
        }
        let stages = self.stages();
        let count = match breaks.len() {
            0 => "no break-point".to_owned(),
            count => several(count, "break-point"),
        };
        let mut blocks =
            vec![Block::Headline(thousands(&format!("{}: {}, {count}", self.title(), self.cost(&grid))).into_owned())];
        let first = stages.first();
        let context = first.into_iter().flat_map(|stage| scenario_texts(stage));
        let context = context.chain(first.and_then(|stage| stage.part.as_deref()).map(part_words));
        let brackets = "In brackets: the stage does not serve that many".to_owned();
        let context = context.chain((stages.len() > 1).then_some(brackets));
        blocks.extend(sentences(context.map(|text| (Tone::Plain, text))));
        let mut table =
            if breaks.is_empty() { Grid::new(Vec::new()) } else { break_point_grid(&breaks, &stages, self.unit()) };
        let (points, listed) = (grid.len(), table.len());
        if !self.shows_all {
            grid = grid.picked(&spread(grid.len()));
            table = table.picked(&(0..table.len().min(BREAKS)).collect::<Vec<usize>>());
        }
        let left_out = points > grid.len() || listed > table.len();
        for mut of in [grid, table].into_iter().filter(|of| !of.is_empty()) {
            of.is_ruled = false;
            blocks.push(Block::Grid(of));
        }
        if let Some(curves) = curves {
            let charts = curves.into_charts(&breaks, &stages, self.axis(), self.unit());
            blocks.extend(charts.into_iter().map(Block::Chart));
        }
        let hint = format!("--details for {} and {}", several(points, "row"), several(listed, "break-point"));
        blocks.extend(footer(left_out.then_some(hint)));
        Page { blocks }
    }

    /// What the first and the last point cost.
    fn cost(&self, grid: &Grid) -> String {
        let currency = self.stages().first().map(|stage| format!(" {} a month", stage.currency)).unwrap_or_default();
        let cell = |row: usize| grid.cells(row).nth(1).unwrap_or_default().to_owned();
        match (self.stages().len(), grid.len()) {
            (1, rows) if rows > 0 => match (cell(0), cell(rows - 1)) {
                (first, last) if first == last => format!("{first}{currency}"),
                (first, last) => format!("{first} to {last}{currency}"),
            },
            _ => format!("in{}", currency.trim_end_matches(" a month")),
        }
    }
}

/// Rows that are spread evenly, with the first and the last.
fn spread(rows: usize) -> Vec<usize> {
    if rows <= POINTS {
        return (0..rows).collect();
    }
    (0..POINTS).map(|place| place * (rows - 1) / (POINTS - 1)).collect()
}
