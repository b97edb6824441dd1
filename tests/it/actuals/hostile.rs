//! A bill that is none ends in an error with its file and its line, and nothing is written.

use std::fs;

use crate::project::{HEAD, costplan, project, stderr};

const HEADER: &str = "BillingPeriodStart,BilledCost,BillingCurrency,ProviderName,ServiceName,ChargeCategory,Tags";
const ROW: &str = "2026-11-01,1,USD,AWS,S3,Usage,";

#[test]
fn what_is_no_bill_is_refused() {
    let stage = format!("{HEAD}line_items:\n  - {{ name: Queue, category: messaging, cost: 12 }}\n");
    let plan = project(&[("stages/1-test.yaml", &stage)]);
    let wide = "a,".repeat(1_000_000);
    let open = format!("{HEADER}\n{ROW}\n{ROW}\"{{\n{}", format!("{ROW}\n").repeat(50_000));
    // What is far behind the start of a file is seen too, also in a column that is not kept.
    let nul = format!("{HEADER},x\n{}{ROW},\n{ROW},a\0b\n", format!("{ROW},{}\n", "y".repeat(60)).repeat(2000));
    let cases: Vec<(Vec<u8>, &str)> = vec![
        (Vec::new(), ":1: the file is empty"),
        (b" \r\n\r\n".to_vec(), ":1: the file is empty"),
        (format!("{HEADER}\n").into(), "no rows below its header"),
        (b"a,b\nc\0c\n".to_vec(), ":2: the file has a NUL byte"),
        (nul.into(), ":2003: the file has a NUL byte"),
        (b"\xff\xfea\0,\0".to_vec(), "UTF-16"),
        (b"PK\x03\x04".to_vec(), "a ZIP archive"),
        (b"PAR1".to_vec(), "the file is Parquet that cannot be read"),
        (b"name,price\nx,1\n".to_vec(), ":1: the header has the columns of no known bill"),
        (format!("{HEADER},{HEADER}\n").into(), ":1: the header has the column"),
        (format!("{HEADER}\n{ROW}\n2026-11-01,1,USD\n").into(), ":3: the row has 3 columns, and the header 7"),
        (format!("{HEADER}\n{ROW}\n{ROW}\"{{\n{ROW}\n").into(), ":3: a quote in it is not closed"),
        (
            format!("{HEADER}\n{ROW}\n2026-11-01,1,USD,\"AWS,S3,Usage,\n{ROW}\n").into(),
            ":3: a quote in it is not closed",
        ),
        (format!("{HEADER}\n{ROW}\n2026-11-01,1,USD,\"AWS\n").into(), ":3: a quote in it is not closed"),
        (format!("{HEADER}\r\n{ROW}\r\n{ROW}\"x\r\n{ROW}\r\n").into(), ":3: a quote in it is not closed"),
        (format!("{HEADER}\n2099-01-01,1,USD,AWS,S3,Usage,\n").into(), ":2: the month is 2099-01, more than a year"),
        (
            format!("{HEADER}\n0001-01-01,1,USD,AWS,S3,Usage,\n").into(),
            ":2: the month is 0001-01, before the year 2000",
        ),
        (open.into(), "a row has more than 1048576 bytes"),
        (wide.into(), "a row has more than 1048576 bytes"),
        (format!("{}BilledCost\n", "a,".repeat(2_000)).into(), ":1: the header has 2001 columns"),
        (format!("{HEADER}\r\n{ROW}\r\n2026-11-01,1,USD,A\x1bWS,S3,Usage,\r\n").into(), ":3: `A?WS` has a character"),
        (format!("{HEADER}\n2026-11-01,1,USD,AWS,=cmd(),Usage,\n").into(), ":2: `=cmd()` would be a formula"),
        ([HEADER.as_bytes(), b"\n2026-11-01,1,USD,AWS,S\xe93,Usage,\n"].concat(), ":2: the row is not UTF-8"),
        (format!("{HEADER}\n2026-11-01,1e400,USD,AWS,S3,Usage,\n").into(), ":2: `1e400` is not a number"),
        (format!("{HEADER}\n2026-11-01,\"1,5\",USD,AWS,S3,Usage,\n").into(), ":2: `1,5` is not a number"),
        (
            format!("{HEADER}\n2026-11-01,\"1,5\",USD,AWS,S3,Usage,\n").into(),
            "is not a number; if a comma is its decimal point: decimal_comma = true",
        ),
        (format!("{HEADER}\n2026-11-01,€3,USD,AWS,S3,Usage,\n").into(), ":2: `€3` has the sign €, and the currency"),
        (format!("{HEADER}\n2026-11-01,$3,EUR,AWS,S3,Usage,\n").into(), ":2: `$3` has the sign $, and the currency"),
        (format!("{HEADER}\n31.11.2026,1,EUR,AWS,S3,Usage,\n").into(), ":2: `31.11.2026` is not a day"),
        (format!("{HEADER}\n2026-11-01,,USD,AWS,S3,Usage,\n").into(), ":2: the row has no cost"),
        (format!("{HEADER}\n2026-11-01,1,,AWS,S3,Usage,\n").into(), ":2: the row has no currency"),
        (format!("{HEADER}\n2026-11-01,1,DOLLARS,AWS,S3,Usage,\n").into(), ":2: `DOLLARS` is not a currency code"),
        (format!("{HEADER}\n2026-11-01,1,USD,NULL,S3,Usage,\n").into(), ":2: the row has no vendor"),
        (format!("{HEADER}\n2026-11-01,1,USD,AWS,S3,Foo,\n").into(), ":2: `Foo` is no kind of charge"),
        (format!("{HEADER}\n2026-13-01,1,USD,AWS,S3,Usage,\n").into(), ":2: `2026-13-01` is not a day"),
        (format!("{HEADER}\n31/12/2026,1,USD,AWS,S3,Usage,\n").into(), ":2: `31/12/2026` is not a day"),
    ];
    for (bytes, expected) in cases {
        fs::write(plan.path().join("bill.csv"), &bytes).unwrap();
        let out = costplan(plan.path(), &["actuals", "import", "bill.csv"]);
        let message = stderr(&out);
        assert_eq!(out.status.code(), Some(2), "{expected}: {message}");
        assert!(
            message.contains("error[invalid-bill]: bill.csv") && message.contains(expected),
            "{expected}: {message}"
        );
        assert!(message.lines().all(|line| line.len() < 400), "{message}");
        assert!(!plan.path().join("actuals/2026-11.yaml").exists(), "{expected}: something was written");
    }
    let out = costplan(plan.path(), &["actuals", "import", "stages"]);
    assert!(stderr(&out).contains("error[not-a-file]"));
    // Of two bills, one of which is wrong, none is written.
    fs::write(plan.path().join("fine.csv"), format!("{HEADER}\n{ROW}\n")).unwrap();
    let out = costplan(plan.path(), &["actuals", "import", "fine.csv", "bill.csv"]);
    assert_eq!(out.status.code(), Some(2));
    assert!(!plan.path().join("actuals/2026-11.yaml").exists());
}

#[test]
fn a_month_whose_charges_were_changed_is_refused() {
    let stage = format!("{HEAD}line_items:\n  - {{ name: Queue, category: messaging, cost: 12 }}\n");
    let month = "version: 1\nmonth: 2026-10\nsources:\n  - name: a.csv\n    format: focus\n    digest: x\n    rows: 1\n    \
                 totals: [{ billed: 5 USD }]\n    charges:\n      - { vendor: aws, cost: 6 USD }\n";
    let plan = project(&[("stages/1-test.yaml", &stage), ("actuals/2026-10.yaml", month)]);
    for command in [&["actuals"][..], &["validate"], &["actuals", "add", "--month", "2026-10", "--customers", "5"]] {
        let out = costplan(plan.path(), command);
        assert_eq!(out.status.code(), Some(2), "{command:?}");
        assert!(stderr(&out).contains("error[control-total]"), "{}", stderr(&out));
    }
}
