//! A small fleet as it might stand an hour after the start, and the comparison with golden files.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use hbmon::model::{
    Cause, Certificate, Change, ChangeKind, ChangeRing, Connection, Counts, Event, Evidence,
    Failure, HttpHead, Kind, LatencySummary, Meta, Moment, Outcome, OutcomeKind, Phase, Policy,
    Quality, Reason, Rhythm, Row, SelfStats, Snapshot, Stage, Status, TargetId, Text, TlsSuite,
};
use hbmon::report::RunInfo;
use jiff::{SignedDuration, Timestamp};

pub(crate) fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

pub(crate) fn micros(micros: u64) -> Duration {
    Duration::from_micros(micros)
}

pub(crate) fn at(seconds: u64) -> Moment {
    Moment::after_start(secs(seconds))
}

pub(crate) fn anchor() -> Timestamp {
    "2026-11-22T13:32:04.120Z".parse().expect("a timestamp")
}

pub(crate) fn run(exit: u8, complete: bool) -> RunInfo {
    let config = Some("hbmon.yaml".to_owned());
    RunInfo {
        started: anchor(),
        duration: micros(1_904_200),
        exit,
        complete,
        fail_on: Status::Error,
        verbose: false,
        config,
        included: Default::default(),
        by: None,
    }
}

pub(crate) fn meta(name: &str, kind: Kind, address: &str) -> Arc<Meta> {
    Arc::new(Meta {
        address: Text::clean(address),
        ..Meta::new(Text::clean(name), kind)
    })
}

fn row(id: u32, name: &str, kind: Kind, address: &str, status: Status) -> Row {
    let rhythm = if kind == Kind::Http {
        Rhythm::Poll
    } else {
        Rhythm::Subscription
    };
    let policy = Arc::new(Policy::with_interval(rhythm, secs(30)));
    let mut row = Row::new(TargetId(id), meta(name, kind, address), policy);
    row.status = status;
    row.settled = matches!(status, Status::Healthy | Status::Warning | Status::Error);
    row
}

fn summary(avg: u64) -> LatencySummary {
    let avg = micros(avg);
    LatencySummary {
        avg,
        min: avg,
        max: avg,
        p50: avg,
        p95: avg,
        p99: avg,
        jitter: Duration::ZERO,
    }
}

/// Refuses: everything that the contract's example shows.
fn site() -> Row {
    let mut site = row(
        1,
        "site-status",
        Kind::Http,
        "https://example.com/api/alive/status",
        Status::Error,
    );
    site.meta = Arc::new(Meta {
        group: Some(Text::clean("web")),
        tags: vec![Text::clean("prod")],
        description: Some(Text::clean("The site, as customers see it")),
        runbook: Some(Text::clean("https://wiki.example.com/site")),
        labels: [("team", "shop"), ("tier", "1")]
            .map(|(name, value)| (Text::clean(name), Text::clean(value)))
            .to_vec(),
        line: Some(12),
        ..Meta::clone(&site.meta)
    });
    let failure = Failure::Status {
        code: 503,
        note: None,
    };
    let latency = Some(micros(41_700));
    site.since = Moment::after_start(Duration::from_millis(390));
    site.cause = Some(Cause::Failure(failure.clone()));
    (site.attempts, site.failures, site.consecutive_failures) = (2, 2, 2);
    site.last_latency = latency;
    site.latency = Some(summary(41_700));
    site.last_failure = Some(Box::new((site.since, failure)));
    site.recent = vec![
        Outcome {
            at: Moment::START,
            what: OutcomeKind::Failed(Reason::Status),
            latency,
        },
        Outcome {
            at: site.since,
            what: OutcomeKind::Failed(Reason::Status),
            latency,
        },
    ]
    .into();
    site.evidence = Some(Arc::new(Evidence {
        http: Some(HttpHead {
            status: 503,
            version: (2, 0),
        }),
        peer: "203.0.113.7:443".parse().ok(),
        body: Some(Text::clean("{\"status\":\"degraded\"}")),
        headers: vec![(Text::clean("x-request-id"), Text::clean("7f3a"))],
        ..Evidence::default()
    }));
    site.connection = Connection {
        phases: Phase::ALL
            .into_iter()
            .zip([300, 400, 9_100, 31_000, 100].map(micros))
            .collect(),
        peer: "203.0.113.7:443".parse().ok(),
        certificate: Some(Box::new(Certificate {
            subject: Text::clean("CN=example.com"),
            not_after: "2027-01-05T00:00:00Z".parse().expect("a timestamp"),
            left: SignedDuration::from_hours(44 * 24),
        })),
        http: Some(HttpHead {
            status: 503,
            version: (2, 0),
        }),
        tls: Some(TlsSuite::new("TLS13_AES_256_GCM_SHA384")),
        body_bytes: Some(21),
        extra: None,
    };
    site
}

