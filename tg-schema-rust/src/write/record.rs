//! The implementations of a record: what the runtime's macro needs to know of it.

mod constructors;
mod fields;

use super::default::expression;
use super::shape::{count_leaves, is_leaf, is_named, least, marker};
use super::text::{Entries, Text, quoted, quoted_list};
use crate::item::{FieldItem, Options, PresenceItem, RecordItem, Serde, Shape};
use constructors::{constructors, default_impl};
use fields::list;
use tg_schema_model::{Encoding, Json, Profile};

/// A field with what the text says of it.
struct Written<'a> {
    field: &'a FieldItem<'a>,
    /// Its number among the fields.
    index: usize,
    /// Its row of the presence table.
    row: &'static str,
    default: Option<DefaultText>,
    /// Number of the alias of the first named type in it.
    leaf: usize,
    /// Whether its marker goes by an alias that is declared elsewhere.
    aliased: bool,
}

/// A default as the text says it.
struct DefaultText {
    /// The number of the field.
    number: String,
    expression: String,
}

impl<'a> Written<'a> {
    fn of(field: &'a FieldItem<'a>, index: usize, profile: Profile, leaf: usize) -> Self {
        let old = profile == Profile::PulsarRecord;
        Written {
            field,
            index,
            row: match field.presence {
                PresenceItem::Required => "field",
                PresenceItem::Optional if old && is_named(&field.shape) => "instance",
                PresenceItem::Optional => "optional",
                PresenceItem::Default(_) => "default",
                PresenceItem::NullableDefault(_) => "nullable",
            },
            default: match &field.presence {
                PresenceItem::Default(d) | PresenceItem::NullableDefault(d) => Some(DefaultText {
                    number: index.to_string(),
                    expression: expression(&field.shape, field.encoding, d).unwrap_or_else(|| {
                        format!("__tg::default_value({})", quoted(&d.compact()))
                    }),
                }),
                PresenceItem::Required | PresenceItem::Optional => None,
            },
            leaf,
            aliased: false,
        }
    }

    /// Writes its marker.
    fn codec(&self, out: &mut String) {
        if self.aliased {
            out.push_str("__C");
            return number(self.index, out);
        }
        let utf8 = self.field.encoding == Encoding::Utf8;
        marker(&self.field.shape, utf8, &mut self.leaf.clone(), out);
    }
}

/// Writes a number, of which most have one digit or two.
fn number(n: usize, out: &mut String) {
    if let Some(tens) = (n / 10).checked_sub(1) {
        number(tens + 1, out);
    }
    out.extend(char::from_digit((n % 10) as u32, 10));
}

/// The markers of a record's fields.
pub(super) fn codecs(r: &RecordItem) -> Vec<String> {
    let mut leaf = 0;
    let codec = |f: &FieldItem| {
        let mut out = String::new();
        marker(&f.shape, f.encoding == Encoding::Utf8, &mut leaf, &mut out);
        out
    };
    r.fields.iter().map(codec).collect()
}

