//! Messages that may show something at a place: the smallest that lead there, with every value at which types
//! part.

mod part;
mod through;

use std::collections::HashSet;

use tg_schema_dynamic::datum::{Datum, Smallest, Types};
use tg_schema_model::avro::{Kind, Record, Schema};

use super::boundary;
use super::place::{MAX_STEPS, Token, leads};
use part::{KEY, counterpart, entries, field, keyed, meant, octets, size, twins};
pub(super) use through::Through;

/// Values that all candidates for one place are made of.
const MAX_VALUES: usize = 200_000;
/// Values that all candidates of one search or attack are made of, whatever the number of places.
const MAX_TOTAL: usize = 2_000_000;
/// Types that are looked at for what the reader takes, in one message.
const MAX_READABLE: usize = 250;
/// Types inside one another, below the place, that are varied in a search for one message.
const DEPTH: usize = 3;

/// Makes messages of a writer's schema.
pub(super) struct Candidates<'s, 't> {
    writer: &'t Types<'s>,
    reader: &'t Types<'s>,
    smallest: Smallest<'s, 't>,
    /// Types inside one another, below the place, that are varied.
    depth: usize,
    left: usize,
    /// Values for further places.
    total: usize,
    /// Whether what is around the place is to be read, too.
    readable: bool,
    /// Whether records that may be null have a value there.
    filled: bool,
    /// Records that are being filled.
    open: Vec<*const Schema>,
    /// Branches of unions that messages go through.
    through: Through,
    /// Steps of the place that is gone for.
    steps: usize,
}

impl<'s, 't> Candidates<'s, 't> {
    pub(super) fn new(writer: &'t Types<'s>, reader: &'t Types<'s>) -> Self {
        Candidates {
            writer,
            reader,
            smallest: Smallest::new(writer),
            depth: DEPTH,
            left: MAX_VALUES,
            total: MAX_TOTAL,
            readable: false,
            filled: false,
            open: Vec::new(),
            through: Through::default(),
            steps: 0,
        }
    }

    /// The same for another question. Around a place stands what is smallest, or what the reader takes, where the
    /// smallest is refused: symbols that it has, and a value where it needs one.
    pub(super) fn restart(&mut self, readable: bool) -> &mut Self {
        self.readable = readable;
        self.filled = false;
        self.left = MAX_VALUES;
        self.total = MAX_TOTAL;
        self
    }

    /// The same, and records that may be null have a value: for a writer that sends something else in place of null.
    pub(super) fn fill(&mut self) -> &mut Self {
        self.filled = true;
        self
    }

    /// What makes the smallest values of the writer.
    pub(super) fn smallest(&mut self) -> &mut Smallest<'s, 't> {
        &mut self.smallest
    }

    /// The same, of which only the place itself is varied: for who goes to every place.
    pub(super) fn shallow(mut self) -> Self {
        self.depth = 0;
        self
    }

    /// The smallest message of the writer.
    pub(super) fn smallest_message(&mut self) -> Option<Datum> {
        let made = self.smallest.of(self.writer.root)?;
        self.total = self.total.saturating_sub(size(&made));
        Some(made)
    }

    /// How many values the messages are made of that were made so far.
    pub(super) fn made(&self) -> usize {
        MAX_TOTAL - self.total
    }

    /// Whether messages for the last place were left out, because they would be made of too many values.
    pub(super) fn is_cut(&self) -> bool {
        self.left == 0
    }

    /// Messages that lead to a place and vary there.
    pub(super) fn leading_to(&mut self, tokens: &[Token]) -> Vec<Datum> {
        let most = MAX_VALUES.min(self.total);
        self.left = most;
        self.steps = tokens.len();
        let found = match tokens.len() {
            0..=MAX_STEPS if most > 0 => self.at(self.writer.root, Some(self.reader.root), tokens),
            _ => Vec::new(),
        };
        self.total -= most - self.left;
        found
    }

    /// The same, through given branches of unions alone.
    pub(super) fn leading_through(&mut self, tokens: &[Token], through: &Through) -> Vec<Datum> {
        self.through.clone_from(through);
        let found = self.leading_to(tokens);
        self.through = Through::default();
        found
    }

