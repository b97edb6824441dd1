//! The screen of a sweep: what the range costs, some of its points, and the first break-points.

use crate::calculate::BreakPoint;
use crate::model::subtract;
use crate::view::cost::tags::part_words;
use crate::view::page::layout::{Block, Grid, Page};
use crate::view::page::number::thousands;
use crate::view::page::scenario::scenario_texts;
use crate::view::page::screen::{Tone, footer, sentences, several};
use crate::view::plan::break_points::break_point_grid;
use crate::view::plan::sweep::SweepView;

/// The most points and the most break-points, unless all are requested.
const POINTS: usize = 6;
const BREAKS: usize = 4;
/// The column of the verdict on the share of revenue, in a sweep of one stage.
const RATING: usize = 5;

impl SweepView<'_> {
    /// The page for a terminal.
    pub(crate) fn screen_page(&self) -> Page {
        let (mut grid, breaks, curves) = self.run(self.draws);
        if self.has_failed() {
            return Page::default();
        }
        let stages = self.stages();
        let count = match breaks.len() {
            0 => "no break-point".to_owned(),
            count => several(count, "break-point"),
        };
        let mut blocks = vec![Block::Headline(
            thousands(&format!("{}: {}, {count}", self.title().trim_start_matches("Stage "), self.cost(&grid)))
                .into_owned(),
        )];
        let first = stages.first();
        let context = first.into_iter().flat_map(|stage| scenario_texts(stage));
        let context = context.chain(first.and_then(|stage| stage.part.as_deref()).map(part_words));
        let brackets = "In brackets: the stage does not serve that many".to_owned();
        let context = context.chain((stages.len() > 1).then_some(brackets));
        blocks.extend(sentences(context.map(|text| (Tone::Plain, text))));
        let (points, count) = (grid.len(), breaks.len());
        let mut listed = breaks.clone();
        if !self.shows_all {
            grid = grid.picked(&spread(points));
            listed = largest(&breaks);
        }
        let left_out = points > grid.len() || count > listed.len();
        // The verdict on a share is in the full table.
        if let (1, Some(rating)) = (stages.len(), grid.columns.get_mut(RATING)) {
            rating.is_hidden = true;
        }
        grid.is_ruled = false;
        blocks.push(Block::Grid(grid));
        if !listed.is_empty() {
            let mut table = break_point_grid(&listed, &stages, self.unit());
            table.is_ruled = false;
            blocks.push(Block::Grid(table));
        }
        if let Some(curves) = curves {
            let charts = curves.into_charts(&breaks, &stages, self.axis(), self.unit());
            blocks.extend(charts.into_iter().map(Block::Chart));
        }
        let hint = format!("--details for {} and {}", several(points, "row"), several(count, "break-point"));
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

/// The break-points at which the total changes most, in their order.
fn largest(breaks: &[BreakPoint]) -> Vec<BreakPoint> {
    let jump = |point: &BreakPoint| {
        let [before, after] = point.totals;
        before.zip(after).and_then(|(before, after)| subtract(after, before).ok()).map(|jump| jump.abs())
    };
    let mut places: Vec<usize> = (0..breaks.len()).collect();
    places.sort_by_key(|place| std::cmp::Reverse(jump(&breaks[*place])));
    places.truncate(BREAKS);
    places.sort_unstable();
    places.into_iter().map(|place| breaks[place].clone()).collect()
}

/// Rows that are spread evenly, with the first and the last.
fn spread(rows: usize) -> Vec<usize> {
    if rows <= POINTS {
        return (0..rows).collect();
    }
    (0..POINTS).map(|place| place * (rows - 1) / (POINTS - 1)).collect()
}
