//! Classes of the files and what they are called in the generated package.

use std::collections::HashMap;

use tg_schema_gen::python;
use tg_schema_model::{Item, Schema};

use super::{Code, Target};
use crate::interpret::{Class, FileId, Kind};

/// Where a migrated class is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generated {
    /// Dotted name of the module.
    pub module: String,
    /// The class.
    pub class: String,
    /// Whether every field or member bears its old name.
    pub same: bool,
}

/// Every class that was migrated, by its id.
pub struct Migrated {
    by_class: HashMap<usize, Generated>,
}

impl Migrated {
    /// Classes at the top of a file for which there is a definition in the file's module.
    pub fn new(code: &Code<'_, '_>, target: &Target<'_>) -> Self {
        let names = python::names(target.schema, target.options);
        let mut by_class = HashMap::new();
        let mut count: HashMap<(FileId, &str), usize> = HashMap::new();
        for class in &code.outcome.classes {
            *count.entry((class.site.file, &class.name)).or_default() += 1;
        }
        let modules = target.schema.modules.iter().enumerate();
        let modules: HashMap<&[String], usize> =
            modules.map(|(at, module)| (&*module.path, at)).collect();
        for class in &code.outcome.classes {
            let alone = count.get(&(class.site.file, &*class.name)) == Some(&1);
            let wanted = matches!(class.kind, Kind::Record | Kind::Enum) && class.path.is_empty();
            if !wanted || !alone {
                continue;
            }
            let module = &code.program.files[class.site.file.at()].module;
            let Some(at) = modules.get(&**module).copied() else {
                continue;
            };
            if let Some(generated) = generated(target.schema, &names, at, class) {
                by_class.insert(class.id, generated);
            }
        }
        Migrated { by_class }
    }

    /// What a class is called.
    pub fn of(&self, class: &Class) -> Option<&Generated> {
        self.by_class.get(&class.id)
    }
}

fn generated(
    schema: &Schema,
    names: &python::Names,
    at: usize,
    class: &Class,
) -> Option<Generated> {
    let found = schema.modules[at]
        .items
        .iter()
        .find_map(|item| match *item {
            Item::Record(id) if class.kind == Kind::Record => {
                let record = schema.record(id);
                let fields = record.fields.iter().map(|f| f.name.as_str());
                let same = fields.eq(names.attributes[id.0].iter().map(String::as_str));
                (record.name == class.name.as_str()).then(|| (names.records[id.0].clone(), same))
            }
            Item::Enum(id) if class.kind == Kind::Enum => {
                let e = schema.enumeration(id);
                let symbols = e.symbols.iter().map(|s| s.name.as_str());
                let same = symbols.eq(names.members[id.0].iter().map(String::as_str));
                (e.name == class.name.as_str()).then(|| (names.enums[id.0].clone(), same))
            }
            _ => None,
        });
    let (name, same) = found?;
    Some(Generated {
        module: names.modules[at].clone(),
        class: name,
        same,
    })
}
