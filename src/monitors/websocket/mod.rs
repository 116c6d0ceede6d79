//! The `websocket` kind: a subscription over WebSocket (RFC 6455). `match` selects heartbeats.

mod conversation;
pub mod inflate;
pub mod keepalive;
pub mod keys;
pub mod resolve;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use http::header::ORIGIN;
use http::{HeaderMap, HeaderValue};

use super::attempt::{Attempt, Monitor};
use super::dial::{Dialer, Dialers, Endpoint, HttpVersion};
use super::kind::KindSpec;
use super::payload::{Expect, Filter, Query};
use super::reporter::Reporter;
use super::settings::MonitorSettings;
use super::trace::Trace;
use crate::model::{Rhythm, ShownValue};
use conversation::WebsocketConversation;
use keepalive::Keepalive;

#[derive(Debug)]
pub struct WebsocketSpec {
    pub endpoint: Arc<Endpoint>,
    pub subprotocols: Vec<String>,
    pub origin: Option<HeaderValue>,
    /// Text messages that are sent after the handshake.
    pub send: Vec<String>,
    /// Replies and repeated texts. Boxed, because few monitors have them.
    pub keepalive: Option<Box<Keepalive>>,
    pub matches: Option<Filter>,
    pub expect: Expect,
    pub timestamp: Option<Query>,
    /// How binary messages are compressed. A message that cannot be decompressed is a `payload`
    /// failure, or traffic if `matches` is set.
    pub compressed: Option<Compression>,
    /// Interval of hbmon's own pings.
    pub ping: Option<Duration>,
}

impl KindSpec for WebsocketSpec {
    fn rhythm(&self) -> Rhythm {
        Rhythm::Subscription
    }

    fn settings(&self) -> MonitorSettings {
        let mut settings = MonitorSettings::default();
        settings.messages(self.matches.as_ref(), self.timestamp.as_ref());
        settings.expect(&self.expect);
        let compressed = self.compressed.map(|compressed| match compressed {
            Compression::Gzip => "gzip",
            Compression::Deflate => "deflate",
        });
        settings.extend("compressed", compressed);
        settings.count("subprotocols", self.subprotocols.len(), "name", "names");
        let origin = self.origin.as_ref();
        settings.extend("origin", origin.and_then(|origin| origin.to_str().ok()));
        settings.count("send", self.send.len(), "text", "texts");
        if let Some(keepalive) = &self.keepalive {
            settings.count("reply", keepalive.replies.len(), "rule", "rules");
            if let Some(repeat) = &keepalive.repeat {
                settings.push_value("send_every", ShownValue::Time(repeat.interval));
            }
        }
        if let Some(ping) = self.ping {
            settings.push_value("ping", ShownValue::Time(ping));
        }
        settings.endpoint(&self.endpoint);
        settings
    }

    fn open(self: Arc<Self>, dialers: &Dialers, trace: &Trace) -> Option<Box<dyn Monitor>> {
        Some(Box::new(WebsocketMonitor::new(self, dialers, trace)))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    Gzip,
    /// zlib (RFC 1950) or raw deflate (RFC 1951): senders use the name for both.
    Deflate,
}

/// Monitors one WebSocket. An attempt is one connection, from the handshake to the close.
pub struct WebsocketMonitor {
    spec: Arc<WebsocketSpec>,
    dialer: Dialer,
}

impl WebsocketMonitor {
    pub fn new(spec: Arc<WebsocketSpec>, dialers: &Dialers, trace: &Trace) -> WebsocketMonitor {
        let dialer = dialers.dialer(&spec.endpoint, HttpVersion::Http1, false, trace);
        WebsocketMonitor { spec, dialer }
    }
}

impl Monitor for WebsocketMonitor {
    fn attempt<'a>(&'a mut self, reporter: &'a mut Reporter) -> Attempt<'a> {
        Box::pin(async move {
            let headers: HeaderMap = self
                .spec
                .origin
                .iter()
                .map(|origin| (ORIGIN, origin.clone()))
                .collect();
            let url = self.spec.endpoint.url.clone();
            // Boxed, so that an open connection does not keep the memory of its handshake.
            let handshake = Box::pin(self.dialer.websocket(url, headers, &self.spec.subprotocols));
            let (stream, _) = handshake.await?;
            let mut conversation = WebsocketConversation::new(&self.spec, stream, reporter);
            conversation.run().await
        })
    }
}
