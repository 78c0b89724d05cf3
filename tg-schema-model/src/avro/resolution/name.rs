//! Which names of a reader and a writer mean the same.

use std::collections::HashMap;

use super::problem::Reason;
use crate::avro::{Field, Name, Record};

/// Whether a type of the writer's may be read as one of the reader's: the namespace does not matter,
/// but where it is to be read under another name it must be an alias in full.
pub(super) fn matches(reader: &Name, aliases: &[String], writer: &Name) -> bool {
    reader.name == writer.name
        || aliases
            .iter()
            .any(|alias| Name::resolve(alias, reader.namespace.as_deref()) == *writer)
}

/// The writer's fields, to be found by the names of the reader's.
pub(super) struct Fields<'a> {
    writer: &'a Record,
    places: HashMap<&'a str, usize>,
    /// Who reads them.
    taken: Vec<Option<&'a str>>,
}

impl<'a> Fields<'a> {
    pub(super) fn of(writer: &'a Record) -> Self {
        let places = writer.fields.iter().enumerate();
        Fields {
            writer,
            places: places.map(|(i, f)| (f.name.as_str(), i)).collect(),
            taken: vec![None; writer.fields.len()],
        }
    }

    /// The place of the field that is read as `field`: `None` if the writer has none.
    pub(super) fn take(&mut self, field: &'a Field) -> Result<Option<usize>, Reason> {
        let mut found = Vec::new();
        let names = [&field.name].into_iter().chain(&field.aliases);
        for name in names {
            if let Some(&place) = self.places.get(name.as_str())
                && !found.contains(&place)
            {
                found.push(place);
            }
        }
        let place = match found[..] {
            [] => return Ok(None),
            [place] => place,
            _ => {
                let names: Vec<&str> = found.iter().map(|&place| self.name(place)).collect();
                return Err(Reason::ambiguous(&names, self.writer));
            }
        };
        match self.taken[place].replace(&field.name) {
            Some(other) => Err(Reason::taken(self.name(place), other)),
            None => Ok(Some(place)),
        }
    }

    fn name(&self, place: usize) -> &'a str {
        &self.writer.fields[place].name
    }
}
