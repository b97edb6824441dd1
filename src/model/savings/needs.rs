//! The order in which line items can be computed.

use std::collections::{BTreeMap, HashMap, VecDeque};

use crate::model::line_item::{ChargeLine, LineItem, LinePricing};
use crate::model::prices::price::Base;

/// The dependencies between line items that are percentages of others. The nodes are the line items, then the sum of
/// each vendor, then the subtotal.
#[derive(Clone, Debug)]
pub struct Needs {
    line_items: usize,
    nodes: Vec<Vec<usize>>,
}

impl Needs {
    /// Finds the dependencies of line items whose percentages are linked.
    pub fn new(line_items: &[LineItem]) -> Self {
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
                    Base::Charge(_) | Base::Mrr => {}
                    Base::LineItems => nodes[place].extend(&line.of),
                    Base::Vendor => nodes[place].extend(vendor),
                    Base::Subtotal => nodes[place].push(subtotal),
                }
            }
        }
        Self { line_items: count, nodes }
    }

    /// The number of nodes.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there are no nodes; never true, since there is always a subtotal.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The nodes that a node needs.
    pub fn of(&self, node: usize) -> &[usize] {
        &self.nodes[node]
    }

    /// The line items, each after those that it needs.
    ///
    /// # Errors
    /// The nodes that can be computed, if the others form a cycle.
    pub fn order(&self) -> Result<Vec<usize>, Vec<usize>> {
        let computed = self.computable();
        if computed.len() < self.nodes.len() {
            return Err(computed);
        }
        Ok(computed.into_iter().filter(|node| *node < self.line_items).collect())
    }

    /// The nodes that can be computed, each after those that it needs.
    fn computable(&self) -> Vec<usize> {
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
