//! The domain as types: what is bought, what it costs, and where the figures come from.
//!
//! The whole model fits on a page. A [`Stage`] serves a range of customers with [`LineItem`]s. A line item is a plain
//! monthly cost or a [`Sku`] of a vendor's [`PriceSheet`]; a SKU has [`Charge`]s, and a charge turns the usage of one
//! meter into money under dated [`Terms`]. Usage and quantities are [`Formula`]s over drivers such as `customers`.
//! Computing a stage for given [`Inputs`] yields a [`Costing`](crate::calculate::Costing) and, on demand, the [`Step`](crate::calculate::Step)s of each of its numbers.
//!
//! Amounts are [`rust_decimal::Decimal`]; a quotient stays a [`Fraction`] until it must become a decimal.
//!
//! May import `source`.

mod actuals;
mod adjustment;
mod budget;
mod costed;
mod forecast;
pub(crate) mod formula;
mod ids;
mod inputs;
mod line_item;
pub(crate) mod number;
pub(crate) mod playbook;
pub(crate) mod prices;
mod progress;
pub(crate) mod savings;
mod scenario;
mod setting;
mod stage;
mod tag;
pub(crate) mod words;

pub use actuals::{
    ActualMonth, BillSource, BilledCharge, BilledProduct, ChargeKind, ControlTotal, MatchRule, Pattern, ProductText,
    vendor_id,
};
pub use adjustment::{Adjustment, AdjustmentScope, Deduction, ReverseCharge, Tax, TaxRate};
pub use budget::{
    Alert, AlertSeverity, Budget, LimitKind, LimitedPart, Limits, Requirement, Unused, UnusedKind, WatchedCost,
};
pub use costed::{RangePoint, Recorded, RecordedCost};
pub use forecast::{
    CreditBalance, CustomerPath, ForecastPlan, Growth, Introductory, Migration, Month, OnceCost, PrepaidCost, Season,
    StageChoice, StageName,
};
pub use formula::evaluation::evaluate;
pub use formula::formula::{Autoscaling, Comparison, Expression, Formula, Function, Operator, Scope, Slot};
pub use formula::load_profile::{HOURS_OF_DAY, LoadProfile};
pub use ids::{CategoryId, LineTags, TagId, TagValueId};
pub use inputs::{Inputs, Payers, Revenue, YearlyPayers};
pub use line_item::{
    ChargeLine, FarFromList, LineDetails, LineItem, LinePricing, MovedLine, Offer, PlainCost, SkuLine, Usage,
    UsedTechnique,
};
pub use number::amount::{Amount, Measure};
pub use number::decimal::{ArithmeticError, QUOTIENT_DECIMALS, ReplicaFault};
pub use number::fraction::Fraction;
pub use number::money::{Currency, Money};
pub use number::range::{Band, CountRange, Verdict};
pub use number::rounding::{Direction, Rounding};
pub use number::stored::{add, exact_product, multiply, subtract, sum};
pub use number::unit::{Dimension, PricingUnit, Unit, spelled_out};
pub use playbook::check_record::RecordedCheck;
pub use playbook::checklist::{Check, Checklist};
pub use playbook::metric::{Bound, BoundKind, Measured, MeasuredOf, Metric, Metrics};
pub use playbook::runbook::{
    FilledInput, FilledRunbook, InputKind, PurchaseNote, Runbook, RunbookInput, RunbookStep, ScaledDeployment,
    ScalingFact, SkuPart, SkuTemplate,
};
pub use prices::age::{MaxAge, days_between};
pub use prices::imported_change::{ImportedChange, ImportedChangeKind, ImportedChanges, RateChange};
pub(crate) use prices::price::is_match;
pub use prices::price::{
    Base, Charge, Citation, Commitment, ModelTraits, MonthLength, Period, Pool, Price, PriceModel, PricePoint,
    PriceSheet, Pricing, Sku, SkuCredit, SkuInput, StarterItem, Terms, Tier, TiersOf, Trust,
};
pub use prices::specification::{Architecture, Cpu, Fit, Property, Sale, Service, Size, Specification};
pub use prices::stage_effect::StageEffect;
pub use progress::Progress;
pub use savings::focus::Focus;
pub use savings::needs::Needs;
pub use savings::opportunity::{Opportunity, Substitute, SubstituteKind, Term};
pub use savings::optimization::{FitStanding, PlanOrder, TechniqueFit, TechniqueOffer};
pub use savings::retention::{Retention, RetentionClass, RetentionPeriod, StoragePrice, StorageTier};
pub use savings::technique::{
    Effect, Level, Lowers, LowersKind, ShownUnit, SkuReplacement, Snippet, Technique, TechniqueInput, TechniqueScope,
    TechniqueWish, Wish,
};
pub use scenario::ScenarioName;
pub use setting::Setting;
pub use stage::{
    Capacity, Description, Driver, ExchangeRate, Stage, StagePart, StageRounding, Tag, Targets, says_assumed,
};
pub use words::Words;
