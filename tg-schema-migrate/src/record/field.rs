//! Field objects: `String(default="x")`, `Array(In())`, into what they say.

use std::rc::Rc;

use super::instance::{self, Instance};
use super::{Problem, default};
use crate::interpret::{Arguments, Class, Kind, Site, Value, linear};

pub(crate) use crate::interpret::is_field_class;

/// A field, as its constructor leaves it.
#[derive(Clone)]
pub struct Field<'a> {
    /// What it holds.
    pub shape: Shape<'a>,
    /// `required`, as it counts.
    pub required: bool,
    /// `required_default`, as it counts.
    pub required_default: bool,
    /// The default, where one is given that is not None. Its own unknown parts may be unknown.
    pub default: Option<Value<'a>>,
    /// Where it is made.
    pub site: Site,
}

/// What a field holds.
#[derive(Clone)]
pub enum Shape<'a> {
    /// One of the client's plain types.
    Plain(Plain),
    /// `CustomEnum(E)`, or an enum as a class.
    Enum(Rc<Class<'a>>),
    /// `Array(x)`.
    Array(Box<Item<'a>>),
    /// `Map(x)`.
    Map(Box<Item<'a>>),
    /// A record.
    Record(Box<Instance<'a>>),
}

/// What stands inside `Array` and `Map`.
#[derive(Clone)]
pub enum Item<'a> {
    /// A field or a record.
    Field(Field<'a>),
    /// Something that the constructor accepts and that fails when the schema is asked for.
    Late(String),
}

impl<'a> Item<'a> {
    /// The field, where it is one.
    pub fn field(&self) -> Option<&Field<'a>> {
        match self {
            Item::Field(field) => Some(field),
            Item::Late(_) => None,
        }
    }
}

/// Types without parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Plain {
    Null,
    Boolean,
    Integer,
    Long,
    Float,
    Double,
    Bytes,
    String,
}

impl Plain {
    fn of(name: &str) -> Option<Plain> {
        Some(match name {
            "Null" => Plain::Null,
            "Boolean" => Plain::Boolean,
            "Integer" => Plain::Integer,
            "Long" => Plain::Long,
            "Float" => Plain::Float,
            "Double" => Plain::Double,
            "Bytes" => Plain::Bytes,
            "String" => Plain::String,
            _ => return None,
        })
    }
    /// Its name in a schema.
    pub fn word(self) -> &'static str {
        match self {
            Plain::Null => "null",
            Plain::Boolean => "boolean",
            Plain::Integer => "int",
            Plain::Long => "long",
            Plain::Float => "float",
            Plain::Double => "double",
            Plain::Bytes => "bytes",
            Plain::String => "string",
        }
    }
}

/// Methods of a field; a class that defines one anew is a type of its own.
const METHODS: [&str; 9] = [
    "type",
    "python_type",
    "schema",
    "schema_info",
    "default",
    "required_default",
    "validate_type",
    "__new__",
    "__getattribute__",
];

/// Whether instances of a class are fields or records.
pub(super) fn is_field(class: &Value) -> bool {
    match class {
        Value::External(path) => is_field_class(path),
        Value::Class(class) => class.kind == Kind::Record,
        _ => false,
    }
}

/// The field that a value in `_fields` is.
pub fn field<'a>(value: &Value<'a>, depth: usize) -> Result<Field<'a>, Problem> {
    if depth > 64 {
        return Err(Problem::unknown("it nests too deep", Site::default()));
    }
    let of = match value {
        Value::Instance(of) => of,
        Value::Unknown(why) => return Err(why.into()),
        _ => return Err(Problem::unknown("it is no field", Site::default())),
    };
    let name = match &of.class {
        Value::External(path) if is_field_class(path) => {
            path.rsplit('.').next().unwrap_or("").to_owned()
        }
        Value::Class(class) if class.kind == Kind::Record => {
            let made = instance::field(class, &of.arguments, of.site, depth)?;
            return changed(made, of);
        }
        Value::Class(class) => derived(class, of.site)?,
        _ => return Err(Problem::unknown("it is no field", of.site)),
    };
    changed(construct(&name, &of.arguments, of.site, depth)?, of)
}

