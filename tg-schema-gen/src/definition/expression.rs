//! Type expressions: `array<map<Name?>>` into a tree, names not yet resolved.

use std::ops::Range;

use tg_schema_model::{Type, name};

/// How deep a type expression may nest.
pub(crate) const MAX_DEPTH: usize = 32;

/// Every word that names a type by itself. `decimal`, `array` and `map` take arguments.
pub(crate) const WORDS: &[&str] = &[
    "string",
    "boolean",
    "int",
    "long",
    "float",
    "double",
    "bytes",
    "date",
    "time_ms",
    "timestamp_ms",
    "timestamp_us",
    "uuid",
    "decimal",
    "array",
    "map",
];

/// A parsed type expression.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Expression {
    /// A type that needs no other: `string`, `decimal(9,2)`.
    Leaf(Type),
    Array(Box<Expression>),
    Map(Box<Expression>),
    Optional(Box<Expression>),
    /// Any other word, dots included.
    Name {
        text: String,
        range: Range<usize>,
    },
}

/// What is wrong with an expression, and where in its text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Mistake {
    pub(crate) range: Range<usize>,
    pub(crate) message: String,
    pub(crate) label: String,
    pub(crate) help: Option<String>,
}

/// Parses the text of a type expression. Where it is one of another language, the mistake tells ours.
pub(crate) fn parse(text: &str) -> Result<Expression, Mistake> {
    // Most are one word.
    if let Some(ty) = leaf(text) {
        return Ok(Expression::Leaf(ty));
    }
    if let Some(ty) = text.strip_suffix('?').and_then(leaf) {
        return Ok(Expression::Optional(Box::new(Expression::Leaf(ty))));
    }
    read(text).map_err(|mut mistake| {
        let ours = name::suggest_type(text).filter(|ours| read(ours).is_ok());
        if let Some(ours) = ours
            && text.contains(|c: char| !is_word(c))
        {
            mistake.help = Some(format!("did you mean `{ours}`?"));
        }
        mistake
    })
}

fn read(text: &str) -> Result<Expression, Mistake> {
    let mut parser = Parser { text, at: 0 };
    let expression = parser.expression(0)?;
    parser.space();
    let rest = parser.at..text.len();
    if rest.is_empty() {
        return Ok(expression);
    }
    Err(parser.leftover(rest))
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
}

impl Expression {
    /// The place of the record or enum that it names.
    pub(crate) fn name(&self) -> Option<Range<usize>> {
        match self {
            Expression::Leaf(_) => None,
            Expression::Array(inner) | Expression::Map(inner) | Expression::Optional(inner) => {
                inner.name()
            }
            Expression::Name { range, .. } => Some(range.clone()),
        }
    }
}

fn mistake(range: Range<usize>, message: impl Into<String>, label: impl Into<String>) -> Mistake {
    Mistake {
        range,
        message: message.into(),
        label: label.into(),
        help: None,
    }
}

fn with_help(mut mistake: Mistake, help: impl Into<String>) -> Mistake {
    mistake.help = Some(help.into());
    mistake
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '.' || c == '-' || c == ':' || c == '$'
}

