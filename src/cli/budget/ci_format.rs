//! The formats of commands that are made for continuous integration.

use std::borrow::Cow;

use clap::{Args, ValueEnum as _};

use crate::cli::args::CsvArgs;
use crate::cli::budget::places::{Home, from_root};
use crate::cli::command::OUTPUT;
use crate::cli::terminal::Terminal;
use crate::diagnostic::{Code, Diagnostic, Failure, Problems};
use crate::parse::argument;
use crate::render::{self, Format, LogCommands};
use crate::source::{Sources, Spanned};
use crate::view::CiView;

/// The variable that gives the format of all commands.
const FORMAT: &str = "COSTPLAN_FORMAT";

/// An output format, also for the programs that run a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum CiFormat {
    Table,
    Json,
    Csv,
    #[value(alias = "md")]
    Markdown,
    Github,
    Junit,
    Sarif,
    Slack,
}

// The output format. (No documentation comment: clap would take it for the help of the command.)
#[derive(Clone, Copy, Debug, Args)]
#[command(next_help_heading = OUTPUT)]
pub(crate) struct CiOutputArgs {
    /// Print as a table, JSON, CSV or Markdown, as annotations of `github`, as `junit` or `sarif`, or as a message of `slack`;
    /// the first four also by `COSTPLAN_FORMAT`
    #[arg(long, value_enum, env = "COSTPLAN_CI_FORMAT", hide_env_values = true)]
    format: Option<CiFormat>,
    /// Cut Markdown at a whole row, so that it has fewer characters than this
    #[arg(
        long,
        value_name = "CHARACTERS",
        default_value = "65_536",
        value_parser = characters,
        env = "COSTPLAN_MAX_LENGTH",
        hide_env_values = true
    )]
    max_length: u64,
    /// Add a chart to Markdown that GitHub and GitLab draw, in Mermaid
    #[arg(long, env = "COSTPLAN_COMMENT_CHART", hide_env_values = true)]
    chart: bool,
    #[command(flatten)]
    csv: CsvArgs,
}

/// The most characters of a comment, written as any count.
fn characters(typed: &str) -> Result<u64, String> {
    let mut problems = Problems::default();
    let file = Sources::default().add_argument("--max-length", typed);
    match argument::<Spanned<u64>>(file, typed, &mut problems) {
        Some(count) if count.value >= 1000 => Ok(count.value),
        Some(_) => Err("a comment has at least 1000 characters".to_owned()),
        None => Err("expected a whole number such as `65k`".to_owned()),
    }
}

impl CiOutputArgs {
    /// The requested format: from the flag or its own variable, otherwise from that of all commands, which takes only
    /// the formats that all of them have.
    pub(crate) fn format(self) -> Result<CiFormat, Failure> {
        let of_all = std::env::var_os(FORMAT);
        let (None, Some(of_all)) = (self.format, of_all) else { return Ok(self.format.unwrap_or(CiFormat::Table)) };
        let found = of_all.to_str().and_then(|value| CiFormat::from_str(value, false).ok());
        found.filter(|format| format.is_of_all()).ok_or_else(|| {
            let value = of_all.to_string_lossy();
            let message = format!("`{FORMAT}` is table, json, csv or markdown, not `{value}`");
            let diagnostic = Diagnostic::new(Code::InvalidArgument, message);
            let help = "request formats of continuous integration with `--format` or `COSTPLAN_CI_FORMAT`";
            Failure { diagnostics: vec![diagnostic.help(help)], sources: Sources::default() }
        })
    }
}

impl CiFormat {
    /// The texts under the names that the format gives to files: paths from the root of the repository, or those of
    /// messages.
    pub(crate) fn sources(self, sources: &Sources) -> Cow<'_, Sources> {
        match self {
            Self::Github | Self::Sarif => Cow::Owned(from_root(sources)),
            Self::Table | Self::Json | Self::Csv | Self::Markdown | Self::Junit | Self::Slack => Cow::Borrowed(sources),
        }
    }

    /// Whether all commands have it.
    fn is_of_all(self) -> bool {
        matches!(self, Self::Table | Self::Json | Self::Csv | Self::Markdown)
    }

    /// Writes a view of a project. Markdown is a comment of a bounded length.
    pub(crate) fn write(
        self,
        view: &impl CiView,
        home: &Home,
        of: CiOutputArgs,
        terminal: &mut Terminal,
    ) -> std::io::Result<()> {
        terminal.set_commands(match self {
            // Each line of these annotations is meant to be a command.
            Self::Github => LogCommands::Kept,
            Self::Json | Self::Sarif | Self::Slack => LogCommands::Escaped,
            Self::Table | Self::Csv | Self::Markdown | Self::Junit => LogCommands::Broken,
        })?;
        match self {
            Self::Table => terminal.show(view, Format::Table),
            Self::Json => terminal.show(view, Format::Json),
            Self::Csv => terminal.show(view, Format::Csv(of.csv.dialect())),
            Self::Markdown => {
                let most = usize::try_from(of.max_length).unwrap_or(usize::MAX);
                let mut comment = view.comment(home.name.as_deref());
                comment.chart = comment.chart.filter(|_| of.chart);
                render::comment(view.command(), &comment, most, terminal)
            }
            Self::Github => render::github(&home.placed(view.annotations()), terminal),
            Self::Junit => render::junit(&view.all_annotations(), terminal),
            Self::Sarif => render::sarif(&home.placed(view.annotations()), terminal),
            Self::Slack => render::slack(view.command(), &view.summary(), &view.annotations(), terminal),
        }
    }
}
