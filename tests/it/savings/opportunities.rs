//! Ways to pay less that `costplan optimize` finds in the model itself, each worked out by hand.

use crate::project::{project, stdout};
use serde_json::Value;

const HEAD: &str =
    "version = 1\nvendor = \"v\"\ncurrency = \"USD\"\nsource = \"s\"\nretrieved_on = 2026-01-01\ntrust = \"fixture\"\n";

/// The opportunities of a stage with such line items, at 10 customers.
fn found(sheet: &str, items: &str, more: &[&str]) -> Vec<Value> {
    let manifest = format!(
        "version: 1\nstage: 1\nname: Test\ncustomers: 0..100\ncurrency: USD\n\
         targets: {{ category_share: {{ storage: 40%..60% }} }}\nline_items:\n\
         \x20 - {{ name: Other, category: storage, cost: 1 }}\n{items}"
    );
    let sheet = format!("{HEAD}{sheet}");
    let directory = project(&[("stages/1-test.yaml", &manifest), ("pricing/v.toml", &sheet)]);
    let arguments = [&["optimize", "1", "--customers", "10"], more, &["--format", "json"]].concat();
    let text = stdout(directory.path(), &arguments);
    let optimized: Value = serde_json::from_str(&text).unwrap();
    optimized["opportunities"].as_array().unwrap().clone()
}

fn codes(found: &[Value]) -> Vec<&str> {
    found.iter().map(|one| one["code"].as_str().unwrap()).collect()
}

fn sku(name: &str, keys: &str) -> String {
    format!(
        "[skus.{name}]\ncategory = \"storage\"\n[[skus.{name}.charges]]\nmeter = \"storage\"\nunit = \"GB\"\n{keys}\n"
    )
}

/// A SKU that offers something.
fn specified(name: &str, offers: &str, keys: &str) -> String {
    sku(name, keys).replacen("category", &format!("specification = {{ {offers} }}\ncategory"), 1)
}

#[test]
fn nothing_is_suggested_where_nothing_is_said() {
    let sheet = [sku("own", "model = \"per_unit\"\nprice = 0.10"), sku("cheap", "model = \"per_unit\"\nprice = 0.01")];
    assert!(!codes(&found(&sheet.concat(), ITEM, &[])).contains(&"cheaper_sku"));
    // A role alone says nothing of the size.
    let role = "role = \"object-storage\"";
    let sheet = [
        specified("own", role, "model = \"per_unit\"\nprice = 0.10"),
        specified("cheap", role, "model = \"per_unit\"\nprice = 0.01"),
    ];
    assert!(!codes(&found(&sheet.concat(), ITEM, &[])).contains(&"cheaper_sku"));
}

#[test]
fn half_a_machine_and_a_shared_one_are_no_substitutes() {
    let server = |name: &str, offers: &str, price: u32| {
        format!(
            "[skus.{name}]\ncategory = \"compute\"\nspecification = {{ role = \"server\", {offers} }}\n\
             [[skus.{name}.charges]]\nmeter = \"server\"\nmodel = \"flat\"\nprice = {price}\n"
        )
    };
    let own = server("own", "cpu = \"dedicated\", vcpus = 4, memory = \"16 GB\"", 40);
    let half = server("half", "cpu = \"dedicated\", vcpus = 2, memory = \"8 GB\"", 20);
    let shared = server("shared", "cpu = \"shared\", vcpus = 4, memory = \"16 GB\"", 10);
    let as_much = server("as-much", "cpu = \"dedicated\", vcpus = 4, memory = \"16 GiB\"", 30);
    let sheet = [own, half, shared, as_much].concat();
    let all = found(&sheet, "  - { name: API, category: compute, sku: v/own }\n", &[]);
    assert_eq!((all[0]["sku"].as_str(), all[0]["saved"].to_string()), (Some("v/as-much"), "10".to_owned()));
    // The line item needs more than its SKU has: nothing that has no more takes its place.
    let item = "  - { name: API, category: compute, sku: v/own, specification: { memory: 20 GB } }\n";
    assert!(!codes(&found(&sheet, item, &[])).contains(&"cheaper_sku"));
}

const ITEM: &str = "  - { name: Files, category: storage, sku: v/own, usage: { storage: 100 GB } }\n";

