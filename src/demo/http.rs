//! HTTP server of the demo: answers polls and streams server-sent events.

use std::convert::Infallible;

use bytes::Bytes;
use futures_util::stream;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, Response, StatusCode};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::Frame;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::heartbeats::{DemoContext, HeartbeatSource};
use super::scenario::{DemoServer, ServerState};
use crate::model::Kind;

type DemoBody = UnsyncBoxBody<Bytes, Infallible>;

pub(super) async fn serve(stage: DemoContext, part: &'static DemoServer, stream: TcpStream) {
    let service =
        service_fn(|_request| async { Ok::<_, Infallible>(respond(stage.clone(), part).await) });
    // Clients may disconnect at any time.
    let _ = http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

async fn respond(stage: DemoContext, part: &'static DemoServer) -> Response<DemoBody> {
    let answer = match stage.mood(part) {
        ServerState::Unavailable => None,
        _ if part.kind == Kind::Sse => {
            return response(
                StatusCode::OK,
                "text/event-stream",
                events(HeartbeatSource::new(stage, part)),
            );
        }
        _ => stage.answer(part).await,
    };
    let (status, text) = match answer {
        Some(payload) => (StatusCode::OK, payload),
        None => (
            StatusCode::SERVICE_UNAVAILABLE,
            r#"{"ok":false}"#.to_owned(),
        ),
    };
    response(
        status,
        "application/json",
        Full::new(Bytes::from(text)).boxed_unsync(),
    )
}

fn response(status: StatusCode, content_type: &'static str, body: DemoBody) -> Response<DemoBody> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Returns the heartbeats as a body that ends with the subscription.
fn events(beats: HeartbeatSource) -> DemoBody {
    let frames = stream::unfold(beats, |mut beats| async {
        let payload = beats.next().await?;
        let event = Bytes::from(format!("event: heartbeat\ndata: {payload}\n\n"));
        Some((Ok(Frame::data(event)), beats))
    });
    StreamBody::new(frames).boxed_unsync()
}
