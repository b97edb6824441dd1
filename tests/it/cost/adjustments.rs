//! Shared allowances, discounts, credits, tax, and prices that are ranges.

use crate::project::{HEAD, computed, project, stdout};
use costplan::calculate::Costing;

const SHEET: &str = r#"
version = 1
vendor = "v"
currency = "USD"
source = "s"
retrieved_on = 2026-01-01
trust = "vendor"

[pools.transfer]
unit = "GB"

[pools.messages]
unit = "message"
included = 1000

[skus.small]
[[skus.small.charges]]
meter = "server"
model = "flat"
price = 5
[[skus.small.charges]]
meter = "egress"
unit = "GB"
pool = "transfer"
included = "500 GB * quantity"
model = "per_unit"
price = 0.01

[skus.large]
[[skus.large.charges]]
meter = "server"
model = "flat"
price = 40
[[skus.large.charges]]
meter = "egress"
unit = "GB"
pool = "transfer"
included = "4 TB * quantity"
model = "per_unit"
price = 0.02

[skus.mail]
[[skus.mail.charges]]
meter = "sent"
unit = "message"
pool = "messages"
model = "per_unit"
price = 0.10
[[skus.mail.charges]]
meter = "received"
unit = "message"
pool = "messages"
model = "per_unit"
price = 0.01

[skus.plan]
[[skus.plan.credits]]
reason = "compute credit of the plan"
amount = 10
skus = ["small", "compute-*"]
[[skus.plan.charges]]
meter = "plan"
model = "flat"
price = 25

[skus.gross]
includes_tax = "19%"
[[skus.gross.charges]]
meter = "server"
model = "flat"
price = 11.90

[skus.gpu]
[[skus.gpu.charges]]
meter = "gpu"
unit = "hour"
model = "per_unit"
each = true
usage = "100 hours"
price = "0.30..0.47"

[skus.spot]
[[skus.spot.charges]]
meter = "gpu"
unit = "hour"
model = "per_unit"
usage = "100 hours"
price = { low = 1, expected = 1.2, high = 2 }
"#;

fn stage(head: &str, items: &str) -> Result<Costing, String> {
    let manifest = format!("{HEAD}{head}line_items:\n{items}");
    computed(&[("stages/1-test.yaml", &manifest), ("pricing/v.toml", SHEET)], 0).map(|(_, costing)| costing)
}

fn exact(costing: &Costing) -> Vec<String> {
    let lines = costing.line_items.iter();
    lines.map(|line| if line.is_known { line.exact.normalize().to_string() } else { "?".to_owned() }).collect()
}

fn costs(head: &str, items: &str) -> Vec<String> {
    exact(&stage(head, items).unwrap())
}

#[test]
fn a_pool_is_what_line_items_bring_and_is_used_up_in_their_order() {
    let items = |egress: [&str; 3]| {
        format!(
            "  - {{ name: A, category: c, sku: v/small, quantity: 2, usage: {{ egress: {} }} }}\n  \
             - {{ name: B, category: c, sku: v/large, usage: {{ egress: {} }} }}\n  \
             - {{ name: C, category: c, sku: v/small, quantity: 0, usage: {{ egress: {} }} }}\n",
            egress[0], egress[1], egress[2]
        )
    };
    // The pool holds 2 x 500 GB and 4 TB.
    assert_eq!(costs("", &items(["4 TB", "1 TB", "0 GB"])), ["10", "40", "0"]);
    assert_eq!(costs("", &items(["4.5 TB", "1 TB", "0 GB"])), ["10", "50", "0"]);
    assert_eq!(costs("", &items(["6 TB", "1 TB", "1 TB"])), ["20", "60", "10"]);
    // A line item after unknown usage does not know what is left.
    let unknown = "  - { name: A, category: c, sku: v/small, usage: { egress: 10 GB } }\n  \
                   - { name: B, category: c, sku: v/large }\n  \
                   - { name: C, category: c, sku: v/small, usage: { egress: 10 GB } }\n";
    let costing = stage("", unknown).unwrap();
    let unknown: Vec<usize> = costing.line_items.iter().map(|line| line.unknown.len()).collect();
    assert_eq!(unknown, [0, 1, 1]);
    let codes: Vec<&str> = costing.findings.iter().map(|finding| finding.code().as_str()).take(2).collect();
    assert_eq!(codes, ["unknown-usage", "unknown-pool"]);
}

