//! The history over HTTP, from a store with a known past.

use std::net::SocketAddr;
use std::path::Path;
use std::slice;
use std::sync::Arc;
use std::time::Duration;

use hbmon::clock::Clock;
use hbmon::config::{CertificateTrust, agent as agent_endpoint, load_text};
use hbmon::engine::Engine;
use hbmon::history::change::StatusChange;
use hbmon::history::incident::Incident;
use hbmon::history::known::KnownMonitor;
use hbmon::history::numbers::{Numbers, NumbersPoint, Step};
use hbmon::history::period::{Period, whole_millis};
use hbmon::model::{IncidentEnd, IncidentId, Kind, Reason, Slo, Status, Text};
use hbmon::remote::{AgentClient, AgentPast, Agents, HistoryKept};
use hbmon::serve::{Access, Host, Interface, Limits};
use hbmon::store::{Batch, Keep, Store};
use jiff::Timestamp;
use serde_json::Value;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::watch;

use crate::openapi::check_value;
use crate::support::*;

const CONFIG: &str = "
monitors:
  - {name: api, interval: 1h, slo: {objective: 99%, window: 30d}, push: {}}
  - {name: job, interval: 1h, push: {}}
";
const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(86_400);

/// An interface over a store with the monitors `api` and `job`.
struct Past {
    address: SocketAddr,
    now: Timestamp,
    store: Store,
    _interface: Interface,
    _access: watch::Sender<Access>,
    runtime: Runtime,
    _folder: TempDir,
}

impl Past {
    fn new() -> Past {
        let folder = tempfile::tempdir().unwrap();
        let runtime = Runtime::new().unwrap();
        let clock = Clock::start();
        let now = whole_millis(clock.anchor());
        let _entered = runtime.enter();
        let (store, _) = Store::open(&folder.path().join("h.db"), Keep::default()).unwrap();
        let environment = |_: &str| None;
        let loaded = load_text("a.yaml", CONFIG, Path::new("."), &environment).unwrap();
        let engine = Engine::start(loaded.plan, clock.clone());
        let (access, receiver) = watch::channel(Access::default());
        let interface = runtime.block_on(async {
            store.write(past(now)).await;
            store.flush().await;
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let host = Host {
                verdict: |_| 0,
                outputs: Arc::default(),
                history: Some(store.clone().into()),
                alerts: None,
            };
            Interface::open(listener, &engine, clock, receiver, Limits::default(), host).unwrap()
        });
        Past {
            address: interface.address,
            now,
            store,
            _interface: interface,
            _access: access,
            runtime,
            _folder: folder,
        }
    }

    fn get(&self, path: &str) -> Value {
        let answer = ask(self.address, &format!("GET {path}"), &[], "");
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        answer.json()
    }

    /// Returns the status and the sentence of a refusal.
    fn refusal(&self, request: &str, body: &str) -> (u16, String) {
        let answer = ask(self.address, request, &[], body);
        let why = answer.json()["error"].as_str().unwrap().to_owned();
        (answer.status, why)
    }

    fn stamp(&self, ago: Duration) -> String {
        format!("{:.3}", self.now - ago)
    }
}

fn known(name: &str, first_known: Timestamp) -> KnownMonitor {
    KnownMonitor {
        name: Text::clean(name),
        kind: Kind::Push,
        group: (name == "api").then(|| Text::clean("web")),
        tags: Vec::new(),
        slo: (name == "api").then_some(Slo {
            millionths: 990_000,
            window: 30 * DAY,
        }),
        first_known,
        removed: None,
    }
}

fn change(name: &str, from: Timestamp, status: Status) -> StatusChange {
    StatusChange {
        monitor: Text::clean(name),
        kind: Kind::Push,
        group: None,
        from,
        until: None,
        status,
        reason: (status == Status::Error).then_some(Reason::Refused),
        message: (status == Status::Error).then(|| Text::clean("no space left")),
        maintenance: false,
    }
}

fn incident(id: u64, opened: Timestamp, closed: Option<Timestamp>) -> Incident {
    Incident {
        id: IncidentId(id),
        monitor: Text::clean("api"),
        kind: Kind::Push,
        group: Some(Text::clean("web")),
        opened,
        closed,
        worst: Status::Error,
        reason: Some(Reason::Refused),
        message: Some(Text::clean("no space left")),
        first_reason: Some(Reason::Refused),
        last_reason: Some(Reason::Refused),
        end: closed.map(|_| IncidentEnd::Recovered),
        acknowledged: None,
        maintenance: false,
        notes: Vec::new(),
        told: Vec::new(),
    }
}

