//! Tests that connections end with their attempt, whatever is still in transit, and that refused
//! requests are sent again.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hbmon::monitors::dial::HttpVersion;
use hbmon::monitors::http::HttpSpec;
use hbmon::monitors::{self};
use http::{Method, Response};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::watch;

use super::http::{exchange, get};
use super::support::{read_head, serve, until_closed, watch_times};

const LIMIT: Duration = Duration::from_secs(20);
/// Time limit of attempts that must time out.
const SHORT: Duration = Duration::from_millis(500);

/// Number of open connections of a server, and number of all its connections.
#[derive(Clone)]
struct Count(Arc<watch::Sender<(usize, usize)>>);

impl Count {
    fn new() -> Count {
        Count(Arc::new(watch::channel((0, 0)).0))
    }

    fn opened(&self) {
        self.0.send_modify(|(open, all)| {
            *open += 1;
            *all += 1;
        });
    }

    fn closed(&self) {
        self.0.send_modify(|(open, _)| *open -= 1);
    }

    /// Waits until `open` connections are left. Returns the number of all connections.
    async fn left(&self, open: usize) -> usize {
        let mut count = self.0.subscribe();
        let counted = tokio::time::timeout(LIMIT, count.wait_for(|(left, _)| *left == open)).await;
        counted
            .unwrap_or_else(|_| panic!("(open, all): {:?}", *self.0.borrow()))
            .unwrap()
            .1
    }
}

/// What the scripted HTTP/2 server does with a request.
#[derive(Clone, Copy, PartialEq)]
enum Answer {
    /// Answers 200 at once and ignores the body.
    Early,
    /// Sends no answer.
    Never,
    /// Sends REFUSED_STREAM for this number of requests, then 200.
    Refused(usize),
}

/// Starts an HTTP/2 server with a flow-control window of `window` bytes, which keeps every stream.
async fn http2(window: u32, answer: Answer) -> (SocketAddr, Count) {
    let count = Count::new();
    let counted = count.clone();
    let asked = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let address = serve(move |stream, _| {
        let (count, asked) = (counted.clone(), Arc::clone(&asked));
        async move {
            count.opened();
            let mut builder = h2::server::Builder::new();
            let mut connection = builder
                .initial_window_size(window)
                .handshake::<_, Bytes>(stream)
                .await
                .unwrap();
            let mut held = Vec::new();
            while let Some(Ok((request, mut respond))) = connection.accept().await {
                let number = asked.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                match answer {
                    Answer::Refused(times) if number < times => {
                        respond.send_reset(h2::Reason::REFUSED_STREAM)
                    }
                    Answer::Never => held.push((request, respond, None)),
                    _ => {
                        let sent = respond.send_response(Response::new(()), true).ok();
                        held.push((request, respond, sent));
                    }
                }
            }
            count.closed();
        }
    })
    .await;
    (address, count)
}

fn post(address: SocketAddr, body: usize) -> HttpSpec {
    let mut spec = get(&format!("http://{address}/"));
    let exchange = exchange(&mut spec);
    exchange.method = Method::POST;
    exchange.body = (body > 0).then(|| Bytes::from(vec![b'x'; body]));
    exchange.version = HttpVersion::Http2;
    spec
}

async fn attempts(spec: HttpSpec, times: usize) -> Result<monitors::End, hbmon::model::Failure> {
    watch_times(monitors::Spec::Http(Arc::new(spec)), LIMIT, times)
        .end()
        .await
}

#[tokio::test]
async fn a_half_sent_stream_does_not_keep_its_connection() {
    for (window, body) in [
        (65_535, 65_536),
        (65_535, 1 << 20),
        (0, 1),
        (0, 100_000),
        (10, 20),
    ] {
        let (address, count) = http2(window, Answer::Early).await;
        assert!(
            attempts(post(address, body), 5).await.is_ok(),
            "{window} {body}"
        );
        assert_eq!(count.left(0).await, 5, "{window} {body}");
    }
}

#[tokio::test]
async fn an_attempt_that_is_given_up_does_not_keep_its_connection() {
    for body in [0, 100_000] {
        let (address, count) = http2(65_535, Answer::Never).await;
        let watch = watch_times(
            monitors::Spec::Http(Arc::new(post(address, body))),
            SHORT,
            2,
        );
        assert!(watch.end().await.is_err());
        assert_eq!(count.left(0).await, 2, "{body}");
    }
}

#[tokio::test]
async fn a_half_sent_stream_is_not_kept_for_the_next_attempt() {
    let (address, count) = http2(65_535, Answer::Early).await;
    let mut spec = post(address, 100_000);
    exchange(&mut spec).reuse = true;
    assert!(attempts(spec, 5).await.is_ok());
    assert_eq!(count.left(0).await, 5);
}

