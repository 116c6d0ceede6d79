//! The options of a command line for a URL without a config, as the keys that a config has for
//! them.

use std::time::Duration;

use http::header::CONTENT_TYPE;
use serde_json::Value;

use super::file::CommonKeys;
use crate::conf::codes::Code;
use crate::conf::diagnostic::{ConfigError, Diagnostic};
use crate::conf::secret::Secret;
use crate::conf::setting::{Flattened, Many, Pairs, Setting};
use crate::conf::units::ConfigDuration;
use crate::model::Kind;
use crate::monitors::dial::config::keys::{Auth, EndpointKeys, TlsKeys};
use crate::monitors::http::keys::{AnswerKeys, HttpKeys};
use crate::monitors::payload::keys::ExpectKeys;
use crate::monitors::socketio::keys::SocketioKeys;
use crate::monitors::sse::keys::SseKeys;
use crate::monitors::websocket::keys::WebsocketKeys;
use crate::monitors::{self, MonitorKeys};

/// How a URL is asked, and what its answer must be. The default asks as a config without further
/// keys does.
#[derive(Clone, Debug, Default)]
pub struct RequestOptions {
    pub headers: Vec<(String, Secret)>,
    pub method: Option<String>,
    /// The body of a request; for a WebSocket, a message after the open.
    pub data: Option<String>,
    pub insecure: bool,
    pub ca_file: Option<String>,
    pub cert_file: Option<String>,
    pub key_file: Option<String>,
    pub bearer: Option<Secret>,
    pub redirects: Option<u32>,
    /// Time limit of one attempt.
    pub timeout: Option<Duration>,
    /// Codes, classes and ranges, as in a config.
    pub status: Vec<String>,
    pub json: Option<String>,
    pub body: Option<String>,
    /// Which messages are heartbeats.
    pub filter: Option<String>,
}

/// An option of the command line that was given.
#[derive(Clone, Copy, Debug)]
pub struct GivenOption {
    /// As it is written: `-X`.
    pub name: &'static str,
    /// The config's key for the same.
    pub key: &'static str,
    /// The kinds of URLs that have it.
    kinds: &'static [Kind],
}

/// Kinds with a URL.
const ANY: &[Kind] = &[Kind::Http, Kind::Websocket, Kind::Sse, Kind::Socketio];
const HTTP: &[Kind] = &[Kind::Http];
const WITH_METHOD: &[Kind] = &[Kind::Http, Kind::Sse];
const WITH_DATA: &[Kind] = &[Kind::Http, Kind::Sse, Kind::Websocket];
const WITH_FILTER: &[Kind] = &[Kind::Websocket, Kind::Sse];

/// What an error about a config calls an option, and what the command line calls it.
const NAMES: [(&str, &str); 10] = [
    ("`tls.ca_file`", "`--cacert`"),
    ("`tls.cert_file`", "`--cert`"),
    ("`tls.key_file`", "`--key`"),
    ("`cert_file`", "`--cert`"),
    ("`key_file`", "`--key`"),
    ("`method`", "`-X`"),
    ("`status`", "`--expect-status`"),
    ("`timeout`", "`--timeout`"),
    ("`auth`", "`--bearer`"),
    ("the bearer token", "the token of `--bearer`"),
];

