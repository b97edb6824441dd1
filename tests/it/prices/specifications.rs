//! What a SKU offers against what a line item and the components of a stage need, each case worked out by hand.

use costplan::calculate::Finding;
use costplan::view::FindingView;
use serde_json::Value;

use crate::project::{HEAD, computed, costplan, json, project, resolved, root, stderr};

const SHEET: &str =
    "version = 1\nvendor = \"v\"\ncurrency = \"USD\"\nsource = \"s\"\nretrieved_on = 2026-01-01\ntrust = \"fixture\"\n";

/// A SKU at a flat price, with further keys.
fn sku(name: &str, price: u32, keys: &str) -> String {
    format!("[skus.{name}]\n{keys}\n[[skus.{name}.charges]]\nmeter = \"plan\"\nmodel = \"flat\"\nprice = {price}\n")
}

/// The findings of a stage about what is offered: severity, code and sentence.
fn offers(sheet: &str, rest: &str) -> Vec<(&'static str, &'static str, String)> {
    let (sheet, manifest) = (format!("{SHEET}{sheet}"), format!("{HEAD}{rest}"));
    let (stage, costing) = computed(&[("stages/1-test.yaml", &manifest), ("pricing/v.toml", &sheet)], 10).unwrap();
    let offers = costing.findings.iter().filter(|finding| matches!(finding, Finding::Offer(_)));
    let views = offers.map(|finding| FindingView::new(finding, &stage));
    views.map(|view| (view.severity, view.code, view.message)).collect()
}

#[test]
fn a_sku_that_is_smaller_than_its_line_item_needs_is_reported() {
    let sheet =
        sku("small", 5, "specification = { role = \"server\", cpu = \"shared\", vcpus = 2, memory = \"8 GB\" }");
    let item = |needs: &str| {
        format!("line_items: [{{ name: API, category: compute, sku: v/small, specification: {{ {needs} }} }}]\n")
    };
    assert_eq!(offers(&sheet, &item("role: server, vcpus: 2, memory: 7.5 GB")), []);
    let all = offers(&sheet, &item("vcpus: 4, memory: 8 GiB, disk: 80 GB"));
    // 8 GiB are 8.59 GB.
    let said = "`API` needs 4 vCPU, 8 GiB of memory, and v/small has 2 shared vCPU, 8 GB of memory; \
                needs 80 GB of disk, which the price sheet does not say of v/small";
    assert_eq!(all, [("warning", "specification", said.to_owned())]);
    let all = offers(&sheet, &item("disk: 80 GB"));
    assert_eq!((all[0].0, all[0].1), ("note", "specification"));
    assert_eq!(offers(&sheet, &item("cpu: dedicated"))[0].0, "warning");
    assert_eq!(offers(&sheet, &item("role: database"))[0].0, "warning");
}

#[test]
fn what_is_no_longer_sold_has_a_successor() {
    let sheet = [
        sku("a", 5, "sold_until = 2026-01-31\nsuccessor = \"b\""),
        sku("b", 5, "sold_until = 2026-03-31\nsuccessor = \"c\""),
        sku("c", 7, "specification = { vcpus = 4 }"),
    ];
    let item = |more: &str| format!("line_items: [{{ name: API, category: compute, sku: v/a{more} }}]\n");
    let said =
        "`API`: v/a can no longer be ordered, the last day was 2026-01-31; its successor is v/c (4 vCPU; 7 USD/month)";
    assert_eq!(offers(&sheet.concat(), &item("")), [("warning", "not-sold", said.to_owned())]);
    // One that was ordered in time stays.
    assert_eq!(offers(&sheet.concat(), &item(", ordered_on: 2026-01-31")), []);
    // A circle of successors ends, and names nothing.
    let sheet = [
        sku("a", 5, "sold_until = 2026-01-31\nsuccessor = \"b\""),
        sku("b", 5, "sold_until = 2026-01-31\nsuccessor = \"a\""),
    ];
    assert!(offers(&sheet.concat(), &item(""))[0].2.ends_with("the price sheet names no successor that is sold"));
}

#[test]
fn a_vendor_that_has_ended_is_reported_for_skus_and_plain_costs() {
    let items = "line_items: [{ name: API, category: compute, sku: v/a }, { name: Data, category: data, vendor: v, cost: 5 }]\n";
    let all = offers(&format!("closed_on = 2025-03-01\n{}", sku("a", 5, "")), items);
    let said = |name: &str| format!("`{name}`: the vendor v has ended its services; the last day is 2025-03-01");
    assert_eq!(all, [("warning", "vendor-closed", said("API")), ("warning", "vendor-closed", said("Data"))]);
    // The day of the computation is 2026-11-24.
    let all = offers(&format!("closed_on = 2026-11-24\n{}", sku("a", 5, "")), items);
    assert!(all[0].2.ends_with("the vendor v ends its services; the last day is 2026-11-24"), "{all:?}");
    // A vendor without a sheet is only a name, and so is one that could not be a file.
    for vendor in ["acme", "../v", "Acme Corp"] {
        assert_eq!(
            offers("", &format!("line_items: [{{ name: Data, category: data, vendor: {vendor}, cost: 5 }}]\n")),
            []
        );
    }
}

