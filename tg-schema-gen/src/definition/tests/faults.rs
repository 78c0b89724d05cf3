//! What is said of faulty files: everything once, at its place, and nothing that only follows from another
//! fault.

use super::{messages, project, read, report};
use crate::load::Loaded;

/// The text that every report underlines, with its message.
fn places(loaded: &Loaded) -> Vec<(String, String)> {
    let all = loaded.diagnostics.0.iter();
    all.map(|d| {
        let source = loaded.sources.get(d.span.source).expect("a source");
        let text = source.text.get(d.span.range()).expect("a place");
        (text.to_owned(), d.message.clone())
    })
    .collect()
}

fn has(loaded: &Loaded, underlined: &str, part: &str) {
    let found = places(loaded);
    assert!(
        found
            .iter()
            .any(|(text, message)| text == underlined && message.contains(part)),
        "{underlined:?} {part:?}: {found:#?}"
    );
}

#[test]
fn a_file_that_cannot_be_read_hides_nothing_else() {
    let a = "[record.A]\n[record.A.fields]\na = \"string\"\nb-c = \"int\"\nd = \"Elsewhere\"\n[enum.E]\nsymbols = [\"1a\", \"1a\"]\ndefault = \"zz\"\n";
    let loaded = project(&[
        ("a", "a.toml", a),
        ("b", "b.toml", "x = = 1"),
        ("c", "c.toml", "[record.A]\n"),
    ]);
    let found: Vec<String> = messages(&loaded);
    for expected in [
        "\"b-c\" is no legal field name",
        "\"1a\" is no legal symbol",
        "the enum \"E\" has the symbol \"1a\" twice",
        "`zz` is no symbol of enum `E`",
        "\"A\" is the Avro name of two types, in \"a\" and in \"c\"",
    ] {
        assert!(
            found.iter().any(|m| m == expected),
            "{expected}: {found:#?}"
        );
    }
    assert!(!report(&loaded).contains("unknown type"), "{found:#?}");
}

#[test]
fn what_may_be_in_the_unreadable_part_is_not_missed() {
    let broken = "namespace \"x\"\nprofile \"pulsar-record\"\n[record.P]\n[record.P.fields]\na = { type = \"int\", pulsar = { required = true } }\nb c = \"int\"\n[enum.E]\nsymbols [\"A\"]\ndefault = \"A\"\n";
    let whole = "namespace = \"y\"\n[record.P]\n[record.R.fields]\np = \"broken.P\"\ne = { type = \"E\", default = \"B\" }\nq = { type = \"broken.P\", default = { a = 1, z = 2 } }\n";
    let loaded = project(&[("broken", "broken.toml", broken), ("w", "w.toml", whole)]);
    let own: Vec<_> = loaded.diagnostics.0.iter().collect();
    assert!(!own.is_empty());
    let text = report(&loaded);
    for follows in [
        "needs the profile",
        "no symbols",
        "no symbol of",
        "has no field",
        "which has none",
        "Avro name of two types",
    ] {
        assert!(!text.contains(follows), "{follows}: {text}");
    }
}

#[test]
fn an_unreadable_value_costs_only_itself() {
    let loaded = read(
        "[enum.E]\nsymbols = [\"A\"]\n[record.R.fields]\nt = { type = \"time_ms\", default = 25:00:00 }\ne = { type = \"E\", default = \"B\" }\nx = \"Nothing\"\n",
    );
    has(&loaded, "25:00:00", "no date or time");
    has(&loaded, "B", "no symbol of enum `E`");
    has(&loaded, "Nothing", "unknown type");
    let loaded = read(
        "[enum.E]\nsymbols = [\"A\", \"\\q\"]\ndefault = \"B\"\n[record.R.fields]\ne = { type = \"E\", default = \"B\" }\n",
    );
    let found = messages(&loaded);
    assert!(found.iter().all(|m| !m.contains("no symbol")), "{found:?}");
}

#[test]
fn duplicate_keys_of_json_are_found_inside_each_other() {
    let text = "{\"record\":[{\"name\":\"A\",\"fields\":[]}],\"record\":[{\"name\":\"B\",\"fields\":[{\"name\":\"x\",\"type\":\"int\",\"type\":\"long\"}]}]}";
    let loaded = project(&[("a", "a.json", text)]);
    let found = places(&loaded);
    let duplicate = "duplicate key".to_owned();
    assert_eq!(
        found,
        [
            ("\"record\"".to_owned(), duplicate.clone()),
            ("\"type\"".to_owned(), duplicate)
        ]
    );
    let deep = project(&[("a", "a.json", &"[".repeat(200))]);
    assert_eq!(messages(&deep), ["this is nested too deeply"]);
}

