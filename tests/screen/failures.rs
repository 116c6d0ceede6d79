//! Ten different failures on one screen: what the table and the pane say about each of them.

use std::sync::Arc;
use std::time::Duration;

use hbmon::model::{
    Assertion, Cause, Certificate, CertificateFault, DnsCause, Evidence, Failure, HttpHead,
    Instance, InstanceCounts, InstancePolicy, Kind, OutcomeKind, Row, Snapshot, Stage, Status,
    TargetId, Text,
};
use hbmon::tui::MonitorDetails;
use hbmon::tui::detail::Section;
use jiff::SignedDuration;

use crate::fixture::{NOW, ago, failing, healthy, seconds, snapshot};
use crate::golden::check;
use crate::{FULL, PLAIN, picture, press, ui};

const DAY: u64 = 86_400;

fn evidence(status: u16, body: Option<&str>) -> Evidence {
    Evidence {
        http: Some(HttpHead {
            status,
            version: (1, 1),
        }),
        peer: "192.0.2.7:443".parse().ok(),
        body: body.map(Text::clean),
        ..Evidence::default()
    }
}

fn poll(id: u32, name: &str, age: u64, failure: Failure, seen: Option<Evidence>) -> Row {
    failing(
        healthy(id, name, Kind::Http, 15, 3, Some(40)),
        age,
        failure,
        seen,
    )
}

fn stream(id: u32, name: &str, kind: Kind, age: u64, failure: Failure) -> Row {
    let mut row = failing(healthy(id, name, kind, 30, 20, Some(9)), age, failure, None);
    row.connected_since = None;
    row.retry_at = Some(NOW.plus(seconds(7)));
    row.reconnects = 2;
    row
}

/// Five instances, of which one was heard in time.
fn workers() -> Row {
    let online = Assertion::Online {
        least: 3,
        online: 1,
    };
    let row = healthy(9, "workers", Kind::Push, 30, 14, None);
    let mut row = failing(row, 95, Failure::Assertion(online), None);
    row.last_failure = None;
    crate::fixture::map_recent(&mut row, |_, mut outcome| {
        outcome.what = OutcomeKind::Beat;
        outcome
    });
    row.failures = 0;
    row.consecutive_failures = 0;
    row.last_beat = Some(ago(14));
    Arc::make_mut(&mut row.policy).instances = Some(InstancePolicy {
        forget_after: seconds(900),
        min_online: 3,
    });
    row.instances = Some(InstanceCounts {
        total: 5,
        online: 1,
        available: 1,
    });
    row
}

fn expiring() -> Row {
    let mut row = healthy(10, "cdn", Kind::Http, 15, 5, Some(21));
    row.status = Status::Warning;
    row.since = ago(3 * 3_600);
    row.cause = Some(Cause::Certificate {
        left: SignedDuration::from_hours(24 * 9),
        subject: Text::clean("CN=cdn.example.net"),
    });
    row.connection.certificate = Some(Box::new(Certificate {
        subject: Text::clean("CN=cdn.example.net"),
        not_after: "2026-12-02T12:00:00Z".parse().unwrap(),
        left: SignedDuration::from_hours(24 * 9),
    }));
    row
}

fn silent() -> Row {
    let mut row = healthy(8, "ticker", Kind::Sse, 5, 36, None);
    row.status = Status::Error;
    row.since = ago(25);
    row.cause = Some(Cause::Missed {
        count: 7,
        silent: seconds(35),
    });
    (row.missed, row.consecutive_missed, row.incidents) = (7, 7, 1);
    crate::fixture::map_recent(&mut row, |place, mut outcome| {
        if place >= 53 {
            outcome.at = ago(35 - 5 * (place as u64 - 53));
            outcome.what = OutcomeKind::Missed;
        }
        outcome
    });
    row
}

fn failures() -> Arc<Snapshot> {
    let text = Text::clean;
    let degraded = Failure::Assertion(Assertion::Json {
        filter: text("@.status == \"ok\""),
        got: Some(text("\"degraded\"")),
    });
    let degraded_body = "{\"status\":\"degraded\",\"since\":\"2026-11-22T13:20:11Z\",\
                         \"queue\":{\"depth\":18204,\"oldest_s\":412},\"version\":\"4.2.1\"}";
    let unavailable = "{\"error\":\"upstream pool exhausted\",\"retry\":true}";
    let closed = Failure::Closed {
        stage: Stage::Listening,
        code: Some(1011),
        why: Some(text("shard 3 lost")),
    };
    let mut backup = healthy(11, "backup", Kind::Push, 32_400, 10_920, None);
    backup = failing(
        backup,
        600,
        Failure::Reported {
            code: Some(2),
            why: Some(text("pg_dump: no space left on device")),
        },
        None,
    );
    backup.failures = 1;
    backup.consecutive_failures = 1;
    let refused: Box<[_]> = ["192.0.2.7:443", "[2001:db8::7]:443"]
        .map(|peer| peer.parse().unwrap())
        .into();
    snapshot(vec![
        poll(
            1,
            "api",
            252,
            Failure::Status {
                code: 503,
                note: None,
            },
            Some(evidence(503, Some(unavailable))),
        ),
        poll(
            2,
            "search",
            61,
            degraded,
            Some(evidence(200, Some(degraded_body))),
        ),
        poll(
            3,
            "billing",
            3_725,
            Failure::AtAddresses {
                tried: refused.clone(),
                failure: Box::new(Failure::Refused { peer: None }),
            },
            Some(Evidence {
                tried: refused.to_vec(),
                ..Evidence::default()
            }),
        ),
        poll(
            4,
            "legacy",
            2 * DAY,
            Failure::Dns {
                host: text("legacy.example.net"),
                cause: DnsCause::NoSuchHost,
            },
            None,
        ),
        poll(
            5,
            "reports",
            48,
            Failure::Timeout {
                after: seconds(10),
                stage: Stage::Headers,
                connected: Some(Duration::from_millis(24)),
                received: 0,
            },
            Some(Evidence {
                peer: "192.0.2.19:443".parse().ok(),
                ..Evidence::default()
            }),
        ),
        poll(
            6,
            "partner",
            7_300,
            Failure::Certificate {
                fault: CertificateFault::Expired {
                    ago: seconds(3 * DAY),
                },
                subject: Some(text("CN=partner.example.com")),
            },
            None,
        ),
        stream(7, "orders", Kind::Websocket, 33, closed),
        silent(),
        workers(),
        expiring(),
        backup,
        healthy(12, "auth", Kind::Http, 15, 2, Some(24)),
    ])
}

