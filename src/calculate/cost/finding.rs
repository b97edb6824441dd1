//! A finding as a value: its code, its severity, and the limit of the manifest that it is a verdict on.
//!
//! To add one, write a variant of [`Finding`] here and a [`FindingCode`], the check that finds it in `findings.rs`, and its
//! sentence in `view/page/finding.rs`.

use rust_decimal::Decimal;

use crate::calculate::prices::offer::OfferFinding;
use crate::model::words::words;
use crate::model::{Band, CategoryId, CountRange, FarFromList, Fraction, Slot, Stage, Verdict};
use crate::source::{Span, Spanned};

words! {
    /// How much a finding matters.
    #[derive(PartialOrd, Ord)]
    pub enum Severity {
        /// Good to know.
        Note = "note",
        /// Look at it.
        Warning = "warning",
        /// A limit is broken.
        Breach = "breach",
    }
}

words! {
    /// The stable names of the kinds of findings. A check of a limit, or a break-point where a verdict changes, has the code
    /// of the finding.
    pub enum FindingCode {
        /// The figures are of a part of the stage.
        PartOfStage = "part-of-stage",
        /// The customers against the stage's range.
        CustomersInRange = "customers-in-range",
        /// A driver against the stage's capacity.
        Capacity = "capacity",
        /// The total against the monthly budget.
        MonthlyBudget = "monthly-budget",
        /// The cost per customer before the buffer against its target.
        CostPerCustomer = "cost-per-customer",
        /// At which customer counts the target per customer is met.
        TargetReach = "target-reach",
        /// The share of MRR against its target.
        ShareOfMrr = "share-of-mrr",
        /// There is no revenue to compare with.
        NoRevenue = "no-revenue",
        /// Prices that are ranges.
        PriceRange = "price-range",
        /// A category's share of the subtotal.
        CategoryShare = "category-share",
        /// The vendor publishes no price, and none is agreed.
        UnknownPrice = "unknown-price",
        /// The cost that a percentage is taken of is unknown.
        UnknownBase = "unknown-base",
        /// What is left of a shared allowance is unknown.
        UnknownPool = "unknown-pool",
        /// Usage is not given.
        UnknownUsage = "unknown-usage",
        /// A cost depends on a revenue that is not given.
        UnknownRevenue = "unknown-revenue",
        /// A vendor has ended its services.
        VendorClosed = "vendor-closed",
        /// A SKU can no longer be ordered.
        NotSold = "not-sold",
        /// A SKU against what its line item needs.
        Specification = "specification",
        /// A plain cost pays for something that the price sheet lists.
        ListedPrice = "listed-price",
        /// What the components of the stage need against what their machines have.
        ServicesFit = "services-fit",
        /// An agreed price is far from the list price.
        FarFromList = "far-from-list",
        /// What a SKU includes, where more has no published price.
        UsageLimit = "usage-limit",
        /// More load than all replicas of an auto-scaled line item can handle.
        Overload = "overload",
    }
}

