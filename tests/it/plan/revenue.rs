//! Costs that depend on revenue, in searches and forecasts. Every expected number is worked out by hand.

use serde_json::{Value, json};

use crate::project::{costplan, project, stdout};

const DAY: &str = "2026-11-24";
const HEAD: &str = "version: 1\nstage: 1\nname: Test\ncustomers: 1..1000\ncurrency: USD\n";

/// 80 a month and 3.9% of the revenue.
const FEES: &str =
    "line_items: [{ name: Fixed, category: c, cost: 80 }, { name: Fees, category: c, cost: mrr * 3.9% }]\n";

fn run(settings: &str, plan: &str, arguments: &[&str]) -> Value {
    let manifest = format!("{HEAD}{plan}");
    let settings = format!("version = 1\n{settings}");
    let directory = project(&[("stages/1-test.yaml", &manifest), ("costplan.toml", &settings)]);
    let all = [arguments, &["--format", "json", "--as-of", DAY]].concat();
    let output = costplan(directory.path(), &all);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)))
}

#[test]
fn revenue_pays_for_the_fees_on_itself() {
    let found = run("", FEES, &["breakeven", "1", "--customers", "100"]);
    let at = &found["at_customers"];
    // The revenue covers 80 + 3.9% of itself from 80 / 0.961 = 83.2466 on.
    assert_eq!(at["goals"][0]["arpu_at_least"], json!(0.84));
    // Under 5%: more than 80 / 0.011 = 7272.73; 10%: 80 / 0.061 = 1311.48; 15%: 80 / 0.111 = 720.72; 20%: 496.89.
    let least: Vec<&Value> = at["ratings"].as_array().unwrap().iter().map(|rating| &rating["arpu_at_least"]).collect();
    assert_eq!(least, [&json!(72.73), &json!(13.12), &json!(7.21), &json!(4.97)]);
    assert_eq!(at["ratings"][0]["arpu_more_than"], json!(72.727_272_727_273));
    assert_eq!(found["complete"], json!(true));
}

#[test]
fn fees_above_a_share_are_never_under_it() {
    let plan = FEES.replace("3.9%", "12%");
    let at = &run("", &plan, &["breakeven", "1", "--customers", "100"])["at_customers"];
    // Under 15%: more than 80 / 0.03 = 2666.67, and under 20% more than 1000.
    let ratings: Vec<(&Value, &Value)> =
        at["ratings"].as_array().unwrap().iter().map(|found| (&found["rating"], &found["arpu_at_least"])).collect();
    assert_eq!(ratings, [(&json!("good"), &json!(26.67)), (&json!("on_target"), &json!(10.01))]);
    // Exactly the share is not under it either, however much the revenue.
    let equal = FEES.replace("3.9%", "5%");
    let at = &run("", &equal, &["breakeven", "1", "--customers", "100"])["at_customers"];
    assert_eq!(at["ratings"][0]["rating"], json!("great"));
}

#[test]
fn a_formula_may_divide_by_the_revenue() {
    let plan = "line_items: [{ name: Fixed, category: c, cost: 80 }, { name: B, category: c, cost: 1000 / mrr }]\n";
    let at = &run("", plan, &["breakeven", "1", "--customers", "1"])["at_customers"];
    // 80 + 1000 / mrr is at most the MRR from 40 + sqrt(2600) = 90.9902 on.
    assert_eq!(at["goals"][0]["arpu_at_least"], json!(91));
}

