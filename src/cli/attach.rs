//! `hbmon watch URL…`: the screen, or lines, of agents that run elsewhere.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use futures_util::future::join_all;
use jiff::SignedDuration;

use super::CommandError;
use super::args::{AccessArgs, AttachArgs, ErrorFormat, LookArgs, SourceArgs};
use super::headless;
use super::load::{Selection, config_error};
use super::output::print_stderr;
use super::running::RunningSession;
use super::screen;
use super::session::Frontend;
use super::signals::SignalHandlers;
use crate::clock::Clock;
use crate::config::{self, CertificateTrust, LoadedConfig};
use crate::engine::DEFAULT_ADDRESS;
use crate::file;
use crate::model::Text;
use crate::monitors::token::Token;
use crate::remote::{AgentClient, AgentError, AgentLink, Agents, LinkState};
use crate::words;

/// How far before the start of this process the times of an agent may lie.
const MEMORY: SignedDuration = SignedDuration::from_hours(24 * 400);
/// How long the screen waits for the first answers.
const FIRST_ANSWERS: Duration = Duration::from_secs(3);
/// Maximum size of a file with a token, in bytes.
const MAX_TOKEN: u64 = 8 << 10;

/// The agents that a command line names.
pub(super) struct AgentUrls {
    urls: Vec<String>,
    token: Option<Token>,
    /// A PEM file with the roots to trust.
    cacert: Option<String>,
}

impl AgentUrls {
    /// Returns the agents, or `None` if the command line names a config or nothing.
    ///
    /// # Errors
    /// Agents beside a config, or a token that cannot be read.
    pub(super) fn of(
        source: &SourceArgs,
        args: &AttachArgs,
    ) -> Result<Option<AgentUrls>, CommandError> {
        let first = source.config.as_deref().and_then(Path::to_str);
        let is_url = |text: &str| text.contains("://");
        let Some(first) = first.filter(|first| is_url(first)) else {
            let Some(extra) = args.agents.first() else {
                return Ok(None);
            };
            return Err(CommandError::usage(format!(
                "`{extra}` beside a config: `watch` takes one config, or the URLs of agents"
            )));
        };
        let urls = [first.to_owned()].into_iter().chain(args.agents.clone());
        AgentUrls::new(urls.collect(), &args.access).map(Some)
    }

    /// Returns one agent.
    ///
    /// # Errors
    /// A token that cannot be read.
    pub(super) fn one(url: &str, access: &AccessArgs) -> Result<AgentUrls, CommandError> {
        AgentUrls::new(vec![url.to_owned()], access)
    }

    fn new(urls: Vec<String>, access: &AccessArgs) -> Result<AgentUrls, CommandError> {
        let token = match (&access.token, &access.token_file) {
            (Some(token), _) => Some(token.clone()),
            (None, Some(path)) => Some(read_token(path)?),
            (None, None) => None,
        };
        Ok(AgentUrls {
            urls,
            // An empty variable is none.
            token: token.filter(|token| !token.reveal().is_empty()),
            cacert: access.cacert.clone(),
        })
    }

    /// Returns the name of these agents for the header of the screen.
    pub(super) fn name(&self) -> String {
        match self.urls.as_slice() {
            [one] => Text::clean(&config::shown_url(one)).to_string(),
            several => format!("{} agents", several.len()),
        }
    }

    /// Returns a client for each agent.
    ///
    /// # Errors
    /// Not the URL of an agent.
    pub(super) fn clients(
        &self,
        clock: &Clock,
        look: &LookArgs,
    ) -> Result<Vec<AgentClient>, CommandError> {
        let token = self.token.as_ref().map(Token::reveal);
        self.urls
            .iter()
            .map(|url| {
                let trust = match &self.cacert {
                    Some(path) if url.starts_with("https:") => CertificateTrust::Roots(path),
                    _ => CertificateTrust::System,
                };
                let (endpoint, secrets) = config::agent(url, token, trust)
                    .map_err(|error| config_error(&error, ErrorFormat::Full, look))?;
                Ok(AgentClient::new(endpoint, secrets, clock.clone()))
            })
            .collect()
    }
}

fn read_token(path: &Path) -> Result<Token, CommandError> {
    let bytes = file::open_argument(path)
        .and_then(|file| file::read_limited(file, MAX_TOKEN))
        .map_err(|error| {
            let why = file::error_text(&error);
            CommandError::usage(format!("cannot read `{}`: {why}", path.display()))
        })?;
    match str::from_utf8(&bytes).map(str::trim) {
        Ok(text) if !text.is_empty() => Ok(Token::new(text)),
        _ => Err(CommandError::usage(format!(
            "`{}` holds no token",
            path.display()
        ))),
    }
}

