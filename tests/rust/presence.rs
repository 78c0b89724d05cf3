//! Absent, null, empty and default, on the compiled types.

use tg_schema::{ErrorKind, Message};
use tg_schema_generated::trustgraph::core::primitives::{Error, Triple, Value};
use tg_schema_generated::trustgraph::knowledge::embeddings::GraphEmbeddings;
use tg_schema_generated::trustgraph::knowledge::knowledge::KnowledgeResponse;
use tg_schema_generated::trustgraph::services::config::{ConfigRequest, ConfigResponse};
use tg_schema_generated::trustgraph::services::llm::TextCompletionResponse;

fn json<T: Message>(v: &T) -> String {
    String::from_utf8(v.to_json().unwrap()).unwrap()
}

#[test]
fn none_is_absent_and_empty_is_present() {
    let none = ConfigRequest::default();
    let empty = ConfigRequest {
        operation: Some(String::new()),
        keys: Some(vec![]),
        ..ConfigRequest::default()
    };
    assert_eq!(json(&none), "{}");
    assert_eq!(json(&empty), r#"{"operation":"","keys":[]}"#);
    for v in [&none, &empty] {
        assert_eq!(&ConfigRequest::from_json(&v.to_json().unwrap()).unwrap(), v);
        assert_eq!(&ConfigRequest::from_avro(&v.to_avro().unwrap()).unwrap(), v);
    }
    assert_ne!(none.to_avro().unwrap(), empty.to_avro().unwrap());
}

#[test]
fn explicit_nulls_of_old_producers_read_as_absent() {
    let v = ConfigRequest::from_json(
        br#"{"operation": null, "keys": null, "type": null, "values": null}"#,
    )
    .unwrap();
    assert_eq!(v, ConfigRequest::default());
}

#[test]
fn an_unset_sub_record_reads_as_absent_and_an_empty_one_stays() {
    let old = br#"{ "error": {  "type": null,  "message": null }, "response": "hi", "in_token": null, "out_token": null, "model": null, "end_of_stream": false}"#;
    let v = TextCompletionResponse::from_json(old).unwrap();
    assert_eq!(
        (v.error, v.response.as_deref(), v.end_of_stream),
        (None, Some("hi"), false)
    );

    let v = TextCompletionResponse::from_json(br#"{"error": {}}"#).unwrap();
    assert_eq!(v.error, Some(Error::default()));
    assert_eq!(json(&v), r#"{"error":{},"end_of_stream":false}"#);

    let v =
        TextCompletionResponse::from_json(br#"{"error": {"type": null, "message": "m"}}"#).unwrap();
    assert_eq!(v.error.and_then(|e| e.message).as_deref(), Some("m"));

    // One key is missing: not the default instance of any client.
    let v = TextCompletionResponse::from_json(br#"{"error": {"type": null}}"#).unwrap();
    assert_eq!(v.error, Some(Error::default()));

    // Newer producers know more fields; unset ones among them do not matter.
    let v = TextCompletionResponse::from_json(
        br#"{"error": {"type": null, "message": null, "more": null}}"#,
    )
    .unwrap();
    assert_eq!(v.error, None);
    let v = TextCompletionResponse::from_json(
        br#"{"error": {"type": null, "message": null, "more": 1}}"#,
    )
    .unwrap();
    assert_eq!(v.error, Some(Error::default()));
}

#[test]
fn an_unset_instance_is_recursive() {
    let unset = r#"{"value": null, "is_uri": false, "type": null}"#;
    let text = format!(
        r#"{{"s": {unset}, "p": {{"value": "p", "is_uri": true, "type": null}}, "o": null}}"#
    );
    let t = Triple::from_json(text.as_bytes()).unwrap();
    assert_eq!((t.s, t.o), (None, None));
    assert_eq!(
        t.p,
        Some(Value {
            value: Some("p".into()),
            is_uri: true,
            r#type: None
        })
    );

    // In Avro every field is there: a sub-record with nothing but unset values reads as absent.
    let t = Triple {
        s: Some(Value::default()),
        ..Triple::default()
    };
    assert_eq!(
        Triple::from_avro(&t.to_avro().unwrap()).unwrap(),
        Triple::default()
    );
}

/// Found by fuzzing. A key that no version knows says that there is a record, and in JSON it stays; in Avro
/// nothing tells it from an unset one.
#[test]
fn a_record_of_unknown_keys_is_there_in_json_only() {
    let text = br#"{"error":null,"eos":false,"graph_embeddings":{"enti.ties":[]}}"#;
    let read = KnowledgeResponse::from_json(text).unwrap();
    assert_eq!(read.graph_embeddings, Some(GraphEmbeddings::default()));
    let json = read.to_json().unwrap();
    assert_eq!(json, br#"{"eos":false,"graph_embeddings":{}}"#);
    assert_eq!(KnowledgeResponse::from_json(&json).unwrap(), read);
    let by_avro = KnowledgeResponse::from_avro(&read.to_avro().unwrap()).unwrap();
    assert_eq!(by_avro.graph_embeddings, None);
    let again = KnowledgeResponse::from_avro(&by_avro.to_avro().unwrap()).unwrap();
    assert_eq!(again, by_avro);
}

#[test]
fn errors_name_the_place() {
    let e = ConfigResponse::from_json(br#"{"values": [{"type": "a"}, {"type": 5}]}"#).unwrap_err();
    assert_eq!(
        e.to_string(),
        "ConfigResponse.values[1].type: expected a string, found a number at byte 36"
    );
    assert_eq!(e.kind(), ErrorKind::Type);
    let e = ConfigResponse::from_json(br#"{"config": {"k": {"a\"b": 1}}}"#).unwrap_err();
    assert_eq!(e.path(), r#"ConfigResponse.config["k"]["a\"b"]"#);
    let e = ConfigResponse::from_json(br#"{"version": 2147483648}"#).unwrap_err();
    assert_eq!(
        e.to_string(),
        "ConfigResponse.version: expected an int, the number is out of its range at byte 12"
    );
    let e = ConfigResponse::from_json(br#"{"version": 1.0}"#).unwrap_err();
    assert_eq!(e.path(), "ConfigResponse.version");
    let e = ConfigResponse::from_json(br#"{"version": 1, "version": 1}"#).unwrap_err();
    assert_eq!(
        (e.kind(), e.path().as_str()),
        (ErrorKind::Duplicate, "ConfigResponse.version")
    );
    let e = ConfigResponse::from_json(b"{} x").unwrap_err();
    assert_eq!(
        e.to_string(),
        "ConfigResponse: expected the end, found one more byte at byte 3"
    );
}

#[test]
fn what_is_no_unset_instance_is_left_to_the_reader() {
    // Duplicates are errors inside as well.
    let e = TextCompletionResponse::from_json(
        br#"{"error": {"type": null, "type": null, "message": null}}"#,
    )
    .unwrap_err();
    assert_eq!(
        (e.kind(), e.path().as_str()),
        (ErrorKind::Duplicate, "TextCompletionResponse.error.type")
    );
    let e = TextCompletionResponse::from_json(
        br#"{"error": {"type": null, "message": null, "x": null, "x": null}}"#,
    )
    .unwrap_err();
    assert_eq!(e.kind(), ErrorKind::Duplicate);
    let e = ConfigRequest::from_json(br#"{"other": {"a": [{"b": 1, "b": 2}]}}"#).unwrap_err();
    assert_eq!(e.kind(), ErrorKind::Duplicate);
    let e = ConfigRequest::from_json(br#"{"other": 1, "other": 1}"#).unwrap_err();
    assert_eq!(e.kind(), ErrorKind::Duplicate);
}
