//! What a revenue allows: the ceilings of its ratings, and the customers that each stage serves below them.

use rust_decimal::Decimal;
use serde::Serialize;

use crate::calculate::{Affordable, AffordableStage, Candidate, Costing, Reach, Recommendation};
use crate::model::{CountRange, Currency, Stage};
use crate::view::View;
use crate::view::cost::stage_json::StageReference;
use crate::view::page::layout::{Block, Cell, Column, Grid, Mark, Page, Records};
use crate::view::page::number::{Number, exact_percent, percent, quotient, thousands};
use crate::view::page::scenario::{ScenarioJson, asked_techniques, scenario_texts};
use crate::view::page::screen::{Tone, amount, amounts, counts, customers, fold, folded, grid, money, sentences};
use crate::view::page::words::{rating, share_verdict};

/// The stages of a screen, before others are folded.
const ROWS: usize = 10;

/// What a revenue allows of stages in one currency.
#[derive(Debug)]
pub struct AffordableView<'a> {
    stages: Vec<&'a Stage>,
    answer: &'a Affordable,
    needed: Option<&'a Recommendation>,
    details: bool,
}

impl<'a> AffordableView<'a> {
    /// Shows what a revenue allows of stages, and which of them a number of customers needs, if one is given.
    pub fn new(
        stages: impl IntoIterator<Item = &'a Stage>,
        answer: &'a Affordable,
        needed: Option<&'a Recommendation>,
    ) -> Self {
        Self { stages: stages.into_iter().collect(), answer, needed, details: false }
    }

    /// The same view, whose screen has every stage.
    #[must_use]
    pub fn detailed(self, details: bool) -> Self {
        Self { details, ..self }
    }

    fn currency(&self) -> Currency {
        self.stages.first().map_or(Currency::USD, |stage| stage.currency)
    }

    fn money(&self, of: Decimal) -> String {
        money(of, self.currency())
    }

    fn rows(&self) -> impl Iterator<Item = (&'a Stage, &'a AffordableStage)> {
        self.stages.iter().copied().zip(&self.answer.stages)
    }

    /// The stage that the customers need, if a number of them is given and one serves or could carry them.
    fn needed(&self) -> Option<(&'a Stage, &'a Candidate)> {
        let found = self.needed?;
        let place = found.chosen.or(found.could_carry)?;
        Some((self.stages[place], &found.candidates[place]))
    }

    fn headline(&self) -> String {
        let mrr = self.answer.mrr;
        if mrr.is_zero() {
            return "No revenue yet: it carries no stage".to_owned();
        }
        let revenue = format!("{} of MRR", self.money(mrr));
        let largest = self.answer.largest.and_then(|place| {
            let costing = self.answer.stages[place].at_most.as_ref()?;
            let share = costing.economics.share_of_mrr.as_ref().map(|share| percent(share, 1)).unwrap_or_default();
            let verdict = match costing.economics.target {
                Some(target) => Some(format!("target {}", exact_percent(target.bound))),
                None => share_verdict(&costing.economics),
            };
            let verdict = verdict.map(|verdict| format!(", {verdict}")).unwrap_or_default();
            Some((name(self.stages[place]), costing.inputs.customers, share, verdict))
        });
        match largest {
            Some((name, to, share, verdict)) => {
                format!("{revenue} carries {name} to {}: {share}{verdict}", customers(to))
            }
            None => format!("{revenue} carries no stage"),
        }
    }

