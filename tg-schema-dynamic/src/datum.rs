//! Values of any Avro schema: unions of any form, `fixed`, and messages that are no record.
//!
//! [`crate::Codec`] reads what definitions can say. This is for the rest: bytes of any schema into a [`Datum`]
//! and back, and, by Avro's rules of schema resolution, a datum of one schema into one of another with a list
//! of what is refused and what changes on the way.
//!
//! ```
//! use tg_schema_dynamic::Limits;
//! use tg_schema_dynamic::datum::{Datum, Resolution, Types};
//! use tg_schema_model::avro;
//!
//! let (old, new) = (avro::parse(r#"["null", "long"]"#)?, avro::parse(r#"["int", "null"]"#)?);
//! let (old, new) = (Types::of(&old), Types::of(&new));
//! let written = old.decode(&[2, 14], Limits::default())?;
//! assert_eq!(written, Datum::Union(1, Box::new(Datum::Long(7))));
//! let read = Resolution::new(&new, &old).read(&written);
//! assert_eq!(read.refusals[0].message, "the writer's long fits no branch of the reader's union");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod decode;
mod default;
mod encode;
mod json;
mod resolve;
mod smallest;

use std::collections::{BTreeMap, HashMap};

use tg_schema_model::avro::{Name, Record, Schema};

pub use default::parse_double;
pub use resolve::{Kind, Note, Read, Resolution};
pub use smallest::Smallest;

/// A value of an Avro schema.
#[derive(Clone, Debug, PartialEq)]
pub enum Datum {
    /// `null`.
    Null,
    /// `boolean`.
    Boolean(bool),
    /// `int`, whatever it stands for.
    Int(i32),
    /// `long`, whatever it stands for.
    Long(i64),
    /// `float`.
    Float(f32),
    /// `double`.
    Double(f64),
    /// `bytes`.
    Bytes(Vec<u8>),
    /// `string`.
    String(String),
    /// `fixed`.
    Fixed(Vec<u8>),
    /// The index of a symbol.
    Enum(usize),
    /// One value a field, in order.
    Record(Vec<Datum>),
    /// Items.
    Array(Vec<Datum>),
    /// Entries in bytewise order of the keys.
    Map(BTreeMap<String, Datum>),
    /// The index of a branch, and its value.
    Union(usize, Box<Datum>),
}

impl Datum {
    /// Whether it is null, in a union too.
    pub fn is_nothing(&self) -> bool {
        match self {
            Datum::Null => true,
            Datum::Union(_, value) => value.is_nothing(),
            _ => false,
        }
    }
}

/// A schema with its definitions at hand.
#[derive(Clone, Debug)]
pub struct Types<'s> {
    /// The schema.
    pub root: &'s Schema,
    named: BTreeMap<&'s Name, &'s Schema>,
    /// Where the fields of large records are.
    fields: BTreeMap<&'s Name, Places<'s>>,
}

/// Fields of a record from which on they are found by an index.
const LARGE: usize = 64;

/// Where fields are, by their names and by their aliases. The first of a name counts.
#[derive(Clone, Debug, Default)]
struct Places<'s> {
    named: HashMap<&'s str, usize>,
    aliased: HashMap<&'s str, usize>,
}

impl<'s> Places<'s> {
    fn of(record: &'s Record) -> Self {
        let mut places = Places::default();
        for (at, field) in record.fields.iter().enumerate() {
            places.named.entry(&field.name).or_insert(at);
            for alias in &field.aliases {
                places.aliased.entry(alias).or_insert(at);
            }
        }
        places
    }
}

impl<'s> Types<'s> {
    /// The definitions of a schema.
    pub fn of(root: &'s Schema) -> Self {
        let named = root.definitions();
        let large = named.iter().filter_map(|(name, schema)| match schema {
            Schema::Record(record) if record.fields.len() >= LARGE => {
                Some((*name, Places::of(record)))
            }
            _ => None,
        });
        Types {
            root,
            fields: large.collect(),
            named,
        }
    }

    /// What a type is: the definition, where it is a name. A name that is not defined stays as it is.
    pub fn resolve(&self, schema: &'s Schema) -> &'s Schema {
        match schema {
            Schema::Ref(name) => self.named.get(name).copied().unwrap_or(schema),
            schema => schema,
        }
    }

    /// The place of a record's field of that name. The record is one of the schema.
    pub fn field(&self, record: &Record, name: &str) -> Option<usize> {
        match record.fields.len() {
            0..LARGE => record.fields.iter().position(|f| f.name == name),
            _ => self.fields.get(&record.name)?.named.get(name).copied(),
        }
    }

    /// The same, else that of the first field with that alias.
    pub fn field_or_alias(&self, record: &Record, name: &str) -> Option<usize> {
        self.field(record, name)
            .or_else(|| match record.fields.len() {
                0..LARGE => {
                    let mut fields = record.fields.iter();
                    fields.position(|f| f.aliases.iter().any(|alias| alias == name))
                }
                _ => self.fields.get(&record.name)?.aliased.get(name).copied(),
            })
    }
}

/// What a type is called: the full name, else the word of the type.
pub(crate) fn label(schema: &Schema) -> String {
    match schema {
        Schema::Primitive(p) => p.kind.as_str().to_owned(),
        Schema::Array(_) => "array".to_owned(),
        Schema::Map(_) => "map".to_owned(),
        Schema::Union(_) => "union".to_owned(),
        Schema::Record(_) | Schema::Enum(_) | Schema::Fixed(_) | Schema::Ref(_) => {
            schema.name().map(Name::full).unwrap_or_default()
        }
    }
}
