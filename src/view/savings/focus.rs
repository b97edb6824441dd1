//! What the plan says to focus on, over all stages: what each part of its list saves, and in which order.

use rust_decimal::Decimal;
use serde::Serialize;

use crate::calculate::{Costing, FocusOnStage, FocusSaving, is_in_plan_order};
use crate::model::{Focus, Stage, TechniqueOffer};
use crate::view::View;
use crate::view::cost::stage_json::StageReference;
use crate::view::cost::tags::conditions;
use crate::view::page::layout::{Block, Cell, Column, Grid, Page, Records};
use crate::view::page::number::{Number, thousands};
use crate::view::page::scenario::{ScenarioJson, asked_techniques, scenario_texts};
use crate::view::page::screen::{Tone, amount, folded, footer, grid, money, sentences, several};

/// The most techniques on the screen that are in no part of the list.
const OTHERS: usize = 2;

/// What the plan says of a part of its list: its name, and why to focus on it.
fn words(focus: Focus) -> (&'static str, &'static str) {
    match focus {
        Focus::Database => ("Database optimisation", "biggest impact"),
        Focus::Caching => ("Smart caching", "easy wins"),
        Focus::AutoScaling => ("Auto-scaling", "prevent over-provisioning"),
        Focus::Tiering => ("Tiered storage", "huge savings"),
        Focus::Spot => ("Spot instances for ML", "80% discount"),
    }
}

/// The place of a part in the plan's list, from 1 on.
fn plan_place(focus: Focus) -> usize {
    Focus::WORDS.iter().take_while(|(_, other)| *other != focus).count() + 1
}

/// A stage with its techniques and its cost as it is.
#[derive(Clone, Copy, Debug)]
pub struct FocusStage<'a> {
    /// The stage.
    pub stage: &'a Stage,
    /// The techniques, in the same order for each stage.
    pub offers: &'a [TechniqueOffer],
    /// What it costs.
    pub costing: &'a Costing,
}

/// The savings of each part of the plan's list over all stages.
#[derive(Clone, Debug)]
pub struct FocusView<'a> {
    stages: Vec<FocusStage<'a>>,
    savings: &'a [FocusSaving],
    details: bool,
}

impl<'a> FocusView<'a> {
    /// Shows savings, which are ranked, on the stages for which they were computed.
    pub fn new(stages: Vec<FocusStage<'a>>, savings: &'a [FocusSaving]) -> Self {
        Self { stages, savings, details: false }
    }

    /// The same view, whose screen has everything that Markdown has.
    #[must_use]
    pub fn detailed(self, details: bool) -> Self {
        Self { details, ..self }
    }

    fn money(&self, of: Option<Decimal>) -> String {
        of.zip(self.stages.first()).map_or_else(|| "?".to_owned(), |(of, first)| amount(of, first.stage.currency))
    }

