//! `include` and `for_each`: one config of several files, several monitors of one.

use std::fs;
use std::path::Path;

use hbmon::config::{
    ConfigSource, DiagnosticStyle, LoadedConfig, include_patterns, load, load_text,
};

use crate::schema::valid;

fn in_folder(folder: &Path, files: &[(&str, &str)]) -> LoadedConfig {
    for (name, text) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        valid(text);
    }
    load(&ConfigSource::File(folder.join("hbmon.yaml"))).unwrap_or_else(|error| panic!("{error:?}"))
}

fn names(loaded: &LoadedConfig) -> Vec<&str> {
    let targets = loaded.plan.targets.iter();
    targets.map(|target| target.meta.name.as_str()).collect()
}

#[test]
fn monitors_of_other_files_stand_behind_those_of_the_config() {
    let folder = tempfile::tempdir().unwrap();
    let loaded = in_folder(
        folder.path(),
        &[
            (
                "hbmon.yaml",
                "include: ['conf.d/*.yaml', '*.yaml']\ndefaults: {group: all}\n\
                 monitors: [{name: own, http: 'http://h'}]\n",
            ),
            (
                "conf.d/20-b.yaml",
                "# b\n\nmonitors:\n  - name: b\n    http: http://h/b\n",
            ),
            (
                "conf.d/10-a.yaml",
                "\u{feff}x-a: &a {group: other}\n\
                 monitors: [{name: a, <<: *a, http: 'http://h/a'}]\n",
            ),
            (
                "conf.d/.hidden.yaml",
                "monitors: [{name: hidden, http: 'http://h/x'}]\n",
            ),
        ],
    );
    assert_eq!(names(&loaded), ["own", "a", "b"]);
    let path = |name: &str| folder.path().join(name);
    assert_eq!(
        loaded.included,
        [path("conf.d/10-a.yaml"), path("conf.d/20-b.yaml")]
    );
    let facts: Vec<_> = loaded
        .plan
        .targets
        .iter()
        .map(|target| {
            let meta = &target.meta;
            let file = meta.file.as_ref().map(ToString::to_string);
            (meta.group.as_ref().unwrap().to_string(), file, meta.line)
        })
        .collect();
    let shown = |name: &str| Some(path(name).display().to_string());
    assert_eq!(
        facts,
        [
            ("all".to_owned(), None, Some(3)),
            ("other".to_owned(), shown("conf.d/10-a.yaml"), Some(2)),
            ("all".to_owned(), shown("conf.d/20-b.yaml"), Some(4)),
        ]
    );
    assert_eq!(
        include_patterns(&ConfigSource::File(path("hbmon.yaml"))),
        [path("conf.d/*.yaml"), path("*.yaml")]
    );
}

#[test]
fn a_config_may_have_all_of_its_monitors_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    let loaded = in_folder(
        folder.path(),
        &[
            ("hbmon.yaml", "include: a.yaml\n"),
            ("a.yaml", "monitors: [{name: a, http: 'http://h'}]\n"),
        ],
    );
    assert_eq!(names(&loaded), ["a"]);
    assert!(loaded.warnings.is_none());
}

#[test]
fn an_included_file_is_no_larger_than_a_config() {
    let folder = tempfile::tempdir().unwrap();
    let huge = fs::File::create(folder.path().join("huge.yaml")).unwrap();
    huge.set_len((64 << 20) + 1).unwrap();
    let text = "include: huge.yaml\nmonitors: [{name: a, http: 'http://h'}]\n";
    let error = load_text("hbmon.yaml", text, folder.path(), &|_| None).unwrap_err();
    assert!(format!("{error:?}").contains("HB001"), "{error:?}");
    for number in 0..1001 {
        fs::write(folder.path().join(format!("{number}.yml")), "# none\n").unwrap();
    }
    let text = text.replace("huge.yaml", "'*.yml'");
    let error = load_text("hbmon.yaml", &text, folder.path(), &|_| None).unwrap_err();
    assert!(format!("{error:?}").contains("too many files"), "{error:?}");
}

