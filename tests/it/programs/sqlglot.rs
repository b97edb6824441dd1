//! The queries for engines that are not run here are in their dialects, as a parser of SQL knows them.

use std::io::Write as _;
use std::process::{Command, Stdio};

use crate::project::{HEAD, costplan, project, root, stderr};

#[test]
#[ignore = "needs sqlglot: python3 -m pip install sqlglot"]
fn every_engine_is_asked_in_its_dialect() {
    let stage = format!("{HEAD}line_items:\n  - {{ name: Queue, category: messaging, vendor: aws, cost: 12 }}\n");
    let settings = "version = 1\n[actuals]\ntags = [\"env\", \"a/b~'c\\\"\"]\n";
    let plan = project(&[("stages/1-test.yaml", &stage), ("costplan.toml", settings)]);
    let engines = [
        ("duckdb", "duckdb"),
        ("bigquery", "bigquery"),
        ("athena", "athena"),
        ("athena", "trino"),
        ("clickhouse", "clickhouse"),
    ];
    for (engine, dialect) in engines {
        for (tags, focus) in [("json", "1.0"), ("map", "1.2")] {
            let arguments =
                ["actuals", "sql", "--engine", engine, "--from", "shop.focus", "--tags", tags, "--focus", focus];
            let out = costplan(plan.path(), &arguments);
            assert!(out.status.success(), "{}", stderr(&out));
            let mut child = Command::new("python3")
                .arg(root().join("tests/it/programs/parse_sql.py"))
                .arg(dialect)
                .stdin(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .expect("python3 is there");
            child.stdin.take().unwrap().write_all(&out.stdout).unwrap();
            let parsed = child.wait_with_output().unwrap();
            let sql = String::from_utf8_lossy(&out.stdout);
            assert!(parsed.status.success(), "{dialect}: {}\n{sql}", String::from_utf8_lossy(&parsed.stderr));
        }
    }
}
