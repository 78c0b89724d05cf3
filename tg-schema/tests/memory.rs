//! What a message costs in memory and on the stack, where types are made for it.

use std::collections::BTreeMap;

use tg_schema::{Decoder, ErrorKind, Limits, Message, Resolution, tg_schema};

#[tg_schema]
#[derive(Clone, Debug, Default, PartialEq)]
struct Wide {
    a: Option<String>,
    b: Option<String>,
    c: Option<String>,
    d: Option<String>,
    e: Option<String>,
    f: Option<String>,
    g: Option<String>,
    h: Option<String>,
}

/// Defaults whose text says little of what they are.
#[tg_schema]
#[derive(Clone, Debug, PartialEq)]
struct Job {
    #[tg(default = [{}, {}, {}], nullable)]
    steps: Vec<Wide>,
    #[tg(default = {"main": {}}, nullable)]
    named: BTreeMap<String, Wide>,
}

#[tg_schema]
#[derive(Clone, Debug, PartialEq)]
struct Jobs {
    jobs: Vec<Job>,
    maps: Vec<BTreeMap<String, Wide>>,
}

/// An Avro list of `n` items with the same bytes.
fn list(n: i64, item: &[u8]) -> Vec<u8> {
    let mut zigzag = u64::try_from(n).unwrap() << 1;
    let mut bytes = Vec::new();
    while zigzag > 0x7f {
        bytes.push(0x80 | (zigzag & 0x7f) as u8);
        zigzag >>= 7;
    }
    bytes.push(zigzag as u8);
    bytes.extend(item.repeat(n as usize));
    bytes.push(0);
    bytes
}

/// Defaults count by what they are in memory: 300 of some 5 KB each are more than a megabyte, 100 are not.
#[test]
fn defaults_count_by_what_they_are() {
    let mut decoder = Decoder::new();
    decoder.limits.memory = 1 << 20;
    let avro = |n: i64| [list(n, &[0, 0]), vec![0]].concat();
    let json = |n: usize| format!(r#"{{"jobs":[{}],"maps":[]}}"#, vec!["{}"; n].join(","));
    let many = Jobs::from_avro(&avro(100)).unwrap();
    assert_eq!(many.jobs[99].steps, vec![Wide::default(); 3]);
    assert_eq!(decoder.avro::<Jobs>(&avro(100)).unwrap().message, many);
    assert_eq!(
        decoder.json::<Jobs>(json(100).as_bytes()).unwrap().message,
        many
    );
    let kinds = [
        decoder
            .avro::<Jobs>(&avro(300))
            .map(|_| ())
            .unwrap_err()
            .kind(),
        decoder
            .view::<Jobs>(&avro(300))
            .map(|_| ())
            .unwrap_err()
            .kind(),
        decoder
            .json::<Jobs>(json(300).as_bytes())
            .map(|_| ())
            .unwrap_err()
            .kind(),
    ];
    assert_eq!(kinds, [ErrorKind::Limit; 3]);
    // Items without bytes, of a writer that has none of the fields.
    let writer = r#"{"type": "record", "name": "Jobs", "fields": [
        {"name": "jobs", "type": {"type": "array", "items": {"type": "record", "name": "Job", "fields": []}}},
        {"name": "maps", "type": {"type": "array", "items": {"type": "map", "values": "int"}}}]}"#;
    let writer = writer.replace(r#""int""#, &Wide::avro_schema().replace('\n', ""));
    let resolution = Resolution::<Jobs>::of(&writer).unwrap();
    let foreign = |n: i64| [list(n, &[]), vec![0]].concat();
    assert_eq!(resolution.decode(&foreign(100)).unwrap(), many);
    let limited = resolution.decode(&foreign(1_000_000)).unwrap_err();
    assert_eq!(limited.kind(), ErrorKind::Limit);
}

