//! What vendors charge: price sheets, SKUs, charges and the terms of a price.

use std::fmt;
use std::sync::Arc;

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::model::formula::formula::{Formula, Scope};
use crate::model::number::money::Currency;
use crate::model::number::rounding::Rounding;
use crate::model::number::unit::PricingUnit;
use crate::model::prices::specification::{Sale, Specification};
use crate::model::words::words;
use crate::source::{Span, Spanned};

words! {
    /// How far a price can be trusted, by where it was read.
    pub enum Trust is "a level of trust" {
        /// The vendor's own page, documentation or API.
        Vendor = "vendor",
        /// The vendor's API, captured and published by someone else.
        Captured = "captured",
        /// Somebody else's page.
        ThirdParty = "third_party",
        /// A test fixture of a public repository.
        Fixture = "fixture",
        /// The reader's own contract with the vendor.
        Contract = "contract",
    }
}

/// The source of a price and the day on which it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citation {
    /// A URL or a citation in words.
    pub source: Box<str>,
    /// The day on which the source was read.
    pub retrieved_on: Date,
    /// How far the source can be trusted.
    pub trust: Trust,
    /// A note for the reader.
    pub note: Option<Box<str>>,
}

/// One vendor's price sheet, or the requested part of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PriceSheet {
    /// The vendor's id: `hetzner`.
    pub vendor: Box<str>,
    /// The vendor's name for display.
    pub name: Option<Box<str>>,
    /// The currency of prices that name none; `None` for a sheet that could not be read.
    pub currency: Option<Currency>,
    /// Whether it extends the bundled sheet of the vendor.
    pub extends_bundled: bool,
    /// The last day on which the vendor provided its services, if it has ended them.
    pub closed_on: Option<Date>,
    /// Allowances that several charges share.
    pub pools: Vec<Arc<Pool>>,
    /// The SKUs, in the order of the sheet; those of the bundled sheet that it extends come first.
    pub skus: Vec<Arc<Sku>>,
    /// The line items that a new plan gets for the vendor.
    pub starter: Vec<StarterItem>,
}

impl PriceSheet {
    /// The line items of a new plan in a currency: those for it, otherwise those for any.
    pub fn starter_in(&self, currency: Currency) -> impl Iterator<Item = &StarterItem> {
        let has_own = self.starter.iter().any(|item| item.currency == Some(currency));
        let wanted = Some(currency).filter(|_| has_own);
        self.starter.iter().filter(move |item| item.currency == wanted)
    }
}

/// A line item that a new plan gets for a vendor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StarterItem {
    /// The name of the line item.
    pub name: Box<str>,
    /// The SKU, by its name in the sheet.
    pub sku: Spanned<Box<str>>,
    /// The currency of the plans that get it; `None` for those in whose currency the sheet has no line items.
    pub currency: Option<Currency>,
    /// How many, as a formula; 1 unless given.
    pub quantity: Option<Box<str>>,
    /// The options that select prices of the SKU.
    pub options: Vec<(Box<str>, Box<str>)>,
    /// The usage of a month by meter, as formulas.
    pub usage: Vec<(Box<str>, Box<str>)>,
    /// Whether other usage is taken to stay within the allowances of the SKU.
    pub is_within_allowance: bool,
    /// What is guessed of quantity and usage, and why.
    pub guess: Option<Box<str>>,
}

/// A product or plan of a vendor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sku {
    /// The id: `vendor/name`.
    pub id: Box<str>,
    /// The length of the vendor's id in `id`.
    pub vendor_len: usize,
    /// The vendor's name for it.
    pub name: Option<Box<str>>,
    /// The category that suits a line item best.
    pub category: Option<Box<str>>,
    /// Size and specification, in words.
    pub description: Option<Box<str>>,
    /// Further words by which it is searched for.
    pub keywords: Vec<Box<str>>,
    /// What one unit of it offers.
    pub specification: Specification,
    /// How long it is sold, and what comes after it.
    pub sale: Sale,
    /// The SKUs that it is an add-on to, by their names in the sheet, which may end in `*`; empty if it is none.
    pub addon_to: Vec<Box<str>>,
    /// The length of the vendor's month, if the sheet gives one.
    pub hours_per_month: Option<Spanned<MonthLength>>,
    /// The names that formulas of the charges may use: `quantity`, `hours_per_month`, the inputs, then the meters in
    /// order.
    pub scope: Scope,
    /// The credits that come with it, for other SKUs.
    pub credits: Vec<SkuCredit>,
    /// Measured values without a price.
    pub inputs: Vec<SkuInput>,
    /// The charges, in the order of a bill.
    pub charges: Vec<Arc<Charge>>,
    /// The place of the SKU in the price sheet.
    pub span: Span,
    /// The place of the bundled SKU that it replaces.
    pub replaces: Option<Span>,
}

