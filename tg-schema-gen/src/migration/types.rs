//! The types of fields as each target writes them, asked of the targets themselves.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use tg_schema_model::schema::full_name;
use tg_schema_model::{
    EnumId, Field, Json, Presence, RecordId, Schema, Value, avro, json, name, pulsar, value,
};
use tg_schema_rust::write;

use super::{former, toml};
use crate::python;

/// A schema with the names that its types have in the targets.
pub(super) struct Types<'s> {
    pub(super) schema: &'s Schema,
    /// Before fields were tightened. `None`: none was.
    pub(super) before: Option<Schema>,
    surface: Surface,
    rust: Vec<Vec<String>>,
    python: python::TypeNames,
}

/// An entry of a registered schema.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Entry {
    /// `type`, with named types by their names.
    pub(super) ty: String,
    /// `default`, where there is one.
    pub(super) default: Option<String>,
}

impl<'s> Types<'s> {
    pub(super) fn new(schema: &'s Schema) -> Self {
        let mut fields = schema.records.iter().flat_map(|r| &r.fields);
        let tightened = fields.any(|f| f.origin.as_ref().is_some_and(|o| o.former.is_some()));
        Types {
            schema,
            before: tightened.then(|| former::former(schema)),
            surface: Surface::of(schema),
            rust: write::field_types(schema, &Default::default()),
            python: python::type_names(schema),
        }
    }
    pub(super) fn rust(&self, id: RecordId, index: usize) -> String {
        short_paths(&self.rust[id.0][index])
    }
    pub(super) fn python(&self, id: RecordId, index: usize) -> String {
        self.python.fields[id.0][index].clone()
    }
    pub(super) fn rust_enum(&self, id: EnumId) -> String {
        name::rust_type(&self.schema.enumeration(id).name).unwrap_or_default()
    }
    pub(super) fn python_enum(&self, id: EnumId) -> String {
        self.python.enums[id.0].clone()
    }
    /// The Avro types of the fields of a record, by name.
    pub(super) fn avro(&self, id: RecordId) -> HashMap<String, String> {
        self.surface.with(id, self.schema, |schema| {
            let schema = avro::render::schema(schema, id).to_json();
            let entries = entries(&schema, &|name, namespace| full_name(namespace, name));
            entries
                .into_iter()
                .map(|(name, entry)| (name, entry.ty))
                .collect()
        })
    }
    /// What is registered for the fields of a record, by name: now, and before fields were tightened.
    pub(super) fn registered(&self, id: RecordId) -> (Entries, Option<Entries>) {
        // The client has full names of its own where it has any.
        let of = |schema: &Schema| entries(&pulsar::schema(schema, id), &|name, _| name.to_owned());
        let before = self
            .before
            .as_ref()
            .filter(|before| before.record(id) != self.schema.record(id));
        let before = before.map(|before| self.surface.with(id, before, of));
        (self.surface.with(id, self.schema, of), before)
    }
}

/// Entries of a registered schema by their names.
pub(super) type Entries = HashMap<String, Entry>;

/// A schema whose records have no fields, but for the one that is looked at: the types of its fields are the
/// same there, and rendering them does not go on into all that they hold. Where names may depend on what lies
/// deeper (two types of one name, types without namespace inside of one) it is the schema itself.
enum Surface {
    Bare(RefCell<Box<Schema>>),
    Whole,
}

impl Surface {
    fn of(schema: &Schema) -> Self {
        let records = schema.records.iter().map(|r| (&r.name, &r.namespace));
        let names = records.chain(schema.enums.iter().map(|e| (&e.name, &e.namespace)));
        let mut seen = HashSet::new();
        let mut spaced = names.clone().map(|(_, namespace)| namespace.is_some());
        let first = spaced.next().unwrap_or_default();
        let unique = names.map(|(name, _)| name).all(|name| seen.insert(name));
        if !unique || !spaced.all(|s| s == first) {
            return Surface::Whole;
        }
        let mut bare = schema.clone();
        bare.records.iter_mut().for_each(|r| r.fields.clear());
        Surface::Bare(RefCell::new(Box::new(bare)))
    }
    /// Looks at the record `id` of `schema`.
    fn with<R>(&self, id: RecordId, schema: &Schema, look: impl FnOnce(&Schema) -> R) -> R {
        let Surface::Bare(bare) = self else {
            return look(schema);
        };
        let mut bare = bare.borrow_mut();
        bare.records[id.0]
            .fields
            .clone_from(&schema.record(id).fields);
        let seen = look(&bare);
        bare.records[id.0].fields.clear();
        seen
    }
}

/// How a short name is written that stands in a namespace.
type Qualify<'q> = &'q dyn Fn(&str, Option<&str>) -> String;

