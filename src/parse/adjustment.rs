//! Discounts, credits and tax of a manifest.

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::parse::syntax::amount::AmountRaw;
use crate::parse::syntax::node::{FromNode, Node, Reader, table};
use crate::source::{Span, Spanned};

table! {
    /// A discount or a credit: deducts a rate or an amount from all costs or from some.
    pub struct DiscountRaw is "a discount" {
        /// The reason, such as the contract or the programme.
        pub reason: Spanned<String>,
        /// The rate to deduct: `12%`.
        pub rate: Option<Spanned<Decimal>>,
        /// The amount to deduct per month: `10 USD/month`.
        pub amount: Option<AmountRaw>,
        /// Only costs of this SKU, `vendor/name`.
        pub sku: Option<Spanned<String>>,
        /// Only costs of this vendor.
        pub vendor: Option<Spanned<String>>,
        /// Only costs of this category.
        pub category: Option<Spanned<String>>,
        /// Only the cost of this line item.
        pub line_item: Option<Spanned<String>>,
        /// Only the cost of this meter.
        pub meter: Option<Spanned<String>>,
        /// The first day on which it applies.
        pub from: Option<Spanned<Date>>,
        /// The last day on which it applies.
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
    /// These vendors.
    Vendors(Vec<Spanned<String>>),
    /// All vendors; the place of the word `all`.
    All(Span),
}

impl FromNode for ReverseChargeRaw {
    fn from_node(node: Node, reader: &mut Reader<'_>) -> Option<Self> {
        if matches!(node.kind, crate::parse::syntax::node::Kind::List(_)) {
            return Vec::from_node(node, reader).map(Self::Vendors);
        }
        let all = crate::parse::syntax::scalar::choice(&node, reader, "`all` or a list of vendors", &[("all", ())])?;
        Some(Self::All(all.span))
    }
}
