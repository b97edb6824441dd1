//! No check passes on what it did not look at: the bundled plan, or a range whose peak is between the numbers it computed.

use crate::project::{HEAD, ci_script, costplan, project, stderr};

#[test]
fn nothing_is_compared_or_recorded_without_a_plan_of_ones_own() {
    let empty = project(&[]);
    let only_prices = project(&[("pricing/v.toml", "version = 1\nvendor = \"v\"\ncurrency = \"USD\"\n")]);
    let only_budget = project(&[("budget.yaml", "version: 1\nbudget:\n  monthly: 5000 USD\n")]);
    for arguments in [
        &["check"][..],
        &["check", "2", "--customers", "60"],
        &["snapshot"],
        &["snapshot", "--update"],
        &["snapshot", "--check"],
        &["diff"],
    ] {
        for (directory, what) in [(&empty, "nothing"), (&only_prices, "prices"), (&only_budget, "a budget")] {
            let output = costplan(directory.path(), arguments);
            assert_eq!(output.status.code(), Some(2), "{arguments:?} with {what}");
            assert!(output.stdout.is_empty(), "{arguments:?} with {what}");
            let told = stderr(&output);
            assert!(told.contains("error[no-project]"), "{arguments:?} with {what}: {told}");
            assert!(!directory.path().join("costplan.snapshot.yaml").exists(), "{arguments:?} with {what}");
        }
    }
    let output = costplan(empty.path(), &["validate"]);
    assert!(output.status.code() == Some(2) && stderr(&output).contains("`costplan init"), "{}", stderr(&output));
    assert_eq!(costplan(only_budget.path(), &["validate"]).status.code(), Some(0));
    // The example still answers what it costs.
    assert_eq!(costplan(empty.path(), &["stage", "2", "--customers", "60"]).status.code(), Some(0));
}

#[test]
fn a_project_whose_stages_were_removed_is_no_bundled_plan_of_lower_cost() {
    let stage = format!("{HEAD}line_items:\n  - {{ name: A, category: c, cost: 3 }}\n");
    let before = project(&[("costplan.toml", "version = 1\n"), ("stages/1-a.yaml", &stage)]);
    let update = costplan(before.path(), &["snapshot", "--customers", "5", "-o", "before.yaml"]);
    assert_eq!(update.status.code(), Some(0), "{}", stderr(&update));
    std::fs::remove_dir_all(before.path().join("stages")).unwrap();
    let output = costplan(before.path(), &["diff", "before.yaml", "--format", "csv"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(text.contains(",1,5,,,all,3,,-3,USD,true,total"), "{text}");
}

#[test]
fn a_job_fails_where_a_peak_could_not_be_looked_for() {
    let stage = "version: 1\nstage: 1\nname: X\ncustomers: 1..100000000\ncurrency: USD\nmonthly_budget: ..5\n\
        line_items:\n  - { name: a, category: c, cost: \"if(customers == 500, 99999, 1)\" }\n";
    let directory = project(&[("stages/1-x.yaml", stage)]);
    let job = |more: &[&str]| {
        let mut script = ci_script(directory.path());
        let output = script.args(["--comment", "comment.md"]).args(more).output().unwrap();
        let comment = std::fs::read_to_string(directory.path().join("comment.md")).unwrap();
        (output.status.code(), comment)
    };
    let (code, comment) = job(&[]);
    assert_eq!(code, Some(1));
    assert!(comment.contains("too-many-numbers") || comment.contains("not checked"), "{comment}");
    assert_eq!(job(&["--strict", "false"]).0, Some(0));
    assert_eq!(job(&["--strict", "true"]).0, Some(1));
}
