//! Month by month: the customers, the stage that serves them, its cost, and how long the cash lasts.
//!
//! Each month is computed by the same core as `costplan stage`, with the prices and rates of its first day.

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::calculate::cost::costing::{Completeness, Costing, UnitEconomics};
use crate::calculate::cost::findings::budget_verdict;
use crate::calculate::cost::revenue::mrr;
use crate::calculate::cost::stage::stage as compute;
use crate::calculate::cost::tax::Bill;
use crate::calculate::cost::trace::Unobserved;
use crate::calculate::fault::Fault;
use crate::calculate::plan::affordable::{largest_carried, size};
use crate::calculate::plan::months::due::{CreditScope, Due, bills, tax_of};
use crate::calculate::plan::months::forecast_result::{Forecast, ForecastEvent, ForecastMonth, NeededStage};
use crate::calculate::plan::months::month_changes::{Stages, StagesOn, changes_within, deduction_changes};
use crate::calculate::plan::months::prepaid::{Prepaid, Prepayments, overlap};
use crate::calculate::plan::months::received::{CUSTOMER_DECIMALS, NewCustomers, YearlyContracts};
use crate::calculate::plan::months::season::in_season;
use crate::calculate::plan::recommend::{candidate, cheapest, recommend};
use crate::calculate::plan::recommendation::{Candidate, Recommendation};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{
    Band, CustomerPath, ForecastPlan, Fraction, Growth, Inputs, Month, Progress, Revenue, Season, Setting, Stage,
    StageChoice, StageName, Verdict, add, subtract,
};

/// The most customers of a month.
const MAX_CUSTOMERS: u64 = 1_000_000_000_000;

/// Computes the months of a plan. `stages_on` returns the stages at the prices of a day: all of them, or the fixed one,
/// in one currency. `served` is called with the stage that runs in a month and with its inputs.
///
/// # Errors
/// As [`stage`](crate::calculate::cost::stage::stage()), and those of `stages_on` and `served`.
pub fn forecast(
    plan: &ForecastPlan,
    progress: &Progress,
    mut stages_on: impl FnMut(Date) -> Result<Stages, Vec<Diagnostic>>,
    served: &mut Served<'_>,
) -> Result<Forecast, Vec<Diagnostic>> {
    let mut months = Vec::new();
    let mut state = State {
        plan,
        served,
        path: Path::start(&plan.customers),
        credits: plan.credits.iter().map(|credit| credit.amount).collect(),
        prepayments: Prepayments::default(),
        new_customers: NewCustomers::default(),
        contracts: YearlyContracts::default(),
        recoveries: Vec::new(),
        stage: None,
        mark: None,
        last: None,
        before: Vec::new(),
        cumulative: None,
        is_complete: true,
        balance: plan.cash,
        was_urgent: false,
    };
    for index in 0..plan.months {
        let Some(month) = plan.start.later(index) else { break };
        progress.report(u64::from(index), u64::from(plan.months));
        let stages = stages_on(day_of(month, plan.as_of))?;
        months.push(state.month(index, month, stages, &mut stages_on)?);
    }
    Ok(Forecast { months })
}

/// The day whose prices a month is computed with: its first, or the day of the computation if it is in that month.
pub fn day_of(month: Month, as_of: Date) -> Date {
    if Month::of(as_of) == month { as_of } else { month.first_day() }
}

/// Hears which stage runs in a month, and with which inputs.
pub type Served<'s> = dyn FnMut(Month, &Stage, Inputs) -> Result<(), Vec<Diagnostic>> + 's;

/// The number of customers, before it is rounded.
struct Path {
    unrounded: Decimal,
}

impl Path {
    fn start(path: &CustomerPath) -> Self {
        let from = match path {
            CustomerPath::Listed(counts) => counts.first().copied().unwrap_or(0),
            CustomerPath::Growing { from, .. } => *from,
        };
        Self { unrounded: Decimal::from(from) }
    }

