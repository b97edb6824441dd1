//! Techniques: `techniques/<name>.yaml`.

use rust_decimal::Decimal;

use crate::diagnostic::Problems;
use crate::model::words::words;
use crate::model::{Level, LowersKind};
use crate::parse::formula::FormulaRaw;
use crate::parse::retention::RetentionRaw;
use crate::parse::syntax::node::{FromNode, Mapping, Paragraph, Reader, table};
use crate::parse::syntax::scalar::BandRaw;
use crate::parse::syntax::yaml;
use crate::source::{FileId, Spanned};

table! {
    /// Something that makes a stage cheaper, with what it saves as formulas.
    pub struct TechniqueRaw is "a technique" {
        /// The version of the format: 1.
        pub version: Spanned<u64>,
        /// The name that is shown.
        pub name: Spanned<String>,
        /// What it is about: `database`, `compute`, `storage`, `network`, `ml`, or a word of your own.
        pub area: Spanned<String>,
        /// What one does, in a sentence or two.
        pub summary: Paragraph,
        /// How much work it is: `low`, `medium` or `high`.
        pub effort: Spanned<Level>,
        /// How likely it is to break something: `low`, `medium` or `high`.
        pub risk: Spanned<Level>,
        /// What it is computed from, by name; a default may use the names above it.
        pub inputs: Mapping<TechniqueInputRaw>,
        /// Data that it keeps, computed month by month; effects may use what comes of it.
        pub retention: Option<RetentionRaw>,
        /// What it changes; the first one is what it is for.
        pub effects: Vec<EffectRaw>,
        /// What is said of it elsewhere.
        pub claim: Option<Paragraph>,
        /// What must be so before one begins.
        pub needs: Vec<Spanned<String>>,
        /// What it takes to do it, in order.
        pub steps: Vec<Spanned<String>>,
        /// How its core may look in code.
        pub snippet: Option<SnippetRaw>,
        /// The line items that it is for; of each line item the first that fits counts.
        pub applies_to: Vec<TechniqueScopeRaw>,
        /// The techniques that must be in use before.
        pub requires: Vec<Spanned<String>>,
        /// The techniques that cannot be used on the same line item.
        pub conflicts: Vec<Spanned<String>>,
    }
}

table! {
    /// A few lines of code.
    pub struct SnippetRaw is "`snippet`" {
        /// The language: `sql`, `yaml`.
        pub language: Spanned<String>,
        /// The code.
        pub code: Paragraph,
    }
}

table! {
    /// Which line items a technique is for: all that fit every part that is given.
    pub struct TechniqueScopeRaw is "an entry of `applies_to`" {
        /// A category.
        pub category: Option<Spanned<String>>,
        /// A vendor.
        pub vendor: Option<Spanned<String>>,
        /// A SKU.
        pub sku: Option<Spanned<String>>,
        /// A meter, of which the line item has usage.
        pub meter: Option<Spanned<String>>,
        /// What is lowered: `cost` (unless given), `quantity`, `usage` of the meter, or `nothing` that is paid for.
        pub lowers: Option<Spanned<LowersKind>>,
        /// The effect that says by how much; the first unless given.
        pub effect: Option<Spanned<String>>,
        /// The input that is the quantity of the line item.
        pub counts: Option<Spanned<String>>,
        /// Which share of what is lowered the technique is about: `40%`; nobody can say unless given.
        pub share: Option<Spanned<Decimal>>,
        /// Why it is for them.
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
    /// How a technique may be used on a line item.
    pub struct MayUseRaw is "a technique of a line item" {
        /// Which share of what is lowered it is about: `40%`.
        pub share: Option<Spanned<Decimal>>,
        /// The meter whose usage it lowers.
        pub meter: Option<Spanned<String>>,
        /// Why.
        pub because: Option<Spanned<String>>,
    }
}

table! {
    /// An input of a technique.
    pub struct TechniqueInputRaw is "an input" {
        /// The value unless `--set` gives another.
        pub default: FormulaRaw,
        /// The unit that it is shown in: `KB`, `ms`; a word of your own for a plain number.
        pub unit: Option<Spanned<String>>,
        /// What it means.
        pub meaning: Spanned<String>,
    }
}

table! {
    /// Something that a technique changes.
    pub struct EffectRaw is "an effect" {
        /// What is changed: `cost a month`.
        pub name: Spanned<String>,
        /// What it is without the technique.
        pub before: FormulaRaw,
        /// What it is with it.
        pub after: FormulaRaw,
        /// The unit that both are shown in: `KB`, `ms`; a word of your own for plain numbers.
        pub unit: Option<Spanned<String>>,
        /// Which share is said to be saved: `80%`, `60%..70%`.
        pub claimed: Option<BandRaw>,
        /// Why what is computed differs from that.
        pub reason: Option<Paragraph>,
    }
}

/// Reads a technique.
pub fn technique(file: FileId, text: &str, problems: &mut Problems) -> Option<TechniqueRaw> {
    let node = yaml::parse(file, text, problems)?;
    TechniqueRaw::from_node(node, &mut Reader { file, text, problems })
}
