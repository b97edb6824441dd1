//! What is shown: the rows, labels and rounded figures of each command, independent of any output format.
//!
//! A [`View`] is serialised for JSON, laid out as a [`Page`] for tables and Markdown, and listed as [`Records`] for
//! CSV. All three read the same costing, so the formats cannot disagree. Rounding for display happens only here: tables
//! show the decimals of the currency, more where a figure would wrongly be zero, and a residue row where the shown rows do not add up to the shown total.
//!
//! May import `calculate`, `diagnostic`, `model` and `source`.

pub(crate) mod actuals;
pub(crate) mod budget;
pub(crate) mod cost;
pub(crate) mod history;
pub(crate) mod page;
pub(crate) mod plan;
pub(crate) mod playbook;
pub(crate) mod prices;
pub(crate) mod report;
pub(crate) mod savings;
#[cfg(test)]
mod schema;
pub(crate) mod workbook;

pub use actuals::actual_costs::ActualCostsView;
pub use actuals::calibration::{CalibratedFile, CalibratedNumber, CalibratedPlan, CalibrationView, LeftOutMonth};
pub use actuals::customers::{CustomersView, ReadMonth};
pub use actuals::focus::{FocusVersion, PlannedMonth, focus};
pub use actuals::import::{BillImportView, ImportChange, ImportedBill, ImportedMonth};
#[cfg(feature = "cli")]
pub use actuals::rules::{SuggestedRule, suggested_rules};
pub use budget::check::CheckView;
pub use budget::checked::CheckedStage;
pub use cost::compare::CompareView;
pub use cost::explain::ExplainView;
pub use cost::inputs::InputsView;
pub use cost::new_plan::{NewPlanView, example_copied};
pub use cost::overview::{OverviewView, no_plan};
pub use cost::stage::StageView;
pub use cost::stages::StagesView;
pub use cost::ways::AlternativesView;
pub use history::diff::{DiffView, Threshold};
pub use history::diff_stage::ComparedStage;
pub use history::snapshot::snapshot;
pub use page::annotation::{Annotation, AnnotationLevel, CiView};
pub use page::chart::{
    AxisUnit, BarRow, Bars, Chart, ChartKind, Curve, CurveBand, CurveMark, Guide, Picture, Series, Tornado, TornadoRow,
};
pub use page::comment::{Comment, Details, HostChart};
pub use page::document::{Table, Value};
pub use page::failure::FailureView;
pub use page::finding::FindingView;
pub(crate) use page::finding::unknown_in_stage;
pub use page::layout::{Align, Block, Cell, Code, Column, Grid, Mark, Page, Records};
pub use page::number::{Number, thousands};
pub use page::selection::{Selection, SubjectName};
pub use page::typed_table::{ColumnType, TypedTable, TypedValue};
pub use plan::affordable::AffordableView;
pub use plan::breakeven::BreakevenView;
pub use plan::forecast::ForecastView;
pub use plan::forecast_start::{ActualStart, PastMonth};
pub use plan::rated_cost::RatedCostView;
pub use plan::recommend::RecommendView;
pub use plan::sensitivity::SensitivityView;
pub use plan::share_rule::ShownSavings;
pub use plan::sweep::SweepView;
pub use playbook::checklist::{ChecklistView, ChecklistsView};
pub use playbook::checklist_status::ChecklistStatusView;
pub use playbook::review::{ReviewBill, ReviewMonth, ReviewStage, ReviewView};
pub use playbook::runbook::{RunbookView, RunbooksView, ScriptPart};
pub use prices::import::{ImportView, ShownSheet};
pub use prices::import_rates::RateImportView;
pub use prices::price::PriceView;
pub use prices::price_check::PriceCheckView;
pub use prices::price_example::PriceExample;
pub use prices::price_terms::usage_argument;
pub use prices::prices::{PriceFilter, PricesView};
pub use prices::prices_diff::PricesDiffView;
pub use prices::quote::QuoteView;
pub use prices::search::Search;
pub use prices::stale::StaleView;
pub use prices::vendors::{ListedVendor, VendorsView};
pub use report::{
    CostsAtRevenue, Panel, PanelCard, PanelNumber, PanelRow, PointView, ReportCore, ReportFact, ReportSection,
    ReportStage, ReportView,
};
pub(crate) use report::{curve, forecast_fact, prices_page};
pub use savings::focus::{FocusStage, FocusView};
pub use savings::optimize::OptimizeView;
pub use savings::technique::{TechniqueView, TechniquesView};
pub use workbook::{
    CellKind, CellLook, CellNumbers, CellResult, CellValue, ChartSort, MAX_ADJUSTMENTS, Sheet, SheetCell, SheetChart,
    SheetRows, Workbook, WorkbookForecast, WorkbookStage, workbook,
};

/// Something that every output format can show.
pub trait View: serde::Serialize {
    /// The layout for people, with everything that is shown.
    fn page(&self) -> Page;
    /// The layout for a terminal: what a person needs first.
    fn screen(&self) -> Page {
        self.page()
    }
    /// The rows for spreadsheets.
    fn records(&self) -> Records<'_>;
}
