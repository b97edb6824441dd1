//! Sweeps: the crossings of the bundled plan, break-points against brute force over every number, and laws of curves.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::Stdio;

use crate::plan::plan_models::MODELS;
use crate::project::{HEAD, command, costplan, project, resolved, stdout};
use costplan::calculate::{self, SweepPlan};
use costplan::calculate::{Completeness, SweepPoint, Unobserved};
use costplan::model::{Inputs, Progress, Revenue, Stage};
use proptest::prelude::*;
use rust_decimal::Decimal;
use serde_json::Value;

const DAY: &str = "2026-11-24";

/// The head of a manifest whose range is never left.
const WIDE: &str = "version: 1\nstage: 1\nname: Test\ncustomers: 0..100_000\ncurrency: USD\n";

const SHEET: &str = r#"
version = 1
vendor = "v"
currency = "USD"
source = "s"
retrieved_on = 2026-01-01
trust = "fixture"
[pools.own]
unit = "unit"
included = 100
[skus.flat]
[[skus.flat.charges]]
meter = "plan"
model = "flat"
price = 7
[skus.meters]
[[skus.meters.charges]]
meter = "storage"
unit = "unit"
included = 100
model = "per_unit"
price = 0.5
[[skus.meters.charges]]
meter = "egress"
unit = "unit"
included = 100
model = "per_unit"
price = 0.25
[skus.each]
[[skus.each.charges]]
meter = "m"
unit = "unit"
included = "40 * quantity"
model = "per_unit"
price = 1
[skus.package]
[[skus.package.charges]]
meter = "requests"
unit = "request"
model = "package"
price = 2.5
per = 1000
[skus.graduated]
[[skus.graduated.charges]]
meter = "m"
unit = "unit"
model = "graduated"
tiers = [{ up_to = 100, price = 3 }, { up_to = 1000, price = 2, flat = 9 }, { price = 1 }]
[skus.volume]
[[skus.volume.charges]]
meter = "m"
unit = "unit"
model = "volume"
tiers = [{ up_to = 100, price = 3 }, { up_to = 1000, price = 2 }, { price = 1 }]
[skus.bounds]
[[skus.bounds.charges]]
meter = "m"
unit = "unit"
model = "per_unit"
price = 2
minimum = 50
cap = 300
[skus.usages]
[[skus.usages.charges]]
meter = "m"
unit = "unit"
model = "per_unit"
price = 1
minimum_usage = 100
maximum_usage = 400
[skus.usage-formulas]
[[skus.usage-formulas.charges]]
meter = "m"
unit = "unit"
model = "per_unit"
price = 1
minimum_usage = "max(20, other - 30)"
[[skus.usage-formulas.charges]]
meter = "other"
unit = "unit"
model = "per_unit"
price = 0
[skus.committed]
[[skus.committed.charges]]
meter = "m"
unit = "unit"
model = "per_unit"
price = 1
commitment = { usage = 500, overage_factor = 2 }
[skus.increments]
[[skus.increments.charges]]
meter = "m"
unit = "unit"
model = "per_unit"
price = 1
round_usage_up_to = 50
[skus.pooled]
[[skus.pooled.charges]]
meter = "m"
unit = "unit"
pool = "own"
model = "per_unit"
price = 1
[skus.support]
[[skus.support.charges]]
meter = "support"
model = "percentage"
of = "subtotal"
tiers = [{ up_to = 100, percent = "10%" }, { percent = "5%" }]
[skus.included]
[[skus.included.charges]]
meter = "m"
unit = "unit"
included = "min(quantity * 10, 55)"
model = "per_unit"
price = 1
[skus.billed]
[[skus.billed.charges]]
meter = "m"
unit = "unit"
billed_usage = "max(m, other - 30)"
model = "per_unit"
price = 1
[[skus.billed.charges]]
meter = "other"
unit = "unit"
model = "per_unit"
price = 0
[skus.with-credit]
[[skus.with-credit.charges]]
meter = "plan"
model = "flat"
price = 5
[[skus.with-credit.credits]]
reason = "compute credit"
amount = 10
skus = ["one"]
[skus.one]
[[skus.one.charges]]
meter = "m"
unit = "unit"
model = "per_unit"
price = 1
"#;

/// A break-point: at, code, line item, meter.
type Found = (u64, String, Option<String>, Option<String>);

fn json(arguments: &[&str], directory: &std::path::Path) -> Value {
    let text = stdout(directory, &[arguments, &["--format", "json", "--as-of", DAY]].concat());
    serde_json::from_str(&text).unwrap()
}

fn found(sweep: &Value) -> BTreeSet<Found> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let points = sweep["break_points"].as_array().unwrap();
    let found: Vec<Found> = points
        .iter()
        .map(|point| {
            let code = text(&point["code"]).unwrap();
            (point["at"].as_u64().unwrap(), code, text(&point["line_item"]), text(&point["meter"]))
        })
        .collect();
    let set: BTreeSet<Found> = found.iter().cloned().collect();
    assert_eq!(set.len(), found.len(), "a break-point is listed twice: {found:?}");
    set
}

/// In which regime a number is, by an evaluation of its own.
type Regime = Box<dyn Fn(i64) -> i64>;

