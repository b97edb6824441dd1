//! Every step of every explanation adds up: its operation over its operands, evaluated here in rational arithmetic,
//! gives its result; and the last step of a subject is the number that the costing shows.

use crate::project::{EVERYTHING, rational, resolved, root};
use costplan::calculate;
use costplan::calculate::{Costing, Operand, Operation, Step, Subject, Trace};
use costplan::model::{Amount, Direction, Fraction, Inputs, Revenue, Rounding, Setting, Stage};
use costplan::resolve::Request;
use costplan::workspace::{Selection, Workspace};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One as _, Signed as _, Zero as _};
use rust_decimal::Decimal;

fn exact(value: &Fraction) -> BigRational {
    let (numerator, denominator) = value.in_lowest_terms();
    BigRational::new(numerator, denominator.into())
}

fn of(operand: &Operand) -> BigRational {
    exact(&operand.amount.value)
}

/// Half away from zero.
fn nearest(value: &BigRational) -> BigRational {
    let half = BigRational::new(BigInt::one(), BigInt::from(2));
    if value.is_negative() { -((-value) + half).floor() } else { (value + half).floor() }
}

fn rounded(value: &BigRational, rounding: Rounding) -> BigRational {
    let to = rational(rounding.to);
    let steps = value / &to;
    let whole = match rounding.direction {
        Direction::Nearest => nearest(&steps),
        Direction::Up => steps.ceil(),
        Direction::Down => steps.floor(),
    };
    whole * to
}

/// What a step should give; `None` for what is given, assumed, or a formula of the user's.
fn evaluated(operation: &Operation) -> Option<BigRational> {
    Some(match operation {
        Operation::Given | Operation::Assumed | Operation::Formula(..) => return None,
        Operation::Sum(operands) => operands.iter().map(of).fold(BigRational::zero(), |sum, value| sum + value),
        Operation::Product(operands) => {
            operands.iter().map(of).fold(BigRational::one(), |product, value| product * value)
        }
        Operation::Difference(a, b) => of(a) - of(b),
        Operation::Excess(a, b) => (of(a) - of(b)).max(BigRational::zero()),
        Operation::Quotient(a, b) => of(a) / of(b),
        Operation::Round(operand, rounding) => rounded(&of(operand), *rounding),
        Operation::AtLeast(a, b) => of(a).max(of(b)),
        Operation::AtMost(a, b) => of(a).min(of(b)),
    })
}

fn last(trace: &Trace, subject: Subject) -> Option<&Step> {
    trace.of(subject).last()
}

fn is(trace: &Trace, subject: Subject, value: impl Into<Fraction>) {
    let step = last(trace, subject).unwrap_or_else(|| panic!("{subject:?} is not explained"));
    assert_eq!(exact(&step.result.value), exact(&value.into()), "{subject:?}");
}

