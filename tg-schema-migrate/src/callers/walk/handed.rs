//! Records that are handed to functions of the files, by the function and its parameter. Where every call that
//! is seen agrees, that is what a parameter without annotation is.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use ruff_python_ast::{Expr, ExprCall, ParameterWithDefault, StmtFunctionDef};
use ruff_text_size::Ranged;

use super::Walk;
use crate::interpret::{Binding, Class, Code, FileId};

/// A function: its file, and where its name begins.
type Key = (FileId, u32);

/// What parameters are handed; nothing where calls disagree, or where one of them is not known.
#[derive(Default)]
pub struct Handed<'a>(HashMap<Key, BTreeMap<&'a str, Option<Rc<Class<'a>>>>>);

impl<'a> Handed<'a> {
    fn add(&mut self, key: Key, name: &'a str, class: Option<Rc<Class<'a>>>) {
        let known = self.0.entry(key).or_default();
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
        for (key, parameters) in other.0 {
            for (name, class) in parameters {
                self.add(key, name, class);
            }
        }
    }

    /// How many parameters are known.
    pub fn known(&self) -> usize {
        let all = self.0.values().flat_map(BTreeMap::values);
        all.filter(|class| class.is_some()).count()
    }

    /// The parameters of a function that are known.
    pub fn of(&self, file: FileId, def: &StmtFunctionDef) -> Vec<(&'a str, Rc<Class<'a>>)> {
        let parameters = self.0.get(&(file, def.name.start().into()));
        let known = parameters.into_iter().flatten();
        known
            .filter_map(|(name, class)| Some((*name, Rc::clone(class.as_ref()?))))
            .collect()
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
            let class = self.record(value).map(|(class, _)| class);
            self.handed.add(key, name, class);
        }
    }
}
