//! What a config says about a target that does not change while it is watched.

use super::kind::Kind;
use crate::model::text::Text;

/// What is said of a target in a config and does not change while it is watched. Safe to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meta {
    pub name: Text,
    pub kind: Kind,
    /// The URL without userinfo, secrets in its query struck out; of a push monitor the path of its
    /// intake.
    pub address: Text,
    pub group: Option<Text>,
    pub tags: Vec<Text>,
    pub description: Option<Text>,
    /// Where its name stands in the config, counted from 1.
    pub line: Option<u32>,
}
