//! Records, enums and topics that come in, as lines of TOML.

use tg_schema_model::{Enum, Module, Profile, Record, Schema, Topic};

use super::Inexpressible;
use super::field;
use crate::migration::toml::{key, string};

/// The lines of a record.
pub(super) fn record(
    schema: &Schema,
    home: &Module,
    record: &Record,
) -> Result<Vec<String>, Inexpressible> {
    let name = key(&record.name);
    let mut own = common(home, &record.namespace, &record.aliases);
    if !record.reserved.is_empty() {
        own.push(format!("reserved = {}", list(&record.reserved)));
    }
    if record.profile == Profile::PulsarRecord {
        own.push("profile = \"pulsar-record\"".to_owned());
    }
    let mut lines = Vec::new();
    if !own.is_empty() {
        lines.push(format!("[record.{name}]"));
        lines.extend(own);
        lines.push(String::new());
    }
    lines.push(format!("[record.{name}.fields]"));
    for of in &record.fields {
        lines.push(field::line(schema, record.module, record.profile, of)?);
    }
    Ok(lines)
}

/// The lines of an enum.
pub(super) fn enumeration(home: &Module, of: &Enum) -> Result<Vec<String>, Inexpressible> {
    let symbols: Vec<String> = of.symbols.iter().map(|s| s.name.clone()).collect();
    let mut lines = vec![
        format!("[enum.{}]", key(&of.name)),
        format!("symbols = {}", list(&symbols)),
    ];
    lines.extend(common(home, &of.namespace, &of.aliases));
    if let Some(default) = of.default_symbol() {
        lines.push(format!("default = {}", string(&default.name)));
    }
    if of.open {
        lines.push("open = true".to_owned());
    }
    Ok(lines)
}

/// The lines of a topic.
pub(super) fn topic(name: &str, record: &str, address: &Topic) -> Vec<String> {
    vec![
        format!("[topic.{}]", key(name)),
        format!("record = {}", string(record)),
        format!("address = {}", string(&address.to_string())),
    ]
}

/// What both have.
fn common(home: &Module, namespace: &Option<String>, aliases: &[String]) -> Vec<String> {
    let mut lines = Vec::new();
    if *namespace != home.namespace {
        let namespace = namespace.as_deref().unwrap_or_default();
        lines.push(format!("namespace = {}", string(namespace)));
    }
    if !aliases.is_empty() {
        lines.push(format!("aliases = {}", list(aliases)));
    }
    lines
}

fn list(items: &[String]) -> String {
    let items: Vec<String> = items.iter().map(|item| string(item)).collect();
    format!("[{}]", items.join(", "))
}
