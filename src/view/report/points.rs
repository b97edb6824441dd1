//! The costs of a stage at every stop of its page, for the script of the page.
//!
//! Amounts are those of `costplan stage --format json`, digit for digit. The script looks them up. The only numbers that it
//! makes itself are quotients, of whole numbers and rounded as in JSON: the cost per customer, and the share of a revenue that
//! the reader moves.

use rust_decimal::Decimal;
use serde::Serialize;

use crate::calculate::{Completeness, Costing, FindingCode, Rating};
use crate::model::{Payers, Revenue, Stage};
use crate::view::cost::stage::StageView;
use crate::view::page::finding::findings;
use crate::view::page::number::Number;
use crate::view::page::shown::ShownTotals;
use crate::view::page::words::rating;
use crate::view::report::column::column;
use crate::view::report::stage::{CostsAtRevenue, ReportStage};
use crate::view::report::texts::{TextColumn, Texts};

/// The most characters of the usage of a row.
const USAGE: usize = 60;

/// The costs of a stage for the script of the page.
#[derive(Serialize)]
pub(crate) struct PointsJson {
    id: u32,
    name: String,
    currency: String,
    decimals: u32,
    /// The numbers of customers.
    stops: String,
    start: usize,
    revenue: RevenueJson,
    target: Option<String>,
    /// Whether the costs cover a part of the stage, which is not rated.
    is_part: bool,
    costs: Vec<CostsJson>,
}

#[derive(Serialize)]
struct RevenueJson {
    /// `arpu` or `mrr`: what is given, and moved.
    kind: &'static str,
    given: Option<String>,
    /// The MRR of one customer for an ARPU of one.
    mrr_per_arpu: Option<String>,
    /// The amounts at which the slider stops; none if it may stop anywhere.
    stops: Vec<String>,
    first: usize,
}

#[derive(Serialize)]
struct CostsJson {
    /// 2 where all is known, 1 where a part is, 0 where nothing is.
    known: String,
    rows: Vec<RowJson>,
    categories: Vec<PartJson>,
    subtotal: String,
    buffer: String,
    rounding: String,
    total: String,
    total_exact: String,
    marginal_cost: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    total_with_tax: Option<String>,
    findings: Vec<TextColumn>,
}

#[derive(Serialize)]
struct RowJson {
    #[serde(flatten)]
    part: PartJson,
    usage: Vec<TextColumn>,
}

/// A part of the costs.
#[derive(Serialize)]
struct PartJson {
    cost: String,
    /// How much is known of it, as for all costs.
    known: String,
}

impl PartJson {
    /// A part, of which each costing has a known amount, and how much is known.
    fn of(costs: &CostsAtRevenue, part: impl Fn(&Costing) -> (Decimal, Completeness)) -> Self {
        let parts: Vec<_> = costs.costings.iter().map(part).collect();
        let cost = parts.iter().map(|(cost, known)| (*known != Completeness::Nothing).then_some(*cost));
        let known = parts.iter().map(|(_, known)| Some(known_part(*known)));
        Self { cost: column(&cost.collect::<Vec<_>>()), known: column(&known.collect::<Vec<_>>()) }
    }
}

/// 2 where all of a cost is known, 1 where a part is, 0 where nothing is.
fn known_part(known: Completeness) -> Decimal {
    match known {
        Completeness::Full => Decimal::TWO,
        Completeness::Part => Decimal::ONE,
        Completeness::Nothing => Decimal::ZERO,
    }
}

/// The bounds of the ratings of a share of revenue, with their names.
pub(crate) fn rating_bounds() -> Vec<(String, &'static str, &'static str)> {
    let bound = |(bound, of): (Decimal, Rating)| (Number(bound).to_string(), rating(of).0, rating(of).1);
    let last = rating(Rating::OptimiseUrgently);
    Rating::BOUNDS.into_iter().map(bound).chain([(String::new(), last.0, last.1)]).collect()
}

impl PointsJson {
    pub(crate) fn of(report: &ReportStage) -> Self {
        let stage = &report.stage;
        let stops: Vec<Option<Decimal>> = report.stops.iter().map(|stop| Some(Decimal::from(*stop))).collect();
        Self {
            id: stage.id,
            name: stage.name.to_string(),
            currency: stage.currency.to_string(),
            decimals: stage.currency.decimals(),
            stops: column(&stops),
            start: report.start,
            revenue: revenue(report),
            target: stage.targets.own_share_of_mrr.map(|bound| Number(bound).to_string()),
            is_part: stage.part.is_some(),
            costs: report.costs.iter().map(|costs| CostsJson::of(report, costs)).collect(),
        }
    }
}

