//! What runs when a Record is made (its metaclass, `__init_subclass__`, decorators) into what that makes of it.
//!
//! Code of the files is followed like any other. What it cannot be followed in, and what hands the class out of the
//! files, leaves the class in doubt.

use std::rc::Rc;

use super::class::is_foreign;
use super::order::{consistent, linear};
use super::value::{Arguments, Class, Function, Kind, Site, Unknown, Value};
use super::{Frame, Interpreter};

const OWN_METACLASS: &str = "pulsar.schema.RecordMeta";
/// Methods by which a metaclass may make another class, or show another one than it made.
const MAKING: &[&str] = &[
    "__new__",
    "__prepare__",
    "__call__",
    "__getattribute__",
    "__setattr__",
    "__delattr__",
    "__subclasscheck__",
    "__instancecheck__",
    "mro",
    "_fields",
    "_get_fields",
    "_avro_namespace",
    "_sorted_fields",
    "__name__",
    "schema",
    "schema_info",
];

impl<'a> Interpreter<'a, '_> {
    /// What a decorator makes of a class.
    pub(super) fn decorated(
        &mut self,
        frame: &mut Frame<'a>,
        class: &Rc<Class<'a>>,
        value: Value<'a>,
        decorator: &Value<'a>,
        site: Site,
    ) -> Value<'a> {
        let path = decorator
            .external_path()
            .or_else(|| decorator.instance_of())
            .unwrap_or("");
        let harmless = matches!(
            path,
            "enum.unique"
                | "enum.verify"
                | "typing.final"
                | "typing.no_type_check"
                | "typing.runtime_checkable"
                | "typing_extensions.deprecated"
                | "typing_extensions.final"
                | "typing_extensions.runtime_checkable"
                | "warnings.deprecated"
                | "functools.total_ordering"
        );
        let data = matches!(path, "dataclasses.dataclass" | "dataclasses");
        if harmless || (data && class.kind != Kind::Record) {
            return value;
        }
        if is_of_files(decorator) {
            let mut arguments = Arguments::default();
            arguments.positional.push(value);
            return self.forming(class, |this| this.call(frame, decorator, &arguments, site));
        }
        // It replaces the constructor of a Record, and leaves the text that is registered for it.
        if data {
            return value;
        }
        let decorator = self.program.snippet(site);
        let decorator = decorator.trim_start_matches('@');
        let why = doubt(format!("it is decorated by `{decorator}`"), site);
        class.doubt.borrow_mut().get_or_insert(why.clone());
        Value::Unknown(Rc::new(why))
    }

    /// Runs `__init_subclass__` of the bases, and `__init__` of the metaclass.
    pub(super) fn hooks(&mut self, class: &Rc<Class<'a>>) {
        if class.doubt.borrow().is_some() {
            return;
        }
        let myself = Value::Class(Rc::clone(class));
        let order = linear(class);
        let hooks = defining(order.iter().skip(1), "__init_subclass__");
        if let Some((owner, hook)) = self.only(class, hooks, "__init_subclass__") {
            let arguments = Arguments {
                positional: vec![myself.clone()],
                ..Arguments::default()
            };
            self.hook(class, &owner, &hook, arguments);
        }
        let Some(Value::Class(meta)) = &class.metaclass else {
            return;
        };
        let hooks = defining(linear(meta).iter(), "__init__");
        if let Some((owner, hook)) = self.only(class, hooks, "__init__") {
            let names = class.created.iter();
            let names = names.map(|own| (Value::text(own.name.as_str()), own.value.clone()));
            let arguments = Arguments {
                positional: vec![
                    myself,
                    Value::text(class.name.as_str()),
                    Value::Tuple(class.bases.clone().into()),
                    Value::dict(names.collect()),
                ],
                ..Arguments::default()
            };
            self.hook(class, &owner, &hook, arguments);
        }
    }

    /// The hook that runs, with its class. Several call each other by `super()`, which is not followed.
    fn only(
        &mut self,
        class: &Rc<Class<'a>>,
        mut found: Vec<(Rc<Class<'a>>, Value<'a>)>,
        name: &str,
    ) -> Option<(Rc<Class<'a>>, Rc<Function<'a>>)> {
        let several = found.len() > 1;
        let (owner, value) = (!found.is_empty()).then(|| found.swap_remove(0))?;
        match value {
            Value::Function(function) if !several => Some((owner, function)),
            _ => {
                let why = format!("`{name}` of `{}` may change it", owner.name);
                let why = doubt(why, class.site);
                class.doubt.borrow_mut().get_or_insert(why);
                None
            }
        }
    }

    fn hook(
        &mut self,
        class: &Rc<Class<'a>>,
        owner: &Rc<Class<'a>>,
        hook: &Rc<Function<'a>>,
        arguments: Arguments<'a>,
    ) {
        let receiver = arguments.positional.first().cloned();
        let site = class.site;
        let result = self.forming(class, |this| {
            this.call_function(hook, arguments, receiver, site)
        });
        // It gives nothing: what else comes out is the reason why it could not be followed.
        if let Some(why) = result.why_unknown() {
            let why = format!(
                "`{}` of `{}` may change it: {}",
                hook.name, owner.name, why.reason
            );
            class.doubt.borrow_mut().get_or_insert(doubt(why, site));
        }
    }

    /// Does something to a class that is on its way.
    fn forming<T>(&mut self, class: &Rc<Class<'a>>, inner: impl FnOnce(&mut Self) -> T) -> T {
        if class.kind != Kind::Record {
            return inner(self);
        }
        let outer = self.formed.replace(Rc::clone(class));
        let result = inner(self);
        self.formed = outer;
        result
    }

    /// A class on its way that is handed to code outside of the files is in doubt.
    pub(super) fn handed_out(&mut self, arguments: &Arguments<'a>, site: Site) {
        let Some(class) = &self.formed else {
            return;
        };
        let given = arguments.values().any(|value| match value {
            Value::Class(other) => Rc::ptr_eq(other, class),
            Value::Dict(entries) => Rc::ptr_eq(entries, &class.fields),
            _ => false,
        });
        if given {
            let call = self.program.snippet(site);
            let why = doubt(format!("`{call}` may change it"), site);
            class.doubt.borrow_mut().get_or_insert(why);
        }
    }
}

