//! Tests with slow, silent and vanished clients, in simulated time over pipes in memory.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

use super::peer::StallTimeout;
use super::*;
use crate::engine::{Plan, Stop};
use crate::model::{Moment, Text};

const SECOND: Duration = Duration::from_secs(1);

struct InterfaceBench {
    clock: Clock,
    engine: Engine,
    reception: Listener,
    closing: watch::Sender<bool>,
    _tasks: JoinSet<()>,
}

fn bench() -> InterfaceBench {
    let clock = Clock::simulated(jiff::Timestamp::UNIX_EPOCH);
    let plan = Plan {
        targets: Vec::new(),
        maintenance: Vec::new(),
        concurrency: None,
        stop: Stop::Never,
    };
    let engine = Engine::start(plan, clock.clone());
    let (closing, is_closing) = Shutdown::new();
    let host = Host {
        verdict: |_| 0,
        outputs: Arc::default(),
        history: None,
        alerts: None,
    };
    let (_, access) = watch::channel(Access::default());
    let (reception, tasks) = build(
        &engine,
        clock.clone(),
        access,
        Limits::default(),
        host,
        is_closing,
    );
    InterfaceBench {
        clock,
        engine,
        reception,
        closing,
        _tasks: tasks,
    }
}

impl InterfaceBench {
    /// Returns a client behind a pipe of `pipe` bytes.
    fn client(&self, port: u16, pipe: usize) -> DuplexStream {
        let (client, server) = duplex(pipe);
        let peer: SocketAddr = ([192, 0, 2, 1], port).into();
        let accepted = peer::Peer::new(peer, self.reception.slots.take(peer.ip()).unwrap());
        let stream = StallTimeout::new(server, Arc::clone(&accepted), self.reception.limits);
        tokio::spawn(self.reception.clone().serve(stream, accepted));
        client
    }

