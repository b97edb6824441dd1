//! Turns texts into raw structs: what a user wrote, with its place, not yet checked against anything else.
//!
//! YAML and TOML become one tree with places (`node`), from which the raw structs are read. A problem in one field does
//! not hide the next: all unknown and duplicate keys, wrong types, bad numbers and bad formulas of a file are reported.
//! Numbers are read from the text of their literals and never pass through a float:
//!
//! ```
//! use costplan::parse::decimal;
//! assert_eq!(decimal("123456789012345.123456789").unwrap().to_string(), "123456789012345.123456789");
//! assert_eq!(decimal("1e-7").unwrap().to_string(), "0.0000001");
//! assert!(decimal("0.123456789012345678901234567890").is_err());
//! ```
//!
//! May import `model`, `source` and `diagnostic`.

mod actuals;
mod actuals_settings;
mod adjustment;
mod autoscaling;
mod bill;
mod bill_input;
mod bill_layout;
mod budget;
mod check_record;
mod checklist;
mod condition;
mod customer_list;
mod exchange_rates;
mod forecast;
mod formula;
mod inheritance;
mod manifest;
mod metrics;
mod new_plan;
mod other_kind;
mod payers;
mod price_mapping;
mod price_sheet;
mod project;
mod question;
mod retention;
mod rounding;
mod runbook;
mod scenario;
#[cfg(test)]
mod schema;
mod search_words;
mod snapshot;
mod specification;
pub(crate) mod syntax;
mod technique;

pub use actuals::{ActualMonthRaw, BillSourceRaw, BilledChargeRaw, ControlTotalRaw, actual_month};
pub use actuals_settings::{ActualsRaw, CsvColumnsRaw, CsvLayoutRaw, MatchRuleRaw};
pub use adjustment::{DiscountRaw, ReverseChargeRaw, TaxRateRaw, TaxRaw};
pub use autoscaling::{AutoscalingRaw, HoursRaw, LoadProfileRaw, LoadProfilesRaw, ProfileRaw, WeekRaw, load_profiles};
pub use bill::{BillFault, BillRead, BillRowRaw};
pub use bill_layout::{BillField, BillLayout};
pub use budget::{AlertRaw, BudgetFileRaw, BudgetRaw, CheckPlanRaw, LimitedPartRaw, LimitsRaw, budget_file};
pub use check_record::{CheckRecordRaw, RecordedCheckRaw, check_record};
pub use checklist::{CheckRaw, ChecklistRaw, checklist};
pub use condition::ConditionRaw;
pub use customer_list::{ListedRaw, customer_list};
pub use exchange_rates::{ExchangeRatesRaw, RateRaw, exchange_rates};
pub use forecast::{
    CreditBalanceRaw, ForecastRaw, IntroductoryRaw, MigrationRaw, MonthlyRateRaw, OnceCostRaw, PrepaidRaw,
};
pub use formula::{ExpressionRaw, FormulaRaw};
pub(crate) use inheritance::{ManifestTree, SharedFacts, inherited, shared_facts};
pub(crate) use manifest::inheriting_manifest;
pub use manifest::{
    AgreedAmountRaw, AgreedPricesRaw, AlternativeRaw, DriverRaw, LineItemRaw, PurchaseRaw, SourcedDriverRaw,
    StageManifestRaw, StageRoundingRaw, TargetsRaw, UsageRuleRaw, manifest,
};
pub use metrics::{BoundRaw, MeasuredRaw, MetricsRaw, metrics};
pub use new_plan::{GuessedDriverRaw, NewPlanRaw, new_plan};
pub use payers::YearlyPayersRaw;
pub use price_mapping::{
    AnswerFormat, MappedAmountRaw, MappedChargeRaw, MappedRecordRaw, MappingExampleRaw, PriceMappingRaw, price_mapping,
};
pub(crate) use price_sheet::sheet_part;
pub use price_sheet::{
    ChargeRaw, CommitmentRaw, DatedPriceRaw, InputRaw, PoolRaw, PriceRangeRaw, PriceRaw, PriceSheetRaw, SheetBaseRaw,
    SkuCreditRaw, SkuRaw, StarterRaw, TermsRaw, TierRaw, price_sheet, price_sheet_part, sku_texts,
};
pub(crate) use project::readable_project;
pub use project::{DefaultsRaw, PathsRaw, ProjectRaw, project};
pub use question::{QuestionKind, QuestionRaw, question};
pub use retention::{BaselineRaw, RetentionClassRaw, RetentionRaw, StorageTierRaw};
pub use rounding::RoundingRaw;
pub use runbook::{CommandRaw, RunbookInputRaw, RunbookRaw, RunbookStepRaw, runbook};
pub use scenario::{ScenarioRaw, scenario};
pub use search_words::{SearchWordsRaw, search_words};
pub use snapshot::{
    ManifestNode, SNAPSHOT_VERSION, SnapshotCostRaw, SnapshotCostingRaw, SnapshotCostsRaw, SnapshotRaw,
    SnapshotSheetRaw, SnapshotStageRaw, SnapshotTechniqueRaw, newer_snapshot, snapshot,
};
pub use specification::{ServiceRaw, SizesRaw, SpecificationRaw};
pub use syntax::amount::{AmountRaw, CurrencyRaw, MoneyBandRaw, ThresholdRaw, UnitsRaw};
pub use syntax::node::{Elements, FromNode, Mapping, Node, Paragraph, Reader, ScalarOr, argument};
pub use syntax::number::{NumberError, decimal};
pub use syntax::scalar::{BandRaw, PercentRaw};
pub use technique::{
    EffectRaw, MayUseRaw, SkuReplacementRaw, SnippetRaw, TechniqueInputRaw, TechniqueRaw, TechniqueScopeRaw, WishRaw,
    technique,
};
