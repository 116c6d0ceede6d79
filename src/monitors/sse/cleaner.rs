//! Cleans an event stream before it is parsed. The parser only gets complete lines with known
//! fields.
//!
//! Pure; the result does not depend on chunk boundaries. Needed because eventsource-client 0.18
//! buffers lines without a limit, reports invalid UTF-8, unknown fields and nameless events as
//! errors, and drops `id` and `retry` of events without data.

use std::borrow::Cow;
use std::time::Duration;

use bytes::{Buf, Bytes};

use crate::model::{Failure, MessagePart};

/// Longest event id in bytes; longer ones are ignored. Ids are sent back in a request header, and
/// common servers refuse heads over 8 KiB.
const MAX_EVENT_ID_BYTES: usize = 4096;

/// Cleans one stream, chunk by chunk (WHATWG HTML, section 9.2.6).
pub struct StreamCleaner {
    /// Largest size in bytes of a line, and of the name and data of one event.
    cap: usize,
    /// Beginning of an incomplete line.
    partial: Vec<u8>,
    /// No line is complete yet, so the next one may begin with a byte order mark.
    at_start: bool,
    /// The last line ended with CR. An LF that follows is part of the same line end.
    after_cr: bool,
    /// Bytes of name and data that the parser buffers for the current event.
    held: usize,
    /// `id` of the current event.
    id: Option<String>,
}

/// Result of one line of the stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StreamItem {
    /// A line for the parser: `event`, `data` or a comment, in UTF-8, with LF at its end.
    Line(Bytes),
    /// The empty line at the end of an event, with the event's id if it has one.
    End { id: Option<String> },
    /// Delay before the next connection that the server asks for.
    Retry(Duration),
}

impl StreamCleaner {
    pub fn new(cap: usize) -> StreamCleaner {
        StreamCleaner {
            cap,
            partial: Vec::new(),
            at_start: true,
            after_cr: false,
            held: 0,
            id: None,
        }
    }

    /// Takes the next item from the chunk. Returns `None` at the end of the chunk; an incomplete
    /// line is kept for the next call.
    ///
    /// # Errors
    /// `too_large`, after all items before the oversized one were returned.
    pub fn next(&mut self, chunk: &mut Bytes) -> Result<Option<StreamItem>, Failure> {
        while let Some(&first) = chunk.first() {
            if std::mem::take(&mut self.after_cr) && first == b'\n' {
                chunk.advance(1);
                continue;
            }
            let Some(end) = chunk
                .iter()
                .position(|&byte| byte == b'\n' || byte == b'\r')
            else {
                self.extend(&std::mem::take(chunk))?;
                return Ok(None);
            };
            self.extend(&chunk.split_to(end))?;
            self.after_cr = chunk.get_u8() == b'\r';
            let line = std::mem::take(&mut self.partial);
            if let Some(piece) = self.line(&line)? {
                return Ok(Some(piece));
            }
        }
        Ok(None)
    }

    fn extend(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        if self.partial.len() + bytes.len() > self.cap {
            return Err(self.too_large(MessagePart::Line));
        }
        self.partial.extend_from_slice(bytes);
        Ok(())
    }

    fn line(&mut self, line: &[u8]) -> Result<Option<StreamItem>, Failure> {
        let line = match std::mem::take(&mut self.at_start) {
            true => line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line),
            false => line,
        };
        let line = self.decode(line)?;
        if line.is_empty() {
            self.held = 0;
            return Ok(Some(StreamItem::End { id: self.id.take() }));
        }
        let (field, value) = line.split_once(':').unwrap_or((&line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "" => return Ok(Some(StreamItem::Line(format!(":{value}\n").into()))),
            "data" => return self.hold("data", value).map(Some),
            // The parser reports an empty name as an error. The specification calls such an event
            // `message`.
            "event" => {
                return self
                    .hold("event", if value.is_empty() { "message" } else { value })
                    .map(Some);
            }
            "id" if !value.contains('\0') && value.len() <= MAX_EVENT_ID_BYTES => {
                self.id = Some(value.to_owned())
            }
            "retry" => return Ok(retry(value).map(StreamItem::Retry)),
            _ => {}
        }
        Ok(None)
    }

    /// Replaces invalid bytes by U+FFFD. This can make the line longer, so the limit is checked
    /// again.
    fn decode<'l>(&self, line: &'l [u8]) -> Result<Cow<'l, str>, Failure> {
        let line = String::from_utf8_lossy(line);
        if line.len() > self.cap {
            Err(self.too_large(MessagePart::Line))
        } else {
            Ok(line)
        }
    }

    /// Counts a field whose value and line end the parser buffers until the event is complete.
    fn hold(&mut self, field: &str, value: &str) -> Result<StreamItem, Failure> {
        self.held += value.len() + 1;
        // The line end after the last value is not part of the data and does not count.
        if self.held > self.cap.saturating_add(1) {
            return Err(self.too_large(MessagePart::Message));
        }
        Ok(StreamItem::Line(format!("{field}: {value}\n").into()))
    }

    fn too_large(&self, what: MessagePart) -> Failure {
        Failure::TooLarge {
            what,
            limit: self.cap as u64,
        }
    }
}

