//! The messages that keep a WebSocket open: `reply` and `send_every`.

use std::time::Duration;

use crate::conf::codes::Code;
use crate::conf::diagnostic::Diagnostic;
use crate::conf::scope::Scope;
use crate::conf::setting::{Setting, texts};
use crate::conf::span::Span;
use crate::conf::units::DAY;
use crate::monitors::caches::Caches;
use crate::monitors::websocket::keepalive::{Keepalive, Repeat, ReplyRule, ReplyTrigger, VALUE};
use crate::monitors::websocket::keys::{ReplyRuleKeys, SendEvery, WebsocketKeys};

pub(super) fn keepalive(
    caches: &Caches<'_>,
    scope: &Scope<'_>,
    keys: &WebsocketKeys,
) -> Option<Box<Keepalive>> {
    let rules = keys
        .reply
        .iter()
        .flat_map(|field| &field.value)
        .flat_map(|many| &many.0);
    let replies: Vec<ReplyRule> = rules
        .filter_map(|rule| reply_rule(caches, scope, rule))
        .collect();
    let repeat = keys
        .send_every
        .as_ref()
        .and_then(|field| repeat(scope, field, keys));
    (!replies.is_empty() || repeat.is_some()).then(|| Box::new(Keepalive { replies, repeat }))
}

fn reply_rule(
    caches: &Caches<'_>,
    scope: &Scope<'_>,
    field: &Setting<ReplyRuleKeys>,
) -> Option<ReplyRule> {
    let keys = field.value.as_ref()?;
    let filter = caches.patterns.filter(scope, keys.r#match.as_ref());
    let value = caches.patterns.query(scope, keys.value.as_ref());
    let Some(send) = &keys.send else {
        incomplete(scope, "reply", field.span, "`send`", "what is the reply?");
        return None;
    };
    let asked = match (&keys.r#match, &keys.text) {
        (Some(_), None) => ReplyTrigger::Json(filter?),
        (None, Some(text)) => ReplyTrigger::Text(text.value.clone()?),
        (None, None) => {
            incomplete(
                scope,
                "reply",
                field.span,
                "`match` and no `text`",
                "which messages are answered?",
            );
            return None;
        }
        (Some(one), Some(other)) => {
            let title = format!("a reply of {} has a `match` and a `text`", scope.label);
            let problem = Diagnostic::new(Code::Conflict, title).at(other.span, "one of them");
            scope.report(problem.also(one.span, "the other"));
            return None;
        }
    };
    let text = send.value.clone()?;
    placeholder(
        scope,
        send.span,
        &text,
        keys.value.as_ref().map(|field| field.span),
    );
    Some(ReplyRule {
        trigger: asked,
        send: text,
        value,
    })
}

/// Resolves `value`, which needs its place in the text, and the reverse.
fn placeholder(scope: &Scope<'_>, span: Span, text: &str, value: Option<Span>) {
    let title = match (text.matches(VALUE).count(), value) {
        (0, None) | (1, Some(_)) => return,
        (0, Some(_)) => format!(
            "a reply of {} has a `value` and no place for it",
            scope.label
        ),
        (_, None) => format!(
            "a reply of {} has a place for a `value`, and no `value`",
            scope.label
        ),
        (_, Some(_)) => format!(
            "a reply of {} has several places for its `value`",
            scope.label
        ),
    };
    let help = "`send: '{\"pong\": {value}}'` with `value: $.ping` sends back what was sent";
    scope.report(
        Diagnostic::new(Code::Conflict, title)
            .at(value.unwrap_or(span), "here")
            .help(help),
    );
}

fn repeat(scope: &Scope<'_>, field: &Setting<SendEvery>, keys: &WebsocketKeys) -> Option<Repeat> {
    let every = field.value.as_ref()?;
    if every.interval.is_none() {
        incomplete(scope, "send_every", field.span, "`interval`", "how often?");
    }
    let interval = scope.period(
        "send_every.interval",
        every.interval.as_ref(),
        Duration::from_secs(1),
        DAY,
    );
    let own = texts(every.text.as_ref());
    let texts = if own.is_empty() {
        texts(keys.send.as_ref())
    } else {
        own
    };
    if texts.is_empty() {
        let missing = "`text`, and there is no `send` to repeat";
        incomplete(scope, "send_every", field.span, missing, "what is sent?");
    }
    Some(Repeat {
        interval: interval?,
        texts,
    })
}

fn incomplete(scope: &Scope<'_>, key: &str, span: Span, missing: &str, label: &str) {
    let title = format!("`{key}` of {} has no {missing}", scope.label);
    scope
        .report(Diagnostic::new(Code::MissingKey, title).at(scope.context.first_line(span), label));
}

/// Returns all texts that `reply` and `send_every` may send.
pub(super) fn texts_of_keepalive(keys: &WebsocketKeys) -> impl Iterator<Item = &Setting<String>> {
    let rules = keys
        .reply
        .iter()
        .flat_map(|field| &field.value)
        .flat_map(|many| &many.0);
    let replies = rules.filter_map(|rule| rule.value.as_ref()?.send.as_ref());
    let every = keys
        .send_every
        .iter()
        .filter_map(|field| field.value.as_ref()?.text.as_ref());
    replies.chain(
        every
            .flat_map(|field| &field.value)
            .flat_map(|many| &many.0),
    )
}
