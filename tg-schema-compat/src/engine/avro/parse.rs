//! JSON into a graph, in the order and with the refusals of Java's parser.

use std::collections::HashMap;
use std::fmt::{self, Write as _};

use tg_schema_dynamic::datum::parse_double;
use tg_schema_model::avro::{Kind, Name, Order};
use tg_schema_model::{Json, MAX_SYMBOLS};

use super::default::{Check, is_valid};
use super::{Defaults, Enum, Equality, Field, Fixed, Graph, Id, Node, Record, Refusal, Shape};
use super::{name, resolve};
use crate::engine::stack::{Budget, TooLarge};

/// The largest array of the Java machine.
const MAX_FIXED: u32 = 2_147_483_639;

/// Why reading ends early.
pub(super) enum Stop {
    Refused(Refusal),
    TooLarge(TooLarge),
}

impl From<TooLarge> for Stop {
    fn from(limit: TooLarge) -> Self {
        Stop::TooLarge(limit)
    }
}

pub(super) type Read<T> = Result<T, Stop>;

/// The graph of a schema's JSON form.
pub(super) fn read(json: &Json, defaults: Defaults, budget: &mut Budget) -> Read<Graph> {
    let mut parser = Parser {
        graph: Graph {
            nodes: Vec::new(),
            root: Id(0),
        },
        named: HashMap::new(),
        defaults,
        path: String::new(),
        budget,
    };
    parser.graph.root = parser.schema(json, None)?;
    let Parser { graph, named, .. } = parser;
    resolve::resolve(graph, &named, defaults, budget)
}

struct Parser<'b> {
    graph: Graph,
    /// Definitions that are complete, by full name.
    named: HashMap<String, Id>,
    defaults: Defaults,
    path: String,
    budget: &'b mut Budget,
}

