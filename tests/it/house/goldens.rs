//! What the program prints, kept as snapshots: every stage as a table and as JSON, and the other commands once each.
//!
//! The figures in them are asserted as literals in `figures.rs`, so that accepting a snapshot cannot bless a wrong sum.
//! The plan is the bundled one, computed from an empty directory, for a fixed day.

use tempfile::TempDir;

use crate::project::{example_plan, project, stdout};

const DAY: &str = "2026-11-24";

fn printed(arguments: &[&str]) -> String {
    printed_in(&project(&[]), arguments)
}

fn printed_in(directory: &TempDir, arguments: &[&str]) -> String {
    let arguments: Vec<&str> = arguments.iter().copied().chain(["--as-of", DAY]).collect();
    let text = stdout(directory.path(), &arguments);
    if !arguments.contains(&"csv") && !arguments.contains(&"json") && !arguments.contains(&"markdown") {
        for line in text.lines() {
            assert!(line.chars().count() <= 80 || line.contains("://"), "wider than 80 columns: {line}");
            assert_eq!(line, line.trim_end(), "spaces at the end of a line");
        }
    }
    text
}

#[test]
fn stages_as_tables() {
    for (stage, customers) in [("1", "5"), ("2", "60"), ("3", "300"), ("4", "1250")] {
        insta::assert_snapshot!(
            format!("stage-{stage}-table"),
            printed(&["stage", stage, "--customers", customers, "--mrr", "6000"])
        );
    }
}

#[test]
fn stages_as_json() {
    for (stage, customers) in [("1", "5"), ("2", "60"), ("3", "300"), ("4", "1250")] {
        let json = printed(&["stage", stage, "--customers", customers, "--mrr", "6000", "--format", "json"]);
        insta::assert_snapshot!(format!("stage-{stage}-json"), json);
    }
}

#[test]
fn stages_at_the_ends_of_their_range() {
    let manifest = include_str!("../../../stages/2-growth.yaml").replace("sized_for: 60\n", "");
    let unsized_stage = project(&[("stages/2-growth.yaml", &manifest)]);
    let ends = |more: &[&str]| printed_in(&unsized_stage, &[&["stage", "2", "--arpu", "10"], more].concat());
    insta::assert_snapshot!("stage-2-ends-table", ends(&["--details"]));
    insta::assert_snapshot!("stage-2-ends-json", ends(&["--format", "json"]));
}

#[test]
fn other_formats() {
    insta::assert_snapshot!("stage-2-csv", printed(&["stage", "2", "--customers", "60", "--format", "csv"]));
    insta::assert_snapshot!("stage-2-markdown", printed(&["stage", "2", "--customers", "60", "--format", "markdown"]));
    insta::assert_snapshot!(
        "stage-2-eur",
        printed(&["stage", "2", "--customers", "60", "--currency", "EUR", "--mrr", "0"])
    );
    insta::assert_snapshot!("stage-2-list", printed(&["stage", "2", "--customers", "60", "--list-prices"]));
}

#[test]
fn pictures() {
    insta::assert_snapshot!("stage-2-chart", printed(&["stage", "2", "--customers", "60", "--chart"]));
    let ascii = printed(&["stage", "2", "--customers", "60", "--chart", "ascii"]);
    assert!(ascii.is_ascii());
    insta::assert_snapshot!("stage-2-chart-ascii", ascii);
    insta::assert_snapshot!(
        "stage-2-chart-markdown",
        printed(&["stage", "2", "--customers", "60", "--chart", "--format", "markdown"])
    );
}

#[test]
fn all_stages() {
    insta::assert_snapshot!("stages-table", printed(&["stages"]));
    insta::assert_snapshot!("stages-json", printed(&["stages", "--format", "json"]));
    insta::assert_snapshot!("stages-csv", printed(&["stages", "--format", "csv"]));
}

#[test]
fn comparisons() {
    insta::assert_snapshot!("compare-table", printed(&["compare", "2", "3", "--customers", "100"]));
    insta::assert_snapshot!("compare-details", printed(&["compare", "2", "3", "--customers", "100", "--details"]));
    insta::assert_snapshot!("compare-json", printed(&["compare", "2", "3", "--customers", "100", "--format", "json"]));
    insta::assert_snapshot!("compare-csv", printed(&["compare", "2", "3", "--customers", "100", "--format", "csv"]));
}

