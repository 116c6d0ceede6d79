//! Workflow commands, read as GitHub's runner reads them.

use std::collections::HashMap;

use hbmon::model::Status;
use hbmon::report::github;

use crate::fixture::{fleet, golden, hostile, run, snapshot_of, told, turned, written};

#[derive(Debug)]
struct Command {
    kind: String,
    properties: HashMap<String, String>,
    message: String,
}

/// `::kind key=value,key=value::message`; other lines are the log.
fn parse(text: &str) -> Vec<Command> {
    text.lines()
        .filter_map(|line| line.strip_prefix("::"))
        .map(command)
        .collect()
}

fn command(line: &str) -> Command {
    let (head, message) = line.split_once("::").expect("a command has a message");
    let (kind, properties) = head.split_once(' ').expect("a title at least");
    let pair = |pair: &str| {
        let (key, value) = pair.split_once('=').expect("key=value");
        (
            key.to_owned(),
            unescaped(value)
                .replace("%3A", ":")
                .replace("%2C", ",")
                .replace("%25", "%"),
        )
    };
    let message = unescaped(message).replace("%25", "%");
    Command {
        kind: kind.to_owned(),
        properties: properties.split(',').map(pair).collect(),
        message,
    }
}

fn unescaped(text: &str) -> String {
    text.replace("%0D", "\r").replace("%0A", "\n")
}

#[test]
fn a_fleet_in_full() {
    let text = written(|out| github::write(&fleet(), &run(1, true), out));
    let commands = parse(&text);
    let kinds: Vec<(&str, &str)> = commands
        .iter()
        .map(|command| (command.kind.as_str(), command.properties["title"].as_str()))
        .collect();
    let wanted = [
        ("error", "site-status is down"),
        ("error", "therapists has no verdict"),
        ("warning", "queen has a warning"),
    ];
    assert_eq!(kinds, wanted);
    assert_eq!(
        (
            &*commands[0].properties["file"],
            &*commands[0].properties["line"]
        ),
        ("hbmon.yaml", "12")
    );
    assert_eq!(
        commands[0].message,
        "503 Service Unavailable (2 of 2 tries failed)\n\
         peer 203.0.113.7:443, x-request-id: 7f3a, body: {\"status\":\"degraded\"}\n\
         The site, as customers see it\nrunbook: https://wiki.example.com/site\n\
         labels: team=shop, tier=1"
    );
    golden("github.txt", text);
}

/// GitHub shows ten of a kind.
#[test]
fn of_many_the_last_one_is_their_number() {
    for (many, shown, last) in [
        (10, 10, None),
        (11, 10, Some("and 2 more")),
        (32, 10, Some("and 23 more")),
    ] {
        let row = turned(&fleet().rows[0], Status::Error);
        let commands = parse(&written(|out| {
            github::write(&snapshot_of(vec![row; many]), &run(1, true), out)
        }));
        assert_eq!(commands.len(), shown);
        assert_eq!(
            commands
                .last()
                .map(|last| last.message.as_str())
                .filter(|text| text.starts_with("and")),
            last
        );
    }
}

#[test]
fn hostile_texts_stay_texts() {
    for (name, text) in hostile() {
        let snapshot = told(&name, &text);
        let out = written(|out| github::write(&snapshot, &run(1, false), out));
        let commands = parse(&out);
        assert_eq!((commands.len(), out.lines().count()), (3, 4), "{out}");
        let error = &snapshot.rows[2];
        assert_eq!(
            commands[0].properties["title"],
            format!("{} is down", error.meta.name)
        );
        let notes = hbmon::words::notes(&error.meta).join("\n");
        assert_eq!(
            commands[0].message,
            format!("{} (0 tries)\n{notes}", hbmon::words::condition(error))
        );
    }
}
