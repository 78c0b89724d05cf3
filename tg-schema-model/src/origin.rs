//! Where a definition came from, and what its migration left open: words for people and for the migration
//! table. Nothing here changes a message, a schema text or an identity.

use std::fmt;

use crate::diagnostic::Span;

/// Where an old definition stood, and what there is to say of its way here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Origin {
    /// `path/to/file.py:12`.
    pub place: String,
    /// The old expression, e.g. `Array(String())`.
    pub expression: Option<String>,
    /// What a field was before it was tightened.
    pub former: Option<Former>,
    /// The least verdict of its row in the migration table.
    pub verdict: Option<Verdict>,
    /// A further reason for its row.
    pub note: Option<String>,
    /// What old producers send of a field where nothing is set, in words, where it is neither null nor what
    /// the definition says.
    pub unset: Option<String>,
    /// The function or class that an old class stood in, as Python writes it: `Outer`, `make.<locals>`.
    pub scope: Option<String>,
    /// Place of the later class that took the name of this one in its scope.
    pub shadowed_by: Option<String>,
}

/// A field's presence before it was tightened, as a definition writes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Former {
    /// The type expression, with its `?` if it had one.
    pub ty: String,
    /// The default as compact JSON.
    pub default: Option<String>,
    /// `nullable = true`.
    pub nullable: bool,
}

/// What a migration did to one thing, from the harmless to the open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// It takes and means what it did, for data that keeps to the old definition.
    #[default]
    Exact,
    /// It takes more than it did.
    Widened,
    /// Something that such data says cannot be told any more, or is refused.
    Lossy,
    /// A person has to decide.
    Manual,
}

impl Verdict {
    /// All of them, from the harmless to the open.
    pub const ALL: [Verdict; 4] = [
        Verdict::Exact,
        Verdict::Widened,
        Verdict::Lossy,
        Verdict::Manual,
    ];
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Exact => "exact",
            Verdict::Widened => "widened",
            Verdict::Lossy => "lossy",
            Verdict::Manual => "manual",
        }
    }
    /// The verdict of this name.
    pub fn from_name(name: &str) -> Option<Verdict> {
        Verdict::ALL.into_iter().find(|v| v.name() == name)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Something that a migration found and could not define.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Unresolved {
    /// What it is.
    pub kind: Open,
    /// Its name in the old code.
    pub name: String,
    /// `path/to/file.py:12`.
    pub place: String,
    /// The old expression.
    pub expression: Option<String>,
    /// The old address of a topic.
    pub legacy: Option<String>,
    /// How many fields a class has; 0 where that is not known.
    pub fields: usize,
    /// The function or class that a class stood in, as [`Origin::scope`].
    pub scope: Option<String>,
    /// Place of the later class of its name, as [`Origin::shadowed_by`].
    pub shadowed_by: Option<String>,
    /// Why it could not be defined.
    pub reason: String,
    /// Place of the name.
    pub span: Span,
}

/// What kind of thing was left open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Open {
    /// A field of a record.
    #[default]
    Field,
    /// A class that may be a record.
    Class,
    /// An enum.
    Enum,
    /// A topic.
    Topic,
}

impl Open {
    /// The word for it, which is its key in a definition too.
    pub fn name(self) -> &'static str {
        match self {
            Open::Field => "field",
            Open::Class => "class",
            Open::Enum => "enum",
            Open::Topic => "topic",
        }
    }
}
