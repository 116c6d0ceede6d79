//! Reads certificates and keys from PEM files. Error texts are hbmon's own, because the libraries'
//! messages quote unreadable input, which may be a private key.

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// The kind of content that a file must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PemKind {
    Certificates,
    Key,
}

/// Returns all certificates of a file in their order, at least one.
///
/// # Errors
/// Says what the file contains instead, and how to convert it.
pub(super) fn certificates(file: &[u8]) -> Result<Vec<CertificateDer<'static>>, String> {
    let pem = text(file).ok_or_else(|| foreign(file, PemKind::Certificates))?;
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
    match read {
        Ok(found) if !found.is_empty() => Ok(found),
        _ => Err(unusable(&pem, PemKind::Certificates)),
    }
}

/// Returns the first private key of a file.
///
/// # Errors
/// Says what the file contains instead, and how to convert it.
pub(super) fn private_key(file: &[u8]) -> Result<PrivateKeyDer<'static>, String> {
    let pem = text(file).ok_or_else(|| foreign(file, PemKind::Key))?;
    PrivateKeyDer::from_pem_slice(pem.as_bytes()).map_err(|_| unusable(&pem, PemKind::Key))
}

/// Returns the text of a file without byte order mark and indentation, or `None` if it is not text.
fn text(file: &[u8]) -> Option<String> {
    let file = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
    let text = std::str::from_utf8(file)
        .ok()
        .filter(|text| !text.contains('\0'))?;
    Some(
        text.lines()
            .map(str::trim)
            .flat_map(|line| [line, "\n"])
            .collect(),
    )
}

/// Returns why a text is unusable. The result never quotes the text.
fn unusable(pem: &str, wanted: PemKind) -> String {
    let text = pem.trim();
    let labels: Vec<&str> = pem.lines().filter_map(label).collect();
    if text.is_empty() {
        return "is empty".to_owned();
    }
    if labels.is_empty() {
        return unmarked(text, wanted);
    }
    if let Some(why) = other_kind(pem, &labels, wanted) {
        return why;
    }
    let ends = pem
        .lines()
        .filter(|line| line.starts_with("-----END ") && line.ends_with("-----"))
        .count();
    if ends < labels.len() {
        return "is cut short: a `BEGIN` line has no `END` line".to_owned();
    }
    if labels.iter().any(|found| is_wanted(found, wanted)) {
        return "is damaged: the text between `BEGIN` and `END` is not base64".to_owned();
    }
    nothing_of(wanted).to_owned()
}

const fn nothing_of(wanted: PemKind) -> &'static str {
    match wanted {
        PemKind::Certificates => "holds no PEM certificate",
        PemKind::Key => "holds no PEM private key",
    }
}

/// Returns the label of a line `-----BEGIN LABEL-----`.
fn label(line: &str) -> Option<&str> {
    let label = line.strip_prefix("-----BEGIN ")?.strip_suffix("-----")?;
    label
        .bytes()
        .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b' ')
        .then_some(label)
}

fn is_wanted(label: &str, wanted: PemKind) -> bool {
    match wanted {
        PemKind::Certificates => label == "CERTIFICATE",
        PemKind::Key => matches!(label, "PRIVATE KEY" | "RSA PRIVATE KEY" | "EC PRIVATE KEY"),
    }
}

/// Returns why a text without a `BEGIN` line is unusable.
fn unmarked(text: &str, wanted: PemKind) -> String {
    let why = match text {
        _ if text.contains("-----BEGIN") => "is not PEM: its lines are joined",
        _ if text.starts_with("PuTTY-User-Key-File") => {
            "is a PuTTY key: export it as PEM with `puttygen`"
        }
        _ if text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+/=\n".contains(&byte))
            && text.len() > 64 =>
        {
            "is not PEM: its `BEGIN` and `END` lines are missing"
        }
        _ => nothing_of(wanted),
    };
    why.to_owned()
}

