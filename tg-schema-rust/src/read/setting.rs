//! `key`, `key = value` and `key(values)` lists in attributes.
//!
//! Read token by token, so that every setting that is wrong is reported and not only the first.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, Lit, Meta};
use tg_schema_model::{Span as Place, name};

use super::error::Errors;
use super::{Placing, bare, place_of};

/// One setting.
#[derive(Clone, Debug)]
pub(super) struct Setting {
    /// Its name without `r#`.
    pub(super) key: String,
    /// Its name as written.
    pub(super) ident: Ident,
    /// What stands after the name.
    pub(super) given: Given,
}

/// What stands after the name of a setting.
#[derive(Clone, Debug)]
pub(super) enum Given {
    /// Nothing.
    Flag,
    /// `= tokens`.
    Equals(TokenStream),
    /// `(tokens)`.
    List(TokenStream),
}

/// A string literal and its token.
#[derive(Clone, Debug)]
pub(super) struct Text {
    /// Its value.
    pub(super) value: String,
    /// The token.
    pub(super) token: TokenStream,
}

/// Settings that nobody has taken yet.
#[derive(Clone, Debug, Default)]
pub(super) struct Settings(Vec<Setting>);

impl ToTokens for Setting {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.ident.to_tokens(tokens);
        match &self.given {
            Given::Flag => {}
            Given::Equals(t) | Given::List(t) => t.to_tokens(tokens),
        }
    }
}

/// A setting of another tool or of another place, and what stands for it here.
pub(super) type Advice = (&'static str, &'static str);

impl Settings {
    /// Reads a comma-separated list.
    pub(super) fn read(tokens: TokenStream, errors: &mut Errors) -> Settings {
        let mut settings = Settings::default();
        for part in split(tokens) {
            match setting(&part) {
                Some(setting) => settings.0.push(setting),
                None => errors.at(
                    TokenStream::from_iter(part),
                    "this is not a setting",
                    "write `key`, `key = value` or `key(value, …)`, with commas between them",
                ),
            }
        }
        settings
    }

    /// Reads all `#[tg(…)]` attributes of a field or variant.
    pub(super) fn of(attrs: &[Attribute], errors: &mut Errors) -> Settings {
        let mut settings = Settings::default();
        for attr in attrs.iter().filter(|a| a.path().is_ident("tg")) {
            match &attr.meta {
                Meta::List(list) => settings
                    .0
                    .extend(Settings::read(list.tokens.clone(), errors).0),
                _ => errors.at(attr, "`#[tg]` says nothing", "write `#[tg(key = value)]`"),
            }
        }
        settings
    }

