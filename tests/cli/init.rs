//! `hbmon init URL…`: kinds that were seen, true causes, and proposals from what was heard.

use std::io::Write;
use std::thread;
use std::time::Duration;

use tokio_tungstenite::tungstenite::{self, Message};

use crate::support::*;

/// Returns the config that `init` writes for these URLs, and what it says.
fn init(urls: &[&str], patience: &str) -> (String, String) {
    let output = run(
        &[&["init", "--path", "-", "--for", patience], urls].concat(),
        "",
    );
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let config = stdout(&output);
    let valid = run(&["validate", "-"], &config);
    assert_eq!(code(&valid), 0, "{config}{}", stderr(&valid));
    (config, stderr(&output))
}

/// Returns the monitors without the head of the config.
fn monitors(config: &str) -> &str {
    config.split_once("\nmonitors:\n").unwrap().1
}

/// Returns the time of sending, as JSON.
fn now() -> String {
    format!("\"{}\"", jiff::Timestamp::now())
}

#[test]
fn a_failure_is_http_with_its_true_cause() {
    let closed = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap()
    };
    let hidden = Server::http("401 Unauthorized", "");
    let silent = Server::silent();
    let urls = [
        format!("http://{closed}/health"),
        hidden.url("/admin"),
        silent.url("/slow"),
    ];
    let urls: Vec<&str> = urls.iter().map(String::as_str).collect();
    let (config, said) = init(&urls, "1s");
    for (url, why) in urls.iter().zip([
        "connection refused",
        "401 Unauthorized",
        "timed out after 1s",
    ]) {
        let warning = said
            .lines()
            .find(|line| line.starts_with(&format!("warning: {url}: ")))
            .unwrap_or_else(|| panic!("{said}"));
        assert!(
            warning.contains(why) && warning.ends_with("; written as http"),
            "{said}"
        );
        assert!(
            config.contains(&format!("# at the first try: {why}")),
            "{config}"
        );
    }
    assert!(!config.contains("sse:"), "{config}");
    // The cause of one URL does not wait for another one.
    assert!(
        said.find("connection refused").unwrap() < said.find("timed out").unwrap(),
        "{said}"
    );
    let port = closed.port();
    assert!(
        monitors(&config).starts_with(&format!("  - name: localhost-{port}-health    # ")),
        "{config}"
    );
}

#[test]
fn a_server_without_a_page_is_asked_for_socketio() {
    let engine = Server::start(|mut stream| {
        let head = read_head(&mut stream);
        if head.starts_with("GET /socket.io/?EIO=4&transport=polling HTTP/") {
            answer(&mut stream, "200 OK", r#"0{"sid":"x1","upgrades":[]}"#);
        } else {
            answer(&mut stream, "404 Not Found", "");
        }
    });
    let nothing = Server::http("404 Not Found", "0{\"sid\":");
    let (config, said) = init(&[&engine.url("/"), &nothing.url("/")], "5s");
    let expected = format!("    socketio:\n      url: {}\n", engine.url("/"));
    assert!(config.contains(&expected), "{config}");
    let expected = format!("    http:\n      url: {}\n", nothing.url("/"));
    assert!(config.contains(&expected), "{config}");
    assert!(said.contains("404 Not Found; written as http"), "{said}");
    assert_eq!(said.matches("warning").count(), 1, "{said}");
}

#[test]
fn what_was_heard_becomes_event_and_timestamp() {
    let events = Server::start(|mut stream| {
        read_head(&mut stream);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n");
        for number in 0.. {
            let (name, data) = match number % 3 {
                0 => ("heartbeat", format!("{{\"sent_at\": {}}}", now())),
                _ => ("price", "{}".to_owned()),
            };
            if write!(stream, "event: {name}\ndata: {data}\n\n").is_err() {
                return;
            }
            thread::sleep(Duration::from_millis(100));
        }
    });
    let (config, said) = init(&[&events.url("/live/feed")], "30s");
    for line in [
        "-live-feed",
        "    sse:\n",
        "\n      event: heartbeat\n      timestamp: $.sent_at\n      # also heard: price (",
    ] {
        assert!(config.contains(line), "{line}: {config}");
    }
    assert!(!config.contains("# interval"), "{config}");
    assert!(!said.contains("warning"), "{said}");
}

#[test]
fn what_was_heard_becomes_match() {
    let chat = Server::start(|stream| {
        let Ok(mut socket) = tungstenite::accept(stream) else {
            return;
        };
        loop {
            let beat = format!("{{\"type\": \"ping\", \"ts\": {}}}", now());
            for text in [&beat, "{\"type\": \"order\", \"id\": 7}"] {
                if socket.send(Message::text(text)).is_err() {
                    return;
                }
            }
            thread::sleep(Duration::from_millis(200));
        }
    });
    let url = format!("ws://{}/ws/", chat.address);
    let (config, _) = init(&[&url], "30s");
    assert!(
        config.contains(
            "\n      match: '@.type == \"ping\"'\n      timestamp: $.ts\n      # also heard: \
             type=order ("
        ),
        "{config}"
    );
    // What it wrote works.
    let output = run(&["check", "-"], &config);
    assert_eq!(code(&output), 0, "{}", stdout(&output));
}