/// Returns what the sections contain, if that is not what is needed.
fn other_kind(pem: &str, labels: &[&str], wanted: PemKind) -> Option<String> {
    let has = |label: &str| labels.contains(&label);
    let why = match wanted {
        PemKind::Key if is_encrypted(pem) => {
            "is encrypted, and hbmon takes no passphrase: openssl pkey -in … -out …"
        }
        PemKind::Key if has("OPENSSH PRIVATE KEY") => {
            "is an OpenSSH key: a copy becomes PEM with ssh-keygen -p -m PEM -f …"
        }
        PemKind::Key if has("DSA PRIVATE KEY") => {
            "is a DSA key, and TLS takes RSA, ECDSA and Ed25519"
        }
        PemKind::Key if labels.iter().any(|label| is_wanted(label, wanted)) => return None,
        PemKind::Key if has("PUBLIC KEY") || has("RSA PUBLIC KEY") => {
            "is a public key: the private key that belongs to it is needed"
        }
        PemKind::Key if has("CERTIFICATE") => {
            "is a certificate: the private key that belongs to it is needed"
        }
        PemKind::Certificates if has("TRUSTED CERTIFICATE") => {
            "is a TRUSTED CERTIFICATE of OpenSSL: openssl x509 -in … -out …"
        }
        PemKind::Certificates if has("CERTIFICATE") => return None,
        PemKind::Certificates if labels.iter().any(|label| label.ends_with("PRIVATE KEY")) => {
            "is a private key: the certificate that belongs to it is needed"
        }
        _ if has("CERTIFICATE REQUEST") || has("NEW CERTIFICATE REQUEST") => {
            "is a certificate request: the certificate that was issued for it is needed"
        }
        _ if has("PKCS7") || has("CMS") => "is PKCS#7: openssl pkcs7 -print_certs -in … -out …",
        _ => return None,
    };
    Some(why.to_owned())
}

/// Returns whether a key is encrypted, in either form: as a section (PKCS#8) or by a header in the
/// section (RFC 1421).
fn is_encrypted(pem: &str) -> bool {
    pem.lines().any(|line| {
        label(line) == Some("ENCRYPTED PRIVATE KEY")
            || (line.starts_with("Proc-Type:") && line.ends_with("ENCRYPTED"))
    })
}

/// Returns what a binary file is, by its first bytes.
fn foreign(file: &[u8], wanted: PemKind) -> String {
    let why = match (file, der_content(file)) {
        ([0xff, 0xfe, ..] | [0xfe, 0xff, ..], _) => "is UTF-16 text: save it as UTF-8",
        ([0xfe, 0xed, 0xfe, 0xed, ..], _) => {
            "is a Java keystore: keytool -importkeystore -deststoretype pkcs12 makes it PKCS#12, \
             then openssl pkcs12"
        }
        // PFX (RFC 7292): version 3, then a sequence.
        (_, Some([0x02, 0x01, 0x03, 0x30, ..])) => match wanted {
            PemKind::Key => "is PKCS#12: openssl pkcs12 -in … -nocerts -nodes -out …",
            PemKind::Certificates => "is PKCS#12: openssl pkcs12 -in … -nokeys -out …",
        },
        (_, Some(content)) => der(content, wanted),
        _ => "is binary, not PEM",
    };
    why.to_owned()
}

/// Returns what a DER file is, by the first elements of its outer sequence.
fn der(content: &[u8], wanted: PemKind) -> &'static str {
    // Prefix of the object identifiers of password-based encryption (PKCS#5).
    const ENCRYPTED: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05];
    // Every form of private key begins with a version number.
    let is_key = content.starts_with(&[0x02, 0x01]);
    let is_encrypted = content
        .windows(ENCRYPTED.len())
        .take(16)
        .any(|part| part == ENCRYPTED);
    match wanted {
        PemKind::Key if is_encrypted => {
            "is encrypted DER, and hbmon takes no passphrase: \
             openssl pkey -inform DER -in … -out …"
        }
        PemKind::Key if is_key => "is DER, not PEM: openssl pkey -inform DER -in … -out …",
        PemKind::Key => "is DER, and no private key",
        PemKind::Certificates if is_key => "is DER, and no certificate",
        PemKind::Certificates => "is DER, not PEM: openssl x509 -inform DER -in … -out …",
    }
}

