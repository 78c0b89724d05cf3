//! Small trees for tests: by hand and at random.
#![allow(dead_code)]

use tg_schema_model::{
    Encoding, Enum, EnumId, Field, FieldPulsar, Module, Presence, Profile, Record, RecordId,
    Schema, Span, Symbol, Type, Value,
};

/// A tree that is being built.
#[derive(Default)]
pub struct Tree(pub Schema);

impl Tree {
    /// An empty tree of one module.
    pub fn new() -> Self {
        let module = Module {
            path: vec!["test".into()],
            ..Module::default()
        };
        Tree(Schema {
            modules: vec![module],
            ..Schema::default()
        })
    }
    /// Adds a plain record; a name with dots has a namespace.
    pub fn plain(&mut self, name: &str, fields: Vec<Field>) -> RecordId {
        let (namespace, name) = split(name);
        self.0.records.push(Record {
            name,
            namespace,
            fields,
            ..Record::default()
        });
        RecordId(self.0.records.len() - 1)
    }
    /// Adds a record with the profile.
    pub fn pulsar(&mut self, name: &str, fields: Vec<Field>) -> RecordId {
        let id = self.plain(name, fields);
        self.0.records[id.0].profile = Profile::PulsarRecord;
        id
    }
    /// Adds an enum.
    pub fn enumeration(&mut self, name: &str, symbols: &[&str]) -> EnumId {
        let (namespace, name) = split(name);
        let symbol = |name: &&str| Symbol {
            name: (*name).to_owned(),
            span: Span::NONE,
        };
        let symbols = symbols.iter().map(symbol).collect();
        self.0.enums.push(Enum {
            name,
            namespace,
            symbols,
            ..Enum::default()
        });
        EnumId(self.0.enums.len() - 1)
    }
}

fn split(name: &str) -> (Option<String>, String) {
    match name.rsplit_once('.') {
        Some((namespace, name)) => (Some(namespace.to_owned()), name.to_owned()),
        None => (None, name.to_owned()),
    }
}

/// A field.
pub fn field(name: &str, ty: Type, presence: Presence) -> Field {
    Field {
        name: name.to_owned(),
        ty,
        presence,
        encoding: Encoding::default(),
        doc: None,
        aliases: Vec::new(),
        deprecated: None,
        pulsar: FieldPulsar::default(),
        origin: None,
        span: Span::NONE,
        type_span: Span::NONE,
        default_span: Span::NONE,
        places: Default::default(),
    }
}
/// `"T"`.
pub fn required(name: &str, ty: Type) -> Field {
    field(name, ty, Presence::Required)
}
/// `"T?"`.
pub fn optional(name: &str, ty: Type) -> Field {
    field(name, ty, Presence::Optional)
}
/// `{ type = "T", default = D }`.
pub fn default(name: &str, ty: Type, value: Value) -> Field {
    field(name, ty, Presence::Default(value))
}
/// `{ type = "T", default = D, nullable = true }`.
pub fn nullable(name: &str, ty: Type, value: Value) -> Field {
    field(name, ty, Presence::NullableDefault(value))
}
/// A field whose registered entry has a `default` key.
pub fn required_default(mut field: Field) -> Field {
    field.pulsar.required_default = true;
    field
}
/// `array<T>`.
pub fn array(ty: Type) -> Type {
    Type::Array(Box::new(ty))
}
/// `map<T>`.
pub fn map(ty: Type) -> Type {
    Type::Map(Box::new(ty))
}
/// `T?` inside an array or map.
pub fn maybe(ty: Type) -> Type {
    Type::Optional(Box::new(ty))
}

/// A small generator of numbers that are the same in every run.
pub struct Numbers(pub u64);

impl Numbers {
    /// A number below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }
    /// True once in `n` times.
    pub fn once_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }
    /// One of a list.
    pub fn of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}

