//! A TLS server with a self-signed certificate, for tests of the options for certificates.

use std::io::{Read, Write};
use std::path::PathBuf;
use std::sync::Arc;

use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};

use crate::support::Server;

/// A certificate for localhost, which also identifies a client.
pub(crate) struct Certificate {
    folder: tempfile::TempDir,
    der: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
}

impl Certificate {
    pub(crate) fn new() -> Certificate {
        let folder = tempfile::tempdir().unwrap();
        let names = ["localhost", "127.0.0.1"].map(str::to_owned);
        let issued = rcgen::generate_simple_self_signed(names).unwrap();
        let write = |name, text: String| std::fs::write(folder.path().join(name), text).unwrap();
        write("cert.pem", issued.cert.pem());
        write("key.pem", issued.signing_key.serialize_pem());
        Certificate {
            folder,
            der: issued.cert.der().clone(),
            key: PrivateKeyDer::try_from(issued.signing_key.serialize_der()).unwrap(),
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

/// Answers every request over TLS with `{"ok":true}`. `client`: the only client that is accepted.
pub(crate) fn server(own: &Certificate, client: Option<&Certificate>) -> Server {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .unwrap();
    let builder = match client {
        None => builder.with_no_client_auth(),
        Some(client) => {
            let mut roots = RootCertStore::empty();
            roots.add(client.der.clone()).unwrap();
            let verifier =
                WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build();
            builder.with_client_cert_verifier(verifier.unwrap())
        }
    };
    let config = builder.with_single_cert(vec![own.der.clone()], own.key.clone_key());
    let config = Arc::new(config.unwrap());
    Server::start(move |stream| {
        let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
        let mut stream = StreamOwned::new(connection, stream);
        // A client that refuses the certificate sends no request.
        if matches!(stream.read(&mut [0; 4096]), Ok(1..)) {
            let _ = stream.write_all(
                b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\nConnection: close\r\n\r\n{\"ok\":true}",
            );
            stream.conn.send_close_notify();
            let _ = stream.flush();
        }
    })
}
