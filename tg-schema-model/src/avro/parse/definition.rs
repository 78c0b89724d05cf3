//! Definitions: records with their fields, enums and fixed, each entered under its name.

use std::collections::HashMap;

use super::{Read, Reader, Rules, rest};
use crate::avro::logical::{Base, known, logical};
use crate::avro::{Enum, Field, Fixed, Kind, Name, Order, Record, Schema};
use crate::json::Json;

impl<'a> Reader<'a> {
    pub(super) fn record(&mut self, json: &'a Json, enclosing: Option<&str>) -> Read<Schema> {
        let name = match self.define(json, enclosing)? {
            Defined::New(name) => name,
            Defined::Repeated(name) => return Ok(Schema::Ref(name)),
        };
        let Some(list) = json.get("fields").and_then(Json::as_array) else {
            return self.error(format!("record {name} needs an array \"fields\""));
        };
        let mut fields = Vec::with_capacity(list.len());
        let mut seen = HashMap::new();
        for (i, item) in list.iter().enumerate() {
            let back = self.enter(format_args!("fields/{i}"));
            let mut field = self.field(item)?;
            if let Some(first) = seen.insert(field.name.clone(), i) {
                return self.error(format!("field {:?} is also field {first}", field.name));
            }
            field.schema = self.part(item, "type", name.namespace.as_deref())?;
            fields.push(field);
            self.leave(back);
        }
        self.finish_record(json, name, fields)
    }

    fn finish_record(&mut self, json: &Json, name: Name, fields: Vec<Field>) -> Read<Schema> {
        Ok(Schema::Record(Record {
            name,
            doc: self.text(json, "doc")?,
            aliases: self.aliases(json, true)?,
            fields,
            properties: rest(
                json,
                &["type", "name", "namespace", "doc", "aliases", "fields"],
            ),
        }))
    }

    /// A field, its type still to come.
    fn field(&mut self, json: &Json) -> Read<Field> {
        if json.as_object().is_none() {
            return self.error(format!("expected a field, found {}", json.kind()));
        }
        let Some(name) = self.text(json, "name")? else {
            return self.error("a field needs a name");
        };
        if let Some(problem) = self.name_problem(&name) {
            return self.error_at("name", problem);
        }
        let order = match self.text(json, "order")?.as_deref() {
            None => None,
            Some("ascending") => Some(Order::Ascending),
            Some("descending") => Some(Order::Descending),
            Some("ignore") => Some(Order::Ignore),
            Some(other) => {
                let message =
                    format!("{other:?} is none of \"ascending\", \"descending\", \"ignore\"");
                return self.error_at("order", message);
            }
        };
        Ok(Field {
            name,
            doc: self.text(json, "doc")?,
            schema: Kind::Null.into(),
            default: json.get("default").cloned(),
            order,
            aliases: self.aliases(json, false)?,
            properties: rest(
                json,
                &["name", "type", "doc", "default", "order", "aliases"],
            ),
        })
    }

    pub(super) fn enumeration(&mut self, json: &'a Json, enclosing: Option<&str>) -> Read<Schema> {
        let name = match self.define(json, enclosing)? {
            Defined::New(name) => name,
            Defined::Repeated(name) => return Ok(Schema::Ref(name)),
        };
        let Some(list) = json.get("symbols").and_then(Json::as_array) else {
            return self.error(format!("enum {name} needs an array \"symbols\""));
        };
        let mut symbols = Vec::with_capacity(list.len());
        let mut seen = HashMap::new();
        for (i, item) in list.iter().enumerate() {
            let back = self.enter(format_args!("symbols/{i}"));
            let Some(symbol) = item.as_str() else {
                return self.error(format!("expected a symbol, found {}", item.kind()));
            };
            if let Some(problem) = self.name_problem(symbol) {
                return self.error(problem);
            }
            if let Some(first) = seen.insert(symbol, i) {
                return self.error(format!("symbol {symbol:?} is also symbol {first}"));
            }
            self.leave(back);
            symbols.push(symbol.to_owned());
        }
        let default = self.text(json, "default")?;
        if let Some(default) = default.as_deref().filter(|d| !seen.contains_key(d)) {
            let message = format!("the default {default:?} is none of the symbols");
            return self.error_at("default", message);
        }
        Ok(Schema::Enum(Enum {
            name,
            doc: self.text(json, "doc")?,
            aliases: self.aliases(json, true)?,
            symbols,
            default,
            properties: rest(
                json,
                &[
                    "type",
                    "name",
                    "namespace",
                    "doc",
                    "aliases",
                    "symbols",
                    "default",
                ],
            ),
        }))
    }

