//! What is assumed is said: how many there are, which, and in JSON.

use crate::project::{self, HEAD, json, stdout};

const SHEET: &str = "version = 1\nvendor = \"v\"\ncurrency = \"EUR\"\nsource = \"s\"\nretrieved_on = 2026-11-01\ntrust = \"vendor\"\n\n[[skus.a.charges]]\nmeter = \"plan\"\nmodel = \"flat\"\nprice = 5\n\n[[skus.a.charges]]\nmeter = \"egress\"\nunit = \"GB\"\nmodel = \"per_unit\"\nprice = 1\nincluded = 10\n\n[[skus.a.charges]]\nmeter = \"requests\"\nunit = \"request\"\nmodel = \"per_unit\"\nprice = 0.1\nincluded = 100\n\n[[skus.a.charges]]\nmeter = \"free\"\nunit = \"request\"\nmodel = \"per_unit\"\nprice = 0\nincluded = 100\n\n[[skus.a.charges]]\nmeter = \"none\"\nunit = \"request\"\nmodel = \"per_unit\"\nprice = 2\nincluded = 0\n";

fn fx(source: &str) -> String {
    format!(
        "version = 1\n\n[[rates]]\nfrom = \"EUR\"\nto = \"USD\"\nrate = 2\neffective_from = 2026-01-01\nsource = \"{source}\"\n"
    )
}

/// The words of an output, however its lines are broken.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn meters_within_their_allowance_and_assumed_rates_are_counted_and_listed() {
    let manifest = format!(
        "{HEAD}line_items:\n  - {{ name: App, category: c, sku: v/a, other_usage: within_allowance, usage: {{ none: 0 }} }}\n"
    );
    let rates = fx("Assumed: what we think");
    let files = [("stages/1-test.yaml", &*manifest), ("pricing/v.toml", SHEET), ("pricing/fx.toml", &rates)];
    let directory = project::project(&files);
    let arguments = ["stage", "1", "--details", "--customers", "5", "--as-of", "2026-11-24"];
    let text = words(&stdout(directory.path(), &arguments));
    // What is free whatever the usage is not assumed, and neither is a usage that is given.
    let count = "Assumed: 2 meters within the allowance, 1 exchange rate";
    assert!(text.contains(&format!("{count} (--assumptions)")), "{text}");
    let text = words(&stdout(directory.path(), &[&arguments[..], &["--assumptions"]].concat()));
    for line in [
        count,
        "App: not given, and within the allowance: egress, requests",
        "exchange rate from EUR to USD, from 2026-01-01 on: Assumed: what we think",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    let found = json(directory.path(), &arguments);
    let assumed = found["assumptions"].as_array().unwrap();
    let kinds: Vec<&str> = assumed.iter().map(|assumption| assumption["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["within_allowance", "within_allowance", "exchange_rate"]);
    assert_eq!((&assumed[0]["line_item"], &assumed[0]["meter"]), (&"App".into(), &"egress".into()));
    assert_eq!((&assumed[2]["from"], &assumed[2]["to"]), (&"EUR".into(), &"USD".into()));
}

#[test]
fn nothing_is_said_where_nothing_is_assumed() {
    let manifest = format!(
        "{HEAD}line_items:\n  - {{ name: App, category: c, sku: v/a, usage: {{ egress: 1 GB, requests: 1, free: 1, none: 0 }} }}\n"
    );
    let rates = fx("a bank");
    let files = [("stages/1-test.yaml", &*manifest), ("pricing/v.toml", SHEET), ("pricing/fx.toml", &rates)];
    let directory = project::project(&files);
    let arguments = ["stage", "1", "--details", "--customers", "5", "--as-of", "2026-11-24"];
    let text = stdout(directory.path(), &[&arguments[..], &["--assumptions"]].concat());
    assert!(!text.contains("Assumed"), "{text}");
    assert_eq!(json(directory.path(), &arguments)["assumptions"], serde_json::json!([]));
}

/// The bundled Growth stage: the count is that of the steps that `explain` shows as assumed, and its one rate.
#[test]
fn the_count_is_that_of_the_steps_of_an_explanation() {
    let directory = project::project(&[]);
    let arguments = ["stage", "2", "--details", "--customers", "60", "--as-of", "2026-11-24"];
    let explained = json(directory.path(), &["explain", "2", "--customers", "60", "--as-of", "2026-11-24"]);
    // What a line item would cost at list prices is explained beside it, with the same assumptions.
    let is_counted = |subject: &&serde_json::Value| !subject["name"].as_str().unwrap().contains("list price");
    let subjects = explained["subjects"].as_array().unwrap().iter().filter(is_counted);
    let labels =
        subjects.flat_map(|subject| subject["steps"].as_array().unwrap()).map(|step| step["label"].as_str().unwrap());
    let steps = labels.filter(|label| label.contains("billable, assumed within the allowance")).count();
    let found = json(directory.path(), &arguments);
    let assumed = found["assumptions"].as_array().unwrap();
    let of_meters = assumed.iter().filter(|assumption| assumption["kind"] == "within_allowance").count();
    let of_drivers = assumed.iter().filter(|assumption| assumption["kind"] == "driver").count();
    assert_eq!((of_meters, steps > 0, assumed.len()), (steps, true, steps + of_drivers + 1));
}
