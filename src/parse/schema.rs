//! The JSON Schemas of the file formats, derived from the raw structs.
//!
//! The schemas are committed, so that the program does not contain a generator. The test below fails if they are out of
//! date; `COSTPLAN_UPDATE_SCHEMAS=1 cargo test schemas` writes them again.

use std::borrow::Cow;
use std::path::Path;

use jiff::civil::Date;
use rust_decimal::Decimal;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::{
    ActualMonthRaw, AgreedAmountRaw, AgreedPricesRaw, AmountRaw, BandRaw, BudgetFileRaw, CheckRecordRaw, ChecklistRaw,
    CommandRaw, ConditionRaw, DriverRaw, Elements, ExchangeRatesRaw, FormulaRaw, HoursRaw, LineItemRaw, ManifestNode,
    Mapping, MeasuredRaw, MetricsRaw, MoneyBandRaw, MonthlyRateRaw, Paragraph, PercentRaw, PriceMappingRaw, PriceRaw,
    PriceSheetRaw, ProfileRaw, ProjectRaw, ReverseChargeRaw, RunbookRaw, ScalarOr, ScenarioRaw, SnapshotRaw,
    SourcedDriverRaw, StageManifestRaw, TechniqueRaw, UnitsRaw, WeekRaw,
};
use crate::diagnostic::Problems;
use crate::model::{CountRange, Currency, Growth, MaxAge, Month, MonthLength, Period, Words};
use crate::source::{Span, Spanned};

/// The type of a scalar with a place.
trait ScalarSchema {
    fn schema() -> Schema;
}

macro_rules! scalars {
    ($($type:ty => $schema:tt,)+) => {
        $(impl ScalarSchema for $type {
            fn schema() -> Schema {
                json_schema!($schema)
            }
        })+
    };
}

/// The pattern of a number, of which the schemas also let through some that are refused.
macro_rules! number {
    () => {
        "[0-9][0-9_,'\u{2019}\u{a0}\u{202f}]*(\\.[0-9_]+)?([eE][+-]?[0-9]+)?([kKmM]|[bB][nN])?"
    };
}

scalars! {
    String => { "type": "string" },
    Decimal => { "type": ["number", "string"], "pattern": concat!("^[+-]?", number!(), "\\s*%?$") },
    u64 => { "type": ["integer", "string"], "pattern": concat!("^", number!(), "$"), "minimum": 0 },
    CountRange => {
        "type": ["integer", "string"],
        "pattern": concat!("^", number!(), "(\\s*\\.\\.\\s*(", number!(), ")?)?$")
    },
    Month => { "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$" },
    Growth => { "type": "string", "pattern": concat!("^[+-]?", number!(), "%?(\\s*/\\s*(month|mo))?$") },
    Date => { "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" },
    Currency => { "type": "string", "pattern": "^([A-Za-z]{3}|[A-Z]{0,2}\\$|[€£₹₩₺₪₴])$" },
    PriceRaw => {
        "type": ["number", "string"],
        "pattern": "^(quote|.*[0-9].*)$"
    },
    Period => { "type": "string", "pattern": "^((month|quarter|year)s?|[0-9]+ (month|quarter|year)s?)$" },
    MonthLength => { "type": ["number", "string"], "pattern": concat!("^(calendar|", number!(), "( ?(h|hrs?|hours?))?)$") },
    MaxAge => { "type": "string", "pattern": "^[0-9]{1,4} *([dwmy]|(day|week|month|year)s?)$" },
}

impl<T: Words> ScalarSchema for T {
    fn schema() -> Schema {
        let words: Vec<&str> = T::WORDS.iter().map(|(word, _)| *word).collect();
        json_schema!({ "enum": words })
    }
}

macro_rules! inline {
    ($([$($generics:tt)*] $type:ty => |$generator:ident| $schema:expr;)+) => {
        $(impl<$($generics)*> JsonSchema for $type {
            fn schema_name() -> Cow<'static, str> {
                stringify!($type).into()
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema($generator: &mut SchemaGenerator) -> Schema {
                $schema
            }
        })+
    };
}