    /// Refuses what is not in `known` and what is said twice.
    pub(super) fn check(
        &self,
        owner: &str,
        known: &[&str],
        advice: &[Advice],
        errors: &mut Errors,
    ) {
        for (at, setting) in self.0.iter().enumerate() {
            let key = setting.key.as_str();
            if !known.contains(&key) {
                let help = match advice.iter().find(|(wrong, _)| *wrong == key) {
                    Some((_, instead)) => (*instead).to_owned(),
                    None => match name::nearest(key, known.iter().copied()) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => format!("the settings of {owner} are {}", list(known)),
                    },
                };
                errors.at(
                    &setting.ident,
                    format!("{owner} has no setting `{key}`"),
                    help,
                );
            } else if !matches!(key, "alias" | "aliases" | "reserved")
                && self.0.iter().take(at).any(|before| before.key == key)
            {
                errors.at(
                    &setting.ident,
                    format!("`{key}` is set twice"),
                    "keep one of them",
                );
            }
        }
    }

    /// Takes the first setting with this name.
    pub(super) fn take(&mut self, key: &str) -> Option<Setting> {
        let at = self.0.iter().position(|s| s.key == key)?;
        Some(self.0.remove(at))
    }

    /// Takes `key = "text"`.
    pub(super) fn text(&mut self, key: &str, errors: &mut Errors) -> Option<Text> {
        let setting = self.take(key)?;
        if let Given::Equals(tokens) = &setting.given
            && let Some(text) = string(tokens.clone())
        {
            return Some(text);
        }
        errors.at(
            &setting,
            format!("`{key}` takes a text"),
            format!("write `{key} = \"…\"`"),
        );
        None
    }

    /// The name on the wire and its place: by the setting, else as it follows from Rust's.
    pub(super) fn name(
        &mut self,
        key: &str,
        ident: &Ident,
        usual: impl FnOnce(&str) -> String,
        place: &mut Placing<'_>,
        errors: &mut Errors,
    ) -> (String, Place) {
        match self.text(key, errors) {
            Some(text) => (text.value, place_of(text.token, place)),
            None => (usual(&bare(ident)), place_of(ident, place)),
        }
    }

    /// Takes `key`, `key = true` or `key = false`.
    pub(super) fn flag(&mut self, key: &str, errors: &mut Errors) -> Option<bool> {
        let setting = self.take(key)?;
        match &setting.given {
            Given::Flag => return Some(true),
            Given::Equals(tokens) => match flat(tokens.clone()).as_slice() {
                [TokenTree::Ident(word)] if word == "true" => return Some(true),
                [TokenTree::Ident(word)] if word == "false" => return Some(false),
                _ => {}
            },
            Given::List(_) => {}
        }
        errors.at(
            &setting,
            format!("`{key}` is a switch"),
            format!("write `{key}` or `{key} = false`"),
        );
        None
    }

    /// Takes every `one = "A"` and `many("A", "B")`.
    pub(super) fn texts(&mut self, one: &str, many: &str, errors: &mut Errors) -> Vec<Text> {
        let mut found = Vec::new();
        while let Some(at) = self.0.iter().position(|s| s.key == one || s.key == many) {
            let setting = self.0.remove(at);
            let parts = match &setting.given {
                Given::Equals(tokens) => match flat(tokens.clone()).as_slice() {
                    [TokenTree::Group(group)] if group.delimiter() == Delimiter::Bracket => {
                        split(group.stream())
                    }
                    [] => Vec::new(),
                    other => vec![other.to_vec()],
                },
                Given::List(tokens) => split(tokens.clone()),
                Given::Flag => Vec::new(),
            };
            if parts.is_empty() {
                let key = &setting.key;
                errors.at(
                    &setting,
                    format!("`{key}` takes texts"),
                    format!("write `{key}(\"…\", \"…\")`"),
                );
            }
            for part in parts {
                let tokens = TokenStream::from_iter(part);
                match string(tokens.clone()) {
                    Some(text) => found.push(text),
                    None => errors.at(
                        tokens,
                        format!("`{}` takes texts", setting.key),
                        format!("write `{}(\"…\", \"…\")`", setting.key),
                    ),
                }
            }
        }
        found
    }
}

/// `a`, `b` and `c`.
pub(super) fn list(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|w| format!("`{w}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

fn setting(part: &[TokenTree]) -> Option<Setting> {
    let (TokenTree::Ident(ident), rest) = part.split_first()? else {
        return None;
    };
    let given = match rest {
        [] => Given::Flag,
        [TokenTree::Group(group)] if group.delimiter() == Delimiter::Parenthesis => {
            Given::List(group.stream())
        }
        [TokenTree::Punct(eq), value @ ..] if eq.as_char() == '=' && !value.is_empty() => {
            Given::Equals(value.iter().cloned().collect())
        }
        _ => return None,
    };
    Some(Setting {
        key: bare(ident),
        ident: ident.clone(),
        given,
    })
}

/// The tokens without the invisible groups that `macro_rules!` leaves around its fragments.
pub(super) fn flat(tokens: TokenStream) -> Vec<TokenTree> {
    let mut open = vec![tokens.into_iter()];
    let mut out = Vec::new();
    while let Some(stream) = open.last_mut() {
        match stream.next() {
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::None => {
                open.push(group.stream().into_iter());
            }
            Some(token) => out.push(token),
            None => {
                open.pop();
            }
        }
    }
    out
}

/// The parts between commas; a comma at the end opens no part.
pub(super) fn split(tokens: TokenStream) -> Vec<Vec<TokenTree>> {
    let mut parts = vec![Vec::new()];
    for token in flat(tokens) {
        match &token {
            TokenTree::Punct(comma) if comma.as_char() == ',' => parts.push(Vec::new()),
            _ => {
                if let Some(part) = parts.last_mut() {
                    part.push(token);
                }
            }
        }
    }
    parts.retain(|p| !p.is_empty());
    parts
}

/// One string literal and nothing else.
pub(super) fn string(tokens: TokenStream) -> Option<Text> {
    let flat = flat(tokens);
    let [TokenTree::Literal(token)] = flat.as_slice() else {
        return None;
    };
    match Lit::new(token.clone()) {
        Lit::Str(text) if text.suffix().is_empty() => Some(Text {
            value: text.value(),
            token: token.to_token_stream(),
        }),
        _ => None,
    }
}
