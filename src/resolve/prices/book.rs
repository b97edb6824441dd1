//! The SKUs and exchange rates that stages are resolved with.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::Arc;

use jiff::civil::Date;

use crate::model::{PriceSheet, Sku};
use crate::resolve::prices::exchange_rates::ExchangeRates;

/// The price sheets and exchange rates that a stage is resolved against.
#[derive(Debug, Default)]
pub struct PriceBook {
    skus: BTreeMap<Box<str>, Arc<Sku>>,
    /// Those that are only sold with another SKU, by their ids.
    addons: BTreeMap<Box<str>, Arc<Sku>>,
    /// Those that have a role, by the role and their ids.
    roles: BTreeMap<Box<str>, BTreeMap<Box<str>, Arc<Sku>>>,
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
        for sku in sheet.skus {
            let id = sku.id.clone();
            if !sku.addon_to.is_empty() {
                self.addons.insert(id.clone(), Arc::clone(&sku));
            }
            if let Some(role) = &sku.specification.role {
                self.roles.entry(role.clone()).or_default().insert(id.clone(), Arc::clone(&sku));
            }
            self.skus.insert(id, sku);
        }
    }

    /// The SKU with this id, `vendor/name`.
    pub fn sku(&self, id: &str) -> Option<&Arc<Sku>> {
        self.skus.get(id)
    }

    /// The names of SKUs that are sold in place of SKUs of a vendor and are not in the book.
    pub(crate) fn missing_successors(&self, vendor: &str) -> BTreeSet<String> {
        let named = of_vendor(&self.skus, vendor).filter_map(|sku| sku.sale.successor.as_deref());
        let missing = named.filter(|id| !self.skus.contains_key(*id));
        missing.filter_map(|id| Some(id.split_once('/')?.1.to_owned())).collect()
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
        of_vendor(&self.skus, vendor).map(|sku| &*sku.id)
    }

    /// The SKUs of a vendor that are only sold with another one, sorted by id.
    pub(crate) fn addons_of<'b>(&'b self, vendor: &'b str) -> impl Iterator<Item = &'b Arc<Sku>> {
        of_vendor(&self.addons, vendor)
    }

    /// The SKUs of a vendor that have a role, sorted by id.
    pub(crate) fn of_role<'b>(&'b self, vendor: &'b str, role: &str) -> impl Iterator<Item = &'b Arc<Sku>> {
        self.roles.get(role).into_iter().flat_map(move |skus| of_vendor(skus, vendor))
    }
}

/// Those of some SKUs by id that are of a vendor.
fn of_vendor<'b>(skus: &'b BTreeMap<Box<str>, Arc<Sku>>, vendor: &'b str) -> impl Iterator<Item = &'b Arc<Sku>> {
    let start = format!("{vendor}/");
    let from = skus.range::<str, _>((Bound::Included(start.as_str()), Bound::Unbounded));
    from.map(|(_, sku)| sku).take_while(move |sku| sku.vendor() == vendor)
}
