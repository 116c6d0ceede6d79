//! Connects eventsource-client to hbmon's dialer: checks the response head and cleans the body.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::{Stream, StreamExt, try_unfold};
use http::header::{ACCEPT, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use launchdarkly_sdk_transport::{ByteStream, HttpTransport, ResponseFuture, TransportError};
use sync_wrapper::{SyncFuture, SyncStream};
use url::Url;

use super::SseSpec;
use super::cleaner::{StreamCleaner, StreamItem};
use crate::lock::LockExt;
use crate::model::{Failure, Text, WireProtocol};
use crate::monitors::dial::{Body, Dialer, HttpRequest, retry_after, status_note};

const EVENT_STREAM: &str = "text/event-stream";
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// Largest number of redirects; the default of the `http` kind.
const REDIRECTS: u32 = 5;

/// The transport of one monitor. Clones share the stream's state.
#[derive(Clone)]
pub(super) struct SseTransport {
    spec: Arc<SseSpec>,
    dialer: Arc<Dialer>,
    state: Arc<SharedStreamState>,
}

/// Shared state of the stream, besides its events.
#[derive(Default)]
pub(super) struct SharedStreamState(Mutex<StreamState>);

#[derive(Default)]
struct StreamState {
    /// Kept between connections until the server sends another id.
    last_event_id: String,
    wait: Option<Duration>,
}

/// Carries a failure through the error type of eventsource-client.
#[derive(Debug)]
struct WrappedFailure(Failure);

impl SseTransport {
    pub(super) fn new(spec: Arc<SseSpec>, dialer: Dialer) -> SseTransport {
        SseTransport {
            spec,
            dialer: Arc::new(dialer),
            state: Arc::default(),
        }
    }

    /// Returns and clears the delay that the server asked for (`Retry-After`, `retry:`).
    pub(super) fn take_wait(&self) -> Option<Duration> {
        self.state.lock().wait.take()
    }

    async fn connect(self) -> Result<http::Response<ByteStream>, Failure> {
        let answer = self.dialer.fetch(self.build_request(), REDIRECTS).await?;
        if let Some(wait) = retry_after(answer.status, &answer.headers) {
            self.state.lock().wait = Some(wait);
        }
        if let Err(failure) = accept(&answer.url, answer.status, &answer.headers) {
            Box::pin(answer.body.read_prefix(answer.headers.get(CONTENT_TYPE))).await;
            return Err(failure);
        }
        let cleaner = StreamCleaner::new(self.spec.endpoint.options.max_bytes);
        let body: ByteStream = Box::pin(SyncStream::new(cleaned(
            chunks(answer.body),
            cleaner,
            self.state,
        )));
        Ok(http::Response::new(body))
    }

    /// Builds the request from the spec. eventsource-client's own request is limited to ASCII ids
    /// and text bodies.
    fn build_request(&self) -> HttpRequest {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static(EVENT_STREAM));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        let state = self.state.lock();
        // A header cannot contain control characters, so such an id is not sent.
        if !state.last_event_id.is_empty()
            && let Ok(id) = HeaderValue::from_bytes(state.last_event_id.as_bytes())
        {
            headers.insert(LAST_EVENT_ID, id);
        }
        let spec = &self.spec;
        HttpRequest {
            method: spec.method.clone(),
            url: spec.endpoint.url.clone(),
            headers,
            body: spec.body.clone(),
        }
    }
}

impl HttpTransport for SseTransport {
    fn request(&self, _: http::Request<Option<Bytes>>) -> ResponseFuture {
        let transport = self.clone();
        Box::pin(SyncFuture::new(async move {
            transport.connect().await.map_err(wrap_failure)
        }))
    }
}

impl SharedStreamState {
    fn lock(&self) -> MutexGuard<'_, StreamState> {
        // No code panics while it holds the lock, so a poisoned lock is still valid.
        self.0.lock().ignore_poison()
    }
}

impl fmt::Display for WrappedFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.reason().as_str())
    }
}

