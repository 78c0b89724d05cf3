//! The places of the user's types in the text of the implementations.
//!
//! What the compiler finds wrong with a type it reports where the text stands that speaks of it; so the
//! statements that can be wrong get the place of the type in its field. Names keep the meaning that they
//! have in the text.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
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

    /// The place of a field's type.
    pub(crate) fn field(&self, at: usize) -> Span {
        self.fields.get(at).copied().unwrap_or_else(Span::call_site)
    }

    /// `tokens` with each statement that speaks of a named type, `__T0`, at the place of its field.
    pub(crate) fn place(&self, tokens: TokenStream) -> TokenStream {
        let mut out = TokenStream::new();
        let mut statement = TokenStream::new();
        let mut owner = None;
        for token in tokens {
            if let TokenTree::Ident(ident) = &token {
                owner = owner.or_else(|| self.owner(&ident.to_string()));
            }
            let ends = is_end(&token);
            statement.extend([token]);
            if ends {
                let statement = std::mem::take(&mut statement);
                out.extend(match owner.take() {
                    Some(field) => at(self.field(field), statement),
                    None => statement,
                });
            }
        }
        out.extend(statement);
        out
    }

    /// The field that a named type is in.
    fn owner(&self, name: &str) -> Option<usize> {
        let number = name.strip_prefix("__T")?.parse::<usize>().ok()?;
        self.owners.get(number).copied()
    }
}

/// `tokens` at a place.
pub(crate) fn at(place: Span, tokens: TokenStream) -> TokenStream {
    let placed = tokens.into_iter().map(|token| {
        let mut token = match token {
            TokenTree::Group(group) => {
                Group::new(group.delimiter(), at(place, group.stream())).into()
            }
            token => token,
        };
        token.set_span(place);
        token
    });
    placed.collect()
}

/// Whether a statement or item ends behind the token.
fn is_end(token: &TokenTree) -> bool {
    match token {
        TokenTree::Punct(p) => p.as_char() == ';',
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        _ => false,
    }
}
