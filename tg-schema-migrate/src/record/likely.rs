//! Classes that may be Records: a base of theirs is outside of the sources or not known, and something else says so.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use ruff_python_ast::{Expr, Stmt};

use super::is_field_class;
use crate::interpret::{Class, Kind, Program, Value, is_foreign, linear};
use crate::python::name::last;

/// How deep collections of collections are looked into.
const MAX_DEPTH: usize = 16;

/// Packages whose classes are no Records, whatever they are given.
const OTHERS: [&str; 32] = [
    "airflow",
    "attr",
    "attrs",
    "beanie",
    "celery",
    "dataclasses_json",
    "django",
    "factory",
    "fastapi",
    "fastavro",
    "faust",
    "flask",
    "flask_restx",
    "google",
    "graphene",
    "marshmallow",
    "mongoengine",
    "msgspec",
    "odmantic",
    "peewee",
    "pydantic",
    "pydantic_settings",
    "pytest",
    "rest_framework",
    "scrapy",
    "sqlalchemy",
    "sqlmodel",
    "starlette",
    "strawberry",
    "torch",
    "tortoise",
    "wtforms",
];

/// The classes that may be Records, by [`Class::id`]: those that look like one, that a Record holds, or that share
/// what they come from with one of these.
pub fn likely<'a>(program: Program<'a>, classes: &[Rc<Class<'a>>]) -> HashSet<usize> {
    let open = classes.iter().filter(|class| class.kind == Kind::Open);
    let open: HashMap<usize, &Rc<Class<'a>>> = open.map(|class| (class.id, class)).collect();
    let mut held = Held::default();
    if !open.is_empty() {
        let records = classes.iter().filter(|class| class.kind == Kind::Record);
        records.for_each(|class| held.by(class));
    }
    let mut alike: HashMap<String, Vec<usize>> = HashMap::new();
    let mut derived: HashMap<usize, Vec<usize>> = HashMap::new();
    for (id, class) in &open {
        if let Some(base) = base(class) {
            alike.entry(base).or_default().push(*id);
        }
        let bases = class.bases.iter().filter_map(|base| match base {
            Value::Class(base) => Some(base.id),
            _ => None,
        });
        bases.for_each(|base| derived.entry(base).or_default().push(*id));
    }
    let looks = |class: &Rc<Class<'a>>| {
        let beside = || is_beside_the_client(program, class) || held.is_of(class);
        looks_like_record(class) || has_fields_alone(class) && beside()
    };
    let seen = open.iter().filter(|(_, class)| looks(class));
    let mut waiting: Vec<usize> = seen.map(|(id, _)| *id).collect();
    waiting.extend(&held.classes);
    let mut found = HashSet::new();
    while let Some(id) = waiting.pop() {
        let Some(class) = open.get(&id).filter(|_| found.insert(id)) else {
            continue;
        };
        let mut held = Held::default();
        held.by(class);
        waiting.extend(held.classes);
        waiting.extend(derived.remove(&id).unwrap_or_default());
        let same = base(class).and_then(|base| alike.remove(&base));
        waiting.extend(same.unwrap_or_default());
    }
    found
}

/// What the fields of Records hold.
#[derive(Default)]
struct Held {
    /// Classes whose bases are not known.
    classes: HashSet<usize>,
    /// Packages that fields come from.
    packages: HashSet<String>,
}

impl Held {
    fn by(&mut self, class: &Class<'_>) {
        for attribute in &class.created {
            self.value(&attribute.value, 0);
        }
    }
    fn value(&mut self, value: &Value<'_>, depth: usize) {
        let class = match value {
            Value::Instance(of) => &of.class,
            Value::Class(_) if depth > 0 => value,
            _ => return,
        };
        match class {
            Value::Class(class) if class.kind == Kind::Open => {
                self.classes.insert(class.id);
            }
            Value::External(path) if is_field_class(path) && depth < MAX_DEPTH => {
                if let Value::Instance(of) = value {
                    for argument in of.arguments.values() {
                        self.value(argument, depth + 1);
                    }
                }
            }
            Value::External(path) if is_foreign(path) && !is_other(path) => {
                self.packages.insert(top(path).to_owned());
            }
            _ => {}
        }
    }
    /// Whether a base of a class comes from where fields come from.
    fn is_of(&self, class: &Class<'_>) -> bool {
        class.bases.iter().any(|base| match base {
            Value::External(path) => self.packages.contains(top(path)),
            _ => false,
        })
    }
}

/// The only base that is not known, and what it is called by.
fn base(class: &Class<'_>) -> Option<String> {
    let known = |base: &&Value<'_>| match base {
        Value::External(path) => is_foreign(path),
        Value::Unknown(_) => true,
        _ => false,
    };
    let mut unknown = class.bases.iter().filter(known);
    let (base, None) = (unknown.next()?, unknown.next()) else {
        return None;
    };
    match base {
        Value::External(path) => (!is_other(path)).then(|| path.to_string()),
        _ => {
            let arguments = class.def?.arguments.as_ref()?;
            let [written] = &*arguments.args else {
                return None;
            };
            let name = last(written);
            (!name.is_empty()).then(|| format!("{}:{name}", class.site.file.0))
        }
    }
}

