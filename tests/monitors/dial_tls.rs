//! Tests the dialer's TLS against loopback servers: which certificates are trusted, and what is
//! recorded of them.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use hbmon::model::{CertificateFault, Failure, Phase, Reason};
use hbmon::monitors::dial::HttpVersion;
use hbmon::monitors::dial::tls::{TlsFiles, TlsOptions};
use hbmon::monitors::http::HttpSpec;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;

use super::http::{exchange, get, poll};
use super::support::{read_head, serve, terms, until_closed};

/// A certificate authority, and a folder for its certificates.
pub(crate) struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    folder: TempDir,
}

pub(crate) struct Issued {
    certificate: rcgen::Certificate,
    key: KeyPair,
}

impl Authority {
    pub(crate) fn new() -> Authority {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params
            .distinguished_name
            .push(DnType::CommonName, "hbmon test");
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let authority = Authority {
            issuer,
            folder: tempfile::tempdir().unwrap(),
        };
        authority.write("ca.pem", &authority.issuer.pem());
        authority
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// Issues a certificate for these names, valid between two years.
    fn issue(&self, names: &[&str], from: i32, to: i32) -> Issued {
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        let mut params = CertificateParams::new(names).unwrap();
        params.distinguished_name = rcgen::DistinguishedName::new();
        params
            .distinguished_name
            .push(DnType::CommonName, "site.test");
        params.not_before = rcgen::date_time_ymd(from, 1, 1);
        params.not_after = rcgen::date_time_ymd(to, 1, 1);
        let key = KeyPair::generate().unwrap();
        Issued {
            certificate: params.signed_by(&key, &self.issuer).unwrap(),
            key,
        }
    }

    pub(crate) fn good(&self) -> Issued {
        self.issue(&["localhost", "127.0.0.1"], 2020, 2090)
    }

    pub(crate) fn named(&self, name: &str) -> Issued {
        self.issue(&[name, "127.0.0.1"], 2020, 2090)
    }

    pub(crate) fn acceptor(&self, issued: &Issued) -> TlsAcceptor {
        TlsAcceptor::from(Arc::new(self.server(issued, false)))
    }

    pub(crate) fn files(&self) -> TlsFiles {
        TlsFiles {
            ca_file: Some(self.folder.path().join("ca.pem")),
            ..TlsFiles::default()
        }
    }

    fn roots(&self) -> Arc<RootCertStore> {
        let mut roots = RootCertStore::empty();
        roots.add(self.issuer.der().clone()).unwrap();
        Arc::new(roots)
    }

    pub(crate) fn server(&self, issued: &Issued, wants_client: bool) -> ServerConfig {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions();
        let builder = match wants_client {
            true => {
                let verifier = WebPkiClientVerifier::builder_with_provider(self.roots(), provider)
                    .build()
                    .unwrap();
                builder.unwrap().with_client_cert_verifier(verifier)
            }
            false => builder.unwrap().with_no_client_auth(),
        };
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(issued.key.serialize_der()));
        builder
            .with_single_cert(vec![issued.certificate.der().clone()], key)
            .unwrap()
    }
}

/// Starts a server that answers 200 over TLS. It reports the requested name and the head of each
/// request.
pub(crate) async fn serve_tls(
    config: ServerConfig,
) -> (
    SocketAddr,
    mpsc::UnboundedReceiver<(Option<String>, String)>,
) {
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let (send, heads) = mpsc::unbounded_channel();
    let address = serve(move |stream, _| {
        let (acceptor, send) = (acceptor.clone(), send.clone());
        async move {
            let Ok(mut stream) = acceptor.accept(stream).await else {
                return;
            };
            let name = stream.get_ref().1.server_name().map(str::to_owned);
            let head = read_head(&mut stream).await;
            let _ = send.send((name, head));
            let _ = stream
                .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
                .await;
            let _ = stream.shutdown().await;
        }
    })
    .await;
    (address, heads)
}

pub(crate) fn over(address: SocketAddr, files: &TlsFiles) -> HttpSpec {
    let mut spec = get(&format!("https://{address}/"));
    terms(&mut spec.endpoint).tls = TlsOptions::load(files).unwrap();
    spec
}

