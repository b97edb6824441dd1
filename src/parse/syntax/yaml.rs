//! Reads YAML text into nodes; the only file that uses the YAML parser.

use std::borrow::Cow;
use std::collections::HashMap;

use granit_parser::{Event, Parser, ScalarStyle};

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::parse::syntax::node::{Kind, Node};
use crate::source::{FileId, Span};

/// The deepest nesting of lists and tables.
const MAX_DEPTH: usize = 64;

/// An open list or table.
struct Open {
    start: u32,
    first_child: usize,
    anchor: usize,
}

/// Reads the only document of a text. Reports a syntax error and returns `None`.
///
/// Aliases are replaced by copies. The number of nodes is limited by the length of the text, so that nested aliases are
/// refused before they grow.
pub(crate) fn parse(file: FileId, text: &str, problems: &mut Problems) -> Option<Node> {
    let builder = Builder { file, text, nodes: Vec::new(), open: Vec::new(), anchors: HashMap::new(), count: 0 };
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
    count: usize,
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
                    self.count += size(node);
                    let node = if self.count > self.limit() { node_at(span) } else { node.clone() };
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

    /// The most nodes, and the most copied bytes of text, that a file may expand to.
    fn limit(&self) -> usize {
        self.text.len() + 1000
    }

    fn finish(&mut self, node: Node, anchor: usize, span: Span) -> Built<()> {
        self.count += 1;
        if self.count > self.limit() {
            return Self::error(span, "the aliases of this file expand to more than the file contains", "at this one");
        }
        if anchor != 0 {
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

fn node_at(span: Span) -> Node {
    Node { start: span.start, end: span.end, kind: Kind::Null }
}

fn size(node: &Node) -> usize {
    match &node.kind {
        Kind::Text(text) => 1 + text.len(),
        Kind::List(elements) => 1 + elements.iter().map(size).sum::<usize>(),
        Kind::Table(entries) => 1 + entries.iter().map(|(key, value)| size(key) + size(value)).sum::<usize>(),
        _ => 1,
    }
}
