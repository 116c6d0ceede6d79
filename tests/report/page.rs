//! The page of `serve`: complete, and nothing from outside is markup.

use std::sync::Arc;
use std::time::Duration;

use hbmon::model::{
    Acknowledgement, IncidentId, OpenIncident, Row, Silence, SilenceId, Status, Text,
};
use hbmon::report::page::{AvailabilityByName, PastAvailability, page, token_page};

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
    golden("page.html", page(&snapshot, at(0), None));
    golden("page-token.html", token_page());
}

#[test]
fn without_problems_there_is_no_list_of_them() {
    let well = page(&snapshot_of(vec![flaky()]), at(0), None);
    assert!(
        well.contains("healthy") && !well.contains("What is wrong"),
        "{well}"
    );
}

/// What a history and its users add to a page.
#[test]
fn incidents_silences_and_availability_are_shown() {
    let mut snapshot = fleet();
    snapshot.self_stats.reload_refused = true;
    let now = snapshot.at;
    let mut rows: Vec<Arc<Row>> = snapshot.rows.iter().cloned().collect();
    let row = Arc::make_mut(&mut rows[0]);
    let name = row.meta.name.clone();
    let by = Text::clean("ana <admin>");
    row.incident = Some(Arc::new(OpenIncident {
        id: IncidentId(42),
        opened: at(3600),
        worst: Status::Error,
        cause: None,
        first_reason: None,
        last_reason: None,
        acknowledged: Some(Acknowledgement {
            by: by.clone(),
            at: at(3600),
            until: None,
        }),
    }));
    let silence = |until| {
        Some(Arc::new(Silence {
            id: SilenceId(7),
            matches: Text::clean("*"),
            from: at(0),
            until,
            by: by.clone(),
            reason: Text::clean("deploy"),
        }))
    };
    row.silence = silence(now.plus(Duration::from_secs(3600)));
    // One that is over.
    Arc::make_mut(&mut rows[1]).silence = silence(now);
    snapshot.rows = rows.into_iter().collect();
    let availability = PastAvailability {
        day: Some(0.99),
        month: Some(0.9995),
    };
    let past = AvailabilityByName::from([(name, availability)]);
    let page = page(&snapshot, at(0), Some(&past));
    for part in [
        "<p>incident i-0042, open for ",
        ", acknowledged by ana &lt;admin&gt;</p>",
        "silenced until <time datetime=",
        "by ana &lt;admin&gt;: deploy",
        "<th scope=\"col\">24 h</th><th scope=\"col\">30 d</th>",
        "<td class=\"time\">99.0%</td>",
        "The config that was read last is bad",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    // Among the problems and in the table.
    assert_eq!(page.matches("silenced until").count(), 2);
}

/// Markup, quotes and control characters of a name or a message stay text: the page has the same
/// tags as with harmless ones.
#[test]
fn hostile_texts_stay_texts() {
    let harmless = page(&told("a", "b"), at(0), None);
    for (name, text) in hostile() {
        let page = page(&told(&name, &text), at(0), None);
        assert_eq!(tags(&page), tags(&harmless), "{page}");
        assert_eq!(
            page.matches('"').count(),
            harmless.matches('"').count(),
            "{page}"
        );
        assert!(page.chars().all(|c| c == '\n' || !c.is_control()), "{page}");
    }
}
