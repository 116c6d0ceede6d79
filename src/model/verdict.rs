//! The judgement: a pure function of facts, policy and time, constant until `next_change`.

use std::time::Duration;

use jiff::SignedDuration;

use super::facts::Facts;
use super::failure::{Assertion, Failure};
use super::latency::signed;
use super::moment::Moment;
use super::policy::{Levels, Policy};
use super::snapshot::{Cause, Status};

/// How a target is, and the rule that decided it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub status: Status,
    pub cause: Option<Cause>,
}

/// A rule that holds: how bad it is, since when, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Finding {
    pub status: Status,
    pub at: Moment,
    pub cause: Cause,
}

/// The worst of all rules decides; of equals the one that began first gives the cause. Trouble that
/// waits for its recovery decides where it is worse than what still holds.
pub fn judge(facts: &Facts, policy: &Policy, now: Moment) -> Verdict {
    let mut worst = trouble(facts, policy, now);
    worsen(&mut worst, certificate(facts, policy, now));
    facts
        .recovery
        .held()
        .for_each(|held| outrank(&mut worst, held));
    match worst {
        Some(Finding { status, cause, .. }) => Verdict {
            status,
            cause: Some(cause),
        },
        None if is_unknown(facts, policy, now) => {
            let lack = facts
                .blame
                .lack()
                .map(|lack| Cause::Failure(Failure::Local { lack }));
            Verdict {
                status: Status::Unknown,
                cause: lack,
            }
        }
        None => Verdict {
            status: Status::Healthy,
            cause: None,
        },
    }
}

/// Nothing speaks against the target, but too little is known of it.
fn is_unknown(facts: &Facts, policy: &Policy, now: Moment) -> bool {
    // What an earlier run knew stands until this one knows better.
    let is_unheard =
        !facts.recalled && (!facts.heard || (facts.lacks(policy) && now < facts.full(policy)));
    is_unheard || facts.blind_limit(policy).is_some_and(|limit| now >= limit)
}

/// When the verdict may change although nobody says anything: strictly after `now`.
pub fn next_change(facts: &Facts, policy: &Policy, now: Moment) -> Option<Moment> {
    let miss = facts.next_miss(policy, now);
    let lapse = facts.next_lapse().filter(|at| *at > now);
    [miss, lapse, next_crossing(facts, policy, now)]
        .into_iter()
        .flatten()
        .min()
}

/// When the certificate next comes under a limit, all instances have had their time to be heard, or
/// a verdict has stood for too long although this machine cannot make attempts.
pub(super) fn next_crossing(facts: &Facts, policy: &Policy, now: Moment) -> Option<Moment> {
    let limits = facts
        .certificate()
        .map(|_| [policy.certificate.warning, policy.certificate.error]);
    let limits = limits.into_iter().flatten().flatten();
    let crossings = limits
        .filter_map(|limit| crossing(facts, signed(limit)))
        .map(|(at, _)| at);
    let full = facts.lacks(policy).then(|| facts.full(policy));
    crossings
        .chain(full)
        .chain(facts.blind_limit(policy))
        .filter(|at| *at > now && *at < Moment::FAR)
        .min()
}

/// The worst of the rules that heartbeats can end: failures, missed, latency, too few instances.
pub(super) fn trouble(facts: &Facts, policy: &Policy, now: Moment) -> Option<Finding> {
    let instances = facts
        .instances
        .as_ref()
        .and_then(|registry| registry.worst())
        .map(|(finding, _)| finding);
    let mut worst = failures(facts, policy);
    worsen(&mut worst, instances);
    worsen(&mut worst, missed(facts, policy, now));
    worsen(&mut worst, crowd(facts, policy, now));
    worsen(&mut worst, latency(facts, policy));
    worsen(&mut worst, facts.sender.finding(policy));
    worst
}

/// What the last latency alone makes of the status.
pub(super) fn latency_status(facts: &Facts, policy: &Policy) -> Option<Status> {
    let last = facts.latencies.last()?;
    level(policy.latency, |limit| last > limit).map(|(status, _)| status)
}

