//! Random writers: schemas that were, or will be, another version of a reader's, and some that are
//! another thing altogether.

use std::collections::BTreeMap;

use tg_schema_model::avro::{
    self, Array, Enum, Field, Fixed, Kind, Logical, Map, Name, Primitive, Record, Schema,
};

use super::Random;

/// How often another writer is tried where one turns out to be no schema.
const TRIES: usize = 16;
const NEW_FIELDS: [&str; 4] = ["extra", "added", "name_0", "count_1"];

/// A schema that resembles `reader`: fields and symbols are added, removed, renamed and moved, types
/// promoted, narrowed, wrapped in unions and taken out of them, names and namespaces changed. Now and
/// then nothing is, and now and then everything.
pub fn random_writer(seed: u64, reader: &Schema) -> Schema {
    let mut random = Random::new(seed ^ 0x5EED_5C4E_3A00_0002);
    for _ in 0..TRIES {
        let mut evolution = Evolution::of(reader, &mut random);
        evolution.run();
        let writer = evolution.whole();
        // What is made may have a branch twice or a name twice.
        if avro::parse(&writer.to_json().compact()).as_ref() == Ok(&writer) {
            return writer;
        }
    }
    reader.clone()
}

/// A schema in parts: what was a definition inside another is a reference.
struct Evolution<'r> {
    random: &'r mut Random,
    root: Schema,
    types: BTreeMap<Name, Schema>,
    /// Of how many parts one changes.
    rarity: usize,
    new: usize,
}

impl<'r> Evolution<'r> {
    fn of(reader: &Schema, random: &'r mut Random) -> Self {
        let parts = |schema: &Schema| match schema.name() {
            Some(name) => Schema::Ref(name.clone()),
            None => apart(schema),
        };
        let definitions = reader.definitions().into_iter();
        Evolution {
            types: definitions
                .map(|(name, schema)| (name.clone(), apart(schema)))
                .collect(),
            root: parts(reader),
            rarity: *random.pick(&[2, 6, 6, 15, 40]),
            random,
            new: 0,
        }
    }

    fn run(&mut self) {
        if self.random.one_in(30) {
            self.root = self.any(3);
            return;
        }
        for name in self.types.keys().cloned().collect::<Vec<_>>() {
            let Some(mut schema) = self.types.remove(&name) else {
                continue;
            };
            match &mut schema {
                Schema::Record(record) => self.record(record),
                Schema::Enum(definition) => self.enumeration(definition),
                _ => {}
            }
            self.types.insert(name, schema);
        }
        self.names();
        if self.random.one_in(25) {
            self.root = self.wrapped(self.root.clone());
        }
    }

    fn changes(&mut self) -> bool {
        self.random.one_in(self.rarity)
    }

    fn record(&mut self, record: &mut Record) {
        for field in &mut record.fields {
            field.default = None;
            if self.changes() {
                field.schema = self.changed(field.schema.clone(), 3);
            }
            if self.changes() && self.random.one_in(2) {
                field.name = match field.aliases.first() {
                    Some(alias) if !self.random.one_in(4) => alias.clone(),
                    _ => format!("{}_renamed", field.name),
                };
            }
        }
        record
            .fields
            .retain(|_| !self.changes() || self.random.one_in(2));
        while self.changes() {
            let place = self.random.below(record.fields.len() + 1);
            let alias = record
                .fields
                .iter()
                .find_map(|f| f.aliases.first())
                .cloned();
            let name = match alias {
                Some(alias) if self.random.one_in(8) => alias,
                _ => (*self.random.pick(&NEW_FIELDS)).to_owned(),
            };
            if record.fields.iter().all(|field| field.name != name) {
                let schema = self.any(3);
                record.fields.insert(place, field(name, schema));
            }
        }
        if self.changes() && !record.fields.is_empty() {
            let (a, b) = (
                self.random.below(record.fields.len()),
                self.random.below(record.fields.len()),
            );
            record.fields.swap(a, b);
        }
        record.fields.iter_mut().for_each(|f| f.aliases.clear());
    }

    fn enumeration(&mut self, definition: &mut Enum) {
        definition.default = None;
        if self.changes() {
            let at = self.random.below(definition.symbols.len() + 1);
            definition.symbols.insert(at, "NEW_SYMBOL".into());
        }
        if self.changes() && definition.symbols.len() > 1 {
            let at = self.random.below(definition.symbols.len());
            definition.symbols.remove(at);
        }
        if self.changes() {
            definition.symbols.reverse();
        }
    }

