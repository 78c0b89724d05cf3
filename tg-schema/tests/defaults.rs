//! What defaults cost: a message that says little may not become a value that is large without end.

use tg_schema::{ErrorKind, Message, tg_schema};

#[tg_schema]
#[derive(Clone, Debug, PartialEq)]
struct Item {
    #[tg(
        default = "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
    )]
    text: String,
}

#[tg_schema]
#[derive(Clone, Debug, PartialEq)]
struct Items {
    items: Vec<Item>,
}

#[tg_schema]
#[derive(Clone, Debug, PartialEq)]
struct Nullable {
    #[tg(
        default = "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789",
        nullable
    )]
    text: String,
}

#[tg_schema]
#[derive(Clone, Debug, PartialEq)]
struct Nullables {
    items: Vec<Nullable>,
}

/// The default.
const TEXT: &str = "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789";
/// More than the memory is there for, and less.
const MANY: usize = 250_000;
const FEW: usize = 50_000;

fn json(item: &str, items: usize) -> String {
    let items = vec![item; items].join(",");
    format!(r#"{{"items":[{items}]}}"#)
}

fn nulls(items: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut count = items << 1;
    while count >= 0x80 {
        bytes.push(count as u8 | 0x80);
        count >>= 7;
    }
    bytes.push(count as u8);
    bytes.resize(bytes.len() + items + 1, 0);
    bytes
}

#[test]
fn fields_that_are_absent_or_null_in_json_count_by_their_defaults() {
    for item in ["{}", r#"{"text":null}"#, r#"{"other":1}"#] {
        let read = |items| Items::from_json(json(item, items).as_bytes());
        assert_eq!(read(MANY).unwrap_err().kind(), ErrorKind::Limit, "{item}");
        let few = read(FEW).unwrap();
        assert!(few.items.iter().all(|item| item.text == TEXT));
    }
    // What is there is no longer than the message.
    let item = format!(r#"{{"text":"{TEXT}"}}"#);
    let read = Items::from_json(json(&item, MANY).as_bytes()).unwrap();
    assert_eq!(read.items.len(), MANY);
}

#[test]
fn nulls_in_avro_count_by_what_they_are_read_as() {
    let many = nulls(MANY);
    let of = |result: Result<(), tg_schema::Error>| result.unwrap_err().kind();
    assert_eq!(of(Nullables::from_avro(&many).map(drop)), ErrorKind::Limit);
    assert_eq!(of(Nullables::view(&many).map(drop)), ErrorKind::Limit);
    let mut message = Nullables { items: Vec::new() };
    assert_eq!(of(message.decode_into(&many)), ErrorKind::Limit);
    let few = nulls(FEW);
    let read = Nullables::from_avro(&few).unwrap();
    assert!(read.items.iter().all(|item| item.text == TEXT));
    assert_eq!(Nullables::from_view(Nullables::view(&few).unwrap()), read);
}

#[test]
fn fields_that_a_deserializer_does_not_have_count_by_their_defaults() {
    for item in ["{}", r#"{"text":null}"#, "[]"] {
        let read = |items| serde_json::from_str::<Items>(&json(item, items));
        let error = read(MANY).unwrap_err().to_string();
        assert!(error.contains("Limits::MEMORY"), "{item} {error}");
        assert_eq!(read(FEW).unwrap().items.len(), FEW);
    }
}
