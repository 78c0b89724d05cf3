//! Attributes of modules, classes, instances and what is outside of the files.

use std::rc::Rc;

use ruff_python_ast::ExprAttribute;

use super::observer::{Access, Attribute};
use super::scope::Bound;
use super::value::{Arguments, Kind, Method, Site, Value};
use super::{Frame, Interpreter, class};

impl<'a> Interpreter<'a, '_> {
    pub(super) fn attribute_expression(
        &mut self,
        frame: &mut Frame<'a>,
        e: &'a ExprAttribute,
    ) -> Value<'a> {
        let base = self.eval(frame, &e.value);
        let site = frame.site(e);
        let value = self.attribute(&base, e.attr.as_str(), site);
        let event = Attribute {
            base: &base,
            name: e.attr.as_str(),
            access: Access::Get,
            value: &value,
            expression: &e.value,
            site,
        };
        self.tell(frame, |observer, context| {
            observer.attribute(context, &event)
        });
        value
    }

    /// The attribute of an object.
    pub(super) fn attribute(&mut self, base: &Value<'a>, name: &str, site: Site) -> Value<'a> {
        match base {
            Value::Unknown(why) => {
                self.risk += 1;
                self.attribute_of_unknown(why, name)
            }
            Value::Instance(of)
                if name == "__dict__"
                    && !matches!(&of.class, Value::Class(class) if class.kind != Kind::Record) =>
            {
                self.inner(base, site)
            }
            Value::External(path) => self.external_name(path, name, site),
            Value::Module(module) => {
                if let Some(value) = module.scope.get(name) {
                    return value;
                }
                if name == "__name__" {
                    return Value::text(module.name.as_str());
                }
                if let Some(value) = self.submodule(module, name, site) {
                    return value;
                }
                self.risk += 1;
                self.missing(module, name, site)
            }
            Value::Class(of) => self.class_attribute(of, name, site),
            Value::Member(member) => match name {
                "name" | "_name_" => Value::text(member.name.as_str()),
                "value" | "_value_" => member.value.clone(),
                _ => match member.class.upgrade() {
                    Some(of) => self.bound_attribute(&of, base, name, site),
                    None => self.unknown("it is an attribute of an enum's member", site),
                },
            },
            Value::Instance(instance) => {
                if let Some(value) = instance.scope.get(name) {
                    return value;
                }
                match &instance.class {
                    Value::Class(of) => {
                        let of = Rc::clone(of);
                        let field = self.field_value(&of, instance, name, site);
                        match field.or_else(|| self.filled(&of, instance, name, site)) {
                            Some(value) => value,
                            None => self.bound_attribute(&of, base, name, site),
                        }
                    }
                    Value::External(path) => {
                        if let Some(known) = super::builtin::member_of(path, name) {
                            return Value::external(known);
                        }
                        self.method(base, name, None)
                    }
                    _ => self.unknown(format!("nothing is known of its attribute `{name}`"), site),
                }
            }
            Value::Function(function) => match name {
                "__name__" | "__qualname__" => Value::text(function.name.as_str()),
                _ => self.unknown(format!("nothing is known of its attribute `{name}`"), site),
            },
            Value::Method(_) => {
                self.unknown(format!("nothing is known of its attribute `{name}`"), site)
            }
            _ => match (base, name) {
                (Value::Int(_) | Value::Bool(_), "real" | "numerator") => base.clone(),
                (_, "__class__") => Value::external(format!("builtins.{}", base.type_name())),
                _ => self.method(base, name, None),
            },
        }
    }

    pub(super) fn method(
        &mut self,
        receiver: &Value<'a>,
        name: &str,
        function: Option<Rc<super::value::Function<'a>>>,
    ) -> Value<'a> {
        Value::Method(Rc::new(Method {
            receiver: receiver.clone(),
            name: name.into(),
            function,
        }))
    }

    /// The attribute of a class itself.
    pub(super) fn class_attribute(
        &mut self,
        of: &Rc<super::value::Class<'a>>,
        name: &str,
        site: Site,
    ) -> Value<'a> {
        if of.kind == Kind::Enum
            && let Some(member) = self.enum_member(of, name)
        {
            return member;
        }
        if let Some(value) = class::find(of, name) {
            return match &value {
                Value::Function(function) if function.binding == super::value::Binding::Class => {
                    let function = Rc::clone(function);
                    self.method(&Value::Class(Rc::clone(of)), name, Some(function))
                }
                _ => value,
            };
        }
        match name {
            "__name__" | "__qualname__" => return Value::text(of.name.as_str()),
            "__dict__" => {
                return match of.kind {
                    Kind::Record => self.view(&Value::Class(Rc::clone(of)), site),
                    _ => self.unknown("it is read from `__dict__`", site),
                };
            }
            "__members__" if of.kind == Kind::Enum => {
                let members = of.members.borrow();
                let entries = members
                    .iter()
                    .map(|m| (Value::text(m.name.as_str()), Value::Member(Rc::clone(m))));
                return Value::dict(entries.collect());
            }
            "_fields" if of.kind == Kind::Record => return Value::Dict(Rc::clone(&of.fields)),
            _ => {}
        }
        if let Some(path) = class::external_base(of) {
            return Value::external(super::client::canonical(&format!("{path}.{name}")));
        }
        self.risk += 1;
        self.unknown(
            format!(
                "the class `{}` has no attribute `{name}` that could be followed",
                of.name
            ),
            site,
        )
    }

    /// What a record holds for a field, which hides the field itself.
    fn field_value(
        &mut self,
        of: &Rc<super::value::Class<'a>>,
        record: &Rc<super::value::Instance<'a>>,
        name: &str,
        site: Site,
    ) -> Option<Value<'a>> {
        if of.kind != Kind::Record {
            return None;
        }
        let myself = match &*of.myself.borrow() {
            Some(Value::Instance(own)) => Rc::ptr_eq(own, record),
            _ => false,
        };
        let value = crate::record::held(of, &record.arguments, name, site)?;
        Some(match value {
            _ if myself => {
                self.risk += 1;
                let reason = format!("each `{}` has its own value of `{name}`", of.name);
                self.unknown(reason, site)
            }
            Ok(value) => value,
            Err(problem) => {
                self.risk += 1;
                self.unknown(problem.reason(), site)
            }
        })
    }

    /// An attribute of a class that its methods may set on each object, whose own value is not known.
    fn set_on_objects(
        &mut self,
        of: &Rc<super::value::Class<'a>>,
        object: &Value<'a>,
        name: &str,
        value: Value<'a>,
        site: Site,
    ) -> Value<'a> {
        if !matches!(object, Value::Instance(_)) || !matches!(of.kind, Kind::Plain | Kind::Open) {
            return value;
        }
        match self.own_attribute(of, name) {
            None => value,
            Some(own) if own.same(&value) => value,
            Some(own) if matches!(value, Value::None) || own.why_unknown().is_some() => own,
            Some(Value::Str(_)) => {
                self.risk += 1;
                let reason = format!("methods of `{}` may set `{name}`", of.name);
                self.unknown(reason, site)
            }
            Some(own) => own,
        }
    }

    /// The attribute of an instance of a class.
    fn bound_attribute(
        &mut self,
        of: &Rc<super::value::Class<'a>>,
        receiver: &Value<'a>,
        name: &str,
        site: Site,
    ) -> Value<'a> {
        if name == "__class__" {
            return Value::Class(Rc::clone(of));
        }
        if let Some(value) = class::find(of, name) {
            let Value::Function(function) = &value else {
                return self.set_on_objects(of, receiver, name, value, site);
            };
            use super::value::Binding;
            return match function.binding {
                Binding::Static => value,
                Binding::Class => self.method(
                    &Value::Class(Rc::clone(of)),
                    name,
                    Some(Rc::clone(function)),
                ),
                Binding::Plain => self.method(receiver, name, Some(Rc::clone(function))),
                Binding::Property => {
                    let mut arguments = Arguments::default();
                    arguments.positional.push(receiver.clone());
                    self.call_function(function, arguments, Some(receiver.clone()), site)
                }
                Binding::Unknown => self.unknown("it is a decorated method", site),
            };
        }
        // What the methods set on `self`.
        if let Some(value) = self.own_attribute(of, name) {
            return value;
        }
        if let Some(path) = class::external_base(of) {
            if let Some(known) = super::builtin::member_of(&path, name) {
                return Value::external(known);
            }
            return self.method(receiver, name, None);
        }
        self.risk += 1;
        self.unknown(
            format!(
                "nothing is known of the attribute `{name}` of `{}`",
                of.name
            ),
            site,
        )
    }

    /// Sets an attribute.
    pub(super) fn set_attribute(
        &mut self,
        base: &Value<'a>,
        name: ruff_python_ast::name::Name,
        bound: Bound<'a>,
    ) {
        let site = bound.site.map(|(statement, _)| statement);
        self.written(base, &name, site.unwrap_or_default());
        if self.sets(base, &name, site.unwrap_or_default()) {
            return;
        }
        let scope = match base {
            Value::Class(of) => Rc::clone(&of.scope),
            Value::Module(of) => Rc::clone(&of.scope),
            Value::Instance(of) => Rc::clone(&of.scope),
            _ => return,
        };
        self.set(&scope, name, bound);
    }
}
