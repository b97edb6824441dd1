//! Techniques that make a stage cheaper, each with what it is computed from.

use std::sync::Arc;

use rust_decimal::Decimal;

use crate::model::formula::{Formula, Scope, Slot};
use crate::model::range::Band;
use crate::model::savings::retention::Retention;
use crate::model::words::words;
use crate::source::{Span, Spanned};

/// A technique: inputs, and what it changes as formulas over them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Technique {
    /// The stem of its file.
    pub id: Box<str>,
    /// The name that is shown.
    pub name: Box<str>,
    /// What it is about: `database`, `compute`.
    pub area: Box<str>,
    /// What one does, in a sentence or two.
    pub summary: Box<str>,
    /// How much work it is.
    pub effort: Level,
    /// How likely it is to break something.
    pub risk: Level,
    /// What must be so before one begins, in words.
    pub needs: Vec<Box<str>>,
    /// What it takes to do it, in order.
    pub steps: Vec<Box<str>>,
    /// How its core may look in code.
    pub snippet: Option<Snippet>,
    /// The line items that it is for; of each line item the first that fits counts.
    pub applies_to: Vec<TechniqueScope>,
    /// The techniques that must be in use before, by the stems of their files.
    pub requires: Vec<Box<str>>,
    /// The techniques that cannot be used on the same line item, by the stems of their files.
    pub conflicts: Vec<Box<str>>,
    /// What is said of it elsewhere, in words.
    pub claim: Option<Box<str>>,
    /// The names of the inputs.
    pub scope: Scope,
    /// The inputs; each is computed from those before it.
    pub inputs: Vec<TechniqueInput>,
    /// Data that it keeps.
    pub retention: Option<Retention>,
    /// What it changes; the first one is what it is for.
    pub effects: Vec<Effect>,
}

impl Technique {
    /// Whether the two cannot be used on the same line item.
    pub fn conflicts_with(&self, other: &Self) -> bool {
        self.conflicts.contains(&other.id) || other.conflicts.contains(&self.id)
    }
}

/// A few lines of code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snippet {
    /// The language: `sql`, `yaml`.
    pub language: Box<str>,
    /// The code.
    pub code: Box<str>,
}

/// Which line items a technique is for: all that fit every part that is given. And what it lowers of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TechniqueScope {
    /// A category.
    pub category: Option<Box<str>>,
    /// A vendor.
    pub vendor: Option<Box<str>>,
    /// A SKU.
    pub sku: Option<Box<str>>,
    /// A meter, of which the line item has usage.
    pub meter: Option<Box<str>>,
    /// What is lowered.
    pub lowers: LowersKind,
    /// The place of the effect that says by how much.
    pub effect: usize,
    /// The place of the input that is the quantity of the line item.
    pub counts: Option<usize>,
    /// Which share of what is lowered the technique is about; `None` if nobody can say.
    pub share: Option<Spanned<Decimal>>,
    /// Why it is for them.
    pub because: Option<Box<str>>,
}

words! {
    /// The kinds of [`Lowers`].
    pub enum LowersKind is "what is lowered" {
        /// The cost, of a meter or of all.
        Cost = "cost",
        /// The quantity.
        Quantity = "quantity",
        /// The usage of a meter.
        Usage = "usage",
        /// Nothing that is paid for.
        Nothing = "nothing",
    }
}

/// What a technique lowers of a line item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lowers {
    /// How many units there are.
    Quantity,
    /// The usage of a charge, by its place.
    Usage(usize),
    /// The cost: of a charge by its place, or all of it.
    Cost(Option<usize>),
}

/// A technique in use on a line item, with what it lowers there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsedTechnique {
    /// The technique.
    pub technique: Arc<Technique>,
    /// What it lowers.
    pub lowers: Lowers,
    /// The place of the effect that says by how much.
    pub effect: usize,
    /// The place of the input that is the quantity of the line item.
    pub counts: Option<usize>,
    /// Which share of what is lowered the technique is about.
    pub share: Decimal,
    /// Where that is written; `None` where it is an assumption of the command.
    pub share_at: Option<Span>,
}

/// What a manifest says of a technique and a line item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TechniqueWish {
    /// The stem of the technique's file.
    pub technique: Spanned<Box<str>>,
    /// What it says.
    pub wish: Wish,
}

/// What a manifest says of a technique.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// It is in use already, and what the manifest says counts it.
    InUse,
    /// It is not to be used.
    Never,
    /// It may be used.
    May {
        /// Which share of what is lowered it is about.
        share: Option<Spanned<Decimal>>,
        /// The meter whose usage is lowered, by its place among the charges.
        meter: Option<usize>,
        /// Why.
        because: Option<Box<str>>,
    },
}

words! {
    /// How much of something there is.
    #[derive(PartialOrd, Ord)]
    pub enum Level is "a level" {
        /// Little.
        Low = "low",
        /// Some.
        Medium = "medium",
        /// Much.
        High = "high",
    }
}

impl Level {
    /// How much an effort counts where a saving is weighed against it.
    pub fn weight(self) -> u32 {
        match self {
            Self::Low => 1,
            Self::Medium => 2,
            Self::High => 3,
        }
    }
}

/// An input of a technique.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TechniqueInput {
    /// Its name.
    pub slot: Slot,
    /// Its value: a literal, or a formula over the inputs before.
    pub formula: Formula,
    /// What it means.
    pub meaning: Box<str>,
    /// What it is shown in, if not in what formulas compute with.
    pub unit: Option<ShownUnit>,
}

/// A unit that an amount is shown in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownUnit {
    /// What it is called.
    pub label: Box<str>,
    /// How many canonical units (GB, seconds) one of it is.
    pub factor: Decimal,
}

/// Something that a technique changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effect {
    /// What is changed: `cost a month`.
    pub name: Box<str>,
    /// What it is without the technique.
    pub before: Formula,
    /// What it is with it.
    pub after: Formula,
    /// What both are shown in, if not in what formulas compute with.
    pub unit: Option<ShownUnit>,
    /// Which share of it is said to be saved.
    pub claimed: Option<Band>,
    /// Why what is computed differs from that.
    pub reason: Option<Box<str>>,
}