fn revenue(report: &ReportStage) -> RevenueJson {
    let text = |amount: Decimal| Number(amount).to_string();
    let (kind, given) = match report.revenue {
        Revenue::Unknown => ("arpu", None),
        Revenue::Arpu(arpu) => ("arpu", Some(arpu.value)),
        Revenue::Mrr(mrr) => ("mrr", Some(mrr.value)),
    };
    RevenueJson {
        kind,
        given: given.map(text),
        mrr_per_arpu: mrr_per_arpu(report.stage.payers).map(text),
        stops: report.costs.iter().filter_map(|costs| costs.arpu).map(text).collect(),
        first: report.first_revenue,
    }
}

/// The MRR of one customer for an ARPU of one, as a decimal.
fn mrr_per_arpu(payers: Payers) -> Option<Decimal> {
    payers.mrr_per_arpu(1).ok()?.exact()
}

impl CostsJson {
    fn of(report: &ReportStage, costs: &CostsAtRevenue) -> Self {
        let stage = &report.stage;
        let of =
            |value: &dyn Fn(&Costing) -> Option<Decimal>| column(&costs.costings.iter().map(value).collect::<Vec<_>>());
        let rounding = |costing: &Costing| {
            let shown = ShownTotals::of(stage, costing)?;
            shown.rounding.checked_add(shown.rounding_of_rows)
        };
        let category = |place: usize| {
            PartJson::of(costs, |costing| (costing.categories[place].monthly, costing.categories[place].completeness))
        };
        let mut said = Texts::default();
        costs.costings.iter().for_each(|costing| said.add(sentences(stage, costing)));
        Self {
            known: of(&|costing| Some(known_part(costing.completeness()))),
            rows: report.order().into_iter().map(|place| RowJson::of(stage, costs, place)).collect(),
            categories: (0..stage.categories.len()).map(category).collect(),
            subtotal: of(&|costing| Some(costing.known_totals()?.subtotal)),
            buffer: of(&|costing| Some(costing.known_totals()?.buffer)),
            rounding: of(&rounding),
            total: of(&|costing| Some(costing.known_totals()?.total)),
            total_exact: of(&|costing| Some(costing.known_totals()?.total_exact)),
            marginal_cost: of(&|costing| costing.economics.marginal_cost),
            total_with_tax: stage
                .tax
                .as_ref()
                .map(|_| of(&|costing| costing.known_totals().and(costing.taxed.as_ref()).map(|taxed| taxed.total))),
            findings: said.columns(),
        }
    }
}

impl RowJson {
    fn of(stage: &Stage, costs: &CostsAtRevenue, place: usize) -> Self {
        let mut usage = Texts::default();
        for costing in &costs.costings {
            usage.add([(Vec::new(), row_usage(stage, costing, place))]);
        }
        let part = PartJson::of(costs, |costing| {
            let line = &costing.line_items[place];
            (line.monthly, line.completeness())
        });
        Self { part, usage: usage.columns() }
    }
}

/// What a row is computed with.
pub(crate) fn row_usage(stage: &Stage, costing: &Costing, place: usize) -> String {
    ungrouped(&StageView::new(stage, std::slice::from_ref(costing), false).usage(place, USAGE))
}

/// A text without separators of thousands, which are written again where it is shown.
fn ungrouped(text: &str) -> String {
    let bytes = text.as_bytes();
    let is_digit = |place: usize| bytes.get(place).is_some_and(u8::is_ascii_digit);
    let is_separator = |place: usize| {
        place > 0 && is_digit(place - 1) && (1..=3).all(|ahead| is_digit(place + ahead)) && !is_digit(place + 4)
    };
    text.char_indices().filter(|(place, sign)| *sign != ',' || !is_separator(*place)).map(|(_, sign)| sign).collect()
}

/// The findings of a costing without those on the revenue, which the reader moves: the worst first, in an order that the
/// script can make as well.
pub(crate) fn sentences(stage: &Stage, costing: &Costing) -> Vec<(Vec<&'static str>, String)> {
    let of_revenue = [FindingCode::ShareOfMrr, FindingCode::NoRevenue].map(FindingCode::as_str);
    let mut found = findings(stage, costing);
    found.retain(|finding| !of_revenue.contains(&finding.code));
    let rank = |severity: &str| ["breach", "warning", "note"].iter().position(|known| *known == severity);
    found.sort_by(|a, b| (rank(a.severity), a.code, &a.message).cmp(&(rank(b.severity), b.code, &b.message)));
    found.into_iter().map(|finding| (vec![finding.severity, finding.code], finding.message)).collect()
}
