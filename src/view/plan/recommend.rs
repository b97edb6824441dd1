//! Which stage serves at the lowest cost.

use serde::Serialize;

use crate::calculate::{BrokenRule, Candidate, Recommendation, Standing, Totals};
use crate::model::Stage;
use crate::view::View;
use crate::view::cost::stage_json::StageReference;
use crate::view::page::finding::{FindingView, findings};
use crate::view::page::layout::{Block, Cell, Column, Grid, Mark, Page, Records};
use crate::view::page::number::{Number, displayed, per_unit, percent, quotient, range, signed};
use crate::view::page::scenario::{ScenarioJson, asked_techniques, scenario_lines};
use crate::view::page::words::rating;
use crate::view::plan::share_rule::{BrokenRuleJson, ShownRule, ShownSavings};

/// A recommendation among stages of one currency.
#[derive(Debug)]
pub struct RecommendView<'a> {
    stages: Vec<&'a Stage>,
    recommendation: &'a Recommendation,
    rule: Option<ShownRule<'a>>,
    details: bool,
}

impl<'a> RecommendView<'a> {
    /// Shows a recommendation; `stages` are those of its candidates.
    pub fn new(stages: impl IntoIterator<Item = &'a Stage>, recommendation: &'a Recommendation) -> Self {
        Self { stages: stages.into_iter().collect(), recommendation, rule: None, details: false }
    }

    /// The same view, whose screen has everything that Markdown has.
    #[must_use]
    pub fn detailed(self, details: bool) -> Self {
        Self { details, ..self }
    }

    /// The rule on the share of MRR that the recommended stage breaks, and what techniques save on it, if that is known.
    #[must_use]
    pub fn with_rule(self, rule: &'a BrokenRule, savings: Option<ShownSavings<'a>>) -> Self {
        let place = self.recommendation.chosen.or(self.recommendation.could_carry);
        let rule = place.map(|place| ShownRule { stage: self.stages[place], rule, savings });
        Self { rule, ..self }
    }

    pub(crate) fn rows(&self) -> impl Iterator<Item = (&'a Stage, &'a Candidate)> {
        self.stages.iter().copied().zip(&self.recommendation.candidates)
    }

    /// The reasons of a stage with the rule that it breaks and what would keep it.
    fn with_rule_of(&self, stage: &Stage, mut reasons: Vec<String>) -> Vec<String> {
        let rule = self.rule.iter().filter(|rule| std::ptr::eq(rule.stage, stage));
        reasons.extend(rule.flat_map(|rule| rule.sentences(2)));
        reasons
    }

    /// Why each stage does not serve, or how it ranks.
    pub(crate) fn reasons(&self) -> impl Iterator<Item = Vec<String>> {
        let could_carry = self.recommendation.could_carry;
        self.rows()
            .enumerate()
            .map(move |(place, (stage, candidate))| reasons(stage, candidate, could_carry == Some(place)))
    }

    /// The rule that the recommended stage breaks, and what would keep it.
    pub(crate) fn rule_sentences(&self, decimals: u32) -> Vec<String> {
        self.rule.as_ref().map(|rule| rule.sentences(decimals)).unwrap_or_default()
    }

    fn name(&self, place: usize) -> String {
        let stage = self.stages[place];
        format!("{} {}", stage.id, stage.name)
    }

    /// The verdict in a sentence, and remarks on it.
    pub(crate) fn sentences(&self, decimals: u32) -> Vec<String> {
        let Recommendation { candidates, chosen, runner_up, could_carry, is_certain } = self.recommendation;
        let customers = candidates.first().map_or(0, |candidate| candidate.costing.inputs.customers);
        let Some(currency) = self.stages.first().map(|stage| stage.currency) else { return Vec::new() };
        let mut sentences = Vec::new();
        let serves = candidates.iter().any(|candidate| candidate.fit.serves());
        match chosen {
            Some(place) => {
                let total = displayed(candidates[*place].costing.totals.total, currency);
                let name = self.name(*place);
                sentences.push(format!("Stage {name} is the cheapest that serves: {total} {currency} a month"));
            }
            None if serves => {
                sentences.push("A stage serves, but its cost is not known in full".to_owned());
            }
            None => {
                sentences.push(format!("No stage serves {customers} customers"));
                sentences.extend(could_carry.map(|place| {
                    let of = range(self.stages[place].customers.value);
                    format!("Stage {} could carry them, though it is meant for {of} customers", self.name(place))
                }));
            }
        }
        match runner_up {
            Some(place) => {
                let more = candidates[*place]
                    .difference
                    .map_or_else(|| "?".to_owned(), |more| displayed(more, currency).to_string());
                sentences.push(format!("The runner-up is stage {}: {more} {currency} a month more", self.name(*place)));
            }
            None if candidates.iter().any(|candidate| candidate.standing == Standing::UnknownCost) => {}
            None if chosen.is_some() => sentences.push("No other stage serves".to_owned()),
            None => {}
        }
        sentences.extend(self.rule_sentences(decimals));
        if chosen.is_some() && !is_certain {
            sentences.push("A serving stage whose cost is unknown might be cheaper".to_owned());
        }
        sentences
    }

