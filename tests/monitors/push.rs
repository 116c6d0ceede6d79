//! Tests push monitors from the config to the verdict in simulated time, without HTTP.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use hbmon::clock::Clock;
use hbmon::config::load_text;
use hbmon::engine::{Engine, Plan};
use hbmon::model::{ChangeKind, Event, InstanceCounts, Row, Snapshot, Status, TargetId, Text};
use hbmon::monitors::push::{PushAction, PushRefusal};
use hbmon::words;
use jiff::Timestamp;

const SECOND: Duration = Duration::from_secs(1);

fn plan(monitors: &str) -> Plan {
    load_text(
        "test",
        &format!("monitors:\n{monitors}"),
        Path::new(""),
        &|_| None,
    )
    .unwrap()
    .plan
}

/// A running engine with push monitors.
struct PushHarness {
    engine: Engine,
    clock: Clock,
}

fn harness(monitors: &str) -> PushHarness {
    let clock = Clock::simulated("2026-01-10T00:00:00Z".parse::<Timestamp>().unwrap());
    PushHarness {
        engine: Engine::start(plan(monitors), clock.clone()),
        clock,
    }
}

impl PushHarness {
    async fn post(&self, path: &str, body: &str) -> Result<(), PushRefusal> {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let (endpoint, step) = self.engine.push_router().find(path).expect("an endpoint");
        endpoint
            .receive(step, query.strip_prefix("rid="), None, body.as_bytes())
            .await
    }

    /// Returns the snapshot after all posted requests are processed.
    async fn snapshot(&mut self) -> Arc<Snapshot> {
        tokio::time::sleep(SECOND / 5).await;
        Arc::clone(&self.engine.snapshots().borrow_and_update())
    }

    async fn row(&mut self) -> Arc<Row> {
        Arc::clone(&self.snapshot().await.rows[0])
    }

    async fn remove(&self, target: TargetId, instance: &str) -> bool {
        let instance = Text::clean(instance);
        let removed = self.engine.remove_instance(target, instance).await;
        removed.unwrap()
    }
}

fn events(snapshot: &Snapshot) -> Vec<String> {
    let told = snapshot
        .changes
        .iter()
        .filter_map(|change| match &change.kind {
            ChangeKind::Target {
                event: Event::Transition { to, .. },
                ..
            } => Some(to.as_str().to_owned()),
            ChangeKind::Target { event, .. } => Some(words::event(event)),
            _ => None,
        });
    told.collect()
}

fn why(row: &Arc<Row>) -> String {
    row.cause.as_ref().map(words::cause).unwrap_or_default()
}

#[tokio::test(start_paused = true)]
async fn a_heartbeat_that_stays_away_is_noticed_and_a_silent_monitor_is_not() {
    let mut harness = harness(
        "  - {name: job, interval: 10s, push: {}}\n  - {name: never, interval: 1s, push: {}}",
    );
    harness.post("/v1/heartbeats/job", "").await.unwrap();
    assert_eq!(harness.row().await.status, Status::Healthy);
    tokio::time::sleep(11 * SECOND).await;
    let row = harness.row().await;
    assert_eq!(
        (row.status, row.since.since_start()),
        (Status::Warning, 11 * SECOND)
    );
    tokio::time::sleep(10 * SECOND).await;
    let snapshot = harness.snapshot().await;
    assert_eq!(
        (
            snapshot.rows[0].status,
            snapshot.rows[0].since.since_start()
        ),
        (Status::Error, 21 * SECOND)
    );
    assert_eq!(snapshot.rows[1].status, Status::Unknown);
}