/// Every number of the costing is explained, and every step adds up. Gives the number of steps.
fn check(stage: &Stage, costing: &Costing, trace: &Trace) -> usize {
    for (subject, step) in trace.steps() {
        if let Some(value) = evaluated(&step.operation) {
            assert_eq!(exact(&step.result.value), value, "{subject:?}: {}", step.label);
        }
    }
    let by_place = |index: usize| u32::try_from(index).unwrap();
    for (index, (item, line)) in stage.line_items.iter().zip(&costing.line_items).enumerate() {
        if line.unknown.is_empty() {
            is(trace, Subject::LineItem(index), line.monthly);
        }
        if let Some(list) = line.list {
            is(trace, Subject::ListPrice(index), list.amount);
        }
        assert!(trace.of(Subject::LineItem(index)).next().is_some(), "{} is not explained", item.name);
    }
    for (index, sum) in costing.categories.iter().enumerate() {
        is(trace, Subject::Category(costplan::model::CategoryId(by_place(index))), sum.monthly);
    }
    for (costs, id) in costing.tags.iter().zip((0..).map(costplan::model::TagId)) {
        let values = costs.values.iter().zip((0..).map(costplan::model::TagValueId).map(Some));
        for (sum, value) in values.chain([(&costs.untagged, None)]) {
            let known = sum.line_items > 0 && sum.cost.completeness != costplan::calculate::Completeness::Nothing;
            match (known, last(trace, Subject::Tag(id, value))) {
                (true, _) => is(trace, Subject::Tag(id, value), sum.cost.monthly),
                (false, step) => assert!(step.is_none(), "{id:?} {value:?} has steps and no value"),
            }
        }
    }
    for driver in &stage.drivers {
        match &costing.drivers[driver.slot.index()] {
            Some(value) => is(trace, Subject::Driver(driver.slot), value.clone()),
            None => assert!(last(trace, Subject::Driver(driver.slot)).is_none()),
        }
    }
    let totals = costing.totals;
    is(trace, Subject::Subtotal, totals.subtotal);
    is(trace, Subject::SubtotalExact, totals.subtotal_exact);
    is(trace, Subject::Buffer, totals.buffer);
    is(trace, Subject::Rounding, totals.rounding);
    is(trace, Subject::Total, totals.total);
    is(trace, Subject::TotalExact, totals.total_exact);
    match &costing.taxed {
        Some(taxed) => {
            is(trace, Subject::Tax, taxed.tax);
            is(trace, Subject::TotalWithTax, taxed.total);
            if !taxed.credits.is_empty() {
                is(trace, Subject::ToPay, taxed.to_pay);
            }
        }
        None => assert!(last(trace, Subject::Tax).is_none()),
    }
    let economics = costing.economics.clone();
    for (subject, value) in [
        (Subject::CostPerCustomer, economics.cost_per_customer),
        (Subject::CostPerCustomerBeforeBuffer, economics.cost_per_customer_before_buffer),
        (Subject::MarginalCost, economics.marginal_cost.map(Into::into)),
        (Subject::Mrr, economics.mrr.map(Into::into)),
        (Subject::ShareOfMrr, economics.share_of_mrr),
        (Subject::GrossProfit, economics.gross_profit.map(Into::into)),
        (Subject::GrossMargin, economics.gross_margin),
    ] {
        match value {
            Some(value) => is(trace, subject, value),
            None => assert!(last(trace, subject).is_none(), "{subject:?} has steps and no value"),
        }
    }
    trace.steps().count()
}

fn explained(stage: &Stage, customers: u64, revenue: Revenue) -> usize {
    let mut trace = Trace::default();
    let costing = calculate::stage(stage, Inputs { customers, revenue }, &mut trace).unwrap();
    check(stage, &costing, &trace)
}

#[test]
fn every_number_of_the_plan_is_explained_and_adds_up() {
    let arpu = Revenue::Arpu(Setting::default_value(Decimal::from(49)));
    let mut steps = 0;
    for (list_prices, currency) in [(false, None), (true, None), (false, Some("EUR"))] {
        let mut workspace = Workspace::bundled();
        let mut request = Request::on("2026-11-24".parse().unwrap());
        request.list_prices = list_prices;
        request.currency = currency.map(|code| workspace.argument("--currency", code).unwrap());
        for (stage, _) in workspace.stages(Selection::all(), &request).unwrap() {
            let range = stage.customers.value;
            for customers in [range.low, range.middle().unwrap(), range.high.unwrap()] {
                steps += explained(&stage, customers, arpu);
            }
            steps += explained(&stage, 7, Revenue::Unknown);
        }
    }
    assert!(steps > 1500, "only {steps} steps");
}

#[test]
fn every_number_of_the_examples_is_explained_and_adds_up() {
    for example in ["saas", "own-prices"] {
        let directory = root().join("examples").join(example);
        for day in ["2026-11-24", "2027-06-01"] {
            let mut workspace = Workspace::open(Some(directory.as_ref())).unwrap();
            let request = Request::on(day.parse().unwrap());
            for (stage, revenue) in workspace.stages(Selection::all(), &request).unwrap() {
                for customers in [0, 1, 7, 40, 399, 400, 1234] {
                    explained(&stage, customers, revenue);
                }
            }
        }
    }
}

