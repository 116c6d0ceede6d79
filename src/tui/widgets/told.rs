//! Who was told of the open incident of a monitor, who will be, and why somebody is not told yet.

use std::collections::HashSet;
use std::time::Duration;

use jiff::Timestamp;

use crate::history::notification::{HeldBecause, Notification, NotificationState};
use crate::model::{Row, Text};
use crate::tui::view::View;
use crate::words;

use super::fact::{Fact, fact};

/// Returns why no channel is told of the open incident yet, in a few words: `behind router`, `told in
/// 12m`. What a silence and a maintenance hold is said by these.
pub(super) fn held(view: &View, monitor: &Row) -> Option<String> {
    let name = &monitor.meta.name;
    let held = view.ui.alerts().held(name)?;
    match held.why {
        HeldBecause::Silence | HeldBecause::Maintenance => None,
        HeldBecause::After => {
            // An escalation that is to come holds nothing back from those who know.
            let mut known = view.ui.alerts().of(name);
            if known.any(Notification::is_told) {
                return None;
            }
            let next = in_state(view, monitor, NotificationState::Held).filter_map(|one| one.next);
            Some(match next.min() {
                Some(next) => format!("told {}", in_time(view, next)),
                None => "not told yet".to_owned(),
            })
        }
        // An agent may not say it.
        HeldBecause::Dependency if held.words.is_empty() => {
            Some(match monitor.meta.depends_on.as_slice() {
                [parent] => format!("behind {parent}"),
                _ => "behind another monitor".to_owned(),
            })
        }
        why if held.words.is_empty() => Some(why.as_str().to_owned()),
        _ => Some(held.words.as_str().replace('"', "")),
    }
}

/// Returns who was told when: `page 14:02:11, again 18:02:11, ops 14:02:12`.
pub(super) fn told(view: &View, monitor: &Row) -> Option<String> {
    let mut channels: Vec<(&Text, Vec<String>)> = Vec::new();
    for row in in_state(view, monitor, NotificationState::Told) {
        // An agent may not say when.
        let at = row.done.map(|done| format!(" {}", at(view, done)));
        let at = at.unwrap_or_default();
        match channels.iter_mut().find(|(name, _)| *name == &row.channel) {
            Some((_, times)) => times.push(format!(", again{at}")),
            None => channels.push((&row.channel, vec![at])),
        }
    }
    let channels = channels.iter();
    let parts: Vec<String> = channels
        .map(|(name, times)| format!("{name}{}", times.concat()))
        .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// Returns the facts `held  behind router`, `told  page 14:02:11`, `waiting  ops: 503 Service
/// Unavailable, next try in 12s` and `not told  hook: 404 Not Found`.
pub(super) fn facts(view: &View, monitor: &Row) -> Vec<Fact> {
    let mut facts = Vec::new();
    facts.extend(held(view, monitor).map(|words| fact("held", words)));
    facts.extend(told(view, monitor).map(|words| fact("told", words)));
    let escalations = held_after_others(view, monitor);
    for (label, parts) in [
        ("later", escalations),
        ("waiting", waiting(view, monitor)),
        ("not told", failed(view, monitor)),
    ] {
        facts.extend((!parts.is_empty()).then(|| fact(label, parts.join(", "))));
    }
    facts
}

/// `mail in 12m`: who is told if the incident lasts, after somebody was told.
fn held_after_others(view: &View, monitor: &Row) -> Vec<String> {
    if view
        .ui
        .alerts()
        .of(&monitor.meta.name)
        .all(|one| !one.is_told())
    {
        return Vec::new();
    }
    in_state(view, monitor, NotificationState::Held)
        .filter(|one| one.why == Some(HeldBecause::After))
        .filter_map(|one| Some(format!("{} {}", one.channel, in_time(view, one.next?))))
        .collect()
}

/// `ops: 503 Service Unavailable, next try in 12s`, `hook in 12s`
fn waiting(view: &View, monitor: &Row) -> Vec<String> {
    let mut channels = HashSet::new();
    in_state(view, monitor, NotificationState::Waiting)
        // What else waits on a channel goes out with it.
        .filter(|one| channels.insert(&one.channel))
        .map(|one| {
            let next = one.next.map(|next| in_time(view, next));
            match (&one.error, next) {
                (Some(why), Some(next)) => format!("{}: {why}, next try {next}", one.channel),
                (Some(why), None) => format!("{}: {why}", one.channel),
                (None, Some(next)) => format!("{} {next}", one.channel),
                (None, None) => one.channel.to_string(),
            }
        })
        .collect()
}

/// `hook: 404 Not Found`
fn failed(view: &View, monitor: &Row) -> Vec<String> {
    in_state(view, monitor, NotificationState::Failed)
        .map(|one| match &one.error {
            Some(why) => format!("{}: {why}", one.channel),
            None => one.channel.to_string(),
        })
        .collect()
}

fn in_state<'a>(
    view: &'a View,
    monitor: &'a Row,
    state: NotificationState,
) -> impl Iterator<Item = &'a Notification> {
    let known = view.ui.alerts().of(&monitor.meta.name);
    known.filter(move |one| one.state == state)
}

/// `in 12m`
fn in_time(view: &View, at: Timestamp) -> String {
    let left = view.snapshot.wall(view.now).duration_until(at);
    let left = Duration::try_from(left).unwrap_or_default();
    format!("in {}", words::short_age(left))
}

/// Formats a time in the past, with its day if that is not today.
fn at(view: &View, at: Timestamp) -> String {
    let today = view.format(view.snapshot.wall(view.now), "%F");
    if view.format(at, "%F") == today {
        view.format(at, "%H:%M:%S")
    } else {
        view.format(at, "%F %H:%M")
    }
}
