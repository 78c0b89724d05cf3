//! Records as fields: `In`, `In()`, `In(required=True)`, `In(x=3)`.

use std::rc::Rc;

use ruff_python_ast::{Expr, Stmt};

use super::field::{Field, Shape, field as field_of};
use super::{Problem, attribute, fields, name};
use crate::interpret::{Arguments, Class, Code, Kind, Site, Value, linear};

/// An instance of a record that stands for a field.
#[derive(Clone)]
pub struct Instance<'a> {
    /// Its class.
    pub class: Rc<Class<'a>>,
    /// Names of its fields that the declaration gives a value, which every unset one then has: `In(x=3)`.
    pub given: Vec<String>,
}

/// What the constructor takes for itself.
const PARAMETERS: [&str; 3] = ["default", "required_default", "required"];

/// What the constructor of Record makes of its arguments.
pub(super) fn field<'a>(
    class: &Rc<Class<'a>>,
    arguments: &Arguments<'a>,
    site: Site,
    depth: usize,
) -> Result<Field<'a>, Problem> {
    sane(class, site)?;
    if let Some(why) = &arguments.open {
        return Err(why.into());
    }
    let mut given: [Option<Value<'a>>; 3] = [const { None }; 3];
    for (slot, value) in given.iter_mut().zip(&arguments.positional) {
        *slot = Some(value.clone());
    }
    let mut values = Vec::new();
    for (name, value) in &arguments.keywords {
        match PARAMETERS.iter().position(|parameter| parameter == name) {
            Some(at) if given[at].is_some() => {
                let of = &class.name;
                let error =
                    format!("TypeError: {of}.__init__() got multiple values for argument '{name}'");
                return Err(Problem::refused(error, site));
            }
            Some(at) => given[at] = Some(value.clone()),
            None => values.push((name.to_string(), value.clone())),
        }
    }
    let [mut default, mut required_default, mut required] = given;
    let mut held = Vec::new();
    for (name, field) in fields(class)? {
        let set = values
            .iter()
            .find(|(own, _)| *own == name)
            .map(|(_, value)| value);
        let slot = match name.as_str() {
            "_default" => &mut default,
            "_required_default" => &mut required_default,
            "_required" => &mut required,
            "validate_type" if set.is_some() => {
                return Err(Problem::unknown("its field `validate_type` is set", site));
            }
            _ => {
                if let Some(value) = set {
                    let field = field_of(&field, depth + 1)?;
                    settable(&field, value, site)?;
                    if !is_same(value, &unset(&field)) {
                        held.push(name);
                    }
                }
                continue;
            }
        };
        // Attributes of such names are the record's own settings.
        *slot = Some(match set {
            Some(value) => value.clone(),
            None => unset(&field_of(&field, depth + 1)?),
        });
    }
    if let Some(value) = &default {
        super::default::bearable(value, site)?;
    }
    let counts = |value: &Option<Value<'a>>| match value {
        None => Ok(false),
        Some(value) => value.truth().ok_or_else(|| match value {
            Value::Unknown(why) => why.into(),
            _ => Problem::unknown("it is not known whether it is required", site),
        }),
    };
    Ok(Field {
        required: counts(&required)?,
        required_default: counts(&required_default)?,
        default: default.filter(|value| !matches!(value, Value::None)),
        shape: Shape::Record(Box::new(Instance {
            class: Rc::clone(class),
            given: held,
        })),
        site,
    })
}

/// What a record that was made of `arguments` holds for a field. `None`: it has no such field.
pub(crate) fn held<'a>(
    class: &Rc<Class<'a>>,
    arguments: &Arguments<'a>,
    name: &str,
    site: Site,
) -> Option<Result<Value<'a>, Problem>> {
    let of = match fields(class) {
        Ok(fields) => fields.into_iter().find(|(own, _)| own == name)?.1,
        Err(problem) => return Some(Err(problem)),
    };
    let value = || {
        // Whether there is such a record at all.
        field(class, arguments, site, 0)?;
        let declared = field_of(&of, 0)?;
        let given = arguments
            .keyword(name)
            .filter(|_| !PARAMETERS.contains(&name));
        match (given, &declared.shape) {
            (None, Shape::Record(_)) => Ok(of.clone()),
            (None, _) => Ok(unset(&declared)),
            (Some(Value::None), _) => Ok(Value::None),
            (Some(Value::Dict(_)), Shape::Record(_) | Shape::Map(_))
            | (Some(Value::List(_)), Shape::Array(_)) => Err(Problem::unknown(
                format!("`{name}` may be turned into records"),
                site,
            )),
            (Some(value), Shape::Record(_)) => Ok(value.clone()),
            (Some(value), shape) => super::default::validated(shape, value.clone(), site),
        }
    };
    Some(value())
}

/// The value of an attribute that nobody has set.
fn unset<'a>(field: &Field<'a>) -> Value<'a> {
    match (&field.shape, &field.default) {
        (_, Some(value)) => value.clone(),
        (Shape::Plain(super::Plain::Boolean), None) => Value::Bool(false),
        (Shape::Record(_), None) => Value::Ellipsis,
        (_, None) => Value::None,
    }
}

/// Whether a value is surely the one that nobody has to set.
fn is_same(value: &Value, unset: &Value) -> bool {
    match (value, unset) {
        (Value::None, Value::None) => true,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Int(a), Value::Int(b)) => a == b,
        (Value::Str(a), Value::Str(b)) => a == b,
        _ => false,
    }
}

