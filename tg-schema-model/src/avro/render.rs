//! A record or enum of the model into its Avro schema.
//!
//! Each type is defined where it occurs first, depth first in the order of the fields, and referred to
//! by name after that.
//!
//! A type without namespace cannot be told from one of the enclosing namespace once it is inside one:
//! a bare name means the enclosing namespace, and not every implementation takes an empty
//! `"namespace"` for none (nor has the canonical form a way to say it). So in this one schema such a
//! type gets a namespace: the one that encloses its definition, else the one that encloses the first
//! reference which would mean another type. Names outside any namespace stay as they are.
//!
//! Old Records of different modules may have one full name. Where a schema holds two such types, the
//! second gets the namespace `same_name_2` (below its own, where it has one), the third `same_name_3`.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::default::{Defaults, Notation};
use super::{Enum, Field, Kind, Logical, MAX_DEPTH, Name, Record, Schema, direct};
use crate::json::Layout;
use crate::schema::{self, EnumId, Presence, RecordId, Type};

/// The Avro schema of a record.
pub fn schema(schema: &schema::Schema, record: RecordId) -> Schema {
    finish(Renderer::new(schema).ty(&Type::Record(record)))
}

/// The Avro schema of an enum.
pub fn schema_of_enum(schema: &schema::Schema, id: EnumId) -> Schema {
    finish(Renderer::new(schema).ty(&Type::Enum(id)))
}

/// The Avro schema of a record as text, indented by two spaces, without a line end after the last line.
pub fn text(schema: &schema::Schema, record: RecordId) -> String {
    let mut out = String::new();
    text_into(schema, record, &mut out);
    out
}

/// Puts [`text`] in the place of what `out` has: its memory is used again.
pub fn text_into(schema: &schema::Schema, record: RecordId, out: &mut String) {
    let layout = Layout::pretty(2);
    out.clear();
    *out = direct::text(schema, record, layout, std::mem::take(out))
        .unwrap_or_else(|| self::schema(schema, record).to_text(layout));
}

/// [`text`] of an enum.
pub fn text_of_enum(schema: &schema::Schema, id: EnumId) -> String {
    schema_of_enum(schema, id).to_text(Layout::pretty(2))
}

/// The Parsing Canonical Form of a record's Avro schema: the identity of a writer.
pub fn canonical_text(schema: &schema::Schema, record: RecordId) -> String {
    self::schema(schema, record).canonical()
}

/// Whether the types of a record lie deeper inside each other than [`MAX_DEPTH`]. Rendering then leaves
/// out definitions, so validation must refuse it.
pub fn nests_too_deep(schema: &schema::Schema, record: RecordId) -> bool {
    let mut renderer = Renderer::new(schema);
    renderer.ty(&Type::Record(record));
    renderer.cut
}

/// The schema without documentation: what is registered with Pulsar for a plain record.
pub(crate) fn schema_without_doc(schema: &schema::Schema, record: RecordId) -> Schema {
    let mut renderer = Renderer::new(schema);
    renderer.doc = false;
    finish(renderer.ty(&Type::Record(record)))
}

/// A record or an enum.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Id {
    Record(RecordId),
    Enum(EnumId),
}

struct Renderer<'s> {
    schema: &'s schema::Schema,
    defaults: Defaults<'s>,
    doc: bool,
    records: HashSet<RecordId>,
    enums: HashSet<EnumId>,
    /// The types of each full name, in the order of their first mention.
    names: BTreeMap<Name, Vec<Id>>,
    depth: usize,
    /// Something lies too deep and was left out.
    cut: bool,
}

impl<'s> Renderer<'s> {
    fn new(schema: &'s schema::Schema) -> Self {
        Renderer {
            schema,
            defaults: Defaults::new(schema, Notation::Json),
            doc: true,
            records: HashSet::new(),
            enums: HashSet::new(),
            names: BTreeMap::new(),
            depth: 0,
            cut: false,
        }
    }