impl std::error::Error for WrappedFailure {}

fn wrap_failure(failure: Failure) -> TransportError {
    TransportError::new(WrappedFailure(failure))
}

/// Returns the failure inside an error of eventsource-client.
pub(super) fn unwrap_failure(error: &eventsource_client::Error) -> Failure {
    match error {
        eventsource_client::Error::Transport(error) => error.inner().downcast_ref(),
        _ => None,
    }
    .map_or_else(
        || Failure::Protocol {
            protocol: WireProtocol::Sse,
            why: Text::clean(&error.to_string()),
        },
        |WrappedFailure(failure)| failure.clone(),
    )
}

/// Checks whether the head announces an event stream (WHATWG HTML, section 9.2.3).
fn accept(asked: &Url, status: StatusCode, headers: &HeaderMap) -> Result<(), Failure> {
    if status != StatusCode::OK {
        return Err(match status {
            StatusCode::NO_CONTENT => Failure::StopAsked,
            other => Failure::Status {
                code: other.as_u16(),
                note: status_note(asked, other, headers),
            },
        });
    }
    let got = headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    let essence = got
        .and_then(|value| value.split(|&byte| byte == b';').next())
        .unwrap_or_default();
    if !essence
        .trim_ascii()
        .eq_ignore_ascii_case(EVENT_STREAM.as_bytes())
    {
        return Err(Failure::ContentType {
            wanted: EVENT_STREAM,
            got: got.map(Text::clean_bytes),
        });
    }
    match headers.get(CONTENT_ENCODING) {
        Some(encoding) if !encoding.as_bytes().eq_ignore_ascii_case(b"identity") => {
            let encoding = String::from_utf8_lossy(encoding.as_bytes());
            Err(Failure::Protocol {
                protocol: WireProtocol::Http,
                why: Text::clean(&format!("unasked content encoding {encoding}")),
            })
        }
        _ => Ok(()),
    }
}

fn chunks(body: Body) -> impl Stream<Item = Result<Bytes, Failure>> + Send {
    try_unfold(body, |mut body| async {
        Ok(body.chunk().await?.map(|chunk| (chunk, body)))
    })
}

/// Returns the stream for the parser, one line at a time. The parser therefore buffers only the
/// current event, and emits every event before a failure. Ids and delays go to `state`.
fn cleaned(
    chunks: impl Stream<Item = Result<Bytes, Failure>> + Send,
    cleaner: StreamCleaner,
    memory: Arc<SharedStreamState>,
) -> impl Stream<Item = Result<Bytes, TransportError>> + Send {
    try_unfold(
        (Box::pin(chunks), cleaner, memory, Bytes::new()),
        |mut state| async {
            let (chunks, cleaner, memory, chunk) = &mut state;
            let line = loop {
                match cleaner.next(chunk).map_err(wrap_failure)? {
                    Some(StreamItem::Line(line)) => break line,
                    Some(StreamItem::End { id }) => {
                        if let Some(id) = id {
                            memory.lock().last_event_id = id;
                        }
                        break Bytes::from_static(b"\n");
                    }
                    Some(StreamItem::Retry(wait)) => memory.lock().wait = Some(wait),
                    None => {
                        // Even an empty slice keeps its buffer allocated.
                        *chunk = Bytes::new();
                        match chunks.next().await.transpose().map_err(wrap_failure)? {
                            Some(next) => *chunk = next,
                            None => return Ok(None),
                        }
                    }
                }
            };
            Ok(Some((line, state)))
        },
    )
}

#[cfg(test)]
mod tests {
    use eventsource_client::{Client, ClientBuilder, Error, ReconnectOptions, SSE};
    use futures_util::stream;
    use proptest::prelude::*;

    use super::*;
    use crate::model::MessagePart;

    const CAP: usize = 1000;

    /// Serves one body in place of the dialer.
    #[derive(Clone)]
    struct Scripted {
        chunks: Vec<Result<Bytes, Failure>>,
        memory: Arc<SharedStreamState>,
    }

