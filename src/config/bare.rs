//! Targets without a config file: from a URL, or from arguments.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::bare_url::with_scheme;
use super::file::{CommonKeys, ConfigFile};
use super::request::{RequestOptions, option_error};
use super::resolve::PlanResolver;
use crate::conf::codes::{Code, Severity};
use crate::conf::context::Context;
use crate::conf::diagnostic::{ConfigError, Diagnostic};
use crate::conf::mask;
use crate::conf::secret::Secret;
use crate::conf::setting::{Flattened, Pairs, Setting};
use crate::conf::sources::Sources;
use crate::conf::units::ConfigDuration;
use crate::engine::Target;
use crate::model::{Kind, Meta, Text};
use crate::monitors::dial::Endpoint;
use crate::monitors::dial::config::keys::{Auth, EndpointKeys, TlsKeys};
use crate::monitors::http::keys::HttpKeys;
use crate::monitors::secrets::Secrets;
use crate::monitors::{self, MonitorKeys, Spec};

/// An endpoint and the values to hide.
pub type ReceiverEndpoint = (Endpoint, Arc<Secrets>);

/// Returns a target with all defaults. The scheme chooses the kind: `http(s)`, `ws(s)`,
/// `sse+http(s)`, `sio+http(s)`; a host without a scheme gets `http`. The name is the URL as it may
/// be shown.
///
/// # Errors
/// Not a URL, or a scheme that no kind has.
pub fn target(url: &str) -> Result<Target, ConfigError> {
    target_with(url, &RequestOptions::default()).map(|bare| bare.target)
}

/// A target with options, and what is doubtful about them.
pub struct BareTarget {
    pub target: Target,
    pub warnings: Vec<ConfigError>,
}

/// Returns a target with these options, and otherwise as `target` does.
///
/// # Errors
/// As for `target`; an option that the kind does not have, or with an unusable value.
pub fn target_with(url: &str, options: &RequestOptions) -> Result<BareTarget, ConfigError> {
    let url = &*with_scheme(url);
    let (scheme, _) = url
        .split_once("://")
        .ok_or_else(|| not_a_target(url, "has no scheme", Vec::new()))?;
    let (kind, bare) = kind_of(scheme)
        .and_then(|(kind, prefix)| Some((kind, url.get(prefix..)?)))
        .ok_or_else(|| not_a_target(url, "has a scheme that names no kind", Vec::new()))?;
    let shown = mask::address(url);
    options.check(kind, &shown)?;
    let monitor = options.monitor(kind, bare);
    let Resolved {
        mut target,
        warnings,
    } = resolve("probe", monitor, options.common()).map_err(|problem| {
        if problem.code == Code::NotAUrl {
            let what = problem
                .title
                .trim_start_matches(&format!("the URL of {LABEL} "));
            not_a_target(url, what, problem.helps)
        } else {
            option_error(*problem, LABEL, &shown)
        }
    })?;
    target.meta = Arc::new(Meta {
        name: Text::clean(&shown),
        ..Meta::clone(&target.meta)
    });
    // The others are about files, or about what the options say on purpose.
    let is_about_an_option =
        |problem: &Diagnostic| matches!(problem.code, Code::Weak | Code::UnknownMethod);
    let warnings = warnings
        .into_iter()
        .filter(is_about_an_option)
        .map(|problem| option_error(problem, LABEL, &shown))
        .collect();
    Ok(BareTarget { target, warnings })
}

/// What mistakes call the monitor of a URL.
const LABEL: &str = "monitor `probe`";

/// Returns the kind that a scheme chooses, and the length of the scheme's prefix.
fn kind_of(scheme: &str) -> Option<(Kind, usize)> {
    let scheme = scheme.to_ascii_lowercase();
    let kind = Kind::ALL
        .into_iter()
        .find(|kind| monitors::info(*kind).probe_schemes.contains(&&*scheme))?;
    Some((kind, scheme.find('+').map_or(0, |plus| plus + 1)))
}

/// `what`: what is wrong with the URL, as the predicate of a sentence. Without `helps`, the error
/// names the schemes.
fn not_a_target(url: &str, what: &str, helps: Vec<String>) -> ConfigError {
    // The userinfo cannot be recognized, so nothing after the scheme is shown.
    let shown = if url.contains('@') && !url.contains("://") {
        "***".to_owned()
    } else {
        mask::address(url)
    };
    let helps = if helps.is_empty() {
        vec![format!("write a URL that begins with {}", all_schemes())]
    } else {
        helps
    };
    ConfigError::without_source(Diagnostic {
        helps,
        ..Diagnostic::new(Code::NotAUrl, format!("`{shown}` {what}"))
    })
}

