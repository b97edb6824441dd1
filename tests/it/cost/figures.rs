//! Every figure of the plan's first three tables, as literals worked out by hand.
//!
//! Each stage is at the number of customers for which its manifest is sized; `plan_models.rs` has all other numbers.
//!
//! | stage | rows | subtotal | buffer | total |
//! |---|---|---|---|---|
//! | 1 | 15 EUR x 1.08 = 16.20 -> 16, 0, 1000 GB x 0.005 = 5 | 21 | none | 21 |
//! | 2 | 25, 60 EUR x 1.08 = 64.80 -> 65, 20, 5000 GB x 0.006 = 30, 20, 0, 10, 2 | 172 | 51.60 | 223.60 -> 225 |
//! | 3 | 400, 300, 100, 500, 200, 20000 GB x 0.005 = 100, 50, 100, 50 | 1800 | none | 1800 |
//! | 4 | 2000, 1500, 2000, 1000, 500, 1000, 500 | 8500 | none | 8500 |

use costplan::calculate;
use costplan::calculate::{Costing, Finding, Rating, Severity, Unobserved};
use costplan::model::{Fraction, Inputs, Revenue, Setting, Stage, Verdict};
use costplan::resolve::Request;
use costplan::workspace::Workspace;
use rust_decimal::Decimal;

fn decimal(text: &str) -> Decimal {
    Decimal::from_str_exact(text).unwrap()
}

fn stage(name: &str) -> Stage {
    let request = Request::on("2026-11-24".parse().unwrap());
    Workspace::bundled().stage(name, &request).unwrap().0
}

fn costing(stage: &Stage, customers: u64, mrr: Option<&str>) -> Costing {
    let revenue = mrr.map_or(Revenue::Unknown, |mrr| Revenue::Mrr(Setting::default_value(decimal(mrr))));
    calculate::stage(stage, Inputs { customers, revenue }, &mut Unobserved).unwrap()
}

fn rows(stage: &Stage, costing: &Costing) -> Vec<(String, Decimal, Decimal)> {
    let rows = stage.line_items.iter().zip(&costing.line_items);
    rows.map(|(item, line)| (item.name.to_string(), line.exact.normalize(), line.monthly.normalize())).collect()
}

fn expected(rows: &[(&str, &str, &str)]) -> Vec<(String, Decimal, Decimal)> {
    rows.iter().map(|(name, exact, monthly)| ((*name).to_owned(), decimal(exact), decimal(monthly))).collect()
}

fn totals(costing: &Costing) -> [Decimal; 6] {
    let totals = costing.totals;
    [totals.subtotal, totals.subtotal_exact, totals.buffer, totals.rounding, totals.total, totals.total_exact]
        .map(|amount| amount.normalize())
}

#[test]
fn stage_1_is_21() {
    let stage = stage("1");
    assert_eq!(stage.usual_customers(), 10);
    let costing = costing(&stage, 10, None);
    let by_hand = [("VPS", "16.2", "16"), ("CDN", "0", "0"), ("Object storage", "5", "5")];
    assert_eq!(rows(&stage, &costing), expected(&by_hand));
    assert_eq!(totals(&costing), ["21", "21.2", "0", "0", "21", "21.2"].map(decimal));
}

#[test]
fn stage_2_is_172_and_225_with_the_buffer() {
    let stage = stage("2");
    assert_eq!(stage.usual_customers(), 60);
    let costing = costing(&stage, 60, None);
    let by_hand = [
        ("Database", "25", "25"),
        ("API servers", "64.8", "65"),
        ("Redis", "20", "20"),
        ("Object storage", "30", "30"),
        ("CDN", "20", "20"),
        ("Monitoring", "0", "0"),
        ("Backup", "10", "10"),
        ("Domain and SSL", "2", "2"),
    ];
    assert_eq!(rows(&stage, &costing), expected(&by_hand));
    assert_eq!(totals(&costing), ["172", "171.8", "51.6", "1.4", "225", "223.34"].map(decimal));
}

#[test]
fn stage_3_is_1800() {
    let stage = stage("3");
    assert_eq!(stage.usual_customers(), 300);
    let costing = costing(&stage, 300, None);
    let by_hand = [
        ("Database cluster", "400", "400"),
        ("API servers (Kubernetes)", "300", "300"),
        ("Redis cluster", "100", "100"),
        ("ML infrastructure", "500", "500"),
        ("ClickHouse analytics", "200", "200"),
        ("Object storage", "100", "100"),
        ("Monitoring", "50", "50"),
        ("CDN and edge", "100", "100"),
        ("Backups and disaster recovery", "50", "50"),
    ];
    assert_eq!(rows(&stage, &costing), expected(&by_hand));
    assert_eq!(totals(&costing), ["1800", "1800", "0", "0", "1800", "1800"].map(decimal));
}

