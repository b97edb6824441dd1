//! Which prices of a vendor changed between two days, and what it does to stages.

use crate::project::{HEAD, costplan, json, project};
use costplan::calculate::price_changes;
use costplan::model::Sku;
use std::sync::Arc;

const SHEET: &str = "\
version = 1
vendor = \"v\"
currency = \"EUR\"
source = \"s\"
retrieved_on = 2026-01-01
trust = \"vendor\"
[skus.server]
[[skus.server.charges]]
meter = \"server\"
model = \"flat\"
prices = [
  { price = 8, effective_to = 2026-03-31 },
  { price = 10, effective_from = 2026-04-01 },
]
[[skus.server.charges]]
meter = \"traffic\"
unit = \"TB\"
usage = \"2 TB\"
model = \"per_unit\"
price = 1
[skus.tiers]
[[skus.tiers.charges]]
meter = \"calls\"
unit = \"call\"
model = \"graduated\"
per = 1000
prices = [
  { tiers = [{ up_to = 10, price = 2 }, { price = 1 }], effective_to = 2026-03-31 },
  { tiers = [{ up_to = 10, price = 1 }, { price = 0.5 }], effective_from = 2026-04-01 },
]
[skus.old]
sold_until = 2026-02-01
[[skus.old.charges]]
meter = \"server\"
model = \"flat\"
price = 5
[skus.new]
[[skus.new.charges]]
meter = \"server\"
model = \"flat\"
prices = [{ price = 6, effective_from = 2026-05-01 }]
[skus.regions]
[[skus.regions.charges]]
meter = \"server\"
unit = \"hour\"
model = \"per_unit\"
prices = [
  { when = { region = \"eu\" }, price = 1 },
  { when = { region = \"us\" }, price = 2, effective_to = 2026-03-31 },
  { when = { region = \"us\" }, price = 2, cap = 500, effective_from = 2026-04-01 },
]
";

const RATES: &str = "\
version = 1
rates = [
  { from = \"EUR\", to = \"USD\", rate = 1.5, effective_from = 2025-01-01, source = \"s\" },
  { from = \"EUR\", to = \"USD\", rate = 2, effective_from = 2026-06-01, source = \"s\" },
]
";

fn skus() -> Vec<Arc<Sku>> {
    let mut workspace = crate::project::in_memory(&[("pricing/v.toml", SHEET)]).unwrap();
    let request = costplan::resolve::Request::on("2026-01-01".parse().unwrap());
    ["server", "tiers", "old", "new", "regions"]
        .iter()
        .map(|name| workspace.sku(&costplan::source::Spanned::given(format!("v/{name}")), &request).unwrap())
        .collect()
}

#[test]
fn changes_are_between_the_prices_of_two_days() {
    let skus = skus();
    let changes = price_changes(&skus, "2026-01-15".parse().unwrap(), "2026-11-24".parse().unwrap());
    let told: Vec<(&str, &str, Option<String>)> = changes
        .prices
        .iter()
        .map(|change| {
            let ratio = change.ratio().and_then(|ratio| ratio.exact()).map(|ratio| ratio.normalize().to_string());
            (&*change.sku.id, &*change.charge.meter, ratio)
        })
        .collect();
    // 10 / 8 - 1; half in every tier; another cap is no other price.
    let expected = [
        ("v/server", "server", Some("0.25".to_owned())),
        ("v/tiers", "calls", Some("-0.5".to_owned())),
        ("v/regions", "server", None),
    ];
    assert_eq!(told, expected);
    assert_eq!(changes.same, 2);
    let names = |skus: &[&Sku]| skus.iter().map(|sku| sku.id.to_string()).collect::<Vec<_>>();
    assert_eq!((names(&changes.new), names(&changes.gone)), (vec!["v/new".to_owned()], vec!["v/old".to_owned()]));
    let day = "2026-11-24".parse().unwrap();
    let none = price_changes(&skus, day, day);
    assert!(none.prices.is_empty() && none.new.is_empty() && none.gone.is_empty());
}

#[test]
fn stages_are_computed_with_the_prices_of_both_days() {
    let manifest = format!(
        "{HEAD}line_items:\n  - {{ name: A, category: c, sku: v/server, quantity: 3 }}\n  - {{ name: B, category: c, cost: 7 }}\n"
    );
    let late =
        manifest.replace("stage: 1", "stage: 2").replace("name: Test", "name: Late").replace("v/server", "v/new");
    let other = "version: 1\nstage: 3\nname: Other\ncustomers: 0..9\ncurrency: USD\nline_items:\n  - { name: B, category: c, cost: 7 }\n";
    let files = [
        ("pricing/v.toml", SHEET),
        ("pricing/fx.toml", RATES),
        ("stages/1-test.yaml", manifest.as_str()),
        ("stages/2-late.yaml", late.as_str()),
        ("stages/3-other.yaml", other),
    ];
    let directory = project(&files);
    let said = json(directory.path(), &["prices", "diff", "v", "--from", "2026-01-15", "--to", "2026-11-24"]);
    // At the rate of the later day: 3 x 8 EUR + 2 EUR = 26 EUR = 52 USD, and 3 x 10 EUR + 2 EUR = 64 USD; 7 USD besides.
    let stage = &said["stages"][0];
    assert_eq!(stage["total_before"].to_string(), "59");
    assert_eq!(stage["total_after"].to_string(), "71");
    assert_eq!(stage["difference"].to_string(), "12");
    // The stage that buys what there was not yet.
    assert!(said["stages"][1]["total_before"].is_null());
    assert!(said["stages"][1]["not_compared_because"].as_str().unwrap().contains("v/new"));
    assert_eq!(said["stages"].as_array().unwrap().len(), 2);
    assert_eq!(said["changes"][1]["change"].to_string(), "0.25");
    assert_eq!(said["changes"][1]["old"]["price"].to_string(), "8");
    let screen = costplan(directory.path(), &["prices", "diff", "v", "--from", "2026-01-15", "--to", "2026-11-24"]);
    let screen = String::from_utf8(screen.stdout).unwrap();
    assert!(screen.lines().count() <= 22 && screen.lines().all(|line| line.chars().count() <= 80), "{screen}");
    let turned = costplan(directory.path(), &["prices", "diff", "v", "--from", "2026-12-01", "--to", "2026-11-24"]);
    assert_eq!(turned.status.code(), Some(2));
}
