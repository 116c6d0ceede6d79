//! The judgement: a pure function of facts, policy and time, constant until `next_change`.

use std::time::Duration;

use jiff::SignedDuration;

use super::facts::Facts;
use super::failure::{Assertion, Failure};
use super::latency::signed;
use super::moment::Moment;
use super::policy::{Levels, Policy, Rhythm};
use super::snapshot::{Cause, Status};

/// How a target is, and the rule that decided it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub status: Status,
    pub cause: Option<Cause>,
}

/// A rule that speaks: how bad, since when, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Finding {
    pub status: Status,
    pub at: Moment,
    pub cause: Cause,
}

/// The worst of all rules; of several causes the most severe is shown, among equals the newest.
pub fn judge(facts: &Facts, policy: &Policy, now: Moment) -> Verdict {
    let mut worst = None;
    facts.recovery.held().for_each(|held| worsen(&mut worst, Some(held)));
    worsen(&mut worst, trouble(facts, policy, now));
    worsen(&mut worst, certificate(facts, policy, now));
    match worst {
        Some(Finding { status, cause, .. }) => Verdict { status, cause: Some(cause) },
        // What an earlier run knew stands until this one knows better.
        None => {
            let is_unknown = !facts.recalled && (!facts.heard || (facts.lacks(policy) && now < facts.full(policy)));
            if !is_unknown {
                return Verdict { status: Status::Healthy, cause: None };
            }
            let lack = facts.blame.lack().map(|lack| Cause::Failure(Failure::Local { lack }));
            Verdict { status: Status::Unknown, cause: lack }
        }
    }
}

/// When the verdict may change although nobody says anything: strictly after `now`.
pub fn next_change(facts: &Facts, policy: &Policy, now: Moment) -> Option<Moment> {
    let miss = match policy.rhythm {
        Rhythm::Subscription => facts.silence.next_miss(facts.promise(policy), now),
        Rhythm::Poll => None,
    };
    let lapse = facts.next_lapse().filter(|at| *at > now);
    [miss, lapse, next_crossing(facts, policy, now)].into_iter().flatten().min()
}

/// When the certificate next comes under a limit, or all instances have had their time to be heard.
pub(super) fn next_crossing(facts: &Facts, policy: &Policy, now: Moment) -> Option<Moment> {
    let limits = facts.certificate().map(|_| [policy.certificate.warning, policy.certificate.error]);
    let limits = limits.into_iter().flatten().flatten();
    let crossings = limits.filter_map(|limit| crossing(facts, signed(limit))).map(|(at, _)| at);
    let full = facts.lacks(policy).then(|| facts.full(policy));
    crossings.chain(full).filter(|at| *at > now && *at < Moment::FAR).min()
}

/// The worst of the rules that heartbeats can end: failures, missed, latency, too few instances.
pub(super) fn trouble(facts: &Facts, policy: &Policy, now: Moment) -> Option<Finding> {
    let instances = facts.instances.as_ref().and_then(|registry| registry.worst()).map(|(finding, _)| finding);
    let mut worst = latency(facts, policy);
    worsen(&mut worst, missed(facts, policy, now));
    worsen(&mut worst, failures(facts, policy));
    worsen(&mut worst, instances);
    worsen(&mut worst, crowd(facts, policy, now));
    worst
}

/// What the last latency alone makes of the status.
pub(super) fn latency_status(facts: &Facts, policy: &Policy) -> Option<Status> {
    let last = facts.latencies.last()?;
    level(policy.latency, |limit| last > limit).map(|(status, _)| status)
}

fn failures(facts: &Facts, policy: &Policy) -> Option<Finding> {
    let (at, failure) = facts.row.last_failure.as_deref()?;
    let count = facts.consecutive_failures;
    let status = match level(policy.failures, |limit| count > 0 && count >= limit) {
        _ if count > 0 && failure.is_final() => Status::Error,
        reached => reached?.0,
    };
    Some(Finding { status, at: *at, cause: Cause::Failure(failure.clone()) })
}

fn missed(facts: &Facts, policy: &Policy, now: Moment) -> Option<Finding> {
    if policy.rhythm == Rhythm::Poll {
        return None;
    }
    let promise = facts.promise(policy);
    let count = facts.silence.consecutive_at(promise, now);
    let (status, _) = level(policy.missed, |limit| count > 0 && count >= limit)?;
    let (at, silent) = facts.silence.last_miss(promise, now)?;
    Some(Finding { status, at, cause: Cause::Missed { count, silent } })
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
    let fell = facts.instances.as_ref().map_or(full, |registry| registry.fell());
    let cause = Cause::Failure(Failure::Assertion(Assertion::Online { least, online }));
    Some(Finding { status: Status::Error, at: fell.max(full), cause })
}

fn latency(facts: &Facts, policy: &Policy) -> Option<Finding> {
    let latency = facts.latencies.last()?;
    let (status, limit) = level(policy.latency, |limit| latency > limit)?;
    Some(Finding { status, at: facts.measured, cause: Cause::Latency { latency, limit } })
}

fn certificate(facts: &Facts, policy: &Policy, now: Moment) -> Option<Finding> {
    let (certificate, ..) = facts.certificate()?;
    let crossed = |limit| crossing(facts, signed(limit)).filter(|(at, _)| *at <= now);
    let (status, limit) = level(policy.certificate, |limit| crossed(limit).is_some())?;
    let (at, left) = crossed(limit)?;
    Some(Finding { status, at, cause: Cause::Certificate { left, subject: certificate.subject.clone() } })
}

/// When no more than `limit` is left of the certificate, and how much that is: less than the limit if the
/// certificate was already so when it was shown.
fn crossing(facts: &Facts, limit: SignedDuration) -> Option<(Moment, SignedDuration)> {
    let (_, left, shown) = facts.certificate()?;
    match Duration::try_from(left.saturating_sub(limit)) {
        Ok(spare) => Some((shown.plus(spare), limit)),
        Err(_) => Some((shown, left)),
    }
}

/// The most severe level that is reached.
pub(super) fn level<T: Copy>(levels: Levels<T>, reached: impl Fn(T) -> bool) -> Option<(Status, T)> {
    [(Status::Error, levels.error), (Status::Warning, levels.warning)]
        .into_iter()
        .find_map(|(status, limit)| limit.filter(|limit| reached(*limit)).map(|limit| (status, limit)))
}

/// Puts a finding in the place of the worst so far if it is more severe, or as severe and not older.
fn worsen(worst: &mut Option<Finding>, finding: Option<Finding>) {
    if let Some(finding) = finding
        && worst.as_ref().is_none_or(|worst| (finding.status, finding.at) >= (worst.status, worst.at))
    {
        *worst = Some(finding);
    }
}