    /// Advances to the next month, and returns the customers who come in it with the share of the others who leave.
    fn advance(&mut self, path: &CustomerPath, index: u32) -> Result<(Decimal, Decimal), Fault> {
        let now = self.unrounded;
        let mut leaving = Decimal::ZERO;
        self.unrounded = match path {
            CustomerPath::Listed(counts) => {
                let next = usize::try_from(index).ok().and_then(|index| counts.get(index));
                next.map_or(now, |next| Decimal::from(*next))
            }
            CustomerPath::Growing { growth, market, churn, .. } => {
                let market = market.map(Decimal::from);
                let gained = match growth {
                    Growth::Rate(rate) => {
                        let gained = kept(&Fraction::from(now).multiply(&(*rate).into())?)?;
                        match market {
                            // Logistic growth: the closer to the size of the market, the fewer customers are left to
                            // gain.
                            Some(market) => part_left(gained, now, market)?,
                            None => gained,
                        }
                    }
                    Growth::Count(count) => *count,
                };
                let lost = kept(&Fraction::from(now).multiply(&(*churn).into())?)?;
                leaving = *churn;
                let next = kept(&subtract(add(now, gained)?, lost)?.into())?;
                let next = market.map_or(next, |market| next.min(market));
                // Zero must not have a sign.
                if next > Decimal::ZERO { next } else { Decimal::ZERO }
            }
        };
        let staying = kept(&Fraction::from(now).multiply(&subtract(Decimal::ONE, leaving)?.into())?)?;
        Ok((subtract(self.unrounded, staying)?.max(Decimal::ZERO), leaving))
    }

    /// The nearest whole number; `None` if it is too large.
    fn customers(&self) -> Result<Option<u64>, Fault> {
        let rounded = Fraction::from(self.unrounded).round(0)?;
        Ok(u64::try_from(rounded).ok().filter(|count| *count <= MAX_CUSTOMERS))
    }
}

/// The subjects of a fault in a month.
const CUSTOMERS: &str = "the number of customers in";
const MONTH: &str = "the forecast of";

/// Reports a fault in a month.
fn fault_in(subject: &str, month: Month) -> impl Fn(Fault) -> Vec<Diagnostic> {
    move |fault| vec![fault.at(&format!("{subject} {month}"), None)]
}

fn too_many(month: Month) -> Diagnostic {
    let message = format!("the customers of {month} exceed 1,000,000,000,000");
    Diagnostic::new(Code::Overflow, message).help("use a lower growth, a `market`, or fewer months")
}

/// The customer count that is carried from month to month.
fn kept(customers: &Fraction) -> Result<Decimal, Fault> {
    Ok(customers.round(CUSTOMER_DECIMALS)?)
}

/// Growth scaled by the part of the market that is left: `growth * (market - taken) / market`.
fn part_left(growth: Decimal, taken: Decimal, market: Decimal) -> Result<Decimal, Fault> {
    if market.is_zero() {
        return Ok(Decimal::ZERO);
    }
    let left = Fraction::from(subtract(market, taken)?);
    kept(&left.multiply(&growth.into())?.divide(&market.into())?)
}

/// State that one month passes to the next.
struct State<'p, 's> {
    plan: &'p ForecastPlan,
    /// Who hears which stage runs.
    served: &'p mut Served<'s>,
    path: Path,
    /// What is left of each credit.
    credits: Vec<Decimal>,
    prepayments: Prepayments,
    new_customers: NewCustomers,
    contracts: YearlyContracts,
    /// The taxes that will be paid back, with the month.
    recoveries: Vec<(u32, Decimal)>,
    /// The stage of the month before.
    stage: Option<StageName>,
    /// Why that stage ran, if not because it served as planned.
    mark: Option<ForecastEvent>,
    /// The last stage that ran.
    last: Option<StageName>,
    /// The stages at the prices of the month before.
    before: Stages,
    /// The known part of all costs so far.
    cumulative: Option<Decimal>,
    /// Whether all costs so far are known.
    is_complete: bool,
    balance: Option<Decimal>,
    was_urgent: bool,
}

