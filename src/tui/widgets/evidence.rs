//! What the last failure showed: the answer, the addresses that were tried, the value and the
//! beginning of the body.

use std::net::SocketAddr;
use std::sync::Arc;

use crate::model::{Cause, Evidence, Row};
use crate::tui::view::View;
use crate::words;

use super::fact::{Fact, fact};

/// Returns the facts about the last failure. Its evidence is left out once a good heartbeat came
/// after it.
pub(super) fn facts(view: &View, monitor: &Row) -> Vec<Fact> {
    let mut facts = Vec::new();
    let Some((at, failure)) = monitor.last_failure.as_deref() else {
        return facts;
    };
    let when = format!("{} ago", words::age(view.now.since(*at)));
    let said = matches!(&monitor.cause, Some(Cause::Failure(cause)) if cause == failure);
    facts.push(fact(
        "failure",
        if said {
            when
        } else {
            format!("{when}: {}", words::failure(failure))
        },
    ));
    if let Some(evidence) = standing(monitor) {
        let listed = |values: Vec<String>| (!values.is_empty()).then(|| values.join(", "));
        let plain = |text: &crate::model::Text| text.to_string();
        let tried = evidence.tried.iter().map(SocketAddr::to_string).collect();
        let parts = [
            ("answer", answer(evidence)),
            ("tried", listed(tried)),
            ("got", evidence.value.as_ref().map(plain)),
            ("body", evidence.body.as_ref().map(plain)),
        ];
        facts.extend(
            parts
                .into_iter()
                .filter_map(|(label, value)| Some(fact(label, value?))),
        );
    }
    facts
}

/// Returns the evidence of a failure after which no good heartbeat came.
pub(super) fn standing(monitor: &Row) -> Option<&Evidence> {
    let (at, _) = monitor.last_failure.as_deref()?;
    let stands = monitor.last_beat.is_none_or(|beat| *at >= beat);
    monitor
        .evidence
        .as_ref()
        .map(Arc::as_ref)
        .filter(|_| stands)
}

/// `HTTP/1.1 503 from 192.0.2.19:443, redirected to https://a.test/, retry-after: 30`
fn answer(evidence: &Evidence) -> Option<String> {
    let head = evidence
        .http
        .map(|http| format!("HTTP/{} {}", http.version(), http.status));
    let peer = evidence.peer.map(|peer| format!("from {peer}"));
    let first: Vec<String> = head.into_iter().chain(peer).collect();
    let mut parts = Vec::new();
    parts.extend((!first.is_empty()).then(|| first.join(" ")));
    parts.extend(
        evidence
            .redirects
            .last()
            .map(|to| format!("redirected to {to}")),
    );
    let headers = evidence.headers.iter();
    parts.extend(headers.map(|(name, value)| format!("{name}: {value}")));
    (!parts.is_empty()).then(|| parts.join(", "))
}