#[test]
fn charges_share_the_allowance_of_an_account_once() {
    let items = |first: &str, second: &str| {
        format!(
            "  - {{ name: A, category: c, sku: v/mail, usage: {first} }}\n  - {{ name: B, category: c, sku: v/mail, usage: {second} }}\n"
        )
    };
    // 600 and 300 of the 1,000 are used by the first line item, so that the second has 100 free.
    let found = costs("", &items("{ sent: 600, received: 300 }", "{ sent: 150, received: 40 }"));
    assert_eq!(found, ["0", "5.4"]);
    let found = costs("", &items("{ sent: 0, received: 0 }", "{ sent: 1100, received: 5 }"));
    assert_eq!(found, ["0", "10.05"]);
}

#[test]
fn discounts_come_before_credits_and_nothing_falls_below_zero() {
    let items = "  - { name: Server, category: compute, sku: v/large, usage: { egress: 5 TB } }\n  \
                 - { name: Desk, category: support, cost: 100, vendor: w }\n";
    // Server 40 + 1 TB x 0.02 = 60.
    for (head, expected) in [
        ("", ["60", "100"]),
        ("discounts: [{ rate: 10%, reason: r }]\n", ["54", "90"]),
        ("discounts: [{ rate: 10%, reason: r, vendor: v }]\n", ["54", "100"]),
        ("discounts: [{ rate: 10%, reason: r, category: support }]\n", ["60", "90"]),
        ("discounts: [{ rate: 10%, reason: r, line_item: Desk }]\n", ["60", "90"]),
        ("discounts: [{ rate: 50%, reason: r, sku: v/large, meter: egress }]\n", ["50", "100"]),
        ("discounts: [{ rate: 50%, reason: a }, { rate: 10%, reason: b }]\n", ["27", "45"]),
        ("discounts: [{ amount: 70 USD/month, reason: r }]\n", ["0", "90"]),
        ("discounts: [{ rate: 50%, reason: r, until: 2026-11-23 }]\n", ["60", "100"]),
        ("discounts: [{ rate: 50%, reason: r, until: 2026-11-24 }]\n", ["30", "50"]),
        ("discounts: [{ rate: 50%, reason: r, from: 2026-11-25 }]\n", ["60", "100"]),
        ("credits: [{ amount: 30 USD/month, reason: r, meter: egress }]\n", ["40", "100"]),
        ("credits: [{ amount: 30 USD/month, reason: r, vendor: w }]\n", ["60", "70"]),
        ("credits: [{ amount: 500 USD/month, reason: r }]\n", ["0", "0"]),
        ("credits: [{ amount: 10.80 EUR/month, reason: r }]\n", ["48.336", "100"]),
        ("credits: [{ amount: 10 USD/month, reason: r }]\ndiscounts: [{ rate: 50%, reason: s }]\n", ["20", "50"]),
    ] {
        assert_eq!(costs(head, items), expected, "{head}");
    }
    let costing = stage("discounts: [{ amount: 70 USD/month, reason: r }]\n", items).unwrap();
    assert_eq!(costing.adjustments[0].to_string(), "70.00");
    assert_eq!(
        costing.line_items.iter().map(|line| line.off.normalize().to_string()).collect::<Vec<_>>(),
        ["60", "10"]
    );
}

#[test]
fn a_plan_brings_credits_for_other_skus() {
    let items = |quantity: u32, servers: u32| {
        format!(
            "  - {{ name: Plan, category: c, sku: v/plan, quantity: {quantity} }}\n  \
             - {{ name: Server, category: c, sku: v/small, quantity: {servers}, usage: {{ egress: 0 GB }} }}\n"
        )
    };
    assert_eq!(costs("", &items(1, 1)), ["25", "0"]);
    assert_eq!(costs("", &items(1, 3)), ["25", "5"]);
    assert_eq!(costs("", &items(2, 5)), ["50", "5"]);
    // Without anything that it is for there is no credit.
    assert_eq!(costs("", "  - { name: Plan, category: c, sku: v/plan }\n"), ["25"]);
}

#[test]
fn a_credit_for_a_part_of_a_plan_is_exact_in_any_currency() {
    let items = "  - { name: Plan, category: c, sku: v/plan, quantity: 1 / 3 }\n  \
                 - { name: Server, category: c, sku: v/small, usage: { egress: 0 GB } }\n";
    // 5 - 10 / 3, and in EUR at 1.08.
    assert_eq!(costs("", items)[1], "1.666666666667");
    let manifest = format!("{}line_items:\n{items}", HEAD.replace("USD", "EUR"));
    let (_, costing) = computed(&[("stages/1-test.yaml", &manifest), ("pricing/v.toml", SHEET)], 0).unwrap();
    assert_eq!(exact(&costing)[1], "1.543209876543");
}

