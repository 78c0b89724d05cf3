//! The three ways to read Avro beside the owned one: into a message, as a view, of another writer. Rooms are
//! used again, and whatever was there before, the outcome is that of `from_avro`.

mod maps;
mod unknown_keys;

use std::collections::{BTreeMap, HashMap};

use tg_schema::{Decoder, Error, ErrorKind, Message, Resolution, tg_schema};

#[tg_schema]
#[derive(Clone, Debug, Default, PartialEq)]
struct Item {
    name: String,
    tags: Vec<String>,
}

#[tg_schema]
#[derive(Clone, Debug, Default, PartialEq)]
struct Everything {
    text: String,
    bytes: Vec<u8>,
    doubles: Vec<f64>,
    floats: Vec<f32>,
    items: Vec<Item>,
    ordered: BTreeMap<String, Vec<f64>>,
    hashed: HashMap<String, String>,
    maybe: Option<String>,
    item: Option<Item>,
    lists: Vec<Vec<i32>>,
    #[tg(default = "none", nullable)]
    note: String,
}

/// Miri, which is slow, looks at fewer places.
const STEP: usize = if cfg!(miri) { 97 } else { 1 };

fn item(name: &str, tags: &[&str]) -> Item {
    Item {
        name: name.into(),
        tags: tags.iter().map(|&tag| tag.into()).collect(),
    }
}

fn full() -> Everything {
    Everything {
        text: "a text of some length".into(),
        bytes: vec![1; 90],
        doubles: vec![0.5; 20],
        floats: vec![1.5; 20],
        items: vec![
            item("first", &["a", "bb"]),
            item("second", &[]),
            item("", &["c"]),
        ],
        ordered: [("a", 1.0), ("b", 2.0), ("d", 4.0)]
            .map(|(key, n)| (key.into(), vec![n; 3]))
            .into(),
        hashed: [("x", "1"), ("y", "2"), ("z", "3")]
            .map(|(key, value)| (key.into(), value.into()))
            .into(),
        maybe: Some("something".into()),
        item: Some(item("inside", &["t"])),
        lists: vec![vec![1, 2, 3], vec![], vec![4]],
        note: "noted".into(),
    }
}

/// Messages that have more, fewer and other parts than each other.
fn messages() -> Vec<Everything> {
    let mut grown = full();
    grown.text.push_str(&"x".repeat(200));
    grown
        .items
        .extend([item("fourth", &["d", "e", "f"]), item("fifth", &[])]);
    grown.ordered.insert("aa".into(), vec![7.0]);
    grown.ordered.insert("z".into(), vec![]);
    grown.hashed.insert("w".into(), "4".into());
    grown.doubles.extend([1.0; 50]);
    grown.lists.push(vec![5; 40]);
    let mut shrunk = full();
    shrunk.items.truncate(1);
    shrunk.ordered.retain(|key, _| key != "a");
    shrunk.hashed.remove("x");
    shrunk.doubles.truncate(2);
    shrunk.maybe = None;
    shrunk.item = None;
    shrunk.lists = vec![vec![], vec![9]];
    let mut renamed = full();
    renamed.ordered = [
        ("0".into(), vec![1.0]),
        ("b".into(), vec![]),
        ("c".into(), vec![2.0]),
    ]
    .into();
    renamed.hashed = [("p".into(), "1".into()), ("x".into(), "other".into())].into();
    vec![Everything::default(), full(), grown, shrunk, renamed]
}

/// What a message is in all ways of reading, or the error that it is in all of them.
fn read<T: Message + Clone + PartialEq + std::fmt::Debug>(
    before: &T,
    bytes: &[u8],
) -> Result<T, Error> {
    let owned = T::from_avro(bytes);
    let mut there = before.clone();
    let into = there.decode_into(bytes).map(|()| there);
    let viewed = T::view(bytes).map(T::from_view);
    for other in [into, viewed] {
        match (&owned, other) {
            (Ok(owned), Ok(other)) => assert_eq!(owned, &other),
            (Err(owned), Err(other)) => assert_eq!(owned.to_string(), other.to_string()),
            (owned, other) => panic!("{owned:?}, {other:?}"),
        }
    }
    owned
}