#[test]
fn customers_are_searched_with_the_fees_on_what_they_pay() {
    // 80 + 3.9% of 10 n is under 20% of it from 80 / 1.61 = 49.7 on.
    let found = run("", FEES, &["breakeven", "1", "--arpu", "10"]);
    let on_target = &found["at_arpu"]["ratings"][3];
    assert_eq!(on_target["runs"][0]["low"], json!(50));
    // Of the half that pays, twice as many.
    let half = format!("paying: 50%\n{FEES}");
    let found = run("", &half, &["breakeven", "1", "--arpu", "10"]);
    assert_eq!(found["at_arpu"]["ratings"][3]["runs"][0]["low"], json!(100));
    // A stage without fees is solved: 80 is at most 5 n from 16 on.
    let fixed = "paying: 50%\nline_items: [{ name: Fixed, category: c, cost: 80 }]\n";
    let found = run("", fixed, &["breakeven", "1", "--arpu", "10", "--customers", "10"]);
    assert_eq!(found["at_arpu"]["goals"][0]["from"], json!(16));
    // 5 who pay: 80 / 5.
    assert_eq!(found["at_customers"]["goals"][0]["arpu_at_least"], json!(16));
}

#[test]
fn a_sweep_and_the_sensitivity_follow_the_revenue() {
    let swept = run("", FEES, &["sweep", "1", "--customers", "10..12", "--arpu", "100"]);
    let totals: Vec<&Value> = swept["points"].as_array().unwrap().iter().map(|point| &point["total"]).collect();
    assert_eq!(totals, [&json!(119), &json!(122.9), &json!(126.8)], "{swept}");
    let ranked = run("", FEES, &["sensitivity", "1", "--customers", "10", "--arpu", "100"]);
    let arpu = ranked["ranking"].as_array().unwrap().iter().find(|input| input["kind"] == "revenue").unwrap();
    // 20% of 1000 more or less is 200, of which 3.9% are 7.80.
    assert_eq!((&arpu["input"], &arpu["high"]["move"]), (&json!("arpu"), &json!(7.8)), "{arpu}");
}

/// The values of a key of each month of a forecast.
fn of_months(found: &Value, key: &str) -> Vec<Value> {
    found["months"].as_array().unwrap_or_else(|| panic!("{found}")).iter().map(|month| month[key].clone()).collect()
}

#[test]
fn new_customers_pay_less_for_their_first_months() {
    let settings = "[forecast]\nfrom = 100\ngrowth = \"+20/month\"\nchurn = \"10%\"\nmonths = 4\nstart = \"2026-12\"\n\
                    introductory = { months = 2, discount = \"50%\" }\n";
    let found = run(settings, FEES, &["forecast", "--arpu", "10"]);
    // 100; 110, of whom 20 pay half; 119, of whom 18 and 20 do; 127.1, of whom 18 and 20 do.
    let mrr = of_months(&found, "mrr");
    assert_eq!(mrr[..3], [json!(1000), json!(1000), json!(1000)]);
    // 1270 * (127.1 - 19) / 127.1.
    assert_eq!(mrr[3], json!(1_080.149_488_591_66));
    // 80 + 3.9% of 1000.
    assert_eq!(of_months(&found, "total")[..3], [json!(119), json!(119), json!(119)]);
    let wrong = run_error(settings, &["forecast", "--mrr", "1000"]);
    assert!(wrong.contains("--arpu"), "{wrong}");
}

