//! A graph as the JSON form of a schema, plain enough for every parser: full names, each definition at its first use,
//! nothing that only Java takes.

use std::collections::HashSet;

use tg_schema_model::Json;
use tg_schema_model::avro::Name;

use super::{Field, Graph, Id, Shape};
use crate::engine::stack::{Budget, TooLarge, walk};

impl Graph {
    /// The JSON form.
    ///
    /// # Errors
    /// Where the types are nested too deep.
    pub(crate) fn to_json(&self) -> Result<Json, TooLarge> {
        self.part_to_json(self.root, &HashSet::new())
    }

    /// The JSON form of a type in it. Types of the names that are known already are not defined again.
    ///
    /// # Errors
    /// Where the types are nested too deep.
    pub(crate) fn part_to_json(&self, id: Id, known: &HashSet<String>) -> Result<Json, TooLarge> {
        walk(|budget| {
            let mut printer = Printer {
                graph: self,
                defined: known.clone(),
                budget,
            };
            printer.ty(id)
        })
    }

    /// A field of a record in it, the same way.
    ///
    /// # Errors
    /// Where the types are nested too deep.
    pub(crate) fn field_to_json(
        &self,
        field: &Field,
        known: &HashSet<String>,
    ) -> Result<Json, TooLarge> {
        walk(|budget| {
            let mut printer = Printer {
                graph: self,
                defined: known.clone(),
                budget,
            };
            printer.field(field)
        })
    }
}

struct Printer<'g, 'b> {
    graph: &'g Graph,
    defined: HashSet<String>,
    budget: &'b mut Budget,
}

impl Printer<'_, '_> {
    fn ty(&mut self, id: Id) -> Result<Json, TooLarge> {
        self.budget.enter()?;
        let json = self.inner(id)?;
        self.budget.leave();
        Ok(json)
    }

    fn inner(&mut self, id: Id) -> Result<Json, TooLarge> {
        let node = self.graph.node(id);
        if let Some(name) = node.shape.name()
            && !self.defined.insert(name.full())
        {
            return Ok(Json::String(name.full()));
        }
        let mut entries: Vec<(String, Json)> = Vec::new();
        let mut put = |key: &str, value: Json| entries.push((key.to_owned(), value));
        match &node.shape {
            Shape::Union(branches) => {
                let branches = branches.iter().map(|branch| self.ty(*branch));
                return branches.collect::<Result<_, _>>().map(Json::Array);
            }
            Shape::Unresolved(name) => return Ok(Json::str(name)),
            Shape::Primitive(kind) if node.properties.is_empty() => {
                return Ok(Json::str(kind.as_str()));
            }
            Shape::Primitive(kind) => put("type", Json::str(kind.as_str())),
            Shape::Array(part) => {
                put("type", Json::str("array"));
                put("items", self.ty(*part)?);
            }
            Shape::Map(part) => {
                put("type", Json::str("map"));
                put("values", self.ty(*part)?);
            }
            Shape::Record(record) => {
                put("type", Json::str("record"));
                named(&record.name, &record.aliases, &mut put);
                let fields = record.fields.iter().map(|field| self.field(field));
                put("fields", Json::Array(fields.collect::<Result<_, _>>()?));
            }
            Shape::Enum(known) => {
                put("type", Json::str("enum"));
                named(&known.name, &known.aliases, &mut put);
                put("symbols", Json::strings(&known.symbols));
                if let Some(default) = &known.default {
                    put("default", Json::str(default));
                }
            }
            Shape::Fixed(fixed) => {
                put("type", Json::str("fixed"));
                named(&fixed.name, &fixed.aliases, &mut put);
                put("size", Json::int(fixed.size));
            }
        }
        let known: HashSet<String> = entries.iter().map(|(key, _)| key.clone()).collect();
        let rest = node
            .properties
            .iter()
            .filter(|(key, _)| !known.contains(key));
        entries.extend(rest.cloned());
        Ok(Json::Object(entries))
    }

    fn field(&mut self, field: &Field) -> Result<Json, TooLarge> {
        let mut entries = vec![
            ("name".to_owned(), Json::str(&field.name)),
            ("type".to_owned(), self.ty(field.ty)?),
        ];
        let aliases = field.aliases.iter().filter(|alias| !alias.is_empty());
        let aliases: Vec<&String> = aliases.collect();
        if !aliases.is_empty() {
            entries.push(("aliases".to_owned(), Json::strings(aliases)));
        }
        // Java takes texts for numbers that JSON does not have.
        let default = field.default.clone().map(|default| match default {
            Json::Number(n) if n.ends_with(char::is_alphabetic) => Json::String(n),
            default => default,
        });
        entries.extend(default.map(|default| ("default".to_owned(), default)));
        Ok(Json::Object(entries))
    }
}

/// The name of a type, and the names that it had.
fn named(name: &Name, aliases: &[Name], put: &mut impl FnMut(&str, Json)) {
    put("name", Json::str(&name.name));
    put(
        "namespace",
        Json::str(name.namespace.as_deref().unwrap_or_default()),
    );
    // Without a dot, a former name is one of the same namespace.
    let space = |name: &Name| name.namespace.clone().filter(|space| !space.is_empty());
    let former = aliases
        .iter()
        .map(|alias| match (space(alias), space(name)) {
            (None, None) => Json::str(&alias.name),
            (space, _) => Json::String(format!("{}.{}", space.unwrap_or_default(), alias.name)),
        });
    let former: Vec<Json> = former.collect();
    if !former.is_empty() {
        put("aliases", Json::Array(former));
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::avro::{Defaults, Graph};

    #[test]
    fn what_only_java_takes_becomes_plain() {
        let text = r#"["null", {"type": "record", "name": "R", "namespace": "x", "aliases": [".P", "Q"], "fields": [
            {"name": "l", "type": "Later", "order": "Ignore", "aliases": ["k", ""]},
            {"name": "e", "type": {"type": "enum", "name": "Later", "symbols": ["A"], "default": "A"}, "default": "A"},
            {"name": "d", "type": {"type": "bytes", "logicalType": "decimal", "precision": 4}},
            {"name": "n", "type": "double", "default": "NaN"},
            {"name": "m", "type": {"type": "map", "values": {"type": "array", "items": "R"}}},
            {"name": "f", "type": {"type": "fixed", "name": "F", "size": 3}}]}]"#;
        let graph = Graph::parse(text, Defaults::Unchecked).unwrap();
        let json = graph.to_json().unwrap().compact();
        let expected = r#"["null",{"type":"record","name":"R","namespace":"x","aliases":[".P","x.Q"],"fields":[
            {"name":"l","type":{"type":"enum","name":"Later","namespace":"x","symbols":["A"],"default":"A"},"aliases":["k"]},
            {"name":"e","type":"x.Later","default":"A"},
            {"name":"d","type":{"type":"bytes","logicalType":"decimal","precision":4}},
            {"name":"n","type":"double","default":"NaN"},
            {"name":"m","type":{"type":"map","values":{"type":"array","items":"x.R"}}},
            {"name":"f","type":{"type":"fixed","name":"F","namespace":"x","size":3}}]}]"#;
        assert_eq!(json, expected.replace("\n            ", ""));
        let again = Graph::parse(&json, Defaults::Unchecked).unwrap();
        assert_eq!(again.to_json().unwrap().compact(), json);
    }
}
