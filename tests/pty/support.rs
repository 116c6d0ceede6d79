//! A pseudo-terminal that runs the real binary. A parser reads its screen.

use std::io::{Read, Write};
use std::process::Command;
use std::sync::mpsc;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};
use tempfile::TempDir;
use vt100::Parser;

/// Maximum time that a test waits for anything.
const TIMEOUT: Duration = Duration::from_secs(60);

const ENTER_ALTERNATE: &str = "\x1b[?1049h";
const LEAVE_ALTERNATE: &str = "\x1b[?1049l";
const SHOW_CURSOR: &str = "\x1b[?25h";

pub(crate) struct Term {
    master: Box<dyn MasterPty + Send>,
    child: Box<dyn Child + Send + Sync>,
    keys: Box<dyn Write + Send>,
    /// The terminal modes before the program ran.
    modes: String,
    shared: Arc<Shared>,
    reader: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    seen: Mutex<Output>,
    changed: Condvar,
}

#[derive(Default)]
struct Output {
    bytes: Vec<u8>,
    parser: Parser,
    /// The reader stops after these bytes.
    until: Option<&'static [u8]>,
    ended: bool,
}

/// How a program ended, and everything that it wrote.
pub(crate) struct End {
    pub status: ExitStatus,
    pub bytes: String,
    /// The main screen of the terminal.
    pub screen: String,
}

/// Returns a command for the binary, with an environment that does not depend on this machine.
pub(crate) fn hbmon(arguments: &[&str]) -> CommandBuilder {
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_hbmon"));
    command.args(arguments);
    let names_state = arguments
        .iter()
        .any(|argument| argument.starts_with("--state"));
    if arguments.first() == Some(&"watch") && !names_state {
        // There is no home for a history.
        command.arg("--no-state");
    }
    command.env_clear();
    for (name, value) in [
        ("LANG", "C.UTF-8"),
        ("TZ", "UTC"),
        ("TERM", "xterm-256color"),
    ] {
        command.env(name, value);
    }
    command
}

/// Writes a config file into a new folder.
pub(crate) fn config(text: &str) -> (TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hbmon.yaml");
    std::fs::write(&path, text).unwrap();
    let path = path.to_str().unwrap().to_owned();
    (folder, path)
}

/// Starts the demo on a screen of this size and waits for its table.
pub(crate) fn demo(width: u16, height: u16) -> Term {
    let term = Term::start(hbmon(&["demo", "--speed", "4"]), width, height);
    term.until("the table", |text| text.contains("storefront"));
    term
}

const fn size(width: u16, height: u16) -> PtySize {
    PtySize {
        rows: height,
        cols: width,
        pixel_width: 0,
        pixel_height: 0,
    }
}

impl Term {
    pub(crate) fn start(command: CommandBuilder, width: u16, height: u16) -> Term {
        let pair = native_pty_system().openpty(size(width, height)).unwrap();
        let modes = modes(&*pair.master);
        let child = pair.slave.spawn_command(command).unwrap();
        let mut output = pair.master.try_clone_reader().unwrap();
        let shared = Arc::new(Shared::default());
        shared
            .lock()
            .parser
            .screen_mut()
            .set_size(height.try_into().unwrap(), width.try_into().unwrap());
        let sink = Arc::clone(&shared);
        let reader = thread::spawn(move || {
            let mut chunk = [0; 1024];
            // Reading a terminal whose other side is closed returns an error, not end of file.
            while let Ok(length @ 1..) = output.read(&mut chunk) {
                let mut seen = sink.lock();
                seen.take(&chunk[..length]);
                sink.changed.notify_all();
                if seen.is_enough() {
                    break;
                }
            }
            sink.lock().ended = true;
            sink.changed.notify_all();
        });
        let keys = pair.master.take_writer().unwrap();
        Term {
            master: pair.master,
            child,
            keys,
            modes,
            shared,
            reader: Some(reader),
        }
    }

