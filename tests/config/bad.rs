//! Each mistake and its exact message: `bad/NAME.yaml` -> `bad/NAME.txt`; each warning:
//! `doubtful/NAME.yaml`. `UPDATE=1 cargo test` writes the messages.

use std::fs;
use std::path::Path;

use hbmon::config::{ConfigError, DiagnosticFormat, DiagnosticStyle, LoadedConfig, load_text};

#[test]
fn mistakes_have_exact_messages() {
    let seen = messages("bad", |name, loaded| match loaded {
        Err(error) => error,
        Ok(_) => panic!("{name} has no mistake"),
    });
    assert!(seen >= 40, "{seen} mistakes are too few");
}

#[test]
fn warnings_have_exact_messages() {
    let seen = messages("doubtful", |name, loaded| match loaded {
        Ok(loaded) => loaded
            .warnings
            .unwrap_or_else(|| panic!("{name} has no warning")),
        Err(error) => panic!("{error:?}"),
    });
    assert!(seen >= 5, "{seen} files are too few");
}

/// Compares what is said of each config of a folder; how many there are.
fn messages(
    folder: &str,
    said: impl Fn(&str, Result<LoadedConfig, ConfigError>) -> ConfigError,
) -> usize {
    let folder = Path::new("tests/config").join(folder);
    let mut seen = 0;
    let mut wrong = Vec::new();
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "yaml") {
            continue;
        }
        seen += 1;
        let name = format!("{}.yaml", path.file_stem().unwrap().to_str().unwrap());
        let text = fs::read_to_string(&path).unwrap();
        let environment = |name: &str| (name == "SECRET").then(|| "s3cr3t-from-outside".to_owned());
        let error = said(&name, load_text(&name, &text, &folder, &environment));
        let style = DiagnosticStyle {
            ascii: true,
            ..DiagnosticStyle::default()
        };
        let rendered = error.render(&style);
        for format in [
            DiagnosticFormat::Full,
            DiagnosticFormat::Short,
            DiagnosticFormat::Json,
            DiagnosticFormat::Github,
        ] {
            let text = error.render(&DiagnosticStyle { format, ..style });
            for secret in ["s3cr3t", "hunter2"] {
                assert!(!text.contains(secret), "{name} shows {secret}:\n{text}");
            }
        }
        let golden = path.with_extension("txt");
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&golden, &rendered).unwrap();
        } else if fs::read_to_string(&golden).unwrap_or_default() != rendered {
            wrong.push(format!("{name}:\n{rendered}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "UPDATE=1 writes these, if they are right:\n{}",
        wrong.join("\n")
    );
    seen
}
