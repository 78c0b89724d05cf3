//! What operators fetch, in its many forms, into schemas.
//!
//! | form | from |
//! |---|---|
//! | the schema text itself | a file of one schema |
//! | `{"version", "type", "timestamp", "data", "properties"}` | the admin interface |
//! | `{"getSchemaResponses": […]}` | the same, all versions |
//! | `{"version", "schemaInfo": {"name", "schema", "type", …}}` | `pulsar-admin schemas get` |
//! | `{"type", "schema", "properties"}` | what `pulsar-admin schemas upload` takes |
//! | an array of these, one a line, or an object of these by topic | scripts |
//!
//! The schema is a text, a tree, or the base64 of a text.

use tg_schema_model::Json;

use super::text::parse;
use super::{Fetched, Registered};

/// How deep forms are nested in forms.
const MAX_FORMS: usize = 8;

/// The schemas in a text that was fetched from `origin`.
pub fn read(origin: &str, text: &str) -> Vec<Registered> {
    let mut found = Vec::new();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match parse(text) {
        Ok(tree) if is_schema(&tree) => found.push(schema(origin, text.trim().to_owned(), tree)),
        Ok(tree) => forms(origin, &tree, MAX_FORMS, &mut found),
        Err(error) => match lines(text) {
            Some(trees) => {
                for (line, tree) in trees {
                    forms(&format!("{origin}:{line}"), &tree, MAX_FORMS, &mut found);
                }
            }
            None => {
                let line = text[..text.floor_char_boundary(error.offset)]
                    .matches('\n')
                    .count();
                let why = format!("not JSON in line {}: {}", line + 1, error.message);
                found.push(Registered::unreadable(origin, why));
            }
        },
    }
    if found.is_empty() {
        found.push(Registered::unreadable(origin, "there is no schema in it"));
    }
    found
}

/// The schemas in a tree that was fetched from `origin`.
pub fn read_tree(origin: &str, tree: &Json) -> Vec<Registered> {
    let mut found = Vec::new();
    forms(origin, tree, MAX_FORMS, &mut found);
    found
}

/// One JSON document a line, with its line.
fn lines(text: &str) -> Option<Vec<(usize, Json)>> {
    let lines = text.lines().enumerate();
    let filled = lines.filter(|(_, line)| !line.trim().is_empty());
    let trees = filled.map(|(at, line)| Some((at + 1, parse(line).ok()?)));
    let trees: Vec<_> = trees.collect::<Option<_>>()?;
    (trees.len() > 1).then_some(trees)
}

fn forms(origin: &str, tree: &Json, left: usize, found: &mut Vec<Registered>) {
    if is_schema(tree) {
        return found.push(schema(origin, tree.compact(), tree.clone()));
    }
    let Some(left) = left.checked_sub(1) else {
        return found.push(Registered::unreadable(origin, "forms in forms, too deep"));
    };
    match tree {
        Json::Array(items) => items
            .iter()
            .for_each(|item| forms(origin, item, left, found)),
        Json::Object(entries) => {
            if let Some(why) = broken(tree) {
                return found.push(Registered::unreadable(origin, why));
            }
            if let Some(all) = tree.get("getSchemaResponses") {
                return forms(origin, all, left, found);
            }
            let version = match tree.get("version") {
                Some(Json::Number(number)) => number.parse().ok(),
                _ => None,
            };
            let before = found.len();
            if let Some(info) = tree.get("schemaInfo") {
                let topic = info.get("name").and_then(Json::as_str);
                forms(&with_topic(origin, topic), info, left, found);
                return said(found, before, topic, version);
            }
            if tree.get("data").is_some() || tree.get("schema").is_some() {
                found.push(wrapped(origin, tree));
                return said(found, before, None, version);
            }
            if let Some(why) = no_form(entries) {
                return found.push(Registered::unreadable(origin, why));
            }
            for (topic, value) in entries {
                let origin = with_topic(origin, Some(topic));
                let before = found.len();
                match value {
                    Json::Object(_) | Json::Array(_) => forms(&origin, value, left, found),
                    Json::String(text) => found.push(written(&origin, text, "no schema type")),
                    other => found.push(Registered::unreadable(
                        &origin,
                        format!("{} is no schema", other.kind()),
                    )),
                }
                said(found, before, Some(topic), None);
            }
        }
        Json::String(text) => found.push(written(origin, text, "no schema type")),
        _ => found.push(Registered::unreadable(
            origin,
            format!("{} is no schema", tree.kind()),
        )),
    }
}

