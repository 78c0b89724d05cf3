//! What is wrong with an annotated item, and what to write instead.

use std::fmt;

use proc_macro2::{Punct, Spacing, Span, TokenStream, TokenTree};
use quote::ToTokens;

/// One problem.
#[derive(Clone, Debug)]
pub struct Error {
    /// First token that is wrong.
    pub start: Span,
    /// Last token that is wrong.
    pub end: Span,
    /// What is wrong.
    pub message: String,
    /// What to do instead; may be empty.
    pub help: String,
}

impl Error {
    /// The error as a `compile_error!` at its tokens.
    pub fn to_compile_error(&self) -> TokenStream {
        let tokens = [self.start, self.end].map(|span| {
            let mut token = Punct::new('#', Spacing::Alone);
            token.set_span(span);
            TokenTree::from(token)
        });
        syn::Error::new_spanned(TokenStream::from_iter(tokens), self).to_compile_error()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if self.help.is_empty() {
            Ok(())
        } else {
            write!(f, "\n= help: {}", self.help)
        }
    }
}

impl std::error::Error for Error {}

/// Collected problems.
#[derive(Debug, Default)]
pub(super) struct Errors(Vec<Error>);

impl Errors {
    /// Adds one at `tokens`.
    pub(super) fn at(
        &mut self,
        tokens: impl ToTokens,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let (start, end) = ends(tokens);
        self.0.push(Error {
            start,
            end,
            message: message.into(),
            help: help.into(),
        });
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn finish(self) -> Vec<Error> {
        self.0
    }
}

/// Spans of the first and the last token.
pub(super) fn ends(tokens: impl ToTokens) -> (Span, Span) {
    let mut tokens = tokens.to_token_stream().into_iter();
    let Some(first) = tokens.next() else {
        return (Span::call_site(), Span::call_site());
    };
    let last = tokens.last().map_or(first.span(), |t| t.span());
    (first.span(), last)
}
