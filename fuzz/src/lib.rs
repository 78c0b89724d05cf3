//! What the fuzz targets do with the bytes that they get.

mod messages;

use tg_schema::{ErrorKind, Message, Peek, Resolution};
use tg_schema_dynamic::{Codec, Limits, Problem};
use tg_schema_generated::{example, trustgraph};
use tg_schema_model::avro::{self, Rules, import, resolution};
use tg_schema_model::{Diagnostics, Schema, Sources, validate};

pub use messages::Shapes;

/// Items of one message without types, each of which takes long: as many as bytes can be given and some without any.
const ITEMS: usize = 1 << 16;

/// What can be done with messages of one type, the type forgotten.
pub struct Kind {
    avro: fn(&[u8], &[u8]),
    json: fn(&[u8]),
    resolve: fn(&str, &[u8]),
    peek: fn(&[u8]),
    /// Its schema.
    pub schema: fn() -> &'static str,
    /// A message of it as JSON, if it has that form.
    pub to_json: fn(&[u8]) -> Option<Vec<u8>>,
}

/// The types. The first byte of an input chooses one.
pub const KINDS: [Kind; 6] = [
    Kind::of::<Shapes>(),
    Kind::of::<example::inventory::StockItem>(),
    Kind::of::<example::inventory::Category>(),
    Kind::of::<example::orders::Order>(),
    Kind::of::<trustgraph::knowledge::knowledge::KnowledgeResponse>(),
    Kind::of::<trustgraph::services::library::LibrarianRequest>(),
];

impl Kind {
    const fn of<T: Message + PartialEq + std::fmt::Debug>() -> Self {
        Kind {
            avro: avro_of::<T>,
            json: json_of::<T>,
            resolve: resolve_of::<T>,
            peek: peek_of::<T>,
            schema: T::avro_schema,
            to_json: |bytes| T::from_avro(bytes).ok()?.to_json().ok(),
        }
    }
}

fn chosen(data: &[u8]) -> Option<(&'static Kind, &[u8])> {
    let (first, rest) = data.split_first()?;
    const { &KINDS }
        .get(usize::from(*first))
        .map(|kind| (kind, rest))
}

/// `kind, length, a message of that length, another`: read as a value, as a view, and into the first, both
/// messages are the same, and so is what is wrong with them.
pub fn avro(data: &[u8]) {
    if let Some((kind, rest)) = chosen(data)
        && let Some((length, rest)) = rest.split_first()
    {
        let (first, second) = rest.split_at(rest.len().min((*length).into()));
        (kind.avro)(first, second);
    }
}

fn avro_of<T: Message>(first: &[u8], second: &[u8]) {
    let written = |message: T| message.to_avro().map_err(|e| e.to_string());
    let owned = |bytes| {
        T::from_avro(bytes)
            .map_err(|e| e.to_string())
            .and_then(written)
    };
    let expected = owned(second);
    let viewed = T::view(second).map(T::from_view).map_err(|e| e.to_string());
    assert_eq!(viewed.and_then(written), expected);
    if let Ok(bytes) = &expected {
        assert_eq!(owned(bytes).as_ref(), Ok(bytes));
    }
    if let Ok(mut message) = T::from_avro(first) {
        let read = message.decode_into(second).map_err(|e| e.to_string());
        match read {
            Ok(()) => assert_eq!(written(message), expected),
            Err(e) => {
                assert_eq!(Err(e), expected);
                // What is left of it is a message, into which the next one can be read.
                let _ = (message.to_avro(), message.to_json());
                message.decode_into(first).expect("it was read before");
                assert_eq!(written(message), owned(first));
            }
        }
    }
}

/// `kind, text`: what is read and written is read again, as the same message.
pub fn json(data: &[u8]) {
    if let Some((kind, text)) = chosen(data) {
        (kind.json)(text);
    }
}

fn json_of<T: Message + PartialEq + std::fmt::Debug>(text: &[u8]) {
    let Ok(message) = T::from_json(text) else {
        return;
    };
    let written = message.to_json().expect("what was read can be written");
    let again = T::from_json(&written).expect("what was written can be read");
    assert_eq!(again, message);
    assert_eq!(again.to_json().as_ref().ok(), Some(&written));
    // Symbols that an open enum keeps have no Avro form.
    if let Ok(avro) = message.to_avro() {
        let again = T::from_avro(&avro).expect("what was written can be read");
        // A record of the Pulsar profile that holds nothing is an unset one there, but only once.
        let avro = again.to_avro().expect("what was read can be written");
        assert_eq!(T::from_avro(&avro).as_ref().ok(), Some(&again));
    }
}

