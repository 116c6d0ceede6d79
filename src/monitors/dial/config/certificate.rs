//! The limits for the time left on a certificate.

use std::time::Duration;

use crate::conf::levels::{LevelsKeys, levels};
use crate::conf::scope::Scope;
use crate::conf::setting::Setting;
use crate::conf::units::{ConfigDuration, YEAR};
use crate::model::{Levels, Policy, Rhythm};

/// Limits for the time left. The warning comes first, so it is the longer one.
pub(super) fn certificate(
    scope: &Scope<'_>,
    field: Option<&Setting<LevelsKeys<ConfigDuration>>>,
) -> Levels<Duration> {
    let default = Policy::with_interval(Rhythm::Poll, Duration::ZERO).certificate;
    let [warning, error] = levels([field, None]);
    let most = YEAR.saturating_mul(100);
    let limits = Levels {
        warning: scope
            .period("certificate.warning", warning, Duration::ZERO, most)
            .or(default.warning),
        error: scope
            .period("certificate.error", error, Duration::ZERO, most)
            .or(default.error),
    };
    if limits.warning < limits.error {
        scope.order(
            "the `certificate` warning of",
            "leaves less time than its error",
            warning,
            error,
        );
    }
    limits
}