/// Returns the content of the sequence that a DER file begins with.
fn der_content(file: &[u8]) -> Option<&[u8]> {
    let rest = file.strip_prefix(&[0x30])?;
    let length = *rest.first()?;
    let skipped = if length < 0x80 {
        1
    } else {
        1 + usize::from(length & 0x7f)
    };
    rest.get(skipped..).filter(|_| skipped <= 5)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> String {
        rcgen::KeyPair::generate().unwrap().serialize_pem()
    }

    fn certificate() -> String {
        rcgen::generate_simple_self_signed(["a.test".to_owned()])
            .unwrap()
            .cert
            .pem()
    }

    fn section(label: &str) -> String {
        format!("-----BEGIN {label}-----\nAAAA\n-----END {label}-----\n")
    }

    fn why(file: impl AsRef<[u8]>) -> String {
        private_key(file.as_ref()).unwrap_err()
    }

    #[test]
    fn what_people_do_to_a_key_is_taken_or_told() {
        let key = key();
        for good in [
            format!("\u{feff}{key}"),
            key.replace('\n', "\r\n"),
            key.replace('\n', "\n  "),
            certificate() + &key,
        ] {
            assert!(private_key(good.as_bytes()).is_ok(), "{good}");
        }
        let half = &key[..key.len() / 2];
        for (bad, what) in [
            (String::new(), "is empty"),
            (" \n".to_owned(), "is empty"),
            (key.replace('\n', "\\n"), "is not PEM: its lines are joined"),
            (key.replace('\n', " "), "is not PEM: its lines are joined"),
            (key.replace('\n', ""), "is not PEM: its lines are joined"),
            (half.to_owned(), "is cut short"),
            (
                key.lines().filter(|line| !line.contains('-')).collect(),
                "`BEGIN` and `END` lines are missing",
            ),
            (key.replace('M', "?"), "is damaged"),
            (
                section("ENCRYPTED PRIVATE KEY"),
                "is encrypted, and hbmon takes no passphrase",
            ),
            (
                "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: A\n\nAAAA\n\
                 -----END RSA PRIVATE KEY-----"
                    .to_owned(),
                "is encrypted",
            ),
            (section("OPENSSH PRIVATE KEY"), "is an OpenSSH key"),
            (section("PUBLIC KEY"), "is a public key"),
            (section("CERTIFICATE"), "is a certificate:"),
            (section("CERTIFICATE REQUEST"), "is a certificate request"),
            ("hello".to_owned(), "holds no PEM private key"),
        ] {
            let why = why(&bad);
            assert!(why.contains(what), "{bad}: {why}");
        }
    }

    #[test]
    fn binary_forms_are_told_by_their_beginning() {
        let pair = rcgen::KeyPair::generate().unwrap();
        assert!(why(pair.serialize_der()).starts_with("is DER, not PEM: openssl pkey"));
        assert!(why([0x30, 0x82, 1, 0, 2, 1, 3, 0x30, 0x82, 0xff]).starts_with("is PKCS#12"));
        assert!(
            why([
                0x30, 0x82, 1, 0, 0x30, 0x40, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0xd, 1, 5, 0xd
            ])
            .contains("encrypted")
        );
        assert!(why(b"\xff\xfe-\0-\0").starts_with("is UTF-16"));
        assert_eq!(why([0x80, 0, 1]), "is binary, not PEM");
        let certificate = rcgen::generate_simple_self_signed(["a.test".to_owned()])
            .unwrap()
            .cert;
        assert!(
            certificates(certificate.der())
                .unwrap_err()
                .starts_with("is DER, not PEM: openssl x509")
        );
    }

    #[test]
    fn certificates_of_other_kinds_are_told() {
        assert!(certificates(format!("\u{feff}{}", certificate()).as_bytes()).is_ok());
        for (bad, what) in [
            (section("TRUSTED CERTIFICATE"), "is a TRUSTED CERTIFICATE"),
            (section("PRIVATE KEY"), "is a private key"),
            (section("PKCS7"), "is PKCS#7"),
            (
                certificate().replace('\n', "\\n"),
                "is not PEM: its lines are joined",
            ),
            (section("X509 CRL"), "holds no PEM certificate"),
        ] {
            assert!(
                certificates(bad.as_bytes()).unwrap_err().starts_with(what),
                "{bad}"
            );
        }
    }

    proptest::proptest! {
        /// No part of a damaged key appears in the message.
        #[test]
        fn nothing_of_a_key_is_told(
            at in 0_usize..200,
            length in 0_usize..60,
            put in "[\\n A-Z=-]{0,3}",
        ) {
            const KEY: &str = "-----BEGIN PRIVATE KEY-----\n\
                QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2\n\
                -----END PRIVATE KEY-----\n";
            let start = at.min(KEY.len());
            let end = (at + length).min(KEY.len());
            let damaged = format!("{}{put}{}", &KEY[..start], &KEY[end..]);
            if let Err(why) = private_key(damaged.as_bytes()) {
                let is_letters = |part: &&[u8]| part.iter().all(u8::is_ascii_alphabetic);
                for part in KEY.as_bytes().windows(6).filter(is_letters) {
                    let part = std::str::from_utf8(part).unwrap();
                    let is_quoted = why.contains(part) && !"PRIVATE CERTIFICATE".contains(part);
                    proptest::prop_assert!(!is_quoted, "{}", why);
                }
            }
        }
    }
}
