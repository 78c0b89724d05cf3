//! Names into records and enums.
//!
//! A bare name means the type of its own file, else the only one of that name in the project;
//! otherwise it is written `module.Name`, where `module` is a whole module path or an end of it that
//! fits one module alone.

use std::collections::HashMap;

use tg_schema_model::{Diagnostic, Diagnostics, EnumId, RecordId, Span, Type, name};

use super::expression::{Expression, WORDS};
use super::node::Node;
use super::reader::quoted;

/// Near names are looked for only this often: a project of wrong names is slow to help with.
const MAX_SUGGESTIONS: usize = 200;

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Record(RecordId),
    Enum(EnumId),
}

struct Place {
    module: usize,
    target: Target,
}

/// Every name of the project.
pub(crate) struct Names<'n> {
    /// Dotted module paths, as [`Place::module`] counts them.
    modules: &'n [String],
    places: HashMap<&'n str, Vec<Place>>,
    /// All names, sorted, once advice has been asked for.
    sorted: Option<Vec<&'n str>>,
    suggestions: usize,
    /// Whether every unknown name is reported. Where a file could not be read whole, it may be there.
    report: bool,
}

impl<'n> Names<'n> {
    pub(crate) fn new(
        modules: &'n [String],
        types: impl Iterator<Item = (usize, &'n str, Target)>,
        report: bool,
    ) -> Self {
        let mut places: HashMap<&str, Vec<Place>> = HashMap::with_capacity(types.size_hint().0);
        for (module, name, target) in types {
            places
                .entry(name)
                .or_default()
                .push(Place { module, target });
        }
        Names {
            modules,
            places,
            sorted: None,
            suggestions: 0,
            report,
        }
    }

    /// The type that `text` names in `module`. What is wrong is noted at `span`.
    pub(crate) fn find(
        &mut self,
        module: usize,
        text: &str,
        span: Span,
        diagnostics: &mut Diagnostics,
    ) -> Option<Target> {
        let (path, bare) = match text.rsplit_once('.') {
            Some((path, bare)) => (Some(path), bare),
            None => (None, text),
        };
        let places = self.places.get(bare).map_or(&[][..], Vec::as_slice);
        let found: Vec<&Place> = match path {
            None => {
                if let Some(own) = places.iter().find(|p| p.module == module) {
                    return Some(own.target);
                }
                places.iter().collect()
            }
            Some(path) => {
                let dotted = |p: &Place| self.modules.get(p.module).map_or("", String::as_str);
                if let Some(exact) = places.iter().find(|p| dotted(p) == path) {
                    return Some(exact.target);
                }
                places
                    .iter()
                    .filter(|p| {
                        dotted(p)
                            .strip_suffix(path)
                            .is_some_and(|head| head.ends_with('.'))
                    })
                    .collect()
            }
        };
        match found.as_slice() {
            [one] => return Some(one.target),
            [] => {}
            [first, rest @ ..] if rest.iter().all(|p| p.module == first.module) => {
                return Some(first.target);
            }
            several => {
                let forms = self.qualified(several.iter().copied(), bare);
                diagnostics.push(
                    Diagnostic::error(
                        span,
                        format!("`{text}` is defined in several modules"),
                        "expected the name with its module",
                    )
                    .help(format!("write {forms}")),
                );
                return None;
            }
        }
        if self.report || is_foreign(bare) {
            let elsewhere = path
                .is_some()
                .then(|| self.qualified(places.iter(), bare))
                .filter(|forms| !forms.is_empty());
            let help = match elsewhere {
                Some(forms) => Some(format!("did you mean {forms}?")),
                None => self.advice(bare),
            };
            let mut found = Diagnostic::error(
                span,
                format!("unknown type `{text}`"),
                "expected a type, or the name of a record or enum",
            );
            found.help = help;
            diagnostics.push(found);
        }
        None
    }

    fn qualified<'p>(&self, places: impl Iterator<Item = &'p Place>, bare: &str) -> String {
        const SHOWN: usize = 8;
        let mut forms: Vec<String> = places
            .filter_map(|p| self.modules.get(p.module))
            .map(|module| format!("{module}.{bare}"))
            .collect();
        forms.sort_unstable();
        forms.dedup();
        forms.truncate(SHOWN);
        quoted(forms)
    }

    fn advice(&mut self, word: &str) -> Option<String> {
        if let Some(right) = name::suggest_type(word) {
            return Some(format!("did you mean `{right}`?"));
        }
        self.suggestions += 1;
        if self.suggestions > MAX_SUGGESTIONS {
            return None;
        }
        let sorted = self.sorted.get_or_insert_with(|| {
            let mut names: Vec<&str> = self.places.keys().copied().collect();
            names.sort_unstable();
            names
        });
        let words = sorted.iter().copied().chain(WORDS.iter().copied());
        name::nearest(word, words).map(|near| format!("did you mean `{near}`?"))
    }

    /// An expression as a type. Every wrong name in it is noted.
    pub(crate) fn resolve(
        &mut self,
        module: usize,
        expression: &Expression,
        node: &Node,
        diagnostics: &mut Diagnostics,
    ) -> Option<Type> {
        let mut inner = |e: &Expression| self.resolve(module, e, node, diagnostics).map(Box::new);
        Some(match expression {
            Expression::Leaf(ty) => ty.clone(),
            Expression::Array(item) => Type::Array(inner(item)?),
            Expression::Map(value) => Type::Map(inner(value)?),
            Expression::Optional(element) => Type::Optional(inner(element)?),
            Expression::Name { text, range } => {
                match self.find(module, text, node.part(range.clone()), diagnostics)? {
                    Target::Record(id) => Type::Record(id),
                    Target::Enum(id) => Type::Enum(id),
                }
            }
        })
    }
}

/// Whether a word is one for a type elsewhere, or a misspelt one of ours: wrong whatever else there is.
fn is_foreign(word: &str) -> bool {
    name::suggest_type(word).is_some() || name::nearest(word, WORDS.iter().copied()).is_some()
}
