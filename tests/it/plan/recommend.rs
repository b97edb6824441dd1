//! Which stage is recommended, and what is said of the others.

use crate::project::{project, stdout};
use serde_json::{Value, json};

const SHEET: &str = "version = 1\nvendor = \"v\"\ncurrency = \"USD\"\nsource = \"s\"\nretrieved_on = 2026-01-02\n\
    trust = \"fixture\"\n[skus.calls]\n[[skus.calls.charges]]\nmeter = \"calls\"\nunit = \"call\"\nmodel = \"per_unit\"\nprice = 1\n";
const FX: &str =
    "version = 1\n[[rates]]\nfrom = \"EUR\"\nto = \"USD\"\nrate = 1.25\neffective_from = 2026-02-03\nsource = \"s\"\n";

/// A manifest with a name, its range and what else it has.
fn stage(number: u32, name: &str, customers: &str, rest: &str) -> (String, String) {
    let text = format!("version: 1\nstage: {number}\nname: {name}\ncustomers: {customers}\ncurrency: USD\n{rest}\n");
    (format!("stages/{number}-{}.yaml", name.to_lowercase()), text)
}

fn cost(amount: &str) -> String {
    format!("line_items: [{{ name: A, category: c, cost: {amount} }}]")
}

fn text(stages: &[(String, String)], arguments: &[&str]) -> String {
    let mut files: Vec<(&str, &str)> = stages.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    files.extend([("pricing/v.toml", SHEET), ("pricing/fx.toml", FX)]);
    stdout(project(&files).path(), &[&["recommend", "--details", "--as-of", "2026-11-24"], arguments].concat())
}

fn recommend(stages: &[(String, String)], arguments: &[&str]) -> Value {
    serde_json::from_str(&text(stages, &[arguments, &["--format", "json"]].concat())).unwrap()
}

/// Stage, standing, difference and reasons of each candidate.
fn standings(found: &Value) -> Vec<(Value, Value, Value, Value)> {
    let of = |stage: &Value| {
        let number = stage["stage"]["id"].clone();
        (number, stage["standing"].clone(), stage["difference"].clone(), stage["reasons"].clone())
    };
    found["stages"].as_array().unwrap().iter().map(of).collect()
}

#[test]
fn the_cheapest_that_serves_is_recommended_and_each_other_has_a_reason() {
    let stages = [
        stage(1, "Small", "0..50", &cost("5")),
        stage(2, "Middle", "0..100", &format!("capacity: {{ transactions: 100 }}\n{}", cost("20"))),
        stage(3, "Large", "20..1000", &cost("80.50")),
        stage(4, "Huge", "60..9000", &cost("200")),
    ];
    let found = recommend(&stages, &["--customers", "60", "--transactions", "100"]);
    assert_eq!(found["recommended"], json!({ "id": 2, "name": "Middle" }));
    assert_eq!(found["runner_up"], json!({ "id": 3, "name": "Large" }));
    let decimal = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    assert_eq!(found["difference"], decimal("60.5"));
    assert_eq!(found["certain"], true);
    let expected = [
        (1.into(), "does_not_serve".into(), decimal("-15"), json!(["is for 0 to 50 customers"])),
        (2.into(), "recommended".into(), 0.into(), json!(["recommended"])),
        (3.into(), "runner_up".into(), decimal("60.5"), json!(["runner-up"])),
        (4.into(), "dearer".into(), 180.into(), json!(["serves, but costs more"])),
    ];
    assert_eq!(standings(&found), expected);
    // One transaction more than the capacity.
    let found = recommend(&stages, &["--customers", "60", "--transactions", "101"]);
    assert_eq!(found["recommended"]["id"], 3);
    assert_eq!(found["runner_up"]["id"], 4);
    assert_eq!(found["difference"], decimal("119.5"));
    assert_eq!(found["stages"][1]["standing"], "does_not_serve");
    assert!(found["stages"][1]["reasons"][0].as_str().unwrap().contains("101"), "{}", found["stages"][1]["reasons"]);
    // Out of the range and over the capacity are two reasons.
    let found = recommend(&stages, &["--customers", "101", "--transactions", "101"]);
    assert_eq!(found["stages"][1]["reasons"].as_array().unwrap().len(), 2);
    // What is not known is said, and counts as served.
    let found = recommend(&stages, &["--customers", "60"]);
    assert_eq!(found["recommended"]["id"], 2);
    assert_eq!(found["findings"].as_array().unwrap().len(), 1);
    // At the ends of a range it serves, and beyond it does not.
    let at = |customers: &str| recommend(&stages, &["--customers", customers])["recommended"]["id"].clone();
    assert_eq!(
        ["0", "50", "51", "100", "101", "1000", "1001", "9000"].map(at),
        [1, 1, 2, 2, 3, 3, 4, 4].map(Value::from)
    );
}

