//! Reads messages of any Avro schema whole, without speed or care: the bytes are known to be right.

use std::collections::BTreeMap;

use tg_schema::Peeked;
use tg_schema_model::avro::{Kind, Logical, Name, Record, Schema};

type Types<'a> = BTreeMap<&'a Name, &'a Schema>;

fn definition<'a>(types: &Types<'a>, schema: &'a Schema) -> &'a Schema {
    match schema {
        Schema::Ref(name) => types[name],
        schema => schema,
    }
}

/// The record that a path goes into.
fn inside<'a>(types: &Types<'a>, schema: &'a Schema) -> Option<&'a Record> {
    match definition(types, schema) {
        Schema::Record(r) => Some(r),
        Schema::Union(branches) => {
            let mut others = branches.iter().filter(|b| !b.is_null());
            match (others.next().map(|b| definition(types, b)), others.next()) {
                (Some(Schema::Record(r)), None) => Some(r),
                _ => None,
            }
        }
        _ => None,
    }
}

fn logical(types: &Types<'_>, schema: &Schema) -> Option<Logical> {
    match schema {
        Schema::Primitive(p) => p.logical,
        Schema::Fixed(f) => f.logical,
        Schema::Ref(name) => logical(types, types[name]),
        Schema::Union(branches) => branches.iter().find_map(|b| logical(types, b)),
        _ => None,
    }
}

/// Paths of all fields, with a logical type that they may have.
pub fn paths(record: &Record, types: &Types<'_>, depth: usize) -> Vec<(String, Option<Logical>)> {
    let mut found = Vec::new();
    for field in &record.fields {
        found.push((field.name.clone(), logical(types, &field.schema)));
        if let (Some(record), true) = (inside(types, &field.schema), depth > 0) {
            let below = paths(record, types, depth - 1).into_iter();
            found.extend(below.map(|(path, logical)| (format!("{}.{path}", field.name), logical)));
        }
    }
    found
}

/// The values of all fields that there are, as [`shown`] shows them.
pub fn read(record: &Record, types: &Types<'_>, bytes: &[u8]) -> BTreeMap<String, String> {
    let mut reader = Reader {
        types,
        bytes,
        found: BTreeMap::new(),
    };
    reader.record(record, Some(""));
    assert!(reader.bytes.is_empty());
    reader.found
}

struct Reader<'a, 'b> {
    types: &'a Types<'a>,
    bytes: &'b [u8],
    found: BTreeMap<String, String>,
}

