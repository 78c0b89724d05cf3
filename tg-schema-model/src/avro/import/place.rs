//! A schema file with the places of its parts.

use super::File;
use crate::avro::parse::MAX_JSON_DEPTH;
use crate::avro::{AvroError, Schema, parse};
use crate::diagnostic::{Diagnostic, Diagnostics, SourceId, Sources, Span};
use crate::json::{self, Node};

/// A file that holds a record.
pub(super) struct Text<'f> {
    pub(super) path: &'f [String],
    pub(super) tree: Schema,
    source: SourceId,
    places: Option<Node>,
}

impl<'f> Text<'f> {
    /// Reads a file; what is wrong with it is noted.
    pub(super) fn read(
        file: &'f File,
        sources: &Sources,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let text = sources.get(file.source).map_or("", |s| s.text.as_str());
        let tree = parse(text);
        let mut read = Text {
            path: &file.path,
            tree: Schema::Union(Vec::new()),
            source: file.source,
            places: None,
        };
        match tree {
            Ok(tree) => {
                read.places = json::parse_spanned_deep(text, MAX_JSON_DEPTH).ok();
                read.tree = tree;
            }
            Err(error) => {
                diagnostics.push(read.refused(text, error));
                return None;
            }
        }
        if let Schema::Record(_) = read.tree {
            return Some(read);
        }
        let found = match &read.tree {
            Schema::Enum(_) => "an enum",
            Schema::Fixed(_) => "a fixed",
            Schema::Array(_) => "an array",
            Schema::Map(_) => "a map",
            Schema::Union(_) => "a union",
            _ => "a primitive type",
        };
        diagnostics.push(
            Diagnostic::error(
                read.span(""),
                format!("this schema is {found}"),
                "expected a record: only records are messages",
            )
            .help("write a record with a field of this type"),
        );
        None
    }

    fn refused(&mut self, text: &str, error: AvroError) -> Diagnostic {
        let wrong = |span, message: &str| {
            Diagnostic::error(span, format!("this is no Avro schema: {message}"), "")
        };
        if error.path.is_empty()
            && let Err(json) = json::parse_deep(text, MAX_JSON_DEPTH)
        {
            let at = json.offset.min(text.len());
            return wrong(Span::new(self.source, at..at), &json.message);
        }
        self.places = json::parse_spanned_deep(text, MAX_JSON_DEPTH).ok();
        wrong(self.span(&error.path), &error.message)
    }

    /// Where the file starts.
    pub(super) fn start(&self) -> Span {
        Span::new(self.source, 0..0)
    }

    /// Where the part stands that a JSON pointer leads to, if it is there.
    pub(super) fn exact(&self, pointer: &str) -> Span {
        let node = self.places.as_ref().and_then(|root| root.at(pointer));
        node.map_or(Span::NONE, |node| Span::new(self.source, node.span.clone()))
    }

    /// The places of the items of an array.
    pub(super) fn items(&self, pointer: &str, count: usize) -> Vec<Span> {
        (0..count)
            .map(|i| self.span(&format!("{pointer}/{i}")))
            .collect()
    }

    /// Where the part stands that a JSON pointer leads to; for what is not there, where its parent is.
    pub(super) fn span(&self, pointer: &str) -> Span {
        let Some(root) = &self.places else {
            return self.start();
        };
        let mut pointer = pointer;
        loop {
            if let Some(node) = root.at(pointer) {
                return Span::new(self.source, node.span.clone());
            }
            match pointer.rfind('/') {
                Some(at) => pointer = &pointer[..at],
                None => return self.start(),
            }
        }
    }
}
