//! All cases.

mod evolution;
mod foreign;
mod json_text;
mod libraries;

use std::hint::black_box;

use tg_schema::{Message, Peeked};

use crate::case::{Case, Cases};
use crate::limit::{avro, json, view};
use crate::messages::further as f;
use crate::messages::knowledge::{DocumentEmbeddings, Triples};
use crate::messages::services::{ConfigRequest, TextCompletionRequest};
use crate::messages::uniform as u;
use crate::peers::{self, Peer, avro as a, json as j, logical as l, proto, uniform as p};
use crate::{ours, sample};
use libraries::{avro_peers, avro_view_peer, json_peers, proto_peer};

/// The four main shapes, in the order of the tables.
pub const MAIN: [&str; 4] = ["config", "text", "triples", "docemb"];

/// What is done with a message by all who can.
pub const OPERATIONS: [&str; 6] = [
    "avro-encode",
    "avro-decode",
    "avro-reuse",
    "avro-view",
    "json-encode",
    "json-decode",
];

/// What a run of the shapes needs to know of a message.
pub trait Sample: Message + Clone + PartialEq + std::fmt::Debug + 'static {}

impl<T: Message + Clone + PartialEq + std::fmt::Debug + 'static> Sample for T {}

/// Adds the cases of one shape.
type Add = fn(&mut Cases);

/// Every shape, by name: the four that goals are set for, evolution, and what shall keep us from tuning to four.
const SHAPES: [(&str, Add); 49] = [
    ("config", config),
    ("text", text),
    ("triples", triples),
    ("docemb", docemb),
    ("evolution", evolution::cases),
    ("readings", |c| {
        foreign::cases(c, &sample::readings(), "Reading")
    }),
    ("machine", |c| {
        foreign::cases(c, &sample::machine(), "Machine")
    }),
    ("wide", |c| {
        plain::<f::Wide, a::Wide, j::Wide>(c, &sample::wide())
    }),
    ("optionals", |c| {
        plain::<f::Optionals, a::Optionals, j::Optionals>(c, &sample::optionals())
    }),
    ("maps", |c| {
        plain::<f::Maps, a::Maps, j::Maps>(c, &sample::maps())
    }),
    ("logical", |c| {
        plain::<f::Events, l::avro::Events, l::json::Events>(c, &sample::events())
    }),
    ("ints", |c| {
        plain::<f::Ints, a::Ints, j::Ints>(c, &sample::ints())
    }),
    ("floats", |c| {
        plain::<f::Floats, a::Floats, j::Floats>(c, &sample::floats())
    }),
    ("unicode", |c| {
        plain::<f::Unicode, a::Unicode, j::Unicode>(c, &sample::unicode())
    }),
    ("nested", |c| {
        plain::<f::Nested, a::Nested, j::Nested>(c, &sample::nested())
    }),
    ("blob", |c| {
        plain::<f::Blob, a::Blob, j::Blob>(c, &sample::blob())
    }),
    ("flat", |c| {
        plain::<u::Flat, p::avro::Flat, p::json::Flat>(c, &sample::uniform::flat())
    }),
    ("chain", |c| {
        plain::<u::Link, p::avro::Link, p::json::Link>(c, &sample::uniform::chain())
    }),
    ("groups", |c| {
        plain::<u::Groups, p::avro::Groups, p::json::Groups>(c, &sample::uniform::groups())
    }),
    ("strings", |c| {
        plain::<u::Strings, p::avro::Strings, p::json::Strings>(c, &sample::uniform::strings())
    }),
    ("states", |c| {
        plain::<u::States, p::avro::States, p::json::States>(c, &sample::uniform::states())
    }),
    ("parts", |c| {
        plain::<u::Parts, p::avro::Parts, p::json::Parts>(c, &sample::uniform::parts())
    }),
    ("empties", |c| {
        plain::<u::Empties, p::avro::Empties, p::json::Empties>(c, &sample::uniform::empties())
    }),
    ("code", |c| {
        plain::<u::Code, p::avro::Code, p::json::Code>(c, &sample::uniform::code())
    }),
    ("counts", |c| {
        plain::<u::Counts, p::avro::Counts, p::json::Counts>(c, &sample::uniform::counts())
    }),
    ("matrix", |c| {
        plain::<u::Matrix, p::avro::Matrix, p::json::Matrix>(c, &sample::uniform::matrix())
    }),
    ("pieces", |c| {
        plain::<u::Pieces, p::avro::Pieces, p::json::Pieces>(c, &sample::uniform::pieces())
    }),
    ("ledger", |c| {
        plain::<f::Ledger, l::avro::Ledger, l::json::Ledger>(c, &sample::ledger())
    }),
    ("sparse", |c| {
        plain::<u::Sparse, p::avro::Sparse, p::json::Sparse>(c, &sample::uniform::sparse())
    }),
    ("journal", |c| {
        plain::<u::Journal, p::avro::Journal, p::json::Journal>(c, &sample::uniform::journal())
    }),
    ("counters", |c| {
        plain::<u::Counters, p::avro::Counters, p::json::Counters>(c, &sample::uniform::counters())
    }),
    ("mails", |c| {
        plain::<u::Mails, p::avro::Mails, p::json::Mails>(c, &sample::uniform::mails())
    }),
    ("ids", |c| {
        plain::<u::Ids, p::avro::Ids, p::json::Ids>(c, &sample::uniform::ids())
    }),
    ("people", |c| {
        plain::<u::People, p::avro::People, p::json::People>(c, &sample::uniform::people())
    }),
    ("tables", |c| {
        plain::<u::Tables, p::avro::Tables, p::json::Tables>(c, &sample::uniform::tables())
    }),
    ("phases", |c| {
        plain::<u::Phases, p::avro::Phases, p::json::Phases>(c, &sample::uniform::phases())
    }),
    ("flags", |c| {
        plain::<u::Flags, p::avro::Flags, p::json::Flags>(c, &sample::uniform::flags())
    }),
    ("chat", |c| {
        plain::<u::Chat, p::avro::Chat, p::json::Chat>(c, &sample::uniform::chat())
    }),
    ("index", |c| {
        plain::<u::Index, p::avro::Index, p::json::Index>(c, &sample::uniform::index())
    }),
    ("profiles", |c| {
        plain::<u::Profiles, p::avro::Profiles, p::json::Profiles>(c, &sample::uniform::profiles())
    }),
    ("sensors", |c| {
        plain::<u::Sensors, p::avro::Sensors, p::json::Sensors>(c, &sample::uniform::sensors())
    }),
    ("garments", |c| {
        plain::<u::Garments, p::avro::Garments, p::json::Garments>(c, &sample::uniform::garments())
    }),
    ("shipments", |c| {
        plain::<u::Shipments, p::avro::Shipments, p::json::Shipments>(
            c,
            &sample::uniform::shipments(),
        )
    }),
    ("surveys", |c| {
        plain::<u::Surveys, p::avro::Surveys, p::json::Surveys>(c, &sample::uniform::surveys())
    }),
    ("outlines", |c| {
        plain::<u::Outlines, p::avro::Outlines, p::json::Outlines>(c, &sample::uniform::outlines())
    }),
    ("prices", |c| {
        plain::<u::Prices, p::avro::Prices, p::json::Prices>(c, &sample::uniform::prices())
    }),
    ("letters", |c| {
        plain::<u::Letters, p::avro::Letters, p::json::Letters>(c, &sample::uniform::letters())
    }),
    ("meters", |c| {
        plain::<u::Meters, p::avro::Meters, p::json::Meters>(c, &sample::uniform::meters())
    }),
    ("gauges", |c| {
        plain::<u::Gauges, p::avro::Gauges, p::json::Gauges>(c, &sample::uniform::gauges())
    }),
];

