//! A stage against budgets and alerts.

use rust_decimal::Decimal;

use super::Fault;
use super::price_age::price_ages;
use crate::diagnostic::Diagnostic;
use crate::model::{
    Alert, AlertSeverity, Amount, Band, Budget, BudgetCheck, BudgetSubject, BudgetVerdict, Costing, Finding, Fraction,
    Knowledge, LimitKind, LimitedPart, Limits, LineCost, MaxAge, Severity, Stage, Verdict, WatchedCost, days_between,
    multiply, sum,
};
use crate::source::{Span, Spanned};

/// Compares a stage with the budget of its project, and tells what its own manifest says.
///
/// What is not known can only add to a cost: where the known part is beyond a limit already the verdict is that it fails, and
/// otherwise that it is unknown, which fails too.
///
/// # Errors
/// `overflow`, `lost-digits`.
pub fn budget_checks(stage: &Stage, costing: &Costing, budget: &Budget) -> Result<Vec<BudgetCheck>, Vec<Diagnostic>> {
    Context { stage, costing }.all(budget).map_err(|problem| vec![problem])
}

struct Context<'c> {
    stage: &'c Stage,
    costing: &'c Costing,
}

/// A cost that is limited: that of the stage, or of a part of the plan, which has a name.
#[derive(Clone, Copy)]
struct Limited<'l> {
    name: Option<&'l str>,
    cost: &'l WatchedCost,
    severity: AlertSeverity,
}

