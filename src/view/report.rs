//! The page that is mailed: stages over all their numbers of customers, and what other commands say of the plan.

mod column;
mod curve;
mod explanations;
mod facts;
mod panel;
mod points;
mod prices;
mod report;
mod stage;
mod texts;

pub(crate) use curve::curve;
pub(crate) use facts::forecast_fact;
pub use panel::{Panel, PanelCard, PanelNumber, PanelRow};
pub(crate) use prices::prices_page;
pub use report::{ReportFact, ReportSection, ReportView};
pub use stage::{CostsAtRevenue, ReportStage};
