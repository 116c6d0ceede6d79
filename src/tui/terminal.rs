//! The terminal while the screen has it, and giving it back whatever happens.

use std::io::{self, Stdout, Write};
use std::panic;
use std::sync::{Arc, Mutex, PoisonError};

use crossterm::cursor::{Hide, Show};
use crossterm::execute;
use crossterm::terminal::{
    BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode,
    enable_raw_mode,
};
use ratatui::backend::CrosstermBackend;

/// The messages of panics that came while the screen was up; none when it is not.
type Held = Arc<Mutex<Option<Vec<String>>>>;

/// Raw mode and the alternate screen, until it is dropped, by a panic too.
pub struct Guard {
    held: Held,
}

impl Guard {
    pub fn enter() -> io::Result<Guard> {
        enable_raw_mode()?;
        let guard = Guard { held: Arc::new(Mutex::new(Some(Vec::new()))) };
        hold_panics(Arc::clone(&guard.held));
        execute!(io::stdout(), EnterAlternateScreen, Hide)?;
        Ok(guard)
    }

    /// What ratatui draws to.
    pub fn backend() -> CrosstermBackend<FrameWriter<Stdout>> {
        CrosstermBackend::new(FrameWriter { out: io::stdout(), frame: Vec::new() })
    }
}

/// What is left to do where writing does not come back: the modes are the kernel's and need no output.
pub fn abandon() {
    // There is nobody to tell, and nothing else to try.
    _ = disable_raw_mode();
}

impl Drop for Guard {
    /// The terminal may be gone, so that nothing here may fail.
    fn drop(&mut self) {
        _ = execute!(io::stdout(), EndSynchronizedUpdate, LeaveAlternateScreen, Show);
        _ = disable_raw_mode();
        let messages = self.held.lock().unwrap_or_else(PoisonError::into_inner).take();
        for message in messages.into_iter().flatten() {
            _ = writeln!(io::stderr(), "{message}");
        }
    }
}

/// A message printed into the alternate screen would be lost: it waits until the terminal is given back. Before
/// and after, panics go to the hook that was there.
fn hold_panics(held: Held) {
    let previous = panic::take_hook();
    panic::set_hook(Box::new(move |info| match held.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
        Some(messages) => messages.push(info.to_string()),
        None => previous(info),
    }));
}

/// Collects a frame and writes it at once, so that the terminal shows it whole or not yet.
pub struct FrameWriter<W> {
    out: W,
    frame: Vec<u8>,
}

impl<W: Write> Write for FrameWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.frame.is_empty() {
            crossterm::queue!(self.frame, BeginSynchronizedUpdate)?;
        }
        self.frame.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.frame.is_empty() {
            return Ok(());
        }
        crossterm::queue!(self.frame, EndSynchronizedUpdate)?;
        let written = self.out.write_all(&self.frame);
        self.frame.clear();
        written?;
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_one_synchronized_write() {
        let mut writer = FrameWriter { out: Vec::new(), frame: Vec::new() };
        writer.write_all(b"one ").unwrap();
        writer.write_all(b"two").unwrap();
        assert!(writer.out.is_empty());
        writer.flush().unwrap();
        writer.flush().unwrap();
        assert_eq!(writer.out, b"\x1b[?2026hone two\x1b[?2026l");
    }
}
