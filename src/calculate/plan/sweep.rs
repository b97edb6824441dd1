//! The cost of stages over a range of customers or of a driver, and every break-point.
//!
//! Every whole number of the range is computed, whatever step is shown, so every break-point is found at its exact
//! number. Points are computed one after another and not stored.

use rust_decimal::Decimal;

use crate::calculate::cost::costing::{Completeness, UnitEconomics};
use crate::calculate::plan::curve::{Curve, CurvePoint, Moving};
use crate::calculate::plan::points::{BreakPoint, Change, StagePoint, SweepPoint};
use crate::calculate::plan::recommend::{cheapest, eligible};
use crate::diagnostic::Diagnostic;
use crate::model::{Progress, Revenue, Stage, subtract};

/// The range of a sweep and what is computed in it.
#[derive(Clone, Debug)]
pub struct SweepPlan<'s> {
    /// The stages, each with its revenue.
    pub stages: Vec<(&'s Stage, Revenue)>,
    /// The name of the driver that is swept; `None` where it is the customers.
    pub driver: Option<&'s str>,
    /// The customers, where a driver is swept.
    pub customers: u64,
    /// The first number.
    pub low: u64,
    /// The last number.
    pub high: u64,
    /// The step between shown points, starting at the first number; at least one.
    pub step: u64,
    /// Who hears how many numbers are computed.
    pub progress: Progress,
}

impl<'s> SweepPlan<'s> {
    /// The points, in order: every `step`th number of the range, its last number, and every number with a break-point.
    pub fn points(&self) -> Sweep<'s> {
        let curve = |(stage, revenue): &(&'s Stage, Revenue)| {
            Curve::new(stage, Moving::of(stage, self.driver), self.customers, *revenue).with_alternatives()
        };
        Sweep {
            curves: self.stages.iter().map(curve).collect(),
            low: self.low,
            high: self.high,
            step: self.step.max(1),
            next: Some(self.low),
            ahead: None,
            before: None,
            progress: self.progress.clone(),
        }
    }
}

/// A running sweep.
pub struct Sweep<'s> {
    curves: Vec<Curve<'s>>,
    low: u64,
    high: u64,
    step: u64,
    /// The number of the next point; `None` at the end.
    next: Option<u64>,
    /// The cost of the stages at `next`, already computed for the marginal costs of the point before.
    ahead: Option<Result<Vec<CurvePoint>, Vec<Diagnostic>>>,
    /// The point before.
    before: Option<Before>,
    progress: Progress,
}

/// State of the point before.
struct Before {
    cheapest: Option<usize>,
    /// The cost of the cheapest stage there.
    total: Option<Decimal>,
    /// Whether each stage served there.
    served: Vec<bool>,
}

impl Iterator for Sweep<'_> {
    type Item = Result<SweepPoint, Vec<Diagnostic>>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let at = self.next?;
            self.progress.report(at - self.low, self.high - self.low + 1);
            match self.point(at) {
                Ok(point) => {
                    if point.is_on_grid || !point.breaks.is_empty() {
                        return Some(Ok(point));
                    }
                }
                Err(problems) => {
                    self.next = None;
                    return Some(Err(problems));
                }
            }
        }
    }
}

impl Sweep<'_> {
    /// Computes a point, and all stages for the number after it.
    fn point(&mut self, at: u64) -> Result<SweepPoint, Vec<Diagnostic>> {
        let points = match self.ahead.take() {
            Some(ahead) => ahead?,
            None => {
                self.curves.iter_mut().for_each(|curve| curve.approach(at));
                self.all(at)?
            }
        };
        self.next = (at < self.high).then_some(at + 1);
        let ahead = match at.checked_add(1) {
            Some(next) => self.all(next),
            None => Err(Vec::new()),
        };
        let next_totals: Vec<Option<Decimal>> = match &ahead {
            Ok(next) => next.iter().map(known_total).collect(),
            Err(_) => vec![None; points.len()],
        };
        self.ahead = Some(ahead);
        let mut breaks = Vec::new();
        let totals = points.iter().map(|point| eligible(&point.fit, point.completeness, &point.totals));
        let cheapest = if points.len() > 1 { cheapest(totals) } else { None };
        let customers = points.first().map_or(at, |point| point.customers);
        let mut stages = Vec::with_capacity(points.len());
        let before = self.before.take();
        let is_single = points.len() == 1;
        for (place, (point, next)) in points.into_iter().zip(next_totals).enumerate() {
            let totals = [point.total_before.filter(|_| at > self.low), point.total()];
            // The first point has no point before it in the range. Of several stages, only changes of those that serve
            // matter.
            let served = before.as_ref().is_some_and(|before| before.served[place]);
            let matters = is_single || served || point.fit.serves();
            let is_told = |change: &Change| matters && (at > self.low || matches!(change, Change::CheapestSku { .. }));
            let of = |change: Change| BreakPoint { at, stage: Some(place), totals, change };
            let marginal = next.zip(known_total(&point)).and_then(|(next, now)| subtract(next, now).ok());
            let economics = UnitEconomics { marginal_cost: marginal, ..point.economics };
            stages.push(StagePoint {
                totals: (point.completeness != Completeness::Nothing).then_some(point.totals),
                completeness: point.completeness,
                economics,
                fit: point.fit,
                share_of_stage: point.share_of_stage,
            });
            breaks.extend(point.changes.into_iter().filter(is_told).map(of));
        }
        let total = cheapest.and_then(|place| stages[place].totals).map(|totals| totals.total);
        if let Some(before) = before.filter(|before| before.cheapest != cheapest) {
            let change = Change::Cheapest(cheapest);
            breaks.push(BreakPoint { at, stage: None, totals: [before.total, total], change });
        }
        let served = stages.iter().map(|stage| stage.fit.serves()).collect();
        self.before = Some(Before { cheapest, total, served });
        let is_on_grid = (at - self.low).is_multiple_of(self.step) || at == self.high;
        Ok(SweepPoint { at, customers, is_on_grid, stages, cheapest, breaks })
    }

    fn all(&mut self, at: u64) -> Result<Vec<CurvePoint>, Vec<Diagnostic>> {
        self.curves.iter_mut().map(|curve| curve.point(at)).collect()
    }
}

/// The exact total, if it is fully known.
fn known_total(point: &CurvePoint) -> Option<Decimal> {
    (point.completeness == Completeness::Full).then_some(point.totals.total_exact)
}
