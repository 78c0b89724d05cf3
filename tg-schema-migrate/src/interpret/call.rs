//! Calls: classes into instances, functions into what they return.

use std::rc::Rc;

use ruff_python_ast::name::Name;

use super::value::{Arguments, Class, Instance, Kind, Site, Value};
use super::{Frame, Interpreter, class};

impl<'a> Interpreter<'a, '_> {
    pub(super) fn instance(
        &mut self,
        class: Value<'a>,
        arguments: &Arguments<'a>,
        site: Site,
    ) -> Value<'a> {
        if let Value::External(path) = &class
            && matches!(path.rsplit('.').next(), Some("JsonSchema" | "AvroSchema"))
            && let Some(Value::Class(of)) = arguments.get(0, "record_cls")
        {
            of.in_schema.set(true);
        }
        Value::Instance(Rc::new(Instance {
            class,
            arguments: arguments.clone(),
            site,
            scope: Rc::default(),
        }))
    }

    /// What a call gives.
    pub(super) fn call(
        &mut self,
        frame: &mut Frame<'a>,
        callee: &Value<'a>,
        arguments: &Arguments<'a>,
        site: Site,
    ) -> Value<'a> {
        if let Some(Value::Instance(schema)) = arguments.keyword("schema")
            && let Some(Value::Class(of)) = schema.arguments.positional.first()
        {
            of.in_schema.set(true);
        }
        match callee {
            Value::Unknown(why) => {
                self.risk += 1;
                self.hands_out(None, arguments, site);
                Value::Unknown(Rc::clone(why))
            }
            Value::External(path) => {
                if path.ends_with(".__subclasses__") {
                    return self.every_class(site);
                }
                if let Some(value) = self.builtin(frame, path, arguments, site) {
                    return value;
                }
                if !path.starts_with("pulsar.") {
                    self.hands_out(Some(path), arguments, site);
                }
                if path.starts_with("builtins.")
                    && !path.ends_with("Error")
                    && !path.ends_with("Exception")
                {
                    self.risk += 1;
                    let name = path.trim_start_matches("builtins.");
                    if name != "object" {
                        return self.unknown(format!("the call of `{name}` is not followed"), site);
                    }
                }
                if matches!(
                    &**path,
                    "enum.Enum" | "enum.IntEnum" | "enum.StrEnum" | "enum.Flag" | "enum.IntFlag"
                ) && arguments.positional.len() >= 2
                {
                    return self.enum_call(frame, callee, arguments, site);
                }
                if !path.starts_with("pulsar.schema.") {
                    self.risk += 1;
                }
                let given = super::builtin::given_by(path).unwrap_or(path);
                self.instance(Value::external(given), arguments, site)
            }
            Value::Class(of) => self.construct(frame, of, arguments, site),
            Value::Function(function) => {
                let function = Rc::clone(function);
                self.call_function(&function, arguments.clone(), None, site)
            }
            Value::Method(method) => match &method.function {
                Some(function) => {
                    let mut all = arguments.clone();
                    all.positional.insert(0, method.receiver.clone());
                    let (function, receiver) = (Rc::clone(function), method.receiver.clone());
                    self.call_function(&function, all, Some(receiver), site)
                }
                None => {
                    if self.names_written(frame, &method.receiver, &method.name, arguments, site) {
                        return Value::None;
                    }
                    if let ("__setattr__" | "__delattr__", [name, ..]) =
                        (method.name.as_str(), arguments.positional.as_slice())
                    {
                        return self.set_by_method(frame, &method.receiver, name, arguments, site);
                    }
                    self.outer_method(callee, &method.receiver, &method.name, arguments, site)
                }
            },
            Value::Instance(of) => match &of.class {
                Value::External(path)
                    if matches!(&**path, "functools.partial" | "functools.partialmethod") =>
                {
                    let Some((inner, bound)) = of.arguments.positional.split_first() else {
                        return self.unknown("a partial call of nothing", site);
                    };
                    let mut all = Arguments {
                        positional: bound.to_vec(),
                        keywords: of.arguments.keywords.clone(),
                        open: of.arguments.open.clone().or_else(|| arguments.open.clone()),
                    };
                    all.positional.extend(arguments.positional.iter().cloned());
                    for (name, value) in &arguments.keywords {
                        all.keywords.retain(|(own, _)| own != name);
                        all.keywords.push((name.clone(), value.clone()));
                    }
                    let inner = inner.clone();
                    self.deeper(Value::unknown("it nests too deep", Some(site)), |this| {
                        this.call(frame, &inner, &all, site)
                    })
                }
                Value::Class(class) => match class::find(class, "__call__") {
                    Some(Value::Function(function)) => {
                        let mut all = arguments.clone();
                        all.positional.insert(0, callee.clone());
                        self.call_function(&function, all, Some(callee.clone()), site)
                    }
                    _ => self.lost_call(arguments, site),
                },
                Value::External(path) => {
                    self.risk += 1;
                    self.hands_out(Some(path), arguments, site);
                    self.unknown("what is called is not known", site)
                }
                _ => self.lost_call(arguments, site),
            },
            Value::Member(_) | Value::Module(_) => self.lost_call(arguments, site),
            _ => {
                self.risk += 1;
                self.unknown(format!("a {} is called", callee.type_name()), site)
            }
        }
    }

    fn lost_call(&mut self, arguments: &Arguments<'a>, site: Site) -> Value<'a> {
        self.risk += 1;
        self.hands_out(None, arguments, site);
        self.unknown("what is called is not known", site)
    }

    /// `object.__setattr__(name, value)`, `object.__delattr__(name)`.
    fn set_by_method(
        &mut self,
        frame: &mut Frame<'a>,
        receiver: &Value<'a>,
        name: &Value<'a>,
        arguments: &Arguments<'a>,
        site: Site,
    ) -> Value<'a> {
        let mut all = vec![receiver.clone(), name.clone()];
        all.extend(arguments.positional.iter().skip(1).cloned());
        let function = match all.len() {
            3 => "builtins.setattr",
            _ => "builtins.delattr",
        };
        let arguments = Arguments {
            positional: all,
            ..Arguments::default()
        };
        let done = self.builtin(frame, function, &arguments, site);
        done.unwrap_or(Value::None)
    }

    /// `locals().update(…)` in the body of a class.
    fn names_written(
        &mut self,
        frame: &mut Frame<'a>,
        receiver: &Value<'a>,
        name: &Name,
        arguments: &Arguments<'a>,
        site: Site,
    ) -> bool {
        if receiver.instance_of() != Some("builtins.locals")
            || name != "update"
            || arguments.open.is_some()
        {
            return false;
        }
        let mut all = Vec::new();
        for given in &arguments.positional {
            match given {
                Value::Dict(entries) => all.extend(entries.borrow().iter().cloned()),
                _ => return false,
            }
        }
        let named = arguments.keywords.iter();
        all.extend(named.map(|(name, value)| (Value::text(name.as_str()), value.clone())));
        if all.iter().any(|(key, _)| key.as_str().is_none()) {
            return false;
        }
        frame.indirect.1 += 1;
        for (key, value) in all {
            let name = Name::new(key.as_str().unwrap_or_default());
            self.bind_name(frame, name, value, site, site);
        }
        true
    }

    fn outer_method(
        &mut self,
        callee: &Value<'a>,
        receiver: &Value<'a>,
        name: &Name,
        arguments: &Arguments<'a>,
        site: Site,
    ) -> Value<'a> {
        if arguments.open.is_none()
            && let Some(value) = self.own_method(receiver, name, arguments, site)
        {
            return value;
        }
        self.risk += 1;
        let outside = callee.dotted();
        if !outside
            .as_deref()
            .is_some_and(|path| path.starts_with("pulsar."))
        {
            self.hands_out(outside.as_deref(), arguments, site);
        }
        if name.starts_with("__") {
            self.lose_receiver(receiver, site);
        }
        match outside {
            Some(path) if matches!(receiver, Value::Instance(_) | Value::Class(_)) => {
                let given = super::builtin::given_by(&path).map_or(path.as_str(), |given| given);
                self.instance(Value::external(given), arguments, site)
            }
            _ => {
                let known = arguments
                    .values()
                    .find_map(Value::why_unknown)
                    .map(Rc::clone);
                match known {
                    Some(why) => Value::Unknown(why),
                    None => self.unknown(format!("the method `{name}` is not followed"), site),
                }
            }
        }
    }

    fn construct(
        &mut self,
        frame: &mut Frame<'a>,
        of: &Rc<Class<'a>>,
        arguments: &Arguments<'a>,
        site: Site,
    ) -> Value<'a> {
        match of.kind {
            Kind::Enum if of.members.borrow().is_empty() && arguments.positional.len() >= 2 => {
                self.enum_call(frame, &Value::Class(Rc::clone(of)), arguments, site)
            }
            Kind::Enum => {
                let found = arguments.positional.first().and_then(|wanted| {
                    let members = of.members.borrow();
                    members
                        .iter()
                        .find(|m| super::operator::equal_keys(&m.value, wanted))
                        .map(Rc::clone)
                });
                match found {
                    Some(member) => Value::Member(member),
                    None => {
                        self.risk += 1;
                        self.unknown("no member of the enum is known to have that value", site)
                    }
                }
            }
            Kind::Record => self.instance(Value::Class(Rc::clone(of)), arguments, site),
            Kind::Plain | Kind::Open => {
                let made = self.instance(Value::Class(Rc::clone(of)), arguments, site);
                if self.visiting == 0
                    && let Some(Value::Function(init)) = class::find(of, "__init__")
                {
                    let mut all = arguments.clone();
                    all.positional.insert(0, made.clone());
                    self.call_function(&init, all, Some(made.clone()), site);
                } else if let Some(init) = class::find(of, "__init__") {
                    self.risk += 1;
                    if let Value::Function(init) = init {
                        self.leaves(init.site, arguments);
                    }
                }
                made
            }
        }
    }
}

impl<'a> Value<'a> {
    /// The dotted path of something outside of the files, also of a method: `pulsar.Client.subscribe`.
    pub fn dotted(&self) -> Option<String> {
        match self {
            Value::External(path) => Some(path.to_string()),
            Value::Method(method) if method.function.is_none() => {
                let of = match &method.receiver {
                    Value::Instance(instance) => match &instance.class {
                        Value::External(path) => path.to_string(),
                        Value::Class(class) => class::external_base(class)?,
                        _ => return None,
                    },
                    Value::Class(class) => class::external_base(class)?,
                    _ => return None,
                };
                Some(super::client::canonical(&format!("{of}.{}", method.name)))
            }
            _ => None,
        }
    }
}
