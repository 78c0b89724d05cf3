//! Schema text into a tree: names resolved, rules checked, limits kept.

mod definition;

use std::collections::HashMap;
use std::fmt;

use super::check::check_defaults;
use super::error::AvroError;
use super::logical::{Base, known, logical};
use super::{Array, Kind, Map, Name, Primitive, Properties, Schema};
use crate::json::{self, Json};
use crate::name::is_avro_name;

/// Bytes of schema text that are read.
pub const MAX_TEXT_BYTES: usize = 4 << 20;
/// Types inside each other (records, arrays, maps and unions each count) that are read or rendered.
pub const MAX_DEPTH: usize = 256;
/// Bytes of all names of a schema together, namespaces written out.
pub const MAX_NAME_BYTES: usize = 16 << 20;
/// A field whose type is a union takes four levels of JSON for two of types.
pub(super) const MAX_JSON_DEPTH: usize = 2 * MAX_DEPTH + 16;

/// Which texts are schemas.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Rules {
    /// The specification's.
    #[default]
    Spec,
    /// Also what registries hold in practice: names with other characters than the specification
    /// allows, defaults that do not fit, a definition that is repeated word by word, a branch that
    /// occurs twice in a union, a bare name that only exists without namespace, and a type that is
    /// wrapped in an object once more.
    Registered,
}

/// Reads a schema by the rules of the specification.
pub fn parse(text: &str) -> Result<Schema, AvroError> {
    parse_with(text, Rules::Spec)
}

/// Reads a schema by rules of the caller's choice.
pub fn parse_with(text: &str, rules: Rules) -> Result<Schema, AvroError> {
    if text.len() > MAX_TEXT_BYTES {
        let message = format!(
            "a schema of {} bytes; at most {MAX_TEXT_BYTES} are read",
            text.len()
        );
        return Err(AvroError {
            path: String::new(),
            message,
        });
    }
    let json = json::parse_deep(text, MAX_JSON_DEPTH).map_err(|e| AvroError {
        path: String::new(),
        message: e.to_string(),
    })?;
    let mut reader = Reader {
        rules,
        path: String::new(),
        depth: 0,
        name_bytes: 0,
        defined: HashMap::new(),
    };
    let schema = reader.schema(&json, None)?;
    if rules == Rules::Spec {
        check_defaults(&schema)?;
    }
    Ok(schema)
}

struct Reader<'a> {
    rules: Rules,
    path: String,
    depth: usize,
    name_bytes: usize,
    /// The text of every definition so far.
    defined: HashMap<Name, &'a Json>,
}

type Read<T> = Result<T, AvroError>;

impl<'a> Reader<'a> {
    fn error<T>(&self, message: impl Into<String>) -> Read<T> {
        Err(AvroError {
            path: self.path.clone(),
            message: message.into(),
        })
    }

    /// Goes to a part of the value at hand. After an error nobody comes back, and the path stays.
    fn enter(&mut self, part: impl fmt::Display) -> usize {
        let len = self.path.len();
        self.path.push('/');
        self.path.push_str(&part.to_string());
        len
    }

    /// Comes back from where [`Reader::enter`] went.
    fn leave(&mut self, len: usize) {
        self.path.truncate(len);
    }

    fn error_at<T>(&mut self, part: &str, message: impl Into<String>) -> Read<T> {
        self.enter(part);
        self.error(message)
    }

    fn schema(&mut self, json: &'a Json, enclosing: Option<&str>) -> Read<Schema> {
        self.descend()?;
        let schema = match json {
            Json::String(name) => self.named(name, enclosing),
            Json::Array(branches) => self.union(branches, enclosing),
            Json::Object(_) => self.object(json, enclosing),
            other => self.error(format!("expected a type, found {}", other.kind())),
        };
        self.depth -= 1;
        schema
    }

    fn descend(&mut self) -> Read<()> {
        if self.depth >= MAX_DEPTH {
            return self.error(format!("more than {MAX_DEPTH} types inside each other"));
        }
        self.depth += 1;
        Ok(())
    }

    /// A type that is given by its name alone.
    fn named(&mut self, written: &str, enclosing: Option<&str>) -> Read<Schema> {
        if let Some(kind) = Kind::from_name(written) {
            return Ok(kind.into());
        }
        if self.rules == Rules::Spec && written.starts_with('.') {
            return self.error("a name starts with a dot");
        }
        let mut name = Name::resolve(written, enclosing);
        if self.rules == Rules::Registered && !self.defined.contains_key(&name) {
            let bare = Name::new(None, written);
            if self.defined.contains_key(&bare) {
                name = bare;
            }
        }
        if !self.defined.contains_key(&name) {
            return self.error(match Kind::from_name(&written.to_lowercase()) {
                Some(kind) => format!("no type {written:?}; did you mean {:?}", kind.as_str()),
                None => format!("no type {:?} is defined before this place", name.full()),
            });
        }
        self.spend(&name)?;
        Ok(Schema::Ref(name))
    }

