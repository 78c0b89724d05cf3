//! Findings on classes and fields: what the client does silently, and what the old schema suffers from.

use std::collections::{BTreeMap, HashSet};
use std::rc::Rc;

use ruff_python_ast::{Expr, Stmt};
use ruff_text_size::Ranged;
use tg_schema_model::{Diagnostic, Diagnostics};

use crate::interpret::{Attribute, Class, Kind, Program, Site, Value, linear};
use crate::record::{self, Field, Plain, Problem, Shape, is_field_class};

/// Collects findings.
pub(super) struct Remarks<'f, 'a> {
    pub(super) program: Program<'a>,
    pub(super) findings: &'f mut Diagnostics,
}

impl<'a> Remarks<'_, 'a> {
    fn warn(&mut self, code: &'static str, site: Site, message: String, label: &str, help: &str) {
        let span = self.program.span(site);
        let mut found = Diagnostic::warning(span, message, label).code(code);
        if !help.is_empty() {
            found = found.help(help);
        }
        self.findings.push(found);
    }

    /// A field that could not be defined.
    pub(super) fn left_open(
        &mut self,
        class: &Class,
        name: &str,
        site: Site,
        problem: &Problem,
        reason: &str,
    ) {
        let message = format!("the field `{}.{name}` is left open", class.name);
        let Problem::Refused { error, .. } = problem else {
            let help = "define it by hand, then take it out of `unresolved`";
            return self.warn("UNRESOLVED_FIELD", site, message, reason, help);
        };
        let code = if error.contains("unexpected keyword") {
            "UNKNOWN_FIELD_ARGUMENT"
        } else if error.contains("is not a Record or a Field") || error.contains("Record.type()") {
            "BARE_CLASS_IN_COLLECTION"
        } else {
            "REFUSED_FIELD"
        };
        let help = "the class was never registered like this";
        self.warn(code, site, message, reason, help);
    }

    /// A class as a whole.
    pub(super) fn class(&mut self, class: &Rc<Class<'a>>) {
        if class.name == "Record" {
            let message =
                "the client makes no schema of a class that is called `Record`".to_owned();
            self.warn(
                "RECORD_NAMED_RECORD",
                class.site,
                message,
                "another name",
                "",
            );
        }
        if !record::name(class).is_ascii() {
            let message = format!("`{}` is no name for Avro", class.name);
            self.warn("NON_ASCII_NAME", class.site, message, "a name in ASCII", "");
        }
        let own = record::fields(class).unwrap_or_default();
        let own: HashSet<String> = own.into_iter().map(|(name, _)| name).collect();
        self.inherited(class, &own);
        self.own_code(class);
        for attribute in &class.created {
            if !own.contains(attribute.name.as_str()) {
                self.attribute(class, attribute);
            }
        }
        let body = class.def.map_or(&[][..], |def| &def.body);
        for statement in body {
            if let Stmt::AnnAssign(of) = statement
                && of.value.is_none()
                && let Expr::Name(name) = &*of.target
                && !own.contains(name.id.as_str())
            {
                let site = Site {
                    file: class.site.file,
                    range: statement.range(),
                };
                self.no_field(class, &name.id, site, "an annotation");
            }
        }
    }

    fn inherited(&mut self, class: &Rc<Class<'a>>, own: &HashSet<String>) {
        let mut lost: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for base in linear(class).iter().skip(1) {
            let names: Vec<String> = match base.kind {
                Kind::Record => record::fields(base)
                    .unwrap_or_default()
                    .into_iter()
                    .map(|(n, _)| n)
                    .collect(),
                _ => base
                    .created
                    .iter()
                    .filter(|a| looks_like_field(&a.value))
                    .map(|a| a.name.to_string())
                    .collect(),
            };
            let missing = names.into_iter().filter(|name| !own.contains(name));
            let missing: Vec<String> = missing.collect();
            if !missing.is_empty() {
                lost.entry(base.name.to_string())
                    .or_default()
                    .extend(missing);
            }
        }
        for (base, names) in lost {
            let list = listed(&names);
            self.warn(
                "INHERITED_FIELDS_LOST",
                class.site,
                format!(
                    "`{}` does not have the fields of `{base}`: {list}",
                    class.name
                ),
                "the client takes the fields of a class's own body alone",
                "the definition has what is registered; add them where they are meant",
            );
        }
    }

    /// Methods, properties and values of a class.
    fn own_code(&mut self, class: &Rc<Class<'a>>) {
        let created = class.created.iter();
        let told = created.filter(|of| {
            looks_like_namespace(&of.name, &of.value) || no_field(&of.name, &of.value).is_some()
        });
        let told: HashSet<&str> = told.map(|of| of.name.as_str()).collect();
        let names = record::beside_own(class).into_iter();
        let names: Vec<String> = names.filter(|name| !told.contains(name.as_str())).collect();
        if names.is_empty() {
            return;
        }
        self.warn(
            "OWN_CODE",
            class.site,
            format!("`{}` has code of its own: {}", class.name, listed(&names)),
            "definitions and generated types have fields and members alone",
            "keep it beside the generated types, as functions or in a class that holds a message",
        );
    }

    fn attribute(&mut self, class: &Class, attribute: &Attribute<'a>) {
        let Attribute {
            name,
            value,
            expression,
            ..
        } = attribute;
        if looks_like_namespace(name, value) {
            self.warn(
                "NAMESPACE_LOOK_ALIKE",
                *expression,
                format!("`{}.{name}` is no namespace", class.name),
                "the client looks at `_avro_namespace` alone",
                "what is registered has no namespace; to give it one changes the schema",
            );
            return;
        }
        if let Some(what) = no_field(name, value) {
            self.no_field(class, name, *expression, what);
        }
    }

    fn no_field(&mut self, class: &Class, name: &str, site: Site, what: &str) {
        self.warn(
            "NOT_A_FIELD",
            site,
            format!("`{}.{name}` is no field: it is {what}", class.name),
            "the client passes over it silently",
            "what is registered lacks it; to add it changes the schema",
        );
    }

    /// A field that is defined.
    pub(super) fn field(
        &mut self,
        class: &Class,
        name: &str,
        field: &Field<'a>,
        value: &Value<'a>,
        site: Site,
    ) {
        let owner = format!("`{}.{name}`", class.name);
        self.field_name(&owner, name, site);
        self.field_default(&owner, field, value, site);
        self.field_shape(&owner, name, field, site);
    }

    fn field_name(&mut self, owner: &str, name: &str, site: Site) {
        const ORDINARY: &str = "a name that is an ordinary field in Python";
        match name {
            "default" | "required" | "required_default" => self.warn(
                "SWALLOWED_FIELD_NAME",
                site,
                format!("{owner} could never be set in Python: the constructor takes this name for itself"),
                ORDINARY,
                "it is registered all the same; new producers send it, and old ones never did",
            ),
            "_default" | "_required" | "_required_default" => self.warn(
                "SWALLOWED_FIELD_NAME",
                site,
                format!("{owner} is registered and was never sent"),
                "the client deletes this name from every message",
                "new producers send it",
            ),
            "type" | "python_type" | "validate_type" | "schema" | "schema_info" | "self" => self.warn(
                "METHOD_SHADOWING_NAME",
                site,
                format!("{owner} hides a method or a parameter of `Record`"),
                ORDINARY,
                "the name stays on the wire; new code has no such trouble",
            ),
            _ if !name.is_ascii() => self.warn(
                "NON_ASCII_NAME",
                site,
                format!("{owner} has letters beyond ASCII"),
                "some Avro readers refuse the schema",
                "the name stays",
            ),
            _ => {}
        }
    }

    fn field_default(&mut self, owner: &str, field: &Field<'a>, value: &Value<'a>, site: Site) {
        let given = field.default.is_some();
        let boolean = matches!(field.shape, Shape::Plain(Plain::Boolean));
        let is_record = matches!(field.shape, Shape::Record(_));
        if field.required_default && !given && !boolean {
            let (code, what) = match field.required {
                true => (
                    "NULL_DEFAULT_ON_REQUIRED",
                    "default null and a type without null",
                ),
                false => ("REQUIRED_DEFAULT_WITHOUT_DEFAULT", "default null"),
            };
            let help = "the text is kept as it is";
            self.warn(
                code,
                site,
                format!("{owner} is registered with {what}"),
                "a default is demanded and not given",
                help,
            );
        }
        match &field.default {
            Some(Value::Unknown(why)) => self.warn(
                "NON_LITERAL_DEFAULT",
                site,
                format!("the default of {owner} is computed when the program runs"),
                &why.reason,
                "what is registered does not show it; give new code a default where it is meant",
            ),
            Some(Value::Float(v)) if !v.is_finite() && field.required_default => self.warn(
                "NAN_DEFAULT",
                site,
                format!("the default of {owner} is no JSON"),
                "a number",
                "the text is kept as it is, and no JSON reader takes it",
            ),
            Some(Value::Bytes(_)) if field.required_default => self.warn(
                "BYTES_DEFAULT",
                site,
                format!("the client cannot register the default of {owner}"),
                "a default of bytes is no JSON",
                "it raises TypeError: no schema of this form was ever registered",
            ),
            Some(Value::Instance(_)) if is_record && field.required_default => self.warn(
                "RECORD_DEFAULT",
                site,
                format!("the client cannot register the default of {owner}"),
                "a record is no JSON",
                "it raises TypeError: no schema of this form was ever registered",
            ),
            Some(_) if !field.required_default && !is_record => self.warn(
                "DEFAULT_NOT_REGISTERED",
                site,
                format!("the default of {owner} is not in the registered schema"),
                "only `required_default=True` registers it",
                "the definition keeps both: the default for readers, and the text as it is",
            ),
            _ => {}
        }
        let first = match field.shape {
            Shape::Array(_) | Shape::Map(_) | Shape::Enum(_) => 1,
            _ => 0,
        };
        if let Value::Instance(of) = value
            && of.arguments.positional.len() > first
        {
            self.warn(
                "POSITIONAL_DEFAULT",
                site,
                format!("the positional argument of {owner} is its default"),
                "`default=` says it",
                "",
            );
        }
    }

    fn field_shape(&mut self, owner: &str, name: &str, field: &Field<'a>, site: Site) {
        match &field.shape {
            Shape::Plain(Plain::Null) => self.warn(
                "NULL_FIELD",
                site,
                format!("{owner} can hold nothing but null"),
                "a type",
                "the text is kept verbatim",
            ),
            Shape::Plain(Plain::Integer) if looks_like_time(name) => self.warn(
                "NARROW_TIMESTAMP",
                site,
                format!("{owner} looks like a time and has 32 bits"),
                "`Long()`",
                "a time in milliseconds does not fit; the definition keeps the width that is registered",
            ),
            Shape::Enum(class) => {
                let members = class.members.borrow();
                let text = |m: &&Rc<crate::interpret::Member<'a>>| matches!(&m.value, Value::Str(text) if **text != *m.name);
                if let Some(member) = members.iter().find(text) {
                    self.warn(
                        "STRING_VALUED_ENUM",
                        site,
                        format!("{owner} travels as the string of `{}.{}` and its like", class.name, member.name),
                        "the Python client could never read it back from JSON",
                        "the definition keeps the values: readers of it take them",
                    );
                }
            }
            Shape::Array(item) | Shape::Map(item) => match item.field().map(|inner| &inner.shape) {
                Some(Shape::Enum(_)) => self.warn(
                    "ENUM_IN_COLLECTION",
                    site,
                    format!("{owner} is registered as a collection of the word \"enum\""),
                    "no Avro reader takes this",
                    "the text is kept verbatim",
                ),
                Some(Shape::Array(inner) | Shape::Map(inner)) if holds_record(inner) => self.warn(
                    "NESTED_COLLECTION",
                    site,
                    format!("{owner} holds records in a collection of collections"),
                    "the Python client leaves them dictionaries when it reads",
                    "readers of the definition read them",
                ),
                _ => {}
            },
            _ => {}
        }
    }

    /// An enum that fields hold.
    pub(super) fn enumeration(&mut self, class: &Rc<Class<'a>>) {
        self.own_code(class);
        for attribute in &class.created {
            if let Some(Value::Member(member)) = class.scope.get(&attribute.name)
                && member.name != attribute.name
            {
                self.warn(
                    "ENUM_ALIAS",
                    attribute.statement,
                    format!(
                        "`{}.{}` is another name of `{}`",
                        class.name, attribute.name, member.name
                    ),
                    "no schema shows it",
                    "",
                );
            }
        }
    }

    /// Classes of one name.
    pub(super) fn names(&mut self, classes: &[&Rc<Class<'a>>]) {
        let mut first: BTreeMap<String, &Rc<Class<'a>>> = BTreeMap::new();
        for class in classes {
            let name = record::name(class);
            match first.get(&name) {
                None => drop(first.insert(name, class)),
                Some(other) => {
                    let place = self.program.place(other.site);
                    self.warn(
                        "DUPLICATE_RECORD_NAME",
                        class.site,
                        format!("`{name}` is the name of another class too, at {place}"),
                        "a name of its own",
                        "a schema that reaches both refers to the first for the second",
                    );
                }
            }
        }
    }
}

