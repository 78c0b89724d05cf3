//! JSON text into the tree.

use std::borrow::Cow;

use tg_schema_model::json::{self, NodeKind};
use tg_schema_model::{Diagnostic, Diagnostics, SourceId, Span};

use super::node::{Data, Document, Making, Node, TableId};

/// How deep arrays and objects may nest.
pub(crate) const MAX_DEPTH: usize = 64;

/// Reads a text. What is wrong with it goes to `diagnostics`.
pub(crate) fn read(
    text: &str,
    source: SourceId,
    diagnostics: &mut Diagnostics,
) -> Document<'static> {
    let before = diagnostics.0.len();
    let mut reader = Reader {
        text,
        source,
        document: Document::new(Span::new(source, 0..0)),
        diagnostics,
    };
    match json::parse_spanned(text) {
        Ok(root) => match root.kind {
            NodeKind::Object(entries) => {
                let span = reader.span(root.span);
                reader
                    .document
                    .make(Document::ROOT, Making::Inline, Some(span));
                reader.entries(Document::ROOT, entries, 1);
            }
            _ => reader.refuse(
                root.span,
                "a definition file is one object",
                "expected `{` and the keys of a file",
            ),
        },
        Err(error) => {
            let end = reader
                .text
                .get(error.offset..)
                .map_or(0, |rest| rest.chars().next().map_or(0, char::len_utf8));
            let place = error.offset..error.offset + end;
            if error.too_deep {
                reader.too_deep(place);
            } else {
                reader.refuse(place, error.message, "this is not JSON");
            }
        }
    }
    reader.document.partial = reader.diagnostics.0.len() > before;
    reader.document
}

struct Reader<'a> {
    text: &'a str,
    source: SourceId,
    document: Document<'static>,
    diagnostics: &'a mut Diagnostics,
}

impl Reader<'_> {
    fn span(&self, range: std::ops::Range<usize>) -> Span {
        Span::new(self.source, range)
    }
    fn refuse(
        &mut self,
        range: std::ops::Range<usize>,
        message: impl Into<String>,
        label: impl Into<String>,
    ) {
        let span = self.span(range);
        self.diagnostics
            .push(Diagnostic::error(span, message, label));
    }

    fn too_deep(&mut self, range: std::ops::Range<usize>) {
        self.refuse(
            range,
            "this is nested too deeply",
            format!("more than {MAX_DEPTH} arrays and objects inside each other"),
        );
    }

    fn entries(&mut self, table: TableId, entries: Vec<(json::Key, json::Node)>, depth: usize) {
        for (key, node) in entries {
            if let Some(first) = self.document.table(table).get(&key.name) {
                let line = super::toml::line(self.text, first.key_span.start as usize);
                let span = self.span(key.span);
                self.diagnostics.push(
                    Diagnostic::error(span, "duplicate key", "again here")
                        .help(format!("it is first set on line {line}")),
                );
                // Its value counts for nothing, but may be wrong in itself.
                self.node(node, depth);
                continue;
            }
            let span = self.span(key.span);
            let node = self.node(node, depth);
            self.document.push(table, Cow::Owned(key.name), span, node);
        }
    }

    fn node(&mut self, node: json::Node, depth: usize) -> Node<'static> {
        let span = self.span(node.span.clone());
        if depth > MAX_DEPTH {
            self.too_deep(node.span);
            return Node {
                data: Data::Invalid,
                span,
            };
        }
        let data = match node.kind {
            NodeKind::Null => Data::Null,
            NodeKind::Bool(value) => Data::Boolean(value),
            NodeKind::Number(text) if text.contains(['.', 'e', 'E']) => {
                Data::Float(Cow::Owned(text))
            }
            NodeKind::Number(text) if text == "-0" => Data::Integer(Cow::Borrowed("0")),
            NodeKind::Number(text) => Data::Integer(Cow::Owned(text)),
            NodeKind::String(text) => {
                let plain = self
                    .text
                    .get(node.span.start + 1..node.span.end.saturating_sub(1));
                let start = (plain == Some(text.as_str())).then_some(span.start.saturating_add(1));
                Data::String {
                    text: Cow::Owned(text),
                    start,
                }
            }
            NodeKind::Array(items) => Data::Array(
                items
                    .into_iter()
                    .map(|item| self.node(item, depth + 1))
                    .collect(),
            ),
            NodeKind::Object(entries) => {
                let id = self.document.add(Making::Inline, span);
                self.entries(id, entries, depth + 1);
                Data::Table(id)
            }
        };
        Node { data, span }
    }
}
