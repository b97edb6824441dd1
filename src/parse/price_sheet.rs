//! Price sheets: `pricing/<vendor>.toml`.

use std::collections::BTreeSet;

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::diagnostic::{Code, Problems};
use crate::model::{Currency, MonthLength, Period, PriceModel, Pricing, Trust};
use crate::parse::formula::FormulaRaw;
use crate::parse::rounding::RoundingRaw;
use crate::parse::syntax::node::{FromNode, Mapping, Node, Reader, ScalarOr, table};
use crate::parse::syntax::scalar::{decimal, scalar};
use crate::parse::syntax::{toml, toml_part};
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
        /// The hours of the vendor's month: a number, or `"calendar"`; 730 unless given.
        pub hours_per_month: Option<Spanned<MonthLength>>,
        /// The rate of the tax that the prices include; they are net unless given.
        pub includes_tax: Option<Spanned<Decimal>>,
        /// What else a reader should know.
        pub note: Option<Spanned<String>>,
        /// Allowances that several charges share.
        pub pools: Option<Mapping<PoolRaw>>,
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
        /// The rate of the tax that the prices of this SKU include.
        pub includes_tax: Option<Spanned<Decimal>>,
        /// The credits that it brings for other SKUs of the vendor.
        pub credits: Vec<SkuCreditRaw>,
        /// What is measured and not priced, for the formulas of the charges.
        pub inputs: Option<Mapping<InputRaw>>,
        /// The priced parts, in the order in which a bill shows them.
        pub charges: Vec<ChargeRaw>,
    }
}

table! {
    /// An allowance that several charges share.
    pub struct PoolRaw is "a pool" {
        /// The unit.
        pub unit: Spanned<String>,
        /// The allowance of an account; without it the pool holds what its charges include.
        pub included: Option<FormulaRaw>,
        /// Who shares it.
        pub description: Option<Spanned<String>>,
    }
}

table! {
    /// A credit that a SKU brings for other SKUs of its vendor.
    pub struct SkuCreditRaw is "a credit" {
        /// What it is.
        pub reason: Spanned<String>,
        /// The amount a month for each unit of the SKU.
        pub amount: Spanned<Decimal>,
        /// The SKUs that it is for, by their names in the sheet; `compute-*` stands for all that begin so.
        pub skus: Vec<Spanned<String>>,
        /// The first day.
        pub from: Option<Spanned<Date>>,
        /// The last day.
        pub until: Option<Spanned<Date>>,
    }
}

table! {
    /// Something that is measured and not priced.
    pub struct InputRaw is "an input" {
        /// The unit.
        pub unit: Spanned<String>,
        /// How to obtain it.
        pub description: Option<Spanned<String>>,
        /// A formula for the value where the line item gives none.
        pub usage: Option<FormulaRaw>,
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
        pub model: Spanned<PriceModel>,
        /// Whether the charge is worked out for one unit and multiplied by the quantity.
        pub each: Option<bool>,
        /// A formula for the usage where the line item gives none.
        pub usage: Option<FormulaRaw>,
        /// What is billed for the usage, where that is another amount: a formula over the meters and inputs.
        pub billed_usage: Option<FormulaRaw>,
        /// The least usage that is billable: a number of pricing units, or a formula.
        pub minimum_usage: Option<FormulaRaw>,
        /// The most usage that is billable: a number of pricing units, or a formula.
        pub maximum_usage: Option<FormulaRaw>,
        /// Billable usage is rounded up to a multiple of this.
        pub round_usage_up_to: Option<Spanned<Decimal>>,
        /// Billable usage is rounded down to a multiple of this.
        pub round_usage_down_to: Option<Spanned<Decimal>>,
        /// The amount of money is rounded: `0.01` for cents.
        pub round_cost_to: Option<ScalarOr<Spanned<Decimal>, RoundingRaw>>,
        /// What is charged, or for dated prices what they leave out.
        pub terms: TermsRaw = flatten,
        /// The pool that the allowance comes from.
        pub pool: Option<Spanned<String>>,
        /// What a percentage is taken of: a meter before, `line_items`, `vendor` or `subtotal`.
        pub of: Option<Spanned<String>>,
        /// The period of a flat price; a month unless given.
        pub period: Option<Spanned<Period>>,
        /// Dated prices instead of one; what they leave out stands in the charge.
        pub prices: Vec<DatedPriceRaw>,
    }
}

table! {
    /// What is charged for what a charge counts, and when.
    pub struct TermsRaw is "a price" {
        /// The allowance: a number of pricing units, or a formula over `quantity`, `hours_per_month` and the meters.
        pub included: Option<FormulaRaw>,
        /// The price of `per` units or of the plan; `"quote"` where the vendor publishes none, and a range such as
        /// `"0.30..0.47"` where a market makes it.
        pub price: Option<ScalarOr<Spanned<PriceRaw>, PriceRangeRaw>>,
        /// The rate of a percentage: `"20%"`.
        pub percent: Option<Spanned<Decimal>>,
        /// How many units the price buys; 1 unless this price, or the charge of a dated one, says another number.
        pub per: Option<Spanned<Decimal>>,
        /// The ladder of a graduated or volume price.
        pub tiers: Vec<TierRaw>,
        /// The least that is charged for a month.
        pub minimum: Option<Spanned<Decimal>>,
        /// The most that is charged for a month.
        pub cap: Option<Spanned<Decimal>>,
        /// What the buyer commits to.
        pub commitment: Option<CommitmentRaw>,
        /// The first day on which the price holds.
        pub effective_from: Option<Spanned<Date>>,
        /// The last day on which the price holds.
        pub effective_to: Option<Spanned<Date>>,
    }
}

