//! What observers are told of, and who tells it: see the [module above](super).

use std::rc::Rc;

use ruff_python_ast::name::Name;
use ruff_python_ast::{CmpOp, Expr, ExprCall, ExprCompare};

use super::Program;
use super::scope::Env;
use super::value::{Arguments, Class, FileId, Site, Value};

/// Where an event happens.
pub struct Context<'c, 'a> {
    /// The files and their texts.
    pub program: Program<'a>,
    /// The file.
    pub file: FileId,
    /// Names of the functions and classes around, outermost first.
    pub path: &'c [Name],
    /// Whether the code is in a function, whose parameters are not known.
    pub in_function: bool,
    /// Whether the code is in a branch that is never taken (`if TYPE_CHECKING:`).
    pub never_runs: bool,
    /// The names that the code sees.
    pub env: &'c Rc<Env<'a>>,
}

/// `import module`, `from module import name as alias`.
pub struct Import<'e, 'a> {
    /// The module as it is written, without the dots in front; dotted path where it could be resolved.
    pub module: &'e str,
    /// The name out of it; `*` for all.
    pub name: Option<&'e str>,
    /// What it is called here.
    pub alias: Option<&'e str>,
    /// What it is.
    pub value: &'e Value<'a>,
    /// The alias in the statement.
    pub site: Site,
    /// The whole statement.
    pub statement: Site,
}

/// `callee(arguments)`.
pub struct Call<'e, 'a> {
    /// What is called.
    pub callee: &'e Value<'a>,
    /// With what.
    pub arguments: &'e Arguments<'a>,
    /// What the call gives.
    pub result: &'e Value<'a>,
    /// The expression.
    pub expression: &'a ExprCall,
    /// Its place.
    pub site: Site,
}

/// `base.name`.
pub struct Attribute<'e, 'a> {
    /// The object.
    pub base: &'e Value<'a>,
    /// The name.
    pub name: &'e str,
    /// What is done with it.
    pub access: Access,
    /// What it is; for [`Access::Set`] what it is set to.
    pub value: &'e Value<'a>,
    /// The expression of the base.
    pub expression: &'a Expr,
    /// Place of the whole attribute expression.
    pub site: Site,
}

/// What is done with an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// It is read.
    Get,
    /// It is set.
    Set,
    /// It is deleted.
    Delete,
}

/// `left operator right`, one of a chain.
pub struct Compare<'e, 'a> {
    /// The left value.
    pub left: &'e Value<'a>,
    /// How they are compared.
    pub operator: CmpOp,
    /// The right value.
    pub right: &'e Value<'a>,
    /// The whole chain.
    pub expression: &'a ExprCompare,
    /// Its place.
    pub site: Site,
}

