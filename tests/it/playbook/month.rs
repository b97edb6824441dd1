//! A month under review: what was measured, against the month before, with the machines and the money. Worked out by hand.

use crate::project::{HEAD, costplan, project, stderr};
use serde_json::{Value, json};
use tempfile::TempDir;

/// Two machines of 200 and 100 USD.
fn plan(records: &[(&str, &str)]) -> TempDir {
    let items =
        "line_items: [{ name: Workers, category: compute, cost: 200 }, { name: API, category: compute, cost: 100 }]\n";
    let stage = format!("{HEAD}{items}");
    project(&[&[("stages/1.yaml", stage.as_str())], records].concat())
}

fn reviewed(directory: &TempDir, arguments: &[&str]) -> (Option<i32>, Value) {
    let all = [&["review", "--month", "2026-10", "--format", "json"], arguments].concat();
    let output = costplan(directory.path(), &all);
    let found = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", stderr(&output)));
    (output.status.code(), found)
}

fn check<'v>(found: &'v Value, metric: &str) -> &'v Value {
    let checks = found["checks"].as_array().unwrap();
    checks.iter().rfind(|check| check["metric"] == metric).unwrap()
}

const SEPTEMBER: &str = "version: 1\nmetrics: { storage: 80 GB, cache_hit_rate: 81% }\n";
const OCTOBER: &str = "version: 1\nmeasured_on: 2026-10-30\ncustomers: 40\nmrr: 2000 USD\n\
    metrics: { storage: 100 GB, cache_hit_rate: 85% }\n\
    line_items: { compute_utilisation: { Workers: 35%, API: 80% } }\n";

#[test]
fn a_growth_is_computed_from_the_month_before() {
    let directory = plan(&[("records/2026-09.yaml", SEPTEMBER), ("records/2026-10.yaml", OCTOBER)]);
    let (code, found) = reviewed(&directory, &[]);
    // From 80 to 100 GB is 25%, over 20%.
    let growth = check(&found, "storage_growth");
    assert_eq!((code, &growth["verdict"], &growth["computed"]), (Some(1), &json!("failed"), &json!(true)));
    assert_eq!((&growth["measured"]["value"], &growth["measured"]["text"]), (&json!(0.25), &json!("+25%")));
    let hits = check(&found, "cache_hit_rate");
    assert_eq!((&hits["verdict"], &hits["technique"]), (&json!("ok"), &json!("caching")));
    assert_eq!(
        hits["earlier"],
        json!([{ "month": "2026-09", "measured": { "text": "81%", "value": 0.81, "unit": null } }])
    );
    // A growth that was measured is taken as it is.
    let measured = OCTOBER.replace("storage: 100 GB", "storage: 100 GB, storage_growth: 10%");
    let directory = plan(&[("records/2026-09.yaml", SEPTEMBER), ("records/2026-10.yaml", &measured)]);
    assert_eq!(check(&reviewed(&directory, &[]).1, "storage_growth")["measured"]["value"], json!(0.10));
    // Without the month before, or with nothing in it, a growth is unknown.
    for before in
        [("records/2026-08.yaml", SEPTEMBER), ("records/2026-09.yaml", "version: 1\nmetrics: { storage: 0 GB }\n")]
    {
        let directory = plan(&[before, ("records/2026-10.yaml", OCTOBER)]);
        assert_eq!(check(&reviewed(&directory, &[]).1, "storage_growth")["verdict"], "not_measured");
    }
}

#[test]
fn machines_that_are_not_used_enough_are_named_with_their_money() {
    let directory = plan(&[("records/2026-10.yaml", OCTOBER)]);
    let (_, found) = reviewed(&directory, &[]);
    // 35% where 50% should be in use leaves 1 - 35 / 50 of 200 unused.
    let failing = &found["month"]["failing_line_items"];
    assert_eq!(failing.as_array().unwrap().len(), 1);
    assert_eq!((&failing[0]["line_item"], &failing[0]["monthly_cost"]), (&json!("Workers"), &json!(200)));
    assert_eq!(failing[0]["unused"].as_f64(), Some(60.0));
    let compute = check(&found, "compute_utilisation");
    assert_eq!((&compute["measured"]["text"], &compute["verdict"]), (&json!("35%"), &json!("failed")));
    let output = costplan(directory.path(), &["review", "--month", "2026-10"]);
    let screen = String::from_utf8(output.stdout).unwrap();
    let page = screen.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        page.contains("Workers: compute_utilisation 35%, at least 50%; 200.00 USD a month, 60.00 unused"),
        "{page}"
    );
    // 300 of 2,000 is 15%, which the plan calls on target.
    assert!(page.contains("1 Test at 40 customers: 300.00 USD, 15.0% of 2,000.00 USD of MRR, on target"), "{page}");
    assert!(screen.lines().count() <= 24 && screen.lines().all(|line| line.chars().count() <= 80), "{screen}");
    assert_eq!((&found["month"]["share_of_mrr"], &found["customers"]), (&json!(0.15), &json!(40)));
    // What is typed counts for more than what was recorded.
    assert_eq!(reviewed(&directory, &["--customers", "50"]).1["customers"], 50);
    // A line item that the stage does not have is said to be none.
    let other = OCTOBER.replace("Workers", "Gone");
    let (_, found) = reviewed(&plan(&[("records/2026-10.yaml", &other)]), &[]);
    assert_eq!(found["month"]["failing_line_items"][0]["in_stage"], false);
}

#[test]
fn a_month_has_its_checks() {
    let checks = "version: 1\nchecks:\n  - { date: 2026-10-05, done: monthly/error-rates, by: A }\n\
        \x20 - { date: 2026-11-05, done: monthly/slow-queries }\n";
    let directory = plan(&[("records/checks.yaml", checks)]);
    let (code, found) = reviewed(&directory, &["--checklist", "monthly"]);
    let ticks = found["month"]["ticks"].as_array().unwrap();
    let done: Vec<&Value> = ticks.iter().filter(|tick| tick["state"] == "done").map(|tick| &tick["id"]).collect();
    // Nothing was measured, and what was done in November was not done in October.
    assert_eq!((code, done, &found["month"]["measured"]), (Some(0), vec![&json!("error-rates")], &json!(false)));
    assert_eq!(found["month"]["day"], "2026-10-31");
}

#[test]
fn measurements_are_kept_as_those_of_a_month() {
    let directory = plan(&[("measured.yaml", OCTOBER)]);
    let keep = || costplan(directory.path(), &["review", "--month", "2026-10", "--metrics", "measured.yaml", "--keep"]);
    assert_eq!(keep().status.code(), Some(1));
    assert_eq!(std::fs::read_to_string(directory.path().join("records/2026-10.yaml")).unwrap(), OCTOBER);
    assert!(stderr(&keep()).contains("file-exists"));
    for (arguments, told) in [
        (&["review", "--month", "2999-01"][..], "has not begun"),
        (&["review", "--month", "October"], "--month"),
        (&["review"], "--metrics"),
        (&["review", "--month", "2026-10", "--keep"], "--metrics"),
        (&["review", "--month", "2026-10", "--checklist", "x"], "unknown-checklist"),
    ] {
        let output = costplan(directory.path(), arguments);
        assert!(
            output.status.code() == Some(2) && stderr(&output).contains(told),
            "{arguments:?}: {}",
            stderr(&output)
        );
    }
    let wrong = plan(&[("records/2026-10.yaml", "version: 1\nmetrics: { storage: 3 seconds, nothing: 1 }\n")]);
    assert!(stderr(&costplan(wrong.path(), &["validate"])).contains("no checklist measures `nothing`"));
}