/// A sheet and a manifest in which every step of every price model happens.
#[test]
fn every_step_of_every_price_model_adds_up() {
    let (mut steps, mut labels) = (0, std::collections::BTreeSet::new());
    for customers in [0, 1, 7, 99, 100, 101, 1234] {
        let stage = resolved(&EVERYTHING).unwrap();
        let revenue = Revenue::Arpu(Setting::default_value(Decimal::from(49)));
        steps += explained(&stage, customers, revenue);
        let mut trace = Trace::default();
        let costing = calculate::stage(&stage, Inputs { customers, revenue }, &mut trace).unwrap();
        assert!(costing.is_complete() && costing.range.is_some() && costing.taxed.is_some());
        assert!(costing.adjustments.iter().any(|off| !off.is_zero()));
        let of_charge = |label: &str| label.rsplit(": ").next().unwrap_or_default().to_owned();
        labels.extend(trace.steps().map(|(_, step)| of_charge(&step.label)));
    }
    for label in [
        "billed usage",
        "included",
        "pool of transfer",
        "left in the pool",
        "at least the minimum usage",
        "at most the maximum usage",
        "whole units",
        "started units",
        "started blocks",
        "within the commitment",
        "beyond the commitment",
        "with the overage",
        "part",
        "all tiers",
        "with the fee of the tier",
        "at least the minimum",
        "at most the cap",
        "rounded as on the bill",
        "net of the included tax",
        "percentage base",
        "after the discount",
        "after the credit",
        "kept to 12 decimals",
        "total with tax",
        "taxable at 19%",
        "rounded tax at 7%",
        "to pay",
    ] {
        assert!(labels.contains(label), "no step is called `{label}`: {labels:?}");
    }
    assert!(steps > 500, "only {steps} steps");
}

#[test]
fn the_explanation_is_the_computation() {
    let (stage, _) = Workspace::bundled().stage("2", &Request::on("2026-11-24".parse().unwrap())).unwrap();
    let inputs = Inputs { customers: 60, revenue: Revenue::Unknown };
    let observed = calculate::stage(&stage, inputs, &mut Trace::default()).unwrap();
    let unobserved = calculate::stage(&stage, inputs, &mut costplan::calculate::Unobserved).unwrap();
    assert_eq!(observed.totals, unobserved.totals);
    assert_eq!(observed.line_items, unobserved.line_items);
}

#[test]
fn prices_are_explained_with_their_source_and_day() {
    let mut workspace = Workspace::bundled();
    let (stage, _) = workspace.stage("2", &Request::on("2026-11-24".parse().unwrap())).unwrap();
    let mut trace = Trace::default();
    calculate::stage(&stage, Inputs { customers: 60, revenue: Revenue::Unknown }, &mut trace).unwrap();
    for (index, item) in stage.line_items.iter().enumerate().filter(|(_, item)| item.sku().is_some()) {
        let cited =
            [Subject::LineItem(index), Subject::ListPrice(index)].into_iter().flat_map(|subject| trace.of(subject));
        let cited = cited.filter_map(|step| step.origin.as_ref()?.citation.as_ref()).count();
        assert!(cited > 0, "{} cites no price", item.name);
    }
    let rate = trace.of(Subject::LineItem(1)).find(|step| step.label == "exact cost").unwrap();
    let origin = rate.origin.as_ref().unwrap();
    assert!(origin.remark.as_ref().unwrap().contains("1.0750 to 1.0916"));
    assert_eq!(workspace.sources.origin(origin.span.unwrap()), "bundled:pricing/fx.toml:4");
    let _: &Amount = &rate.result;
}

#[test]
fn stages_with_every_technique_are_explained() {
    let mut workspace = Workspace::bundled();
    let share = Some(costplan::source::Spanned::given(Decimal::new(3, 1)));
    for (stage, revenue) in workspace.stages(Selection::all(), &Request::on("2026-11-24".parse().unwrap())).unwrap() {
        let techniques = workspace.all_techniques(&stage, &[]).unwrap();
        let offers = costplan::resolve::offers(&stage, &techniques, share);
        let stage = stage.with_techniques(offers.iter().flat_map(costplan::model::TechniqueOffer::usable));
        let mut trace = Trace::default();
        let inputs = Inputs { customers: stage.customers.value.low + 1, revenue };
        let costing = calculate::stage(&stage, inputs, &mut trace).unwrap();
        assert!(check(&stage, &costing, &trace) > 20, "stage {}", stage.id);
    }
}
