//! Markdown: sections, tables of one width, and nothing from outside that means anything.

use hbmon::model::{Row, Status};
use hbmon::report::md;

use crate::fixture::{flaky, fleet, golden, hostile, run, snapshot_of, told, turned, written};

/// Cells of a table's line: a pipe divides unless a backslash stands before it (GFM, section 4.10).
fn cells(line: &str) -> Vec<String> {
    let (mut cells, mut chars) = (vec![String::new()], line.chars());
    while let Some(c) = chars.next() {
        match c {
            '|' => cells.push(String::new()),
            c => cells
                .last_mut()
                .expect("a cell")
                .extend(std::iter::once(c).chain((c == '\\').then(|| chars.next()).flatten())),
        }
    }
    cells
}

/// Every table has lines of as many cells as its head.
fn check_tables(text: &str) {
    for block in text.split("\n\n").filter(|block| block.starts_with('|')) {
        let widths: Vec<usize> = block.lines().map(|line| cells(line).len()).collect();
        assert!(widths.iter().all(|width| *width == widths[0]), "{block}");
        let rule = block.lines().nth(1).expect("a rule below the head");
        assert!(rule.chars().all(|c| "|-: ".contains(c)), "{rule}");
    }
}

#[test]
fn a_fleet_in_full() {
    let mut snapshot = fleet();
    snapshot.rows.push(std::sync::Arc::new(flaky()));
    let text = written(|out| md::write(&snapshot, &run(1, true), out));
    check_tables(&text);
    assert!(text.starts_with("### ") && text.ends_with("\n\n"));
    golden("md.md", text);
}

/// More than 1 MiB would not be shown at all.
#[test]
fn of_very_many_not_all_are_shown() {
    let long = "é<".repeat(200);
    let worst = Row::clone(&told(&long, &long).rows[2]);
    let text = written(|out| md::write(&snapshot_of(vec![worst; 10_000]), &run(1, true), out));
    assert!(
        text.len() < 1 << 20 && text.contains("and 9600 more"),
        "{}",
        text.len()
    );
    let well = turned(&fleet().rows[1], Status::Healthy);
    let text = written(|out| md::write(&snapshot_of(vec![well; 10_000]), &run(1, true), out));
    assert!(
        text.len() < 1 << 20 && text.contains("and 8000 more"),
        "{}",
        text.len()
    );
}

#[test]
fn hostile_texts_stay_texts() {
    // What is ours: line breaks in cells, and links whose target cannot end them.
    let link = regex::Regex::new(r"\[runbook\]\(<[^<>|`\\]*>\)").expect("a pattern");
    for (name, text) in hostile() {
        let out = written(|out| md::write(&told(&name, &text), &run(1, false), out));
        check_tables(&out);
        let out = link.replace_all(&out, "").replace("<br>", "");
        let tags: Vec<&str> = out
            .split('<')
            .skip(1)
            .map(|tag| tag.split('>').next().unwrap_or_default())
            .collect();
        assert_eq!(
            tags,
            ["details", "summary", "/summary", "/details"],
            "{out}"
        );
        // What is special stands behind a backslash.
        let bare: Vec<char> = out.chars().collect();
        for (at, c) in bare.iter().enumerate() {
            let escaped = at > 0 && bare[at - 1] == '\\';
            assert!(
                !matches!(c, '`' | '[' | ']' | '_' | '~' | '$') || escaped,
                "{out}"
            );
            assert!(*c != '@' || bare.get(at + 1) == Some(&'\u{200b}'), "{out}");
        }
        assert_eq!(
            out.lines().filter(|line| line.starts_with("| **")).count(),
            3,
            "{out}"
        );
    }
}
