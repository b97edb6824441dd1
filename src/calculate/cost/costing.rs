//! What a stage costs: its rows, sums, unit economics and findings.

use rust_decimal::Decimal;

use crate::model::{Band, CategoryId, CountRange, Fraction, Inputs, LineItem, Money, Slot, Stage, Verdict};

/// The result of one computation. Amounts are monthly and, unless they say otherwise, in the reporting currency.
#[derive(Clone, Debug)]
pub struct Costing {
    /// What was asked.
    pub inputs: Inputs,
    /// The values of the drivers, by slot, in canonical units.
    pub drivers: Vec<Fraction>,
    /// The rows, one for each line item of the stage and in its order; [`Stage::rows`](crate::model::Stage::rows) passes over those
    /// that are left out.
    pub line_items: Vec<LineCost>,
    /// What each category costs, by [`CategoryId`].
    pub categories: Vec<KnownCost>,
    /// What the values of each tag cost, by [`TagId`](crate::model::TagId).
    pub tags: Vec<TagCosts>,
    /// The totals, of what is known; [`Self::known_totals`] tells whether anything is.
    pub totals: Totals,
    /// The subtotal as a share of that of the whole stage, where the costing is of a part of it; `None` if that is zero, or
    /// not known in full.
    pub share_of_stage: Option<Fraction>,
    /// The totals at the ends of prices that are ranges.
    pub range: Option<Box<CostRange>>,
    /// What each discount and credit takes off, in the order of the stage.
    pub adjustments: Vec<Decimal>,
    /// The total with tax.
    pub taxed: Option<TaxedTotal>,
    /// What the totals mean per customer and against revenue.
    pub economics: UnitEconomics,
    /// The verdicts.
    pub findings: Vec<Finding>,
}

/// The totals of a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Totals {
    /// The sum of the rounded rows.
    pub subtotal: Decimal,
    /// The sum of the exact rows.
    pub subtotal_exact: Decimal,
    /// The buffer: its rate times `subtotal`.
    pub buffer: Decimal,
    /// What the rounding of the total adds: `total - subtotal - buffer`.
    pub rounding: Decimal,
    /// `subtotal + buffer`, rounded as the manifest says.
    pub total: Decimal,
    /// `subtotal_exact` with the buffer on it, not rounded.
    pub total_exact: Decimal,
}

/// What a stage costs at the ends of the prices that are ranges.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CostRange {
    /// The totals at the low prices.
    pub low: Totals,
    /// The totals at the high prices.
    pub high: Totals,
    /// What each row costs at the low and at the high prices, rounded as the manifest says.
    pub line_items: Vec<(Decimal, Decimal)>,
}

/// A total with tax.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaxedTotal {
    /// The rate, as a ratio.
    pub rate: Decimal,
    /// The part of the total on which tax is paid.
    pub taxable: Decimal,
    /// The tax.
    pub tax: Decimal,
    /// The total and the tax.
    pub total: Decimal,
}

/// What one line item costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineCost {
    /// How many.
    pub quantity: Decimal,
    /// The cost in the currency of its prices; `None` where these are of several currencies.
    pub native: Option<Money>,
    /// The cost at list prices, in their currency, where a price is agreed and the vendor lists one.
    pub list: Option<Money>,
    /// The exact cost, after discounts and credits.
    pub exact: Decimal,
    /// What discounts and credits take off.
    pub off: Decimal,
    /// The cost, rounded as the manifest says.
    pub monthly: Decimal,
    /// What nobody gives; the cost that depends on it is in no figure.
    pub unknown: Box<[Unknown]>,
    /// Whether anything is known of the cost; otherwise `exact` and `monthly` are zero and mean nothing.
    pub is_known: bool,
    /// Whether the row is in no figure, since it is not in the part of the stage that is asked for.
    pub is_left_out: bool,
}

/// Something that a cost depends on and that nobody gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unknown {
    /// The usage of a meter or the value of an input, by its slot in [`Sku::scope`](crate::model::Sku::scope).
    Usage(Slot),
    /// A price that the vendor publishes for none to see, by the place of its charge.
    Price(u16),
    /// The cost that a percentage is taken of, by the place of its charge.
    Base(u16),
    /// What is left of a shared allowance, by the place of its charge.
    Pool(u16),
}