impl Sku {
    /// The slot of `quantity` in [`Sku::scope`].
    pub const QUANTITY: usize = 0;
    /// The slot of the first input in [`Sku::scope`].
    pub const FIRST_INPUT: usize = 2;

    /// Whether it is an add-on to a SKU, by the name of that SKU in the sheet.
    pub fn is_addon_to(&self, other: &Self) -> bool {
        self.vendor() == other.vendor() && self.addon_to.iter().any(|asked| is_match(asked, other.name_in_sheet()))
    }

    /// The slot of the meter of the charge at this place.
    pub fn meter_slot(&self, place: usize) -> usize {
        Self::FIRST_INPUT + self.inputs.len() + place
    }

    /// The vendor's id.
    pub fn vendor(&self) -> &str {
        &self.id[..self.vendor_len]
    }

    /// The name in the price sheet, without the vendor.
    pub fn name_in_sheet(&self) -> &str {
        &self.id[self.vendor_len + 1..]
    }
}

/// Whether a name in a sheet matches a pattern: the name, or its beginning and a `*`.
pub(crate) fn is_match(pattern: &str, name: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == name, |start| name.starts_with(start))
}

/// A measured value without a price, for the formulas of charges: the memory of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SkuInput {
    /// The name; unique among the meters and inputs of the SKU.
    pub name: Box<str>,
    /// How to obtain the value.
    pub description: Option<Box<str>>,
    /// The unit: `GB`, `request`.
    pub unit: PricingUnit,
    /// The value if the line item gives none.
    pub default_usage: Option<Arc<Formula>>,
}

impl SkuInput {
    /// The unit of inputs that are parts of one whole, each of them and all of a SKU together at most 100%.
    const SHARE: &str = "share";

    /// Whether it is a part of the whole that the shares of the SKU are parts of.
    pub fn is_share(&self) -> bool {
        &*self.unit.label == Self::SHARE
    }
}

/// One priced part of a SKU.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charge {
    /// The name of what the charge counts; unique in the SKU.
    pub meter: Box<str>,
    /// How to obtain the usage, in words.
    pub description: Option<Box<str>>,
    /// The pricing unit; `None` for a flat charge.
    pub unit: Option<PricingUnit>,
    /// Whether the charge is computed for one unit and multiplied by the quantity.
    pub each: bool,
    /// The base of a percentage.
    pub base: Option<Base>,
    /// The usage if the line item gives none.
    pub default_usage: Option<Arc<Formula>>,
    /// The usage that is billed, if it differs from the usage: a formula over [`Sku::scope`].
    pub billed_usage: Option<Arc<Formula>>,
    /// The size that chooses the tier of a volume price, if it is not the usage: a formula over [`Sku::scope`].
    pub tier_by: Option<Arc<Formula>>,
    /// The minimum billable usage, in canonical units.
    pub minimum_usage: Option<Arc<Formula>>,
    /// The maximum billable usage, in canonical units.
    pub maximum_usage: Option<Arc<Formula>>,
    /// The rounding of billable usage, in pricing units.
    pub usage_rounding: Option<Rounding>,
    /// The rounding of the cost.
    pub cost_rounding: Option<Rounding>,
    /// The period of a flat price.
    pub period: Period,
    /// The allowance of prices that do not give their own, in canonical units.
    pub included: Option<Arc<Formula>>,
    /// The pool that the charge shares its allowance in.
    pub pool: Option<Arc<Pool>>,
    /// The prices by date, order day and options; at most one applies at a time.
    pub prices: Vec<Arc<Terms>>,
    /// The place of the charge in the price sheet.
    pub span: Span,
}

