//! One record written by hand under `#[tg_schema]` and once more in a definition file: the same schema
//! texts, bytes and behaviour.

use std::collections::BTreeMap;

use tg_schema::{Date, Decimal, Message, Time, Timestamp, Uuid, tg_schema};
use tg_schema_dynamic::{Codec, Random};
use tg_schema_tests::golden;

/// Where a parcel is.
#[tg_schema(namespace = "org.example.parcel", rename_all = "snake_case")]
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum State {
    #[tg(default)]
    Packed,
    OnTheWay,
    Delivered,
}

#[tg_schema(namespace = "org.example.parcel")]
#[derive(Clone, Debug, PartialEq)]
pub enum Carrier {
    #[tg(rename = "POST")]
    Post,
    Bike,
    #[tg(unknown)]
    Unknown(String),
}

/// A parcel.
///
/// It may hold others.
#[tg_schema(
    namespace = "org.example.parcel",
    alias = "Package",
    reserved("colour"),
    topic = "q1/shop/parcels/moved"
)]
#[derive(Clone, Debug, PartialEq)]
pub struct Parcel {
    /// Number on the label.
    pub id: Uuid,
    /// Where it is.
    #[tg(default = "packed")]
    pub state: State,
    pub carrier: Option<Carrier>,
    #[tg(default = 1.5)]
    pub weight: f64,
    #[tg(encoding = "utf8")]
    pub label: Vec<u8>,
    pub seal: Option<Vec<u8>>,
    #[tg(alias = "kind")]
    pub r#type: String,
    pub inside: Option<Vec<Parcel>>,
    pub around: Option<Box<Parcel>>,
    #[tg(default = { first: "hello", none: "" })]
    pub notes: BTreeMap<String, Option<String>>,
    pub sent: Option<Timestamp>,
    #[tg(type = "timestamp_us", default = "2026-01-31T13:05:09.250001Z")]
    pub seen: Timestamp,
    #[tg(default = "2026-01-31")]
    pub day: Date,
    pub slot: Option<Time>,
    #[tg(type = "decimal(10,2)", default = "0.00")]
    pub price: Decimal,
    #[tg(default = [1, -2], nullable)]
    pub stops: Vec<i64>,
    pub floats: Option<Vec<f32>>,
}

#[tg_schema(values(1, 2))]
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Color {
    #[tg(rename = "RED")]
    Red,
    #[tg(rename = "GREEN")]
    Green,
}

/// A colour and where it goes.
#[tg_schema(profile = "pulsar-record")]
#[derive(Clone, Debug, PartialEq)]
pub struct Paint {
    pub color: Option<Color>,
    #[tg(default = "RED", required_default)]
    pub must: Color,
    pub wall: Option<Wall>,
    pub data: Option<Vec<u8>>,
    #[tg(default = false, nullable)]
    pub dry: bool,
    #[tg(default = [], nullable, required_default)]
    pub tags: Vec<String>,
}

#[tg_schema(profile = "pulsar-record")]
#[derive(Clone, Debug, PartialEq)]
pub struct Wall {
    pub name: Option<String>,
    #[tg(default = false, nullable)]
    pub high: bool,
}

fn same_texts<A: Message, B: Message>() {
    assert_eq!(A::schemas().definition, B::schemas().definition);
    assert_eq!(A::schemas().canonical, B::schemas().canonical);
    assert_eq!(A::avro_schema(), B::avro_schema());
    assert_eq!(A::pulsar_schema(), B::pulsar_schema());
    assert_eq!(A::schemas().writer, B::schemas().writer);
    assert_eq!(A::TOPICS, B::TOPICS);
    assert_eq!(A::name(), B::name());
}

