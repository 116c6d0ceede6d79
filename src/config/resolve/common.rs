//! Resolves the keys of all kinds: intervals, thresholds, backoff, presence.

use std::time::Duration;

use super::PlanResolver;
use crate::conf::codes::Code;
use crate::conf::diagnostic::Diagnostic;
use crate::conf::levels::{LevelsKeys, levels};
use crate::conf::scope::Scope;
use crate::conf::setting::Setting;
use crate::conf::units::{ConfigDuration, MILLISECOND, YEAR, duration_text};
use crate::config::file::{BackoffKeys, CommonKeys, Failures, Thresholds};
use crate::engine::{Backoff as PaceBackoff, PacePolicy};
use crate::model::{Levels, Policy, PresenceLimits, Rhythm};
use crate::monitors;

const MIN_INTERVAL: Duration = Duration::from_secs(10);
const TIMEOUT: Duration = Duration::from_secs(10);

/// Returns the monitor's key, else that of `defaults`.
pub(super) fn pick<'f, T>(
    own: Option<&'f Setting<T>>,
    base: Option<&'f Setting<T>>,
) -> Option<&'f Setting<T>> {
    own.or(base)
}

/// Returns the same for a map, merged key by key.
pub(super) fn both<'f, T>(
    own: &'f Option<Setting<T>>,
    base: &'f Option<Setting<T>>,
) -> [Option<&'f T>; 2] {
    [own, base].map(|field| field.as_ref().and_then(|field| field.value.as_ref()))
}

