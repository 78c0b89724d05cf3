//! The places in an annotated Rust file.

use std::ops::Range;

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, Fields, GenericArgument, Meta, PathArguments, Type};

use crate::read::file::parsed;

/// Modules in each other.
const DEPTH: usize = 64;

/// A text of annotated Rust and the places in it.
#[derive(Debug)]
pub struct Script<'t> {
    pub(super) text: &'t str,
    /// The annotated structs and enums.
    pub(super) items: Vec<Item>,
}

/// An annotated struct or enum.
#[derive(Debug)]
pub(super) struct Item {
    /// All of it, documentation and attributes too.
    pub(super) range: Range<usize>,
    /// `#[tg_schema…]`.
    pub(super) own: Own,
    /// What it derives.
    pub(super) derives: Vec<String>,
    /// What is between its braces.
    pub(super) body: Range<usize>,
    /// Its fields or variants.
    pub(super) parts: Vec<Part>,
}

/// An attribute of ours.
#[derive(Debug)]
pub(super) struct Own {
    pub(super) range: Range<usize>,
    /// Its path.
    pub(super) path: Range<usize>,
    /// What is between its parentheses, if it has any.
    pub(super) inside: Option<Range<usize>>,
    pub(super) settings: Vec<Setting>,
}

/// A setting in an attribute, without the comma behind it.
#[derive(Debug)]
pub(super) struct Setting {
    pub(super) key: String,
    pub(super) range: Range<usize>,
}

/// A field or a variant.
#[derive(Debug)]
pub(super) struct Part {
    /// All of it, documentation and attributes too, without the comma behind it.
    pub(super) range: Range<usize>,
    /// Where it begins behind its attributes.
    pub(super) head: usize,
    pub(super) ident: String,
    /// `pub`, of a field.
    pub(super) visibility: Range<usize>,
    /// Its `#[tg(…)]`.
    pub(super) own: Vec<Own>,
    /// The type of a field.
    pub(super) ty: Range<usize>,
    /// What an `Option` holds.
    pub(super) inner: Option<Range<usize>>,
    pub(super) comma: Option<Range<usize>>,
}

impl<'t> Script<'t> {
    /// None where the text is not Rust, or passes a limit of what is read.
    pub fn of(text: &'t str) -> Option<Self> {
        let items = parsed(text, |file, skipped| {
            let mut found = Vec::new();
            Places { skipped }.items(&file.items, DEPTH, &mut found);
            found
        })?;
        Some(Script { text, items })
    }

    pub(super) fn part(&self, range: Range<usize>) -> &'t str {
        self.text.get(range).unwrap_or_default()
    }
}

/// Reads places off tokens.
struct Places {
    /// Bytes before the text that was parsed.
    skipped: usize,
}

impl Places {
    fn at(&self, span: Span) -> Range<usize> {
        let range = span.byte_range();
        self.skipped + range.start..self.skipped + range.end
    }

    /// From the first token to the last.
    fn of(&self, tokens: impl ToTokens) -> Range<usize> {
        let mut tokens = tokens.to_token_stream().into_iter();
        let Some(first) = tokens.next() else {
            return 0..0;
        };
        let last = tokens.last().map_or(first.span(), |last| last.span());
        self.at(first.span()).start..self.at(last).end
    }

    fn items(&self, items: &[syn::Item], depth: usize, found: &mut Vec<Item>) {
        for item in items {
            match item {
                syn::Item::Struct(of) => {
                    if let Fields::Named(named) = &of.fields {
                        let body = self.inside(&named.brace_token.span);
                        let parts = named.named.pairs().map(|pair| {
                            let (field, comma) = pair.into_tuple();
                            self.field(field, comma.map(|comma| self.of(comma)))
                        });
                        found.extend(self.item(item, &of.attrs, body, parts.collect()));
                    }
                }
                syn::Item::Enum(of) => {
                    let body = self.inside(&of.brace_token.span);
                    let parts = of.variants.pairs().map(|pair| {
                        let (variant, comma) = pair.into_tuple();
                        self.variant(variant, comma.map(|comma| self.of(comma)))
                    });
                    found.extend(self.item(item, &of.attrs, body, parts.collect()));
                }
                syn::Item::Mod(of) => {
                    if let (Some((_, items)), Some(depth)) = (&of.content, depth.checked_sub(1)) {
                        self.items(items, depth, found);
                    }
                }
                _ => {}
            }
        }
    }

