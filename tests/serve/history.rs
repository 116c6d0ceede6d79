//! Tests that an agent remembers: incidents, notes, instances, and what other processes write.

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use hbmon::history::incident::{Incident, Note};
use hbmon::history::period::{Period, whole_millis};
use hbmon::model::{Acknowledgement, IncidentEnd, IncidentId, Silence, SilenceId, Status, Text};
use hbmon::store::{ChangeQuery, Editor, Reader};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::support::*;

const JOB: &str = "{name: job, interval: 1h, push: {}}";
const WORKERS: &str = "{name: workers, interval: 1h, push: {id: $.id}}";

fn incident(store: &Path, id: u64) -> Incident {
    let reader = Reader::open(store).unwrap();
    reader.incident(IncidentId(id)).unwrap().unwrap()
}

/// Statuses of a monitor with their beginnings.
fn changes(store: &Path, monitor: &str) -> Vec<(Status, Timestamp, Option<Timestamp>)> {
    let mut changes = Vec::new();
    let query = ChangeQuery {
        monitor: Some(Text::clean(monitor)),
        period: Period::new(Timestamp::MIN, Timestamp::MAX),
        after: None,
        newest_first: false,
    };
    let reader = Reader::open(store).unwrap();
    reader
        .changes(&query, &mut |_, change| {
            changes.push((change.status, change.from, change.until));
            ControlFlow::Continue(())
        })
        .unwrap();
    changes
}

fn time(event: &Value) -> Timestamp {
    whole_millis(event["at"].as_str().unwrap().parse().unwrap())
}

/// Returns the next change of an incident on a stream.
fn incident_event(stream: &mut Stream, change: &str) -> Value {
    stream.until(|name, event| name == "incident" && event["change"] == change)
}

#[test]
fn an_incident_goes_on_across_a_restart_and_is_dated_exactly() {
    let text = config("", &[JOB]);
    let agent = Agent::start("", &[JOB]);
    let mut stream = agent.stream("/v1/events");
    agent.post("/v1/heartbeats/job", "");
    agent.post("/v1/heartbeats/job/1", "disk full");
    let opened = incident_event(&mut stream, "opened");
    let before = agent.monitor("job");
    let store = agent.store();
    let (status, folder) = agent.stop();
    assert_eq!(status.code(), Some(0));
    let known = incident(&store, 1);
    assert_eq!((known.opened, known.closed), (time(&opened), None));
    assert_eq!(known.worst, Status::Error);

    let agent = Agent::again(folder, &text, |command| command);
    let after = agent.monitor("job");
    for key in ["status", "since", "last_beat", "reason", "message"] {
        assert_eq!(before[key], after[key], "{key}");
    }
    let mut stream = agent.stream("/v1/events");
    agent.post("/v1/heartbeats/job", "");
    let closed = incident_event(&mut stream, "closed");
    let (_, _folder) = agent.stop();
    let known = incident(&store, 1);
    assert_eq!(known.opened, time(&opened));
    assert_eq!(known.closed, Some(time(&closed)));
    assert_eq!(known.end, Some(IncidentEnd::Recovered));
    assert_eq!(known.message.unwrap().as_str(), "exit code 1: disk full");
    let changes = changes(&store, "job");
    let statuses: Vec<Status> = changes.iter().map(|(status, ..)| *status).collect();
    assert_eq!(
        statuses,
        [
            Status::Unknown,
            Status::Healthy,
            Status::Error,
            Status::Healthy
        ]
    );
    assert_eq!(changes[2].1, time(&opened));
    assert_eq!(changes[2].2, Some(time(&closed)));
    // It was not watched while no agent ran.
    let reader = Reader::open(&store).unwrap();
    let all = Period::new(Timestamp::MIN, Timestamp::MAX);
    assert_eq!(reader.watched(all).unwrap().len(), 2);
}

