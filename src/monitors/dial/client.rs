//! Builds a dialer's HTTP client with all settings of reqwest and rustls.

use std::sync::{Arc, OnceLock};

use http::{HeaderValue, Uri};
use hyper_util::client::proxy::matcher::Matcher;
use reqwest::{Client, ClientBuilder, Proxy};
use rustls::ClientConfig;
use rustls::client::Resumption;
use rustls::crypto::CryptoProvider;

use super::client_cache::ClientKey;
use super::hooks::{ConnectLayer, TcpReady};
use super::resolve::LookupHook;
use super::tls::{Trust, provider};
use super::verify::RecordingVerifier;
use super::{ConnectOptions, Dialer, HttpVersion, in_flight, suites};
use crate::model::{Failure, Text};

pub(super) const USER_AGENT: &str = concat!("hbmon/", env!("CARGO_PKG_VERSION"));

impl Dialer {
    /// Returns the client, which is built at first use.
    pub(super) fn client(&self) -> Result<&Client, Failure> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let client = self.shared.clients.get(self.client_key(), || self.build());
        let client = client.map_err(|why| match &self.endpoint.options.proxy {
            Some(_) => Failure::Proxy {
                why: Text::clean(&why),
            },
            None => Failure::Tls {
                why: Text::clean(&why),
            },
        })?;
        Ok(self.client.get_or_init(|| client))
    }

    fn client_key(&self) -> ClientKey {
        let ConnectOptions {
            tls,
            proxy,
            family,
            resolver,
            ..
        } = &*self.endpoint.options;
        ClientKey {
            version: self.version,
            trust: tls.trust.roots_address(),
            insecure: matches!(tls.trust, Trust::Any),
            identity: tls
                .identity
                .as_ref()
                .map(|identity| Arc::as_ptr(&identity.0).addr()),
            has_server_name: tls.server_name.is_some(),
            proxy: proxy.clone(),
            family: *family,
            resolver: *resolver,
        }
    }

    fn build(&self) -> Result<Client, String> {
        let tls = self.tls_config().map_err(|error| error.to_string())?;
        let lookup = LookupHook {
            resolvers: Arc::clone(&self.shared.resolvers),
            family: self.endpoint.options.family,
            resolver: self.endpoint.options.resolver,
        };
        let builder = Client::builder()
            .user_agent(USER_AGENT)
            .tls_backend_preconfigured(tls)
            .dns_resolver(lookup)
            .connector_layer(ConnectLayer)
            // The layer takes every connection. reqwest keeps none, and sends data only to proxies.
            .pool_max_idle_per_host(0)
            .retry(reqwest::retry::never())
            .tcp_nodelay(true);
        self.through_proxy(builder)?
            .build()
            .map_err(|error| innermost(error.without_url()))
    }

    /// Sets the configured proxy. A proxy from the environment is never used.
    fn through_proxy(&self, builder: ClientBuilder) -> Result<ClientBuilder, String> {
        let builder = builder.no_proxy();
        let Some(url) = &self.endpoint.options.proxy else {
            return Ok(builder);
        };
        // Such a proxy resolves the name itself, and would get the wrong name.
        if self.endpoint.options.tls.server_name.is_some() && url.scheme() != "socks5" {
            return Err("server_name works through socks5 only".to_owned());
        }
        Ok(builder.proxy(Proxy::all(url.clone()).map_err(|error| innermost(error.without_url()))?))
    }

    /// Returns the login that each request needs if a proxy reads the requests itself.
    pub(super) fn proxy_login(&self) -> Option<HeaderValue> {
        let url = self.endpoint.options.proxy.as_ref()?;
        let proxy = Matcher::builder()
            .all(url.as_str())
            .build()
            .intercept(&Uri::from_static("http://any.invalid"))?;
        proxy.basic_auth().cloned()
    }

    fn tls_config(&self) -> Result<ClientConfig, rustls::Error> {
        let tls = &self.endpoint.options.tls;
        let verifier = RecordingVerifier {
            trust: tls.trust.clone(),
            system: Arc::clone(&self.shared.roots),
        };
        let builder = ClientConfig::builder_with_provider(reporting_provider())
            .with_safe_default_protocol_versions()?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier));
        let mut config = match &tls.identity {
            Some(identity) => builder.with_client_cert_resolver(Arc::clone(&identity.0)),
            None => builder.with_no_client_auth(),
        };
        config.resumption = Resumption::store(Arc::new(TcpReady));
        // With `server_name` in the URL, HTTP/2's `:authority` would contradict `Host`.
        let alpn: &[&[u8]] = match self.version {
            HttpVersion::Auto if tls.server_name.is_none() => &[b"h2", b"http/1.1"],
            HttpVersion::Auto | HttpVersion::Http1 => &[b"http/1.1"],
            HttpVersion::Http2 => &[b"h2"],
        };
        config.alpn_protocols = alpn.iter().map(|protocol| protocol.to_vec()).collect();
        Ok(config)
    }
}

/// Returns the provider whose cipher suites report to the current `InFlight`. A suite is in use
/// once it makes an encrypter.
fn reporting_provider() -> Arc<CryptoProvider> {
    static PROVIDER: OnceLock<Arc<CryptoProvider>> = OnceLock::new();
    let report = |suite| {
        if let Some(in_flight) = in_flight::current() {
            in_flight.negotiated(suite);
        }
    };
    Arc::clone(PROVIDER.get_or_init(|| {
        let provider = CryptoProvider::clone(&provider());
        Arc::new(CryptoProvider {
            cipher_suites: suites::reporting(&provider.cipher_suites, report),
            ..provider
        })
    }))
}

/// Returns the text of the innermost error in a chain of sources.
fn innermost(error: reqwest::Error) -> String {
    let mut error: &dyn std::error::Error = &error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}
