//! A value with the place that it was set at.

use crate::source::{Span, Spanned};

/// A value that the user may set, with the place where it was set; none for a built-in default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting<T> {
    /// The value.
    pub value: T,
    /// Where it was set.
    pub span: Option<Span>,
}

impl<T> Setting<T> {
    /// A built-in default.
    pub fn default_value(value: T) -> Self {
        Self { value, span: None }
    }
}

impl<T> From<Spanned<T>> for Setting<T> {
    fn from(spanned: Spanned<T>) -> Self {
        Self { value: spanned.value, span: Some(spanned.span) }
    }
}
