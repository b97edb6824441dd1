//! Pure functions of model values: what does a stage cost for these inputs?
//!
//! ```text
//! drivers -> line items -> subtotal -> buffer -> total -> unit economics -> findings
//!               '- usage -> allowance -> increment -> price -> minimum, cap -> currency -> rounding
//! ```
//!
//! Everything is exact or an error. Rounding happens where the manifest or a price model says so; a quotient that does
//! not end within twelve decimals is rounded once, to twelve, where it becomes a decimal. Every step is reported to an
//! [`Observer`], so that `explain` shows this computation and not a second
//! one.
//!
//! May import `model`, `source` and `diagnostic`; reads no clock, file, environment or terminal.

pub(crate) mod actuals;
pub(crate) mod budget;
pub(crate) mod charge;
pub(crate) mod cost;
pub(crate) mod fault;
pub(crate) mod history;
pub(crate) mod plan;
pub(crate) mod playbook;
pub(crate) mod prices;
pub(crate) mod savings;

pub use actuals::bill_checks::bill_checks;
pub use actuals::calibration::{
    COMPUTATIONS, Calibration, ChargePlace, ChargeSays, CountedMonth, Evidence, MonthSays, NoEvidence, calibrate,
    calibrated_totals,
};
pub use actuals::compare::compare as compare_actuals;
pub use actuals::comparison::{ComparedRow, Comparison, DifferenceCause, RowSubject, RowsBy};
pub use actuals::matching::{Target, matched};
pub use actuals::per_customer::{FormulaPlace, PerCustomer};
pub use actuals::planned_bill::{BillPrice, PlannedBill, PlannedCharge, planned_bill};
pub use budget::checks::{budget_checks, unchecked_range};
pub use budget::comparison::{BudgetCheck, BudgetSubject, BudgetVerdict, Remark};
pub use budget::growth::growth_checks;
pub use budget::periods::{PeriodCheck, period_checks};
pub use budget::remedies::keep_remedies;
pub use charge::formula::evaluate;
pub use charge::regime::{RegimeKey, RegimeKind, RegimeState};
pub use cost::assumptions::{Assumption, assumptions};
pub use cost::costed::{CostedStage, PointOfStage};
pub use cost::costing::{
    Completeness, CostRange, Costing, KnownCost, LineCost, Rating, ShareTarget, TagCosts, TaggedCost, TaxAtRate,
    TaxedTotal, Totals, UnitEconomics,
};
pub use cost::finding::{Finding, FindingCode, LimitUse, Severity, Unknown};
pub use cost::reach::{reach_operations, target_reach};
pub use cost::stage::stage;
pub use cost::technique_use::techniques_leave;
pub use cost::trace::{
    ChargeRecord, Observer, Operand, Operation, Origin, PricedPart, Step, Subject, Trace, Unobserved,
};
pub use cost::usage::{UsageOfCharge, driver_values, drivers_of, usage_of};
pub use history::attribution::attribution;
pub use history::causes::{Attribution, Cause, Contribution, LineChange, Merged};
pub use history::frozen::{charge_costs, frozen, frozen_quantity, technique_leaves};
pub use plan::affordable::{Affordable, AffordableStage, affordable, affordable_operations};
pub use plan::alternatives::{AlternativeCost, alternative_costs};
pub use plan::breakeven::breakeven;
pub use plan::breakeven_result::{
    ArpuNeeded, Breakeven, BreakevenGoal, BreakevenQuestion, GoalNeeded, GoalReach, Hurdle, RatingReach, Reach,
    RevenueNeeded,
};
pub use plan::months::forecast::{Served, day_of, forecast};
pub use plan::months::forecast_result::{Forecast, ForecastEvent, ForecastMonth, ForecastYear, NeededStage};
pub use plan::peak::{Peak, peak, peak_operations};
pub use plan::points::{BreakPoint, Change, Fit, StagePoint, SweepPoint};
pub use plan::rated_cost::{Ceiling, RatedCost, rate};
pub use plan::recommend::recommend;
pub use plan::recommendation::{Candidate, Recommendation, Standing};
pub use plan::sensitivity::{sensitivity, sensitivity_operations};
pub use plan::sensitivity_result::{Basis, InputEnd, InputSensitivity, Outcome, Sensitivity, StageInput};
pub use plan::share_rule::{BrokenRule, broken_rule, keeps_rule, rule_operations};
pub use plan::sweep::{Sweep, SweepPlan};
pub use playbook::check_status::{CheckState, CheckStatus, check_status, unknown_checks};
pub use playbook::deployments::scaled_deployments;
pub use playbook::review::{
    CheckResult, CheckVerdict, FailingLineItem, MeasuredLineItem, TechniqueSaving, failing_line_items, review,
    technique_saving,
};
pub use prices::example_usage::{ExampleUsage, example_usage};
pub use prices::offer::{OfferFinding, ServicesFit};
pub use prices::price_age::{PriceAge, RateAge, price_ages, rate_ages};
pub use prices::price_change::{PriceChange, PriceChanges, price_changes, with_prices_of};
pub use prices::price_check::{PriceDoubt, PriceFinding, price_findings};
pub use savings::focus::{FocusOnStage, FocusSaving, OfferedStage, focus_savings, is_in_plan_order};
pub use savings::opportunities::{CheapestStage, Market, opportunities};
pub use savings::optimize::{Alone, Optimization, Planned, optimize};
pub use savings::retention::months as retention_months;
pub use savings::retention_result::{
    BeforeAfter, ClassMonth, PlannedClass, PlannedTier, RetentionMonth, RetentionPlan, RetentionResult, TierMonth,
};
pub use savings::technique::technique;
pub use savings::technique_result::{EffectResult, TechniqueResult};
