//! What a program can do with a plan, without a command line or a terminal.
//!
//! Each use case is a function from a [`Workspace`](crate::workspace::Workspace) and a [`Request`] to a result, or to a
//! [`Failure`], which holds everything that is wrong and the texts to show it in. A command of the command line reads its
//! arguments, calls one of these functions and shows the result. Another program does the same with values of its own:
//!
//! ```
//! use costplan::app::{self, Request};
//! use costplan::workspace::Workspace;
//!
//! let mut workspace = Workspace::bundled();
//! let request = Request::on("2026-11-24".parse().unwrap()).customers(60);
//! let costed = app::stage(&mut workspace, "growth", &request).unwrap();
//! assert_eq!(costed.costings[0].totals.total.to_string(), "225");
//! ```
//!
//! May import every module but `cli`; nothing here reads the clock, the environment or a terminal.

pub(crate) mod actuals;
mod afford;
mod answer;
mod check;
mod cost;
#[cfg(feature = "files")]
mod diff;
mod forecast;
mod forecast_start;
mod page_project;
mod plan;
pub(crate) mod playbook;
pub(crate) mod prices;
mod report;
mod request;
mod savings;
pub(crate) mod setup;
#[cfg(feature = "files")]
mod sides;
mod snapshot;
mod sweep;
mod watched;
mod workbook;

pub use crate::diagnostic::Failure;
pub use actuals::actual_costs::{ActualCosts, MatchedCharges, actual_costs, matched_charges};
#[cfg(feature = "cli")]
pub use actuals::calibrate::{Calibrated, calibrate};
pub use actuals::planned_bills::{forecast_bills, planned_bills};
pub use afford::{Afforded, afford, rate};
pub use answer::{answer, failed};
pub use check::{Checked, check, check_actuals, check_requiring};
pub use cost::{CostedRange, compare_alternatives, compare_scenarios, compare_stages, stage, stages};
#[cfg(feature = "files")]
pub use diff::{compared, threshold_in};
pub use forecast::{Forecasted, forecast};
pub use forecast_start::past_months;
pub use page_project::{PageProject, page_question, report_core};
pub use plan::{BreakevenSearch, FoundBreakeven, RuleSavings, breakeven, broken_rule, recommend, sensitivity};
pub use playbook::checklist::{ChecklistStatus, checklist_status, named_check, state_of};
pub use playbook::review::{Reviewed, review, review_month};
pub use playbook::runbook::{FoundRunbook, check_script, runbook};
pub use prices::import::{ImportedPrices, ImportedSheet, PriceImport, import_aws, import_prices, is_aws_list};
pub use prices::import_rates::{ImportedRates, RateImport, import_rates};
pub use prices::prices_diff::{PricesDiff, prices_diff};
pub use report::report;
pub use request::{Request, Settled};
pub use savings::{Focused, FocusedStage, Optimize, Optimized, focus, optimize};
pub use setup::new_plan::{NEW_STAGE, NewPlan, NewPlanFiles, currencies_without_rate, new_plan, vendors_of_new_plans};
pub use setup::validate::{remarks, validate};
#[cfg(feature = "files")]
pub use sides::{Side, SideSource, sides};
pub use snapshot::{snapshot, snapshot_again};
pub use sweep::{Sweep, Swept, sweep};
pub use workbook::workbook;

#[cfg(feature = "cli")]
pub(crate) use actuals::actuals::{
    ReadCustomers, TypedActuals, add_actuals, add_customers, add_rules, import_bills, kept_tags,
};
#[cfg(feature = "cli")]
pub(crate) use actuals::calibrate::write_calibrated;
#[cfg(feature = "cli")]
pub(crate) use forecast_start::next_steps;
#[cfg(feature = "cli")]
pub(crate) use playbook::checklist::record_check;
#[cfg(feature = "cli")]
pub(crate) use playbook::review::keep_metrics;
#[cfg(feature = "cli")]
pub(crate) use request::one_scenario;
#[cfg(feature = "cli")]
pub(crate) use snapshot::without_mark;
