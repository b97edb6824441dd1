//! The records of an answer, and the values at the paths of a mapping.

use std::borrow::Cow;

use crate::parse::syntax::node::{Kind, Node, written};
use crate::source::{Span, Text};

/// A record: a node of an answer with everything around it.
#[derive(Clone, Debug)]
pub(crate) struct Record<'n> {
    node: &'n Node,
    /// From the outermost node to the record.
    levels: Vec<&'n Node>,
    /// The keys of the tables that a `*` went through.
    keys: Vec<&'n str>,
    text: Text<'n>,
    /// The name of the file without its ending.
    stem: &'n str,
}

/// The records at a path, in the order of the answer.
pub(crate) fn records<'n>(root: &'n Node, path: &str, text: Text<'n>, stem: &'n str) -> Vec<Record<'n>> {
    let mut found = vec![Record { node: root, levels: vec![root], keys: Vec::new(), text, stem }];
    for step in path.split('.').filter(|step| !step.is_empty() && *step != "$") {
        found = found.iter().flat_map(|record| record.step(step)).collect();
    }
    found
}

impl<'n> Record<'n> {
    fn step(&self, step: &str) -> Vec<Self> {
        let deeper = |node: &'n Node, key: Option<&'n str>| {
            let mut record = self.clone();
            record.node = node;
            record.levels.push(node);
            if step == "*" {
                record.keys.push(key.unwrap_or_default());
            }
            record
        };
        let here = self.node;
        match (step, &here.kind) {
            ("*", Kind::List(nodes)) => nodes.iter().map(|node| deeper(node, None)).collect(),
            ("*", Kind::Table(entries)) => {
                let entry = |(key, value): &'n (Node, Node)| deeper(value, written(key, self.text));
                entries.iter().map(entry).collect()
            }
            ("*", _) => Vec::new(),
            _ => child(here, step, self.text).map(|node| deeper(node, None)).into_iter().collect(),
        }
    }

    /// Its place.
    pub(crate) fn span(&self) -> Span {
        // Only the beginning: a record may have many lines.
        self.text.span(self.node.start, self.node.start.saturating_add(1).min(self.node.end))
    }

    /// The place of a node of the answer.
    pub(crate) fn span_of(&self, node: &Node) -> Span {
        self.text.span(node.start, node.end)
    }

    /// The text of a scalar of the answer.
    pub(crate) fn text_of<'r>(&'r self, node: &'r Node) -> Option<&'r str> {
        written(node, self.text)
    }

    fn written(&self, node: &'n Node) -> Option<&'n str> {
        written(node, self.text)
    }

    /// The node at a path that has a value.
    pub(crate) fn at(&self, path: &str) -> Option<&'n Node> {
        path.split('|').find_map(|path| self.at_one(path.trim()))
    }

    fn at_one(&self, path: &str) -> Option<&'n Node> {
        if path == "." {
            return Some(self.node);
        }
        let inward = |level: &&'n Node, path: &str| {
            let mut steps = path.split('.');
            let first = child(level, steps.next()?, self.text)?;
            steps.try_fold(first, |node, step| child(node, step, self.text))
        };
        let last = self.levels.len().saturating_sub(1);
        let (path, levels) = match (path.strip_prefix("$."), path.strip_prefix('.')) {
            (Some(path), _) => (path, self.levels.get(..1).unwrap_or_default()),
            (_, Some(path)) => (path, self.levels.get(last..).unwrap_or_default()),
            _ => (path, self.levels.as_slice()),
        };
        levels.iter().rev().find_map(|level| inward(level, path)).filter(|node| !matches!(node.kind, Kind::Null))
    }

    /// The text at a path: of a scalar, or `@1` for the key of the first `*`.
    pub(crate) fn text_at(&self, path: &str) -> Option<&'n str> {
        path.split('|').map(str::trim).find_map(|path| match path.strip_prefix('@') {
            Some("file") => Some(self.stem),
            Some(place) => {
                let key = self.keys.get(place.parse::<usize>().ok()?.checked_sub(1)?);
                key.copied().filter(|key| !key.is_empty())
            }
            None => self.written(self.at_one(path)?).filter(|text| !text.is_empty()),
        })
    }

    /// The text at a path of a template, which may end in a text in quotes: `currency | 'EUR'`.
    fn filling<'t>(&self, path: &'t str) -> Option<&'t str>
    where
        'n: 't,
    {
        let literal = path.rsplit('|').next().and_then(|last| last.trim().strip_prefix('\'')?.strip_suffix('\''));
        self.text_at(path).or(literal)
    }

    /// The keys and texts of the record, if it is a table.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (&'n str, &'n str)> {
        let text = self.text;
        let entries = match &self.node.kind {
            Kind::Table(entries) => entries.as_slice(),
            _ => &[],
        };
        entries.iter().filter_map(move |(key, value)| Some((written(key, text)?, written(value, text)?)))
    }

    /// A template with the values of its paths; `None` if one of them has none.
    pub(crate) fn filled<'t>(&self, template: &'t str) -> Option<Cow<'t, str>>
    where
        'n: 't,
    {
        if !template.contains('{') {
            return Some(Cow::Borrowed(template));
        }
        let mut filled = String::with_capacity(template.len());
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            let (path, after) = after.split_once('}')?;
            filled.push_str(before);
            filled.push_str(self.filling(path)?);
            rest = after;
        }
        filled.push_str(rest);
        Some(Cow::Owned(filled))
    }

    /// Whether the value at a path matches a pattern of a mapping.
    pub(crate) fn matches(&self, path: &str, pattern: &str) -> bool {
        let (is_negated, patterns) = pattern.strip_prefix('!').map_or((false, pattern), |rest| (true, rest));
        // A list or a table is there, but has no text.
        let whole = || self.at(path).filter(|node| self.written(node).is_none()).map(|_| "");
        let text = self.text_at(path).or_else(whole);
        text.is_some_and(|text| patterns.split('|').any(|pattern| is_like(pattern, text))) != is_negated
    }
}

fn child<'n>(node: &'n Node, step: &str, text: Text<'_>) -> Option<&'n Node> {
    match &node.kind {
        Kind::Table(entries) => {
            entries.iter().find(|(key, _)| written(key, text) == Some(step)).map(|(_, value)| value)
        }
        Kind::List(nodes) => nodes.get(step.parse::<usize>().ok()?),
        _ => None,
    }
}

/// Whether a text is like a pattern, in which `*` is any text. Letters are compared without their case.
pub(crate) fn is_like(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.to_lowercase(), text.to_lowercase());
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        let Some(place) = rest.find(part) else { return false };
        rest = &rest[place + part.len()..];
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::is_like;

    #[test]
    fn patterns_match_whole_texts() {
        for (pattern, text, is) in [
            ("t3.*", "t3.micro", true),
            ("t3.*", "at3.micro", false),
            ("*", "", true),
            ("a*b*c", "aXbYc", true),
            ("a*b*c", "ac", false),
            ("*Windows*", "Virtual Machines BS Series Windows", true),
            ("EUR", "eur", true),
            ("ab*b", "ab", false),
        ] {
            assert_eq!(is_like(pattern, text), is, "{pattern} {text}");
        }
    }
}
