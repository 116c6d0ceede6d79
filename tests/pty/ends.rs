//! Every way to end: the exit code, and the restored terminal.

use crate::support::{Term, demo, hbmon};

#[test]
fn q_ends_it_well_and_leaves_a_summary() {
    let mut term = demo(100, 30);
    term.press("q");
    let end = term.end();
    assert_eq!((end.status.exit_code(), end.status.signal()), (0, None));
    let lines: Vec<&str> = end.screen.lines().collect();
    assert!(
        lines.len() == 1 && lines[0].contains("of 8 monitors, "),
        "{lines:?}"
    );
}

#[test]
fn its_picture_stays_if_that_is_wanted() {
    let mut term = demo(80, 20);
    term.press("Q");
    let end = term.end();
    assert_eq!(end.status.exit_code(), 0);
    let kept = end.bytes.rsplit("\x1b[?1049l").next().unwrap();
    for part in ["storefront", "support-chat", "NEXT BEAT", "of 8 monitors"] {
        assert!(kept.contains(part), "{part:?} in {kept:?}");
    }
}

#[test]
fn the_interrupt_key_is_an_interrupt() {
    let mut term = demo(80, 24);
    term.press("\x03");
    assert_eq!(term.end().status.exit_code(), 130);
}

#[test]
fn signals_end_it_with_their_codes() {
    for (name, code) in [("INT", 130), ("TERM", 143), ("HUP", 129)] {
        let term = demo(80, 24);
        term.signal(name);
        assert_eq!(term.end().status.exit_code(), code, "{name}");
    }
}

#[test]
fn a_closed_terminal_ends_it() {
    assert_eq!(demo(80, 24).hang_up().exit_code(), 129);
}

#[test]
fn it_ends_after_its_time() {
    let term = Term::start(hbmon(&["demo", "--speed", "4", "--for", "2s"]), 80, 24);
    let end = term.end();
    assert_eq!(end.status.exit_code(), 0);
    assert!(end.bytes.contains("storefront"));
}

/// One picture of this many rows is larger than the buffer of a terminal that is not read.
#[test]
fn a_terminal_that_does_not_read_does_not_hold_it() {
    let monitors: String = (0..800)
        .map(|n| {
            format!(
                "  - {{name: monitor-{n}, group: éééééééééééééééé, http: 'http://127.0.0.1:9/'}}\n"
            )
        })
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hbmon.yaml");
    std::fs::write(
        &path,
        format!("defaults: {{interval: 1h}}\nmonitors:\n{monitors}"),
    )
    .unwrap();
    let mut term = Term::start(hbmon(&["watch", path.to_str().unwrap()]), 80, 24);
    term.until("the table", |text| text.contains("All 800"));
    term.resize(500, 700);
    // The screen is cleared before the picture is drawn.
    term.read_only_until(b"\x1b[2J");
    term.signal("TERM");
    assert_eq!(term.end_unread().exit_code(), 143);
}
