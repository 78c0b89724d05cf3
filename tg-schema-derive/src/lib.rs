//! `#[tg_schema]`: a struct or enum becomes a message.
//!
//! A door to `tg-schema-rust`, which knows what the attribute means: the item is read, checked, and
//! followed by the text of its implementations. The user's types stay the user's tokens, so that
//! errors point at them and `$crate` keeps its meaning inside `macro_rules!`.
#![forbid(unsafe_code)]

mod place;
mod stub;

use place::Types;
use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use tg_schema_model::{Diagnostics, Severity, SourceId, Span as Place};
use tg_schema_rust::item::{Item, PresenceItem, RecordItem};
use tg_schema_rust::read::{self, Annotated, Error};
use tg_schema_rust::{lower, write};

/// Makes a struct with named fields or an enum of unit variants a message: the trait `Message`, JSON and
/// Avro codecs, schema texts, `Serialize` and `Deserialize`.
///
/// | on a struct or enum | says |
/// |---|---|
/// | `name = "…"`, `namespace = "…"` | Avro name, where it is not the Rust name, and namespace |
/// | `alias = "…"`, `aliases("…", "…")` | former names |
/// | `rename_all = "snake_case"` | names of fields or symbols, in one of serde's cases that Avro allows |
/// | `non_exhaustive` | the same as Rust's own attribute |
/// | `serde = "none"` | no `Serialize` and `Deserialize`: derive them yourself |
/// | `crate = "::path"` | where the runtime crate is; inside `macro_rules!`, `crate = $crate::path` |
///
/// | on a struct | says |
/// |---|---|
/// | `topic = "q1/tg/flow/name"`, `topics("…", "…")` | where it travels |
/// | `reserved("…", "…")` | field names that must not come back |
/// | `deprecated = "…"` | why it should not be used any more |
/// | `require = "avro=backward,loss=any"` | what `tg-schema check` requires of its changes, instead of what the project says |
/// | `default` | implement `Default`; every field needs a default or is an `Option` |
/// | `profile = "pulsar-record"`, `sorted_fields`, `repeat_definitions` | an old Python Record |
///
/// | on a field: `#[tg(…)]` | says |
/// |---|---|
/// | `default = …` | what an absent or null field reads as: `1`, `"text"`, `[…]`, `{ key: value }`; alone, the empty value |
/// | `nullable` | beside `default`: the Avro type is a union with null |
/// | `rename = "…"`, `alias = "…"`, `aliases(…)`, `deprecated = "…"` | as above |
/// | `encoding = "base64"` or `"utf8"` | how bytes travel in JSON |
/// | `type = "timestamp_us"`, `type = "decimal(10,2)"` | which logical type |
/// | `required`, `required_default`, `raw = "…"` | what the old Record said |
///
/// | on a variant: `#[tg(…)]` | says |
/// |---|---|
/// | `rename = "…"` | the symbol, where it is not the variant's name |
/// | `default` | what a reader makes of a symbol that it does not know |
/// | `unknown` | on `Variant(String)`: keeps a symbol that is not known |
/// | `value = 1` | the value of the old Python enum |
///
/// `Date`, `Time`, `Timestamp`, `Uuid` and `Decimal` are the runtime's types; a type of your own with such
/// a name is written `self::Date`.
#[proc_macro_attribute]
pub fn tg_schema(
    attribute: proc_macro::TokenStream,
    item: proc_macro::TokenStream,
) -> proc_macro::TokenStream {
    match syn::parse::<syn::Item>(item) {
        Ok(item) => expand(attribute.into(), item).into(),
        Err(error) => error.into_compile_error().into(),
    }
}

