//! The picture of stages side by side: what each costs, over its range of customers and against its budget.

use crate::calculate::Costing;
use crate::view::cost::stages::{StageRow, StagesView};
use crate::view::cost::tags::part_words;
use crate::view::page::chart::{BarRow, Bars, Chart, ChartKind, Picture};
use crate::view::page::number::{displayed, percent};
use crate::view::page::scenario::scenario_texts;

impl StagesView<'_> {
    /// A bar for each stage; a chart for each currency, since amounts of two are not compared.
    pub fn picture(&self) -> Picture {
        let mut currencies = Vec::new();
        for row in &self.rows {
            if !currencies.contains(&row.stage.currency) {
                currencies.push(row.stage.currency);
            }
        }
        let first = self.rows.first().map(|row| row.stage);
        let mut notes: Vec<String> = first.iter().map(|stage| format!("Prices of {}", stage.as_of)).collect();
        notes.extend(first.into_iter().flat_map(scenario_texts));
        notes.extend(first.and_then(|stage| stage.part.as_deref()).map(part_words));
        let unknown = self.rows.iter().filter(|row| !row.is_complete());
        let unknown: Vec<String> = unknown.map(|row| format!("{} {}", row.stage.id, row.stage.name)).collect();
        if !unknown.is_empty() {
            notes.push(format!("Not fully known, so at least what is drawn: {}", unknown.join(", ")));
        }
        let charts = currencies.into_iter().map(|currency| {
            let of_currency = self.rows.iter().filter(|row| row.stage.currency == currency);
            let rows: Vec<BarRow> = of_currency.map(StageRow::bar).collect();
            let named = |has_any: bool, name: &str| if has_any { name.to_owned() } else { String::new() };
            let range_name = named(rows.iter().any(|row| row.range.is_some()), "over the stage's range of customers");
            let limits_name = named(rows.iter().any(|row| row.limits.is_some()), "budget");
            let kind = ChartKind::Bars(Bars { rows, range_name, limits_name });
            Chart { title: format!("Total, {currency} a month"), kind }
        });
        Picture { title: "Stages side by side".to_owned(), notes, charts: charts.collect() }
    }
}

impl StageRow<'_> {
    /// The bar of the stage where it is sized, or else in the middle of its range.
    fn bar(&self) -> BarRow {
        let stage = self.stage;
        let is_sized = |costing: &&Costing| stage.sized_for == Some(costing.inputs.customers);
        let usual = self.costings.iter().find(is_sized).or_else(|| self.middle());
        let value = usual.and_then(|costing| Some(costing.known_totals()?.total));
        let at = usual.map_or(0, |costing| costing.inputs.customers);
        let text = match (value, usual) {
            (Some(total), Some(costing)) => {
                let open = if costing.is_complete() { "" } else { " + ?" };
                let share = costing.economics.share_of_mrr.as_ref().map(|share| percent(share, 1));
                let share = share.map(|share| format!(", {share}{open} of MRR")).unwrap_or_default();
                format!("{}{open} at {at} customers{share}", displayed(total, stage.currency))
            }
            _ => format!("unknown at {at} customers"),
        };
        let totals: Option<Vec<_>> = self.costings.iter().map(|costing| Some(costing.known_totals()?.total)).collect();
        let totals = totals.unwrap_or_default();
        let range = totals.iter().min().copied().zip(totals.iter().max().copied()).filter(|(low, high)| low != high);
        // A budget does not apply to a part of a stage.
        let budget = stage.monthly_budget.filter(|_| stage.part.is_none()).map(|budget| budget.value);
        let limits = budget.and_then(|band| Some((band.low.unwrap_or_default(), band.high?)));
        BarRow { label: format!("{} {}", stage.id, stage.name), value, text, range, limits }
    }
}
