//! Schema text into a tree: names resolved, rules checked, limits kept.

use std::collections::HashMap;
use std::fmt;

use super::check::Check;
use super::{
    Array, Enum, Field, Fixed, Kind, Logical, Map, Name, Order, Primitive, Properties, Record, Schema,
};
use crate::json::{self, Json};
use crate::name::is_avro_name;

/// Bytes of schema text that are read.
pub const MAX_TEXT_BYTES: usize = 4 << 20;
/// Types inside each other (records, arrays, maps and unions each count) that are read or rendered.
pub const MAX_DEPTH: usize = 256;
/// Bytes of all names of a schema together, namespaces written out.
pub const MAX_NAME_BYTES: usize = 16 << 20;
/// A field whose type is a union takes four levels of JSON for two of types.
const MAX_JSON_DEPTH: usize = 2 * MAX_DEPTH + 16;

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

/// Why a text is not an Avro schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AvroError {
    /// Where: a JSON pointer such as `/fields/3/type`; empty for the whole text.
    pub path: String,
    /// What is wrong there.
    pub message: String,
}

impl fmt::Display for AvroError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.as_str() {
            "" => f.write_str(&self.message),
            path => write!(f, "{path}: {}", self.message),
        }
    }
}

impl std::error::Error for AvroError {}

/// Reads a schema by the rules of the specification.
pub fn parse(text: &str) -> Result<Schema, AvroError> {
    parse_with(text, Rules::Spec)
}

