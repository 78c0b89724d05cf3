//! A struct with named fields into a [`RecordItem`].

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use std::borrow::Cow;
use syn::{Attribute, Fields, ItemStruct};
use tg_schema_model::{Check, FieldPulsar, MAX_FIELDS, Places, Profile, RecordPulsar, Topic};

use super::attribute::{concrete, non_exhaustive, options, refuse_attributes};
use super::case::case;
use super::error::Errors;
use super::presence::{encoding, presence};
use super::setting::{Advice, Settings, Text, flat};
use super::shape::{self, Reader};
use super::{Annotated, Place, Placing, doc, place_of};
use crate::item::{FieldItem, Item, PresenceItem, RecordItem};

const RECORD: &[&str] = &[
    "name",
    "namespace",
    "topic",
    "topics",
    "profile",
    "alias",
    "aliases",
    "reserved",
    "deprecated",
    "rename_all",
    "crate",
    "serde",
    "default",
    "non_exhaustive",
    "sorted_fields",
    "repeat_definitions",
    "require",
];

const RECORD_ADVICE: &[Advice] = &[
    ("rename", "write `name = \"…\"`"),
    ("doc", "write a doc comment"),
    ("open", "it is for enums"),
    ("values", "it is for enums"),
    ("address", "write `topic = \"…\"`"),
    (
        "check",
        "write `require = \"avro=backward,loss=any\"` for what is required of this record; a definition file accepts a finding: `[[check.allow]]` with `record = \"full.Name\"`",
    ),
    (
        "deny_unknown_fields",
        "readers ignore unknown keys, so that fields can be added",
    ),
];

const FIELD: &[&str] = &[
    "default",
    "rename",
    "alias",
    "aliases",
    "encoding",
    "nullable",
    "deprecated",
    "type",
    "required",
    "required_default",
    "raw",
];

const FIELD_ADVICE: &[Advice] = &[
    ("name", "write `rename = \"…\"`"),
    ("doc", "write a doc comment"),
    ("optional", "write the type as `Option<T>`"),
    (
        "skip",
        "every field travels: keep what does not in another struct",
    ),
    (
        "flatten",
        "write the fields out, or keep the struct as one field",
    ),
    (
        "with",
        "convert before and after: the type of the field says how it travels",
    ),
    (
        "reserved",
        "it is set on the struct: `#[tg_schema(reserved(\"…\"))]`",
    ),
];

/// Reads a struct.
pub(super) fn read(
    input: &ItemStruct,
    attribute: TokenStream,
    place: &mut Placing<'_>,
    errors: &mut Errors,
) -> Annotated {
    let mut settings = Settings::read(attribute, errors);
    settings.check("`#[tg_schema]` on a struct", RECORD, RECORD_ADVICE, errors);
    let (options, crate_path) = options(&mut settings, &input.attrs, errors);
    concrete(&input.generics, "struct", errors);

    let profile = match settings.text("profile", errors) {
        None => Profile::Plain,
        Some(text) if text.value == "pulsar-record" => Profile::PulsarRecord,
        Some(text) => {
            let message = format!("there is no profile `{}`", text.value);
            errors.at(
                &text.token,
                message,
                "write `profile = \"pulsar-record\"`, or leave it out",
            );
            // What else the item says is about the one that there is.
            Profile::PulsarRecord
        }
    };
    let case = case(&mut settings, errors);
    let topics = settings.texts("topic", "topics", errors);
    let topic_span = topics
        .first()
        .map_or(Default::default(), |text| place_of(&text.token, place));
    let topics: Vec<Topic> = topics
        .iter()
        .filter_map(|text| address(text, errors))
        .collect();
    let mut topics = topics.into_iter();
    let (name, span) = settings.name("name", &input.ident, str::to_owned, place, errors);
    let (namespace, aliases, places) = naming(&mut settings, place, errors);
    let mut record = RecordItem {
        ident: input.ident.to_string(),
        name: name.into(),
        namespace: namespace.map(Cow::Owned),
        doc: doc::doc(&input.attrs).map(Cow::Owned),
        aliases,
        reserved: names(&mut settings, "reserved", "reserved", errors),
        profile,
        deprecated: deprecated(&mut settings, &input.attrs, errors),
        pulsar: RecordPulsar {
            sorted_fields: settings.flag("sorted_fields", errors).unwrap_or(false),
            repeat_definitions: settings.flag("repeat_definitions", errors).unwrap_or(false),
        },
        topic: topics.next(),
        other_topics: topics.collect(),
        non_exhaustive: non_exhaustive(&options, &input.attrs),
        check: settings.text("require", errors).map(|text| {
            Box::new(Check {
                require_span: place_of(&text.token, place),
                require: Some(text.value),
                allow: Vec::new(),
            })
        }),
        fields: Vec::new(),
        least: None,
        span,
        topic_span,
        places,
    };
    if let Some(beyond) = input.fields.iter().nth(MAX_FIELDS) {
        let message = format!("`{}` has {} fields", input.ident, input.fields.len());
        errors.at(
            &beyond.ident,
            message,
            format!("split the record: at most {MAX_FIELDS} are read"),
        );
    }
    match &input.fields {
        Fields::Named(_) => {}
        Fields::Unnamed(fields) => {
            let message = "a tuple struct has no field names, and the wire needs them";
            errors.at(fields, message, "write `struct Name { field: T }`");
        }
        Fields::Unit => errors.at(
            &input.ident,
            "a unit struct is not a record",
            "write `struct Name {}` for a record without fields",
        ),
    }
    let runtime: Vec<String> = options
        .crate_path
        .trim_start_matches("::")
        .split("::")
        .map(str::to_owned)
        .collect();
    let (mut types, mut leaves, mut owners) = (Vec::new(), Vec::new(), Vec::new());
    for field in input.fields.iter().take(MAX_FIELDS) {
        let Some(ident) = &field.ident else { continue };
        refuse_attributes(&field.attrs, "a field", options.serde, errors);
        let mut settings = Settings::of(&field.attrs, errors);
        settings.check("`#[tg]` on a field", FIELD, FIELD_ADVICE, errors);
        let ty = settings.text("type", errors);
        let logical = ty.as_ref().and_then(|text| shape::logical(text, errors));
        let misled = ty.is_some() && logical.is_none();
        let own = &input.ident;
        let mut reader = Reader {
            own,
            runtime: &runtime,
            logical,
            misled,
            leaves: Vec::new(),
            errors,
        };
        let read = reader.shape(&field.ty);
        owners.resize(owners.len() + reader.leaves.len(), types.len());
        leaves.append(&mut reader.leaves);
        let whole = concrete_self(field.ty.to_token_stream(), &input.ident);
        let encoding = encoding(&mut settings, read.as_ref(), profile, errors);
        let (shape, presence) = presence(&mut settings, read, encoding, &field.ty, errors);
        if options.default_impl && presence.row == PresenceItem::Required {
            let help =
                "give it one: `#[tg(default = …)]`, or leave `default` out of `#[tg_schema]`";
            errors.at(
                ident,
                format!("`Default` needs a default for `{ident}`"),
                help,
            );
        }
        let (name, span) = settings.name("rename", ident, |name| case.apply(name), place, errors);
        let (aliases, alias_spans) = former(&mut settings, place, errors);
        record.fields.push(FieldItem {
            ident: ident.to_string().into(),
            name: name.into(),
            shape,
            presence: presence.row,
            encoding,
            doc: doc::doc(&field.attrs).map(Cow::Owned),
            aliases,
            deprecated: deprecated(&mut settings, &field.attrs, errors),
            pulsar: FieldPulsar {
                required: settings.flag("required", errors),
                required_default: settings.flag("required_default", errors).unwrap_or(false),
                default: None,
                raw: settings.text("raw", errors).map(|t| t.value),
            },
            span,
            type_span: place_of(&field.ty, place),
            default_span: place_of(presence.tokens, place),
            places: Places {
                aliases: alias_spans,
                ..Places::default()
            },
        });
        types.push(whole);
    }
    Annotated {
        item: Item::Record(record),
        options,
        crate_path,
        types,
        leaves,
        owners,
    }
}

