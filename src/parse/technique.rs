//! Techniques: `techniques/<name>.yaml`.

use super::formula::FormulaRaw;
use super::node::{FromNode, Mapping, Node, Paragraph, Reader, table};
use super::retention::RetentionRaw;
use super::scalar::{BandRaw, choice};
use super::yaml;
use crate::diagnostic::Problems;
use crate::model::Level;
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
        /// What it takes to do it, in order.
        pub steps: Vec<Spanned<String>>,
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

impl FromNode for Spanned<Level> {
    fn from_node(node: Node, reader: &mut Reader<'_>) -> Option<Self> {
        choice(&node, reader, "a level", &Level::NAMES)
    }
}

/// Reads a technique.
pub fn technique(file: FileId, text: &str, problems: &mut Problems) -> Option<TechniqueRaw> {
    let node = yaml::parse(file, text, problems)?;
    TechniqueRaw::from_node(node, &mut Reader { file, text, problems })
}