fn failures(facts: &Facts, policy: &Policy) -> Option<Finding> {
    let status = facts.streak.status(policy)?;
    let (_, failure) = facts.row.last_failure.as_deref()?;
    Some(Finding {
        status,
        at: facts.streak.since(status),
        cause: Cause::Failure(failure.clone()),
    })
}

pub(super) fn missed(facts: &Facts, policy: &Policy, now: Moment) -> Option<Finding> {
    let count = facts.missed_at(policy, now);
    let (status, limit) = level(policy.missed, |limit| count > 0 && count >= limit)?;
    let promise = facts.promise(policy);
    let (_, silent) = facts
        .silence
        .last_miss(promise, if facts.is_blind() { Moment::START } else { now })?;
    let at = facts.silence.since(promise, limit, status);
    Some(Finding {
        status,
        at,
        cause: Cause::Missed { count, silent },
    })
}

/// Fewer instances online than wanted, once all of them have had their time to be heard.
pub(super) fn crowd(facts: &Facts, policy: &Policy, now: Moment) -> Option<Finding> {
    if !facts.lacks(policy) {
        return None;
    }
    let full = facts.full(policy);
    if now < full {
        return None;
    }
    let (least, online) = (policy.instances?.min_online, facts.counts().online);
    let fell = facts
        .instances
        .as_ref()
        .map_or(full, |registry| registry.fell());
    let cause = Cause::Failure(Failure::Assertion(Assertion::Online { least, online }));
    Some(Finding {
        status: Status::Error,
        at: fell.max(full),
        cause,
    })
}

fn latency(facts: &Facts, policy: &Policy) -> Option<Finding> {
    let latency = facts.latencies.last()?;
    let (status, limit) = level(policy.latency, |limit| latency > limit)?;
    let at = facts.slow.since(status).unwrap_or(facts.measured);
    Some(Finding {
        status,
        at,
        cause: Cause::Latency { latency, limit },
    })
}

fn certificate(facts: &Facts, policy: &Policy, now: Moment) -> Option<Finding> {
    let (certificate, ..) = facts.certificate()?;
    let crossed = |limit| crossing(facts, signed(limit)).filter(|(at, _)| *at <= now);
    let (status, limit) = level(policy.certificate, |limit| crossed(limit).is_some())?;
    let (at, left) = crossed(limit)?;
    Some(Finding {
        status,
        at,
        cause: Cause::Certificate {
            left,
            subject: certificate.subject.clone(),
        },
    })
}

/// When no more than `limit` is left of the certificate, and how much that is: less than the limit
/// if the certificate was already so when it was shown.
fn crossing(facts: &Facts, limit: SignedDuration) -> Option<(Moment, SignedDuration)> {
    let (_, left, shown) = facts.certificate()?;
    match Duration::try_from(left.saturating_sub(limit)) {
        Ok(spare) => Some((shown.plus(spare), limit)),
        Err(_) => Some((shown, left)),
    }
}

/// The most severe level that is reached.
pub(super) fn level<T: Copy>(
    levels: Levels<T>,
    reached: impl Fn(T) -> bool,
) -> Option<(Status, T)> {
    [
        (Status::Error, levels.error),
        (Status::Warning, levels.warning),
    ]
    .into_iter()
    .find_map(|(status, limit)| {
        limit
            .filter(|limit| reached(*limit))
            .map(|limit| (status, limit))
    })
}

/// Puts a finding in the place of the worst so far if it is more severe, or as severe and began
/// before.
fn worsen(worst: &mut Option<Finding>, finding: Option<Finding>) {
    if let Some(finding) = finding
        && worst.as_ref().is_none_or(|worst| {
            finding.status > worst.status
                || (finding.status == worst.status && finding.at < worst.at)
        })
    {
        *worst = Some(finding);
    }
}

/// The same if it is more severe.
fn outrank(worst: &mut Option<Finding>, held: Finding) {
    if worst
        .as_ref()
        .is_none_or(|worst| held.status > worst.status)
    {
        *worst = Some(held);
    }
}