/// An allowance that several charges share, within a line item or across line items.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pool {
    /// The id: `vendor/name`.
    pub id: Box<str>,
    /// The unit: `GB`, `request`.
    pub unit: PricingUnit,
    /// The allowance of an account, in canonical units; `None` if the pool holds the allowances of its charges.
    pub included: Option<Formula>,
    /// Its place in the price sheet.
    pub span: Span,
}

impl Pool {
    /// The name in the price sheet, without the vendor.
    pub fn name(&self) -> &str {
        self.id.split_once('/').map_or(&*self.id, |(_, name)| name)
    }
}

/// The terms of a price: when it applies, and how usage becomes money.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The first day on which the price applies; `None` means no start.
    pub effective_from: Option<Date>,
    /// The last day on which the price applies; `None` means no end.
    pub effective_to: Option<Date>,
    /// The first order day that gets the price; `None` means no start.
    pub ordered_from: Option<Date>,
    /// The last order day that gets the price; `None` means no end.
    pub ordered_to: Option<Date>,
    /// The options that a line item must choose to get the price, with their values, sorted by name.
    pub when: Box<[(Box<str>, Box<str>)]>,
    /// The allowance, in canonical units of the charge's dimension (GB, seconds, counts).
    pub included: Option<Arc<Formula>>,
    /// The currency of the amounts.
    pub currency: Currency,
    /// The price model with its prices.
    pub pricing: Pricing,
    /// The usage that the buyer commits to.
    pub commitment: Option<Commitment>,
    /// The minimum cost per month.
    pub minimum: Option<Decimal>,
    /// The maximum cost per month.
    pub cap: Option<Decimal>,
    /// The rate of the tax that the amounts include, as a ratio.
    pub includes_tax: Option<Decimal>,
    /// The unit or period of an agreed price as written: `GB`, `month`; `None` if it is not written, and for list
    /// prices.
    pub buys: Option<Box<str>>,
    /// The source of the price; `None` for an agreed price.
    pub citation: Option<Arc<Citation>>,
    /// The place of the price in the source.
    pub span: Span,
}

impl Terms {
    /// Whether the price applies on a day.
    pub fn holds_on(&self, day: Date) -> bool {
        self.effective_from.is_none_or(|from| from <= day) && self.effective_to.is_none_or(|to| day <= to)
    }

    /// Whether the price applies to an order of this day.
    pub fn holds_for_order(&self, day: Date) -> bool {
        self.ordered_from.is_none_or(|from| from <= day) && self.ordered_to.is_none_or(|to| day <= to)
    }

    /// The price, if it is a range.
    pub fn range(&self) -> Option<Price> {
        self.pricing.price().filter(|price| price.low != price.high)
    }

    /// Whether all usage is free.
    pub fn is_free(&self) -> bool {
        let is_free = !self.pricing.is_quote()
            && self.pricing.price().is_none_or(|price| price.high.is_zero())
            && self.pricing.tiers().iter().all(|tier| tier.price.is_zero() && tier.flat.is_zero());
        is_free && self.minimum.is_none_or(|minimum| minimum.is_zero())
    }
}

/// A price or, for market prices, a range; all three are equal for a fixed price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    /// The lowest price.
    pub low: Decimal,
    /// The price for the expected cost.
    pub expected: Decimal,
    /// The highest price.
    pub high: Decimal,
}

impl From<Decimal> for Price {
    fn from(price: Decimal) -> Self {
        Self { low: price, expected: price, high: price }
    }
}

impl Price {
    /// The price at a point of its range.
    pub fn at(self, point: PricePoint) -> Decimal {
        match point {
            PricePoint::Low => self.low,
            PricePoint::Expected => self.expected,
            PricePoint::High => self.high,
        }
    }
}

/// The point of price ranges that is used in a computation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PricePoint {
    /// The low ends.
    Low,
    /// The expected prices.
    Expected,
    /// The high ends.
    High,
}

/// The base of a percentage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    /// An earlier charge of the SKU, by its place.
    Charge(u16),
    /// The line items that the line item names.
    LineItems,
    /// The vendor's other line items, without those that are percentages of the vendor or of the subtotal.
    Vendor,
    /// All other line items, without those that are percentages of the subtotal.
    Subtotal,
    /// The monthly recurring revenue.
    Mrr,
}

