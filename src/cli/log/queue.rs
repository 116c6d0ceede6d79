//! A queue of log lines. A thread writes them to stderr or a file, so a stalled reader blocks only
//! that thread.

use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread;
use std::time::Duration;

use tracing_subscriber::fmt::MakeWriter;

use crate::cli::append_file::AppendFile;
use crate::clock::Clock;
use crate::lock::LockExt;
use crate::model::Moment;
use crate::serve::Outputs;
use crate::words;

/// Capacity of the queue in bytes. Further lines are dropped and counted.
const CAPACITY: usize = 256 * 1024;

/// Minimum interval of warnings about dropped lines; each gives the sum.
const DROPPED_WARNING_INTERVAL: Duration = Duration::from_secs(10);

/// Where the lines go.
pub(super) enum LogTarget {
    Stderr,
    File(AppendFile),
}

/// Logs a warning about dropped lines, through the same queue and in its format.
pub(super) type OnDropped = fn(&str);

/// A queue of lines. Clones share it.
#[derive(Clone)]
pub(super) struct Queue(Arc<QueueState>);

struct QueueState {
    waiting: Mutex<WaitingLines>,
    changed: Condvar,
    outputs: Arc<Outputs>,
}

#[derive(Default)]
struct WaitingLines {
    lines: Vec<u8>,
    dropped: u64,
    /// The thread is writing lines that it took.
    is_busy: bool,
}

impl Queue {
    /// Starts a queue and its thread.
    ///
    /// # Errors
    /// The thread cannot be created.
    pub(super) fn start(
        target: LogTarget,
        outputs: Arc<Outputs>,
        dropped: OnDropped,
    ) -> io::Result<Queue> {
        let queue = Queue(Arc::new(QueueState {
            waiting: Mutex::default(),
            changed: Condvar::new(),
            outputs,
        }));
        let shared = Arc::clone(&queue.0);
        thread::Builder::new()
            .name("log".to_owned())
            .spawn(move || shared.write_all(target, dropped))?;
        Ok(queue)
    }

    /// Adds whole lines, or drops and counts them if the queue is full. Never blocks.
    pub(super) fn push(&self, lines: &[u8]) {
        let mut waiting = self.0.waiting();
        if waiting.lines.len() + lines.len() > CAPACITY {
            waiting.dropped += 1;
            self.0.outputs.dropped(1);
        } else {
            waiting.lines.extend_from_slice(lines);
            self.0.changed.notify_all();
        }
    }

    /// Waits until all lines are written, at most for `patience`.
    pub(super) fn flush(&self, patience: Duration) {
        let waiting = self.0.waiting();
        let is_open = |waiting: &mut WaitingLines| !waiting.lines.is_empty() || waiting.is_busy;
        // The process ends now in any case.
        let _ = self
            .0
            .changed
            .wait_timeout_while(waiting, patience, is_open);
    }
}

impl QueueState {
    fn write_all(&self, mut target: LogTarget, on_dropped: OnDropped) {
        let clock = Clock::start();
        let mut warned = None;
        loop {
            let lines = self.next();
            let written = match &mut target {
                LogTarget::Stderr => io::stderr().lock().write_all(&lines),
                LogTarget::File(file) => file.write(&lines, clock.now()).map_err(|unwritten| {
                    self.drop(unwritten.lines);
                    unwritten.error
                }),
            };
            match written {
                Ok(())
                    if warned.is_none_or(|warned: Moment| {
                        clock.now() >= warned.plus(DROPPED_WARNING_INTERVAL)
                    }) =>
                {
                    let dropped = std::mem::take(&mut self.waiting().dropped);
                    if dropped > 0 {
                        warned = Some(clock.now());
                        let lines = words::count(dropped, "line", "lines");
                        on_dropped(&format!("{lines} of this log dropped: not written in time"));
                    }
                }
                Ok(()) => {}
                Err(_) => self.outputs.failed(),
            }
            self.waiting().is_busy = false;
            self.changed.notify_all();
        }
    }

    fn drop(&self, lines: u64) {
        self.outputs.dropped(lines);
        self.waiting().dropped += lines;
    }

    /// Waits for lines and takes them from the queue.
    fn next(&self) -> Vec<u8> {
        let waiting = self.waiting();
        let is_empty = |waiting: &mut WaitingLines| waiting.lines.is_empty();
        let mut waiting = self.changed.wait_while(waiting, is_empty).ignore_poison();
        waiting.is_busy = true;
        std::mem::take(&mut waiting.lines)
    }

    fn waiting(&self) -> MutexGuard<'_, WaitingLines> {
        // No code panics while it holds the lock.
        self.waiting.lock().ignore_poison()
    }
}

impl Write for Queue {
    fn write(&mut self, lines: &[u8]) -> io::Result<usize> {
        self.push(lines);
        Ok(lines.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Queue {
    type Writer = Queue;

    fn make_writer(&self) -> Queue {
        self.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_are_not_taken_are_dropped_and_counted() {
        let outputs = Arc::new(Outputs::default());
        // Without a thread, as with a stalled reader.
        let shared = QueueState {
            waiting: Mutex::default(),
            changed: Condvar::new(),
            outputs: Arc::clone(&outputs),
        };
        let queue = Queue(Arc::new(shared));
        let line = [b'x'; 1024];
        for _ in 0..300 {
            queue.push(&line);
        }
        assert_eq!(outputs.log_lines_dropped(), 300 - 256);
        queue.flush(Duration::from_millis(1));
        assert_eq!(queue.0.next().len(), CAPACITY);
    }

    #[test]
    fn lines_arrive_in_their_order() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let queue = Queue::start(
            LogTarget::File(AppendFile::open(&path).unwrap()),
            Arc::default(),
            |_| (),
        )
        .unwrap();
        (0..100).for_each(|number| queue.push(format!("{number}\n").as_bytes()));
        queue.flush(Duration::from_secs(60));
        let lines: Vec<String> = (0..100).map(|number| number.to_string()).collect();
        assert_eq!(
            std::fs::read_to_string(&path)
                .unwrap()
                .lines()
                .collect::<Vec<_>>(),
            lines
        );
    }
}
