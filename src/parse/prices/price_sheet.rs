//! Price sheets: `pricing/<vendor>.toml`.

use std::collections::BTreeSet;

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::diagnostic::{Code, Problems};
use crate::model::words::words;
use crate::model::{Currency, MonthLength, Period, PriceModel, Pricing, Trust};
use crate::parse::other_kind;
use crate::parse::prices::specification::SpecificationRaw;
use crate::parse::stage::formula::FormulaRaw;
use crate::parse::stage::rounding::RoundingRaw;
use crate::parse::syntax::amount::{AmountRaw, UnitsRaw, closed_range};
use crate::parse::syntax::node::{FromNode, Mapping, Node, Reader, ScalarOr, table};
use crate::parse::syntax::scalar::{PercentRaw, scalar};
use crate::parse::syntax::{toml, toml_part};
use crate::source::{FileId, Spanned, Text};

table! {
    /// A vendor's SKUs with their prices.
    pub struct PriceSheetRaw is "a price sheet" {
        /// The version of the format: 1.
        pub version: Spanned<u64>,
        /// The vendor's id, equal to the stem of the file.
        pub vendor: Spanned<String>,
        /// The vendor's name for display.
        pub name: Option<Spanned<String>>,
        /// `bundled`: the bundled sheet of the vendor is part of this one, which adds SKUs to it and replaces some of them.
        pub extends: Option<Spanned<SheetBaseRaw>>,
        /// The currency of every price in the sheet.
        pub currency: Spanned<Currency>,
        /// The source of the prices: a URL or a citation in words.
        pub source: Spanned<String>,
        /// The day on which the prices were read.
        pub retrieved_on: Spanned<Date>,
        /// How far the prices can be trusted.
        pub trust: Spanned<Trust>,
        /// The hours of the vendor's month: a number, or `"calendar"`; 730 unless given.
        pub hours_per_month: Option<Spanned<MonthLength>>,
        /// The rate of the tax that the prices include; prices are net unless given.
        pub includes_tax: Option<Spanned<Decimal>>,
        /// A note for the reader.
        pub note: Option<Spanned<String>>,
        /// The last day on which the vendor provided its services, if it has ended them.
        pub closed_on: Option<Spanned<Date>>,
        /// Allowances that several charges share.
        pub pools: Option<Mapping<PoolRaw>>,
        /// The SKUs, by name.
        pub skus: Option<Mapping<SkuRaw>>,
        /// The line items that `costplan init --with VENDOR` writes into a new plan.
        pub starter: Vec<StarterRaw>,
    }
}

words! {
    /// The sheet that another one extends.
    pub enum SheetBaseRaw is "a sheet to extend" {
        /// The one that comes with costplan.
        Bundled = "bundled",
    }
}

table! {
    /// A line item of a new plan. Its formulas may use the drivers of `words/new-plan.yaml`.
    pub struct StarterRaw is "a line item of a new plan" {
        /// The name of the line item.
        pub name: Spanned<String>,
        /// The SKU, by its name in the sheet.
        pub sku_in_sheet: Spanned<String>,
        /// How many: a formula; 1 unless given.
        pub quantity: Option<Spanned<String>>,
        /// The currency of plans that get it, in place of the line items of the sheet without one.
        pub currency: Option<Spanned<Currency>>,
        /// The options that select prices of the SKU.
        pub options: Option<Mapping<Spanned<String>>>,
        /// The usage of a month by meter: formulas.
        pub usage: Option<Mapping<Spanned<String>>>,
        /// Whether other usage is taken to stay within the allowances of the SKU.
        pub within_allowance: Option<bool>,
        /// What is guessed of quantity and usage, and why.
        pub guess: Option<Spanned<String>>,
    }
}

