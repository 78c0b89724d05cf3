//! Drafts into TOML, in the canonical form of definition files.

use tg_schema_gen::definition::Notation;
use tg_schema_model::{Json, Unresolved};

use super::draft::{EnumDraft, FieldDraft, ModuleDraft, Origin, RecordDraft, Slot, TopicDraft};

/// The text of a file.
pub(super) fn file(module: &ModuleDraft) -> String {
    let mut out = String::new();
    if let Some(doc) = &module.doc {
        out.push_str(&format!("doc = {}\n", text(doc)));
    }
    out.push_str("profile = \"pulsar-record\"\n");
    for slot in &module.order {
        match slot {
            Slot::Topic(_) => {}
            Slot::Record(at) => {
                if let Some(one) = module.records.get(*at) {
                    record(one, &mut out);
                }
            }
            Slot::Enum(at) => {
                if let Some(one) = module.enums.get(*at) {
                    enumeration(one, &mut out);
                }
            }
        }
    }
    for one in &module.topics {
        topic(one, &mut out);
    }
    for open in &module.unresolved {
        unresolved("unresolved", open, &mut out);
    }
    // It was made by this program: what cannot be read again is told by whoever reads it next.
    tg_schema_gen::format::format(&out, Notation::Toml).unwrap_or(out)
}

fn record(record: &RecordDraft, out: &mut String) {
    let head = format!("record.{}", key(&record.name));
    out.push_str(&format!("\n[{head}]\n"));
    if let Some(doc) = &record.doc {
        out.push_str(&format!("doc = {}\n", text(doc)));
    }
    if let Some(namespace) = &record.namespace {
        out.push_str(&format!("namespace = {}\n", string(namespace)));
    }
    let mut pulsar = Vec::new();
    if record.sorted_fields {
        pulsar.push("sorted_fields = true");
    }
    if record.repeat_definitions {
        pulsar.push("repeat_definitions = true");
    }
    if !pulsar.is_empty() {
        out.push_str(&format!("pulsar = {{ {} }}\n", pulsar.join(", ")));
    }
    out.push_str(&format!("origin = {}\n", origin(&record.origin)));
    out.push_str(&format!("\n[{head}.fields]\n"));
    for one in &record.fields {
        field(one, out);
    }
    for open in &record.unresolved {
        unresolved(&format!("{head}.unresolved"), open, out);
    }
}

fn field(field: &FieldDraft, out: &mut String) {
    let mut keys = vec![format!("type = {}", string(&field.ty))];
    if let Some(default) = &field.default {
        keys.push(format!("default = {default}"));
    }
    if field.nullable {
        keys.push("nullable = true".to_owned());
    }
    let mut pulsar = Vec::new();
    if let Some(required) = field.required {
        pulsar.push(format!("required = {required}"));
    }
    if field.required_default {
        pulsar.push("required_default = true".to_owned());
    }
    if let Some(raw) = &field.raw {
        pulsar.push(format!("raw = {}", string(raw)));
    }
    if !pulsar.is_empty() {
        keys.push(format!("pulsar = {{ {} }}", pulsar.join(", ")));
    }
    if let Some(doc) = &field.doc {
        keys.push(format!("doc = {}", string(doc)));
    }
    keys.push(format!("origin = {}", origin(&field.origin)));
    out.push_str(&format!(
        "{} = {{ {} }}\n",
        key(&field.name),
        keys.join(", ")
    ));
}

fn enumeration(one: &EnumDraft, out: &mut String) {
    out.push_str(&format!("\n[enum.{}]\n", key(&one.name)));
    if let Some(doc) = &one.doc {
        out.push_str(&format!("doc = {}\n", text(doc)));
    }
    let symbols: Vec<String> = one.symbols.iter().map(|symbol| string(symbol)).collect();
    out.push_str(&format!("symbols = [{}]\n", symbols.join(", ")));
    if !one.values.is_empty() {
        out.push_str(&format!(
            "pulsar = {{ values = [{}] }}\n",
            one.values.join(", ")
        ));
    }
    out.push_str(&format!("origin = {}\n", origin(&one.origin)));
}