/// What a form says of the schemas that were found in it, where no form inside says it.
fn said(found: &mut [Registered], from: usize, topic: Option<&str>, version: Option<u64>) {
    for one in found.iter_mut().skip(from) {
        if one.topic.is_none() {
            let topic = topic.filter(|topic| !topic.is_empty());
            one.topic = topic.map(str::to_owned);
        }
        one.version = one.version.or(version);
    }
}

fn with_topic(origin: &str, topic: Option<&str>) -> String {
    match topic {
        Some(topic) if !topic.is_empty() => format!("{origin} ({topic})"),
        _ => origin.to_owned(),
    }
}

/// Types of schemas whose texts are no Avro, or whose messages are not.
const OTHERS: &[&str] = &["key_value", "protobuf", "protobuf_native", "external"];

/// A schema in a form that says its type.
fn wrapped(origin: &str, form: &Json) -> Registered {
    let kind = form.get("type").and_then(Json::as_str).unwrap_or("");
    let word = kind.to_ascii_uppercase();
    if OTHERS.contains(&kind.to_ascii_lowercase().as_str()) {
        return Registered::new(origin, Fetched::Other(word));
    }
    let mut found = inside(origin, form, kind);
    found.kind = matches!(word.as_str(), "JSON" | "AVRO").then_some(word);
    found
}

fn inside(origin: &str, form: &Json, kind: &str) -> Registered {
    match form.get("data").or_else(|| form.get("schema")) {
        Some(Json::String(text)) => written(origin, text, kind),
        Some(tree @ Json::Object(_)) if is_schema(tree) => {
            schema(origin, tree.compact(), tree.clone())
        }
        Some(Json::Object(entries)) if entries.is_empty() => primitive(origin, kind),
        Some(Json::Null) => primitive(origin, kind),
        other => {
            let kind = other.map_or("nothing", Json::kind);
            let why = other.and_then(broken);
            let why = why.unwrap_or_else(|| format!("{kind} where a schema should be"));
            Registered::unreadable(origin, why)
        }
    }
}

/// A schema as a text in a string.
fn written(origin: &str, text: &str, kind: &str) -> Registered {
    if matches!(text.trim(), "" | "null") {
        return primitive(origin, kind);
    }
    match parse(text) {
        Ok(tree) if is_schema(&tree) => schema(origin, text.to_owned(), tree),
        Ok(Json::String(name)) => primitive(origin, &name),
        Ok(tree) if is_json_schema(&tree) => {
            Registered::new(origin, Fetched::Other("JSON Schema".to_owned()))
        }
        Ok(tree) if kind.eq_ignore_ascii_case("AVRO") && is_nameless(&tree) => {
            let name = match &tree {
                Json::Array(_) => "union",
                tree => tree.get("type").and_then(Json::as_str).unwrap_or_default(),
            };
            let name = name.to_owned();
            let text = text.to_owned();
            Registered::new(origin, Fetched::Schema { name, text, tree })
        }
        Ok(tree) => {
            let why = broken(&tree);
            let why = why.unwrap_or_else(|| format!("{} is no record or enum", tree.kind()));
            Registered::unreadable(origin, why)
        }
        Err(error) => match decoded(text) {
            Some((text, tree)) => schema(origin, text, tree),
            None => {
                Registered::unreadable(origin, format!("its schema is not JSON: {}", error.message))
            }
        },
    }
}

/// The text and tree in base64.
fn decoded(text: &str) -> Option<(String, Json)> {
    let bytes = base64_simd::STANDARD.decode_to_vec(text.trim()).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let tree = parse(&text).ok()?;
    is_schema(&tree).then_some((text, tree))
}

/// Whether a tree is a schema in the words of JSON Schema, which older clients registered for JSON.
fn is_json_schema(tree: &Json) -> bool {
    let is_object = tree.get("type").and_then(Json::as_str) == Some("object");
    is_object || tree.get("$schema").is_some()
}

/// A union, an array, a map or a fixed in Avro's words.
fn is_nameless(tree: &Json) -> bool {
    let is = |kind: &str| matches!(kind, "array" | "map" | "fixed");
    tree.as_array().is_some() || tree.get("type").and_then(Json::as_str).is_some_and(is)
}

/// A record or an enum in Avro's words.
fn is_schema(tree: &Json) -> bool {
    is_named_type(tree) && broken(tree).is_none()
}

fn is_named_type(tree: &Json) -> bool {
    matches!(
        tree.get("type").and_then(Json::as_str),
        Some("record" | "enum")
    )
}