#[tokio::test(start_paused = true)]
async fn steps_below_the_path_tell_of_runs_and_failures() {
    let mut harness = harness("  - {name: job, interval: 1h, push: {path: /hooks/job}}");
    harness.post("/hooks/job/start?rid=1", "").await.unwrap();
    tokio::time::sleep(3 * SECOND).await;
    harness.post("/v1/heartbeats/job?rid=1", "").await.unwrap();
    let row = harness.row().await;
    assert_eq!(
        (row.status, row.last_latency),
        (Status::Healthy, Some(3 * SECOND))
    );
    harness
        .post(
            "/hooks/job/7",
            "cannot open /dev/sdb\n\u{1b}[31mgiving up\n",
        )
        .await
        .unwrap();
    let row = harness.row().await;
    assert_eq!(
        (row.status, why(&row).as_str()),
        (
            Status::Error,
            "exit code 7: cannot open /dev/sdb [31mgiving up"
        )
    );
    harness.post("/hooks/job/0", "").await.unwrap();
    assert_eq!(harness.row().await.status, Status::Healthy);
    harness.post("/hooks/job/fail", "").await.unwrap();
    assert_eq!(why(&harness.row().await), "failure reported");
    harness
        .post("/hooks/job/log", "only so you know")
        .await
        .unwrap();
    let told = events(&*harness.snapshot().await);
    assert_eq!(told.last().map(String::as_str), Some("only so you know"));
    for nowhere in [
        "/hooks",
        "/hooks/job/",
        "/hooks/job/256",
        "/hooks/job/stop",
        "/hooks/job/start/1",
        "/v1/heartbeats/x",
    ] {
        assert!(
            harness.engine.push_router().find(nowhere).is_none(),
            "{nowhere}"
        );
    }
}

const WORKERS: &str = r#"
  - name: workers
    interval: 10s
    push:
      path: /v1/worker-heartbeat
      token: s3cr3t
      id: $.worker.id
      available: '@.worker.status == "ready"'
      expect: {json: "@.worker.vram >= 1"}
      timestamp: $.timestamp
      forget: 1m
"#;

fn worker(id: &str, status: &str, vram: u32) -> String {
    format!(
        r#"{{
            "timestamp": "2026-01-10T00:00:00Z",
            "worker": {{"id": "{id}", "status": "{status}", "vram": {vram}}}
        }}"#
    )
}

#[tokio::test(start_paused = true)]
async fn one_monitor_has_many_instances() {
    let mut harness = harness(WORKERS);
    harness
        .post("/v1/worker-heartbeat", &worker("a", "ready", 8))
        .await
        .unwrap();
    harness
        .post("/v1/heartbeats/workers", &worker("b", "busy", 8))
        .await
        .unwrap();
    let row = harness.row().await;
    assert_eq!(
        row.instances,
        Some(InstanceCounts {
            total: 2,
            online: 2,
            available: 1
        })
    );
    let target = row.id;

    harness
        .post("/v1/worker-heartbeat", &worker("b", "ready", 0))
        .await
        .unwrap();
    let row = harness.row().await;
    assert_eq!(
        (row.status, row.beats, row.failures),
        (Status::Warning, 2, 1)
    );
    assert_eq!(why(&row), "b: assertion failed: @.worker.vram >= 1 (got 0)");

    let mut listed = harness.engine.instances(target).await.unwrap().unwrap();
    listed.sort_by(|one, other| one.id.cmp(&other.id));
    let shown: Vec<_> = listed
        .iter()
        .map(|known| (known.id.as_str(), known.online, known.available))
        .collect();
    assert_eq!(shown, [("a", true, true), ("b", true, false)]);
    assert!(
        listed
            .iter()
            .all(|known| known.last_beat.is_some() && known.presence.is_some())
    );

    assert!(harness.remove(target, "b").await);
    assert!(!harness.remove(target, "b").await);
    assert_eq!(harness.row().await.status, Status::Healthy);
    let online = harness.engine.online_instances().await.unwrap();
    assert_eq!(online, [(Text::clean("workers"), Text::clean("a"))]);

    tokio::time::sleep(61 * SECOND).await;
    let snapshot = harness.snapshot().await;
    assert_eq!(snapshot.rows[0].instances, Some(InstanceCounts::default()));
    let told = events(&snapshot);
    for wanted in [
        "a online",
        "b removed",
        "a went silent",
        "a forgotten after a long silence",
    ] {
        assert!(
            told.iter().any(|event| event == wanted),
            "{wanted} in {told:?}"
        );
    }
    let unknown = harness.engine.instances(TargetId(99)).await.unwrap();
    assert!(unknown.is_none());
}