#[tokio::test]
async fn a_good_certificate() {
    let authority = Authority::new();
    let (address, _) = serve_tls(authority.server(&authority.good(), false)).await;
    for url in [
        format!("https://{address}/"),
        format!("https://localhost:{}/", address.port()),
    ] {
        let mut spec = over(address, &authority.files());
        Arc::make_mut(&mut spec.endpoint).url = url.parse().unwrap();
        let mut watch = poll(spec);
        let wire = watch.next().await.connection.unwrap();
        assert!(
            wire.phases.get(Phase::Connect).is_some() && wire.phases.get(Phase::Tls).is_some(),
            "{wire:?}"
        );
        let certificate = wire.certificate.expect("a certificate");
        assert_eq!(certificate.subject.as_str(), "CN=site.test");
        assert_eq!(certificate.not_after.to_string(), "2090-01-01T00:00:00Z");
        assert!(certificate.left.is_positive());
        assert!(watch.end().await.is_ok());
    }
}

#[tokio::test]
async fn refused_certificates_are_named_and_noted() {
    let authority = Authority::new();
    let stranger = Authority::new();
    for (issued, files, what) in [
        (
            authority.issue(&["127.0.0.1"], 2020, 2021),
            authority.files(),
            "expired",
        ),
        (
            authority.issue(&["127.0.0.1"], 2080, 2090),
            authority.files(),
            "not yet",
        ),
        (
            authority.issue(&["other.test"], 2020, 2090),
            authority.files(),
            "name",
        ),
        (authority.good(), stranger.files(), "issuer"),
        (authority.good(), TlsFiles::default(), "issuer"),
    ] {
        let (address, _) = serve_tls(authority.server(&issued, false)).await;
        let watch = poll(over(address, &files));
        let trace = watch.trace.clone();
        let end = watch.end().await.unwrap_err();
        let Failure::Certificate { fault, subject } = end else {
            panic!("{what}: {end:?}")
        };
        assert_eq!(subject.unwrap().as_str(), "CN=site.test");
        match what {
            "expired" => assert!(
                matches!(fault, CertificateFault::Expired { ago } if ago.as_secs() > 86_400)
            ),
            "not yet" => assert!(
                matches!(fault, CertificateFault::NotYetValid { ahead } if ahead.as_secs() > 86_400)
            ),
            "name" => assert_eq!(
                fault,
                CertificateFault::WrongName {
                    wanted: hbmon::model::Text::clean("127.0.0.1")
                }
            ),
            _ => assert_eq!(fault, CertificateFault::UnknownIssuer),
        }
        let noted = trace.connection();
        assert!(noted.certificate.is_some(), "{what}");
        assert!(
            noted.phases.get(Phase::Connect).is_some()
                && noted.phases.get(Phase::FirstByte).is_none()
        );
    }
}

#[tokio::test]
async fn certificates_without_the_right_kind_of_name() {
    let authority = Authority::new();
    let address_as_name = {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.subject_alt_names = vec![rcgen::SanType::DnsName("127.0.0.1".try_into().unwrap())];
        let key = KeyPair::generate().unwrap();
        Issued {
            certificate: params.signed_by(&key, &authority.issuer).unwrap(),
            key,
        }
    };
    let wanted = || hbmon::model::Text::clean("127.0.0.1");
    for (issued, wanted) in [
        (authority.issue(&[], 2020, 2090), CertificateFault::NoNames),
        (
            address_as_name,
            CertificateFault::AddressAsName { wanted: wanted() },
        ),
        (
            authority.issue(&["127.0.0.2"], 2020, 2090),
            CertificateFault::WrongName { wanted: wanted() },
        ),
    ] {
        let (address, _) = serve_tls(authority.server(&issued, false)).await;
        let end = poll(over(address, &authority.files()))
            .end()
            .await
            .unwrap_err();
        assert!(
            matches!(&end, Failure::Certificate { fault, .. } if *fault == wanted),
            "{wanted:?}: {end:?}"
        );
    }
}

#[tokio::test]
async fn alerts_are_told_in_words() {
    for (code, sentence) in [
        (40, "no common cipher suite"),
        (70, "the server speaks no TLS 1.2 or 1.3"),
        (112, "the server does not know the name of the host"),
    ] {
        let address = serve(move |mut stream, _| async move {
            let _ = stream.write_all(&[0x15, 3, 3, 0, 2, 2, code]).await;
            until_closed(&mut stream).await;
        })
        .await;
        let end = poll(get(&format!("https://{address}/")))
            .end()
            .await
            .unwrap_err();
        assert_eq!(
            end,
            Failure::Tls {
                why: hbmon::model::Text::clean(sentence)
            }
        );
    }
}

