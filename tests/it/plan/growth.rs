//! Budgets of growth: what a total may be more than in the snapshot.

use std::fs;
use std::path::Path;

use crate::project::{HEAD, costplan, project};
use tempfile::TempDir;

/// A project of one server for each ten customers, with its snapshot.
fn plan(budget: &str) -> TempDir {
    let settings = format!("version = 1\n[budget]\n{budget}\n");
    let directory = project(&[("costplan.toml", &settings), ("stages/1-test.yaml", &manifest("10"))]);
    assert!(costplan(directory.path(), &["snapshot", "--update", "--customers", "40"]).status.success());
    directory
}

fn manifest(cost: &str) -> String {
    format!(
        "{HEAD}line_items:\n  - {{ name: Host, category: compute, quantity: ceil(customers / 10), cost: {cost} }}\n"
    )
}

fn costs(directory: &TempDir, cost: &str) {
    fs::write(directory.path().join("stages/1-test.yaml"), manifest(cost)).unwrap();
}

/// What the check says of growth, and the exit code.
fn growth(directory: &Path, customers: &str) -> (Option<i32>, Vec<String>) {
    let output = costplan(directory, &["check", "--customers", customers, "--format", "csv"]);
    let text = String::from_utf8(output.stdout).unwrap();
    let rows = text.lines().filter(|row| row.contains(",growth-"));
    let fields = rows.map(|row| row.split(',').collect::<Vec<_>>());
    let told = fields.map(|row| format!("{}: {} of {}, {}: {}", row[3], row[5], row[6], row[9], row[10]));
    (output.status.code(), told.collect())
}

#[test]
fn growth_is_the_difference_to_the_snapshot_and_its_share() {
    let directory = plan("growth_amount = \"5 USD\"\ngrowth_share = \"10%\"");
    assert_eq!(
        growth(directory.path(), "40"),
        (Some(0), vec!["growth-amount: 0 of 5, pass: ".to_owned(), "growth-share: 0 of 0.10, pass: ".to_owned()])
    );
    // 40 to 44: 4 more, which are 10 %.
    costs(&directory, "11");
    assert_eq!(
        growth(directory.path(), "40"),
        (Some(0), vec!["growth-amount: 4 of 5, pass: ".to_owned(), "growth-share: 0.10 of 0.10, pass: ".to_owned()])
    );
    // 40 to 46.
    costs(&directory, "11.50");
    assert_eq!(
        growth(directory.path(), "40"),
        (Some(1), vec!["growth-amount: 6 of 5, fail: ".to_owned(), "growth-share: 0.15 of 0.10, fail: ".to_owned()])
    );
    costs(&directory, "2");
    assert_eq!(growth(directory.path(), "40").0, Some(0), "what costs less is no growth");
}

#[test]
fn what_the_snapshot_does_not_hold_is_not_compared() {
    let directory = plan("growth_amount = \"5 USD\"");
    // Without a number of customers both ends of the range are checked, and the snapshot is of one number.
    let output = costplan(directory.path(), &["check", "--format", "csv"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(
        text.matches(
            ",not_checked,this stage at this point is not in the snapshot: record it with `costplan snapshot --update`,"
        )
        .count(),
        2,
        "{text}"
    );
    assert_eq!(output.status.code(), Some(0));
    let output = costplan(directory.path(), &["check", "--format", "json"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("no growth is compared"), "{text}");
    // Another number that is given takes the place of the one before.
    assert_eq!(growth(directory.path(), "50").1, ["growth-amount: 10 of 5, fail: "]);
}

#[test]
fn the_growth_of_a_stage_may_be_limited_by_itself() {
    let limits = "[[budget.limits]]\nstage = 1\ngrowth_amount = \"5 USD\"\ngrowth_share = \"20%\"\nseverity = \"warn\"";
    let directory = plan(limits);
    // 40 to 46: 6 more, which are 15 %.
    costs(&directory, "11.50");
    let output = costplan(directory.path(), &["check", "--customers", "40", "--format", "csv"]);
    let text = String::from_utf8(output.stdout).unwrap();
    for row in [",growth of stage 1,6,5,-1,USD,warn,", ",percentage growth of stage 1,0.15,0.20,0.05,,pass,"] {
        assert!(text.contains(row), "{row}\n{text}");
    }
    assert_eq!(output.status.code(), Some(0), "a warning does not fail");
    // No snapshot is required if no checked stage has a limit on growth.
    fs::remove_file(directory.path().join("costplan.snapshot.yaml")).unwrap();
    assert_eq!(costplan(directory.path(), &["check", "--customers", "40"]).status.code(), Some(2));
    let other = manifest("10").replace("stage: 1\nname: Test", "stage: 2\nname: Other");
    fs::write(directory.path().join("stages/2-other.yaml"), other).unwrap();
    assert_eq!(costplan(directory.path(), &["check", "2", "--customers", "40"]).status.code(), Some(0));
}

#[test]
fn growth_from_nothing_is_more_than_any_share() {
    let directory = plan("growth_share = \"1000%\"");
    costs(&directory, "0");
    assert!(costplan(directory.path(), &["snapshot", "--update", "--customers", "40"]).status.success());
    assert_eq!(growth(directory.path(), "40"), (Some(0), vec!["growth-share:  of 10, pass: ".to_owned()]));
    costs(&directory, "1");
    let beyond = "growth-share:  of 10, fail: it cost nothing in the snapshot";
    assert_eq!(growth(directory.path(), "40"), (Some(1), vec![beyond.to_owned()]));
}

#[test]
fn a_snapshot_that_is_missing_or_in_another_currency_is_no_pass() {
    let directory = plan("growth_amount = \"5 USD\"");
    let text = manifest("10").replace("currency: USD", "currency: EUR");
    fs::write(directory.path().join("stages/1-test.yaml"), text).unwrap();
    let (code, told) = growth(directory.path(), "40");
    assert_eq!(code, Some(1));
    assert!(told[0].contains("unknown: \"the snapshot is in USD"), "{told:?}");
    fs::remove_file(directory.path().join("costplan.snapshot.yaml")).unwrap();
    let output = costplan(directory.path(), &["check", "--customers", "40"]);
    assert_eq!(output.status.code(), Some(2));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.contains("error[missing-snapshot]"), "{stderr}");
    assert!(stderr.contains("growth since the snapshot is limited here"), "{stderr}");
}

#[test]
fn the_line_item_that_grew_most_is_the_cause() {
    let directory = plan("growth_amount = \"1 USD\"");
    let path = directory.path().join("stages/1-test.yaml");
    let cause = |text: &str| {
        fs::write(&path, text).unwrap();
        let output = costplan(directory.path(), &["check", "--customers", "40", "--format", "csv"]);
        let text = String::from_utf8(output.stdout).unwrap();
        text.lines().find(|row| row.contains(",growth-amount,")).unwrap().rsplit(',').next().unwrap().to_owned()
    };
    let other = "  - { name: Other, category: c, cost: 30 }\n";
    // The host costs 4 more, and the other one is new.
    assert_eq!(cause(&format!("{}{other}", manifest("11"))), "Other");
    assert_eq!(cause(&manifest("11")), "Host");
    // Nothing grew but the buffer.
    assert_eq!(cause(&manifest("10").replace("line_items:", "buffer: 50%\nline_items:")), "");
    assert_eq!(cause(&manifest("9").replace("line_items:", "buffer: 50%\nline_items:")), "");
}
