//! An explanation as a person reads it: like a bill.

use crate::project::{project, stdout};

const SHEET: &str = r#"
version = 1
vendor = "v"
currency = "USD"
source = "https://v.example"
retrieved_on = 2026-11-01
trust = "vendor"
[skus.db]
[[skus.db.charges]]
meter = "plan"
model = "flat"
price = 25
[[skus.db.charges]]
meter = "disk"
unit = "GB"
model = "per_unit"
included = 8
price = 0.12483
[[skus.db.charges]]
meter = "egress"
unit = "GB"
model = "per_unit"
included = 250
price = 0.09
"#;

const STAGE: &str = "version: 1\nstage: 1\nname: First\ncustomers: 1..100000\ncurrency: EUR\nbuffer: 10%\n\
    drivers: { stored: customers * 1 GB }\nline_items:\n\
    \x20 - { name: Database, category: c, sku: v/db, usage: { disk: stored, egress: 1 GB } }\n\
    \x20 - { name: Help desk, category: c, cost: 1000, quantity: 3 }\n";

const FX: &str = "version = 1\n[[rates]]\nfrom = \"EUR\"\nto = \"USD\"\nrate = 1.08\neffective_from = 2026-01-01\nsource = \"a bank\"\n";

fn explained(arguments: &[&str]) -> String {
    let directory = project(&[("stages/1-first.yaml", STAGE), ("pricing/v.toml", SHEET), ("pricing/fx.toml", FX)]);
    let day = ["--customers", "1508", "--as-of", "2026-11-24"];
    stdout(directory.path(), &[&["explain", "1"], arguments, &day].concat())
}

#[test]
fn a_stage_is_explained_by_what_its_rows_come_from() {
    // 1,500 GB beyond the allowance at 0.12483 are 187.245 USD: with 25 for the plan 212.245, or 196.523148... EUR.
    let text = explained(&[]);
    assert!(text.starts_with("1 First at 1,508 customers: 3,516.18 EUR a month\n"), "{text}");
    let rows: Vec<String> = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    for row in [
        "Help desk 3 x 1,000.00 EUR 3,000.00",
        "Database plan 25.00 USD + disk 187.245 USD, at 1.08 196.52",
        "Buffer 10% 3,196.5231 EUR x 10% 319.65",
        "Total 3,516.18",
    ] {
        assert!(rows.iter().any(|shown| shown == row), "{row}\n{text}");
    }
    assert!(text.contains("--details") && text.lines().count() <= 22, "{text}");
}

#[test]
fn one_number_is_explained_without_noise_and_with_every_digit_if_it_is_wanted() {
    let text = explained(&["Database"]);
    assert!(text.starts_with("Database: 196.5231 EUR, in stage 1 First at 1,508 customers\n"), "{text}");
    for part in [
        "usage 1,508 GB - included 8 GB, not below 0 = 1,500 GB",
        "billable 1,500 GB x price 0.12483 USD = 187.245 USD",
        "in EUR",
        "without a cost",
        "egress",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    assert!(!text.contains("kept to") && !text.contains("about") && !text.contains("egress: "), "{text}");
    let all = explained(&["Database", "--details"]);
    for part in ["kept to 12 decimals", "196.523148148148 EUR", "egress: billable", "1500 GB"] {
        assert!(all.contains(part), "{part}\n{all}");
    }
    // Markdown has every step, as before.
    assert!(explained(&["Database", "--format", "markdown"]).contains("kept to 12 decimals"));
}