    /// The name of a technique's file.
    fn id(&self, technique: usize) -> &'a str {
        self.stages.first().map_or("", |first| &first.offers[technique].technique.id)
    }

    fn name(&self, found: &FocusSaving) -> &'a str {
        match (found.focus, found.techniques.first()) {
            (Some(focus), _) => words(focus).0,
            (None, Some(technique)) => self.id(*technique),
            (None, None) => "",
        }
    }

    /// The parts of the list, and the techniques that are in none and would save something.
    fn ranked(&self) -> (Vec<&'a FocusSaving>, Vec<&'a FocusSaving>) {
        let is_shown = |found: &&FocusSaving| found.focus.is_some() || found.at_most != Some(Decimal::ZERO);
        self.savings.iter().filter(is_shown).partition(|found| found.focus.is_some())
    }

    fn headline(&self) -> String {
        let order = if is_in_plan_order(self.savings) { "holds" } else { "does not hold" };
        format!("The plan's order of what to focus on {order} at this size")
    }

    /// The techniques that would save, each with the stages where, and where one is in use.
    fn how(&self, found: &FocusSaving) -> String {
        let stages_of = |of: fn(&FocusOnStage) -> &Vec<usize>, technique: usize| -> Vec<String> {
            let stages = self.stages.iter().zip(&found.of_stages).filter(|(_, one)| of(one).contains(&technique));
            stages.map(|(stage, _)| stage.stage.id.to_string()).collect()
        };
        let mut said = Vec::new();
        for technique in &found.techniques {
            let ids = stages_of(|one| &one.saving_at_most, *technique);
            if !ids.is_empty() {
                said.push(format!("{} in {}", self.id(*technique), ids.join(", ")));
            }
        }
        let in_use = self.stages.iter().zip(&found.of_stages).filter(|(_, one)| !one.in_use.is_empty());
        let in_use: Vec<String> = in_use.map(|(stage, _)| stage.stage.id.to_string()).collect();
        if !in_use.is_empty() {
            said.push(format!("in use in {}", in_use.join(", ")));
        }
        said.join("; ")
    }

    fn remarks(&self) -> Vec<(Tone, String)> {
        let mut remarks = Vec::new();
        let (parts, _) = self.ranked();
        let Some(first) = self.stages.first() else { return remarks };
        let currency = first.stage.currency;
        let known = parts.iter().max_by_key(|found| (found.saved, std::cmp::Reverse(found.focus)));
        if let Some(known) = known.filter(|known| known.saved > Decimal::ZERO) {
            let saved = money(known.saved, currency);
            remarks.push((Tone::Plain, format!("Known to save the most: {}, {saved} a month", self.name(known))));
        }
        let mut counts: Vec<u64> = self.stages.iter().map(|one| one.costing.inputs.customers).collect();
        counts.dedup();
        let counts: Vec<String> = counts.iter().map(|count| thousands(&count.to_string()).into_owned()).collect();
        let counts = match counts.split_last() {
            Some((last, first)) if !first.is_empty() => format!("{} and {last}", first.join(", ")),
            _ => counts.concat(),
        };
        let text = format!("{} at {counts} customers, {currency} a month", several(self.stages.len(), "stage"));
        remarks.push((Tone::Plain, text));
        remarks.extend(scenario_texts(first.stage).into_iter().map(|text| (Tone::Plain, text)));
        remarks
    }

    fn parts(&self, found: &[&FocusSaving], mut grid: Grid) -> Grid {
        for (place, one) in found.iter().enumerate() {
            grid.cell(place + 1).cell(self.name(one));
            grid.cell(one.focus.map_or_else(String::new, |focus| plan_place(focus).to_string()));
            grid.cell(self.money(Some(one.saved))).cell(self.money(one.at_most)).cell(self.how(one));
        }
        grid
    }

    /// What each part saves on each stage.
    fn details_grid(&self) -> Grid {
        let mut grid = Grid::new(vec![
            Column::left("Focus on").at_least(18),
            Column::left("Stage").at_least(10),
            Column::right("Customers").optional(),
            Column::right("Cost").optional(),
            Column::right("Saves"),
            Column::right("At most"),
            Column::left("With").at_least(24),
        ]);
        for found in self.savings {
            for (stage, one) in self.stages.iter().zip(&found.of_stages) {
                if one.at_most == Some(Decimal::ZERO) && one.in_use.is_empty() {
                    continue;
                }
                let cost = stage.costing.known_totals().map(|totals| totals.total);
                grid.cell(self.name(found)).cell(format_args!("{} {}", stage.stage.id, stage.stage.name));
                grid.cell(stage.costing.inputs.customers).cell(self.money(cost));
                grid.cell(self.money(Some(one.saved))).cell(self.money(one.at_most));
                grid.cell(self.line_items(stage, one));
            }
        }
        grid
    }

    /// The techniques of a part on a stage, each with its line items.
    fn line_items(&self, stage: &FocusStage<'_>, one: &FocusOnStage) -> String {
        let named = |technique: &usize| {
            let offer = stage.offers[*technique].at_most();
            let names: Vec<&str> = offer.usable().map(|(place, _)| &*stage.stage.line_items[place].name).collect();
            let names = if names.is_empty() { "needed by another one".to_owned() } else { names.join(", ") };
            format!("{} on {names}", offer.technique.id)
        };
        let mut said: Vec<String> = one.saving_at_most.iter().map(named).collect();
        said.extend(one.in_use.iter().map(|technique| format!("{} is in use", self.id(*technique))));
        said.join("; ")
    }
}

