//! Which techniques may be used on a stage, and the best of them.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::model::savings::technique::{Technique, UsedTechnique};

/// A technique with the line items of a stage that it is for.
#[derive(Clone, Debug)]
pub struct TechniqueOffer {
    /// The technique.
    pub technique: Arc<Technique>,
    /// The line items, in the order of the stage.
    pub fits: Vec<TechniqueFit>,
}

impl TechniqueOffer {
    /// What may be used of it, each with the place of its line item.
    pub fn usable(&self) -> impl Iterator<Item = (usize, &UsedTechnique)> {
        self.fits.iter().filter_map(|fit| fit.standing.usable().map(|used| (fit.line_item, used)))
    }

    /// Whether one can begin with it here, also if it lowers nothing that is billed: others may need it.
    pub fn can_begin(&self) -> bool {
        self.fits.iter().any(|fit| {
            matches!(fit.standing, FitStanding::Usable(_) | FitStanding::ShareUnknown(_) | FitStanding::NotBilled)
        })
    }

    /// The first line item on which both may be used.
    pub fn shared_with(&self, other: &Self) -> Option<usize> {
        // Both go through the line items in the order of the stage.
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

    /// The line item on which both may be used and cannot be used together.
    pub fn conflict_with(&self, other: &Self) -> Option<usize> {
        if self.technique.conflicts_with(&other.technique) { self.shared_with(other) } else { None }
    }
}

/// A technique and a line item that it is for.
#[derive(Clone, Debug)]
pub struct TechniqueFit {
    /// The place of the line item.
    pub line_item: usize,
    /// Why it is for it.
    pub because: Option<Box<str>>,
    /// How the two stand.
    pub standing: FitStanding,
}

/// How a technique and a line item stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FitStanding {
    /// It may be used.
    Usable(UsedTechnique),
    /// It may be used, and nobody says on how much of the line item; this would be on all of it.
    ShareUnknown(UsedTechnique),
    /// It lowers nothing that the line item is billed for.
    NotBilled,
    /// The manifest counts it already.
    InUse,
    /// The manifest rules it out.
    Never,
    /// It cannot go together with one that is in use on the line item, by the stem of its file.
    Conflicts(Box<str>),
}

impl FitStanding {
    /// How it is used, if it may be.
    pub fn usable(&self) -> Option<&UsedTechnique> {
        match self {
            Self::Usable(used) => Some(used),
            Self::ShareUnknown(_) | Self::NotBilled | Self::InUse | Self::Never | Self::Conflicts(_) => None,
        }
    }

    /// How it is used on all of the line item, if it may be used and the share is not given.
    pub fn of_unknown_share(&self) -> Option<&UsedTechnique> {
        match self {
            Self::ShareUnknown(used) => Some(used),
            Self::Usable(_) | Self::NotBilled | Self::InUse | Self::Never | Self::Conflicts(_) => None,
        }
    }

    /// The stem of the file of the technique that excludes it.
    pub fn conflict(&self) -> Option<&str> {
        match self {
            Self::Conflicts(other) => Some(other),
            Self::Usable(_) | Self::ShareUnknown(_) | Self::NotBilled | Self::InUse | Self::Never => None,
        }
    }
}

/// What the order of a plan goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlanOrder {
    /// The most that is saved.
    Saving,
    /// The most that is saved for the effort: the saving divided by 1, 2 or 3 for a low, medium or high effort.
    Effort,
}
