//! A project as commands use it: finds a stage, reads only the files that it needs, and resolves it.
//!
//! ```text
//! load::Root -> Workspace::stages(Selection::one("2"), request) -> the manifest, the sheets of its vendors -> Stage
//! ```
//!
//! A price sheet is parsed only if a stage names its vendor, and only for the SKUs that the stage names.
//!
//! May import `load`, `parse`, `resolve`, `model`, `source` and `diagnostic`.

mod actuals;
mod again;
mod check_plan;
mod inheritance;
#[cfg(feature = "cli")]
mod month_text;
#[cfg(feature = "cli")]
mod names;
mod new_plan;
mod plans;
pub(crate) mod playbook;
pub(crate) mod prices;
mod project;
mod remarks;
mod scenarios;
mod snapshots;
mod stages;
mod techniques;
mod validate;
mod work;

pub use check_plan::CheckPlan;
#[cfg(feature = "cli")]
pub(crate) use names::Named;
pub(crate) use playbook::metrics::{MeasuredMonth, MeasuredPlan, check_named};
pub use playbook::runbooks::StageId;
pub(crate) use prices::imports::SheetBefore;
pub use prices::prices::{VendorSheet, WholeBook};
pub use project::Workspace;
pub use remarks::Remark;
pub use snapshots::SNAPSHOT_ANEW;
pub use stages::Selection;
pub use validate::Validated;
pub(crate) use validate::is_certain;
