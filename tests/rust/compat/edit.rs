//! Small edits of a schema, of every kind that people make.

use tg_schema_dynamic::Random;
use tg_schema_model::Json;

use super::random::{FIELDS, Maker, SYMBOLS, text};

/// A part of a way into a JSON tree.
#[derive(Clone, Copy)]
enum Step {
    Key(&'static str),
    Index(usize),
}

type Way = Vec<Step>;

/// Edits a schema once.
pub fn edit(schema: &mut Json, random: &mut Random) {
    let mut ways = Vec::new();
    collect(schema, &mut Vec::new(), &mut ways);
    let way = random.pick(&ways).clone();
    let Some(place) = at(schema, &way) else {
        return;
    };
    match place.get("type").and_then(Json::as_str) {
        Some("record" | "error") if !random.one_in(8) => record(place, random),
        Some("enum") if !random.one_in(8) => enumeration(place, random),
        Some("fixed") if !random.one_in(8) => fixed(place, random),
        _ => anything(place, random),
    }
}

/// Every place where a type stands.
fn collect(schema: &Json, way: &mut Way, ways: &mut Vec<Way>) {
    ways.push(way.clone());
    let mut into = |part: &Json, steps: &[Step]| {
        let len = way.len();
        way.extend(steps);
        collect(part, way, ways);
        way.truncate(len);
    };
    match schema {
        Json::Array(branches) => {
            for (index, branch) in branches.iter().enumerate() {
                into(branch, &[Step::Index(index)]);
            }
        }
        Json::Object(_) => {
            for key in ["items", "values"] {
                if let Some(part) = schema.get(key) {
                    into(part, &[Step::Key(key)]);
                }
            }
            let fields = schema.get("fields").and_then(Json::as_array);
            for (index, field) in fields.unwrap_or_default().iter().enumerate() {
                if let Some(part) = field.get("type") {
                    into(
                        part,
                        &[Step::Key("fields"), Step::Index(index), Step::Key("type")],
                    );
                }
            }
        }
        _ => {}
    }
}

fn at<'j>(json: &'j mut Json, way: &[Step]) -> Option<&'j mut Json> {
    way.iter().try_fold(json, |json, step| match (json, step) {
        (Json::Array(items), Step::Index(index)) => items.get_mut(*index),
        (json, Step::Key(key)) => entry(json, key),
        _ => None,
    })
}

fn entry<'j>(json: &'j mut Json, key: &str) -> Option<&'j mut Json> {
    match json {
        Json::Object(entries) => entries.iter_mut().find(|(k, _)| k == key).map(|(_, v)| v),
        _ => None,
    }
}

fn set(json: &mut Json, key: &str, value: Json) {
    if let Some(slot) = entry(json, key) {
        *slot = value;
    } else if let Json::Object(entries) = json {
        entries.push((key.to_owned(), value));
    }
}

fn remove(json: &mut Json, key: &str) {
    if let Json::Object(entries) = json {
        entries.retain(|(k, _)| k != key);
    }
}

fn name(json: &mut Json, random: &mut Random) {
    let old = json
        .get("name")
        .and_then(Json::as_str)
        .unwrap_or_default()
        .to_owned();
    match random.below(4) {
        0 => {
            set(json, "name", text(format!("{old}2")));
            set(json, "aliases", Json::strings([old]));
        }
        1 => set(json, "name", text(format!("{old}2"))),
        2 => set(json, "namespace", text(*random.pick(&["x", "y", ""]))),
        _ => {
            let aliases = Maker::new(random).aliases();
            set(json, "aliases", aliases);
        }
    }
}

fn record(json: &mut Json, random: &mut Random) {
    if random.one_in(5) {
        return match random.below(4) {
            0 => set(json, "doc", text("anew")),
            1 => set(json, "since", Json::int(2)),
            _ => name(json, random),
        };
    }
    let Some(Json::Array(fields)) = entry(json, "fields") else {
        return;
    };
    let count = fields.len();
    match random.below(8) {
        0 | 1 => {
            let used = |name: &str| {
                fields
                    .iter()
                    .any(|f| f.get("name").and_then(Json::as_str) == Some(name))
            };
            let Some(name) = FIELDS.iter().find(|name| !used(name)) else {
                return;
            };
            let field = Maker::new(random).field(name, 1, None);
            let at = random.below(count + 1);
            fields.insert(at, field);
        }
        2 if count > 0 => {
            fields.remove(random.below(count));
        }
        3 if count > 1 => {
            let (a, b) = (random.below(count), random.below(count));
            fields.swap(a, b);
        }
        _ if count > 0 => {
            let at = random.below(count);
            field(&mut fields[at], random);
        }
        _ => {}
    }
}

