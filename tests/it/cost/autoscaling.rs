//! Auto-scaling of line items: the average number of replicas against a simulation of every minute, and against numbers
//! worked out by hand.

use std::collections::VecDeque;

use crate::project::{HEAD, computed, costplan, json, project, rational, resolved, scaled, stderr, stdout};
use costplan::calculate::{Costing, Finding, FindingCode};
use costplan::model::Stage;
use num_bigint::BigInt;
use num_rational::BigRational;
use proptest::prelude::*;
use rust_decimal::Decimal;

/// A stage with an auto-scaled line item of 30 USD a replica.
fn manifest(autoscaling: &str) -> String {
    let keys: String = autoscaling.lines().map(|line| format!("      {}\n", line.trim())).collect();
    format!("{HEAD}line_items:\n  - name: Pods\n    category: compute\n    cost: 30\n    autoscaling:\n{keys}")
}

fn scaled_stage(autoscaling: &str, customers: u64) -> Result<(Stage, Costing), String> {
    computed(&[("stages/1-test.yaml", &manifest(autoscaling))], customers)
}

/// The average number of replicas.
fn average(autoscaling: &str, customers: u64) -> Decimal {
    scaled_stage(autoscaling, customers).unwrap().1.line_items[0].quantity.unwrap()
}

fn number(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// The plan's policy: 2 to 20 replicas at 70%, scaled down after five minutes. The busiest hour needs the plan's ten
/// replicas, so its load is 700 where a replica handles 100; the mean is 4654 / 16800 of that by the weights of office hours.
const POLICY: &str = "load: 700/hour * 4654 / 16_800
    capacity_per_replica: 100/hour
    target_utilization: 70%
    min_replicas: 2
    max_replicas: 20
    profile: office-hours
    scale_down_delay: 5 minutes";

#[test]
fn the_policy_of_the_plan_runs_three_to_four_replicas_instead_of_ten() {
    // A weekday: 7 hours of 2, then 3 6 9 10 10 7 7 9 9 8 5 3, then 5 hours of 2: 110. A day of the weekend: 24 x 2.
    // On a weekday 3 + 1 + 3 + 2 + 1 replicas are stopped, each five minutes late: 5 x 10 / 12 hours.
    // (5 x 110 + 2 x 48 + 50 / 12) / 168 = 3901 / 1008.
    let replicas = average(POLICY, 0);
    assert_eq!(replicas, number("3.870039682540"));
    assert!(replicas > Decimal::from(3) && replicas < Decimal::from(4));
    let saved = Decimal::ONE - replicas / Decimal::TEN;
    assert!(saved > number("0.6") && saved < number("0.7"), "{saved}");
    let (_, costing) = scaled_stage(POLICY, 0).unwrap();
    // 3901 / 1008 x 30.
    assert_eq!(costing.line_items[0].exact, number("116.101190476190"));
}

#[test]
fn a_slow_policy_and_more_load_cost_more() {
    let with = |delay: &str| average(&POLICY.replace("5 minutes", delay), 0);
    // Without a delay: 646 / 168. An hour: as many as in the hour before, 646 + 50.
    assert_eq!(with("0 seconds"), number("3.845238095238"));
    assert_eq!(with("1 hour"), number("4.142857142857"));
    assert!(with("90 minutes") > with("1 hour") && with("24 hours") > with("90 minutes"));
    // After a day no weekday has fewer than ten, nor the first hours of Saturday: 16 hours until 16:00, when Friday's ten of
    // 11:00 are a day ago. The largest of the day before counts to the last hour.
    assert_eq!(with("24 hours"), by_minutes(&week_of_policy(), 24 * 60));
}

/// The replicas desired in each hour of the week of the plan's policy.
fn week_of_policy() -> Vec<u64> {
    let busy = [3, 6, 9, 10, 10, 7, 7, 9, 9, 8, 5, 3];
    let weekday = [vec![2; 7], busy.to_vec(), vec![2; 5]].concat();
    [weekday.repeat(5), vec![2; 48]].concat()
}

/// The average over a week of what runs if each minute has the largest number of it and the minutes of the delay before it.
/// Two weeks are simulated, and the second counts.
fn by_minutes(week: &[u64], delay: usize) -> Decimal {
    let minutes = week.len() * 60;
    let desired = |minute: usize| week[minute / 60 % week.len()];
    let mut window: VecDeque<(usize, u64)> = VecDeque::new();
    let mut sum = 0;
    for minute in 0..2 * minutes {
        while window.back().is_some_and(|(_, count)| *count <= desired(minute)) {
            window.pop_back();
        }
        window.push_back((minute, desired(minute)));
        while window.front().is_some_and(|(first, _)| first + delay < minute) {
            window.pop_front();
        }
        sum += if minute >= minutes { window[0].1 } else { 0 };
    }
    let exact = BigRational::new(BigInt::from(sum), BigInt::from(minutes));
    nearest(&exact)
}

/// Twelve decimals, half away from zero.
fn nearest(value: &BigRational) -> Decimal {
    let scale = BigRational::from(BigInt::from(10).pow(12));
    let half = BigRational::new(BigInt::from(1), BigInt::from(2));
    let whole = (value * scale + half).floor().to_integer();
    Decimal::from_i128_with_scale(i128::try_from(whole).unwrap(), 12)
}

#[derive(Clone, Debug)]
struct Case {
    weekday: Vec<u32>,
    weekend: Vec<u32>,
    load: u32,
    capacity: u32,
    percent: u32,
    bounds: (u32, u32),
    delay: usize,
}

fn case() -> impl Strategy<Value = Case> {
    let day = || prop::collection::vec(prop_oneof![2 => 0_u32..100, 1 => Just(0)], 24);
    let delay = prop_oneof![Just(0), 1_usize..60, Just(60), 61_usize..1441];
    let numbers = (0_u32..100_000, 1_u32..500, 1_u32..101, 0_u32..12, 1_u32..40, delay);
    (day(), day(), numbers).prop_filter_map("a profile has load", |(weekday, weekend, numbers)| {
        let (load, capacity, percent, minimum, more, delay) = numbers;
        let has_load = weekday.iter().chain(&weekend).any(|weight| *weight > 0);
        let bounds = (minimum, minimum + more);
        has_load.then_some(Case { weekday, weekend, load, capacity, percent, bounds, delay })
    })
}

impl Case {
    /// The replicas desired in each hour, in fractions of whole numbers.
    fn week(&self) -> Vec<u64> {
        let days = [&self.weekday; 5].into_iter().chain([&self.weekend; 2]);
        let weights: Vec<u32> = days.flatten().copied().collect();
        let whole = BigRational::from(BigInt::from(weights.iter().map(|weight| u64::from(*weight)).sum::<u64>()));
        // A month of 730 hours has 730 / 168 weeks.
        let of_week = BigRational::new(BigInt::from(u64::from(self.load) * 168), BigInt::from(730));
        let used = BigRational::new(BigInt::from(self.capacity * self.percent), BigInt::from(100));
        let desired = |weight: &u32| {
            let load = &of_week * BigRational::from(BigInt::from(*weight)) / &whole;
            let count = u64::try_from((load / &used).ceil().to_integer()).unwrap();
            count.clamp(self.bounds.0.into(), self.bounds.1.into())
        };
        weights.iter().map(desired).collect()
    }

    fn keys(&self) -> String {
        let Self { weekday, weekend, load, capacity, percent, bounds, delay } = self;
        format!(
            "load: {load}\ncapacity_per_replica: {capacity}/hour\ntarget_utilization: {percent}%\nmin_replicas: {}\n\
             max_replicas: {}\nprofile: {{ weekday: {weekday:?}, weekend: {weekend:?} }}\nscale_down_delay: {delay} minutes",
            bounds.0, bounds.1
        )
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(scaled(40)))]

    #[test]
    fn the_average_is_that_of_every_minute(case in case()) {
        prop_assert_eq!(average(&case.keys(), 0).normalize(), by_minutes(&case.week(), case.delay).normalize());
    }

    #[test]
    fn the_average_keeps_to_its_bounds_and_never_falls_with_the_load(case in case(), more in 1_u32..50_000) {
        let less = average(&case.keys(), 0);
        let more = average(&Case { load: case.load + more, ..case.clone() }.keys(), 0);
        prop_assert!(less <= more);
        prop_assert!(less >= Decimal::from(case.bounds.0) && more <= Decimal::from(case.bounds.1));
        let slower = Case { delay: (case.delay + 30).min(1440), ..case.clone() };
        prop_assert!(average(&slower.keys(), 0) >= less);
    }
}

