//! Fields of small messages, written by hand.

use super::*;
use crate::limits::Limits;
use tg_schema_model::logical::{Date, Decimal, Time, Timestamp, Uuid};

const NODE: &str = r#"{"type": "record", "name": "Node", "fields": [
    {"name": "id", "type": "string"},
    {"name": "next", "type": ["null", "Node"]},
    {"name": "state", "type": {"type": "enum", "name": "State", "symbols": ["on", "off"]}}]}"#;

fn peek(schema: &str, fields: &[&str]) -> Peek {
    Peek::of_schema(schema, fields).unwrap_or_else(|e| panic!("{e}"))
}

fn limited(depth: u32) -> Decoder {
    let mut decoder = Decoder::new();
    decoder.limits = Limits::DEFAULT;
    decoder.limits.depth = depth;
    decoder
}

/// A record with the field `f` of this type, and this one read.
fn value<'a>(ty: &str, bytes: &'a [u8]) -> Result<Peeked<'a>, String> {
    let schema =
        format!(r#"{{"type": "record", "name": "R", "fields": [{{"name": "f", "type": {ty}}}]}}"#);
    let [value] = peek(&schema, &["f"])
        .read_array(bytes)
        .map_err(|e| e.to_string())?;
    Ok(value)
}

#[test]
fn is_shared_between_threads() {
    fn shared<T: Send + Sync + Clone + 'static>() {}
    shared::<Peek>();
    shared::<Peeked<'static>>();
}

