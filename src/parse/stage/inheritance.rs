//! What a stage inherits: the facts of `costplan.toml`, then those of the stages that it extends. It changes, adds and
//! removes.
//!
//! Tables are combined key by key, line items by name, and every other value is replaced. It is done with trees, before
//! anything is read from them, so that each value keeps its place.

use std::collections::{HashMap, HashSet};

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::model::says_assumed;
use crate::parse::syntax::node::{FromNode, Kind, Node, Reader, value, written};
use crate::parse::syntax::{toml, yaml};
use crate::source::{FileId, Span, Spanned, Text};

/// The keys of `costplan.toml` that every stage of the project inherits.
const SHARED: [&str; 3] = ["drivers", "tags", "line_items"];

/// The keys of a manifest that are only about its own stage: what it is, how large it is, and what it does with what it
/// inherits.
const OWN: [&str; 13] = [
    "version",
    "stage",
    "name",
    "summary",
    "months",
    "customers",
    "sized_for",
    "runs",
    "architecture",
    "monthly_budget",
    "capacity",
    "extends",
    "remove",
];

/// A stage manifest as a tree, before it is combined with what it inherits.
#[derive(Clone, Debug)]
pub(crate) struct ManifestTree {
    node: Node,
    /// The number of the stage, if it can be read.
    pub(crate) number: Option<u64>,
    /// The name of the stage, if it can be read.
    pub(crate) name: Option<String>,
    /// The stage that it extends.
    pub(crate) extends: Option<Spanned<String>>,
    /// How many keys and values it has.
    pub(crate) values: usize,
    removes: bool,
}

impl ManifestTree {
    /// Reads the text of a manifest as a tree.
    pub(crate) fn read(file: FileId, text: &str, problems: &mut Problems) -> Option<Self> {
        let node = yaml::parse(file, text, problems)?;
        let text = Text::of(file, text);
        let scalar = |name| value(&node, name, text).and_then(|value| written(value, text));
        let (number, name) =
            (scalar("stage").and_then(|number| number.parse().ok()), scalar("name").map(str::to_owned));
        let extends = match value(&node, "extends", text) {
            Some(extends) => Some(Spanned::<String>::from_node(extends.clone(), &mut Reader { text, problems })?),
            None => None,
        };
        let removes = value(&node, "remove", text).is_some();
        Some(Self { number, name, extends, values: node.values(), removes, node })
    }

    /// Whether the stage inherits something, or means to.
    pub(crate) fn inherits(&self) -> bool {
        self.extends.is_some() || self.removes
    }
}

/// The facts of `costplan.toml` that its stages inherit, as a tree whose text begins at `begin`. It has been read before.
pub(crate) fn shared_facts(file: FileId, text: &str, begin: u32) -> Option<SharedFacts> {
    let mut node = toml::parse(file, text, &mut Problems::default())?;
    if let Kind::Table(entries) = &mut node.kind {
        let text = Text::of(file, text);
        entries.retain(|(key, _)| written(key, text).is_some_and(|name| SHARED.contains(&name)));
    }
    shift(&mut node, begin);
    Some(SharedFacts { values: node.values(), node })
}

/// Facts that every stage of a project inherits.
#[derive(Clone, Debug)]
pub(crate) struct SharedFacts {
    node: Node,
    /// How many keys and values they have.
    pub(crate) values: usize,
}

/// Makes the tree of a stage: its own, over those of the stages that it extends, over the facts of the project. `chain` has the
/// tree of the stage first and that of the last stage extended at its end, each with the offset at which its text begins.
pub(crate) fn inherited(
    shared: Option<&SharedFacts>,
    chain: &[(&ManifestTree, u32)],
    text: Text<'_>,
    problems: &mut Problems,
) -> Option<Node> {
    let reader = &mut Reader { text, problems };
    let shared = shared.map(|shared| shared.node.clone());
    chain.iter().rev().fold(shared, |base, (tree, begin)| {
        let mut own = tree.node.clone();
        shift(&mut own, *begin);
        let nothing = Node { start: own.start, end: own.end, kind: Kind::Table(Vec::new()) };
        Some(inherit(base.unwrap_or(nothing), own, reader))
    })
}

