//! The page of `serve`: complete, and nothing from outside is markup.

use hbmon::report::page::{page, token_page};

use crate::fixture::{at, flaky, fleet, golden, hostile, snapshot_of, told};

/// Returns the tags of a page, without their attributes.
fn tags(page: &str) -> Vec<&str> {
    let (_, body) = page.split_once("</style>").expect("a stylesheet");
    let tags = body.split('<').skip(1);
    tags.map(|tag| tag.split([' ', '>']).next().unwrap_or_default())
        .collect()
}

#[test]
fn a_fleet_in_full() {
    let mut snapshot = fleet();
    snapshot.rows.push(std::sync::Arc::new(flaky()));
    golden("page.html", page(&snapshot, at(0)));
    golden("page-token.html", token_page());
}

#[test]
fn without_problems_there_is_no_list_of_them() {
    let well = page(&snapshot_of(vec![flaky()]), at(0));
    assert!(
        well.contains("healthy") && !well.contains("What is wrong"),
        "{well}"
    );
}

/// Markup, quotes and control characters of a name or a message stay text: the page has the same
/// tags as with harmless ones.
#[test]
fn hostile_texts_stay_texts() {
    let harmless = page(&told("a", "b"), at(0));
    for (name, text) in hostile() {
        let page = page(&told(&name, &text), at(0));
        assert_eq!(tags(&page), tags(&harmless), "{page}");
        assert_eq!(
            page.matches('"').count(),
            harmless.matches('"').count(),
            "{page}"
        );
        assert!(page.chars().all(|c| c == '\n' || !c.is_control()), "{page}");
    }
}
