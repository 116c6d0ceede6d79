//! Every way to end: the exit code, and the restored terminal.

use crate::support::{Term, demo, hbmon};

#[test]
fn q_ends_it_well_and_leaves_a_summary() {
    let mut term = demo(100, 30);
    term.press("q");
    let end = term.end();
    assert_eq!((end.status.exit_code(), end.status.signal()), (0, None));
    let lines: Vec<&str> = end.screen.lines().collect();
    let last = lines.last().unwrap();
    assert!(last.contains("of 8 monitors, "), "{lines:?}");
    // Before it stands what is not well, if the story has come that far.
    let is_about = |line: &&str| line.contains(" since ") || line.contains("incident");
    assert!(lines.iter().rev().skip(1).all(is_about), "{lines:?}");
}

#[test]
fn q_leaves_who_is_down_and_what_was() {
    let mut term = demo(100, 30);
    let is_over = |text: &str| text.contains("5/5 all recover; the story starts again in");
    term.until("the end of the story", is_over);
    term.until("its second round", |text| text.contains("3/5 order-events"));
    term.until("its trouble", |text| text.contains("1 of 8 down"));
    term.press("q");
    let screen = term.end().screen;
    for part in [
        "ended in this session:",
        " i-00",
        "✗ ",
        "order-events: error for ",
        ", since ",
        "of 8 monitors, ",
    ] {
        assert!(screen.contains(part), "{part:?} in {screen}");
    }
}

#[test]
fn the_window_has_a_title_until_the_end() {
    let mut term = demo(80, 24);
    term.until_bytes("a title", "hbmon\x1b\\");
    term.press("q");
    let bytes = term.end().bytes;
    let saved = bytes.find("\x1b[22;2t").unwrap();
    let titled = bytes.rfind("\x1b]2;").unwrap();
    let restored = bytes.rfind("\x1b[23;2t").unwrap();
    assert!(saved < titled && titled < restored, "{bytes:?}");
}

#[test]
fn the_linux_console_gets_no_title() {
    let mut command = hbmon(&["demo"]);
    command.env("TERM", "linux");
    let mut term = Term::start(command, 80, 24);
    term.until("the table", |text| text.contains("storefront"));
    term.press("q");
    let bytes = term.end().bytes;
    assert!(
        !bytes.contains("\x1b]2;") && !bytes.contains("2t"),
        "{bytes:?}"
    );
}

#[test]
fn a_new_error_rings_if_that_is_wanted() {
    let term = Term::start(
        hbmon(&["demo", "--speed", "20", "--bell", "--notify"]),
        80,
        24,
    );
    term.until_bytes("the notification", "\x1b]9;hbmon: ");
    term.until_bytes("the bell", "\x07");
    assert_eq!(term.hang_up().exit_code(), 129);
}

#[test]
fn its_picture_stays_if_that_is_wanted() {
    let mut term = demo(80, 20);
    term.press("Q");
    let end = term.end();
    assert_eq!(end.status.exit_code(), 0);
    let kept = end.bytes.rsplit("\x1b[?1049l").next().unwrap();
    for part in ["storefront", "support-chat", "NEWEST", "of 8 monitors"] {
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
    term.until("the table", |text| text.contains("All (800)"));
    term.resize(500, 700);
    // The screen is cleared before the picture is drawn.
    term.read_only_until(b"\x1b[2J");
    term.signal("TERM");
    assert_eq!(term.end_unread().exit_code(), 143);
}
