//! The commands about prices: what is listed, the example of a SKU, the age of prices, and the check of sheets.

use std::path::Path;
use std::process::Output;

use crate::project::{HEAD, costplan, project, stdout};
use serde_json::{Value, json};

/// A sheet up to its SKUs.
const SHEET: &str = "version = 1\nvendor = \"acme\"\nname = \"Acme\"\ncurrency = \"EUR\"\nsource = \"https://acme.example\"\n\
                     retrieved_on = 2026-06-01\ntrust = \"vendor\"\n";

/// A SKU with a plan and two meters, one of which includes what the other uses.
const BOX: &str = "[skus.box]\nname = \"The Box\"\ncategory = \"Storage\"\ndescription = \"holds things\"\n\
                   [[skus.box.charges]]\nmeter = \"plan\"\nmodel = \"flat\"\nprice = 5\n\
                   [[skus.box.charges]]\nmeter = \"egress\"\nunit = \"GB\"\nmodel = \"per_unit\"\nincluded = \"3 * storage\"\nprice = 0.1\n\
                   [[skus.box.charges]]\nmeter = \"storage\"\nunit = \"GB-month\"\nmodel = \"package\"\nincluded = 2.5\nprice = 2\nper = 10\n";

/// A SKU whose price has a gap of one day, and whose last price ends.
const GAP: &str = "[skus.gap]\ncategory = \"Storage\"\n[[skus.gap.charges]]\nmeter = \"plan\"\nmodel = \"flat\"\n\
                   [[skus.gap.charges.prices]]\nprice = 1\neffective_to = 2026-01-31\n\
                   [[skus.gap.charges.prices]]\nprice = 2\neffective_from = 2026-02-02\neffective_to = 2026-12-31\n";

fn sheet(skus: &[&str]) -> String {
    format!("{SHEET}{}", skus.concat())
}

fn parsed(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

fn json_of(directory: &Path, arguments: &[&str]) -> Value {
    let arguments = [&["prices"], arguments, &["--as-of", "2026-11-24", "--format", "json"]].concat();
    serde_json::from_str(&stdout(directory, &arguments)).unwrap()
}

fn ids(listed: &Value) -> Vec<String> {
    listed["skus"].as_array().unwrap().iter().map(|sku| sku["sku"].as_str().unwrap().to_owned()).collect()
}

fn ends_with(directory: &Path, arguments: &[&str], code: i32) -> Output {
    let output = costplan(directory, arguments);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "costplan {arguments:?}: {stderr}");
    output
}

#[test]
fn each_command_has_help_with_an_example() {
    let directory = project(&[]);
    let help = stdout(directory.path(), &["prices", "--help"]);
    for name in ["list", "search", "vendors", "show", "new", "export", "stale", "check"] {
        assert!(help.contains(&format!("\n  {name} ")), "{name} is not in the help");
        let of_command = stdout(directory.path(), &["prices", name, "--help"]);
        assert!(of_command.contains(&format!("Examples:\n  costplan prices {name}")), "{of_command}");
    }
    let manual = stdout(directory.path(), &["man"]);
    assert!(
        manual.contains(".SH \"COSTPLAN PRICES STALE\"") && manual.contains("max\\-age"),
        "the manual lacks a part"
    );
    let completed = stdout(directory.path(), &["complete", "--line", "costplan prices stale --max"]);
    assert!(completed.starts_with("--max-age\t"), "{completed}");
}

#[test]
fn a_query_is_words_that_must_all_occur() {
    let directory = project(&[("pricing/acme.toml", &sheet(&[BOX, GAP]))]);
    let found = |arguments: &[&str]| ids(&json_of(directory.path(), &[&["list"], arguments].concat()));
    assert_eq!(found(&["--vendor", "acme"]), ["acme/box", "acme/gap"]);
    for query in [&["HOLDS"][..], &["acme", "the box"], &["box", "storage", "things"], &["acme/b"]] {
        assert_eq!(found(query), ["acme/box"], "{query:?}");
    }
    assert_eq!(found(&["--vendor", "acme", "--category", "STORAGE"]), ["acme/box", "acme/gap"]);
    let all = found(&[]);
    assert!(all.len() > 100 && all.is_sorted(), "{all:?}");
    let captured = json_of(directory.path(), &["list", "--trust", "captured"]);
    let is_captured = |sku: &Value| sku["trust"].as_array().unwrap().contains(&json!("captured"));
    assert!(captured["skus"].as_array().unwrap().iter().all(is_captured));
}

