//! What is set of a value into the doubt about the classes that it may be or hold.

use std::rc::Rc;

use super::READING;
use super::search::is_field;
use crate::interpret::Interpreter;
use crate::interpret::value::{Class, Instance, Site, Unknown, Value};

/// Attributes by which a class or one of its fields gives another text.
const COUNTED: [&str; 9] = [
    "__class__",
    "__bases__",
    "__name__",
    "_avro_namespace",
    "_default",
    "_fields",
    "_required",
    "_required_default",
    "_sorted_fields",
];
/// What a schema is made by.
const OF_RECORD: [&str; 3] = ["__dict__", "schema", "schema_info"];
/// Those that nobody but the client knows.
const OF_CLIENT: [&str; 3] = ["_avro_namespace", "_fields", "_sorted_fields"];

impl<'a> Interpreter<'a, '_> {
    /// `base.name = …` and `del base.name`; gives whether that is not to be done.
    pub(in crate::interpret) fn sets(&mut self, base: &Value<'a>, name: &str, site: Site) -> bool {
        let counted = COUNTED.contains(&name);
        match base {
            Value::Class(class) => {
                let outside = counted && self.is_from_outside(class);
                if outside {
                    let why = format!("{} may set `{name}` of it", self.changer(site));
                    self.doubt(class, &Unknown::new(why, site));
                }
                outside
            }
            Value::External(path) if path.starts_with("pulsar.schema") && self.dead == 0 => {
                let why = format!("`{name}` of the client's `{path}` is set");
                self.escapes.client.get_or_insert(Unknown::new(why, site));
                false
            }
            Value::Instance(of) if is_field(of) => {
                // A sub-record that is filled has the same fields as before.
                let plain = matches!(of.class, Value::Class(_));
                if counted || !plain || OF_RECORD.contains(&name) {
                    self.sets_in_field(of, site);
                }
                false
            }
            Value::Unknown(_) | Value::Method(_) if counted => {
                self.sets_in_unknown(base, OF_CLIENT.contains(&name), site);
                false
            }
            // A stand-in for another object says that it is of its class.
            Value::Instance(of)
                if counted && name != "__class__" && of.class.external_path().is_some() =>
            {
                self.sets_in_unknown(base, false, site);
                false
            }
            _ => false,
        }
    }

    /// Whether the code meets a class of the module around it, and does not always run: that of a function which is only
    /// looked at, and not called, and that which runs only where its file is the program.
    fn is_from_outside(&self, class: &Class<'a>) -> bool {
        let before = match (self.visiting, self.guarded) {
            (0, None) => return false,
            (0, Some(before)) => before,
            _ if self.looked_at.known => return false,
            _ => self.looked_at.classes,
        };
        self.dead == 0 && class.id < before
    }

    /// Where code stands that may change a class.
    fn changer(&self, site: Site) -> String {
        let place = self.program.place(site);
        match self.visiting {
            0 => format!("code that runs only where its file is the program ({place})"),
            _ => format!("the function at {place}"),
        }
    }

    pub(super) fn sets_in_field(&self, of: &Rc<Instance<'a>>, site: Site) {
        for class in self.escapes.owners.of_field(&self.classes, of) {
            if self.is_from_outside(class) {
                let why = format!("{} may change a field of it", self.changer(site));
                self.doubt(class, &Unknown::new(why, site));
            }
        }
    }

    /// Something that counts is set of a value that is not known.
    fn sets_in_unknown(&mut self, base: &Value<'a>, of_record: bool, site: Site) {
        if self.dead > 0 {
            return;
        }
        let why = format!("`{}` may change it", self.program.snippet(site));
        let why = Unknown::new(why, site);
        let reach = self.reach([base], true);
        if reach.every || !reach.classes.is_empty() {
            return self.alter_all(&reach, &why);
        }
        let parameter = match base {
            Value::Unknown(unknown) => unknown.parameter.is_some(),
            Value::Method(_) => false,
            _ => return,
        };
        if of_record && !parameter {
            self.escapes.any.get_or_insert(why);
        } else if !self.looked_at.known {
            self.escapes.by.push((self.looked_at.function, why));
        }
    }

    /// `base[key] = …` and the like.
    pub(in crate::interpret) fn sets_item(&mut self, base: &Value<'a>, site: Site) {
        match base {
            Value::Dict(entries) => {
                let mut owners = self.escapes.owners.of_dict(&self.classes, entries);
                if let Some(class) = owners.find(|class| self.is_from_outside(class)) {
                    let why = format!("{} may change its fields", self.changer(site));
                    self.doubt(class, &Unknown::new(why, site));
                }
            }
            Value::Unknown(why) => match why.reach.as_deref() {
                Some(reach) if reach.inner => self.sets_in_unknown(base, reach.fields, site),
                _ => {}
            },
            Value::Method(method) if method.name == "_fields" => {
                self.sets_in_unknown(base, true, site);
            }
            _ => {}
        }
    }

    /// A method of a value that is not known is called.
    pub(in crate::interpret) fn calls_unknown(
        &mut self,
        expression: &ruff_python_ast::ExprCall,
        callee: &Value<'a>,
        site: Site,
    ) {
        let ruff_python_ast::Expr::Attribute(of) = &*expression.func else {
            return;
        };
        if !READING.contains(&of.attr.as_str()) {
            self.sets_item(callee, site);
        }
    }
}
