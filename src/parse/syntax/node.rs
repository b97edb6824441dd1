//! The tree with places that YAML and TOML share, and the readers of raw structs.
//!
//! ```text
//! text -> yaml | toml -> Node -> FromNode -> StageManifestRaw ...
//! ```
//!
//! [`table!`](macro@crate::parse::syntax::node::table) declares a raw struct: its fields are the keys that the table
//! allows, an `Option` may be absent, and the JSON Schema is derived from the same declaration.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::source::{FileId, Span, Spanned, Text, acts_on_terminal};

/// A value of a YAML or TOML text. Kept small, since a manifest may have millions.
#[derive(Clone, Debug)]
pub struct Node {
    /// The offset of the first byte.
    pub(crate) start: u32,
    /// The offset after the last byte.
    pub(crate) end: u32,
    /// The kind of value.
    pub(crate) kind: Kind,
}

impl Node {
    /// How many nodes it has, itself included.
    pub(crate) fn values(&self) -> usize {
        let within: usize = match &self.kind {
            Kind::List(elements) => elements.iter().map(Self::values).sum(),
            Kind::Table(entries) => entries.iter().map(|(key, value)| key.values() + value.values()).sum(),
            Kind::Plain | Kind::Quoted | Kind::Text(_) | Kind::Null => 0,
        };
        1 + within
    }
}

/// The kind of a [`Node`].
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    /// An unquoted scalar: its text is the text of the span.
    Plain,
    /// A quoted scalar without escapes: its text is the text of the span, which excludes the quotes.
    Quoted,
    /// A scalar with escapes or folded lines: its text differs from the text of the span.
    Text(Box<str>),
    /// No value: `key:` without a value, `~`, `null`.
    Null,
    /// A list.
    List(Vec<Node>),
    /// A table: pairs of key and value.
    Table(Vec<(Node, Node)>),
}

/// Reads raw structs from the nodes of a text and collects their problems.
#[derive(Debug)]
pub struct Reader<'s> {
    /// The text, and the files that it is made of.
    pub text: Text<'s>,
    /// The problems found so far.
    pub problems: &'s mut Problems,
}

/// Reads a value typed on the command line: the whole text is one scalar.
pub fn argument<T: FromNode>(file: FileId, text: &str, problems: &mut Problems) -> Option<T> {
    let span = Span::new(file, 0, text.len());
    let node = Node { start: span.start, end: span.end, kind: Kind::Plain };
    T::from_node(node, &mut Reader { text: Text::of(file, text), problems })
}

/// A type that can be read from a node.
pub trait FromNode: Sized {
    /// Reads the value, or reports a problem and returns `None`.
    fn from_node(node: Node, reader: &mut Reader<'_>) -> Option<Self>;

    /// The value for a missing key; `None` makes the key required.
    fn absent() -> Option<Self> {
        None
    }

    /// A placeholder for an unreadable value, so that other values can still be checked. Its problem has been reported,
    /// so it is never used in a computation.
    fn placeholder(_: Span) -> Option<Self> {
        None
    }
}

impl<'s> Reader<'s> {
    /// The place of a node.
    pub fn span(&self, node: &Node) -> Span {
        self.text.span(node.start, node.end)
    }

    /// The text of a scalar; reports any other node as not being `what`.
    pub fn scalar<'n>(&mut self, node: &'n Node, what: &str) -> Option<Cow<'n, str>>
    where
        's: 'n,
    {
        match &node.kind {
            Kind::Plain | Kind::Quoted => Some(Cow::Borrowed(self.text.slice(node.start, node.end))),
            Kind::Text(text) => Some(Cow::Borrowed(text)),
            _ => {
                self.wrong_type(node, what);
                None
            }
        }
    }

    /// The place of a scalar's text, if the source contains the text unchanged.
    pub fn text_span(&self, node: &Node) -> Option<Span> {
        matches!(node.kind, Kind::Plain | Kind::Quoted).then(|| self.span(node))
    }

