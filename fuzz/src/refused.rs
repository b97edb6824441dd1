//! What has to hold of what is refused.

use costplan::diagnostic::{Code, Diagnostic, Failure};
use costplan::render::{Charts, Layout};
use costplan::source::Sources;

use crate::shown;

/// Errors that are in no line of a file: about what is requested, what is computed, or files as a whole.
const WITHOUT_PLACE: &[Code] = &[
    Code::DivisionByZero,
    Code::DuplicateName,
    Code::FileNotReadable,
    Code::FileTooLarge,
    Code::InvalidArgument,
    Code::InvalidJson,
    Code::LostDigits,
    Code::MissingSnapshot,
    Code::NoStages,
    Code::NotAFile,
    Code::OtherAnswer,
    Code::Overflow,
    Code::TooManyFiles,
    Code::TooMuchWork,
    Code::UnknownChecklist,
    Code::UnknownRunbook,
    Code::UnknownScenario,
    Code::UnknownStage,
];

/// Asserts what has to hold of a failure.
pub fn failure(failure: &Failure) {
    assert!(!failure.diagnostics.is_empty(), "refused without an error");
    diagnostics(&failure.diagnostics, &failure.sources);
}

/// Asserts what has to hold of errors.
pub fn diagnostics(found: &[Diagnostic], sources: &Sources) {
    for diagnostic in found {
        one(diagnostic, sources);
    }
    let layout = Layout { width: 100, styled: false, charts: Charts::None };
    let mut out = Vec::new();
    costplan::render::diagnostics(found, sources, layout, &mut out).expect("memory can be written to");
    let text = String::from_utf8(out).expect("messages are UTF-8");
    assert!(shown::is_printable(&text), "a message controls the terminal: {text:?}");
}

fn one(diagnostic: &Diagnostic, sources: &Sources) {
    let Diagnostic { code, message, labels, .. } = diagnostic;
    assert!(!message.is_empty(), "no message: {diagnostic:?}");
    assert!(!labels.is_empty() || WITHOUT_PLACE.contains(code), "no place: {diagnostic:?}");
    for label in labels {
        let text = sources.text(label.span.file);
        assert!(text.get(label.span.range()).is_some(), "outside of its text: {diagnostic:?}");
    }
}
