//! Compressed heartbeats: no output is larger than the limit.
#![no_main]

use hbmon::monitors::websocket::Compression;
use hbmon::monitors::websocket::inflate::inflate;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u16, &[u8])| {
    let (limit, message) = (usize::from(input.0), input.1);
    for compression in [Compression::Gzip, Compression::Deflate] {
        if let Ok(inflated) = inflate(compression, message, limit) {
            assert!(inflated.len() <= limit);
        }
    }
});
