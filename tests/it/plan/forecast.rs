//! Forecasts month by month against tables that are worked out by hand.

use std::collections::BTreeMap;
use std::path::Path;

use crate::project::{costplan, project, stdout};
use proptest::prelude::*;
use rust_decimal::Decimal;
use serde_json::Value;
use serde_json::value::RawValue;

const FX: &str =
    "version = 1\n[[rates]]\nfrom = \"EUR\"\nto = \"USD\"\nrate = 1.25\neffective_from = 2026-02-03\nsource = \"s\"\n";
const SHEET: &str = r#"
version = 1
vendor = "v"
currency = "USD"
source = "s"
retrieved_on = 2026-01-01
trust = "fixture"
[skus.year]
[[skus.year.charges]]
meter = "plan"
model = "flat"
price = 120
period = "year"
[skus.other-year]
[[skus.other-year.charges]]
meter = "plan"
model = "flat"
price = 240
period = "year"
[skus.dated]
[[skus.dated.charges]]
meter = "plan"
model = "flat"
[[skus.dated.charges.prices]]
price = 10
effective_to = 2026-12-31
[[skus.dated.charges.prices]]
price = 15
effective_from = 2027-01-01
effective_to = 2027-02-14
[[skus.dated.charges.prices]]
price = 12
effective_from = 2027-02-15
[skus.soon]
[[skus.soon.charges]]
meter = "plan"
model = "flat"
[[skus.soon.charges.prices]]
price = 10
effective_to = 2026-11-30
[[skus.soon.charges.prices]]
price = "quote"
effective_from = 2026-12-01
[skus.calls]
[[skus.calls.charges]]
meter = "calls"
unit = "call"
model = "per_unit"
price = 1
"#;

fn stage(number: u32, customers: &str, rest: &str) -> (String, String) {
    let text =
        format!("version: 1\nstage: {number}\nname: Stage{number}\ncustomers: {customers}\ncurrency: USD\n{rest}\n");
    (format!("stages/{number}-stage.yaml"), text)
}

fn cost(amount: &str) -> String {
    format!("line_items: [{{ name: A, category: c, cost: '{amount}' }}]")
}

/// A project of stages, with the contents of `[forecast]`.
fn plan(stages: &[(String, String)], forecast: &str) -> tempfile::TempDir {
    let settings = format!("version = 1\n[forecast]\n{forecast}\n");
    let mut files: Vec<(&str, &str)> = stages.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    files.extend([("pricing/v.toml", SHEET), ("pricing/fx.toml", FX), ("costplan.toml", &settings)]);
    project(&files)
}

fn forecast_in(directory: &Path, arguments: &[&str]) -> Value {
    let day: &[&str] = if arguments.contains(&"--as-of") { &[] } else { &["--as-of", "2026-11-24"] };
    let all = [&["forecast", "--format", "json"], day, arguments].concat();
    let text = stdout(directory, &all);
    assert_sums(&text);
    serde_json::from_str(&text).unwrap()
}

fn forecast(stages: &[(String, String)], settings: &str, arguments: &[&str]) -> Value {
    forecast_in(plan(stages, settings).path(), arguments)
}

fn decimal(value: &Value) -> Decimal {
    value.to_string().parse().unwrap()
}

fn column(found: &Value, key: &str) -> Vec<Decimal> {
    found["months"].as_array().unwrap().iter().map(|month| decimal(&month[key])).collect()
}

fn decimals(texts: &[&str]) -> Vec<Decimal> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

/// Month, code and amount of each event.
fn events(found: &Value) -> Vec<(String, String, Option<Decimal>)> {
    let of = |month: &Value| -> Vec<(String, String, Option<Decimal>)> {
        let name = month["month"].as_str().unwrap().to_owned();
        let events = month["events"].as_array().unwrap();
        let event = |event: &Value| {
            let amount = (!event["amount"].is_null()).then(|| decimal(&event["amount"]));
            (name.clone(), event["code"].as_str().unwrap().to_owned(), amount)
        };
        events.iter().map(event).collect()
    };
    found["months"].as_array().unwrap().iter().flat_map(of).collect()
}

fn event(month: &str, code: &str, amount: Option<&str>) -> (String, String, Option<Decimal>) {
    (month.to_owned(), code.to_owned(), amount.map(|amount| amount.parse().unwrap()))
}

/// Keys with their values as they are written, so that no digit passes through a float.
type Written = BTreeMap<String, Box<RawValue>>;

/// All costs so far are the running sum of total, overlap and single costs; the cash is that of the month before, with
/// the revenue, less what is to be paid beyond the credits and beside the infrastructure.
fn assert_sums(text: &str) {
    let found: Written = serde_json::from_str(text).unwrap();
    let months: Vec<Written> = serde_json::from_str(found["months"].get()).unwrap();
    let known = |of: &Written, key: &str| match of[key].get() {
        "null" => None,
        number => Some(number.parse::<Decimal>().unwrap()),
    };
    let some = |of: &Written, key: &str| known(of, key).unwrap_or_default();
    let mut cumulative = Decimal::ZERO;
    let mut balance = known(&found, "cash");
    for month in &months {
        cumulative += some(month, "total") + some(month, "overlap") + some(month, "once");
        assert_eq!(known(month, "cumulative"), Some(cumulative), "{month:?}");
        let received = some(month, "credits") + some(month, "tax_recovered");
        let spent = some(month, "to_pay") - received + some(&found, "other_costs");
        let is_known = month["cumulative_complete"].get() == "true";
        balance = balance.filter(|_| is_known).map(|balance| balance + some(month, "mrr") - spent);
        assert_eq!(known(month, "balance"), balance, "{month:?}");
        assert!(
            Decimal::ZERO <= some(month, "credits") && some(month, "credits") <= some(month, "to_pay"),
            "{month:?}"
        );
    }
    let summary: Written = serde_json::from_str(found["summary"].get()).unwrap();
    assert_eq!(known(&summary, "total"), Some(cumulative));
}

/// Stage 1 costs 10 for up to 10 customers, stage 2 5 for each customer of up to 100.
fn two_stages() -> [(String, String); 2] {
    [stage(1, "0..10", &cost("10")), stage(2, "11..100", &cost("customers * 5"))]
}

