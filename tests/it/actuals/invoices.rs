//! Invoices of vendors that have no FOCUS: the columns are those that the vendors document.

use std::fs;

use crate::project::{HEAD, costplan, project, stderr};

/// Imports a file, and reads the file of a month.
fn imported(settings: &str, name: &str, text: &str, month: &str) -> String {
    let stage = format!("{HEAD}line_items:\n  - {{ name: Queue, category: messaging, vendor: aws, cost: 12 }}\n");
    let settings = format!("version = 1\n{settings}");
    let plan = project(&[("stages/1-test.yaml", &stage), ("costplan.toml", &settings), (name, text)]);
    let out = costplan(plan.path(), &["actuals", "import", name]);
    assert!(out.status.success(), "{}", stderr(&out));
    fs::read_to_string(plan.path().join(format!("actuals/{month}.yaml"))).unwrap()
}

#[test]
fn days_of_openai_without_costs_are_covered_and_cost_nothing() {
    let text = "start_time,end_time,start_time_iso,end_time_iso,amount_value,amount_currency,line_item,project_id,\
        organization_id,organization_name\n\
        1790812800,1790899200,2026-10-01T00:00:00+00:00,2026-10-02T00:00:00+00:00,0.8958740000000000,usd,\"gpt-x, input\",proj_1,org-1,Sunbird\n\
        1790899200,1790985600,2026-10-02T00:00:00+00:00,2026-10-03T00:00:00+00:00,0.1,usd,\"gpt-x, input\",proj_2,org-1,Sunbird\n\
        1790985600,1791072000,2026-10-03T00:00:00+00:00,2026-10-04T00:00:00+00:00,,,,,,\n";
    let month = imported("", "cost.csv", text, "2026-10");
    assert!(month.contains("format: \"openai\""), "{month}");
    assert!(month.contains("totals: [{ billed: 0.995874 USD }]"), "{month}");
    assert!(
        month.contains(r#"{ vendor: "OpenAI", service: "gpt-x, input", kind: usage, cost: 0.995874 USD, rows: 2 }"#),
        "{month}"
    );
    assert!(month.contains("through: 2026-10-03"), "the day without costs is billed too: {month}");
    assert!(month.contains("rows: 2\n"), "{month}");
    for private in ["proj_1", "org-1", "Sunbird"] {
        assert!(!month.contains(private), "{private} is kept");
    }
}

#[test]
fn the_tax_of_a_fee_is_a_charge_of_its_own() {
    let text = "balance_transaction_created,balance_transaction_id,balance_transaction_description,incurred_by,incurred_by_type,\
        amount,tax,currency,incurred_at,activity_start_date,activity_end_date,product_feature_description\n\
        2026-10-05 10:00:00,txn_1,Anna,ch_1,charge,2.00,0.38,usd,2026-10-05 10:00:00,,,Card payments\n\
        2026-10-06 10:00:00,txn_2,Berta,ch_2,charge,1.50,0.00,usd,2026-09-30 23:00:00,,,Card payments\n\
        2026-10-07 10:00:00,txn_3,Carl,re_1,refund,-0.25,,usd,2026-10-07 10:00:00,,,Card payments\n";
    let month = imported("", "fees.csv", text, "2026-10");
    assert!(month.contains("format: \"stripe\""), "{month}");
    // 2.00 + 0.38 + 1.50 - 0.25.
    assert!(month.contains("totals: [{ billed: 3.63 USD }]") && month.contains("    rows: 3\n"), "{month}");
    let fees = r#"{ vendor: "Stripe", service: "Card payments", kind: usage, cost: 3.5 USD, rows: 2 }"#;
    let tax = r#"{ vendor: "Stripe", service: "Card payments", kind: tax, cost: 0.38 USD, rows: 0 }"#;
    let refund = r#"{ vendor: "Stripe", service: "Card payments", kind: credit, cost: -0.25 USD }"#;
    for charge in [fees, tax, refund] {
        assert!(month.contains(charge), "{charge} in {month}");
    }
    assert!(!month.contains("Anna") && !month.contains("txn_1"), "{month}");
}

#[test]
fn a_named_column_of_taxes_is_read_for_any_vendor() {
    let settings = "[actuals.csv.hosting]\nvendor = \"hetzner\"\ncurrency = \"EUR\"\ndecimal_comma = true\n\
        columns = { date = \"Von\", until = \"Bis\", cost = \"Netto\", tax = \"USt\", sku = \"Produkt\", quantity = \"Menge\", unit = \"Einheit\" }\n";
    let text = "Produkt;Von;Bis;Menge;Einheit;Netto;USt\ncx22;01.10.2026;31.10.2026;744;hours;1.003,79;190,72\n";
    let month = imported(settings, "invoice.csv", text, "2026-10");
    assert!(month.contains("totals: [{ billed: 1194.51 EUR }]"), "{month}");
    assert!(month.contains("kind: tax, monthly: true, cost: 190.72 EUR"), "{month}");
    assert!(
        month.contains(r#"sku: "cx22", kind: usage, monthly: true, cost: 1003.79 EUR, quantity: 744, unit: "hours""#),
        "{month}"
    );
}
