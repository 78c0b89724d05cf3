//! Import statements: modules of the files are run where Python would run them.

use std::path::Path;
use std::rc::Rc;

use ruff_python_ast::name::Name;
use ruff_python_ast::{Alias, StmtImport, StmtImportFrom};
use ruff_text_size::Ranged;

use super::client;
use super::observer::Import;
use super::project::{Found, is_standard};
use super::scope::Env;
use super::value::{FileId, Module, Site, Value};
use super::{Frame, Interpreter, MODULE_STEPS};

impl<'a> Interpreter<'a, '_> {
    /// The module of a file; it runs now if it has not begun.
    pub(super) fn module(&mut self, file: FileId, name: Option<&str>) -> Rc<Module<'a>> {
        if let Some(Some(module)) = self.modules.get(file.at()) {
            return Rc::clone(module);
        }
        let text = &self.program.files[file.at()];
        let module = Rc::new(Module {
            name: name.map_or_else(|| text.module.join("."), str::to_owned),
            file: Some(file),
            folder: self
                .program
                .project
                .package_folder(file)
                .map(Path::to_owned),
            scope: Rc::default(),
            done: std::cell::Cell::new(false),
        });
        self.modules[file.at()] = Some(Rc::clone(&module));
        // It runs once, whatever branch or call it is imported from.
        let journals = std::mem::take(&mut self.journals);
        let (steps, risk, turns) = (self.steps.left(), self.risk, self.turns);
        self.turns = 0;
        let (mute, dead, calls, visiting) = (self.mute, self.dead, self.calls, self.visiting);
        (self.mute, self.dead, self.calls, self.visiting) = (0, 0, 0, 0);
        let guarded = self.guarded.take();
        self.steps.set(MODULE_STEPS);
        let mut frame = Frame::new(Env::module(Rc::clone(&module)), file, Vec::new());
        let body = &self.program.tree(file).body;
        self.deeper((), |this| {
            this.block(&mut frame, body);
        });
        self.steps.set(steps);
        (self.risk, self.turns) = (risk, turns);
        (self.mute, self.dead, self.calls, self.visiting) = (mute, dead, calls, visiting);
        self.journals = journals;
        self.guarded = guarded;
        module.done.set(true);
        module
    }

    fn folder(&mut self, folder: &Path, name: &str) -> Rc<Module<'a>> {
        if let Some(module) = self.folders.get(folder) {
            return Rc::clone(module);
        }
        let module = Rc::new(Module {
            name: name.to_owned(),
            file: None,
            folder: Some(folder.to_owned()),
            scope: Rc::default(),
            done: std::cell::Cell::new(true),
        });
        self.folders.insert(folder.to_owned(), Rc::clone(&module));
        module
    }

    fn found(&mut self, found: Found, name: &str, site: Site) -> Option<Value<'a>> {
        match found {
            Found::File(file) => Some(Value::Module(self.module(file, Some(name)))),
            Found::Folder(folder) => Some(Value::Module(self.folder(&folder, name))),
            Found::Several => {
                self.risk += 1;
                let reason = format!("there are several modules `{name}` among the sources");
                Some(self.unknown(reason, site))
            }
            Found::Nothing => None,
        }
    }

    /// The module of a dotted name, with those above it.
    pub(super) fn import_module(&mut self, file: FileId, dotted: &str, site: Site) -> Value<'a> {
        let parts: Vec<&str> = dotted.split('.').collect();
        // The packages above run first.
        for end in 1..parts.len() {
            let found = self.program.project.find(file, &parts[..end]);
            if matches!(found, Found::File(_)) {
                self.found(found, &parts[..end].join("."), site);
            }
        }
        let found = self.program.project.find(file, &parts);
        match self.found(found, dotted, site) {
            Some(value) => value,
            None => {
                if !is_certain(parts[0]) {
                    self.risk += 1;
                }
                Value::external(dotted)
            }
        }
    }

    /// A module below one, by its name.
    pub(super) fn submodule(
        &mut self,
        module: &Rc<Module<'a>>,
        name: &str,
        site: Site,
    ) -> Option<Value<'a>> {
        let folder = module.folder.as_deref()?;
        let found = self.program.project.inside(folder, &[name]);
        // A package is no module of its own.
        if matches!(found, Found::File(file) if Some(file) == module.file) {
            return None;
        }
        let dotted = format!("{}.{name}", module.name);
        self.found(found, &dotted, site)
    }

    pub(super) fn import(&mut self, frame: &mut Frame<'a>, statement: &'a StmtImport) {
        for alias in &statement.names {
            let dotted = alias.name.as_str();
            let site = frame.site(alias);
            let whole = self.import_module(frame.file, dotted, site);
            let (name, value) = match (&alias.asname, dotted.split_once('.')) {
                (Some(asname), _) => (asname.id.clone(), whole.clone()),
                (None, None) => (alias.name.id.clone(), whole.clone()),
                (None, Some((top, _))) => {
                    (Name::new(top), self.import_module(frame.file, top, site))
                }
            };
            self.imported(frame, alias, dotted, None, &whole, statement.range());
            self.bind_name(frame, name, value, site, site);
        }
    }

    fn imported(
        &mut self,
        frame: &Frame<'a>,
        alias: &Alias,
        module: &str,
        name: Option<&str>,
        value: &Value<'a>,
        statement: ruff_text_size::TextRange,
    ) {
        let event = Import {
            module,
            name,
            alias: alias.asname.as_ref().map(|name| name.as_str()),
            value,
            site: frame.site(alias),
            statement: frame.at(statement),
        };
        self.tell(frame, |observer, context| observer.import(context, &event));
    }

    pub(super) fn import_from(&mut self, frame: &mut Frame<'a>, statement: &'a StmtImportFrom) {
        let written = statement.module.as_ref().map_or("", |name| name.as_str());
        let site = frame.site(statement);
        let (module, dotted) = if statement.level == 0 {
            if written == "__future__" {
                return;
            }
            (
                self.import_module(frame.file, written, site),
                written.to_owned(),
            )
        } else {
            self.relative(frame, statement.level, written, site)
        };
        for alias in &statement.names {
            let name = alias.name.as_str();
            let place = frame.site(alias);
            if name == "*" {
                self.imported(frame, alias, &dotted, Some("*"), &module, statement.range());
                self.import_all(frame, &module, &dotted, place);
                continue;
            }
            let value = self.import_name(&module, name, place);
            self.imported(frame, alias, &dotted, Some(name), &value, statement.range());
            let bound = alias.asname.as_ref().unwrap_or(&alias.name);
            self.bind_name(frame, bound.id.clone(), value, place, place);
        }
    }

    fn relative(
        &mut self,
        frame: &Frame<'a>,
        level: u32,
        written: &str,
        site: Site,
    ) -> (Value<'a>, String) {
        let parts: Vec<&str> = written.split('.').filter(|part| !part.is_empty()).collect();
        let found = self.program.project.relative(frame.file, level, &parts);
        let own = &frame.env.module.name;
        let package = frame.env.module.folder.is_some();
        let up = level as usize - usize::from(package);
        let mut above: Vec<&str> = own.split('.').collect();
        above.truncate(above.len().saturating_sub(up));
        above.extend(&parts);
        let dotted = above.join(".");
        let value = self.found(found, &dotted, site).unwrap_or_else(|| {
            self.risk += 1;
            let dots = ".".repeat(level as usize);
            self.unknown(
                format!("the module `{dots}{written}` is not among the sources"),
                site,
            )
        });
        (value, dotted)
    }

    /// `from module import name`.
    fn import_name(&mut self, module: &Value<'a>, name: &str, site: Site) -> Value<'a> {
        match module {
            Value::Module(of) => {
                if let Some(value) = of.scope.get(name) {
                    return value;
                }
                if let Some(value) = self.submodule(of, name, site) {
                    return value;
                }
                self.risk += 1;
                self.missing(of, name, site)
            }
            Value::External(path) => self.external_name(path, name, site),
            Value::Unknown(why) => Value::Unknown(Rc::clone(why)),
            _ => self.unknown("it is imported from something that is no module", site),
        }
    }

    /// A name of a module or class outside.
    pub(super) fn external_name(&mut self, path: &str, name: &str, site: Site) -> Value<'a> {
        if client::lacks(path, name) {
            self.risk += 1;
            let reason = format!("the client's module `{path}` has no `{name}`");
            return self.unknown(reason, site);
        }
        if name == "__name__" && super::is_field_class(path) {
            return Value::text(path.rsplit('.').next().unwrap_or(path));
        }
        Value::external(client::canonical(&format!("{path}.{name}")))
    }

    /// Why a module has no such name.
    pub(super) fn missing(&mut self, module: &Rc<Module<'a>>, name: &str, site: Site) -> Value<'a> {
        if let Some(open) = &*module.scope.open.borrow() {
            return open.clone();
        }
        if module.file.is_none() {
            // The rest of such a package may be installed from elsewhere.
            return Value::external(format!("{}.{name}", module.name));
        }
        let reason = if module.done.get() {
            format!(
                "the module `{}` has no name `{name}` that could be followed",
                module.name
            )
        } else {
            format!(
                "`{}` is imported in a circle, before it has `{name}`",
                module.name
            )
        };
        self.unknown(reason, site)
    }

    fn import_all(&mut self, frame: &mut Frame<'a>, module: &Value<'a>, dotted: &str, site: Site) {
        let names: Vec<Name> = match module {
            Value::Module(of) => match of.scope.get("__all__") {
                Some(Value::List(items)) => texts(&items.borrow()),
                Some(Value::Tuple(items)) => texts(&items),
                _ => {
                    let all = of.scope.all().into_iter().map(|(name, _)| name);
                    if let Some(open) = &*of.scope.open.borrow() {
                        *frame.env.scope.open.borrow_mut() = Some(open.clone());
                    }
                    all.filter(|name| !name.starts_with('_')).collect()
                }
            },
            Value::External(path) => match client::star(path) {
                Some(names) => names,
                None => {
                    let reason = format!("it may come from `from {dotted} import *`");
                    let open = self.unknown(reason, site);
                    *frame.env.scope.open.borrow_mut() = Some(open);
                    return;
                }
            },
            _ => {
                *frame.env.scope.open.borrow_mut() = Some(module.clone());
                return;
            }
        };
        for name in names {
            let value = self.import_name(module, &name, site);
            self.bind_name(frame, name, value, site, site);
        }
    }
}

/// Whether a module outside is surely installed where the code runs.
fn is_certain(top: &str) -> bool {
    matches!(top, "pulsar" | "_pulsar") || is_standard(top)
}

fn texts(items: &[Value]) -> Vec<Name> {
    items
        .iter()
        .filter_map(|item| item.as_str().map(Name::new))
        .collect()
}
