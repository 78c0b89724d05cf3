//! Old classes of one name in different modules: each is its own type in every target, and in one schema both.

use tg_schema::Message;
use tg_schema_tests::golden::same::{left, right};

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