/// Whether an attribute looks like `_avro_namespace` and is not.
fn looks_like_namespace(name: &str, value: &Value) -> bool {
    let bare = name.trim_matches('_').replace('_', "").to_lowercase();
    name != "_avro_namespace"
        && matches!(bare.as_str(), "avronamespace" | "namespace")
        && matches!(value, Value::Str(_))
}

/// What an attribute is that looks like a field and is none.
fn no_field(name: &str, value: &Value) -> Option<&'static str> {
    let setting = name.starts_with('_') || name.chars().all(|c| !c.is_lowercase());
    let what = match value {
        Value::External(path) if is_field_class(path) => "a class, not an instance of it",
        Value::External(path) if path.starts_with("builtins.") => "a type of Python",
        Value::Tuple(items) if items.iter().any(looks_like_field) => {
            "a tuple: a comma stands behind it"
        }
        Value::List(items) if items.borrow().iter().any(looks_like_field) => "a list",
        Value::Member(_) => "a member of an enum, not the enum",
        Value::Int(_) | Value::Float(_) | Value::Bool(_) | Value::Str(_) | Value::Bytes(_) => {
            "a plain value"
        }
        _ => return None,
    };
    (!setting).then_some(what)
}

/// Names in quotes, the first of them where there are many.
pub(super) fn listed(names: &[String]) -> String {
    const SHOWN: usize = 8;
    let shown = names.iter().take(SHOWN).map(|name| format!("`{name}`"));
    let mut list = shown.collect::<Vec<_>>().join(", ");
    if names.len() > SHOWN {
        list.push_str(&format!(" and {} more", names.len() - SHOWN));
    }
    list
}