#[test]
fn growth_with_churn_over_twelve_months() {
    let arguments = ["--from", "5", "--growth", "15%/month", "--churn", "2.5%", "--arpu", "20"];
    let more = ["--cash", "500", "--other-costs", "150 USD/month"];
    let found = forecast(&two_stages(), "", &[&arguments[..], &more].concat());
    // Each month 0.15 more and 0.025 less of the month before, each kept to 6 decimals: 6.328125 + 0.949219 - 0.158203 =
    // 7.119141, ...
    let unrounded = [
        "5",
        "5.625",
        "6.328125",
        "7.119141",
        "8.009033",
        "9.010162",
        "10.136432",
        "11.403486",
        "12.828922",
        "14.432537",
        "16.236605",
        "18.266181",
    ];
    assert_eq!(column(&found, "customers_unrounded"), decimals(&unrounded));
    assert_eq!(
        column(&found, "customers"),
        decimals(&["5", "6", "6", "7", "8", "9", "10", "11", "13", "14", "16", "18"])
    );
    assert_eq!(found["start"], "2026-11");
    assert_eq!(found["months"][2]["month"], "2027-01");
    // 10 up to 10 customers, then 5 each.
    let totals = ["10", "10", "10", "10", "10", "10", "10", "55", "65", "70", "80", "90"];
    assert_eq!(column(&found, "total"), decimals(&totals));
    assert_eq!(
        column(&found, "cumulative"),
        decimals(&["10", "20", "30", "40", "50", "60", "70", "125", "190", "260", "340", "430"])
    );
    // 20 each.
    let mrr = ["100", "120", "120", "140", "160", "180", "200", "220", "260", "280", "320", "360"];
    assert_eq!(column(&found, "mrr"), decimals(&mrr));
    // 500 + 100 - 10 - 150 = 440, + 120 - 160 = 400, ..., 400 + 220 - 55 - 150 = 415, ...
    let balance = ["440", "400", "360", "340", "340", "360", "400", "415", "460", "520", "610", "730"];
    assert_eq!(column(&found, "balance"), decimals(&balance));
    // 55 of 220 are 25 %.
    let expected = [event("2027-06", "stage-change", None), event("2027-06", "first-urgent", None)];
    assert_eq!(events(&found), expected);
    assert_eq!(found["summary"]["first_urgent_month"], "2027-06");
    assert_eq!(found["summary"]["out_of_cash_month"], Value::Null);
    let ratings: Vec<&Value> = found["months"].as_array().unwrap().iter().map(|month| &month["rating"]).collect();
    // 10 of 100, of 120, of 140, ..., 10 of 200 are 5 %.
    assert_eq!(&ratings[..7], ["good", "great", "great", "great", "great", "great", "great"]);
}

#[test]
fn an_s_curve_and_a_growth_by_numbers() {
    let customers =
        |arguments: &[&str]| column(&forecast(&[stage(1, "0..", &cost("1"))], "", arguments), "customers_unrounded");
    // x + x / 2 x (1 - x / 100): 10 + 5 x 0.9 = 14.5; 14.5 + 7.25 x 0.855 = 20.69875; ...
    let curve = ["10", "14.5", "20.69875", "28.905934", "39.181136", "51.095897", "63.589892"];
    let arguments = ["--from", "10", "--growth", "50%/month", "--market", "100", "--months"];
    assert_eq!(customers(&[&arguments[..], &["7"]].concat()), decimals(&curve));
    // With 10 % churn towards a market of 70: 10 + 5 x 6 / 7 - 1 = 13.285714; ...
    let arguments = ["--from", "10", "--growth", "50%/month", "--market", "70", "--churn", "10%", "--months", "5"];
    let curve = ["10", "13.285714", "17.339213", "22.127411", "27.481074"];
    assert_eq!(customers(&arguments), decimals(&curve));
    // 2.5 each month, at most 13, and 10 % leave.
    assert_eq!(
        customers(&["--from", "8", "--growth", "+2.5/month", "--market", "12", "--months", "4"]),
        decimals(&["8", "10.5", "12", "12"])
    );
    assert_eq!(
        customers(&["--from", "10", "--growth", "+2", "--churn", "10%", "--months", "3"]),
        decimals(&["10", "11", "11.9"])
    );
    // No customers are left, and never fewer.
    assert_eq!(customers(&["--from", "5", "--growth", "-3/month", "--months", "4"]), decimals(&["5", "2", "0", "0"]));
    assert_eq!(customers(&["--from", "5", "--growth", "-100%", "--months", "3"]), decimals(&["5", "0", "0"]));
    assert_eq!(customers(&["--from", "5", "--churn", "100%", "--months", "3"]), decimals(&["5", "0", "0"]));
    assert_eq!(customers(&["--from", "0", "--growth", "15%", "--months", "2"]), decimals(&["0", "0"]));
}

#[test]
fn customers_from_a_list() {
    let directory = plan(&[stage(1, "0..100", &cost("customers"))], "");
    let listed = |name: &str, text: &str, arguments: &[&str]| {
        std::fs::write(directory.path().join(name), text).unwrap();
        forecast_in(directory.path(), &[&["--customers-file", name], arguments].concat())
    };
    for (name, text) in [
        ("plain.csv", "5\n6\n8\n"),
        ("header.csv", "customers\r\n5\r\n6\r\n8\r\n"),
        ("months.csv", "month,customers\n2026-11,5\n\"2026-12\", 6\n\n2027-01,8"),
        ("capitals.csv", "Month,Customers\n2026-11,5\n2026-12,6\n2027-01,8\n"),
        ("list.yaml", "[5, 6, 8]"),
        ("table.yml", "2026-11: 5\n2026-12: 6\n2027-01: 8\n"),
    ] {
        let found = listed(name, text, &[]);
        assert_eq!(column(&found, "customers"), decimals(&["5", "6", "8"]), "{name}");
        assert_eq!(column(&found, "total"), decimals(&["5", "6", "8"]), "{name}");
        assert_eq!(found["start"], "2026-11", "{name}");
        // Of a longer list the first months are taken.
        assert_eq!(column(&listed(name, text, &["--months", "2"]), "customers"), decimals(&["5", "6"]), "{name}");
    }
    // The months of a list say where the forecast begins.
    let found = listed("later.csv", "2027-03,5\n2027-04,6\n", &[]);
    assert_eq!(found["start"], "2027-03");
    let failed = |text: &str, arguments: &[&str]| {
        std::fs::write(directory.path().join("bad.csv"), text).unwrap();
        let all = [&["forecast", "--customers-file", "bad.csv", "--as-of", "2026-11-24"], arguments].concat();
        let output = costplan(directory.path(), &all);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{text}");
        String::from_utf8(output.stderr).unwrap()
    };
    let two = failed("month,customers\n2026-11,5\n2026-12,x\n2027-02,7\n2027-03,8,9\n", &[]);
    assert!(two.contains("bad.csv:3:1") && two.contains("bad.csv:5:1") && two.contains("2 problems found"), "{two}");
    let gap = failed("2026-11,5\n2027-01,7\n", &[]);
    assert!(gap.contains("bad.csv:2:1") && gap.contains("expected 2026-12 next in the list, found 2027-01"), "{gap}");
    assert!(failed("5\n6\n", &["--months", "3"]).contains("the forecast has 3 months, and the customer list has 2"));
    assert!(failed("", &[]).contains("the list has no customers"));
    assert!(failed("customers\n", &[]).contains("the list has no customers"));
    assert!(failed("5\n-6\n", &[]).contains("bad.csv:2:1"));
}

#[test]
fn a_price_that_is_announced_holds_from_its_first_full_month() {
    let stages = [stage(1, "0..100", "line_items: [{ name: A, category: c, sku: v/dated, quantity: 2 }]")];
    let found = forecast(&stages, "", &["--from", "5", "--months", "5"]);
    // 10 to December, 15 from January, and 12 from 15 February, so that February is at the price of its first day.
    assert_eq!(column(&found, "total"), decimals(&["20", "20", "30", "30", "24"]));
    let expected = [
        event("2027-01", "cost-change", Some("10")),
        event("2027-02", "cost-change-within", Some("-6")),
        event("2027-03", "cost-change", Some("-6")),
    ];
    assert_eq!(events(&found), expected);
}

