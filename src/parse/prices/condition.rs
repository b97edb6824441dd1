//! Conditions on line items, as typed by the user: `env=prod`, `env!=prod`, `category=database,cache`.

use crate::diagnostic::{Code, Diagnostic};
use crate::parse::syntax::node::{FromNode, Node, Reader};
use crate::source::{Span, Spanned};

/// A condition on a tag, the category or the vendor of line items.
#[derive(Clone, Debug)]
pub struct ConditionRaw {
    /// The place of the whole condition.
    pub span: Span,
    /// The name of the tag, `category` or `vendor`.
    pub name: Spanned<String>,
    /// Whether the line item must have none of the values instead of one of them.
    pub is_negated: bool,
    /// The values; at least one.
    pub values: Vec<Spanned<String>>,
}

impl FromNode for ConditionRaw {
    fn from_node(node: Node, reader: &mut Reader<'_>) -> Option<Self> {
        let Spanned { value: text, span } = Spanned::<String>::from_node(node, reader)?;
        let part = |start: usize, end: usize| {
            let part = &text[start..end];
            let start = start + (part.len() - part.trim_start().len());
            Spanned::new(part.trim().to_owned(), span.within(start, start + part.trim().len()))
        };
        let condition = text.find('=').map(|sign| {
            let is_negated = text[..sign].ends_with('!');
            let name = part(0, sign - usize::from(is_negated));
            let mut start = sign + 1;
            let values = text[start..].split(',').map(|value| {
                let end = start + value.len();
                let value = part(start, end);
                start = end + 1;
                value
            });
            Self { span, name, is_negated, values: values.collect() }
        });
        let is_whole = |condition: &Self| {
            !condition.name.value.is_empty() && condition.values.iter().all(|value| !value.value.is_empty())
        };
        let condition = condition.filter(is_whole);
        if condition.is_none() {
            let message = format!("`{text}` is not a condition on line items");
            let diagnostic = Diagnostic::at(Code::InvalidArgument, span, message, "a name or a value is missing");
            reader.problems.push(diagnostic.help("write `env=prod`, `env!=prod` or `env=prod,staging`"));
        }
        condition
    }
}

impl std::fmt::Display for ConditionRaw {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let values: Vec<&str> = self.values.iter().map(|value| value.value.as_str()).collect();
        write!(f, "{}{}={}", self.name.value, if self.is_negated { "!" } else { "" }, values.join(","))
    }
}