#[test]
fn for_each_makes_a_monitor_for_each_word() {
    let text = "x-regions: &regions [eu, us, 3]\nx-all: &all\n  description: API of ${each}\n\
                monitors:\n  - name: api-${each}\n    for_each: *regions\n    <<: *all\n    \
                labels: {region: '${each}'}\n    group: ${UNSET:-web}\n    \
                http: {url: 'https://${each}.example.com/$${each}', \
                headers: {x: '${each}'}}\n";
    valid(text);
    let loaded = load_text("hbmon.yaml", text, Path::new(""), &|_| None)
        .unwrap_or_else(|error| panic!("{error:?}"));
    let shown: Vec<_> = loaded
        .plan
        .targets
        .iter()
        .map(|target| {
            let meta = &target.meta;
            let description = meta.description.as_ref().unwrap();
            let (_, region) = &meta.labels[0];
            format!("{} {} {description} {region}", meta.name, meta.address)
        })
        .collect();
    assert_eq!(
        shown,
        [
            "api-eu https://eu.example.com/${each} API of eu eu",
            "api-us https://us.example.com/${each} API of us us",
            "api-3 https://3.example.com/${each} API of 3 3",
        ]
    );
    let spec = format!("{:?}", loaded.plan.targets[1].spec);
    assert!(spec.contains("us.example.com"), "{spec}");
}

/// Outside of `for_each` it is a variable like any other.
#[test]
fn each_is_a_variable_elsewhere() {
    let text = "monitors: [{name: 'a-${each}', http: 'http://h'}]";
    let environment = |name: &str| (name == "each").then(|| "x".to_owned());
    let loaded = load_text("hbmon.yaml", text, Path::new(""), &environment).unwrap();
    assert_eq!(names(&loaded), ["a-***"]);
}

#[test]
fn copies_are_counted_before_they_are_made() {
    let words: Vec<String> = (0..1000).map(|number| format!("w{number}")).collect();
    let monitor = format!(
        "{{name: '${{each}}', for_each: [{}], description: '{}', http: 'http://h'}}",
        words.join(", "),
        "x".repeat(100_000)
    );
    let text = format!("monitors: [{monitor}]");
    let error = load_text("hbmon.yaml", &text, Path::new(""), &|_| None).unwrap_err();
    assert!(
        format!("{error:?}").contains("grows too large"),
        "{error:?}"
    );
    let text = text.replacen("[w0", "[v, w0", 1);
    let error = load_text("hbmon.yaml", &text, Path::new(""), &|_| None).unwrap_err();
    assert!(format!("{error:?}").contains("too many items"), "{error:?}");
}

#[test]
fn one_for_each_may_have_a_thousand_items_and_three_hundred_may_not() {
    let words: Vec<String> = (0..1000).map(|number| format!("w{number}")).collect();
    let monitors = |count: usize| -> String {
        (0..count)
            .map(|number| {
                let words = words.join(", ");
                format!(
                    "  - {{name: 'm{number}-${{each}}', for_each: [{words}], http: 'http://h/'}}\n"
                )
            })
            .collect()
    };
    let load = |monitors: &str| {
        let text = format!("monitors:\n{monitors}");
        load_text("hbmon.yaml", &text, Path::new(""), &|_| None)
    };
    assert_eq!(load(&monitors(2)).unwrap().plan.targets.len(), 2000);
    let error = load(&monitors(300)).unwrap_err();
    assert_eq!(error.problems.len(), 1, "{error:?}");
    assert!(format!("{error:?}").contains("grows too large by its `for_each`"));
}

/// The excerpt of an error would show the secrets of the file.
#[test]
fn a_file_without_monitors_is_not_shown() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hbmon.yaml");
    fs::write(
        &path,
        "include: .env\nmonitors: [{name: a, http: 'http://h'}]\n",
    )
    .unwrap();
    for text in [
        "API_TOKEN=hunter2\n",
        "hunter2",
        "[hunter2",
        "defaults: {group: hunter2}",
    ] {
        fs::write(folder.path().join(".env"), text).unwrap();
        let error = load(&ConfigSource::File(path.clone())).unwrap_err();
        let shown = error.render(&DiagnosticStyle::default());
        assert!(shown.contains("it has no `monitors:`"), "{shown}");
        assert!(!shown.contains("hunter2"), "{shown}");
    }
}
