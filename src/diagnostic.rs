//! Problems of an input, as values.
//!
//! Every stage of the pipeline before `calculate` appends to [`Problems`] and goes on, so that one run reports all
//! problems of all files. `render::diagnostic` turns the values into text in rustc's form:
//!
//! ```text
//! error[unknown-sku]: no price sheet has the SKU `hetzner/cx14`
//!   --> stages/2-growth.yaml:14:10
//!    |
//! 14 |     sku: hetzner/cx14
//!    |          ^^^^^^^^^^^^ not in pricing/hetzner.toml
//!    |
//!    = help: did you mean `hetzner/cx41`?
//! ```
//!
//! May import `source`.

mod code;

pub use code::Code;

use crate::source::{Sources, Span};

/// A place in a source, with a text about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place that the caret marks.
    pub span: Span,
    /// The text after the caret; may be empty.
    pub text: String,
}

/// One problem: a code, a sentence, the places it concerns (the first is the cause), and how to fix it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The stable code of the kind of problem.
    pub code: Code,
    /// The problem, in one sentence without a full stop.
    pub message: String,
    /// The places; empty for a problem without one, such as a missing directory.
    pub labels: Vec<Label>,
    /// What to do about it.
    pub help: Option<String>,
}

impl Diagnostic {
    /// Creates a diagnostic without a place.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), labels: Vec::new(), help: None }
    }

    /// Creates a diagnostic at `span`, with `label` after the caret.
    pub fn at(code: Code, span: Span, message: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(code, message).and_at(span, label)
    }

    /// Adds a further place.
    #[must_use]
    pub fn and_at(mut self, span: Span, label: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: label.into() });
        self
    }

    /// Adds how to fix the problem.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds "did you mean" when one of `known` is close to `typed`; otherwise lists the first few of them.
    #[must_use]
    pub fn suggest<'a>(self, typed: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        let mut known: Vec<&str> = known.into_iter().collect();
        let mut seen = std::collections::HashSet::new();
        known.retain(|name| seen.insert(*name));
        match closest(typed, known.iter().copied()) {
            Some(name) => self.help(format!("did you mean `{name}`?")),
            None if known.is_empty() => self,
            None => self.help(format!("choose from {}", listed(&known))),
        }
    }
}

/// The diagnostics of a run, in the order in which they were found. Of very many only the first are kept.
#[derive(Clone, Debug, Default)]
pub struct Problems {
    diagnostics: Vec<Diagnostic>,
    /// The bytes of their messages.
    bytes: usize,
}

/// The most bytes of the messages that are kept: what is wrong in a file may be in every line.
const MAX_BYTES: usize = 16 * 1024 * 1024;

impl Problems {
    /// The most diagnostics that are kept.
    pub const MOST: usize = 10_000;

    /// Appends a diagnostic.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        if self.diagnostics.len() >= Self::MOST || self.bytes > MAX_BYTES {
            return;
        }
        let texts = diagnostic.labels.iter().map(|label| &label.text).chain(&diagnostic.help);
        self.bytes += diagnostic.message.len() + texts.map(String::len).sum::<usize>();
        self.diagnostics.push(diagnostic);
    }

    /// Appends problems that were collected elsewhere.
    pub fn append(&mut self, other: Self) {
        self.extend(other.diagnostics);
    }

    /// Appends diagnostics.
    pub fn extend(&mut self, diagnostics: impl IntoIterator<Item = Diagnostic>) {
        diagnostics.into_iter().for_each(|diagnostic| self.push(diagnostic));
    }

    /// Returns the value of a result, or appends its diagnostics.
    pub fn keep<T>(&mut self, result: Result<T, Vec<Diagnostic>>) -> Option<T> {
        result.map_err(|wrong| self.extend(wrong)).ok()
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.diagnostics.is_empty()
    }

    /// How many were found.
    pub fn len(&self) -> usize {
        self.diagnostics.len()
    }

    /// Whether there are so many that further ones need no suggestion, which compares with every known name: only the
    /// first 50 are shown.
    pub fn are_many(&self) -> bool {
        self.diagnostics.len() > 100
    }

    /// The diagnostics, sorted by place, without duplicates.
    pub fn into_sorted(mut self) -> Vec<Diagnostic> {
        self.diagnostics.sort_by_key(|diagnostic| diagnostic.labels.first().map(|label| label.span));
        self.diagnostics.dedup();
        self.diagnostics
    }
}

/// The problems that stopped a run, with the texts they point into.
#[derive(Debug)]
pub struct Failure {
    /// The problems; never empty.
    pub diagnostics: Vec<Diagnostic>,
    /// The texts that the places refer to.
    pub sources: Sources,
}

/// One line for each problem: `stages/1-mvp.yaml:7:10: unknown key `skus` in a line item`. `render::diagnostics` shows more.
impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, Diagnostic { message, labels, .. }) in self.diagnostics.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            if let Some(Label { span, .. }) = labels.first() {
                write!(f, "{}: ", self.sources.place(*span))?;
            }
            write!(f, "{message}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Failure {}

impl From<Failure> for Vec<Diagnostic> {
    fn from(failure: Failure) -> Self {
        failure.diagnostics
    }
}

/// The name among `known` that is close enough to `typed` to be a typo.
pub fn closest<'a>(typed: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    const LONGEST: usize = 100;
    if typed.len() > LONGEST {
        return None;
    }
    let lowered = typed.to_lowercase();
    let allowed = 1 + typed.chars().count() / 4;
    let length = lowered.chars().count();
    known
        .filter(|name| name.len() <= LONGEST)
        // Names whose lengths differ by more differ by as much.
        .filter(|name| !name.is_ascii() || name.len().abs_diff(length) <= allowed)
        .map(|name| (strsim::damerau_levenshtein(&lowered, &name.to_lowercase()), name))
        .filter(|(distance, _)| *distance <= allowed)
        // Among equally close names, prefer the one with the same letters: two of them were swapped.
        .min_by_key(|(distance, name)| (*distance, letters(name) != letters(&lowered)))
        .map(|(_, name)| name)
}

fn letters(name: &str) -> Vec<char> {
    let mut letters: Vec<char> = name.to_lowercase().chars().collect();
    letters.sort_unstable();
    letters
}

fn listed(names: &[&str]) -> String {
    const SHOWN: usize = 8;
    let quoted: Vec<String> = names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
    match names.len().saturating_sub(SHOWN) {
        0 => quoted.join(", "),
        more => format!("{} and {more} more", quoted.join(", ")),
    }
}
