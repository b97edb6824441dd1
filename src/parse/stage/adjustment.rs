//! Discounts, credits and tax of a manifest.

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::parse::stage::rounding::RoundingRaw;
use crate::parse::syntax::amount::AmountRaw;
use crate::parse::syntax::node::{FromNode, Node, Reader, ScalarOr, table};
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
        /// Whether a credit is deducted after tax, as a prepaid balance is; before it unless given.
        pub after_tax: Option<bool>,
    }
}

table! {
    /// The tax on what vendors bill.
    pub struct TaxRaw is "`tax`" {
        /// The rate where no other one applies: `19%`. Unless it is given here, it is that of the project.
        pub rate: Option<Spanned<Decimal>>,
        /// The rates of some vendors and categories; the first that fits a line item applies.
        pub rates: Vec<TaxRateRaw>,
        /// The vendors under the reverse charge, or `all`.
        pub reverse_charge: Option<ReverseChargeRaw>,
        /// The rounding of the tax at each rate: `0.01`.
        pub rounding: Option<ScalarOr<Spanned<Decimal>, RoundingRaw>>,
        /// Whether the tax that was paid is paid back, as to a registered business; a forecast counts both.
        pub recoverable: Option<bool>,
        /// The months after which it is paid back; 1 unless given.
        pub recovered_after: Option<Spanned<u64>>,
    }
}

impl TaxRaw {
    /// A tax that says nothing but its rate.
    pub fn of_rate(rate: Spanned<Decimal>) -> Self {
        Self {
            span: rate.span,
            rate: Some(rate),
            rates: Vec::new(),
            reverse_charge: None,
            rounding: None,
            recoverable: None,
            recovered_after: None,
        }
    }
}

table! {
    /// The rate of tax of a vendor, of a category, or of a vendor's line items of a category.
    pub struct TaxRateRaw is "a rate of a tax" {
        /// The rate: `7%`.
        pub rate: Spanned<Decimal>,
        /// Only line items of this vendor.
        pub vendor: Option<Spanned<String>>,
        /// Only line items of this category.
        pub category: Option<Spanned<String>>,
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
