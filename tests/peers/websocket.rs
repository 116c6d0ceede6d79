//! npm's ws, and Django Channels with daphne.

use crate::support::{assert_error, assert_healthy, node, python, wanted};

#[test]
fn ws() {
    if !wanted() {
        return;
    }
    let server = node("ws", &[]);
    let to = |path: &str, more: &str| {
        format!(
            "websocket: {{url: \"ws://127.0.0.1:{}{path}\"{more}}}",
            server.port
        )
    };

    let good = assert_healthy(&to(
        "/good",
        ", match: '@.ts', timestamp: $.ts, expect: {json: '@.ok == true'}",
    ));
    assert!(
        good["clock_skew_ms"].as_f64().unwrap().abs() < 1000.0,
        "{good:#}"
    );
    assert!(
        good["phases"]["first_byte_ms"].as_f64().unwrap() > 0.0,
        "{good:#}"
    );
    assert_healthy(&to("/good", ", subprotocols: [other, hb.v1]"));
    assert_healthy(&to("/chatty", ", match: '@.ts', timestamp: $.ts"));
    assert_healthy(&to("/gzip", ", compressed: gzip, match: '@.ts'"));
    assert_healthy(&to("/ping", ", ping: 1s"));
    assert_healthy(&to("/echo", ", send: 'anybody there?'"));
    assert_healthy(&to("/once", ""));

    assert_error(&to("/silent", ", ping: 1s"), "missed", "missed");
    assert_error(
        &to("/not-ok", ", expect: {json: '@.ok == true'}"),
        "assertion",
        "@.ok == true",
    );
    assert_error(
        &to("/good", ", timestamp: $.nowhere"),
        "payload",
        "timestamp",
    );
    // Without a common subprotocol the server continues without one, which RFC 6455 allows.
    assert_healthy(&to("/good", ", subprotocols: [other]"));
    assert_error(&to("/nowhere", ""), "status", "403");
    assert_error(&to("/broken", ""), "closed", "1011 database gone");
    assert_error(&to("/vanish", ""), "closed", "closed");
    assert_error(&to("/huge", ""), "too_large", "1 MiB");
}

#[test]
fn channels() {
    if !wanted() {
        return;
    }
    let server = python("channels", &[]);
    let to = |path: &str| {
        format!(
            "websocket: {{url: \"ws://127.0.0.1:{}{path}\", match: '@.ts', timestamp: $.ts}}",
            server.port
        )
    };
    let good = assert_healthy(&to("/ws/chat/"));
    assert!(good["clock_skew_ms"].is_number(), "{good:#}");
    assert_error(&to("/ws/mute/"), "missed", "missed");
    assert_error(&to("/ws/denied/"), "status", "403");
    assert_error(&to("/ws/kicked/"), "closed", "4401");
}
