//! `#[tg_schema]` on real types: every option, and every place in which a type can stand.

use std::collections::{BTreeMap, HashMap};

use tg_schema::__private::Wire as _;
use tg_schema::{Date, Decimal, Descriptor, Kind, Message, Time, Timestamp, Uuid, tg_schema};

/// Both codecs give the message back.
fn round<T: Message + PartialEq + std::fmt::Debug>(message: &T) -> String {
    let json = message.to_json().expect("JSON");
    assert_eq!(&T::from_json(&json).expect("from JSON"), message);
    let avro = message.to_avro().expect("Avro");
    assert_eq!(&T::from_avro(&avro).expect("from Avro"), message);
    String::from_utf8(json).expect("UTF-8")
}

fn record(descriptor: &'static Descriptor) -> &'static tg_schema::RecordDescriptor {
    match &descriptor.kind {
        Kind::Record(record) => record,
        _ => panic!("{} is no record", descriptor.name),
    }
}

/// Every type.
#[tg_schema(topic = "q0/tg/request/all", namespace = "test.types")]
#[derive(Clone, Debug, PartialEq)]
struct All {
    /// Text.
    string: String,
    boolean: bool,
    int: i32,
    long: i64,
    float: f32,
    double: f64,
    bytes: Vec<u8>,
    strings: std::vec::Vec<std::string::String>,
    map: BTreeMap<String, Vec<f64>>,
    hash: HashMap<String, i32>,
    nested: Vec<BTreeMap<String, Option<i64>>>,
    date: Date,
    time: tg_schema::Time,
    timestamp: ::tg_schema::Timestamp,
    #[tg(type = "timestamp_us")]
    precise: Vec<Timestamp>,
    uuid: Option<Uuid>,
    #[tg(type = "decimal(10,2)")]
    decimal: Decimal,
    kind: Kinds,
    inner: inside::Inner,
    boxed: Box<inside::Inner>,
    maybe: Option<Box<All>>,
    more: Vec<Self>,
    r#type: Option<String>,
}

#[tg_schema(namespace = "test.types")]
#[derive(Clone, Debug, PartialEq)]
enum Kinds {
    One,
    Two,
}

mod inside {
    use tg_schema::tg_schema;

    #[tg_schema(namespace = "test.types")]
    #[derive(Clone, Debug, PartialEq)]
    pub struct Inner {
        pub value: i32,
        pub deeper: Vec<deeper::Deeper>,
    }

    pub mod deeper {
        #[tg_schema::tg_schema(namespace = "test.types")]
        #[derive(Clone, Debug, PartialEq)]
        pub struct Deeper {
            pub up: Option<Box<super::Inner>>,
        }
    }
}

fn all() -> All {
    let inner = inside::Inner {
        value: 7,
        deeper: vec![inside::deeper::Deeper { up: None }],
    };
    All {
        string: "text".into(),
        boolean: true,
        int: -1,
        long: 1 << 40,
        float: 0.5,
        double: 0.1,
        bytes: vec![0, 255],
        strings: vec![String::new(), "b".into()],
        map: BTreeMap::from([("k".into(), vec![1.5])]),
        hash: HashMap::from([("h".into(), 3)]),
        nested: vec![BTreeMap::from([("n".into(), None), ("o".into(), Some(1))])],
        date: "2026-01-31".parse::<Date>().expect("a date"),
        time: "13:05:09.250".parse::<Time>().expect("a time"),
        timestamp: "2026-01-31T13:05:09.250Z"
            .parse::<Timestamp>()
            .expect("a timestamp"),
        precise: vec![
            "2026-01-31T13:05:09.250001Z"
                .parse::<Timestamp>()
                .expect("a timestamp"),
        ],
        uuid: Some(
            "123e4567-e89b-12d3-a456-426614174000"
                .parse::<Uuid>()
                .expect("a UUID"),
        ),
        decimal: Decimal::parse("12.34", 10, 2).expect("a decimal"),
        kind: Kinds::Two,
        inner: inner.clone(),
        boxed: Box::new(inner),
        maybe: None,
        more: vec![],
        r#type: Some("t".into()),
    }
}

#[test]
fn every_type_travels() {
    let message = All {
        maybe: Some(Box::new(all())),
        more: vec![all(), all()],
        ..all()
    };
    let json = round(&message);
    for part in [
        r#""bytes":"AP8=""#,
        r#""precise":["2026-01-31T13:05:09.250001Z"]"#,
        r#""decimal":"12.34""#,
        r#""kind":"Two""#,
        r#""nested":[{"n":null,"o":1}]"#,
        r#""type":"t""#,
    ] {
        assert!(json.contains(part), "{part} in {json}");
    }
    assert_eq!(All::name(), "test.types.All");
    assert_eq!(
        All::topic().map(|t| t.to_string()).as_deref(),
        Some("q0/tg/request/all")
    );
    assert_eq!(All::descriptor().doc, "Every type.");
    assert_eq!(record(All::descriptor()).fields[0].doc, "Text.");
    let text = serde_json::to_string(&message).expect("serde");
    assert_eq!(serde_json::from_str::<All>(&text).expect("serde"), message);
}

/// A record.
///
/// With more to say.
#[tg_schema(
    name = "Renamed",
    namespace = "test.options",
    topics("q1/tg/flow/one", "q2/tg/flow/two"),
    alias = "Former",
    aliases("Older", "other.Oldest"),
    reserved("gone", "never"),
    deprecated = "use All",
    rename_all = "camelCase",
    default,
    non_exhaustive
)]
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    #[tg(default = -5)]
    some_number: i32,
    #[tg(
        default = "text",
        nullable,
        rename = "else",
        alias = "a",
        aliases("b", "c"),
        deprecated = "no more"
    )]
    text: String,
    #[tg(default)]
    list: Vec<String>,
    #[tg(default = [1.5, 2.0])]
    doubles: Vec<f64>,
    #[tg(default = { one: 1, "two words": 2 })]
    map: BTreeMap<String, i32>,
    #[tg(default = b"\x00\xff")]
    base64: Vec<u8>,
    #[tg(default = "ä", encoding = "utf8")]
    utf8: Vec<u8>,
    #[tg(default = "Two")]
    kind: Kinds,
    #[tg(default = { value: 3, deeper: [{ up: null }] })]
    inner: inside::Inner,
    #[tg(default = "2026-01-31")]
    date: Date,
    #[tg(default = "-0.50", type = "decimal(4, 2)")]
    decimal: Decimal,
    #[deprecated(note = "by the compiler's attribute")]
    optional: Option<i64>,
    #[tg(default, nullable = false)]
    truth: bool,
    #[tg(default = ["a", null])]
    gaps: Vec<Option<String>>,
}