/// Reads a schema by rules of the caller's choice.
pub fn parse_with(text: &str, rules: Rules) -> Result<Schema, AvroError> {
    if text.len() > MAX_TEXT_BYTES {
        let message = format!("a schema of {} bytes; at most {MAX_TEXT_BYTES} are read", text.len());
        return Err(AvroError { path: String::new(), message });
    }
    let json = json::parse_deep(text, MAX_JSON_DEPTH)
        .map_err(|e| AvroError { path: String::new(), message: e.to_string() })?;
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

fn check_defaults(schema: &Schema) -> Result<(), AvroError> {
    let definitions = schema.definitions();
    let mut check = Check::new(&definitions);
    let mut open = vec![(schema, String::new())];
    while let Some((schema, path)) = open.pop() {
        let first = open.len();
        match schema {
            Schema::Record(r) => {
                for (i, field) in r.fields.iter().enumerate() {
                    let place = |part| format!("{path}/fields/{i}/{part}");
                    let default = field.default.as_ref();
                    if let Some(problem) = default.and_then(|d| check.problem(&field.schema, d)) {
                        let message = format!("the default does not fit the type: {problem}");
                        return Err(AvroError { path: place("default"), message });
                    }
                    open.push((&field.schema, place("type")));
                }
            }
            Schema::Array(a) => open.push((&a.items, format!("{path}/items"))),
            Schema::Map(m) => open.push((&m.values, format!("{path}/values"))),
            Schema::Union(branches) => {
                open.extend(branches.iter().enumerate().map(|(i, b)| (b, format!("{path}/{i}"))));
            }
            Schema::Primitive(_) | Schema::Enum(_) | Schema::Fixed(_) | Schema::Ref(_) => {}
        }
        if let Some(parts) = open.get_mut(first..) {
            parts.reverse();
        }
    }
    Ok(())
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
        Err(AvroError { path: self.path.clone(), message: message.into() })
    }

    /// Reads a part of the value at hand.
    fn at<T>(&mut self, part: impl fmt::Display, read: impl FnOnce(&mut Self) -> Read<T>) -> Read<T> {
        let len = self.path.len();
        self.path.push('/');
        self.path.push_str(&part.to_string());
        let value = read(self)?;
        self.path.truncate(len);
        Ok(value)
    }

    fn schema(&mut self, json: &'a Json, enclosing: Option<&str>) -> Read<Schema> {
        if self.depth >= MAX_DEPTH {
            return self.error(format!("more than {MAX_DEPTH} types inside each other"));
        }
        self.depth += 1;
        let schema = match json {
            Json::String(name) => self.named(name, enclosing),
            Json::Array(branches) => self.union(branches, enclosing),
            Json::Object(_) => self.object(json, enclosing),
            other => self.error(format!("expected a type, found {}", other.kind())),
        }?;
        self.depth -= 1;
        Ok(schema)
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
            return self.error(format!("the names are longer than {MAX_NAME_BYTES} bytes together"));
        }
        Ok(())
    }

    fn union(&mut self, branches: &'a [Json], enclosing: Option<&str>) -> Read<Schema> {
        let mut read = Vec::with_capacity(branches.len());
        let mut seen = HashMap::new();
        for (i, branch) in branches.iter().enumerate() {
            let schema = self.at(i, |reader| {
                if matches!(branch, Json::Array(_)) {
                    return reader.error("a union directly inside a union");
                }
                let schema = reader.schema(branch, enclosing)?;
                let kind = branch_name(&schema);
                match seen.insert(kind.clone(), i) {
                    Some(first) if reader.rules == Rules::Spec => {
                        reader.error(format!("the union has {kind} twice; first as branch {first}"))
                    }
                    _ => Ok(schema),
                }
            })?;
            read.push(schema);
        }
        Ok(Schema::Union(read))
    }

    fn object(&mut self, json: &'a Json, enclosing: Option<&str>) -> Read<Schema> {
        let kind = match json.get("type") {
            Some(Json::String(kind)) => kind.as_str(),
            Some(inner) if self.rules == Rules::Registered => {
                return self.at("type", |reader| reader.schema(inner, enclosing));
            }
            Some(other) => {
                let message = format!("expected the name of a type, found {}", other.kind());
                return self.at("type", |reader| reader.error(message));
            }
            None => return self.error("a type needs the attribute \"type\""),
        };
        match kind {
            "record" => self.record(json, enclosing),
            "enum" => self.enumeration(json, enclosing),
            "fixed" => self.fixed(json, enclosing),
            "array" => {
                let items = Box::new(self.part(json, "items", enclosing)?);
                let properties = rest(json, &["type", "items"]);
                Ok(Schema::Array(Array { items, properties }))
            }
            "map" => {
                let values = Box::new(self.part(json, "values", enclosing)?);
                let properties = rest(json, &["type", "values"]);
                Ok(Schema::Map(Map { values, properties }))
            }
            name => match Kind::from_name(name) {
                Some(kind) => {
                    let logical = logical(json, Base::Primitive(kind));
                    let properties = rest(json, &known(&["type"], logical));
                    Ok(Schema::Primitive(Primitive { kind, logical, properties }))
                }
                None => self.at("type", |reader| reader.named(name, enclosing)),
            },
        }
    }

    /// The schema under `key`.
    fn part(&mut self, json: &'a Json, key: &str, enclosing: Option<&str>) -> Read<Schema> {
        match json.get(key) {
            Some(part) => self.at(key, |reader| reader.schema(part, enclosing)),
            None => self.error(format!("the attribute {key:?} is missing")),
        }
    }

    fn record(&mut self, json: &'a Json, enclosing: Option<&str>) -> Read<Schema> {
        let name = match self.define(json, enclosing)? {
            Defined::New(name) => name,
            Defined::Repeated(name) => return Ok(Schema::Ref(name)),
        };
        let Some(list) = json.get("fields").and_then(Json::as_array) else {
            return self.error(format!("record {name} needs an array \"fields\""));
        };
        let mut fields: Vec<Field> = Vec::with_capacity(list.len());
        let mut seen = HashMap::new();
        for (i, item) in list.iter().enumerate() {
            let field = self.at("fields", |reader| {
                reader.at(i, |reader| {
                    let field = reader.field(item, name.namespace.as_deref())?;
                    match seen.insert(field.name.clone(), i) {
                        Some(first) => {
                            let message = format!("field {:?} is also field {first}", field.name);
                            reader.error(message)
                        }
                        None => Ok(field),
                    }
                })
            })?;
            fields.push(field);
        }
        Ok(Schema::Record(Record {
            name,
            doc: self.text(json, "doc")?,
            aliases: self.aliases(json, true)?,
            fields,
            properties: rest(json, &["type", "name", "namespace", "doc", "aliases", "fields"]),
        }))
    }

    fn field(&mut self, json: &'a Json, enclosing: Option<&str>) -> Read<Field> {
        if json.as_object().is_none() {
            return self.error(format!("expected a field, found {}", json.kind()));
        }
        let Some(name) = self.text(json, "name")? else {
            return self.error("a field needs a name");
        };
        if let Some(problem) = self.name_problem(&name) {
            return self.at("name", |reader| reader.error(problem));
        }
        let order = match self.text(json, "order")?.as_deref() {
            None => None,
            Some("ascending") => Some(Order::Ascending),
            Some("descending") => Some(Order::Descending),
            Some("ignore") => Some(Order::Ignore),
            Some(other) => {
                let message = format!("{other:?} is none of \"ascending\", \"descending\", \"ignore\"");
                return self.at("order", |reader| reader.error(message));
            }
        };
        Ok(Field {
            name,
            doc: self.text(json, "doc")?,
            schema: self.part(json, "type", enclosing)?,
            default: json.get("default").cloned(),
            order,
            aliases: self.aliases(json, false)?,
            properties: rest(json, &["name", "type", "doc", "default", "order", "aliases"]),
        })
    }

    fn enumeration(&mut self, json: &'a Json, enclosing: Option<&str>) -> Read<Schema> {
        let name = match self.define(json, enclosing)? {
            Defined::New(name) => name,
            Defined::Repeated(name) => return Ok(Schema::Ref(name)),
        };
        let Some(list) = json.get("symbols").and_then(Json::as_array) else {
            return self.error(format!("enum {name} needs an array \"symbols\""));
        };
        let mut symbols = Vec::with_capacity(list.len());
        let mut seen = HashMap::new();
        for (i, item) in list.iter().enumerate() {
            let symbol = self.at("symbols", |reader| {
                reader.at(i, |reader| {
                    let Some(symbol) = item.as_str() else {
                        return reader.error(format!("expected a symbol, found {}", item.kind()));
                    };
                    if let Some(problem) = reader.name_problem(symbol) {
                        return reader.error(problem);
                    }
                    match seen.insert(symbol, i) {
                        Some(first) => reader.error(format!("symbol {symbol:?} is also symbol {first}")),
                        None => Ok(symbol.to_owned()),
                    }
                })
            })?;
            symbols.push(symbol);
        }
        let default = self.text(json, "default")?;
        if let Some(default) = default.as_deref().filter(|d| !seen.contains_key(d)) {
            let message = format!("the default {default:?} is none of the symbols");
            return self.at("default", |reader| reader.error(message));
        }
        Ok(Schema::Enum(Enum {
            name,
            doc: self.text(json, "doc")?,
            aliases: self.aliases(json, true)?,
            symbols,
            default,
            properties: rest(json, &["type", "name", "namespace", "doc", "aliases", "symbols", "default"]),
        }))
    }

    fn fixed(&mut self, json: &'a Json, enclosing: Option<&str>) -> Read<Schema> {
        let name = match self.define(json, enclosing)? {
            Defined::New(name) => name,
            Defined::Repeated(name) => return Ok(Schema::Ref(name)),
        };
        let size = json.get("size").and_then(Json::as_number).and_then(|n| n.parse().ok());
        let Some(size) = size else {
            return self.error(format!("fixed {name} needs a whole number of bytes as \"size\""));
        };
        let logical = logical(json, Base::Fixed(size));
        Ok(Schema::Fixed(Fixed {
            name,
            doc: self.text(json, "doc")?,
            aliases: self.aliases(json, true)?,
            size,
            logical,
            properties: rest(json, &known(&["type", "name", "namespace", "doc", "aliases", "size"], logical)),
        }))
    }

    /// Enters the named type at hand among the definitions.
    fn define(&mut self, json: &'a Json, enclosing: Option<&str>) -> Read<Defined> {
        let Some(written) = self.text(json, "name")? else {
            return self.error("a record, enum or fixed needs a name");
        };
        let namespace = self.text(json, "namespace")?;
        let name = Name::resolve(&written, namespace.as_deref().or(enclosing));
        let parts = name.namespace.iter().flat_map(|ns| ns.split('.'));
        let problem = parts.chain([name.name.as_str()]).find_map(|part| self.name_problem(part));
        if let Some(problem) = problem {
            return self.at("name", |reader| reader.error(problem));
        }
        if self.rules == Rules::Spec && written.starts_with('.') {
            return self.at("name", |reader| reader.error("a name starts with a dot"));
        }
        if Kind::from_name(&name.name).is_some() {
            let message = format!("{:?} is the name of a primitive type", name.name);
            return self.at("name", |reader| reader.error(message));
        }
        self.spend(&name)?;
        match self.defined.get(&name) {
            None => {
                self.defined.insert(name.clone(), json);
                Ok(Defined::New(name))
            }
            Some(first) if self.rules == Rules::Registered && *first == json => Ok(Defined::Repeated(name)),
            Some(_) => self.at("name", |reader| reader.error(format!("{name} is defined twice"))),
        }
    }

    fn name_problem(&self, name: &str) -> Option<String> {
        let legal = match self.rules {
            Rules::Spec => is_avro_name(name),
            Rules::Registered => !name.is_empty(),
        };
        (!legal).then(|| format!("{name:?} is not a name: letters, digits and _ only, no digit first"))
    }

    fn text(&mut self, json: &Json, key: &str) -> Read<Option<String>> {
        match json.get(key) {
            None => Ok(None),
            Some(Json::String(text)) => Ok(Some(text.clone())),
            Some(other) => {
                let message = format!("expected a string, found {}", other.kind());
                self.at(key, |reader| reader.error(message))
            }
        }
    }

    fn aliases(&mut self, json: &Json, dotted: bool) -> Read<Vec<String>> {
        let Some(value) = json.get("aliases") else {
            return Ok(Vec::new());
        };
        self.at("aliases", |reader| {
            let Some(list) = value.as_array() else {
                return reader.error(format!("expected an array, found {}", value.kind()));
            };
            let read = |(i, alias): (usize, &Json)| {
                reader.at(i, |reader| {
                    let Some(alias) = alias.as_str() else {
                        return reader.error(format!("expected a name, found {}", alias.kind()));
                    };
                    let problem = match dotted {
                        true => alias.split('.').find_map(|part| reader.name_problem(part)),
                        false => reader.name_problem(alias),
                    };
                    match problem {
                        Some(problem) => reader.error(problem),
                        None => Ok(alias.to_owned()),
                    }
                })
            };
            list.iter().enumerate().map(read).collect()
        })
    }
}