#[test]
fn a_plain_cost_of_something_that_is_listed_is_noted() {
    let sheet = [
        sku("gpu", 184, "specification = { role = \"gpu-server\", memory = \"64 GB\" }"),
        sku("disk", 1, "specification = { role = \"gpu-server\" }\naddon_to = [\"gpu\"]"),
        sku("old", 1, "specification = { role = \"gpu-server\" }\nsold_until = 2025-01-01"),
        sku("asked", 1, "specification = { role = \"gpu-server\" }").replace("price = 1", "price = \"quote\""),
    ];
    let item = |needs: &str| {
        format!("line_items: [{{ name: ML, category: ml, vendor: v, cost: 500, specification: {{ {needs} }} }}]\n")
    };
    let said =
        "`ML` is a plain cost, and the price sheet of v has a gpu-server: v/gpu (64 GB of memory; 184 USD/month)";
    assert_eq!(offers(&sheet.concat(), &item("role: gpu-server")), [("note", "listed-price", said.to_owned())]);
    assert_eq!(offers(&sheet.concat(), &item("role: gpu-server, memory: 65 GB")), []);
    assert_eq!(offers(&sheet.concat(), &item("memory: 64 GB")), []);
}

#[test]
fn an_addon_adds_what_is_missing() {
    let addon = "[skus.region]\nspecification = { regions = 1 }\naddon_to = [\"ca*\"]\n[[skus.region.charges]]\nmeter = \"regions\"\n\
                 unit = \"unit\"\nmodel = \"percentage\"\nusage = \"quantity\"\nof = \"line_items\"\npercent = \"50%\"\n";
    let sheet = [sku("cache", 20, "specification = { role = \"cache\", regions = 1 }"), addon.to_owned()].concat();
    let item =
        "line_items:\n  - { name: Redis, category: cache, sku: v/cache, quantity: 2, specification: { regions: 3 } }\n";
    let said = "`Redis` needs 3 regions, and v/cache has 1 region; each v/region adds 1 region for 50% of line items";
    assert_eq!(offers(&sheet, item), [("warning", "specification", said.to_owned())]);
    // Two databases need two more regions each.
    let with = |count: u32| {
        format!("{item}  - {{ name: Regions, category: cache, sku: v/region, quantity: {count}, of: [Redis] }}\n")
    };
    assert_eq!(offers(&sheet, &with(3)).len(), 1);
    assert_eq!(offers(&sheet, &with(4)), []);
}

#[test]
fn components_fit_on_their_machines_or_not() {
    let sheet = sku("m", 5, "specification = { role = \"server\", memory = \"8 GB\" }");
    let stage = |quantity: &str, runs: &str| {
        offers(
            &sheet,
            &format!(
                "runs: [{runs}]\nline_items: [{{ name: VPS, category: compute, sku: v/m, quantity: {quantity} }}]\n"
            ),
        )
    };
    let fit = |needs: &str, verdict: &str| ("note", "services-fit", format!("{needs} and VPS has {verdict}"));
    let all = stage("1", "{ name: DB, memory: 4 GB }, { name: Redis, memory: 1 GB }, Nginx");
    assert_eq!(
        all,
        [fit("DB, Redis need 5 GB of memory", "8 GB of memory: they fit; 1 other does not say what it needs")]
    );
    let all = stage("1", "{ name: DB, memory: 8 GB }, { name: Redis, memory: 1 GB }");
    assert_eq!(
        (all[0].0, all[0].2.as_str()),
        ("warning", "DB, Redis need 9 GB of memory and VPS has 8 GB of memory: they do not fit")
    );
    // Two machines have 16 GB, and none of them has 10; the quantity is a formula.
    let all = stage("ceil(customers / 5)", "{ name: DB, memory: 10 GB }");
    let said = "DB needs 10 GB of memory and VPS has 16 GB of memory, but DB is too large for one machine";
    assert_eq!((all[0].0, all[0].2.as_str()), ("warning", said));
    // Without a server, or without its size, nothing is judged.
    let all = stage("1", "{ name: DB, vcpus: 2 }");
    assert!(all[0].2.ends_with("is unknown") && all[0].0 == "note", "{all:?}");
    let all =
        offers("", "runs: [{ name: DB, memory: 1 GB }]\nline_items: [{ name: VPS, category: compute, cost: 5 }]\n");
    assert_eq!(all[0].2, "DB needs 1 GB of memory, and no line item has the role `server`");
    let all = offers(
        "",
        "runs: [{ name: DB, memory: 1 GB, on: VPS }]\nline_items: [{ name: VPS, category: compute, cost: 5, specification: { memory: 1 GB } }]\n",
    );
    assert!(all[0].2.ends_with("they fit"), "{all:?}");
    assert_eq!(stage("1", "Nginx"), []);
}

