//! What an expression gives: a Record, a collection of them, what the client gives Records by.

use std::rc::Rc;

use ruff_python_ast::name::Name;

use crate::interpret::Class;

/// What an expression gives.
#[derive(Clone)]
pub enum Type<'a> {
    /// A Record; `unset` where it may be one that nobody has set. `given` are the fields that its constructor
    /// was given, and those that are known to be set in what they were given: `field.inner`.
    Record {
        class: Rc<Class<'a>>,
        unset: bool,
        given: Rc<[Name]>,
    },
    /// One of several Records.
    Either(Rc<[Rc<Class<'a>>]>),
    /// A member of an enum of the files.
    Enum(Rc<Class<'a>>),
    /// An object of another class of the files.
    Object(Rc<Class<'a>>),
    /// Something that gives such items, one after another.
    List(Rc<Type<'a>>),
    /// Something that gives such values by key.
    Map(Rc<Type<'a>>),
    /// A tuple, as far as its parts are known.
    Tuple(Rc<[Option<Type<'a>>]>),
    /// Something that is awaited.
    Later(Rc<Type<'a>>),
    /// A consumer or reader of the client whose schema is of this Record.
    Source(Rc<Class<'a>>),
    /// A message from it.
    Message(Rc<Class<'a>>),
}

impl<'a> Type<'a> {
    /// A Record of which no more is known.
    pub(super) fn record(class: &Rc<Class<'a>>, unset: bool) -> Self {
        Type::Record {
            class: Rc::clone(class),
            unset,
            given: Rc::default(),
        }
    }
    /// The same where somebody has set it: an item is always there.
    pub(super) fn as_set(&self) -> Self {
        match self {
            Type::Record { class, given, .. } => Type::Record {
                class: Rc::clone(class),
                unset: false,
                given: Rc::clone(given),
            },
            other => other.clone(),
        }
    }
    /// A field of a Record that was made with arguments: what of it is known to be set.
    pub(super) fn given_as(self, name: &str, around: &[Name]) -> Self {
        let Type::Record { class, .. } = &self else {
            return self;
        };
        if !around.iter().any(|own| own == name) {
            return self;
        }
        let inner = around
            .iter()
            .filter_map(|own| own.strip_prefix(name)?.strip_prefix('.'));
        let inner: Rc<[Name]> = inner.map(Name::new).collect();
        Type::Record {
            class: Rc::clone(class),
            unset: false,
            given: inner,
        }
    }
    pub(super) fn item(&self) -> Option<Self> {
        match self {
            Type::List(item) => Some(Type::clone(item)),
            _ => None,
        }
    }
    pub(super) fn part(&self, at: usize) -> Option<Self> {
        match self {
            Type::Tuple(parts) => parts.get(at)?.clone(),
            Type::List(item) => Some(Type::clone(item)),
            _ => None,
        }
    }
    pub(super) fn class(&self) -> Option<&Rc<Class<'a>>> {
        match self {
            Type::Record { class, .. } => Some(class),
            _ => None,
        }
    }
}

/// The one type that all are; a Record counts as unset only where all are.
pub(super) fn same<'a>(types: impl IntoIterator<Item = Option<Type<'a>>>) -> Option<Type<'a>> {
    let mut types = types.into_iter();
    let mut found = types.next()??;
    for other in types {
        let other = other?;
        match (&mut found, &other) {
            (
                Type::Record {
                    class,
                    unset,
                    given,
                },
                Type::Record {
                    class: b,
                    unset: c,
                    given: d,
                },
            ) if class.id == b.id => {
                *unset &= *c;
                let both = given.iter().filter(|name| d.contains(name)).cloned();
                *given = both.collect();
            }
            (Type::Either(a), Type::Either(b))
                if a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| a.id == b.id) => {}
            (Type::Enum(a), Type::Enum(b))
            | (Type::Object(a), Type::Object(b))
            | (Type::Source(a), Type::Source(b))
            | (Type::Message(a), Type::Message(b))
                if a.id == b.id => {}
            (Type::List(a), Type::List(b)) | (Type::Map(a), Type::Map(b))
                if a.class()
                    .is_some_and(|a| b.class().is_some_and(|b| a.id == b.id)) => {}
            _ => return None,
        }
    }
    Some(found)
}