#[tokio::test]
async fn a_self_signed_certificate_is_believed_if_listed() {
    let authority = Authority::new();
    for (name, from, to, what) in [
        ("127.0.0.1", 2020, 2090, "good"),
        ("127.0.0.1", 2020, 2021, "expired"),
        ("127.0.0.1", 2080, 2090, "not yet"),
        ("other.test", 2020, 2090, "name"),
    ] {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        // As `openssl req -x509` makes them.
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.not_before = rcgen::date_time_ymd(from, 1, 1);
        params.not_after = rcgen::date_time_ymd(to, 1, 1);
        let key = KeyPair::generate().unwrap();
        let own = Issued {
            certificate: params.self_signed(&key).unwrap(),
            key,
        };
        let (address, _) = serve_tls(authority.server(&own, false)).await;
        let ca_file = Some(authority.write("own.pem", &own.certificate.pem()));
        let end = poll(over(
            address,
            &TlsFiles {
                ca_file,
                ..TlsFiles::default()
            },
        ))
        .end()
        .await;
        let fault = match end {
            Err(Failure::Certificate { fault, .. }) => Some(fault),
            end => {
                assert!(end.is_ok(), "{what}: {end:?}");
                None
            }
        };
        match what {
            "good" => {
                assert_eq!(fault, None);
                let end = poll(over(address, &TlsFiles::default()))
                    .end()
                    .await
                    .unwrap_err();
                assert!(
                    matches!(
                        end,
                        Failure::Certificate {
                            fault: CertificateFault::UnknownIssuer,
                            ..
                        }
                    ),
                    "{end:?}"
                );
            }
            "expired" => assert!(matches!(fault, Some(CertificateFault::Expired { .. }))),
            "not yet" => assert!(matches!(fault, Some(CertificateFault::NotYetValid { .. }))),
            _ => assert!(matches!(fault, Some(CertificateFault::WrongName { .. }))),
        }
    }
}

#[tokio::test]
async fn insecure_believes_and_notes() {
    let authority = Authority::new();
    let (address, _) =
        serve_tls(authority.server(&authority.issue(&["other.test"], 2020, 2021), false)).await;
    let mut watch = poll(over(
        address,
        &TlsFiles {
            insecure: true,
            ..TlsFiles::default()
        },
    ));
    let certificate = watch.next().await.connection.unwrap().certificate.unwrap();
    assert!(certificate.left.is_negative());
    assert!(watch.end().await.is_ok());
}

#[tokio::test]
async fn a_server_name_is_sent_and_verified() {
    let authority = Authority::new();
    let issued = authority.issue(&["inner.test"], 2020, 2090);
    let (address, mut heads) = serve_tls(authority.server(&issued, false)).await;
    let files = TlsFiles {
        server_name: Some("Inner.test".to_owned()),
        ..authority.files()
    };
    for host in [address.ip().to_string(), "localhost".to_owned()] {
        let mut spec = over(address, &files);
        Arc::make_mut(&mut spec.endpoint).url = format!("https://{host}:{}/", address.port())
            .parse()
            .unwrap();
        let end = poll(spec).end().await;
        assert!(end.is_ok(), "{host}: {end:?}");
        let (name, head) = heads.recv().await.unwrap();
        assert_eq!(name.as_deref(), Some("inner.test"));
        assert!(
            head.contains(&format!("host: {host}:{}\r\n", address.port())),
            "{head}"
        );
    }
}

#[tokio::test]
async fn a_client_certificate() {
    let authority = Authority::new();
    let (address, _) = serve_tls(authority.server(&authority.good(), true)).await;
    let client = authority.issue(&["client.test"], 2020, 2090);
    let cert = authority.write("client.pem", &client.certificate.pem());
    let key = authority.write("client.key", &client.key.serialize_pem());
    let files = TlsFiles {
        cert_file: Some(cert),
        key_file: Some(key),
        ..authority.files()
    };
    assert!(poll(over(address, &files)).end().await.is_ok());

    let end = poll(over(address, &authority.files()))
        .end()
        .await
        .unwrap_err();
    assert_eq!(end.reason(), Reason::Tls, "{end:?}");
}