    pub(super) fn fixed(&mut self, json: &'a Json, enclosing: Option<&str>) -> Read<Schema> {
        let name = match self.define(json, enclosing)? {
            Defined::New(name) => name,
            Defined::Repeated(name) => return Ok(Schema::Ref(name)),
        };
        let size = json
            .get("size")
            .and_then(Json::as_number)
            .and_then(|n| n.parse().ok());
        let Some(size) = size else {
            return self.error(format!(
                "fixed {name} needs a whole number of bytes as \"size\""
            ));
        };
        let logical = logical(json, Base::Fixed(size));
        Ok(Schema::Fixed(Fixed {
            name,
            doc: self.text(json, "doc")?,
            aliases: self.aliases(json, true)?,
            size,
            logical,
            properties: rest(
                json,
                &known(
                    &["type", "name", "namespace", "doc", "aliases", "size"],
                    logical,
                ),
            ),
        }))
    }

    /// Enters the named type at hand among the definitions.
    fn define(&mut self, json: &'a Json, enclosing: Option<&str>) -> Read<Defined> {
        let Some(written) = self.text(json, "name")? else {
            return self.error("a record, enum or fixed needs a name");
        };
        let namespace = self.text(json, "namespace")?;
        let name = Name::resolve(&written, namespace.as_deref().or(enclosing));
        let parts = name.namespace.iter().flat_map(|ns| ns.split('.'));
        let problem = parts
            .chain([name.name.as_str()])
            .find_map(|part| self.name_problem(part));
        if let Some(problem) = problem {
            return self.error_at("name", problem);
        }
        if self.rules == Rules::Spec && written.starts_with('.') {
            return self.error_at("name", "a name starts with a dot");
        }
        if Kind::from_name(&name.name).is_some() {
            let message = format!("{:?} is the name of a primitive type", name.name);
            return self.error_at("name", message);
        }
        self.spend(&name)?;
        match self.defined.get(&name) {
            None => {
                self.defined.insert(name.clone(), json);
                Ok(Defined::New(name))
            }
            Some(first) if self.rules == Rules::Registered && *first == json => {
                Ok(Defined::Repeated(name))
            }
            Some(_) => self.error_at("name", format!("{name} is defined twice")),
        }
    }

    fn aliases(&mut self, json: &Json, dotted: bool) -> Read<Vec<String>> {
        let Some(value) = json.get("aliases") else {
            return Ok(Vec::new());
        };
        let back = self.enter("aliases");
        let Some(list) = value.as_array() else {
            return self.error(format!("expected an array, found {}", value.kind()));
        };
        let mut aliases = Vec::with_capacity(list.len());
        for (i, alias) in list.iter().enumerate() {
            let back = self.enter(i);
            let Some(alias) = alias.as_str() else {
                return self.error(format!("expected a name, found {}", alias.kind()));
            };
            // Registered schemas may say so that a former name had no namespace.
            let plain = match (dotted, self.rules) {
                (true, Rules::Registered) => alias.strip_prefix('.').unwrap_or(alias),
                _ => alias,
            };
            let problem = match dotted {
                true => plain.split('.').find_map(|part| self.name_problem(part)),
                false => self.name_problem(alias),
            };
            if let Some(problem) = problem {
                return self.error(problem);
            }
            self.leave(back);
            aliases.push(alias.to_owned());
        }
        self.leave(back);
        Ok(aliases)
    }
}

enum Defined {
    New(Name),
    Repeated(Name),
}
