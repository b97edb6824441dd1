//! The record of checks: what is done, due and overdue; one line a check, which git merges; nothing is lost.

use std::fs;
use std::process::Command;

use crate::project::{costplan, example_plan, project, stderr, stdout};
use costplan::calculate::{CheckState, check_status};
use costplan::model::{Check, Checklist, RecordedCheck};
use jiff::civil::Date;
use serde_json::Value;
use tempfile::TempDir;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// A list of one check that is due every so many months.
fn list(every: Option<u32>) -> [Checklist; 1] {
    let check = Check { id: "a".into(), text: "A".into(), technique: None, metric: None };
    [Checklist { id: "l".into(), name: "L".into(), summary: None, every, items: vec![check] }]
}

fn recorded(date: &str, is_done: bool) -> RecordedCheck {
    let date = day(date);
    RecordedCheck { date, is_done, checklist: "l".into(), item: "a".into(), by: None, note: None }
}

/// The state on a day and the day by which it is due next.
fn state(every: Option<u32>, record: &[RecordedCheck], on: &str) -> (CheckState, Option<String>) {
    let status = check_status(&list(every), record, day(on)).remove(0);
    (status.state, status.due_on.map(|day| day.to_string()))
}

#[test]
fn a_check_is_due_by_the_months_of_the_calendar() {
    use CheckState::{Done, Due, Overdue};
    let record = [recorded("2026-01-31", true)];
    for (on, expected, due) in [
        ("2026-01-30", Due, "2026-01-31"),
        ("2026-01-31", Done, "2026-02-28"),
        ("2026-02-01", Due, "2026-02-28"),
        ("2026-02-28", Due, "2026-02-28"),
        ("2026-03-01", Overdue, "2026-02-28"),
        ("2027-01-01", Overdue, "2026-02-28"),
    ] {
        assert_eq!(state(Some(1), &record, on), (expected, Some(due.to_owned())), "{on}");
    }
    // Quarters of the calendar: done in the first, due until the end of the second.
    for (on, expected, due) in
        [("2026-03-31", Done, "2026-06-30"), ("2026-04-01", Due, "2026-06-30"), ("2026-07-01", Overdue, "2026-06-30")]
    {
        assert_eq!(state(Some(3), &record, on), (expected, Some(due.to_owned())), "{on}");
    }
    assert_eq!(state(Some(12), &record, "2026-12-31"), (Done, Some("2027-12-31".to_owned())));
    // A list that is done once has no day.
    assert_eq!(state(None, &record, "2030-01-01"), (Done, None));
    assert_eq!(state(None, &[], "2030-01-01"), (Due, None));
    // Never done: due by the end of the running period.
    assert_eq!(state(Some(1), &[], "2024-02-03"), (Due, Some("2024-02-29".to_owned())));
}

#[test]
fn what_is_undone_does_not_count() {
    use CheckState::{Done, Due};
    let record = [recorded("2026-01-05", true), recorded("2026-02-05", true), recorded("2026-02-06", false)];
    assert_eq!(state(Some(1), &record, "2026-02-05").0, Done);
    assert_eq!(state(Some(1), &record, "2026-02-06").0, Due);
    // Merged lines may be in any order; the days count.
    let mixed = [recorded("2026-02-06", false), recorded("2026-02-05", true), recorded("2026-01-05", true)];
    assert_eq!(state(Some(1), &mixed, "2026-02-06").0, Due);
    // There may be more lines that take back than lines that there are.
    let more = [recorded("2026-01-05", false), recorded("2026-01-06", false), recorded("2026-01-07", true)];
    assert_eq!(state(Some(1), &more, "2026-01-08").0, Done);
}

fn record(directory: &TempDir) -> String {
    fs::read_to_string(directory.path().join("records/checks.yaml")).unwrap()
}

fn status(directory: &TempDir, arguments: &[&str]) -> Value {
    let all = [&["checklist", "status", "--format", "json"], arguments].concat();
    serde_json::from_str(&stdout(directory.path(), &all)).unwrap()
}

