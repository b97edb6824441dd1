//! Manifests against a second YAML reader: serde-saphyr, under the name `serde_yaml`.

use crate::project::root;
use std::fs;
use std::path::PathBuf;

use costplan::diagnostic::Problems;
use costplan::parse::{self, FromNode as _, LineItemRaw, Reader, ScalarOr, ServiceRaw};
use costplan::source::{Sources, Spanned, Text};
use serde::Deserialize;

/// What the second reader takes from a manifest; everything else is left aside.
#[derive(Debug, Deserialize, PartialEq)]
struct Manifest {
    version: u64,
    stage: u64,
    name: String,
    customers: String,
    summary: Option<String>,
    architecture: Option<String>,
    #[serde(default)]
    runs: Vec<Component>,
    line_items: Vec<Item>,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(untagged)]
enum Component {
    Name(String),
    Table { name: String },
}

#[derive(Debug, Deserialize, PartialEq)]
struct Item {
    name: String,
    category: String,
    sku: Option<String>,
    vendor: Option<String>,
    note: Option<String>,
    #[serde(default)]
    features: Vec<String>,
}

/// The same, as costplan reads it.
fn read(text: &str) -> Result<Manifest, Problems> {
    let file = Sources::default().add("manifest.yaml", String::new());
    let mut problems = Problems::default();
    let Some(raw) = parse::manifest(file, text, &mut problems) else { return Err(problems) };
    let mut line_items = Vec::new();
    for node in raw.line_items.into_nodes() {
        let item = LineItemRaw::from_node(node, &mut Reader { text: Text::of(file, text), problems: &mut problems });
        line_items.extend(item.map(|item| Item {
            name: item.name.value,
            category: item.category.value,
            sku: item.purchase.sku.map(|sku| sku.value),
            vendor: item.purchase.vendor.map(|vendor| vendor.value),
            note: item.note.map(|note| note.value),
            features: item.features.into_iter().map(|feature| feature.value).collect(),
        }));
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(Manifest {
        version: raw.version.value,
        stage: raw.stage.value,
        name: raw.name.value,
        customers: raw.customers.value.to_string(),
        summary: raw.summary.map(|summary| summary.value),
        architecture: raw.architecture.map(|text| text.0),
        runs: raw.runs.into_iter().map(component).collect(),
        line_items,
    })
}

fn component(raw: ScalarOr<Spanned<String>, ServiceRaw>) -> Component {
    match raw {
        ScalarOr::Scalar(name) => Component::Name(name.value),
        ScalarOr::Table(service) => Component::Table { name: service.name.value },
    }
}

fn manifests() -> Vec<PathBuf> {
    let directories = ["stages", "examples/plan/stages", "examples/saas/stages", "examples/own-prices/stages"];
    let files = directories.iter().flat_map(|directory| fs::read_dir(root().join(directory)).unwrap());
    files.map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn both_readers_read_every_manifest_alike() {
    let paths = manifests();
    assert!(paths.len() >= 9);
    for path in paths {
        let text = fs::read_to_string(&path).unwrap();
        if text.contains("\nextends:") {
            // Alone it is not whole.
            continue;
        }
        let mut other: Manifest = serde_yaml::from_str(&text).unwrap();
        other.architecture = other.architecture.map(|text| text.trim_end().to_owned());
        assert_eq!(read(&text).unwrap(), other, "{}", path.display());
    }
}

#[test]
fn both_readers_refuse_a_key_that_stands_twice() {
    let text = "version: 1\nstage: 1\nname: A\nname: B\ncustomers: 1..2\ncurrency: USD\nline_items:\n  - {name: a, category: b, cost: 1}\n";
    assert!(read(text).is_err());
    assert!(serde_yaml::from_str::<Manifest>(text).is_err());
}
