//! Files of keys and certificates in every shape that people have: what is wrong is named, and
//! nothing of a key is told.

use std::fs;
use std::path::Path;

use hbmon::config::{ConfigError, DiagnosticFormat, DiagnosticStyle, load_text};
use rcgen::KeyPair;

/// A folder with a key, its certificate, and another key.
struct Files {
    folder: tempfile::TempDir,
    key: String,
}

impl Files {
    fn new() -> Files {
        let folder = tempfile::tempdir().unwrap();
        let pair = |name: &str| {
            let key = KeyPair::generate().unwrap();
            let certificate = rcgen::CertificateParams::new(vec![name.to_owned()])
                .unwrap()
                .self_signed(&key)
                .unwrap();
            (key, certificate.pem())
        };
        let ((key, certificate), (other, its)) = (pair("a.test"), pair("b.test"));
        let files = Files {
            folder,
            key: key.serialize_pem(),
        };
        files.write("good.pem", &certificate);
        files.write("order.pem", its + &certificate);
        files.write("other.key", other.serialize_pem());
        files.write("der.key", key.serialize_der());
        files
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.folder.path().join(name), content).unwrap();
    }

    /// The message about this pair of files, the same for a monitor and for the HTTP interface;
    /// none if it is good.
    fn message(&self, certificate: &str, key: &str) -> Option<String> {
        let pair = format!("{{cert_file: {certificate}, key_file: {key}}}");
        let monitor =
            format!("monitors: [{{name: a, http: {{url: \"https://a.test/\", tls: {pair}}}}}]\n");
        let listener = format!("tls: {pair}\nmonitors: [{{name: a, http: \"https://a.test/\"}}]\n");
        let labels = [monitor, listener].map(|text| {
            let error = load_text("hbmon.yaml", &text, self.folder.path(), &|_| None).err()?;
            self.tells_nothing(&error);
            Some(error.problems[0].primary.clone().unwrap().1)
        });
        assert_eq!(labels[0], labels[1]);
        let [label, _] = labels;
        label
    }

    /// Neither the text of the key nor its bytes as numbers, in any format.
    fn tells_nothing(&self, error: &ConfigError) {
        for format in [
            DiagnosticFormat::Full,
            DiagnosticFormat::Short,
            DiagnosticFormat::Json,
            DiagnosticFormat::Github,
        ] {
            let text = error.render(&DiagnosticStyle {
                format,
                ..DiagnosticStyle::default()
            });
            for line in self.key.lines().filter(|line| !line.starts_with('-')) {
                for part in line.as_bytes().chunks_exact(8) {
                    let numbers = format!("{part:?}");
                    assert!(!text.contains(std::str::from_utf8(part).unwrap()), "{text}");
                    assert!(!text.contains(&numbers[1..numbers.len() - 1]), "{text}");
                }
            }
        }
    }
}

#[test]
fn every_wrong_key_file_is_named_and_not_quoted() {
    let files = Files::new();
    let key = files.key.clone();
    let section = |label: &str| key.replace("PRIVATE KEY", label);
    files.write("good.key", &key);
    files.write("bom.key", format!("\u{feff}{key}"));
    assert_eq!(files.message("good.pem", "good.key"), None);
    assert_eq!(files.message("good.pem", "bom.key"), None);
    let old = key.replace(
        "-----\nM",
        "-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nM",
    );
    for (name, content, what) in [
        (
            "escaped.key",
            key.replace('\n', "\\n"),
            "is not PEM: its lines are joined",
        ),
        (
            "spaces.key",
            key.replace('\n', " "),
            "is not PEM: its lines are joined",
        ),
        ("cut.key", key[..key.len() / 2].to_owned(), "is cut short"),
        ("torn.key", key.replace('M', "!"), "is damaged"),
        ("empty.key", String::new(), "is empty"),
        (
            "encrypted.key",
            section("ENCRYPTED PRIVATE KEY"),
            "is encrypted, and hbmon takes no passphrase: openssl pkey",
        ),
        (
            "encrypted-old.key",
            old,
            "is encrypted, and hbmon takes no passphrase: openssl pkey",
        ),
        (
            "ssh.key",
            section("OPENSSH PRIVATE KEY"),
            "is an OpenSSH key",
        ),
        ("half.key", section("PUBLIC KEY"), "is a public key"),
        (
            "request.key",
            section("CERTIFICATE REQUEST"),
            "is a certificate request",
        ),
        ("text.key", "hello".to_owned(), "holds no PEM private key"),
        (
            "wrong.key",
            key.replacen("MIG", "AAA", 1),
            "is damaged, or its key is none that TLS takes",
        ),
    ] {
        files.write(name, content);
        let message = files.message("good.pem", name).unwrap();
        assert!(
            message.starts_with(&format!("`{name}` {what}")),
            "{name}: {message}"
        );
    }
    for (certificate, key, what) in [
        (
            "good.pem",
            "der.key",
            "`der.key` is DER, not PEM: openssl pkey -inform DER",
        ),
        (
            "good.pem",
            "none.key",
            "`none.key` cannot be read: no such file",
        ),
        (
            "good.pem",
            "other.key",
            "`other.key` does not belong to the certificate",
        ),
        (
            "order.pem",
            "good.key",
            "`order.pem` is in the wrong order: number 2",
        ),
        ("good.key", "good.key", "`good.key` is a private key"),
        ("good.pem", "good.pem", "`good.pem` is a certificate"),
        ("good.pem", ".", "`.` cannot be read: it is a folder"),
        (
            "good.pem",
            "/dev/zero",
            "`/dev/zero` cannot be read: it is a device",
        ),
    ] {
        let message = files.message(certificate, key).unwrap();
        assert!(message.starts_with(what), "{certificate} {key}: {message}");
    }
}

#[test]
fn a_pipe_is_never_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    assert!(
        std::process::Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    let text = "token: ${file:pipe}\nmonitors: [{name: a, http: {url: \"https://a.test/\", tls: {ca_file: pipe}}}]\n";
    let error = load_text("hbmon.yaml", text, folder.path(), &|_| None)
        .err()
        .unwrap();
    let short = format!("{error:?}");
    assert!(short.contains("cannot read the file `pipe`"), "{short}");
    let labels: Vec<_> = error
        .problems
        .iter()
        .map(|problem| problem.primary.clone().unwrap().1)
        .collect();
    assert_eq!(labels[0], "it is a pipe, not a regular file");
    let source = hbmon::config::ConfigSource::File(pipe.clone());
    assert!(format!("{:?}", hbmon::config::load(&source).unwrap_err()).contains("it is a pipe"));
    assert!(Path::new("/dev/zero").exists());
    let zero = hbmon::config::ConfigSource::File("/dev/zero".into());
    assert!(format!("{:?}", hbmon::config::load(&zero).unwrap_err()).contains("it is a device"));
}
