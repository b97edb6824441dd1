//! `costplan man`: manual pages.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::builder::ValueHint;
use clap::{Args, FromArgMatches as _};

use crate::cli::args::with_globals;
use crate::cli::command::{Command, Invocation};
use crate::cli::terminal::Terminal;
use crate::diagnostic::{Code, Diagnostic, Failure};
use crate::load;
use crate::source::Sources;

pub(crate) const COMMAND: Command =
    Command { name: "man", about: "Print a manual page, or write one for each command", arguments, run };

#[derive(Clone, Debug, Args)]
struct ManArgs {
    /// The command, such as `prices list`; the whole manual if left out
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// Write the page of every command into this directory
    #[arg(long, short, value_name = "DIR", value_hint = ValueHint::DirPath, conflicts_with = "names")]
    output: Option<PathBuf>,
}

fn arguments(command: clap::Command) -> clap::Command {
    with_globals(ManArgs::augment_args(command)).after_help("The pages are costplan.1, costplan-stage.1, costplan-prices-list.1 and so on.\n\nExamples:\n  costplan man stage | man -l -\n  costplan man -o ~/.local/share/man/man1 && man costplan-stage")
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = ManArgs::from_arg_matches(invocation.matches)?;
    let mut program = (invocation.program)();
    program.build();
    let failed = |diagnostic: Diagnostic| Failure { diagnostics: vec![diagnostic], sources: Sources::default() };
    let Some(directory) = args.output else {
        let mut command = &program;
        for name in &args.names {
            let known = below(command).map(clap::Command::get_name);
            let message = format!("there is no command `{}`", args.names.join(" "));
            let unknown = || failed(Diagnostic::new(Code::InvalidArgument, message).suggest(name, known));
            command = below(command).find(|below| below.get_name() == name).ok_or_else(unknown)?;
        }
        let text = if args.names.is_empty() { whole(&program)? } else { page(command)? };
        terminal.text(&text)?;
        return Ok(ExitCode::SUCCESS);
    };
    let mut commands = vec![&program];
    commands.extend(below(&program).flat_map(|command| std::iter::once(command).chain(below(command))));
    for command in commands {
        let name = format!("{}.1", name(command));
        load::replace(&directory.join(&name), &page(command)?).map_err(failed)?;
        writeln!(terminal, "wrote {}", directory.join(name).display())?;
    }
    Ok(ExitCode::SUCCESS)
}

/// One page for the program and a part for each of its commands.
fn whole(program: &clap::Command) -> anyhow::Result<String> {
    let mut page = Vec::new();
    clap_mangen::Man::new(program.clone()).render(&mut page)?;
    for command in below(program) {
        render(command, &format!("costplan {}", command.get_name()), &mut page)?;
        for inner in below(command) {
            render(inner, &format!("costplan {} {}", command.get_name(), inner.get_name()), &mut page)?;
        }
    }
    Ok(String::from_utf8(page)?)
}

fn render(command: &clap::Command, title: &str, page: &mut Vec<u8>) -> std::io::Result<()> {
    let man = clap_mangen::Man::new(command.clone());
    page.extend(format!(".SH \"{}\"\n", title.to_uppercase()).bytes());
    page.extend(command.get_about().map(|about| format!("{about}\n")).unwrap_or_default().bytes());
    man.render_synopsis_section(page)?;
    man.render_options_section(page)
}

/// The name of a page: `costplan-prices-list`.
fn name(command: &clap::Command) -> &str {
    command.get_display_name().unwrap_or_else(|| command.get_name())
}

fn page(command: &clap::Command) -> anyhow::Result<String> {
    let mut page = Vec::new();
    clap_mangen::Man::new(command.clone()).title(name(command).to_uppercase()).render(&mut page)?;
    Ok(String::from_utf8(page)?)
}

/// The commands below a command that are shown.
fn below(command: &clap::Command) -> impl Iterator<Item = &clap::Command> {
    // The parser adds a `help` below each command.
    let is_program = command.get_name() == "costplan";
    let is_shown = move |below: &&clap::Command| !below.is_hide_set() && (is_program || below.get_name() != "help");
    command.get_subcommands().filter(is_shown)
}