const SIMPLE: &str = "load: customers * 730
    capacity_per_replica: 100/hour
    target_utilization: 50%
    max_replicas: 4
    profile: flat";

#[test]
fn loads_and_capacities_are_of_a_month_or_for_a_time() {
    // 100 customers: 100 an hour at 50 a replica.
    assert_eq!(average(SIMPLE, 100), Decimal::TWO);
    assert_eq!(average(SIMPLE, 101), Decimal::from(3));
    assert_eq!(average(&SIMPLE.replace("customers * 730", "customers * 1/hour"), 100), Decimal::TWO);
    assert_eq!(average(&SIMPLE.replace("100/hour", "73_000"), 100), Decimal::TWO);
    assert_eq!(average(&SIMPLE.replace("100/hour", "100/3600 /second"), 100), Decimal::TWO);
    // A minute for each of 60 jobs in an hour is one that is always busy, and a replica that is half used works on one of two.
    let busy = SIMPLE.replace("customers * 730", "customers * 60 * 730 * 1 minute").replace("100/hour", "2");
    assert_eq!(average(&busy, 3), Decimal::from(3));
    let data = SIMPLE.replace("customers * 730", "customers * 730 GB").replace("100/hour", "100 GB/hour");
    assert_eq!(average(&data, 100), Decimal::TWO);
    // No load needs the least, which is 1 unless given, and all of it may stop.
    assert_eq!(average(SIMPLE, 0), Decimal::ONE);
    assert_eq!(average(&format!("{SIMPLE}\nmin_replicas: 0"), 0), Decimal::ZERO);
    // A shorter month has more load in each of its hours.
    let february = format!("hours_per_month: 365\n{}", manifest(SIMPLE));
    let (_, costing) = computed(&[("stages/1-test.yaml", &february)], 51).unwrap();
    assert_eq!(costing.line_items[0].quantity, Some(Decimal::from(3)));
}

