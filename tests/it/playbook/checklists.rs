//! Checklists: the plan's three, in every format, and those of a project.

use crate::project::{project, stdout};
use serde_json::Value;

#[test]
fn the_plan_has_eight_six_and_five_things_to_check() {
    let directory = project(&[]);
    let all: Value = serde_json::from_str(&stdout(directory.path(), &["checklist", "--format", "json"])).unwrap();
    let checklists = all["checklists"].as_array().unwrap();
    let counts: Vec<(&str, usize)> = checklists
        .iter()
        .map(|checklist| (checklist["id"].as_str().unwrap(), checklist["items"].as_array().unwrap().len()))
        .collect();
    assert_eq!(counts, [("before-launch", 8), ("monthly", 6), ("quarterly", 5)]);
}

#[test]
fn each_check_has_a_box_and_what_helps() {
    let directory = project(&[]);
    let table = stdout(directory.path(), &["checklist", "monthly"]);
    assert_eq!(table.lines().filter(|line| line.starts_with("[ ] ")).count(), 6);
    assert!(table.lines().all(|line| line.len() <= 80), "{table}");
    let markdown = stdout(directory.path(), &["checklist", "monthly", "--format", "markdown"]);
    assert_eq!(markdown.lines().filter(|line| line.starts_with("- [ ] ")).count(), 6);
    let csv = stdout(directory.path(), &["checklist", "before-launch", "--format", "csv"]);
    assert_eq!(
        csv.lines().nth(1).unwrap(),
        "before-launch,Before launch,1,Every database query takes less than 100 ms,query-optimization"
    );
    let json: Value =
        serde_json::from_str(&stdout(directory.path(), &["checklist", "monthly", "--format", "json"])).unwrap();
    assert_eq!(
        (json["schema"].as_str(), json["items"][4]["technique"].is_null()),
        (Some("costplan.checklist.v1"), true)
    );
}

#[test]
fn a_project_has_checklists_of_its_own() {
    let own = "version: 1\nname: Weekly\nitems: [{ check: Backups can be restored, technique: mail }]\n";
    let technique = "version: 1\nname: M\narea: a\nsummary: s\neffort: low\nrisk: low\ninputs: {}\n\
        effects: [{ name: c, before: 2, after: 1 }]\n";
    let settings = "version = 1\n[paths]\nchecklists = \"lists\"\n";
    let directory =
        project(&[("costplan.toml", settings), ("lists/weekly.yaml", own), ("techniques/mail.yaml", technique)]);
    assert!(
        stdout(directory.path(), &["checklist", "weekly"]).contains("[ ] Backups can be restored (technique: mail)")
    );
    assert_eq!(stdout(directory.path(), &["checklist", "--format", "csv"]).lines().count(), 1 + 8 + 6 + 5 + 1);
}