/// Whether a call of it runs code of the files.
fn is_of_files(callee: &Value) -> bool {
    match callee {
        Value::Function(_) => true,
        Value::Method(method) => method.function.is_some(),
        Value::Instance(of) => match &of.class {
            Value::External(path) => &**path == "functools.partial",
            Value::Class(class) => super::class::find(class, "__call__").is_some(),
            _ => false,
        },
        _ => false,
    }
}

/// The classes that define a name themselves, and what it is there.
fn defining<'c, 'a: 'c>(
    classes: impl Iterator<Item = &'c Rc<Class<'a>>>,
    name: &str,
) -> Vec<(Rc<Class<'a>>, Value<'a>)> {
    let of = |class: &Rc<Class<'a>>| Some((Rc::clone(class), class.scope.get(name)?));
    classes.filter_map(of).collect()
}

fn doubt(reason: String, site: Site) -> Unknown {
    Unknown::new(reason, site)
}

/// The metaclass of a Record's bases, where it is not the client's.
pub(super) fn inherited<'a>(bases: &[Value<'a>]) -> Option<Value<'a>> {
    bases.iter().find_map(|base| match base {
        Value::Class(class) if class.kind == Kind::Record => class.metaclass.clone(),
        _ => None,
    })
}

/// Why a metaclass may make another class than the client's does.
fn strange_metaclass<'a>(metaclass: &Value<'a>, bases: &[Value<'a>]) -> Option<String> {
    let own = || Some("it has a metaclass of its own".to_owned());
    let Value::Class(meta) = metaclass else {
        return match metaclass.external_path() {
            Some(OWN_METACLASS) => None,
            _ => own(),
        };
    };
    let order = linear(meta);
    let outside = order.iter().flat_map(|one| &one.bases);
    let mut of_client = false;
    for base in outside.filter(|base| !matches!(base, Value::Class(_))) {
        match base.external_path() {
            Some(OWN_METACLASS) => of_client = true,
            Some("abc.ABCMeta" | "builtins.type" | "builtins.object") => {}
            _ => return own(),
        }
    }
    let making = MAKING
        .iter()
        .find(|name| order.iter().any(|one| one.scope.get(name).is_some()));
    if let Some(name) = making {
        return Some(format!(
            "it has a metaclass of its own, and `{name}` of `{}` may change it",
            meta.name
        ));
    }
    let other = bases.iter().any(|base| match base {
        Value::Class(class) if class.kind == Kind::Record => match &class.metaclass {
            Some(Value::Class(of)) => !order.iter().any(|one| Rc::ptr_eq(one, of)),
            _ => false,
        },
        _ => false,
    });
    match of_client && !other && meta.doubt.borrow().is_none() {
        true => None,
        false => own(),
    }
}

/// Why a Record is not the plain thing that it looks like.
pub(super) fn strange<'a>(
    name: &str,
    bases: &[Value<'a>],
    metaclass: Option<&Value<'a>>,
    site: Site,
) -> Option<Unknown> {
    let why = |reason: String| Some(doubt(reason, site));
    let differ = || {
        why(format!(
            "Python refuses `{name}`: the metaclasses of its bases differ"
        ))
    };
    if let Some(reason) = metaclass.and_then(|meta| strange_metaclass(meta, bases)) {
        return why(reason);
    }
    if !consistent(bases) {
        return why(format!(
            "Python refuses `{name}`: its bases have no consistent order"
        ));
    }
    let abstract_too = match metaclass {
        Some(Value::Class(meta)) => {
            let order = linear(meta);
            let mut all = order.iter().flat_map(|one| &one.bases);
            all.any(|base| base.external_path() == Some("abc.ABCMeta"))
        }
        _ => false,
    };
    for base in bases {
        match base {
            Value::Unknown(unknown) => {
                return why(format!("one of its bases is not known: {}", unknown.reason));
            }
            Value::External(path) if is_foreign(path) => {
                return why(format!("its base `{path}` is outside of the sources"));
            }
            Value::External(path) if path.starts_with("enum.") => return differ(),
            Value::External(path) if is_abstract(path) && !abstract_too => return differ(),
            Value::Class(class) if class.kind == Kind::Enum => return differ(),
            Value::Class(class) if class.kind == Kind::Open => {
                return why(format!("nothing is known of the bases of `{}`", class.name));
            }
            Value::Class(class) if class.kind == Kind::Record => {
                if let Some(doubt) = &*class.doubt.borrow() {
                    return why(format!("of its base `{}`: {}", class.name, doubt.reason));
                }
            }
            Value::Class(class) => {
                let order = linear(class);
                let outside = order.iter().flat_map(|one| &one.bases);
                let mut outside = outside.filter_map(Value::external_path);
                if outside.any(is_abstract) && !abstract_too {
                    return differ();
                }
            }
            _ => {}
        }
    }
    None
}

/// Whether a class of Python has the metaclass of abstract classes.
fn is_abstract(path: &str) -> bool {
    path == "abc.ABC" || path == "typing.Protocol" || path.starts_with("collections.abc.")
}
