//! The progress line of a long `check` on a terminal.

use std::net::TcpListener;

use crate::support::{Term, hbmon};

/// Starts a `check` of a target that never answers in a terminal. Also returns the listener and the
/// config, which must stay alive.
fn waiting(width: u16, environment: &[(&str, &str)]) -> (Term, TcpListener, tempfile::TempDir) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hbmon.yaml");
    let address = listener.local_addr().unwrap();
    std::fs::write(
        &path,
        format!(
            "monitors: [{{name: silent, interval: 1h, timeout: 1h, http: \"http://{address}\"}}]"
        ),
    )
    .unwrap();
    let mut command = hbmon(&["check", path.to_str().unwrap()]);
    for (name, value) in environment {
        command.env(name, value);
    }
    (Term::start(command, width, 10), listener, folder)
}

#[test]
fn it_names_what_it_waits_for_and_leaves_no_trace() {
    let (term, _listener, _folder) = waiting(80, &[]);
    let text = term.until("the progress", |text| text.contains("0/1  waiting: silent"));
    assert!(
        text.starts_with(|c| ('\u{2800}'..'\u{2900}').contains(&c)),
        "{text}"
    );
    term.signal("INT");
    let end = term.end();
    assert_eq!(end.status.exit_code(), 130);
    assert!(
        end.screen.starts_with("interrupted, 0 of 1 done\n") && !end.screen.contains("waiting"),
        "{}",
        end.screen
    );
}

#[test]
fn a_narrow_terminal_has_one_line_of_it() {
    let (term, _listener, _folder) = waiting(12, &[]);
    let text = term.until("the progress", |text| text.contains("0/1  wait"));
    assert_eq!(text.trim_end().lines().count(), 1, "{text}");
    term.signal("TERM");
    assert_eq!(term.end().status.exit_code(), 143);
}

#[test]
fn who_asks_gets_a_line_that_stays() {
    let (term, _listener, _folder) = waiting(80, &[("LANG", "C")]);
    term.until("the progress", |text| text.contains("0/1  waiting: silent"));
    term.signal("USR1");
    term.until("two lines", |text| {
        text.matches("0/1  waiting: silent").count() == 2
    });
    term.signal("TERM");
    let end = term.end();
    assert!(
        end.bytes.is_ascii() && end.screen.starts_with("0/1  waiting: silent "),
        "{}",
        end.screen
    );
}