#[tokio::test(start_paused = true)]
async fn what_is_refused_counts_for_nothing_and_a_failure_is_never_refused() {
    let mut harness = harness(WORKERS);
    for (body, wanted) in [
        ("", "not JSON: empty"),
        ("alive", "not JSON: begins with \"alive\""),
        ("{}", "the path of `id` leads to nothing in it"),
        (
            r#"{"worker": {"id": ["a"]}}"#,
            "its `id` is neither a text nor a number",
        ),
        (
            r#"{"worker": {"id": ""}}"#,
            "its `id` is empty or longer than 128 bytes",
        ),
        (
            r#"{"worker": {"id": "a\nb"}}"#,
            "its `id` has characters that a name cannot have",
        ),
    ] {
        let refusal = harness
            .post("/v1/worker-heartbeat", body)
            .await
            .unwrap_err();
        assert_eq!(
            refusal,
            PushRefusal::Payload {
                why: Text::clean(wanted)
            },
            "{body}"
        );
    }
    let row = harness.row().await;
    assert_eq!(
        (row.status, row.failures, row.beats),
        (Status::Unknown, 0, 0)
    );

    harness
        .post("/v1/worker-heartbeat/fail", "no JSON, and s3cr3t in it")
        .await
        .unwrap();
    let row = harness.row().await;
    assert_eq!(
        (row.status, why(&row).as_str()),
        (Status::Error, "no JSON, and *** in it")
    );
    harness
        .post("/v1/worker-heartbeat/fail", &worker("c", "gone", 8))
        .await
        .unwrap();
    assert!(why(&harness.row().await).starts_with("c: {"));
}