    pub(crate) fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    /// Waits until `accepts` returns true for the text of the screen. Returns the text.
    pub(crate) fn until(&self, what: &str, accepts: impl Fn(&str) -> bool) -> String {
        self.until_screen(what, |screen| accepts(&screen.contents()))
    }

    pub(crate) fn until_screen(
        &self,
        what: &str,
        accepts: impl Fn(&vt100::Screen) -> bool,
    ) -> String {
        let waiting = |seen: &mut Output| !seen.ended && !accepts(seen.parser.screen());
        let (seen, _) = self
            .shared
            .changed
            .wait_timeout_while(self.shared.lock(), TIMEOUT, waiting)
            .unwrap();
        let text = seen.parser.screen().contents();
        assert!(
            accepts(seen.parser.screen()),
            "waited for {what}; over: {}; the screen:\n{text}",
            seen.ended
        );
        text
    }

    pub(crate) fn until_bytes(&self, what: &str, bytes: &str) {
        let came = |seen: &Output| {
            seen.bytes
                .windows(bytes.len())
                .any(|part| part == bytes.as_bytes())
        };
        let waiting = |seen: &mut Output| !seen.ended && !came(seen);
        let (seen, _) = self
            .shared
            .changed
            .wait_timeout_while(self.shared.lock(), TIMEOUT, waiting)
            .unwrap();
        assert!(came(&seen), "waited for {what}");
    }

    pub(crate) fn resize(&self, width: u16, height: u16) {
        self.shared
            .lock()
            .parser
            .screen_mut()
            .set_size(height.try_into().unwrap(), width.try_into().unwrap());
        self.master.resize(size(width, height)).unwrap();
    }

    /// Makes the terminal report this size, but does not resize the parser.
    pub(crate) fn claim_size(&self, width: u16, height: u16) {
        self.master.resize(size(width, height)).unwrap();
    }

    /// Returns the number of bytes read so far.
    pub(crate) fn written(&self) -> usize {
        self.shared.lock().bytes.len()
    }

    /// Returns whether the terminal modes are the same as before the program ran.
    pub(crate) fn has_restored_modes(&self) -> bool {
        modes(&*self.master) == self.modes
    }

    /// Sends a signal by name (`TERM`).
    pub(crate) fn signal(&self, name: &str) {
        send(name, self.child.process_id().unwrap());
    }

    /// Waits for these bytes and stops reading after them.
    pub(crate) fn read_only_until(&mut self, bytes: &'static [u8]) {
        let mut seen = self.shared.lock();
        seen.bytes.clear();
        seen.until = Some(bytes);
        drop(seen);
        self.reader.take().unwrap().join().unwrap();
    }

    /// Waits for the end of the program, and checks that it restored the terminal.
    pub(crate) fn end(mut self) -> End {
        let status = wait(&mut *self.child);
        assert_eq!(modes(&*self.master), self.modes, "the terminal's modes");
        // The reader ends when the other side is closed.
        self.reader.take().unwrap().join().unwrap();
        let seen = self.shared.lock();
        let bytes = String::from_utf8(seen.bytes.clone()).expect("UTF-8 and nothing else");
        let last = |sequence: &str| bytes.rfind(sequence);
        assert!(
            last(LEAVE_ALTERNATE) >= last(ENTER_ALTERNATE),
            "the alternate screen is left: {bytes:?}"
        );
        assert!(
            last(SHOW_CURSOR) >= last(LEAVE_ALTERNATE),
            "the cursor is shown: {bytes:?}"
        );
        let screen = seen.parser.screen();
        assert!(!screen.alternate_screen() && !screen.hide_cursor());
        assert_harmless(&bytes);
        assert_no_flicker(&bytes);
        End {
            status,
            screen: screen.contents(),
            bytes: bytes.clone(),
        }
    }

    /// Closes the terminal, as closing its window does, and waits for the end of the program.
    pub(crate) fn hang_up(mut self) -> ExitStatus {
        self.read_only_until(b"");
        let Term {
            master,
            keys,
            mut child,
            ..
        } = self;
        drop((keys, master));
        wait(&mut *child)
    }

