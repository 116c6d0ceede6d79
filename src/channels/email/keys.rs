//! The keys of the kind `email`.

use std::sync::Arc;

use lettre::message::Mailbox;
use schemars::JsonSchema;
use serde::Deserialize;
use url::{Host, Url};

use super::server::{MailSecurity, MailServer};
use super::{Email, MailTransport};
use crate::alerts::message::MessageStyle;
use crate::channels::http_keys::send_timeout;
use crate::channels::kind::{ChannelKindKeys, ResolvedChannel};
use crate::conf::codes::Code;
use crate::conf::diagnostic::Diagnostic;
use crate::conf::reference::{ReferenceSection, section};
use crate::conf::scope::Scope;
use crate::conf::secret::Secret;
use crate::conf::setting::{Many, Setting};
use crate::conf::units::ConfigDuration;
use crate::monitors::caches::Caches;
use crate::monitors::dial::config::url::take_login;
use crate::monitors::dial::is_host_name;

const KEYS: &str = "write `email: {smtp: \"smtps://user:${PASSWORD}@mail.example.com\", from: \
                    hbmon@example.com, to: ana@example.com}`";
/// The most recipients of a mail.
const MOST_RECIPIENTS: usize = 100;
const LONGEST_ADDRESS: usize = 254;
/// Implicit TLS (RFC 8314, section 7.3), and submission (RFC 6409).
const TLS_PORT: u16 = 465;
const SUBMISSION_PORT: u16 = 587;

/// Sends mail by SMTP, or by the program `sendmail`.
#[derive(Clone, Default, Deserialize, JsonSchema)]
pub struct EmailKeys {
    /// URL of the mail server, with user and password if it wants them. `smtps://` is TLS (port
    /// 465), `smtp://` is STARTTLS (port 587). Default: none; `sendmail` is needed then.
    pub smtp: Option<Setting<String>>,
    /// Whether a server behind `smtp://` must offer STARTTLS: required, optional. Default:
    /// `required`.
    pub starttls: Option<Setting<StartTlsChoice>>,
    /// Give mail to the program `sendmail` of this machine. Default: `false`.
    pub sendmail: Option<Setting<bool>>,
    /// Address of the sender: `hbmon@example.com` or `hbmon <hbmon@example.com>`.
    #[schemars(required)]
    pub from: Option<Setting<String>>,
    /// Addresses of the recipients; at most 100.
    #[schemars(required)]
    pub to: Option<Setting<Many<String>>>,
    /// Time limit of one mail; from 1 second to 60 seconds. Default: `10s`.
    pub timeout: Option<Setting<ConfigDuration>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[schemars(inline)]
#[serde(rename_all = "lowercase")]
pub enum StartTlsChoice {
    Required,
    Optional,
}

impl ChannelKindKeys for EmailKeys {
    fn resolve(
        &self,
        _: &Caches<'_>,
        scope: &Scope<'_>,
        style: MessageStyle,
    ) -> Option<ResolvedChannel> {
        let mut secrets = Vec::new();
        let transport = self.transport(scope, &mut secrets);
        let (from, to) = (self.sender(scope), self.recipients(scope));
        let timeout = send_timeout(scope, self.timeout.as_ref());
        let (transport, place) = transport?;
        let channel = Email {
            transport,
            from: from?,
            to: to?,
            style,
        };
        Some(ResolvedChannel {
            channel: Arc::new(channel),
            place,
            timeout,
            options: None,
            secrets,
        })
    }