#[test]
fn a_cheaper_sku_carries_the_same_usage() {
    let same = "role = \"object-storage\", regions = 2";
    let priced = |name: &str, offers: &str, price: &str| {
        specified(name, offers, &format!("model = \"per_unit\"\nprice = {price}"))
    };
    let own = priced("own", same, "0.10");
    let cheap = priced("cheap", "role = \"object-storage\", regions = 3", "0.06");
    let cheaper = specified("cheaper", same, "included = 50\nmodel = \"per_unit\"\nprice = 0.10");
    let others = [
        priced("requests", same, "0.001").replace("\"GB\"", "\"request\""),
        priced("contract", same, "\"quote\""),
        // Less, something else, or not said.
        priced("small", "role = \"object-storage\", regions = 1", "0.001"),
        priced("cold", "role = \"archive\", regions = 2", "0.001"),
        priced("unsaid", "role = \"object-storage\"", "0.001"),
        priced("more-said", &format!("{same}, traffic = \"1 TB\""), "0.001"),
        sku("without", "model = \"per_unit\"\nprice = 0.001"),
        // An add-on, and what is no longer sold.
        priced("addon", same, "0.001").replace("category", "addon_to = [\"own\"]\ncategory"),
        priced("old", same, "0.001").replace("category", "sold_until = 2026-01-31\ncategory"),
    ];
    let sheet = [own, cheap, cheaper, others.concat()].concat();
    let all = found(&sheet, ITEM, &[]);
    // 10 USD now; 6, and 5 for the 50 GB beyond the allowance.
    assert_eq!(codes(&all), ["cheaper_sku", "category_share"]);
    assert_eq!((all[0]["sku"].as_str(), all[0]["saved"].to_string()), (Some("v/cheaper"), "5".to_owned()));
    assert_eq!(all[0]["line_item"], "Files");
    // All of the stage is storage, which should take 60 %.
    assert_eq!(all[1]["share"].to_string(), "1");
}

#[test]
fn a_yearly_term_pays_off_or_not() {
    let term = |value: &str, price: &str| format!("  {{ when = {{ term = \"{value}\" }}, price = {price} }},\n");
    let prices = [term("monthly", "10"), term("yearly", "8")].concat();
    let sheet = format!(
        "[skus.own]\ncategory = \"monitoring\"\n[[skus.own.charges]]\nmeter = \"plan\"\nmodel = \"flat\"\nprices = [\n{prices}]\n"
    );
    let item = "  - { name: Watch, category: monitoring, sku: v/own, options: { term: monthly } }\n";
    let all = found(&sheet, item, &["--months", "10"]);
    let one = all.iter().find(|one| one["code"] == "cheaper_option").unwrap();
    assert_eq!(one["saved"].to_string(), "2");
    // 12 x 8 = 96 are more than nine months at 10, and less than ten.
    assert_eq!(one["term"]["pays_off_after"], 10);
    assert_eq!(one["term"]["pays_off"], true);
    let short = found(&sheet, item, &["--months", "9"]);
    assert_eq!(short[0]["term"]["pays_off"], false);
    // The other way round costs more.
    let yearly = found(&sheet, &item.replace("monthly", "yearly"), &[]);
    assert!(!codes(&yearly).contains(&"cheaper_option"));
}

#[test]
fn spot_is_a_choice_like_others() {
    let sheet = "[skus.own]\ncategory = \"ml\"\n[[skus.own.charges]]\nmeter = \"gpu\"\nunit = \"hour\"\nmodel = \"per_unit\"\nprices = [\n\
        { when = { purchase = \"on-demand\" }, price = 2.50 },\n{ when = { purchase = \"spot\" }, price = 0.80 },\n]\n";
    let item =
        "  - { name: GPU, category: ml, sku: v/own, options: { purchase: on-demand }, usage: { gpu: 100 hour } }\n";
    let all = found(sheet, item, &[]);
    let one = all.iter().find(|one| one["code"] == "cheaper_option").unwrap();
    // 100 hours at 1.70 less.
    assert_eq!((one["option"]["to"].as_str(), one["saved"].to_string()), (Some("spot"), "170".to_owned()));
    assert!(one["term"].is_null());
}

