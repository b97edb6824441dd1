//! What an import changes in a price sheet.

use std::sync::Arc;

use jiff::civil::Date;

use rust_decimal::Decimal;

use crate::model::number::money::Currency;
use crate::model::prices::price::{Charge, Sku, Terms};

/// What an import does to a SKU or to one of its prices.
#[derive(Clone, Debug)]
pub struct ImportedChange {
    /// The SKU as it is afterwards; as it was before if it is left as it is.
    pub sku: Arc<Sku>,
    /// What happens.
    pub kind: ImportedChangeKind,
}

/// The kind of a [`ImportedChange`].
#[derive(Clone, Debug)]
pub enum ImportedChangeKind {
    /// The sheet did not have the SKU.
    Added,
    /// A price is another one from a day on.
    Changed {
        /// The charge, as it was before.
        charge: Arc<Charge>,
        /// The price of before.
        old: Arc<Terms>,
        /// The new price.
        new: Arc<Terms>,
        /// The first day of the new price.
        from: Date,
    },
    /// The answer no longer has the SKU: it was sold until this day.
    Gone(Date),
    /// The answer has a SKU again that it did not have the last time.
    Back,
    /// The answer differs from the sheet, which is left as it is: why.
    Kept(String),
}

/// How many SKUs of a sheet an import concerned, and what it did to them.
#[derive(Clone, Debug, Default)]
pub struct ImportedChanges {
    /// The changes, in the order of the answer; what is gone comes last.
    pub changes: Vec<ImportedChange>,
    /// How many SKUs have the price that they had.
    pub unchanged: usize,
}

impl ImportedChanges {
    /// Whether a price moved: a SKU came, went, or has another price.
    pub fn have_moved(&self) -> bool {
        self.changes.iter().any(|change| !matches!(change.kind, ImportedChangeKind::Kept(_)))
    }
}

/// A rate that an import adds: how much of a currency one euro buys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateChange {
    /// The currency.
    pub to: Currency,
    /// The rate that holds on its day before the import, if it is written in this direction.
    pub old: Option<Decimal>,
    /// The new rate.
    pub new: Decimal,
    /// Its first day.
    pub from: Date,
    /// Whether the file has another rate of the same day, which stays.
    pub is_kept: bool,
}
