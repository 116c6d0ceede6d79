//! Which config a command reads: the argument, `-c`, `HBMON_CONFIG`, or a usual place.

use std::fs;
use std::process::Output;

use crate::support::{code, hbmon, stderr, stdout};

/// Runs a command in a folder with the configs `a.yaml`, `b.yaml` and `hbmon.yaml`, whose monitors
/// have the name of their file.
fn run_beside_configs(arguments: &[&str], variable: Option<&str>) -> Output {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a", "b", "hbmon"] {
        let text = format!("monitors: [{{name: {name}, http: 'http://localhost/'}}]");
        fs::write(folder.path().join(format!("{name}.yaml")), text).unwrap();
    }
    let mut command = hbmon(arguments);
    command.current_dir(folder.path());
    if let Some(value) = variable {
        command.env("HBMON_CONFIG", value);
    }
    command.output().unwrap()
}

#[test]
fn the_command_line_wins_over_the_variable() {
    for (arguments, variable, name) in [
        (&["list", "--names", "a.yaml"][..], Some("b.yaml"), "a\n"),
        (&["list", "--names", "-c", "a.yaml"], Some("b.yaml"), "a\n"),
        (&["list", "--names", "--config=a.yaml"], None, "a\n"),
        (&["list", "--names", "a.yaml", "-c", "a.yaml"], None, "a\n"),
        (&["list", "--names"], Some("b.yaml"), "b\n"),
        (&["list", "--names"], Some(""), "hbmon\n"),
        (&["list", "--names"], None, "hbmon\n"),
        (
            &["validate", "-c", "a.yaml"],
            None,
            "a.yaml: 1 monitor, valid\n",
        ),
        (&["validate"], Some("b.yaml"), "b.yaml: 1 monitor, valid\n"),
    ] {
        let output = run_beside_configs(arguments, variable);
        assert_eq!(
            (code(&output), stdout(&output).as_str()),
            (0, name),
            "{arguments:?} {variable:?} {}",
            stderr(&output)
        );
    }
}

#[test]
fn two_different_configs_are_a_usage_error() {
    for command in [
        &["check"][..],
        &["watch", "--headless"],
        &["wait", "--timeout", "1s"],
        &["serve"],
        &["health"],
        &["list"],
        &["validate"],
    ] {
        let output = run_beside_configs(&[command, &["a.yaml", "-c", "b.yaml"]].concat(), None);
        assert_eq!(code(&output), 2, "{command:?}");
        assert_eq!(
            stderr(&output),
            "error: `a.yaml` and `-c b.yaml` name different configs: leave one out\n"
        );
    }
}

#[test]
fn a_missing_file_of_the_variable_is_named_with_it() {
    for command in [&["check"][..], &["validate"], &["beat", "worker"]] {
        let output = run_beside_configs(command, Some("c.yaml"));
        assert_eq!(code(&output), 2, "{command:?}");
        let said = stderr(&output);
        assert!(
            said.contains("cannot read `c.yaml`") && said.contains("HBMON_CONFIG names this file"),
            "{said}"
        );
    }
    let help = stdout(&run_beside_configs(&["check", "--help"], None));
    assert!(
        help.contains("-c, --config <FILE>") && help.contains("HBMON_CONFIG"),
        "{help}"
    );
}
