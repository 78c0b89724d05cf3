//! Random schemas: valid ones, with every construct that the model has.

use tg_schema_model::topic::topic;
use tg_schema_model::{
    Encoding, Enum, EnumId, EnumPulsar, Field, FieldPulsar, Item, Module, Presence, Profile, Qos,
    Record, RecordId, RecordPulsar, Schema, Span, Symbol, TopicDefinition, Type, Value,
};

use super::Random;

/// Words for names; some are reserved in a language that is generated.
const WORDS: &[&str] = &[
    "name", "count", "type", "match", "class", "from", "value", "text", "items", "user", "flow",
    "in", "async", "lambda", "None", "self_ref", "struct", "is_last", "id", "metadata", "Entry",
];
/// The deepest type expression that is made.
const TYPE_DEPTH: usize = 3;

/// A schema that [`tg_schema_model::validate::check`] finds nothing wrong with: one to six records,
/// plain or with the `pulsar-record` profile or some of both, that refer to each other and to enums
/// in all ways that have a finite value.
pub fn random_schema(seed: u64) -> Schema {
    let mut random = Random::new(seed ^ 0x5EED_5C4E_3A00_0001);
    let mut schema = Schema::default();
    let records = 1 + random.below(6);
    // Records before this one keep the profile, and refer to nothing behind them.
    let profiled = match random.below(3) {
        0 => 0,
        1 => records,
        _ => random.below(records + 1),
    };
    let modules = 1 + random.below(3);
    for i in 0..modules {
        schema.modules.push(module(&mut random, i));
    }
    for i in 0..random.below(4) {
        let item = enumeration(&mut random, &mut schema, i);
        schema.enums.push(item);
    }
    for i in 0..records {
        let item = record(&mut random, &mut schema, i, i < profiled);
        schema.records.push(item);
    }
    for i in 0..records {
        let bounds = if i < profiled {
            0..profiled
        } else {
            0..records
        };
        let fields = random.below(9);
        let fields = (0..fields)
            .map(|nth| field(&mut random, &schema, i, &bounds, nth))
            .collect();
        schema.records[i].fields = fields;
    }
    spread_namespaces(&mut schema);
    // Defaults of a type are made when all that it refers to has its own: from the last record on.
    for i in (0..records).rev() {
        let mut fields = std::mem::take(&mut schema.records[i].fields);
        for field in &mut fields {
            if random.one_in(3) && has_default(&schema, &field.ty, i) {
                let default = random.default_of(&schema, field);
                field.presence = match random.one_in(2) {
                    true => Presence::Default(default),
                    false => Presence::NullableDefault(default),
                };
            }
        }
        schema.records[i].fields = fields;
    }
    for i in 0..records {
        if random.one_in(3) {
            add_topic(&mut random, &mut schema, i);
        }
    }
    schema
}

fn maybe_text(random: &mut Random) -> Option<String> {
    random.one_in(4).then(|| {
        let text: String = random
            .text()
            .chars()
            .filter(|c| !c.is_control())
            .take(40)
            .collect();
        format!("About {}.", text.trim())
    })
}

fn module(random: &mut Random, i: usize) -> Module {
    let name = format!("module{i}");
    let path = match random.one_in(2) {
        true => vec!["parent".to_owned(), name],
        false => vec![name],
    };
    Module {
        namespace: random
            .one_in(2)
            .then(|| format!("org.example{}", random.below(2))),
        doc: maybe_text(random),
        path,
        ..Module::default()
    }
}

/// A module of the schema, the item entered, and the namespace that an item there has.
fn home(random: &mut Random, schema: &mut Schema, item: Item) -> (usize, Option<String>) {
    let at = random.below(schema.modules.len());
    let module = &mut schema.modules[at];
    module.items.push(item);
    let namespace = match random.one_in(5) {
        true => Some("own.space".to_owned()),
        false => module.namespace.clone(),
    };
    (at, namespace)
}

