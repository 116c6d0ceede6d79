//! Cost of the libraries without hbmon, and a server to measure against: the lower limit for
//! `benches/run`.
//!
//! `limits serve`, then `limits polls|sse|ws|wss PORT COUNT …`. Each line of output is a name and
//! a value.

mod measure;
mod polls;
mod serve;
mod streams;
mod websockets;

use std::error::Error;
use std::time::Duration;

pub type Outcome = Result<(), Box<dyn Error + Send + Sync>>;

#[tokio::main]
async fn main() -> Outcome {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize| {
        arguments
            .get(at)
            .and_then(|text| text.parse::<u32>().ok())
            .unwrap_or_default()
    };
    let (port, count) = (u16::try_from(number(1))?, number(2));
    let seconds = |at: usize| Duration::from_secs(number(at).into());
    match arguments.first().map(String::as_str) {
        Some("serve") => serve::run().await,
        Some("polls") => polls::run(port, count, seconds(3), seconds(4)).await,
        Some("sse") => streams::run(port, count).await,
        Some("ws") => websockets::run(port, count, false).await,
        Some("wss") => websockets::run(port, count, true).await,
        _ => Err(
            "usage: limits serve | polls PORT COUNT INTERVAL SECONDS | sse|ws|wss PORT COUNT"
                .into(),
        ),
    }
}