    /// A type that was another before, or will be.
    fn changed(&mut self, schema: Schema, depth: usize) -> Schema {
        match schema {
            Schema::Array(a) if !self.random.one_in(4) => {
                Schema::array(self.changed(*a.items, depth))
            }
            Schema::Map(m) if !self.random.one_in(4) => Schema::map(self.changed(*m.values, depth)),
            Schema::Union(branches) => match (self.random.below(5), &branches[..]) {
                (0, [one]) | (0, [_, one]) => one.clone(),
                (1, _) => Schema::Union(branches.into_iter().rev().collect()),
                (2, [null, one]) => {
                    Schema::Union(vec![null.clone(), self.changed(one.clone(), depth)])
                }
                (3, _) => {
                    let mut branches = branches;
                    branches.push(self.branch(depth));
                    Schema::Union(branches)
                }
                _ => self.any(depth),
            },
            Schema::Primitive(Primitive {
                logical: Some(Logical::Decimal { precision, scale }),
                kind,
                ..
            }) if self.random.one_in(3) => {
                let logical = Logical::Decimal {
                    precision: precision + 1,
                    scale,
                };
                Schema::logical(kind, logical)
            }
            Schema::Primitive(p) if self.random.one_in(2) => {
                let kinds: &[Kind] = match p.kind {
                    Kind::Double => &[Kind::Float, Kind::Long, Kind::Int],
                    Kind::Float => &[Kind::Long, Kind::Int, Kind::Double],
                    Kind::Long => &[Kind::Int, Kind::Long, Kind::Double],
                    Kind::Int => &[Kind::Int, Kind::Long],
                    Kind::String => &[Kind::Bytes, Kind::String],
                    Kind::Bytes => &[Kind::String, Kind::Bytes],
                    other => &[other],
                };
                (*self.random.pick(kinds)).into()
            }
            other => match self.random.below(3) {
                0 => self.any(depth),
                _ => self.wrapped(other),
            },
        }
    }

    /// In a union.
    fn wrapped(&mut self, schema: Schema) -> Schema {
        if matches!(schema, Schema::Union(_)) {
            return schema;
        }
        let null = Schema::from(Kind::Null);
        Schema::Union(match self.random.below(5) {
            0 => vec![schema],
            1 => vec![schema, null],
            2 => vec![null, schema, self.branch(2)],
            3 => vec![self.branch(2), schema],
            _ => vec![null, schema],
        })
    }

    fn branch(&mut self, depth: usize) -> Schema {
        match self.any(depth) {
            Schema::Union(_) => (*self.random.pick(&Kind::ALL)).into(),
            other => other,
        }
    }

    /// Any type, definitions that are there among them.
    fn any(&mut self, depth: usize) -> Schema {
        let Some(depth) = depth.checked_sub(1) else {
            return (*self.random.pick(&Kind::ALL)).into();
        };
        match self.random.below(14) {
            0 => Schema::array(self.any(depth)),
            1 => Schema::map(self.any(depth)),
            2 => {
                let n = self.random.below(4);
                let mut branches: Vec<Schema> = (0..n).map(|_| self.branch(depth)).collect();
                branches.dedup();
                Schema::Union(branches)
            }
            3 => {
                let size = *self.random.pick(&[0, 1, 4, 12, 16]);
                self.define(|name| {
                    Schema::Fixed(Fixed {
                        name,
                        doc: None,
                        aliases: Vec::new(),
                        size,
                        logical: None,
                        properties: Vec::new(),
                    })
                })
            }
            4 => {
                let n = self.random.below(4);
                let fields = (0..n)
                    .map(|i| field(format!("field_{i}"), self.any(depth)))
                    .collect();
                self.define(|name| {
                    Schema::Record(Record {
                        name,
                        doc: None,
                        aliases: Vec::new(),
                        fields,
                        properties: Vec::new(),
                    })
                })
            }
            5 => self.define(|name| {
                Schema::Enum(Enum {
                    name,
                    doc: None,
                    aliases: Vec::new(),
                    symbols: vec!["A".into(), "B".into()],
                    default: None,
                    properties: Vec::new(),
                })
            }),
            6 | 7 if !self.types.is_empty() => {
                let names: Vec<&Name> = self.types.keys().collect();
                Schema::Ref((*self.random.pick(&names)).clone())
            }
            _ => (*self.random.pick(&Kind::ALL)).into(),
        }
    }

