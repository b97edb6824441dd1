//! Scenarios: their names, and checks that need no stage.

use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::model::ScenarioName;
use crate::parse::{AmountRaw, ScenarioRaw};
use crate::resolve::check_version;
use crate::resolve::stage::drivers::RESERVED;
use crate::resolve::stage::request::RevenueRaw;

/// A scenario with its name.
#[derive(Debug)]
pub struct ScenarioFile {
    /// The name that results show.
    pub name: Arc<ScenarioName>,
    /// The settings of the file.
    pub raw: ScenarioRaw,
}

/// Checks a scenario without any stage; names that it sets are checked when stages are resolved. `stem` is the stem of
/// its file.
pub fn scenario(raw: ScenarioRaw, stem: &str, problems: &mut Problems) -> ScenarioFile {
    check_version(raw.version, problems);
    if let Err(diagnostic) = one_revenue(raw.mrr.as_ref(), raw.arpu.as_ref()) {
        problems.push(*diagnostic);
    }
    for (name, _) in raw.set.iter().flat_map(|set| &set.entries) {
        if RESERVED.contains(&name.value.as_str()) {
            let message = format!("`{}` cannot be set like a driver", name.value);
            let diagnostic = Diagnostic::at(Code::InvalidArgument, name.span, message, "");
            problems.push(diagnostic.help(format!("write the key `{}` next to `set`", name.value)));
        }
    }
    let name = raw.name.as_ref().map_or(stem, |name| &name.value);
    let summary = raw.summary.as_ref().map(|summary| summary.value.as_str().into());
    ScenarioFile { name: Arc::new(ScenarioName { id: stem.into(), name: name.into(), summary }), raw }
}

/// The revenue of a file, if it gives one.
///
/// # Errors
/// `conflicting-keys` if it gives both.
pub fn one_revenue(mrr: Option<&AmountRaw>, arpu: Option<&AmountRaw>) -> Result<Option<RevenueRaw>, Box<Diagnostic>> {
    match (mrr, arpu) {
        (Some(mrr), Some(arpu)) => {
            let message = "`mrr` and `arpu` cannot be combined";
            let diagnostic = Diagnostic::at(Code::ConflictingKeys, arpu.span, message, "this");
            Err(Box::new(diagnostic.and_at(mrr.span, "or this")))
        }
        (Some(mrr), None) => Ok(Some(RevenueRaw::Mrr(mrr.clone()))),
        (None, Some(arpu)) => Ok(Some(RevenueRaw::Arpu(arpu.clone()))),
        (None, None) => Ok(None),
    }
}