inline! {
    [T: ScalarSchema] Spanned<T> => |_generator| T::schema();
    [] ReverseChargeRaw => |_generator| json_schema!({
        "anyOf": [{ "const": "all" }, { "type": "array", "items": { "type": "string" } }]
    });
    [] CommandRaw => |_generator| json_schema!({ "type": "string" });
    [] ManifestNode => |generator| generator.subschema_for::<StageManifestRaw>();
    [] Paragraph => |_generator| json_schema!({ "type": "string" });
    [] FormulaRaw => |_generator| json_schema!({ "type": ["number", "string"] });
    [] HoursRaw => |_generator| json_schema!({
        "type": "array", "minItems": 24, "maxItems": 24, "items": { "type": ["number", "string"] }
    });
    [] ProfileRaw => |generator| {
        let text = include_str!("../../words/load-profiles.yaml");
        let profiles = super::load_profiles(Span::NOWHERE.file, text, &mut Problems::default()).unwrap().profiles;
        let names: Vec<String> = profiles.entries.into_iter().map(|(name, _)| name.value).collect();
        json_schema!({ "anyOf": [
            { "enum": names }, generator.subschema_for::<HoursRaw>(), generator.subschema_for::<WeekRaw>()
        ] })
    };
    [] DriverRaw => |generator| generator.subschema_for::<ScalarOr<FormulaRaw, SourcedDriverRaw>>();
    [] MeasuredRaw => |_generator| json_schema!({ "type": ["number", "string"] });
    [] BandRaw => |_generator| json_schema!({ "type": ["number", "string"] });
    [] ConditionRaw => |_generator| json_schema!({ "type": "string" });
    [] MoneyBandRaw => |_generator| json_schema!({ "type": ["number", "string"] });
    [] PercentRaw => |generator| Spanned::<Decimal>::json_schema(generator);
    [] MonthlyRateRaw => |_generator| json_schema!({ "type": ["number", "string"] });
    [] UnitsRaw => |_generator| json_schema!({ "type": ["number", "string"] });
    [] AmountRaw => |_generator| json_schema!({ "type": ["number", "string"] });
    [T: JsonSchema] Mapping<T> => |generator| {
        json_schema!({ "type": "object", "additionalProperties": generator.subschema_for::<T>() })
    };
    [S: JsonSchema, T: JsonSchema] ScalarOr<S, T> => |generator| {
        json_schema!({ "anyOf": [generator.subschema_for::<S>(), generator.subschema_for::<T>()] })
    };
    [] Elements => |generator| {
        json_schema!({ "type": "array", "minItems": 1, "items": generator.subschema_for::<LineItemRaw>() })
    };
    [] AgreedPricesRaw => |generator| json_schema!({
        "type": "object",
        "properties": { "reason": { "type": "string", "description": "The reason, such as the contract." } },
        "required": ["reason"],
        "additionalProperties": generator.subschema_for::<ScalarOr<AmountRaw, AgreedAmountRaw>>(),
    });
}

#[test]
fn schemas_are_those_of_the_formats() {
    let schemas = [
        ("stage", schemars::schema_for!(StageManifestRaw)),
        ("price-sheet", schemars::schema_for!(PriceSheetRaw)),
        ("exchange-rates", schemars::schema_for!(ExchangeRatesRaw)),
        ("project", schemars::schema_for!(ProjectRaw)),
        ("budget", schemars::schema_for!(BudgetFileRaw)),
        ("scenario", schemars::schema_for!(ScenarioRaw)),
        ("technique", schemars::schema_for!(TechniqueRaw)),
        ("checklist", schemars::schema_for!(ChecklistRaw)),
        ("metrics", schemars::schema_for!(MetricsRaw)),
        ("check-record", schemars::schema_for!(CheckRecordRaw)),
        ("actuals", schemars::schema_for!(ActualMonthRaw)),
        ("runbook", schemars::schema_for!(RunbookRaw)),
        ("price-mapping", schemars::schema_for!(PriceMappingRaw)),
        ("snapshot", schemars::schema_for!(SnapshotRaw)),
    ];
    for (name, schema) in schemas {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("schemas/{name}.schema.json"));
        let mut schema = serde_json::to_value(&schema).unwrap();
        lists_may_be_left_out(&mut schema);
        match name {
            "stage" => may_inherit(&mut schema),
            "project" => not_required(&mut schema["required"], &["line_items"]),
            "snapshot" => inherits_nothing(&mut schema),
            _ => {}
        }
        if !matches!(name, "price-sheet" | "exchange-rates" | "project" | "price-mapping") {
            // Keys of a YAML file that are only there for their anchors.
            schema["patternProperties"] = serde_json::json!({ "^x-": true });
        }
        let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        let text = text.replace("\"title\": \"", "\"title\": \"costplan: ").replace("Raw\"", "\"");
        if std::env::var_os("COSTPLAN_UPDATE_SCHEMAS").is_some() {
            std::fs::write(&path, &text).unwrap();
        }
        let committed = std::fs::read_to_string(&path).unwrap();
        assert_eq!(committed, text, "{} is out of date", path.display());
    }
}

fn not_required(required: &mut serde_json::Value, names: &[&str]) {
    required.as_array_mut().unwrap().retain(|name| !names.contains(&name.as_str().unwrap()));
}

/// What a stage or a line item lacks may be inherited.
fn may_inherit(schema: &mut serde_json::Value) {
    not_required(&mut schema["required"], &["currency", "line_items"]);
    schema["anyOf"] = serde_json::json!([{ "required": ["currency"] }, { "required": ["extends"] }]);
    not_required(&mut schema["$defs"]["LineItemRaw"]["required"], &["category"]);
    let scaling = ["load", "capacity_per_replica", "target_utilization", "max_replicas", "profile"];
    not_required(&mut schema["$defs"]["AutoscalingRaw"]["required"], &scaling);
    schema["properties"]["extends"]["type"] = serde_json::json!(["integer", "string"]);
}

/// A stage of a snapshot is whole.
fn inherits_nothing(schema: &mut serde_json::Value) {
    let properties = schema["$defs"]["StageManifestRaw"]["properties"].as_object_mut().unwrap();
    for key in ["extends", "remove"] {
        properties.remove(key).unwrap();
    }
}

/// Makes lists optional, except those without which the file would be pointless.
fn lists_may_be_left_out(schema: &mut serde_json::Value) {
    let Some(object) = schema.as_object_mut() else { return };
    let is_list = |properties: Option<&serde_json::Value>, name: &serde_json::Value| {
        let property = properties.and_then(|properties| properties.get(name.as_str()?));
        property.and_then(|property| property.get("type")) == Some(&"array".into())
    };
    let properties = object.get("properties").cloned();
    if let Some(serde_json::Value::Array(required)) = object.get_mut("required") {
        required.retain(|name| name == "line_items" || name == "charges" || !is_list(properties.as_ref(), name));
    }
    object.values_mut().for_each(lists_may_be_left_out);
}