#[test]
fn a_cost_that_changes_within_a_month_marks_it_whatever_changes_it() {
    let marks = |rest: &str, settings: &str, arguments: &[&str]| -> Vec<_> {
        let found = forecast(&[stage(1, "0..100", rest)], settings, arguments);
        let within = |event: &(String, String, Option<Decimal>)| {
            event.1 == "cost-change-within" || event.1 == "credit-of-part-of-month"
        };
        events(&found).into_iter().filter(within).collect()
    };
    let months = ["--from", "5", "--months", "5"];
    // A discount of 10 % that ends, and a credit of 7 for the middle of a month only.
    let discount = format!("discounts: [{{ rate: 10%, reason: r, until: 2027-01-09 }}]\n{}", cost("50"));
    assert_eq!(marks(&discount, "", &months), [event("2027-01", "cost-change-within", Some("5"))]);
    let credit =
        format!("credits: [{{ amount: 7 USD/month, reason: r, from: 2027-01-10, until: 2027-01-20 }}]\n{}", cost("50"));
    let expected =
        [event("2027-01", "cost-change-within", Some("-7")), event("2027-01", "cost-change-within", Some("7"))];
    assert_eq!(marks(&credit, "", &months), expected);
    // The rate of 1.25 begins on 3 February, and 1.5 on 4 March: 40 EUR are 50 and then 60 USD.
    let euros = "line_items: [{ name: A, category: c, cost: 40 EUR }]";
    let later = "[[rates]]\nfrom = \"EUR\"\nto = \"USD\"\nrate = 1.5\neffective_from = 2027-03-04\nsource = \"s\"\n";
    let directory = plan(&[stage(1, "0..100", euros)], "from = 5\nmonths = 5");
    crate::project::write(directory.path(), "pricing/fx.toml", format!("{FX}{later}"));
    let expected = [event("2027-03", "cost-change-within", Some("10"))];
    assert_eq!(events(&forecast_in(directory.path(), &[])), expected);
    // A price that is not published from 1 December on has an unknown cost, but not within a month. What has changed
    // before the day of the computation marks its month too.
    let dated = "line_items: [{ name: A, category: c, sku: v/dated }]";
    let since = ["--as-of", "2027-02-20", "--from", "5", "--months", "2"];
    assert_eq!(marks(dated, "", &since), [event("2027-02", "cost-change-within", Some("-3"))]);
    // A balance that ends on the 10th is counted for the whole month; one that ends with the month is not marked.
    let balance = "credits = [{ reason = \"r\", amount = 500, until = 2027-01-10 }]";
    assert_eq!(marks(&cost("50"), balance, &months), [event("2027-01", "credit-of-part-of-month", None)]);
    let balance = "credits = [{ reason = \"r\", amount = 500, until = 2027-01-31 }]";
    assert_eq!(marks(&cost("50"), balance, &months), []);
}

#[test]
fn a_yearly_price_is_paid_in_the_month_of_its_order() {
    let rest = |more: &str| format!("line_items:\n  - {{ name: A, category: c, sku: v/year{more} }}");
    let paid = |more: &str, arguments: &[&str]| -> Vec<_> {
        let found = forecast(&[stage(1, "0..100", &rest(more))], "from = 5", arguments);
        assert!(column(&found, "total").iter().all(|total| *total == Decimal::TEN));
        let paid = events(&found).into_iter().filter(|event| event.1 == "prepayment");
        paid.map(|event| (event.0, event.2.unwrap().to_string())).collect()
    };
    let march = |year: u32| (format!("{year}-03"), "120".to_owned());
    // It was paid in March 2026, before the forecast begins in November.
    assert_eq!(paid(", ordered_on: 2026-03-15", &["--months", "30"]), [march(2027), march(2028), march(2029)]);
    // Without the day of the order, it is ordered in the first month.
    assert_eq!(paid("", &["--months", "12"]), [("2026-11".to_owned(), "120".to_owned())]);
    // Ordered in the first month, in the past of a forecast that starts later, and in the future.
    let order = ", ordered_on: 2026-03-15";
    assert_eq!(paid(order, &["--start", "2026-03", "--months", "13"]), [march(2026), march(2027)]);
    assert_eq!(paid(order, &["--start", "2028-04", "--months", "12"]), [march(2029)]);
    assert_eq!(paid(", ordered_on: 2027-03-31", &["--months", "20"]), [march(2027), march(2028)]);
    // A second unit from February on is paid for that month, 10, and with the first one from March on.
    let more = ", ordered_on: 2026-03-15, quantity: ceil(customers / 10)";
    let found = forecast(&[stage(1, "0..100", &rest(more))], "customers = [5, 5, 5, 15, 15, 15]", &[]);
    assert_eq!(column(&found, "to_pay"), decimals(&["0", "0", "0", "10", "240", "0"]));
}

#[test]
fn a_yearly_price_of_a_stage_that_begins_later_is_not_forgotten() {
    let item = "line_items: [{ name: A, category: c, sku: v/year, ordered_on: 2027-01-15 }]";
    let stages = [stage(1, "0..10", &cost("1")), stage(2, "11..99", item)];
    // The second stage does not run in January, so nothing was paid then: from February on 11 months are, then 12.
    let settings = "customers = [5, 5, 5, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15]";
    let found = forecast(&stages, settings, &[]);
    let paid: Vec<_> = events(&found).into_iter().filter(|event| event.1 == "prepayment").collect();
    assert_eq!(paid, [event("2027-02", "prepayment", Some("110")), event("2028-01", "prepayment", Some("120"))]);
}

#[test]
fn a_prepaid_plain_cost_is_paid_in_its_month() {
    let to_pay = |month: &str| {
        let settings =
            format!("from = 5\nmonths = 8\nprepaid = [{{ line_item = \"A\", months = 6, month = \"{month}\" }}]");
        column(&forecast(&[stage(1, "0..100", &cost("2"))], &settings, &[]), "to_pay")
    };
    // From November on: 6 x 2 each January and July, whichever of them is named.
    for month in ["2027-01", "2026-07", "2030-07", "2020-01"] {
        assert_eq!(to_pay(month), decimals(&["0", "0", "12", "0", "0", "0", "0", "0"]), "{month}");
    }
    assert_eq!(to_pay("2026-11"), decimals(&["12", "0", "0", "0", "0", "0", "12", "0"]));
}

#[test]
fn the_length_of_a_month_is_no_change_of_prices() {
    let rest = "hours_per_month: calendar\nline_items:\n  - { name: A, category: c, cost: hours_per_month / 1 hour }\n  - { name: B, category: c, sku: v/dated }\n";
    let found = forecast(&[stage(1, "0..100", rest)], "", &["--from", "5", "--months", "4"]);
    // 720 hours in November, 744, 744 and 672, and 10, 10, 15, 15.
    assert_eq!(column(&found, "total"), decimals(&["730", "754", "759", "687"]));
    let expected = [event("2027-01", "cost-change", Some("5")), event("2027-02", "cost-change-within", Some("-3"))];
    assert_eq!(events(&found), expected);
}