fn run_error(settings: &str, arguments: &[&str]) -> String {
    let manifest = format!("{HEAD}{FEES}");
    let settings = format!("version = 1\n{settings}");
    let directory = project(&[("stages/1-test.yaml", &manifest), ("costplan.toml", &settings)]);
    let output = costplan(directory.path(), arguments);
    assert_eq!(output.status.code(), Some(2));
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn yearly_payers_pay_for_twelve_months_at_once() {
    let settings = "[defaults]\nyearly_payers = { share = \"40%\", discount = \"25%\" }\n\
                    [forecast]\ncustomers = [100, 100, 220, 220]\nmonths = 4\nstart = \"2026-12\"\ncash = \"0 USD\"\n";
    let plan = "line_items: [{ name: Fixed, category: c, cost: 100 }]\n";
    let found = run(settings, plan, &["forecast", "--arpu", "10"]);
    // 90% of the full price is left, a third of it of yearly payers: 300 of 900, and 660 of 1980.
    assert_eq!(of_months(&found, "mrr"), [json!(900), json!(900), json!(1980), json!(1980)]);
    // As many contracts as before are renewed each month: 25 * 12. Then 360 more are signed: 1320 + 385 * 12; after that
    // 25 a month again.
    assert_eq!(of_months(&found, "received"), [json!(900), json!(900), json!(5940), json!(1620)]);
    assert_eq!(of_months(&found, "balance"), [json!(800), json!(1600), json!(7440), json!(8960)]);
    // An MRR that a third divides comes in to the last digit.
    let found = run(settings, plan, &["forecast", "--mrr", "50"]);
    assert_eq!(of_months(&found, "received"), [json!(50), json!(50), json!(50), json!(50)]);
}

#[test]
fn a_season_scales_usage_and_nothing_else() {
    let settings =
        "[forecast]\ncustomers = [100, 100, 100]\nstart = \"2026-10\"\nseason = { nov = 1.5, december = \"200%\" }\n";
    let plan = "drivers: { requests: customers * 10, fixed: 40 }\nline_items:\n  \
                - { name: Requests, category: c, cost: requests * 0.01 }\n  \
                - { name: Seats, category: c, cost: 1, quantity: customers }\n  \
                - { name: Fixed, category: c, cost: fixed }\n";
    let found = run(settings, plan, &["forecast", "--arpu", "10"]);
    // 100 seats and 40, and 10, 15 and 20 for requests; the customers and what they pay stay.
    assert_eq!(of_months(&found, "total"), [json!(150), json!(155), json!(160)]);
    assert_eq!(of_months(&found, "mrr"), [json!(1000), json!(1000), json!(1000)]);
    assert!(of_months(&found, "events").iter().all(|events| events == &json!([])), "{found}");
    for (season, message) in [
        ("{ octember = 2 }", "not a calendar month"),
        ("{ nov = 2, november = 2 }", "named twice"),
        ("{ nov = -1 }", "below zero"),
    ] {
        let settings = format!("[forecast]\ncustomers = [1]\nseason = {season}\n");
        let wrong = run_error(&settings, &["forecast"]);
        assert!(wrong.contains(message), "{wrong}");
    }
}

#[test]
fn a_month_in_a_formula_is_that_of_each_month() {
    let settings = "[forecast]\ncustomers = [10, 10, 10]\nstart = \"2026-12\"\n";
    let plan = "line_items: [{ name: A, category: c, cost: month }]\n";
    let found = run(settings, plan, &["forecast"]);
    assert_eq!(of_months(&found, "total"), [json!(12), json!(1), json!(2)]);
    // No price has changed.
    assert!(of_months(&found, "events").iter().all(|events| events == &json!([])), "{found}");
}

#[test]
fn a_capacity_may_be_one_of_revenue() {
    let plan = "capacity: { mrr: 1500, paying_customers: 40 }\npaying: 50%\n\
                line_items: [{ name: A, category: c, cost: 1 }]\n";
    let checks = run("", plan, &["check", "--customers", "100", "--arpu", "20"])["checks"].clone();
    let verdicts: Vec<(&Value, &Value)> =
        checks.as_array().unwrap().iter().map(|check| (&check["value"]["value"], &check["verdict"])).collect();
    // 50 who pay 20 bring 1000.
    assert_eq!(verdicts, [(&json!(1000), &json!("pass")), (&json!(50), &json!("fail"))]);
    let unknown = run("", plan, &["check", "--customers", "10"])["checks"].clone();
    assert_eq!(unknown[0]["verdict"], json!("not_checked"));
}

#[test]
fn explanations_name_the_revenue() {
    let manifest = format!("{HEAD}paying: 50%\n{FEES}");
    let directory = project(&[("stages/1-test.yaml", &manifest)]);
    let arguments = ["explain", "1", "Fees", "--customers", "10", "--arpu", "100", "--as-of", DAY];
    let text = stdout(directory.path(), &arguments);
    assert!(text.contains("customers 10 x paying 50% x ARPU 100.00 USD = 500.00 USD"), "{text}");
    assert!(text.contains("mrr * 3.9% with mrr 500 = 19.50 USD"), "{text}");
}