#[test]
fn the_week_repeats() {
    // The only load is in the last hour of Sunday: an hour later, on Monday, its four replicas still run for half an hour.
    let hours = |last: u32| format!("[{}{last}]", "0, ".repeat(23));
    let keys = format!(
        "load: 73_000\ncapacity_per_replica: 100_000/hour\ntarget_utilization: 100%\nmin_replicas: 0\nmax_replicas: 4\n\
         profile: {{ weekday: {}, weekend: {} }}\nscale_down_delay: 30 minutes",
        hours(0),
        hours(1)
    );
    // 1.5 hours on each of the two days.
    assert_eq!(average(&keys, 0), number("0.017857142857"));
}

fn overload(costing: &Costing) -> Option<(u32, usize, BigRational)> {
    costing.findings.iter().find_map(|finding| match finding {
        Finding::Overload { replicas, hours, excess, .. } => {
            let (above, below) = excess.in_lowest_terms();
            Some((*replicas, *hours, BigRational::new(above, below.into())))
        }
        _ => None,
    })
}

#[test]
fn a_load_that_all_replicas_cannot_handle_is_a_finding() {
    let (_, costing) = scaled_stage(SIMPLE, 400).unwrap();
    assert_eq!(overload(&costing), None);
    // 500 an hour, and four replicas handle 400.
    let (stage, costing) = scaled_stage(SIMPLE, 500).unwrap();
    assert_eq!(overload(&costing), Some((4, 168, rational(number("0.25")))));
    assert!(stage.line_items[0].uses_technique("auto-scaling"));
    // Five replicas handle 500 of the 700 of the busiest hour: 8 hours of each weekday have more, those from 85 on and the two
    // of 75 are 595 and 525, and those of 70 are 490.
    let few = POLICY.replace("max_replicas: 20", "max_replicas: 5");
    let (_, costing) = scaled_stage(&few, 0).unwrap();
    assert_eq!(overload(&costing), Some((5, 5 * 6, rational(number("0.4")))));
    let directory = project(&[("stages/1-test.yaml", &manifest(&few))]);
    let text = stdout(directory.path(), &["stage", "1", "--customers", "0", "--details"]);
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        text.contains("`Pods`: the load exceeds what 5 replicas can handle by up to 40.0%, in 30 of the 168 hours"),
        "{text}"
    );
    let found = json(directory.path(), &["stage", "1", "--customers", "0"]);
    let codes: Vec<&str> = found["findings"].as_array().unwrap().iter().filter_map(|of| of["code"].as_str()).collect();
    assert!(codes.contains(&FindingCode::Overload.as_str()), "{codes:?}");
}

