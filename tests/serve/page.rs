//! Tests of the page for people.

use crate::support::*;

const SITE: &str = "{name: site, group: 'a <b>', interval: 1h, description: 'the \"shop\"', http: 'http://127.0.0.1:9/'}";

#[test]
fn the_page_says_what_is_down_and_why_and_lets_no_script_in() {
    let agent = Agent::start("", &[SITE, "{name: job, interval: 1h, push: {}}"]);
    agent.post("/v1/heartbeats/job/fail", "<script>alert(1)</script>");
    agent.becomes("job", "error");
    until(|| agent.monitor("site")["reason"].is_string().then_some(()));
    let page = agent.get("/");
    for header in [
        "content-type: text/html; charset=utf-8",
        "content-security-policy: default-src 'none'; style-src 'sha256-",
        "cache-control: no-store",
        "x-content-type-options: nosniff",
        "referrer-policy: no-referrer",
    ] {
        assert!(page.head.contains(header), "{header}: {}", page.head);
    }
    for part in [
        concat!("hbmon ", env!("CARGO_PKG_VERSION"), " has watched for"),
        "<title>✗ ",
        "http-equiv=\"refresh\" content=\"10\"",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "a &lt;b&gt;",
        "the &quot;shop&quot;",
        "<a href=\"v1/status\">",
        "<a href=\"metrics\">",
    ] {
        assert!(page.body.contains(part), "{part}: {}", page.body);
    }
    assert!(!page.body.contains("<script"), "{}", page.body);
    let head = agent.ask("HEAD /", &[], "");
    assert_eq!((head.status, head.body.as_str()), (200, ""));
}

#[test]
fn without_the_token_the_page_says_how_to_show_it() {
    let agent = Agent::start("token: house-token", &[SITE]);
    let refusal = agent.get("/");
    assert_eq!(refusal.status, 401);
    assert!(
        refusal.head.contains("www-authenticate: bearer"),
        "{refusal:?}"
    );
    assert!(
        refusal.body.contains("Authorization: Bearer $TOKEN"),
        "{refusal:?}"
    );
    assert!(
        !refusal.body.contains("site") && !refusal.body.contains("house-token"),
        "{refusal:?}"
    );
    let page = agent.ask("GET /", &["Authorization: Bearer house-token"], "");
    assert!(page.status == 200 && page.body.contains("a &lt;b&gt;"));
}
