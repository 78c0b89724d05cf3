//! A struct with named fields into a [`RecordItem`].

use heck::{ToLowerCamelCase, ToPascalCase, ToShoutySnakeCase, ToSnakeCase};
use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, Fields, Generics, ItemStruct, Meta};
use tg_schema_model::{Encoding, FieldPulsar, Profile, RecordPulsar, Topic};

use super::error::Errors;
use super::setting::{Advice, Given, Settings, Text, flat, list, string};
use super::shape::{self, Reader};
use super::{Annotated, Placing, bare, default, doc, place_of};
use crate::item::{FieldItem, Item, Options, PresenceItem, RecordItem, Serde, Shape};

const RECORD: &[&str] = &[
    "name", "namespace", "topic", "topics", "profile", "alias", "aliases", "reserved", "deprecated", "rename_all", "crate", "serde",
    "default", "non_exhaustive", "sorted_fields", "repeat_definitions",
];

const RECORD_ADVICE: &[Advice] = &[
    ("rename", "write `name = \"…\"`"),
    ("doc", "write a doc comment"),
    ("open", "it is for enums"),
    ("values", "it is for enums"),
    ("address", "write `topic = \"…\"`"),
    ("deny_unknown_fields", "readers ignore unknown keys, so that fields can be added"),
];

const FIELD: &[&str] = &[
    "default", "rename", "alias", "aliases", "encoding", "nullable", "deprecated", "type", "required", "required_default",
    "raw",
];

const FIELD_ADVICE: &[Advice] = &[
    ("name", "write `rename = \"…\"`"),
    ("doc", "write a doc comment"),
    ("optional", "write the type as `Option<T>`"),
    ("skip", "every field travels: keep what does not in another struct"),
    ("flatten", "write the fields out, or keep the struct as one field"),
    ("with", "convert before and after: the type of the field says how it travels"),
    ("reserved", "it is set on the struct: `#[tg_schema(reserved(\"…\"))]`"),
];

/// Reads a struct.
pub(super) fn read(
    input: &ItemStruct,
    attribute: TokenStream,
    place: &mut Placing<'_>,
    errors: &mut Errors,
) -> Option<Annotated> {
    let mut settings = Settings::read(attribute, errors);
    settings.check("`#[tg_schema]` on a struct", RECORD, RECORD_ADVICE, errors);
    let (options, crate_path) = options(&mut settings, &input.attrs, errors);
    concrete(&input.generics, "struct", errors);

    let profile = match settings.text("profile", errors) {
        None => Profile::Plain,
        Some(text) if text.value == "pulsar-record" => Profile::PulsarRecord,
        Some(text) => {
            let message = format!("there is no profile `{}`", text.value);
            errors.at(&text.token, message, "write `profile = \"pulsar-record\"`, or leave it out");
            Profile::Plain
        }
    };
    let case = case(&mut settings, errors);
    let topics = settings.texts("topic", "topics", errors);
    let topic_span = topics.first().map_or(Default::default(), |text| place_of(&text.token, place));
    let topics: Vec<Topic> = topics.iter().filter_map(|text| address(text, errors)).collect();
    let mut topics = topics.into_iter();
    let mut record = RecordItem {
        ident: input.ident.to_string(),
        name: settings.text("name", errors).map_or_else(|| bare(&input.ident), |t| t.value),
        namespace: settings.text("namespace", errors).map(|t| t.value),
        doc: doc::doc(&input.attrs),
        aliases: names(&mut settings, "alias", "aliases", errors),
        reserved: names(&mut settings, "reserved", "reserved", errors),
        profile,
        deprecated: deprecated(&mut settings, &input.attrs, errors),
        pulsar: RecordPulsar {
            sorted_fields: settings.flag("sorted_fields", errors).unwrap_or(false),
            repeat_definitions: settings.flag("repeat_definitions", errors).unwrap_or(false),
        },
        topic: topics.next(),
        other_topics: topics.collect(),
        fields: Vec::new(),
        span: place_of(&input.ident, place),
        topic_span,
    };
    let fields = match &input.fields {
        Fields::Named(fields) => &fields.named,
        Fields::Unnamed(fields) => {
            let message = "a tuple struct has no field names, and the wire needs them";
            errors.at(fields, message, "write `struct Name { field: T }`");
            return None;
        }
        Fields::Unit => {
            errors.at(&input.ident, "a unit struct is not a record", "write `struct Name {}` for a record without fields");
            return None;
        }
    };
    let runtime: Vec<String> = options.crate_path.trim_start_matches("::").split("::").map(str::to_owned).collect();
    let (mut types, mut leaves) = (Vec::new(), Vec::new());
    for field in fields {
        let Some(ident) = &field.ident else { continue };
        refuse_attributes(&field.attrs, "a field", options.serde, errors);
        let mut settings = Settings::of(&field.attrs, errors);
        settings.check("`#[tg]` on a field", FIELD, FIELD_ADVICE, errors);
        let logical = settings.text("type", errors).and_then(|text| shape::logical(&text, errors));
        let mut reader = Reader { own: &input.ident, runtime: &runtime, logical, leaves: Vec::new(), errors };
        let read = reader.shape(&field.ty);
        leaves.append(&mut reader.leaves);
        let whole = concrete_self(field.ty.to_token_stream(), &input.ident);
        let Some(whole_shape) = read else { continue };
        let encoding = encoding(&mut settings, &whole_shape, profile, errors);
        let (shape, presence) = presence(&mut settings, whole_shape, encoding, &field.ty, errors);
        if options.default_impl && presence.row == PresenceItem::Required {
            let help = "give it one: `#[tg(default = …)]`, or leave `default` out of `#[tg_schema]`";
            errors.at(ident, format!("`Default` needs a default for `{ident}`"), help);
        }
        let name = settings.text("rename", errors).map(|t| t.value);
        record.fields.push(FieldItem {
            ident: ident.to_string(),
            name: name.unwrap_or_else(|| case.apply(&bare(ident))),
            shape,
            presence: presence.row,
            encoding,
            doc: doc::doc(&field.attrs),
            aliases: names(&mut settings, "alias", "aliases", errors),
            deprecated: deprecated(&mut settings, &field.attrs, errors),
            pulsar: FieldPulsar {
                required: settings.flag("required", errors),
                required_default: settings.flag("required_default", errors).unwrap_or(false),
                raw: settings.text("raw", errors).map(|t| t.value),
            },
            span: place_of(ident, place),
            type_span: place_of(&field.ty, place),
            default_span: place_of(presence.tokens, place),
        });
        types.push(whole);
    }
    Some(Annotated { item: Item::Record(record), options, crate_path, types, leaves })
}