#[test]
fn a_check_is_a_line_of_a_file() {
    let directory = example_plan(&[]);
    let done = |arguments: &[&str]| stdout(directory.path(), &[&["checklist", "done"], arguments].concat());
    let said = done(&[
        "monthly/slow-queries",
        "--on",
        "2026-10-03",
        "--by",
        "Amine \\ \"A\"",
        "--note",
        "=cmd(): p95 # 80 ms",
    ]);
    assert!(said.starts_with("monthly/slow-queries is done on 2026-10-03, next by "), "{said}");
    done(&["cdn", "--on", "2026-10-04"]);
    done(&["quarterly/2", "--on", "2026-10-05"]);
    stdout(directory.path(), &["checklist", "undo", "cdn", "--on", "2026-10-06"]);
    let expected = "version: 1\nchecks:\n\
        \x20 - { date: 2026-10-03, done: monthly/slow-queries, by: \"Amine \\\\ \\\"A\\\"\", note: \"=cmd(): p95 # 80 ms\" }\n\
        \x20 - { date: 2026-10-04, done: before-launch/cdn }\n\
        \x20 - { date: 2026-10-05, done: quarterly/archive }\n\
        \x20 - { date: 2026-10-06, undone: before-launch/cdn }\n";
    let text = record(&directory);
    assert!(text.ends_with(expected), "{text}");
    let found = status(&directory, &["--as-of", "2026-10-31"]);
    let checks = found["checks"].as_array().unwrap();
    let slow = checks.iter().find(|check| check["id"] == "slow-queries").unwrap();
    assert_eq!((slow["state"].as_str(), slow["due_on"].as_str()), (Some("done"), Some("2026-11-30")));
    assert_eq!(slow["last"]["by"], "Amine \\ \"A\"");
    assert_eq!((&found["done"], &found["due"], &found["overdue"]), (&2.into(), &17.into(), &0.into()));
    assert_eq!(status(&directory, &["--as-of", "2026-12-01"])["overdue"], 1);
    // A spreadsheet does not take a remark for a formula.
    let csv = stdout(directory.path(), &["checklist", "status", "--as-of", "2026-10-31", "--format", "csv"]);
    assert!(csv.contains(",'=cmd()"), "{csv}");
    stdout(directory.path(), &["validate"]);
}

#[test]
fn hostile_names_and_remarks_are_refused() {
    let directory = example_plan(&[]);
    for (arguments, told) in [
        (&["cdn", "--note", "a\nb"][..], "control-character"),
        (&["cdn", "--by", "a\u{1b}[31m"], "control-character"),
        (&["cdn", "--note", "a\u{202e}b"], "control-character"),
        (&["../cdn"], "unknown-check"),
        (&["monthly/../../x"], "unknown-check"),
        (&["before-launch/0"], "unknown-check"),
        (&["before-launch/9"], "unknown-check"),
        (&["slow-query"], "unknown-check"),
        (&["cdn", "--on", "2999-01-01"], "invalid-date"),
        (&["cdn", "--on", "yesterday"], "error"),
    ] {
        let output = costplan(directory.path(), &[&["checklist", "done"], arguments].concat());
        let text = stderr(&output);
        assert!(output.status.code() == Some(2) && text.contains(told), "{arguments:?}: {text}");
    }
    assert!(!directory.path().join("records").exists());
    assert!(stderr(&costplan(directory.path(), &["checklist", "undo", "cdn"])).contains("is left to undo"));
    // Without a project there is nothing to record in.
    let none = project(&[]);
    assert!(stderr(&costplan(none.path(), &["checklist", "done", "cdn"])).contains("no-project"));
    // A link that leads out of the project is not followed.
    #[cfg(unix)]
    {
        let outside = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(outside.path(), directory.path().join("records")).unwrap();
        let output = costplan(directory.path(), &["checklist", "done", "cdn"]);
        assert!(stderr(&output).contains("outside-of-project"), "{}", stderr(&output));
        assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
    }
}

#[test]
fn a_file_that_cannot_be_continued_is_left_as_it_is() {
    for text in [
        "version: 1\nchecks: []\n",
        "version: 1\nchecks:\n  - { date: 2026-10-03, done: monthly/slow-queries }\nx-more: 1\n",
        "version: 1\nchecks:\n- { date: 2026-10-03, done: monthly/slow-queries, done: 1 }\n",
        "version: 2\nchecks:\n",
    ] {
        let directory = example_plan(&[("records/checks.yaml", text)]);
        let output = costplan(directory.path(), &["checklist", "done", "cdn"]);
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert_eq!(record(&directory), text);
    }
    // The last line may lack its end.
    let directory = example_plan(&[(
        "records/checks.yaml",
        "version: 1\nchecks:\n  - { date: 2026-10-03, done: before-launch/cdn }",
    )]);
    stdout(directory.path(), &["checklist", "done", "cdn", "--on", "2026-10-04"]);
    assert!(record(&directory).ends_with("  - { date: 2026-10-04, done: before-launch/cdn }\n"));
    assert_eq!(record(&directory).lines().count(), 4);
}

