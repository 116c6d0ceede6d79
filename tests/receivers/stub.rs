//! A server that speaks the shape of every receiver: it checks each body by a JSON Schema, answers
//! as the receiver does, and misbehaves on demand. Other test targets use it by
//! `#[path = "../receivers/stub.rs"] mod stub;`.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

/// Requests to paths that begin with this are kept and accepted as they are: for what others send.
pub(crate) const UNCHECKED: &str = "/unchecked";

/// How long `wait` waits.
const PATIENCE: Duration = Duration::from_secs(30);

/// A kind of receiver, which the stub recognizes by the path of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    Webhook,
    Alertmanager,
    PagerDuty,
    Slack,
    Discord,
    Teams,
    Telegram,
    Ntfy,
}

impl Shape {
    pub(crate) const ALL: [Shape; 8] = [
        Shape::Webhook,
        Shape::Alertmanager,
        Shape::PagerDuty,
        Shape::Slack,
        Shape::Discord,
        Shape::Teams,
        Shape::Telegram,
        Shape::Ntfy,
    ];

    /// Returns the name of the kind in a config.
    pub(crate) fn kind(self) -> &'static str {
        match self {
            Shape::Webhook => "webhook",
            Shape::Alertmanager => "alertmanager",
            Shape::PagerDuty => "pagerduty",
            Shape::Slack => "slack",
            Shape::Discord => "discord",
            Shape::Teams => "teams",
            Shape::Telegram => "telegram",
            Shape::Ntfy => "ntfy",
        }
    }

    /// Returns the path that a config gives to a channel; hbmon adds to some of them.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Shape::Webhook => "/hook",
            Shape::Alertmanager | Shape::Telegram | Shape::Ntfy => "/",
            Shape::PagerDuty => "/v2/enqueue",
            Shape::Slack => "/services/T0/B0/s3cretpath",
            Shape::Discord => "/api/webhooks/1/s3cretpath",
            Shape::Teams => "/workflows/s3cretpath",
        }
    }

    fn of_path(path: &str) -> Option<Shape> {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        Some(match path {
            "/" => Shape::Ntfy,
            "/v2/enqueue" => Shape::PagerDuty,
            _ if path.starts_with("/hook") => Shape::Webhook,
            _ if path.ends_with("/api/v2/alerts") => Shape::Alertmanager,
            _ if path.starts_with("/services/") => Shape::Slack,
            _ if path.starts_with("/api/webhooks/") && query.contains("wait=true") => {
                Shape::Discord
            }
            _ if path.starts_with("/workflows/") => Shape::Teams,
            _ if path.starts_with("/bot") && path.ends_with("/sendMessage") => Shape::Telegram,
            _ => return None,
        })
    }

    fn schema(self) -> &'static str {
        match self {
            Shape::Webhook => include_str!("schemas/webhook.json"),
            Shape::Alertmanager => include_str!("schemas/alertmanager.json"),
            Shape::PagerDuty => include_str!("schemas/pagerduty.json"),
            Shape::Slack => include_str!("schemas/slack.json"),
            Shape::Discord => include_str!("schemas/discord.json"),
            Shape::Teams => include_str!("schemas/teams.json"),
            Shape::Telegram => include_str!("schemas/telegram.json"),
            Shape::Ntfy => include_str!("schemas/ntfy.json"),
        }
    }

    /// Returns what is wrong with a body: by the schema, and by limits that it cannot express.
    pub(crate) fn mistakes(self, body: &[u8]) -> Vec<String> {
        let Ok(value) = serde_json::from_slice::<Value>(body) else {
            return vec![format!("no JSON: {}", String::from_utf8_lossy(body))];
        };
        let schema = serde_json::from_str(self.schema()).unwrap();
        let validator = jsonschema::draft202012::options()
            .should_validate_formats(true)
            .build(&schema)
            .unwrap();
        let errors = validator.iter_errors(&value);
        let mut mistakes: Vec<String> = errors
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        let text = |pointer: &str| {
            value
                .pointer(pointer)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        mistakes.extend(match self {
            Shape::Teams if body.len() > 28 * 1024 => Some("over 28 KB".to_owned()),
            Shape::PagerDuty if body.len() > 512 * 1024 => Some("over 512 KB".to_owned()),
            Shape::Ntfy if text("/message").len() > 4096 => Some("over 4096 bytes".to_owned()),
            Shape::Telegram if text("/text").encode_utf16().count() > 4096 => {
                Some("over 4096 code units".to_owned())
            }
            Shape::Discord if embed_length(&value) > 6000 => {
                Some("over 6000 characters in embeds".to_owned())
            }
            _ => None,
        });
        mistakes
    }

    /// Returns status and body of the answer to a good request.
    fn accepted(self, body: &Value) -> (u16, String) {
        match self {
            Shape::Webhook => (200, String::new()),
            Shape::Alertmanager => (200, "{}".to_owned()),
            Shape::PagerDuty => (
                202,
                serde_json::json!({
                    "status": "success",
                    "message": "Event processed",
                    "dedup_key": body["dedup_key"],
                })
                .to_string(),
            ),
            Shape::Slack => (200, "ok".to_owned()),
            Shape::Discord => (200, r#"{"id": "1", "type": 0}"#.to_owned()),
            Shape::Teams => (202, String::new()),
            Shape::Telegram => (
                200,
                r#"{"ok": true, "result": {"message_id": 1}}"#.to_owned(),
            ),
            Shape::Ntfy => (200, r#"{"id": "a", "event": "message"}"#.to_owned()),
        }
    }
}

/// Returns the number of characters of all texts in embeds, which Discord limits.
fn embed_length(body: &Value) -> usize {
    let count = |value: &Value| value.as_str().unwrap_or_default().encode_utf16().count();
    let embeds = body["embeds"].as_array().into_iter().flatten();
    embeds
        .map(|embed| {
            let fields = embed["fields"].as_array().into_iter().flatten();
            let fields: usize = fields
                .map(|field| count(&field["name"]) + count(&field["value"]))
                .sum();
            count(&embed["title"]) + count(&embed["description"]) + fields
        })
        .sum()
}

/// How the stub misbehaves.
#[derive(Clone, Debug)]
pub(crate) enum Knob {
    /// Answers this instead of accepting. The request is kept.
    Answer {
        status: u16,
        headers: Vec<(&'static str, String)>,
        body: String,
    },
    /// Accepts the connection, and neither reads nor answers.
    Hang,
    /// Reads the request and does not answer.
    Hold,
    /// Reads the request and closes its side without an answer.
    HalfClose,
    /// Accepts, but the body of the answer never ends.
    SlowBody,
    /// Accepts with a body of 1 GiB.
    Huge,
    /// Answers with bytes that are no HTTP; a TLS handshake fails.
    Garbage,
}

impl Knob {
    pub(crate) fn answer(status: u16, body: &str) -> Knob {
        Knob::Answer {
            status,
            headers: Vec::new(),
            body: body.to_owned(),
        }
    }

    /// An overloaded receiver: 429 with `Retry-After` in seconds.
    pub(crate) fn busy(seconds: u64) -> Knob {
        Knob::Answer {
            status: 429,
            headers: vec![("Retry-After", seconds.to_string())],
            body: String::new(),
        }
    }

    pub(crate) fn redirect(to: &str) -> Knob {
        Knob::Answer {
            status: 302,
            headers: vec![("Location", to.to_owned())],
            body: String::new(),
        }
    }
}

/// A request that the stub has read.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub at: Instant,
    pub path: String,
    pub shape: Option<Shape>,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub raw: Vec<u8>,
    /// Whether the stub accepted it.
    pub accepted: bool,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.raw).unwrap_or_default()
    }
}

