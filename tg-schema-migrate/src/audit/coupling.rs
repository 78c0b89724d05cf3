//! Coupling that no line shows by itself: which classes stand for the client, which files use it through
//! others, which attributes carry it, which functions hand its settings on.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use super::facts::Facts;
use super::names::Names;
use crate::interpret::{Class, FileId, Program, Value};

/// What is coupled, and how.
pub struct Coupling {
    /// Classes that make or hold an object of the client, or inherit from such a class: by id.
    wrappers: HashSet<usize>,
    /// Attributes that hold an object of the client or a wrapper.
    pub carriers: BTreeSet<String>,
}

impl Coupling {
    /// Of what was noted.
    pub fn of<'a>(facts: &Facts<'a>, names: &Names<'a>) -> Coupling {
        let mut wrappers: HashSet<usize> = facts.holders.iter().map(|c| c.id).collect();
        let mut carriers = facts.carriers.clone();
        for (file, class, attribute) in &names.held {
            if let Some(class) = facts.classes.get(&(*file, *class)) {
                wrappers.insert(class.id);
            }
            carriers.insert(attribute.clone());
        }
        for class in facts.classes.values() {
            let mut bases = class.bases.iter();
            if bases.any(|base| base.external_path().is_some_and(is_client_class)) {
                wrappers.insert(class.id);
            }
        }
        // Who holds or inherits from whom.
        let mut users: HashMap<usize, Vec<usize>> = HashMap::new();
        for (class, held) in &facts.held {
            users.entry(held.id).or_default().push(class.id);
        }
        for class in facts.classes.values() {
            for base in &class.bases {
                if let Value::Class(base) = base {
                    users.entry(base.id).or_default().push(class.id);
                }
            }
        }
        for (file, class, _, held) in &names.members {
            if let Some(class) = facts.classes.get(&(*file, *class)) {
                users.entry(held.id).or_default().push(class.id);
            }
        }
        let mut waiting: Vec<usize> = wrappers.iter().copied().collect();
        while let Some(class) = waiting.pop() {
            for user in users.get(&class).into_iter().flatten() {
                if wrappers.insert(*user) {
                    waiting.push(*user);
                }
            }
        }
        let members = names.members.iter().map(|(_, _, name, held)| (name, held));
        let members = members.chain(facts.members.iter().map(|(name, held)| (name, held)));
        for (attribute, class) in members {
            if wrappers.contains(&class.id) {
                carriers.insert(attribute.clone());
            }
        }
        Coupling { wrappers, carriers }
    }

    /// Whether a class stands for the client.
    pub fn is_wrapper(&self, class: &Rc<Class>) -> bool {
        self.wrappers.contains(&class.id)
    }
    /// Whether a base is a class of the client or stands for it.
    pub fn is_base(&self, base: &Value) -> bool {
        match base {
            Value::Class(class) => self.wrappers.contains(&class.id),
            Value::External(path) => is_client_class(path),
            _ => false,
        }
    }
}

/// A class of the client that is no Record, no exception and nothing that runs inside of the broker.
fn is_client_class(path: &str) -> bool {
    let Some(rest) = path.strip_prefix("pulsar.") else {
        return false;
    };
    let kind = super::vocabulary::name(path).map(|rule| rule.id);
    !rest.starts_with("schema.") && !matches!(kind, Some("PULSAR_EXCEPTION" | "PULSAR_FUNCTION"))
}

/// Files that import the client or have its listeners, and those that import them.
pub fn coupled<'a>(program: Program<'a>, facts: &Facts<'a>) -> HashSet<FileId> {
    let mut files = HashSet::new();
    let mut importers: BTreeMap<FileId, Vec<FileId>> = BTreeMap::new();
    for import in &facts.imports {
        let file = import.statement.file;
        if import.path.as_deref().is_some_and(is_client) {
            files.insert(file);
        }
        if let Some(from) = import.from {
            importers.entry(from).or_default().push(file);
        }
    }
    files.extend(facts.given.iter().map(|given| given.function.0));
    let mut waiting: Vec<FileId> = files.iter().copied().collect();
    while let Some(file) = waiting.pop() {
        for importer in importers.get(&file).into_iter().flatten() {
            if files.insert(*importer) {
                waiting.push(*importer);
            }
        }
    }
    files.retain(|file| file.at() < program.files.len());
    files
}

/// Whether a dotted path leads into the client.
pub fn is_client(path: &str) -> bool {
    let path = path.strip_prefix('_').unwrap_or(path);
    let rest = path.strip_prefix("pulsar");
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}