/// A month while it is computed, with the stages that could run in it.
#[derive(Clone, Copy)]
struct CurrentMonth<'m> {
    index: u32,
    month: Month,
    /// The number of the month in the plan.
    number: u32,
    customers: u64,
    stages: &'m Stages,
}

impl<'m> CurrentMonth<'m> {
    fn stage(self, running: &Running) -> &'m Stage {
        &self.stages[running.place].0
    }
}

/// The stage that runs in a month.
struct Running {
    place: usize,
    costing: Costing,
    serves: bool,
    /// Why it runs, if not because it serves as planned.
    mark: Option<ForecastEvent>,
    /// The stage that the customers need, where another one runs.
    needed: Option<NeededStage>,
}

/// The cheapest stage that serves, otherwise the one that could carry the customers. `mark` is the event if it serves.
fn fitting(stages: &Stages, customers: u64, mark: Option<ForecastEvent>) -> Result<Option<Running>, Vec<Diagnostic>> {
    let mut found = recommended(stages, customers)?;
    let (Some(place), serves) = needed(&found) else { return Ok(None) };
    let costing = costing_of(stages, place, customers, &mut found)?;
    let mark = if serves { mark } else { Some(ForecastEvent::CouldCarry) };
    Ok(Some(Running { place, costing, serves, mark, needed: None }))
}

/// The largest stage that the revenue carries, otherwise the cheapest one.
fn carried(stages: &Stages, customers: u64) -> Result<Option<Running>, Vec<Diagnostic>> {
    let mut found = recommended(stages, customers)?;
    let totals = found.candidates.iter().map(|candidate| {
        let totals = candidate.costing.known_totals().filter(|_| candidate.costing.is_complete());
        totals.map(|totals| totals.total)
    });
    let (carried, least) = (largest_carried(stages, &found.candidates)?, cheapest(totals));
    let (needed, is_served) = needed(&found);
    let Some(place) = carried.or(least).or(needed) else { return Ok(None) };
    let serves = found.candidates[place].fit.serves();
    let disagrees = |needed: usize| NeededStage {
        stage: name_of(&stages[needed].0),
        is_larger: size(&stages[needed].0) > size(&stages[place].0),
    };
    let needed = needed.filter(|needed| *needed != place).map(disagrees);
    let mark = match &needed {
        _ if carried.is_none() => Some(ForecastEvent::NothingCarried),
        Some(needed) => Some(ForecastEvent::Disagreement(needed.clone())),
        None if serves => None,
        None if is_served => Some(ForecastEvent::DoesNotServe),
        None => Some(ForecastEvent::CouldCarry),
    };
    let costing = costing_of(stages, place, customers, &mut found)?;
    Ok(Some(Running { place, costing, serves, mark, needed }))
}

/// The comparison of whole stages, by which one is chosen even where the figures cover only a part.
fn recommended(stages: &Stages, customers: u64) -> Result<Recommendation, Vec<Diagnostic>> {
    if stages.iter().all(|(stage, _)| stage.part.is_none()) {
        return recommend(stages, customers);
    }
    let whole = |(stage, revenue): &(Stage, Revenue)| (Stage { part: None, ..stage.clone() }, *revenue);
    recommend(&stages.iter().map(whole).collect::<Stages>(), customers)
}

/// The stage that a number of customers needs, and whether it serves them. If the cost of every serving stage is
/// unknown, that is the first of them.
fn needed(found: &Recommendation) -> (Option<usize>, bool) {
    let serving = found.candidates.iter().position(|candidate| candidate.fit.serves());
    (found.chosen.or(serving).or(found.could_carry), serving.is_some())
}

