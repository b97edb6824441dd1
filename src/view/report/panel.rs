//! A stage on its page at the number of customers that is shown first. The script writes the same numbers for others.

use rust_decimal::Decimal;

use crate::calculate::{Completeness, Costing, ShareTarget, UnitEconomics};
use crate::model::{Currency, Fraction, Stage};
use crate::view::page::finding::FindingView;
use crate::view::page::number::{Number, exact_percent, per_unit, percent, quotient, range, thousands};
use crate::view::page::screen::amount;
use crate::view::page::shown::ShownTotals;
use crate::view::page::words::rating;
use crate::view::report::points::{row_usage, sentences};
use crate::view::report::stage::ReportStage;

/// What is written in place of a number that is unknown.
const UNKNOWN: &str = "unknown";

/// A stage as it is shown first.
#[derive(Debug)]
pub struct Panel {
    /// Its number.
    pub id: u32,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub summary: String,
    /// The customers that it is for.
    pub range: String,
    /// The customers that are shown.
    pub customers: u64,
    /// The last place among the stops.
    pub last: usize,
    /// The place among them that is shown.
    pub start: usize,
    /// The least and the greatest number of customers.
    pub ends: [u64; 2],
    /// What the revenue is, as a label.
    pub revenue_label: &'static str,
    /// The revenue that is shown; empty if none is given.
    pub revenue: String,
    /// The currency.
    pub currency: String,
    /// The numbers that matter most.
    pub cards: Vec<PanelCard>,
    /// The line items, the most expensive first.
    pub rows: Vec<PanelRow>,
    /// What is below them.
    pub sums: Vec<PanelRow>,
    /// The categories.
    pub categories: Vec<PanelRow>,
    /// Further figures.
    pub figures: Vec<PanelRow>,
    /// The verdicts.
    pub findings: Vec<FindingView>,
}

/// A number with a heading.
#[derive(Debug)]
pub struct PanelCard {
    /// The heading.
    pub label: String,
    /// The number.
    pub number: PanelNumber,
    /// Its unit.
    pub unit: String,
    /// What is to be said of it.
    pub note: String,
    /// `good`, `bad` or nothing.
    pub tone: &'static str,
}

/// A row with a number.
#[derive(Debug)]
pub struct PanelRow {
    /// The label.
    pub label: String,
    /// What belongs to it.
    pub remark: String,
    /// The number.
    pub number: PanelNumber,
    /// Its part of the total in per cent, for a bar.
    pub part: String,
}

/// A number that the script moves.
#[derive(Debug)]
pub struct PanelNumber {
    /// Its name for the script and for its explanation.
    pub key: String,
    /// Its digits as in JSON; empty if it is unknown.
    pub value: String,
    /// As it is shown.
    pub text: String,
}

impl Panel {
    pub(crate) fn of(report: &ReportStage) -> Self {
        let (stage, costing) = (&report.stage, report.shown());
        let (first, last) = (report.stops.first(), report.stops.last());
        let is_mrr = matches!(report.revenue, crate::model::Revenue::Mrr(_));
        let revenue = match report.revenue {
            crate::model::Revenue::Unknown => None,
            crate::model::Revenue::Mrr(set) | crate::model::Revenue::Arpu(set) => Some(set.value),
        };
        let revenue = report.costs[report.first_revenue].arpu.or(revenue);
        let shown = Shown { stage, costing };
        Self {
            id: stage.id,
            name: stage.name.to_string(),
            summary: stage.description.summary.as_deref().unwrap_or_default().to_owned(),
            range: thousands(&range(stage.customers.value)).into_owned(),
            customers: costing.inputs.customers,
            last: report.stops.len().saturating_sub(1),
            start: report.start,
            ends: [first, last].map(|end| end.copied().unwrap_or_default()),
            revenue_label: if is_mrr { "Revenue a month" } else { "Revenue per customer and month" },
            revenue: revenue.map(|revenue| Number(revenue).to_string()).unwrap_or_default(),
            currency: stage.currency.to_string(),
            cards: shown.cards(),
            rows: report.order().into_iter().map(|place| shown.row(place)).collect(),
            sums: shown.sums(),
            categories: shown.categories(),
            figures: shown.figures(),
            findings: sentences(stage, costing)
                .into_iter()
                .map(|(kind, message)| FindingView { severity: kind[0], code: kind[1], message, customers: None })
                .collect(),
        }
    }
}

