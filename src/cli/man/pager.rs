//! Shows a manual page at a terminal: by `man`, else a text by a pager.

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io::{self, IsTerminal, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::process::CommandExt;
use std::process::Command;

/// Returns whether a person reads stdout and can turn pages.
pub(super) fn is_attended() -> bool {
    let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == OsStr::new("dumb"));
    io::stdout().is_terminal() && !is_dumb
}

/// Replaces this process by `man`, which obeys MANPAGER and PAGER, or by MANPAGER, PAGER or `less`
/// with the plain text. Returns only if none of them can be run.
pub(super) fn show(page: &str, text: &str) {
    let mut man = Command::new("man");
    man.args(["-l", "-"]);
    replace_process(man, page);
    let named = ["MANPAGER", "PAGER"].into_iter().filter_map(|name| {
        let value = std::env::var(name).ok()?;
        let words: Vec<String> = value.split_whitespace().map(str::to_owned).collect();
        (!words.is_empty()).then_some(words)
    });
    for words in named.chain(std::iter::once(vec!["less".to_owned()])) {
        if let Some((program, arguments)) = words.split_first() {
            let mut pager = Command::new(program);
            pager.args(arguments);
            replace_process(pager, text);
        }
    }
}

/// Runs a program in place of this one, with a text as its input. Returns if that is not possible.
fn replace_process(mut program: Command, input: &str) {
    if let Ok(file) = unlinked(input) {
        // The error says that the next program is to be tried.
        let _ = program.stdin(file).exec();
    }
}

/// Returns a file with this text that has no name any more. A pipe could be smaller than the text,
/// and no process would be left to fill it.
fn unlinked(text: &str) -> io::Result<File> {
    let name = format!("hbmon-man-{:016x}", fastrand::u64(..));
    let path = std::env::temp_dir().join(name);
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true).mode(0o600);
    let mut file = options.open(&path)?;
    fs::remove_file(&path)?;
    file.write_all(text.as_bytes())?;
    file.rewind()?;
    Ok(file)
}
