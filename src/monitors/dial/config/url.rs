//! Resolves URLs: checks the scheme, extracts the userinfo, makes the address for display.

use url::{Host, ParseError, Url};

use crate::conf::codes::Code;
use crate::conf::diagnostic::Diagnostic;
use crate::conf::mask;
use crate::conf::scope::Scope;
use crate::conf::secret::Secret;
use crate::conf::setting::Setting;
use crate::conf::span::Span;
use crate::monitors::dial::is_host_name;
use crate::monitors::kind::{KindInfo, SchemeAdvice};

pub struct ResolvedUrl {
    /// The URL with http or https, without userinfo and fragment.
    pub url: Url,
    /// User and password from the userinfo, percent-decoded.
    pub login: Option<(String, Secret)>,
    /// The URL for display, with the scheme as written.
    pub shown: String,
    pub path: UrlPath,
}

/// The path of the URL as written. A Socket.IO client takes it as the namespace.
pub struct UrlPath {
    pub text: String,
    pub span: Span,
}

/// Returns why no hosts file and no name server can have this host (RFC 1035, section 2.3.4).
const NO_NAME: &str = "its host name has an empty part, a part over 63 characters, over 253 characters in all, or \
     one of `$`, `{` and `}`; a variable is written `${NAME}`";

fn can_be_asked_for(url: &Url) -> bool {
    match url.host() {
        // With a scheme like `socks5`, the URL's host is the text as written.
        Some(Host::Domain(host)) => is_host_name(host),
        _ => true,
    }
}

pub fn address(
    scope: &Scope<'_>,
    info: &KindInfo,
    field: Option<&Setting<String>>,
    secrets: &mut Vec<Secret>,
) -> Option<ResolvedUrl> {
    let Some(field) = field else {
        scope.report(
            Diagnostic::new(Code::MissingKey, format!("{} has no `url`", scope.label))
                .at(scope.kind_span, "here")
                .help(format!(
                    "write `url: {}://…` below it",
                    info.suggested_scheme
                )),
        );
        return None;
    };
    let text = field.value.as_deref()?.trim();
    let as_shown = field.shown_text()?;
    let shown = mask::address(as_shown.trim());
    let scheme = scheme(scope, info, field, text, &shown)?;
    let rewritten = match scheme.as_str() {
        "ws" => format!("http{}", text.get(2..)?),
        "wss" => format!("https{}", text.get(3..)?),
        _ => text.to_owned(),
    };
    let mut url = match Url::parse(&rewritten) {
        Ok(url) if url.host().is_some() && !can_be_asked_for(&url) => {
            return not_a_url(scope, field, NO_NAME);
        }
        Ok(url) if url.host().is_some() => url,
        Ok(_) | Err(ParseError::EmptyHost) => return no_host(scope, field, &scheme),
        Err(error) => return not_a_url(scope, field, &error.to_string()),
    };
    fragment(scope, field, &url);
    url.set_fragment(None);
    let login = take_login(&mut url);
    secrets.extend(secrets_of(&url, login.as_ref()));
    scope.context.warn_plain_url(
        &format!("a part of the URL of {}", scope.label),
        &as_shown,
        field.span,
    );
    let path = path(scope, field, &url);
    Some(ResolvedUrl {
        url,
        login,
        shown,
        path,
    })
}

/// Refuses a fragment. It is never sent, so the request would differ from the URL.
fn fragment(scope: &Scope<'_>, field: &Setting<String>, url: &Url) {
    let text = field.value.as_deref().unwrap_or_default();
    let Some(start) = text
        .find('#')
        .filter(|_| url.fragment().is_some_and(|fragment| !fragment.is_empty()))
    else {
        return;
    };
    let span = scope.context.part(field, start..text.trim_end().len());
    if url
        .fragment()
        .is_some_and(|fragment| fragment.contains('='))
    {
        // Single sign-on places tokens there.
        scope.context.mask(span);
    }
    let title = format!(
        "the URL of {} has a fragment: it is never sent to a server",
        scope.label
    );
    let problem = Diagnostic::new(Code::NotAUrl, title).at(span, "this part would be lost");
    scope.report(problem.help("leave it out; in a path or a query write `%23` for `#`"));
}

fn path(scope: &Scope<'_>, field: &Setting<String>, url: &Url) -> UrlPath {
    let whole = field.value.as_deref().unwrap_or_default();
    let host = whole.find("://").map_or(0, |scheme| scheme + 3);
    let rest = whole.get(host..).unwrap_or_default().trim_end();
    let end = rest.find(['?', '#']).unwrap_or(rest.len());
    let start = rest.find('/').filter(|start| *start < end);
    match start.and_then(|start| Some((start, rest.get(start..end)?))) {
        Some((start, text)) => UrlPath {
            text: text.to_owned(),
            span: scope.context.part(field, host + start..host + end),
        },
        None => UrlPath {
            text: url.path().to_owned(),
            span: field.span,
        },
    }
}