    /// Waits for the end of a program that could not write at its end, and checks that the modes
    /// are restored.
    pub(crate) fn end_unread(mut self) -> ExitStatus {
        let status = wait(&mut *self.child);
        assert_eq!(modes(&*self.master), self.modes, "the terminal's modes");
        status
    }
}

/// Waits for the program. A program that hangs is killed, which its status shows.
fn wait(child: &mut (dyn Child + Send + Sync)) -> ExitStatus {
    let pid = child.process_id().unwrap();
    let (ended, waits) = mpsc::channel::<()>();
    let watchdog = thread::spawn(move || {
        if waits.recv_timeout(TIMEOUT).is_err() {
            send("KILL", pid);
        }
    });
    let status = child.wait().unwrap();
    let _ = ended.send(());
    watchdog.join().unwrap();
    status
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Output> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Output {
    fn take(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        self.parser.process(bytes);
    }

    fn is_enough(&self) -> bool {
        self.until.is_some_and(|until| {
            until.is_empty() || self.bytes.windows(until.len()).any(|part| part == until)
        })
    }
}

fn send(signal: &str, pid: u32) {
    let sent = Command::new("kill")
        .args([&format!("-{signal}"), &pid.to_string()])
        .status()
        .unwrap();
    assert!(sent.success());
}

fn modes(master: &dyn MasterPty) -> String {
    format!("{:?}", master.get_termios().expect("a terminal has modes"))
}

/// Checks that each clearing of the screen is inside a synchronized update, so that the screen does
/// not flicker.
fn assert_no_flicker(bytes: &str) {
    for (clear, _) in bytes.match_indices("\x1b[2J") {
        let before = &bytes[..clear];
        assert!(
            before.rfind("\x1b[?2026h") > before.rfind("\x1b[?2026l"),
            "a clear outside of an update"
        );
    }
}

/// Checks that the output has only sequences that position and style text, and line ends.
fn assert_harmless(bytes: &str) {
    let mut rest = bytes.chars();
    while let Some(c) = rest.next() {
        match c {
            '\r' | '\n' => {}
            '\x1b' => {
                let next = rest.next();
                // The clipboard gets only base64.
                if let Some(copied) = rest
                    .as_str()
                    .strip_prefix("52;c;")
                    .filter(|_| next == Some(']'))
                {
                    let end =
                        copied.find(|c: char| !c.is_ascii_alphanumeric() && !"+/=".contains(c));
                    rest = end
                        .and_then(|end| copied[end..].strip_prefix("\x1b\\"))
                        .expect("an end")
                        .chars();
                    continue;
                }
                // The title of the window is ours: no text from outside is in it.
                if let Some(titled) = rest
                    .as_str()
                    .strip_prefix("2;")
                    .filter(|_| next == Some(']'))
                {
                    let (title, after) = titled.split_once("\x1b\\").expect("an end");
                    let is_ours = |c: char| c.is_ascii_digit() || "●▲✗○‖+!x?= /hbmon".contains(c);
                    assert!(
                        title.ends_with("hbmon") && title.chars().all(is_ours),
                        "{title:?}"
                    );
                    rest = after.chars();
                    continue;
                }
                assert_eq!(next, Some('['), "{bytes:?}");
                // The title before is saved and restored.
                if let Some(after) = ["22;2t", "23;2t"]
                    .iter()
                    .find_map(|title| rest.as_str().strip_prefix(title))
                {
                    rest = after.chars();
                    continue;
                }
                let end = rest.find(|c| !matches!(c, '?' | ';' | '0'..='9'));
                assert!(
                    matches!(end, Some('h' | 'l' | 'm' | 'H' | 'J' | 'K' | 'A'..='D')),
                    "{end:?} in {bytes:?}"
                );
            }
            c => assert!(
                !c.is_control() && !('\u{202a}'..='\u{202e}').contains(&c),
                "{c:?} in {bytes:?}"
            ),
        }
    }
}
