//! The formats of commands that are made for continuous integration.

use std::borrow::Cow;
use std::path::Path;

use clap::{Args, ValueEnum as _};

use crate::cli::budget::places::{from_root, placed};
use crate::cli::terminal::Terminal;
use crate::diagnostic::{Code, Diagnostic, Failure};
use crate::render::{self, Format};
use crate::source::Sources;
use crate::view::CiView;

/// The variable that gives the format of all commands.
const FORMAT: &str = "COSTPLAN_FORMAT";

/// An output format, also for the programs that run a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum CiFormat {
    Table,
    Json,
    Csv,
    Markdown,
    Github,
    Junit,
    Sarif,
    Slack,
}

// The output format. (No documentation comment: clap would take it for the help of the command.)
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct CiOutputArgs {
    /// Print as a table, JSON, CSV or Markdown, as annotations of `github`, as `junit` or `sarif`, or as a message of `slack`;
    /// the first four also by `COSTPLAN_FORMAT`
    #[arg(long, value_enum, env = "COSTPLAN_CI_FORMAT", hide_env_values = true)]
    format: Option<CiFormat>,
}

impl CiOutputArgs {
    /// The requested format: from the flag or its own variable, otherwise from that of all commands, which takes only
    /// the formats that all of them have.
    pub(crate) fn format(self) -> Result<CiFormat, Failure> {
        let of_all = std::env::var_os(FORMAT);
        let (None, Some(of_all)) = (self.format, of_all) else { return Ok(self.format.unwrap_or(CiFormat::Table)) };
        let found = of_all.to_str().and_then(|value| CiFormat::from_str(value, false).ok());
        found.filter(|format| format.of_all().is_some()).ok_or_else(|| {
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

    /// The same format, if all commands have it.
    fn of_all(self) -> Option<Format> {
        match self {
            Self::Table => Some(Format::Table),
            Self::Json => Some(Format::Json),
            Self::Csv => Some(Format::Csv),
            Self::Markdown => Some(Format::Markdown),
            Self::Github | Self::Junit | Self::Sarif | Self::Slack => None,
        }
    }

    /// Writes a view. Markdown begins with a hidden comment, so that a comment on a pull request is found and replaced.
    /// What no file causes is shown at the head of `main_file`, if the project in `directory` has one.
    pub(crate) fn write(
        self,
        view: &impl CiView,
        main_file: Option<&str>,
        directory: Option<&Path>,
        terminal: &mut Terminal,
    ) -> std::io::Result<()> {
        if self == Self::Markdown {
            terminal.text(&format!("<!-- {} -->\n", view.command()))?;
        }
        if let Some(format) = self.of_all() {
            return terminal.show(view, format);
        }
        match self {
            Self::Github => render::github(&placed(view.annotations(), main_file, directory), terminal),
            Self::Junit => render::junit(&view.all_annotations(), terminal),
            Self::Sarif => render::sarif(&placed(view.annotations(), main_file, directory), terminal),
            _ => render::slack(view.command(), &view.summary(), &view.annotations(), terminal),
        }
    }
}
