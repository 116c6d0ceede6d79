//! The verdict: a pure function of facts, policy and time, constant until `next_change`.

use std::time::Duration;

use jiff::SignedDuration;

use super::facts::Facts;
use super::finding::{Finding, level, worsen, worsen_by_latched};
use super::latency::signed;
use super::policy::Policy;
use super::status::{Cause, Status};
use crate::model::outcome::failure::Failure;
use crate::model::time::moment::Moment;

/// The status of a target, and the rule that decided it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub status: Status,
    pub cause: Option<Cause>,
}

/// Judges a target. The most severe rule decides; of equals the oldest gives the cause. Latched
/// trouble decides if it is more severe than all rules that hold.
pub fn judge(facts: &Facts, policy: &Policy, now: Moment) -> Verdict {
    let mut worst = facts.trouble(policy, now);
    worsen(&mut worst, certificate(facts, policy, now));
    facts
        .recovery
        .latched()
        .for_each(|latched| worsen_by_latched(&mut worst, latched));
    match worst {
        Some(Finding { status, cause, .. }) => Verdict {
            status,
            cause: Some(cause),
        },
        None if is_unknown(facts, policy, now) => {
            let limit = facts
                .excuses
                .local_limit()
                .map(|limit| Cause::Failure(Failure::Local { limit }));
            Verdict {
                status: Status::Unknown,
                cause: limit,
            }
        }
        None => Verdict {
            status: Status::Healthy,
            cause: None,
        },
    }
}

/// Returns whether too little is known about a target that no rule speaks against.
fn is_unknown(facts: &Facts, policy: &Policy, now: Moment) -> bool {
    // The verdict of an earlier run stands until this run knows better.
    let is_unheard = !facts.restored
        && (!facts.has_beat
            || (facts.has_too_few_instances(policy) && now < facts.instances_due_at(policy)));
    is_unheard
        || facts
            .verdict_expiry(policy)
            .is_some_and(|limit| now >= limit)
}

/// Returns when the verdict can change without a new fact, strictly after `now`.
pub fn next_change(facts: &Facts, policy: &Policy, now: Moment) -> Option<Moment> {
    let miss = facts.next_miss(policy, now);
    let lapse = facts.next_instance_expiry().filter(|at| *at > now);
    [miss, lapse, next_crossing(facts, policy, now)]
        .into_iter()
        .flatten()
        .min()
}

/// Returns the next moment when the certificate reaches a limit, all instances have had time to
/// send a heartbeat, or the verdict is too old because this machine cannot make attempts.
pub(in crate::model) fn next_crossing(
    facts: &Facts,
    policy: &Policy,
    now: Moment,
) -> Option<Moment> {
    let limits = facts
        .certificate()
        .map(|_| [policy.certificate.warning, policy.certificate.error]);
    let limits = limits.into_iter().flatten().flatten();
    let crossings = limits
        .filter_map(|limit| crossing(facts, signed(limit)))
        .map(|(at, _)| at);
    let all_due_at = facts
        .has_too_few_instances(policy)
        .then(|| facts.instances_due_at(policy));
    crossings
        .chain(all_due_at)
        .chain(facts.verdict_expiry(policy))
        .filter(|at| *at > now && *at < Moment::FAR)
        .min()
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

/// Returns when the time left of the certificate reaches `limit`, and the time left then. That is
/// less than the limit if the certificate was below it when first shown.
fn crossing(facts: &Facts, limit: SignedDuration) -> Option<(Moment, SignedDuration)> {
    let (_, left, shown) = facts.certificate()?;
    match Duration::try_from(left.saturating_sub(limit)) {
        Ok(spare) => Some((shown.plus(spare), limit)),
        Err(_) => Some((shown, left)),
    }
}
