//! Parts of candidates: entries of maps, and which field of the reader reads one of the writer.

use tg_schema_dynamic::datum::Datum;
use tg_schema_model::avro::{Record, Schema};

/// A key that is as good as any.
pub(super) const KEY: &str = "a";

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
pub(super) fn field(record: &Record, r: Option<&Schema>, name: &str) -> Option<usize> {
    let named = |name: &str| record.fields.iter().position(|f| f.name == name);
    named(name).or_else(|| match r {
        Some(Schema::Record(r)) => {
            let target = r.fields.iter().find(|f| f.name == name)?;
            target.aliases.iter().find_map(|alias| named(alias))
        }
        _ => None,
    })
}

/// What a field of the writer, or an entry of that key, is read as.
pub(super) fn counterpart<'s>(r: &'s Schema, name: &str) -> Option<&'s Schema> {
    match r {
        Schema::Record(r) => {
            let by_name = r.fields.iter().find(|f| f.name == name);
            let found = by_name.or_else(|| {
                r.fields
                    .iter()
                    .find(|f| f.aliases.iter().any(|a| a == name))
            });
            found.map(|f| &f.schema)
        }
        Schema::Map(r) => Some(&r.values),
        _ => None,
    }
}

/// Other fields of a writer's record that the reader takes for the one at `at`: one has its name, the other an alias.
pub(super) fn twins(record: &Record, r: &Schema, at: usize) -> Vec<usize> {
    let target = |at: usize| counterpart(r, &record.fields.get(at)?.name);
    let Schema::Record(reader) = r else {
        return Vec::new();
    };
    if reader.fields.iter().all(|field| field.aliases.is_empty()) {
        return Vec::new();
    }
    let own = target(at);
    let same = |other: &usize| {
        let both = target(*other).zip(own);
        *other != at && both.is_some_and(|(a, b)| std::ptr::eq(a, b))
    };
    (0..record.fields.len()).filter(same).collect()
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
