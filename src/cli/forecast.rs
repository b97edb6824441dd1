//! `costplan forecast`: the months ahead.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use clap::parser::ValueSource;
use clap::{Args, FromArgMatches as _};

use super::args::{ChartArgs, InputArgs, OrFail as _, OutputArgs, SettingArgs, with_globals, workspace};
use super::command::{Command, Invocation};
use super::terminal::Terminal;
use crate::calculate;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Currency, Month, Revenue, Stage};
use crate::parse::{ForecastRaw, FromNode};
use crate::resolve::Request;
use crate::source::{Span, Spanned};
use crate::view::ForecastView;
use crate::workspace::{ReadStages, Workspace};

pub(super) const COMMAND: Command = Command {
    name: "forecast",
    about: "Show month by month the customers, the stage that serves them, what it costs, and how long the cash lasts",
    arguments,
    run,
};

#[derive(Clone, Debug, Args)]
struct ForecastArgs {
    /// Start with this number of customers
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    from: Option<String>,
    /// Grow by this rate or number: 15%/month, +20/month
    #[arg(long, value_name = "GROWTH", allow_hyphen_values = true)]
    growth: Option<String>,
    /// Let a rate of growth fall towards this number of customers: an S-curve
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    market: Option<String>,
    /// Lose this part of the customers each month: 3%
    #[arg(long, value_name = "RATE", allow_hyphen_values = true)]
    churn: Option<String>,
    /// Read the customers month by month from a CSV or YAML file
    #[arg(long, value_name = "FILE")]
    customers_file: Option<String>,
    /// Start in this month: 2026-12
    #[arg(long, value_name = "MONTH", allow_hyphen_values = true)]
    start: Option<String>,
    /// Show this many months
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    months: Option<String>,
    /// Choose the stage of a month: the cheapest that serves (fit), the plan's own months (calendar), or one stage
    #[arg(long, value_name = "fit|calendar|STAGE")]
    stages: Option<String>,
    /// Take the first month to be this one of the plan's own months
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    plan_month: Option<String>,
    /// Say how long this amount of cash lasts
    #[arg(long, value_name = "AMOUNT", allow_hyphen_values = true)]
    cash: Option<String>,
    /// Spend this much each month beside the infrastructure
    #[arg(long, value_name = "AMOUNT", allow_hyphen_values = true)]
    other_costs: Option<String>,
    #[command(flatten)]
    inputs: InputArgs,
    #[command(flatten)]
    settings: SettingArgs,
    #[command(flatten)]
    chart: ChartArgs,
    #[command(flatten)]
    output: OutputArgs,
}

fn arguments(command: clap::Command) -> clap::Command {
    with_globals(ForecastArgs::augment_args(command))
        .mut_arg("customers", |customers| customers.hide(true))
        .after_help("Credits that are used up, costs of one month, migrations and prepayments are written under [forecast] in costplan.toml. Each month is computed at the prices of its first day.\n\nExamples:\n  costplan forecast --from 5 --growth 15%/month --months 24 --arpu 49\n  costplan forecast --from 5 --growth +20/month --churn 3% --arpu 49 --cash 20000\n  costplan forecast --customers-file customers.csv --stages calendar --format csv")
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = ForecastArgs::from_arg_matches(invocation.matches)?;
    let mut workspace = workspace(invocation)?;
    if invocation.matches.value_source("customers") == Some(ValueSource::CommandLine) {
        let wrong = Diagnostic::new(Code::InvalidArgument, "`--customers` is one number, and a forecast has many");
        return Err(vec![wrong.help("give those of the first month with `--from`")])
            .or_fail(&mut workspace)
            .map_err(Into::into);
    }
    let scenario = args.settings.scenario(&args.inputs, invocation.matches, &mut workspace).or_fail(&mut workspace)?;
    let of_project = workspace.settings.as_mut().and_then(|settings| settings.forecast.take());
    let nothing = workspace.nothing();
    let is_file_typed = args.customers_file.is_some();
    let mut raw = args.typed(nothing, &mut workspace).or_fail(&mut workspace)?;
    for base in scenario.forecast.into_iter().chain(of_project) {
        raw = raw.over(base);
    }
    if raw.from.is_none() && !raw.lists_customers() {
        raw.from = scenario.customers.map(|customers| Spanned::new(customers, nothing));
    }
    let listed = raw.customers_file.clone().map(|file| {
        let is_of_project = !is_file_typed;
        workspace.customer_list(Path::new(&file.value), file.span, is_of_project)
    });
    let listed = listed.transpose().or_fail(&mut workspace)?;
    let first_listed = listed.as_ref().and_then(|listed| listed.first()?.month);
    let request = scenario.request;
    let start = raw.start.or(first_listed).map_or(Month::of(request.as_of), |month| month.value);
    let mut book = Stages { request, chosen: raw.stages.clone().map(|stages| stages.value), read: None, first: None };
    // The first month says the currency of all amounts.
    let first = book.on(start, &mut workspace).or_fail(&mut workspace)?;
    let of_plan: Vec<&Stage> = first.iter().map(|(stage, _)| stage).collect();
    let all = book.fixed().is_none().then_some(&*of_plan);
    let currency = first.first().map_or(Currency::USD, |(stage, _)| stage.currency);
    let mut plan = workspace.forecast_plan(&raw, listed, currency, book.request.as_of, all).or_fail(&mut workspace)?;
    let part = first.first().and_then(|(stage, _)| stage.part.clone());
    let techniques = first.first().map(|(stage, _)| Arc::clone(&stage.techniques)).unwrap_or_default();
    if part.is_some() {
        plan = plan.of_part();
    }
    if plan.cash.is_some() && first.iter().any(|(_, revenue)| *revenue == Revenue::Unknown) {
        let missing = Diagnostic::new(Code::InvalidArgument, "how long cash lasts depends on the revenue");
        return Err(vec![missing.help("add `--arpu AMOUNT`, which may be 0")])
            .or_fail(&mut workspace)
            .map_err(Into::into);
    }
    book.first = Some(first);
    let forecast = calculate::forecast(&plan, |month| book.on(month, &mut workspace)).or_fail(&mut workspace)?;
    let format = args.output.format();
    let draws = terminal.draws(args.chart.when(), format);
    let name = book.request.scenario.as_deref();
    let view = ForecastView::new(&plan, &forecast, currency).of(name, part.as_deref());
    terminal.show(&view.with_techniques(&techniques).with_chart(draws), format)?;
    Ok(ExitCode::SUCCESS)
}

