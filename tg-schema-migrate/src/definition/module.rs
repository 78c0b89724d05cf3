//! Classes into modules: one a file, and more where names would collide.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use tg_schema_model::name::{is_avro_name, rust_module, rust_type};

use super::Names;
use crate::interpret::{Class, LOCALS, Program};
use crate::record;

/// Where each class is defined.
pub(crate) fn names<'a>(
    program: Program<'a>,
    records: &[Rc<Class<'a>>],
    enums: &[Rc<Class<'a>>],
    shadowed: BTreeMap<usize, String>,
) -> Names<'a> {
    let mut names = Names {
        of: BTreeMap::new(),
        modules: Vec::new(),
        count: BTreeMap::new(),
        paths: paths(program),
        shadowed,
        program,
    };
    let mut all: Vec<&Rc<Class<'a>>> = records.iter().chain(enums).collect();
    all.sort_by_key(|class| {
        let site = class.site;
        // What a name means to whoever imports it comes first, then what else stands at the top of a module.
        (
            site.file,
            !class.path.is_empty() || names.shadowed.contains_key(&class.id),
            class.path.len(),
            site.range.start(),
            class.id,
        )
    });
    let files: BTreeSet<Vec<String>> = names.paths.iter().map(|path| rust_path(path)).collect();
    let mut modules: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    let mut taken: BTreeSet<(usize, String)> = BTreeSet::new();
    for class in all {
        let name = record::name(class);
        let key = rust_type(&name).unwrap_or_else(|| name.clone());
        let base = names.paths[class.site.file.at()].clone();
        let path = (1..)
            .map(|turn| candidate(&base, class, turn))
            // A name that is made up is that of no file.
            .filter(|path| *path == base || !files.contains(&rust_path(path)))
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

/// The file's own module; then that of the scope; then numbered ones.
fn candidate(base: &[String], class: &Class, turn: usize) -> Vec<String> {
    let mut path = base.to_vec();
    if turn == 1 {
        return path;
    }
    let parts = class.path.iter().map(|part| part.as_str());
    let inside: Vec<String> = parts
        .map(|part| legal(part.strip_suffix(LOCALS).unwrap_or(part)))
        .collect();
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
    let legal_path = |module: &[String]| module.iter().map(|part| legal(part)).collect();
    let files = program.files.iter().map(|file| file.module.as_slice());
    let mut paths: Vec<Vec<String>> = files.clone().map(legal_path).collect();
    let own: BTreeSet<Vec<String>> = paths.iter().map(|path| rust_path(path)).collect();
    // Who has the name as it is keeps it.
    let mut order: Vec<usize> = (0..paths.len()).collect();
    let is_made_up: Vec<bool> = files.zip(&paths).map(|(file, path)| file != path).collect();
    order.sort_by_key(|at| is_made_up[*at]);
    let mut taken: BTreeSet<Vec<String>> = BTreeSet::new();
    // How often a name was asked for, so that many of one name are no slow search.
    let mut turns: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    for at in order {
        let base = paths[at].clone();
        if taken.insert(rust_path(&base)) {
            continue;
        }
        let turn = turns.entry(rust_path(&base)).or_insert(1);
        loop {
            *turn += 1;
            let mut path = base.clone();
            let Some(last) = path.last_mut() else {
                break;
            };
            last.push_str(&format!("_{turn}"));
            let key = rust_path(&path);
            if !own.contains(&key) && taken.insert(key) {
                paths[at] = path;
                break;
            }
        }
    }
    paths
}

/// What a module path is in generated code.
fn rust_path(path: &[String]) -> Vec<String> {
    let parts = path.iter().map(|part| rust_module(part));
    parts.map(Option::unwrap_or_default).collect()
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
