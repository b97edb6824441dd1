//! A page that has the core in it, in Chromium: `settings.py` next to this file changes the plan, and what the page then shows
//! is what the library says.

use std::fs;
use std::path::Path;
use std::process::Command;

use costplan::app::{self, Request};
use costplan::render::{self, PageUse};
use costplan::workspace::Workspace;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::project::root;

const DAY: &str = "2026-11-24";

/// What is compared of an answer, with its digits.
#[derive(Deserialize)]
struct Costs {
    total: Box<RawValue>,
    line_items: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    monthly_cost: Box<RawValue>,
}

/// A page of a project with the core in it, and its file.
fn page(workspace: &mut Workspace, arpu: u32, file: &Path) {
    let core = root().join("target/page-core/core.wasm.gz");
    let core = fs::read(core).expect("there is no core: run page-core/build");
    let request = Request::on(DAY.parse().unwrap()).arpu(arpu.into());
    let mut view = app::report(workspace, &[], &request).unwrap();
    view.core = Some(app::report_core(core.leak(), workspace, &[], &request).unwrap());
    fs::write(file, render::report(&view, &workspace.sources, PageUse::File)).unwrap();
}

fn compare(mut workspace: Workspace) {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("report.html");
    page(&mut workspace, 49, &file);
    let mut python = Command::new("python3");
    python.arg(root().join("tests/it/programs/settings.py")).arg(&file).arg("12");
    python.args(std::env::var_os("COSTPLAN_PICTURE"));
    let output = python.env("PYTHONPATH", root().join("target/browser")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let shown: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(shown["requests"], json!([]));
    assert_eq!(shown["console"], json!([]));
    assert_eq!(shown["wide"], json!(360));
    assert_eq!(shown["parts"][0], shown["parts"][1]);
    let (mut computed, mut parts) = (0, 0);
    for found in shown["found"].as_array().unwrap() {
        let mut asked = found["asked"].clone();
        asked["today"] = DAY.into();
        asked["as_of"] = DAY.into();
        for (ask, text) in found["parts"].as_object().into_iter().flatten() {
            parts += usize::from(is_part(&asked, ask, text.as_str().unwrap(), &mut workspace));
        }
        let answer = app::answer(&mut workspace, &asked.to_string());
        let Ok(costs) = serde_json::from_str::<Costs>(&answer) else {
            let answer: Value = serde_json::from_str(&answer).unwrap();
            let message = answer["diagnostics"][0]["message"].as_str().unwrap();
            assert!(found["wrong"].as_str().unwrap().contains(message), "{asked}: {message}: {found}");
            continue;
        };
        let number = |value: &RawValue| if value.get() == "null" { String::new() } else { value.get().to_owned() };
        assert_eq!(found["values"]["total"], number(&costs.total), "{asked}");
        for (place, row) in costs.line_items.iter().enumerate() {
            let shown = &found["values"][format!("row-{place}")];
            assert_eq!(*shown, number(&row.monthly_cost), "{asked}: {place}");
        }
        computed += 1;
    }
    assert!(computed >= 20 && parts >= 2, "{computed}, {parts}");
}

/// Holds a part of the page, as a text without spaces, against what the library says of the same question. Returns whether
/// it was computed.
fn is_part(asked: &Value, ask: &str, shown: &str, workspace: &mut Workspace) -> bool {
    let mut asked = asked.clone();
    asked["ask"] = ask.into();
    if ask == "forecast" {
        // The months ahead begin with the customers of the plan.
        asked.as_object_mut().unwrap().remove("customers");
    }
    let answer: Value = serde_json::from_str(&app::answer(workspace, &asked.to_string())).unwrap();
    let plain = |text: &str| text.split_whitespace().collect::<String>();
    let Some(html) = answer["html"].as_str() else {
        let message = answer["diagnostics"][0]["message"].as_str().unwrap();
        assert!(shown.contains(&plain(message)), "{asked}: {message}: {shown}");
        return false;
    };
    let texts: String = html.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text)).collect();
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    let text = entities.into_iter().fold(texts, |text, (entity, sign)| text.replace(entity, sign));
    assert_eq!(shown, plain(&text), "{asked}");
    true
}

#[test]
#[ignore = "needs Chromium, Playwright and the core: page-core/build"]
fn a_page_computes_what_its_reader_changes() {
    compare(Workspace::bundled());
}

#[test]
#[ignore = "needs Chromium, Playwright and the core: page-core/build"]
fn a_page_of_a_project_computes_what_its_reader_changes() {
    compare(Workspace::open(Some(&root().join("examples/saas"))).unwrap());
}
