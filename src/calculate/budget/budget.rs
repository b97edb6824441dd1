//! The comparison of one cost with one limit or alert.

use rust_decimal::Decimal;

use crate::calculate::budget::comparison::{BudgetCheck, BudgetSubject, BudgetVerdict, Remark};
use crate::calculate::cost::costing::{Completeness, Costing, LineCost};
use crate::calculate::fault::Fault;
use crate::calculate::prices::price_age::{price_ages, rate_ages};
use crate::model::{
    Alert, AlertSeverity, Amount, Budget, Fraction, LimitKind, Limits, MaxAge, Stage, WatchedCost, days_between,
    multiply, sum,
};
use crate::source::{Span, Spanned};

/// A stage with its cost.
pub(crate) struct Context<'c> {
    pub(crate) stage: &'c Stage,
    pub(crate) costing: &'c Costing,
}

/// A limited cost: that of the stage, or of a named part of the plan.
#[derive(Clone, Copy)]
pub(crate) struct Limited<'l> {
    pub(crate) name: Option<&'l str>,
    pub(crate) cost: &'l WatchedCost,
    pub(crate) severity: AlertSeverity,
}

impl Context<'_> {
    /// Compares a cost with all of its limits except those on growth. A fault comes with the place of its limit.
    pub(crate) fn limits(
        &self,
        limited: Limited<'_>,
        limits: &Limits,
    ) -> Result<Vec<BudgetCheck>, (Fault, Option<Span>)> {
        let watched = self.watched(limited.cost).map_err(|fault| (fault, None))?;
        let kinds = [
            (LimitKind::Monthly, limits.monthly),
            (LimitKind::Quarterly, limits.quarterly),
            (LimitKind::Yearly, limits.yearly),
            (LimitKind::Daily, limits.daily),
            (LimitKind::CostPerCustomer, limits.cost_per_customer),
            (LimitKind::ShareOfMrr, limits.share_of_mrr),
        ];
        let mut found = Vec::new();
        for (kind, limit) in kinds {
            let Some(limit) = limit else { continue };
            let subject = |kind| BudgetSubject::Limit(kind, limited.name.map(Into::into));
            let at = |fault: Fault| (fault, Some(limit.span));
            let check = match kind {
                LimitKind::ShareOfMrr => self.share_of_mrr(subject(kind), &watched, limit, limited.severity),
                LimitKind::CostPerCustomer if self.costing.inputs.customers == 0 => {
                    Ok(no_customers(subject(kind), limit.span))
                }
                LimitKind::Monthly
                | LimitKind::MonthlyAtHighPrices
                | LimitKind::Quarterly
                | LimitKind::Yearly
                | LimitKind::Daily
                | LimitKind::CostPerCustomer
                | LimitKind::GrowthAmount
                | LimitKind::GrowthShare => self
                    .per(kind, watched.clone())
                    .and_then(|value| self.against(subject(kind), &value, limit, limited.severity)),
            };
            let check = check.map_err(at)?;
            let passes = check.verdict == BudgetVerdict::Pass;
            found.push(check);
            if kind == LimitKind::Monthly && passes {
                let high = self.at_high_prices(limited.cost, &watched).map_err(at)?;
                let subject = subject(LimitKind::MonthlyAtHighPrices);
                let check = high.map(|high| self.against(subject, &high, limit, AlertSeverity::Warn)).transpose();
                found.extend(check.map_err(at)?.filter(|check| check.verdict == BudgetVerdict::Warn));
            }
        }
        Ok(found)
    }

    /// The cost of several such months, the daily cost, which is the share of the month that 24 hours are, and the cost
    /// per customer.
    fn per(&self, kind: LimitKind, watched: Watched) -> Result<Watched, Fault> {
        let Some(monthly) = watched.value else { return Ok(watched) };
        let value = match kind {
            LimitKind::Daily => {
                monthly.multiply(&Decimal::from(24).into())?.divide(&self.stage.hours_per_month.value.into())?
            }
            LimitKind::CostPerCustomer => monthly.divide(&Decimal::from(self.costing.inputs.customers).into())?,
            LimitKind::Monthly
            | LimitKind::MonthlyAtHighPrices
            | LimitKind::Quarterly
            | LimitKind::Yearly
            | LimitKind::ShareOfMrr
            | LimitKind::GrowthAmount
            | LimitKind::GrowthShare => monthly.multiply(&Decimal::from(kind.months().unwrap_or(1)).into())?,
        };
        Ok(Watched { value: Some(value), ..watched })
    }

    /// The same cost at the high ends of price ranges; `None` if there are none.
    fn at_high_prices(&self, cost: &WatchedCost, watched: &Watched) -> Result<Option<Watched>, Fault> {
        let Some(range) = &self.costing.range else { return Ok(None) };
        let high = match cost {
            WatchedCost::Total => range.high.total,
            WatchedCost::LineItems(watched) => sum(watched.iter().map(|place| range.line_items[*place].1))?,
        };
        Ok(Some(Watched { value: Some(high.into()), ..*watched }))
    }

    /// Compares an amount of money with its limit.
    fn against(
        &self,
        subject: BudgetSubject,
        watched: &Watched,
        limit: Spanned<Decimal>,
        severity: AlertSeverity,
    ) -> Result<BudgetCheck, Fault> {
        let money = |value: Fraction| Amount::money(value, self.stage.currency);
        let (value, allowed) = (watched.value.as_ref(), Fraction::from(limit.value));
        let order = value.map(|value| self.stage.compare(value, &allowed)).transpose()?;
        let is_beyond = order.is_some_and(std::cmp::Ordering::is_gt);
        let margin = value.map(|value| allowed.subtract(value)).transpose()?;
        let (verdict, remark) = verdict(is_beyond, severity, watched.completeness);
        Ok(BudgetCheck {
            value: value.cloned().map(money),
            limit: Some(money(allowed)),
            margin: margin.map(money),
            verdict,
            remark,
            cause: watched.cause(verdict),
            ..nothing(subject, None, limit.span)
        })
    }

    /// Compares a monthly cost with the share of MRR that it must be under.
    pub(crate) fn share_of_mrr(
        &self,
        subject: BudgetSubject,
        watched: &Watched,
        limit: Spanned<Decimal>,
        severity: AlertSeverity,
    ) -> Result<BudgetCheck, Fault> {
        let unknown = |remark: Remark| BudgetCheck {
            verdict: BudgetVerdict::Unknown,
            limit: Some(Amount::ratio(limit.value)),
            ..nothing(subject.clone(), Some(remark), limit.span)
        };
        let (mrr, value) = match (self.costing.economics.mrr, &watched.value) {
            (None, _) => {
                return Ok(unknown(unknown_revenue()));
            }
            (Some(mrr), _) if mrr.is_zero() => return Ok(unknown(zero_mrr())),
            (Some(_), None) => {
                let remark = Remark::new("unknown-cost", "none of the cost is known");
                return Ok(BudgetCheck { cause: watched.unknown, ..unknown(remark) });
            }
            (Some(mrr), Some(value)) => (mrr, value),
        };
        let bound = Fraction::from(limit.value).multiply(&mrr.into())?;
        let order = self.stage.compare(value, &bound)?;
        let share = value.divide(&mrr.into())?;
        let (verdict, remark) = verdict(order.is_ge(), severity, watched.completeness);
        let remark = remark.or(order.is_eq().then(strict_limit));
        Ok(BudgetCheck {
            value: Some(Amount::ratio(share.clone())),
            limit: Some(Amount::ratio(limit.value)),
            margin: Some(Amount::ratio(Fraction::from(limit.value).subtract(&share)?)),
            verdict,
            remark,
            cause: watched.cause(verdict),
            ..nothing(subject, None, limit.span)
        })
    }

    /// The oldest list price that the stage uses.
    pub(crate) fn price_age(&self, limit: Spanned<MaxAge>) -> BudgetCheck {
        let day = self.stage.as_of;
        let ages = price_ages([self.stage], limit.value, day);
        let rates = rate_ages([self.stage], limit.value, day);
        let read = ages.iter().map(|age| age.citation.retrieved_on).chain(rates.iter().map(|age| age.rate.read_on));
        let Some(oldest) = read.min() else {
            let remark = Remark::new("no-list-price", "no list price is used");
            return nothing(BudgetSubject::PriceAge, Some(remark), limit.span);
        };
        let days = |days: i32| Amount::unit(Fraction::from(Decimal::from(days)), "day");
        let last = limit.value.last_day(oldest);
        let (stale, first) = (ages.iter().filter(|age| age.is_stale).count(), ages.first());
        let prices = first
            .filter(|_| stale > 0)
            .map(|first| format!("{stale} of {} list prices are older, {} first", ages.len(), first.sku.id));
        let stale_rates = rates.iter().filter(|age| age.is_stale).map(|age| {
            let ((from, to), day) = (age.rate.written(age.into), age.rate.read_on);
            format!("the exchange rate from {from} to {to} is older, of {day}")
        });
        let remarks: Vec<String> = prices.into_iter().chain(stale_rates).collect();
        let is_stale = !remarks.is_empty();
        BudgetCheck {
            value: Some(days(days_between(oldest, day))),
            limit: last.map(|last| days(days_between(oldest, last))),
            margin: last.map(|last| days(days_between(day, last))),
            verdict: if is_stale { BudgetVerdict::Fail } else { BudgetVerdict::Pass },
            remark: is_stale.then(|| Remark::new("stale-price", remarks.join("; "))),
            ..nothing(BudgetSubject::PriceAge, None, limit.span)
        }
    }

    /// A watched cost, as far as it is known.
    pub(crate) fn watched(&self, cost: &WatchedCost) -> Result<Watched, Fault> {
        let all = &self.costing.line_items;
        let lines: Vec<(usize, &LineCost)> = match cost {
            WatchedCost::Total => all.iter().enumerate().collect(),
            WatchedCost::LineItems(watched) => watched.iter().map(|place| (*place, &all[*place])).collect(),
        };
        let completeness = Completeness::of(lines.iter().map(|(_, line)| *line));
        let known = lines.iter().filter(|(_, line)| line.is_known);
        let value = match cost {
            _ if completeness == Completeness::Nothing => None,
            WatchedCost::Total => Some(self.costing.totals.total),
            WatchedCost::LineItems(_) => Some(sum(known.clone().map(|(_, line)| line.monthly))?),
        };
        // The first of several with the same cost.
        let largest = known.rev().max_by_key(|(_, line)| line.monthly).map(|(place, _)| *place);
        let unknown = lines.iter().find(|(_, line)| line.completeness() != Completeness::Full).map(|(place, _)| *place);
        Ok(Watched { value: value.map(Fraction::from), completeness, largest, unknown })
    }

    /// Compares a cost with a share of the monthly budget of the project, otherwise of the stage. `None` if the stage
    /// has no such cost.
    pub(crate) fn alert(&self, alert: &Alert, budget: &Budget) -> Result<Option<BudgetCheck>, Fault> {
        let Some(metric) = &alert.metric else { return Ok(None) };
        let subject = BudgetSubject::Alert(alert.name.clone());
        let of_stage = self.stage.monthly_budget.and_then(|band| band.value.high);
        let Some(whole) = budget.limits.monthly.map(|limit| limit.value).or(of_stage) else {
            let remark = Remark::new("no-budget", "there is no monthly budget that the share applies to");
            let unknown = nothing(subject, Some(remark), alert.span);
            return Ok(Some(BudgetCheck { verdict: BudgetVerdict::Unknown, ..unknown }));
        };
        let watched = self.watched(metric)?;
        let limit = Spanned::new(multiply(alert.threshold.value, whole)?, alert.threshold.span);
        let check = self.against(subject, &watched, limit, alert.severity)?;
        let is_exceeded = matches!(check.verdict, BudgetVerdict::Warn | BudgetVerdict::Fail);
        let listed = |names: &[Box<str>]| if is_exceeded { names.to_vec() } else { Vec::new() };
        let (actions, techniques) = (listed(&alert.actions), listed(&alert.techniques));
        Ok(Some(BudgetCheck { actions, techniques, watched: Some(metric.clone()), ..check }))
    }
}

