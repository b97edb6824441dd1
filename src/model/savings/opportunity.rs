//! Ways to pay less that show in the model itself, beside techniques.

use rust_decimal::Decimal;

use crate::model::amount::Amount;
use crate::model::decimal::Fraction;
use crate::model::ids::CategoryId;
use crate::model::line_item::LineItem;
use crate::model::range::Band;

/// Another way to buy what a line item of a SKU brings, with the same usage.
#[derive(Clone, Debug)]
pub struct Substitute {
    /// The place of the line item.
    pub line_item: usize,
    /// What is different.
    pub kind: SubstituteKind,
    /// The line item that would stand in its place.
    pub item: LineItem,
}

/// What is different of a substitute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SubstituteKind {
    /// The SKU, by its id.
    Sku(Box<str>),
    /// A choice among the prices of the SKU.
    Option {
        /// The name of the option.
        name: Box<str>,
        /// What is chosen now.
        from: Box<str>,
        /// What could be chosen.
        to: Box<str>,
    },
    /// An alternative that the manifest names, by its name.
    Alternative(Box<str>),
}

/// A way to pay less, or what should be looked at.
#[derive(Clone, Debug)]
pub enum Opportunity {
    /// Another way to buy what a line item brings costs less.
    Substitute {
        /// The place of the line item.
        line_item: usize,
        /// What is different.
        kind: SubstituteKind,
        /// What it saves in a month, off the exact cost of the line item.
        saved: Decimal,
        /// For how long one commits oneself.
        term: Option<Term>,
    },
    /// Another stage carries the same customers for less.
    Stage {
        /// Its number.
        id: u32,
        /// Its name.
        name: Box<str>,
        /// What it saves in a month, off the total.
        saved: Decimal,
    },
    /// Most of an allowance that is paid for goes unused.
    UnusedAllowance {
        /// The place of the line item.
        line_item: usize,
        /// The place of the charge.
        charge: usize,
        /// What is used.
        used: Amount,
        /// What is included.
        included: Amount,
        /// The share that is used.
        share: Fraction,
    },
    /// A little more usage reaches a cheaper tier.
    Tier {
        /// The place of the line item.
        line_item: usize,
        /// The place of the charge.
        charge: usize,
        /// What is billable now.
        billable: Amount,
        /// From where on the next tier holds.
        next: Amount,
        /// What is saved in a month at its beginning, all usage at its price; below zero or zero if it costs more there, as
        /// with tiers that price only what is beyond.
        saved: Decimal,
    },
    /// A customer more costs more than one brings.
    MarginalCost {
        /// Up to how many customers.
        up_to: u64,
        /// What each costs, on average from here to there.
        cost: Fraction,
        /// What each brings.
        arpu: Fraction,
    },
    /// A category takes a greater share of the subtotal than the plan wants.
    CategoryShare {
        /// The category.
        category: CategoryId,
        /// The share that it takes.
        share: Fraction,
        /// The share that it should take.
        band: Band,
    },
}

impl Opportunity {
    /// What it saves in a month, where that is known.
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
            Self::UnusedAllowance { share, .. } | Self::CategoryShare { share, .. } => Some(*share),
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

/// A commitment to a time, and when it has paid off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    /// For how many months one commits oneself.
    pub months: u32,
    /// After how many months all of it costs less than going on as now.
    pub pays_off_after: u32,
    /// Whether that is within the months ahead.
    pub pays_off: bool,
}