    /// What else there is to know, the worst first.
    fn remarks(&self) -> Vec<(Tone, String)> {
        let mut remarks: Vec<(Tone, String)> = self.needed_remark().into_iter().collect();
        let smallest_dearer = self.rows().filter_map(|(stage, found)| {
            let at_least = found.mrr_at_least.filter(|at_least| *at_least > self.answer.mrr)?;
            found.carried.runs.is_empty().then_some((at_least, stage))
        });
        remarks.extend(smallest_dearer.min_by_key(|(at_least, _)| *at_least).map(|(at_least, stage)| {
            let at = customers(stage.customers.value.low);
            (Tone::Plain, format!("{} needs {} of MRR, at {at}", name(stage), self.money(at_least)))
        }));
        let mut rules: Vec<(Decimal, bool)> = self.rows().map(|(_, found)| (found.rule, found.is_own)).collect();
        rules.sort_unstable();
        rules.dedup();
        let words = |(share, is_own): (Decimal, bool)| {
            format!("{} ({})", exact_percent(share), if is_own { "your target" } else { "costplan's rule" })
        };
        let rules: Vec<String> = rules.into_iter().map(words).collect();
        let rules = if rules.len() > 3 { "its target".to_owned() } else { rules.join(" or ") };
        remarks.push((Tone::Plain, format!("A stage is carried while its cost is under {rules} of revenue")));
        if self.rows().any(|(_, found)| !found.is_complete) {
            let text = "Part of the cost is unknown: only certain results are counted";
            remarks.push((Tone::Doubtful, text.to_owned()));
        }
        let cut = self.rows().filter_map(|(stage, found)| Some((name(stage), found.searched_to?)));
        remarks
            .extend(cut.take(2).map(|(name, to)| (Tone::Plain, format!("{name} was searched to {}", customers(to)))));
        remarks.extend(
            self.stages.first().into_iter().flat_map(|stage| scenario_texts(stage)).map(|text| (Tone::Plain, text)),
        );
        remarks.sort_by_key(|(tone, _)| *tone);
        remarks
    }

    /// Whether the revenue carries the stage that the customers need.
    fn needed_remark(&self) -> Option<(Tone, String)> {
        let count = self.needed?.candidates.first()?.costing.inputs.customers;
        let Some((stage, candidate)) = self.needed() else {
            return Some((Tone::Bad, format!("No stage serves {}", customers(count))));
        };
        let (costing, found) = (&candidate.costing, self.rows().find(|(other, _)| other.id == stage.id)?.1);
        let is_carried = found.carried.runs.iter().any(|run| run.contains(count));
        let total = costing.known_totals().map_or_else(|| "?".to_owned(), |totals| self.money(totals.total));
        let share = costing.economics.share_of_mrr.as_ref().map(|share| format!(", {}", percent(share, 1)));
        let needs = format!("{} need {}, {total}{}", customers(count), name(stage), share.unwrap_or_default());
        Some(if is_carried {
            (Tone::Plain, format!("{needs}: the revenue carries it"))
        } else {
            (Tone::Bad, format!("{needs}: the revenue does not carry it"))
        })
    }

    fn grid(&self, most: usize) -> Grid {
        let currency = self.currency();
        let has_own = self.rows().any(|(_, found)| found.is_own);
        let mut columns = vec![Column::left("Stage"), Column::right(format!("{currency} a month"))];
        columns.extend(has_own.then(|| Column::right("Your target")));
        let bounds = self.answer.ceilings.iter();
        columns.extend(bounds.map(|ceiling| Column::right(format!("Under {}", exact_percent(ceiling.share)))));
        let mut grid = grid(columns);
        grid.mark(Mark::Faint).cell("Ceiling").cell("");
        if has_own {
            grid.cell("");
        }
        for ceiling in &self.answer.ceilings {
            grid.cell(amount(ceiling.amount, currency));
        }
        let rows: Vec<_> = self.rows().enumerate().collect();
        let (shown, rest) = folded(&rows, most);
        for (place, (stage, found)) in shown {
            if self.answer.largest == Some(*place) {
                grid.mark(Mark::Strong);
            }
            let range = stage.customers.value;
            let open = if found.is_complete { "" } else { " + ?" };
            grid.cell(name(stage));
            grid.cell(match found.totals {
                Some((least, most)) => format!("{}{open}", amounts([least, most].into_iter(), currency)),
                None => "?".to_owned(),
            });
            if has_own {
                let carried = carried(&found.carried, range);
                let own = Some(found.rule).filter(|_| found.is_own).map(exact_percent);
                grid.cell(own.map(|own| format!("{own}: {carried}")).unwrap_or_default());
            }
            for reach in &found.under {
                grid.cell(carried(reach, range));
            }
        }
        fold(&mut grid, rest.len(), "--details");
        grid
    }
}

