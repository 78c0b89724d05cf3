//! Schemas that refer to those of other subjects, into one text each.
//!
//! A name that a schema uses and does not define is replaced, where it is used first, by its definition in what the
//! schema refers to.

use std::collections::{BTreeMap, BTreeSet};

use tg_schema_model::avro::{Kind, Name};
use tg_schema_model::{Json, json};

use super::super::Notes;
use super::super::history::Entry;
use crate::exit::Failure;

/// How far references lead on.
const MAX_REFERENCES: usize = 64;
/// Types inside each other.
const MAX_DEPTH: usize = 2000;
/// Arrays and objects inside each other in one text.
const MAX_JSON_DEPTH: usize = 1000;

/// A schema as a registry answers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registered {
    /// The text.
    text: String,
    /// `AVRO`, `JSON`, `PROTOBUF`.
    kind: String,
    /// Subjects and versions.
    references: Vec<(String, u64)>,
    /// What messages that are written with it begin with.
    id: Option<u32>,
}

impl Registered {
    /// Whether both are one schema, whichever ids they came with.
    fn is(&self, other: &Self) -> bool {
        (&self.text, &self.kind, &self.references) == (&other.text, &other.kind, &other.references)
    }

    /// Of an answer; nothing where it is none.
    pub fn of(tree: &Json) -> Option<Self> {
        let references = match tree.get("references") {
            None | Some(Json::Null) => Vec::new(),
            Some(list) => {
                let references = list.as_array()?.iter().map(|one| {
                    let version = one.get("version")?.as_number()?.parse().ok()?;
                    Some((one.get("subject")?.as_str()?.to_owned(), version))
                });
                references.collect::<Option<_>>()?
            }
        };
        let kind = tree.get("schemaType").and_then(Json::as_str);
        Some(Registered {
            text: tree.get("schema")?.as_str()?.to_owned(),
            kind: kind.unwrap_or("AVRO").to_owned(),
            references,
            id: tree
                .get("id")
                .and_then(Json::as_number)
                .and_then(|id| id.parse().ok()),
        })
    }
}

/// The context of a subject, nothing for the one that all registries have, and its name there: `:.context:name`.
pub fn parts(subject: &str) -> (&str, &str) {
    let qualified = subject.strip_prefix(':');
    match qualified.and_then(|subject| subject.split_once(':')) {
        Some((".", name)) => ("", name),
        Some((context, name)) if context.starts_with('.') => (context, name),
        _ => ("", subject),
    }
}

/// Somebody who knows schemas by subject and version.
pub trait Schemas {
    /// The schema.
    fn schema(&mut self, subject: &str, version: u64) -> Result<Registered, Failure>;
}

/// Answers of a registry that were kept in files.
#[derive(Debug, Default)]
pub struct Kept {
    /// Names of the files and the answers, by subject and version.
    answers: BTreeMap<(String, u64), (String, Registered)>,
}

impl Kept {
    /// Adds an answer of a file.
    pub fn add(&mut self, file: &str, tree: &Json) -> Result<(), String> {
        let subject = tree.get("subject").and_then(Json::as_str);
        let subject = subject.ok_or("its subject is no text")?.to_owned();
        let version = tree.get("version").and_then(Json::as_number);
        let version = version
            .and_then(|n| n.parse().ok())
            .ok_or("it has no version")?;
        let schema = Registered::of(tree).ok_or("it is no answer of a schema registry")?;
        let key = (subject, version);
        if let Some((other, before)) = self.answers.get(&key)
            && !before.is(&schema)
        {
            let (subject, version) = key;
            return Err(format!(
                "version {version} of {subject} is another in {other}"
            ));
        }
        self.answers.insert(key, (file.to_owned(), schema));
        Ok(())
    }