/// A map of one entry has the room of several.
#[test]
fn a_map_of_one_entry_counts_as_it_is_made() {
    let mut decoder = Decoder::new();
    decoder.limits.memory = 1 << 20;
    // One entry, of which nothing is set.
    let entry = [[2, 2, b'k'].as_slice(), &[0; 8], &[0]].concat();
    let avro = |n: i64| [vec![0], list(n, &entry)].concat();
    let json = |n: usize| {
        format!(
            r#"{{"jobs":[],"maps":[{}]}}"#,
            vec![r#"{"k":{}}"#; n].join(",")
        )
    };
    assert!(decoder.avro::<Jobs>(&avro(200)).is_ok());
    assert!(decoder.json::<Jobs>(json(200).as_bytes()).is_ok());
    let size = size_of::<(String, Wide)>();
    assert!(600 * 11 * size > 1 << 20 && 600 * 4 * size < 1 << 20);
    let kinds = [
        decoder
            .avro::<Jobs>(&avro(600))
            .map(|_| ())
            .unwrap_err()
            .kind(),
        decoder
            .view::<Jobs>(&avro(600))
            .map(|_| ())
            .unwrap_err()
            .kind(),
        decoder
            .json::<Jobs>(json(600).as_bytes())
            .map(|_| ())
            .unwrap_err()
            .kind(),
    ];
    assert_eq!(kinds, [ErrorKind::Limit; 3]);
}

/// A type of some size that can be in itself.
#[tg_schema]
#[derive(Clone, Debug, Default, PartialEq)]
struct Deep {
    next: Option<Box<Deep>>,
    list: Vec<Deep>,
    one: Option<Eight>,
    two: Option<Eight>,
    three: Option<Eight>,
    four: Option<Eight>,
}

#[tg_schema]
#[derive(Clone, Debug, Default, PartialEq)]
struct Eight {
    a: Wide,
    b: Wide,
    c: Wide,
    d: Wide,
    e: Wide,
    f: Wide,
    g: Wide,
    h: Wide,
}

/// Every way to read and write a message goes into a type at each level, and none has a value of it on the stack there.
#[test]
fn a_large_type_in_itself_needs_little_stack() {
    assert!(size_of::<Deep>() > 6_000);
    let depth = Limits::DEFAULT.depth as usize - 2;
    let next = [vec![2; depth], vec![0], [0; 5].repeat(depth + 1)].concat();
    let mut lists = Vec::new();
    for _ in 0..depth / 2 {
        lists.extend([0, 2]);
    }
    lists.extend([0, 0, 0, 0, 0, 0]);
    lists.extend([0; 5].repeat(depth / 2));
    for bytes in [next, lists] {
        let small = std::thread::Builder::new().stack_size(512 << 10);
        let thread = small.spawn(move || {
            let message = Box::new(Deep::from_avro(&bytes).unwrap());
            let viewed = Box::new(Deep::from_view(Deep::view(&bytes).unwrap()));
            assert!(viewed == message);
            let json = message.to_json().unwrap();
            assert!(Box::new(Deep::from_json(&json).unwrap()) == message);
            assert_eq!(message.to_avro().unwrap(), bytes);
        });
        thread.unwrap().join().unwrap();
    }
}

/// Two of it can be in each.
#[tg_schema]
#[derive(Clone, Debug, Default, PartialEq)]
struct Fork {
    left: Option<Box<Fork>>,
    right: Option<Box<Fork>>,
    one: Option<Eight>,
    two: Option<Eight>,
    three: Option<Eight>,
}

/// Few bytes are many boxes where all other fields are absent, and each counts as it is in memory.
#[test]
fn boxes_count_by_what_they_are() {
    let mut decoder = Decoder::new();
    decoder.limits.memory = 1 << 20;
    assert!(size_of::<Fork>() * 63 < 1 << 20 && size_of::<Fork>() * 1023 > 4 << 20);
    let tree = |levels: u32| {
        let (mut avro, mut foreign) = (vec![0; 5], vec![0; 2]);
        let mut json = String::from("{}");
        for _ in 1..levels {
            avro = [&[2], &avro[..], &[2], &avro, &[0; 3]].concat();
            foreign = [&[2], &foreign[..], &[2], &foreign].concat();
            json = format!(r#"{{"left":{json},"right":{json}}}"#);
        }
        (avro, foreign, json)
    };
    // Of a writer that has no other fields.
    let writer = r#"{"type": "record", "name": "Fork", "fields": [
        {"name": "left", "type": ["null", "Fork"]}, {"name": "right", "type": ["null", "Fork"]}]}"#;
    let resolution = Resolution::<Fork>::of(writer).unwrap();
    let (avro, foreign, json) = tree(6);
    let few = decoder.avro::<Fork>(&avro).unwrap().message;
    assert_eq!(few.to_json().unwrap(), json.as_bytes());
    assert_eq!(Fork::from_view(decoder.view::<Fork>(&avro).unwrap()), few);
    assert_eq!(
        decoder.resolved(&resolution, &foreign).unwrap().message,
        few
    );
    assert_eq!(decoder.json::<Fork>(json.as_bytes()).unwrap().message, few);
    let (avro, foreign, json) = tree(10);
    let kinds = [
        decoder.avro::<Fork>(&avro).map(drop).unwrap_err().kind(),
        decoder.view::<Fork>(&avro).map(drop).unwrap_err().kind(),
        decoder
            .resolved(&resolution, &foreign)
            .map(drop)
            .unwrap_err()
            .kind(),
        decoder
            .json::<Fork>(json.as_bytes())
            .map(drop)
            .unwrap_err()
            .kind(),
    ];
    assert_eq!(kinds, [ErrorKind::Limit; 4]);
    let (.., json) = tree(17);
    let error = serde_json::from_str::<Fork>(&json).unwrap_err();
    assert!(error.to_string().contains("Limits::MEMORY"), "{error}");
}
