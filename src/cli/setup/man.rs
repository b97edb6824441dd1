//! `costplan man`: the manual page.

use std::process::ExitCode;

use crate::cli::args::with_globals;
use crate::cli::command::{Command, Invocation};
use crate::cli::terminal::Terminal;

pub(crate) const COMMAND: Command =
    Command { name: "man", about: "Print the manual page", arguments: with_globals, run };

/// One page for the program and a part for each of its commands.
fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let mut program = (invocation.program)();
    program.build();
    let mut page = Vec::new();
    clap_mangen::Man::new(program.clone()).render(&mut page)?;
    for command in commands(&program) {
        render(command, &format!("costplan {}", command.get_name()), &mut page)?;
        for below in commands(command) {
            render(below, &format!("costplan {} {}", command.get_name(), below.get_name()), &mut page)?;
        }
    }
    terminal.text(&String::from_utf8(page)?)?;
    Ok(ExitCode::SUCCESS)
}

/// The subcommands of a command, without the `help` that the parser adds.
fn commands(of: &clap::Command) -> impl Iterator<Item = &clap::Command> {
    of.get_subcommands().filter(|command| command.get_name() != "help")
}

fn render(command: &clap::Command, title: &str, page: &mut Vec<u8>) -> std::io::Result<()> {
    let man = clap_mangen::Man::new(command.clone());
    page.extend(format!(".SH \"{}\"\n", title.to_uppercase()).bytes());
    page.extend(command.get_about().map(|about| format!("{about}\n")).unwrap_or_default().bytes());
    man.render_synopsis_section(page)?;
    man.render_options_section(page)
}
