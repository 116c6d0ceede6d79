//! Who may come in: every route with every token.

use crate::support::*;

/// Monitor `own` has a token of its own, `open` has none.
const MONITORS: [&str; 2] =
    ["{name: open, interval: 1h, push: {}}", "{name: own, interval: 1h, push: {path: /own, token: own-token}}"];

fn statuses(agent: &Agent, request: &str) -> [u16; 4] {
    let with = |headers: &[&str]| agent.ask(request, headers, "").status;
    [
        with(&[]),
        with(&["Authorization: Bearer wrong"]),
        with(&["Authorization: Bearer own-token"]),
        with(&["authorization: bearer house-token"]),
    ]
}

/// Each row: the request, then the status without a token, with a wrong one, the monitor's own, the interface's.
#[test]
fn every_route_with_every_token() {
    let closed = Agent::start("token: house-token", &MONITORS);
    for (request, wanted) in [
        ("POST /v1/heartbeats/open", [401, 401, 401, 202]),
        ("POST /v1/heartbeats/own", [401, 401, 202, 202]),
        ("POST /own", [401, 401, 202, 202]),
        ("POST /own/fail", [401, 401, 202, 202]),
        ("GET /own", [401, 401, 405, 405]),
        ("POST /v1/heartbeats/nobody", [401, 401, 401, 404]),
        ("GET /nowhere", [401, 401, 401, 404]),
        ("GET /v1/status", [401, 401, 401, 200]),
        ("POST /v1/status", [401, 401, 401, 405]),
        ("GET /v1/monitors/own", [401, 401, 401, 200]),
        ("DELETE /v1/monitors/own/instances/x", [401, 401, 401, 404]),
        ("GET /metrics", [401, 401, 401, 200]),
        ("GET /-/healthy", [200, 200, 200, 200]),
        ("GET /-/ready", [200, 200, 200, 200]),
        ("GET /-/nowhere", [404, 404, 404, 404]),
    ] {
        assert_eq!(statuses(&closed, request), wanted, "{request}");
    }

    let open = Agent::start("", &MONITORS);
    for (request, wanted) in [
        ("POST /v1/heartbeats/open", [202, 202, 202, 202]),
        ("POST /v1/heartbeats/own", [401, 401, 202, 401]),
        ("POST /v1/heartbeats/nobody", [401, 401, 401, 401]),
        ("GET /v1/status", [200, 200, 200, 200]),
    ] {
        assert_eq!(statuses(&open, request), wanted, "{request}");
    }
}

#[test]
fn an_unknown_name_looks_like_a_wrong_token() {
    for head in ["", "token: house-token"] {
        let agent = Agent::start(head, &MONITORS);
        let ask = |path: &str| agent.ask(&format!("POST {path}"), &["Authorization: Bearer guess"], "{}").timeless();
        let refusal = ask("/v1/heartbeats/own");
        assert!(refusal.status == 401 && refusal.head.contains("www-authenticate: bearer"), "{refusal:?}");
        for path in ["/own", "/own/start", "/v1/heartbeats/nobody", "/nobody"] {
            assert_eq!(ask(path), refusal, "{path}");
        }
    }
}

#[test]
fn other_schemes_and_halves_are_no_token() {
    let agent = Agent::start("token: house-token", &MONITORS);
    for header in [
        "Authorization: Basic house-token",
        "Authorization: house-token",
        "Authorization: Bearer",
        "Authorization: Bearer house-toke",
        "Authorization: Bearer house-token-and-more",
        "Authorization: Bearer \u{0}",
        "X-Token: house-token",
    ] {
        let status = agent.ask("GET /v1/status", &[header], "").status;
        assert!(status == 401 || status == 400, "{header}: {status}");
    }
}
