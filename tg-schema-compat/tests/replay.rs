//! Recorded messages in every form, and inputs that are broken or hostile.

use std::io::Read;

use tg_schema_compat::proof::Side;
use tg_schema_compat::replay::{At, Form, Options, Problem, Replay, replay};
use tg_schema_compat::version::{Message, Version};
use tg_schema_dynamic::Random;
use tg_schema_gen::load::from_texts;
use tg_schema_model::Json;

fn version(label: &str, text: &str) -> Version {
    let loaded = from_texts(vec![(vec!["m".into()], "m.toml".into(), text.to_owned())]);
    assert!(
        !loaded.diagnostics.has_errors(),
        "{text}: {:?}",
        loaded.diagnostics
    );
    Version::of_definitions(label, loaded.schema, loaded.sources)
}

fn bare(text: &str) -> Version {
    Version {
        label: "bare".into(),
        messages: vec![Message::new("bare", text, text)],
        ..Version::default()
    }
}

fn side(version: &Version) -> Side<'_> {
    let named = |name: &str| version.messages.iter().find(|m| m.name == name);
    let message = named("R").or(named("bare")).expect("a message");
    Side { version, message }
}

fn read(input: &[u8], versions: &[&Version]) -> Result<Replay, Problem> {
    let sides: Vec<Side<'_>> = versions.iter().map(|version| side(version)).collect();
    replay(&mut Trickle(input), "dump", &sides, &Options::default())
}

/// An input that gives a few bytes at a time.
struct Trickle<'b>(&'b [u8]);

impl Read for Trickle<'_> {
    fn read(&mut self, room: &mut [u8]) -> std::io::Result<usize> {
        let n = self.0.len().min(room.len()).min(7);
        let (now, later) = self.0.split_at(n);
        room[..n].copy_from_slice(now);
        self.0 = later;
        Ok(n)
    }
}

/// `ok failed changed` of each version.
fn counts(replay: &Replay) -> Vec<(u64, u64, u64)> {
    let versions = replay.versions.iter();
    versions.map(|v| (v.ok, v.failed, v.changed)).collect()
}

const OLD: &str = r#"
[record.R.fields]
a = "long"
b = "string?"
s = "array<S>"
[record.S.fields]
x = "E"
y = "double?"
[enum.E]
symbols = ["ONE", "TWO"]
"#;

fn old() -> Version {
    version("v1", OLD)
}

/// An int, no `b`, and one symbol less.
fn new() -> Version {
    let text = OLD
        .replace("\"long\"", "\"int\"")
        .replace("b = \"string?\"\n", "");
    version("v2", &text.replace(", \"TWO\"", ""))
}

#[test]
fn documents_in_every_layout() {
    let lines =
        "{\"a\":1,\"s\":[]}\n\n{\"a\":2147483648,\"s\":[]} {\"a\":3,\"b\":null,\"s\":[]}\r\n";
    let array =
        " [{\"a\":1,\"s\":[]},\n{\"a\":2147483648,\"s\":[]},{\"a\":3,\"b\":null,\"s\":[]}]\n";
    let pretty = "\u{FEFF}{\n \"a\": 1,\n \"s\": []\n}\n{\n \"a\": 2147483648, \"s\": []}{\"a\":3,\"b\":null,\"s\":[]}";
    for text in [lines, array, pretty] {
        let found = read(text.as_bytes(), &[&old(), &new()]).unwrap();
        assert_eq!(counts(&found), [(3, 0, 0), (2, 1, 0)], "{text}");
        let [input] = found.inputs.as_slice() else {
            panic!("{found:?}");
        };
        assert_eq!((input.form, input.messages), (Form::Json, 3));
        let b = found.versions[0].fields["b"];
        assert_eq!((b.present, b.null, b.absent), (0, 1, 2));
        let failed = found.versions[1].first_failed.as_ref().unwrap();
        assert_eq!(failed.number, 2);
        assert!(
            failed.outcome.contains("2147483648 is out of range"),
            "{failed:?}"
        );
    }
}

