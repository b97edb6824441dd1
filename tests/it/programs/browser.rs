//! Pages of `costplan report` in Chromium, which Playwright drives: `browser.py` next to this file moves their sliders and
//! compares every number with `costplan stage --format json`, and looks at keys, colours, widths, paper and the network.

use std::path::Path;
use std::process::Command;

use crate::project::{PROGRAM, project, root, stdout};

/// The day of the prices.
const AS_OF: &str = "2026-11-24";
/// What a stranger could write, a cost that depends on the revenue, and a stage whose cost is unknown in part.
const FIRST: &str = "version: 1
stage: 1
name: '<img src=x onerror=alert(1)>'
summary: '<script>alert(2)</script> & `code`'
customers: 0..40
currency: USD
buffer: 10%
monthly_budget: 0..30
line_items:
  - { name: '</script><script>alert(3)</script>', category: '\"><b>', cost: 5 + customers * 0.333 }
  - { name: LONG, category: long, cost: customers / 3 }
  - { name: '\u{5e9}\u{5dc}\u{5d5}\u{5dd}', category: rtl, cost: 12345.678 }
  - { name: '<!-- c', category: rtl, cost: mrr * 2.9% + 0.25 }
";
const SECOND: &str = "version: 1
stage: 2
name: Unknown
customers: 40..90
currency: USD
tax: { rate: 19% }
line_items:
  - { name: Database, category: data, sku: supabase/pro }
  - { name: Fixed, category: data, cost: 10 }
";
const SETTINGS: &str = "version = 1
name = \"</script><script>alert(4)</script>\"
[defaults]
arpu = 49
[forecast]
from = 3
growth = \"20%/month\"
months = 6
cash = \"5000 USD\"
";

/// Compares the page of a project with the program at so many points of each stage.
fn compare(directory: &Path, points: u32) {
    let page = tempfile::tempdir().unwrap();
    let file = page.path().join("report.html");
    std::fs::write(&file, stdout(directory, &["report", "--as-of", AS_OF])).unwrap();
    let script = root().join("tests/it/programs/browser.py");
    let mut browser = Command::new("python3");
    browser.arg(script).args([PROGRAM.as_ref(), directory.as_os_str(), file.as_os_str()]);
    let installed = root().join("target/browser");
    let output = browser
        .env("PYTHONPATH", installed)
        .env("COSTPLAN_AS_OF", AS_OF)
        .env("COSTPLAN_POINTS", points.to_string())
        .output()
        .unwrap();
    let (said, error) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{}: {said}{error}", directory.display());
}

#[test]
#[ignore = "needs Chromium and Playwright: `.ci/run` installs them"]
fn the_page_of_the_example_plan_shows_what_json_says() {
    compare(tempfile::tempdir().unwrap().path(), 50);
}

#[test]
#[ignore = "needs Chromium and Playwright: `.ci/run` installs them"]
fn the_page_of_a_plan_with_bills_shows_what_json_says() {
    compare(&root().join("examples/bills"), 50);
}

#[test]
#[ignore = "needs Chromium and Playwright: `.ci/run` installs them"]
fn the_page_of_a_plan_with_a_forecast_shows_what_json_says() {
    compare(&root().join("examples/runway"), 50);
}

#[test]
#[ignore = "needs Chromium and Playwright: `.ci/run` installs them"]
fn hostile_names_unknown_costs_and_costs_of_the_revenue_are_shown_as_they_are() {
    let first = FIRST.replace("LONG", &"N".repeat(10_000));
    let files = [("costplan.toml", SETTINGS), ("stages/1-a.yaml", first.as_str()), ("stages/2-b.yaml", SECOND)];
    compare(project(&files).path(), 50);
}
