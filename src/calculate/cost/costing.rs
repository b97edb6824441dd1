//! The cost of a stage: its rows, sums, unit economics and findings.

use rust_decimal::Decimal;

use crate::calculate::cost::finding::{Finding, LimitUse, Unknown};
use crate::model::{Fraction, Inputs, LineItem, Money, Stage};

/// The result of one computation. Amounts are monthly and, unless they say otherwise, in the reporting currency.
#[derive(Clone, Debug)]
pub struct Costing {
    /// The inputs of the computation, as requested.
    pub inputs: Inputs,
    /// The values of the stage's scope, by slot, in canonical units; `None` for a revenue that is not given, for what
    /// needs it, and for built-in names that no formula uses.
    pub drivers: Vec<Option<Fraction>>,
    /// The rows, one for each line item of the stage and in its order; [`Stage::rows`](crate::model::Stage::rows) skips
    /// those that are left out.
    pub line_items: Vec<LineCost>,
    /// The cost of each category, by [`CategoryId`](crate::model::CategoryId).
    pub categories: Vec<KnownCost>,
    /// The cost of the values of each tag, by [`TagId`](crate::model::TagId).
    pub tags: Vec<TagCosts>,
    /// The totals of the known costs; [`Self::known_totals`] is `None` if there are none.
    pub totals: Totals,
    /// The subtotal as a share of the whole stage's subtotal, where the costing covers a part of it; `None` if that
    /// subtotal is zero or not fully known.
    pub share_of_stage: Option<Fraction>,
    /// The totals at the low and high ends of price ranges.
    pub range: Option<Box<CostRange>>,
    /// What each discount and credit deducts, in the order of the stage.
    pub adjustments: Vec<Decimal>,
    /// The total with tax.
    pub taxed: Option<TaxedTotal>,
    /// What the totals mean per customer and against revenue.
    pub economics: UnitEconomics,
    /// The findings, in a fixed order.
    pub findings: Vec<Finding>,
}

/// The totals of a stage a month, in the reporting currency.
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
    /// `subtotal_exact` plus the buffer, not rounded.
    pub total_exact: Decimal,
}

/// The cost of a stage at both ends of its price ranges.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CostRange {
    /// The totals at the low prices.
    pub low: Totals,
    /// The totals at the high prices.
    pub high: Totals,
    /// The cost of each row at the low and at the high prices, rounded as the manifest says.
    pub line_items: Vec<(Decimal, Decimal)>,
}

/// A total with tax.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaxedTotal {
    /// The rate where no other one applies, as a ratio.
    pub rate: Decimal,
    /// The sum of the taxed rows; the buffer is not billed, so it is not taxed.
    pub taxable: Decimal,
    /// The tax at all rates.
    pub tax: Decimal,
    /// The total plus the tax.
    pub total: Decimal,
    /// The tax at each rate: first that where no other one applies, then the others in the order of the rows.
    pub rates: Vec<TaxAtRate>,
    /// What each credit after tax deducts, in their order.
    pub credits: Vec<Decimal>,
    /// What is left to pay: the total plus the tax, less these credits.
    pub to_pay: Decimal,
}

/// The tax at one rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaxAtRate {
    /// The rate, as a ratio.
    pub rate: Decimal,
    /// The sum of the rows that are taxed at this rate.
    pub taxable: Decimal,
    /// The tax: `rate` times that, rounded if the manifest says so.
    pub tax: Decimal,
}

/// The monthly cost of one line item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineCost {
    /// The quantity, after techniques; `None` if it depends on a revenue that is not given.
    pub quantity: Option<Decimal>,
    /// The cost in the currency of its prices; `None` where the prices are in several currencies.
    pub native: Option<Money>,
    /// The cost at list prices, in their currency, where a price is agreed and the vendor also lists one.
    pub list: Option<Money>,
    /// The exact cost, after discounts and credits.
    pub exact: Decimal,
    /// What discounts and credits deduct.
    pub off: Decimal,
    /// The cost, rounded as the manifest says.
    pub monthly: Decimal,
    /// What is not given; costs that depend on it are not included in any figure.
    pub unknown: Box<[Unknown]>,
    /// Limits without a price beyond them that are exceeded, or whose usage is not given.
    pub limits: Box<[LimitUse]>,
    /// Whether any of the cost is known; otherwise `exact` and `monthly` are zero and meaningless.
    pub is_known: bool,
    /// Whether the row is not included in any figure, since it is outside the requested part of the stage.
    pub is_left_out: bool,
}

/// How much is known of the cost of a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completeness {
    /// All of it.
    Full,
    /// Part of it, so the sums are lower bounds.
    Part,
    /// Nothing: the sums are meaningless.
    Nothing,
}

impl Completeness {
    /// How much is known of the sum of two costs.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        if self == other { self } else { Self::Part }
    }

    /// How much is known of the sum of the rows that are not left out.
    pub fn of<'l>(lines: impl IntoIterator<Item = &'l LineCost>) -> Self {
        let counted = lines.into_iter().filter(|line| !line.is_left_out);
        counted.map(LineCost::completeness).reduce(Self::and).unwrap_or(Self::Full)
    }
}

