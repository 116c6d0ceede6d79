//! Tests pings and pongs over a connection in memory, in simulated time.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncWriteExt, DuplexStream};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::sleep;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

use super::conversation::WebsocketConversation;
use super::keepalive::{Repeat, ReplyRule, ReplyTrigger};
use super::*;
use crate::clock::Clock;
use crate::model::{Failure, Observation, Rhythm, SentMessage, Signal, Stage, TargetId};
use crate::monitors::End;
use crate::monitors::dial::ConnectOptions;

const TIMEOUT: Duration = Duration::from_secs(10);

fn spec(ping: Option<Duration>) -> WebsocketSpec {
    let endpoint = Endpoint {
        url: "http://127.0.0.1/".parse().unwrap(),
        options: Arc::new(ConnectOptions::new(1 << 20)),
    };
    WebsocketSpec {
        endpoint: Arc::new(endpoint),
        subprotocols: Vec::new(),
        origin: None,
        send: Vec::new(),
        keepalive: None,
        matches: None,
        expect: Expect::default(),
        timestamp: None,
        compressed: None,
        ping,
    }
}

/// Answers "ping", and repeats "alive" every 20 s.
fn talkative() -> WebsocketSpec {
    let replies = vec![ReplyRule {
        trigger: ReplyTrigger::Text("ping".to_owned()),
        send: "pong".to_owned(),
        value: None,
    }];
    let repeat = Some(Repeat {
        interval: Duration::from_secs(20),
        texts: vec!["alive".to_owned()],
    });
    WebsocketSpec {
        keepalive: Some(Box::new(Keepalive { replies, repeat })),
        ..spec(None)
    }
}

struct TestConnection {
    peer: WebSocketStream<DuplexStream>,
    notes: mpsc::Receiver<Observation>,
    end: JoinHandle<Result<End, Failure>>,
}

/// Starts a conversation with the test as its peer. The connection buffers `capacity` bytes each
/// way.
async fn connect(spec: WebsocketSpec, capacity: usize, backlog: usize) -> TestConnection {
    let (near, far) = tokio::io::duplex(capacity);
    let config = WebSocketConfig::default()
        .read_buffer_size(4096)
        .write_buffer_size(0)
        .max_write_buffer_size(65_536);
    let near = WebSocketStream::from_raw_socket(near, Role::Client, Some(config)).await;
    let peer = WebSocketStream::from_raw_socket(far, Role::Server, None).await;
    let (send, notes) = mpsc::channel(backlog);
    let end = tokio::spawn(async move {
        let mut reporter = Reporter::new(
            TargetId(1),
            Rhythm::Subscription,
            TIMEOUT,
            Clock::start(),
            send,
            Arc::default(),
        );
        WebsocketConversation::new(&spec, near, &mut reporter)
            .run()
            .await
    });
    let mut connection = TestConnection { peer, notes, end };
    assert_eq!(connection.signal().await, Signal::Open);
    connection
}

impl TestConnection {
    async fn signal(&mut self) -> Signal {
        self.notes.recv().await.unwrap().signal
    }

    async fn text(&mut self) -> String {
        match self.peer.next().await {
            Some(Ok(Message::Text(text))) => text.to_string(),
            other => panic!("no text: {other:?}"),
        }
    }

