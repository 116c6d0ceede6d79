//! The targets of `hbmon demo`: servers of a shop on loopback addresses, inside the process. A
//! scripted scenario makes them slow, silent or unavailable.

mod config;
mod heartbeats;
mod http;
mod scenario;
mod server;
mod socketio;
mod story;
mod websocket;

use std::io;
use std::net::Ipv4Addr;

use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::clock::Clock;
use heartbeats::DemoContext;
pub use story::Story;

/// Range of speeds. At higher speeds, intervals would be about as short as the time that a
/// connection takes.
pub const SPEEDS: std::ops::RangeInclusive<f64> = 0.1..=20.0;

/// The running servers. They stop when this is dropped.
#[derive(Debug)]
pub struct Demo {
    config: String,
    story: Story,
    _houses: JoinSet<()>,
}

impl Demo {
    /// Returns a config that monitors these servers. The normal loader reads it.
    pub fn config(&self) -> &str {
        &self.config
    }

    /// Returns the caption of the scenario at a time.
    pub fn story(&self) -> Story {
        self.story.clone()
    }
}

/// Starts every server on a free port of 127.0.0.1 and starts the scenario. `speed` divides all
/// durations, including intervals. `seed` varies the jitter.
///
/// # Errors
/// No port is free, or the speed is outside of [`SPEEDS`].
pub async fn start(seed: u64, speed: f64, clock: Clock) -> io::Result<Demo> {
    if !SPEEDS.contains(&speed) {
        let range = format!(
            "the speed must lie between {} and {}",
            SPEEDS.start(),
            SPEEDS.end()
        );
        return Err(io::Error::new(io::ErrorKind::InvalidInput, range));
    }
    let stage = DemoContext::new(seed, speed, clock);
    let mut houses = JoinSet::new();
    let mut addresses = Vec::new();
    for part in &scenario::SERVERS {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        addresses.push(address);
        houses.spawn(server::run_server(stage.clone(), part, address, listener));
    }
    Ok(Demo {
        config: config::text(&addresses, speed),
        story: Story(stage),
        _houses: houses,
    })
}

#[cfg(test)]
mod tests;
