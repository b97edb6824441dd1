//! Techniques that make a stage cheaper, with the formulas for what they save.

use rust_decimal::Decimal;

use crate::model::formula::formula::{Formula, Scope, Slot};
use crate::model::number::range::Band;
use crate::model::prices::specification::Property;
use crate::model::savings::focus::Focus;
use crate::model::savings::retention::Retention;
use crate::model::words::words;
use crate::source::Spanned;

/// A technique: inputs, and effects as formulas over them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Technique {
    /// The stem of its file.
    pub id: Box<str>,
    /// The name for display.
    pub name: Box<str>,
    /// The area: `database`, `compute`.
    pub area: Box<str>,
    /// What to do, in a sentence or two.
    pub summary: Box<str>,
    /// The work that it takes.
    pub effort: Level,
    /// The risk of breaking something.
    pub risk: Level,
    /// The focus of the plan that it belongs to.
    pub focus: Option<Focus>,
    /// Preconditions, in words.
    pub needs: Vec<Box<str>>,
    /// The steps to apply it, in order.
    pub steps: Vec<Box<str>>,
    /// An example in code.
    pub snippet: Option<Snippet>,
    /// The line items that it applies to; for each line item the first matching entry counts.
    pub applies_to: Vec<TechniqueScope>,
    /// Techniques that must be in use first, by the stems of their files.
    pub requires: Vec<Box<str>>,
    /// Techniques that cannot be used on the same line item, by the stems of their files.
    pub conflicts: Vec<Box<str>>,
    /// What other sources claim about it, in words.
    pub claim: Option<Box<str>>,
    /// The names of the inputs, for formulas.
    pub scope: Scope,
    /// The inputs; each may depend on earlier ones.
    pub inputs: Vec<TechniqueInput>,
    /// The SKU that takes the place of a line item's, if it replaces that.
    pub replacement: Option<SkuReplacement>,
    /// The data that it keeps, if it is about retention.
    pub retention: Option<Retention>,
    /// The values that it changes; the first effect is the main one.
    pub effects: Vec<Effect>,
}

impl Technique {
    /// Whether the two techniques cannot be used on the same line item.
    pub fn conflicts_with(&self, other: &Self) -> bool {
        self.conflicts.contains(&other.id) || other.conflicts.contains(&self.id)
    }

    /// The place of the input with a name.
    pub fn input(&self, name: &str) -> Option<usize> {
        self.inputs.iter().position(|input| self.scope.name(input.slot) == name)
    }

    /// The technique on a line item: with values of inputs, by their places, where the user sets none. `driven` are the places
    /// of inputs whose values depend on the drivers of the stage.
    #[must_use]
    pub fn on_line_item(&self, values: Vec<(usize, Formula)>, driven: impl Iterator<Item = usize>) -> Self {
        let mut technique = self.clone();
        for place in driven {
            technique.inputs[place].is_given = true;
        }
        for (place, value) in values {
            let input = &mut technique.inputs[place];
            if !input.is_given {
                *input = TechniqueInput { formula: value, is_given: true, ..input.clone() };
            }
        }
        for input in technique.inputs.iter_mut().filter(|input| !input.is_given) {
            if let Some(value) = input.on_line_items.take() {
                input.formula = value;
            }
        }
        technique
    }

    /// The places of the inputs that what it does to a line item depends on and that have only the value of an example, in
    /// order: those of an effect, or of the usage of the SKU by which it replaces another. `counts` is the place of an input
    /// that the line item gives.
    pub fn missing(&self, lowers: Lowers, effect: usize, counts: Option<usize>) -> Vec<usize> {
        let is_given = |place: usize| self.inputs[place].is_given || counts == Some(place);
        let mut seen = vec![false; self.scope.len()];
        let of_effect = |effect: usize| self.effects[effect].sides().into_iter().flat_map(Formula::slots).collect();
        let mut open: Vec<Slot> = match (lowers, &self.replacement) {
            (Lowers::Sku, Some(SkuReplacement::With { usage, .. })) => {
                usage.iter().map(|(_, place)| self.inputs[*place].slot).collect()
            }
            (Lowers::Sku, Some(SkuReplacement::Smaller { effect, .. })) => of_effect(*effect),
            _ => of_effect(effect),
        };
        let mut missing = Vec::new();
        while let Some(slot) = open.pop() {
            if std::mem::replace(&mut seen[slot.index()], true) {
                continue;
            }
            let Some(input) = self.inputs.get(slot.index()) else {
                open.extend(self.retention.iter().flat_map(Retention::formulas).flat_map(Formula::slots));
                continue;
            };
            if is_given(slot.index()) {
                continue;
            }
            if input.is_example || input.with.is_some_and(is_given) {
                missing.push(slot.index());
            } else {
                open.extend(input.formula.slots());
            }
        }
        missing.sort_unstable();
        missing
    }
}

