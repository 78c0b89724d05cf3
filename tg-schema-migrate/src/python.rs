//! Texts into syntax trees, with the comments that belong to their statements.
//!
//! A file with errors is used as far as the parser recovers; what it could not read is a finding, and
//! classes that overlap it are not trusted. A file that nests deeper than [`depth::MAX_DEPTH`] is not
//! parsed at all: walking or dropping its tree would recurse as deep.

mod broken;
pub mod call;
pub mod comment;
pub mod depth;
mod line;
pub(crate) mod name;

use std::sync::atomic::{AtomicUsize, Ordering};

use ruff_python_ast::token::TokenKind;
use ruff_python_ast::{Expr, ModModule, Stmt};
use ruff_python_parser::{ParseOptions, parse_unchecked};
use ruff_text_size::{Ranged, TextRange};
use tg_schema_model::{Diagnostic, Diagnostics, Sources, Span};

use crate::progress::Progress;
use crate::room;
use crate::source::{Doubt, Text};

pub use comment::Comments;

/// Stack of a thread that parses or walks trees.
pub const STACK: usize = 256 * 1024 * 1024;

/// A parsed file.
#[derive(Debug, Default)]
pub struct Tree {
    /// Its statements.
    pub body: Vec<Stmt>,
    /// Its comments, in order.
    pub comments: Comments,
    /// Strings, or parts of them, that are longer than a line, in order.
    strings: Vec<TextRange>,
    /// Where it could not be parsed.
    pub errors: Vec<TextRange>,
    /// Where its lines start.
    lines: Vec<u32>,
}

impl Tree {
    /// The line of a byte, from 1.
    pub fn line(&self, offset: impl Into<u32>) -> usize {
        let offset = offset.into();
        self.lines.partition_point(|&start| start <= offset).max(1)
    }
    /// Whether anything in `range` could not be parsed.
    pub fn is_damaged(&self, range: TextRange) -> bool {
        self.errors
            .iter()
            .any(|error| error.start() <= range.end() && range.start() <= error.end())
    }
}

