//! Keys of a block, taken one after the other.

use std::ops::Range;

use super::{HELP, Reader};

/// A key and its value.
pub(super) struct Key<'t> {
    pub(super) name: &'t str,
    pub(super) place: Range<usize>,
    pub(super) value: Value<'t>,
    pub(super) value_place: Range<usize>,
}

/// What stands after `=`.
pub(super) enum Value<'t> {
    Number(u32),
    Text(String),
    /// The lines between `'''` and `'''`, and where they start.
    Literal(&'t str, usize),
}

/// The keys of a block that were not asked for yet.
pub(super) struct Keys<'t> {
    pub(super) found: Vec<Key<'t>>,
    pub(super) owner: Range<usize>,
}

impl<'t> Keys<'t> {
    fn take(&mut self, name: &str) -> Option<Key<'t>> {
        let at = self.found.iter().position(|key| key.name == name)?;
        Some(self.found.remove(at))
    }

    pub(super) fn number(&mut self, name: &str, reader: &mut Reader<'_, '_>) -> Option<u32> {
        let key = self.take(name)?;
        match key.value {
            Value::Number(number) => Some(number),
            _ => {
                reader.error(
                    key.value_place,
                    format!("`{name}` is no number"),
                    "expected that of a release",
                    HELP,
                );
                None
            }
        }
    }

    pub(super) fn optional_text(
        &mut self,
        name: &str,
        reader: &mut Reader<'_, '_>,
    ) -> Option<(String, Range<usize>)> {
        let key = self.take(name)?;
        match key.value {
            Value::Text(text) => Some((text, key.value_place)),
            _ => {
                reader.error(
                    key.value_place,
                    format!("`{name}` is no text"),
                    "expected a text in double quotes",
                    HELP,
                );
                None
            }
        }
    }

    fn missing(&self, name: &str, reader: &mut Reader<'_, '_>) {
        reader.error(
            self.owner.clone(),
            format!("there is no `{name}`"),
            "expected that key below",
            HELP,
        );
    }

    pub(super) fn text(
        &mut self,
        name: &str,
        reader: &mut Reader<'_, '_>,
    ) -> Option<(String, Range<usize>)> {
        if !self.found.iter().any(|key| key.name == name) {
            self.missing(name, reader);
        }
        self.optional_text(name, reader)
    }

    pub(super) fn literal(
        &mut self,
        name: &str,
        reader: &mut Reader<'_, '_>,
    ) -> Option<(&'t str, usize)> {
        let Some(key) = self.take(name) else {
            self.missing(name, reader);
            return None;
        };
        match key.value {
            Value::Literal(raw, start) => Some((raw, start)),
            _ => {
                reader.error(
                    key.value_place,
                    format!("`{name}` is no literal"),
                    "expected `'''` and lines after it",
                    HELP,
                );
                None
            }
        }
    }
}
