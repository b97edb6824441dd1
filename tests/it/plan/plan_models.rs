//! The models of the bundled stages against a second computation, from literals and in whole numbers, at every number of
//! customers. Money is counted in millionths of a dollar, and data in megabytes.

use costplan::calculate::{self, Costing, Finding, Unobserved};
use costplan::model::{Inputs, Revenue, Stage, Verdict};
use costplan::resolve::Request;
use costplan::workspace::Workspace;
use rust_decimal::Decimal;

use crate::project::{json, project, stdout};

const USD: i128 = 1_000_000;
const CENT: i128 = USD / 100;

/// What a stage costs, computed apart from its manifest.
pub(crate) struct Model {
    pub(crate) stage: &'static str,
    /// The ends of its range, and the number for which it is sized with the total that the plan has for it.
    pub(crate) low: u64,
    pub(crate) high: u64,
    sized_for: (u64, i128),
    /// What the plan wants to pay in a month.
    pub(crate) budget: (i128, i128),
    buffer_percent: i128,
    /// What the total is rounded up to.
    step: i128,
    /// Transactions of a customer, and those that the stage carries.
    transactions: (u64, Option<u64>),
    rows: fn(i128) -> Vec<i128>,
}

/// Each stage as the plan has it; `docs/the-plan.md` has the same in words.
pub(crate) const MODELS: [Model; 4] = [
    Model {
        stage: "1",
        low: 0,
        high: 10,
        sized_for: (10, 21),
        budget: (50, 100),
        buffer_percent: 0,
        step: 1,
        transactions: (3_000, Some(30_000)),
        rows: mvp,
    },
    Model {
        stage: "2",
        low: 10,
        high: 100,
        sized_for: (60, 225),
        budget: (200, 400),
        buffer_percent: 30,
        step: 5,
        transactions: (500, Some(50_000)),
        rows: growth,
    },
    Model {
        stage: "3",
        low: 100,
        high: 500,
        sized_for: (300, 1_800),
        budget: (1_000, 2_000),
        buffer_percent: 0,
        step: 1,
        transactions: (1_000, Some(500_000)),
        rows: scale,
    },
    Model {
        stage: "4",
        low: 500,
        high: 2_000,
        sized_for: (1_250, 8_500),
        budget: (5_000, 10_000),
        buffer_percent: 0,
        step: 1,
        transactions: (2_500, None),
        rows: enterprise,
    },
];

fn up(amount: i128, step: i128) -> i128 {
    (amount + step - 1).div_euclid(step)
}

/// To the nearest step, half up; amounts are not below zero.
fn nearest(amount: i128, step: i128) -> i128 {
    (amount + step / 2) / step * step
}

/// Whole terabytes for this much data of each customer.
fn terabytes(customers: i128, megabytes_each: i128) -> i128 {
    up(customers * megabytes_each, 1_000_000)
}

fn mvp(customers: i128) -> Vec<i128> {
    let servers = up(3_000 * customers, 30_000).max(1);
    // 3 months of 3,000 receipts of 2 MB, and 74 GB of images.
    let stored = terabytes(customers, 3 * 3_000 * 2 + 74_000);
    vec![servers * 15 * 108 * CENT, 0, stored * 1_000 * USD * 5 / 1_000]
}

fn growth(customers: i128) -> Vec<i128> {
    let servers = up(500 * customers, 25_000).max(2);
    let stored = terabytes(customers, 6 * 500 * 2 + 74_000);
    // 6 months of 500 transactions of 2 KB; 8 GB are included, and a GB more costs 0.12483.
    let disk = (customers * 6 - 8_000).max(0) * 12_483 * USD / 100_000 / 1_000;
    let cache = up(10 * customers, 1_000).max(1);
    vec![
        25 * USD + nearest(disk, CENT),
        servers * 30 * 108 * CENT,
        cache * 20 * USD,
        stored * 6 * USD,
        20 * USD,
        0,
        10 * USD,
        2 * USD,
    ]
}

/// The pods and the servers for them.
fn pods(customers: i128) -> (i128, i128) {
    let pods = up(1_000 * customers, 50_000).clamp(3, 10);
    (pods, 3 + up(pods, 2))
}

