//! What went wrong when 76 Pulsar Records were moved to dataclasses by hand, each shown to be impossible
//! with the generated types. `docs/case-study.md` tells the stories; the names here are its headings.

use tg_schema::{ErrorKind, Message, topic};
use tg_schema_generated::trustgraph::knowledge::embeddings::{ChunkEmbeddings, DocumentEmbeddings};
use tg_schema_generated::trustgraph::knowledge::graph::Triples;
use tg_schema_generated::trustgraph::knowledge::knowledge::{
    KNOWLEDGE_REQUEST_QUEUE, KnowledgeResponse,
};
use tg_schema_generated::trustgraph::knowledge::object::ExtractedObject;
use tg_schema_generated::trustgraph::services::config::ConfigResponse;
use tg_schema_generated::trustgraph::services::diagnosis::StructuredDataDiagnosisResponse;
use tg_schema_generated::trustgraph::services::library::DocumentMetadata;
use tg_schema_generated::trustgraph::services::llm::TextCompletionRequest;
use tg_schema_generated::trustgraph::services::objects_query::ObjectsQueryRequest;
use tg_schema_generated::trustgraph::services::retrieval::{DocumentRagResponse, GraphRagResponse};

fn json<T: Message>(v: &T) -> String {
    String::from_utf8(v.to_json().unwrap()).unwrap()
}
fn through<T: Message>(v: &T) -> (T, T) {
    let json = T::from_json(&v.to_json().unwrap()).unwrap();
    let avro = T::from_avro(&v.to_avro().unwrap()).unwrap();
    (json, avro)
}