/// Moves the places of a tree.
fn shift(node: &mut Node, by: u32) {
    node.start = node.start.saturating_add(by);
    node.end = node.end.saturating_add(by);
    match &mut node.kind {
        Kind::List(elements) => elements.iter_mut().for_each(|element| shift(element, by)),
        Kind::Table(entries) => entries.iter_mut().for_each(|(key, value)| {
            shift(key, by);
            shift(value, by);
        }),
        Kind::Plain | Kind::Quoted | Kind::Text(_) | Kind::Null => {}
    }
}

/// A stage over what it inherits.
fn inherit(mut base: Node, own: Node, reader: &mut Reader<'_>) -> Node {
    let text = reader.text;
    let removed = match value(&own, "remove", text) {
        Some(names) => Vec::<Spanned<String>>::from_node(names.clone(), reader).unwrap_or_default(),
        None => Vec::new(),
    };
    check_currency(&base, &own, reader);
    let Kind::Table(inherited) = &mut base.kind else {
        reader.wrong_type(&base, "a stage manifest, which is a table");
        return own;
    };
    inherited.retain(|(key, _)| written(key, text).is_none_or(|name| !OWN.contains(&name)));
    let line_items = inherited.iter_mut().find(|(key, _)| written(key, text) == Some("line_items"));
    let line_items = line_items.and_then(|(_, list)| match &mut list.kind {
        Kind::List(nodes) => Some(nodes),
        _ => None,
    });
    remove(line_items, &removed, reader);
    let Kind::Table(changes) = own.kind else { return own };
    let entries = combined(std::mem::take(inherited), changes, text, |name, base, own| match name {
        "line_items" => line_items_over(base, own, reader),
        "tax" => tax_over(base, own, text),
        _ => over(base, own, text),
    });
    Node { start: own.start, end: own.end, kind: Kind::Table(entries) }
}

/// A value over that which it inherits: tables are combined key by key, and anything else is replaced.
fn over(base: Node, own: Node, text: Text<'_>) -> Node {
    match (base.kind, own.kind) {
        (Kind::Table(inherited), Kind::Table(changes)) => {
            let entries = combined(inherited, changes, text, |_, base, own| over(base, own, text));
            Node { start: own.start, end: own.end, kind: Kind::Table(entries) }
        }
        (_, kind) => Node { start: own.start, end: own.end, kind },
    }
}

/// The entries of a table over those that it inherits, in whose order they are; `both` combines the values of a key that
/// both have. A key that is repeated stays repeated, and is reported when the table is read.
fn combined(
    inherited: Vec<(Node, Node)>,
    own: Vec<(Node, Node)>,
    text: Text<'_>,
    mut both: impl FnMut(&str, Node, Node) -> Node,
) -> Vec<(Node, Node)> {
    let mut places: HashMap<String, usize> = HashMap::new();
    for (place, (key, _)) in own.iter().enumerate() {
        places.entry(written(key, text).unwrap_or_default().to_owned()).or_insert(place);
    }
    let mut own: Vec<Option<(Node, Node)>> = own.into_iter().map(Some).collect();
    let mut entries = Vec::with_capacity(inherited.len());
    for (key, value) in inherited {
        let name = written(&key, text).unwrap_or_default();
        let change = places.remove(name).and_then(|place| own[place].take());
        entries.push(match change {
            Some((own_key, change)) => (own_key, both(name, value, change)),
            None => (key, value),
        });
    }
    entries.extend(own.into_iter().flatten());
    entries
}