table! {
    /// A product or plan of the vendor.
    pub struct SkuRaw is "a SKU" {
        /// The vendor's name for it.
        pub name: Option<Spanned<String>>,
        /// The category that suits a line item best.
        pub category: Option<Spanned<String>>,
        /// Size and specification, in words.
        pub description: Option<Spanned<String>>,
        /// Further words by which it is searched for: `postgres`.
        pub keywords: Vec<Spanned<String>>,
        /// What one unit of it offers, as data.
        pub specification: Option<SpecificationRaw>,
        /// The last day on which it could be ordered, if it is no longer sold.
        pub sold_until: Option<Spanned<Date>>,
        /// What the vendor sells in its place, by its name in the sheet.
        pub successor: Option<Spanned<String>>,
        /// The SKUs that it is an add-on to, by their names in the sheet; `compute-*` matches every name that begins with
        /// `compute-`. It is bought with one of them, not in its place, and adds its specification.
        pub addon_to: Vec<Spanned<String>>,
        /// The source of this SKU's prices; that of the sheet unless given.
        pub source: Option<Spanned<String>>,
        /// The day on which that source was read.
        pub retrieved_on: Option<Spanned<Date>>,
        /// How far that source can be trusted.
        pub trust: Option<Spanned<Trust>>,
        /// A note for the reader.
        pub note: Option<Spanned<String>>,
        /// The rate of the tax that the prices of this SKU include.
        pub includes_tax: Option<Spanned<Decimal>>,
        /// The credits that come with it, for other SKUs of the vendor.
        pub credits: Vec<SkuCreditRaw>,
        /// Measured values without a price, for the formulas of charges.
        pub inputs: Option<Mapping<InputRaw>>,
        /// The charges, in the order of a bill.
        pub charges: Vec<ChargeRaw>,
    }
}

table! {
    /// An allowance that several charges share.
    pub struct PoolRaw is "a pool" {
        /// The unit: `GB`, `request`.
        pub unit: Spanned<String>,
        /// The allowance of an account; unless given, the pool holds the allowances of its charges.
        pub included: Option<FormulaRaw>,
        /// Which charges share it, in words.
        pub description: Option<Spanned<String>>,
    }
}

table! {
    /// A credit that comes with a SKU, for other SKUs of its vendor.
    pub struct SkuCreditRaw is "a credit" {
        /// The reason, for display.
        pub reason: Spanned<String>,
        /// The amount per month and unit of the SKU.
        pub amount: AmountRaw,
        /// The SKUs that it applies to, by their names in the sheet; `compute-*` matches every name that begins with
        /// `compute-`.
        pub skus: Vec<Spanned<String>>,
        /// The first day on which it applies.
        pub from: Option<Spanned<Date>>,
        /// The last day on which it applies.
        pub until: Option<Spanned<Date>>,
    }
}

table! {
    /// A measured value without a price.
    pub struct InputRaw is "an input" {
        /// The unit: `GB`, `request`.
        pub unit: Spanned<String>,
        /// How to obtain the value.
        pub description: Option<Spanned<String>>,
        /// A formula for the value if the line item gives none.
        pub usage: Option<FormulaRaw>,
    }
}

