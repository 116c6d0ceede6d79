//! Checks the head of an HTTP/1 response while it arrives. hyper is lenient with header lines, as
//! browsers are. The lines that say where the response ends are checked strictly here (RFC 9112,
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

/// Number of bytes of a line that are kept. No line that says where a response ends is longer.
const MAX_LINE: usize = 512;
/// Maximum number of characters of an invalid line that are shown.
const MAX_SHOWN: usize = 120;

/// The error of an invalid response head.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BadHead(Text);

impl fmt::Display for BadHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str())
    }
}

impl Error for BadHead {}

/// Tells a `ScannedIo` that the next bytes are a response head.
pub(super) struct ScanTrigger(Arc<AtomicBool>);

impl ScanTrigger {
    pub(super) fn arm(&self) {
        self.0.store(true, Ordering::Release);
    }
}

/// A connection whose response heads are checked.
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
        let mut storage = [0; 4096];
        let capacity = storage.len().min(into.remaining());
        let mut buffer = ReadBuf::new(storage.get_mut(..capacity).unwrap_or_default());
        ready!(Pin::new(&mut self.io).poll_read(cx, buffer.unfilled()))?;
        let length = buffer.filled().len();
        let chunk = storage.get_mut(..length).unwrap_or_default();
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

/// State of the scan of one head.
#[derive(Debug, Default)]
struct HeadScan {
    /// The current line so far.
    line: Vec<u8>,
    /// `None` before the status line.
    status: Option<u16>,
    /// The previous line says where the response ends, so it must not be continued.
    after_strict: bool,
    length: Option<u64>,
    has_coding: bool,
}

impl HeadScan {
    /// Scans a chunk and changes a lower-case protocol name in it to upper case. Returns true at
    /// the end of the head.
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
            if self.line.len() < MAX_LINE {
                self.line.push(*byte);
            }
            if self.status.is_none() && self.line.len() <= 4 {
                byte.make_ascii_uppercase();
            }
        }
        Ok(false)
    }

    /// Checks the first bytes, because data that is not HTTP may have no lines.
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
        // A single byte may be the start of a TLS record.
        if is_http || matches!(start, [0x15 | 0x16]) {
            return Ok(());
        }
        let line = start
            .split(|byte| matches!(byte, b'\r' | b'\n'))
            .next()
            .unwrap_or_default();
        Err(bad("not HTTP", line))
    }

    /// Checks a complete line. Returns true for the line that ends the head.
    fn end_of_line(&mut self) -> Result<bool, BadHead> {
        let line = std::mem::take(&mut self.line);
        let line = line.strip_suffix(b"\r").unwrap_or(&line);
        let Some(status) = self.status else {
            // Empty lines before the status line are skipped (RFC 9112, section 2.2).
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

    /// Checks a header line, if it says where the response ends.
    fn header(&mut self, line: &[u8]) -> Result<(), BadHead> {
        let refused = || bad("header line", line);
        let goes_on = matches!(line.first(), Some(b' ' | b'\t'));
        if goes_on && self.after_strict {
            return Err(refused());
        }
        let mut halves = line.splitn(2, |byte| *byte == b':');
        let name = halves.next().unwrap_or_default();
        let value = halves.next();
        let meant: Vec<u8> = name
            .iter()
            .filter(|byte| byte.is_ascii_graphic())
            .map(u8::to_ascii_lowercase)
            .collect();
        let is_header = |strict: &[u8]| {
            if value.is_some() {
                meant == strict
            } else {
                meant.starts_with(strict)
            }
        };
        let is_length = is_header(b"content-length");
        let is_coding = is_header(b"transfer-encoding");
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

    /// Checks `Content-Length`: digits only, and several values must be equal (RFC 9110, section
    /// 8.6).
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

    /// Checks `Transfer-Encoding`: only a single `chunked` is supported.
    fn coding(&mut self, value: &[u8]) -> Option<()> {
        let is_first = !std::mem::replace(&mut self.has_coding, true);
        (is_first && value.trim_ascii().eq_ignore_ascii_case(b"chunked")).then_some(())
    }
}

/// Returns the code of an HTTP/1 status line (RFC 9112, section 4).
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

/// Returns the error for an invalid line, which it quotes.
fn bad(what: &str, line: &[u8]) -> BadHead {
    let line = Text::clean_bytes(line);
    let shown: String = line.as_str().chars().take(MAX_SHOWN).collect();
    BadHead(Text::clean(&format!("{what}: {shown}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Scans a head in chunks of this size. Returns its bytes, and whether it ended or the error.
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
        let head = b"\r\nHTTP/1.1 100 Continue\r\nContent-Length: 1\r\n\r\n\
              http/1.1 200 OK\r\nContent-Length: 2\r\n\r\n";
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
                    "HTTP/1.1 200 OK", "http/1.0 404", "Content-Length: 1", "Content-Length : 1",
                    " folded", "X: y", ":", "Transfer-Encoding: chunked", "transfer-encoding: x",
                    "", "HTTP", "\u{15}\u{3}", "SSH-2.0",
                ]),
                0..8,
            ),
            size in 1_usize..40,
        ) {
            let head = lines.join("\r\n").into_bytes();
            let whole = read(&head, head.len().max(1));
            let pieces = read(&head, size);
            prop_assert_eq!(whole.1.is_ok(), pieces.1.is_ok());
            if pieces.1 == Ok(true) {
                prop_assert_eq!(whole, pieces);
            }
        }

        #[test]
        fn garbage_never_panics(
            head in prop::collection::vec(any::<u8>(), 0..300),
            size in 1_usize..40,
        ) {
            let _ = read(&head, size);
            let _ = read(&[b"HTTP/1.1 200 OK\r\n", &head[..]].concat(), size);
        }
    }
}
