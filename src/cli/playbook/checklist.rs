//! `costplan checklist`: what to check before launch, every month and every quarter; and what was checked.

use std::process::ExitCode;

use clap::{Args, FromArgMatches as _};
use jiff::civil::Date;

use crate::app::{self, ChecklistStatus};
use crate::cli::args::{InputArgs, OrFail as _, OutputArgs, SettingArgs, today, with_globals, workspace};
use crate::cli::command::{Command, Invocation};
use crate::cli::terminal::Terminal;
use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::model::RecordedCheck;
use crate::source::Spanned;
use crate::view::{ChecklistStatusView, ChecklistView, ChecklistsView};

pub(crate) const COMMAND: Command =
    Command { name: "checklist", about: "Print a checklist, and record what was checked", arguments, run };

/// The subcommands of `checklist`, in the order of the help.
const COMMANDS: &[Command] = &[
    Command {
        name: "status",
        about: "Show which checks are done, due and overdue",
        arguments: status_arguments,
        run: show_status,
    },
    Command { name: "done", about: "Record that a check was done", arguments: record_arguments, run: record_done },
    Command {
        name: "undo",
        about: "Record that the last record of a check does not count",
        arguments: record_arguments,
        run: record_undone,
    },
];

#[derive(Clone, Debug, Args)]
struct ChecklistArgs {
    /// The checklist by its file stem: before-launch, monthly, quarterly, or one of the project; all are listed if left out
    checklist: Option<String>,
    #[command(flatten)]
    output: OutputArgs,
}

