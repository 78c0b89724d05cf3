//! What was found by reading the library as its user would: each test holds one finding down.
#![cfg(feature = "derive")]

use tg_schema::{Decoder, ErrorKind, Message, Resolution, tg_schema};

#[tg_schema]
#[derive(Debug, PartialEq)]
struct Lists {
    numbers: Vec<f64>,
    texts: Vec<String>,
}

#[test]
fn a_view_is_limited_as_the_message_that_it_shows() {
    let mut decoder = Decoder::new();
    decoder.limits.memory = 10_000;
    for lists in [
        Lists {
            numbers: vec![1.0; 10_000],
            texts: vec![],
        },
        Lists {
            numbers: vec![],
            texts: vec![String::new(); 10_000],
        },
    ] {
        let bytes = lists.to_avro().unwrap();
        let owned = decoder.avro::<Lists>(&bytes).unwrap_err();
        let Err(viewed) = decoder.view::<Lists>(&bytes) else {
            panic!("the view has no limit")
        };
        assert_eq!(owned.kind(), ErrorKind::Limit);
        assert_eq!(owned.to_string(), viewed.to_string());
    }
}

#[test]
fn numbers_in_many_blocks_are_found_at_once() {
    let mut bytes = Vec::new();
    for i in 0..50_000 {
        bytes.push(2);
        bytes.extend(f64::from(i).to_le_bytes());
    }
    bytes.extend([0, 0]);
    let Ok(view) = Lists::view(&bytes) else {
        panic!("the message is one of Lists")
    };
    // By going through the blocks each time this would take a billion steps.
    for i in 0..50_000u32 {
        assert_eq!(view.numbers.get(i as usize), Some(f64::from(i)));
    }
    assert_eq!(view.numbers.get(50_000), None);
}

#[test]
fn a_place_is_said_once() {
    let writer = r#"{"type": "record", "name": "Lists", "fields": [
        {"name": "numbers", "type": {"type": "array", "items": "string"}},
        {"name": "texts", "type": {"type": "array", "items": "string"}}]}"#;
    let lists = Resolution::<Lists>::of(writer).unwrap();
    let error = lists.decode(&[2, 2, b'x', 0, 0]).unwrap_err().to_string();
    assert!(
        error
            .starts_with("Lists.numbers[0]: the writer has string, which cannot be read as double"),
        "{error}"
    );
}

#[tg_schema]
#[derive(Debug, PartialEq)]
struct Many {
    field_00: i32,
    field_01: i32,
    field_02: i32,
    field_03: i32,
    field_04: i32,
    field_05: i32,
    field_06: i32,
    field_07: i32,
    field_08: i32,
    field_09: i32,
    field_10: i32,
    field_11: i32,
    field_12: i32,
    field_13: i32,
    field_14: i32,
    field_15: i32,
    field_16: i32,
    field_17: i32,
    field_18: i32,
    field_19: i32,
    field_20: i32,
    field_21: i32,
    field_22: i32,
    field_23: i32,
    field_24: i32,
    field_25: i32,
    field_26: i32,
    field_27: i32,
    field_28: i32,
    field_29: i32,
    field_30: i32,
    field_31: i32,
    field_32: i32,
    field_33: i32,
    field_34: i32,
    field_35: i32,
    field_36: i32,
    field_37: i32,
    field_38: i32,
    field_39: i32,
    field_40: i32,
    field_41: i32,
    field_42: i32,
    field_43: i32,
    field_44: i32,
    field_45: i32,
    field_46: i32,
    field_47: i32,
    field_48: i32,
    field_49: i32,
    field_50: i32,
    field_51: i32,
    field_52: i32,
    field_53: i32,
    field_54: i32,
    field_55: i32,
    field_56: i32,
    field_57: i32,
    field_58: i32,
    field_59: i32,
    field_60: i32,
    field_61: i32,
    field_62: i32,
    field_63: i32,
    field_64: i32,
    field_65: i32,
    field_66: i32,
    field_67: i32,
    a_name_beyond_the_window: i32,
    #[tg(alias = "former")]
    a_name_beyond_the_windox: i32,
}

#[test]
fn many_keys_are_found_in_any_order() {
    let names = Many::describe();
    let tg_schema::Kind::Record(record) = names.kind else {
        unreachable!("a struct is a record")
    };
    let n = record.names.len();
    let text = |order: &[usize], space: &str| {
        let entries: Vec<String> = order
            .iter()
            .map(|i| format!("{space}\"{}\"{space}:{i}", record.names[*i]))
            .collect();
        format!("{{{}{space}}}", entries.join(","))
    };
    let expected = Many::from_json(text(&(0..n).collect::<Vec<_>>(), "").as_bytes()).unwrap();
    for step in [1, 3, 9, 11, 69] {
        let order: Vec<usize> = (0..n).map(|i| (i * step + 3) % n).collect();
        for space in ["", " ", "\n\t"] {
            let json = text(&order, space);
            assert_eq!(
                Many::from_json(json.as_bytes()).unwrap(),
                expected,
                "{json}"
            );
            let twice = json.replacen('{', "{\"q\":[{\"q\":1}],\"field_33\":1,", 1);
            let error = Many::from_json(twice.as_bytes()).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Duplicate, "{twice}");
        }
    }
    let former =
        text(&(0..n).collect::<Vec<_>>(), "").replace("a_name_beyond_the_windox", "former");
    assert_eq!(Many::from_json(former.as_bytes()).unwrap(), expected);
}

#[tg_schema]
#[derive(Debug, PartialEq)]
enum Colour {
    Red,
}

#[tg_schema]
#[derive(Debug, PartialEq)]
struct Wall {
    colour: Colour,
}

#[test]
fn an_unknown_symbol_is_named_inside_a_union_too() {
    let colour = r#"{"type": "enum", "name": "Colour", "symbols": ["Red", "Blue"]}"#;
    for (ty, bytes) in [
        (colour.to_owned(), &[2][..]),
        (format!("[\"null\", {colour}]"), &[2, 2]),
    ] {
        let writer = format!(
            r#"{{"type": "record", "name": "Wall", "fields": [{{"name": "colour", "type": {ty}}}]}}"#
        );
        let walls = Resolution::<Wall>::of(&writer).unwrap();
        let error = walls.decode(bytes).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Symbol);
        assert!(error.to_string().contains("\"Blue\""), "{error}");
        assert_eq!(error.offset(), Some(bytes.len() - 1));
    }
}