/// A tax over that which it inherits: if one of them is a table, a lone rate is its `rate`.
fn tax_over(base: Node, own: Node, text: Text<'_>) -> Node {
    let is_table = |node: &Node| matches!(node.kind, Kind::Table(_));
    let as_table = |node: Node| {
        if is_table(&node) {
            return node;
        }
        let (start, end) = (node.start, node.end);
        let key = Node { start, end, kind: Kind::Text("rate".into()) };
        Node { start, end, kind: Kind::Table(vec![(key, node)]) }
    };
    if is_table(&base) || is_table(&own) { over(as_table(base), as_table(own), text) } else { own }
}

/// Removes inherited line items; reports names that none of them has.
fn remove(line_items: Option<&mut Vec<Node>>, removed: &[Spanned<String>], reader: &mut Reader<'_>) {
    let text = reader.text;
    let mut nothing = Vec::new();
    let line_items = line_items.unwrap_or(&mut nothing);
    if removed.is_empty() {
        return;
    }
    let known: HashSet<&str> = line_items.iter().filter_map(|node| name_of(node, text)).collect();
    for name in removed.iter().filter(|name| !known.contains(name.value.as_str())) {
        let message = format!("no line item `{}` is inherited", name.value);
        let diagnostic = Diagnostic::at(Code::UnknownName, name.span, message, "nothing to remove");
        let known = line_items.iter().filter_map(|node| name_of(node, text));
        let is_one_of_many = reader.problems.are_many();
        reader.problems.push(if is_one_of_many { diagnostic } else { diagnostic.suggest(&name.value, known) });
    }
    let removed: HashSet<&str> = removed.iter().map(|name| name.value.as_str()).collect();
    line_items.retain(|node| name_of(node, text).is_none_or(|name| !removed.contains(name)));
}

/// The line items of a stage over those that it inherits. One with the name of an inherited line item changes it, and any
/// other is added.
fn line_items_over(base: Node, own: Node, reader: &mut Reader<'_>) -> Node {
    let text = reader.text;
    let (start, end) = (own.start, own.end);
    let (mut line_items, changes) = match (base.kind, own.kind) {
        (Kind::List(inherited), Kind::List(changes)) => (inherited, changes),
        (_, kind) => return Node { start, end, kind },
    };
    let mut inherited: HashMap<String, (usize, Option<Span>)> = HashMap::new();
    for (place, node) in line_items.iter().enumerate() {
        inherited.entry(name_of(node, text).unwrap_or_default().to_owned()).or_insert((place, None));
    }
    let inherits_none = inherited.is_empty();
    for change in changes {
        let Some(name) = value(&change, "name", text) else {
            line_items.push(change);
            continue;
        };
        let (span, name) = (reader.span(name), written(name, text).unwrap_or_default().to_owned());
        match inherited.get_mut(&name) {
            Some((_, Some(first))) => {
                let message = format!("two line items are called `{name}`");
                let diagnostic = Diagnostic::at(Code::DuplicateName, span, message, "again here");
                reader.problems.push(diagnostic.and_at(*first, "first here").help("change a line item once"));
            }
            Some((place, first)) => {
                *first = Some(span);
                let nothing = Node { start: 0, end: 0, kind: Kind::Null };
                let base = std::mem::replace(&mut line_items[*place], nothing);
                line_items[*place] = line_item_over(base, change, reader);
            }
            None if inherits_none || value(&change, "category", text).is_some() => line_items.push(change),
            None => {
                let message = format!("no line item `{name}` is inherited, and a new one needs the key `category`");
                let diagnostic = Diagnostic::at(Code::UnknownName, span, message, "");
                let known = line_items.iter().filter_map(|node| name_of(node, text));
                let is_one_of_many = reader.problems.are_many();
                reader.problems.push(if is_one_of_many { diagnostic } else { diagnostic.suggest(&name, known) });
            }
        }
    }
    Node { start, end, kind: Kind::List(line_items) }
}