fn scale(customers: i128) -> Vec<i128> {
    let replicas = up(1_000 * customers, 150_000).clamp(1, 2);
    let stored = terabytes(customers, 12 * 1_000 * 2 + 42_000);
    let cache = up(10 * customers, 5_000).max(1);
    vec![
        (25 + 125 * (1 + replicas)) * USD,
        pods(customers).1 * 50 * USD,
        cache * 100 * USD,
        // 2.50 for 185 hours, and for an hour for 8,000 predictions, of which a customer has 400.
        462_500_000 + customers * 125_000,
        200 * USD,
        stored * 5 * USD,
        35 * USD + customers * 5 * CENT,
        100 * USD,
        50 * USD,
    ]
}

fn nodes(customers: i128) -> i128 {
    (10 + up(2_500 * customers - 1_250_000, 93_750)).clamp(10, 50)
}

fn enterprise(customers: i128) -> Vec<i128> {
    let replicas = up(2_500 * customers, 2_500_000).clamp(1, 2);
    vec![
        (1 + 2 * replicas) * 400 * USD,
        nodes(customers) * 50 * USD,
        // 0.80 for 1,875 hours, 0.2 hours of a customer's data, and 0.3 hours for 2,400 predictions.
        1_500 * USD + customers * 40 * CENT,
        // 24 GB of receipts and 8 GB of other data at 0.005.
        800 * USD + customers * 16 * CENT,
        375 * USD + customers * 10 * CENT,
        1_000 * USD,
        500 * USD,
    ]
}

impl Model {
    fn rounded(&self, customers: u64) -> Vec<i128> {
        (self.rows)(i128::from(customers)).into_iter().map(|row| nearest(row, USD) / USD).collect()
    }

    /// The subtotal in dollars.
    pub(crate) fn subtotal(&self, customers: u64) -> i128 {
        self.rounded(customers).iter().sum()
    }

    /// The total in dollars.
    pub(crate) fn total(&self, customers: u64) -> i128 {
        let hundredths = self.subtotal(customers) * (100 + self.buffer_percent);
        up(hundredths, 100 * self.step) * self.step
    }

    /// Whether the transactions fit.
    pub(crate) fn fits(&self, customers: u64) -> bool {
        let (each, most) = self.transactions;
        most.is_none_or(|most| customers * each <= most)
    }
}

fn stage(name: &str) -> Stage {
    Workspace::bundled().stage(name, &Request::on("2026-11-24".parse().unwrap())).unwrap().0
}

fn costing(stage: &Stage, customers: u64) -> Costing {
    calculate::stage(stage, Inputs { customers, revenue: Revenue::Unknown }, &mut Unobserved).unwrap()
}

fn millionths(amount: i128) -> Decimal {
    Decimal::from_i128_with_scale(amount, 6).normalize()
}

#[test]
fn every_number_of_customers_costs_what_the_models_say() {
    for model in &MODELS {
        let stage = stage(model.stage);
        for customers in 0..=2_100 {
            let costing = costing(&stage, customers);
            let exact = (model.rows)(i128::from(customers));
            let of_rows: Vec<Decimal> = costing.line_items.iter().map(|line| line.exact.normalize()).collect();
            let at = format!("stage {} at {customers}", model.stage);
            assert_eq!(of_rows, exact.iter().map(|row| millionths(*row)).collect::<Vec<_>>(), "{at}");
            let of_rows: Vec<Decimal> = costing.line_items.iter().map(|line| line.monthly.normalize()).collect();
            let rounded: Vec<Decimal> = model.rounded(customers).into_iter().map(Decimal::from).collect();
            assert_eq!(of_rows, rounded.iter().map(Decimal::normalize).collect::<Vec<_>>(), "{at}");
            assert_eq!(costing.totals.subtotal, Decimal::from(model.subtotal(customers)), "{at}");
            assert_eq!(costing.totals.total, Decimal::from(model.total(customers)), "{at}");
            let exact: i128 = exact.iter().sum();
            let with_buffer = exact * (100 + model.buffer_percent) / 100;
            assert_eq!(costing.totals.total_exact.normalize(), millionths(with_buffer), "{at}");
        }
    }
}

#[test]
fn the_plans_totals_are_reached_where_the_stages_are_sized() {
    for model in &MODELS {
        let (customers, total) = model.sized_for;
        let stage = stage(model.stage);
        assert_eq!(stage.sized_for, Some(customers));
        assert_eq!(costing(&stage, customers).totals.total, Decimal::from(total), "stage {}", model.stage);
    }
}

