//! An enum of unit variants into an [`EnumItem`].

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::{Fields, ItemEnum, Lit, Variant};
use tg_schema_model::Value;

use super::attribute::{concrete, non_exhaustive, options, refuse_attributes};
use super::case::case;
use super::error::Errors;
use super::record::naming;
use super::setting::{Advice, Given, Settings, flat, split};
use super::shape::text;
use super::{Annotated, Placing, doc};
use crate::item::{EnumItem, Item, SymbolItem};

const ENUM: &[&str] = &[
    "name",
    "namespace",
    "alias",
    "aliases",
    "rename_all",
    "values",
    "crate",
    "serde",
    "non_exhaustive",
];

const ENUM_ADVICE: &[Advice] = &[
    ("rename", "write `name = \"…\"`"),
    ("doc", "write a doc comment"),
    (
        "default",
        "derive `Default`, with Rust's own `#[default]` on a variant",
    ),
    (
        "open",
        "add a variant `Unknown(String)` with `#[tg(unknown)]`",
    ),
    (
        "topic",
        "a topic carries a record: give an enum a struct around it",
    ),
    ("reserved", "it is for structs"),
    ("profile", "it is for structs"),
    ("deprecated", "write Rust's own `#[deprecated]`"),
];

const VARIANT: &[&str] = &["rename", "default", "unknown", "value"];

const VARIANT_ADVICE: &[Advice] = &[
    ("name", "write `rename = \"…\"`"),
    ("alias", "aliases are for enums, records and fields"),
    ("other", "write `unknown`, on a variant `Unknown(String)`"),
    ("doc", "write a doc comment"),
];

/// Reads an enum.
pub(super) fn read(
    input: &ItemEnum,
    attribute: TokenStream,
    place: &mut Placing<'_>,
    errors: &mut Errors,
) -> Annotated {
    let mut settings = Settings::read(attribute, errors);
    settings.check("`#[tg_schema]` on an enum", ENUM, ENUM_ADVICE, errors);
    let (options, crate_path) = options(&mut settings, &input.attrs, errors);
    concrete(&input.generics, "enum", errors);
    let case = case(&mut settings, errors);

    let (name, span) = settings.name("name", &input.ident, str::to_owned, place, errors);
    let (namespace, aliases, places) = naming(&mut settings, place, errors);
    let mut item = EnumItem {
        ident: input.ident.to_string(),
        name,
        namespace,
        doc: doc::doc(&input.attrs),
        aliases,
        non_exhaustive: non_exhaustive(&options, &input.attrs),
        span,
        places,
        ..EnumItem::default()
    };
    let mut given: Vec<(&Ident, Option<Value>)> = Vec::new();
    for variant in &input.variants {
        refuse_attributes(&variant.attrs, "a variant", options.serde, errors);
        let mut settings = Settings::of(&variant.attrs, errors);
        settings.check("`#[tg]` on a variant", VARIANT, VARIANT_ADVICE, errors);
        if settings.flag("unknown", errors) == Some(true) {
            unknown(variant, &mut item, &mut settings, errors);
            continue;
        }
        if !matches!(variant.fields, Fields::Unit) {
            data(variant, errors);
            if is_text(variant) {
                continue;
            }
        }
        if let Some(setting) = settings.take("default") {
            match (&setting.given, item.default) {
                (Given::Flag, None) => item.default = Some(item.symbols.len()),
                (Given::Flag, Some(_)) => {
                    errors.at(
                        &setting,
                        "an enum has one default",
                        "keep one `#[tg(default)]`",
                    );
                }
                _ => errors.at(
                    &setting,
                    "`default` on a variant has no value",
                    "write `#[tg(default)]`",
                ),
            }
        }
        let single = settings
            .take("value")
            .and_then(|setting| match &setting.given {
                Given::Equals(tokens) => value(tokens.clone(), errors),
                _ => {
                    errors.at(
                        &setting,
                        "`value` takes a number or a text",
                        "write `value = 1` or `value = \"x\"`",
                    );
                    None
                }
            });
        given.push((&variant.ident, single));
        let (name, span) = settings.name(
            "rename",
            &variant.ident,
            |name| case.apply(name),
            place,
            errors,
        );
        item.symbols.push(SymbolItem {
            ident: variant.ident.to_string(),
            name,
            doc: doc::doc(&variant.attrs),
            span,
        });
    }
    item.values = values(&mut settings, given, errors);
    Annotated {
        item: Item::Enum(item),
        options,
        crate_path,
        types: Vec::new(),
        leaves: Vec::new(),
        owners: Vec::new(),
    }
}

