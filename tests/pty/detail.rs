//! The detail view of the real binary, and a reload of the `screen:` block.

use std::fs;

use crate::support::{Term, config, hbmon};

#[test]
fn the_config_section_shows_all_that_is_checked_and_no_secret() {
    let (_folder, path) = config(
        "monitors:\n\
         - name: api\n  interval: 1h\n  timeout: 7s\n  http:\n\
         \x20   url: https://127.0.0.1:9/health\n\
         \x20   headers: {X-Api-Key: hunter22}\n\
         \x20   auth: {bearer: swordfish}\n\
         \x20   tls: {insecure: true}\n\
         \x20   expect: {status: 204, json: '@.ok == true', headers: {Server: nginx}}\n",
    );
    let mut term = Term::start(hbmon(&["watch", &path]), 100, 40);
    term.until("a failure", |text| text.contains("connection refused"));
    term.press("\r3");
    let text = term.until("the section", |text| {
        text.contains("expect.json") && text.contains("measured by hbmon")
    });
    for part in [
        "timeout                 7s",
        "expect.status           204",
        "expect.json             @.ok == true",
        "expect.headers          server: /nginx/",
        "headers                 x-api-key",
        "auth                    bearer",
        "tls                     not verified (insecure)",
        "thresholds.failures     warning 1, error 2",
    ] {
        assert!(text.contains(part), "{part:?} in\n{text}");
    }
    term.press("4");
    let text = term.until("the log", |text| text.contains("✗ connection refused"));
    assert!(text.contains("▲ warning  connection refused"), "{text}");
    term.press("q");
    let end = term.end();
    assert!(!end.bytes.contains("hunter22") && !end.bytes.contains("swordfish"));
}

#[test]
fn a_changed_screen_block_takes_effect_at_once() {
    let monitors = "monitors: [{name: a, group: shop, interval: 1h, http: 'http://127.0.0.1:9/'}]";
    let (_folder, path) = config(&format!("screen: {{columns: [last]}}\n{monitors}\n"));
    let mut term = Term::start(hbmon(&["watch", &path]), 100, 30);
    term.until("the table", |text| text.contains("2 HTTP (1"));
    let changed = "screen: {columns: [since, reason], tabs: group, keys: {quit: x}}";
    fs::write(&path, format!("{changed}\n{monitors}\n")).unwrap();
    term.until("the new columns, tabs and keys", |text| {
        ["SINCE", "REASON", "2 shop (1", "x quit"]
            .iter()
            .all(|part| text.contains(part))
    });
    term.press("x");
    assert_eq!(term.end().status.exit_code(), 0);
}