#[test]
fn a_sweep_of_each_stage_is_that_of_its_model_and_no_flat_line() {
    let directory = project(&[]);
    for model in &MODELS {
        let arguments = ["sweep", model.stage, "--step", "1", "--format", "csv", "--as-of", "2026-11-24"];
        let text = stdout(directory.path(), &arguments);
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let header = reader.headers().unwrap().clone();
        let place = |name: &str| header.iter().position(|column| column == name).unwrap();
        let (at, total) = (place("at"), place("total"));
        let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        let found: Vec<(u64, i128)> =
            records.iter().map(|record| (record[at].parse().unwrap(), record[total].parse().unwrap())).collect();
        let expected: Vec<(u64, i128)> = (model.low..=model.high).map(|at| (at, model.total(at))).collect();
        assert_eq!(found, expected, "stage {}", model.stage);
        let rises = expected.windows(2).filter(|pair| pair[0].1 < pair[1].1).count();
        assert!(rises > 0 && expected.windows(2).all(|pair| pair[0].1 <= pair[1].1), "stage {}", model.stage);
        assert!(expected.iter().all(|(_, total)| *total <= model.budget.1), "stage {}", model.stage);
    }
}

#[test]
fn pods_and_nodes_take_the_ranges_of_the_plan() {
    let driver = |stage: &Stage, customers: u64, name: &str| {
        let slot = stage.scope.find(name).unwrap();
        costing(stage, customers).drivers[slot.index()].clone().unwrap().to_decimal().unwrap()
    };
    let [three, four] = ["3", "4"].map(stage);
    for (customers, expected) in [(100, 3), (150, 3), (151, 4), (300, 6), (451, 10), (500, 10)] {
        assert_eq!(driver(&three, customers, "pods"), Decimal::from(expected), "at {customers}");
        assert_eq!(pods(i128::from(customers)).0, expected);
    }
    for (customers, expected) in [(500, 10), (501, 11), (1250, 30), (2000, 50)] {
        assert_eq!(driver(&four, customers, "nodes"), Decimal::from(expected), "at {customers}");
        assert_eq!(nodes(i128::from(customers)), expected);
    }
}

#[test]
fn capacity_is_checked_without_a_driver_that_is_set() {
    let fits = |stage: &Stage, customers: u64| {
        costing(stage, customers).findings.iter().find_map(|finding| match finding {
            Finding::Capacity { verdict, .. } => *verdict,
            _ => None,
        })
    };
    for model in &MODELS {
        let stage = stage(model.stage);
        for customers in [model.low, model.high, model.high + 1] {
            let verdict = fits(&stage, customers).unwrap();
            assert_eq!(verdict != Verdict::Above, model.fits(customers), "stage {} at {customers}", model.stage);
        }
    }
}

#[test]
fn vendors_that_the_plan_leaves_open_are_side_by_side() {
    let found = json(project(&[]).path(), &["stage", "4", "--as-of", "2026-11-24"]);
    let costs = found["alternatives"].as_array().unwrap().iter().map(|one| {
        let name = one["alternative"].as_str().unwrap_or_default();
        (name.to_owned(), one["monthly_cost_exact"].to_string())
    });
    // 5 x 730 h x 0.636 and 5 x 140; 30 x 15.99 EUR x 1.08 and 30 x 96; 2,500 h x 1.99 and x 1.50; 30 x 31, and 1,150 of 1,250 GB
    // x 0.35.
    let expected = [
        ("", "2000"),
        ("AWS RDS db.m6g.2xlarge", "2321.4"),
        ("Crunchy Bridge standard", "700"),
        ("", "1500"),
        ("Hetzner CX43", "518.076"),
        ("DigitalOcean s-8vcpu-16gb", "2880"),
        ("", "2000"),
        ("Lambda A100", "4975"),
        ("Vast.ai A100 80 GB", "3750"),
        ("", "500"),
        ("Datadog APM", "930"),
        ("New Relic ingest", "402.5"),
    ];
    assert_eq!(costs.collect::<Vec<_>>(), expected.map(|(name, cost)| (name.to_owned(), cost.to_owned())));
}
