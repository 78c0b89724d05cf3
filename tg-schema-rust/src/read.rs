//! Annotated Rust into [`Item`]s, by syntax alone.
//!
//! [`item`] reads one struct or enum under `#[tg_schema(…)]`; [`file::modules`] reads whole files for
//! the generator. Both report everything that is wrong at once, at the tokens that are wrong.

mod attribute;
pub(crate) mod case;
mod default;
mod doc;
mod enumeration;
mod error;
pub mod file;
mod instead;
mod nesting;
mod presence;
mod record;
mod setting;
mod shape;
mod walk;

pub use error::Error;

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use tg_schema_model::Span as Place;

use crate::item::{Item, Options};
use error::Errors;

/// Gives the place of a token in the model's terms.
pub type Placing<'a> = dyn FnMut(Span) -> Place + 'a;

/// An annotated struct or enum with all that the attribute says.
#[derive(Clone, Debug)]
pub struct Annotated {
    /// The item.
    pub item: Item<'static>,
    /// How its implementations are written.
    pub options: Options,
    /// Path of the runtime crate where it was given as tokens (`crate = $crate::path`), which may carry
    /// hygiene that no text can. [`Options::crate_path`] is their text then.
    pub crate_path: Option<TokenStream>,
    /// The whole types of the fields in their order, as the user's tokens; `Self` is the struct's name.
    pub types: Vec<TokenStream>,
    /// Every named type inside the fields, as the user's tokens.
    pub leaves: Vec<TokenStream>,
    /// For each of them the field that it is in.
    pub owners: Vec<usize>,
}

/// Reads one item under `#[tg_schema(attribute)]`.
///
/// # Errors
/// Everything that has no wire form or that is not understood.
pub fn item(
    input: &syn::Item,
    attribute: TokenStream,
    place: &mut Placing<'_>,
) -> Result<Annotated, Vec<Error>> {
    match partial(input, attribute, place) {
        (Some(annotated), errors) if errors.is_empty() => Ok(annotated),
        (_, errors) => Err(errors),
    }
}

/// Reads as [`item`] does, and gives beside the errors what was understood, so that
/// [`lower::check`](crate::lower::check) can say what else is wrong. Of a type or default that was not
/// understood such an item says nothing that a rule could be applied to; it is not for writing.
pub fn partial(
    input: &syn::Item,
    attribute: TokenStream,
    place: &mut Placing<'_>,
) -> (Option<Annotated>, Vec<Error>) {
    let mut errors = Errors::default();
    let read = match input {
        syn::Item::Struct(input) => Some(record::read(input, attribute, place, &mut errors)),
        syn::Item::Enum(input) => Some(enumeration::read(input, attribute, place, &mut errors)),
        other => {
            errors.at(
                head(other),
                "`#[tg_schema]` is for structs with named fields and for enums",
                "remove it here",
            );
            None
        }
    };
    (read, errors.finish())
}

/// The tokens up to the body: what to underline of an item that is wrong as a whole.
fn head(item: &syn::Item) -> TokenStream {
    let bare = |tokens: TokenStream| {
        let mut rest = tokens.into_iter().peekable();
        while matches!(rest.peek(), Some(TokenTree::Punct(p)) if p.as_char() == '#') {
            rest.next();
            rest.next();
        }
        rest.take_while(|t| !matches!(t, TokenTree::Group(_)))
            .collect::<TokenStream>()
    };
    let tokens = bare(item.to_token_stream());
    if tokens.is_empty() {
        item.to_token_stream()
    } else {
        tokens
    }
}

/// Takes the `#[tg(…)]` attributes out of an item, which only [`item`] understands; out of a `refused`
/// item the others that it finds wrong too, so that the compiler does not speak of them once more.
pub fn strip(item: &mut syn::Item, refused: bool) {
    let keep = |attrs: &mut Vec<syn::Attribute>| {
        attrs.retain(|a| {
            let path = a.path();
            let foreign = path.is_ident("serde")
                || path.segments.last().is_some_and(|s| s.ident == "tg_schema");
            !(path.is_ident("tg") || refused && foreign)
        });
    };
    match item {
        syn::Item::Struct(item) => {
            keep(&mut item.attrs);
            item.fields.iter_mut().for_each(|f| keep(&mut f.attrs));
        }
        syn::Item::Enum(item) => {
            keep(&mut item.attrs);
            for variant in &mut item.variants {
                keep(&mut variant.attrs);
                variant.fields.iter_mut().for_each(|f| keep(&mut f.attrs));
            }
        }
        _ => {}
    }
}

/// Place of a run of tokens.
fn place_of(tokens: impl ToTokens, place: &mut Placing<'_>) -> Place {
    let (start, end) = error::ends(tokens);
    let (first, last) = (place(start), place(end));
    if first.source == last.source {
        Place {
            end: last.end.max(first.end),
            ..first
        }
    } else {
        first
    }
}

/// A name without the `r#` that only Rust needs.
fn bare(ident: &syn::Ident) -> String {
    let text = ident.to_string();
    text.strip_prefix("r#").map(str::to_owned).unwrap_or(text)
}
