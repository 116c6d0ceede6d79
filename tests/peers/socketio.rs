//! The Socket.IO monitor against the official servers, versions 2 to 4, and python-socketio.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use hbmon::model::{Failure, Reason, SentMessage, Signal, Stage, Text, WireProtocol};
use hbmon::monitors::dial::{ConnectOptions, Endpoint};
use hbmon::monitors::payload::{Expect, Filter, Query};
use hbmon::monitors::socketio::{Protocol, Reply, SocketioMode, SocketioSpec, TransportPreference};
use hbmon::monitors::{self, End};
use serde_json::json;

use super::monitors::{Watch, watch};
use super::support::{Server, node, python, wanted};

const LIMIT: Duration = Duration::from_secs(10);
/// Time limit for attempts that should reach it; `late` servers answer later.
const SHORT: Duration = Duration::from_secs(1);

const TRANSPORTS: [TransportPreference; 3] = [
    TransportPreference::Auto,
    TransportPreference::Websocket,
    TransportPreference::Polling,
];

/// A server: the package's alias, and flags.
#[derive(Clone, Copy, Debug)]
struct Kind {
    name: &'static str,
    flags: &'static [&'static str],
    protocol: Protocol,
}

const PYTHON: Kind = Kind {
    name: "python",
    flags: &[],
    protocol: Protocol::Auto,
};
const SIO4: Kind = Kind {
    name: "sio4",
    flags: &[],
    protocol: Protocol::Auto,
};
const SIO3: Kind = Kind {
    name: "sio3",
    flags: &[],
    protocol: Protocol::Auto,
};
const SIO2: Kind = Kind {
    name: "sio2",
    flags: &[],
    protocol: Protocol::Auto,
};
const SIO2_BY_NAME: Kind = Kind {
    name: "sio2",
    flags: &[],
    protocol: Protocol::V3,
};
/// A server of version 4 that also speaks Engine.IO 3, which the monitor requests.
const SIO4_OLD: Kind = Kind {
    name: "sio4",
    flags: &["--allowEIO3"],
    protocol: Protocol::V3,
};
const ALL: [Kind; 6] = [SIO4, SIO3, SIO2, SIO2_BY_NAME, SIO4_OLD, PYTHON];

struct Peer {
    server: Server,
    protocol: Protocol,
}

async fn start(kind: Kind, mode: &str, flags: &[&str]) -> Peer {
    let arguments = std::iter::once(mode)
        .chain(kind.flags.iter().copied())
        .chain(flags.iter().copied());
    let arguments: Vec<String> = arguments.map(str::to_owned).collect();
    let server = tokio::task::spawn_blocking(move || {
        let mut arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        if kind.name == "python" {
            return python("socketio", &arguments);
        }
        arguments.insert(0, kind.name);
        node("socketio", &arguments)
    });
    Peer {
        server: server.await.unwrap(),
        protocol: kind.protocol,
    }
}

impl Peer {
    fn spec(&self, transport: TransportPreference, conversation: SocketioMode) -> SocketioSpec {
        SocketioSpec {
            endpoint: Arc::new(Endpoint {
                url: format!("http://127.0.0.1:{}/", self.server.port)
                    .parse()
                    .unwrap(),
                options: Arc::new(ConnectOptions::new(1 << 20)),
            }),
            path: "/socket.io/".to_owned(),
            namespace: "/".to_owned(),
            handshake: None,
            query: Vec::new(),
            protocol: self.protocol,
            transport,
            mode: conversation,
            expect: Expect {
                body: None,
                json: Some(Filter::parse("@.ok == true").unwrap()),
            },
            timestamp: Some(Query::parse("$.ts").unwrap()),
        }
    }
}

fn emit() -> SocketioMode {
    let reply = Reply::Event("heartbeat-ack".to_owned());
    SocketioMode::Emit {
        event: "heartbeat".to_owned(),
        payload: Some(json!({"from": "hbmon"})),
        reply,
    }
}

fn ack() -> SocketioMode {
    SocketioMode::Emit {
        event: "heartbeat".to_owned(),
        payload: None,
        reply: Reply::Ack,
    }
}

fn listen() -> SocketioMode {
    SocketioMode::Listen {
        event: "beat".to_owned(),
    }
}

fn run(spec: SocketioSpec, limit: Duration) -> Watch {
    watch(monitors::Spec::Socketio(Arc::new(spec)), limit)
}

/// Waits for this many heartbeats. Only heartbeats, pongs and the opening may arrive.
async fn beats(watch: &mut Watch, wanted: usize, about: &str) {
    let mut seen = 0;
    while seen < wanted {
        match watch.next().await.signal {
            Signal::Beat(_) => seen += 1,
            Signal::Open | Signal::Pong { .. } => {}
            other => panic!("{about}: {other:?}"),
        }
    }
}

async fn failure(spec: SocketioSpec, limit: Duration) -> Failure {
    run(spec, limit).end().await.expect_err("a failure")
}

#[tokio::test]
async fn every_server_is_heard_by_every_transport() {
    if !wanted() {
        return;
    }
    for kind in ALL {
        for mode in ["good", "binary"] {
            let peer = start(kind, mode, &[]).await;
            for transport in TRANSPORTS {
                for namespace in ["/", "/chat"] {
                    for conversation in [emit(), ack(), listen()] {
                        let about =
                            format!("{kind:?} {mode} {transport:?} {namespace} {conversation:?}");
                        let mut spec = peer.spec(transport, conversation);
                        spec.namespace = namespace.to_owned();
                        beats(&mut run(spec, LIMIT), 3, &about).await;
                    }
                }
            }
        }
    }
}

