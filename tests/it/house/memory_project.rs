//! A project whose files are texts in memory is found, named and computed as one on disk.

use std::path::Path;

use crate::project;
use costplan::calculate::{self, Unobserved};
use costplan::diagnostic::{Code, Failure};
use costplan::model::{Inputs, Revenue};
use costplan::resolve::Request;
use costplan::workspace::{Selection, Workspace};

const STAGE: &str = "version: 1\nstage: 1\nname: Test\ncustomers: 0..100\ncurrency: USD\nline_items:\n  \
                     - { name: Box, category: compute, sku: acme/box, quantity: 3 }\n";
const SHEET: &str = r#"version = 1
vendor = "acme"
currency = "USD"
source = "https://example.org/"
retrieved_on = 2026-11-01
trust = "vendor"

[[skus.box.charges]]
meter = "box"
model = "flat"
price = 7.5
"#;

fn request() -> Request {
    Request::on("2026-11-24".parse().unwrap())
}

fn subtotals(workspace: &mut Workspace) -> Result<Vec<String>, Failure> {
    let stages = workspace.stages(Selection::all(), &request())?;
    let cost = |(stage, revenue)| {
        let costing = calculate::stage(&stage, Inputs { customers: 10, revenue }, &mut Unobserved).unwrap();
        costing.totals.subtotal_exact.normalize().to_string()
    };
    Ok(stages.into_iter().map(cost).collect())
}

fn code(result: Result<impl std::fmt::Debug, Failure>) -> Code {
    result.unwrap_err().diagnostics[0].code
}

#[test]
fn stages_and_price_sheets_come_from_the_texts() {
    let files = [("stages/1-test.yaml", STAGE), ("pricing/acme.toml", SHEET)];
    let mut workspace = Workspace::in_memory(files).unwrap();
    // 3 boxes at 7.50 each.
    assert_eq!(subtotals(&mut workspace).unwrap(), ["22.5"]);
    assert!(workspace.is_project());
}

#[test]
fn a_text_may_be_made_at_run_time_and_be_in_a_directory_that_the_settings_name() {
    let settings = "version = 1\n\n[paths]\nstages = \"./plan/../plan/stages\"\n".to_owned();
    let stage = STAGE.replace("sku: acme/box", "cost: 2");
    let mut workspace = Workspace::in_memory([("costplan.toml", settings), ("plan/stages/1-test.yml", stage)]).unwrap();
    // 3 times 2.
    assert_eq!(subtotals(&mut workspace).unwrap(), ["6"]);
}

#[test]
fn what_the_project_lacks_is_bundled() {
    let mut workspace = Workspace::in_memory([("costplan.toml", "version = 1\n")]).unwrap();
    assert_eq!(workspace.stages(Selection::all(), &request()).unwrap().len(), 4);
}

#[test]
fn messages_name_the_path_as_on_disk() {
    let wrong = STAGE.replace("sku:", "skus:");
    let in_memory = Workspace::in_memory([("stages/1-test.yaml", wrong.clone())]).unwrap().stage("1", &request());
    let message = in_memory.unwrap_err().to_string();
    let expected = "stages/1-test.yaml:7:13: the line item `Box` needs a `sku` or a `cost`\n\
                    stages/1-test.yaml:7:37: unknown key `skus` in a line item";
    assert_eq!(message, expected);
    let directory = project::project(&[("stages/1-test.yaml", &wrong)]);
    let on_disk = Workspace::open(Some(directory.path())).unwrap().stage("1", &request()).unwrap_err();
    let in_directory = format!("{}/", directory.path().display());
    assert_eq!(on_disk.to_string().replace(&in_directory, ""), message);
}

#[test]
fn what_is_not_there_is_an_error_with_a_code() {
    let none: [(&str, &str); 0] = [];
    assert_eq!(code(Workspace::in_memory(none)), Code::NoStages);
    assert_eq!(code(Workspace::in_memory([("README.md", "")])), Code::NoStages);
    let named = "version = 1\n[paths]\nstages = \"plan\"\n";
    let mut workspace = Workspace::in_memory([("costplan.toml", named)]).unwrap();
    assert_eq!(code(workspace.stage("1", &request())), Code::FileNotReadable);
    let mut workspace = Workspace::in_memory([("costplan.toml", named), ("plan", "")]).unwrap();
    assert_eq!(code(workspace.stage("1", &request())), Code::FileNotReadable);
    let mut workspace = Workspace::in_memory([("stages/README.md", "")]).unwrap();
    assert_eq!(code(workspace.stage("1", &request())), Code::NoStages);
    let large = " ".repeat(32 * 1024 * 1024 + 1);
    let mut workspace = Workspace::in_memory([("stages/1-test.yaml", large)]).unwrap();
    assert_eq!(code(workspace.stage("1", &request())), Code::FileTooLarge);
}

#[test]
fn a_failure_leaves_the_workspace_as_it_was() {
    let mut workspace = Workspace::in_memory([("stages/1-test.yaml", STAGE), ("pricing/acme.toml", SHEET)]).unwrap();
    assert_eq!(code(workspace.stage("2", &request())), Code::UnknownStage);
    let (stage, revenue) = workspace.stage("1", &request()).unwrap();
    assert_eq!((&*stage.name, revenue), ("Test", Revenue::Unknown));
    assert_eq!(workspace.sources.name(stage.customers.span.file), "stages/1-test.yaml");
    assert!(!Path::new("stages/1-test.yaml").exists());
}