/// Beats, an hour long.
fn chat() -> Row {
    let mut chat = row(
        2,
        "chat",
        Kind::Websocket,
        "wss://example.com/ws/chat/",
        Status::Healthy,
    );
    (chat.beats, chat.attempts, chat.reconnects) = (120, 2, 1);
    chat.since = at(1);
    chat.last_beat = Some(at(3_590));
    chat.connected_since = Some(at(40));
    chat.last_latency = Some(secs(50) / 1_000);
    chat.latency = Some(LatencySummary {
        jitter: micros(1_250),
        max: micros(93_000),
        ..summary(48_000)
    });
    chat.quality = Quality::Good;
    chat.skew = Some(SignedDuration::from_millis(-1_500));
    chat.recent = (0..12)
        .map(|n| Outcome {
            at: at(3_260 + 30 * n),
            what: OutcomeKind::Beat,
            latency: Some(micros(48_000 + n)),
        })
        .collect();
    chat
}

/// Fell silent.
fn queen() -> Row {
    let mut queen = row(
        3,
        "queen",
        Kind::Sse,
        "http://127.0.0.1:8500/v1/heartbeats/stream",
        Status::Warning,
    );
    (
        queen.beats,
        queen.attempts,
        queen.missed,
        queen.consecutive_missed,
    ) = (118, 1, 1, 1);
    queen.since = at(3_573);
    queen.last_beat = Some(at(3_540));
    queen.cause = Some(Cause::Missed {
        count: 1,
        silent: secs(33),
    });
    queen.recent = vec![
        Outcome {
            at: at(3_540),
            what: OutcomeKind::Beat,
            latency: None,
        },
        Outcome {
            at: at(3_573),
            what: OutcomeKind::Missed,
            latency: None,
        },
    ]
    .into();
    queen
}

pub(crate) fn snapshot_of(rows: Vec<Row>) -> Snapshot {
    let mut counts = Counts::default();
    for row in &rows {
        *counts.slot(row.status) += 1;
    }
    let settled = rows.iter().filter(|row| row.settled).count();
    let rows = rows.into_iter().map(Arc::new).collect();
    Snapshot {
        at: at(3_600),
        anchor: anchor(),
        rows,
        counts,
        settled,
        self_stats: SelfStats::default(),
        changes: changes(0),
    }
}

/// One of every status.
pub(crate) fn fleet() -> Snapshot {
    let therapists = row(
        4,
        "therapists",
        Kind::Socketio,
        "https://example.com",
        Status::Unknown,
    );
    let old = row(
        5,
        "old-api",
        Kind::Http,
        "http://old.example.com/",
        Status::Paused,
    );
    snapshot_of(vec![site(), chat(), queen(), therapists, old])
}

pub(crate) fn only_chat() -> Snapshot {
    let mut chat = chat();
    let site = site();
    chat.connection = Connection {
        http: Some(HttpHead {
            status: 101,
            version: (1, 1),
        }),
        body_bytes: None,
        ..site.connection
    };
    snapshot_of(vec![chat])
}

pub(crate) fn only_site() -> Snapshot {
    snapshot_of(vec![site()])
}

/// Well at the second try.
pub(crate) fn flaky() -> Row {
    let mut flaky = row(
        6,
        "flaky",
        Kind::Http,
        "http://flaky.example.com/",
        Status::Healthy,
    );
    (flaky.beats, flaky.attempts, flaky.failures) = (1, 2, 1);
    flaky.last_latency = Some(micros(38_000));
    flaky.last_failure = Some(Box::new((
        at(1),
        Failure::Status {
            code: 502,
            note: None,
        },
    )));
    flaky
}

/// The same row with another status.
pub(crate) fn turned(row: &Row, status: Status) -> Row {
    let mut row = row.clone();
    row.status = status;
    row
}

/// One of every status, a flaky one too, all of this name and, where they have something to say,
/// with this text.
pub(crate) fn told(name: &str, text: &str) -> Snapshot {
    let why = Failure::Closed {
        stage: Stage::Listening,
        code: Some(1011),
        why: Some(Text::clean(text)),
    };
    let rows = [
        Status::Healthy,
        Status::Warning,
        Status::Error,
        Status::Unknown,
        Status::Paused,
    ]
    .into_iter()
    .zip(1..);
    let mut rows: Vec<Row> = rows
        .map(|(status, id)| row(id, name, Kind::Sse, text, status))
        .collect();
    for row in &mut rows {
        row.meta = Arc::new(Meta {
            group: Some(Text::clean(text)),
            description: Some(Text::clean(text)),
            runbook: Some(Text::clean(text)),
            labels: vec![(Text::clean("team"), Text::clean(text))],
            line: Some(7),
            ..Meta::clone(&row.meta)
        });
        match row.status {
            Status::Warning | Status::Error => row.cause = Some(Cause::Failure(why.clone())),
            Status::Healthy => {
                (row.failures, row.last_failure) = (1, Some(Box::new((at(1), why.clone()))))
            }
            Status::Unknown | Status::Paused => {}
        }
    }
    snapshot_of(rows)
}

