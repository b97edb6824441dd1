//! The SKUs and exchange rates that stages are resolved with.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

use crate::model::{PriceSheet, Sku};
use crate::resolve::prices::exchange_rates::ExchangeRates;

/// The price sheets and exchange rates that a stage is resolved against.
#[derive(Debug, Default)]
pub struct PriceBook {
    skus: BTreeMap<Box<str>, Arc<Sku>>,
    /// The vendors that have ended their services, with the last day.
    closed: BTreeMap<Box<str>, Date>,
    /// The ids of all vendors that have a sheet, whether it was read or not.
    pub vendors: Vec<String>,
    /// The ids of vendors whose sheet could not be read; its problems have been reported.
    pub unreadable: Vec<String>,
    /// The dated exchange rates of the project.
    pub rates: ExchangeRates,
}

impl PriceBook {
    /// Creates a book without SKUs and rates; `vendors` are the ids of all vendors that have a sheet.
    pub fn new(vendors: Vec<String>) -> Self {
        Self { vendors, ..Self::default() }
    }

    /// Adds the SKUs of a sheet.
    pub fn add(&mut self, sheet: PriceSheet) {
        self.closed.extend(sheet.closed_on.map(|day| (sheet.vendor, day)));
        self.skus.extend(sheet.skus.into_iter().map(|sku| (sku.id.clone(), sku)));
    }

    /// The SKU with this id, `vendor/name`.
    pub fn sku(&self, id: &str) -> Option<&Arc<Sku>> {
        self.skus.get(id)
    }

    /// The last day on which a vendor provided its services, if it has ended them.
    pub fn closed_on(&self, vendor: &str) -> Option<Date> {
        self.closed.get(vendor).copied()
    }

    /// Every SKU, sorted by id.
    pub fn skus(&self) -> impl Iterator<Item = &Arc<Sku>> {
        self.skus.values()
    }

    /// The ids of the SKUs of a vendor.
    pub fn skus_of<'b>(&'b self, vendor: &'b str) -> impl Iterator<Item = &'b str> {
        self.skus.values().filter(move |sku| sku.vendor() == vendor).map(|sku| &*sku.id)
    }
}
