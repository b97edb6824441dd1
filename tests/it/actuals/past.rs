//! What was is the start of what is ahead, and a part of a review.

use crate::project::{HEAD, in_memory, project, stdout};
use costplan::app::{Forecasted, Request, forecast, past_months};
use costplan::model::Currency;
use costplan::parse::ForecastRaw;
use costplan::source::{Span, Spanned};
use serde_json::Value;

const GROWTH: &str = "version = 1\n[forecast]\nfrom = 5\ngrowth = \"+10/month\"\nmonths = 3\n";

fn stage() -> String {
    format!(
        "{HEAD}line_items:\n  - {{ name: DB, category: database, vendor: v, cost: customers * 2 }}\n  \
         - {{ name: Queue, category: messaging, vendor: aws, cost: 12 }}\n"
    )
}

const SEPTEMBER: &str = "version: 1\nmonth: 2026-09\ncustomers: 40\n";
const OCTOBER: &str =
    "version: 1\nmonth: 2026-10\ncustomers: 50\nmrr: 1000 USD\ntyped:\n  - { vendor: v, cost: 130 USD }\n";
const NOVEMBER: &str = "version: 1\nmonth: 2026-11\ncustomers: 90\n";

fn request() -> Request {
    Request::on("2026-11-24".parse().unwrap())
}

fn forecasted(settings: &str, from: Option<u64>) -> Forecasted {
    let stage = stage();
    let files = [
        ("stages/1-test.yaml", stage.as_str()),
        ("costplan.toml", settings),
        ("actuals/2026-09.yaml", SEPTEMBER),
        ("actuals/2026-10.yaml", OCTOBER),
        ("actuals/2026-11.yaml", NOVEMBER),
    ];
    let assumed = ForecastRaw { from: from.map(Spanned::given), ..ForecastRaw::nothing(Span::NOWHERE) };
    forecast(&mut in_memory(&files).unwrap(), &request(), assumed).unwrap()
}

fn customers(found: &Forecasted) -> (String, Vec<u64>) {
    let months = &found.forecast.months;
    (months[0].month.to_string(), months.iter().map(|month| month.customers).collect())
}

#[test]
fn a_forecast_goes_on_after_the_last_month_that_is_over() {
    // November is not over on the 24th; October had 50 customers, and 10 come in each month.
    let found = forecasted(GROWTH, None);
    assert_eq!(customers(&found), ("2026-11".to_owned(), vec![60, 70, 80]));
    assert!(found.after.unwrap().is_used);
    // A start that is set, a list and a flag come first.
    let set = format!("{GROWTH}start = \"2026-08\"\n");
    let found = forecasted(&set, None);
    assert_eq!(customers(&found), ("2026-08".to_owned(), vec![5, 15, 25]));
    assert!(!found.after.unwrap().is_used);
    assert_eq!(customers(&forecasted("version = 1\n[forecast]\ncustomers = [7, 8]\n", None)).1, [7, 8]);
    assert_eq!(customers(&forecasted(GROWTH, Some(3))).1, [3, 13, 23]);
}

#[test]
fn the_months_before_a_forecast_have_what_was_billed() {
    let stage = stage();
    let files = [
        ("stages/1-test.yaml", stage.as_str()),
        ("actuals/2026-09.yaml", SEPTEMBER),
        ("actuals/2026-10.yaml", OCTOBER),
    ];
    let start = costplan::model::Month::parse("2026-11").unwrap();
    let past = past_months(&mut in_memory(&files).unwrap(), &request(), start, Currency::USD);
    let shown: Vec<(String, Option<u64>, Option<String>)> = past
        .iter()
        .map(|past| (past.month.to_string(), past.customers, past.billed.map(|billed| billed.to_string())))
        .collect();
    let expected = [("2026-09".to_owned(), Some(40), None), ("2026-10".to_owned(), Some(50), Some("130".to_owned()))];
    assert_eq!(shown, expected);
}

#[test]
fn a_forecast_says_where_it_starts() {
    let stage = stage();
    let files = [("stages/1-test.yaml", stage.as_str()), ("costplan.toml", GROWTH), ("actuals/2026-10.yaml", OCTOBER)];
    let plan = project(&files);
    let text = stdout(plan.path(), &["forecast", "--monthly", "--as-of", "2026-11-24"]);
    assert!(text.replace('\n', " ").contains("it starts after Oct 2026, which had 50 customers"), "{text}");
    assert!(text.contains("actual"), "{text}");
    let json = stdout(plan.path(), &["forecast", "--as-of", "2026-11-24", "--format", "json"]);
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["starts_after"]["customers"], 50);
    let overview = stdout(plan.path(), &[]);
    assert!(overview.contains("costplan forecast ") && !overview.contains("--growth"), "{overview}");
    assert!(overview.contains("what 2026-10 really cost"), "{overview}");
}

#[test]
fn a_review_of_a_month_has_its_bills() {
    let stage = stage();
    let settings = "version = 1\n[budget]\nmonthly = \"120 USD\"\n";
    let files =
        [("stages/1-test.yaml", stage.as_str()), ("costplan.toml", settings), ("actuals/2026-10.yaml", OCTOBER)];
    let plan = project(&files);
    let review = |more: &[&str]| stdout(plan.path(), &[&["review", "--month"], more].concat());
    // 100 + 12 planned at 50 customers, 130 billed: 30 more for the database, and no queue.
    let text = review(&["2026-10"]).split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "2026-10 cost 130.00 USD, 30.00 over what was planned of it, 100.00; 89% of the plan has a bill",
        "2.60 per customer so far, planned 2.24",
        "13.0% of revenue so far, planned 11.2%",
        "Not billed yet: Queue 12.00 USD",
        "The bill: monthly budget is 130",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let json: Value = serde_json::from_str(&review(&["2026-10", "--format", "json"])).unwrap();
    assert_eq!(json["month"]["actuals"]["schema"], "costplan.actuals.v1");
    assert_eq!(json["month"]["actuals_checks"][0]["verdict"], "fail");
    let csv = review(&["2026-10", "--format", "csv"]);
    assert!(csv.contains("billed") && csv.contains(",130,112,"), "{csv}");
    assert!(review(&["2026-09"]).contains("costplan actuals import"), "{}", review(&["2026-09"]));
}

#[test]
fn a_start_that_is_long_ago_is_said() {
    let stage = stage();
    let settings = format!("{GROWTH}cash = \"5000 USD\"\n");
    let plan = project(&[
        ("stages/1-test.yaml", &stage),
        ("costplan.toml", &settings),
        ("actuals/2025-09.yaml", "version: 1\nmonth: 2025-09\ncustomers: 40\n"),
    ]);
    // From September 2025 to November 2026 are 14 months, of which 13 are over and forecast.
    let said = "The customers of Sep 2025 are 14 months old, and 13 months are forecast that are over";
    let run = |more: &[&str]| {
        stdout(plan.path(), &[&["forecast", "--as-of", "2026-11-24", "--arpu", "0"][..], more].concat())
    };
    assert!(run(&[]).replace("\n  ", " ").contains(said), "{}", run(&[]));
    let json: Value = serde_json::from_str(&run(&["--format", "json"])).unwrap();
    assert!(json["note"].as_str().unwrap().starts_with(said), "{json}");
    // The cash of each month is that of the month before and its change.
    let months = json["months"].as_array().unwrap();
    let mut cash = 5000_f64;
    for month in months {
        cash += month["balance_change"].as_f64().unwrap();
        assert!((cash - month["balance"].as_f64().unwrap()).abs() < 1e-9, "{month}");
    }
}
