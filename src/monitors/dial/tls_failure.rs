//! Maps TLS errors to failures with hbmon's own texts. The libraries' texts are variant names and
//! their fields. They are never shown, not even those of variants that a later version adds.

use std::time::Duration;

use rustls::pki_types::{ServerName, UnixTime};
use rustls::{AlertDescription, CertificateError, Error, OtherError, PeerIncompatible};
use x509_parser::der_parser::oid::Oid;

use crate::model::{CertificateFault, Failure, Stage, Text};
use crate::monitors::trace::Trace;

const TOO_OLD: &str = "the server speaks no TLS 1.2 or 1.3";
const NO_CIPHER: &str = "no common cipher suite";
const NO_PROTOCOL: &str = "the server speaks none of the offered protocols (ALPN)";

/// Object identifiers and common names of signature algorithms that are refused.
const SIGNATURES: &[(&[u8], &str)] = &[
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 2], "MD2"),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 4], "MD5"),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 5], "SHA-1"),
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 1], "SHA-1"),
    (&[0x2a, 0x86, 0x48, 0xce, 0x38, 4, 3], "SHA-1"),
    (&[0x2b, 0x0e, 3, 2, 0x1d], "SHA-1"),
    (&[0x2b, 0x65, 0x71], "Ed448"),
];

/// Returns the failure behind an error of rustls.
pub(super) fn failure(error: &Error, trace: &Trace) -> Failure {
    let why = match error {
        Error::InvalidCertificate(fault) => {
            let subject = trace
                .connection()
                .certificate
                .map(|certificate| certificate.subject);
            return Failure::Certificate {
                fault: certificate(fault),
                subject,
            };
        }
        Error::InvalidMessage(_) if trace.stage() == Stage::Tls => "the port does not speak TLS",
        Error::AlertReceived(received) => {
            return Failure::Tls {
                why: Text::clean(&alert(*received)),
            };
        }
        other => handshake(other),
    };
    Failure::Tls {
        why: Text::clean(why),
    }
}

fn handshake(error: &Error) -> &'static str {
    match error {
        Error::InvalidMessage(_) => "the server sent what is not TLS",
        Error::InappropriateMessage { .. } | Error::InappropriateHandshakeMessage { .. } => {
            "the server sent a message out of turn"
        }
        Error::PeerIncompatible(incompatibility) => incompatible(incompatibility),
        Error::PeerMisbehaved(_) => "the server broke the rules of the handshake",
        Error::NoCertificatesPresented => "the server showed no certificate",
        Error::UnsupportedNameType => "a certificate cannot contain the name of the host",
        Error::DecryptError => "what the server sent cannot be decrypted",
        Error::PeerSentOversizedRecord => "the server sent a record that is too large",
        Error::NoApplicationProtocol => NO_PROTOCOL,
        _ => "the handshake failed",
    }
}

fn incompatible(incompatibility: &PeerIncompatible) -> &'static str {
    match incompatibility {
        PeerIncompatible::ServerDoesNotSupportTls12Or13
        | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig => TOO_OLD,
        PeerIncompatible::NoCipherSuitesInCommon => NO_CIPHER,
        PeerIncompatible::NoKxGroupsInCommon
        | PeerIncompatible::NoEcPointFormatsInCommon
        | PeerIncompatible::UncompressedEcPointsRequired => "no common group for the key exchange",
        PeerIncompatible::NoSignatureSchemesInCommon
        | PeerIncompatible::NoCertificateRequestSignatureSchemesInCommon => {
            "no common signature algorithm"
        }
        _ => "the server lacks a part of TLS that hbmon needs",
    }
}

