//! Random Avro binary of any schema: writers that the model does not know.

use std::collections::{BTreeMap, HashSet};

use tg_schema_model::avro::{Kind, Logical, Name, Schema};

use super::Random;
use crate::avro::{put_long, put_octets};

/// Values inside one another below which lists stay empty and unions take the way that ends first.
const DEPTH: usize = 6;
/// Bytes of a `fixed` that are made.
const MAX_FIXED: u32 = 1 << 16;
/// Values of a message, those included that its schema requires.
const MAX_VALUES: usize = 20_000;

impl Random {
    /// A message of a schema in Avro binary: lists in one block or several, with sizes or without.
    /// `None` where no value of the schema has an end, has a `fixed` of more than 65,536 bytes, or where the
    /// message has more than 20,000 values.
    pub fn datum(&mut self, schema: &Schema) -> Option<Vec<u8>> {
        let types = schema.definitions();
        let heights = heights(&types);
        let mut writer = Writer {
            left: self.size,
            random: self,
            types: &types,
            heights: &heights,
            depth: 0,
            values: MAX_VALUES,
            out: Vec::new(),
        };
        writer.height(schema)?;
        writer.value(schema);
        (writer.values > 0).then_some(writer.out)
    }
}

pub(crate) type Types<'a> = BTreeMap<&'a Name, &'a Schema>;
pub(crate) type Heights<'a> = BTreeMap<&'a Name, usize>;

/// How many types lie inside each other in the smallest value of each; without those that have none.
pub(crate) fn heights<'a>(types: &Types<'a>) -> Heights<'a> {
    let mut heights = Heights::new();
    loop {
        let before = heights.len();
        for (name, schema) in types {
            if !heights.contains_key(name)
                && let Some(height) = height_of(schema, &heights)
            {
                heights.insert(*name, height);
            }
        }
        if heights.len() == before {
            return heights;
        }
    }
}

pub(crate) fn height(schema: &Schema, heights: &Heights<'_>) -> Option<usize> {
    match schema.name() {
        Some(name) => heights.get(name).copied(),
        None => height_of(schema, heights),
    }
}

/// The same for a definition itself.
fn height_of(schema: &Schema, heights: &Heights<'_>) -> Option<usize> {
    match schema {
        Schema::Record(r) => {
            let fields = r.fields.iter().map(|field| height(&field.schema, heights));
            Some(
                1 + fields
                    .collect::<Option<Vec<_>>>()?
                    .into_iter()
                    .max()
                    .unwrap_or(0),
            )
        }
        Schema::Union(branches) => {
            let branches = branches.iter().filter_map(|branch| height(branch, heights));
            branches.min()
        }
        Schema::Enum(e) if e.symbols.is_empty() => None,
        Schema::Fixed(f) if f.size > MAX_FIXED => None,
        _ => Some(0),
    }
}

struct Writer<'a> {
    random: &'a mut Random,
    types: &'a Types<'a>,
    heights: &'a Heights<'a>,
    /// Values that may still come, where there is a choice.
    left: usize,
    depth: usize,
    /// Values that may still come at all.
    values: usize,
    out: Vec<u8>,
}

