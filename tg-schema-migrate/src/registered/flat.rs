//! A schema as a set of definitions that refer to each other by name, so that it does not matter where,
//! and how often, a definition was written.

use std::collections::BTreeMap;

use tg_schema_model::Json;

/// A schema taken apart.
#[derive(Debug, PartialEq, Eq)]
pub struct Flat {
    /// Every definition of each name, nested ones replaced by their names. More than one where
    /// definitions of one name say different things.
    pub definitions: BTreeMap<String, Vec<Json>>,
    /// Whether a definition was written again.
    pub repeated: bool,
}

/// In what way a schema is put in order before it is compared.
#[derive(Clone, Copy, Default)]
pub struct Order {
    /// Fields by name.
    pub fields: bool,
    /// Keys of objects.
    pub keys: bool,
}

impl Flat {
    /// Takes a schema apart.
    pub fn of(tree: &Json, order: Order) -> Flat {
        let mut flat = Flat {
            definitions: BTreeMap::new(),
            repeated: false,
        };
        flat.ty(tree, order);
        flat
    }

    /// The same without nested definitions.
    fn ty(&mut self, tree: &Json, order: Order) -> Json {
        match tree {
            Json::Array(items) => {
                Json::Array(items.iter().map(|item| self.ty(item, order)).collect())
            }
            Json::Object(entries) if is_definition(tree) => {
                let definition = self.entries(entries, order);
                let name = name(tree);
                let known = self.definitions.entry(name.clone()).or_default();
                self.repeated |= !known.is_empty();
                if !known.contains(&definition) {
                    known.push(definition);
                }
                Json::String(name)
            }
            Json::Object(entries) => self.entries(entries, order),
            other => other.clone(),
        }
    }

    fn entries(&mut self, entries: &[(String, Json)], order: Order) -> Json {
        let mut out: Vec<(String, Json)> = Vec::with_capacity(entries.len());
        for (key, value) in entries {
            let value = match key.as_str() {
                "fields" => self.fields(value, order),
                "type" | "items" | "values" => self.ty(value, order),
                _ => value.clone(),
            };
            out.push((key.clone(), value));
        }
        if order.keys {
            out.sort_by(|a, b| a.0.cmp(&b.0));
        }
        Json::Object(out)
    }

    fn fields(&mut self, fields: &Json, order: Order) -> Json {
        let Json::Array(items) = fields else {
            return fields.clone();
        };
        let mut out: Vec<Json> = Vec::with_capacity(items.len());
        for item in items {
            out.push(match item {
                Json::Object(entries) => self.entries(entries, order),
                other => other.clone(),
            });
        }
        if order.fields {
            out.sort_by(|a, b| field_name(a).cmp(field_name(b)));
        }
        Json::Array(out)
    }
}

/// Whether this defines a named type.
pub fn is_definition(tree: &Json) -> bool {
    let text = |key| tree.get(key).and_then(Json::as_str);
    matches!(text("type"), Some("record" | "enum" | "fixed")) && text("name").is_some()
}

/// The name by which the client refers to a definition: its own namespace and name, for an enum its name.
pub fn name(definition: &Json) -> String {
    let text = |key| definition.get(key).and_then(Json::as_str);
    let name = text("name").unwrap_or_default();
    match text("namespace") {
        Some(namespace) if !namespace.is_empty() => format!("{namespace}.{name}"),
        _ => name.to_owned(),
    }
}

/// The name of a field.
pub fn field_name(field: &Json) -> &str {
    field.get("name").and_then(Json::as_str).unwrap_or_default()
}
