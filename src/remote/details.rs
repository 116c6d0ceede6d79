//! What an agent answers about one monitor beside its status: settings and instances.

use jiff::Timestamp;
use serde::Deserialize;

use super::times::AgentTimes;
use crate::model::{Instance, Presence, ShownSetting, ShownValue, TargetId, Text};

/// Settings and instances of one monitor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentDetails {
    pub id: TargetId,
    /// Empty if the agent does not say them.
    pub settings: Vec<ShownSetting>,
    pub instances: Vec<Instance>,
}

/// `/v1/monitors/NAME/settings`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct WireSettings {
    settings: Vec<WireSetting>,
}

#[derive(Debug, Deserialize)]
struct WireSetting {
    key: String,
    value: String,
}

/// One of `/v1/monitors/NAME/instances`.
#[derive(Debug, Deserialize)]
pub(super) struct WireInstance {
    id: String,
    #[serde(default)]
    online: bool,
    #[serde(default)]
    available: bool,
    #[serde(default)]
    last_beat: Option<Timestamp>,
    #[serde(default)]
    presence: Option<String>,
}

impl AgentDetails {
    pub(super) fn new(
        id: TargetId,
        settings: &WireSettings,
        instances: &[WireInstance],
        times: AgentTimes,
    ) -> AgentDetails {
        let setting = |setting: &WireSetting| ShownSetting {
            key: Text::clean(&setting.key).to_string().into(),
            value: ShownValue::Text(Text::clean(&setting.value)),
        };
        let presence = |name: &str| Presence::ALL.into_iter().find(|it| it.as_str() == name);
        let instance = |instance: &WireInstance| Instance {
            id: Text::clean(&instance.id),
            online: instance.online,
            available: instance.available,
            last_beat: instance.last_beat.map(|at| times.moment(at)),
            presence: instance.presence.as_deref().and_then(presence),
        };
        AgentDetails {
            id,
            settings: settings.settings.iter().map(setting).collect(),
            instances: instances.iter().map(instance).collect(),
        }
    }
}
