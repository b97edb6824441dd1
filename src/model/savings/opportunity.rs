//! Ways to pay less that follow from the model itself, apart from techniques.

use rust_decimal::Decimal;

use crate::model::ids::CategoryId;
use crate::model::line_item::LineItem;
use crate::model::number::amount::Amount;
use crate::model::number::fraction::Fraction;
use crate::model::number::range::Band;

/// Another way to buy the same as a line item with a SKU, for the same usage.
#[derive(Clone, Debug)]
pub struct Substitute {
    /// The place of the line item in the stage.
    pub line_item: usize,
    /// The difference from the line item.
    pub kind: SubstituteKind,
    /// The line item that would replace it.
    pub item: LineItem,
}

/// The difference between a substitute and the line item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SubstituteKind {
    /// Another SKU, by its id.
    Sku(Box<str>),
    /// Another value of an option of the SKU.
    Option {
        /// The name of the option.
        name: Box<str>,
        /// The current value.
        from: Box<str>,
        /// The other value.
        to: Box<str>,
    },
    /// An alternative of the manifest, by its name.
    Alternative(Box<str>),
}

/// A way to pay less, or something worth a look.
#[derive(Clone, Debug)]
pub enum Opportunity {
    /// Another way to buy the same costs less.
    Substitute {
        /// The place of the line item in the stage.
        line_item: usize,
        /// The difference from the line item.
        kind: SubstituteKind,
        /// The saving per month, compared with the exact cost of the line item.
        saved: Decimal,
        /// The commitment that it requires, if any.
        term: Option<Term>,
    },
    /// Another stage serves the same customers for less.
    Stage {
        /// The number of the stage.
        id: u32,
        /// The name of the stage.
        name: Box<str>,
        /// The saving per month, compared with the total.
        saved: Decimal,
    },
    /// Most of a paid allowance is unused.
    UnusedAllowance {
        /// The place of the line item in the stage.
        line_item: usize,
        /// The place of the charge in the line item.
        charge: usize,
        /// The usage.
        used: Amount,
        /// The allowance.
        included: Amount,
        /// The used share of the allowance, as a ratio.
        share: Fraction,
    },
    /// A little more usage reaches a cheaper tier.
    Tier {
        /// The place of the line item in the stage.
        line_item: usize,
        /// The place of the charge in the line item.
        charge: usize,
        /// The billable usage now.
        billable: Amount,
        /// The usage at which the next tier begins.
        next: Amount,
        /// The saving per month at the beginning of that tier; zero or below if it does not pay off there, as with
        /// tiers that price only the usage beyond.
        saved: Decimal,
    },
    /// An additional customer costs more than it brings in.
    MarginalCost {
        /// The number of customers up to which this holds.
        up_to: u64,
        /// The average cost of each additional customer up to that number.
        cost: Fraction,
        /// The revenue per customer and month.
        arpu: Fraction,
    },
    /// A category takes a larger share of the subtotal than its target.
    CategoryShare {
        /// The category with the target.
        category: CategoryId,
        /// The actual share, as a ratio.
        share: Fraction,
        /// The target share, as ratios.
        band: Band,
    },
}

impl Opportunity {
    /// The saving per month, if known.
    pub fn saved(&self) -> Option<Decimal> {
        match self {
            Self::Substitute { saved, .. } | Self::Stage { saved, .. } => Some(*saved),
            Self::Tier { saved, .. } => Some(*saved).filter(|saved| *saved > Decimal::ZERO),
            Self::UnusedAllowance { .. } | Self::MarginalCost { .. } | Self::CategoryShare { .. } => None,
        }
    }

    /// The number of the cheaper stage, if it is about one.
    pub fn stage(&self) -> Option<u32> {
        match self {
            Self::Stage { id, .. } => Some(*id),
            Self::Substitute { .. }
            | Self::UnusedAllowance { .. }
            | Self::Tier { .. }
            | Self::MarginalCost { .. }
            | Self::CategoryShare { .. } => None,
        }
    }

    /// The places of a line item and of its charge, if it is about one charge.
    pub fn charge(&self) -> Option<(usize, usize)> {
        match self {
            Self::UnusedAllowance { line_item, charge, .. } | Self::Tier { line_item, charge, .. } => {
                Some((*line_item, *charge))
            }
            Self::Substitute { .. } | Self::Stage { .. } | Self::MarginalCost { .. } | Self::CategoryShare { .. } => {
                None
            }
        }
    }

    /// The share of an allowance or of the subtotal, if it is about one.
    pub fn share(&self) -> Option<Fraction> {
        match self {
            Self::UnusedAllowance { share, .. } | Self::CategoryShare { share, .. } => Some(share.clone()),
            Self::Substitute { .. } | Self::Stage { .. } | Self::Tier { .. } | Self::MarginalCost { .. } => None,
        }
    }

    /// The name of its kind in JSON and CSV.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Substitute { kind: SubstituteKind::Sku(_), .. } => "cheaper_sku",
            Self::Substitute { kind: SubstituteKind::Option { .. }, .. } => "cheaper_option",
            Self::Substitute { kind: SubstituteKind::Alternative(_), .. } => "cheaper_alternative",
            Self::Stage { .. } => "cheaper_stage",
            Self::UnusedAllowance { .. } => "unused_allowance",
            Self::Tier { .. } => "tier_in_reach",
            Self::MarginalCost { .. } => "marginal_cost",
            Self::CategoryShare { .. } => "category_share",
        }
    }
}

/// A commitment for some months, and when it pays off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    /// The number of months of the commitment.
    pub months: u32,
    /// The number of months after which the whole commitment costs less than continuing as now.
    pub pays_off_after: u32,
    /// Whether it pays off within the months ahead.
    pub pays_off: bool,
}
