//! Other libraries, each used as its documentation advises: schemas parsed once, buffers used again.

use std::hint::black_box;

use apache_avro::reader::datum::GenericDatumReader;
use apache_avro::writer::datum::GenericDatumWriter;
use serde::Deserialize;

use super::json_text;
use crate::case::Cases;
use crate::limit::view::{View, view};
use crate::peers::Peer;

pub fn apache_schema(text: &str) -> &'static apache_avro::Schema {
    Box::leak(Box::new(
        apache_avro::Schema::parse_str(text).expect("an Avro schema"),
    ))
}

pub fn fast_schema(text: &str) -> &'static serde_avro_fast::Schema {
    Box::leak(Box::new(text.parse().expect("an Avro schema")))
}

pub fn avro_peers<T: Peer>(c: &mut Cases, schema: &str, avro: &'static [u8]) {
    let fast = fast_schema(schema);
    let read =
        |bytes| serde_avro_fast::from_datum_slice::<T>(bytes, fast).expect("serde_avro_fast");
    let message = read(avro);
    c.decoder("avro-decode", "serde_avro_fast", &message, avro, read);
    let mut config = serde_avro_fast::ser::SerializerConfig::new(fast);
    let m = read(avro);
    c.encoder("avro-encode", "serde_avro_fast", avro, move |out| {
        out.clear();
        serde_avro_fast::to_datum(black_box(&m), out, &mut config).expect("serde_avro_fast");
    });

    let apache = apache_schema(schema);
    let reader = GenericDatumReader::builder(apache)
        .human_readable(false)
        .build()
        .expect("apache-avro");
    c.decoder(
        "avro-decode",
        "apache-avro",
        &message,
        avro,
        move |mut bytes| reader.read_deser::<T>(&mut bytes).expect("apache-avro"),
    );
    let reader = GenericDatumReader::builder(apache)
        .human_readable(false)
        .build()
        .expect("apache-avro");
    c.decoder(
        "avro-decode",
        "apache-avro value",
        &message,
        avro,
        move |mut bytes| {
            let value = reader.read_value(&mut bytes).expect("apache-avro");
            apache_avro::from_value::<T>(&value).expect("apache-avro")
        },
    );
    let writer = GenericDatumWriter::builder(apache)
        .human_readable(false)
        .build()
        .expect("apache-avro");
    let m = read(avro);
    c.encoder("avro-encode", "apache-avro", avro, move |out| {
        out.clear();
        writer.write_ser(out, black_box(&m)).expect("apache-avro");
    });
    let writer = GenericDatumWriter::builder(apache)
        .human_readable(false)
        .validate(false)
        .build()
        .expect("apache-avro");
    let m = read(avro);
    // Its maps come in no order.
    let same = |found: &[u8]| {
        serde_avro_fast::from_datum_slice::<T>(found, fast).is_ok_and(|found| found == message)
    };
    c.encoder_that("avro-encode", "apache-avro value", same, move |out| {
        out.clear();
        let value = apache_avro::to_value(black_box(&m)).expect("apache-avro");
        let value = value.resolve(apache).expect("apache-avro");
        writer.write_value_ref(out, &value).expect("apache-avro");
    });
}

/// The peer that can borrow from the bytes.
/// It has to read what the codec by hand reads.
pub fn avro_view_peer<T: Deserialize<'static> + View<'static> + PartialEq>(
    c: &mut Cases,
    schema: &str,
    avro: &'static [u8],
) {
    let fast = fast_schema(schema);
    let read = serde_avro_fast::from_datum_slice::<T>(avro, fast).expect("serde_avro_fast");
    assert!(
        view(avro) == Some(read),
        "avro-view: the limit and serde_avro_fast read other values"
    );
    c.add("avro-view", "serde_avro_fast", move || {
        serde_avro_fast::from_datum_slice::<T>(black_box(avro), fast).expect("serde_avro_fast")
    });
}

pub fn json_peers<T: Peer>(c: &mut Cases, json: &'static [u8]) {
    let read = |bytes: &'static [u8]| serde_json::from_slice::<T>(bytes).expect("serde_json");
    let message = read(json);

    let m = read(json);
    c.encoder("json-encode", "serde_json", json, move |out| {
        out.clear();
        serde_json::to_writer(out, black_box(&m)).expect("serde_json");
    });
    // They may write numbers in other ways.
    let wanted = read(json);
    let same = |found: &[u8]| serde_json::from_slice::<T>(found).is_ok_and(|found| found == wanted);
    let m = read(json);
    c.encoder_that("json-encode", "sonic-rs", same, move |out| {
        out.clear();
        sonic_rs::to_writer(out, black_box(&m)).expect("sonic-rs");
    });
    let m = read(json);
    c.encoder_that("json-encode", "simd-json", same, move |out| {
        out.clear();
        simd_json::to_writer(out, black_box(&m)).expect("simd-json");
    });

    for (op, text) in json_text::variants(json) {
        c.decoder(op, "serde_json", &message, text, read);
        c.decoder(op, "sonic-rs", &message, text, |bytes| {
            sonic_rs::from_slice::<T>(bytes).expect("sonic-rs")
        });
        // It parses in place, so that whoever wants to keep the bytes has to copy them first.
        let (mut copy, mut buffers) = (Vec::new(), simd_json::Buffers::default());
        c.decoder(op, "simd-json", &message, text, move |bytes| {
            copy.clear();
            copy.extend_from_slice(bytes);
            simd_json::serde::from_slice_with_buffers::<T>(&mut copy, &mut buffers)
                .expect("simd-json")
        });
    }
}

/// Protocol buffers, for scale: other bytes, of the same content.
pub fn proto_peer<T: prost::Message + Default + PartialEq + 'static>(c: &mut Cases, message: T) {
    let bytes: &'static [u8] = message.encode_to_vec().leak();
    let read = |bytes| T::decode(bytes).expect("prost");
    c.decoder("avro-decode", "prost", &message, bytes, read);
    c.encoder("avro-encode", "prost", bytes, move |out| {
        out.clear();
        black_box(&message).encode(out).expect("prost");
    });
}
