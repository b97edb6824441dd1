//! Break-even of a stage: customers, revenue and budget.

use rust_decimal::Decimal;
use serde::Serialize;

use crate::calculate::{Breakeven, BreakevenGoal, BreakevenQuestion, GoalNeeded, GoalReach, Hurdle, Rating, Reach};
use crate::model::{CountRange, Money, Stage};
use crate::view::View;
use crate::view::cost::stage_json::StageReference;
use crate::view::page::layout::{Block, Cell, Column, Grid, Page, Records};
use crate::view::page::number::{Number, WithCurrency, displayed, exact_percent, range};
use crate::view::page::scenario::{ScenarioJson, asked_techniques, scenario_lines};
use crate::view::page::words::rating;

/// A question about a stage and its answers.
#[derive(Debug)]
pub struct BreakevenView<'a> {
    pub(crate) stage: &'a Stage,
    question: BreakevenQuestion,
    pub(crate) answer: &'a Breakeven,
    details: bool,
}

impl<'a> BreakevenView<'a> {
    /// Shows the answers to a question about a stage.
    pub fn new(stage: &'a Stage, question: BreakevenQuestion, answer: &'a Breakeven) -> Self {
        Self { stage, question, answer, details: false }
    }

    /// The same view, whose screen has everything that Markdown has.
    #[must_use]
    pub fn detailed(self, details: bool) -> Self {
        Self { details, ..self }
    }

    /// Whether something holds at the last searched number, so that it may hold beyond.
    fn goes_on(&self, reach: &Reach) -> bool {
        let last = self.answer.searched.1;
        reach.runs.last().is_some_and(|run| run.high == Some(last))
    }

    fn money(&self, amount: Decimal) -> String {
        WithCurrency(Money::new(amount, self.stage.currency)).to_string()
    }

    /// What is asked first: from which number of customers on revenue is enough.
    pub(crate) fn goals_at_arpu(&self) -> Vec<String> {
        let (Some(found), Some(arpu)) = (&self.answer.goals_at_arpu, self.question.arpu) else { return Vec::new() };
        let each = format!(" ({} each)", self.money(arpu.value));
        let sentence = |found: &GoalReach| {
            let from = self.customers_in_words(&found.reach);
            match found.goal {
                BreakevenGoal::Infrastructure => format!("Revenue covers the infrastructure {from}{each}"),
                BreakevenGoal::Everything => {
                    format!("With your other costs of {} a month: {from}", self.money(found.hurdle.added))
                }
                BreakevenGoal::Target => format!("{}: {from}", self.target(found.hurdle.share)),
            }
        };
        found.iter().map(sentence).collect()
    }

    /// What is asked first at a number of customers: from which revenue on it is enough.
    pub(crate) fn goals_at_customers(&self) -> Vec<String> {
        let Some(needed) = &self.answer.at_customers else { return Vec::new() };
        let customers = needed.customers;
        let sentence = |found: &GoalNeeded| {
            let from = format!("from {} each on", self.money(found.at_least));
            match found.goal {
                BreakevenGoal::Infrastructure => {
                    format!("Revenue covers the infrastructure at {customers} customers {from}")
                }
                BreakevenGoal::Everything => {
                    format!("With your other costs of {} a month: {from}", self.money(found.hurdle.added))
                }
                BreakevenGoal::Target => format!("{}: {from}", self.target(found.hurdle.share)),
            }
        };
        needed.goals.iter().map(sentence).collect()
    }

    /// The target for the share of revenue, by whose it is.
    fn target(&self, share: Decimal) -> String {
        let whose = if self.stage.targets.own_share_of_mrr.is_some() { "Your target" } else { "The plan's rule" };
        format!("{whose}, under {} of revenue", exact_percent(share))
    }