impl Writer<'_> {
    fn height(&self, schema: &Schema) -> Option<usize> {
        height(schema, self.heights)
    }

    fn ends(&self) -> bool {
        self.depth >= DEPTH || self.left == 0
    }

    fn value(&mut self, schema: &Schema) {
        self.left = self.left.saturating_sub(1);
        self.values = self.values.saturating_sub(1);
        if self.values == 0 {
            return;
        }
        match schema {
            Schema::Ref(name) => {
                if let Some(schema) = self.types.get(name) {
                    self.value(schema);
                }
            }
            Schema::Primitive(p) => self.primitive(p.kind, p.logical),
            Schema::Fixed(f) => {
                let octets = self.random.octets(f.size as usize);
                self.out.extend(octets);
            }
            Schema::Enum(e) => {
                let index = self.random.below(e.symbols.len());
                put_long(&mut self.out, index as i64);
            }
            Schema::Record(r) => {
                self.depth += 1;
                for field in &r.fields {
                    self.value(&field.schema);
                }
                self.depth -= 1;
            }
            Schema::Union(branches) => self.union(branches),
            Schema::Array(a) => {
                self.blocks(&a.items, |writer| writer.value(&a.items));
            }
            Schema::Map(m) => {
                let mut keys = HashSet::new();
                self.blocks(&m.values, |writer| {
                    let mut key = writer.random.text();
                    while !keys.insert(key.clone()) {
                        key.push('+');
                    }
                    put_octets(&mut writer.out, key.as_bytes());
                    writer.value(&m.values);
                });
            }
        }
    }

    fn union(&mut self, branches: &[Schema]) {
        let heights: Vec<_> = branches.iter().map(|b| self.height(b)).collect();
        let possible = (0..branches.len()).filter(|&i| heights[i].is_some());
        let index = match self.ends() {
            true => possible.min_by_key(|&i| heights[i]),
            false => Some(*self.random.pick(&possible.collect::<Vec<_>>())),
        };
        if let Some(index) = index {
            put_long(&mut self.out, index as i64);
            self.value(&branches[index]);
        }
    }

    /// Some items, each written by `item`, in one block or several.
    fn blocks(&mut self, of: &Schema, mut item: impl FnMut(&mut Self)) {
        let mut left = match self.ends() || self.height(of).is_none() {
            true => 0,
            false => *self.random.pick(&[0, 0, 1, 1, 2, 3, 5]),
        };
        self.depth += 1;
        while left > 0 {
            let count = 1 + self.random.below(left);
            left -= count;
            let sized = self.random.one_in(3);
            let before = std::mem::take(&mut self.out);
            for _ in 0..count {
                item(self);
            }
            let block = std::mem::replace(&mut self.out, before);
            let count = count as i64;
            put_long(&mut self.out, if sized { -count } else { count });
            if sized {
                put_long(&mut self.out, block.len() as i64);
            }
            self.out.extend(block);
        }
        self.depth -= 1;
        self.out.push(0);
    }

    fn primitive(&mut self, kind: Kind, logical: Option<Logical>) {
        // Now and then a value that the logical type does not have.
        let odd = self.random.one_in(16) && !self.random.meant;
        let logical = logical.filter(|_| !odd);
        let (random, out) = (&mut *self.random, &mut self.out);
        match (kind, logical) {
            (Kind::Null, _) => {}
            (Kind::Boolean, _) => out.push(u8::from(random.one_in(2))),
            (Kind::Int, Some(Logical::Date)) => put_long(out, random.date().days().into()),
            (Kind::Int, Some(Logical::TimeMillis)) => {
                put_long(out, random.time().millis().into());
            }
            (Kind::Int, _) => put_long(out, i64::from(random.whole() as i32)),
            (Kind::Long, Some(Logical::TimestampMillis)) => {
                put_long(out, random.timestamp().micros().div_euclid(1000));
            }
            (Kind::Long, Some(Logical::TimestampMicros)) => {
                put_long(out, random.timestamp().micros());
            }
            (Kind::Long, _) => put_long(out, random.whole()),
            (Kind::Float, _) => out.extend(random.float().to_le_bytes()),
            (Kind::Double, _) => out.extend(random.double().to_le_bytes()),
            (Kind::String, Some(Logical::Uuid)) => {
                put_octets(out, random.uuid().to_string().as_bytes());
            }
            (Kind::String, _) => put_octets(out, random.text().as_bytes()),
            (Kind::Bytes, Some(Logical::Decimal { precision, scale })) => {
                let digits = u8::try_from(precision).unwrap_or(38).clamp(1, 38);
                let scale = u8::try_from(scale).unwrap_or(0).min(digits);
                let mut octets = Vec::new();
                random.decimal(digits, scale).write_be(&mut octets);
                put_octets(out, &octets);
            }
            (Kind::Bytes, _) => match random.one_in(4) {
                true => {
                    let n = *random.pick(&[0, 1, 2, 16, 70]);
                    put_octets(out, &random.octets(n));
                }
                false => put_octets(out, random.text().as_bytes()),
            },
        }
    }
}
