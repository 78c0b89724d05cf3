//! Paths into a tree of names.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::error::{self, error};
use crate::avro::{AvroError, MAX_DEPTH};

/// What was asked for of a record, by the names of its fields.
pub(super) type Fields<'f> = BTreeMap<&'f str, Wanted<'f>>;

/// What was asked for of a field.
pub(super) enum Wanted<'f> {
    /// Its value: the place of the path among all.
    Value(usize),
    /// Some fields of it. There is one at least.
    Fields(Fields<'f>),
}

/// All paths as one tree.
pub(super) fn tree<'f>(paths: &[&'f str]) -> Result<Fields<'f>, AvroError> {
    if paths.is_empty() {
        return Err(error("no field was asked for: name one at least"));
    }
    let mut tree = Fields::new();
    for (place, path) in paths.iter().enumerate() {
        check(path)?;
        insert(&mut tree, paths, place)?;
    }
    Ok(tree)
}

fn check(path: &str) -> Result<(), AvroError> {
    if path.split('.').any(str::is_empty) {
        let path = error::shown(path);
        return Err(error(format!(
            "`{path}` is no path of a field: names with dots between them, such as `metadata.id`"
        )));
    }
    if path.split('.').count() > MAX_DEPTH {
        let path = error::shown(path);
        return Err(error(format!(
            "`{path}` goes through more than {MAX_DEPTH} records"
        )));
    }
    Ok(())
}

fn insert<'f>(tree: &mut Fields<'f>, paths: &[&'f str], place: usize) -> Result<(), AvroError> {
    let path = paths[place];
    let (parents, last) = match path.rsplit_once('.') {
        Some((parents, last)) => (Some(parents), last),
        None => (None, path),
    };
    let mut at = tree;
    for name in parents.into_iter().flat_map(|parents| parents.split('.')) {
        let inside = at
            .entry(name)
            .or_insert_with(|| Wanted::Fields(Fields::new()));
        match inside {
            Wanted::Fields(fields) => at = fields,
            Wanted::Value(other) => return Err(error::within(paths[*other], path)),
        }
    }
    match at.entry(last) {
        Entry::Vacant(free) => {
            free.insert(Wanted::Value(place));
            Ok(())
        }
        Entry::Occupied(taken) => Err(match first(taken.get()) {
            other if paths[other] == path => {
                error(format!("`{}` is asked for twice", error::shown(path)))
            }
            other => error::within(path, paths[other]),
        }),
    }
}

/// One of the paths that are asked for here.
fn first(mut wanted: &Wanted<'_>) -> usize {
    loop {
        match wanted {
            Wanted::Value(place) => return *place,
            Wanted::Fields(fields) => match fields.values().next() {
                Some(inside) => wanted = inside,
                None => return 0,
            },
        }
    }
}
