//! Payloads that are not small are judged beside the runtime: a target decides how large they are.

use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use super::{Classification, Expect, Filter, Query, bad_payload, classify};
use crate::model::Failure;

/// Up to this size a payload is judged where it arrives, in bytes: some hundred microseconds.
const SMALL_BYTES: usize = 16 << 10;

/// This many payloads are judged at once: each may take far more memory than its size.
static OFFLOAD_PERMITS: Semaphore = Semaphore::const_new(4);

/// Whether a payload of this size is judged where it arrives.
pub const fn is_small(bytes: usize) -> bool {
    bytes <= SMALL_BYTES
}

/// Does the work of judging a payload on a thread that may take its time.
///
/// # Errors
/// `payload` if the runtime ends before that, or the work panics.
pub async fn offload<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Failure> {
    let lost = || bad_payload("it could not be judged");
    let place = OFFLOAD_PERMITS.acquire().await.map_err(|_| lost())?;
    // The place is free when the work is done, not when the attempt stops waiting for it.
    let work = move || {
        let done = work();
        drop(place);
        done
    };
    spawn_blocking(work).await.map_err(|_| lost())
}

/// As `hear`, beside the runtime if the payload is not small.
pub async fn classify_offloaded(
    raw: &[u8],
    matches: Option<&Filter>,
    expect: &Expect,
    timestamp: Option<&Query>,
) -> Classification {
    if is_small(raw.len()) || (matches.is_none() && expect.is_empty() && timestamp.is_none()) {
        return classify(raw, matches, expect, timestamp);
    }
    let (raw, expect) = (raw.to_vec(), expect.clone());
    let (matches, timestamp) = (matches.cloned(), timestamp.cloned());
    offload(move || classify(&raw, matches.as_ref(), &expect, timestamp.as_ref()))
        .await
        .unwrap_or_else(Classification::Bad)
}
