//! Where a picture is written: to a file whose ending chooses the format, or to standard output.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use crate::cli::args::OrFail as _;
use crate::cli::command::OUTPUT;
use crate::cli::terminal::{self, Terminal};
use crate::diagnostic::{Code, Diagnostic};
use crate::load;
use crate::render::{SVG_WIDTH, SvgPlace, png, svg};
use crate::view::Picture;
use crate::workspace::Workspace;

// Where a picture is written.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = OUTPUT)]
pub(in crate::cli) struct PictureArgs {
    /// Write to this file, which is replaced, instead of printing the SVG: curve.svg, curve.png
    #[arg(long, short, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    output: Option<PathBuf>,
}

impl PictureArgs {
    /// Whether the file is one for PNG, by its ending.
    ///
    /// # Errors
    /// `invalid-argument`, if it is for neither SVG nor PNG.
    fn is_png(&self) -> Result<bool, Diagnostic> {
        let Some(path) = &self.output else { return Ok(false) };
        match path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).as_deref() {
            Some("svg") => Ok(false),
            Some("png") => Ok(true),
            _ => {
                let message = format!("`{}` does not end in .svg or .png", path.display());
                let help = format!("write `-o {}`", path.with_extension("svg").display());
                Err(Diagnostic::new(Code::InvalidArgument, message).help(help))
            }
        }
    }

    /// Refuses a file that is for neither SVG nor PNG, before anything is computed.
    ///
    /// # Errors
    /// `invalid-argument`.
    pub(in crate::cli) fn check(&self) -> Result<(), Vec<Diagnostic>> {
        self.is_png().map(|_| ()).map_err(|wrong| vec![wrong])
    }

    /// Writes a picture.
    ///
    /// # Errors
    /// `file-not-readable`, `invalid-argument`; those of standard output.
    pub(in crate::cli) fn show(
        &self,
        picture: &Picture,
        workspace: &Workspace,
        terminal: &mut Terminal,
    ) -> anyhow::Result<ExitCode> {
        let text = svg(picture, SVG_WIDTH, SvgPlace::File);
        let Some(path) = &self.output else {
            terminal.text(&text)?;
            return Ok(ExitCode::SUCCESS);
        };
        let drawn = self.is_png().and_then(|is_png| if is_png { png(&text) } else { Ok(text.into_bytes()) });
        let written = drawn.and_then(|bytes| load::replace_bytes(path, &bytes));
        written.map_err(|problem| vec![problem]).or_fail(workspace)?;
        terminal::message(&format!("wrote {}", path.display()))?;
        Ok(ExitCode::SUCCESS)
    }
}