#[test]
fn a_list_without_a_sku_is_empty_and_says_so_beside_the_data() {
    let directory = project(&[("pricing/acme.toml", &sheet(&[BOX]))]);
    for (format, expected) in [
        ("table", ""),
        ("markdown", ""),
        ("csv", "sku,vendor,name,category,description,price,retrieved_on,trust,charges\r\n"),
        ("json", "{\n  \"schema\": \"costplan.prices.v1\",\n  \"as_of\": \"2026-11-24\",\n  \"skus\": []\n}\n"),
    ] {
        let arguments = ["prices", "list", "quagga", "--as-of", "2026-11-24", "--format", format];
        let output = ends_with(directory.path(), &arguments, 0);
        assert_eq!(String::from_utf8_lossy(&output.stdout), expected);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.starts_with("no vendor and no product of the price sheets fits `quagga`; "), "{said}");
    }
    let output = ends_with(directory.path(), &["prices", "list", "--trust", "contract"], 0);
    assert_eq!(output.stderr, b"no SKU matches; `costplan prices list --all` shows all of them\n");
    let output = ends_with(directory.path(), &["prices", "list", "--category", "storag"], 0);
    assert_eq!(output.stderr, b"no SKU has the category `storag`; did you mean `Storage`?\n");
}

#[test]
fn without_words_the_vendors_are_listed() {
    let directory = project(&[("pricing/acme.toml", &sheet(&[BOX]))]);
    let text = stdout(directory.path(), &["prices", "list"]);
    assert!(text.contains("acme") && !text.contains("acme/box") && text.lines().count() < 110, "{text}");
    assert!(text.contains("`costplan prices list --all`") && text.contains("`costplan prices search WORDS`"), "{text}");
    for arguments in [&["--all"][..], &["--vendor", "acme"], &["--format", "csv"], &["box"]] {
        let text = stdout(directory.path(), &[&["prices", "list"][..], arguments].concat());
        assert!(text.contains("acme/box"), "{arguments:?}\n{text}");
    }
}

#[test]
fn the_price_shown_is_that_of_the_day() {
    let directory = project(&[("pricing/acme.toml", &sheet(&[GAP]))]);
    for (day, price) in [
        ("2020-01-01", "1 EUR/month"),
        ("2026-02-01", "none on this day"),
        ("2026-02-02", "2 EUR/month"),
        ("2027-01-01", "none on this day"),
    ] {
        let arguments = ["prices", "list", "--vendor", "acme", "--as-of", day, "--format", "json"];
        let listed: Value = serde_json::from_str(&stdout(directory.path(), &arguments)).unwrap();
        assert_eq!(listed["skus"][0]["price"], price, "{day}");
        assert_eq!(listed["skus"][0]["retrieved_on"].is_null(), price == "none on this day", "{day}");
    }
}

#[test]
fn prices_in_short_words() {
    let directory = project(&[]);
    let listed = json_of(directory.path(), &["list"]);
    for (sku, price) in [
        ("hetzner/cx31", "8.90 EUR/month cap, 0.014/hour"),
        ("hetzner/cpx11", "3 prices by region + usage"),
        ("hetzner/cx33", "8.49 EUR/month cap, 0.0136/hour + usage"),
        ("supabase/pro", "25 USD/month + usage"),
        ("supabase/free", "free"),
        ("aws/lambda", "0.20 USD/1M requests above 1M + 1 more"),
        ("backblaze/b2", "0.00695 USD/GB above 10 GB + 3 more"),
        ("newrelic/full-user-standard", "10..99 USD/user in 2 tiers"),
        ("vast/rtx-4090", "0.30..0.47 USD/hour"),
        ("upstash/enterprise", "on request"),
        ("domains/com", "9.59 USD/year + 1 more"),
    ] {
        let mut skus = listed["skus"].as_array().unwrap().iter();
        assert_eq!(skus.find(|known| known["sku"] == sku).unwrap()["price"], price, "{sku}");
    }
}

