//! What is taken off the cost of line items: discounts and credits. And what is put on the total: tax.

use rust_decimal::Decimal;

use crate::model::ids::CategoryId;
use crate::model::line_item::LineItem;
use crate::model::money::Currency;
use crate::model::price::SkuCredit;
use crate::model::setting::Setting;
use crate::source::Span;

/// A discount or a credit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adjustment {
    /// Whether it is a credit; credits come after all discounts.
    pub is_credit: bool,
    /// What the manifest or the sheet calls it.
    pub reason: Box<str>,
    /// How much it takes off.
    pub off: Off,
    /// What it is taken off.
    pub on: AdjustmentScope,
    /// Where it is written.
    pub span: Span,
}

impl Adjustment {
    /// The credit that a SKU brings to the line item at a place, which buys it from a vendor.
    pub fn of_sku_credit(credit: &SkuCredit, line_item: usize, vendor: &str) -> Self {
        Self {
            is_credit: true,
            reason: credit.reason.clone(),
            off: Off::AmountEach { amount: credit.amount, currency: credit.currency, line_item },
            on: AdjustmentScope {
                skus: credit.skus.clone(),
                vendor: Some(vendor.into()),
                ..AdjustmentScope::default()
            },
            span: credit.span,
        }
    }
}

/// How much an adjustment takes off the costs that it is for; none of them falls below zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Off {
    /// A ratio of each cost.
    Rate(Decimal),
    /// An amount a month, used up by one line item after the other.
    Amount {
        /// The amount.
        amount: Decimal,
        /// Its currency.
        currency: Currency,
    },
    /// An amount a month for each unit of a line item.
    AmountEach {
        /// The amount.
        amount: Decimal,
        /// Its currency.
        currency: Currency,
        /// The place of the line item.
        line_item: usize,
    },
}

/// Which costs an adjustment is for: all that fit every part that is given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AdjustmentScope {
    /// SKUs by id; one that ends in `*` stands for all that begin so. Empty is any.
    pub skus: Vec<Box<str>>,
    /// A vendor.
    pub vendor: Option<Box<str>>,
    /// A category.
    pub category: Option<CategoryId>,
    /// A line item, by its place.
    pub line_item: Option<usize>,
    /// A meter.
    pub meter: Option<Box<str>>,
}

impl AdjustmentScope {
    /// Whether a line item fits, whatever its meters.
    pub fn fits(&self, place: usize, item: &LineItem) -> bool {
        let is_of_sku = |asked: &str| {
            let id = item.sku().unwrap_or_default();
            asked.strip_suffix('*').map_or(id == asked, |start| id.starts_with(start) && item.sku().is_some())
        };
        (self.skus.is_empty() || self.skus.iter().any(|sku| is_of_sku(sku)))
            && self.vendor.as_deref().is_none_or(|vendor| item.vendor() == Some(vendor))
            && self.category.is_none_or(|category| item.category == category)
            && self.line_item.is_none_or(|line_item| line_item == place)
            && self.meter.as_deref().is_none_or(|meter| has_meter(item, meter))
    }

    /// Whether the cost of a meter fits; a plain cost has no meter.
    pub fn fits_meter(&self, meter: Option<&str>) -> bool {
        self.meter.as_deref().is_none_or(|asked| meter == Some(asked))
    }
}

fn has_meter(item: &LineItem, meter: &str) -> bool {
    item.charges().iter().any(|charge| charge.meter() == meter)
}

/// The tax on what vendors bill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tax {
    /// The rate, as a ratio.
    pub rate: Setting<Decimal>,
    /// The vendors under the reverse charge: the buyer owes the tax and deducts it, so that nothing is paid.
    pub reverse_charge: ReverseCharge,
}

/// Which vendors bill under the reverse charge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReverseCharge {
    /// Those.
    Vendors(Vec<Box<str>>),
    /// All.
    All,
}

impl Tax {
    /// Whether tax is paid on what a line item costs.
    pub fn is_paid_on(&self, item: &LineItem) -> bool {
        match &self.reverse_charge {
            ReverseCharge::All => false,
            ReverseCharge::Vendors(vendors) => {
                !item.vendor().is_some_and(|vendor| vendors.iter().any(|other| **other == *vendor))
            }
        }
    }
}
