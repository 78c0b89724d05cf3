//! Refuses source text that is nested so deep that parsing it could exhaust the stack, or has structs so long
//! that their syntax trees could exhaust the memory.

use proc_macro2::{Delimiter, Spacing, Span, TokenStream, TokenTree};
use tg_schema_model::MAX_FIELDS;

/// Stack that parsing what passes may take: about 50 KiB a token that nests, without optimization.
pub(super) const STACK: usize = 160 << 20;
/// Most tokens of one expression, type or statement, those of the brackets around it included.
const TOKENS: usize = 2_000;

/// A limit that a text passes.
#[derive(Debug)]
pub(super) struct Beyond {
    /// The token at which it does.
    pub(super) at: Span,
    pub(super) message: String,
    pub(super) help: String,
}

/// Whether the text is within the limits.
pub(super) fn check(tokens: TokenStream) -> Result<(), Beyond> {
    let mut open = vec![Level::new(tokens, 0)];
    while let Some(level) = open.last_mut() {
        let Some(token) = level.tokens.next() else {
            open.pop();
            continue;
        };
        if let Some(at) = level.fields.as_mut().and_then(|f| f.beyond(&token)) {
            return Err(Beyond {
                at,
                message: format!("a struct has more than {MAX_FIELDS} fields"),
                help: format!("split the record: at most {MAX_FIELDS} are read"),
            });
        }
        let after_brace = std::mem::replace(&mut level.after_brace, false);
        match &token {
            TokenTree::Ident(word) if word == "struct" => level.after_struct = true,
            TokenTree::Punct(punct) if punct.as_char() == ';' => level.after_struct = false,
            _ => {}
        }
        match &token {
            TokenTree::Punct(punct) if matches!(punct.as_char(), ',' | ';' | '#') => level.run = 0,
            // What follows a block is a new statement or item, unless it goes on.
            TokenTree::Ident(word) if after_brace && word != "else" && word != "as" => {
                level.run = 1
            }
            _ => level.run += 1,
        }
        let depth = level.outer + level.run;
        if depth > TOKENS {
            return Err(Beyond {
                at: token.span(),
                message: format!(
                    "more than {TOKENS} tokens stand in one expression or in each other"
                ),
                help: "annotated types live best in files of their own".to_owned(),
            });
        }
        if let TokenTree::Group(group) = token {
            level.after_brace = group.delimiter() == Delimiter::Brace;
            let mut inner = Level::new(group.stream(), depth);
            if level.after_brace && std::mem::replace(&mut level.after_struct, false) {
                inner.fields = Some(Fields::default());
            }
            open.push(inner);
        }
    }
    Ok(())
}

struct Level {
    tokens: proc_macro2::token_stream::IntoIter,
    /// Tokens around the bracket.
    outer: usize,
    /// Tokens since the last separator.
    run: usize,
    after_brace: bool,
    /// Whether the next braces are those of a struct.
    after_struct: bool,
    /// In the braces of a struct.
    fields: Option<Fields>,
}

impl Level {
    fn new(tokens: TokenStream, outer: usize) -> Self {
        Level {
            tokens: tokens.into_iter(),
            outer,
            run: 0,
            after_brace: false,
            after_struct: false,
            fields: None,
        }
    }
}

/// The fields of a struct, counted by the colons between their names and types.
#[derive(Default)]
struct Fields {
    count: usize,
    /// The token before.
    last: Option<Span>,
    /// The token before a colon that may be the first of `::`.
    colon: Option<Span>,
}