    /// Everything that was kept.
    pub fn entries(&mut self, notes: &mut Notes) -> Result<Vec<Entry>, Failure> {
        let mut entries = Vec::new();
        for ((subject, version), (file, schema)) in self.answers.clone() {
            let name = format!("{file} ({subject} version {version})");
            let mut resolver = Resolver::new(self);
            entries.extend(resolver.entry(&subject, version, name, schema, notes)?);
        }
        Ok(entries)
    }
}

impl Schemas for Kept {
    fn schema(&mut self, subject: &str, version: u64) -> Result<Registered, Failure> {
        let found = self.answers.get(&(subject.to_owned(), version));
        let missing = || {
            Failure::new(format!(
                "version {version} of {subject} is referred to, and not there"
            ))
        };
        found.map(|(_, schema)| schema.clone()).ok_or_else(missing)
    }
}

/// Puts schemas and what they refer to together.
pub struct Resolver<'s, S> {
    schemas: &'s mut S,
    /// Definitions by full name, each with its namespace.
    library: BTreeMap<String, Json>,
}

impl<'s, S: Schemas> Resolver<'s, S> {
    /// One for each schema: another one may refer to other versions.
    pub fn new(schemas: &'s mut S) -> Self {
        Resolver {
            schemas,
            library: BTreeMap::new(),
        }
    }

    /// A schema as one text; nothing where it is no Avro schema.
    pub fn entry(
        &mut self,
        subject: &str,
        version: u64,
        name: String,
        schema: Registered,
        notes: &mut Notes,
    ) -> Result<Option<Entry>, Failure> {
        if schema.kind != "AVRO" {
            notes.push(format!(
                "version {version} of {subject} is left out: it is of the kind {}",
                schema.kind
            ));
            return Ok(None);
        }
        let id = schema.id;
        let text = match schema.references.is_empty() {
            true => schema.text,
            false => {
                self.collect(subject, &schema.references, 0)?;
                self.whole(&schema.text)
                    .map_err(|why| Failure::new(format!("cannot read {name}: {why}")))?
            }
        };
        Ok(Some(Entry {
            group: subject.to_owned(),
            version: Some(version),
            name,
            text,
            schema_type: None,
            id,
        }))
    }

    /// What a subject refers to, in its own context where it names none.
    fn collect(
        &mut self,
        of: &str,
        references: &[(String, u64)],
        depth: usize,
    ) -> Result<(), Failure> {
        if depth >= MAX_REFERENCES {
            return Err(Failure::new(format!(
                "references lead on more than {MAX_REFERENCES} times"
            )));
        }
        for (subject, version) in references {
            let subject = &match (parts(of).0, subject.starts_with(':')) {
                (context, false) if !context.is_empty() => format!(":{context}:{subject}"),
                _ => subject.clone(),
            };
            let schema = self.schemas.schema(subject, *version)?;
            let tree = json::parse_deep(&schema.text, MAX_JSON_DEPTH).map_err(|error| {
                Failure::new(format!(
                    "version {version} of {subject} is not JSON: {error}"
                ))
            })?;
            let before = self.library.len();
            definitions(&tree, None, &mut self.library);
            // What adds nothing was there before, with all that it refers to.
            if self.library.len() > before {
                self.collect(subject, &schema.references, depth + 1)?;
            }
        }
        Ok(())
    }

    fn whole(&self, text: &str) -> Result<String, String> {
        let tree = json::parse_deep(text, MAX_JSON_DEPTH).map_err(|error| error.to_string())?;
        let mut known = BTreeSet::new();
        Ok(self.filled(&tree, None, &mut known, 0)?.compact())
    }