impl Context<'_> {
    fn all(&self, budget: &Budget) -> Result<Vec<BudgetCheck>, Diagnostic> {
        let stage = self.stage;
        let at = |span: Option<Span>| {
            move |fault: Fault| fault.at(&format!("the budget of stage {} ({})", stage.id, stage.name), span)
        };
        let mut found = Vec::new();
        let whole = Limited { name: None, cost: &WatchedCost::Total, severity: AlertSeverity::Fail };
        found.extend(self.limits(whole, &budget.limits).map_err(|(fault, span)| at(span)(fault))?);
        found.extend(budget.price_age.map(|limit| self.price_age(limit)));
        for alert in &budget.alerts {
            found.extend(self.alert(alert, budget).map_err(at(Some(alert.span)))?);
        }
        found.extend(self.of_manifest().map_err(|(fault, span)| at(span)(fault))?);
        for LimitedPart { name, cost, limits, severity } in &budget.parts {
            let part = Limited { name: Some(name), cost, severity: *severity };
            found.extend(self.limits(part, limits).map_err(|(fault, span)| at(span)(fault))?);
        }
        Ok(found)
    }

    /// A cost against its limits, but for those of its growth. A fault has the place of the limit behind it.
    fn limits(&self, limited: Limited<'_>, limits: &Limits) -> Result<Vec<BudgetCheck>, (Fault, Option<Span>)> {
        let (value, knowledge) = self.watched(limited.cost).map_err(|fault| (fault, None))?;
        let kinds = [
            (LimitKind::Monthly, limits.monthly),
            (LimitKind::Daily, limits.daily),
            (LimitKind::CostPerCustomer, limits.cost_per_customer),
            (LimitKind::ShareOfMrr, limits.share_of_mrr),
        ];
        let is_limited = |(kind, limit): (LimitKind, Option<Spanned<Decimal>>)| Some((kind, limit?));
        let of_kind = |(kind, limit): (LimitKind, Spanned<Decimal>)| {
            let subject = BudgetSubject::Limit(kind, limited.name.map(Into::into));
            let known = (limited.severity, knowledge);
            let check = match kind {
                LimitKind::ShareOfMrr => self.share_of_mrr(subject, value, limit, known),
                LimitKind::CostPerCustomer if self.costing.inputs.customers == 0 => {
                    Ok(nothing(subject, "there are no customers yet", limit.span))
                }
                _ => self.per(kind, value).and_then(|value| self.against(subject, value, limit, known)),
            };
            check.map_err(|fault| (fault, Some(limit.span)))
        };
        kinds.into_iter().filter_map(is_limited).map(of_kind).collect()
    }

    /// What a monthly cost is in a day, which is the part of it that 24 hours are of the month, and for each customer.
    fn per(&self, kind: LimitKind, monthly: Option<Fraction>) -> Result<Option<Fraction>, Fault> {
        let Some(monthly) = monthly else { return Ok(None) };
        Ok(Some(match kind {
            LimitKind::Daily => {
                monthly.multiply(Decimal::from(24).into())?.divide(self.stage.hours_per_month.value.into())?
            }
            LimitKind::CostPerCustomer => monthly.divide(Decimal::from(self.costing.inputs.customers).into())?,
            _ => monthly,
        }))
    }

    /// An amount of money, of which so much is known, against what it may be.
    fn against(
        &self,
        subject: BudgetSubject,
        value: Option<Fraction>,
        limit: Spanned<Decimal>,
        (severity, knowledge): (AlertSeverity, Knowledge),
    ) -> Result<BudgetCheck, Fault> {
        let money = |value: Fraction| Amount::money(value, self.stage.currency);
        let allowed = Fraction::from(limit.value);
        let is_beyond =
            value.map(|value| self.stage.compare(value, allowed)).transpose()?.is_some_and(std::cmp::Ordering::is_gt);
        let margin = value.map(|value| allowed.subtract(value)).transpose()?;
        let (verdict, remark) = verdict(is_beyond, severity, knowledge);
        Ok(BudgetCheck {
            subject,
            value: value.map(money),
            limit: Some(money(allowed)),
            margin: margin.map(money),
            verdict,
            remark,
            actions: Vec::new(),
            techniques: Vec::new(),
            span: Some(limit.span),
        })
    }

    /// A monthly cost, of which so much is known, against the share of MRR that it must stay under.
    fn share_of_mrr(
        &self,
        subject: BudgetSubject,
        value: Option<Fraction>,
        limit: Spanned<Decimal>,
        (severity, knowledge): (AlertSeverity, Knowledge),
    ) -> Result<BudgetCheck, Fault> {
        let unknown = |remark: &str| BudgetCheck {
            verdict: BudgetVerdict::Unknown,
            limit: Some(Amount::ratio(limit.value)),
            ..nothing(subject.clone(), remark, limit.span)
        };
        let (mrr, value) = match (self.costing.economics.mrr, value) {
            (None, _) => return Ok(unknown("nobody gives the revenue: --mrr or --arpu")),
            (Some(mrr), _) if mrr.is_zero() => return Ok(unknown("there is no revenue yet")),
            (Some(_), None) => return Ok(unknown("nothing of the cost is known")),
            (Some(mrr), Some(value)) => (mrr, value),
        };
        let bound = multiply(limit.value, mrr)?;
        let is_beyond = self.stage.compare(value, bound.into())?.is_ge();
        let share = value.divide(mrr.into())?;
        let (verdict, remark) = verdict(is_beyond, severity, knowledge);
        Ok(BudgetCheck {
            value: Some(Amount::ratio(share)),
            limit: Some(Amount::ratio(limit.value)),
            margin: Some(Amount::ratio(Fraction::from(limit.value).subtract(share)?)),
            verdict,
            remark,
            ..nothing(subject, "", limit.span)
        })
    }

    /// The oldest list price that the stage rests on.
    fn price_age(&self, limit: Spanned<MaxAge>) -> BudgetCheck {
        let day = self.stage.as_of;
        let ages = price_ages([self.stage], limit.value, day);
        let stale = ages.iter().filter(|age| age.is_stale).count();
        let Some(oldest) = ages.first() else {
            return nothing(BudgetSubject::PriceAge, "no list price is used", limit.span);
        };
        let days = |days: i32| Amount::unit(Fraction::from(Decimal::from(days)), "day");
        let last = limit.value.last_day(oldest.citation.retrieved_on);
        let remark =
            (stale > 0).then(|| format!("{stale} of {} list prices are older, {} first", ages.len(), oldest.sku.id));
        BudgetCheck {
            value: Some(days(oldest.days)),
            limit: last.map(|last| days(days_between(oldest.citation.retrieved_on, last))),
            margin: last.map(|last| days(days_between(day, last))),
            verdict: if stale > 0 { BudgetVerdict::Fail } else { BudgetVerdict::Pass },
            remark: remark.map(String::into_boxed_str),
            ..nothing(BudgetSubject::PriceAge, "", limit.span)
        }
    }

    /// A cost that is watched, as far as it is known, and how much of it is.
    fn watched(&self, cost: &WatchedCost) -> Result<(Option<Fraction>, Knowledge), Fault> {
        let is_watched = |place: usize| match cost {
            WatchedCost::Total => true,
            WatchedCost::LineItems(watched) => watched[place],
        };
        let lines = self.costing.line_items.iter().enumerate().filter(|(place, _)| is_watched(*place));
        let lines: Vec<&LineCost> = lines.map(|(_, line)| line).collect();
        let knowledge = Knowledge::of(lines.iter().copied());
        let value = match cost {
            _ if knowledge == Knowledge::Nothing => None,
            WatchedCost::Total => Some(self.costing.totals.total),
            WatchedCost::LineItems(_) => Some(sum(lines.iter().filter(|line| line.is_known).map(|line| line.monthly))?),
        };
        Ok((value.map(Fraction::from), knowledge))
    }

    /// A cost against a share of the monthly budget: that of the project, otherwise of the stage. `None` if the stage has no
    /// such cost.
    fn alert(&self, alert: &Alert, budget: &Budget) -> Result<Option<BudgetCheck>, Fault> {
        let Some(metric) = &alert.metric else { return Ok(None) };
        let subject = BudgetSubject::Alert(alert.name.clone());
        let of_stage = self.stage.monthly_budget.and_then(|band| band.value.high);
        let Some(whole) = budget.limits.monthly.map(|limit| limit.value).or(of_stage) else {
            let unknown = nothing(subject, "there is no monthly budget to take a share of", alert.span);
            return Ok(Some(BudgetCheck { verdict: BudgetVerdict::Unknown, ..unknown }));
        };
        let (value, knowledge) = self.watched(metric)?;
        let limit = Spanned::new(multiply(alert.threshold.value, whole)?, alert.threshold.span);
        let check = self.against(subject, value, limit, (alert.severity, knowledge))?;
        let is_exceeded = matches!(check.verdict, BudgetVerdict::Warn | BudgetVerdict::Fail);
        let told = |names: &[Box<str>]| if is_exceeded { names.to_vec() } else { Vec::new() };
        Ok(Some(BudgetCheck { actions: told(&alert.actions), techniques: told(&alert.techniques), ..check }))
    }

    /// The budget, goals and capacities of the stage's own manifest. A fault has the place of the limit behind it.
    fn of_manifest(&self) -> Result<Vec<BudgetCheck>, (Fault, Option<Span>)> {
        let mut found = Vec::new();
        for finding in &self.costing.findings {
            let verdict = match finding.severity() {
                Severity::Note => BudgetVerdict::Pass,
                Severity::Warning => BudgetVerdict::Warn,
                Severity::Breach => BudgetVerdict::Fail,
            };
            let money = |value: Fraction| Amount::money(value, self.stage.currency);
            let subject = BudgetSubject::OfStage(finding.code());
            let stage = self.stage;
            let check = match finding {
                Finding::Budget { total, band, verdict: known } => {
                    let span = stage.monthly_budget.map(|budget| budget.span);
                    let verdict = if known.is_none() { BudgetVerdict::Unknown } else { verdict };
                    up_to(subject, total.map(Fraction::from), *band, verdict, span, &money)?
                }
                Finding::PriceRange { high, exceeds: Some(band), .. } => {
                    let span = stage.monthly_budget.map(|budget| budget.span);
                    up_to(subject, Some((*high).into()), *band, verdict, span, &money)?
                }
                Finding::CostPerCustomer { value, band, verdict: known } => {
                    let span = stage.targets.cost_per_customer.map(|target| target.span);
                    let verdict = match (known, value) {
                        (Some(_), _) => verdict,
                        (None, Some(_)) => BudgetVerdict::Unknown,
                        (None, None) => BudgetVerdict::NotApplicable,
                    };
                    up_to(subject, *value, *band, verdict, span, &money)?
                }
                Finding::ShareOfMrr { share, target, met } => {
                    let verdict = if met.is_none() { BudgetVerdict::Unknown } else { verdict };
                    let span = stage.targets.share_of_mrr.map(|target| target.span);
                    let band = Band { low: None, high: Some(*target) };
                    up_to(subject, Some(*share), band, verdict, span, &|value| Amount::ratio(value))?
                }
                Finding::Capacity { value: Some(value), limit, verdict: Some(known), name } => {
                    let verdict = if *known == Verdict::Above { BudgetVerdict::Fail } else { BudgetVerdict::Pass };
                    let span = stage.capacity.iter().find(|capacity| capacity.name == *name).map(|limit| limit.span);
                    let check = up_to(subject, Some(*value), *limit, verdict, span, &|value| Amount::plain(value))?;
                    BudgetCheck { remark: Some(name.clone()), ..check }
                }
                Finding::NoRevenue => match stage.targets.share_of_mrr {
                    Some(target) => {
                        nothing(BudgetSubject::OfStage("share-of-mrr"), "there is no revenue yet", target.span)
                    }
                    None => continue,
                },
                Finding::Unknown { line_item, .. } => {
                    let item = &stage.line_items[*line_item];
                    let remark = format!("the cost of {} is unknown, or a part of it", item.name);
                    BudgetCheck { verdict: BudgetVerdict::Unknown, ..nothing(subject, &remark, item.span) }
                }
                _ => continue,
            };
            found.push(check);
        }
        Ok(found)
    }
}