    /// The customers from which on something holds, with those before them at which it holds too.
    fn customers_in_words(&self, reach: &Reach) -> String {
        let (low, high) = self.answer.searched;
        let Some((last, before)) = reach.runs.split_last() else {
            return match (self.answer.is_complete, self.answer.is_constant && !self.question.is_bounded) {
                (false, _) => "at no number of customers that is certain, since part of the cost is unknown".to_owned(),
                (true, true) => "at no number of customers".to_owned(),
                (true, false) => format!("at no number of customers from {low} to {high}"),
            };
        };
        if self.first_of_last(reach).is_none() {
            return format!("at {} customers only", runs_in_words(&reach.runs));
        }
        match before {
            [] if last.low == low => format!("from {low} customer{} on", if low == 1 { "" } else { "s" }),
            [] => format!("from {} customers on", last.low),
            _ => format!("from {} customers on, and before that at {}", last.low, runs_in_words(before)),
        }
    }

    /// The number from which on something holds, as far as is known.
    fn first_of_last(&self, reach: &Reach) -> Option<u64> {
        reach.runs.last().filter(|run| run.high.is_none() || self.goes_on(reach)).map(|run| run.low)
    }

    /// The customers that the stage serves, and those that were searched.
    pub(crate) fn serves(&self) -> String {
        let of = range(self.stage.customers.value);
        if self.answer.is_constant {
            return format!("serves {of} customers and costs the same for any number");
        }
        let (low, high) = self.answer.searched;
        format!("serves {of} customers; every number from {low} to {high} was computed")
    }

    fn rating_words(found: Rating) -> &'static str {
        rating(found).1
    }

    fn at_arpu(&self) -> Option<[Block; 2]> {
        let (reaches, arpu) = (self.answer.at_arpu.as_ref()?, self.question.arpu?);
        let mut grid = Grid::new(vec![
            Column::left("Rating").at_least(17),
            Column::right("Share of MRR"),
            Column::left("Customers needed").at_least(20),
            Column::left("Of those in the range").at_least(12),
        ]);
        for found in reaches {
            let more = if self.goes_on(&found.reach) { " (not searched further)" } else { "" };
            grid.cell(Self::rating_words(found.rating))
                .cell(format_args!("under {}", exact_percent(found.bound)))
                .cell(format_args!("{}{more}", runs_in_words(&found.reach.runs)))
                .cell(runs_in_words(&found.reach.within(self.stage.customers.value)));
        }
        Some([Block::Title(format!("At {} per customer and month", self.money(arpu.value))), Block::Grid(grid)])
    }

    fn at_customers(&self) -> Option<[Block; 2]> {
        let needed = self.answer.at_customers.as_ref()?;
        let follows = self.stage.depends_on_revenue();
        let title = match needed.total {
            Some(total) if !follows => format!("At {} customers, for {} a month", needed.customers, self.money(total)),
            _ if follows => format!("At {} customers, where the cost depends on the revenue", needed.customers),
            _ => format!("At {} customers, for an unknown total a month", needed.customers),
        };
        let title = Block::Title(title);
        if needed.ratings.is_empty() {
            let why = match (needed.customers, needed.goals.is_empty() && needed.total.is_none()) {
                (0, _) => "There are no customers yet",
                (_, true) => "The cost is not known in full, or no revenue is enough",
                (_, false) => "No revenue is enough for a rating: too much of it goes into the cost",
            };
            return Some([title, Block::Text(why.to_owned())]);
        }
        let mut grid = Grid::new(vec![
            Column::left("Rating").at_least(17),
            Column::right("Share of MRR"),
            Column::right("Revenue per customer"),
            Column::right("MRR"),
        ]);
        for found in &needed.ratings {
            let per_arpu = self.stage.payers.mrr_per_arpu(needed.customers);
            let mrr = per_arpu.and_then(|per_arpu| per_arpu.multiply(&found.at_least.into())?.to_decimal());
            grid.cell(Self::rating_words(found.rating))
                .cell(format_args!("under {}", exact_percent(found.bound)))
                .cell(format_args!("at least {}", displayed(found.at_least, self.stage.currency)))
                .cell(mrr.map_or_else(|_| "?".to_owned(), |mrr| displayed(mrr, self.stage.currency).to_string()));
        }
        Some([title, Block::Grid(grid)])
    }

    pub(crate) fn within_budget(&self) -> Option<String> {
        let (reach, budget) = (self.answer.within_budget.as_ref()?, self.question.budget?);
        let budget = self.money(budget);
        let Some(last) = reach.runs.last() else {
            if !self.answer.is_complete {
                return Some(format!("The budget of {budget} a month is not known to cover any number of customers"));
            }
            return Some(format!("The budget of {budget} a month does not cover any number of customers"));
        };
        let runs = runs_in_words(&reach.runs);
        let is_from_first = reach.runs.len() == 1 && last.low == self.answer.searched.0;
        let allowed = match last.high {
            None if is_from_first => "covers any number of customers".to_owned(),
            None => format!("covers {runs} customers"),
            Some(_) if self.goes_on(reach) => format!("covers {runs} customers; higher numbers were not searched"),
            Some(most) if is_from_first => format!("covers at most {most} customers"),
            Some(most) => format!("covers {runs} customers, so at most {most}"),
        };
        // A budget that covers more customers than the stage does not serve them.
        let of = self.stage.customers.value;
        let is_further = of.high.is_some_and(|end| last.high.is_none_or(|most| most > end));
        let serves = if is_further { format!("; the stage serves {}", range(of)) } else { String::new() };
        Some(format!("The budget of {budget} a month {allowed}{serves}"))
    }
}