impl<'t> Parser<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or("")
    }
    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }
    fn space(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }
    fn accept(&mut self, c: char) -> bool {
        self.space();
        let found = self.peek() == Some(c);
        if found {
            self.at += c.len_utf8();
        }
        found
    }
    /// The next character as a range, or the empty end.
    fn here(&self) -> Range<usize> {
        self.at..self.at + self.peek().map_or(0, char::len_utf8)
    }
    fn word(&mut self) -> Range<usize> {
        self.space();
        let start = self.at;
        let length = self.rest().find(|c| !is_word(c));
        self.at += length.unwrap_or(self.rest().len());
        start..self.at
    }

    fn expression(&mut self, depth: usize) -> Result<Expression, Mistake> {
        self.space();
        let start = self.at;
        if depth > MAX_DEPTH {
            return Err(mistake(
                start..self.text.len(),
                "this type is nested too deeply",
                format!("more than {MAX_DEPTH} levels"),
            ));
        }
        let range = self.word();
        let word = self.text.get(range.clone()).unwrap_or("");
        if word.is_empty() {
            return Err(self.missing());
        }
        let mut expression = match leaf(word) {
            Some(ty) => {
                self.no_arguments(word, &range)?;
                Expression::Leaf(ty)
            }
            None => match word {
                "array" => Expression::Array(Box::new(self.argument(word, &range, depth)?)),
                "map" => Expression::Map(Box::new(self.argument(word, &range, depth)?)),
                "decimal" => self.decimal(&range)?,
                _ => {
                    self.no_arguments(word, &range)?;
                    let text = word.to_owned();
                    Expression::Name { text, range }
                }
            },
        };
        if self.accept('?') {
            expression = Expression::Optional(Box::new(expression));
            self.space();
            let again = self.here();
            if self.accept('?') {
                return Err(with_help(
                    mistake(
                        again,
                        "a type cannot be optional twice",
                        "this `?` says nothing new",
                    ),
                    "one `?` is enough: absent and null are the same",
                ));
            }
        }
        Ok(expression)
    }

    /// `<T>` after `array` or `map`.
    fn argument(
        &mut self,
        word: &str,
        range: &Range<usize>,
        depth: usize,
    ) -> Result<Expression, Mistake> {
        if !self.accept('<') {
            return Err(with_help(
                mistake(
                    range.clone(),
                    format!("`{word}` needs to know what is inside"),
                    "expected `<` and a type after it",
                ),
                format!("write `{word}<string>`, for example"),
            ));
        }
        let inner = self.expression(depth + 1)?;
        self.space();
        let here = self.here();
        if self.accept('>') {
            return Ok(inner);
        }
        if self.peek() == Some(',') {
            let found = mistake(here, format!("`{word}` takes one type"), "expected `>`");
            return Err(match word {
                "map" => with_help(
                    found,
                    "the keys of a map are always strings: write `map<T>`",
                ),
                _ => found,
            });
        }
        let found = if here.is_empty() {
            format!("a `>` is missing at the end of `{}`", self.text)
        } else {
            format!("`{}` cannot stand here", self.char_text(&here))
        };
        Err(mistake(
            here,
            found,
            format!("expected `>` to close `{word}<`"),
        ))
    }

    /// `(precision,scale)` after `decimal`.
    fn decimal(&mut self, range: &Range<usize>) -> Result<Expression, Mistake> {
        let advice = "write `decimal(12,2)`: 12 digits in all, 2 of them after the point";
        if !self.accept('(') {
            return Err(with_help(
                mistake(
                    range.clone(),
                    "`decimal` needs its number of digits",
                    "expected `(precision,scale)` after it",
                ),
                advice,
            ));
        }
        let (precision, precision_range) = self.number(advice)?;
        if !self.accept(',') {
            return Err(with_help(
                mistake(
                    self.here(),
                    "`decimal` needs two numbers",
                    "expected `,` and the scale",
                ),
                advice,
            ));
        }
        let (scale, scale_range) = self.number(advice)?;
        self.space();
        if !self.accept(')') {
            return Err(mistake(
                self.here(),
                "the numbers of `decimal` are not closed",
                "expected `)`",
            ));
        }
        if !(1..=38).contains(&precision) {
            return Err(mistake(
                precision_range,
                format!("{precision} digits are not a precision"),
                "expected 1 to 38",
            ));
        }
        if scale > precision {
            return Err(mistake(
                scale_range,
                format!("the scale {scale} is larger than the precision {precision}"),
                format!("expected 0 to {precision}"),
            ));
        }
        Ok(Expression::Leaf(Type::Decimal { precision, scale }))
    }

    fn number(&mut self, advice: &str) -> Result<(u8, Range<usize>), Mistake> {
        let range = self.word();
        let word = self.text.get(range.clone()).unwrap_or("");
        let range = if word.is_empty() { self.here() } else { range };
        match word.parse::<u8>() {
            Ok(number) if word.bytes().all(|b| b.is_ascii_digit()) => Ok((number, range)),
            _ => Err(with_help(
                mistake(range, "this is not a number of digits", "expected 0 to 38"),
                advice,
            )),
        }
    }

    /// A word that takes no arguments must not have any.
    fn no_arguments(&mut self, word: &str, range: &Range<usize>) -> Result<(), Mistake> {
        let after = self.at;
        self.space();
        let open = self.peek();
        self.at = after;
        if !matches!(open, Some('<' | '(')) {
            return Ok(());
        }
        Err(mistake(
            range.clone(),
            format!("`{word}` takes no arguments"),
            "expected a type",
        ))
    }

    fn missing(&self) -> Mistake {
        let here = self.here();
        if here.is_empty() {
            return mistake(here, "a type is missing", "expected a type");
        }
        let found = self.char_text(&here);
        let wrong = mistake(
            here,
            format!("`{found}` cannot start a type"),
            "expected a type",
        );
        match found {
            "[" => with_help(wrong, "a list of T is written `array<T>`"),
            "{" => with_help(wrong, "a map of T is written `map<T>`"),
            "?" => with_help(wrong, "the `?` follows the type: `T?`"),
            "\"" | "'" => with_help(wrong, "write the name without quotes"),
            _ => wrong,
        }
    }

    fn leftover(&self, rest: Range<usize>) -> Mistake {
        let first = self.here();
        let found = self.char_text(&first).to_owned();
        let wrong = mistake(
            rest,
            format!("`{found}` cannot follow a type"),
            "expected the end of the type",
        );
        match found.as_str() {
            "[" => with_help(wrong, "a list of T is written `array<T>`"),
            "|" => with_help(
                wrong,
                "a value that may be absent is written `T?`; there are no other unions",
            ),
            ">" => with_help(wrong, "there is one `>` too many"),
            _ => wrong,
        }
    }

    fn char_text(&self, range: &Range<usize>) -> &str {
        self.text.get(range.clone()).unwrap_or("")
    }
}