#[tokio::test]
async fn a_whole_stream_is_kept_for_the_next_attempt() {
    let (address, count) = http2(65_535, Answer::Early).await;
    let mut spec = post(address, 1000);
    exchange(&mut spec).reuse = true;
    assert!(attempts(spec, 5).await.is_ok());
    assert_eq!(count.left(0).await, 1);
}

/// Returns the number of TCP connections to this address that are open on our side.
#[cfg(target_os = "linux")]
fn open_to(address: SocketAddr) -> usize {
    let wanted = format!("{:04X}", address.port());
    let table = std::fs::read_to_string("/proc/self/net/tcp").unwrap();
    let is_open = |line: &&str| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        fields[2].ends_with(&wanted) && fields[3] == "01"
    };
    table.lines().skip(1).filter(is_open).count()
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_half_sent_body_of_http1_does_not_keep_its_connection() {
    let address = serve(|mut stream, _| async move {
        read_head(&mut stream).await;
        stream
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            .await
            .unwrap();
        // Stops reading, so that neither body nor end arrive.
        std::future::pending::<()>().await;
        drop(stream);
    })
    .await;
    let mut spec = post(address, 32 << 20);
    exchange(&mut spec).version = HttpVersion::Http1;
    assert!(attempts(spec, 3).await.is_ok());
    let none_left = async {
        while open_to(address) > 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(LIMIT, none_left).await.unwrap();
}

#[tokio::test]
async fn what_was_refused_is_sent_once_more() {
    for (answer, is_good, connections) in [
        (Answer::Refused(1), true, 2),
        (Answer::Refused(2), false, 2),
    ] {
        let (address, count) = http2(65_535, answer).await;
        let end = attempts(post(address, 10), 1).await;
        assert_eq!(end.is_ok(), is_good, "{end:?}");
        assert_eq!(count.left(0).await, connections);
    }
}

/// Starts a hand-written HTTP/2 server. The first connections end with a GOAWAY that accepts no
/// stream, the next one answers 200.
async fn going_away(times: usize) -> SocketAddr {
    serve(move |mut stream, number| async move {
        const SETTINGS: &[u8] = &[0, 0, 0, 4, 0, 0, 0, 0, 0];
        const GOAWAY: &[u8] = &[0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        const OK: &[u8] = &[0, 0, 1, 1, 5, 0, 0, 0, 1, 0x88];
        stream.write_all(SETTINGS).await.unwrap();
        // The preface, and the frames up to the one that opens a stream.
        stream.read_exact(&mut [0; 24]).await.unwrap();
        let mut frame = [0; 9];
        while frame[3] != 1 {
            stream.read_exact(&mut frame).await.unwrap();
            let length = u32::from_be_bytes([0, frame[0], frame[1], frame[2]]);
            stream
                .read_exact(&mut vec![0; length as usize])
                .await
                .unwrap();
        }
        stream
            .write_all(if number < times { GOAWAY } else { OK })
            .await
            .unwrap();
        until_closed(&mut stream).await;
    })
    .await
}

#[tokio::test]
async fn a_connection_that_goes_away_took_nothing() {
    let end = attempts(post(going_away(1).await, 10), 1).await;
    assert!(end.is_ok(), "{end:?}");
    let end = attempts(post(going_away(2).await, 10), 1).await;
    assert!(end.is_err(), "{end:?}");
}

#[tokio::test]
async fn what_may_have_been_processed_is_not_sent_again() {
    let asked = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    let address = serve(move |stream, _| {
        let asked = Arc::clone(&counted);
        async move {
            let mut connection = h2::server::handshake(stream).await.unwrap();
            while let Some(Ok((_, mut respond))) = connection.accept().await {
                asked.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                let _: &mut h2::server::SendResponse<Bytes> = &mut respond;
                respond.send_reset(h2::Reason::INTERNAL_ERROR);
            }
        }
    })
    .await;
    assert!(attempts(post(address, 10), 1).await.is_err());
    assert_eq!(asked.load(std::sync::atomic::Ordering::SeqCst), 1);
}

#[tokio::test]
async fn an_http1_connection_without_a_body_ends_with_its_attempt() {
    let count = Count::new();
    let counted = count.clone();
    let address = serve(move |mut stream, _| {
        let count = counted.clone();
        async move {
            count.opened();
            read_head(&mut stream).await;
            stream
                .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
                .await
                .unwrap();
            until_closed(&mut stream).await;
            count.closed();
        }
    })
    .await;
    assert!(
        attempts(get(&format!("http://{address}/")), 3)
            .await
            .is_ok()
    );
    assert_eq!(count.left(0).await, 3);
}