struct Row {
    row: PresenceItem,
    tokens: TokenStream,
}

/// Which row of the presence table a field is, and its shape without the outermost `Option`.
fn presence(
    settings: &mut Settings,
    shape: Shape,
    encoding: Encoding,
    ty: &syn::Type,
    errors: &mut Errors,
) -> (Shape, Row) {
    let nullable_at = settings.take("nullable");
    let nullable = match &nullable_at {
        Some(setting) => {
            let mut one = Settings::read(setting_text(setting), errors);
            one.flag("nullable", errors).unwrap_or(false)
        }
        None => false,
    };
    let given = settings.take("default");
    let tokens = given.as_ref().map_or_else(|| ty.to_token_stream(), |setting| match &setting.given {
        Given::Equals(tokens) => tokens.clone(),
        _ => setting.to_token_stream(),
    });
    let row = |row| Row { row, tokens: tokens.clone() };
    if let Shape::Optional(inner) = shape {
        if let Some(setting) = &given {
            let help = "write the type without `Option`, and add `nullable` where the registered schema allows null";
            errors.at(setting, "an `Option` field has no default: it reads as `None` when it is absent", help);
        } else if nullable {
            errors.at(nullable_at, "an `Option` field is nullable as it is", "leave `nullable` out");
        }
        return (*inner, row(PresenceItem::Optional));
    }
    let json = match &given {
        None => {
            if nullable {
                let help = "write `Option<T>`, or give the value that null reads as: `default = …, nullable`";
                errors.at(nullable_at, "`nullable` needs a default", help);
            }
            return (shape, row(PresenceItem::Required));
        }
        Some(setting) => match &setting.given {
            Given::Equals(tokens) => default::json(tokens.clone(), encoding, errors),
            Given::Flag => {
                let empty = default::empty(&shape);
                if empty.is_none() {
                    errors.at(setting, "this type has no empty value", "write `default = …` with a value");
                }
                empty
            }
            Given::List(_) => {
                errors.at(setting, "`default` takes a value", "write `default = …`");
                None
            }
        },
    };
    let presence = match json {
        None => PresenceItem::Required,
        Some(json) if nullable => PresenceItem::NullableDefault(json),
        Some(json) => PresenceItem::Default(json),
    };
    (shape, row(presence))
}

