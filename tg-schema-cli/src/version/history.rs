//! The schemas of many subjects or topics, each with versions of its own, into versions of everything.
//!
//! The last version has the latest schema of each subject, the one before it has the schema before that of each
//! subject that has one, and so on. Where there is one subject only, a version is called by its number.

use std::collections::BTreeMap;

use tg_schema_compat::version::{Version, tell_apart};
use tg_schema_model::Diagnostics;

use super::{assemble, avro};
use crate::exit::Failure;

/// Most versions of one subject or topic.
pub const MAX_VERSIONS: usize = 10_000;

/// A schema that is, or was, registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The subject or topic.
    pub group: String,
    /// Its version there, where that is known; else the order counts.
    pub version: Option<u64>,
    /// What the text is called in reports.
    pub name: String,
    /// The text.
    pub text: String,
    /// What a broker takes it for, `JSON` or `AVRO`.
    pub schema_type: Option<String>,
    /// The id that a schema registry gave it.
    pub id: Option<u32>,
}

/// The versions that entries make, oldest first.
pub fn versions(label: &str, entries: Vec<Entry>) -> Result<Vec<Version>, Failure> {
    let mut groups: BTreeMap<String, Vec<Entry>> = BTreeMap::new();
    for entry in entries {
        groups.entry(entry.group.clone()).or_default().push(entry);
    }
    let alone = groups.len() == 1;
    // By how far back it is.
    let mut steps: BTreeMap<usize, Step> = BTreeMap::new();
    let mut wrong = Diagnostics::default();
    let mut sources = Version::default();
    for (group, mut entries) in groups {
        if entries.len() > MAX_VERSIONS {
            return Err(Failure::new(format!(
                "{group} has more than {MAX_VERSIONS} versions"
            )));
        }
        entries.sort_by_key(|entry| entry.version);
        for pair in entries.windows(2) {
            if let [one, other] = pair
                && let Some(version) = one.version
                && other.version == one.version
                && other.text != one.text
            {
                let (one, other) = (&one.name, &other.name);
                return Err(Failure::help(
                    format!(
                        "version {version} of {group} is one thing in {one} and another in {other}"
                    ),
                    "name what one server and one topic held; of several topics, keep the answers in one object, \
                     `{\"TOPIC\": …}`",
                ));
            }
        }
        entries.dedup_by(|one, other| one.version.is_some() && one.version == other.version);
        for (back, entry) in entries.into_iter().rev().enumerate() {
            // Each text is read where it can be thrown away.
            match avro::message(&mut sources, Vec::new(), &entry.name, &entry.text) {
                Ok(_) => {
                    let step = steps.entry(back).or_default();
                    step.number = entry.version;
                    step.entries.push(entry);
                }
                Err(diagnostic) => wrong.push(*diagnostic),
            }
        }
    }
    assemble::usable(sources, wrong)?;
    let steps = steps.into_iter().rev();
    Ok(steps
        .map(|(back, step)| {
            let label = match (alone, step.number) {
                (true, Some(number)) => format!("{label} version {number}"),
                _ => called(label, back),
            };
            step.version(label, alone)
        })
        .collect())
}

fn called(label: &str, back: usize) -> String {
    match back {
        0 => format!("{label} (latest)"),
        back => format!("{label} ({back} before the latest)"),
    }
}

/// A version that is being put together.
#[derive(Default)]
struct Step {
    entries: Vec<Entry>,
    /// The version of the last entry.
    number: Option<u64>,
}

