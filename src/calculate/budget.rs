//! A stage against budgets and alerts.

use rust_decimal::Decimal;

use super::Fault;
use super::price_age::price_ages;
use crate::diagnostic::Diagnostic;
use crate::model::{
    Alert, AlertSeverity, Amount, Band, Budget, BudgetCheck, BudgetSubject, BudgetVerdict, Costing, Finding, Fraction,
    Knowledge, LineCost, MaxAge, Severity, Stage, Verdict, WatchedCost, days_between, multiply, sum,
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

impl Context<'_> {
    fn all(&self, budget: &Budget) -> Result<Vec<BudgetCheck>, Diagnostic> {
        let stage = self.stage;
        let at = |span: Option<Span>| {
            move |fault: Fault| fault.at(&format!("the budget of stage {} ({})", stage.id, stage.name), span)
        };
        let mut found = Vec::new();
        let total = self.costing.known_totals().map(|totals| totals.total);
        let fail = AlertSeverity::Fail;
        if let Some(limit) = budget.monthly {
            let check = self.against(BudgetSubject::Monthly, total.map(Fraction::from), limit, fail);
            found.push(check.map_err(at(Some(limit.span)))?);
        }
        if let Some(limit) = budget.daily {
            let daily = total.map(|total| self.daily(total)).transpose().map_err(at(Some(limit.span)))?;
            found.push(self.against(BudgetSubject::Daily, daily, limit, fail).map_err(at(Some(limit.span)))?);
        }
        if let Some(limit) = budget.cost_per_customer {
            found.push(match self.costing.inputs.customers {
                0 => nothing(BudgetSubject::CostPerCustomer, "there are no customers yet", limit.span),
                _ => {
                    let cost = self.costing.economics.cost_per_customer;
                    let check = self.against(BudgetSubject::CostPerCustomer, cost, limit, fail);
                    check.map_err(at(Some(limit.span)))?
                }
            });
        }
        if let Some(limit) = budget.share_of_mrr {
            found.push(self.share_of_mrr(limit).map_err(at(Some(limit.span)))?);
        }
        found.extend(budget.price_age.map(|limit| self.price_age(limit)));
        for alert in &budget.alerts {
            found.extend(self.alert(alert, budget).map_err(at(Some(alert.span)))?);
        }
        found.extend(self.of_manifest().map_err(|(fault, span)| at(span)(fault))?);
        for limit in &budget.limits {
            let subject = BudgetSubject::Limit(limit.name.clone());
            let check = self.watched(&limit.cost).and_then(|(value, knowledge)| {
                self.against_known(subject, value, limit.amount, (limit.severity, knowledge))
            });
            found.push(check.map_err(at(Some(limit.amount.span)))?);
        }
        Ok(found)
    }

    /// The part of a monthly amount that 24 hours are of the month.
    fn daily(&self, total: Decimal) -> Result<Fraction, Fault> {
        let hours = self.stage.hours_per_month.value;
        Ok(Fraction::from(total).multiply(Decimal::from(24).into())?.divide(hours.into())?)
    }

    /// An amount of money that all of the stage's cost goes into, against what it may be.
    fn against(
        &self,
        subject: BudgetSubject,
        value: Option<Fraction>,
        limit: Spanned<Decimal>,
        severity: AlertSeverity,
    ) -> Result<BudgetCheck, Fault> {
        self.against_known(subject, value, limit, (severity, self.costing.knowledge()))
    }

    /// An amount of money, of which so much is known, against what it may be.
    fn against_known(
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

    fn share_of_mrr(&self, limit: Spanned<Decimal>) -> Result<BudgetCheck, Fault> {
        let subject = BudgetSubject::ShareOfMrr;
        let economics = &self.costing.economics;
        let unknown = |remark: &str| BudgetCheck {
            verdict: BudgetVerdict::Unknown,
            limit: Some(Amount::ratio(limit.value)),
            ..nothing(subject.clone(), remark, limit.span)
        };
        let (mrr, share) = match (economics.mrr, economics.share_of_mrr) {
            (None, _) => return Ok(unknown("nobody gives the revenue: --mrr or --arpu")),
            (Some(mrr), None) if mrr.is_zero() => return Ok(unknown("there is no revenue yet")),
            (Some(_), None) => return Ok(unknown("nothing of the cost is known")),
            (Some(mrr), Some(share)) => (mrr, share),
        };
        let bound = multiply(limit.value, mrr)?;
        // It must stay under its limit.
        let is_beyond = self.stage.compare(self.costing.totals.total.into(), bound.into())?.is_ge();
        let (verdict, remark) = verdict(is_beyond, AlertSeverity::Fail, self.costing.knowledge());
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
        let Some(whole) = budget.monthly.map(|limit| limit.value).or(of_stage) else {
            let unknown = nothing(subject, "there is no monthly budget to take a share of", alert.span);
            return Ok(Some(BudgetCheck { verdict: BudgetVerdict::Unknown, ..unknown }));
        };
        let (value, knowledge) = self.watched(metric)?;
        let limit = Spanned::new(multiply(alert.threshold.value, whole)?, alert.threshold.span);
        let check = self.against_known(subject, value, limit, (alert.severity, knowledge))?;
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
fn verdict(is_beyond: bool, severity: AlertSeverity, knowledge: Knowledge) -> (BudgetVerdict, Option<Box<str>>) {
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