#[test]
fn of_several_runs_at_once_none_loses_its_line() {
    let directory = example_plan(&[]);
    std::thread::scope(|scope| {
        for number in 0..12 {
            let directory = &directory;
            scope.spawn(move || {
                let note = format!("run {number}");
                stdout(directory.path(), &["checklist", "done", "cdn", "--note", &note]);
            });
        }
    });
    let text = record(&directory);
    for number in 0..12 {
        assert_eq!(text.matches(&format!("\"run {number}\"")).count(), 1, "{text}");
    }
    assert_eq!(text.lines().count(), 3 + 12);
    let names = fs::read_dir(directory.path().join("records")).unwrap();
    assert_eq!(names.count(), 2);
}

fn git(directory: &TempDir, arguments: &[&str]) {
    let identity = ["-c", "user.name=Test", "-c", "user.email=test@test.test", "-c", "init.defaultBranch=main"];
    let output = Command::new("git").args(identity).args(arguments).current_dir(directory.path()).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", stderr(&output));
}

#[test]
fn two_branches_that_record_checks_are_merged() {
    let directory = example_plan(&[]);
    let done = |check: &str| {
        stdout(directory.path(), &["checklist", "done", check, "--on", "2026-10-05"]);
        git(&directory, &["add", "."]);
        git(&directory, &["commit", "--quiet", "--message", check]);
    };
    git(&directory, &["init", "--quiet"]);
    done("cdn");
    git(&directory, &["checkout", "--quiet", "-b", "other"]);
    done("indexes");
    git(&directory, &["checkout", "--quiet", "main"]);
    done("dashboards");
    git(&directory, &["merge", "--quiet", "--no-edit", "other"]);
    assert_eq!(status(&directory, &["before-launch"])["done"], 3);
}

#[test]
fn a_year_of_checks_stays_in_order() {
    let directory = example_plan(&[]);
    for month in 1..=10 {
        for item in 1..=6 {
            let (check, on) = (format!("monthly/{item}"), format!("2026-{month:02}-05"));
            if (month, item) != (7, 6) {
                stdout(directory.path(), &["checklist", "done", &check, "--on", &on]);
            }
        }
    }
    let counts = |on: &str| {
        let found = status(&directory, &["monthly", "--as-of", on]);
        ["done", "due", "overdue"].map(|state| found[state].as_u64().unwrap())
    };
    assert_eq!(counts("2026-06-30"), [6, 0, 0]);
    assert_eq!(counts("2026-07-31"), [5, 1, 0]);
    // The sixth was done in June, and not in July.
    assert_eq!(counts("2026-08-01"), [0, 5, 1]);
    assert_eq!(counts("2026-08-31"), [6, 0, 0]);
    assert_eq!(counts("2026-12-01"), [0, 0, 6]);
}

#[test]
fn a_check_of_the_plan_can_demand_that_a_list_is_complete() {
    let settings =
        "version = 1\n[budget]\nmonthly = \"100_000 USD\"\n[check]\nchecklists = [\"before-launch\", \"monthly\"]\n";
    let directory = example_plan(&[("costplan.toml", settings)]);
    let checked = || costplan(directory.path(), &["check", "1", "--customers", "5", "--as-of", "2026-11-24"]);
    let before = checked();
    let text = String::from_utf8(before.stdout.clone()).unwrap();
    assert_eq!(before.status.code(), Some(1));
    assert!(text.contains("checklist before-launch is not complete (costplan.toml:5): 8 checks are not"), "{text}");
    assert!(stderr(&before).contains("1 checklist not complete"), "{}", stderr(&before));
    for item in 1..=8 {
        stdout(directory.path(), &["checklist", "done", &format!("before-launch/{item}"), "--on", "2026-11-01"]);
    }
    assert_eq!(checked().status.code(), Some(0), "{}", stderr(&checked()));
    // A list that is due again and again has to have nothing overdue.
    stdout(directory.path(), &["checklist", "done", "monthly/1", "--on", "2026-09-01"]);
    assert!(stderr(&checked()).contains("1 checklist not complete"));
    let output = costplan(directory.path(), &["check", "--format", "github", "--as-of", "2026-11-24"]);
    let annotations = String::from_utf8(output.stdout).unwrap();
    assert!(
        annotations.contains("checklist monthly is not complete: 1 check is not done by 2026-11-24: slow-queries"),
        "{annotations}"
    );
    let unknown = example_plan(&[("costplan.toml", &settings.replace("monthly\"]", "weekly\"]"))]);
    assert!(stderr(&costplan(unknown.path(), &["check"])).contains("unknown-checklist"));
}
