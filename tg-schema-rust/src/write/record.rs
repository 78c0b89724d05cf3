//! The implementations of a record: what the runtime's macro needs to know of it.

mod constructors;
mod fields;

use super::default::expression;
use super::shape::{is_leaf, is_named, least, marker};
use super::text::{Text, quoted, quoted_list};
use crate::item::{FieldItem, Options, PresenceItem, RecordItem, Serde, Shape};
use constructors::{constructors, default_impl};
use fields::list;
use tg_schema_model::{Encoding, Profile};

/// A field with what the text says of it.
struct Written<'a> {
    field: &'a FieldItem,
    /// Its marker.
    codec: String,
    /// Its row of the presence table.
    row: &'static str,
    /// Expression of the default.
    default: Option<String>,
    /// The index as text.
    number: String,
    /// The name as a literal.
    name: String,
    /// What the JSON text has before the value, as a literal: `",\"field\":"`.
    key: String,
    /// Number of the alias of the first named type in it.
    leaf: usize,
}

impl<'a> Written<'a> {
    fn of(field: &'a FieldItem, index: usize, profile: Profile, leaf: &mut usize) -> Self {
        let name = quoted(&field.name);
        let inside = name.get(1..name.len() - 1).unwrap_or_default();
        let first = *leaf;
        let old = profile == Profile::PulsarRecord;
        Written {
            codec: marker(&field.shape, field.encoding == Encoding::Utf8, leaf),
            row: match field.presence {
                PresenceItem::Required => "field",
                PresenceItem::Optional if old && is_named(&field.shape) => "instance",
                PresenceItem::Optional => "optional",
                PresenceItem::Default(_) => "default",
                PresenceItem::NullableDefault(_) => "nullable",
            },
            default: match &field.presence {
                PresenceItem::Default(d) | PresenceItem::NullableDefault(d) => Some(
                    expression(&field.shape, field.encoding, d).unwrap_or_else(|| {
                        format!("__tg::default_value({})", quoted(&d.compact()))
                    }),
                ),
                PresenceItem::Required | PresenceItem::Optional => None,
            },
            number: index.to_string(),
            key: ["\",\\\"", inside, "\\\":\""].concat(),
            name,
            leaf: first,
            field,
        }
    }
}

/// The markers of a record's fields.
pub(super) fn codecs(r: &RecordItem) -> Vec<String> {
    let mut leaf = 0;
    let codec = |f: &FieldItem| marker(&f.shape, f.encoding == Encoding::Utf8, &mut leaf);
    r.fields.iter().map(codec).collect()
}

/// What stands inside the `const _` block of a record, behind the aliases of its named types.
pub(crate) fn body(t: &mut Text, r: &RecordItem, o: &Options, extras: bool) {
    let mut leaf = 0;
    let fields = r.fields.iter().enumerate();
    let mut fields: Vec<Written<'_>> = fields
        .map(|(i, field)| Written::of(field, i, r.profile, &mut leaf))
        .collect();
    if !extras {
        for f in &mut fields {
            f.codec = ["__C", &f.number].concat();
        }
    }
    t.block("__tg::record! {", "}", |t| {
        t.loose(&[&r.ident, " ", &braces(&about(r)), " ", &braces(&kind(r))]);
        t.loose(&["facts ", &braces(&facts(r, &fields))]);
        t.loose(&["least ", &least_bytes(&fields), ";"]);
        let words = fields.len().div_ceil(64).max(1).to_string();
        t.loose(&["words ", &words, ";"]);
        let topics = r.topic.iter().chain(&r.other_topics);
        let topics: Vec<String> = topics.map(|topic| quoted(&topic.to_string())).collect();
        t.loose(&["topics [", &topics.join(", "), "];"]);
        let keys = keys(&fields);
        if !keys.is_empty() {
            t.loose(&["keys ", &braces(&keys)]);
        }
        if fields.iter().any(|f| f.default.is_some()) {
            t.loose(&["defaults true;"]);
        }
        for f in &fields {
            fields::line(t, f);
        }
    });
    fields::assertions(t, &fields);
    super::serde_impls(t, &r.ident, o.serde == Serde::Bridge);
    if extras {
        constructors(t, r, o, &fields);
    } else if o.default_impl {
        default_impl(t, r, &fields);
    }
}

/// `{ says }`
fn braces(says: &str) -> String {
    match says {
        "" => "{}".to_owned(),
        says => ["{ ", says, " }"].concat(),
    }
}