/// The costing of a stage, or of the part of it that is counted.
fn costing_of(
    stages: &Stages,
    place: usize,
    customers: u64,
    found: &mut Recommendation,
) -> Result<Costing, Vec<Diagnostic>> {
    let (stage, revenue) = &stages[place];
    if stage.part.is_none() {
        return Ok(found.candidates.swap_remove(place).costing);
    }
    Ok(candidate(stage, Inputs { customers, revenue: *revenue })?.costing)
}

impl State<'_, '_> {
    /// Computes a month; `at_prices` are the stages at its prices, and `stages_on` those at the prices of another day.
    fn month(
        &mut self,
        index: u32,
        month: Month,
        at_prices: Stages,
        stages_on: &mut StagesOn<'_>,
    ) -> Result<ForecastMonth, Vec<Diagnostic>> {
        let customers = self.customers(index, month)?;
        let changed = self.in_month(&at_prices, month, customers).map_err(fault_in(CUSTOMERS, month))?;
        let number = self.plan.first_number.saturating_add(index);
        let now = CurrentMonth { index, month, number, customers, stages: changed.as_ref().unwrap_or(&at_prices) };
        let running = self.running(now)?;
        let name = running.as_ref().map(|running| name_of(now.stage(running)));
        let mut events = Vec::new();
        let moved = self.moved(now, name.as_ref(), &mut events)?;
        let mark = running.as_ref().map_or(Some(ForecastEvent::NoStage), |running| running.mark.clone());
        if (&self.mark, &self.stage) != (&mark, &name) {
            events.extend(mark.clone());
        }
        let cost = self.stage_cost(now, running.as_ref(), stages_on, &mut events)?;
        let row = self.settled(now, running, cost, &moved, events).map_err(fault_in(MONTH, month))?;
        if name.is_some() {
            self.last.clone_from(&name);
        }
        self.stage = name;
        self.mark = mark;
        self.before = at_prices;
        Ok(row)
    }

    /// The customers of a month, after those who come and leave in it.
    fn customers(&mut self, index: u32, month: Month) -> Result<u64, Vec<Diagnostic>> {
        let fault = fault_in(CUSTOMERS, month);
        if index > 0 || self.plan.is_under_way {
            let (gained, leaving) = self.path.advance(&self.plan.customers, index).map_err(&fault)?;
            if let Some(introductory) = self.plan.introductory {
                self.new_customers.pass(introductory, gained, leaving).map_err(&fault)?;
            }
        }
        self.path.customers().map_err(fault)?.ok_or_else(|| vec![too_many(month)])
    }

    /// The cost of the stage that runs; without one, only the revenue is known.
    fn stage_cost(
        &mut self,
        now: CurrentMonth<'_>,
        running: Option<&Running>,
        stages_on: &mut StagesOn<'_>,
        events: &mut Vec<ForecastEvent>,
    ) -> Result<StageCost, Vec<Diagnostic>> {
        let (month, season) = (now.month, self.plan.season);
        let fault = fault_in(MONTH, month);
        let Some(running) = running else {
            let mrr = mrr_without_stage(now.stages, now.customers).map_err(fault)?;
            let (economics, bills) = (UnitEconomics { mrr, ..UnitEconomics::default() }, Vec::new());
            let (completeness, net) = (Completeness::Nothing, Decimal::ZERO);
            return Ok(StageCost { total: None, completeness, economics, net, bills });
        };
        let (stage, costing) = (now.stage(running), &running.costing);
        (self.served)(month, stage, costing.inputs)?;
        events.extend(self.price_change(stage, running)?);
        let mut in_season = |day: Date| stages_on(day).map(|stages| seasonal(stages, season, month));
        events.extend(changes_within(month, stage, costing, &mut in_season)?);
        let prepaid = self.prepayments.pay(stage, costing.inputs, self.plan, now.index)?;
        let total = costing.known_totals().map(|totals| totals.total);
        let bills = bills(stage, costing, &prepaid.more).map_err(&fault)?;
        let net = paid(total.unwrap_or_default(), prepaid, events).map_err(fault)?;
        Ok(StageCost { total, completeness: costing.completeness(), economics: costing.economics.clone(), net, bills })
    }

