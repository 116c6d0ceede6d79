//! Names, descriptions and server messages that try to control the terminal. `support.rs` checks in
//! every test that only harmless sequences arrive; these tests provoke the others.

use std::net::TcpListener;
use std::thread;

use tokio_tungstenite::tungstenite;
use tungstenite::protocol::CloseFrame;
use tungstenite::protocol::frame::coding::CloseCode;

use crate::support::{Term, config, demo, hbmon};

/// Sequences for title, colours, main screen, an 8-bit control, writing direction and bell.
const EVIL: &str = "\u{1b}]0;owned\u{7}\u{1b}[31m\u{1b}[?1049l\u{9b}2J\u{202e}\u{7}";

/// The same text as a double-quoted YAML string.
fn yaml() -> String {
    let escaped: String = EVIL
        .chars()
        .map(|c| format!("\\u{:04x}", u32::from(c)))
        .collect();
    format!("\"de{escaped}sc\"")
}

#[test]
fn a_name_with_sequences_is_refused_in_harmless_words() {
    let (_folder, path) = config(&format!(
        "monitors: [{{name: {}, http: 'http://127.0.0.1:9/'}}]",
        yaml()
    ));
    let end = Term::start(hbmon(&["watch", &path]), 100, 30).end();
    assert_eq!(end.status.exit_code(), 2);
    assert!(end.screen.contains("HB031"), "{}", end.screen);
}

#[test]
fn what_servers_and_configs_say_is_text() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            // The client may have closed the connection at the end of the test.
            let Ok(mut socket) = tungstenite::accept(stream) else {
                continue;
            };
            let _ = socket.close(Some(CloseFrame {
                code: CloseCode::Library(4_000),
                reason: format!("bye{EVIL}").into(),
            }));
            while socket.read().is_ok() {}
        }
    });
    let text = yaml();
    let (_folder, path) = config(&format!(
        "monitors: [{{name: a, description: {text}, group: {text}, \
         websocket: 'ws://{address}/', interval: 1s}}]"
    ));
    let mut term = Term::start(hbmon(&["watch", &path]), 200, 50);
    term.until("the close reason", |text| text.contains("4000 bye"));
    term.press("\r");
    term.until("the detail", |text| {
        text.contains("4000 bye") && !text.contains("NEWEST")
    });
    term.press("q");
    assert_eq!(term.end().status.exit_code(), 0);
}

#[test]
fn a_terminal_that_claims_to_be_huge_is_drawn_in_part_and_given_back() {
    let mut term = demo(100, 30);
    term.claim_size(20_000, 20_000);
    term.until_bytes("one of the last of 500 lines", "\u{1b}[499;");
    term.press("q");
    let end = term.end();
    assert_eq!(end.status.exit_code(), 0, "{}", end.screen);
}