#[test]
fn what_is_changed_or_broken() {
    let text = "{\"a\":1,\"b\":\"x\",\"s\":[]}\nnonsense\n{\"a\":[\n{\"a\":1}\n\"}\"";
    let found = read(text.as_bytes(), &[&old(), &new()]).unwrap();
    assert_eq!(counts(&found), [(1, 2, 0), (0, 2, 1)]);
    let failed = found.versions[0].first_failed.as_ref().unwrap();
    assert_eq!(
        (failed.at, failed.message.as_str()),
        (At::Line(2), "nonsense")
    );
    let changed = found.versions[1].first_changed.as_ref().unwrap();
    assert_eq!(changed.outcome, r#"{"a":1,"s":[]}"#);
    let float = version(
        "f",
        "[record.R.fields]\na = \"float\"\ne = \"E?\"\n[enum.E]\nsymbols = [\"X\"]\ndefault = \"X\"\n",
    );
    let text = "{\"a\":2802073.2}{\"a\":2802073.3}{\"a\":0.1}{\"a\":16777216}{\"a\":16777217}{\"a\":0.123456789}{\"a\":1e2,\"e\":\"Y\"}{\"a\":1,\"e\":\"X\"}";
    let found = read(text.as_bytes(), &[&float]).unwrap();
    assert_eq!(counts(&found), [(5, 0, 3)]);
    // No definition says what it is.
    let union =
        bare(r#"{"type":"record","name":"R","fields":[{"name":"a","type":["int","string"]}]}"#);
    let found = read(b"{\"a\":1}", &[&union]).unwrap();
    assert_eq!(counts(&found), [(0, 1, 0)]);
}

#[test]
fn container_files_of_other_writers() {
    for file in [
        &include_bytes!("replay/fastavro-null.avro")[..],
        include_bytes!("replay/fastavro-deflate.avro"),
        include_bytes!("replay/fastavro-snappy.avro"),
        include_bytes!("replay/fastavro-bzip2.avro"),
        include_bytes!("replay/fastavro-xz.avro"),
    ] {
        let union = bare(
            r#"{"type":"record","name":"R","fields":[{"name":"a","type":["string","long"]}]}"#,
        );
        let found = read(file, &[&old(), &new(), &union]).unwrap();
        assert_eq!(found.inputs[0].form, Form::Container);
        assert_eq!(counts(&found), [(3, 0, 0), (0, 3, 0), (0, 0, 3)]);
        let failed = found.versions[1].first_failed.as_ref().unwrap();
        assert_eq!(failed.message, r#"{"a":1,"b":null,"s":[]}"#);
        assert!(failed.outcome.contains("the writer has long"), "{failed:?}");
        let changed = found.versions[2].first_changed.as_ref().unwrap();
        assert_eq!(
            (changed.number, changed.outcome.as_str()),
            (1, r#"{"a":1}"#)
        );
        let fields = &found.versions[0].fields;
        let y = fields["s[].y"];
        assert_eq!((y.present, y.null, y.absent), (1, 2, 0));
        assert_eq!(
            fields.keys().collect::<Vec<_>>(),
            ["a", "b", "s", "s[].x", "s[].y"]
        );
    }
    let block = include_bytes!("replay/fastavro-snappy-block.avro");
    let found = read(block, &[&old()]).unwrap();
    assert_eq!(counts(&found), [(300, 0, 0)]);
    assert_eq!(found.versions[0].fields["s[].y"].present, 100);
    let java = include_bytes!("replay/java-deflate.avro");
    let found = read(java, &[&old()]).unwrap();
    assert_eq!(counts(&found), [(1_000, 0, 0)]);
    assert_eq!(found.versions[0].fields["b"].null, 100);
    assert_eq!(found.versions[0].fields["s[].y"].present, 990);
}

#[test]
fn container_files_that_are_broken() {
    let file = include_bytes!("replay/fastavro-deflate.avro");
    let reason = |bytes: &[u8]| read(bytes, &[&old()]).unwrap_err().to_string();
    for end in 4..file.len() {
        // A file may end after any block.
        if let Ok(found) = read(&file[..end], &[&old()]) {
            assert!(found.inputs[0].messages < 3);
        }
    }
    let mut wrong = file.to_vec();
    let last = wrong.len() - 1;
    wrong[last] ^= 1;
    assert!(reason(&wrong).contains("not followed by the marker"));
    let other = b"Obj\x01\x02\x14avro.codec\x06lz4\x00";
    let told = reason(other);
    assert!(told.contains("compressed with `lz4`, which is not read; write it again"));
    assert!(told.contains("avro-tools recodec"), "{told}");
    let mut snappy = include_bytes!("replay/fastavro-snappy.avro").to_vec();
    let checksum = snappy.len() - 17;
    snappy[checksum] ^= 1;
    assert!(reason(&snappy).contains("not what its checksum says"));
    for end in 4..snappy.len() {
        let cut = [&snappy[..end], &[0; 40]].concat();
        assert!(read(&cut, &[&old()]).is_err());
    }
    // One after the other is not one.
    let told = reason(&[&file[..], &file[..]].concat());
    assert!(
        told.contains("another container file begins here"),
        "{told}"
    );
    assert!(
        told.ends_with(&format!("(at byte {})", file.len())),
        "{told}"
    );
    assert!(reason(b"Obj\x01\x00").contains("the header has no schema"));
    assert!(reason(b"Obj\x01\x01").contains("ends inside a number"));
    let header = |schema: &str, block: &[u8]| {
        let mut bytes = b"Obj\x01\x02\x16avro.schema".to_vec();
        bytes.push(u8::try_from(schema.len() * 2).unwrap());
        bytes.extend(schema.as_bytes());
        bytes.push(0);
        bytes.extend([7; 16]);
        bytes.extend(block);
        bytes.extend([7; 16]);
        bytes
    };
    assert!(reason(&header("nonsense", &[])).contains("the schema in the header is none"));
    // 2^62 objects without a byte.
    let many = header(
        "\"null\"",
        &[254, 255, 255, 255, 255, 255, 255, 255, 127, 0],
    );
    let null = bare("\"null\"");
    let options = Options {
        messages: 1_000,
        ..Options::default()
    };
    let result = replay(&mut many.as_slice(), "many", &[side(&null)], &options);
    assert!(
        result
            .unwrap_err()
            .to_string()
            .contains("more than 1000 messages")
    );
    let told = read(&many, &[&null]).unwrap_err().to_string();
    assert!(told.contains("more than 64 values for each byte"), "{told}");
    // Five hundred items in three bytes, a thousand times; framed too.
    let array = r#"{"type":"array","items":"null"}"#;
    let block = [&[208, 15, 240, 46][..], &[232, 7, 0].repeat(1_000)].concat();
    let told = read(&header(array, &block), &[&bare(array)]);
    let told = told.unwrap_err().to_string();
    assert!(told.contains("more than 64 values for each byte"), "{told}");
    let frame = [0, 0, 0, 8, 0, 0, 0, 0, 1, 232, 7, 0];
    assert_eq!(counts(&read(&frame, &[&bare(array)]).unwrap()), [(1, 0, 0)]);
    let many = [0, 0, 0, 9, 0, 0, 0, 0, 1, 192, 132, 61, 0].repeat(100);
    let told = read(&many, &[&bare(array)]).unwrap_err().to_string();
    assert!(told.contains("more than 64 values for each byte"), "{told}");
    let huge = header("\"null\"", &[2, 254, 255, 255, 255, 255, 255, 127]);
    assert!(reason(&huge).contains("at most 67108864 are read"));
    let mut random = Random::new(3);
    for _ in 0..2_000 {
        let mut bytes = file.to_vec();
        for _ in 0..1 + random.below(4) {
            let at = 4 + random.below(bytes.len() - 4);
            bytes[at] = random.octets(1)[0];
        }
        match read(&bytes, &[&old(), &new()]) {
            Ok(found) => assert!(found.inputs[0].messages <= 1_000),
            Err(problem) => assert!(!problem.to_string().is_empty()),
        }
    }
}

#[test]
fn framed_messages() {
    let frame = |id: u8, message: &[u8]| [&[0, 0, 0, 0, id][..], message].concat();
    // `R` with an empty list, by the schemas 1 (a, b, s) and 2 (a, s).
    let (one, two) = (frame(1, &[2, 0, 0]), frame(2, &[2, 0]));
    let messages = [one.clone(), two.clone(), frame(3, &[2, 0]), vec![9, 9]];
    let binary: Vec<u8> = messages
        .iter()
        .flat_map(|m| [&u32::try_from(m.len()).unwrap().to_be_bytes()[..], m].concat())
        .collect();
    let hex = |m: &Vec<u8>| m.iter().map(|b| format!("{b:02x}")).collect::<String>();
    let text = format!(
        "{}\n\n AAAAAAICAA== \r\n{}\nnonsense",
        hex(&one),
        hex(&messages[2])
    );
    let (old, new) = (old(), new());
    let sides = [side(&old), side(&new)];
    let options = Options {
        schemas: [(1, old.clone()), (2, new.clone())]
            .map(|(id, version)| (id, side(&version).message.text.clone()))
            .into(),
        ..Options::default()
    };
    for (input, form) in [
        (binary, Form::Framed),
        (text.into_bytes(), Form::FramedText),
    ] {
        let found = replay(&mut input.as_slice(), "dump", &sides, &options).unwrap();
        assert_eq!((found.inputs[0].form, found.inputs[0].messages), (form, 4));
        // An unknown id: only the second version can have written it, and the first reads it as that.
        assert_eq!(counts(&found), [(3, 1, 0), (2, 2, 0)]);
        let failed = found.versions[1].first_failed.as_ref().unwrap();
        assert!(failed.outcome.contains("the writer has long"), "{failed:?}");
    }
    // What is cut short is told with its record: by the registered schema, and by the version's own.
    for id in [1, 3] {
        let input = format!("000000000{id}02");
        let found = replay(&mut input.as_bytes(), "dump", &sides, &options).unwrap();
        let failed = found.versions[0].first_failed.as_ref().unwrap();
        assert!(failed.outcome.starts_with("R.b: "), "{failed:?}");
    }
    // Nobody knows the ids: what the first version wrote is no fault of one that reads it, nor of one that drops some.
    let versions = ["a", "a b", "b"].map(|names| {
        let fields = names
            .split(' ')
            .map(|name| format!(r#"{{"name":"{name}","type":["null","int"],"default":null}}"#));
        let fields = fields.collect::<Vec<_>>().join(",");
        bare(&format!(
            r#"{{"type":"record","name":"R","fields":[{fields}]}}"#
        ))
    });
    let sides: Vec<_> = versions.iter().map(side).collect();
    let read = |input: &str| {
        let found = replay(&mut input.as_bytes(), "dump", &sides, &Options::default()).unwrap();
        let present = found.versions[1].fields.get("a").map_or(0, |a| a.present);
        (counts(&found), present)
    };
    // One number, which the first version and the last one can have written: the second reads it as that of the last.
    assert_eq!(read("00000000090208"), ([(1, 0, 0); 3].into(), 0));
    // `a` and `b`, which the second one can have written alone.
    let both = ([(0, 0, 1), (1, 0, 0), (0, 0, 1)].into(), 1);
    assert_eq!(read("000000000902080208"), both);
    // Nobody can have written it.
    assert_eq!(read("00000000090208020802").0, [(0, 1, 0); 3]);
    let long = [&[0, 0xFF, 0xFF, 0xFF][..], &[0; 20]].concat();
    let options = Options {
        message_bytes: 100,
        ..Options::default()
    };
    let result = replay(&mut long.as_slice(), "dump", &sides, &options);
    assert!(
        result
            .unwrap_err()
            .to_string()
            .contains("at most 100 are read")
    );
}

#[test]
fn what_is_no_form_is_told() {
    let version = old();
    // gzip, UTF-16, markup.
    for input in [&b"\x1f\x8b\x08\0\0"[..], b"\xff\xfe{\0", b"<html>"] {
        let told = read(input, &[&version]).unwrap_err().to_string();
        assert!(told.contains("none of the forms that are read"), "{told}");
    }
    // An array that was cut between two messages.
    let told = read(b"[{\"a\":1,\"s\":[]},\n", &[&version]).unwrap_err();
    assert_eq!(told.to_string(), "dump: the array has no end (at byte 17)");
    let item = r#"{"a":1,"s":[]}"#;
    for (text, expected) in [
        (format!("[{item},\n]"), "an item of the array in line 2"),
        (format!("[,{item}]"), "an item of the array in line 1"),
        (
            format!("[{item},,{item}]"),
            "an item of the array in line 1",
        ),
        (
            format!("[{item}\n{item}]"),
            "`,` or `]` behind an item of the array in line 2",
        ),
    ] {
        let told = read(text.as_bytes(), &[&version]).unwrap_err().to_string();
        assert!(
            told.contains(&format!("expected {expected} (")),
            "{text}: {told}"
        );
    }
}

#[test]
fn zeros_without_end() {
    let version = old();
    let mut zeros = std::io::repeat(0);
    let broken = replay(&mut zeros, "dump", &[side(&version)], &Options::default());
    assert_eq!(
        broken.unwrap_err().to_string(),
        "dump: a message has no bytes (at byte 4)"
    );
}

#[test]
fn several_inputs_are_added() {
    let (old, new) = (old(), new());
    let mut all = read(b"{\"a\":1,\"s\":[]}", &[&old, &new]).unwrap();
    all.add(read(b"{\"a\":2147483648,\"b\":\"x\",\"s\":[]}", &[&old, &new]).unwrap());
    assert_eq!(counts(&all), [(2, 0, 0), (1, 1, 0)]);
    assert!(!all.is_read());
    assert_eq!(
        all.to_string(),
        "dump: 1 message, JSON\ndump: 1 message, JSON\nR of v1: 2 ok, 0 failed, 0 changed\n  \
         b: null in 0, absent in 1 of 2\nR of v2: 1 ok, 1 failed, 0 changed\n  first failed: dump:1\n    \
         message: {\"a\":2147483648,\"b\":\"x\",\"s\":[]}\n    error:   R.a: 2147483648 is out of range, \
         expected a whole number from -2147483648 to 2147483647\n"
    );
    let json = all.to_json();
    let versions = json.get("versions").and_then(Json::as_array).unwrap();
    assert_eq!(versions[1].get("failed").and_then(Json::as_i64), Some(1));
    let line = versions[1].get("first_failed").and_then(|s| s.get("line"));
    assert_eq!(line.and_then(Json::as_i64), Some(1));
}

#[test]
fn limits() {
    let version = old();
    let options = Options {
        message_bytes: 64,
        messages: 2,
        ..Options::default()
    };
    let run = |input: &[u8]| replay(&mut &input[..], "dump", &[side(&version)], &options);
    let long = format!("{{\"a\":1,\"b\":\"{}\"}}", "x".repeat(100));
    assert!(
        run(long.as_bytes())
            .unwrap_err()
            .to_string()
            .contains("more than 64 bytes")
    );
    assert!(
        run(b"{}{}{}")
            .unwrap_err()
            .to_string()
            .contains("more than 2 messages")
    );
    assert_eq!(run(b" \n ").unwrap().inputs[0].messages, 0);
    let deep = format!("{}{}", "[".repeat(30), "]".repeat(30));
    assert_eq!(run(deep.as_bytes()).unwrap().versions[0].failed, 1);
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("the disk is gone"))
        }
    }
    let failed = replay(&mut Failing, "dump", &[side(&version)], &options);
    assert_eq!(
        failed.unwrap_err().to_string(),
        "dump cannot be read: the disk is gone"
    );
}