#[test]
fn what_left_the_config_ends_also_between_two_runs() {
    let other = "{name: other, interval: 1h, push: {}}";
    let agent = Agent::start("", &[JOB, other, WORKERS]);
    let mut stream = agent.stream("/v1/events");
    for job in ["job", "other", "workers"] {
        agent.post(&format!("/v1/heartbeats/{job}/1"), "{\"id\": \"a\"}");
        incident_event(&mut stream, "opened");
    }
    let store = agent.store();
    agent.reconfigure(&config("", &[other, WORKERS]));
    incident_event(&mut stream, "closed");
    let (_, folder) = agent.stop();
    assert_eq!(incident(&store, 1).end, Some(IncidentEnd::Removed));
    let paused = WORKERS.replace("interval", "enabled: false, interval");
    let agent = Agent::again(folder, &config("", &[&paused]), |command| command);
    let (_, _folder) = agent.stop();
    let ended = [incident(&store, 2), incident(&store, 3)];
    assert_eq!(
        ended.map(|incident| incident.end),
        [Some(IncidentEnd::Removed), Some(IncidentEnd::Paused)]
    );
    let known = Reader::open(&store).unwrap().monitors().unwrap();
    let removed: Vec<_> = known
        .iter()
        .map(|known| (known.name.as_str(), known.removed.is_some()))
        .collect();
    assert_eq!(
        removed,
        [("job", true), ("other", true), ("workers", false)]
    );
}

