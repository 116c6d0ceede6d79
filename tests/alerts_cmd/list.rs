//! `hbmon alerts list`, `/v1/alerts` and the metrics of alerts.

use serde_json::{Value, json};

use crate::place::*;
use crate::stub::{Knob, Shape, Stub};
use crate::support::*;

/// Two channels, of which `gone` refuses everything.
fn head(good: &Stub, bad: &Stub) -> String {
    let (good, bad) = (good.url(Shape::Slack), bad.url(Shape::Slack));
    format!(
        "alerts:\n  channels:\n    - {{name: ops, slack: '{good}'}}\n    \
         - {{name: gone, slack: '{bad}'}}\n  \
         routes:\n    - {{match: '*', to: [ops, gone]}}\n"
    )
}

fn rows(alerts: &Value) -> Vec<Value> {
    let rows = alerts["notifications"].as_array().unwrap().iter();
    rows.filter(|row| row["incident"] == "i-0001")
        .map(|row| {
            json!([
                row["monitor"],
                row["channel"],
                row["what"],
                row["state"],
                row["why"]
            ])
        })
        .collect()
}

#[test]
fn what_was_told_and_what_failed_is_listed() {
    let (good, bad) = (Stub::start(), Stub::start());
    bad.always(Some(Knob::answer(404, "no_service")));
    let agent = agent(&head(&good, &bad));
    good.wait(1);
    bad.wait(1);
    let wanted = [
        json!(["site", "ops", "opened", "told", null]),
        json!(["site", "gone", "opened", "failed", null]),
    ];
    let alerts = until(|| {
        let alerts = agent.get("/v1/alerts").json();
        (rows(&alerts) == wanted).then_some(alerts)
    });
    assert_eq!(alerts["schema"], "hbmon.alerts/1");
    let channels = alerts["channels"].as_array().unwrap();
    assert_eq!(
        channels[0],
        json!({"name": "ops", "kind": "slack", "broken": null, "pending": 0})
    );
    let broken = channels[1]["broken"].as_str().unwrap();
    assert!(
        broken.contains("404") && !broken.contains("s3cretpath"),
        "{broken}"
    );

    let listed = until(|| {
        let listed = json(&agent, &["alerts", "list"]);
        (rows(&listed) == wanted).then_some(listed)
    });
    assert_eq!(listed["channels"], alerts["channels"]);
    let asked = json(&agent, &["alerts", "list", &url(&agent)]);
    assert_eq!(asked, alerts);
    let table = text(&agent, &["alerts", "list"]);
    assert!(
        table.contains("\nops      slack  0        works\n"),
        "{table}"
    );
    assert!(
        table.contains("\ngone     slack  0        broken: 404"),
        "{table}"
    );
    assert!(
        table.contains("\ni-0001    site     gone     opened  failed"),
        "{table}"
    );

    let metrics = agent.get("/metrics").body;
    for line in [
        "hbmon_notifications_total{channel=\"ops\",outcome=\"told\"} 1",
        "hbmon_notifications_total{channel=\"gone\",outcome=\"failed\"} 1",
        "hbmon_notifications_pending{channel=\"ops\"} 0",
        "hbmon_channel_broken{channel=\"ops\"} 0",
        "hbmon_channel_broken{channel=\"gone\"} 1",
        "hbmon_notification_seconds_count{channel=\"ops\"} 1",
    ] {
        assert!(
            metrics.contains(&format!("\n{line}\n")),
            "{line}: {metrics}"
        );
    }

    let incident = agent.get("/v1/incidents/i-0001").json();
    let told = incident["told"].as_array().unwrap();
    assert_eq!(told.len(), 1);
    assert_eq!(
        (&told[0]["channel"], &told[0]["what"]),
        (&"ops".into(), &"opened".into())
    );
    let shown = text(&agent, &["incidents", "show", "1"]);
    assert!(shown.contains("\n  told          ops at 20"), "{shown}");
}

#[test]
fn what_is_held_says_why() {
    let stub = Stub::start();
    let url = stub.url(Shape::Slack);
    let head = format!(
        "alerts:\n  channels: [{{name: ops, slack: '{url}'}}]\n  \
         routes: [{{match: '*', to: ops, after: 1h}}]\n"
    );
    let agent = agent(&head);
    let wanted = [json!(["site", "ops", "opened", "held", "after"])];
    until(|| (rows(&json(&agent, &["alerts", "list"])) == wanted).then_some(()));
    until(|| (rows(&agent.get("/v1/alerts").json()) == wanted).then_some(()));
    assert_eq!(stub.received().len(), 0);
}

#[test]
fn people_are_shown_the_worst_and_newest() {
    let stub = Stub::start();
    let url = stub.url(Shape::Slack);
    let head = format!(
        "alerts:\n  channels: [{{name: ops, slack: '{url}'}}]\n  \
         routes: [{{match: '*', to: ops, after: 1h}}]\n"
    );
    let agent = agent(&head);
    until(|| (rows(&json(&agent, &["alerts", "list"])).len() == 1).then_some(()));
    let store = rusqlite::Connection::open(agent.store()).unwrap();
    let copies = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 69) \
         INSERT INTO notifications(channel, what, state, why, is_over, created, attempts, done, \
         incident, monitor, status, opened) SELECT channel, what, \
         iif(i = 7, 'failed', state), why, i = 7, created, attempts, iif(i = 7, created, NULL), \
         incident, 'copy-' || i, status, opened FROM notifications, n";
    assert_eq!(store.execute(copies, []).unwrap(), 69);
    drop(store);
    let table = text(&agent, &["alerts", "list"]);
    let (_, table) = table.split_once("INCIDENT").unwrap();
    let lines: Vec<&str> = table.lines().skip(1).collect();
    assert_eq!(lines.len(), 51, "{table}");
    for (place, monitor) in [(0, "copy-7 "), (1, "copy-69 "), (2, "copy-68 ")] {
        assert!(lines[place].contains(monitor), "{place}: {table}");
    }
    assert_eq!(lines[50], "and 20 more: `-o json` has them all");
    assert_eq!(rows(&json(&agent, &["alerts", "list"])).len(), 70);
}

#[test]
fn no_alerts_are_sent_without_channels() {
    let agent = agent("");
    let empty = json!({"schema": "hbmon.alerts/1", "channels": [], "notifications": []});
    assert_eq!(agent.get("/v1/alerts").json(), empty);
    assert_eq!(json(&agent, &["alerts", "list"]), empty);
    assert_eq!(
        text(&agent, &["alerts", "list"]),
        "no channels: no alerts are sent\n"
    );
    let none = refused(&agent, &["alerts", "list", "--state=nowhere.db"]);
    assert!(none.contains("there is no history at"), "{none}");
}