/// Parses all files, on as many threads as there are processors.
pub fn parse(
    files: &[Text],
    sources: &Sources,
    progress: &Progress,
    findings: &mut Diagnostics,
) -> Vec<Tree> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        room::ahead();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(file) = files.get(at) else {
                return done;
            };
            let text = sources.get(file.source).map_or("", |s| s.text.as_str());
            done.push((at, one(text, file)));
            progress.step();
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut all: Vec<(usize, (Tree, Vec<Diagnostic>))> = std::thread::scope(|scope| {
        let spawn = |_| {
            std::thread::Builder::new()
                .stack_size(STACK)
                .spawn_scoped(scope, work)
        };
        let running: Vec<_> = (0..threads.min(files.len())).map(spawn).collect();
        let mut all = Vec::with_capacity(files.len());
        for thread in running.into_iter().flatten() {
            match thread.join() {
                Ok(mut done) => all.append(&mut done),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        all
    });
    // What no thread has taken.
    if next.load(Ordering::Relaxed) < files.len() {
        all.extend(work());
    }
    all.sort_by_key(|(at, _)| *at);
    let parsed = all.into_iter().map(|(_, (tree, mut wrong))| {
        findings.0.append(&mut wrong);
        tree
    });
    parsed.collect()
}

fn one(text: &str, file: &Text) -> (Tree, Vec<Diagnostic>) {
    let breaks = text.bytes().enumerate().filter(|(_, b)| *b == b'\n');
    let lines = std::iter::once(0).chain(breaks.map(|(at, _)| at as u32 + 1));
    let mut tree = Tree {
        lines: lines.collect(),
        ..Tree::default()
    };
    let all = TextRange::up_to(ruff_text_size::TextSize::of(text));
    if file.doubt == Doubt::All {
        tree.errors.push(all);
        return (tree, Vec::new());
    }
    if let Err(offset) = depth::check(text) {
        let deep = Diagnostic::error(
            Span::new(file.source, offset..offset),
            format!("this nests deeper than {} levels", depth::MAX_DEPTH),
            "nothing in this file was looked at",
        );
        tree.errors.push(all);
        let help = "split the expression into several";
        return (tree, vec![deep.code("TOO_DEEP").help(help)]);
    }
    let parsed = parse_unchecked(text, ParseOptions::from(ruff_python_parser::Mode::Module));
    let errors = parsed.errors();
    tree.errors
        .extend(errors.iter().map(|error| error.location));
    let wrong = broken::finding(text, file.source, errors, |at| tree.line(at));
    let mut comments = Vec::new();
    for token in parsed.tokens() {
        let range = token.range();
        match token.kind() {
            TokenKind::Comment => comments.push(range),
            TokenKind::String | TokenKind::FStringMiddle | TokenKind::TStringMiddle
                if text
                    .get(range.to_std_range())
                    .is_some_and(|part| part.contains(['\n', '\r'])) =>
            {
                tree.strings.push(range);
            }
            _ => {}
        }
    }
    tree.comments = Comments::new(comments);
    if let Some(ModModule { body, .. }) = parsed.into_syntax().module() {
        tree.body = body.into_iter().collect();
    }
    (tree, wrong.into_iter().collect())
}

fn lower(message: &str) -> String {
    let mut chars = message.chars();
    match chars.next() {
        Some(first) => first.to_lowercase().chain(chars).collect(),
        None => String::new(),
    }
}

/// The text of a docstring at the head of a body, without its indentation.
pub fn docstring(body: &[Stmt]) -> Option<String> {
    match body.first()? {
        Stmt::Expr(statement) => match &*statement.value {
            Expr::StringLiteral(text) => comment::dedent(text.value.to_str()),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// The tree of one text, and what is wrong with it.
    pub(crate) fn tree(text: &str) -> (Tree, Vec<Diagnostic>) {
        let mut sources = Sources::default();
        let source = sources.add("a.py", text);
        let file = Text {
            path: "a.py".into(),
            real: "/a.py".into(),
            module: vec!["a".into()],
            root: 0,
            source,
            doubt: Doubt::Nothing,
        };
        one(text, &file)
    }

    #[test]
    fn what_is_wrong_has_a_place_and_the_rest_goes_on() {
        let (tree, wrong) = tree("x = 1\nclass A:\n    y = = 2\nclass B:\n    z = 3\n");
        assert_eq!(wrong[0].code, Some("SYNTAX_ERROR"));
        assert!(
            tree.body
                .iter()
                .any(|s| matches!(s, Stmt::ClassDef(c) if c.name.as_str() == "B"))
        );
        assert_eq!(tree.line(wrong[0].span.start), 3);
        let class = |name: &str| {
            let of = |s: &&Stmt| matches!(s, Stmt::ClassDef(c) if c.name.as_str() == name);
            tree.body
                .iter()
                .find(of)
                .map(|s| tree.is_damaged(s.range()))
        };
        assert_eq!((class("A"), class("B")), (Some(true), Some(false)));
    }

    #[test]
    fn a_shell_script_is_a_finding() {
        let (_, wrong) = tree("#!/bin/sh\nfor i in a b; do echo $i; done\n");
        assert!(!wrong.is_empty());
    }

    #[test]
    fn a_file_that_is_not_python_is_one_finding_that_says_what_it_seems_to_be() {
        let many: String = (0..9).map(|n| format!("print {n}\nx = 1\n")).collect();
        for (text, expected) in [
            ("x = = 1\n", ""),
            ("x = = 1\n\ny = = 2\n", "nor was line 3"),
            ("print 'x'\n", "Python 2"),
            ("raise ValueError, 'x'\n", "Python 2"),
            ("exec 'x'\n", "Python 2"),
            ("if x <> y: pass\n", "Python 2"),
            (
                &many,
                "nor were lines 3, 5, 7, 9, 11 and 3 more; it seems to be Python 2",
            ),
            (
                "#!/bin/sh\nfor i in a; do echo $i; done\n",
                "another language",
            ),
            ("x = 1\n<<<<<<< HEAD\ny = 2\n", "a merge"),
            ("class {{ name }}(Record):\n    pass\n", "a template"),
            ("{% if x %}\nx = 1\n", "a template"),
            ("%matplotlib inline\nx = 1\n", "a notebook"),
        ] {
            let (_, wrong) = tree(text);
            assert_eq!(wrong.len(), 1, "{text}");
            let help = wrong[0].help.clone().unwrap_or_default();
            assert!(help.contains(expected), "{text}: {help}");
            assert_eq!(help.is_empty(), expected.is_empty(), "{text}: {help}");
        }
    }

    #[test]
    fn deep_texts_are_findings() {
        let n = 1_000_000;
        for text in [
            format!("x = {}1", "1+".repeat(n)),
            format!("x = {}", "(".repeat(n)),
            format!("x = {}{}", "[".repeat(n), "]".repeat(n)),
            format!("x = a{}", ".b".repeat(n)),
            format!("x = a{}", "()".repeat(n)),
            format!("x = {}1", "1 if y else ".repeat(n)),
            format!("x = {}1", "not ".repeat(n)),
            format!("x = {}1", "-".repeat(n)),
            format!("x = {}1", "lambda: ".repeat(n)),
            format!("x = f'{}'", "{x:".repeat(n)),
            format!("x = {}", "f'{".repeat(n)),
            (0..9_000).fold(String::new(), |all, level| {
                all + &" ".repeat(level) + "if x:\n"
            }),
        ] {
            let (tree, wrong) = tree(&text);
            assert_eq!(
                wrong.first().and_then(|d| d.code),
                Some("TOO_DEEP"),
                "{}",
                &text[..40]
            );
            assert!(tree.body.is_empty());
        }
    }

    #[test]
    fn docstrings_lose_their_indentation() {
        let (tree, _) = tree("'''One.\n\n    Two\n      three\n    '''\n");
        assert_eq!(
            docstring(&tree.body).as_deref(),
            Some("One.\n\nTwo\n  three")
        );
        assert_eq!(docstring(&[]), None);
    }
}
