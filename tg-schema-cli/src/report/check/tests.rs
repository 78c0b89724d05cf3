//! The text of a report by hand, and of one with hostile texts. After a change,
//! `TG_SCHEMA_RENEW=1 cargo test -p tg-schema-cli report::check` writes what is kept anew.

use std::path::Path;

use tg_schema_compat::report::Report;
use tg_schema_compat::version::Version;

use super::text;
use tg_schema_compat::render::Texts;

#[path = "../../../../tg-schema-compat/tests/render/sample.rs"]
pub mod sample;

use sample::{HOSTILE, hostile, sample};

/// Compares a text with the one that is kept, or keeps it.
pub fn kept(name: &str, text: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/report/check/golden");
    let path = folder.join(name);
    if std::env::var_os("TG_SCHEMA_RENEW").is_some() {
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(&path, text).unwrap();
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(golden == text, "{name} is not what is kept:\n{text}");
}

#[test]
fn the_text_is_as_it_is_kept() {
    let sample = sample();
    kept("sample.txt", &text(&sample.report, &sample.texts(), false));
}

#[test]
fn colors_are_all_that_color_adds() {
    let sample = sample();
    let colored = text(&sample.report, &sample.texts(), true);
    let mut plain = String::new();
    let mut rest = colored.as_str();
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        rest = after.split_once('m').unwrap().1;
    }
    plain.push_str(rest);
    assert_eq!(plain, text(&sample.report, &sample.texts(), false));
    for part in ["\u{1b}[31m- ", "\u{1b}[32m+ ", "\u{1b}[31mnone\u{1b}[0m"] {
        assert!(colored.contains(part), "{part:?}");
    }
}

#[test]
fn hostile_texts_do_not_steer_a_terminal() {
    let sample = hostile();
    let text = text(&sample.report, &sample.texts(), false);
    kept("hostile.txt", &text);
    for c in ['\u{1b}', '\u{202e}', '\r', '\0'] {
        assert!(HOSTILE.contains(c) && !text.contains(c), "{c:?}");
    }
    assert!(!text.lines().any(|line| line.starts_with("::")));
}

#[test]
fn nothing_to_say() {
    let report = Report {
        new: "schemas".into(),
        ..Report::default()
    };
    let new = Version::default();
    let texts = Texts {
        new: &new,
        against: &[],
    };
    assert_eq!(
        text(&report, &texts, false),
        "schemas, compared with nothing: nothing found in 0 records; the gate is passed\n"
    );
}
