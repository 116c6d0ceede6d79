//! Tests the `socketio` kind against servers that a test controls, request by request.

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

const MAX_WAIT: Duration = Duration::from_secs(20);
const LIMIT: Duration = Duration::from_secs(10);
/// Time limit of attempts that must time out.
const SHORT: Duration = Duration::from_secs(1);

/// Open packet of a server of version 4 whose pings are rare.
const OPEN: &str =
    r#"0{"sid":"s1","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}"#;
/// The same for version 3.
const OPEN_V3: &str = r#"0{"sid":"s1","upgrades":[],"pingInterval":25000,"pingTimeout":5000}"#;
const UPGRADES: &str = concat!(
    r#"0{"sid":"s1","upgrades":["websocket"],"#,
    r#""pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}"#,
);
/// Open packet of a server that pings every second.
const HASTY: &str =
    r#"0{"sid":"s1","upgrades":[],"pingInterval":1000,"pingTimeout":1000,"maxPayload":1000000}"#;

struct Server(TcpListener);

/// A server that the test controls, and the monitor that connects to it.
struct Setup {
    server: Server,
    spec: SocketioSpec,
    limit: Duration,
}

impl Setup {
    fn new(transport: TransportPreference, mode: SocketioMode) -> Setup {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let server = Server(TcpListener::from_std(listener).unwrap());
        let url = format!("http://{}/", server.0.local_addr().unwrap());
        let endpoint = Endpoint {
            url: url.parse().unwrap(),
            options: Arc::new(ConnectOptions::new(100_000)),
        };
        let spec = SocketioSpec {
            endpoint: Arc::new(endpoint),
            path: "/socket.io/".to_owned(),
            namespace: "/".to_owned(),
            handshake: None,
            query: Vec::new(),
            protocol: Protocol::Auto,
            transport,
            mode,
            expect: Expect::default(),
            timestamp: None,
        };
        Setup {
            server,
            spec,
            limit: LIMIT,
        }
    }

    fn with(mut self, change: impl FnOnce(&mut SocketioSpec)) -> Setup {
        change(&mut self.spec);
        self
    }

    fn limit(self, limit: Duration) -> Setup {
        Setup { limit, ..self }
    }

    /// Starts one attempt.
    fn start(self) -> (Server, Watch) {
        let spec = monitors::Spec::Socketio(Arc::new(self.spec));
        (self.server, watch(spec, self.limit))
    }

    /// Starts one attempt, and joins the namespace over WebSocket.
    async fn join(self) -> (Watch, Socket) {
        let (server, mut watch) = self.start();
        let socket = server.joined().await;
        opened(&mut watch).await;
        (watch, socket)
    }

    /// Starts one attempt, and joins the namespace over polling.
    async fn join_polling(self) -> (Server, Watch) {
        let (server, mut watch) = self.start();
        server.call().await.reply(OPEN).await;
        let (get, post) = server.get_and_post().await;
        assert_eq!(post.body, "40");
        post.reply("ok").await;
        get.reply(r#"40{"sid":"x"}"#).await;
        opened(&mut watch).await;
        (server, watch)
    }
}

fn websocket(mode: SocketioMode) -> Setup {
    Setup::new(TransportPreference::Websocket, mode)
}

fn polling(mode: SocketioMode) -> Setup {
    Setup::new(TransportPreference::Polling, mode)
}

fn auto(mode: SocketioMode) -> Setup {
    Setup::new(TransportPreference::Auto, mode)
}

/// A request that is read, but not answered yet.
struct Call {
    method: String,
    target: String,
    head: String,
    body: String,
    stream: TcpStream,
}

struct Socket(WebSocketStream<TcpStream>);

impl Server {
    /// Returns the next request. Each one has its own connection.
    async fn call(&self) -> Call {
        self.call_unless_cut().await.expect("a whole request")
    }

