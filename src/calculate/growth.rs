//! The growth of a stage's total since the snapshot, against what it may be.

use rust_decimal::Decimal;

use super::Fault;
use super::budget::nothing;
use crate::diagnostic::Diagnostic;
use crate::model::{
    Amount, Budget, BudgetCheck, BudgetSubject, BudgetVerdict, CostedStage, Fraction, Knowledge, multiply, subtract,
};
use crate::source::{Span, Spanned};

/// Compares a stage with the same one of the snapshot. What was cheaper then, or is not in the snapshot, passes; what is not
/// known on both sides cannot be told.
///
/// # Errors
/// `overflow`, `lost-digits`.
pub fn growth_checks(
    now: &CostedStage,
    before: Option<&CostedStage>,
    budget: &Budget,
) -> Result<Vec<BudgetCheck>, Vec<Diagnostic>> {
    let amount = budget.growth_amount.map(|limit| (BudgetSubject::GrowthAmount, limit));
    let share = budget.growth_share.map(|limit| (BudgetSubject::GrowthShare, limit));
    let checks = amount.into_iter().chain(share).map(|(subject, limit)| check(now, before, subject, limit));
    let stage = &now.stage;
    let checks: Result<Vec<BudgetCheck>, Fault> = checks.collect();
    checks.map_err(|fault| vec![fault.at(&format!("the growth of stage {} ({})", stage.id, stage.name), None)])
}

fn check(
    now: &CostedStage,
    before: Option<&CostedStage>,
    subject: BudgetSubject,
    limit: Spanned<Decimal>,
) -> Result<BudgetCheck, Fault> {
    let Some(before) = before else {
        return Ok(nothing(subject, "the snapshot does not hold this stage at this point", limit.span));
    };
    if before.stage.currency != now.stage.currency {
        let remark = format!("the snapshot is in {}, and this is in {}", before.stage.currency, now.stage.currency);
        return Ok(unknown(subject, &remark, limit.span));
    }
    let is_known = |side: &CostedStage| side.costing.knowledge() == Knowledge::Full;
    if !is_known(before) || !is_known(now) {
        return Ok(unknown(subject, "a part of the cost is unknown, here or in the snapshot", limit.span));
    }
    let (earlier, later) = (before.costing.totals.total, now.costing.totals.total);
    let growth = subtract(later, earlier)?;
    // A share of nothing is not divided by, so that growth from nothing is beyond every share.
    let allowed = match subject {
        BudgetSubject::GrowthShare => multiply(earlier, limit.value)?,
        _ => limit.value,
    };
    let is_beyond = growth > allowed;
    let verdict = if is_beyond { BudgetVerdict::Fail } else { BudgetVerdict::Pass };
    let value = match subject {
        BudgetSubject::GrowthShare => Fraction::new(growth, earlier).ok(),
        _ => Some(Fraction::from(growth)),
    };
    let is_share = subject == BudgetSubject::GrowthShare;
    let amount =
        |value: Fraction| if is_share { Amount::ratio(value) } else { Amount::money(value, now.stage.currency) };
    let margin = value.map(|value| Fraction::from(limit.value).subtract(value)).transpose()?;
    let remark = (is_share && earlier.is_zero() && is_beyond).then(|| "it cost nothing in the snapshot".into());
    Ok(BudgetCheck {
        value: value.map(amount),
        limit: Some(amount(limit.value.into())),
        margin: margin.map(amount),
        verdict,
        remark,
        ..nothing(subject, "", limit.span)
    })
}

fn unknown(subject: BudgetSubject, remark: &str, span: Span) -> BudgetCheck {
    BudgetCheck { verdict: BudgetVerdict::Unknown, ..nothing(subject, remark, span) }
}
