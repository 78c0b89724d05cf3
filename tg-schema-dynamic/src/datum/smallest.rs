//! The smallest value of a type: nothing where that is allowed, empty lists, zeros; of several, the one whose JSON is
//! the shortest.

use std::collections::{BTreeMap, HashMap};

use tg_schema_model::avro::{Kind, Logical, Schema};

use super::{Datum, Types};
use crate::random::datum::{Heights, height, heights};

/// Makes the smallest values of the types of one schema.
#[derive(Clone, Debug)]
pub struct Smallest<'s, 't> {
    types: &'t Types<'s>,
    heights: Heights<'s>,
    /// What was found for definitions.
    known: HashMap<*const Schema, Option<Datum>>,
}

impl<'s, 't> Smallest<'s, 't> {
    /// Values that a smallest value may be made of.
    pub const VALUES: usize = 20_000;

    /// For the types of a schema.
    pub fn new(types: &'t Types<'s>) -> Self {
        Smallest {
            types,
            heights: heights(&types.named),
            known: HashMap::new(),
        }
    }

    /// Whether a type has values at all: those of a record that requires itself have no end.
    pub fn ends(&self, schema: &'s Schema) -> bool {
        height(self.types.resolve(schema), &self.heights).is_some()
    }

    /// The smallest value of a type. None where values have no end, where it is made of more than
    /// [`Smallest::VALUES`], or where it is deeper than messages may be.
    pub fn of(&mut self, schema: &'s Schema) -> Option<Datum> {
        let schema = self.types.resolve(schema);
        let key = std::ptr::from_ref(schema);
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        let made = self.made(schema, crate::limits::DEPTH, &mut Self::VALUES.clone());
        if schema.name().is_some() {
            self.known.insert(key, made.clone());
        }
        made
    }

    fn made(&self, schema: &'s Schema, depth: usize, left: &mut usize) -> Option<Datum> {
        *left = left.checked_sub(1)?;
        let depth = depth.checked_sub(1)?;
        let schema = self.types.resolve(schema);
        height(schema, &self.heights)?;
        Some(match schema {
            Schema::Primitive(p) => match (p.kind, p.logical) {
                (Kind::Null, _) => Datum::Null,
                (Kind::Boolean, _) => Datum::Boolean(true),
                (Kind::Int, _) => Datum::Int(0),
                (Kind::Long, _) => Datum::Long(0),
                (Kind::Float, _) => Datum::Float(0.0),
                (Kind::Double, _) => Datum::Double(0.0),
                (Kind::Bytes, Some(Logical::Decimal { .. })) => Datum::Bytes(vec![0]),
                (Kind::Bytes, _) => Datum::Bytes(Vec::new()),
                (Kind::String, Some(Logical::Uuid)) => {
                    Datum::String("00000000-0000-0000-0000-000000000000".to_owned())
                }
                (Kind::String, _) => Datum::String(String::new()),
            },
            Schema::Fixed(f) => Datum::Fixed(vec![0; f.size as usize]),
            Schema::Enum(e) => Datum::Enum(shortest(&e.symbols)),
            Schema::Array(_) => Datum::Array(Vec::new()),
            Schema::Map(_) => Datum::Map(BTreeMap::new()),
            Schema::Record(r) => {
                let fields = r.fields.iter();
                let values = fields.map(|field| self.made(&field.schema, depth, left));
                Datum::Record(values.collect::<Option<_>>()?)
            }
            Schema::Union(branches) => {
                let possible = branches.iter().enumerate().filter_map(|(at, branch)| {
                    let branch = self.types.resolve(branch);
                    Some((
                        (
                            !branch.is_null(),
                            height(branch, &self.heights)?,
                            length(branch),
                        ),
                        at,
                        branch,
                    ))
                });
                let (_, at, branch) = possible.min_by_key(|(key, ..)| *key)?;
                Datum::Union(at, Box::new(self.made(branch, depth, left)?))
            }
            Schema::Ref(_) => return None,
        })
    }
}

/// The first of the shortest symbols.
fn shortest(symbols: &[String]) -> usize {
    let lengths = symbols.iter().map(String::len).enumerate();
    lengths.min_by_key(|(_, len)| *len).map_or(0, |(at, _)| at)
}

/// How long the smallest value of a type without parts is in JSON. Others are as long as an empty list, or longer.
fn length(schema: &Schema) -> usize {
    match schema {
        Schema::Primitive(p) => match (p.kind, p.logical) {
            (Kind::Int | Kind::Long, None) => 1,
            (Kind::String, Some(Logical::Uuid)) => 38,
            (Kind::Float | Kind::Double, _) => 3,
            (Kind::Boolean, _) => 4,
            (_, None) => 2,
            (_, Some(_)) => 12,
        },
        Schema::Enum(e) => {
            let symbol = e.symbols.get(shortest(&e.symbols));
            symbol.map_or(0, String::len) + 2
        }
        Schema::Fixed(f) => (f.size as usize).saturating_add(2),
        _ => 2,
    }
}