fn same_bytes<A: Message, B: Message>() {
    let (schema, id) = B::descriptor().schema().unwrap();
    let codec = Codec::new(&schema, id);
    for seed in 0..300 {
        let value = Random::new(seed).value(&schema, id);
        let json = codec.write_json(&value).unwrap();
        let (a, b) = (A::from_json(&json).unwrap(), B::from_json(&json).unwrap());
        assert_eq!(a.to_json().unwrap(), b.to_json().unwrap());
        match (a.to_avro(), b.to_avro()) {
            (Ok(x), Ok(y)) => {
                assert_eq!(x, y);
                let again = (A::from_avro(&x).unwrap(), B::from_avro(&x).unwrap());
                assert_eq!(again.0.to_json().unwrap(), again.1.to_json().unwrap());
                assert_eq!(a.to_single_object().unwrap(), b.to_single_object().unwrap());
                assert_eq!(a.to_confluent(7).unwrap(), b.to_confluent(7).unwrap());
            }
            (a, b) => assert_eq!(a.unwrap_err().to_string(), b.unwrap_err().to_string()),
        }
        let mut cut = json.clone();
        for n in 0..json.len().min(60) {
            cut.truncate(json.len() - n - 1);
            let (a, b) = (A::from_json(&cut).err(), B::from_json(&cut).err());
            assert_eq!(a.map(|e| e.to_string()), b.map(|e| e.to_string()));
        }
    }
}

#[test]
fn a_plain_record() {
    same_texts::<Parcel, golden::parcel::Parcel>();
    same_bytes::<Parcel, golden::parcel::Parcel>();
}

#[test]
fn a_pulsar_record() {
    same_texts::<Paint, golden::old::Paint>();
    same_bytes::<Paint, golden::old::Paint>();
    same_texts::<Wall, golden::old::Wall>();
}

#[test]
fn enums_by_python_value() {
    let p = Paint::from_json(br#"{"color": 2, "must": 1}"#).unwrap();
    assert_eq!((p.color, p.must), (Some(Color::Green), Color::Red));
    let p = golden::old::Paint::from_json(br#"{"color": 2}"#).unwrap();
    assert_eq!(
        (p.color, p.must),
        (Some(golden::old::Color::Green), golden::old::Color::Red)
    );
    assert_eq!(
        p.to_json().unwrap(),
        br#"{"color":"GREEN","must":"RED","dry":false,"tags":[]}"#
    );
    assert!(Paint::from_json(br#"{"color": 3}"#).is_err());
}

#[test]
fn constructors_of_generated_types() {
    let p = golden::parcel::Parcel::new(Uuid::default(), b"x".to_vec(), "letter")
        .with_state(golden::parcel::State::Delivered)
        .with_inside(vec![]);
    assert_eq!(
        (p.r#type.as_str(), p.weight, p.inside),
        ("letter", 1.5, Some(vec![]))
    );
    assert_eq!(
        golden::parcel::PARCELS.topic().unwrap().to_string(),
        "q1/shop/parcels/moved"
    );
    assert_eq!(
        golden::parcel::PARCELS.legacy(),
        Some("persistent://shop/parcels/moved")
    );
    assert_eq!(golden::old::Wall::default().name, None);
}

/// What only several types together get wrong is an error and no panic.
#[test]
fn types_that_contradict_each_other() {
    mod a {
        #[tg_schema::tg_schema]
        #[derive(Clone, Debug, PartialEq)]
        pub struct Same {
            pub x: i32,
        }
    }
    mod b {
        #[tg_schema::tg_schema]
        #[derive(Clone, Debug, PartialEq)]
        pub struct Same {
            pub y: i64,
        }
    }
    #[tg_schema]
    #[derive(Clone, Debug, PartialEq)]
    struct Two {
        first: a::Same,
        second: b::Same,
    }
    #[tg_schema(profile = "pulsar-record")]
    #[derive(Clone, Debug, PartialEq)]
    struct Mixed {
        plain: Option<a::Same>,
    }
    let two = Two {
        first: a::Same { x: 1 },
        second: b::Same { y: 2 },
    };
    assert_eq!(Two::from_json(&two.to_json().unwrap()).unwrap(), two);
    let e = Two::try_schemas().unwrap_err().to_string();
    assert!(e.contains("Same"), "{e}");
    let e = two.to_single_object().unwrap_err().to_string();
    assert!(e.starts_with("Two: no schema to name"), "{e}");
    assert!(Two::from_single_object(&[0xc3, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]).is_err());
    assert!(Mixed::try_schemas().is_err());
    assert_eq!(Mixed { plain: None }.to_json().unwrap(), b"{}");
}
