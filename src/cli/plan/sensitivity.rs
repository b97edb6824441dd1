//! `costplan sensitivity`: which inputs move the total of a stage.

use std::process::ExitCode;

use clap::{Args, FromArgMatches as _};
use rust_decimal::Decimal;

use crate::app;
use crate::cli::args::{ChartArgs, InputArgs, OutputArgs, SettingArgs, with_globals, workspace};
use crate::cli::command::{Command, Invocation, OUTPUT};
use crate::cli::terminal::Terminal;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Spanned;
use crate::view::SensitivityView;
use crate::workspace::Workspace;

pub(crate) const COMMAND: Command = Command {
    name: "sensitivity",
    about: "Rank the inputs of a stage by how much they move the total",
    arguments,
    run,
};

#[derive(Clone, Debug, Args)]
struct SensitivityArgs {
    /// The stage by number, name or file stem
    stage: String,
    /// Change each input by this much, up to 100%
    #[arg(long, value_name = "RATE", default_value = "20%", allow_hyphen_values = true)]
    by: String,
    #[command(flatten)]
    inputs: InputArgs,
    #[command(flatten)]
    settings: SettingArgs,
    #[command(flatten)]
    chart: ChartArgs,
    /// Show everything, as Markdown does
    #[arg(long, help_heading = OUTPUT)]
    details: bool,
    #[command(flatten)]
    output: OutputArgs,
}

fn arguments(command: clap::Command) -> clap::Command {
    with_globals(SensitivityArgs::augment_args(command)).after_help("Each input is changed down and up while everything else is unchanged: customers, drivers, usage, quantities, plain costs, the prices of each SKU, exchange rates and the buffer. The total is exact: with the buffer, and not rounded.\n\nExamples:\n  costplan sensitivity 2 --customers 60\n  costplan sensitivity 3 --customers 300 --by 10% --format csv")
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = SensitivityArgs::from_arg_matches(invocation.matches)?;
    let mut workspace = workspace(invocation)?;
    workspace.progress = terminal.progress();
    let by = by(&args.by, &mut workspace);
    let request = args.settings.request(&args.inputs, invocation.matches, &mut workspace);
    let (by, request) = match (by, request) {
        (Ok(by), Ok(request)) => (by, request),
        (by, request) => {
            let wrong = by.err().into_iter().chain(request.err().map(Vec::from)).flatten().collect();
            return Err(workspace.failure(wrong).into());
        }
    };
    let (stage, costing, sensitivity) = app::sensitivity(&mut workspace, &args.stage, &request, by)?;
    let format = args.output.format();
    let draws = terminal.draws(args.chart.when(), format);
    let view = SensitivityView::new(&stage, &costing, &sensitivity, &workspace.sources)
        .with_chart(draws)
        .detailed(args.details);
    terminal.show_plan(&workspace, &view, format)?;
    Ok(ExitCode::SUCCESS)
}

/// The ratio by which each input is changed: above 0% and at most 100%.
fn by(typed: &str, workspace: &mut Workspace) -> Result<Decimal, Vec<Diagnostic>> {
    let by: Spanned<Decimal> = workspace.typed("--by", typed)?;
    if by.value > Decimal::ZERO && by.value <= Decimal::ONE {
        return Ok(by.value);
    }
    let message = "an input is changed by more than 0% and at most 100%";
    let diagnostic = Diagnostic::at(Code::InvalidArgument, by.span, message, "");
    Err(vec![diagnostic.help("a ratio is written like `20%` or `0.2`")])
}
