//! The text of an Avro schema into a version of its own, as the command reads a file.

use tg_schema_compat::engine::avro::Shape;
use tg_schema_compat::version::{Message, Version};
use tg_schema_model::avro::import::{File, import};
use tg_schema_model::{Diagnostics, Schema, validate};

/// A version that is one schema, and definitions where they can say it.
pub fn version(label: &str, text: &str) -> Version {
    let mut version = Version {
        label: label.to_owned(),
        single: true,
        without_modules: true,
        only_schemas: true,
        ..Version::default()
    };
    let source = version
        .sources
        .add(format!("{label}.avsc"), text.to_owned());
    let mut message = Message::new("", text, text);
    message.source = Some(source);
    let graph = message.graph().unwrap_or_else(|e| panic!("{e:?}: {text}"));
    message.name = match graph.shape(graph.root) {
        Shape::Record(r) => r.name.full(),
        Shape::Enum(e) => e.name.full(),
        Shape::Fixed(f) => f.name.full(),
        other => other.word().to_ascii_lowercase(),
    };
    let file = File {
        path: vec![label.to_owned()],
        source,
    };
    let (mut schema, mut wrong) = (Schema::default(), Diagnostics::default());
    import(&[file], &version.sources, &mut schema, &mut wrong);
    wrong.0.append(&mut validate::check(&schema).0);
    if wrong.has_errors() {
        message.inexpressible = Some(format!("{:?}", wrong.0));
    } else {
        let mut ids = schema.record_ids();
        message.record = ids.find(|&id| schema.record(id).full_name() == message.name);
        version.schema = schema;
    }
    version.messages.push(message);
    version
}