/// A verdict on a costing.
#[derive(Clone, Debug)]
pub enum Finding {
    /// The customers against the stage's range.
    Customers {
        /// The customers.
        customers: u64,
        /// The range.
        range: CountRange,
    },
    /// A driver against the stage's capacity.
    Capacity {
        /// The driver.
        name: Box<str>,
        /// Its value; `None` if nothing gives it one.
        value: Option<Fraction>,
        /// The limit.
        limit: Band,
        /// The verdict; `None` without a value.
        verdict: Option<Verdict>,
    },
    /// The total against the monthly budget.
    Budget {
        /// The total, of what is known; `None` if nothing is.
        total: Option<Decimal>,
        /// The budget.
        band: Band,
        /// The verdict; `None` where an unknown cost could change it.
        verdict: Option<Verdict>,
    },
    /// The cost per customer before the buffer against its target.
    CostPerCustomer {
        /// The cost; `None` without customers.
        value: Option<Fraction>,
        /// The target.
        band: Band,
        /// The verdict; `None` without customers, or where an unknown cost could change it.
        verdict: Option<Verdict>,
    },
    /// At which customer counts of the stage's range the target per customer is met.
    TargetReach {
        /// The target.
        band: Band,
        /// The range.
        range: CountRange,
        /// The runs of customer counts at which it is met, in order; empty if it never is.
        met: Vec<CountRange>,
        /// Whether the cost is above the target at some count.
        is_exceeded: bool,
    },
    /// The share of MRR against its target.
    ShareOfMrr {
        /// The share.
        share: Fraction,
        /// The ratio that it must stay under.
        target: Decimal,
        /// Whether it does; `None` where an unknown cost could change it.
        met: Option<bool>,
    },
    /// There is no revenue to compare with.
    NoRevenue,
    /// A category's share of the subtotal against what the plan expects.
    CategoryShare {
        /// The category.
        category: CategoryId,
        /// The share.
        share: Fraction,
        /// What the plan expects.
        band: Band,
        /// The verdict.
        verdict: Verdict,
    },
    /// Prices that are ranges, so that the total is one.
    PriceRange {
        /// The total at the low prices.
        low: Decimal,
        /// The total at the expected prices.
        expected: Decimal,
        /// The total at the high prices.
        high: Decimal,
        /// The budget, if the total exceeds it at the high prices only.
        exceeds: Option<Band>,
    },
    /// The figures are of a part of the stage.
    PartOfStage {
        /// How many line items are in the part.
        selected: usize,
        /// How many the stage has.
        line_items: usize,
        /// The subtotal as a share of that of the whole stage; `None` if that is zero, or not known in full.
        share: Option<Fraction>,
    },
    /// An agreed price that is far from the list price.
    FarFromList {
        /// The line item, by its place.
        line_item: usize,
        /// The charge, by its place.
        charge: usize,
        /// How far it is.
        distance: FarFromList,
    },
    /// More load than all replicas of an auto-scaled line item can handle.
    Overload {
        /// The line item, by its place.
        line_item: usize,
        /// The largest number of replicas.
        replicas: u32,
        /// The hours of a week in which it is so.
        hours: usize,
        /// The ratio by which the largest load exceeds what they can handle.
        excess: Fraction,
    },
    /// Something that is not given, so that a cost is unknown.
    Unknown {
        /// The line item, by its place.
        line_item: usize,
        /// What, all of one kind.
        unknown: Vec<Unknown>,
    },
    /// What a SKU includes, where more has no published price: more is used, or how much is used is not given.
    UsageLimit {
        /// The line item, by its place.
        line_item: usize,
        /// How much is used and included.
        limit: LimitUse,
    },
    /// What a price sheet says besides a price.
    Offer(OfferFinding),
}

/// How much is used of a charge whose price beyond what is included is not published, in pricing units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitUse {
    /// The charge, by its place.
    pub charge: usize,
    /// The usage, which is more than is included; `None` if it is not given.
    pub used: Option<Fraction>,
    /// What is included.
    pub included: Fraction,
}

/// The limit of the manifest that a finding is a verdict on.
#[derive(Clone, Debug)]
pub(crate) enum FindingLimit<'f> {
    /// A cost against the upper end of a band.
    Cost {
        /// The cost, of what is known; `None` if nothing is.
        value: Option<Fraction>,
        /// The band.
        band: Band,
        /// Whether an unknown cost cannot change the verdict.
        is_known: bool,
        /// Where the limit is written.
        span: Span,
    },
    /// A limit of a cost per customer, which is not known; the place of the limit.
    NothingPerCustomer(Span),
    /// A driver against a capacity.
    Capacity {
        /// The driver.
        name: &'f str,
        /// Its value; `None` if nothing gives it one.
        value: Option<Fraction>,
        /// The capacity.
        band: Band,
    },
    /// The share of MRR that the total must stay under.
    ShareOfMrr(Spanned<Decimal>),
    /// A share of MRR, where there is no revenue; the place of the limit.
    NoRevenue(Span),
    /// Every limit, since the cost of a line item is unknown; its place.
    UnknownCost(usize),
}