#[test]
fn an_agreed_allowance_has_no_place_in_the_pool_of_an_account() {
    let items = "  - { name: A, category: c, sku: v/mail, usage: { sent: 9, received: 9 }, agreed_price: { sent: { price: 1 USD/message, included: 0 }, reason: r } }\n";
    assert!(stage("", items).unwrap_err().contains("ConflictingKeys"));
}

#[test]
fn list_prices_are_compared_only_if_the_pool_holds_as_much_at_them() {
    let list = |included: &str| {
        let agreed = format!("agreed_price: {{ egress: {{ price: 0.005 USD/GB, included: {included} }} }}");
        let item = format!("  - {{ name: A, category: c, sku: v/small, usage: {{ egress: 700 GB }}, {agreed} }}\n");
        let reason = item.replace("} } }", "}, reason: r } }");
        let costing = stage("", &reason).unwrap();
        (exact(&costing), costing.line_items[0].list.map(|list| list.amount.normalize().to_string()))
    };
    // 5 + 200 x 0.005 is agreed, and 5 + 200 x 0.01 is the list price.
    assert_eq!(list("500 GB * quantity"), (vec!["6".to_owned()], Some("7".to_owned())));
    // With 600 GB in the pool nothing is known of what would be left at list prices.
    assert_eq!(list("600 GB"), (vec!["5.5".to_owned()], None));
}

#[test]
fn what_is_wrong_with_a_discount_is_said() {
    let items = "  - { name: Server, category: compute, sku: v/plan }\n";
    for (head, code) in [
        ("discounts: [{ reason: r }]\n", "MissingKey"),
        ("discounts: [{ rate: 10%, amount: 5 USD/month, reason: r }]\n", "ConflictingKeys"),
        ("discounts: [{ rate: 110%, reason: r }]\n", "InvalidNumber"),
        ("discounts: [{ rate: -10%, reason: r }]\n", "NegativeAmount"),
        ("discounts: [{ amount: 5 USD, reason: r }]\n", "UnitMismatch"),
        ("discounts: [{ rate: 10%, reason: r, vendor: w }]\n", "UnknownName"),
        ("discounts: [{ rate: 10%, reason: r, sku: v/small }]\n", "UnknownName"),
        ("discounts: [{ rate: 10%, reason: r, category: c }]\n", "UnknownName"),
        ("discounts: [{ rate: 10%, reason: r, line_item: X }]\n", "UnknownName"),
        ("discounts: [{ rate: 10%, reason: r, meter: egress }]\n", "UnknownMeter"),
        ("discounts: [{ rate: 10%, reason: r, from: 2026-02-01, until: 2026-01-01 }]\n", "InvalidRange"),
        ("credits: [{ rate: 10%, reason: r }]\n", "ConflictingKeys"),
        ("credits: [{ amount: 5 GBP/month, reason: r }]\n", "MissingExchangeRate"),
        ("tax: 190\n", "InvalidNumber"),
        ("tax: { rate: 19%, reverse_charge: [w] }\n", "UnknownName"),
    ] {
        assert!(stage(head, items).unwrap_err().contains(code), "{head}");
    }
}

