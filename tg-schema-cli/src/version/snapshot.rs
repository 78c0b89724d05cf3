//! What registries export, kept in a file, into versions.
//!
//! | form | from |
//! |---|---|
//! | `{"subject", "version", "schema", "schemaType", "references"}` | `/subjects/SUBJECT/versions/N` of a schema registry |
//! | an array of these, or one a line | `/schemas` of a schema registry, scripts |
//! | what [`tg_schema_migrate::registered`] reads | a Pulsar admin interface, `pulsar-admin` |
//!
//! The versions of one subject or topic may be in several files.

use std::collections::HashMap;

use tg_schema_compat::version::Version;
use tg_schema_migrate::registered::{self, Fetched, Registered};
use tg_schema_model::diagnostic::unmarked;
use tg_schema_model::{Json, json};

use super::Notes;
use super::history::{self, Entry};
use super::registry::Kept;
use crate::exit::Failure;

/// The versions in texts, each with the name of its file.
pub fn read(
    label: &str,
    texts: &[(String, String)],
    notes: &mut Notes,
) -> Result<Vec<Version>, Failure> {
    let mut entries = Vec::new();
    let mut kept = Kept::default();
    for (name, text) in texts {
        match documents(text) {
            Some(documents) => {
                for document in documents {
                    kept.add(name, &document)
                        .map_err(|why| cannot(name, &why))?;
                }
            }
            None => entries.extend(of_registered(registered::read(name, text), notes)?),
        }
    }
    entries.extend(kept.entries(notes)?);
    history::versions(label, entries)
}

/// The answers of a schema registry in a text; nothing where it holds something else.
fn documents(text: &str) -> Option<Vec<Json>> {
    let text = unmarked(text);
    let found = match json::parse(text) {
        Ok(Json::Array(items)) => items,
        Ok(one) => vec![one],
        Err(_) => {
            let lines = text.lines().filter(|line| !line.trim().is_empty());
            lines.map(json::parse).collect::<Result<_, _>>().ok()?
        }
    };
    let answers = |tree: &Json| tree.get("subject").is_some() && tree.get("schema").is_some();
    (!found.is_empty() && found.iter().all(answers)).then_some(found)
}

fn cannot(name: &str, why: &str) -> Failure {
    Failure::help(
        format!("cannot read {name}: {why}"),
        "keep what one server answered as it came, each version once",
    )
}

/// Schemas that Pulsar has. Bytes, strings and their like have no text, and never change.
pub fn of_registered(found: Vec<Registered>, notes: &mut Notes) -> Result<Vec<Entry>, Failure> {
    let mut entries = Vec::new();
    // Versions that stand together without a topic are those of one, whatever each of them is called.
    let mut latest: HashMap<String, (u64, String)> = HashMap::new();
    for one in &found {
        if let (None, Some(version), Fetched::Schema { name, .. }) =
            (&one.topic, one.version, &one.schema)
        {
            let known = latest.entry(one.origin.clone()).or_default();
            if known.1.is_empty() || known.0 <= version {
                *known = (version, name.clone());
            }
        }
    }
    for one in found {
        let Registered {
            origin,
            topic,
            version,
            kind,
            schema,
        } = one;
        let called = match version {
            Some(version) => format!("{origin} version {version}"),
            None => origin.clone(),
        };
        match schema {
            Fetched::Schema { name, text, .. } => entries.push(Entry {
                group: topic.unwrap_or_else(|| match latest.get(&origin) {
                    Some((_, name)) if version.is_some() => name.clone(),
                    _ => name,
                }),
                name: called,
                version,
                text,
                schema_type: kind,
                id: None,
            }),
            Fetched::Primitive(_) => {}
            Fetched::Other(kind) => {
                notes.push(format!("{called} is left out: it is of the kind {kind}"));
            }
            Fetched::Unreadable(why) => return Err(cannot(&origin, &why)),
        }
    }
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(texts: &[&str]) -> Result<Vec<String>, String> {
        let name = |at: usize| format!("{at}.json");
        let texts: Vec<_> = texts
            .iter()
            .enumerate()
            .map(|(at, text)| (name(at), (*text).to_owned()))
            .collect();
        let versions = read("export", &texts, &mut Notes::new());
        let versions = versions.map_err(|failure| format!("{failure:?}"))?;
        let told = versions.iter().map(|version| {
            let names: Vec<&str> = version.messages.iter().map(|m| m.name.as_str()).collect();
            format!("{}: {}", version.label, names.join(" "))
        });
        Ok(told.collect())
    }

    const RECORD: &str = r#"{\"type\":\"record\",\"name\":\"A\",\"fields\":[]}"#;

    #[test]
    fn answers_of_a_schema_registry() {
        let one = format!(r#"{{"subject":"s","version":3,"id":1,"schema":"{RECORD}"}}"#);
        let other = r#"{"subject":"s","version":4,"id":2,"schema":"[\"int\",\"string\"]"}"#;
        let both = ["export version 3: A", "export version 4: union"];
        assert_eq!(labels(&[&one, other]).unwrap(), both);
        assert_eq!(labels(&[&format!("[{other},{one}]")]).unwrap(), both);
        assert_eq!(labels(&[&format!("{one}\n\n{other}\n")]).unwrap(), both);
    }

    #[test]
    fn answers_of_a_pulsar_admin_interface() {
        let schema = |n| format!(r#"{{"version":{n},"type":"AVRO","data":"{RECORD}"}}"#);
        let all = format!(
            r#"{{"t":{{"getSchemaResponses":[{},{}]}}}}"#,
            schema(0),
            schema(1)
        );
        assert_eq!(
            labels(&[&all]).unwrap(),
            ["export version 0: A", "export version 1: A"]
        );
        assert!(
            labels(&[r#"{"type":"STRING","data":""}"#])
                .unwrap()
                .is_empty()
        );
        assert!(labels(&["<html>"]).unwrap_err().contains("not JSON"));
    }
}