impl Step {
    /// Schemas of one subject are compared whatever their names.
    fn version(self, label: String, single: bool) -> Version {
        let mut version = Version {
            label,
            single,
            without_modules: true,
            only_schemas: true,
            registered: true,
            ..Version::default()
        };
        for (at, entry) in self.entries.into_iter().enumerate() {
            // Subjects and topics are called as no module is.
            let module = vec![format!("schema_{at}")];
            if let Some(id) = entry.id {
                let texts = version.ids.entry(id).or_default();
                texts.insert(entry.text.clone());
            }
            if let Ok(mut message) = avro::message(&mut version, module, &entry.name, &entry.text) {
                message.schema_type = entry.schema_type;
                message.home = entry.group;
                version.messages.push(message);
            }
        }
        tell_apart(&mut version.messages);
        version
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tg_schema_compat::version::for_definitions;

    fn entry(group: &str, version: Option<u64>, name: &str, field: &str) -> Entry {
        Entry {
            group: group.to_owned(),
            version,
            name: format!("{group}/{version:?}"),
            text: format!(
                r#"{{"type":"record","name":"{name}","fields":[{{"name":"{field}","type":"int"}}]}}"#
            ),
            schema_type: None,
            id: None,
        }
    }

    fn told(versions: &[Version]) -> Vec<(String, Vec<String>)> {
        let told = versions.iter().map(|version| {
            let fields = version.messages.iter().map(|message| {
                let record = version.schema.record(message.record.unwrap());
                format!("{}.{}", record.name, record.fields[0].name)
            });
            (version.label.clone(), fields.collect())
        });
        told.collect()
    }

    #[test]
    fn one_subject_is_told_by_its_numbers() {
        let entries = vec![entry("s", Some(7), "A", "b"), entry("s", Some(2), "A", "a")];
        let versions = versions("r", entries).unwrap();
        assert_eq!(
            told(&versions),
            [
                ("r version 2".to_owned(), vec!["A.a".to_owned()]),
                ("r version 7".to_owned(), vec!["A.b".to_owned()]),
            ]
        );
    }

    #[test]
    fn a_version_is_one_schema() {
        let one = entry("s", Some(2), "A", "a");
        let same = versions("r", vec![one.clone(), one.clone()]).unwrap();
        assert_eq!(
            told(&same),
            [("r version 2".to_owned(), vec!["A.a".to_owned()])]
        );
        let other = Entry {
            name: "other.json".to_owned(),
            ..entry("s", Some(2), "A", "b")
        };
        let refused = format!("{:?}", versions("r", vec![one, other]).unwrap_err());
        assert!(
            refused.contains("version 2 of s is one thing in s/Some(2) and another in other.json")
        );
        // Where nobody counted them, their order does.
        let entries = vec![entry("s", None, "A", "a"), entry("s", None, "A", "b")];
        assert_eq!(versions("r", entries).unwrap().len(), 2);
    }

    #[test]
    fn many_subjects_end_at_the_same_version() {
        let entries = vec![
            entry("s", Some(1), "A", "a"),
            entry("s", Some(2), "A", "b"),
            entry("t", Some(9), "B", "a"),
        ];
        let found = told(&versions("r", entries).unwrap());
        let names = |at: usize| found[at].1.join(" ");
        assert_eq!(
            (found[0].0.as_str(), names(0)),
            ("r (1 before the latest)", "A.a".into())
        );
        assert_eq!(
            (found[1].0.as_str(), names(1)),
            ("r (latest)", "A.b B.a".into())
        );
    }

    #[test]
    fn schemas_of_one_name_are_told_apart_by_their_groups() {
        let entries = vec![
            entry("s", None, "A", "a"),
            entry("t", None, "A", "b"),
            entry("u", None, "A", "a"),
        ];
        let found = versions("r", entries).unwrap();
        let [version] = found.as_slice() else {
            panic!("{found:?}");
        };
        let names: Vec<&str> = version.messages.iter().map(|m| m.name.as_str()).collect();
        assert_eq!(names, ["A@s", "A@t", "A@u"]);
        // Definitions have one of that name, which is compared with each.
        let apart = told(&for_definitions(version.clone()));
        let latest = ("r (latest)".to_owned(), vec!["A.a".to_owned()]);
        let other = (
            "r (latest, other 1 of the same names)".to_owned(),
            vec!["A.b".to_owned()],
        );
        assert_eq!(apart, [other, latest]);
    }

    #[test]
    fn what_is_no_schema_is_told_with_its_name() {
        let mut broken = entry("s", Some(1), "A", "a");
        broken.text = "{".to_owned();
        match versions("r", vec![broken]) {
            Err(Failure::Definitions {
                sources,
                diagnostics,
            }) => {
                let place = sources.place(diagnostics.0[0].span).unwrap();
                assert!(place.starts_with("s/Some(1):1:"), "{place}");
            }
            other => panic!("{other:?}"),
        }
    }
}
