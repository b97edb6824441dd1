//! The formats of commands that are made for continuous integration.

use super::terminal::Terminal;
use crate::render::{self, Format};
use crate::view::CiView;

/// An output format, also for the programs that run a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum CiFormat {
    Table,
    Json,
    Csv,
    Markdown,
    Github,
    Junit,
    Sarif,
    Slack,
}

impl CiFormat {
    /// Writes a view. Markdown begins with a comment that is not shown, by which a comment on a pull request is found again,
    /// to be written anew.
    pub(super) fn write(self, view: &impl CiView, terminal: &mut Terminal) -> std::io::Result<()> {
        match self {
            Self::Table => terminal.show(view, Format::Table),
            Self::Json => terminal.show(view, Format::Json),
            Self::Csv => terminal.show(view, Format::Csv),
            Self::Markdown => {
                terminal.text(&format!("<!-- {} -->\n", view.command()))?;
                terminal.show(view, Format::Markdown)
            }
            Self::Github => render::github(&view.annotations(), terminal),
            Self::Junit => render::junit(&view.all_annotations(), terminal),
            Self::Sarif => render::sarif(&view.annotations(), terminal),
            Self::Slack => render::slack(view.command(), &view.summary(), &view.annotations(), terminal),
        }
    }
}
