//! What the interpreter tells of Records: where one is made and with what, where one's attribute is used.

use std::rc::Rc;

use ruff_python_ast::Expr;

use crate::interpret::{
    AttributeEvent, Call, Class, Context, Import, Kind, Observer, Quick, Site, Value,
};

/// A call of a Record's class.
pub struct Made<'a> {
    /// The class.
    pub class: Rc<Class<'a>>,
    /// Names of the keyword arguments, those that were spread from a known dict included.
    pub keywords: Vec<String>,
    /// How many arguments have no name.
    pub positional: usize,
    /// Whether some are spread from something that is not known.
    pub open: bool,
}

/// Everything that was noted. Listens to the interpreter.
#[derive(Default)]
pub struct Notes<'a> {
    /// By the place of the call.
    pub made: Quick<Site, Made<'a>>,
    /// The class of the object, by the place of the attribute.
    pub bases: Quick<Site, Rc<Class<'a>>>,
    /// Calls of something unknown, by the last name.
    pub lost: Quick<Site, String>,
    /// Classes that were imported, by the place of the alias.
    pub imported: Quick<Site, Rc<Class<'a>>>,
    /// Places of attributes that are classes: `schema.Request`.
    pub reached: Quick<Site, Rc<Class<'a>>>,
    /// Statements by which everything of a module is imported.
    pub stars: Vec<Site>,
    /// Statements that import something of the client's.
    pub clients: Vec<(Site, String)>,
}

/// The Record class that a value is an instance of.
pub fn record<'a>(value: &Value<'a>) -> Option<Rc<Class<'a>>> {
    match value {
        Value::Instance(instance) => match &instance.class {
            Value::Class(class) if class.kind == Kind::Record => Some(Rc::clone(class)),
            _ => None,
        },
        _ => None,
    }
}

impl<'a> Observer<'a> for Notes<'a> {
    fn import(&mut self, _: &Context<'_, 'a>, import: &Import<'_, 'a>) {
        match import.value {
            _ if import.name == Some("*") => self.stars.push(import.statement),
            Value::Class(class) => drop(self.imported.insert(import.site, Rc::clone(class))),
            Value::External(path) if path.starts_with("pulsar") || path.starts_with("_pulsar") => {
                self.clients.push((import.statement, path.to_string()));
            }
            _ => {}
        }
    }

    fn call(&mut self, _: &Context<'_, 'a>, call: &Call<'_, 'a>) {
        match call.callee {
            Value::Class(class) if class.kind == Kind::Record => {
                let arguments = call.arguments;
                let keywords = arguments.keywords.iter();
                let made = Made {
                    class: Rc::clone(class),
                    keywords: keywords.map(|(name, _)| name.to_string()).collect(),
                    positional: arguments.positional.len(),
                    open: arguments.open.is_some(),
                };
                self.made.insert(call.site, made);
            }
            Value::Unknown(_) => {
                let name = match &*call.expression.func {
                    Expr::Name(name) => name.id.as_str(),
                    Expr::Attribute(of) => of.attr.as_str(),
                    _ => return,
                };
                self.lost.insert(call.site, name.to_owned());
            }
            _ => {}
        }
    }

    fn attribute(&mut self, _: &Context<'_, 'a>, attribute: &AttributeEvent<'_, 'a>) {
        if let Some(class) = record(attribute.base) {
            self.bases.insert(attribute.site, class);
        }
        if let Value::Class(class) = attribute.value {
            self.reached.insert(attribute.site, Rc::clone(class));
        }
    }
}