/// Returns the text for the alert with which the server ended the handshake (RFC 8446, section
/// 6.2).
fn alert(alert: AlertDescription) -> String {
    let sentence = match alert {
        AlertDescription::ProtocolVersion => TOO_OLD,
        AlertDescription::HandshakeFailure => NO_CIPHER,
        AlertDescription::InsufficientSecurity => {
            "no common cipher suite that the server takes for safe"
        }
        AlertDescription::CertificateRequired | AlertDescription::NoCertificate => {
            "the server wants a client certificate"
        }
        AlertDescription::BadCertificate
        | AlertDescription::UnsupportedCertificate
        | AlertDescription::CertificateUnknown => "the server refused the client certificate",
        AlertDescription::CertificateRevoked => {
            "the server refused the client certificate: revoked"
        }
        AlertDescription::CertificateExpired => {
            "the server refused the client certificate: expired"
        }
        AlertDescription::UnknownCA => "the server refused the client certificate: unknown issuer",
        AlertDescription::AccessDenied => "the server denied access",
        AlertDescription::UnrecognisedName => "the server does not know the name of the host",
        AlertDescription::NoApplicationProtocol => NO_PROTOCOL,
        AlertDescription::InternalError => "the server reports an internal error",
        AlertDescription::UserCanceled | AlertDescription::CloseNotify => {
            "the server ended the handshake"
        }
        other => {
            return format!(
                "the server refused the handshake (alert {})",
                u8::from(other)
            );
        }
    };
    sentence.to_owned()
}

fn certificate(error: &CertificateError) -> CertificateFault {
    let why = match error {
        CertificateError::ExpiredContext { time, not_after } => {
            return CertificateFault::Expired {
                ago: between(*not_after, *time),
            };
        }
        CertificateError::NotValidYetContext { time, not_before } => {
            return CertificateFault::NotYetValid {
                ahead: between(*time, *not_before),
            };
        }
        CertificateError::NotValidForNameContext {
            expected,
            presented,
        } => return name(expected, presented),
        // A bad signature in a chain usually means that a private CA was recreated with the same
        // name.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            return CertificateFault::UnknownIssuer;
        }
        CertificateError::Revoked => return CertificateFault::Revoked,
        CertificateError::UnsupportedSignatureAlgorithmContext {
            signature_algorithm_id,
            ..
        } => {
            return CertificateFault::Signature {
                algorithm: signature(signature_algorithm_id),
            };
        }
        CertificateError::Other(other) => match other_fault(other) {
            Some(why) => why,
            None => return CertificateFault::UnknownIssuer,
        },
        CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => {
            "its signature does not fit the key of its issuer"
        }
        CertificateError::BadEncoding => "it is not encoded correctly",
        CertificateError::Expired => "its dates are not valid",
        CertificateError::NotValidYet => "it is not valid yet",
        CertificateError::NotValidForName => "it is for another host",
        CertificateError::UnhandledCriticalExtension => {
            "it has a critical extension that hbmon does not know"
        }
        CertificateError::UnknownRevocationStatus => "it is not known whether it was revoked",
        CertificateError::ExpiredRevocationList
        | CertificateError::ExpiredRevocationListContext { .. } => {
            "the list of revoked certificates is out of date"
        }
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            "it is not meant for servers (extended key usage)"
        }
        CertificateError::InvalidOcspResponse => "the proof that it is not revoked is not valid",
        _ => REFUSED,
    };
    CertificateFault::Other(Text::clean(why))
}

const REFUSED: &str = "it is not accepted in this form";

/// Returns the text for an error of webpki that has no variant in rustls. Returns `None` for a
/// self-signed certificate that is not among the roots.
fn other_fault(error: &OtherError) -> Option<&'static str> {
    Some(match error.to_string().as_str() {
        "CaUsedAsEndEntity" => return None,
        "EndEntityUsedAsCa" => "its issuer is no authority",
        "UnsupportedCertVersion" => "it is not of X.509 version 3",
        "NameConstraintViolation" => "its issuer may not issue for its name",
        "PathLenConstraintViolated" | "MaximumPathDepthExceeded" => "its chain is too long",
        "ExtensionValueInvalid"
        | "MalformedExtensions"
        | "MalformedDnsIdentifier"
        | "MalformedNameConstraint" => "an extension is not encoded correctly",
        _ => REFUSED,
    })
}

/// Returns the fault of a certificate for another name. rustls formats the names in `presented`
/// with `Debug`: `DnsName("a.test")`.
fn name(expected: &ServerName<'_>, presented: &[String]) -> CertificateFault {
    let wanted = expected.to_str();
    let is_written = || presented.iter().any(|name| name.contains(&*wanted));
    match expected {
        _ if presented.is_empty() => CertificateFault::NoNames,
        ServerName::IpAddress(_) if is_written() => CertificateFault::AddressAsName {
            wanted: Text::clean(&wanted),
        },
        _ => CertificateFault::WrongName {
            wanted: Text::clean(&wanted),
        },
    }
}