#[test]
fn the_example_is_what_the_quote_of_its_command_costs() {
    let directory = project(&[("pricing/acme.toml", &sheet(&[BOX]))]);
    let shown = json_of(directory.path(), &["show", "acme/box"]);
    // Of 2.5 GB included, rounded up, and a package of 10 on top: 13 GB; 10.5 are billed as two packages. Three times
    // 13 GB of egress are included, and one GB is billed: 5 + 0.10 + 4.
    let text = stdout(directory.path(), &["prices", "show", "acme/box", "--as-of", "2026-11-24", "--format", "json"]);
    assert!(text.contains("\"total\": 9.10,"), "{text}");
    assert_eq!(shown["example"]["currency"], "EUR");
    let line = "costplan quote acme/box --usage egress=40GB --usage storage=13GB --as-of 2026-11-24";
    assert_eq!(shown["example"]["command"], line);
    // 2.9 % of 10,000 are 290, and one payment is 0.30.
    let shown = json_of(directory.path(), &["show", "stripe/cards"]);
    assert_eq!((&shown["example"]["total"], &shown["example"]["mrr"]), (&json!(290.30), &json!(10_000)));
    let line = "costplan quote stripe/cards --usage payments=1 --mrr 10000 --as-of 2026-11-24";
    assert_eq!(shown["example"]["command"], line);
    let text = stdout(directory.path(), &["prices", "show", "stripe/cards"]);
    assert!(text.contains("For example, 290.30 USD a month at a revenue of 10000.00 USD"), "{text}");
    let shown = json_of(directory.path(), &["show", "hetzner/cx33", "--hours-per-month", "100", "--currency", "USD"]);
    let line = "costplan quote hetzner/cx33 --currency USD --hours-per-month 100 --usage ";
    assert!(shown["example"]["command"].as_str().unwrap().starts_with(line), "{shown}");
    assert_eq!(shown["example"]["currency"], "USD");
    for sku in ["acme/box", "supabase/pro", "aws/lambda", "backblaze/b2", "datadog/apm", "hetzner/cx31", "mfa-phone"] {
        let sku = if sku.contains('/') { sku.to_owned() } else { format!("supabase/{sku}") };
        let example = json_of(directory.path(), &["show", &sku])["example"].clone();
        let mut arguments = vec!["quote".to_owned(), sku.clone()];
        for usage in example["usage"].as_array().unwrap() {
            let pair = format!("{}={}", usage["meter"].as_str().unwrap(), usage["usage"].as_str().unwrap());
            arguments.extend(["--usage".to_owned(), pair]);
        }
        arguments.extend(["--as-of", "2026-11-24", "--format", "json"].map(str::to_owned));
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let quote: Value = serde_json::from_str(&stdout(directory.path(), &arguments)).unwrap();
        assert_eq!(quote["total"], example["total"], "{sku}");
        assert_eq!((&quote["complete"], &example["complete"]), (&json!(true), &json!(true)), "{sku}");
    }
}

#[test]
fn a_sku_is_shown_where_it_cannot_be_priced() {
    let directory = project(&[("pricing/acme.toml", &sheet(&[GAP]))]);
    let shown = json_of(directory.path(), &["show", "upstash/enterprise"]);
    assert_eq!(shown["example"], Value::Null);
    assert_eq!(shown["no_example_because"], "its cost is unknown");
    let shown = stdout(directory.path(), &["prices", "show", "acme/gap", "--as-of", "2026-02-01"]);
    assert!(shown.contains("No example can be computed: `acme/gap` has no price for `plan` on 2026-02-01"), "{shown}");
}