fn all_schemes() -> String {
    let schemes: Vec<_> = Kind::ALL
        .into_iter()
        .flat_map(|kind| monitors::info(kind).probe_schemes)
        .copied()
        .collect();
    match schemes.split_last() {
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => String::new(),
    }
}

/// How heartbeats are sent to a receiver.
#[derive(Clone, Copy, Debug, Default)]
pub struct SendOptions<'a> {
    /// Of two headers of one name the last counts.
    pub headers: &'a [(String, String)],
    /// The bearer token.
    pub token: Option<&'a str>,
    /// A PEM file with the roots to trust instead of the system's.
    pub ca_file: Option<&'a str>,
}

/// Returns the endpoint of an http(s) URL, with headers, token and roots as in a config.
///
/// # Errors
/// Not such a URL; a header or token that HTTP does not allow; a file of roots that cannot be used.
/// Nothing of headers and token is echoed.
pub fn endpoint(url: &str, options: SendOptions<'_>) -> Result<ReceiverEndpoint, ConfigError> {
    let SendOptions {
        headers,
        token,
        ca_file,
    } = options;
    let literal = |text: &str| Setting::literal(text.to_owned());
    let headers: BTreeMap<_, _> = headers
        .iter()
        .map(|(name, value)| (name.to_ascii_lowercase(), value))
        .collect();
    let headers = headers
        .into_iter()
        .map(|(name, value)| (literal(&name), literal(value)))
        .collect();
    let shared = EndpointKeys {
        url: Some(literal(url)),
        headers: Some(Setting::literal(Pairs(headers))),
        auth: token.map(bearer),
        tls: ca_file.map(trusted_roots),
        ..EndpointKeys::default()
    };
    resolve_endpoint("receiver", shared).map_err(|problem| {
        if problem.code == Code::Tls {
            unusable_roots(*problem)
        } else {
            cannot_send(&problem.title)
        }
    })
}

/// Returns the endpoint of a running hbmon: an http(s) URL that its interface is below, with its
/// bearer token.
///
/// # Errors
/// Not such a URL, a token that HTTP does not allow, or a file of roots that cannot be used. Nothing
/// of URL and token is echoed.
pub fn agent(
    url: &str,
    token: Option<&str>,
    trust: CertificateTrust<'_>,
) -> Result<ReceiverEndpoint, ConfigError> {
    let shared = EndpointKeys {
        url: Some(Setting::literal(url.to_owned())),
        auth: token.map(bearer),
        tls: trust.keys(),
        ..EndpointKeys::default()
    };
    resolve_endpoint("agent", shared).map_err(|problem| {
        if problem.code == Code::Tls {
            return unusable_roots(*problem);
        }
        ConfigError::without_source(
            Diagnostic::new(Code::NotAUrl, format!("cannot attach: {}", problem.title))
                .help("write the URL of a running agent, as in http://127.0.0.1:9747"),
        )
    })
}

/// Returns a URL as it may be shown.
pub fn shown_url(url: &str) -> String {
    mask::address(url)
}

fn bearer(token: &str) -> Setting<Auth> {
    Setting::literal(Auth {
        bearer: Some(Setting::literal(Secret::new(token))),
        ..Auth::default()
    })
}

fn insecure() -> Setting<TlsKeys> {
    Setting::literal(TlsKeys {
        insecure: Some(Setting::literal(true)),
        ..TlsKeys::default()
    })
}

/// Returns the endpoint that the keys of an http monitor describe.
///
/// # Errors
/// The first error, which calls the endpoint `what`.
fn resolve_endpoint(what: &str, shared: EndpointKeys) -> Result<ReceiverEndpoint, Box<Diagnostic>> {
    let monitor = http(shared, HttpKeys::default());
    let Resolved { target, .. } =
        resolve(what, monitor, CommonKeys::default()).map_err(|mut problem| {
            let own = format!("monitor `{what}`");
            problem.title = problem.title.replace(&own, &format!("the {what}"));
            problem
        })?;
    match target.spec {
        Spec::Http(spec) => Ok((Endpoint::clone(&spec.endpoint), target.secrets)),
        _ => Err(Box::new(Diagnostic::new(Code::NotAUrl, "it names nothing"))),
    }
}

