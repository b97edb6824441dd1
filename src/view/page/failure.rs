//! What is wrong with a request, as JSON: schema `costplan.failure.v1`.

use serde::{Serialize, Serializer};

use crate::diagnostic::{Diagnostic, Failure};
use crate::source::Sources;

/// The problems that stopped a run.
#[derive(Clone, Copy, Debug)]
pub struct FailureView<'a>(pub &'a Failure);

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct FailureJson<'a> {
    schema: &'static str,
    diagnostics: Vec<DiagnosticJson<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct DiagnosticJson<'a> {
    code: &'static str,
    message: &'a str,
    places: Vec<PlaceJson<'a>>,
    help: Option<&'a str>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct PlaceJson<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    label: &'a str,
}

impl<'a> DiagnosticJson<'a> {
    fn new(of: &'a Diagnostic, sources: &'a Sources) -> Self {
        let places = of.labels.iter().map(|label| {
            let position = sources.position(label.span);
            let (line, column) = (position.line, position.column);
            PlaceJson { file: sources.name(label.span.file), line, column, label: &label.text }
        });
        Self { code: of.code.as_str(), message: &of.message, places: places.collect(), help: of.help.as_deref() }
    }
}

impl Serialize for FailureView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Failure { diagnostics, sources } = self.0;
        let found = diagnostics.iter().map(|of| DiagnosticJson::new(of, sources));
        FailureJson { schema: "costplan.failure.v1", diagnostics: found.collect() }.serialize(serializer)
    }
}
