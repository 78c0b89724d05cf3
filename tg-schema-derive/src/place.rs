//! The places of the user's types in the text of the implementations.
//!
//! The text speaks of types by aliases: `__T0` is the first named type in the fields, `__C0` the codec
//! of the first field, `__O0` the codec of it as an optional. Whatever the compiler finds wrong with a
//! type it reports where the text stands that speaks of it; so the statement that speaks of one field
//! gets the place of that field's type. Names keep the meaning that they have in the text.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::quote_spanned;
use syn::spanned::Spanned;
use tg_schema_rust::read::Annotated;

/// Places of the types in the fields.
pub(crate) struct Types {
    fields: Vec<Span>,
    /// The field that each named type is in.
    owners: Vec<usize>,
}

impl Types {
    pub(crate) fn of(annotated: &Annotated) -> Self {
        let place = |tokens: &TokenStream| Span::call_site().located_at(tokens.span());
        let mut fields: Vec<Span> = annotated.types.iter().map(place).collect();
        for (leaf, owner) in annotated.leaves.iter().zip(&annotated.owners) {
            if let Some(field) = fields.get_mut(*owner) {
                *field = place(leaf);
            }
        }
        Types {
            fields,
            owners: annotated.owners.clone(),
        }
    }

    /// `tokens` with each statement, entry and item head that speaks of one field at its place.
    pub(crate) fn place(&self, tokens: TokenStream) -> TokenStream {
        let mut out = Vec::new();
        let mut part = Vec::new();
        for token in tokens {
            let ends = is(&token, ',') || is(&token, ';') || is_block(&token);
            part.push(token);
            if ends {
                self.part(std::mem::take(&mut part), &mut out);
            }
        }
        self.part(part, &mut out);
        out.into_iter().collect()
    }

    fn part(&self, part: Vec<TokenTree>, out: &mut Vec<TokenTree>) {
        let mut fields = Vec::new();
        self.mentioned(&part, &mut fields);
        match fields.as_slice() {
            [field] => self.put(part, self.fields.get(*field).copied(), out),
            _ => self.put(part, None, out),
        }
    }

    /// The fields that `tokens` speak of outside of blocks.
    fn mentioned(&self, tokens: &[TokenTree], fields: &mut Vec<usize>) {
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    if let Some(field) = self.field(&ident.to_string())
                        && !fields.contains(&field)
                    {
                        fields.push(field);
                    }
                }
                TokenTree::Group(group) if !is_block(token) => {
                    let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                    self.mentioned(&inner, fields);
                }
                _ => {}
            }
        }
    }

    fn put(&self, tokens: Vec<TokenTree>, span: Option<Span>, out: &mut Vec<TokenTree>) {
        let mut rest = tokens.into_iter().peekable();
        while let Some(mut token) = rest.next() {
            if let TokenTree::Group(group) = &token {
                let stream = match span {
                    Some(_) if !is_block(&token) => {
                        let mut inner = Vec::new();
                        self.put(group.stream().into_iter().collect(), span, &mut inner);
                        inner.into_iter().collect()
                    }
                    _ => self.place(group.stream()),
                };
                let mut placed = Group::new(group.delimiter(), stream);
                placed.set_span(if is_block(&token) {
                    group.span()
                } else {
                    span.unwrap_or(group.span())
                });
                out.push(TokenTree::Group(placed));
                continue;
            }
            if let Some(span) = span {
                token.set_span(span);
            }
            // `alias::name` as a path through the trait, for which the compiler has one error and not
            // one for each name.
            let path = rest.peek().is_some_and(|next| is(next, ':'))
                && matches!(&token, TokenTree::Ident(ident) if is_codec(&ident.to_string()));
            match span {
                Some(span) if path => out.extend(quote_spanned!(span=> <#token as __tg::Codec>)),
                _ => out.push(token),
            }
        }
    }

    /// The field that a name of the text speaks of: by alias, as a part of the partial record, as a local,
    /// or by its default.
    fn field(&self, name: &str) -> Option<usize> {
        let rest = name.strip_prefix("__").unwrap_or(name);
        let number = || rest.get(1..)?.parse::<usize>().ok();
        match rest.chars().next()? {
            'f' => number(),
            'C' | 'O' | 'd' if name != rest => number(),
            'T' if name != rest => self.owners.get(number()?).copied(),
            _ => None,
        }
    }
}

fn is_codec(name: &str) -> bool {
    let rest = name
        .strip_prefix("__C")
        .or_else(|| name.strip_prefix("__O"));
    rest.is_some_and(|digits| digits.parse::<usize>().is_ok())
}

fn is(token: &TokenTree, mark: char) -> bool {
    matches!(token, TokenTree::Punct(p) if p.as_char() == mark)
}

fn is_block(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
}