fn holds_record(item: &record::Item<'_>) -> bool {
    match item.field().map(|inner| &inner.shape) {
        Some(Shape::Record(_)) => true,
        Some(Shape::Array(inner) | Shape::Map(inner)) => holds_record(inner),
        _ => false,
    }
}

/// Whether a value would be a field in the body of a Record.
fn looks_like_field(value: &Value) -> bool {
    match value {
        Value::Instance(of) => match &of.class {
            Value::External(path) => is_field_class(path),
            Value::Class(class) => class.kind == Kind::Record,
            _ => false,
        },
        _ => false,
    }
}

/// Whether a name speaks of a point in time.
fn looks_like_time(name: &str) -> bool {
    let name = name.to_lowercase();
    let words: Vec<&str> = name.split('_').collect();
    let last = words.last().copied().unwrap_or("");
    matches!(
        last,
        "time" | "timestamp" | "ts" | "at" | "millis" | "ms" | "epoch" | "datetime"
    ) || words.contains(&"timestamp")
        || matches!(name.as_str(), "created" | "updated" | "expires" | "expiry")
}

#[cfg(test)]
mod tests {
    use super::looks_like_time;

    #[test]
    fn names_of_times() {
        for name in [
            "time",
            "created_at",
            "event_timestamp",
            "TIMESTAMP",
            "expires",
        ] {
            assert!(looks_like_time(name), "{name}");
        }
        for name in ["times", "what", "format", "team_size"] {
            assert!(!looks_like_time(name), "{name}");
        }
    }
}
