//! Keys of a message into fields of a reader.

use std::collections::HashMap;

use tg_schema_model::Field;

use super::Peer;

/// Which field of a reader a key belongs to.
pub(super) struct Targets<'s> {
    names: HashMap<&'s str, usize>,
}

impl<'s> Targets<'s> {
    /// Names go before aliases, which only our readers know.
    pub(super) fn of(fields: &'s [Field], peer: Peer) -> Self {
        let mut names = HashMap::new();
        for (at, field) in fields.iter().enumerate() {
            names.entry(field.name.as_str()).or_insert(at);
        }
        if peer == Peer::Tg {
            for (at, field) in fields.iter().enumerate() {
                for alias in &field.aliases {
                    names.entry(alias.as_str()).or_insert(at);
                }
            }
        }
        Targets { names }
    }

    /// The place of the field.
    pub(super) fn find(&self, key: &str) -> Option<usize> {
        self.names.get(key).copied()
    }
}