#[test]
fn every_option_of_a_struct() {
    let default = Options::default();
    let json = round(&default);
    let expected = concat!(
        r#"{"someNumber":-5,"else":"text","list":[],"doubles":[1.5,2.0],"map":{"one":1,"two words":2},"#,
        r#""base64":"AP8=","utf8":"ä","kind":"Two","inner":{"value":3,"deeper":[{}]},"date":"2026-01-31","#,
        r#""decimal":"-0.50","truth":false,"gaps":["a",null]}"#,
    );
    assert_eq!(json, expected);
    assert_eq!(Options::from_json(b"{}").expect("all defaults"), default);
    assert_eq!(
        Options::from_json(br#"{"b":"alias"}"#)
            .expect("an alias")
            .text,
        "alias"
    );
    assert_eq!(
        Options::from_json(br#"{"else":null}"#).expect("null").text,
        "text"
    );

    let descriptor = Options::descriptor();
    assert_eq!(
        (descriptor.name, descriptor.namespace),
        ("Renamed", "test.options")
    );
    assert_eq!(descriptor.doc, "A record.\n\nWith more to say.");
    assert_eq!(descriptor.aliases, ["Former", "Older", "other.Oldest"]);
    assert_eq!(descriptor.deprecated, "use All");
    assert_eq!(record(descriptor).reserved, ["gone", "never"]);
    assert_eq!(Options::TOPICS, ["q1/tg/flow/one", "q2/tg/flow/two"]);
    let fields = record(descriptor).fields;
    assert_eq!(fields[1].aliases, ["a", "b", "c"]);
    assert_eq!(fields[1].deprecated, "no more");
    assert_eq!(fields[11].deprecated, "by the compiler's attribute");
}

#[tg_schema(
    namespace = "test.symbols",
    alias = "Old",
    rename_all = "SCREAMING_SNAKE_CASE",
    values(1, 2, "three")
)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(u8)]
enum Level {
    #[default]
    VeryLow = 3,
    #[tg(default)]
    Middle = 5,
    #[tg(rename = "high")]
    High,
}