    fn ty(&mut self, ty: &Type) -> Schema {
        if self.depth >= MAX_DEPTH {
            self.cut = true;
            return match ty {
                Type::Record(id) => Schema::Ref(self.record_name(*id)),
                Type::Enum(id) => Schema::Ref(self.enum_name(*id)),
                _ => Kind::Null.into(),
            };
        }
        self.depth += 1;
        let schema = self.at_depth(ty);
        self.depth -= 1;
        schema
    }

    fn at_depth(&mut self, ty: &Type) -> Schema {
        match ty {
            Type::Array(item) => Schema::array(self.ty(item)),
            Type::Map(item) => Schema::map(self.ty(item)),
            Type::Optional(inner) => Schema::nullable(self.ty(inner)),
            Type::Record(id) => self.record(*id),
            Type::Enum(id) => self.enumeration(*id),
            _ => plain(ty).map_or_else(|| logical(ty), Schema::from),
        }
    }

    fn record_name(&mut self, id: RecordId) -> Name {
        match self.schema.records.get(id.0) {
            Some(r) => self.name(Name::new(r.namespace.as_deref(), &r.name), Id::Record(id)),
            None => Name::new(None, ""),
        }
    }

    fn enum_name(&mut self, id: EnumId) -> Name {
        match self.schema.enums.get(id.0) {
            Some(e) => self.name(Name::new(e.namespace.as_deref(), &e.name), Id::Enum(id)),
            None => Name::new(None, ""),
        }
    }

    /// A full name that no other type of this schema has.
    fn name(&mut self, name: Name, id: Id) -> Name {
        let known = self.names.entry(name.clone()).or_default();
        let index = known.iter().position(|other| *other == id);
        let index = index.unwrap_or_else(|| {
            known.push(id);
            known.len() - 1
        });
        if index == 0 {
            return name;
        }
        let last = format!("same_name_{}", index + 1);
        let namespace = match &name.namespace {
            Some(namespace) => format!("{namespace}.{last}"),
            None => last,
        };
        Name::new(Some(&namespace), &name.name)
    }

    fn doc(&self, doc: &Option<String>) -> Option<String> {
        doc.clone().filter(|_| self.doc)
    }

    fn record(&mut self, id: RecordId) -> Schema {
        let name = self.record_name(id);
        let schema = self.schema;
        let Some(record) = schema.records.get(id.0).filter(|_| self.records.insert(id)) else {
            return Schema::Ref(name);
        };
        Schema::Record(Record {
            name,
            doc: self.doc(&record.doc),
            aliases: record.aliases.clone(),
            fields: record
                .fields
                .iter()
                .map(|field| self.field(field))
                .collect(),
            properties: Vec::new(),
        })
    }

    fn field(&mut self, field: &schema::Field) -> Field {
        let nullable = field.presence.nullable();
        // The union is a level of its own.
        self.depth += usize::from(nullable);
        let ty = self.ty(&field.ty);
        self.depth -= usize::from(nullable);
        let default = match &field.presence {
            Presence::Required => None,
            Presence::Default(value) => Some(self.defaults.json(&field.ty, value)),
            Presence::Optional | Presence::NullableDefault(_) => Some(crate::Json::Null),
        };
        Field {
            name: field.name.clone(),
            doc: self.doc(&field.doc),
            schema: if nullable { Schema::nullable(ty) } else { ty },
            default,
            order: None,
            aliases: field.aliases.clone(),
            properties: Vec::new(),
        }
    }

    fn enumeration(&mut self, id: EnumId) -> Schema {
        let name = self.enum_name(id);
        let schema = self.schema;
        let Some(e) = schema.enums.get(id.0).filter(|_| self.enums.insert(id)) else {
            return Schema::Ref(name);
        };
        Schema::Enum(Enum {
            name,
            doc: self.doc(&e.doc),
            aliases: e.aliases.clone(),
            symbols: e.symbols.iter().map(|s| s.name.clone()).collect(),
            default: e.default_symbol().map(|s| s.name.clone()),
            properties: Vec::new(),
        })
    }
}

/// The primitive type that a type is.
pub(super) fn plain(ty: &Type) -> Option<Kind> {
    Some(match ty {
        Type::String => Kind::String,
        Type::Boolean => Kind::Boolean,
        Type::Int => Kind::Int,
        Type::Long => Kind::Long,
        Type::Float => Kind::Float,
        Type::Double => Kind::Double,
        Type::Bytes => Kind::Bytes,
        _ => return None,
    })
}

