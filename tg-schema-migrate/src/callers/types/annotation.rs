//! Annotations into what they promise.

use std::rc::Rc;

use ruff_python_ast::{Expr, Operator};
use ruff_python_parser::parse_expression;

use super::locals::{Binding, Locals};
use super::{Type, Types};
use crate::interpret::{Class, FileId, Kind, Value};
use crate::python::depth;
use crate::python::name::{dotted, last};

/// Longest annotation in quotes that is read.
const MAX_QUOTED: usize = 400;
/// How deep annotations are followed.
const MAX_STEPS: usize = 16;

impl<'a> Types<'_, 'a> {
    /// What an annotation promises: a Record, also `X | None` and in quotes, or a collection of such.
    pub(super) fn annotated(
        &self,
        file: FileId,
        locals: Option<&Locals<'a>>,
        e: &Expr,
    ) -> Option<Type<'a>> {
        Reader {
            types: self,
            file,
            locals,
        }
        .read(e, MAX_STEPS)
    }
}

/// Types of Python that plain fields take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scalar {
    /// `bool`.
    Bool,
    /// `int`.
    Int,
    /// `float`.
    Float,
    /// `str`.
    Str,
    /// `bytes`.
    Bytes,
}

/// The type beside None: `X` of `X | None`, `Optional[X]` and `Union[X, None]`.
fn without_none(e: &Expr) -> Option<&Expr> {
    match e {
        Expr::BinOp(of) if of.op == Operator::BitOr => match (&*of.left, &*of.right) {
            (Expr::NoneLiteral(_), other) | (other, Expr::NoneLiteral(_)) => Some(other),
            _ => None,
        },
        Expr::Subscript(of) => match (last(&of.value), &*of.slice) {
            ("Optional", inner) => Some(inner),
            ("Union", Expr::Tuple(all)) => match &*all.elts {
                [Expr::NoneLiteral(_), other] | [other, Expr::NoneLiteral(_)] => Some(other),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}

/// An annotation in quotes.
fn unquoted(e: &Expr) -> Option<Expr> {
    let text = e.as_string_literal_expr()?.value.to_str();
    if text.len() > MAX_QUOTED || depth::check(text).is_err() {
        return None;
    }
    Some(*parse_expression(text).ok()?.into_syntax().body)
}

/// Whether an annotation says that None is one of the values.
pub fn is_optional(e: &Expr) -> bool {
    without_none(e).is_some() || unquoted(e).is_some_and(|e| without_none(&e).is_some())
}

impl<'a> Types<'_, 'a> {
    /// The type of Python that the annotation of a name promises, and whether None is one of the values.
    pub fn scalar(&self, file: FileId, locals: &Locals<'a>, name: &str) -> Option<(Scalar, bool)> {
        let (Some([Binding::Parameter(annotation)]) | Some([Binding::Declared(annotation, _)])) =
            locals.bound(name)
        else {
            return None;
        };
        let parsed = unquoted(annotation);
        let annotation = parsed.as_ref().unwrap_or(annotation);
        let inner = without_none(annotation);
        let Expr::Name(word) = inner.unwrap_or(annotation) else {
            return None;
        };
        if locals.is_own(&word.id) || self.outcome.named(file, &word.id).is_some() {
            return None;
        }
        let scalar = match word.id.as_str() {
            "bool" => Scalar::Bool,
            "int" => Scalar::Int,
            "float" => Scalar::Float,
            "str" => Scalar::Str,
            "bytes" => Scalar::Bytes,
            _ => return None,
        };
        Some((scalar, inner.is_some() || locals.is_optional(name)))
    }

    /// The Records that a function of this type is called with, by position: `Callable[[Class], …]`, also optional and
    /// in quotes.
    pub fn called_with(
        &self,
        file: FileId,
        locals: Option<&Locals<'a>>,
        annotation: &Expr,
    ) -> Vec<Option<Rc<Class<'a>>>> {
        self.parameters(file, locals, annotation, MAX_STEPS)
    }

    fn parameters(
        &self,
        file: FileId,
        locals: Option<&Locals<'a>>,
        annotation: &Expr,
        left: usize,
    ) -> Vec<Option<Rc<Class<'a>>>> {
        let Some(left) = left.checked_sub(1) else {
            return Vec::new();
        };
        if let Some(parsed) = unquoted(annotation) {
            return self.parameters(file, locals, &parsed, left);
        }
        if let Some(inner) = without_none(annotation) {
            return self.parameters(file, locals, inner, left);
        }
        let parameters = match annotation {
            Expr::Subscript(of) if last(&of.value) == "Callable" => match &*of.slice {
                Expr::Tuple(parts) => parts.elts.first(),
                _ => None,
            },
            _ => None,
        };
        let Some(Expr::List(parameters)) = parameters else {
            return Vec::new();
        };
        let class = |e: &Expr| match self.annotated(file, locals, e)? {
            Type::Record { class, .. } => Some(class),
            _ => None,
        };
        parameters.elts.iter().map(class).collect()
    }

    /// The enum that an expression names.
    pub fn enum_named(&self, file: FileId, locals: &Locals<'a>, e: &Expr) -> Option<Rc<Class<'a>>> {
        match self.annotated(file, Some(locals), e)? {
            Type::Enum(class) => Some(class),
            _ => None,
        }
    }
}

struct Reader<'r, 'w, 'a> {
    types: &'r Types<'w, 'a>,
    file: FileId,
    locals: Option<&'r Locals<'a>>,
}

