//! The months of the plan: each held against the budget of its stage, and the years against the sums of the budgets.

use serde_json::Value;

use crate::project::{HEAD, json, project, stdout};

const DAY: [&str; 2] = ["--as-of", "2026-11-24"];

fn forecast(files: &[(&str, &str)], arguments: &[&str]) -> Value {
    let directory = project(files);
    json(directory.path(), &[&["forecast"], arguments, &DAY].concat())
}

fn number(value: &Value) -> i64 {
    value.as_i64().unwrap_or_else(|| panic!("{value} is no whole number"))
}

fn ends(value: &Value) -> (Value, Value) {
    (value["low"].clone(), value["high"].clone())
}

#[test]
fn the_years_of_the_plan_have_its_sums() {
    let found = forecast(&[], &["--from", "5", "--growth", "20%/month", "--months", "24", "--stages", "calendar"]);
    let months = found["months"].as_array().unwrap();
    let bands = [(1..=3, 50, 100), (4..=6, 200, 400), (7..=12, 1_000, 2_000), (13..=24, 5_000, 10_000)];
    for month in months {
        let plan_month = number(&month["number"]);
        let (_, low, high) = bands.iter().find(|(months, ..)| months.contains(&plan_month)).unwrap();
        assert_eq!(ends(&month["budget"]), ((*low).into(), (*high).into()), "month {plan_month}");
        let total = number(&month["total"]);
        let verdict = if total < *low {
            "below"
        } else if total > *high {
            "above"
        } else {
            "within"
        };
        assert_eq!(month["budget_verdict"], verdict, "month {plan_month}");
    }
    let years = found["years"].as_array().unwrap();
    // 3 x 50 + 3 x 200 + 6 x 1000 = 6750, 3 x 100 + 3 x 400 + 6 x 2000 = 13500; 12 x 5000 and 12 x 10000.
    let planned: Vec<(Value, Value)> = years.iter().map(|year| ends(&year["budget"])).collect();
    assert_eq!(planned, [(6_750.into(), 13_500.into()), (60_000.into(), 120_000.into())]);
    for (year, months) in years.iter().zip(months.chunks(12)) {
        let sum: i64 = months.iter().map(|month| number(&month["total"])).sum();
        assert_eq!((number(&year["total"]), number(&year["months"])), (sum, 12));
        assert_eq!((&year["first_month"], &year["last_month"]), (&months[0]["month"], &months[11]["month"]));
    }
}

#[test]
fn what_is_outside_of_its_budget_is_shown() {
    let directory = project(&[]);
    let arguments = ["forecast", "--from", "5", "--growth", "20%/month", "--months", "12", "--stages", "calendar"];
    let screen = stdout(directory.path(), &[&arguments[..], &DAY].concat());
    assert!(screen.contains("planned 6,750 to 13,500, within"), "{screen}");
    assert!(screen.contains("50-100, below"), "{screen}");
    let page = stdout(directory.path(), &[&arguments[..], &["--format", "markdown"], &DAY].concat());
    assert!(page.contains("6750 to 13500"), "{page}");
    // Without the calendar nothing is planned month by month on the screen.
    let fitting = stdout(directory.path(), &[&arguments[..7], &DAY].concat());
    assert!(!fitting.contains("planned"), "{fitting}");
}

#[test]
fn a_forecast_may_begin_within_a_year() {
    let begin = ["--from", "120", "--growth", "+10/month", "--stages", "calendar", "--plan-month", "7"];
    let found = forecast(&[], &[&begin[..], &["--months", "7"]].concat());
    let years = found["years"].as_array().unwrap();
    let of = |year: &Value| (number(&year["year"]), number(&year["months"]), ends(&year["budget"]));
    assert_eq!(of(&years[0]), (1, 6, (6_000.into(), 12_000.into())));
    assert_eq!(of(&years[1]), (2, 1, (5_000.into(), 10_000.into())));
}

#[test]
fn an_open_end_and_a_missing_budget_stay_open() {
    let stage =
        |budget: &str| format!("{HEAD}months: 1..\n{budget}line_items: [{{ name: A, category: c, cost: 30 }}]\n");
    let months = ["--from", "5", "--growth", "0%/month", "--months", "2", "--stages", "calendar"];
    let years = |budget: &str, more: &[&str]| {
        let found = forecast(&[("stages/1-test.yaml", &stage(budget))], &[&months[..], more].concat());
        (found["years"][0]["budget"].clone(), found["years"][0]["budget_verdict"].clone())
    };
    let (budget, verdict) = years("monthly_budget: ..25\n", &[]);
    assert_eq!((ends(&budget), verdict), ((Value::Null, 50.into()), "above".into()));
    let (budget, verdict) = years("monthly_budget: 40..\n", &[]);
    assert_eq!((ends(&budget), verdict), ((80.into(), Value::Null), "below".into()));
    assert_eq!(years("", &[]), (Value::Null, Value::Null));
    // A budget is for a whole stage.
    assert_eq!(years("monthly_budget: ..25\n", &["--where", "category=c"]), (Value::Null, Value::Null));
    // What a move costs belongs to the month: 30 + 25 is over 50.
    let once = "version = 1\n[forecast]\nonce = [{ month = \"2026-12\", amount = \"25 USD\", reason = \"test\" }]\n";
    let manifest = stage("monthly_budget: ..50\n");
    let found = forecast(&[("stages/1-test.yaml", &manifest), ("costplan.toml", once)], &months);
    let verdicts: Vec<&str> =
        found["months"].as_array().unwrap().iter().map(|month| month["budget_verdict"].as_str().unwrap()).collect();
    assert_eq!(verdicts, ["within", "above"]);
    assert_eq!((number(&found["years"][0]["total"]), &found["years"][0]["budget_verdict"]), (85, &"within".into()));
}
