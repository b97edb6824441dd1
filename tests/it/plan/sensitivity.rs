//! How the total moves with each input: every row worked out by hand, and laws.

use std::fmt::Write as _;

use crate::project::{HEAD, costplan, project, resolved, stdout};
use costplan::calculate;
use costplan::calculate::{Basis, Outcome, Sensitivity, Unobserved};
use costplan::model::{Inputs, Progress, Revenue, Stage};
use costplan::view::{SensitivityView, Tornado};
use proptest::prelude::*;
use rust_decimal::Decimal;
use serde_json::Value;

const EURO_SHEET: &str = "version = 1\nvendor = \"v\"\ncurrency = \"EUR\"\nsource = \"s\"\nretrieved_on = 2026-01-02\n\
    trust = \"fixture\"\n[skus.server]\n[[skus.server.charges]]\nmeter = \"server\"\nmodel = \"flat\"\nprice = 20\n";
const DOLLAR_SHEET: &str = r#"
version = 1
vendor = "w"
currency = "USD"
source = "s"
retrieved_on = 2026-03-04
trust = "fixture"
[skus.storage]
[[skus.storage.charges]]
meter = "storage"
unit = "GB"
model = "graduated"
tiers = [{ up_to = 180, price = 0.10 }, { price = 0.05 }]
[skus.calls]
[[skus.calls.charges]]
meter = "calls"
unit = "call"
model = "per_unit"
price = 0.01
"#;
const RATES: &str =
    "version = 1\n[[rates]]\nfrom = \"EUR\"\nto = \"USD\"\nrate = 1.25\neffective_from = 2026-02-03\nsource = \"s\"\n";

/// 40 EUR are 50 USD; 200 GB cost 180 x 0.10 + 20 x 0.05 = 19 USD; 1000 calls 10 USD; support 30 USD: 109 USD, and with
/// 10 % on it 119.90, which the manifest rounds up to 120.
const PLAN: &str = "buffer: 10%\nrounding: { total: { to: 5, direction: up } }\ndrivers: { requests: customers * 10 }\n\
    line_items:\n\
    \x20 - { name: Servers, category: c, sku: v/server, quantity: 2 }\n\
    \x20 - { name: Storage, category: c, sku: w/storage, usage: { storage: requests * 0.2 GB } }\n\
    \x20 - { name: Calls, category: c, sku: w/calls, usage: { calls: requests } }\n\
    \x20 - { name: Support, category: c, cost: 30 }\n";