    /// Capacities that cannot be checked, of the stages whose range fits.
    pub(crate) fn findings(&self) -> Vec<FindingView> {
        let of = |(stage, candidate): (&'a Stage, &'a Candidate)| {
            let fits = candidate.fit.serves();
            let name = format!("{} {}", stage.id, stage.name);
            let unknown = |finding: &FindingView| {
                finding.code.starts_with("unknown-")
                    || (finding.code == "capacity" && finding.message.contains("--set"))
            };
            let found = findings(stage, &candidate.costing).into_iter().filter(move |finding| fits && unknown(finding));
            found.map(move |finding| FindingView { message: format!("{name}: {}", finding.message), ..finding })
        };
        self.rows().flat_map(of).collect()
    }
}

/// Why a stage does not serve, or how it ranks.
fn reasons(stage: &Stage, candidate: &Candidate, could_carry: bool) -> Vec<String> {
    let customers = candidate.costing.inputs.customers;
    let mut reasons = Vec::new();
    match candidate.standing {
        Standing::Chosen => reasons.push("recommended".to_owned()),
        Standing::RunnerUp => reasons.push("runner-up".to_owned()),
        Standing::Dearer => reasons.push("serves, but costs more".to_owned()),
        Standing::UnknownCost => reasons.push("serves, but part of its cost is unknown".to_owned()),
        Standing::DoesNotServe => {
            let of = stage.customers.value;
            if !of.contains(customers) {
                reasons.push(format!("is for {} customers", range(of)));
            }
            let of_capacity = |finding: &FindingView| {
                ["capacity", "overload"].contains(&finding.code) && finding.severity == "breach"
            };
            let found = findings(stage, &candidate.costing).into_iter().filter(of_capacity);
            reasons.extend(found.map(|finding| finding.message));
            if could_carry {
                reasons.push("could carry them".to_owned());
            }
        }
    }
    reasons
}

fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Chosen => "recommended",
        Standing::RunnerUp => "runner_up",
        Standing::Dearer => "dearer",
        Standing::UnknownCost => "unknown_cost",
        Standing::DoesNotServe => "does_not_serve",
    }
}

