//! The columns of the sheet of a stage.

use super::sheet::CellNumbers;

pub(crate) const ITEM: u16 = 0;
pub(crate) const CATEGORY: u16 = 1;
pub(crate) const VENDOR: u16 = 2;
pub(crate) const SKU: u16 = 3;
pub(crate) const METER: u16 = 4;
pub(crate) const QUANTITY: u16 = 5;
pub(crate) const USAGE: u16 = 6;
pub(crate) const UNIT: u16 = 7;
pub(crate) const BILLED: u16 = 8;
pub(crate) const INCLUDED: u16 = 9;
pub(crate) const BILLABLE: u16 = 10;
/// What a percentage is taken of.
pub(crate) const BASE: u16 = 11;
pub(crate) const PRICED: u16 = 12;
pub(crate) const OF_ONE: u16 = 13;
pub(crate) const OF_ALL: u16 = 14;
pub(crate) const CURRENCY: u16 = 15;
pub(crate) const CHARGE: u16 = 16;
/// The first discount or credit.
pub(crate) const ADJUSTED: u16 = 17;

/// The columns up to the discounts and credits, with their widths.
pub(crate) const FIRST: [(&str, u16); 17] = [
    ("Line item", 30),
    ("Category", 14),
    ("Vendor", 14),
    ("SKU", 22),
    ("What is counted", 26),
    ("Quantity", 11),
    ("Usage", 14),
    ("Unit", 16),
    ("Billed usage", 14),
    ("Included", 13),
    ("Billable", 14),
    ("Percentage of", 16),
    ("At the price", 16),
    ("Cost of one", 16),
    ("Cost of all", 16),
    ("Billed in", 9),
    ("Charge", 16),
];

/// The columns behind those of discounts and credits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Last {
    pub(crate) exact: u16,
    pub(crate) monthly: u16,
    pub(crate) per_customer: u16,
    pub(crate) share_of_mrr: u16,
    pub(crate) tax: u16,
    pub(crate) remark: u16,
}

impl Last {
    /// The columns behind so many discounts and credits.
    pub(crate) fn behind(adjustments: u16) -> Self {
        let exact = ADJUSTED + adjustments;
        Self {
            exact,
            monthly: exact + 1,
            per_customer: exact + 2,
            share_of_mrr: exact + 3,
            tax: exact + 4,
            remark: exact + 5,
        }
    }

    pub(crate) const HEADER: [(&'static str, u16); 6] = [
        ("Exact cost", 16),
        ("Monthly cost", 16),
        ("Per customer", 13),
        ("Share of MRR", 12),
        ("Tax", 14),
        ("Remark", 60),
    ];
}

/// Money that is not rounded to the decimals of its currency.
pub(crate) const EXACT: CellNumbers = CellNumbers::Cost;
