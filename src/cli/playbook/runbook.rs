//! `costplan runbook`: what to type to deploy a stage.

use std::process::ExitCode;

use clap::{Args, FromArgMatches as _};

use crate::app;
use crate::cli::args::{CsvArgs, InputArgs, OrFail as _, SettingArgs, pairs_of, with_globals, workspace};
use crate::cli::command::{Command, Invocation};
use crate::cli::terminal::Terminal;
use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::render::{self, Format};
use crate::source::Spanned;
use crate::view::{RunbookView, RunbooksView};

pub(crate) const COMMAND: Command =
    Command { name: "runbook", about: "Print how a stage is deployed: steps, commands and checks", arguments, run };

#[derive(Clone, Debug, Args)]
struct RunbookArgs {
    /// The stage by number, name or file stem, or a runbook by its file stem; all runbooks are listed if left out
    #[arg(value_name = "STAGE")]
    name: Option<String>,
    /// Give an input this value, which the commands read as a variable of the shell; may be repeated
    #[arg(long, value_name = "NAME=VALUE")]
    set: Vec<String>,
    /// Use the numbers of this stage, by number, name or file stem, where the runbook is named by its own file stem
    #[arg(long, value_name = "STAGE", requires = "name")]
    stage: Option<String>,
    /// Look up what the commands buy on this day instead of today
    #[arg(long, value_name = "DATE", env = "COSTPLAN_AS_OF", hide_env_values = true)]
    as_of: Option<String>,
    /// Print as a table, JSON, CSV, Markdown or a script for a POSIX shell
    #[arg(long, value_enum, default_value = "table", env = "COSTPLAN_FORMAT", hide_env_values = true)]
    format: FormatArg,
    #[command(flatten)]
    csv: CsvArgs,
}

// The formats of all commands, and one more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum FormatArg {
    Table,
    Json,
    Csv,
    #[value(alias = "md")]
    Markdown,
    Sh,
}

impl FormatArg {
    /// The format of a view; `None` for a script.
    fn of_view(self, csv: CsvArgs) -> Option<Format> {
        Some(match self {
            Self::Table => Format::Table,
            Self::Json => Format::Json,
            Self::Csv => Format::Csv(csv.dialect()),
            Self::Markdown => Format::Markdown,
            Self::Sh => return None,
        })
    }
}

fn arguments(command: clap::Command) -> clap::Command {
    with_globals(RunbookArgs::augment_args(command)).after_help("A runbook is a file of the project's `runbooks/`, or a bundled one, which belongs to the bundled plan. costplan runs none of its commands, and writes no script in which a placeholder is left.\n\nExamples:\n  costplan runbook 1 --set domain=api.example.com\n  costplan runbook 1 --set domain=api.business-os.dz --set repository=git@github.com:acme/app.git --format sh > deploy.sh\n  costplan runbook kubernetes --format markdown > DEPLOY.md\n  costplan runbook autoscaling --stage 2 --format sh > scale.sh")
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = RunbookArgs::from_arg_matches(invocation.matches)?;
    let mut workspace = workspace(invocation)?;
    let format = args.format.of_view(args.csv);
    let Some(name) = args.name else {
        let listed = match format {
            _ if !args.set.is_empty() => Err("`--set` needs a runbook, and none is named"),
            None => Err("a script needs a runbook, and none is named"),
            Some(format) => Ok(format),
        };
        let wrong =
            |message: &str| vec![Diagnostic::new(Code::InvalidArgument, message).help("write `costplan runbook 1`")];
        let format = listed.map_err(wrong).or_fail(&workspace)?;
        let mut problems = Problems::default();
        let runbooks = workspace.runbooks(&mut problems);
        let runbooks = if problems.is_empty() { Ok(runbooks) } else { Err(problems.into_sorted()) };
        let runbooks = runbooks.or_fail(&workspace)?;
        terminal.show(&RunbooksView::new(&runbooks), format)?;
        return Ok(ExitCode::SUCCESS);
    };
    // Blanks are part of a value.
    let set = pairs_of::<Spanned<String>>("--set", &args.set, |value| value, &mut workspace);
    let set = set.or_fail(&workspace)?;
    let settings = SettingArgs::of_day(args.as_of, None);
    let request = settings.request(&InputArgs::default(), invocation.matches, &mut workspace)?;
    let found = app::runbook(&mut workspace, (&name, args.stage.as_deref()), &set, &request)?;
    if format.is_none() {
        app::check_script(&workspace, &found)?;
    }
    let view = RunbookView::new(&found.filled, found.stage.as_ref().map(|(number, name)| (*number, &**name)));
    let view = view.with_notes(&found.notes, found.day);
    match format {
        Some(format) => terminal.show(&view, format)?,
        None => render::script(&view.script(), terminal)?,
    }
    Ok(ExitCode::SUCCESS)
}
