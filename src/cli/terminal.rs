//! Standard output and standard error.

use std::io::{self, BufWriter, IsTerminal as _, StdoutLock, Write};
use std::process::ExitCode;

use clap::builder::StyledStr;

use crate::cli::pager::Paged;
use crate::cli::progress_line::ProgressLine;
use crate::diagnostic::Failure;
use crate::model::Progress;
use crate::render::{self, Charts, Format, Layout, LogCommands, RunnerLog};
use crate::view::{Page, View};
use crate::workspace::Workspace;

/// The width of a line if the terminal reports none.
pub(super) const DEFAULT_WIDTH: usize = 80;

/// The first line of a table about a plan that is nobody's own.
const EXAMPLE: &str = "This is the example plan: `costplan init` starts one of your own";

/// When colours are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Color {
    // On a terminal, unless `NO_COLOR` is set.
    Auto,
    Always,
    Never,
}

impl Color {
    fn on(self, is_terminal: bool) -> bool {
        let asked_not_to = || std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let dumb = || std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto => is_terminal && !asked_not_to() && !dumb(),
        }
    }
}

/// When pictures are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Draw {
    // In tables on a terminal that has room for them.
    Auto,
    Always,
    Never,
    // Always, and in plain ASCII.
    Ascii,
}

/// Whether the locale is UTF-8.
fn is_utf8() -> bool {
    let set = |name: &&str| std::env::var_os(name).filter(|value| !value.is_empty());
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(set).unwrap_or_default();
    let locale = locale.to_string_lossy().to_ascii_lowercase();
    locale.contains("utf-8") || locale.contains("utf8")
}

/// The variables that a CI runner sets, which reads commands in what programs print.
const OF_RUNNERS: [&str; 4] = ["CI", "GITHUB_ACTIONS", "TF_BUILD", "TEAMCITY_VERSION"];

/// What is kept from being a command, if a CI runner runs costplan.
fn commands(wanted: LogCommands) -> LogCommands {
    let is_set = |name: &&str| std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "false");
    if OF_RUNNERS.iter().any(is_set) { wanted } else { LogCommands::Kept }
}

/// Standard error, in which no text is a command of a CI runner.
fn stderr() -> RunnerLog<io::StderrLock<'static>> {
    RunnerLog::new(io::stderr().lock(), commands(LogCommands::Broken))
}

/// Whether the program was started with a standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StandardOutput {
    /// It has one, be it `/dev/null`.
    Open,
    /// It has none, so that nothing can be printed.
    Closed,
}

/// Whether long output is shown by a pager.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Paging {
    /// On a terminal.
    Auto,
    Never,
}

