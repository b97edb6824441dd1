//! The words of the domain as types: what is bought, what it costs, and how that is known.
//!
//! The whole model fits on a page. A [`Stage`] serves a range of customers with [`LineItem`]s. A line item is a plain
//! monthly cost or a [`Sku`] of a vendor's [`PriceSheet`]; a SKU has [`Charge`]s, and a charge turns the usage of one
//! meter into money under dated [`Terms`]. Usage and quantities are [`Formula`]s over drivers such as `customers`.
//! Computing a stage for given [`Inputs`] yields a [`Costing`], and the [`Step`]s behind each of its numbers on demand.
//!
//! Amounts are [`rust_decimal::Decimal`]; a quotient is a [`Fraction`] until it has to be written as a decimal.
//!
//! May import `source`.

mod adjustment;
mod age;
mod attribution;
mod breakeven;
mod budget;
mod checklist;
mod costed;
mod costing;
mod curve;
mod decimal;
mod forecast;
mod formula;
mod line_item;
mod metric;
mod money;
mod needs;
mod opportunity;
mod optimization;
mod price;
mod range;
mod recommendation;
mod regime;
mod retention;
mod runbook;
mod scenario;
mod sensitivity;
mod stage;
mod tag;
mod technique;
mod trace;
mod unit;

pub use adjustment::{Adjustment, AdjustmentScope, Off, ReverseCharge, SkuCredit, Tax};
pub use age::{MaxAge, days_between};
pub use attribution::{Attribution, Cause, Contribution, LineChange, Merged};
pub use breakeven::{ArpuNeeded, Breakeven, BreakevenQuestion, RatingReach, Reach, RevenueNeeded};
pub use budget::{
    Alert, AlertSeverity, Budget, BudgetCheck, BudgetSubject, BudgetVerdict, LimitKind, LimitedPart, Limits, Remark,
    Unused, UnusedKind, WatchedCost,
};
pub use checklist::{Check, Checklist};
pub use costed::{CostedStage, RangePoint, Recorded, RecordedCost};
pub use costing::{
    CostRange, Costing, Finding, Inputs, Knowledge, KnownCost, LineCost, Rating, Revenue, Severity, TaxedTotal, Totals,
    UnitEconomics, Unknown,
};
pub use curve::{BreakPoint, Change, Fit, StagePoint, SweepPoint};
pub use decimal::{ArithmeticError, Direction, Fraction, QUOTIENT_DECIMALS, Rounding, add, multiply, subtract, sum};
pub use forecast::{
    CreditBalance, CustomerPath, Forecast, ForecastEvent, ForecastMonth, ForecastPlan, Growth, Migration, Month,
    OnceCost, StageChoice, StageName,
};
pub use formula::{Comparison, Expression, Formula, Function, Operator, Scope, Slot};
pub use line_item::{ChargeLine, LineDetails, LineItem, LinePricing, PlainCost, SkuLine, Usage};
pub use metric::{Bound, BoundKind, CheckResult, CheckVerdict, Measured, Metric, Metrics, TechniqueSaving};
pub use money::{Currency, Money};
pub use needs::Needs;
pub use opportunity::{Opportunity, Substitute, SubstituteKind, Term};
pub use optimization::{Alone, FitStanding, Optimization, PlanOrder, Planned, TechniqueFit, TechniqueOffer};
pub use price::{
    Base, Charge, Citation, Commitment, MonthLength, Period, Pool, Price, PricePoint, PriceSheet, Pricing, Sku,
    SkuInput, Terms, Tier, Trust,
};
pub use range::{Band, CountRange, Verdict};
pub use recommendation::{Candidate, Recommendation, Standing};
pub use regime::{RegimeKey, RegimeKind, RegimeState};
pub use retention::{
    BeforeAfter, ClassMonth, PlannedClass, PlannedTier, Retention, RetentionClass, RetentionMonth, RetentionPeriod,
    RetentionPlan, RetentionResult, StoragePrice, StorageTier, TierMonth,
};
pub use runbook::{
    CommandPart, CommandTemplate, FilledInput, FilledRunbook, InputKind, Runbook, RunbookInput, RunbookStep,
};
pub use scenario::ScenarioName;
pub use sensitivity::{Basis, InputEnd, InputSensitivity, Outcome, Sensitivity, StageInput};
pub use stage::{Capacity, CategoryId, Description, Driver, ExchangeRate, Setting, Stage, StageRounding, Targets};
pub use tag::{LineTags, StagePart, Tag, TagCosts, TagId, TagValueId, TaggedCost};
pub use technique::{
    Effect, EffectResult, Level, Lowers, LowersKind, ShownUnit, Snippet, Technique, TechniqueInput, TechniqueResult,
    TechniqueScope, TechniqueWish, UsedTechnique, Wish,
};
pub use trace::{Amount, Measure, Observer, Operand, Operation, Origin, Step, Subject, Trace, Unobserved};
pub use unit::{Dimension, PricingUnit, Unit};
