//! Maps: keys in any order, once each, in trees and tables that keep their room.

use std::collections::{BTreeMap, HashMap};

use tg_schema::{ErrorKind, Message, Resolution, tg_schema};

use crate::{Everything, full, read};

#[tg_schema]
#[derive(Clone, Debug, Default, PartialEq)]
struct Maps {
    ordered: BTreeMap<String, i32>,
    hashed: HashMap<String, i32>,
}

fn maps(ordered: &[&str], hashed: &[&str]) -> Vec<u8> {
    let map = |keys: &[&str]| {
        let mut out = Vec::new();
        if !keys.is_empty() {
            out.push(keys.len() as u8 * 2);
        }
        for key in keys {
            out.push(key.len() as u8 * 2);
            out.extend(key.as_bytes());
            out.push(2);
        }
        out.push(0);
        out
    };
    [map(ordered), map(hashed)].concat()
}

#[test]
fn keys_may_come_in_any_order_but_once() {
    let before: Vec<Maps> = [&[][..], &["a"], &["a", "b", "c"], &["b", "x", "y", "z"]]
        .map(|keys: &[&str]| Maps {
            ordered: keys.iter().map(|&k| (k.into(), 9)).collect(),
            hashed: keys.iter().map(|&k| (k.into(), 9)).collect(),
        })
        .into();
    let writer = r#"{"type": "record", "name": "Maps", "fields": [
        {"name": "ordered", "type": {"type": "map", "values": ["int"]}},
        {"name": "hashed", "type": {"type": "map", "values": ["int", "null"]}}]}"#;
    let resolution = Resolution::<Maps>::of(writer).unwrap();
    // The same with the index of the union before each value.
    let resolved = |keys: &[&str], of: &[&str]| {
        let mut bytes = maps(keys, of);
        let mut at = 0;
        for keys in [keys, of] {
            at += usize::from(!keys.is_empty());
            for key in keys {
                at += 1 + key.len();
                bytes.insert(at, 0);
                at += 2;
            }
            at += 1;
        }
        resolution.decode(&bytes)
    };
    for keys in [
        &[][..],
        &["a"],
        &["c", "b", "a"],
        &["b", "a", "d", "c"],
        &["a", "b", "c", "d", "e"],
    ] {
        for before in &before {
            let message = read(before, &maps(keys, keys)).unwrap();
            let expected: BTreeMap<String, i32> = keys.iter().map(|&k| (k.into(), 1)).collect();
            assert_eq!(message.ordered, expected);
            assert_eq!(
                message.hashed,
                expected.into_iter().collect::<HashMap<_, _>>()
            );
            assert_eq!(resolved(keys, keys).unwrap(), message);
        }
    }
    for keys in [
        &["a", "a"][..],
        &["a", "b", "a"],
        &["b", "a", "b"],
        &["a", "b", "c", "c"],
        &["x", "a", "x"],
    ] {
        for (ordered, hashed, field) in [(keys, &[][..], "ordered"), (&[], keys, "hashed")] {
            for before in &before {
                let error = read(before, &maps(ordered, hashed)).unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Duplicate);
                assert!(error.to_string().contains(field), "{error}");
                // What is there after it is a message.
                let mut there = before.clone();
                there.decode_into(&maps(ordered, hashed)).unwrap_err();
                there.decode_into(&maps(&["q"], &["q"])).unwrap();
                assert_eq!(there, Maps::from_avro(&maps(&["q"], &["q"])).unwrap());
            }
            let error = resolved(ordered, hashed).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Duplicate);
        }
        let object: Vec<_> = keys.iter().map(|key| format!("\"{key}\":1")).collect();
        let object = format!("{{{}}}", object.join(","));
        for text in [
            format!(r#"{{"ordered":{object},"hashed":{{}}}}"#),
            format!(r#"{{"ordered":{{}},"hashed":{object}}}"#),
        ] {
            let error = Maps::from_json(text.as_bytes()).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Duplicate, "{error}");
        }
    }
}

/// Avro of a map with these keys, each with its place as its value.
fn map_of(keys: &[String]) -> Vec<u8> {
    let mut bytes = vec![(keys.len() as u8) << 1];
    for (i, key) in keys.iter().enumerate() {
        bytes.push((key.len() as u8) << 1);
        bytes.extend(key.as_bytes());
        bytes.push((i as u8) << 1);
    }
    bytes.push(0);
    bytes
}

#[tg_schema]
#[derive(Clone, Debug, Default, PartialEq)]
struct Counted {
    counts: BTreeMap<String, i32>,
}