table! {
    /// One priced part of a SKU.
    pub struct ChargeRaw is "a charge" {
        /// The name of what the charge counts; unique in the SKU.
        pub meter: Spanned<String>,
        /// How to obtain the usage.
        pub description: Option<Spanned<String>>,
        /// The pricing unit; required unless the model is `flat`.
        pub unit: Option<Spanned<String>>,
        /// The price model.
        pub model: Spanned<PriceModel>,
        /// Whether the charge is worked out for one unit and multiplied by the quantity.
        pub each: Option<bool>,
        /// A formula for the usage if the line item gives none.
        pub usage: Option<FormulaRaw>,
        /// The usage that is billed, if it differs from the usage: a formula over meters and inputs.
        pub billed_usage: Option<FormulaRaw>,
        /// What chooses the tier of a `volume` price, if it is not the usage, such as the size of a request: a formula over
        /// meters and inputs. Where it is not given, the first tier applies.
        pub tier_by: Option<FormulaRaw>,
        /// The minimum billable usage: a number of pricing units, or a formula.
        pub minimum_usage: Option<FormulaRaw>,
        /// The maximum billable usage: a number of pricing units, or a formula.
        pub maximum_usage: Option<FormulaRaw>,
        /// The step to which billable usage is rounded up, in pricing units.
        pub round_usage_up_to: Option<UnitsRaw>,
        /// The step to which billable usage is rounded down, in pricing units.
        pub round_usage_down_to: Option<UnitsRaw>,
        /// The rounding of the cost: `0.01` for cents.
        pub round_cost_to: Option<ScalarOr<Spanned<Decimal>, RoundingRaw>>,
        /// What is charged, or for dated prices what they leave out.
        pub terms: TermsRaw = flatten,
        /// The pool that the allowance comes from.
        pub pool: Option<Spanned<String>>,
        /// What a percentage is taken of: a meter before, `line_items`, `vendor` or `subtotal`.
        pub of: Option<Spanned<String>>,
        /// The period of a flat price; a month unless given.
        pub period: Option<Spanned<Period>>,
        /// Dated prices instead of one; what they leave out is in the charge.
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
        pub percent: Option<PercentRaw>,
        /// How many units the price buys, as a number or an amount with a unit, `"1 TB"`; 1 unless this price, or the charge of a dated one, says another number.
        pub per: Option<UnitsRaw>,
        /// The ladder of a graduated or volume price.
        pub tiers: Vec<TierRaw>,
        /// The minimum cost per month.
        pub minimum: Option<AmountRaw>,
        /// The maximum cost per month.
        pub cap: Option<AmountRaw>,
        /// The usage that the buyer commits to.
        pub commitment: Option<CommitmentRaw>,
        /// The first day on which the price applies.
        pub effective_from: Option<Spanned<Date>>,
        /// The last day on which the price applies.
        pub effective_to: Option<Spanned<Date>>,
    }
}

table! {
    /// A price for some days, orders or options.
    pub struct DatedPriceRaw is "a dated price" {
        /// The options that a line item must choose to get the price: `{ region = "eu" }`.
        pub when: Option<Mapping<Spanned<String>>>,
        /// The currency of the amounts; that of the sheet unless given.
        pub currency: Option<Spanned<Currency>>,
        /// What is charged.
        pub terms: TermsRaw = flatten,
        /// The first day of orders that get the price.
        pub ordered_from: Option<Spanned<Date>>,
        /// The last order day that gets the price.
        pub ordered_to: Option<Spanned<Date>>,
        /// The rate of the tax that the price includes.
        pub includes_tax: Option<Spanned<Decimal>>,
        /// The source of the price.
        pub source: Option<Spanned<String>>,
        /// The day on which that source was read.
        pub retrieved_on: Option<Spanned<Date>>,
        /// How far that source can be trusted.
        pub trust: Option<Spanned<Trust>>,
        /// A note for the reader.
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
    /// A tier of a price.
    pub struct TierRaw is "a tier" {
        /// The last unit of the tier, as a number or an amount with a unit; the last tier has none.
        pub up_to: Option<UnitsRaw>,
        /// The price of `per` units; 0 unless given.
        pub price: Option<AmountRaw>,
        /// The rate of a percentage; 0 unless given.
        pub percent: Option<PercentRaw>,
        /// A fee for reaching the tier; 0 unless given.
        pub flat: Option<AmountRaw>,
    }
}

table! {
    /// An amount of usage that the buyer commits to.
    pub struct CommitmentRaw is "a commitment" {
        /// The committed usage per month: a number of pricing units, or an amount with a unit.
        pub usage: UnitsRaw,
        /// The price of usage beyond the commitment, as a multiple of the price; 1 unless given.
        pub overage_factor: Option<Spanned<Decimal>>,
        /// Whether unused commitment is billed too; `true` unless given.
        pub true_up: Option<bool>,
    }
}

table! {
    /// A price that is only known as a range.
    pub struct PriceRangeRaw is "a range of prices" {
        /// The lowest price.
        pub low: AmountRaw,
        /// The price for the expected cost; the middle of the range unless given.
        pub expected: Option<AmountRaw>,
        /// The highest price.
        pub high: AmountRaw,
    }
}

/// A price as written.
#[derive(Clone, Debug)]
pub enum PriceRaw {
    /// A single price.
    Amount(AmountRaw),
    /// A range from low to high.
    Range(AmountRaw, AmountRaw),
    /// No published price.
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
            let range = closed_range(&node, reader, "a range of prices such as `0.30..0.47`");
            return range.map(|(low, high)| Self::new(PriceRaw::Range(low, high), span));
        }
        AmountRaw::from_node(node, reader).map(|amount| Self::new(PriceRaw::Amount(amount), span))
    }
}