/// Returns the error for a receiver that cannot be used.
pub(super) fn cannot_send(why: &str) -> ConfigError {
    ConfigError::without_source(Diagnostic::new(
        Code::NotAUrl,
        format!("cannot send there: {why}"),
    ))
}

fn trusted_roots(ca_file: &str) -> Setting<TlsKeys> {
    Setting::literal(TlsKeys {
        ca_file: Some(Setting::literal(ca_file.to_owned())),
        ..TlsKeys::default()
    })
}

/// The error about the file of `--cacert`.
fn unusable_roots(problem: Diagnostic) -> ConfigError {
    ConfigError::without_source(Diagnostic {
        title: "`--cacert` cannot be used".to_owned(),
        ..without_place(problem)
    })
}

/// Which certificates of a server are accepted.
#[derive(Clone, Copy, Debug)]
pub enum CertificateTrust<'a> {
    /// Those that the system trusts.
    System,
    /// Those of the roots in this PEM file.
    Roots(&'a str),
    /// Any.
    Any,
}

impl CertificateTrust<'_> {
    fn keys(self) -> Option<Setting<TlsKeys>> {
        match self {
            CertificateTrust::System => None,
            CertificateTrust::Roots(ca_file) => Some(trusted_roots(ca_file)),
            CertificateTrust::Any => Some(insecure()),
        }
    }
}

/// Returns a target for one request to the health check of a running hbmon, without redirects.
///
/// # Errors
/// Not an http(s) URL, a timeout that a config does not allow, or a file of roots that cannot be
/// used.
pub fn health_check(
    url: &str,
    trust: CertificateTrust<'_>,
    timeout: Duration,
) -> Result<Target, ConfigError> {
    let shared = EndpointKeys {
        url: Some(Setting::literal(url.to_owned())),
        tls: trust.keys(),
        ..EndpointKeys::default()
    };
    let own = HttpKeys {
        redirects: Some(Setting::literal(0)),
        ..HttpKeys::default()
    };
    let common = CommonKeys {
        timeout: Some(Setting::literal(ConfigDuration(timeout))),
        ..CommonKeys::default()
    };
    let resolved = resolve("hbmon", http(shared, own), common).map_err(|problem| {
        if problem.code == Code::Tls {
            unusable_roots(*problem)
        } else {
            ConfigError::without_source(without_place(*problem))
        }
    })?;
    Ok(resolved.target)
}

fn http(shared: EndpointKeys, own: HttpKeys) -> MonitorKeys {
    MonitorKeys {
        http: Some(Setting::literal(Flattened { shared, own })),
        ..MonitorKeys::default()
    }
}

/// A monitor that stands in no config.
struct Resolved {
    target: Target,
    warnings: Vec<Diagnostic>,
}

/// Resolves one monitor as if it stood in a config.
///
/// # Errors
/// The first mistake.
fn resolve(
    name: &str,
    monitor: MonitorKeys,
    common: CommonKeys,
) -> Result<Resolved, Box<Diagnostic>> {
    let own = MonitorKeys {
        name: Some(Setting::literal(name.to_owned())),
        ..monitor
    };
    let shared = common;
    let file = ConfigFile {
        monitors: Some(Setting::literal(vec![Setting::literal(Flattened {
            shared,
            own,
        })])),
        ..ConfigFile::default()
    };
    let sources = Sources::default();
    let context = Context::new(&sources);
    let plan = PlanResolver::new(&context, Path::new("")).plan(&file);
    let (problems, _) = context.finish();
    let (errors, warnings): (Vec<_>, Vec<_>) = problems
        .into_iter()
        .partition(|problem| problem.code.severity() == Severity::Error);
    match (errors.into_iter().next(), plan.targets.into_iter().next()) {
        (None, Some(target)) => Ok(Resolved { target, warnings }),
        (Some(problem), _) => Err(Box::new(problem)),
        (None, None) => {
            let title = format!("the URL of monitor `{name}` names nothing");
            Err(Box::new(Diagnostic::new(Code::NotAUrl, title)))
        }
    }
}

/// Removes the places, which a monitor without a file does not have.
fn without_place(mut problem: Diagnostic) -> Diagnostic {
    let label = problem.primary.take().map(|(_, label)| label);
    // The label of a file says why it cannot be used.
    problem
        .notes
        .extend(label.filter(|_| problem.code == Code::Tls));
    Diagnostic {
        context: Vec::new(),
        near: None,
        ..problem
    }
}