    /// A type in which every name is defined before it is used.
    fn filled(
        &self,
        tree: &Json,
        namespace: Option<&str>,
        known: &mut BTreeSet<String>,
        depth: usize,
    ) -> Result<Json, String> {
        if depth > MAX_DEPTH {
            return Err(format!("types in types, more than {MAX_DEPTH} levels"));
        }
        match tree {
            Json::String(written) if Kind::from_name(written).is_none() => {
                let full = Name::resolve(written, namespace).full();
                match self.library.get(&full) {
                    Some(definition) if !known.contains(&full) => {
                        self.filled(definition, None, known, depth + 1)
                    }
                    _ => Ok(tree.clone()),
                }
            }
            Json::Array(branches) => {
                let branches = branches
                    .iter()
                    .map(|branch| self.filled(branch, namespace, known, depth + 1));
                Ok(Json::Array(branches.collect::<Result<_, _>>()?))
            }
            Json::Object(entries) => {
                let name = name_of(tree, namespace);
                if let Some(name) = &name
                    && !known.insert(name.full())
                {
                    return Ok(Json::str(name.full()));
                }
                let inside = match &name {
                    Some(name) => name.namespace.as_deref(),
                    None => namespace,
                };
                let entries = entries.iter().map(|(key, value)| {
                    let value = match (key.as_str(), value) {
                        ("items" | "values", part) => {
                            self.filled(part, inside, known, depth + 1)?
                        }
                        ("type", part) if name.is_none() => {
                            self.filled(part, inside, known, depth + 1)?
                        }
                        ("fields", Json::Array(fields)) => {
                            let fields = fields
                                .iter()
                                .map(|field| self.field(field, inside, known, depth + 1));
                            Json::Array(fields.collect::<Result<_, _>>()?)
                        }
                        (_, other) => other.clone(),
                    };
                    Ok((key.clone(), value))
                });
                Ok(Json::Object(entries.collect::<Result<_, String>>()?))
            }
            other => Ok(other.clone()),
        }
    }

    fn field(
        &self,
        field: &Json,
        namespace: Option<&str>,
        known: &mut BTreeSet<String>,
        depth: usize,
    ) -> Result<Json, String> {
        let Json::Object(entries) = field else {
            return Ok(field.clone());
        };
        let entries = entries.iter().map(|(key, value)| {
            let value = match key.as_str() {
                "type" => self.filled(value, namespace, known, depth)?,
                _ => value.clone(),
            };
            Ok((key.clone(), value))
        });
        Ok(Json::Object(entries.collect::<Result<_, String>>()?))
    }
}

/// The name of a record, enum or fixed.
fn name_of(tree: &Json, namespace: Option<&str>) -> Option<Name> {
    let kind = tree.get("type").and_then(Json::as_str)?;
    if !matches!(kind, "record" | "error" | "enum" | "fixed") {
        return None;
    }
    let written = tree.get("name").and_then(Json::as_str)?;
    let own = tree.get("namespace").and_then(Json::as_str);
    Some(Name::resolve(written, own.or(namespace)))
}

/// Adds every definition in a tree, with its namespace, so that it means the same anywhere.
fn definitions(tree: &Json, namespace: Option<&str>, library: &mut BTreeMap<String, Json>) {
    match tree {
        Json::Array(branches) => branches
            .iter()
            .for_each(|b| definitions(b, namespace, library)),
        Json::Object(entries) => {
            let name = name_of(tree, namespace);
            let inside = match &name {
                Some(name) => name.namespace.as_deref(),
                None => namespace,
            };
            if let Some(name) = &name {
                let mut whole = entries.clone();
                whole.retain(|(key, _)| key != "namespace" && key != "name");
                let space = name.namespace.as_deref().unwrap_or("");
                whole.insert(0, ("name".to_owned(), Json::str(&name.name)));
                whole.insert(1, ("namespace".to_owned(), Json::str(space)));
                library.entry(name.full()).or_insert(Json::Object(whole));
            }
            for (key, value) in entries {
                match (key.as_str(), value) {
                    ("items" | "values", part) => definitions(part, inside, library),
                    ("type", part) if name.is_none() => definitions(part, inside, library),
                    ("fields", Json::Array(fields)) => {
                        let types = fields.iter().filter_map(|field| field.get("type"));
                        types.for_each(|ty| definitions(ty, inside, library));
                    }
                    _ => {}
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests;
