//! The charts of a forecast: the costs and the revenue of the months, the share, and the cash.

use rust_decimal::Decimal;

use crate::calculate::{Completeness, ForecastEvent, ForecastMonth};
use crate::view::cost::tags::part_words;
use crate::view::page::chart::{AxisUnit, Chart, ChartKind, Curve, CurveBand, CurveMark, Guide, Picture, Series};
use crate::view::page::number::exact_percent;
use crate::view::page::scenario::{scenario_text, techniques_text};
use crate::view::plan::curves::NOT_KNOWN;
use crate::view::plan::forecast::{ForecastView, costs};
use crate::view::plan::forecast_event::stage_name;

impl ForecastView<'_> {
    /// The costs and the revenue of the months, and the cash.
    pub(crate) fn charts(&self) -> Vec<Chart> {
        let money = AxisUnit::Money(self.currency);
        let complete = |month: &ForecastMonth| costs(month).filter(|(_, is_known)| *is_known).map(|(costs, _)| costs);
        let mut of_money = vec![self.series("costs", complete)];
        if self.months().iter().any(|month| month.economics.mrr.is_some()) {
            of_money.push(self.series("MRR", |month| month.economics.mrr));
        }
        let bands = self.budget_band().into_iter().collect();
        let gap = NOT_KNOWN.to_owned();
        let costs = Curve { y_unit: money, bands, gap, ..self.curve(of_money) };
        let mut charts = vec![Chart { title: "Costs of each month".to_owned(), kind: ChartKind::Curve(costs) }];
        if self.months().iter().any(|month| month.economics.share_of_mrr.is_some()) {
            let share = |month: &ForecastMonth| {
                let is_known = month.completeness == Completeness::Full;
                month.economics.share_of_mrr.clone().filter(|_| is_known)?.round(6).ok()
            };
            let mut bounds: Vec<Decimal> =
                self.months().iter().filter_map(|month| Some(month.economics.target?.bound)).collect();
            bounds.sort_unstable();
            bounds.dedup();
            if bounds.is_empty() {
                bounds.push(Decimal::new(20, 2));
            }
            let guides = bounds.into_iter().map(|bound| Guide { y: bound, label: exact_percent(bound) }).collect();
            let curve = self.curve(vec![self.series("share of MRR", share)]);
            let curve = Curve { y_unit: AxisUnit::Percent, y_most: Some(Decimal::ONE), guides, ..curve };
            charts.push(Chart { title: "Share of MRR".to_owned(), kind: ChartKind::Curve(curve) });
        }
        if self.has_cash() {
            let curve = self.curve(vec![self.series("cash", |month| month.balance)]);
            let kind = ChartKind::Curve(Curve { y_unit: money, gap: NOT_KNOWN.to_owned(), ..curve });
            charts.push(Chart { title: "Cash at the end of each month".to_owned(), kind });
        }
        charts
    }

    /// The charts for a document.
    pub fn picture(&self) -> Picture {
        let mut notes = vec![format!("{} a month, each month at the prices of its first day", self.currency)];
        notes.extend(self.scenario.map(scenario_text));
        notes.extend(techniques_text(self.techniques));
        notes.extend(self.part.map(part_words));
        notes.extend(self.sentences());
        let mut charts = self.charts();
        for (index, chart) in charts.iter_mut().enumerate() {
            let ChartKind::Curve(curve) = &mut chart.kind else { continue };
            // What changes is named once.
            let marks = std::mem::take(&mut curve.marks);
            curve.marks.extend(marks.into_iter().filter(|_| index == 0).map(|mark| {
                let name = curve.x_names.iter().find(|(x, _)| *x == mark.x).map_or("", |(_, name)| name);
                CurveMark { label: format!("{name}: {}", mark.label), ..mark }
            }));
        }
        Picture { title: self.title(), notes, charts }
    }

    /// A line over the months.
    fn series(&self, name: &str, value: fn(&ForecastMonth) -> Option<Decimal>) -> Series {
        let points = self.months().iter().enumerate().map(|(index, month)| (place(index), value(month)));
        Series { name: name.to_owned(), points: points.collect() }
    }

    /// Lines over the months, with a mark where another stage serves.
    fn curve(&self, series: Vec<Series>) -> Curve {
        let months = || self.months().iter().enumerate();
        let changes = months().filter_map(|(index, month)| {
            let is_change = month.events.iter().any(|event| matches!(event, ForecastEvent::StageChange { .. }));
            let stage = month.stage.as_ref().filter(|_| is_change)?;
            Some(CurveMark { x: place(index), label: format!("stage {}", stage_name(stage)), is_major: true })
        });
        let names = months().map(|(index, month)| (place(index), month.month.to_string()));
        Curve { series, marks: changes.collect(), x_names: names.collect(), ..Curve::default() }
    }

    /// The budgets of the stages that serve; those without an upper end have no area.
    fn budget_band(&self) -> Option<CurveBand> {
        let ends = |month: &ForecastMonth| {
            let budget = month.budget?;
            Some((budget.low.unwrap_or_default(), budget.high?))
        };
        let points: Vec<_> =
            self.months().iter().enumerate().map(|(index, month)| (place(index), ends(month))).collect();
        let has_any = points.iter().any(|(_, ends)| ends.is_some());
        has_any.then(|| CurveBand { name: "budget of the stage".to_owned(), points })
    }
}

/// The place of a month on the axis.
fn place(index: usize) -> Decimal {
    Decimal::from(index as u64)
}