impl RequestOptions {
    /// Returns the options that were given.
    pub fn given(&self) -> impl Iterator<Item = GivenOption> {
        let table = [
            (!self.headers.is_empty(), "-H", "headers", ANY),
            (self.method.is_some(), "-X", "method", WITH_METHOD),
            (self.data.is_some(), "-d", "body", WITH_DATA),
            (self.insecure, "-k", "tls: {insecure: true}", ANY),
            (self.ca_file.is_some(), "--cacert", "tls: {ca_file: …}", ANY),
            (
                self.cert_file.is_some(),
                "--cert",
                "tls: {cert_file: …}",
                ANY,
            ),
            (self.key_file.is_some(), "--key", "tls: {key_file: …}", ANY),
            (self.bearer.is_some(), "--bearer", "auth: {bearer: …}", ANY),
            (self.redirects.is_some(), "--redirects", "redirects", HTTP),
            (self.timeout.is_some(), "--timeout", "timeout", ANY),
            (
                !self.status.is_empty(),
                "--expect-status",
                "expect: {status: …}",
                HTTP,
            ),
            (
                self.json.is_some(),
                "--expect-json",
                "expect: {json: …}",
                ANY,
            ),
            (
                self.body.is_some(),
                "--expect-body",
                "expect: {body: …}",
                ANY,
            ),
            (self.filter.is_some(), "--match", "match", WITH_FILTER),
        ];
        table
            .into_iter()
            .filter(|(is_given, ..)| *is_given)
            .map(|(_, name, key, kinds)| GivenOption { name, key, kinds })
    }

    /// Checks that a kind has every option that was given. `shown`: the URL as it may be shown.
    ///
    /// # Errors
    /// The first option that the kind does not have.
    pub(super) fn check(&self, kind: Kind, shown: &str) -> Result<(), ConfigError> {
        let Some(unfit) = self.given().find(|option| !option.kinds.contains(&kind)) else {
            return Ok(());
        };
        let schemes: Vec<&str> = unfit
            .kinds
            .iter()
            .flat_map(|kind| monitors::info(*kind).probe_schemes)
            .copied()
            .collect();
        let name = unfit.name;
        let title = format!(
            "`{name}` does not go with `{shown}`, which is {}",
            monitors::info(kind).noun
        );
        let mut problem = Diagnostic::new(Code::Conflict, title)
            .help(format!("`{name}` goes with {}", schemes.join(", ")));
        if name == "--match" {
            problem = problem.help("`--expect-json` checks the answer of a poll");
        }
        Err(ConfigError::without_source(problem))
    }

    /// Returns a monitor of this kind without a name.
    pub(super) fn monitor(&self, kind: Kind, url: &str) -> MonitorKeys {
        let shared = self.endpoint(kind, url);
        let mut monitor = MonitorKeys::default();
        match kind {
            Kind::Http => monitor.http = flattened(shared, self.http()),
            Kind::Websocket => monitor.websocket = flattened(shared, self.websocket()),
            Kind::Sse => monitor.sse = flattened(shared, self.sse()),
            Kind::Socketio => monitor.socketio = flattened(shared, self.socketio()),
            // It has no URL.
            Kind::Push => {}
        }
        monitor
    }

    /// Returns the keys that monitors of every kind have.
    pub(super) fn common(&self) -> CommonKeys {
        CommonKeys {
            timeout: self
                .timeout
                .map(|timeout| Setting::literal(ConfigDuration(timeout))),
            ..CommonKeys::default()
        }
    }