/// What was set on a field after it was made.
fn changed<'a>(
    mut field: Field<'a>,
    of: &crate::interpret::Instance<'a>,
) -> Result<Field<'a>, Problem> {
    let is_record = matches!(field.shape, Shape::Record(_));
    for (name, bound) in of.scope.all() {
        let counts = || match bound.value.truth() {
            Some(truth) => Ok(truth),
            None => Err(Problem::unknown(
                format!("its attribute `{name}` is set later"),
                of.site,
            )),
        };
        match name.as_str() {
            "_required" => field.required = counts()?,
            "_required_default" => field.required_default = counts()?,
            "_default" => {
                field.default = Some(bound.value.clone()).filter(|v| !matches!(v, Value::None))
            }
            // A value of the record that stands for the field.
            name if is_record && name != "__dict__" => {}
            _ => {
                return Err(Problem::unknown(
                    format!("its attribute `{name}` is set later"),
                    of.site,
                ));
            }
        }
    }
    Ok(field)
}

/// The client's class that a class of fields comes from, where it changes nothing.
fn derived<'a>(class: &Rc<Class<'a>>, site: Site) -> Result<String, Problem> {
    let order = linear(class);
    for one in &order {
        let own = METHODS.iter().find(|name| one.scope.get(name).is_some());
        if let Some(method) = own {
            return Err(Problem::unknown(
                format!("`{}` defines `{method}` itself", one.name),
                site,
            ));
        }
        if let Some(init) = one.scope.get("__init__")
            && !instance::hands_on(&init)
        {
            return Err(Problem::unknown(
                format!("`{}` has a constructor of its own", one.name),
                site,
            ));
        }
    }
    let mut bases = order
        .iter()
        .flat_map(|one| one.bases.iter())
        .filter_map(Value::external_path);
    let base = bases.find(|path| is_field_class(path));
    let base =
        base.ok_or_else(|| Problem::unknown(format!("`{}` is no field", class.name), site))?;
    Ok(base.rsplit('.').next().unwrap_or(base).to_owned())
}

fn construct<'a>(
    name: &str,
    arguments: &Arguments<'a>,
    site: Site,
    depth: usize,
) -> Result<Field<'a>, Problem> {
    if let Some(why) = &arguments.open {
        return Err(why.into());
    }
    let first = match name {
        "Array" => Some("array_type"),
        "Map" => Some("value_type"),
        "CustomEnum" => Some("enum_type"),
        _ => None,
    };
    let parameters: Vec<&str> = first
        .into_iter()
        .chain(["default", "required", "required_default"])
        .collect();
    let given = bind(name, &parameters, arguments, site)?;
    let mut given = given.into_iter();
    let shape = match first {
        None => match Plain::of(name) {
            Some(plain) => Shape::Plain(plain),
            None => {
                return Err(Problem::unknown(
                    format!("`{name}` has no type of its own"),
                    site,
                ));
            }
        },
        Some(parameter) => {
            let inner = given.next().flatten();
            let Some(inner) = inner else {
                return Err(Problem::refused(
                    format!(
                        "TypeError: {name}.__init__() missing 1 required positional argument: '{parameter}'"
                    ),
                    site,
                ));
            };
            shape(name, &inner, site, depth)?
        }
    };
    let (default, required, required_default) = (
        given.next().flatten(),
        given.next().flatten(),
        given.next().flatten(),
    );
    let counts = |value: Option<Value<'a>>, what: &str| match value {
        None => Ok(false),
        Some(value) => value.truth().ok_or_else(|| match &value {
            Value::Unknown(why) => Problem::from(why),
            _ => Problem::unknown(format!("`{what}` is not known"), site),
        }),
    };
    let field = Field {
        default: match default {
            None | Some(Value::None) => None,
            Some(value) => Some(default::validated(&shape, value, site)?),
        },
        shape,
        required: counts(required, "required")?,
        required_default: counts(required_default, "required_default")?,
        site,
    };
    Ok(field)
}

/// Arguments by parameter, as Python binds them.
fn bind<'a>(
    function: &str,
    parameters: &[&str],
    arguments: &Arguments<'a>,
    site: Site,
) -> Result<Vec<Option<Value<'a>>>, Problem> {
    let count = arguments.positional.len();
    if count > parameters.len() {
        let (most, given) = (parameters.len() + 1, count + 1);
        let error = format!(
            "TypeError: {function}.__init__() takes from 1 to {most} positional arguments but {given} were given"
        );
        return Err(Problem::refused(error, site));
    }
    let mut given: Vec<Option<Value<'a>>> =
        arguments.positional.iter().cloned().map(Some).collect();
    given.resize(parameters.len(), None);
    for (name, value) in &arguments.keywords {
        let Some(at) = parameters.iter().position(|parameter| parameter == name) else {
            let error = format!(
                "TypeError: {function}.__init__() got an unexpected keyword argument '{name}'"
            );
            return Err(Problem::refused(error, site));
        };
        if given[at].is_some() {
            let error = format!(
                "TypeError: {function}.__init__() got multiple values for argument '{name}'"
            );
            return Err(Problem::refused(error, site));
        }
        given[at] = Some(value.clone());
    }
    Ok(given)
}