impl Parser<'_> {
    fn refuse<T>(&self, message: impl Into<String>) -> Read<T> {
        Err(Stop::Refused(Refusal {
            path: self.path.clone(),
            message: message.into(),
        }))
    }

    fn add(&mut self, shape: Shape, json: Option<&Json>, known: &[&str]) -> Id {
        let id = Id(self.graph.nodes.len());
        self.graph.nodes.push(Node {
            shape,
            properties: json.map_or_else(Vec::new, |json| rest(json, known)),
        });
        id
    }

    fn schema(&mut self, json: &Json, space: Option<&str>) -> Read<Id> {
        self.budget.enter()?;
        let id = match json {
            Json::String(name) => self.reference(name, space),
            Json::Array(branches) => self.union(branches, space)?,
            Json::Object(_) => self.object(json, space)?,
            other => return self.refuse(format!("expected a type, found {}", other.kind())),
        };
        self.budget.leave();
        Ok(id)
    }

    /// The schema of a part, with the part's place in the path.
    fn part(&mut self, json: &Json, at: impl fmt::Display, space: Option<&str>) -> Read<Id> {
        let len = self.path.len();
        let _ = write!(self.path, "/{at}");
        let id = self.schema(json, space)?;
        self.path.truncate(len);
        Ok(id)
    }

    fn reference(&mut self, written: &str, space: Option<&str>) -> Id {
        if let Some(kind) = Kind::from_name(written) {
            return self.add(Shape::Primitive(kind), None, &[]);
        }
        let full = match space {
            Some(space) if !written.contains('.') => format!("{space}.{written}"),
            _ => written.to_owned(),
        };
        let known = self.named.get(&full).or_else(|| self.named.get(written));
        match known {
            Some(id) => *id,
            None => self.add(Shape::Unresolved(full), None, &[]),
        }
    }

    fn union(&mut self, branches: &[Json], space: Option<&str>) -> Read<Id> {
        let mut ids = Vec::with_capacity(branches.len());
        for (at, branch) in branches.iter().enumerate() {
            let id = self.part(branch, at, space)?;
            if matches!(self.graph.shape(id), Shape::Union(_)) {
                return self.refuse("a union stands directly inside a union");
            }
            ids.push(id);
        }
        resolve::refuse_twins(&self.graph, &ids).map_err(|refusal| {
            Stop::Refused(Refusal {
                path: self.path.clone(),
                ..refusal
            })
        })?;
        Ok(self.add(Shape::Union(ids), None, &[]))
    }

    fn object(&mut self, json: &Json, space: Option<&str>) -> Read<Id> {
        let Some(word) = json.get("type").and_then(Json::as_str) else {
            return self.refuse("a type needs the name of a type as \"type\"");
        };
        if let Some(kind) = Kind::from_name(word) {
            return Ok(self.add(Shape::Primitive(kind), Some(json), &KNOWN));
        }
        match word {
            "record" | "error" => self.record(json, space),
            "enum" => self.enumeration(json, space),
            "fixed" => self.fixed(json, space),
            "array" | "map" => {
                let key = if word == "array" { "items" } else { "values" };
                let Some(part) = json.get(key) else {
                    return self.refuse(format!("{word} without {key:?}"));
                };
                let part = self.part(part, key, space)?;
                let shape = match word {
                    "array" => Shape::Array(part),
                    _ => Shape::Map(part),
                };
                Ok(self.add(shape, Some(json), &KNOWN))
            }
            other => self.refuse(format!(
                "{other:?} is no word for a type here; write the bare name for a type that is \
                 defined elsewhere"
            )),
        }
    }

    /// The name that a definition gives itself.
    fn name(&self, json: &Json, space: Option<&str>) -> Read<Name> {
        let Some(written) = json.get("name").and_then(Json::as_str) else {
            return self.refuse("a definition needs a name");
        };
        let space = json.get("namespace").and_then(Json::as_str).or(space);
        let name = Name::resolve(written, space);
        match name::definition_problem(&name) {
            Some(problem) => self.refuse(problem),
            None => Ok(name),
        }
    }

    /// The aliases as they are written, each once.
    fn aliases(&self, json: &Json) -> Read<Vec<String>> {
        let Some(written) = json.get("aliases") else {
            return Ok(Vec::new());
        };
        let Json::Array(items) = written else {
            return self.refuse("\"aliases\" is no array");
        };
        let mut aliases: Vec<String> = Vec::new();
        let mut seen = std::collections::HashSet::new();
        for item in items {
            match item.as_str() {
                Some(alias) if seen.insert(alias) => aliases.push(alias.to_owned()),
                Some(_) => {}
                None => return self.refuse("an alias is no string"),
            }
        }
        Ok(aliases)
    }

    fn full_aliases(&self, json: &Json, of: &Name) -> Read<Vec<Name>> {
        let written = self.aliases(json)?;
        let mut aliases = Vec::with_capacity(written.len());
        for alias in &written {
            let alias = Name::resolve(alias, of.namespace.as_deref());
            if let Some(problem) = name::problem(&alias.name) {
                return self.refuse(format!("as an alias: {problem}"));
            }
            aliases.push(alias);
        }
        Ok(aliases)
    }

    /// Makes a definition known; one of the same name has to be equal.
    fn define(&mut self, id: Id, name: &Name) -> Read<Id> {
        let full = name.full();
        match self.named.get(&full) {
            None => {
                self.named.insert(full, id);
            }
            Some(&first) => {
                let equal = Equality::new(&self.graph, &self.graph).of(first, id, self.budget)?;
                if !equal {
                    return self.refuse(format!(
                        "{full} is defined twice, and not alike; give one of them another name"
                    ));
                }
            }
        }
        Ok(id)
    }

    fn record(&mut self, json: &Json, space: Option<&str>) -> Read<Id> {
        let name = self.name(json, space)?;
        let Some(list) = json.get("fields").and_then(Json::as_array) else {
            return self.refuse(format!("record {name} needs an array \"fields\""));
        };
        let mut fields = Vec::with_capacity(list.len());
        let mut index = HashMap::with_capacity(list.len());
        for (at, item) in list.iter().enumerate() {
            let len = self.path.len();
            let _ = write!(self.path, "/fields/{at}");
            let field = self.field(item, name.namespace.as_deref())?;
            if index.insert(field.name.clone(), at).is_some() {
                return self.refuse(format!("{name} has the field {:?} twice", field.name));
            }
            fields.push(field);
            self.path.truncate(len);
        }
        let record = Record {
            aliases: self.full_aliases(json, &name)?,
            name: name.clone(),
            aliased: fields.iter().any(|field| !field.aliases.is_empty()),
            fields,
            index,
            open: false,
        };
        let id = self.add(Shape::Record(record), Some(json), &KNOWN);
        self.define(id, &name)
    }

    fn field(&mut self, json: &Json, space: Option<&str>) -> Read<Field> {
        let Some(name) = json.get("name").and_then(Json::as_str) else {
            return self.refuse("a field needs a name");
        };
        let Some(ty) = json.get("type") else {
            return self.refuse("a field needs a type");
        };
        let ty = self.part(ty, "type", space)?;
        let order = self.order(json)?;
        let mut default = json.get("default").cloned();
        if let (Some(Json::String(text)), Shape::Primitive(Kind::Float | Kind::Double)) =
            (&default, self.graph.shape(ty))
        {
            match parse_double(text) {
                Some(number) => default = Some(Json::Number(format!("{number:?}"))),
                None => return self.refuse(format!("the default {text:?} is no number")),
            }
        }
        if let Some(problem) = name::problem(name) {
            return self.refuse(problem);
        }
        if let (Defaults::Checked, Some(value)) = (self.defaults, &default) {
            let check = is_valid(&self.graph, ty, Some(value), self.budget)?;
            if check != Check::Valid {
                return self.refuse(resolve::invalid_default(&self.graph, name, ty, value));
            }
        }
        Ok(Field {
            name: name.to_owned(),
            ty,
            default,
            aliases: self.aliases(json)?,
            order,
            properties: rest(
                json,
                &["default", "doc", "name", "order", "type", "aliases"],
            ),
        })
    }

    fn order(&self, json: &Json) -> Read<Order> {
        let Some(written) = json.get("order") else {
            return Ok(Order::Ascending);
        };
        let word = written.as_str().map(str::to_uppercase);
        match word.as_deref() {
            Some("ASCENDING") => Ok(Order::Ascending),
            Some("DESCENDING") => Ok(Order::Descending),
            Some("IGNORE") => Ok(Order::Ignore),
            _ => self.refuse(format!(
                "the order {} is none of \"ascending\", \"descending\", \"ignore\"",
                written.compact()
            )),
        }
    }

    fn enumeration(&mut self, json: &Json, space: Option<&str>) -> Read<Id> {
        let name = self.name(json, space)?;
        let Some(list) = json.get("symbols").and_then(Json::as_array) else {
            return self.refuse(format!("enum {name} needs an array \"symbols\""));
        };
        if list.len() > MAX_SYMBOLS {
            let count = list.len();
            return self.refuse(format!(
                "{name} has {count} symbols; at most {MAX_SYMBOLS} are read"
            ));
        }
        let mut symbols = Vec::with_capacity(list.len());
        let mut seen = std::collections::HashSet::new();
        for item in list {
            let Some(symbol) = item.as_str() else {
                return self.refuse(format!("a symbol of {name} is no string"));
            };
            if let Some(problem) = name::problem(symbol) {
                return self.refuse(format!("as a symbol: {problem}"));
            }
            if !seen.insert(symbol) {
                return self.refuse(format!("{name} has the symbol {symbol:?} twice"));
            }
            symbols.push(symbol.to_owned());
        }
        let default = json.get("default").and_then(Json::as_str);
        if let Some(default) = default.filter(|default| !seen.contains(default)) {
            return self.refuse(format!(
                "the default {default:?} of {name} is none of its symbols"
            ));
        }
        let shape = Shape::Enum(Enum {
            name: name.clone(),
            aliases: self.full_aliases(json, &name)?,
            symbols,
            default: default.map(str::to_owned),
        });
        let mut known = KNOWN.to_vec();
        known.push("default");
        let id = self.add(shape, Some(json), &known);
        self.define(id, &name)
    }

    fn fixed(&mut self, json: &Json, space: Option<&str>) -> Read<Id> {
        let name = self.name(json, space)?;
        let size = json.get("size").and_then(Json::as_number);
        let size = size.and_then(|n| match n {
            "-0" => Some(0),
            n => n.parse::<u32>().ok(),
        });
        let Some(size) = size.filter(|size| *size <= MAX_FIXED) else {
            return self.refuse(format!(
                "fixed {name} needs a whole number of at most {MAX_FIXED} bytes as \"size\""
            ));
        };
        let shape = Shape::Fixed(Fixed {
            aliases: self.full_aliases(json, &name)?,
            name: name.clone(),
            size,
        });
        let id = self.add(shape, Some(json), &KNOWN);
        self.define(id, &name)
    }
}

/// Attributes of types that are no properties.
const KNOWN: [&str; 10] = [
    "doc",
    "fields",
    "items",
    "name",
    "namespace",
    "size",
    "symbols",
    "values",
    "type",
    "aliases",
];

fn rest(json: &Json, known: &[&str]) -> Vec<(String, Json)> {
    let entries = json.as_object().unwrap_or_default().iter();
    let rest = entries.filter(|(key, _)| !known.contains(&key.as_str()));
    let mut rest: Vec<_> = rest.cloned().collect();
    rest.sort_by(|a, b| a.0.cmp(&b.0));
    rest
}
