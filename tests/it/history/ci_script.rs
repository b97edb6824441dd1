//! `ci/costplan-ci.sh`: what it asks of costplan, how it ends, and what it leaves.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::project::{ci_script, project};

/// One line item of 40 in a month.
const STAGE: &str = "version: 1\nstage: 1\nname: Test\ncustomers: 10..10\ncurrency: USD\nline_items:\n\
    \x20 - { name: Data, category: database, cost: 40 }\n";

/// What a run of the script leaves.
struct Run {
    code: Option<i32>,
    stdout: String,
    stderr: String,
    comment: String,
    outputs: String,
    summary: String,
}

/// Runs the script in a directory, with the program of this build unless `more` names another.
fn script(directory: &Path, on_github: bool, more: &[&str]) -> Run {
    let path = |name: &str| directory.join(name);
    let mut command = ci_script(directory);
    command.args(["--comment", "out/comment.md"]).args(more).env("COSTPLAN_AS_OF", "2026-11-24");
    if on_github {
        command.env("GITHUB_ACTIONS", "true");
        command.env("GITHUB_OUTPUT", path("outputs")).env("GITHUB_STEP_SUMMARY", path("summary"));
    }
    let output = command.output().unwrap();
    let left = |name: &str| fs::read_to_string(path(name)).unwrap_or_default();
    Run {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
        comment: left("out/comment.md"),
        outputs: left("outputs"),
        summary: left("summary"),
    }
}

/// A project whose stage costs 40 and may cost so much.
fn with_budget(monthly: &str) -> tempfile::TempDir {
    let settings = format!("version = 1\n[budget]\nmonthly = \"{monthly}\"\n");
    project(&[("costplan.toml", &settings), ("stages/1-test.yaml", STAGE)])
}

