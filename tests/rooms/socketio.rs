//! Socket.IO against servers that do exactly what a test tells them, request by request.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use hbmon::clock::Clock;
use hbmon::model::{
    Failure, MessagePart, Phase, Reason, SentMessage, Signal, Stage, StatusNote, Text, WireProtocol,
};
use hbmon::monitors::dial::{ConnectOptions, Endpoint};
use hbmon::monitors::payload::{Expect, Filter, Query};
use hbmon::monitors::socketio::{Protocol, Reply, SocketioMode, SocketioSpec, TransportPreference};
use hbmon::monitors::{self, End};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role};

use super::support::{Watch, watch};

const PATIENCE: Duration = Duration::from_secs(20);
const LIMIT: Duration = Duration::from_secs(10);
/// The time limit of attempts that are meant to run into it.
const SHORT: Duration = Duration::from_secs(1);

/// What a server of version 4 says first; its pings are far away.
const OPEN: &str =
    r#"0{"sid":"s1","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}"#;
/// The same of version 3.
const OPEN_V3: &str = r#"0{"sid":"s1","upgrades":[],"pingInterval":25000,"pingTimeout":5000}"#;
const UPGRADES: &str = r#"0{"sid":"s1","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}"#;
/// Pings every second.
const HASTY: &str =
    r#"0{"sid":"s1","upgrades":[],"pingInterval":1000,"pingTimeout":1000,"maxPayload":1000000}"#;

struct Server(TcpListener);

/// One request, read and not yet answered.
struct Call {
    method: String,
    target: String,
    head: String,
    body: String,
    stream: TcpStream,
}

struct Socket(WebSocketStream<TcpStream>);

impl Server {
    async fn start() -> Server {
        Server(TcpListener::bind("127.0.0.1:0").await.unwrap())
    }

    fn spec(&self, transport: TransportPreference, conversation: SocketioMode) -> SocketioSpec {
        let url = format!("http://{}/", self.0.local_addr().unwrap());
        SocketioSpec {
            endpoint: Arc::new(Endpoint {
                url: url.parse().unwrap(),
                options: Arc::new(ConnectOptions::new(100_000)),
            }),
            path: "/socket.io/".to_owned(),
            namespace: "/".to_owned(),
            handshake: None,
            query: Vec::new(),
            protocol: Protocol::Auto,
            transport,
            mode: conversation,
            expect: Expect::default(),
            timestamp: None,
        }
    }

    /// The next request; every one comes on a connection of its own.
    async fn call(&self) -> Call {
        self.call_unless_cut().await.expect("a whole request")
    }

    /// The same; none if the attempt ended inside the request.
    async fn call_unless_cut(&self) -> Option<Call> {
        let read = async {
            let (mut stream, _) = self.0.accept().await.unwrap();
            let mut raw = Vec::new();
            let end = loop {
                if let Some(end) = raw.windows(4).position(|four| four == b"\r\n\r\n") {
                    break end + 4;
                }
                if stream.read_buf(&mut raw).await.unwrap_or(0) == 0 {
                    return None;
                }
            };
            let head = String::from_utf8(raw[..end].to_vec()).unwrap();
            let lower = head.to_ascii_lowercase();
            let length = lower
                .split("content-length: ")
                .nth(1)
                .and_then(|rest| rest.split("\r\n").next());
            let length: usize = length.map_or(0, |length| length.parse().unwrap());
            while raw.len() < end + length {
                if stream.read_buf(&mut raw).await.unwrap_or(0) == 0 {
                    return None;
                }
            }
            let body = String::from_utf8(raw[end..].to_vec()).unwrap();
            let mut line = head.split(' ');
            let (method, target) = (
                line.next().unwrap().to_owned(),
                line.next().unwrap().to_owned(),
            );
            Some(Call {
                method,
                target,
                head,
                body,
                stream,
            })
        };
        tokio::time::timeout(PATIENCE, read)
            .await
            .expect("a request in time")
    }

    /// A GET and a POST, in whichever order they come.
    async fn get_and_post(&self) -> (Call, Call) {
        let (one, two) = (self.call().await, self.call().await);
        if one.method == "GET" {
            (one, two)
        } else {
            (two, one)
        }
    }

    async fn socket(&self) -> Socket {
        self.call().await.upgrade().await
    }

    /// A WebSocket whose namespace is joined.
    async fn joined(&self) -> Socket {
        let mut socket = self.socket().await;
        socket.say(OPEN).await;
        assert_eq!(socket.hear().await, "40");
        socket.say(r#"40{"sid":"x"}"#).await;
        socket
    }
}

impl Call {
    async fn reply(self, body: &str) {
        self.answer("200 OK", "", body).await;
    }

    async fn answer(self, status: &str, headers: &str, body: &str) {
        self.try_answer(status, headers, body).await.unwrap();
    }

    /// To a client that may be gone.
    async fn try_reply(self, body: &str) {
        let _ = self.try_answer("200 OK", "", body).await;
    }

    async fn try_answer(mut self, status: &str, headers: &str, body: &str) -> std::io::Result<()> {
        let length = body.len();
        let answer = format!(
            "HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
        );
        self.stream.write_all(answer.as_bytes()).await?;
        self.stream.shutdown().await
    }

    async fn refuse(self, code: u8, message: &str) {
        self.answer(
            "400 Bad Request",
            "",
            &json!({"code": code, "message": message}).to_string(),
        )
        .await;
    }

