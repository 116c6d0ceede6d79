//! Who was told, on the screen of a session that watches by itself and of one that is attached.

use crate::attach::Agent;
use crate::support::{Term, config, hbmon};

/// Two monitors that fail; `true` accepts every message, `false` none.
const FAILING: &str = "\
defaults: {min_interval: 100ms}
alerts:
  channels:
    - {name: log, exec: ['true']}
    - {name: hook, exec: ['false']}
  routes:
    - {match: '*', to: log}
    - {match: 'name:api', to: hook}
  digest: 0s
maintenance:
  - {match: 'name:db', from: 2020-01-01T00:00:00Z, until: 2090-01-01T00:00:00Z, reason: patches}
monitors:
  - {name: api, interval: 200ms, http: 'http://127.0.0.1:9/'}
  - {name: db, interval: 200ms, http: 'http://127.0.0.1:9/'}
";

#[test]
fn the_screen_says_who_was_told_and_what_is_held() {
    let (folder, path) = config(FAILING);
    let mut command = hbmon(&["watch", &path]);
    command.env("XDG_STATE_HOME", folder.path());
    command.env("PATH", "/usr/bin:/bin");
    let mut term = Term::start(command, 120, 40);
    term.until("the broken channel", |text| {
        text.contains("✗ channel hook broken: exit code 1")
    });
    term.until("who was told", |text| text.contains("told        log "));
    term.until("the one in maintenance", |text| {
        text.contains("db ◇") && text.contains("in maintenance")
    });
    term.press("q");
    assert_eq!(term.end().status.exit_code(), 0);
}

#[test]
fn an_attached_screen_says_it_too() {
    let (folder, path) = config(&format!("listen: 127.0.0.1:0\n{FAILING}"));
    let agent = Agent::of(folder, path);
    let mut term = Term::start(hbmon(&["watch", &agent.url]), 120, 40);
    term.until("the broken channel", |text| {
        text.contains("✗ channel hook broken: exit code 1")
    });
    term.until("who was told", |text| text.contains("told        log"));
    term.until("the one in maintenance", |text| text.contains("db ◇"));
    term.press("q");
    assert_eq!(term.end().status.exit_code(), 0);
}
