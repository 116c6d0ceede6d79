//! Resolves the keys of push monitors: the form of their heartbeats, and when these are expected.

use std::hash::Hash;
use std::sync::Arc;
use std::time::Duration;

use siphasher::sip::SipHasher13;

use super::keys::{PushKeys, PushMethod};
use super::{HEARTBEATS_PATH, PushSpec};
use crate::conf::codes::Code;
use crate::conf::diagnostic::Diagnostic;
use crate::conf::reference::{ReferenceSection, section};
use crate::conf::schedule::{ScheduleKeys, schedule};
use crate::conf::scope::Scope;
use crate::conf::secret::Secret;
use crate::conf::setting::Setting;
use crate::conf::units::{ConfigDuration, MILLISECOND, YEAR};
use crate::model::{InstancePolicy, Policy, Rhythm};
use crate::monitors::caches::{Caches, ResolvedKind};
use crate::monitors::kind::{KindCadence, KindInfo, KindKeys};
use crate::monitors::payload::timestamps::{TimestampKeys, timestamp_rules};
use crate::monitors::token::Token;

const HOUR: Duration = Duration::from_secs(3600);

impl KindKeys for PushKeys {
    type Spec = PushSpec;
    const INFO: KindInfo = KindInfo {
        noun: "a push monitor",
        schemes: &[],
        suggested_scheme: "https",
        probe_schemes: &[],
        interval: Duration::from_secs(60),
        rhythm: Rhythm::Subscription,
        advice: &[],
        example: "",
    };

    fn resolve(
        &self,
        caches: &Caches<'_>,
        scope: &Scope<'_>,
        name: Option<&str>,
        secrets: &mut Vec<Secret>,
        hash: &mut SipHasher13,
    ) -> Option<ResolvedKind<PushSpec>> {
        Some(resolve(caches, scope, self, name, secrets, hash))
    }

    fn sections() -> Vec<ReferenceSection> {
        vec![
            section::<PushKeys>("`push`"),
            section::<ScheduleKeys>("`push.schedule`"),
        ]
    }

    fn cadence(
        &self,
        scope: &Scope<'_>,
        own: Option<&Setting<ConfigDuration>>,
        base: Option<&Setting<ConfigDuration>>,
    ) -> Option<KindCadence> {
        Some(cadence(scope, self, own, base))
    }

    fn instances(&self, scope: &Scope<'_>, policy: &Policy) -> Option<InstancePolicy> {
        instances(scope, self, policy)
    }
}

fn resolve(
    caches: &Caches<'_>,
    scope: &Scope<'_>,
    keys: &PushKeys,
    name: Option<&str>,
    secrets: &mut Vec<Secret>,
    hash: &mut SipHasher13,
) -> ResolvedKind<PushSpec> {
    // A changed `id` names other instances, so only this change discards what was received.
    (scope.kind.as_str(), &keys.id).hash(hash);
    let timestamp = caches.patterns.query(scope, keys.timestamp.as_ref());
    let dating = timestamp_rules(
        scope,
        TimestampKeys {
            timestamp: keys.timestamp.as_ref(),
            max_age: keys.max_age.as_ref(),
        },
    );
    if let Some(field) = &keys.token {
        scope
            .context
            .warn_plain_secret(&format!("`token` of {}", scope.label), field);
    }
    let token = keys
        .token
        .as_ref()
        .and_then(|field| field.value.clone())
        .filter(|token| !token.reveal().is_empty());
    if let (Some(field), Some(token)) = (&keys.token, &token)
        && !Token::is_sendable(token.reveal())
    {
        let title = format!(
            "no client can send the `token` of {} in a header",
            scope.label
        );
        scope.report(
            Diagnostic::new(Code::Header, title)
                .at(field.span, "with a line break or control character"),
        );
    }
    secrets.extend(token.clone());
    let spec = PushSpec {
        methods: methods(scope, keys),
        path: keys.path.as_ref().and_then(|field| field.value.clone()),
        token: token.map(|token| Token::new(token.reveal())),
        id: caches.patterns.query(scope, keys.id.as_ref()),
        available: caches.patterns.filter(scope, keys.available.as_ref()),
        expect: caches.patterns.expect(scope, keys.expect.as_ref()),
        timestamp,
    };
    let path = keys.path.as_ref().and_then(Setting::shown_text);
    let address = path.unwrap_or_else(|| format!("{HEARTBEATS_PATH}{}", name.unwrap_or_default()));
    ResolvedKind {
        spec,
        address,
        certificate: None,
        timestamps: dating,
    }
}

/// The methods in the order of the config.
fn methods(scope: &Scope<'_>, keys: &PushKeys) -> Vec<PushMethod> {
    let Some(field) = &keys.methods else {
        return vec![PushMethod::Post];
    };
    let written = field.value.iter().flat_map(|many| &many.0);
    let methods: Vec<PushMethod> = written.clone().filter_map(|method| method.value).collect();
    if field.value.is_some() && written.count() == 0 {
        let title = format!("{} accepts no method", scope.label);
        scope.report(
            Diagnostic::new(Code::Value, title).at(field.span, "expected `POST`, `GET` or both"),
        );
    }
    methods
}

/// Resolves an interval or a schedule.
fn cadence(
    scope: &Scope<'_>,
    keys: &PushKeys,
    own: Option<&Setting<ConfigDuration>>,
    base: Option<&Setting<ConfigDuration>>,
) -> KindCadence {
    if let Some(field) = &keys.schedule {
        if let Some(interval) = own {
            let title = format!("{} has an `interval` and a `schedule`", scope.label);
            scope.report(
                Diagnostic::new(Code::Conflict, title)
                    .at(interval.span, "one of them")
                    .also(
                        scope.context.key_before(field.span, "schedule"),
                        "the other",
                    ),
            );
        }
        let report = |problem| scope.report(problem);
        let schedule = schedule(scope.context, &scope.label, field, &report).map(Arc::new);
        let interval = schedule
            .as_ref()
            .map_or(HOUR, |schedule| schedule.shortest());
        return KindCadence { interval, schedule };
    }
    let written = own.or(base);
    if written.is_none() {
        scope.report(
            Diagnostic::new(
                Code::MissingKey,
                format!("{} has no `interval`", scope.label),
            )
            .at(scope.kind_span, "how often is a heartbeat due?")
            .help("write `interval: 1m` beside it, or `schedule: {cron: \"0 2 * * *\"}` below it"),
        );
    }
    let interval = scope
        .period("interval", written, MILLISECOND, YEAR)
        .unwrap_or(HOUR);
    KindCadence {
        interval,
        schedule: None,
    }
}

/// Resolves `id` and the keys that need it.
fn instances(scope: &Scope<'_>, keys: &PushKeys, policy: &Policy) -> Option<InstancePolicy> {
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
            scope.report(
                Diagnostic::new(Code::Conflict, title)
                    .at(span, "works only with `id`")
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