/// What a record or an enum lacks, as which a tree begins.
fn broken(tree: &Json) -> Option<String> {
    if !is_named_type(tree) {
        return None;
    }
    let kind = tree.get("type").and_then(Json::as_str)?;
    let (list, is_item): (_, fn(&Json) -> bool) = match kind {
        "record" => ("fields", |field| {
            field.get("name").and_then(Json::as_str).is_some() && field.get("type").is_some()
        }),
        _ => ("symbols", |symbol| symbol.as_str().is_some()),
    };
    if tree.get("name").and_then(Json::as_str).is_none() {
        return Some(format!("the {kind} has no `name`"));
    }
    let Some(items) = tree.get(list).and_then(Json::as_array) else {
        return Some(format!("the {kind} has no list `{list}`"));
    };
    let wrong = items.iter().position(|item| !is_item(item))?;
    Some(match kind {
        "record" => format!("what stands at /{list}/{wrong} has no `name` and `type`"),
        _ => format!("what stands at /{list}/{wrong} is no string"),
    })
}

/// Why an object is neither a form that holds a schema nor one of schemas by topic.
fn no_form(entries: &[(String, Json)]) -> Option<String> {
    let text = |key: &str| {
        let entry = entries.iter().find(|(own, _)| own == key);
        entry.and_then(|(_, value)| value.as_str())
    };
    if let (Some(reason), 1) = (text("reason"), entries.len()) {
        return Some(format!("it is the answer of a server: {reason}"));
    }
    let kind = text("type")?;
    Some(format!(
        "there is neither `data` nor `schema` beside the type {kind}"
    ))
}

fn schema(origin: &str, text: String, tree: Json) -> Registered {
    let part = |key| tree.get(key).and_then(Json::as_str);
    let name = part("name").unwrap_or_default();
    let name = match part("namespace") {
        Some(namespace) if !namespace.is_empty() => format!("{namespace}.{name}"),
        _ => name.to_owned(),
    };
    Registered::new(origin, Fetched::Schema { name, text, tree })
}