fn scheme(
    scope: &Scope<'_>,
    info: &KindInfo,
    field: &Setting<String>,
    text: &str,
    shown: &str,
) -> Option<String> {
    let known = info.schemes;
    let Some((scheme, _)) = text.split_once("://") else {
        if text.contains('@') {
            scope.context.mask(field.span);
        }
        let help = if shown.contains(['@', ' ']) {
            String::new()
        } else {
            format!(", for example `{}://{shown}`", info.suggested_scheme)
        };
        scope.report(
            Diagnostic::new(
                Code::NotAUrl,
                format!("the URL of {} has no scheme", scope.label),
            )
            .at(field.span, "not a URL")
            .help(format!("write it with its scheme{help}")),
        );
        return None;
    };
    let scheme = scheme.to_ascii_lowercase();
    if known.contains(&scheme.as_str()) {
        return Some(scheme);
    }
    let length = text.find("://").unwrap_or(0);
    let expected = known
        .iter()
        .map(|known| format!("`{known}`"))
        .collect::<Vec<_>>()
        .join(" or ");
    let title = format!(
        "the URL of {} has the scheme `{}`, but its kind is `{}`",
        scope.label,
        if field.shown.is_some() {
            "***"
        } else {
            &scheme
        },
        scope.kind.as_str()
    );
    let mut problem = Diagnostic::new(Code::Scheme, title)
        .at(
            scope.context.part(field, 0..length),
            format!("expected {expected}"),
        )
        .also(scope.kind_span, format!("{} because of this", info.noun));
    if text.contains('@') {
        // The URL cannot be split, so the place of a password is unknown.
        scope
            .context
            .mask(scope.context.part(field, length..text.len()));
    } else if let Some(help) = advice(info, &scheme, shown) {
        problem = problem.help(help);
    }
    scope.report(problem);
    None
}

/// Hides a URL that cannot be split: the place of a password is unknown.
fn mask_login(scope: &Scope<'_>, field: &Setting<String>) {
    if field.value.as_ref().is_some_and(|text| text.contains('@')) {
        scope.context.mask(field.span);
    }
}

fn no_host<T>(scope: &Scope<'_>, field: &Setting<String>, scheme: &str) -> Option<T> {
    mask_login(scope, field);
    let title = format!("the URL of {} has no host", scope.label);
    let problem = Diagnostic::new(Code::NotAUrl, title).at(field.span, "here");
    scope.report(problem.help(format!("write it as in `{scheme}://example.com/`")));
    None
}

fn not_a_url<T>(scope: &Scope<'_>, field: &Setting<String>, why: &str) -> Option<T> {
    mask_login(scope, field);
    let title = format!("the URL of {} is not valid: {why}", scope.label);
    scope.report(Diagnostic::new(Code::NotAUrl, title).at(field.span, "here"));
    None
}

/// Resolves the URL of a proxy. Its userinfo is the login.
pub fn proxy(
    scope: &Scope<'_>,
    field: Option<&Setting<String>>,
    secrets: &mut Vec<Secret>,
) -> Option<Url> {
    let field = field?;
    let text = field.value.as_deref()?.trim();
    let url = match Url::parse(text) {
        Ok(url)
            if url.host_str().is_some_and(|host| !host.is_empty()) && !can_be_asked_for(&url) =>
        {
            return not_a_proxy(scope, field, NO_NAME);
        }
        Ok(url) if url.host_str().is_some_and(|host| !host.is_empty()) => url,
        Ok(_) => return not_a_proxy(scope, field, "it has no host"),
        Err(error) => return not_a_proxy(scope, field, &error.to_string()),
    };
    if !["http", "https", "socks5", "socks5h"].contains(&url.scheme()) {
        let title = format!(
            "the proxy of {} has a scheme that is not a proxy's",
            scope.label
        );
        let length = text.find(':').unwrap_or(0);
        scope.report(Diagnostic::new(Code::Scheme, title).at(
            scope.context.part(field, 0..length),
            "expected `http`, `https`, `socks5` or `socks5h`",
        ));
        return None;
    }
    let unused = [
        ("path", url.path().len() > 1),
        ("query", url.query().is_some()),
    ];
    let fragment = ("fragment", url.fragment().is_some());
    if let Some((part, _)) = unused
        .into_iter()
        .chain([fragment])
        .find(|(_, is_there)| *is_there)
    {
        return not_a_proxy(
            scope,
            field,
            &format!("it has a {part}, which no proxy is sent"),
        );
    }
    let login = take_login(&mut url.clone());
    secrets.extend(secrets_of(&url, login.as_ref()));
    scope.context.warn_plain_url(
        &format!("the login of the proxy of {}", scope.label),
        &field.shown_text()?,
        field.span,
    );
    Some(url)
}

fn not_a_proxy(scope: &Scope<'_>, field: &Setting<String>, why: &str) -> Option<Url> {
    mask_login(scope, field);
    let title = format!("the proxy of {} is not the URL of one: {why}", scope.label);
    scope.report(
        Diagnostic::new(Code::NotAUrl, title)
            .at(field.span, "here")
            .help("write for example `http://proxy.example.com:3128`"),
    );
    None
}

fn advice(info: &KindInfo, scheme: &str, shown: &str) -> Option<String> {
    let rest = shown.split_once("://")?.1;
    let SchemeAdvice { instead, kinds, .. } =
        info.advice.iter().find(|advice| advice.written == scheme)?;
    Some(format!("write `{instead}://{rest}`, or make it {kinds}"))
}

/// Removes the userinfo from a URL, and returns it decoded.
pub fn take_login(url: &mut Url) -> Option<(String, Secret)> {
    // A plus sign in userinfo is not a space.
    let decoded = |text: &str| mask::decoded(&text.replace('+', "%2B"));
    let login = (!url.username().is_empty() || url.password().is_some()).then(|| {
        (
            decoded(url.username()),
            Secret::new(decoded(url.password().unwrap_or(""))),
        )
    });
    // This fails only for URLs without a host.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    login
}

/// Returns the parts of a URL to hide: the login and sensitive values of the query, decoded and as
/// sent.
fn secrets_of(url: &Url, login: Option<&(String, Secret)>) -> Vec<Secret> {
    let mut secrets = Vec::new();
    if let Some((name, password)) = login {
        secrets.extend([Secret::new(name.as_str()), password.clone()]);
    }
    for pair in url.query().unwrap_or("").split('&') {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        if mask::is_sensitive(&mask::decoded(name)) {
            secrets.extend([Secret::new(value), Secret::new(mask::decoded(value))]);
        }
    }
    secrets
}
