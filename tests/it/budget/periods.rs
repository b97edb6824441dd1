//! Budgets for quarters and years: the months of the forecast, or a month several times.

use serde_json::{Value, json};

use crate::project::{costplan, project};

const STAGE: &str = "version: 1\nstage: 1\nname: Test\ncustomers: 10..100\ncurrency: USD\n\
                     line_items: [{ name: A, category: c, cost: customers }]\n";

fn checks(settings: &str, arguments: &[&str]) -> Vec<Value> {
    let settings = format!("version = 1\n{settings}");
    let directory = project(&[("stages/1-test.yaml", STAGE), ("costplan.toml", &settings)]);
    let all = [&["check", "--format", "json", "--as-of", "2026-11-24"], arguments].concat();
    let output = costplan(directory.path(), &all);
    let found: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    found["checks"].as_array().unwrap().clone()
}

fn row(check: &Value) -> (&str, &str, &Value, &Value, &str) {
    let text = |key: &str| check[key].as_str().unwrap();
    (text("code"), text("what"), &check["value"]["value"], &check["margin"]["value"], text("verdict"))
}

#[test]
fn without_a_forecast_each_month_is_like_this_one() {
    let settings = "[budget]\nquarterly = \"250 USD\"\nyearly = \"1200 USD/year\"\n";
    let found = checks(settings, &["--customers", "100"]);
    let rows: Vec<_> = found.iter().map(row).collect();
    assert_eq!(
        rows,
        [
            ("project-quarterly-budget", "quarterly budget, 3 such months", &json!(300), &json!(-50), "fail"),
            ("project-yearly-budget", "yearly budget, 12 such months", &json!(1200), &json!(0), "pass"),
        ]
    );
    let found = checks("[[budget.limits]]\nstage = 1\nquarterly = \"250 USD\"\n", &["--customers", "100"]);
    assert_eq!(found[0]["what"], json!("quarterly limit of stage 1, 3 such months"));
    assert_eq!(found[0]["verdict"], json!("fail"));
}

#[test]
fn with_a_forecast_its_most_expensive_quarter_and_year_are_compared() {
    let settings = "[budget]\nquarterly = \"150 USD\"\nyearly = \"130 USD\"\n\
                    [forecast]\nstart = \"2026-12\"\ncustomers = [90, 20, 30, 40, 50, 60]\ncash = \"5 USD\"\n\
                    once = [{ month = \"2027-01\", amount = \"7 USD\", reason = \"r\" }]\n";
    let found = checks(settings, &[]);
    let rows: Vec<_> = found.iter().map(row).collect();
    // 2027 has 207 in 5 months; its second quarter 110 in two, its first 97 in all three.
    assert_eq!(
        rows,
        [
            (
                "project-quarterly-budget",
                "quarterly budget, forecast of 2027-04 to 2027-05, 2 of 3 months",
                &json!(110),
                &json!(40),
                "pass"
            ),
            (
                "project-yearly-budget",
                "yearly budget, forecast of 2027-01 to 2027-05, 5 of 12 months",
                &json!(207),
                &json!(-77),
                "fail"
            ),
        ]
    );
    assert_eq!(found[0]["reason"], json!("part-of-period"));
    // A number of customers that is typed is not that of the forecast.
    assert_eq!(checks(settings, &["--customers", "10"])[0]["what"], json!("quarterly budget, 3 such months"));
}

#[test]
fn a_quarter_can_be_required_and_has_its_own_period() {
    let settings = "[budget]\nquarterly = \"250 USD\"\n[check]\nrequire = [\"quarterly-budget\"]\n";
    assert_eq!(checks(settings, &["--customers", "10"])[0]["is_required"], json!(true));
    let directory = project(&[
        ("stages/1-test.yaml", STAGE),
        ("costplan.toml", "version = 1\n[budget]\nquarterly = \"250 USD/month\"\n"),
    ]);
    let output = costplan(directory.path(), &["check", "--customers", "10"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("an amount per quarter"));
}
