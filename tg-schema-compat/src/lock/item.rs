//! What a block of a lock says.

use tg_schema_model::definition::Part;
use tg_schema_model::fingerprint::{hex, sha256};
use tg_schema_model::{Json, Span, Topic};

use super::accept::Kind;

/// One version of one thing, or its end.
pub(super) struct Entry {
    pub kind: Kind,
    /// The full name; of a topic, its module and its name.
    pub name: String,
    /// Place of the name.
    pub place: Span,
    /// The release since which this holds.
    pub release: u32,
    /// Nothing: it is removed.
    pub body: Option<Body>,
}

/// What something is.
pub(super) enum Body {
    Type(Box<TypeBody>),
    Topic(TopicBody),
    Avro(AvroBody),
}

/// What something was in the version that was accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// A definition: where it is a record, a message of its own.
    Definition,
    /// What an Avro schema is.
    Schema,
    /// The same, of one of which nobody knows the module: a file that was named, a subject or a topic.
    Named,
    /// The same, of one alone: what it is compared with may have any name.
    Single,
    /// A type inside of an Avro schema, and no message of its own.
    Part,
}

impl Origin {
    /// Those that have a word.
    const ALL: [Origin; 4] = [Origin::Schema, Origin::Named, Origin::Single, Origin::Part];

    /// The word for it in the lock; none for what is the rule.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Origin::Definition => "",
            Origin::Schema => "message",
            Origin::Named => "named",
            Origin::Single => "single",
            Origin::Part => "part",
        }
    }

    pub(super) fn from_word(word: &str) -> Option<Self> {
        Origin::ALL.into_iter().find(|one| one.word() == word)
    }
}

pub(super) struct TypeBody {
    /// Dotted path of the module; empty where there is none.
    pub module: String,
    pub origin: Origin,
    pub part: Part,
    /// The definition as the lock writes it.
    pub text: String,
    pub fingerprint: String,
}

#[derive(PartialEq)]
pub(super) struct TopicBody {
    pub module: String,
    pub address: Topic,
    /// Full name of the record.
    pub record: String,
    pub legacy: Option<String>,
    pub address_place: Span,
}

pub(super) struct AvroBody {
    /// The file, subject or topic, as the dotted path of a module; empty where nobody knows.
    pub module: String,
    /// Never a part.
    pub origin: Origin,
    /// The schema without white space.
    pub compact: String,
    /// The schema as the lock writes it.
    pub text: String,
    /// Why no definition says it.
    pub inexpressible: Option<String>,
}

impl Entry {
    /// Whether it says what another one says, wherever the two stand.
    pub(super) fn same(&self, other: &Entry) -> bool {
        match (&self.body, &other.body) {
            (Some(one), Some(other)) => one.same(other),
            (one, other) => one.is_none() && other.is_none(),
        }
    }
}

impl Body {
    /// The module of a type or a schema.
    pub(super) fn module(&self) -> Option<&str> {
        match self {
            Body::Type(body) => Some(&body.module),
            Body::Avro(body) => Some(&body.module),
            Body::Topic(_) => None,
        }
    }

    /// Whether it is what another one is, wherever it stands.
    pub(super) fn same(&self, other: &Body) -> bool {
        match (self, other) {
            (Body::Type(a), Body::Type(b)) => {
                let is_part = |body: &TypeBody| body.origin == Origin::Part;
                a.module == b.module && a.fingerprint == b.fingerprint && is_part(a) == is_part(b)
            }
            (Body::Topic(a), Body::Topic(b)) => {
                (&a.module, &a.address, &a.record, &a.legacy)
                    == (&b.module, &b.address, &b.record, &b.legacy)
            }
            (Body::Avro(a), Body::Avro(b)) => a.module == b.module && a.compact == b.compact,
            _ => false,
        }
    }
}

/// The fingerprint of a type's own definition, given without white space.
pub(super) fn fingerprint(own: &str) -> String {
    hex(&sha256(format!("[{own}]").as_bytes()))
}

/// A definition as the lock writes it: one field or symbol a line.
pub(super) fn lines(own: &Json) -> String {
    let mut out = String::from("{");
    for (at, (key, value)) in own.as_object().unwrap_or_default().iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        out.push_str(&Json::str(key).compact());
        out.push(':');
        match value {
            Json::Array(items) if key == "fields" || key == "symbols" => {
                let items: Vec<String> = items
                    .iter()
                    .map(|i| format!("\n  {}", i.compact()))
                    .collect();
                let end = if items.is_empty() { "]" } else { "\n]" };
                out.push('[');
                out.push_str(&items.join(","));
                out.push_str(end);
            }
            _ => out.push_str(&value.compact()),
        }
    }
    out.push('}');
    literal(out)
}

/// JSON that may stand in a literal of TOML.
pub(super) fn literal(json: String) -> String {
    if json.contains("'''") || json.contains('\u{7f}') {
        let json = json.replace("'''", "\\u0027\\u0027\\u0027");
        return json.replace('\u{7f}', "\\u007f");
    }
    json
}