#[test]
fn a_yearly_price_is_paid_ahead_for_the_units_that_are_new() {
    let stages = [stage(1, "0..100", "line_items: [{ name: A, category: c, sku: v/year, quantity: customers }]")];
    let settings = "customers = [1, 1, 3, 3, 2, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 4]";
    let found = forecast(&stages, settings, &["--cash", "1000", "--arpu", "0"]);
    // 10 a month for each unit.
    let totals = ["10", "10", "30", "30", "20", "30", "30", "30", "30", "30", "30", "30", "30", "30", "30", "40"];
    assert_eq!(column(&found, "total"), decimals(&totals));
    // 120 for the first; 240 for two more in the third month; what is paid for stays paid though one is not used in the
    // fifth; the first is paid again in the 13th, the two others in the 15th, and a fourth in the 16th.
    let to_pay = ["120", "0", "240", "0", "0", "0", "0", "0", "0", "0", "0", "0", "120", "0", "240", "120"];
    assert_eq!(column(&found, "to_pay"), decimals(&to_pay));
    let paid: Vec<String> =
        events(&found).into_iter().filter(|event| event.1 == "prepayment").map(|event| event.0).collect();
    assert_eq!(paid, ["2026-11", "2027-01", "2027-11", "2028-01", "2028-02"]);
    // 1000 - 120 - 240 - 120 - 240 - 120.
    assert_eq!(column(&found, "balance")[15], Decimal::from(160));
}

#[test]
fn plain_costs_can_be_prepaid_and_the_buffer_is_paid_monthly() {
    let rest = "buffer: 10%\nline_items:\n  - { name: Domain, category: c, cost: 2 }\n  - { name: Server, category: c, cost: 8 }\n";
    let settings = "from = 5\nmonths = 4\nprepaid = [{ line_item = \"Domain\", months = 3 }]";
    let found = forecast(&[stage(1, "0..100", rest)], settings, &[]);
    assert_eq!(column(&found, "total"), decimals(&["11", "11", "11", "11"]));
    // Of the 11 of a month 2 are paid by three months.
    assert_eq!(column(&found, "to_pay"), decimals(&["15", "9", "9", "15"]));
}

#[test]
fn what_is_paid_for_one_sku_pays_for_no_other_of_the_same_name() {
    let item = |sku: &str| format!("line_items: [{{ name: A, category: c, sku: v/{sku} }}]");
    let stages =
        [stage(1, "0..10", &item("year")), stage(2, "11..20", &item("other-year")), stage(3, "21..99", &item("year"))];
    let found = forecast(&stages, "customers = [5, 15, 25]", &[]);
    assert_eq!(column(&found, "total"), decimals(&["10", "20", "10"]));
    // The SKU of the first stage is still paid for in the third.
    assert_eq!(column(&found, "to_pay"), decimals(&["120", "240", "0"]));
}

#[test]
fn credits_are_used_one_after_the_other_and_expire() {
    let settings = r#"
from = 5
months = 6
cash = "100 USD"
credits = [
  { reason = "first", amount = "100 USD", until = 2026-12-31 },
  { reason = "second", amount = "40 EUR" },
  { reason = "third", amount = "7", from = 2027-03-31 },
]
"#;
    let found = forecast(&[stage(1, "0..100", &cost("40"))], settings, &["--arpu", "0"]);
    // November 40 of the first; December 40, and 20 are left; January: the first has ended, 40 of the 50 USD of the second;
    // February 10, and it is used up; March 7 of the third, which begins on the 31st; April nothing.
    assert_eq!(column(&found, "credits"), decimals(&["40", "40", "40", "10", "7", "0"]));
    let expected = [
        event("2027-01", "credit-expired", Some("20")),
        event("2027-02", "credit-used-up", None),
        event("2027-03", "credit-of-part-of-month", None),
        event("2027-03", "credit-used-up", None),
        event("2027-04", "out-of-cash", None),
    ];
    assert_eq!(events(&found), expected);
    assert_eq!(column(&found, "balance"), decimals(&["100", "100", "100", "70", "37", "-3"]));
}

#[test]
fn a_credit_of_a_vendor_pays_what_is_to_be_paid_to_it() {
    let rest = "line_items:\n  - { name: A, category: c, sku: v/dated, quantity: 3 }\n  - { name: B, category: c, cost: 50 }\n";
    let settings = "from = 5\nmonths = 4\ncredits = [{ reason = \"r\", amount = \"100\", vendor = \"v\" }, { reason = \"s\", amount = \"60\" }]";
    let found = forecast(&[stage(1, "0..100", rest)], settings, &[]);
    // 30, 30, 45 and 45 of the vendor, and 50: the first pays 30, 30 and the last 40; the second 50 and the last 10.
    assert_eq!(column(&found, "to_pay"), decimals(&["80", "80", "95", "95"]));
    assert_eq!(column(&found, "credits"), decimals(&["80", "40", "40", "0"]));
    // A year is paid at once, 120, by the credit of its vendor; there is nothing to pay in the months after it.
    let rest = "line_items:\n  - { name: A, category: c, sku: v/year }\n  - { name: B, category: c, cost: 50 }\n";
    let settings = "from = 5\nmonths = 3\ncredits = [{ reason = \"r\", amount = \"500\", vendor = \"v\" }]";
    let found = forecast(&[stage(1, "0..100", rest)], settings, &[]);
    assert_eq!(column(&found, "to_pay"), decimals(&["170", "50", "50"]));
    assert_eq!(column(&found, "credits"), decimals(&["120", "0", "0"]));
}

#[test]
fn a_move_costs_once_and_both_stages_run_for_some_weeks() {
    let stages = [stage(1, "0..10", &cost("30")), stage(2, "11..100", &cost("200"))];
    let settings = r#"
customers = [5, 10, 11, 12]
cash = "1000"
migrations = [{ reason = "move", to = 2, cost = "100 EUR", overlap_weeks = 2 }, { reason = "back", to = 1, cost = 9 }]
once = [{ month = "2026-12", amount = "4 EUR", reason = "audit" }, { month = "2027-01", amount = 1, reason = "seal" }]
"#;
    let found = forecast(&stages, settings, &["--arpu", "0"]);
    assert_eq!(column(&found, "total"), decimals(&["30", "30", "200", "200"]));
    // 4 EUR are 5 USD; 100 EUR are 125 USD, and 1 more.
    assert_eq!(column(&found, "once"), decimals(&["0", "5", "126", "0"]));
    // 2 x 168 of 730 hours of 30: 13.808219178082...
    assert_eq!(column(&found, "overlap"), decimals(&["0", "0", "13.808219178082", "0"]));
    assert_eq!(column(&found, "cumulative"), decimals(&["30", "65", "404.808219178082", "604.808219178082"]));
    assert_eq!(column(&found, "balance")[3], "395.191780821918".parse().unwrap());
    let expected = [
        event("2026-12", "once", Some("5")),
        event("2027-01", "stage-change", None),
        event("2027-01", "migration", Some("125")),
        event("2027-01", "overlap", Some("13.808219178082")),
        event("2027-01", "once", Some("1")),
    ];
    assert_eq!(events(&found), expected);
}

