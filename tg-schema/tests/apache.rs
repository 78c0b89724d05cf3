//! Messages through the `apache-avro` crate.
#![cfg(feature = "apache-avro")]

use std::collections::BTreeMap;

use tg_schema::{ApacheAvro, Date, Decimal, Message, Time, Timestamp, Uuid, tg_schema};

#[tg_schema(namespace = "org.example")]
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Small,
    Large,
}

#[tg_schema(namespace = "org.example")]
#[derive(Clone, Debug, PartialEq)]
struct Everything {
    text: String,
    kind: Kind,
    flag: bool,
    int: i32,
    long: i64,
    single: f32,
    double: f64,
    bytes: Vec<u8>,
    list: Vec<Option<i64>>,
    map: BTreeMap<String, Vec<f64>>,
    day: Date,
    time: Time,
    millis: Timestamp,
    #[tg(type = "timestamp_us")]
    micros: Timestamp,
    id: Uuid,
    #[tg(type = "decimal(10,2)")]
    price: Decimal,
    inside: Option<Box<Everything>>,
    #[tg(default = "none", nullable)]
    note: String,
}

fn everything(inside: Option<Box<Everything>>) -> Everything {
    Everything {
        text: "ä\"".into(),
        kind: Kind::Large,
        flag: true,
        int: i32::MIN,
        long: i64::MAX,
        single: 1.5,
        double: -0.25,
        bytes: vec![0, 255],
        list: vec![None, Some(-1)],
        map: BTreeMap::from([("k".into(), vec![1.0, 2.0]), (String::new(), vec![])]),
        day: "2026-01-31".parse().unwrap(),
        time: "13:05:09.250".parse().unwrap(),
        millis: "2026-01-31T13:05:09.250Z".parse().unwrap(),
        micros: "2026-01-31T13:05:09.250001Z".parse().unwrap(),
        id: "00000000-0000-4000-8000-000000000001".parse().unwrap(),
        price: Decimal::new(-1234, 2).unwrap(),
        inside,
        note: "n".into(),
    }
}

#[test]
fn values_and_container_files() {
    let messages = vec![
        everything(None),
        everything(Some(Box::new(everything(None)))),
    ];
    for m in &messages {
        assert_eq!(&Everything::from_apache(m.to_apache().unwrap()).unwrap(), m);
    }
    let file = Everything::write_container(&messages).unwrap();
    assert_eq!(Everything::read_container(&file).unwrap(), messages);
    assert!(Everything::read_container(&file[..40]).is_err());
    assert!(Everything::read_container(b"").is_err());
}

#[test]
fn identities_agree() {
    let theirs = Everything::apache_schema().unwrap();
    let crc = theirs.fingerprint::<apache_avro::rabin::Rabin>();
    // apache-avro 0.22 keeps logical types in its canonical form; a schema without any has one form.
    #[tg_schema]
    #[derive(Debug)]
    struct Plain {
        x: i32,
        y: Option<String>,
    }
    let plain = Plain::apache_schema()
        .unwrap()
        .fingerprint::<apache_avro::rabin::Rabin>();
    assert_eq!(plain.bytes, Plain::schemas().writer.crc64.to_le_bytes());
    assert_ne!(crc.bytes, plain.bytes);
    let p = Plain { x: 1, y: None };
    assert_eq!((p.x, p.y), (1, None));
}
