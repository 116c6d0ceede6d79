//! Sends one HTTP request by the dialer of the monitors, and reads the answer.

use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use tokio::time::timeout;

use crate::channels::outgoing::{Answer, OutgoingRequest};
use crate::clock::Clock;
use crate::model::Failure;
use crate::monitors::dial::{
    Body, ConnectOptions, Dialers, Endpoint, HttpRequest, HttpResponse, HttpVersion, retry_after,
};
use crate::monitors::trace::Trace;
use crate::words;

/// Maximum number of bytes that are read of an answer.
const MAX_ANSWER: usize = 64 << 10;

/// Sends a request and returns what came back within `limit`. Dropping the future cancels it.
pub(super) async fn send(
    request: OutgoingRequest,
    options: Option<&Arc<ConnectOptions>>,
    dialers: &Dialers,
    clock: &Clock,
    limit: Duration,
) -> Answer {
    let endpoint = Endpoint {
        url: request.url.clone(),
        options: options.map_or_else(|| Arc::new(ConnectOptions::new(MAX_ANSWER)), Arc::clone),
    };
    let request = HttpRequest {
        method: request.method,
        url: request.url,
        headers: request.headers,
        body: Some(request.body),
    };
    let began = clock.now();
    let trace = Trace::new(clock.clone());
    trace.begin();
    let dialer = dialers.dialer(&Arc::new(endpoint), HttpVersion::Auto, false, &trace);
    let response = match timeout(limit, dialer.fetch(request, 0)).await {
        Ok(Ok(response)) => response,
        Ok(Err(failure)) => return nothing(&failure),
        Err(_) => return nothing(&trace.timed_out(limit)),
    };
    let HttpResponse {
        status,
        headers,
        body,
        ..
    } = response;
    let left = limit.saturating_sub(clock.now().since(began));
    Answer::Http {
        status,
        wait: retry_after(status, &headers),
        headers,
        body: beginning(body, left).await.freeze(),
    }
}

/// Reads the beginning of a body. The head has said already whether the receiver accepted, so a
/// body that is cut short is no failure.
async fn beginning(mut body: Body, limit: Duration) -> BytesMut {
    let mut read = BytesMut::new();
    let reading = async {
        while read.len() < MAX_ANSWER
            && let Ok(Some(chunk)) = body.chunk().await
        {
            let room = MAX_ANSWER - read.len();
            read.extend_from_slice(chunk.get(..room).unwrap_or(&chunk));
        }
    };
    let _ = timeout(limit, reading).await;
    read
}

fn nothing(failure: &Failure) -> Answer {
    Answer::Nothing {
        why: words::failure(failure),
    }
}
