//! All cases.

mod evolution;
mod json_text;
mod libraries;

use std::hint::black_box;

use tg_schema::Message;

use crate::case::Cases;
use crate::limit::{avro, json, view};
use crate::messages::further as f;
use crate::messages::knowledge::{DocumentEmbeddings, Triples};
use crate::messages::services::{ConfigRequest, TextCompletionRequest};
use crate::peers::{self, Peer, proto};
use crate::{ours, sample};
use libraries::{avro_peers, avro_view_peer, json_peers, proto_peer};

/// The four main shapes, in the order of the tables.
pub const MAIN: [&str; 4] = ["config", "text", "triples", "docemb"];

/// What a run of the shapes needs to know of a message.
pub trait Sample: Message + Clone + PartialEq + std::fmt::Debug + 'static {}

impl<T: Message + Clone + PartialEq + std::fmt::Debug + 'static> Sample for T {}

/// Everything that can be timed. Panics where a codec does not do what the others do.
pub fn all() -> Cases {
    let mut c = Cases::new();

    c.shape("config");
    let m = sample::config();
    let (a, j) =
        shape::<ConfigRequest, peers::avro::ConfigRequest, peers::json::ConfigRequest>(&mut c, &m);
    limits(&mut c, &m, a, j);
    c.add("avro-view", "limit", move || {
        view::view::<view::ConfigRequest>(black_box(a))
    });
    proto_peer(&mut c, proto::ConfigRequest::from(&m));

    c.shape("text");
    let m = sample::text();
    let (a, j) = shape::<
        TextCompletionRequest,
        peers::avro::TextCompletionRequest,
        peers::json::TextCompletionRequest,
    >(&mut c, &m);
    limits(&mut c, &m, a, j);
    c.add("avro-view", "limit", move || {
        view::view::<view::TextCompletionRequest>(black_box(a))
    });
    avro_view_peer::<view::TextCompletionRequest>(&mut c, TextCompletionRequest::avro_schema(), a);
    proto_peer(&mut c, proto::TextCompletionRequest::from(&m));

    c.shape("triples");
    let m = sample::triples();
    let (a, j) = shape::<Triples, peers::avro::Triples, peers::json::Triples>(&mut c, &m);
    limits(&mut c, &m, a, j);
    c.add("avro-view", "limit", move || {
        view::view::<view::Triples>(black_box(a))
    });
    avro_view_peer::<view::Triples>(&mut c, Triples::avro_schema(), a);
    peeks::<Triples>(&mut c, a, "metadata.id", "triples");
    proto_peer(&mut c, proto::Triples::from(&m));

    c.shape("docemb");
    let m = sample::docemb();
    let (a, j) = shape::<
        DocumentEmbeddings,
        peers::avro::DocumentEmbeddings,
        peers::json::DocumentEmbeddings,
    >(&mut c, &m);
    limits(&mut c, &m, a, j);
    c.add("avro-view", "limit", move || {
        view::view::<view::DocumentEmbeddings>(black_box(a))
    });
    peeks::<DocumentEmbeddings>(&mut c, a, "metadata.id", "chunks");
    proto_peer(&mut c, proto::DocumentEmbeddings::from(&m));

    evolution::cases(&mut c);
    further(&mut c);
    c
}

/// Shapes beyond those that goals are set for.
fn further(c: &mut Cases) {
    use peers::{avro as a, json as j, logical as l};
    c.shape("wide");
    shape::<f::Wide, a::Wide, j::Wide>(c, &sample::wide());
    c.shape("optionals");
    shape::<f::Optionals, a::Optionals, j::Optionals>(c, &sample::optionals());
    c.shape("maps");
    shape::<f::Maps, a::Maps, j::Maps>(c, &sample::maps());
    c.shape("logical");
    shape::<f::Events, l::avro::Events, l::json::Events>(c, &sample::events());
    c.shape("ints");
    shape::<f::Ints, a::Ints, j::Ints>(c, &sample::ints());
    c.shape("floats");
    shape::<f::Floats, a::Floats, j::Floats>(c, &sample::floats());
    c.shape("unicode");
    shape::<f::Unicode, a::Unicode, j::Unicode>(c, &sample::unicode());
    c.shape("nested");
    shape::<f::Nested, a::Nested, j::Nested>(c, &sample::nested());
    c.shape("blob");
    shape::<f::Blob, a::Blob, j::Blob>(c, &sample::blob());
}

