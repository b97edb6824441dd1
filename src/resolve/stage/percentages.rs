//! Percentages of line items: finds their bases and the order in which line items can be computed.

use std::collections::HashMap;

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::model::{LineItem, LinePricing, Needs};
use crate::source::Spanned;

/// Finds the line items that percentages name, and returns the order in which all can be computed; `None` if it is the
/// order of the manifest. `named` holds the names with the place of the line item that names them. Reports unknown
/// names and percentages of each other in a cycle.
pub(crate) fn link(
    line_items: &mut [LineItem],
    named: Vec<(usize, Vec<Spanned<String>>)>,
    problems: &mut Problems,
) -> Option<Vec<usize>> {
    if !line_items.iter().any(LineItem::is_percentage_of_others) {
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
    match needs.order() {
        Ok(order) => Some(order),
        Err(computed) => {
            problems.push(cycle(line_items, &needs, &computed));
            None
        }
    }
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

/// Describes the cycle that blocks the remaining line items.
fn cycle(line_items: &[LineItem], needs: &Needs, computed: &[usize]) -> Diagnostic {
    let mut is_done = vec![false; needs.len()];
    for node in computed {
        is_done[*node] = true;
    }
    let next = |node: usize| needs.of(node).iter().copied().find(|need| !is_done[*need]);
    // Every remaining node needs another remaining one, so the walk returns to a visited node.
    let mut seen = vec![false; needs.len()];
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
    let message = format!("percentages depend on each other in a cycle: {}", names.join(" of "));
    let mut diagnostic = Diagnostic::new(Code::PercentageCycle, message);
    for item in circle.iter().take(MAX_SHOWN) {
        diagnostic = diagnostic.and_at(item.span, "in the cycle");
    }
    diagnostic.help("take one of them of line items that are not percentages")
}

/// The most line items of a cycle that are shown.
const MAX_SHOWN: usize = 10;
