//! Mistakes that are planted into the engines, one after the other, and found by attacks.

use std::collections::HashSet;

use crate::check::{Options, check};
use crate::engine::json::{Effect, Kind, Peer};
use crate::loss::{self, Direction};
use crate::planted::{self, Mistake};
use crate::proof::verify_all;
use crate::report::Format;
use crate::samples::{pairs, version};
use crate::version::Version;

/// Random messages of each attack.
const MESSAGES: usize = 60;

/// How many attacks on all that a report says disprove something.
fn found(old: &Version, new: &Version) -> Vec<String> {
    let options = Options {
        peers: Peer::ALL.to_vec(),
        ..Options::default()
    };
    let against = std::slice::from_ref(old);
    let report = check(new, against, &options).expect("it can be compared");
    let found = verify_all(&report, new, against, 1, MESSAGES).0;
    found.iter().map(ToString::to_string).collect()
}

/// One of each kind, and a change that shows it.
const KINDS: [(Mistake, [&str; 2]); 8] = [
    // What old readers drop.
    (
        Mistake::Json(Peer::Tg, Kind::Renamed, Effect::Ignores, None),
        ["a = \"int?\"", "b = { type = \"int?\", aliases = [\"a\"] }"],
    ),
    (
        Mistake::Json(Peer::LegacyNull, Kind::Unknown, Effect::Ignores, None),
        ["a = \"int?\"", "a = \"int?\"\nb = \"int?\""],
    ),
    // Entries of a map.
    (
        Mistake::Json(Peer::Tg, Kind::Form, Effect::Loses, Some(Effect::Ignores)),
        [
            "a = \"map<int>\"",
            "a = \"S\"\n[record.S.fields]\nx = \"int?\"",
        ],
    ),
    (
        Mistake::Json(
            Peer::LegacyNull,
            Kind::Form,
            Effect::Loses,
            Some(Effect::Ignores),
        ),
        [
            "a = \"S\"\n[record.S.fields]\nx = \"int?\"",
            "a = \"map<int>\"",
        ],
    ),
    // Keys that a Record takes for itself.
    (
        Mistake::Json(
            Peer::PythonRecord,
            Kind::Swallowed,
            Effect::Misreads,
            Some(Effect::Ignores),
        ),
        ["a = \"int?\"", "a = \"int?\"\nrequired = \"boolean?\""],
    ),
    // Verdicts of peers.
    (
        Mistake::Json(Peer::LegacyNull, Kind::Untyped, Effect::Misreads, None),
        ["a = \"int\"", "a = \"string\""],
    ),
    (
        Mistake::Json(Peer::PythonRecord, Kind::Form, Effect::Refuses, None),
        ["a = \"int\"", "a = \"string\""],
    ),
    // Losses of which a report says nothing.
    (
        Mistake::Told(
            Format::Pulsar,
            loss::Kind::FieldRemoved,
            Direction::Backward,
        ),
        ["a = \"int\"\nb = \"int?\"", "a = \"int\""],
    ),
];

#[test]
fn one_of_each_kind_is_found() {
    for (mistake, fields) in KINDS {
        let texts = fields.map(|fields| format!("[record.R.fields]\n{fields}\n"));
        let [old, new] = ["old", "new"].map(str::to_owned);
        let (old, new) = (version(&old, &texts[0]), version(&new, &texts[1]));
        assert_eq!(
            planted::with(None, || found(&old, &new)),
            [""; 0],
            "{fields:?}"
        );
        let hits = planted::with(Some(mistake), || found(&old, &new));
        assert!(!hits.is_empty(), "{mistake:?}");
    }
}

/// Whether the mistake changes nothing that anybody says: what is filled in is no loss, and what two engines see stays
/// told where one does not.
fn is_harmless(mistake: Mistake) -> bool {
    match mistake {
        Mistake::Json(_, kind, Effect::Fills, _) => matches!(kind, Kind::Missing | Kind::Null),
        Mistake::Json(Peer::Tg, kind, ..) => matches!(kind, Kind::Precision | Kind::Unset),
        Mistake::Json(..) => false,
        // Fields that are no entries are told of the same place.
        Mistake::Silent(Peer::LegacyNull, Kind::Form, Direction::Forward) => true,
        Mistake::Silent(_, kind, _) => kind == Kind::Renamed,
        // Where registries refuse symbols it is none, and elsewhere the resolution tells of them too.
        Mistake::Loss(loss::Kind::SymbolRefused, _)
        | Mistake::Told(_, loss::Kind::SymbolRefused, _) => true,
        Mistake::Loss(kind, _) => matches!(kind, loss::Kind::RenameSuspected),
        // What was removed is told anyway.
        Mistake::Told(_, loss::Kind::RenameSuspected, Direction::Backward) => true,
        Mistake::Told(Format::Json, kind, _) => matches!(
            kind,
            loss::Kind::Precision
                | loss::Kind::SymbolsSubstituted
                | loss::Kind::AliasUnknown
                | loss::Kind::FieldRenamed
        ),
        // Readers that know what values stand for refuse some, which is told instead.
        Mistake::Told(Format::Avro, kind, _) => kind == loss::Kind::Meaning,
        Mistake::Told(..) => false,
    }
}

#[test]
fn mistakes_are_found() {
    let (mut met, mut caught) = (HashSet::new(), HashSet::new());
    for (name, old, new) in pairs() {
        let (old, new) = (version("old", &old), version("new", &new));
        planted::met();
        assert_eq!(planted::with(None, || found(&old, &new)), [""; 0], "{name}");
        for mistake in planted::met() {
            met.insert(mistake);
            let hits = planted::with(Some(mistake), || found(&old, &new));
            if !hits.is_empty() {
                caught.insert(mistake);
            }
        }
    }
    let missed: Vec<&Mistake> = met
        .difference(&caught)
        .filter(|m| !is_harmless(**m))
        .collect();
    assert!(missed.is_empty(), "{missed:#?}");
    assert!(caught.len() > 80, "{} of {}", caught.len(), met.len());
}