/// What is measured of every shape; gives the Avro and the JSON bytes, which live as long as the program.
fn shape<T: Sample, A: Peer, J: Peer>(
    c: &mut Cases,
    message: &T,
) -> (&'static [u8], &'static [u8]) {
    let avro: &'static [u8] = message.to_avro().expect("Avro").leak();
    let json: &'static [u8] = message.to_json().expect("JSON").leak();

    let mut out = Vec::new();
    c.add("avro-encode", "memcpy", move || {
        out.clear();
        out.extend_from_slice(black_box(avro));
        black_box(out.as_slice());
    });
    let m = message.clone();
    c.add("avro-decode", "clone", move || black_box(&m).clone());

    let m = message.clone();
    c.encoder("avro-encode", "ours", avro, move |out| {
        ours::avro_encode(black_box(&m), out)
    });
    c.decoder("avro-decode", "ours", message, avro, ours::avro_decode::<T>);
    if let Some(read) = ours::avro_reuse::<T>() {
        let mut m = message.clone();
        read(&mut m, avro);
        assert!(m == *message, "avro-reuse/ours read another value");
        c.add("avro-reuse", "ours", move || {
            read(black_box(&mut m), black_box(avro))
        });
    }
    if let Some(read) = ours::avro_view::<T>() {
        c.add("avro-view", "ours", move || read(black_box(avro)));
    }
    avro_peers::<A>(c, &peers::logical::beneath(T::avro_schema()), avro);

    let m = message.clone();
    c.encoder("json-encode", "ours", json, move |out| {
        ours::json_encode(black_box(&m), out)
    });
    for (op, text) in json_text::variants(json) {
        c.decoder(op, "ours", message, text, ours::json_decode::<T>);
    }
    json_peers::<J>(c, json);
    (avro, json)
}

/// A look at a field at the start and at one that ends with the message, beside what reads all of it.
fn peeks<T: Sample>(c: &mut Cases, avro: &'static [u8], first: &str, last: &str) {
    for (op, field) in [("peek-first", first), ("peek-last", last)] {
        let peek = ours::avro_peek::<T>(field);
        assert!(!peek(avro).is_null(), "the sample has {field}");
        c.add(op, "ours", move || peek(black_box(avro)));
        if let Some(read) = ours::avro_view::<T>() {
            c.add(op, "view", move || read(black_box(avro)));
        }
        c.add(op, "decode", move || {
            ours::avro_decode::<T>(black_box(avro))
        });
    }
}

/// The codecs by hand, where there are any.
fn limits<T: Sample + avro::Avro + json::Json>(
    c: &mut Cases,
    message: &T,
    avro: &'static [u8],
    json: &'static [u8],
) {
    limits_avro(c, message, avro);
    let m = message.clone();
    c.encoder("json-encode", "limit", json, move |out| {
        out.clear();
        json::Json::write(black_box(&m), out);
    });
    for (op, text) in json_text::variants(json) {
        let read = |bytes| json::decode::<T>(bytes).expect("limit");
        c.decoder(op, "limit", message, text, read);
    }
}

fn limits_avro<T: Sample + avro::Avro>(c: &mut Cases, message: &T, avro: &'static [u8]) {
    let m = message.clone();
    c.encoder("avro-encode", "limit", avro, move |out| {
        out.clear();
        avro::Avro::write(black_box(&m), out);
    });
    let read = |bytes| avro::decode::<T>(bytes).expect("limit");
    c.decoder("avro-decode", "limit", message, avro, read);
    let mut m = message.clone();
    avro::decode_into(&mut m, avro).expect("limit");
    assert!(m == *message, "avro-reuse/limit read another value");
    c.add("avro-reuse", "limit", move || {
        avro::decode_into(black_box(&mut m), black_box(avro))
    });
}

#[cfg(test)]
mod tests {
    /// No timing: whoever is timed has to write the same bytes and read the same values.
    #[test]
    fn every_case_does_what_it_claims() {
        let mut cases = super::all();
        assert!(cases.all.len() > 100);
        for case in &mut cases.all {
            (case.run)(1);
        }
    }
}