fn field(json: &mut Json, random: &mut Random) {
    let old = json
        .get("name")
        .and_then(Json::as_str)
        .unwrap_or_default()
        .to_owned();
    match random.below(8) {
        0 => {
            set(json, "name", text(format!("{old}2")));
            set(json, "aliases", Json::strings([old]));
        }
        1 => set(json, "name", text(format!("{old}2"))),
        2 => remove(json, "default"),
        3 | 4 => {
            let ty = json.get("type").cloned().unwrap_or(Json::Null);
            if let Some(default) = Maker::new(random).default(&ty) {
                set(json, "default", default);
            }
        }
        5 => set(json, "aliases", Json::strings([*random.pick(&FIELDS), "g"])),
        6 => set(
            json,
            "order",
            text(*random.pick(&["descending", "ascending"])),
        ),
        _ => {
            if let Some(ty) = entry(json, "type") {
                anything(ty, random);
            }
        }
    }
}

fn enumeration(json: &mut Json, random: &mut Random) {
    let (choice, symbol) = (random.below(7), *random.pick(&SYMBOLS));
    match choice {
        0 => remove(json, "default"),
        1 => set(json, "default", text(symbol)),
        2 => name(json, random),
        _ => {
            let Some(Json::Array(symbols)) = entry(json, "symbols") else {
                return;
            };
            let known = symbols.iter().position(|s| s.as_str() == Some(symbol));
            match known {
                Some(at) if choice < 5 => {
                    symbols.remove(at);
                }
                Some(at) => {
                    let symbol = symbols.remove(at);
                    symbols.insert(0, symbol);
                }
                None => symbols.push(text(symbol)),
            }
        }
    }
}

fn fixed(json: &mut Json, random: &mut Random) {
    match random.one_in(3) {
        true => set(json, "size", Json::int(*random.pick(&[1, 12, 16]))),
        false => name(json, random),
    }
}

/// An edit that any type can take.
fn anything(json: &mut Json, random: &mut Random) {
    let promoted = match json.as_str() {
        Some("int") => Some("long"),
        Some("long") => Some("int"),
        Some("float") => Some("double"),
        Some("double") => Some("float"),
        Some("string") => Some("bytes"),
        Some("bytes") => Some("string"),
        _ => None,
    };
    let whole = std::mem::replace(json, Json::Null);
    *json = match (random.below(9), whole) {
        (0..3, _) if promoted.is_some() => text(promoted.unwrap_or_default()),
        (0..2, Json::Array(mut branches)) if !branches.is_empty() => {
            branches.remove(random.below(branches.len()));
            Json::Array(branches)
        }
        (2, Json::Array(mut branches)) if branches.len() > 1 => {
            let first = branches.remove(0);
            branches.push(first);
            Json::Array(branches)
        }
        (3, Json::Array(mut branches)) if !branches.is_empty() => {
            branches.swap_remove(random.below(branches.len()))
        }
        (3 | 4, Json::Array(mut branches)) => {
            branches.push(Maker::new(random).any(1, None));
            Json::Array(branches)
        }
        (0..5, whole) => Maker::new(random).optional(whole),
        (5, whole) => Json::object([("type", text("array")), ("items", whole)]),
        (6, Json::Object(entries)) => {
            let inner = entries.iter().find(|(k, _)| k == "items" || k == "values");
            match inner {
                Some((_, inner)) => inner.clone(),
                None => Json::Object(entries),
            }
        }
        (7, Json::Object(entries)) => {
            let other = entries
                .into_iter()
                .map(|(k, v)| match (k.as_str(), v.as_str()) {
                    ("type", Some("array")) => (k, text("map")),
                    ("type", Some("map")) => (k, text("array")),
                    ("items", _) => ("values".to_owned(), v),
                    ("values", _) => ("items".to_owned(), v),
                    _ => (k, v),
                });
            Json::object(other)
        }
        (7, Json::String(word)) => Json::object([("type", text(word)), ("since", Json::int(1))]),
        (8, _) => Maker::new(random).any(2, None),
        (_, whole) => whole,
    };
}
