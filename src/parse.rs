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

pub(crate) mod actuals;
mod budget;
mod customer_list;
mod forecast;
mod new_plan;
mod other_kind;
pub(crate) mod playbook;
pub(crate) mod prices;
mod project;
mod question;
pub(crate) mod savings;
mod scenario;
#[cfg(test)]
mod schema;
mod snapshot;
pub(crate) mod stage;
pub(crate) mod syntax;

pub use actuals::actuals::{ActualMonthRaw, BillSourceRaw, BilledChargeRaw, ControlTotalRaw, actual_month};
pub use actuals::actuals_settings::{
    ActualsRaw, CsvColumnsRaw, CsvLayoutRaw, CustomersColumnsRaw, CustomersCsvRaw, MatchRuleRaw,
};
pub use actuals::bill::{BillFault, BillHead, BillRowRaw, BillRows};
pub use actuals::bill_csv::BillCsv;
pub use actuals::bill_layout::{BillField, BillLayout};
#[cfg(feature = "cli")]
pub use actuals::bill_parquet::BillParquet;
pub use actuals::customers_csv::{CustomersLayout, customers_head};
pub use budget::{AlertRaw, BudgetFileRaw, BudgetRaw, CheckPlanRaw, LimitedPartRaw, LimitsRaw, budget_file};
pub use customer_list::{ListedRaw, customer_list};
pub use forecast::{
    CreditBalanceRaw, ForecastRaw, IntroductoryRaw, MigrationRaw, MonthlyRateRaw, OnceCostRaw, PrepaidRaw,
};
pub use new_plan::{GuessedDriverRaw, NewPlanRaw, new_plan};
pub use playbook::check_record::{CheckRecordRaw, RecordedCheckRaw, check_record};
pub use playbook::checklist::{CheckRaw, ChecklistRaw, checklist};
pub use playbook::metrics::{BoundRaw, MeasuredRaw, MetricsRaw, metrics};
pub use playbook::runbook::{CommandRaw, RunbookInputRaw, RunbookRaw, RunbookStepRaw, runbook};
pub use prices::condition::ConditionRaw;
pub use prices::exchange_rates::{ExchangeRatesRaw, RateRaw, exchange_rates};
pub use prices::price_mapping::{
    AnswerFormat, MappedAmountRaw, MappedChargeRaw, MappedRecordRaw, MappingExampleRaw, PriceMappingRaw, price_mapping,
};
pub(crate) use prices::price_sheet::sheet_part;
pub use prices::price_sheet::{
    ChargeRaw, CommitmentRaw, DatedPriceRaw, InputRaw, PoolRaw, PriceRangeRaw, PriceRaw, PriceSheetRaw, SheetBaseRaw,
    SkuCreditRaw, SkuRaw, StarterRaw, TermsRaw, TierRaw, days_in, price_sheet, price_sheet_part, sku_texts,
};
pub use prices::search_words::{SearchWordsRaw, search_words};
pub use prices::specification::{ServiceRaw, SizesRaw, SpecificationRaw};
pub(crate) use project::readable_project;
pub use project::{DefaultsRaw, PathsRaw, ProjectRaw, project};
pub use question::{QuestionKind, QuestionRaw, question};
pub use savings::retention::{BaselineRaw, RetentionClassRaw, RetentionRaw, StorageTierRaw};
pub use savings::technique::{
    EffectRaw, MayUseRaw, SkuReplacementRaw, SnippetRaw, TechniqueInputRaw, TechniqueRaw, TechniqueScopeRaw, WishRaw,
    technique,
};
pub use scenario::{ScenarioRaw, scenario};
pub use snapshot::{
    ManifestNode, SNAPSHOT_VERSION, SnapshotCostRaw, SnapshotCostingRaw, SnapshotCostsRaw, SnapshotRaw,
    SnapshotSheetRaw, SnapshotStageRaw, SnapshotTechniqueRaw, newer_snapshot, snapshot,
};
pub use stage::adjustment::{DiscountRaw, ReverseChargeRaw, TaxRateRaw, TaxRaw};
pub use stage::autoscaling::{
    AutoscalingRaw, HoursRaw, LoadProfileRaw, LoadProfilesRaw, ProfileRaw, WeekRaw, load_profiles,
};
pub use stage::formula::{ExpressionRaw, FormulaRaw, LiteralRaw, literals};
pub(crate) use stage::inheritance::{ManifestTree, SharedFacts, inherited, shared_facts};
pub(crate) use stage::manifest::inheriting_manifest;
pub use stage::manifest::{
    AgreedAmountRaw, AgreedPricesRaw, AlternativeRaw, DriverRaw, LineItemRaw, PurchaseRaw, SourcedDriverRaw,
    StageManifestRaw, StageRoundingRaw, TargetsRaw, UsageRuleRaw, manifest,
};
pub use stage::payers::YearlyPayersRaw;
pub use stage::rounding::RoundingRaw;
pub use syntax::amount::{AmountRaw, CurrencyRaw, MoneyBandRaw, ThresholdRaw, UnitsRaw};
pub use syntax::node::{Elements, FromNode, Mapping, Node, Paragraph, Reader, ScalarOr, argument};
pub use syntax::number::{NumberError, decimal};
pub use syntax::scalar::{BandRaw, PercentRaw};
