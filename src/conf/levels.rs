//! A limit for warnings and a limit for errors, used by several keys.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::conf::setting::Setting;

/// Limits for warnings and errors.
#[derive(Clone, Deserialize, JsonSchema, Hash)]
#[schemars(rename = "Levels_{T}")]
pub struct LevelsKeys<T> {
    /// Limit of a warning.
    pub warning: Option<Setting<T>>,
    /// Limit of an error.
    pub error: Option<Setting<T>>,
}

/// Returns `warning` and `error`, each from the first map that has the key.
pub fn levels<T>(fields: [Option<&Setting<LevelsKeys<T>>>; 2]) -> [Option<&Setting<T>>; 2] {
    let maps = fields.map(|field| field.and_then(|field| field.value.as_ref()));
    [
        maps.into_iter()
            .flatten()
            .find_map(|map| map.warning.as_ref()),
        maps.into_iter()
            .flatten()
            .find_map(|map| map.error.as_ref()),
    ]
}
