//! Speed of the codecs that process each message of a connection and each answer of a poll.

use bytes::Bytes;
use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use hbmon::monitors::payload::{Expect, Filter, Query, classify};
use hbmon::monitors::socketio::engine;
use hbmon::monitors::socketio::packet::SocketioPacket;
use hbmon::monitors::sse::cleaner::StreamCleaner;
use hbmon::monitors::websocket::Compression;
use hbmon::monitors::websocket::inflate::inflate;

const CAP: usize = 1 << 20;
const PAYLOAD: &[u8] =
    br#"{"ok":true,"ts":"2026-11-24T20:00:00.123Z","workers_online":3,"ids":["a","b","c"]}"#;

fn main() {
    divan::main();
}

/// Many events in chunks of a network buffer, as from a server.
#[divan::bench]
fn sse_guard(bencher: Bencher) {
    let event = [
        b"id: 7\nevent: heartbeat\ndata: ",
        PAYLOAD,
        b"\n\n: comment\n",
    ]
    .concat();
    let stream = event.repeat(500);
    bencher
        .counter(ItemsCount::new(500_usize))
        .counter(BytesCount::new(stream.len()))
        .bench(|| {
            let mut guard = StreamCleaner::new(CAP);
            let mut pieces = 0;
            for chunk in stream.chunks(4096) {
                let mut chunk = Bytes::copy_from_slice(chunk);
                while let Ok(Some(_)) = guard.next(&mut chunk) {
                    pieces += 1;
                }
            }
            pieces
        });
}

#[divan::bench]
fn socketio_packet() -> Result<SocketioPacket, impl Sized> {
    SocketioPacket::decode(divan::black_box(
        r#"2/chat,12["heartbeat-ack",{"ok":true,"n":12345}]"#,
    ))
}

#[divan::bench]
fn engineio_packet() -> Result<engine::EngineIoPacket, impl Sized> {
    engine::EngineIoPacket::decode(divan::black_box(
        r#"42["heartbeat-ack",{"ok":true,"n":12345}]"#,
    ))
}

#[divan::bench]
fn payload_without_expectation(bencher: Bencher) {
    let expect = Expect::default();
    bencher
        .counter(ItemsCount::new(1_usize))
        .bench(|| classify(divan::black_box(PAYLOAD), None, &expect, None));
}

#[divan::bench]
fn payload_with_match_expectation_and_timestamp(bencher: Bencher) {
    let filter = |text| Filter::parse(text).ok();
    let expect = Expect {
        body: None,
        json: filter("@.ok == true && @.workers_online >= 1"),
    };
    let (matches, timestamp) = (filter("@.ts"), Query::parse("$.ts").ok());
    bencher.counter(ItemsCount::new(1_usize)).bench(|| {
        classify(
            divan::black_box(PAYLOAD),
            matches.as_ref(),
            &expect,
            timestamp.as_ref(),
        )
    });
}

#[divan::bench]
fn inflate_gzip(bencher: Bencher) {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    // Writing to memory cannot fail.
    let _ = encoder.write_all(PAYLOAD);
    let message = encoder.finish().unwrap_or_default();
    bencher
        .counter(ItemsCount::new(1_usize))
        .bench(|| inflate(Compression::Gzip, divan::black_box(&message), CAP));
}
