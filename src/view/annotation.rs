//! What a command found, for the programs that run it.

use super::View;
use super::check::{Annotation, CheckView};

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

impl CiView for CheckView<'_> {
    fn command(&self) -> &'static str {
        "costplan check"
    }

    fn summary(&self) -> String {
        self.summary()
    }

    fn annotations(&self) -> Vec<Annotation> {
        self.annotations()
    }

    fn all_annotations(&self) -> Vec<Annotation> {
        self.all_annotations()
    }
}