    fn sections() -> Vec<ReferenceSection> {
        vec![section::<EmailKeys>("`email`")]
    }
}

impl EmailKeys {
    /// Returns how mail leaves, and what may be shown of it.
    fn transport(
        &self,
        scope: &Scope<'_>,
        secrets: &mut Vec<Secret>,
    ) -> Option<(MailTransport, String)> {
        let sendmail = self.sendmail.as_ref();
        let sendmail = sendmail.filter(|field| field.value == Some(true));
        match (&self.smtp, sendmail) {
            (Some(smtp), None) => self.smtp(scope, smtp, secrets),
            (None, Some(_)) => {
                if let Some(field) = &self.starttls {
                    let title = format!("{} has a `starttls` without `smtp`", scope.label);
                    let problem = Diagnostic::new(Code::Conflict, title);
                    scope.report(problem.at(field.span, "`sendmail` speaks no SMTP"));
                }
                Some((MailTransport::Sendmail, "sendmail".to_owned()))
            }
            (Some(smtp), Some(sendmail)) => {
                let title = format!("{} has an `smtp` and a `sendmail`", scope.label);
                scope.report(
                    Diagnostic::new(Code::Conflict, title)
                        .at(sendmail.span, "one of them")
                        .also(smtp.span, "the other"),
                );
                None
            }
            (None, None) => {
                let title = format!("{} has no `smtp`", scope.label);
                let problem = Diagnostic::new(Code::MissingKey, title);
                scope.report(problem.at(scope.kind_span, "here").help(KEYS));
                None
            }
        }
    }

    fn smtp(
        &self,
        scope: &Scope<'_>,
        field: &Setting<String>,
        secrets: &mut Vec<Secret>,
    ) -> Option<(MailTransport, String)> {
        let wrong = |code, why: &str, label: &str| {
            // Where its parts end is not known, so neither is where a password begins.
            scope.context.mask(field.span);
            let title = format!("the `smtp` of {} {why}", scope.label);
            scope.report(Diagnostic::new(code, title).at(field.span, label));
            None
        };
        let text = field.value.as_deref()?.trim();
        let form = "expected such as `smtps://mail.example.com`";
        let Ok(mut url) = Url::parse(text) else {
            return wrong(Code::NotAUrl, "is not a URL", form);
        };
        let Some(is_tls) = ["smtp", "smtps"]
            .iter()
            .position(|known| *known == url.scheme())
        else {
            return wrong(Code::Scheme, "has a scheme that is not of mail", form);
        };
        let is_tls = is_tls == 1;
        let login = take_login(&mut url);
        let host = match url.host() {
            Some(Host::Domain(host)) if is_host_name(host) => host.to_owned(),
            Some(Host::Ipv4(ip)) => ip.to_string(),
            Some(Host::Ipv6(ip)) => ip.to_string(),
            _ => return wrong(Code::NotAUrl, "has no host", form),
        };
        if url.path().len() > 1 || url.query().is_some() || url.fragment().is_some() {
            return wrong(Code::NotAUrl, "has more than a host and a port", form);
        }
        if let Some(shown) = field.shown_text() {
            let what = format!("the login in `smtp` of {}", scope.label);
            scope.context.warn_plain_url(&what, &shown, field.span);
        }
        let security = self.security(scope, is_tls, login.is_some());
        let login = login.map(|(user, password)| {
            secrets.push(password.clone());
            (user, password)
        });
        let port = if is_tls { TLS_PORT } else { SUBMISSION_PORT };
        let place = format!("{}://{}", url.scheme(), url.host_str().unwrap_or_default());
        let transport = MailTransport::Smtp(MailServer {
            host,
            port: url.port().unwrap_or(port),
            security,
            login,
        });
        Some((transport, place))
    }

    fn security(&self, scope: &Scope<'_>, is_tls: bool, has_login: bool) -> MailSecurity {
        let field = self.starttls.as_ref();
        if let Some(field) = field.filter(|_| is_tls) {
            let title = format!("{} has a `starttls` behind `smtps://`", scope.label);
            let problem = Diagnostic::new(Code::Conflict, title);
            let problem = problem.at(field.span, "TLS begins with the connection");
            scope.report(problem.help("leave it out, or write `smtp://`"));
        }
        match field.and_then(|field| Some((field.span, field.value?))) {
            _ if is_tls => MailSecurity::Tls,
            Some((span, StartTlsChoice::Optional)) => {
                if has_login {
                    let title = format!("{} may send its password without TLS", scope.label);
                    let problem = Diagnostic::new(Code::Insecure, title);
                    let problem = problem.at(span, "a machine in between can hide STARTTLS");
                    scope.report(problem.help("write `starttls: required`"));
                }
                MailSecurity::Optional
            }
            Some((_, StartTlsChoice::Required)) | None => MailSecurity::StartTls,
        }
    }

