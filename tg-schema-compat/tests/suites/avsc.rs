//! The text of an Avro schema into a version of its own, as the command reads a file.

use tg_schema_compat::version::{Version, schema};
use tg_schema_model::avro::import::File;

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
    let file = File {
        path: vec![label.to_owned()],
        source,
    };
    let message = schema::message(&mut version, file);
    let message = message.unwrap_or_else(|e| panic!("{e:?}: {text}"));
    version.messages.push(message);
    version
}
