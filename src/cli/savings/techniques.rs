//! `costplan techniques`: what makes a stage cheaper, with its working. Each subcommand is one function.

use std::process::ExitCode;

use clap::{ArgMatches, Args, FromArgMatches as _};
use jiff::civil::Date;

use crate::calculate::{self, TechniqueResult};
use crate::cli::args::{OrFail as _, OutputArgs, pairs, today, with_globals, workspace};
use crate::cli::command::{Command, Invocation};
use crate::cli::terminal::Terminal;
use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::model::Technique;
use crate::source::Spanned;
use crate::view::{TechniqueView, TechniquesView};
use crate::workspace::Workspace;

pub(crate) const COMMAND: Command =
    Command { name: "techniques", about: "List what makes a stage cheaper, and compute what it saves", arguments, run };

const SHOW: Command = Command {
    name: "show",
    about: "Show a technique with its working, its steps and what is claimed for it",
    arguments: of_one,
    run: show,
};

const RUN: Command = Command {
    name: "run",
    about: "Compute what a technique saves with inputs of your own",
    arguments: of_one,
    run: calculated,
};

/// What is done without a subcommand.
const LIST: Command = Command { name: "list", about: "List the techniques", arguments: of_all, run: list };

const COMMANDS: [Command; 3] = [LIST, SHOW, RUN];

/// The most months that are shown: 50 years.
const MAX_MONTHS: u64 = 600;

#[derive(Clone, Copy, Debug, Args)]
struct ListArgs {
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Clone, Debug, Args)]
struct OneArgs {
    /// The technique by its file stem
    technique: String,
    /// Set an input to another value, or to a formula over the inputs above it; may be repeated
    #[arg(long, value_name = "NAME=VALUE")]
    set: Vec<String>,
    /// For a technique that keeps data, show every month up to this one
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    months: Option<String>,
    /// Convert money in other currencies at the exchange rates of this day instead of today's
    #[arg(long, value_name = "DATE", env = "COSTPLAN_AS_OF", hide_env_values = true)]
    as_of: Option<String>,
    #[command(flatten)]
    output: OutputArgs,
}

fn arguments(command: clap::Command) -> clap::Command {
    of_all(command).args_conflicts_with_subcommands(true).subcommands(COMMANDS.iter().map(Command::parser)).after_help("A technique is a file of inputs, and of formulas over them that give what it changes. Those of the project's `techniques/` are added to the bundled ones.\n\nExamples:\n  costplan techniques\n  costplan techniques show spot-gpu\n  costplan techniques run materialized-views --set queries_per_month=1000")
}

fn of_all(command: clap::Command) -> clap::Command {
    with_globals(ListArgs::augment_args(command))
}

fn of_one(command: clap::Command) -> clap::Command {
    with_globals(OneArgs::augment_args(command)).after_help("Examples:\n  costplan techniques show tiered-storage --set months_kept=36\n  costplan techniques run tiered-storage --set \"data_per_month=100 GB\" --months 60\n  costplan techniques run image-optimization --set \"image_size=3 MB\" --format json")
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    if let Some((name, matches)) = invocation.matches.subcommand() {
        let Some(command) = COMMANDS.iter().find(|command| command.name == name) else { return Ok(ExitCode::from(2)) };
        return (command.run)(
            &Invocation { matches, project: invocation.project.clone(), program: invocation.program },
            terminal,
        );
    }
    list(invocation, terminal)
}

fn list(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = ListArgs::from_arg_matches(invocation.matches)?;
    let mut workspace = workspace(invocation)?;
    let mut problems = Problems::default();
    let techniques = workspace.techniques(&mut problems);
    let mut results = Vec::with_capacity(techniques.len());
    for technique in techniques {
        match calculate::technique(&technique) {
            Ok(result) => results.push((technique, result)),
            Err(wrong) => problems.extend(wrong),
        }
    }
    let results = if problems.is_empty() { Ok(results) } else { Err(problems.into_sorted()) };
    let results = results.or_fail(&workspace)?;
    terminal.show(&TechniquesView::new(&results, &workspace.sources), args.output.format())?;
    Ok(ExitCode::SUCCESS)
}

fn show(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    one(invocation.matches, workspace(invocation)?, terminal, true)
}

fn calculated(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    one(invocation.matches, workspace(invocation)?, terminal, false)
}

fn one(
    matches: &ArgMatches,
    mut workspace: Workspace,
    terminal: &mut Terminal,
    in_full: bool,
) -> anyhow::Result<ExitCode> {
    let args = OneArgs::from_arg_matches(matches)?;
    let set = pairs("--set", &args.set, &mut workspace).or_fail(&workspace)?;
    let day = args.as_of.as_deref().map(|day| workspace.typed::<Spanned<Date>>("--as-of", day));
    let day = day.transpose().or_fail(&workspace)?.map_or_else(today, |day| day.value);
    let technique: Technique = workspace.technique(&args.technique, &set, day)?;
    let months = args.months.as_deref().map(|months| workspace.typed::<Spanned<u64>>("--months", months));
    let months = months.transpose().or_fail(&workspace)?;
    let mut result = calculate::technique(&technique).or_fail(&workspace)?;
    if let Some(months) = months {
        show_months(&technique, &mut result, months).or_fail(&workspace)?;
    }
    let names: Vec<&str> = set.iter().map(|(name, _)| name.value.as_str()).collect();
    let view = TechniqueView::new(&technique, &result, &names, &workspace.sources);
    let view = if in_full { view.in_full() } else { view };
    let view = if months.is_some() { view.month_by_month() } else { view };
    terminal.show(&view, args.output.format())?;
    Ok(ExitCode::SUCCESS)
}

/// Computes the requested number of months instead of those up to the steady state.
fn show_months(
    technique: &Technique,
    result: &mut TechniqueResult,
    asked: Spanned<u64>,
) -> Result<(), Vec<Diagnostic>> {
    let wrong = |message: String| Diagnostic::at(Code::InvalidArgument, asked.span, message, "");
    let Some(kept) = &mut result.retention else {
        let problem = wrong(format!("`{}` keeps no data, so it has no months", technique.id));
        return Err(vec![problem.help("`--months` is for techniques with `retention`, such as `tiered-storage`")]);
    };
    let count = u32::try_from(asked.value).ok().filter(|_| (1..=MAX_MONTHS).contains(&asked.value));
    let Some(count) = count else {
        let problem = wrong(format!("1 to {MAX_MONTHS} months are shown"));
        return Err(vec![problem.help("choose another number")]);
    };
    kept.months = calculate::retention_months(&kept.plan, count)?;
    Ok(())
}
