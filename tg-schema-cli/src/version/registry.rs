//! `registry:URL[/SUBJECT]`: every version that a schema registry with Confluent's interface holds.
//!
//! | address | what is asked for |
//! |---|---|
//! | `http://host:8081` | every subject |
//! | `http://host:8081/SUBJECT`, `…/subjects/SUBJECT` | that one; it has to be there |
//! | `…/subjects/SUBJECT/versions/N`, `…/versions/latest` | that version of it |
//!
//! What a schema refers to in other subjects is fetched too, and becomes a part of its text ([`reference`]).

mod reference;

use std::collections::BTreeMap;

use tg_schema_compat::version::Version;
use tg_schema_model::{Json, json};

use super::Notes;
use super::history::{self, Entry};
use crate::exit::Failure;
use crate::http::{self, Answer, Client, Credentials, Limits, Refusal};
use crate::uri;

pub use reference::Kept;
use reference::{Registered, Resolver, Schemas};

const ACCEPT: &str = "application/vnd.schemaregistry.v1+json, application/json";
const TOKEN: &str = "SCHEMA_REGISTRY_TOKEN";
const BASIC: &str = "SCHEMA_REGISTRY_BASIC_AUTH";

/// The versions behind an address.
pub fn read(address: &str, label: &str, notes: &mut Notes) -> Result<Vec<Version>, Failure> {
    let credentials = Credentials::token(TOKEN).or_else(|| Credentials::basic(BASIC));
    let entries = entries(address, credentials, Limits::default(), notes)?;
    history::versions(label, entries)
}

fn entries(
    address: &str,
    credentials: Option<Credentials>,
    limits: Limits,
    notes: &mut Notes,
) -> Result<Vec<Entry>, Failure> {
    let address = http::plain(address, "the registry", TOKEN)?.trim_end_matches('/');
    let client = Client::new(address, credentials, limits);
    let mut registry = Registry {
        client,
        base: String::new(),
        known: BTreeMap::new(),
        aliases: BTreeMap::new(),
    };
    let mut entries = Vec::new();
    for (subject, version) in registry.wanted(address)? {
        let versions = match version {
            Some(version) => vec![version],
            None => registry.versions(&subject)?,
        };
        for version in versions {
            let schema = registry.schema(&subject, version)?;
            let name = registry.version_address(&subject, version);
            entries.extend(
                Resolver::new(&mut registry).entry(&subject, version, name, schema, notes)?,
            );
        }
    }
    Ok(entries)
}

struct Registry {
    client: Client,
    /// Address before `/subjects`.
    base: String,
    /// What was fetched, by subject and version.
    known: BTreeMap<(String, u64), Registered>,
    /// The subjects that stand behind other names.
    aliases: BTreeMap<String, Option<String>>,
}

impl Registry {
    /// Subjects, each with a version or with all.
    fn wanted(&mut self, address: &str) -> Result<Vec<(String, Option<u64>)>, Failure> {
        if let Some((base, rest)) = http::split(address, "/subjects") {
            self.base = base.to_owned();
            let parts: Vec<&str> = rest.split('/').filter(|part| !part.is_empty()).collect();
            return match parts[..] {
                [] => self.subjects(),
                [subject] | [subject, "versions"] => Ok(vec![(uri::plain(subject), None)]),
                [subject, "versions", "latest" | "-1"] => {
                    let subject = uri::plain(subject);
                    let last = self.versions(&subject)?.into_iter().max();
                    Ok(last.map(|last| (subject, Some(last))).into_iter().collect())
                }
                [subject, "versions", version] => {
                    let version = version.parse().map_err(|_| {
                        Failure::help(
                            format!("`{version}` is no version of a subject"),
                            "write its number or `latest`, or leave it out for all versions",
                        )
                    })?;
                    Ok(vec![(uri::plain(subject), Some(version))])
                }
                _ => Err(Failure::new(format!(
                    "{address} is no address that is known here"
                ))),
            };
        }
        self.base = address.to_owned();
        match self.get("/subjects")? {
            Answer::Text(text) => {
                let subjects = self.listed(&text)?;
                match above(address) {
                    Some((base, last)) => self.told_apart(subjects, base, &uri::plain(last)),
                    None => Ok(subjects),
                }
            }
            Answer::Missing => match above(address) {
                Some((base, subject)) => {
                    self.base = base.to_owned();
                    Ok(vec![(uri::plain(subject), None)])
                }
                None => Err(Failure::help(
                    format!("there is no registry at {address}"),
                    "write the address before `/subjects`",
                )),
            },
            Answer::Refused(refusal) => Err(self.refused("/subjects", &refusal)),
        }
    }

    /// The last part of an address below which the registry lists its subjects may be one of them all the same,
    /// where the server looks at no other part of a path.
    fn told_apart(
        &mut self,
        subjects: Vec<(String, Option<u64>)>,
        base: &str,
        last: &str,
    ) -> Result<Vec<(String, Option<u64>)>, Failure> {
        let below = std::mem::replace(&mut self.base, base.to_owned());
        let same = match self.get("/subjects")? {
            Answer::Text(text) => self.listed(&text).is_ok_and(|above| above == subjects),
            Answer::Missing | Answer::Refused(_) => false,
        };
        if !same {
            self.base = below;
            return Ok(subjects);
        }
        match subjects.iter().find(|(subject, _)| subject == last) {
            Some(found) => Ok(vec![found.clone()]),
            None => Err(Failure::help(
                format!("{base} has no subject `{last}`"),
                format!(
                    "for all subjects, write {base}, or {base}/{last}/subjects if that is a registry"
                ),
            )),
        }
    }