/// Returns the common name of an `AlgorithmIdentifier` (RFC 5280, section 4.1.1.2), or its number.
fn signature(identifier: &[u8]) -> Text {
    let oid = match *identifier {
        [6, length, ref rest @ ..] => rest.get(..length.into()).unwrap_or(rest),
        _ => identifier,
    };
    match SIGNATURES.iter().find(|(known, _)| *known == oid) {
        Some((_, name)) => Text::clean(name),
        None => Text::clean(&Oid::new(oid.into()).to_id_string()),
    }
}

fn between(earlier: UnixTime, later: UnixTime) -> Duration {
    Duration::from_secs(later.as_secs().saturating_sub(earlier.as_secs()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;

    fn why(error: &Error) -> String {
        match failure(error, &Trace::new(Clock::start())) {
            Failure::Tls { why } => why.to_string(),
            other => panic!("{other:?}"),
        }
    }

    /// Asserts that a text contains no variant name and no field.
    fn assert_plain(sentence: &str) {
        let is_name = |word: &str| {
            let mut letters = word.chars().filter(|c| c.is_alphabetic());
            let starts_large = letters.next().is_some_and(char::is_uppercase);
            starts_large
                && letters.clone().any(char::is_uppercase)
                && letters.any(char::is_lowercase)
        };
        assert!(
            !sentence.contains(['{', '[', '"']) && !sentence.split(' ').any(is_name),
            "{sentence}"
        );
    }

    #[test]
    fn every_alert_has_a_sentence() {
        for code in 0..=u8::MAX {
            assert_plain(&why(&Error::AlertReceived(AlertDescription::from(code))));
        }
        let said = |code: u8| why(&Error::AlertReceived(AlertDescription::from(code)));
        assert_eq!(said(70), "the server speaks no TLS 1.2 or 1.3");
        assert_eq!(said(40), "no common cipher suite");
        assert_eq!(said(116), "the server wants a client certificate");
        assert_eq!(said(47), "the server refused the handshake (alert 47)");
    }

    #[test]
    fn handshakes_in_words() {
        for (error, sentence) in [
            (
                PeerIncompatible::ServerDoesNotSupportTls12Or13.into(),
                "the server speaks no TLS 1.2 or 1.3",
            ),
            (
                PeerIncompatible::NoCipherSuitesInCommon.into(),
                "no common cipher suite",
            ),
            (
                PeerIncompatible::Tls12NotOffered.into(),
                "the server lacks a part of TLS that hbmon needs",
            ),
            (
                rustls::PeerMisbehaved::TooManyEmptyFragments.into(),
                "the server broke the rules of the handshake",
            ),
            (
                Error::General("SomeVariant { field: 1 }".to_owned()),
                "the handshake failed",
            ),
        ] {
            assert_eq!(why(&error), sentence);
        }
    }

    #[test]
    fn signatures_by_their_names() {
        let fault = |bytes: &[u8]| {
            certificate(&CertificateError::UnsupportedSignatureAlgorithmContext {
                signature_algorithm_id: bytes.to_vec(),
                supported_algorithms: Vec::new(),
            })
        };
        let signed = |name: &str| CertificateFault::Signature {
            algorithm: Text::clean(name),
        };
        assert_eq!(
            fault(&[6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 5, 5, 0]),
            signed("SHA-1")
        );
        assert_eq!(
            fault(&[6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 1]),
            signed("SHA-1")
        );
        assert_eq!(fault(&[6, 3, 0x2a, 3, 4]), signed("1.2.3.4"));
        for broken in [&[][..], &[6], &[6, 200, 1], &[0xff; 40]] {
            assert!(matches!(fault(broken), CertificateFault::Signature { .. }));
        }
    }

    #[test]
    fn what_the_library_adds_stays_inside() {
        #[derive(Debug)]
        struct Unheard;
        impl std::fmt::Display for Unheard {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("SomeNewFault { detail: 1 }")
            }
        }
        impl std::error::Error for Unheard {}
        let other = CertificateError::Other(OtherError(std::sync::Arc::new(Unheard)));
        assert_eq!(
            certificate(&other),
            CertificateFault::Other(Text::clean(REFUSED))
        );
        match certificate(&CertificateError::InvalidPurpose) {
            CertificateFault::Other(why) => assert!(why.as_str().contains("servers"), "{why}"),
            other => panic!("{other:?}"),
        }
    }
}