/// The Avro form of a logical type; `null` for any other type.
pub(crate) fn logical(ty: &Type) -> Schema {
    match ty {
        Type::Date => Schema::logical(Kind::Int, Logical::Date),
        Type::TimeMs => Schema::logical(Kind::Int, Logical::TimeMillis),
        Type::TimestampMs => Schema::logical(Kind::Long, Logical::TimestampMillis),
        Type::TimestampUs => Schema::logical(Kind::Long, Logical::TimestampMicros),
        Type::Uuid => Schema::logical(Kind::String, Logical::Uuid),
        Type::Decimal { precision, scale } => {
            let (precision, scale) = (u32::from(*precision), u32::from(*scale));
            Schema::logical(Kind::Bytes, Logical::Decimal { precision, scale })
        }
        _ => Kind::Null.into(),
    }
}

/// Gives a namespace to each type that needs one. Renaming one can bring another into a namespace,
/// so it is repeated until nothing is left; each round renames at least one.
fn finish(mut schema: Schema) -> Schema {
    while has_stray(&schema, None) {
        let mut names = Names::default();
        names.collect(&schema, None);
        let mut renamed = BTreeMap::new();
        for (name, namespace) in &names.needed {
            let mut new = Name::new(Some(namespace), name);
            while names.taken.contains(&new) {
                new.namespace = new.namespace.map(|namespace| namespace + "_");
            }
            names.taken.insert(new.clone());
            renamed.insert(Name::new(None, name), new);
        }
        rename(&mut schema, &renamed);
    }
    schema
}

/// Whether a type without namespace stands inside one.
fn has_stray(schema: &Schema, enclosing: Option<&str>) -> bool {
    let mut inside = enclosing;
    if let Some(name) = schema.name() {
        inside = name.namespace.as_deref();
        if inside.is_none() && enclosing.is_some() {
            return true;
        }
    }
    let stray = |part: &Schema| has_stray(part, inside);
    match schema {
        Schema::Record(r) => r.fields.iter().any(|f| stray(&f.schema)),
        Schema::Array(a) => stray(&a.items),
        Schema::Map(m) => stray(&m.values),
        Schema::Union(branches) => branches.iter().any(stray),
        Schema::Primitive(_) | Schema::Enum(_) | Schema::Fixed(_) | Schema::Ref(_) => false,
    }
}

#[derive(Default)]
struct Names {
    /// All full names.
    taken: BTreeSet<Name>,
    /// Types without namespace that stand inside one, and the one that they get.
    needed: BTreeMap<String, String>,
}

impl Names {
    fn collect(&mut self, schema: &Schema, enclosing: Option<&str>) {
        let mut inside = enclosing;
        if let Some(name) = schema.name() {
            match (&name.namespace, enclosing) {
                (None, Some(enclosing)) => {
                    let namespace = self.needed.entry(name.name.clone());
                    namespace.or_insert_with(|| enclosing.to_owned());
                }
                (namespace, _) => inside = namespace.as_deref(),
            }
            if !matches!(schema, Schema::Ref(_)) {
                self.taken.insert(name.clone());
            }
        }
        for part in schema.parts() {
            self.collect(part, inside);
        }
    }
}

fn rename(schema: &mut Schema, names: &BTreeMap<Name, Name>) {
    let new = |name: &mut Name| {
        if let Some(new) = names.get(name) {
            *name = new.clone();
        }
    };
    match schema {
        Schema::Ref(name) => new(name),
        Schema::Enum(e) => new(&mut e.name),
        Schema::Fixed(f) => new(&mut f.name),
        Schema::Array(a) => rename(&mut a.items, names),
        Schema::Map(m) => rename(&mut m.values, names),
        Schema::Union(branches) => branches.iter_mut().for_each(|b| rename(b, names)),
        Schema::Record(r) => {
            new(&mut r.name);
            r.fields
                .iter_mut()
                .for_each(|field| rename(&mut field.schema, names));
        }
        Schema::Primitive(_) => {}
    }
}