/// Where standard output leads.
enum Output {
    Stdout(StdoutLock<'static>),
    Paged(Paged<StdoutLock<'static>>),
    Closed,
}

impl Output {
    /// Ends what was written so far, before anything else is printed.
    fn end(&mut self) -> io::Result<()> {
        match self {
            Self::Paged(paged) => paged.end(),
            Self::Stdout(stdout) => stdout.flush(),
            Self::Closed => Ok(()),
        }
    }
}

/// Standard output, and what has to go from a terminal before anything is printed there.
struct Out {
    output: Output,
    is_terminal: bool,
    /// Shows how far long work is.
    progress: Option<ProgressLine>,
}

impl Out {
    /// Takes back what shows how far the work is.
    fn end_progress(&mut self) {
        self.progress.take().iter().for_each(ProgressLine::end);
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.is_terminal {
            self.end_progress();
        }
        self.output.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.output.flush()
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Stdout(stdout) => stdout.write(bytes),
            Self::Paged(paged) => paged.write(bytes),
            Self::Closed => Err(closed()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Stdout(stdout) => stdout.flush(),
            Self::Paged(paged) => paged.flush(),
            Self::Closed => Ok(()),
        }
    }
}

/// The error of printing without a standard output.
fn closed() -> io::Error {
    io::Error::other("standard output is closed, so nothing can be printed")
}

/// Where a command writes its data.
pub(super) struct Terminal {
    out: BufWriter<RunnerLog<Out>>,
    layout: Layout,
    /// The lines of the terminal; `None` for a file or a pipe.
    height: Option<usize>,
    /// Whether pictures are drawn only if there is room for them.
    draws_if_room: bool,
}

impl Terminal {
    pub(super) fn new(color: Color, paging: Paging, output: StandardOutput) -> Self {
        let stdout = io::stdout().lock();
        let is_terminal = stdout.is_terminal();
        let size = is_terminal.then(|| terminal_size::terminal_size_of(io::stdout())).flatten();
        let width = size.map_or(DEFAULT_WIDTH, |(width, _)| usize::from(width.0));
        let layout = Layout { width, styled: color.on(is_terminal), charts: Charts::None };
        let is_dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
        let output = match (output, paging, size) {
            (StandardOutput::Closed, ..) => Output::Closed,
            (StandardOutput::Open, Paging::Auto, Some((_, height))) if !is_dumb => {
                Output::Paged(Paged::new(stdout, usize::from(height.0)))
            }
            (StandardOutput::Open, ..) => Output::Stdout(stdout),
        };
        let out = Out { output, is_terminal, progress: None };
        let out = BufWriter::with_capacity(64 * 1024, RunnerLog::new(out, commands(LogCommands::Broken)));
        let height = size.map(|(_, height)| usize::from(height.0));
        Self { out, layout, height, draws_if_room: false }
    }

    /// Who hears how far the work of a command is: a line on a terminal, otherwise nobody.
    pub(super) fn progress(&mut self) -> Progress {
        let line = ProgressLine::of_terminal();
        let listener = line.as_ref().map(ProgressLine::listener).unwrap_or_default();
        self.out.get_mut().get_mut().progress = line;
        listener
    }

    /// Decides how what follows is kept from being a command of a CI runner, if one runs costplan.
    pub(super) fn set_commands(&mut self, wanted: LogCommands) -> io::Result<()> {
        self.out.flush()?;
        self.out.get_mut().set_commands(commands(wanted));
        Ok(())
    }

    /// Decides whether the pictures of a view are drawn in a format, and returns it, so that none is made in vain.
    pub(super) fn draws(&mut self, when: Draw, format: Format) -> bool {
        let is_wanted = match (format, when) {
            (Format::Json | Format::Csv(_), _) | (_, Draw::Never) => false,
            // A document in Markdown is the same wherever it is written.
            (Format::Table | Format::Markdown, Draw::Auto) => self.height.is_some() && format == Format::Table,
            (Format::Table | Format::Markdown, Draw::Always | Draw::Ascii) => true,
        };
        self.layout.charts = match when {
            _ if !is_wanted => Charts::None,
            Draw::Auto | Draw::Always if is_utf8() => Charts::Unicode,
            _ => Charts::Ascii,
        };
        self.draws_if_room = is_wanted && when == Draw::Auto;
        is_wanted
    }

    /// Writes a page whose pictures are left out if the terminal has no room for the whole.
    fn show_with_room(&mut self, page: &Page) -> io::Result<()> {
        let mut drawn = Vec::new();
        render::page(page, self.layout, &mut drawn)?;
        let lines = memchr::memchr_iter(b'\n', &drawn).count();
        // The line of the example, and that of the prompt.
        if self.height.is_some_and(|height| lines + 2 <= height) {
            return self.out.write_all(&drawn);
        }
        render::page(page, Layout { charts: Charts::None, ..self.layout }, &mut self.out)
    }

    /// Writes a view in a format.
    pub(super) fn show(&mut self, view: &impl View, format: Format) -> io::Result<()> {
        if format == Format::Json {
            self.set_commands(LogCommands::Escaped)?;
        }
        if self.draws_if_room && format == Format::Table {
            return self.show_with_room(&view.screen());
        }
        render::write(view, format, self.layout, &mut self.out)
    }

    /// Writes a view of a plan in a format. If the plan is the example, a table says so first.
    pub(super) fn show_plan(&mut self, of: &Workspace, view: &impl View, format: Format) -> io::Result<()> {
        if format == Format::Table && !of.has_own_stages() {
            render::remark(EXAMPLE, self.layout, &mut self.out)?;
        }
        self.show(view, format)
    }

    /// Writes a page for people.
    pub(super) fn page(&mut self, page: &Page) -> io::Result<()> {
        render::page(page, self.layout, &mut self.out)
    }

    /// Writes a page of the documents.
    pub(super) fn document(&mut self, text: &str) -> io::Result<()> {
        render::document(text, self.layout, &mut self.out)
    }

    /// Writes a sentence: in lines of the width of a terminal, as one line for a file or a pipe.
    pub(super) fn sentence(&mut self, text: &str) -> io::Result<()> {
        let width = if self.height.is_some() { self.layout.width } else { usize::MAX };
        render::sentence(text, Layout { width, ..self.layout }, &mut self.out)
    }

    /// Writes a page of the documents for a terminal, and its Markdown unchanged for a file or a pipe.
    pub(super) fn explanation(&mut self, text: &str) -> io::Result<()> {
        if self.height.is_some() { self.document(text) } else { self.text(text) }
    }

    /// Whether people read standard output on a terminal.
    pub(super) fn is_terminal(&mut self) -> bool {
        self.out.get_mut().get_mut().is_terminal
    }

    /// Writes the content of a file, which no terminal shows.
    pub(super) fn bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.set_commands(LogCommands::Kept)?;
        self.out.write_all(bytes)
    }

    /// The width of a line.
    pub(super) fn width(&self) -> usize {
        self.layout.width
    }

    /// Writes a help.
    pub(super) fn help(&mut self, text: &StyledStr) -> io::Result<()> {
        let text = if self.layout.styled { text.ansi().to_string() } else { text.to_string() };
        self.text(&text)
    }

    /// Writes a text unchanged.
    pub(super) fn text(&mut self, text: &str) -> io::Result<()> {
        self.out.write_all(text.as_bytes())
    }

    /// Ends what was written so far, before anything else is printed: if a pager shows it, waits until its reader leaves it.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.out.flush()?;
        let out = self.out.get_mut().get_mut();
        out.end_progress();
        out.output.end()
    }

