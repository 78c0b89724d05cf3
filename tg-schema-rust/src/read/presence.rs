//! Which row of the presence table a field is, and how its bytes travel.

use proc_macro2::TokenStream;
use quote::ToTokens;
use tg_schema_model::{Encoding, Profile};

use super::default;
use super::error::Errors;
use super::setting::{Given, Setting, Settings};
use crate::item::{PresenceItem, Shape};

/// A row, and the tokens of its default or else of the type.
pub(super) struct Row {
    pub(super) row: PresenceItem,
    pub(super) tokens: TokenStream,
}

/// Which row of the presence table a field is, and its shape without the outermost `Option`. A type or
/// default that was not understood leaves a type that nothing is known of, or an optional field: neither
/// breaks a rule.
pub(super) fn presence(
    settings: &mut Settings,
    shape: Option<Shape>,
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
    let tokens = given.as_ref().map_or_else(
        || ty.to_token_stream(),
        |setting| match &setting.given {
            Given::Equals(tokens) => tokens.clone(),
            _ => setting.to_token_stream(),
        },
    );
    let row = |row| Row {
        row,
        tokens: tokens.clone(),
    };
    let Some(shape) = shape else {
        match given.as_ref().map(|setting| (setting, &setting.given)) {
            Some((_, Given::Equals(tokens))) => {
                default::json(tokens.clone(), encoding, errors);
            }
            Some((setting, Given::List(_))) => takes_a_value(setting, errors),
            Some((_, Given::Flag)) | None => {}
        }
        return (Shape::Named(String::new()), row(PresenceItem::Optional));
    };
    if let Shape::Optional(inner) = shape {
        if let Some(setting) = &given {
            let help = "write the type without `Option`, and add `nullable` where the registered schema allows null";
            errors.at(
                setting,
                "an `Option` field has no default: it reads as `None` when it is absent",
                help,
            );
        } else if nullable {
            errors.at(
                nullable_at,
                "an `Option` field is nullable as it is",
                "leave `nullable` out",
            );
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
                    errors.at(
                        setting,
                        "this type has no empty value",
                        "write `default = …` with a value",
                    );
                }
                empty
            }
            Given::List(_) => {
                takes_a_value(setting, errors);
                None
            }
        },
    };
    let presence = match json {
        None => PresenceItem::Optional,
        Some(json) if nullable => PresenceItem::NullableDefault(json),
        Some(json) => PresenceItem::Default(json),
    };
    (shape, row(presence))
}

fn takes_a_value(setting: &Setting, errors: &mut Errors) {
    errors.at(setting, "`default` takes a value", "write `default = …`");
}

/// A setting as the tokens it was read from.
fn setting_text(setting: &Setting) -> TokenStream {
    let ident = &setting.ident;
    match &setting.given {
        Given::Flag => quote::quote!(#ident),
        Given::Equals(tokens) => quote::quote!(#ident = #tokens),
        Given::List(tokens) => quote::quote!(#ident(#tokens)),
    }
}

/// The setting, else what the profile has.
pub(super) fn encoding(
    settings: &mut Settings,
    shape: Option<&Shape>,
    profile: Profile,
    errors: &mut Errors,
) -> Encoding {
    let usual = match profile {
        Profile::Plain => Encoding::Base64,
        Profile::PulsarRecord => Encoding::Utf8,
    };
    let Some(text) = settings.text("encoding", errors) else {
        return usual;
    };
    let idle = shape.is_some_and(|shape| !has_bytes(shape));
    if idle {
        errors.at(
            &text.token,
            "`encoding` is for bytes, and the field holds none",
            "leave it out",
        );
    }
    match text.value.as_str() {
        "base64" | "utf8" if idle || shape.is_none() => usual,
        "base64" => Encoding::Base64,
        "utf8" => Encoding::Utf8,
        other => {
            errors.at(
                &text.token,
                format!("there is no encoding `{other}`"),
                "write \"base64\" or \"utf8\"",
            );
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