#[test]
fn stage_4_is_8500() {
    let stage = stage("4");
    assert_eq!(stage.usual_customers(), 1250);
    let costing = costing(&stage, 1250, None);
    let by_hand = [
        ("Database (multi-region)", "2000", "2000"),
        ("Kubernetes cluster", "1500", "1500"),
        ("ML training pipeline", "2000", "2000"),
        ("Data lake and warehouse", "1000", "1000"),
        ("Observability", "500", "500"),
        ("CDN (global)", "1000", "1000"),
        ("Security", "500", "500"),
    ];
    assert_eq!(rows(&stage, &costing), expected(&by_hand));
    assert_eq!(totals(&costing), ["8500", "8500", "0", "0", "8500", "8500"].map(decimal));
}

#[test]
fn agreed_and_list_prices_are_both_there() {
    let stage = stage("2");
    let costing = costing(&stage, 60, None);
    let list = |name: &str| {
        let index = stage.line_items.iter().position(|item| &*item.name == name).unwrap();
        costing.line_items[index].list.map(|list| (list.amount.normalize().to_string(), list.currency.to_string()))
    };
    // 2 x min(730 h x 0.026, 15.90) EUR; (5000 GB - 10 GB) x 0.00695 USD.
    assert_eq!(list("API servers"), Some(("31.8".to_owned(), "EUR".to_owned())));
    assert_eq!(list("Object storage"), Some(("34.6805".to_owned(), "USD".to_owned())));
    assert_eq!(list("Database"), None);
}

#[test]
fn list_prices_alone_compute_with_the_sheets() {
    let mut request = Request::on("2026-11-24".parse().unwrap());
    request.list_prices = true;
    let (stage, _) = Workspace::bundled().stage("2", &request).unwrap();
    let costing = costing(&stage, 60, None);
    // 25 + 31.80 x 1.08 = 34.344 + 20 + 34.6805 + 20 + 0 + 10 + 2
    assert_eq!(costing.totals.subtotal_exact.normalize(), decimal("146.0245"));
    assert_eq!(costing.totals.subtotal, decimal("146"));
}

#[test]
fn prices_of_a_day_are_those_that_held_on_it() {
    // B2 storage: 0.005, from 2026-04-01 0.006, from 2026-09-01 0.00695 USD per GB, the first 10 GB free.
    for (day, storage) in
        [("2025-06-01", "24.95"), ("2026-04-01", "29.94"), ("2026-08-31", "29.94"), ("2026-09-01", "34.6805")]
    {
        let mut request = Request::on(day.parse().unwrap());
        request.list_prices = true;
        let (stage, _) = Workspace::bundled().stage("2", &request).unwrap();
        let line = &costing(&stage, 60, None).line_items[3];
        assert_eq!(line.exact.normalize(), decimal(storage), "on {day}");
    }
}

#[test]
fn costs_per_customer_are_those_of_the_plan() {
    for (name, points) in [
        ("1", &[(5, "4.20"), (10, "2.10")][..]),
        // The totals are those of the plan from 51 to 62 customers; 148 / 10 and 190 / 100.
        ("2", &[(10, "14.80"), (55, "3.13"), (60, "2.87"), (100, "1.90")]),
        // 1525 / 100, 1800 / 300 and 2000 / 500.
        ("3", &[(100, "15.25"), (300, "6.00"), (500, "4.00")]),
        // 6205 / 500, 8500 / 1250 and 9995 / 2000.
        ("4", &[(500, "12.41"), (1250, "6.80"), (2000, "5.00")]),
    ] {
        let stage = stage(name);
        for (customers, cost) in points {
            let economics = costing(&stage, *customers, None).economics;
            let before_buffer = economics.cost_per_customer_before_buffer.unwrap();
            assert_eq!(before_buffer.round(2).unwrap(), decimal(cost), "stage {name} at {customers}");
        }
    }
}

fn verdict(stage: &Stage, customers: u64) -> Option<Verdict> {
    costing(stage, customers, None).findings.iter().find_map(|finding| match finding {
        Finding::CostPerCustomer { verdict, .. } => Some(*verdict),
        _ => None,
    })?
}