impl FromNode for Spanned<Period> {
    fn from_node(node: Node, reader: &mut Reader<'_>) -> Option<Self> {
        let what = "a period such as `month`, `year` or `3 years`";
        scalar(&node, reader, what, Code::InvalidChoice, |text| {
            Period::parse(text).ok_or_else(|| "not a number of months or years, from 1 to 100".into())
        })
    }
}

/// Reads a whole price sheet.
pub fn price_sheet(file: FileId, text: &str, problems: &mut Problems) -> Option<PriceSheetRaw> {
    other_kind::of_toml(file, text, "a price sheet", problems)
}

/// The text of a price sheet besides its SKUs, and the name and the text of each SKU, as they are written; `None` if they
/// cannot be seen from the text, or if they have escapes.
pub fn sku_texts(text: &str) -> Option<(String, Vec<(&str, &str)>)> {
    let (others, skus) = toml_part::blocks(text, "skus")?;
    let names: BTreeSet<&str> = skus.iter().map(|(name, _)| *name).collect();
    let is_plain = names.len() == skus.len() && !text.contains('\\');
    is_plain.then_some((others, skus))
}

/// The keys on which it depends which days the prices of a SKU are for.
const DAYS: [&str; 6] = ["retrieved_on", "effective_", "ordered_", "sold_until", "quote", "trust"];

/// What of the text of a SKU says which days its prices are for: its headers without its name, and the lines with days. SKUs
/// for which it is the same have prices of the same days.
pub fn days_in(sku: &str) -> String {
    let mut days = String::new();
    for line in sku.lines().map(str::trim_start) {
        if line.starts_with('[') {
            // The name of the SKU has no dot.
            let below =
                line.split_once('.').and_then(|(_, rest)| rest.split_once(['.', ']'])).map_or("", |(_, rest)| rest);
            days.push('[');
            days.push_str(below);
        } else if DAYS.iter().any(|key| line.starts_with(key))
            || line.contains('{') && DAYS.iter().any(|key| line.contains(key))
        {
            days.push_str(line);
        }
    }
    days
}

/// The text of a price sheet with spaces in place of the SKUs that are not wanted; `None` if they cannot be found with
/// certainty.
pub(crate) fn sheet_part(text: &str, wanted: impl Fn(&str) -> bool) -> Option<String> {
    toml_part::part(text, "skus", wanted)
}

/// Reads the head of a price sheet and those SKUs in `wanted` that it has.
///
/// Skips the other SKUs if the sheet is written plainly enough, and reads them too if not; `validate` reads every sheet
/// whole.
pub fn price_sheet_part(
    file: FileId,
    text: &str,
    wanted: &BTreeSet<String>,
    problems: &mut Problems,
) -> Option<PriceSheetRaw> {
    let part = sheet_part(text, |name| wanted.contains(name));
    other_kind::read_as(file, text, "a price sheet", problems, |problems| {
        let node = toml::parse(file, part.as_deref().unwrap_or(text), problems)?;
        PriceSheetRaw::from_node(node, &mut Reader { text: Text::of(file, text), problems })
    })
}
