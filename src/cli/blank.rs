//! Blank arguments and variables: usually a variable of a script that is not set. None of them counts as not given,
//! since a check would then pass without what was meant.

use std::ffi::OsStr;

use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Command};

use crate::diagnostic::{Code, Diagnostic, Failure};
use crate::source::Sources;

/// The beginning of the names of the variables that costplan reads.
const VARIABLES: &str = "COSTPLAN_";

/// Refuses blank variables of the environment.
pub(super) fn check_environment() -> Result<(), Failure> {
    let names =
        std::env::vars_os().filter(|(_, value)| is_blank(value)).filter_map(|(name, _)| name.into_string().ok());
    let mut names: Vec<String> = names.filter(|name| name.starts_with(VARIABLES)).collect();
    names.sort_unstable();
    refused(names.iter().map(|name| {
        let message = format!("the variable `{name}` is empty");
        Diagnostic::new(Code::InvalidArgument, message).help("give it a value, or do not set it")
    }))
}

/// Refuses blank arguments that were typed. `levels` are those of the program, of the command, and of its subcommand.
pub(super) fn check_arguments(levels: &[&ArgMatches], program: fn() -> Command) -> Result<(), Failure> {
    let mut blank = Vec::new();
    for matches in levels {
        for id in matches.ids() {
            let is_typed = matches.value_source(id.as_str()) == Some(ValueSource::CommandLine);
            let mut values = matches.try_get_raw(id.as_str()).ok().flatten().into_iter().flatten();
            if is_typed && values.any(is_blank) {
                blank.push(id.as_str());
            }
        }
    }
    if blank.is_empty() {
        return Ok(());
    }
    let mut command = program();
    command.build();
    let mut commands = vec![&command];
    for matches in levels {
        let below = matches.subcommand_name().and_then(|name| commands.last()?.find_subcommand(name));
        commands.extend(below);
    }
    let named =
        |id: &&str| commands.iter().rev().find_map(|command| command.get_arguments().find(|arg| arg.get_id() == *id));
    refused(blank.iter().map(|id| {
        let message = format!("{} is empty", named(id).map_or_else(|| format!("`{id}`"), name));
        Diagnostic::new(Code::InvalidArgument, message)
            .help("give it a value, or leave it out: is a variable of your script not set?")
    }))
}

/// An argument as it is typed.
fn name(argument: &Arg) -> String {
    match (argument.get_long(), argument.get_value_names()) {
        (Some(long), _) => format!("`--{long}`"),
        (None, Some([name, ..])) => format!("the argument `{name}`"),
        (None, _) => format!("the argument `{}`", argument.get_id()),
    }
}

fn is_blank(value: &OsStr) -> bool {
    value.to_str().is_some_and(|value| value.trim().is_empty())
}

fn refused(wrong: impl Iterator<Item = Diagnostic>) -> Result<(), Failure> {
    let diagnostics: Vec<Diagnostic> = wrong.collect();
    if diagnostics.is_empty() { Ok(()) } else { Err(Failure { diagnostics, sources: Sources::default() }) }
}