impl Base {
    /// The words of a price sheet for bases outside the SKU.
    pub const WORDS: &'static [(&'static str, Self)] =
        &[("line_items", Self::LineItems), ("vendor", Self::Vendor), ("subtotal", Self::Subtotal), ("mrr", Self::Mrr)];

    /// Whether no meter can have the word of the base as its name: a sheet may count its own `mrr`.
    pub fn is_reserved(self) -> bool {
        self != Self::Mrr
    }

    /// The word in a sheet: the meter of a charge, or one of [`Base::WORDS`].
    pub fn word(self, sku: &Sku) -> &str {
        let Self::Charge(place) = self else {
            return Self::WORDS.iter().find(|(_, base)| *base == self).map_or("", |(word, _)| word);
        };
        sku.charges.get(usize::from(place)).map_or("", |charge| &charge.meter)
    }
}

words! {
    /// The price models by name.
    pub enum PriceModel is "a price model" {
        /// So much a period, whatever the usage.
        Flat = "flat",
        /// Units in proportion.
        PerUnit = "per_unit",
        /// Started blocks of units.
        Package = "package",
        /// Each part of the usage at the price of its own tier.
        Graduated = "graduated",
        /// All usage at the price of the tier that it reaches.
        Volume = "volume",
        /// A part of another cost.
        Percentage = "percentage",
    }
}

/// What code that does not tell the price models apart has to know of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ModelTraits {
    /// Whether it counts usage, so that its charge needs a unit.
    pub counts_usage: bool,
    /// What its tiers are prices of; `None` if it has no tiers.
    pub tiers: Option<TiersOf>,
    /// Whether it has a price for usage beyond a commitment.
    pub takes_commitment: bool,
    /// Whether another period or block is another price of the same, and not another way of billing.
    pub is_price_of_any_basis: bool,
}

/// What tiers are prices of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TiersOf {
    /// Units of usage.
    Usage,
    /// Another cost, of which they take a part.
    Cost,
}

impl PriceModel {
    /// What has to be known of it. A new model decides each of them here.
    pub const fn traits(self) -> ModelTraits {
        let (counts_usage, tiers, takes_commitment, is_price_of_any_basis) = match self {
            Self::Flat => (false, None, false, true),
            Self::PerUnit => (true, None, true, true),
            Self::Package => (true, None, false, false),
            Self::Graduated | Self::Volume => (true, Some(TiersOf::Usage), false, false),
            Self::Percentage => (false, Some(TiersOf::Cost), false, false),
        };
        ModelTraits { counts_usage, tiers, takes_commitment, is_price_of_any_basis }
    }

    /// The models for which something holds, as a message lists them: `` `graduated` and `volume` ``.
    pub fn listed(holds: impl Fn(ModelTraits) -> bool) -> String {
        let models = Self::WORDS.iter().filter(|(_, model)| holds(model.traits()));
        let words: Vec<String> = models.map(|(word, _)| format!("`{word}`")).collect();
        match words.split_last() {
            Some((last, [])) => last.clone(),
            Some((last, others)) => format!("{} and {last}", others.join(", ")),
            None => String::new(),
        }
    }
}

/// The price model of a charge; prices are in the currency of the terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pricing {
    /// A fixed price per period, whatever the usage.
    Flat {
        /// The price per period.
        price: Price,
        /// The length of the period.
        period: Period,
    },
    /// `price` for every `per` units, in proportion.
    PerUnit {
        /// The price of `per` units.
        price: Price,
        /// The number of units that the price buys; above zero.
        per: Decimal,
    },
    /// `price` for every started block of `per` units.
    Package {
        /// The price of a block.
        price: Price,
        /// The size of a block; above zero.
        per: Decimal,
    },
    /// Each part of the usage at the price of its tier.
    Graduated {
        /// The tiers, from the first unit on.
        tiers: Vec<Tier>,
        /// The number of units that the price of a tier buys; above zero.
        per: Decimal,
    },
    /// All usage at the price of the tier that it reaches, or that another size reaches.
    Volume {
        /// The tiers, from the first unit on.
        tiers: Vec<Tier>,
        /// The number of units that the price of a tier buys; above zero.
        per: Decimal,
    },
    /// Each part of another cost at the rate of its tier: bounds are money and prices are ratios.
    Percentage(Vec<Tier>),
    /// The vendor publishes no price.
    Quote,
}

