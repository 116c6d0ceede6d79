//! What monitors of every kind share: intervals, thresholds, backoff, presence.

use std::time::Duration;

use super::{MonitorScope, PlanResolver};
use crate::conf::codes::Code;
use crate::conf::diagnostic::Diagnostic;
use crate::conf::setting::Setting;
use crate::conf::span::Span;
use crate::conf::units::Period;
use crate::config::file::{
    BackoffKeys, CommonKeys, Failures, LevelsKeys as FileLevels, Thresholds,
};
use crate::engine::{Backoff as PaceBackoff, PacePolicy};
use crate::model::{Kind, Levels, Policy, PresenceLimits, Rhythm};

pub(super) const YEAR: Duration = Duration::from_secs(366 * 86_400);
pub(super) const MILLISECOND: Duration = Duration::from_millis(1);
const MIN_INTERVAL: Duration = Duration::from_secs(10);
const TIMEOUT: Duration = Duration::from_secs(10);

const fn default_interval(kind: Kind) -> Duration {
    Duration::from_secs(match kind {
        Kind::Http => 15,
        Kind::Websocket | Kind::Sse => 30,
        Kind::Socketio | Kind::Push => 60,
    })
}

/// A monitor's own key, else that of `defaults`.
pub(super) fn pick<'f, T>(
    own: Option<&'f Setting<T>>,
    base: Option<&'f Setting<T>>,
) -> Option<&'f Setting<T>> {
    own.or(base)
}

/// The same for a map: its keys are merged one by one.
pub(super) fn both<'f, T>(
    own: &'f Option<Setting<T>>,
    base: &'f Option<Setting<T>>,
) -> [Option<&'f T>; 2] {
    [own, base].map(|field| field.as_ref().and_then(|field| field.value.as_ref()))
}

