//! Events and conditions: what happened, and how a target or hbmon is.

use std::time::Duration;

use jiff::SignedDuration;

use super::failures::{cause, failure, local_limit};
use super::units::{age, count, latency};
use crate::model::{
    Cause, Counts, Event, IncidentChange, IncidentEvent, InstanceChange, LocalLimit, Moment,
    Overload, Row, SelfStats, Silence, SilenceChange, Status,
};

/// Returns the sentence beside a status: its cause, or that there was no heartbeat yet. Empty when
/// healthy.
pub fn condition(row: &Row) -> String {
    match (&row.cause, row.status) {
        (Some(known), _) => cause(known),
        (None, Status::Unknown) => "no heartbeat yet".to_owned(),
        (None, _) => String::new(),
    }
}

/// Returns the sentence beside a status as of `now`: the silence of a subscription is the age of its
/// last heartbeat, `24 heartbeats missed, none for 4m12s`.
pub fn condition_at(row: &Row, now: Moment) -> String {
    match (&row.cause, row.last_beat) {
        (Some(Cause::Missed { count: missed, .. }), Some(last)) => {
            let missed = count(u64::from(*missed), "heartbeat", "heartbeats");
            format!("{missed} missed, none for {}", age(now.since(last)))
        }
        _ => condition(row),
    }
}

/// Returns the sentence about an event: `heartbeat in 41ms`. For a transition: why and from where,
/// `503 Service Unavailable (was warning)`, or after how long the problem ended.
pub fn event(event: &Event) -> String {
    match event {
        Event::Open => "connected".to_owned(),
        Event::Close => "connection closed normally".to_owned(),
        Event::Beat {
            latency: Some(measured),
            ..
        } => format!("heartbeat in {}", latency(*measured)),
        Event::Beat { latency: None, .. } => "heartbeat".to_owned(),
        Event::Failure { failure: why, .. } => failure(why),
        Event::Miss { consecutive: 1 } => "heartbeat missed".to_owned(),
        Event::Miss { consecutive } => format!("heartbeat missed, {consecutive} in a row"),
        Event::Start => "run started".to_owned(),
        Event::Log { text } => text.to_string(),
        Event::Instance { id, change } => match change {
            InstanceChange::Online => format!("{id} online"),
            InstanceChange::Offline => format!("{id} went silent"),
            InstanceChange::Evicted => format!("{id} forgotten after a long silence"),
            InstanceChange::Removed => format!("{id} removed"),
        },
        Event::Incident(event) => incident(event),
        Event::Maintenance(Some(time)) if time.reason.is_empty() => "maintenance began".to_owned(),
        Event::Maintenance(Some(time)) => format!("maintenance began: {}", time.reason),
        Event::Maintenance(None) => "maintenance is over".to_owned(),
        Event::Transition {
            recovered_after: Some(lasted),
            ..
        } => recovered(*lasted),
        Event::Transition {
            from, cause: why, ..
        } => {
            let why = why.as_deref().map(cause);
            // Before the first outcome the status says nothing.
            let was = (*from != Status::Unknown).then(|| format!("(was {})", from.as_str()));
            why.into_iter().chain(was).collect::<Vec<_>>().join(" ")
        }
    }
}

/// Returns the sentence about the end of a problem: `recovered after 1m18s`.
pub fn recovered(lasted: Duration) -> String {
    format!("recovered after {}", age(lasted))
}

/// Returns the sentence about an incident: `i-0042 acknowledged by ana`.
fn incident(event: &IncidentEvent) -> String {
    let id = event.incident.id;
    match &event.change {
        IncidentChange::Opened => format!("{id} opened"),
        IncidentChange::Worse => format!("{id} is worse: {}", event.incident.worst.as_str()),
        IncidentChange::Acknowledged => match &event.incident.acknowledged {
            Some(acknowledged) => format!("{id} acknowledged by {}", acknowledged.by),
            None => format!("{id} no longer acknowledged"),
        },
        IncidentChange::Note { by, text } => format!("{id} noted by {by}: {text}"),
        IncidentChange::Closed(end) => format!("{id} closed: {}", end.as_str()),
    }
}