impl<'a> Reader<'_, '_, 'a> {
    fn read(&self, e: &Expr, left: usize) -> Option<Type<'a>> {
        let left = left.checked_sub(1)?;
        match e {
            Expr::BinOp(of) if of.op == Operator::BitOr => {
                self.either([&*of.left, &*of.right], left)
            }
            Expr::Subscript(of) => self.generic(&of.value, &of.slice, left),
            Expr::StringLiteral(_) => self.quoted(e, left),
            Expr::Name(_) | Expr::Attribute(_) => match self.named(e)? {
                Value::Class(class) => match class.kind {
                    Kind::Record => Some(Type::record(&class, false)),
                    Kind::Plain | Kind::Open => Some(Type::Object(class)),
                    Kind::Enum => {
                        let held = self.types.enums.contains(&class.id);
                        held.then_some(Type::Enum(class))
                    }
                },
                // A type variable is at least what bounds it.
                Value::Instance(of)
                    if matches!(
                        of.class.external_path(),
                        Some("typing.TypeVar" | "typing_extensions.TypeVar")
                    ) =>
                {
                    match of.arguments.keyword("bound")? {
                        Value::Class(class) if class.kind == Kind::Record => {
                            Some(Type::record(class, false))
                        }
                        _ => None,
                    }
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// One of several: what all are but None, or one of several Records.
    fn either<'e>(
        &self,
        parts: impl IntoIterator<Item = &'e Expr>,
        left: usize,
    ) -> Option<Type<'a>> {
        let parts = parts
            .into_iter()
            .filter(|part| !part.is_none_literal_expr());
        let parts: Vec<Type<'a>> = parts
            .map(|part| self.read(part, left))
            .collect::<Option<_>>()?;
        if let [one] = parts.as_slice() {
            return Some(one.clone());
        }
        let mut classes: Vec<Rc<Class<'a>>> = Vec::new();
        for part in &parts {
            match part {
                Type::Record { class, .. } => classes.push(Rc::clone(class)),
                Type::Either(all) => classes.extend(all.iter().cloned()),
                _ => return None,
            }
        }
        classes.sort_by_key(|class| class.id);
        classes.dedup_by_key(|class| class.id);
        match classes.as_slice() {
            [] => None,
            [one] => Some(Type::record(one, false)),
            _ => Some(Type::Either(classes.into())),
        }
    }

    fn quoted(&self, e: &Expr, left: usize) -> Option<Type<'a>> {
        self.read(&unquoted(e)?, left)
    }

    fn named(&self, e: &Expr) -> Option<Value<'a>> {
        let path = dotted(e)?;
        let first = path.split('.').next()?;
        if self.locals.is_some_and(|locals| locals.is_own(first)) {
            return None;
        }
        self.types.outcome.named(self.file, &path)
    }

    /// `list[X]` and its like.
    fn generic(&self, of: &Expr, arguments: &Expr, left: usize) -> Option<Type<'a>> {
        // A name that the file gives a meaning of its own is not Python's.
        let name = match self.named(of) {
            Some(Value::External(path)) => path.rsplit('.').next()?.to_owned(),
            Some(_) => return None,
            None => last(of).to_owned(),
        };
        let arguments = match arguments {
            Expr::Tuple(of) => of.elts.as_slice(),
            one => std::slice::from_ref(one),
        };
        let read = |e: &Expr| self.read(e, left);
        let shared = |e: Option<&Expr>| e.and_then(read).map(Rc::new);
        match (name.as_str(), arguments) {
            (
                "Optional" | "Annotated" | "Final" | "ClassVar" | "Required" | "NotRequired",
                [e, ..],
            ) => read(e),
            ("Union", parts) => self.either(parts, left),
            (
                "list" | "List" | "set" | "Set" | "frozenset" | "FrozenSet" | "deque" | "Deque"
                | "Sequence" | "MutableSequence" | "Collection" | "Iterable" | "Iterator"
                | "Generator" | "AsyncIterable" | "AsyncIterator" | "AsyncGenerator",
                [e, ..],
            )
            | ("tuple" | "Tuple", [e, Expr::EllipsisLiteral(_)]) => {
                Some(Type::List(shared(Some(e))?))
            }
            (
                "dict" | "Dict" | "Mapping" | "MutableMapping" | "defaultdict" | "DefaultDict"
                | "OrderedDict",
                [_, e],
            ) => Some(Type::Map(shared(Some(e))?)),
            ("tuple" | "Tuple", parts) => Some(Type::Tuple(parts.iter().map(read).collect())),
            ("Awaitable" | "Future" | "Task", [e]) | ("Coroutine", [_, _, e]) => {
                Some(Type::Later(shared(Some(e))?))
            }
            _ => None,
        }
    }
}
