//! The limit for idle WebSockets: tokio-tungstenite with small buffers, on a plain socket or on
//! tokio-rustls.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{DigitallySignedStruct, SignatureScheme};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

use crate::{Outcome, measure};

pub async fn run(port: u16, count: u32, tls: bool) -> Outcome {
    measure::raise_files();
    let connector = TlsConnector::from(Arc::new(
        rustls::ClientConfig::builder()
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Anyone(aws_lc_rs::default_provider())))
            .with_no_client_auth(),
    ));
    let mut before = 0;
    let warm = count / 10;
    for place in 0..count + warm {
        if place == warm {
            before = measure::rss();
        }
        let stream = TcpStream::connect(("127.0.0.1", port)).await?;
        if tls {
            let name = ServerName::try_from("localhost")?;
            let stream = Box::pin(connector.connect(name, stream)).await?;
            tokio::spawn(hold(Box::pin(shake(stream)).await?));
        } else {
            tokio::spawn(hold(Box::pin(shake(stream)).await?));
        }
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    println!(
        "kib_each {:.1}",
        measure::rss().saturating_sub(before) as f64 / f64::from(count)
    );
    Ok(())
}

async fn shake<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
) -> Result<WebSocketStream<S>, tokio_tungstenite::tungstenite::Error> {
    let small = WebSocketConfig::default()
        .read_buffer_size(4096)
        .write_buffer_size(0);
    let (socket, _) =
        tokio_tungstenite::client_async_with_config("ws://localhost/", stream, Some(small)).await?;
    Ok(socket)
}

async fn hold<S: AsyncRead + AsyncWrite + Unpin>(mut socket: WebSocketStream<S>) {
    while let Some(Ok(_)) = socket.next().await {}
}

/// Accepts every certificate: the server creates a new one in each run.
#[derive(Debug)]
struct Anyone(CryptoProvider);

impl ServerCertVerifier for Anyone {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
