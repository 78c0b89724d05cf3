//! Whole structs and enums that come in, and values as Rust writes them.

use tg_schema_model::{Enum, Json, Profile, Record, Schema, name};

use super::attribute::Wanted;
use super::field::{documentation, line};
use super::script::Script;
use super::{Replacements, by_hand, enumeration, replacement};
use crate::read::case::Case;

/// What a new type derives of what the first in its file does.
const DERIVED: &[&str] = &["Clone", "Debug", "PartialEq", "Eq", "Hash"];

impl Script<'_> {
    /// Puts a struct at the end of the file.
    pub(super) fn add_record(&self, schema: &Schema, record: &Record) -> Replacements {
        let mut own = common(&record.namespace, &record.aliases);
        if !record.reserved.is_empty() {
            own.push(format!("reserved({})", list(&record.reserved)));
        }
        if record.profile == Profile::PulsarRecord {
            own.push("profile = \"pulsar-record\"".to_owned());
        }
        let mut idents: Vec<String> = Vec::new();
        let mut lines = String::new();
        for field in &record.fields {
            let others: Vec<&str> = idents.iter().map(String::as_str).collect();
            let (ident, text) = line(schema, record, field, ("pub", &others), Case::AsIs);
            idents.push(ident);
            lines.push_str(&part(&text));
        }
        let doc = documentation(record.doc.as_deref());
        self.append("struct", (&record.name, &doc), own, &lines)
    }

    /// Puts an enum at the end of the file.
    pub(super) fn add_enum(&self, of: &Enum) -> Replacements {
        let mut own = common(&of.namespace, &of.aliases);
        if !of.pulsar.values.is_empty() {
            own.push(enumeration::values(&of.pulsar.values));
        }
        let mut lines = String::new();
        let idents = name::rust_variants(of.symbols.iter().map(|s| s.name.as_str()));
        for (at, (symbol, ident)) in of.symbols.iter().zip(&idents).enumerate() {
            let default = of.default == Some(at);
            let text = enumeration::line(ident, &symbol.name, default, None, Case::AsIs);
            lines.push_str(&part(&text));
        }
        if of.open {
            lines.push_str("    #[tg(unknown)]\n    Unknown(String),\n");
        }
        self.append(
            "enum",
            (&of.name, &documentation(of.doc.as_deref())),
            own,
            &lines,
        )
    }

    fn append(
        &self,
        kind: &str,
        (name, doc): (&str, &str),
        mut own: Vec<String>,
        lines: &str,
    ) -> Replacements {
        let first = self.items.first();
        let first = first.ok_or_else(|| by_hand("the file has no annotated type yet"))?;
        let ident = name::rust_type(name).unwrap_or_else(|| format!("{name}_"));
        if ident != name {
            own.push(format!("name = {}", quoted(name)));
        }
        let attribute = self.part(first.own.path.clone());
        let settings = match own.is_empty() {
            true => String::new(),
            false => format!("({})", own.join(", ")),
        };
        let derives = first
            .derives
            .iter()
            .filter(|d| DERIVED.contains(&d.as_str()));
        let derives: Vec<&str> = derives.map(String::as_str).collect();
        let derives = match derives.is_empty() {
            true => String::new(),
            false => format!("#[derive({})]\n", derives.join(", ")),
        };
        let text =
            format!("{doc}#[{attribute}{settings}]\n{derives}pub {kind} {ident} {{\n{lines}}}");
        let end = self.text.len();
        // Whether the file ends its last line or not, it goes on doing so.
        let text = match self.text.ends_with('\n') {
            true => format!("\n{text}\n"),
            false => format!("\n\n{text}"),
        };
        let text = text.replace('\n', self.line_break());
        Ok(vec![replacement(end..end, text)])
    }
}

/// The lines of a field or a variant between braces.
fn part(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| format!("    {line}")).collect();
    format!("{},\n", lines.join("\n"))
}

fn common(namespace: &Option<String>, aliases: &[String]) -> Vec<String> {
    let namespace = namespace.as_ref();
    let namespace = namespace.map(|namespace| format!("namespace = {}", quoted(namespace)));
    let aliases = Wanted::names(&["alias", "aliases"], aliases).text;
    namespace.into_iter().chain(aliases).collect()
}

/// A text as a literal.
pub(super) fn quoted(text: &str) -> String {
    format!("{text:?}")
}

/// Texts as literals between commas.
pub(super) fn list(texts: &[String]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
    texts.join(", ")
}

/// A default as `#[tg(default = …)]` has it.
pub(super) fn literal(json: &Json) -> String {
    match json {
        Json::Null => "None".to_owned(),
        Json::Bool(value) => value.to_string(),
        Json::Number(digits) => match digits.as_str() {
            "NaN" => "nan".to_owned(),
            "Infinity" => "inf".to_owned(),
            "-Infinity" => "-inf".to_owned(),
            digits => digits.to_owned(),
        },
        Json::String(text) => quoted(text),
        Json::Array(items) => {
            let items: Vec<String> = items.iter().map(literal).collect();
            format!("[{}]", items.join(", "))
        }
        Json::Object(entries) => {
            let entry =
                |(key, value): &(String, Json)| format!("{}: {}", quoted(key), literal(value));
            let entries: Vec<String> = entries.iter().map(entry).collect();
            match entries.is_empty() {
                true => "{}".to_owned(),
                false => format!("{{ {} }}", entries.join(", ")),
            }
        }
    }
}