/// A program that replaces costplan: it writes down its arguments and does as instructed.
fn stand_in(directory: &Path, text: &str) -> String {
    let path = directory.join("stand-in");
    fs::write(&path, format!("#!/bin/sh\nprintf '%s|' \"$@\" >>calls\necho >>calls\n{text}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn a_check_that_passes_ends_with_0_and_leaves_the_text() {
    let directory = with_budget("40 USD");
    let run = script(directory.path(), true, &[]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(run.comment.starts_with("<!-- costplan -->\n## Check of budgets and alerts\n"), "{}", run.comment);
    assert!(run.comment.contains("| 40.00 USD | 40.00 USD | 0.00 USD | pass |"), "{}", run.comment);
    assert_eq!(run.comment.matches("<!--").count(), 1);
    assert_eq!(run.summary, run.comment);
    assert_eq!(run.outputs, "body-path=out/comment.md\nfailed=false\n");
    // Neither a snapshot nor a base is there to compare with.
    assert!(!run.comment.contains("napshot"));
}

#[test]
fn a_check_that_fails_ends_with_1_and_is_shown_at_its_line() {
    let directory = with_budget("30 USD");
    let run = script(directory.path(), true, &[]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert!(run.comment.contains("| **40.00 USD** | **30.00 USD** | **-10.00 USD** | **fail** |"), "{}", run.comment);
    assert!(run.stdout.contains(",file=stages/1-test.yaml,line="), "{}", run.stdout);
    assert!(run.stdout.contains("the limit is at costplan.toml:3\n"), "{}", run.stdout);
    assert!(run.stdout.contains("::error title=costplan::failed: check\n"), "{}", run.stdout);
    assert_eq!(run.outputs, "body-path=out/comment.md\nfailed=true\n");
    // Elsewhere nothing of GitHub is written.
    let run = script(directory.path(), false, &[]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(1), ""));
    assert!(run.stderr.ends_with("costplan-ci: failed: check\n"), "{}", run.stderr);
}

#[test]
fn bad_input_ends_with_2_and_is_told_apart() {
    let directory = with_budget("30 pounds");
    let run = script(directory.path(), true, &[]);
    assert_eq!(run.code, Some(2));
    assert!(
        run.comment.starts_with("<!-- costplan -->\n## costplan check could not run\n\n    error["),
        "{}",
        run.comment
    );
    assert!(run.stdout.contains("::error title=costplan::could not be run: check snapshot diff\n"));
    assert_eq!(run.outputs, "body-path=out/comment.md\nfailed=true\n");
}

#[test]
fn names_are_never_read_as_code() {
    let odd = "a b; touch hit; $(touch hit) `touch hit` 'x";
    let stage = STAGE.replace("line_items:", "monthly_budget: ..100\nline_items:");
    let directory = project(&[(&format!("{odd}/stages/1-test.yaml"), &stage)]);
    let run = script(directory.path(), false, &["--project", odd]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let run = script(directory.path(), false, &["--project", "$(touch hit)"]);
    assert_eq!(run.code, Some(2));
    assert!(!directory.path().join("hit").exists());
}

#[test]
fn arguments_that_cannot_be_used_are_refused() {
    let directory = with_budget("40 USD");
    let misuses: [&[&str]; 10] = [
        &["--check", "maybe"],
        &["--snapshot-check", "maybe"],
        &["--comment", "a\nfailed=false"],
        &["--costplan", "/nowhere/costplan"],
        &["--other", "x"],
        &["--base"],
        // A variable that is not set.
        &["--threshold", ""],
        &["--base", " "],
        &["--check", ""],
        &["--project", ""],
    ];
    for misuse in misuses {
        let run = script(directory.path(), true, misuse);
        assert_eq!(run.code, Some(2), "{misuse:?}");
        assert!(run.stderr.starts_with("costplan-ci: ") && run.outputs.is_empty(), "{misuse:?}: {}", run.stderr);
    }
    // What the action passes on if no input is given.
    let run = script(directory.path(), false, &["--check", "true", "--threshold", "none", "--base", "auto"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
}

#[test]
fn the_snapshot_and_the_base_are_asked_for_as_they_are_given() {
    let directory = with_budget("40 USD");
    let at = directory.path();
    let costplan = stand_in(at, "case $1 in diff) echo '<!-- costplan diff -->'; echo differs; exit 1;; esac");
    let given = ["--costplan", costplan.as_str(), "--base", "git:origin/a b", "--threshold", "5%"];
    let run = script(at, false, &given);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert_eq!(run.comment, "<!-- costplan -->\n\ndiffers\n");
    let calls = fs::read_to_string(at.join("calls")).unwrap();
    let check = "check|--project=.|--strict|--format=markdown|\n";
    let snapshot = "snapshot|--project=.|--check|\n";
    assert_eq!(
        calls,
        format!("{check}{snapshot}diff|--project=.|--format=markdown|--threshold=5%|--|git:origin/a b|\n")
    );
    fs::remove_file(at.join("calls")).unwrap();
    script(at, false, &["--costplan", &costplan]);
    let calls = fs::read_to_string(at.join("calls")).unwrap();
    assert_eq!(calls, format!("{check}{snapshot}diff|--project=.|--format=markdown|\n"));
    fs::remove_file(at.join("calls")).unwrap();
    script(at, false, &["--costplan", &costplan, "--check", "false", "--snapshot-check", "false"]);
    assert_eq!(fs::read_to_string(at.join("calls")).unwrap(), "diff|--project=.|--format=markdown|\n");
}

#[test]
fn each_way_to_end_has_its_words() {
    let directory = with_budget("40 USD");
    let at = directory.path();
    let costplan =
        stand_in(at, "case $1 in snapshot) exit 1;; diff) echo 'error[not-in-revision]: no' >&2; exit 2;; esac");
    let run = script(at, false, &["--costplan", &costplan, "--base", "git:main", "--snapshot-check", "true"]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert!(
        run.comment.contains("## The snapshot is out of date\n\nRun `costplan snapshot --update`"),
        "{}",
        run.comment
    );
    assert!(run.comment.ends_with("The base contains no project yet, so there is nothing to compare with.\n"));
    // Whatever else is wrong with a base is an error, and one is more than a failure.
    let costplan =
        stand_in(at, "case $1 in snapshot) exit 1;; diff) echo 'error[unknown-revision]: no' >&2; exit 2;; esac");
    let run = script(at, false, &["--costplan", &costplan, "--base", "git:main", "--snapshot-check", "true"]);
    assert_eq!(run.code, Some(2));
    assert!(
        run.comment.ends_with("## costplan diff could not run\n\n    error[unknown-revision]: no\n"),
        "{}",
        run.comment
    );
    assert!(run.stderr.contains("failed: snapshot\n") && run.stderr.contains("could not be run: diff\n"));
}

#[test]
fn a_text_that_is_too_long_for_a_comment_is_cut_at_a_line() {
    let directory = with_budget("40 USD");
    let at = directory.path();
    // 700 lines of 100 bytes: 599 of them and the marker fit into 60,000 bytes.
    let line = "x".repeat(99);
    let costplan = stand_in(at, &format!("i=0; while [ $i -lt 700 ]; do echo {line}; i=$((i + 1)); done"));
    let run = script(at, true, &["--costplan", &costplan]);
    assert_eq!(run.comment.matches(&line).count(), 599);
    assert!(run.comment.ends_with("\nThe rest was cut off: a comment cannot be longer.\n"));
    // The check and the difference.
    assert_eq!(run.summary.matches(&line).count(), 1400);
}

#[test]
fn a_snapshot_is_found_where_the_project_keeps_it() {
    let settings = "version = 1\n[budget]\nmonthly = \"100 USD\"\n[paths]\nsnapshot = \"kept/costs.yaml\"\n";
    let directory = project(&[("costplan.toml", settings), ("stages/1-test.yaml", STAGE)]);
    let run = script(directory.path(), false, &[]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "there is none yet, which is no mistake");
    let update = crate::project::costplan(directory.path(), &["snapshot", "--update", "--as-of", "2026-11-24"]);
    assert!(update.status.success());
    assert_eq!(script(directory.path(), false, &[]).code, Some(0));
    fs::write(directory.path().join("stages/1-test.yaml"), STAGE.replace("cost: 40", "cost: 41")).unwrap();
    let run = script(directory.path(), false, &[]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert!(run.comment.contains("| Price | +1.00 |"), "{}", run.comment);
    // Whoever asks for the check wants a snapshot to be there.
    fs::remove_file(directory.path().join("kept/costs.yaml")).unwrap();
    assert_eq!(script(directory.path(), false, &["--snapshot-check", "true"]).code, Some(2));
}

#[test]
fn what_cannot_be_written_is_no_check_that_failed() {
    let directory = with_budget("40 USD");
    // A file is where a directory belongs.
    fs::write(directory.path().join("file"), "").unwrap();
    let run = script(directory.path(), true, &["--comment", "file/comment.md"]);
    assert_eq!(run.code, Some(2), "{}", run.stderr);
    assert!(run.stderr.ends_with("costplan-ci: stopped early\n"), "{}", run.stderr);
    // A program that crashes is distinguished from one that finds a mistake.
    let crash = stand_in(directory.path(), "exit 101");
    let run = script(directory.path(), false, &["--costplan", &crash]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("could not be run: check (which ended with 101)"), "{}", run.stderr);
}

#[test]
fn each_project_has_a_comment_of_its_own() {
    let directory = with_budget("40 USD");
    let first = |project: &str| {
        let comment = script(directory.path(), false, &["--project", project]).comment;
        comment.lines().next().unwrap().to_owned()
    };
    assert_eq!(first("."), "<!-- costplan -->");
    let at = directory.path();
    for name in ["one", "two --> x"] {
        fs::create_dir_all(at.join(name).join("stages")).unwrap();
        fs::copy(at.join("stages/1-test.yaml"), at.join(name).join("stages/1-test.yaml")).unwrap();
    }
    assert_eq!(first("one"), "<!-- costplan one -->");
    assert_eq!(first("two --> x"), "<!-- costplan two_-__x -->");
}