enum Defined {
    New(Name),
    Repeated(Name),
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
    entries.iter().filter(|(key, _)| !known.contains(&key.as_str())).cloned().collect()
}

/// Attributes that a logical type uses up.
fn known<'k>(base: &[&'k str], logical: Option<Logical>) -> Vec<&'k str> {
    let mut known = base.to_vec();
    if let Some(logical) = logical {
        known.push("logicalType");
        if matches!(logical, Logical::Decimal { .. }) {
            known.extend(["precision", "scale"]);
        }
    }
    known
}

/// What a logical type is laid on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Base {
    Primitive(Kind),
    Fixed(u32),
}

/// The logical type that an object names, if it is known and fits.
fn logical(json: &Json, base: Base) -> Option<Logical> {
    const INT: Base = Base::Primitive(Kind::Int);
    const LONG: Base = Base::Primitive(Kind::Long);
    const BYTES: Base = Base::Primitive(Kind::Bytes);
    const STRING: Base = Base::Primitive(Kind::String);
    Some(match (json.get("logicalType")?.as_str()?, base) {
        ("date", INT) => Logical::Date,
        ("time-millis", INT) => Logical::TimeMillis,
        ("time-micros", LONG) => Logical::TimeMicros,
        ("timestamp-millis", LONG) => Logical::TimestampMillis,
        ("timestamp-micros", LONG) => Logical::TimestampMicros,
        ("timestamp-nanos", LONG) => Logical::TimestampNanos,
        ("local-timestamp-millis", LONG) => Logical::LocalTimestampMillis,
        ("local-timestamp-micros", LONG) => Logical::LocalTimestampMicros,
        ("local-timestamp-nanos", LONG) => Logical::LocalTimestampNanos,
        ("uuid", STRING | Base::Fixed(16)) => Logical::Uuid,
        ("big-decimal", BYTES) => Logical::BigDecimal,
        ("duration", Base::Fixed(12)) => Logical::Duration,
        ("decimal", BYTES | Base::Fixed(_)) => {
            let number = |key| json.get(key).map(|n| n.as_number().and_then(|n| n.parse().ok()));
            let precision: u32 = number("precision")??;
            let scale: u32 = number("scale").unwrap_or(Some(0))?;
            let fits = match base {
                Base::Fixed(size) => f64::from(precision) <= max_precision(size),
                Base::Primitive(_) => true,
            };
            if precision == 0 || scale > precision || !fits {
                return None;
            }
            Logical::Decimal { precision, scale }
        }
        _ => return None,
    })
}

/// Decimal digits that a two's complement number of `size` bytes always holds.
fn max_precision(size: u32) -> f64 {
    ((f64::from(size) * 8.0 - 1.0) * std::f64::consts::LOG10_2).floor()
}
