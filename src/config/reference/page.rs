//! Reads the reference back from its page, docs/config.md. A binary has the page and not what
//! writes it: the derived schema, its generator and a YAML reader are a twentieth of its size.

use super::{ReferenceKey, ReferenceSection};

/// The reference as Markdown. `tests/generated.rs` keeps it up to date.
pub const PAGE: &str = include_str!("../../../docs/config.md");

/// Returns every map of a config, outermost first.
pub fn read_sections() -> Vec<ReferenceSection> {
    let sections = PAGE.split("\n## ").skip(1);
    sections
        .map(|text| {
            let (title, rest) = text.split_once("\n\n").unwrap_or((text, ""));
            let (about, table) = rest.split_once("\n\n|").unwrap_or((rest, ""));
            ReferenceSection {
                title,
                about: about.to_owned(),
                keys: table.lines().filter_map(key).collect(),
            }
        })
        .collect()
}

/// Reads a row: ``| `name` | takes | default | about |``.
fn key(row: &str) -> Option<ReferenceKey> {
    let mut cells = row.strip_prefix("| `")?.strip_suffix(" |")?.split(" | ");
    let name = cells.next()?.strip_suffix('`')?;
    let (takes, default, about) = (cells.next()?, cells.next()?, cells.next()?);
    Some(ReferenceKey {
        name: name.to_owned(),
        takes: takes.to_owned(),
        default: (default != super::REQUIRED).then(|| default.to_owned()),
        about: about.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_read_as_it_is_written() {
        let key = key("| `a` | text or list | `x` | What `a` is. |").unwrap();
        assert_eq!(
            (key.name.as_str(), key.takes.as_str(), key.about.as_str()),
            ("a", "text or list", "What `a` is.")
        );
        assert_eq!(key.default.as_deref(), Some("`x`"));
        assert_eq!(
            super::key("| `a` | text | required | b |").unwrap().default,
            None
        );
        assert!(super::key("| key | takes | default | meaning |").is_none());
    }

    #[test]
    fn every_section_and_key_is_read() {
        let sections = read_sections();
        assert_eq!(sections[0].title, "The file");
        assert!(sections[0].about.starts_with("A config file."));
        let rows = PAGE.lines().filter(|line| line.starts_with("| `")).count();
        let keys: usize = sections.iter().map(|section| section.keys.len()).sum();
        assert!(keys == rows && keys > 100, "{keys} of {rows}");
    }
}