#[test]
fn of_equally_cheap_stages_the_first_is_recommended() {
    let stages = [
        stage(3, "Third", "0..50", &cost("5")),
        stage(1, "First", "0..50", &cost("7")),
        stage(2, "Second", "0..50", &cost("5")),
    ];
    let found = recommend(&stages, &["--customers", "6"]);
    assert_eq!(found["recommended"]["id"], 2);
    assert_eq!(found["runner_up"]["id"], 3);
    assert_eq!(found["difference"], 0);
    assert_eq!(found["stages"][0]["standing"], "dearer");
}

#[test]
fn an_unknown_cost_is_never_recommended_and_is_named() {
    let unknown = "line_items:\n  - { name: A, category: c, sku: v/calls }\n  - { name: B, category: c, cost: 10 }\n";
    let stages = [stage(1, "Unknown", "0..50", unknown), stage(2, "Known", "0..50", &cost("20"))];
    let found = recommend(&stages, &["--customers", "6"]);
    assert_eq!(found["recommended"]["id"], 2);
    assert_eq!(found["runner_up"], Value::Null);
    assert_eq!(found["certain"], false);
    assert_eq!(found["stages"][0]["standing"], "unknown_cost");
    assert_eq!(found["stages"][0]["difference"], Value::Null);
    let shown = text(&stages, &["--customers", "6"]);
    assert!(!shown.contains("No other stage serves"), "{shown}");
    assert!(shown.contains("might be cheaper"), "{shown}");
    // More can only be added to 10, so that 10 are enough to be sure.
    let stages = [stage(1, "Unknown", "0..50", unknown), stage(2, "Known", "0..50", &cost("10"))];
    let found = recommend(&stages, &["--customers", "6"]);
    assert_eq!((&found["recommended"]["id"], &found["certain"]), (&2.into(), &true.into()));
    // Without another stage there is none to recommend.
    let found = recommend(&stages[..1], &["--customers", "6"]);
    assert_eq!(found["recommended"], Value::Null);
    assert_eq!(found["certain"], false);
    let shown = text(&stages[..1], &["--customers", "6"]);
    assert!(shown.contains("A stage serves, but its cost is not known in full"), "{shown}");
}

#[test]
fn where_no_stage_serves_it_is_said() {
    let stages = [
        stage(1, "Small", "0..50", &cost("5")),
        stage(2, "Large", "100..200", &cost("50")),
        stage(3, "Larger", "100..200", &cost("40")),
    ];
    let found = recommend(&stages, &["--customers", "70"]);
    assert_eq!((&found["recommended"], &found["runner_up"]), (&Value::Null, &Value::Null));
    let shown = text(&stages, &["--customers", "70"]);
    assert!(shown.contains("No stage serves 70 customers"), "{shown}");
    assert!(shown.contains("Stage 3 Larger could carry them, though it is meant for 100 to 200 customers"), "{shown}");
    assert!(!text(&stages, &["--customers", "201"]).contains("could carry"));
}

