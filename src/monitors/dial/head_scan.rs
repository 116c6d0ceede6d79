//! Looks at the head of an HTTP/1 answer as it comes in. hyper is lenient with header lines, as
//! browsers are; the lines that say where the answer ends are held to the letter here (RFC 9112,
//! section 6.3).

use std::error::Error;
use std::fmt;
use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use hyper::rt::{Read, ReadBuf, ReadBufCursor, Write};

use crate::model::Text;

/// Longer lines are not kept: none that says where an answer ends is as long.
const LONGEST: usize = 512;
/// Characters of a bad line that are shown.
const SHOWN: usize = 120;

/// A head that is refused.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BadHead(Text);

impl fmt::Display for BadHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str())
    }
}

impl Error for BadHead {}

/// Tells the watch that the next bytes are a head.
pub(super) struct ScanTrigger(Arc<AtomicBool>);

impl ScanTrigger {
    pub(super) fn arm(&self) {
        self.0.store(true, Ordering::Release);
    }
}

/// A connection whose answers are looked at.
pub(super) struct ScannedIo<T> {
    io: T,
    armed: Arc<AtomicBool>,
    scan: Option<HeadScan>,
}

impl<T> ScannedIo<T> {
    pub(super) fn new(io: T) -> (ScannedIo<T>, ScanTrigger) {
        let armed: Arc<AtomicBool> = Arc::default();
        (
            ScannedIo {
                io,
                armed: Arc::clone(&armed),
                scan: None,
            },
            ScanTrigger(armed),
        )
    }
}

impl<T: Read + Unpin> Read for ScannedIo<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        mut into: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        if self.armed.swap(false, Ordering::AcqRel) {
            self.scan = Some(HeadScan::default());
        }
        if self.scan.is_none() {
            return Pin::new(&mut self.io).poll_read(cx, into);
        }
        let mut space = [0; 4096];
        let room = space.len().min(into.remaining());
        let mut buffer = ReadBuf::new(space.get_mut(..room).unwrap_or_default());
        ready!(Pin::new(&mut self.io).poll_read(cx, buffer.unfilled()))?;
        let length = buffer.filled().len();
        let chunk = space.get_mut(..length).unwrap_or_default();
        if let Some(scan) = &mut self.scan
            && scan
                .feed(chunk)
                .map_err(|bad| io::Error::new(ErrorKind::InvalidData, bad))?
        {
            self.scan = None;
        }
        into.put_slice(chunk);
        Poll::Ready(Ok(()))
    }
}

impl<T: Write + Unpin> Write for ScannedIo<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write_vectored(cx, pieces)
    }
}

/// Where in a head the bytes stand.
#[derive(Debug, Default)]
struct HeadScan {
    /// The line so far, as it came.
    line: Vec<u8>,
    /// None before the status line.
    status: Option<u16>,
    /// The line before says where the answer ends: it must not go on.
    after_strict: bool,
    length: Option<u64>,
    has_coding: bool,
}

impl HeadScan {
    /// Reads a piece, in which it sets a lower-case protocol name right; true once the head is
    /// over.
    fn feed(&mut self, piece: &mut [u8]) -> Result<bool, BadHead> {
        if self.status.is_none() {
            self.check_protocol(piece)?;
        }
        for byte in piece {
            if *byte == b'\n' {
                if self.end_of_line()? {
                    return Ok(true);
                }
                continue;
            }
            if self.line.len() < LONGEST {
                self.line.push(*byte);
            }
            if self.status.is_none() && self.line.len() <= 4 {
                byte.make_ascii_uppercase();
            }
        }
        Ok(false)
    }

    /// Garbage has no lines: it is noticed by its first bytes.
    fn check_protocol(&self, piece: &[u8]) -> Result<(), BadHead> {
        let so_far = [&self.line, piece].concat();
        let start = so_far.trim_ascii_start();
        if let [0x15 | 0x16, 3, ..] = start {
            return Err(BadHead(Text::clean("the port speaks TLS")));
        }
        let is_http = start
            .iter()
            .zip(b"HTTP/")
            .all(|(byte, wanted)| byte.eq_ignore_ascii_case(wanted));
        // One byte may be the first of TLS.
        if is_http || matches!(start, [0x15 | 0x16]) {
            return Ok(());
        }
        let line = start
            .split(|byte| matches!(byte, b'\r' | b'\n'))
            .next()
            .unwrap_or_default();
        Err(bad("not HTTP", line))
    }

    /// True for the one that ends the head.
    fn end_of_line(&mut self) -> Result<bool, BadHead> {
        let line = std::mem::take(&mut self.line);
        let line = line.strip_suffix(b"\r").unwrap_or(&line);
        let Some(status) = self.status else {
            // Line ends before the status line are skipped (RFC 9112, section 2.2).
            if !line.is_empty() {
                self.status = Some(status_of(line).ok_or_else(|| bad("status line", line))?);
            }
            return Ok(false);
        };
        if line.is_empty() {
            let is_last = !(100..200).contains(&status) || status == 101;
            *self = HeadScan::default();
            return Ok(is_last);
        }
        self.header(line)?;
        Ok(false)
    }

