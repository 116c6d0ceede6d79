//! The screen of a session that remembers: the history of the run before, acknowledgements and
//! silences.

use std::path::Path;

use crate::support::{Term, config, hbmon};

const FAILING: &str = "\
defaults: {min_interval: 100ms}
screen: {columns: [last, 30d]}
monitors:
  - {name: api, interval: 200ms, http: 'http://127.0.0.1:9/'}
  - {name: API, interval: 200ms, http: 'http://127.0.0.1:9/'}
";

fn watch(folder: &Path, config: &str) -> Term {
    let state = format!("--state={}", folder.join("history.db").display());
    let mut command = hbmon(&["watch", &state, config]);
    command.env("USER", "ana");
    Term::start(command, 100, 40)
}

fn quit(mut term: Term) -> String {
    term.press("q");
    let end = term.end();
    assert_eq!(end.status.exit_code(), 0);
    end.screen
}

#[test]
fn acknowledgements_silences_and_events_are_there_in_the_next_run() {
    let (folder, path) = config(FAILING);
    let mut term = watch(folder.path(), &path);
    term.until("both down", |text| text.contains("2 of 2 down"));
    term.press("a");
    term.until("the acknowledgement", |text| {
        text.contains("acknowledged by ana")
    });
    term.press("m\r");
    term.until("the silence", |text| {
        text.contains("∅") && text.contains("silenced")
    });
    let left = quit(term);
    let incident = left
        .lines()
        .find(|line| line.contains("api: error"))
        .and_then(|line| line.rsplit_once('('))
        .map(|(_, name)| name.trim_end_matches(')').to_owned())
        .unwrap_or_else(|| panic!("no incident in\n{left}"));
    assert!(incident.starts_with("i-000"), "{left}");

    let mut term = watch(folder.path(), &path);
    let text = term.until("both down again", |text| {
        text.contains("2 of 2 down") && text.contains("api ✓∅")
    });
    for part in ["acknowledged by ana", "silenced", &incident] {
        assert!(text.contains(part), "{part:?} in\n{text}");
    }
    term.until("availability of 30 days", |text| {
        text.contains("30D") && text.contains("0.0%")
    });
    term.press("\r5");
    let text = term.until("the history", |text| {
        text.contains("INCIDENT ") && text.contains(&incident)
    });
    for part in [
        "24h ",
        "90d ",
        "today",
        "open",
        "connection refused",
        "ana ",
    ] {
        assert!(text.contains(part), "{part:?} in\n{text}");
    }
    term.press("\r");
    let course = "acknowledged by ana";
    term.until("its course", |text| {
        text.contains("TIME ") && text.contains("✗ error") && text.contains(course)
    });
    term.press("\x1b");
    term.until("the list", |text| text.contains("INCIDENT "));
    term.press("\x1b");
    term.until("the table", |text| text.contains("3 Events ("));
    term.press("3");
    term.until("events of the former run", |text| {
        let dated = |line: &&str| line.starts_with(" 20") && line.contains("API");
        text.lines().any(|line| dated(&line))
    });
    quit(term);
}

#[test]
fn a_second_screen_says_that_it_only_reads() {
    let (folder, path) = config(FAILING);
    let first = watch(folder.path(), &path);
    first.until("both down", |text| text.contains("2 of 2 down"));
    let second = watch(folder.path(), &path);
    second.until("the line below the header", |text| {
        text.contains("▲ history: read only, written by pid ")
    });
    quit(second);
    quit(first);
}
