//! Tests of the event stream: the whole status first, then each event once and in order.

use serde_json::json;

use crate::support::*;

#[test]
fn a_stream_begins_with_the_status_and_goes_on_with_what_happens() {
    let agent = Agent::start("", &["{name: job, interval: 1h, push: {}}"]);
    agent.post("/v1/heartbeats/job", "");
    agent.becomes("job", "healthy");
    let mut events = agent.stream("/v1/events");
    let (name, start) = events.next().unwrap();
    assert_eq!(
        (name.as_str(), &start["type"], &start["schema"]),
        ("start", &"start".into(), &"hbmon.status/1".into())
    );
    assert_eq!(
        (&start["status"], &start["monitors"][0]["beats"]),
        (&"healthy".into(), &1.into())
    );

    agent.post("/v1/heartbeats/job/start", "");
    agent.post("/v1/heartbeats/job/log", "half way");
    agent.post("/v1/heartbeats/job/2", "no space left");
    let mut told = Vec::new();
    events.until(|name, event| {
        assert_eq!(event["type"], name);
        told.push(name.to_owned());
        name == "transition"
    });
    assert_eq!(told, ["started", "log", "failure", "transition"]);
    let (name, incident) = events.next().unwrap();
    assert_eq!(
        (name.as_str(), &incident["change"]),
        ("incident", &"opened".into())
    );
    let incident = &incident["incident"];
    assert_eq!(
        (&incident["id"], &incident["worst"]),
        (&"i-0001".into(), &"error".into())
    );
    let mut second = agent.stream("/v1/events");
    let start = second.next().unwrap().1;
    assert_eq!(
        (&start["status"], &start["exit"]),
        (&"error".into(), &1.into())
    );
    agent.post("/v1/heartbeats/job", "");
    for stream in [&mut events, &mut second] {
        let beat = stream.next().unwrap();
        assert_eq!(
            (beat.0.as_str(), &beat.1["status"]),
            ("beat", &"healthy".into())
        );
        let turn = stream.next().unwrap().1;
        assert_eq!(
            (&turn["from"], &turn["to"]),
            (&"error".into(), &"healthy".into())
        );
        let (name, closed) = stream.next().unwrap();
        assert_eq!(
            (name.as_str(), &closed["change"], &closed["end"]),
            ("incident", &"closed".into(), &"recovered".into())
        );
    }
    let (status, _) = agent.stop();
    assert_eq!(status.code(), Some(0));
    let (name, end) = events.next().unwrap();
    assert_eq!((name.as_str(), &end["status"]), ("end", &"healthy".into()));
    assert_eq!(events.next(), None);
}

#[test]
fn a_reader_may_begin_with_what_was_before() {
    let agent = Agent::start("", &["{name: job, interval: 1h, push: {}}"]);
    agent.post("/v1/heartbeats/job/fail", "no space left");
    agent.becomes("job", "error");
    let mut events = agent.stream("/v1/events?since=1970-01-01T00:00:00Z");
    let mut told = Vec::new();
    events.until(|name, event| {
        told.push((name.to_owned(), event["at"].as_str().unwrap().to_owned()));
        name == "start"
    });
    let names: Vec<&str> = told.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["failure", "transition", "incident", "start"]);
    // Only what came after that.
    let (_, last) = &told[2];
    let mut events = agent.stream(&format!("/v1/events?since={last}"));
    assert_eq!(events.next().unwrap().0, "start");
    let mut events = agent.stream("/v1/events?since=1h");
    assert_eq!(events.next().unwrap().0, "failure");
    for (query, wanted) in [
        ("since=soon", "`since` is a time such as"),
        ("since=2026-11-31", "`since` is a time such as"),
        ("since=1h&since=2h", "`since` occurs twice"),
        ("sicne=1h", "the query takes only `since`"),
    ] {
        let answer = agent.get(&format!("/v1/events?{query}"));
        assert_eq!(answer.status, 400, "{query}");
        let why = answer.json()["error"].as_str().unwrap().to_owned();
        assert!(why.contains(wanted), "{query}: {why}");
    }
}

#[test]
fn a_hundred_readers_hear_the_same() {
    let agent = Agent::start("", &["{name: job, interval: 1h, push: {}}"]);
    let mut readers: Vec<Stream> = (0..100).map(|_| agent.stream("/v1/events")).collect();
    for reader in &mut readers {
        assert_eq!(reader.next().unwrap().0, "start");
    }
    for number in 0..20 {
        agent.post("/v1/heartbeats/job/log", &format!("line {number}"));
    }
    for reader in &mut readers {
        for number in 0..20 {
            assert_eq!(
                reader.next().unwrap().1["message"],
                json!(format!("line {number}"))
            );
        }
    }
}