/// Maps are filled in one way while their keys ascend and in another where they do not.
#[test]
fn keys_of_maps_may_come_in_any_order() {
    let resolution = Resolution::<Counted>::of(
        r#"{"type": "record", "name": "Counted", "fields": [
            {"name": "more", "type": {"type": "map", "values": "int"}},
            {"name": "counts", "type": {"type": "map", "values": "int"}}]}"#,
    )
    .unwrap();
    let sizes: &[usize] = if cfg!(miri) {
        &[13]
    } else {
        &[0, 1, 10, 11, 12, 13, 40]
    };
    for &n in sizes {
        let ascending: Vec<String> = (0..n).map(|i| format!("k{i:02}")).collect();
        for at in (0..n).step_by(if cfg!(miri) { 5 } else { 1 }) {
            for (from, twice) in [(at, false), (0, false), (n - 1, false), (at / 2, true)] {
                let mut keys = ascending.clone();
                match twice {
                    true => keys.insert(at + 1, ascending[from].clone()),
                    false => keys.swap(at, from),
                }
                let bytes = map_of(&keys);
                let entries = keys.iter().zip(0..).map(|(k, i)| (k.clone(), i));
                let json: Vec<String> =
                    entries.clone().map(|(k, i)| format!("{k:?}:{i}")).collect();
                let json = format!("{{\"counts\":{{{}}}}}", json.join(","));
                let counts = entries.collect();
                let expected = Counted { counts };
                let other = [&[0], &bytes[..]].concat();
                let mut reused = full_map();
                let outcomes = [
                    Counted::from_avro(&bytes),
                    Counted::view(&bytes).map(Counted::from_view),
                    reused.decode_into(&bytes).map(|()| reused),
                    resolution.decode(&other),
                    Counted::from_json(json.as_bytes()),
                ];
                for outcome in outcomes {
                    match twice {
                        true => {
                            let error = outcome.unwrap_err();
                            assert_eq!(error.kind(), ErrorKind::Duplicate, "{keys:?}");
                            let name = format!("{:?}", ascending[from]);
                            assert!(error.to_string().contains(&name), "{error}: {keys:?}");
                        }
                        false => assert_eq!(outcome.unwrap(), expected, "{keys:?}"),
                    }
                }
            }
        }
    }
}

fn full_map() -> Counted {
    Counted {
        counts: (0..20).map(|i| (format!("k{:02}", 2 * i), i)).collect(),
    }
}

#[tg_schema]
#[derive(Clone, Debug, Default, PartialEq)]
struct Tables {
    ordered: Vec<BTreeMap<String, i32>>,
    hashed: Vec<HashMap<String, i32>>,
}

/// How many entries come is known from Avro, and guessed from the map before in JSON.
#[test]
fn maps_of_any_sizes_follow_each_other() {
    let entries = |n: i32| (0..n).map(|i| (format!("k{:02}", i * 7 % 50), i));
    let sizes = [0, 1, 12, 1, 5, 6, 40, 11, 13, 0, 50, 2];
    let message = Tables {
        ordered: sizes.iter().map(|n| entries(*n).collect()).collect(),
        hashed: sizes.iter().map(|n| entries(*n).collect()).collect(),
    };
    let bytes = message.to_avro().unwrap();
    assert_eq!(read(&Tables::default(), &bytes).unwrap(), message);
    let mut turned = message.clone();
    turned.ordered.reverse();
    turned.hashed.reverse();
    assert_eq!(read(&turned, &bytes).unwrap(), message);
    // With keys that descend, or are in no order.
    type Order = fn(&mut Vec<(String, i32)>);
    let text = |order: Order| {
        let maps = sizes.iter().map(|n| {
            let mut all: Vec<_> = entries(*n).collect();
            order(&mut all);
            let all: Vec<_> = all.iter().map(|(k, v)| format!("{k:?}:{v}")).collect();
            format!("{{{}}}", all.join(","))
        });
        let maps = maps.collect::<Vec<_>>().join(",");
        format!(r#"{{"ordered":[{maps}],"hashed":[{maps}]}}"#)
    };
    let orders: [Order; 3] = [|_| (), |all| all.sort(), |all| all.sort_by(|a, b| b.cmp(a))];
    for order in orders {
        let json = text(order);
        assert_eq!(
            Tables::from_json(json.as_bytes()).unwrap(),
            message,
            "{json}"
        );
    }
}

/// Keys are written in bytewise order, also those that begin alike and those with zeros in them.
#[test]
fn tables_are_written_as_trees_are() {
    let keys = [
        "",
        "\0",
        "\0\0",
        "a",
        "a\0",
        "a\0b",
        "aa",
        "a ",
        "a\u{1}",
        "abcdefgh",
        "abcdefgh\0",
        "abcdefg",
        "abcdefgi",
        "abcdefgha",
        "é",
        "ée",
        "😀",
        "\u{7f}",
    ];
    let message = Maps {
        ordered: keys.iter().map(|key| (key.to_string(), 1)).collect(),
        hashed: keys.iter().map(|key| (key.to_string(), 1)).collect(),
    };
    let avro = message.to_avro().unwrap();
    let (tree, table) = avro.split_at(avro.len() / 2);
    assert_eq!(tree, table);
    let json = message.to_json().unwrap();
    let json = std::str::from_utf8(&json).unwrap();
    let (tree, table) = json.split_once(",\"hashed\":").unwrap();
    assert_eq!(format!("{tree}}}"), format!("{{\"ordered\":{table}"));
}

/// Tables keep their room where the keys are the same, whichever way they come.
#[test]
fn a_table_of_the_same_keys_is_filled_in_place() {
    let message = |keys: &[&str]| Everything {
        hashed: keys
            .iter()
            .map(|key| (key.to_string(), key.repeat(40)))
            .collect(),
        ..full()
    };
    let mut there = message(&["a", "b", "c"]);
    let texts = |m: &Everything| -> BTreeMap<String, *const u8> {
        m.hashed
            .iter()
            .map(|(key, text)| (key.clone(), text.as_ptr()))
            .collect()
    };
    let before = texts(&there);
    let again = Everything {
        hashed: [("a", "1"), ("b", "2"), ("c", "3")]
            .map(|(k, v)| (k.into(), v.into()))
            .into(),
        ..full()
    };
    there.decode_into(&again.to_avro().unwrap()).unwrap();
    assert_eq!(there, again);
    assert_eq!(texts(&there), before);
    for keys in [
        &["a", "b"][..],
        &["a", "b", "c", "d"],
        &["b", "c", "d"],
        &[],
        &["x"],
    ] {
        let mut there = there.clone();
        there
            .decode_into(&message(keys).to_avro().unwrap())
            .unwrap();
        assert_eq!(there, message(keys));
    }
}
