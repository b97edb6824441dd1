//! Lists of hundreds of elements, wherever a file may have one.

use std::fmt::Write as _;

use crate::project::{HEAD, computed, costplan, project, stdout};

const LINE_ITEMS: &str = "line_items:\n  - { name: Server, category: compute, vendor: somebody, cost: 1000 }\n";

/// A manifest with a list of 257 entries before its line items.
fn with_list(key: &str, entry: impl Fn(usize) -> String) -> String {
    let mut text = format!("{HEAD}{key}:\n");
    for index in 0..257 {
        let _ = writeln!(text, "  - {}", entry(index));
    }
    text + LINE_ITEMS
}

#[test]
fn a_manifest_may_have_more_than_256_discounts() {
    let text = with_list("discounts", |_| "{ amount: 1 USD/month, reason: yearly contract }".to_owned());
    let (stage, costing) = computed(&[("stages/1.yaml", &text)], 10).unwrap();
    assert_eq!(stage.adjustments.len(), 257);
    assert_eq!(costing.totals.total.to_string(), "743");
}

#[test]
fn a_manifest_may_have_more_than_256_credits() {
    let text = with_list("credits", |_| "{ amount: 2 USD/month, reason: start-up programme }".to_owned());
    let (stage, costing) = computed(&[("stages/1.yaml", &text)], 10).unwrap();
    assert_eq!(stage.adjustments.len(), 257);
    assert_eq!(costing.totals.total.to_string(), "486");
}

#[test]
fn a_technique_may_have_more_than_256_effects() {
    let mut text = "version: 1\nname: Many\narea: compute\nsummary: Does much.\neffort: low\nrisk: low\n\
        inputs:\n  size: { default: 10, unit: replica, meaning: what there is }\neffects:\n"
        .to_owned();
    for index in 0..257 {
        let _ = writeln!(text, "  - {{ name: effect {index}, before: size, after: size / 2 }}");
    }
    text += "steps: [Do it]\nclaim: an example\n";
    let directory = project(&[("costplan.toml", "version = 1\n"), ("techniques/many.yaml", &text)]);
    let shown = stdout(directory.path(), &["techniques", "show", "many", "--format", "json"]);
    assert_eq!(shown.matches("\"name\": \"effect ").count(), 257);
}

#[test]
fn a_snapshot_of_299_stages_is_read_back() {
    let texts: Vec<(String, String)> = (1..300)
        .map(|stage| {
            let head = HEAD.replace("stage: 1\nname: Test", &format!("stage: {stage}\nname: Test {stage}"));
            (format!("stages/{stage}.yaml"), head + LINE_ITEMS)
        })
        .collect();
    let files: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (&**name, &**text)).collect();
    let directory = project(&files);
    assert!(costplan(directory.path(), &["snapshot", "-o", "costs.yaml"]).status.success());
    let checked = costplan(directory.path(), &["snapshot", "--check", "-o", "costs.yaml"]);
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
}
