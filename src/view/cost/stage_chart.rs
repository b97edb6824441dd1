//! The chart of a stage: the cost of each category.

use crate::calculate::{Completeness, KnownCost};
use crate::model::Fraction;
use crate::view::cost::stage::StageView;
use crate::view::page::chart::{BarRow, Bars, Chart, ChartKind};
use crate::view::page::number::{displayed, percent};

impl StageView<'_> {
    /// A bar for each category with its cost and its share of the subtotal; `None` where the costings have different
    /// categories.
    pub(crate) fn category_chart(&self) -> Option<Chart> {
        let categories = self.shared(|costing| costing.categories.as_slice())?;
        let currency = self.stage.currency;
        let subtotal = self.shared(|costing| Fraction::from(costing.totals.subtotal))?;
        let texts: Vec<[String; 2]> = categories
            .iter()
            .map(|cost| match cost.completeness {
                Completeness::Nothing => ["?".to_owned(), String::new()],
                Completeness::Full => [displayed(cost.monthly, currency).to_string(), share(*cost, &subtotal)],
                Completeness::Part => [format!("{} + ?", displayed(cost.monthly, currency)), share(*cost, &subtotal)],
            })
            .collect();
        let width = texts.iter().map(|[_, share]| share.len()).max().unwrap_or(0);
        let rows =
            self.stage.categories.iter().zip(categories).zip(texts).map(|((name, cost), [amount, share])| BarRow {
                label: name.to_string(),
                value: (cost.completeness != Completeness::Nothing).then_some(cost.monthly),
                text: format!("{amount}  {share:>width$}"),
            });
        let title = format!("Cost by category, {} a month, and share of the subtotal", self.stage.currency);
        Some(Chart { title, kind: ChartKind::Bars(Bars { rows: rows.collect() }) })
    }
}

/// The share of the subtotal; empty if that is zero.
fn share(cost: KnownCost, subtotal: &Fraction) -> String {
    Fraction::from(cost.monthly).divide(subtotal).map_or_else(|_| String::new(), |share| percent(&share, 1))
}