/// The stage by number and name.
fn name(stage: &Stage) -> String {
    format!("{} {}", stage.id, stage.name)
}

/// The customers at which something holds, in a cell: `to 500`, `20 to 57`.
fn carried(reach: &Reach, range: CountRange) -> String {
    let Some((last, before)) = reach.runs.split_last() else { return "-".to_owned() };
    let more = if before.is_empty() { String::new() } else { format!(" +{}", before.len()) };
    match last.high {
        Some(high) if last.low == range.low => format!("to {}{more}", thousands(&high.to_string())),
        None if last.low == range.low => "any number".to_owned(),
        _ => format!("{}{more}", counts(*last)),
    }
}

impl View for AffordableView<'_> {
    fn page(&self) -> Page {
        let title = Block::Title(format!("What {} of MRR carries", self.money(self.answer.mrr)));
        let texts = [self.headline()].into_iter().chain(self.remarks().into_iter().map(|(_, text)| text));
        let blocks = [title].into_iter().chain(texts.map(Block::Text));
        Page { blocks: blocks.chain([Block::Grid(self.grid(usize::MAX))]).collect() }
    }

    fn screen(&self) -> Page {
        let most = if self.details { usize::MAX } else { ROWS };
        let blocks = [Block::Headline(self.headline())].into_iter().chain(sentences(self.remarks()));
        Page { blocks: blocks.chain([Block::Grid(self.grid(most))]).collect() }
    }

    fn records(&self) -> Records<'_> {
        let header = vec!["stage", "name", "currency", "mrr", "under", "rating", "ceiling", "from", "to", "complete"];
        let rows = self.rows().flat_map(move |(stage, found)| {
            let of_ceilings = self.answer.ceilings.iter().zip(&found.under).flat_map(move |(ceiling, reach)| {
                let none = reach.runs.is_empty().then_some(None);
                reach.runs.iter().map(|run| Some(*run)).chain(none).map(move |run| (ceiling, run))
            });
            of_ceilings.map(move |(ceiling, run)| {
                vec![
                    Cell::Number(stage.id.into()),
                    Cell::text(&*stage.name),
                    Cell::text(stage.currency.to_string()),
                    Cell::Number(self.answer.mrr),
                    Cell::Number(ceiling.share),
                    Cell::text(rating(ceiling.rating).0),
                    Cell::Number(ceiling.amount),
                    Cell::number(run.map(|run| run.low.into())),
                    Cell::number(run.and_then(|run| run.high).map(Decimal::from)),
                    Cell::truth(found.is_complete),
                ]
            })
        });
        Records { header, rows: Box::new(rows) }
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct AffordableJson<'a> {
    schema: &'static str,
    currency: Option<String>,
    as_of: Option<String>,
    scenario: Option<ScenarioJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    techniques: Option<&'a [Box<str>]>,
    mrr: Number,
    ceilings: Vec<CeilingJson>,
    carried: Option<StageReference<'a>>,
    customers: Option<u64>,
    share_of_mrr: Option<Number>,
    needed: Option<NeededJson<'a>>,
    stages: Vec<StageJson<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct CeilingJson {
    pub(crate) rating: &'static str,
    pub(crate) under: Number,
    pub(crate) amount: Number,
}

