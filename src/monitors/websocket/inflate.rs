//! Decompresses a heartbeat, up to a limit.

use super::Compression;
use crate::model::{Failure, MessagePart, Text};
use crate::monitors::unpack::{deflate, gzip};

/// Returns the decompressed message. A gzip message may have several members (RFC 1952).
///
/// # Errors
/// `too_large` over `limit` bytes. `payload` if the message is truncated or not compressed: only
/// the heartbeat fails, not the connection.
pub fn inflate(compression: Compression, message: &[u8], limit: usize) -> Result<Vec<u8>, Failure> {
    let inflated = match compression {
        Compression::Gzip => gzip(message, limit),
        Compression::Deflate => deflate(message, limit),
    };
    match inflated {
        Ok(inflated) if inflated.len() > limit => Err(Failure::TooLarge {
            what: MessagePart::Inflated,
            limit: limit.try_into().unwrap_or(u64::MAX),
        }),
        Ok(inflated) => Ok(inflated),
        Err(why) => Err(Failure::Payload {
            why: Text::clean(why),
        }),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::Compression::{Deflate, Gzip};
    use super::*;
    use flate2::Compression as Level;
    use flate2::read::{DeflateEncoder, GzEncoder, ZlibEncoder};
    use proptest::prelude::*;

    const LIMIT: usize = 100_000;

    fn gzipped(data: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        GzEncoder::new(data, Level::default())
            .read_to_end(&mut out)
            .unwrap();
        out
    }

    fn zlib(data: &[u8], level: u32) -> Vec<u8> {
        let mut out = Vec::new();
        ZlibEncoder::new(data, Level::new(level))
            .read_to_end(&mut out)
            .unwrap();
        out
    }

    fn raw(data: &[u8], level: u32) -> Vec<u8> {
        let mut out = Vec::new();
        DeflateEncoder::new(data, Level::new(level))
            .read_to_end(&mut out)
            .unwrap();
        out
    }

    fn payload(result: Result<Vec<u8>, Failure>) -> String {
        match result {
            Err(Failure::Payload { why }) => why.as_str().to_owned(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn gzip_of_several_members() {
        let two = [gzipped(b"{\"ts\":"), gzipped(b"1}")].concat();
        assert_eq!(inflate(Gzip, &two, LIMIT).unwrap(), b"{\"ts\":1}");
    }

    #[test]
    fn what_is_cut_short_or_foreign_is_no_payload() {
        let data = b"{\"ts\": \"2024-01-15T10:30:00+0000\"}".repeat(3);
        for whole in [zlib(&data, 6), raw(&data, 6), raw(&data, 0)] {
            for cut in 0..whole.len() {
                assert!(
                    payload(inflate(Deflate, &whole[..cut], LIMIT)).contains("deflate"),
                    "{cut}"
                );
            }
        }
        let whole = gzipped(&data);
        for cut in 2..whole.len() {
            assert_eq!(
                payload(inflate(Gzip, &whole[..cut], LIMIT)),
                "gzip data is cut short",
                "{cut}"
            );
        }
        assert_eq!(
            payload(inflate(Gzip, b"{\"ts\": 1}", LIMIT)),
            "not gzip data"
        );
        assert!(payload(inflate(Gzip, b"", LIMIT)).contains("gzip"));
        assert!(payload(inflate(Deflate, b"{\"ts\": 1}", LIMIT)).contains("deflate"));
        let mut flipped = whole;
        let last = flipped.len() - 1;
        flipped[last] ^= 1;
        assert_eq!(payload(inflate(Gzip, &flipped, LIMIT)), "not gzip data");
    }

    #[test]
    fn a_bomb_is_too_large() {
        let zeros = vec![0; 50 * LIMIT];
        for (compression, bomb) in [
            (Gzip, gzipped(&zeros)),
            (Deflate, zlib(&zeros, 9)),
            (Deflate, raw(&zeros, 9)),
        ] {
            let failure = inflate(compression, &bomb, LIMIT).unwrap_err();
            assert_eq!(
                failure,
                Failure::TooLarge {
                    what: MessagePart::Inflated,
                    limit: LIMIT as u64
                }
            );
        }
    }

    #[test]
    fn the_limit_itself_is_allowed() {
        for size in [0, 1, LIMIT] {
            let data = vec![7; size];
            for (compression, message) in [
                (Gzip, gzipped(&data)),
                (Deflate, zlib(&data, 6)),
                (Deflate, raw(&data, 6)),
            ] {
                assert_eq!(inflate(compression, &message, size).unwrap(), data);
                assert_eq!(
                    inflate(compression, &message, size.wrapping_sub(1)).is_ok(),
                    size == 0
                );
            }
        }
    }

    proptest! {
        #[test]
        fn what_was_compressed_comes_back(
            data in prop::collection::vec(any::<u8>(), 0..5000),
            level in 0_u32..10,
        ) {
            prop_assert_eq!(&inflate(Gzip, &gzipped(&data), LIMIT).unwrap(), &data);
            prop_assert_eq!(&inflate(Deflate, &zlib(&data, level), LIMIT).unwrap(), &data);
            prop_assert_eq!(&inflate(Deflate, &raw(&data, level), LIMIT).unwrap(), &data);
        }

        #[test]
        fn garbage_neither_panics_nor_outgrows(
            data in prop::collection::vec(any::<u8>(), 0..500),
            limit in 0_usize..2000,
        ) {
            for compression in [Gzip, Deflate] {
                if let Ok(inflated) = inflate(compression, &data, limit) {
                    prop_assert!(inflated.len() <= limit);
                }
            }
        }
    }
}
