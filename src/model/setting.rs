//! A value with the place where it was set.

use crate::source::{Span, Spanned};

/// A value that the user can set, with the place where it was set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting<T> {
    /// The value that is in effect.
    pub value: T,
    /// The place where it was set; `None` for a default.
    pub span: Option<Span>,
}

impl<T> Setting<T> {
    /// A default value, without a place.
    pub fn default_value(value: T) -> Self {
        Self { value, span: None }
    }
}

impl<T> From<Spanned<T>> for Setting<T> {
    fn from(spanned: Spanned<T>) -> Self {
        Self { value: spanned.value, span: Some(spanned.span) }
    }
}
