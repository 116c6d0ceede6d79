//! Evaluates large payloads on blocking threads, because the target decides their size.

use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use super::{Classification, Expect, Filter, Query, bad_payload, classify};
use crate::model::Failure;

/// Largest payload in bytes that is evaluated inline. It takes a few hundred microseconds.
const SMALL_BYTES: usize = 16 << 10;

/// Limits how many payloads are evaluated at once: each may need far more memory than its size.
static OFFLOAD_PERMITS: Semaphore = Semaphore::const_new(4);

/// Returns whether a payload of this size is evaluated inline.
pub const fn is_small(bytes: usize) -> bool {
    bytes <= SMALL_BYTES
}

/// Runs `work` on a blocking thread.
///
/// # Errors
/// `payload` if the runtime shuts down first, or if the work panics.
pub async fn offload<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Failure> {
    let lost = || bad_payload("it could not be evaluated");
    let permit = OFFLOAD_PERMITS.acquire().await.map_err(|_| lost())?;
    // The permit is released when the work ends, even if the attempt no longer waits for it.
    let work = move || {
        let done = work();
        drop(permit);
        done
    };
    spawn_blocking(work).await.map_err(|_| lost())
}

/// Runs `classify`, on a blocking thread unless the payload is small.
pub async fn classify_offloaded(
    raw: &[u8],
    matches: Option<&Filter>,
    expect: &Expect,
    timestamp: Option<&Query>,
) -> Classification {
    if is_small(raw.len()) || (matches.is_none() && expect.is_empty() && timestamp.is_none()) {
        return classify(raw, matches, expect, timestamp);
    }
    let raw = raw.to_vec();
    let expect = expect.clone();
    let matches = matches.cloned();
    let timestamp = timestamp.cloned();
    offload(move || classify(&raw, matches.as_ref(), &expect, timestamp.as_ref()))
        .await
        .unwrap_or_else(Classification::Bad)
}