impl Unknown {
    /// Whether both are of one kind.
    pub fn is_like(self, other: Self) -> bool {
        std::mem::discriminant(&self) == std::mem::discriminant(&other)
    }
}

/// How much is known of the cost of a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Knowledge {
    /// All of it.
    Full,
    /// Something, so that the sums are lower bounds.
    Part,
    /// Nothing: the sums mean nothing.
    Nothing,
}

impl Knowledge {
    /// What is known of a sum of two.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        if self == other { self } else { Self::Part }
    }

    /// What is known of the sum of the rows that are not left out.
    pub fn of<'l>(lines: impl IntoIterator<Item = &'l LineCost>) -> Self {
        let counted = lines.into_iter().filter(|line| !line.is_left_out);
        counted.map(LineCost::knowledge).reduce(Self::and).unwrap_or(Self::Full)
    }
}

impl LineCost {
    /// A row that is in no figure: nothing of it is kept.
    pub fn left_out() -> Self {
        Self {
            quantity: Decimal::ZERO,
            native: None,
            list: None,
            exact: Decimal::ZERO,
            off: Decimal::ZERO,
            monthly: Decimal::ZERO,
            unknown: Box::default(),
            is_known: false,
            is_left_out: true,
        }
    }

    /// How much is known of the cost.
    pub fn knowledge(&self) -> Knowledge {
        match (self.unknown.is_empty(), self.is_known) {
            (true, _) => Knowledge::Full,
            (false, true) => Knowledge::Part,
            (false, false) => Knowledge::Nothing,
        }
    }
}

/// A monthly cost as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownCost {
    /// The cost, of rounded rows.
    pub monthly: Decimal,
    /// How much of it is known.
    pub knowledge: Knowledge,
}

impl Costing {
    /// How much is known of the cost.
    pub fn knowledge(&self) -> Knowledge {
        Knowledge::of(&self.line_items)
    }

    /// The totals, of what is known; `None` if nothing of the cost is.
    pub fn known_totals(&self) -> Option<&Totals> {
        (self.knowledge() != Knowledge::Nothing).then_some(&self.totals)
    }

    /// Whether prices that are ranges make the total one.
    pub fn has_range(&self) -> bool {
        self.range.as_ref().is_some_and(|range| range.low.total != range.high.total)
    }

    /// Whether the cost of every line item is known in full.
    pub fn is_complete(&self) -> bool {
        self.knowledge() == Knowledge::Full
    }
}

/// What the totals mean. A quotient is kept exact; what has no meaning or no input is `None`. Where only part of the cost
/// is known, they count that part; where nothing is, only `mrr` is there.
#[derive(Clone, Copy, Debug, Default)]
pub struct UnitEconomics {
    /// `total / customers`; `None` without customers.
    pub cost_per_customer: Option<Fraction>,
    /// `subtotal / customers`; `None` without customers.
    pub cost_per_customer_before_buffer: Option<Fraction>,
    /// The exact total with one customer more, less the exact total.
    pub marginal_cost: Option<Decimal>,
    /// Monthly recurring revenue; `None` if nobody gives it.
    pub mrr: Option<Decimal>,
    /// `total / mrr`; `None` without revenue.
    pub share_of_mrr: Option<Fraction>,
    /// The plan's word for that share; `None` where an unknown cost could change it, and for a part of a stage.
    pub rating: Option<Rating>,
    /// `mrr - total`.
    pub gross_profit: Option<Decimal>,
    /// `(mrr - total) / mrr`, counting infrastructure alone; `None` without revenue.
    pub gross_margin: Option<Fraction>,
}

/// The plan's words for a share of MRR: each holds *under* its bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rating {
    /// Under 5 %.
    Genius,
    /// Under 10 %.
    Great,
    /// Under 15 %.
    Good,
    /// Under 20 %.
    OnTarget,
    /// 20 % and over.
    OptimiseUrgently,
}

