//! Parts of candidates: entries of maps, and which field of the reader reads one of the writer.

use tg_schema_dynamic::datum::{Datum, Types};
use tg_schema_model::avro::{Kind, Logical, Record, Schema};

/// A key that is as good as any.
pub(super) const KEY: &str = "";

pub(super) fn entries<const N: usize>(entries: [(&str, Datum); N]) -> Datum {
    let entries = entries.into_iter();
    Datum::Map(entries.map(|(key, v)| (key.to_owned(), v)).collect())
}

/// Maps with the names of a record's fields as keys: one alone, all, all and another one, and all together with
/// a former name.
pub(super) fn keyed(record: &Record, value: &Datum) -> Vec<Datum> {
    let mut made = Vec::new();
    let names = record.fields.iter().map(|f| f.name.as_str()).chain([KEY]);
    made.push(Datum::Map(
        names.map(|n| (n.to_owned(), value.clone())).collect(),
    ));
    let all = record
        .fields
        .iter()
        .map(|f| (f.name.clone(), value.clone()));
    made.push(Datum::Map(all.collect()));
    for field in &record.fields {
        made.push(entries([(&field.name, value.clone())]));
        if let Some(alias) = field.aliases.first() {
            let names = record.fields.iter().map(|f| &f.name).chain([alias]);
            made.push(Datum::Map(
                names.map(|n| (n.clone(), value.clone())).collect(),
            ));
        }
    }
    made
}

/// The place of the writer's field of that name, or of the one that the reader reads as a field of that name.
pub(super) fn field(
    (writer, record): (&Types<'_>, &Record),
    (reader, r): (&Types<'_>, Option<&Schema>),
    name: &str,
) -> Option<usize> {
    writer.field(record, name).or_else(|| match r {
        Some(Schema::Record(r)) => {
            let target = r.fields.get(reader.field(r, name)?)?;
            let mut aliases = target.aliases.iter();
            aliases.find_map(|alias| writer.field(record, alias))
        }
        _ => None,
    })
}

/// What a field of the writer, or an entry of that key, is read as.
pub(super) fn counterpart<'s>(reader: &Types<'s>, r: &'s Schema, name: &str) -> Option<&'s Schema> {
    match r {
        Schema::Record(r) => {
            let found = r.fields.get(reader.field_or_alias(r, name)?);
            found.map(|f| &f.schema)
        }
        Schema::Map(r) => Some(&r.values),
        _ => None,
    }
}

/// Other fields of a writer's record that the reader takes for the one at `at`: one has its name, the other an alias.
pub(super) fn twins(
    writer: &Types<'_>,
    record: &Record,
    (reader, r): (&Types<'_>, &Schema),
    at: usize,
) -> Vec<usize> {
    let (Schema::Record(r), Some(own)) = (r, record.fields.get(at)) else {
        return Vec::new();
    };
    let target = |name: &str| reader.field_or_alias(r, name);
    let Some((place, target_of)) = target(&own.name).and_then(|at| Some((at, r.fields.get(at)?)))
    else {
        return Vec::new();
    };
    // What is read as that field has its name or one of its aliases.
    let names = std::iter::once(&target_of.name).chain(&target_of.aliases);
    let known = names.filter_map(|name| writer.field(record, name));
    let mut same: Vec<usize> = known
        .filter(|other| *other != at)
        .filter(|other| {
            let other = record.fields.get(*other);
            other.is_some_and(|other| target(&other.name) == Some(place))
        })
        .collect();
    same.sort_unstable();
    same.dedup();
    same
}

/// The smallest text or bytes that readers with a logical type take, where the empty one is none of its values.
pub(super) fn meant(kind: Kind, logical: Option<Logical>) -> Option<Datum> {
    let text = match logical? {
        Logical::Uuid => "00000000-0000-0000-0000-000000000000",
        Logical::Decimal { .. } => "\0",
        _ => return None,
    };
    match kind {
        Kind::String => Some(Datum::String(text.to_owned())),
        Kind::Bytes => Some(Datum::Bytes(text.as_bytes().to_vec())),
        _ => None,
    }
}

/// The smallest value of a `fixed`, the last, and where it is read as a number the largest of those with a sign.
pub(super) fn octets(smallest: Datum, is_number: bool) -> Vec<Datum> {
    let Datum::Fixed(octets) = &smallest else {
        return vec![smallest];
    };
    let last = vec![0xFF; octets.len()];
    let mut largest = last.clone();
    largest.iter_mut().take(1).for_each(|first| *first = 0x7F);
    let mut made = vec![smallest, Datum::Fixed(last)];
    made.extend(is_number.then_some(Datum::Fixed(largest)));
    made
}

/// How many values a datum is made of.
pub(super) fn size(datum: &Datum) -> usize {
    1 + match datum {
        Datum::Record(values) | Datum::Array(values) => values.iter().map(size).sum(),
        Datum::Map(entries) => entries.values().map(size).sum(),
        Datum::Union(_, value) => size(value),
        Datum::Fixed(octets) => octets.len() / size_of::<Datum>(),
        _ => 0,
    }
}
