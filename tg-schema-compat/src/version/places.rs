//! The text of an Avro schema into the places of what it defines, for schemas that no definition expresses.

use std::collections::HashMap;
use std::ops::Range;

use tg_schema_model::avro::Name;
use tg_schema_model::json::{Node, NodeKind};

use crate::engine::avro::spanned;

type Bytes = Range<usize>;

/// Where the parts of a definition stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    /// The name of a type or field, or the symbol.
    pub name: Bytes,
    /// The type of a field.
    pub ty: Option<Bytes>,
    /// The default of a field.
    pub default: Option<Bytes>,
    /// The namespace of a type.
    pub namespace: Option<Bytes>,
    /// Former names, as they are written.
    pub aliases: Vec<(String, Bytes)>,
}

/// The places of a text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Places {
    /// By the full name of a type, and its field or symbol; none for the type itself.
    known: HashMap<String, HashMap<String, Place>>,
    /// What the whole is, where it has no name.
    root: Bytes,
}

impl Places {
    /// The places of a text; none where it is no JSON.
    pub(crate) fn of(text: &str) -> Self {
        let Some(root) = spanned(text) else {
            return Places::default();
        };
        let mut places = Places {
            root: first_line(text, &root.span),
            ..Places::default()
        };
        let mut open: Vec<(&Node, Option<String>)> = vec![(&root, None)];
        while let Some((node, space)) = open.pop() {
            match &node.kind {
                NodeKind::Array(branches) => {
                    open.extend(branches.iter().map(|branch| (branch, space.clone())));
                }
                NodeKind::Object(_) => places.object(text, node, space, &mut open),
                _ => {}
            }
        }
        places
    }

    /// Where a field or symbol stands; a type where none is named.
    pub(crate) fn get(&self, owner: &str, member: &str) -> Option<&Place> {
        self.known.get(owner)?.get(member)
    }

    /// The whole, on its first line.
    pub(crate) fn root(&self) -> Bytes {
        self.root.clone()
    }

    fn object<'n>(
        &mut self,
        text: &str,
        node: &'n Node,
        space: Option<String>,
        open: &mut Vec<(&'n Node, Option<String>)>,
    ) {
        let inner = ["items", "values", "type"]
            .into_iter()
            .filter_map(|key| get(node, key));
        let Some(written) = get(node, "name").and_then(word) else {
            open.extend(inner.map(|part| (part, space.clone())));
            return;
        };
        let namespace = get(node, "namespace");
        let full = Name::resolve(written, namespace.and_then(word).or(space.as_deref()));
        let mut members = HashMap::new();
        let place = Place {
            namespace: namespace.map(|node| node.span.clone()),
            ..place(text, node)
        };
        members.insert(String::new(), place);
        for field in items(node, "fields") {
            if let Some(name) = get(field, "name").and_then(word) {
                members.insert(name.to_owned(), self::place(text, field));
            }
            open.extend(get(field, "type").map(|ty| (ty, full.namespace.clone())));
        }
        for symbol in items(node, "symbols") {
            if let Some(name) = word(symbol) {
                let place = Place {
                    name: symbol.span.clone(),
                    ..Place::default()
                };
                members.insert(name.to_owned(), place);
            }
        }
        self.known.insert(full.full(), members);
    }
}

/// The places of a field, or of a type.
fn place(text: &str, node: &Node) -> Place {
    let aliases = items(node, "aliases");
    let aliases = aliases
        .iter()
        .filter_map(|alias| Some((word(alias)?.to_owned(), alias.span.clone())));
    Place {
        name: get(node, "name").map_or(0..0, |name| name.span.clone()),
        ty: get(node, "type").map(|ty| first_line(text, &ty.span)),
        default: get(node, "default").map(|default| first_line(text, &default.span)),
        namespace: None,
        aliases: aliases.collect(),
    }
}

/// The last value of a key, as the Java library takes it.
fn get<'n>(node: &'n Node, name: &str) -> Option<&'n Node> {
    let NodeKind::Object(entries) = &node.kind else {
        return None;
    };
    let mut entries = entries.iter().rev();
    entries.find_map(|(key, value)| (key.name == name).then_some(value))
}

fn items<'n>(node: &'n Node, name: &str) -> &'n [Node] {
    match get(node, name).map(|node| &node.kind) {
        Some(NodeKind::Array(items)) => items,
        _ => &[],
    }
}

fn word(node: &Node) -> Option<&str> {
    match &node.kind {
        NodeKind::String(text) => Some(text),
        _ => None,
    }
}

/// As much of a part as stands on its first line.
fn first_line(text: &str, span: &Bytes) -> Bytes {
    let line = text.get(span.clone()).and_then(|part| part.lines().next());
    span.start..span.start + line.map_or(0, |line| line.trim_end().len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_fields_and_symbols_have_places() {
        let text = r#"// one
            ["null", {"type": "record", "name": "R", "namespace": "x", "fields": [
                {"name": "u", "aliases": ["w"], "default": 1, "type": ["int",
                    {"type": "array", "items": {"type": "enum", "name": "E", "symbols": ["ä", "B"]}}]}
            ]}]"#;
        let places = Places::of(text);
        let at = |owner: &str, member: &str| places.get(owner, member).unwrap();
        let shown = |bytes: &Bytes| text.get(bytes.clone()).unwrap();
        assert_eq!(shown(&at("x.R", "").name), "\"R\"");
        assert_eq!(shown(at("x.R", "").namespace.as_ref().unwrap()), "\"x\"");
        let field = at("x.R", "u");
        assert_eq!(shown(&field.name), "\"u\"");
        assert_eq!(shown(field.ty.as_ref().unwrap()), "[\"int\",");
        assert_eq!(shown(field.default.as_ref().unwrap()), "1");
        assert_eq!(
            (field.aliases[0].0.as_str(), shown(&field.aliases[0].1)),
            ("w", "\"w\"")
        );
        assert_eq!(shown(&at("x.E", "B").name), "\"B\"");
        assert!(shown(&places.root()).starts_with("[\"null\""));
        assert_eq!(places.get("E", ""), None);
        assert_eq!(Places::of("{").root(), 0..0);
    }
}
