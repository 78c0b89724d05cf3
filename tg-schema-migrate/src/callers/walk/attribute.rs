//! Attributes of Records: fields that are not there, and what went with the old client.

use std::rc::Rc;

use ruff_python_ast::{Expr, ExprAttribute, ExprCall};
use ruff_text_size::Ranged;
use tg_schema_model::name::nearest;

use super::{Walk, field, field_names, is_sure, list, own};
use crate::callers::types::values_are_names;
use crate::interpret::{Class, Kind, Value, find, linear};
use crate::rule::callers as rules;

impl<'a> Walk<'_, 'a> {
    pub(super) fn attribute(&mut self, e: &'a ExprAttribute) {
        let asked = self.types.notes.asked.get(&self.site(e));
        if let Some(class) = asked.map(Rc::clone) {
            self.attributes += 1;
            return self.gone(e, &class, &e.attr);
        }
        if e.attr.as_str() == "value" {
            self.enum_value(e);
        } else if let Some(class) = self.member_of(e).filter(|class| own(class, &e.attr)) {
            return self.own_code(e, &class, &e.attr);
        }
        let typed = self.record(&e.value);
        let Some((class, unset)) = typed.or_else(|| Some((self.noted(e)?, false))) else {
            return self.of_either(e);
        };
        self.attributes += 1;
        self.has(e, &class, &e.attr);
        let text = self.text(&*e.value);
        let guarded = self.is_set(&e.value) || self.asked.iter().any(|asked| asked.contains(&text));
        let unset = unset && !self.is_tight(&e.value);
        if unset && !guarded && field(&class, &e.attr).is_some() {
            let (rule, done, help) = match e.ctx.is_load() {
                true => (
                    &rules::unset_record_read::RULE,
                    "read",
                    format!("Ask first: `if {text} is not None`."),
                ),
                false => (
                    &rules::unset_record_write::RULE,
                    "set",
                    format!("Make it first: `{text} = {}(…)`.", class.name),
                ),
            };
            let message = format!("`{text}` may be None, and `{}` of it is {done}", e.attr);
            self.add(rule, e, (&class, &e.attr), message, &help);
        }
    }

    /// An attribute of one of several Records; a finding where none of them has it.
    fn of_either(&mut self, e: &'a ExprAttribute) {
        let name = e.attr.as_str();
        let Some(classes) = self.either(&e.value) else {
            return;
        };
        self.attributes += 1;
        let has = |class: &Rc<Class<'a>>| {
            field(class, name).is_some()
                || own(class, name)
                || own(class, "__getattr__")
                || !is_sure(class)
        };
        if let Some(first) = classes.first().filter(|_| !classes.iter().any(has)) {
            self.has(e, first, name);
        }
    }

    /// `value.field.value`, where the field holds a member of an enum.
    fn enum_value(&mut self, e: &'a ExprAttribute) {
        let Some(class) = self.member_of(e) else {
            return;
        };
        if values_are_names(&class) {
            return;
        }
        let text = self.text(e);
        let message = format!("`{text}` is the member's name from now on");
        let (class, name) = self.subject(&e.value, class);
        let rule = &rules::enum_value::RULE;
        self.add(rule, e, (&class, &name), message, rule.remedy);
    }

    /// The enum of the member that an attribute is taken from.
    fn member_of(&self, e: &'a ExprAttribute) -> Option<Rc<Class<'a>>> {
        // What Records declare goes away with the old classes.
        let member = self.types.notes.members.get(&self.site(e));
        let member = member.filter(|class| !self.declares && self.types.enums.contains(&class.id));
        let member = member.map(Rc::clone);
        self.enumeration(&e.value).or(member)
    }

    /// What the interpreter takes the object for.
    fn noted(&self, e: &'a ExprAttribute) -> Option<Rc<Class<'a>>> {
        let class = self.types.base(self.file, e)?;
        (class.kind == Kind::Record).then(|| Rc::clone(class))
    }
    /// The Record that an attribute is taken from.
    pub(super) fn owner(&self, e: &'a ExprAttribute) -> Option<Rc<Class<'a>>> {
        let typed = self.record(&e.value).map(|(class, _)| class);
        typed.or_else(|| self.noted(e))
    }

    /// What every Record had from the client, and what the class itself has: a finding.
    fn gone(&mut self, node: impl Ranged, class: &Rc<Class<'a>>, name: &str) {
        if field(class, name).is_some() || !is_sure(class) {
            return;
        }
        if own(class, name) && !matches!(name, "_avro_namespace" | "_sorted_fields") {
            return self.own_code(node, class, name);
        }
        if let Some(remedy) = remedy(name) {
            let message = format!(
                "`{name}` was the old client's: `{}` has it no more",
                class.name
            );
            let rule = &rules::record_method::RULE;
            self.add(rule, node, (class, name), message, remedy);
        }
    }

    /// What the class itself has, and no generated type.
    fn own_code(&mut self, node: impl Ranged, class: &Rc<Class<'a>>, name: &str) {
        // A class inside becomes a definition, and a member one of its symbols.
        let defined = matches!(find(class, name), Some(Value::Class(_) | Value::Member(_)));
        if !defined && !self.is_within(class, &node) {
            let message = format!("`{name}` is code of the class `{}` itself", class.name);
            let rule = &rules::record_method::RULE;
            let help = "keep it beside the generated type: a function that takes the message";
            self.add(rule, node, (class, name), message, help);
        }
    }

    /// Whether something stands inside of a class, and goes with it.
    fn is_within(&self, class: &Rc<Class<'a>>, node: &impl Ranged) -> bool {
        let order = linear(class);
        let mut defs = order.iter().filter(|one| one.site.file == self.file);
        defs.any(|one| {
            one.def
                .is_some_and(|def| def.range().contains_range(node.range()))
        })
    }

    /// Whether a class has an attribute; a finding where it has not.
    pub(super) fn has(&mut self, node: impl Ranged, class: &Rc<Class<'a>>, name: &str) {
        if field(class, name).is_some() || !is_sure(class) || own(class, "__getattr__") {
            return;
        }
        if name.starts_with("__") || remedy(name).is_some() {
            return self.gone(node, class, name);
        }
        let inherited = linear(class).into_iter().skip(1);
        let mut inherited = inherited.filter(|base| field(base, name).is_some());
        let message = match inherited.next() {
            Some(base) => format!(
                "`{name}` is a field of `{}`, and no field of `{}`: fields are not inherited",
                base.name, class.name
            ),
            None if own(class, name) => return self.own_code(node, class, name),
            None => format!("`{}` has no field `{name}`", class.name),
        };
        let fields = field_names(class);
        let help = match nearest(name, fields.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("its fields are {}", list(&fields)),
        };
        let rule = &rules::missing_attribute::RULE;
        self.add(rule, node, (class, name), message, help);
    }

    /// `getattr(value, "name")` and its like, `vars(value)`.
    pub(super) fn by_text(&mut self, e: &'a ExprCall) {
        let Expr::Name(func) = &*e.func else {
            return;
        };
        let (value, name, certain) = match (func.id.as_str(), &e.arguments.args[..]) {
            ("getattr", [value, Expr::StringLiteral(name)])
            | ("setattr", [value, Expr::StringLiteral(name), _]) => {
                (value, name.value.to_str(), true)
            }
            ("getattr", [value, Expr::StringLiteral(name), _])
            | ("hasattr", [value, Expr::StringLiteral(name)]) => {
                (value, name.value.to_str(), false)
            }
            ("vars", [value]) => (value, "__dict__", true),
            _ => return,
        };
        if let Some((class, _)) = self.record(value) {
            self.attributes += 1;
            match certain {
                true => self.has(e, &class, name),
                // No attribute is an answer too, unless there was one.
                false => self.gone(e, &class, name),
            }
        }
    }
}

/// What takes the place of something that every Record had.
fn remedy(name: &str) -> Option<&'static str> {
    Some(match name {
        "schema" | "schema_info" => "the text is in `PULSAR_SCHEMA` and `AVRO_SCHEMA` of the class",
        "_fields" => "`dataclasses.fields` tells the fields",
        "__dict__" => "`dataclasses.asdict(value)`, or `value.to_json()` for what is sent",
        "validate_type" => "nothing: encoding checks the values",
        "type" | "python_type" => "`type(value)`",
        "default" | "required" | "required_default" | "_required" | "_default"
        | "_required_default" => "nothing: `dataclasses.fields` has the defaults",
        "_avro_namespace" => "the name is in `SCHEMA_NAME` of the class",
        "_sorted_fields" => "nothing: the definitions say the order",
        _ => return None,
    })
}