struct Case {
    name: &'static str,
    /// What follows the head of the manifest.
    plan: &'static str,
    /// Code, line item and meter, and the regime of each number.
    regimes: Vec<(&'static str, &'static str, &'static str, Regime)>,
}

fn ceil(numerator: i64, denominator: i64) -> i64 {
    (numerator + denominator - 1).div_euclid(denominator)
}

fn case(
    name: &'static str,
    plan: &'static str,
    regimes: impl IntoIterator<Item = (&'static str, &'static str, &'static str, Regime)>,
) -> Case {
    Case { name, plan, regimes: regimes.into_iter().collect() }
}

fn steps(step: impl Fn(i64) -> i64 + 'static) -> Regime {
    Box::new(step)
}

fn is(holds: impl Fn(i64) -> bool + 'static) -> Regime {
    Box::new(move |n| i64::from(holds(n)))
}

#[expect(clippy::too_many_lines, reason = "a case for each kind of price")]
fn cases() -> Vec<Case> {
    vec![
        case(
            "replicas",
            "line_items: [{ name: A, category: c, cost: 30, quantity: 'clamp(ceil(customers / 50), 2, 10)' }]",
            [("quantity", "A", "", steps(|n| ceil(n, 50).clamp(2, 10)))],
        ),
        case(
            "a replica from the first customer on",
            "line_items: [{ name: A, category: c, cost: 30, quantity: ceil(customers / 30) }]",
            [("quantity", "A", "", steps(|n| ceil(n, 30)))],
        ),
        case(
            "seats of a SKU",
            "line_items: [{ name: A, category: c, sku: v/flat, quantity: 3 + floor(customers / 7) }]",
            [("quantity", "A", "", steps(|n| n / 7))],
        ),
        case(
            // Nothing is charged for no unit, and 50 at least for the first.
            "a minimum from the first unit on",
            "line_items: [{ name: A, category: c, sku: v/bounds, quantity: customers, usage: { m: customers } }]",
            [
                ("quantity", "A", "", is(|n| n > 0)),
                ("minimum", "A", "m", is(|n| 2 * n < 50)),
                ("cap", "A", "m", is(|n| 2 * n > 300)),
            ],
        ),
        case("a straight line", "line_items: [{ name: A, category: c, cost: 3, quantity: customers }]", []),
        case(
            "an allowance for each meter, of which egress binds first",
            "line_items: [{ name: A, category: c, sku: v/meters, usage: { storage: customers * 2, egress: customers * 3 } }]",
            [("allowance", "A", "storage", is(|n| 2 * n > 100)), ("allowance", "A", "egress", is(|n| 3 * n > 100))],
        ),
        case(
            "packages",
            "line_items: [{ name: A, category: c, sku: v/package, usage: { requests: customers * 150 } }]",
            [("packages", "A", "requests", steps(|n| ceil(150 * n, 1000)))],
        ),
        case(
            "graduated",
            "line_items: [{ name: A, category: c, sku: v/graduated, usage: { m: customers * 7 } }]",
            [("tier", "A", "m", steps(|n| i64::from(7 * n > 100) + i64::from(7 * n > 1000)))],
        ),
        case(
            "volume",
            "line_items: [{ name: A, category: c, sku: v/volume, usage: { m: customers * 7 } }]",
            [("tier", "A", "m", steps(|n| i64::from(7 * n > 100) + i64::from(7 * n > 1000)))],
        ),
        case(
            "minimum and cap",
            "line_items: [{ name: A, category: c, sku: v/bounds, usage: { m: customers } }]",
            [("minimum", "A", "m", is(|n| 2 * n < 50)), ("cap", "A", "m", is(|n| 2 * n > 300))],
        ),
        case(
            "minimum and maximum usage",
            "line_items: [{ name: A, category: c, sku: v/usages, usage: { m: customers * 3 } }]",
            [("minimum-usage", "A", "m", is(|n| 3 * n < 100)), ("maximum-usage", "A", "m", is(|n| 3 * n > 400))],
        ),
        case(
            // At least max(20, 2n - 30): 20 up to 25 customers. It binds up to 20 customers, and again once 2n - 30 > n.
            "minimum usage by a formula",
            "line_items: [{ name: A, category: c, sku: v/usage-formulas, usage: { m: customers, other: customers * 2 } }]",
            [("minimum-usage", "A", "m", is(|n| n < 20 || 2 * n - 30 > n))],
        ),
        case(
            "commitment",
            "line_items: [{ name: A, category: c, sku: v/committed, usage: { m: customers * 4 } }]",
            [("commitment", "A", "m", is(|n| 4 * n > 500))],
        ),
        case(
            "increments",
            "line_items: [{ name: A, category: c, sku: v/increments, usage: { m: customers * 3 } }]",
            [("increments", "A", "m", steps(|n| ceil(3 * n, 50)))],
        ),
        case(
            // B may use what A leaves of 100: n + 2n > 100, and all of B is billed once A uses 100 itself.
            "a pool of two line items",
            "line_items:\n  - { name: A, category: c, sku: v/pooled, usage: { m: customers } }\n  - { name: B, category: c, sku: v/pooled, usage: { m: customers * 2 } }\n",
            [("allowance", "A", "m", is(|n| n > 100)), ("allowance", "B", "m", is(|n| 3 * n > 100))],
        ),
        case(
            "a credit of an amount",
            "credits: [{ amount: 40 USD/month, reason: r }]\nline_items: [{ name: A, category: c, cost: customers * 2 }]",
            [("credit", "", "", is(|n| 2 * n >= 40))],
        ),
        case(
            // The quantity is on one straight line from zero on, and the credit alone bends the cost.
            "a credit of units",
            "credits: [{ amount: 40 USD/month, reason: r }]\nline_items: [{ name: A, category: c, cost: 2, quantity: customers }]",
            [("credit", "", "", is(|n| 2 * n >= 40))],
        ),
        case(
            "a credit that a SKU brings",
            "line_items:\n  - { name: P, category: c, sku: v/with-credit }\n  - { name: A, category: c, sku: v/one, usage: { m: customers } }\n",
            [("credit", "", "", is(|n| n >= 10))],
        ),
        case(
            "a percentage in tiers",
            "line_items:\n  - { name: A, category: c, cost: customers * 3 }\n  - { name: S, category: c, sku: v/support }\n",
            [("tier", "S", "support", is(|n| 3 * n > 100))],
        ),
        case(
            "kinks of a plain cost",
            "line_items:\n  - { name: A, category: c, cost: 'max(10, customers * 2)' }\n  - { name: B, category: c, cost: 'min(customers * 3, 100)' }\n  - { name: C, category: c, cost: 'if(customers > 40, 5, 1)' }\n",
            [
                ("plain-cost", "A", "", is(|n| 2 * n > 10)),
                ("plain-cost", "B", "", is(|n| 3 * n > 100)),
                ("plain-cost", "C", "", is(|n| n > 40)),
            ],
        ),
        case(
            // n, and from 31 on 2n - 30.
            "a kink of usage",
            "line_items: [{ name: A, category: c, sku: v/one, usage: { m: 'max(customers, 2 * customers - 30)' } }]",
            [("usage", "A", "m", is(|n| 2 * n - 30 > n))],
        ),
        case(
            // 20n against an allowance of 10n, from 6 customers on of 55.
            "an allowance by a formula",
            "line_items: [{ name: A, category: c, sku: v/included, quantity: customers, usage: { m: customers * 20 } }]",
            [("included", "A", "m", is(|n| 10 * n > 55)), ("allowance", "A", "m", is(|n| n > 0))],
        ),
        case(
            "what is billed by a formula",
            "line_items: [{ name: A, category: c, sku: v/billed, usage: { m: customers, other: customers * 2 } }]",
            [("billed-usage", "A", "m", is(|n| 2 * n - 30 > n))],
        ),
    ]
}

#[test]
fn break_points_are_those_of_brute_force_and_no_others() {
    for Case { name, plan, regimes } in cases() {
        let manifest = format!("{WIDE}{plan}");
        let directory = project(&[("stages/1-test.yaml", &manifest), ("pricing/v.toml", SHEET)]);
        for (low, high) in [(0_i64, 400_i64), (1, 400), (2, 90), (17, 260), (99, 103)] {
            let mut expected = BTreeSet::new();
            for at in low + 1..=high {
                for (code, line_item, meter, regime) in &regimes {
                    if regime(at) != regime(at - 1) {
                        let named = |name: &str| (!name.is_empty()).then(|| name.to_owned());
                        let at = u64::try_from(at).unwrap();
                        expected.insert((at, (*code).to_owned(), named(line_item), named(meter)));
                    }
                }
            }
            let range = format!("{low}..{high}");
            let sweep = json(&["sweep", "1", "--customers", &range], directory.path());
            assert_eq!(found(&sweep), expected, "{name} over {range}");
        }
    }
}

#[test]
fn an_allowance_of_each_unit_is_used_up_again_and_again() {
    // 3n of 40 for each started 20 customers. The quantity matters only if something is billed before or after.
    let plan = "line_items: [{ name: A, category: c, sku: v/each, quantity: ceil(customers / 20), usage: { m: customers * 3 } }]";
    let manifest = format!("{WIDE}{plan}");
    let directory = project(&[("stages/1-test.yaml", &manifest), ("pricing/v.toml", SHEET)]);
    let (quantity, is_over) = (|n: i64| ceil(n, 20), |n: i64| 3 * n > 40 * ceil(n, 20));
    let mut expected = BTreeSet::new();
    for n in 1..=400 {
        let at = u64::try_from(n).unwrap();
        if quantity(n) != quantity(n - 1) && (is_over(n) || is_over(n - 1)) {
            expected.insert((at, "quantity".to_owned(), Some("A".to_owned()), None));
        }
        if is_over(n) != is_over(n - 1) {
            expected.insert((at, "allowance".to_owned(), Some("A".to_owned()), Some("m".to_owned())));
        }
    }
    let sweep = json(&["sweep", "1", "--customers", "0..400"], directory.path());
    assert_eq!(found(&sweep), expected);
    // 14: 42 of 40; 21: 63 of 80; 27: 81 of 80.
    let of: Vec<u64> = expected.iter().map(|point| point.0).take(5).collect();
    assert_eq!(of, [14, 21, 21, 27, 41]);
}

#[test]
fn the_first_meter_to_bind_is_named() {
    let plan = "line_items: [{ name: A, category: c, sku: v/meters, usage: { storage: customers * 2, egress: customers * 3 } }]";
    let manifest = format!("{WIDE}{plan}");
    let directory = project(&[("stages/1-test.yaml", &manifest), ("pricing/v.toml", SHEET)]);
    let sweep = json(&["sweep", "1", "--customers", "0..400"], directory.path());
    let messages: Vec<&str> =
        sweep["break_points"].as_array().unwrap().iter().map(|point| point["message"].as_str().unwrap()).collect();
    let expected = [
        "`A`: the allowance of egress is used up, the first of its meters",
        "`A`: the allowance of storage is used up",
    ];
    assert_eq!(messages, expected);
}

/// What a row is about that has no line item.
fn plain(at: u64, code: &str) -> Found {
    (at, code.to_owned(), None, None)
}

/// Where the values of a list differ from those before, from `first` on.
fn crossings<T: PartialEq>(first: u64, last: u64, code: &str, value: impl Fn(u64) -> Option<T>) -> BTreeSet<Found> {
    let differs = (first + 1..=last).filter(|at| value(*at).is_some() && value(*at) != value(at - 1));
    differs.map(|at| plain(at, code)).collect()
}

/// The targets of the stages per customer, in cents.
const TARGETS: [(i128, i128); 4] = [(500, 1000), (200, 400), (100, 200), (50, 100)];

#[test]
fn the_stages_of_the_plan_cross_where_its_figures_say() {
    let directory = project(&[]);
    for (model, (low, high)) in MODELS.iter().zip(TARGETS) {
        let sweep = json(&["sweep", model.stage, "--customers", "0..2000"], directory.path());
        let of_rows = ["usage", "quantity", "allowance", "cheapest-sku", "cost", "regime"];
        let crossed: BTreeSet<Found> =
            found(&sweep).into_iter().filter(|point| point.2.is_none() && !of_rows.contains(&&*point.1)).collect();
        // A cost per customer is above, within or below its target; there is none without customers.
        let target = |customers: u64| {
            let (subtotal, customers) = (model.subtotal(customers) * 100, i128::from(customers));
            (customers > 0).then_some((subtotal < low * customers, subtotal > high * customers))
        };
        let mut expected = crossings(0, 2000, "cost-per-customer", target);
        let is_in_range = |customers: u64| Some((model.low..=model.high).contains(&customers));
        expected.extend(crossings(0, 2000, "customers-in-range", is_in_range));
        expected.extend(crossings(0, 2000, "capacity", |customers| Some(model.fits(customers))));
        let (least, most) = (model.budget.0, model.budget.1);
        let budget = |customers: u64| {
            let total = model.total(customers);
            Some((total < least, total > most))
        };
        expected.extend(crossings(0, 2000, "monthly-budget", budget));
        assert_eq!(crossed, expected, "stage {}", model.stage);
    }
    // With the revenue of 49 each: the rating changes where the total falls under 20 %, 15 %, 10 % and 5 % of it.
    let sweep = json(&["sweep", "2", "--arpu", "49"], directory.path());
    let rating = |customers: u64| {
        let share = |percent: i128| MODELS[1].total(customers) * 100 < percent * 49 * i128::from(customers);
        Some([20, 15, 10, 5].map(share))
    };
    let is_rating = |point: &Found| point.1 == "rating";
    let rated: BTreeSet<Found> = found(&sweep).into_iter().filter(is_rating).collect();
    assert_eq!(rated, crossings(10, 100, "rating", rating));
}

#[test]
fn the_cheapest_stage_of_the_plan_changes_with_the_ranges() {
    let sweep = json(&["sweep", "--all", "--customers", "0..2001", "--step", "1"], project(&[]).path());
    let cheapest: Vec<(u64, Value, Value, &str)> = sweep["break_points"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|point| point["code"] == "cheapest-stage")
        .map(|point| {
            let message = point["message"].as_str().unwrap();
            (point["at"].as_u64().unwrap(), point["total_before"].clone(), point["total"].clone(), message)
        })
        .collect();
    let expected = [
        (11, 21.into(), 195.into(), "2 Growth is the cheapest that serves from here on"),
        (101, 250.into(), 1525.into(), "3 Scale is the cheapest that serves from here on"),
        (501, 2000.into(), 6255.into(), "4 Enterprise is the cheapest that serves from here on"),
        (2001, 9995.into(), Value::Null, "no stage serves from here on"),
    ];
    assert_eq!(cheapest, expected);
    for point in sweep["points"].as_array().unwrap() {
        let cheapest = match point["at"].as_u64().unwrap() {
            0..=10 => 1,
            11..=100 => 2,
            101..=500 => 3,
            501..=2000 => 4,
            _ => 0,
        };
        assert_eq!(point["cheapest"], point["stage"] == cheapest, "{point}");
    }
}

fn points(stage: &Stage, revenue: Revenue, low: u64, high: u64) -> Vec<SweepPoint> {
    let plan = SweepPlan {
        stages: vec![(stage, revenue)],
        driver: None,
        customers: 0,
        low,
        high,
        step: 1,
        progress: Progress::default(),
    };
    plan.points().collect::<Result<_, _>>().unwrap()
}

/// Every point is what `costplan stage` computes, and the curve is straight between two changes of rows.
fn assert_lawful(stage: &Stage, low: u64, high: u64) -> Result<(), TestCaseError> {
    let compute = |customers: u64| {
        let inputs = Inputs { customers, revenue: Revenue::Unknown };
        calculate::stage(stage, inputs, &mut Unobserved).unwrap()
    };
    let points = points(stage, Revenue::Unknown, low, high);
    let totals: Vec<Decimal> = points.iter().map(|point| point.stages[0].totals.unwrap().total_exact).collect();
    for point in &points {
        let (of_sweep, costing) = (&point.stages[0], compute(point.at));
        prop_assert_eq!(of_sweep.totals, Some(costing.totals));
        prop_assert_eq!(of_sweep.completeness, Completeness::Full);
        prop_assert_eq!(format!("{:?}", of_sweep.economics), format!("{:?}", costing.economics), "at {}", point.at);
        prop_assert_eq!(point.customers, point.at);
        let next = compute(point.at + 1).totals.total_exact;
        prop_assert_eq!(of_sweep.economics.marginal_cost, Some(next - costing.totals.total_exact));
    }
    // Each line item may be off by half of the twelfth decimal at each of the three points, times the buffer.
    let noise = Decimal::new(40, 12);
    for at in 2..points.len() {
        if points[at - 1..=at].iter().all(|point| point.breaks.is_empty()) {
            let bend = totals[at] - totals[at - 1] - (totals[at - 1] - totals[at - 2]);
            prop_assert!(bend.abs() <= noise, "bends by {} at {} and nothing breaks", bend, points[at].at);
        }
    }
    Ok(())
}

/// A formula of steps and straight lines.
fn formula() -> impl Strategy<Value = String> {
    let count = 1..40_u32;
    let part = || {
        prop_oneof![
            (1..40_u32).prop_map(|factor| format!("customers * {factor}")),
            (1..9_u32, 1..30_u32).prop_map(|(factor, size)| format!("customers * {factor} / {size}")),
            (1..9_u32, 1..30_u32).prop_map(|(factor, size)| format!("ceil(customers * {factor} / {size})")),
            (1..9_u32, 1..30_u32).prop_map(|(factor, size)| format!("floor(customers * {factor} / {size})")),
            (1..30_u32, 1..60_u32, 1..60_u32)
                .prop_map(|(size, low, more)| format!("clamp(customers * 7 / {size}, {low}, {})", low + more)),
            (1..60_u32, 0..20_u32, 0..20_u32)
                .prop_map(|(at, under, over)| format!("if(customers > {at}, {over}, {under})")),
        ]
    };
    (part(), part(), count, 0..4_u8).prop_map(|(first, second, count, kind)| match kind {
        0 => first,
        1 => format!("{first} + {second}"),
        2 => format!("max({first}, {count})"),
        _ => format!("min({first}, {second} + {count})"),
    })
}

/// A line item of the sheet, with a quantity and a usage by formula.
fn line_item() -> impl Strategy<Value = String> {
    let skus = vec![
        ("each", "m"),
        ("package", "requests"),
        ("graduated", "m"),
        ("volume", "m"),
        ("bounds", "m"),
        ("usages", "m"),
        ("committed", "m"),
        ("increments", "m"),
        ("included", "m"),
        ("pooled", "m"),
        ("one", "m"),
    ];
    prop_oneof![
        (formula(), 1..300_u32).prop_map(|(cost, size)| format!("cost: '({cost}) * 10 / {size}'")),
        (formula(), 1..90_u32).prop_map(|(quantity, cost)| format!("cost: {cost}, quantity: '{quantity}'")),
        (prop::sample::select(skus), formula(), prop::option::of(formula())).prop_map(
            |((sku, meter), usage, quantity)| {
                let quantity = quantity.map_or_else(String::new, |quantity| format!(", quantity: '{quantity}'"));
                format!("sku: v/{sku}, usage: {{ {meter}: '{usage}' }}{quantity}")
            }
        ),
        (prop::sample::select(vec!["billed", "usage-formulas"]), formula(), formula())
            .prop_map(|(sku, m, other)| format!("sku: v/{sku}, usage: {{ m: '{m}', other: '{other}' }}")),
        (formula(), formula())
            .prop_map(|(first, second)| format!("sku: v/meters, usage: {{ storage: '{first}', egress: '{second}' }}")),
        formula().prop_map(|quantity| format!("sku: v/with-credit, quantity: '{quantity}'")),
        Just("sku: v/support".to_owned()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_curve_is_straight_between_break_points_and_each_point_is_that_of_the_stage(
        items in prop::collection::vec(line_item(), 1..4),
        low in 0..60_u64,
        credit in prop::option::of(1..300_u32),
    ) {
        let credit = credit.map_or_else(String::new, |amount| format!("credits: [{{ amount: {amount} USD/month, reason: r }}]\n"));
        let mut manifest = format!("{WIDE}buffer: 10%\n{credit}line_items:\n");
        for (index, item) in items.iter().enumerate() {
            writeln!(manifest, "  - {{ name: n{index}, category: c, {item} }}").unwrap();
        }
        let stage = resolved(&[("stages/1-test.yaml", &manifest), ("pricing/v.toml", SHEET)]).unwrap();
        assert_lawful(&stage, low, low + 70).map_err(|error| TestCaseError::fail(format!("{error}\n{manifest}")))?;
    }
}

#[test]
fn a_credit_that_is_used_up_at_another_line_item_breaks_the_curve() {
    // 45 of 5 for each unit, and what is left of it for the other line item, to which each unit brings a credit too. At 7
    // customers 40 of it go to the units, at 8 all of it, and from 9 on they cost more than that.
    let items = "  - { name: n0, category: c, sku: v/with-credit, quantity: 'max(floor(customers * 8 / 7), 1)' }\n\
                 \x20 - { name: n1, category: c, sku: v/one, usage: { m: 'customers * 2 + 2' } }\n";
    let manifest = format!("{WIDE}buffer: 10%\ncredits: [{{ amount: 45 USD/month, reason: r }}]\nline_items:\n{items}");
    let stage = resolved(&[("stages/1-test.yaml", &manifest), ("pricing/v.toml", SHEET)]).unwrap();
    assert_lawful(&stage, 0, 40).unwrap();
    let breaks = points(&stage, Revenue::Unknown, 0, 12).into_iter().filter(|point| !point.breaks.is_empty());
    assert_eq!(breaks.map(|point| point.at).collect::<Vec<u64>>(), [7, 8]);
}

#[test]
fn the_stages_of_the_plan_are_lawful() {
    let mut workspace = costplan::workspace::Workspace::bundled();
    let request = costplan::resolve::Request::on(DAY.parse().unwrap());
    for (stage, _) in workspace.stages(costplan::workspace::Selection::all(), &request).unwrap() {
        assert_lawful(&stage, 0, 120).unwrap();
    }
}

#[test]
fn a_driver_is_swept_at_a_number_of_customers() {
    let manifest = format!(
        "{WIDE}capacity: {{ transactions: 2_500 }}\ndrivers: {{ requests: customers * 100, all: requests * 2 }}\n\
         line_items:\n  - {{ name: A, category: c, sku: v/package, usage: {{ requests: all }} }}\n\
         \x20 - {{ name: B, category: c, cost: customers }}\n"
    );
    let directory = project(&[("stages/1-test.yaml", &manifest), ("pricing/v.toml", SHEET)]);
    let run = |driver: &str| {
        json(&["sweep", "1", "--driver", driver, "--customers", "60", "--step", "500"], directory.path())
    };
    let sweep = run("requests=0..2000");
    assert_eq!(sweep["axis"], "requests");
    // A package holds 1000, and a request is counted twice.
    let expected: BTreeSet<Found> = (0..2000)
        .filter(|n| n % 500 == 0)
        .map(|n| (n + 1, "packages".to_owned(), Some("A".to_owned()), Some("requests".to_owned())))
        .collect();
    assert_eq!(found(&sweep), expected);
    // 60 for B, and 2.50 for each started package.
    let totals: Vec<(u64, Value)> = sweep["points"]
        .as_array()
        .unwrap()
        .iter()
        .map(|point| (point["at"].as_u64().unwrap(), point["total"].clone()))
        .collect();
    let decimal = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    let expected = [
        (0, "60"),
        (1, "62.5"),
        (500, "62.5"),
        (501, "65"),
        (1000, "65"),
        (1001, "67.5"),
        (1500, "67.5"),
        (1501, "70"),
        (2000, "70"),
    ];
    assert_eq!(totals, expected.map(|(at, total)| (at, decimal(total))));
    assert!(sweep["points"].as_array().unwrap().iter().all(|point| point["customers"] == 60));
    // The capacity alone is exceeded from 2501 on, and says where the sweep ends.
    assert_eq!(found(&run("transactions=0..3000")), BTreeSet::from([plain(2501, "capacity")]));
    assert_eq!(run("transactions")["range"]["high"], 2500);
}

#[test]
fn a_driver_of_a_scenario_can_be_swept() {
    let manifest = format!(
        "{WIDE}drivers: {{ requests: customers * 3 }}\nline_items: [{{ name: A, category: c, cost: requests }}]"
    );
    let directory = project(&[
        ("stages/1-test.yaml", &manifest),
        ("scenarios/high.yaml", "version: 1\nset: { requests: customers * 9 }\n"),
    ]);
    let arguments = ["sweep", "1", "--scenario", "high", "--driver", "requests=4..6", "--customers", "5"];
    let sweep = json(&arguments, directory.path());
    let totals: Vec<Value> = sweep["points"].as_array().unwrap().iter().map(|point| point["total"].clone()).collect();
    assert_eq!(totals, [4, 5, 6].map(Value::from));
}

#[test]
fn a_step_thins_out_rows_and_no_break_points() {
    let directory = project(&[]);
    let sweep =
        |step: &str| json(&["sweep", "2", "--customers", "10..100", "--arpu", "49", "--step", step], directory.path());
    let (one, forty) = (sweep("1"), sweep("40"));
    assert_eq!(one["break_points"], forty["break_points"]);
    let at = |sweep: &Value| -> Vec<u64> {
        sweep["points"].as_array().unwrap().iter().map(|point| point["at"].as_u64().unwrap()).collect()
    };
    assert_eq!(at(&one), (10..=100).collect::<Vec<_>>());
    // Every fortieth, the last, and those at which something breaks: a TB more from 13, 26, 38, 51, 63, 76 and 88 customers
    // on, the target per customer at 42 and 96, the budget at 13, and the share of MRR at the others.
    assert_eq!(at(&forty), [10, 13, 21, 26, 29, 38, 42, 45, 50, 51, 63, 76, 88, 90, 96, 100]);
    let of = |sweep: &Value, at: u64| {
        sweep["points"].as_array().unwrap().iter().find(|point| point["at"] == at).cloned().unwrap()
    };
    for at in at(&forty) {
        assert_eq!(of(&one, at), of(&forty, at));
    }
}

#[test]
fn csv_and_json_say_the_same_row_by_row() {
    let directory = project(&[]);
    for arguments in [
        &["sweep", "2", "--arpu", "49"][..],
        &["sweep", "--all", "--customers", "0..120", "--step", "7"],
        &["sweep", "2", "--driver", "transactions=49_990..50_010", "--customers", "60", "--mrr", "0"],
    ] {
        let sweep = json(arguments, directory.path());
        let csv = stdout(directory.path(), &[arguments, &["--format", "csv", "--as-of", DAY]].concat());
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        let header = reader.headers().unwrap().clone();
        let rows: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().unwrap();
        let points = sweep["points"].as_array().unwrap();
        assert_eq!(rows.len(), points.len());
        for (row, point) in rows.iter().zip(points) {
            for (key, field) in header.iter().zip(row) {
                let Some(value) = point.get(key) else { continue };
                let text = match value {
                    Value::Null => String::new(),
                    Value::String(text) => text.clone(),
                    other => other.to_string(),
                };
                let decimal = |text: &str| text.parse::<Decimal>().map_err(|_| text.to_owned());
                assert_eq!(decimal(field), decimal(&text), "{key} of {point}");
            }
            let at = point["at"].as_u64().unwrap();
            let of_row = row.get(header.len() - 1).unwrap();
            let messages: Vec<&str> = sweep["break_points"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|found| found["at"] == at && (found["stage"].is_null() || found["stage"] == point["stage"]))
                .map(|found| found["message"].as_str().unwrap())
                .collect();
            assert_eq!(of_row, messages.join("; "));
        }
    }
}

#[test]
fn a_fault_on_the_way_is_an_error_at_its_number() {
    let manifest =
        format!("{HEAD}line_items: [{{ name: A, category: c, cost: 100 / (customers - 50) * (customers - 50) }}]");
    let directory = project(&[("stages/1-test.yaml", &manifest)]);
    for format in ["table", "markdown", "json", "csv"] {
        let output = costplan(directory.path(), &["sweep", "1", "--format", format, "--as-of", DAY]);
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{format}");
        assert!(stderr.contains("error[division-by-zero]: the cost of `A` at 50 customers"), "{stderr}");
        assert_eq!(output.stdout.is_empty(), format == "table" || format == "markdown", "{format}");
    }
    // Right before the number and right after it there is no fault; the cost of the next customer is unknown.
    let sweep = json(&["sweep", "1", "--customers", "48..49"], directory.path());
    assert_eq!(sweep["points"][1]["marginal_cost"], Value::Null);
    assert_eq!(sweep["points"][0]["marginal_cost"], 0);
    assert_eq!(json(&["sweep", "1", "--customers", "51..52"], directory.path())["points"][0]["total"], 100);
}

#[test]
fn a_closed_pipe_ends_a_sweep_quietly() {
    let mut child = command(project(&[]).path())
        .args(["sweep", "2", "--customers", "0..500_000", "--step", "1", "--format", "csv", "--as-of", DAY])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.starts_with("at,customers,stage"));
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert_eq!(stderr, "");
}

#[test]
fn drivers_of_data_and_of_time_are_counted_in_gb_and_hours() {
    let manifest = format!(
        "{WIDE}capacity: {{ files: 1_000, work: 100 }}\n\
         drivers: {{ files: customers * 3 GB, work: customers * 2 hours }}\n\
         line_items:\n  - {{ name: A, category: c, cost: files / 1 GB * 2 }}\n  - {{ name: B, category: c, cost: work / 1 minute }}\n"
    );
    let directory = project(&[("stages/1-test.yaml", &manifest)]);
    // At 10 customers 30 GB are 60, and 20 hours are 1200 minutes.
    for (driver, unit, end, cost, at_rest) in [("files", "GB", 1000, 2, 1200), ("work", "hours", 100, 60, 60)] {
        let sweep = json(&["sweep", "1", "--driver", driver, "--customers", "10"], directory.path());
        assert_eq!((&sweep["axis"], &sweep["axis_unit"]), (&driver.into(), &unit.into()));
        assert_eq!(sweep["range"]["high"], end, "the capacity of {driver}");
        for at in [0, end / 2, end] {
            let points = sweep["points"].as_array().unwrap();
            let point = points.iter().find(|point| point["at"] == at).unwrap();
            assert_eq!(point["total"], at * cost + at_rest, "{driver} {at}");
            let set = format!("{driver}={at} {unit}");
            let stage = json(&["stage", "1", "--customers", "10", "--set", &set], directory.path());
            assert_eq!(point["total"], stage["total"], "{set}");
        }
        let beyond = format!("{driver}=0..{}", end + 1);
        let sweep = json(&["sweep", "1", "--driver", &beyond, "--customers", "10"], directory.path());
        assert_eq!(found(&sweep), BTreeSet::from([plain(end + 1, "capacity")]), "{driver}");
        let text = stdout(
            directory.path(),
            &["sweep", "1", "--details", "--driver", driver, "--customers", "10", "--as-of", DAY],
        );
        assert!(text.contains(&format!("from 0 to {end} {unit} of {driver}")), "{text}");
    }
    let sweep = json(&["sweep", "1", "--customers", "0..2"], directory.path());
    assert_eq!(sweep["axis_unit"], Value::Null);
}

#[test]
fn only_a_range_of_the_environment_says_what_to_sweep() {
    let manifest = "version: 1\nstage: 1\nname: Test\ncustomers: 5..40\ncurrency: USD\nline_items: [{ name: A, category: c, cost: customers }]\n";
    let directory = project(&[("stages/1-test.yaml", manifest)]);
    let range = |environment: &str, arguments: &[&str]| {
        let mut run = command(directory.path());
        run.args(["sweep", "1", "--format", "json", "--as-of", DAY]).args(arguments);
        let output = run.env("COSTPLAN_CUSTOMERS", environment).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let sweep: Value = serde_json::from_slice(&output.stdout).unwrap();
        [&sweep["range"]["low"], &sweep["range"]["high"]].map(|end| end.as_u64().unwrap())
    };
    assert_eq!(range("20..30", &[]), [20, 30]);
    // The number that other commands compute at is no range.
    assert_eq!(range("60", &[]), [5, 40]);
    assert_eq!(range("20..30", &["--customers", "7..9"]), [7, 9]);
}

#[test]
fn a_share_of_a_cost_that_is_known_in_part_says_so() {
    let manifest = format!(
        "{WIDE}line_items:\n  - {{ name: A, category: c, sku: v/one }}\n  - {{ name: B, category: c, cost: 20 }}\n"
    );
    let directory = project(&[("stages/1-test.yaml", &manifest), ("pricing/v.toml", SHEET)]);
    let arguments = ["sweep", "1", "--customers", "10..10", "--arpu", "10", "--as-of", DAY];
    // 20 of 10 x 10, and the usage of A is unknown.
    let text = stdout(directory.path(), &arguments);
    assert!(text.contains("20.00% + ?"), "{text}");
}

#[test]
fn what_a_row_that_stands_still_goes_through_breaks_nothing() {
    let sheet = format!(
        "{SHEET}\
         [skus.free]\n[[skus.free.charges]]\nmeter = \"m\"\nunit = \"unit\"\nincluded = 50\nmodel = \"graduated\"\ntiers = [{{ up_to = 30, price = 0 }}, {{ price = 0 }}]\n\
         [skus.capped]\n[[skus.capped.charges]]\nmeter = \"m\"\nunit = \"unit\"\nmodel = \"graduated\"\ntiers = [{{ up_to = 100, price = 3 }}, {{ price = 2 }}]\ncap = 200\n\
         [skus.floored]\n[[skus.floored.charges]]\nmeter = \"m\"\nunit = \"unit\"\nmodel = \"graduated\"\ntiers = [{{ up_to = 100, price = 3 }}, {{ price = 2 }}]\nminimum = 500\n"
    );
    let of = |sku: &str| {
        let manifest = format!(
            "{WIDE}line_items:\n  - {{ name: A, category: c, sku: v/{sku}, usage: {{ m: customers }} }}\n  - {{ name: B, category: c, cost: customers }}\n"
        );
        let directory = project(&[("stages/1-test.yaml", &manifest), ("pricing/v.toml", &sheet)]);
        found(&json(&["sweep", "1", "--customers", "0..400"], directory.path()))
    };
    let row = |at: u64, code: &str| (at, code.to_owned(), Some("A".to_owned()), Some("m".to_owned()));
    // It costs nothing, whatever is used.
    assert_eq!(of("free"), BTreeSet::new());
    // 3 x 67 are beyond the cap of 200; the second tier from 101 on changes nothing of that.
    assert_eq!(of("capped"), BTreeSet::from([row(67, "cap")]));
    // 3 x 100 and 2 x 100 are the minimum of 500 exactly, and from there on it grows; the tier under it is never paid.
    assert_eq!(of("floored"), BTreeSet::from([row(200, "minimum")]));
}