/// The reason of a silence from the screen, which asks only how long.
pub const MUTED: &str = "muted on the screen";

/// Returns the sentence about a silence: `s-0007 silences tag:eu for 2h00m, by ana: deploy`.
pub fn silence(silence: &Silence, change: SilenceChange) -> String {
    let Silence {
        id, matches, by, ..
    } = silence;
    let why = if silence.reason.is_empty() {
        String::new()
    } else {
        format!(": {}", silence.reason)
    };
    match change {
        SilenceChange::Added => {
            let lasts = age(silence.until.since(silence.from));
            format!("{id} silences {matches} for {lasts}, by {by}{why}")
        }
        SilenceChange::Ended => format!("{id} ended, the silence of {matches}"),
    }
}

/// Returns the sentence about a reload: `config reloaded: 2 added, 1 removed, 14 monitors`.
pub fn reloaded(added: usize, removed: usize, changed: usize, total: usize) -> String {
    let steps = [(added, "added"), (removed, "removed"), (changed, "changed")];
    let mut parts: Vec<String> = steps
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, what)| format!("{number} {what}"))
        .collect();
    if parts.is_empty() {
        parts.push("no monitor changed".to_owned());
    }
    parts.push(count(total as u64, "monitor", "monitors"));
    format!("config reloaded: {}", parts.join(", "))
}

/// Returns the sentence about time in which hbmon did not run: `hbmon did not run for 3h02m, all
/// deadlines move by it`.
pub fn stalled(gap: Duration) -> String {
    format!(
        "hbmon did not run for {}, all deadlines move by it",
        age(gap)
    )
}

/// Returns the sentence about a change of the wall clock: `the clock was set back by 1h00m`.
pub fn clock_set(by: SignedDuration) -> String {
    let direction = if by.is_negative() { "back" } else { "forward" };
    format!(
        "the clock was set {direction} by {}",
        age(by.unsigned_abs())
    )
}

/// Returns the sentence about trouble of hbmon itself, or its end.
pub const fn overload(overload: Option<Overload>) -> &'static str {
    match overload {
        Some(Overload::Late) => "hbmon is overloaded and late; no target is blamed for it",
        Some(Overload::LocalLimit(what)) => local_limit(what),
        None => "hbmon keeps up again",
    }
}

/// Returns trouble of hbmon itself in at most two words.
pub const fn overload_brief(overload: Overload) -> &'static str {
    match overload {
        Overload::Late => "OVERLOADED",
        Overload::LocalLimit(LocalLimit::Files) => "NO FILES",
        Overload::LocalLimit(LocalLimit::Ports) => "NO PORTS",
        Overload::LocalLimit(LocalLimit::Buffers) => "NO BUFFERS",
        Overload::LocalLimit(LocalLimit::NameServer) => "NO DNS",
        Overload::LocalLimit(LocalLimit::Network) => "NO NETWORK",
    }
}

/// Returns what hbmon measures about itself: `itself: 14 open, attempts late by 0.4ms (p99), its
/// loop by 1ms (worst)`.
pub fn self_stats(stats: &SelfStats) -> String {
    let attempts = latency(stats.delay_percentile(99));
    let wake = latency(stats.max_loop_delay);
    format!(
        "itself: {} open, attempts late by {attempts} (p99), its loop by {wake} (worst)",
        stats.open
    )
}

/// Returns the fleet in one line, worst status first: `1 error, 2 warning, 11 healthy of 14
/// monitors`.
pub fn counts(counts: &Counts) -> String {
    let order = [
        Status::Error,
        Status::Warning,
        Status::Unknown,
        Status::Paused,
        Status::Healthy,
    ];
    let present = order
        .into_iter()
        .map(|status| (counts.of(status), status))
        .filter(|(number, _)| *number > 0);
    let parts: Vec<String> = present
        .map(|(number, status)| format!("{number} {}", status.as_str()))
        .collect();
    match parts.as_slice() {
        [] => "no monitors".to_owned(),
        _ => format!(
            "{} of {}",
            parts.join(", "),
            count(counts.total() as u64, "monitor", "monitors")
        ),
    }
}