/// Hostile names and texts: first those that mean something to some format,
/// then chance.
pub(crate) fn hostile() -> impl Iterator<Item = (String, String)> {
    let nasty = [
        "a|b",
        "\"quoted\"",
        "it's",
        "a=b",
        "two\nlines\r\nand more",
        "]]>",
        "<b>&amp;</b>",
        "--",
        "# SKIP",
        "not ok 1",
        "%0A::error::x",
        "::error file=x,line=1::y",
        "a:b,c",
        "back\\slash\\n",
        "`code` *bold* _em_ ~~x~~ [l](u) ![i](u)",
        "</details>",
        "@everyone",
        "\u{1b}[31mred\u{7}",
        "心拍 é 🟢 \u{202e}",
        "\u{0}\u{1}\u{fffe}\u{ffff}",
        "{a=\"b\"} 1",
        "...",
        "---",
        "",
        " ",
        "$HOME `id`",
    ];
    let pool: Vec<char> =
        "|\"'=\n\r\t]><&-#%:,\\`*_~[]()@{} .;/$!?é心🟢\u{1b}\u{0}\u{85}\u{2028}\u{fffe}aZ0"
            .chars()
            .collect();
    let mut chance = fastrand::Rng::with_seed(7);
    let mut word = move || -> String {
        (0..chance.usize(1..60))
            .map(|_| pool[chance.usize(..pool.len())])
            .collect()
    };
    let texts = nasty.map(|text| (text.to_owned(), text.to_owned()));
    texts
        .into_iter()
        .chain((0..300).map(move |_| (word(), word())))
}

/// What a format writes, as text.
pub(crate) fn written(write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> String {
    let mut out = Vec::new();
    write(&mut out).expect("memory takes everything");
    String::from_utf8(out).expect("UTF-8")
}

/// One of every change, numbered from `first`.
pub(crate) fn changes(first: u64) -> ChangeRing {
    let refused = Failure::Refused {
        peer: "127.0.0.1:9".parse().ok(),
    };
    let beat = |status| Event::Beat {
        excerpt: None,
        latency: Some(micros(41_700)),
        status,
    };
    let events = [
        Event::Open,
        beat(Status::Healthy),
        Event::Transition {
            from: Status::Unknown,
            to: Status::Healthy,
            cause: None,
            recovered_after: None,
        },
        Event::Miss { consecutive: 1 },
        Event::Transition {
            from: Status::Healthy,
            to: Status::Warning,
            cause: Some(Box::new(Cause::Missed {
                count: 1,
                silent: secs(33),
            })),
            recovered_after: None,
        },
        Event::Close,
        Event::Failure {
            failure: Box::new(refused.clone()),
            evidence: Some(Arc::new(Evidence {
                tried: vec!["127.0.0.1:9".parse().expect("an address")],
                ..Evidence::default()
            })),
            latency: None,
        },
        Event::Transition {
            from: Status::Warning,
            to: Status::Error,
            cause: Some(Box::new(Cause::Failure(refused))),
            recovered_after: None,
        },
        Event::Transition {
            from: Status::Error,
            to: Status::Healthy,
            cause: None,
            recovered_after: Some(secs(78)),
        },
    ];
    let chat = Arc::new(Meta {
        description: Some(Text::clean("The chat")),
        runbook: Some(Text::clean("https://wiki.example.com/chat")),
        labels: vec![(Text::clean("team"), Text::clean("chat"))],
        ..Meta::clone(&meta("chat", Kind::Websocket, "wss://example.com/ws/chat/"))
    });
    let mut whats: Vec<ChangeKind> = events
        .into_iter()
        .map(|event| ChangeKind::Target {
            id: TargetId(2),
            meta: Arc::clone(&chat),
            event,
        })
        .collect();
    whats.push(ChangeKind::Reloaded {
        added: 1,
        removed: 0,
        changed: 2,
        total: 6,
    });
    whats.push(ChangeKind::ReloadRefused {
        why: Text::clean("hbmon.yaml:7:5: unknown key `intervall`"),
    });
    whats.push(ChangeKind::Stalled { gap: secs(93) });
    (first..)
        .zip(whats)
        .map(|(seq, what)| Change {
            seq,
            at: at(10 * (seq + 1)),
            kind: what,
        })
        .collect()
}

/// Compares with the golden file, or writes it under `UPDATE=1`.
pub(crate) fn golden(name: &str, got: impl AsRef<[u8]>) {
    let path: PathBuf = [
        env!("CARGO_MANIFEST_DIR"),
        "tests",
        "report",
        "golden",
        name,
    ]
    .iter()
    .collect();
    let got = String::from_utf8(got.as_ref().to_vec()).expect("UTF-8");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &got).expect("the golden file can be written");
    }
    let wanted = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(got, wanted, "{} differs", path.display());
}