    fn at(&mut self, w: &'s Schema, r: Option<&'s Schema>, tokens: &[Token]) -> Vec<Datum> {
        let depth = self.steps.saturating_sub(tokens.len());
        if let Schema::Union(branches) = self.writer.resolve(w)
            && let Some(at) = self.through.branch(depth, branches)
            && let Some(branch) = branches.get(at)
        {
            let inner = self.at(branch, r, tokens).into_iter();
            return inner.map(|v| Datum::Union(at, Box::new(v))).collect();
        }
        let Some((token, rest)) = tokens.split_first() else {
            return self.variants(w, r, 0);
        };
        let w = self.writer.resolve(w);
        let whole = r;
        let r = self.read_as(w, r);
        match (w, token) {
            (Schema::Union(branches), _) => {
                let mut found = Vec::new();
                let leading: Vec<bool> = branches
                    .iter()
                    .map(|branch| leads(self.writer, branch, tokens))
                    .collect();
                let none_leads = !leading.contains(&true);
                for ((at, branch), leads) in branches.iter().enumerate().zip(leading) {
                    if !branch.is_null() && (leads || none_leads) {
                        let inner = self.at(branch, whole, tokens);
                        found.extend(inner.into_iter().map(|v| Datum::Union(at, Box::new(v))));
                    }
                }
                found
            }
            (Schema::Record(record), Token::Field(name) | Token::Value(Some(name))) => {
                let Some(at) = field((self.writer, record), (self.reader, r), name) else {
                    return self.instead(w, record, r);
                };
                let inner = record.fields.get(at).map(|source| {
                    let target = r.and_then(|r| counterpart(self.reader, r, &source.name));
                    self.at(&source.schema, target, rest)
                });
                self.with_field(record, r, at, inner.unwrap_or_default())
            }
            (Schema::Array(array), Token::Item) => {
                let items = match r {
                    Some(Schema::Array(r)) => Some(&*r.items),
                    _ => None,
                };
                let inner = self.at(&array.items, items, rest);
                inner.into_iter().map(|v| Datum::Array(vec![v])).collect()
            }
            (Schema::Map(map), Token::Value(_) | Token::Field(_)) => {
                let (key, values) = match (token, r) {
                    (Token::Field(key) | Token::Value(Some(key)), r) => (
                        key.as_str(),
                        r.and_then(|r| counterpart(self.reader, r, key)),
                    ),
                    (_, Some(Schema::Map(r))) => (KEY, Some(&*r.values)),
                    _ => (KEY, None),
                };
                let inner = self.at(&map.values, values, rest).into_iter();
                let one = inner.map(|v| entries([(key, v)]));
                std::iter::once(entries([])).chain(one).collect()
            }
            // The path goes on where there is nothing: what is here shows it.
            _ => self.variants(w, r, 0),
        }
    }

    /// Values of a record for a field that it does not have: the smallest, and where the reader has a record too, each
    /// field varied that this does not have either.
    fn instead(&mut self, w: &'s Schema, from: &'s Record, r: Option<&'s Schema>) -> Vec<Datum> {
        let Some(reader @ Schema::Record(_)) = r else {
            return self.variants(w, r, 0);
        };
        let mut made: Vec<Datum> = self.smallest_of(w).into_iter().collect();
        for (at, source) in from.fields.iter().enumerate() {
            if self.left == 0 {
                break;
            }
            if counterpart(self.reader, reader, &source.name).is_none() {
                let values = self.variants(&source.schema, None, self.depth);
                made.extend(self.with_field(from, r, at, values));
            }
        }
        made
    }

