//! Settings from the environment: no colours, no screen.

use crate::support::{Term, demo, hbmon};

/// Returns the parameters of every SGR sequence.
fn styles(bytes: &str) -> Vec<u16> {
    let sequences = bytes.split("\x1b[").skip(1).filter_map(|rest| {
        let end = rest.find(|c: char| !(c == ';' || c.is_ascii_digit()))?;
        rest[end..].starts_with('m').then(|| &rest[..end])
    });
    sequences
        .flat_map(|parameters| {
            parameters
                .split(';')
                .filter_map(|number| number.parse().ok())
        })
        .collect()
}

const fn is_colour(style: &u16) -> bool {
    matches!(style, 30..=38 | 40..=48 | 90..=97 | 100..=107)
}

#[test]
fn colours_come_unless_they_are_not_wanted() {
    let mut term = demo(100, 30);
    term.until("a status that has a colour", |text| {
        text.contains("● storefront")
    });
    term.press("q");
    assert!(styles(&term.end().bytes).iter().any(is_colour));

    let mut command = hbmon(&["demo", "--speed", "4"]);
    command.env("NO_COLOR", "1");
    let mut term = Term::start(command, 100, 30);
    term.until("a problem", |text| {
        text.contains("down") || text.contains("warning") && text.contains('▲')
    });
    term.press("?");
    term.until("the help", |text| text.contains("type to search"));
    term.press("\x1b");
    term.until("the table", |text| !text.contains("type to search"));
    term.press("q");
    let end = term.end();
    let styles = styles(&end.bytes);
    assert!(
        !styles.is_empty() && !styles.iter().any(is_colour),
        "{styles:?}"
    );
}

#[test]
fn a_dumb_terminal_gets_lines() {
    let mut command = hbmon(&["demo", "--speed", "4", "--for", "2s"]);
    command.env("TERM", "dumb");
    let end = Term::start(command, 100, 30).end();
    assert_eq!(end.status.exit_code(), 0);
    assert!(!end.bytes.contains('\x1b'), "{:?}", end.bytes);
    assert!(
        end.bytes
            .starts_with("the terminal is dumb: printing changes as lines"),
        "{:?}",
        end.bytes
    );
    assert!(end.bytes.contains("storefront"), "{:?}", end.bytes);
}