#[test]
fn any_message_is_read_into_any_other() {
    for before in messages() {
        for message in messages() {
            let bytes = message.to_avro().unwrap();
            assert_eq!(read(&before, &bytes).unwrap(), message);
        }
    }
    for message in messages() {
        let json = message.to_json().unwrap();
        assert_eq!(Everything::from_json(&json).unwrap(), message);
    }
    // One after the other into one place.
    let mut there = Everything::default();
    for message in messages()
        .iter()
        .chain(&messages())
        .chain(messages().iter().rev())
    {
        there.decode_into(&message.to_avro().unwrap()).unwrap();
        assert_eq!(&there, message);
    }
}

#[test]
fn some_and_none_follow_each_other() {
    let mut there = Everything::default();
    for (maybe, inner) in [
        (None, None),
        (Some("a"), Some("b")),
        (None, None),
        (Some("cc"), None),
        (Some(""), Some("")),
    ] {
        let message = Everything {
            maybe: maybe.map(Into::into),
            item: inner.map(|name| item(name, &[name])),
            ..Everything::default()
        };
        there.decode_into(&message.to_avro().unwrap()).unwrap();
        assert_eq!(there, message);
    }
}

#[test]
fn null_puts_the_default_over_what_was_there() {
    #[tg_schema]
    #[derive(Clone, Debug, PartialEq)]
    struct Noted {
        #[tg(default = "none", nullable)]
        note: String,
    }
    let there = Noted { note: "old".into() };
    assert_eq!(read(&there, &[0]).unwrap().note, "none");
    assert_eq!(Noted::view(&[0]).unwrap().note, None);
    assert_eq!(read(&there, &[2, 2, b'x']).unwrap().note, "x");
    assert_eq!(Noted::view(&[2, 2, b'x']).unwrap().note, Some("x"));
}

#[test]
fn room_is_used_again() {
    let mut there = full();
    let first = there.to_avro().unwrap();
    let rooms = |m: &Everything| {
        (
            [
                m.text.capacity(),
                m.bytes.capacity(),
                m.maybe.as_ref().map_or(0, String::capacity),
            ],
            [
                m.doubles.capacity(),
                m.floats.capacity(),
                m.items.capacity(),
                m.lists.capacity(),
            ],
            [
                m.text.as_ptr(),
                m.bytes.as_ptr(),
                m.items[0].name.as_ptr(),
                m.items[0].tags[0].as_ptr(),
            ],
            [m.doubles.as_ptr(), m.ordered["a"].as_ptr()],
            (m.hashed["x"].as_ptr(), m.lists[0].as_ptr()),
        )
    };
    // What `push_short_str` may still reserve, it has reserved after one message.
    there.decode_into(&first).unwrap();
    let before = rooms(&there);
    let mut smaller = full();
    smaller.text = "short".into();
    smaller.bytes.truncate(3);
    smaller.doubles.truncate(1);
    smaller.floats.clear();
    smaller.lists[0].truncate(1);
    smaller.items[0].name = "1".into();
    smaller.ordered.get_mut("a").unwrap().pop();
    smaller.hashed.insert("x".into(), "9".into());
    for message in [&smaller, &full(), &smaller, &full()] {
        there.decode_into(&message.to_avro().unwrap()).unwrap();
        assert_eq!(&there, message);
        assert_eq!(rooms(&there), before);
    }
}

#[test]
fn after_an_error_the_message_can_be_used() {
    for before in messages() {
        let good = full().to_avro().unwrap();
        for end in (0..good.len()).step_by(STEP) {
            let mut there = before.clone();
            let error = there.decode_into(&good[..end]).unwrap_err();
            assert_eq!(
                error.to_string(),
                Everything::from_avro(&good[..end]).unwrap_err().to_string()
            );
            // It is a message still, and the next is read as if nothing had been.
            assert_eq!(
                Everything::from_avro(&there.to_avro().unwrap()).unwrap(),
                there
            );
            there.decode_into(&good).unwrap();
            assert_eq!(there, full());
        }
    }
}