fn arguments(command: clap::Command) -> clap::Command {
    with_globals(ChecklistArgs::augment_args(command)).subcommands(COMMANDS.iter().map(Command::parser)).after_help("A checklist is a file of the project's `checklists/`, or a bundled one. In Markdown each check has a box to tick. What was checked is recorded in `records/checks.yaml`, a line for each check.\n\nExamples:\n  costplan checklist monthly\n  costplan checklist before-launch --format markdown > LAUNCH.md\n  costplan checklist done monthly/slow-queries --by Amine\n  costplan checklist status")
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    if let Some((name, matches)) = invocation.matches.subcommand()
        && let Some(command) = COMMANDS.iter().find(|command| command.name == name)
    {
        let below = Invocation { matches, project: invocation.project.clone(), program: invocation.program };
        return (command.run)(&below, terminal);
    }
    let args = ChecklistArgs::from_arg_matches(invocation.matches)?;
    let mut workspace = workspace(invocation)?;
    let format = args.output.format();
    if let Some(name) = args.checklist {
        let checklist = workspace.checklist(&name)?;
        terminal.show(&ChecklistView::new(&checklist), format)?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut problems = Problems::default();
    let checklists = workspace.checklists(&mut problems);
    let checklists = if problems.is_empty() { Ok(checklists) } else { Err(problems.into_sorted()) };
    let checklists = checklists.or_fail(&workspace)?;
    terminal.show(&ChecklistsView::new(&checklists), format)?;
    Ok(ExitCode::SUCCESS)
}

#[derive(Clone, Debug, Args)]
struct StatusArgs {
    /// The checklist by its file stem; all if left out
    checklist: Option<String>,
    /// Show the state on this day instead of today
    #[arg(long, value_name = "DATE", env = "COSTPLAN_AS_OF", hide_env_values = true)]
    as_of: Option<String>,
    /// Show also what is done
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    output: OutputArgs,
}

fn status_arguments(command: clap::Command) -> clap::Command {
    with_globals(StatusArgs::augment_args(command)).after_help("A check of a list that is due every month is done if it was done in the month of the day, due until the end of the month after the one in which it was done, and overdue from then on; with quarters and years accordingly. A check of a list without `every` is done once.\n\nExamples:\n  costplan checklist status\n  costplan checklist status monthly --as-of 2026-12-31 --format json")
}

fn show_status(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = StatusArgs::from_arg_matches(invocation.matches)?;
    let mut workspace = workspace(invocation)?;
    let settings = SettingArgs::of_day(args.as_of, None);
    let request = settings.request(&InputArgs::default(), invocation.matches, &mut workspace)?;
    let found = app::checklist_status(&mut workspace, args.checklist.as_deref(), &request)?;
    let ChecklistStatus { checklists, status, unknown, day } = &found;
    let view = ChecklistStatusView::new(checklists, status, unknown, *day).listing(args.all);
    terminal.show(&view, args.output.format())?;
    Ok(ExitCode::SUCCESS)
}

#[derive(Clone, Debug, Args)]
struct RecordArgs {
    /// The check, as its list and its name or number: monthly/slow-queries, monthly/1; or a name that only one list has
    #[arg(value_name = "CHECK")]
    check: String,
    /// The day of the check instead of today
    #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
    on: Option<String>,
    /// Who did it
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    by: Option<String>,
    /// A remark of one line
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    note: Option<String>,
}

fn record_arguments(command: clap::Command) -> clap::Command {
    with_globals(RecordArgs::augment_args(command)).after_help("A line is added to `records/checks.yaml`; no line is changed or removed.\n\nExamples:\n  costplan checklist done monthly/slow-queries\n  costplan checklist done before-launch/cdn --on 2026-12-01 --by Amine --note 'images too'\n  costplan checklist undo monthly/slow-queries")
}

fn record_done(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    record(invocation, terminal, true)
}

fn record_undone(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    record(invocation, terminal, false)
}

fn record(invocation: &Invocation<'_>, terminal: &mut Terminal, is_done: bool) -> anyhow::Result<ExitCode> {
    let args = RecordArgs::from_arg_matches(invocation.matches)?;
    let mut workspace = workspace(invocation)?;
    workspace.require_project()?;
    let name: Spanned<String> = workspace.typed("CHECK", &args.check).or_fail(&workspace)?;
    let mut text = |flag: &str, text: Option<&String>| -> anyhow::Result<Option<Box<str>>> {
        let Some(text) = text else { return Ok(None) };
        let read: Spanned<String> = workspace.typed(flag, text).or_fail(&workspace)?;
        Ok(Some(read.value.into()))
    };
    let (by, note) = (text("--by", args.by.as_ref())?, text("--note", args.note.as_ref())?);
    let today = today();
    let date = match &args.on {
        Some(day) => {
            let day: Spanned<Date> = workspace.typed("--on", day).or_fail(&workspace)?;
            if day.value > today {
                let message = format!("{} is after today, {today}", day.value);
                let wrong = Diagnostic::at(Code::InvalidDate, day.span, message, "not yet");
                return Err(vec![wrong.help("record a check once it is done")]).or_fail(&workspace).map_err(Into::into);
            }
            day.value
        }
        None => today,
    };
    let (checklist, item) = app::named_check(&mut workspace, &name)?;
    let whole = format!("{checklist}/{item}");
    if !is_done {
        let before = app::state_of(&mut workspace, (&checklist, &item), date)?;
        if before.is_none_or(|before| before.last.is_none()) {
            let message = format!("no record of `{whole}` up to {date} is left to undo");
            let wrong = Diagnostic::at(Code::UnknownCheck, name.span, message, "not done");
            return Err(vec![wrong.help("`costplan checklist status --all` shows what is done")])
                .or_fail(&workspace)
                .map_err(Into::into);
        }
    }
    let check = RecordedCheck { date, is_done, checklist, item, by, note };
    let path = app::record_check(&mut workspace, &check)?;
    let after = app::state_of(&mut workspace, (&check.checklist, &check.item), today)?;
    let next = after.and_then(|after| after.due_on).map(|day| format!(", next by {day}")).unwrap_or_default();
    let verb = if is_done { "is done" } else { "is not done after all" };
    terminal.text(&format!("{whole} {verb} on {date}{next}\nRecorded in {}\n", path.display()))?;
    Ok(ExitCode::SUCCESS)
}
