//! Ways by which code changes a class that are not followed: what is written over, attributes whose name is not
//! known, code in a text. They leave the class in doubt.

use std::rc::Rc;

use ruff_python_ast::name::Name;
use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{Expr, Mod, Stmt, StmtClassDef};
use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};

use super::class::Draft;
use super::value::{Arguments, Class, Kind, Site, Unknown, Value};
use super::{Frame, Interpreter};
use crate::python::depth;
use crate::python::name::dotted;

/// Attributes that a Record or an enum does not bear to be written over.
const HELD: [&str; 6] = [
    "_fields",
    "__class__",
    "__bases__",
    "_member_map_",
    "_member_names_",
    "_value2member_map_",
];

impl<'a> Interpreter<'a, '_> {
    /// A class is changed in a way that is not followed.
    fn alter(&mut self, class: &Rc<Class<'a>>, reason: String, site: Site) {
        // What never runs changes nothing.
        if self.dead == 0 {
            self.doubt(class, &Unknown::new(reason, site));
        }
    }

    /// It is not certain that a class is as it looks.
    pub(super) fn doubt(&self, class: &Class<'a>, why: &Unknown) {
        if matches!(class.kind, Kind::Record | Kind::Enum) {
            class.doubt.borrow_mut().get_or_insert_with(|| why.clone());
        }
    }

    /// `base.name = …`, where that is more than an attribute.
    pub(super) fn written(&mut self, base: &Value<'a>, name: &str, site: Site) {
        if let Value::Class(class) = base
            && HELD.contains(&name)
        {
            self.alter(class, format!("`{name}` of it is set later"), site);
        }
    }

    /// An attribute of a class is set or deleted whose name is not known.
    pub(super) fn written_somewhere(&mut self, base: &Value<'a>, site: Site) {
        match base {
            Value::Class(class) => {
                let call = self.program.snippet(site);
                self.alter(class, format!("`{call}` may change it"), site);
            }
            _ => self.lose_all(std::slice::from_ref(base), site),
        }
    }

    /// `exec(text)`, `eval(text)`. What is in a text that is not known may change every class that the file defines,
    /// unless it sees other names.
    pub(super) fn executed(
        &mut self,
        frame: &Frame<'a>,
        name: &str,
        arguments: &Arguments<'a>,
        site: Site,
    ) {
        match arguments.positional.as_slice() {
            [Value::Str(text), rest @ ..] => self.read_text(frame, text, !rest.is_empty(), site),
            [_] if name == "exec" => {
                let classes = self.classes.iter().map(|(class, _)| Rc::clone(class));
                let here = classes.filter(|class| class.site.file == frame.file);
                let here: Vec<Rc<Class<'a>>> = here.collect();
                for class in here {
                    let call = self.program.snippet(site);
                    self.alter(&class, format!("`{call}` may change it"), site);
                }
            }
            _ => {}
        }
    }

    /// Looks into a text that is run, with the names here or `elsewhere`.
    fn read_text(&mut self, frame: &Frame<'a>, text: &str, elsewhere: bool, site: Site) {
        if depth::check(text).is_err() {
            return;
        }
        let parsed = parse_unchecked(text, ParseOptions::from(Mode::Module));
        let Mod::Module(module) = parsed.syntax() else {
            return;
        };
        let mut look = Look::default();
        look.visit_body(&module.body);
        let call = self.program.snippet(site);
        let changes = look.changes;
        for path in look.names.iter().filter(|_| changes) {
            if let Some(class) = self.reached(frame, path) {
                self.alter(&class, format!("`{call}` may change it"), site);
            }
        }
        for (name, bases) in look.classes {
            if !bases.iter().any(|base| self.is_record(frame, base)) {
                continue;
            }
            let draft = Draft {
                name: name.clone(),
                site,
                def: None,
                bases: vec![Value::external("pulsar.schema.Record")],
                metaclass: None,
                scope: Rc::default(),
                doubt: Some(Unknown {
                    reason: "it is defined in a text, and code in texts is not followed".to_owned(),
                    site: Some(site),
                    ..Default::default()
                }),
            };
            let class = Value::Class(self.create(frame, draft));
            if !elsewhere {
                self.bind_name(frame, name, class, site, site);
            }
        }
    }

    /// The class that is reached by the first parts of a dotted name.
    fn reached(&self, frame: &Frame<'a>, path: &str) -> Option<Rc<Class<'a>>> {
        let mut parts = path.split('.');
        let mut value = frame.env.lookup(parts.next()?)?;
        loop {
            value = match value {
                Value::Class(class) => return Some(class),
                Value::Module(module) => module.scope.get(parts.next()?)?,
                _ => return None,
            };
        }
    }

    fn is_record(&self, frame: &Frame<'a>, base: &str) -> bool {
        let record = |path: &str| path == "pulsar.schema.Record";
        if let Some(class) = self.reached(frame, base) {
            return class.kind == Kind::Record;
        }
        let mut parts = base.splitn(2, '.');
        let first = parts.next().and_then(|first| frame.env.lookup(first));
        match (first, parts.next()) {
            (Some(Value::External(path)), None) => record(&path),
            (Some(Value::External(path)), Some(rest)) => {
                record(&super::client::canonical(&format!("{path}.{rest}")))
            }
            // The text may import it by itself.
            (None, rest) => rest.unwrap_or(base).ends_with("Record"),
            _ => false,
        }
    }
}

/// What a text mentions.
#[derive(Default)]
struct Look {
    names: Vec<String>,
    classes: Vec<(Name, Vec<String>)>,
    /// Whether it calls anything, or sets an attribute or an item.
    changes: bool,
}

impl Look {
    fn class(&mut self, def: &StmtClassDef) {
        let bases = def.arguments.iter().flat_map(|of| of.args.iter());
        let bases = bases.filter_map(dotted).collect();
        self.classes.push((def.name.id.clone(), bases));
    }
}

impl<'t> Visitor<'t> for Look {
    fn visit_stmt(&mut self, statement: &'t Stmt) {
        if let Stmt::ClassDef(def) = statement {
            self.class(def);
        }
        walk_stmt(self, statement);
    }
    fn visit_expr(&mut self, e: &'t Expr) {
        match e {
            Expr::Call(_) => self.changes = true,
            Expr::Attribute(of) => self.changes |= !of.ctx.is_load(),
            Expr::Subscript(of) => self.changes |= !of.ctx.is_load(),
            _ => {}
        }
        if let Some(path) = dotted(e) {
            self.names.push(path);
        }
        walk_expr(self, e);
    }
}
