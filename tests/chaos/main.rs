//! Minutes with servers that misbehave at random: hbmon does not leak or hang, and every verdict
//! has a reason.
//!
//! `HBMON_CHAOS=120 cargo test --test chaos -- --nocapture` runs for 120 seconds, with
//! `HBMON_CHAOS_MONITORS` monitors (200). `benches/soak` runs the same for longer, with the
//! release build. Linux only: it reads /proc.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout
)]

mod faults;
mod judge;
mod process;
mod servers;
mod week;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use judge::{Judge, Sample};
use process::Hbmon;

const INTERVAL: Duration = Duration::from_secs(2);
const TIMEOUT: Duration = Duration::from_secs(2);
const LONGEST_BACKOFF: Duration = Duration::from_secs(4);
/// A busy machine is late by less than this; a stuck monitor is late by more.
const PATIENCE: Duration = Duration::from_secs(20);

#[tokio::test(flavor = "multi_thread")]
async fn nothing_leaks_and_nothing_hangs() {
    let Some(seconds) = number("HBMON_CHAOS") else {
        return;
    };
    let monitors = number("HBMON_CHAOS_MONITORS").unwrap_or(200);
    let config = config(&servers::start().await, monitors);
    let judge = Arc::new(Mutex::new(Judge::new()));
    let ear = Arc::clone(&judge);
    let hbmon = Hbmon::start(&config, move |line| ear.lock().unwrap().hear(line));

    let mut samples = Vec::new();
    for second in 0..seconds {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let sample = hbmon.sample();
        if second % (seconds / 8).max(1) == 0 {
            println!("{second:5} s  {sample}  {}", judge.lock().unwrap());
        }
        samples.push(sample);
    }
    let stderr = hbmon.stop();
    let judge = judge.lock().unwrap();
    println!("  end    {}  {judge}", samples.last().unwrap());

    assert!(!stderr.contains("panicked"), "{stderr}");
    assert!(judge.ended, "no last words: {stderr}");
    assert_eq!(judge.unexplained, Vec::<String>::new());
    judge.assert_none_is_stuck(monitors, INTERVAL + TIMEOUT + LONGEST_BACKOFF + PATIENCE);
    assert_flat(&samples);
}

/// Asserts that the last third is not higher than the second. The first third warms up.
fn assert_flat(samples: &[Sample]) {
    let third = samples.len() / 3;
    let peak = |samples: &[Sample], of: fn(&Sample) -> u64| {
        samples.iter().map(of).max().unwrap_or_default()
    };
    let (middle, last) = (&samples[third..2 * third], &samples[2 * third..]);
    let memory = |samples| peak(samples, |sample| sample.rss_kib);
    assert!(
        memory(last) <= memory(middle) * 11 / 10 + 4096,
        "memory: {} KiB, then {}",
        memory(middle),
        memory(last)
    );
    let files = |samples| peak(samples, |sample| sample.files);
    assert!(
        files(last) <= files(middle) * 12 / 10 + 16,
        "files: {}, then {}",
        files(middle),
        files(last)
    );
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|text| {
        text.parse()
            .unwrap_or_else(|_| panic!("{variable} is a number"))
    })
}

/// Monitors of all kinds in equal parts.
fn config(ports: &servers::Ports, monitors: u64) -> String {
    let mut text = "defaults: {interval: 2s, min_interval: 1s, timeout: 2s, \
                    backoff: {initial: 500ms, max: 4s}}\n\
                    monitors:\n"
        .to_owned();
    for number in 0..monitors {
        let (name, monitor) = match number % 6 {
            0 => (
                "http",
                format!(
                    "http: {{url: 'http://127.0.0.1:{}/', max_bytes: 64KiB}}",
                    ports.http
                ),
            ),
            1 => (
                "json",
                format!(
                    "http: {{url: 'http://127.0.0.1:{}/', max_bytes: 64KiB, \
                     expect: {{json: '@.ok == true'}}}}",
                    ports.http
                ),
            ),
            2 => (
                "kept",
                format!(
                    "http: {{url: 'http://127.0.0.1:{}/', max_bytes: 64KiB, connection: reuse}}",
                    ports.http
                ),
            ),
            3 => (
                "sse",
                format!(
                    "sse: {{url: 'http://127.0.0.1:{}/', max_bytes: 64KiB}}",
                    ports.sse
                ),
            ),
            4 => (
                "ws",
                format!(
                    "websocket: {{url: 'ws://127.0.0.1:{}/', max_bytes: 64KiB, ping: 1s}}",
                    ports.websocket
                ),
            ),
            _ => (
                "sio",
                format!(
                    "socketio: {{url: 'http://127.0.0.1:{}', transport: websocket, protocol: 4, \
                     max_bytes: 64KiB}}",
                    ports.socketio
                ),
            ),
        };
        text += &format!("  - {{name: {name}-{number}, {monitor}}}\n");
    }
    // One monitor has a port without a listener.
    text + &format!(
        "  - {{name: closed, http: 'http://127.0.0.1:{}/'}}\n",
        ports.closed
    )
}