    /// A definition, or the one branch of a union that is not null.
    fn inner(&self, r: &'s Schema) -> Option<&'s Schema> {
        match self.reader.resolve(r) {
            Schema::Union(branches) => {
                let mut branches = branches.iter().filter(|branch| !branch.is_null());
                let first = branches.next()?;
                branches
                    .next()
                    .is_none()
                    .then(|| self.reader.resolve(first))
            }
            r => Some(r),
        }
    }

    /// The smallest record, once with each of the values in a field.
    fn with_field(
        &mut self,
        record: &'s Record,
        r: Option<&'s Schema>,
        at: usize,
        values: Vec<Datum>,
    ) -> Vec<Datum> {
        let mut steps = MAX_READABLE;
        let fields = record.fields.iter().enumerate();
        let fields = fields.map(|(other, field)| match (other == at, self.readable) {
            (true, _) => Some(Datum::Null),
            (false, false) => self.smallest.of(&field.schema),
            (false, true) => {
                let target = r.and_then(|r| counterpart(self.reader, r, &field.name));
                self.taken(&field.schema, target, &mut steps)
            }
        });
        let Some(base) = fields.collect::<Option<Vec<Datum>>>() else {
            return Vec::new();
        };
        let size = base.iter().map(size).sum::<usize>();
        let mut made = Vec::with_capacity(values.len());
        // The last message takes it; no other needs a copy where there is but one.
        let mut base = Some(base);
        let mut values = values.into_iter().peekable();
        while let Some(value) = values.next() {
            let Some(left) = self.left.checked_sub(size) else {
                self.left = 0;
                break;
            };
            self.left = left;
            let own = match values.peek() {
                Some(_) => base.clone(),
                None => base.take(),
            };
            let Some(mut fields) = own else {
                break;
            };
            if let Some(slot) = fields.get_mut(at) {
                *slot = value;
            }
            made.push(Datum::Record(fields));
        }
        let twins = r.map_or_else(Vec::new, |r| {
            twins(self.writer, record, (self.reader, r), at)
        });
        self.with_twins(record, &twins, &mut made, size);
        made
    }

    /// The first message once more in which further fields have a value.
    fn with_twins(
        &mut self,
        record: &'s Record,
        twins: &[usize],
        made: &mut Vec<Datum>,
        size: usize,
    ) {
        if twins.is_empty() {
            return;
        }
        let values = made.iter().filter_map(|datum| match datum {
            Datum::Record(fields) => Some(fields),
            _ => None,
        });
        let set = |fields: &&Vec<Datum>| fields.iter().filter(|value| !value.is_nothing()).count();
        let most = values.max_by_key(set).cloned();
        let left = self.left.checked_sub(size);
        let (Some(mut fields), Some(left)) = (most, left) else {
            return;
        };
        self.left = left;
        for &twin in twins {
            let value = record
                .fields
                .get(twin)
                .and_then(|f| self.something(&f.schema));
            if let (Some(value), Some(slot)) = (value, fields.get_mut(twin)) {
                *slot = value;
            }
        }
        made.push(Datum::Record(fields));
    }

    /// The smallest value that is not null.
    fn something(&mut self, w: &'s Schema) -> Option<Datum> {
        let w = self.writer.resolve(w);
        let Schema::Union(branches) = w else {
            return self.smallest.of(w);
        };
        let mut values = branches.iter().enumerate().filter(|(_, b)| !b.is_null());
        let (at, branch) = values.next()?;
        let value = self.smallest.of(self.writer.resolve(branch))?;
        Some(Datum::Union(at, Box::new(value)))
    }

    /// The smallest value that the reader takes, as far as it is told by types.
    fn taken(&mut self, w: &'s Schema, r: Option<&'s Schema>, steps: &mut usize) -> Option<Datum> {
        let w = self.writer.resolve(w);
        let Some(fewer) = steps.checked_sub(1) else {
            return self.smallest.of(w);
        };
        *steps = fewer;
        let takes_null = r.is_none_or(|r| match self.reader.resolve(r) {
            Schema::Union(branches) => branches.iter().any(Schema::is_null),
            r => r.is_null(),
        });
        let whole = r;
        let r = r.and_then(|r| self.inner(r));
        match (w, r) {
            (Schema::Union(branches), _)
                if !takes_null || !branches.iter().any(Schema::is_null) || self.fills(branches) =>
            {
                let values = branches.iter().enumerate().filter(|(_, b)| !b.is_null());
                let mut taken = values
                    .clone()
                    .map(|(at, branch)| (at, branch, self.like(branch, whole)));
                let found = taken.find(|(.., like)| like.is_some());
                let (at, branch, like) = match found {
                    Some((at, branch, like)) => (at, branch, like),
                    None => values.map(|(at, branch)| (at, branch, r)).next()?,
                };
                let value = self.taken(branch, like, steps)?;
                Some(Datum::Union(at, Box::new(value)))
            }
            (Schema::Enum(w), Some(Schema::Enum(r))) => {
                let read: HashSet<&String> = r.symbols.iter().collect();
                let known = w.symbols.iter().enumerate();
                let known = known.filter(|(_, s)| read.contains(s));
                let known = known.min_by_key(|(_, s)| s.len());
                Some(Datum::Enum(known.map_or(0, |(at, _)| at)))
            }
            (Schema::Primitive(p), Some(Schema::Enum(r))) if p.kind == Kind::String => {
                let known = r.symbols.iter().min_by_key(|s| s.len());
                known.cloned().map(Datum::String)
            }
            (Schema::Primitive(p), Some(Schema::Primitive(r))) if p.logical.is_none() => {
                meant(p.kind, r.logical).or_else(|| self.smallest.of(w))
            }
            (Schema::Record(record), Some(r)) => {
                self.open.push(std::ptr::from_ref(w));
                let fields = record.fields.iter();
                let fields = fields
                    .map(|f| self.taken(&f.schema, counterpart(self.reader, r, &f.name), steps));
                let made = fields.collect::<Option<_>>().map(Datum::Record);
                self.open.pop();
                made
            }
            _ => self.smallest.of(w),
        }
    }

    /// Whether one of these that may be null is to have a value.
    fn fills(&self, branches: &'s [Schema]) -> bool {
        self.filled
            && branches.iter().any(|branch| {
                let branch = self.writer.resolve(branch);
                matches!(branch, Schema::Record(_))
                    && !self.open.contains(&std::ptr::from_ref(branch))
            })
    }

    /// What a type of the writer's is read as.
    fn read_as(&self, w: &'s Schema, r: Option<&'s Schema>) -> Option<&'s Schema> {
        self.inner(r?).or_else(|| self.like(w, r))
    }

