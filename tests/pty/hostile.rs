//! Names, descriptions and what servers say, made to take over the terminal. The support proves for every test that
//! nothing of it came through; here it is provoked.

use std::net::TcpListener;
use std::thread;

use tokio_tungstenite::tungstenite;
use tungstenite::protocol::CloseFrame;
use tungstenite::protocol::frame::coding::CloseCode;

use crate::support::{Term, hbmon};

/// Title, colours, the main screen, an 8-bit sequence, the writing direction, a bell.
const EVIL: &str = "\u{1b}]0;owned\u{7}\u{1b}[31m\u{1b}[?1049l\u{9b}2J\u{202e}\u{7}";

#[test]
fn what_servers_and_configs_say_is_text() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            // The client may be gone again, as this is its end of the test.
            let Ok(mut socket) = tungstenite::accept(stream) else { continue };
            let _ =
                socket.close(Some(CloseFrame { code: CloseCode::Library(4_000), reason: format!("bye{EVIL}").into() }));
            while socket.read().is_ok() {}
        }
    });
    let quoted = serde_json::to_string(&format!("na{EVIL}me")).unwrap();
    let config = format!(
        "monitors:\n  - {{name: {quoted}, description: {quoted}, group: {quoted}, ws: 'ws://{address}/', interval: 1s}}\n"
    );
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hbmon.yaml");
    std::fs::write(&path, config).unwrap();
    let mut term = Term::start(hbmon(&["watch", path.to_str().unwrap()]), 200, 50);
    let text = term.until("the close reason", |text| text.contains("4000 bye"));
    assert!(text.contains("na"), "{text}");
    term.press("\r");
    term.until("the detail", |text| text.contains("4000 bye") && !text.contains("NEXT BEAT"));
    term.press("q");
    assert_eq!(term.end().status.exit_code(), 0);
}