/// The stages of each month.
struct Stages {
    request: Request,
    /// `fit`, `calendar` or a stage.
    chosen: Option<String>,
    /// What they are resolved from, once it is read.
    read: Option<ReadStages>,
    /// Those of the first month, once they are resolved.
    first: Option<Vec<(Stage, Revenue)>>,
}

impl Stages {
    /// The one stage that is fixed.
    fn fixed(&self) -> Option<&str> {
        self.chosen.as_deref().filter(|chosen| !matches!(*chosen, "fit" | "calendar"))
    }

    /// The stages at the prices of a month: those of its first day, or of the day of the computation if that lies in it.
    fn on(&mut self, month: Month, workspace: &mut Workspace) -> Result<Vec<(Stage, Revenue)>, Vec<Diagnostic>> {
        if let Some(first) = self.first.take() {
            return Ok(first);
        }
        let as_of = self.request.as_of;
        let day = if Month::of(as_of) == month { as_of } else { month.first_day() };
        let request = Request { as_of: day, ..self.request.clone() };
        let mut read = match self.read.take() {
            Some(read) => read,
            None => workspace.read_stages(self.fixed())?,
        };
        let stages = workspace.resolve_read(&mut read, &request);
        self.read = Some(read);
        stages
    }
}

impl ForecastArgs {
    /// What was typed. Reports all that is wrong.
    fn typed(&self, nothing: Span, workspace: &mut Workspace) -> Result<ForecastRaw, Vec<Diagnostic>> {
        let mut typed = Typed { workspace, wrong: Vec::new() };
        let raw = ForecastRaw {
            from: typed.read("--from", self.from.as_deref()),
            growth: typed.read("--growth", self.growth.as_deref()),
            market: typed.read("--market", self.market.as_deref()),
            churn: typed.read("--churn", self.churn.as_deref()),
            customers_file: typed.read("--customers-file", self.customers_file.as_deref()),
            start: typed.read("--start", self.start.as_deref()),
            months: typed.read("--months", self.months.as_deref()),
            stages: typed.read("--stages", self.stages.as_deref()),
            plan_month: typed.read("--plan-month", self.plan_month.as_deref()),
            cash: typed.read("--cash", self.cash.as_deref()),
            other_costs: typed.read("--other-costs", self.other_costs.as_deref()),
            ..ForecastRaw::nothing(nothing)
        };
        if typed.wrong.is_empty() { Ok(raw) } else { Err(typed.wrong) }
    }
}

/// Reads typed values and collects what is wrong with them.
struct Typed<'w> {
    workspace: &'w mut Workspace,
    wrong: Vec<Diagnostic>,
}

impl Typed<'_> {
    fn read<T: FromNode>(&mut self, flag: &str, text: Option<&str>) -> Option<T> {
        match self.workspace.argument(flag, text?) {
            Ok(read) => Some(read),
            Err(problems) => {
                self.wrong.extend(problems);
                None
            }
        }
    }
}
