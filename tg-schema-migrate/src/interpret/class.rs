//! Class statements, and calls that make classes.

use std::cell::RefCell;
use std::rc::Rc;

use ruff_python_ast::StmtClassDef;
use ruff_python_ast::name::Name;
use ruff_text_size::Ranged;
use tg_schema_model::MAX_FIELDS;

use super::order::linear;
use super::scope::{Bound, Scope};
use super::value::{Arguments, Attribute, Class, Kind, Site, Unknown, Value};
use super::{Flow, Frame, Interpreter, hook, is_standard};

/// The name of a class whose name is not known.
pub(crate) const COMPUTED: &str = "<computed>";

/// A class before its metaclass has run.
pub(super) struct Draft<'a> {
    pub(super) name: Name,
    pub(super) site: Site,
    pub(super) def: Option<&'a StmtClassDef>,
    pub(super) bases: Vec<Value<'a>>,
    pub(super) metaclass: Option<Value<'a>>,
    pub(super) scope: Rc<Scope<'a>>,
    pub(super) doubt: Option<Unknown>,
}

impl<'a> Interpreter<'a, '_> {
    pub(super) fn class_def(&mut self, frame: &mut Frame<'a>, def: &'a StmtClassDef) {
        let whole = frame.site(def);
        let site = frame.site(&def.name);
        let decorators: Vec<(Value<'a>, Site)> = def
            .decorator_list
            .iter()
            .map(|d| (self.eval(frame, &d.expression), frame.site(d)))
            .collect();
        let mut bases = Vec::new();
        let (mut metaclass, mut option) = (None, None);
        if let Some(arguments) = &def.arguments {
            for base in &arguments.args {
                let value = self.eval(frame, base);
                match self.items(&value).filter(|_| base.is_starred_expr()) {
                    Some(items) => bases.extend(items),
                    None => bases.push(value),
                }
            }
            for keyword in &arguments.keywords {
                let value = self.eval(frame, &keyword.value);
                match keyword.arg.as_ref().map(|name| name.as_str()) {
                    Some("metaclass") => metaclass = Some(value),
                    other => option = Some(other.unwrap_or("**").to_owned()),
                }
            }
        }
        let env = frame.env.inner(true);
        let scope = Rc::clone(&env.scope);
        let mut path = frame.path.clone();
        path.push(def.name.id.clone());
        let mut inner = Frame::new(env, frame.file, path);
        let followed = def.body.len() <= MAX_FIELDS;
        let flow = match followed {
            true => self.block(&mut inner, &def.body),
            false => Flow::Next,
        };
        let doubt = |reason: &str| {
            Some(Unknown {
                reason: reason.to_owned(),
                site: Some(site),
                ..Default::default()
            })
        };
        let damaged = self.program.tree(frame.file).is_damaged(def.range());
        let doubt = match flow {
            _ if damaged => doubt("a part of it could not be parsed"),
            _ if !followed => doubt(&format!(
                "its body has {} statements, and at most {MAX_FIELDS} are followed",
                def.body.len()
            )),
            _ if inner.indirect.0 != inner.indirect.1 => {
                doubt("names in its body are written in a way that cannot be followed")
            }
            Flow::Raise => {
                doubt("its body raises an exception, or could not be followed to its end")
            }
            _ => None,
        };
        let doubt = match option {
            Some(option) if doubt.is_none() && kind_of(&bases) == Kind::Record => Some(Unknown {
                reason: format!(
                    "the client raises TypeError: RecordMeta.__new__() got an unexpected keyword argument '{option}'"
                ),
                site: Some(site),
                ..Default::default()
            }),
            _ => doubt,
        };
        let draft = Draft {
            name: def.name.id.clone(),
            site,
            def: Some(def),
            bases,
            metaclass,
            scope,
            doubt,
        };
        let class = self.create(frame, draft);
        let mut value = Value::Class(Rc::clone(&class));
        for (decorator, place) in decorators.into_iter().rev() {
            value = self.decorated(frame, &class, value, &decorator, place);
        }
        let statement = Site {
            range: whole.range,
            ..whole
        };
        self.bind_name(frame, def.name.id.clone(), value, statement, site);
    }

    /// `type(name, bases, namespace)`.
    pub(super) fn class_call(
        &mut self,
        frame: &mut Frame<'a>,
        name: &Value<'a>,
        bases: &Value<'a>,
        namespace: &Value<'a>,
        metaclass: Option<Value<'a>>,
        site: Site,
    ) -> Option<Value<'a>> {
        let bases = self.items(bases)?;
        let scope: Rc<Scope<'a>> = Rc::default();
        let unknown = |reason: &str| Unknown {
            reason: reason.to_owned(),
            site: Some(site),
            ..Default::default()
        };
        let mut doubt = None;
        let name = match name.as_str() {
            Some(name) => Name::new(name),
            // A Record whose name is not known is one all the same.
            None if kind_of(&bases) == Kind::Record => {
                doubt = Some(unknown("its name is known only when the program runs"));
                Name::new_static(COMPUTED)
            }
            None => return None,
        };
        match namespace {
            Value::Dict(entries) => {
                for (key, value) in entries.borrow().iter() {
                    let Some(key) = key.as_str() else {
                        doubt.get_or_insert_with(|| unknown("its names are not all known"));
                        continue;
                    };
                    let bound = Bound {
                        value: value.clone(),
                        site: Some((site, site)),
                    };
                    scope.set(Name::new(key), bound);
                }
            }
            _ if kind_of(&bases) == Kind::Record => {
                doubt.get_or_insert_with(|| {
                    unknown("its fields are known only when the program runs")
                });
            }
            _ => return None,
        }
        let draft = Draft {
            name,
            site,
            def: None,
            bases,
            metaclass: metaclass.filter(|m| m.external_path() != Some("pulsar.schema.RecordMeta")),
            scope,
            doubt,
        };
        Some(Value::Class(self.create(frame, draft)))
    }

    /// Makes a class, as its metaclass does.
    pub(super) fn create(&mut self, frame: &Frame<'a>, draft: Draft<'a>) -> Rc<Class<'a>> {
        let Draft {
            name,
            site,
            def,
            bases,
            metaclass,
            scope,
            mut doubt,
        } = draft;
        let kind = kind_of(&bases);
        let created: Vec<Attribute<'a>> = scope
            .all()
            .into_iter()
            .map(|(own, bound)| {
                let (statement, expression) = bound.site.unwrap_or((site, site));
                Attribute {
                    name: mangled(&name, own),
                    value: bound.value,
                    statement,
                    expression,
                }
            })
            .collect();
        let metaclass = match kind {
            Kind::Record => metaclass.or_else(|| hook::inherited(&bases)),
            _ => metaclass,
        };
        if kind == Kind::Record
            && let Some(why) = hook::strange(&name, &bases, metaclass.as_ref(), site)
        {
            doubt.get_or_insert(why);
        }
        let fields = match kind {
            Kind::Record => self.fields_of(&name, &bases, &created),
            _ => Rc::default(),
        };
        let class = Rc::new(Class {
            id: self.classes.len(),
            name,
            path: frame.path.clone(),
            site,
            def,
            bases,
            metaclass,
            scope,
            created,
            kind,
            doubt: RefCell::new(doubt),
            fields,
            members: RefCell::default(),
            in_schema: Default::default(),
            myself: RefCell::default(),
        });
        self.list(&class);
        if kind == Kind::Enum {
            self.fill_enum(&class);
        }
        for attribute in &class.created {
            if let Value::Function(function) = &attribute.value {
                function
                    .owner
                    .borrow_mut()
                    .get_or_insert(Rc::downgrade(&class));
            }
        }
        if kind == Kind::Record {
            self.hooks(&class);
        }
        self.tell(frame, |observer, context| observer.class(context, &class));
        class
    }

    /// Notes a class, unless it is only another look at one.
    fn list(&mut self, class: &Rc<Class<'a>>) {
        let statement = (class.site.file, u32::from(class.site.range.start()));
        let followed = self.calls > 0;
        if followed && self.visiting == 0 {
            self.made.insert(statement);
        }
        let hidden = self.dead > 0 || (followed && self.visiting > 0);
        let looked_at = self.visiting > 0 && self.made.contains(&statement);
        self.escapes.owners.add(class);
        self.classes.push((Rc::clone(class), hidden || looked_at));
    }

    /// `_fields`, as the client's metaclass makes it.
    fn fields_of(
        &mut self,
        name: &Name,
        bases: &[Value<'a>],
        created: &[Attribute<'a>],
    ) -> Rc<super::value::Dict<'a>> {
        if name == "Record" {
            // The metaclass leaves a class of this name alone.
            let inherited = bases.iter().find_map(|base| match base {
                Value::Class(class) if class.kind == Kind::Record => Some(Rc::clone(&class.fields)),
                _ => None,
            });
            return inherited.unwrap_or_default();
        }
        let mut entries = Vec::new();
        for attribute in created {
            if let Some(field) = self.field_of(&attribute.value, attribute.expression) {
                entries.push((Value::text(attribute.name.as_str()), field));
            }
        }
        Rc::new(RefCell::new(entries))
    }

    /// The field that an attribute of a Record becomes. `None`: it is none.
    fn field_of(&mut self, value: &Value<'a>, site: Site) -> Option<Value<'a>> {
        match value {
            Value::Class(class) => match class.kind {
                Kind::Enum => {
                    let arguments = Arguments {
                        positional: vec![value.clone()],
                        ..Arguments::default()
                    };
                    Some(self.instance(
                        Value::external("pulsar.schema.CustomEnum"),
                        &arguments,
                        site,
                    ))
                }
                Kind::Record if class.metaclass.is_none() => {
                    Some(self.instance(value.clone(), &Arguments::default(), site))
                }
                Kind::Open => Some(self.unknown(
                    format!("nothing is known of the bases of `{}`", class.name),
                    site,
                )),
                _ => None,
            },
            Value::Instance(of) => match &of.class {
                Value::External(path) if is_field_class(path) => Some(value.clone()),
                Value::External(path) if &**path == "pulsar.schema.Record" => Some(self.unknown(
                    "the client raises AttributeError: 'Record' object has no attribute '_fields'",
                    site,
                )),
                Value::External(path) if is_foreign(path) => {
                    Some(self.unknown(format!("`{path}` is outside of the sources"), site))
                }
                Value::Class(class) => match class.kind {
                    Kind::Record => Some(value.clone()),
                    Kind::Open => Some(self.unknown(
                        format!("nothing is known of the bases of `{}`", class.name),
                        site,
                    )),
                    _ => external_base(class)
                        .is_some_and(|path| is_field_class(&path))
                        .then(|| value.clone()),
                },
                _ => None,
            },
            Value::External(path) if &**path == "pulsar.schema.Record" => Some(self.unknown(
                "the client cannot make an instance of `Record` itself",
                site,
            )),
            Value::External(path) if is_foreign(path) => {
                Some(self.unknown(format!("`{path}` is outside of the sources"), site))
            }
            Value::Unknown(_) => Some(value.clone()),
            _ => None,
        }
    }
}

/// Classes of the client whose instances are fields.
pub(crate) fn is_field_class(path: &str) -> bool {
    path.strip_prefix("pulsar.schema.").is_some_and(|name| {
        matches!(
            name,
            "Field"
                | "Null"
                | "Boolean"
                | "Integer"
                | "Long"
                | "Float"
                | "Double"
                | "Bytes"
                | "String"
                | "Array"
                | "Map"
                | "CustomEnum"
        )
    })
}

/// Whether nothing can be said of what is at a path: it is neither Python's own nor the client's.
pub(crate) fn is_foreign(path: &str) -> bool {
    let top = path.split('.').next().unwrap_or(path);
    !matches!(top, "pulsar" | "_pulsar" | "builtins") && !is_standard(top)
}

/// `__name` in a class as Python renames it.
fn mangled(class: &str, name: Name) -> Name {
    if !name.starts_with("__") || name.ends_with("__") {
        return name;
    }
    match class.trim_start_matches('_') {
        "" => name,
        bare => Name::new(format!("_{bare}{name}")),
    }
}

fn kind_of(bases: &[Value]) -> Kind {
    let mut kind = Kind::Plain;
    for base in bases {
        let one = match base {
            Value::Class(class) => class.kind,
            Value::External(path) => match &**path {
                "pulsar.schema.Record" => Kind::Record,
                "enum.Enum" | "enum.IntEnum" | "enum.StrEnum" | "enum.Flag" | "enum.IntFlag"
                | "enum.ReprEnum" => Kind::Enum,
                path if is_foreign(path) => Kind::Open,
                _ => Kind::Plain,
            },
            _ => Kind::Open,
        };
        kind = match (kind, one) {
            (Kind::Record, _) | (_, Kind::Record) => Kind::Record,
            (Kind::Enum, _) | (_, Kind::Enum) => Kind::Enum,
            (Kind::Open, _) | (_, Kind::Open) => Kind::Open,
            _ => Kind::Plain,
        };
    }
    kind
}

/// The attribute that a class has by itself or from its bases among the files.
pub fn find<'a>(class: &Rc<Class<'a>>, name: &str) -> Option<Value<'a>> {
    linear(class).iter().find_map(|one| one.scope.get(name))
}

/// The base outside of the files that matters most: the client's, else any that is not Python's own.
pub fn external_base(class: &Rc<Class>) -> Option<String> {
    let order = linear(class);
    let paths = order
        .iter()
        .flat_map(|one| one.bases.iter())
        .filter_map(Value::external_path);
    let paths: Vec<&str> = paths.collect();
    let ours = paths
        .iter()
        .find(|path| path.starts_with("pulsar.") || path.starts_with("_pulsar."));
    let other = || {
        paths.iter().find(|path| {
            !path.starts_with("builtins.")
                && !path.starts_with("typing.")
                && !path.starts_with("abc.")
        })
    };
    ours.or_else(other).map(|path| (*path).to_owned())
}

/// Which of the client's own methods a class of the files defines anew.
pub fn overridden<'n>(class: &Rc<Class>, names: &[&'n str]) -> Option<&'n str> {
    let order = linear(class);
    names
        .iter()
        .copied()
        .find(|name| order.iter().any(|one| one.scope.get(name).is_some()))
}