fn enumeration(random: &mut Random, schema: &mut Schema, i: usize) -> Enum {
    let (module, namespace) = home(random, schema, Item::Enum(EnumId(i)));
    let symbols: Vec<Symbol> = (0..1 + random.below(5))
        .map(|n| Symbol {
            name: match random.below(3) {
                0 => format!("SYMBOL_{n}"),
                1 => format!("symbol{n}"),
                _ => format!("{}{n}", random.pick(WORDS)),
            },
            span: Span::NONE,
        })
        .collect();
    let values = match random.below(4) {
        0 => (0..symbols.len())
            .map(|n| Value::Long(n as i64 * 10 + 1))
            .collect(),
        1 => (0..symbols.len())
            .map(|n| Value::String(format!("python-{n}")))
            .collect(),
        _ => Vec::new(),
    };
    let open = random.one_in(4);
    Enum {
        module,
        name: format!("Choice{i}"),
        namespace,
        doc: maybe_text(random),
        aliases: random
            .one_in(4)
            .then(|| format!("OldChoice{i}"))
            .into_iter()
            .collect(),
        default: (!open && random.one_in(3)).then(|| random.below(symbols.len())),
        open,
        pulsar: EnumPulsar { values },
        non_exhaustive: None,
        origin: None,
        symbols,
        span: Span::NONE,
        places: Default::default(),
    }
}

fn record(random: &mut Random, schema: &mut Schema, i: usize, profiled: bool) -> Record {
    let (module, namespace) = home(random, schema, Item::Record(RecordId(i)));
    Record {
        module,
        name: format!("Record{i}"),
        namespace,
        doc: maybe_text(random),
        aliases: random
            .one_in(4)
            .then(|| format!("OldRecord{i}"))
            .into_iter()
            .collect(),
        reserved: random
            .one_in(4)
            .then(|| "gone".to_owned())
            .into_iter()
            .collect(),
        profile: match profiled {
            true => Profile::PulsarRecord,
            false => Profile::Plain,
        },
        deprecated: random.one_in(8).then(|| "use another".to_owned()),
        pulsar: RecordPulsar {
            sorted_fields: profiled && random.one_in(5),
            repeat_definitions: profiled && random.one_in(5),
        },
        ..Record::default()
    }
}

fn field(
    random: &mut Random,
    schema: &Schema,
    record: usize,
    bounds: &std::ops::Range<usize>,
    nth: usize,
) -> Field {
    let optional = random.one_in(2);
    let profiled = schema.records[record].profile == Profile::PulsarRecord;
    // False is what an unset one holds: with few other fields a whole sub-record is unset often.
    let flag = profiled && optional && random.one_in(5);
    let ty = match flag {
        true => Type::Boolean,
        false => ty(random, schema, record, bounds, TYPE_DEPTH, optional),
    };
    let encoding = match (holds_bytes(&ty), profiled) {
        (true, _) if random.one_in(2) => Encoding::Base64,
        (true, _) => Encoding::Utf8,
        (false, true) => Encoding::Utf8,
        (false, false) => Encoding::Base64,
    };
    Field {
        name: match random.one_in(8) {
            true => format!("{}{nth}Camel", random.pick(WORDS)),
            false => format!("{}_{nth}", random.pick(WORDS)),
        },
        ty,
        presence: match optional {
            true => Presence::Optional,
            false => Presence::Required,
        },
        encoding,
        doc: maybe_text(random),
        aliases: random
            .one_in(6)
            .then(|| format!("former_{nth}"))
            .into_iter()
            .collect(),
        deprecated: random.one_in(10).then(|| "too old".to_owned()),
        pulsar: FieldPulsar {
            required: (profiled && random.one_in(6)).then(|| random.one_in(2)),
            required_default: profiled && random.one_in(6),
            default: None,
            raw: None,
        },
        origin: None,
        span: Span::NONE,
        type_span: Span::NONE,
        default_span: Span::NONE,
        places: Default::default(),
    }
}

