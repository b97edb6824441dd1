//! What vendors charge: price sheets, SKUs, charges and the terms of a price.

use std::sync::Arc;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::formula::{Formula, Scope};
use super::money::Currency;
use super::unit::PricingUnit;
use crate::source::{Span, Spanned};

/// How far a price can be trusted, by where it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// The vendor's own page, documentation or API.
    Vendor,
    /// The vendor's API, captured and published by someone else.
    Captured,
    /// Somebody else's page.
    ThirdParty,
    /// A test fixture of a public repository.
    Fixture,
    /// The reader's own contract with the vendor.
    Contract,
}

impl Trust {
    /// Every level with the word that a price sheet writes.
    pub const ALL: &'static [(&'static str, Self)] = &[
        ("vendor", Self::Vendor),
        ("captured", Self::Captured),
        ("third_party", Self::ThirdParty),
        ("fixture", Self::Fixture),
        ("contract", Self::Contract),
    ];

    /// The word that a price sheet writes.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(_, trust)| *trust == self).map_or("", |(word, _)| word)
    }
}

/// Where and when a price was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citation {
    /// An address, or a citation in words.
    pub source: Box<str>,
    /// The day of the reading.
    pub retrieved_on: Date,
    /// How far to trust it.
    pub trust: Trust,
    /// What else a reader should know.
    pub note: Option<Box<str>>,
}

/// One vendor's sheet, or the part of it that was asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PriceSheet {
    /// The vendor's id: `hetzner`.
    pub vendor: Box<str>,
    /// The SKUs, in the order of the sheet.
    pub skus: Vec<Arc<Sku>>,
}

/// Something that one can buy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sku {
    /// `vendor/name`.
    pub id: Box<str>,
    /// The length of the vendor's id in `id`.
    pub vendor_len: usize,
    /// What the vendor calls it.
    pub name: Option<Box<str>>,
    /// The category that fits a line item best.
    pub category: Option<Box<str>>,
    /// Size and specification in words.
    pub description: Option<Box<str>>,
    /// The length of the vendor's month in hours, where the sheet says one.
    pub hours_per_month: Option<Spanned<Decimal>>,
    /// The names that formulas of the charges may use: `quantity`, `hours_per_month`, then each meter in order.
    pub scope: Scope,
    /// The priced parts.
    pub charges: Vec<Charge>,
    /// Where the SKU is written.
    pub span: Span,
}

impl Sku {
    /// The slots of [`Sku::scope`] before the first meter.
    pub const FIRST_METER: usize = 2;

    /// The vendor's id.
    pub fn vendor(&self) -> &str {
        &self.id[..self.vendor_len]
    }

    /// The name that the sheet gives it.
    pub fn name_in_sheet(&self) -> &str {
        &self.id[self.vendor_len + 1..]
    }
}

/// One priced part of a SKU.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charge {
    /// What the charge counts; unique in the SKU.
    pub meter: Box<str>,
    /// The pricing unit; `None` for a flat charge.
    pub unit: Option<PricingUnit>,
    /// Whether the charge is worked out for one unit and multiplied by the quantity.
    pub each: bool,
    /// The usage where the line item gives none.
    pub default_usage: Option<Arc<Formula>>,
    /// The billing increment, in pricing units.
    pub round_usage_up_to: Option<Decimal>,
    /// The period of a flat price.
    pub period: Period,
    /// The allowance of every price that names none of its own, in canonical units.
    pub included: Option<Arc<Formula>>,
    /// The prices by date; no two hold on one day.
    pub prices: Vec<Arc<Terms>>,
    /// Where the charge is written.
    pub span: Span,
}

/// How usage becomes money.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The first day; `None` is from ever.
    pub effective_from: Option<Date>,
    /// The last day; `None` is for ever.
    pub effective_to: Option<Date>,
    /// The allowance, in canonical units of the charge's dimension (GB, seconds, counts).
    pub included: Option<Arc<Formula>>,
    /// The currency of the amounts.
    pub currency: Currency,
    /// The price.
    pub pricing: Pricing,
    /// The least that is charged for a month.
    pub minimum: Option<Decimal>,
    /// The most that is charged for a month.
    pub cap: Option<Decimal>,
    /// Where the price was read; `None` for an agreed price.
    pub citation: Option<Arc<Citation>>,
    /// Where the price is written.
    pub span: Span,
}

impl Terms {
    /// Whether the terms hold on a day.
    pub fn holds_on(&self, day: Date) -> bool {
        self.effective_from.is_none_or(|from| from <= day) && self.effective_to.is_none_or(|to| day <= to)
    }

    /// Whether any usage costs nothing.
    pub fn is_free(&self) -> bool {
        let free = match &self.pricing {
            Pricing::Flat { price, .. } | Pricing::PerUnit { price, .. } | Pricing::Package { price, .. } => {
                price.is_zero()
            }
            Pricing::Graduated(tiers) | Pricing::Volume(tiers) => {
                tiers.iter().all(|tier| tier.price.is_zero() && tier.flat.is_zero())
            }
            Pricing::Quote => false,
        };
        free && self.minimum.is_none_or(|minimum| minimum.is_zero())
    }
}

/// The price model of a charge; all prices are in the currency of the terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pricing {
    /// So much a month or a year, whatever the usage.
    Flat {
        /// The price of a period.
        price: Decimal,
        /// The period.
        period: Period,
    },
    /// `price` for every `per` units, parts in proportion.
    PerUnit {
        /// The price of `per` units.
        price: Decimal,
        /// How many units the price buys; above zero.
        per: Decimal,
    },
    /// `price` for every started block of `per` units.
    Package {
        /// The price of a block.
        price: Decimal,
        /// The size of a block; above zero.
        per: Decimal,
    },
    /// Each part of the usage at the price of its own tier.
    Graduated(Vec<Tier>),
    /// All usage at the price of the tier that it reaches.
    Volume(Vec<Tier>),
    /// The vendor publishes no price.
    Quote,
}

/// A step of a ladder of prices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tier {
    /// The last unit of the tier; `None` for the last tier.
    pub up_to: Option<Decimal>,
    /// The price of a unit.
    pub price: Decimal,
    /// A fee for reaching the tier.
    pub flat: Decimal,
}

/// The period of a flat price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// A month.
    Month,
    /// A year, shown as a twelfth per month.
    Year,
}