#[derive(Default)]
struct State {
    received: Vec<Received>,
    /// For the next requests, one each.
    next: VecDeque<Knob>,
    always: Option<Knob>,
    /// What was wrong with the requests.
    mistakes: Vec<String>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
    is_closing: AtomicBool,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A running stub. It ends when this value is dropped, and panics then if a request did not match
/// its schema.
pub(crate) struct Stub {
    address: SocketAddr,
    shared: Arc<Shared>,
}

impl Stub {
    pub(crate) fn start() -> Stub {
        Stub::start_at(([127, 0, 0, 1], 0).into())
    }

    /// Starts a stub at an address, such as that of a stub that has ended.
    pub(crate) fn start_at(address: SocketAddr) -> Stub {
        let listener = TcpListener::bind(address).unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::<Shared>::default();
        let of_server = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if of_server.is_closing.load(Ordering::Relaxed) {
                    return;
                }
                let shared = Arc::clone(&of_server);
                // An error means that the client has gone.
                thread::spawn(move || serve(stream, &shared));
            }
        });
        Stub { address, shared }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the URL that a config gives to a channel of this kind.
    pub(crate) fn url(&self, shape: Shape) -> String {
        format!("http://{}{}", self.address, shape.path())
    }

    /// Lets the next request without a knob before it meet this one.
    pub(crate) fn next(&self, knob: Knob) {
        self.shared.state().next.push_back(knob);
    }

    /// Lets all requests meet this knob, until `None`.
    pub(crate) fn always(&self, knob: Option<Knob>) {
        self.shared.state().always = knob;
    }

    /// Returns all requests so far.
    pub(crate) fn received(&self) -> Vec<Received> {
        self.shared.state().received.clone()
    }

    /// Waits until there are this many requests, and returns all of them. Panics after 30 s.
    pub(crate) fn wait(&self, count: usize) -> Vec<Received> {
        self.wait_until(&format!("{count} requests"), |received| {
            received.len() >= count
        })
    }

    /// Waits until the requests are as wanted, and returns all of them. Panics after 30 s.
    pub(crate) fn wait_until(
        &self,
        what: &str,
        is_done: impl Fn(&[Received]) -> bool,
    ) -> Vec<Received> {
        let until = Instant::now() + PATIENCE;
        let mut state = self.shared.state();
        while !is_done(&state.received) {
            let left = until.saturating_duration_since(Instant::now());
            let said = || -> Vec<_> {
                let bodies = state.received.iter();
                bodies
                    .map(|one| String::from_utf8_lossy(&one.raw))
                    .collect()
            };
            assert!(!left.is_zero(), "no {what}: {:#?}", said());
            state = self
                .shared
                .changed
                .wait_timeout(state, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
        state.received.clone()
    }
}

impl Drop for Stub {
    fn drop(&mut self) {
        self.shared.is_closing.store(true, Ordering::Relaxed);
        // Wakes the thread that accepts.
        let _ = TcpStream::connect(self.address);
        let mistakes = std::mem::take(&mut self.shared.state().mistakes);
        if !thread::panicking() {
            assert!(mistakes.is_empty(), "{mistakes:#?}");
        }
    }
}

/// Serves the one request of a connection.
fn serve(stream: TcpStream, shared: &Shared) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let knob = {
        let mut state = shared.state();
        // These act before anything is read.
        match state.next.front().or(state.always.as_ref()) {
            Some(Knob::Hang | Knob::Garbage) => {
                state.next.pop_front().or_else(|| state.always.clone())
            }
            _ => None,
        }
    };
    match knob {
        // Ends when the client goes.
        Some(Knob::Hang) => reader.read_to_end(&mut Vec::new()).map(drop),
        Some(_) => {
            reader.fill_buf()?;
            (&stream).write_all(b"\x00garbage\r\n\r\n")
        }
        None => match read(&mut reader)? {
            Some(request) => answer(&stream, request, shared),
            None => Ok(()),
        },
    }
}

