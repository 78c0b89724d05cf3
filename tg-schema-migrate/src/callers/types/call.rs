//! Calls into what they give: Records with what is known to be set in them, what methods and Python's own functions give.

use std::rc::Rc;

use ruff_python_ast::name::Name;
use ruff_python_ast::{Expr, ExprCall};
use ruff_text_size::Ranged;

use super::{Place, Type, Types};
use crate::interpret::{Kind, Site};
use crate::python::call::awaited;

/// Most fields that are known to be set in one Record.
const MAX_GIVEN: usize = 64;

impl<'a> Types<'_, 'a> {
    pub(super) fn call(&self, place: &Place<'a>, e: &'a ExprCall, left: usize) -> Option<Type<'a>> {
        let site = Site {
            file: place.file,
            range: e.range(),
        };
        if let Some(class) = self.notes.given.get(&site) {
            return Some(match class.kind {
                Kind::Record => Type::Record {
                    class: Rc::clone(class),
                    unset: false,
                    given: self.filled(place, e, left),
                },
                _ => Type::Object(Rc::clone(class)),
            });
        }
        if let Some(class) = self.notes.opened.get(&site) {
            return Some(Type::Source(Rc::clone(class)));
        }
        if let Some(function) = self.notes.functions.get(&site) {
            return self.returned(function);
        }
        if let Some(path) = self.notes.outside.get(&site) {
            return self.outside(place, e, path, left);
        }
        self.method_call(place, awaited(e).unwrap_or(&e.func), left)
    }

    /// The fields that a call of a Record sets, and those that are set in the Records that it is given.
    fn filled(&self, place: &Place<'a>, e: &'a ExprCall, left: usize) -> Rc<[Name]> {
        let range = e.range();
        let file = place.file;
        let filled = self.notes.filled.get(&Site { file, range });
        let filled = filled.cloned().unwrap_or_default();
        let mut all = filled.to_vec();
        for name in filled.iter() {
            let Some(keyword) = e.arguments.find_keyword(name) else {
                continue;
            };
            if let Some(Type::Record { given, .. }) = self.at(place, &keyword.value, left) {
                let room = MAX_GIVEN.saturating_sub(all.len());
                let inner = given.iter().take(room);
                all.extend(inner.map(|inner| Name::new(format!("{name}.{inner}"))));
            }
        }
        all.into()
    }

    /// What calling a method gives, where its object is known.
    fn method_call(&self, place: &Place<'a>, func: &'a Expr, left: usize) -> Option<Type<'a>> {
        let Expr::Attribute(func) = func else {
            return None;
        };
        let of = self.at(place, &func.value, left)?;
        match (&of, func.attr.as_str()) {
            (Type::List(item), "pop" | "popleft") => Some(Type::clone(item)),
            (Type::List(_) | Type::Map(_), "copy") => Some(of),
            (Type::Map(value), "get" | "pop" | "setdefault") => Some(Type::clone(value)),
            (Type::Map(value), "values") => Some(Type::List(Rc::clone(value))),
            (Type::Map(value), "items") => {
                let pair = Type::Tuple(Rc::new([None, Some(Type::clone(value))]));
                Some(Type::List(Rc::new(pair)))
            }
            (Type::Source(class), "receive" | "read_next") => Some(Type::Message(Rc::clone(class))),
            (Type::Source(class), "batch_receive") => {
                Some(Type::List(Rc::new(Type::Message(Rc::clone(class)))))
            }
            (Type::Message(class), "value") => Some(Type::record(class, false)),
            (Type::Object(class), name) => self.returned(&*self.method(class, name)?),
            _ => None,
        }
    }

    /// What calls of Python's own functions give.
    fn outside(
        &self,
        place: &Place<'a>,
        e: &'a ExprCall,
        path: &str,
        left: usize,
    ) -> Option<Type<'a>> {
        let first = e.arguments.args.first()?;
        let at = |e: &'a Expr| self.at(place, e, left);
        let list = |e: &'a Expr| match at(e)? {
            list @ Type::List(_) => Some(list),
            _ => None,
        };
        match path {
            "builtins.next" | "builtins.min" | "builtins.max" | "random.choice" => {
                list(first)?.item()
            }
            "builtins.iter" | "builtins.list" | "builtins.sorted" | "builtins.reversed"
            | "builtins.tuple" | "builtins.set" | "collections.deque" => list(first),
            "builtins.enumerate" => {
                let pair = Type::Tuple(Rc::new([None, list(first)?.item()]));
                Some(Type::List(Rc::new(pair)))
            }
            "builtins.zip" => {
                let parts = e.arguments.args.iter().map(|e| list(e)?.item());
                Some(Type::List(Rc::new(Type::Tuple(parts.collect()))))
            }
            "builtins.filter" => list(e.arguments.args.get(1)?),
            "copy.copy" | "copy.deepcopy" => at(first),
            "typing.cast" => self.annotated(place.file, Some(&place.locals), first),
            "asyncio.wait_for"
            | "asyncio.shield"
            | "asyncio.create_task"
            | "asyncio.ensure_future" => at(first),
            "asyncio.gather" => {
                let given = |given: Type<'a>| match given {
                    Type::Later(given) => Type::clone(&given),
                    other => other,
                };
                match &*e.arguments.args {
                    [Expr::Starred(all)] => {
                        let item = at(&all.value)?.item()?;
                        Some(Type::List(Rc::new(given(item))))
                    }
                    parts if !parts.iter().any(Expr::is_starred_expr) => {
                        let parts = parts.iter().map(|part| at(part).map(given));
                        Some(Type::Tuple(parts.collect()))
                    }
                    _ => None,
                }
            }
            _ => self.method_call(place, awaited(e)?, left),
        }
    }
}
