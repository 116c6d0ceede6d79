//! `beat` and `health` at a terminal: a word on success, a line for each retry.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener};

use crate::support::{End, Term, config, hbmon};

/// Answers a request after the other with these status lines, then ends. Returns the address.
fn answers(statuses: &'static [&'static str]) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for status in statuses {
            let mut stream = BufReader::new(listener.accept().unwrap().0);
            let mut length = 0;
            let mut line = String::new();
            while stream.read_line(&mut line).unwrap() > 2 {
                if let Some(text) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                    length = text.trim().parse().unwrap();
                }
                line.clear();
            }
            stream.read_exact(&mut vec![0; length]).unwrap();
            write!(
                stream.into_inner(),
                "HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            )
            .unwrap();
        }
    });
    address
}

fn end_of(arguments: &[&str]) -> End {
    Term::start(hbmon(arguments), 100, 10).end()
}

#[test]
fn success_and_retries_are_told() {
    let address = answers(&["500 Internal Server Error", "202 Accepted"]);
    let text = format!("listen: {address}\nmonitors: [{{name: backup, interval: 1d, push: {{}}}}]");
    let (_folder, path) = config(&text);
    let end = end_of(&["beat", "backup", "-c", &path]);
    assert_eq!(end.status.exit_code(), 0, "{}", end.screen);
    let lines: Vec<&str> = end.screen.trim_end().lines().collect();
    assert_eq!(lines.len(), 2, "{}", end.screen);
    assert!(
        lines[0].starts_with("500 Internal Server Error; retry in "),
        "{}",
        end.screen
    );
    assert_eq!(lines[1], format!("accepted: backup on {address}"));
}

#[test]
fn a_wrapped_command_has_the_terminal_for_itself() {
    let address = answers(&["200 OK", "200 OK"]);
    let url = format!("http://{address}/job");
    let end = end_of(&["beat", &url, "--", "echo", "done"]);
    assert_eq!(end.screen.trim_end(), "done");
}

#[test]
fn health_says_that_all_is_well() {
    let url = format!("http://{}", answers(&["200 OK"]));
    let end = end_of(&["health", "--url", &url]);
    assert_eq!(end.status.exit_code(), 0);
    assert_eq!(end.screen.trim_end(), format!("healthy: {url}/-/healthy"));
}
