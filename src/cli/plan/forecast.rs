//! `costplan forecast`: the months ahead.

use std::process::ExitCode;

use clap::parser::ValueSource;
use clap::{Args, FromArgMatches as _};

use crate::app::{self, Forecasted};
use crate::cli::args::{ChartArgs, InputArgs, OrFail as _, OutputArgs, SettingArgs, with_globals, workspace};
use crate::cli::command::{Command, Invocation, OUTPUT};
use crate::cli::picture::PictureArgs;
use crate::cli::terminal::Terminal;
use crate::diagnostic::{Code, Diagnostic, Failure};
use crate::parse::{ForecastRaw, FromNode};
use crate::source::Span;
use crate::view::ForecastView;
use crate::workspace::Workspace;

pub(crate) const COMMAND: Command = Command {
    name: "forecast",
    about: "Show month by month what it costs, and how long the cash lasts",
    arguments,
    run,
};

pub(crate) const CHART: Command =
    Command { name: "forecast", about: "Draw costs, revenue and cash month by month", arguments: of_chart, run: draw };

// What is forecast.
#[derive(Clone, Debug, Args)]
struct AssumedArgs {
    /// Start with this number of customers
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    from: Option<String>,
    /// Grow by this rate or number: 15%/month, +20/month
    #[arg(long, value_name = "GROWTH", allow_hyphen_values = true)]
    growth: Option<String>,
    /// Slow a rate of growth towards this number of customers: an S-curve
    #[arg(long, value_name = "N", allow_hyphen_values = true, hide_short_help = true)]
    market: Option<String>,
    /// Lose this share of the customers each month: 3%
    #[arg(long, value_name = "RATE", allow_hyphen_values = true)]
    churn: Option<String>,
    /// Read the customers month by month from a CSV or YAML file
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    customers_file: Option<String>,
    /// Start in this month: 2026-12
    #[arg(long, value_name = "MONTH", allow_hyphen_values = true)]
    start: Option<String>,
    /// Show this many months
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    months: Option<String>,
    /// Choose the stage of a month: the cheapest that serves (fit), the plan's own months (calendar), the largest that the revenue carries (revenue), or one stage
    #[arg(long, value_name = "STAGE")]
    stages: Option<String>,
    /// Count the first month as this one of the plan's own months
    #[arg(long, value_name = "N", allow_hyphen_values = true, hide_short_help = true)]
    plan_month: Option<String>,
    /// Show how long this amount of cash lasts
    #[arg(long, value_name = "AMOUNT", allow_hyphen_values = true)]
    cash: Option<String>,
    /// Spend this much each month on everything but the infrastructure
    #[arg(long, value_name = "AMOUNT", allow_hyphen_values = true)]
    other_costs: Option<String>,
    #[command(flatten)]
    inputs: InputArgs,
    #[command(flatten)]
    settings: SettingArgs,
}

#[derive(Clone, Debug, Args)]
struct ForecastArgs {
    #[command(flatten)]
    assumed: AssumedArgs,
    /// Show every month, not only those that matter
    #[arg(long, help_heading = OUTPUT)]
    monthly: bool,
    /// Show what happens in each month: another stage, a migration, a credit that runs out
    #[arg(long, help_heading = OUTPUT)]
    events: bool,
    /// Show everything, as Markdown does
    #[arg(long, help_heading = OUTPUT)]
    details: bool,
    #[command(flatten)]
    chart: ChartArgs,
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Clone, Debug, Args)]
struct ForecastChartArgs {
    #[command(flatten)]
    assumed: AssumedArgs,
    #[command(flatten)]
    picture: PictureArgs,
}

fn of_chart(command: clap::Command) -> clap::Command {
    with_globals(ForecastChartArgs::augment_args(command)).mut_arg("customers", |customers| customers.hide(true)).after_help("Examples:\n  costplan chart forecast --from 5 --growth 15%/month --months 24 --arpu 49 -o forecast.svg\n  costplan chart forecast --from 5 --growth +20/month --arpu 49 --cash 20000 -o cash.svg")
}

/// Draws the months.
fn draw(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = ForecastChartArgs::from_arg_matches(invocation.matches)?;
    let mut workspace = workspace(invocation)?;
    workspace.progress = terminal.progress();
    args.picture.check().or_fail(&workspace)?;
    let forecasted = args.assumed.forecast(invocation, &mut workspace)?;
    args.picture.show(&view(&forecasted).picture(), &workspace, terminal)
}

/// What is shown of a forecast.
fn view(of: &Forecasted) -> ForecastView<'_> {
    let view = ForecastView::new(&of.plan, &of.forecast, of.currency);
    view.of(of.scenario.as_deref(), of.part.as_deref()).with_techniques(&of.techniques)
}

fn arguments(command: clap::Command) -> clap::Command {
    with_globals(ForecastArgs::augment_args(command))
        .mut_arg("customers", |customers| customers.hide(true))
        .after_help("Credits that run out, costs of a single month, migrations and prepayments are under [forecast] in costplan.toml. Each month is computed at the prices of its first day.\n\nExamples:\n  costplan forecast --from 5 --growth 15%/month --months 24 --arpu 49\n  costplan forecast --from 5 --growth +20/month --churn 3% --arpu 49 --cash 20000\n  costplan forecast --from 5 --growth 15%/month --months 36 --arpu 49 --stages revenue\n  costplan forecast --customers-file customers.csv --stages calendar --format csv")
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = ForecastArgs::from_arg_matches(invocation.matches)?;
    let mut workspace = workspace(invocation)?;
    workspace.progress = terminal.progress();
    let forecasted = args.assumed.forecast(invocation, &mut workspace)?;
    let format = args.output.format();
    let draws = terminal.draws(args.chart.when(), format);
    let view = view(&forecasted).with_chart(draws).listing(args.monthly, args.events).detailed(args.details);
    terminal.show_plan(&workspace, &view, format)?;
    Ok(ExitCode::SUCCESS)
}

impl AssumedArgs {
    /// Computes the months.
    fn forecast(&self, invocation: &Invocation<'_>, workspace: &mut Workspace) -> Result<Forecasted, Failure> {
        if invocation.matches.value_source("customers") == Some(ValueSource::CommandLine) {
            let wrong = Diagnostic::new(Code::InvalidArgument, "`--customers` is one number, and a forecast has many");
            return Err(vec![wrong.help("give those of the first month with `--from`")]).or_fail(workspace);
        }
        let request = self.settings.request(&self.inputs, invocation.matches, workspace)?;
        let assumed = self.typed(workspace).or_fail(workspace)?;
        app::forecast(workspace, &request, assumed)
    }

    /// The typed values. Reports every error.
    fn typed(&self, workspace: &mut Workspace) -> Result<ForecastRaw, Vec<Diagnostic>> {
        let mut typed = TypedForecast { workspace, wrong: Vec::new() };
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
            ..ForecastRaw::nothing(Span::NOWHERE)
        };
        if typed.wrong.is_empty() { Ok(raw) } else { Err(typed.wrong) }
    }
}

/// Reads typed values and collects their errors.
struct TypedForecast<'w> {
    workspace: &'w mut Workspace,
    wrong: Vec<Diagnostic>,
}

impl TypedForecast<'_> {
    fn read<T: FromNode>(&mut self, flag: &str, text: Option<&str>) -> Option<T> {
        match self.workspace.typed(flag, text?) {
            Ok(read) => Some(read),
            Err(problems) => {
                self.wrong.extend(problems);
                None
            }
        }
    }
}
