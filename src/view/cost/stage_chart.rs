//! The charts of a stage: the cost of each category.

use crate::calculate::{Completeness, Costing, KnownCost};
use crate::model::{Fraction, Stage, add};
use crate::view::cost::stage::StageView;
use crate::view::cost::tags::part_words;
use crate::view::page::chart::{BarRow, Bars, Chart, ChartKind, Picture};
use crate::view::page::number::{displayed, percent};
use crate::view::page::scenario::scenario_texts;

/// The most categories of a picture, before the smallest become one bar.
const MOST: usize = 10;

impl StageView<'_> {
    /// A bar for each category with its cost and its share of the subtotal; `None` where the costings have different
    /// categories.
    pub(crate) fn category_chart(&self) -> Option<Chart> {
        let categories = self.shared(|costing| costing.categories.as_slice())?;
        let currency = self.stage.currency;
        let subtotal = self.shared(whole)?;
        let share = |cost: KnownCost| share(cost, subtotal.as_ref());
        let texts: Vec<[String; 2]> = categories
            .iter()
            .map(|cost| match cost.completeness {
                Completeness::Nothing => ["?".to_owned(), String::new()],
                Completeness::Full => [displayed(cost.monthly, currency).to_string(), share(*cost)],
                Completeness::Part => [format!("{} + ?", displayed(cost.monthly, currency)), share(*cost)],
            })
            .collect();
        let width = texts.iter().map(|[_, share]| share.len()).max().unwrap_or(0);
        let rows =
            self.stage.categories.iter().zip(categories).zip(texts).map(|((name, cost), [amount, share])| BarRow {
                label: name.to_string(),
                value: (cost.completeness != Completeness::Nothing).then_some(cost.monthly),
                text: format!("{amount}  {share:>width$}"),
                ..BarRow::default()
            });
        let of_subtotal = if subtotal.is_some() { ", and share of the subtotal" } else { "" };
        let title = format!("Cost by category, {} a month{of_subtotal}", self.stage.currency);
        Some(Chart { title, kind: ChartKind::Bars(Bars { rows: rows.collect(), ..Bars::default() }) })
    }

    /// The categories at each number of customers for a document: the largest first, small ones as one bar, so that
    /// the bars add up to the subtotal.
    pub fn picture(&self) -> Picture {
        let stage = self.stage;
        let has_shares = self.costings.iter().any(|costing| whole(costing).is_some());
        let of_subtotal = if has_shares { " and share of the subtotal" } else { "" };
        let mut notes = vec![format!("{} a month{of_subtotal}, prices of {}", stage.currency, stage.as_of)];
        notes.extend(scenario_texts(stage));
        notes.extend(stage.part.as_deref().map(part_words));
        let charts = self.costings.iter().map(|costing| {
            let kind = ChartKind::Bars(Bars { rows: bars(stage, costing), ..Bars::default() });
            Chart { title: sums(stage, costing), kind }
        });
        let title = format!("Stage {} {} by category", stage.id, stage.name);
        Picture { title, notes, charts: charts.collect() }
    }
}

/// The subtotal and the total at a number of customers, in words.
fn sums(stage: &Stage, costing: &Costing) -> String {
    let at = costing.inputs.customers;
    let Some(totals) = costing.known_totals() else { return format!("At {at} customers: the cost is unknown") };
    let shown = |amount| displayed(amount, stage.currency);
    let open = if costing.is_complete() { "" } else { " + ?" };
    let total = if totals.total == totals.subtotal {
        String::new()
    } else {
        format!("; with buffer and rounding {}{open}", shown(totals.total))
    };
    format!("At {at} customers: {}{open}{total}", shown(totals.subtotal))
}

/// The bars of the categories at a number of customers.
fn bars(stage: &Stage, costing: &Costing) -> Vec<BarRow> {
    let mut categories: Vec<(String, KnownCost)> =
        stage.categories.iter().map(ToString::to_string).zip(costing.categories.iter().copied()).collect();
    let is_unknown = |cost: &KnownCost| cost.completeness == Completeness::Nothing;
    categories.sort_by(|(_, a), (_, b)| is_unknown(a).cmp(&is_unknown(b)).then(b.monthly.cmp(&a.monthly)));
    if categories.len() > MOST {
        let rest = categories.split_off(MOST - 1);
        let name = format!("{} others", rest.len());
        match folded(&rest) {
            Some(cost) => categories.push((name, cost)),
            None => categories.extend(rest),
        }
    }
    let subtotal = whole(costing);
    let of_subtotal = |cost| Some(share(cost, subtotal.as_ref())).filter(|share| !share.is_empty());
    let of_subtotal = |cost| of_subtotal(cost).map(|share| format!(" ({share})")).unwrap_or_default();
    let bar = |(label, cost): (String, KnownCost)| {
        let amount = displayed(cost.monthly, stage.currency);
        let (value, text) = match cost.completeness {
            Completeness::Nothing => (None, "unknown".to_owned()),
            Completeness::Full => (Some(cost.monthly), format!("{amount}{}", of_subtotal(cost))),
            Completeness::Part => (Some(cost.monthly), format!("{amount} + ?{}", of_subtotal(cost))),
        };
        BarRow { label, value, text, ..BarRow::default() }
    };
    categories.into_iter().map(bar).collect()
}

/// The sum of some categories; `None` if it has too many digits.
fn folded(rest: &[(String, KnownCost)]) -> Option<KnownCost> {
    let monthly = rest.iter().try_fold(rust_decimal::Decimal::ZERO, |sum, (_, cost)| add(sum, cost.monthly)).ok()?;
    let all = |is: Completeness| rest.iter().all(|(_, cost)| cost.completeness == is);
    let completeness = match (all(Completeness::Full), all(Completeness::Nothing)) {
        (true, _) => Completeness::Full,
        (_, true) => Completeness::Nothing,
        _ => Completeness::Part,
    };
    Some(KnownCost { monthly, completeness })
}

/// What shares are taken of: the subtotal; `None` if it is zero, or if more of it could become known.
fn whole(costing: &Costing) -> Option<Fraction> {
    let subtotal = costing.totals.subtotal;
    (costing.is_complete() && !subtotal.is_zero()).then(|| subtotal.into())
}

/// The share of the subtotal; empty if there is none.
fn share(cost: KnownCost, subtotal: Option<&Fraction>) -> String {
    let share = subtotal.and_then(|subtotal| Fraction::from(cost.monthly).divide(subtotal).ok());
    share.map(|share| percent(&share, 1)).unwrap_or_default()
}
