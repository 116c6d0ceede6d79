//! `hbmon silence`.

use serde_json::Value;

use crate::place::*;
use crate::support::*;

#[test]
fn a_silence_in_the_history_reaches_the_agent() {
    let agent = agent("");
    let quiet = ["silence", "list"];
    assert_eq!(text(&agent, &quiet), "no silence is in force\n");
    let add = [
        "silence", "add", "tag:eu", "--for", "2h", "--reason", "deploy",
    ];
    let added = json(&agent, &add);
    assert_eq!(
        (
            &added["id"],
            &added["match"],
            &added["by"],
            &added["reason"]
        ),
        (
            &"s-0001".into(),
            &"tag:eu".into(),
            &"ana".into(),
            &"deploy".into()
        )
    );
    assert_eq!(added["active"], true);
    let silenced = until(|| {
        let monitor = agent.monitor("site");
        monitor["silence"]
            .is_object()
            .then(|| monitor["silence"].clone())
    });
    assert_eq!(silenced, added);
    let listed = json(&agent, &quiet);
    assert_eq!(listed["schema"], "hbmon.silences/1");
    assert_eq!(listed["silences"], Value::from(vec![added]));
    let table = text(&agent, &["silence", "list", "--utc"]);
    let lines: Vec<&str> = table.lines().collect();
    assert!(lines[0].starts_with("ID      MATCH   UNTIL "), "{table}");
    assert!(lines[1].starts_with("s-0001  tag:eu  20"), "{table}");
    assert!(lines[1].ends_with("Z  ana  deploy"), "{table}");
    assert_eq!(text(&agent, &["silence", "end", "1"]), "ended: s-0001\n");
    until(|| agent.monitor("site")["silence"].is_null().then_some(()));
    assert_eq!(text(&agent, &quiet), "no silence is in force\n");
}

#[test]
fn an_agent_is_asked_by_its_url() {
    let agent = Agent::start("token: s3cr3t\nread_token: r3ad", &[SITE, JOB]);
    let url = url(&agent);
    let add = [
        "silence",
        "add",
        "job",
        "--for=1d",
        "--reason=move",
        "--by=bob",
        &url,
    ];
    let unauthorized = refused(&agent, &add);
    assert!(unauthorized.contains("401"), "{unauthorized}");
    let reader = refused(&agent, &[&add[..], &["--token=r3ad"]].concat());
    assert!(reader.contains("may only read"), "{reader}");
    let file = agent.folder.path().join("token");
    std::fs::write(&file, "s3cr3t\n").unwrap();
    let token = format!("--token-file={}", file.display());
    let added = text(&agent, &[&add[..], &[&token]].concat());
    assert!(
        added.starts_with("silenced: s-0001 job until 20"),
        "{added}"
    );
    let listed = json(&agent, &["silence", "list", &url, "--token=r3ad"]);
    assert_eq!(listed["silences"][0]["by"], "bob");
    let end = ["silence", "end", "s-0001", &url, &token];
    assert_eq!(text(&agent, &end), "ended: s-0001\n");
    let gone = refused(&agent, &end);
    assert!(gone.contains("no silence in force has this id"), "{gone}");
    let idle = [
        "silence",
        "add",
        "other",
        "--for=1h",
        "--reason=x",
        &url,
        &token,
    ];
    assert_eq!(
        stderr(&output(&agent, &idle)),
        "note: `other` selects no monitor of the agent now\n"
    );
}

#[test]
fn a_bad_silence_is_refused_with_a_sentence() {
    let agent = agent("");
    let wrong = [
        (
            &["tag:eu", "--for=31d", "--reason=x"][..],
            "`--for` is longer than 0 s and at most 30 days",
        ),
        (&["tag:eu", "--for=2", "--reason=x"], "`--for` has no unit"),
        (
            &["colour:red", "--for=2h", "--reason=x"],
            "EXPR, after byte 0: expected `name:`",
        ),
        (
            &[" ", "--for=2h", "--reason=x"],
            "EXPR is empty: `*` selects every monitor",
        ),
        (
            &["*", "--for=2h", "--reason= "],
            "`--reason` is empty: say why",
        ),
        (&["*", "--for=2h"], "--reason <TEXT>"),
        (&["*", "--reason=x"], "--for <DURATION>"),
        (
            &["*", "--for=2h", "--reason=x", "--url=http://h", "--state=s"],
            "cannot be used with",
        ),
    ];
    for (arguments, wanted) in wrong {
        let why = refused(&agent, &[&["silence", "add"], arguments].concat());
        assert!(why.contains(wanted), "{arguments:?}: {why}");
    }
    let unknown = refused(&agent, &["silence", "end", "s-0009"]);
    assert!(
        unknown.contains("no silence `s-0009` is in force"),
        "{unknown}"
    );
    let none = refused(&agent, &["silence", "list", "--state=nowhere.db"]);
    assert!(none.contains("there is no history at"), "{none}");
    let idle = output(
        &agent,
        &["silence", "add", "other", "--for=1h", "--reason=x"],
    );
    assert!(idle.status.success());
    assert_eq!(
        stderr(&idle),
        "note: `other` selects no monitor of the history now\n"
    );
}

#[test]
fn there_is_a_limit_of_silences() {
    let agent = agent("");
    let store = rusqlite::Connection::open(agent.store()).unwrap();
    let sql = "WITH RECURSIVE numbers(n) AS \
         (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 1000) \
         INSERT INTO silences(id, matches, \"from\", until, \"by\", reason) \
         SELECT n, 'other', 0, 4102444800000, 'ana', 'move' FROM numbers";
    store.execute(sql, []).unwrap();
    let add = ["silence", "add", "site", "--for=1h", "--reason=x"];
    let why = refused(&agent, &add);
    assert!(
        why.contains("1000 silences are in force already: `hbmon silence end ID` ends one"),
        "{why}"
    );
    text(&agent, &["silence", "end", "7"]);
    assert!(text(&agent, &add).starts_with("silenced: s-1001 site until "));
}