impl PlanResolver<'_> {
    pub(super) fn policy(
        &self,
        subject: &MonitorScope,
        rhythm: Rhythm,
        length: Duration,
        own: &CommonKeys,
        base: &CommonKeys,
    ) -> Policy {
        let mut policy = Policy::with_interval(rhythm, length);
        let grace = pick(own.grace.as_ref(), base.grace.as_ref());
        policy.grace = self
            .period(subject, "grace", grace, Duration::ZERO, YEAR)
            .unwrap_or(policy.grace);

        let thresholds = both(&own.thresholds, &base.thresholds);
        let key = |get: fn(&Thresholds) -> Option<&Setting<FileLevels<u32>>>| {
            thresholds.map(|t| t.and_then(get))
        };
        self.failures(
            subject,
            thresholds.map(|t| t.and_then(|t| t.failures.as_ref())),
            &mut policy,
        );
        policy.missed = self.counts(
            subject,
            "missed",
            levels(key(|t| t.missed.as_ref())),
            policy.missed,
        );
        policy.latency = self.longest(
            subject,
            "latency",
            thresholds.map(|t| t.and_then(|t| t.latency.as_ref())),
        );
        policy.skew = self.longest(
            subject,
            "skew",
            thresholds.map(|t| t.and_then(|t| t.skew.as_ref())),
        );
        let recover = thresholds
            .into_iter()
            .flatten()
            .find_map(|t| t.recover.as_ref());
        policy.recover = self.count(subject, "recover", recover).unwrap_or(1);
        policy.presence = self.presence(subject, own, base);
        policy.quality = self.quality(subject, own, base);
        policy
    }

    /// The interval: where hbmon sends traffic it must not lie under `min_interval`, which also
    /// raises the default.
    pub(super) fn interval(
        &self,
        subject: &MonitorScope,
        rhythm: Rhythm,
        own: &CommonKeys,
        base: &CommonKeys,
    ) -> Duration {
        let floor = pick(own.min_interval.as_ref(), base.min_interval.as_ref());
        let least = self
            .period(subject, "min_interval", floor, MILLISECOND, YEAR)
            .unwrap_or(MIN_INTERVAL);
        let least = if rhythm == Rhythm::Poll {
            least
        } else {
            Duration::ZERO
        };
        let written = pick(own.interval.as_ref(), base.interval.as_ref());
        let length = self.period(subject, "interval", written, MILLISECOND, YEAR);
        let (Some(field), Some(length)) = (written, length) else {
            return default_interval(subject.kind).max(least);
        };
        if length < least {
            let title = format!(
                "the interval of {} is under its `min_interval`",
                subject.label
            );
            let label = format!("expected at least {}", words(least));
            let problem = Diagnostic::new(Code::Range, title).at(field.span, label);
            let problem = match floor {
                Some(floor) => problem.also(floor.span, "the floor is set here"),
                None => {
                    problem.note("hbmon sends traffic to this target, so `min_interval` is 10s if nothing else is set")
                }
            };
            let (least, length) = (words(least), words(length));
            self.report(
                subject,
                problem
                    .help(format!("write `interval: {least}`, or, for a target of your own, `min_interval: {length}`")),
            );
        }
        length
    }

    pub(super) fn pace(
        &self,
        subject: &MonitorScope,
        own: &CommonKeys,
        base: &CommonKeys,
    ) -> PacePolicy {
        let timeout = pick(own.timeout.as_ref(), base.timeout.as_ref());
        let timeout = self
            .period(
                subject,
                "timeout",
                timeout,
                MILLISECOND,
                Duration::from_secs(3600),
            )
            .unwrap_or(TIMEOUT);
        let maps = both(&own.backoff, &base.backoff);
        let find = |get: fn(&BackoffKeys) -> Option<&Setting<Period>>| {
            maps.into_iter().flatten().find_map(get)
        };
        let (initial, max) = (find(|b| b.initial.as_ref()), find(|b| b.max.as_ref()));
        let mut backoff = PaceBackoff::default();
        backoff.initial = self
            .period(subject, "backoff.initial", initial, MILLISECOND, YEAR)
            .unwrap_or(backoff.initial);
        backoff.max = self
            .period(subject, "backoff.max", max, MILLISECOND, YEAR)
            .unwrap_or(backoff.max);
        backoff.slow_down = maps
            .into_iter()
            .flatten()
            .find_map(|b| b.slow_down.as_ref())
            .and_then(|f| f.value)
            .unwrap_or(false);
        if backoff.initial > backoff.max {
            self.order(
                subject,
                "the `initial` backoff of",
                "is longer than its `max`",
                initial,
                max,
            );
        }
        PacePolicy { timeout, backoff }
    }

    fn presence(
        &self,
        subject: &MonitorScope,
        own: &CommonKeys,
        base: &CommonKeys,
    ) -> PresenceLimits {
        let maps = both(&own.presence, &base.presence);
        let online = maps.into_iter().flatten().find_map(|p| p.online.as_ref());
        let recent = maps.into_iter().flatten().find_map(|p| p.recent.as_ref());
        let default = PresenceLimits::default();
        let limits = PresenceLimits {
            online: self
                .period(subject, "presence.online", online, MILLISECOND, YEAR)
                .unwrap_or(default.online),
            recent: self
                .period(subject, "presence.recent", recent, MILLISECOND, YEAR)
                .unwrap_or(default.recent),
        };
        if limits.online > limits.recent {
            self.order(
                subject,
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
        subject: &MonitorScope,
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
        policy.failures = self.counts(subject, "failures", [warning, error], policy.failures);
        let confirm = maps
            .into_iter()
            .flatten()
            .find_map(|map| map.r#for.as_ref());
        policy.confirm = self
            .period(
                subject,
                "thresholds.failures.for",
                confirm,
                Duration::ZERO,
                YEAR,
            )
            .unwrap_or(policy.confirm);
    }

    fn counts(
        &self,
        subject: &MonitorScope,
        key: &str,
        [warning, error]: [Option<&Setting<u32>>; 2],
        default: Levels<u32>,
    ) -> Levels<u32> {
        let limits = Levels {
            warning: self.count(subject, key, warning).or(default.warning),
            error: self.count(subject, key, error).or(default.error),
        };
        if limits.warning > limits.error {
            self.order(
                subject,
                &format!("the `{key}` warning of"),
                "comes after its error",
                warning,
                error,
            );
        }
        limits
    }

    /// Durations beyond which something is no longer healthy.
    fn longest(
        &self,
        subject: &MonitorScope,
        key: &str,
        fields: [Option<&Setting<FileLevels<Period>>>; 2],
    ) -> Levels<Duration> {
        let [warning, error] = levels(fields);
        let name = format!("thresholds.{key}");
        let limits = Levels {
            warning: self.period(subject, &name, warning, Duration::from_nanos(1), YEAR),
            error: self.period(subject, &name, error, Duration::from_nanos(1), YEAR),
        };
        if limits
            .error
            .is_some_and(|error| limits.warning > Some(error))
        {
            self.order(
                subject,
                &format!("the `{key}` warning of"),
                "is above its error",
                warning,
                error,
            );
        }
        limits
    }

    /// Time left: the warning comes first, so it is the longer one.
    pub(super) fn certificate(
        &self,
        subject: &MonitorScope,
        field: Option<&Setting<FileLevels<Period>>>,
    ) -> Levels<Duration> {
        let default = Policy::with_interval(Rhythm::Poll, Duration::ZERO).certificate;
        let [warning, error] = levels([field, None]);
        let most = YEAR.saturating_mul(100);
        let limits = Levels {
            warning: self
                .period(
                    subject,
                    "certificate.warning",
                    warning,
                    Duration::ZERO,
                    most,
                )
                .or(default.warning),
            error: self
                .period(subject, "certificate.error", error, Duration::ZERO, most)
                .or(default.error),
        };
        if limits.warning < limits.error {
            self.order(
                subject,
                "the `certificate` warning of",
                "leaves less time than its error",
                warning,
                error,
            );
        }
        limits
    }

    /// Two limits in the wrong order, of which at least one is written.
    pub(super) fn order<T>(
        &self,
        subject: &MonitorScope,
        what: &str,
        wrong: &str,
        first: Option<&Setting<T>>,
        second: Option<&Setting<T>>,
    ) {
        let span = |field: Option<&Setting<T>>| field.map(|field| field.span);
        let mut problem = Diagnostic::new(Code::Range, format!("{what} {} {wrong}", subject.label));
        problem = match (span(first), span(second)) {
            (Some(first), Some(second)) => problem
                .at(first, "this one")
                .also(second, "against this one"),
            (Some(only), None) | (None, Some(only)) => problem
                .at(only, "against the default of the other")
                .help("set both"),
            (None, None) => return,
        };
        self.report(subject, problem);
    }

    pub(super) fn count(
        &self,
        subject: &MonitorScope,
        key: &str,
        field: Option<&Setting<u32>>,
    ) -> Option<u32> {
        let value = field?.value?;
        if value == 0 {
            self.out_of_range(subject, key, field?.span, "expected at least 1");
        }
        Some(value)
    }

    pub(super) fn period(
        &self,
        subject: &MonitorScope,
        key: &str,
        field: Option<&Setting<Period>>,
        least: Duration,
        most: Duration,
    ) -> Option<Duration> {
        let Period(value) = field?.value?;
        if value < least {
            self.out_of_range(
                subject,
                key,
                field?.span,
                &format!("expected at least {}", words(least)),
            );
        } else if value > most {
            self.out_of_range(
                subject,
                key,
                field?.span,
                &format!("expected at most {}", words(most)),
            );
        }
        Some(value)
    }

    pub(super) fn out_of_range(&self, subject: &MonitorScope, key: &str, span: Span, label: &str) {
        let title = format!("`{key}` of {} is out of range", subject.label);
        self.report(subject, Diagnostic::new(Code::Range, title).at(span, label));
    }
}

/// `warning` and `error`, each from the first map that has it.
fn levels<T>(fields: [Option<&Setting<FileLevels<T>>>; 2]) -> [Option<&Setting<T>>; 2] {
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

/// A duration as one writes it in a config.
pub(super) fn words(duration: Duration) -> String {
    let (seconds, rest) = (duration.as_secs(), duration.subsec_nanos());
    match seconds {
        _ if rest % 1_000_000 != 0 => format!("{}us", duration.as_micros()),
        _ if rest > 0 => format!("{}ms", duration.as_millis()),
        0 => "0s".to_owned(),
        _ if seconds % 86_400 == 0 => format!("{}d", seconds / 86_400),
        _ if seconds % 3_600 == 0 => format!("{}h", seconds / 3_600),
        _ if seconds % 60 == 0 => format!("{}m", seconds / 60),
        _ => format!("{seconds}s"),
    }
}
