//! Small trees for the tests of the rules.

use super::check;
use crate::diagnostic::{Severity, SourceId, Span};
use crate::schema::{
    Enum, EnumId, Field, Item, Module, Presence, Profile, Record, RecordId, Schema, Symbol,
    TopicDefinition, Type,
};

/// A tree in the making, with one module.
#[derive(Default)]
pub(super) struct Sample {
    pub(super) schema: Schema,
}

/// A place that no other thing has.
fn span(n: usize) -> Span {
    Span::new(SourceId(0), n..n + 1)
}

/// A required field.
pub(super) fn field(name: &str, ty: Type) -> Field {
    Field::new(name, ty)
}

/// The same with another row of the presence table.
pub(super) fn with(presence: Presence, field: Field) -> Field {
    Field { presence, ..field }
}

impl Sample {
    /// One module, nothing in it.
    pub(super) fn new() -> Self {
        let module = Module {
            path: vec!["sample".into()],
            ..Default::default()
        };
        Sample {
            schema: Schema {
                modules: vec![module],
                ..Default::default()
            },
        }
    }
    /// One record with one field of this type.
    pub(super) fn of(ty: Type) -> Self {
        Sample::new().record("Sample", vec![field("it", ty)])
    }
    /// Adds a record.
    pub(super) fn record(mut self, name: &str, fields: Vec<Field>) -> Self {
        let id = RecordId(self.schema.records.len());
        self.schema.records.push(Record {
            name: name.into(),
            fields,
            span: span(self.schema.records.len()),
            ..Default::default()
        });
        self.schema.modules[0].items.push(Item::Record(id));
        self
    }
    /// Adds a record with the profile `pulsar-record`.
    pub(super) fn old_record(self, name: &str, fields: Vec<Field>) -> Self {
        self.record(name, fields)
            .last(|r| r.profile = Profile::PulsarRecord)
    }
    /// Changes the record that was added last.
    pub(super) fn last(mut self, change: impl FnOnce(&mut Record)) -> Self {
        change(self.schema.records.last_mut().expect("a record"));
        self
    }
    /// Adds an enum.
    pub(super) fn enumeration(
        mut self,
        name: &str,
        symbols: &[&str],
        change: impl FnOnce(&mut Enum),
    ) -> Self {
        let symbol = |name: &&str| Symbol {
            name: (*name).to_owned(),
            span: Span::NONE,
        };
        let mut definition = Enum {
            name: name.into(),
            symbols: symbols.iter().map(symbol).collect(),
            ..Default::default()
        };
        change(&mut definition);
        self.schema.modules[0]
            .items
            .push(Item::Enum(EnumId(self.schema.enums.len())));
        self.schema.enums.push(definition);
        self
    }
    /// Adds a topic of the first record.
    pub(super) fn topic(mut self, name: &str, address: &str) -> Self {
        self.schema.modules[0]
            .items
            .push(Item::Topic(self.schema.topics.len()));
        self.schema.topics.push(TopicDefinition {
            module: 0,
            name: name.into(),
            record: RecordId(0),
            address: address.parse().expect("an address"),
            doc: None,
            legacy: None,
            origin: None,
            span: span(100 + self.schema.topics.len()),
            address_span: span(200 + self.schema.topics.len()),
        });
        self
    }
    /// `error: message` and `warning: message`, sorted by place.
    pub(super) fn messages(&self) -> Vec<String> {
        let line = |d: crate::diagnostic::Diagnostic| {
            assert!(!d.label.is_empty() && !d.message.ends_with('.'), "{d:?}");
            match d.severity {
                Severity::Error => format!("error: {}", d.message),
                Severity::Warning => format!("warning: {}", d.message),
            }
        };
        check(&self.schema).0.into_iter().map(line).collect()
    }
    /// Nothing is wrong.
    pub(super) fn is_clean(&self) {
        assert_eq!(self.messages(), Vec::<String>::new());
    }
    /// One error, with this in its message.
    pub(super) fn has_error(&self, text: &str) {
        self.has_one("error: ", text);
    }
    /// One warning, with this in its message.
    pub(super) fn has_warning(&self, text: &str) {
        self.has_one("warning: ", text);
    }
    fn has_one(&self, severity: &str, text: &str) {
        let messages = self.messages();
        let [message] = messages.as_slice() else {
            panic!("expected one message with {text:?}, got {messages:#?}");
        };
        assert!(
            message.starts_with(severity) && message.contains(text),
            "{message:?} has no {text:?}"
        );
    }
}
