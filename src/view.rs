//! What is shown: the rows, labels and rounded figures of each command, independent of any output format.
//!
//! A [`View`] is serialised for JSON, laid out as a [`Page`] for tables and Markdown, and listed as [`Records`] for CSV.
//! All three read the same costing, so that the formats cannot disagree. Rounding for display happens here and nowhere
//! else: tables show two decimals and a residue row where the shown rows do not add up to the shown total.
//!
//! May import `calculate`, `diagnostic`, `model` and `source`.

mod annotation;
mod break_points;
mod breakeven;
mod change;
mod chart;
mod check;
mod check_amount;
mod check_json;
mod check_words;
mod checklist;
mod compare;
mod compare_json;
mod curves;
mod diff;
mod diff_effect;
mod diff_json;
mod diff_stage;
mod diff_words;
mod document;
mod explain;
mod finding;
mod forecast;
mod forecast_event;
mod number;
mod opportunity;
mod optimize;
mod optimize_json;
mod page;
mod price;
mod price_check;
mod price_example;
mod price_json;
mod price_terms;
mod prices;
mod quote;
mod recommend;
mod retention;
mod review;
mod runbook;
mod scenario;
mod section;
mod selection;
mod sensitivity;
mod shown;
mod snapshot;
mod snapshot_prices;
mod stage;
mod stage_chart;
mod stage_json;
mod stages;
mod stale;
mod sweep;
mod tags;
mod technique;
mod technique_json;

pub use annotation::{Annotation, AnnotationLevel, CiView};
pub use breakeven::BreakevenView;
pub use chart::{AxisUnit, BarRow, Bars, Chart, ChartKind, Curve, CurveMark, Guide, Series, Tornado, TornadoRow};
pub use check::{CheckView, CheckedStage};
pub use checklist::{ChecklistView, ChecklistsView};
pub use compare::CompareView;
pub use diff::{DiffView, Threshold};
pub use diff_stage::ComparedStage;
pub use document::{Table, Value};
pub use explain::ExplainView;
pub use finding::FindingView;
pub use forecast::ForecastView;
pub use number::Number;
pub use optimize::OptimizeView;
pub use page::{Align, Block, Cell, Code, Column, Grid, Mark, Page, Records};
pub use price::PriceView;
pub use price_check::PriceCheckView;
pub use price_example::PriceExample;
pub use price_terms::usage_argument;
pub use prices::{PriceFilter, PricesView};
pub use quote::QuoteView;
pub use recommend::RecommendView;
pub use review::{ReviewStage, ReviewView};
pub use runbook::{RunbookView, RunbooksView, ScriptPart};
pub use selection::{Selection, SubjectName};
pub use sensitivity::SensitivityView;
pub use snapshot::snapshot;
pub use stage::StageView;
pub use stages::StagesView;
pub use stale::StaleView;
pub use sweep::SweepView;
pub use technique::{TechniqueView, TechniquesView};

/// Something that every output format can show.
pub trait View: serde::Serialize {
    /// The layout for people.
    fn page(&self) -> Page;
    /// The rows for spreadsheets.
    fn records(&self) -> Records<'_>;
}