#[test]
fn a_stage_that_cannot_handle_its_load_is_not_recommended_and_fails_its_check() {
    let stage = manifest(SIMPLE).replacen("customers: 0..100", "customers: 0..1000", 1);
    let directory = project(&[("stages/1-test.yaml", &stage)]);
    let chosen = json(directory.path(), &["recommend", "--customers", "400"]);
    assert_eq!(chosen["recommended"]["id"], 1, "{chosen}");
    let none = json(directory.path(), &["recommend", "--customers", "500"]);
    assert!(none["recommended"].is_null(), "{none}");
    let check = |customers: &str| costplan(directory.path(), &["check", "--customers", customers]);
    assert_eq!(check("400").status.code(), Some(0));
    let failed = check("500");
    assert_eq!(failed.status.code(), Some(1));
    // 500 / 400 of what four replicas can handle.
    let text = String::from_utf8_lossy(&failed.stdout);
    assert!(text.contains("capacity: Pods") && text.contains("1.25"), "{text}");
}

#[test]
fn an_unknown_load_is_an_unknown_quantity() {
    let (_, costing) = scaled_stage(&SIMPLE.replace("customers * 730", "mrr * 10"), 5).unwrap();
    assert_eq!((costing.line_items[0].quantity, costing.line_items[0].is_known), (None, false));
    assert!(costing.findings.iter().any(|finding| finding.code() == FindingCode::UnknownRevenue));
}