#[test]
fn values_of_every_type() {
    let logical =
        |base: &str, name: &str| format!(r#"{{"type": "{base}", "logicalType": "{name}"}}"#);
    let value =
        |ty: &str, bytes: &'static [u8]| value(ty, bytes).unwrap_or_else(|e| panic!("{ty}: {e}"));
    assert_eq!(value(r#""null""#, &[]), Peeked::Null);
    assert_eq!(value(r#""boolean""#, &[1]), Peeked::Boolean(true));
    assert_eq!(value(r#""int""#, &[1]), Peeked::Int(-1));
    assert_eq!(value(r#""long""#, &[0x80, 1]), Peeked::Long(64));
    assert_eq!(value(r#""float""#, &[0, 0, 0x20, 0x40]), Peeked::Float(2.5));
    assert_eq!(value(r#""double""#, &[0; 8]), Peeked::Double(0.0));
    assert_eq!(value(r#""string""#, b"\x04hi"), Peeked::String("hi"));
    assert_eq!(value(r#""bytes""#, &[2, 0xff]), Peeked::Bytes(&[0xff]));
    let date = Date::from_days(1).unwrap();
    assert_eq!(value(&logical("int", "date"), &[2]), Peeked::Date(date));
    let time = Time::from_millis(1).unwrap();
    assert_eq!(
        value(&logical("int", "time-millis"), &[2]),
        Peeked::Time(time)
    );
    let millis = Peeked::Timestamp(Timestamp::from_millis(1).unwrap());
    assert_eq!(value(&logical("long", "timestamp-millis"), &[2]), millis);
    let micros = Peeked::Timestamp(Timestamp::from_micros(1).unwrap());
    assert_eq!(value(&logical("long", "timestamp-micros"), &[2]), micros);
    assert_eq!(
        value(&logical("long", "timestamp-nanos"), &[2]),
        Peeked::Long(1)
    );
    let nil = Peeked::Uuid(Uuid::NIL);
    let text = b"\x4800000000-0000-0000-0000-000000000000";
    assert_eq!(value(&logical("string", "uuid"), text), nil);
    let fixed = |size: u32, more: &str| {
        format!(r#"{{"type": "fixed", "name": "F", "size": {size}, "logicalType": {more}}}"#)
    };
    assert_eq!(value(&fixed(16, r#""uuid""#), &[0; 16]), nil);
    assert_eq!(
        value(&fixed(2, r#""other""#), &[7, 8]),
        Peeked::Bytes(&[7, 8])
    );
    let decimal = Peeked::Decimal(Decimal::new(-1250, 2).unwrap());
    let digits = r#""decimal", "precision": 4, "scale": 2"#;
    assert_eq!(value(&fixed(2, digits), &[0xfb, 0x1e]), decimal);
    let bytes = format!(r#"{{"type": "bytes", "logicalType": {digits}}}"#);
    assert_eq!(value(&bytes, &[4, 0xfb, 0x1e]), decimal);
    assert_eq!(value(r#"["null", "int"]"#, &[0]), Peeked::Null);
    assert_eq!(
        value(r#"["string", "int", "null"]"#, &[2, 6]),
        Peeked::Int(3)
    );
}

#[test]
fn containers_are_their_bytes() {
    let list = r#"{"type": "array", "items": "string"}"#;
    let blocks = [1, 4, 2, b'a', 2, 2, b'b', 0];
    assert_eq!(value(list, &blocks), Ok(Peeked::Encoded(&blocks)));
    let mut longer = blocks.to_vec();
    longer.push(9);
    assert_eq!(value(list, &longer), Ok(Peeked::Encoded(&blocks)));
    assert_eq!(
        value(r#"{"type": "map", "values": "int"}"#, &[0]),
        Ok(Peeked::Encoded(&[0]))
    );
    assert_eq!(
        value(NODE, b"\x02a\x00\x02"),
        Ok(Peeked::Encoded(b"\x02a\x00\x02"))
    );
    assert_eq!(
        value(r#"{"type": "record", "name": "E", "fields": []}"#, &[]),
        Ok(Peeked::Encoded(&[]))
    );
    assert_eq!(
        value(&format!(r#"["null", {list}]"#), &[2, 0]),
        Ok(Peeked::Encoded(&[0]))
    );
    assert_eq!(
        value(&format!(r#"["null", {list}]"#), &[0]),
        Ok(Peeked::Null)
    );
    assert_eq!(
        value(&format!(r#"["int", {list}]"#), &[2, 0]),
        Ok(Peeked::Encoded(&[2, 0]))
    );
    assert_eq!(
        value(&format!(r#"["int", {list}]"#), &[0, 6, 1]),
        Ok(Peeked::Encoded(&[0, 6]))
    );
}

#[test]
fn values_say_what_they_are() {
    let text = Peeked::String("a");
    assert_eq!(
        (text.as_str(), text.as_i64(), text.is_null()),
        (Some("a"), None, false)
    );
    let symbol = Peeked::Symbol("on".into());
    assert_eq!((symbol.as_str(), symbol.as_bytes()), (Some("on"), None));
    assert_eq!(Peeked::Int(1).as_i64(), Peeked::Long(1).as_i64());
    assert_eq!(Peeked::Float(0.5).as_f64(), Peeked::Double(0.5).as_f64());
    assert_eq!(
        Peeked::Bytes(b"a").as_bytes(),
        Peeked::Encoded(b"a").as_encoded()
    );
    assert_eq!(Peeked::Boolean(true).as_bool(), Some(true));
    assert_eq!(Peeked::Date(Date::MIN).as_date(), Some(Date::MIN));
    assert_eq!(Peeked::Time(Time::MIN).as_time(), Some(Time::MIN));
    assert_eq!(
        Peeked::Timestamp(Timestamp::MIN).as_timestamp(),
        Some(Timestamp::MIN)
    );
    assert_eq!(Peeked::Uuid(Uuid::NIL).as_uuid(), Some(Uuid::NIL));
    let one = Decimal::new(1, 0).unwrap();
    assert_eq!(Peeked::Decimal(one).as_decimal(), Some(one));
    assert!(Peeked::default().is_null() && Peeked::Null.as_str().is_none());
}

/// `a` then `b`, which is off; `a` is on.
const NODES: &[u8] = b"\x02a\x02\x02b\x00\x02\x00";

#[test]
fn fields_come_in_the_order_in_which_they_were_asked_for() {
    let nodes = peek(
        NODE,
        &["state", "next.state", "next.next.id", "id", "next.id"],
    );
    assert_eq!(nodes.fields()[1], "next.state");
    let values = nodes.read(NODES).unwrap();
    let symbol = |name: &str| Peeked::Symbol(name.into());
    let expected = [
        symbol("on"),
        symbol("off"),
        Peeked::Null,
        Peeked::String("a"),
        Peeked::String("b"),
    ];
    assert_eq!(values, expected);
    let alone = b"\x02a\x00\x02";
    let expected = [
        symbol("off"),
        Peeked::Null,
        Peeked::Null,
        Peeked::String("a"),
        Peeked::Null,
    ];
    assert_eq!(nodes.read(alone).unwrap(), expected);
}

#[test]
fn the_vector_is_used_again() {
    let nodes = peek(NODE, &["next.id", "id"]);
    let mut values = nodes.read(NODES).unwrap();
    let room = (values.capacity(), values.as_ptr());
    nodes.read_into(&mut values, b"\x02x\x00").unwrap();
    assert_eq!(values, [Peeked::Null, Peeked::String("x")]);
    assert_eq!((values.capacity(), values.as_ptr()), room);
    assert!(nodes.read_into(&mut values, b"").is_err());
    assert!(values.is_empty());
    let error = nodes.read_array::<3>(NODES).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Field);
    assert_eq!(
        error.to_string(),
        "Node: 2 fields were asked for, the array has 3 places"
    );
}

#[test]
fn what_follows_the_last_field_is_not_looked_at() {
    let first = peek(NODE, &["id"]);
    assert_eq!(first.read(b"\x02a").unwrap(), [Peeked::String("a")]);
    assert_eq!(first.read(b"\x02a\xff\xff").unwrap(), [Peeked::String("a")]);
    let inner = peek(NODE, &["next.id"]);
    assert_eq!(
        inner.read(b"\x02a\x02\x02b").unwrap(),
        [Peeked::String("b")]
    );
    assert_eq!(inner.read(b"\x02a\x00").unwrap(), [Peeked::Null]);
}

#[test]
fn errors_name_the_path_and_the_byte() {
    let error = |fields: &[&str], bytes: &[u8]| {
        let e = peek(NODE, fields).read(bytes).unwrap_err();
        (e.kind(), e.to_string())
    };
    let (kind, text) = error(&["next.id"], b"\x02a\x02\x02\xff");
    assert_eq!(kind, ErrorKind::Syntax);
    assert_eq!(text, "Node.next.id: expected UTF-8 text at byte 5");
    let (kind, text) = error(&["next.state"], b"\x02a\x02\x06b");
    assert_eq!(kind, ErrorKind::End);
    assert_eq!(text, "Node.next.id: expected 3 bytes, found 1 at byte 4");
    let (_, text) = error(&["next.id"], b"\x02a\x02\x02");
    assert_eq!(text, "Node.next.id: expected 1 byte, found 0 at byte 4");
    let (kind, text) = error(&["state"], b"\x02a\x00\x04");
    assert_eq!(kind, ErrorKind::Type);
    assert_eq!(
        text,
        "Node.state: expected the index of one of the writer's 2 symbols, found 2 at byte 4"
    );
    let (_, text) = error(&["next.id"], b"\x02a\x04");
    assert_eq!(
        text,
        "Node.next: expected the index of one of the writer's 2 branches, found 2 at byte 3"
    );
    let digits = r#"{"type": "bytes", "logicalType": "decimal", "precision": 2}"#;
    assert_eq!(
        value(digits, &[2, 100]).unwrap_err(),
        "R.f: expected a decimal(2,0), the number does not fit at byte 2"
    );
}

#[test]
fn what_cannot_be_asked_for_is_told() {
    let error = Peek::of_schema(NODE, &["next.ID"]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Field);
    assert_eq!(
        error.to_string(),
        "`next.ID`: the record Node has no field `ID`; did you mean `next.id`?"
    );
    let error = Peek::of_schema("{", &["id"]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Resolution);
    assert!(
        error
            .to_string()
            .starts_with("the writer's schema cannot be read: ")
    );
    assert_eq!(
        format!("{:?}", peek(NODE, &["id"])),
        r#"Peek { record: "Node", fields: ["id"], .. }"#
    );
}

#[test]
fn depth_is_limited_in_what_is_jumped_over_and_on_the_way() {
    // One more node in each pair of bytes.
    let deep = [0, 2].repeat(1_000);
    for fields in [&["state"][..], &["next"], &["next.state"]] {
        let nodes = peek(NODE, fields);
        assert_eq!(nodes.read(&deep).unwrap_err().kind(), ErrorKind::Limit);
        assert!(limited(1).peek(&nodes, NODES).is_ok());
        assert_eq!(
            limited(0).peek(&nodes, NODES).unwrap_err().kind(),
            ErrorKind::Limit
        );
    }
    let far = format!("{}id", "next.".repeat(200));
    let error = peek(NODE, &[&far]).read(&deep).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit);
    assert!(limited(200).peek(&peek(NODE, &[&far]), &deep).is_ok());
    let itself = r#"{"type": "record", "name": "R", "fields": [
        {"name": "a", "type": "R"}, {"name": "b", "type": "int"}]}"#;
    assert_eq!(
        peek(itself, &["b"]).read(&[]).unwrap_err().kind(),
        ErrorKind::Limit
    );
}

#[test]
fn any_number_of_items_without_bytes_is_over_at_once() {
    let schema = r#"{"type": "record", "name": "R", "fields": [
        {"name": "nothings", "type": {"type": "array", "items": {"type": "record", "name": "N", "fields": []}}},
        {"name": "id", "type": "int"}]}"#;
    let mut bytes = vec![0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
    bytes.extend([0, 14]);
    let values = peek(schema, &["id", "nothings"]);
    let [id, nothings] = values.read_array(&bytes).unwrap();
    assert_eq!(
        (id, nothings),
        (Peeked::Int(7), Peeked::Encoded(&bytes[..11]))
    );
}

/// Found by fuzzing: readers go by the number of items, and what jumps over them by the size.
#[test]
fn the_size_that_a_block_states_is_believed() {
    let schema = r#"{"type": "record", "name": "A", "fields": [
        {"name": "texts", "type": {"type": "array", "items": "string"}}, {"name": "n", "type": "int"}]}"#;
    let n = peek(schema, &["n"]);
    // One text of two bytes, in a block that says three; then in blocks that say two and 63.
    let bytes = |size: u8| [1, 2 * size, 4, b'a', b'b', 0, 10];
    assert_eq!(n.read(&bytes(3)).unwrap(), [Peeked::Int(5)]);
    assert_eq!(n.read(&bytes(2)).unwrap_err().kind(), ErrorKind::End);
    assert_eq!(n.read(&bytes(63)).unwrap_err().kind(), ErrorKind::End);
}
