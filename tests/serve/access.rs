//! Authorization: every route with every token.

use crate::support::*;

/// Monitor `own` has its own token, `open` has none.
const MONITORS: [&str; 2] = [
    "{name: open, interval: 1h, push: {}}",
    "{name: own, interval: 1h, push: {path: /own, token: own-token}}",
];

fn statuses(agent: &Agent, request: &str) -> [u16; 4] {
    let with = |headers: &[&str]| agent.ask(request, headers, "").status;
    [
        with(&[]),
        with(&["Authorization: Bearer wrong"]),
        with(&["Authorization: Bearer own-token"]),
        with(&["authorization: bearer house-token"]),
    ]
}

/// Each row contains a request and its status without a token, with a wrong token, with the token
/// of the monitor, and with the token of the interface.
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
        ("GET /", [401, 401, 401, 200]),
        ("GET /v1", [401, 401, 401, 200]),
        ("GET /v1/openapi.json", [401, 401, 401, 200]),
        ("GET /v1/monitors", [401, 401, 401, 200]),
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
        let ask = |path: &str| {
            agent
                .ask(
                    &format!("POST {path}"),
                    &["Authorization: Bearer guess"],
                    "{}",
                )
                .timeless()
        };
        let refusal = ask("/v1/heartbeats/own");
        assert!(
            refusal.status == 401 && refusal.head.contains("www-authenticate: bearer"),
            "{refusal:?}"
        );
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

/// Sends a request head unchanged, without the default `Host`.
fn raw(agent: &Agent, head: &str) -> u16 {
    agent
        .send(format!("{head}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n").as_bytes())
        .status
}

#[test]
fn no_web_page_beats_fails_or_reads_a_monitor() {
    let agent = Agent::start("hosts: Agent.Example", &MONITORS);
    let port = agent.address.port();
    for (request, headers, status) in [
        // A simple request from a page of another site.
        (
            "POST /v1/heartbeats/open",
            format!("Host: 127.0.0.1:{port}\r\nOrigin: https://evil.example"),
            403,
        ),
        (
            "POST /v1/heartbeats/open/fail",
            format!("Host: localhost:{port}\r\nSec-Fetch-Site: cross-site"),
            403,
        ),
        (
            "POST /v1/heartbeats/open",
            "Host: localhost\r\nOrigin: null".to_owned(),
            403,
        ),
        (
            "GET /-/healthy",
            "Host: localhost\r\nOrigin: https://evil.example".to_owned(),
            403,
        ),
        // The host name of a page that resolves to a loopback address.
        ("GET /v1/status", format!("Host: evil.example:{port}"), 421),
        (
            "DELETE /v1/monitors/open/instances/x",
            "Host: evil.example".to_owned(),
            421,
        ),
        (
            "POST /v1/heartbeats/own",
            "Host: evil.example".to_owned(),
            421,
        ),
        ("GET /-/ready", "Host: evil.example".to_owned(), 421),
        ("GET /v1/status", "X: no host at all".to_owned(), 421),
        // Requests to accept.
        (
            "POST /v1/heartbeats/open",
            format!("Host: localhost:{port}\r\nOrigin: http://localhost:{port}"),
            202,
        ),
        (
            "GET /v1/status",
            format!("Host: [::1]:{port}\r\nSec-Fetch-Site: same-origin"),
            200,
        ),
        ("GET /v1/status", "Host: agent.example".to_owned(), 200),
        (
            "GET /v1/status",
            "Host: 127.0.0.1\r\nOrigin: https://agent.example".to_owned(),
            200,
        ),
        (
            "POST /own",
            "Host: proxy.example\r\nAuthorization: Bearer own-token".to_owned(),
            202,
        ),
    ] {
        assert_eq!(
            raw(&agent, &format!("{request} HTTP/1.1\r\n{headers}")),
            status,
            "{request} {headers}"
        );
    }
    assert_eq!(
        raw(&agent, "GET /-/ready HTTP/1.0"),
        200,
        "a simple probe names no host"
    );
    assert_eq!(agent.monitor("open")["beats"], 1);
    let refusal =
        agent.send(b"GET /v1/status HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
    assert!(
        refusal.json()["error"]
            .as_str()
            .unwrap()
            .contains("`hosts`"),
        "{refusal:?}"
    );
}

#[test]
fn with_a_token_any_host_name_will_do() {
    let agent = Agent::start("token: house-token", &MONITORS);
    let token = "Authorization: Bearer house-token";
    for (request, headers, status) in [
        ("GET /-/healthy", "Host: 192.0.2.1:9747".to_owned(), 200),
        (
            "GET /v1/status",
            format!("Host: agent.example\r\n{token}"),
            200,
        ),
        ("GET /v1/status", "Host: localhost".to_owned(), 401),
        (
            "GET /v1/status",
            format!("Host: agent.example\r\n{token}\r\nOrigin: https://agent.example"),
            200,
        ),
        (
            "GET /v1/status",
            format!("Host: agent.example\r\n{token}\r\nOrigin: https://evil.example"),
            403,
        ),
    ] {
        assert_eq!(
            raw(&agent, &format!("{request} HTTP/1.1\r\n{headers}")),
            status,
            "{request} {headers}"
        );
    }
}
