//! What a month really cost: what vendors billed, and for how many customers.

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::model::forecast::Month;
use crate::model::number::money::{Currency, Money};
use crate::model::words::words;
use crate::source::Span;

/// What a month really cost.
#[derive(Clone, Debug)]
pub struct ActualMonth {
    /// The month.
    pub month: Month,
    /// The number of customers of the month, if it is recorded.
    pub customers: Option<u64>,
    /// The monthly recurring revenue of the month, if it is recorded.
    pub mrr: Option<Money>,
    /// The bills of which rows belong to the month, by name.
    pub sources: Vec<BillSource>,
    /// The charges that were typed in.
    pub typed: Vec<BilledCharge>,
}

impl ActualMonth {
    /// A month of which nothing is recorded.
    pub fn new(month: Month) -> Self {
        Self { month, customers: None, mrr: None, sources: Vec::new(), typed: Vec::new() }
    }

    /// Every charge: those of the bills in their order, then those that were typed in.
    pub fn charges(&self) -> impl Iterator<Item = &BilledCharge> {
        self.sources.iter().flat_map(|source| &source.charges).chain(&self.typed)
    }

    /// The last day that the bills cover, if their rows say it: the earliest of all bills.
    pub fn through(&self) -> Option<Date> {
        self.sources.iter().filter_map(|source| source.through).min()
    }
}

/// The rows of one bill that belong to a month, added up by what was bought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BillSource {
    /// The name of the file, without its directory and without `.gz`.
    pub name: Box<str>,
    /// The format: `focus`, `azure`, `digitalocean`, `openai`, `stripe`, or a name under `[actuals.csv]`.
    pub format: Box<str>,
    /// The SHA-256 digest of the file's text, unpacked, in hexadecimal digits.
    pub digest: Box<str>,
    /// How many rows of the file belong to the month.
    pub rows: u64,
    /// What these rows add up to, one sum for each currency.
    pub totals: Vec<ControlTotal>,
    /// The last day that the rows cover, if any of them is for less than the month.
    pub through: Option<Date>,
    /// What was bought, in the order of its names.
    pub charges: Vec<BilledCharge>,
}

/// What the rows of a bill add up to in one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ControlTotal {
    /// The currency.
    pub currency: Currency,
    /// The sum of what was billed.
    pub billed: Decimal,
    /// The sum of the effective costs, in which purchases in advance are spread over their term, if the bill has them.
    pub effective: Option<Decimal>,
}

words! {
    /// What a charge of a bill is for.
    #[derive(PartialOrd, Ord, Hash)]
    pub enum ChargeKind is "a kind of charge" {
        /// What was used in the month.
        Usage = "usage",
        /// What was bought once or for a term.
        Purchase = "purchase",
        /// A tax.
        Tax = "tax",
        /// What the vendor gives back: credits, discounts and refunds.
        Credit = "credit",
        /// A rounding or another adjustment.
        Adjustment = "adjustment",
    }
}

/// Rows of a bill that are alike, added up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BilledCharge {
    /// What was bought.
    pub product: BilledProduct,
    /// What was billed, in the currency of the bill; below zero where the vendor gives something back.
    pub cost: Money,
    /// The billed quantity, in [`BilledProduct::unit`]; `None` if the bill has none.
    pub quantity: Option<Decimal>,
    /// How many rows it was added up from; one if it was typed in.
    pub rows: u64,
    /// Its place in the file of the month.
    pub span: Span,
}

/// What the rows of a bill that are added up have in common. Nothing in it names a person or a resource.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BilledProduct {
    /// The vendor, as the bill names it.
    pub vendor: Box<str>,
    /// The service: `Amazon Simple Queue Service`.
    pub service: Option<Box<str>>,
    /// The vendor's id of what was bought.
    pub sku: Option<Box<str>>,
    /// What was counted.
    pub meter: Option<Box<str>>,
    /// The type of the resource.
    pub resource_type: Option<Box<str>>,
    /// The tags that the project keeps, by name.
    pub tags: Vec<(Box<str>, Box<str>)>,
    /// What it is for.
    pub kind: ChargeKind,
    /// Whether it corrects an earlier bill.
    pub is_correction: bool,
    /// Whether the rows are for the whole month, so that a month that is not over has all of them.
    pub is_monthly: bool,
    /// The unit of the quantity, as the bill names it.
    pub unit: Option<Box<str>>,
}

