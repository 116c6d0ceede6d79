//! Who takes care of a problem, and who does not want to hear of a monitor.

use crate::model::{Acknowledgement, Row, Silence};
use crate::tui::view::View;

use super::fact::{Fact, fact};

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

/// Returns what is said in sentences: `acknowledged by ana`, `silenced until 14:00 by ana: deploy`.
pub(super) fn sentences(view: &View, monitor: &Row) -> Vec<String> {
    let known = acknowledgement(view, monitor).map(acknowledged);
    let silence = silence(view, monitor);
    let silence = silence.map(|silence| format!("silenced {}", until(view, silence)));
    known.into_iter().chain(silence).collect()
}

/// Returns the facts `incident  acknowledged by ana` and `silenced  until 14:00 by ana: deploy`.
pub(super) fn facts(view: &View, monitor: &Row) -> Vec<Fact> {
    let known = acknowledgement(view, monitor).map(acknowledged);
    let known = known.map(|text| fact("incident", text));
    let silence = silence(view, monitor);
    let silence = silence.map(|silence| fact("silenced", until(view, silence)));
    known.into_iter().chain(silence).collect()
}

/// Returns the name of the open incident behind other words: ` (i-0042)`.
pub(super) fn incident(monitor: &Row) -> String {
    let incident = monitor.incident.as_ref();
    incident.map_or_else(String::new, |incident| format!(" ({})", incident.id))
}

fn acknowledged(known: &Acknowledgement) -> String {
    format!("acknowledged by {}", known.by)
}

/// `until 14:00 by ana: deploy`
fn until(view: &View, silence: &Silence) -> String {
    let mut text = format!("until {} by {}", view.until(silence.until), silence.by);
    if !silence.reason.is_empty() {
        text.push_str(&format!(": {}", silence.reason));
    }
    text
}
