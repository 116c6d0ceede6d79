//! Content codings of a body (RFC 9110, section 8.4) and their decoding. Does no I/O.

use bytes::Bytes;
use http::header::CONTENT_ENCODING;
use http::{HeaderMap, HeaderValue};

use crate::model::{Failure, MessagePart, Text, WireProtocol};
use crate::monitors::unpack::{brotli, deflate, gzip};

/// Value of `Accept-Encoding`: all supported codings.
pub(super) const ACCEPT_ENCODINGS: HeaderValue = HeaderValue::from_static("gzip, deflate, br");
/// Maximum number of codings of one body, as in curl.
const MAX_CODINGS: usize = 5;

/// The codings of a body in the order in which they were applied, in lower case.
#[derive(Debug, Default)]
pub(super) struct Codings(Vec<String>);

impl Codings {
    pub(super) fn from_headers(headers: &HeaderMap) -> Codings {
        let values = headers.get_all(CONTENT_ENCODING).iter();
        let lists: Vec<_> = values
            .map(|value| String::from_utf8_lossy(value.as_bytes()).to_ascii_lowercase())
            .collect();
        let names = lists.iter().flat_map(|list| list.split(',')).map(str::trim);
        // One more than the maximum, so that `decode` notices the excess.
        Codings(
            names
                .filter(|name| !matches!(*name, "" | "identity"))
                .take(MAX_CODINGS + 1)
                .map(str::to_owned)
                .collect(),
        )
    }

    /// Returns the decoded body.
    ///
    /// # Errors
    /// `protocol` for an unsupported coding or invalid data; `too_large` beyond `limit` bytes after
    /// any of the codings.
    pub(super) fn decode(&self, body: Bytes, limit: usize) -> Result<Bytes, Failure> {
        // An empty body is valid in every coding: responses to HEAD, 204, 304.
        if body.is_empty() {
            return Ok(body);
        }
        if self.0.len() > MAX_CODINGS {
            return Err(protocol(&format!(
                "body is encoded more than {MAX_CODINGS} times over"
            )));
        }
        self.0.iter().rev().try_fold(body, |body, coding| {
            let decoded = match coding.as_str() {
                "gzip" | "x-gzip" => gzip(&body, limit),
                "deflate" => deflate(&body, limit),
                "br" => brotli(&body, limit),
                other => {
                    let other = Text::clean(other);
                    return Err(protocol(&format!(
                        "body is encoded with \"{other}\", which hbmon does not read"
                    )));
                }
            };
            match decoded {
                Ok(decoded) if decoded.len() > limit => Err(Failure::TooLarge {
                    what: MessagePart::Body,
                    limit: limit.try_into().unwrap_or(u64::MAX),
                }),
                Ok(decoded) => Ok(decoded.into()),
                Err(why) => Err(protocol(&format!("body: {why}"))),
            }
        })
    }
}

fn protocol(why: &str) -> Failure {
    Failure::Protocol {
        protocol: WireProtocol::Http,
        why: Text::clean(why),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::Compression as Level;
    use flate2::read::{DeflateEncoder, GzEncoder, ZlibEncoder};

    use super::*;

    const LIMIT: usize = 100_000;
    const PLAIN: &[u8] = b"{\"ok\":true}";
    /// `PLAIN`, compressed by `brotli` 1.1.
    const BR: &[u8] = b"\x0b\x05\x80{\"ok\":true}\x03";

    fn all(mut encoder: impl Read) -> Vec<u8> {
        let mut out = Vec::new();
        encoder.read_to_end(&mut out).unwrap();
        out
    }

    fn gz(data: &[u8]) -> Vec<u8> {
        all(GzEncoder::new(data, Level::best()))
    }

    fn undo(lines: &[&'static str], body: &[u8]) -> Result<Bytes, Failure> {
        let lines = lines
            .iter()
            .map(|line| (CONTENT_ENCODING, HeaderValue::from_static(line)));
        Codings::from_headers(&lines.collect()).decode(Bytes::copy_from_slice(body), LIMIT)
    }

    fn why(result: Result<Bytes, Failure>) -> String {
        match result {
            Err(Failure::Protocol { why, .. }) => why.to_string(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_spelling_and_form() {
        let raw = all(DeflateEncoder::new(PLAIN, Level::best()));
        let zlib = all(ZlibEncoder::new(PLAIN, Level::best()));
        let twice = gz(&gz(PLAIN));
        let members = [gz(&PLAIN[..4]), gz(&PLAIN[4..])].concat();
        let padded = [&gz(PLAIN)[..], b"\0\0\0"].concat();
        let mixed = gz(&zlib);
        for (lines, body) in [
            (&["gzip"][..], &gz(PLAIN)[..]),
            (&["x-gzip"], &gz(PLAIN)),
            (&["GZIP"], &gz(PLAIN)),
            (&["gzip"], &members),
            (&["gzip"], &padded),
            (&["deflate"], &zlib),
            (&["Deflate"], &raw),
            (&["br"], BR),
            (&["identity"], PLAIN),
            (&[""], PLAIN),
            (&[], PLAIN),
            (&["gzip, identity"], &gz(PLAIN)),
            (&["gzip, gzip"], &twice),
            (&["gzip", "X-GZIP"], &twice),
            (&["deflate,gzip"], &mixed),
        ] {
            assert_eq!(undo(lines, body).unwrap(), PLAIN, "{lines:?}");
            assert_eq!(undo(lines, b"").unwrap(), "", "{lines:?}");
        }
    }

    #[test]
    fn what_is_not_read_is_named() {
        assert_eq!(
            why(undo(&["zstd"], b"x")),
            "body is encoded with \"zstd\", which hbmon does not read"
        );
        assert_eq!(
            why(undo(&["gzip, Aes128GCM"], b"x")),
            "body is encoded with \"aes128gcm\", which hbmon does not read"
        );
        assert_eq!(
            why(undo(&["gzip, gzip, gzip, gzip, gzip, gzip"], b"x")),
            "body is encoded more than 5 times over"
        );
    }

    #[test]
    fn what_is_broken_is_said() {
        let zlib = all(ZlibEncoder::new(PLAIN, Level::best()));
        assert_eq!(
            why(undo(&["gzip"], &gz(PLAIN)[..20])),
            "body: gzip data is cut short"
        );
        assert_eq!(why(undo(&["gzip"], PLAIN)), "body: not gzip data");
        assert_eq!(
            why(undo(&["deflate"], &zlib[..8])),
            "body: deflate data is cut short"
        );
        for bad in [&BR[..8], b"\xff\xff\xff\xff"] {
            assert_eq!(
                why(undo(&["br"], bad)),
                "body: br data is cut short or broken"
            );
        }
    }

    #[test]
    fn a_bomb_is_too_large() {
        let zeros = vec![0; 50 * LIMIT];
        let bomb = gz(&zeros);
        let raw = all(DeflateEncoder::new(&zeros[..], Level::best()));
        let too_large = Err(Failure::TooLarge {
            what: MessagePart::Body,
            limit: LIMIT as u64,
        });
        assert_eq!(undo(&["gzip"], &bomb), too_large);
        assert_eq!(undo(&["deflate"], &raw), too_large);
        assert_eq!(undo(&["gzip, gzip"], &gz(&bomb)), too_large);
        let many = gz(b"").repeat(2000);
        assert_eq!(
            why(undo(&["gzip"], &many)),
            "body: gzip data with too many members"
        );
    }
}