#[test]
fn sizes_are_amounts_of_what_they_count() {
    let manifest = |needs: &str| {
        format!("{HEAD}line_items: [{{ name: A, category: c, cost: 1, specification: {{ {needs} }} }}]\n")
    };
    for wrong in [
        "memory: 8",
        "memory: 4 * 2 GB",
        "vcpus: 2 GB",
        "memory: -1 GB",
        "role: GPU server",
        "cpu: fast",
        "regions: 1 hour",
    ] {
        assert!(resolved(&[("stages/1-test.yaml", &manifest(wrong))]).is_err(), "{wrong}");
    }
    assert!(resolved(&[("stages/1-test.yaml", &manifest("vcpus: 0.5, memory: 512 MB"))]).is_ok());
    let unknown =
        format!("{HEAD}runs: [{{ name: DB, on: VSP }}]\nline_items: [{{ name: VPS, category: c, cost: 1 }}]\n");
    assert!(resolved(&[("stages/1-test.yaml", &unknown)]).unwrap_err().contains("VSP"));
}

#[test]
fn the_example_plan_is_held_against_its_price_sheets() {
    let findings = |stage: &str| {
        let found = json(root(), &["stage", stage, "--customers", "60"]);
        let found: Vec<Value> = found["findings"].as_array().unwrap().clone();
        found
            .into_iter()
            .map(|finding| format!("{}: {}", finding["code"].as_str().unwrap(), finding["message"].as_str().unwrap()))
            .collect::<Vec<_>>()
    };
    let has = |stage: &str, parts: &[&str]| {
        let all = findings(stage);
        assert!(all.iter().any(|one| parts.iter().all(|part| one.contains(part))), "{parts:?} in {all:#?}");
    };
    has("1", &["specification", "needs 4 vCPU, 160 GB of disk", "hetzner/cx31 has 2 shared vCPU, 80 GB of disk"]);
    has("1", &["not-sold", "hetzner/cx31", "2024-09-05", "successor is hetzner/cx33"]);
    has("1", &["services-fit", "PostgreSQL, Redis need 5 GB of memory", "8 GB", "they fit"]);
    has("2", &["not-sold", "hetzner/cx41", "successor is hetzner/cx43"]);
    has("2", &["specification", "`Redis` needs 2 regions", "upstash/read-region adds 1 region for 50% of line items"]);
    has("3", &["vendor-closed", "doublecloud", "2025-03-01"]);
    has("3", &["listed-price", "`ML infrastructure`", "hetzner/gex44"]);
}

#[test]
fn a_sheet_names_only_its_own_skus() {
    let stage = format!("{HEAD}line_items: [{{ name: A, category: c, cost: 1 }}]\n");
    for keys in [
        "sold_until = 2026-01-01\nsuccessor = \"nothing\"",
        "addon_to = [\"x*\"]",
        "successor = \"a\"\nsold_until = 2026-01-01",
    ] {
        let sheet = format!("{SHEET}{}", sku("a", 5, keys));
        let directory = project(&[("stages/1-test.yaml", &stage), ("pricing/v.toml", &sheet)]);
        let output = costplan(directory.path(), &["validate"]);
        assert_eq!(output.status.code(), Some(2), "{keys}");
        assert!(stderr(&output).contains("v.toml"), "{}", stderr(&output));
    }
}

/// Whether `optimize` suggests a cheaper machine in place of one, by what they say of their architecture.
fn is_suggested(now: &str, other: &str) -> bool {
    let machine = |more: &str| format!("specification = {{ role = \"server\", {more} vcpus = 2, memory = \"4 GB\" }}");
    let sheet = format!("{SHEET}{}{}", sku("now", 9, &machine(now)), sku("other", 5, &machine(other)));
    let manifest = format!("{HEAD}line_items: [{{ name: API, category: compute, sku: v/now }}]\n");
    let directory = project(&[("stages/1-test.yaml", &manifest), ("pricing/v.toml", &sheet)]);
    let found = json(directory.path(), &["optimize", "1", "--customers", "10", "--as-of", "2026-11-24"]);
    found["opportunities"].to_string().contains("v/other")
}

#[test]
fn another_architecture_never_takes_the_place_of_one() {
    let (open, intel, arm) = ("", "architecture = \"x86_64\",", "architecture = \"arm64\",");
    // A machine that names none has the usual one.
    for (now, other, expected) in [
        (open, open, true),
        (open, intel, true),
        (intel, open, true),
        (intel, intel, true),
        (arm, arm, true),
        (open, arm, false),
        (intel, arm, false),
        (arm, open, false),
        (arm, intel, false),
    ] {
        assert_eq!(is_suggested(now, other), expected, "{now} {other}");
    }
}

#[test]
fn an_architecture_that_a_line_item_needs_is_compared() {
    let sheet = sku("arm", 5, "specification = { role = \"server\", architecture = \"arm64\", vcpus = 2 }");
    let item = |needs: &str| {
        format!("line_items: [{{ name: API, category: compute, sku: v/arm, specification: {{ {needs} }} }}]\n")
    };
    assert_eq!(offers(&sheet, &item("architecture: arm64")), []);
    assert_eq!(offers(&sheet, &item("architecture: x86_64"))[0].0, "warning");
}
