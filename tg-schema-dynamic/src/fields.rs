//! The entries of a record value, matched to the fields of its record.

use std::collections::BTreeMap;

use tg_schema_model::{Record, Value};

use crate::error::{Error, Problem};

/// One entry for each field of `record`, `None` where the value has none. Entries that belong to no
/// field, and entries of one name, are errors. Any order is taken; the order of the fields is fast.
pub(crate) fn pair<'v>(
    record: &Record,
    entries: &'v [(String, Value)],
) -> Result<Vec<Option<&'v Value>>, Error> {
    let mut rest = entries.iter().peekable();
    let found: Vec<_> = record
        .fields
        .iter()
        .map(|field| {
            rest.next_if(|(name, _)| *name == field.name)
                .map(|(_, value)| value)
        })
        .collect();
    if rest.peek().is_none() {
        return Ok(found);
    }
    let places: BTreeMap<&str, usize> = record
        .fields
        .iter()
        .enumerate()
        .map(|(place, field)| (field.name.as_str(), place))
        .collect();
    let mut found = vec![None; record.fields.len()];
    for (name, value) in entries {
        let slot = places.get(name.as_str()).and_then(|&at| found.get_mut(at));
        match slot {
            Some(Some(_)) => return Err(Error::new(Problem::DuplicateKey(name.clone()))),
            Some(slot) => *slot = Some(value),
            None => {
                let expected = format!("fields of {}", record.name);
                let found = format!("the field {}", crate::error::quoted(name));
                return Err(Error::unexpected(expected, found));
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use tg_schema_model::Field;

    use super::*;

    fn record(names: &[&str]) -> Record {
        let fields = names.iter().map(|name| Field {
            presence: tg_schema_model::Presence::Optional,
            ..Field::new(*name, tg_schema_model::Type::Int)
        });
        Record {
            name: "R".into(),
            fields: fields.collect(),
            ..Record::default()
        }
    }

    fn entries(names: &[&str]) -> Vec<(String, Value)> {
        let entry = |(i, name): (usize, &&str)| ((*name).to_owned(), Value::Int(i as i32));
        names.iter().enumerate().map(entry).collect()
    }

    #[test]
    fn any_order_is_matched() {
        let record = record(&["a", "b", "c"]);
        let (straight, turned) = (entries(&["a", "c"]), entries(&["c", "a"]));
        let int = |n| Some(&[Value::Int(0), Value::Int(1)][n as usize]).cloned();
        let owned = |v: Vec<Option<&Value>>| v.into_iter().map(Option::<&Value>::cloned).collect();
        let got: Vec<_> = owned(pair(&record, &straight).unwrap());
        assert_eq!(got, [int(0), None, int(1)]);
        let got: Vec<_> = owned(pair(&record, &turned).unwrap());
        assert_eq!(got, [int(1), None, int(0)]);
    }

    #[test]
    fn strange_entries_are_errors() {
        let record = record(&["a", "b"]);
        let error = |names: &[&str]| pair(&record, &entries(names)).unwrap_err().to_string();
        assert_eq!(
            error(&["a", "x"]),
            "expected fields of R, found the field \"x\""
        );
        assert_eq!(error(&["a", "a"]), "the key \"a\" is there twice");
    }
}