#[test]
fn stages_in_several_currencies_are_compared_in_that_of_the_first() {
    // 10 EUR are 12.50 USD.
    let mut stages = [stage(1, "Dollar", "0..50", &cost("12.60")), stage(2, "Euro", "0..50", &cost("10"))];
    stages[1].1 = stages[1].1.replace("currency: USD", "currency: EUR");
    let found = recommend(&stages, &["--customers", "6"]);
    let decimal = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    assert_eq!(found["currency"], "USD");
    assert_eq!(found["recommended"]["id"], 2);
    assert_eq!(found["stages"][1]["total"], decimal("12.5"));
    assert_eq!(found["difference"], decimal("0.1"));
    // 12.60 USD are 10.08 EUR.
    let found = recommend(&stages, &["--customers", "6", "--currency", "EUR"]);
    assert_eq!((&found["currency"], &found["stages"][0]["total"]), (&"EUR".into(), &decimal("10.08")));
    assert_eq!(found["difference"], decimal("0.08"));
}

#[test]
fn a_recommended_stage_that_breaks_the_rule_says_what_would_keep_it() {
    // 1800 of 5000 are 36 %; under 20 % of it, 1000, it would have to save more than 800.
    let stages = [stage(3, "Scale", "100..500", &cost("1800"))];
    let found = recommend(&stages, &["--customers", "150", "--mrr", "5000"]);
    let rule = &found["broken_rule"];
    let number = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    assert_eq!((&found["recommended"]["id"], &rule["rule"]), (&3.into(), &"plan".into()));
    for (key, expected) in [
        ("under", "0.2"),
        ("share_of_mrr", "0.36"),
        ("cost_under", "1000"),
        ("too_much", "800"),
        // 1800 / 0.2 is not enough, a cent more is; at 33.33... each 270 customers pay 9000, and 271 pay enough.
        ("mrr_at_least", "9000.01"),
        ("customers_from", "271"),
    ] {
        assert_eq!(rule[key], number(expected), "{key}");
    }
    let arguments = ["--customers", "150", "--mrr", "5000"];
    let joined = |stages: &[(String, String)], arguments: &[&str]| {
        text(stages, arguments).split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let shown = joined(&stages, &arguments);
    for sentence in [
        "It takes 36.00% of revenue and so breaks costplan's rule of under 20%",
        "It is kept with at least 9000.01 USD a month, or from 271 customers on at 33.33 USD each",
        "At this revenue it would have to cost less than 1000.00 USD, so more than 800.00 USD less",
        "No technique is known to save here; `costplan optimize 3` shows what they need",
    ] {
        assert!(shown.contains(sentence), "{sentence}: {shown}");
        let csv = text(&stages, &[&arguments[..], &["--format", "csv"]].concat());
        assert!(csv.contains(sentence), "{csv}");
    }
    // A person's own target is the rule: 36 % is under 40 %, and not under 36 %.
    let with_target = |target: &str| {
        let rest = format!("targets: {{ share_of_mrr: {target} }}\n{}", cost("1800"));
        recommend(&[stage(3, "Scale", "100..500", &rest)], &arguments)["broken_rule"].clone()
    };
    assert_eq!(with_target("40%"), Value::Null);
    assert_eq!(with_target("36%")["rule"], "target");
    assert_eq!(with_target("36%")["too_much"], 0);
    // With a revenue per customer as well; beyond the range of the stage that is said.
    let shown = joined(&stages, &["--customers", "150", "--arpu", "10"]);
    assert!(shown.contains("from 901 customers on at 10.00 USD each (it is for 100 to 500)"), "{shown}");
    // Without a revenue nothing is judged.
    for arguments in [&["--customers", "150"][..], &["--customers", "150", "--mrr", "0"]] {
        assert_eq!(recommend(&stages, arguments)["broken_rule"], Value::Null);
    }
    // A cost that grows as fast as the revenue never keeps it.
    let stages = [stage(3, "Scale", "100..500", &cost("customers * 5"))];
    let shown = joined(&stages, &["--customers", "150", "--arpu", "10"]);
    assert!(shown.contains("at no number of customers up to 10000 at 10.00 USD each"), "{shown}");
}
