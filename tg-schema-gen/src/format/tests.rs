use toml_parser::parser::EventKind;

use super::*;
use crate::definition::tests::hostile::{Random, mutate};
use crate::definition::tests::without_places;
use crate::definition::toml::events;
use crate::load::from_texts;

const FEATURES: &str = include_str!("../../tests/definitions/good/features.toml");

fn toml(text: &str) -> String {
    format(text, Notation::Toml).unwrap_or_else(|d| panic!("{text}\n{d:?}"))
}

/// Input and canonical form.
const TABLE: &[(&str, &str)] = &[
    ("", ""),
    ("\n\n# alone\n\n\n", "# alone\n"),
    ("a=1", "a = 1\n"),
    ("  a   =   1   # why  \r\n", "a = 1 # why\n"),
    ("'a' . \"b c\" = 'x'", "a.\"b c\" = \"x\"\n"),
    // Blank lines.
    (
        "a=1\n\n\n\nb=2\n[t]\n\nc=3\n[u]\n[v] # why\n\nd=4\n",
        "a = 1\n\nb = 2\n\n[t]\nc = 3\n\n[u]\n\n[v] # why\nd = 4\n",
    ),
    // Comments.
    (
        "#!x\n\n# of a\na=1\n# of t\n[ t ]\n# of b\n\n# of c\nc=1\n\n# end",
        "#!x\n\n# of a\na = 1\n\n# of t\n[t]\n# of b\n\n# of c\nc = 1\n\n# end\n",
    ),
    ("[[ a . 'b' ]]\nx=1", "[[a.b]]\nx = 1\n"),
    // Strings.
    ("a='c:\\d'\nb=\"c:\\\\d \\\"e\\\"\"\nc='it''s'", ""),
    (
        "a='c:\\d'\nb=\"c:\\\\d \\\"e\\\"\"\n",
        "a = 'c:\\d'\nb = 'c:\\d \"e\"'\n",
    ),
    ("a=\"it's \\\"x\\\"\"", "a = \"it's \\\"x\\\"\"\n"),
    (
        "a=\"\\e\\x41\\u00e9\\t\\n\\u0000\"",
        "a = \"\\u001BAé\\t\\n\\u0000\"\n",
    ),
    ("a='''one line'''", "a = \"one line\"\n"),
    (
        "a='''\none\\two\n  \"\"\"three\"'''",
        "a = \"\"\"\none\\\\two\n  \"\"\\\"three\\\"\"\"\"\n",
    ),
    (
        "a=\"\"\"\none \\\n   two\n\"\"\"",
        "a = \"\"\"\none two\n\"\"\"\n",
    ),
    ("a={b='''x\ny'''}", "a = { b = \"x\\ny\" }\n"),
    // Numbers, dates.
    (
        "a=1_000\nb=0xFF\nc=+1.5e3\nd=-inf\ne=true",
        "a = 1_000\nb = 0xFF\nc = +1.5e3\nd = -inf\ne = true\n",
    ),
    (
        "a=13:05\nb=2026-01-31 13:05z\nc=2026-01-31t13:05:09.5+01:00\nd=2026-01-31",
        "a = 13:05:00\nb = 2026-01-31T13:05:00Z\nc = 2026-01-31T13:05:09.5+01:00\nd = 2026-01-31\n",
    ),
    // Inline tables.
    (
        "a={}\nb={x=1,y.z='2',}",
        "a = {}\nb = { x = 1, y.z = \"2\" }\n",
    ),
    (
        "# own\na = { # first\n  x = 1, # of x\n  # of y\n  y = [ 1, # one\n 2,\n ],\n} # after",
        "# own\n# first\n# of x\n# of y\n# one\na = { x = 1, y = [1, 2] } # after\n",
    ),
    // Arrays.
    (
        "a=[ ]\nb=[1,2,]\nc=[\n  1,\n\n  2\n]",
        "a = []\nb = [1, 2]\nc = [1, 2]\n",
    ),
    (
        "a = [ # all\n  1, # one\n  # next\n  2 # two\n]\n",
        "a = [\n    # all\n    1, # one\n    # next\n    2, # two\n]\n",
    ),
    (
        "a=[{x=1, # why\ny=2}, [3, 4]]",
        "a = [\n    # why\n    { x = 1, y = 2 },\n    [3, 4],\n]\n",
    ),
    (
        "symbols = [\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\", \"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\", \"cccccccccccccccccccccccccccc\"]",
        "symbols = [\n    \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\",\n    \"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\",\n    \"cccccccccccccccccccccccccccc\",\n]\n",
    ),
    ("\u{feff}a=1", "a = 1\n"),
];

