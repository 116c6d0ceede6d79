//! Files that nobody would write on purpose: no panic, no hang, always an answer.

use std::fmt::Write;

use hbmon::config::{ConfigSource, DiagnosticStyle, find, load as load_file};
use proptest::prelude::*;

use crate::load;

#[test]
fn ten_thousand_monitors_on_one_anchor_load() {
    let mut text =
        String::from("x-web: &web\n  group: web\n  tags: [prod, eu]\n  timeout: 5s\nmonitors:\n");
    for number in 0..10_000 {
        let _ = write!(
            text,
            "  - name: m{number}\n    <<: *web\n    http:\n      url: https://h{number}.example.com/\n      expect: {{json: '@.ok', body: ok}}\n"
        );
    }
    let loaded =
        load(&text).unwrap_or_else(|error| panic!("{}", error.render(&DiagnosticStyle::default())));
    assert_eq!(loaded.plan.targets.len(), 10_000);
    assert_eq!(loaded.plan.targets[9_999].meta.tags.len(), 2);
}

#[test]
fn bombs_and_towers_end_in_an_error() {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let _ = writeln!(
            bomb,
            "a{level}: &a{level} [{}]",
            vec![format!("*a{}", level - 1); 10].join(", ")
        );
    }
    let mut indented = String::new();
    for depth in 0..5_000 {
        let _ = writeln!(indented, "{}a:", " ".repeat(depth));
    }
    let comments = "# \n".repeat(100_000);
    for text in [
        bomb,
        "[".repeat(1_000_000),
        "{a: ".repeat(100_000),
        "- ".repeat(100_000),
        indented,
        comments,
        "&".repeat(1000),
    ] {
        let error = load(&text).unwrap_err().render(&DiagnosticStyle::default());
        assert!(error.len() < 20_000, "{}", error.len());
    }
}

#[test]
fn only_text_of_a_sane_size_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::write(at("latin1.yaml"), b"monitors:\n  - name: gr\xf6\xdfe\n").unwrap();
    std::fs::File::create(at("huge.yaml"))
        .unwrap()
        .set_len(100 << 20)
        .unwrap();
    std::fs::write(at("prod.yaml"), "monitors: [{name: a, http: 'http://h'}]\n").unwrap();
    let message = |name: &str| {
        let source = find(Some(&at(name))).and_then(|source| load_file(&source));
        source
            .unwrap_err()
            .render(&DiagnosticStyle::default())
            .replace(folder.path().to_str().unwrap(), "")
    };
    assert!(
        message("latin1.yaml").contains("HB002"),
        "{}",
        message("latin1.yaml")
    );
    assert!(message("latin1.yaml").contains("line 2"));
    assert!(message("huge.yaml").contains("64 MiB"));
    assert!(message("prod.yml").contains("no such file"));
    assert!(
        message("prod.yml").contains("`/prod.yaml` exists here"),
        "{}",
        message("prod.yml")
    );
    assert!(message(".").contains("it is a folder"));
    assert!(load_file(&ConfigSource::File(at("prod.yaml"))).is_ok());
}

/// A good file, to be spoilt.
const GOOD: &str = include_str!("../../configs/full.yaml");

/// Secrets in every place where people write them.
const SECRETIVE: &str = r#"token: hunter2a
monitors:
  - name: a
    http: {url: "https://bob:hunter2b@example.com/?api_key=hunter2c", auth: {bearer: hunter2d}}
  - name: b
    websocket:
      url: wss://bob:hunter2e@example.com/?x=1&signature=hunter2f
      headers: {x-api-key: hunter2g, cookie: "a=hunter2h"}
      send: '{"token": "hunter2i"}'
  - name: c
    sse:
      url: https://example.com
      auth:
        basic:
          username: bob
          password: 'hunter2j'
      proxy: http://bob:hunter2k@example.com
  - name: d
    socketio:
      url: https://example.com
      handshake: {token: hunter2l}
      query: {auth: hunter2m}
  - name: e
    http:
      url: https://example.com
      headers:
        Authorization:
          Bearer hunter2n
        x-api-key: |
          hunter2o
      auth:
        bearer:
          >-
          hunter2p
    shop_tokens:
      - hunter2q
      - blue: hunter2r
"#;

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_text_never_panics(text in any::<String>()) {
        let _ = load(&text).map_err(|error| error.render(&DiagnosticStyle::default()));
    }

    #[test]
    fn yaml_like_text_never_panics(text in "([a-z*&!|>'\"{}\\[\\],:# \n-]|\\$\\{|monitors:\n|  - name: |http: |é|<<: ){0,60}") {
        let _ = load(&text).map_err(|error| error.render(&DiagnosticStyle::default()));
    }

    #[test]
    fn spoilt_files_never_panic(cut in 0..GOOD.len(), length in 0usize..40, insert in "([\\PC\t\r\n]|\\$\\{|: |- ){0,6}") {
        let mut text: String = GOOD.chars().take(cut).collect();
        text.push_str(&insert);
        text.extend(GOOD.chars().skip(cut + length));
        let _ = load(&text).map_err(|error| {
            for color in [false, true] {
                error.render(&DiagnosticStyle { color, ..DiagnosticStyle::default() });
            }
        });
    }

    #[test]
    fn secrets_are_never_shown(at in 0..38usize, junk in "[ ]{0,8}([a-z]{1,6}: ?)?([\\PC]|\\$\\{|[\\[\\]{}'\"&*!|>-]){0,6}") {
        let mut lines: Vec<&str> = SECRETIVE.lines().collect();
        // A key or an entry between the name of a secret and its value takes it.
        let is_between = at > 0 && lines[at - 1].ends_with([':', '|', '-']);
        prop_assume!(!(is_between && junk.contains([':', '-'])));
        lines.insert(at, &junk);
        if let Err(error) = load(&lines.join("\n")) {
            let shown = error.render(&DiagnosticStyle::default());
            prop_assert!(!shown.contains("hunter2"), "{}", shown);
        }
    }
}