fn entries(schema: &Json, qualify: Qualify<'_>) -> Entries {
    let fields = schema.get("fields").and_then(Json::as_array);
    let namespace = schema.get("namespace").and_then(Json::as_str);
    let entry = |field: &Json| {
        let name = field.get("name").and_then(Json::as_str)?;
        let ty = by_name(field.get("type")?, namespace, qualify).compact();
        let default = field.get("default").map(Json::compact);
        Some((name.to_owned(), Entry { ty, default }))
    };
    fields.into_iter().flatten().filter_map(entry).collect()
}

/// A schema in which the definitions of named types are their names. Only the outermost record of a schema
/// is looked into, so there is one namespace around.
fn by_name(schema: &Json, around: Option<&str>, qualify: Qualify<'_>) -> Json {
    let text = |key| schema.get(key).and_then(Json::as_str);
    let inner = |part: &Json| by_name(part, around, qualify);
    match schema {
        Json::Array(items) => Json::Array(items.iter().map(inner).collect()),
        Json::Object(entries) => match (text("type"), text("name"), text("namespace")) {
            (Some("record" | "enum"), Some(name), Some(own)) => {
                Json::String(full_name(Some(own), name))
            }
            (Some("record" | "enum"), Some(name), None) => Json::String(qualify(name, around)),
            _ => Json::object(entries.iter().map(|(key, part)| {
                let part = match key.as_str() {
                    "items" | "values" => inner(part),
                    _ => part.clone(),
                };
                (key.clone(), part)
            })),
        },
        Json::String(name) if !name.contains('.') && !name::is_avro_primitive(name) => {
            Json::String(qualify(name, around))
        }
        other => other.clone(),
    }
}

/// `Option<String>` for `::core::option::Option<::std::string::String>`, `left::Part` for
/// `super::left::Part`.
fn short_paths(ty: &str) -> String {
    let mut out = String::with_capacity(ty.len());
    let mut rest = ty;
    while !rest.is_empty() {
        let in_path = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':' | '#');
        let end = rest.find(|c| !in_path(c)).unwrap_or(rest.len());
        let (path, after) = rest.split_at(end);
        if path.starts_with("::") {
            out.push_str(path.rsplit("::").next().unwrap_or(path));
        } else {
            let mut path = path;
            while let Some(below) = path.strip_prefix("super::") {
                path = below;
            }
            out.push_str(path);
        }
        let next = after.chars().next().map_or(0, char::len_utf8);
        out.push_str(&after[..next]);
        rest = &after[next..];
    }
    out
}

/// A default as JSON; NaN and its like as Python writes them.
pub(super) fn default_json(schema: &Schema, field: &Field, default: &Value) -> Json {
    if let Some(written) = field.pulsar.default.as_deref()
        && let Ok(tree) = json::parse(written)
    {
        return tree;
    }
    let float = |n: f64| Json::Number(json::python_float(n));
    match default {
        Value::Double(n) if !n.is_finite() => float(*n),
        Value::Float(n) if !n.is_finite() => float(f64::from(*n)),
        other => value::to_json(schema, &field.ty, field.encoding, other).unwrap_or(Json::Null),
    }
}

/// A field as a definition has it, without what the table says elsewhere.
pub(super) fn definition(schema: &Schema, field: &Field) -> String {
    let ty = schema.type_text(&field.ty);
    let default = |default: &Value, nullable: &str| {
        let value = toml::value(&default_json(schema, field, default));
        let value = value.unwrap_or_else(|| "?".to_owned());
        format!(
            "{{ type = {}, default = {value}{nullable} }}",
            toml::string(&ty)
        )
    };
    match &field.presence {
        Presence::Required => ty,
        Presence::Optional => format!("{ty}?"),
        Presence::Default(value) => default(value, ""),
        Presence::NullableDefault(value) => default(value, ", nullable = true"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is seen without what lies deeper is what is seen with it.
    #[test]
    fn a_bare_schema_shows_the_same() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let folders = ["schemas", "tests/golden/migration/schemas"].map(|f| folder.join(f));
        let mut bare = 0;
        for folder in folders
            .iter()
            .flat_map(|f| [f.clone(), f.join("example"), f.join("trustgraph")])
        {
            let Ok(loaded) = crate::load::load(&[folder]) else {
                continue;
            };
            let schema = &loaded.schema;
            let mut types = Types::new(schema);
            let of = |types: &Types<'_>| -> Vec<_> {
                let each = schema
                    .record_ids()
                    .map(|id| (types.registered(id), types.avro(id)));
                each.collect()
            };
            let seen = of(&types);
            bare += usize::from(matches!(types.surface, Surface::Bare(_)));
            types.surface = Surface::Whole;
            assert_eq!(seen, of(&types));
        }
        assert!(bare >= 2, "{bare}");
    }

    #[test]
    fn paths_are_shortened_where_they_are_long() {
        let short = short_paths;
        assert_eq!(
            short("::core::option::Option<::std::vec::Vec<super::super::left::r#type::Part>>"),
            "Option<Vec<left::r#type::Part>>"
        );
        assert_eq!(
            short("::std::collections::BTreeMap<::std::string::String, i32>"),
            "BTreeMap<String, i32>"
        );
    }
}