impl Pricing {
    /// The price model; `None` if the vendor publishes no price, which a charge of every model may do.
    pub fn model(&self) -> Option<PriceModel> {
        match self {
            Self::Flat { .. } => Some(PriceModel::Flat),
            Self::PerUnit { .. } => Some(PriceModel::PerUnit),
            Self::Package { .. } => Some(PriceModel::Package),
            Self::Graduated { .. } => Some(PriceModel::Graduated),
            Self::Volume { .. } => Some(PriceModel::Volume),
            Self::Percentage(_) => Some(PriceModel::Percentage),
            Self::Quote => None,
        }
    }

    /// The name of the price model, or `quote`.
    pub fn name(&self) -> &'static str {
        self.model().map_or(Self::QUOTE, PriceModel::as_str)
    }

    /// The word for a price that is not published.
    pub const QUOTE: &'static str = "quote";

    /// Whether the vendor publishes no price.
    pub fn is_quote(&self) -> bool {
        self.model().is_none()
    }

    /// Whether the price is a part of another cost.
    pub fn is_percentage(&self) -> bool {
        self.model() == Some(PriceModel::Percentage)
    }

    /// The price of a period or of some units, if the model has one.
    pub fn price(&self) -> Option<Price> {
        match self {
            Self::Flat { price, .. } | Self::PerUnit { price, .. } | Self::Package { price, .. } => Some(*price),
            Self::Graduated { .. } | Self::Volume { .. } | Self::Percentage(_) | Self::Quote => None,
        }
    }

    /// How many units the price, or that of a tier, buys, if the model has a price for some.
    pub fn per(&self) -> Option<Decimal> {
        match self {
            Self::PerUnit { per, .. }
            | Self::Package { per, .. }
            | Self::Graduated { per, .. }
            | Self::Volume { per, .. } => Some(*per),
            Self::Flat { .. } | Self::Percentage(_) | Self::Quote => None,
        }
    }

    /// The tiers whose prices are those of usage; none if the model has no such tiers.
    pub fn tiers_of_usage(&self) -> &[Tier] {
        let is_of_usage = self.model().is_some_and(|model| model.traits().tiers == Some(TiersOf::Usage));
        if is_of_usage { self.tiers() } else { &[] }
    }

    /// The period of a flat price.
    pub fn period(&self) -> Option<Period> {
        match self {
            Self::Flat { period, .. } => Some(*period),
            Self::PerUnit { .. }
            | Self::Package { .. }
            | Self::Graduated { .. }
            | Self::Volume { .. }
            | Self::Percentage(_)
            | Self::Quote => None,
        }
    }

    /// The tiers, from the first unit on; none if the model has no tiers.
    pub fn tiers(&self) -> &[Tier] {
        match self {
            Self::Graduated { tiers, .. } | Self::Volume { tiers, .. } | Self::Percentage(tiers) => tiers,
            Self::Flat { .. } | Self::PerUnit { .. } | Self::Package { .. } | Self::Quote => &[],
        }
    }

    /// The same model with every amount of money, or rate of a percentage, changed by `amount`.
    ///
    /// # Errors
    /// Those of `amount`.
    pub fn map<E>(&self, mut amount: impl FnMut(Decimal) -> Result<Decimal, E>) -> Result<Self, E> {
        let mut price = |price: Price| {
            Ok(Price { low: amount(price.low)?, expected: amount(price.expected)?, high: amount(price.high)? })
        };
        Ok(match self {
            Self::Flat { price: of, period } => Self::Flat { price: price(*of)?, period: *period },
            Self::PerUnit { price: of, per } => Self::PerUnit { price: price(*of)?, per: *per },
            Self::Package { price: of, per } => Self::Package { price: price(*of)?, per: *per },
            Self::Graduated { tiers, per } => Self::Graduated { tiers: Tier::map_all(tiers, amount)?, per: *per },
            Self::Volume { tiers, per } => Self::Volume { tiers: Tier::map_all(tiers, amount)?, per: *per },
            Self::Percentage(tiers) => Self::Percentage(Tier::map_all(tiers, amount)?),
            Self::Quote => Self::Quote,
        })
    }

    /// The amounts of `other` in the periods, numbers of units and bounds of this one; `None` if the amounts do not fit,
    /// since the model, the period, the number of units or the number of tiers is another.
    pub fn with_amounts_of(&self, other: &Self) -> Option<Self> {
        let is_alike = !self.is_quote()
            && self.model() == other.model()
            && self.period() == other.period()
            && self.per() == other.per()
            && self.tiers().len() == other.tiers().len();
        let tiers = |bounds: &[Tier]| {
            let pairs = bounds.iter().zip(other.tiers());
            pairs.map(|(bound, amounts)| Tier { up_to: bound.up_to, ..*amounts }).collect()
        };
        is_alike.then(|| match self {
            Self::Graduated { tiers: bounds, per } => Self::Graduated { tiers: tiers(bounds), per: *per },
            Self::Volume { tiers: bounds, per } => Self::Volume { tiers: tiers(bounds), per: *per },
            Self::Percentage(bounds) => Self::Percentage(tiers(bounds)),
            Self::Flat { .. } | Self::PerUnit { .. } | Self::Package { .. } | Self::Quote => other.clone(),
        })
    }
}

