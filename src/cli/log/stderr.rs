//! Writes lines to stderr: directly in a bounded run, through a queue in a run that must not block.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::io::{self, Write};
use std::panic;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tracing_subscriber::fmt::MakeWriter;

use super::journald::{self, Priority};
use super::queue::{LogTarget, OnDropped, Queue};
use crate::serve::Outputs;

static QUEUE: OnceLock<Queue> = OnceLock::new();

/// Sends all further lines through a queue, so that no writer blocks.
///
/// # Errors
/// The thread of the queue cannot be created.
pub(crate) fn detach(outputs: Arc<Outputs>, dropped: OnDropped) -> io::Result<()> {
    let queue = Queue::start(LogTarget::Stderr, outputs, dropped)?;
    // A second time in one process is a test; the first one stays.
    if QUEUE.set(queue).is_ok() {
        // The default hook would block on a stalled reader.
        panic::set_hook(Box::new(|info| {
            write_line(Priority::Error, &format!("{info}{}", backtrace()));
        }));
    }
    Ok(())
}

/// Returns a backtrace if `RUST_BACKTRACE` asks for one.
fn backtrace() -> String {
    let backtrace = Backtrace::capture();
    if backtrace.status() == BacktraceStatus::Captured {
        format!("\n{backtrace}")
    } else {
        String::new()
    }
}

/// Writes a text for people. Under journald its lines get the priority.
pub(crate) fn write_line(priority: Priority, text: &str) {
    let lines = format!("{text}\n");
    write(journald::marked(priority, lines).as_bytes());
}

/// Writes whole lines. Stderr may be closed.
pub(super) fn write(lines: &[u8]) {
    match QUEUE.get() {
        Some(queue) => queue.push(lines),
        None => _ = io::stderr().lock().write_all(lines),
    }
}

/// Writes the last lines before the process ends.
pub(crate) fn flush(patience: Duration) {
    if let Some(queue) = QUEUE.get() {
        queue.flush(patience);
    }
}

/// The writer of the log.
#[derive(Clone, Copy)]
pub(crate) struct Stderr;

impl Write for Stderr {
    fn write(&mut self, lines: &[u8]) -> io::Result<usize> {
        write(lines);
        Ok(lines.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Stderr {
    type Writer = Stderr;

    fn make_writer(&self) -> Stderr {
        Stderr
    }
}