impl View for RecommendView<'_> {
    fn page(&self) -> Page {
        let customers = self.recommendation.candidates.first().map_or(0, |first| first.costing.inputs.customers);
        let mut blocks = vec![Block::Title(format!("The stage for {customers} customers"))];
        if let Some(stage) = self.stages.first() {
            blocks.push(Block::Text(format!("{} a month, prices of {}", stage.currency, stage.as_of)));
            blocks.extend(scenario_lines(stage));
        }
        blocks.extend(self.sentences(2).into_iter().map(Block::Text));
        let has_revenue = self.rows().any(|(_, candidate)| candidate.costing.economics.mrr.is_some());
        let mut columns = vec![
            Column::left("Stage"),
            Column::right("Total"),
            Column::right("Difference"),
            Column::right("Per customer"),
        ];
        if has_revenue {
            columns.push(Column::right("Share of MRR"));
        }
        columns.push(Column::left("Verdict").at_least(16));
        let mut grid = Grid::new(columns);
        for ((stage, candidate), reasons) in self.rows().zip(self.reasons()) {
            let (costing, currency) = (&candidate.costing, stage.currency);
            if candidate.standing == Standing::Chosen {
                grid.mark(Mark::Strong);
            }
            let unknown = if costing.is_complete() { "" } else { " + ?" };
            let total = costing
                .known_totals()
                .map_or_else(|| "?".to_owned(), |totals| format!("{}{unknown}", displayed(totals.total, currency)));
            grid.cell(format_args!("{} {}", stage.id, stage.name)).cell(total);
            grid.cell(match (candidate.standing, candidate.difference) {
                // A stage that does not serve is not a choice.
                (Standing::Chosen | Standing::DoesNotServe, _) => "-".to_owned(),
                (_, Some(difference)) => signed(difference, currency),
                (_, None) if self.recommendation.chosen.is_none() => "-".to_owned(),
                (_, None) => "?".to_owned(),
            });
            let economics = &costing.economics;
            grid.cell(match economics.cost_per_customer.clone() {
                Some(cost) => format!("{}{unknown}", per_unit(&cost, currency)),
                None if customers == 0 => "-".to_owned(),
                None => "?".to_owned(),
            });
            if has_revenue {
                grid.cell(match (economics.share_of_mrr.clone(), economics.mrr) {
                    (Some(share), _) => percent(&share, 2),
                    (None, Some(mrr)) if mrr.is_zero() => "no revenue yet".to_owned(),
                    _ => "?".to_owned(),
                });
            }
            grid.cell(reasons.join("; "));
        }
        blocks.push(Block::Grid(grid));
        blocks.extend(Block::findings(self.findings()));
        Page { blocks }
    }

    fn screen(&self) -> Page {
        if self.details { self.page() } else { self.screen_page() }
    }

    fn records(&self) -> Records<'_> {
        let header = vec![
            "stage",
            "name",
            "currency",
            "customers",
            "standing",
            "subtotal",
            "buffer",
            "rounding",
            "total",
            "complete",
            "difference",
            "cost_per_customer",
            "share_of_mrr",
            "rating",
            "reasons",
        ];
        let rows = self.rows().zip(self.reasons()).map(|((stage, candidate), reasons)| {
            let costing = &candidate.costing;
            let economics = &costing.economics;
            let total = |amount: fn(&Totals) -> _| Cell::number(costing.known_totals().map(amount));
            let number = |value: Option<Number>| Cell::number(value.map(|value| value.0));
            vec![
                Cell::Number(stage.id.into()),
                Cell::text(&*stage.name),
                Cell::text(stage.currency.to_string()),
                Cell::Number(costing.inputs.customers.into()),
                Cell::text(standing(candidate.standing)),
                total(|totals| totals.subtotal),
                total(|totals| totals.buffer),
                total(|totals| totals.rounding),
                total(|totals| totals.total),
                Cell::truth(costing.is_complete()),
                Cell::number(candidate.difference),
                number(economics.cost_per_customer.as_ref().and_then(quotient)),
                number(economics.share_of_mrr.as_ref().and_then(quotient)),
                economics.rating.map_or(Cell::Empty, |found| Cell::text(rating(found).0)),
                Cell::text(self.with_rule_of(stage, reasons).join("; ")),
            ]
        });
        Records { header, rows: Box::new(rows) }
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct RecommendJson<'a> {
    schema: &'static str,
    currency: Option<String>,
    as_of: Option<String>,
    scenario: Option<ScenarioJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    techniques: Option<&'a [Box<str>]>,
    inputs: InputsJson,
    recommended: Option<StageReference<'a>>,
    runner_up: Option<StageReference<'a>>,
    could_carry: Option<StageReference<'a>>,
    difference: Option<Number>,
    certain: bool,
    broken_rule: Option<BrokenRuleJson<'a>>,
    stages: Vec<CandidateJson<'a>>,
    findings: Vec<FindingView>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct InputsJson {
    customers: Option<u64>,
    mrr: Option<Number>,
    arpu: Option<Number>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct CandidateJson<'a> {
    stage: StageReference<'a>,
    standing: &'static str,
    subtotal: Option<Number>,
    total: Option<Number>,
    complete: bool,
    difference: Option<Number>,
    cost_per_customer: Option<Number>,
    share_of_mrr: Option<Number>,
    rating: Option<&'static str>,
    reasons: Vec<String>,
}

impl Serialize for RecommendView<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let stages = self.rows().zip(self.reasons()).map(|((stage, candidate), reasons)| {
            let costing = &candidate.costing;
            CandidateJson {
                stage: StageReference { id: stage.id, name: &stage.name },
                standing: standing(candidate.standing),
                subtotal: costing.known_totals().map(|totals| Number(totals.subtotal)),
                total: costing.known_totals().map(|totals| Number(totals.total)),
                complete: costing.is_complete(),
                difference: candidate.difference.map(Number),
                cost_per_customer: costing.economics.cost_per_customer.as_ref().and_then(quotient),
                share_of_mrr: costing.economics.share_of_mrr.as_ref().and_then(quotient),
                rating: costing.economics.rating.map(|found| rating(found).0),
                reasons: self.with_rule_of(stage, reasons),
            }
        });
        let reference = |place: usize| StageReference { id: self.stages[place].id, name: &self.stages[place].name };
        let Recommendation { candidates, chosen, runner_up, could_carry, is_certain } = self.recommendation;
        let first = candidates.first().map(|candidate| &candidate.costing);
        RecommendJson {
            schema: "costplan.recommend.v1",
            currency: self.stages.first().map(|stage| stage.currency.to_string()),
            as_of: self.stages.first().map(|stage| stage.as_of.to_string()),
            scenario: self.stages.first().and_then(|stage| ScenarioJson::of(stage)),
            techniques: asked_techniques(self.stages.first().copied()),
            inputs: InputsJson {
                customers: first.map(|costing| costing.inputs.customers),
                mrr: first.and_then(|costing| costing.economics.mrr).map(Number),
                arpu: first.and_then(|costing| costing.inputs.revenue.arpu()).map(Number),
            },
            recommended: chosen.map(reference),
            runner_up: runner_up.map(reference),
            could_carry: could_carry.map(reference),
            difference: runner_up.and_then(|place| candidates[place].difference).map(Number),
            certain: *is_certain,
            broken_rule: self.rule.as_ref().map(ShownRule::json),
            stages: stages.collect(),
            findings: self.findings(),
        }
        .serialize(serializer)
    }
}
