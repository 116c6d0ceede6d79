//! JUnit XML, read by an XML parser and held against the schema that Jenkins publishes
//! (junit-10.xsd of its xunit plugin).

use hbmon::model::Status;
use hbmon::report::{GroupBy, RunInfo, junit};
use roxmltree::{Document, Node};

use crate::fixture::{
    flaky, fleet, golden, hostile, only_chat, run, snapshot_of, told, turned, written,
};

/// Name, children, required and allowed attributes of an element.
type Rule = (
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
    &'static [&'static str],
);

/// Elements with the children, required and allowed attributes that the schema gives them; `file`
/// and `line` of a case are the usual addition of pytest and others, which readers of the schema
/// pass over.
const SCHEMA: &[Rule] = &[
    (
        "testsuites",
        &["testsuite"],
        &[],
        &["name", "time", "tests", "failures", "errors"],
    ),
    (
        "testsuite",
        &[
            "testsuite",
            "properties",
            "testcase",
            "system-out",
            "system-err",
        ],
        &["name", "tests", "failures", "errors"],
        &[
            "group",
            "time",
            "skipped",
            "timestamp",
            "hostname",
            "id",
            "package",
            "file",
            "log",
            "url",
        ],
    ),
    (
        "testcase",
        &[
            "skipped",
            "error",
            "failure",
            "rerunFailure",
            "flakyFailure",
            "system-out",
            "system-err",
        ],
        &["name"],
        &["time", "classname", "group", "file", "line"],
    ),
    ("failure", &[], &[], &["type", "message"]),
    ("error", &[], &[], &["type", "message"]),
    ("skipped", &[], &[], &["type", "message"]),
    (
        "flakyFailure",
        &["stackTrace", "system-out", "system-err"],
        &["type"],
        &["message"],
    ),
    ("system-out", &[], &[], &[]),
];

/// Elements that hold no text of their own.
const BARE: [&str; 3] = ["testsuites", "testsuite", "testcase"];

fn hold_against_schema(node: Node<'_, '_>) {
    let name = node.tag_name().name();
    let (_, children, required, allowed) = SCHEMA
        .iter()
        .find(|rule| rule.0 == name)
        .expect("a known element");
    for attribute in node.attributes() {
        let key = attribute.name();
        assert!(
            required.contains(&key) || allowed.contains(&key),
            "{name} {key}"
        );
        if key == "time" {
            let (whole, part) = attribute.value().split_once('.').expect("a decimal");
            assert!(
                whole.len() <= 3
                    && part.len() == 3
                    && (whole.to_owned() + part).parse::<u64>().is_ok()
            );
        }
    }
    assert!(
        required.iter().all(|key| node.has_attribute(*key)),
        "{name}"
    );
    for child in node.children() {
        if child.is_element() {
            assert!(
                children.contains(&child.tag_name().name()),
                "{} in {name}",
                child.tag_name().name()
            );
            hold_against_schema(child);
        } else if BARE.contains(&name) {
            assert!(child.text().unwrap_or_default().trim().is_empty());
        }
    }
    let number = |key: &str| {
        node.attribute(key)
            .and_then(|value| value.parse::<usize>().ok())
    };
    let count = |tag: &str| {
        node.descendants()
            .filter(|inner| inner.has_tag_name(tag))
            .count()
    };
    for (key, tag) in [
        ("tests", "testcase"),
        ("failures", "failure"),
        ("errors", "error"),
        ("skipped", "skipped"),
    ] {
        assert!(
            number(key).is_none_or(|number| number == count(tag)),
            "{key} of {name}"
        );
    }
}

fn checked(text: &str, check: impl FnOnce(Node<'_, '_>)) {
    let document = Document::parse(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    hold_against_schema(document.root_element());
    check(document.root_element());
}

fn case<'a>(root: Node<'a, 'a>, name: &str) -> Node<'a, 'a> {
    root.descendants()
        .find(|node| node.attribute("name") == Some(name) && node.has_tag_name("testcase"))
        .expect("a case")
}