impl BilledProduct {
    /// What a vendor bills, without anything closer.
    pub fn of_vendor(vendor: impl Into<Box<str>>, kind: ChargeKind) -> Self {
        Self {
            vendor: vendor.into(),
            service: None,
            sku: None,
            meter: None,
            resource_type: None,
            tags: Vec::new(),
            kind,
            is_correction: false,
            is_monthly: false,
            unit: None,
        }
    }
}

/// A pattern of a text, in which `*` is any text; capital letters are like small ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern(pub Box<str>);

impl Pattern {
    /// Whether a text fits.
    pub fn fits(&self, text: &str) -> bool {
        let (pattern, text) = (self.0.to_lowercase(), text.to_lowercase());
        let mut parts = pattern.split('*');
        let first = parts.next().unwrap_or_default();
        let Some(mut rest) = text.strip_prefix(first) else { return false };
        let mut parts: Vec<&str> = parts.collect();
        let Some(last) = parts.pop() else { return rest.is_empty() };
        for part in parts {
            let Some(at) = rest.find(part) else { return false };
            rest = &rest[at + part.len()..];
        }
        rest.ends_with(last)
    }
}

/// A rule that puts charges to a line item.
#[derive(Clone, Debug)]
pub struct MatchRule {
    /// The patterns of texts of a charge, each with the text that it is of.
    pub patterns: Vec<(ProductText, Pattern)>,
    /// The kind of charge, if only one is meant.
    pub kind: Option<ChargeKind>,
    /// The name of the line item.
    pub line_item: Box<str>,
    /// Its place in the settings.
    pub span: Span,
}

/// A text of a charge that a rule has a pattern of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProductText {
    /// The vendor.
    Vendor,
    /// The service.
    Service,
    /// The vendor's id.
    Sku,
    /// What was counted.
    Meter,
    /// The type of the resource.
    ResourceType,
    /// The value of a tag.
    Tag(Box<str>),
}

impl MatchRule {
    /// Whether a charge fits.
    pub fn fits(&self, product: &BilledProduct) -> bool {
        let is_of_kind = self.kind.is_none_or(|kind| kind == product.kind);
        let has = |(text, pattern): &(ProductText, Pattern)| product.text(text).is_some_and(|text| pattern.fits(text));
        is_of_kind && self.patterns.iter().all(has)
    }
}

impl BilledProduct {
    fn text(&self, of: &ProductText) -> Option<&str> {
        match of {
            ProductText::Vendor => Some(&self.vendor),
            ProductText::Service => self.service.as_deref(),
            ProductText::Sku => self.sku.as_deref(),
            ProductText::Meter => self.meter.as_deref(),
            ProductText::ResourceType => self.resource_type.as_deref(),
            ProductText::Tag(name) => self.tags.iter().find(|(known, _)| known == name).map(|(_, value)| &**value),
        }
    }

    /// The vendor in the form of the ids of price sheets: `DigitalOcean` is `digitalocean`.
    pub fn vendor_id(&self) -> String {
        vendor_id(&self.vendor)
    }
}

/// The providers whose names in bills are other words than the ids of their price sheets.
const PROVIDERS: &[(&str, &str)] = &[
    ("amazon web services", "aws"),
    ("google", "gcp"),
    ("google cloud", "gcp"),
    ("google cloud platform", "gcp"),
    ("microsoft", "azure"),
    ("microsoft azure", "azure"),
    ("oracle cloud", "oracle"),
];

/// The id that a vendor's price sheet would have, from its name in a bill.
pub fn vendor_id(name: &str) -> String {
    let lower = name.trim().to_lowercase();
    let known = PROVIDERS.iter().find(|(known, _)| *known == lower).map(|(_, id)| (*id).to_owned());
    known.unwrap_or_else(|| lower.chars().map(|one| if one.is_whitespace() { '-' } else { one }).collect())
}
