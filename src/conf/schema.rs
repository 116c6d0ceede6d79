//! The JSON Schema (2020-12) of the config, from the types of `file` and their docstrings.
//!
//! This module adds what the derive cannot express: every value may come from `${…}`, texts may
//! look like numbers in YAML, maps take no other keys, a monitor has exactly one kind. A docstring
//! gives a literal default as ``Default: `VALUE`.``, in YAML.

use std::borrow::Cow;

use schemars::generate::SchemaSettings;
use schemars::transform::{Transform, transform_subschemas};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

use super::secret::{Hidden, Secret};
use super::setting::{Flattened, Many, Pairs, Setting};
use super::units::{ConfigDuration, Objective, Size};

/// Matches a text with a value from outside, which can be anything.
const EXTERNAL: &str = r"\$\{";
/// What `jiff` reads, in its short and its long names, behind a beginning.
macro_rules! duration {
    ($beginning:literal) => {
        concat!(
            $beginning,
            r"\s*(\d+([.,]\d+)?\s*(y|yrs?|years?|w|weeks?|d|days?|h|hrs?|hours?|m|mins?|minutes?|",
            r"s|secs?|seconds?|ms|millis|milliseconds?|us|µs|micros|microseconds?|",
            r"ns|nanos|nanoseconds?)\s*,?\s*)+$|\$\{",
        )
    };
}

const DURATION: &str = duration!("^");
/// The same without zero.
pub const POSITIVE_DURATION: &str = duration!("^(?=[^1-9]*[1-9])");
const OBJECTIVE: &str = r"^\s*(?=[^1-9]*[1-9])(\d{1,2}(\.\d{1,4})?\s*%|0?\.\d{1,6})\s*$|\$\{";
const SIZE: &str = r"^\s*\d+\s*(B|[kK]B|MB|GB|KiB|MiB|GiB)\s*$|\$\{";

/// Returns the schema of a part.
pub fn schema_of<T: JsonSchema>() -> Schema {
    SchemaSettings::draft2020_12()
        .with_transform(FinishSchema)
        .into_generator()
        .into_root_schema_for::<T>()
}

/// The final pass over the derived schema.
#[derive(Clone)]
struct FinishSchema;

impl Transform for FinishSchema {
    fn transform(&mut self, schema: &mut Schema) {
        transform_subschemas(self, schema);
        if let Some(keys) = schema.as_object_mut() {
            without_null(keys);
            described(keys);
            closed(keys);
            loosened(keys);
        }
    }
}

/// Keys are optional, but a key must have a value.
fn without_null(keys: &mut Map<String, Value>) {
    if let Some(Value::Array(types)) = keys.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            keys.insert("type".to_owned(), only);
        }
    }
    let null = json!({"type": "null"});
    if let Some(Value::Array(choices)) = keys.get_mut("anyOf")
        && choices.contains(&null)
    {
        choices.retain(|choice| *choice != null);
        if let [Value::Object(only)] = choices.as_slice() {
            let only = only.clone();
            keys.remove("anyOf");
            // The description of a key is not that of its type.
            for (key, value) in only {
                keys.entry(key).or_insert(value);
            }
        }
    }
}

fn described(keys: &mut Map<String, Value>) {
    let Some(Value::String(description)) = keys.get_mut("description") else {
        return;
    };
    // Line breaks of docstrings have no meaning.
    *description = description.replace('\n', " ");
    if let Some(default) = literal_default(description) {
        keys.insert("default".to_owned(), default);
    }
}

fn literal_default(description: &str) -> Option<Value> {
    let (_, text) = description.rsplit_once("Default: `")?;
    let literal = text.strip_suffix("`.")?;
    if literal.contains('`') {
        None
    } else {
        serde_yaml::from_str(literal).ok()
    }
}

fn closed(keys: &mut Map<String, Value>) {
    if keys.contains_key("properties") {
        keys.entry("additionalProperties").or_insert(false.into());
    }
}

