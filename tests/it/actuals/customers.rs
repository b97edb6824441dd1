//! The customers and the revenue of months from a CSV: each row is one month, and nothing is replaced unseen.

use std::fs;

use crate::project::{HEAD, costplan, project, stderr};
use tempfile::TempDir;

fn plan(settings: &str) -> TempDir {
    let stage = format!("{HEAD}line_items:\n  - {{ name: Queue, category: messaging, cost: 12 }}\n");
    project(&[("stages/1-test.yaml", &stage), ("costplan.toml", &format!("version = 1\n{settings}"))])
}

fn add(plan: &TempDir, csv: &str, more: &[&str]) -> std::process::Output {
    fs::write(plan.path().join("customers.csv"), csv).unwrap();
    costplan(plan.path(), &[&["actuals", "add", "--from", "customers.csv"][..], more].concat())
}

fn month(plan: &TempDir, month: &str) -> String {
    fs::read_to_string(plan.path().join(format!("actuals/{month}.yaml"))).unwrap_or_default()
}

#[test]
fn headers_months_and_amounts_are_read_as_people_write_them() {
    let cases = [
        ("", "month,customers,mrr\n2025-10,64,6400 USD\n", &[][..]),
        ("", "Month;Active customers;MRR (USD)\nOct 2025;64;\"6,400.00\"\n", &[]),
        ("", "date,Number of Customers,mrr_usd\n2025/10/31,64.0,$6400\n", &[]),
        ("", "\u{feff}period\tsubscribers\trevenue\tcurrency\n10/2025\t64\t6400\tusd\n", &[]),
        ("", "month,customers,mrr\n202510,64,6400\n", &["--currency", "USD"]),
        ("", "month,customers,mrr\n31 October 2025,64,USD 6400\n", &["--currency", "EUR"]),
        (
            "[actuals.customers]\ncurrency = \"USD\"\ndecimal_comma = true\ncolumns = { date = \"Monat\", customers = \"Kunden\", mrr = \"Umsatz\" }\n",
            "Monat;Kunden;Umsatz\n31.10.2025;64;6.400,00\n",
            &[],
        ),
    ];
    for (settings, csv, more) in cases {
        let plan = plan(settings);
        let out = add(&plan, csv, more);
        assert!(out.status.success(), "{csv}: {}", stderr(&out));
        let text = month(&plan, "2025-10");
        assert!(text.contains("\ncustomers: 64\nmrr: 6400 USD\n"), "{csv}: {text}");
    }
}

#[test]
fn what_would_change_is_shown_before_it_is_replaced() {
    let plan = plan("");
    assert!(add(&plan, "month,customers\n2025-08,60\n2025-09,62\n", &[]).status.success());
    // One month changes, one is as it was, and one is new: nothing is written.
    let csv = "month,customers,mrr\n2025-08,60,\n2025-09,63,6300 USD\n2025-10,64,6400 USD\n2025-11,,\n";
    let out = add(&plan, csv, &[]);
    assert_eq!(out.status.code(), Some(2));
    let said = String::from_utf8_lossy(&out.stdout).into_owned();
    assert!(said.contains("62 -> 63") && said.contains("1 new, 1 changed, 1 unchanged"), "{said}");
    assert!(said.contains("Rows with neither customers nor revenue: 1"), "{said}");
    assert!(stderr(&out).contains("--replace"), "{}", stderr(&out));
    assert!(month(&plan, "2025-09").contains("customers: 62\n") && month(&plan, "2025-10").is_empty());
    let out = add(&plan, csv, &["--replace", "--format", "json"]);
    let said: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!(said["schema"], "costplan.actuals_customers.v1");
    let changes: Vec<&str> =
        said["months"].as_array().unwrap().iter().map(|month| month["change"].as_str().unwrap()).collect();
    assert_eq!(changes, ["unchanged", "changed", "new"]);
    assert_eq!((&said["months"][1]["customers_before"], &said["months"][1]["customers"]), (&62.into(), &63.into()));
    assert_eq!(said["files"].as_array().unwrap().len(), 2, "{said}");
    assert!(month(&plan, "2025-09").contains("customers: 63\nmrr: 6300 USD\n"));
    // Revenue that is added to recorded customers replaces nothing.
    let out = add(&plan, "month,mrr\n2025-08,6000 USD\n", &[]);
    assert!(String::from_utf8_lossy(&out.stdout).contains("1 completed"), "{}", stderr(&out));
    assert!(month(&plan, "2025-08").contains("customers: 60\nmrr: 6000 USD\n"));
}