/// What can be timed of the shapes that are wanted. Panics where a codec does not do what the others do.
pub fn cases(wanted: impl Fn(&str) -> bool, layout: u64) -> Vec<Case> {
    let mut all = Vec::new();
    for (name, add) in SHAPES.iter().filter(|(name, _)| wanted(name)) {
        let mut cases = Cases::new(name, layout);
        add(&mut cases);
        all.append(&mut cases.all);
    }
    all
}

fn plain<T: Sample, A: Peer, J: Peer>(c: &mut Cases, message: &T) {
    shape::<T, A, J>(c, message);
}

fn config(c: &mut Cases) {
    let m = sample::config();
    let (avro, json) = shape::<ConfigRequest, a::ConfigRequest, j::ConfigRequest>(c, &m);
    limits(c, &m, avro, json);
    limit_view::<view::ConfigRequest>(c, avro);
    avro_view_peer::<view::ConfigRequest>(c, ConfigRequest::avro_schema(), avro);
    proto_peer(c, proto::ConfigRequest::from(&m));
}

fn text(c: &mut Cases) {
    use TextCompletionRequest as Request;
    let m = sample::text();
    let (avro, json) = shape::<Request, a::TextCompletionRequest, j::TextCompletionRequest>(c, &m);
    limits(c, &m, avro, json);
    limit_view::<view::TextCompletionRequest>(c, avro);
    avro_view_peer::<view::TextCompletionRequest>(c, Request::avro_schema(), avro);
    proto_peer(c, proto::TextCompletionRequest::from(&m));
}

fn triples(c: &mut Cases) {
    let m = sample::triples();
    let (avro, json) = shape::<Triples, a::Triples, j::Triples>(c, &m);
    limits(c, &m, avro, json);
    limit_view::<view::Triples>(c, avro);
    avro_view_peer::<view::Triples>(c, Triples::avro_schema(), avro);
    peeks::<Triples>(c, avro, "metadata.id", "triples");
    proto_peer(c, proto::Triples::from(&m));
}

