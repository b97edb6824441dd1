//! Reads YAML text into nodes; the only file that uses the YAML parser.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use granit_parser::{Event, Parser, ScalarStyle};

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::parse::syntax::node::{Kind, Node, duplicate_key, written};
use crate::parse::syntax::{MAX_DEPTH, MAX_VALUES, too_many_values};
use crate::source::{FileId, Span, Text};

/// How much the aliases of a file may copy, beyond as many bytes as it has.
const MAX_COPIED: usize = 1024 * 1024;

/// An open list or table.
struct Open {
    start: u32,
    first_child: usize,
    anchor: usize,
}

/// The key whose tables are merged into the table that has it.
const MERGE: &str = "<<";

/// What a key of the outermost table begins with that is only there for its anchors.
const EXTENSION: &str = "x-";

/// Reads the only document of a text. Reports a syntax error and returns `None`.
///
/// Aliases are replaced by copies. What they copy is limited, so that nested aliases are refused before they grow, and so
/// are many aliases of a long text: each of them becomes a text of its own later. Merge keys are replaced by the keys of
/// their tables, and the keys of the outermost table that begin with `x-` are left out.
pub(crate) fn parse(file: FileId, text: &str, problems: &mut Problems) -> Option<Node> {
    let builder =
        Builder { file, text, nodes: Vec::new(), open: Vec::new(), anchors: HashMap::new(), values: 0, copied: 0 };
    match builder.document() {
        Ok(node) => Some(node),
        Err(diagnostic) => {
            problems.push(*diagnostic);
            None
        }
    }
}

struct Builder<'s> {
    file: FileId,
    text: &'s str,
    /// Finished nodes whose list or table is still open.
    nodes: Vec<Node>,
    open: Vec<Open>,
    anchors: HashMap<usize, Node>,
    /// How many nodes there are.
    values: usize,
    /// How many nodes, and bytes of their texts, aliases and anchors have copied.
    copied: usize,
}

type Built<T> = Result<T, Box<Diagnostic>>;

