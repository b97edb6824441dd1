//! The texts of a project that a page needs to compute its stages itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::app::request::Request;
use crate::app::savings::offered;
use crate::diagnostic::{Code, Diagnostic, Failure};
use crate::source::Sources;
use crate::workspace::{Selection, Workspace};

/// The files of a project by their paths from its directory; none if its stages are the bundled ones.
///
/// Only those that the stages need under any scenario and with any technique are among them, and of a price sheet only the
/// SKUs that they need. The bundled files are in the core itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageProject {
    /// The texts.
    pub files: BTreeMap<String, String>,
}

impl PageProject {
    /// The texts that some stages need, or all of them if none is named.
    ///
    /// # Errors
    /// Everything that is wrong with the stages under no scenario.
    pub fn of(workspace: &Workspace, stages: &[String], request: &Request) -> Result<Self, Failure> {
        let mut again = workspace.again()?;
        let needed = needed(&mut again, stages, request).and_then(|()| again.read_texts());
        needed.map(|files| Self { files }).map_err(|wrong| again.failure(wrong))
    }

    /// Opens the project from JSON, `{"files": {"stages/1-mvp.yaml": "..."}}`.
    ///
    /// # Errors
    /// `invalid-json`, and what is wrong with the settings of the project.
    pub fn open(json: &str) -> Result<Workspace, Failure> {
        let project = serde_json::from_str(json).map_err(|wrong| {
            let message = format!("the files of the page cannot be read: {wrong}");
            Failure { diagnostics: vec![Diagnostic::new(Code::InvalidJson, message)], sources: Sources::default() }
        });
        let Self { files } = project?;
        if files.is_empty() { Ok(Workspace::bundled()) } else { Workspace::in_memory(files) }
    }
}

/// Reads whatever the stages can need. What is wrong with a scenario is said when a page asks for it.
fn needed(workspace: &mut Workspace, stages: &[String], request: &Request) -> Result<(), Vec<Diagnostic>> {
    read(workspace, stages, request)?;
    for scenario in workspace.scenario_stems()? {
        let _ = read(workspace, stages, &Request { scenarios: vec![scenario], ..request.clone() });
    }
    Ok(())
}

/// Reads what the stages need under one scenario, with every technique.
fn read(workspace: &mut Workspace, stages: &[String], request: &Request) -> Result<(), Vec<Diagnostic>> {
    let settled = request.settled(workspace)?;
    for (stage, _) in workspace.resolved(Selection::named(stages), &settled.request)? {
        offered(&stage.id.to_string(), settled.request.clone(), None, workspace)?;
    }
    Ok(())
}