fn reach(stage: &Stage) -> Vec<(u64, Option<u64>)> {
    match calculate::target_reach(stage).unwrap() {
        Some(Finding::TargetReach { met, .. }) => met.iter().map(|run| (run.low, run.high)).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn targets_per_customer_are_met_where_the_plan_meets_them() {
    let [one, two, three, four] = ["1", "2", "3", "4"].map(stage);
    assert_eq!(verdict(&one, 5), Some(Verdict::Below));
    assert_eq!(verdict(&one, 10), Some(Verdict::Below));
    assert_eq!(verdict(&two, 10), Some(Verdict::Above));
    // 4 TB are 166: 166 / 41 = 4.05, 166 / 42 = 3.95. 8 TB are 190: 190 / 95 = 2, 190 / 96 = 1.98.
    assert_eq!(verdict(&two, 41), Some(Verdict::Above));
    assert_eq!(verdict(&two, 42), Some(Verdict::Within));
    assert_eq!(verdict(&two, 95), Some(Verdict::Within));
    assert_eq!(verdict(&two, 96), Some(Verdict::Below));
    assert_eq!(reach(&two), [(42, Some(95))]);
    // The plan misses its own goal in the whole range of both stages.
    for stage in [&three, &four] {
        assert_eq!(reach(stage), []);
        let range = stage.customers.value;
        for customers in range.low..=range.high.unwrap() {
            assert_eq!(verdict(stage, customers), Some(Verdict::Above), "at {customers}");
        }
    }
}

#[test]
fn budgets_have_their_verdicts() {
    for (name, expected) in
        [("1", Verdict::Below), ("2", Verdict::Within), ("3", Verdict::Within), ("4", Verdict::Within)]
    {
        let stage = stage(name);
        let found = costing(&stage, stage.usual_customers(), None).findings.iter().find_map(|finding| match finding {
            Finding::Budget { verdict, .. } => *verdict,
            _ => None,
        });
        assert_eq!(found, Some(expected), "stage {name}");
    }
}

#[test]
fn databases_take_less_than_the_plan_says() {
    for (name, percent) in [("2", "14.5"), ("3", "22.2"), ("4", "23.5")] {
        let stage = stage(name);
        let share = costing(&stage, stage.usual_customers(), None).findings.iter().find_map(|finding| match finding {
            Finding::CategoryShare { share, verdict, .. } => Some((share.clone(), *verdict)),
            _ => None,
        });
        let (share, verdict) = share.unwrap();
        let shown = share.multiply(&Fraction::from(Decimal::ONE_HUNDRED)).unwrap().round(1).unwrap();
        assert_eq!((shown, verdict), (decimal(percent), Verdict::Below), "stage {name}");
    }
}

#[test]
fn shares_of_mrr_have_the_plans_words() {
    let stage = stage("3");
    for (mrr, word) in [
        ("36000.01", Rating::Genius),
        ("36000", Rating::Great),
        ("18000.01", Rating::Great),
        ("18000", Rating::Good),
        ("12000.01", Rating::Good),
        // 1800 of 12000 is 15 %: on target, and not yet good, since good is under 15 %.
        ("12000", Rating::OnTarget),
        ("9000.01", Rating::OnTarget),
        ("9000", Rating::OptimiseUrgently),
        ("1", Rating::OptimiseUrgently),
    ] {
        assert_eq!(costing(&stage, 300, Some(mrr)).economics.rating, Some(word), "MRR {mrr}");
    }
    // The plan's own example: 1,500 of 10,000.
    let share = Fraction::new(decimal("1500"), decimal("10000")).unwrap();
    assert_eq!(Rating::of(|bound| Ok(share < bound.into())), Ok(Rating::OnTarget));
}

#[test]
fn no_revenue_is_a_state_and_no_division() {
    let costing = costing(&stage("2"), 60, Some("0"));
    assert!(costing.economics.share_of_mrr.is_none());
    assert!(costing.economics.rating.is_none());
    assert!(costing.findings.iter().any(|finding| matches!(finding, Finding::NoRevenue)));
    assert_eq!(costing.economics.gross_profit, Some(decimal("-225")));
}

#[test]
fn no_customers_are_a_state_and_no_division() {
    let costing = costing(&stage("1"), 0, None);
    assert!(costing.economics.cost_per_customer.is_none());
    // Nothing is stored yet.
    assert_eq!(costing.totals.total, decimal("16"));
    let of_figures = costing.findings.iter().filter(|finding| !matches!(finding, Finding::Offer(_)));
    let severities: Vec<Severity> = of_figures.map(Finding::severity).collect();
    assert!(severities.iter().all(|severity| *severity == Severity::Note), "{severities:?}");
}
