//! The auto-scaled deployments of a stage, with the numbers that a cluster scales them by.

use rust_decimal::Decimal;

use crate::calculate::charge::formula::evaluate;
use crate::calculate::cost::sums::drivers;
use crate::calculate::cost::trace::Unobserved;
use crate::calculate::fault::Fault;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::formula::load_profile::{bounds, delay, replicas, utilization};
use crate::model::{ArithmeticError, Autoscaling, Formula, Fraction, Inputs, LineItem, ScaledDeployment, Stage};

/// The deployment of each auto-scaled line item, in order.
///
/// # Errors
/// Those of the drivers, numbers that cannot be what they are, and `invalid-argument` if a number depends on a revenue that is
/// not given.
pub fn scaled_deployments(stage: &Stage, inputs: Inputs) -> Result<Vec<ScaledDeployment>, Vec<Diagnostic>> {
    let drivers = drivers(stage, inputs, &mut Unobserved)?;
    let of_item = |item: &LineItem| {
        let scaling = item.autoscaling()?;
        let what = format!("the replicas of `{}`", item.name);
        Some(match scaled(item, scaling, &drivers) {
            Ok(Some(found)) => Ok(found),
            Ok(None) => {
                let message = format!("{what} depend on a revenue that is not given");
                Err(vec![Diagnostic::at(Code::InvalidArgument, item.span, message, "unknown")])
            }
            Err(fault) => Err(vec![Fault::from(fault).at(&what, Some(item.span))]),
        })
    };
    stage.line_items.iter().filter_map(of_item).collect()
}

/// The numbers of a deployment; `None` if a name that one of them needs has no value.
fn scaled(
    item: &LineItem,
    scaling: &Autoscaling,
    drivers: &[Option<Fraction>],
) -> Result<Option<ScaledDeployment>, ArithmeticError> {
    let value = |formula: &Formula| evaluate(&formula.expression, drivers);
    let (minimum, maximum) = (value(&scaling.minimum)?, value(&scaling.maximum)?);
    let (target, waited) = (value(&scaling.target)?, value(&scaling.delay)?);
    let (Some(minimum), Some(maximum), Some(target), Some(waited)) = (minimum, maximum, target, waited) else {
        return Ok(None);
    };
    let (minimum, maximum) = (replicas(&minimum)?, replicas(&maximum)?);
    bounds(minimum, maximum)?;
    utilization(&target)?;
    delay(&waited)?;
    let percent = target.multiply(&Decimal::ONE_HUNDRED.into())?;
    Ok(Some(ScaledDeployment {
        line_item: item.name.clone(),
        span: item.span,
        name: scaling.deployment.as_ref().map(|name| name.value.clone()),
        minimum,
        maximum,
        percent,
        seconds: waited,
    }))
}
