//! What a shell offers for these commands.

use crate::place::*;
use crate::stub::{Shape, Stub};

#[test]
fn monitors_channels_and_numbers_are_offered() {
    let stub = Stub::start();
    let url = stub.url(Shape::Slack);
    let head = format!(
        "alerts:\n  channels: [{{name: ops, slack: '{url}'}}]\n  \
         routes: [{{match: nothing*, to: ops}}]\n"
    );
    let agent = agent(&head);
    text(&agent, &["silence", "add", "job", "--for=1h", "--reason=x"]);
    let at = |line: &[&str]| {
        let words = [&["completions", "--candidates=", "--", "hbmon"], line].concat();
        let offered = text(&agent, &words);
        offered.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(at(&["silence", "end"]), ["s-0001"]);
    assert_eq!(at(&["ack"]), ["site", "i-0001"]);
    assert_eq!(at(&["alerts", "test"]), ["ops"]);
    assert_eq!(at(&["alerts", "preview"]), ["site", "job"]);
    assert_eq!(
        at(&["alerts", "preview", "site", "--status"]),
        ["warning", "error"]
    );
    assert_eq!(at(&["alerts", "list", "-o"]), ["human", "json"]);
    let filters = at(&["silence", "add"]);
    assert!(filters.contains(&"tag:eu".to_owned()), "{filters:?}");
}
