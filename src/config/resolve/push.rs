//! The keys of push monitors: what their heartbeats look like, and when they are promised.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;
use siphasher::sip::SipHasher13;

use super::common::pick;
use super::{PlanResolver, ResolvedKind};
use crate::conf::codes::Code;
use crate::conf::diagnostic::Diagnostic;
use crate::conf::nearest::nearest;
use crate::conf::scope::Scope;
use crate::conf::secret::Secret;
use crate::conf::setting::{Flattened, Setting};
use crate::conf::span::Span;
use crate::conf::units::{MILLISECOND, YEAR};
use crate::config::file::{CommonKeys, MonitorKeys, PushKeys};
use crate::engine::HEARTBEATS_PATH;
use crate::model::{InstancePolicy, Policy, Schedule};
use crate::monitors::Spec;
use crate::monitors::push::{self, PushAction};
use crate::monitors::token::Token;

/// Where the HTTP interface has routes of its own; they and all below them are taken.
const RESERVED: [&str; 6] = [
    "/-",
    "/metrics",
    "/v1/status",
    "/v1/monitors",
    "/v1/events",
    "/v1/heartbeats/stream",
];

const HOUR: Duration = Duration::from_secs(3600);

/// When heartbeats are promised.
pub(super) struct PushRhythm {
    pub interval: Duration,
    pub schedule: Option<Arc<Schedule>>,
}

/// A path by which pushed heartbeats arrive.
struct PushPath {
    /// As it may be shown.
    shown: String,
    span: Span,
}

