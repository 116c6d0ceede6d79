//! Sets up the terminal for the screen, and restores it at the end, also after a panic.

use std::io::{self, Stdout, Write};
use std::panic;
use std::sync::{Arc, Mutex};

use crossterm::clipboard::CopyToClipboard;
use crossterm::cursor::{Hide, Show};
use crossterm::event::{
    DisableFocusChange, DisableMouseCapture, EnableFocusChange, EnableMouseCapture,
};
use crossterm::style::Print;
use crossterm::terminal::{
    BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen,
    disable_raw_mode, enable_raw_mode,
};
use crossterm::{execute, queue};
use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, getpgrp, getpid, getppid, getsid};
use ratatui::backend::CrosstermBackend;

use super::host::Tty;

use crate::lock::LockExt;

/// Saves the title of the window on the terminal's stack, and restores it from there (XTWINOPS).
const SAVE_TITLE: &str = "\x1b[22;2t";
const RESTORE_TITLE: &str = "\x1b[23;2t";
/// Maximum number of characters of a notification.
const MAX_NOTIFICATION: usize = 200;

/// Messages of panics while the screen is active; `None` while it is not.
type HeldPanics = Arc<Mutex<Option<Vec<String>>>>;

/// Holds the terminal in raw mode and on the alternate screen. Restores it when dropped, also by a
/// panic.
pub(super) struct TerminalGuard<W: Write = Stdout> {
    out: W,
    frame: FrameWriter,
    mouse: bool,
    /// The title of the window is set, and restored at the end.
    title: bool,
    held: HeldPanics,
}

impl TerminalGuard {
    pub(super) fn enter(mouse: bool, title: bool) -> io::Result<TerminalGuard> {
        enable_raw_mode()?;
        let held = Arc::new(Mutex::new(Some(Vec::new())));
        let mut guard = TerminalGuard {
            out: io::stdout(),
            frame: FrameWriter::default(),
            mouse,
            title,
            held,
        };
        hold_back_panics(Arc::clone(&guard.held));
        guard.take()?;
        Ok(guard)
    }
}

impl<W: Write> TerminalGuard<W> {
    /// Returns the backend that ratatui draws to.
    pub(super) fn backend(&self) -> CrosstermBackend<FrameWriter> {
        CrosstermBackend::new(self.frame.clone())
    }

    fn take(&mut self) -> io::Result<()> {
        if self.title {
            queue!(self.out, Print(SAVE_TITLE))?;
        }
        execute!(self.out, EnterAlternateScreen, Hide, EnableFocusChange)?;
        if self.mouse {
            execute!(self.out, EnableMouseCapture)?;
        }
        Ok(())
    }

    fn restore(&mut self) -> io::Result<()> {
        queue!(self.out, EndSynchronizedUpdate)?;
        if self.mouse {
            queue!(self.out, DisableMouseCapture)?;
        }
        if self.title {
            queue!(self.out, Print(RESTORE_TITLE))?;
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
        let mut output = Vec::with_capacity(frame.len() + 16);
        queue!(output, BeginSynchronizedUpdate)?;
        output.extend_from_slice(&frame);
        queue!(output, EndSynchronizedUpdate)?;
        self.out.write_all(&output)?;
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

    fn title(&mut self, title: &str) -> io::Result<()> {
        if !self.title {
            return Ok(());
        }
        execute!(self.out, Print(operating_system_command(2, title)))
    }

    fn ring(&mut self) -> io::Result<()> {
        execute!(self.out, Print('\x07'))
    }

    fn notify(&mut self, text: &str) -> io::Result<()> {
        // ConEmu reads `9;NUMBER` as another command, so the text begins with a word.
        let text: String = text.chars().take(MAX_NOTIFICATION).collect();
        execute!(
            self.out,
            Print(operating_system_command(9, &format!("hbmon: {text}")))
        )
    }

    fn suspend(&mut self) -> io::Result<bool> {
        if is_orphan() {
            return Ok(false);
        }
        self.restore()?;
        disable_raw_mode()?;
        // Stops the whole process group, as ^Z does outside raw mode: a shell watches the leader of
        // the group.
        kill(Pid::from_raw(0), Signal::SIGSTOP)?;
        Ok(true)
    }

    fn resume(&mut self) -> io::Result<()> {
        enable_raw_mode()?;
        self.frame.bytes().clear();
        self.take()
    }
}

/// Returns an OSC sequence. Control characters in its text could end it early.
fn operating_system_command(number: u8, text: &str) -> String {
    let text: String = text.chars().filter(|c| !c.is_control()).collect();
    format!("\x1b]{number};{text}\x1b\\")
}

/// Returns whether no shell could continue this process: it leads its process group, and its parent
/// is in another session.
fn is_orphan() -> bool {
    let session = |pid| getsid(Some(pid)).ok();
    let leads = getpgrp() == getpid();
    // A parent in an outer PID namespace is 0, which means the caller to getsid(2).
    let parent = Some(getppid()).filter(|pid| pid.as_raw() != 0);
    leads && parent.and_then(session) != session(getpid())
}

/// Restores the terminal modes while a write to the terminal is blocked. The kernel holds the
/// modes, so this needs no output.
pub(super) fn restore_modes() {
    // An error cannot be reported, and there is no other way to restore the modes.
    _ = disable_raw_mode();
}

impl<W: Write> Drop for TerminalGuard<W> {
    /// Ignores errors, because the terminal may be gone.
    fn drop(&mut self) {
        _ = self.restore();
        _ = disable_raw_mode();
        let messages = self.held.lock().ignore_poison().take();
        for message in messages.into_iter().flatten() {
            _ = writeln!(io::stderr(), "{message}");
        }
    }
}

/// Holds back panic messages until the terminal is restored, because messages on the alternate
/// screen are lost. While the screen is not active, panics go to the previous hook.
fn hold_back_panics(held: HeldPanics) {
    let previous = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        match held.lock().ignore_poison().as_mut() {
            Some(messages) => messages.push(info.to_string()),
            None => previous(info),
        }
    }));
}

/// Collects the output of a picture until it is written at once, so that clearing and redrawing
/// does not flicker.
#[derive(Clone, Default)]
pub(super) struct FrameWriter(Arc<Mutex<Vec<u8>>>);

impl FrameWriter {
    fn bytes(&self) -> std::sync::MutexGuard<'_, Vec<u8>> {
        self.0.lock().ignore_poison()
    }
}

impl Write for FrameWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    /// Does nothing: `Tty::present` writes the complete picture.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_one_synchronized_write() {
        let frame = FrameWriter::default();
        let held = Arc::default();
        let mut guard = TerminalGuard {
            out: Vec::new(),
            frame: frame.clone(),
            mouse: false,
            title: false,
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

    #[test]
    fn titles_and_notifications_hold_no_control_characters() {
        let mut guard = TerminalGuard {
            out: Vec::new(),
            frame: FrameWriter::default(),
            mouse: false,
            title: true,
            held: Arc::default(),
        };
        guard.title("a\x1b]52;c;evil\x07\u{9c}b").unwrap();
        guard.notify("\x1b\\4;1").unwrap();
        guard.ring().unwrap();
        let wanted = "\x1b]2;a]52;c;evilb\x1b\\\x1b]9;hbmon: \\4;1\x1b\\\x07";
        assert_eq!(String::from_utf8_lossy(&guard.out), wanted);
        guard.out.clear();
        guard.title = false;
        guard.title("a").unwrap();
        assert!(guard.out.is_empty());
    }
}