#[test]
fn a_fleet_in_full() {
    let mut snapshot = fleet();
    snapshot.rows.push(std::sync::Arc::new(flaky()));
    let text = written(|out| junit::write(&snapshot, &run(1, true), out));
    checked(&text, |root| {
        let site = case(root, "site-status");
        assert_eq!(
            (site.attribute("file"), site.attribute("line")),
            (Some("hbmon.yaml"), Some("12"))
        );
        assert_eq!(
            (site.attribute("classname"), site.attribute("time")),
            (Some("hbmon.http"), Some("0.042"))
        );
        let failure = site.first_element_child().expect("a failure");
        assert_eq!(
            (failure.attribute("type"), failure.attribute("message")),
            (Some("status"), Some("503 Service Unavailable"))
        );
        assert!(
            failure
                .text()
                .is_some_and(|text| text.starts_with("503 Service Unavailable\n"))
        );
        let inside = |name| {
            case(root, name)
                .first_element_child()
                .map(|node| node.tag_name().name().to_owned())
        };
        assert_eq!(inside("chat"), None);
        assert_eq!(inside("queen").as_deref(), Some("system-out"));
        assert_eq!(inside("therapists").as_deref(), Some("error"));
        assert_eq!(inside("old-api").as_deref(), Some("skipped"));
        assert_eq!(inside("flaky").as_deref(), Some("flakyFailure"));
    });
    golden("junit.xml", text);
}

#[test]
fn suites_are_groups_where_that_is_asked_for() {
    let by_group = RunInfo {
        by: Some(GroupBy::Group),
        ..run(1, true)
    };
    let text = written(|out| junit::write(&fleet(), &by_group, out));
    checked(&text, |root| {
        let suites = root.children().filter(Node::is_element);
        let names: Vec<_> = suites
            .map(|suite| (suite.attribute("name"), suite.attribute("tests")))
            .collect();
        assert_eq!(
            names,
            [(Some("web"), Some("1")), (Some("(no group)"), Some("4"))]
        );
        let failure = case(root, "site-status").first_element_child();
        let text = failure.and_then(|node| node.text()).unwrap_or_default();
        for note in [
            "\nThe site, as customers see it\n",
            "\nrunbook: https://wiki.example.com/site\n",
            "\nlabels: team=shop, tier=1\n",
        ] {
            assert!(text.contains(note), "{text}");
        }
    });
}

#[test]
fn a_warning_fails_where_warnings_do() {
    let strict = RunInfo {
        fail_on: Status::Warning,
        ..run(1, true)
    };
    let text = written(|out| junit::write(&fleet(), &strict, out));
    checked(&text, |root| {
        assert!(
            case(root, "queen")
                .first_element_child()
                .is_some_and(|node| node.has_tag_name("failure"))
        )
    });
}

#[test]
fn what_a_run_left_open_has_not_passed() {
    let mut row = turned(&only_chat().rows[0], Status::Warning);
    row.settled = false;
    checked(
        &written(|out| junit::write(&snapshot_of(vec![row]), &run(3, false), out)),
        |root| {
            assert_eq!(
                (root.attribute("errors"), root.attribute("failures")),
                (Some("1"), Some("0"))
            );
        },
    );
}

#[test]
fn nothing_is_a_report_too() {
    checked(
        &written(|out| junit::write(&snapshot_of(Vec::new()), &run(0, true), out)),
        |root| {
            assert_eq!(root.attribute("tests"), Some("0"));
        },
    );
}

#[test]
fn hostile_texts_stay_texts() {
    for (name, text) in hostile() {
        let snapshot = told(&name, &text);
        let said = hbmon::words::condition(&snapshot.rows[2])
            .replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}");
        checked(
            &written(|out| junit::write(&snapshot, &run(1, false), out)),
            |root| {
                let failure = root
                    .descendants()
                    .find(|node| node.has_tag_name("failure"))
                    .expect("a failure");
                assert_eq!(failure.attribute("message"), Some(said.as_str()));
            },
        );
    }
}