    fn sender(&self, scope: &Scope<'_>) -> Option<Mailbox> {
        if self.from.is_none() {
            let title = format!("{} has no `from`", scope.label);
            let problem = Diagnostic::new(Code::MissingKey, title);
            scope.report(problem.at(scope.kind_span, "here").help(KEYS));
        }
        address(scope, "from", self.from.as_ref()?)
    }

    fn recipients(&self, scope: &Scope<'_>) -> Option<Vec<Mailbox>> {
        let Some(field) = &self.to else {
            let title = format!("{} has no `to`", scope.label);
            let problem = Diagnostic::new(Code::MissingKey, title);
            scope.report(problem.at(scope.kind_span, "here").help(KEYS));
            return None;
        };
        let Many(written) = field.value.as_ref()?;
        if written.is_empty() || written.len() > MOST_RECIPIENTS {
            let label = format!("expected 1 to {MOST_RECIPIENTS} addresses");
            scope.out_of_range("to", field.span, &label);
            return None;
        }
        // All of them are read: each mistake is reported.
        let addresses: Vec<_> = written
            .iter()
            .map(|field| address(scope, "to", field))
            .collect();
        addresses.into_iter().collect()
    }
}

/// Returns an address, if it is one.
fn address(scope: &Scope<'_>, key: &str, field: &Setting<String>) -> Option<Mailbox> {
    let text = field.value.as_deref()?.trim();
    let mailbox = text.parse().ok();
    if let Some(mailbox) = mailbox.filter(|_| is_address(text)) {
        return Some(mailbox);
    }
    let title = format!("`{key}` of {} is no mail address", scope.label);
    let label = "expected `ana@example.com` or `Ana <ana@example.com>`";
    scope.report(Diagnostic::new(Code::Value, title).at(field.span, label));
    None
}

/// Whether a text is `ana@example.com` or `Ana <ana@example.com>`. Quoted and international local
/// parts are not taken.
fn is_address(text: &str) -> bool {
    let bare = match text
        .strip_suffix('>')
        .and_then(|text| text.rsplit_once('<'))
    {
        Some((name, _)) if name.contains(|c: char| "<>\"\\,;:@()[]".contains(c)) => return false,
        Some((_, bare)) => bare,
        None => text,
    };
    let is_local = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    !text.chars().any(char::is_control)
        && bare.len() <= LONGEST_ADDRESS
        && bare.split_once('@').is_some_and(|(local, host)| {
            let has_dots = local.starts_with('.') || local.ends_with('.') || local.contains("..");
            !local.is_empty() && local.chars().all(is_local) && !has_dots && is_mail_host(host)
        })
}

fn is_mail_host(host: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-.".contains(c);
    !host.is_empty() && host.chars().all(is_plain) && is_host_name(host)
}

#[cfg(test)]
mod tests {
    use super::is_address;

    #[test]
    fn addresses_are_one_line_with_one_at_sign() {
        for good in [
            "ana@example.com",
            "ana+pager@mail.example.com",
            "root@localhost",
            "Ana María <ana@example.com>",
            "<ana@example.com>",
        ] {
            assert!(is_address(good), "{good}");
        }
        for bad in [
            "",
            "ana",
            "@example.com",
            "ana@",
            "a b@example.com",
            "ana@exa mple.com",
            "ana@example.com, bob@example.com",
            "ana@example.com\r\nBcc: eve@example.com",
            "Ana\n <ana@example.com>",
            "a@b <ana@example.com>",
            "ana@@example.com",
            "Ana <ana@example.com",
            "a..b@example.com",
        ] {
            assert!(!is_address(bad), "{bad}");
        }
    }
}