#[tg_schema]
#[derive(Clone, Debug, PartialEq)]
struct Vectors {
    doubles: Vec<f64>,
    floats: Vec<f32>,
    texts: Vec<String>,
}

/// A list in blocks of these numbers of items; those less than zero say their size.
fn blocks(items: &[Vec<u8>], counts: &[i64]) -> Vec<u8> {
    let mut items = items.iter();
    let mut out = Vec::new();
    for &count in counts {
        let n = usize::try_from(count.unsigned_abs()).unwrap();
        let block: Vec<u8> = items.by_ref().take(n).flatten().copied().collect();
        out.push(u8::try_from(count << 1 ^ count >> 63).unwrap());
        if count < 0 {
            let size = block.len();
            out.extend([(size << 1) as u8 & 0x7f | 0x80, (size >> 6) as u8]);
        }
        out.extend(block);
    }
    assert_eq!(items.next(), None);
    out.push(0);
    out
}

#[test]
fn lists_may_come_in_several_blocks() {
    let doubles: Vec<f64> = (0..12).map(|i| f64::from(i) / 4.0).collect();
    let floats: Vec<f32> = (0..12).map(|i| i as f32 / 8.0).collect();
    let texts: Vec<String> = (0..12).map(|i| "t".repeat(i)).collect();
    let message = Vectors {
        doubles,
        floats,
        texts,
    };
    let parts = [
        message
            .doubles
            .iter()
            .map(|n| n.to_le_bytes().to_vec())
            .collect::<Vec<_>>(),
        message
            .floats
            .iter()
            .map(|n| n.to_le_bytes().to_vec())
            .collect(),
        message
            .texts
            .iter()
            .map(|t| [vec![t.len() as u8 * 2], t.as_bytes().to_vec()].concat())
            .collect(),
    ];
    let longer = Vectors {
        doubles: vec![9.0; 40],
        floats: vec![9.0; 5],
        texts: vec!["previous".into(); 7],
    };
    let shorter = Vectors {
        doubles: vec![],
        floats: vec![9.0],
        texts: vec![],
    };
    for counts in [
        &[12][..],
        &[1; 12],
        &[5, -3, 4],
        &[-12],
        &[-1, 10, -1],
        &[-4, -4, -4],
    ] {
        let bytes = parts
            .iter()
            .flat_map(|items| blocks(items, counts))
            .collect::<Vec<_>>();
        for before in [&longer, &shorter, &message] {
            assert_eq!(read(before, &bytes).unwrap(), message, "{counts:?}");
        }
        let view = Vectors::view(&bytes).unwrap();
        assert_eq!(view.doubles.to_vec(), message.doubles);
        assert_eq!(view.floats.to_vec(), message.floats);
        for end in (0..bytes.len()).step_by(STEP) {
            read(&longer, &bytes[..end]).unwrap_err();
        }
    }
}

/// Reading takes time in proportion to the bytes, even of lists in blocks of one item each.
#[test]
fn many_small_blocks_do_not_make_a_list_grow_item_by_item() {
    const ITEMS: usize = if cfg!(miri) { 300 } else { 100_000 };
    let empty = Vectors {
        doubles: vec![],
        floats: vec![],
        texts: vec![],
    };
    let mut bytes = vec![0, 0];
    bytes.extend([2, 2, b'x'].repeat(ITEMS));
    bytes.push(0);
    let message = read(&empty, &bytes).unwrap();
    assert_eq!(message.texts.len(), ITEMS);
    // Grown in steps, it has room to spare; grown item by item, it has none.
    assert!(message.texts.capacity() > ITEMS);
    let mut there = empty.clone();
    there.decode_into(&bytes).unwrap();
    assert!(there.texts.capacity() > ITEMS);
    // One block needs exactly its room.
    let again = Vectors::from_avro(&message.to_avro().unwrap()).unwrap();
    assert_eq!(again.texts.capacity(), ITEMS);
    let writer = r#"{"type": "record", "name": "Vectors", "fields": [
        {"name": "floats", "type": {"type": "array", "items": "float"}},
        {"name": "doubles", "type": {"type": "array", "items": "double"}},
        {"name": "texts", "type": {"type": "array", "items": ["string"]}}]}"#;
    let mut bytes = vec![0, 0];
    bytes.extend([2, 0, 2, b'x'].repeat(ITEMS));
    bytes.push(0);
    let resolution = Resolution::<Vectors>::of(writer).unwrap();
    let resolved = resolution.decode(&bytes).unwrap();
    assert_eq!(resolved, message);
    assert!(resolved.texts.capacity() > ITEMS);
}