    async fn upgrade(mut self) -> Socket {
        let key = self
            .header("sec-websocket-key")
            .expect("a WebSocket handshake");
        let accept = derive_accept_key(key.as_bytes());
        let answer = format!(
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"
        );
        self.stream.write_all(answer.as_bytes()).await.unwrap();
        Socket(WebSocketStream::from_raw_socket(self.stream, Role::Server, None).await)
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(": ")?;
            key.eq_ignore_ascii_case(name).then_some(value)
        })
    }

    fn asks(&self, pair: &str) -> bool {
        self.target.split(['?', '&']).any(|part| part == pair)
    }
}

impl Socket {
    async fn say(&mut self, text: &str) {
        self.0.send(Message::text(text)).await.unwrap();
    }

    async fn hear(&mut self) -> String {
        let next = tokio::time::timeout(PATIENCE, self.0.next())
            .await
            .expect("a frame in time");
        next.expect("a frame")
            .unwrap()
            .into_text()
            .unwrap()
            .to_string()
    }

    async fn close(&mut self, code: Option<u16>) {
        let frame = code.map(|code| CloseFrame {
            code: code.into(),
            reason: "going".into(),
        });
        self.0.send(Message::Close(frame)).await.unwrap();
    }

    /// Until the other side is gone.
    async fn drain(mut self) {
        tokio::time::timeout(PATIENCE, async {
            while let Some(Ok(_)) = self.0.next().await {}
        })
        .await
        .unwrap();
    }
}

fn emit() -> SocketioMode {
    let reply = Reply::Event("heartbeat-ack".to_owned());
    SocketioMode::Emit {
        event: "heartbeat".to_owned(),
        payload: None,
        reply,
    }
}

fn emit_ack(payload: Value) -> SocketioMode {
    SocketioMode::Emit {
        event: "heartbeat".to_owned(),
        payload: Some(payload),
        reply: Reply::Ack,
    }
}

fn listen() -> SocketioMode {
    SocketioMode::Listen {
        event: "beat".to_owned(),
    }
}

fn start(spec: SocketioSpec) -> Watch {
    watch(monitors::Spec::Socketio(Arc::new(spec)), LIMIT)
}

fn start_short(spec: SocketioSpec) -> Watch {
    watch(monitors::Spec::Socketio(Arc::new(spec)), SHORT)
}

async fn opened(watch: &mut Watch) {
    assert_eq!(watch.next().await.signal, Signal::Open);
}

/// The excerpt of the next heartbeat, which is the next thing said.
async fn beat(watch: &mut Watch) -> String {
    match watch.next().await.signal {
        Signal::Beat(beat) => beat
            .excerpt
            .map_or_else(String::new, |text| text.as_str().to_owned()),
        other => panic!("no heartbeat: {other:?}"),
    }
}

async fn failure(watch: Watch) -> Failure {
    watch.end().await.expect_err("a failure")
}

/// A payload of version 3.
fn framed(packets: &[&str]) -> String {
    packets
        .iter()
        .map(|packet| format!("{}:{packet}", packet.encode_utf16().count()))
        .collect()
}

fn status(code: u16, note: &str) -> Failure {
    Failure::Status {
        code,
        note: Some(StatusNote::ServerMessage(Text::clean(note))),
    }
}

mod websocket {
    use super::*;

