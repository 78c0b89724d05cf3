//! Places in messages: the path of a finding, taken apart, and how near to it something happened.

use tg_schema_dynamic::datum::Types;
use tg_schema_model::avro::Schema;

/// Steps of a path beyond which messages would be deeper than anybody reads.
pub(super) const MAX_STEPS: usize = tg_schema_dynamic::limits::DEPTH;

/// A step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A field.
    Field(String),
    /// An item of an array.
    Item,
    /// A value of a map; of one key where one is named.
    Value(Option<String>),
}

/// The steps of `lines[].item`, `labels{}` or `labels{key}`.
pub(super) fn tokens(path: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix("[]") {
            tokens.push(Token::Item);
            rest = after;
        } else if let Some((key, after)) = rest.strip_prefix('{').and_then(|r| r.split_once('}')) {
            tokens.push(Token::Value((!key.is_empty()).then(|| key.to_owned())));
            rest = after;
        } else {
            let rest_of = rest.strip_prefix('.').unwrap_or(rest);
            let end = rest_of.find(['.', '[', '{']).unwrap_or(rest_of.len());
            let (name, after) = rest_of.split_at(end);
            // A bracket that opens nothing is part of a name that nobody has.
            if name.is_empty() {
                tokens.push(Token::Field(rest_of.to_owned()));
                break;
            }
            tokens.push(Token::Field(name.to_owned()));
            rest = after;
        }
    }
    tokens
}

/// A path without the keys of maps.
pub(super) fn general(path: &str) -> String {
    let mut text = String::new();
    for token in tokens(path) {
        push(&mut text, &token);
    }
    text
}

fn push(text: &mut String, token: &Token) {
    match token {
        Token::Field(name) => {
            if !text.is_empty() {
                text.push('.');
            }
            text.push_str(name);
        }
        Token::Item => text.push_str("[]"),
        Token::Value(_) => text.push_str("{}"),
    }
}

/// The place that an error of a codec names, `Record.lines[3].item["key"]`, as a path.
pub(crate) fn of_error(place: &str) -> String {
    let start = place.find(['.', '[']).unwrap_or(place.len());
    let mut rest = place.get(start..).unwrap_or_default();
    let mut path = String::new();
    while let Some(first) = rest.chars().next() {
        if rest.starts_with("[\"") {
            path.push_str("{}");
            rest = after_key(rest);
        } else if first == '[' {
            path.push_str("[]");
            rest = rest.split_once(']').map_or("", |(_, after)| after);
        } else {
            let end = rest.get(1..).and_then(|r| r.find(['.', '[']));
            let end = end.map_or(rest.len(), |end| end + 1);
            let (name, after) = rest.split_at(end);
            path.push_str(if path.is_empty() {
                name.trim_start_matches('.')
            } else {
                name
            });
            rest = after;
        }
    }
    path
}

/// What follows `["key"]`, in which quotes are escaped.
fn after_key(text: &str) -> &str {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(2) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => {
                return text
                    .get(at + 1..)
                    .unwrap_or_default()
                    .trim_start_matches(']');
            }
            _ => {}
        }
    }
    ""
}

/// Whether a schema has a place, by its own names.
pub(super) fn has<'s>(types: &Types<'s>, path: &str) -> bool {
    let tokens = tokens(path);
    tokens.len() <= MAX_STEPS && leads(types, types.root, &tokens)
}

/// Whether these steps can be gone from a type, by its own names.
pub(super) fn leads<'s>(types: &Types<'s>, schema: &'s Schema, tokens: &[Token]) -> bool {
    let Some((token, rest)) = tokens.split_first() else {
        return true;
    };
    match (types.resolve(schema), token) {
        (Schema::Union(branches), _) => branches.iter().any(|b| leads(types, b, tokens)),
        (Schema::Record(record), Token::Field(name)) => {
            let place = types.field(record, name);
            let field = place.and_then(|at| record.fields.get(at));
            field.is_some_and(|field| leads(types, &field.schema, rest))
        }
        (Schema::Array(array), Token::Item) => leads(types, &array.items, rest),
        (Schema::Map(map), Token::Value(_)) => leads(types, &map.values, rest),
        _ => false,
    }
}