#[test]
fn numbers_that_cannot_be_are_refused() {
    let with = |from: &str, to: &str| resolved(&[("stages/1-test.yaml", &manifest(&SIMPLE.replace(from, to)))]);
    let hours = |count: usize, weight: &str| format!("[{}]", vec![weight; count].join(", "));
    for (from, to, code, message) in [
        ("max_replicas: 4", "max_replicas: 0", "InvalidRange", "at least 1"),
        ("max_replicas: 4", "max_replicas: 4\nmin_replicas: 5", "InvalidRange", "above `max_replicas`"),
        ("max_replicas: 4", "max_replicas: 4.5", "InvalidRange", "a whole number"),
        ("max_replicas: 4", "max_replicas: 3_000_000_000", "InvalidRange", "a whole number"),
        ("max_replicas: 4", "max_replicas: -1", "NegativeAmount", "below zero"),
        ("max_replicas: 4", "max_replicas: 4 GB", "UnitMismatch", "plain number"),
        ("target_utilization: 50%", "target_utilization: 0", "InvalidRange", "at most 100%"),
        ("target_utilization: 50%", "target_utilization: 101%", "InvalidRange", "at most 100%"),
        ("target_utilization: 50%", "target_utilization: 70", "InvalidRange", "at most 100%"),
        ("100/hour", "0/hour", "InvalidRange", "above zero"),
        ("capacity_per_replica: 100/hour", "capacity_per_replica: 0", "NegativeAmount", "above zero"),
        ("100/hour", "100 GB/hour", "UnitMismatch", "cannot be shared"),
        ("100/hour", "5 minutes", "UnitMismatch", "cannot be shared"),
        ("customers * 730", "-1", "NegativeAmount", "below zero"),
        ("customers * 730", "sales", "UnknownName", "unknown name"),
        ("profile: flat", "profile: offices-hours", "InvalidChoice", "did you mean `office-hours`"),
        ("profile: flat", "profile: lunar", "InvalidChoice", "choose from `flat`"),
        ("profile: flat", &format!("profile: {}", hours(23, "1")), "WrongType", "has 24 weights"),
        ("profile: flat", &format!("profile: {}", hours(24, "0")), "InvalidRange", "all its weights are zero"),
        ("profile: flat", &format!("profile: {}", hours(24, "-1")), "NegativeAmount", "below zero"),
        ("profile: flat", &format!("profile: {{ weekday: {} }}", hours(24, "1")), "MissingKey", "weekend"),
        ("profile: flat", "profile: flat\nscale_down_delay: 25 hours", "InvalidRange", "24 hours"),
        ("profile: flat", "profile: flat\nscale_down_delay: 300", "UnitMismatch", "a delay must be a time"),
        ("profile: flat", "profile: flat\nscale_down_delay: -5 minutes", "NegativeAmount", "below zero"),
        ("profile: flat", "profile: flat\ndeployment: API Pods", "InvalidName", "a deployment cannot"),
        ("profile: flat", "profile: flat\nreplicas: 3", "UnknownKey", "replicas"),
        ("max_replicas: 4", "", "MissingKey", "max_replicas"),
    ] {
        let problems = match with(from, to) {
            Err(problems) => problems,
            Ok(_) if to == "0/hour" => continue,
            Ok(_) => panic!("{to} is accepted"),
        };
        assert!(problems.contains(code) && problems.contains(message), "{to}: {problems}");
    }
    let both = manifest(SIMPLE).replace("    cost: 30\n", "    cost: 30\n    quantity: 2\n");
    let problems = resolved(&[("stages/1-test.yaml", &both)]).unwrap_err();
    assert!(problems.contains("ConflictingKeys") && problems.contains("not both"), "{problems}");
    let otherwise =
        manifest(SIMPLE).replace("    cost: 30\n", "    cost: 30\n    techniques: { auto-scaling: never }\n");
    let problems = resolved(&[("stages/1-test.yaml", &otherwise)]).unwrap_err();
    assert!(problems.contains("in use already"), "{problems}");
}

#[test]
fn numbers_that_formulas_give_are_checked_where_they_are_known() {
    for (from, to, message) in [
        ("max_replicas: 4", "max_replicas: customers / 2", "a whole number"),
        ("max_replicas: 4", "max_replicas: customers\nmin_replicas: 9", "above `max_replicas`"),
        ("50%", "customers * 20%", "at most 100%"),
        ("100/hour", "(7 - customers) * 1/hour", "above zero"),
        ("customers * 730", "customers - 8", "the `load` is below zero"),
        ("profile: flat", "profile: flat\nscale_down_delay: customers * 4 hours", "24 hours"),
    ] {
        let problem = scaled_stage(&SIMPLE.replace(from, to), 7).unwrap_err();
        assert!(problem.contains(message) && problem.contains("`Pods` at 7 customers"), "{to}: {problem}");
    }
    // A huge load needs the most replicas, and no more.
    assert_eq!(average(&SIMPLE.replace("customers * 730", "customers * 1e27"), 9), Decimal::from(4));
}

