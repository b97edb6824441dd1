//! What is printed as JSON fits its schema in `schemas/output/`, and has no key beyond it.
//!
//! The schemas themselves let more keys through, since keys may be added.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::sync::OnceLock;

use serde_json::Value;

use crate::house::schemas::Schema;
use crate::project::root;

/// The start of what a command prints as JSON.
const START: &[u8] = b"{\n  \"schema\": \"costplan.";

/// The schema of an output: as it is committed, and one that lets no other key through.
struct OutputSchema {
    committed: Value,
    strict: Schema,
}

/// The schemas of outputs by the `schema` that these have.
fn schemas() -> &'static BTreeMap<String, OutputSchema> {
    static SCHEMAS: OnceLock<BTreeMap<String, OutputSchema>> = OnceLock::new();
    SCHEMAS.get_or_init(|| {
        let files = fs::read_dir(root().join("schemas/output")).unwrap().map(|file| file.unwrap().path());
        let schema = |path: PathBuf| {
            let id = path.file_name().unwrap().to_str().unwrap().strip_suffix(".schema.json").unwrap().to_owned();
            let committed: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
            let mut strict = committed.clone();
            close(&mut strict);
            (id, OutputSchema { committed, strict: Schema::of(strict) })
        };
        files.map(schema).collect()
    })
}

/// The schemas that are parts of a schema: of the same value, and of what is in it.
fn parts(schema: &mut Value) -> (Vec<&mut Value>, Vec<&mut Value>) {
    let (mut same, mut inner) = (Vec::new(), Vec::new());
    for (key, of) in schema.as_object_mut().into_iter().flatten() {
        match (&**key, of) {
            ("allOf" | "anyOf" | "oneOf", Value::Array(schemas)) => same.extend(schemas),
            ("properties" | "$defs", Value::Object(schemas)) => inner.extend(schemas.values_mut()),
            ("items" | "additionalProperties", schema) => inner.push(schema),
            _ => {}
        }
    }
    (same, inner)
}

/// Lets no key through that a schema of a value does not name.
fn close(schema: &mut Value) {
    close_inside(schema);
    if let Some(keys) = schema.as_object_mut().filter(|keys| !keys.contains_key("additionalProperties")) {
        keys.insert("unevaluatedProperties".to_owned(), false.into());
    }
}

fn close_inside(schema: &mut Value) {
    let (same, inner) = parts(schema);
    same.into_iter().for_each(close_inside);
    inner.into_iter().for_each(close);
}

/// What a command printed, if it is JSON with a schema.
fn output(printed: &[u8]) -> Option<Value> {
    printed.starts_with(START).then(|| serde_json::from_slice(printed).unwrap())
}

/// The schema of an output.
fn schema_of(output: &Value) -> &'static OutputSchema {
    let id = output["schema"].as_str().unwrap();
    schemas().get(id).unwrap_or_else(|| panic!("there is no schema of {id}"))
}

/// Asserts that what a command printed fits its schema, if it is JSON.
pub fn fits(printed: &[u8], name: &str) {
    if let Some(output) = output(printed) {
        value_fits(&output, name);
    }
}

/// Asserts that an output fits its schema.
pub fn value_fits(output: &Value, name: &str) {
    schema_of(output).strict.fits(output, name);
}

#[test]
fn no_other_key_and_no_other_type_fits() {
    let rate = |change: fn(&mut Value)| {
        let mut rate = serde_json::json!({
            "schema": "costplan.rate.v1", "currency": "USD", "cost": 1500, "mrr": 10000, "share_of_mrr": 0.15,
            "rating": "good", "target": null, "target_met": null,
            "ceilings": [{ "rating": "genius", "under": 0.05, "amount": 500, "revenue_over": 30000 }],
        });
        change(&mut rate);
        schema_of(&rate).strict.problem(&rate)
    };
    assert_eq!(rate(|_| ()), None);
    assert_eq!(rate(|rate| rate["mrr"] = 12.5.into()), None);
    assert!(rate(|rate| rate["colour"] = "red".into()).is_some());
    assert!(rate(|rate| rate["ceilings"][0]["colour"] = "red".into()).is_some());
    assert!(rate(|rate| rate["mrr"] = "10000".into()).is_some());
    assert!(rate(|rate| rate["cost"] = Value::Null).is_some());
    assert!(rate(|rate| drop(rate.as_object_mut().unwrap().remove("target"))).is_some());
}

/// Keys that an object need not have: the object, which is an output or a part with a name, and the key.
type Optional = BTreeSet<(String, String)>;

/// Adds the keys of an object that need not be there.
fn add_optional(object: &Value, name: &str, keys: &mut Optional) {
    let required = object["required"].as_array().map_or(&[][..], Vec::as_slice);
    let names = object["properties"].as_object().into_iter().flatten().map(|(key, _)| key);
    let optional = names.filter(|key| !required.contains(&Value::String((*key).clone())));
    keys.extend(optional.map(|key| (name.to_owned(), key.clone())));
}

/// Takes away the keys that a value has, which is described at a place of a schema, as the object of this name.
fn take_seen(schema: &Value, place: &str, name: &str, value: &Value, keys: &mut Optional) {
    let Some(Value::Object(part)) = schema.pointer(place) else { return };
    if let Some(of) = part.get("$ref").and_then(Value::as_str) {
        let name = of.trim_start_matches("#/$defs/");
        take_seen(schema, of.trim_start_matches('#'), name, value, keys);
    }
    for word in ["allOf", "anyOf", "oneOf"] {
        let count = part.get(word).and_then(Value::as_array).map_or(0, Vec::len);
        (0..count).for_each(|index| take_seen(schema, &format!("{place}/{word}/{index}"), name, value, keys));
    }
    for item in value.as_array().into_iter().flatten() {
        take_seen(schema, &format!("{place}/items"), name, item, keys);
    }
    for (key, value) in value.as_object().into_iter().flatten() {
        keys.remove(&(name.to_owned(), key.clone()));
        let inner = if part.get("properties").is_some_and(|named| named.get(key).is_some()) {
            format!("{place}/properties/{key}")
        } else {
            format!("{place}/additionalProperties")
        };
        take_seen(schema, &inner, &format!("{name}.{key}"), value, keys);
    }
}

/// The keys of the schemas that none of the outputs has. Every other key is in each object that could have it, and the
/// compiler names an object that nothing makes.
pub fn unseen<'o>(outputs: impl Iterator<Item = &'o [u8]>) -> Vec<String> {
    let mut keys = Optional::new();
    for (id, OutputSchema { committed, .. }) in schemas() {
        add_optional(committed, id, &mut keys);
        let parts = committed["$defs"].as_object().into_iter().flatten();
        parts.for_each(|(name, part)| add_optional(part, name, &mut keys));
    }
    for value in outputs.filter_map(output) {
        take_seen(&schema_of(&value).committed, "", value["schema"].as_str().unwrap(), &value, &mut keys);
    }
    keys.into_iter().map(|(name, key)| format!("{name}: {key}")).collect()
}
