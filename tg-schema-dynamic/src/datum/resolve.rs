//! A datum of one schema into one of another, by Avro's rules of schema resolution.
//!
//! Everything that is refused is found, not only what a decoder would meet first, and everything that a reader
//! drops or alters although it reads the message.

mod fit;
mod meaning;
mod note;
mod range;
mod renames;

use std::collections::{BTreeMap, HashMap};

use tg_schema_model::avro::{Enum, Field, Kind as Primitive, Logical, Record, Schema};

use super::{Datum, Types, label};
use note::Notes;
pub use note::{Kind, Note, Read};
use renames::Renames;

/// How data of one schema are read with another. What was found of two types is kept for further data.
#[derive(Debug)]
pub struct Resolution<'s, 't> {
    reader: &'t Types<'s>,
    writer: &'t Types<'s>,
    /// Whether one type takes another; true while that is being found out.
    fits: HashMap<(*const Schema, *const Schema), bool>,
    /// Where the writer's records have their fields.
    places: HashMap<*const Record, HashMap<&'s str, usize>>,
    /// Where names of records do not count: what the reader calls the writer's fields, and where its records have them
    /// then.
    renames: Option<Renames>,
    renamed: HashMap<*const Record, HashMap<String, Vec<usize>>>,
    /// Where the reader's enums have their symbols.
    symbols: HashMap<*const Enum, HashMap<&'s str, usize>>,
}

impl<'s, 't> Resolution<'s, 't> {
    /// A resolution of two schemas.
    pub fn new(reader: &'t Types<'s>, writer: &'t Types<'s>) -> Self {
        Resolution {
            reader,
            writer,
            fits: HashMap::new(),
            places: HashMap::new(),
            renames: None,
            renamed: HashMap::new(),
            symbols: HashMap::new(),
        }
    }

    /// The same, as Avro's library for Java reads records: by their fields, whatever their names. It renames the fields of
    /// the writer by the aliases of the reader first: what several fields ask for is the last one's, and a record is asked
    /// for by its name wherever it stands. It does so `times` times: its reader of data renames the writer's schema, what
    /// resolves the two does it again, and neither does where they are equal to it.
    #[must_use]
    pub fn by_fields(mut self, times: u8) -> Self {
        self.renames = Some(match times {
            0 => Renames::default(),
            _ => Renames::of(self.reader, times),
        });
        self.renamed.clear();
        // What fits by names was found under the other rule.
        self.fits.clear();
        self
    }

    /// What the reader has of a datum of the writer's.
    pub fn read(&mut self, datum: &Datum) -> Read {
        let mut run = Run {
            own: self,
            notes: Notes::default(),
        };
        let (reader, writer) = (run.own.reader.root, run.own.writer.root);
        let datum = run.value(reader, writer, datum);
        run.notes.read(datum)
    }
}

struct Run<'s, 't, 'r> {
    own: &'r mut Resolution<'s, 't>,
    notes: Notes,
}

impl<'s> Run<'s, '_, '_> {
    fn refuse(&mut self, kind: Kind, message: impl Into<String>) -> Option<Datum> {
        self.notes.refuse(kind, message.into());
        None
    }

