//! `hbmon health`: asks a running `serve` whether it is healthy; for health checks of containers.

use std::io::{self, IsTerminal};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::args::{ErrorFormat, HealthArgs, LookArgs};
use super::load::config_error;
use super::output::print_stderr;
use super::{CommandError, exit, single_threaded_runtime};
use crate::clock::Clock;
use crate::config::{self, CertificateTrust, ConfigError, ServedAt};
use crate::engine::{DEFAULT_ADDRESS, Engine, Plan, Stop};
use crate::model::{Row, Snapshot, Status};
use crate::words;

/// The URL of an interface, without a path.
struct Base {
    url: String,
    /// The URL is from our own config.
    is_own: bool,
}

/// Returns 0 or 1, and prints the reason for 1 on stderr.
pub(super) fn run(args: &HealthArgs) -> Result<u8, CommandError> {
    if let Some(url) = args.source.config.as_deref().and_then(Path::to_str)
        && config::is_url(url)
    {
        return Err(CommandError::usage(format!(
            "`{}` is a URL: write `--url {}`",
            config::shown_url(url),
            config::shown_url(url)
        )));
    }
    let base = match &args.url {
        Some(url) => Base {
            url: url.clone(),
            is_own: false,
        },
        None => own(args.source.path().map_err(CommandError::usage)?, &args.look)?,
    };
    let url = format!("{}/-/healthy", base.url.trim_end_matches('/'));
    let trust = match args.cacert.as_deref() {
        Some(path) => CertificateTrust::Roots(path),
        // The name in the own certificate does not matter.
        None if base.is_own => CertificateTrust::Any,
        None => CertificateTrust::System,
    };
    let plan = plan(&url, trust, args.timeout)
        .map_err(|error| config_error(&error, ErrorFormat::Full, &args.look))?;
    let runtime = single_threaded_runtime()?;
    let snapshot = runtime.block_on(ask(plan));
    runtime.shutdown_background();
    let row = snapshot.rows.first();
    let address = row.map_or("", |row| row.meta.address.as_str());
    let is_verbose = args.look.verbose > 0;
    if is_verbose {
        print_stderr(&format!("> GET {address}"));
    }
    if let Some(answer) = row.filter(|_| is_verbose).and_then(|row| answer(row)) {
        print_stderr(&format!("< {answer}"));
    }
    if row.is_some_and(|row| row.status == Status::Healthy) {
        if is_verbose || io::stderr().is_terminal() {
            print_stderr(&format!("healthy: {address}"));
        }
        return Ok(exit::OK);
    }
    let why = row.map_or_else(String::new, |row| words::condition(row));
    print_stderr(&format!("unhealthy: {why}"));
    Ok(exit::BAD)
}

/// Returns the line about a response: `HTTP/1.1 200, peer 127.0.0.1:9747, after 2ms`.
fn answer(row: &Row) -> Option<String> {
    let evidence = words::beat_evidence(&row.connection.evidence()?, "")?;
    let after = row.last_latency.map(words::latency);
    Some(match after {
        Some(after) => format!("{evidence}, after {after}"),
        None => evidence,
    })
}

/// Returns the address in the config; without a config the default.
///
/// # Errors
/// The config does not say which address: a guess would be the answer of another process.
fn own(config: Option<&Path>, look: &LookArgs) -> Result<Base, CommandError> {
    let served = if config::is_missing(config) {
        ServedAt::default()
    } else {
        config::find(config)
            .and_then(|source| config::served_at(&source))
            .map_err(|mut error| {
                if let Some(last) = error.problems.last_mut() {
                    last.helps.push(format!(
                        "`hbmon health --url http://{DEFAULT_ADDRESS}` needs no config"
                    ));
                }
                config_error(&error, ErrorFormat::Full, look)
            })?
    };
    let scheme = if served.is_tls { "https" } else { "http" };
    let address = reachable(served.listen.unwrap_or(DEFAULT_ADDRESS));
    Ok(Base {
        url: format!("{scheme}://{address}"),
        is_own: true,
    })
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
fn plan(url: &str, trust: CertificateTrust<'_>, timeout: Duration) -> Result<Plan, ConfigError> {
    Ok(Plan {
        targets: vec![config::health_check(url, trust, timeout)?],
        maintenance: Vec::new(),
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