#[test]
fn tax_is_on_what_vendors_bill_and_taken_out_of_gross_prices() {
    let items =
        "  - { name: Gross, category: c, sku: v/gross }\n  - { name: Other, category: c, cost: 30, vendor: w }\n";
    // 11.90 with 19 % are 10 without.
    assert_eq!(costs("", items), ["10", "30"]);
    for (head, taxable, tax, total) in [
        ("tax: 19%\n", "40", "7.6", "47.6"),
        ("tax: { rate: 19%, reverse_charge: all }\n", "0", "0", "40"),
        ("tax: { rate: 19%, reverse_charge: [w] }\n", "10", "1.9", "41.9"),
        // No vendor bills the buffer, or what the rounding of the total adds.
        ("buffer: 50%\ntax: { rate: 20%, reverse_charge: [w] }\n", "10", "2", "62"),
        ("rounding: { total: { to: 50, direction: up } }\ntax: 10%\n", "40", "4", "54"),
        ("rounding: { line_items: { to: 20, direction: up } }\ntax: 10%\n", "60", "6", "66"),
        // 7 % of 30 and 19 % of 10; a vendor's rate comes first where it is written first.
        ("tax: { rate: 19%, rates: [{ rate: 7%, vendor: w }] }\n", "40", "4", "44"),
        ("tax: { rate: 19%, rates: [{ rate: 7%, category: c }] }\n", "40", "2.8", "42.8"),
        (
            "tax: { rate: 1%, rates: [{ rate: 5%, vendor: w, category: c }, { rate: 10%, category: c }] }\n",
            "40",
            "2.5",
            "42.5",
        ),
        ("tax: { rate: 19%, rates: [{ rate: 7%, vendor: w }], reverse_charge: [w] }\n", "10", "1.9", "41.9"),
        // 0.3 and 3.33 are rounded on their own.
        ("tax: { rate: 1%, rates: [{ rate: 11.1%, vendor: w }], rounding: 0.5 }\n", "40", "3.5", "43.5"),
        ("tax: { rate: 1%, rounding: { to: 0.5, direction: up } }\n", "40", "0.5", "40.5"),
    ] {
        let taxed = stage(head, items).unwrap().taxed.unwrap();
        let shown = [taxed.taxable, taxed.tax, taxed.total].map(|amount| amount.normalize().to_string());
        assert_eq!(shown, [taxable, tax, total], "{head}");
    }
    assert!(stage("", items).unwrap().taxed.is_none());
}

#[test]
fn a_credit_after_tax_pays_bills_with_their_tax() {
    let items =
        "  - { name: A, category: c, cost: 10, vendor: v }\n  - { name: B, category: d, cost: 30, vendor: w }\n";
    let head = |tax: &str, credits: &str| format!("buffer: 50%\n{tax}credits: [{credits}]\n");
    for (tax, credits, deducted, to_pay) in [
        // 40 x 1.5 are 60, and 8 of tax.
        ("tax: 20%\n", "{ amount: 5 USD/month, reason: r, after_tax: true }", vec!["5"], "63"),
        // Bills with tax are 12 and 36: no credit pays the buffer.
        ("tax: 20%\n", "{ amount: 500 USD/month, reason: r, after_tax: true }", vec!["48"], "20"),
        ("tax: 20%\n", "{ amount: 500 USD/month, reason: r, vendor: w, after_tax: true }", vec!["36"], "32"),
        (
            "tax: 20%\n",
            "{ amount: 40 EUR/month, reason: r, after_tax: true }, { amount: 3 USD/month, reason: s, vendor: v, after_tax: true }",
            // 40 EUR are 43.20 USD, which pay the first bill, so that nothing of it is left for the second credit.
            vec!["43.2", "0"],
            "24.8",
        ),
        // One before tax makes the bills lower: 15 less of net and 3 less of tax, and the buffer is 12.50.
        (
            "tax: 20%\n",
            "{ amount: 15 USD/month, reason: r, vendor: w }, { amount: 5 USD/month, reason: s, after_tax: true }",
            vec!["5"],
            "37.5",
        ),
        // Without a tax it pays the bills as they are.
        ("", "{ amount: 45 USD/month, reason: r, after_tax: true }", vec!["40"], "20"),
        // The tax is rounded down to 0, and the credit does not pay more than there is.
        (
            "tax: { rate: 20%, rounding: { to: 100, direction: down } }\n",
            "{ amount: 60 USD/month, reason: r, after_tax: true }",
            vec!["48"],
            "12",
        ),
    ] {
        let taxed = stage(&head(tax, credits), items).unwrap().taxed.unwrap();
        let found: Vec<String> = taxed.credits.iter().map(|credit| credit.normalize().to_string()).collect();
        assert_eq!(
            (found, taxed.to_pay.normalize().to_string()),
            (deducted.iter().map(|text| (*text).to_owned()).collect(), to_pay.to_owned()),
            "{tax}{credits}"
        );
    }
    for (head, code) in [
        ("discounts: [{ rate: 10%, reason: r, after_tax: true }]\n", "ConflictingKeys"),
        ("credits: [{ amount: 5 USD/month, reason: r, after_tax: maybe }]\n", "WrongType"),
        ("tax: { rates: [{ rate: 7%, vendor: w }] }\n", "MissingKey"),
        ("tax: { rate: 7%, rates: [{ rate: 107%, vendor: w }] }\n", "InvalidNumber"),
        ("tax: { rate: 7%, rates: [{ rate: 7%, vendor: x }] }\n", "UnknownName"),
        ("tax: { rate: 7%, rates: [{ rate: 7%, category: x }] }\n", "UnknownName"),
        ("tax: { rate: 7%, rounding: 0 }\n", "NegativeAmount"),
        ("tax: { rate: 7%, recovered_after: 2 }\n", "ConflictingKeys"),
        ("tax: { rate: 7%, recoverable: true, recovered_after: 61 }\n", "InvalidNumber"),
    ] {
        assert!(stage(head, items).unwrap_err().contains(code), "{head}: {:?}", stage(head, items).unwrap_err());
    }
    let meter = "credits: [{ amount: 5 USD/month, reason: r, meter: egress, after_tax: true }]\n";
    assert!(stage(meter, "  - { name: Server, category: c, sku: v/plan }\n").unwrap_err().contains("ConflictingKeys"));
}