#[tokio::test]
async fn http2_is_negotiated() {
    let authority = Authority::new();
    let mut config = authority.server(&authority.good(), false);
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let address = serve(move |stream, _| {
        let acceptor = acceptor.clone();
        async move {
            let Ok(stream) = acceptor.accept(stream).await else {
                return;
            };
            let is_h2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
            let io = hyper_util::rt::TokioIo::new(stream);
            let service = hyper::service::service_fn(
                |request: http::Request<hyper::body::Incoming>| async move {
                    Ok::<_, std::convert::Infallible>(http::Response::new(format!(
                        "{:?}",
                        request.version()
                    )))
                },
            );
            if is_h2 {
                let executor = hyper_util::rt::TokioExecutor::new();
                let _ = hyper::server::conn::http2::Builder::new(executor)
                    .serve_connection(io, service)
                    .await;
            } else {
                let _ = hyper::server::conn::http1::Builder::new()
                    .serve_connection(io, service)
                    .await;
            }
        }
    })
    .await;
    let spoken = [
        (HttpVersion::Auto, "HTTP/2.0"),
        (HttpVersion::Http2, "HTTP/2.0"),
        (HttpVersion::Http1, "HTTP/1.1"),
    ];
    for (version, body) in spoken {
        let mut spec = over(address, &authority.files());
        exchange(&mut spec).version = version;
        exchange(&mut spec).expect.body = Some(regex::bytes::Regex::new(body).unwrap());
        let end = poll(spec).end().await;
        assert!(end.is_ok(), "{version:?}: {end:?}");
    }
}

#[tokio::test]
async fn tls_and_plain_confused() {
    let address = serve(|mut stream, _| async move {
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        until_closed(&mut stream).await;
    })
    .await;
    let end = poll(get(&format!("https://{address}/")))
        .end()
        .await
        .unwrap_err();
    assert_eq!(end.reason(), Reason::Tls, "{end:?}");

    let authority = Authority::new();
    let (address, _) = serve_tls(authority.server(&authority.good(), false)).await;
    let end = poll(get(&format!("http://{address}/")))
        .end()
        .await
        .unwrap_err();
    assert_eq!(end.reason(), Reason::Protocol, "{end:?}");

    let address = serve(|stream, _| async move { drop(stream) }).await;
    let end = poll(get(&format!("https://{address}/")))
        .end()
        .await
        .unwrap_err();
    assert!(
        matches!(end.reason(), Reason::Closed | Reason::Reset),
        "{end:?}"
    );
}

#[test]
fn bad_files_are_named_at_load() {
    let authority = Authority::new();
    let (one, two) = (authority.good(), authority.good());
    let cert = Some(authority.write("one.pem", &one.certificate.pem()));
    let key = Some(authority.write("two.key", &two.key.serialize_pem()));
    let nonsense = Some(authority.write("nonsense.pem", "nonsense"));
    let broken = Some(authority.write(
        "broken.pem",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    ));
    let missing = Some(authority.folder.path().join("missing.pem"));
    let none = TlsFiles::default;
    for (wanted, files) in [
        (
            "ca_file",
            TlsFiles {
                ca_file: missing.clone(),
                ..none()
            },
        ),
        (
            "ca_file",
            TlsFiles {
                ca_file: nonsense.clone(),
                ..none()
            },
        ),
        (
            "ca_file",
            TlsFiles {
                ca_file: broken.clone(),
                ..none()
            },
        ),
        (
            "ca_file",
            TlsFiles {
                ca_file: missing,
                insecure: true,
                ..none()
            },
        ),
        (
            "cert_file",
            TlsFiles {
                cert_file: cert.clone(),
                ..none()
            },
        ),
        (
            "key_file",
            TlsFiles {
                key_file: key.clone(),
                ..none()
            },
        ),
        (
            "key_file",
            TlsFiles {
                cert_file: cert.clone(),
                key_file: key.clone(),
                ..none()
            },
        ),
        (
            "key_file",
            TlsFiles {
                cert_file: cert.clone(),
                key_file: nonsense.clone(),
                ..none()
            },
        ),
        (
            "cert_file",
            TlsFiles {
                cert_file: nonsense,
                key_file: key.clone(),
                ..none()
            },
        ),
        (
            "cert_file",
            TlsFiles {
                cert_file: broken,
                key_file: key,
                ..none()
            },
        ),
        (
            "server_name",
            TlsFiles {
                server_name: Some("not a name".to_owned()),
                ..none()
            },
        ),
        (
            "server_name",
            TlsFiles {
                server_name: Some("127.0.0.1".to_owned()),
                ..none()
            },
        ),
    ] {
        let error = TlsOptions::load(&files).expect_err(wanted);
        assert_eq!(error.key, wanted, "{}", error.why);
        assert!(!error.why.is_empty());
    }
}
