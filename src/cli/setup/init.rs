//! `costplan init`: a starter project.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, FromArgMatches as _};

use crate::cli::args::with_globals;
use crate::cli::command::{Command, Invocation};
use crate::cli::setup::schema::SCHEMAS;
use crate::cli::terminal::Terminal;
use crate::diagnostic::Failure;
use crate::load;
use crate::source::Sources;

pub(crate) const COMMAND: Command =
    Command { name: "init", about: "Write a commented starter project", arguments, run };

#[derive(Clone, Debug, Args)]
struct InitArgs {
    /// The directory, created if it does not exist
    #[arg(default_value = ".")]
    directory: PathBuf,
}

/// The files that only the starter project has; bundled price sheets and the schemas are added to them.
const TEMPLATES: [(&str, &str); 3] = [
    ("costplan.toml", include_str!("../../../templates/costplan.toml")),
    ("stages/1-launch.yaml", include_str!("../../../templates/stages/1-launch.yaml")),
    ("stages/2-growth.yaml", include_str!("../../../templates/stages/2-growth.yaml")),
];

/// The bundled price files that the starter project has a copy of, as examples of the formats.
const SHEETS: [&str; 2] = ["pricing/fx.toml", "pricing/upstash.toml"];

fn arguments(command: clap::Command) -> clap::Command {
    with_globals(InitArgs::augment_args(command)).after_help("Nothing is overwritten: if one of the files exists already, none is written.\n\nExamples:\n  costplan init my-plan && cd my-plan && costplan stages")
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = InitArgs::from_arg_matches(invocation.matches)?;
    let schemas: Vec<(String, &str)> =
        SCHEMAS.iter().map(|(_, name, schema)| (format!("schemas/{name}"), *schema)).collect();
    let mut files: Vec<(&str, &str)> = TEMPLATES.to_vec();
    files.extend(SHEETS.iter().filter_map(|name| load::bundled_text(name).map(|text| (*name, text))));
    files.extend(schemas.iter().map(|(name, schema)| (name.as_str(), *schema)));
    load::write_new(&args.directory, &files)
        .map_err(|diagnostics| Failure { diagnostics, sources: Sources::default() })?;
    for (name, _) in &files {
        writeln!(terminal, "wrote {}", args.directory.join(name).display())?;
    }
    writeln!(
        terminal,
        "\nIn {}, try `costplan stages` and `costplan stage 1 --customers 8`.",
        args.directory.display()
    )?;
    Ok(ExitCode::SUCCESS)
}