    impl HttpTransport for Scripted {
        fn request(&self, _: http::Request<Option<Bytes>>) -> ResponseFuture {
            let chunks = stream::iter(self.chunks.clone());
            let body = cleaned(chunks, StreamCleaner::new(CAP), Arc::clone(&self.memory));
            let body: ByteStream = Box::pin(SyncStream::new(body));
            Box::pin(async { Ok(http::Response::new(body)) })
        }
    }

    /// Result of cleaner and parser together.
    #[derive(Debug, Default, PartialEq)]
    struct ParsedStream {
        /// Name and data of each event.
        events: Vec<(String, String)>,
        comments: usize,
        last_event_id: String,
        wait: Option<Duration>,
        failure: Option<Failure>,
    }

    fn listen(chunks: Vec<Result<Bytes, Failure>>) -> ParsedStream {
        let memory: Arc<SharedStreamState> = Arc::default();
        let transport = Scripted {
            chunks,
            memory: Arc::clone(&memory),
        };
        let client = ClientBuilder::for_url("http://localhost/").unwrap();
        let mut stream = client
            .reconnect(ReconnectOptions::reconnect(false).build())
            .build_with_transport(transport)
            .stream();
        let mut parsed = ParsedStream::default();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        runtime.block_on(async {
            while let Some(item) = stream.next().await {
                match item {
                    Ok(SSE::Connected(_)) => {}
                    Ok(SSE::Event(event)) => parsed.events.push((event.event_type, event.data)),
                    Ok(SSE::Comment(_)) => parsed.comments += 1,
                    Err(Error::Eof) => break,
                    Err(error) => {
                        parsed.failure = Some(unwrap_failure(&error));
                        break;
                    }
                }
            }
        });
        let state = memory.lock();
        ParsedStream {
            last_event_id: state.last_event_id.clone(),
            wait: state.wait,
            ..parsed
        }
    }