#[test]
fn the_canonical_form() {
    for (text, expected) in TABLE {
        match format(text, Notation::Toml) {
            Ok(found) => {
                assert_eq!(&found, expected, "{text}");
                assert_eq!(toml(&found), found, "again: {text}");
                assert_eq!(is_formatted(text, Notation::Toml), Ok(text == expected));
            }
            Err(_) => assert_eq!(*expected, "", "{text}"),
        }
    }
}

#[test]
fn what_cannot_be_read_is_not_written() {
    for text in ["a = ", "a = 1\na = 2", "[a", "a = {b = 1"] {
        assert!(format(text, Notation::Toml).is_err(), "{text}");
    }
    for text in ["", "[]", "{\"a\": 1,}", "{\"a\": 1, \"a\": 2}"] {
        assert!(format(text, Notation::Json).is_err(), "{text}");
    }
}

#[test]
fn json_has_two_spaces() {
    let found = format(
        "{\"record\":[{\"name\":\"A\",\"fields\":[]}]}",
        Notation::Json,
    );
    let expected =
        "{\n  \"record\": [\n    {\n      \"name\": \"A\",\n      \"fields\": []\n    }\n  ]\n}\n";
    assert_eq!(found.as_deref(), Ok(expected));
    assert_eq!(is_formatted(expected, Notation::Json), Ok(true));
    let marked = format!("\u{feff}{expected}");
    assert_eq!(format(&marked, Notation::Json).as_deref(), Ok(expected));
}

fn load(text: &str) -> crate::Loaded {
    from_texts(vec![(
        vec!["a".to_owned()],
        "a.toml".to_owned(),
        text.to_owned(),
    )])
}

/// Comments of a text, sorted: moved, but never lost.
fn comments(text: &str) -> Vec<&str> {
    let found = events(text, &mut Vec::new(), |kind| kind == EventKind::Comment);
    let mut found: Vec<&str> = found
        .iter()
        .map(|e| text[e.span().start()..e.span().end()].trim_end())
        .collect();
    found.sort_unstable();
    found
}

/// Whether TOML 1.0 has everything that a text uses.
fn is_old(text: &str) -> bool {
    let all = events(text, &mut Vec::new(), |kind| kind != EventKind::Whitespace);
    let mut open = 0;
    for (at, event) in all.iter().enumerate() {
        match event.kind() {
            EventKind::InlineTableOpen => open += 1,
            EventKind::InlineTableClose => {
                open -= 1;
                if at > 0 && all[at - 1].kind() == EventKind::ValueSep {
                    return false;
                }
            }
            EventKind::Newline | EventKind::Comment if open > 0 => return false,
            EventKind::Scalar if event.encoding().is_some() => {
                let raw = &text[event.span().start()..event.span().end()];
                let double = raw.starts_with('"');
                let plain = raw.replace("\\\\", "");
                if double && (plain.contains("\\e") || plain.contains("\\x")) {
                    return false;
                }
            }
            _ => {}
        }
    }
    true
}

#[test]
fn meaning_comments_and_form_are_kept() {
    let mut random = Random::new(5);
    let mut formatted = 0;
    for round in 0..3_000 {
        let text = match round {
            0 => FEATURES.to_owned(),
            _ => mutate(FEATURES, &mut random),
        };
        let Ok(found) = format(&text, Notation::Toml) else {
            continue;
        };
        formatted += 1;
        assert_eq!(toml(&found), found, "twice: {text}");
        assert!(is_old(&found), "{found}");
        assert_eq!(comments(&text), comments(&found), "{text}\n{found}");
        let (before, after) = (load(&text), load(&found));
        let messages = |loaded: &crate::Loaded| {
            let mut all: Vec<_> = loaded
                .diagnostics
                .0
                .iter()
                .map(|d| d.message.clone())
                .collect();
            all.sort();
            all
        };
        assert_eq!(messages(&before), messages(&after), "{text}\n{found}");
        let (before, after) = (without_places(before.schema), without_places(after.schema));
        assert_eq!(before, after, "{text}\n{found}");
    }
    assert!(formatted > 500, "{formatted}");
}