    async fn subscriber(&self, port: u16, pipe: usize) -> DuplexStream {
        let mut client = self.client(port, pipe);
        client
            .write_all(b"GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
            .await
            .unwrap();
        read_until(&mut client, "}\n\n\r\n").await;
        client
    }

    /// Records an event in the engine.
    async fn record_event(&self, what: &str) {
        self.engine.refuse_reload(Text::clean(what)).await.unwrap();
        // A snapshot with the event is published within this time.
        tokio::time::sleep(SECOND).await;
    }

    fn now(&self) -> Duration {
        self.clock.now().since(Moment::START)
    }
}

async fn read_until(client: &mut DuplexStream, wanted: &str) -> String {
    let mut text = String::new();
    // Bytes that were already searched are not searched again.
    let mut seen = 0;
    while !text[seen..].contains(wanted) {
        seen = text.len().saturating_sub(wanted.len());
        let mut piece = [0; 1 << 16];
        let read = client.read(&mut piece).await.unwrap();
        assert!(read > 0, "ended before {wanted}: {text}");
        text.push_str(str::from_utf8(&piece[..read]).unwrap());
    }
    text
}

async fn read_to_end(client: &mut DuplexStream) -> String {
    let mut text = String::new();
    client.read_to_string(&mut text).await.unwrap();
    text
}

#[tokio::test(start_paused = true)]
async fn a_reader_that_vanished_is_dropped_within_20_s_and_the_others_are_told() {
    let bench = bench();
    // The pipe of this client is too small for the next comment, as with a dead network and full
    // buffers.
    let _gone = bench.subscriber(1001, 16).await;
    let mut well = bench.subscriber(1002, 1 << 20).await;
    let vanished = bench.now();
    let told = read_until(&mut well, "event: subscriber_dropped").await;
    assert!(
        bench.now() - vanished <= 20 * SECOND,
        "{:?}",
        bench.now() - vanished
    );
    assert!(
        told.contains("192.0.2.1:1001") && told.contains(": heartbeat\n\n"),
        "{told}"
    );
    bench.record_event("the show goes on").await;
    read_until(&mut well, "the show goes on").await;
}

#[tokio::test(start_paused = true)]
async fn a_reader_that_is_too_slow_is_told_how_much_it_lost() {
    let bench = bench();
    let mut slow = bench.subscriber(1, 1 << 10).await;
    let mut quick = bench.subscriber(2, 1 << 24).await;
    let mut taken = String::new();
    for number in 0..5000 {
        bench
            .engine
            .refuse_reload(Text::clean(&format!("{number:0>390}")))
            .await
            .unwrap();
        if number % 10 == 9 {
            tokio::time::sleep(Duration::from_millis(100)).await;
            // Reads a few bytes, so the client is slow but not lost.
            let mut piece = [0; 512];
            slow.read_exact(&mut piece).await.unwrap();
            taken.push_str(str::from_utf8(&piece).unwrap());
        }
    }
    bench.record_event("the last").await;
    let all = read_until(&mut quick, "the last").await;
    assert!(!all.contains("event: lost"));
    assert_eq!(all.matches("event: reload_refused").count(), 5001);
    taken.push_str(&read_until(&mut slow, "the last").await);
    // Chunk sizes appear between the events.
    let lost = taken.split("event: lost\ndata: ").skip(1).map(|event| {
        let lost: serde_json::Value = serde_json::from_str(event.lines().next().unwrap()).unwrap();
        usize::try_from(lost["count"].as_u64().unwrap()).unwrap()
    });
    let lost: usize = lost.sum();
    assert!(lost > 1000, "{lost}");
    assert_eq!(lost + taken.matches("event: reload_refused").count(), 5001);
}

#[tokio::test(start_paused = true)]
async fn half_a_request_is_not_waited_for() {
    let bench = bench();
    for (sent, limit) in [
        ("", 11),
        ("GET /v1/st", 11),
        ("GET /v1/status HTTP/1.1\r\nHost: localhost\r\nX-Slow: ", 11),
        // A whole request, then no data on a connection that is kept alive.
        ("GET /-/ready HTTP/1.1\r\nHost: localhost\r\n\r\n", 11),
    ] {
        let start = bench.now();
        let mut client = bench.client(1, 1 << 16);
        client.write_all(sent.as_bytes()).await.unwrap();
        let answer = read_to_end(&mut client).await;
        assert!(
            bench.now() - start <= limit * SECOND,
            "{sent:?}: {:?} {answer}",
            bench.now() - start
        );
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_not_taken_is_given_up() {
    let bench = bench();
    let mut client = bench.client(1, 16);
    client.write_all(b"GET /v1/st").await.unwrap();
    client.write_all(b"atus HTTP/1.1\r\n").await.unwrap();
    client.write_all(b"Host: localhost\r\n\r\n").await.unwrap();
    let start = bench.now();
    // The client reads nothing until the server closes the connection.
    let mut pings = Vec::new();
    while client.write_all(b"x").await.is_ok() {
        pings.push(bench.now());
        tokio::time::sleep(SECOND).await;
    }
    assert!(
        bench.now() - start < 12 * SECOND,
        "{:?}",
        bench.now() - start
    );
}

#[tokio::test(start_paused = true)]
async fn closing_ends_every_stream_with_a_word() {
    let bench = bench();
    let mut events = bench.subscriber(1, 1 << 16).await;
    let mut beats = bench.client(2, 1 << 16);
    beats
        .write_all(b"GET /v1/heartbeats/stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .await
        .unwrap();
    read_until(&mut beats, "monitors_online").await;
    bench.closing.send_replace(true);
    assert!(
        read_to_end(&mut events)
            .await
            .contains("event: end\ndata: {\"type\":\"end\"")
    );
    assert!(read_to_end(&mut beats).await.ends_with("0\r\n\r\n"));
}

#[tokio::test(start_paused = true)]
async fn a_hundred_who_ask_at_once_cost_two_answers() {
    let InterfaceBench { clock, engine, .. } = &bench();
    let (_closing, is_closing) = Shutdown::new();
    let host = Host {
        verdict: |_| 0,
        outputs: Arc::default(),
        history: None,
        alerts: None,
    };
    let (_, access) = watch::channel(Access::default());
    let state = &AppState::new(
        engine,
        clock.clone(),
        access,
        Limits::default(),
        host,
        is_closing,
    );
    let rendered = &AtomicUsize::new(0);
    let ask = |_| {
        state.status.fresh(state, move |_, _| async move {
            rendered.fetch_add(1, Ordering::Relaxed);
            // All clients have sent their requests, and the snapshot changes.
            engine.refuse_reload(Text::clean("news")).await.unwrap();
            tokio::time::sleep(SECOND).await;
            b"answer".to_vec()
        })
    };
    let answers = futures_util::future::join_all((0..100).map(ask)).await;
    assert!(
        answers
            .iter()
            .all(|answer| answer.as_ref().unwrap() == "answer")
    );
    assert_eq!(rendered.load(Ordering::Relaxed), 2);
    ask(0).await.unwrap();
    assert_eq!(
        rendered.load(Ordering::Relaxed),
        3,
        "who asks later is told of what happened since"
    );
}

#[tokio::test(start_paused = true)]
async fn answers_that_wait_for_slow_readers_are_bounded() {
    let InterfaceBench { clock, engine, .. } = &bench();
    let (_closing, is_closing) = Shutdown::new();
    let host = Host {
        verdict: |_| 0,
        outputs: Arc::default(),
        history: None,
        alerts: None,
    };
    let (_, access) = watch::channel(Access::default());
    let limits = Limits {
        answers_bytes: 1000,
        ..Limits::default()
    };
    let state = &AppState::new(engine, clock.clone(), access, limits, host, is_closing);
    let mut held = Vec::new();
    while held.len() < 9 {
        // The response differs one second later.
        tokio::time::sleep(SECOND).await;
        match state
            .metrics
            .fresh(state, |_, _| async { vec![b'x'; 400] })
            .await
        {
            Ok(answer) => held.push(answer),
            Err(budget::MemoryBudgetExceeded) => break,
        }
    }
    assert_eq!((held.len(), state.answers.refused()), (3, 1));
    held.pop();
    state
        .metrics
        .fresh(state, |_, _| async { vec![b'x'; 400] })
        .await
        .unwrap();
}
