//! Changes of the cost within a month, which is computed at the prices of one day.

use jiff::civil::Date;

use crate::calculate::cost::costing::Costing;
use crate::calculate::cost::stage::stage as compute;
use crate::calculate::cost::trace::Unobserved;
use crate::calculate::plan::months::forecast_result::ForecastEvent;
use crate::diagnostic::Diagnostic;
use crate::model::{Adjustment, Month, Revenue, Stage};

/// The stages with their revenue, at the prices of a day.
pub(crate) type Stages = Vec<(Stage, Revenue)>;

/// Returns the stages at the prices of a day.
pub(crate) type StagesOn<'s> = dyn FnMut(Date) -> Result<Stages, Vec<Diagnostic>> + 's;

/// The discounts and credits of a stage that end or begin between two days.
pub(crate) fn deduction_changes(before: &Stage, after: &Stage) -> Vec<ForecastEvent> {
    let all = |stage: &Stage| -> Vec<Adjustment> {
        let after_tax = stage.tax.iter().flat_map(|tax| &tax.credits);
        stage.adjustments.iter().chain(after_tax).cloned().collect()
    };
    let (before, after) = (all(before), all(after));
    let only = |these: &[Adjustment], those: &[Adjustment], begins: bool| -> Vec<ForecastEvent> {
        let is_same =
            |one: &Adjustment, other: &Adjustment| one.is_credit == other.is_credit && one.reason == other.reason;
        let only = these.iter().filter(|one| !those.iter().any(|other| is_same(one, other)));
        let change = |one: &Adjustment| {
            let (is_credit, reason) = (one.is_credit, one.reason.clone());
            ForecastEvent::DeductionChange { is_credit, reason, begins }
        };
        only.map(change).collect()
    };
    let mut changes = only(&before, &after, false);
    changes.extend(only(&after, &before, true));
    changes.dedup();
    changes
}

/// The days of a month on which the stage begins to cost something else at the same inputs. `costing` is what is
/// counted for the month.
pub(crate) fn changes_within(
    month: Month,
    stage: &Stage,
    costing: &Costing,
    stages_on: &mut StagesOn<'_>,
) -> Result<Vec<ForecastEvent>, Vec<Diagnostic>> {
    let total = |costing: &Costing| costing.known_totals().map(|totals| totals.total);
    let counted = (total(costing), stage.next_change);
    let mut on = |day: Date| -> Result<Option<_>, Vec<Diagnostic>> {
        // On a day without a price the cost is unknown.
        let Ok(stages) = stages_on(day) else { return Ok(None) };
        let Some((found, _)) = stages.iter().find(|(other, _)| other.id == stage.id) else { return Ok(None) };
        let costing = compute(&found.with_hours_of(stage), costing.inputs, &mut Unobserved)?;
        Ok(Some((total(&costing), found.next_change)))
    };
    // The month of the computation is computed at a later day than its first.
    let is_later = stage.as_of > month.first_day();
    let (mut before, mut next) = if is_later { on(month.first_day())?.unwrap_or(counted) } else { counted };
    let mut changes = Vec::new();
    while let Some(day) = next.filter(|day| *day <= month.last_day()) {
        let (after, following) = on(day)?.unwrap_or((None, None));
        if after != before {
            changes.push(ForecastEvent::CostChangeWithin { on: day, before, after });
        }
        (before, next) = (after, following);
    }
    Ok(changes)
}
