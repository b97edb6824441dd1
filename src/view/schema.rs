//! The JSON Schemas of what is printed as JSON, derived from the structs that are written.
//!
//! The schemas are committed, so that the program does not contain a generator. The test below fails if they are out of
//! date; `COSTPLAN_UPDATE_SCHEMAS=1 cargo test schemas` writes them again. The tables of `docs/json.md` describe the keys.

use std::collections::BTreeMap;
use std::path::Path;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};

use crate::view::{actuals, budget, cost, history, page, plan, playbook, prices, savings};

/// The page about the keys.
const PAGE: &str = include_str!("../../docs/json.md");

fn of<T: JsonSchema>() -> Value {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    serde_json::to_value(generator.into_root_schema_for::<T>()).unwrap()
}

/// The schema of each output.
fn outputs() -> Vec<(&'static str, Value)> {
    vec![
        ("costplan.actuals.v1", of::<actuals::actual_costs_json::ActualsJson<'static>>()),
        ("costplan.actuals_customers.v1", of::<actuals::customers::CustomersJson<'static>>()),
        ("costplan.actuals_import.v1", of::<actuals::import::ImportJson<'static>>()),
        ("costplan.afford.v1", of::<plan::affordable::AffordableJson<'static>>()),
        ("costplan.alternatives.v1", of::<cost::ways::AlternativesJson<'static>>()),
        ("costplan.breakeven.v1", of::<plan::breakeven::BreakevenJson<'static>>()),
        ("costplan.calibration.v1", of::<actuals::calibration_json::CalibrationJson<'static>>()),
        ("costplan.check.v1", of::<budget::check_json::CheckJson<'static>>()),
        ("costplan.checklist.v1", of::<playbook::checklist::OneJson<'static>>()),
        ("costplan.checklist_status.v1", of::<playbook::checklist_status::StatusJson<'static>>()),
        ("costplan.checklists.v1", of::<playbook::checklist::AllJson<'static>>()),
        ("costplan.compare.v1", of::<cost::compare_json::CompareJson<'static>>()),
        ("costplan.diff.v1", of::<history::diff_json::DiffJson<'static>>()),
        ("costplan.explain.v1", of::<cost::explain::ExplainJson<'static>>()),
        ("costplan.failure.v1", of::<page::failure::FailureJson<'static>>()),
        ("costplan.focus.v1", of::<savings::focus::FocusJson<'static>>()),
        ("costplan.forecast.v1", of::<plan::forecast::ForecastJson<'static>>()),
        ("costplan.inputs.v1", of::<cost::inputs::InputsJson<'static>>()),
        ("costplan.optimize.v1", of::<savings::optimize_json::OptimizeJson<'static>>()),
        ("costplan.price.v1", of::<prices::price::PriceJson<'static>>()),
        ("costplan.price_check.v1", of::<prices::price_check::CheckJson<'static>>()),
        ("costplan.price_import.v1", of::<prices::import::ImportJson<'static>>()),
        ("costplan.prices.v1", of::<prices::prices::PricesJson<'static>>()),
        ("costplan.prices_diff.v1", of::<prices::prices_diff::PricesDiffJson<'static>>()),
        ("costplan.quote.v1", of::<prices::quote::QuoteJson<'static>>()),
        ("costplan.rate.v1", of::<plan::rated_cost::RatedCostJson>()),
        ("costplan.rate_import.v1", of::<prices::import_rates::RatesJson<'static>>()),
        ("costplan.recommend.v1", of::<plan::recommend::RecommendJson<'static>>()),
        ("costplan.review.v1", of::<playbook::review::ReviewJson<'static>>()),
        ("costplan.runbook.v2", of::<playbook::runbook::RunbookJson<'static>>()),
        ("costplan.runbooks.v1", of::<playbook::runbook::RunbooksJson<'static>>()),
        ("costplan.sensitivity.v1", of::<plan::sensitivity::SensitivityJson<'static>>()),
        ("costplan.stage.v1", of::<cost::stage_json::StageJson<'static>>()),
        ("costplan.stages.v1", of::<cost::stages::StagesJson<'static>>()),
        ("costplan.stale.v1", of::<prices::stale::StaleJson<'static>>()),
        ("costplan.sweep.v1", of::<plan::sweep::SweepJson<'static, (), ()>>()),
        ("costplan.technique.v1", of::<savings::technique_json::OneJson<'static>>()),
        ("costplan.techniques.v1", of::<savings::technique_json::AllJson<'static>>()),
        ("costplan.vendors.v1", of::<prices::vendors::VendorsJson<'static>>()),
    ]
}

#[test]
fn schemas_are_those_of_the_outputs() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/output");
    let mut committed: Vec<String> =
        std::fs::read_dir(&directory).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    let mut meanings = Meanings::default();
    for (id, mut schema) in outputs() {
        without_formats(&mut schema);
        schema["title"] = id.into();
        schema["properties"]["schema"] = serde_json::json!({ "const": id });
        meanings.describe(id, &mut schema);
        let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        let text = ["", "2", "3"]
            .iter()
            .fold(text, |text, number| text.replace(&format!("Json{number}\""), &format!("{number}\"")));
        let name = format!("{id}.schema.json");
        if std::env::var_os("COSTPLAN_UPDATE_SCHEMAS").is_some() {
            std::fs::write(directory.join(&name), &text).unwrap();
            committed.push(name.clone());
        }
        assert!(committed.contains(&name), "{name} is not there");
        assert_eq!(std::fs::read_to_string(directory.join(&name)).unwrap(), text, "{name} is out of date");
        committed.retain(|other| *other != name);
    }
    assert_eq!(committed, Vec::<String>::new(), "no command prints these");
    for (keys, is_known) in meanings.tables {
        assert!(is_known, "docs/json.md has a table of keys that no object has: {keys}");
    }
}

/// Takes out the names of Rust's types of whole numbers.
fn without_formats(schema: &mut Value) {
    match schema {
        Value::Object(keys) => {
            keys.retain(|key, value| key != "format" || !value.is_string());
            keys.values_mut().for_each(without_formats);
        }
        Value::Array(items) => items.iter_mut().for_each(without_formats),
        _ => {}
    }
}

/// The meaning of each key, as the tables of the page say it; one that is `as above` has that of a table before.
#[derive(Default)]
struct Meanings {
    known: BTreeMap<String, String>,
    /// The keys of the tables, and whether an object has them all.
    tables: BTreeMap<String, bool>,
}

impl Meanings {
    /// Describes the keys of a schema by the tables of its section. A table is about the smallest object that has all of
    /// its keys.
    fn describe(&mut self, id: &str, schema: &mut Value) {
        let about = format!("`{id}`");
        let is_about = |section: &&str| section.lines().next().is_some_and(|heading| heading.contains(&about));
        let Some(section) = PAGE.split("\n### ").find(is_about) else { return };
        for table in section.split("\n\n").filter(|paragraph| paragraph.starts_with("| key")) {
            let rows: Vec<(Vec<&str>, &str)> = table.lines().skip(2).map(row).collect();
            let keys: Vec<&str> = rows.iter().flat_map(|(keys, _)| keys.iter().copied()).collect();
            let object = object_with(schema, &keys);
            *self.tables.entry(keys.join(", ")).or_default() |= object.is_some();
            let Some(object) = object else { continue };
            for (keys, meaning) in rows {
                for key in keys {
                    if !meaning.starts_with("as above") {
                        self.known.insert(key.to_owned(), plain(meaning));
                    }
                    if let Some(meaning) = self.known.get(key).filter(|meaning| !meaning.is_empty()) {
                        object[key]["description"] = meaning.as_str().into();
                    }
                }
            }
        }
    }
}

/// The keys of a row of a table, and their meaning.
fn row(line: &str) -> (Vec<&str>, &str) {
    let mut cells = line.trim_matches('|').split(" | ").map(str::trim);
    let keys = cells.next().unwrap_or_default().split('`').skip(1).step_by(2);
    (keys.collect(), cells.last().unwrap_or_default())
}

/// The properties of the smallest object of a schema that has all of these keys.
fn object_with<'s>(schema: &'s mut Value, keys: &[&str]) -> Option<&'s mut Map<String, Value>> {
    let mut paths = vec![String::new()];
    paths.extend(schema["$defs"].as_object().into_iter().flatten().map(|(name, _)| format!("/$defs/{name}")));
    let properties = |path: &String| format!("{path}/properties");
    let has_all = |path: &String| {
        let object = schema.pointer(path).and_then(Value::as_object)?;
        keys.iter().all(|key| object.contains_key(*key)).then_some(object.len())
    };
    let sizes = paths.iter().map(properties).filter_map(|path| Some((has_all(&path)?, path)));
    let (_, path) = sizes.min()?;
    schema.pointer_mut(&path)?.as_object_mut()
}

/// A text without the addresses of links.
fn plain(text: &str) -> String {
    let mut parts = text.split("](");
    let first = parts.next().unwrap_or_default().to_owned();
    let rest = parts.filter_map(|part| part.split_once(')')).map(|(_, after)| after);
    rest.fold(first, |text, after| text + after).replace(['[', ']'], "")
}
