//! The guard before the SSE parser: its lines do not depend on how the bytes are split into chunks,
//! and every line is complete.
#![no_main]

use bytes::Bytes;
use hbmon::model::Failure;
use hbmon::monitors::sse::guard::{Guard, Piece};
use libfuzzer_sys::fuzz_target;

const CAP: usize = 64;

fuzz_target!(|input: (u8, &[u8])| {
    let (size, stream) = (usize::from(input.0).max(1), input.1);
    let whole = pieces([stream]);
    assert_eq!(whole, pieces(stream.chunks(size)));
    for piece in whole.0 {
        if let Piece::Line(line) = piece {
            assert!(
                line.ends_with(b"\n") && line.iter().filter(|&&byte| byte == b'\n').count() == 1
            );
            assert!(std::str::from_utf8(&line).is_ok());
        }
    }
});

fn pieces<'c>(chunks: impl IntoIterator<Item = &'c [u8]>) -> (Vec<Piece>, Option<Failure>) {
    let mut guard = Guard::new(CAP);
    let mut pieces = Vec::new();
    for chunk in chunks {
        let mut chunk = Bytes::copy_from_slice(chunk);
        loop {
            match guard.next(&mut chunk) {
                Ok(Some(piece)) => pieces.push(piece),
                Ok(None) => break,
                Err(failure) => return (pieces, Some(failure)),
            }
        }
    }
    (pieces, None)
}
