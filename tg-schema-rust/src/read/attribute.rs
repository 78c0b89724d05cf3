//! What structs and enums have in common: the settings of the item, and attributes that do not go with
//! it.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, Generics, Meta};

use super::error::Errors;
use super::setting::{Given, Settings, split, string};
use super::shape;
use crate::item::{Options, Serde};

/// A message type has one schema, so it has no parameters.
pub(super) fn concrete(generics: &Generics, kind: &str, errors: &mut Errors) {
    for param in &generics.params {
        match param {
            syn::GenericParam::Lifetime(_) => {
                errors.at(
                    param,
                    "a message owns what it holds",
                    "use owned types: `String`, `Vec<T>`",
                );
            }
            _ => errors.at(
                param,
                format!("a generic {kind} has no single schema"),
                format!("write one {kind} without type parameters for each type that travels"),
            ),
        }
    }
    if let Some(clause) = &generics.where_clause {
        errors.at(
            clause,
            format!("a {kind} that travels has no bounds"),
            "leave them out",
        );
    }
}

/// Whether code has to expect more: Rust's own attribute may stand beside the option.
pub(super) fn non_exhaustive(options: &Options, attrs: &[Attribute]) -> bool {
    let own = |attr: &Attribute| attr.path().is_ident("non_exhaustive");
    options.non_exhaustive || attrs.iter().any(own)
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
                errors.at(
                    &text.token,
                    format!("there is no serde option `{other}`"),
                    help,
                );
            }
        }
    }
    options.non_exhaustive = settings.flag("non_exhaustive", errors).unwrap_or(false);
    options.default_impl = settings.flag("default", errors).unwrap_or(false);
    let mut crate_path = None;
    if let Some(setting) = settings.take("crate") {
        let given = match &setting.given {
            Given::Equals(tokens) => match string(tokens.clone()) {
                Some(text) => syn::parse_str::<syn::Path>(&text.value)
                    .ok()
                    .map(|path| (path, false)),
                None => syn::parse2::<syn::Path>(tokens.clone())
                    .ok()
                    .map(|path| (path, true)),
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
            errors.at(
                attr,
                "`#[tg_schema]` stands here twice",
                "put the settings into one",
            );
        } else if path.is_ident("tg") {
            errors.at(
                attr,
                "`#[tg]` is for fields and variants",
                "write it as `#[tg_schema(…)]`",
            );
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
    for part in split(list.tokens.clone()) {
        let Some(TokenTree::Ident(word)) = part.last() else {
            continue;
        };
        let tokens = TokenStream::from_iter(part.clone());
        if (word == "Serialize" || word == "Deserialize") && options.serde == Serde::Bridge {
            let help =
                "leave the derive out, or keep it and write `#[tg_schema(serde = \"none\")]`";
            errors.at(
                tokens,
                format!("`#[tg_schema]` implements `{word}` itself"),
                help,
            );
        } else if word == "Default" && options.default_impl {
            let help = "leave the derive out, or leave `default` out of `#[tg_schema]`";
            errors.at(
                tokens,
                "`#[tg_schema(default)]` implements `Default` itself",
                help,
            );
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
pub(super) fn refuse_attributes(
    attrs: &[Attribute],
    owner: &str,
    serde: Serde,
    errors: &mut Errors,
) {
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
            errors.at(
                attr,
                format!("`#[tg_schema]` does not stand on {owner}"),
                "write `#[tg(…)]`",
            );
        }
    }
}
