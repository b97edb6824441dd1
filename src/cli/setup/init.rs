//! `costplan init`: a plan of one's own, or a copy of the example plan.

use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{ArgMatches, Args as _, FromArgMatches as _};
use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::app::{self, NEW_STAGE, NewPlan};
use crate::cli::args::{OrFail as _, names, pairs, today, with_globals};
use crate::cli::command::{Command, Invocation};
use crate::cli::setup::init_args::{FLAGS, InitArgs, OWN_FILES};
use crate::cli::setup::schema::for_editors;
use crate::cli::setup::wizard;
use crate::cli::terminal::Terminal;
use crate::diagnostic::{Diagnostic, Failure};
use crate::load;
use crate::parse::FromNode;
use crate::source::{Sources, Spanned};
use crate::view::{NewPlanView, example_copied};
use crate::workspace::Workspace;

pub(crate) const COMMAND: Command =
    Command { name: "init", about: "Start a plan of your own from the vendors that you name", arguments, run };

/// The directory of a project for the schemas, which nobody edits.
const FOR_EDITORS: &str = ".costplan";

fn arguments(command: clap::Command) -> clap::Command {
    with_globals(InitArgs::augment_args(command)).after_help("On a terminal and without flags it asks six questions; otherwise it asks nothing, and guesses what is not given. The line items are those that the price sheets have for new plans. Nothing is overwritten: if one of the files exists already, none is written.\n\nExamples:\n  costplan init\n  costplan init faktura --with digitalocean,vercel,openai,stripe --currency EUR --arpu 49 --customers 20..500\n  costplan init demo --example")
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let mut args = InitArgs::from_arg_matches(invocation.matches)?;
    if args.example {
        return example(&directory(&args), terminal);
    }
    let mut workspace = Workspace::bundled();
    let day = day(&args, &mut workspace).or_fail(&workspace)?;
    if asks(invocation.matches) {
        if let Some(directory) = &args.directory {
            check(directory, &OWN_FILES)?;
        }
        let Some(answers) = wizard::ask(args, &mut workspace, day)? else {
            writeln!(terminal, "Nothing was written.")?;
            return Ok(ExitCode::from(CANCELLED));
        };
        args = answers;
    }
    let asked = plan(&args, &mut workspace).or_fail(&workspace)?;
    let new = app::new_plan(&mut workspace, &asked, day)?;
    let directory = directory(&args);
    let files: Vec<(&str, &str)> = new.files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    write(&directory, &files, terminal)?;
    let Some(costing) = new.costed.costings.first() else { return Ok(ExitCode::SUCCESS) };
    let directory = &directory.to_string_lossy();
    let (old_prices, old_rates) = (new.old_prices.as_slice(), new.old_rates);
    let view = NewPlanView { stage: &new.costed.stage, costing, directory, file: NEW_STAGE, old_prices, old_rates };
    terminal.page(&view.page())?;
    Ok(ExitCode::SUCCESS)
}

/// The day whose prices are meant.
fn day(args: &InitArgs, workspace: &mut Workspace) -> Result<Date, Vec<Diagnostic>> {
    let given = args.as_of.as_ref().map(|day| workspace.typed::<Spanned<Date>>("--as-of", day));
    Ok(given.transpose()?.map_or_else(today, |day| day.value))
}

/// The exit code if the questions were left unanswered.
const CANCELLED: u8 = 2;

/// Whether questions are asked: somebody is there to answer them, and has not said anything yet.
fn asks(matches: &ArgMatches) -> bool {
    let is_typed = |flag: &&str| matches.value_source(flag) == Some(clap::parser::ValueSource::CommandLine);
    io::stdin().is_terminal() && io::stderr().is_terminal() && !FLAGS.iter().any(is_typed)
}

fn directory(args: &InitArgs) -> PathBuf {
    args.directory.clone().unwrap_or_else(|| PathBuf::from("."))
}

/// Reads the arguments. Reports every error in them.
fn plan(args: &InitArgs, workspace: &mut Workspace) -> Result<NewPlan, Vec<Diagnostic>> {
    fn read<T: FromNode>(
        flag: &str,
        text: Option<&String>,
        workspace: &mut Workspace,
        wrong: &mut Vec<Diagnostic>,
    ) -> Option<T> {
        workspace.typed(flag, text?).map_err(|found| wrong.extend(found)).ok()
    }
    let wrong = &mut Vec::new();
    let plan = NewPlan {
        name: read("--name", args.name.as_ref(), workspace, wrong),
        currency: read("--currency", args.currency.as_ref(), workspace, wrong),
        customers: read("--customers", args.customers.as_ref(), workspace, wrong),
        arpu: read("--arpu", args.arpu.as_ref(), workspace, wrong),
        vendors: names("--with", &args.with, workspace).map_err(|found| wrong.extend(found)).unwrap_or_default(),
        other_costs: read("--other-costs", args.other_costs.as_ref(), workspace, wrong),
        cash: read("--cash", args.cash.as_ref(), workspace, wrong),
        rates: pairs::<Spanned<Decimal>>("--rate", &args.rate, workspace)
            .map_err(|found| wrong.extend(found))
            .unwrap_or_default(),
    };
    if wrong.is_empty() { Ok(plan) } else { Err(std::mem::take(wrong)) }
}

/// Copies the example plan.
fn example(directory: &Path, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let stages: Vec<(String, String)> = load::bundled_stages()
        .iter()
        .map(|(name, text)| (format!("stages/{name}"), text.replacen("$schema=../schemas/", SCHEMA_OF_STAGES, 1)))
        .collect();
    let settings = load::EXAMPLE_SETTINGS.replacen("../../schemas/", ".costplan/", 1);
    let mut files = vec![("costplan.toml", settings.as_str())];
    files.extend(stages.iter().map(|(name, text)| (name.as_str(), text.as_str())));
    write(directory, &files, terminal)?;
    terminal.page(&example_copied(&directory.to_string_lossy()))?;
    Ok(ExitCode::SUCCESS)
}

/// Where the stages of a project name their schema.
const SCHEMA_OF_STAGES: &str = "$schema=../.costplan/";

/// Writes files and the schemas of all formats, all or none, and says which.
fn write(directory: &Path, files: &[(&str, &str)], terminal: &mut Terminal) -> anyhow::Result<()> {
    let schemas: Vec<(String, String)> =
        for_editors()?.into_iter().map(|(name, schema)| (format!("{FOR_EDITORS}/{name}"), schema)).collect();
    // A project that has files of its own is reported by these alone.
    check(directory, &files.iter().map(|(name, _)| *name).collect::<Vec<_>>())?;
    let all: Vec<(&str, &str)> =
        files.iter().copied().chain(schemas.iter().map(|(name, schema)| (name.as_str(), schema.as_str()))).collect();
    load::write_new(directory, &all).map_err(failure)?;
    for (name, _) in files {
        writeln!(terminal, "wrote {}", directory.join(name).display())?;
    }
    writeln!(terminal, "wrote {} for editors\n", directory.join(FOR_EDITORS).display())?;
    Ok(())
}

/// Checks that nothing would be overwritten.
fn check(directory: &Path, files: &[&str]) -> Result<(), Failure> {
    load::check_new(directory, files.iter().copied()).map_err(failure)
}

fn failure(diagnostics: Vec<Diagnostic>) -> Failure {
    Failure { diagnostics, sources: Sources::default() }
}