/// Ten days: `api` was down for an hour 5 and 2 days ago, and is down since an hour.
fn past(now: Timestamp) -> Batch {
    let begin = now - 10 * DAY;
    let mut batch = Batch {
        monitors: vec![known("api", begin).into(), known("job", begin).into()],
        changes: vec![
            change("api", begin, Status::Healthy).into(),
            change("job", begin, Status::Healthy).into(),
        ],
        watched: vec![Period::new(begin, now)],
        ..Batch::default()
    };
    for (id, ago) in [(1, 5 * DAY), (2, 2 * DAY), (3, HOUR)] {
        let opened = now - ago;
        let closed = (id < 3).then(|| opened + HOUR);
        batch
            .changes
            .push(change("api", opened, Status::Error).into());
        let healthy = closed.map(|closed| change("api", closed, Status::Healthy));
        batch.changes.extend(healthy.map(Arc::new));
        batch.incidents.push(incident(id, opened, closed));
    }
    let at = Step::Hour.start_of(now - 3 * HOUR);
    for interval in 0..12 {
        let mut numbers = Numbers {
            beats: 5,
            healthy: Duration::from_secs(300),
            ..Numbers::default()
        };
        numbers.latency.record(Duration::from_millis(40));
        let at = at + interval * Step::Minutes.length();
        let point = NumbersPoint { at, numbers };
        batch.numbers.push((Text::clean("api"), point));
    }
    batch
}

fn ids(list: &Value) -> Vec<&str> {
    let incidents = list["incidents"].as_array().unwrap().iter();
    incidents
        .map(|incident| incident["id"].as_str().unwrap())
        .collect()
}

#[test]
fn incidents_come_in_pages() {
    let past = Past::new();
    let all = past.get("/v1/incidents");
    assert_eq!(all["schema"], "hbmon.incidents/1");
    assert_eq!(ids(&all), ["i-0001", "i-0002", "i-0003"]);
    assert_eq!(all.get("next"), None);
    let first = past.get("/v1/incidents?limit=2");
    assert_eq!(
        (ids(&first), &first["next"]),
        (vec!["i-0001", "i-0002"], &"i-0002".into())
    );
    let second = past.get("/v1/incidents?limit=2&after=i-0002");
    assert_eq!((ids(&second), second.get("next")), (vec!["i-0003"], None));
    assert_eq!(ids(&past.get("/v1/incidents?open=true")), ["i-0003"]);
    assert_eq!(
        ids(&past.get("/v1/incidents?since=3d&until=1d")),
        ["i-0002"]
    );
    assert!(ids(&past.get("/v1/incidents?monitor=job")).is_empty());

    let one = past.get("/v1/incidents/i-0002");
    assert_eq!(one["schema"], "hbmon.incident/1");
    assert_eq!(
        (&one["end"], &one["duration_s"]),
        (&"recovered".into(), &3600.0.into())
    );
    let changes = one["changes"].as_array().unwrap();
    let statuses: Vec<&str> = changes
        .iter()
        .map(|change| change["status"].as_str().unwrap())
        .collect();
    assert_eq!(statuses, ["error"]);
    let unknown = past.refusal("GET /v1/incidents/i-0004", "");
    assert_eq!(unknown, (404, "no incident has this id".to_owned()));
}