/// The name of a goal in JSON and CSV.
fn goal(goal: BreakevenGoal) -> &'static str {
    match goal {
        BreakevenGoal::Infrastructure => "covers_infrastructure",
        BreakevenGoal::Everything => "covers_everything",
        BreakevenGoal::Target => "target",
    }
}

/// Runs of customers in words.
fn runs_in_words(runs: &[CountRange]) -> String {
    if runs.is_empty() {
        return "none".to_owned();
    }
    let words: Vec<String> = runs.iter().map(|run| range(*run)).collect();
    words.join(", ")
}

/// The columns of the rows for spreadsheets.
const COLUMNS: [&str; 13] = [
    "stage",
    "currency",
    "question",
    "rating",
    "under",
    "arpu",
    "budget",
    "customers_low",
    "customers_high",
    "arpu_at_least",
    "total",
    "goes_on",
    "other_costs",
];

impl BreakevenView<'_> {
    /// The ends of the runs in which a rating is reached, and whether each goes on. A rating that is never reached has a
    /// row without customers.
    fn run_cells(&self, reach: &Reach) -> Vec<[Cell<'static>; 3]> {
        if reach.runs.is_empty() {
            return vec![[Cell::Empty, Cell::Empty, Cell::truth(false)]];
        }
        let last = reach.runs.len() - 1;
        let of = |(place, run): (usize, &CountRange)| {
            let high = Cell::number(run.high.map(Decimal::from));
            [Cell::Number(run.low.into()), high, Cell::truth(place == last && self.goes_on(reach))]
        };
        reach.runs.iter().enumerate().map(of).collect()
    }
}