    fn spend(&mut self, name: &Name) -> Read<()> {
        self.name_bytes += name.name.len() + name.namespace.as_ref().map_or(0, String::len);
        if self.name_bytes > MAX_NAME_BYTES {
            return self.error(format!(
                "the names are longer than {MAX_NAME_BYTES} bytes together"
            ));
        }
        Ok(())
    }

    fn union(&mut self, branches: &'a [Json], enclosing: Option<&str>) -> Read<Schema> {
        let mut read = Vec::with_capacity(branches.len());
        let mut seen = HashMap::new();
        for (i, branch) in branches.iter().enumerate() {
            let back = self.enter(i);
            let branch = self.schema(branch, enclosing)?;
            // An array is one, and so is an object whose type is an array.
            if matches!(branch, Schema::Union(_)) {
                return self.error("a union directly inside a union");
            }
            read.push(branch);
            self.check_branch(&read, &mut seen)?;
            self.leave(back);
        }
        Ok(Schema::Union(read))
    }

    /// Whether the last branch is unlike those before it.
    fn check_branch(&self, branches: &[Schema], seen: &mut HashMap<String, usize>) -> Read<()> {
        let Some((last, before)) = branches.split_last() else {
            return Ok(());
        };
        let kind = branch_name(last);
        match seen.insert(kind.clone(), before.len()) {
            Some(first) if self.rules == Rules::Spec => self.error(format!(
                "the union has {kind} twice; first as branch {first}"
            )),
            _ => Ok(()),
        }
    }

    fn object(&mut self, json: &'a Json, enclosing: Option<&str>) -> Read<Schema> {
        match json.get("type") {
            Some(Json::String(kind)) => match kind.as_str() {
                // An error is a record that a protocol can give back.
                "record" | "error" => self.record(json, enclosing),
                "enum" => self.enumeration(json, enclosing),
                "fixed" => self.fixed(json, enclosing),
                "array" => self.array(json, enclosing),
                "map" => self.map(json, enclosing),
                name => self.primitive(json, name, enclosing),
            },
            Some(_) if self.rules == Rules::Registered => self.part(json, "type", enclosing),
            Some(other) => {
                let message = format!("expected the name of a type, found {}", other.kind());
                self.error_at("type", message)
            }
            None => self.error("a type needs the attribute \"type\""),
        }
    }

    /// `{"type": "int"}` and its like, or a name.
    fn primitive(&mut self, json: &Json, name: &str, enclosing: Option<&str>) -> Read<Schema> {
        match Kind::from_name(name) {
            Some(kind) => {
                let logical = logical(json, Base::Primitive(kind));
                let properties = rest(json, &known(&["type"], logical));
                Ok(Schema::Primitive(Primitive {
                    kind,
                    logical,
                    properties,
                }))
            }
            None => {
                let back = self.enter("type");
                let schema = self.named(name, enclosing)?;
                self.leave(back);
                Ok(schema)
            }
        }
    }

    fn array(&mut self, json: &'a Json, enclosing: Option<&str>) -> Read<Schema> {
        let items = Box::new(self.part(json, "items", enclosing)?);
        let properties = rest(json, &["type", "items"]);
        Ok(Schema::Array(Array { items, properties }))
    }

    fn map(&mut self, json: &'a Json, enclosing: Option<&str>) -> Read<Schema> {
        let values = Box::new(self.part(json, "values", enclosing)?);
        let properties = rest(json, &["type", "values"]);
        Ok(Schema::Map(Map { values, properties }))
    }

    /// The schema under `key`.
    fn part(&mut self, json: &'a Json, key: &str, enclosing: Option<&str>) -> Read<Schema> {
        match json.get(key) {
            Some(part) => {
                let back = self.enter(key);
                let schema = self.schema(part, enclosing)?;
                self.leave(back);
                Ok(schema)
            }
            None => self.error(format!("the attribute {key:?} is missing")),
        }
    }

    fn name_problem(&self, name: &str) -> Option<String> {
        let legal = match self.rules {
            Rules::Spec => is_avro_name(name),
            Rules::Registered => !name.is_empty(),
        };
        (!legal)
            .then(|| format!("{name:?} is not a name: letters, digits and _ only, no digit first"))
    }

    fn text(&mut self, json: &Json, key: &str) -> Read<Option<String>> {
        match json.get(key) {
            None => Ok(None),
            Some(Json::String(text)) => Ok(Some(text.clone())),
            Some(other) => {
                let message = format!("expected a string, found {}", other.kind());
                self.error_at(key, message)
            }
        }
    }
}

/// What may occur once in a union: the full name of a named type, the kind of another.
fn branch_name(schema: &Schema) -> String {
    match schema {
        Schema::Primitive(p) => p.kind.as_str().to_owned(),
        Schema::Array(_) => "array".to_owned(),
        Schema::Map(_) => "map".to_owned(),
        Schema::Union(_) => "union".to_owned(),
        named => named.name().map(Name::full).unwrap_or_default(),
    }
}

/// The attributes of an object but these.
fn rest(json: &Json, known: &[&str]) -> Properties {
    let entries = json.as_object().unwrap_or_default();
    entries
        .iter()
        .filter(|(key, _)| !known.contains(&key.as_str()))
        .cloned()
        .collect()
}
