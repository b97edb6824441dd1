//! What a stage costs: its rows, sums, unit economics and findings.

use rust_decimal::Decimal;

use crate::calculate::cost::finding::{Finding, Unknown};
use crate::model::{Fraction, Inputs, LineItem, Money, Stage};

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
