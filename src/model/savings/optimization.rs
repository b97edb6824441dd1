//! The techniques that can be used on a stage, and the order of a savings plan.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::model::line_item::UsedTechnique;
use crate::model::savings::technique::Technique;
use crate::model::stage::ExchangeRate;

/// A technique with the line items of a stage that it applies to.
#[derive(Clone, Debug)]
pub struct TechniqueOffer {
    /// The technique, with the values of its inputs.
    pub technique: Arc<Technique>,
    /// The line items, in the order of the stage.
    pub fits: Vec<TechniqueFit>,
    /// The exchange rates that it needs in addition to those of the stage.
    pub rates: Vec<ExchangeRate>,
}

impl TechniqueOffer {
    /// The usable parts of the technique, each with the place of its line item.
    pub fn usable(&self) -> impl Iterator<Item = (usize, &UsedTechnique)> {
        self.fits.iter().filter_map(|fit| fit.standing.usable().map(|used| (fit.line_item, used)))
    }

    /// The same as if each technique were used on all of every line item that it may be used on, by its example where nothing
    /// closer is given.
    #[must_use]
    pub fn at_most(&self) -> Self {
        let fits = self.fits.iter().map(|fit| {
            let standing = match &fit.standing {
                FitStanding::ShareUnknown(used) | FitStanding::NeedsInput { by_example: used, .. } => {
                    FitStanding::Usable(used.clone())
                }
                standing => standing.clone(),
            };
            TechniqueFit { standing, ..fit.clone() }
        });
        Self { technique: Arc::clone(&self.technique), fits: fits.collect(), rates: self.rates.clone() }
    }

    /// Whether the technique can be applied here, even if it reduces nothing that is billed: others may need it.
    pub fn can_begin(&self) -> bool {
        self.fits.iter().any(|fit| {
            matches!(
                fit.standing,
                FitStanding::Usable(_)
                    | FitStanding::ShareUnknown(_)
                    | FitStanding::NeedsInput { .. }
                    | FitStanding::NotBilled
            )
        })
    }

    /// The place of the first line item on which both can be used.
    pub fn shared_with(&self, other: &Self) -> Option<usize> {
        // Both lists are in the order of the stage.
        let (mut own, mut others) = (self.usable().peekable(), other.usable().peekable());
        loop {
            let (own_place, other_place) = (own.peek()?.0, others.peek()?.0);
            match own_place.cmp(&other_place) {
                Ordering::Less => drop(own.next()),
                Ordering::Greater => drop(others.next()),
                Ordering::Equal => return Some(own_place),
            }
        }
    }

    /// The place of a line item on which either can be used, but not both.
    pub fn conflict_with(&self, other: &Self) -> Option<usize> {
        if self.technique.conflicts_with(&other.technique) { self.shared_with(other) } else { None }
    }
}

/// A technique and a line item that it applies to.
#[derive(Clone, Debug)]
pub struct TechniqueFit {
    /// The place of the line item in the stage.
    pub line_item: usize,
    /// Why it applies, from the technique's file.
    pub because: Option<Box<str>>,
    /// Whether it can be used.
    pub standing: FitStanding,
}

/// Whether a technique can be used on a line item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FitStanding {
    /// It can be used.
    Usable(UsedTechnique),
    /// It can be used, but its share of the line item is not given; the value assumes all of it.
    ShareUnknown(UsedTechnique),
    /// What it saves depends on inputs of which only an example's values are known.
    NeedsInput {
        /// The names of the inputs.
        inputs: Vec<Box<str>>,
        /// The technique with the values of the example; on all of the line item if its share is not given.
        by_example: UsedTechnique,
    },
    /// It reduces nothing that the line item is billed for.
    NotBilled,
    /// It is already in use, and the manifest accounts for it.
    InUse,
    /// The manifest rules it out.
    Never,
    /// It conflicts with a technique in use on the line item, given by the stem of its file.
    Conflicts(Box<str>),
}

impl FitStanding {
    /// How it is used, if it may be.
    pub fn usable(&self) -> Option<&UsedTechnique> {
        match self {
            Self::Usable(used) => Some(used),
            Self::ShareUnknown(_)
            | Self::NeedsInput { .. }
            | Self::NotBilled
            | Self::InUse
            | Self::Never
            | Self::Conflicts(_) => None,
        }
    }

    /// How it is used on all of the line item, if it may be used and the share is not given.
    pub fn of_unknown_share(&self) -> Option<&UsedTechnique> {
        match self {
            Self::ShareUnknown(used) => Some(used),
            Self::Usable(_)
            | Self::NeedsInput { .. }
            | Self::NotBilled
            | Self::InUse
            | Self::Never
            | Self::Conflicts(_) => None,
        }
    }

    /// The inputs that it needs a value of; empty if it needs none.
    pub fn needed_inputs(&self) -> &[Box<str>] {
        match self {
            Self::NeedsInput { inputs, .. } => inputs,
            Self::Usable(_)
            | Self::ShareUnknown(_)
            | Self::NotBilled
            | Self::InUse
            | Self::Never
            | Self::Conflicts(_) => &[],
        }
    }

    /// The stem of the file of the technique that excludes it.
    pub fn conflict(&self) -> Option<&str> {
        match self {
            Self::Conflicts(other) => Some(other),
            Self::Usable(_)
            | Self::ShareUnknown(_)
            | Self::NeedsInput { .. }
            | Self::NotBilled
            | Self::InUse
            | Self::Never => None,
        }
    }
}

/// What the order of a plan goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlanOrder {
    /// By saving, largest first.
    Saving,
    /// By saving per effort, largest first: the saving divided by 1, 2 or 3 for a low, medium or high effort.
    Effort,
}
