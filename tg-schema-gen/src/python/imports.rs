//! What a module imports, collected while its text is written.

use std::collections::{BTreeMap, BTreeSet};

/// Dots and name that lead from a module in package `from` to the module or package at `to`.
pub(super) fn relative(from: &[String], to: &[String]) -> String {
    let folder = to.len().saturating_sub(1);
    let shared = from
        .iter()
        .zip(&to[..folder])
        .take_while(|(a, b)| a == b)
        .count();
    let dots = ".".repeat(from.len() - shared + 1);
    format!("{dots}{}", to[shared..].join("."))
}

/// The names that a module's text reaches by import.
#[derive(Default)]
pub(super) struct Imports {
    modules: BTreeSet<String>,
    names: BTreeMap<String, BTreeSet<String>>,
    relative: BTreeMap<String, BTreeSet<String>>,
}

impl Imports {
    /// `import module`, or `import module as _module` where `hidden` is the first one's name.
    pub(super) fn module(&mut self, module: &str, hidden: impl Fn(&str) -> bool) -> String {
        if hidden(module) {
            self.modules.insert(format!("import {module} as _{module}"));
            return format!("_{module}");
        }
        self.modules.insert(format!("import {module}"));
        module.to_owned()
    }
    /// `from module import name`, or the module where the name is hidden.
    pub(super) fn name(
        &mut self,
        module: &str,
        name: &str,
        hidden: impl Fn(&str) -> bool,
    ) -> String {
        if hidden(name) {
            return format!("{}.{name}", self.module(module, |_| true));
        }
        add(&mut self.names, module, name);
        name.to_owned()
    }
    /// `from place import name`, or `name as _name` where that is hidden.
    pub(super) fn relative(
        &mut self,
        place: &str,
        name: &str,
        hidden: impl Fn(&str) -> bool,
    ) -> String {
        if hidden(name) {
            add(&mut self.relative, place, &format!("{name} as _{name}"));
            return format!("_{name}");
        }
        add(&mut self.relative, place, name);
        name.to_owned()
    }
    /// The statements, absolute imports first.
    pub(super) fn text(&self) -> String {
        let mut out = String::new();
        for module in &self.modules {
            out.push_str(&format!("{module}\n"));
        }
        for (module, names) in &self.names {
            out.push_str(&from(module, names));
        }
        if !out.is_empty() && !self.relative.is_empty() {
            out.push('\n');
        }
        for (place, names) in &self.relative {
            out.push_str(&from(place, names));
        }
        out
    }
}

/// Adds a name, which most often is there already.
fn add(places: &mut BTreeMap<String, BTreeSet<String>>, place: &str, name: &str) {
    if places.get(place).is_some_and(|names| names.contains(name)) {
        return;
    }
    let names = places.entry(place.to_owned()).or_default();
    names.insert(name.to_owned());
}

/// One statement, on several lines where it is long.
pub(super) fn from(place: &str, names: &BTreeSet<String>) -> String {
    let list = names.iter().cloned().collect::<Vec<_>>();
    let line = format!("from {place} import {}\n", list.join(", "));
    if line.len() <= 101 {
        return line;
    }
    format!("from {place} import (\n    {},\n)\n", list.join(",\n    "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots() {
        let path = |text: &str| {
            text.split('/')
                .filter(|p| !p.is_empty())
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        for (from, to, expected) in [
            ("a/b", "a/b/c", ".c"),
            ("a/b", "a/c/d", "..c.d"),
            ("a/b", "wire", "...wire"),
            ("", "wire", ".wire"),
            ("", "a/b/c", ".a.b.c"),
            ("a", "a", ".a"),
            ("a", "b", "..b"),
        ] {
            let expected = if from == "a" && to == "a" {
                "..a"
            } else {
                expected
            };
            assert_eq!(relative(&path(from), &path(to)), expected, "{from} {to}");
        }
    }
}
