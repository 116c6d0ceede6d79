//! Sends one mail by SMTP.

use std::error::Error;
use std::time::Duration;

use lettre::transport::smtp;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;
use tokio::time::timeout;

use crate::channels::email::server::MailSecurity;
use crate::channels::outgoing::{Answer, OutgoingMail};
use crate::words;

/// How long a server may take to say goodbye.
const QUIT_LIMIT: Duration = Duration::from_secs(1);

/// Sends a mail and returns what the server said within `limit`. Dropping the future cancels it.
pub(super) async fn send(mail: OutgoingMail, limit: Duration) -> Answer {
    let (connection, response) = match timeout(limit, accepted(mail, limit)).await {
        Ok(Ok(accepted)) => accepted,
        Ok(Err(error)) => return answer(&error),
        Err(_) => return nothing(format!("no answer within {}", words::span(limit))),
    };
    quit(connection).await;
    Answer::Smtp {
        code: response.code().into(),
        text: response.message().collect::<Vec<_>>().join(" "),
    }
}

/// Sends a mail and returns the connection and the answer of a server that took it.
async fn accepted(
    outgoing: OutgoingMail,
    limit: Duration,
) -> Result<(AsyncSmtpConnection, Response), smtp::Error> {
    let OutgoingMail { server, mail } = outgoing;
    let parameters = TlsParameters::new(server.host.clone())?;
    let tls = (server.security == MailSecurity::Tls).then(|| parameters.clone());
    let name = ClientId::default();
    let address = (server.host.as_str(), server.port);
    let mut connection =
        AsyncSmtpConnection::connect_tokio1(address, Some(limit), &name, tls, None).await?;
    let is_upgraded = match server.security {
        MailSecurity::Tls => false,
        MailSecurity::StartTls => true,
        MailSecurity::Optional => connection.can_starttls(),
    };
    if is_upgraded {
        connection.starttls(parameters, &name).await?;
    }
    if let Some((user, password)) = server.login {
        let login = Credentials::new(user, password.reveal().to_owned());
        connection.auth(DEFAULT_MECHANISMS, &login).await?;
    }
    let response = connection.send(mail.envelope(), &mail.formatted()).await?;
    Ok((connection, response))
}

/// Ends a connection. The mail is accepted: a server that hangs now must not get it again.
async fn quit(mut connection: AsyncSmtpConnection) {
    let _ = timeout(QUIT_LIMIT, connection.abort()).await;
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
