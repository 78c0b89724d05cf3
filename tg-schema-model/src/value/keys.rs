//! Keys of a JSON object into the fields of a record.

use std::collections::HashMap;

use crate::schema::Field;

/// Fields that are looked at one by one before an index is worth its making.
const MAX_SEARCHED: usize = 256;

/// The fields of a record, to be found by the keys of one object.
#[derive(Debug)]
pub struct Keys<'f> {
    fields: &'f [Field],
    /// Fields that were looked at one by one.
    searched: usize,
    by_key: Option<HashMap<&'f str, usize>>,
}

impl<'f> Keys<'f> {
    /// Of these fields.
    pub fn of(fields: &'f [Field]) -> Self {
        Keys {
            fields,
            searched: 0,
            by_key: None,
        }
    }

    /// The field that has `key` as its name or as an alias; names win. As a rule it is the one at `next`, after that of the
    /// key before.
    pub fn position(&mut self, key: &str, next: usize) -> Option<usize> {
        let fields = self.fields;
        if fields.get(next).is_some_and(|f| f.name == key) {
            return Some(next);
        }
        if self.searched < MAX_SEARCHED {
            self.searched += fields.len();
            let named = fields.iter().position(|f| f.name == key);
            let known = || {
                fields
                    .iter()
                    .position(|f| f.aliases.iter().any(|a| a == key))
            };
            return named.or_else(known);
        }
        let by_key = self.by_key.get_or_insert_with(|| {
            let mut by_key = HashMap::with_capacity(fields.len());
            for (at, field) in fields.iter().enumerate() {
                by_key.entry(field.name.as_str()).or_insert(at);
            }
            for (at, field) in fields.iter().enumerate() {
                for alias in &field.aliases {
                    by_key.entry(alias).or_insert(at);
                }
            }
            by_key
        });
        by_key.get(key).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Type;

    #[test]
    fn keys_in_any_order_are_found_without_looking_at_all_fields_for_each() {
        const FIELDS: usize = 10_000;
        let field = |at: usize| {
            // One is what the next is called: names win.
            Field {
                aliases: vec![format!("g{at}"), format!("f{}", at + 1)],
                ..Field::new(format!("f{at}"), Type::Int)
            }
        };
        let fields: Vec<Field> = (0..FIELDS).map(field).collect();
        let mut keys = Keys::of(&fields);
        for at in (0..FIELDS).rev() {
            assert_eq!(keys.position(&format!("f{at}"), FIELDS), Some(at));
            assert_eq!(keys.position(&format!("g{at}"), 0), Some(at));
            assert_eq!(keys.position(&format!("h{at}"), at), None);
        }
        assert_eq!(keys.position("f10000", 0), Some(FIELDS - 1));
        assert!(keys.searched <= MAX_SEARCHED + FIELDS, "{}", keys.searched);
    }
}