    fn value(&mut self, r: &'s Schema, w: &'s Schema, datum: &Datum) -> Option<Datum> {
        let (r, w) = (self.own.reader.resolve(r), self.own.writer.resolve(w));
        match (r, w, datum) {
            (_, Schema::Union(branches), Datum::Union(index, value)) => {
                self.value(r, branches.get(*index)?, value)
            }
            (Schema::Union(branches), ..) => {
                let Some(index) = self.own.branch(branches, w) else {
                    let message = format!(
                        "the writer's {} fits no branch of the reader's union",
                        label(w)
                    );
                    return self.refuse(Kind::Branch, message);
                };
                let value = self.value(branches.get(index)?, w, datum)?;
                Some(Datum::Union(index, Box::new(value)))
            }
            (Schema::Primitive(to), Schema::Primitive(from), datum) => {
                match (to.logical, from.logical) {
                    (Some(a @ Logical::Decimal { .. }), Some(b @ Logical::Decimal { .. }))
                        if a != b =>
                    {
                        let message = "the decimals have other digits";
                        self.refuse(Kind::Decimal, message)
                    }
                    _ => {
                        let read = self.primitive(to.kind, from.kind, datum)?;
                        let logical = [to.logical, from.logical];
                        let (to, from) =
                            ((Some(to.kind), to.logical), (Some(from.kind), from.logical));
                        self.meaning(to, from, datum);
                        self.range(logical, read)
                    }
                }
            }
            (Schema::Fixed(to), Schema::Fixed(from), datum) => {
                if !fit::names(r, w) {
                    return self.names(r, w);
                }
                if to.size != from.size {
                    let message =
                        format!("{} bytes are not the {} of {}", from.size, to.size, to.name);
                    return self.refuse(Kind::Size, message);
                }
                self.meaning((None, to.logical), (None, from.logical), datum);
                self.range([to.logical, from.logical], datum.clone())
            }
            (Schema::Enum(to), Schema::Enum(from), Datum::Enum(index)) => {
                if !fit::names(r, w) {
                    return self.names(r, w);
                }
                self.symbol(to, from, *index)
            }
            (Schema::Array(to), Schema::Array(from), Datum::Array(items)) => {
                self.notes.enter("[]", "[]");
                let read: Vec<Option<Datum>> = items
                    .iter()
                    .map(|item| self.value(&to.items, &from.items, item))
                    .collect();
                self.notes.leave();
                read.into_iter().collect::<Option<_>>().map(Datum::Array)
            }
            (Schema::Map(to), Schema::Map(from), Datum::Map(entries)) => {
                self.notes.enter("{}", "{}");
                let read: Vec<Option<(String, Datum)>> = entries
                    .iter()
                    .map(|(key, value)| {
                        let value = self.value(&to.values, &from.values, value)?;
                        Some((key.clone(), value))
                    })
                    .collect();
                self.notes.leave();
                let read: Option<BTreeMap<_, _>> = read.into_iter().collect();
                read.map(Datum::Map)
            }
            (Schema::Record(to), Schema::Record(from), Datum::Record(values)) => {
                if !self.own.names(r, w) {
                    self.names(r, w);
                }
                self.record(to, from, values)
            }
            _ => {
                let message = format!("{} is not read as {}", label(w), label(r));
                self.refuse(Kind::Type, message)
            }
        }
    }

    fn names(&mut self, r: &Schema, w: &Schema) -> Option<Datum> {
        let message = format!(
            "the writer's {} is not {}, nor one of its aliases",
            label(w),
            label(r)
        );
        self.refuse(Kind::Name, message)
    }

    fn primitive(&mut self, to: Primitive, from: Primitive, datum: &Datum) -> Option<Datum> {
        if to == from {
            return Some(datum.clone());
        }
        Some(match (to, datum) {
            (Primitive::Long, Datum::Int(n)) => Datum::Long((*n).into()),
            (Primitive::Float, Datum::Int(n)) => self.float(i64::from(*n)),
            (Primitive::Float, Datum::Long(n)) => self.float(*n),
            (Primitive::Double, Datum::Int(n)) => Datum::Double((*n).into()),
            (Primitive::Double, Datum::Long(n)) => {
                let read = *n as f64;
                if read as i128 != i128::from(*n) {
                    self.notes.change(Kind::Digits, "digits are lost");
                }
                Datum::Double(read)
            }
            (Primitive::Double, Datum::Float(n)) => Datum::Double((*n).into()),
            (Primitive::Bytes, Datum::String(text)) => Datum::Bytes(text.clone().into_bytes()),
            (Primitive::String, Datum::Bytes(octets)) => match String::from_utf8(octets.clone()) {
                Ok(text) => Datum::String(text),
                Err(_) => {
                    let message = "the bytes are not UTF-8, which a string has to be";
                    return self.refuse(Kind::Text, message);
                }
            },
            _ => {
                let message = format!("{} is not read as {}", from.as_str(), to.as_str());
                return self.refuse(Kind::Type, message);
            }
        })
    }

    fn meaning(&mut self, to: meaning::Typed, from: meaning::Typed, datum: &Datum) {
        if meaning::differs(to, from, datum) {
            self.notes
                .change(Kind::Meaning, "the value stands for something else");
        }
    }

    /// A value as it was read, unless it was a plain one and is none of those that the logical type has.
    fn range(&mut self, [to, from]: [Option<Logical>; 2], read: Datum) -> Option<Datum> {
        match (to, from) {
            (Some(to), None) if !range::holds(to, &read) => {
                let message = format!("the value is no {}", to.as_str());
                self.refuse(Kind::Range, message)
            }
            _ => Some(read),
        }
    }

