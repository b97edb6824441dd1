//! `costplan report`: a page to look at and to mail.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use clap::{Args, FromArgMatches as _};

use crate::app;
use crate::cli::args::{InputArgs, OrFail as _, SettingArgs, TaxArgs, with_globals, workspace};
use crate::cli::command::{Command, Invocation};
use crate::cli::share::serve::{Served, serve};
use crate::cli::terminal::{self, Terminal};
use crate::diagnostic::Failure;
use crate::load;
use crate::render::{self, Layout, PageUse};
use crate::workspace::Workspace;

/// The bytes of a page that can be mailed without a thought.
const MOST: usize = 1_500_000;
/// How often is looked whether a file changed.
const POLL: Duration = Duration::from_millis(300);

pub(crate) const COMMAND: Command =
    Command { name: "report", about: "Write a page to look at and to mail, with sliders", arguments, run };

#[derive(Clone, Debug, Args)]
struct ReportArgs {
    /// The stages by number, name or file stem; all of them if left out
    #[arg(value_name = "STAGE")]
    stages: Vec<String>,
    /// Write to this file instead of standard output
    #[arg(long, short, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    output: Option<PathBuf>,
    /// Leave out the files of the plan, with which the page computes what its reader changes
    #[arg(long)]
    no_files: bool,
    /// Serve the page to browsers on this machine while the plan is edited, until Ctrl-C
    #[arg(long, conflicts_with = "output")]
    watch: bool,
    /// The port of --watch; 0 for any that is free
    #[arg(long, value_name = "N", requires = "watch", default_value = "7373")]
    port: u16,
    #[command(flatten)]
    inputs: InputArgs,
    #[command(flatten)]
    settings: SettingArgs,
    #[command(flatten)]
    tax: TaxArgs,
}

fn arguments(command: clap::Command) -> clap::Command {
    let command = with_globals(ReportArgs::augment_args(command));
    command.mut_arg("conditions", |conditions| conditions.hide(true)).after_help("The page is one HTML file that asks nothing of any network: every number that its sliders can show is in it. It begins at --customers, otherwise at the number that a stage is `sized_for`.\n\nExamples:\n  costplan report -o report.html\n  costplan report 2 3 --arpu 49 -o growth.html\n  costplan report --watch")
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = ReportArgs::from_arg_matches(invocation.matches)?;
    if args.watch {
        return watch(&args, invocation);
    }
    let mut workspace = workspace(invocation)?;
    workspace.progress = terminal.progress();
    let page = page(&args, &mut workspace, invocation, PageUse::File)?;
    match &args.output {
        Some(path) => {
            load::replace(path, &page).map_err(|problem| vec![problem]).or_fail(&workspace)?;
            let files = "; the files of the plan are in it, which `--no-files` leaves out";
            let files = core(&args).map_or("", |_| files);
            terminal::message(&format!("wrote {}{files}", path.display()))?;
        }
        None => terminal.text(&page)?,
    }
    if page.len() > MOST {
        terminal::message(&too_large(page.len(), core(&args)))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// What is said of a page that is too large, with what makes it smaller.
fn too_large(bytes: usize, core: Option<&[u8]>) -> String {
    let megabytes = |bytes: usize| format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000);
    let files = core.map(|core| format!(", `--no-files` leaves out {} of it", megabytes(core.len() / 13 * 16)));
    format!(
        "note: the page has {}, which is more than {}{}, and fewer stages make it smaller, such as `costplan report 2`",
        megabytes(bytes),
        megabytes(MOST),
        files.unwrap_or_default()
    )
}

fn page(
    args: &ReportArgs,
    workspace: &mut Workspace,
    invocation: &Invocation<'_>,
    of: PageUse,
) -> Result<String, Failure> {
    let request = args.settings.taxed_request(&args.inputs, &args.tax, invocation.matches, workspace)?;
    let mut view = app::report(workspace, &args.stages, &request)?;
    if let Some(program) = core(args) {
        view.core = Some(app::report_core(program, workspace, &args.stages, &request)?);
    }
    Ok(render::report(&view, &workspace.sources, of))
}

/// The core that the page has in it.
fn core(args: &ReportArgs) -> Option<&'static [u8]> {
    render::PAGE_CORE.filter(|_| !args.no_files)
}

/// Serves the page, and makes it again whenever a file of the project changes. A plan that is wrong has its messages in place of
/// numbers.
fn watch(args: &ReportArgs, invocation: &Invocation<'_>) -> anyhow::Result<ExitCode> {
    let served = Served::default();
    served.set(0, render::failed_report("costplan", "The page is being made", PageUse::Served(0)));
    let port = serve(args.port, served.clone()).map_err(|error| {
        anyhow::anyhow!("port {} cannot be used: {error}; choose another with `--port N`", args.port)
    })?;
    terminal::message(&format!("http://127.0.0.1:{port} until Ctrl-C"))?;
    let mut last = None;
    for version in 1.. {
        let opened = workspace(invocation);
        let directory =
            opened.as_ref().ok().and_then(|workspace| workspace.directory().map(|path| Path::new(".").join(path)));
        let directory = directory.or_else(|| invocation.project.clone()).or(last.take()).unwrap_or_else(|| ".".into());
        // A file that is written while the page is made changes this number, too.
        let stamp = load::stamp(&directory);
        let of = PageUse::Served(version);
        let made = opened.and_then(|mut workspace| page(args, &mut workspace, invocation, of));
        let shown = made.unwrap_or_else(|failure| render::failed_report("costplan", &messages(&failure), of));
        served.set(version, shown);
        while load::stamp(&directory) == stamp {
            thread::sleep(POLL);
        }
        last = Some(directory);
    }
    Ok(ExitCode::SUCCESS)
}

/// What is wrong with a plan, as on a terminal.
fn messages(failure: &Failure) -> String {
    let mut text = Vec::new();
    // Writing to memory cannot fail.
    let _ = render::diagnostics(&failure.diagnostics, &failure.sources, Layout::PLAIN, &mut text);
    String::from_utf8_lossy(&text).into_owned()
}