    #[tokio::test]
    async fn every_emit_is_answered_by_the_reply_event() {
        let server = Server::start().await;
        let mut watch = start(server.spec(TransportPreference::Websocket, emit()));
        let call = server.call().await;
        assert!(
            call.target.starts_with("/socket.io/?")
                && call.asks("EIO=4")
                && call.asks("transport=websocket")
        );
        assert!(!call.asks("b64=1"));
        let mut socket = call.upgrade().await;
        socket.say(OPEN).await;
        assert_eq!(socket.hear().await, "40");
        socket.say(r#"40{"sid":"x"}"#).await;
        opened(&mut watch).await;
        for round in 0..3 {
            assert_eq!(socket.hear().await, r#"42["heartbeat"]"#);
            socket.say(r#"42["other",1]"#).await;
            socket.say("2").await;
            assert_eq!(
                socket.hear().await,
                "3",
                "the ping is answered while a reply is awaited"
            );
            socket
                .say(&format!(r#"42["heartbeat-ack",{{"round":{round}}}]"#))
                .await;
            let note = watch.next().await;
            let Signal::Beat(beat) = note.signal else {
                panic!("{:?}", note.signal)
            };
            assert!(beat.latency.is_some());
            assert_eq!(
                beat.excerpt,
                Some(Text::clean(&format!(r#"{{"round":{round}}}"#)))
            );
            assert!(note.connection.is_some_and(
                |wire| wire.peer.is_some() && wire.phases.get(Phase::Connect).is_some()
            ));
        }
    }

    #[tokio::test]
    async fn an_acknowledgement_must_carry_the_emits_id() {
        let server = Server::start().await;
        let mut watch =
            start(server.spec(TransportPreference::Websocket, emit_ack(json!({"n": 1}))));
        let mut socket = server.joined().await;
        opened(&mut watch).await;
        assert_eq!(socket.hear().await, r#"420["heartbeat",{"n":1}]"#);
        socket.say(r#"437["other"]"#).await;
        socket.say(r#"430["first"]"#).await;
        assert_eq!(beat(&mut watch).await, "first");
        assert_eq!(socket.hear().await, r#"421["heartbeat",{"n":1}]"#);
        socket.say(r#"430["first again"]"#).await;
        socket.say(r#"431[]"#).await;
        assert_eq!(beat(&mut watch).await, "");
    }

    #[tokio::test]
    async fn namespace_and_handshake_travel_in_the_connect_packet() {
        let server = Server::start().await;
        let mut spec = server.spec(TransportPreference::Websocket, emit());
        spec.namespace = "/chat".to_owned();
        spec.path = "/rt/".to_owned();
        spec.handshake = Some(json!({"token": "t"}));
        let mut watch = start(spec);
        let call = server.call().await;
        assert!(call.target.starts_with("/rt/?"));
        let mut socket = call.upgrade().await;
        socket.say(OPEN).await;
        assert_eq!(socket.hear().await, r#"40/chat,{"token":"t"}"#);
        socket.say(r#"40/chat,{"sid":"x"}"#).await;
        opened(&mut watch).await;
        assert_eq!(socket.hear().await, r#"42/chat,["heartbeat"]"#);
        socket
            .say(r#"42["heartbeat-ack","of another namespace"]"#)
            .await;
        socket.say("41").await;
        socket.say(r#"42/chat,["heartbeat-ack","ours"]"#).await;
        assert_eq!(beat(&mut watch).await, "ours");
    }

    #[tokio::test]
    async fn a_connect_error_is_a_rejection_with_its_message() {
        for (said, why) in [
            (
                r#"44{"message":"not authorized","data":{}}"#,
                "not authorized",
            ),
            (r#"44"old style""#, "old style"),
            ("44", "no reason given"),
        ] {
            let server = Server::start().await;
            let watch = start(server.spec(TransportPreference::Websocket, emit()));
            let mut socket = server.socket().await;
            socket.say(OPEN).await;
            socket.hear().await;
            socket.say(said).await;
            assert_eq!(
                failure(watch).await,
                Failure::Rejected {
                    why: Text::clean(why)
                }
            );
        }
    }

    #[tokio::test]
    async fn attachments_are_skipped_and_the_heartbeat_counts() {
        let server = Server::start().await;
        let mut watch = start(server.spec(TransportPreference::Websocket, emit()));
        let mut socket = server.joined().await;
        opened(&mut watch).await;
        socket.hear().await;
        let placeholder =
            r#"452-["heartbeat-ack",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]"#;
        socket.say(placeholder).await;
        socket
            .0
            .send(Message::binary(vec![0xff; 1000]))
            .await
            .unwrap();
        socket.0.send(Message::binary(Vec::new())).await.unwrap();
        assert_eq!(beat(&mut watch).await, r#"{"_placeholder":true,"num":0}"#);
    }

    #[tokio::test]
    async fn a_second_answer_is_not_taken_for_the_next() {
        let server = Server::start().await;
        let mut watch = start(server.spec(TransportPreference::Websocket, emit()));
        let mut socket = server.joined().await;
        opened(&mut watch).await;
        socket.hear().await;
        // In one segment, so that the second lies in the buffer when the next question is due.
        socket
            .0
            .feed(Message::text(r#"42["heartbeat-ack",1]"#))
            .await
            .unwrap();
        socket.say(r#"42["heartbeat-ack","stale"]"#).await;
        assert_eq!(beat(&mut watch).await, "1");
        socket.hear().await;
        socket.say(r#"42["heartbeat-ack",2]"#).await;
        assert_eq!(beat(&mut watch).await, "2");
    }

    #[tokio::test]
    async fn an_unanswered_emit_is_no_reply() {
        let server = Server::start().await;
        let mut watch = start_short(server.spec(TransportPreference::Websocket, emit()));
        let mut socket = server.joined().await;
        opened(&mut watch).await;
        socket.hear().await;
        assert_eq!(
            failure(watch).await,
            Failure::NoReply {
                to: SentMessage::Emit,
                after: SHORT
            }
        );
        socket.drain().await;
    }

    #[tokio::test]
    async fn what_fails_the_expectation_leaves_the_connection() {
        let server = Server::start().await;
        let mut spec = server.spec(TransportPreference::Websocket, emit());
        spec.expect.json = Some(Filter::parse("@.ok == true").unwrap());
        spec.timestamp = Some(Query::parse("$.ts").unwrap());
        let mut watch = start(spec);
        let mut socket = server.joined().await;
        opened(&mut watch).await;
        for (answer, reason) in [
            (r#"{"ok":false}"#, Some(Reason::Assertion)),
            (r#"{"ok":true,"ts":"soon"}"#, Some(Reason::Payload)),
            (r#"{"ok":true,"ts":"2026-11-22T13:32:04Z"}"#, None),
        ] {
            socket.hear().await;
            socket
                .say(&format!(r#"42["heartbeat-ack",{answer}]"#))
                .await;
            match (watch.next().await.signal, reason) {
                (
                    Signal::Failed {
                        failure,
                        latency,
                        ended: false,
                        ..
                    },
                    Some(reason),
                ) => {
                    assert_eq!(failure.reason(), reason);
                    assert!(latency.is_some());
                }
                (Signal::Beat(beat), None) => assert!(beat.delta.is_some()),
                (other, _) => panic!("{other:?}"),
            }
        }
    }

    #[tokio::test]
    async fn silence_after_the_upgrade_or_the_open_is_a_time_out_of_the_handshake() {
        for open in [false, true] {
            let server = Server::start().await;
            let watch = start_short(server.spec(TransportPreference::Websocket, emit()));
            let mut socket = server.socket().await;
            if open {
                socket.say(OPEN).await;
            } else {
                server.call().await.refuse(0, "Transport unknown").await;
            }
            match failure(watch).await {
                Failure::Timeout {
                    after,
                    stage: Stage::Handshake,
                    connected: Some(_),
                    ..
                } => assert_eq!(after, SHORT),
                other => panic!("{other:?}"),
            }
        }
    }

    #[tokio::test]
    async fn silence_because_of_the_version_is_named() {
        let server = Server::start().await;
        let mut spec = server.spec(TransportPreference::Websocket, emit());
        spec.protocol = Protocol::V3;
        let watch = watch(monitors::Spec::Socketio(Arc::new(spec)), SHORT * 3);
        let _silent = server.socket().await;
        server
            .call()
            .await
            .refuse(5, "Unsupported protocol version")
            .await;
        let why = Text::clean("Unsupported protocol version");
        assert_eq!(
            failure(watch).await,
            Failure::Protocol {
                protocol: WireProtocol::EngineIo,
                why
            }
        );
    }

    #[tokio::test]
    async fn a_refused_handshake_is_its_status() {
        let server = Server::start().await;
        let watch = start(server.spec(TransportPreference::Websocket, emit()));
        server.call().await.answer("403 Forbidden", "", "").await;
        let probe = server.call().await;
        assert!(
            probe.asks("transport=polling"),
            "the cause is asked for over polling"
        );
        probe.refuse(4, "Forbidden").await;
        assert_eq!(
            failure(watch).await,
            Failure::Status {
                code: 403,
                note: None
            }
        );
    }

    #[tokio::test]
    async fn asking_for_the_cause_leaves_no_session_behind() {
        let server = Server::start().await;
        let watch = start(server.spec(TransportPreference::Websocket, emit()));
        server.call().await.answer("502 Bad Gateway", "", "").await;
        server.call().await.reply(OPEN).await;
        let close = server.call().await;
        assert_eq!((close.method.as_str(), close.body.as_str()), ("POST", "1"));
        assert!(close.asks("sid=s1"));
        close.reply("ok").await;
        assert_eq!(
            failure(watch).await,
            Failure::Status {
                code: 502,
                note: None
            }
        );
    }

    #[tokio::test]
    async fn a_version_that_is_not_spoken_is_named() {
        let server = Server::start().await;
        let mut spec = server.spec(TransportPreference::Websocket, emit());
        spec.protocol = Protocol::V3;
        let watch = start(spec);
        let call = server.call().await;
        assert!(call.asks("EIO=3"));
        // What Engine.IO servers do: the refusal is written after the upgrade.
        let refused =
            "HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n";
        let mut socket = call.upgrade().await;
        socket
            .0
            .get_mut()
            .write_all(format!("{refused}{refused}").as_bytes())
            .await
            .unwrap();
        server
            .call()
            .await
            .refuse(5, "Unsupported protocol version")
            .await;
        let why = Text::clean("Unsupported protocol version");
        assert_eq!(
            failure(watch).await,
            Failure::Protocol {
                protocol: WireProtocol::EngineIo,
                why
            }
        );
    }

    #[tokio::test]
    async fn the_end_of_the_namespace_is_a_failure_even_after_a_heartbeat() {
        let server = Server::start().await;
        let mut watch = start(server.spec(TransportPreference::Websocket, emit()));
        let mut socket = server.joined().await;
        opened(&mut watch).await;
        socket.hear().await;
        socket.say(r#"42["heartbeat-ack"]"#).await;
        beat(&mut watch).await;
        socket.say("41").await;
        assert_eq!(failure(watch).await.reason(), Reason::Closed);
    }

    #[tokio::test]
    async fn an_orderly_close_is_an_end_only_after_a_heartbeat() {
        for code in [Some(1000), Some(1001), None] {
            for heartbeat in [true, false] {
                let server = Server::start().await;
                let mut watch = start(server.spec(TransportPreference::Websocket, emit()));
                let mut socket = server.joined().await;
                opened(&mut watch).await;
                socket.hear().await;
                if heartbeat {
                    socket.say(r#"42["heartbeat-ack"]"#).await;
                    beat(&mut watch).await;
                }
                socket.close(code).await;
                let end = watch.end().await;
                match end {
                    Ok(End::Closed) => assert!(heartbeat),
                    Err(Failure::Closed { .. }) => assert!(!heartbeat),
                    other => panic!("{other:?}"),
                }
            }
        }
    }

    #[tokio::test]
    async fn an_engine_io_close_packet_is_an_orderly_close() {
        let server = Server::start().await;
        let mut watch = start(server.spec(TransportPreference::Websocket, listen()));
        let mut socket = server.joined().await;
        opened(&mut watch).await;
        socket.say(r#"42["beat"]"#).await;
        beat(&mut watch).await;
        socket.say("1").await;
        assert_eq!(watch.end().await, Ok(End::Closed));
    }

    #[tokio::test]
    async fn any_other_loss_is_a_failure() {
        let server = Server::start().await;
        let mut watch = start(server.spec(TransportPreference::Websocket, listen()));
        let mut socket = server.joined().await;
        opened(&mut watch).await;
        socket.say(r#"42["beat"]"#).await;
        beat(&mut watch).await;
        socket.close(Some(1011)).await;
        match failure(watch).await {
            Failure::Closed {
                code: Some(1011),
                why: Some(why),
                ..
            } => assert_eq!(why.as_str(), "going"),
            other => panic!("{other:?}"),
        }

        let mut watch = start(server.spec(TransportPreference::Websocket, listen()));
        let mut socket = server.joined().await;
        opened(&mut watch).await;
        socket.say(r#"42["beat"]"#).await;
        beat(&mut watch).await;
        drop(socket);
        assert!(matches!(
            failure(watch).await.reason(),
            Reason::Closed | Reason::Reset
        ));
    }

    #[tokio::test]
    async fn a_subscription_takes_every_event_of_its_name() {
        let server = Server::start().await;
        let mut watch = start(server.spec(TransportPreference::Websocket, listen()));
        let mut socket = server.joined().await;
        opened(&mut watch).await;
        socket.say("2").await;
        assert_eq!(socket.hear().await, "3");
        for n in 0..3 {
            socket.say(r#"42["traffic"]"#).await;
            socket.say(&format!(r#"42["beat",{n},"more"]"#)).await;
            assert_eq!(beat(&mut watch).await, n.to_string());
        }
    }

    #[tokio::test]
    async fn a_server_that_stops_pinging_is_a_time_out() {
        let server = Server::start().await;
        let mut watch = start(server.spec(TransportPreference::Websocket, listen()));
        let mut socket = server.socket().await;
        socket.say(HASTY).await;
        socket.hear().await;
        socket.say(r#"40{"sid":"x"}"#).await;
        opened(&mut watch).await;
        socket.say("2").await;
        assert_eq!(socket.hear().await, "3");
        let after = Duration::from_secs(2);
        let expected = Failure::Timeout {
            after,
            stage: Stage::Listening,
            connected: None,
            received: 0,
        };
        assert_eq!(failure(watch).await, expected);
    }

    #[tokio::test]
    async fn what_breaks_the_rules_is_a_protocol_failure() {
        for (said, wire) in [
            ("", WireProtocol::EngineIo),
            ("hello", WireProtocol::EngineIo),
            ("49", WireProtocol::SocketIo),
            ("42[", WireProtocol::SocketIo),
            (r#"451-["a"]"#, WireProtocol::SocketIo),
        ] {
            let server = Server::start().await;
            let mut watch = start(server.spec(TransportPreference::Websocket, emit()));
            let mut socket = server.joined().await;
            opened(&mut watch).await;
            socket.say(said).await;
            socket.say("42[]").await;
            match failure(watch).await {
                Failure::Protocol {
                    protocol: broken, ..
                } => assert_eq!(broken, wire, "{said}"),
                other => panic!("{said}: {other:?}"),
            }
        }
    }

    #[tokio::test]
    async fn what_is_too_large_is_refused() {
        let server = Server::start().await;
        let mut watch = start(server.spec(TransportPreference::Websocket, listen()));
        let mut socket = server.joined().await;
        opened(&mut watch).await;
        let _ = socket
            .0
            .send(Message::text(format!(
                r#"42["beat","{}"]"#,
                "x".repeat(200_000)
            )))
            .await;
        assert_eq!(
            failure(watch).await,
            Failure::TooLarge {
                what: MessagePart::Message,
                limit: 100_000
            }
        );
    }

    #[tokio::test]
    async fn a_bad_open_packet_is_a_protocol_failure() {
        for said in ["40", "0{}", "0nonsense"] {
            let server = Server::start().await;
            let watch = start(server.spec(TransportPreference::Websocket, emit()));
            server.socket().await.say(said).await;
            server.call().await.answer("404 Not Found", "", "").await;
            assert_eq!(failure(watch).await.reason(), Reason::Protocol, "{said}");
        }
    }
}

mod parser {
    use super::*;

    const HINT: &str = "at the join; does it use another parser (msgpack)?";

    fn closed() -> Failure {
        Failure::Closed {
            stage: Stage::Handshake,
            code: None,
            why: Some(Text::clean(HINT)),
        }
    }

    #[tokio::test]
    async fn a_close_behind_the_join_hints_at_another_parser() {
        let server = Server::start().await;
        let watching = start(server.spec(TransportPreference::Polling, emit()));
        server.call().await.reply(OPEN).await;
        let (get, post) = server.get_and_post().await;
        post.reply("ok").await;
        get.reply("1").await;
        assert_eq!(failure(watching).await, closed());

        let watching = start(server.spec(TransportPreference::Websocket, emit()));
        let mut socket = server.socket().await;
        socket.say(OPEN).await;
        socket.hear().await;
        socket.close(None).await;
        assert_eq!(failure(watching).await, closed());
    }

    #[tokio::test]
    async fn a_binary_packet_that_was_not_announced_hints_at_it_too() {
        let server = Server::start().await;
        let watching = start(server.spec(TransportPreference::Websocket, emit()));
        let mut socket = server.socket().await;
        socket.say(OPEN).await;
        socket.hear().await;
        socket
            .0
            .send(Message::binary(vec![0x84, 0xa4]))
            .await
            .unwrap();
        let Failure::Protocol {
            protocol: WireProtocol::SocketIo,
            why,
        } = failure(watching).await
        else {
            panic!()
        };
        assert!(
            why.as_str()
                .ends_with("does it use another parser (msgpack)?"),
            "{why}"
        );
    }
}

mod place {
    use super::*;

    #[tokio::test]
    async fn the_path_is_asked_as_it_is_written() {
        for path in ["/api/socketio", "/api/socketio/", "//rt"] {
            let server = Server::start().await;
            let spec = |transport| SocketioSpec {
                path: path.to_owned(),
                ..server.spec(transport, emit())
            };
            let start_of = format!("{path}?");

            let mut watching = start(spec(TransportPreference::Websocket));
            let call = server.call().await;
            assert!(call.target.starts_with(&start_of), "{}", call.target);
            let mut socket = call.upgrade().await;
            socket.say(OPEN).await;
            socket.hear().await;
            socket.say(r#"40{"sid":"x"}"#).await;
            opened(&mut watching).await;

            let _watching = start(spec(TransportPreference::Auto));
            let call = server.call().await;
            assert!(call.target.starts_with(&start_of), "{}", call.target);
            call.reply(UPGRADES).await;
            let call = server.call().await;
            assert!(
                call.asks("transport=websocket") && call.target.starts_with(&start_of),
                "{}",
                call.target
            );
            call.answer("400 Bad Request", "", "").await;
            let (get, post) = server.get_and_post().await;
            assert!(get.target.starts_with(&start_of) && post.target.starts_with(&start_of));
        }
    }
}

mod version_3 {
    use super::*;

    #[tokio::test]
    async fn a_server_that_connects_unasked_is_spoken_to_in_version_3() {
        let server = Server::start().await;
        let mut watch = start(server.spec(TransportPreference::Websocket, emit()));
        let mut socket = server.socket().await;
        socket.say(OPEN_V3).await;
        socket.say("40").await;
        opened(&mut watch).await;
        assert_eq!(
            socket.hear().await,
            r#"42["heartbeat"]"#,
            "nothing but the emit is sent"
        );
        socket.say(r#"42["heartbeat-ack"]"#).await;
        beat(&mut watch).await;
    }

    #[tokio::test]
    async fn the_client_pings_and_measures() {
        let server = Server::start().await;
        let mut spec = server.spec(TransportPreference::Websocket, listen());
        spec.protocol = Protocol::V3;
        spec.namespace = "/chat".to_owned();
        let mut watch = start(spec);
        let call = server.call().await;
        assert!(call.asks("EIO=3"));
        let mut socket = call.upgrade().await;
        socket.say(HASTY).await;
        socket.say("40").await;
        assert_eq!(socket.hear().await, "40/chat,");
        socket.say("40/chat").await;
        opened(&mut watch).await;
        assert_eq!(socket.hear().await, "2");
        socket.say("3").await;
        assert!(matches!(watch.next().await.signal, Signal::Pong { .. }));
        assert_eq!(socket.hear().await, "2");
        let after = Duration::from_secs(1);
        assert_eq!(
            failure(watch).await,
            Failure::NoReply {
                to: SentMessage::Ping,
                after
            }
        );
    }

    #[tokio::test]
    async fn a_refusal_of_version_4_is_followed_by_version_3() {
        let server = Server::start().await;
        let mut watch = start(server.spec(TransportPreference::Polling, emit()));
        let call = server.call().await;
        assert!(call.asks("EIO=4"));
        call.refuse(5, "Unsupported protocol version").await;
        let call = server.call().await;
        assert!(call.asks("EIO=3"));
        call.reply(&framed(&[OPEN_V3, "40"])).await;
        opened(&mut watch).await;
    }

    #[tokio::test]
    async fn polling_frames_by_length_in_utf16_units() {
        let server = Server::start().await;
        let conversation = SocketioMode::Emit {
            event: "heartbeat".to_owned(),
            payload: Some(json!("😀")),
            reply: Reply::Event("heartbeat-ack".to_owned()),
        };
        let mut spec = server.spec(TransportPreference::Polling, conversation);
        spec.query = vec![("token".to_owned(), "a b".to_owned())];
        let mut watch = start(spec);
        let call = server.call().await;
        assert!(call.asks("EIO=4") && call.asks("b64=1") && call.asks("token=a+b"));
        // It does not look at the version, answers in its own, and is followed in the same session.
        call.reply(&framed(&[OPEN_V3, "40"])).await;
        opened(&mut watch).await;
        let (get, post) = server.get_and_post().await;
        assert!(post.asks("EIO=3") && post.asks("sid=s1") && post.asks("token=a+b"));
        assert_eq!(post.body, r#"20:42["heartbeat","😀"]"#);
        post.reply("ok").await;
        get.reply(&framed(&[
            r#"451-["heartbeat-ack",{"_placeholder":true,"num":0}]"#,
        ]))
        .await;
        server
            .call()
            .await
            .reply(&framed(&["b4AQIDBA==", "6"]))
            .await;
        assert_eq!(beat(&mut watch).await, r#"{"_placeholder":true,"num":0}"#);
    }
}

mod polling {
    use super::*;

    /// A polling session whose namespace is joined.
    async fn joined(server: &Server) {
        server.call().await.reply(OPEN).await;
        let (get, post) = server.get_and_post().await;
        assert_eq!(post.body, "40");
        post.reply("ok").await;
        get.reply(r#"40{"sid":"x"}"#).await;
    }

    #[tokio::test]
    async fn pings_and_emits_are_posted_while_a_get_hangs() {
        let server = Server::start().await;
        let mut watch = start(server.spec(TransportPreference::Polling, emit()));
        joined(&server).await;
        opened(&mut watch).await;
        let (get, post) = server.get_and_post().await;
        assert_eq!(post.body, r#"42["heartbeat"]"#);
        post.reply("ok").await;
        get.reply("2\u{1e}6").await;
        let (get, post) = server.get_and_post().await;
        assert_eq!(post.body, "3");
        post.reply("ok").await;
        get.reply("42[\"other\"]\u{1e}42[\"heartbeat-ack\",1]")
            .await;
        assert_eq!(beat(&mut watch).await, "1");
    }

    #[tokio::test]
    async fn cookies_of_the_handshake_come_back() {
        let server = Server::start().await;
        let _watch = start(server.spec(TransportPreference::Polling, emit()));
        let call = server.call().await;
        assert_eq!(call.header("cookie"), None);
        call.answer(
            "200 OK",
            "Set-Cookie: AWSALB=pin; Path=/\r\nSet-Cookie: io=s1\r\n",
            OPEN,
        )
        .await;
        let (get, post) = server.get_and_post().await;
        for call in [&get, &post] {
            assert_eq!(call.header("cookie"), Some("AWSALB=pin; io=s1"));
        }
    }

    #[tokio::test]
    async fn an_unanswered_emit_is_no_reply() {
        let server = Server::start().await;
        let mut watch = start_short(server.spec(TransportPreference::Polling, emit()));
        joined(&server).await;
        opened(&mut watch).await;
        let (_get, post) = server.get_and_post().await;
        post.reply("ok").await;
        assert_eq!(
            failure(watch).await,
            Failure::NoReply {
                to: SentMessage::Emit,
                after: SHORT
            }
        );
    }

    #[tokio::test]
    async fn a_close_packet_ends_it_in_order() {
        let server = Server::start().await;
        let mut watch = start(server.spec(TransportPreference::Polling, listen()));
        joined(&server).await;
        opened(&mut watch).await;
        server
            .call()
            .await
            .reply("42[\"beat\",1]\u{1e}42[\"beat\",2]\u{1e}1")
            .await;
        assert_eq!(beat(&mut watch).await, "1");
        assert_eq!(beat(&mut watch).await, "2");
        assert_eq!(watch.end().await, Ok(End::Closed));
    }

    #[tokio::test]
    async fn a_forgotten_session_is_a_status() {
        let server = Server::start().await;
        let mut watch = start(server.spec(TransportPreference::Polling, listen()));
        joined(&server).await;
        opened(&mut watch).await;
        server.call().await.refuse(1, "Session ID unknown").await;
        assert_eq!(failure(watch).await, status(400, "Session ID unknown"));
    }

    #[tokio::test]
    async fn a_refused_handshake_is_its_status() {
        let server = Server::start().await;
        let watch = start(server.spec(TransportPreference::Polling, emit()));
        server
            .call()
            .await
            .answer("403 Forbidden", "", r#"{"code":4,"message":"Forbidden"}"#)
            .await;
        assert_eq!(failure(watch).await, status(403, "Forbidden"));

        let watch = start(server.spec(TransportPreference::Polling, emit()));
        server
            .call()
            .await
            .answer("404 Not Found", "", "<html>")
            .await;
        assert_eq!(
            failure(watch).await,
            Failure::Status {
                code: 404,
                note: None
            }
        );
    }

    #[tokio::test]
    async fn a_handshake_that_is_moved_says_where_to() {
        let server = Server::start().await;
        for transport in [TransportPreference::Polling, TransportPreference::Auto] {
            let watch = start(server.spec(transport, emit()));
            let moved = "location: https://user:pass@chat.example/socket.io/?token=t0ken&EIO=4\r\n";
            server
                .call()
                .await
                .answer("301 Moved Permanently", moved, "")
                .await;
            let to = Text::clean("https://chat.example/socket.io/?token=***&EIO=4");
            let note = Some(StatusNote::RedirectsTo(to));
            assert_eq!(failure(watch).await, Failure::Status { code: 301, note });
        }
        let watch = start(server.spec(TransportPreference::Polling, emit()));
        server.call().await.answer("204 No Content", "", "").await;
        let note = Some(StatusNote::Expected(Text::clean("200")));
        assert_eq!(failure(watch).await, Failure::Status { code: 204, note });
    }

    #[tokio::test]
    async fn a_version_that_is_not_spoken_is_named() {
        let server = Server::start().await;
        let mut spec = server.spec(TransportPreference::Polling, emit());
        spec.protocol = Protocol::V4;
        let watch = start(spec);
        server.call().await.reply(&framed(&[OPEN_V3])).await;
        let why = Text::clean("the server speaks Engine.IO 3");
        assert_eq!(
            failure(watch).await,
            Failure::Protocol {
                protocol: WireProtocol::EngineIo,
                why
            }
        );
    }

    #[tokio::test]
    async fn hostile_bodies_are_failures() {
        let huge = format!("0{}", "x".repeat(200_000));
        for (body, reason) in [
            ("", Reason::Protocol),
            ("hello", Reason::Protocol),
            ("\u{1e}\u{1e}", Reason::Protocol),
            ("99999999999999999999999:0{}", Reason::Protocol),
            ("5:0", Reason::Protocol),
            (huge.as_str(), Reason::TooLarge),
        ] {
            let server = Server::start().await;
            let watch = start(server.spec(TransportPreference::Polling, emit()));
            let mut call = server.call().await;
            let head = format!(
                "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
                body.len()
            );
            call.stream.write_all(head.as_bytes()).await.unwrap();
            // The other side may leave before it has all.
            let _ = call.stream.write_all(body.as_bytes()).await;
            assert_eq!(
                failure(watch).await.reason(),
                reason,
                "{}",
                &body[..body.len().min(20)]
            );
        }
    }

    #[tokio::test]
    async fn a_server_that_answers_at_once_is_asked_at_a_steady_pace() {
        let server = Server::start().await;
        let clock = Clock::start();
        let watch = start_short(server.spec(TransportPreference::Polling, emit()));
        joined(&server).await;
        let mut gets = 0;
        let flood = async {
            loop {
                let Some(call) = server.call_unless_cut().await else {
                    continue;
                };
                gets += u128::from(call.method == "GET");
                let body = if call.method == "GET" { "6" } else { "ok" };
                call.try_reply(body).await;
            }
        };
        let end = tokio::select! {
            end = failure(watch) => end,
            () = flood => unreachable!(),
        };
        assert_eq!(
            end,
            Failure::NoReply {
                to: SentMessage::Emit,
                after: SHORT
            }
        );
        let most = 20 + clock.now().since_start().as_millis() / 100;
        assert!((2..=most).contains(&gets), "{gets} GETs, {most} at most");
    }

    #[tokio::test]
    async fn a_flood_of_pings_is_not_answered_at_the_servers_pace() {
        let server = Server::start().await;
        let clock = Clock::start();
        let watch = start_short(server.spec(TransportPreference::Polling, emit()));
        joined(&server).await;
        let mut pongs = 0;
        let flood = async {
            loop {
                let Some(call) = server.call_unless_cut().await else {
                    continue;
                };
                pongs += call
                    .body
                    .split('\u{1e}')
                    .filter(|packet| *packet == "3")
                    .count() as u128;
                let body = if call.method == "GET" {
                    vec!["2"; 1000].join("\u{1e}")
                } else {
                    "ok".to_owned()
                };
                call.try_reply(&body).await;
            }
        };
        tokio::select! {
            end = failure(watch) => assert_eq!(end, Failure::NoReply { to: SentMessage::Emit, after: SHORT }),
            () = flood => unreachable!(),
        }
        let most = 51 + clock.now().since_start().as_millis() / 50;
        assert!((1..=most).contains(&pongs), "{pongs} pongs, {most} at most");
    }

    #[tokio::test]
    async fn a_flood_of_pings_that_nobody_reads_the_answers_of_is_read_no_further() {
        let server = Server::start().await;
        let mut watch = start_short(server.spec(TransportPreference::Polling, emit()));
        joined(&server).await;
        opened(&mut watch).await;
        let (get, _post) = server.get_and_post().await;
        get.reply(&vec!["2"; 40_000].join("\u{1e}")).await;
        assert_eq!(
            failure(watch).await,
            Failure::NoReply {
                to: SentMessage::Emit,
                after: SHORT
            }
        );
    }
}

mod upgrade {
    use super::*;

    #[tokio::test]
    async fn polling_first_and_then_the_websocket() {
        let server = Server::start().await;
        let mut watch = start(server.spec(TransportPreference::Auto, emit()));
        let call = server.call().await;
        assert!(call.asks("transport=polling"));
        call.answer(
            "200 OK",
            "Set-Cookie: pin=1\r\n",
            &format!("{UPGRADES}\u{1e}2"),
        )
        .await;
        let call = server.call().await;
        assert!(call.asks("transport=websocket") && call.asks("sid=s1"));
        assert_eq!(call.header("cookie"), Some("pin=1"));
        let mut socket = call.upgrade().await;
        assert_eq!(socket.hear().await, "2probe");
        socket.say("3probe").await;
        assert_eq!(socket.hear().await, "5");
        let mut said = [socket.hear().await, socket.hear().await];
        said.sort();
        assert_eq!(
            said,
            ["3", "40"],
            "the ping that came by polling is answered here"
        );
        socket.say("6").await;
        socket.say(r#"40{"sid":"x"}"#).await;
        opened(&mut watch).await;
        assert_eq!(socket.hear().await, r#"42["heartbeat"]"#);
        socket.say(r#"42["heartbeat-ack",1]"#).await;
        assert_eq!(beat(&mut watch).await, "1");
    }

    #[tokio::test]
    async fn what_does_not_upgrade_stays_on_polling() {
        for way in ["refused", "answered wrongly", "hanging"] {
            let server = Server::start().await;
            let mut watch = watch(
                monitors::Spec::Socketio(Arc::new(server.spec(TransportPreference::Auto, emit()))),
                SHORT * 3,
            );
            server.call().await.reply(UPGRADES).await;
            let call = server.call().await;
            let mut hanging = None;
            match way {
                "refused" => call.answer("400 Bad Request", "", "").await,
                "answered wrongly" => call.upgrade().await.say("3wrong").await,
                _ => hanging = Some(call),
            }
            let (get, post) = server.get_and_post().await;
            assert_eq!(post.body, "40", "{way}");
            post.reply("ok").await;
            get.reply(r#"40{"sid":"x"}"#).await;
            opened(&mut watch).await;
            drop(hanging);
        }
    }

    #[tokio::test]
    async fn a_server_without_polling_is_asked_by_websocket() {
        let server = Server::start().await;
        let mut watch = start(server.spec(TransportPreference::Auto, emit()));
        server.call().await.refuse(0, "Transport unknown").await;
        server.joined().await;
        opened(&mut watch).await;
    }
}
