//! A sweep keeps the rows that do not depend on what moves; its points are those of a computation that keeps nothing.

use crate::project::{EVERYTHING, resolved, scaled};
use costplan::calculate::SweepPlan;
use costplan::calculate::{Change, RegimeState, SweepPoint, UnitEconomics, Unobserved};
use costplan::model::{Inputs, Progress, Revenue, Setting, Stage};
use rust_decimal::Decimal;

/// A plan of which some charges stand while others grow, with credits for other line items, tiers, a
/// percentage, a minimum, and an allowance that grows with another meter.
const PLAN: [(&str, &str); 2] = [
    (
        "pricing/v.toml",
        r#"
version = 1
vendor = "v"
currency = "USD"
source = "s"
retrieved_on = 2026-01-01
trust = "fixture"
[skus.plan]
[[skus.plan.credits]]
reason = "credit of the plan"
amount = 7
skus = ["machine"]
[[skus.plan.charges]]
meter = "plan"
model = "flat"
price = 25
[[skus.plan.charges]]
meter = "egress"
unit = "GB"
model = "graduated"
included = "250 GB * quantity"
tiers = [{ up_to = 500, price = 0.09 }, { price = 0.05, flat = 3 }]
[[skus.plan.charges]]
meter = "users"
unit = "user"
model = "package"
included = "100 * quantity"
price = 2.50
per = 30
[[skus.plan.charges]]
meter = "storage"
unit = "GB"
model = "per_unit"
minimum = 0.10
price = 0.021
[[skus.plan.charges]]
meter = "seats"
unit = "seat"
model = "per_unit"
included = "users / 10"
price = 2
[[skus.plan.charges]]
meter = "support"
model = "percentage"
of = "plan"
percent = "3%"
[skus.machine]
[[skus.machine.charges]]
meter = "machine"
model = "flat"
price = 3.30
"#,
    ),
    (
        "stages/1-test.yaml",
        r#"
version: 1
stage: 1
name: Plan
customers: 0..700
currency: USD
buffer: 10%
drivers: { machines: "clamp(ceil(customers / 150), 1, 3)", teams: "if(customers < 500, 1, 2)" }
line_items:
  - { name: A, category: c, sku: v/plan, usage: { egress: customers * 1 GB, users: floor(customers / 4), storage: 3 GB, seats: 20 } }
  - { name: B, category: c, sku: v/plan, quantity: teams, usage: { egress: 30 GB, users: customers, storage: 1 GB, seats: 0 } }
  - { name: C, category: c, sku: v/machine, quantity: machines }
  - { name: D, category: d, sku: v/machine, quantity: 2 }
  - { name: E, category: d, cost: customers / 3, quantity: machines }
"#,
    ),
];

fn revenue() -> Revenue {
    Revenue::Arpu(Setting::default_value(Decimal::new(125, 1)))
}

fn points(stage: &Stage, low: u64, high: u64) -> Vec<SweepPoint> {
    let stages = vec![(stage, revenue())];
    let plan = SweepPlan { stages, driver: None, customers: 0, low, high, step: 1, progress: Progress::default() };
    plan.points().collect::<Result<_, _>>().unwrap()
}

/// Compares every point with the costing of its customers, to the digit and to the zero at the end.
fn assert_points_are_costings(files: &[(&str, &str)], high: u64) {
    let stage = resolved(files).unwrap();
    let points = points(&stage, 0, high);
    assert_eq!(points.len() as u64, high + 1);
    for point in points {
        let inputs = Inputs { customers: point.at, revenue: revenue() };
        let costing = costplan::calculate::stage(&stage, inputs, &mut Unobserved).unwrap();
        let swept = &point.stages[0];
        assert_eq!(format!("{:?}", swept.totals), format!("{:?}", costing.known_totals()), "at {}", point.at);
        let economics = |economics: &UnitEconomics| format!("{economics:?}");
        assert_eq!(economics(&swept.economics), economics(&costing.economics), "at {}", point.at);
    }
}

/// Compares the break-points of a long sweep with those of sweeps of two numbers, which remember next to nothing. Where an
/// amount leaves its line depends on the line before, which the short ones do not know.
fn assert_breaks_are_those_of_short_sweeps(files: &[(&str, &str)], high: u64) -> usize {
    let stage = resolved(files).unwrap();
    let is_amount = |change: &Change| matches!(change, Change::Row { to: RegimeState::Amount(_), .. });
    let breaks = |point: &SweepPoint| -> Vec<String> {
        let breaks = point.breaks.iter().filter(|point| !is_amount(&point.change));
        breaks.map(|point| format!("{point:?}")).collect()
    };
    let mut count = 0;
    for point in points(&stage, 0, high).iter().skip(5) {
        let short = points(&stage, point.at - 1, point.at);
        assert_eq!(breaks(point), breaks(&short[1]), "at {}", point.at);
        count += breaks(point).len();
    }
    count
}

#[test]
fn every_point_is_the_costing_of_its_customers() {
    assert_points_are_costings(&EVERYTHING, u64::from(scaled(300)));
    assert_points_are_costings(&PLAN, 700);
}

#[test]
fn a_sweep_from_anywhere_finds_the_same_breaks() {
    assert_eq!(assert_breaks_are_those_of_short_sweeps(&EVERYTHING, 700), 9);
    assert_eq!(assert_breaks_are_those_of_short_sweeps(&PLAN, 700), 11);
}

#[test]
fn what_stands_for_long_costs_what_it_cost_at_first() {
    let stage = resolved(&PLAN).unwrap();
    let points = points(&stage, 0, 700);
    let subtotal = |at: usize| points[at].stages[0].totals.unwrap().subtotal.round_dp(6).to_string();
    // A: 25 + 3% + 0.10 + 2 times 20 - 3.5 seats = 58.85. B: 25 + 3% + two packages for 40 users + 0.10 = 30.85. The three machines cost 9.90 and
    // the credits are 14. E: 140 / 3.
    assert_eq!(subtotal(140), "136.366667");
    // A: 25 + 3% + 350 GB at 0.09 + two packages for 50 users + 0.10 + 2 times 20 - 15 seats = 72.35. B, twice: 50 + 3% + 14 packages for 400 users
    // + 0.10 = 86.60. The five machines cost 16.50 and the credits are 21. E: three times 600 / 3.
    assert_eq!(subtotal(600), "758.95");
}