/// The namespace and the former names of a type, with their places.
pub(super) fn naming(
    settings: &mut Settings,
    place: &mut Placing<'_>,
    errors: &mut Errors,
) -> (Option<String>, Vec<String>, Places) {
    let mut places = Places::default();
    let namespace = settings.text("namespace", errors).map(|text| {
        places.namespace = place_of(text.token, place);
        text.value
    });
    let (names, aliases) = former(settings, place, errors);
    places.aliases = aliases;
    (namespace, names, places)
}

/// The former names with their places.
fn former(
    settings: &mut Settings,
    place: &mut Placing<'_>,
    errors: &mut Errors,
) -> (Vec<String>, Vec<Place>) {
    settings
        .texts("alias", "aliases", errors)
        .into_iter()
        .map(|text| (text.value, place_of(text.token, place)))
        .unzip()
}

/// Every `one = "A"` and `many("A", "B")`.
fn names(settings: &mut Settings, one: &str, many: &str, errors: &mut Errors) -> Vec<String> {
    settings
        .texts(one, many, errors)
        .into_iter()
        .map(|text| text.value)
        .collect()
}

fn address(text: &Text, errors: &mut Errors) -> Option<Topic> {
    match text.value.parse::<Topic>() {
        Ok(topic) => Some(topic),
        Err(error) => {
            let help = "an address is `qos/tenant/namespace/queue`, for example `q1/tg/flow/name`";
            errors.at(&text.token, error.to_string(), help);
            None
        }
    }
}

/// The setting, else the compiler's own attribute.
fn deprecated(settings: &mut Settings, attrs: &[Attribute], errors: &mut Errors) -> Option<String> {
    match settings.text("deprecated", errors) {
        Some(text) => Some(text.value),
        None => doc::deprecated(attrs),
    }
}

/// The tokens of a type with `Self` as the item's name: an alias outside the struct has no `Self`.
fn concrete_self(tokens: TokenStream, own: &Ident) -> TokenStream {
    tokens
        .into_iter()
        .map(|token| match token {
            TokenTree::Ident(word) if word == "Self" => {
                let mut ident = own.clone();
                ident.set_span(word.span());
                TokenTree::Ident(ident)
            }
            TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
                let inner: TokenStream = flat(group.stream()).into_iter().collect();
                let mut one = proc_macro2::Group::new(Delimiter::None, concrete_self(inner, own));
                one.set_span(group.span());
                TokenTree::Group(one)
            }
            other => other,
        })
        .collect()
}