#[test]
fn aliases_namespaces_and_named_types_are_underlined() {
    let loaded = read(
        "[record.A]\naliases = [\"A\", \"x.y.\"]\n[record.A.fields]\nm = { type = \"int\", aliases = [\"m\", \"b-c\"] }\n[record.M]\nnamespace = \"a..b\"\n[record.M.fields]\np = \"array<A>\"\n[enum.E]\nsymbols = [\"A\"]\naliases = [\"1x\"]\n[record.Q]\nnamespace = \"q\"\n[record.Q.fields]\np = \"array<A>\"\n",
    );
    has(&loaded, "A", "its own name as an alias");
    has(&loaded, "x.y.", "no legal name");
    has(&loaded, "m", "its own name as an alias");
    has(&loaded, "b-c", "no legal alias name");
    has(&loaded, "a..b", "no legal namespace");
    has(&loaded, "1x", "no legal name");
    has(
        &loaded,
        "A",
        "\"Q\" has the namespace \"q\" and refers to \"A\"",
    );
    // The illegal namespace is wrong in itself alone.
    assert_eq!(loaded.diagnostics.0.len(), 7, "{}", report(&loaded));
}

#[test]
fn a_wrong_namespace_of_a_file_is_reported_once() {
    let loaded =
        read("namespace = \"1bad\"\n[record.A]\n[record.B]\n[enum.E]\nsymbols = [\"A\"]\n");
    assert_eq!(
        places(&loaded),
        [(
            "1bad".to_owned(),
            "\"1bad\" is no legal namespace".to_owned()
        )]
    );
}

#[test]
fn a_module_is_refused_once() {
    for name in ["my file", "x.y", "self", "a-b"] {
        let loaded = crate::load::from_texts(vec![(
            vec![name.to_owned()],
            format!("{name}.toml"),
            "[record.A]\n".to_owned(),
        )]);
        let expected = format!("the file or folder name {name:?} cannot be the name of a module");
        assert_eq!(messages(&loaded), [expected]);
    }
    let both = project(&[
        ("z", "z.json", "{\"record\":{\"A\":{}}}"),
        ("z", "z.toml", "[record.A]\n"),
    ]);
    assert_eq!(messages(&both), ["two files are the module `z`"]);
}

#[test]
fn advice_is_to_the_point() {
    let loaded = read(
        "[recrd.X]\n[record.B]\n[record.P.fields]\na = \"int\"\nb = \"int\"\n[record.R.fields]\nx = \"Bb\"\np = { type = \"P\", default = {} }\nt = { type = \"timestamp_ms\", default = \"2026-01-01T00:00:00.123456Z\" }\n[enum.E]\nsymbols = [\"RED\", \"RED\", \"1a\"]\ndefault = \"BLUE\"\n",
    );
    let text = report(&loaded);
    for expected in [
        "did you mean `record`?",
        "did you mean `B`?",
        "expected also `a` and `b`",
        "expected at most three digits of a second",
        "expected `RED` or `1a`",
        "call it \"_1a\"",
    ] {
        assert!(text.contains(expected), "{expected}: {text}");
    }
}

#[test]
fn whole_numbers_are_kept_or_refused() {
    let field = |ty: &str, default: &str| {
        let text = format!("[record.R.fields]\nx = {{ type = \"{ty}\", default = {default} }}\n");
        messages(&read(&text))
    };
    for (ty, default) in [
        ("float", "16777216"),
        ("float", "-16777218"),
        ("float", "0"),
        ("float", "0.1"),
        ("float", "16777217.0"),
        ("double", "9007199254740992"),
        ("double", "1_000_000"),
    ] {
        assert_eq!(field(ty, default), Vec::<String>::new(), "{ty} {default}");
    }
    for (ty, default, becomes) in [
        ("float", "16777217", "16777216"),
        ("float", "-16777217", "-16777216"),
        ("double", "9007199254740993", "9007199254740992"),
    ] {
        let expected = format!("no default for `{ty}`: {default} would become {becomes}");
        assert_eq!(field(ty, default), [expected]);
    }
}