#[test]
fn ten_failures_say_why_and_since_when() {
    let fleet = failures();
    for size @ (width, height) in [(80, 24), (100, 30), (140, 40)] {
        check(
            &format!("failures-{width}x{height}"),
            &fleet,
            "",
            FULL,
            size,
        );
    }
    check("failures-ascii-80x24", &fleet, "", PLAIN, (80, 24));
    check("failures-40x10", &fleet, "", FULL, (40, 10));
}

/// The pane of each kind of failure, on a low and on a tall screen.
#[test]
fn the_pane_of_a_failure_shows_its_evidence() {
    let fleet = failures();
    for (name, keys) in [
        ("status", ""),
        ("assertion", "j"),
        ("refused", "j j"),
        ("timeout", "j j j j"),
        ("closed", "j j j j j j"),
        ("silent", "j j j j j j j"),
        ("workers", "j j j j j j j j"),
    ] {
        for size @ (width, height) in [(80, 24), (100, 30)] {
            let file = format!("failure-{name}-{width}x{height}");
            check(&file, &fleet, keys, FULL, size);
        }
    }
    check("failure-zoomed-100x30", &fleet, "j z", FULL, (100, 30));
    check("failure-detail-100x30", &fleet, "j enter", FULL, (100, 30));
    check("failure-detail-80x24", &fleet, "j enter", FULL, (80, 24));
}

fn worker(name: &str, online: bool, age: u64) -> Instance {
    Instance {
        id: Text::clean(name),
        online,
        available: name != "worker-2",
        last_beat: Some(ago(age)),
        presence: None,
    }
}

/// What the host tells about `workers`, in the order of a hash table.
fn workers_details() -> MonitorDetails {
    let instances = vec![
        worker("worker-4", false, 301),
        worker("worker-2", true, 20),
        worker("worker-1", true, 14),
        worker("worker-3", false, 95),
        worker("worker-5", false, 3_800),
    ];
    MonitorDetails::new(TargetId(9), Vec::new(), instances)
}

#[test]
fn instances_are_listed_by_name_the_missing_ones_first() {
    let fleet = failures();
    for (name, keys, (width, height)) in [
        ("missing-80x24", "j j j j j j j j", (80, 24)),
        ("missing-100x30", "j j j j j j j j", (100, 30)),
        ("instances-80x24", "j j j j j j j j enter 6", (80, 24)),
    ] {
        let mut ui = ui(&fleet, width, height);
        ui.receive_details(workers_details());
        press(&mut ui, keys, NOW);
        crate::golden::compare(name, &picture(&ui, FULL, NOW, width, height));
    }
    // Another monitor has no such section.
    let mut other = ui(&fleet, 80, 24);
    press(&mut other, "enter 6", NOW);
    assert_eq!(other.section(), Some(Section::Overview));
}

#[test]
fn columns_of_problems_can_be_chosen() {
    let fleet = failures();
    let mut ui = ui(&fleet, 140, 30);
    ui.display.columns = Some(
        ["reason", "since", "failed", "certificate", "tags"]
            .map(|name| hbmon::prefs::Column::parse(name).unwrap())
            .into(),
    );
    let drawn = crate::golden::text(&picture(&ui, FULL, NOW, 140, 30));
    let line = |name: &str| {
        let line = drawn.lines().find(|line| line.contains(name)).unwrap();
        line.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert!(line("NAME").contains("REASON SINCE FAIL CERT TAGS"));
    assert!(line("api").contains("503 Service Unavailable 4m12s 18 — eu, money"));
    assert!(line("cdn").contains("certificate expires in 9 days 3h00m 0 9d eu, money"));
}

/// The age in a row grows, and nothing else in the table moves.
#[test]
fn a_reason_stays_where_it_is() {
    let fleet = failures();
    for width in [80, 100, 140] {
        let ui = ui(&fleet, width, 30);
        let reason = |later: u64| -> Vec<Option<usize>> {
            let buffer = picture(&ui, FULL, NOW.plus(seconds(later)), width, 30);
            let text = crate::golden::text(&buffer);
            let lines = text.lines().skip(5).take(11);
            let begin = |line: &str| line.find("503 ").map(|at| line[..at].chars().count());
            lines.map(begin).collect()
        };
        let now = reason(0);
        assert!(now.iter().any(Option::is_some), "{width}");
        for later in [7, 60, 3_600, 200_000] {
            assert_eq!(reason(later), now, "{width} after {later} s");
        }
    }
}
