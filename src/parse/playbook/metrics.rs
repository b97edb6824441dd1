//! Measurements of a running system: a file of metrics, in YAML or TOML.

use jiff::civil::Date;

use crate::diagnostic::Problems;
use crate::parse::other_kind;
use crate::parse::stage::formula::FormulaRaw;
use crate::parse::syntax::amount::AmountRaw;
use crate::parse::syntax::node::{FromNode, Mapping, Node, Reader, table};
use crate::source::{FileId, Spanned};

table! {
    /// Measurements of a running system.
    pub struct MetricsRaw is "a file of metrics" {
        /// The version of the format: 1.
        pub version: Spanned<u64>,
        /// The day of the measurement.
        pub measured_on: Option<Spanned<Date>>,
        /// The customers at that time.
        pub customers: Option<Spanned<u64>>,
        /// The revenue of the month: `3100 USD`.
        pub mrr: Option<AmountRaw>,
        /// The measured values, by the names of metrics in checklists: `850 ms`, `25%`, `3`.
        pub metrics: Mapping<MeasuredRaw>,
        /// Values of single line items, by metric and by line item: `{ compute_utilisation: { API servers: 35% } }`.
        pub line_items: Option<Mapping<Mapping<MeasuredRaw>>>,
        /// Bounds that replace those of the checklists, by the same names.
        pub thresholds: Option<Mapping<BoundRaw>>,
    }
}

table! {
    /// A bound on a value: one of the four keys.
    pub struct BoundRaw is "a threshold" {
        /// The value must be this or less.
        pub at_most: Option<MeasuredRaw>,
        /// The value must be this or more.
        pub at_least: Option<MeasuredRaw>,
        /// The value must be less than this.
        pub below: Option<MeasuredRaw>,
        /// The value must be more than this.
        pub above: Option<MeasuredRaw>,
    }
}

/// A number with its unit.
#[derive(Clone, Debug)]
pub struct MeasuredRaw {
    /// The number, read as a formula.
    pub formula: FormulaRaw,
    /// The text as written: `850 ms`.
    pub text: String,
}

impl FromNode for MeasuredRaw {
    fn from_node(node: Node, reader: &mut Reader<'_>) -> Option<Self> {
        let text = reader.scalar(&node, "a number with its unit")?.trim().to_owned();
        Some(Self { text, formula: FormulaRaw::from_node(node, reader)? })
    }
}

/// Reads a file of metrics.
pub fn metrics(file: FileId, text: &str, is_toml: bool, problems: &mut Problems) -> Option<MetricsRaw> {
    let read = if is_toml { other_kind::of_toml } else { other_kind::of_yaml };
    read(file, text, "a file of metrics", problems)
}