    /// The month with what is paid and received in it, and with the cash that is left.
    fn settled(
        &mut self,
        now: CurrentMonth<'_>,
        running: Option<Running>,
        cost: StageCost,
        moved: &Moved,
        mut events: Vec<ForecastEvent>,
    ) -> Result<ForecastMonth, Fault> {
        let stage = running.as_ref().map(|running| now.stage(running));
        let StageCost { total, completeness, economics, net, bills } = cost;
        let once = self.once(now.month, moved.once, &mut events)?;
        let net = add(net, moved.overlap)?;
        let tax = self.tax(stage, &bills, moved, now.index)?;
        let credits = self.use_credits(now.month, stage, (&bills, net, tax.paid), &mut events)?;
        let to_pay = add(add(net, once)?, tax.paid)?;
        let extra = add(moved.overlap, once)?;
        let (budget, budget_verdict) = held_against(stage, (total, completeness), extra)?;
        if total.is_some() || !extra.is_zero() {
            let costs = add(total.unwrap_or_default(), extra)?;
            self.cumulative = Some(add(self.cumulative.unwrap_or_default(), costs)?);
        }
        self.is_complete &= completeness == Completeness::Full && moved.is_known;
        if economics.is_too_high() && !self.was_urgent {
            self.was_urgent = true;
            events.push(ForecastEvent::FirstUrgent);
        }
        let not_of_customers = add(credits, tax.recovered)?;
        let payers = stage.or(now.stages.first().map(|(stage, _)| stage)).map(|stage| stage.payers).unwrap_or_default();
        let received = economics.mrr.map(|mrr| self.contracts.received(&payers, mrr)).transpose()?;
        self.follow_cash(received, to_pay, not_of_customers, &mut events)?;
        Ok(ForecastMonth {
            month: now.month,
            number: now.number,
            customers: now.customers,
            unrounded: self.path.unrounded,
            stage: stage.map(name_of),
            serves: running.as_ref().is_some_and(|running| running.serves),
            needed: running.and_then(|running| running.needed),
            total,
            completeness,
            economics,
            overlap: moved.overlap,
            once,
            tax: tax.paid,
            tax_recovered: tax.recovered,
            extra,
            budget,
            budget_verdict,
            cumulative: self.cumulative,
            is_cumulative_complete: self.is_complete,
            to_pay,
            credits,
            received,
            balance: self.balance,
            events,
        })
    }

    /// The stages with the usage of the season, and with what customers pay less for their first months; `None` if both
    /// change nothing.
    fn in_month(&self, stages: &Stages, month: Month, customers: u64) -> Result<Option<Stages>, Fault> {
        let introductory = self.plan.introductory;
        if introductory.is_none() && self.plan.season.of(month).is_none() {
            return Ok(None);
        }
        let mut stages = seasonal(stages.clone(), self.plan.season, month);
        let Some(introductory) = introductory else { return Ok(Some(stages)) };
        let left = self.new_customers.left_of_price(introductory, self.path.unrounded)?;
        for (stage, revenue) in &mut stages {
            if let Revenue::Arpu(arpu) = *revenue
                && let Some(full) = mrr(stage, Inputs { customers, revenue: *revenue })?
            {
                let value = full.multiply(&left)?.to_decimal()?;
                *revenue = Revenue::Mrr(Setting { value, ..arpu });
            }
        }
        Ok(Some(stages))
    }

