//! Sends one mail by SMTP.

use std::error::Error;
use std::time::Duration;

use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::transport::smtp::{self, AsyncSmtpTransport};
use lettre::{AsyncTransport, Tokio1Executor};
use tokio::time::timeout;

use crate::channels::email::server::{MailSecurity, MailServer};
use crate::channels::outgoing::{Answer, OutgoingMail};
use crate::words;

/// Sends a mail and returns what the server said within `limit`. Dropping the future cancels it.
pub(super) async fn send(mail: OutgoingMail, limit: Duration) -> Answer {
    let OutgoingMail { server, mail } = mail;
    let transport = match connect(server, limit) {
        Ok(transport) => transport,
        Err(error) => return answer(&error),
    };
    match timeout(limit, transport.send(mail)).await {
        Ok(Ok(response)) => Answer::Smtp {
            code: response.code().into(),
            text: response.message().collect::<Vec<_>>().join(" "),
        },
        Ok(Err(error)) => answer(&error),
        Err(_) => nothing(format!("no answer within {}", words::span(limit))),
    }
}

fn connect(
    server: MailServer,
    limit: Duration,
) -> Result<AsyncSmtpTransport<Tokio1Executor>, smtp::Error> {
    let parameters = TlsParameters::new(server.host.clone())?;
    let tls = match server.security {
        MailSecurity::Tls => Tls::Wrapper(parameters),
        MailSecurity::StartTls => Tls::Required(parameters),
        MailSecurity::Optional => Tls::Opportunistic(parameters),
    };
    let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(server.host)
        .port(server.port)
        .tls(tls)
        .timeout(Some(limit));
    if let Some((user, password)) = server.login {
        builder = builder.credentials(Credentials::new(user, password.reveal().to_owned()));
    }
    Ok(builder.build())
}

fn answer(error: &smtp::Error) -> Answer {
    let source = error.source().map(ToString::to_string);
    if let Some(code) = error.status() {
        return Answer::Smtp {
            code: code.into(),
            text: source.unwrap_or_default(),
        };
    }
    let what = if error.is_timeout() {
        "no answer in time"
    } else if error.is_tls() {
        "the connection cannot be encrypted"
    } else if error.is_client() {
        "the server cannot do what is needed"
    } else {
        "the connection failed"
    };
    nothing(match source {
        Some(source) => format!("{what}: {source}"),
        None => what.to_owned(),
    })
}

fn nothing(why: String) -> Answer {
    Answer::Nothing { why }
}
