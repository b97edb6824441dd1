//! The parts of a page that a core in it computes again: from the files in the page they are what the page has from the start,
//! and they follow what its reader changes.

use costplan::app::{self, PageProject, Request};
use costplan::render::{self, PageUse};
use costplan::workspace::Workspace;
use serde_json::{Value, json};

use crate::project::{in_memory, root};

const STAGE: &str = "version: 1
stage: 1
name: Test
customers: 0..30
currency: USD
drivers: { servers: 1 }
line_items:
  - { name: Servers, category: compute, quantity: servers, cost: 7 }
";
const SETTINGS: &str = "version = 1
[forecast]
from = 5
growth = \"0%/month\"
months = 2
";

fn request() -> Request {
    Request::on("2026-11-24".parse().unwrap())
}

/// The files of a page, opened as its core opens them.
fn in_page(workspace: &Workspace, stages: &[String], request: &Request) -> Workspace {
    let project = PageProject::of(workspace, stages, request).unwrap();
    PageProject::open(&serde_json::to_string(&project).unwrap()).unwrap()
}

/// The answer to what a page asks of a stage with a part.
fn answer(workspace: &mut Workspace, base: &str, ask: &str, more: &Value) -> Value {
    let mut question: Value = serde_json::from_str(base).unwrap();
    question["ask"] = ask.into();
    for (key, value) in more.as_object().unwrap() {
        question[key] = value.clone();
    }
    serde_json::from_str(&app::answer(workspace, &question.to_string())).unwrap()
}

fn html(answer: &Value) -> &str {
    answer["html"].as_str().unwrap_or_else(|| panic!("{answer}"))
}

#[test]
fn what_a_page_computes_again_without_a_change_is_what_it_has_from_the_start() {
    for (example, stage) in [("runway", "2"), ("bills", "1"), ("saas", "2")] {
        let mut workspace = Workspace::open(Some(&root().join("examples").join(example))).unwrap();
        let stages = [stage.to_owned()];
        let request = request();
        let mut page = in_page(&workspace, &stages, &request);
        let view = app::report(&mut workspace, &stages, &request).unwrap();
        let written = render::report(&view, &workspace.sources, PageUse::File);
        let base = app::page_question(&request, &workspace.sources);
        for section in view.sections.iter().filter(|section| section.is_moving) {
            let again = answer(&mut page, &base, section.id, &json!({ "stage": stage }));
            assert!(!html(&again).is_empty(), "{example}: {}", section.id);
            assert!(written.contains(html(&again)), "{example}: {}: {}", section.id, html(&again));
        }
    }
}

#[test]
fn the_forecast_and_the_savings_follow_what_the_reader_changes() {
    let files = [("costplan.toml", SETTINGS), ("stages/1-test.yaml", STAGE)];
    let mut workspace = in_memory(&files).unwrap();
    let base = app::page_question(&request(), &workspace.sources);
    let mut asked = |ask: &str, more: Value| answer(&mut workspace, &base, ask, &more);
    // By hand: a server of 7 USD for 2 months is 14 USD, and three of them are 42 USD.
    let plan = asked("forecast", json!({ "stage": "1" }));
    assert!(html(&plan).contains("14.00 USD"), "{plan}");
    assert_eq!(plan["facts"][0]["text"], "14.00");
    let changed = asked("forecast", json!({ "stage": "1", "set": { "servers": "3" } }));
    assert_eq!(changed["facts"][0]["text"], "42.00");
    assert!(html(&changed).contains("42.00 USD") && !html(&changed).contains("14.00"), "{changed}");
    let savings = asked("savings", json!({ "stage": "1", "customers": 1200 }));
    assert!(html(&savings).contains("1 Test at 1,200 customers"), "{savings}");
}

#[test]
fn a_part_that_cannot_be_computed_says_why_and_texts_stay_texts() {
    let hostile = STAGE.replace("name: Test", "name: '<img src=x onerror=alert(1)>'");
    let mut workspace = in_memory(&[("stages/1-test.yaml", &hostile)]).unwrap();
    let base = app::page_question(&request(), &workspace.sources);
    let mut asked = |ask: &str, more: Value| answer(&mut workspace, &base, ask, &more);
    let part = asked("savings", json!({ "stage": "1" }));
    assert!(html(&part).contains("&lt;img") && !html(&part).contains("<img"), "{part}");
    assert_eq!(asked("forecast", json!({ "stage": "1" })), json!({ "facts": [], "html": "" }), "it has none");
    let wrong = asked("forecast", json!({ "stage": "1", "mrr": 1, "arpu": 1 }));
    assert_eq!(wrong["diagnostics"][0]["code"], "conflicting-keys");
    let unknown = asked("savings", json!({ "stage": "1", "scenario": "none" }));
    assert!(html(&unknown).contains("not known, since"), "{unknown}");
}