fn expand(attribute: TokenStream, mut item: syn::Item) -> TokenStream {
    let mut places = Places::default();
    let (annotated, mut errors) = read::partial(&item, attribute, &mut |span| places.place(span));
    if let Some(annotated) = &annotated {
        errors.extend(places.errors(&lower::check(&annotated.item)));
    }
    read::strip(&mut item, !errors.is_empty());
    match annotated {
        Some(annotated) if errors.is_empty() => {
            let closed = annotated
                .options
                .non_exhaustive
                .then(|| quote!(#[non_exhaustive]));
            let implementations = implementations(&annotated);
            quote!(#closed #item #implementations)
        }
        annotated => {
            let stub = annotated.map(|annotated| stub::implementations(&item, &annotated));
            let errors = errors.iter().map(Error::to_compile_error);
            quote!(#item #stub #(#errors)*)
        }
    }
}

/// The block behind the item: the text of the implementations, and the aliases by which it speaks of the
/// user's types and of what each of them was read as. There are none of these without the proof.
fn implementations(annotated: &Annotated) -> TokenStream {
    let mut options = annotated.options.clone();
    let runtime = annotated.crate_path.as_ref().map(|path| {
        options.crate_path = "__tg_runtime".to_owned();
        quote!(use #path as __tg_runtime;)
    });
    let body: TokenStream = match write::body(&annotated.item, &options).parse() {
        Ok(body) => body,
        Err(error) => return syn::Error::from(error).into_compile_error(),
    };
    let Item::Record(record) = &annotated.item else {
        return quote!(#[allow(deprecated)] const _: () = { #runtime #body };);
    };
    let types = Types::of(annotated);
    let body = types.place(body);
    let codecs = write::codecs(&annotated.item);
    let proof = proof(annotated, record, &types, &codecs);
    let leaves = annotated.leaves.iter().enumerate().map(|(at, leaf)| {
        let (name, alias) = (format_ident!("__L{at}"), format_ident!("__T{at}"));
        quote!(type #name = #leaf; type #alias = <__Proven as __tg::Of<#name>>::Itself;)
    });
    let markers = codecs.iter().enumerate().map(|(at, codec)| {
        let alias = format_ident!("__C{at}");
        let codec: TokenStream = codec.parse().unwrap_or_default();
        quote!(type #alias = <__Proven as __tg::Of<#codec>>::Itself;)
    });
    quote! {
        #[allow(dead_code, deprecated)]
        const _: () = {
            #runtime
            #(#leaves)*
            #proof
            #(#markers)*
            #body
        };
    }
}

/// The proof that each field is what its type was read as (a type may only look like one of the library's):
/// the one place in which the compiler says what is wrong with a type.
fn proof(
    annotated: &Annotated,
    record: &RecordItem,
    types: &Types,
    codecs: &[String],
) -> TokenStream {
    let named = annotated
        .leaves
        .iter()
        .map(|leaf| quote_spanned!(leaf.span()=> __tg::is_wire::<#leaf>();));
    let fields = record.fields.iter().zip(&annotated.types).zip(codecs);
    let held = fields.enumerate().map(|(at, ((field, ty), codec))| {
        let codec = codec.replace("__T", "__L");
        let codec = match field.presence {
            PresenceItem::Optional => ["__tg::Opt<", &codec, ">"].concat(),
            _ => codec,
        };
        let codec = place::at(types.field(at), codec.parse().unwrap_or_default());
        quote_spanned!(types.field(at)=> __tg::holds::<#codec, #ty>();)
    });
    quote! {
        type __Proven = __tg::Proven<{
            #(#named)*
            #(#held)*
            true
        }>;
    }
}

/// Tokens by the places that the model knows them as.
#[derive(Default)]
struct Places(Vec<Span>);

impl Places {
    fn place(&mut self, span: Span) -> Place {
        self.0.push(span);
        Place::new(SourceId(0), self.0.len() - 1..self.0.len())
    }

    fn errors(&self, diagnostics: &Diagnostics) -> Vec<Error> {
        let token = |at: usize| self.0.get(at).copied().unwrap_or_else(Span::call_site);
        let errors = diagnostics
            .0
            .iter()
            .filter(|d| d.severity == Severity::Error);
        errors
            .map(|d| {
                let range = d.span.range();
                let message = match d.label.as_str() {
                    "" => d.message.clone(),
                    label if label.starts_with("expected") => format!("{}: {label}", d.message),
                    label => format!("{}: expected {label}", d.message),
                };
                Error {
                    start: token(range.start),
                    end: token(range.end.saturating_sub(1)),
                    message,
                    help: d.help.clone().unwrap_or_default(),
                }
            })
            .collect()
    }
}
