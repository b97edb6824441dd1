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
fn output(printed: &[u8]) -> Option<(Value, &'static OutputSchema)> {
    let value: Value = printed.starts_with(START).then(|| serde_json::from_slice(printed).unwrap())?;
    let id = value["schema"].as_str().unwrap();
    let schema = schemas().get(id).unwrap_or_else(|| panic!("there is no schema of {id}"));
    Some((value, schema))
}

/// Asserts that what a command printed fits its schema, if it is JSON.
pub fn fits(printed: &[u8], name: &str) {
    if let Some((value, schema)) = output(printed) {
        schema.strict.fits(&value, name);
    }
}

/// The keys of schemas: the `schema` of the output, where in its schema, and the key.
type Keys = BTreeSet<(String, String)>;

/// Adds the keys that a schema at a place names.
fn named(schema: &Value, place: &str, id: &str, keys: &mut Keys) {
    match schema {
        Value::Object(parts) => {
            for (key, part) in parts {
                let place = format!("{place}/{key}");
                if place.ends_with("/properties") {
                    let names = part.as_object().into_iter().flatten();
                    keys.extend(names.map(|(name, _)| (id.to_owned(), format!("{place}/{name}"))));
                }
                named(part, &place, id, keys);
            }
        }
        Value::Array(parts) => {
            parts.iter().enumerate().for_each(|(index, part)| named(part, &format!("{place}/{index}"), id, keys));
        }
        _ => {}
    }
}

/// Takes away the keys that a value has.
fn take_seen(whole: &Value, place: &str, value: &Value, id: &str, keys: &mut Keys) {
    let Some(Value::Object(schema)) = whole.pointer(place) else { return };
    if let Some(of) = schema.get("$ref").and_then(Value::as_str) {
        take_seen(whole, of.trim_start_matches('#'), value, id, keys);
    }
    for word in ["allOf", "anyOf", "oneOf"] {
        let count = schema.get(word).and_then(Value::as_array).map_or(0, Vec::len);
        (0..count).for_each(|index| take_seen(whole, &format!("{place}/{word}/{index}"), value, id, keys));
    }
    for item in value.as_array().into_iter().flatten() {
        take_seen(whole, &format!("{place}/items"), item, id, keys);
    }
    for (key, value) in value.as_object().into_iter().flatten() {
        let property = format!("{place}/properties/{key}");
        if whole.pointer(&property).is_some() {
            keys.remove(&(id.to_owned(), property.clone()));
            take_seen(whole, &property, value, id, keys);
        } else {
            take_seen(whole, &format!("{place}/additionalProperties"), value, id, keys);
        }
    }
}

/// The keys of all schemas that none of the outputs has.
pub fn unseen<'o>(outputs: impl Iterator<Item = &'o [u8]>) -> Vec<String> {
    let mut keys = Keys::new();
    for (id, schema) in schemas() {
        named(&schema.committed, "", id, &mut keys);
    }
    for (value, schema) in outputs.filter_map(output) {
        let id = value["schema"].as_str().unwrap().to_owned();
        take_seen(&schema.committed, "", &value, &id, &mut keys);
    }
    keys.into_iter().map(|(id, place)| format!("{id}: {place}")).collect()
}
