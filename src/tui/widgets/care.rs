//! Who takes care of a problem, who does not want to hear of a monitor, and who was told of it.

use crate::model::{Acknowledgement, MaintenanceTime, Row, Silence};
use crate::tui::view::View;

use super::fact::{Fact, fact};
use super::told;

/// Returns the acknowledgement of the open incident.
pub(super) fn acknowledgement<'a>(view: &View, monitor: &'a Row) -> Option<&'a Acknowledgement> {
    let known = monitor.incident.as_ref()?.acknowledged.as_ref()?;
    known.is_active(view.now).then_some(known)
}

/// Returns the silence of a monitor.
pub(super) fn silence<'a>(view: &View, monitor: &'a Row) -> Option<&'a Silence> {
    let silence = monitor.silence.as_deref()?;
    silence.is_active(view.now).then_some(silence)
}

/// Returns the maintenance that a monitor is in.
pub(super) fn maintenance<'a>(view: &View, monitor: &'a Row) -> Option<&'a MaintenanceTime> {
    let time = monitor.maintenance.as_deref()?;
    (time.from <= view.now && view.now < time.until).then_some(time)
}

/// Returns what is said in sentences: `acknowledged by ana`, `silenced until 14:00 by ana: deploy`,
/// `in maintenance until 14:00: patches`, `behind router`.
pub(super) fn sentences(view: &View, monitor: &Row) -> Vec<String> {
    let known = acknowledgement(view, monitor).map(acknowledged);
    let silence = silence(view, monitor);
    let silence = silence.map(|silence| format!("silenced {}", until(view, silence)));
    let planned = maintenance(view, monitor);
    let planned = planned.map(|time| format!("in maintenance {}", until_end(view, time)));
    let held = told::held(view, monitor);
    let parts = [known, silence, planned, held];
    parts.into_iter().flatten().collect()
}

/// Returns in a few words, and in fewer, why no channel is told: `in maintenance until 14:00` and `in
/// maintenance`, or `behind router`.
pub(super) fn held(view: &View, monitor: &Row) -> Vec<String> {
    match maintenance(view, monitor) {
        Some(time) => {
            let brief = "in maintenance";
            let until = format!("{brief} until {}", view.until(time.until));
            vec![until, brief.to_owned()]
        }
        None => told::held(view, monitor).into_iter().collect(),
    }
}

/// Returns the facts `incident  acknowledged by ana`, `silenced  until 14:00 by ana: deploy`,
/// `maintenance  until 14:00: patches`, and those about who is told.
pub(super) fn facts(view: &View, monitor: &Row) -> Vec<Fact> {
    let known = acknowledgement(view, monitor).map(acknowledged);
    let known = known.map(|text| fact("incident", text));
    let silence = silence(view, monitor);
    let silence = silence.map(|silence| fact("silenced", until(view, silence)));
    let planned = maintenance(view, monitor);
    let planned = planned.map(|time| fact("maintenance", until_end(view, time)));
    let facts = [known, silence, planned].into_iter().flatten();
    facts.chain(told::facts(view, monitor)).collect()
}

/// Returns the name of the open incident behind other words: ` (i-0042)`.
pub(super) fn incident(monitor: &Row) -> String {
    let incident = monitor.incident.as_ref();
    incident.map_or_else(String::new, |incident| format!(" ({})", incident.id))
}

fn acknowledged(known: &Acknowledgement) -> String {
    format!("acknowledged by {}", known.by)
}

/// `until 14:00: patches`
fn until_end(view: &View, time: &MaintenanceTime) -> String {
    let until = format!("until {}", view.until(time.until));
    if time.reason.is_empty() {
        until
    } else {
        format!("{until}: {}", time.reason)
    }
}

/// `until 14:00 by ana: deploy`
fn until(view: &View, silence: &Silence) -> String {
    let mut text = format!("until {} by {}", view.until(silence.until), silence.by);
    if !silence.reason.is_empty() {
        text.push_str(&format!(": {}", silence.reason));
    }
    text
}
