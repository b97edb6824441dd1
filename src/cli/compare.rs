//! `costplan compare`: two stages side by side.

use std::process::ExitCode;

use clap::{Args, FromArgMatches as _};

use super::args::{InputArgs, OrFail as _, OutputArgs, SettingArgs, with_globals, workspace};
use super::command::{Command, Invocation};
use super::tags::ByArgs;
use super::terminal::Terminal;
use crate::calculate;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Inputs, Unobserved};
use crate::view::CompareView;

pub(super) const COMMAND: Command =
    Command { name: "compare", about: "Put two stages side by side at one number of customers", arguments, run };

#[derive(Clone, Debug, Args)]
struct CompareArgs {
    /// The first stage by number, name or file stem
    first: String,
    /// The second stage
    second: String,
    #[command(flatten)]
    inputs: InputArgs,
    #[command(flatten)]
    settings: SettingArgs,
    /// Compare by the values of this tag instead of by category
    #[arg(long, value_name = "TAG")]
    by: Option<String>,
    #[command(flatten)]
    output: OutputArgs,
}

fn arguments(command: clap::Command) -> clap::Command {
    with_globals(CompareArgs::augment_args(command)).after_help("Both are computed in one currency: that of the first stage unless --currency is given. A driver is set in the stages that know it.\n\nExamples:\n  costplan compare 2 3 --customers 100")
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = CompareArgs::from_arg_matches(invocation.matches)?;
    let mut workspace = workspace(invocation)?;
    let scenario = args.settings.scenario(&args.inputs, invocation.matches, &mut workspace).or_fail(&mut workspace)?;
    let Some(customers) = scenario.customers else {
        let missing = Diagnostic::new(Code::InvalidArgument, "two stages are compared at one number of customers");
        return Err(vec![missing.help("add `--customers N`")]).or_fail(&mut workspace).map_err(Into::into);
    };
    let stages = workspace.pair([&args.first, &args.second], &scenario.request).or_fail(&mut workspace)?;
    let [(first, revenue), (second, _)] = stages;
    let by = ByArgs::one(args.by).read(&mut workspace, &[&first, &second]).or_fail(&mut workspace)?;
    let inputs = Inputs { customers, revenue };
    let of_first = calculate::stage(&first, inputs, &mut Unobserved).or_fail(&mut workspace)?;
    let of_second = calculate::stage(&second, inputs, &mut Unobserved).or_fail(&mut workspace)?;
    let view = CompareView::new((&first, &of_first), (&second, &of_second)).by(by.first().map(String::as_str));
    terminal.show(&view, args.output.format())?;
    Ok(ExitCode::SUCCESS)
}
