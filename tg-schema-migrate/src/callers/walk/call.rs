//! Calls of Records: what they are given.

use std::rc::Rc;

use ruff_python_ast::{Expr, ExprCall};
use ruff_text_size::Ranged;
use tg_schema_model::name::nearest;

use super::{SWALLOWED, Walk, field, field_names, is_sure, value};
use crate::callers::notes::Made;
use crate::interpret::Class;
use crate::record;
use crate::rule::callers as rules;
use crate::rule::record::swallowed_field_name;

impl<'a> Walk<'_, 'a> {
    pub(super) fn call(&mut self, e: &'a ExprCall) {
        let notes = self.types.notes;
        let site = self.site(e);
        let choice = match self.locals.last() {
            Some(locals) => self.types.choice(self.file, locals, &e.func),
            None => Vec::new(),
        };
        if !choice.is_empty() {
            choice
                .iter()
                .for_each(|class| self.made(e, &written(class, e)));
        } else if let Some(made) = notes.made.get(&site) {
            // In a Record's body this declares a field.
            if !self.declares {
                self.made(e, made);
            }
        } else if let Some(class) = self.class_of_value(&e.func) {
            self.made(e, &written(&class, e));
        } else if notes
            .lost
            .get(&site)
            .is_some_and(|n| self.records.contains(n))
        {
            self.uncertain += 1;
        }
        for made in notes.followed.get(&site).into_iter().flatten() {
            self.followed(e, made);
        }
        self.hands(e);
        self.by_text(e);
        self.set_by_text(e);
        self.is_instance(e);
    }

    /// The class of `type(value)` and `value.__class__`, where no other inherits from it.
    fn class_of_value(&self, e: &'a Expr) -> Option<Rc<Class<'a>>> {
        let (class, _) = self.record(value_of_class(e)?)?;
        (!self.types.has_heirs(&class)).then_some(class)
    }

    /// A call of a Record's class.
    fn made(&mut self, e: &'a ExprCall, made: &Made<'a>) {
        let class = &made.class;
        if !is_sure(class) || record::builds(class) {
            self.uncertain += 1;
            return;
        }
        self.calls += 1;
        let name = class.name.as_str();
        if made.positional > 0 {
            let message = format!("`{name}` is made with arguments that have no name");
            let help = match field_names(class).first() {
                Some(first) => format!(
                    "they were taken for `default`, `required` and `required_default`; write `{first}=…` if a field was meant"
                ),
                None => "the class has no fields: delete them".to_owned(),
            };
            let rule = &rules::positional_argument::RULE;
            self.add(rule, e, (class, ""), message, help);
        }
        if made.open {
            let message = format!("which arguments `{name}` gets is not known here");
            let rule = &rules::unknown_arguments::RULE;
            self.add(rule, e, (class, ""), message, rule.remedy);
        }
        if !made.open && !made.part {
            self.missing(e, made);
        }
        for (keyword, none) in &made.keywords {
            self.keyword(e, class, keyword, *none);
        }
    }

    /// Arguments that come here by a call which is followed.
    fn followed(&mut self, e: &'a ExprCall, made: &Made<'a>) {
        let class = &made.class;
        if self.declares || !is_sure(class) || record::builds(class) {
            return;
        }
        let fields = field_names(class);
        for (keyword, none) in &made.keywords {
            let written = e.arguments.find_keyword(keyword).is_some();
            if !written && !fields.contains(keyword) {
                self.keyword(e, class, keyword, *none);
            }
        }
    }

    /// Required fields that a call does not give.
    fn missing(&mut self, e: &'a ExprCall, made: &Made<'a>) {
        let class = &made.class;
        let required = self.required.entry(class.id);
        let required = Rc::clone(required.or_insert_with(|| required_fields(class)));
        for name in required.iter() {
            let given = made.keywords.iter().any(|(keyword, _)| keyword == name);
            if given || self.tightened.contains(&class.name, name) {
                continue;
            }
            let message = format!("`{name}` of `{}` is required, and is not given", class.name);
            let rule = &rules::missing_argument::RULE;
            self.add(rule, e, (class, name), message, rule.remedy);
        }
    }

    fn keyword(&mut self, e: &'a ExprCall, class: &Rc<Class<'a>>, keyword: &str, none: bool) {
        let written = e.arguments.find_keyword(keyword);
        let range = written.map_or(e.range(), Ranged::range);
        let name = class.name.as_str();
        let declared = field(class, keyword).is_some();
        if SWALLOWED.contains(&keyword) {
            let (rule, message, help) = if declared {
                (
                    &swallowed_field_name::RULE,
                    format!("the constructor of `{name}` swallowed `{keyword}`"),
                    "from now on the value arrives: look at the code that reads the field",
                )
            } else {
                (
                    &rules::undeclared_argument::RULE,
                    format!("`{keyword}` is a parameter of Records, and no field of `{name}`"),
                    "generated types do not take it: delete it",
                )
            };
            return self.add(rule, range, (class, keyword), message, help);
        }
        if declared {
            return match written {
                Some(written) => self.given(range, class, keyword, &written.value),
                None if none => self.none(range, class, keyword),
                None if !self.fits_all(class, keyword) => self.doubt(range, class, keyword),
                None => {}
            };
        }
        let message = format!("`{keyword}` is no field of `{name}`");
        let fields = field_names(class);
        let help = match nearest(keyword, fields.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`? the value never went anywhere"),
            None => "delete it: Records ignored it, generated types raise a TypeError".to_owned(),
        };
        let rule = &rules::undeclared_argument::RULE;
        self.add(rule, range, (class, keyword), message, help);
    }
}

/// Names of the fields of a class that a constructor has to be given.
fn required_fields(class: &Rc<Class>) -> Rc<[String]> {
    let fields = class.fields.borrow();
    let required = fields.iter().filter_map(|(name, value)| {
        let field = record::field(value, 0).ok()?;
        let required = field.required && !value::has_default(&field);
        required.then(|| name.as_str().map(str::to_owned))?
    });
    required.collect()
}

/// The value that `type(value)` and `value.__class__` ask for its class.
pub(crate) fn value_of_class(e: &Expr) -> Option<&Expr> {
    match e {
        Expr::Attribute(of) if of.attr.as_str() == "__class__" => Some(&of.value),
        Expr::Call(call) if call.arguments.keywords.is_empty() => {
            match (&*call.func, &*call.arguments.args) {
                (Expr::Name(func), [value]) if func.id == "type" => Some(value),
                _ => None,
            }
        }
        _ => None,
    }
}

/// What a call gives, as it is written.
fn written<'a>(class: &Rc<Class<'a>>, e: &ExprCall) -> Made<'a> {
    let arguments = &e.arguments;
    let names = arguments.keywords.iter().filter_map(|k| k.arg.as_ref());
    let starred = arguments.args.iter().any(Expr::is_starred_expr);
    Made {
        class: Rc::clone(class),
        keywords: names.map(|name| (name.to_string(), false)).collect(),
        positional: arguments.args.len(),
        open: starred || arguments.keywords.iter().any(|k| k.arg.is_none()),
        part: false,
    }
}
