//! Annotated source files into modules of items, by syntax.
//!
//! Inline modules and `mod x;` are followed, `use` and plain type aliases are kept so that names can be
//! resolved. What only the compiler can know (items under `#[cfg]`, items that macros make, `#[path]`)
//! is an error where an annotated item depends on it. `#[cfg(test)]` is skipped.

use std::collections::{BTreeMap, VecDeque};

use tg_schema_model::{Diagnostic, Diagnostics, Sources, Span};

pub(crate) use super::walk::parsed;
use super::walk::walk;
use crate::item::Item;

/// Most modules in each other.
pub(super) const DEPTH: usize = 64;

/// A source file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Name for reports, with `/` between its parts: `mod x;` is looked up beside it.
    pub name: String,
    /// Text.
    pub text: String,
    /// Module path. A last part `mod`, `lib` or `main` does not count.
    pub path: Vec<String>,
}

/// A module of a source file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SourceModule {
    /// Module path; empty for the root of a crate.
    pub path: Vec<String>,
    /// Documentation.
    pub doc: Option<String>,
    /// Name of the file without folder and extension.
    pub stem: String,
    /// Where it starts.
    pub span: Span,
    /// The annotated items.
    pub items: Vec<Item<'static>>,
    /// What `use` and type aliases bring in.
    pub imports: Vec<Import>,
    /// Modules declared here, by name.
    pub children: BTreeMap<String, Vec<String>>,
    /// Types declared here that are not items of the schema.
    pub others: BTreeMap<String, Other>,
}

/// A name that stands for a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The name; `None` for `*`.
    pub name: Option<String>,
    /// The path; an empty first part stands for a leading `::`.
    pub path: Vec<String>,
}

/// Why a type is no item of the schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Other {
    /// It has no `#[tg_schema]`.
    Plain(Span),
    /// It is an alias of something else than a type of one path.
    Alias(Span),
    /// It has been reported.
    Reported,
}

/// Reads the text of a file by name: `None` where there is no such file.
pub type Load<'a> = dyn FnMut(&str) -> Result<Option<String>, String> + 'a;

/// Reads files and the files of the modules that they declare, sorted by module path.
pub fn modules(
    files: Vec<File>,
    sources: &mut Sources,
    load: &mut Load<'_>,
) -> (Vec<SourceModule>, Diagnostics) {
    // Files that are read or will be, and their module paths.
    let mut known: BTreeMap<String, Vec<String>> = files
        .iter()
        .map(|f| (f.name.clone(), module_path(&f.path)))
        .collect();
    let job = |f: File| Job {
        path: module_path(&f.path),
        name: f.name,
        text: f.text,
        conditional: false,
        depth: DEPTH,
    };
    let mut jobs: VecDeque<Job> = files.into_iter().map(job).collect();
    let mut modules: Vec<SourceModule> = Vec::new();
    let mut diagnostics = Diagnostics::default();
    while let Some(job) = jobs.pop_front() {
        let source = sources.add(&job.name, &job.text);
        let mut walk = walk(&job, source);
        diagnostics.0.extend(walk.diagnostics.0);
        for child in walk.children {
            if let Some(path) = child.candidates.iter().find_map(|c| known.get(c)) {
                if let Some(parent) = walk.modules.iter_mut().find(|m| m.path == child.parent) {
                    parent.children.insert(child.name, path.clone());
                }
                continue;
            }
            match child.load(load) {
                Ok(Some(job)) => {
                    known.insert(job.name.clone(), job.path.clone());
                    jobs.push_back(job);
                }
                Ok(None) => {}
                Err(diagnostic) => diagnostics.push(diagnostic),
            }
        }
        modules.extend(walk.modules);
    }
    modules.sort_by(|a, b| a.path.cmp(&b.path));
    diagnostics.finish();
    (modules, diagnostics)
}

fn module_path(path: &[String]) -> Vec<String> {
    match path.split_last() {
        Some((last, before)) if matches!(last.as_str(), "mod" | "lib" | "main") => before.to_vec(),
        _ => path.to_vec(),
    }
}

/// A file that waits to be read.
pub(super) struct Job {
    pub(super) name: String,
    pub(super) text: String,
    pub(super) path: Vec<String>,
    pub(super) conditional: bool,
    pub(super) depth: usize,
}

/// `mod name;`.
pub(super) struct Child {
    pub(super) name: String,
    /// Module that declares it.
    pub(super) parent: Vec<String>,
    /// Where its file may be.
    pub(super) candidates: Vec<String>,
    pub(super) conditional: bool,
    pub(super) depth: usize,
    pub(super) span: Span,
}

impl Child {
    /// Its file; `None` where some builds do not need one.
    fn load(self, load: &mut Load<'_>) -> Result<Option<Job>, Diagnostic> {
        for candidate in &self.candidates {
            match load(candidate) {
                Ok(Some(text)) => {
                    let mut path = self.parent;
                    path.push(self.name);
                    let (conditional, depth) = (self.conditional, self.depth);
                    return Ok(Some(Job {
                        name: candidate.clone(),
                        text,
                        path,
                        conditional,
                        depth,
                    }));
                }
                Ok(None) => {}
                Err(error) => {
                    return Err(Diagnostic::error(
                        self.span,
                        format!("{candidate} cannot be read: {error}"),
                        "",
                    ));
                }
            }
        }
        if self.conditional {
            return Ok(None);
        }
        let looked: Vec<&str> = self.candidates.iter().map(String::as_str).take(2).collect();
        let message = format!("the file of the module `{}` is not found", self.name);
        Err(Diagnostic::error(self.span, message, "")
            .help(format!("looked for {}", looked.join(", "))))
    }
}

/// The name of a file without folder and extension.
pub(super) fn stem(file: &str) -> &str {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    name.strip_suffix(".rs").unwrap_or(name)
}

/// Where the file of `mod name;` may be: as the compiler looks for it, then beside the file, as it is
/// where the file is the root of a crate.
pub(super) fn candidates(file: &str, inline: &[String], name: &str) -> Vec<String> {
    let folder = file.rfind(['/', '\\']).map_or("", |at| &file[..=at]);
    let stem = stem(file);
    let below: String = inline.iter().map(|part| format!("{part}/")).collect();
    let both = |base: String| {
        [
            format!("{base}{below}{name}.rs"),
            format!("{base}{below}{name}/mod.rs"),
        ]
    };
    let beside = both(folder.to_owned());
    if matches!(stem, "mod" | "lib" | "main") {
        return beside.to_vec();
    }
    both(format!("{folder}{stem}/"))
        .into_iter()
        .chain(beside)
        .collect()
}

/// The parts of a path as it is written.
pub(crate) fn segments(path: &str) -> Vec<String> {
    path.split("::")
        .map(|part| part.trim().trim_start_matches("r#").to_owned())
        .collect()
}
