//! Questions and answers as JSON, as a page with the core in it asks them.

use costplan::app::{self, PageProject, Request};
use costplan::workspace::Workspace;
use serde_json::{Value, json};

use crate::house::output_schemas;
use crate::project;

const STAGE: &str = r"version: 1
stage: 1
name: Test
customers: 0..100
currency: USD
drivers:
  load: customers * 2
line_items:
  - { name: Boxes, category: compute, sku: acme/box, quantity: 3 }
  - { name: Calls, category: compute, sku: acme/calls, usage: { calls: load } }
  - { name: Tool, category: tools, cost: 4 }
";
const SHEET: &str = r#"version = 1
vendor = "acme"
currency = "USD"
source = "https://example.org/"
retrieved_on = 2026-11-01
trust = "vendor"

# What nobody buys is nobody's business.
[[skus.secret.charges]]
meter = "secret"
model = "flat"
price = 99

[[skus.box.charges]]
meter = "box"
model = "flat"
price = 7.5

[[skus.calls.charges]]
meter = "calls"
unit = "call"
model = "per_unit"
price = 0.25
"#;
const SCENARIO: &str = "version: 1\nname: Busy\nset: { load: 1000 }\n";

fn files() -> [(&'static str, &'static str); 5] {
    [
        ("stages/1-test.yaml", STAGE),
        ("pricing/acme.toml", SHEET),
        ("pricing/unused.toml", SHEET),
        ("scenarios/busy.yaml", SCENARIO),
        (".env", "PASSWORD=hunter2"),
    ]
}

fn answer(workspace: &mut Workspace, further: &Value) -> Value {
    let mut question = json!({ "stage": "1", "today": "2026-11-24", "customers": 10 });
    question.as_object_mut().unwrap().extend(further.as_object().unwrap().clone());
    let answer = serde_json::from_str(&app::answer(workspace, &question.to_string())).unwrap();
    output_schemas::value_fits(&answer, &question.to_string());
    answer
}

fn total(answer: &Value) -> String {
    answer["total"].to_string()
}

#[test]
fn drivers_quantities_and_scenarios_move_the_total() {
    let mut workspace = project::in_memory(&files()).unwrap();
    // 3 boxes at 7.50, 20 calls at 0.25, and 4.
    assert_eq!(total(&answer(&mut workspace, &json!({}))), "31.5");
    // 5 boxes.
    assert_eq!(total(&answer(&mut workspace, &json!({ "quantities": { "Boxes": 5 } }))), "46.5");
    assert_eq!(total(&answer(&mut workspace, &json!({ "quantities": { "Boxes": "0.5", "Tool": 2 } }))), "16.75");
    // 30 calls.
    assert_eq!(total(&answer(&mut workspace, &json!({ "set": { "load": "customers * 3" } }))), "34");
    // 1,000 calls.
    assert_eq!(total(&answer(&mut workspace, &json!({ "scenario": "busy" }))), "276.5");
    // A question leaves nothing behind.
    assert_eq!(total(&answer(&mut workspace, &json!({}))), "31.5");
}

#[test]
fn a_quantity_that_is_set_is_one_that_is_written() {
    let mut workspace = project::in_memory(&files()).unwrap();
    let written = STAGE.replace("quantity: 3", "quantity: 5");
    let mut other = project::in_memory(&[("stages/1-test.yaml", &written), ("pricing/acme.toml", SHEET)]).unwrap();
    assert_eq!(answer(&mut workspace, &json!({ "quantities": { "Boxes": 5 } })), answer(&mut other, &json!({})));
}

#[test]
fn what_is_wrong_is_an_answer_too() {
    let mut workspace = project::in_memory(&files()).unwrap();
    let mut wrong = |further: Value| {
        let answer = answer(&mut workspace, &further);
        assert_eq!(answer["schema"], "costplan.failure.v1");
        answer["diagnostics"][0]["message"].as_str().unwrap().to_owned()
    };
    assert_eq!(wrong(json!({ "quantities": { "Boxen": 5 } })), "no line item is called `Boxen`");
    assert_eq!(wrong(json!({ "set": { "laod": 5 } })), "the stage has no driver `laod`");
    assert_eq!(wrong(json!({ "colour": "red" })), "unknown key `colour` in a question");
    assert_eq!(wrong(json!({ "mrr": 5, "arpu": 5 })), "give `mrr` or `arpu`, not both");
    wrong(json!({ "quantities": { "Boxes": -1 } }));
    wrong(json!({ "quantities": { "Boxes": "1e400" } }));
    wrong(json!({ "set": { "load": "1 / 0" } }));
    wrong(json!({ "stage": "nine" }));
    for text in ["", "{", "null", "[]", "\u{0}", "{\"stage\": \"1\"}", &"[".repeat(100_000)] {
        assert!(app::answer(&mut workspace, text).contains("costplan.failure.v1"), "{text:.20}");
    }
}

#[test]
fn inputs_are_what_can_be_set() {
    let mut workspace = project::in_memory(&files()).unwrap();
    let inputs = answer(&mut workspace, &json!({ "ask": "inputs" }));
    assert_eq!(inputs["schema"], "costplan.inputs.v1");
    let driver =
        json!({ "name": "load", "formula": "customers * 2", "value": { "value": 20, "unit": null }, "source": null });
    assert_eq!(inputs["drivers"], json!([driver]));
    assert_eq!(inputs["quantities"][0], json!({ "line_item": "Boxes", "formula": "3", "quantity": 3 }));
    assert_eq!(inputs["scenarios"], json!([{ "id": "busy", "name": "Busy", "summary": null }]));
}

#[test]
fn a_page_gets_only_what_its_stages_need() {
    let workspace = project::in_memory(&files()).unwrap();
    let request = Request::on("2026-11-24".parse().unwrap());
    let project = PageProject::of(&workspace, &[], &request).unwrap();
    let names: Vec<&str> = project.files.keys().map(String::as_str).collect();
    assert_eq!(names, ["pricing/acme.toml", "scenarios/busy.yaml", "stages/1-test.yaml"]);
    let sheet = &project.files["pricing/acme.toml"];
    assert!(!sheet.contains("secret") && sheet.contains("skus.box"), "{sheet}");
    // Every line is where it was.
    let line = |text: &str| text.lines().position(|line| line == "[[skus.calls.charges]]");
    assert_eq!(line(sheet), line(SHEET));
    let mut page = PageProject::open(&serde_json::to_string(&project).unwrap()).unwrap();
    assert_eq!(total(&answer(&mut page, &json!({}))), "31.5");
    assert_eq!(total(&answer(&mut page, &json!({ "scenario": "busy" }))), "276.5");
}

#[test]
fn named_directories_are_there_without_their_files() {
    let settings = "version = 1\n[paths]\npricing = \"prices\"\nscenarios = \"cases\"\n";
    let stage = STAGE
        .replace("sku: acme/box, quantity: 3", "cost: 1")
        .replace("sku: acme/calls, usage: { calls: load }", "cost: load");
    let files = [
        ("costplan.toml", settings),
        ("stages/1.yaml", &stage),
        ("prices/acme.toml", SHEET),
        ("cases/busy.yaml", SCENARIO),
    ];
    let workspace = project::in_memory(&files).unwrap();
    let request = Request::on("2026-11-24".parse().unwrap());
    let project = PageProject::of(&workspace, &[], &request).unwrap();
    let mut page = PageProject::open(&serde_json::to_string(&project).unwrap()).unwrap();
    // 1, 20 and 4.
    assert_eq!(total(&answer(&mut page, &json!({}))), "25");
}
