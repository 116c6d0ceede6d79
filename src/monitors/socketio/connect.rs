//! Opens an Engine.IO session: detects the version, performs the handshake, upgrades the transport.

use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;
use tokio::time::timeout;
use url::Url;

use super::engine::{EngineIoPacket, EngineIoVersion, Handshake, PollingPayload};
use super::polling::{self, PollingRefusal, PollingTransport, RefusalCause, fetch};
use super::session::SocketioSession;
use super::transport::{SessionTransport, engine_io_error};
use super::websocket::WebsocketTransport;
use super::{Protocol, SocketioSpec, TransportPreference, cookies};
use crate::model::{Failure, Stage};
use crate::monitors::dial::{Dialer, Dialers, HttpVersion};
use crate::monitors::trace::Trace;

/// Time limit of a step that the connection works without: the upgrade, or finding the cause of a
/// refusal.
const OPTIONAL_STEP_TIMEOUT: Duration = Duration::from_secs(3);

/// Wait for an unsolicited CONNECT: over WebSocket a server of version 3 joins the client to `/` at
/// once, a server of version 4 waits for the client.
const UNSOLICITED_CONNECT_WAIT: Duration = Duration::from_millis(250);

pub(super) struct Connector {
    spec: Arc<SocketioSpec>,
    /// For the attempt's own requests, which fill its trace.
    dialer: Dialer,
    /// For requests whose stages do not belong to the attempt's trace.
    side_dialers: polling::PollingDialers,
    trace: Trace,
    /// Version detected in an earlier attempt.
    version: Option<EngineIoVersion>,
    optional_step_timeout: Duration,
}

/// A session after its handshake.
struct Opened {
    transport: SessionTransport,
    version: EngineIoVersion,
    handshake: Handshake,
    /// Cookies for the session's further requests.
    headers: HeaderMap,
}

impl Connector {
    pub(super) fn new(spec: Arc<SocketioSpec>, dialers: &Dialers, trace: &Trace) -> Connector {
        let open_dialer =
            |reuse, trace: &Trace| dialers.dialer(&spec.endpoint, HttpVersion::Http1, reuse, trace);
        let dialer = open_dialer(false, trace);
        let side_dialers = polling::PollingDialers {
            get: Arc::new(open_dialer(true, &trace.separate())),
            post: Arc::new(open_dialer(true, &trace.separate())),
            trace: trace.clone(),
        };
        Connector {
            spec,
            dialer,
            side_dialers,
            trace: trace.clone(),
            version: None,
            optional_step_timeout: OPTIONAL_STEP_TIMEOUT,
        }
    }

    /// Opens a session. `limit` is the attempt's time limit; an optional step takes at most a third
    /// of it.
    ///
    /// # Errors
    /// `protocol` if the server does not support the version, `status` for any other refusal, and
    /// the dialer's failures.
    pub(super) async fn connect(&mut self, limit: Duration) -> Result<SocketioSession, Failure> {
        self.optional_step_timeout = OPTIONAL_STEP_TIMEOUT.min(limit / 3);
        let opened = match self.spec.protocol {
            Protocol::V3 => self.open(EngineIoVersion::V3).await,
            Protocol::V4 => self.open(EngineIoVersion::V4).await,
            Protocol::Auto => {
                let guess = self.version.unwrap_or(EngineIoVersion::V4);
                match self.open(guess).await {
                    Err(refusal) if refusal.cause == RefusalCause::Version => {
                        self.open(guess.other()).await
                    }
                    opened => opened,
                }
            }
        };
        let opened = opened.map_err(|refusal| refusal.failure)?;
        self.version = Some(opened.version);
        self.trace.enter(Stage::Handshake);
        let opened = self.upgrade(opened).await;
        Ok(SocketioSession::new(
            opened.transport,
            opened.version,
            &opened.handshake,
            &self.spec.namespace,
            &self.trace,
        ))
    }