/// A costing as it is shown.
struct Shown<'a> {
    stage: &'a Stage,
    costing: &'a Costing,
}

impl Shown<'_> {
    fn currency(&self) -> Currency {
        self.stage.currency
    }

    fn economics(&self) -> &UnitEconomics {
        &self.costing.economics
    }

    /// A number with its text; of a cost that is known in part, that it is at least so much.
    fn number(&self, key: &str, value: Option<(Option<Number>, String)>) -> PanelNumber {
        let (value, text) = match value {
            Some((value, text)) => (value.map(|value| value.to_string()).unwrap_or_default(), text),
            None => (String::new(), UNKNOWN.to_owned()),
        };
        PanelNumber { key: key.to_owned(), value, text }
    }

    /// An amount that a further cost would only increase.
    fn cost(&self, key: &str, of: Option<Decimal>, known: Completeness) -> PanelNumber {
        let shown = of.map(|of| (Some(Number(of)), at_least(amount(of, self.currency()), known)));
        self.number(key, shown.filter(|_| known != Completeness::Nothing))
    }

    fn money(&self, key: &str, of: Option<Decimal>) -> PanelNumber {
        self.number(key, of.map(|of| (Some(Number(of)), amount(of, self.currency()))))
    }

    fn each(&self, key: &str, of: Option<&Fraction>) -> PanelNumber {
        let known = self.costing.completeness();
        let text = |of| at_least(thousands(&per_unit(of, self.currency())).into_owned(), known);
        self.number(key, of.map(|of| (quotient(of), text(of))))
    }

    fn ratio(&self, key: &str, of: Option<&Fraction>, known: Completeness) -> PanelNumber {
        let text = |of| at_least(thousands(&percent(of, 1)).into_owned(), known);
        self.number(key, of.map(|of| (quotient(of), text(of))))
    }

    fn total(&self) -> PanelNumber {
        self.cost("total", self.costing.known_totals().map(|totals| totals.total), self.costing.completeness())
    }

    fn cards(&self) -> Vec<PanelCard> {
        let economics = self.economics();
        let known = self.costing.completeness();
        let currency = self.currency();
        let (verdict, tone) = self.verdict();
        let card = |label: &str, number, unit: String, note: String, tone| PanelCard {
            label: label.to_owned(),
            number,
            unit,
            note,
            tone,
        };
        let each = self.each("cost_per_customer", economics.cost_per_customer.as_ref());
        let none = if self.costing.inputs.customers == 0 { "no customers yet" } else { "with the buffer" };
        let margin = match known {
            Completeness::Full => self.ratio("gross_margin", economics.gross_margin.as_ref(), known),
            _ => self.number("gross_margin", None),
        };
        vec![
            card("Cost", self.total(), format!("{currency} a month"), customers(self.costing.inputs.customers), ""),
            card("Per customer", each, format!("{currency} a month"), none.to_owned(), ""),
            card(
                "Share of revenue",
                self.ratio("share_of_mrr", economics.share_of_mrr.as_ref(), known),
                String::new(),
                verdict,
                tone,
            ),
            card("Gross margin", margin, String::new(), "infrastructure alone".to_owned(), ""),
        ]
    }

    /// The verdict on the share of revenue.
    fn verdict(&self) -> (String, &'static str) {
        let economics = self.economics();
        match (economics.mrr, economics.target, economics.rating) {
            (None, ..) => ("no revenue is given".to_owned(), ""),
            (Some(mrr), ..) if mrr.is_zero() => ("no revenue yet".to_owned(), ""),
            (_, Some(ShareTarget { bound, is_met }), _) => {
                let target = exact_percent(bound);
                match is_met {
                    Some(true) => (format!("under your target of {target}"), "good"),
                    Some(false) => (format!("not under your target of {target}"), "bad"),
                    None => (format!("unknown whether under your target of {target}"), ""),
                }
            }
            (.., Some(found)) => {
                let is_bad = found == crate::calculate::Rating::OptimiseUrgently;
                (rating(found).1.to_owned(), if is_bad { "bad" } else { "good" })
            }
            _ => (String::new(), ""),
        }
    }

    fn row(&self, place: usize) -> PanelRow {
        let line = &self.costing.line_items[place];
        let number = self.cost(&format!("row-{place}"), line.is_known.then_some(line.monthly), line.completeness());
        PanelRow {
            label: self.stage.line_items[place].name.to_string(),
            remark: thousands(&row_usage(self.stage, self.costing, place)).into_owned(),
            number,
            part: self.part(line.is_known.then_some(line.monthly)),
        }
    }

    /// The part of the total in per cent, for the length of a bar.
    fn part(&self, of: Option<Decimal>) -> String {
        let total = self.costing.known_totals().map_or(Decimal::ZERO, |totals| totals.total);
        let part = of.and_then(|of| Fraction::new(of, total).ok()).and_then(|part| part.round(3).ok());
        let part = part.unwrap_or_default().clamp(Decimal::ZERO, Decimal::ONE);
        Number(part.saturating_mul(Decimal::ONE_HUNDRED)).to_string()
    }

    fn plain_row(&self, label: String, number: PanelNumber) -> PanelRow {
        PanelRow { label, remark: String::new(), number, part: String::new() }
    }

    fn sums(&self) -> Vec<PanelRow> {
        let (stage, totals) = (self.stage, self.costing.known_totals());
        let known = self.costing.completeness();
        let mut sums = Vec::new();
        if !stage.buffer.value.is_zero() {
            let label = format!("Buffer {}", exact_percent(stage.buffer.value));
            sums.push(self.plain_row(label, self.cost("buffer", totals.map(|totals| totals.buffer), known)));
        }
        let shown = ShownTotals::of(stage, self.costing);
        let rounding = shown.and_then(|shown| shown.rounding.checked_add(shown.rounding_of_rows));
        sums.push(self.plain_row("Rounding".to_owned(), self.money("rounding", rounding)));
        sums.push(self.plain_row("Total".to_owned(), self.total()));
        if let Some(tax) = &stage.tax {
            let taxed = totals.and(self.costing.taxed.as_ref()).map(|taxed| taxed.total);
            let label = format!("With tax {}", exact_percent(tax.rate.value));
            sums.push(self.plain_row(label, self.cost("total_with_tax", taxed, known)));
        }
        sums
    }

    fn categories(&self) -> Vec<PanelRow> {
        let of = |(place, name): (usize, &Box<str>)| {
            let cost = self.costing.categories[place];
            let known = (cost.completeness != Completeness::Nothing).then_some(cost.monthly);
            PanelRow {
                label: name.to_string(),
                remark: String::new(),
                number: self.cost(&format!("category-{place}"), known, cost.completeness),
                part: self.part(known),
            }
        };
        self.stage.categories.iter().enumerate().map(of).collect()
    }

    fn figures(&self) -> Vec<PanelRow> {
        let economics = self.economics();
        let known = self.costing.completeness();
        let is_whole = known == Completeness::Full;
        let totals = self.costing.known_totals();
        let next = economics.marginal_cost.map(Fraction::from);
        let profit = economics.gross_profit.filter(|_| is_whole);
        vec![
            self.plain_row("Revenue a month".to_owned(), self.money("mrr", economics.mrr)),
            self.plain_row("Gross profit, infrastructure alone".to_owned(), self.money("gross_profit", profit)),
            self.plain_row(
                "Per customer before the buffer".to_owned(),
                self.each("cost_per_customer_before_buffer", economics.cost_per_customer_before_buffer.as_ref()),
            ),
            self.plain_row("The next customer costs".to_owned(), self.each("marginal_cost", next.as_ref())),
            self.plain_row(
                "Total before any rounding".to_owned(),
                self.cost("total_exact", totals.map(|totals| totals.total_exact), known),
            ),
        ]
    }
}

fn at_least(text: String, known: Completeness) -> String {
    if known == Completeness::Part { format!("at least {text}") } else { text }
}

fn customers(count: u64) -> String {
    let noun = if count == 1 { "customer" } else { "customers" };
    format!("at {} {noun}", thousands(&count.to_string()))
}
