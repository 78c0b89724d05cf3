//! JSON text into a tree that knows where each part stands: for files that people write.

use std::ops::Range;

use super::Json;
use super::parse::{JsonError, Leaf, MAX_DEPTH, Parser, Tree};

/// A value and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Bytes of the text that it covers.
    pub span: Range<usize>,
    /// What stands there.
    pub kind: NodeKind,
}

/// A JSON value whose parts know their places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NodeKind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number as written.
    Number(String),
    /// A string, unescaped.
    String(String),
    /// An array.
    Array(Vec<Node>),
    /// An object in the order of the text. Keys may occur twice: who reads it reports that.
    Object(Vec<(Key, Node)>),
}

/// A key of an object and its place, quotes included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The key, unescaped.
    pub name: String,
    /// Bytes of the text that it covers.
    pub span: Range<usize>,
}

impl Tree for Node {
    fn leaf(leaf: Leaf, span: Range<usize>) -> Self {
        let kind = match leaf {
            Leaf::Null => NodeKind::Null,
            Leaf::Bool(b) => NodeKind::Bool(b),
            Leaf::Number(text) => NodeKind::Number(text),
            Leaf::String(text) => NodeKind::String(text),
        };
        Node { span, kind }
    }
    fn array(items: Vec<Self>, span: Range<usize>) -> Self {
        Node {
            span,
            kind: NodeKind::Array(items),
        }
    }
    fn object(entries: Vec<(Key, Self)>, span: Range<usize>) -> Result<Self, JsonError> {
        Ok(Node {
            span,
            kind: NodeKind::Object(entries),
        })
    }
}

/// Reads a JSON text of at most [`MAX_DEPTH`] nested arrays and objects, keeping places and
/// repeated keys.
pub fn parse_spanned(text: &str) -> Result<Node, JsonError> {
    parse_spanned_deep(text, MAX_DEPTH)
}

/// [`parse_spanned`] with a depth limit of the caller's choice.
pub fn parse_spanned_deep(text: &str, max_depth: usize) -> Result<Node, JsonError> {
    Parser::new(text, max_depth).document()
}

impl Node {
    /// The value without places.
    pub fn to_json(&self) -> Json {
        match &self.kind {
            NodeKind::Null => Json::Null,
            NodeKind::Bool(value) => Json::Bool(*value),
            NodeKind::Number(text) => Json::Number(text.clone()),
            NodeKind::String(text) => Json::String(text.clone()),
            NodeKind::Array(items) => Json::Array(items.iter().map(Node::to_json).collect()),
            NodeKind::Object(entries) => {
                let entries = entries
                    .iter()
                    .map(|(key, node)| (key.name.clone(), node.to_json()));
                Json::Object(entries.collect())
            }
        }
    }
    /// The part that a JSON pointer such as `/fields/3/type` leads to.
    pub fn at(&self, pointer: &str) -> Option<&Node> {
        let mut node = self;
        for part in pointer.split('/').skip(1) {
            node = match &node.kind {
                NodeKind::Array(items) => items.get(part.parse::<usize>().ok()?)?,
                NodeKind::Object(entries) => entries
                    .iter()
                    .find_map(|(key, node)| (key.name == part).then_some(node))?,
                _ => return None,
            };
        }
        Some(node)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places() {
        let text = r#" {"a": [1, "x\n"], "a": true} "#;
        let node = parse_spanned(text).unwrap();
        assert_eq!(&text[node.span.clone()], r#"{"a": [1, "x\n"], "a": true}"#);
        let NodeKind::Object(entries) = node.kind else {
            panic!("an object")
        };
        assert_eq!(entries.len(), 2);
        let (key, value) = &entries[0];
        assert_eq!((key.name.as_str(), &text[key.span.clone()]), ("a", "\"a\""));
        let NodeKind::Array(items) = &value.kind else {
            panic!("an array")
        };
        assert_eq!(&text[items[1].span.clone()], r#""x\n""#);
        assert_eq!(items[1].kind, NodeKind::String("x\n".into()));
        assert_eq!(entries[1].1.kind, NodeKind::Bool(true));
    }

    #[test]
    fn pointers() {
        let node = parse_spanned(r#"{"a": [1, {"b": "x"}]}"#).unwrap();
        let kind = |pointer| node.at(pointer).map(|n| n.kind.clone());
        assert_eq!(node.at(""), Some(&node));
        assert_eq!(kind("/a/0"), Some(NodeKind::Number("1".into())));
        assert_eq!(kind("/a/1/b"), Some(NodeKind::String("x".into())));
        for wrong in ["/b", "/a/2", "/a/x", "/a/0/b"] {
            assert_eq!(kind(wrong), None, "{wrong}");
        }
    }
}