#[test]
fn a_second_agent_reads_and_does_not_write() {
    let first = Agent::start("", &[JOB]);
    first.post("/v1/heartbeats/job/1", "disk full");
    first.becomes("job", "error");
    let state = first.folder.path().join("state");
    let folder = tempfile::tempdir().unwrap();
    let pid = first.process();
    let mut second = hbmon(&["serve", &first.path()]);
    let mut second = Agent::of(folder, second.env("XDG_STATE_HOME", &state));
    let note = second.logs("history: read only, written by pid ");
    assert!(note.ends_with(&pid.to_string()), "{note}");
    second.listens();
    // What the first one has written is there.
    let incidents = second.get("/v1/incidents").json();
    assert_eq!(
        incidents["incidents"][0]["message"],
        "exit code 1: disk full"
    );
    let incident_of_first = second.get("/v1/incidents/i-0001").json();
    assert_eq!(incident_of_first["changes"][0]["status"], "error");
    let changes = second.get("/v1/monitors/job/history").json();
    assert_eq!(changes["changes"][1]["status"], "error");
    for path in ["/v1/monitors/job/numbers", "/v1/report?last=1h"] {
        assert_eq!(second.get(path).status, 200, "{path}");
    }
    let note = second.ask("POST /v1/incidents/i-0001/notes", &[], r#"{"text": "x"}"#);
    assert_eq!(note.status, 404, "{note:?}");
    second.post("/v1/heartbeats/job", "");
    second.becomes("job", "healthy");
    let store = first.store();
    let (status, _folder) = second.stop();
    assert_eq!(status.code(), Some(0));
    let (_, _folder) = first.stop();
    assert_eq!(
        incident(&store, 1).closed,
        None,
        "only the first one writes"
    );
}

/// The lock was deleted, and the second agent has another name for the history.
#[test]
fn a_second_agent_finds_the_lock_by_each_name() {
    let first = Agent::start("", &[JOB]);
    let store = first.store();
    let beside = |end: &str| PathBuf::from(format!("{}{end}", store.display()));
    fs::remove_file(beside(".lock")).unwrap();
    until(|| beside(".lock").exists().then_some(()));
    let link = first.folder.path().join("link.db");
    std::os::unix::fs::symlink(&store, &link).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let state = format!("--state={}", link.display());
    let mut second = Agent::of(folder, &mut hbmon(&["serve", &first.path(), &state]));
    let note = second.logs("history: read only, written by pid ");
    assert!(note.ends_with(&first.process().to_string()), "{note}");
    second.listens();
    assert_eq!(second.stop().0.code(), Some(0));
    assert_eq!(first.stop().0.code(), Some(0));
}

#[test]
fn a_monitor_that_a_filter_leaves_out_is_not_judged() {
    let text = config("", &[JOB, "{name: other, interval: 1h, push: {}}"]);
    let agent = Agent::with(&text, |command| command);
    for job in ["job", "other"] {
        agent.post(&format!("/v1/heartbeats/{job}"), "");
        agent.becomes(job, "healthy");
    }
    let store = agent.store();
    let (_, folder) = agent.stop();
    let agent = Agent::again(folder, &text, |command| command.args(["-F", "job"]));
    // An answer about the past has what was recorded before.
    agent.get("/v1/incidents");
    let (_, folder) = agent.stop();
    let known = changes(&store, "other");
    assert_eq!(known.len(), 2, "{known:?}");
    assert_eq!(known[1].0, Status::Healthy);
    assert!(known[1].2.is_some(), "{known:?}");
    assert_eq!(changes(&store, "job").last().unwrap().2, None);

    let agent = Agent::again(folder, &text, |command| command);
    let again = agent.monitor("other");
    assert_eq!(again["status"], "healthy");
    agent.get("/v1/incidents");
    let (_, _folder) = agent.stop();
    let known = changes(&store, "other");
    assert_eq!((known.len(), known[2].0), (3, Status::Healthy), "{known:?}");
    assert!(known[1].2.unwrap() <= known[2].1, "{known:?}");
}

#[test]
fn an_agent_without_a_history_still_numbers_its_incidents() {
    let text = config("", &[JOB]);
    let agent = Agent::with(&text, |command| command.arg("--no-state"));
    let mut stream = agent.stream("/v1/events");
    agent.post("/v1/heartbeats/job/1", "");
    assert_eq!(
        incident_event(&mut stream, "opened")["incident"]["id"],
        "i-0001"
    );
    let state = agent.folder.path().join("state");
    let (_, _folder) = agent.stop();
    assert!(!state.exists());
    // Not even root may write there.
    let agent = Agent::with(&text, |command| command.env("XDG_STATE_HOME", "/proc/no"));
    agent.post("/v1/heartbeats/job/1", "");
    agent.becomes("job", "error");
    let output = run(&["serve", &agent.path(), "--state", "/no/such/folder/x.db"]);
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
}

#[test]
fn a_state_of_the_former_format_is_taken_over_once() {
    let text = config("", &[JOB, "{name: other, interval: 1h, push: {}}"]);
    let agent = Agent::with(&text, |command| command);
    let store = agent.store();
    let (_, folder) = agent.stop();
    for end in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(format!("{}{end}", store.display()));
    }
    let former = |end: &str| store.with_extension(end);
    let since = "2026-01-01T00:00:00Z";
    let job = serde_json::json!({"status": "error", "since": since, "reason": "reported",
        "message": "exit code 1", "consecutive_failures": 1, "last_beat": null});
    let told = serde_json::json!({"status": "warning", "since": "2025-01-01T00:00:00Z",
        "reason": "reported", "message": "exit code 2", "blind": true,
        "told": {"status": "warning", "began": since, "at": since}});
    let file = |monitors: Value| {
        let blind = serde_json::json!({"began": since, "at": since});
        serde_json::json!({"schema": "hbmon.state/1", "blind": blind, "monitors": monitors})
            .to_string()
    };
    fs::write(former("serve.json"), file(serde_json::json!({"job": job}))).unwrap();
    let of_check = file(serde_json::json!({"job": told, "other": told}));
    fs::write(former("json"), &of_check).unwrap();

    let agent = Agent::again(folder, &text, |command| command);
    let (job, other) = (agent.monitor("job"), agent.monitor("other"));
    assert_eq!(
        (&job["status"], &job["message"]),
        (&"error".into(), &"exit code 1".into())
    );
    assert_eq!(at(job["since"].as_str().unwrap()), at(since));
    assert_eq!(other["status"], "warning");
    let (_, folder) = agent.stop();
    assert_eq!(fs::read_to_string(former("json.old")).unwrap(), of_check);
    assert!(former("serve.json.old").exists() && !former("serve.json").exists());
    let both = [incident(&store, 1), incident(&store, 2)];
    let job_incident = both.iter().find(|known| known.monitor.as_str() == "job");
    let opened = job_incident.unwrap().opened;
    assert_eq!(opened, at(since), "the incident began with the status");
    let state = rusqlite::Connection::open(&store)
        .unwrap()
        .query_row("SELECT state FROM monitors WHERE name = 'job'", [], |row| {
            row.get::<_, String>(0)
        })
        .unwrap();
    let state: Value = serde_json::from_str(&state).unwrap();
    assert_eq!(state["told"]["at"], since, "what was told is known");
    assert_eq!(state["told_blind"]["began"], since);

    let agent = Agent::again(folder, &text, |command| command);
    assert_eq!(agent.monitor("job")["since"], job["since"]);
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn instances_are_known_after_a_restart() {
    let agent = Agent::start("", &[WORKERS]);
    for id in ["a", "b"] {
        agent.post("/v1/heartbeats/workers", &format!("{{\"id\": \"{id}\"}}"));
    }
    let seen = |agent: &Agent| {
        let mut listed = agent.get("/v1/monitors/workers/instances").json();
        for instance in listed.as_array_mut().unwrap() {
            // How long ago the last heartbeat was.
            instance.as_object_mut().unwrap().remove("presence");
        }
        listed
    };
    let before = seen(&agent);
    assert_eq!(before.as_array().unwrap().len(), 2);
    assert_eq!(before[0]["online"], true);
    let (_, folder) = agent.stop();
    let agent = Agent::again(folder, &config("", &[WORKERS]), |command| command);
    assert_eq!(seen(&agent), before);
}

#[test]
fn what_other_processes_write_reaches_a_running_agent() {
    let agent = Agent::start("", &[JOB]);
    let mut stream = agent.stream("/v1/events");
    agent.post("/v1/heartbeats/job/1", "disk full");
    incident_event(&mut stream, "opened");
    let store = agent.store();
    let now = whole_millis(Timestamp::now());
    let (bob, text) = (Text::clean("bob"), Text::clean("it is the disk"));
    // The incident is committed soon after it is announced.
    let editor = until(|| {
        let editor = Editor::open(&store).ok()?;
        let note = Note {
            at: now,
            by: bob.clone(),
            text: text.clone(),
        };
        editor.note(IncidentId(1), &note).unwrap()?;
        Some(editor)
    });
    let noted = incident_event(&mut stream, "note");
    assert_eq!(noted["incident"]["id"], "i-0001");
    let ack = Acknowledgement {
        by: bob.clone(),
        at: now,
        until: Some(now + SignedDuration::from_hours(2)),
    };
    editor.acknowledge(IncidentId(1), Some(&ack)).unwrap();
    let acknowledged = incident_event(&mut stream, "acknowledged");
    assert_eq!(acknowledged["incident"]["acknowledged"]["by"], "bob");
    let silence = Silence {
        id: SilenceId(0),
        matches: Text::clean("job"),
        from: now,
        until: now + SignedDuration::from_hours(1),
        by: bob,
        reason: Text::clean("deploy"),
    };
    let silence = editor.silence(&silence).unwrap().unwrap();
    let added = stream.until(|name, event| name == "silence" && event["change"] == "added");
    assert_eq!(added["silence"]["id"], silence.id.to_string());
    let ending = whole_millis(Timestamp::now());
    editor.end_silence(silence.id, ending).unwrap();
    stream.until(|name, event| name == "silence" && event["change"] == "ended");

    let (_, _folder) = agent.stop();
    let known = incident(&store, 1);
    assert_eq!(known.notes.len(), 1, "{:?}", known.notes);
    assert_eq!((&known.notes[0].text, known.notes[0].at), (&text, now));
    assert_eq!(known.acknowledged, Some(ack));
    let reader = Reader::open(&store).unwrap();
    assert_eq!(reader.silences(ending).unwrap(), []);
}

#[test]
fn a_history_that_is_deleted_begins_anew_with_what_is_known() {
    let other = "{name: other, interval: 1h, push: {}}";
    let agent = Agent::start("", &[JOB, other]);
    agent.post("/v1/heartbeats/job/1", "disk full");
    let before = agent.becomes("job", "error");
    let store = agent.store();
    for end in ["", "-wal", "-shm"] {
        fs::remove_file(format!("{}{end}", store.display())).unwrap();
    }
    agent.post("/v1/heartbeats/other", "");
    // Its states come within a second. Nothing is written at the end of a process that is killed.
    until(|| {
        let states = rusqlite::Connection::open_with_flags(
            &store,
            rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY,
        );
        let sql = "SELECT count(state) FROM monitors";
        let count = states.ok()?.query_row(sql, [], |row| row.get::<_, i64>(0));
        (count == Ok(2)).then_some(())
    });
    agent.signal("KILL");
    let (_, folder) = agent.wait();
    let agent = Agent::again(folder, &config("", &[JOB, other]), |command| command);
    let after = agent.monitor("job");
    for key in ["status", "since", "message"] {
        assert_eq!(before[key], after[key], "{key}");
    }
    assert_eq!(incident(&store, 1).closed, None);
}
