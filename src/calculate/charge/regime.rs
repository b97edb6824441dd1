//! The part of its price model that a row is in, so that break-points between two computations can be found.

use crate::model::Fraction;

/// The subject of a regime.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RegimeKind {
    /// The quantity of a line item.
    Quantity,
    /// Whether there are any units. The first unit brings minimums, tier fees and percentages.
    Bought,
    /// The plain cost of one unit.
    PlainCost,
    /// The usage of a meter, or the value of an input.
    Usage,
    /// The billed usage, where a formula gives it.
    BilledUsage,
    /// The allowance, where a formula gives it.
    Included,
    /// Whether usage exceeds the allowance.
    Allowance,
    /// The minimum usage, where a formula gives it.
    MinimumUsageAmount,
    /// The maximum usage, where a formula gives it.
    MaximumUsageAmount,
    /// Whether the minimum usage is billed instead of the usage.
    BelowMinimumUsage,
    /// Whether the maximum usage is billed instead of the usage.
    AboveMaximumUsage,
    /// How many billing increments there are.
    Increments,
    /// Whether usage exceeds the commitment.
    Commitment,
    /// How many blocks of a package price are started.
    Packages,
    /// The tier that usage reaches.
    Tier,
    /// Whether the minimum is charged.
    Minimum,
    /// Whether the cap is reached.
    Cap,
    /// Whether a discount or credit of an amount is used up: zero if it is not, otherwise the place of the line item at
    /// which it is, counted from one. Always one where no later adjustment distinguishes between line items.
    Credit,
}

impl RegimeKind {
    /// Whether it may change exactly at its bound, before the cost moves.
    pub fn is_bound(self) -> bool {
        matches!(self, Self::BelowMinimumUsage | Self::AboveMaximumUsage | Self::Minimum | Self::Cap)
    }

    /// Whether it is computed from the quantity and the usage of its own line item.
    pub fn is_derived(self) -> bool {
        matches!(
            self,
            Self::Bought | Self::BilledUsage | Self::Included | Self::MinimumUsageAmount | Self::MaximumUsageAmount
        )
    }
}

/// The state of a regime.
#[derive(Clone, Debug)]
pub enum RegimeState {
    /// Whether it holds.
    Holds(bool),
    /// A place in a list, from zero.
    Place(usize),
    /// A number that may grow with every customer.
    Amount(Fraction),
}

/// What a regime belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RegimeKey {
    /// The place of the line item; zero for a credit.
    pub line_item: usize,
    /// The place of the charge, of the slot for [`RegimeKind::Usage`], or of the credit; zero where there is only one.
    pub part: usize,
    /// The subject of the regime.
    pub kind: RegimeKind,
}
