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

mod actual_costs;
#[cfg(feature = "cli")]
mod actuals;
mod afford;
mod answer;
mod check;
mod checklist;
mod cost;
#[cfg(feature = "files")]
mod diff;
mod forecast;
mod import;
mod import_rates;
mod new_plan;
mod new_plan_text;
mod page_project;
mod plan;
mod prices_diff;
mod report;
mod request;
mod review;
mod runbook;
mod savings;
#[cfg(feature = "files")]
mod sides;
mod snapshot;
mod sweep;
mod validate;
mod watched;

pub use crate::diagnostic::Failure;
pub use actual_costs::{ActualCosts, MatchedCharges, actual_costs, matched_charges};
pub use afford::{Afforded, afford, rate};
pub use answer::{answer, failed};
pub use check::{Checked, check, check_actuals, check_requiring};
pub use checklist::{ChecklistStatus, checklist_status, named_check, state_of};
pub use cost::{CostedRange, compare_alternatives, compare_scenarios, compare_stages, stage, stages};
#[cfg(feature = "files")]
pub use diff::{compared, threshold_in};
pub use forecast::{Forecasted, forecast};
pub use import::{ImportedPrices, ImportedSheet, PriceImport, import_aws, import_prices, is_aws_list};
pub use import_rates::{ImportedRates, RateImport, import_rates};
pub use new_plan::{NEW_STAGE, NewPlan, NewPlanFiles, currencies_without_rate, new_plan, vendors_of_new_plans};
pub use page_project::{PageProject, page_question, report_core};
pub use plan::{BreakevenSearch, FoundBreakeven, RuleSavings, breakeven, broken_rule, recommend, sensitivity};
pub use prices_diff::{PricesDiff, prices_diff};
pub use report::report;
pub use request::{Request, Settled};
pub use review::{Reviewed, review, review_month};
pub use runbook::{FoundRunbook, check_script, runbook};
pub use savings::{Focused, FocusedStage, Optimize, Optimized, focus, optimize};
#[cfg(feature = "files")]
pub use sides::{Side, SideSource, sides};
pub use snapshot::{snapshot, snapshot_again};
pub use sweep::{Sweep, Swept, sweep};
pub use validate::{remarks, validate};

#[cfg(feature = "cli")]
pub(crate) use actuals::{TypedActuals, add_actuals, add_rules, import_bills};
#[cfg(feature = "cli")]
pub(crate) use checklist::record_check;
#[cfg(feature = "cli")]
pub(crate) use request::one_scenario;
#[cfg(feature = "cli")]
pub(crate) use review::keep_metrics;
#[cfg(feature = "cli")]
pub(crate) use snapshot::without_mark;
