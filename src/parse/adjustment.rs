//! What a manifest takes off costs, and the tax that it puts on.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::node::{FromNode, Node, Reader, table};
use super::scalar::AmountRaw;
use crate::source::{Span, Spanned};

table! {
    /// A discount: a rate or an amount off, for all costs or for some.
    pub struct DiscountRaw is "a discount" {
        /// Why: the contract, the programme.
        pub reason: Spanned<String>,
        /// The part that is taken off: `12%`.
        pub rate: Option<Spanned<Decimal>>,
        /// The amount that is taken off: `10 USD/month`.
        pub amount: Option<AmountRaw>,
        /// For a SKU.
        pub sku: Option<Spanned<String>>,
        /// For a vendor.
        pub vendor: Option<Spanned<String>>,
        /// For a category.
        pub category: Option<Spanned<String>>,
        /// For a line item.
        pub line_item: Option<Spanned<String>>,
        /// For a meter.
        pub meter: Option<Spanned<String>>,
        /// The first day.
        pub from: Option<Spanned<Date>>,
        /// The last day.
        pub until: Option<Spanned<Date>>,
    }
}

table! {
    /// The tax on what vendors bill.
    pub struct TaxRaw is "`tax`" {
        /// The rate: `19%`.
        pub rate: Spanned<Decimal>,
        /// The vendors under the reverse charge, or `all`.
        pub reverse_charge: Option<ReverseChargeRaw>,
    }
}

/// Vendors under the reverse charge.
#[derive(Clone, Debug)]
pub enum ReverseChargeRaw {
    /// Those.
    Vendors(Vec<Spanned<String>>),
    /// All of them.
    All(Span),
}

impl FromNode for ReverseChargeRaw {
    fn from_node(node: Node, reader: &mut Reader<'_>) -> Option<Self> {
        if matches!(node.kind, super::node::Kind::List(_)) {
            return Vec::from_node(node, reader).map(Self::Vendors);
        }
        let all = super::scalar::choice(&node, reader, "`all` or a list of vendors", &[("all", ())])?;
        Some(Self::All(all.span))
    }
}
