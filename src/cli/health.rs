//! `hbmon health`: asks a running `serve` whether it is healthy; for health checks of containers.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::args::{ErrorFormat, HealthArgs, LookArgs};
use super::load::config_error;
use super::output::print_stderr;
use super::{CommandError, exit, single_threaded_runtime};
use crate::clock::Clock;
use crate::config::{self, ConfigError};
use crate::engine::{DEFAULT_ADDRESS, Engine, Plan, Stop};
use crate::model::{Snapshot, Status};
use crate::words;

/// The URL of an interface, without a path.
struct Base {
    url: String,
    /// The URL is from our own config, so the name in the certificate does not matter.
    is_own: bool,
}

/// Returns 0 or 1, and prints the reason for 1 on stderr.
pub(super) fn run(args: &HealthArgs) -> Result<u8, CommandError> {
    let base = match &args.url {
        Some(url) => Base {
            url: url.clone(),
            is_own: false,
        },
        None => own(args.source.path().map_err(CommandError::usage)?, &args.look),
    };
    let plan = plan(&base, args.timeout)
        .map_err(|error| config_error(&error, ErrorFormat::Full, &args.look))?;
    let runtime = single_threaded_runtime()?;
    let snapshot = runtime.block_on(ask(plan));
    runtime.shutdown_background();
    let row = snapshot.rows.first();
    if row.is_some_and(|row| row.status == Status::Healthy) {
        return Ok(exit::OK);
    }
    let why = row.map_or_else(String::new, |row| words::condition(row));
    print_stderr(&format!("unhealthy: {why}"));
    Ok(exit::BAD)
}

/// Returns the address in the config. A config that cannot be read may still belong to a healthy
/// process, so the default address is used then.
fn own(config: Option<&Path>, look: &LookArgs) -> Base {
    let loaded = config::find(config).and_then(|source| config::load(&source));
    let (address, is_tls) = match loaded {
        Ok(loaded) => (
            loaded.listen.map(|listen| listen.address),
            loaded.tls.is_some(),
        ),
        Err(error) => {
            if config.is_some() || config::is_named_by_environment() {
                config_error(&error, ErrorFormat::Full, look).print();
                print_stderr(&format!("warning: asking {} instead", DEFAULT_ADDRESS));
            }
            (None, false)
        }
    };
    let address = reachable(address.unwrap_or(DEFAULT_ADDRESS));
    Base {
        url: format!("{}://{address}", if is_tls { "https" } else { "http" }),
        is_own: true,
    }
}

/// Returns an address that can be reached: a server on all addresses is reached over loopback.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        address.set_ip(if address.is_ipv4() {
            Ipv4Addr::LOCALHOST.into()
        } else {
            Ipv6Addr::LOCALHOST.into()
        });
    }
    address
}

/// Returns a plan that probes the interface once, as any other HTTP target.
fn plan(base: &Base, timeout: Duration) -> Result<Plan, ConfigError> {
    let url = format!("{}/-/healthy", base.url.trim_end_matches('/'));
    let any_certificate = base.is_own && url.starts_with("https:");
    Ok(Plan {
        targets: vec![config::health_check(&url, any_certificate, timeout)?],
        concurrency: None,
        stop: Stop::After(1),
    })
}

async fn ask(plan: Plan) -> Arc<Snapshot> {
    let engine = Engine::start(plan, Clock::start());
    let is_over = |snapshot: &Arc<Snapshot>| snapshot.rows.iter().all(|row| row.outcomes() > 0);
    // If the engine died, its last snapshot is used.
    let _ = engine.snapshots().wait_for(is_over).await;
    engine.snapshot()
}