/// The stage that the requested customers need.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct NeededJson<'a> {
    customers: u64,
    stage: Option<StageReference<'a>>,
    total: Option<Number>,
    share_of_mrr: Option<Number>,
    carried: bool,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct StageJson<'a> {
    stage: StageReference<'a>,
    customers: RunJson,
    total_low: Option<Number>,
    total_high: Option<Number>,
    complete: bool,
    /// The share of MRR that it must stay under.
    under: Number,
    rule: &'static str,
    carried: Vec<RunJson>,
    ceilings: Vec<UnderJson>,
    mrr_at_least: Option<Number>,
    searched_to: Option<u64>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct UnderJson {
    under: Number,
    customers: Vec<RunJson>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct RunJson {
    low: u64,
    high: Option<u64>,
}

fn run(of: CountRange) -> RunJson {
    RunJson { low: of.low, high: of.high }
}

fn runs(reach: &Reach) -> Vec<RunJson> {
    reach.runs.iter().copied().map(run).collect()
}

fn reference(stage: &Stage) -> StageReference<'_> {
    StageReference { id: stage.id, name: &stage.name }
}

impl AffordableView<'_> {
    /// The stage that the requested customers need.
    fn needed_json(&self) -> Option<NeededJson<'_>> {
        let count = self.needed?.candidates.first()?.costing.inputs.customers;
        let needed = self.needed();
        let carries = |stage: &Stage| {
            let found = self.rows().find(|(other, _)| other.id == stage.id);
            found.is_some_and(|(_, found)| found.carried.runs.iter().any(|run| run.contains(count)))
        };
        let costing = needed.map(|(_, candidate)| &candidate.costing);
        Some(NeededJson {
            customers: count,
            stage: needed.map(|(stage, _)| reference(stage)),
            total: costing.and_then(Costing::known_totals).map(|totals| Number(totals.total)),
            share_of_mrr: costing.and_then(|costing| costing.economics.share_of_mrr.as_ref()).and_then(quotient),
            carried: needed.is_some_and(|(stage, _)| carries(stage)),
        })
    }

    fn stages_json(&self) -> Vec<StageJson<'_>> {
        let ceilings = |found: &AffordableStage| {
            let all = self.answer.ceilings.iter().zip(&found.under);
            all.map(|(ceiling, reach)| UnderJson { under: Number(ceiling.share), customers: runs(reach) }).collect()
        };
        let stages = self.rows().map(|(stage, found)| StageJson {
            stage: reference(stage),
            customers: run(stage.customers.value),
            total_low: found.totals.map(|(least, _)| Number(least)),
            total_high: found.totals.map(|(_, most)| Number(most)),
            complete: found.is_complete,
            under: Number(found.rule),
            rule: if found.is_own { "target" } else { "plan" },
            carried: runs(&found.carried),
            ceilings: ceilings(found),
            mrr_at_least: found.mrr_at_least.map(Number),
            searched_to: found.searched_to,
        });
        stages.collect()
    }
}

impl Serialize for AffordableView<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let first = self.stages.first().copied();
        let largest = self.answer.largest.map(|place| (self.stages[place], &self.answer.stages[place]));
        let at_most = largest.and_then(|(_, found)| found.at_most.as_ref());
        AffordableJson {
            schema: "costplan.afford.v1",
            currency: first.map(|stage| stage.currency.to_string()),
            as_of: first.map(|stage| stage.as_of.to_string()),
            scenario: first.and_then(ScenarioJson::of),
            techniques: asked_techniques(first),
            mrr: Number(self.answer.mrr),
            ceilings: self
                .answer
                .ceilings
                .iter()
                .map(|ceiling| CeilingJson {
                    rating: rating(ceiling.rating).0,
                    under: Number(ceiling.share),
                    amount: Number(ceiling.amount),
                })
                .collect(),
            carried: largest.map(|(stage, _)| reference(stage)),
            customers: at_most.map(|costing| costing.inputs.customers),
            share_of_mrr: at_most.and_then(|costing| costing.economics.share_of_mrr.as_ref()).and_then(quotient),
            needed: self.needed_json(),
            stages: self.stages_json(),
        }
        .serialize(serializer)
    }
}
