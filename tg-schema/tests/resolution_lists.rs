//! Lists of records of other writers, which are read some at a time, and numbers that they have as another type.

use tg_schema::{Decoder, ErrorKind, Limits, Resolution, tg_schema};

#[tg_schema]
#[derive(Clone, Debug, PartialEq)]
struct Point {
    x: i64,
    y: f64,
    #[tg(default = 3)]
    k: i32,
    ok: bool,
}

#[tg_schema]
#[derive(Clone, Debug, PartialEq)]
struct Points {
    items: Vec<Point>,
    last: i64,
}

fn points(count: usize) -> Points {
    let items = (0..count as i64).map(|n| Point {
        x: n * n * n - 70,
        y: n as f64,
        k: 3,
        ok: n % 2 == 0,
    });
    Points {
        items: items.collect(),
        last: 300,
    }
}

fn long(n: i64) -> Vec<u8> {
    let mut rest = (n << 1 ^ n >> 63) as u64;
    let mut bytes = Vec::new();
    while rest >= 0x80 {
        bytes.push(rest as u8 | 0x80);
        rest >>= 7;
    }
    bytes.push(rest as u8);
    bytes
}

/// The name, type and bytes of a field of a writer's item.
type Field = (&'static str, &'static str, fn(&Point) -> Vec<u8>);

const X: Field = ("x", "long", |p| long(p.x));
const Y: Field = ("y", "double", |p| p.y.to_le_bytes().into());
const OK: Field = ("ok", "boolean", |p| vec![p.ok.into()]);
const K: Field = ("k", "int", |p| long(p.k.into()));
const X_INT: Field = ("x", "int", |p| long(p.x));
const Y_INT: Field = ("y", "int", |p| long(p.y as i64));
const Y_LONG: Field = ("y", "long", |p| long(p.y as i64));
const Y_FLOAT: Field = ("y", "float", |p| (p.y as f32).to_le_bytes().into());
const EXTRA: Field = ("extra", "long", |p| long(p.x << 20));
const TEXT: Field = ("text", "string", |_| [&[80], &[b'x'; 40][..]].concat());
const END: Field = ("end", "string", |_| vec![2, b'x']);
const TWO: Field = ("two", "string", |_| vec![4, b'h', b'i']);

const WRITERS: [&[Field]; 11] = [
    &[X, Y, OK],
    &[X, Y, EXTRA, K, OK],
    &[TEXT, X, Y, K, TWO, OK, EXTRA, END],
    &[OK, K, Y, X],
    &[X, K, Y, OK],
    &[X_INT, Y_FLOAT, K, OK],
    &[X, Y_INT, K, OK],
    &[Y_LONG, OK, X],
    &[OK, TEXT, Y_INT, TWO, X],
    &[EXTRA, X, OK, Y_FLOAT],
    &[TEXT, EXTRA, TWO, OK, X, Y],
];

/// A writer with these fields, its items as `items` has the type of one; and its message, so many items a block.
fn written(
    fields: &[Field],
    items: impl Fn(&str) -> String,
    branch: &[u8],
    message: &Points,
    block: usize,
) -> (String, Vec<u8>) {
    let says: Vec<String> = fields
        .iter()
        .map(|(name, ty, _)| format!(r#"{{"name": "{name}", "type": "{ty}"}}"#))
        .collect();
    let point = format!(
        r#"{{"type": "record", "name": "Point", "fields": [{}]}}"#,
        says.join(", ")
    );
    let writer = format!(
        r#"{{"type": "record", "name": "Points", "fields": [
            {{"name": "items", "type": {{"type": "array", "items": {}}}}}, {{"name": "last", "type": "int"}}]}}"#,
        items(&point)
    );
    let mut bytes = Vec::new();
    for items in message.items.chunks(block) {
        bytes.extend(long(items.len() as i64));
        for item in items {
            bytes.extend_from_slice(branch);
            fields.iter().for_each(|(_, _, of)| bytes.extend(of(item)));
        }
    }
    bytes.push(0);
    bytes.extend(long(message.last));
    (writer, bytes)
}

#[test]
fn items_are_read_whatever_their_writer() {
    for fields in WRITERS {
        for (count, block) in [
            (0, 1),
            (1, 1),
            (7, 3),
            (31, 40),
            (32, 40),
            (33, 40),
            (100, 70),
        ] {
            let message = points(count);
            let (writer, bytes) = written(fields, str::to_owned, &[], &message, block);
            let resolution = Resolution::<Points>::of(&writer).unwrap();
            assert!(resolution.is_compatible(), "{:?}", resolution.problems());
            assert_eq!(resolution.decode(&bytes).unwrap(), message, "{writer}");
            for end in 0..bytes.len() {
                let error = resolution.decode(&bytes[..end]).unwrap_err();
                assert_eq!(error.kind(), ErrorKind::End, "{writer} {end} {error}");
            }
        }
    }
}

#[test]
fn items_may_be_of_a_union() {
    let message = points(40);
    for fields in WRITERS {
        let one = written(fields, |p| format!("[{p}]"), &[0], &message, 40);
        let second = written(fields, |p| format!("[\"null\", {p}]"), &[2], &message, 40);
        for (writer, bytes) in [one, second] {
            let resolution = Resolution::<Points>::of(&writer).unwrap();
            assert_eq!(resolution.decode(&bytes).unwrap(), message, "{writer}");
        }
    }
    // A branch that cannot be read is told where it stands.
    let (writer, mut bytes) = written(
        &[X, OK, Y],
        |p| format!("[{p}, \"null\"]"),
        &[0],
        &message,
        40,
    );
    let item = 1 + long(message.items[0].x).len() + 9;
    bytes[1 + item] = 2;
    let resolution = Resolution::<Points>::of(&writer).unwrap();
    let error = resolution.decode(&bytes).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Resolution);
    assert!(error.to_string().starts_with("Points.items[1]"), "{error}");
}