/// Whether the body of a class has nothing but what calls give, one of them of something that is not known, as the
/// body of a Record has.
fn has_fields_alone(class: &Class<'_>) -> bool {
    let Some(def) = class.def else {
        return false;
    };
    let others = class.bases.iter().any(|base| match base {
        Value::External(path) => is_other(path),
        _ => false,
    });
    let special = |name: &str| name.starts_with('_');
    let plain = def.body.iter().all(|statement| match statement {
        Stmt::Pass(_) => true,
        Stmt::Expr(s) => s.value.is_string_literal_expr() || s.value.is_ellipsis_literal_expr(),
        Stmt::FunctionDef(def) => special(&def.name),
        Stmt::Assign(s) => {
            let target = |e: &Expr| e.as_name_expr().is_some_and(|name| special(&name.id));
            s.value.is_call_expr() || s.targets.iter().all(target)
        }
        Stmt::AnnAssign(s) => s.value.as_deref().is_some_and(Expr::is_call_expr),
        _ => false,
    });
    let unknown = |value: &Value<'_>| match value {
        Value::Instance(of) => match &of.class {
            Value::External(path) => is_foreign(path) && !is_other(path),
            _ => false,
        },
        Value::Unknown(_) => true,
        _ => false,
    };
    !others
        && plain
        && class
            .created
            .iter()
            .any(|attribute| unknown(&attribute.value))
}

/// Whether its file has to do with Records of the client, or its base is called like one.
fn is_beside_the_client(program: Program<'_>, class: &Class<'_>) -> bool {
    let declares = |statement: &Stmt| match statement {
        Stmt::Import(s) => s.names.iter().any(|name| &*name.name == "pulsar.schema"),
        Stmt::ImportFrom(s) => {
            let module = s.module.as_ref().map(|module| module.as_str());
            let mut names = s.names.iter().map(|name| name.name.as_str());
            match module {
                Some("pulsar") => names.any(|name| name == "schema"),
                Some("pulsar.schema" | "pulsar.schema.definition") => names.any(|name| {
                    matches!(name, "*" | "Record")
                        || is_field_class(&format!("pulsar.schema.{name}"))
                }),
                _ => false,
            }
        }
        _ => false,
    };
    let called = |base: &Value<'_>| match base {
        Value::External(path) => path.ends_with("Record"),
        _ => false,
    };
    class.bases.iter().any(called) || program.tree(class.site.file).body.iter().any(declares)
}

fn top(path: &str) -> &str {
    path.split('.').next().unwrap_or(path)
}

/// Whether a path is in a package that is known to have no Records.
fn is_other(path: &str) -> bool {
    OTHERS.contains(&top(path))
}

/// Whether a class that may be a Record looks like one: a schema is made of it, it has a field of the client, its base
/// and its fields are called like the client's and come from one package, or its base is called `Record` and it has
/// nothing of its own; or it comes from such a class.
fn looks_like_record(class: &Rc<Class>) -> bool {
    class.kind == Kind::Open
        && (class.in_schema.get()
            || linear(class)
                .iter()
                .any(|one| has_likely_field(one) || is_written_as_one(one) || is_empty_record(one)))
}

/// `class Name(Record): pass`, where that `Record` is outside of the sources.
fn is_empty_record(class: &Class) -> bool {
    let Some(def) = class.def else {
        return false;
    };
    let record = |base: &Value| match base {
        Value::External(path) => package(path, |name| name == "Record").is_some(),
        _ => false,
    };
    let written = |e: &Expr| last(e) == "Record";
    let arguments = def.arguments.iter().flat_map(|of| of.args.iter());
    let mut bases = class.bases.iter().zip(arguments);
    bases.any(|(base, e)| record(base) || base.why_unknown().is_some() && written(e))
        && def.body.iter().all(|statement| match statement {
            Stmt::Pass(_) => true,
            Stmt::Expr(s) => s.value.is_string_literal_expr() || s.value.is_ellipsis_literal_expr(),
            Stmt::Assign(s) => s.targets.iter().all(|target| {
                let name = target.as_name_expr().map(|name| name.id.as_str());
                matches!(name, Some("_avro_namespace" | "_sorted_fields"))
            }),
            _ => false,
        })
}

/// `class Name(Record): field = String()` where nothing is known of where these names come from.
fn is_written_as_one(class: &Class) -> bool {
    let unknown = class.bases.iter().any(|base| base.why_unknown().is_some());
    let Some(def) = class.def.filter(|_| unknown) else {
        return false;
    };
    let mut bases = def.arguments.iter().flat_map(|of| of.args.iter());
    let field = |e: &Expr| match e {
        Expr::Call(call) => is_field_class(&format!("pulsar.schema.{}", last(&call.func))),
        _ => false,
    };
    bases.any(|base| last(base) == "Record")
        && def.body.iter().any(|statement| match statement {
            Stmt::Assign(s) => field(&s.value),
            Stmt::AnnAssign(s) => s.value.as_deref().is_some_and(field),
            _ => false,
        })
}

fn has_likely_field(class: &Class) -> bool {
    let packages = class.bases.iter().filter_map(|base| match base {
        Value::External(path) => package(path, |name| name == "Record"),
        _ => None,
    });
    let packages: Vec<&str> = packages.collect();
    let field = |name: &str| is_field_class(&format!("pulsar.schema.{name}"));
    class
        .created
        .iter()
        .any(|attribute| match &attribute.value {
            Value::Instance(of) => match &of.class {
                Value::External(path) => {
                    is_field_class(path)
                        || package(path, field).is_some_and(|package| packages.contains(&package))
                }
                Value::Class(class) => class.kind == Kind::Record,
                _ => false,
            },
            _ => false,
        })
}

/// The package of a dotted path whose last name is such a one.
fn package(path: &str, is_name: impl Fn(&str) -> bool) -> Option<&str> {
    let (around, name) = path.rsplit_once('.')?;
    is_name(name).then(|| around.split('.').next().unwrap_or(around))
}