fn shape<'a>(
    name: &str,
    inner: &Value<'a>,
    site: Site,
    depth: usize,
) -> Result<Shape<'a>, Problem> {
    if let Value::Unknown(why) = inner {
        return Err(why.into());
    }
    if name == "CustomEnum" {
        return match inner {
            Value::Class(class) if class.kind == Kind::Enum => {
                enum_values(class, site)?;
                Ok(Shape::Enum(Rc::clone(class)))
            }
            Value::Class(class) if class.kind != Kind::Open => Err(Problem::refused(
                format!("Exception: {} is not a valid Enum type", class.name),
                site,
            )),
            Value::External(path)
                if path.starts_with("builtins.") || path.starts_with("pulsar.") =>
            {
                let name = path.rsplit('.').next().unwrap_or(path);
                Err(Problem::refused(
                    format!("Exception: {name} is not a valid Enum type"),
                    site,
                ))
            }
            Value::External(path) => Err(Problem::unknown(
                format!("`{path}` is outside of the sources"),
                site,
            )),
            Value::Class(_) | Value::Instance(_) => {
                Err(Problem::unknown("what is listed is not known", site))
            }
            _ => Err(Problem::refused(
                "TypeError: issubclass() arg 1 must be a class",
                site,
            )),
        };
    }
    let item = Box::new(item(inner, site, depth)?);
    Ok(if name == "Array" {
        Shape::Array(item)
    } else {
        Shape::Map(item)
    })
}

/// What `CustomEnum` checks of the values: they are keys of a dictionary.
fn enum_values(class: &Rc<Class>, site: Site) -> Result<(), Problem> {
    for member in class.members.borrow().iter() {
        if matches!(
            member.value,
            Value::List(_) | Value::Dict(_) | Value::Set(_)
        ) {
            let kind = member.value.type_name();
            return Err(Problem::refused(
                format!("TypeError: unhashable type: '{kind}'"),
                site,
            ));
        }
    }
    Ok(())
}

/// What the constructors of `Array` and `Map` take.
fn item<'a>(inner: &Value<'a>, site: Site, depth: usize) -> Result<Item<'a>, Problem> {
    let no_field = |name: &str| {
        Problem::refused(
            format!("Exception: Argument {name} is not a Record or a Field"),
            site,
        )
    };
    let late = |name: &str, what: &str| {
        Item::Late(format!("AttributeError: {name} has no attribute '{what}'"))
    };
    match inner {
        Value::Instance(of) => match &of.class {
            Value::External(path) if !is_field_class(path) => Err(Problem::unknown(
                format!("`{path}` is outside of the sources"),
                site,
            )),
            _ => field(inner, depth + 1).map(Item::Field),
        },
        Value::Class(class) => match class.kind {
            Kind::Record => Ok(Item::Late(
                "TypeError: Record.type() missing 1 required positional argument: 'self'"
                    .to_owned(),
            )),
            Kind::Enum => Ok(late(&format!("type object '{}'", class.name), "type")),
            Kind::Open => Err(Problem::unknown(
                format!("nothing is known of the bases of `{}`", class.name),
                site,
            )),
            Kind::Plain => Err(no_field(&class.name)),
        },
        Value::External(path) => match &**path {
            "pulsar.schema.Record" => Ok(Item::Late(
                "TypeError: Record.type() missing 1 required positional argument: 'self'"
                    .to_owned(),
            )),
            path if path.starts_with("pulsar.schema.") || path.starts_with("builtins.") => {
                Err(no_field(path.rsplit('.').next().unwrap_or(path)))
            }
            path => Err(Problem::unknown(
                format!("`{path}` is outside of the sources"),
                site,
            )),
        },
        Value::Function(_) | Value::Method(_) | Value::Module(_) => {
            Ok(late(&format!("'{}' object", inner.type_name()), "type"))
        }
        other => Ok(late(&format!("'{}' object", other.type_name()), "type")),
    }
}
