//! Tries each URL, to find the kind of its monitor and what it sends. A kind is never guessed from
//! a failure: an http(s) URL is an event stream only if one opened.

use std::time::Duration;

use futures_util::{StreamExt, stream};
use http::StatusCode;
use tokio::sync::watch;
use url::Url;

use super::attempt::{AttemptContext, AttemptReport};
use super::propose::{Proposal, propose};
use crate::clock::Clock;
use crate::config::{self, ConfigError};
use crate::engine::Target;
use crate::model::{Failure, Kind, Rhythm, Text};
use crate::monitors::dial::Dialers;
use crate::words;

/// Maximum number of URLs that are tried at the same time.
const CONCURRENCY: usize = 64;
/// How long an event stream may take to open after the URL has answered a poll.
const GRACE: Duration = Duration::from_secs(1);

/// The handshake of Engine.IO (protocol 4), on which Socket.IO is built.
const ENGINE_IO: &str = "socket.io/?EIO=4&transport=polling";

/// A URL and the monitors that it may have.
pub(super) struct UrlProbe {
    /// Without the prefix that names a kind.
    url: String,
    /// The URL without secrets.
    address: Text,
    target: Target,
    /// The URL as an event stream, if it may be one.
    stream: Option<Target>,
    /// The handshake of Socket.IO below a URL whose path is `/`.
    engine_io: Option<Target>,
}

/// The result for a URL.
pub(super) struct UrlFinding {
    pub url: String,
    pub address: Text,
    pub kind: Kind,
    pub what: UrlOutcome,
    pub proposal: Proposal,
}

pub(super) enum UrlOutcome {
    /// A response, with its latency.
    Answered(Option<Duration>),
    /// A subscription that sends messages.
    Heartbeats,
    /// The connection opened, but too few messages came to guess an interval.
    Silent,
    Failed(String),
}

impl UrlProbe {
    /// Prepares the attempts for a URL.
    ///
    /// # Errors
    /// The text is no URL, or its scheme belongs to no kind of monitor.
    pub(super) fn new(url: &str) -> Result<UrlProbe, ConfigError> {
        let target = config::target(url)?;
        let address = target.meta.address.clone();
        let (mut stream, mut engine_io) = (None, None);
        if starts_with(url, "http") {
            stream = Some(config::target(&format!("sse+{url}"))?);
            engine_io = engine_io_url(url)
                .map(|url| config::target(&url))
                .transpose()?;
        }
        let named = ["sse+", "sio+"].iter().any(|kind| starts_with(url, kind));
        let bare = if named {
            url.get(4..).unwrap_or(url)
        } else {
            url
        };
        Ok(UrlProbe {
            url: bare.to_owned(),
            address,
            target,
            stream,
            engine_io,
        })
    }

    /// Finds out what the URL is.
    async fn probe(self, context: &AttemptContext) -> UrlFinding {
        let (kind, report) = match &self.stream {
            Some(stream) => {
                let (kind, report) = self.poll_or_stream(context, stream).await;
                match self.socketio(context, &report).await {
                    Some(report) => (Kind::Socketio, report),
                    None => (kind, report),
                }
            }
            None => (self.target.meta.kind, attempt(context, &self.target).await),
        };
        self.found(kind, &report)
    }

    /// Asks for the page and for the event stream at the same time.
    async fn poll_or_stream(
        &self,
        context: &AttemptContext,
        stream: &Target,
    ) -> (Kind, AttemptReport) {
        let opened = watch::Sender::new(false);
        let mut has_opened = opened.subscribe();
        let poll = attempt(context, &self.target);
        let listen = context.attempt(stream, &opened);
        tokio::pin!(poll, listen);
        let polled = tokio::select! {
            biased;
            heard = &mut listen => {
                if heard.opened {
                    return (Kind::Sse, heard);
                }
                return (Kind::Http, poll.await);
            }
            polled = &mut poll => polled,
        };
        // A stream may send its head together with the first event, so only an answer shortens the
        // wait.
        let grace = match polled.answered {
            Some(_) => GRACE,
            None => context.patience,
        };
        let stays_closed = async {
            let is_open = has_opened.wait_for(|is_open| *is_open);
            if let Ok(Ok(_)) = tokio::time::timeout(grace, is_open).await {
                std::future::pending::<()>().await;
            }
        };
        tokio::select! {
            biased;
            heard = &mut listen => match heard.opened {
                true => (Kind::Sse, heard),
                false => (Kind::Http, polled),
            },
            () = stays_closed => (Kind::Http, polled),
        }
    }

