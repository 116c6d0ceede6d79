//! What is expected of the sender's timestamp.

use std::time::Duration;

use crate::conf::codes::Code;
use crate::conf::diagnostic::Diagnostic;
use crate::conf::scope::Scope;
use crate::conf::setting::Setting;
use crate::conf::units::ConfigDuration;
use crate::conf::units::{MILLISECOND, YEAR};

/// Whether heartbeats carry a timestamp, and how old it may be.
#[derive(Clone, Copy)]
pub struct TimestampRules {
    pub timestamped: bool,
    pub max_age: Option<Duration>,
}

/// The keys about the sender's timestamp.
#[derive(Clone, Copy)]
pub struct TimestampKeys<'k> {
    pub timestamp: Option<&'k Setting<String>>,
    pub max_age: Option<&'k Setting<ConfigDuration>>,
}

/// Resolves the keys about the sender's timestamp.
pub fn timestamp_rules(scope: &Scope<'_>, keys: TimestampKeys<'_>) -> TimestampRules {
    let TimestampKeys { timestamp, max_age } = keys;
    if let (Some(field), None) = (max_age, timestamp) {
        let title = format!("{} has a `max_age` without a `timestamp`", scope.label);
        scope.report(
            Diagnostic::new(Code::Conflict, title)
                .at(field.span, "needs `timestamp`")
                .help("`timestamp: $.ts` is the sender's timestamp in the payload"),
        );
    }
    let max_age = scope.period("max_age", max_age, MILLISECOND, YEAR);
    TimestampRules {
        timestamped: timestamp.is_some(),
        max_age,
    }
}
