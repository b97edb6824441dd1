//! The page that is mailed: stages over all their numbers of customers, and what other commands say of the plan.

mod column;
mod core;
mod curve;
mod explanations;
mod facts;
mod panel;
mod point;
mod points;
mod prices;
mod report;
mod stage;
mod texts;

pub use core::ReportCore;
pub(crate) use curve::curve;
pub(crate) use facts::forecast_fact;
pub use panel::{Panel, PanelCard, PanelNumber, PanelRow};
pub use point::PointView;
pub(crate) use prices::prices_page;
pub use report::{ReportFact, ReportSection, ReportView};
pub use stage::{CostsAtRevenue, ReportStage};