/// A random tree: records and enums with and without namespaces that refer to each other in any way.
pub fn random(n: &mut Numbers, profile: Profile) -> Schema {
    const NAMESPACES: [&str; 5] = ["", "", "a.", "a.b.", "c."];
    const SYMBOLS: [&str; 5] = ["RED", "GREEN", "b_1", "list", "_"];
    let mut tree = Tree::new();
    let (records, enums) = (1 + n.below(7), n.below(3));
    for i in 0..enums {
        let name = format!("{}E{i}", n.of(&NAMESPACES));
        let id = tree.enumeration(&name, &SYMBOLS[..1 + n.below(5)]);
        if n.once_in(2) {
            tree.0.enums[id.0].default = Some(0);
        }
    }
    for i in 0..records {
        let mut fields = Vec::new();
        for f in 0..n.below(6) {
            let ty = random_type(n, records, enums, 3);
            let value = random_value(n, &ty, &tree.0);
            let presence = match (n.below(4), value) {
                (0, _) => Presence::Required,
                (1, Some(value)) => Presence::Default(value),
                (2, Some(value)) => Presence::NullableDefault(value),
                _ => Presence::Optional,
            };
            let mut field = field(&format!("f{f}"), ty, presence);
            field.doc = n.once_in(3).then(|| "what \"it\" is\n".to_owned());
            field.pulsar.required_default = n.once_in(3);
            fields.push(field);
        }
        let name = format!("{}R{i}", n.of(&NAMESPACES));
        let id = tree.plain(&name, fields);
        tree.0.records[id.0].profile = profile;
        tree.0.records[id.0].doc = n.once_in(3).then(|| "a record".to_owned());
    }
    tree.0
}

fn random_type(n: &mut Numbers, records: usize, enums: usize, depth: usize) -> Type {
    const PLAIN: [Type; 13] = [
        Type::String,
        Type::Boolean,
        Type::Int,
        Type::Long,
        Type::Float,
        Type::Double,
        Type::Bytes,
        Type::Date,
        Type::TimeMs,
        Type::TimestampMs,
        Type::TimestampUs,
        Type::Uuid,
        Type::Decimal {
            precision: 9,
            scale: 2,
        },
    ];
    match n.below(10) {
        kind @ 0..=2 if depth > 0 => {
            let item = random_type(n, records, enums, depth - 1);
            let item = if n.once_in(4) { maybe(item) } else { item };
            if kind == 0 { map(item) } else { array(item) }
        }
        3..=5 => Type::Record(RecordId(n.below(records))),
        6 if enums > 0 => Type::Enum(EnumId(n.below(enums))),
        _ => n.of(&PLAIN).clone(),
    }
}

fn random_value(n: &mut Numbers, ty: &Type, schema: &Schema) -> Option<Value> {
    use tg_schema_model::logical::{Date, Decimal, Time, Timestamp, Uuid};
    let long = n.below(1 << 30) as i64 - (1 << 29);
    Some(match ty {
        Type::String => Value::String((*n.of(&["", "x", "é\"\\\n\u{1}", "😀"])).to_owned()),
        Type::Boolean => Value::Boolean(n.once_in(2)),
        Type::Int => Value::Int(*n.of(&[0, 1, -1, i32::MAX, i32::MIN])),
        Type::Long => Value::Long(*n.of(&[0, 1, -1, i64::MAX, i64::MIN])),
        Type::Float => Value::Float(*n.of(&[0.0, -0.0, 0.1, 1e16, 1e-5, f32::MAX])),
        Type::Double => Value::Double(*n.of(&[0.0, -0.0, 0.1, 1e16, 1e-5, 5e-324, f64::MAX])),
        Type::Bytes => Value::Bytes((0..n.below(4)).map(|_| n.below(256) as u8).collect()),
        Type::Date => Value::Date(Date::from_days(n.below(20_000) as i32 - 10_000)?),
        Type::TimeMs => Value::Time(Time::from_millis(n.below(86_400_000) as i32)?),
        Type::TimestampMs => Value::Timestamp(Timestamp::from_millis(long)?),
        Type::TimestampUs => Value::Timestamp(Timestamp::from_micros(long)?),
        Type::Uuid => Value::Uuid(Uuid::from_bytes([n.below(256) as u8; 16])),
        Type::Decimal { scale, .. } => Value::Decimal(Decimal::new(i128::from(long), *scale)?),
        Type::Array(item) => {
            let items = (0..n.below(3)).map(|_| random_value(n, item, schema));
            Value::Array(items.collect::<Option<_>>()?)
        }
        Type::Map(item) => {
            let entries =
                (0..n.below(3)).map(|i| Some((format!("k{i}"), random_value(n, item, schema)?)));
            Value::Map(entries.collect::<Option<_>>()?)
        }
        Type::Optional(_) => Value::Null,
        Type::Enum(id) => Value::Enum(n.of(&schema.enums[id.0].symbols).name.clone()),
        Type::Record(_) => return None,
    })
}