/// An example in code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snippet {
    /// The language: `sql`, `yaml`.
    pub language: Box<str>,
    /// The lines of code.
    pub code: Box<str>,
}

/// The line items that a technique applies to, those that match every given part, and what it reduces on them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TechniqueScope {
    /// The category; `None` means any.
    pub category: Option<Box<str>>,
    /// The id of the vendor; `None` means any.
    pub vendor: Option<Box<str>>,
    /// The id of the SKU; `None` means any.
    pub sku: Option<Box<str>>,
    /// A meter for which the line item has usage; `None` means any.
    pub meter: Option<Box<str>>,
    /// What it reduces.
    pub lowers: LowersKind,
    /// The place of the effect that gives the reduction.
    pub effect: usize,
    /// The place of the input that takes the quantity of the line item as its value.
    pub counts: Option<usize>,
    /// The place of the input that takes the price of a unit of the meter as its value.
    pub priced: Option<usize>,
    /// The share that the technique applies to, as a ratio; `None` if unknown.
    pub share: Option<Spanned<Decimal>>,
    /// The reason why it applies to them.
    pub because: Option<Box<str>>,
}

/// The SKU that takes the place of a line item's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SkuReplacement {
    /// This one.
    With {
        /// Its id.
        sku: Spanned<Box<str>>,
        /// The usage of its meters and the values of its inputs, by name: each an input of the technique, by its place.
        usage: Vec<(Spanned<Box<str>>, usize)>,
        /// The meter whose usage is the load: above some of it, the replacement costs more.
        load: Option<Spanned<Box<str>>>,
    },
    /// The smallest one of the same vendor that still offers what is needed.
    Smaller {
        /// The size of which less is needed.
        property: Property,
        /// The place of the effect that says how much less.
        effect: usize,
        /// Whether fewer of the same are enough if no smaller one fits.
        or_fewer: bool,
    },
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
        /// The SKU: the line item is bought as another one.
        Sku = "sku",
        /// Nothing that is paid for.
        Nothing = "nothing",
    }
}

/// What a technique reduces on a line item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lowers {
    /// The quantity of the line item.
    Quantity,
    /// The usage of the charge at this place.
    Usage(usize),
    /// The cost of the charge at this place; `None` for the whole line item.
    Cost(Option<usize>),
    /// The SKU: nothing is reduced of what the line item is bought as.
    Sku,
}

/// What a manifest says about a technique on a line item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TechniqueWish {
    /// The stem of the technique's file.
    pub technique: Spanned<Box<str>>,
    /// What the manifest says.
    pub wish: Wish,
}

/// What a manifest says about a technique.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// The technique is already in use, and the manifest accounts for it.
    InUse,
    /// The technique must not be used.
    Never,
    /// The technique can be used.
    May {
        /// The share that it applies to, as a ratio.
        share: Option<Spanned<Decimal>>,
        /// The place of the charge whose usage it reduces.
        meter: Option<usize>,
        /// The values of inputs here, by name.
        inputs: Vec<(Spanned<Box<str>>, Formula)>,
        /// The reason, in words.
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
    /// The slot of its name in [`Technique::scope`].
    pub slot: Slot,
    /// The value: a literal, or a formula over earlier inputs.
    pub formula: Formula,
    /// The meaning, in words.
    pub meaning: Box<str>,
    /// Where the default comes from.
    pub source: Option<Box<str>>,
    /// The unit for display; `None` for canonical units.
    pub unit: Option<ShownUnit>,
    /// Whether the value is given, and is not a default.
    pub is_given: bool,
    /// Whether the default is that of an example, which says nothing about a line item.
    pub is_example: bool,
    /// The value on a line item, where none is given.
    pub on_line_items: Option<Formula>,
    /// The place of the input whose default belongs to this one.
    pub with: Option<usize>,
}

/// A unit for display.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownUnit {
    /// The label of the unit: `KB`.
    pub label: Box<str>,
    /// The number of canonical units (GB, seconds) in one of this unit.
    pub factor: Decimal,
}

/// A value that a technique changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effect {
    /// The name of the value: `cost a month`.
    pub name: Box<str>,
    /// The value without the technique.
    pub before: Formula,
    /// The value with the technique.
    pub after: Formula,
    /// The unit for display; `None` for canonical units.
    pub unit: Option<ShownUnit>,
    /// The claimed saving, as ratios.
    pub claimed: Option<Band>,
    /// The reason why the computed saving differs from the claim.
    pub reason: Option<Box<str>>,
}

impl Effect {
    /// The value without the technique, and that with it.
    fn sides(&self) -> [&Formula; 2] {
        [&self.before, &self.after]
    }
}