/// What the descriptor says of the record.
fn about(r: &RecordItem) -> String {
    let mut about = ["name: ", &quoted(&r.name), ","].concat();
    let texts = [
        (" namespace: ", &r.namespace),
        (" doc: ", &r.doc),
        (" deprecated: ", &r.deprecated),
    ];
    for (what, text) in texts {
        if let Some(text) = text.as_deref().filter(|text| !text.is_empty()) {
            about.extend([what, &quoted(text), ","]);
        }
    }
    if !r.aliases.is_empty() {
        about.extend([" aliases: ", &list(&quoted_list(&r.aliases)), ","]);
    }
    about
}

/// What the descriptor says of it as a record.
fn kind(r: &RecordItem) -> String {
    let mut kind = Vec::new();
    if r.profile == Profile::PulsarRecord {
        kind.push("profile: __tg::Profile::PulsarRecord,".to_owned());
    }
    if !r.reserved.is_empty() {
        kind.push(["reserved: ", &list(&quoted_list(&r.reserved)), ","].concat());
    }
    if r.pulsar.sorted_fields {
        kind.push("sorted_fields: true,".to_owned());
    }
    if r.pulsar.repeat_definitions {
        kind.push("repeat_definitions: true,".to_owned());
    }
    kind.join(" ")
}

/// What the runtime would take long to find out: see its `Facts`.
fn facts(r: &RecordItem, fields: &[Written<'_>]) -> String {
    // A value takes more than its text, a list of short texts most.
    const FACTOR: usize = 16;
    let mut facts = Vec::new();
    if fields.iter().any(|f| !is_leaf(&f.field.shape)) {
        facts.push("nests: true,".to_owned());
    }
    let required = |f: &&Written<'_>| f.field.presence == PresenceItem::Required;
    let bits = fields.iter().take(64).enumerate();
    let bits = bits.filter(|(_, f)| required(f)).map(|(i, _)| 1u64 << i);
    match bits.sum::<u64>() {
        0 => {}
        bits => facts.push(format!("required: {bits:#b},")),
    }
    let cost = fields.iter().map(|f| match &f.field.presence {
        PresenceItem::Default(d) | PresenceItem::NullableDefault(d) => d.compact().len(),
        PresenceItem::Required | PresenceItem::Optional => 0,
    });
    match cost.sum::<usize>() * FACTOR {
        0 => {}
        cost => facts.push(format!("cost: {cost},")),
    }
    let says_nothing = |f: &Written<'_>| {
        f.field.presence != PresenceItem::Required
            || is_named(&f.field.shape)
            || f.field.shape == Shape::Boolean
    };
    let old = r.profile == Profile::PulsarRecord;
    if old && !fields.is_empty() && fields.iter().all(says_nothing) {
        facts.push("can_be_unset: true,".to_owned());
    }
    facts.join(" ")
}

/// Fewest bytes in Avro.
fn least_bytes(fields: &[Written<'_>]) -> String {
    let mut known = 0;
    let mut named = Vec::new();
    for f in fields {
        match (&f.field.presence, least(&f.field.shape)) {
            (PresenceItem::Optional | PresenceItem::NullableDefault(_), _) => known += 1,
            (_, Some(bytes)) => known += bytes,
            (_, None) => named.push(format!("<{} as __tg::Codec>::MIN_AVRO", f.codec)),
        }
    }
    if named.is_empty() {
        return known.to_string();
    }
    named.insert(0, known.to_string());
    format!("__tg::least(&[{}])", named.join(", "))
}

/// Former names, and indices of the fields in the order of their names. Up to so many are found faster
/// without.
fn keys(fields: &[Written<'_>]) -> String {
    const MANY: usize = 64;
    let mut keys = Vec::new();
    let aliases = fields.iter().flat_map(|f| {
        let aliases = f.field.aliases.iter();
        aliases.map(|a| format!("({}, {})", quoted(a), f.number))
    });
    let aliases: Vec<String> = aliases.collect();
    if !aliases.is_empty() {
        keys.push(["aliases: ", &list(&aliases), ","].concat());
    }
    if fields.len() > MANY {
        let mut order: Vec<&Written<'_>> = fields.iter().collect();
        order.sort_by_key(|f| f.field.name.as_str());
        let order: Vec<String> = order.iter().map(|f| f.number.clone()).collect();
        keys.push(["order: ", &list(&order), ","].concat());
    }
    keys.join(" ")
}