/// YAML distinguishes `4` from `"4"`. Where hbmon wants a text, it accepts both.
fn loosened(keys: &mut Map<String, Value>) {
    if let Some(Value::Array(mut words)) = keys.remove("enum") {
        words.retain(|word| !word.is_null());
        keys.remove("type");
        let numbers = words
            .iter()
            .filter_map(|word| serde_yaml::from_str::<serde_json::Number>(word.as_str()?).ok());
        let numbers: Vec<Value> = numbers.map(Value::Number).collect();
        let choices = words.into_iter().chain(numbers).collect::<Vec<_>>();
        keys.insert(
            "anyOf".to_owned(),
            json!([{"enum": choices}, {
                "type": "string",
                "pattern": EXTERNAL,
                "patternErrorMessage": "one of the words, or ${NAME}",
            }]),
        );
        return;
    }
    match keys.get("type").and_then(Value::as_str) {
        Some(plain @ ("boolean" | "integer")) => {
            let message = if plain == "boolean" {
                "true, false or ${NAME}"
            } else {
                "a whole number or ${NAME}"
            };
            keys.insert("type".to_owned(), json!([plain, "string"]));
            keys.insert("pattern".to_owned(), EXTERNAL.into());
            keys.insert("patternErrorMessage".to_owned(), message.into());
            keys.remove("format");
        }
        Some("string") if !keys.contains_key("pattern") => {
            keys.insert("type".to_owned(), json!(["string", "number", "boolean"]));
        }
        _ => {}
    }
}

impl<T: JsonSchema> JsonSchema for Setting<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        T::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

/// Returns a map with the keys of both. With a `url` key, a plain text stands for it.
impl<A: JsonSchema, B: JsonSchema> JsonSchema for Flattened<A, B> {
    fn schema_name() -> Cow<'static, str> {
        B::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        format!("{}+{}", A::schema_id(), B::schema_id()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut shared = A::json_schema(generator);
        let mut both = B::json_schema(generator);
        if let (Some(Value::Object(from)), Some(to)) =
            (shared.remove("properties"), both.as_object_mut())
            && let Some(Value::Object(keys)) = to.get_mut("properties")
        {
            keys.extend(from);
        }
        if let Some(Value::Array(from)) = shared.remove("required") {
            match both.get_mut("required") {
                Some(Value::Array(to)) => to.extend(from),
                _ => drop(both.insert("required".to_owned(), from.into())),
            }
        }
        let description = match both.pointer("/properties").and_then(Value::as_object) {
            Some(keys) if keys.contains_key("routing_key") => "The routing key",
            Some(keys) if keys.contains_key("urls") || keys.contains_key("url") => "The URL",
            _ => return both,
        };
        let text = format!("{description}; everything else as it is by default.");
        let description = both.remove("description");
        let url = json!({"type": "string", "description": text});
        json_schema!({"description": description, "anyOf": [url, both]})
    }
}

/// A plain duration may replace a map with an `interval`.
pub fn or_duration(schema: &mut Schema) {
    let description = schema.remove("description");
    let period = ConfigDuration::json_schema(&mut SchemaGenerator::default());
    *schema = json_schema!({"description": description, "anyOf": [period, schema.clone()]});
}

impl<T: JsonSchema> JsonSchema for Many<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Many_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let one = generator.subschema_for::<T>();
        json_schema!({"anyOf": [one.clone(), {"type": "array", "items": one}]})
    }
}

/// The types that are written as a scalar or a plain map, and their names in schemas.
macro_rules! plain {
    ($($type:ty = $name:literal: $schema:tt)*) => {$(
        impl JsonSchema for $type {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                $name.into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    )*};
}

plain! {
    ConfigDuration = "Period": {
        "title": "duration",
        "type": "string",
        "pattern": DURATION,
        "patternErrorMessage": "a duration with its unit: 500ms, 30s, 1m 30s, 2h, 14d",
        "examples": ["500ms", "30s", "1m 30s"],
    }
    Objective = "Objective": {
        "title": "share",
        "type": ["string", "number"],
        "exclusiveMinimum": 0,
        "exclusiveMaximum": 1,
        "pattern": OBJECTIVE,
        "patternErrorMessage": "a share of time below 100%: 99.9%, or 0.999",
        "examples": ["99.9%", "99.95%"],
    }
    Size = "Size": {
        "title": "size",
        "type": "string",
        "pattern": SIZE,
        "patternErrorMessage": "a size with its unit: 512B, 64KiB, 1MiB",
        "examples": ["64KiB", "1MiB"],
    }
    Secret = "Secret": {"type": "string"}
    Hidden = "Hidden": {}
    Pairs = "Pairs": {
        "title": "map of texts",
        "type": "object",
        "additionalProperties": {"type": "string"},
    }
}