#[test]
fn a_project_has_one_list_of_vendors_under_the_reverse_charge() {
    let manifest = |tax: &str| {
        format!(
            "{HEAD}{tax}line_items:\n  - {{ name: A, category: c, cost: 10, vendor: w }}\n  - {{ name: B, category: d, cost: 30 }}\n"
        )
    };
    let tax_of = |manifest: &str, settings: &str, arguments: &[&str]| -> serde_json::Value {
        let settings = format!("version = 1\n{settings}\n");
        let directory =
            project(&[("stages/1-test.yaml", manifest), ("pricing/v.toml", SHEET), ("costplan.toml", &settings)]);
        let all = [&["stage", "1", "--customers", "1", "--format", "json"], arguments].concat();
        serde_json::from_str::<serde_json::Value>(&stdout(directory.path(), &all)).unwrap()["tax"].clone()
    };
    let list = "[defaults.tax]\nrate = \"20%\"\nreverse_charge = [\"w\", \"v\"]\nrates = [{ rate = \"5%\", category = \"x\" }]\nrecoverable = true\nrecovered_after = 2";
    let found = tax_of(&manifest(""), list, &[]);
    assert_eq!(
        (found["amount"].to_string(), found["reverse_charge"].clone()),
        ("6".to_owned(), serde_json::json!(["w"]))
    );
    assert_eq!(found["recovered_after"], 2);
    // A rate of the stage or of a flag leaves the list as it is; a list of the stage replaces it.
    assert_eq!(tax_of(&manifest("tax: 10%\n"), list, &[])["amount"].to_string(), "3");
    assert_eq!(tax_of(&manifest("tax: 10%\n"), list, &["--tax", "50%"])["amount"].to_string(), "15");
    assert_eq!(tax_of(&manifest("tax: { reverse_charge: all }\n"), list, &[])["amount"].to_string(), "0");
    let own = manifest("tax: { reverse_charge: [], rates: [{ rate: 100%, vendor: w }] }\n");
    assert_eq!(tax_of(&own, list, &[])["amount"].to_string(), "16");
    // A name that is almost that of a vendor or a category is one that is mistyped.
    let validated = |settings: &str| {
        let settings = format!("version = 1\n{settings}\n");
        let manifest = manifest("");
        let files = [("stages/1-test.yaml", &*manifest), ("pricing/v.toml", SHEET), ("costplan.toml", &*settings)];
        let directory = project(&files);
        crate::project::stderr(&crate::project::costplan(directory.path(), &["validate"]))
    };
    assert_eq!(validated(&list.replace("\"x\"", "\"compute\"")), "");
    let mistyped = validated("[defaults.tax]\nrate = \"20%\"\nreverse_charge = [\"hetzener\", \"stripe\"]");
    assert!(mistyped.contains("did you mean `hetzner`?") && !mistyped.contains("stripe`"), "{mistyped}");
    // Without a rate there is no tax.
    let list = "[defaults.tax]\nreverse_charge = [\"w\"]";
    assert_eq!(tax_of(&manifest(""), list, &[]), serde_json::Value::Null);
    assert_eq!(tax_of(&manifest(""), "[defaults]\ntax = \"10%\"", &[])["amount"].to_string(), "4");
}