    /// The stage that runs, with its cost.
    fn running(&self, now: CurrentMonth<'_>) -> Result<Option<Running>, Vec<Diagnostic>> {
        let CurrentMonth { number, customers, stages, .. } = now;
        let is_of_month =
            |(stage, _): &(Stage, Revenue)| stage.months.is_some_and(|months| months.contains(u64::from(number)));
        let place = match self.plan.choice {
            StageChoice::Fit => return fitting(stages, customers, None),
            StageChoice::Revenue => return carried(stages, customers),
            StageChoice::Calendar => stages.iter().position(is_of_month),
            StageChoice::Fixed => (!stages.is_empty()).then_some(0),
        };
        let Some(place) = place else { return fitting(stages, customers, Some(ForecastEvent::NotInCalendar)) };
        let (stage, revenue) = &stages[place];
        let Candidate { costing, fit, .. } = candidate(stage, Inputs { customers, revenue: *revenue })?;
        let serves = fit.serves();
        let mark = (!serves).then_some(ForecastEvent::DoesNotServe);
        Ok(Some(Running { place, serves, costing, mark, needed: None }))
    }

    /// The discounts and credits of the stage that changed since the month before, and the change of its cost, if it would
    /// have had a different one at the prices of that month with the same customers.
    fn price_change(&self, stage: &Stage, running: &Running) -> Result<Vec<ForecastEvent>, Vec<Diagnostic>> {
        let Some((before, _)) = self.before.iter().find(|(before, _)| before.id == stage.id) else {
            return Ok(Vec::new());
        };
        let deductions = deduction_changes(before, stage);
        // The season and the number of the month are no prices.
        let before = Stage { as_of: stage.as_of, ..before.with_hours_of(stage).into_owned() };
        let month = Month::of(stage.as_of);
        let before = match self.plan.season.of(month) {
            Some(factor) => in_season(&before, factor),
            None => before,
        };
        let before = compute(&before, running.costing.inputs, &mut Unobserved)?;
        let totals = before.known_totals().zip(running.costing.known_totals());
        let change = totals
            .filter(|(before, after)| before.total != after.total)
            .map(|(before, after)| ForecastEvent::CostChange { before: before.total, after: after.total });
        Ok(change.into_iter().chain(deductions).collect())
    }

    /// What a change of stages costs, if there is one.
    fn moved(
        &self,
        now: CurrentMonth<'_>,
        to: Option<&StageName>,
        events: &mut Vec<ForecastEvent>,
    ) -> Result<Moved, Vec<Diagnostic>> {
        let mut moved = Moved { is_known: true, ..Moved::default() };
        let Some(to) = to.filter(|to| self.stage.as_ref() != Some(*to)) else { return Ok(moved) };
        if self.stage.is_none() && self.before.is_empty() {
            return Ok(moved);
        }
        events.push(ForecastEvent::StageChange { from: self.stage.clone(), to: to.clone() });
        // After months without a stage, it is still a move if the stage differs from the last one.
        let Some(from) = self.last.as_ref().filter(|last| *last != to) else { return Ok(moved) };
        let fault = fault_in("the migration in", now.month);
        let fits = |of: Option<u32>| of.is_none_or(|of| of == to.id);
        let migrations = || self.plan.migrations.iter().filter(|migration| fits(migration.to));
        for migration in migrations() {
            moved.once = add(moved.once, migration.cost).map_err(Fault::from).map_err(&fault)?;
            if !migration.cost.is_zero() {
                let (reason, amount) = (migration.reason.clone(), migration.cost);
                events.push(ForecastEvent::Migration { reason, amount });
            }
        }
        // Several migrations overlap in the same weeks.
        let weeks = migrations().map(|migration| migration.overlap_weeks).max().unwrap_or_default();
        let old = now.stages.iter().find(|(stage, _)| stage.id == from.id);
        let Some((old, revenue)) = old.filter(|_| !weeks.is_zero() && self.stage.is_some()) else { return Ok(moved) };
        let inputs = Inputs { customers: now.customers, revenue: *revenue };
        let costing = compute(old, inputs, &mut Unobserved)?;
        // The unknown part is not in the sums, which are then incomplete.
        moved.is_known = costing.is_complete();
        let total = costing.known_totals().map(|totals| totals.total).unwrap_or_default();
        let mut paid = self.prepayments.already_paid(old, inputs, self.plan, now.index)?;
        let left = paid.iter().try_fold(total, |left, (_, paid)| subtract(left, *paid));
        let left = left.map_err(Fault::from).map_err(&fault)?.max(Decimal::ZERO);
        let share = overlap(weeks, old.hours_per_month.value).map_err(&fault)?;
        let part = |amount: Decimal| Ok::<_, Fault>(share.multiply(&amount.into())?.to_decimal()?);
        moved.overlap = part(left).map_err(&fault)?;
        for (_, paid) in &mut paid {
            *paid = -*paid;
        }
        let mut bills = bills(old, &costing, &paid).map_err(&fault)?;
        for bill in &mut bills {
            bill.net = part(bill.net).map_err(&fault)?;
        }
        moved.tax = tax_of(old, &bills).map_err(&fault)?;
        moved.recovered_after = old.tax.as_ref().and_then(|tax| tax.recovered_after);
        events.push(ForecastEvent::Overlap { stage: from.clone(), weeks, amount: moved.overlap });
        Ok(moved)
    }

