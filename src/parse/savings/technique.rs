//! Techniques: `techniques/<name>.yaml`.

use rust_decimal::Decimal;

use crate::diagnostic::Problems;
use crate::model::words::words;
use crate::model::{Focus, Level, LowersKind};
use crate::parse::other_kind;
use crate::parse::savings::retention::RetentionRaw;
use crate::parse::stage::formula::FormulaRaw;
use crate::parse::syntax::node::{Mapping, Paragraph, table};
use crate::parse::syntax::scalar::BandRaw;
use crate::source::{FileId, Spanned};

table! {
    /// A technique that makes a stage cheaper, with formulas for what it saves.
    pub struct TechniqueRaw is "a technique" {
        /// The version of the format: 1.
        pub version: Spanned<u64>,
        /// The name for display.
        pub name: Spanned<String>,
        /// The area: `database`, `compute`, `storage`, `network`, `ml`, or a word of your choice.
        pub area: Spanned<String>,
        /// What to do, in a sentence or two.
        pub summary: Paragraph,
        /// The effort: `low`, `medium` or `high`.
        pub effort: Spanned<Level>,
        /// The risk of breaking something: `low`, `medium` or `high`.
        pub risk: Spanned<Level>,
        /// What of the plan's list to focus on it belongs to: `database`, `caching`, `auto-scaling`, `tiering` or `spot`.
        pub focus: Option<Spanned<Focus>>,
        /// The inputs of its formulas, by name; a default may use earlier inputs.
        pub inputs: Mapping<TechniqueInputRaw>,
        /// The SKU that takes the place of a line item's, for `lowers: sku`.
        pub replaces_sku: Option<SkuReplacementRaw>,
        /// Data that it keeps, computed month by month; effects may use the results.
        pub retention: Option<RetentionRaw>,
        /// The values that it changes; the first effect is the main one.
        pub effects: Vec<EffectRaw>,
        /// What other sources claim about it.
        pub claim: Option<Paragraph>,
        /// Preconditions.
        pub needs: Vec<Spanned<String>>,
        /// The steps to apply it, in order.
        pub steps: Vec<Spanned<String>>,
        /// An example in code.
        pub snippet: Option<SnippetRaw>,
        /// The line items that it applies to; for each line item the first matching entry counts.
        pub applies_to: Vec<TechniqueScopeRaw>,
        /// Techniques that must be in use first, by the stems of their files.
        pub requires: Vec<Spanned<String>>,
        /// Techniques that cannot be used on the same line item, by the stems of their files.
        pub conflicts: Vec<Spanned<String>>,
    }
}

table! {
    /// An example in code.
    pub struct SnippetRaw is "`snippet`" {
        /// The language: `sql`, `yaml`.
        pub language: Spanned<String>,
        /// The lines of code.
        pub code: Paragraph,
    }
}

table! {
    /// The SKU that takes the place of a line item's: either `with` a given one, or the next `smaller` one of the same vendor.
    pub struct SkuReplacementRaw is "`replaces_sku`" {
        /// The SKU, `vendor/name`.
        pub with: Option<Spanned<String>>,
        /// The usage of its meters and the values of its inputs, by name: each an input of the technique.
        pub usage: Option<Mapping<Spanned<String>>>,
        /// The meter of it whose usage is the load, of which optimize finds how much is too much.
        pub load: Option<Spanned<String>>,
        /// The size of which less is needed: `vcpus`, `memory`, `gpu_memory` or `disk`.
        pub smaller: Option<Spanned<String>>,
        /// The name of the effect that says how much less; the first one unless given.
        pub effect: Option<Spanned<String>>,
        /// `true`: if no smaller one fits, fewer of the same are enough where several share what is needed.
        pub or_fewer: Option<bool>,
    }
}

table! {
    /// A set of line items: those that match every given key.
    pub struct TechniqueScopeRaw is "an entry of `applies_to`" {
        /// The category of the line item.
        pub category: Option<Spanned<String>>,
        /// The vendor of the line item.
        pub vendor: Option<Spanned<String>>,
        /// The SKU of the line item, `vendor/name`.
        pub sku: Option<Spanned<String>>,
        /// A meter for which the line item has usage.
        pub meter: Option<Spanned<String>>,
        /// What is reduced: `cost` (the default), `quantity`, `usage` of the meter, `sku`, which is replaced, or `nothing` that is
        /// billed.
        pub lowers: Option<Spanned<LowersKind>>,
        /// The name of the effect that gives the reduction; the first effect unless given.
        pub effect: Option<Spanned<String>>,
        /// The input that takes the quantity of the line item as its value.
        pub counts: Option<Spanned<String>>,
        /// The input that takes the price of a unit of the meter as its value.
        pub priced: Option<Spanned<String>>,
        /// The share that the technique applies to: `40%`; unknown unless given.
        pub share: Option<Spanned<Decimal>>,
        /// The reason why it applies to them.
        pub because: Option<Paragraph>,
    }
}

words! {
    /// What a manifest says of a technique in a word.
    pub enum WishRaw is "a word for a technique, or a table" {
        /// It is in use already, and the manifest counts it.
        InUse = "in_use",
        /// It is not to be used.
        Never = "never",
    }
}

table! {
    /// How a technique can be used on a line item.
    pub struct MayUseRaw is "a technique of a line item" {
        /// The share that it applies to: `40%`.
        pub share: Option<Spanned<Decimal>>,
        /// The meter whose usage it reduces.
        pub meter: Option<Spanned<String>>,
        /// The values of inputs of the technique here, by name: `{ spot_hours: 100 }`.
        pub inputs: Option<Mapping<FormulaRaw>>,
        /// The reason.
        pub because: Option<Spanned<String>>,
    }
}

table! {
    /// An input of a technique.
    pub struct TechniqueInputRaw is "an input" {
        /// The default value, which `--set` overrides.
        pub default: FormulaRaw,
        /// The unit for display: `KB`, `ms`; a word of your choice for a plain number.
        pub unit: Option<Spanned<String>>,
        /// The meaning, in words.
        pub meaning: Spanned<String>,
        /// Where the default comes from: `the plan`, or `assumed: ...` with the reason.
        pub source: Option<Spanned<String>>,
        /// `true`: the default is that of an example, and a line item needs a value of its own.
        pub example: Option<bool>,
        /// The value on a line item, where none is given: a formula over earlier inputs.
        pub on_line_items: Option<FormulaRaw>,
        /// The input whose default belongs to this one: if only that one is given, this one has to be given too.
        pub with: Option<Spanned<String>>,
    }
}

table! {
    /// A value that a technique changes.
    pub struct EffectRaw is "an effect" {
        /// The name of the value: `cost a month`.
        pub name: Spanned<String>,
        /// The value without the technique.
        pub before: FormulaRaw,
        /// The value with the technique.
        pub after: FormulaRaw,
        /// The unit for display: `KB`, `ms`; a word of your choice for plain numbers.
        pub unit: Option<Spanned<String>>,
        /// The claimed saving, as a share: `80%`, `60%..70%`.
        pub claimed: Option<BandRaw>,
        /// The reason why the computed saving differs from the claim.
        pub reason: Option<Paragraph>,
    }
}

/// Reads a technique.
pub fn technique(file: FileId, text: &str, problems: &mut Problems) -> Option<TechniqueRaw> {
    other_kind::of_yaml(file, text, "a technique", problems)
}