const AT_MOST: &str = "Ranked by the most: with one technique, on all of each line item, by its example";

impl View for FocusView<'_> {
    fn page(&self) -> Page {
        let mut blocks = vec![Block::Title(self.headline())];
        blocks.extend(self.remarks().into_iter().map(|(_, text)| Block::Text(text)));
        let (parts, others) = self.ranked();
        let columns = vec![
            Column::right("#"),
            Column::left("Focus on").at_least(18),
            Column::right("Plan"),
            Column::right("Saves"),
            Column::right("At most"),
            Column::left("How").at_least(20),
        ];
        blocks.push(Block::Grid(self.parts(&parts, Grid::new(columns.clone()))));
        blocks.push(Block::Text(AT_MOST.to_owned()));
        if !others.is_empty() {
            blocks.push(Block::Title("Not on the plan's list".to_owned()));
            blocks.push(Block::Grid(self.parts(&others, Grid::new(columns))));
        }
        blocks.push(Block::Title("On each stage".to_owned()));
        blocks.push(Block::Grid(self.details_grid()));
        Page { blocks }
    }

    fn screen(&self) -> Page {
        if self.details {
            return self.page();
        }
        let mut blocks = vec![Block::Headline(self.headline())];
        blocks.extend(sentences(self.remarks()));
        let (parts, others) = self.ranked();
        let columns = |first: &str, plan: &str| {
            vec![
                Column::right("#"),
                Column::left(first).at_least(21),
                Column::right(plan),
                Column::right("Saves"),
                Column::right("At most"),
                Column::left("How").at_least(20),
            ]
        };
        blocks.push(Block::Grid(self.parts(&parts, grid(columns("Focus on", "Plan")))));
        if !others.is_empty() {
            let (shown, rest) = folded(&others, OTHERS);
            let mut table = self.parts(shown, grid(columns("Not on the plan's list", "")));
            if !rest.is_empty() {
                let more = format!("{} more (--details)", rest.len());
                table.row(["", &more, "", "", "", ""]);
            }
            blocks.push(Block::Grid(table));
        }
        blocks.extend(footer([AT_MOST.to_owned(), "--details for each stage".to_owned()]));
        Page { blocks }
    }

    fn records(&self) -> Records<'_> {
        let header = vec![
            "rank",
            "plan",
            "focus",
            "stage",
            "customers",
            "saved",
            "saved_at_most",
            "currency",
            "techniques",
            "in_use",
            "kind",
        ];
        let ids = |of: &[usize]| of.iter().map(|technique| self.id(*technique)).collect::<Vec<_>>().join(" ");
        let parts = self.savings.iter().filter(|found| found.focus.is_some()).count();
        let rows = self.savings.iter().enumerate().flat_map(move |(place, found)| {
            // The techniques that are in no part have ranks of their own.
            let rank = if found.focus.is_some() { place } else { place - parts };
            let of_stages = self.stages.iter().zip(&found.of_stages);
            of_stages.map(move |(stage, one)| {
                let kind = if found.focus.is_some() { "focus" } else { "technique" };
                vec![
                    Cell::Number((rank + 1).into()),
                    Cell::number(found.focus.map(|focus| Decimal::from(plan_place(focus)))),
                    found.focus.map_or_else(|| Cell::text(self.name(found)), |focus| Cell::text(focus.as_str())),
                    Cell::Number(stage.stage.id.into()),
                    Cell::Number(stage.costing.inputs.customers.into()),
                    Cell::Number(one.saved),
                    Cell::number(one.at_most),
                    Cell::text(stage.stage.currency.to_string()),
                    Cell::text(ids(&one.saving_at_most)),
                    Cell::text(ids(&one.in_use)),
                    Cell::text(kind),
                ]
            })
        });
        Records { header, rows: Box::new(rows) }
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct FocusJson<'a> {
    schema: &'static str,
    currency: Option<String>,
    as_of: Option<String>,
    scenario: Option<ScenarioJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    techniques_in_use: Option<&'a [Box<str>]>,
    #[serde(rename = "where", skip_serializing_if = "Option::is_none")]
    conditions: Option<&'a [Box<str>]>,
    stages: Vec<StageJson<'a>>,
    plan_order_holds: bool,
    focus: Vec<PartJson<'a>>,
    other_techniques: Vec<PartJson<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct StageJson<'a> {
    #[serde(flatten)]
    stage: StageReference<'a>,
    customers: u64,
    total: Option<Number>,
    total_exact: Option<Number>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct PartJson<'a> {
    rank: usize,
    name: &'a str,
    focus: Option<&'static str>,
    plan_place: Option<usize>,
    plan_says: Option<&'static str>,
    saved: Number,
    saved_at_most: Option<Number>,
    stages: Vec<OnStageJson<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct OnStageJson<'a> {
    stage: u32,
    saved: Number,
    saved_at_most: Option<Number>,
    saving: Vec<&'a str>,
    saving_at_most: Vec<&'a str>,
    in_use: Vec<&'a str>,
}