    /// The one-time costs of a month: `migration` and the costs that the plan announces.
    fn once(&self, month: Month, migration: Decimal, events: &mut Vec<ForecastEvent>) -> Result<Decimal, Fault> {
        let mut all = migration;
        for cost in self.plan.once.iter().filter(|cost| cost.month == month) {
            all = add(all, cost.amount)?;
            events.push(ForecastEvent::Once { reason: cost.reason.clone(), amount: cost.amount });
        }
        Ok(all)
    }

    /// The tax on the bills of a month and of an overlap, and what is paid back in it.
    fn tax(&mut self, stage: Option<&Stage>, bills: &[Bill], moved: &Moved, index: u32) -> Result<MonthTax, Fault> {
        let of_stage = stage.map_or(Ok(Decimal::ZERO), |stage| tax_of(stage, bills))?;
        let recovered_after = |stage: &Stage| stage.tax.as_ref().and_then(|tax| tax.recovered_after);
        for (tax, delay) in [(of_stage, stage.and_then(recovered_after)), (moved.tax, moved.recovered_after)] {
            self.recoveries.extend(delay.map(|delay| (index.saturating_add(delay), tax)));
        }
        let due = self.recoveries.extract_if(.., |(month, _)| *month == index);
        let recovered = due.into_iter().try_fold(Decimal::ZERO, |sum, (_, tax)| add(sum, tax))?;
        Ok(MonthTax { paid: add(of_stage, moved.tax)?, recovered })
    }

    /// What credits pay of what is due in a month, applied one after another: first those of the stage after tax.
    fn use_credits(
        &mut self,
        month: Month,
        stage: Option<&Stage>,
        (bills, net, tax): (&[Bill], Decimal, Decimal),
        events: &mut Vec<ForecastEvent>,
    ) -> Result<Decimal, Fault> {
        let mut due = stage.map_or_else(|| Ok(Due::default()), |stage| Due::of(stage, bills, net, tax))?;
        let mut all = stage.map_or(Ok(Decimal::ZERO), |stage| due.pay_with_credits_of(stage))?;
        let day = month.first_day();
        for (credit, balance) in self.plan.credits.iter().zip(&mut self.credits) {
            if balance.is_zero() || credit.from.is_some_and(|from| from > month.last_day()) {
                continue;
            }
            if credit.until.is_some_and(|until| until < day) {
                events.push(ForecastEvent::CreditExpired { reason: credit.reason.clone(), left: *balance });
                *balance = Decimal::ZERO;
                continue;
            }
            let scope = credit.vendor.as_deref().map_or(CreditScope::All, CreditScope::Vendor);
            let used = due.pay(*balance, &scope, credit.is_after_tax)?;
            if used.is_zero() {
                continue;
            }
            let is_whole = credit.from.is_none_or(|from| from <= day)
                && credit.until.is_none_or(|until| until >= month.last_day());
            if !is_whole {
                let (from, until) = (credit.from.filter(|from| *from > day), credit.until);
                let until = until.filter(|until| *until < month.last_day());
                events.push(ForecastEvent::CreditOfPartOfMonth { reason: credit.reason.clone(), from, until });
            }
            all = add(all, used)?;
            *balance = subtract(*balance, used)?;
            if balance.is_zero() {
                events.push(ForecastEvent::CreditUsedUp { reason: credit.reason.clone() });
            }
        }
        Ok(all)
    }

