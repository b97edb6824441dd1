//! Unit economics: what the totals mean per customer and against revenue.

use rust_decimal::Decimal;

use crate::calculate::charge::currency::{keep, stored};
use crate::calculate::charge::exact::ExactCost;
use crate::calculate::cost::costing::{Completeness, Rating, ShareTarget, Totals, UnitEconomics};
use crate::calculate::cost::revenue::{mrr, tell_mrr};
use crate::calculate::cost::trace::{Observer, Operand, Operation, Step, Subject};
use crate::calculate::fault::Fault;
use crate::model::{Amount, Fraction, Inputs, Stage};

/// The known part of the cost of a stage.
#[derive(Clone, Copy)]
pub(crate) struct Known {
    pub(crate) totals: Totals,
    pub(crate) completeness: Completeness,
    /// The exact total with one more customer.
    pub(crate) next_total: Option<Decimal>,
}

/// The MRR as the unit economics have it; `None` if no revenue is given.
pub(crate) fn kept_mrr<O: Observer>(stage: &Stage, inputs: Inputs, observer: &mut O) -> Result<Option<Decimal>, Fault> {
    let Some(mrr) = mrr(stage, inputs)? else { return Ok(None) };
    tell_mrr(stage, inputs, mrr.clone(), observer);
    let exact = ExactCost { value: mrr, currency: stage.currency };
    keep(stage, &exact, Subject::Mrr, observer).map(Some)
}

/// The unit economics of a stage.
pub(crate) fn economics<O: Observer>(
    stage: &Stage,
    inputs: Inputs,
    known: Known,
    observer: &mut O,
) -> Result<UnitEconomics, Fault> {
    let mrr = kept_mrr(stage, inputs, observer)?;
    if known.completeness == Completeness::Nothing {
        return Ok(UnitEconomics { mrr, ..UnitEconomics::default() });
    }
    let Known { totals, next_total, .. } = known;
    let money = |value: Decimal| Amount::money(value, stage.currency);
    let customers = Decimal::from(inputs.customers);
    let mut per_customer = |subject: Subject, label: &'static str, name: &'static str, amount: Decimal| {
        if inputs.customers == 0 {
            return Ok(None);
        }
        let cost = Fraction::new(amount, customers)?;
        observer.step(subject, || {
            let customers = Operand::new("customers", Amount::plain(customers));
            let operation = Operation::Quotient(Operand::new(name, money(amount)), customers);
            Step::new(label, operation, Amount::money(cost.clone(), stage.currency))
        });
        Ok::<_, Fault>(Some(cost))
    };
    let cost_per_customer = per_customer(Subject::CostPerCustomer, "cost per customer", "total", totals.total)?;
    let before_buffer = per_customer(
        Subject::CostPerCustomerBeforeBuffer,
        "cost per customer before buffer",
        "subtotal",
        totals.subtotal,
    )?;
    let marginal_cost = match next_total {
        Some(next_total) => {
            let cost = Fraction::from(next_total).subtract(&totals.total_exact.into())?;
            let cost = stored(stage, cost, Subject::MarginalCost, observer, |cost| {
                let at = |customers: u64| format!("exact total at {customers} customers");
                let next = Operand::new(at(inputs.customers.saturating_add(1)), money(next_total));
                let now = Operand::new(at(inputs.customers), money(totals.total_exact));
                Step::new("marginal cost", Operation::Difference(next, now), cost)
            })?;
            Some(cost)
        }
        None => None,
    };
    let revenue = match mrr {
        Some(mrr) => against_revenue(stage, known, mrr, observer)?,
        None => UnitEconomics::default(),
    };
    Ok(UnitEconomics { cost_per_customer, cost_per_customer_before_buffer: before_buffer, marginal_cost, ..revenue })
}

/// Whether the total is under a share of MRR; `None` where an unknown cost could change that.
pub(crate) fn is_under_share(
    stage: &Stage,
    bound: Decimal,
    total: Decimal,
    completeness: Completeness,
    mrr: Decimal,
) -> Result<Option<bool>, Fault> {
    let bound = Fraction::from(bound).multiply(&mrr.into())?;
    let is_under = stage.compare(&total.into(), &bound)?.is_lt();
    Ok((completeness == Completeness::Full || !is_under).then_some(is_under))
}

fn against_revenue<O: Observer>(
    stage: &Stage,
    known: Known,
    mrr: Decimal,
    observer: &mut O,
) -> Result<UnitEconomics, Fault> {
    let money = |value: Decimal| Amount::money(value, stage.currency);
    let total = known.totals.total;
    let gross_profit = Fraction::from(mrr).subtract(&total.into())?;
    let gross_profit = stored(stage, gross_profit, Subject::GrossProfit, observer, |profit| {
        let operation = Operation::Difference(Operand::new("MRR", money(mrr)), Operand::new("total", money(total)));
        Step::new("gross profit", operation, profit)
    })?;
    let mut economics = UnitEconomics { mrr: Some(mrr), gross_profit: Some(gross_profit), ..UnitEconomics::default() };
    if mrr.is_zero() {
        return Ok(economics);
    }
    let mut ratio = |subject: Subject, label: &'static str, name: &'static str, amount: Decimal| {
        let ratio = Fraction::new(amount, mrr)?;
        observer.step(subject, || {
            let operation = Operation::Quotient(Operand::new(name, money(amount)), Operand::new("MRR", money(mrr)));
            Step::new(label, operation, Amount::ratio(ratio.clone()))
        });
        Ok::<_, Fault>(ratio)
    };
    let share = ratio(Subject::ShareOfMrr, "share of MRR", "total", total)?;
    economics.share_of_mrr = Some(share);
    // A cost that is still unknown can only increase the share.
    let is_under =
        |ratio: Decimal| Ok(stage.compare(&total.into(), &Fraction::from(ratio).multiply(&mrr.into())?)?.is_lt());
    let rating = Rating::of(is_under)?;
    let is_certain = known.completeness == Completeness::Full || rating == Rating::OptimiseUrgently;
    // The bounds apply to a whole stage.
    economics.target = match stage.targets.own_share_of_mrr.filter(|_| stage.part.is_none()) {
        Some(bound) => {
            Some(ShareTarget { bound, is_met: is_under_share(stage, bound, total, known.completeness, mrr)? })
        }
        None => None,
    };
    // Of two verdicts on one share that of the user counts.
    let agrees = economics.target.is_none_or(|target| target.is_met == Some(rating != Rating::OptimiseUrgently));
    economics.rating = Some(rating).filter(|_| is_certain && agrees && stage.part.is_none());
    economics.gross_margin = Some(ratio(Subject::GrossMargin, "gross margin", "gross profit", gross_profit)?);
    Ok(economics)
}