impl<'a> Reader<'a, '_> {
    fn take(&mut self, n: usize) -> Vec<u8> {
        let (head, tail) = self.bytes.split_at(n);
        self.bytes = tail;
        head.to_vec()
    }
    fn long(&mut self) -> i64 {
        let mut n = 0_u64;
        for shift in (0..).step_by(7) {
            let byte = self.take(1)[0];
            n |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                break;
            }
        }
        (n >> 1).cast_signed() ^ -((n & 1).cast_signed())
    }
    fn length(&mut self) -> usize {
        self.long() as usize
    }
    fn record(&mut self, record: &'a Record, parents: Option<&str>) {
        for field in &record.fields {
            let path = parents.map(|parents| format!("{parents}{}", field.name));
            let goes_on = inside(self.types, &field.schema).is_some();
            let below = path
                .as_ref()
                .filter(|_| goes_on)
                .map(|path| format!("{path}."));
            let value = self.value(&field.schema, below.as_deref());
            if let Some(path) = path {
                self.found.insert(path, value);
            }
        }
    }
    fn value(&mut self, schema: &'a Schema, below: Option<&str>) -> String {
        let before = self.bytes;
        let since =
            |reader: &Self| format!("encoded {:?}", &before[..before.len() - reader.bytes.len()]);
        match definition(self.types, schema) {
            Schema::Primitive(p) => match p.kind {
                Kind::Null => "null".into(),
                Kind::Boolean => format!("{}", self.take(1) == [1]),
                Kind::Int | Kind::Long => self.long().to_string(),
                Kind::Float | Kind::Double => {
                    let n = if p.kind == Kind::Float { 4 } else { 8 };
                    format!("float {:?}", self.take(n))
                }
                Kind::Bytes | Kind::String => {
                    let n = self.length();
                    self.octets(n, p.logical)
                }
            },
            Schema::Fixed(f) => self.octets(f.size as usize, f.logical),
            Schema::Enum(e) => {
                let n = self.length();
                format!("{:?}", e.symbols[n].as_bytes())
            }
            Schema::Record(r) => {
                self.record(r, below);
                since(self)
            }
            Schema::Array(a) => {
                self.blocks(false, &a.items);
                since(self)
            }
            Schema::Map(m) => {
                self.blocks(true, &m.values);
                since(self)
            }
            Schema::Union(branches) => {
                let n = self.length();
                let value = self.value(&branches[n], below);
                let container = |b| {
                    let b = definition(self.types, b);
                    matches!(b, Schema::Record(_) | Schema::Array(_) | Schema::Map(_))
                };
                let several = branches.iter().filter(|b| !b.is_null()).count() > 1;
                match several && branches.iter().any(container) {
                    true => since(self),
                    false => value,
                }
            }
            Schema::Ref(_) => unreachable!("references lead to definitions"),
        }
    }
    fn octets(&mut self, n: usize, logical: Option<Logical>) -> String {
        let octets = self.take(n);
        match logical {
            Some(Logical::Decimal { precision, .. }) if precision <= 38 => decimal(&octets),
            // Both forms of a UUID as text.
            Some(Logical::Uuid) if n == 16 => {
                let bytes = octets.try_into().map(tg_schema::Uuid::from_bytes);
                format!("{:?}", bytes.unwrap_or_default().ascii())
            }
            Some(Logical::Uuid) => format!("{:?}", octets.to_ascii_lowercase()),
            _ => format!("{octets:?}"),
        }
    }
    fn blocks(&mut self, keys: bool, of: &'a Schema) {
        loop {
            let n = self.long();
            if n == 0 {
                return;
            }
            if n < 0 {
                self.long();
            }
            for _ in 0..n.unsigned_abs() {
                if keys {
                    let n = self.length();
                    self.take(n);
                }
                self.value(of, None);
            }
        }
    }
}

/// Without the bytes that only repeat the sign.
fn decimal(octets: &[u8]) -> String {
    let mut octets = octets;
    while let [first, rest @ ..] = octets
        && rest.first().map_or(*first == 0, |next| {
            *first == if next & 0x80 == 0 { 0 } else { 0xff }
        })
    {
        octets = rest;
    }
    format!("decimal {octets:?}")
}

/// What was peeked at, as the bytes had it.
pub fn shown(value: &Peeked<'_>, logical: &Option<Logical>) -> String {
    match value {
        Peeked::Null => "null".into(),
        Peeked::Boolean(v) => v.to_string(),
        Peeked::Int(v) => v.to_string(),
        Peeked::Long(v) => v.to_string(),
        Peeked::Float(v) => format!("float {:?}", v.to_le_bytes()),
        Peeked::Double(v) => format!("float {:?}", v.to_le_bytes()),
        Peeked::String(v) => format!("{:?}", v.as_bytes()),
        Peeked::Bytes(v) => format!("{v:?}"),
        Peeked::Symbol(v) => format!("{:?}", v.as_bytes()),
        Peeked::Date(v) => v.days().to_string(),
        Peeked::Time(v) => v.millis().to_string(),
        Peeked::Timestamp(v) if *logical == Some(Logical::TimestampMillis) => {
            v.millis_exact().unwrap_or_default().to_string()
        }
        Peeked::Timestamp(v) => v.micros().to_string(),
        Peeked::Uuid(v) => format!("{:?}", v.ascii()),
        Peeked::Decimal(v) => {
            let mut bytes = Vec::new();
            v.write_be(&mut bytes);
            decimal(&bytes)
        }
        Peeked::Encoded(v) => format!("encoded {v:?}"),
        other => format!("{other:?}"),
    }
}