fn files(manifest: &str) -> [(&'static str, String); 4] {
    [
        ("stages/1-test.yaml", format!("{HEAD}{manifest}")),
        ("pricing/v.toml", EURO_SHEET.to_owned()),
        ("pricing/w.toml", DOLLAR_SHEET.to_owned()),
        ("pricing/fx.toml", RATES.to_owned()),
    ]
}

fn stage(manifest: &str) -> Stage {
    let files = files(manifest);
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    resolved(&files).unwrap()
}

fn ranked(stage: &Stage, customers: u64, by: &str) -> Sensitivity {
    let inputs = Inputs { customers, revenue: Revenue::Unknown };
    let costing = calculate::stage(stage, inputs, &mut Unobserved).unwrap();
    calculate::sensitivity(stage, &costing, decimal(by), &Progress::default()).unwrap()
}

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// A row as text: the input, its values, the totals and the moves.
fn rows(sensitivity: &Sensitivity) -> Vec<String> {
    let row = |input: &costplan::calculate::InputSensitivity| {
        let mut text = format!("{}: {}", input.label, input.value.value.to_decimal().unwrap().normalize());
        for end in [&input.low, &input.high] {
            let value = end
                .value
                .as_ref()
                .map_or_else(|| "none".to_owned(), |value| value.value.to_decimal().unwrap().normalize().to_string());
            match &end.outcome {
                Ok(Outcome { total, moved }) => {
                    write!(text, "; {value} {} {}", total.normalize(), moved.normalize()).unwrap();
                }
                Err(problem) => write!(text, "; {value} {problem}").unwrap(),
            }
        }
        text
    };
    sensitivity.inputs.iter().map(row).collect()
}

#[test]
fn every_input_is_ranked_by_how_much_it_moves_the_exact_total() {
    let stage = stage(PLAN);
    let sensitivity = ranked(&stage, 100, "0.2");
    assert_eq!(sensitivity.total, Some(decimal("119.9")));
    assert_eq!(
        rows(&sensitivity),
        [
            // 40 EUR at 1.00 and at 1.50: 10 USD less or more. Ties stand by name.
            "EUR to USD rate: 1.25; 1 108.9 -11; 1.5 130.9 11",
            // A fifth of two servers, 10 USD, times 1.1.
            "Servers: quantity: 2; 1.6 108.9 -11; 2.4 130.9 11",
            "v/server prices: 1; 0.8 108.9 -11; 1.2 130.9 11",
            "Support: cost: 30; 24 113.3 -6.6; 36 126.5 6.6",
            // 160 GB cost 16 and 240 GB 21; 800 calls cost 8 and 1200 cost 12.
            "customers: 100; 80 114.4 -5.5; 120 124.3 4.4",
            "requests: 1000; 800 114.4 -5.5; 1200 124.3 4.4",
            // 19 x 20 % x 1.1; the bounds of the tiers stay.
            "w/storage prices: 1; 0.8 115.72 -4.18; 1.2 124.08 4.18",
            "Storage: storage: 200; 160 116.6 -3.3; 240 122.1 2.2",
            "w/calls prices: 1; 0.8 117.7 -2.2; 1.2 122.1 2.2",
            // 109 x 1.08 and 109 x 1.12.
            "buffer: 0.1; 0.08 117.72 -2.18; 0.12 122.08 2.18",
        ]
    );
    // The usage of the calls is the driver, and not counted twice. Of the estimates the plain cost moves the most.
    assert_eq!(&*sensitivity.estimate_to_improve().unwrap().label, "Support: cost");
    let bases: Vec<Basis> = sensitivity.inputs.iter().map(|input| input.basis).collect();
    let (euro, dollar) =
        (Basis::ListPrice("2026-01-02".parse().unwrap()), Basis::ListPrice("2026-03-04".parse().unwrap()));
    let rate = Basis::ExchangeRate("2026-02-03".parse().unwrap());
    let (given, computed) = (Basis::Given, Basis::Computed);
    assert_eq!(bases, [rate, given, euro, given, given, computed, dollar, computed, dollar, given]);
}

#[test]
fn agreed_prices_are_scaled_in_place_of_list_prices() {
    let stage = stage(
        "line_items:\n  - { name: A, category: c, sku: v/server, agreed_price: { server: 8 USD/month, reason: r } }\n",
    );
    let sensitivity = ranked(&stage, 1, "0.5");
    // 8 USD at half and at one and a half of it; the rate of the list price does not matter.
    assert_eq!(rows(&sensitivity)[0], "v/server prices: 1; 0.5 4 -4; 1.5 12 4");
    assert_eq!(sensitivity.inputs[0].basis, Basis::AgreedPrice);
    assert!(sensitivity.inputs[1..].iter().all(costplan::calculate::InputSensitivity::moves_nothing));
    // No buffer is given, and no estimate moves anything.
    let buffer = sensitivity.inputs.iter().find(|input| &*input.label == "buffer").unwrap();
    assert_eq!(buffer.basis, Basis::Assumed);
    assert!(sensitivity.estimate_to_improve().is_none());
}

#[test]
fn bounds_of_a_price_are_scaled_and_bounds_of_usage_are_not() {
    let sheet = "version = 1\nvendor = \"v\"\ncurrency = \"USD\"\nsource = \"s\"\nretrieved_on = 2026-01-02\ntrust = \"fixture\"\n\
        [skus.a]\n[[skus.a.charges]]\nmeter = \"m\"\nunit = \"call\"\nmodel = \"per_unit\"\nprice = 1\nincluded = 10\nminimum = 50\n\
        [skus.b]\n[[skus.b.charges]]\nmeter = \"m\"\nunit = \"call\"\nmodel = \"per_unit\"\nprice = 2\ncap = 20\n\
        [skus.c]\n[[skus.c.charges]]\nmeter = \"m\"\nmodel = \"percentage\"\nof = \"subtotal\"\ntiers = [{ percent = \"10%\" }]\n";
    let items = "line_items:\n  - { name: A, category: c, sku: v/a, usage: { m: 30 } }\n\
        \x20 - { name: B, category: c, sku: v/b, usage: { m: 30 } }\n  - { name: C, category: c, sku: v/c }\n";
    let manifest = format!("{HEAD}{items}");
    let stage = resolved(&[("stages/1-test.yaml", &manifest), ("pricing/v.toml", sheet)]).unwrap();
    let sensitivity = ranked(&stage, 1, "0.2");
    // The minimum of 50 and the cap of 20 hold, and the fee is a tenth of both: 77. The minimum at 60 makes 88, the fee at
    // 8 % 75.60.
    assert_eq!(sensitivity.total, Some(decimal("77")));
    assert_eq!(
        rows(&sensitivity)[..3],
        [
            "v/a prices: 1; 0.8 66 -11; 1.2 88 11",
            "v/b prices: 1; 0.8 72.6 -4.4; 1.2 81.4 4.4",
            "v/c prices: 1; 0.8 75.6 -1.4; 1.2 78.4 1.4",
        ]
    );
}

#[test]
fn a_rate_is_changed_as_it_is_written() {
    let euro = HEAD.replace("USD", "EUR");
    let manifest = format!("{euro}line_items:\n  - {{ name: A, category: c, cost: 10 USD }}\n");
    let stage = resolved(&[("stages/1-test.yaml", &manifest), ("pricing/fx.toml", RATES)]).unwrap();
    // 10 USD are 8 EUR at 1.25, 10 EUR at 1.00, and 6.66... at 1.50.
    assert_eq!(
        rows(&ranked(&stage, 1, "0.2"))[..2],
        ["EUR to USD rate: 1.25; 1 10 2; 1.5 6.666666666667 -1.333333333333", "A: cost: 10; 8 6.4 -1.6; 12 9.6 1.6"]
    );
}

#[test]
fn customers_stay_whole_and_move_by_one_at_least_and_quantities_move_by_parts() {
    let customers = "line_items:\n  - { name: A, category: c, cost: customers * 10 }\n";
    let row = |customers_now: u64, by: &str| {
        let found = rows(&ranked(&stage(customers), customers_now, by));
        found.into_iter().find(|row| row.starts_with("customers")).unwrap()
    };
    assert_eq!(row(7, "0.2"), "customers: 7; 6 60 -10; 8 80 10");
    assert_eq!(row(13, "0.2"), "customers: 13; 10 100 -30; 16 160 30");
    assert_eq!(row(1, "0.2"), "customers: 1; 0 0 -10; 2 20 10");
    assert_eq!(row(0, "0.2"), "customers: 0; none there cannot be fewer than 0 customers; 1 10 10");
    let quantity = |quantity: &str| {
        let items = format!("line_items:\n  - {{ name: A, category: c, cost: 10, quantity: {quantity} }}\n");
        let found = rows(&ranked(&stage(&items), 4, "0.2"));
        found.into_iter().find(|row| row.starts_with("A: quantity")).unwrap()
    };
    assert_eq!(quantity("1"), "A: quantity: 1; 0.8 8 -2; 1.2 12 2");
    assert_eq!(quantity("customers * 5"), "A: quantity: 20; 16 160 -40; 24 240 40");
    assert_eq!(quantity("2.5"), "A: quantity: 2.5; 2 20 -5; 3 30 5");
}

#[test]
fn a_change_that_cannot_be_computed_is_a_row_that_says_so() {
    let plan = "drivers: { requests: customers * 10 }\n\
        line_items:\n  - { name: A, category: c, cost: 100 - requests * 0.09 }\n  - { name: B, category: c, cost: 1 }\n";
    let stage = stage(plan);
    let sensitivity = ranked(&stage, 100, "0.2");
    let below = |customers: u64| {
        format!("the cost of `A` at {customers} customers cannot be computed: the result is below zero")
    };
    let found = rows(&sensitivity);
    assert_eq!(found[0], format!("customers: 100; 80 29 18; 120 {}", below(120)), "{found:#?}");
    assert_eq!(found[1], format!("requests: 1000; 800 29 18; 1200 {}", below(100)));
    assert_eq!(found[2], "A: cost: 10; 8 9 -2; 12 13 2");
    let whole = ranked(&stage, 100, "1");
    assert_eq!(rows(&whole)[0], format!("customers: 100; 0 101 90; 200 {}", below(200)));
    let (directory, text) = (project(&[("stages/1-test.yaml", &format!("{HEAD}{plan}"))]), "--customers=100");
    let table = stdout(directory.path(), &["sensitivity", "1", "--details", text]);
    assert!(table.contains("    at +20%: the cost of `A` at 120 customers cannot be computed"), "{table}");
}

#[test]
fn a_ranking_of_a_part_says_so_and_one_of_nothing_is_none() {
    let calls = "  - { name: Calls, category: c, sku: w/calls }\n";
    let part = files(&format!("line_items:\n{calls}  - {{ name: Support, category: c, cost: 30 }}\n"));
    let directory = project(&part.each_ref().map(|(name, text)| (*name, text.as_str())));
    let json = |directory: &tempfile::TempDir| -> Value {
        let arguments = ["sensitivity", "1", "--customers", "5", "--format", "json"];
        serde_json::from_str(&stdout(directory.path(), &arguments)).unwrap()
    };
    let found = json(&directory);
    assert_eq!((&found["complete"], &found["total_exact"]), (&false.into(), &30.into()));
    assert_eq!(
        (&found["ranking"][0]["input"], &found["ranking"][0]["low"]["move"]),
        (&"Support: cost".into(), &Value::from(-6))
    );
    let codes: Vec<&str> =
        found["findings"].as_array().unwrap().iter().map(|finding| finding["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["unknown-usage", "known-part", "better-estimate"]);
    let nothing = files(&format!("line_items:\n{calls}"));
    let directory = project(&nothing.each_ref().map(|(name, text)| (*name, text.as_str())));
    let found = json(&directory);
    assert_eq!((&found["total_exact"], &found["better_estimate"]), (&Value::Null, &Value::Null));
    assert_eq!(found["ranking"], Value::Array(Vec::new()));
    let table = stdout(directory.path(), &["sensitivity", "1", "--details", "--customers", "5"]);
    assert!(table.contains("None of the cost is known, so nothing can be ranked"), "{table}");
}

#[test]
fn an_end_that_cannot_be_computed_is_no_amount() {
    let of = |plan: &str, customers: &str| {
        let directory = project(&[("stages/1-test.yaml", &format!("{HEAD}{plan}"))]);
        let text = stdout(directory.path(), &["sensitivity", "1", "--details", "--customers", customers]);
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    // There are no fewer than 0 customers; one more costs 10, and the total is 4.
    let plan =
        "line_items:\n  - { name: A, category: c, cost: customers * 10 }\n  - { name: B, category: c, cost: 4 }\n";
    let text = of(plan, "0");
    let expected = "`customers` deserves a better estimate: 20% more moves the total by +10.00 USD, up to 250.0% of it; 20% less cannot be computed";
    assert!(text.contains(expected), "{text}");
    // The other end: 100 - 120 is below zero, 100 - 80 is 20 more than nothing.
    let text = of("line_items:\n  - { name: A, category: c, cost: 100 - customers }\n", "100");
    let expected = "20% less moves the total by +20.00 USD; 20% more cannot be computed";
    assert!(text.contains(expected), "{text}");
}

#[test]
fn all_formats_show_the_ranking() {
    let plan = files(&PLAN.replace("10%\n", "0%\n"));
    let directory = project(&plan.each_ref().map(|(name, text)| (*name, text.as_str())));
    let shown = |arguments: &[&str]| {
        stdout(
            directory.path(),
            &[&["sensitivity", "1", "--details", "--customers", "100", "--as-of", "2026-11-24"][..], arguments]
                .concat(),
        )
    };
    let table = shown(&[]);
    for line in [
        "Each input 20% less and more, everything else unchanged. The exact total is\n109.00 USD: the total with the buffer, not rounded\n",
        "Input              Total at -20%  at +20%  Move at -20%  at +20%  Of total\n",
        "Servers: quantity          99.00   119.00        -10.00   +10.00      9.2%\n",
        "customers                 104.00   113.00         -5.00    +4.00      4.6%\n",
        "Input                 Now    -20%    +20%  Known by\n",
        "Storage: storage   200 GB  160 GB  240 GB  computed\n",
        "v/server prices      100%     80%    120%  list price 2026-01-02\n",
        "EUR to USD rate      1.25       1    1.50  rate of 2026-02-03\n",
        "\nNo effect on the total: buffer\n",
        "note: `Support: cost` (stages/1-test.yaml:13) deserves a better estimate: 20%\n  less moves the total by -6.00 USD, and 20% more by +6.00 USD, up to 5.5% of it\n",
    ] {
        assert!(table.contains(line), "{line} is not in\n{table}");
    }
    assert!(table.lines().all(|line| line.chars().count() <= 80), "{table}");
    let csv = shown(&["--format", "csv"]);
    assert_eq!(csv.lines().count(), 11, "{csv}");
    for line in [
        "customers,customers,,100,,given,,,true,80,104,-5,,120,113,4,,0.045872,USD",
        "Storage: storage,usage,Storage,200,GB,computed,,stages/1-test.yaml:11,true,160,106,-3,,240,111,2,,0.027523,USD",
    ] {
        assert!(csv.lines().any(|found| found == line), "{csv}");
    }
    let markdown = shown(&["--format", "markdown"]);
    assert!(markdown.contains("| Servers: quantity | 99.00 | 119.00 | -10.00 | +10.00 | 9.2% |\n"), "{markdown}");
    let json: Value = serde_json::from_str(&shown(&["--by", "10%", "--format", "json"])).unwrap();
    assert_eq!((&json["schema"], &json["inputs"]["customers"]), (&"costplan.sensitivity.v1".into(), &100.into()));
    assert_eq!((json["by"].to_string(), &json["better_estimate"]), ("0.1".into(), &"Support: cost".into()));
    let support = &json["ranking"].as_array().unwrap().iter().find(|row| row["input"] == "Support: cost").unwrap();
    assert_eq!(
        (&support["low"]["total"], &support["low"]["move"], &support["high"]["total"]),
        (&106.into(), &Value::from(-3), &112.into())
    );
    assert_eq!(
        (&support["value"], &support["unit"], &support["line_item"]),
        (&30.into(), &"USD".into(), &"Support".into())
    );
}

#[test]
fn a_chart_gets_a_bar_for_each_input_that_moves_the_total() {
    let stage = stage(&PLAN.replace("10%\n", "0%\n"));
    let inputs = Inputs { customers: 100, revenue: Revenue::Unknown };
    let costing = calculate::stage(&stage, inputs, &mut Unobserved).unwrap();
    let sensitivity = calculate::sensitivity(&stage, &costing, decimal("0.2"), &Progress::default()).unwrap();
    let sources = costplan::source::Sources::default();
    let tornado = SensitivityView::new(&stage, &costing, &sensitivity, &sources).tornado().unwrap();
    let Tornado { baseline, rows, .. } = tornado;
    assert_eq!((baseline, rows.len()), (decimal("109"), 9));
    assert_eq!((&*rows[0].label, rows[0].low, rows[0].high), ("EUR to USD rate", decimal("99"), decimal("119")));
    assert_eq!((&*rows[0].low_text, &*rows[0].high_text), ("-10.00", "+10.00"));
}

#[test]
fn what_is_asked_must_make_sense() {
    let directory = project(&[]);
    for (arguments, message) in [
        (&["sensitivity", "2"][..], "add `--customers N`"),
        (&["sensitivity", "2", "--customers", "60", "--by", "0"], "more than 0% and at most 100%"),
        (&["sensitivity", "2", "--customers", "60", "--by", "101%"], "more than 0% and at most 100%"),
        (&["sensitivity", "2", "--customers", "60", "--by", "-5%"], "more than 0% and at most 100%"),
        (&["sensitivity", "2", "--customers", "60", "--by", "much"], "expected a number"),
        (&["sensitivity", "7", "--customers", "60"], "unknown-stage"),
    ] {
        let output = costplan(directory.path(), arguments);
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(stderr.contains(message), "{message} is not in {stderr}");
    }
    let items: String = (0..9000).map(|index| format!("  - {{ name: n{index}, category: c, cost: 1 }}\n")).collect();
    let large = stage(&format!("line_items:\n{items}"));
    let costing =
        calculate::stage(&large, Inputs { customers: 1, revenue: Revenue::Unknown }, &mut Unobserved).unwrap();
    let wrong = calculate::sensitivity(&large, &costing, decimal("0.2"), &Progress::default()).unwrap_err();
    assert!(wrong[0].message.contains("has 9002 inputs, too many"), "{wrong:?}");
}

#[test]
fn a_scenario_and_its_places_are_named() {
    let plan = files(PLAN);
    let mut written: Vec<(&str, &str)> = plan.iter().map(|(name, text)| (*name, text.as_str())).collect();
    written.push(("scenarios/high.yaml", "version: 1\ncustomers: 100\nset:\n  requests: customers * 20\n"));
    let directory = project(&written);
    let text = stdout(directory.path(), &["sensitivity", "1", "--details", "--scenario", "high", "--format", "json"]);
    let json: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["scenario"]["id"], "high");
    let requests = json["ranking"].as_array().unwrap().iter().find(|row| row["input"] == "requests").unwrap();
    assert_eq!((&requests["value"], &requests["place"]), (&2000.into(), &"scenarios/high.yaml:4".into()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    /// If the cost is linear in an input, less of it deducts what more of it adds.
    #[test]
    fn moves_of_linear_costs_are_equal_and_opposite(
        usage in 1..100_000i64, price in 1..10_000i64, cost in 1..10_000i64, buffer in 0..100i64, by in 1..100i64,
    ) {
        let sheet = format!(
            "version = 1\nvendor = \"v\"\ncurrency = \"EUR\"\nsource = \"s\"\nretrieved_on = 2026-01-02\ntrust = \"fixture\"\n\
             [skus.s]\n[[skus.s.charges]]\nmeter = \"m\"\nunit = \"call\"\nmodel = \"per_unit\"\nprice = {}\n",
            Decimal::new(price, 3)
        );
        let manifest = format!(
            "{HEAD}buffer: {buffer}%\ndrivers: {{ calls: {usage} }}\nline_items:\n\
             \x20 - {{ name: A, category: c, sku: v/s, usage: {{ m: calls * 3 }} }}\n  - {{ name: B, category: c, cost: {} }}\n",
            Decimal::new(cost, 2)
        );
        let stage = resolved(&[("stages/1-test.yaml", &manifest), ("pricing/v.toml", &sheet), ("pricing/fx.toml", RATES)]).unwrap();
        let sensitivity = ranked(&stage, 1, &Decimal::new(by, 2).to_string());
        let total = sensitivity.total.unwrap();
        for input in sensitivity.inputs.iter().filter(|input| &*input.label != "customers") {
            let (low, high) = (input.low.outcome.as_ref().unwrap(), input.high.outcome.as_ref().unwrap());
            prop_assert_eq!(low.moved, -high.moved, "{}", input.label);
            prop_assert_eq!(total + low.moved, low.total);
        }
        // Calls, their usage, their prices and the rate all scale the one row.
        let moved = |label: &str| {
            let input = sensitivity.inputs.iter().find(|input| &*input.label == label).unwrap();
            input.high.outcome.as_ref().unwrap().moved
        };
        for label in ["A: m", "v/s prices", "EUR to USD rate"] {
            prop_assert_eq!(moved("calls"), moved(label), "{}", label);
        }
        let largest: Vec<Option<Decimal>> = sensitivity.inputs.iter().map(costplan::calculate::InputSensitivity::largest_move).collect();
        prop_assert!(largest.windows(2).all(|pair| pair[0] >= pair[1]), "{:?}", largest);
    }
}
