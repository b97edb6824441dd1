//! The project's settings: `costplan.toml`.

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::diagnostic::Problems;
use crate::model::{Currency, MonthLength};
use crate::parse::actuals::actuals_settings::ActualsRaw;
use crate::parse::budget::{BudgetRaw, CheckPlanRaw};
use crate::parse::forecast::ForecastRaw;
use crate::parse::other_kind;
use crate::parse::stage::adjustment::TaxRaw;
use crate::parse::stage::manifest::DriverRaw;
use crate::parse::stage::manifest::LineItemRaw;
use crate::parse::stage::payers::YearlyPayersRaw;
use crate::parse::syntax::amount::AmountRaw;
use crate::parse::syntax::node::{FromNode as _, Kind, Mapping, Node, Reader, ScalarOr, table, written};
use crate::parse::syntax::toml;
use crate::source::{FileId, Spanned, Text};

table! {
    /// The settings of a project.
    pub struct ProjectRaw is "costplan.toml" {
        /// The version of the format: 1.
        pub version: Spanned<u64>,
        /// The name of the project in titles; that of its directory unless given.
        pub name: Option<Spanned<String>>,
        /// The directories and files of the project.
        pub paths: Option<PathsRaw>,
        /// Default values of flags.
        pub defaults: Option<DefaultsRaw>,
        /// Named numbers for the formulas of every stage: `{ receipts = "customers * 50" }`; those of a stage override them.
        pub drivers: Option<Mapping<DriverRaw>>,
        /// Tags for the line items of every stage: `{ team = "web" }`; those of a stage override them.
        pub tags: Option<Mapping<Spanned<String>>>,
        /// Line items that every stage has, unless it changes or removes them.
        pub line_items: Vec<LineItemRaw>,
        /// The assumptions of `costplan forecast`; flags override them.
        pub forecast: Option<ForecastRaw>,
        /// The limits on the cost of the plan.
        pub budget: Option<BudgetRaw>,
        /// The scenarios and stages that `costplan check` covers.
        pub check: Option<CheckPlanRaw>,
        /// How bills are read and compared with the plan.
        pub actuals: Option<ActualsRaw>,
    }
}

table! {
    /// Directories of the project, relative to `costplan.toml`.
    pub struct PathsRaw is "`[paths]`" {
        /// The directory of stage manifests; `stages` unless given.
        pub stages: Option<Spanned<String>>,
        /// The directory of price sheets; `pricing` unless given.
        pub pricing: Option<Spanned<String>>,
        /// The directory of scenarios; `scenarios` unless given.
        pub scenarios: Option<Spanned<String>>,
        /// The directory of techniques; `techniques` unless given.
        pub techniques: Option<Spanned<String>>,
        /// The directory of checklists; `checklists` unless given.
        pub checklists: Option<Spanned<String>>,
        /// The directory of runbooks; `runbooks` unless given.
        pub runbooks: Option<Spanned<String>>,
        /// The directory of records of checks and measurements; `records` unless given.
        pub records: Option<Spanned<String>>,
        /// The directory of what months really cost; `actuals` unless given.
        pub actuals: Option<Spanned<String>>,
        /// The snapshot file; `costplan.snapshot.yaml` unless given.
        pub snapshot: Option<Spanned<String>>,
    }
}

table! {
    /// Default values of flags.
    pub struct DefaultsRaw is "`[defaults]`" {
        /// The number of customers.
        pub customers: Option<Spanned<u64>>,
        /// Monthly recurring revenue: `"5000 USD"`.
        pub mrr: Option<AmountRaw>,
        /// Average revenue per customer and month: `"20 USD"`.
        pub arpu: Option<AmountRaw>,
        /// The share of the customers who pay, `5%`, for stages that do not set it.
        pub paying: Option<Spanned<Decimal>>,
        /// The paying customers who pay for a year at a time, for stages that do not set them.
        pub yearly_payers: Option<YearlyPayersRaw>,
        /// The reporting currency.
        pub currency: Option<Spanned<Currency>>,
        /// The day whose prices and rates are used.
        pub as_of: Option<Spanned<Date>>,
        /// The buffer of stages that do not set one.
        pub buffer: Option<Spanned<Decimal>>,
        /// The hours of a month, or `"calendar"`, for stages that do not set them.
        pub hours_per_month: Option<Spanned<MonthLength>>,
        /// The tax on what vendors bill, `19%`, where a stage does not say otherwise.
        pub tax: Option<ScalarOr<Spanned<Decimal>, TaxRaw>>,
    }
}

/// The keys of the settings that no stage depends on.
const APART: [&str; 4] = ["name", "forecast", "budget", "check"];

/// Reads what can be read of settings that are wrong: the keys of the top level in which nothing is, and whether these are all
/// that stages depend on. `None` if nothing can be read, or not where the files of the project are.
pub(crate) fn readable_project(file: FileId, text: &str) -> Option<(ProjectRaw, bool)> {
    let node = toml::parse(file, text, &mut Problems::default())?;
    let Kind::Table(entries) = node.kind else { return None };
    let text = Text::of(file, text);
    let read = |entries: Vec<(Node, Node)>| {
        let mut problems = Problems::default();
        let node = Node { start: node.start, end: node.end, kind: Kind::Table(entries) };
        let raw = ProjectRaw::from_node(node, &mut Reader { text, problems: &mut problems });
        raw.filter(|_| problems.is_empty())
    };
    let is_version = |(key, _): &(Node, Node)| written(key, text) == Some("version");
    let (mut kept, others): (Vec<_>, Vec<_>) = entries.into_iter().partition(is_version);
    let version = kept.clone();
    let is_sound = |entry: &(Node, Node)| read(version.iter().chain([entry]).cloned().collect()).is_some();
    let (sound, lost): (Vec<_>, Vec<_>) = others.into_iter().partition(is_sound);
    if lost.iter().any(|(key, _)| written(key, text) == Some("paths")) {
        return None;
    }
    let is_apart = |(key, _): &(Node, Node)| written(key, text).is_some_and(|key| APART.contains(&key));
    kept.extend(sound);
    Some((read(kept)?, lost.iter().all(is_apart)))
}

/// Reads the settings of a project.
pub fn project(file: FileId, text: &str, problems: &mut Problems) -> Option<ProjectRaw> {
    other_kind::of_toml(file, text, "the settings of a project", problems)
}