impl View for BreakevenView<'_> {
    fn page(&self) -> Page {
        let stage = self.stage;
        let mut blocks = vec![Block::Title(format!("Break-even of stage {} {}", stage.id, stage.name))];
        blocks.extend(self.goals_at_arpu().into_iter().chain(self.goals_at_customers()).map(Block::Text));
        blocks.push(Block::Text(format!("{} a month, prices of {}", stage.currency, stage.as_of)));
        blocks.extend(scenario_lines(stage));
        blocks.push(Block::Text(format!("It {}", self.serves())));
        if !self.answer.is_complete {
            blocks.push(Block::Text("Part of the cost is unknown: only certain results are counted".to_owned()));
        }
        blocks.extend(self.at_arpu().into_iter().flatten());
        blocks.extend(self.at_customers().into_iter().flatten());
        if let Some(sentence) = self.within_budget() {
            blocks.extend([Block::Title("Budget".to_owned()), Block::Text(sentence)]);
        }
        Page { blocks }
    }

    fn screen(&self) -> Page {
        if self.details { self.page() } else { self.screen_page() }
    }

    fn records(&self) -> Records<'_> {
        let mut rows = Vec::new();
        let mut row = |question: &'static str, cells: [Cell<'static>; 9], added: Decimal| {
            let mut all = vec![
                Cell::Number(self.stage.id.into()),
                Cell::text(self.stage.currency.to_string()),
                Cell::text(question),
            ];
            all.extend(cells);
            all.push(Cell::number((!added.is_zero()).then_some(added)));
            rows.push(all);
        };
        let empty = || Cell::Empty;
        let arpu = Cell::number(self.question.arpu.map(|arpu| arpu.value));
        let runs = |reach: &Reach| self.run_cells(reach);
        for found in self.answer.goals_at_arpu.iter().flatten() {
            let Hurdle { share, added, .. } = found.hurdle;
            for [low, high, goes_on] in runs(&found.reach) {
                let cells = [empty(), Cell::Number(share), arpu.clone(), empty(), low, high, empty(), empty(), goes_on];
                row(goal(found.goal), cells, added);
            }
        }
        for found in self.answer.at_arpu.iter().flatten() {
            for [low, high, goes_on] in runs(&found.reach) {
                let (word, under) = (Cell::text(rating(found.rating).0), Cell::Number(found.bound));
                let cells = [word, under, arpu.clone(), empty(), low, high, empty(), empty(), goes_on];
                row("customers", cells, Decimal::ZERO);
            }
        }
        if let Some(needed) = &self.answer.at_customers {
            let at = || Cell::Number(needed.customers.into());
            for found in &needed.goals {
                let (at_least, total) = (Cell::Number(found.at_least), Cell::number(needed.total));
                let share = Cell::Number(found.hurdle.share);
                let cells = [empty(), share, empty(), empty(), at(), at(), at_least, total, empty()];
                row(goal(found.goal), cells, found.hurdle.added);
            }
            for found in &needed.ratings {
                let (word, under) = (Cell::text(rating(found.rating).0), Cell::Number(found.bound));
                let (at_least, total) = (Cell::Number(found.at_least), Cell::number(needed.total));
                let cells = [word, under, empty(), empty(), at(), at(), at_least, total, empty()];
                row("arpu", cells, Decimal::ZERO);
            }
        }
        for [low, high, goes_on] in self.answer.within_budget.iter().flat_map(runs) {
            let budget = Cell::number(self.question.budget);
            row("budget", [empty(), empty(), empty(), budget, low, high, empty(), empty(), goes_on], Decimal::ZERO);
        }
        Records { header: COLUMNS.to_vec(), rows: Box::new(rows.into_iter()) }
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct BreakevenJson<'a> {
    schema: &'static str,
    stage: StageReference<'a>,
    currency: String,
    as_of: String,
    scenario: Option<ScenarioJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    techniques: Option<&'a [Box<str>]>,
    range: RunJson,
    /// The numbers that were computed; null where the cost is the same for all, so that it was solved.
    searched: Option<RunJson>,
    complete: bool,
    at_arpu: Option<AtArpuJson>,
    at_customers: Option<AtCustomersJson>,
    within_budget: Option<WithinBudgetJson>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct RunJson {
    low: u64,
    high: Option<u64>,
}