impl Finding {
    /// The stable name of the kind of finding.
    pub fn code(&self) -> FindingCode {
        match self {
            Self::PartOfStage { .. } => FindingCode::PartOfStage,
            Self::Customers { .. } => FindingCode::CustomersInRange,
            Self::Capacity { .. } => FindingCode::Capacity,
            Self::Budget { .. } => FindingCode::MonthlyBudget,
            Self::CostPerCustomer { .. } => FindingCode::CostPerCustomer,
            Self::TargetReach { .. } => FindingCode::TargetReach,
            Self::ShareOfMrr { .. } => FindingCode::ShareOfMrr,
            Self::NoRevenue => FindingCode::NoRevenue,
            Self::PriceRange { .. } => FindingCode::PriceRange,
            Self::CategoryShare { .. } => FindingCode::CategoryShare,
            Self::FarFromList { .. } => FindingCode::FarFromList,
            Self::Overload { .. } => FindingCode::Overload,
            Self::Unknown { unknown, .. } => match unknown.first() {
                Some(Unknown::Price(_)) => FindingCode::UnknownPrice,
                Some(Unknown::PriceBeyond(_)) => FindingCode::UsageLimit,
                Some(Unknown::Base(_)) => FindingCode::UnknownBase,
                Some(Unknown::Pool(_)) => FindingCode::UnknownPool,
                Some(Unknown::Mrr | Unknown::Arpu) => FindingCode::UnknownRevenue,
                Some(Unknown::Usage(_)) | None => FindingCode::UnknownUsage,
            },
            Self::UsageLimit { .. } => FindingCode::UsageLimit,
            Self::Offer(found) => match found {
                OfferFinding::VendorClosed { .. } => FindingCode::VendorClosed,
                OfferFinding::NotSold { .. } => FindingCode::NotSold,
                OfferFinding::Specification { .. } => FindingCode::Specification,
                OfferFinding::Listed { .. } => FindingCode::ListedPrice,
                OfferFinding::Services(_) => FindingCode::ServicesFit,
            },
        }
    }

    /// How much it matters: limits of customers, capacity and budget are breached, missed goals and unknowns are warnings.
    pub fn severity(&self) -> Severity {
        let worst = |is_bad: bool, severity: Severity| if is_bad { severity } else { Severity::Note };
        match self {
            Self::Customers { customers, range } => worst(!range.contains(*customers), Severity::Warning),
            Self::Capacity { verdict, .. } | Self::Budget { verdict, .. } => {
                worst(*verdict == Some(Verdict::Above), Severity::Breach)
            }
            Self::ShareOfMrr { met, .. } => worst(*met == Some(false), Severity::Breach),
            Self::Overload { .. } => Severity::Breach,
            Self::CostPerCustomer { verdict, .. } => worst(*verdict == Some(Verdict::Above), Severity::Warning),
            Self::PriceRange { exceeds, .. } => worst(exceeds.is_some(), Severity::Warning),
            Self::Unknown { .. } | Self::FarFromList { .. } => Severity::Warning,
            Self::UsageLimit { limit, .. } => worst(limit.used.is_some(), Severity::Warning),
            Self::TargetReach { met, is_exceeded, .. } => worst(*is_exceeded && met.is_empty(), Severity::Warning),
            Self::Offer(found) => match found {
                OfferFinding::VendorClosed { .. } | OfferFinding::NotSold { .. } => Severity::Warning,
                OfferFinding::Specification { short, .. } => worst(!short.is_empty(), Severity::Warning),
                OfferFinding::Services(fit) => worst(fit.fits() == Some(false), Severity::Warning),
                OfferFinding::Listed { .. } => Severity::Note,
            },
            Self::NoRevenue | Self::CategoryShare { .. } | Self::PartOfStage { .. } => Severity::Note,
        }
    }

