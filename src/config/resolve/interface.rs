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
    pub read_token: Option<Token>,
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
        let token = self.token(
            "token",
            file.token.as_ref(),
            overrides.token_file.as_deref(),
        );
        let read_token = self.token(
            "read_token",
            file.read_token.as_ref(),
            overrides.read_token_file.as_deref(),
        );
        let has_token = token.is_some() || overrides.token_file.is_some();
        if let Some(reader) = &read_token {
            let field = file
                .read_token
                .as_ref()
                .filter(|_| overrides.read_token_file.is_none());
            self.check_read_token(reader, token.as_ref(), has_token, field);
        }
        let written = file
            .listen
            .as_ref()
            .and_then(|field| Some((listen::address_of(self.context, field)?, Some(field.span))));
        let listen = overrides.listen.map(|address| (address, None)).or(written);
        if let Some((address, span)) = listen
            && !address.ip().is_loopback()
            && !has_token
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
            read_token,
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

    /// Returns the token of a key, or of the file that an argument names instead.
    fn token(
        &self,
        key: &str,
        field: Option<&Setting<Secret>>,
        path: Option<&Path>,
    ) -> Option<Token> {
        let written = field.and_then(|field| field.value.as_ref());
        if let Some(field) = field {
            self.context
                .warn_plain_secret(&format!("`{key}` of the HTTP interface"), field);
            if written.is_some_and(|token| !Token::is_sendable(token.reveal())) {
                let title =
                    format!("no client can send the `{key}` of the HTTP interface in a header");
                self.context.report(
                    Diagnostic::new(Code::Header, title)
                        .at(field.span, "with a line break or control character"),
                );
            }
        }
        match path {
            Some(path) => self.token_of_file(key, path),
            None => written
                .filter(|token| !token.reveal().is_empty())
                .map(|token| Token::new(token.reveal())),
        }
    }

    /// Reports a `read_token` that protects nothing. `field`: its place, if it is in the config.
    fn check_read_token(
        &self,
        reader: &Token,
        token: Option<&Token>,
        has_token: bool,
        field: Option<&Setting<Secret>>,
    ) {
        let (title, label) = if !has_token {
            (
                "`read_token` is set, and there is no `token`",
                "without a `token` every client of this machine may act",
            )
        } else if token.is_some_and(|token| token.matches(reader.reveal().as_bytes())) {
            (
                "`read_token` is the same as `token`",
                "a client with it could act",
            )
        } else {
            return;
        };
        let problem = Diagnostic::new(Code::Conflict, title);
        self.context.report(match field {
            Some(field) => problem.at(field.span, label),
            None => problem.help(label),
        });
    }

    /// Reads the file of `--token-file` or `--read-token-file`. An empty file is an error: a missing
    /// secret must not open the interface.
    fn token_of_file(&self, key: &str, path: &Path) -> Option<Token> {
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
                let option = format!("--{}-file", key.replace('_', "-"));
                let title = format!("`{option} {}` cannot be used: {why}", path.display());
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
