//! Price sheets: `pricing/<vendor>.toml`.

use std::collections::BTreeSet;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::formula::FormulaRaw;
use super::node::{FromNode, Mapping, Node, Reader, table};
use super::scalar::choice;
use super::toml;
use crate::diagnostic::Problems;
use crate::model::{Currency, Period, Trust};
use crate::source::{FileId, Spanned};

table! {
    /// A vendor's SKUs with their prices.
    pub struct PriceSheetRaw is "a price sheet" {
        /// The version of the format: 1.
        pub version: Spanned<u64>,
        /// The vendor's id, equal to the file's stem.
        pub vendor: Spanned<String>,
        /// The vendor's name as people write it.
        pub name: Option<Spanned<String>>,
        /// The currency of every price in the sheet.
        pub currency: Spanned<Currency>,
        /// Where the prices were read: an address, or a citation in words.
        pub source: Spanned<String>,
        /// The day of the reading.
        pub retrieved_on: Spanned<Date>,
        /// How far to trust the prices.
        pub trust: Spanned<Trust>,
        /// The hours of the vendor's month; 730 unless given.
        pub hours_per_month: Option<Spanned<Decimal>>,
        /// What else a reader should know.
        pub note: Option<Spanned<String>>,
        /// The SKUs by name.
        pub skus: Option<Mapping<SkuRaw>>,
    }
}

table! {
    /// Something that one can buy.
    pub struct SkuRaw is "a SKU" {
        /// What the vendor calls it.
        pub name: Option<Spanned<String>>,
        /// The category that fits a line item best.
        pub category: Option<Spanned<String>>,
        /// Size and specification in words.
        pub description: Option<Spanned<String>>,
        /// Where the prices of this SKU were read, if not where the sheet says.
        pub source: Option<Spanned<String>>,
        /// The day of that reading.
        pub retrieved_on: Option<Spanned<Date>>,
        /// How far to trust it.
        pub trust: Option<Spanned<Trust>>,
        /// What else a reader should know.
        pub note: Option<Spanned<String>>,
        /// The priced parts, in the order in which a bill shows them.
        pub charges: Vec<ChargeRaw>,
    }
}

table! {
    /// One priced part of a SKU.
    pub struct ChargeRaw is "a charge" {
        /// What the charge counts; unique in the SKU.
        pub meter: Spanned<String>,
        /// How to obtain the usage.
        pub description: Option<Spanned<String>>,
        /// The pricing unit; required unless the model is `flat`.
        pub unit: Option<Spanned<String>>,
        /// The price model.
        pub model: Spanned<ModelRaw>,
        /// Whether the charge is worked out for one unit and multiplied by the quantity.
        pub each: Option<bool>,
        /// A formula for the usage where the line item gives none.
        pub usage: Option<FormulaRaw>,
        /// Billable usage is rounded up to a multiple of this.
        pub round_usage_up_to: Option<Spanned<Decimal>>,
        /// The allowance: a number of pricing units, or a formula over `quantity`, `hours_per_month` and the meters.
        pub included: Option<FormulaRaw>,
        /// The price of `per` units or of the plan; `"quote"` where the vendor publishes none.
        pub price: Option<Spanned<PriceRaw>>,
        /// How many units the price buys; 1 unless given.
        pub per: Option<Spanned<Decimal>>,
        /// The period of a flat price; a month unless given.
        pub period: Option<Spanned<Period>>,
        /// The ladder of a graduated or volume price.
        pub tiers: Vec<TierRaw>,
        /// The least that is charged for a month.
        pub minimum: Option<Spanned<Decimal>>,
        /// The most that is charged for a month.
        pub cap: Option<Spanned<Decimal>>,
        /// The first day on which the price holds.
        pub effective_from: Option<Spanned<Date>>,
        /// The last day on which the price holds.
        pub effective_to: Option<Spanned<Date>>,
        /// Dated prices instead of one; what they leave out stands in the charge.
        pub prices: Vec<DatedPriceRaw>,
    }
}

