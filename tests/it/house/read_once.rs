//! A workspace reads each file once, however often its stages are resolved.

use crate::project;
use costplan::resolve::Request;
use costplan::workspace::{Selection, Workspace};
use jiff::civil::Date;

const SHEET: &str = r#"version = 1
vendor = "acme"
currency = "USD"
source = "https://example.org/"
retrieved_on = 2026-11-01
trust = "vendor"

[[skus.box.charges]]
meter = "box"
model = "flat"
price = 1
"#;

/// A project of this many stages, each of which is one line item of a price sheet.
fn of_stages(count: u32) -> tempfile::TempDir {
    let directory = project::project(&[("pricing/acme.toml", SHEET)]);
    for number in 1..=count {
        let manifest = format!(
            "version: 1\nstage: {number}\nname: S{number}\ncustomers: 0..1000\ncurrency: USD\n\
             line_items:\n  - {{ name: Box, category: compute, sku: acme/box, quantity: {number} }}\n"
        );
        project::write(directory.path(), &format!("stages/{number}-s{number}.yaml"), manifest);
    }
    directory
}

#[test]
fn stages_of_many_days_are_resolved_from_one_reading() {
    let directory = of_stages(110);
    let mut workspace = Workspace::open(Some(directory.path())).unwrap();
    let first: Date = "2026-11-24".parse().unwrap();
    let mut request = Request::on(first);
    for _ in 0..3 {
        assert_eq!(workspace.stages(Selection::all(), &request).unwrap().len(), 110);
        request.as_of = request.as_of.tomorrow().unwrap();
    }
    // 110 manifests, the sheet and the bundled exchange rates.
    assert_eq!(workspace.sources.len(), 112);
}

#[test]
fn fifty_years_of_many_stages_are_forecast() {
    let directory = of_stages(110);
    let arguments = ["forecast", "--from", "5", "--growth", "+1/month", "--months", "600", "--format", "csv"];
    let printed = project::stdout(directory.path(), &arguments);
    // The head, and one line for each month.
    assert_eq!(printed.lines().count(), 601);
}

#[test]
fn a_file_that_cannot_be_read_is_tried_again() {
    let directory = of_stages(1);
    let mut workspace = Workspace::open(Some(directory.path())).unwrap();
    let request = Request::on("2026-11-24".parse().unwrap());
    project::write(directory.path(), "stages/1-s1.yaml", [0xff]);
    assert!(workspace.stage("1", &request).is_err());
    project::write(
        directory.path(),
        "stages/1-s1.yaml",
        format!("{}line_items:\n  - {{ name: A, category: c, cost: 1 }}\n", project::HEAD),
    );
    assert!(workspace.stage("1", &request).is_ok());
}