#[test]
fn an_overlap_with_a_stage_of_unknown_cost_is_not_known_in_full() {
    let unknown = "line_items:\n  - { name: A, category: c, sku: v/calls }\n  - { name: B, category: c, cost: 73 }\n";
    let stages = [stage(1, "0..10", unknown), stage(2, "0..100", &cost("200"))];
    let settings = "customers = [5, 5]\nstages = \"calendar\"\ncash = 900\nmigrations = [{ reason = \"move\", overlap_weeks = 1 }]";
    let mut stages = stages;
    stages[0].1.push_str("months: 1..1\n");
    stages[1].1.push_str("months: 2..2\n");
    let found = forecast(&stages, settings, &["--plan-month", "1", "--arpu", "0"]);
    assert_eq!(found["months"][0]["cumulative_complete"], false);
    // 168 of 730 hours of the 73 that are known.
    assert_eq!(column(&found, "overlap"), decimals(&["0", "16.8"]));
    // The price of the stage before is known until the month of the move: the second month is not complete.
    let soon = "months: 1..1\nline_items:\n  - { name: A, category: c, sku: v/soon }\n  - { name: B, category: c, cost: 73 }\n";
    let stages = [stage(1, "0..10", soon), stages[1].clone()];
    let found = forecast(&stages, settings, &["--arpu", "0"]);
    assert_eq!(column(&found, "overlap"), decimals(&["0", "16.8"]));
    let complete: Vec<&Value> =
        found["months"].as_array().unwrap().iter().map(|month| &month["cumulative_complete"]).collect();
    assert_eq!(complete, [&Value::from(true), &Value::from(false)]);
    assert_eq!(found["months"][1]["complete"], true);
    assert_eq!(found["months"][1]["balance"], Value::Null);
}

#[test]
fn the_cash_lasts_to_the_month_in_which_it_runs_out() {
    let run = |cash: &str| {
        forecast(
            &[stage(1, "0..100", &cost("40"))],
            "",
            &["--from", "5", "--months", "4", "--cash", cash, "--arpu", "0"],
        )
    };
    let found = run("100");
    assert_eq!(column(&found, "balance"), decimals(&["60", "20", "-20", "-60"]));
    assert_eq!(events(&found), [event("2027-01", "out-of-cash", None)]);
    assert_eq!(found["summary"]["out_of_cash_month"], "2027-01");
    // What is just enough is enough.
    assert_eq!(run("80")["summary"]["out_of_cash_month"], "2027-01");
    assert_eq!(run("79.99")["summary"]["out_of_cash_month"], "2026-12");
    assert_eq!(run("160")["summary"]["out_of_cash_month"], Value::Null);
    // 32 EUR are 40 USD.
    assert_eq!(run("32 EUR")["summary"]["out_of_cash_month"], "2026-12");
}

#[test]
fn what_is_unknown_is_no_zero() {
    let rest = "line_items:\n  - { name: A, category: c, sku: v/calls }\n  - { name: B, category: c, cost: 10 }\n";
    let found =
        forecast(&[stage(1, "0..100", rest)], "", &["--from", "5", "--months", "2", "--cash", "100", "--arpu", "20"]);
    for month in found["months"].as_array().unwrap() {
        assert_eq!((decimal(&month["total"]), &month["complete"]), (Decimal::from(10), &Value::from(false)));
        assert_eq!((&month["balance"], &month["rating"]), (&Value::Null, &Value::Null));
    }
    assert_eq!(found["summary"]["complete"], false);
    // If no stage serves there is no total, and no month after it has a balance.
    let found = forecast(&two_stages(), "customers = [5, 150, 20]", &["--cash", "100", "--arpu", "20"]);
    let month = &found["months"][1];
    assert_eq!(
        (&month["stage"], &month["total"], &month["complete"]),
        (&Value::Null, &Value::Null, &Value::from(false))
    );
    assert_eq!(decimal(&month["mrr"]), Decimal::from(3000));
    assert_eq!(month["events"][0]["code"], "no-stage");
    assert_eq!(decimal(&found["months"][2]["total"]), Decimal::from(100));
    let complete: Vec<&Value> =
        found["months"].as_array().unwrap().iter().map(|month| &month["cumulative_complete"]).collect();
    assert_eq!(complete, [true, false, false].map(Value::from).iter().collect::<Vec<_>>());
    assert_eq!(found["months"][2]["balance"], Value::Null);
}

#[test]
fn stages_by_the_calendar_of_the_plan_and_one_that_is_fixed() {
    let mut stages = two_stages();
    stages[0].1.push_str("months: 1..2\n");
    stages[1].1.push_str("months: 3..\n");
    let settings = "from = 5\ngrowth = \"+10/month\"\nmonths = 4";
    let ids = |found: &Value| -> Vec<Value> {
        found["months"].as_array().unwrap().iter().map(|month| month["stage"]["id"].clone()).collect()
    };
    // 5, 15, 25 and 35 customers: the plan's first stage stays for two months and does not serve in the second.
    let found = forecast(&stages, settings, &["--stages", "calendar"]);
    assert_eq!(ids(&found), [1, 1, 2, 2].map(Value::from));
    assert_eq!(column(&found, "total"), decimals(&["10", "10", "125", "175"]));
    assert_eq!(events(&found), [event("2026-12", "does-not-serve", None), event("2027-01", "stage-change", None)]);
    // The second month of the plan is the first of the forecast.
    let found = forecast(&stages, settings, &["--stages", "calendar", "--plan-month", "2"]);
    assert_eq!(ids(&found), [1, 2, 2, 2].map(Value::from));
    assert_eq!(column(&found, "number"), decimals(&["2", "3", "4", "5"]));
    let found = forecast(&stages, settings, &["--stages", "2"]);
    assert_eq!(ids(&found), [2, 2, 2, 2].map(Value::from));
    assert_eq!(column(&found, "total"), decimals(&["25", "75", "125", "175"]));
    assert_eq!(events(&found), [event("2026-11", "does-not-serve", None)]);
    let found = forecast(&stages, settings, &[]);
    assert_eq!(ids(&found), [1, 2, 2, 2].map(Value::from));
}

#[test]
fn flags_stand_over_a_scenario_and_a_scenario_over_the_project() {
    let directory = plan(&two_stages(), "from = 3\ngrowth = \"+1/month\"\nmonths = 3\nchurn = \"0%\"");
    std::fs::create_dir(directory.path().join("scenarios")).unwrap();
    std::fs::write(directory.path().join("scenarios/fast.yaml"), "version: 1\nforecast: { growth: +2/month }\n")
        .unwrap();
    std::fs::write(directory.path().join("scenarios/listed.yaml"), "version: 1\nforecast: { customers: [1, 9] }\n")
        .unwrap();
    let customers = |arguments: &[&str]| column(&forecast_in(directory.path(), arguments), "customers");
    assert_eq!(customers(&[]), decimals(&["3", "4", "5"]));
    assert_eq!(customers(&["--scenario", "fast"]), decimals(&["3", "5", "7"]));
    assert_eq!(customers(&["--scenario", "fast", "--growth", "+3", "--months", "2"]), decimals(&["3", "6"]));
    assert_eq!(customers(&["--scenario", "listed", "--months", "2"]), decimals(&["1", "9"]));
    assert_eq!(customers(&["--scenario", "listed", "--from", "2"]), decimals(&["2", "3", "4"]));
}

