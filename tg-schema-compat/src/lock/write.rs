//! Blocks into the text of a lock.

use std::fmt::Write as _;

use tg_schema_model::Json;

use super::FORMAT;
use super::block::Block;
use super::item::{Body, Entry};

const HEAD: &str = "\
# What was released, each version by itself, the newest first. `tg-schema check --accept` writes this file.
# Commit it. After a merge, run the command again.
";

/// The whole text. Blocks come in their order.
pub(super) fn text(blocks: &[Block]) -> String {
    let mut out = format!("{HEAD}format = {FORMAT}\n");
    for entry in blocks.iter().flat_map(|block| block.entries.iter().rev()) {
        write(entry, &mut out);
    }
    out
}

/// A text in double quotes, as TOML and JSON both write it.
fn quoted(text: &str) -> String {
    Json::str(text).compact().replace('\u{7f}', "\\u007f")
}

fn write(entry: &Entry, out: &mut String) {
    let mut line = |text: String| {
        out.push_str(&text);
        out.push('\n');
    };
    line(format!(
        "\n[[{}.{}]]",
        entry.kind.word(),
        quoted(&entry.name)
    ));
    let word = if entry.body.is_some() {
        "since"
    } else {
        "removed"
    };
    line(format!("{word} = {}", entry.release));
    let mut key = |key: &str, text: &str| {
        if !text.is_empty() {
            let _ = writeln!(out, "{key} = {}", quoted(text));
        }
    };
    let literal = match &entry.body {
        None => None,
        Some(Body::Type(body)) => {
            key("module", &body.module);
            key("avsc", body.origin.word());
            key("fingerprint", &body.fingerprint);
            Some(("definition", &body.text))
        }
        Some(Body::Topic(body)) => {
            key("module", &body.module);
            key("address", &body.address.to_string());
            key("record", &body.record);
            key("legacy", body.legacy.as_deref().unwrap_or_default());
            None
        }
        Some(Body::Avro(body)) => {
            let print = tg_schema_model::Fingerprint::of(&body.compact).sha256_hex();
            key("module", &body.module);
            key("avsc", body.origin.word());
            key("fingerprint", &print);
            key(
                "inexpressible",
                body.inexpressible.as_deref().unwrap_or_default(),
            );
            Some(("schema", &body.text))
        }
    };
    if let Some((name, text)) = literal {
        let _ = writeln!(out, "{name} = '''\n{text}\n'''");
    }
}