/// What a message is to show something about.
#[derive(Clone, Debug)]
pub(super) struct Aim {
    path: String,
    above: Option<String>,
    /// The last name on the way.
    last: Option<String>,
    /// The same under the name of the other side.
    other: Option<Box<Aim>>,
}

impl Aim {
    pub(super) fn new(path: &str) -> Self {
        let mut tokens = tokens(path);
        let path = general(path);
        let last = tokens.pop();
        let mut above = String::new();
        tokens.iter().for_each(|token| push(&mut above, token));
        Aim {
            path,
            above: last.is_some().then_some(above),
            last: last.and_then(|token| match token {
                Token::Field(name) => Some(name),
                _ => None,
            }),
            other: None,
        }
    }

    /// The same, which has another name on one side.
    pub(super) fn or(self, path: &str) -> Self {
        Aim {
            other: Some(Box::new(Aim::new(path))),
            ..self
        }
    }

    /// This, and the same under the name of the other side.
    pub(super) fn each(&self) -> impl Iterator<Item = &Aim> {
        std::iter::successors(Some(self), |aim| aim.other.as_deref())
    }

    /// The place, without keys of maps.
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// The field that is meant; none where it is no field.
    pub(super) fn field(&self) -> Option<&str> {
        self.last.as_deref()
    }

    /// The place of the record that has the field; none where it is no field.
    pub(super) fn record(&self) -> Option<&str> {
        self.above.as_deref().filter(|_| self.last.is_some())
    }

    /// Whether a place is the one that is meant, or lies on the way to it.
    pub(super) fn is_on_the_way(&self, place: &str) -> bool {
        let other = self.other.as_ref();
        if other.is_some_and(|other| other.is_on_the_way(place)) {
            return true;
        }
        let place = general(place);
        let rest = self.path.strip_prefix(place.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[', '{']))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_taken_apart() {
        let field = |name: &str| Token::Field(name.to_owned());
        assert_eq!(tokens(""), []);
        let expected = [field("a"), Token::Item, Token::Value(None), field("b")];
        assert_eq!(tokens("a[]{}.b"), expected);
        let expected = [Token::Value(Some("x.y".into())), field("b")];
        assert_eq!(tokens("{x.y}.b"), expected);
        assert_eq!(general("a{x}.b[]"), "a{}.b[]");
        for broken in ["a.", "[", "{", "a[x", "..", "a..b", "]"] {
            assert!(!tokens(broken).is_empty(), "{broken}");
        }
    }

    #[test]
    fn places_of_errors_become_paths() {
        assert_eq!(of_error("R"), "");
        assert_eq!(of_error(""), "");
        assert_eq!(of_error("R.a.lines[3].item"), "a.lines[].item");
        assert_eq!(of_error(r#"R.m["a\"].b"].c[0][1]"#), "m{}.c[][]");
        assert_eq!(of_error("R[0].a"), "[].a");
        assert_eq!(of_error(r#"R.m["a"#), "m{}");
    }

    #[test]
    fn nearness() {
        let aim = Aim::new("a.b");
        assert_eq!((aim.record(), aim.field()), (Some("a"), Some("b")));
        assert_eq!(Aim::new("a[]").record(), None);
        assert!(aim.is_on_the_way("a") && aim.is_on_the_way("a.b") && !aim.is_on_the_way("a.c"));
        let renamed = Aim::new("a.b").or("a.c");
        assert!(renamed.is_on_the_way("a.c") && renamed.is_on_the_way("a.b"));
        assert_eq!(
            renamed.each().map(Aim::path).collect::<Vec<_>>(),
            ["a.b", "a.c"]
        );
    }
}