/// Heartbeats a tenth of a second apart last longer than two ping cycles of the server, which
/// closes a client without pongs after 1.3 s.
#[tokio::test]
async fn a_subscription_outlasts_the_pings() {
    if !wanted() {
        return;
    }
    for kind in ALL {
        let peer = start(kind, "good", &["--impatient"]).await;
        let mut held: Vec<_> = TRANSPORTS
            .map(|transport| run(peer.spec(transport, listen()), LIMIT))
            .into();
        for (watch, transport) in held.iter_mut().zip(TRANSPORTS) {
            beats(watch, 30, &format!("{kind:?} {transport:?}")).await;
        }
    }
}

#[tokio::test]
async fn a_rejection_says_why_and_a_token_opens() {
    if !wanted() {
        return;
    }
    for kind in ALL {
        let peer = start(kind, "reject", &[]).await;
        for transport in TRANSPORTS {
            let why = Text::clean("not authorized");
            assert_eq!(
                failure(peer.spec(transport, emit()), LIMIT).await,
                Failure::Rejected { why },
                "{kind:?} {transport:?}"
            );
            let mut spec = peer.spec(transport, emit());
            spec.query = vec![("token".to_owned(), "letmein".to_owned())];
            beats(
                &mut run(spec, LIMIT),
                1,
                &format!("{kind:?} {transport:?} query"),
            )
            .await;
            if kind.name != "sio2" && kind.protocol != Protocol::V3 {
                let mut spec = peer.spec(transport, emit());
                spec.handshake = Some(json!({"token": "letmein"}));
                beats(
                    &mut run(spec, LIMIT),
                    1,
                    &format!("{kind:?} {transport:?} handshake"),
                )
                .await;
            }
        }
    }
}

#[tokio::test]
async fn silence_is_named_by_where_it_falls() {
    if !wanted() {
        return;
    }
    for kind in ALL {
        for mode in ["hang", "silent", "late"] {
            let peer = start(kind, mode, &[]).await;
            let failures = TRANSPORTS.map(|transport| failure(peer.spec(transport, emit()), SHORT));
            for (failure, transport) in join_all(failures).await.into_iter().zip(TRANSPORTS) {
                match failure {
                    Failure::Timeout {
                        stage: Stage::Handshake,
                        ..
                    } if mode == "hang" => {}
                    Failure::NoReply {
                        to: SentMessage::Emit,
                        ..
                    } if mode != "hang" => {}
                    other => panic!("{kind:?} {mode} {transport:?}: {other:?}"),
                }
            }
        }
    }
}

#[tokio::test]
async fn a_kick_is_an_end_and_a_disconnect_a_failure() {
    if !wanted() {
        return;
    }
    for kind in ALL {
        for mode in ["kick", "disconnect"] {
            let peer = start(kind, mode, &[]).await;
            for transport in TRANSPORTS {
                let mut watch = run(peer.spec(transport, listen()), LIMIT);
                beats(&mut watch, 1, &format!("{kind:?} {mode} {transport:?}")).await;
                match watch.end().await {
                    Ok(End::Closed) if mode == "kick" => {}
                    Err(Failure::Closed { .. }) if mode == "disconnect" => {}
                    other => panic!("{kind:?} {mode} {transport:?}: {other:?}"),
                }
            }
        }
    }
}

#[tokio::test]
async fn a_version_that_is_not_spoken_is_a_protocol_failure() {
    if !wanted() {
        return;
    }
    for (kind, protocol) in [
        (SIO4, Protocol::V3),
        (SIO3, Protocol::V3),
        (PYTHON, Protocol::V3),
        (SIO2, Protocol::V4),
    ] {
        let peer = start(kind, "good", &[]).await;
        for transport in TRANSPORTS {
            let mut spec = peer.spec(transport, emit());
            spec.protocol = protocol;
            match failure(spec, LIMIT).await {
                Failure::Protocol {
                    protocol: WireProtocol::EngineIo,
                    ..
                } => {}
                other => panic!("{kind:?} {transport:?}: {other:?}"),
            }
        }
    }
}

#[tokio::test]
async fn a_server_with_one_transport_is_found_by_auto() {
    if !wanted() {
        return;
    }
    for kind in ALL {
        for (only, other) in [
            ("polling", TransportPreference::Websocket),
            ("websocket", TransportPreference::Polling),
        ] {
            let flag = format!("--transports={only}");
            let peer = start(kind, "good", &[&flag]).await;
            let about = format!("{kind:?} with {only} only");
            beats(
                &mut run(peer.spec(TransportPreference::Auto, emit()), LIMIT),
                2,
                &about,
            )
            .await;
            let refused = failure(peer.spec(other, emit()), LIMIT).await;
            assert!(
                matches!(refused.reason(), Reason::Status | Reason::Protocol),
                "{about}: {refused:?}"
            );
        }
    }
}

#[tokio::test]
async fn an_unknown_path_or_namespace_is_refused() {
    if !wanted() {
        return;
    }
    for kind in ALL {
        let peer = start(kind, "good", &[]).await;
        for transport in TRANSPORTS {
            let mut spec = peer.spec(transport, emit());
            spec.namespace = "/nowhere".to_owned();
            let refused = failure(spec, LIMIT).await;
            assert_eq!(
                refused.reason(),
                Reason::Rejected,
                "{kind:?} {transport:?}: {refused:?}"
            );
        }
    }
}
