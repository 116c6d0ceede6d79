//! Resolves the keys of the HTTP interface: address, token, certificate.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use http::uri::Authority;

use super::PlanResolver;
use crate::conf::codes::Code;
use crate::conf::diagnostic::Diagnostic;
use crate::conf::interpolate::read_secret_file;
use crate::conf::secret::Secret;
use crate::conf::setting::{Many, Setting};
use crate::conf::span::Span;
use crate::config::file::{ConfigFile, IdentityKeys};
use crate::config::listen;
use crate::config::overrides::InterfaceOverrides;
use crate::monitors::dial::config::tls::{is_no_path, shown_or_external};
use crate::monitors::dial::tls;
use crate::monitors::token::Token;

/// Returns the settings of the HTTP interface.
pub(crate) struct InterfacePlan {
    /// The place is missing if an argument sets the address.
    pub listen: Option<(SocketAddr, Option<Span>)>,
    pub token: Option<Token>,
    pub hosts: Vec<String>,
    pub tls: Option<Arc<rustls::ServerConfig>>,
}

impl PlanResolver<'_> {
    /// `overrides`: arguments that win over the keys.
    pub(crate) fn interface(
        &self,
        file: &ConfigFile,
        overrides: &InterfaceOverrides,
    ) -> InterfacePlan {
        if let Some(field) = &file.token {
            self.context
                .warn_plain_secret("`token` of the HTTP interface", field);
            let token = field.value.as_ref();
            if token.is_some_and(|token| !Token::is_sendable(token.reveal())) {
                let title = "no client can send the `token` of the HTTP interface in a header";
                self.context.report(
                    Diagnostic::new(Code::Header, title)
                        .at(field.span, "with a line break or control character"),
                );
            }
        }
        let token = file.token.as_ref().and_then(|field| field.value.as_ref());
        let token = match &overrides.token_file {
            Some(path) => self.token_of_file(path),
            None => token
                .filter(|token| !token.reveal().is_empty())
                .map(|token| Token::new(token.reveal())),
        };
        let written = file
            .listen
            .as_ref()
            .and_then(|field| Some((self.address_of(field)?, Some(field.span))));
        let listen = overrides.listen.map(|address| (address, None)).or(written);
        if let Some((address, span)) = listen
            && !address.ip().is_loopback()
            && token.is_none()
            && overrides.token_file.is_none()
        {
            self.report_open_interface(address, span);
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

    /// Reports an address that other machines reach, without a token.
    fn report_open_interface(&self, address: SocketAddr, span: Option<Span>) {
        let problem = |what: &str| {
            let title = format!("{what} is open to other machines, and there is no `token`");
            Diagnostic::new(Code::Conflict, title)
        };
        let help = "set `token: ${HBMON_TOKEN}`, or listen on 127.0.0.1";
        self.context.report(match span {
            Some(span) => problem("`listen`")
                .at(span, "not a loopback address")
                .help(help),
            None => problem(&format!("`--listen {address}`"))
                .help(format!("{help}, or give `--token-file FILE`")),
        });
    }

    /// Reads the file of `--token-file`. An empty file is an error: a missing secret must not open
    /// the interface.
    fn token_of_file(&self, path: &Path) -> Option<Token> {
        let read = read_secret_file(path).and_then(|text| match text.trim() {
            "" => Err("it is empty".to_owned()),
            token if !Token::is_sendable(token) => {
                Err("it has characters that a header cannot carry".to_owned())
            }
            token => Ok(token.to_owned()),
        });
        match read {
            Ok(token) => {
                self.context.redact(&Secret::new(token.as_str()));
                Some(Token::new(&token))
            }
            Err(why) => {
                let title = format!("`--token-file {}` cannot be used: {why}", path.display());
                self.context
                    .report(Diagnostic::new(Code::SecretFile, title));
                None
            }
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
        let text = field.value.as_deref()?;
        listen::address(text)
            .map_err(|help| {
                let problem =
                    Diagnostic::new(Code::Value, "`listen` is not an address with a port");
                self.context
                    .report(problem.at(field.span, listen::EXPECTED).help(help));
            })
            .ok()
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