#[test]
fn explanations() {
    insta::assert_snapshot!("explain-line-item", printed(&["explain", "2", "API servers"]));
    insta::assert_snapshot!("explain-line-item-details", printed(&["explain", "2", "API servers", "--details"]));
    insta::assert_snapshot!(
        "explain-share",
        printed(&["explain", "2", "share_of_mrr", "--customers", "60", "--mrr", "6000"])
    );
    insta::assert_snapshot!(
        "explain-json",
        printed(&["explain", "2", "cost_per_customer", "--customers", "60", "--format", "json"])
    );
    insta::assert_snapshot!(
        "explain-csv",
        printed(&["explain", "2", "Object storage", "--list-prices", "--format", "csv"])
    );
}

#[test]
fn sweeps() {
    insta::assert_snapshot!("sweep-2-table", printed(&["sweep", "2", "--arpu", "49"]));
    insta::assert_snapshot!(
        "sweep-2-json",
        printed(&["sweep", "2", "--arpu", "49", "--step", "45", "--format", "json"])
    );
    insta::assert_snapshot!("sweep-2-csv", printed(&["sweep", "2", "--arpu", "49", "--step", "45", "--format", "csv"]));
    insta::assert_snapshot!("sweep-all-table", printed(&["sweep", "--all", "--customers", "0..2000"]));
    insta::assert_snapshot!(
        "sweep-driver-table",
        printed(&["sweep", "2", "--driver", "transactions=0..100_000", "--customers", "60", "--mrr", "6000"])
    );
}

#[test]
fn checks() {
    let plan = example_plan(&[]);
    let table = printed_in(&plan, &["check", "2", "3", "--customers", "100", "--mrr", "10000"]);
    insta::assert_snapshot!("check-table", table);
    let json = printed_in(&plan, &["check", "2", "--customers", "60", "--format", "json"]);
    insta::assert_snapshot!("check-json", json);
}

#[test]
fn optimizations() {
    let arguments = ["optimize", "3", "--customers", "300", "--mrr", "15000"];
    insta::assert_snapshot!("optimize-table", printed(&arguments));
    insta::assert_snapshot!("optimize-json", printed(&[&arguments[..], &["--format", "json"]].concat()));
    insta::assert_snapshot!("optimize-csv", printed(&["optimize", "2", "--customers", "60", "--format", "csv"]));
    let markdown = ["optimize", "2", "--customers", "60", "--share", "30%", "--by", "effort", "--format", "markdown"];
    insta::assert_snapshot!("optimize-markdown", printed(&markdown));
    insta::assert_snapshot!("optimize-nothing", printed(&["optimize", "1", "--customers", "8"]));
    let applied = ["stage", "3", "--customers", "300", "--apply", "spot-gpu,image-optimization"];
    insta::assert_snapshot!("stage-3-applied", printed(&applied));
}

#[test]
fn recommendations() {
    insta::assert_snapshot!("recommend-table", printed(&["recommend", "--customers", "60", "--mrr", "6000"]));
    insta::assert_snapshot!("recommend-json", printed(&["recommend", "--customers", "60", "--format", "json"]));
    insta::assert_snapshot!(
        "recommend-none-table",
        printed(&["recommend", "--customers", "60", "--transactions", "80_000"])
    );
}

#[test]
fn break_evens() {
    let arguments = ["breakeven", "2", "--arpu", "10", "--customers", "60"];
    insta::assert_snapshot!("breakeven-2-table", printed(&arguments));
    insta::assert_snapshot!("breakeven-2-json", printed(&[&arguments[..], &["--format", "json"]].concat()));
    insta::assert_snapshot!("breakeven-2-csv", printed(&[&arguments[..], &["--format", "csv"]].concat()));
}

#[test]
fn forecasts() {
    let arguments =
        ["forecast", "--from", "5", "--growth", "15%/month", "--months", "24", "--arpu", "49", "--cash", "12000"];
    insta::assert_snapshot!("forecast-table", printed(&[&arguments[..], &["--other-costs", "2000"]].concat()));
    let arguments = ["forecast", "--from", "9", "--growth", "+1/month", "--months", "3", "--arpu", "49"];
    insta::assert_snapshot!("forecast-json", printed(&[&arguments[..], &["--format", "json"]].concat()));
    insta::assert_snapshot!("forecast-csv", printed(&[&arguments[..], &["--format", "csv"]].concat()));
}