    fn endpoint(&self, kind: Kind, url: &str) -> EndpointKeys {
        let own = self
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.reveal()));
        let headers: Vec<_> = own
            .chain(self.content_type(kind))
            .map(|(name, value)| (literal(name), literal(value)))
            .collect();
        EndpointKeys {
            url: Some(literal(url)),
            headers: (!headers.is_empty()).then(|| Setting::literal(Pairs(headers))),
            auth: self.bearer.clone().map(|token| {
                Setting::literal(Auth {
                    bearer: Some(Setting::literal(token)),
                    ..Auth::default()
                })
            }),
            tls: self.tls(),
            ..EndpointKeys::default()
        }
    }

    fn tls(&self) -> Option<Setting<TlsKeys>> {
        let keys = TlsKeys {
            ca_file: self.ca_file.as_deref().map(literal),
            cert_file: self.cert_file.as_deref().map(literal),
            key_file: self.key_file.as_deref().map(literal),
            server_name: None,
            insecure: self.insecure.then(|| Setting::literal(true)),
        };
        let is_used = self.insecure
            || [&keys.ca_file, &keys.cert_file, &keys.key_file]
                .into_iter()
                .any(Option::is_some);
        is_used.then(|| Setting::literal(keys))
    }

    /// The content type of the data, as curl sets it, but of JSON as JSON.
    fn content_type(&self, kind: Kind) -> Option<(&'static str, &'static str)> {
        let data = self.data.as_ref().filter(|_| kind != Kind::Websocket)?;
        let is_given =
            |(name, _): &(String, Secret)| name.eq_ignore_ascii_case(CONTENT_TYPE.as_str());
        if self.headers.iter().any(is_given) {
            return None;
        }
        let is_json = serde_json::from_str::<Value>(data).is_ok();
        let value = if is_json {
            "application/json"
        } else {
            "application/x-www-form-urlencoded"
        };
        Some(("content-type", value))
    }

    /// Data is sent by POST, as curl does.
    fn method(&self) -> Option<Setting<String>> {
        let default = self.data.as_ref().map(|_| "POST");
        self.method.as_deref().or(default).map(literal)
    }

    fn http(&self) -> HttpKeys {
        let status = self.status.iter().map(|code| literal(code)).collect();
        let answer = AnswerKeys {
            status: (!self.status.is_empty()).then(|| Setting::literal(Many(status))),
            headers: None,
            body: self.body.as_deref().map(literal),
            json: self.json.as_deref().map(literal),
        };
        HttpKeys {
            method: self.method(),
            body: self.data.as_deref().map(literal),
            redirects: self.redirects.map(Setting::literal),
            expect: Some(Setting::literal(answer)),
            ..HttpKeys::default()
        }
    }

    fn websocket(&self) -> WebsocketKeys {
        let send = self.data.as_deref().map(literal);
        WebsocketKeys {
            send: send.map(|text| Setting::literal(Many(vec![text]))),
            r#match: self.filter.as_deref().map(literal),
            expect: self.expect(),
            ..WebsocketKeys::default()
        }
    }

    fn sse(&self) -> SseKeys {
        SseKeys {
            method: self.method(),
            body: self.data.as_deref().map(literal),
            r#match: self.filter.as_deref().map(literal),
            expect: self.expect(),
            ..SseKeys::default()
        }
    }

    fn socketio(&self) -> SocketioKeys {
        SocketioKeys {
            expect: self.expect(),
            ..SocketioKeys::default()
        }
    }

    fn expect(&self) -> Option<Setting<ExpectKeys>> {
        (self.body.is_some() || self.json.is_some()).then(|| {
            Setting::literal(ExpectKeys {
                body: self.body.as_deref().map(literal),
                json: self.json.as_deref().map(literal),
            })
        })
    }
}

/// Returns the error or warning about an option from the one about the config's key. `label`: what the config
/// calls the monitor; `shown`: the URL as it may be shown.
pub(super) fn option_error(problem: Diagnostic, label: &str, shown: &str) -> ConfigError {
    let mut title = problem.title.replace(label, &format!("`{shown}`"));
    for (key, option) in NAMES {
        title = title.replace(key, option);
    }
    let names_the_mistake = matches!(
        problem.code,
        Code::Expression
            | Code::Header
            | Code::Range
            | Code::Tls
            | Code::UnknownMethod
            | Code::Value
            | Code::Weak
    );
    if let Some((_, why)) = problem.primary.filter(|_| names_the_mistake) {
        title = format!("{title}: {why}");
    }
    let helps = if problem.code == Code::Conflict {
        vec!["give one of them".to_owned()]
    } else {
        let in_words = |help: String| help.replace("leave the key out", "leave the option out");
        problem.helps.into_iter().map(in_words).collect()
    };
    ConfigError::without_source(Diagnostic {
        helps,
        ..Diagnostic::new(problem.code, title)
    })
}

fn literal(text: &str) -> Setting<String> {
    Setting::literal(text.to_owned())
}

fn flattened<K>(shared: EndpointKeys, own: K) -> Option<Setting<Flattened<EndpointKeys, K>>> {
    Some(Setting::literal(Flattened { shared, own }))
}