#[tg_schema]
#[derive(Clone, Debug, PartialEq)]
enum Open {
    #[tg(value = 1)]
    A,
    #[tg(unknown)]
    Other(String),
    #[tg(value = -1)]
    B,
}

#[tg_schema]
#[derive(Clone, Debug, PartialEq)]
struct Symbols {
    level: Level,
    open: Vec<Open>,
    by_level: BTreeMap<String, Level>,
}

#[test]
fn every_option_of_an_enum() {
    let message = Symbols {
        level: Level::VeryLow,
        open: vec![Open::A, Open::B],
        by_level: BTreeMap::from([("x".into(), Level::High)]),
    };
    assert_eq!(
        round(&message),
        r#"{"level":"VERY_LOW","open":["A","B"],"by_level":{"x":"high"}}"#
    );
    let read = Symbols::from_json(br#"{"level":"NEW","open":["C",-1,"B"],"by_level":{"x":2}}"#)
        .expect("readable");
    assert_eq!(
        (read.level, read.by_level["x"]),
        (Level::Middle, Level::Middle)
    );
    assert_eq!(read.open, [Open::Other("C".into()), Open::B, Open::B]);
    assert_eq!(Level::default(), Level::VeryLow);
    let text = serde_json::to_string(&Level::High).expect("serde");
    assert_eq!(
        (
            text.as_str(),
            serde_json::from_str::<Level>(&text).expect("serde")
        ),
        ("\"high\"", Level::High)
    );
}

/// An old Record.
#[tg_schema(profile = "pulsar-record", sorted_fields, repeat_definitions)]
#[derive(Clone, Debug, PartialEq)]
struct OldRecord {
    name: Option<String>,
    #[tg(default = false, nullable)]
    flag: bool,
    data: Option<Vec<u8>>,
    #[tg(required, required_default, default = 1)]
    count: i32,
    sub: Option<OldSub>,
}

#[tg_schema(profile = "pulsar-record")]
#[derive(Clone, Debug, PartialEq)]
struct OldSub {
    x: Option<i32>,
    #[tg(raw = r#"["null", "null"]"#)]
    y: Option<String>,
}

#[test]
fn old_records_keep_their_habits() {
    let message = OldRecord {
        name: None,
        flag: true,
        data: Some(b"text".to_vec()),
        count: 2,
        sub: Some(OldSub {
            x: Some(1),
            y: None,
        }),
    };
    assert_eq!(
        round(&message),
        r#"{"flag":true,"data":"text","count":2,"sub":{"x":1}}"#
    );
    let unset = OldRecord::from_json(br#"{"name":null,"sub":{"x":null,"y":null}}"#)
        .expect("an old message");
    assert_eq!((unset.sub, unset.count), (None, 1));
    let registered = OldRecord::pulsar_schema();
    assert!(
        registered.find("\"count\"") < registered.find("\"name\": \"flag\""),
        "{registered}"
    );
    assert!(registered.contains("\"default\": 1"), "{registered}");
}

mod plain {
    //! Without implementations of serde's traits: the derives are the user's.

    use serde::{Deserialize, Serialize};
    use tg_schema::tg_schema;

    #[tg_schema(serde = "none")]
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "UPPERCASE")]
    pub struct Own {
        #[serde(rename = "other")]
        pub a: i32,
        pub b: i32,
    }
}