/// A cost that an alert watches.
#[derive(Clone)]
pub(crate) struct Watched {
    /// The known part of the cost.
    value: Option<Fraction>,
    completeness: Completeness,
    /// The line item that costs most.
    largest: Option<usize>,
    /// The first line item whose cost is partly unknown.
    unknown: Option<usize>,
}

impl Watched {
    /// The line item that causes a verdict.
    pub(crate) fn cause(&self, verdict: BudgetVerdict) -> Option<usize> {
        match verdict {
            BudgetVerdict::Warn | BudgetVerdict::Fail => self.largest,
            BudgetVerdict::Unknown => self.unknown,
            BudgetVerdict::Pass | BudgetVerdict::NotApplicable | BudgetVerdict::NotChecked => None,
        }
    }
}

pub(crate) fn unknown_revenue() -> Remark {
    Remark::new("unknown-revenue", "no revenue is given: use --mrr or --arpu")
}

pub(crate) fn zero_mrr() -> Remark {
    Remark::new("zero-mrr", "there is no revenue yet")
}

fn strict_limit() -> Remark {
    Remark::new("strict-limit", "it must be strictly under its limit")
}

pub(crate) fn no_customers(subject: BudgetSubject, span: Span) -> BudgetCheck {
    nothing(subject, Some(Remark::new("no-customers", "there are no customers yet")), span)
}