/// A type expression. A record that must be there (`!ends`) is one behind `record`, so that no cycle
/// of those arises.
fn ty(
    random: &mut Random,
    schema: &Schema,
    record: usize,
    bounds: &std::ops::Range<usize>,
    depth: usize,
    ends: bool,
) -> Type {
    if depth > 0 && random.one_in(3) {
        let map = random.one_in(2);
        let nullable = random.one_in(4);
        let item = Box::new(ty(random, schema, record, bounds, depth - 1, true));
        let item = match nullable {
            true => Box::new(Type::Optional(item)),
            false => item,
        };
        return match map {
            true => Type::Map(item),
            false => Type::Array(item),
        };
    }
    let start = if ends { bounds.start } else { record + 1 };
    if start < bounds.end && random.one_in(3) {
        return Type::Record(RecordId(start + random.below(bounds.end - start)));
    }
    if !schema.enums.is_empty() && random.one_in(6) {
        return Type::Enum(EnumId(random.below(schema.enums.len())));
    }
    match random.below(14) {
        0 | 1 => Type::String,
        2 => Type::Boolean,
        3 => Type::Int,
        4 => Type::Long,
        5 => Type::Float,
        6 => Type::Double,
        7 => Type::Bytes,
        8 => Type::Date,
        9 => Type::TimeMs,
        10 => Type::TimestampMs,
        11 => Type::TimestampUs,
        12 => Type::Uuid,
        _ => {
            let precision = match random.below(3) {
                0 => 1 + random.below(9),
                1 => 38,
                _ => 1 + random.below(38),
            };
            let scale = random.below(precision + 1);
            Type::Decimal {
                precision: precision as u8,
                scale: scale as u8,
            }
        }
    }
}

/// What a type with a namespace refers to gets one too: Avro cannot say otherwise.
fn spread_namespaces(schema: &mut Schema) {
    let namespaces = |schema: &Schema| {
        let records = schema
            .records
            .iter()
            .filter(|record| record.namespace.is_some());
        records.count()
            + schema
                .enums
                .iter()
                .filter(|e| e.namespace.is_some())
                .count()
    };
    loop {
        let before = namespaces(schema);
        for i in 0..schema.records.len() {
            let Some(namespace) = schema.records[i].namespace.clone() else {
                continue;
            };
            let types: Vec<Type> = schema.records[i]
                .fields
                .iter()
                .map(|f| named(&f.ty).clone())
                .collect();
            for ty in types {
                let theirs = match ty {
                    Type::Record(id) => &mut schema.records[id.0].namespace,
                    Type::Enum(id) => &mut schema.enums[id.0].namespace,
                    _ => continue,
                };
                theirs.get_or_insert_with(|| namespace.clone());
            }
        }
        if namespaces(schema) == before {
            return;
        }
    }
}

/// The type inside lists.
fn named(ty: &Type) -> &Type {
    match ty {
        Type::Array(item) | Type::Map(item) | Type::Optional(item) => named(item),
        ty => ty,
    }
}

fn holds_bytes(ty: &Type) -> bool {
    match ty {
        Type::Bytes => true,
        Type::Array(item) | Type::Map(item) | Type::Optional(item) => holds_bytes(item),
        _ => false,
    }
}

/// Whether a default can be made: lists stay empty of records, and a record itself must lie behind
/// this one and hold only what every Avro reader takes in the default of a record.
fn has_default(schema: &Schema, ty: &Type, record: usize) -> bool {
    match ty {
        Type::Record(id) => {
            id.0 > record
                && schema.record(*id).fields.iter().all(|field| {
                    !matches!(field.presence, Presence::NullableDefault(_))
                        && (field.presence == Presence::Optional
                            || has_default(schema, &field.ty, record))
                })
        }
        _ => true,
    }
}

fn add_topic(random: &mut Random, schema: &mut Schema, record: usize) {
    let queue = format!("queue-{record}");
    let qos = *random.pick(&Qos::ALL);
    let Ok(address) = topic(queue).qos(qos).build() else {
        return;
    };
    let module = schema.records[record].module;
    let at = schema.topics.len();
    schema.topics.push(TopicDefinition {
        module,
        name: format!("topic_{record}"),
        record: RecordId(record),
        address,
        doc: maybe_text(random),
        legacy: random.one_in(3).then(|| format!("tg/old/{record}")),
        origin: None,
        span: Span::NONE,
        address_span: Span::NONE,
    });
    schema.modules[module].items.push(Item::Topic(at));
}
