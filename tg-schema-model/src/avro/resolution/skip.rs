//! Types of the writer's that the reader has no use for, into the way over their values.

use std::collections::{BTreeMap, HashMap};

use super::graph::reached_from;
use super::size::{Size, deeper};
use super::{Skip, SkipId, error};
use crate::avro::{AvroError, Kind, Name, Record, Schema};

/// Skips while they are made.
pub(in crate::avro) struct Skips<'a> {
    types: &'a BTreeMap<&'a Name, &'a Schema>,
    made: Vec<Skip>,
    records: HashMap<&'a Name, SkipId>,
    /// Records whose fields are still to come. One after the other, because records lead to each other
    /// further than the stack may grow.
    open: Vec<(SkipId, &'a Record)>,
}

impl<'a> Skips<'a> {
    pub(in crate::avro) fn new(types: &'a BTreeMap<&'a Name, &'a Schema>) -> Self {
        Skips {
            types,
            made: vec![Skip::Nothing],
            records: HashMap::new(),
            open: Vec::new(),
        }
    }

    /// The way over a value of a type.
    pub(in crate::avro) fn over(
        &mut self,
        schema: &'a Schema,
        size: &mut Size,
    ) -> Result<SkipId, AvroError> {
        let id = self.part(schema, size, 0)?;
        while let Some((id, record)) = self.open.pop() {
            size.spend(record.fields.len())?;
            let fields: Result<_, _> = record
                .fields
                .iter()
                .map(|field| self.part(&field.schema, size, 0))
                .collect();
            self.made[id.0 as usize] = Skip::Record(fields?);
        }
        Ok(id)
    }

    fn part(
        &mut self,
        schema: &'a Schema,
        size: &mut Size,
        depth: usize,
    ) -> Result<SkipId, AvroError> {
        let depth = deeper(depth)?;
        let skip = match schema {
            Schema::Primitive(p) => match p.kind {
                Kind::Null => return Ok(SkipId::NOTHING),
                Kind::Boolean => Skip::Fixed(1),
                Kind::Int | Kind::Long => Skip::Varint,
                Kind::Float => Skip::Fixed(4),
                Kind::Double => Skip::Fixed(8),
                Kind::Bytes | Kind::String => Skip::Prefixed,
            },
            Schema::Fixed(f) if f.size == 0 => return Ok(SkipId::NOTHING),
            Schema::Fixed(f) => Skip::Fixed(f.size),
            Schema::Enum(_) => Skip::Varint,
            Schema::Array(a) => Skip::Array(self.part(&a.items, size, depth)?),
            Schema::Map(m) => Skip::Map(self.part(&m.values, size, depth)?),
            Schema::Union(branches) => {
                size.spend(branches.len())?;
                let branches: Result<_, _> = branches
                    .iter()
                    .map(|branch| self.part(branch, size, depth))
                    .collect();
                Skip::Union(branches?)
            }
            Schema::Record(r) => {
                if let Some(&id) = self.records.get(&r.name) {
                    return Ok(id);
                }
                let id = self.make(Skip::Nothing, size)?;
                self.records.insert(&r.name, id);
                self.open.push((id, r));
                return Ok(id);
            }
            Schema::Ref(name) => match self.types.get(name) {
                Some(Schema::Ref(_)) | None => return Err(error(format!("{name} is not defined"))),
                Some(schema) => return self.part(schema, size, depth),
            },
        };
        self.make(skip, size)
    }

    fn make(&mut self, skip: Skip, size: &mut Size) -> Result<SkipId, AvroError> {
        size.spend(1)?;
        let id = SkipId(u32::try_from(self.made.len()).unwrap_or(u32::MAX));
        self.made.push(skip);
        Ok(id)
    }

    /// All of them, made as short as is easily done.
    pub(in crate::avro) fn finish(self) -> Finished {
        let made = self.made;
        let parts = |(i, skip): (usize, &Skip)| match skip {
            Skip::Record(parts) => parts.iter().map(|part| (i, part.0 as usize)).collect(),
            _ => Vec::new(),
        };
        let bytes = made
            .iter()
            .map(|skip| !matches!(skip, Skip::Nothing | Skip::Record(_)))
            .collect();
        let bytes = reached_from(bytes, made.iter().enumerate().flat_map(parts));
        // A record that needs itself has no values; as one without bytes it would seem to have some.
        let ends = ends(&made);
        let count = made.len();
        let mut finished = Finished {
            skips: made,
            fixed: HashMap::new(),
        };
        // What a record holds was mostly made after it.
        for i in (0..count).rev() {
            if !bytes[i] && ends[i] {
                finished.skips[i] = Skip::Nothing;
            } else if let Skip::Record(parts) = &finished.skips[i] {
                let parts = parts.clone();
                finished.skips[i] = finished.record(&parts);
            }
        }
        finished
    }
}

/// Skips that are complete.
pub(in crate::avro) struct Finished {
    pub(in crate::avro) skips: Vec<Skip>,
    fixed: HashMap<u32, SkipId>,
}

impl Finished {
    /// The size that all values of this have.
    pub(in crate::avro) fn size(&self, id: SkipId) -> Option<u32> {
        match self.skips[id.0 as usize] {
            Skip::Nothing => Some(0),
            Skip::Fixed(n) => Some(n),
            _ => None,
        }
    }

    /// The way over that many bytes.
    pub(in crate::avro) fn fixed(&mut self, n: u32) -> SkipId {
        if n == 0 {
            return SkipId::NOTHING;
        }
        *self.fixed.entry(n).or_insert_with(|| {
            self.skips.push(Skip::Fixed(n));
            SkipId(u32::try_from(self.skips.len() - 1).unwrap_or(u32::MAX))
        })
    }

    /// One part after the other, neighbours of fixed sizes as one.
    fn record(&mut self, parts: &[SkipId]) -> Skip {
        let mut kept = Vec::with_capacity(parts.len());
        let mut pending = 0_u32;
        for &part in parts {
            let size = self.size(part);
            if let Some(sum) = size.and_then(|n| pending.checked_add(n)) {
                pending = sum;
                continue;
            }
            if pending > 0 {
                kept.push(self.fixed(pending));
            }
            pending = size.unwrap_or(0);
            if size.is_none() {
                kept.push(part);
            }
        }
        if kept.is_empty() {
            return Skip::Fixed(pending);
        }
        if pending > 0 {
            kept.push(self.fixed(pending));
        }
        match kept[..] {
            [one] if !matches!(self.skips[one.0 as usize], Skip::Record(_) | Skip::Union(_)) => {
                self.skips[one.0 as usize].clone()
            }
            _ => Skip::Record(kept.into()),
        }
    }
}

/// Skips whose values come to an end: all but records that need themselves.
fn ends(skips: &[Skip]) -> Vec<bool> {
    let mut waiting: Vec<usize> = vec![0; skips.len()];
    let mut users: Vec<Vec<usize>> = vec![Vec::new(); skips.len()];
    let mut open = Vec::new();
    for (i, skip) in skips.iter().enumerate() {
        match skip {
            Skip::Record(fields) if !fields.is_empty() => {
                waiting[i] = fields.len();
                fields
                    .iter()
                    .for_each(|field| users[field.0 as usize].push(i));
            }
            _ => open.push(i),
        }
    }
    let mut ends = vec![false; skips.len()];
    while let Some(i) = open.pop() {
        ends[i] = true;
        for &user in &users[i] {
            waiting[user] -= 1;
            if waiting[user] == 0 {
                open.push(user);
            }
        }
    }
    ends
}
