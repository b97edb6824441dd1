//! What a plan expects to be billed: of its stages, or month by month.

use crate::app::forecast::forecast_with;
use crate::app::request::Request;
use crate::calculate::{self, ForecastMonth};
use crate::diagnostic::{Diagnostic, Failure};
use crate::model::{Currency, Inputs, Month, Revenue, Stage};
use crate::parse::ForecastRaw;
use crate::view::PlannedMonth;
use crate::workspace::{Selection, Workspace};

/// The bills that stages expect in the month of the prices: those that are named, or all. Each is computed at the requested
/// number of customers, otherwise at its usual one.
///
/// # Errors
/// Everything that is wrong with the request, the scenario, the manifests and the sheets; errors of the computation.
pub fn planned_bills(
    workspace: &mut Workspace,
    names: &[String],
    request: &Request,
) -> Result<Vec<PlannedMonth>, Failure> {
    let planned = request.settled(workspace).and_then(|settled| {
        let stages = workspace.resolved(Selection::named(names), &settled.request)?;
        let bill = |(stage, revenue): (Stage, Revenue)| {
            let customers = settled.customers.unwrap_or_else(|| stage.usual_customers());
            workspace.spend_on(&stage, 1)?;
            planned(Month::of(stage.as_of), &stage, Inputs { customers, revenue })
        };
        stages.into_iter().map(bill).collect()
    });
    planned.map_err(|wrong: Vec<Diagnostic>| workspace.failure(wrong))
}

/// The bills that a forecast expects, month by month.
///
/// # Errors
/// As [`forecast`](crate::app::forecast()).
pub fn forecast_bills(
    workspace: &mut Workspace,
    request: &Request,
    assumed: ForecastRaw,
) -> Result<Vec<PlannedMonth>, Failure> {
    let mut served: Vec<PlannedMonth> = Vec::new();
    let forecasted = forecast_with(workspace, request, assumed, &mut |month, stage, inputs| {
        served.push(planned(month, stage, inputs)?);
        Ok(())
    })?;
    let mut served = served.into_iter().peekable();
    let months = forecasted.forecast.months.iter().map(|month| {
        let of_stage = served.next_if(|planned| planned.month == month.month);
        PlannedMonth { once: once(month), ..of_stage.unwrap_or_else(|| without_stage(month, forecasted.currency)) }
    });
    Ok(months.collect())
}

fn planned(month: Month, stage: &Stage, inputs: Inputs) -> Result<PlannedMonth, Vec<Diagnostic>> {
    let bill = calculate::planned_bill(stage, inputs)?;
    let (customers, currency) = (inputs.customers, stage.currency);
    Ok(PlannedMonth { month, customers, stage: Some((stage.clone(), bill)), once: Vec::new(), currency })
}

fn without_stage(month: &ForecastMonth, currency: Currency) -> PlannedMonth {
    let ForecastMonth { month, customers, .. } = *month;
    PlannedMonth { month, customers, stage: None, once: Vec::new(), currency }
}

/// What a month costs besides its stage.
fn once(month: &ForecastMonth) -> Vec<(&'static str, rust_decimal::Decimal)> {
    let costs =
        [("costs of this month alone", month.once), ("the stage before, until the move is done", month.overlap)];
    costs.into_iter().filter(|(_, amount)| !amount.is_zero()).collect()
}
