//! Anchors and `<<`, as YAML 1.1's merge key has them, and what else YAML can write.

use hbmon::config::DiagnosticStyle;
use hbmon::engine::Target;
use hbmon::monitors::Spec;

use crate::load;

fn first(text: &str) -> Target {
    let loaded =
        load(text).unwrap_or_else(|error| panic!("{}", error.render(&DiagnosticStyle::default())));
    loaded.plan.targets.into_iter().next().unwrap()
}

#[test]
fn own_keys_win_and_the_first_map_wins() {
    let target = first(
        "x-a: &a {group: a, description: a}\n\
         x-b: &b {group: b, description: b, timeout: 7s}\n\
         x-c: &c {<<: *b, timeout: 8s, tags: [c]}\n\
         monitors:\n\
         - <<: [*a, *c]\n  name: m\n  http: http://h\n  description: own\n",
    );
    let shown = |text: &Option<hbmon::model::Text>| text.as_ref().unwrap().as_str().to_owned();
    assert_eq!(shown(&target.meta.group), "a");
    assert_eq!(shown(&target.meta.description), "own");
    assert_eq!(target.pace.timeout.as_secs(), 8);
    assert_eq!(target.meta.tags[0].as_str(), "c");
}

#[test]
fn several_merges_stand_in_their_order() {
    let target = first(
        "x-a: &a {timeout: 1s}\nx-b: &b {timeout: 2s, group: b}\n\
         monitors:\n- {name: m, http: 'http://h', <<: *a, <<: *b, <<: ~, <<: {enabled: false}}\n",
    );
    assert_eq!(target.pace.timeout.as_secs(), 1);
    assert_eq!(target.meta.group.as_ref().unwrap().as_str(), "b");
    assert!(!target.enabled);
}

#[test]
fn an_anchor_stands_for_any_value_and_its_last_definition_counts() {
    let target = first(
        "x-t: &t 1s\nx-u: &t 2s\nx-key: &key http\n\
         monitors:\n- &m\n  name: m\n  timeout: *t\n  *key : http://h\n",
    );
    assert_eq!(target.pace.timeout.as_secs(), 2);
}

#[test]
fn quotes_and_tags_make_text_of_what_looks_like_more() {
    let target = first(
        "%YAML 1.2\n--- # one document\nmonitors:\n- name: !!str 1.10\n  group: ! ~\n  description: '007'\n  http: \
         {url: http://h, json: [007, '007', !!str 7, 1e3, 12e4567, ~, 'no', !!seq [], &x -1, *x]}\n...\n",
    );
    assert_eq!(target.meta.name.as_str(), "1.10");
    assert_eq!(target.meta.group.as_ref().unwrap().as_str(), "~");
    let Spec::Http(spec) = &target.spec else {
        panic!()
    };
    let body = String::from_utf8(spec.exchange.body.as_ref().unwrap().to_vec()).unwrap();
    assert_eq!(body, r#"[7,"007","7",1000.0,"12e4567",null,"no",[],-1,-1]"#);
}

#[test]
fn what_aliases_make_too_deep_or_too_large_is_refused() {
    let mut deep = String::from("x-0: &a0 {a: 1}\n");
    for level in 1..40 {
        deep.push_str(&format!("x-{level}: &a{level} {{a: *a{}}}\n", level - 1));
    }
    let mut large = format!("x-0: &a0 {}\nx-1: [", "x".repeat(1 << 20));
    large.push_str(&"*a0, ".repeat(100));
    large.push_str("]\n");
    for text in [deep, large] {
        let error = load(&text).unwrap_err().render(&DiagnosticStyle::default());
        assert!(
            error.contains("nested too deeply, or grows too large by its aliases"),
            "{error}"
        );
    }
}