    /// Whether it is a verdict on a cost, which may be known in part.
    pub fn is_verdict_on_cost(&self) -> bool {
        match self {
            Self::Budget { verdict, .. } | Self::CostPerCustomer { verdict, .. } => verdict.is_some(),
            Self::ShareOfMrr { met, .. } => met.is_some(),
            Self::Customers { .. }
            | Self::Capacity { .. }
            | Self::TargetReach { .. }
            | Self::NoRevenue
            | Self::CategoryShare { .. }
            | Self::PriceRange { .. }
            | Self::PartOfStage { .. }
            | Self::Offer(_)
            | Self::FarFromList { .. }
            | Self::UsageLimit { .. }
            | Self::Overload { .. }
            | Self::Unknown { .. } => false,
        }
    }

    /// The limit that `costplan check` compares; `None` if the finding is on none.
    pub(crate) fn limit<'f>(&'f self, stage: &'f Stage) -> Option<FindingLimit<'f>> {
        let budget = stage.monthly_budget.map(|budget| budget.span);
        match self {
            Self::Budget { total, band, verdict } => {
                let value = total.map(Fraction::from);
                Some(FindingLimit::Cost { value, band: *band, is_known: verdict.is_some(), span: budget? })
            }
            Self::PriceRange { high, exceeds, .. } => {
                let value = Some((*high).into());
                Some(FindingLimit::Cost { value, band: (*exceeds)?, is_known: true, span: budget? })
            }
            Self::CostPerCustomer { value, band, verdict } => {
                let span = stage.targets.cost_per_customer?.span;
                Some(match value {
                    Some(_) => {
                        FindingLimit::Cost { value: value.clone(), band: *band, is_known: verdict.is_some(), span }
                    }
                    None => FindingLimit::NothingPerCustomer(span),
                })
            }
            Self::ShareOfMrr { .. } => stage.targets.share_of_mrr.map(FindingLimit::ShareOfMrr),
            Self::NoRevenue => stage.targets.share_of_mrr.map(|target| FindingLimit::NoRevenue(target.span)),
            Self::Capacity { name, value, limit, .. } => {
                Some(FindingLimit::Capacity { name, value: value.clone(), band: *limit })
            }
            // What all replicas can handle is 1.
            Self::Overload { line_item, excess, .. } => Some(FindingLimit::Capacity {
                name: &stage.line_items[*line_item].name,
                value: excess.add(&Decimal::ONE.into()).ok(),
                band: Band { low: None, high: Some(Decimal::ONE) },
            }),
            Self::Unknown { line_item, .. } => Some(FindingLimit::UnknownCost(*line_item)),
            Self::UsageLimit { line_item, limit } => {
                limit.used.is_some().then_some(FindingLimit::UnknownCost(*line_item))
            }
            Self::Customers { .. }
            | Self::TargetReach { .. }
            | Self::CategoryShare { .. }
            | Self::Offer(_)
            | Self::FarFromList { .. }
            | Self::PartOfStage { .. } => None,
        }
    }
}

/// Something that a cost depends on and that is not given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unknown {
    /// The usage of a meter or the value of an input, by its slot in [`Sku::scope`](crate::model::Sku::scope).
    Usage(Slot),
    /// A price that the vendor does not publish, by the place of its charge.
    Price(u16),
    /// A price of more than is included, which the vendor does not publish, by the place of its charge.
    PriceBeyond(u16),
    /// The cost that a percentage is taken of, by the place of its charge.
    Base(u16),
    /// What is left of a shared allowance, by the place of its charge.
    Pool(u16),
    /// The monthly recurring revenue.
    Mrr,
    /// The revenue per paying customer.
    Arpu,
}

impl Unknown {
    /// Whether both are of one kind.
    pub fn is_like(self, other: Self) -> bool {
        std::mem::discriminant(&self) == std::mem::discriminant(&other)
    }
}
