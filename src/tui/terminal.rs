//! The terminal while the screen has it, and giving it back whatever happens.

use std::io::{self, Stdout, Write};
use std::panic;
use std::sync::{Arc, Mutex, PoisonError};

use crossterm::clipboard::CopyToClipboard;
use crossterm::cursor::{Hide, Show};
use crossterm::event::{
    DisableFocusChange, DisableMouseCapture, EnableFocusChange, EnableMouseCapture,
};
use crossterm::terminal::{
    BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen,
    disable_raw_mode, enable_raw_mode,
};
use crossterm::{execute, queue};
use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, getpgrp, getpid, getppid, getsid};
use ratatui::backend::CrosstermBackend;

use super::host::Tty;

/// The messages of panics that came while the screen was up; none when it is not.
type HeldPanics = Arc<Mutex<Option<Vec<String>>>>;

/// Raw mode and the alternate screen, until it is dropped, by a panic too.
pub struct TerminalGuard<W: Write = Stdout> {
    out: W,
    frame: FrameWriter,
    mouse: bool,
    held: HeldPanics,
}

impl TerminalGuard {
    pub fn enter(mouse: bool) -> io::Result<TerminalGuard> {
        enable_raw_mode()?;
        let held = Arc::new(Mutex::new(Some(Vec::new())));
        let mut guard = TerminalGuard {
            out: io::stdout(),
            frame: FrameWriter::default(),
            mouse,
            held,
        };
        hold_panics(Arc::clone(&guard.held));
        guard.take()?;
        Ok(guard)
    }
}

impl<W: Write> TerminalGuard<W> {
    /// What ratatui draws to.
    pub fn backend(&self) -> CrosstermBackend<FrameWriter> {
        CrosstermBackend::new(self.frame.clone())
    }

    fn take(&mut self) -> io::Result<()> {
        execute!(self.out, EnterAlternateScreen, Hide, EnableFocusChange)?;
        if self.mouse {
            execute!(self.out, EnableMouseCapture)?;
        }
        Ok(())
    }

    fn give_back(&mut self) -> io::Result<()> {
        queue!(self.out, EndSynchronizedUpdate)?;
        if self.mouse {
            queue!(self.out, DisableMouseCapture)?;
        }
        execute!(self.out, DisableFocusChange, LeaveAlternateScreen, Show)
    }
}

impl<W: Write> Tty for TerminalGuard<W> {
    fn present(&mut self) -> io::Result<()> {
        let frame = std::mem::take(&mut *self.frame.bytes());
        if frame.is_empty() {
            return Ok(());
        }
        let mut whole = Vec::with_capacity(frame.len() + 16);
        queue!(whole, BeginSynchronizedUpdate)?;
        whole.extend_from_slice(&frame);
        queue!(whole, EndSynchronizedUpdate)?;
        self.out.write_all(&whole)?;
        self.out.flush()
    }

    fn copy(&mut self, text: &str) -> io::Result<()> {
        execute!(self.out, CopyToClipboard::to_clipboard_from(text))
    }

    fn capture_mouse(&mut self, capture: bool) -> io::Result<()> {
        self.mouse = capture;
        if capture {
            execute!(self.out, EnableMouseCapture)
        } else {
            execute!(self.out, DisableMouseCapture)
        }
    }

    fn suspend(&mut self) -> io::Result<bool> {
        if is_orphan() {
            return Ok(false);
        }
        self.give_back()?;
        disable_raw_mode()?;
        // The whole job, as the terminal's own ^Z does it: a shell watches the first process of it.
        kill(Pid::from_raw(0), Signal::SIGSTOP)?;
        Ok(true)
    }

    fn resume(&mut self) -> io::Result<()> {
        enable_raw_mode()?;
        self.frame.bytes().clear();
        self.take()
    }
}

/// Whether no shell would let the process go on again: it leads its job, and its parent is of
/// another session.
fn is_orphan() -> bool {
    let session = |pid| getsid(Some(pid)).ok();
    let leads = getpgrp() == getpid();
    // A parent in an outer namespace is 0, which to getsid means the caller.
    let parent = Some(getppid()).filter(|pid| pid.as_raw() != 0);
    leads && parent.and_then(session) != session(getpid())
}

/// What is left to do where writing does not come back: the modes are the kernel's and need no
/// output.
pub fn restore_modes() {
    // There is nobody to tell, and nothing else to try.
    _ = disable_raw_mode();
}

impl<W: Write> Drop for TerminalGuard<W> {
    /// The terminal may be gone, so that nothing here may fail.
    fn drop(&mut self) {
        _ = self.give_back();
        _ = disable_raw_mode();
        let messages = self
            .held
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        for message in messages.into_iter().flatten() {
            _ = writeln!(io::stderr(), "{message}");
        }
    }
}

/// A message printed into the alternate screen would be lost: it waits until the terminal is given
/// back. Before and after, panics go to the hook that was there.
fn hold_panics(held: HeldPanics) {
    let previous = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        match held.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            Some(messages) => messages.push(info.to_string()),
            None => previous(info),
        }
    }));
}

/// Collects what is drawn until it is presented at once: a window that is cleared and drawn anew
/// does not flicker.
#[derive(Clone, Default)]
pub struct FrameWriter(Arc<Mutex<Vec<u8>>>);

impl FrameWriter {
    fn bytes(&self) -> std::sync::MutexGuard<'_, Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Write for FrameWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    /// Not before it is whole.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_one_synchronized_write() {
        let (frame, held) = (FrameWriter::default(), Arc::default());
        let mut guard = TerminalGuard {
            out: Vec::new(),
            frame: frame.clone(),
            mouse: false,
            held,
        };
        let mut writer = frame;
        writer.write_all(b"one ").unwrap();
        writer.flush().unwrap();
        writer.write_all(b"two").unwrap();
        assert!(guard.out.is_empty());
        guard.present().unwrap();
        guard.present().unwrap();
        assert_eq!(guard.out, b"\x1b[?2026hone two\x1b[?2026l");
    }
}