#[test]
fn what_is_no_list_of_customers_is_refused_with_its_line() {
    let plan = plan("");
    let long = format!("month,customers\n2025-10,\"{}\n", "x".repeat(2_000_000));
    let cases: Vec<(&[u8], &str)> = vec![
        (b"", "customers.csv:1: the file is empty"),
        (b"month,customers\n", "no customers and no revenue"),
        (b"name,price\nx,1\n", ":1: the header has no column with the month"),
        (b"month,price\n2025-10,1\n", ":1: the header has a column neither of customers nor of MRR"),
        (b"month,customers,customers\n2025-10,1,2\n", ":1: the columns `customers` and `customers` may both"),
        (b"month,customers,Active Customers\n2025-10,1,2\n", ":1: the columns `customers` and `Active Customers`"),
        (b"month,customers\n2025-10,64\n2025-10-31,65\n", ":3: 2025-10 is in the file twice, in line 2 and here"),
        (b"month,customers\n2025-10,64\n2999-01,65\n", ":3: 2999-01 has not begun"),
        (b"month,customers\n1999-12,64\n", ":2: the month is 1999-12, before the year 2000"),
        (b"month,customers\nTotal,64\n", ":2: `Total` is not a month"),
        (b"month,customers\nOct-25,64\n", ":2: `Oct-25` is not a month"),
        (b"month,customers\n,64\n", ":2: the row has no month"),
        (b"month,customers\n2025-10,64.5\n", ":2: `64.5` is no number of customers"),
        (b"month,customers\n2025-10,-3\n", ":2: `-3` is no number of customers"),
        (b"month,customers\n2025-10,$64\n", ":2: `$64` is no number of customers"),
        (b"month,customers\n2025-10,1e30\n", ":2: `1e30` is not a number"),
        (b"month,customers\n2025-10,1e20\n", ":2: `1e20` is no number of customers"),
        (b"month,customers\n2025-10,many\n", ":2: `many` is not a number"),
        (b"month,mrr\n2025-10,6400\n", ":2: the revenue has no currency"),
        (b"month,mrr\n2025-10,-1 USD\n", ":2: the revenue of a month is not below zero"),
        (b"month,mrr (EUR)\n2025-10,$5\n", ":2: `$5` has the sign $, and the currency of the row is EUR"),
        (b"month,mrr,currency\n2025-10,5 USD,EUR\n", ":2: `5 USD` is in USD, and the column of currencies has EUR"),
        (b"month,mrr,currency\n2025-10,5,DOLLARS\n", ":2: `DOLLARS` is not a currency code"),
        (b"month,mrr\n2025-10,5 xyz\n", ":2: `5 xyz` is not a number"),
        (b"month,customers\n2025-10,64,5\n", ":2: the row has 3 columns, and the header 2"),
        (b"month,customers\n2025-10,6\x004\n", ":2: the file has a NUL byte"),
        (b"month,customers\n2025-10,\xff\n", ":2: the row is not UTF-8"),
        (b"month,customers\n2025-09,1\n2025-10,\"64\n", "a quote in it is not closed"),
        (b"PAR1", "the file is Parquet"),
        (b"PK\x03\x04", "a ZIP archive or a workbook"),
        (long.as_bytes(), "a row has more than 1048576 bytes"),
    ];
    for (csv, expected) in cases {
        fs::write(plan.path().join("customers.csv"), csv).unwrap();
        let out = costplan(plan.path(), &["actuals", "add", "--from", "customers.csv"]);
        assert_eq!(out.status.code(), Some(2), "{expected}");
        let said = stderr(&out);
        assert!(said.contains(expected) && said.contains("invalid-csv"), "{expected}: {said}");
    }
    // All rows are looked at; what is wrong with several of them is said once.
    let rows = "2025-10,64.5,5\n2025-13,64,\n2025-11,65,6\n2025-12,66,-1 USD\n2026-01,67,8\n";
    let said = stderr(&add(&plan, &format!("month,customers,mrr\n{rows}"), &[]));
    for expected in [":2: `64.5`", ":3: `2025-13`", ":4: the revenue has no currency", ":5: the revenue of a month"] {
        assert!(said.contains(expected), "{expected}: {said}");
    }
    assert_eq!(said.matches("error[").count(), 4, "{said}");
    let months = fs::read_dir(plan.path().join("actuals")).map(Iterator::count).unwrap_or_default();
    assert_eq!(months, 0, "nothing was written");
    let out = costplan(plan.path(), &["actuals", "add", "--month", "2998-01", "--customers", "5"]);
    assert!(stderr(&out).contains("2998-01 has not begun"), "{}", stderr(&out));
    // The import of bills knows such a file.
    fs::write(plan.path().join("customers.csv"), "month,customers\n2025-10,64\n").unwrap();
    let out = costplan(plan.path(), &["actuals", "import", "customers.csv"]);
    assert!(stderr(&out).contains("costplan actuals add --from"), "{}", stderr(&out));
}
