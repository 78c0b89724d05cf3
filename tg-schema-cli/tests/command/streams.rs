//! Standard output and standard error: colors, readers that go away, exit codes.

use std::process::Stdio;

use tg_schema_model::Json;

use crate::folder::Folder;

fn wrong() -> Folder {
    let folder = Folder::new();
    folder.put("schemas/a.toml", "[record.A.fields]\nx = \"str\"\n");
    folder
}

/// Arguments that are quoted in what is said of them steer no terminal, colours or not.
#[test]
fn odd_arguments_are_escaped() {
    let odd = "a\u{1b}[31mb\u{7}\u{202e}";
    let run = wrong().run(&["check", "--color=always", "--peer", odd]);
    let run = run.ends(2).complains("invalid value 'ab\\u{202e}'");
    assert!(
        !run.err.contains(['\u{1b}', '\u{7}', '\u{202e}']),
        "{run:#?}"
    );
}

#[test]
fn colors_are_for_terminals_or_on_request() {
    let folder = wrong();
    let colored = |arguments: &[&str]| folder.run(arguments).ends(2).err.contains("\u{1b}[");
    assert!(!colored(&["gen"]), "a pipe is no terminal");
    assert!(colored(&["gen", "--color", "always"]));
    assert!(!colored(&["--color=never", "gen"]));
    let output = folder
        .command(&["gen", "--color=always"])
        .env("NO_COLOR", "1")
        .output()
        .unwrap();
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("\u{1b}["),
        "an argument wins over the environment"
    );
    let output = folder
        .command(&["gen"])
        .env("NO_COLOR", "1")
        .output()
        .unwrap();
    assert!(!String::from_utf8_lossy(&output.stderr).contains("\u{1b}["));
    assert!(
        folder
            .run(&["--color=always", "gen", "--help"])
            .ends(0)
            .out
            .contains("\u{1b}[")
    );
    assert!(
        !folder
            .run(&["gen", "--help"])
            .ends(0)
            .out
            .contains("\u{1b}[")
    );
}

#[test]
fn wrong_arguments_end_with_2() {
    let folder = Folder::chat();
    folder.run(&["gne"]).ends(2).complains("'gne'");
    folder.run(&["gen", "--chekc"]).ends(2).complains("--check");
    folder.run(&["show"]).ends(2).complains("RECORD");
    folder
        .run(&["gen", "--format", "xml"])
        .ends(2)
        .complains("json");
    folder.run(&[]).ends(2).complains("Usage");
    folder.run(&["--version"]).ends(0).says("tg-schema ");
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_is_no_error() {
    let folder = Folder::chat();
    let mut fields = String::from("[record.Wide.fields]\n");
    for n in 0..20_000 {
        fields.push_str(&format!("field_{n} = \"string\"\n"));
    }
    folder.put("schemas/wide.toml", &fields);
    let mut child = folder.command(&["show", "Wide"]).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(output.stderr.is_empty(), "{output:?}");

    let mut child = folder
        .command(&["gen", "--check", "--target", "avro"])
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    assert_eq!(
        child.wait_with_output().unwrap().status.code(),
        Some(1),
        "the answer does not depend on the reader"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_behind_standard_output_is_an_error() {
    let folder = Folder::chat();
    let full = std::fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let output = folder
        .command(&["show", "Tag"])
        .stdout(Stdio::from(full))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("cannot write to standard output"),
        "{output:?}"
    );
}

#[test]
fn problems_as_a_sarif_log() {
    let folder = Folder::chat();
    folder.put("schemas/a b.toml", "[record.A.fields]\nx = \"strin\"\n");
    let run = folder.run(&["gen", "--format", "sarif"]).ends(2).silent();
    let log = run.json();
    assert_eq!(log.get("version"), Some(&Json::str("2.1.0")));
    assert!(
        run.out.contains("\"uri\": \"schemas/a%20b.toml\""),
        "{run:#?}"
    );
    assert!(run.out.contains("\"startLine\": 2"), "{run:#?}");
    folder.remove("schemas/a b.toml");
    let log = folder.run(&["gen", "--format", "sarif"]).ends(0).silent();
    let log = log.json();
    let run = &log.get("runs").and_then(Json::as_array).unwrap()[0];
    assert_eq!(run.get("results"), Some(&Json::Array(Vec::new())));
    let shown = folder.run(&["show", "Tag", "--format", "sarif"]).ends(0);
    let shown = shown.silent().out;
    assert!(
        shown.contains("weight") && !shown.contains("runs"),
        "{shown}"
    );
}