    /// Reports a node that is not `what`.
    pub fn wrong_type(&mut self, node: &Node, what: &str) {
        let found = match node.kind {
            Kind::Plain | Kind::Quoted | Kind::Text(_) => "a single value",
            Kind::Null => "nothing",
            Kind::List(_) => "a list",
            Kind::Table(_) => "a table",
        };
        let span = self.span(node);
        let label = if span.start == span.end { "" } else { "here" };
        self.problems.push(Diagnostic::at(Code::WrongType, span, format!("expected {what}, found {found}"), label));
    }

    /// Splits a table into its fields. Reports duplicate keys and keys that are not in `known`.
    pub(crate) fn fields(&mut self, node: Node, what: &'static str, known: &[&'static str]) -> Option<Fields> {
        let span = self.span(&node);
        let Kind::Table(entries) = node.kind else {
            self.wrong_type(&node, &format!("{what}, which is a table"));
            return None;
        };
        let mut values: Vec<Option<(Span, Node)>> = std::iter::repeat_with(|| None).take(known.len()).collect();
        // Most keys are in the order of the declaration.
        let mut next = 0;
        for (key, value) in entries {
            let key_span = self.span(&key);
            let Some(name) = self.scalar(&key, "a key") else { continue };
            if self.is_torn(&name, key_span, &value) {
                continue;
            }
            let Some(index) = (next..known.len()).chain(0..next).find(|index| known[*index] == name) else {
                let diagnostic =
                    Diagnostic::at(Code::UnknownKey, key_span, format!("unknown key `{name}` in {what}"), "");
                let diagnostic = match &*name {
                    _ if self.problems.are_many() => diagnostic,
                    name => diagnostic.suggest(name, known.iter().copied()),
                };
                self.problems.push(diagnostic);
                continue;
            };
            if let Some((first, _)) = values[index] {
                self.duplicate_key(&name, key_span, first);
                continue;
            }
            values[index] = Some((key_span, value));
            next = index + 1;
        }
        Some(Fields { what, span, values: values.into_iter() })
    }

    /// Reports the rest of a number that a comma has torn apart, which looks like a key: `{ cost: 12,50 }`.
    fn is_torn(&mut self, name: &str, span: Span, value: &Node) -> bool {
        let is_torn = matches!(value.kind, Kind::Null) && name.starts_with(|first: char| first.is_ascii_digit());
        if is_torn {
            let message = "a comma ends a value inside `{ }`";
            let diagnostic = Diagnostic::at(Code::InvalidNumber, span, message, "the rest of the number?");
            let help =
                "write a point before the decimals, and no comma between thousands, or put quotes around the number";
            self.problems.push(diagnostic.help(help));
        }
        is_torn
    }

    /// Reports a duplicate key.
    pub(crate) fn duplicate_key(&mut self, name: &str, again: Span, first: Span) {
        self.problems.push(duplicate_key(name, again, first));
    }
}

/// The error for a key that a table has twice.
pub(crate) fn duplicate_key(name: &str, again: Span, first: Span) -> Diagnostic {
    let message = format!("duplicate key `{name}`");
    let diagnostic = Diagnostic::at(Code::DuplicateKey, again, message, "again here").and_at(first, "first here");
    diagnostic.help("remove one of them: costplan does not guess which one is meant")
}

/// The fields of a table, read one by one in the order of the declaration.
#[derive(Debug)]
pub(crate) struct Fields {
    what: &'static str,
    /// The place of the table.
    pub(crate) span: Span,
    values: std::vec::IntoIter<Option<(Span, Node)>>,
}

impl Fields {
    /// Reads the next field, called `name`; reports it if it is required and missing.
    pub(crate) fn take<T: FromNode>(&mut self, name: &'static str, reader: &mut Reader<'_>) -> Option<T> {
        match self.values.next().flatten() {
            Some((_, node)) => T::from_node(node, reader),
            None => T::absent().or_else(|| {
                let message = format!("{} needs the key `{name}`", self.what);
                reader.problems.push(Diagnostic::at(Code::MissingKey, self.span, message, "missing here"));
                None
            }),
        }
    }
}