impl Rating {
    /// The rating of a share that `is_under` a ratio or not. The bounds are the plan's rule of thumb: "less than" 5, 10, 15
    /// and 20 % of MRR.
    ///
    /// # Errors
    /// Those of `is_under`.
    pub fn of(
        mut is_under: impl FnMut(Decimal) -> Result<bool, crate::model::ArithmeticError>,
    ) -> Result<Self, crate::model::ArithmeticError> {
        for (bound, rating) in Self::BOUNDS {
            if is_under(bound)? {
                return Ok(rating);
            }
        }
        Ok(Self::OptimiseUrgently)
    }

    /// The ratios under which a share of MRR has each rating, from the best on.
    pub const BOUNDS: [(Decimal, Rating); 4] = [
        (Decimal::from_parts(5, 0, 0, false, 2), Rating::Genius),
        (Decimal::from_parts(10, 0, 0, false, 2), Rating::Great),
        (Decimal::from_parts(15, 0, 0, false, 2), Rating::Good),
        (Decimal::from_parts(20, 0, 0, false, 2), Rating::OnTarget),
    ];
}

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Good to know.
    Note,
    /// Look at it.
    Warning,
    /// A limit is broken.
    Breach,
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
    /// Something that nobody gives, so that a cost is unknown.
    Unknown {
        /// The line item, by its place.
        line_item: usize,
        /// What, all of one kind.
        unknown: Vec<Unknown>,
    },
}

impl Finding {
    /// The stable name of the kind of finding.
    pub fn code(&self) -> &'static str {
        match self {
            Self::PartOfStage { .. } => "part-of-stage",
            Self::Customers { .. } => "customers-in-range",
            Self::Capacity { .. } => "capacity",
            Self::Budget { .. } => "monthly-budget",
            Self::CostPerCustomer { .. } => "cost-per-customer",
            Self::TargetReach { .. } => "target-reach",
            Self::ShareOfMrr { .. } => "share-of-mrr",
            Self::NoRevenue => "no-revenue",
            Self::PriceRange { .. } => "price-range",
            Self::CategoryShare { .. } => "category-share",
            Self::Unknown { unknown, .. } => match unknown.first() {
                Some(Unknown::Price(_)) => "unknown-price",
                Some(Unknown::Base(_)) => "unknown-base",
                Some(Unknown::Pool(_)) => "unknown-pool",
                Some(Unknown::Usage(_)) | None => "unknown-usage",
            },
        }
    }

    /// How much it matters: limits of customers, capacity and budget are breached, goals are warned about, and an unknown
    /// is a warning.
    pub fn severity(&self) -> Severity {
        match self {
            Self::Customers { customers, range } if !range.contains(*customers) => Severity::Warning,
            Self::Capacity { verdict: Some(Verdict::Above), .. }
            | Self::Budget { verdict: Some(Verdict::Above), .. }
            | Self::ShareOfMrr { met: Some(false), .. } => Severity::Breach,
            Self::CostPerCustomer { verdict: Some(Verdict::Above), .. }
            | Self::PriceRange { exceeds: Some(_), .. }
            | Self::Unknown { .. } => Severity::Warning,
            Self::TargetReach { met, is_exceeded: true, .. } if met.is_empty() => Severity::Warning,
            _ => Severity::Note,
        }
    }
}

/// What line items cost by the values of one tag. The costs add up to the subtotal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagCosts {
    /// What each value costs, in the order of [`Tag::values`].
    pub values: Vec<TaggedCost>,
    /// What the line items cost that do not have the tag.
    pub untagged: TaggedCost,
}

/// What the line items cost that share a value of a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaggedCost {
    /// Their cost.
    pub cost: KnownCost,
    /// How many they are.
    pub line_items: usize,
}

impl Stage {
    /// The rows that the figures of the stage count, each with its place; `lines` are the costs of all line items.
    pub fn rows<'s>(
        &'s self,
        lines: &'s [LineCost],
    ) -> impl Iterator<Item = (usize, &'s LineItem, &'s LineCost)> + Clone {
        let rows = self.line_items.iter().zip(lines).enumerate();
        rows.filter(|(_, (_, line))| !line.is_left_out).map(|(index, (item, line))| (index, item, line))
    }
}
