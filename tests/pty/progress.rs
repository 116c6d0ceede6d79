//! The progress line of a long `check` on a terminal.

use std::io::{Read, Write};
use std::net::TcpListener;

use crate::support::{Term, config, hbmon};

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

/// Starts a server that refuses every request with this text after the status.
fn refusing(headers: &'static str) -> std::net::SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let _ = stream.read(&mut [0; 4096]);
            let _ = write!(
                stream,
                "HTTP/1.1 503 No\r\n{headers}Content-Length: 0\r\n\r\n"
            );
        }
    });
    address
}

#[test]
fn it_says_that_a_server_asked_for_the_wait() {
    let (_folder, path) = config(&format!(
        "monitors: [{{name: busy, http: 'http://{}/'}}]",
        refusing("Retry-After: 7\r\n")
    ));
    let term = Term::start(hbmon(&["check", &path]), 120, 10);
    term.until("the wait", |text| {
        text.contains(
            "0/1  waiting: busy HTTP 503, retry in 5s (Retry-After 7s, asked again after 5s)",
        )
    });
    term.signal("INT");
    assert_eq!(term.end().status.exit_code(), 130);
}

#[test]
fn a_report_fits_the_terminal() {
    let (_folder, path) = config(&format!(
        "monitors: [{{name: a-monitor-with-a-long-name, description: Orders of team blue., \
         http: {{url: 'http://{}/', expect: {{status: 204}}}}}}, \
         {{name: b, http: 'http://127.0.0.1:9/a/path/that/is/rather/long'}}]",
        refusing("")
    ));
    let command = hbmon(&["check", "--retries", "0", "--deadline", "2s", &path]);
    let end = Term::start(command, 50, 30).end();
    let lines: Vec<&str> = end.screen.lines().map(str::trim_end).collect();
    let name = lines
        .iter()
        .position(|line| line.starts_with("✗ a-monitor-with-a-long-name"))
        .unwrap_or_else(|| panic!("{}", end.screen));
    assert_eq!(
        lines[name + 1],
        "    503 Service Unavailable",
        "{}",
        end.screen
    );
    // No line continues in the first column of the next one.
    let starts = |line: &&str| line.starts_with("    ") || line.starts_with(['✗', '✓', ' ']);
    assert!(
        lines.iter().filter(|line| !line.is_empty()).all(starts),
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