table! {
    /// A price that holds on some days.
    pub struct DatedPriceRaw is "a dated price" {
        /// The allowance.
        pub included: Option<FormulaRaw>,
        /// The price of `per` units or of the plan.
        pub price: Option<Spanned<PriceRaw>>,
        /// How many units the price buys.
        pub per: Option<Spanned<Decimal>>,
        /// The ladder of a graduated or volume price.
        pub tiers: Vec<TierRaw>,
        /// The least that is charged for a month.
        pub minimum: Option<Spanned<Decimal>>,
        /// The most that is charged for a month.
        pub cap: Option<Spanned<Decimal>>,
        /// The first day on which the price holds.
        pub effective_from: Option<Spanned<Date>>,
        /// The last day on which the price holds.
        pub effective_to: Option<Spanned<Date>>,
        /// Where the price was read.
        pub source: Option<Spanned<String>>,
        /// The day of that reading.
        pub retrieved_on: Option<Spanned<Date>>,
        /// How far to trust it.
        pub trust: Option<Spanned<Trust>>,
        /// What else a reader should know.
        pub note: Option<Spanned<String>>,
    }
}

table! {
    /// A step of a ladder of prices.
    pub struct TierRaw is "a tier" {
        /// The last unit of the tier; the last tier has none.
        pub up_to: Option<Spanned<Decimal>>,
        /// The price of a unit; 0 unless given.
        pub price: Option<Spanned<Decimal>>,
        /// A fee for reaching the tier; 0 unless given.
        pub flat: Option<Spanned<Decimal>>,
    }
}

/// A price as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PriceRaw {
    /// A number.
    Amount(Decimal),
    /// The vendor publishes none.
    Quote,
}

impl FromNode for Spanned<PriceRaw> {
    fn from_node(node: Node, reader: &mut Reader<'_>) -> Option<Self> {
        let span = reader.span(&node);
        if reader.scalar(&node, "a price")?.as_ref() == "quote" {
            return Some(Self::new(PriceRaw::Quote, span));
        }
        Spanned::<Decimal>::from_node(node, reader).map(|number| number.map(PriceRaw::Amount))
    }
}

/// The price models by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModelRaw {
    /// So much a period, whatever the usage.
    Flat,
    /// Units in proportion.
    PerUnit,
    /// Started blocks of units.
    Package,
    /// Each part of the usage at the price of its own tier.
    Graduated,
    /// All usage at the price of the tier that it reaches.
    Volume,
}

impl FromNode for Spanned<ModelRaw> {
    fn from_node(node: Node, reader: &mut Reader<'_>) -> Option<Self> {
        let models = [
            ("flat", ModelRaw::Flat),
            ("per_unit", ModelRaw::PerUnit),
            ("package", ModelRaw::Package),
            ("graduated", ModelRaw::Graduated),
            ("volume", ModelRaw::Volume),
        ];
        choice(&node, reader, "a price model", &models)
    }
}

impl FromNode for Spanned<Period> {
    fn from_node(node: Node, reader: &mut Reader<'_>) -> Option<Self> {
        choice(&node, reader, "a period", &[("month", Period::Month), ("year", Period::Year)])
    }
}

impl FromNode for Spanned<Trust> {
    fn from_node(node: Node, reader: &mut Reader<'_>) -> Option<Self> {
        choice(&node, reader, "a level of trust", Trust::ALL)
    }
}

/// Reads a whole price sheet.
pub fn price_sheet(file: FileId, text: &str, problems: &mut Problems) -> Option<PriceSheetRaw> {
    let node = toml::parse(file, text, |_| false, problems)?;
    PriceSheetRaw::from_node(node, &mut Reader { file, text, problems })
}

/// Reads the head of a price sheet and those of the SKUs `wanted` that it has.
///
/// The other SKUs are passed over where the sheet is written plainly enough, and read as well where it is not;
/// `validate` reads every sheet whole.
pub fn price_sheet_part(
    file: FileId,
    text: &str,
    wanted: &BTreeSet<String>,
    problems: &mut Problems,
) -> Option<PriceSheetRaw> {
    let skip = |path: &[&str]| path.first() == Some(&"skus") && path.get(1).is_some_and(|name| !wanted.contains(*name));
    let node = toml::parse(file, text, skip, problems)?;
    PriceSheetRaw::from_node(node, &mut Reader { file, text, problems })
}