/// A line item over the one that it changes. An agreed price is one of a contract, and is replaced as a whole.
fn line_item_over(base: Node, own: Node, reader: &mut Reader<'_>) -> Node {
    let text = reader.text;
    check_bought(&base, &own, reader);
    let old_note = is_note_of_what_is_replaced(&base, &own, text).then_some("note");
    let replaced = [old_note, other_quantity(&own, text)];
    match (base.kind, own.kind) {
        (Kind::Table(mut inherited), Kind::Table(changes)) => {
            inherited.retain(|(key, _)| !replaced.iter().flatten().any(|name| written(key, text) == Some(*name)));
            let entries = combined(inherited, changes, text, |name, base, own| match name {
                "agreed_price" => own,
                _ => over(base, own, text),
            });
            // What a line item lacks is missing where it is defined, not where it is changed.
            Node { start: base.start, end: base.end, kind: Kind::Table(entries) }
        }
        (_, kind) => Node { start: own.start, end: own.end, kind },
    }
}

/// Whether an inherited note is about figures that the change replaces: those of another SKU or cost, or numbers of which the
/// note says that they are guesses.
fn is_note_of_what_is_replaced(base: &Node, own: &Node, text: Text<'_>) -> bool {
    let is_other = |key: &&str| {
        let [base, own] = [base, own].map(|node| value(node, key, text));
        own.is_some_and(|own| base.is_none_or(|base| written(base, text) != written(own, text)))
    };
    let is_guess = value(base, "note", text).and_then(|note| written(note, text)).is_some_and(says_assumed);
    ["sku", "cost"].iter().any(is_other)
        || is_guess && ["quantity", "autoscaling", "usage", "options"].iter().any(|key| value(own, key, text).is_some())
}

/// The key that also says how many there are, if a line item has one of the two: its own replaces the inherited one.
fn other_quantity(own: &Node, text: Text<'_>) -> Option<&'static str> {
    match (value(own, "quantity", text), value(own, "autoscaling", text)) {
        (Some(_), None) => Some("autoscaling"),
        (None, Some(_)) => Some("quantity"),
        _ => None,
    }
}

/// Reports a change of what is bought that would keep the price of something else.
fn check_bought(base: &Node, own: &Node, reader: &mut Reader<'_>) {
    let text = reader.text;
    let both = |of_base, of_own| Some((value(base, of_base, text)?, value(own, of_own, text)?));
    let is_other = |(base, own): &(&Node, &Node)| written(base, text) != written(own, text);
    let agreed = value(base, "agreed_price", text).filter(|_| value(own, "agreed_price", text).is_none());
    let help = "list the line item in `remove` and write it out, so that nothing of the other is left";
    let mut report = |message: &str, base: &Node, own: &Node| {
        let (base, own) = (reader.span(base), reader.span(own));
        let diagnostic = Diagnostic::at(Code::ConflictingKeys, own, message, "changed here");
        reader.problems.push(diagnostic.and_at(base, "inherited from here").help(help));
    };
    if let Some((base, own)) = both("sku", "cost").or_else(|| both("cost", "sku")) {
        report("a line item takes a `sku` or a `cost`, and the other one is inherited", base, own);
    } else if let (Some((_, own)), Some(agreed)) = (both("sku", "sku").filter(is_other), agreed) {
        report("the inherited agreed price is for another SKU", agreed, own);
    }
}

/// Reports another currency than the inherited one: amounts that name none would become other amounts.
fn check_currency(base: &Node, own: &Node, reader: &mut Reader<'_>) {
    let text = reader.text;
    let (Some(base), Some(own)) = (value(base, "currency", text), value(own, "currency", text)) else { return };
    if written(base, text) != written(own, text) {
        let message = "a stage has the currency of the stage that it extends";
        let diagnostic = Diagnostic::at(Code::ConflictingKeys, reader.span(own), message, "another one");
        let diagnostic = diagnostic.and_at(reader.span(base), "the inherited one");
        let help = "remove this, and name the currency of each amount that is in another; `--currency` chooses that of \
                    the result";
        reader.problems.push(diagnostic.help(help));
    }
}

/// The name of a line item.
fn name_of<'n>(node: &'n Node, text: Text<'n>) -> Option<&'n str> {
    value(node, "name", text).and_then(|name| written(name, text))
}
