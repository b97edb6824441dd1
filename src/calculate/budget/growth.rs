//! The growth of a stage's total since the snapshot, compared with its limit.

use std::collections::HashMap;

use rust_decimal::Decimal;

use crate::calculate::budget::budget::{nothing, verdict};
use crate::calculate::budget::comparison::{BudgetCheck, BudgetSubject, BudgetVerdict, Remark};
use crate::calculate::cost::costed::CostedStage;
use crate::calculate::cost::costing::{Completeness, LineCost};
use crate::calculate::fault::Fault;
use crate::diagnostic::Diagnostic;
use crate::model::{
    AlertSeverity, Amount, Budget, Fraction, LimitKind, LimitedPart, Limits, LineItem, multiply, subtract,
};
use crate::source::Spanned;

/// Compares a stage with the same stage of the snapshot. A stage that is not in the snapshot is not checked. Growth is unknown
/// unless the cost is known on both sides.
///
/// # Errors
/// `overflow`, `lost-digits`.
pub fn growth_checks(
    now: &CostedStage,
    before: Option<&CostedStage>,
    budget: &Budget,
) -> Result<Vec<BudgetCheck>, Vec<Diagnostic>> {
    let sides = Sides { now, before };
    let mut found = sides.checks(None, &budget.limits, AlertSeverity::Fail)?;
    for LimitedPart { name, limits, severity, .. } in &budget.parts {
        found.extend(sides.checks(Some(name), limits, *severity)?);
    }
    Ok(found)
}

struct Sides<'s> {
    now: &'s CostedStage,
    before: Option<&'s CostedStage>,
}

impl Sides<'_> {
    /// Compares the growth with the limits of the project, or of a named part of the plan.
    fn checks(
        &self,
        name: Option<&str>,
        limits: &Limits,
        severity: AlertSeverity,
    ) -> Result<Vec<BudgetCheck>, Vec<Diagnostic>> {
        let kinds = [(LimitKind::GrowthAmount, limits.growth_amount), (LimitKind::GrowthShare, limits.growth_share)];
        let mut found = Vec::new();
        for (kind, limit) in kinds {
            let Some(limit) = limit else { continue };
            let stage = &self.now.stage;
            let fault = |fault: Fault| {
                vec![fault.at(&format!("the growth of stage {} ({})", stage.id, stage.name), Some(limit.span))]
            };
            let check = self.check(kind, limit, severity).map_err(fault)?;
            found.push(BudgetCheck { subject: BudgetSubject::Limit(kind, name.map(Into::into)), ..check });
        }
        Ok(found)
    }

    fn check(&self, kind: LimitKind, limit: Spanned<Decimal>, severity: AlertSeverity) -> Result<BudgetCheck, Fault> {
        let subject = BudgetSubject::Limit(kind, None);
        let untold = |verdict: BudgetVerdict, code: &'static str, text: &str| BudgetCheck {
            verdict,
            ..nothing(subject.clone(), Some(Remark::new(code, text)), limit.span)
        };
        let now = self.now;
        let Some(before) = self.before else {
            let remark = "this stage at this point is not in the snapshot: record it with `costplan snapshot --update`";
            return Ok(untold(BudgetVerdict::NotChecked, "not-in-snapshot", remark));
        };
        if before.stage.currency != now.stage.currency {
            let remark = format!("the snapshot is in {}, and this is in {}", before.stage.currency, now.stage.currency);
            return Ok(untold(BudgetVerdict::Unknown, "other-currency", &remark));
        }
        if !before.costing.is_complete() || !now.costing.is_complete() {
            let remark = "part of the cost is unknown, here or in the snapshot";
            return Ok(untold(BudgetVerdict::Unknown, "unknown-cost", remark));
        }
        let (earlier, later) = (before.costing.totals.total, now.costing.totals.total);
        let growth = subtract(later, earlier)?;
        let is_share = kind == LimitKind::GrowthShare;
        // A zero base is not divided by: growth from zero exceeds every share.
        let allowed = if is_share { multiply(earlier, limit.value)? } else { limit.value };
        let is_beyond = now.stage.compare(&growth.into(), &allowed.into())?.is_gt();
        let (verdict, _) = verdict(is_beyond, severity, Completeness::Full);
        let value = if is_share { Fraction::new(growth, earlier).ok() } else { Some(Fraction::from(growth)) };
        let amount =
            |value: Fraction| if is_share { Amount::ratio(value) } else { Amount::money(value, now.stage.currency) };
        let margin = value.clone().map(|value| Fraction::from(limit.value).subtract(&value)).transpose()?;
        let is_from_nothing = is_share && earlier.is_zero() && is_beyond;
        let remark = is_from_nothing.then(|| Remark::new("from-nothing", "it cost nothing in the snapshot"));
        Ok(BudgetCheck {
            value: value.map(amount),
            limit: Some(amount(limit.value.into())),
            margin: margin.map(amount),
            verdict,
            remark,
            cause: if is_beyond { grown_most(before, now) } else { None },
            ..nothing(subject, None, limit.span)
        })
    }
}

/// The line item whose cost grew most; the first of several, and none if only the buffer grew.
fn grown_most<'s>(before: &'s CostedStage, now: &'s CostedStage) -> Option<usize> {
    let lines = |side: &'s CostedStage| side.stage.line_items.iter().zip(&side.costing.line_items);
    let costs: HashMap<&str, Decimal> = lines(before).map(|(item, line)| (&*item.name, line.monthly)).collect();
    let growth = |(item, line): (&LineItem, &LineCost)| {
        line.monthly.saturating_sub(costs.get(&*item.name).copied().unwrap_or_default())
    };
    let grown: Vec<(usize, Decimal)> = lines(now).map(growth).enumerate().collect();
    let grown = grown.into_iter().filter(|(_, growth)| *growth > Decimal::ZERO);
    grown.rev().max_by_key(|(_, growth)| *growth).map(|(place, _)| place)
}