impl LineCost {
    /// A row that is not included in any figure; none of its amounts are kept.
    pub fn left_out() -> Self {
        Self { is_left_out: true, ..Self::unknown(Some(Decimal::ZERO), Box::default()) }
    }

    /// A row of which nothing is known but the quantity, and that only if it is given.
    pub(crate) fn unknown(quantity: Option<Decimal>, lacking: Box<[Unknown]>) -> Self {
        Self {
            quantity,
            native: None,
            list: None,
            exact: Decimal::ZERO,
            off: Decimal::ZERO,
            monthly: Decimal::ZERO,
            unknown: lacking,
            limits: Box::default(),
            is_known: false,
            is_left_out: false,
        }
    }

    /// How much of the cost is known.
    pub fn completeness(&self) -> Completeness {
        match (self.unknown.is_empty(), self.is_known) {
            (true, _) => Completeness::Full,
            (false, true) => Completeness::Part,
            (false, false) => Completeness::Nothing,
        }
    }
}

/// The known part of a monthly cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownCost {
    /// The known cost, summed from rounded rows.
    pub monthly: Decimal,
    /// How much of it is known.
    pub completeness: Completeness,
}

impl Costing {
    /// How much of the cost is known.
    pub fn completeness(&self) -> Completeness {
        Completeness::of(&self.line_items)
    }

    /// The totals of the known costs; `None` if no cost is known.
    pub fn known_totals(&self) -> Option<&Totals> {
        (self.completeness() != Completeness::Nothing).then_some(&self.totals)
    }

    /// Whether price ranges make the total a range.
    pub fn has_range(&self) -> bool {
        self.range.as_ref().is_some_and(|range| range.low.total != range.high.total)
    }

    /// Whether the cost of every line item is fully known.
    pub fn is_complete(&self) -> bool {
        self.completeness() == Completeness::Full
    }
}

/// Unit economics. Quotients are exact; what is undefined or lacks an input is `None`. They cover the known part of the
/// cost; if none of it is known, only `mrr` is set.
#[derive(Clone, Debug, Default)]
pub struct UnitEconomics {
    /// `total / customers`; `None` without customers.
    pub cost_per_customer: Option<Fraction>,
    /// `subtotal / customers`; `None` without customers.
    pub cost_per_customer_before_buffer: Option<Fraction>,
    /// The exact total with one more customer, less the exact total.
    pub marginal_cost: Option<Decimal>,
    /// Monthly recurring revenue; `None` if it is not given.
    pub mrr: Option<Decimal>,
    /// `total / mrr`; `None` without revenue.
    pub share_of_mrr: Option<Fraction>,
    /// The user's own target for that share, and whether it is met; `None` without one, and for a part of a stage.
    pub target: Option<ShareTarget>,
    /// The plan's rating of that share; `None` where an unknown cost could change it, for a part of a stage, and where it
    /// would contradict the user's own target.
    pub rating: Option<Rating>,
    /// `mrr - total`.
    pub gross_profit: Option<Decimal>,
    /// `(mrr - total) / mrr`, with infrastructure as the only cost; `None` without revenue.
    pub gross_margin: Option<Fraction>,
}

impl UnitEconomics {
    /// Whether the share is too high: at or over the user's own target, or without one at the worst of the plan's ratings.
    pub fn is_too_high(&self) -> bool {
        match self.target {
            Some(target) => target.is_met == Some(false),
            None => self.rating == Some(Rating::OptimiseUrgently),
        }
    }

    /// The plan's rating, which is shown only where the user has no target.
    pub fn shown_rating(&self) -> Option<Rating> {
        self.rating.filter(|_| self.target.is_none())
    }
}

/// A target for a share of MRR, and whether it is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShareTarget {
    /// The ratio that the share must stay below.
    pub bound: Decimal,
    /// Whether it does; `None` if an unknown cost could change that.
    pub is_met: Option<bool>,
}

/// The plan's ratings of a share of MRR; each applies *under* its bound.
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
    /// 20 % or more.
    OptimiseUrgently,
}

impl Rating {
    /// The rating of a share, where `is_under` says whether the share is under a ratio. The bounds are the plan's rule
    /// of thumb: "less than" 5, 10, 15 and 20 % of MRR.
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

    /// The ratio under which each rating applies, from the best rating on.
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
    /// The cost of each value, in the order of [`Tag::values`](crate::model::Tag::values).
    pub values: Vec<TaggedCost>,
    /// The cost of the line items without the tag.
    pub untagged: TaggedCost,
}

/// The cost of the line items that share a value of a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaggedCost {
    /// Their cost.
    pub cost: KnownCost,
    /// How many line items there are.
    pub line_items: usize,
}

impl Stage {
    /// The rows that count in the figures of the stage, each with its place; `lines` are the costs of all line items.
    pub fn rows<'s>(
        &'s self,
        lines: &'s [LineCost],
    ) -> impl Iterator<Item = (usize, &'s LineItem, &'s LineCost)> + Clone {
        let rows = self.line_items.iter().zip(lines).enumerate();
        rows.filter(|(_, (_, line))| !line.is_left_out).map(|(index, (item, line))| (index, item, line))
    }
}