    fn follow_cash(
        &mut self,
        from_customers: Option<Decimal>,
        to_pay: Decimal,
        received: Decimal,
        events: &mut Vec<ForecastEvent>,
    ) -> Result<(), Fault> {
        let Some(before) = self.balance else { return Ok(()) };
        if !self.is_complete {
            self.balance = None;
            return Ok(());
        }
        let spent = add(subtract(to_pay, received)?, self.plan.other_costs)?;
        let after = subtract(add(before, from_customers.unwrap_or_default())?, spent)?;
        if after < Decimal::ZERO && before >= Decimal::ZERO {
            events.push(ForecastEvent::OutOfCash);
        }
        self.balance = Some(after);
        Ok(())
    }
}

/// The stages with the usage of a month's season.
fn seasonal(stages: Stages, season: Season, month: Month) -> Stages {
    let Some(factor) = season.of(month) else { return stages };
    stages.into_iter().map(|(stage, revenue)| (in_season(&stage, factor), revenue)).collect()
}

/// The revenue of a month in which no stage runs.
fn mrr_without_stage(stages: &Stages, customers: u64) -> Result<Option<Decimal>, Fault> {
    let Some((stage, revenue)) = stages.first() else { return Ok(None) };
    let mrr = mrr(stage, Inputs { customers, revenue: *revenue })?;
    Ok(mrr.as_ref().map(Fraction::to_decimal).transpose()?)
}

/// The monthly budget of the stage that runs, and how all costs of the month compare with it.
fn held_against(
    stage: Option<&Stage>,
    (total, completeness): (Option<Decimal>, Completeness),
    extra: Decimal,
) -> Result<(Option<Band>, Option<Verdict>), Fault> {
    let Some(stage) = stage.filter(|stage| stage.part.is_none()) else { return Ok((None, None)) };
    let costs = total.map(|total| add(total, extra)).transpose()?;
    Ok((stage.monthly_budget.map(|budget| budget.value), budget_verdict(stage, costs, completeness)?))
}

/// What the stage of a month costs.
struct StageCost {
    /// The known total.
    total: Option<Decimal>,
    completeness: Completeness,
    economics: UnitEconomics,
    /// The known total without what is prepaid, and with the prepayments of the month.
    net: Decimal,
    bills: Vec<Bill>,
}

/// The tax of a month.
struct MonthTax {
    paid: Decimal,
    /// What is paid back, of this month and of earlier ones.
    recovered: Decimal,
}

/// The cost of a change of stages.
#[derive(Default)]
struct Moved {
    once: Decimal,
    overlap: Decimal,
    /// The tax on the overlap.
    tax: Decimal,
    /// The months after which that tax is paid back, if it is.
    recovered_after: Option<u32>,
    /// Whether the overlap is fully known.
    is_known: bool,
}

/// The amount to pay: the total, with prepayments counted in the month of payment.
fn paid(total: Decimal, prepaid: Prepaid, events: &mut Vec<ForecastEvent>) -> Result<Decimal, Fault> {
    let mut to_pay = subtract(total, prepaid.covered)?;
    for payment in prepaid.payments {
        if let ForecastEvent::Prepayment { amount, .. } = &payment {
            to_pay = add(to_pay, *amount)?;
        }
        events.push(payment);
    }
    Ok(to_pay)
}

fn name_of(stage: &Stage) -> StageName {
    StageName { id: stage.id, name: stage.name.clone() }
}
