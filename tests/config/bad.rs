//! Each mistake and its exact message: `bad/NAME.yaml` -> `bad/NAME.txt`. `UPDATE=1 cargo test` writes the messages.

use std::fs;
use std::path::Path;

use hbmon::config::{Format, Style, load_text};

#[test]
fn mistakes_have_exact_messages() {
    let folder = Path::new("tests/config/bad");
    let mut seen = 0;
    let mut wrong = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "yaml") {
            continue;
        }
        seen += 1;
        let name = format!("{}.yaml", path.file_stem().unwrap().to_str().unwrap());
        let text = fs::read_to_string(&path).unwrap();
        let environment = |name: &str| (name == "SECRET").then(|| "s3cr3t-from-outside".to_owned());
        let Err(error) = load_text(&name, &text, folder, &environment) else { panic!("{name} has no mistake") };
        let style = Style { ascii: true, ..Style::default() };
        let rendered = error.render(&style);
        let short = error.render(&Style { format: Format::Short, ..style });
        for secret in ["s3cr3t", "hunter2"] {
            assert!(!rendered.contains(secret) && !short.contains(secret), "{name} shows {secret}:\n{rendered}");
        }
        let golden = path.with_extension("txt");
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&golden, &rendered).unwrap();
        } else if fs::read_to_string(&golden).unwrap_or_default() != rendered {
            wrong.push(format!("{name}:\n{rendered}"));
        }
    }
    assert!(wrong.is_empty(), "UPDATE=1 writes these, if they are right:\n{}", wrong.join("\n"));
    assert!(seen >= 40, "{seen} mistakes are too few");
}
