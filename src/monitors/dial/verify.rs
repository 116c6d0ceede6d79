//! Verifies server certificates, and records the leaf certificate whether it is valid or not.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use jiff::Timestamp;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::{verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use x509_parser::prelude::{ASN1Time, FromDer, GeneralName, X509Certificate};

use super::in_flight;
use super::tls::{Trust, provider};
use crate::model::Text;

/// The system's root certificates. They are read at the first handshake that needs them and shared
/// by all dialers, because one set takes over 100 KiB.
#[derive(Debug, Default)]
pub(super) struct SystemRoots(OnceLock<Arc<dyn ServerCertVerifier>>);

impl SystemRoots {
    fn verifier(&self) -> Result<&Arc<dyn ServerCertVerifier>, Error> {
        if let Some(verifier) = self.0.get() {
            return Ok(verifier);
        }
        let verifier: Arc<dyn ServerCertVerifier> =
            match rustls_platform_verifier::Verifier::new(provider()) {
                Ok(verifier) => Arc::new(verifier),
                Err(error) => {
                    tracing::warn!(
                        %error,
                        "no system certificates: falling back to the built-in Mozilla roots"
                    );
                    let roots = RootCertStore {
                        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
                    };
                    WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider())
                        .build()
                        .map_err(|error| Error::General(error.to_string()))?
                }
            };
        Ok(self.0.get_or_init(|| verifier))
    }
}

/// The verifier of one client. It shares its roots with other clients, and records the leaf
/// certificate in the current `InFlight`.
#[derive(Debug)]
pub(super) struct RecordingVerifier {
    pub(super) trust: Trust,
    pub(super) system: Arc<SystemRoots>,
}

impl ServerCertVerifier for RecordingVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if let (Some(in_flight), Some((subject, not_after))) =
            (in_flight::current(), describe(end_entity))
        {
            in_flight.certificate(subject, not_after);
        }
        match &self.trust {
            Trust::Any => Ok(ServerCertVerified::assertion()),
            Trust::Roots(roots) => {
                let verifier = &roots.verifier;
                match verifier.verify_server_cert(
                    end_entity,
                    intermediates,
                    server_name,
                    ocsp_response,
                    now,
                ) {
                    Err(Error::InvalidCertificate(CertificateError::Other(_)))
                        if roots.listed.contains(end_entity) =>
                    {
                        verify_listed(end_entity, server_name, now)
                    }
                    verdict => verdict,
                }
            }
            Trust::System => {
                let roots = self.system.verifier()?;
                roots.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
            }
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(
            message,
            cert,
            dss,
            &provider().signature_verification_algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(
            message,
            cert,
            dss,
            &provider().signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        provider()
            .signature_verification_algorithms
            .supported_schemes()
    }
}

/// Verifies name and dates of a certificate that `ca_file` lists and whose form webpki refuses:
/// `openssl req -x509` marks self-signed certificates as those of a CA.
fn verify_listed(
    der: &CertificateDer<'_>,
    server_name: &ServerName<'_>,
    now: UnixTime,
) -> Result<ServerCertVerified, Error> {
    verify_server_name(&ParsedCertificate::try_from(der)?, server_name)?;
    let (_, certificate) =
        X509Certificate::from_der(der).map_err(|_| CertificateError::BadEncoding)?;
    let unix_time = |time: ASN1Time| {
        UnixTime::since_unix_epoch(Duration::from_secs(
            u64::try_from(time.timestamp()).unwrap_or_default(),
        ))
    };
    let not_before = unix_time(certificate.validity().not_before);
    let not_after = unix_time(certificate.validity().not_after);
    if now > not_after {
        return Err(CertificateError::ExpiredContext {
            time: now,
            not_after,
        }
        .into());
    }
    if now < not_before {
        return Err(CertificateError::NotValidYetContext {
            time: now,
            not_before,
        }
        .into());
    }
    Ok(ServerCertVerified::assertion())
}

/// Returns subject and expiry of a certificate. If the subject is empty, which is common since RFC
/// 6125, the first DNS name replaces it.
fn describe(der: &CertificateDer<'_>) -> Option<(Text, Timestamp)> {
    let (_, certificate) = X509Certificate::from_der(der).ok()?;
    let not_after = Timestamp::from_second(certificate.validity().not_after.timestamp()).ok()?;
    let mut subject = certificate.subject().to_string();
    if subject.is_empty()
        && let Ok(Some(names)) = certificate.subject_alternative_name()
        && let Some(GeneralName::DNSName(name)) = names.value.general_names.first()
    {
        subject = format!("DNS:{name}");
    }
    Some((Text::clean(&subject), not_after))
}