#[test]
fn quotes() {
    let egress = ["quote", "backblaze/b2", "--usage", "storage=3TB", "--usage", "egress=12TB", "--within-allowance"];
    insta::assert_snapshot!("quote-table", printed(&egress));
    insta::assert_snapshot!("quote-json", printed(&["quote", "hetzner/cx41", "--quantity", "2", "--format", "json"]));
}

#[test]
fn prices() {
    insta::assert_snapshot!("prices-list-table", printed(&["prices", "list", "--vendor", "hetzner"]));
    insta::assert_snapshot!("prices-list-json", printed(&["prices", "list", "supabase/pro", "--format", "json"]));
    insta::assert_snapshot!("prices-list-csv", printed(&["prices", "list", "--vendor", "aws", "--format", "csv"]));
    insta::assert_snapshot!("prices-show-table", printed(&["prices", "show", "backblaze/b2"]));
    insta::assert_snapshot!("prices-show-details", printed(&["prices", "show", "backblaze/b2", "--details"]));
    insta::assert_snapshot!("prices-show-tiers", printed(&["prices", "show", "aws/lambda", "--details"]));
    insta::assert_snapshot!("prices-show-json", printed(&["prices", "show", "hetzner/cx31", "--format", "json"]));
    insta::assert_snapshot!("prices-show-csv", printed(&["prices", "show", "aws/lambda", "--format", "csv"]));
    insta::assert_snapshot!(
        "prices-show-markdown",
        printed(&["prices", "show", "supabase/pro", "--format", "markdown"])
    );
    insta::assert_snapshot!("prices-stale-table", printed(&["prices", "stale"]));
    insta::assert_snapshot!("prices-stale-all", printed(&["prices", "stale", "--all"]));
    insta::assert_snapshot!("prices-stale-json", printed(&["prices", "stale", "1", "--format", "json"]));
    insta::assert_snapshot!("prices-stale-csv", printed(&["prices", "stale", "2", "--format", "csv"]));
    insta::assert_snapshot!("prices-check-table", printed(&["prices", "check", "--all"]));
    insta::assert_snapshot!(
        "prices-check-json",
        printed(&["prices", "check", "--vendor", "backblaze", "--format", "json"])
    );
    insta::assert_snapshot!(
        "prices-check-csv",
        printed(&["prices", "check", "--vendor", "hetzner", "--format", "csv"])
    );
}

#[test]
fn runbooks() {
    let text = |arguments: &[&str]| stdout(project(&[]).path(), arguments);
    insta::assert_snapshot!("runbooks-table", text(&["runbook"]));
    insta::assert_snapshot!("runbook-1-table", text(&["runbook", "1"]));
    insta::assert_snapshot!("runbook-2-json", text(&["runbook", "2", "--format", "json"]));
    insta::assert_snapshot!(
        "runbook-2-sh",
        text(&["runbook", "2", "--set", "domain=api.business-os.dz", "--format", "sh"])
    );
    insta::assert_snapshot!("runbook-3-markdown", text(&["runbook", "3", "--format", "markdown"]));
}

#[test]
fn reviews() {
    let metrics = "version: 1\nmeasured_on: 2026-11-20\nmetrics: { slowest_query: 850 ms, storage_growth: 25%, \
        unused_indexes: 3, compute_utilisation: 35%, error_rate: 0.4%, cache_hit_rate: 91% }\n";
    let directory = project(&[("metrics.yaml", metrics)]);
    let reviewed = |format: &str| {
        let arguments = ["review", "3", "--metrics", "metrics.yaml", "--customers", "300", "--as-of", DAY, "--format"];
        let output = crate::project::costplan(directory.path(), &[&arguments[..], &[format]].concat());
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stdout).unwrap()
    };
    insta::assert_snapshot!("review-table", reviewed("table"));
    insta::assert_snapshot!("review-json", reviewed("json"));
    insta::assert_snapshot!("review-csv", reviewed("csv"));
}
