//! Messages for a Python `Record`, and whether it reads them: every type beside every other.

use std::io;

use tg_schema_compat::engine::json::{Effect, Party, Peer, can_read};
use tg_schema_dynamic::{Codec, Random};
use tg_schema_model::{
    Encoding, Enum, EnumId, EnumPulsar, Field, FieldPulsar, Json, Places, Presence, Record,
    RecordId, Schema, Span, Symbol, Type, Value,
};

/// Messages of each pair.
const MESSAGES: usize = 40;

fn array(ty: Type) -> Type {
    Type::Array(Box::new(ty))
}

fn map(ty: Type) -> Type {
    Type::Map(Box::new(ty))
}

/// Types that a `Record` can declare.
fn types() -> Vec<Type> {
    let scalars = [
        Type::String,
        Type::Boolean,
        Type::Int,
        Type::Long,
        Type::Float,
        Type::Double,
        Type::Bytes,
        Type::Record(RecordId(1)),
        Type::Enum(EnumId(0)),
    ];
    let mut types = scalars.to_vec();
    types.extend(scalars.iter().cloned().map(array));
    types.extend(scalars.into_iter().map(map));
    types.extend([
        array(array(Type::Int)),
        array(map(Type::String)),
        map(array(Type::String)),
    ]);
    types
}

fn field(name: &str, ty: Type, presence: Presence) -> Field {
    Field {
        name: name.to_owned(),
        ty,
        presence,
        encoding: Encoding::Utf8,
        doc: None,
        aliases: Vec::new(),
        deprecated: None,
        pulsar: FieldPulsar::default(),
        origin: None,
        span: Span::NONE,
        type_span: Span::NONE,
        default_span: Span::NONE,
        places: Places::default(),
    }
}

/// `R` with one field, `S` with fields of these names, `E` with these symbols, numbered from 1.
fn schema(ty: Type, presence: Presence, inner: &[&str], symbols: &[&str]) -> Schema {
    let record = |name: &str, fields| Record {
        name: name.to_owned(),
        fields,
        ..Record::default()
    };
    let inner = inner
        .iter()
        .map(|name| field(name, Type::Int, Presence::Optional));
    let values = (1..).take(symbols.len()).map(Value::Long).collect();
    let symbols = symbols.iter().map(|name| Symbol {
        name: (*name).to_owned(),
        ..Symbol::default()
    });
    Schema {
        records: vec![
            record("R", vec![field("f", ty, presence)]),
            record("S", inner.collect()),
        ],
        enums: vec![Enum {
            name: "E".to_owned(),
            symbols: symbols.collect(),
            pulsar: EnumPulsar { values },
            ..Enum::default()
        }],
        ..Schema::default()
    }
}

/// One line for each pair of types.
pub fn lines(out: &mut impl io::Write) -> io::Result<()> {
    let mut random = Random::new(7).size(12);
    for ty in types() {
        for of in types() {
            for presence in [Presence::Optional, Presence::Required] {
                let reader = schema(ty.clone(), presence.clone(), &["x", "z"], &["RED", "BLUE"]);
                let writer = schema(of.clone(), presence, &["x", "y"], &["RED", "BLUE", "GREY"]);
                let party = |schema, peer| Party {
                    schema,
                    record: RecordId(0),
                    peer,
                };
                let verdict =
                    can_read(party(&reader, Peer::PythonRecord), party(&writer, Peer::Tg));
                let verdict = verdict.unwrap_or_else(|e| panic!("{e}"));
                let codec = Codec::new(&writer, RecordId(0));
                let messages = (0..MESSAGES).filter_map(|_| {
                    let value = random.value(&writer, RecordId(0));
                    let bytes = codec.write_json(&value).ok()?;
                    String::from_utf8(bytes).ok().map(Json::String)
                });
                let line = Json::object([
                    ("messages", Json::Array(messages.collect())),
                    ("reader", Json::String(reader.type_text(&ty))),
                    ("writer", Json::String(writer.type_text(&of))),
                    (
                        "required",
                        Json::Bool(reader.records[0].fields[0].presence == Presence::Required),
                    ),
                    ("refuses", Json::Bool(verdict.has(Effect::Refuses))),
                ]);
                writeln!(out, "{}", line.compact())?;
            }
        }
    }
    Ok(())
}
