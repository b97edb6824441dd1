//! The number of customers that a stage is sized for is the one at which it is computed where none is given.

use crate::project::{HEAD, costplan, json, project, resolved, stdout};

const ROW: &str = "line_items: [{ name: A, category: c, cost: customers * 2 }]\n";

#[test]
fn commands_compute_a_stage_where_it_is_sized() {
    let manifest = format!("{HEAD}sized_for: 40\n{ROW}");
    let directory = project(&[("stages/1-test.yaml", &manifest)]);
    let stage = json(directory.path(), &["stage", "1"]);
    assert_eq!((stage["total"].to_string(), stage["inputs"]["customers"].to_string()), ("80".into(), "40".into()));
    assert_eq!((stage["sized_for"].to_string(), stage.get("ends")), ("40".to_owned(), None));
    let given = json(directory.path(), &["stage", "1", "--customers", "7"]);
    assert_eq!(given["total"].to_string(), "14");
    assert!(stdout(directory.path(), &["explain", "1", "A"]).contains("customers 40 = 80.00 USD"));
    assert_eq!(json(directory.path(), &["stages"])["stages"][0]["sized_for"].to_string(), "40");
    // Without it, both ends of the range are shown.
    let directory = project(&[("stages/1-test.yaml", &format!("{HEAD}{ROW}"))]);
    let stage = json(directory.path(), &["stage", "1"]);
    assert_eq!((stage["sized_for"].is_null(), stage["ends"].as_array().unwrap().len()), (true, 2));
}

#[test]
fn it_is_within_the_range_and_not_inherited() {
    let manifest = format!("{HEAD}sized_for: 101\n{ROW}");
    let message = resolved(&[("stages/1-test.yaml", &manifest)]).unwrap_err();
    assert!(message.contains("a stage of 0..100 customers cannot be sized for 101"), "{message}");
    for value in ["-1", "1.5", "many", "[1]"] {
        let directory = project(&[("stages/1-test.yaml", &format!("{HEAD}sized_for: {value}\n{ROW}"))]);
        let output = costplan(directory.path(), &["stage", "1"]);
        assert_eq!(output.status.code(), Some(2), "{value}");
    }
    let first = format!("{HEAD}sized_for: 40\n{ROW}");
    let second = "version: 1\nstage: 2\nname: More\nextends: 1\ncustomers: 200..300\n";
    let directory = project(&[("stages/1-test.yaml", &first), ("stages/2-more.yaml", second)]);
    assert!(json(directory.path(), &["stage", "2"])["sized_for"].is_null());
}
