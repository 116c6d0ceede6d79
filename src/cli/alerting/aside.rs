//! Long work in a task.

use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::task::block_in_place;

/// Number of things that are decided in about a millisecond.
const FEW: usize = 100;

/// Works on this thread. If the work is about many things, the other tasks of this thread go on
/// elsewhere: polls are punctual in a storm.
pub(super) fn aside<T>(things: usize, work: impl FnOnce() -> T) -> T {
    // A runtime with one thread has no other place.
    let has_threads = || Handle::current().runtime_flavor() == RuntimeFlavor::MultiThread;
    if things > FEW && has_threads() {
        block_in_place(work)
    } else {
        work()
    }
}