    /// Returns the next request, or `None` if the attempt ended inside it.
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
            let method = line.next().unwrap().to_owned();
            let target = line.next().unwrap().to_owned();
            Some(Call {
                method,
                target,
                head,
                body,
                stream,
            })
        };
        tokio::time::timeout(MAX_WAIT, read)
            .await
            .expect("a request in time")
    }

    /// Returns the next GET and the next POST, in any order.
    async fn get_and_post(&self) -> (Call, Call) {
        let one = self.call().await;
        let two = self.call().await;
        if one.method == "GET" {
            (one, two)
        } else {
            (two, one)
        }
    }

    async fn socket(&self) -> Socket {
        self.call().await.upgrade().await
    }

    /// Accepts a WebSocket and joins the namespace.
    async fn joined(&self) -> Socket {
        let mut socket = self.socket().await;
        socket.send(OPEN).await;
        assert_eq!(socket.receive().await, "40");
        socket.send(r#"40{"sid":"x"}"#).await;
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

    /// Replies to a client that may have closed.
    async fn try_reply(self, body: &str) {
        let _ = self.try_answer("200 OK", "", body).await;
    }

    async fn try_answer(mut self, status: &str, headers: &str, body: &str) -> std::io::Result<()> {
        let length = body.len();
        let answer = format!(
            "HTTP/1.1 {status}\r\nConnection: close\r\n\
             Content-Length: {length}\r\n{headers}\r\n{body}"
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
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Accept: {accept}\r\n\r\n"
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
    async fn send(&mut self, text: &str) {
        self.0.send(Message::text(text)).await.unwrap();
    }

    async fn receive(&mut self) -> String {
        let next = tokio::time::timeout(MAX_WAIT, self.0.next())
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

    /// Reads until the client closes.
    async fn drain(mut self) {
        tokio::time::timeout(MAX_WAIT, async {
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

async fn opened(watch: &mut Watch) {
    assert_eq!(watch.next().await.signal, Signal::Open);
}

/// Returns the excerpt of the next note, which is a heartbeat.
async fn heartbeat(watch: &mut Watch) -> String {
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

/// Encodes a payload of version 3.
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
        let (server, mut watch) = websocket(emit()).start();
        let call = server.call().await;
        assert!(
            call.target.starts_with("/socket.io/?")
                && call.asks("EIO=4")
                && call.asks("transport=websocket")
        );
        assert!(!call.asks("b64=1"));
        let mut socket = call.upgrade().await;
        socket.send(OPEN).await;
        assert_eq!(socket.receive().await, "40");
        socket.send(r#"40{"sid":"x"}"#).await;
        opened(&mut watch).await;
        for round in 0..3 {
            assert_eq!(socket.receive().await, r#"42["heartbeat"]"#);
            socket.send(r#"42["other",1]"#).await;
            socket.send("2").await;
            assert_eq!(
                socket.receive().await,
                "3",
                "the ping is answered while a reply is awaited"
            );
            socket
                .send(&format!(r#"42["heartbeat-ack",{{"round":{round}}}]"#))
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
        let (mut watch, mut socket) = websocket(emit_ack(json!({"n": 1}))).join().await;
        assert_eq!(socket.receive().await, r#"420["heartbeat",{"n":1}]"#);
        socket.send(r#"437["other"]"#).await;
        socket.send(r#"430["first"]"#).await;
        assert_eq!(heartbeat(&mut watch).await, "first");
        assert_eq!(socket.receive().await, r#"421["heartbeat",{"n":1}]"#);
        socket.send(r#"430["first again"]"#).await;
        socket.send(r#"431[]"#).await;
        assert_eq!(heartbeat(&mut watch).await, "");
    }

    #[tokio::test]
    async fn namespace_and_handshake_travel_in_the_connect_packet() {
        let (server, mut watch) = websocket(emit())
            .with(|spec| {
                spec.namespace = "/chat".to_owned();
                spec.path = "/rt/".to_owned();
                spec.handshake = Some(json!({"token": "t"}));
            })
            .start();
        let call = server.call().await;
        assert!(call.target.starts_with("/rt/?"));
        let mut socket = call.upgrade().await;
        socket.send(OPEN).await;
        assert_eq!(socket.receive().await, r#"40/chat,{"token":"t"}"#);
        socket.send(r#"40/chat,{"sid":"x"}"#).await;
        opened(&mut watch).await;
        assert_eq!(socket.receive().await, r#"42/chat,["heartbeat"]"#);
        socket
            .send(r#"42["heartbeat-ack","of another namespace"]"#)
            .await;
        socket.send("41").await;
        socket.send(r#"42/chat,["heartbeat-ack","ours"]"#).await;
        assert_eq!(heartbeat(&mut watch).await, "ours");
    }

    #[tokio::test]
    async fn a_connect_error_is_a_rejection_with_its_message() {
        for (sent, why) in [
            (
                r#"44{"message":"not authorized","data":{}}"#,
                "not authorized",
            ),
            (r#"44"old style""#, "old style"),
            ("44", "no reason given"),
        ] {
            let (server, watch) = websocket(emit()).start();
            let mut socket = server.socket().await;
            socket.send(OPEN).await;
            socket.receive().await;
            socket.send(sent).await;
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
        let (mut watch, mut socket) = websocket(emit()).join().await;
        socket.receive().await;
        let placeholder =
            r#"452-["heartbeat-ack",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]"#;
        socket.send(placeholder).await;
        socket
            .0
            .send(Message::binary(vec![0xff; 1000]))
            .await
            .unwrap();
        socket.0.send(Message::binary(Vec::new())).await.unwrap();
        assert_eq!(
            heartbeat(&mut watch).await,
            r#"{"_placeholder":true,"num":0}"#
        );
    }

    #[tokio::test]
    async fn a_second_answer_is_not_taken_for_the_next() {
        let (mut watch, mut socket) = websocket(emit()).join().await;
        socket.receive().await;
        // Both go in one segment, so that the second is buffered when the next emit is due.
        socket
            .0
            .feed(Message::text(r#"42["heartbeat-ack",1]"#))
            .await
            .unwrap();
        socket.send(r#"42["heartbeat-ack","stale"]"#).await;
        assert_eq!(heartbeat(&mut watch).await, "1");
        socket.receive().await;
        socket.send(r#"42["heartbeat-ack",2]"#).await;
        assert_eq!(heartbeat(&mut watch).await, "2");
    }

    #[tokio::test]
    async fn an_unanswered_emit_is_no_reply() {
        let (watch, mut socket) = websocket(emit()).limit(SHORT).join().await;
        socket.receive().await;
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
        let (mut watch, mut socket) = websocket(emit())
            .with(|spec| {
                spec.expect.json = Some(Filter::parse("@.ok == true").unwrap());
                spec.timestamp = Some(Query::parse("$.ts").unwrap());
            })
            .join()
            .await;
        for (answer, reason) in [
            (r#"{"ok":false}"#, Some(Reason::Assertion)),
            (r#"{"ok":true,"ts":"soon"}"#, Some(Reason::Payload)),
            (r#"{"ok":true,"ts":"2026-11-22T13:32:04Z"}"#, None),
        ] {
            socket.receive().await;
            socket
                .send(&format!(r#"42["heartbeat-ack",{answer}]"#))
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
            let (server, watch) = websocket(emit()).limit(SHORT).start();
            let mut socket = server.socket().await;
            if open {
                socket.send(OPEN).await;
            } else {
                server
                    .call()
                    .await
                    .refuse(0, "TransportPreference unknown")
                    .await;
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
        let (server, watch) = websocket(emit())
            .with(|spec| spec.protocol = Protocol::V3)
            .limit(SHORT * 3)
            .start();
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
        let (server, watch) = websocket(emit()).start();
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
        let (server, watch) = websocket(emit()).start();
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
        let (server, watch) = websocket(emit())
            .with(|spec| spec.protocol = Protocol::V3)
            .start();
        let call = server.call().await;
        assert!(call.asks("EIO=3"));
        // Like Engine.IO servers, which write the refusal after the upgrade.
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
        let (mut watch, mut socket) = websocket(emit()).join().await;
        socket.receive().await;
        socket.send(r#"42["heartbeat-ack"]"#).await;
        heartbeat(&mut watch).await;
        socket.send("41").await;
        assert_eq!(failure(watch).await.reason(), Reason::Closed);
    }

    #[tokio::test]
    async fn an_orderly_close_is_an_end_only_after_a_heartbeat() {
        for code in [Some(1000), Some(1001), None] {
            for with_heartbeat in [true, false] {
                let (mut watch, mut socket) = websocket(emit()).join().await;
                socket.receive().await;
                if with_heartbeat {
                    socket.send(r#"42["heartbeat-ack"]"#).await;
                    heartbeat(&mut watch).await;
                }
                socket.close(code).await;
                let end = watch.end().await;
                match end {
                    Ok(End::Closed) => assert!(with_heartbeat),
                    Err(Failure::Closed { .. }) => assert!(!with_heartbeat),
                    other => panic!("{other:?}"),
                }
            }
        }
    }

    #[tokio::test]
    async fn an_engine_io_close_packet_is_an_orderly_close() {
        let (mut watch, mut socket) = websocket(listen()).join().await;
        socket.send(r#"42["beat"]"#).await;
        heartbeat(&mut watch).await;
        socket.send("1").await;
        assert_eq!(watch.end().await, Ok(End::Closed));
    }

    #[tokio::test]
    async fn any_other_loss_is_a_failure() {
        let (mut watch, mut socket) = websocket(listen()).join().await;
        socket.send(r#"42["beat"]"#).await;
        heartbeat(&mut watch).await;
        socket.close(Some(1011)).await;
        match failure(watch).await {
            Failure::Closed {
                code: Some(1011),
                why: Some(why),
                ..
            } => assert_eq!(why.as_str(), "going"),
            other => panic!("{other:?}"),
        }

        let (mut watch, mut socket) = websocket(listen()).join().await;
        socket.send(r#"42["beat"]"#).await;
        heartbeat(&mut watch).await;
        drop(socket);
        assert!(matches!(
            failure(watch).await.reason(),
            Reason::Closed | Reason::Reset
        ));
    }

    #[tokio::test]
    async fn a_subscription_takes_every_event_of_its_name() {
        let (mut watch, mut socket) = websocket(listen()).join().await;
        socket.send("2").await;
        assert_eq!(socket.receive().await, "3");
        for n in 0..3 {
            socket.send(r#"42["traffic"]"#).await;
            socket.send(&format!(r#"42["beat",{n},"more"]"#)).await;
            assert_eq!(heartbeat(&mut watch).await, n.to_string());
        }
    }

    #[tokio::test]
    async fn a_server_that_stops_pinging_is_a_time_out() {
        let (server, mut watch) = websocket(listen()).start();
        let mut socket = server.socket().await;
        socket.send(HASTY).await;
        socket.receive().await;
        socket.send(r#"40{"sid":"x"}"#).await;
        opened(&mut watch).await;
        socket.send("2").await;
        assert_eq!(socket.receive().await, "3");
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
        for (sent, wire) in [
            ("", WireProtocol::EngineIo),
            ("hello", WireProtocol::EngineIo),
            ("49", WireProtocol::SocketIo),
            ("42[", WireProtocol::SocketIo),
            (r#"451-["a"]"#, WireProtocol::SocketIo),
        ] {
            let (watch, mut socket) = websocket(emit()).join().await;
            socket.send(sent).await;
            socket.send("42[]").await;
            match failure(watch).await {
                Failure::Protocol {
                    protocol: broken, ..
                } => assert_eq!(broken, wire, "{sent}"),
                other => panic!("{sent}: {other:?}"),
            }
        }
    }

    #[tokio::test]
    async fn what_is_too_large_is_refused() {
        let (watch, mut socket) = websocket(listen()).join().await;
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
        for sent in ["40", "0{}", "0nonsense"] {
            let (server, watch) = websocket(emit()).start();
            server.socket().await.send(sent).await;
            server.call().await.answer("404 Not Found", "", "").await;
            assert_eq!(failure(watch).await.reason(), Reason::Protocol, "{sent}");
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
        let (server, watching) = polling(emit()).start();
        server.call().await.reply(OPEN).await;
        let (get, post) = server.get_and_post().await;
        post.reply("ok").await;
        get.reply("1").await;
        assert_eq!(failure(watching).await, closed());

        let (server, watching) = websocket(emit()).start();
        let mut socket = server.socket().await;
        socket.send(OPEN).await;
        socket.receive().await;
        socket.close(None).await;
        assert_eq!(failure(watching).await, closed());
    }

    #[tokio::test]
    async fn a_binary_packet_that_was_not_announced_hints_at_it_too() {
        let (server, watching) = websocket(emit()).start();
        let mut socket = server.socket().await;
        socket.send(OPEN).await;
        socket.receive().await;
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
            let start_of = format!("{path}?");

            let (server, mut watching) = websocket(emit())
                .with(|spec| spec.path = path.to_owned())
                .start();
            let call = server.call().await;
            assert!(call.target.starts_with(&start_of), "{}", call.target);
            let mut socket = call.upgrade().await;
            socket.send(OPEN).await;
            socket.receive().await;
            socket.send(r#"40{"sid":"x"}"#).await;
            opened(&mut watching).await;

            let (server, _watching) = auto(emit())
                .with(|spec| spec.path = path.to_owned())
                .start();
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
        let (server, mut watch) = websocket(emit()).start();
        let mut socket = server.socket().await;
        socket.send(OPEN_V3).await;
        socket.send("40").await;
        opened(&mut watch).await;
        assert_eq!(
            socket.receive().await,
            r#"42["heartbeat"]"#,
            "nothing but the emit is sent"
        );
        socket.send(r#"42["heartbeat-ack"]"#).await;
        heartbeat(&mut watch).await;
    }

    #[tokio::test]
    async fn the_client_pings_and_measures() {
        let (server, mut watch) = websocket(listen())
            .with(|spec| {
                spec.protocol = Protocol::V3;
                spec.namespace = "/chat".to_owned();
            })
            .start();
        let call = server.call().await;
        assert!(call.asks("EIO=3"));
        let mut socket = call.upgrade().await;
        socket.send(HASTY).await;
        socket.send("40").await;
        assert_eq!(socket.receive().await, "40/chat,");
        socket.send("40/chat").await;
        opened(&mut watch).await;
        assert_eq!(socket.receive().await, "2");
        socket.send("3").await;
        assert!(matches!(watch.next().await.signal, Signal::Pong { .. }));
        assert_eq!(socket.receive().await, "2");
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
        let (server, mut watch) = polling(emit()).start();
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
        let mode = SocketioMode::Emit {
            event: "heartbeat".to_owned(),
            payload: Some(json!("😀")),
            reply: Reply::Event("heartbeat-ack".to_owned()),
        };
        let (server, mut watch) = polling(mode)
            .with(|spec| spec.query = vec![("token".to_owned(), "a b".to_owned())])
            .start();
        let call = server.call().await;
        assert!(call.asks("EIO=4") && call.asks("b64=1") && call.asks("token=a+b"));
        // The server ignores the version and answers in its own. The same session continues.
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
        assert_eq!(
            heartbeat(&mut watch).await,
            r#"{"_placeholder":true,"num":0}"#
        );
    }
}

mod polling {
    use super::*;

    #[tokio::test]
    async fn pings_and_emits_are_posted_while_a_get_hangs() {
        let (server, mut watch) = polling(emit()).join_polling().await;
        let (get, post) = server.get_and_post().await;
        assert_eq!(post.body, r#"42["heartbeat"]"#);
        post.reply("ok").await;
        get.reply("2\u{1e}6").await;
        let (get, post) = server.get_and_post().await;
        assert_eq!(post.body, "3");
        post.reply("ok").await;
        get.reply("42[\"other\"]\u{1e}42[\"heartbeat-ack\",1]")
            .await;
        assert_eq!(heartbeat(&mut watch).await, "1");
    }

    #[tokio::test]
    async fn cookies_of_the_handshake_come_back() {
        let (server, _watch) = polling(emit()).start();
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
        let (server, watch) = polling(emit()).limit(SHORT).join_polling().await;
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
        let (server, mut watch) = polling(listen()).join_polling().await;
        server
            .call()
            .await
            .reply("42[\"beat\",1]\u{1e}42[\"beat\",2]\u{1e}1")
            .await;
        assert_eq!(heartbeat(&mut watch).await, "1");
        assert_eq!(heartbeat(&mut watch).await, "2");
        assert_eq!(watch.end().await, Ok(End::Closed));
    }

    #[tokio::test]
    async fn a_forgotten_session_is_a_status() {
        let (server, watch) = polling(listen()).join_polling().await;
        server.call().await.refuse(1, "Session ID unknown").await;
        assert_eq!(failure(watch).await, status(400, "Session ID unknown"));
    }

    #[tokio::test]
    async fn a_refused_handshake_is_its_status() {
        let (server, watch) = polling(emit()).start();
        server
            .call()
            .await
            .answer("403 Forbidden", "", r#"{"code":4,"message":"Forbidden"}"#)
            .await;
        assert_eq!(failure(watch).await, status(403, "Forbidden"));

        let (server, watch) = polling(emit()).start();
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
        for setup in [polling(emit()), auto(emit())] {
            let (server, watch) = setup.start();
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
        let (server, watch) = polling(emit()).start();
        server.call().await.answer("204 No Content", "", "").await;
        let note = Some(StatusNote::Expected(Text::clean("200")));
        assert_eq!(failure(watch).await, Failure::Status { code: 204, note });
    }

    #[tokio::test]
    async fn a_version_that_is_not_spoken_is_named() {
        let (server, watch) = polling(emit())
            .with(|spec| spec.protocol = Protocol::V4)
            .start();
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
            let (server, watch) = polling(emit()).start();
            let mut call = server.call().await;
            let head = format!(
                "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
                body.len()
            );
            call.stream.write_all(head.as_bytes()).await.unwrap();
            // The client may close before it has read everything.
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
        let clock = Clock::start();
        let (server, watch) = polling(emit()).limit(SHORT).join_polling().await;
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
        let clock = Clock::start();
        let (server, watch) = polling(emit()).limit(SHORT).join_polling().await;
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
            end = failure(watch) => {
                let expected = Failure::NoReply { to: SentMessage::Emit, after: SHORT };
                assert_eq!(end, expected);
            }
            () = flood => unreachable!(),
        }
        let most = 51 + clock.now().since_start().as_millis() / 50;
        assert!((1..=most).contains(&pongs), "{pongs} pongs, {most} at most");
    }

    #[tokio::test]
    async fn a_flood_of_pings_that_nobody_reads_the_answers_of_is_read_no_further() {
        let (server, watch) = polling(emit()).limit(SHORT).join_polling().await;
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
        let (server, mut watch) = auto(emit()).start();
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
        assert_eq!(socket.receive().await, "2probe");
        socket.send("3probe").await;
        assert_eq!(socket.receive().await, "5");
        let mut sent = [socket.receive().await, socket.receive().await];
        sent.sort();
        assert_eq!(
            sent,
            ["3", "40"],
            "the ping that came by polling is answered here"
        );
        socket.send("6").await;
        socket.send(r#"40{"sid":"x"}"#).await;
        opened(&mut watch).await;
        assert_eq!(socket.receive().await, r#"42["heartbeat"]"#);
        socket.send(r#"42["heartbeat-ack",1]"#).await;
        assert_eq!(heartbeat(&mut watch).await, "1");
    }

    #[tokio::test]
    async fn what_does_not_upgrade_stays_on_polling() {
        for way in ["refused", "answered wrongly", "hanging"] {
            let (server, mut watch) = auto(emit()).limit(SHORT * 3).start();
            server.call().await.reply(UPGRADES).await;
            let call = server.call().await;
            let mut hanging = None;
            match way {
                "refused" => call.answer("400 Bad Request", "", "").await,
                "answered wrongly" => call.upgrade().await.send("3wrong").await,
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
        let (server, mut watch) = auto(emit()).start();
        server
            .call()
            .await
            .refuse(0, "TransportPreference unknown")
            .await;
        server.joined().await;
        opened(&mut watch).await;
    }
}