fn docemb(c: &mut Cases) {
    let m = sample::docemb();
    let (avro, json) =
        shape::<DocumentEmbeddings, a::DocumentEmbeddings, j::DocumentEmbeddings>(c, &m);
    limits(c, &m, avro, json);
    limit_view::<view::DocumentEmbeddings>(c, avro);
    let read = view::view::<view::DocumentEmbeddings>(avro).expect("limit");
    assert!(read.is(&m), "docemb/avro-view/limit read another value");
    peeks::<DocumentEmbeddings>(c, avro, "metadata.id", "chunks");
    proto_peer(c, proto::DocumentEmbeddings::from(&m));
}

/// What is measured of every shape; gives the Avro and the JSON bytes, which live as long as the program.
fn shape<T: Sample, A: Peer, J: Peer>(
    c: &mut Cases,
    message: &T,
) -> (&'static [u8], &'static [u8]) {
    let avro: &'static [u8] = message.to_avro().expect("Avro").leak();
    let json: &'static [u8] = message.to_json().expect("JSON").leak();

    c.encoder("avro-encode", "memcpy", avro, move |out| {
        out.clear();
        out.extend_from_slice(black_box(avro));
    });
    let m = message.clone();
    c.add("avro-decode", "clone", move || black_box(&m).clone());

    let m = message.clone();
    c.encoder("avro-encode", "ours", avro, move |out| {
        ours::avro_encode(black_box(&m), out)
    });
    c.decoder("avro-decode", "ours", message, avro, ours::avro_decode::<T>);
    // Of a message that holds nothing, and once more of one that is full.
    let mut m = T::blank();
    for _ in 0..2 {
        ours::avro_reuse(&mut m, avro);
        assert!(m == *message, "avro-reuse/ours read another value");
    }
    c.add("avro-reuse", "ours", move || {
        ours::avro_reuse(black_box(&mut m), black_box(avro))
    });
    let read = T::from_view(ours::avro_view::<T>(avro));
    assert!(read == *message, "avro-view/ours read another value");
    c.add("avro-view", "ours", move || {
        black_box(&ours::avro_view::<T>(black_box(avro)));
    });
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
        let message = ours::avro_decode::<T>(avro);
        assert!(
            shows(&peek(avro), field, &message, avro),
            "{op}/ours found another {field}"
        );
        c.add(op, "ours", move || peek(black_box(avro)));
        c.add(op, "view", move || {
            black_box(&ours::avro_view::<T>(black_box(avro)));
        });
        c.add(op, "decode", move || {
            ours::avro_decode::<T>(black_box(avro))
        });
    }
}

/// Whether this is the field of the message. Of one that holds others, these are its bytes: the field ends with the
/// message, or it is not asked for here.
fn shows<T: Sample>(found: &Peeked<'_>, field: &str, message: &T, avro: &[u8]) -> bool {
    let json = message.to_json().expect("JSON");
    let json: serde_json::Value = serde_json::from_slice(&json).expect("JSON");
    let value = field.split('.').fold(&json, |json, name| &json[name]);
    match found {
        Peeked::Boolean(v) => value.as_bool() == Some(*v),
        Peeked::Encoded(bytes) => (value.is_array() || value.is_object()) && avro.ends_with(bytes),
        _ if value.is_string() => value.as_str() == found.as_str(),
        _ if value.is_i64() => value.as_i64() == found.as_i64(),
        _ => value.is_f64() && value.as_f64() == found.as_f64(),
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

fn limit_view<V: view::View<'static> + 'static>(c: &mut Cases, avro: &'static [u8]) {
    c.add("avro-view", "limit", move || {
        black_box(&view::view::<V>(black_box(avro)).expect("limit"));
    });
}

fn limits_avro<T: Sample + avro::Avro>(c: &mut Cases, message: &T, avro: &'static [u8]) {
    let m = message.clone();
    c.encoder("avro-encode", "limit", avro, move |out| {
        out.clear();
        avro::Avro::write(black_box(&m), out);
    });
    let read = |bytes| avro::decode::<T>(bytes).expect("limit");
    c.decoder("avro-decode", "limit", message, avro, read);
    let mut m = T::blank();
    for _ in 0..2 {
        avro::decode_into(&mut m, avro).expect("limit");
        assert!(m == *message, "avro-reuse/limit read another value");
    }
    c.add("avro-reuse", "limit", move || {
        avro::decode_into(black_box(&mut m), black_box(avro))
    });
}

#[cfg(test)]
mod tests {
    /// No timing: whoever is timed has to write the same bytes and read the same values.
    #[test]
    fn every_case_does_what_it_claims() {
        let mut cases = super::cases(|_| true, 0);
        assert!(cases.len() > 250);
        for case in &mut cases {
            (case.run)(1);
        }
    }
}
