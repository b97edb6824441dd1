//! The cost curve of stages with its break-points.

use crate::calculate::{BreakPoint, SweepPlan};
use crate::diagnostic::Diagnostic;
use crate::model::Stage;
use crate::view::page::chart::Chart;
use crate::view::page::layout::Grid;
use crate::view::plan::break_points::break_point_grid;
use crate::view::plan::curves::Curves;

/// The charts of a sweep, its break-points as rows, and the number at which each of them is.
///
/// # Errors
/// A number that cannot be computed.
pub(crate) fn curve(plan: &SweepPlan<'_>) -> Result<(Vec<Chart>, (Grid, Vec<u64>)), Vec<Diagnostic>> {
    let stages: Vec<&Stage> = plan.stages.iter().map(|(stage, _)| *stage).collect();
    let mut curves = Curves::new(&stages);
    let mut breaks: Vec<BreakPoint> = Vec::new();
    for point in plan.points() {
        let point = point?;
        curves.add(&point);
        breaks.extend(point.breaks);
    }
    let grid = break_point_grid(&breaks, &stages, "customer");
    let at = breaks.iter().map(|point| point.at).collect();
    Ok((curves.into_charts(&breaks, &stages, "customers", "customer"), (grid, at)))
}
