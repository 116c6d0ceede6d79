//! Sends one mail by SMTP.

mod capped_stream;
mod recipients;
mod trouble;

use std::time::Duration;

use lettre::transport::smtp;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use tokio::net::TcpStream;
use tokio::time::timeout;

use self::capped_stream::CappedStream;
use self::recipients::Recipients;
use self::trouble::Trouble;
use crate::channels::email::server::{MailSecurity, MailServer};
use crate::channels::outgoing::{Answer, OutgoingMail};
use crate::clock::Clock;
use crate::model::Stage;
use crate::monitors::dial::Dialers;
use crate::words;

/// How long a server may take to say goodbye.
const QUIT_LIMIT: Duration = Duration::from_secs(1);

/// Sends a mail and returns what the server said within `limit`. Dropping the future cancels it.
pub(super) async fn send(
    outgoing: OutgoingMail,
    dialers: &Dialers,
    clock: &Clock,
    limit: Duration,
) -> Answer {
    let talk = async {
        let (mut connection, trouble) = connect(&outgoing.server, dialers, clock, limit).await?;
        let answer = match submit(&mut connection, &outgoing).await {
            Ok(answer) => answer,
            Err(error) => trouble.answer(&error),
        };
        Ok((connection, answer))
    };
    match timeout(limit, talk).await {
        Ok(Ok((connection, answer))) => {
            quit(connection).await;
            answer
        }
        Ok(Err(answer)) => answer,
        Err(_) => nothing(format!("no answer within {}", words::span(limit))),
    }
}

/// Connects and logs in. Returns the connection, and what names its troubles from then on.
async fn connect(
    server: &MailServer,
    dialers: &Dialers,
    clock: &Clock,
    limit: Duration,
) -> Result<(AsyncSmtpConnection, Trouble), Answer> {
    let peers = dialers.addresses(&server.host, server.port).await;
    let peers = peers.map_err(|failure| nothing(words::failure(&failure)))?;
    let trouble = |stage, peers| Trouble::new(clock, stage, peers);
    let parameters = TlsParameters::new(server.host.clone())
        .map_err(|error| trouble(Stage::Tls, Vec::new()).answer(&error))?;
    let name = ClientId::default();
    let (stage, connected) = if server.security == MailSecurity::Tls {
        let tls = Some(parameters.clone());
        let peers = peers.as_slice();
        let connecting = AsyncSmtpConnection::connect_tokio1(peers, Some(limit), &name, tls, None);
        (Stage::Tls, connecting.await)
    } else {
        // Before a server has proved by TLS who it is, anyone may answer in its place: without end,
        // too.
        let stream = TcpStream::connect(peers.as_slice()).await;
        let stream =
            stream.map_err(|error| trouble(Stage::Connect, peers.clone()).unconnected(&error))?;
        let stream = Box::new(CappedStream::new(stream));
        let connecting = AsyncSmtpConnection::connect_with_transport(stream, &name);
        (Stage::Handshake, connecting.await)
    };
    let mut connection = connected.map_err(|error| trouble(stage, peers.clone()).answer(&error))?;
    let is_upgraded = match server.security {
        MailSecurity::Tls => false,
        MailSecurity::StartTls if !connection.can_starttls() => {
            quit(connection).await;
            return Err(nothing("the server offers no STARTTLS".to_owned()));
        }
        MailSecurity::StartTls => true,
        MailSecurity::Optional => connection.can_starttls(),
    };
    if is_upgraded {
        let upgraded = connection.starttls(parameters, &name).await;
        upgraded.map_err(|error| trouble(Stage::Tls, Vec::new()).answer(&error))?;
    }
    let trouble = trouble(Stage::Listening, Vec::new());
    if let Some((user, password)) = &server.login {
        let offered = connection
            .server_info()
            .get_auth_mechanism(DEFAULT_MECHANISMS);
        if offered.is_none() {
            quit(connection).await;
            let why = "the server offers no way to log in that hbmon knows (PLAIN, LOGIN)";
            return Err(nothing(why.to_owned()));
        }
        let login = Credentials::new(user.clone(), password.reveal().to_owned());
        if let Err(error) = connection.auth(DEFAULT_MECHANISMS, &login).await {
            quit(connection).await;
            return Err(trouble.answer(&error));
        }
    }
    Ok((connection, trouble))
}

/// Sends a mail to those recipients that the server takes.
async fn submit(
    connection: &mut AsyncSmtpConnection,
    outgoing: &OutgoingMail,
) -> Result<Answer, smtp::Error> {
    // lettre writes a mail in ASCII, and the config takes no address that is not, so the mail needs
    // no extension.
    let envelope = outgoing.mail.envelope();
    let from = Mail::new(envelope.from().cloned(), Vec::new());
    connection.command(from).await?;
    let mut recipients = Recipients::default();
    for address in envelope.to() {
        let recipient = Rcpt::new(address.clone(), Vec::new());
        let answer = connection.command(recipient).await;
        recipients.note(address, answer)?;
    }
    if let Some(answer) = recipients.reason_not_to_send(outgoing.waits_for_all) {
        return Ok(answer);
    }
    connection.command(Data).await?;
    let taken = connection.message(&outgoing.mail.formatted()).await?;
    Ok(recipients.taken(&taken))
}

/// Ends a connection. The mail may be accepted: a server that hangs now must not get it again.
async fn quit(mut connection: AsyncSmtpConnection) {
    let _ = timeout(QUIT_LIMIT, connection.abort()).await;
}

fn nothing(why: String) -> Answer {
    Answer::Nothing { why }
}
