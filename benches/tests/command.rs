//! `benches/run` says what there is, and refuses what there is not before anything is built or measured.

use std::process::{Command, Output};

const COMMANDS: [&str; 8] = [
    "codec",
    "compile",
    "generator",
    "migrate",
    "check",
    "pubsub",
    "unsafe",
    "instructions",
];

fn run(arguments: &[&str]) -> Output {
    Command::new("bash")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/run"))
        .args(arguments)
        .output()
        .expect("bash is there")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn every_command_has_help() {
    let overview = text(&run(&["--help"]).stdout);
    for command in COMMANDS {
        assert!(overview.contains(&format!("benches/run {command} ")) || command == "codec");
        for option in ["--help", "-h"] {
            let output = run(&[command, option]);
            assert!(output.status.success(), "{command} {option}");
            let help = text(&output.stdout);
            assert!(help.contains("benches/run"), "{command}: {help}");
            assert!(
                help.contains("--case") || help.contains("--quick"),
                "{command}: {help}"
            );
        }
    }
    assert_eq!(text(&run(&["all", "--help"]).stdout), overview);
    // Without a command it is about the codecs; `--help` alone is about all.
    assert!(text(&run(&["--quick", "--help"]).stdout).contains("--case TEXT"));
}

#[test]
fn what_there_is_not_is_an_error() {
    for (arguments, told) in [
        (&["codecs"][..], "there is no command codecs"),
        (&["--fast"], "codec has no option --fast"),
        // A point stands for itself.
        (&["codec", "--cas."], "codec has no option --cas."),
        (
            &["generator", "--case", "x"],
            "generator has no option --case",
        ),
        (
            &["instructions", "--rounds", "3"],
            "instructions has no option --rounds",
        ),
        (&["instructions", "--save"], "not saved"),
        (&["pubsub", "--fast"], "pubsub has no option --fast"),
        (&["all", "--case", "x"], "all takes no --case"),
        (&["compile", "--fast"], "unrecognized arguments: --fast"),
        (
            &["compile", "--sizes", "100"],
            "100 is not structs x fields",
        ),
        (
            &["compile", "--modes", "dev,debug"],
            "debug is none of check, dev, release",
        ),
        (&["compile", "--rounds", "0"], "0 is no number from 1"),
        (
            &["migrate", "--program", "/nowhere/at/all"],
            "there is no file /nowhere/at/all",
        ),
        (&["check", "--rounds", "x"], "x is no number from 1"),
        (&["unsafe", "--round", "1"], "unrecognized arguments"),
        (&["--quick", "--save"], "--quick asks for something else"),
        (
            &["compile", "--modes", "dev", "--save"],
            "--modes asks for something else",
        ),
    ] {
        let output = run(arguments);
        let error = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {error}");
        assert!(error.contains(told), "{arguments:?}: {error}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
    }
}