/// The page with its lines joined, so that it makes no difference where they break.
fn page(directory: &Path, arguments: &[&str]) -> String {
    let text = stdout(directory, &[&["forecast", "--details", "--as-of", "2026-11-24"], arguments].concat());
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Which months say something of their stage: whether it serves.
fn serves(found: &Value) -> Vec<bool> {
    found["months"].as_array().unwrap().iter().map(|month| month["serves"].as_bool().unwrap()).collect()
}

#[test]
fn the_growth_of_a_prepaid_plain_cost_is_paid_when_it_comes() {
    let stages = [stage(1, "0..999", &cost("customers * 1"))];
    let prepaid = "prepaid = [{ line_item = \"A\", months = 12 }]";
    let found = forecast(&stages, prepaid, &["--from", "10", "--growth", "+10", "--months", "14"]);
    // Each of the first 12 months 10 more, for 12 months; in the 13th the first 10 are paid again with 10 new ones.
    let to_pay: Vec<Decimal> = [vec![Decimal::from(120); 12], vec![Decimal::from(240); 2]].concat();
    assert_eq!(column(&found, "to_pay"), to_pay);
    assert_eq!(column(&found, "total")[13], Decimal::from(140));
    // Nothing in the first month, 10 x 12 in the second, 2 x 12 in the fourth, and nothing where it falls.
    let settings = format!("customers = [0, 10, 10, 12, 7, 12]\n{prepaid}");
    let found = forecast(&stages, &settings, &[]);
    assert_eq!(column(&found, "to_pay"), decimals(&["0", "120", "0", "24", "0", "0"]));
    let expected = [event("2026-12", "prepayment", Some("120")), event("2027-02", "prepayment", Some("24"))];
    assert_eq!(events(&found), expected);
}

#[test]
fn what_another_stage_needs_more_of_a_prepaid_cost_is_paid_on_the_move() {
    let stages = [stage(1, "0..10", &cost("50")), stage(2, "11..99", &cost("500"))];
    let settings = "customers = [5, 15, 15, 5]\nprepaid = [{ line_item = \"A\", months = 12 }]";
    let found = forecast(&stages, settings, &[]);
    assert_eq!(column(&found, "total"), decimals(&["50", "500", "500", "50"]));
    // 50 x 12, then the missing 450 x 12; the way back is paid for.
    assert_eq!(column(&found, "to_pay"), decimals(&["600", "5400", "0", "0"]));
}

#[test]
fn what_a_credit_no_longer_pays_of_a_prepaid_cost_is_paid_when_it_ends() {
    let rest = format!("credits: [{{ amount: 20 USD/month, reason: r, until: 2026-12-31 }}]\n{}", cost("50"));
    let settings = "from = 5\nmonths = 15\nprepaid = [{ line_item = \"A\", months = 12 }]";
    let found = forecast(&[stage(1, "0..99", &rest)], settings, &[]);
    let totals: Vec<Decimal> = [decimals(&["30", "30"]), vec![Decimal::from(50); 13]].concat();
    assert_eq!(column(&found, "total"), totals);
    // 30 x 12, and 20 x 12 once the credit has ended. Both are paid again after their 12 months.
    let to_pay = ["360", "0", "240", "0", "0", "0", "0", "0", "0", "0", "0", "0", "360", "0", "240"];
    assert_eq!(column(&found, "to_pay"), decimals(&to_pay));
    assert_eq!(events(&found)[1], event("2027-01", "cost-change", Some("20")));
}

#[test]
fn an_overlap_is_charged_once_and_without_what_is_paid_ahead() {
    let old = "line_items:\n  - { name: Domain, category: c, cost: customers * 1 }\n  - { name: Server, category: c, cost: 63 }\n";
    let stages = [stage(1, "0..10", old), stage(2, "11..99", &cost("100"))];
    let settings = r#"
customers = [5, 15, 15]
cash = 1000
prepaid = [{ line_item = "Domain", months = 12 }]
migrations = [
  { reason = "servers", to = 2, cost = 5, overlap_weeks = 1 },
  { reason = "data", cost = 7, overlap_weeks = 2 },
  { reason = "back", to = 1, cost = 1000, overlap_weeks = 3 },
]
"#;
    let found = forecast(&stages, settings, &["--arpu", "0"]);
    assert_eq!(column(&found, "total"), decimals(&["68", "100", "100"]));
    // At 15 customers the old stage costs 78, of which 5 are paid: 73 for the longer 2 x 168 of 730 hours.
    assert_eq!(column(&found, "overlap"), decimals(&["0", "33.6", "0"]));
    assert_eq!(column(&found, "once"), decimals(&["0", "12", "0"]));
    // 63 and 5 x 12; then 100, 33.60 and 12.
    assert_eq!(column(&found, "to_pay"), decimals(&["123", "145.6", "100"]));
    assert_eq!(column(&found, "balance"), decimals(&["877", "731.4", "631.4"]));
    let expected = [
        event("2026-11", "prepayment", Some("60")),
        event("2026-12", "stage-change", None),
        event("2026-12", "migration", Some("5")),
        event("2026-12", "migration", Some("7")),
        event("2026-12", "overlap", Some("33.6")),
    ];
    assert_eq!(events(&found), expected);
}

#[test]
fn a_move_behind_a_month_without_a_stage_costs_what_it_says_and_no_overlap() {
    let stages = [stage(1, "0..10", &cost("30")), stage(2, "20..99", &cost("200"))];
    let settings = "migrations = [{ reason = \"move\", cost = 9, overlap_weeks = 2 }]";
    let found = forecast(&stages, &format!("customers = [5, 100, 25, 26]\n{settings}"), &[]);
    assert_eq!(column(&found, "once"), decimals(&["0", "0", "9", "0"]));
    assert_eq!(column(&found, "overlap"), decimals(&["0", "0", "0", "0"]));
    // 30, 30, + 200 + 9, + 200.
    assert_eq!(column(&found, "cumulative"), decimals(&["30", "30", "239", "439"]));
    let expected = [
        event("2026-12", "no-stage", None),
        event("2027-01", "stage-change", None),
        event("2027-01", "migration", Some("9")),
    ];
    assert_eq!(events(&found), expected);
    // Back in the stage that ran before there is nothing to move.
    let found = forecast(&stages, &format!("customers = [5, 100, 5]\n{settings}"), &[]);
    assert_eq!(column(&found, "once"), decimals(&["0", "0", "0"]));
}

#[test]
fn where_no_stage_serves_the_one_that_could_carry_the_customers_is_counted() {
    let full = "capacity: { orders: 10 }\ndrivers: { orders: customers }\n";
    let stages = [
        stage(1, "0..10", &cost("30")),
        stage(2, "20..99", &cost("200")),
        stage(3, "30..99", &cost("150")),
        stage(4, "30..99", &format!("{full}{}", cost("90"))),
    ];
    let settings = "customers = [5, 15, 16, 20, 25, 100]\nmigrations = [{ reason = \"move\", cost = 9 }]";
    let found = forecast(&stages, settings, &["--arpu", "10", "--cash", "1000"]);
    // 15 are too few for stages 2 to 4; the fourth cannot carry them, and the third costs less than the second.
    let stage_of = |month: &Value| month["stage"]["id"].as_u64();
    let running: Vec<_> = found["months"].as_array().unwrap().iter().map(stage_of).collect();
    assert_eq!(running, [Some(1), Some(3), Some(3), Some(2), Some(2), None]);
    assert_eq!(serves(&found), [true, false, false, true, true, false]);
    let totals: Vec<String> =
        found["months"].as_array().unwrap().iter().map(|month| month["total"].to_string()).collect();
    assert_eq!(totals, ["30", "150", "150", "200", "200", "null"]);
    assert_eq!(column(&found, "once"), decimals(&["0", "9", "0", "9", "0", "0"]));
    let expected = [
        event("2026-12", "stage-change", None),
        event("2026-12", "migration", Some("9")),
        event("2026-12", "could-carry", None),
        event("2027-02", "stage-change", None),
        event("2027-02", "migration", Some("9")),
        event("2027-04", "no-stage", None),
    ];
    let all: Vec<_> = events(&found).into_iter().filter(|event| event.1 != "first-urgent").collect();
    assert_eq!(all, expected);
    let directory = plan(&stages, settings);
    let table = page(directory.path(), &[]);
    assert!(table.contains("3 Stage3 *") && table.contains("* This stage does not serve the month"), "{table}");
    let csv = stdout(directory.path(), &["forecast", "--as-of", "2026-11-24", "--format", "csv"]);
    assert!(csv.contains("15 customers: stage 3 Stage3 is counted, which could carry them"), "{csv}");
    let shown = crate::project::json(directory.path(), &["recommend", "--customers", "15"]);
    assert_eq!(shown["could_carry"]["id"], 3);
    assert_eq!(shown["stages"][2]["reasons"][1], "could carry them");
    assert_eq!(crate::project::json(directory.path(), &["recommend", "--customers", "20"])["could_carry"], Value::Null);
}

#[test]
fn a_month_that_the_calendar_leaves_out_is_counted_by_its_customers() {
    let months = |number: u32, months: &str| stage(number, "0..99", &format!("months: {months}\n{}", cost("30")));
    let stages = [months(1, "1..2"), months(2, "4..9")];
    let found = forecast(&stages, "customers = [5, 5, 5, 5]\nstages = \"calendar\"", &[]);
    assert_eq!(column(&found, "total"), decimals(&["30", "30", "30", "30"]));
    let expected = [event("2027-01", "not-in-calendar", None), event("2027-02", "stage-change", None)];
    assert_eq!(events(&found), expected);
}

#[test]
fn a_tax_is_to_be_paid_and_no_cost() {
    let stages = [stage(1, "0..99", &format!("tax: 20%\n{}", cost("100")))];
    let found = forecast(&stages, "customers = [5, 5]", &["--cash", "1000", "--arpu", "50"]);
    for (key, expected) in [
        ("total", ["100", "100"]),
        ("tax", ["20", "20"]),
        ("cumulative", ["100", "200"]),
        ("to_pay", ["120", "120"]),
        // 1000 + 250 - 120 each.
        ("balance", ["1130", "1260"]),
    ] {
        assert_eq!(column(&found, key), decimals(&expected), "{key}");
    }
}

#[test]
fn a_tax_is_paid_with_each_bill_and_comes_back_where_it_can_be_recovered() {
    // A year of 120 in March, 12 a month, and 12 of buffer, which nobody bills.
    let items = "line_items:\n  - { name: A, category: c, sku: v/year, ordered_on: 2026-03-15 }\n  - { name: B, category: c, cost: 2, vendor: w }\n";
    let rest = |tax: &str| format!("buffer: 100%\ntax: {tax}\n{items}");
    let settings = "from = 5\nmonths = 6\ncash = 1000\nother_costs = 5";
    let stages = [stage(1, "0..100", &rest("{ rate: 20%, recoverable: true, recovered_after: 2 }"))];
    let found = forecast(&stages, settings, &["--arpu", "0"]);
    assert_eq!(column(&found, "total"), decimals(&["24"; 6]));
    // 20 % of 2, and in March of 122: it comes back two months later.
    assert_eq!(column(&found, "tax"), decimals(&["0.4", "0.4", "0.4", "0.4", "24.4", "0.4"]));
    assert_eq!(column(&found, "tax_recovered"), decimals(&["0", "0", "0.4", "0.4", "0.4", "0.4"]));
    // The buffer of 12, B with its tax, and in March 120 and 24 more.
    assert_eq!(column(&found, "to_pay"), decimals(&["14.4", "14.4", "14.4", "14.4", "158.4", "14.4"]));
    let balance = ["980.6", "961.2", "942.2", "923.2", "760.2", "741.2"];
    assert_eq!(column(&found, "balance"), decimals(&balance));
    // Unless the months are given, it comes back in the next one; and in the same one after none.
    for (tax, expected) in [
        ("{ rate: 20%, recoverable: true }", ["0", "0.4", "0.4", "0.4", "0.4", "24.4"]),
        ("{ rate: 20%, recoverable: true, recovered_after: 0 }", ["0.4", "0.4", "0.4", "0.4", "24.4", "0.4"]),
        ("{ rate: 20%, recoverable: false }", ["0"; 6]),
    ] {
        let found = forecast(&[stage(1, "0..100", &rest(tax))], settings, &["--arpu", "0"]);
        assert_eq!(column(&found, "tax_recovered"), decimals(&expected), "{tax}");
    }
    let directory = plan(&stages, settings);
    let table = page(directory.path(), &["--arpu", "0"]);
    assert!(table.contains("Tax back"), "{table}");
    // A balance after tax pays 144 of March with the tax of A; one before tax only 120. Neither pays the buffer.
    for (after_tax, credits) in [("true", "144"), ("false", "120")] {
        let credit = format!(
            "{settings}\ncredits = [{{ reason = \"r\", amount = 500, vendor = \"v\", after_tax = {after_tax} }}]"
        );
        let found = forecast(&stages, &credit, &["--arpu", "0"]);
        assert_eq!(column(&found, "credits"), decimals(&["0", "0", "0", "0", credits, "0"]));
    }
    let credit = format!("{settings}\ncredits = [{{ reason = \"r\", amount = 30, after_tax = true }}]");
    let found = forecast(&stages, &credit, &["--arpu", "0"]);
    assert_eq!(column(&found, "credits"), decimals(&["14.4", "14.4", "1.2", "0", "0", "0"]));
    // A monthly credit of the stage after its tax: 2 with 0.40, of 5 a month; in March more is billed.
    let monthly = format!("credits: [{{ amount: 5 USD/month, reason: r, after_tax: true }}]\n{}", rest("20%"));
    let found = forecast(&[stage(1, "0..100", &monthly)], settings, &["--arpu", "0"]);
    assert_eq!(column(&found, "credits"), decimals(&["2.4", "2.4", "2.4", "2.4", "5", "2.4"]));
}

#[test]
fn the_overlap_of_two_stages_is_billed_with_tax() {
    let stages = [
        stage(1, "0..10", &format!("buffer: 100%\ntax: {{ rate: 50%, recoverable: true }}\n{}", cost("73"))),
        stage(2, "11..99", &cost("10")),
    ];
    let settings = "customers = [5, 15, 15]\nmigrations = [{ reason = \"r\", overlap_weeks = 2, cost = 7 }]";
    let found = forecast(&stages, settings, &[]);
    // 336 of 730 hours of 146, and half of those of 73.
    assert_eq!(column(&found, "overlap"), decimals(&["0", "67.2", "0"]));
    assert_eq!(column(&found, "tax"), decimals(&["36.5", "16.8", "0"]));
    assert_eq!(column(&found, "tax_recovered"), decimals(&["0", "36.5", "16.8"]));
    assert_eq!(column(&found, "to_pay"), decimals(&["182.5", "101", "10"]));
}

#[test]
fn a_part_is_shown_of_the_stage_that_the_whole_chooses() {
    let item = |name: &str, amount: u32, env: &str| {
        format!("  - {{ name: {name}, category: c, cost: {amount}, tags: {{ env: {env} }} }}\n")
    };
    let first = format!("line_items:\n{}", item("A", 10, "prod"));
    let second = format!("line_items:\n{}", item("B", 50, "dev"));
    let stages = [stage(1, "0..10", &first), stage(2, "0..99", &second)];
    let settings = r#"
customers = [5, 15]
cash = 100
other_costs = 7
credits = [{ reason = "programme", amount = 30 }]
once = [{ month = "2026-12", amount = 4, reason = "audit" }]
migrations = [{ reason = "move", cost = 9, overlap_weeks = 2 }]
"#;
    let directory = plan(&stages, settings);
    // The whole: 10 are less than 50 at 5 customers, and only the second serves 15.
    let found = forecast_in(directory.path(), &["--where", "env=prod"]);
    let ids: Vec<&Value> = found["months"].as_array().unwrap().iter().map(|month| &month["stage"]["id"]).collect();
    assert_eq!(ids, [1, 2]);
    for (key, expected) in [
        ("total", ["10", "0"]),
        ("overlap", ["0", "0"]),
        ("once", ["0", "0"]),
        ("credits", ["0", "0"]),
        ("to_pay", ["10", "0"]),
    ] {
        assert_eq!(column(&found, key), decimals(&expected), "{key}");
    }
    assert_eq!((&found["cash"], &found["months"][1]["balance"]), (&Value::Null, &Value::Null));
    assert_eq!(decimal(&found["other_costs"]), Decimal::ZERO);
    assert_eq!(events(&found), [event("2026-12", "stage-change", None)]);
    let text = page(directory.path(), &["--where", "env=prod"]);
    let left_out = "Cash, credits, migrations and one-time costs belong to the whole stage and are left out";
    assert!(text.contains(left_out), "{text}");
    // Without the condition they are there: 50 and 4, 9, and 336 of 730 hours of 10.
    let found = forecast_in(directory.path(), &["--arpu", "0"]);
    assert_eq!(column(&found, "once"), decimals(&["0", "13"]));
    assert!(!page(directory.path(), &["--arpu", "0"]).contains(left_out));
}

#[test]
fn customers_of_a_scenario_are_those_of_its_first_month() {
    let directory = plan(&two_stages(), "from = 3\nmonths = 2\ngrowth = \"+1\"");
    std::fs::create_dir(directory.path().join("scenarios")).unwrap();
    for (name, rest) in [
        ("plain", "customers: 7"),
        ("growing", "customers: 7\nforecast: { growth: +2/month }"),
        ("from", "customers: 7\nforecast: { from: 8 }"),
        ("listed", "customers: 7\nforecast: { customers: [1, 9] }"),
        ("other", "buffer: 0%"),
    ] {
        let file = directory.path().join(format!("scenarios/{name}.yaml"));
        std::fs::write(file, format!("version: 1\n{rest}\n")).unwrap();
    }
    for (arguments, expected) in [
        (&["--scenario", "other"][..], ["3", "4"]),
        (&["--scenario", "plain"], ["7", "8"]),
        (&["--scenario", "growing"], ["7", "9"]),
        (&["--scenario", "from"], ["8", "9"]),
        (&["--scenario", "listed"], ["1", "9"]),
        (&["--scenario", "plain", "--from", "9"], ["9", "10"]),
        (&["--scenario", "from", "--from", "9"], ["9", "10"]),
    ] {
        assert_eq!(
            column(&forecast_in(directory.path(), arguments), "customers"),
            decimals(&expected),
            "{arguments:?}"
        );
    }
}

#[test]
fn a_cost_outside_of_the_months_is_named() {
    let settings = r#"
once = [
  { month = "2026-10", amount = 1, reason = "seal" },
  { month = "2026-12", amount = 2, reason = "test" },
  { month = "2028-02", amount = "4 EUR", reason = "audit" },
]
"#;
    let directory = plan(&two_stages(), settings);
    let text = page(directory.path(), &["--from", "5", "--months", "2"]);
    assert!(text.contains("Not in these months: seal in 2026-10, audit in 2028-02"), "{text}");
    let found = forecast_in(directory.path(), &["--from", "5", "--months", "2"]);
    assert_eq!(column(&found, "once"), decimals(&["0", "2"]));
    // 17 months from October on have all of them.
    let text = page(directory.path(), &["--from", "5", "--months", "17", "--start", "2026-10"]);
    assert!(!text.contains("Not in these months"), "{text}");
}

#[test]
fn a_stage_that_does_not_serve_is_told_once_and_each_month_says_so() {
    let found = forecast(&two_stages(), "customers = [5, 20, 30, 5, 40]", &["--stages", "1"]);
    assert_eq!(events(&found), [event("2026-12", "does-not-serve", None), event("2027-03", "does-not-serve", None)]);
    assert_eq!(serves(&found), [true, false, false, true, false]);
    // The same where no stage runs.
    let found = forecast(&two_stages(), "customers = [5, 200, 300, 5]", &[]);
    assert_eq!(serves(&found), [true, false, false, true]);
    assert_eq!(events(&found)[0], event("2026-12", "no-stage", None));
    assert_eq!(events(&found).iter().filter(|event| event.1 == "no-stage").count(), 1);
}

#[test]
fn a_share_of_a_cost_that_is_known_in_part_says_so() {
    let rest = "line_items:\n  - { name: A, category: c, sku: v/calls }\n  - { name: B, category: c, cost: 10 }\n";
    let directory = plan(&[stage(1, "0..100", rest)], "customers = [5]");
    // 10 of 5 x 20, and the cost of calls is unknown.
    let text = page(directory.path(), &["--arpu", "20"]);
    assert!(text.contains("100.00 10.00% + ?"), "{text}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 25, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn sums_hold_for_any_plan(
        from in 0..40_u32,
        growth in -50..80_i32,
        churn in 0..30_u32,
        cash in 0..5_000_u32,
        credit in 0..900_u32,
        of_vendor in 0..300_u32,
        weeks in 0..5_u32,
        arpu in 0..30_u32,
    ) {
        let second = "line_items:\n  - { name: A, category: c, sku: v/year, quantity: ceil(customers / 7) }\n  - { name: B, category: c, cost: customers / 3 }\nbuffer: 7%";
        let stages = [stage(1, "0..10", &cost("10.01")), stage(2, "8..", second)];
        let settings = format!(
            "migrations = [{{ reason = \"m\", cost = 33, overlap_weeks = {weeks} }}]\nprepaid = [{{ line_item = \"B\", months = 5 }}]\n\
             credits = [{{ reason = \"v\", amount = {of_vendor}, vendor = \"v\" }}, {{ reason = \"all\", amount = {credit} }}]\n\
             once = [{{ month = \"2027-02\", amount = \"3 EUR\", reason = \"o\" }}]"
        );
        let texts = [from.to_string(), format!("{growth}%"), format!("{churn}%"), cash.to_string(), arpu.to_string()];
        let [from, growth, churn, cash, arpu] = texts.each_ref().map(String::as_str);
        let arguments =
            ["--from", from, "--growth", growth, "--churn", churn, "--cash", cash, "--arpu", arpu, "--months", "20"];
        let found = forecast(&stages, &settings, &arguments);
        // A credit pays no more than it has.
        let paid: Decimal = column(&found, "credits").iter().sum();
        // The digits after the ninth may be those of a float here.
        prop_assert!(paid.round_dp(9) <= Decimal::from(credit + of_vendor));
    }
}
