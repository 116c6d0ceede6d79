//! Reads the body of a request within the limits of size, time and memory.

use axum::body::Body;
use axum::extract::Request;
use futures_util::StreamExt;
use http::StatusCode;
use http::header::CONTENT_LENGTH;
use serde::de::DeserializeOwned;
use tokio::time::timeout;

use super::answer::Refusal;
use super::budget::{Charge, MemoryBudgetExceeded};
use super::state::AppState;

/// Reads the whole body. Its bytes count against the charge.
///
/// # Errors
/// The refusal: the body is too large, too slow or not whole.
pub(super) async fn read(
    state: &AppState,
    request: Request,
    charge: &mut Charge,
) -> Result<Vec<u8>, Refusal> {
    let limit = state.limits.body_bytes;
    let announced = request
        .headers()
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > limit as u64) {
        return Err(too_large());
    }
    match timeout(
        state.limits.body,
        collect(request.into_body(), limit, charge),
    )
    .await
    {
        Ok(collected) => collected,
        Err(_) => Err(Refusal::new(
            StatusCode::REQUEST_TIMEOUT,
            "the body came too slowly",
        )),
    }
}

/// Reads a body of JSON. An empty one is `{}`.
///
/// # Errors
/// The refusal: the body cannot be read, or is not the JSON that is expected.
pub(super) async fn json<T: DeserializeOwned>(
    state: &AppState,
    request: Request,
) -> Result<T, Refusal> {
    let Ok(mut charge) = state.bodies.open() else {
        return Err(Refusal::busy());
    };
    let body = read(state, request, &mut charge).await?;
    let json: &[u8] = match body.trim_ascii() {
        [] => b"{}",
        json => json,
    };
    let refused =
        |why: &str| Refusal::bad(format!("the body is not the JSON that is expected: {why}"));
    // Serde takes an array for the fields in their order.
    if !json.starts_with(b"{") {
        return Err(refused("it is no object"));
    }
    serde_json::from_slice(json).map_err(|error| refused(&error.to_string()))
}

async fn collect(body: Body, limit: usize, charge: &mut Charge) -> Result<Vec<u8>, Refusal> {
    let mut pieces = body.into_data_stream();
    let mut whole = Vec::new();
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|_| Refusal::bad("the body is not whole"))?;
        if whole.len() + piece.len() > limit {
            return Err(too_large());
        }
        charge
            .grow(piece.len())
            .map_err(|MemoryBudgetExceeded| Refusal::busy())?;
        whole.extend_from_slice(&piece);
    }
    Ok(whole)
}

fn too_large() -> Refusal {
    Refusal::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "the body is larger than 64 KiB",
    )
}
