//! Techniques that make a stage cheaper, each with what it is computed from.

use rust_decimal::Decimal;

use super::decimal::Fraction;
use super::formula::{Formula, Scope, Slot};
use super::range::Band;
use super::retention::{Retention, RetentionResult};
use super::trace::{Amount, Step};

/// A technique: inputs, and what it changes as formulas over them.
#[derive(Clone, Debug)]
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
    /// What it takes to do it, in order.
    pub steps: Vec<Box<str>>,
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

/// How much of something there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Little.
    Low,
    /// Some.
    Medium,
    /// Much.
    High,
}

impl Level {
    /// Every level with its name in files.
    pub const NAMES: [(&'static str, Self); 3] = [("low", Self::Low), ("medium", Self::Medium), ("high", Self::High)];

    /// The name in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// An input of a technique.
#[derive(Clone, Debug)]
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
#[derive(Clone, Debug)]
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

/// What a technique comes to.
#[derive(Clone, Debug)]
pub struct TechniqueResult {
    /// The inputs, in their order, each as the step that gives it.
    pub inputs: Vec<Step>,
    /// What becomes of the data that it keeps.
    pub retention: Option<RetentionResult>,
    /// What it changes, in its order.
    pub effects: Vec<EffectResult>,
}

/// What a technique makes of something.
#[derive(Clone, Debug)]
pub struct EffectResult {
    /// What it is without the technique.
    pub before: Step,
    /// What it is with it.
    pub after: Step,
    /// By how much it grows; below zero if it shrinks.
    pub difference: Amount,
    /// The difference as a share of what it is without; `None` if that is zero.
    pub change: Option<Fraction>,
    /// Whether as much is saved as is claimed, to the percent; `None` if nothing is claimed or known.
    pub is_as_claimed: Option<bool>,
}