/// Reads milliseconds. Only ASCII digits are allowed.
fn retry(value: &str) -> Option<Duration> {
    let digits = value.bytes().all(|byte| byte.is_ascii_digit());
    if digits {
        value.parse().ok().map(Duration::from_millis)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const CAP: usize = 64;

    /// Returns all items of a stream, and the failure that ended it.
    fn pieces<'c>(
        cap: usize,
        chunks: impl IntoIterator<Item = &'c [u8]>,
    ) -> (Vec<StreamItem>, Option<Failure>) {
        let mut guard = StreamCleaner::new(cap);
        let mut pieces = Vec::new();
        for chunk in chunks {
            let mut chunk = Bytes::copy_from_slice(chunk);
            loop {
                match guard.next(&mut chunk) {
                    Ok(Some(piece)) => pieces.push(piece),
                    Ok(None) => break,
                    Err(failure) => return (pieces, Some(failure)),
                }
                assert!(guard.partial.len() <= cap);
            }
        }
        (pieces, None)
    }

    /// Returns the items as text: lines unchanged, ids and retries marked.
    fn text(stream: &[u8]) -> String {
        let (pieces, failure) = pieces(CAP, [stream]);
        let mut text: String = pieces.iter().map(shown).collect();
        if let Some(failure) = failure {
            text += failure.reason().as_str();
        }
        text
    }

    fn shown(piece: &StreamItem) -> String {
        match piece {
            StreamItem::Line(line) => String::from_utf8(line.to_vec()).unwrap(),
            StreamItem::End { id: None } => "\n".to_owned(),
            StreamItem::End { id: Some(id) } => format!("[id {id}]\n"),
            StreamItem::Retry(wait) => format!("[retry {wait:?}]"),
        }
    }

    #[test]
    fn every_line_end_is_one() {
        for end in ["\n", "\r", "\r\n"] {
            let stream = ["event: heartbeat", "data: a", "data: b", "", ":c", ""]
                .map(|line| line.to_owned() + end)
                .concat();
            assert_eq!(
                text(stream.as_bytes()),
                "event: heartbeat\ndata: a\ndata: b\n\n:c\n\n",
                "{end:?}"
            );
        }
    }

    #[test]
    fn mixed_line_ends() {
        assert_eq!(
            text(b"data: a\r\r\ndata: b\n\rdata: c\n\n"),
            "data: a\n\ndata: b\n\ndata: c\n\n"
        );
    }

    #[test]
    fn one_byte_order_mark_at_the_start_is_dropped() {
        assert_eq!(text(b"\xEF\xBB\xBFdata: a\n\n"), "data: a\n\n");
        assert_eq!(text(b"\xEF\xBB\xBF\n"), "\n");
        assert_eq!(text(b"\xEF\xBB\xBF\xEF\xBB\xBFdata: a\n"), "");
        assert_eq!(text(b"\n\xEF\xBB\xBFdata: a\n"), "\n");
    }

    #[test]
    fn values_lose_one_space_only() {
        assert_eq!(
            text(b"data:a\ndata:  b\ndata: c \ndata\ndata:\n"),
            "data: a\ndata:  b\ndata: c \ndata: \ndata: \n"
        );
    }

    #[test]
    fn unknown_fields_are_dropped() {
        assert_eq!(
            text(b"foo: bar\ncomment: x\nData: y\n data: z\nfoo\ndata: a\n\n"),
            "data: a\n\n"
        );
    }

    #[test]
    fn events_without_a_name_are_messages() {
        assert_eq!(
            text(b"event: a\nevent:\nevent\ndata: x\n\n"),
            "event: a\nevent: message\nevent: message\ndata: x\n\n"
        );
    }

    #[test]
    fn comments_stay_comments() {
        assert_eq!(text(b": beat\n:\n:a:b\n"), ":beat\n:\n:a:b\n");
    }

    #[test]
    fn ids_count_when_their_block_ends() {
        assert_eq!(
            text(b"id: 7\n\nid\n\nid: 8\nid: 9\ndata: x\n\nid: 10\n"),
            "[id 7]\n[id ]\ndata: x\n[id 9]\n"
        );
    }

    #[test]
    fn ids_that_cannot_be_sent_back_are_ignored() {
        assert_eq!(text(b"id: a\0b\n\n"), "\n");
        let long = format!("id: {}\n\n", "x".repeat(MAX_EVENT_ID_BYTES + 1));
        assert_eq!(
            pieces(1 << 20, [long.as_bytes()]).0,
            [StreamItem::End { id: None }]
        );
    }

    #[test]
    fn retry_is_digits_only() {
        assert_eq!(
            text(b"retry: 1500\n\nretry:0\n"),
            "[retry 1.5s]\n[retry 0ns]"
        );
        for bad in [
            "",
            "-1",
            "+5",
            "1.5",
            "10s",
            "1 ",
            "0x10",
            "\u{0663}",
            "99999999999999999999999",
        ] {
            assert_eq!(text(format!("retry: {bad}\n").as_bytes()), "", "{bad:?}");
        }
    }

    #[test]
    fn invalid_utf8_is_replaced() {
        assert_eq!(
            text(b"data: a\xFFb\xE2\x82\ndata: \xF0\x9F\x92\x93\n"),
            "data: a\u{FFFD}b\u{FFFD}\ndata: \u{1F493}\n"
        );
    }

    #[test]
    fn a_line_beyond_the_cap_ends_the_stream_after_what_came_before() {
        let longest = format!("data: {}\n", "x".repeat(CAP - 6));
        assert_eq!(text(longest.as_bytes()), longest);
        let longer = format!("data: a\n\ndata: {}", "x".repeat(CAP - 5));
        assert_eq!(text(longer.as_bytes()), "data: a\n\ntoo_large");
        let (_, failure) = pieces(CAP, [longer.as_bytes()]);
        assert_eq!(
            failure,
            Some(Failure::TooLarge {
                what: MessagePart::Line,
                limit: CAP as u64
            })
        );
    }

    #[test]
    fn invalid_bytes_count_as_long_as_they_become() {
        assert_eq!(text(&[&[0xFF; CAP / 2][..], b"\n"].concat()), "too_large");
    }

    #[test]
    fn an_event_beyond_the_cap_ends_the_stream() {
        let fits = "data: xxxxxxx\n".repeat(CAP / 8);
        assert_eq!(
            text(format!("{fits}\n{fits}\n").as_bytes()),
            format!("{fits}\n{fits}\n")
        );
        let (_, failure) = pieces(CAP, [fits.as_bytes(), b"data: x\n"]);
        assert_eq!(
            failure,
            Some(Failure::TooLarge {
                what: MessagePart::Message,
                limit: CAP as u64
            })
        );
        assert!(text("data\n".repeat(CAP + 2).as_bytes()).ends_with("too_large"));
    }

    #[test]
    fn endless_unknown_fields_and_comments_are_kept_nowhere() {
        let mut guard = StreamCleaner::new(CAP);
        for _ in 0..10_000 {
            let mut chunk = Bytes::from_static(b"foo: bar\n: beat\nid: 1\n");
            while guard.next(&mut chunk).unwrap().is_some() {}
        }
        assert_eq!((guard.held, guard.partial.capacity()), (0, 0));
    }

    /// Generates streams in which all special bytes are likely.
    fn stream() -> impl Strategy<Value = Vec<u8>> {
        let word = prop_oneof![
            prop::sample::select(
                [
                    "data",
                    "event",
                    "id",
                    "retry",
                    ":",
                    ": ",
                    "\n",
                    "\r",
                    "\r\n",
                    "\u{FEFF}",
                    "12",
                    "\u{1F493}",
                    "\0",
                    "x"
                ]
                .as_slice()
            )
            .prop_map(|word| word.as_bytes().to_vec()),
            prop::collection::vec(any::<u8>(), 0..20),
        ];
        prop::collection::vec(word, 0..60).prop_map(|words| words.concat())
    }

    proptest! {
        #[test]
        fn chunks_do_not_matter(
            stream in stream(),
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..8),
        ) {
            let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(stream.len() + 1)).collect();
            cuts.extend([0, stream.len()]);
            cuts.sort_unstable();
            let chunks = cuts.windows(2).map(|cut| &stream[cut[0]..cut[1]]);
            let whole = pieces(CAP, [stream.as_slice()]);
            prop_assert_eq!(&pieces(CAP, chunks), &whole);
            prop_assert_eq!(&pieces(CAP, stream.chunks(1)), &whole);
        }

        #[test]
        fn the_parser_gets_only_what_it_knows_and_never_more_than_the_cap(stream in stream()) {
            let mut held = 0;
            for piece in pieces(CAP, [stream.as_slice()]).0 {
                let StreamItem::Line(line) = piece else {
                    held = 0;
                    continue;
                };
                let line = std::str::from_utf8(&line).unwrap().strip_suffix('\n').unwrap();
                prop_assert!(!line.contains(['\r', '\n']));
                let field = line.strip_prefix("data: ").or_else(|| line.strip_prefix("event: "));
                if let Some(kept) = field {
                    held += kept.len() + 1;
                    prop_assert!(held <= CAP + 1);
                } else {
                    prop_assert!(line.starts_with(':') && line.len() <= CAP);
                }
            }
        }
    }
}
