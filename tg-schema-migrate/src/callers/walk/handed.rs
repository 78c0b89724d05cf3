//! Records that are handed to functions of the files, by the function and its parameter. Where every call that
//! is seen agrees, that is what a parameter without annotation is.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use ruff_python_ast::{Expr, ExprCall, ParameterWithDefault, StmtFunctionDef};
use ruff_text_size::Ranged;

use super::Walk;
use crate::interpret::{Binding, Class, Code, FileId};

/// How deep expressions are followed.
const MAX_STEPS: usize = 8;

/// A function: its file, and where its name begins.
type Key = (FileId, u32);

/// What parameters are handed.
#[derive(Default)]
pub struct Handed<'a> {
    /// Records; nothing where calls disagree, or where one of them is not known.
    records: HashMap<Key, BTreeMap<&'a str, Option<Rc<Class<'a>>>>>,
    /// Those that one call at least hands bytes to.
    bytes: HashMap<Key, BTreeSet<&'a str>>,
}

impl<'a> Handed<'a> {
    fn add(&mut self, key: Key, name: &'a str, class: Option<Rc<Class<'a>>>) {
        let known = self.records.entry(key).or_default();
        match known.get_mut(name) {
            None => drop(known.insert(name, class)),
            Some(before) => {
                let agree = matches!((&*before, &class), (Some(a), Some(b)) if a.id == b.id);
                if !agree {
                    *before = None;
                }
            }
        }
    }

    /// Adds what another file hands on.
    pub fn extend(&mut self, other: Handed<'a>) {
        for (key, names) in other.bytes {
            self.bytes.entry(key).or_default().extend(names);
        }
        for (key, parameters) in other.records {
            for (name, class) in parameters {
                self.add(key, name, class);
            }
        }
    }

    /// How many parameters are known.
    pub fn known(&self) -> usize {
        let all = self.records.values().flat_map(BTreeMap::values);
        let bytes = self.bytes.values().map(BTreeSet::len);
        all.filter(|class| class.is_some()).count() + bytes.sum::<usize>()
    }

    /// The parameters of a function that are known.
    pub fn of(&self, file: FileId, def: &StmtFunctionDef) -> Vec<(&'a str, Rc<Class<'a>>)> {
        let parameters = self.records.get(&(file, def.name.start().into()));
        let known = parameters.into_iter().flatten();
        known
            .filter_map(|(name, class)| Some((*name, Rc::clone(class.as_ref()?))))
            .collect()
    }

    /// The parameters of a function that are handed bytes.
    pub fn bytes_of(&self, file: FileId, def: &StmtFunctionDef) -> impl Iterator<Item = &'a str> {
        let names = self.bytes.get(&(file, def.name.start().into()));
        names.into_iter().flatten().copied()
    }
}

/// Whether a parameter is what calls say: nothing else is written of it.
fn is_open(parameter: &ParameterWithDefault) -> bool {
    let default = parameter.default.as_deref();
    parameter.parameter.annotation.is_none() && default.is_none_or(Expr::is_none_literal_expr)
}

impl<'a> Walk<'_, 'a> {
    /// What a call of a function of the files hands to it.
    pub(super) fn hands(&mut self, e: &'a ExprCall) {
        let Some(locals) = self.locals.last() else {
            return;
        };
        let Some((function, filled)) = self.types.called(self.file, locals, e) else {
            return;
        };
        let Code::Def(def) = function.code else {
            return;
        };
        if matches!(function.binding, Binding::Property | Binding::Unknown) {
            return;
        }
        let key = (function.site.file, def.name.start().into());
        let parameters = &*def.parameters;
        let arguments = &e.arguments;
        let spread = arguments.args.iter().any(Expr::is_starred_expr)
            || arguments.keywords.iter().any(|k| k.arg.is_none());
        let by_place = parameters.posonlyargs.iter().chain(&parameters.args);
        let by_place = by_place.skip(filled).zip(&*arguments.args);
        for parameter in parameters.iter_non_variadic_params() {
            let name = parameter.parameter.name.as_str();
            let value = arguments.find_keyword(name).map(|keyword| &keyword.value);
            if let (Some(value), Some(annotation)) =
                (value, parameter.parameter.annotation.as_deref())
            {
                self.is_called(value, function.site.file, None, annotation);
            }
        }
        for (parameter, value) in by_place.clone() {
            if let Some(annotation) = parameter.parameter.annotation.as_deref() {
                self.is_called(value, function.site.file, None, annotation);
            }
        }
        let mut given: Vec<(&'a str, &'a Expr)> = Vec::new();
        for (parameter, value) in by_place.filter(|(parameter, _)| is_open(parameter)) {
            given.push((parameter.parameter.name.as_str(), value));
        }
        for parameter in parameters.iter_non_variadic_params().filter(|p| is_open(p)) {
            let name = parameter.parameter.name.as_str();
            if spread {
                self.handed.add(key, name, None);
            } else if let Some(keyword) = arguments.find_keyword(name) {
                given.push((name, &keyword.value));
            }
        }
        for (name, value) in given {
            if self.gives_bytes(value, MAX_STEPS) {
                self.handed.bytes.entry(key).or_default().insert(name);
            }
            let class = self.record(value).map(|(class, _)| class);
            self.handed.add(key, name, class);
        }
    }
}
