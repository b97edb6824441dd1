//! The project's settings: `costplan.toml`.

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::diagnostic::Problems;
use crate::model::{Currency, MonthLength};
use crate::parse::budget::{BudgetRaw, CheckPlanRaw};
use crate::parse::forecast::ForecastRaw;
use crate::parse::syntax::node::{FromNode, Reader, table};
use crate::parse::syntax::scalar::AmountRaw;
use crate::parse::syntax::toml;
use crate::source::{FileId, Spanned};

table! {
    /// The settings of a project.
    pub struct ProjectRaw is "costplan.toml" {
        /// The version of the format: 1.
        pub version: Spanned<u64>,
        /// Where the project keeps its files.
        pub paths: Option<PathsRaw>,
        /// Values for flags that are not given.
        pub defaults: Option<DefaultsRaw>,
        /// What `costplan forecast` assumes where no flag says anything else.
        pub forecast: Option<ForecastRaw>,
        /// What the plan may cost.
        pub budget: Option<BudgetRaw>,
        /// What `costplan check` looks at.
        pub check: Option<CheckPlanRaw>,
    }
}

table! {
    /// Directories of the project, relative to `costplan.toml`.
    pub struct PathsRaw is "`[paths]`" {
        /// The stage manifests; `stages` unless given.
        pub stages: Option<Spanned<String>>,
        /// The price sheets; `pricing` unless given.
        pub pricing: Option<Spanned<String>>,
        /// The scenarios; `scenarios` unless given.
        pub scenarios: Option<Spanned<String>>,
        /// The techniques; `techniques` unless given.
        pub techniques: Option<Spanned<String>>,
        /// The checklists; `checklists` unless given.
        pub checklists: Option<Spanned<String>>,
        /// The runbooks; `runbooks` unless given.
        pub runbooks: Option<Spanned<String>>,
        /// The snapshot; `costplan.snapshot.yaml` unless given.
        pub snapshot: Option<Spanned<String>>,
    }
}

table! {
    /// Values for flags that are not given.
    pub struct DefaultsRaw is "`[defaults]`" {
        /// The number of customers.
        pub customers: Option<Spanned<u64>>,
        /// Monthly recurring revenue.
        pub mrr: Option<AmountRaw>,
        /// Average revenue per customer and month.
        pub arpu: Option<AmountRaw>,
        /// The reporting currency.
        pub currency: Option<Spanned<Currency>>,
        /// The day whose prices and rates hold.
        pub as_of: Option<Spanned<Date>>,
        /// The buffer of stages that set none.
        pub buffer: Option<Spanned<Decimal>>,
        /// The hours of a month, or `"calendar"`, for stages that set none.
        pub hours_per_month: Option<Spanned<MonthLength>>,
        /// The rate of the tax of stages that set none.
        pub tax: Option<Spanned<Decimal>>,
    }
}

/// Reads the settings of a project.
pub fn project(file: FileId, text: &str, problems: &mut Problems) -> Option<ProjectRaw> {
    let node = toml::parse(file, text, problems)?;
    ProjectRaw::from_node(node, &mut Reader { file, text, problems })
}
