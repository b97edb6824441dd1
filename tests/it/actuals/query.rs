//! The query that adds a bill up where it lies: names are quoted, and each engine is asked in its own words.

use crate::project::{HEAD, costplan, project, stderr};

fn query(arguments: &[&str]) -> String {
    let stage = format!("{HEAD}line_items:\n  - {{ name: Queue, category: messaging, cost: 12 }}\n");
    let settings = "version = 1\n[actuals]\ntags = [\"it's\"]\n";
    let plan = project(&[("stages/1-test.yaml", &stage), ("costplan.toml", settings)]);
    let out = costplan(plan.path(), &[&["actuals", "sql", "--engine"][..], arguments].concat());
    assert!(out.status.success(), "{}", stderr(&out));
    String::from_utf8(out.stdout).unwrap()
}

#[test]
fn names_cannot_leave_their_quotes() {
    let cases = [
        ("athena", "a\"b.c'd`e", "FROM \"a\"\"b\".\"c'd`e\"\n"),
        ("bigquery", "my-project.a`b\\.c", "FROM `my-project.a\\`b\\\\.c`\n"),
        ("clickhouse", "a`b\\.c", "FROM `a\\`b\\\\`.`c`\n"),
        ("duckdb", "a\"b.c", "FROM \"a\"\"b\".\"c\"\n"),
        ("duckdb", "it's.parquet", "FROM read_parquet('it''s.parquet', "),
        ("duckdb", "bills/*.csv.gz", "FROM read_csv('bills/*.csv.gz', "),
    ];
    for (engine, from, expected) in cases {
        let text = query(&[engine, "--from", from]);
        assert!(text.contains(expected), "{text}");
        // The tag is quoted as each engine quotes a text.
        let tag = if matches!(engine, "athena" | "duckdb") { "it''s'" } else { "'it\\'s'" };
        assert!(text.contains(tag), "{text}");
        assert!(text.ends_with(";\n") && text.matches(';').count() <= 3, "{text}");
    }
}

#[test]
fn an_engine_is_asked_only_for_columns_that_its_version_has() {
    for engine in ["bigquery", "athena", "clickhouse"] {
        let old = query(&[engine, "--focus", "1.0"]);
        let new = query(&[engine, "--focus", "1.3", "--tags", "map"]);
        let has = |text: &str, cell: &str| text.split("SELECT\n  first_day AS").next().unwrap().contains(cell);
        assert!(has(&old, "ProviderName") && !has(&old, "ServiceProviderName") && !has(&old, "SkuMeter"), "{old}");
        assert!(has(&new, "ServiceProviderName") && has(&new, "SkuMeter"), "{new}");
        assert!(has(&old, "FROM `focus`") || has(&old, "FROM \"focus\""), "{old}");
    }
}

#[test]
fn an_answer_of_several_rows_counts_as_the_rows_that_it_was_added_up_from() {
    let stage = format!("{HEAD}line_items:\n  - {{ name: Queue, category: messaging, cost: 12 }}\n");
    let answer = "BillingPeriodStart,ChargePeriodStart,ChargePeriodEnd,ServiceProviderName,ChargeCategory,BillingCurrency,BilledCost,x_CostplanRows\n\
        2026-10-01,2026-10-09,2026-10-10,AWS,Usage,USD,12.300000000000000000,41\n2026-10-01,2026-10-09,2026-10-10,AWS,Usage,USD,1,1\n";
    let plan = project(&[("stages/1-test.yaml", &stage), ("answer.csv", answer)]);
    let out = costplan(plan.path(), &["actuals", "import", "answer.csv"]);
    assert!(out.status.success(), "{}", stderr(&out));
    let text = std::fs::read_to_string(plan.path().join("actuals/2026-10.yaml")).unwrap();
    assert!(text.contains("    rows: 42\n") && text.contains("cost: 13.3 USD, rows: 42"), "{text}");
    assert!(text.contains("through: 2026-10-09\n"), "{text}");
    for wrong in ["0", "-1", "many"] {
        std::fs::write(plan.path().join("answer.csv"), answer.replace(",41\n", &format!(",{wrong}\n"))).unwrap();
        let out = costplan(plan.path(), &["actuals", "import", "answer.csv"]);
        assert!(stderr(&out).contains("is no number of rows"), "{}", stderr(&out));
    }
}