    async fn open(&self, version: EngineIoVersion) -> Result<Opened, PollingRefusal> {
        if self.spec.transport == TransportPreference::Websocket {
            return self.open_websocket(version).await;
        }
        match self.open_polling(&self.dialer, version).await {
            // The official clients give up here, but a server without polling works.
            Err(refusal)
                if refusal.cause == RefusalCause::Transport
                    && self.spec.transport == TransportPreference::Auto =>
            {
                self.open_websocket(version).await
            }
            opened => opened,
        }
    }

    async fn open_polling(
        &self,
        dialer: &Dialer,
        version: EngineIoVersion,
    ) -> Result<Opened, PollingRefusal> {
        let url = self.url(version, "polling", None);
        let (answer, body) = fetch(dialer, url, HeaderMap::new(), None).await?;
        // The body is evidence until the session is open: it may not be a handshake.
        dialer.trace().record_body(body.as_bytes());
        // A server of version 3 ignores the requested version.
        let detected = PollingPayload::detect(&body);
        if detected != version && self.spec.protocol != Protocol::Auto {
            return Err(engine_io_error(format_args!(
                "the server speaks Engine.IO {}",
                detected.digit()
            ))
            .into());
        }
        let mut payload = PollingPayload::new(detected, body);
        let handshake = match payload.next() {
            Some(Ok(EngineIoPacket::Open(data))) => {
                Handshake::decode(&data).map_err(engine_io_error)?
            }
            Some(Err(why)) => return Err(engine_io_error(why).into()),
            _ => return Err(engine_io_error("no Engine.IO open packet").into()),
        };
        let headers = cookies::session_cookies(&self.spec.endpoint.options.headers, &answer);
        let url = self.url(detected, "polling", Some(&handshake.sid));
        let polling =
            PollingTransport::new(&self.side_dialers, detected, url, headers.clone(), payload);
        Ok(Opened {
            transport: SessionTransport::Polling(polling),
            version: detected,
            handshake,
            headers,
        })
    }

    async fn open_websocket(&self, version: EngineIoVersion) -> Result<Opened, PollingRefusal> {
        let mut handshake = Box::pin(self.websocket_handshake(version));
        let result = match timeout(self.optional_step_timeout, &mut handshake).await {
            Ok(result) => result,
            Err(_slow) => {
                // Servers of Socket.IO 3 send nothing after the upgrade if they do not support the
                // version.
                if self.trace.stage() == Stage::Handshake
                    && let Some(refusal) = self.find_refusal(version).await
                {
                    return Err(refusal);
                }
                handshake.await
            }
        };
        match result {
            Err(
                failure @ (Failure::Status { .. }
                | Failure::Protocol { .. }
                | Failure::Closed { .. }),
            ) => Err(self
                .find_refusal(version)
                .await
                .unwrap_or_else(|| failure.into())),
            result => Ok(result?),
        }
    }

    async fn websocket_handshake(&self, version: EngineIoVersion) -> Result<Opened, Failure> {
        let url = self.url(version, "websocket", None);
        let (stream, _) = self.dialer.websocket(url, HeaderMap::new(), &[]).await?;
        self.trace.enter(Stage::Handshake);
        let mut websocket = WebsocketTransport::new(stream, &self.trace);
        let handshake = match websocket.receive().await? {
            EngineIoPacket::Open(data) => Handshake::decode(&data).map_err(engine_io_error)?,
            EngineIoPacket::Close => {
                return Err(Failure::Closed {
                    stage: Stage::Handshake,
                    code: None,
                    why: None,
                });
            }
            _ => return Err(engine_io_error("no Engine.IO open packet")),
        };
        let mut detected = version;
        if self.spec.protocol == Protocol::Auto
            && version == EngineIoVersion::V4
            && !handshake.has_max_payload
        {
            // A server of version 3 joins `/` unasked. A CONNECT would join it twice.
            if let Ok(packet) = timeout(UNSOLICITED_CONNECT_WAIT, websocket.receive()).await {
                let packet = packet?;
                if matches!(packet, EngineIoPacket::Message(_)) {
                    detected = EngineIoVersion::V3;
                }
                websocket =
                    websocket.after(PollingPayload::new(EngineIoVersion::V4, packet.encode()));
            }
        }
        Ok(Opened {
            transport: SessionTransport::Websocket(websocket),
            version: detected,
            handshake,
            headers: HeaderMap::new(),
        })
    }

