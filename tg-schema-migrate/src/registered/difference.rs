//! The first place at which two schemas differ, as a JSON pointer into the first.
//!
//! Fields are paired by name where their order differs, and a reference is paired with the definition
//! that it stands for: so the place is one that says something else, not one that says it elsewhere.

use std::collections::{BTreeMap, HashSet};

use tg_schema_model::Json;

use super::Difference;
use super::flat::{field_name, is_definition, name};

/// The first difference, if there is any beside order and repetition.
pub fn first(ours: &Json, registered: &Json) -> Option<Difference> {
    let mut walk = Walk {
        ours: definitions(ours),
        registered: definitions(registered),
        open: HashSet::new(),
        path: Vec::new(),
        left: MAX_STEPS,
    };
    walk.ty(ours, registered)
}

/// The first place at which two trees are not the same, order included.
pub fn first_in_text(ours: &Json, registered: &Json) -> Difference {
    let mut path = Vec::new();
    let found = plain(ours, registered, &mut path);
    found.unwrap_or_else(|| Difference {
        pointer: String::new(),
        ours: Some(ours.clone()),
        registered: Some(registered.clone()),
    })
}

/// Where a comparison of hostile schemas ends.
const MAX_STEPS: usize = 1_000_000;

struct Walk<'t> {
    ours: BTreeMap<String, &'t Json>,
    registered: BTreeMap<String, &'t Json>,
    /// Pairs of names that are being compared, or were.
    open: HashSet<(String, String)>,
    path: Vec<String>,
    left: usize,
}

impl<'t> Walk<'t> {
    fn ty(&mut self, ours: &'t Json, registered: &'t Json) -> Option<Difference> {
        self.left = self.left.checked_sub(1)?;
        match (ours, registered) {
            (Json::String(a), Json::String(b)) if a == b => None,
            (Json::String(a), Json::Object(_)) if is_definition(registered) => {
                let definition = self.ours.get(a).copied();
                match definition {
                    Some(definition) if name(registered) == *a => {
                        self.definition(definition, registered)
                    }
                    _ => self.here(Some(ours), Some(registered)),
                }
            }
            (Json::Object(_), Json::String(b)) if is_definition(ours) => {
                let definition = self.registered.get(b).copied();
                match definition {
                    Some(definition) if name(ours) == *b => self.definition(ours, definition),
                    _ => self.here(Some(ours), Some(registered)),
                }
            }
            (Json::Object(_), Json::Object(_)) if is_definition(ours) => {
                self.definition(ours, registered)
            }
            (Json::Object(a), Json::Object(_)) => self.entries(a, ours, registered),
            (Json::Array(a), Json::Array(b)) => self.items(a, b),
            _ if ours == registered => None,
            _ => self.here(Some(ours), Some(registered)),
        }
    }

    fn definition(&mut self, ours: &'t Json, registered: &'t Json) -> Option<Difference> {
        if !self.open.insert((name(ours), name(registered))) {
            return None;
        }
        match ours {
            Json::Object(entries) => self.entries(entries, ours, registered),
            _ => self.here(Some(ours), Some(registered)),
        }
    }

    fn entries(
        &mut self,
        entries: &'t [(String, Json)],
        ours: &'t Json,
        registered: &'t Json,
    ) -> Option<Difference> {
        for (key, value) in entries {
            self.path.push(key.clone());
            let found = match (key.as_str(), value, registered.get(key)) {
                (_, value, None) => self.here(Some(value), None),
                ("fields", Json::Array(a), Some(Json::Array(b))) => self.fields(a, b),
                ("type" | "items" | "values", value, Some(other)) => self.ty(value, other),
                (_, value, Some(other)) if value == other => None,
                (_, value, Some(other)) => self.here(Some(value), Some(other)),
            };
            if found.is_some() {
                return found;
            }
            self.path.pop();
        }
        for (key, value) in registered.as_object().unwrap_or_default() {
            if ours.get(key).is_none() {
                self.path.push(key.clone());
                return self.here(None, Some(value));
            }
        }
        None
    }