/// Whether a value that the constructor is given can be one at all.
fn settable<'a>(field: &Field<'a>, value: &Value<'a>, site: Site) -> Result<(), Problem> {
    match (&field.shape, value) {
        (_, Value::None) | (Shape::Record(_), _) => Ok(()),
        // Dictionaries for records inside are turned into those.
        (Shape::Array(_), Value::List(_)) | (Shape::Map(_), Value::Dict(_)) => Ok(()),
        (shape, value) => super::default::validated(shape, value.clone(), site).map(|_| ()),
    }
}

/// Whether the class can have instances, and whether those behave as the client's own.
fn sane<'a>(class: &Rc<Class<'a>>, site: Site) -> Result<(), Problem> {
    if let Some(doubt) = &*class.doubt.borrow() {
        return Err(Problem::Unknown(doubt.clone()));
    }
    if class.name == "Record" && class.fields.borrow().is_empty() {
        let error = "AttributeError: 'Record' object has no attribute '_fields'";
        return Err(Problem::refused(error, site));
    }
    if let Some(def) = class.def
        && def
            .decorator_list
            .iter()
            .any(|d| is_dataclass(&d.expression))
    {
        return Err(Problem::unknown(
            format!("`dataclass` replaces the constructor of `{}`", class.name),
            site,
        ));
    }
    for one in linear(class) {
        if let Some(init) = one.scope.get("__init__")
            && !hands_on(&init)
        {
            return Err(Problem::unknown(
                format!("`{}` has a constructor of its own", one.name),
                site,
            ));
        }
        for method in [
            "__new__",
            "__setattr__",
            "__getattribute__",
            "default",
            "required_default",
        ] {
            if let Some(Value::Function(_) | Value::Unknown(_)) = one.scope.get(method) {
                return Err(Problem::unknown(
                    format!("`{}` defines `{method}` itself", one.name),
                    site,
                ));
            }
        }
    }
    // A sub-record checks itself when it is set, by a method that a field may hide.
    for (_, value) in fields(class)? {
        if let Value::Instance(of) = &value
            && let Value::Class(inner) = &of.class
            && inner.kind == Kind::Record
            && fields(inner)?
                .iter()
                .any(|(name, _)| name == "validate_type")
        {
            let error = "TypeError: 'NoneType' object is not callable";
            return Err(Problem::refused(error, site));
        }
    }
    Ok(())
}

fn is_dataclass(decorator: &Expr) -> bool {
    let name = match decorator {
        Expr::Call(call) => &*call.func,
        other => other,
    };
    match name {
        Expr::Name(name) => name.id == "dataclass",
        Expr::Attribute(of) => of.attr.as_str() == "dataclass",
        _ => false,
    }
}

/// Whether a constructor only hands its arguments on to the next one.
pub(super) fn hands_on(init: &Value) -> bool {
    let Value::Function(function) = init else {
        return false;
    };
    let Code::Def(def) = function.code else {
        return false;
    };
    let calls = |statement: &Stmt| match statement {
        Stmt::Pass(_) => true,
        Stmt::Expr(e) => match &*e.value {
            Expr::StringLiteral(_) => true,
            Expr::Call(call) => match &*call.func {
                Expr::Attribute(of) if of.attr.as_str() == "__init__" => {
                    let spread = |e: &Expr| e.is_starred_expr() || e.is_name_expr();
                    call.arguments.args.iter().all(spread)
                        && call.arguments.keywords.iter().all(|k| k.arg.is_none())
                }
                _ => false,
            },
            _ => false,
        },
        _ => false,
    };
    let variadic = def.parameters.kwarg.is_some() && def.parameters.kwonlyargs.is_empty();
    let only_self = def.parameters.args.len() + def.parameters.posonlyargs.len() == 1;
    let handed = def
        .body
        .iter()
        .any(|s| matches!(s, Stmt::Expr(e) if e.value.is_call_expr()));
    variadic && only_self && handed && def.body.iter().all(calls)
}

/// Why a record that stands for a field breaks the schema around it.
pub(super) fn breaks<'a>(field: &Field<'a>, of: &Instance<'a>) -> Result<Option<String>, Problem> {
    let names = fields(&of.class)?;
    for (method, called) in [
        ("schema_info", true),
        ("required_default", true),
        ("default", field.required_default),
    ] {
        let own = names.iter().find(|(own, _)| own == method);
        let value = match own.filter(|_| called) {
            Some((_, value)) => unset(&field_of(value, 0)?),
            // A field of a base is seen as the field itself.
            None => match attribute(&of.class, method).filter(|_| called && own.is_none()) {
                Some(value @ Value::Instance(_)) => value,
                _ => continue,
            },
        };
        let kind = match &value {
            Value::Ellipsis => "record",
            other => other.type_name(),
        };
        return Ok(Some(format!("TypeError: '{kind}' object is not callable")));
    }
    Ok(None)
}

/// Why a class cannot be asked for its schema.
pub(super) fn unaskable<'a>(class: &Rc<Class<'a>>) -> Result<Option<String>, Problem> {
    for method in ["schema", "schema_info"] {
        match attribute(class, method) {
            None => {}
            Some(Value::Function(_) | Value::Method(_) | Value::Unknown(_)) => {
                let reason = format!("`{}` defines `{method}` itself", name(class));
                return Err(Problem::unknown(reason, class.site));
            }
            Some(value) => {
                let kind = value.type_name().to_owned();
                return Ok(Some(format!("TypeError: '{kind}' object is not callable")));
            }
        }
    }
    Ok(None)
}
