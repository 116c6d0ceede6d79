//! The reference of a map's keys, from the same types as the schema.

use schemars::JsonSchema;
use serde_json::Value;

use super::schema::schema_of;

/// The keys of one map.
pub struct ReferenceSection {
    pub title: &'static str,
    pub about: String,
    pub keys: Vec<ReferenceKey>,
}

pub struct ReferenceKey {
    pub name: String,
    /// The type of the value, in words.
    pub takes: String,
    /// The default, if the docstring has one. Required keys have none.
    pub default: Option<String>,
    pub about: String,
}

/// Returns the section of a type.
pub fn section<T: JsonSchema>(title: &'static str) -> ReferenceSection {
    let schema = schema_of::<T>().to_value();
    let about = text(&schema, "description").to_owned();
    // If a plain value may replace the map, the map is the second alternative.
    let map = list(&schema, "anyOf").get(1).unwrap_or(&schema);
    let required: Vec<&str> = list(map, "required")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    let mut keys: Vec<ReferenceKey> = map
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .map(|(name, value)| key(name, value, &schema))
        .collect();
    keys.sort_by_key(|key| !required.contains(&key.name.as_str()));
    keys.iter_mut()
        .filter(|key| required.contains(&key.name.as_str()))
        .for_each(|key| key.default = None);
    ReferenceSection { title, about, keys }
}

fn key(name: &str, schema: &Value, root: &Value) -> ReferenceKey {
    let (about, default) = match text(schema, "description").rsplit_once("Default: ") {
        Some((about, default)) => (about.trim_end(), default.trim_end_matches('.')),
        None if has_defaults(schema, root) => (text(schema, "description"), "as below"),
        None => (text(schema, "description"), "none"),
    };
    ReferenceKey {
        name: name.to_owned(),
        takes: takes(schema, root),
        default: Some(default.to_owned()),
        about: about.to_owned(),
    }
}

/// Returns whether the type is a map whose keys state their defaults.
fn has_defaults(schema: &Value, root: &Value) -> bool {
    let target = schema
        .get("$ref")
        .and_then(Value::as_str)
        .and_then(|target| root.pointer(target.get(1..)?));
    let keys = target
        .and_then(|def| def.get("properties"))
        .and_then(Value::as_object);
    keys.is_some_and(|keys| keys.values().any(|key| key.get("default").is_some()))
}

/// Returns the type of a value in a few words.
fn takes(schema: &Value, root: &Value) -> String {
    if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
        return root
            .pointer(target.get(1..).unwrap_or(""))
            .map_or_else(String::new, |def| takes(def, root));
    }
    if let Some(title) = schema.get("title").and_then(Value::as_str) {
        return title.to_owned();
    }
    match list(schema, "anyOf") {
        [words, _] if words.get("enum").is_some() => {
            let words: Vec<_> = list(words, "enum")
                .iter()
                .filter_map(Value::as_str)
                .map(|word| format!("`{word}`"))
                .collect();
            return words.join(", ");
        }
        [one, many] if text(many, "type") == "array" => {
            return format!("{} or list", takes(one, root));
        }
        [bare, keys] if keys.get("properties").is_some() => {
            return format!(
                "{} or map",
                bare.get("title").and_then(Value::as_str).unwrap_or("URL")
            );
        }
        _ => {}
    }
    if let Some(keys) = schema.get("properties").and_then(Value::as_object) {
        let keys: Vec<_> = keys.keys().map(|key| format!("`{key}`")).collect();
        return if keys.len() <= 5 {
            format!("map: {}", keys.join(", "))
        } else {
            "map".to_owned()
        };
    }
    let kind = schema.get("type");
    let first = kind
        .and_then(|kind| kind.get(0))
        .or(kind)
        .and_then(Value::as_str);
    match first {
        Some("boolean") => "`true`, `false`",
        Some("integer") => "whole number",
        Some("string") => "text",
        Some("array") => "list",
        Some("object") => "map",
        _ => "any value",
    }
    .to_owned()
}

fn text<'v>(schema: &'v Value, key: &str) -> &'v str {
    schema.get(key).and_then(Value::as_str).unwrap_or("")
}

fn list<'v>(schema: &'v Value, key: &str) -> &'v [Value] {
    schema
        .get(key)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}