#[tokio::test(start_paused = true)]
async fn a_payload_without_its_timestamp_is_a_failure() {
    let mut harness = harness("  - {name: job, interval: 1h, push: {timestamp: $.ts}}");
    harness.post("/v1/heartbeats/job", "{}").await.unwrap();
    assert_eq!(why(&harness.row().await), "payload: no timestamp in it");
    harness.post("/v1/heartbeats/job", "").await.unwrap();
    assert_eq!(harness.row().await.failures, 2);
    harness
        .post("/v1/heartbeats/job", r#"{"ts": "2026-01-09T23:59:59.9Z"}"#)
        .await
        .unwrap();
    let row = harness.row().await;
    assert!(row.last_latency.is_some() && row.skew.is_some());
}

#[tokio::test(start_paused = true)]
async fn a_timestamp_that_is_too_old_is_a_failure_of_its_sender() {
    let mut harness =
        harness("  - {name: job, interval: 1h, push: {timestamp: $.ts, max_age: 2m, id: $.id}}");
    let body = |id: &str, ts: &str| format!(r#"{{"id": "{id}", "ts": "{ts}"}}"#);
    // The sender's clock is a day behind, so the timestamp is not an age.
    for ts in ["2026-01-09T00:00:00Z", "2026-01-09T00:00:00.5Z"] {
        harness
            .post("/v1/heartbeats/job", &body("a", ts))
            .await
            .unwrap();
        harness
            .post("/v1/heartbeats/job", &body("b", "2026-01-10T00:00:00Z"))
            .await
            .unwrap();
    }
    let row = harness.row().await;
    assert_eq!(
        (row.status, row.beats, row.failures),
        (Status::Healthy, 4, 0)
    );
    tokio::time::sleep(250 * SECOND).await;
    harness
        .post("/v1/heartbeats/job", &body("b", "2026-01-10T00:00:00Z"))
        .await
        .unwrap();
    let row = harness.row().await;
    assert_eq!(
        (row.status, row.beats, row.failures),
        (Status::Warning, 4, 1)
    );
    assert_eq!(why(&row), "b: timestamp is 4m10s old, expected at most 2m");
    harness
        .post("/v1/heartbeats/job", &body("a", "2026-01-09T00:04:10.1Z"))
        .await
        .unwrap();
    harness
        .post("/v1/heartbeats/job", &body("b", "2026-01-10T00:04:10.1Z"))
        .await
        .unwrap();
    assert_eq!(harness.row().await.status, Status::Healthy);
}

#[tokio::test(start_paused = true)]
async fn a_schedule_follows_a_wall_clock_that_is_set() {
    let mut harness = harness("  - {name: job, grace: 1m, push: {schedule: {cron: '0 2 * * *'}}}");
    harness.post("/v1/heartbeats/job", "").await.unwrap();
    let due = harness.row().await.due_at.unwrap();
    assert_eq!(harness.clock.wall(due).to_string(), "2026-01-10T02:00:00Z");
    // The machine woke up a moment ago.
    harness.clock.move_wall("PT1H55M".parse().unwrap());
    tokio::time::sleep(2 * SECOND).await;
    let row = harness.row().await;
    assert_eq!(
        harness.clock.wall(row.due_at.unwrap()).to_string(),
        "2026-01-10T02:00:00Z"
    );
    tokio::time::sleep(6 * 60 * SECOND).await;
    let row = harness.row().await;
    assert_eq!(
        (
            row.status,
            harness.clock.wall(row.since).to_string().as_str()
        ),
        (Status::Warning, "2026-01-10T02:01:00Z")
    );
}

#[tokio::test(start_paused = true)]
async fn a_reload_puts_other_doors_behind_the_same_intake() {
    let mut harness = harness(concat!(
        "  - {name: job, interval: 1h, push: {path: /old, token: one}}\n",
        "  - {name: gone, interval: 1h, push: {}}",
    ));
    harness.post("/old", "").await.unwrap();
    let (endpoint, _) = harness.engine.push_router().find("/old").unwrap();
    assert!(endpoint.token().unwrap().matches(b"one"));
    let id = harness.row().await.id;

    let next = plan(concat!(
        "  - {name: job, interval: 2h, push: {path: /new, token: two}}\n",
        "  - {name: late, interval: 1h, push: {}}",
    ));
    harness.engine.replace(next).await.unwrap();
    let row = harness.row().await;
    assert_eq!(
        (row.id, row.beats, row.status),
        (id, 1, Status::Healthy),
        "what was heard is kept"
    );
    assert!(
        harness.engine.push_router().find("/old").is_none()
            && harness
                .engine
                .push_router()
                .find("/v1/heartbeats/gone")
                .is_none()
    );
    let (endpoint, step) = harness.engine.push_router().find("/new/fail").unwrap();
    assert!(endpoint.token().unwrap().matches(b"two") && step == PushAction::Fail);
    harness.post("/v1/heartbeats/late", "").await.unwrap();
    assert_eq!(harness.snapshot().await.rows[1].beats, 1);
}

#[tokio::test(start_paused = true)]
async fn what_is_not_enabled_is_deaf() {
    let mut harness = harness("  - {name: job, interval: 1s, enabled: false, push: {}}");
    harness.post("/v1/heartbeats/job", "").await.unwrap();
    harness.post("/v1/heartbeats/job/fail", "").await.unwrap();
    let row = harness.row().await;
    assert_eq!(
        (row.status, row.beats, row.failures),
        (Status::Paused, 0, 0)
    );
}

#[tokio::test(start_paused = true)]
async fn beyond_the_cap_new_instances_are_refused_and_known_ones_are_not() {
    let mut harness = harness("  - {name: crowd, interval: 1h, push: {id: $}}");
    let (endpoint, step) = harness
        .engine
        .push_router()
        .find("/v1/heartbeats/crowd")
        .unwrap();
    for number in 0..hbmon::model::MAX_INSTANCES {
        endpoint
            .receive(step, None, None, number.to_string().as_bytes())
            .await
            .unwrap();
    }
    let row = harness.row().await;
    assert_eq!(
        row.instances.unwrap().online as usize,
        hbmon::model::MAX_INSTANCES
    );
    let refusal = harness
        .post("/v1/heartbeats/crowd", "\"one more\"")
        .await
        .unwrap_err();
    assert_eq!(
        refusal,
        PushRefusal::TooManyInstances {
            limit: hbmon::model::MAX_INSTANCES
        }
    );
    harness.post("/v1/heartbeats/crowd", "7").await.unwrap();
    assert!(harness.remove(row.id, "7").await);
    harness
        .post("/v1/heartbeats/crowd", "\"one more\"")
        .await
        .unwrap();
    assert_eq!(
        harness.row().await.instances.unwrap().total as usize,
        hbmon::model::MAX_INSTANCES
    );
}
