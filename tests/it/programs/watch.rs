//! `costplan report --watch` in Chromium, while its plan is edited: `watch.py` next to this file.

use std::process::Command;

use crate::project::{PROGRAM, project, root};

/// By hand: 3 servers of 7 USD are 21 USD, with a buffer of 10% 23.10 USD. `watch.py` makes it 8 USD: 24 and 26.40 USD.
const STAGE: &str = "version: 1
stage: 1
name: Edited
customers: 0..30
currency: USD
buffer: 10%
line_items:
  - { name: Servers, category: compute, quantity: 3, cost: 7 }
";

#[test]
#[ignore = "needs Chromium and Playwright: `.ci/run` installs them"]
fn a_served_page_follows_its_plan_and_shows_what_is_wrong_with_it_in_place_of_numbers() {
    let directory = project(&[("stages/1-edited.yaml", STAGE)]);
    let mut python = Command::new("python3");
    python.arg(root().join("tests/it/programs/watch.py")).arg(PROGRAM).arg(directory.path());
    let output = python.env("PYTHONPATH", root().join("target/browser")).output().unwrap();
    let (said, error) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}{error}");
}
