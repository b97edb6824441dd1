//! Discounts and credits on the cost of line items, and tax on the total.

use rust_decimal::Decimal;

use crate::model::ids::CategoryId;
use crate::model::line_item::LineItem;
use crate::model::number::money::Currency;
use crate::model::number::rounding::Rounding;
use crate::model::prices::price::{SkuCredit, is_match};
use crate::model::setting::Setting;
use crate::source::{Span, Spanned};

/// A discount or a credit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adjustment {
    /// Whether it is a credit; credits come after all discounts.
    pub is_credit: bool,
    /// The reason, from the manifest or the price sheet.
    pub reason: Box<str>,
    /// How much it deducts.
    pub off: Deduction,
    /// The costs that it is deducted from.
    pub on: AdjustmentScope,
    /// Its place in the source.
    pub span: Span,
}

impl Adjustment {
    /// What it is, in one word.
    pub fn kind(&self) -> &'static str {
        if self.is_credit { "credit" } else { "discount" }
    }

    /// The credit of a SKU that the line item at place `line_item` buys from `vendor`.
    pub fn of_sku_credit(credit: &SkuCredit, line_item: usize, vendor: &str) -> Self {
        Self {
            is_credit: true,
            reason: credit.reason.clone(),
            off: Deduction::AmountEach { amount: credit.amount, currency: credit.currency, line_item },
            on: AdjustmentScope {
                skus: credit.skus.clone(),
                vendor: Some(vendor.into()),
                ..AdjustmentScope::default()
            },
            span: credit.span,
        }
    }
}

/// How much an adjustment deducts; no cost falls below zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deduction {
    /// A ratio of each cost.
    Rate(Decimal),
    /// An amount per month, used up by one line item after another.
    Amount {
        /// The amount per month, in `currency`.
        amount: Decimal,
        /// The currency of the amount.
        currency: Currency,
    },
    /// An amount per month for each unit of a line item.
    AmountEach {
        /// The amount per month, in `currency`.
        amount: Decimal,
        /// The currency of the amount.
        currency: Currency,
        /// The place of the line item in the stage.
        line_item: usize,
    },
}

/// The costs that an adjustment applies to: those that match every given part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AdjustmentScope {
    /// Ids of SKUs; an id that ends in `*` matches every id with this beginning. Empty means any.
    pub skus: Vec<Box<str>>,
    /// The id of the vendor; `None` means any.
    pub vendor: Option<Box<str>>,
    /// The category; `None` means any.
    pub category: Option<CategoryId>,
    /// The place of the line item in the stage; `None` means any.
    pub line_item: Option<usize>,
    /// The meter; `None` means any.
    pub meter: Option<Box<str>>,
}

impl AdjustmentScope {
    /// Whether a line item matches, apart from its meters.
    pub fn fits(&self, place: usize, item: &LineItem) -> bool {
        let is_of_sku = |asked: &str| item.sku().is_some_and(|id| is_match(asked, id));
        (self.skus.is_empty() || self.skus.iter().any(|sku| is_of_sku(sku)))
            && self.vendor.as_deref().is_none_or(|vendor| item.vendor() == Some(vendor))
            && self.category.is_none_or(|category| item.category == category)
            && self.line_item.is_none_or(|line_item| line_item == place)
            && self.meter.as_deref().is_none_or(|meter| has_meter(item, meter))
    }

    /// Whether the cost of a meter matches; a plain cost has no meter.
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
    /// The rate where no other one applies, as a ratio.
    pub rate: Setting<Decimal>,
    /// The rates of some vendors and categories; the first that fits a line item applies.
    pub rates: Vec<TaxRate>,
    /// The vendors under the reverse charge: the buyer owes the tax and deducts it, so nothing is paid.
    pub reverse_charge: ReverseCharge,
    /// The rounding of the tax at each rate.
    pub rounding: Option<Spanned<Rounding>>,
    /// The months after which the tax that was paid is paid back; `None` if it is not.
    pub recovered_after: Option<u32>,
    /// The credits that are deducted after tax, in order.
    pub credits: Vec<Adjustment>,
}

/// A rate of tax of some line items.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaxRate {
    /// The rate, as a ratio.
    pub rate: Setting<Decimal>,
    /// The id of the vendor; `None` means any.
    pub vendor: Option<Box<str>>,
    /// The category; `None` means any.
    pub category: Option<CategoryId>,
}

/// The vendors that bill under the reverse charge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReverseCharge {
    /// The vendors with these ids.
    Vendors(Vec<Box<str>>),
    /// All vendors.
    All,
}

impl Tax {
    /// The rate of the tax that is paid on the cost of a line item; `None` under the reverse charge.
    pub fn rate_on(&self, item: &LineItem) -> Option<Setting<Decimal>> {
        let is_reversed = match &self.reverse_charge {
            ReverseCharge::All => true,
            ReverseCharge::Vendors(vendors) => {
                item.vendor().is_some_and(|vendor| vendors.iter().any(|other| **other == *vendor))
            }
        };
        let fits = |rate: &&TaxRate| {
            rate.vendor.as_deref().is_none_or(|vendor| item.vendor() == Some(vendor))
                && rate.category.is_none_or(|category| item.category == category)
        };
        let rate = self.rates.iter().find(fits).map_or(self.rate, |found| found.rate);
        (!is_reversed).then_some(rate)
    }
}