    fn define(&mut self, make: impl FnOnce(Name) -> Schema) -> Schema {
        self.new += 1;
        let name = Name::new(None, format!("Made{}", self.new));
        self.types.insert(name.clone(), make(name.clone()));
        Schema::Ref(name)
    }

    /// Other names and namespaces, and one for all that have none if any has one: a name without
    /// namespace cannot be written inside of one.
    fn names(&mut self) {
        let (renamed, moved) = (self.random.one_in(6), self.random.one_in(6));
        let mut names = BTreeMap::new();
        for (name, schema) in &self.types {
            let mut new = name.clone();
            let aliases = match schema {
                Schema::Record(r) => &r.aliases[..],
                Schema::Enum(e) => &e.aliases[..],
                _ => &[],
            };
            if renamed && self.random.one_in(2) {
                new = match aliases.first() {
                    Some(alias) => Name::resolve(alias, name.namespace.as_deref()),
                    None => Name::new(name.namespace.as_deref(), format!("{}X", name.name)),
                };
            } else if moved && self.random.one_in(2) {
                new.namespace = Some("moved".into());
            }
            names.insert(name.clone(), new);
        }
        if names.values().any(|name| name.namespace.is_some()) {
            for name in names.values_mut() {
                name.namespace.get_or_insert_with(|| "given".into());
            }
        }
        let types = std::mem::take(&mut self.types);
        for (name, mut schema) in types {
            rename(&mut schema, &names);
            let new = names.get(&name).cloned();
            self.types.insert(new.unwrap_or(name), schema);
        }
        rename(&mut self.root, &names);
    }

    /// All in one again, each definition where it is met first.
    fn whole(&self) -> Schema {
        let mut types = self.types.clone();
        whole(&self.root, &mut types)
    }
}

fn field(name: String, schema: Schema) -> Field {
    Field {
        name,
        doc: None,
        schema,
        default: None,
        order: None,
        aliases: Vec::new(),
        properties: Vec::new(),
    }
}

/// The schema with references for the definitions inside it.
fn apart(schema: &Schema) -> Schema {
    let part = |schema: &Schema| match schema.name() {
        Some(name) => Schema::Ref(name.clone()),
        None => apart(schema),
    };
    map_parts(schema, part)
}

fn whole(schema: &Schema, types: &mut BTreeMap<Name, Schema>) -> Schema {
    match schema {
        Schema::Ref(name) => match types.remove(name) {
            Some(definition) => {
                let mut whole = whole(&definition, types);
                if let Schema::Record(Record { aliases, .. }) | Schema::Enum(Enum { aliases, .. }) =
                    &mut whole
                {
                    aliases.clear();
                }
                whole
            }
            None => schema.clone(),
        },
        schema => map_parts(schema, |part| whole(part, types)),
    }
}

fn rename(schema: &mut Schema, names: &BTreeMap<Name, Name>) {
    let new = |name: &mut Name| {
        if let Some(new) = names.get(name) {
            *name = new.clone();
        }
    };
    match schema {
        Schema::Record(Record { name, .. })
        | Schema::Enum(Enum { name, .. })
        | Schema::Fixed(Fixed { name, .. })
        | Schema::Ref(name) => new(name),
        _ => {}
    }
    *schema = map_parts(schema, |part| {
        let mut part = part.clone();
        rename(&mut part, names);
        part
    });
}

/// The schema with other parts.
fn map_parts(schema: &Schema, mut part: impl FnMut(&Schema) -> Schema) -> Schema {
    match schema {
        Schema::Record(r) => Schema::Record(Record {
            fields: r
                .fields
                .iter()
                .map(|field| Field {
                    schema: part(&field.schema),
                    ..field.clone()
                })
                .collect(),
            ..r.clone()
        }),
        Schema::Array(a) => Schema::Array(Array {
            items: Box::new(part(&a.items)),
            properties: a.properties.clone(),
        }),
        Schema::Map(m) => Schema::Map(Map {
            values: Box::new(part(&m.values)),
            properties: m.properties.clone(),
        }),
        Schema::Union(branches) => Schema::Union(branches.iter().map(part).collect()),
        other => other.clone(),
    }
}
