//! Ways to pay less that show in the model, in words and in JSON.

use serde::Serialize;

use crate::model::{Opportunity, Stage, SubstituteKind, Term};
use crate::view::page::layout::{Column, Grid};
use crate::view::page::number::{Number, displayed, per_unit, percent, percent_band, quotient};
use crate::view::page::section::rounded_amount;

/// What to do, where, and why.
struct Suggestion<'a> {
    what: String,
    on: &'a str,
    why: String,
}

/// What to buy instead, and why.
fn substitute(kind: &SubstituteKind, term: Option<Term>) -> (String, String) {
    match kind {
        SubstituteKind::Sku(id) => {
            (format!("Buy {id}"), "counts the same usage; check that it suits you as well".to_owned())
        }
        SubstituteKind::Option { name, from, to } => {
            let rest = term.map_or_else(|| "; check that it suits you as well".to_owned(), of_term);
            (format!("Choose {name} {to}"), format!("instead of {from}{rest}"))
        }
        SubstituteKind::Alternative(name) => {
            (format!("Take {name}"), "an alternative that the manifest names".to_owned())
        }
    }
}

fn suggestion<'a>(stage: &'a Stage, opportunity: &'a Opportunity) -> Suggestion<'a> {
    let name = |line_item: usize| &*stage.line_items[line_item].name;
    let meter = |line_item: usize, charge: usize| stage.line_items[line_item].charges()[charge].meter();
    match opportunity {
        Opportunity::Substitute { line_item, kind, term, .. } => {
            let (what, why) = substitute(kind, *term);
            Suggestion { what, on: name(*line_item), why }
        }
        Opportunity::Stage { id, name, .. } => {
            Suggestion { what: format!("Use stage {id} {name}"), on: "", why: "it serves as many customers".to_owned() }
        }
        Opportunity::UnusedAllowance { line_item, charge, used, included, share } => Suggestion {
            what: "Mostly unused".to_owned(),
            on: name(*line_item),
            why: format!(
                "{}: {} of {} included are used, {}",
                meter(*line_item, *charge),
                rounded_amount(used, 2),
                rounded_amount(included, 2),
                percent(share, 1)
            ),
        },
        Opportunity::Tier { line_item, charge, billable, next, saved } => {
            let then = if saved.is_sign_positive() && !saved.is_zero() {
                "beyond which all of it costs less"
            } else {
                "beyond which the price is lower"
            };
            let why = format!(
                "{}: {} are near {}, {then}",
                meter(*line_item, *charge),
                rounded_amount(billable, 2),
                rounded_amount(next, 2)
            );
            Suggestion { what: "Mind the next tier".to_owned(), on: name(*line_item), why }
        }
        Opportunity::MarginalCost { up_to, cost, arpu } => {
            let (cost, arpu) = (per_unit(cost, stage.currency), per_unit(arpu, stage.currency));
            let why = format!(
                "each further customer up to {up_to} costs {cost} {currency} and brings {arpu} {currency}",
                currency = stage.currency
            );
            Suggestion { what: "Change what grows with customers".to_owned(), on: "", why }
        }
        Opportunity::CategoryShare { category, share, band } => {
            let why = format!("takes {} of the subtotal, and should take {}", percent(share, 1), percent_band(*band));
            Suggestion { what: "Spend less on this category".to_owned(), on: stage.category(*category), why }
        }
    }
}

/// When a commitment pays off.
fn of_term(term: Term) -> String {
    let Term { months, pays_off_after, pays_off } = term;
    let verdict = if pays_off { "within the months ahead" } else { "more than the months ahead" };
    format!(", for {months} months: paid off after {pays_off_after}, {verdict}")
}

/// The ways to pay less; `None` if there are none.
pub(crate) fn opportunity_grid(stage: &Stage, opportunities: &[Opportunity]) -> Option<Grid> {
    if opportunities.is_empty() {
        return None;
    }
    let mut grid = Grid::new(vec![
        Column::left("What else").at_least(16),
        Column::left("Where").at_least(12),
        Column::right("Saves"),
        Column::left("Why").at_least(24),
    ]);
    for opportunity in opportunities {
        let Suggestion { what, on, why } = suggestion(stage, opportunity);
        let saved =
            opportunity.saved().map_or_else(|| "?".to_owned(), |saved| displayed(saved, stage.currency).to_string());
        grid.cell(what).cell(on).cell(saved).cell(why);
    }
    Some(grid)
}

/// A way to pay less in JSON.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct OpportunityJson<'a> {
    code: &'static str,
    line_item: Option<&'a str>,
    category: Option<&'a str>,
    sku: Option<&'a str>,
    option: Option<OptionJson<'a>>,
    alternative: Option<&'a str>,
    stage: Option<u32>,
    meter: Option<&'a str>,
    saved: Option<Number>,
    share: Option<Number>,
    term: Option<TermJson>,
    message: String,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct OptionJson<'a> {
    name: &'a str,
    from: &'a str,
    to: &'a str,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct TermJson {
    months: u32,
    pays_off_after: u32,
    pays_off: bool,
}

impl<'a> OpportunityJson<'a> {
    /// One way of a stage.
    pub(crate) fn new(stage: &'a Stage, opportunity: &'a Opportunity) -> Self {
        let Suggestion { what, on, why } = suggestion(stage, opportunity);
        let on = Some(on).filter(|on| !on.is_empty());
        let is_category = matches!(opportunity, Opportunity::CategoryShare { .. });
        let (mut sku, mut option, mut alternative, mut term) = (None, None, None, None);
        if let Opportunity::Substitute { kind, term: found, .. } = opportunity {
            term = found.map(|Term { months, pays_off_after, pays_off }| TermJson { months, pays_off_after, pays_off });
            match kind {
                SubstituteKind::Sku(id) => sku = Some(&**id),
                SubstituteKind::Option { name, from, to } => option = Some(OptionJson { name, from, to }),
                SubstituteKind::Alternative(name) => alternative = Some(&**name),
            }
        }
        Self {
            code: opportunity.code(),
            line_item: on.filter(|_| !is_category),
            category: on.filter(|_| is_category),
            sku,
            option,
            alternative,
            stage: opportunity.stage(),
            meter: opportunity
                .charge()
                .map(|(line_item, charge)| stage.line_items[line_item].charges()[charge].meter()),
            saved: opportunity.saved().map(Number),
            share: opportunity.share().as_ref().and_then(quotient),
            term,
            message: format!("{what}: {why}"),
        }
    }
}
