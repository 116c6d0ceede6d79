//! The stream cleaner before the SSE parser: its lines do not depend on how the bytes are split into
//! chunks, and every line is complete.
#![no_main]

use bytes::Bytes;
use hbmon::model::Failure;
use hbmon::monitors::sse::cleaner::{StreamCleaner, StreamItem};
use libfuzzer_sys::fuzz_target;

const CAP: usize = 64;

fuzz_target!(|input: (u8, &[u8])| {
    let (size, stream) = (usize::from(input.0).max(1), input.1);
    let whole = items([stream]);
    assert_eq!(whole, items(stream.chunks(size)));
    for item in whole.0 {
        if let StreamItem::Line(line) = item {
            assert!(
                line.ends_with(b"\n") && line.iter().filter(|&&byte| byte == b'\n').count() == 1
            );
            assert!(std::str::from_utf8(&line).is_ok());
        }
    }
});

fn items<'c>(chunks: impl IntoIterator<Item = &'c [u8]>) -> (Vec<StreamItem>, Option<Failure>) {
    let mut cleaner = StreamCleaner::new(CAP);
    let mut items = Vec::new();
    for chunk in chunks {
        let mut chunk = Bytes::copy_from_slice(chunk);
        loop {
            match cleaner.next(&mut chunk) {
                Ok(Some(item)) => items.push(item),
                Ok(None) => break,
                Err(failure) => return (items, Some(failure)),
            }
        }
    }
    (items, None)
}