    /// Returns the refusal if the WebSocket failed because of the version. Over polling, the server
    /// can say so.
    async fn find_refusal(&self, version: EngineIoVersion) -> Option<PollingRefusal> {
        match timeout(
            self.optional_step_timeout,
            self.open_polling(&self.side_dialers.get, version),
        )
        .await
        .ok()?
        {
            Err(refusal) => (refusal.cause == RefusalCause::Version).then_some(refusal),
            Ok(opened) => {
                // The version is fine. This session is closed, so that the server does not keep it.
                let url = self.url(opened.version, "polling", Some(&opened.handshake.sid));
                let close = PollingPayload::encode(opened.version, &[EngineIoPacket::Close]);
                let _ = timeout(
                    self.optional_step_timeout,
                    fetch(&self.side_dialers.post, url, opened.headers, Some(close)),
                )
                .await;
                None
            }
        }
    }

    /// Upgrades a polling session to WebSocket if both sides support it. If the upgrade fails, the
    /// session stays on polling.
    async fn upgrade(&self, opened: Opened) -> Opened {
        let Opened {
            transport,
            version,
            handshake,
            headers,
        } = opened;
        let offered = handshake
            .upgrades
            .iter()
            .any(|upgrade| upgrade == "websocket");
        let transport = match transport {
            SessionTransport::Polling(polling)
                if self.spec.transport == TransportPreference::Auto && offered =>
            {
                let url = self.url(version, "websocket", Some(&handshake.sid));
                match timeout(self.optional_step_timeout, self.probe(url, headers.clone())).await {
                    Ok(Ok(websocket)) => {
                        SessionTransport::Websocket(websocket.after(polling.into_incoming()))
                    }
                    Ok(Err(_)) | Err(_) => SessionTransport::Polling(polling),
                }
            }
            transport => transport,
        };
        Opened {
            transport,
            version,
            handshake,
            headers,
        }
    }

    /// Performs the upgrade: sends the probe, awaits the server's answer, and switches. After that
    /// the server sends over this WebSocket only.
    async fn probe(&self, url: Url, headers: HeaderMap) -> Result<WebsocketTransport, Failure> {
        let (stream, _) = self.side_dialers.get.websocket(url, headers, &[]).await?;
        let mut websocket = WebsocketTransport::new(stream, &self.trace);
        websocket.send(&EngineIoPacket::Ping("probe".to_owned()));
        loop {
            match websocket.receive().await? {
                EngineIoPacket::Pong(data) if data == "probe" => break,
                EngineIoPacket::Noop => {}
                _ => return Err(engine_io_error("upgrade not answered")),
            }
        }
        websocket.send(&EngineIoPacket::Upgrade);
        Ok(websocket)
    }

    fn url(&self, version: EngineIoVersion, transport: &str, sid: Option<&str>) -> Url {
        let mut url = self.spec.endpoint.url.clone();
        url.set_path(&self.spec.path);
        url.set_fragment(None);
        {
            let mut query = url.query_pairs_mut();
            query
                .extend_pairs(&self.spec.query)
                .append_pair("EIO", version.digit());
            query.append_pair("transport", transport);
            if transport == "polling" {
                // Without `b64`, a server of version 3 sends attachments as raw bytes between the
                // packets.
                query.append_pair("b64", "1");
            }
            if let Some(sid) = sid {
                query.append_pair("sid", sid);
            }
        }
        url
    }
}
