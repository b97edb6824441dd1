//! The sources of drivers, the notes of what is bought, and what both assume; the alternatives next to what is planned.

use serde_json::Value;

use crate::project::{HEAD, costplan, json, project, stdout};

const STAGE: &str = "\
drivers:
  users: { value: customers * 5, source: \"Assumed: five of each\" }
  files: { value: users * 2 GB, source: measured in June }
  plain: customers * 3
line_items:
  - name: Files
    category: storage
    cost: 0.10 * (files / 1 GB)
    note: \"assumed: the price of last year\"
    alternatives:
      - { name: Disk, cost: users * 0.5, note: \"assumed: half a dollar each\" }
      - { name: Tape, cost: 4 }
  - { name: Other, category: c, cost: plain, note: nothing is assumed here }
  - { name: Seats, category: c, quantity: users, cost: 0 }
  - { name: Rooms, category: c, quantity: 2 * users, cost: 0 }
";

fn assumed(stage: &Value) -> Vec<(String, String)> {
    let all = stage["assumptions"].as_array().unwrap().iter();
    let texts = |one: &Value| (one["kind"].as_str().unwrap().to_owned(), one["message"].as_str().unwrap().to_owned());
    all.map(texts).collect()
}

#[test]
fn assumptions_are_those_whose_source_or_note_says_so() {
    let directory = project(&[("stages/1-test.yaml", &format!("{HEAD}{STAGE}"))]);
    let of = |kind: &str, message: &str| (kind.to_owned(), message.to_owned());
    let stage = json(directory.path(), &["stage", "1", "--customers", "10"]);
    // 10 x 5 x 2 GB at 0.10 are 10, and 30.
    assert_eq!(stage["total"].to_string(), "40");
    let notes = [of("line_item", "Files: the price of last year"), of("line_item", "Disk: half a dollar each")];
    assert_eq!(assumed(&stage), [&[of("driver", "users: five of each")][..], &notes].concat());
    // A number that is given is no assumption.
    let set = json(directory.path(), &["stage", "1", "--customers", "10", "--set", "users=7"]);
    assert_eq!(assumed(&set), notes);
    let text = stdout(directory.path(), &["explain", "1", "users", "--customers", "10"]);
    assert!(text.contains("stages/1-test.yaml:7, Assumed: five of each"), "{text}");
    let text = stdout(directory.path(), &["stage", "1", "--customers", "10", "--assumptions"]);
    assert!(text.contains("Assumed: 1 driver, 2 costs"), "{text}");
}

#[test]
fn alternatives_are_next_to_what_is_planned() {
    let directory = project(&[("stages/1-test.yaml", &format!("{HEAD}{STAGE}"))]);
    let stage = json(directory.path(), &["stage", "1", "--customers", "10"]);
    let costs: Vec<(Option<&str>, String)> = stage["alternatives"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["alternative"].as_str(), one["monthly_cost_exact"].to_string()))
        .collect();
    let of = |name: Option<&'static str>, cost: &str| (name, cost.to_owned());
    assert_eq!(costs, [of(None, "10"), of(Some("Disk"), "25"), of(Some("Tape"), "4")]);
    let text = stdout(directory.path(), &["stage", "1", "--details", "--customers", "10"]);
    for line in ["Other ways to buy it", "as planned", "Disk", "25.00", "Disk: assumed: half a dollar each"] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    // Both ends of the range have a column.
    let text = stdout(directory.path(), &["stage", "1", "--details"]);
    assert!(text.contains("USD at 0") && text.contains("USD at 100"), "{text}");
}

#[test]
fn a_plain_cost_shows_its_drivers() {
    let directory = project(&[("stages/1-test.yaml", &format!("{HEAD}{STAGE}"))]);
    let text = stdout(directory.path(), &["stage", "1", "--all", "--customers", "10"]);
    for usage in ["100 GB files", "30 plain", "50 users", "100 x, 50 users"] {
        assert!(text.contains(usage), "{usage}\n{text}");
    }
}

#[test]
fn a_driver_is_a_formula_or_a_table_with_a_value() {
    for (driver, code) in [
        ("{ source: a bank }", "missing-key"),
        ("{ value: 3, sorce: a bank }", "unknown-key"),
        ("{ value: [3] }", "wrong-type"),
        ("{ value: 3 + }", "invalid-formula"),
        ("{ value: 3, source: \"\" }", "invalid-name"),
        ("[3]", "wrong-type"),
    ] {
        let manifest = format!("{HEAD}drivers: {{ a: {driver} }}\nline_items: [{{ name: A, category: c, cost: a }}]\n");
        let directory = project(&[("stages/1-test.yaml", &manifest)]);
        let output = costplan(directory.path(), &["stage", "1"]);
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{driver}");
        assert!(stderr.starts_with(&format!("error[{code}]")), "{driver}: {stderr}");
        assert_eq!(stderr.matches("error[").count(), 1, "{driver}: {stderr}");
    }
    // One that the project shares is changed key by key.
    let shared = "version = 1\n[drivers.a]\nvalue = 3\nsource = \"assumed: three\"\n";
    let manifest =
        format!("{HEAD}drivers: {{ a: {{ value: 4 }} }}\nline_items: [{{ name: A, category: c, cost: a }}]\n");
    let directory = project(&[("stages/1-test.yaml", &manifest), ("costplan.toml", shared)]);
    let stage = json(directory.path(), &["stage", "1"]);
    assert_eq!((stage["total"].to_string(), assumed(&stage).len()), ("4".to_owned(), 1));
}
