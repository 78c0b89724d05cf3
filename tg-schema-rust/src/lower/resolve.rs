//! Paths as they are written into the types that they mean, as far as syntax tells.

use std::collections::BTreeMap;

use tg_schema_model::Type;

use super::near;
use crate::read::file::{Other, SourceModule, segments};

/// Most `use` declarations and modules that one path may lead through.
const STEPS: usize = 512;

/// What a path means.
pub(super) enum Found {
    /// A type of the schema.
    Type(Type),
    /// No such type; without a message it has been reported already.
    Missing {
        /// What is wrong.
        message: String,
        /// What to do.
        help: String,
    },
}

/// All modules by path.
pub(super) struct Tree<'a> {
    modules: &'a [SourceModule],
    by_path: BTreeMap<&'a [String], usize>,
    types: BTreeMap<(usize, &'a str), Type>,
}

/// Why a path leads nowhere.
#[derive(Clone, Copy, PartialEq)]
enum Lost {
    Nowhere,
    Other(Other),
}

impl<'a> Tree<'a> {
    pub(super) fn new(modules: &'a [SourceModule]) -> Self {
        let by_path = modules
            .iter()
            .enumerate()
            .map(|(at, m)| (m.path.as_slice(), at))
            .collect();
        Tree {
            modules,
            by_path,
            types: BTreeMap::new(),
        }
    }

    /// Adds a type of the schema.
    pub(super) fn add(&mut self, module: usize, ident: &'a str, ty: Type) {
        self.types
            .insert((module, ident.trim_start_matches("r#")), ty);
    }

    /// What `path`, written in the module at `module`, means.
    pub(super) fn resolve(&self, module: usize, path: &str) -> Found {
        let missing = |message: String, help: &str| Found::Missing {
            message,
            help: help.to_owned(),
        };
        match self.find(module, &segments(path), &mut STEPS.clone()) {
            Ok(ty) => Found::Type(ty),
            Err(Lost::Other(Other::Reported)) => missing(String::new(), ""),
            Err(Lost::Other(Other::Plain(_))) => missing(
                format!("`{path}` is not a message type"),
                "put `#[tg_schema]` on it",
            ),
            Err(Lost::Other(Other::Alias(_))) => missing(
                format!("`{path}` is a type alias, which only the compiler follows"),
                "write the type that it stands for",
            ),
            Err(Lost::Nowhere) => {
                let last = segments(path).pop().unwrap_or_default();
                let known = self.types.keys().map(|(_, name)| *name);
                let help = near(&last, known).unwrap_or_else(|| {
                    "its file must be among the inputs or reached by `mod`; types that other crates or macros define need \
                     the compiler"
                        .to_owned()
                });
                missing(format!("`{path}` is not found"), &help)
            }
        }
    }

    fn find(&self, module: usize, path: &[String], steps: &mut usize) -> Result<Type, Lost> {
        let Some(left) = steps.checked_sub(1) else {
            return Err(Lost::Nowhere);
        };
        *steps = left;
        let (Some((first, rest)), Some(here)) = (path.split_first(), self.modules.get(module))
        else {
            return Err(Lost::Nowhere);
        };
        match first.as_str() {
            "" => return Err(Lost::Nowhere),
            "self" => return self.find(module, rest, steps),
            "super" => {
                let parent = here
                    .path
                    .split_last()
                    .and_then(|(_, parent)| self.by_path.get(parent));
                return parent.map_or(Err(Lost::Nowhere), |at| self.find(*at, rest, steps));
            }
            "crate" => return self.at_root(module, rest, steps),
            _ => {}
        }
        let mut lost = Lost::Nowhere;
        if rest.is_empty() {
            if let Some(ty) = self.types.get(&(module, first.as_str())) {
                return Ok(ty.clone());
            }
            if let Some(other) = here.others.get(first) {
                return Err(Lost::Other(*other));
            }
        } else if let Some(child) = here
            .children
            .get(first)
            .and_then(|path| self.by_path.get(path.as_slice()))
        {
            return self.find(*child, rest, steps);
        }
        for import in here
            .imports
            .iter()
            .filter(|i| i.name.as_deref() == Some(first.as_str()))
        {
            let whole: Vec<String> = import.path.iter().chain(rest).cloned().collect();
            if whole != path {
                match self.find(module, &whole, steps) {
                    Err(Lost::Nowhere) => {}
                    Err(other) => lost = other,
                    found => return found,
                }
            }
        }
        for import in here.imports.iter().filter(|i| i.name.is_none()) {
            let whole: Vec<String> = import.path.iter().chain(path).cloned().collect();
            match self.find(module, &whole, steps) {
                Err(Lost::Nowhere) => {}
                Err(other) => lost = other,
                found => return found,
            }
        }
        Err(lost)
    }

    /// `crate::…`: the root of the inputs, else the outermost module of the file's own path.
    fn at_root(&self, module: usize, rest: &[String], steps: &mut usize) -> Result<Type, Lost> {
        let path = self
            .modules
            .get(module)
            .map_or(&[][..], |m| m.path.as_slice());
        let mut lost = Lost::Nowhere;
        for length in 0..=path.len() {
            let Some(root) = path.get(..length) else {
                continue;
            };
            match self.below(root, rest, steps) {
                Err(Lost::Nowhere) => {}
                Err(other) => lost = other,
                found => return found,
            }
        }
        Err(lost)
    }

    /// A path from a module that need not have a file of its own.
    fn below(&self, root: &[String], rest: &[String], steps: &mut usize) -> Result<Type, Lost> {
        if let Some(at) = self.by_path.get(root) {
            let found = self.find(*at, rest, steps);
            if !matches!(found, Err(Lost::Nowhere)) {
                return found;
            }
        }
        let Some((next, rest)) = rest.split_first().filter(|(_, rest)| !rest.is_empty()) else {
            return Err(Lost::Nowhere);
        };
        let mut deeper = root.to_vec();
        deeper.push(next.clone());
        let mut later = self.by_path.range(deeper.as_slice()..);
        if later
            .next()
            .is_some_and(|(path, _)| path.starts_with(&deeper))
        {
            return self.below(&deeper, rest, steps);
        }
        Err(Lost::Nowhere)
    }
}
