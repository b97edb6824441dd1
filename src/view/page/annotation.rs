//! What a command found, for the programs that run it.

use crate::calculate::BudgetVerdict;
use crate::source::{Sources, Span};
use crate::view::View;

/// A file as messages show it, with line and column.
pub type Place = (String, usize, usize);

/// A verdict that is to be told where it is caused: on a line of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annotation {
    /// The verdict.
    pub verdict: BudgetVerdict,
    /// Where it is caused; `None` where that is in no file.
    pub place: Option<Place>,
    /// The stable name of what is compared: `monthly-budget`.
    pub code: String,
    /// Which stage, scenario and customers.
    pub context: String,
    /// What is compared.
    pub what: String,
    /// One sentence.
    pub message: String,
}

/// How loudly something is told, the loudest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AnnotationLevel {
    /// The check fails.
    Error,
    /// To be warned of.
    Warning,
    /// As it should be.
    Note,
}

impl Annotation {
    /// How loudly it is told.
    pub fn level(&self) -> AnnotationLevel {
        match self.verdict {
            BudgetVerdict::Fail | BudgetVerdict::Unknown => AnnotationLevel::Error,
            BudgetVerdict::Warn => AnnotationLevel::Warning,
            BudgetVerdict::Pass | BudgetVerdict::NotApplicable => AnnotationLevel::Note,
        }
    }

    /// Whether it cannot be told.
    pub fn is_unknown(&self) -> bool {
        self.verdict == BudgetVerdict::Unknown
    }

    /// Whether there was nothing to compare.
    pub fn is_skipped(&self) -> bool {
        self.verdict == BudgetVerdict::NotApplicable
    }

    /// The file of the project that causes it, with line and column.
    pub fn file(&self) -> Option<(&str, usize, usize)> {
        let (file, line, column) = self.place.as_ref()?;
        is_on_disk(file).then_some((file, *line, *column))
    }
}

/// A view that programs of continuous integration are told of as well: a verdict at the line that causes it.
pub trait CiView: View {
    /// The command, as its output is called.
    fn command(&self) -> &'static str;
    /// What was found, in a sentence without a full stop.
    fn summary(&self) -> String;
    /// What is to be told.
    fn annotations(&self) -> Vec<Annotation>;
    /// Everything that was looked at.
    fn all_annotations(&self) -> Vec<Annotation>;
}

/// Whether a file, as messages show it, is one that a user can open.
pub(crate) fn is_on_disk(file: &str) -> bool {
    !file.starts_with("bundled:") && !file.starts_with("git:")
}

/// Where something is written.
pub(crate) fn place(sources: &Sources, span: Span) -> Place {
    let position = sources.position(span);
    (sources.name(span.file).to_owned(), position.line, position.column)
}