    fn subjects(&mut self) -> Result<Vec<(String, Option<u64>)>, Failure> {
        let text = self.text("/subjects")?;
        self.listed(&text)
    }

    fn listed(&self, text: &str) -> Result<Vec<(String, Option<u64>)>, Failure> {
        let tree = json::parse(text).ok();
        let subjects = tree.as_ref().and_then(Json::as_array).and_then(|items| {
            let texts = items
                .iter()
                .map(|item| Json::as_str(item).map(str::to_owned));
            texts.collect::<Option<Vec<String>>>()
        });
        let mut subjects =
            subjects.ok_or_else(|| self.garbage("/subjects", "a list of subjects"))?;
        subjects.sort();
        subjects.dedup();
        Ok(subjects
            .into_iter()
            .map(|subject| (subject, None))
            .collect())
    }

    fn versions(&mut self, subject: &str) -> Result<Vec<u64>, Failure> {
        let path = format!("/subjects/{}/versions", uri::part(subject));
        let text = self.text(&path)?;
        let tree = json::parse(&text).ok();
        let versions = tree.as_ref().and_then(Json::as_array).and_then(|items| {
            let numbers = items.iter().map(|item| item.as_number()?.parse().ok());
            numbers.collect::<Option<Vec<u64>>>()
        });
        let versions = versions.ok_or_else(|| self.garbage(&path, "a list of versions"))?;
        match versions.len() > history::MAX_VERSIONS {
            true => Err(Failure::new(format!(
                "{subject} has more than {} versions",
                history::MAX_VERSIONS
            ))),
            false => Ok(versions),
        }
    }

    /// The subject of which the registry says that a name is an alias.
    fn behind(&mut self, name: &str) -> Option<&str> {
        if !self.aliases.contains_key(name) {
            let answer = self.get(&format!("/config/{}", uri::part(name)));
            let alias = match answer {
                Ok(Answer::Text(text)) => json::parse(&text).ok(),
                _ => None,
            };
            let alias = alias.as_ref().and_then(|config| config.get("alias"));
            let alias = alias.and_then(Json::as_str).map(str::to_owned);
            self.aliases.insert(name.to_owned(), alias);
        }
        self.aliases.get(name)?.as_deref()
    }

    fn version_path(subject: &str, version: u64) -> String {
        format!("/subjects/{}/versions/{version}", uri::part(subject))
    }

    fn version_address(&self, subject: &str, version: u64) -> String {
        format!("{}{}", self.base, Registry::version_path(subject, version))
    }

    fn text(&mut self, path: &str) -> Result<String, Failure> {
        match self.get(path)? {
            Answer::Text(text) => Ok(text),
            Answer::Missing => Err(Failure::new(format!("{}{path} is not there", self.base))),
            Answer::Refused(refusal) => Err(self.refused(path, &refusal)),
        }
    }

    fn get(&mut self, path: &str) -> Result<Answer, Failure> {
        let address = format!("{}{path}", self.base);
        let answer = self.client.get(&address, ACCEPT);
        answer.map_err(|why| Failure::new(format!("cannot fetch {address}: {why}")))
    }

    fn refused(&self, path: &str, refusal: &Refusal) -> Failure {
        let message = format!("{}{path} answered with {refusal}", self.base);
        match refusal.status {
            401 | 403 => Failure::help(
                message,
                format!(
                    "put a token in the environment variable {TOKEN}, or NAME:PASSWORD in {BASIC}"
                ),
            ),
            _ => Failure::new(message),
        }
    }

    fn garbage(&self, path: &str, expected: &str) -> Failure {
        Failure::new(format!(
            "{}{path} is not {expected}: is this a schema registry?",
            self.base
        ))
    }
}

impl Schemas for Registry {
    fn schema(&mut self, subject: &str, version: u64) -> Result<Registered, Failure> {
        let key = (subject.to_owned(), version);
        if let Some(known) = self.known.get(&key) {
            return Ok(known.clone());
        }
        let path = Registry::version_path(subject, version);
        let text = self.text(&path)?;
        let tree = json::parse(&text).ok();
        let part = |key: &str| tree.as_ref().and_then(|tree| tree.get(key));
        let (of, number) = (part("subject"), part("version"));
        let is_asked_for = |of: &str| {
            let (asked, told) = (reference::parts(subject), reference::parts(of));
            // Below a context, subjects are asked for by their bare names.
            let inside = asked.0.is_empty() && self.base.contains("/contexts/");
            asked.1 == told.1 && (asked.0 == told.0 || inside)
        };
        let of_subject = of.is_none_or(|of| of.as_str().is_some_and(is_asked_for));
        let of_version = number.is_none_or(|n| n.as_number() == Some(&version.to_string()));
        let told = of.and_then(Json::as_str);
        let same = of_subject || told.is_some() && told == self.behind(subject);
        if !(same && of_version) {
            let shown = |one: Option<&Json>| one.map_or("none".to_owned(), Json::compact);
            return Err(Failure::new(format!(
                "{}{path} is asked for, and the answer is of the subject {} and the version {}",
                self.base,
                shown(of),
                shown(number)
            )));
        }
        let schema = tree.as_ref().and_then(Registered::of);
        let schema = schema.ok_or_else(|| self.garbage(&path, "a schema"))?;
        self.known.insert(key, schema.clone());
        Ok(schema)
    }
}

/// An address as the one above it and the last part of its path.
fn above(address: &str) -> Option<(&str, &str)> {
    let (above, last) = address.rsplit_once('/')?;
    (above.contains("://") && !above.ends_with('/') && !last.is_empty()).then_some((above, last))
}

#[cfg(test)]
mod tests;
