//! Doc comments and `#[deprecated]`.

use proc_macro2::TokenStream;
use syn::{Attribute, Expr, Lit, Meta};

use super::error::Errors;
use super::setting::Settings;

/// Doc comments as one text: the space after `///` and the space around the whole do not count.
pub(super) fn doc(attrs: &[Attribute]) -> Option<String> {
    let mut lines: Vec<String> = Vec::new();
    for attr in attrs.iter().filter(|a| a.path().is_ident("doc")) {
        let Meta::NameValue(pair) = &attr.meta else {
            continue;
        };
        let Some(text) = text(&pair.value) else {
            continue;
        };
        if text.contains('\n') {
            lines.extend(text.lines().map(block_line));
        } else {
            lines.push(
                text.strip_prefix(' ')
                    .unwrap_or(&text)
                    .trim_end()
                    .to_owned(),
            );
        }
    }
    let text = lines.join("\n");
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// A line of a `/** … */` comment without its star.
fn block_line(line: &str) -> String {
    let line = line.trim();
    line.strip_prefix("* ")
        .or(line.strip_prefix('*'))
        .unwrap_or(line)
        .to_owned()
}

fn text(value: &Expr) -> Option<String> {
    match value {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        Expr::Group(group) => text(&group.expr),
        Expr::Paren(paren) => text(&paren.expr),
        _ => None,
    }
}

/// The reason in `#[deprecated]`, `#[deprecated = "…"]` or `#[deprecated(note = "…")]`.
pub(super) fn deprecated(attrs: &[Attribute]) -> Option<String> {
    let attr = attrs.iter().find(|a| a.path().is_ident("deprecated"))?;
    let reason = match &attr.meta {
        Meta::Path(_) => None,
        Meta::NameValue(pair) => text(&pair.value),
        Meta::List(list) => note(list.tokens.clone()),
    };
    Some(reason.unwrap_or_else(|| "deprecated".to_owned()))
}

/// The compiler reports what is wrong with its own attribute.
fn note(tokens: TokenStream) -> Option<String> {
    let mut errors = Errors::default();
    let mut settings = Settings::read(tokens, &mut errors);
    settings.text("note", &mut errors).map(|t| t.value)
}
