//! Where each definition goes and what it is called there, decided before anything is written.

use std::collections::{BTreeMap, BTreeSet};

use tg_schema_model::{Item, RecordId, Schema};

use super::{ident, runtime};

/// Places and names of everything.
pub(super) struct Layout {
    /// One per module of the schema.
    pub modules: Vec<ModuleNames>,
    /// Class of each record.
    pub records: Vec<String>,
    /// Class of each enum.
    pub enums: Vec<String>,
    /// Members of each enum, in the order of its symbols.
    pub members: Vec<Vec<String>>,
    /// Constant of each topic.
    pub topics: Vec<String>,
    /// The first topic of each record that has one.
    pub first_topic: BTreeMap<RecordId, usize>,
    /// Attributes of each record, in the order of its fields.
    pub attributes: Vec<Vec<String>>,
    /// Packages by their path below the root, which is one of them: what they are called in definitions.
    pub packages: BTreeMap<Vec<String>, Vec<String>>,
}

/// One definition file.
pub(super) struct ModuleNames {
    /// Packages below the root, then the module.
    pub path: Vec<String>,
    /// Names that its definitions take.
    pub taken: BTreeSet<String>,
}

impl ModuleNames {
    /// The packages that it is in.
    pub(super) fn package(&self) -> &[String] {
        self.path.split_last().map_or(&[], |(_, package)| package)
    }
}

impl Layout {
    /// Decides.
    pub(super) fn new(schema: &Schema) -> Self {
        let (paths, packages) = places(schema);
        let modules = paths
            .into_iter()
            .map(|path| ModuleNames {
                path,
                taken: BTreeSet::new(),
            })
            .collect();
        let mut layout = Layout {
            modules,
            records: vec![String::new(); schema.records.len()],
            enums: vec![String::new(); schema.enums.len()],
            members: schema
                .enums
                .iter()
                .map(|e| names(e.symbols.iter().map(|s| s.name.as_str()), ident::member))
                .collect(),
            topics: vec![String::new(); schema.topics.len()],
            // From the last to the first, which stays.
            first_topic: schema
                .topics
                .iter()
                .enumerate()
                .rev()
                .map(|(index, topic)| (topic.record, index))
                .collect(),
            attributes: schema
                .records
                .iter()
                .map(|r| names(r.fields.iter().map(|f| f.name.as_str()), ident::attribute))
                .collect(),
            packages,
        };
        for (names, module) in layout.modules.iter_mut().zip(&schema.modules) {
            // Types first: a topic gives way to a class.
            for &item in &module.items {
                let (name, place) = match item {
                    Item::Record(id) => (
                        ident::class(&schema.record(id).name),
                        &mut layout.records[id.0],
                    ),
                    Item::Enum(id) => (
                        ident::class(&schema.enumeration(id).name),
                        &mut layout.enums[id.0],
                    ),
                    Item::Topic(_) => continue,
                };
                *place = ident::unique(name, |n| names.taken.contains(n));
                names.taken.insert(place.clone());
            }
            for &item in &module.items {
                if let Item::Topic(index) = item {
                    let name = ident::constant(&schema.topics[index].name);
                    let name = ident::unique(name, |n| names.taken.contains(n));
                    names.taken.insert(name.clone());
                    layout.topics[index] = name;
                }
            }
        }
        layout
    }
}

/// Python names for wire names that stand beside each other.
fn names<'n>(wire: impl Iterator<Item = &'n str>, make: fn(&str) -> String) -> Vec<String> {
    let mut taken = BTreeSet::new();
    wire.map(|name| {
        let name = ident::unique(make(name), |n| taken.contains(n));
        taken.insert(name.clone());
        name
    })
    .collect()
}

type Packages = BTreeMap<Vec<String>, Vec<String>>;

/// Path of each module, and the packages. A file beside a folder of its name goes into the folder.
fn places(schema: &Schema) -> (Vec<Vec<String>>, Packages) {
    let mut folders: BTreeSet<&[String]> = BTreeSet::from([&[][..]]);
    let mut children: BTreeMap<&[String], BTreeSet<&str>> = BTreeMap::new();
    for module in &schema.modules {
        for (depth, part) in module.path.iter().enumerate() {
            let parent = &module.path[..depth];
            folders.insert(parent);
            children.entry(parent).or_default().insert(part);
        }
    }
    let mut python: BTreeMap<Vec<String>, Vec<String>> = BTreeMap::from([(Vec::new(), Vec::new())]);
    for (parent, parts) in &children {
        // Parents sort before their children, so theirs is known.
        let base = python.get(*parent).cloned().unwrap_or_default();
        let mut taken: BTreeSet<String> = BTreeSet::new();
        if parent.is_empty() {
            taken.extend(runtime::NAMES.iter().map(|n| (*n).to_owned()));
        }
        for part in parts {
            let name = ident::unique(ident::module(part), |n| taken.contains(&n.to_lowercase()));
            taken.insert(name.to_lowercase());
            let child: Vec<String> = parent.iter().cloned().chain([(*part).to_owned()]).collect();
            python.insert(child, base.iter().cloned().chain([name]).collect());
        }
    }
    let packages: Packages = folders
        .iter()
        .filter_map(|folder| Some((python.get(*folder)?.clone(), folder.to_vec())))
        .collect();
    let mut taken: BTreeSet<Vec<String>> = python.values().cloned().collect();
    let paths = schema
        .modules
        .iter()
        .map(|module| {
            let path = python.get(&module.path).cloned().unwrap_or_default();
            if !folders.contains(module.path.as_slice()) {
                return path;
            }
            let inside = |name: &str| {
                path.iter()
                    .cloned()
                    .chain([name.to_owned()])
                    .collect::<Vec<_>>()
            };
            let name = ident::unique("definitions".into(), |n| taken.contains(&inside(n)));
            taken.insert(inside(&name));
            inside(&name)
        })
        .collect();
    (paths, packages)
}