/// Returns a clock whose moments reach back far enough for the times of an agent.
pub(super) fn clock() -> Clock {
    let now = Clock::start().anchor();
    Clock::resume(now.saturating_sub(MEMORY).unwrap_or(now))
}

/// Returns a client for the hbmon that listens on the address of this config, if one answers there
/// and takes the config's token.
pub(super) async fn twin(config: &LoadedConfig, clock: &Clock) -> Option<(AgentClient, String)> {
    let address = config.listen.as_ref().map(|listen| listen.address);
    let address = reachable(address.unwrap_or(DEFAULT_ADDRESS));
    let scheme = if config.tls.is_some() {
        "https"
    } else {
        "http"
    };
    let url = format!("{scheme}://{address}");
    let token = config.token.as_ref().map(Token::reveal);
    let trust = if config.tls.is_some() {
        // The certificate is our own, whatever it names.
        CertificateTrust::Any
    } else {
        CertificateTrust::System
    };
    let (endpoint, secrets) = config::agent(&url, token, trust).ok()?;
    let client = AgentClient::new(endpoint, secrets, clock.clone());
    client.verify().await.ok()?;
    Some((client, url))
}

/// A server on all addresses is reached over loopback.
const fn reachable(mut address: SocketAddr) -> SocketAddr {
    use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
    if address.ip().is_unspecified() {
        address.set_ip(match address {
            SocketAddr::V4(_) => IpAddr::V4(Ipv4Addr::LOCALHOST),
            SocketAddr::V6(_) => IpAddr::V6(Ipv6Addr::LOCALHOST),
        });
    }
    address
}

/// Checks that none of the agents refuses. One that cannot be reached may come later.
///
/// # Errors
/// A wrong token, or a server that is no hbmon.
pub(super) async fn verify(clients: &[AgentClient]) -> Result<(), CommandError> {
    let verify = |client| tokio::time::timeout(FIRST_ANSWERS, AgentClient::verify(client));
    let answers = join_all(clients.iter().map(verify)).await;
    for (client, answer) in clients.iter().zip(answers) {
        if let Ok(Err(AgentError::Refused(why) | AgentError::Missing(why))) = answer {
            return Err(CommandError::usage(format!(
                "cannot attach to {}: {why}",
                client.name()
            )));
        }
    }
    Ok(())
}

/// Shows agents until the frontend ends; returns the exit code.
///
/// # Errors
/// A filter that selects none of their monitors, a terminal or an output that fails.
pub(super) async fn run(
    clients: Vec<AgentClient>,
    clock: Clock,
    selection: Selection,
    frontend: Frontend,
) -> Result<u8, CommandError> {
    let signals = SignalHandlers::listen(matches!(frontend, Frontend::Screen(_)))
        .map_err(CommandError::internal)?;
    let is_filtered = !selection.is_everything();
    let name = selection.name();
    let agents = Agents::follow(
        clients,
        &clock,
        Box::new(move |meta| selection.selects(meta)),
        matches!(frontend, Frontend::Screen(_)),
    );
    wait_for_answers(&agents).await;
    let is_empty = agents.snapshots.borrow().rows.is_empty();
    let is_known = agents
        .links
        .borrow()
        .iter()
        .all(|link| link.state == LinkState::Connected);
    if is_filtered && is_empty && is_known {
        return Err(CommandError::Empty(format!("{name} selects no monitor")));
    }
    let running = RunningSession {
        snapshots: agents.snapshots.clone(),
        clock: clock.clone(),
        signals,
        reload: None,
        config: None,
        on_end: Box::new(|_, _, _| Ok(())),
    };
    let end = match frontend {
        Frontend::Screen(options) => screen::run_attached(running, &agents, *options).await,
        Frontend::Headless(options) => {
            // Changes follow; what is wrong already would never be printed.
            let counts = agents.snapshots.borrow().counts;
            print_stderr(&format!("note: {}", words::fleet_summary(&counts)));
            headless::run(running, *options).await
        }
    };
    end.map_err(CommandError::internal)
}

/// Waits until every agent has answered or failed once.
async fn wait_for_answers(agents: &Agents) {
    let mut links = agents.links.clone();
    let answered = links.wait_for(|links| {
        let waits = |link: &AgentLink| link.state == LinkState::Connecting;
        !links.iter().any(waits)
    });
    // The hub lives as long as `agents`. Without an answer the screen says so.
    let _ = tokio::time::timeout(FIRST_ANSWERS, answered).await;
}