fn topic(one: &TopicDraft, out: &mut String) {
    out.push_str(&format!("\n[topic.{}]\n", key(&one.name)));
    if let Some(doc) = &one.doc {
        out.push_str(&format!("doc = {}\n", text(doc)));
    }
    out.push_str(&format!("record = {}\n", string(&one.record)));
    out.push_str(&format!("address = {}\n", string(&one.address)));
    out.push_str(&format!("legacy = {}\n", string(&one.legacy)));
    out.push_str(&format!("origin = {}\n", origin(&one.origin)));
}

fn unresolved(table: &str, open: &Unresolved, out: &mut String) {
    out.push_str(&format!("\n[[{table}]]\n"));
    out.push_str(&format!("{} = {}\n", open.kind.name(), string(&open.name)));
    out.push_str(&format!("place = {}\n", string(&open.place)));
    if let Some(expression) = open.expression.as_deref().filter(|e| !e.is_empty()) {
        out.push_str(&format!("expression = {}\n", string(expression)));
    }
    if let Some(legacy) = &open.legacy {
        out.push_str(&format!("legacy = {}\n", string(legacy)));
    }
    if open.fields > 0 {
        out.push_str(&format!("fields = {}\n", open.fields));
    }
    for key in scope(&open.scope, &open.shadowed_by) {
        out.push_str(&format!("{key}\n"));
    }
    out.push_str(&format!("reason = {}\n", string(&open.reason)));
}

/// `scope` and `shadowed_by`, where there is something to say.
fn scope(scope: &Option<String>, shadowed_by: &Option<String>) -> Vec<String> {
    let entry = |key: &str, text: &Option<String>| {
        let text = text.as_ref()?;
        Some(format!("{key} = {}", string(text)))
    };
    let found = [entry("scope", scope), entry("shadowed_by", shadowed_by)];
    found.into_iter().flatten().collect()
}

fn origin(origin: &Origin) -> String {
    let mut keys = vec![format!("place = {}", string(&origin.place))];
    if let Some(expression) = origin.expression.as_deref().filter(|e| !e.is_empty()) {
        keys.push(format!("expression = {}", string(expression)));
    }
    if let Some(verdict) = origin.verdict {
        keys.push(format!("verdict = {}", string(verdict)));
    }
    if let Some(unset) = &origin.unset {
        keys.push(format!("unset = {}", string(unset)));
    }
    if let Some(note) = &origin.note {
        keys.push(format!("note = {}", string(note)));
    }
    keys.extend(scope(&origin.scope, &origin.shadowed_by));
    keys.extend(origin.former.clone());
    if keys.len() == 1 {
        return string(&origin.place);
    }
    format!("{{ {} }}", keys.join(", "))
}

/// A string, over several lines where it has several.
fn text(text: &str) -> String {
    if !text.contains('\n') {
        return string(text);
    }
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
    let mut lines = String::with_capacity(escaped.len() + 8);
    lines.push_str("\"\"\"\n");
    for c in escaped.chars() {
        match c {
            '\n' | '\t' => lines.push(c),
            c if c.is_control() => lines.push_str(&format!("\\u{:04X}", c as u32)),
            c => lines.push(c),
        }
    }
    lines.push_str("\"\"\"");
    lines
}

/// A basic string. All that JSON escapes, TOML escapes in the same way; it also wants DEL escaped.
pub(crate) fn string(text: &str) -> String {
    Json::str(text).compact().replace('\u{7f}', "\\u007f")
}

/// A key, bare where it can be.
pub(crate) fn key(text: &str) -> String {
    let bare = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
    match !text.is_empty() && text.bytes().all(bare) {
        true => text.to_owned(),
        false => string(text),
    }
}
