//! Classes into what the Pulsar client makes of them: fields, and the text that it registers.
//!
//! This does what `pulsar/schema/definition.py` does, step by step, over values of the interpreter. What
//! the client refuses is [`Problem::Refused`] in its own words, what cannot be known is [`Problem::Unknown`].

mod beside;
mod default;
mod field;
mod instance;
mod likely;
mod text;

use std::rc::Rc;

use crate::interpret::{Class, Kind, Program, Site, Unknown, Value, is_foreign};

pub(crate) use beside::{beside, beside_own, builds};
pub(crate) use default::json;
pub(crate) use field::is_field_class;
pub use field::{Field, Item, Plain, Shape, field};
pub use instance::Instance;
pub(crate) use instance::held;
pub use likely::likely;
pub(crate) use text::symbols;
pub use text::{Habits, schema, text};

/// Why a field or a record has no text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The client raises an exception.
    Refused {
        /// Its words.
        error: String,
        /// Where.
        site: Option<Site>,
    },
    /// It cannot be known.
    Unknown(Unknown),
}

impl Problem {
    /// What the client says.
    pub fn refused(error: impl Into<String>, site: Site) -> Self {
        Problem::Refused {
            error: error.into(),
            site: Some(site),
        }
    }
    /// What is not known.
    pub fn unknown(reason: impl Into<String>, site: Site) -> Self {
        Problem::Unknown(Unknown {
            reason: reason.into(),
            site: Some(site),
            ..Default::default()
        })
    }
    /// In words.
    pub fn reason(&self) -> String {
        match self {
            Problem::Refused { error, .. } => format!("the client raises {error}"),
            Problem::Unknown(why) => why.reason.clone(),
        }
    }
    /// In words, with the place where that is not the line of `at`.
    pub(crate) fn told(&self, program: Program, at: Site) -> String {
        let site = match self {
            Problem::Refused { site, .. } => *site,
            Problem::Unknown(why) => why.site,
        };
        program.told(self.reason(), site, at)
    }
}

impl From<&Rc<Unknown>> for Problem {
    fn from(why: &Rc<Unknown>) -> Self {
        Problem::Unknown((**why).clone())
    }
}

/// `__name__`, which may have been set after the class was made. Where that cannot be followed, it is the first one.
pub fn name(class: &Class) -> String {
    known_name(class).unwrap_or_else(|_| class.name.to_string())
}

/// The same, where it is known.
pub(crate) fn known_name(class: &Class) -> Result<String, Problem> {
    let own = Ok(class.name.to_string());
    let Some(bound) = class.scope.bound("__name__") else {
        return own;
    };
    // What the body binds is not the name of the class.
    let mut created = class.created.iter();
    if let Some(before) = created.find(|attribute| attribute.name == "__name__")
        && bound.site == Some((before.statement, before.expression))
    {
        return own;
    }
    let site = bound.site.map_or(class.site, |(statement, _)| statement);
    match &bound.value {
        Value::Str(name) => Ok(name.to_string()),
        Value::Unknown(why) => Err(Problem::unknown(
            format!("`__name__` of it is set later: {}", why.reason),
            site,
        )),
        Value::Instance(_) | Value::External(_) => {
            Err(Problem::unknown("`__name__` of it is set later", site))
        }
        other => {
            let (of, kind) = (&class.name, other.type_name());
            let error = format!("TypeError: can only assign string to {of}.__name__, not '{kind}'");
            Err(Problem::refused(error, site))
        }
    }
}

/// `_avro_namespace`, which is inherited.
pub fn namespace<'a>(class: &Rc<Class<'a>>) -> Result<Option<String>, Problem> {
    match attribute(class, "_avro_namespace") {
        None | Some(Value::None) => Ok(None),
        Some(Value::Str(text)) => Ok(Some(text.to_string())),
        Some(Value::Unknown(why)) => Err((&why).into()),
        Some(Value::Instance(of)) if !field::is_field(&of.class) => {
            Err(Problem::unknown("`_avro_namespace` is not known", of.site))
        }
        Some(Value::External(path)) if is_foreign(&path) => {
            let why = format!("`_avro_namespace` is `{path}`, which is outside of the sources");
            Err(Problem::unknown(why, class.site))
        }
        Some(other) => {
            let kind = other.type_name();
            let error = format!("TypeError: unsupported operand type(s) for +: '{kind}' and 'str'");
            Err(Problem::refused(error, class.site))
        }
    }
}

/// Whether `_sorted_fields` counts as true.
pub fn sorted<'a>(class: &Rc<Class<'a>>) -> Result<bool, Problem> {
    match attribute(class, "_sorted_fields") {
        None => Ok(false),
        Some(value) => value.truth().ok_or_else(|| match &value {
            Value::Unknown(why) => why.into(),
            _ => Problem::unknown("`_sorted_fields` is not known", class.site),
        }),
    }
}

/// An attribute of a class as Python finds it. `None`: it is the client's own.
pub(crate) fn attribute<'a>(class: &Rc<Class<'a>>, name: &str) -> Option<Value<'a>> {
    for one in crate::interpret::linear_all(class) {
        match one {
            Value::Class(one) => {
                if let Some(value) = one.scope.get(name) {
                    return Some(value);
                }
            }
            Value::External(path) if &*path == "pulsar.schema.Record" => return None,
            _ => {}
        }
    }
    None
}

/// Fields by name, in order. `Err`: `_fields` was changed in a way that cannot be followed.
pub fn fields<'a>(class: &Rc<Class<'a>>) -> Result<Vec<(String, Value<'a>)>, Problem> {
    let entries = class.fields.borrow();
    let named = entries.iter().map(|(key, value)| match key {
        Value::Str(name) => Ok((name.to_string(), value.clone())),
        Value::Unknown(why) => Err(why.into()),
        _ => Err(Problem::unknown(
            "`_fields` has keys that are no names",
            class.site,
        )),
    });
    named.collect()
}

/// Whether the client can be asked for what it registers of a field. Defaults of bytes and of records, which it
/// cannot write, are told by the definition itself.
pub(crate) fn askable(field: &Field<'_>) -> Result<(), Problem> {
    if let Shape::Record(of) = &field.shape
        && let Some(error) = instance::breaks(field, of)?
    {
        return Err(Problem::refused(error, field.site));
    }
    let plain = matches!(field.shape, Shape::Plain(Plain::Bytes) | Shape::Record(_));
    if field.required_default && !plain {
        default::registered(field)?;
    }
    Ok(())
}

/// Whether a class is a Record that the client would register, or try to.
pub fn is_record(class: &Class) -> bool {
    class.kind == Kind::Record
}

/// Whether a class has the metaclass of Records and none of them as its base.
pub fn has_only_the_metaclass(class: &Class) -> bool {
    let metaclass = class.metaclass.as_ref().and_then(Value::external_path);
    class.kind == Kind::Plain && metaclass == Some("pulsar.schema.RecordMeta")
}