#[tg_schema]
#[derive(Clone, Debug, PartialEq)]
struct Node {
    id: i32,
    next: Option<Box<Node>>,
    children: Vec<Node>,
    named: BTreeMap<String, Node>,
}

fn node() -> Node {
    Node {
        id: 1,
        next: None,
        children: vec![],
        named: BTreeMap::new(),
    }
}

#[test]
fn depth_is_limited_alike_in_all_ways_of_reading() {
    let writer = r#"{"type": "record", "name": "Node", "fields": [
        {"name": "id", "type": ["int"]},
        {"name": "next", "type": ["null", "Node"]},
        {"name": "children", "type": {"type": "array", "items": "Node"}},
        {"name": "named", "type": {"type": "map", "values": "Node"}}]}"#;
    let resolution = Resolution::<Node>::of(writer).unwrap();
    let (leaf, end) = ([2, 0, 0, 0], [0, 0]);
    for (opening, closing, levels) in [
        (&[2, 2][..], &end[..], 1),
        (&[2, 0, 2], &[0, 0], 2),
        (&[2, 0, 0, 2, 2, b'k'], &[0], 2),
    ] {
        // The other writer has the index of a branch before the id.
        let foreign_opening = [&[0], opening].concat();
        let (mut read_at, mut refused) = (0, 0);
        for depth in (1..200).step_by(if cfg!(miri) { 66 } else { 1 }) {
            let bytes = [opening.repeat(depth), leaf.into(), closing.repeat(depth)].concat();
            let foreign = [
                foreign_opening.repeat(depth),
                [&[0][..], &leaf].concat(),
                closing.repeat(depth),
            ]
            .concat();
            let resolved = resolution.decode(&foreign);
            match read(&node(), &bytes) {
                Ok(message) => {
                    assert_eq!(resolved.unwrap(), message);
                    assert_eq!(message.to_avro().unwrap(), bytes);
                    read_at += 1;
                }
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::Limit, "{error}");
                    assert_eq!(resolved.unwrap_err().kind(), ErrorKind::Limit);
                    refused += 1;
                }
            }
        }
        // The lists of the innermost are one level more.
        let deepest = (128 - 2) / levels;
        assert!((read_at, refused) == (deepest, 199 - deepest) || cfg!(miri));
    }
    // A limit of one's own holds in all of them.
    let mut decoder = Decoder::new();
    decoder.limits.depth = 3;
    let message = Node {
        next: Some(Box::new(node())),
        ..node()
    };
    let bytes = message.to_avro().unwrap();
    let deeper = Node {
        next: Some(Box::new(message.clone())),
        ..node()
    };
    let deeper = deeper.to_avro().unwrap();
    assert_eq!(decoder.avro::<Node>(&bytes).unwrap().message, message);
    let mut there = node();
    decoder.avro_into(&bytes, &mut there).unwrap();
    assert_eq!(there, message);
    assert_eq!(
        Node::from_view(decoder.view::<Node>(&bytes).unwrap()),
        message
    );
    for error in [
        decoder.avro::<Node>(&deeper).unwrap_err(),
        decoder.avro_into(&deeper, &mut there).unwrap_err(),
        decoder.view::<Node>(&deeper).map(drop).unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Limit);
    }
}