    /// The branch of the reader's that a branch of the writer's is read as, as far as it is told by kinds and
    /// names.
    fn like(&self, w: &'s Schema, r: Option<&'s Schema>) -> Option<&'s Schema> {
        let (w, r) = (self.writer.resolve(w), self.reader.resolve(r?));
        let branches = match r {
            Schema::Union(branches) => branches.as_slice(),
            r => std::slice::from_ref(r),
        };
        let is_like = |r: &&'s Schema| match (*r, w) {
            (Schema::Primitive(r), Schema::Primitive(w)) => {
                r.kind == w.kind || w.kind.promotes_to(r.kind)
            }
            (r, w) if std::mem::discriminant(r) != std::mem::discriminant(w) => false,
            (r, w) => match (r.name(), w.name()) {
                (Some(r), Some(w)) => r.name == w.name,
                _ => true,
            },
        };
        branches
            .iter()
            .map(|b| self.reader.resolve(b))
            .find(is_like)
    }

    /// The smallest value of a type, as long as values may be made.
    fn smallest_of(&mut self, w: &'s Schema) -> Option<Datum> {
        let made = self.smallest.of(w)?;
        let left = self.left.checked_sub(size(&made));
        self.left = left.unwrap_or(0);
        left.map(|_| made)
    }

    /// Values of a type: the boundaries, and each part of it varied on its own.
    fn variants(&mut self, w: &'s Schema, r: Option<&'s Schema>, depth: usize) -> Vec<Datum> {
        let w = self.writer.resolve(w);
        let whole = r;
        let r = self.read_as(w, r);
        if depth > self.depth {
            return self.smallest_of(w).into_iter().collect();
        }
        match w {
            Schema::Primitive(p) => boundary::values(p.kind, p.logical),
            Schema::Fixed(f) if f.size == 0 => vec![Datum::Fixed(Vec::new())],
            Schema::Fixed(_) => {
                let is_number = matches!(r, Some(Schema::Fixed(r)) if r.logical.is_some());
                let smallest = self.smallest_of(w).into_iter();
                smallest
                    .flat_map(|datum| octets(datum, is_number))
                    .collect()
            }
            Schema::Enum(e) => (0..e.symbols.len()).map(Datum::Enum).collect(),
            Schema::Array(array) => {
                let items = match r {
                    Some(Schema::Array(r)) => Some(&*r.items),
                    _ => None,
                };
                let inner = self.variants(&array.items, items, depth + 1);
                let mut made = vec![Datum::Array(Vec::new())];
                made.extend(inner.into_iter().map(|v| Datum::Array(vec![v])));
                made
            }
            Schema::Map(map) => {
                let values = match r {
                    Some(Schema::Map(r)) => Some(&*r.values),
                    _ => None,
                };
                let mut made = vec![Datum::Map(Default::default())];
                for value in self.variants(&map.values, values, depth + 1) {
                    made.push(entries([(KEY, value.clone())]));
                    if let Some(Schema::Record(r)) = r {
                        made.extend(keyed(r, &value));
                    }
                }
                made
            }
            Schema::Record(record) => {
                let mut made: Vec<Datum> = self.smallest_of(w).into_iter().collect();
                for (at, source) in record.fields.iter().enumerate() {
                    if self.left == 0 {
                        break;
                    }
                    let target = r.and_then(|r| counterpart(self.reader, r, &source.name));
                    let values = self.variants(&source.schema, target, depth + 1);
                    made.extend(self.with_field(record, r, at, values));
                }
                made
            }
            Schema::Union(branches) => {
                let mut made = Vec::new();
                for (at, branch) in branches.iter().enumerate() {
                    let inner = self.variants(branch, whole, depth);
                    made.extend(inner.into_iter().map(|v| Datum::Union(at, Box::new(v))));
                }
                made
            }
            Schema::Ref(_) => Vec::new(),
        }
    }
}