#[test]
fn what_a_price_depends_on_is_said() {
    let skus = "[skus.vm]\n[[skus.vm.charges]]\nmeter = \"server\"\nunit = \"hour\"\nmodel = \"per_unit\"\n\
                usage = \"hours_per_month\"\nprices = [\n\
                { when = { region = \"eu\" }, price = 0.01, ordered_to = 2026-06-14 },\n\
                { when = { region = \"eu\" }, price = 0.02, ordered_from = 2026-06-15, effective_to = 2026-11-30 },\n\
                { when = { region = \"us\" }, price = \"0.03..0.05\", effective_from = 2026-12-02 },\n\
                { when = { region = \"us\" }, price = 0.02, effective_to = 2026-11-30 },\n]\n\
                [[skus.vm.charges]]\nmeter = \"support\"\nmodel = \"percentage\"\nof = \"server\"\npercent = \"10%\"\n\
                [skus.fn]\n[skus.fn.inputs.memory]\nunit = \"GB\"\n\
                [[skus.fn.charges]]\nmeter = \"requests\"\nunit = \"request\"\nmodel = \"per_unit\"\nprice = \"0.1..0.3\"\n\
                [[skus.fn.charges]]\nmeter = \"duration\"\nunit = \"GB-second\"\nmodel = \"per_unit\"\nprice = 2\n\
                usage = \"memory * requests * 1 second\"\n";
    let directory = project(&[("pricing/acme.toml", &sheet(&[skus]))]);
    let listed = json_of(directory.path(), &["list", "--vendor", "acme"]);
    let words: Vec<&Value> = listed["skus"].as_array().unwrap().iter().map(|sku| &sku["price"]).collect();
    assert_eq!(words, ["0.10..0.30 EUR/request + 1 more", "2 prices by region + usage"]);
    // 730 hours at 0.02, for an order of the day, and a tenth on top.
    let shown = json_of(directory.path(), &["show", "acme/vm"]);
    let command = "costplan quote acme/vm --option region=eu --as-of 2026-11-24";
    assert_eq!(shown["example"]["command"], command);
    assert_eq!(shown["example"]["total"], 16.06);
    let held: Vec<&Value> =
        shown["charges"][0]["prices"].as_array().unwrap().iter().map(|price| &price["holds"]).collect();
    assert_eq!(held, [false, true, false, true]);
    assert_eq!(shown["charges"][1]["of"], "server");
    // An input is given as usage is: a gigabyte for one request of a second.
    let shown = json_of(directory.path(), &["show", "acme/fn"]);
    let command = "costplan quote acme/fn --usage memory=1GB --usage requests=1 --as-of 2026-11-24";
    assert_eq!(shown["example"]["command"], command);
    let table = stdout(directory.path(), &["prices", "show", "acme/vm", "--details", "--as-of", "2026-11-24"]);
    for said in ["region = eu,", "ordered up to", "10% of server", "0.04 EUR (0.03 to"] {
        assert!(table.contains(said), "{said} is not in\n{table}");
    }
    // Only the prices of one region have a gap; those of the other end.
    let check = ["prices", "check", "--vendor", "acme", "--as-of", "2026-11-24", "--format", "json"];
    let found = parsed(&ends_with(directory.path(), &check, 1));
    let gaps: Vec<&str> = found["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["code"] == "price-gap")
        .map(|finding| finding["message"].as_str().unwrap())
        .collect();
    assert_eq!(gaps, ["`acme/vm` has no price for server on 2026-12-01, between two prices"]);
}

#[test]
fn a_price_is_stale_from_the_day_after_its_last() {
    let item = |name: &str, sku: &str| format!("  - name: {name}\n    category: c\n    sku: {sku}\n");
    let agreed = "    agreed_price: { plan: 1, reason: ours }\n";
    let gap = format!("{}{agreed}", item("B", "acme/gap"));
    let one = format!("{HEAD}line_items:\n{}{gap}", item("A", "acme/box"));
    let two =
        format!("{HEAD}line_items:\n{}", item("C", "acme/box")).replace("stage: 1\nname: Test", "stage: 2\nname: More");
    let directory = project(&[
        ("pricing/acme.toml", &sheet(&[BOX, GAP])),
        ("stages/1-test.yaml", &one),
        ("stages/2-more.yaml", &two),
    ]);
    // Read on 2026-06-01; 176 days later is 2026-11-24.
    for (arguments, code) in [
        (&["--max-age", "176d"][..], 0),
        (&["--max-age", "175d"], 1),
        (&[], 0),
        (&["--max-age", "26w"], 0),
        (&["--max-age", "25w"], 1),
        (&["--max-age", "6m"], 0),
        (&["--max-age", "5m"], 1),
        (&["--max-age", "0y"], 1),
        (&["1", "--max-age", "175d"], 1),
        (&["--max-age", "-1d"], 2),
        (&["--max-age", "180"], 2),
        (&["nothing"], 2),
        (&["1", "nothing", "nowhere"], 2),
    ] {
        let all = [&["prices", "stale", "--as-of", "2026-11-24"], arguments].concat();
        let output = ends_with(directory.path(), &all, code);
        assert_eq!(output.stderr.is_empty(), code == 0, "{arguments:?}");
        assert_eq!(output.stdout.is_empty(), code == 2, "{arguments:?}");
    }
    let all = ["prices", "stale", "--max-age", "175d", "--as-of", "2026-11-24", "--format", "json"];
    let output = ends_with(directory.path(), &all, 1);
    let sentence = "check failed: 3 of 3 list prices were read more than 175 days before 2026-11-24\n";
    assert_eq!(String::from_utf8_lossy(&output.stderr), sentence);
    let found = parsed(&output);
    assert_eq!((&found["passed"], &found["stale"]), (&json!(false), &json!(3)));
    // Each price once, and agreed prices not at all.
    let prices = found["prices"].as_array().unwrap();
    let meters: Vec<&Value> = prices.iter().map(|price| &price["meter"]).collect();
    assert_eq!(meters, ["plan", "egress", "storage"]);
    assert_eq!((&prices[0]["age_days"], &prices[0]["verdict"]), (&json!(176), &json!("stale")));
    let used_by = json!([
        { "stage": { "id": 1, "name": "Test" }, "line_item": "A" },
        { "stage": { "id": 2, "name": "More" }, "line_item": "C" },
    ]);
    assert!(prices.iter().all(|price| price["used_by"] == used_by), "{prices:?}");
    // A stage that is named twice is one; before the price was read its age is below zero.
    let twice = json_of(directory.path(), &["stale", "2", "more", "2-more"]);
    assert_eq!(twice["prices"][0]["used_by"].as_array().unwrap().len(), 1);
    let early = ["prices", "stale", "2", "--as-of", "2026-05-31", "--max-age", "0d", "--format", "json"];
    assert_eq!(parsed(&ends_with(directory.path(), &early, 0))["prices"][0]["age_days"], -1);
}

#[test]
fn a_plan_without_list_prices_has_none_that_is_stale() {
    let manifest = format!("{HEAD}line_items:\n  - name: A\n    category: c\n    cost: 1\n");
    let directory = project(&[("stages/1-test.yaml", &manifest)]);
    let shown = stdout(directory.path(), &["prices", "stale", "--max-age", "0d"]);
    assert!(shown.contains("No stage uses a list price."), "{shown}");
}

#[test]
fn a_gap_between_prices_fails_the_check() {
    let directory = project(&[("pricing/acme.toml", &sheet(&[BOX, GAP]))]);
    let check = ["prices", "check", "--vendor", "acme", "--format", "json", "--as-of"];
    let output = ends_with(directory.path(), &[&check[..], &["2026-11-24"]].concat(), 1);
    assert_eq!(output.stderr, b"check failed: 1 price sheet, 2 SKUs, 1 gap, 0 notes\n");
    let found = parsed(&output);
    assert_eq!(found["passed"], false);
    assert_eq!(
        found["findings"],
        json!([{
            "severity": "breach",
            "code": "price-gap",
            "message": "`acme/gap` has no price for plan on 2026-02-01, between two prices",
            "sku": "acme/gap",
            "meters": ["plan"],
            "place": "pricing/acme.toml:38",
        }])
    );
    assert_eq!(
        std::fs::read_to_string(directory.path().join("pricing/acme.toml")).unwrap().lines().nth(37),
        Some("price = 2")
    );
    // A year and a day after everything was read, and after the last price.
    let output = ends_with(directory.path(), &[&check[..], &["2027-06-02"]].concat(), 1);
    let found = parsed(&output);
    let codes: Vec<&Value> = found["findings"].as_array().unwrap().iter().map(|found| &found["code"]).collect();
    assert_eq!(codes, ["price-gap", "price-age", "price-ended"]);
    assert_eq!(found["findings"][1]["meters"], json!(["plan", "egress", "storage"]));
}

#[test]
fn what_is_only_doubtful_is_a_note() {
    let plain = "[skus.plain]\ntrust = \"fixture\"\n[[skus.plain.charges]]\nmeter = \"plan\"\nmodel = \"flat\"\nprice = 1\n\
                 effective_from = 2027-01-01\n";
    let directory = project(&[("pricing/acme.toml", &sheet(&[plain]))]);
    let found = json_of(directory.path(), &["check", "--vendor", "acme"]);
    let messages: Vec<&Value> = found["findings"].as_array().unwrap().iter().map(|found| &found["message"]).collect();
    assert_eq!(
        messages,
        [
            "`acme/plain` names no category",
            "`acme/plain` has no price for plan before 2027-01-01",
            "`acme/plain` has a price for plan that was read in a test fixture",
        ]
    );
    assert_eq!(found["passed"], true);
    // A price holds on its first day.
    let on = |day: &str| stdout(directory.path(), &["prices", "check", "--vendor", "acme", "--as-of", day]);
    let is_early = |day: &str| on(day).contains("has no price for plan before");
    assert_eq!((is_early("2026-12-31"), is_early("2027-01-01")), (true, false));
    // The bundled sheets have no gap, and are checked only on request: nobody can change them.
    let none = project(&[]);
    assert_eq!(json_of(none.path(), &["check", "--bundled"])["passed"], true);
    let text = stdout(none.path(), &["prices", "check"]);
    assert!(text.contains("Nothing was checked: the project has no price sheet of its own."), "{text}");
    let own = json_of(directory.path(), &["check"]);
    assert_eq!(
        (&own["price_sheets"], &own["skus"], own["findings"].as_array().unwrap().len()),
        (&json!(1), &json!(1), 3)
    );
}

#[test]
fn what_validate_finds_in_a_sheet_stops_the_check() {
    let overlap = "[skus.a]\n[[skus.a.charges]]\nmeter = \"plan\"\nmodel = \"flat\"\n\
                   [[skus.a.charges.prices]]\nprice = 1\n[[skus.a.charges.prices]]\nprice = 2\n";
    let tiers = "[skus.b]\n[[skus.b.charges]]\nmeter = \"seats\"\nunit = \"seat\"\nmodel = \"volume\"\n\
                 tiers = [{ up_to = 2, price = 1 }, { up_to = 1, price = 1 }]\n";
    let directory = project(&[("pricing/acme.toml", &sheet(&[overlap, tiers]))]);
    for arguments in [&["prices", "check"][..], &["prices", "check", "--vendor", "acme"], &["prices", "list"]] {
        let output = ends_with(directory.path(), arguments, 2);
        assert!(output.stdout.is_empty());
        let stderr = String::from_utf8_lossy(&output.stderr);
        for code in ["error[overlapping-prices]", "error[invalid-tiers]", "pricing/acme.toml:"] {
            assert!(stderr.contains(code), "{code} is not in:\n{stderr}");
        }
    }
    ends_with(directory.path(), &["prices", "check", "--vendor", "hetzner"], 0);
}

#[test]
fn text_of_a_sheet_stays_text_in_a_spreadsheet() {
    let skus = "[skus.a]\nname = \"=cmd()\"\ndescription = \"@x\"\nnote = \"+1\"\n[[skus.a.charges]]\nmeter = \"plan\"\nmodel = \"flat\"\nprice = 1\n";
    let directory = project(&[("pricing/acme.toml", &sheet(&[skus]))]);
    let csv = stdout(directory.path(), &["prices", "list", "--vendor", "acme", "--format", "csv"]);
    assert!(csv.contains(",'=cmd(),,'@x,1 EUR/month,"), "{csv}");
    let csv = stdout(directory.path(), &["prices", "show", "acme/a", "--format", "csv"]);
    assert!(csv.contains(",'+1,"), "{csv}");
}

#[test]
fn global_options_stand_anywhere() {
    let directory = project(&[("pricing/acme.toml", &sheet(&[BOX]))]);
    let elsewhere = project(&[]);
    let path = directory.path().to_str().unwrap();
    for arguments in [
        &["--project", path, "prices", "list", "--vendor", "acme"][..],
        &["prices", "--project", path, "list", "--vendor", "acme"],
        &["prices", "list", "--vendor", "acme", "--project", path],
    ] {
        assert!(stdout(elsewhere.path(), arguments).contains("acme/box"), "{arguments:?}");
    }
    for arguments in [
        ["--color", "always", "prices", "list"],
        ["prices", "--color", "always", "list"],
        ["prices", "list", "--color", "always"],
    ] {
        assert!(stdout(elsewhere.path(), &arguments).contains('\u{1b}'), "{arguments:?}");
    }
    ends_with(elsewhere.path(), &["prices"], 2);
    ends_with(elsewhere.path(), &["prices", "nothing"], 2);
}
