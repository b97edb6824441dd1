//! `DuckDB` adds a bill up as the reader of bills does, and reads and writes the same Parquet.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::project::{HEAD, costplan, project, root, stderr};
use tempfile::TempDir;

/// What `DuckDB` answers to some SQL in a directory.
fn duckdb(directory: &Path, sql: &str) -> String {
    let mut child = Command::new("python3")
        .arg(root().join("tests/it/programs/run_duckdb.py"))
        .current_dir(directory)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("python3 is there");
    child.stdin.take().unwrap().write_all(sql.as_bytes()).unwrap();
    let out = child.wait_with_output().unwrap();
    assert!(out.status.success(), "{}\n{sql}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap()
}

/// A tag whose name is hostile to SQL and to paths in JSON.
const ODD: &str = "a/b~'c\"";

fn plan() -> TempDir {
    let stage = format!("{HEAD}line_items:\n  - {{ name: Queue, category: messaging, vendor: aws, cost: 12 }}\n");
    let odd = ODD.replace('"', "\\\"");
    let settings = format!("version = 1\n[actuals]\ntags = [\"env\", \"{odd}\"]\n");
    project(&[("stages/1-test.yaml", &stage), ("costplan.toml", &settings)])
}

/// The files of the months after an import, without what only says which file it was.
fn months(name: &str, bill: &[u8]) -> Vec<String> {
    let plan = plan();
    fs::write(plan.path().join(name), bill).unwrap();
    let out = costplan(plan.path(), &["actuals", "import", name]);
    assert!(out.status.success(), "{}", stderr(&out));
    let mut files: Vec<_> =
        fs::read_dir(plan.path().join("actuals")).unwrap().map(|file| file.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "yaml"));
    files.sort();
    let is_kept = |line: &&str| !line.starts_with("    digest:") && !line.starts_with("  - name:");
    files
        .iter()
        .map(|path| fs::read_to_string(path).unwrap().lines().filter(is_kept).collect::<Vec<_>>().join("\n"))
        .collect()
}

fn query(arguments: &[&str]) -> String {
    let plan = plan();
    let out = costplan(plan.path(), &[&["actuals", "sql", "--engine", "duckdb"][..], arguments].concat());
    assert!(out.status.success(), "{}", stderr(&out));
    String::from_utf8(out.stdout).unwrap()
}

/// Two months and two currencies: residues of binary numbers, rows that are alike, a part of a month and whole months, credits
/// with and without a kind, a refund, a tax, corrections, quantities of two kinds, all forms of no value, and tags.
fn bill() -> String {
    let odd = ODD.replace('"', "\\\"\"");
    let rows = [
        "2026-09-01 00:00:00,2026-09-18 22:00:00,2026-09-18 23:00:00,227.28753400000005,0,USD,AWS,Functions,F1,fn,Usage,NULL,2.5,GB,9,Units,NULL",
        "2026-09-01T00:00:00Z,2026-09-20T00:00:00Z,2026-09-21T00:00:00Z,0.1,0.1,USD,AWS,Functions,F1,fn,Usage,,1.5,GB,9,Units,",
        "2026-09-01,2026-09-20,2026-09-21,14.5,4.440892098500626e-16,USD,AWS,Functions,F2,fn,Usage,n/a,,,3,Units,{}",
        "2026-09-01,2026-09-30T12:00:00Z,2026-10-01T00:00:00Z,4.440892098500626e-16,,USD,AWS,Functions,F2,fn,Usage,,,,4,Units,",
        "2026-09-01,2026-09-01,2026-10-01,1e-20,,USD,AWS,Support,,,Purchase,,,,,,",
        "2026-09-01,2026-08-01,2026-11-01,-5.25,,USD,AWS,Support,,,,,,,,,",
        "2026-09-01,2026-09-02,2026-09-03,7,,USD,AWS,Support,,,,,,,,,",
        "2026-09-01,2026-09-01,2026-10-01,-3.000000000000000000001,-3,USD,AWS,Support,,,Credit,,,,,,",
        "2026-09-01,2026-07-01,2026-08-01,-2,,USD,AWS,Support,,,Usage,Correction,,,,,",
        "2026-09-01,2026-09-01,2026-10-01,19.01,19.01,USD,AWS,VAT 19%,,,,,,,,,",
        "2026-10-01,2026-10-05,2026-10-06,12345678901.123456789,,EUR,Hetzner,Box,,,Usage,,98765432109876.5,req,,,",
        "2026-10-01,2026-10-06,2026-10-07,0.000000001,,EUR,Hetzner,Box,,,Usage,,0.25,req,,,",
        "2026-10-01,2026-10-07,2026-10-07,1,2,USD,Hetzner,Box,,,Usage,,1,req,,,\"{\"\"env\"\": \"\" prod \"\", \"\"team\"\": \"\"x\"\"}\"",
        "2026-10-01,2026-10-07,2026-10-09,2,3,USD,Hetzner,Box,,,Usage,,1,req,,,\"{\"\"env\"\": \"\"prod\"\", \"\"none\"\": null}\"",
        "2026-10-01,2026-10-07,2026-10-09,4,3,USD,Hetzner,\"Box, \"\"large\"\"\",,,Usage,,1,req,,,\"{\"\"env\"\": 5}\"",
    ];
    let tagged = format!(
        "2026-10-01,2026-10-07,2026-10-08,8,8,USD,Hetzner,Box,,,Usage,,1,req,,,\"{{\"\"{odd}\"\": \"\"odd\"\"}}\""
    );
    format!(
        "BillingPeriodStart,ChargePeriodStart,ChargePeriodEnd,BilledCost,EffectiveCost,BillingCurrency,ProviderName,ServiceName,\
         SkuId,ResourceType,ChargeCategory,ChargeClass,ConsumedQuantity,ConsumedUnit,PricingQuantity,PricingUnit,Tags\n{}\n{tagged}\n",
        rows.join("\n")
    )
}

