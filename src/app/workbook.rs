//! A workbook of stages, whose numbers follow when its inputs are changed.

use rust_decimal::Decimal;

use crate::app::forecast::{assumed_forecast, forecast_of_costs};
use crate::app::request::Request;
use crate::calculate::{self, Costing, Sensitivity, Unobserved};
use crate::diagnostic::{Code, Diagnostic, Failure};
use crate::model::{Adjustment, Deduction, Inputs, LineItem, LinePricing, Stage};
use crate::parse::ForecastRaw;
use crate::view::{self, MAX_ADJUSTMENTS, Workbook, WorkbookForecast, WorkbookStage};
use crate::workspace::{Selection, Workspace};

/// By how much the inputs are changed for the ranking: 20%.
const BY: Decimal = Decimal::from_parts(2, 0, 0, false, 1);
/// The most rows of a sheet.
const MAX_ROWS: usize = 1_000_000;

/// Makes a workbook of stages, by number, name or file stem; of all of them if none is named. Each begins with the requested
/// number of customers, otherwise with its usual one. The sheet of the forecast has the months that are `assumed`, otherwise
/// those that the project assumes.
///
/// # Errors
/// Everything that is wrong with the request, the forecast and the stages; `too-much-work` if a stage is too large for a workbook.
pub fn workbook(
    workspace: &mut Workspace,
    names: &[String],
    request: &Request,
    assumed: Option<ForecastRaw>,
) -> Result<Workbook, Failure> {
    made(workspace, names, request, assumed).map_err(|wrong| workspace.failure(wrong))
}

fn made(
    workspace: &mut Workspace,
    names: &[String],
    request: &Request,
    assumed: Option<ForecastRaw>,
) -> Result<Workbook, Vec<Diagnostic>> {
    let settled = request.settled(workspace)?;
    let stages = workspace.resolved(Selection::named(names), &settled.request)?;
    let mut costed: Vec<(Stage, Costing, Sensitivity)> = Vec::with_capacity(stages.len());
    for (stage, revenue) in stages {
        check_size(&stage)?;
        let customers = settled.customers.unwrap_or_else(|| stage.usual_customers());
        workspace.spend_on(&stage, 1)?;
        workspace.spend(cells_read(&stage))?;
        let costing = calculate::stage(&stage, Inputs { customers, revenue }, &mut Unobserved)?;
        workspace.spend(calculate::sensitivity_operations(&stage).unwrap_or(0))?;
        let sensitivity = calculate::sensitivity(&stage, &costing, BY, &workspace.progress)?;
        costed.push((stage, costing, sensitivity));
    }
    let forecasted = match assumed {
        Some(assumed) => Some(forecast_of_costs(workspace, request, assumed)?),
        None => assumed_forecast(workspace, request)?,
    };
    let forecast = forecasted.as_ref().map(|of| WorkbookForecast { forecast: &of.forecast, currency: of.currency });
    let shown: Vec<WorkbookStage<'_>> =
        costed.iter().map(|(stage, costing, sensitivity)| WorkbookStage { stage, costing, sensitivity }).collect();
    let remark = if workspace.has_own_stages() {
        ""
    } else {
        "This is the example plan: `costplan init` starts one of your own."
    };
    Ok(view::workbook(&shown, forecast, settled.request.as_of, remark))
}

/// How many cells the sums within its formulas read: a credit reads all rows above, and a percentage what it is taken of.
fn cells_read(stage: &Stage) -> u64 {
    let rows = stage.line_items.len() as u64;
    let is_credit = |adjustment: &&Adjustment| !matches!(adjustment.off, Deduction::Rate(_));
    let credits = stage.adjustments.iter().filter(is_credit).count() as u64;
    let percentages = stage.line_items.iter().filter(|item| item.is_percentage_of_others()).count() as u64;
    credits.saturating_mul(rows).saturating_add(percentages).saturating_mul(rows)
}

/// Refuses a stage that no sheet has room for.
fn check_size(stage: &Stage) -> Result<(), Vec<Diagnostic>> {
    let inputs = |item: &LineItem| match &item.pricing {
        LinePricing::Sku(line) => line.inputs.len(),
        LinePricing::Cost(_) => 0,
    };
    let rows: usize = stage.line_items.iter().map(|item| 1 + inputs(item) + item.charges().len()).sum();
    let what = if rows > MAX_ROWS {
        format!("{rows} rows")
    } else if stage.adjustments.len() > MAX_ADJUSTMENTS {
        format!("{} discounts and credits", stage.adjustments.len())
    } else {
        return Ok(());
    };
    let message = format!("stage {} ({}) has {what}, for which a workbook has no room", stage.id, stage.name);
    let diagnostic = Diagnostic::new(Code::TooMuchWork, message);
    Err(vec![diagnostic.help("choose other stages with `--stage STAGE`, or write `costplan stage STAGE --format csv`")])
}