table! {
    /// A price that holds on some days.
    pub struct DatedPriceRaw is "a dated price" {
        /// What a line item must choose to get the price: `{ region = "eu" }`.
        pub when: Option<Mapping<Spanned<String>>>,
        /// The currency of the amounts; that of the sheet unless given.
        pub currency: Option<Spanned<Currency>>,
        /// What is charged.
        pub terms: TermsRaw = flatten,
        /// The first day of orders that get the price.
        pub ordered_from: Option<Spanned<Date>>,
        /// The last day of orders that get the price.
        pub ordered_to: Option<Spanned<Date>>,
        /// The rate of the tax that the price includes.
        pub includes_tax: Option<Spanned<Decimal>>,
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

impl DatedPriceRaw {
    /// The only price of a charge that has no dated ones.
    pub fn of_charge(terms: TermsRaw) -> Self {
        Self {
            span: terms.span,
            when: None,
            currency: None,
            terms,
            ordered_from: None,
            ordered_to: None,
            includes_tax: None,
            source: None,
            retrieved_on: None,
            trust: None,
            note: None,
        }
    }
}

table! {
    /// A step of a ladder of prices.
    pub struct TierRaw is "a tier" {
        /// The last unit of the tier; the last tier has none.
        pub up_to: Option<Spanned<Decimal>>,
        /// The price of a unit; 0 unless given.
        pub price: Option<Spanned<Decimal>>,
        /// The rate of a percentage; 0 unless given.
        pub percent: Option<Spanned<Decimal>>,
        /// A fee for reaching the tier; 0 unless given.
        pub flat: Option<Spanned<Decimal>>,
    }
}

table! {
    /// An amount of usage that the buyer commits to.
    pub struct CommitmentRaw is "a commitment" {
        /// The usage, in pricing units.
        pub usage: Spanned<Decimal>,
        /// The price of usage beyond it, as a multiple of the price; 1 unless given.
        pub overage_factor: Option<Spanned<Decimal>>,
        /// Whether the whole commitment is paid for, used or not; `true` unless given.
        pub true_up: Option<bool>,
    }
}

table! {
    /// A price that is known between two ends.
    pub struct PriceRangeRaw is "a range of prices" {
        /// The least.
        pub low: Spanned<Decimal>,
        /// What one computes with; the middle unless given.
        pub expected: Option<Spanned<Decimal>>,
        /// The most.
        pub high: Spanned<Decimal>,
    }
}

/// A price as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PriceRaw {
    /// A number.
    Amount(Decimal),
    /// From one number to another.
    Range(Decimal, Decimal),
    /// The vendor publishes none.
    Quote,
}

impl FromNode for Spanned<PriceRaw> {
    fn from_node(node: Node, reader: &mut Reader<'_>) -> Option<Self> {
        let span = reader.span(&node);
        let text = reader.scalar(&node, "a price")?;
        if text == Pricing::QUOTE {
            return Some(Self::new(PriceRaw::Quote, span));
        }
        if text.contains("..") {
            let range = scalar(&node, reader, "a range of prices such as `0.30..0.47`", Code::InvalidRange, |text| {
                let end = |text: &str| decimal(text.trim()).map_err(|error| error.to_string());
                let (low, high) = text.split_once("..").unwrap_or((text, text));
                Ok(PriceRaw::Range(end(low)?, end(high)?))
            });
            return range;
        }
        Spanned::<Decimal>::from_node(node, reader).map(|number| number.map(PriceRaw::Amount))
    }
}

impl FromNode for Spanned<Period> {
    fn from_node(node: Node, reader: &mut Reader<'_>) -> Option<Self> {
        scalar(&node, reader, "a period such as `month`, `year` or `3 years`", Code::InvalidChoice, |text| {
            let (count, unit) = text.split_once(' ').unwrap_or(("1", text));
            let months = match unit.trim() {
                "month" | "months" => 1,
                "year" | "years" => 12,
                _ => return Err("this is no number of months or years".to_owned()),
            };
            let count: Option<u32> = count.parse().ok().filter(|count| (1..=100).contains(count));
            let months = count.map(|count| count * months);
            months.map(|months| Period { months }).ok_or_else(|| "a number from 1 to 100".to_owned())
        })
    }
}

/// Reads a whole price sheet.
pub fn price_sheet(file: FileId, text: &str, problems: &mut Problems) -> Option<PriceSheetRaw> {
    let node = toml::parse(file, text, problems)?;
    PriceSheetRaw::from_node(node, &mut Reader { file, text, problems })
}

/// Reads the head of a price sheet and those of the SKUs `wanted` that it has.
///
/// The other SKUs are left out where the sheet is written plainly enough, and read as well where it is not; `validate`
/// reads every sheet whole.
pub fn price_sheet_part(
    file: FileId,
    text: &str,
    wanted: &BTreeSet<String>,
    problems: &mut Problems,
) -> Option<PriceSheetRaw> {
    let part = toml_part::part(text, "skus", |name| wanted.contains(name));
    let node = toml::parse(file, part.as_deref().unwrap_or(text), problems)?;
    PriceSheetRaw::from_node(node, &mut Reader { file, text, problems })
}