/// The verdict on a cost that may be partly unknown.
pub(crate) fn verdict(
    is_beyond: bool,
    severity: AlertSeverity,
    completeness: Completeness,
) -> (BudgetVerdict, Option<Remark>) {
    match (is_beyond, severity) {
        (true, AlertSeverity::Fail) => (BudgetVerdict::Fail, None),
        (true, AlertSeverity::Warn) => (BudgetVerdict::Warn, None),
        (false, _) if completeness == Completeness::Full => (BudgetVerdict::Pass, None),
        (false, _) => (BudgetVerdict::Unknown, Some(Remark::unknown_cost())),
    }
}

/// A comparison with only its subject known.
pub(crate) fn check(subject: BudgetSubject) -> BudgetCheck {
    BudgetCheck {
        subject,
        value: None,
        limit: None,
        margin: None,
        verdict: BudgetVerdict::NotApplicable,
        remark: None,
        cause: None,
        billed_cause: None,
        actions: Vec::new(),
        watched: None,
        techniques: Vec::new(),
        is_required: false,
        span: None,
    }
}

/// A check that is not made, with the reason.
pub(crate) fn not_checked(subject: BudgetSubject, remark: Remark, span: Span) -> BudgetCheck {
    BudgetCheck { verdict: BudgetVerdict::NotChecked, ..nothing(subject, Some(remark), span) }
}

/// A check with nothing to compare.
pub(crate) fn nothing(subject: BudgetSubject, remark: Option<Remark>, span: Span) -> BudgetCheck {
    BudgetCheck { remark, span: Some(span), ..check(subject) }
}