impl PlanResolver<'_> {
    pub(super) fn policy(
        &self,
        scope: &Scope<'_>,
        rhythm: Rhythm,
        length: Duration,
        own: &CommonKeys,
        base: &CommonKeys,
    ) -> Policy {
        let mut policy = Policy::with_interval(rhythm, length);
        let grace = pick(own.grace.as_ref(), base.grace.as_ref());
        policy.grace = scope
            .period("grace", grace, Duration::ZERO, YEAR)
            .unwrap_or(policy.grace);

        let thresholds = both(&own.thresholds, &base.thresholds);
        let key = |get: fn(&Thresholds) -> Option<&Setting<LevelsKeys<u32>>>| {
            thresholds.map(|t| t.and_then(get))
        };
        self.failures(
            scope,
            thresholds.map(|t| t.and_then(|t| t.failures.as_ref())),
            &mut policy,
        );
        policy.missed = self.counts(
            scope,
            "missed",
            levels(key(|t| t.missed.as_ref())),
            policy.missed,
        );
        policy.latency = self.longest(
            scope,
            "latency",
            thresholds.map(|t| t.and_then(|t| t.latency.as_ref())),
        );
        policy.skew = self.longest(
            scope,
            "skew",
            thresholds.map(|t| t.and_then(|t| t.skew.as_ref())),
        );
        let recover = thresholds
            .into_iter()
            .flatten()
            .find_map(|t| t.recover.as_ref());
        policy.recover = scope.count("recover", recover).unwrap_or(1);
        policy.presence = self.presence(scope, own, base);
        policy.quality = self.quality(scope, own, base);
        policy
    }

    /// Returns the interval. If hbmon sends traffic, it must not be less than `min_interval`, which
    /// also raises the default.
    pub(super) fn interval(
        &self,
        scope: &Scope<'_>,
        rhythm: Rhythm,
        own: &CommonKeys,
        base: &CommonKeys,
    ) -> Duration {
        let floor = pick(own.min_interval.as_ref(), base.min_interval.as_ref());
        let least = scope
            .period("min_interval", floor, MILLISECOND, YEAR)
            .unwrap_or(MIN_INTERVAL);
        let least = if rhythm == Rhythm::Poll {
            least
        } else {
            Duration::ZERO
        };
        let written = pick(own.interval.as_ref(), base.interval.as_ref());
        let length = scope.period("interval", written, MILLISECOND, YEAR);
        let (Some(field), Some(length)) = (written, length) else {
            return monitors::info(scope.kind).interval.max(least);
        };
        if length < least {
            let title = format!(
                "the interval of {} is under its `min_interval`",
                scope.label
            );
            let label = format!("expected at least {}", duration_text(least));
            let problem = Diagnostic::new(Code::Range, title).at(field.span, label);
            let problem = match floor {
                Some(floor) => problem.also(floor.span, "the floor is set here"),
                None => problem.note(
                    "hbmon sends traffic to this target, so `min_interval` is 10s \
                        if nothing else is set",
                ),
            };
            let (least, length) = (duration_text(least), duration_text(length));
            scope.report(problem.help(format!(
                "write `interval: {least}`, or, for a target of your own, `min_interval: {length}`"
            )));
        }
        length
    }

    pub(super) fn pace(
        &self,
        scope: &Scope<'_>,
        own: &CommonKeys,
        base: &CommonKeys,
    ) -> PacePolicy {
        let timeout = pick(own.timeout.as_ref(), base.timeout.as_ref());
        let timeout = scope
            .period("timeout", timeout, MILLISECOND, Duration::from_secs(3600))
            .unwrap_or(TIMEOUT);
        let maps = both(&own.backoff, &base.backoff);
        let find = |get: fn(&BackoffKeys) -> Option<&Setting<ConfigDuration>>| {
            maps.into_iter().flatten().find_map(get)
        };
        let (initial, max) = (find(|b| b.initial.as_ref()), find(|b| b.max.as_ref()));
        let mut backoff = PaceBackoff::default();
        backoff.initial = scope
            .period("backoff.initial", initial, MILLISECOND, YEAR)
            .unwrap_or(backoff.initial);
        backoff.max = scope
            .period("backoff.max", max, MILLISECOND, YEAR)
            .unwrap_or(backoff.max);
        backoff.slow_down = maps
            .into_iter()
            .flatten()
            .find_map(|b| b.slow_down.as_ref())
            .and_then(|f| f.value)
            .unwrap_or(false);
        if backoff.initial > backoff.max {
            scope.order(
                "the `initial` backoff of",
                "is longer than its `max`",
                initial,
                max,
            );
        }
        PacePolicy { timeout, backoff }
    }

    fn presence(&self, scope: &Scope<'_>, own: &CommonKeys, base: &CommonKeys) -> PresenceLimits {
        let maps = both(&own.presence, &base.presence);
        let online = maps.into_iter().flatten().find_map(|p| p.online.as_ref());
        let recent = maps.into_iter().flatten().find_map(|p| p.recent.as_ref());
        let default = PresenceLimits::default();
        let limits = PresenceLimits {
            online: scope
                .period("presence.online", online, MILLISECOND, YEAR)
                .unwrap_or(default.online),
            recent: scope
                .period("presence.recent", recent, MILLISECOND, YEAR)
                .unwrap_or(default.recent),
        };
        if limits.online > limits.recent {
            scope.order(
                "the `online` age of",
                "is beyond its `recent` age",
                online,
                recent,
            );
        }
        limits
    }

    fn failures(
        &self,
        scope: &Scope<'_>,
        fields: [Option<&Setting<Failures>>; 2],
        policy: &mut Policy,
    ) {
        let maps = fields.map(|field| field.and_then(|field| field.value.as_ref()));
        let find =
            |get: fn(&Failures) -> Option<&Setting<u32>>| maps.into_iter().flatten().find_map(get);
        let (warning, error) = (
            find(|map| map.warning.as_ref()),
            find(|map| map.error.as_ref()),
        );
        policy.failures = self.counts(scope, "failures", [warning, error], policy.failures);
        let confirm = maps
            .into_iter()
            .flatten()
            .find_map(|map| map.r#for.as_ref());
        policy.confirm = scope
            .period("thresholds.failures.for", confirm, Duration::ZERO, YEAR)
            .unwrap_or(policy.confirm);
    }

    fn counts(
        &self,
        scope: &Scope<'_>,
        key: &str,
        [warning, error]: [Option<&Setting<u32>>; 2],
        default: Levels<u32>,
    ) -> Levels<u32> {
        let limits = Levels {
            warning: scope.count(key, warning).or(default.warning),
            error: scope.count(key, error).or(default.error),
        };
        if limits.warning > limits.error {
            scope.order(
                &format!("the `{key}` warning of"),
                "comes after its error",
                warning,
                error,
            );
        }
        limits
    }

    /// Returns durations whose excess is a warning or an error.
    fn longest(
        &self,
        scope: &Scope<'_>,
        key: &str,
        fields: [Option<&Setting<LevelsKeys<ConfigDuration>>>; 2],
    ) -> Levels<Duration> {
        let [warning, error] = levels(fields);
        let name = format!("thresholds.{key}");
        let limits = Levels {
            warning: scope.period(&name, warning, Duration::from_nanos(1), YEAR),
            error: scope.period(&name, error, Duration::from_nanos(1), YEAR),
        };
        if limits
            .error
            .is_some_and(|error| limits.warning > Some(error))
        {
            scope.order(
                &format!("the `{key}` warning of"),
                "is above its error",
                warning,
                error,
            );
        }
        limits
    }
}