    /// Ends a check whose output was written. If it failed, writes the reason to standard error. A reader that closes
    /// the pipe does not turn a failed check into a passed one.
    pub(super) fn verdict(&mut self, written: io::Result<()>, failure: Option<String>) -> anyhow::Result<ExitCode> {
        let Some(failure) = failure else {
            written?;
            return Ok(ExitCode::SUCCESS);
        };
        match written.and_then(|()| Terminal::flush(self)) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => return Err(error.into()),
            // If standard error cannot be written, there is nowhere to report it.
            _ => drop(message(&failure)),
        }
        Ok(ExitCode::from(CHECK_FAILED))
    }
}

impl Write for Terminal {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Terminal::flush(self)
    }
}

/// Writes diagnostics to standard error.
pub(super) fn report(failure: &Failure, color: Color) -> io::Result<()> {
    let layout = Layout { styled: color.on(io::stderr().is_terminal()), ..of_stderr() };
    let mut out = BufWriter::new(stderr());
    render::diagnostics(&failure.diagnostics, &failure.sources, layout, &mut out)?;
    out.flush()
}

/// Writes any other error to standard error.
pub(super) fn report_other(error: &anyhow::Error) -> io::Result<()> {
    message(&format!("error: {error:#}"))
}

/// The layout of messages: lines of the width of a terminal; whole ones for a file or a pipe, where they are searched.
fn of_stderr() -> Layout {
    let size = terminal_size::terminal_size_of(io::stderr()).filter(|_| io::stderr().is_terminal());
    let width = size.map_or(usize::MAX, |(width, _)| usize::from(width.0));
    Layout { width, ..Layout::PLAIN }
}

/// Writes a mistake in the arguments to standard error, which may quote them.
pub(super) fn report_usage(error: &clap::Error) -> io::Result<()> {
    let plain = error.render().to_string();
    let lines: Vec<_> = plain.split('\n').map(render::printable).collect();
    let safe = lines.join("\n");
    if safe == plain && commands(LogCommands::Broken) == LogCommands::Kept {
        error.print()
    } else {
        write!(stderr(), "{safe}")
    }
}

/// Writes the help of a command that lacks a part to standard error.
pub(super) fn report_help(text: &StyledStr) -> io::Result<()> {
    let styled = Color::Auto.on(io::stderr().is_terminal());
    if styled { write!(stderr(), "{}", text.ansi()) } else { write!(stderr(), "{text}") }
}

/// Writes a sentence about the data to standard error.
pub(super) fn message(text: &str) -> io::Result<()> {
    render::sentence(text, of_stderr(), &mut stderr())
}

/// The exit code of a check that failed.
pub(crate) const CHECK_FAILED: u8 = 1;
