//! The files in `configs/` are good, and show every kind.

use std::collections::BTreeSet;
use std::path::Path;

use hbmon::config::{Code, ConfigSource, DiagnosticStyle, Example, Explanation, load, load_text};

#[test]
fn examples_parse_and_show_every_kind() {
    let mut kinds = BTreeSet::new();
    for file in std::fs::read_dir("configs").unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_none_or(|end| end != "yaml") {
            continue;
        }
        let loaded = load(&ConfigSource::File(path.clone()))
            .unwrap_or_else(|error| panic!("{}", error.render(&DiagnosticStyle::default())));
        let inside: BTreeSet<_> = loaded
            .plan
            .targets
            .iter()
            .map(|target| target.meta.kind)
            .collect();
        let named = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if named != "full" && named != "alerts" {
            assert_eq!(
                inside.iter().map(|kind| kind.as_str()).collect::<Vec<_>>(),
                [named],
                "one kind a file"
            );
        }
        kinds.extend(inside);
    }
    assert_eq!(kinds.len(), hbmon::model::Kind::ALL.len());
    assert!(Path::new("configs/full.yaml").exists());
}

fn codes(text: &str) -> Vec<Code> {
    let found = match load_text("hbmon.yaml", text, Path::new("."), &|_| None) {
        Ok(loaded) => loaded.warnings,
        Err(error) => Some(error),
    };
    found
        .into_iter()
        .flat_map(|error| error.problems)
        .map(|problem| problem.code)
        .collect()
}

#[test]
fn examples_have_their_mistake_and_no_other() {
    for code in Code::ALL {
        let Explanation { wrong, right, .. } = code.explanation();
        if let (Example::Config(wrong), Example::Config(right)) = (wrong, right) {
            assert_eq!(codes(wrong), [*code], "{wrong}");
            assert_eq!(codes(right), [], "{right}");
        }
    }
}
