//! Every key of the config, for people: docs/config.md and hbmon.5, from the same types as the
//! schema.

use std::fmt::Write;

use schemars::JsonSchema;
use serde_json::Value;

use super::file::{
    BackoffKeys, CommonKeys, ConfigFile, Failures, IdentityKeys, MonitorKeys, PresenceKeys,
    QualityKeys, ScreenKeys, SteadyKeys, Thresholds,
};
use crate::conf::levels::LevelsKeys;
use crate::conf::schema::schema_of;
use crate::conf::setting::Setting;
use crate::conf::units::Period;
use crate::monitors::dial::config::keys::{Auth, Basic, EndpointKeys, TlsKeys};
use crate::monitors::http::keys::{AnswerKeys, HttpKeys};
use crate::monitors::payload::keys::ExpectKeys;
use crate::monitors::push::keys::{PushKeys, ScheduleKeys};
use crate::monitors::socketio::keys::SocketioKeys;
use crate::monitors::sse::keys::SseKeys;
use crate::monitors::websocket::keys::{ReplyRuleKeys, SendEvery, WebsocketKeys};

/// The keys of one map.
pub struct ReferenceSection {
    pub title: &'static str,
    pub about: String,
    pub keys: Vec<ReferenceKey>,
}

pub struct ReferenceKey {
    pub name: String,
    /// What it takes, in words.
    pub takes: String,
    /// What a missing key means, if that can be said; required keys have none.
    pub default: Option<String>,
    pub about: String,
}

/// What is true of the whole file.
pub const RULES: &[&str] = &[
    "Durations carry a unit: `500ms`, `30s`, `1m 30s`, `2h`, `14d`; sizes too: `512B`, `64KiB`, `1MiB`. A bare number \
     is an error.",
    "`${NAME}`, `${NAME:-default}` and `${file:PATH}` are expanded in every value, quoted or not; `$$` is a dollar. What \
     comes from them is a secret and is shown as `***` everywhere.",
    "`http: URL` is short for `http: {url: URL}`, and likewise for every kind with a URL.",
    "Anchors, aliases and `<<` merge keys work; keys at the top that begin with `x-` are free, as a home for anchors.",
    "Unknown keys and keys that stand twice are errors. `hbmon validate` reports every mistake of a file in one go, \
     `hbmon explain CODE` explains one.",
    "Relative paths of files start at the config's folder.",
];

/// Every map that a config can hold, from the outside in.
pub fn sections() -> Vec<ReferenceSection> {
    vec![
        section::<ConfigFile>("The file"),
        section::<MonitorKeys>("A monitor"),
        section::<CommonKeys>("A monitor of any kind, and `defaults`"),
        section::<Thresholds>("`thresholds`"),
        section::<Failures>("`thresholds.failures`"),
        section::<LevelsKeys<Setting<Period>>>("Two limits"),
        section::<BackoffKeys>("`backoff`"),
        section::<PresenceKeys>("`presence`"),
        section::<QualityKeys>("`quality`"),
        section::<SteadyKeys>("`quality.excellent` and `quality.good`"),
        section::<EndpointKeys>("Every kind with a URL"),
        section::<Auth>("`auth`"),
        section::<Basic>("`auth.basic`"),
        section::<TlsKeys>("`tls` of a kind"),
        section::<HttpKeys>("`http`"),
        section::<AnswerKeys>("`expect` of `http`"),
        section::<WebsocketKeys>("`websocket`"),
        section::<ReplyRuleKeys>("`reply` of `websocket`"),
        section::<SendEvery>("`send_every` of `websocket`"),
        section::<SseKeys>("`sse`"),
        section::<SocketioKeys>("`socketio`"),
        section::<PushKeys>("`push`"),
        section::<ScheduleKeys>("`push.schedule`"),
        section::<ExpectKeys>("`expect` of subscriptions and `push`"),
        section::<IdentityKeys>("`tls` of the file"),
        section::<ScreenKeys>("`screen`"),
    ]
}

fn section<T: JsonSchema>(title: &'static str) -> ReferenceSection {
    let schema = schema_of::<T>().to_value();
    let about = text(&schema, "description").to_owned();
    // Where a bare value may stand for the map, the map is the second choice.
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

/// Whether it is a map whose keys say what they are by default.
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

/// In a few words what a value may be.
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

/// The reference as Markdown.
pub fn markdown() -> String {
    let mut page = String::from(
        "# Config reference\n\nWritten by `hbmon schema --format markdown`. The same as JSON Schema for editors: \
         `hbmon schema`, or\n[hbmon.schema.json](../configs/hbmon.schema.json); as a manual page: `man 5 hbmon`. Examples: \
         [configs/](../configs).\n\n",
    );
    for rule in RULES {
        let _ = writeln!(page, "- {rule}");
    }
    for ReferenceSection { title, about, keys } in sections() {
        let _ = write!(
            page,
            "\n## {title}\n\n{about}\n\n| key | takes | default | meaning |\n|---|---|---|---|\n"
        );
        for ReferenceKey {
            name,
            takes,
            default,
            about,
        } in keys
        {
            let default = default.unwrap_or_else(|| "required".to_owned());
            let _ = writeln!(page, "| `{name}` | {takes} | {default} | {about} |");
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::schema;

    #[test]
    fn every_map_of_the_schema_has_its_section() {
        let page = markdown();
        let schema = schema();
        let sections: Vec<String> = page.split("\n## ").map(str::to_owned).collect();
        for (name, def) in schema["$defs"].as_object().unwrap() {
            let keys = def
                .get("properties")
                .or_else(|| def.get("anyOf")?.get(1)?.get("properties"));
            let own: Vec<&String> = keys.unwrap().as_object().unwrap().keys().collect();
            // A kind's section leaves out what all kinds share.
            let row = |key: &&&String| {
                !sections
                    .iter()
                    .any(|section| section.contains(&format!("\n| `{key}` |")))
            };
            let missing: Vec<_> = own.iter().filter(row).collect();
            assert!(missing.is_empty(), "{name}: {missing:?} are nowhere");
        }
    }
}