/// `kind, two bytes of length, the writer's schema of that length, a message`: an error or a value, the same one as
/// without types.
pub fn resolve(data: &[u8]) {
    if let Some((kind, rest)) = chosen(data)
        && let Some((writer, message)) = schema_and_message(rest)
    {
        (kind.resolve)(writer, message);
    }
}

fn schema_and_message(data: &[u8]) -> Option<(&str, &[u8])> {
    let (length, rest) = data.split_first_chunk::<2>()?;
    let (text, message) = rest.split_at_checked(u16::from_le_bytes(*length).into())?;
    std::str::from_utf8(text).ok().map(|text| (text, message))
}

fn resolve_of<T: Message>(writer: &str, message: &[u8]) {
    let Ok(resolution) = Resolution::<T>::of(writer) else {
        return;
    };
    for problem in resolution.problems() {
        let _ = problem.to_string();
    }
    let (schema, record) = T::describe().schema().expect("a type has a schema");
    let tree = avro::parse_with(writer, Rules::Registered).expect("it was read before");
    let plan = resolution::compile(&tree, &schema, record).expect("they were compared before");
    let codec = Codec::new(&schema, record).limits(Limits::default().items(ITEMS));
    match (resolution.decode(message), codec.resolve(&plan, message)) {
        (Ok(typed), Ok(value)) => assert_eq!(typed.to_avro().ok(), codec.write_avro(&value).ok()),
        (Err(_), Err(_)) => {}
        // What items cost is not the same without types.
        (Err(typed), _) if typed.kind() == ErrorKind::Limit => {}
        (_, Err(e)) if matches!(e.problem, Problem::Items(_) | Problem::Memory(_)) => {}
        (typed, value) => panic!("{:?}, without types {:?}", typed.err(), value.err()),
    }
}

/// A text: what is a schema is written as one, and comes into the model without a panic.
pub fn schema(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    for rules in [Rules::Spec, Rules::Registered] {
        let Ok(schema) = avro::parse_with(text, rules) else {
            continue;
        };
        let written = schema.to_json().compact();
        assert_eq!(avro::parse_with(&written, rules).as_ref(), Ok(&schema));
        let canonical = schema.canonical();
        let again = avro::parse_with(&canonical, rules).expect("the canonical form is a schema");
        assert_eq!(again.canonical(), canonical);
    }
    let mut sources = Sources::default();
    let file = import::File {
        path: vec!["file".into()],
        source: sources.add("file.avsc", text),
    };
    let (mut schema, mut found) = (Schema::default(), Diagnostics::default());
    import::import(&[file], &sources, &mut schema, &mut found);
    if !found.has_errors() && !validate::check(&schema).has_errors() {
        for id in schema.record_ids() {
            let _ = avro::text(&schema, id);
        }
    }
}

/// `kind, a message`, or `255, two bytes of length, a schema of that length, a message`: fields are found in
/// what can be read whole.
pub fn peek(data: &[u8]) {
    match chosen(data) {
        Some((kind, message)) => (kind.peek)(message),
        None => {
            if let Some((_, rest)) = data.split_first()
                && let Some((writer, message)) = schema_and_message(rest)
            {
                peek_schema(writer, message);
            }
        }
    }
}

fn fields(schema: &str) -> Vec<String> {
    match avro::parse_with(schema, Rules::Registered) {
        Ok(avro::Schema::Record(r)) => r.fields.into_iter().map(|f| f.name).collect(),
        _ => Vec::new(),
    }
}

fn peek_of<T: Message>(message: &[u8]) {
    let fields = fields(T::avro_schema());
    let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
    let all = Peek::of::<T>(&fields).expect("these are its fields");
    // A block that states another size than it has is read whole and jumped over by that size. So what can be
    // read must be found where we have written it, without sizes.
    if let Ok(whole) = T::from_avro(message) {
        let written = whole.to_avro().expect("what was read can be written");
        all.read(&written).expect("what was written can be read");
    }
    let Ok(values) = all.read(message) else {
        return;
    };
    // One by one they are the same. Which ones are looked at is left to the message.
    let (first, step) = (message.len() % 7, 7);
    for (field, value) in fields.iter().zip(values).skip(first).step_by(step) {
        let one = Peek::of::<T>(&[field]).expect("this is one of its fields");
        let one = one.read(message).expect("it was read among the others");
        assert_eq!(format!("{one:?}"), format!("[{value:?}]"));
    }
}

fn peek_schema(writer: &str, message: &[u8]) {
    let fields = fields(writer);
    let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
    if let Ok(all) = Peek::of_schema(writer, &fields) {
        let _ = all.read(message);
        for field in fields.iter().take(8) {
            if let Ok(one) = Peek::of_schema(writer, &[field]) {
                let _ = one.read(message);
            }
        }
    }
}