impl Builder<'_> {
    fn document(mut self) -> Built<Node> {
        let mut documents = 0;
        let parser = Parser::new_from_str_with_options(
            self.text,
            granit_parser::options! { block_nesting_limit: MAX_DEPTH * 2, flow_nesting_limit: MAX_DEPTH * 2 },
        );
        for next in parser {
            let (event, place) = next.map_err(|error| Box::new(self.syntax_error(&error)))?;
            let range = place.byte_range().unwrap_or(0..0);
            let span = Span::new(self.file, range.start, range.end);
            match event {
                Event::DocumentStart(..) => {
                    documents += 1;
                    if documents > 1 {
                        return Self::error(span, "a file must be one YAML document", "a second one starts here");
                    }
                }
                Event::Scalar(.., Some(_)) | Event::SequenceStart(.., Some(_)) | Event::MappingStart(.., Some(_)) => {
                    return Self::error(span, "costplan does not support YAML tags", "remove the tag before this");
                }
                Event::Scalar(text, style, anchor, None) => {
                    // A missing value belongs after the colon, although the parser reports it at the colon.
                    let is_at_colon = range.is_empty() && self.text.as_bytes().get(range.start) == Some(&b':');
                    let place = if is_at_colon { range.start + 1..range.end + 1 } else { range };
                    let node = scalar(text, style, Span::new(self.file, place.start, place.end));
                    self.finish(node, anchor, span)?;
                }
                Event::SequenceStart(_, anchor, None) | Event::MappingStart(_, anchor, None) => {
                    if self.open.len() >= MAX_DEPTH {
                        return Self::error(span, format!("lists and tables nest deeper than {MAX_DEPTH}"), "here");
                    }
                    self.open.push(Open { start: span.start, first_child: self.nodes.len(), anchor });
                }
                Event::SequenceEnd | Event::MappingEnd => self.close(span, event == Event::MappingEnd)?,
                Event::Alias(anchor) => {
                    let Some(node) = self.anchors.get(&anchor) else {
                        return Self::error(span, "an alias cannot be inside the value that it names", "here");
                    };
                    let of_alias = Size::of(node);
                    let node = node.clone();
                    self.copy(of_alias, span)?;
                    self.finish(node, 0, span)?;
                }
                _ => {}
            }
        }
        match self.nodes.pop() {
            Some(node) => self.without_extensions(node),
            None => Self::error(Span::new(self.file, 0, 0), "the file is empty", ""),
        }
    }

    /// Counts what an alias or an anchor copies.
    fn copy(&mut self, size: Size, span: Span) -> Built<()> {
        self.values += size.values;
        self.copied += size.values + size.bytes;
        if self.copied > self.text.len() + MAX_COPIED {
            return Self::error(span, "the aliases of this file expand to more than the file contains", "at this one");
        }
        Ok(())
    }

    fn finish(&mut self, node: Node, anchor: usize, span: Span) -> Built<()> {
        self.values += 1;
        if self.values > MAX_VALUES {
            return Err(Box::new(too_many_values(span)));
        }
        if anchor != 0 {
            self.copy(Size::of(&node), span)?;
            self.anchors.insert(anchor, node.clone());
        }
        self.nodes.push(node);
        Ok(())
    }

    fn close(&mut self, span: Span, is_table: bool) -> Built<()> {
        let Some(open) = self.open.pop() else { return Self::error(span, "nothing is open here", "") };
        let children = self.nodes.drain(open.first_child..);
        // A block collection ends with its last child, not after the following line break.
        let (kind, last) = if is_table {
            let entries = pairs(children);
            // A value may be a copy from elsewhere.
            let last = entries.last().map(|(key, value)| key.end.max(value.end));
            (Kind::Table(self.merged(entries)?), last)
        } else {
            let elements: Vec<Node> = children.collect();
            let last = elements.last().map(|element| element.end);
            (Kind::List(elements), last)
        };
        let end = if span.end > span.start { span.end } else { last.unwrap_or(open.start) };
        self.finish(Node { start: open.start, end: end.max(open.start), kind }, open.anchor, span)
    }

    fn error<T>(span: Span, message: impl Into<String>, label: &str) -> Built<T> {
        Err(Box::new(Diagnostic::at(Code::InvalidYaml, span, message, label)))
    }

    fn syntax_error(&self, error: &granit_parser::ScanError) -> Diagnostic {
        if let Some(span) = self.indented_otherwise() {
            let message = "this is not valid YAML: the line is indented with a space that does not break";
            return Diagnostic::at(Code::InvalidYaml, span, message, "here").help("write ordinary spaces");
        }
        let offset = error.marker().byte_offset().unwrap_or(self.text.len());
        let offset = crate::source::floor_boundary(self.text, offset);
        let width = self.text[offset..].chars().next().filter(|next| *next != '\n').map_or(0, char::len_utf8);
        let span = Span::new(self.file, offset, offset + width);
        Diagnostic::at(Code::InvalidYaml, span, format!("this is not valid YAML: {}", error.info()), "here")
    }
}

impl Builder<'_> {
    /// The entries of a table, with those of the tables that its merge key names in place of that key. Its own entries come
    /// before those of the tables, and an earlier table before a later one.
    fn merged(&self, entries: Vec<(Node, Node)>) -> Built<Vec<(Node, Node)>> {
        let is_merge = |key: &Node| matches!(key.kind, Kind::Plain) && self.name(key) == Some(MERGE);
        if !entries.iter().any(|(key, _)| is_merge(key)) {
            return Ok(entries);
        }
        let own = entries.iter().filter(|(key, _)| !is_merge(key)).filter_map(|(key, _)| self.name(key));
        let mut known: HashSet<String> = own.map(str::to_owned).collect();
        let mut merged = Vec::with_capacity(entries.len());
        let mut first = None;
        for (key, value) in entries {
            if !is_merge(&key) {
                merged.push((key, value));
                continue;
            }
            let span = Span { file: self.file, start: key.start, end: key.end };
            if let Some(first) = first.replace(span) {
                let help = "write one list of all: `<<: [*first, *second]`";
                return Err(Box::new(duplicate_key(MERGE, span, first).help(help)));
            }
            for table in tables(value).ok_or_else(|| Box::new(no_table(span)))? {
                let others: Vec<_> = table
                    .into_iter()
                    .filter(|(key, _)| self.name(key).is_none_or(|name| !known.contains(name)))
                    .collect();
                known.extend(others.iter().filter_map(|(key, _)| self.name(key)).map(str::to_owned));
                merged.extend(others);
            }
        }
        Ok(merged)
    }

    /// The outermost table without the keys that are only there for their anchors.
    fn without_extensions(&self, mut node: Node) -> Built<Node> {
        if let Kind::Table(entries) = &mut node.kind {
            let is_extension =
                |(key, _): &mut (Node, Node)| self.name(key).is_some_and(|name| name.starts_with(EXTENSION));
            // Nothing else reads them.
            let extensions: Vec<(Node, Node)> = entries.extract_if(.., is_extension).collect();
            self.check_keys(&extensions)?;
            for (_, value) in &extensions {
                self.check_all_keys(value)?;
            }
        }
        Ok(node)
    }

    /// Reports a duplicate key in a value or in one inside it.
    fn check_all_keys(&self, node: &Node) -> Built<()> {
        match &node.kind {
            Kind::List(elements) => elements.iter().try_for_each(|element| self.check_all_keys(element)),
            Kind::Table(entries) => {
                self.check_keys(entries)?;
                entries.iter().try_for_each(|(_, value)| self.check_all_keys(value))
            }
            Kind::Plain | Kind::Quoted | Kind::Text(_) | Kind::Null => Ok(()),
        }
    }

    fn check_keys(&self, entries: &[(Node, Node)]) -> Built<()> {
        let mut first: HashMap<&str, Span> = HashMap::new();
        for (key, _) in entries {
            let span = Span { file: self.file, start: key.start, end: key.end };
            if let Some(name) = self.name(key)
                && let Some(first) = first.insert(name, span)
            {
                return Err(Box::new(duplicate_key(name, span, first)));
            }
        }
        Ok(())
    }

    /// The text of a key.
    fn name<'n>(&'n self, key: &'n Node) -> Option<&'n str> {
        written(key, Text::of(self.file, self.text))
    }

    /// The first space before the text of a line that is none of YAML, such as one pasted from a web page.
    fn indented_otherwise(&self) -> Option<Span> {
        let mut start = 0;
        self.text.split_inclusive('\n').find_map(|line| {
            let indent = &line[..line.len() - line.trim_start().len()];
            let found = indent.char_indices().find(|(_, space)| !space.is_ascii());
            let place = found.map(|(at, space)| Span::new(self.file, start + at, start + at + space.len_utf8()));
            start += line.len();
            place
        })
    }
}

