//! Resolves the keys of the HTTP interface: address, token, certificate.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use http::uri::Authority;

use super::PlanResolver;
use crate::conf::codes::Code;
use crate::conf::diagnostic::Diagnostic;
use crate::conf::setting::{Many, Setting};
use crate::conf::span::Span;
use crate::config::file::{ConfigFile, IdentityKeys};
use crate::engine::DEFAULT_ADDRESS;
use crate::monitors::dial::config::tls::{is_no_path, shown_or_external};
use crate::monitors::dial::tls;
use crate::monitors::token::Token;

/// Returns the settings of the HTTP interface.
pub(crate) struct InterfacePlan {
    pub listen: Option<(SocketAddr, Span)>,
    pub token: Option<Token>,
    pub hosts: Vec<String>,
    pub tls: Option<Arc<rustls::ServerConfig>>,
}

impl PlanResolver<'_> {
    pub(crate) fn interface(&self, file: &ConfigFile) -> InterfacePlan {
        if let Some(field) = &file.token {
            self.context
                .warn_plain_secret("`token` of the HTTP interface", field);
        }
        let token = file.token.as_ref().and_then(|field| field.value.as_ref());
        let token = token
            .filter(|token| !token.reveal().is_empty())
            .map(|token| Token::new(token.reveal()));
        let listen = file
            .listen
            .as_ref()
            .and_then(|field| Some((self.address_of(field)?, field.span)));
        if let Some((address, span)) = listen
            && !address.ip().is_loopback()
            && token.is_none()
        {
            let problem = Diagnostic::new(
                Code::Conflict,
                "`listen` is open to other machines, and there is no `token`",
            );
            self.context.report(
                problem
                    .at(span, "not a loopback address")
                    .help("set `token: ${HBMON_TOKEN}`, or listen on 127.0.0.1"),
            );
        }
        let hosts = file
            .hosts
            .as_ref()
            .map_or_else(Vec::new, |field| self.hosts_of(field));
        InterfacePlan {
            listen,
            token,
            hosts,
            tls: file
                .tls
                .as_ref()
                .and_then(|field| self.certificate_of(field)),
        }
    }

    /// Returns names as in a `Host` header, in lower case.
    fn hosts_of(&self, field: &Setting<Many<String>>) -> Vec<String> {
        let Some(Many(written)) = &field.value else {
            return Vec::new();
        };
        let named = |field: &Setting<String>| {
            let name = field.value.as_deref()?.trim().to_ascii_lowercase();
            let is_name =
                Authority::try_from(name.as_str()).is_ok_and(|authority| authority.host() == name);
            if is_name {
                return Some(name);
            }
            let problem = Diagnostic::new(Code::Value, "`hosts` has an entry that is no host name");
            let expected = "expected such as `agent.example.com`, without scheme, port and path";
            self.context.report(problem.at(field.span, expected));
            None
        };
        written.iter().filter_map(named).collect()
    }

    fn address_of(&self, field: &Setting<String>) -> Option<SocketAddr> {
        let text = field.value.as_deref()?.trim();
        let local = || {
            text.strip_prefix("localhost:")?
                .parse()
                .ok()
                .map(|port| (Ipv4Addr::LOCALHOST, port).into())
        };
        let address = text.parse().ok().or_else(local);
        if address.is_none() {
            let problem = Diagnostic::new(Code::Value, "`listen` is not an address with a port");
            let help = match (
                text.trim_start_matches(':').parse::<u16>(),
                text.parse::<IpAddr>(),
            ) {
                (Ok(port), _) => format!("write `127.0.0.1:{port}`"),
                (_, Ok(ip)) => format!("write `{}`", SocketAddr::new(ip, DEFAULT_ADDRESS.port())),
                _ => "names other than localhost are not looked up".to_owned(),
            };
            self.context.report(
                problem
                    .at(
                        field.span,
                        "expected such as `127.0.0.1:9747` or `[::1]:9747`",
                    )
                    .help(help),
            );
        }
        address
    }

    fn certificate_of(&self, field: &Setting<IdentityKeys>) -> Option<Arc<rustls::ServerConfig>> {
        let keys = field.value.as_ref()?;
        let path = |field: &Option<Setting<String>>| {
            field
                .as_ref()?
                .value
                .as_ref()
                .map(|path| self.folder.join(path))
        };
        let (Some(cert_file), Some(key_file)) = (path(&keys.cert_file), path(&keys.key_file))
        else {
            let one = keys
                .cert_file
                .as_ref()
                .or(keys.key_file.as_ref())
                .map_or(field.span, |field| field.span);
            let problem = Diagnostic::new(
                Code::Conflict,
                "`tls` of the HTTP interface is not complete",
            );
            self.context.report(problem.at(
                one,
                "a certificate and its key go together: `cert_file`, `key_file`",
            ));
            return None;
        };
        let written = [&keys.cert_file, &keys.key_file];
        if written
            .into_iter()
            .flatten()
            .any(|field| is_no_path(self.context, "`tls` of the HTTP interface", field))
        {
            return None;
        }
        tls::server_config(&cert_file, &key_file)
            .map_err(|error| {
                let written = if error.key == "key_file" {
                    &keys.key_file
                } else {
                    &keys.cert_file
                };
                let span = written.as_ref().map_or(field.span, |field| field.span);
                let label = written.as_ref().map_or(error.why.clone(), |field| {
                    shown_or_external(field, &error.why)
                });
                let title = format!("`tls.{}` of the HTTP interface cannot be used", error.key);
                self.context
                    .report(Diagnostic::new(Code::Tls, title).at(span, label));
            })
            .ok()
    }
}
