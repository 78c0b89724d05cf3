//! Verdicts on JSON beside generated Rust: every change of `table.md` as types that serde_json writes with one
//! version and reads with the other.

use tg_schema::Message;
use tg_schema_compat::version::Version;
use tg_schema_dynamic::Random;
use tg_schema_gen::load::from_texts;
use tg_schema_model::RecordId;
use tg_schema_tests::agreement::{self, ways};

/// What a reader writes when it has read a message, or why it refuses it.
type Exchange = fn(&agreement::Message) -> Result<String, String>;

/// A change, and what its types make of a message: of the old one read by the new, and the other way round.
struct Change {
    name: &'static str,
    /// The definitions.
    texts: [&'static str; 2],
    run: [Exchange; 2],
}

impl Change {
    fn of<Old, New>(name: &'static str, texts: [&'static str; 2]) -> Self
    where
        Old: Message + serde::Serialize + serde::de::DeserializeOwned,
        New: Message + serde::Serialize + serde::de::DeserializeOwned,
    {
        Change {
            name,
            texts,
            run: [exchange::<Old, New>, exchange::<New, Old>],
        }
    }
}

/// Writes a message with one type, reads that with the other, and writes it again.
fn exchange<Writer, Reader>(message: &agreement::Message) -> Result<String, String>
where
    Writer: Message + serde::Serialize + serde::de::DeserializeOwned,
    Reader: Message + serde::Serialize + serde::de::DeserializeOwned,
{
    let sent = message.text.as_str();
    let own: Writer = serde_json::from_str(sent).unwrap_or_else(|e| panic!("{sent}: {e}"));
    let written = serde_json::to_string(&own).unwrap_or_else(|e| panic!("{sent}: {e}"));
    assert_eq!(written == sent, !message.altered, "{sent}");
    let read = serde_json::from_str::<Reader>(sent);
    // The reader without serde has the same verdict, and the same value.
    let direct = Reader::from_json(sent.as_bytes());
    assert_eq!(read.is_ok(), direct.is_ok(), "{sent}");
    let read = read.map_err(|e| e.to_string())?;
    let again = serde_json::to_string(&read).unwrap_or_else(|e| panic!("{sent}: {e}"));
    let direct = direct.and_then(|direct| direct.to_json()).ok();
    assert_eq!(direct, Some(again.clone().into_bytes()), "{sent}");
    Ok(again)
}

include!(concat!(env!("OUT_DIR"), "/changes.rs"));

#[allow(dead_code)]
mod types {
    include!(concat!(env!("OUT_DIR"), "/changes/rust/mod.rs"));
}

fn version(label: &str, text: &str) -> (Version, RecordId) {
    let loaded = from_texts(vec![(vec!["m".into()], "m.toml".into(), text.into())]);
    assert!(!loaded.diagnostics.has_errors(), "{text}");
    let named = |name| loaded.schema.find_records(name).first().copied();
    let record = named("R").or(named("Q")).expect("a record R or Q");
    let mut version = Version::of_definitions(label, loaded.schema, loaded.sources);
    // One alone is compared whatever its name.
    version.single = version.messages.len() == 1;
    (version, record)
}

#[test]
fn generated_readers_agree_with_verdicts() {
    let (mut wrong, mut compatible, mut incompatible) = (Vec::new(), 0, 0);
    let changes = changes();
    for (at, change) in changes.iter().enumerate() {
        let [old, new] = change.texts;
        let (old, new) = (version("old", old), version("new", new));
        let mut random = Random::new(at as u64);
        let ways = ways((&old.0, old.1), (&new.0, new.1), &mut random);
        for (way, run) in ways.iter().zip(change.run) {
            match way.compatible {
                true => compatible += 1,
                false => incompatible += 1,
            }
            let found = way.contradictions(run).into_iter();
            wrong.extend(found.map(|told| format!("{}: {told}", change.name)));
        }
    }
    let shown: Vec<&str> = wrong.iter().take(10).map(String::as_str).collect();
    assert!(
        wrong.is_empty(),
        "{}\n{} wrong",
        shown.join("\n"),
        wrong.len()
    );
    assert!(
        changes.len() > 70 && compatible > 70 && incompatible > 50,
        "{} changes, {compatible} and {incompatible}",
        changes.len()
    );
}
