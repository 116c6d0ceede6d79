//! The judgement: a pure function of facts, policy and time, constant until `next_change`.

use std::time::Duration;

use jiff::SignedDuration;

use super::facts::Facts;
use super::finding::{Finding, level, worsen, worsen_by_latched};
use super::latency::signed;
use super::policy::Policy;
use super::status::{Cause, Status};
use crate::model::outcome::failure::Failure;
use crate::model::time::moment::Moment;

/// How a target is, and the rule that decided it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub status: Status,
    pub cause: Option<Cause>,
}

/// The worst of all rules decides; of equals the one that began first gives the cause. Trouble that
/// waits for its recovery decides where it is worse than what still holds.
pub fn judge(facts: &Facts, policy: &Policy, now: Moment) -> Verdict {
    let mut worst = facts.trouble(policy, now);
    worsen(&mut worst, certificate(facts, policy, now));
    facts
        .recovery
        .latched()
        .for_each(|held| worsen_by_latched(&mut worst, held));
    match worst {
        Some(Finding { status, cause, .. }) => Verdict {
            status,
            cause: Some(cause),
        },
        None if is_unknown(facts, policy, now) => {
            let lack = facts
                .excuses
                .local_limit()
                .map(|lack| Cause::Failure(Failure::Local { limit: lack }));
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
    let is_unheard = !facts.restored
        && (!facts.has_beat
            || (facts.has_too_few_instances(policy) && now < facts.instances_due_at(policy)));
    is_unheard
        || facts
            .verdict_expiry(policy)
            .is_some_and(|limit| now >= limit)
}

/// When the verdict may change although nobody says anything: strictly after `now`.
pub fn next_change(facts: &Facts, policy: &Policy, now: Moment) -> Option<Moment> {
    let miss = facts.next_miss(policy, now);
    let lapse = facts.next_instance_expiry().filter(|at| *at > now);
    [miss, lapse, next_crossing(facts, policy, now)]
        .into_iter()
        .flatten()
        .min()
}

/// When the certificate next comes under a limit, all instances have had their time to be heard, or
/// a verdict has stood for too long although this machine cannot make attempts.
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
    let full = facts
        .has_too_few_instances(policy)
        .then(|| facts.instances_due_at(policy));
    crossings
        .chain(full)
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

/// When no more than `limit` is left of the certificate, and how much that is: less than the limit
/// if the certificate was already so when it was shown.
fn crossing(facts: &Facts, limit: SignedDuration) -> Option<(Moment, SignedDuration)> {
    let (_, left, shown) = facts.certificate()?;
    match Duration::try_from(left.saturating_sub(limit)) {
        Ok(spare) => Some((shown.plus(spare), limit)),
        Err(_) => Some((shown, left)),
    }
}