/// A tier of a price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tier {
    /// The last unit of the tier; `None` for the last tier.
    pub up_to: Option<Decimal>,
    /// The price of a unit, or of as many as the price model says.
    pub price: Decimal,
    /// A fee for reaching the tier.
    pub flat: Decimal,
}

impl Tier {
    /// Tiers with every amount of money changed.
    fn map_all<E>(tiers: &[Self], mut amount: impl FnMut(Decimal) -> Result<Decimal, E>) -> Result<Vec<Self>, E> {
        tiers.iter().map(|tier| Ok(Self { price: amount(tier.price)?, flat: amount(tier.flat)?, ..*tier })).collect()
    }
}

/// An amount of usage that the buyer commits to; usage beyond it costs more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Commitment {
    /// The committed usage per month, in pricing units.
    pub usage: Decimal,
    /// The price of usage beyond the commitment, as a multiple of the price.
    pub overage_factor: Decimal,
    /// Whether unused commitment is billed too.
    pub true_up: bool,
}

/// The length of a month in hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MonthLength {
    /// A fixed number of hours.
    Hours(Decimal),
    /// The hours of the calendar month of the computation's day.
    Calendar,
}

impl MonthLength {
    /// The hours of the month of `day`.
    pub fn hours(self, day: Date) -> Decimal {
        match self {
            Self::Hours(hours) => hours,
            Self::Calendar => Decimal::from(i32::from(day.days_in_month()) * 24),
        }
    }
}

/// The period of a flat price in months; a month costs its share of the price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// The number of months; above zero.
    pub months: u32,
}

impl Period {
    /// One month.
    pub const MONTH: Self = Self { months: 1 };
    /// Twelve months.
    pub const YEAR: Self = Self { months: 12 };

    /// Reads `month`, `quarter`, `year` or `3 years`, up to 100 of them; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let (count, unit) = text.split_once(' ').unwrap_or(("1", text));
        let months = Self::months_of(unit.trim())?;
        let count: Option<u32> = count.parse().ok().filter(|count| (1..=100).contains(count));
        count.map(|count| Self { months: count * months })
    }

    /// The months of a period of this name, singular or plural: 12 for `years`.
    pub fn months_of(word: &str) -> Option<u32> {
        match crate::model::number::unit::spelled_out(word.strip_suffix('s').unwrap_or(word)) {
            "month" => Some(1),
            "quarter" => Some(3),
            "year" => Some(12),
            _ => None,
        }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.months {
            1 => f.write_str("a month"),
            12 => f.write_str("a year"),
            months if months % 12 == 0 => write!(f, "{} years", months / 12),
            months => write!(f, "{months} months"),
        }
    }
}

/// A credit that comes with a SKU, for other SKUs of its vendor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SkuCredit {
    /// The reason, for display.
    pub reason: Box<str>,
    /// The amount per month and unit of the SKU.
    pub amount: Decimal,
    /// The currency of the amount.
    pub currency: Currency,
    /// The ids of the SKUs that it applies to; an id that ends in `*` matches every id with this beginning.
    pub skus: Vec<Box<str>>,
    /// The first day on which the price applies; `None` means no start.
    pub from: Option<Date>,
    /// The last day on which the price applies; `None` means no end.
    pub until: Option<Date>,
    /// Its place in the price sheet.
    pub span: Span,
}

impl SkuCredit {
    /// Whether the credit applies on a day.
    pub fn holds_on(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }
}