    /// A direct implementation of the specification: reads the whole stream at once, without
    /// limits.
    fn specified(stream: &[u8]) -> ParsedStream {
        let text = String::from_utf8_lossy(stream)
            .replace("\r\n", "\n")
            .replace('\r', "\n");
        let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text);
        // Bytes after the last line end are not a line.
        let lines = text.rsplit_once('\n').map_or("", |(lines, _)| lines);
        let mut parsed = ParsedStream::default();
        let mut name = String::new();
        let mut data = String::new();
        let mut id = String::new();
        for line in text
            .contains('\n')
            .then(|| lines.split('\n'))
            .into_iter()
            .flatten()
        {
            if line.is_empty() {
                parsed.last_event_id = id.clone();
                let name = std::mem::take(&mut name);
                let data = std::mem::take(&mut data);
                if let Some(data) = data.strip_suffix('\n') {
                    parsed.events.push((
                        if name.is_empty() {
                            "message".to_owned()
                        } else {
                            name
                        },
                        data.to_owned(),
                    ));
                }
                continue;
            }
            let (field, value) = line.split_once(':').unwrap_or((line, ""));
            let value = value.strip_prefix(' ').unwrap_or(value);
            match field {
                "" => parsed.comments += 1,
                "event" => name = value.to_owned(),
                "data" => data = data + value + "\n",
                "id" if !value.contains('\0') => id = value.to_owned(),
                "retry" if !value.is_empty() && value.chars().all(|c| c.is_ascii_digit()) => {
                    parsed.wait = value
                        .parse()
                        .ok()
                        .map(Duration::from_millis)
                        .or(parsed.wait);
                }
                _ => {}
            }
        }
        parsed
    }

    fn bytes(text: &str) -> Result<Bytes, Failure> {
        Ok(Bytes::copy_from_slice(text.as_bytes()))
    }

    #[test]
    fn events_before_a_failure_in_one_chunk_are_heard() {
        let parsed = listen(vec![bytes(&format!(
            "data: a\n\ndata: b\n\ndata: {}\n\n",
            "x".repeat(CAP)
        ))]);
        let message = |data: &str| ("message".to_owned(), data.to_owned());
        assert_eq!(parsed.events, [message("a"), message("b")]);
        assert_eq!(
            parsed.failure,
            Some(Failure::TooLarge {
                what: MessagePart::Line,
                limit: CAP as u64
            })
        );
    }

    #[test]
    fn a_failure_of_the_connection_comes_through_as_it_is() {
        let reset = Failure::Reset {
            stage: crate::model::Stage::Body,
        };
        let parsed = listen(vec![bytes("data: a\n\ndata: lost\n"), Err(reset.clone())]);
        assert_eq!((parsed.events.len(), parsed.failure), (1, Some(reset)));
    }

    #[test]
    fn heads() {
        let head = |status: u16, fields: &[(&'static str, &'static str)]| {
            let fields = fields.iter().map(|&(name, value)| {
                (
                    HeaderName::from_static(name),
                    HeaderValue::from_bytes(value.as_bytes()).unwrap(),
                )
            });
            let asked = "http://localhost/".parse().unwrap();
            accept(
                &asked,
                StatusCode::from_u16(status).unwrap(),
                &fields.collect(),
            )
        };
        for good in [
            "text/event-stream",
            "Text/Event-Stream;charset=UTF-8",
            " text/event-stream ; x=y",
        ] {
            assert_eq!(head(200, &[("content-type", good)]), Ok(()), "{good}");
            assert_eq!(
                head(
                    200,
                    &[("content-type", good), ("content-encoding", "Identity")]
                ),
                Ok(())
            );
        }
        for bad in [
            "text/html",
            "text/event-streams",
            "text/event-stream, x",
            "application/json",
            "",
            "\u{e9}",
        ] {
            let got = Some(Text::clean(bad));
            assert_eq!(
                head(200, &[("content-type", bad)]),
                Err(Failure::ContentType {
                    wanted: EVENT_STREAM,
                    got
                }),
                "{bad}"
            );
        }
        assert_eq!(
            head(200, &[]),
            Err(Failure::ContentType {
                wanted: EVENT_STREAM,
                got: None
            })
        );
        for status in [201, 206, 301, 304, 401, 404, 429, 500, 503] {
            let failure = head(status, &[("content-type", "text/event-stream")]).unwrap_err();
            assert!(
                matches!(failure, Failure::Status { code, .. } if code == status),
                "{failure:?}"
            );
        }
        assert_eq!(
            head(204, &[("content-type", "text/event-stream")]),
            Err(Failure::StopAsked)
        );
        let zipped = head(
            200,
            &[
                ("content-type", "text/event-stream"),
                ("content-encoding", "gzip"),
            ],
        );
        assert!(matches!(
            zipped,
            Err(Failure::Protocol {
                protocol: WireProtocol::Http,
                ..
            })
        ));
    }

    fn streams() -> impl Strategy<Value = Vec<u8>> {
        let words = [
            "data", "event", "id", "retry", "comment", ":", ":", ": ", "\n", "\n", "\r", "\r\n",
            "\u{FEFF}", "12", "x", "\0",
        ];
        let word = prop_oneof![
            8 => prop::sample::select(words.to_vec()).prop_map(|word| word.as_bytes().to_vec()),
            1 => prop::collection::vec(any::<u8>(), 0..4),
        ];
        prop::collection::vec(word, 0..80).prop_map(|words| words.concat())
    }

    proptest! {
        #[test]
        fn guard_and_parser_together_are_the_specification(
            stream in streams(),
            size in 1..40_usize,
        ) {
            prop_assert!(stream.len() < CAP / 3);
            let chunks = stream.chunks(size).map(|chunk| Ok(Bytes::copy_from_slice(chunk)));
            prop_assert_eq!(listen(chunks.collect()), specified(&stream));
        }
    }
}