    fn header(&mut self, line: &[u8]) -> Result<(), BadHead> {
        let refused = || bad("header line", line);
        let goes_on = matches!(line.first(), Some(b' ' | b'\t'));
        if goes_on && self.after_strict {
            return Err(refused());
        }
        let mut halves = line.splitn(2, |byte| *byte == b':');
        let (name, value) = (halves.next().unwrap_or_default(), halves.next());
        let meant: Vec<u8> = name
            .iter()
            .filter(|byte| byte.is_ascii_graphic())
            .map(u8::to_ascii_lowercase)
            .collect();
        let of = |strict: &[u8]| {
            if value.is_some() {
                meant == strict
            } else {
                meant.starts_with(strict)
            }
        };
        let (is_length, is_coding) = (of(b"content-length"), of(b"transfer-encoding"));
        self.after_strict = is_length || is_coding;
        if !self.after_strict {
            return Ok(());
        }
        let value = value
            .filter(|_| name.len() == meant.len())
            .ok_or_else(refused)?;
        if is_length {
            self.length(value)
        } else {
            self.coding(value)
        }
        .ok_or_else(refused)
    }

    /// Digits only; several have to be the same (RFC 9110, section 8.6).
    fn length(&mut self, value: &[u8]) -> Option<()> {
        for part in value.split(|byte| *byte == b',') {
            let digits = part.trim_ascii();
            if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
                return None;
            }
            let length = std::str::from_utf8(digits).ok()?.parse().ok()?;
            if *self.length.get_or_insert(length) != length {
                return None;
            }
        }
        Some(())
    }

    /// `chunked`, once, is the one that is read.
    fn coding(&mut self, value: &[u8]) -> Option<()> {
        let is_first = !std::mem::replace(&mut self.has_coding, true);
        (is_first && value.trim_ascii().eq_ignore_ascii_case(b"chunked")).then_some(())
    }
}

/// The code of an HTTP/1 status line (RFC 9112, section 4).
fn status_of(line: &[u8]) -> Option<u16> {
    let (protocol, rest) = line.split_at_checked(8)?;
    let is_known = [&b"http/1.0"[..], b"http/1.1"]
        .iter()
        .any(|known| protocol.eq_ignore_ascii_case(known));
    let code = rest.strip_prefix(b" ")?;
    let (code, reason) = code.split_at_checked(3)?;
    if !is_known
        || !matches!(reason.first(), None | Some(b' '))
        || !code.iter().all(u8::is_ascii_digit)
    {
        return None;
    }
    std::str::from_utf8(code).ok()?.parse().ok()
}

fn bad(what: &str, line: &[u8]) -> BadHead {
    let line = Text::clean_bytes(line);
    let shown: String = line.as_str().chars().take(SHOWN).collect();
    BadHead(Text::clean(&format!("{what}: {shown}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What becomes of a head that comes in pieces of this size: its bytes, and whether it ended,
    /// or why not.
    fn read(head: &[u8], size: usize) -> (Vec<u8>, Result<bool, BadHead>) {
        let mut scan = HeadScan::default();
        let mut read = head.to_vec();
        for piece in read.chunks_mut(size) {
            match scan.feed(piece) {
                Ok(false) => {}
                end => return (read, end),
            }
        }
        (read, Ok(false))
    }

    #[test]
    fn interim_answers_come_before_the_last() {
        let head =
            b"\r\nHTTP/1.1 100 Continue\r\nContent-Length: 1\r\n\r\nhttp/1.1 200 OK\r\nContent-Length: 2\r\n\r\n";
        for size in 1..head.len() {
            let (bytes, end) = read(head, size);
            assert_eq!(end, Ok(true), "{size}");
            assert!(
                bytes.ends_with(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"),
                "{size}"
            );
        }
        assert_eq!(
            read(b"HTTP/1.1 101 Switching Protocols\r\n\r\n", 7).1,
            Ok(true)
        );
        assert_eq!(read(b"HTTP/1.1 100 Continue\r\n\r\n", 7).1, Ok(false));
    }

    #[test]
    fn line_ends_without_a_carriage_return_are_line_ends() {
        assert_eq!(read(b"HTTP/1.1 200 OK\nX: y\n\n", 64).1, Ok(true));
        assert!(
            read(b"HTTP/1.1 200 OK\nContent-Length: +1\n\n", 64)
                .1
                .is_err()
        );
    }

    proptest! {
        #[test]
        fn pieces_make_no_difference(
            lines in prop::collection::vec(
                prop::sample::select(vec![
                    "HTTP/1.1 200 OK", "http/1.0 404", "Content-Length: 1", "Content-Length : 1", " folded", "X: y", ":",
                    "Transfer-Encoding: chunked", "transfer-encoding: x", "", "HTTP", "\u{15}\u{3}", "SSH-2.0",
                ]),
                0..8,
            ),
            size in 1_usize..40,
        ) {
            let head = lines.join("\r\n").into_bytes();
            let (whole, pieces) = (read(&head, head.len().max(1)), read(&head, size));
            prop_assert_eq!(whole.1.is_ok(), pieces.1.is_ok());
            if pieces.1 == Ok(true) {
                prop_assert_eq!(whole, pieces);
            }
        }

        #[test]
        fn garbage_never_panics(head in prop::collection::vec(any::<u8>(), 0..300), size in 1_usize..40) {
            let _ = read(&head, size);
            let _ = read(&[b"HTTP/1.1 200 OK\r\n", &head[..]].concat(), size);
        }
    }
}