fn scalar(text: Cow<'_, str>, style: ScalarStyle, span: Span) -> Node {
    let is_null = style == ScalarStyle::Plain && matches!(&*text, "" | "~" | "null" | "Null" | "NULL");
    let kind = match text {
        _ if is_null => Kind::Null,
        Cow::Borrowed(_) if style == ScalarStyle::Plain => Kind::Plain,
        Cow::Borrowed(text) if span.range().len() == text.len() + 2 => {
            return Node { start: span.start + 1, end: span.end - 1, kind: Kind::Quoted };
        }
        text => Kind::Text(text.into()),
    };
    Node { start: span.start, end: span.end, kind }
}

fn pairs(nodes: impl Iterator<Item = Node>) -> Vec<(Node, Node)> {
    let mut nodes = nodes;
    let mut pairs = Vec::with_capacity(nodes.size_hint().0 / 2);
    while let (Some(key), Some(value)) = (nodes.next(), nodes.next()) {
        pairs.push((key, value));
    }
    pairs
}

/// The tables that a merge key names: one, or a list of them.
fn tables(node: Node) -> Option<Vec<Vec<(Node, Node)>>> {
    match node.kind {
        Kind::Table(entries) => Some(vec![entries]),
        Kind::List(elements) => elements
            .into_iter()
            .map(|element| if let Kind::Table(entries) = element.kind { Some(entries) } else { None })
            .collect(),
        Kind::Plain | Kind::Quoted | Kind::Text(_) | Kind::Null => None,
    }
}

fn no_table(key: Span) -> Diagnostic {
    let message = "the merge key `<<` takes a table or a list of tables";
    let diagnostic = Diagnostic::at(Code::WrongType, key, message, "has something else");
    diagnostic.help("name the anchor of a table: `<<: *name`, or of several: `<<: [*first, *second]`")
}

/// How much a node holds.
#[derive(Clone, Copy, Debug, Default)]
struct Size {
    values: usize,
    /// The bytes of its texts.
    bytes: usize,
}

impl Size {
    fn of(node: &Node) -> Self {
        let mut size = Self::default();
        size.add(node);
        size
    }

    fn add(&mut self, node: &Node) {
        self.values += 1;
        match &node.kind {
            Kind::Text(text) => self.bytes += text.len(),
            Kind::List(elements) => elements.iter().for_each(|element| self.add(element)),
            Kind::Table(entries) => {
                for (key, value) in entries {
                    self.add(key);
                    self.add(value);
                }
            }
            Kind::Plain | Kind::Quoted | Kind::Null => self.bytes += (node.end - node.start) as usize,
        }
    }
}