#[test]
fn an_allowance_that_is_mostly_unused_shows() {
    let sheet = "[skus.own]\ncategory = \"database\"\n[[skus.own.charges]]\nmeter = \"plan\"\nmodel = \"flat\"\nprice = 25\n\
        [[skus.own.charges]]\nmeter = \"egress\"\nunit = \"GB\"\nincluded = 250\nmodel = \"per_unit\"\nprice = 0.09\n";
    let item =
        |usage: u32| format!("  - {{ name: Data, category: database, sku: v/own, usage: {{ egress: {usage} GB }} }}\n");
    let all = found(sheet, &item(100), &[]);
    let one = all.iter().find(|one| one["code"] == "unused_allowance").unwrap();
    // 100 of 250 GB.
    assert_eq!((one["meter"].as_str(), one["share"].to_string()), (Some("egress"), "0.4".to_owned()));
    assert!(one["saved"].is_null());
    assert!(!codes(&found(sheet, &item(125), &[])).contains(&"unused_allowance"));
}

#[test]
fn a_tier_within_reach_shows_and_whether_it_saves() {
    let tiers = |model: &str| {
        format!(
            "[skus.own]\ncategory = \"storage\"\n[[skus.own.charges]]\nmeter = \"storage\"\nunit = \"GB\"\nmodel = \"{model}\"\n\
             tiers = [{{ up_to = 100, price = 0.10 }}, {{ price = 0.05 }}]\n"
        )
    };
    let item = |usage: u32| {
        format!("  - {{ name: Files, category: storage, sku: v/own, usage: {{ storage: {usage} GB }} }}\n")
    };
    let tier = |model: &str, usage: u32| -> Option<Value> {
        found(&tiers(model), &item(usage), &[]).into_iter().find(|one| one["code"] == "tier_in_reach")
    };
    // 90 GB are 9 USD; 101 GB would be 5.05.
    assert_eq!(tier("volume", 90).unwrap()["saved"].to_string(), "3.95");
    // 101 GB would be 10.05: only what is beyond is cheaper.
    assert!(tier("graduated", 90).unwrap()["saved"].is_null());
    assert!(tier("volume", 79).is_none());
    assert!(tier("volume", 101).is_none());
}

#[test]
fn growth_that_costs_more_than_it_brings_shows() {
    let sheet = sku("own", "model = \"per_unit\"\nprice = 0.10");
    let item = "  - { name: Files, category: storage, sku: v/own, usage: { storage: customers * 50 GB } }\n";
    // 5 USD for each customer.
    assert!(codes(&found(&sheet, item, &["--arpu", "4.99"])).contains(&"marginal_cost"));
    assert!(!codes(&found(&sheet, item, &["--arpu", "5"])).contains(&"marginal_cost"));
    // 10 customers bring 49 together.
    assert!(codes(&found(&sheet, item, &["--mrr", "49"])).contains(&"marginal_cost"));
    assert!(!codes(&found(&sheet, item, &[])).contains(&"marginal_cost"));
}

#[test]
fn alternatives_and_other_stages_are_compared() {
    let sheet = sku("own", "model = \"per_unit\"\nprice = 0.10");
    let item = "  - name: Files\n    category: storage\n    sku: v/own\n    usage: { storage: 100 GB }\n    alternatives: [{ name: Disk, cost: 7 }, { name: Tape, cost: 12 }]\n";
    let all = found(&sheet, item, &[]);
    assert_eq!((all[0]["alternative"].as_str(), all[0]["saved"].to_string()), (Some("Disk"), "3".to_owned()));
    // An alternative that can no longer be ordered saves nothing.
    let old = sku("old", "model = \"per_unit\"\nprice = 0.01").replace("category", "sold_until = 2026-01-31\ncategory");
    let item = item.replace("{ name: Disk, cost: 7 }", "{ sku: v/old, usage: { storage: 100 GB } }");
    assert!(!codes(&found(&[sheet.clone(), old].concat(), &item, &[])).contains(&"cheaper_alternative"));

    let directory = project(&[]);
    let text = stdout(directory.path(), &["optimize", "3", "--customers", "100", "--format", "json"]);
    let optimized: Value = serde_json::from_str(&text).unwrap();
    let stage =
        optimized["opportunities"].as_array().unwrap().iter().find(|one| one["code"] == "cheaper_stage").unwrap();
    // 1525 and 250 at 100 customers.
    assert_eq!((stage["stage"].as_u64(), stage["saved"].to_string()), (Some(2), "1275".to_owned()));
    // Prices of everything that is sold, and the plan's stage is the one that fits.
    let text = stdout(directory.path(), &["optimize", "2", "--customers", "60", "--format", "json"]);
    let optimized: Value = serde_json::from_str(&text).unwrap();
    // Only the database includes more than it uses.
    assert_eq!(codes(optimized["opportunities"].as_array().unwrap()), ["unused_allowance"; 3]);
}
