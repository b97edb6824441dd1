//! Results of a command for the programs that run it, such as continuous integration.

use crate::calculate::BudgetVerdict;
use crate::source::{Sources, Span};
use crate::view::View;
use crate::view::page::comment::Comment;

/// A file as messages show it, with line and column.
pub type Place = (String, usize, usize);

/// A verdict with the line of a file that causes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annotation {
    /// The verdict.
    pub verdict: BudgetVerdict,
    /// Where it is caused; `None` if that is not in a file.
    pub place: Option<Place>,
    /// The stable name of the compared subject: `monthly-budget`.
    pub code: String,
    /// The stage, scenario and number of customers.
    pub context: String,
    /// The compared subject, in words.
    pub what: String,
    /// One sentence.
    pub message: String,
}

/// The severity of an annotation, most severe first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AnnotationLevel {
    /// The check fails.
    Error,
    /// A warning.
    Warning,
    /// Everything is fine.
    Note,
}

impl Annotation {
    /// The severity of a verdict.
    pub fn level(&self) -> AnnotationLevel {
        match self.verdict {
            BudgetVerdict::Fail | BudgetVerdict::Unknown => AnnotationLevel::Error,
            BudgetVerdict::Warn => AnnotationLevel::Warning,
            BudgetVerdict::Pass | BudgetVerdict::NotApplicable | BudgetVerdict::NotChecked => AnnotationLevel::Note,
        }
    }

    /// Whether the verdict is undecided.
    pub fn is_unknown(&self) -> bool {
        self.verdict == BudgetVerdict::Unknown
    }

    /// Whether it could not be compared.
    pub fn is_not_checked(&self) -> bool {
        self.verdict == BudgetVerdict::NotChecked
    }

    /// Whether nothing was compared.
    pub fn is_skipped(&self) -> bool {
        !self.verdict.is_compared()
    }

    /// The file of the project that causes it, with line and column.
    pub fn file(&self) -> Option<(&str, usize, usize)> {
        let (file, line, column) = self.place.as_ref()?;
        is_on_disk(file).then_some((file, *line, *column))
    }
}

/// A view that also reports verdicts to programs such as continuous integration, at the lines that cause them.
pub trait CiView: View {
    /// The command, as in its output.
    fn command(&self) -> &'static str;
    /// The result, in a sentence without a full stop.
    fn summary(&self) -> String;
    /// What is said in a comment; `project` is the name of the project, if it has one.
    fn comment(&self, project: Option<&str>) -> Comment;
    /// Verdicts and notes to report.
    fn annotations(&self) -> Vec<Annotation>;
    /// Every comparison, including those that pass.
    fn all_annotations(&self) -> Vec<Annotation>;
}

/// Whether a file, named as in messages, can be opened by a user.
pub(crate) fn is_on_disk(file: &str) -> bool {
    !file.starts_with("bundled:") && !file.starts_with("git:")
}

/// Where something is written; `None` if that is not in a file.
pub(crate) fn place(sources: &Sources, span: Span) -> Option<Place> {
    let position = sources.position(span);
    (!sources.is_argument(span.file)).then(|| (sources.name(span.file).to_owned(), position.line, position.column))
}
