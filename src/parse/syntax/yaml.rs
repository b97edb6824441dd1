//! Reads YAML text into nodes; the only file that uses the YAML parser.

use std::borrow::Cow;
use std::collections::HashMap;

use granit_parser::{Event, Parser, ScalarStyle};

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::parse::syntax::node::{Kind, Node};
use crate::parse::syntax::{MAX_DEPTH, MAX_VALUES, too_many_values};
use crate::source::{FileId, Span};

/// How much the aliases of a file may copy, beyond as many bytes as it has.
const MAX_COPIED: usize = 1024 * 1024;

/// An open list or table.
struct Open {
    start: u32,
    first_child: usize,
    anchor: usize,
}

/// Reads the only document of a text. Reports a syntax error and returns `None`.
///
/// Aliases are replaced by copies. What they copy is limited, so that nested aliases are refused before they grow, and so
/// are many aliases of a long text: each of them becomes a text of its own later.
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
            Some(node) => Ok(node),
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
        let kind = if is_table { Kind::Table(pairs(children)) } else { Kind::List(children.collect()) };
        // A block collection ends with its last child, not after the following line break.
        let last = match &kind {
            Kind::Table(entries) => entries.last().map(|(_, value)| value.end),
            Kind::List(elements) => elements.last().map(|element| element.end),
            _ => None,
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