/// Is told what happens. Each method does nothing unless it is implemented.
#[allow(unused_variables)]
pub trait Observer<'a> {
    /// A name was imported.
    fn import(&mut self, context: &Context<'_, 'a>, import: &Import<'_, 'a>) {}
    /// Something was called.
    fn call(&mut self, context: &Context<'_, 'a>, call: &Call<'_, 'a>) {}
    /// A place that [`Self::call`] was told of is met again: in another turn of a loop, or in a call that is followed.
    fn again(&mut self, context: &Context<'_, 'a>, call: &Call<'_, 'a>) {}
    /// An attribute was read, set or deleted.
    fn attribute(&mut self, context: &Context<'_, 'a>, attribute: &Attribute<'_, 'a>) {}
    /// Two values were compared.
    fn compare(&mut self, context: &Context<'_, 'a>, compare: &Compare<'_, 'a>) {}
    /// A string: a literal, or one that was built.
    fn text(&mut self, context: &Context<'_, 'a>, text: &str, site: Site) {}
    /// A class was created.
    fn class(&mut self, context: &Context<'_, 'a>, class: &Rc<Class<'a>>) {}
    /// A name was bound by an assignment; the scope in `context.env` has it already, with its places.
    fn bound(&mut self, context: &Context<'_, 'a>, name: &str, value: &Value<'a>, site: Site) {}
}

/// An observer that wants to know nothing.
pub struct Silent;

impl Observer<'_> for Silent {}

/// Several observers as one.
impl<'a, A: Observer<'a>, B: Observer<'a>> Observer<'a> for (A, B) {
    fn import(&mut self, context: &Context<'_, 'a>, import: &Import<'_, 'a>) {
        self.0.import(context, import);
        self.1.import(context, import);
    }
    fn call(&mut self, context: &Context<'_, 'a>, call: &Call<'_, 'a>) {
        self.0.call(context, call);
        self.1.call(context, call);
    }
    fn again(&mut self, context: &Context<'_, 'a>, call: &Call<'_, 'a>) {
        self.0.again(context, call);
        self.1.again(context, call);
    }
    fn attribute(&mut self, context: &Context<'_, 'a>, attribute: &Attribute<'_, 'a>) {
        self.0.attribute(context, attribute);
        self.1.attribute(context, attribute);
    }
    fn compare(&mut self, context: &Context<'_, 'a>, compare: &Compare<'_, 'a>) {
        self.0.compare(context, compare);
        self.1.compare(context, compare);
    }
    fn text(&mut self, context: &Context<'_, 'a>, text: &str, site: Site) {
        self.0.text(context, text, site);
        self.1.text(context, text, site);
    }
    fn class(&mut self, context: &Context<'_, 'a>, class: &Rc<Class<'a>>) {
        self.0.class(context, class);
        self.1.class(context, class);
    }
    fn bound(&mut self, context: &Context<'_, 'a>, name: &str, value: &Value<'a>, site: Site) {
        self.0.bound(context, name, value, site);
        self.1.bound(context, name, value, site);
    }
}

impl<'a, O: Observer<'a> + ?Sized> Observer<'a> for &mut O {
    fn import(&mut self, context: &Context<'_, 'a>, import: &Import<'_, 'a>) {
        (**self).import(context, import);
    }
    fn call(&mut self, context: &Context<'_, 'a>, call: &Call<'_, 'a>) {
        (**self).call(context, call);
    }
    fn again(&mut self, context: &Context<'_, 'a>, call: &Call<'_, 'a>) {
        (**self).again(context, call);
    }
    fn attribute(&mut self, context: &Context<'_, 'a>, attribute: &Attribute<'_, 'a>) {
        (**self).attribute(context, attribute);
    }
    fn compare(&mut self, context: &Context<'_, 'a>, compare: &Compare<'_, 'a>) {
        (**self).compare(context, compare);
    }
    fn text(&mut self, context: &Context<'_, 'a>, text: &str, site: Site) {
        (**self).text(context, text, site);
    }
    fn class(&mut self, context: &Context<'_, 'a>, class: &Rc<Class<'a>>) {
        (**self).class(context, class);
    }
    fn bound(&mut self, context: &Context<'_, 'a>, name: &str, value: &Value<'a>, site: Site) {
        (**self).bound(context, name, value, site);
    }
}

/// An observer, or nobody.
impl<'a, O: Observer<'a>> Observer<'a> for Option<O> {
    fn import(&mut self, context: &Context<'_, 'a>, import: &Import<'_, 'a>) {
        if let Some(one) = self {
            one.import(context, import);
        }
    }
    fn call(&mut self, context: &Context<'_, 'a>, call: &Call<'_, 'a>) {
        if let Some(one) = self {
            one.call(context, call);
        }
    }
    fn again(&mut self, context: &Context<'_, 'a>, call: &Call<'_, 'a>) {
        if let Some(one) = self {
            one.again(context, call);
        }
    }
    fn attribute(&mut self, context: &Context<'_, 'a>, attribute: &Attribute<'_, 'a>) {
        if let Some(one) = self {
            one.attribute(context, attribute);
        }
    }
    fn compare(&mut self, context: &Context<'_, 'a>, compare: &Compare<'_, 'a>) {
        if let Some(one) = self {
            one.compare(context, compare);
        }
    }
    fn text(&mut self, context: &Context<'_, 'a>, text: &str, site: Site) {
        if let Some(one) = self {
            one.text(context, text, site);
        }
    }
    fn class(&mut self, context: &Context<'_, 'a>, class: &Rc<Class<'a>>) {
        if let Some(one) = self {
            one.class(context, class);
        }
    }
    fn bound(&mut self, context: &Context<'_, 'a>, name: &str, value: &Value<'a>, site: Site) {
        if let Some(one) = self {
            one.bound(context, name, value, site);
        }
    }
}