#[test]
fn closed_incidents_take_notes_and_no_acknowledgement() {
    let past = Past::new();
    let note = "POST /v1/incidents/i-0001/notes";
    let body = r#"{"by": "ana", "text": "the disk was full"}"#;
    let answer = ask(past.address, note, &[], body);
    assert_eq!(answer.status, 200, "{answer:?}");
    let noted = &answer.json()["notes"][0];
    assert_eq!(
        (&noted["by"], &noted["text"]),
        (&"ana".into(), &"the disk was full".into())
    );
    let again = past.get("/v1/incidents/i-0001");
    assert_eq!(again["notes"][0], *noted);
    let (status, why) = past.refusal("POST /v1/incidents/i-0001/ack", "");
    assert_eq!((status, why.as_str()), (409, "the incident is closed"));
    for (request, body, status, wanted) in [
        (
            "POST /v1/incidents/i-0009/ack",
            "",
            404,
            "no incident has this id",
        ),
        (
            "POST /v1/incidents/i-0009/notes",
            r#"{"text": "x"}"#,
            404,
            "no incident has this id",
        ),
        (note, r#"{"text": " "}"#, 422, "`text` is empty"),
        (note, "", 400, "missing field `text`"),
    ] {
        let (code, why) = past.refusal(request, body);
        assert_eq!(code, status, "{request}: {why}");
        assert!(why.contains(wanted), "{request}: {why}");
    }
}

#[test]
fn the_changes_of_a_monitor_come_in_pages() {
    let past = Past::new();
    let statuses = |answer: &Value| -> Vec<String> {
        let changes = answer["changes"].as_array().unwrap().iter();
        changes
            .map(|change| change["status"].as_str().unwrap().to_owned())
            .collect()
    };
    let day = past.get("/v1/monitors/api/history");
    assert_eq!(day["schema"], "hbmon.history/1");
    assert_eq!(statuses(&day), ["healthy", "error"]);
    let error = &day["changes"][1];
    assert_eq!(error["from"], past.stamp(HOUR));
    assert_eq!(
        (&error["until"], &error["reason"]),
        (&Value::Null, &"refused".into())
    );
    assert_eq!(day["unwatched"], Value::Array(Vec::new()));

    let mut path = "/v1/monitors/api/history?since=10d&limit=2".to_owned();
    let mut all = Vec::new();
    let mut pages = 0;
    loop {
        let page = past.get(&path);
        all.extend(statuses(&page));
        pages += 1;
        let Some(next) = page.get("next") else { break };
        let next = next.as_str().unwrap();
        path = format!("/v1/monitors/api/history?since=10d&limit=2&after={next}");
    }
    assert_eq!(
        all,
        ["healthy", "error", "healthy", "error", "healthy", "error"]
    );
    assert_eq!(pages, 3);
    // hbmon was not running before it knew the monitor.
    let wide = past.get("/v1/monitors/job/history?since=20d");
    assert_eq!(statuses(&wide), ["healthy"]);
    assert_eq!(wide["unwatched"], Value::Array(Vec::new()));
}

#[test]
fn numbers_come_by_step_and_page() {
    let past = Past::new();
    let fine = past.get("/v1/monitors/api/numbers");
    assert_eq!(
        (&fine["schema"], &fine["step_s"]),
        (&"hbmon.numbers/1".into(), &300.0.into())
    );
    assert_eq!(fine["numbers"].as_array().unwrap().len(), 12);
    let coarse = past.get("/v1/monitors/api/numbers?step=1h");
    let hour = &coarse["numbers"][0];
    assert_eq!(
        (&hour["beats"], &hour["healthy_s"]),
        (&60.into(), &3600.0.into())
    );
    let p50 = hour["latency"]["p50_ms"].as_f64().unwrap();
    assert!((p50 - 40.0).abs() < 1.0, "{p50}");
    let mut path = "/v1/monitors/api/numbers?limit=100".to_owned();
    let (mut points, mut pages) = (0, 0);
    loop {
        let page = past.get(&path);
        points += page["numbers"].as_array().unwrap().len();
        pages += 1;
        let Some(next) = page.get("next") else { break };
        path = format!(
            "/v1/monitors/api/numbers?limit=100&after={}",
            next.as_str().unwrap()
        );
    }
    assert_eq!((points, pages), (12, 3));
}

#[test]
fn numbers_have_all_latencies_if_they_are_asked_for() {
    let past = Past::new();
    let plain = past.get("/v1/monitors/api/numbers");
    assert_eq!(plain["numbers"][0].get("histogram"), None);
    let whole = past.get("/v1/monitors/api/numbers?step=1h&histograms=true");
    let histogram = &whole["numbers"][0]["histogram"];
    let bucket = histogram["buckets"][0].as_array().unwrap();
    // 40 ms is above 2^(244/16) us and at most 2^(245/16) us.
    assert_eq!((&histogram["scale"], &bucket[0]), (&4.into(), &244.into()));
    assert_eq!(bucket[1], 12);
    let document = past.get("/v1/openapi.json");
    let path = "/v1/monitors/{name}/numbers";
    let answer = &document["paths"][path]["get"]["responses"]["200"];
    let schema = &answer["content"]["application/json"]["schema"];
    check_value(&document, schema, &whole);
}

/// Returns what a screen that is attached to agents asks about the past.
fn attached_to(past: &Past, addresses: &[SocketAddr]) -> (Agents, AgentPast) {
    let _entered = past.runtime.enter();
    let clock = Clock::start();
    let client = |address: &SocketAddr| {
        let url = format!("http://{address}");
        let (endpoint, secrets) = agent_endpoint(&url, None, CertificateTrust::System).unwrap();
        AgentClient::new(endpoint, secrets, clock.clone())
    };
    let clients = addresses.iter().map(client).collect();
    let agents = Agents::follow(clients, &clock, Box::new(|_| true), false);
    let questions = agents.past.clone();
    (agents, questions)
}

fn attached(past: &Past) -> (Agents, AgentPast) {
    attached_to(past, &[past.address])
}

#[test]
fn each_of_several_agents_is_asked_about_its_own_monitors() {
    let past = Past::new();
    let agent = Agent::with(
        &config("", &["{name: job, interval: 1h, push: {}}"]),
        |command| command.arg("--no-state"),
    );
    // Nothing listens there.
    let gone: SocketAddr = ([127, 0, 0, 1], 9).into();
    let (_agents, questions) = attached_to(&past, &[past.address, agent.address, gone]);
    let name = |address, name| Text::clean(&format!("{address}/{name}"));
    let api = name(past.address, "api");
    let record = past
        .runtime
        .block_on(questions.record(&api, 91 * DAY))
        .unwrap();
    assert!(
        record
            .incidents
            .iter()
            .all(|incident| incident.monitor == api)
    );
    assert_eq!(record.incidents.len(), 3);

    let job = name(agent.address, "job");
    assert_eq!(questions.is_kept(slice::from_ref(&job)), HistoryKept::Yes);
    let missing = past
        .runtime
        .block_on(questions.record(&job, DAY))
        .unwrap_err();
    assert!(
        missing.why().contains("this agent keeps no history"),
        "{missing:?}"
    );
    assert_eq!(questions.is_kept(slice::from_ref(&job)), HistoryKept::No);
    assert_eq!(questions.is_kept(&[]), HistoryKept::Yes);

    let site = name(gone, "site");
    let lost = past
        .runtime
        .block_on(questions.record(&site, DAY))
        .unwrap_err();
    assert!(lost.why().contains("refused"), "{lost:?}");
    let names = [api, job, site];
    let shares = questions.availability(&names, 30 * DAY);
    let shares = past.runtime.block_on(shares).unwrap();
    assert_eq!(
        shares.iter().map(|(name, _)| name).collect::<Vec<_>>(),
        names.iter().collect::<Vec<_>>()
    );
    assert!(shares[0].1.is_some() && shares[1].1.is_none() && shares[2].1.is_none());
}

#[test]
fn an_attached_screen_knows_the_past_of_the_agent() {
    let past = Past::new();
    let (_agents, questions) = attached(&past);
    let name = Text::clean("api");
    let record = past.runtime.block_on(questions.record(&name, 91 * DAY));
    let record = record.unwrap();
    assert_eq!(record.first_known, past.now - 10 * DAY);
    let statuses: Vec<Status> = (record.changes.iter())
        .map(|change| change.status)
        .collect();
    let (up, down) = (Status::Healthy, Status::Error);
    assert_eq!(statuses, [up, down, up, down, up, down]);
    assert_eq!(record.changes[1].reason, Some(Reason::Refused));
    assert_eq!(
        record.watched,
        [Period::new(record.first_known, record.now)]
    );
    let ids: Vec<u64> = (record.incidents.iter())
        .map(|incident| incident.id.0)
        .collect();
    assert_eq!(ids, [3, 2, 1], "newest first");
    assert_eq!(
        record.incidents[1],
        incident(2, past.now - 2 * DAY, Some(past.now - 2 * DAY + HOUR))
    );

    let course = questions.course(&name, IncidentId(2));
    let course = past.runtime.block_on(course).unwrap();
    assert_eq!((course.len(), course[0].status), (1, Status::Error));

    let numbers = questions.numbers(&name, DAY, Step::Hour);
    let numbers = past.runtime.block_on(numbers).unwrap();
    assert_eq!((numbers.len(), numbers[0].numbers.beats), (1, 60));
    let median = numbers[0].numbers.latency.percentile(50.0).unwrap();
    assert!((39..41).contains(&median.as_millis()), "{median:?}");

    let names = ["api", "nobody", "job"].map(Text::clean);
    let shares = questions.availability(&names, 30 * DAY);
    let shares = past.runtime.block_on(shares).unwrap();
    let share = shares[0].1.unwrap();
    assert!((share - 237.0 / 240.0).abs() < 1e-4, "{share}");
    assert_eq!((shares[1].1, shares[2].1), (None, Some(1.0)));
    assert_eq!(questions.is_kept(&names), HistoryKept::Yes);
}

#[test]
fn a_monitor_that_the_history_does_not_know_yet_has_no_past_on_an_attached_screen() {
    let past = Past::new();
    let (_agents, questions) = attached(&past);
    let name = Text::clean("new");
    let record = past.runtime.block_on(questions.record(&name, DAY)).unwrap();
    assert!(record.changes.is_empty() && record.watched.is_empty());
    let numbers = questions.numbers(&name, DAY, Step::Minutes);
    assert_eq!(past.runtime.block_on(numbers).unwrap(), []);
    assert_eq!(questions.is_kept(&[name]), HistoryKept::Yes);
}

#[test]
fn a_report_says_how_available_monitors_were() {
    let past = Past::new();
    let report = past.get("/v1/report?last=10d&compare=true");
    assert_eq!(report["schema"], "hbmon.report/1");
    let api = &report["rows"][0];
    assert_eq!(
        (&api["name"], &api["incidents"]),
        (&"api".into(), &3.into())
    );
    let down = api["down_s"].as_f64().unwrap();
    assert!((down - 3.0 * 3600.0).abs() < 60.0, "{down}");
    assert_eq!(api["slo"]["met"], false);
    assert!(api["before"].is_object());
    assert_eq!(report["rows"][1]["slo"], Value::Null);
    let groups = past.get("/v1/report?by=group&slo=99%25");
    assert_eq!(
        (&groups["by"], &groups["rows"][0]["name"]),
        (&"group".into(), &"web".into())
    );
    assert_eq!(groups["total"]["slo"]["objective"], 0.99);
    let filtered = past.get("/v1/report?filter=job");
    assert_eq!(filtered["rows"].as_array().unwrap().len(), 1);
    past.get("/v1/report?since=3d&until=2d");
}

#[test]
fn spans_longer_than_all_time_are_cut() {
    let past = Past::new();
    for path in [
        "/v1/report?last=15000y&compare=true",
        "/v1/report?since=9000y&until=9999-12-31",
        "/v1/incidents?since=15000y",
        "/v1/monitors/api/history?since=-009999-01-01",
    ] {
        let since = past.get(path)["since"].clone();
        assert_eq!(since, "0001-01-01T00:00:00.000Z", "{path}");
    }
    let numbers = past.get("/v1/monitors/api/numbers?since=9000y&step=1d");
    assert_eq!(numbers["next"], "0003-09-28T00:00:00.000Z");
}

#[test]
fn a_bad_question_is_refused_with_a_sentence() {
    let past = Past::new();
    for (path, status, wanted) in [
        (
            "/v1/incidents?opened=true",
            400,
            "the query takes only `open`, `monitor`, `since`",
        ),
        ("/v1/incidents?open=yes", 400, "`open` is `true` or `false`"),
        (
            "/v1/incidents?limit=1001",
            400,
            "`limit` is a number from 1 to 1,000",
        ),
        (
            "/v1/incidents?after=x",
            400,
            "`after` is the `next` of the page before",
        ),
        (
            "/v1/incidents?since=1d&until=2d",
            400,
            "`since` is not before `until`",
        ),
        (
            "/v1/monitors/nobody/history",
            404,
            "the history has no monitor of this name",
        ),
        (
            "/v1/monitors/nobody/numbers",
            404,
            "the history has no monitor of this name",
        ),
        (
            "/v1/monitors/api/numbers?step=2h",
            400,
            "`step` is `5m`, `1h` or `1d`",
        ),
        (
            "/v1/report?month=13",
            400,
            "`month` takes a month as `2026-10`, or `last`",
        ),
        (
            "/v1/report?month=2999-01",
            400,
            "this time has not begun yet",
        ),
        ("/v1/report?last=7d&month=last", 400, "exclude each other"),
        ("/v1/report?slo=101%25", 400, "`slo` is no share of time"),
        (
            "/v1/report?by=kind",
            400,
            "`by` is `monitor`, `group` or `tag`",
        ),
        (
            "/v1/report?filter=colour:red",
            400,
            "`filter`, after byte 0",
        ),
        (
            "/v1/report?compare=1",
            400,
            "`compare` is `true` or `false`",
        ),
    ] {
        let (code, why) = past.refusal(&format!("GET {path}"), "");
        assert_eq!(code, status, "{path}: {why}");
        assert!(why.contains(wanted), "{path}: {why}");
    }
}

#[test]
fn a_history_that_cannot_be_read_is_no_empty_one() {
    let past = Past::new();
    past.runtime.block_on(past.store.flush());
    for ending in ["", "-wal", "-shm"] {
        let path = format!("{}{ending}", past.store.path().display());
        let _ = std::fs::remove_file(path);
    }
    let (status, why) = past.refusal("GET /v1/report", "");
    assert_eq!(
        (status, why.as_str()),
        (503, "the history cannot be read; the log says why")
    );
}

#[test]
fn answers_are_as_the_document_says() {
    let past = Past::new();
    let document = past.get("/v1/openapi.json");
    for (path, concrete) in [
        ("/v1/incidents", "/v1/incidents"),
        ("/v1/incidents/{incident}", "/v1/incidents/i-0002"),
        ("/v1/monitors/{name}/history", "/v1/monitors/api/history"),
        ("/v1/monitors/{name}/numbers", "/v1/monitors/api/numbers"),
        ("/v1/report", "/v1/report?compare=true"),
    ] {
        let answer = &document["paths"][path]["get"]["responses"]["200"];
        let schema = &answer["content"]["application/json"]["schema"];
        assert!(schema.is_object(), "{path}");
        check_value(&document, schema, &past.get(concrete));
    }
}

#[test]
fn objectives_are_metrics() {
    let past = Past::new();
    let answer = ask(past.address, "GET /metrics", &[], "");
    let value = |name: &str| -> f64 {
        let line = answer.body.lines().find(|line| line.starts_with(name));
        let line = line.unwrap_or_else(|| panic!("{name}: {}", answer.body));
        line.rsplit(' ').next().unwrap().parse().unwrap()
    };
    let labels = r#"{monitor="api",kind="push",group=""#;
    // 3 h of 10 d were down: 1.25 %, and 1 % is allowed.
    let left = value(&format!("hbmon_slo_budget_remaining_ratio{labels}"));
    assert!((left + 0.25).abs() < 0.01, "{left}");
    let burns: Vec<&str> = answer
        .body
        .lines()
        .filter(|line| line.starts_with("hbmon_slo_burn_rate{"))
        .collect();
    assert_eq!(burns.len(), 5, "{burns:?}");
    let last_hour = burns.iter().find(|line| line.contains(r#"window="1h""#));
    let burn: f64 = last_hour
        .unwrap()
        .rsplit(' ')
        .next()
        .unwrap()
        .parse()
        .unwrap();
    assert!((burn - 100.0).abs() < 1.0, "{burn}");
    assert!(!answer.body.contains(r#"remaining_ratio{monitor="job""#));
    assert_eq!(value("hbmon_store_healthy"), 1.0);
    assert!(value("hbmon_store_bytes") > 0.0);
    assert_eq!(value("hbmon_store_dropped_total"), 0.0);
}

#[test]
fn the_page_says_how_available_monitors_were() {
    let past = Past::new();
    let page = ask(past.address, "GET /", &[], "").body;
    assert!(page.contains("<th scope=\"col\">24 h</th><th scope=\"col\">30 d</th>"));
    // 1 h of 24 h, and 3 h of 10 d.
    assert!(
        page.contains(">95.8%</td>") && page.contains(">98.7%</td>"),
        "{page}"
    );
}
