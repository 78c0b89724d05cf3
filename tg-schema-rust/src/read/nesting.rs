//! Refuses source text that is nested so deep that parsing it could exhaust the stack.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};

/// Stack that parsing what passes may take: about 50 KiB a token that nests, without optimization.
pub(super) const STACK: usize = 160 << 20;
/// Most tokens of one expression, type or statement, those of the brackets around it included.
const TOKENS: usize = 2_000;

/// The token at which the limit is passed, and what it says.
pub(super) fn check(tokens: TokenStream) -> Result<(), (Span, String)> {
    let mut open = vec![Level {
        tokens: tokens.into_iter(),
        outer: 0,
        run: 0,
        after_brace: false,
    }];
    while let Some(level) = open.last_mut() {
        let Some(token) = level.tokens.next() else {
            open.pop();
            continue;
        };
        let after_brace = std::mem::replace(&mut level.after_brace, false);
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
            return Err((
                token.span(),
                format!("more than {TOKENS} tokens stand in one expression or in each other"),
            ));
        }
        if let TokenTree::Group(group) = token {
            level.after_brace = group.delimiter() == Delimiter::Brace;
            let inner = Level {
                tokens: group.stream().into_iter(),
                outer: depth,
                run: 0,
                after_brace: false,
            };
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
