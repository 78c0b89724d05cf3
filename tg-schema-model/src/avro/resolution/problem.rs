//! Why a part of a writer's schema cannot be read.

use std::fmt;

use crate::avro::{Fixed, Logical, Primitive, Record, Schema};

/// A place where a writer's schema cannot be read, in whole or in part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where, in the reader's terms: `Record.field`, then `[]` for the items of a list and `{}` for the
    /// values of a map. The record is the innermost one.
    pub path: String,
    /// What does not fit.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} ({})", self.path, self.message, self.help)
    }
}

/// What does not fit, and what to do about it.
pub(super) struct Reason {
    pub(super) message: String,
    pub(super) help: String,
}

impl Reason {
    fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Reason {
            message: message.into(),
            help: help.into(),
        }
    }

    /// Two types of which neither is the other or can become it.
    pub(super) fn types(reader: &Schema, writer: &Schema) -> Self {
        if writer.is_null() {
            return Reason::new(
                format!(
                    "the writer may have no value here, and {} needs one",
                    shown(reader)
                ),
                "make the type optional: `T?`",
            );
        }
        let help = match writer {
            Schema::Fixed(_) => "no type here reads `fixed`; give the field another name",
            _ => "give the field a type that the writer's can become, or another name",
        };
        let (writer, reader) = (shown(writer), shown(reader));
        Reason::new(
            format!("the writer has {writer}, which cannot be read as {reader}"),
            help,
        )
    }

    /// Two records or enums with different names.
    pub(super) fn names(reader: &Schema, writer: &Schema) -> Self {
        let full = writer.name().map(cut).unwrap_or_default();
        let (shown, expected) = (shown(writer), shown(reader));
        // An alias without a dot is in the namespace of what it is an alias of.
        let spaced = reader
            .name()
            .is_some_and(|name| name.to_string().contains('.'));
        let help = match spaced && !full.contains('.') {
            true => format!(
                "no alias can say {full:?}, which has no namespace; give {expected} that name, or one without namespace and that alias"
            ),
            false => format!("give {expected} the alias {full:?}"),
        };
        Reason::new(
            format!("the writer has {shown}, which has another name than {expected}"),
            help,
        )
    }

    /// Two decimals of different form.
    pub(super) fn decimals(reader: (u32, u32), writer: (u32, u32)) -> Self {
        let (p, s) = writer;
        Reason::new(
            format!(
                "the writer has decimal({p},{s}), which cannot be read as decimal({},{})",
                reader.0, reader.1
            ),
            format!("read it as decimal({p},{s}), or as bytes"),
        )
    }

    /// A field that the writer does not have and that has no default.
    pub(super) fn missing(field: &str, writer: &Record) -> Self {
        Reason::new(
            format!(
                "the writer's {} has no field {field:?}, and there is no default",
                cut(&writer.name)
            ),
            "give the field a default, make it optional (`T?`), or name the writer's field as an alias",
        )
    }

    /// A field that could be read from several.
    pub(super) fn ambiguous(found: &[&str], writer: &Record) -> Self {
        let found: Vec<String> = found.iter().map(|name| format!("{name:?}")).collect();
        Reason::new(
            format!(
                "the writer's {} has several fields that this could be: {}",
                cut(&writer.name),
                found.join(", ")
            ),
            "remove the aliases that are not meant",
        )
    }

    /// A field that was taken.
    pub(super) fn taken(name: &str, other: &str) -> Self {
        Reason::new(
            format!("the writer's field {name:?} is read as {other:?} already"),
            "let each alias lead to one field",
        )
    }

    /// Symbols without a counterpart.
    pub(super) fn symbols(unknown: &[&str], reader: &str) -> Self {
        const SHOWN: usize = 5;
        let names: Vec<String> = unknown
            .iter()
            .take(SHOWN)
            .map(|s| format!("{:?}", cut(s)))
            .collect();
        let more = match unknown.len().saturating_sub(SHOWN) {
            0 => String::new(),
            n => format!(" and {n} more"),
        };
        let s = if unknown.len() == 1 { "" } else { "s" };
        Reason::new(
            format!(
                "the writer has the symbol{s} {}{more}, which {reader} does not have",
                names.join(", ")
            ),
            format!("add the symbol{s} to {reader}, or give it a default"),
        )
    }

    /// More than are listed.
    pub(super) fn more() -> Self {
        Reason::new(
            format!("there are more than {} problems", super::MAX_PROBLEMS),
            "solve those that are listed first",
        )
    }
}

/// A type in a message.
pub(super) fn shown(schema: &Schema) -> String {
    match schema {
        Schema::Primitive(Primitive {
            logical: Some(Logical::Decimal { precision, scale }),
            ..
        }) => format!("decimal({precision},{scale})"),
        Schema::Primitive(Primitive { kind, logical, .. }) => match logical {
            Some(logical) => format!("{} ({})", kind.as_str(), logical.as_str()),
            None => kind.as_str().to_owned(),
        },
        Schema::Record(r) => format!("the record {}", cut(&r.name)),
        Schema::Enum(e) => format!("the enum {}", cut(&e.name)),
        Schema::Fixed(Fixed { name, size, .. }) => format!("fixed {} of {size} bytes", cut(name)),
        Schema::Array(_) => "a list".to_owned(),
        Schema::Map(_) => "a map".to_owned(),
        Schema::Union(_) => "a union".to_owned(),
        Schema::Ref(name) => cut(name),
    }
}

/// A name of the writer's. It may be megabytes long and occur in many problems.
fn cut(name: impl ToString) -> String {
    const SHOWN: usize = 200;
    let mut name = name.to_string();
    if let Some((end, _)) = name.char_indices().nth(SHOWN) {
        name.truncate(end);
        name.push('…');
    }
    name
}
