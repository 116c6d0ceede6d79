//! Two limits, a shape that several keys share.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::conf::setting::Setting;

/// Two limits.
#[derive(Clone, Deserialize, JsonSchema, Hash)]
#[schemars(rename = "Levels_{T}")]
pub struct LevelsKeys<T> {
    /// From here on: a warning.
    pub warning: Option<Setting<T>>,
    /// From here on: an error.
    pub error: Option<Setting<T>>,
}

/// `warning` and `error`, each from the first map that has it.
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
