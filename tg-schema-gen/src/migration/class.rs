//! Old classes and what is registered for them.

use std::collections::HashSet;

use tg_schema_model::{Open, Record, RecordId, Schema, Type, Unresolved, fingerprint, pulsar};

/// A class that became a record, or was left open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Class {
    /// File of the old class.
    pub file: String,
    /// Line of the old class. 0: it is not known.
    pub line: u64,
    /// Its name.
    pub name: String,
    /// The module of the new definition: classes of one name are told apart by it.
    pub module: String,
    /// The function or class that the old class stood in: `Outer`, `make.<locals>`. `None`: the file.
    pub scope: Option<String>,
    /// Place of the later class that took its name in that scope.
    pub shadowed_by: Option<String>,
    /// How many fields it has, those that were left open included.
    pub fields: usize,
    /// SHA-256 of the exact text to register, in hexadecimal digits.
    pub sha256: Option<String>,
    /// Why there is no text.
    pub reason: Option<String>,
}

impl Class {
    /// `file.py:12`.
    pub fn place(&self) -> String {
        match self.line {
            0 => self.file.clone(),
            line => format!("{}:{line}", self.file),
        }
    }
    /// `module.Name`, with the scope where it is not the file: `module.Name in make.<locals>`.
    pub fn full_name(&self) -> String {
        match &self.scope {
            Some(scope) => format!("{}.{} in {scope}", self.module, self.name),
            None => format!("{}.{}", self.module, self.name),
        }
    }
}

/// The class of a record that has an origin.
pub(super) fn class(schema: &Schema, id: RecordId) -> Option<Class> {
    let record = schema.record(id);
    let origin = record.origin.as_ref()?;
    let (file, line) = split(&origin.place);
    let defined = |name: &str| record.fields.iter().any(|f| f.name == name);
    let undefined = record
        .unresolved
        .iter()
        .filter(|o| !defined(&o.name))
        .count();
    let reason = open(schema, id).or_else(|| pulsar::unregistered(schema, id));
    let sha256 = match reason {
        Some(_) => None,
        None => {
            let text = pulsar::text(schema, id);
            Some(fingerprint::hex(&fingerprint::sha256(text.as_bytes())))
        }
    };
    Some(Class {
        file,
        line,
        name: record.name.clone(),
        module: dotted(schema, record.module),
        scope: origin.scope.clone(),
        shadowed_by: origin.shadowed_by.clone(),
        fields: record.fields.len() + undefined,
        sha256,
        reason,
    })
}

/// Why a record has no schema to register yet: a migration left a part of it open, or of a record inside of
/// it, and nobody has defined that.
pub fn open(schema: &Schema, id: RecordId) -> Option<String> {
    let record = schema.record(id);
    match as_a_whole(schema, record) {
        Some(open) => Some(open.reason.clone()),
        None => fields_open(&record.unresolved).or_else(|| inside(schema, id)),
    }
}

/// Whether anything of a schema was left open.
pub(crate) fn any_open(schema: &Schema) -> bool {
    let modules = schema.modules.iter().map(|module| &module.unresolved);
    let records = schema.records.iter().map(|record| &record.unresolved);
    modules.chain(records).any(|open| !open.is_empty())
}

/// Which fields of a record were left open, and why. `None`: there is none.
pub fn fields_open(open: &[Unresolved]) -> Option<String> {
    const SHOWN: usize = 3;
    let why = |one: &Unresolved| format!("{}: {}", one.name, one.reason);
    match open {
        [] => None,
        [one] => Some(format!(
            "the field {} is left open: {}",
            one.name, one.reason
        )),
        several => {
            let names: Vec<&str> = several.iter().map(|o| o.name.as_str()).collect();
            let mut reasons: Vec<String> = several.iter().take(SHOWN).map(why).collect();
            if several.len() > SHOWN {
                reasons.push("…".to_owned());
            }
            Some(format!(
                "the fields {} are left open: {}",
                names.join(", "),
                reasons.join("; ")
            ))
        }
    }
}

/// What was left open of a class whose fields are defined.
pub(super) fn as_a_whole<'s>(schema: &'s Schema, record: &Record) -> Option<&'s Unresolved> {
    let place = &record.origin.as_ref()?.place;
    let module = schema.modules.get(record.module)?;
    let mut open = module.unresolved.iter();
    open.find(|o| o.kind == Open::Class && o.name == record.name && o.place == *place)
}

/// The record inside of this one that was left open in part.
fn inside(schema: &Schema, root: RecordId) -> Option<String> {
    let mut seen = HashSet::from([root]);
    let mut waiting = vec![root];
    while let Some(id) = waiting.pop() {
        for field in &schema.record(id).fields {
            let mut ty = &field.ty;
            while let Type::Array(inner) | Type::Map(inner) | Type::Optional(inner) = ty {
                ty = inner;
            }
            let Type::Record(next) = ty else { continue };
            if seen.insert(*next) {
                let record = schema.record(*next);
                let whole = as_a_whole(schema, record).map(|open| open.reason.clone());
                if let Some(why) = whole.or_else(|| fields_open(&record.unresolved)) {
                    let place = record.origin.as_ref().map_or("", |origin| &origin.place);
                    let place = match place {
                        "" => String::new(),
                        place => format!(" ({place})"),
                    };
                    let name = &record.name;
                    return Some(format!("`{name}`{place}, which is inside of it: {why}"));
                }
                waiting.push(*next);
            }
        }
    }
    None
}

/// A class that could not be defined.
pub(super) fn left_open(open: &Unresolved, module: String) -> Class {
    let (file, line) = split(&open.place);
    Class {
        file,
        line,
        name: open.name.clone(),
        module,
        scope: open.scope.clone(),
        shadowed_by: open.shadowed_by.clone(),
        fields: open.fields,
        sha256: None,
        reason: Some(format!("left open: {}", open.reason)),
    }
}

/// `a.py` and 12 of `a.py:12`.
pub(super) fn split(place: &str) -> (String, u64) {
    let parts = place.rsplit_once(':');
    match parts.and_then(|(file, line)| Some((file, line.parse().ok()?))) {
        Some((file, line)) => (file.to_owned(), line),
        None => (place.to_owned(), 0),
    }
}

pub(super) fn dotted(schema: &Schema, module: usize) -> String {
    schema
        .modules
        .get(module)
        .map_or(String::new(), |m| m.dotted())
}
