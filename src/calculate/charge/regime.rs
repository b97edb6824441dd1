//! In which part of its price model a row is, so that two computations can be told apart. Every computation tells

use crate::model::Fraction;

/// What a regime is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RegimeKind {
    /// How many units a line item has.
    Quantity,
    /// Whether there are any units: with the first come a minimum, the fee of a tier, a percentage.
    Bought,
    /// The plain cost of one unit.
    PlainCost,
    /// The usage of a meter, or the value of an input.
    Usage,
    /// What is billed for usage, where a formula says it.
    BilledUsage,
    /// What is included, where a formula says it.
    Included,
    /// Whether usage goes beyond what is included.
    Allowance,
    /// The least usage that is billed, where a formula says it.
    LeastUsage,
    /// The most usage that is billed, where a formula says it.
    MostUsage,
    /// Whether the least usage is billed.
    MinimumUsage,
    /// Whether the most usage is billed.
    MaximumUsage,
    /// How many billing increments there are.
    Increments,
    /// Whether usage goes beyond the commitment.
    Commitment,
    /// How many blocks of a package are started.
    Packages,
    /// The tier that usage reaches.
    Tier,
    /// Whether the minimum is charged.
    Minimum,
    /// Whether the cap is reached.
    Cap,
    /// Whether a discount or credit of an amount is used up: zero if it is not, otherwise the place of the line item at which it
    /// is, counted from one. Where nothing behind it makes a difference between line items, it is always one.
    Credit,
}

impl RegimeKind {
    /// Whether it may begin or cease to hold exactly at its bound, before the cost moves.
    pub fn is_bound(self) -> bool {
        matches!(self, Self::MinimumUsage | Self::MaximumUsage | Self::Minimum | Self::Cap)
    }

    /// Whether it is worked out from the quantity and the usage of its line item.
    pub fn is_derived(self) -> bool {
        matches!(self, Self::Bought | Self::BilledUsage | Self::Included | Self::LeastUsage | Self::MostUsage)
    }
}

/// The state of a regime.
#[derive(Clone, Copy, Debug)]
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
    /// The line item, by its place; for a credit, zero.
    pub line_item: usize,
    /// The place of the charge, of the slot for [`RegimeKind::Usage`], or of the credit; zero where there is only one.
    pub part: usize,
    /// What it is about.
    pub kind: RegimeKind,
}