#[test]
fn a_stage_that_extends_changes_a_key_or_the_whole() {
    let child = |own: &str| {
        let child = format!(
            "version: 1\nstage: 2\nname: Next\ncustomers: 0..100\nextends: 1\nline_items:\n  - {{ name: Pods, {own} }}\n"
        );
        let directory = project(&[("stages/1-test.yaml", &manifest(SIMPLE)), ("stages/2-next.yaml", &child)]);
        json(directory.path(), &["stage", "2", "--customers", "100"])["line_items"][0]["quantity"].to_string()
    };
    assert_eq!(child("autoscaling: { target_utilization: 100% }"), "1");
    assert_eq!(child("autoscaling: { min_replicas: 3 }"), "3");
    assert_eq!(child("quantity: 7"), "7");
}

#[test]
fn an_alternative_has_the_replicas_of_its_line_item_or_its_own() {
    let text = manifest(SIMPLE)
        + "    alternatives:\n      - { name: same, cost: 20 }\n      - { name: fixed, cost: 20, quantity: 3 }\n      \
           - name: larger\n        cost: 50\n        autoscaling: { load: customers * 730, capacity_per_replica: 400/hour, \
           target_utilization: 50%, max_replicas: 4, profile: flat }\n";
    let stage = resolved(&[("stages/1-test.yaml", &text)]).unwrap();
    let alternatives = stage.line_items[0].alternatives();
    let is_scaled: Vec<bool> = alternatives.iter().map(|other| other.autoscaling().is_some()).collect();
    assert_eq!(is_scaled, [true, false, true]);
    let directory = project(&[("stages/1-test.yaml", &text)]);
    // 100 customers: 2 x 20, 3 x 20, 1 x 50.
    let found = json(directory.path(), &["stage", "1", "--customers", "100"]);
    assert_eq!(found["line_items"][0]["monthly_cost"].to_string(), "60");
}

#[test]
fn every_break_of_a_sweep_has_a_cause() {
    let text = manifest(&POLICY.replace("700/hour * 4654 / 16_800", "customers * 20/hour"));
    let directory = project(&[("stages/1-test.yaml", &text)]);
    let sweep = json(directory.path(), &["sweep", "1", "--step", "1"]);
    let points = sweep["points"].as_array().unwrap();
    let total = |point: &serde_json::Value| point["total"].to_string();
    let breaks = sweep["break_points"].as_array().unwrap();
    let is_cause = |found: &&serde_json::Value| {
        found["message"].as_str().unwrap().contains("the average of the replicas") && found["line_item"] == "Pods"
    };
    assert_eq!(breaks.iter().filter(is_cause).count(), breaks.len());
    let mut steps = 0;
    // A step after numbers with one cost has a cause; from a line to the next, a cost may go on as it did.
    for point in points.windows(3) {
        let is_step = total(&point[0]) == total(&point[1]) && total(&point[1]) != total(&point[2]);
        let has_cause = breaks.iter().any(|found| found["at"] == point[2]["at"]);
        assert!(has_cause || !is_step, "at {}", point[2]["at"]);
        steps += usize::from(is_step);
    }
    assert!(steps > 5, "{steps}");
}

#[test]
fn a_snapshot_computes_the_same() {
    let directory = project(&[("stages/1-test.yaml", &manifest(POLICY)), ("costplan.toml", "version = 1\n")]);
    let run = |arguments: &[&str]| {
        let output = costplan(directory.path(), arguments);
        assert!(output.status.success(), "{arguments:?}: {}", stderr(&output));
        String::from_utf8(output.stdout).unwrap()
    };
    run(&["snapshot", "--update", "--customers", "0"]);
    run(&["snapshot", "--check", "--customers", "0"]);
    let text = std::fs::read_to_string(directory.path().join("costplan.snapshot.yaml")).unwrap();
    assert!(text.contains("weekday") && !text.contains("office-hours"), "{text}");
    let faster = manifest(POLICY).replace("5 minutes", "1 hour");
    crate::project::write(directory.path(), "stages/1-test.yaml", faster);
    // 4.142857142857 x 30 and 3.870039682540 x 30, each shown with two decimals, at any number of customers.
    assert!(run(&["diff", "--customers", "0"]).contains("8.19"), "{}", run(&["diff", "--customers", "0"]));
}