fn leaf(word: &str) -> Option<Type> {
    Some(match word {
        "string" => Type::String,
        "boolean" => Type::Boolean,
        "int" => Type::Int,
        "long" => Type::Long,
        "float" => Type::Float,
        "double" => Type::Double,
        "bytes" => Type::Bytes,
        "date" => Type::Date,
        "time_ms" => Type::TimeMs,
        "timestamp_ms" => Type::TimestampMs,
        "timestamp_us" => Type::TimestampUs,
        "uuid" => Type::Uuid,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str, range: Range<usize>) -> Expression {
        Expression::Name {
            text: text.to_owned(),
            range,
        }
    }

    #[test]
    fn every_shape_is_read() {
        let optional = |e| Expression::Optional(Box::new(e));
        let array = |e| Expression::Array(Box::new(e));
        let map = |e| Expression::Map(Box::new(e));
        let table = [
            ("string", Expression::Leaf(Type::String)),
            (" timestamp_us ", Expression::Leaf(Type::TimestampUs)),
            ("int?", optional(Expression::Leaf(Type::Int))),
            (
                "array<map<A.B?>>?",
                optional(array(map(optional(name("A.B", 10..13))))),
            ),
            (
                "decimal( 9 , 2 )",
                Expression::Leaf(Type::Decimal {
                    precision: 9,
                    scale: 2,
                }),
            ),
            ("array < X > ?", optional(array(name("X", 8..9)))),
            ("str", name("str", 0..3)),
        ];
        for (text, expected) in table {
            assert_eq!(parse(text), Ok(expected), "{text}");
        }
        for word in WORDS {
            let named = matches!(parse(word), Ok(Expression::Name { .. }));
            assert!(!named, "{word} is a word of the language");
        }
    }

    #[test]
    fn every_mistake_has_its_place() {
        let table = [
            ("", 0..0, "a type is missing"),
            ("array<", 6..6, "a type is missing"),
            (
                "array<string",
                12..12,
                "a `>` is missing at the end of `array<string`",
            ),
            ("array<string)", 12..13, "`)` cannot stand here"),
            ("array", 0..5, "`array` needs to know what is inside"),
            ("map<string, int>", 10..11, "`map` takes one type"),
            ("string??", 7..8, "a type cannot be optional twice"),
            ("string>", 6..7, "`>` cannot follow a type"),
            ("string|null", 6..11, "`|` cannot follow a type"),
            ("[string]", 0..1, "`[` cannot start a type"),
            ("list<string>", 0..4, "`list` takes no arguments"),
            ("string<int>", 0..6, "`string` takes no arguments"),
            ("decimal", 0..7, "`decimal` needs its number of digits"),
            ("decimal(9)", 9..10, "`decimal` needs two numbers"),
            ("decimal(39,0)", 8..10, "39 digits are not a precision"),
            ("decimal(300,0)", 8..11, "this is not a number of digits"),
            (
                "decimal(4,5)",
                10..11,
                "the scale 5 is larger than the precision 4",
            ),
            (
                "decimal(4,2",
                11..11,
                "the numbers of `decimal` are not closed",
            ),
            ("é€ x", 2..7, "`€` cannot follow a type"),
        ];
        for (text, range, message) in table {
            let found = parse(text).expect_err(text);
            assert_eq!(
                (found.range, found.message.as_str()),
                (range, message),
                "{text}"
            );
        }
    }

    #[test]
    fn depth_is_limited() {
        let deep = |n: usize| "array<".repeat(n) + "int" + &">".repeat(n);
        assert!(parse(&deep(MAX_DEPTH)).is_ok());
        assert_eq!(
            parse(&deep(100_000)).unwrap_err().message,
            "this type is nested too deeply"
        );
    }
}