    fn float(&mut self, n: i64) -> Datum {
        let read = n as f32;
        if read as i128 != i128::from(n) {
            self.notes.change(Kind::Digits, "digits are lost");
        }
        Datum::Float(read)
    }

    fn symbol(&mut self, to: &'s Enum, from: &Enum, index: usize) -> Option<Datum> {
        let symbol = from.symbols.get(index)?;
        let places = self.own.symbols.entry(to).or_insert_with(|| {
            let symbols = to.symbols.iter().enumerate().rev();
            symbols.map(|(at, symbol)| (symbol.as_str(), at)).collect()
        });
        if let Some(known) = places.get(symbol.as_str()) {
            return Some(Datum::Enum(*known));
        }
        let default = to.default.as_deref();
        match default.and_then(|default| places.get(default).copied()) {
            Some(default) => {
                self.notes
                    .change(Kind::Symbol, "the symbol becomes the default");
                Some(Datum::Enum(default))
            }
            None => {
                let message = format!(
                    "the writer's symbol {symbol} is none of {}, which has no default",
                    to.name
                );
                self.refuse(Kind::Symbol, message)
            }
        }
    }

    fn record(&mut self, to: &'s Record, from: &'s Record, values: &[Datum]) -> Option<Datum> {
        let mut taken = vec![false; from.fields.len()];
        let mut read = Vec::with_capacity(to.fields.len());
        for field in &to.fields {
            let sources = self.own.sources(field, from);
            for &at in &sources {
                if let Some(taken) = taken.get_mut(at) {
                    *taken = true;
                }
            }
            read.push(match sources[..] {
                [] => {
                    let value = self.absent(field);
                    self.given_away((to, field), (from, values), value.as_ref());
                    value
                }
                [at] => match (from.fields.get(at), values.get(at)) {
                    (Some(source), Some(value)) => {
                        self.notes.enter(&field.name, &source.name);
                        let value = self.value(&field.schema, &source.schema, value);
                        self.notes.leave();
                        value
                    }
                    _ => None,
                },
                _ => {
                    self.notes.enter(&field.name, &field.name);
                    let message = "several fields of the writer are read as this one";
                    let refused = self.refuse(Kind::Ambiguous, message);
                    self.notes.leave();
                    refused
                }
            });
        }
        for ((field, value), taken) in from.fields.iter().zip(values).zip(taken) {
            if !taken && !value.is_nothing() {
                self.notes.enter(&field.name, &field.name);
                self.notes
                    .change(Kind::Dropped, "the reader has no such field");
                self.notes.leave();
            }
        }
        read.into_iter().collect::<Option<_>>().map(Datum::Record)
    }

    /// Where other fields got the values by their aliases, or an alias of its own does not count, and this one got another
    /// value: its default.
    fn given_away(
        &mut self,
        (to, field): (&Record, &Field),
        (from, values): (&'s Record, &[Datum]),
        default: Option<&Datum>,
    ) {
        for at in self.own.given_away(field, from) {
            let (Some(source), Some(value)) = (from.fields.get(at), values.get(at)) else {
                continue;
            };
            if value.is_nothing() || Some(value) == default {
                continue;
            }
            let others = to.fields.iter().filter(|other| other.name != field.name);
            let takers = others.filter(|other| self.own.sources(other, from).contains(&at));
            let takers: Vec<&str> = takers.map(|other| other.name.as_str()).collect();
            // One that goes on under its own name is not lost.
            if !takers.contains(&source.name.as_str()) {
                self.notes.enter(&field.name, &source.name);
                let given = !takers.is_empty();
                let message = match given {
                    true => "another field gets the value, by its alias",
                    false => "the alias of a field counts in records of one name only",
                };
                self.notes.change(Kind::Dropped, message);
                self.notes.leave();
            }
        }
    }

    /// A field that the writer does not have.
    fn absent(&mut self, field: &'s Field) -> Option<Datum> {
        self.notes.enter(&field.name, &field.name);
        let value = match &field.default {
            None => {
                let message = "the writer has no such field, and there is no default";
                self.refuse(Kind::Missing, message)
            }
            Some(json) => match self.own.reader.default(&field.schema, json) {
                Ok(value) => Some(value),
                Err(message) => self.refuse(Kind::Default, message),
            },
        };
        self.notes.leave();
        value
    }
}
