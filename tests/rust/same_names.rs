//! Old classes of one name in different modules: each is its own type in every target, and in one schema both.

use tg_schema::{Message, tg_schema};
use tg_schema_tests::golden::old;
use tg_schema_tests::golden::same::{fields, left, right};

fn pair() -> right::Pair {
    right::Pair {
        left: Some(left::Part {
            shape: Some(left::Shape::Flat),
            label: Some("l".into()),
        }),
        right: Some(vec![right::Part {
            shape: Some(right::Shape::Square),
            kind: Some(right::Kind::Nut),
            count: Some(2),
        }]),
        word: Some(left::Kind {
            word: Some("w".into()),
        }),
    }
}

#[test]
fn both_types_of_a_name_travel_in_one_message() {
    let json = pair().to_json().unwrap();
    assert_eq!(
        String::from_utf8(json.clone()).unwrap(),
        r#"{"left":{"shape":"FLAT","label":"l"},"right":[{"shape":"SQUARE","kind":"NUT","count":2}],"word":{"word":"w"}}"#
    );
    assert_eq!(right::Pair::from_json(&json).unwrap(), pair());
    let avro = pair().to_avro().unwrap();
    assert_eq!(right::Pair::from_avro(&avro).unwrap(), pair());
    let schemas = right::Pair::schemas();
    let resolved = right::Pair::from_avro_of(&schemas.avro, &avro).unwrap();
    assert_eq!(resolved, pair());
}

#[test]
fn compiled_texts_are_those_of_the_generator() {
    let out = crate::definitions::root().join("tests/golden/out");
    let read = |path: &str| std::fs::read_to_string(out.join(path)).unwrap();
    let pair = right::Pair::schemas();
    assert_eq!(
        pair.avro.trim_end(),
        read("avro/same/right/Pair.avsc").trim_end()
    );
    assert_eq!(pair.pulsar, read("pulsar/same/right/Pair.json"));
    let parts = [left::Part::schemas(), right::Part::schemas()];
    assert_eq!(parts[0].pulsar, read("pulsar/same/left/Part.json"));
    assert_eq!(parts[1].pulsar, read("pulsar/same/right/Part.json"));
    assert_ne!(parts[0].writer, parts[1].writer);
}

/// The same record by hand.
#[tg_schema(profile = "pulsar-record")]
#[derive(Clone, Debug, PartialEq)]
pub struct Clash {
    #[tg(rename = "Inner")]
    pub inner_2: Option<old::Wall>,
    pub inner: Option<String>,
    #[tg(rename = "self", default = 7)]
    pub self_: i64,
    pub r#type: String,
    #[tg(rename = "Type")]
    pub type_2: String,
    pub class: Option<i32>,
    pub class_: Option<i32>,
}

#[test]
fn fields_that_rust_does_not_tell_apart_have_names_of_their_own() {
    let made = fields::Clash {
        inner_2: None,
        inner: Some("i".into()),
        self_: 8,
        r#type: "t".into(),
        type_2: "T".into(),
        class: Some(1),
        class_: Some(2),
    };
    let by_hand = Clash {
        inner_2: None,
        inner: Some("i".into()),
        self_: 8,
        r#type: "t".into(),
        type_2: "T".into(),
        class: Some(1),
        class_: Some(2),
    };
    let json = made.to_json().unwrap();
    assert_eq!(
        String::from_utf8(json.clone()).unwrap(),
        r#"{"inner":"i","self":8,"type":"t","Type":"T","class":1,"class_":2}"#
    );
    assert_eq!(by_hand.to_json().unwrap(), json);
    assert_eq!(fields::Clash::from_json(&json).unwrap(), made);
    assert_eq!(by_hand.to_avro().unwrap(), made.to_avro().unwrap());
    assert_eq!(Clash::schemas().pulsar, fields::Clash::schemas().pulsar);
    let expected =
        crate::definitions::root().join("tests/golden/out/pulsar/same/fields/Clash.json");
    let expected = std::fs::read_to_string(expected).unwrap();
    assert_eq!(fields::Clash::schemas().pulsar, expected);
}