impl<'a> FocusView<'a> {
    fn part_json(&self, rank: usize, found: &FocusSaving) -> PartJson<'a> {
        let ids = |of: &[usize]| of.iter().map(|technique| self.id(*technique)).collect();
        let stages = self.stages.iter().zip(&found.of_stages).map(|(stage, one)| OnStageJson {
            stage: stage.stage.id,
            saved: Number(one.saved),
            saved_at_most: one.at_most.map(Number),
            saving: ids(&one.saving),
            saving_at_most: ids(&one.saving_at_most),
            in_use: ids(&one.in_use),
        });
        PartJson {
            rank: rank + 1,
            name: self.name(found),
            focus: found.focus.map(Focus::as_str),
            plan_place: found.focus.map(plan_place),
            plan_says: found.focus.map(|focus| words(focus).1),
            saved: Number(found.saved),
            saved_at_most: found.at_most.map(Number),
            stages: stages.collect(),
        }
    }
}

impl Serialize for FocusView<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let first = self.stages.first().map(|one| one.stage);
        let stages = self.stages.iter().map(|FocusStage { stage, costing, .. }| StageJson {
            stage: StageReference { id: stage.id, name: &stage.name },
            customers: costing.inputs.customers,
            total: costing.known_totals().map(|totals| Number(totals.total)),
            total_exact: costing.known_totals().map(|totals| Number(totals.total_exact)),
        });
        let (parts, others): (Vec<_>, Vec<_>) = self.savings.iter().partition(|found| found.focus.is_some());
        let ranked = |found: Vec<&FocusSaving>| {
            found.into_iter().enumerate().map(|(rank, one)| self.part_json(rank, one)).collect()
        };
        FocusJson {
            schema: "costplan.focus.v1",
            currency: first.map(|stage| stage.currency.to_string()),
            as_of: first.map(|stage| stage.as_of.to_string()),
            scenario: first.and_then(ScenarioJson::of),
            techniques_in_use: asked_techniques(first),
            conditions: conditions(first),
            stages: stages.collect(),
            plan_order_holds: is_in_plan_order(self.savings),
            focus: ranked(parts),
            other_techniques: ranked(others),
        }
        .serialize(serializer)
    }
}
