//! From nothing to an Engine.IO session: finds the version, shakes hands, upgrades the transport.

use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;
use tokio::time::timeout;
use url::Url;

use super::engine::{EngineIoPacket, EngineIoVersion, Handshake, PollingPayload};
use super::polling::{self, PollingRefusal, PollingTransport, RefusalCause, fetch};
use super::session::Session;
use super::transport::{SessionTransport, engine_io_error};
use super::websocket::WebsocketTransport;
use super::{Protocol, SocketioSpec, TransportPreference as Wanted, cookies};
use crate::model::{Failure, Stage};
use crate::monitors::dial::{Dialer, Dialers, HttpVersion};
use crate::monitors::trace::Trace;

/// What may hold up a connection that works without it: the upgrade, and the search for a refusal's
/// cause.
const OPTIONAL_STEP_TIMEOUT: Duration = Duration::from_secs(3);

/// In which a server of version 3 joins a WebSocket to the namespace `/` by itself, and one of
/// version 4 waits.
const UNSOLICITED_CONNECT_WAIT: Duration = Duration::from_millis(250);

pub struct Connector {
    spec: Arc<SocketioSpec>,
    /// Its flights are the attempt's own and fill the trace.
    dialer: Dialer,
    /// For flights beside the conversation, whose stages are not the attempt's.
    side_dialers: polling::PollingDialers,
    trace: Trace,
    /// The version that the server was found to speak.
    version: Option<EngineIoVersion>,
    optional_step_timeout: Duration,
}

/// A session's transport as the handshake left it.
struct Opened {
    transport: SessionTransport,
    version: EngineIoVersion,
    handshake: Handshake,
    /// Cookies for the session's other requests.
    headers: HeaderMap,
}

impl Connector {
    pub fn new(spec: Arc<SocketioSpec>, dialers: &Dialers, trace: &Trace) -> Connector {
        let dialer =
            |reuse, trace: &Trace| dialers.dialer(&spec.endpoint, HttpVersion::Http1, reuse, trace);
        let aside = || Arc::new(dialer(true, &trace.separate()));
        let (dialer, side_dialers) = (
            dialer(false, trace),
            polling::PollingDialers {
                get: aside(),
                post: aside(),
                trace: trace.clone(),
            },
        );
        Connector {
            spec,
            dialer,
            side_dialers,
            trace: trace.clone(),
            version: None,
            optional_step_timeout: OPTIONAL_STEP_TIMEOUT,
        }
    }

    /// `limit`: the attempt's, of which a detour takes a third at most.
    ///
    /// # Errors
    /// `protocol` for a version that the server does not speak, `status` for any other refusal, and
    /// the dialer's.
    pub async fn connect(&mut self, limit: Duration) -> Result<Session, Failure> {
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
        Ok(Session::new(
            opened.transport,
            opened.version,
            &opened.handshake,
            &self.spec.namespace,
            &self.trace,
        ))
    }

    async fn open(&self, version: EngineIoVersion) -> Result<Opened, PollingRefusal> {
        if self.spec.transport == Wanted::Websocket {
            return self.open_websocket(version).await;
        }
        match self.open_polling(&self.dialer, version).await {
            // The official clients give up here; a server without polling is alive all the same.
            Err(refusal)
                if refusal.cause == RefusalCause::Transport
                    && self.spec.transport == Wanted::Auto =>
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
        // Until the session stands it may be no handshake at all.
        dialer.trace().record_body(body.as_bytes());
        // A server of version 3 does not look at the version that it is asked for.
        let spoken = PollingPayload::detect(&body);
        if spoken != version && self.spec.protocol != Protocol::Auto {
            return Err(engine_io_error(format_args!(
                "the server speaks Engine.IO {}",
                spoken.digit()
            ))
            .into());
        }
        let mut payload = PollingPayload::new(spoken, body);
        let handshake = match payload.next() {
            Some(Ok(EngineIoPacket::Open(data))) => {
                Handshake::decode(&data).map_err(engine_io_error)?
            }
            Some(Err(why)) => return Err(engine_io_error(why).into()),
            _ => return Err(engine_io_error("no Engine.IO open packet").into()),
        };
        let headers = cookies::session_cookies(&self.spec.endpoint.options.headers, &answer);
        let url = self.url(spoken, "polling", Some(&handshake.sid));
        let polling =
            PollingTransport::new(&self.side_dialers, spoken, url, headers.clone(), payload);
        Ok(Opened {
            transport: SessionTransport::Polling(polling),
            version: spoken,
            handshake,
            headers,
        })
    }

    async fn open_websocket(&self, version: EngineIoVersion) -> Result<Opened, PollingRefusal> {
        let mut shake = Box::pin(self.shake_websocket(version));
        let shaken = match timeout(self.optional_step_timeout, &mut shake).await {
            Ok(shaken) => shaken,
            Err(_slow) => {
                // Servers of Socket.IO 3 are silent after the upgrade to a version that they do not
                // speak.
                if self.trace.stage() == Stage::Handshake
                    && let Some(refusal) = self.ask_why(version).await
                {
                    return Err(refusal);
                }
                shake.await
            }
        };
        match shaken {
            Err(
                failure @ (Failure::Status { .. }
                | Failure::Protocol { .. }
                | Failure::Closed { .. }),
            ) => Err(self
                .ask_why(version)
                .await
                .unwrap_or_else(|| failure.into())),
            shaken => Ok(shaken?),
        }
    }

    async fn shake_websocket(&self, version: EngineIoVersion) -> Result<Opened, Failure> {
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
        let mut spoken = version;
        if self.spec.protocol == Protocol::Auto
            && version == EngineIoVersion::V4
            && !handshake.has_max_payload
        {
            // Asking for `/` what a server of version 3 does unasked would join it twice.
            if let Ok(packet) = timeout(UNSOLICITED_CONNECT_WAIT, websocket.receive()).await {
                let packet = packet?;
                if matches!(packet, EngineIoPacket::Message(_)) {
                    spoken = EngineIoVersion::V3;
                }
                websocket =
                    websocket.after(PollingPayload::new(EngineIoVersion::V4, packet.encode()));
            }
        }
        Ok(Opened {
            transport: SessionTransport::Websocket(websocket),
            version: spoken,
            handshake,
            headers: HeaderMap::new(),
        })
    }

    /// Whether a WebSocket failed for its version: over polling the server can say so.
    async fn ask_why(&self, version: EngineIoVersion) -> Option<PollingRefusal> {
        match timeout(
            self.optional_step_timeout,
            self.open_polling(&self.side_dialers.get, version),
        )
        .await
        .ok()?
        {
            Err(refusal) => (refusal.cause == RefusalCause::Version).then_some(refusal),
            Ok(opened) => {
                // It was something else. The session that this opened is not left behind.
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

    /// Moves a polling session to a WebSocket if both sides want that and it works; else leaves it
    /// as it is.
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
                if self.spec.transport == Wanted::Auto && offered =>
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

    /// The upgrade: our probe, the server's, and the switch, after which it sends by this WebSocket
    /// only.
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
                // Without it a server of version 3 sends attachments as raw bytes between the
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