#[test]
fn serde_can_be_the_users() {
    let own = plain::Own { a: 1, b: 2 };
    assert_eq!(
        serde_json::to_string(&own).expect("serde"),
        r#"{"other":1,"B":2}"#
    );
    assert_eq!(round(&own), r#"{"a":1,"b":2}"#);
}

pub mod shared {
    //! What a library would have for its macros.

    pub use tg_schema as runtime;

    #[tg_schema::tg_schema]
    #[derive(Clone, Debug, PartialEq)]
    /// A part.
    pub struct Part {
        /// A number.
        pub n: i32,
    }

    /// Declares a message, with a type and the runtime of the crate of the macro.
    #[macro_export]
    macro_rules! envelope {
        ($(#[$meta:meta])* $name:ident { $($field:ident : $ty:ty = $default:expr),* $(,)? }) => {
            $(#[$meta])*
            #[$crate::shared::runtime::tg_schema(crate = $crate::shared::runtime)]
            #[derive(Clone, Debug, PartialEq)]
            pub struct $name {
                pub part: $crate::shared::Part,
                pub parts: Vec<Option<$crate::shared::Part>>,
                pub at: $crate::shared::runtime::Timestamp,
                $(#[tg(default = $default)] pub $field: $ty,)*
            }
        };
    }
}

mod elsewhere {
    // Neither the runtime nor `Part` can be named here but by the macro.
    crate::envelope! {
        /// Made by a macro.
        Envelope { text: String = "t", numbers: Vec<i32> = [1, 2] }
    }

    pub mod runtime {
        extern crate tg_schema as renamed;
        pub use renamed::*;
    }

    #[runtime::tg_schema(crate = "crate::elsewhere::runtime")]
    #[derive(Clone, Debug, PartialEq)]
    pub struct Renamed {
        pub date: crate::elsewhere::runtime::Date,
    }
}

#[test]
fn macros_and_renamed_crates() {
    let part = shared::Part { n: 1 };
    let at = "2026-01-31T13:05:09.250Z".parse().expect("a timestamp");
    let message = elsewhere::Envelope {
        part: part.clone(),
        parts: vec![None, Some(part)],
        at,
        text: "x".into(),
        numbers: vec![],
    };
    let expected = r#"{"part":{"n":1},"parts":[null,{"n":1}],"at":"2026-01-31T13:05:09.250Z","text":"x","numbers":[]}"#;
    assert_eq!(round(&message), expected);
    assert_eq!(elsewhere::Envelope::descriptor().doc, "Made by a macro.");
    let renamed = elsewhere::Renamed {
        date: "2026-01-31".parse().expect("a date"),
    };
    assert_eq!(round(&renamed), r#"{"date":"2026-01-31"}"#);
}

mod names {
    //! Names that a generator could trip over.

    #[tg_schema::tg_schema]
    #[derive(Clone, Debug, PartialEq)]
    pub struct Option2 {
        pub self_: i32,
        pub r#fn: i32,
        pub __f0: i32,
        pub w: Vec<super::names::T0>,
        pub result: std::option::Option<T0>,
    }

    #[tg_schema::tg_schema]
    #[derive(Clone, Debug, PartialEq)]
    pub struct T0 {}

    /// Not the library's.
    #[tg_schema::tg_schema]
    #[derive(Clone, Debug, PartialEq)]
    pub struct Date {
        pub day: i32,
    }

    #[tg_schema::tg_schema]
    #[derive(Clone, Debug, PartialEq)]
    pub struct Own {
        pub date: self::Date,
    }

    #[allow(non_camel_case_types)]
    #[tg_schema::tg_schema]
    #[derive(Clone, Debug, PartialEq)]
    pub struct r#type {
        pub r#struct: i32,
    }

    pub fn in_a_function() -> String {
        #[tg_schema::tg_schema]
        #[derive(Clone, Debug, PartialEq)]
        struct Local {
            a: Inner,
        }
        #[tg_schema::tg_schema]
        #[derive(Clone, Debug, PartialEq)]
        struct Inner {
            b: i32,
        }
        super::round(&Local { a: Inner { b: 1 } })
    }
}

#[test]
fn awkward_names() {
    let message = names::Option2 {
        self_: 1,
        r#fn: 2,
        __f0: 3,
        w: vec![names::T0 {}],
        result: Some(names::T0 {}),
    };
    assert_eq!(
        round(&message),
        r#"{"self_":1,"fn":2,"__f0":3,"w":[{}],"result":{}}"#
    );
    assert_eq!(
        round(&names::Own {
            date: names::Date { day: 1 }
        }),
        r#"{"date":{"day":1}}"#
    );
    assert_eq!(round(&names::r#type { r#struct: 1 }), r#"{"struct":1}"#);
    assert_eq!(names::r#type::name(), "type");
    assert_eq!(names::in_a_function(), r#"{"a":{"b":1}}"#);
}

#[test]
fn a_default_of_the_own_type_ends() {
    #[tg_schema(serde = "none")]
    #[derive(Debug, PartialEq)]
    struct Branch {
        #[tg(default = [{ twigs: [], bytes: b"x" }])]
        twigs: Vec<Branch>,
        #[tg(default)]
        bytes: Vec<u8>,
    }
    let leaf = Branch {
        twigs: Vec::new(),
        bytes: b"x".to_vec(),
    };
    let read = Branch::from_json(b"{}").expect("from JSON");
    assert_eq!(read.twigs, [leaf]);
    assert_eq!(read.bytes, b"");
    assert_eq!(
        round(&read),
        r#"{"twigs":[{"twigs":[],"bytes":"eA=="}],"bytes":""}"#
    );
}
