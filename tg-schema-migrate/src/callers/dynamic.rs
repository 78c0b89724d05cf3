//! Classes that code gets by names which are not written in it, and schemas of the old client whose class is not
//! known: such a schema may be of each of these classes.

use std::collections::HashSet;
use std::rc::Rc;

use ruff_python_ast::{Expr, ExprCall};
use ruff_text_size::Ranged;

use crate::interpret::{
    AttributeEvent, Call, Class, FileId, Function, Module, Quick, Site, Value, external_base,
    is_foreign,
};

/// Where classes are taken from by a name that is not known.
pub enum Source<'a> {
    /// `getattr(module, name)`, `vars(module)`: the classes of a module.
    Module(Rc<Module<'a>>),
    /// `globals()`, `eval(text)`: those that the file sees.
    File(FileId),
    /// `Record.__subclasses__()`, `pydoc.locate(name)`: any.
    All,
    /// `getattr(object, name)` of something that is not known: any, where the file loads modules by name.
    Object(FileId),
}

/// What was noted.
#[derive(Default)]
pub struct Dynamic<'a> {
    /// Schemas whose class is not known.
    schemas: Vec<(Site, bool)>,
    sources: Vec<(Site, Source<'a>)>,
    /// Files that load modules by name.
    loading: HashSet<FileId>,
}

impl<'a> Dynamic<'a> {
    /// A call.
    pub fn call(&mut self, call: &Call<'_, 'a>, functions: &Quick<Site, Rc<Function<'a>>>) {
        if is_schema(call.callee) {
            self.schema(call, functions);
        }
        let Value::External(path) = call.callee else {
            return;
        };
        let site = call.site;
        let first = call.arguments.positional.first();
        let source = match &**path {
            "builtins.getattr" => match (first, call.arguments.positional.get(1)) {
                (_, Some(Value::Str(_)) | None) => return,
                (Some(Value::Module(module)), _) => Source::Module(Rc::clone(module)),
                (Some(Value::Unknown(_) | Value::Instance(_)), _) => Source::Object(site.file),
                _ => return,
            },
            "builtins.vars" => match first {
                Some(Value::Module(module)) => Source::Module(Rc::clone(module)),
                None => Source::File(site.file),
                _ => return,
            },
            "builtins.globals" => Source::File(site.file),
            "builtins.eval" if !matches!(first, Some(Value::Str(_))) => Source::File(site.file),
            "pydoc.locate" | "pkgutil.resolve_name" | "inspect.getmembers" => Source::All,
            "importlib.import_module" | "builtins.__import__" => {
                self.loading.insert(site.file);
                return;
            }
            _ => return,
        };
        self.sources.push((site, source));
    }

    fn schema(&mut self, call: &Call<'_, 'a>, functions: &Quick<Site, Rc<Function<'a>>>) {
        let given = call.arguments.get(0, "record_cls");
        if matches!(given, Some(Value::Class(_))) {
            return;
        }
        let foreign = match given {
            Some(Value::Instance(of)) => of.class.external_path().is_some_and(is_foreign),
            Some(Value::Unknown(_)) => first(call.expression).is_some_and(|e| {
                let range = e.range();
                is_outer(e) && !functions.contains_key(&Site { range, ..call.site })
            }),
            _ => false,
        };
        self.schemas.push((call.site, foreign));
    }

    /// An attribute.
    pub fn attribute(&mut self, attribute: &AttributeEvent<'_, 'a>) {
        let site = attribute.site;
        match (attribute.name, attribute.base) {
            ("__subclasses__", _) => self.sources.push((site, Source::All)),
            ("__dict__", Value::Module(module)) => {
                self.sources.push((site, Source::Module(Rc::clone(module))));
            }
            ("modules", Value::External(path)) if &**path == "sys" => {
                self.loading.insert(site.file);
            }
            _ => {}
        }
    }

    /// The schema that may be of a class, and where the class may come from: a schema made of what something
    /// outside gives may be of any.
    pub fn reaches(
        &self,
        class: &Rc<Class<'a>>,
        module: impl Fn(FileId) -> Option<Rc<Module<'a>>>,
    ) -> Option<(Site, Site)> {
        let (schema, _) = *self.schemas.first()?;
        if let Some((site, _)) = self.schemas.iter().find(|(_, foreign)| *foreign) {
            return Some((*site, *site));
        }
        let holds = |module: &Module<'a>| {
            let mut all = module.scope.all().into_iter();
            all.any(|(_, bound)| matches!(&bound.value, Value::Class(of) if of.id == class.id))
        };
        let mut sources = self.sources.iter();
        let found = sources.find(|(_, source)| match source {
            Source::All => true,
            Source::Module(module) => holds(module),
            Source::File(file) => module(*file).is_some_and(|module| holds(&module)),
            Source::Object(file) => self.loading.contains(file),
        });
        found.map(|(site, _)| (schema, *site))
    }
}

/// Whether a call makes a schema of the client's, or of a class that comes from one.
fn is_schema(callee: &Value) -> bool {
    let schema = |path: &str| {
        matches!(
            path,
            "pulsar.schema.JsonSchema" | "pulsar.schema.AvroSchema"
        )
    };
    match callee {
        Value::External(path) => schema(path),
        Value::Class(class) => external_base(class).is_some_and(|path| schema(&path)),
        _ => false,
    }
}

fn first(e: &ExprCall) -> Option<&Expr> {
    let named = e.arguments.find_keyword("record_cls");
    named.map(|k| &k.value).or(e.arguments.args.first())
}

/// Whether an expression is a call of a method of something that is not known.
fn is_outer(e: &Expr) -> bool {
    let Expr::Call(call) = e else {
        return false;
    };
    match &*call.func {
        Expr::Attribute(of) => !is_self(&of.value),
        _ => false,
    }
}

fn is_self(e: &Expr) -> bool {
    e.as_name_expr()
        .is_some_and(|name| matches!(name.id.as_str(), "self" | "cls"))
}
