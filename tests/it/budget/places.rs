//! Where programs are shown what a check and a difference find: at files, by their paths from the root of the repository.

#![cfg(unix)]

use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::project::{HEAD, commit, costplan, git, project, write};

/// A repository with a project below `infra`, whose stage costs 3 and may cost 1; git knows a second stage.
fn repository() -> TempDir {
    let stage = format!("{HEAD}line_items:\n  - {{ name: Host, category: c, cost: 3 }}\n");
    let second = stage.replace("stage: 1\nname: Test", "stage: 2\nname: Second");
    let settings = "version = 1\n[budget]\nmonthly = \"1 USD\"\nauto_optimize = true\n\
        optimization_rules = [\"use_spot_instances\"]\n";
    let directory = project(&[
        ("infra/costplan.toml", settings),
        ("infra/stages/1-test.yaml", &stage),
        ("infra/stages/2-second.yaml", &second),
        ("docs/notes.txt", "here is no project"),
    ]);
    git(directory.path(), &["init", "-q", "-b", "main"]);
    commit(directory.path(), "first");
    write(directory.path(), "infra/stages/1-test.yaml", stage.replace("cost: 3", "cost: 4"));
    std::fs::remove_file(directory.path().join("infra/stages/2-second.yaml")).unwrap();
    directory
}

fn printed(directory: &Path, arguments: &[&str]) -> String {
    let output = costplan(directory, arguments);
    assert!(output.status.code().is_some_and(|code| code < 2), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The file and line of each result; every result has one.
fn places(directory: &Path, arguments: &[&str]) -> Vec<String> {
    let text = printed(directory, &[arguments, &["--format", "sarif"]].concat());
    let log: Value = serde_json::from_str(&text).unwrap();
    let place = |result: &Value| {
        let physical = &result["locations"][0]["physicalLocation"];
        let uri = physical["artifactLocation"]["uri"].as_str().unwrap_or_else(|| panic!("no place: {result}"));
        format!("{uri}:{}", physical["region"]["startLine"])
    };
    log["runs"][0]["results"].as_array().unwrap().iter().map(place).collect()
}

#[test]
fn paths_are_from_the_root_of_the_repository_wherever_the_command_runs() {
    let directory = repository();
    let root = directory.path();
    let whole = root.join("infra");
    let (whole, elsewhere) = (whole.to_str().unwrap(), tempfile::tempdir().unwrap());
    let runs: [(&Path, &[&str]); 6] = [
        (root, &["--project", "infra"]),
        (&root.join("infra"), &[]),
        (&root.join("infra/stages"), &[]),
        (&root.join("docs"), &["--project", "../infra"]),
        (root, &["--project", whole]),
        (elsewhere.path(), &["--project", whole]),
    ];
    for (from, more) in runs {
        let check = [&["check", "--customers", "5"], more].concat();
        assert_eq!(places(from, &check), ["infra/stages/1-test.yaml:7", "infra/costplan.toml:5"], "{from:?} {more:?}");
        let text = printed(from, &[&check[..], &["--format", "github"]].concat());
        let first = text.lines().next().unwrap();
        assert!(first.contains(",file=infra/stages/1-test.yaml,line=7,col=5::"), "{from:?} {more:?}: {first}");
        assert!(first.ends_with("; the limit is at infra/costplan.toml:3"), "{from:?} {more:?}: {first}");
        // The removed stage is at the head of the settings.
        let diff = [&["diff", "git:HEAD", "--customers", "5"], more].concat();
        assert_eq!(
            places(from, &diff),
            ["infra/stages/1-test.yaml:4", "infra/stages/1-test.yaml:7", "infra/costplan.toml:1"],
            "{from:?} {more:?}"
        );
    }
}

#[test]
fn what_belongs_to_no_file_is_at_the_head_of_one() {
    let directory = repository();
    let root = directory.path();
    // Neither side is on disk.
    let revisions = places(root, &["diff", "git:HEAD", "git:HEAD", "--project", "infra"]);
    assert_eq!(revisions, [""; 0]);
    commit(root, "second");
    let revisions = places(root, &["diff", "git:HEAD~1", "git:HEAD", "--project", "infra", "--customers", "5"]);
    assert_eq!(revisions, ["infra/costplan.toml:1"; 3]);
    // Without settings, the first stage is the file; there is no alert for the rule, and growth has no snapshot.
    let stage = format!("{HEAD}line_items:\n  - {{ name: Host, category: c, cost: 3 }}\n");
    let without = project(&[
        ("a/.git/HEAD", ""),
        ("a/plan/stages/1-test.yaml", &stage),
        ("a/plan/scenarios/s.yaml", "version: 1\n"),
    ]);
    let from = without.path().join("a/plan");
    let notes = places(&from, &["check", "--customers", "5"]);
    assert_eq!(notes, ["plan/stages/1-test.yaml:1"], "nothing is compared");
}