/// A setting as the tokens it was read from.
fn setting_text(setting: &super::setting::Setting) -> TokenStream {
    let ident = &setting.ident;
    match &setting.given {
        Given::Flag => quote::quote!(#ident),
        Given::Equals(tokens) => quote::quote!(#ident = #tokens),
        Given::List(tokens) => quote::quote!(#ident(#tokens)),
    }
}

fn encoding(settings: &mut Settings, shape: &Shape, profile: Profile, errors: &mut Errors) -> Encoding {
    let usual = match profile {
        Profile::Plain => Encoding::Base64,
        Profile::PulsarRecord => Encoding::Utf8,
    };
    let Some(text) = settings.text("encoding", errors) else {
        return usual;
    };
    if !has_bytes(shape) {
        errors.at(&text.token, "`encoding` is for bytes, and the field holds none", "leave it out");
    }
    match text.value.as_str() {
        "base64" => Encoding::Base64,
        "utf8" => Encoding::Utf8,
        other => {
            errors.at(&text.token, format!("there is no encoding `{other}`"), "write \"base64\" or \"utf8\"");
            usual
        }
    }
}

fn has_bytes(shape: &Shape) -> bool {
    match shape {
        Shape::Bytes => true,
        Shape::Array(inner)
        | Shape::Map(inner)
        | Shape::HashMap(inner)
        | Shape::Optional(inner)
        | Shape::Boxed(inner) => has_bytes(inner),
        _ => false,
    }
}

/// How names on the wire follow from Rust's.
#[derive(Clone, Copy)]
pub(super) enum Case {
    AsIs,
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ShoutySnake,
}

impl Case {
    /// The name on the wire.
    pub(super) fn apply(self, name: &str) -> String {
        match self {
            Case::AsIs => name.to_owned(),
            Case::Lower => name.to_lowercase(),
            Case::Upper => name.to_uppercase(),
            Case::Pascal => name.to_pascal_case(),
            Case::Camel => name.to_lower_camel_case(),
            Case::Snake => name.to_snake_case(),
            Case::ShoutySnake => name.to_shouty_snake_case(),
        }
    }
}

/// `rename_all = "…"`.
pub(super) fn case(settings: &mut Settings, errors: &mut Errors) -> Case {
    const CASES: &[&str] =
        &["lowercase", "UPPERCASE", "PascalCase", "camelCase", "snake_case", "SCREAMING_SNAKE_CASE"];
    let Some(text) = settings.text("rename_all", errors) else {
        return Case::AsIs;
    };
    match text.value.as_str() {
        "lowercase" => return Case::Lower,
        "UPPERCASE" => return Case::Upper,
        "PascalCase" => return Case::Pascal,
        "camelCase" => return Case::Camel,
        "snake_case" => return Case::Snake,
        "SCREAMING_SNAKE_CASE" => return Case::ShoutySnake,
        "kebab-case" | "SCREAMING-KEBAB-CASE" => {
            errors.at(&text.token, "Avro names have no `-`", "write \"snake_case\" or \"SCREAMING_SNAKE_CASE\"");
        }
        other => errors.at(&text.token, format!("there is no case `{other}`"), format!("the cases are {}", list(CASES))),
    }
    Case::AsIs
}

/// Every `one = "A"` and `many("A", "B")`.
pub(super) fn names(settings: &mut Settings, one: &str, many: &str, errors: &mut Errors) -> Vec<String> {
    settings.texts(one, many, errors).into_iter().map(|text| text.value).collect()
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

/// A message type has one schema, so it has no parameters.
pub(super) fn concrete(generics: &Generics, kind: &str, errors: &mut Errors) {
    for param in &generics.params {
        match param {
            syn::GenericParam::Lifetime(_) => {
                errors.at(param, "a message owns what it holds", "use owned types: `String`, `Vec<T>`");
            }
            _ => errors.at(
                param,
                format!("a generic {kind} has no single schema"),
                format!("write a {kind} without type parameters for each type that travels"),
            ),
        }
    }
    if let Some(clause) = &generics.where_clause {
        errors.at(clause, format!("a {kind} that travels has no bounds"), "leave them out");
    }
}

/// The options that both kinds of items share, and what stands in their way.
pub(super) fn options(
    settings: &mut Settings,
    attrs: &[Attribute],
    errors: &mut Errors,
) -> (Options, Option<TokenStream>) {
    let mut options = Options::default();
    if let Some(text) = settings.text("serde", errors) {
        match text.value.as_str() {
            "bridge" => {}
            "none" => options.serde = Serde::None,
            other => {
                let help = "write \"bridge\" for implementations of `Serialize` and `Deserialize`, or \"none\"";
                errors.at(&text.token, format!("there is no serde option `{other}`"), help);
            }
        }
    }
    options.non_exhaustive = settings.flag("non_exhaustive", errors).unwrap_or(false);
    options.default_impl = settings.flag("default", errors).unwrap_or(false);
    let mut crate_path = None;
    if let Some(setting) = settings.take("crate") {
        let given = match &setting.given {
            Given::Equals(tokens) => match string(tokens.clone()) {
                Some(text) => syn::parse_str::<syn::Path>(&text.value).ok().map(|path| (path, false)),
                None => syn::parse2::<syn::Path>(tokens.clone()).ok().map(|path| (path, true)),
            },
            _ => None,
        };
        match given {
            Some((path, as_tokens)) if path.segments.iter().all(|s| s.arguments.is_none()) => {
                options.crate_path = shape::text(&path);
                crate_path = as_tokens.then(|| path.to_token_stream());
            }
            _ => errors.at(
                &setting,
                "`crate` takes the path of the runtime crate",
                "write `crate = \"::path\"`; inside `macro_rules!`, `crate = $crate::path` without quotes",
            ),
        }
    }
    for attr in attrs {
        let path = attr.path();
        if path.segments.last().is_some_and(|s| s.ident == "tg_schema") {
            errors.at(attr, "`#[tg_schema]` stands here twice", "put the settings into one");
        } else if path.is_ident("tg") {
            errors.at(attr, "`#[tg]` is for fields and variants", "write it as `#[tg_schema(…)]`");
        } else if path.is_ident("derive") {
            derives(attr, &options, errors);
        }
    }
    refuse_serde(attrs, options.serde, errors);
    (options, crate_path)
}

/// Derives of what is implemented here.
fn derives(attr: &Attribute, options: &Options, errors: &mut Errors) {
    let Meta::List(list) = &attr.meta else { return };
    for part in super::setting::split(list.tokens.clone()) {
        let Some(TokenTree::Ident(word)) = part.last() else { continue };
        let tokens = TokenStream::from_iter(part.clone());
        if (word == "Serialize" || word == "Deserialize") && options.serde == Serde::Bridge {
            let help = "leave the derive out, or keep it and write `#[tg_schema(serde = \"none\")]`";
            errors.at(tokens, format!("`#[tg_schema]` implements `{word}` itself"), help);
        } else if word == "Default" && options.default_impl {
            let help = "leave the derive out, or leave `default` out of `#[tg_schema]`";
            errors.at(tokens, "`#[tg_schema(default)]` implements `Default` itself", help);
        }
    }
}

fn refuse_serde(attrs: &[Attribute], serde: Serde, errors: &mut Errors) {
    if serde == Serde::None {
        return;
    }
    for attr in attrs.iter().filter(|a| a.path().is_ident("serde")) {
        let help = "say it in `#[tg(…)]`: `rename`, `alias`, `default`; with `#[tg_schema(serde = \"none\")]` serde's own \
                    derives may have it";
        errors.at(attr, "`#[serde]` does not change the wire", help);
    }
}

/// Attributes of a field or variant that would change what travels.
pub(super) fn refuse_attributes(attrs: &[Attribute], owner: &str, serde: Serde, errors: &mut Errors) {
    refuse_serde(attrs, serde, errors);
    for attr in attrs {
        let path = attr.path();
        if path.is_ident("cfg") || path.is_ident("cfg_attr") {
            errors.at(
                attr,
                format!("{owner} under `#[cfg]` would give each build its own wire format"),
                "keep it in every build; make a field `Option<T>` where only some builds use it",
            );
        } else if path.segments.last().is_some_and(|s| s.ident == "tg_schema") {
            errors.at(attr, format!("`#[tg_schema]` does not stand on {owner}"), "write `#[tg(…)]`");
        }
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
