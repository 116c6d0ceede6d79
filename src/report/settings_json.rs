//! The settings of a monitor as JSON.

use schemars::JsonSchema;
use serde::Serialize;

use crate::model::ShownSetting;
use crate::words;

const SETTINGS: &str = "hbmon.settings/1";

/// What a monitor sends and checks, without secrets.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(rename = "Settings")]
pub(crate) struct SettingsJson<'a> {
    #[schemars(extend("const" = SETTINGS))]
    schema: &'static str,
    settings: Vec<SettingJson<'a>>,
}

/// A key as in the config, and its value as people read it.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(rename = "Setting")]
struct SettingJson<'a> {
    key: &'a str,
    value: String,
}

impl<'a> SettingsJson<'a> {
    pub(crate) fn new(settings: &'a [ShownSetting]) -> SettingsJson<'a> {
        let shown = |setting: &'a ShownSetting| SettingJson {
            key: &setting.key,
            value: words::setting(&setting.value),
        };
        SettingsJson {
            schema: SETTINGS,
            settings: settings.iter().map(shown).collect(),
        }
    }
}