#[test]
fn an_empty_list_was_sent_where_nothing_was_meant() {
    let nothing = StructuredDataDiagnosisResponse::default();
    assert_eq!(json(&nothing), "{}");
    let empty = nothing.clone().with_schema_matches(vec![]);
    assert_eq!(json(&empty), r#"{"schema_matches":[]}"#);
    assert_eq!(through(&nothing), (nothing.clone(), nothing));
    assert_eq!(through(&empty), (empty.clone(), empty));
}

#[test]
fn an_empty_operation_name_went_to_graphql() {
    let request = ObjectsQueryRequest::default().with_query("{ a }");
    assert_eq!(json(&request), r#"{"query":"{ a }"}"#);
    assert_eq!(through(&request).0.operation_name, None);
    assert_eq!(
        through(&request.with_operation_name(""))
            .0
            .operation_name
            .as_deref(),
        Some("")
    );
}

#[test]
fn bytes_in_a_list_of_records_could_not_be_written() {
    let chunks = vec![
        ChunkEmbeddings::default()
            .with_chunk(b"text".to_vec())
            .with_vectors(vec![vec![1.0, 2.5]]),
    ];
    let message = DocumentEmbeddings::default().with_chunks(chunks);
    assert_eq!(
        json(&message),
        r#"{"chunks":[{"chunk":"text","vectors":[[1.0,2.5]]}]}"#
    );
    assert_eq!(through(&message), (message.clone(), message));
}

#[test]
fn a_field_that_clients_read_was_dropped() {
    let old = br#"{"error": {"type": null, "message": null}, "response": null, "chunk": "part", "end_of_stream": false}"#;
    assert_eq!(
        GraphRagResponse::from_json(old).unwrap().chunk.as_deref(),
        Some("part")
    );
    assert_eq!(
        DocumentRagResponse::from_json(old)
            .unwrap()
            .chunk
            .as_deref(),
        Some("part")
    );
}

#[test]
fn the_end_of_a_stream_was_lost_with_an_empty_response() {
    let last = GraphRagResponse {
        response: Some(String::new()),
        end_of_stream: true,
        ..GraphRagResponse::default()
    };
    assert_eq!(json(&last), r#"{"response":"","end_of_stream":true}"#);
    assert_eq!(through(&last), (last.clone(), last));
}

#[test]
fn one_undecodable_message_clogged_the_queue() {
    let bytes: [&[u8]; 5] = [b"", b"not json", b"[]", b"\xff", br#"{"system":"#];
    for bytes in bytes {
        assert!(TextCompletionRequest::from_json(bytes).is_err());
        assert!(TextCompletionRequest::from_avro(&[bytes, &[0xff; 11]].concat()).is_err());
    }
}

#[test]
fn null_and_the_empty_list_were_mixed_up_between_store_and_message() {
    let nothing = KnowledgeResponse::default();
    let empty = KnowledgeResponse::default().with_ids(vec![]);
    assert_ne!(json(&nothing), json(&empty));
    assert_eq!(
        (through(&nothing).1.ids, through(&empty).1.ids),
        (None, Some(vec![]))
    );
}

#[test]
fn a_recursive_type_stayed_a_dictionary() {
    use tg_schema_generated::example::inventory::Category;
    let inner = Category::new("inner");
    let outer = Category {
        children: vec![inner.clone()],
        parent: Some(Box::new(inner)),
        ..Category::new("outer")
    };
    let (from_json, from_avro) = through(&outer);
    assert_eq!(from_json.children[0].name, "inner");
    assert_eq!((from_json, from_avro), (outer.clone(), outer));
}

#[test]
fn names_were_spelled_in_many_places() {
    // A topic is a constant that knows what travels on it, made from the one definition.
    assert_eq!(KNOWLEDGE_REQUEST_QUEUE.address, "q0/tg/request/knowledge");
    assert_eq!(
        KNOWLEDGE_REQUEST_QUEUE.legacy(),
        Some("non-persistent://tg/request/knowledge")
    );
}

#[test]
fn an_absent_time_became_zero() {
    let nothing = DocumentMetadata::default();
    let zero = DocumentMetadata::default().with_time(0);
    assert_eq!(
        (through(&nothing).0.time, through(&zero).0.time),
        (None, Some(0))
    );
    assert_eq!(through(&zero.with_time(1 << 40)).1.time, Some(1 << 40));
}

#[test]
fn the_encoding_of_bytes_was_guessed() {
    let message = DocumentEmbeddings::default()
        .with_chunks(vec![ChunkEmbeddings::default().with_chunk(vec![0xff])]);
    let e = message.to_json().unwrap_err();
    assert_eq!(
        (e.kind(), e.path().as_str()),
        (ErrorKind::Value, "DocumentEmbeddings.chunks[0].chunk")
    );
    assert_eq!(through_avro(&message), message);
}
fn through_avro<T: Message>(v: &T) -> T {
    T::from_avro(&v.to_avro().unwrap()).unwrap()
}

#[test]
fn a_queue_name_was_illegal_on_another_broker() {
    for name in ["a:b", "a b", "a#", "", "a/b", "persistent://x"] {
        assert!(topic(name).build().is_err(), "{name}");
    }
    assert!(topic("document-embeddings").build().is_ok());
}

#[test]
fn nested_containers_were_written_but_not_read_back() {
    let row = [("k".to_owned(), "v".to_owned())].into();
    let object = ExtractedObject::default().with_values(vec![row]);
    assert_eq!(through(&object), (object.clone(), object));
    let config = ConfigResponse::default()
        .with_config([("a".to_owned(), [("b".to_owned(), String::new())].into())].into());
    assert_eq!(through(&config), (config.clone(), config));
}

#[test]
fn values_of_any_type_were_accepted() {
    let e =
        TextCompletionRequest::from_json(br#"{"system": 5, "prompt": ["x"], "streaming": "no"}"#)
            .unwrap_err();
    assert_eq!(
        e.to_string(),
        "TextCompletionRequest.system: expected a string, found a number at byte 11"
    );
    assert!(TextCompletionRequest::from_json(br#"{"prompt": ["x"]}"#).is_err());
    assert!(TextCompletionRequest::from_json(br#"{"streaming": "no"}"#).is_err());
    assert!(Triples::from_json(br#"{"triples": {}}"#).is_err());
}
