//! A record of the model straight into the text of its Avro schema.
//!
//! [`super::render`] makes a tree, because some types need other names than their own, which is known at the
//! end. Most schemas have none of them. Their text is the same without the tree, in half the time; of others
//! there is none from here.

use std::collections::BTreeSet;

use super::default::{Defaults, Notation};
use super::render::{logical, plain};
use super::write::{self, USUAL_TEXT, names, tail, text as entry};
use super::{Kind, MAX_DEPTH};
use crate::json::{Json, Layout, Sink, Writer};
use crate::schema::{Enum, EnumId, Field, Presence, Record, RecordId, Schema, Type, full_name};

/// Writes the text behind what stands in `out`, where each type has its own name in it.
pub(super) fn text(
    schema: &Schema,
    record: RecordId,
    layout: Layout,
    out: String,
) -> Option<String> {
    let mut direct = Direct {
        schema,
        defaults: Defaults::new(schema, Notation::Json),
        defined: BTreeSet::new(),
        names: BTreeSet::new(),
        depth: 0,
        out: Writer::new(layout).behind(out).with_room(USUAL_TEXT),
    };
    direct.ty(&Type::Record(record), None)?;
    Some(direct.out.finish())
}

struct Direct<'s> {
    schema: &'s Schema,
    defaults: Defaults<'s>,
    /// Records and enums that stand in the text.
    defined: BTreeSet<Id>,
    names: BTreeSet<FullName<'s>>,
    depth: usize,
    out: Writer,
}

/// A record or an enum.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Id {
    Record(RecordId),
    Enum(EnumId),
}

/// Namespace and name.
type FullName<'s> = (Option<&'s str>, &'s str);

impl<'s> Direct<'s> {
    fn ty(&mut self, ty: &Type, enclosing: Option<&str>) -> Option<()> {
        if self.depth >= MAX_DEPTH {
            return None;
        }
        self.depth += 1;
        match ty {
            Type::Array(item) => self.container("array", "items", item, enclosing)?,
            Type::Map(value) => self.container("map", "values", value, enclosing)?,
            Type::Optional(inner) => self.nullable(inner, enclosing)?,
            Type::Record(id) => {
                let record = self.schema.records.get(id.0)?;
                let name = (namespace(&record.namespace), record.name.as_str());
                if self.is_new(Id::Record(*id), name, enclosing)? {
                    self.record(record, name, enclosing)?;
                }
            }
            Type::Enum(id) => {
                let e = self.schema.enums.get(id.0)?;
                let name = (namespace(&e.namespace), e.name.as_str());
                if self.is_new(Id::Enum(*id), name, enclosing)? {
                    self.enumeration(e, name, enclosing);
                }
            }
            _ => match plain(ty) {
                Some(kind) => self.out.word(kind.as_str()),
                None => write::schema(&logical(ty), enclosing, &mut self.out),
            },
        }
        self.depth -= 1;
        Some(())
    }

    /// Whether a type has to be defined; else it is referred to. `None`: it needs another name.
    fn is_new(&mut self, id: Id, name: FullName<'s>, enclosing: Option<&str>) -> Option<bool> {
        let is_stray = name.0.is_none() && enclosing.is_some();
        let new = self.defined.insert(id);
        if is_stray || (new && !self.names.insert(name)) {
            return None;
        }
        if !new && name.0 == enclosing {
            self.out.string(name.1);
        } else if !new {
            self.out.string(&full_name(name.0, name.1));
        }
        Some(new)
    }

    fn container(
        &mut self,
        kind: &str,
        key: &str,
        inner: &Type,
        enclosing: Option<&str>,
    ) -> Option<()> {
        self.out.open_object();
        self.out.words("type", kind);
        self.out.known_key(key);
        self.ty(inner, enclosing)?;
        self.out.close_object();
        Some(())
    }

    fn nullable(&mut self, inner: &Type, enclosing: Option<&str>) -> Option<()> {
        self.out.open_array();
        self.out.word(Kind::Null.as_str());
        self.ty(inner, enclosing)?;
        self.out.close_array();
        Some(())
    }

    fn record(
        &mut self,
        record: &'s Record,
        name: FullName<'s>,
        enclosing: Option<&str>,
    ) -> Option<()> {
        self.out.open_object();
        self.out.words("type", "record");
        names(name.1, name.0, enclosing, &mut self.out);
        tail(record.doc.as_deref(), &record.aliases, &mut self.out);
        self.out.known_key("fields");
        self.out.open_array();
        for field in &record.fields {
            self.field(field, name.0)?;
        }
        self.out.close_array();
        self.out.close_object();
        Some(())
    }

    fn field(&mut self, field: &'s Field, enclosing: Option<&str>) -> Option<()> {
        self.out.open_object();
        self.out.known_key("name");
        self.out.string(&field.name);
        self.out.known_key("type");
        if field.presence.nullable() {
            // The union is a level of its own.
            self.depth += 1;
            self.nullable(&field.ty, enclosing)?;
            self.depth -= 1;
        } else {
            self.ty(&field.ty, enclosing)?;
        }
        let default = match &field.presence {
            Presence::Required => None,
            Presence::Default(value) => Some(self.defaults.json(&field.ty, value)),
            Presence::Optional | Presence::NullableDefault(_) => Some(Json::Null),
        };
        if let Some(default) = default {
            self.out.known_key("default");
            self.out.value(&default);
        }
        tail(field.doc.as_deref(), &field.aliases, &mut self.out);
        self.out.close_object();
        Some(())
    }

    fn enumeration(&mut self, e: &Enum, name: FullName<'s>, enclosing: Option<&str>) {
        let out = &mut self.out;
        out.open_object();
        out.words("type", "enum");
        names(name.1, name.0, enclosing, out);
        tail(e.doc.as_deref(), &e.aliases, out);
        out.known_key("symbols");
        out.open_array();
        e.symbols.iter().for_each(|symbol| out.string(&symbol.name));
        out.close_array();
        if let Some(default) = e.default_symbol() {
            entry("default", &default.name, out);
        }
        out.close_object();
    }
}

/// An empty namespace is none.
fn namespace(namespace: &Option<String>) -> Option<&str> {
    namespace
        .as_deref()
        .filter(|namespace| !namespace.is_empty())
}