    fn inside(&self, braces: &proc_macro2::extra::DelimSpan) -> Range<usize> {
        self.at(braces.open()).end..self.at(braces.close()).start
    }

    /// One under `#[tg_schema]`.
    fn item(
        &self,
        item: &syn::Item,
        attrs: &[Attribute],
        body: Range<usize>,
        parts: Vec<Part>,
    ) -> Option<Item> {
        let is_ours = |attr: &&Attribute| {
            let last = attr.path().segments.last();
            last.is_some_and(|s| s.ident == "tg_schema")
        };
        let own = self.own(attrs.iter().find(is_ours)?);
        let derives = attrs.iter().filter(|attr| attr.path().is_ident("derive"));
        let derives = derives.filter_map(|attr| match &attr.meta {
            Meta::List(list) => Some(list.tokens.clone()),
            _ => None,
        });
        let words = derives.flatten().filter_map(|token| match token {
            TokenTree::Ident(word) => Some(word.to_string()),
            _ => None,
        });
        Some(Item {
            range: self.of(item),
            own,
            derives: words.collect(),
            body,
            parts,
        })
    }

    fn field(&self, field: &syn::Field, comma: Option<Range<usize>>) -> Part {
        let visibility = self.of(&field.vis);
        let ident = field.ident.as_ref();
        let name = ident.map_or(0..0, |ident| self.of(ident));
        Part {
            range: self.of(field),
            head: match visibility.is_empty() {
                true => name.start,
                false => visibility.start,
            },
            ident: ident.map(ToString::to_string).unwrap_or_default(),
            visibility,
            own: self.owns(&field.attrs),
            ty: self.of(&field.ty),
            inner: optional(&field.ty).map(|inner| self.of(inner)),
            comma,
        }
    }

    fn variant(&self, variant: &syn::Variant, comma: Option<Range<usize>>) -> Part {
        Part {
            range: self.of(variant),
            head: self.at(variant.ident.span()).start,
            ident: variant.ident.to_string(),
            visibility: 0..0,
            own: self.owns(&variant.attrs),
            ty: 0..0,
            inner: None,
            comma,
        }
    }

    fn owns(&self, attrs: &[Attribute]) -> Vec<Own> {
        let own = attrs.iter().filter(|attr| attr.path().is_ident("tg"));
        own.map(|attr| self.own(attr)).collect()
    }

    fn own(&self, attr: &Attribute) -> Own {
        let list = match &attr.meta {
            Meta::List(list) => Some(list),
            _ => None,
        };
        Own {
            range: self.of(attr),
            path: self.of(attr.path()),
            inside: list.map(|list| self.inside(list.delimiter.span())),
            settings: list.map_or_else(Vec::new, |list| self.settings(list.tokens.clone())),
        }
    }

    fn settings(&self, tokens: TokenStream) -> Vec<Setting> {
        let mut settings: Vec<Setting> = Vec::new();
        let mut open = false;
        for token in tokens {
            let range = self.at(token.span());
            match (&token, settings.last_mut()) {
                (TokenTree::Punct(comma), _) if comma.as_char() == ',' => open = false,
                (_, Some(setting)) if open => setting.range.end = range.end,
                _ => {
                    open = true;
                    settings.push(Setting {
                        key: token.to_string(),
                        range,
                    });
                }
            }
        }
        settings
    }
}

/// What an `Option` holds.
fn optional(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    match arguments.args.first() {
        Some(GenericArgument::Type(inner)) if last.ident == "Option" => Some(inner),
        _ => None,
    }
}