    /// Asks a server without a page at `/` whether it speaks Socket.IO. Returns its answer.
    async fn socketio(
        &self,
        context: &AttemptContext,
        polled: &AttemptReport,
    ) -> Option<AttemptReport> {
        let not_found = StatusCode::NOT_FOUND.as_u16();
        match &polled.failure {
            Some(Failure::Status { code, .. }) if *code == not_found => {}
            _ => return None,
        }
        let report = attempt(context, self.engine_io.as_ref()?).await;
        // An open packet: its type, then a session as JSON (Engine.IO protocol 4).
        let is_open =
            |text: &Text| text.as_str().starts_with("0{") && text.as_str().contains("\"sid\"");
        report
            .excerpt
            .as_ref()
            .is_some_and(is_open)
            .then_some(report)
    }

    fn found(self, kind: Kind, report: &AttemptReport) -> UrlFinding {
        let subscribes = report.opened && self.rhythm(kind) == Rhythm::Subscription;
        let proposal = if subscribes {
            propose(&report.heard)
        } else {
            Proposal::default()
        };
        let what = match &report.failure {
            _ if proposal.interval.is_some() => UrlOutcome::Heartbeats,
            _ if report.answered.is_some() => UrlOutcome::Answered(report.answered),
            Some(failure) => UrlOutcome::Failed(words::failure(failure)),
            None => UrlOutcome::Silent,
        };
        UrlFinding {
            url: self.url,
            address: self.address,
            kind,
            what,
            proposal,
        }
    }

    fn rhythm(&self, kind: Kind) -> Rhythm {
        match &self.stream {
            Some(stream) if kind == Kind::Sse => stream.policy.rhythm,
            _ => self.target.policy.rhythm,
        }
    }
}

async fn attempt(context: &AttemptContext, target: &Target) -> AttemptReport {
    context.attempt(target, &watch::Sender::new(false)).await
}

/// Returns the URL of the handshake, if the path is `/` and there is no query.
fn engine_io_url(url: &str) -> Option<String> {
    let parsed = Url::parse(url).ok()?;
    let is_root = parsed.path() == "/" && parsed.query().is_none();
    // Joined as text, so that userinfo stays.
    is_root.then(|| format!("{}/{ENGINE_IO}", url.trim_end_matches('/')))
}

/// Compares without case, as schemes do.
fn starts_with(url: &str, prefix: &str) -> bool {
    url.get(..prefix.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

/// Tries all URLs, each at most for `patience`. `tell` hears of each result as soon as it is there;
/// the returned results have the order of the URLs.
pub(super) async fn probe_all(
    probes: Vec<UrlProbe>,
    patience: Duration,
    tell: impl Fn(&UrlFinding),
) -> Vec<UrlFinding> {
    let context = AttemptContext {
        clock: Clock::start(),
        dialers: Dialers::new(),
        patience,
    };
    let results = probes.into_iter().map(async |probe| {
        let finding = probe.probe(&context).await;
        tell(&finding);
        finding
    });
    stream::iter(results).buffered(CONCURRENCY).collect().await
}

impl UrlFinding {
    /// Returns a warning for the user.
    pub(super) fn warning(&self) -> Option<String> {
        if let UrlOutcome::Failed(why) = &self.what {
            return Some(format!(
                "warning: {}: {why}; written as {}",
                self.address,
                self.kind.as_str()
            ));
        }
        let secret = self.address.as_str().contains("***")
            || (self.url.contains('@') && !self.address.as_str().contains('@'));
        let advice =
            "the URL holds a secret: `${NAME}` or `${file:PATH}` keeps it out of the config";
        secret.then(|| format!("warning: {}: {advice}", self.address))
    }
}