/// What stands inside the `const _` block of a record, behind the aliases of its named types.
pub(crate) fn body(t: &mut Text, r: &RecordItem, o: &Options, extras: bool) {
    let mut leaf = 0;
    let mut fields = Vec::with_capacity(r.fields.len());
    for (i, field) in r.fields.iter().enumerate() {
        let mut written = Written::of(field, i, r.profile, leaf);
        written.aliased = !extras;
        fields.push(written);
        leaf += count_leaves(&field.shape);
    }
    t.block("__tg::record! {", "}", |t| {
        t.loosely(&[&r.ident, " "], |out| {
            Entries::write(out, |about| self::about(r, about));
            out.push(' ');
            Entries::write(out, |kind| self::kind(r, kind));
        });
        t.loosely(&["facts "], |out| {
            Entries::write(out, |facts| self::facts(r, &fields, facts));
        });
        t.loosely(&["least "], |out| {
            match r.least {
                Some(bytes) => number(bytes, out),
                None => least_bytes(&fields, out),
            }
            out.push(';');
        });
        t.loosely(&["words "], |out| {
            number(fields.len().div_ceil(64).max(1), out);
            out.push(';');
        });
        let topics = r.topic.iter().chain(&r.other_topics);
        let topics: Vec<String> = topics.map(|topic| quoted(&topic.to_string())).collect();
        t.loose(&["topics [", &topics.join(", "), "];"]);
        if has_keys(&fields) {
            t.loosely(&["keys "], |out| {
                Entries::write(out, |keys| self::keys(&fields, keys));
            });
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

/// What the descriptor says of the record.
fn about(r: &RecordItem, about: &mut Entries<'_>) {
    about.say_text("name: ", &r.name);
    let texts = [
        ("namespace: ", r.namespace.as_deref()),
        ("doc: ", r.doc.as_deref()),
        ("deprecated: ", r.deprecated.as_deref()),
    ];
    for (what, text) in texts {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            about.say_text(what, text);
        }
    }
    if !r.aliases.is_empty() {
        about.say(&["aliases: ", &list(&quoted_list(&r.aliases))]);
    }
}

/// What the descriptor says of it as a record.
fn kind(r: &RecordItem, kind: &mut Entries<'_>) {
    if r.profile == Profile::PulsarRecord {
        kind.say(&["profile: __tg::Profile::PulsarRecord"]);
    }
    if !r.reserved.is_empty() {
        kind.say(&["reserved: ", &list(&quoted_list(&r.reserved))]);
    }
    if r.pulsar.sorted_fields {
        kind.say(&["sorted_fields: true"]);
    }
    if r.pulsar.repeat_definitions {
        kind.say(&["repeat_definitions: true"]);
    }
}

/// What the runtime would take long to find out: see its `Facts`.
fn facts(r: &RecordItem, fields: &[Written<'_>], facts: &mut Entries<'_>) {
    // A value takes more than its text, a list of short texts most.
    const FACTOR: usize = 16;
    if fields.iter().any(|f| !is_leaf(&f.field.shape)) {
        facts.say(&["nests: true"]);
    }
    let required = |f: &&Written<'_>| f.field.presence == PresenceItem::Required;
    let bits = fields.iter().take(64).enumerate();
    let bits = bits.filter(|(_, f)| required(f)).map(|(i, _)| 1u64 << i);
    match bits.sum::<u64>() {
        0 => {}
        bits => facts.say_of(|out| {
            out.push_str("required: 0b");
            let digits = u64::BITS - bits.leading_zeros();
            let digits = (0..digits).rev().map(|at| bits >> at & 1);
            out.extend(digits.map(|digit| if digit == 1 { '1' } else { '0' }));
        }),
    }
    let mut defaults = fields.iter().filter_map(|f| match &f.field.presence {
        PresenceItem::Default(d) | PresenceItem::NullableDefault(d) => Some((&f.field.shape, d)),
        PresenceItem::Required | PresenceItem::Optional => None,
    });
    let cost = defaults.clone().map(|(_, d)| d.compact().len());
    match cost.sum::<usize>() * FACTOR {
        0 => {}
        cost => facts.say(&["cost: ", &cost.to_string()]),
    }
    if defaults.any(|(shape, d)| is_larger(shape, d)) {
        facts.say(&["measured: __tg::measured!(", &r.ident, ")"]);
    }
    let says_nothing = |f: &Written<'_>| {
        f.field.presence != PresenceItem::Required
            || is_named(&f.field.shape)
            || f.field.shape == Shape::Boolean
    };
    let old = r.profile == Profile::PulsarRecord;
    if old && !fields.is_empty() && fields.iter().all(says_nothing) {
        facts.say(&["can_be_unset: true"]);
    }
}

/// Whether a record or a map is in a default: the length of its text says little of it. A map without entries has nothing.
fn is_larger(shape: &Shape, default: &Json) -> bool {
    match (shape, default) {
        (Shape::Map(_) | Shape::HashMap(_), Json::Object(entries)) => !entries.is_empty(),
        (Shape::Array(item), Json::Array(items)) => items.iter().any(|json| is_larger(item, json)),
        (Shape::Optional(of) | Shape::Boxed(of), json) => is_larger(of, json),
        (_, Json::Object(_)) => true,
        _ => false,
    }
}

/// Fewest bytes in Avro, as far as they are known: what the types of fields take, the compiler adds.
fn least_bytes(fields: &[Written<'_>], out: &mut String) {
    let mut known = 0;
    let mut named = Vec::new();
    for f in fields {
        match (&f.field.presence, least(&f.field.shape)) {
            (PresenceItem::Optional | PresenceItem::NullableDefault(_), _) => known += 1,
            (_, Some(bytes)) => known += bytes,
            (_, None) => named.push(f),
        }
    }
    if named.is_empty() {
        return number(known, out);
    }
    out.push_str("__tg::least(&[");
    number(known, out);
    for f in named {
        out.push_str(", <");
        f.codec(out);
        out.push_str(" as __tg::Codec>::MIN_AVRO");
    }
    out.push_str("])");
}

/// Up to so many fields are looked at one after the other.
const MANY: usize = 8;

fn has_keys(fields: &[Written<'_>]) -> bool {
    fields.len() > MANY || fields.iter().any(|f| !f.field.aliases.is_empty())
}

/// Former names, and the places where fields are looked for.
fn keys(fields: &[Written<'_>], keys: &mut Entries<'_>) {
    let aliases = fields.iter().flat_map(|f| {
        let aliases = f.field.aliases.iter();
        aliases.map(|a| format!("({}, {})", quoted(a), f.index))
    });
    let aliases: Vec<String> = aliases.collect();
    if !aliases.is_empty() {
        keys.say(&["aliases: ", &list(&aliases)]);
    }
    if fields.len() > MANY && fields.len() < usize::from(u16::MAX) {
        let places = (2 * fields.len()).next_power_of_two().to_string();
        keys.say(&["places: &__tg::places::<", &places, ">(__KEYS)"]);
    }
}
