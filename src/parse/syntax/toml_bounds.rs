//! Looks at a TOML text before it is parsed: how deep it nests, how much it holds, and how much is wrong with it.
//!
//! The parser builds the whole tree, keeps every error, and calls itself for each part of a header. This reads its
//! events and keeps nothing.

use toml_parser::parser::{Event, EventKind, RecursionGuard, parse_document};
use toml_parser::{ParseError, Raw, Source};

use crate::parse::syntax::{MAX_DEPTH, MAX_ERRORS, MAX_VALUES};

/// Where the parser stops to call itself: one deeper than [`MAX_DEPTH`].
const GUARDED: u32 = 65;
const _: () = assert!(GUARDED as usize == MAX_DEPTH + 1);

/// The most tokens, blanks included, for a value.
const TOKENS_OF_A_VALUE: usize = 4;

/// What is too much, and the offset at which it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TooMuch {
    /// Lists and tables nest deeper than [`MAX_DEPTH`].
    Depth(usize),
    /// There are more values than [`MAX_VALUES`].
    Values(usize),
    /// There are more errors than [`MAX_ERRORS`]. They are before the offset.
    Errors(usize),
}

/// The bound that a text exceeds, if it exceeds one.
pub(super) fn too_much(text: &str) -> Option<TooMuch> {
    let source = Source::new(text);
    if let Some(token) = source.lex().nth(MAX_VALUES * TOKENS_OF_A_VALUE) {
        return Some(TooMuch::Values(token.span().start()));
    }
    let mut nesting = Nesting::default();
    let (mut values, mut wrong_values) = (0_usize, Errors::default());
    let (mut too_deep, mut too_many) = (None, None);
    let mut receiver = |event: Event| {
        let start = event.span().start();
        if nesting.after(event.kind()) > MAX_DEPTH {
            too_deep.get_or_insert(start);
        }
        if matches!(event.kind(), EventKind::SimpleKey | EventKind::Scalar) {
            values += 1;
            if values > MAX_VALUES {
                too_many.get_or_insert(start);
            }
        }
        if event.kind() == EventKind::Scalar {
            let written = text.get(start..event.span().end()).unwrap_or_default();
            let raw = Raw::new_unchecked(written, event.encoding(), event.span());
            let _ = raw.decode_scalar(&mut (), &mut |error| wrong_values.report(&error));
        }
    };
    let mut wrong_syntax = Errors::default();
    let tokens = source.lex().into_vec();
    parse_document(&tokens, &mut RecursionGuard::new(&mut receiver, GUARDED), &mut |error| wrong_syntax.report(&error));
    let errors = wrong_syntax.end.into_iter().chain(wrong_values.end).min();
    too_deep.map(TooMuch::Depth).or(too_many.map(TooMuch::Values)).or(errors.map(TooMuch::Errors))
}

/// How deep the value is that is read.
#[derive(Debug, Default)]
struct Nesting {
    /// The depth around each open list or inline table.
    around: Vec<usize>,
    /// The depth around the value that is read, without its own key.
    depth: usize,
    /// The parts of its key.
    parts: usize,
}

impl Nesting {
    /// The depth after an event.
    fn after(&mut self, event: EventKind) -> usize {
        match event {
            EventKind::StdTableOpen | EventKind::ArrayTableOpen => *self = Self::default(),
            EventKind::StdTableClose | EventKind::ArrayTableClose => {
                self.depth = self.parts + 1;
                self.parts = 0;
            }
            EventKind::SimpleKey => self.parts += 1,
            EventKind::InlineTableOpen | EventKind::ArrayOpen => {
                self.around.push(self.depth);
                self.depth += self.parts + 1;
                self.parts = 0;
            }
            EventKind::InlineTableClose | EventKind::ArrayClose => {
                self.depth = self.around.pop().unwrap_or_default();
                self.parts = 0;
            }
            EventKind::Scalar | EventKind::ValueSep => self.parts = 0,
            _ => {}
        }
        self.depth + self.parts
    }
}

/// Counts errors.
#[derive(Debug, Default)]
struct Errors {
    count: usize,
    /// Where the last one that may be kept ends, once there are more.
    end: Option<usize>,
}

impl Errors {
    fn report(&mut self, error: &ParseError) {
        self.count += 1;
        if self.count == MAX_ERRORS {
            self.end = error.unexpected().or(error.context()).map(|place| place.end());
        }
    }
}
