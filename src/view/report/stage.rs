//! A stage with everything that a page shows of it.

use rust_decimal::Decimal;

use crate::calculate::{Costing, Trace};
use crate::model::{Revenue, Stage};
use crate::view::page::chart::Chart;
use crate::view::page::layout::Grid;

/// A stage, computed at every number of customers at which its page can stop.
#[derive(Debug)]
pub struct ReportStage {
    /// The stage.
    pub stage: Stage,
    /// The revenue as it is requested.
    pub revenue: Revenue,
    /// The numbers of customers, from the least on.
    pub stops: Vec<u64>,
    /// The place among `stops` that is shown first.
    pub start: usize,
    /// The costs at each stop: once, or for each revenue per customer if the costs depend on it.
    pub costs: Vec<CostsAtRevenue>,
    /// The place among `costs` that is shown first.
    pub first_revenue: usize,
    /// The costings whose steps are shown, from the least number of customers on, with the steps.
    pub explained: Vec<(Costing, Trace)>,
    /// The cost curves.
    pub charts: Vec<Chart>,
    /// The break-points as rows, and the number of customers of each.
    pub breaks: (Grid, Vec<u64>),
}

/// The costs at each stop with one revenue per customer.
#[derive(Debug)]
pub struct CostsAtRevenue {
    /// The revenue per customer; `None` if the costs are the same with every revenue.
    pub arpu: Option<Decimal>,
    /// The costing at each stop.
    pub costings: Vec<Costing>,
}

impl ReportStage {
    /// What is shown first.
    pub(crate) fn shown(&self) -> &Costing {
        &self.costs[self.first_revenue].costings[self.start]
    }

    /// The rows, the most expensive first.
    pub(crate) fn order(&self) -> Vec<usize> {
        let costing = self.shown();
        let mut rows: Vec<usize> = self.stage.selected().map(|(place, _)| place).collect();
        rows.sort_by_key(|place| {
            let line = &costing.line_items[*place];
            (line.unknown.is_empty(), std::cmp::Reverse(line.monthly))
        });
        rows
    }
}