    fn fields(&mut self, ours: &'t [Json], registered: &'t [Json]) -> Option<Difference> {
        let names = |fields: &'t [Json]| fields.iter().map(field_name).collect::<Vec<_>>();
        let (mine, theirs) = (names(ours), names(registered));
        let aligned = mine == theirs;
        for (at, field) in ours.iter().enumerate() {
            let other = match aligned {
                true => registered.get(at),
                false => theirs
                    .iter()
                    .position(|n| n == &mine[at])
                    .map(|i| &registered[i]),
            };
            self.path.push(at.to_string());
            let found = match (field, other) {
                (Json::Object(entries), Some(other)) => self.entries(entries, field, other),
                (_, other) => self.here(Some(field), other),
            };
            if found.is_some() {
                return found;
            }
            self.path.pop();
        }
        let extra = registered.iter().find(|f| !mine.contains(&field_name(f)))?;
        self.path.push(ours.len().to_string());
        self.here(None, Some(extra))
    }

    fn items(&mut self, ours: &'t [Json], registered: &'t [Json]) -> Option<Difference> {
        for at in 0..ours.len().max(registered.len()) {
            self.path.push(at.to_string());
            let found = match (ours.get(at), registered.get(at)) {
                (Some(a), Some(b)) => self.ty(a, b),
                (a, b) => self.here(a, b),
            };
            if found.is_some() {
                return found;
            }
            self.path.pop();
        }
        None
    }

    fn here(&self, ours: Option<&Json>, registered: Option<&Json>) -> Option<Difference> {
        Some(difference(&self.path, ours, registered))
    }
}

fn plain(ours: &Json, registered: &Json, path: &mut Vec<String>) -> Option<Difference> {
    match (ours, registered) {
        (Json::Array(a), Json::Array(b)) => {
            for at in 0..a.len().max(b.len()) {
                path.push(at.to_string());
                let found = match (a.get(at), b.get(at)) {
                    (Some(a), Some(b)) => plain(a, b, path),
                    (a, b) => Some(difference(path, a, b)),
                };
                if found.is_some() {
                    return found;
                }
                path.pop();
            }
            None
        }
        (Json::Object(a), Json::Object(b)) => {
            for at in 0..a.len().max(b.len()) {
                let key = a.get(at).or(b.get(at)).map(|(k, _)| k.clone());
                path.push(key.unwrap_or_default());
                let found = match (a.get(at), b.get(at)) {
                    (Some((k, a)), Some((l, b))) if k == l => plain(a, b, path),
                    (a, b) => Some(difference(path, a.map(|e| &e.1), b.map(|e| &e.1))),
                };
                if found.is_some() {
                    return found;
                }
                path.pop();
            }
            None
        }
        (a, b) if a == b => None,
        (a, b) => Some(difference(path, Some(a), Some(b))),
    }
}

fn difference(path: &[String], ours: Option<&Json>, registered: Option<&Json>) -> Difference {
    let pointer = path
        .iter()
        .map(|part| format!("/{}", part.replace('~', "~0").replace('/', "~1")))
        .collect();
    Difference {
        pointer,
        ours: ours.cloned(),
        registered: registered.cloned(),
    }
}

/// The first definition of each name.
fn definitions(tree: &Json) -> BTreeMap<String, &Json> {
    let mut found = BTreeMap::new();
    let mut waiting = vec![tree];
    while let Some(tree) = waiting.pop() {
        match tree {
            Json::Array(items) => waiting.extend(items.iter().rev()),
            Json::Object(entries) => {
                if is_definition(tree) {
                    found.entry(name(tree)).or_insert(tree);
                }
                waiting.extend(entries.iter().rev().map(|(_, value)| value));
            }
            _ => {}
        }
    }
    found
}