#[test]
fn prices_that_are_ranges_make_a_range_of_totals() {
    let items =
        "  - { name: GPU, category: c, sku: v/gpu, quantity: 2 }\n  - { name: Spot, category: c, sku: v/spot }\n";
    let head = "buffer: 10%\nmonthly_budget: ..220\n";
    let costing = stage(head, items).unwrap();
    assert_eq!(exact(&costing), ["77", "120"]);
    let range = costing.range.clone().unwrap();
    let total = |totals: costplan::calculate::Totals| totals.total.normalize().to_string();
    assert_eq!([total(range.low), total(costing.totals), total(range.high)], ["176", "216.7", "323.4"]);
    let ends: Vec<String> =
        range.line_items.iter().map(|(low, high)| format!("{}..{}", low.normalize(), high.normalize())).collect();
    assert_eq!(ends, ["60..94", "100..200"]);
    let found = costing.findings.iter().find(|finding| finding.code().as_str() == "price-range").unwrap();
    assert_eq!(found.severity(), costplan::calculate::Severity::Warning);
    let plain = stage(head, "  - { name: Plan, category: c, sku: v/plan }\n").unwrap();
    assert!(plain.range.is_none());
}

#[test]
fn everything_is_shown_and_adds_up() {
    let manifest = format!(
        "{HEAD}buffer: 10%\ntax: {{ rate: 19%, reverse_charge: [w] }}\ndiscounts: [{{ rate: 12.5%, reason: yearly contract }}]\n\
         credits: [{{ amount: 7 USD/month, reason: programme, vendor: w }}]\nline_items:\n  \
         - {{ name: GPU, category: c, sku: v/gpu }}\n  - {{ name: Desk, category: support, cost: 29.99, vendor: w }}\n"
    );
    let directory = project(&[("stages/1-test.yaml", &manifest), ("pricing/v.toml", SHEET)]);
    let json: serde_json::Value = serde_json::from_str(&stdout(
        directory.path(),
        &["stage", "1", "--details", "--customers", "1", "--format", "json"],
    ))
    .unwrap();
    // GPU 38.50 - 4.8125; desk 29.99 - 3.74875 - 7.
    assert_eq!(json["line_items"][0]["monthly_cost_exact"].to_string(), "33.6875");
    assert_eq!(json["line_items"][1]["monthly_cost_exact"].to_string(), "19.24125");
    assert_eq!(json["adjustments"][0]["amount"].to_string(), "8.56125");
    assert_eq!(json["adjustments"][1]["amount"].to_string(), "7");
    assert_eq!(json["tax"]["taxable"].to_string(), "33.6875");
    assert_eq!(json["range"]["low"].to_string(), "50.040375");
    let table = stdout(directory.path(), &["stage", "1", "--details", "--customers", "1"]);
    for line in [
        "yearly contract: a discount of 12.50% deducts 8.56 USD in the rows above",
        "programme: a credit deducts 7.00 USD in the rows above",
        "Total at low prices",
        "Tax 19% (some under reverse charge)",
    ] {
        assert!(table.contains(line), "{line}\n{table}");
    }
    let explained = stdout(directory.path(), &["explain", "1", "total_with_tax", "--customers", "1"]);
    assert!(explained.contains("taxable"), "{explained}");
    let reverse =
        stdout(directory.path(), &["stage", "1", "--details", "--customers", "1", "--reverse-charge", "--tax", "20%"]);
    assert!(reverse.contains("Tax 20% (reverse charge)"), "{reverse}");
}

#[test]
fn an_agreed_price_over_a_percentage_lacks_no_cost_that_it_is_taken_of() {
    let sheet = format!(
        "{SHEET}\n[skus.regions]\n[[skus.regions.charges]]\nmeter = \"m\"\nunit = \"unit\"\nmodel = \"percentage\"\nof = \"line_items\"\npercent = \"50%\"\n"
    );
    let manifest = format!(
        "{HEAD}line_items:\n  - {{ name: A, category: c, sku: v/regions, of: [B], agreed_price: {{ m: 3 USD/unit, reason: r }} }}\n  \
         - {{ name: B, category: c, cost: 10 }}\n"
    );
    let (_, costing) = computed(&[("stages/1-test.yaml", &manifest), ("pricing/v.toml", &sheet)], 0).unwrap();
    let codes: Vec<&str> = costing
        .findings
        .iter()
        .map(|finding| finding.code().as_str())
        .filter(|code| code.starts_with("unknown"))
        .collect();
    assert_eq!(codes, ["unknown-usage"]);
}