/// The key of a field: `for` for the field `r#for`.
pub(crate) const fn key(field: &'static str) -> &'static str {
    match field.as_bytes() {
        [b'r', b'#', ..] => field.split_at(2).1,
        _ => field,
    }
}

/// A raw struct whose fields are keys of a table, alone or next to others.
pub(crate) trait TableKeys: Sized {
    /// The keys, in the order of the declaration; those of a flattened struct are at its place.
    const KEYS: &'static [&'static str];

    /// Takes the fields of these keys.
    fn take(fields: &mut Fields, reader: &mut Reader<'_>) -> Option<Self>;
}

/// How many keys lists of keys have together.
pub(crate) const fn count_keys(lists: &[&[&'static str]]) -> usize {
    let (mut count, mut list) = (0, 0);
    while list < lists.len() {
        count += lists[list].len();
        list += 1;
    }
    count
}

/// The keys of several lists, in order.
pub(crate) const fn join_keys<const N: usize>(lists: &[&[&'static str]]) -> [&'static str; N] {
    let mut all = [""; N];
    let (mut count, mut list) = (0, 0);
    while list < lists.len() {
        let mut place = 0;
        while place < lists[list].len() {
            all[count] = lists[list][place];
            count += 1;
            place += 1;
        }
        list += 1;
    }
    all
}

/// Declares a raw struct that is read from a table whose keys are its fields. A field that ends in `= flatten` is a struct
/// declared in the same way, and its keys are keys of this table too.
macro_rules! table {
    (
        $(#[$meta:meta])*
        pub struct $name:ident is $what:literal {
            $($(#[$field_meta:meta])* pub $field:ident: $type:ty $(= $flatten:ident)?,)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug)]
        #[cfg_attr(test, derive(schemars::JsonSchema))]
        #[cfg_attr(test, schemars(deny_unknown_fields))]
        pub struct $name {
            /// The place of the table.
            #[cfg_attr(test, schemars(skip))]
            pub span: crate::source::Span,
            $($(#[$field_meta])* $(#[cfg_attr(test, schemars($flatten))])? pub $field: $type,)*
        }

        impl crate::parse::syntax::node::TableKeys for $name {
            const KEYS: &'static [&'static str] = {
                const LISTS: &[&[&str]] = &[$(table!(@keys $field $type $(= $flatten)?)),*];
                const KEYS: [&str; crate::parse::syntax::node::count_keys(LISTS)] = crate::parse::syntax::node::join_keys(LISTS);
                &KEYS
            };

            fn take(fields: &mut crate::parse::syntax::node::Fields, reader: &mut crate::parse::syntax::node::Reader<'_>) -> Option<Self> {
                $(let $field = table!(@take fields reader $field $type $(= $flatten)?);)*
                Some(Self { span: fields.span, $($field: $field?),* })
            }
        }

        impl crate::parse::syntax::node::FromNode for $name {
            fn from_node(node: crate::parse::syntax::node::Node, reader: &mut crate::parse::syntax::node::Reader<'_>) -> Option<Self> {
                let mut fields = reader.fields(node, $what, <Self as crate::parse::syntax::node::TableKeys>::KEYS)?;
                <Self as crate::parse::syntax::node::TableKeys>::take(&mut fields, reader)
            }
        }
    };
    (@keys $field:ident $type:ty) => {
        &[crate::parse::syntax::node::key(stringify!($field))]
    };
    (@keys $field:ident $type:ty = flatten) => {
        <$type as crate::parse::syntax::node::TableKeys>::KEYS
    };
    (@take $fields:ident $reader:ident $field:ident $type:ty) => {
        $fields.take::<$type>(const { crate::parse::syntax::node::key(stringify!($field)) }, $reader)
    };
    (@take $fields:ident $reader:ident $field:ident $type:ty = flatten) => {
        <$type as crate::parse::syntax::node::TableKeys>::take($fields, $reader)
    };
}
pub(crate) use table;

impl<T: FromNode> FromNode for Option<T> {
    fn from_node(node: Node, reader: &mut Reader<'_>) -> Option<Self> {
        T::from_node(node, reader).map(Some)
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl<T: FromNode> FromNode for Vec<T> {
    fn from_node(node: Node, reader: &mut Reader<'_>) -> Option<Self> {
        let Kind::List(nodes) = node.kind else {
            reader.wrong_type(&node, "a list");
            return None;
        };
        let before = reader.problems.len();
        let values: Vec<T> = nodes.into_iter().filter_map(|node| T::from_node(node, reader)).collect();
        (reader.problems.len() == before).then_some(values)
    }

    fn absent() -> Option<Self> {
        Some(Self::new())
    }
}

/// A node that is kept unread, to be read later.
impl FromNode for Node {
    fn from_node(node: Node, _: &mut Reader<'_>) -> Option<Self> {
        Some(node)
    }
}

/// A list that is read one element at a time, so that a long list is never in memory as raw structs.
#[derive(Clone, Debug)]
pub struct Elements {
    nodes: Arc<[Node]>,
}

impl Elements {
    /// The number of elements.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether the list is empty.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The unread elements.
    pub fn into_nodes(self) -> impl Iterator<Item = Node> {
        (0..self.nodes.len()).map(move |place| self.nodes[place].clone())
    }

    /// The vendors of all line items, in order, and whether the line item says what it needs.
    pub fn vendors<'e>(&'e self, text: Text<'e>) -> impl Iterator<Item = (&'e str, bool)> {
        let needs = move |node| value(node, "specification", text).is_some();
        self.nodes.iter().filter_map(move |node| Some((vendor(node, text)?, needs(node))))
    }

    /// Whether an element has a key.
    pub fn have(&self, key: &str, text: Text<'_>) -> bool {
        self.nodes.iter().any(|node| value(node, key, text).is_some())
    }

    /// The ids of the SKUs of all line items and their alternatives, in order.
    pub fn skus<'e>(&'e self, text: Text<'e>) -> impl Iterator<Item = &'e str> {
        self.nodes.iter().flat_map(move |node| sku(node, text).into_iter().chain(alternatives(node, text)))
    }
}

/// The vendor that a line item or an alternative names, with its SKU or its cost.
fn vendor<'n>(node: &'n Node, text: Text<'n>) -> Option<&'n str> {
    let named = value(node, "vendor", text).and_then(|value| written(value, text));
    named.or_else(|| sku(node, text)?.split_once('/').map(|(vendor, _)| vendor))
}

/// The ids of the SKUs of a line item's alternatives.
fn alternatives<'n>(node: &'n Node, text: Text<'n>) -> impl Iterator<Item = &'n str> {
    let nodes = value(node, "alternatives", text).map(|list| match &list.kind {
        Kind::List(nodes) => nodes.as_slice(),
        _ => &[],
    });
    nodes.unwrap_or_default().iter().filter_map(move |node| sku(node, text))
}

/// The id of a line item's SKU.
fn sku<'n>(node: &'n Node, text: Text<'n>) -> Option<&'n str> {
    value(node, "sku", text).and_then(|value| written(value, text))
}

/// The value of a key in a table.
pub(crate) fn value<'n>(node: &'n Node, name: &str, text: Text<'_>) -> Option<&'n Node> {
    let Kind::Table(entries) = &node.kind else { return None };
    entries.iter().find(|(key, _)| written(key, text) == Some(name)).map(|(_, value)| value)
}

/// The text of a scalar.
pub(crate) fn written<'n>(node: &'n Node, text: Text<'n>) -> Option<&'n str> {
    match &node.kind {
        Kind::Plain | Kind::Quoted => Some(text.slice(node.start, node.end)),
        Kind::Text(text) => Some(&**text),
        _ => None,
    }
}

impl FromNode for Elements {
    fn from_node(node: Node, reader: &mut Reader<'_>) -> Option<Self> {
        Some(Self { nodes: Vec::from_node(node, reader)?.into() })
    }
}

/// A table whose keys are chosen by the user, in the order of the text.
#[derive(Clone, Debug)]
pub struct Mapping<T> {
    /// The place of the table.
    pub span: Span,
    /// The names with their values.
    pub entries: Vec<(Spanned<String>, T)>,
}

impl<T: FromNode> FromNode for Mapping<T> {
    fn from_node(node: Node, reader: &mut Reader<'_>) -> Option<Self> {
        let span = reader.span(&node);
        let Kind::Table(nodes) = node.kind else {
            reader.wrong_type(&node, "a table");
            return None;
        };
        let mut entries: Vec<(Spanned<String>, T)> = Vec::with_capacity(nodes.len());
        for (key, value) in nodes {
            let Some(name) = Spanned::<String>::from_node(key, reader) else { continue };
            if reader.is_torn(&name.value, name.span, &value) {
                continue;
            }
            let place = reader.span(&value);
            if let Some(value) = T::from_node(value, reader).or_else(|| T::placeholder(place)) {
                entries.push((name, value));
            }
        }
        let mut names: Vec<&Spanned<String>> = entries.iter().map(|(name, _)| name).collect();
        names.sort_by(|a, b| a.value.cmp(&b.value));
        let mut repeated = HashSet::new();
        for pair in names.windows(2).filter(|pair| pair[0].value == pair[1].value) {
            reader.duplicate_key(&pair[1].value, pair[1].span, pair[0].span);
            repeated.insert(pair[1].span);
        }
        entries.retain(|(name, _)| !repeated.contains(&name.span));
        Some(Self { span, entries })
    }
}

/// A single value, or a table with details.
#[derive(Clone, Debug)]
pub enum ScalarOr<S, T> {
    /// A single value.
    Scalar(S),
    /// A table with details.
    Table(T),
}

impl<S: FromNode, T: FromNode> FromNode for ScalarOr<S, T> {
    fn from_node(node: Node, reader: &mut Reader<'_>) -> Option<Self> {
        match node.kind {
            Kind::Table(_) => T::from_node(node, reader).map(Self::Table),
            _ => S::from_node(node, reader).map(Self::Scalar),
        }
    }
}

/// One line of text in printable characters.
impl FromNode for Spanned<String> {
    fn from_node(node: Node, reader: &mut Reader<'_>) -> Option<Self> {
        let span = reader.span(&node);
        let text = reader.scalar(&node, "a text")?.into_owned();
        if text.trim().is_empty() {
            reader.problems.push(Diagnostic::at(Code::InvalidName, span, "the text is empty", "nothing here"));
            return None;
        }
        printable(&text, span, false, reader).then(|| Self::new(text, span))
    }
}

/// Text of one or more lines.
#[derive(Clone, Debug)]
pub struct Paragraph(pub String);

impl FromNode for Paragraph {
    fn from_node(node: Node, reader: &mut Reader<'_>) -> Option<Self> {
        let span = reader.span(&node);
        let text = reader.scalar(&node, "a text")?.trim_end().to_owned();
        printable(&text, span, true, reader).then_some(Self(text))
    }
}

impl FromNode for bool {
    fn from_node(node: Node, reader: &mut Reader<'_>) -> Option<Self> {
        let value = match (&node.kind, reader.text.slice(node.start, node.end)) {
            (Kind::Plain, "true") => Some(true),
            (Kind::Plain, "false") => Some(false),
            _ => None,
        };
        if value.is_none() {
            reader.wrong_type(&node, "`true` or `false`");
        }
        value
    }
}

fn printable(text: &str, span: Span, lines: bool, reader: &mut Reader<'_>) -> bool {
    // Read every byte: a loop without a branch is faster than an early exit.
    if text.bytes().fold(true, |so_far, byte| so_far & (b' '..=b'~').contains(&byte)) {
        return true;
    }
    let is_fine = |character: char| !acts_on_terminal(character) || lines && matches!(character, '\n' | '\t');
    let bad = text.chars().find(|&character| !is_fine(character));
    if let Some(character) = bad {
        let message = format!("the character U+{:04X} is not allowed in a text", u32::from(character));
        let help = if character == '\n' { "write the text on one line" } else { "remove the character" };
        reader.problems.push(Diagnostic::at(Code::ControlCharacter, span, message, "in this text").help(help));
    }
    bad.is_none()
}