    async fn ping(&mut self) -> Bytes {
        match self.peer.next().await {
            Some(Ok(Message::Ping(payload))) => payload,
            other => panic!("no ping: {other:?}"),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn own_pings_are_measured_and_stray_pongs_are_not() {
    let mut connection = connect(spec(Some(Duration::from_secs(15))), 4096, 64).await;
    let clock = Clock::start();
    for round in 0..3 {
        let payload = connection.ping().await;
        assert_eq!(clock.now().since_start().as_secs(), round * 15);
        connection
            .peer
            .send(Message::Pong(Bytes::from_static(b"stray")))
            .await
            .unwrap(); // in place of the answer that the library has queued
        sleep(Duration::from_millis(40)).await;
        connection.peer.send(Message::Pong(payload)).await.unwrap();
        assert_eq!(
            connection.signal().await,
            Signal::Pong {
                rtt: Duration::from_millis(40)
            }
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_pong_that_came_while_the_process_stood_still_is_heard() {
    let mut connection = connect(spec(Some(Duration::from_secs(3))), 4096, 64).await;
    let payload = connection.ping().await;
    let (_, pong) = tokio::join!(tokio::time::advance(Duration::from_secs(3600)), async {
        // Arrives after the deadline is noticed, like data from a socket.
        sleep(Duration::from_millis(1)).await;
        connection.peer.send(Message::Pong(payload)).await
    });
    pong.unwrap();
    connection.ping().await;
    assert!(!connection.end.is_finished());
}

#[tokio::test(start_paused = true)]
async fn an_unanswered_ping_ends_it_after_the_timeout_whatever_else_comes() {
    let mut connection = connect(spec(Some(Duration::from_secs(3))), 4096, 64).await;
    let clock = Clock::start();
    let end = loop {
        tokio::select! {
            end = &mut connection.end => break end.unwrap(),
            () = sleep(Duration::from_secs(1)) => {
                connection.peer.get_mut().write_all(b"\x81\x04beat").await.unwrap();
            }
        }
    };
    assert_eq!(
        end,
        Err(Failure::NoReply {
            to: SentMessage::Ping,
            after: TIMEOUT
        })
    );
    assert_eq!(clock.now().since_start(), TIMEOUT);
}

#[tokio::test(start_paused = true)]
async fn a_pong_that_was_written_has_no_deadline() {
    let mut connection = connect(spec(None), 4096, 64).await;
    connection
        .peer
        .send(Message::Ping(Bytes::new()))
        .await
        .unwrap();
    assert!(matches!(
        connection.peer.next().await,
        Some(Ok(Message::Pong(_)))
    ));
    sleep(TIMEOUT * 3).await;
    assert!(!connection.end.is_finished());
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_takes_no_pongs_is_given_up_after_the_timeout() {
    let mut connection = connect(spec(None), 64, 64).await;
    // The peer sends pings and reads nothing, so the answers accumulate.
    let flood = async {
        while connection
            .peer
            .get_mut()
            .write_all(&[0x89, 0])
            .await
            .is_ok()
        {
            sleep(Duration::from_millis(1)).await;
        }
    };
    let end = tokio::select! {
        end = &mut connection.end => end.unwrap(),
        () = flood => connection.end.await.unwrap(),
    };
    assert!(
        matches!(
            end,
            Err(Failure::Timeout {
                after: TIMEOUT,
                stage: Stage::Listening,
                ..
            })
        ),
        "{end:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_pings_is_answered_at_a_steady_pace() {
    let mut connection = connect(spec(None), 4096, 64).await;
    let (mut sender, mut receiver) = connection.peer.split();
    tokio::spawn(async move {
        while sender
            .send(Message::Ping(Bytes::from_static(b"?")))
            .await
            .is_ok()
        {}
    });
    let mut pongs = 0;
    let minute = sleep(Duration::from_secs(60));
    tokio::pin!(minute);
    loop {
        tokio::select! {
            () = &mut minute => break,
            pong = receiver.next() => assert!(matches!(pong, Some(Ok(Message::Pong(_))))),
        }
        pongs += 1;
    }
    // 20 per second, and a burst of 50. The library sends one answer where two are due.
    assert!((100..=50 + 60 * 20).contains(&pongs), "{pongs} pongs");
    assert!(!connection.end.is_finished());
    assert!(connection.notes.try_recv().is_err());
}

#[tokio::test(start_paused = true)]
async fn pings_in_messages_are_answered_and_texts_repeated() {
    let mut connection = connect(talkative(), 4096, 64).await;
    let clock = Clock::start();
    for round in 1..4 {
        connection.peer.send(Message::text("ping")).await.unwrap();
        assert_eq!(connection.text().await, "pong");
        assert!(
            matches!(connection.signal().await, Signal::Beat(_)),
            "a message that is answered is one"
        );
        assert_eq!(connection.text().await, "alive");
        assert_eq!(clock.now().since_start().as_secs(), round * 20);
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_asks_too_fast_is_told_so() {
    let mut connection = connect(talkative(), 1 << 20, 4096).await;
    for _ in 0..=super::keepalive::REPLY_BURST {
        connection.peer.send(Message::text("ping")).await.unwrap();
    }
    let end = connection.end.await.unwrap();
    assert_eq!(end, Err(super::keepalive::too_many_requests()));
}

#[tokio::test(start_paused = true)]
async fn a_server_that_asks_every_second_is_answered_for_an_hour() {
    let mut connection = connect(talkative(), 4096, 64).await;
    for _ in 0..3600 {
        connection.peer.send(Message::text("ping")).await.unwrap();
        while connection.text().await != "pong" {}
        assert!(matches!(connection.signal().await, Signal::Beat(_)));
        sleep(Duration::from_secs(1)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_takes_no_replies_is_given_up_after_the_timeout() {
    let mut connection = connect(talkative(), 64, 4096).await;
    let clock = Clock::start();
    let asking = async {
        while connection
            .peer
            .get_mut()
            .write_all(b"\x81\x04ping")
            .await
            .is_ok()
        {
            sleep(Duration::from_millis(200)).await;
        }
    };
    let end = tokio::select! {
        end = &mut connection.end => end.unwrap(),
        () = asking => connection.end.await.unwrap(),
    };
    assert!(
        matches!(
            end,
            Err(Failure::Timeout {
                after: TIMEOUT,
                stage: Stage::Listening,
                ..
            })
        ),
        "{end:?}"
    );
    assert!(clock.now().since_start() < TIMEOUT * 2);
}

#[tokio::test(start_paused = true)]
async fn an_engine_that_is_behind_holds_the_flood_back() {
    let mut connection = connect(spec(None), 4096, 1).await;
    let sent = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let count = Arc::clone(&sent);
    let mut peer = connection.peer;
    tokio::spawn(async move {
        while peer.send(Message::text("beat")).await.is_ok() {
            count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        }
    });
    sleep(Duration::from_secs(60)).await;
    let held = sent.load(std::sync::atomic::Ordering::Relaxed);
    assert!(
        held < 4096,
        "{held} messages taken while no reader listened"
    );
    for _ in 0..10_000 {
        assert!(matches!(
            connection.notes.recv().await.unwrap().signal,
            Signal::Beat(_)
        ));
    }
}
