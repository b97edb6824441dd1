//! One answer for a pair of currencies and a day, and the age of a rate.

use crate::project::{self, costplan, json, stderr, stdout};
use serde_json::json as value;

const DAY: [&str; 2] = ["--as-of", "2026-11-24"];

fn fx(rates: &[(&str, &str, &str, &str)]) -> String {
    let rate = |(from, to, rate, day): &(&str, &str, &str, &str)| {
        format!(
            "\n[[rates]]\nfrom = \"{from}\"\nto = \"{to}\"\nrate = {rate}\neffective_from = {day}\nsource = \"a bank\"\n"
        )
    };
    format!("version = 1\n{}", rates.iter().map(rate).collect::<String>())
}

fn manifest(id: u32, currency: &str, cost: &str) -> String {
    format!(
        "version: 1\nstage: {id}\nname: Test\ncustomers: 0..100\ncurrency: {currency}\nline_items:\n  \
         - {{ name: Host, category: compute, cost: {cost} }}\n"
    )
}

/// What 9 EUR are in USD, and what 9 USD are in EUR.
fn both_ways(fx: &str) -> [String; 2] {
    let (there, back) = (manifest(1, "USD", "9 EUR"), manifest(2, "EUR", "9 USD"));
    let files = [("stages/1-a.yaml", &*there), ("stages/2-b.yaml", &*back), ("pricing/fx.toml", fx)];
    let directory = project::project(&files);
    ["1", "2"].map(|stage| {
        let arguments = [&["stage", stage, "--customers", "5"], &DAY[..]].concat();
        json(directory.path(), &arguments)["total"].to_string()
    })
}

#[test]
fn a_pair_has_one_rate_on_a_day_in_whichever_direction_it_is_written() {
    // At 1.5 USD for a EUR.
    let expected = ["13.5", "6"];
    let of = |rates: &[_]| both_ways(&fx(rates));
    assert_eq!(of(&[("EUR", "USD", "1.5", "2026-01-01")]), expected);
    // The newest one counts, whatever its direction: at 0.5 EUR for a USD a EUR is 2 USD.
    let later = [("EUR", "USD", "1.5", "2026-01-01"), ("USD", "EUR", "0.5", "2026-02-01")];
    assert_eq!(of(&later), ["18", "4.5"]);
    // Both directions from one day are one rate if they are exactly inverse.
    let inverse = [("EUR", "USD", "2", "2026-01-01"), ("USD", "EUR", "0.5", "2026-01-01")];
    assert_eq!(of(&inverse), ["18", "4.5"]);
    // A rounded inverse is another rate.
    let rounded = fx(&[("EUR", "USD", "1.5", "2026-01-01"), ("USD", "EUR", "0.6667", "2026-01-01")]);
    let plan = manifest(1, "USD", "9 EUR");
    let directory = project::project(&[("stages/1-a.yaml", &plan), ("pricing/fx.toml", &rounded)]);
    let output = costplan(directory.path(), &["stage", "1"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("a rate is used in both directions"), "{}", stderr(&output));
}

#[test]
fn a_missing_rate_names_the_third_currency_that_would_do() {
    let rates = fx(&[("EUR", "USD", "1.25", "2026-01-01"), ("EUR", "GBP", "0.8", "2026-01-01")]);
    let plan = manifest(1, "USD", "9 GBP");
    let directory = project::project(&[("stages/1-a.yaml", &plan), ("pricing/fx.toml", &rates)]);
    let output = costplan(directory.path(), &[&["stage", "1"], &DAY[..]].concat());
    // 1 / 0.8 x 1.25.
    let message = stderr(&output).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(message.contains("rates from GBP to EUR and from EUR to USD"), "{message}");
    assert!(message.contains("which is 1.5625 by way of EUR"), "{message}");
    // Not one that begins later.
    let later = fx(&[("EUR", "USD", "1.25", "2026-01-01"), ("EUR", "GBP", "0.8", "2027-01-01")]);
    project::write(directory.path(), "pricing/fx.toml", later);
    let output = costplan(directory.path(), &[&["stage", "1"], &DAY[..]].concat());
    assert!(!stderr(&output).contains("by way of"), "{}", stderr(&output));
}

#[test]
fn a_rate_has_an_age_that_is_shown_listed_and_held_against_the_limit() {
    let rates = fx(&[("EUR", "USD", "1.5", "2026-01-01")]);
    let plan = manifest(1, "USD", "9 EUR");
    let settings = "version = 1\n[budget]\nprice_age = \"300d\"\n";
    let files = [("stages/1-a.yaml", &*plan), ("pricing/fx.toml", &rates), ("costplan.toml", settings)];
    let directory = project::project(&files);
    let text = stdout(directory.path(), &[&["stage", "1", "--details"], &DAY[..]].concat());
    assert!(text.contains("The exchange rate in it is of 2026-01-01: EUR to USD"), "{text}");
    let found = json(directory.path(), &[&["stage", "1"], &DAY[..]].concat());
    assert_eq!(found["exchange_rates"][0]["effective_from"], "2026-01-01");
    // From 1 January to 24 November 2026 are 327 days.
    let output = costplan(directory.path(), &[&["prices", "stale", "--format", "json"], &DAY[..]].concat());
    assert_eq!(output.status.code(), Some(1));
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&found["passed"], &found["stale"], &found["stale_rates"]), (&value!(false), &value!(0), &value!(1)));
    assert_eq!(found["exchange_rates"][0]["age_days"], 327);
    assert_eq!(found["exchange_rates"][0]["rate"], 1.5);
    let text = stdout(directory.path(), &[&["prices", "stale", "--all", "--max-age", "1y"], &DAY[..]].concat());
    assert!(text.contains("2026-01-01") && text.contains("fresh") && text.contains("EUR to USD"), "{text}");
    let output = costplan(directory.path(), &[&["check", "--customers", "5", "--format", "csv"], &DAY[..]].concat());
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("the exchange rate from EUR to USD is older, of 2026-01-01"), "{text}");
    // A rate that was read later is younger than its first day.
    let read = rates.replace("source", "retrieved_on = 2026-11-01\nsource");
    project::write(directory.path(), "pricing/fx.toml", read);
    let output = costplan(directory.path(), &[&["prices", "stale"], &DAY[..]].concat());
    assert_eq!(output.status.code(), Some(0));
    project::write(directory.path(), "pricing/fx.toml", rates);
    // 327 days may be 327 days old.
    project::write(directory.path(), "costplan.toml", settings.replace("300d", "327d"));
    let output = costplan(directory.path(), &[&["check", "--customers", "5", "--format", "csv"], &DAY[..]].concat());
    assert_eq!(output.status.code(), Some(0));
}
