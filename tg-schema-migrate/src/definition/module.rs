//! Classes into modules: one a file, and more where names would collide.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use tg_schema_model::name::{is_avro_name, rust_module, rust_type};

use super::Names;
use crate::interpret::{Class, Program};
use crate::record;

/// Where each class is defined.
pub(crate) fn names<'a>(
    program: Program<'a>,
    records: &[Rc<Class<'a>>],
    enums: &[Rc<Class<'a>>],
) -> Names<'a> {
    let mut names = Names {
        of: BTreeMap::new(),
        modules: Vec::new(),
        count: BTreeMap::new(),
        paths: paths(program),
        _classes: std::marker::PhantomData,
    };
    let mut all: Vec<&Rc<Class<'a>>> = records.iter().chain(enums).collect();
    all.sort_by_key(|class| {
        let site = class.site;
        // What a name is bound to at the end comes first, then what stands at the top of a module.
        (
            site.file,
            !is_current(class),
            class.path.len(),
            site.range.start(),
            class.id,
        )
    });
    let mut modules: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    let mut taken: BTreeSet<(usize, String)> = BTreeSet::new();
    for class in all {
        let name = record::name(class);
        let key = rust_type(&name).unwrap_or_else(|| name.clone());
        let base = names.paths[class.site.file.at()].clone();
        let path = (1..)
            .map(|turn| candidate(&base, class, turn))
            .find(|path| {
                modules
                    .get(path)
                    .is_none_or(|at| !taken.contains(&(*at, key.clone())))
            })
            .unwrap_or(base);
        let at = *modules.entry(path.clone()).or_insert_with(|| {
            names.modules.push((path, class.site.file));
            names.modules.len() - 1
        });
        taken.insert((at, key));
        *names.count.entry(name.clone()).or_default() += 1;
        names.of.insert(class.id, (at, name));
    }
    names
}

/// Whether the name of a class at the top of its module means that class at the end.
fn is_current(class: &Class) -> bool {
    class.path.is_empty()
}

/// The file's own module; then that of the scope; then numbered ones.
fn candidate(base: &[String], class: &Class, turn: usize) -> Vec<String> {
    let mut path = base.to_vec();
    if turn == 1 {
        return path;
    }
    let inside: Vec<String> = class.path.iter().map(|part| legal(part)).collect();
    let numbered = match (turn, inside.is_empty()) {
        (2, false) => {
            path.extend(inside);
            return path;
        }
        (turn, true) => turn,
        (turn, false) => {
            path.extend(inside);
            turn - 1
        }
    };
    if let Some(last) = path.last_mut() {
        last.push_str(&format!("_{numbered}"));
    }
    path
}

/// The module path of each file, in names that a module may have, and that no other file has.
pub(crate) fn paths(program: Program) -> Vec<Vec<String>> {
    let mut taken: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    let files = program.files.iter().map(|file| {
        let mut path: Vec<String> = file.module.iter().map(|part| legal(part)).collect();
        let key = path
            .iter()
            .map(|part| rust_module(part).unwrap_or_default())
            .collect();
        // Files before this one whose module has the same name in generated code.
        let turn = taken.entry(key).or_default();
        *turn += 1;
        if *turn > 1
            && let Some(last) = path.last_mut()
        {
            last.push_str(&format!("_{turn}"));
        }
        path
    });
    files.collect()
}

/// A part of a path as the name of a module.
fn legal(part: &str) -> String {
    let mut name: String = part
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || c == '_' {
                c
            } else {
                '_'
            }
        })
        .collect();
    if name.starts_with(|c: char| c.is_ascii_digit()) || name.is_empty() {
        name.insert(0, '_');
    }
    if name.chars().all(|c| c == '_') || !is_avro_name(&name) || rust_module(&name).is_none() {
        name.push_str("_module");
    }
    name
}

#[cfg(test)]
mod tests {
    use super::legal;

    #[test]
    fn parts_become_legal() {
        for (part, name) in [
            ("a", "a"),
            ("my-schema", "my_schema"),
            ("01_x", "_01_x"),
            ("v1.2", "v1_2"),
            ("self", "self_module"),
            ("é", "__module"),
            ("_", "__module"),
        ] {
            assert_eq!(legal(part), name, "{part}");
        }
    }
}