impl PlanResolver<'_> {
    pub(super) fn push(
        &self,
        scope: &Scope<'_>,
        keys: &PushKeys,
        name: Option<&str>,
        secrets: &mut Vec<Secret>,
        hash: &mut SipHasher13,
    ) -> ResolvedKind {
        // What was heard is kept over every change but this one: other instances would be meant.
        (scope.kind.as_str(), &keys.id).hash(hash);
        let timestamp = self.query(scope, keys.timestamp.as_ref());
        let dating = self.timestamp_rules(scope, keys.timestamp.as_ref(), keys.max_age.as_ref());
        if let Some(field) = &keys.token {
            self.context
                .warn_plain_secret(&format!("`token` of {}", scope.label), field);
        }
        let token = keys
            .token
            .as_ref()
            .and_then(|field| field.value.clone())
            .filter(|token| !token.reveal().is_empty());
        secrets.extend(token.clone());
        let spec = push::PushSpec {
            path: keys.path.as_ref().and_then(|field| field.value.clone()),
            token: token.map(|token| Token::new(token.reveal())),
            id: self.query(scope, keys.id.as_ref()),
            available: self.filter(scope, keys.available.as_ref()),
            expect: self.expect(scope, keys.expect.as_ref()),
            timestamp,
        };
        let path = keys.path.as_ref().and_then(Setting::shown_text);
        let address =
            path.unwrap_or_else(|| format!("{HEARTBEATS_PATH}{}", name.unwrap_or_default()));
        ResolvedKind {
            spec: Spec::Push(Arc::new(spec)),
            address,
            timestamps: dating,
        }
    }

    /// An interval, or a schedule.
    pub(super) fn push_rhythm(
        &self,
        scope: &Scope<'_>,
        keys: &PushKeys,
        own: &CommonKeys,
        base: &CommonKeys,
    ) -> PushRhythm {
        if let Some(field) = &keys.schedule {
            if let Some(interval) = &own.interval {
                let title = format!("{} has an `interval` and a `schedule`", scope.label);
                scope.report(
                    Diagnostic::new(Code::Conflict, title)
                        .at(interval.span, "one of them")
                        .also(self.context.key_before(field.span, "schedule"), "the other"),
                );
            }
            let schedule = self.schedule(scope, field).map(Arc::new);
            let interval = schedule
                .as_ref()
                .map_or(HOUR, |schedule| schedule.shortest());
            return PushRhythm { interval, schedule };
        }
        let written = pick(own.interval.as_ref(), base.interval.as_ref());
        if written.is_none() {
            scope.report(
                Diagnostic::new(
                    Code::MissingKey,
                    format!("{} has no `interval`", scope.label),
                )
                .at(scope.kind_span, "how often does it promise a heartbeat?")
                .help(
                    "write `interval: 1m` beside it, or `schedule: {cron: \"0 2 * * *\"}` below it",
                ),
            );
        }
        let interval = scope
            .period("interval", written, MILLISECOND, YEAR)
            .unwrap_or(HOUR);
        PushRhythm {
            interval,
            schedule: None,
        }
    }

    /// One monitor, many instances: what belongs to `id`.
    pub(super) fn instances(
        &self,
        scope: &Scope<'_>,
        keys: &PushKeys,
        policy: &Policy,
    ) -> Option<InstancePolicy> {
        let needs_id = [
            ("available", keys.available.as_ref().map(|field| field.span)),
            (
                "min_online",
                keys.min_online.as_ref().map(|field| field.span),
            ),
            ("forget", keys.forget.as_ref().map(|field| field.span)),
        ];
        if keys.id.is_none() {
            for (key, span) in needs_id
                .into_iter()
                .filter_map(|(key, span)| Some((key, span?)))
            {
                let title = format!("{} has `{key}` without an `id`", scope.label);
                scope.report(Diagnostic::new(Code::Conflict, title)
                        .at(span, "speaks of instances")
                        .help("`id: $.worker_id` tells by which place of the payload instances differ"),
                );
            }
            return None;
        }
        let least = policy.interval.saturating_add(policy.grace);
        let forget = scope.period("forget", keys.forget.as_ref(), least, YEAR);
        let min_online = keys
            .min_online
            .as_ref()
            .and_then(|field| field.value)
            .unwrap_or(0);
        Some(InstancePolicy {
            forget_after: forget.unwrap_or(HOUR.max(least.saturating_mul(2))),
            min_online,
        })
    }

    fn schedule(
        &self,
        scope: &Scope<'_>,
        field: &Setting<crate::config::file::ScheduleKeys>,
    ) -> Option<Schedule> {
        let keys = field.value.as_ref()?;
        let zone = match keys.timezone.as_ref() {
            None => Some(TimeZone::UTC),
            Some(field) => self.zone(scope, field),
        };
        let Some(cron) = &keys.cron else {
            scope.report(
                Diagnostic::new(
                    Code::MissingKey,
                    format!("`schedule` of {} has no `cron`", scope.label),
                )
                .at(self.context.key_before(field.span, "schedule"), "here")
                .help(
                    "write `cron: \"0 2 * * *\"`: minute, hour, day of month, month, day of week",
                ),
            );
            return None;
        };
        let expression = cron.value.as_deref()?;
        // With a zone that is not known the expression is still looked at.
        Schedule::parse(expression, zone.clone().unwrap_or(TimeZone::UTC))
            .map_err(|why| {
                let title = format!("the cron expression of {} has a mistake in it", scope.label);
                scope.report(
                    Diagnostic::new(Code::Expression, title)
                        .at(cron.span, cron.unless_external(&why))
                        .help(
                            "minute, hour, day of month, month, day of week, as in `30 2 * * 1-5`",
                        ),
                );
            })
            .ok()
            .filter(|_| zone.is_some())
    }

    fn zone(&self, scope: &Scope<'_>, field: &Setting<String>) -> Option<TimeZone> {
        let name = field.value.as_deref()?.trim();
        match TimeZone::get(name) {
            Ok(zone) => Some(zone),
            Err(_) => {
                let title = format!("the time zone of {} is not known", scope.label);
                let known: Vec<String> = jiff::tz::db()
                    .available()
                    .map(|known| known.to_string())
                    .collect();
                let label = match nearest(name, known.iter().map(String::as_str)) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "expected an IANA name such as `Europe/Berlin`".to_owned(),
                };
                scope.report(Diagnostic::new(Code::Value, title).at(field.span, label));
                None
            }
        }
    }

    /// No two push monitors are reached by one path, and none by one of hbmon's own.
    pub(super) fn check_push_paths<'f>(
        &self,
        monitors: impl Iterator<Item = &'f Flattened<CommonKeys, MonitorKeys>>,
    ) {
        let mut taken: HashMap<String, PushPath> = HashMap::new();
        for Flattened { own: monitor, .. } in monitors {
            let (Some(push), Some(name)) = (&monitor.push, &monitor.name) else {
                continue;
            };
            let own = push.value.as_ref().and_then(|keys| keys.path.as_ref());
            let by_name = name.value.as_ref().zip(name.shown_text());
            let by_name = by_name.map(|(text, shown)| {
                (
                    format!("{HEARTBEATS_PATH}{text}"),
                    format!("{HEARTBEATS_PATH}{shown}"),
                    name,
                )
            });
            let by_path =
                own.and_then(|field| Some((field.value.clone()?, field.shown_text()?, field)));
            for (path, shown, field) in by_name.into_iter().chain(by_path) {
                self.check_push_path(
                    &path,
                    PushPath {
                        shown,
                        span: field.span,
                    },
                    &mut taken,
                );
            }
        }
        for (path, PushPath { shown, span }) in &taken {
            let Some((head, word)) = path.rsplit_once('/') else {
                continue;
            };
            if let (Some(_), Some(other)) = (PushAction::parse(word), taken.get(head)) {
                let title = format!("`{shown}` would be taken for a step of `{}`", other.shown);
                self.context.report(
                    Diagnostic::new(Code::Conflict, title)
                        .at(
                            *span,
                            format!("`/{word}` means something below another intake"),
                        )
                        .also(other.span, "this one"),
                );
            }
        }
    }

    fn check_push_path(
        &self,
        path: &str,
        PushPath { shown, span }: PushPath,
        taken: &mut HashMap<String, PushPath>,
    ) {
        let allowed = |c: char| c.is_ascii_alphanumeric() || "/-._~!$&'()*+,;=:@".contains(c);
        let segments = path.strip_prefix('/').unwrap_or("");
        let is_path = path.chars().all(allowed)
            && segments
                .split('/')
                .all(|part| !matches!(part, "" | "." | ".."));
        if !is_path {
            self.context.report(
                Diagnostic::new(Code::Value, "the `path` of an intake is not the path of a URL")
                    .at(span, "expected such as `/v1/worker-heartbeat`")
                    .note(
                        "it begins with `/`, does not end with it, and takes letters, digits and `-._~!$&'()*+,;=:@`",
                    ),
            );
            return;
        }
        let is_below = |own: &str| {
            path.strip_prefix(own)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let intake = HEARTBEATS_PATH.trim_end_matches('/');
        if let Some(own) = RESERVED
            .into_iter()
            .find(|own| is_below(own))
            .or((path == intake).then_some(intake))
        {
            self.context.report(
                Diagnostic::new(
                    Code::Conflict,
                    format!("pushed heartbeats cannot arrive at `{shown}`"),
                )
                .at(span, format!("hbmon's own `{own}` is there")),
            );
            return;
        }
        let title = format!("two push monitors would hear what is sent to `{shown}`");
        if let Some(first) = taken.insert(path.to_owned(), PushPath { shown, span }) {
            self.context.report(
                Diagnostic::new(Code::Conflict, title)
                    .at(span, "second one")
                    .also(first.span, "first one"),
            );
        }
    }
}