#[test]
#[ignore = "needs DuckDB: python3 -m pip install duckdb"]
fn it_adds_up_as_the_reader_does() {
    let bill = bill();
    let own = months("bill.csv", bill.as_bytes());
    assert_eq!(own.len(), 2);
    // 227.28753400000005 + 0.1, and 14.5 with a residue that leaves more than 28 digits.
    assert!(own[0].contains("cost: 227.38753400000005 USD, quantity: 4, unit: \"GB\", rows: 2"), "{}", own[0]);
    assert!(own[0].contains("cost: 14.5 USD, quantity: 7, unit: \"Units\", rows: 2"), "{}", own[0]);
    assert!(own[1].contains("cost: 12345678901.12345679 EUR, quantity: 98765432109876.75"), "{}", own[1]);
    let directory = tempfile::tempdir().unwrap();
    for name in ["bill.csv", "it's; --bill.csv"] {
        fs::write(directory.path().join(name), &bill).unwrap();
        let answer = duckdb(directory.path(), &query(&["--from", name]));
        assert_eq!(months("bill.csv", answer.as_bytes()), own, "{answer}");
    }
    // The same in a table with types of its own and a hostile name: days, moments with a zone, decimals, and tags as a map.
    let table = "odd\" name; --";
    let types = "CREATE TABLE \"odd\"\" name; --\" AS SELECT * REPLACE (\
            CAST(BillingPeriodStart AS DATE) AS BillingPeriodStart, \
            CAST(ChargePeriodStart AS TIMESTAMPTZ) AS ChargePeriodStart, CAST(ChargePeriodEnd AS TIMESTAMPTZ) AS ChargePeriodEnd, \
            CAST(BilledCost AS DECIMAL(38, 24)) AS BilledCost, \
            CASE WHEN Tags LIKE '{%' THEN CAST(CAST(Tags AS JSON) AS MAP(VARCHAR, VARCHAR)) END AS Tags) \
        FROM read_csv('small.csv', header = true, all_varchar = true, nullstr = ['NULL', 'n/a', '']);";
    let small =
        bill.replace("12345678901.123456789", "12345678.123456789").replace("4.440892098500626e-16", "4.4408e-16");
    fs::write(directory.path().join("small.csv"), &small).unwrap();
    let own = months("bill.csv", small.as_bytes());
    let sql = format!("SET TimeZone = 'UTC'; {types}\n{}", query(&["--from", table]));
    let answer = duckdb(directory.path(), &sql);
    assert_eq!(months("bill.csv", answer.as_bytes()), own, "{answer}");
    // And in Parquet that DuckDB writes, read by both.
    let copy = format!(
        "SET TimeZone = 'UTC'; {types}\nCOPY (FROM \"odd\"\" name; --\") TO 'bill.parquet' (FORMAT parquet, ROW_GROUP_SIZE 2048);"
    );
    duckdb(directory.path(), &copy);
    let parquet = fs::read(directory.path().join("bill.parquet")).unwrap();
    assert_eq!(months("bill.parquet", &parquet), own);
    let answer = duckdb(directory.path(), &query(&["--from", "*.parquet"]));
    assert_eq!(months("bill.csv", answer.as_bytes()), own, "{answer}");
}

#[test]
#[ignore = "needs DuckDB: python3 -m pip install duckdb"]
fn what_the_reader_refuses_is_no_answer_that_it_takes() {
    let directory = tempfile::tempdir().unwrap();
    let header = "BillingPeriodStart,BilledCost,BillingCurrency,ProviderName,ChargeCategory";
    // Of two rows of a charge one has no cost; a kind that nobody knows.
    for row in ["2026-10-01,,USD,AWS,Usage", "2026-10-01,2,USD,AWS,Foo"] {
        fs::write(directory.path().join("bill.csv"), format!("{header}\n2026-10-01,1,USD,AWS,Usage\n{row}\n")).unwrap();
        let answer = duckdb(directory.path(), &query(&["--from", "bill.csv"]));
        let plan = plan();
        fs::write(plan.path().join("bill.csv"), answer).unwrap();
        let out = costplan(plan.path(), &["actuals", "import", "bill.csv"]);
        assert_eq!(out.status.code(), Some(2), "{row}: {}", stderr(&out));
    }
}
