//! `__init__.py` of each package: what is defined beneath it, under one roof.

use std::collections::{BTreeMap, BTreeSet};

use tg_schema_model::Schema;

use super::imports::{from, relative};
use super::layout::Layout;
use super::{HEADER, literal, runtime};

/// What the root offers of the runtime.
const RUNTIME: &[(&str, &[&str])] = &[
    ("errors", &["DecodeError", "EncodeError", "WireError"]),
    ("topic", &["Qos", "Topic", "TopicError"]),
    ("wire", &["Limits", "Record"]),
];

/// The files of all packages, by path below the root.
pub(super) fn render(schema: &Schema, layout: &Layout) -> Vec<(String, String)> {
    let packages = layout.packages.iter();
    packages
        .map(|(package, original)| {
            let path = package
                .iter()
                .map(|part| format!("{part}/"))
                .collect::<String>();
            (
                format!("{path}__init__.py"),
                init(schema, layout, package, original),
            )
        })
        .collect()
}

fn init(schema: &Schema, layout: &Layout, package: &[String], original: &[String]) -> String {
    let root = package.is_empty();
    let mut statements: Vec<String> = Vec::new();
    let mut exported: BTreeSet<String> = BTreeSet::new();
    // A name of the runtime, or of a module that lies here, is not available for anything else.
    let mut barred: BTreeSet<&str> = layout
        .modules
        .iter()
        .map(|m| m.path.as_slice())
        .chain(layout.packages.keys().map(Vec::as_slice))
        .filter(|path| path.len() > package.len() && path.starts_with(package))
        .map(|path| path[package.len()].as_str())
        .collect();
    if root {
        barred.extend(runtime::NAMES);
        for (module, names) in RUNTIME {
            barred.extend(names.iter());
            exported.extend(names.iter().map(|n| (*n).to_owned()));
            let names = names.iter().map(|n| (*n).to_owned()).collect();
            statements.push(from(&format!(".{module}"), &names));
        }
    }
    let inside: Vec<_> = layout
        .modules
        .iter()
        .filter(|m| m.path.starts_with(package))
        .collect();
    let mut definitions: BTreeMap<&str, usize> = BTreeMap::new();
    for name in inside.iter().flat_map(|m| &m.taken) {
        *definitions.entry(name).or_default() += 1;
    }
    let mut ambiguous = false;
    for module in inside {
        let names: BTreeSet<String> = module
            .taken
            .iter()
            .filter(|name| {
                let alone =
                    definitions.get(name.as_str()) == Some(&1) && !barred.contains(name.as_str());
                ambiguous |= !alone;
                alone
            })
            .cloned()
            .collect();
        if !names.is_empty() {
            statements.push(from(&relative(package, &module.path), &names));
            exported.extend(names);
        }
    }
    statements.sort();
    let mut paragraphs = vec![match original {
        [] => "Messages, and what it takes to send them.".to_owned(),
        parts => format!("Messages of ``{}``.", parts.join("/")),
    }];
    // A file beside a folder of its name: its documentation is the package's.
    let own = schema.modules.iter().find(|m| !root && m.path == original);
    paragraphs.extend(own.and_then(|m| m.doc.clone()));
    if ambiguous {
        paragraphs.push(
            "Names that several modules define are not offered here, but by their modules.".into(),
        );
    }
    let mut out = format!("{HEADER}\n{}", literal::docstring(&paragraphs, ""));
    if !statements.is_empty() {
        out.push_str(&format!("\n{}", statements.concat()));
    }
    out.push_str(&format!("\n{}", all(exported.iter())));
    out
}

/// `__all__`.
pub(super) fn all<'n>(names: impl Iterator<Item = &'n String>) -> String {
    let lines: String = names
        .map(|name| format!("    {},\n", literal::string(name)))
        .collect();
    match lines.as_str() {
        "" => "__all__ = ()\n".into(),
        lines => format!("__all__ = (\n{lines})\n"),
    }
}
