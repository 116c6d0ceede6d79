//! What a config says about a target that does not change while it is watched.

use super::kind::Kind;
use super::slo::Slo;
use crate::model::text::Text;

/// What the config says about a target. Safe to show; constant until a reload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meta {
    pub name: Text,
    pub kind: Kind,
    /// The URL without userinfo and with secrets in its query redacted; for a push monitor, the
    /// path of its endpoint.
    pub address: Text,
    pub group: Option<Text>,
    pub tags: Vec<Text>,
    pub description: Option<Text>,
    /// URL of a page that says what to do, without userinfo; http or https.
    pub runbook: Option<Text>,
    /// Names and values that route alerts, sorted by name. The names are valid names of Prometheus
    /// labels, and differ from those of hbmon.
    pub labels: Vec<(Text, Text)>,
    pub slo: Option<Slo>,
    /// Names of the monitors without which it cannot be well.
    pub depends_on: Vec<Text>,
    /// Line of its name in its file, from 1.
    pub line: Option<u32>,
    /// The included file of the monitor, as in errors; none for the config itself.
    pub file: Option<Text>,
}

impl Meta {
    /// Returns the description of a target with a name and a kind only.
    pub fn new(name: Text, kind: Kind) -> Meta {
        Meta {
            name,
            kind,
            address: Text::default(),
            group: None,
            tags: Vec::new(),
            description: None,
            runbook: None,
            labels: Vec::new(),
            slo: None,
            depends_on: Vec::new(),
            line: None,
            file: None,
        }
    }
}
