//! The vendors that have a price sheet: one row for each.

use jiff::civil::Date;
use serde::Serialize;

use crate::model::{Citation, PriceSheet};
use crate::view::View;
use crate::view::page::layout::{Block, Cell, Column, Grid, Page, Records};
use crate::view::page::screen::several;

/// A price sheet, and where it is.
#[derive(Clone, Copy, Debug)]
pub struct ListedVendor<'a> {
    /// What the sheet says.
    pub sheet: &'a PriceSheet,
    /// How many SKUs it has.
    pub skus: usize,
    /// The name of its file.
    pub file: &'a str,
    /// Whether it comes with costplan.
    pub is_bundled: bool,
}

/// Vendors with their price sheets on one day.
#[derive(Debug)]
pub struct VendorsView<'a> {
    vendors: Vec<ListedVendor<'a>>,
    day: Date,
    next: Option<String>,
}

impl<'a> VendorsView<'a> {
    /// Shows vendors in the given order.
    pub fn new(vendors: impl IntoIterator<Item = ListedVendor<'a>>, day: Date) -> Self {
        Self { vendors: vendors.into_iter().collect(), day, next: None }
    }

    /// Says at the end how to go on.
    #[must_use]
    pub fn with_next(self, next: String) -> Self {
        Self { next: Some(next), ..self }
    }
}

impl ListedVendor<'_> {
    /// The days on which the oldest and the newest price were read of those that hold on a day.
    fn read_on(&self, day: Date) -> Option<(Date, Date)> {
        let prices = self.sheet.skus.iter().flat_map(|sku| &sku.charges).flat_map(|charge| &charge.prices);
        let held = prices.filter(|terms| terms.holds_on(day)).filter_map(|terms| terms.citation.as_deref());
        let days: Vec<Date> = held.map(|Citation { retrieved_on, .. }| *retrieved_on).collect();
        Some((days.iter().copied().min()?, days.iter().copied().max()?))
    }

    fn name(&self) -> &str {
        self.sheet.name.as_deref().unwrap_or(&self.sheet.vendor)
    }

    fn currency(&self) -> String {
        self.sheet.currency.map(|currency| currency.to_string()).unwrap_or_default()
    }

    /// Where the sheet is: `bundled`, or the file of the project.
    fn origin(&self) -> String {
        match (self.is_bundled, self.sheet.extends_bundled) {
            (true, _) => "bundled".to_owned(),
            (false, false) => self.file.to_owned(),
            (false, true) => format!("{}, added to the bundled one", self.file),
        }
    }

    fn is_in_new_plans(&self) -> bool {
        !self.sheet.starter.is_empty()
    }
}

impl View for VendorsView<'_> {
    fn page(&self) -> Page {
        let title = format!("{}, prices of {}", several(self.vendors.len(), "vendor"), self.day);
        let mut grid = Grid::new(vec![
            Column::left("Vendor").at_least(12),
            Column::left("Name").at_least(14),
            Column::right("SKUs").at_least(4),
            Column::left("Currency").at_least(8),
            Column::left("Read on").at_least(10),
            Column::left("Sheet").at_least(7),
            Column::left("In init").at_least(7).optional(),
        ]);
        for vendor in &self.vendors {
            grid.cell(&*vendor.sheet.vendor).cell(vendor.name()).cell(vendor.skus);
            grid.cell(vendor.currency());
            let read_on = vendor.read_on(self.day);
            grid.cell(read_on.map(|(oldest, _)| oldest.to_string()).unwrap_or_default());
            grid.cell(vendor.origin());
            grid.cell(if vendor.is_in_new_plans() { "yes" } else { "" });
        }
        let ways = "Not there? `costplan prices new VENDOR` writes a sheet to fill in, or write the price in the line item: \
                    `cost: 20 USD` instead of `sku`";
        let mut blocks = vec![Block::Title(title), Block::Grid(grid), Block::Text(ways.to_owned())];
        blocks.extend(self.next.clone().map(Block::Text));
        Page { blocks }
    }

    fn records(&self) -> Records<'_> {
        let header = vec![
            "vendor",
            "name",
            "skus",
            "currency",
            "oldest_retrieved_on",
            "newest_retrieved_on",
            "file",
            "is_bundled",
            "extends_bundled",
            "closed_on",
            "in_new_plans",
        ];
        let day = |day: Option<Date>| day.map_or(Cell::Empty, |day| Cell::text(day.to_string()));
        let rows = self.vendors.iter().map(move |vendor| {
            let read_on = vendor.read_on(self.day);
            vec![
                Cell::text(&*vendor.sheet.vendor),
                Cell::text(vendor.name()),
                Cell::Number(vendor.skus.into()),
                Cell::text(vendor.currency()),
                day(read_on.map(|(oldest, _)| oldest)),
                day(read_on.map(|(_, newest)| newest)),
                Cell::text(vendor.file),
                Cell::truth(vendor.is_bundled),
                Cell::truth(vendor.sheet.extends_bundled),
                day(vendor.sheet.closed_on),
                Cell::truth(vendor.is_in_new_plans()),
            ]
        });
        Records { header, rows: Box::new(rows) }
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct VendorsJson<'a> {
    schema: &'static str,
    as_of: String,
    vendors: Vec<VendorJson<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct VendorJson<'a> {
    vendor: &'a str,
    name: &'a str,
    skus: usize,
    currency: String,
    oldest_retrieved_on: Option<String>,
    newest_retrieved_on: Option<String>,
    file: &'a str,
    is_bundled: bool,
    extends_bundled: bool,
    closed_on: Option<String>,
    in_new_plans: bool,
}

impl Serialize for VendorsView<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let vendors = self.vendors.iter().map(|vendor| {
            let read_on = vendor.read_on(self.day);
            VendorJson {
                vendor: &vendor.sheet.vendor,
                name: vendor.name(),
                skus: vendor.skus,
                currency: vendor.currency(),
                oldest_retrieved_on: read_on.map(|(oldest, _)| oldest.to_string()),
                newest_retrieved_on: read_on.map(|(_, newest)| newest.to_string()),
                file: vendor.file,
                is_bundled: vendor.is_bundled,
                extends_bundled: vendor.sheet.extends_bundled,
                closed_on: vendor.sheet.closed_on.map(|day| day.to_string()),
                in_new_plans: vendor.is_in_new_plans(),
            }
        });
        VendorsJson { schema: "costplan.vendors.v1", as_of: self.day.to_string(), vendors: vendors.collect() }
            .serialize(serializer)
    }
}
