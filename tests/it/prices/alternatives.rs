//! Other ways to buy what a line item brings: from where on one of them costs less.

use crate::project::{costplan, project, stdout};

const SHEET: &str = r#"
version = 1
vendor = "v"
currency = "USD"
source = "test"
trust = "contract"
retrieved_on = 2026-01-01
[skus.mail]
[[skus.mail.charges]]
meter = "mails"
unit = "message"
model = "graduated"
tiers = [{ up_to = 200, price = 0.02 }, { price = 0.03 }]
"#;

fn manifest(line_items: &str) -> String {
    format!("version: 1\nstage: 1\nname: Test\ncustomers: 1..200\ncurrency: USD\nline_items:\n{line_items}")
}

const MAIL: &str = "  - name: Mail
    category: email
    cost: 10 + customers * 0.10
    alternatives:
      - { name: flat mail, cost: 18 }
      - { sku: v/mail, usage: { mails: customers * 10 } }
";

/// The numbers and messages of the break-points about alternatives.
fn breaks(line_items: &str, arguments: &[&str]) -> Vec<(u64, String)> {
    let directory = project(&[("stages/1-test.yaml", &manifest(line_items)), ("pricing/v.toml", SHEET)]);
    let arguments: Vec<&str> = ["sweep", "1", "--format", "json"].iter().chain(arguments).copied().collect();
    let json: serde_json::Value = serde_json::from_str(&stdout(directory.path(), &arguments)).unwrap();
    let of_sku = json["break_points"].as_array().unwrap().iter().filter(|point| point["code"] == "cheapest-sku");
    of_sku.map(|point| (point["at"].as_u64().unwrap(), point["message"].as_str().unwrap().to_owned())).collect()
}

#[test]
fn each_change_of_the_cheapest_is_told_and_the_start_where_it_is_not_the_planned_one() {
    // Planned: 10 + n / 10. Flat: 18. SKU: n / 5 up to 20 customers, then 4 + 0.3 (n - 20) = 0.3 n - 2.
    // The SKU costs less below 10 + n / 10 = 0.3 n - 2, which is n = 60; there both cost 16, and the plan stays. The flat
    // price costs less above 10 + n / 10 = 18, which is n = 80.
    assert_eq!(
        breaks(MAIL, &[]),
        [
            (1, "`Mail`: v/mail would cost 9.90 USD less here".to_owned()),
            (60, "`Mail`: the planned purchase costs the least".to_owned()),
            (81, "`Mail`: flat mail would cost 0.10 USD less here".to_owned()),
        ]
    );
    assert_eq!(
        breaks(MAIL, &["--customers", "150..200"]),
        [(150, "`Mail`: flat mail would cost 7.00 USD less here".to_owned())]
    );
    assert_eq!(breaks(MAIL, &["--customers", "60..80"]), []);
}

#[test]
fn an_alternative_has_the_quantity_of_the_line_item_unless_it_has_its_own() {
    let items = "  - name: Servers
    category: compute
    cost: 10
    quantity: ceil(customers / 100)
    alternatives:
      - { name: as many, cost: 9 }
      - { name: one large, cost: 17, quantity: 1 }
";
    // Up to 100 customers one server of 9 costs less than 10; from 101 on two of 9 are 18, and the large one is 17.
    assert_eq!(
        breaks(items, &[]),
        [
            (1, "`Servers`: as many would cost 1.00 USD less here".to_owned()),
            (101, "`Servers`: one large would cost 3.00 USD less here".to_owned()),
        ]
    );
}

#[test]
fn an_unknown_cost_is_never_the_least() {
    let items = "  - name: Mail\n    category: email\n    cost: 10\n    alternatives: [{ sku: v/mail }]\n";
    assert_eq!(breaks(items, &[]), []);
}

#[test]
fn alternatives_are_checked_like_line_items_and_cost_a_stage_nothing() {
    let wrong = MAIL.replace("v/mail,", "v/mial,").replace("flat mail, cost: 18", "flat mail");
    let directory = project(&[("stages/1-test.yaml", &manifest(&wrong)), ("pricing/v.toml", SHEET)]);
    let output = costplan(directory.path(), &["validate"]);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr.contains("did you mean `v/mail`?"), "{stderr}");
    assert!(stderr.contains("the line item `flat mail` needs a `sku` or a `cost`"), "{stderr}");

    let directory = project(&[("stages/1-test.yaml", &manifest(MAIL)), ("pricing/v.toml", SHEET)]);
    let json = stdout(directory.path(), &["stage", "1", "--customers", "50", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((json["total"].to_string(), json["line_items"].as_array().unwrap().len()), ("15".to_owned(), 1));
}