#[test]
fn an_error_names_its_item() {
    for (fields, place) in [(&[X, Y, OK][..], "ok"), (&[OK, K, Y, X], "ok")] {
        for at in [0, 1, 31, 32, 69, 70, 99] {
            let message = points(100);
            let (writer, mut bytes) = written(fields, str::to_owned, &[], &message, 70);
            let mut head = message.clone();
            head.items.truncate(at);
            let (_, before) = written(fields, str::to_owned, &[], &head, 70);
            // Without the end of the list and what is behind it.
            let before = before.len() - 1 - long(head.last).len();
            let offset = match (fields[0].0, at) {
                ("ok", _) => 0,
                _ => long(message.items[at].x).len() + 8,
            };
            let count = if before == 0 || at == 70 { 1 } else { 0 };
            // The head of the block is as long in both.
            let head = long(70).len() - long((at % 70) as i64).len();
            let head = if at < 70 && at != 0 { head } else { 0 };
            let heads = if at == 0 {
                long(70).len()
            } else {
                count * long(30).len()
            };
            bytes[before + head + heads + offset] = 9;
            let error = Resolution::<Points>::of(&writer).unwrap().decode(&bytes);
            let error = error.unwrap_err().to_string();
            let place = format!("Points.items[{at}].{place}");
            assert!(error.starts_with(&place), "{place} {error}");
        }
    }
}

/// How a list is read with so much memory.
fn with_memory(
    resolution: &Resolution<Points>,
    bytes: &[u8],
    memory: usize,
) -> Result<Points, String> {
    let mut decoder = Decoder::new();
    let mut limits = Limits::DEFAULT;
    limits.memory = memory;
    decoder.limits = limits;
    match decoder.resolved(resolution, bytes) {
        Ok(read) => Ok(read.message),
        Err(e) => {
            assert_eq!(e.kind(), ErrorKind::Limit);
            Err(e.to_string())
        }
    }
}

#[test]
fn what_defaults_cost_is_counted_for_each_item() {
    let message = points(100);
    let (writer, bytes) = written(&[X, Y, OK], str::to_owned, &[], &message, 100);
    let resolution = Resolution::<Points>::of(&writer).unwrap();
    let least = (0..100_000).find(|n| with_memory(&resolution, &bytes, *n).is_ok());
    let least = least.unwrap();
    // The list itself, then the default of each of its items.
    let list = 100 * 3 * size_of::<Point>();
    let each = (least - list) / 100;
    assert!(each > 0);
    assert_eq!(least, list + 100 * each);
    for item in [0, 1, 31, 32, 99] {
        let memory = list + item * each;
        for memory in [memory, memory + each - 1] {
            let error = with_memory(&resolution, &bytes, memory).unwrap_err();
            let place = format!("Points.items[{item}]");
            assert!(error.starts_with(&place), "{place} {error}");
        }
    }
}

#[tg_schema]
#[derive(Clone, Debug, PartialEq)]
struct Reals {
    #[tg(default = 1.5)]
    a: f64,
    b: Box<f64>,
    c: f32,
    d: Option<f64>,
    #[tg(default = 2.5, nullable)]
    e: f64,
    f: f64,
}

#[test]
fn numbers_may_be_of_another_type_in_every_kind_of_field() {
    let one = |ty: &str| match ty {
        "int" | "long" => long(-70_000),
        "float" => (-70_000f32).to_le_bytes().into(),
        _ => (-70_000f64).to_le_bytes().to_vec(),
    };
    let types = ["int", "long", "float", "double"];
    for turn in 0..types.len() * types.len() {
        let ty = |at: usize| match (types[(turn + at * (1 + turn / 4)) % 4], at) {
            ("double", 2) => "float",
            (ty, _) => ty,
        };
        let fields: Vec<String> = "abcdef"
            .chars()
            .enumerate()
            .map(|(at, name)| format!(r#"{{"name": "{name}", "type": "{}"}}"#, ty(at)))
            .collect();
        let writer = format!(
            r#"{{"type": "record", "name": "Reals", "fields": [{}]}}"#,
            fields.join(", ")
        );
        let bytes: Vec<u8> = (0..6).flat_map(|at| one(ty(at))).collect();
        let resolution = Resolution::<Reals>::of(&writer).unwrap();
        let read = resolution.decode(&bytes).unwrap();
        let n = -70_000.0;
        let expected = Reals {
            a: n,
            b: Box::new(n),
            c: n as f32,
            d: Some(n),
            e: n,
            f: n,
        };
        assert_eq!(read, expected, "{writer}");
        for end in 0..bytes.len() {
            let error = resolution.decode(&bytes[..end]).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::End, "{writer} {end}");
        }
        // A number of eleven bytes, and one that is no int.
        let mut start = 0;
        for (at, name) in ["a", "b", "c", "d", "e", "f"].into_iter().enumerate() {
            let wrong = [&bytes[..start], &[0xff; 40]].concat();
            if ["int", "long"].contains(&ty(at)) {
                let error = resolution.decode(&wrong).unwrap_err().to_string();
                let place = format!("Reals.{name}");
                assert!(error.starts_with(&place), "{place} {error}");
            }
            if ty(at) == "int" {
                let wrong = [&bytes[..start], &long(1 << 31), &[0; 80]].concat();
                let error = resolution.decode(&wrong).unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Type, "{writer} {at}");
            }
            start += one(ty(at)).len();
        }
    }
}
