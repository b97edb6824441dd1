//! Projects that hold much: what is bounded says so, and what is computed less often says the same.

use std::fmt::Write as _;

use crate::project::{HEAD, computed, costplan, project};

const SHEET: &str = "version = 1\nvendor = \"v\"\ncurrency = \"USD\"\nsource = \"https://example.com/prices\"\n\
    retrieved_on = 2026-01-01\ntrust = \"fixture\"\n";

/// A project of techniques, each for a line item of its own; a discount makes them depend on each other.
fn techniques(count: usize) -> Vec<(String, String)> {
    let mut manifest = format!("{HEAD}discounts:\n  - {{ rate: 1%, reason: contract }}\nline_items:\n");
    for index in 0..count {
        let _ = writeln!(manifest, "  - {{ name: Item {index}, category: c{index}, vendor: v, cost: 10 }}");
    }
    let technique = |index: usize| {
        let text = format!(
            "version: 1\nname: Technique {index}\narea: compute\nsummary: Saves.\neffort: low\nrisk: low\ninputs:\n  \
             size: {{ default: 10, unit: replica, meaning: what there is }}\neffects:\n  \
             - {{ name: cost, before: size, after: size / 2 }}\nclaim: half\nsteps: [Do it]\napplies_to:\n  \
             - {{ category: c{index}, lowers: cost, share: 100%, because: it does }}\n"
        );
        (format!("techniques/t{index}.yaml"), text)
    };
    let mut files: Vec<(String, String)> = (0..count).map(technique).collect();
    files.push(("stages/1.yaml".to_owned(), manifest));
    files.push(("costplan.toml".to_owned(), "version = 1\n".to_owned()));
    files
}

fn optimize(count: usize) -> std::process::Output {
    let files = techniques(count);
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (&**name, &**text)).collect();
    costplan(project(&files).path(), &["optimize", "1", "--format", "json"])
}

#[test]
fn too_many_techniques_that_depend_on_each_other_are_refused() {
    let refused = optimize(250);
    let message = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(2), "{message}");
    assert!(message.contains("depends on each other: too many to choose from"), "{message}");
    assert!(optimize(20).status.success());
}

#[test]
fn every_unknown_name_that_is_shown_has_its_suggestion() {
    let mut manifest = format!("{HEAD}line_items:\n");
    let mut sheet = SHEET.to_owned();
    for index in 0..400 {
        let _ = writeln!(manifest, "  - {{ name: Item {index}, category: c, sku: v/server{index}x }}");
        let _ = write!(
            sheet,
            "[skus.server{index}]\n[[skus.server{index}.charges]]\nmeter = \"plan\"\nmodel = \"flat\"\nprice = 5\n"
        );
    }
    let directory = project(&[("stages/1.yaml", &manifest), ("pricing/v.toml", &sheet)]);
    let failed = costplan(directory.path(), &["stage", "1"]);
    let message = String::from_utf8_lossy(&failed.stderr).into_owned();
    assert_eq!(message.matches("did you mean `v/server").count(), 50, "{message}");
    assert!(message.contains("and 350 more: 400 problems found"), "{message}");
}

/// 200 credits of 0.01 on 10 line items of 5: they are used up, one after the other.
#[test]
fn many_credits_are_deducted_one_after_the_other() {
    let mut manifest = format!("{HEAD}credits:\n");
    for index in 0..200 {
        let _ = writeln!(manifest, "  - {{ amount: 0.01 USD/month, category: c{}, reason: programme }}", index % 3);
    }
    manifest += "line_items:\n";
    for index in 0..10 {
        let _ = writeln!(manifest, "  - {{ name: Item {index}, category: c{}, vendor: v, cost: 5 }}", index % 3);
    }
    let (_, costing) = computed(&[("stages/1.yaml", &manifest)], 10).unwrap();
    assert_eq!(costing.totals.total.to_string(), "48.00");
}
