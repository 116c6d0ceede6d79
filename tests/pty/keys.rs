//! The effects of keys and of the window size on the screen.

use std::thread;
use std::time::Duration;

use crate::support::{Term, config, demo, hbmon};

/// Returns the name in the row under the cursor.
fn selected(text: &str) -> Option<&str> {
    text.lines()
        .find(|line| line.starts_with('▸'))?
        .split_whitespace()
        .nth(1)
}

fn quit(mut term: Term) {
    term.press("q");
    let end = term.end();
    assert_eq!((end.status.exit_code(), end.status.signal()), (0, None));
}

#[test]
fn the_first_picture_has_header_table_detail_and_keys() {
    let term = demo(100, 30);
    let text = term.until_screen("the whole picture", |screen| {
        let text = screen.contents();
        screen.alternate_screen() && screen.hide_cursor() && text.contains("8 healthy")
            || text.contains("down")
    });
    for part in [
        "hbmon  demo",
        "1 All (8)",
        "NEXT",
        "BEATS, NEWEST →",
        "events",
        "? help",
        "q quit",
        "LIVE",
    ] {
        assert!(text.contains(part), "{part:?} in\n{text}");
    }
    quit(term);
}

#[test]
fn the_cursor_moves_and_the_detail_follows_it() {
    let mut term = demo(100, 30);
    // Sorts by name, so that the demo does not move the rows.
    term.press("sg");
    term.until("sorting by name", |text| {
        text.contains("sort: name") && selected(text) == Some("audit-log")
    });
    term.press("j\x1b[B");
    let text = term.until("the third row", |text| {
        selected(text) == Some("order-events")
    });
    assert!(text.contains("── order-events ─"), "{text}");
    term.press("G");
    term.until("the last row", |text| {
        selected(text) == Some("warehouse") && text.contains("── warehouse ─")
    });
    term.press("\r");
    term.until("the detail", |text| {
        text.contains("hbmon › warehouse") && text.contains("[Overview]")
    });
    term.press("h");
    term.until("the one above", |text| {
        text.contains("hbmon › support-chat")
    });
    term.press("\x1b");
    term.until("the table again", |text| {
        selected(text) == Some("support-chat")
    });
    quit(term);
}

#[test]
fn the_filter_counts_while_it_is_typed_and_stays_until_it_is_dropped() {
    let mut term = demo(80, 24);
    term.press("/chec");
    let text = term.until("one row", |text| {
        text.contains("/chec") && text.contains("1 of 8   ")
    });
    assert_eq!(selected(&text), Some("checkout"));
    term.press("\r");
    term.until("the filter kept", |text| {
        text.contains("/chec") && text.contains("? help")
    });
    term.press("\x1b");
    term.until("all rows", |text| !text.contains("1 of 8   "));
    term.press("/kind:sse");
    term.until("two rows", |text| text.contains("2 of 8   "));
    term.press("\x1b");
    term.until("the filter dropped", |text| {
        !text.contains("2 of 8   ") && text.contains("? help")
    });
    quit(term);
}

#[test]
fn problems_only_shows_who_has_one() {
    let mut term = demo(100, 30);
    term.press("!");
    let text = term.until("a problem of the story", |text| {
        text.contains("problems only") && text.contains("1 of 8   problems")
    });
    assert!(selected(&text).is_some(), "{text}");
    quit(term);
}

#[test]
fn a_frozen_view_says_so_and_stands_still() {
    let mut term = demo(100, 30);
    term.press(" ");
    let beats = |text: &str| text.lines().nth(1).map(str::to_owned);
    let first = term.until("frozen", |text| text.contains("FROZEN 00:0"));
    let shows_news = |text: &str| text.contains("FROZEN 00:0") && !text.contains(" 0 new");
    let later = term.until("beats that are not shown", shows_news);
    assert_eq!(beats(&first), beats(&later));
    term.press(" ");
    term.until("live again", |text| {
        text.contains("LIVE") && !text.contains("FROZEN")
    });
    quit(term);
}

#[test]
fn frozen_and_quiet_writes_nothing() {
    let (_folder, path) =
        config("monitors: [{name: a, interval: 1h, http: 'http://127.0.0.1:9/'}]");
    let mut term = Term::start(hbmon(&["watch", &path]), 80, 24);
    term.until("an answer", |text| text.contains("connection refused"));
    term.press(" ");
    term.until("frozen", |text| text.contains("FROZEN"));
    let written = term.written();
    // Failures and the clock continue.
    thread::sleep(Duration::from_millis(2_500));
    assert_eq!(term.written(), written);
    quit(term);
}

#[test]
fn the_config_says_which_key_quits() {
    let (_folder, path) = config(
        "{screen: {keys: {quit: x}}, \
         monitors: [{name: a, interval: 1h, http: 'http://127.0.0.1:9/'}]}",
    );
    let mut term = Term::start(hbmon(&["watch", &path]), 100, 30);
    term.until("the footer", |text| text.contains("x quit"));
    term.press("qq?");
    term.until("the help", |text| text.contains("type to search"));
    term.press("\x1b");
    term.until("the table", |text| !text.contains("type to search"));
    term.press("x");
    assert_eq!(term.end().status.exit_code(), 0);
}

#[test]
fn help_lies_over_everything_until_it_is_closed() {
    let mut term = demo(80, 24);
    term.press("?");
    term.until("the help", |text| {
        text.contains("type to search") && !text.contains("storefront")
    });
    term.press("\x1b");
    term.until("the table", |text| {
        text.contains("storefront") && !text.contains("type to search")
    });
    quit(term);
}

#[test]
fn the_screen_is_drawn_anew() {
    let mut term = demo(80, 24);
    term.press("\x0c");
    term.until_bytes("a clear", "\x1b[2J");
    term.until("the table", |text| {
        text.contains("storefront") && text.contains("? help")
    });
    quit(term);
}

#[test]
fn the_screen_follows_the_window() {
    let term = demo(100, 30);
    for (width, height, shown, fallen_away) in [
        (60, 20, "NEXT ", "P95"),
        (40, 10, "storefront", "NEXT "),
        (20, 5, "storefront", "ms"),
        (100, 30, "P95", "\0"),
    ] {
        term.resize(width, height);
        let fits = |text: &str| text.contains(shown) && !text.contains(fallen_away);
        term.until(&format!("{width}x{height}"), |text| {
            fits(text)
                && text
                    .lines()
                    .all(|line| line.chars().count() <= width.into())
        });
    }
    quit(term);
}