impl From<&CountRange> for RunJson {
    fn from(run: &CountRange) -> Self {
        Self { low: run.low, high: run.high }
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct AtArpuJson {
    arpu: Number,
    goals: Vec<GoalReachJson>,
    ratings: Vec<ReachJson>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct GoalReachJson {
    goal: &'static str,
    share: Number,
    other_costs: Number,
    /// The number from which on it is met; null if there is none.
    from: Option<u64>,
    runs: Vec<RunJson>,
    goes_on: bool,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct GoalNeededJson {
    goal: &'static str,
    share: Number,
    other_costs: Number,
    arpu_at_least: Number,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct ReachJson {
    rating: &'static str,
    under: Number,
    runs: Vec<RunJson>,
    runs_in_range: Vec<RunJson>,
    /// Whether it holds at the last searched number.
    goes_on: bool,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct AtCustomersJson {
    customers: u64,
    total: Option<Number>,
    goals: Vec<GoalNeededJson>,
    ratings: Vec<NeededJson>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct NeededJson {
    rating: &'static str,
    under: Number,
    arpu_more_than: Number,
    arpu_at_least: Number,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct WithinBudgetJson {
    budget: Number,
    runs: Vec<RunJson>,
    /// The most customers; null if there is no maximum, or none are covered.
    most: Option<u64>,
    goes_on: bool,
}

fn needed_json(found: &GoalNeeded) -> GoalNeededJson {
    GoalNeededJson {
        goal: goal(found.goal),
        share: Number(found.hurdle.share),
        other_costs: Number(found.hurdle.added),
        arpu_at_least: Number(found.at_least),
    }
}

impl BreakevenView<'_> {
    fn goals_json(&self) -> Vec<GoalReachJson> {
        let json = |found: &GoalReach| GoalReachJson {
            goal: goal(found.goal),
            share: Number(found.hurdle.share),
            other_costs: Number(found.hurdle.added),
            from: self.first_of_last(&found.reach),
            runs: found.reach.runs.iter().map(RunJson::from).collect(),
            goes_on: self.goes_on(&found.reach),
        };
        self.answer.goals_at_arpu.iter().flatten().map(json).collect()
    }
}

impl Serialize for BreakevenView<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let stage = self.stage;
        let runs = |runs: &[CountRange]| runs.iter().map(RunJson::from).collect::<Vec<_>>();
        let (low, high) = self.answer.searched;
        let at_arpu = self.answer.at_arpu.as_ref().zip(self.question.arpu).map(|(found, arpu)| AtArpuJson {
            arpu: Number(arpu.value),
            goals: self.goals_json(),
            ratings: found
                .iter()
                .map(|found| ReachJson {
                    rating: rating(found.rating).0,
                    under: Number(found.bound),
                    runs: runs(&found.reach.runs),
                    runs_in_range: runs(&found.reach.within(stage.customers.value)),
                    goes_on: self.goes_on(&found.reach),
                })
                .collect(),
        });
        let at_customers = self.answer.at_customers.as_ref().map(|needed| AtCustomersJson {
            customers: needed.customers,
            total: needed.total.map(Number),
            goals: needed.goals.iter().map(needed_json).collect(),
            ratings: needed
                .ratings
                .iter()
                .map(|found| NeededJson {
                    rating: rating(found.rating).0,
                    under: Number(found.bound),
                    arpu_more_than: Number(found.more_than),
                    arpu_at_least: Number(found.at_least),
                })
                .collect(),
        });
        let within_budget =
            self.answer.within_budget.as_ref().zip(self.question.budget).map(|(reach, budget)| WithinBudgetJson {
                budget: Number(budget),
                runs: runs(&reach.runs),
                most: reach.runs.last().and_then(|run| run.high),
                goes_on: self.goes_on(reach),
            });
        BreakevenJson {
            schema: "costplan.breakeven.v1",
            stage: StageReference { id: stage.id, name: &stage.name },
            currency: stage.currency.to_string(),
            as_of: stage.as_of.to_string(),
            scenario: ScenarioJson::of(stage),
            techniques: asked_techniques(Some(stage)),
            range: RunJson::from(&stage.customers.value),
            searched: (!self.answer.is_constant).then_some(RunJson { low, high: Some(high) }),
            complete: self.answer.is_complete,
            at_arpu,
            at_customers,
            within_budget,
        }
        .serialize(serializer)
    }
}