/// Reads one request; `None` at the end of the connection.
fn read(reader: &mut BufReader<TcpStream>) -> std::io::Result<Option<Received>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let mut received = Received {
        at: Instant::now(),
        shape: Shape::of_path(&path),
        path,
        headers,
        raw: Vec::new(),
        accepted: false,
    };
    let length = received.header("content-length").unwrap_or("0");
    received.raw = vec![0; length.parse().unwrap_or(0)];
    reader.read_exact(&mut received.raw)?;
    Ok(Some(received))
}

fn answer(mut stream: &TcpStream, mut request: Received, shared: &Shared) -> std::io::Result<()> {
    let mistakes = match request.shape {
        Some(shape) => shape.mistakes(&request.raw),
        None if request.path.starts_with(UNCHECKED) => Vec::new(),
        None => vec!["no such receiver".to_owned()],
    };
    let (status, body) = match (request.shape, mistakes.is_empty()) {
        (Some(shape), true) => shape.accepted(&request.json()),
        (None, true) => (200, String::new()),
        _ => (400, mistakes.join("\n")),
    };
    let knob = {
        let mut state = shared.state();
        let path = &request.path;
        let named = mistakes.iter().map(|mistake| format!("{path}: {mistake}"));
        state.mistakes.extend(named);
        let knob = state.next.pop_front().or_else(|| state.always.clone());
        let is_refused = matches!(
            knob,
            Some(Knob::Answer { .. } | Knob::HalfClose | Knob::Hold)
        );
        request.accepted = status < 300 && !is_refused;
        // It is kept before the answer, so that a client that has its answer finds it here.
        state.received.push(request);
        knob
    };
    shared.changed.notify_all();
    match knob {
        None => write_answer(stream, status, &[], &body),
        Some(Knob::Answer {
            status,
            headers,
            body,
        }) => write_answer(stream, status, &headers, &body),
        // Ends when the client goes.
        Some(Knob::Hold) => stream.read_to_end(&mut Vec::new()).map(drop),
        Some(Knob::HalfClose) => {
            stream.shutdown(Shutdown::Write)?;
            stream.read_to_end(&mut Vec::new()).map(drop)
        }
        Some(Knob::SlowBody) => {
            write_head(stream, status, &[], 1_000_000)?;
            while !shared.is_closing.load(Ordering::Relaxed) {
                stream.write_all(b" ")?;
                thread::sleep(Duration::from_millis(20));
            }
            Ok(())
        }
        Some(Knob::Huge) => {
            write_head(stream, status, &[], 1 << 30)?;
            let chunk = vec![b'x'; 1 << 16];
            (0..1 << 14).try_for_each(|_| stream.write_all(&chunk))
        }
        Some(Knob::Hang | Knob::Garbage) => Ok(()),
    }
}

fn write_head(
    mut stream: &TcpStream,
    status: u16,
    headers: &[(&'static str, String)],
    length: usize,
) -> std::io::Result<()> {
    let headers = headers.iter();
    let headers: String = headers
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    write!(
        stream,
        "HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n"
    )
}

fn write_answer(
    mut stream: &TcpStream,
    status: u16,
    headers: &[(&'static str, String)],
    body: &str,
) -> std::io::Result<()> {
    write_head(stream, status, headers, body.len())?;
    stream.write_all(body.as_bytes())
}