/// The variant that keeps an unknown symbol.
fn unknown(variant: &Variant, item: &mut EnumItem, settings: &mut Settings, errors: &mut Errors) {
    let holds_text = match &variant.fields {
        Fields::Unnamed(fields) => {
            fields.unnamed.len() == 1
                && fields
                    .unnamed
                    .iter()
                    .all(|f| text(&f.ty).ends_with("String"))
        }
        _ => false,
    };
    if !holds_text {
        let help = format!("write `{}(String)`", variant.ident);
        errors.at(
            &variant.ident,
            "the variant for unknown symbols holds their text",
            help,
        );
    } else if item.open.is_some() {
        errors.at(
            &variant.ident,
            "an enum has one variant for unknown symbols",
            "keep one `#[tg(unknown)]`",
        );
    } else {
        item.open = Some(variant.ident.to_string());
    }
    for key in ["default", "rename", "value"] {
        if let Some(setting) = settings.take(key) {
            let message = format!("`{key}` has no meaning on the variant for unknown symbols");
            errors.at(&setting, message, "leave it out");
        }
    }
}

/// Whether a variant looks like the one for unknown symbols.
fn is_text(variant: &Variant) -> bool {
    match &variant.fields {
        Fields::Unnamed(fields) => {
            fields.unnamed.len() == 1 && fields.unnamed.iter().all(|f| text(&f.ty) == "String")
        }
        _ => false,
    }
}

fn data(variant: &Variant, errors: &mut Errors) {
    let message = format!(
        "the variant `{}` carries data, and an enum on the wire is a name",
        variant.ident
    );
    let help = if is_text(variant) {
        "write `#[tg(unknown)]` on it if it keeps unknown symbols; else use a struct with an `Option` field for each case"
    } else {
        "use a struct with an `Option` field for each case"
    };
    errors.at(&variant.fields, message, help);
}

fn value(tokens: TokenStream, errors: &mut Errors) -> Option<Value> {
    let flat = flat(tokens.clone());
    let (sign, literal) = match flat.as_slice() {
        [TokenTree::Literal(literal)] => ("", Some(literal)),
        [TokenTree::Punct(minus), TokenTree::Literal(literal)] if minus.as_char() == '-' => {
            ("-", Some(literal))
        }
        _ => ("", None),
    };
    let found = literal.and_then(|literal| match Lit::new(literal.clone()) {
        Lit::Int(n) if n.suffix().is_empty() => format!("{sign}{}", n.base10_digits())
            .parse()
            .ok()
            .map(Value::Long),
        Lit::Str(text) if sign.is_empty() => Some(Value::String(text.value())),
        _ => None,
    });
    if found.is_none() {
        errors.at(
            tokens,
            "the value of a symbol is a number or a text",
            "write `value = 1` or `value = \"x\"`",
        );
    }
    found
}

/// Values of all symbols or of none; of none where some are wrong.
fn values(
    settings: &mut Settings,
    given: Vec<(&Ident, Option<Value>)>,
    errors: &mut Errors,
) -> Vec<Value> {
    let single = given.iter().filter(|(_, value)| value.is_some()).count();
    if let Some(setting) = settings.take("values") {
        let list = match &setting.given {
            Given::List(tokens) => split(tokens.clone()),
            _ => Vec::new(),
        };
        let found: Vec<Option<Value>> = list
            .into_iter()
            .map(|part| value(part.into_iter().collect(), errors))
            .collect();
        let fits = single == 0 && found.len() == given.len();
        if single > 0 {
            errors.at(
                &setting,
                "values are given twice: here and on variants",
                "keep one of them",
            );
        } else if found.len() != given.len() {
            let message = format!(
                "the symbols are {} and the values {}",
                given.len(),
                found.len()
            );
            errors.at(
                &setting,
                message,
                "write `values(…)` with one value for each symbol, in their order",
            );
        }
        let found: Option<Vec<Value>> = found.into_iter().collect();
        return found.filter(|_| fits).unwrap_or_default();
    }
    if single == 0 {
        return Vec::new();
    }
    if single != given.len() {
        for (ident, _) in given.iter().filter(|(_, value)| value.is_none()) {
            errors.at(
                ident,
                format!("the symbol `{ident}` has no value, and others have"),
                "give every symbol a `value`, or none",
            );
        }
    }
    let given: Option<Vec<Value>> = given.into_iter().map(|(_, value)| value).collect();
    given.unwrap_or_default()
}
