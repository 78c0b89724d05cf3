//! `tg-schema gen`.

use std::fs;

use crate::folder::{CHAT, Folder};
use tg_schema_model::Json;

fn texts(json: &Json, key: &str) -> Vec<String> {
    json.get(key)
        .and_then(Json::as_array)
        .unwrap()
        .iter()
        .map(|t| t.as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn files_are_written_once_and_listed() {
    let folder = Folder::chat();
    let run = folder
        .run(&["gen"])
        .ends(0)
        .silent()
        .says("wrote generated/rust/mod.rs\n");
    for path in [
        "rust/mod.rs",
        "pulsar/chat/Question.json",
        "pulsar/chat/Tag.json",
        "avro/chat/Question.avsc",
    ] {
        assert!(
            run.out.contains(&format!("wrote generated/{path}\n")),
            "{path} {run:?}"
        );
        assert!(folder.has(&format!("generated/{path}")), "{path}");
    }
    let count = folder.all("generated").len() - 1;
    assert!(
        run.out
            .ends_with(&format!("{count} files written, 0 unchanged, 0 removed\n")),
        "{run:?}"
    );

    assert!(
        !folder
            .get("generated/pulsar/chat/Question.json")
            .ends_with('\n'),
        "exactly what is registered"
    );
    assert!(
        folder
            .get("generated/avro/chat/Question.avsc")
            .ends_with("}\n")
    );

    let before = folder.all("generated");
    let run = folder.run(&["gen"]).ends(0);
    assert_eq!(
        run.out,
        format!("0 files written, {count} unchanged, 0 removed\n")
    );
    assert_eq!(folder.all("generated"), before);
}

#[test]
fn the_same_definitions_give_the_same_bytes_anywhere() {
    let (one, two) = (Folder::chat(), Folder::new());
    two.put("deep/er/schemas/chat.toml", CHAT);
    one.run(&["gen"]).ends(0);
    let path = two.path("deep/er/schemas");
    two.run(&["gen", path.to_str().unwrap(), "--out", "elsewhere"])
        .ends(0);
    assert_eq!(one.all("generated"), two.all("elsewhere"));
}

#[test]
fn only_what_changes_is_written() {
    let folder = Folder::chat();
    folder.run(&["gen"]).ends(0);
    folder.put(
        "schemas/chat.toml",
        &CHAT.replace("weight = \"long\"", "weight = \"double\""),
    );
    let run = folder
        .run(&["gen"])
        .ends(0)
        .says("wrote generated/avro/chat/Tag.avsc\n");
    assert!(!run.out.contains("topic.py"), "{run:?}");
    assert!(
        folder
            .get("generated/avro/chat/Question.avsc")
            .contains("double")
    );
}

#[test]
fn what_is_no_longer_defined_is_removed() {
    let folder = Folder::chat();
    folder.put(
        "schemas/old/extra.toml",
        "[record.Extra.fields]\nx = \"int\"\n",
    );
    folder.run(&["gen"]).ends(0);
    assert!(folder.has("generated/avro/old/extra/Extra.avsc"));
    folder.remove("schemas/old/extra.toml");
    folder
        .run(&["gen", "--check"])
        .ends(1)
        .says("stale generated/avro/old/extra/Extra.avsc\n");
    folder
        .run(&["gen"])
        .ends(0)
        .says("removed generated/avro/old/extra/Extra.avsc\n");
    assert!(
        !folder.has("generated/avro/old"),
        "the folders that it leaves go too"
    );
    folder.run(&["gen", "--check"]).ends(0);
}

#[test]
fn a_stale_file_that_was_edited_stays_with_a_warning() {
    let folder = Folder::chat();
    folder.put("schemas/extra.toml", "[record.Extra.fields]\nx = \"int\"\n");
    folder.run(&["gen"]).ends(0);
    folder.put("generated/avro/extra/Extra.avsc", "edited");
    folder.remove("schemas/extra.toml");
    folder
        .run(&["gen"])
        .ends(0)
        .complains("warning")
        .complains("generated/avro/extra/Extra.avsc");
    assert_eq!(folder.get("generated/avro/extra/Extra.avsc"), "edited");
    folder.run(&["gen"]).ends(0).silent();
}

#[test]
fn files_of_others_are_protected() {
    let folder = Folder::chat();
    folder.put("generated/rust/mod.rs", "mine");
    folder.put("generated/avro/chat/Tag.avsc", "mine");
    folder.put("generated/README.md", "mine");
    let before = folder.all("");
    folder
        .run(&["gen"])
        .ends(2)
        .complains("nothing was written")
        .complains("rust/mod.rs")
        .complains("avro/chat/Tag.avsc");
    assert_eq!(folder.all(""), before);
    folder.remove("generated/rust/mod.rs");
    folder.remove("generated/avro/chat/Tag.avsc");
    folder.run(&["gen"]).ends(0);
    assert_eq!(folder.get("generated/README.md"), "mine");
}

#[test]
fn targets_can_be_chosen_and_leave_the_others_alone() {
    let folder = Folder::chat();
    folder.run(&["gen"]).ends(0);
    let python = folder.all("generated/python");
    folder.put("schemas/chat.toml", &CHAT.replace("Question", "Inquiry"));
    folder
        .run(&["gen", "--target", "rust,avro"])
        .ends(0)
        .says("removed generated/avro/chat/Question.avsc\n");
    assert_eq!(folder.all("generated/python"), python);
    assert!(folder.has("generated/pulsar/chat/Question.json"));
    folder.run(&["gen", "--check", "-t", "rust"]).ends(0);
    folder.run(&["gen", "--check"]).ends(1);
    folder
        .run(&["gen", "--target", "rsut"])
        .ends(2)
        .complains("rust, python, pulsar, avro, docs");
}

#[test]
fn check_lists_what_is_out_of_date_and_writes_nothing() {
    let folder = Folder::chat();
    folder
        .run(&["gen", "--check"])
        .ends(1)
        .says("missing generated/rust/mod.rs\n")
        .says("out of date");
    assert!(!folder.has("generated"));
    folder.run(&["gen"]).ends(0);
    folder
        .run(&["gen", "--check"])
        .ends(0)
        .silent()
        .says("up to date");
    folder.put("generated/avro/chat/Tag.avsc", "edited");
    folder.remove("generated/pulsar/chat/Tag.json");
    let before = folder.all("");
    let run = folder.run(&["gen", "--check"]).ends(1);
    assert!(
        run.out.contains("changed generated/avro/chat/Tag.avsc\n"),
        "{run:?}"
    );
    assert!(
        run.out.contains("missing generated/pulsar/chat/Tag.json\n"),
        "{run:?}"
    );
    assert_eq!(folder.all(""), before);
    folder.run(&["gen"]).ends(0);
    folder.run(&["gen", "--check"]).ends(0);
    // A file of the same size is told apart by content.
    let text = folder.get("generated/avro/chat/Tag.avsc");
    folder.put(
        "generated/avro/chat/Tag.avsc",
        &text.replace("weight", "weighs"),
    );
    folder
        .run(&["gen", "--check", "--quiet"])
        .ends(1)
        .says("changed generated/avro/chat/Tag.avsc\n");
}

#[test]
fn every_mistake_is_told_at_once_and_nothing_is_written() {
    let folder = Folder::chat();
    folder.run(&["gen"]).ends(0);
    folder.put(
        "schemas/bad.toml",
        "[record.A.fields]\nx = \"str\"\ny = \"boolaen\"\n",
    );
    folder.put(
        "schemas/worse.toml",
        "[record.B.fields]\nz = \"int\nw = 1\n",
    );
    let before = folder.all("generated");
    let run = folder
        .run(&["gen"])
        .ends(2)
        .complains("schemas/bad.toml:2:")
        .complains("did you mean `string`?")
        .complains("schemas/worse.toml:2:")
        .complains("^^^")
        .complains("errors; nothing was done");
    assert!(run.out.is_empty(), "{run:?}");
    assert_eq!(folder.all("generated"), before);

    // Names are only looked up once every file can be read: one that is missing may stand there.
    folder.remove("schemas/worse.toml");
    folder
        .run(&["gen"])
        .ends(2)
        .complains("schemas/bad.toml:2:")
        .complains("schemas/bad.toml:3:")
        .complains("did you mean `boolean`?");
    assert_eq!(folder.all("generated"), before);
}

#[test]
fn reports_for_programs() {
    let folder = Folder::chat();
    let report = folder
        .run(&["gen", "--format", "json"])
        .ends(0)
        .silent()
        .json();
    assert_eq!(report.get("out").and_then(Json::as_str), Some("generated"));
    assert!(texts(&report, "written").contains(&"rust/mod.rs".to_owned()));
    assert_eq!(report.get("unchanged").and_then(Json::as_i64), Some(0));
    assert!(texts(&report, "removed").is_empty() && texts(&report, "kept").is_empty());

    folder.remove("generated/avro/chat/Tag.avsc");
    let report = folder
        .run(&["gen", "--check", "--format=json"])
        .ends(1)
        .silent()
        .json();
    assert_eq!(
        report.get("status").and_then(Json::as_str),
        Some("findings")
    );
    assert_eq!(texts(&report, "missing"), ["avro/chat/Tag.avsc"]);

    folder.put("schemas/bad.toml", "[record.A.fields]\nx = \"str\"\n");
    let report = folder
        .run(&["gen", "--format=json"])
        .ends(2)
        .silent()
        .json();
    assert_eq!(report.get("status").and_then(Json::as_str), Some("failed"));
    let problem = &report.get("diagnostics").and_then(Json::as_array).unwrap()[0];
    assert_eq!(
        problem.get("severity").and_then(Json::as_str),
        Some("error")
    );
    let span = problem.get("span").unwrap();
    assert_eq!(
        span.get("file").and_then(Json::as_str),
        Some("schemas/bad.toml")
    );
    assert_eq!(span.get("line").and_then(Json::as_i64), Some(2));

    let report = folder
        .run(&["gen", "nowhere", "--format=json"])
        .ends(2)
        .silent()
        .json();
    assert!(
        report.get("diagnostics").and_then(Json::as_array).unwrap()[0]
            .get("help")
            .is_some()
    );
}

#[test]
fn quiet_says_nothing_when_all_is_well() {
    let folder = Folder::chat();
    let run = folder.run(&["gen", "--quiet"]).ends(0).silent();
    assert!(run.out.is_empty(), "{run:?}");
    assert!(folder.has("generated/rust/mod.rs"));
}

#[test]
fn missing_and_empty_inputs() {
    let folder = Folder::new();
    folder
        .run(&["gen"])
        .ends(2)
        .complains("no file or folder schemas")
        .complains("tg-schema init");
    fs::create_dir(folder.path("schemas")).unwrap();
    folder
        .run(&["gen"])
        .ends(2)
        .complains("no definition files in schemas");
    folder.put("notes.txt", "x");
    folder
        .run(&["gen", "notes.txt"])
        .ends(2)
        .complains("notes.txt");
    assert!(!folder.has("generated"));
}

#[test]
fn files_can_be_named_one_by_one() {
    let folder = Folder::new();
    folder.put("a.toml", "[record.A.fields]\nx = \"B\"\n");
    folder.put(
        "b.json",
        r#"{"record": [{"name": "B", "fields": [{"name": "y", "type": "int"}]}]}"#,
    );
    folder
        .run(&["gen", "a.toml", "b.json", "-o", "out", "-t", "avro"])
        .ends(0);
    assert!(folder.has("out/avro/a/A.avsc") && folder.has("out/avro/b/B.avsc"));
}

#[test]
fn the_configuration_is_found_upward_and_arguments_win() {
    let folder = Folder::new();
    folder.put("defs/chat.toml", CHAT);
    folder.put(
        "tg-schema.toml",
        "inputs = [\"defs\"]\nout = \"gen\"\ntargets = [\"avro\"]\n",
    );
    fs::create_dir_all(folder.path("some/where")).unwrap();
    let inner = Folder(folder.path("some/where"));
    let run = inner
        .run(&["gen"])
        .ends(0)
        .says("wrote ../../gen/avro/chat/Tag.avsc\n");
    assert!(run.out.contains("2 files written"), "{run:?}");
    inner
        .run(&["gen", "--out", "here", "--target", "pulsar"])
        .ends(0);
    assert!(inner.has("here/pulsar/chat/Tag.json") && !inner.has("here/avro"));
    folder.run(&["gen", "--check"]).ends(0);
}

#[test]
fn mistakes_in_the_configuration_have_a_place_and_a_suggestion() {
    let folder = Folder::chat();
    folder.put(
        "tg-schema.toml",
        "input = [\"schemas\"]\n[rust]\nserde = \"brige\"\n",
    );
    folder
        .run(&["gen"])
        .ends(2)
        .complains("tg-schema.toml:1:1")
        .complains("did you mean `inputs`?")
        .complains("tg-schema.toml:3:9")
        .complains("did you mean `bridge`?");
    assert!(!folder.has("generated"));
}

#[test]
fn outputs_among_the_inputs_are_refused() {
    let folder = Folder::chat();
    folder
        .run(&["gen", "--out", "schemas/generated"])
        .ends(2)
        .complains("lies inside the input folder");
    folder
        .run(&["gen", ".", "--out", "generated"])
        .ends(2)
        .complains("lies inside the input folder");
    assert_eq!(folder.all("").len(), 1);
}

#[test]
fn a_blocked_output_folder_is_named() {
    let folder = Folder::chat();
    folder.put("generated", "a file");
    folder
        .run(&["gen"])
        .ends(2)
        .complains("generated")
        .complains("not a folder");
    assert_eq!(folder.get("generated"), "a file");
    folder.put("out/rust", "a file");
    folder
        .run(&["gen", "--out", "out"])
        .ends(2)
        .complains("rust is not a folder");
    assert_eq!(folder.all("out").len(), 1);
}

#[cfg(unix)]
#[test]
fn links_in_the_output_folder_are_not_followed() {
    let folder = Folder::chat();
    folder.put("elsewhere/Tag.avsc", "theirs");
    fs::create_dir_all(folder.path("generated/avro")).unwrap();
    std::os::unix::fs::symlink("../../elsewhere", folder.path("generated/avro/chat")).unwrap();
    folder
        .run(&["gen"])
        .ends(2)
        .complains("avro/chat is a symbolic link");
    assert_eq!(folder.all("elsewhere").len(), 1);
    assert_eq!(folder.get("elsewhere/Tag.avsc"), "theirs");
}

#[cfg(unix)]
#[test]
fn hostile_file_names_are_refused_and_shown_harmlessly() {
    use std::os::unix::ffi::OsStrExt;
    let names: [&[u8]; 5] = [
        b"a\nb.toml",
        b"esc\x1b[2J.toml",
        b"sp ace.toml",
        b"..toml",
        b"bad\xff.toml",
    ];
    for name in names {
        let folder = Folder::new();
        fs::create_dir(folder.path("schemas")).unwrap();
        let path = folder
            .path("schemas")
            .join(std::ffi::OsStr::from_bytes(name));
        fs::write(path, "[record.A.fields]\nx = \"int\"\n").unwrap();
        let run = folder.run(&["gen"]).ends(2);
        assert!(!run.err.contains('\u{1b}'), "{run:?}");
        assert!(!folder.has("generated"), "{run:?}");
    }
}

#[test]
fn a_run_that_was_killed_is_healed_by_the_next() {
    let folder = Folder::chat();
    folder.run(&["gen"]).ends(0);
    let whole = folder.all("generated");
    // What a kill leaves: files cut short, the manifest with its announcements.
    let manifest = folder.get("generated/.tg-schema-manifest");
    let announced: String = manifest
        .lines()
        .map(|l| {
            if l.contains("avro/") {
                format!("writing {l}\n")
            } else {
                format!("{l}\n")
            }
        })
        .collect();
    folder.put("generated/.tg-schema-manifest", &announced);
    folder.put("generated/avro/chat/Tag.avsc", "");
    folder.put("generated/avro/chat/Question.avsc", "{ \"ty");
    folder.run(&["gen", "--check"]).ends(1);
    folder.run(&["gen"]).ends(0);
    assert_eq!(folder.all("generated"), whole);
}

#[test]
fn what_is_left_open_has_no_schema_text() {
    let folder = Folder::chat();
    const RECORDS: &str = "\
profile = \"pulsar-record\"
[record.Part.fields]
a = \"string?\"
[record.Whole.fields]
part = \"Part?\"
[record.Other.fields]
b = \"int?\"
";
    const OPEN: &str = "\
[[record.Part.unresolved]]
field = \"q\"
place = \"a.py:4\"
reason = \"it is computed\"
";
    folder.put("schemas/old.toml", RECORDS);
    folder.run(&["gen"]).ends(0);
    assert!(folder.has("generated/pulsar/old/Whole.json"));
    folder.put("schemas/old.toml", &format!("{RECORDS}{OPEN}"));
    let run = folder.run(&["gen"]).ends(0);
    for file in ["Part", "Whole"] {
        for path in [
            format!("generated/pulsar/old/{file}.json"),
            format!("generated/avro/old/{file}.avsc"),
        ] {
            assert!(!folder.has(&path), "{path}");
            assert!(run.out.contains(&format!("removed {path}\n")), "{run:?}");
        }
    }
    run.complains("until then no schema text is written for the record, nor for one that holds it");
    assert!(folder.has("generated/pulsar/old/Other.json"));
    assert!(
        folder
            .get("generated/rust/old.rs")
            .contains("pub struct Part ")
    );
    folder
        .run(&["show", "Part", "--as", "fingerprint", "--format", "json"])
        .ends(2);
    for form in ["pulsar", "avro", "canonical", "fingerprint"] {
        folder
            .run(&["show", "Part", "--as", form])
            .ends(2)
            .complains("the field q is left open");
        folder
            .run(&["show", "Whole", "--as", form])
            .ends(2)
            .complains("`Part`, which is inside of it: the field q is left open");
    }
}
