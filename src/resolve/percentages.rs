//! Percentages of line items: which ones they are taken of, and the order in which line items can be computed.

use std::collections::{BTreeMap, HashMap, VecDeque};

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::model::{Base, ChargeLine, LineItem, LinePricing};
use crate::source::Spanned;

/// Finds the line items that percentages name, `named` with the place of the line item that names them, and gives the
/// order in which all can be computed; `None` if that is the order of the manifest. Reports names that are not known and
/// percentages that are taken of each other in a circle.
pub(super) fn link(
    line_items: &mut [LineItem],
    named: Vec<(usize, Vec<Spanned<String>>)>,
    problems: &mut Problems,
) -> Option<Vec<usize>> {
    let takes_of_others = |item: &LineItem| {
        let bases = [Base::LineItems, Base::Vendor, Base::Subtotal];
        bases.iter().any(|base| item.is_percentage_of(*base))
    };
    if !line_items.iter().any(takes_of_others) {
        return None;
    }
    let known: HashMap<Box<str>, usize> =
        line_items.iter().enumerate().map(|(place, item)| (item.name.clone(), place)).collect();
    for (place, names) in named {
        let places = places(line_items, &known, place, &names, problems);
        if let LinePricing::Sku(line) = &mut line_items[place].pricing {
            line.of = places;
        }
    }
    let needs = Needs::new(line_items);
    let order = needs.order();
    if order.len() < needs.nodes.len() {
        problems.push(cycle(line_items, &needs, &order));
        return None;
    }
    Some(order.into_iter().filter(|node| *node < line_items.len()).collect())
}

fn places(
    line_items: &[LineItem],
    known: &HashMap<Box<str>, usize>,
    own: usize,
    names: &[Spanned<String>],
    problems: &mut Problems,
) -> Vec<usize> {
    let mut places = Vec::with_capacity(names.len());
    for name in names {
        match known.get(name.value.as_str()).copied() {
            Some(place) if place == own => {
                let message = format!("`{}` is a percentage of itself", name.value);
                problems.push(Diagnostic::at(Code::PercentageCycle, name.span, message, "this line item"));
            }
            Some(place) if places.contains(&place) => {
                let message = format!("`{}` is named twice", name.value);
                problems.push(Diagnostic::at(Code::DuplicateName, name.span, message, "again here"));
            }
            Some(place) => places.push(place),
            None => {
                let message = format!("no line item is called `{}`", name.value);
                let names = line_items.iter().map(|item| &*item.name);
                let diagnostic = Diagnostic::at(Code::UnknownName, name.span, message, "");
                problems.push(if problems.are_many() { diagnostic } else { diagnostic.suggest(&name.value, names) });
            }
        }
    }
    places
}

/// What has to be computed before what. The nodes are the line items, then the sum of each vendor, then the subtotal.
struct Needs {
    nodes: Vec<Vec<usize>>,
}

impl Needs {
    fn new(line_items: &[LineItem]) -> Self {
        let count = line_items.len();
        let mut vendors: HashMap<&str, usize> = HashMap::new();
        for vendor in line_items.iter().filter_map(LineItem::vendor) {
            let next = count + vendors.len();
            vendors.entry(vendor).or_insert(next);
        }
        let subtotal = count + vendors.len();
        let mut nodes = vec![Vec::new(); subtotal + 1];
        for (place, item) in line_items.iter().enumerate() {
            let vendor = item.vendor().map(|vendor| vendors[vendor]);
            if let (Some(vendor), true) = (vendor, item.is_in(Base::Vendor)) {
                nodes[vendor].push(place);
            }
            if item.is_in(Base::Subtotal) {
                nodes[subtotal].push(place);
            }
            let LinePricing::Sku(line) = &item.pricing else { continue };
            for base in line.charges.iter().filter_map(ChargeLine::percentage_of) {
                match base {
                    Base::Charge(_) => {}
                    Base::LineItems => nodes[place].extend(&line.of),
                    Base::Vendor => nodes[place].extend(vendor),
                    Base::Subtotal => nodes[place].push(subtotal),
                }
            }
        }
        Self { nodes }
    }

    /// The nodes that can be computed, each behind those that it needs.
    fn order(&self) -> Vec<usize> {
        let mut needed_by: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        let mut open: Vec<usize> = Vec::with_capacity(self.nodes.len());
        for (node, needs) in self.nodes.iter().enumerate() {
            open.push(needs.len());
            for need in needs {
                needed_by.entry(*need).or_default().push(node);
            }
        }
        let mut ready: VecDeque<usize> = (0..self.nodes.len()).filter(|node| open[*node] == 0).collect();
        let mut order = Vec::with_capacity(self.nodes.len());
        while let Some(node) = ready.pop_front() {
            order.push(node);
            for waiting in needed_by.get(&node).into_iter().flatten() {
                open[*waiting] -= 1;
                if open[*waiting] == 0 {
                    ready.push_back(*waiting);
                }
            }
        }
        order
    }
}

/// Words the circle that keeps the rest from being computed.
fn cycle(line_items: &[LineItem], needs: &Needs, order: &[usize]) -> Diagnostic {
    let mut is_done = vec![false; needs.nodes.len()];
    for node in order {
        is_done[*node] = true;
    }
    let next = |node: usize| needs.nodes[node].iter().copied().find(|need| !is_done[*need]);
    // Every node that is left needs another one that is left, so that the walk comes back to where it was.
    let mut seen = vec![false; needs.nodes.len()];
    let mut path = Vec::new();
    let mut at = is_done.iter().position(|done| !done);
    while let Some(node) = at.filter(|node| !seen[*node]) {
        seen[node] = true;
        path.push(node);
        at = next(node);
    }
    let start = at.and_then(|node| path.iter().position(|other| *other == node)).unwrap_or(0);
    let circle: Vec<&LineItem> = path[start..].iter().filter_map(|node| line_items.get(*node)).collect();
    let names: Vec<String> = circle.iter().chain(circle.first()).map(|item| format!("`{}`", item.name)).collect();
    let message = format!("percentages are taken of each other in a circle: {}", names.join(" of "));
    let mut diagnostic = Diagnostic::new(Code::PercentageCycle, message);
    for item in circle.iter().take(MAX_SHOWN) {
        diagnostic = diagnostic.and_at(item.span, "in the circle");
    }
    diagnostic.help("take one of them of line items that are no percentages")
}

/// How many line items of a circle are shown.
const MAX_SHOWN: usize = 10;