impl Fields {
    /// The name of the field that is one too many, once that is sure.
    fn beyond(&mut self, token: &TokenTree) -> Option<Span> {
        let name = match token {
            TokenTree::Punct(punct) if punct.as_char() == ':' => {
                let last = self.last.unwrap_or_else(|| punct.span());
                match (self.colon.take(), punct.spacing()) {
                    (Some(_), _) => None,
                    (None, Spacing::Joint) => {
                        self.colon = Some(last);
                        None
                    }
                    (None, Spacing::Alone) => Some(last),
                }
            }
            _ => self.colon.take(),
        };
        self.last = Some(token.span());
        self.count += usize::from(name.is_some());
        name.filter(|_| self.count > MAX_FIELDS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> bool {
        let tokens: TokenStream = text.parse().unwrap_or_default();
        assert!(!tokens.is_empty());
        check(tokens).is_err()
    }

    #[test]
    fn limits_are_kept() {
        assert!(refused(&format!(
            "{}{}",
            "(".repeat(100_000),
            ")".repeat(100_000)
        )));
        assert!(refused(&format!(
            "type A = {}u8{};",
            "Vec<".repeat(100_000),
            ">".repeat(100_000)
        )));
        assert!(refused(&format!(
            "const A: i32 = {}1;",
            "-".repeat(100_000)
        )));
        assert!(refused(&format!(
            "const A: i32 = 1{};",
            "+1".repeat(100_000)
        )));
    }

    #[test]
    fn fields_are_counted() {
        let of = |head: &str, field: &str, count: usize| {
            let text = format!("{head} {{ {} }}", field.repeat(count));
            let tokens: TokenStream = text.parse().unwrap_or_default();
            check(tokens).map_err(|beyond| beyond.message)
        };
        let too_many = Err(format!("a struct has more than {MAX_FIELDS} fields"));
        for (head, field) in [
            ("struct A", "a:&'static u8,"),
            (
                "mod a; pub struct A<T: B> where T: C,",
                "#[x(a: b)] pub a: ::A<b::C, Fn(a: b)>,",
            ),
        ] {
            assert_eq!(of(head, field, MAX_FIELDS), Ok(()), "{head} {field}");
            assert_eq!(of(head, field, MAX_FIELDS + 1), too_many, "{head} {field}");
        }
        // What are no fields: values of fields, variants, other structs.
        let more = MAX_FIELDS + 1;
        assert_eq!(of("const A: B = B", "a: 1,", more), Ok(()));
        assert_eq!(of("struct A; enum B", "C { d: u8 },", more), Ok(()));
        assert_eq!(of("mod a", "struct A { a: u8 }", more), Ok(()));
    }

    #[test]
    fn long_files_are_not_deep() {
        let line = "/// Text.\n#[derive(Clone)] pub struct A { a: Vec<Vec<u8>>, b: BTreeMap<String, Option<i32>> }\n\
                    fn f(x: u8) -> Result<u8, ()> { x << 1 | if x < 2 { 3 } else { 4 } }\n";
        assert!(!refused(&line.repeat(5_000)));
    }

    #[test]
    fn what_passes_can_be_parsed() {
        let deep = |open: &str, close: &str, tokens: usize| {
            let n = (TOKENS - 40) / tokens;
            format!("{}x{}", open.repeat(n), close.repeat(n))
        };
        let texts = [
            format!("type A = {};", deep("Vec<", ">", 3)),
            format!("type A = {};", deep("&", "", 1)),
            format!("type A = {};", deep("fn() -> ", "", 4)),
            format!("type A = {};", deep("<", " as X>::Y", 7)),
            format!("type A = {};", "<".repeat(TOKENS - 40)),
            format!("const A: i32 = {};", deep("(", ")", 1)),
            format!("const A: i32 = {};", deep("-", "", 1)),
            format!("const A: i32 = {};", deep("", "+1", 2)),
            format!("fn f() {{ {} }}", deep("return ", "", 1)),
            format!("fn f() {{ {} }}", deep("if ", "", 1)),
            format!("fn f() {{ {} }}", deep("|| ", "", 2)),
            format!("fn f() {{ {} }}", deep("{ if x ", "}", 3)),
            format!("fn f() {{ {} }}", "if x {} else ".repeat(400)),
        ];
        let parse = || {
            for text in texts {
                let tokens: TokenStream = text.parse().unwrap_or_default();
                assert!(check(tokens.clone()).is_ok(), "{}", &text[..40]);
                // Whether it is legal does not matter: it must come back.
                let _ = syn::parse2::<syn::File>(tokens);
            }
        };
        let thread = std::thread::Builder::new().stack_size(STACK).spawn(parse);
        assert!(thread.is_ok_and(|t| t.join().is_ok()));
    }
}
