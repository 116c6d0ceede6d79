//! Acknowledging and silencing on the screen of a session that watches by itself.

use crate::support::{Term, config, hbmon};

/// Two monitors that fail, with names that a filter does not tell apart.
const FAILING: &str = "\
defaults: {min_interval: 100ms}
monitors:
  - {name: api, interval: 200ms, http: 'http://127.0.0.1:9/'}
  - {name: API, interval: 200ms, http: 'http://127.0.0.1:9/'}
";

/// Returns the table's line of a monitor.
fn row<'a>(text: &'a str, name: &str) -> &'a str {
    let begins = |line: &&str| {
        let behind_glyphs: String = line.chars().skip(3).collect();
        behind_glyphs.starts_with(name)
    };
    text.lines().find(begins).unwrap_or_default()
}

#[test]
fn a_problem_is_acknowledged_and_a_monitor_silenced_until_the_key_is_pressed_again() {
    let (folder, path) = config(FAILING);
    let mut command = hbmon(&["watch", &path]);
    command.env("USER", "ana");
    command.env("XDG_STATE_HOME", folder.path());
    let mut term = Term::start(command, 100, 30);
    let named = "api ";
    term.until("both down", |text| text.contains("2 of 2 down"));
    term.press("a");
    let text = term.until("the acknowledgement", |text| {
        text.contains("acknowledged by ana")
    });
    assert!(row(&text, named).contains("api ✓"), "{text}");
    term.press("a");
    term.until("no acknowledgement", |text| {
        !text.contains("acknowledged by ana") && !row(text, named).contains('✓')
    });
    term.press("m");
    term.until("the choice", |text| text.contains("silence api"));
    term.press("\r");
    let text = term.until("the silence", |text| {
        text.contains("silenced") && text.contains("by ana") && row(text, named).contains('∅')
    });
    assert_eq!(text.matches('∅').count(), 1, "{text}");
    term.press("m");
    term.until("no silence", |text| !text.contains('∅'));
    term.press("q");
    assert_eq!(term.end().status.exit_code(), 0);
}
