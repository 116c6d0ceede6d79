//! The JSON Schema of the whole config file.

use serde_json::{Value, json};

use super::file::ConfigFile;
use crate::conf::schema::schema_of;
use crate::model::Kind;

/// Returns the schema of a config file as JSON.
pub fn schema() -> Value {
    let mut schema = schema_of::<ConfigFile>();
    schema.insert("title".to_owned(), "hbmon config".into());
    schema.insert(
        "patternProperties".to_owned(),
        json!({"^x-": {"description": "Yours: a home for anchors."}}),
    );
    // Included files may have all of the monitors.
    schema.remove("required");
    schema.insert(
        "anyOf".to_owned(),
        json!([{"required": ["monitors"]}, {"required": ["include"]}]),
    );
    let kinds: Vec<Value> = Kind::ALL
        .iter()
        .map(|kind| json!({"required": [kind.as_str()]}))
        .collect();
    if let Some(Value::Object(monitor)) = schema.pointer_mut("/$defs/MonitorKeys") {
        monitor.insert("oneOf".to_owned(), kinds.into());
    }
    schema.to_value()
}
