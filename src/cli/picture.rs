//! Where a picture is written: to a file, or to standard output.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use crate::cli::args::OrFail as _;
use crate::cli::command::OUTPUT;
use crate::cli::terminal::{self, Terminal};
use crate::diagnostic::{Code, Diagnostic};
use crate::load;
use crate::render::{SVG_WIDTH, SvgPlace, svg};
use crate::source::shell_word;
use crate::view::Picture;
use crate::workspace::Workspace;

// Where a picture is written.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = OUTPUT)]
pub(super) struct PictureArgs {
    /// Write to this file, which is replaced, instead of printing the SVG
    #[arg(long, short, value_name = "FILE.svg", value_hint = clap::ValueHint::FilePath)]
    output: Option<PathBuf>,
}

impl PictureArgs {
    /// Refuses a file that is not for SVG, before anything is computed.
    ///
    /// # Errors
    /// `invalid-argument`.
    pub(super) fn check(&self) -> Result<(), Vec<Diagnostic>> {
        let Some(path) = &self.output else { return Ok(()) };
        let ending = path.extension().unwrap_or_default();
        if ending.eq_ignore_ascii_case("svg") {
            return Ok(());
        }
        let name = path.display();
        let drawn = path.with_extension("svg");
        let wrong =
            Diagnostic::new(Code::InvalidArgument, format!("`{name}` does not end in `.svg`, and costplan draws SVG"));
        Err(vec![if ending.eq_ignore_ascii_case("png") {
            wrong.help(conversion(&drawn, path))
        } else {
            wrong.help(format!("write `-o {}`", drawn.display()))
        }])
    }

    /// Writes a picture.
    ///
    /// # Errors
    /// `file-not-readable`, `file-too-large`; those of standard output.
    pub(super) fn show(
        &self,
        picture: &Picture,
        workspace: &Workspace,
        terminal: &mut Terminal,
    ) -> anyhow::Result<ExitCode> {
        let text = svg(picture, SVG_WIDTH, SvgPlace::File);
        match &self.output {
            Some(path) => {
                load::replace(path, &text).map_err(|problem| vec![problem]).or_fail(workspace)?;
                terminal::message(&format!("wrote {}", path.display()))?;
            }
            None => terminal.text(&text)?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// How a picture becomes a PNG.
fn conversion(drawn: &Path, wanted: &Path) -> String {
    let [drawn, wanted] = [drawn, wanted].map(|path| shell_word(&path.to_string_lossy()));
    format!("write `-o {drawn}`, and convert that: `rsvg-convert --zoom 2 -o {wanted} {drawn}`")
}