/// The verdict on a cost, of which a part may be unknown.
pub(super) fn verdict(
    is_beyond: bool,
    severity: AlertSeverity,
    knowledge: Knowledge,
) -> (BudgetVerdict, Option<Box<str>>) {
    match (is_beyond, severity) {
        (true, AlertSeverity::Fail) => (BudgetVerdict::Fail, None),
        (true, AlertSeverity::Warn) => (BudgetVerdict::Warn, None),
        (false, _) if knowledge == Knowledge::Full => (BudgetVerdict::Pass, None),
        (false, _) => (BudgetVerdict::Unknown, Some("a part of the cost is unknown".into())),
    }
}

/// A value against the upper end of a band.
fn up_to(
    subject: BudgetSubject,
    value: Option<Fraction>,
    band: Band,
    verdict: BudgetVerdict,
    span: Option<Span>,
    measure: &dyn Fn(Fraction) -> Amount,
) -> Result<BudgetCheck, (Fault, Option<Span>)> {
    let limit = band.high.map(Fraction::from);
    let margin = limit.zip(value).map(|(limit, value)| limit.subtract(value)).transpose();
    let margin = margin.map_err(|error| (error.into(), span))?;
    Ok(BudgetCheck {
        subject,
        value: value.map(measure),
        limit: limit.map(measure),
        margin: margin.map(measure),
        verdict,
        remark: None,
        actions: Vec::new(),
        techniques: Vec::new(),
        span,
    })
}

/// A check with nothing to compare.
pub(super) fn nothing(subject: BudgetSubject, remark: &str, span: Span) -> BudgetCheck {
    BudgetCheck {
        subject,
        value: None,
        limit: None,
        margin: None,
        verdict: BudgetVerdict::NotApplicable,
        remark: (!remark.is_empty()).then(|| remark.into()),
        actions: Vec::new(),
        techniques: Vec::new(),
        span: Some(span),
    }
}