fn primitive(origin: &str, kind: &str) -> Registered {
    Registered::new(origin, Fetched::Primitive(kind.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCHEMA: &str = r#"{"type":"record","name":"A","fields":[]}"#;

    fn names(text: &str) -> Vec<(String, String)> {
        let all = read("f", text).into_iter().map(|r| {
            let what = match r.schema {
                Fetched::Schema { name, .. } => name,
                Fetched::Primitive(kind) => format!("primitive {kind}"),
                Fetched::Other(kind) => format!("of the kind {kind}"),
                Fetched::Unreadable(why) => format!("unreadable: {why}"),
            };
            (r.origin, what)
        });
        all.collect()
    }

    #[test]
    fn every_form_is_read() {
        let escaped = Json::str(SCHEMA).compact();
        let coded = base64_simd::STANDARD.encode_to_string(SCHEMA);
        let admin = format!(
            r#"{{"version":3,"type":"JSON","timestamp":0,"data":{escaped},"properties":{{}}}}"#
        );
        for (text, origin) in [
            (SCHEMA.to_owned(), "f"),
            (admin.clone(), "f"),
            (format!("[{admin}]"), "f"),
            (format!(r#"{{"getSchemaResponses":[{admin}]}}"#), "f"),
            (
                format!(
                    r#"{{"version":0,"schemaInfo":{{"name":"q","schema":{SCHEMA},"type":"JSON"}}}}"#
                ),
                "f (q)",
            ),
            (
                format!(
                    r#"{{"version":0,"schemaInfo":{{"name":"q","schema":"{coded}","type":"JSON"}}}}"#
                ),
                "f (q)",
            ),
            (
                format!(r#"{{"type":"JSON","schema":{escaped},"properties":{{}}}}"#),
                "f",
            ),
            (
                format!(r#"{{"persistent://t/n/q":{admin}}}"#),
                "f (persistent://t/n/q)",
            ),
            (
                format!(r#"{{"persistent://t/n/q":{SCHEMA}}}"#),
                "f (persistent://t/n/q)",
            ),
            (format!(r#"{{"q":{escaped}}}"#), "f (q)"),
        ] {
            assert_eq!(
                names(&text),
                [(origin.to_owned(), "A".to_owned())],
                "{text}"
            );
        }
        let two = names(&format!("{admin}\n\n{SCHEMA}\n"));
        assert_eq!(
            two,
            [("f:1".into(), "A".into()), ("f:3".into(), "A".into())]
        );
    }

    #[test]
    fn topic_and_version_are_kept_where_the_form_says_them() {
        let escaped = Json::str(SCHEMA).compact();
        let admin =
            |version: u32| format!(r#"{{"version":{version},"type":"AVRO","data":{escaped}}}"#);
        let all = format!(
            r#"{{"persistent://t/n/q":{{"getSchemaResponses":[{},{}]}},"p":{SCHEMA}}}"#,
            admin(0),
            admin(7)
        );
        let found = read("f", &all);
        let said: Vec<_> = found
            .iter()
            .map(|r| (r.topic.as_deref(), r.version))
            .collect();
        let topic = Some("persistent://t/n/q");
        assert_eq!(
            said,
            [(topic, Some(0)), (topic, Some(7)), (Some("p"), None)]
        );
        let info = format!(r#"{{"version":3,"schemaInfo":{{"name":"q","schema":{escaped}}}}}"#);
        let found = read("f", &info);
        assert_eq!(
            (found[0].topic.as_deref(), found[0].version),
            (Some("q"), Some(3))
        );
    }

    #[test]
    fn what_is_no_schema_is_told() {
        for (text, expected) in [
            ("", "unreadable: not JSON in line 1"),
            ("<html>\n", "unreadable: not JSON in line 1"),
            ("{}", "unreadable: there is no schema in it"),
            ("[1]", "unreadable: a number is no schema"),
            (r#"{"data":"{"}"#, "unreadable: its schema is not JSON"),
            (r#"{"type":"BYTES","data":""}"#, "primitive BYTES"),
            (r#"{"type":"STRING","data":"null"}"#, "primitive STRING"),
            (
                r#"{"type":"KEY_VALUE","data":"{\"key\":{},\"value\":{}}"}"#,
                "of the kind KEY_VALUE",
            ),
            (
                r#"{"type":"protobuf","data":"{\"type\":\"record\",\"name\":\"A\",\"fields\":[]}"}"#,
                "of the kind PROTOBUF",
            ),
            (
                r#"{"type":"PROTOBUF_NATIVE","data":"{\"fileDescriptorSet\":\"CgA=\"}"}"#,
                "of the kind PROTOBUF_NATIVE",
            ),
            (
                r#"{"type":"JSON","data":"{\"type\":\"object\",\"properties\":{}}"}"#,
                "of the kind JSON Schema",
            ),
            (r#"{"type":"AVRO","data":"[\"int\",\"null\"]"}"#, "union"),
            (
                r#"{"type":"JSON","data":"[\"int\",\"null\"]"}"#,
                "unreadable: an array is no record or enum",
            ),
            (r#"{"type":"JSON","data":7}"#, "unreadable: a number where"),
            (
                r#"{"type":"record","name":"A"}"#,
                "unreadable: the record has no list `fields`",
            ),
            (
                r#"{"type":"record","fields":[]}"#,
                "unreadable: the record has no `name`",
            ),
            (
                r#"{"type":"enum","name":"A","symbols":["X",1]}"#,
                "unreadable: what stands at /symbols/1 is no string",
            ),
            (
                r#"{"q":{"type":"record","name":"A","fields":[{"name":"x"}]}}"#,
                "unreadable: what stands at /fields/0 has no `name` and `type`",
            ),
            (
                r#"{"type":"JSON","data":"{\"type\":\"record\"}"}"#,
                "unreadable: the record has no `name`",
            ),
            (
                r#"{"version":1,"type":"JSON"}"#,
                "unreadable: there is neither `data` nor `schema` beside the type JSON",
            ),
            (
                r#"{"reason":"Schema not found"}"#,
                "unreadable: it is the answer of a server: Schema not found",
            ),
            (r#"{"q":1}"#, "unreadable: a number is no schema"),
        ] {
            let found = names(text);
            assert_eq!(found.len(), 1, "{text}");
            assert!(found[0].1.starts_with(expected), "{text}: {found:?}");
        }
        let deep = format!(
            "{}{}",
            r#"{"a":"#.repeat(20),
            "1".to_owned() + &"}".repeat(20)
        );
        assert!(names(&deep)[0].1.contains("too deep"));
    }

    #[test]
    fn the_text_is_kept_as_it_was_registered() {
        let spaced =
            "{\n \"type\": \"record\", \"name\": \"A\", \"namespace\": \"x\", \"fields\": []}";
        let admin = format!(
            r#"{{"type":"JSON","data":{}}}"#,
            Json::str(spaced).compact()
        );
        match &read("f", &admin)[0].schema {
            Fetched::Schema { name, text, .. } => {
                assert_eq!((name.as_str(), text.as_str()), ("x.A", spaced));
            }
            other => panic!("{other:?}"),
        }
    }
}