#[test]
fn a_scenario_and_a_flag_set_the_drivers_of_a_policy() {
    let text = manifest(&SIMPLE.replace("max_replicas: 4", "max_replicas: most"))
        .replace("line_items:", "drivers: { most: 4 }\nline_items:");
    let directory =
        project(&[("stages/1-test.yaml", &text), ("scenarios/few.yaml", "version: 1\nname: Few\nset: { most: 3 }\n")]);
    let quantity = |more: &[&str]| {
        let arguments = [&["stage", "1", "--customers", "1000"], more].concat();
        json(directory.path(), &arguments)["line_items"][0]["quantity"].to_string()
    };
    assert_eq!(quantity(&[]), "4");
    assert_eq!(quantity(&["--set", "most=2"]), "2");
    assert_eq!(quantity(&["--scenario", "few"]), "3");
}

#[test]
fn an_allowance_grows_with_the_replicas_that_run() {
    let sheet = "version = 1\nvendor = \"v\"\ncurrency = \"USD\"\nsource = \"s\"\nretrieved_on = 2026-01-01\ntrust = \"fixture\"\n\
        [skus.s]\n[[skus.s.charges]]\nmeter = \"traffic\"\nunit = \"GB\"\nprice = 1\nmodel = \"per_unit\"\n\
        included = \"10 GB * quantity\"\npool = \"p\"\n[pools.p]\nunit = \"GB\"\n";
    let scaled = manifest(POLICY).replace("cost: 30", "sku: v/s\n    usage: { traffic: 50 GB }");
    let files = [("stages/1-test.yaml", scaled.as_str()), ("pricing/v.toml", sheet)];
    let (_, costing) = computed(&files, 0).unwrap_or_else(|problem| panic!("{problem}"));
    // 50 less ten times 3901 / 1008.
    assert_eq!(costing.line_items[0].exact, number("11.299603174603"));
}

#[test]
fn a_cap_of_a_month_that_the_average_pays_in_part_is_an_assumption() {
    let assumed = |sku: &str| {
        let keys: String = SIMPLE.lines().map(|line| format!("      {}\n", line.trim())).collect();
        let items =
            format!("line_items:\n  - name: Pods\n    category: compute\n    sku: v/{sku}\n    autoscaling:\n{keys}");
        let sheet = "version = 1\nvendor = \"v\"\ncurrency = \"USD\"\nsource = \"s\"\nretrieved_on = 2026-01-01\ntrust = \"fixture\"\n\
            [[skus.capped.charges]]\nmeter = \"server\"\nunit = \"hour\"\nmodel = \"per_unit\"\nusage = \"hours_per_month\"\nprice = 0.01\ncap = 6\n\
            [[skus.hourly.charges]]\nmeter = \"server\"\nunit = \"hour\"\nmodel = \"per_unit\"\nusage = \"hours_per_month\"\nprice = 0.01\n\
            [[skus.bounded.charges]]\nmeter = \"server\"\nunit = \"hour\"\nmodel = \"per_unit\"\nusage = \"hours_per_month\"\nmaximum_usage = 600\nprice = 0.01\n\
            [[skus.monthly.charges]]\nmeter = \"server\"\nmodel = \"flat\"\nprice = 6\n";
        let directory = project(&[("stages/1-test.yaml", &format!("{HEAD}{items}")), ("pricing/v.toml", sheet)]);
        let found = json(directory.path(), &["stage", "1", "--customers", "100"]);
        let kinds = found["assumptions"].as_array().unwrap().iter().map(|of| of["kind"].as_str().unwrap().to_owned());
        kinds.collect::<Vec<_>>()
    };
    assert_eq!(assumed("capped"), ["month_of_replicas"]);
    assert_eq!(assumed("monthly"), ["month_of_replicas"]);
    assert_eq!(assumed("bounded"), ["month_of_replicas"]);
    assert!(assumed("hourly").is_empty());
}
