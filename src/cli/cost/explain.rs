//! `costplan explain`: the steps behind a number.

use std::process::ExitCode;

use clap::{Args, FromArgMatches as _};

use crate::calculate::{self, Trace};
use crate::cli::args::{InputArgs, OrFail as _, OutputArgs, SettingArgs, TaxArgs, with_globals, workspace};
use crate::cli::command::{Command, Invocation, OUTPUT};
use crate::cli::terminal::Terminal;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::Inputs;
use crate::view::{ExplainView, Selection};

pub(crate) const COMMAND: Command =
    Command { name: "explain", about: "Show the steps behind a number, with their sources", arguments, run };

#[derive(Clone, Debug, Args)]
struct ExplainArgs {
    /// The stage by number, name or file stem
    stage: String,
    /// A line item, category or driver, or the name of a figure such as total or buffer; what each row comes from if left out
    subject: Option<String>,
    #[command(flatten)]
    inputs: InputArgs,
    #[command(flatten)]
    settings: SettingArgs,
    #[command(flatten)]
    tax: TaxArgs,
    /// Show every step with all its digits and its source
    #[arg(long, help_heading = OUTPUT)]
    details: bool,
    #[command(flatten)]
    output: OutputArgs,
}

fn arguments(command: clap::Command) -> clap::Command {
    with_globals(ExplainArgs::augment_args(command)).after_help(
        "Without --customers the stage is explained at the number that its manifest is `sized_for`, otherwise at the low end of its range.\n\nExamples:\n  costplan explain 2 \"API servers\"\n  costplan explain 2 cost_per_customer --customers 60",
    )
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = ExplainArgs::from_arg_matches(invocation.matches)?;
    let mut workspace = workspace(invocation)?;
    let scenario = args.settings.taxed_request(&args.inputs, &args.tax, invocation.matches, &mut workspace)?;
    let scenario = scenario.settled(&mut workspace).or_fail(&workspace)?;
    let (stage, revenue) = workspace.stage(&args.stage, &scenario.request)?;
    let selection = match &args.subject {
        None => Selection::everything(&stage),
        Some(name) => match Selection::named(&stage, name) {
            Some(selection) => selection,
            None => {
                let names = Selection::names(&stage);
                let message = format!("stage {} has nothing called `{name}` to explain", stage.id);
                let diagnostic = Diagnostic::new(Code::UnknownSubject, message);
                let diagnostic = diagnostic.suggest(name, names.iter().map(|name| name.0.as_str()));
                return Err(vec![diagnostic]).or_fail(&workspace).map_err(Into::into);
            }
        },
    };
    let customers = scenario.customers.unwrap_or_else(|| stage.usual_customers());
    let mut trace = Trace::default();
    let costing = calculate::stage(&stage, Inputs { customers, revenue }, &mut trace).or_fail(&workspace)?;
    if let Some(name) = &args.subject
        && !selection.has_value(&trace)
    {
        let message = format!("`{name}` has no value at {customers} customers with the known usage and revenue");
        let help = "give --customers, the usage that `costplan stage` warns about, and --mrr or --arpu";
        let diagnostic = Diagnostic::new(Code::UnknownSubject, message).help(help);
        return Err(vec![diagnostic]).or_fail(&workspace).map_err(Into::into);
    }
    let view = ExplainView::new(&stage, &costing, &trace, &workspace.sources, &selection).detailed(args.details);
    terminal.show_plan(&workspace, &view, args.output.format())?;
    Ok(ExitCode::SUCCESS)
}
