//! The curves of a sweep as charts: the cost of stages, and their share of MRR.

use rust_decimal::Decimal;

use crate::calculate::{BreakPoint, Completeness, SweepPoint};
use crate::model::Stage;
use crate::view::page::chart::{AxisUnit, Chart, ChartKind, Curve, CurveMark, Guide, Series};
use crate::view::page::number::{Number, exact_percent};
use crate::view::plan::change::words;

/// The most break-points that are marked individually.
const MAX_MARKS: usize = 200;

/// What a gap in the costs means.
pub(crate) const NOT_KNOWN: &str = "not fully known";

/// The curves of a sweep while it runs.
pub(crate) struct Curves {
    costs: Vec<Series>,
    shares: Vec<Series>,
    /// Whether a part of the costs of each stage is unknown somewhere.
    unknown: Vec<bool>,
}

impl Curves {
    /// No points yet, for a number of stages.
    pub(crate) fn new(stages: &[&Stage]) -> Self {
        let series = |stage: &&Stage| Series { name: format!("{} {}", stage.id, stage.name), points: Vec::new() };
        let empty: Vec<Series> = stages.iter().map(series).collect();
        Self { costs: empty.clone(), shares: empty, unknown: vec![false; stages.len()] }
    }

    /// Adds a point. Of several stages, only those that serve are drawn; costs that are not fully known are not drawn.
    pub(crate) fn add(&mut self, point: &SweepPoint) {
        let x = Decimal::from(point.at);
        let is_single = point.stages.len() == 1;
        for (place, stage) in point.stages.iter().enumerate() {
            self.unknown[place] |= stage.completeness != Completeness::Full;
            let is_drawn = stage.completeness == Completeness::Full && (is_single || stage.fit.serves());
            let total = stage.totals.filter(|_| is_drawn).map(|totals| totals.total);
            let share = stage.economics.share_of_mrr.clone().filter(|_| is_drawn).and_then(|share| share.round(6).ok());
            self.costs[place].points.push((x, total));
            self.shares[place].points.push((x, share));
        }
    }

    /// The names of the stages whose costs are not fully known somewhere.
    pub(crate) fn unknown(&self) -> Vec<&str> {
        let series = self.costs.iter().zip(&self.unknown);
        series.filter(|(_, is_unknown)| **is_unknown).map(|(series, _)| series.name.as_str()).collect()
    }

    /// The charts: costs, and the share of MRR if there is revenue.
    pub(crate) fn into_charts(self, breaks: &[BreakPoint], stages: &[&Stage], axis: &str, unit: &str) -> Vec<Chart> {
        let Some(first) = stages.first() else { return Vec::new() };
        let mut marks: Vec<CurveMark> = Vec::new();
        for point in breaks.iter().take(MAX_MARKS) {
            let message = words(point, stages, unit).message;
            let label = match point.stage.and_then(|place| stages.get(place)) {
                Some(stage) if stages.len() > 1 => format!("{} {}: {message}", stage.id, stage.name),
                _ => message,
            };
            let is_major = point.stage.is_none();
            marks.push(CurveMark { x: Decimal::from(point.at), label: format!("{}: {label}", point.at), is_major });
        }
        let money = AxisUnit::Money(first.currency);
        let has_share = self.shares.iter().any(|series| series.points.iter().any(|(_, share)| share.is_some()));
        let budget = first.monthly_budget.and_then(|budget| budget.value.high).filter(|_| stages.len() == 1);
        let guide = |y: Decimal| Guide { y, label: format!("budget {}", Number(y)) };
        // Of several stages, one that does not serve has a gap too.
        let gap = if stages.len() == 1 { NOT_KNOWN.to_owned() } else { String::new() };
        let curve = Curve { x_label: axis.to_owned(), marks, gap, ..Curve::default() };
        let costs =
            Curve { series: self.costs, y_unit: money, guides: budget.map(guide).into_iter().collect(), ..curve };
        let mut charts = vec![Chart { title: "Total a month".to_owned(), kind: ChartKind::Curve(costs) }];
        if has_share {
            let target = first.targets.any_share_of_mrr().unwrap_or(Decimal::new(20, 2));
            let guides = vec![Guide { y: target, label: exact_percent(target) }];
            let kind = ChartKind::Curve(Curve {
                series: self.shares,
                y_unit: AxisUnit::Percent,
                y_most: Some(Decimal::ONE),
                guides,
                x_label: axis.to_owned(),
                ..Curve::default()
            });
            charts.push(Chart { title: "Share of MRR".to_owned(), kind });
        }
        charts
    }
}
