//! The text that the client registers for a class: `json.dumps(cls.schema(), indent=True)`.

use std::collections::HashSet;
use std::rc::Rc;

use tg_schema_model::Json;

use super::field::{Field, Item, Shape, field};
use super::{Problem, default, fields, instance, known_name, namespace, sorted};
use crate::interpret::{Class, Kind, Member, Value};

/// What older clients did otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Habits {
    /// Fields are sorted by name, always.
    pub sorted_fields: bool,
    /// A nested record is written in full each time.
    pub repeat_definitions: bool,
}

/// Most fields of one text.
const MAX_FIELDS: usize = 1_000_000;
/// Most fields of a text that repeats definitions, which may double with each record.
const MAX_REPEATED: usize = 10_000;

/// The text to register for a class.
pub fn text<'a>(class: &Rc<Class<'a>>, habits: Habits) -> Result<String, Problem> {
    schema(class, habits).map(|schema| schema.python())
}

/// The text as a tree.
pub fn schema<'a>(class: &Rc<Class<'a>>, habits: Habits) -> Result<Json, Problem> {
    if let Some(error) = instance::unaskable(class)? {
        return Err(Problem::refused(error, class.site));
    }
    let mut client = Client {
        habits,
        seen: HashSet::new(),
        open: Vec::new(),
        written: 0,
    };
    client.record(class)
}

struct Client {
    habits: Habits,
    seen: HashSet<String>,
    open: Vec<usize>,
    written: usize,
}

impl Client {
    fn first(&mut self, name: &str) -> bool {
        self.seen.insert(name.to_owned()) || self.habits.repeat_definitions
    }

    fn record<'a>(&mut self, class: &Rc<Class<'a>>) -> Result<Json, Problem> {
        if let Some(doubt) = &*class.doubt.borrow() {
            return Err(Problem::Unknown(doubt.clone()));
        }
        if class.name == "Record" && !has_fields(class) {
            let error = "AttributeError: type object 'Record' has no attribute '_fields'";
            return Err(Problem::refused(error, class.site));
        }
        let space = namespace(class)?;
        let name = known_name(class)?;
        let full = match &space {
            Some(space) => format!("{space}.{name}"),
            None => name.clone(),
        };
        if !self.first(&full) || self.open.contains(&class.id) {
            return Ok(Json::String(full));
        }
        self.open.push(class.id);
        let mut all = fields(class)?;
        self.written += all.len();
        let most = match self.habits.repeat_definitions {
            true => MAX_REPEATED,
            false => MAX_FIELDS,
        };
        if self.written > most || self.open.len() > 256 {
            return Err(Problem::unknown(
                "the schema is larger than can be followed",
                class.site,
            ));
        }
        if sorted(class)? || self.habits.sorted_fields {
            all.sort_by(|a, b| a.0.cmp(&b.0));
        }
        let mut entries = Vec::with_capacity(all.len());
        for (name, value) in &all {
            let field = field(value, 0)?;
            entries.push(self.entry(name, &field)?);
        }
        self.open.pop();
        let mut whole = vec![
            ("type".to_owned(), Json::str("record")),
            ("name".to_owned(), Json::String(name)),
        ];
        if let Some(space) = space {
            whole.push(("namespace".to_owned(), Json::String(space)));
        }
        whole.push(("fields".to_owned(), Json::Array(entries)));
        Ok(Json::Object(whole))
    }

    fn entry(&mut self, name: &str, field: &Field<'_>) -> Result<Json, Problem> {
        if let Shape::Record(of) = &field.shape
            && let Some(error) = instance::breaks(field, of)?
        {
            return Err(Problem::refused(error, field.site));
        }
        let ty = self.info(field)?;
        let ty = match field.required {
            true => ty,
            false => Json::Array(vec![Json::str("null"), ty]),
        };
        let mut entries = vec![("name".to_owned(), Json::str(name))];
        if field.required_default {
            entries.push(("default".to_owned(), default::registered(field)?));
        }
        entries.push(("type".to_owned(), ty));
        Ok(Json::Object(entries))
    }

    /// `schema_info`.
    fn info(&mut self, field: &Field<'_>) -> Result<Json, Problem> {
        Ok(match &field.shape {
            Shape::Plain(plain) => Json::str(plain.word()),
            Shape::Enum(class) => self.enumeration(class)?,
            Shape::Array(item) => {
                let items = self.item(item, field)?;
                Json::object([("type", Json::str("array")), ("items", items)])
            }
            Shape::Map(item) => {
                let values = self.item(item, field)?;
                Json::object([("type", Json::str("map")), ("values", values)])
            }
            Shape::Record(of) => self.record(&of.class)?,
        })
    }

    fn item(&mut self, item: &Item<'_>, around: &Field<'_>) -> Result<Json, Problem> {
        match item {
            Item::Late(error) => Err(Problem::refused(error.clone(), around.site)),
            Item::Field(field) => match &field.shape {
                // Only these are asked for more than the name of their type.
                Shape::Array(_) | Shape::Map(_) => self.info(field),
                Shape::Record(of) => {
                    let names = fields(&of.class)?;
                    if names.iter().any(|(own, _)| own == "schema_info") {
                        let error = "TypeError: 'NoneType' object is not callable";
                        return Err(Problem::refused(error, field.site));
                    }
                    self.info(field)
                }
                Shape::Enum(_) => Ok(Json::str("enum")),
                Shape::Plain(plain) => Ok(Json::str(plain.word())),
            },
        }
    }

    fn enumeration(&mut self, class: &Rc<Class<'_>>) -> Result<Json, Problem> {
        if let Some(doubt) = &*class.doubt.borrow() {
            return Err(Problem::Unknown(doubt.clone()));
        }
        let name = known_name(class)?;
        if !self.first(&name) {
            return Ok(Json::String(name));
        }
        symbols(class)?;
        let members = class.members.borrow();
        Ok(Json::object([
            ("type", Json::str("enum")),
            ("name", Json::String(name)),
            (
                "symbols",
                Json::strings(members.iter().map(|m| m.name.as_str())),
            ),
        ]))
    }
}

/// Whether the symbols of an enum are known: a value that is not may make an alias.
pub(crate) fn symbols(class: &Class) -> Result<(), Problem> {
    if let Some(doubt) = &*class.doubt.borrow() {
        return Err(Problem::Unknown(doubt.clone()));
    }
    let members = class.members.borrow();
    for member in members.iter().filter(|_| members.len() > 1) {
        match &member.value {
            Value::Unknown(why) => return Err(why.into()),
            // What something outside of the files gives is not known either.
            Value::External(path) => return Err(computed(member, path)),
            Value::Instance(of) => {
                if let Some(path) = of.class.external_path() {
                    return Err(computed(member, path));
                }
            }
            _ => {}
        }
    }
    Ok(())
}

fn computed(member: &Member<'_>, path: &str) -> Problem {
    let reason = format!(
        "the value of `{}.{}` is known only when the program runs: it comes from `{path}`",
        member.enumeration, member.name
    );
    Problem::unknown(reason, member.site)
}

/// A class named `Record` has the fields of its base, if that has any.
fn has_fields(class: &Rc<Class>) -> bool {
    class
        .bases
        .iter()
        .any(|base| matches!(base, Value::Class(of) if of.kind == Kind::Record))
}
