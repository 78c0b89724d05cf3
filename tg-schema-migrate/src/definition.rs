//! Records and enums of the client into definition files.
//!
//! Every class gets a module and a name, every field what the definition language has for it. What comes out
//! is loaded and rendered again: a record whose text is not byte for byte what the client registers, or that
//! the definition language refuses, is left open with the reason.

mod check;
mod default;
mod doc;
mod draft;
mod field;
mod module;
mod remark;
mod tighten;
mod toml;
mod values;

use std::collections::BTreeMap;
use std::rc::Rc;

use tg_schema_model::{Diagnostics, Open, Unresolved};

use crate::interpret::{Class, FileId, Program, Site};
use crate::record::{Habits, Problem};

pub use check::Checked;
pub(crate) use check::check;
pub use draft::{Draft, EnumDraft, FieldDraft, ModuleDraft, Origin, RecordDraft, TopicDraft};
pub(crate) use toml::{key, string};

/// What was made of all classes.
pub struct Definitions {
    /// Module path and text of each file.
    pub files: Vec<(Vec<String>, String)>,
    /// Each class.
    pub classes: Vec<ClassReport>,
    /// Findings on classes and fields.
    pub findings: Diagnostics,
}

/// What became of a class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassReport {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// Its name.
    pub name: String,
    /// The module of its definition.
    pub module: Vec<String>,
    /// How many fields it has.
    pub fields: usize,
    /// The exact text to register.
    pub text: Option<String>,
    /// Why there is none.
    pub reason: Option<String>,
}

/// Where the classes of a run are defined.
pub(crate) struct Names<'a> {
    /// By class: module and name.
    of: BTreeMap<usize, (usize, String)>,
    /// Module paths, with the file that each came from.
    modules: Vec<(Vec<String>, FileId)>,
    /// The module path of each file.
    paths: Vec<Vec<String>>,
    /// How often a name is there in all modules.
    count: BTreeMap<String, usize>,
    /// By class: place of the later one that took its name.
    shadowed: BTreeMap<usize, String>,
    program: Program<'a>,
}

/// The classes of a run that matter.
pub(crate) struct Classes<'c, 'a> {
    /// Records.
    pub(crate) records: &'c [Rc<Class<'a>>],
    /// Enums that they hold.
    pub(crate) enums: &'c [Rc<Class<'a>>],
    /// Classes that may be Records, and why it is not known.
    pub(crate) open: &'c [(Rc<Class<'a>>, String)],
    /// Texts to register, by class.
    pub(crate) texts: BTreeMap<usize, Result<String, Problem>>,
    /// Places of later classes of the same name, by class.
    pub(crate) shadowed: BTreeMap<usize, String>,
}

/// Drafts of all modules, from the classes of a run.
pub(crate) fn draft<'a>(
    program: Program<'a>,
    classes: Classes<'_, 'a>,
    habits: Habits,
    findings: &mut Diagnostics,
) -> (Draft, Names<'a>) {
    let Classes {
        records,
        enums,
        open,
        mut texts,
        shadowed,
    } = classes;
    let names = module::names(program, records, enums, shadowed);
    let mut draft = Draft {
        paths: names.paths.clone(),
        modules: names
            .modules
            .iter()
            .map(|(path, file)| ModuleDraft {
                path: path.clone(),
                doc: crate::python::docstring(&program.tree(*file).body),
                ..ModuleDraft::default()
            })
            .collect(),
    };
    let mut places: Vec<Vec<(Site, draft::Slot)>> = vec![Vec::new(); draft.modules.len()];
    for class in records {
        if let Some((module, name)) = names.of.get(&class.id) {
            let text = texts.remove(&class.id);
            let mut record = field::record(
                program,
                &names,
                class,
                name,
                &names.modules[*module].0,
                habits,
                findings,
            );
            match text {
                Some(Ok(text)) => record.text = Some(text),
                Some(Err(problem)) => record.reason = Some(problem.told(program, class.site)),
                None => {}
            }
            places[*module].push((
                class.site,
                draft::Slot::Record(draft.modules[*module].records.len()),
            ));
            draft.modules[*module].records.push(record);
        }
    }
    let mut remarks = remark::Remarks { program, findings };
    remarks.names(&records.iter().chain(enums).collect::<Vec<_>>());
    for class in enums {
        remarks.enumeration(class);
        if let Some((module, name)) = names.of.get(&class.id) {
            places[*module].push((
                class.site,
                draft::Slot::Enum(draft.modules[*module].enums.len()),
            ));
            draft.modules[*module]
                .enums
                .push(field::enumeration(program, &names, class, name));
        }
    }
    for (class, reason) in open {
        let at = draft.module_of(program, class.site.file);
        draft.modules[at].unresolved.push(Unresolved {
            kind: Open::Class,
            name: class.name.to_string(),
            place: program.place(class.site),
            expression: Some(field::head(program, class)),
            reason: reason.clone(),
            scope: scope(class),
            shadowed_by: names.shadowed.get(&class.id).cloned(),
            ..Unresolved::default()
        });
    }
    for (module, mut order) in draft.modules.iter_mut().zip(places) {
        order.sort_by_key(|(site, _)| (site.file, site.range.start(), site.range.end()));
        module.order = order.into_iter().map(|(_, slot)| slot).collect();
    }
    (draft, names)
}

/// The functions and classes around a class, as Python writes them.
fn scope(class: &Class) -> Option<String> {
    let parts: Vec<&str> = class.path.iter().map(|part| part.as_str()).collect();
    (!parts.is_empty()).then(|| parts.join("."))
}

impl Draft {
    /// The module of a file, which may be new.
    pub(crate) fn module_of(&mut self, program: Program, file: FileId) -> usize {
        let path = self.paths.get(file.at()).cloned().unwrap_or_default();
        if let Some(at) = self.modules.iter().position(|module| module.path == path) {
            return at;
        }
        self.modules.push(ModuleDraft {
            path,
            doc: crate::python::docstring(&program.tree(file).body),
            ..ModuleDraft::default()
        });
        self.modules.len() - 1
    }
}

impl<'a> Names<'a> {
    /// Where a class stood.
    fn origin(&self, class: &Class<'a>) -> Origin {
        Origin {
            place: self.program.place(class.site),
            scope: scope(class),
            shadowed_by: self.shadowed.get(&class.id).cloned(),
            ..Origin::default()
        }
    }

    /// Why there is no definition of a class that is held somewhere.
    pub(crate) fn missing(&self, class: &Class<'a>) -> String {
        let name = &class.name;
        let place = self.program.place(class.site);
        match &*class.doubt.borrow() {
            Some(why) => {
                let reason = self.program.told(why.reason.clone(), why.site, class.site);
                format!("`{name}` ({place}) is left open: {reason}")
            }
            None => format!("`{name}` ({place}) is none of the classes that are migrated"),
        }
    }

    /// How a class is written in a type expression of a module.
    pub(crate) fn written(&self, class: usize, inside: &[String]) -> Option<String> {
        let (module, name) = self.of.get(&class)?;
        let path = &self.modules.get(*module)?.0;
        if path == inside || self.count.get(name) == Some(&1) {
            return Some(name.clone());
        }
        Some(format!("{}.{name}", path.join(".")))
    }
}
