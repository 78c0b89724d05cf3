//! Comments and docstrings into documentation.
//!
//! A comment belongs to a statement by its place: inside of it, behind it on its last line, or as a block of
//! lines of its own directly above. What is left of a class's comments belongs to the class.

use std::ops::Range;

use ruff_text_size::{TextRange, TextSize};

/// The comments of a file, in order.
#[derive(Clone, Debug, Default)]
pub struct Comments(Vec<TextRange>);

impl Comments {
    /// From their places, in order.
    pub fn new(places: Vec<TextRange>) -> Self {
        Comments(places)
    }

    /// All of them, in order.
    pub(super) fn all(&self) -> &[TextRange] {
        &self.0
    }

    /// What the comments at a statement say: first those above, then those inside, then the one behind.
    pub fn of(&self, text: &str, statement: TextRange) -> Option<String> {
        self.say(text, self.at(text, statement))
    }

    /// What the block of comment lines that ends directly above a statement says.
    pub fn above(&self, text: &str, start: TextSize) -> Option<String> {
        self.say(text, self.first_above(text, start)..self.from(start))
    }

    /// Which comments belong to a statement. Of one with a body those inside belong to the statements there.
    pub(crate) fn at(&self, text: &str, statement: TextRange) -> Range<usize> {
        let first = self.first_above(text, statement.start());
        if has_body(text, statement) {
            return first..self.from(statement.start());
        }
        first..self.after(text, statement.end())
    }

    /// Which comments belong to a statement with a body, or are somewhere in the body.
    pub(crate) fn around(&self, text: &str, statement: TextRange) -> Range<usize> {
        let first = self.first_above(text, statement.start());
        let column = column(text, statement.start());
        let mut last = self.after(text, statement.end());
        while let Some(next) = self.0.get(last)
            && self::column(text, next.start()) > column
            && text
                .get(self.end_of(last, statement.end())..next.start().to_usize())
                .is_some_and(|between| between.trim().is_empty())
        {
            last += 1;
        }
        first..last
    }

    /// What some comments say, in blocks: comments in lines that follow each other are one.
    pub(crate) fn blocks(
        &self,
        text: &str,
        indices: impl IntoIterator<Item = usize>,
    ) -> Vec<String> {
        let mut blocks: Vec<Range<usize>> = Vec::new();
        for at in indices {
            match blocks.last_mut() {
                Some(block) if block.end == at && self.follows(text, at) => block.end = at + 1,
                _ => blocks.push(at..at + 1),
            }
        }
        let said = blocks.into_iter().filter_map(|block| self.say(text, block));
        said.collect()
    }

    /// Whether a comment stands alone in the line below the one before it.
    fn follows(&self, text: &str, at: usize) -> bool {
        let before = at.checked_sub(1).and_then(|before| self.0.get(before));
        let between = before
            .zip(self.0.get(at))
            .and_then(|(before, own)| text.get(before.end().to_usize()..own.start().to_usize()));
        between.is_some_and(|gap| gap.trim().is_empty() && gap.matches('\n').count() == 1)
    }

    fn say(&self, text: &str, which: Range<usize>) -> Option<String> {
        let words = self.0.get(which)?.iter().map(|own| word(text, *own));
        said(&words.collect::<Vec<_>>())
    }

    /// The first comment that starts at or behind a place.
    pub(crate) fn from(&self, start: TextSize) -> usize {
        self.0.partition_point(|c| c.start() < start)
    }

    /// The first comment behind a statement and its last line.
    fn after(&self, text: &str, end: TextSize) -> usize {
        let next = self.from(end);
        let between = self
            .0
            .get(next)
            .and_then(|c| text.get(end.to_usize()..c.start().to_usize()));
        next + usize::from(between.is_some_and(|gap| !gap.contains('\n')))
    }

    /// Where the comment before an index ends, or what is before it.
    fn end_of(&self, index: usize, start: TextSize) -> usize {
        let before = index.checked_sub(1).and_then(|before| self.0.get(before));
        before.map_or(start, |c| c.end().max(start)).to_usize()
    }

    /// The first comment of the block that ends directly above a statement.
    fn first_above(&self, text: &str, start: TextSize) -> usize {
        let mut below = line_start(text, start.to_usize());
        let column = start.to_usize() - below;
        let mut first = self.from(start);
        while let Some(comment) = first.checked_sub(1).and_then(|before| self.0.get(before)) {
            let from = line_start(text, comment.start().to_usize());
            let alone = text
                .get(from..comment.start().to_usize())
                .is_some_and(|before| before.trim().is_empty());
            let touches = text
                .get(comment.end().to_usize()..below)
                .is_some_and(|gap| {
                    gap.trim_end_matches('\r').trim_matches('\r') == "\n" || gap == "\r\n"
                });
            let aligned = comment.start().to_usize() - from == column;
            if !alone || !touches || !aligned {
                break;
            }
            first -= 1;
            below = from;
        }
        first
    }
}

/// Whether a statement begins as one that has others inside.
fn has_body(text: &str, statement: TextRange) -> bool {
    const WORDS: [&str; 10] = [
        "class", "def", "async", "for", "while", "if", "with", "try", "match", "else",
    ];
    let text = text.get(statement.to_std_range()).unwrap_or("");
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_');
    let word = text.get(..end.unwrap_or(text.len())).unwrap_or("");
    let rest = text.get(word.len()..).unwrap_or("").trim_start();
    text.starts_with('@') || (WORDS.contains(&word) && !rest.starts_with(['=', '.', ',']))
}

/// The bytes before a place in its line.
fn column(text: &str, at: TextSize) -> usize {
    at.to_usize() - line_start(text, at.to_usize())
}

fn line_start(text: &str, at: usize) -> usize {
    text.get(..at)
        .and_then(|head| head.rfind('\n'))
        .map_or(0, |newline| newline + 1)
}

/// A comment without its mark.
fn word(text: &str, comment: TextRange) -> &str {
    let whole = text.get(comment.to_std_range()).unwrap_or("");
    let bare = whole.trim_start_matches('#');
    let bare = bare.strip_prefix(':').unwrap_or(bare);
    bare.strip_prefix(' ').unwrap_or(bare).trim_end()
}

/// Lines that say something, without those that tell tools what to do or draw a line.
fn said(lines: &[&str]) -> Option<String> {
    const FOR_TOOLS: [&str; 8] = [
        "noqa", "type:", "pylint:", "pragma:", "fmt:", "mypy:", "ruff:", "pyright:",
    ];
    let kept: Vec<&str> = lines
        .iter()
        .copied()
        .filter(|line| {
            let start = line.trim_start();
            let tool =
                FOR_TOOLS.iter().any(|word| start.starts_with(word)) || start.starts_with('!');
            let drawn = !start.is_empty() && start.chars().all(|c| "-=#*_~+ ".contains(c));
            !tool && !drawn
        })
        .collect();
    let text = kept.join("\n");
    let text = text.trim_matches('\n').trim_end();
    (!text.trim().is_empty()).then(|| text.to_owned())
}

/// A docstring as `inspect.cleandoc` gives it.
pub fn dedent(text: &str) -> Option<String> {
    let expanded = text.replace('\t', "        ").replace("\r\n", "\n");
    let mut lines = expanded.split('\n');
    let first = lines.next().unwrap_or("").trim_start();
    let rest: Vec<&str> = lines.collect();
    let margin = rest
        .iter()
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.len() - line.trim_start_matches(' ').len())
        .min()
        .unwrap_or(0);
    let rest = rest
        .iter()
        .map(|line| line.get(margin..).unwrap_or("").trim_end());
    let all: Vec<&str> = std::iter::once(first.trim_end()).chain(rest).collect();
    let joined = all.join("\n");
    let joined = joined.trim_matches('\n').trim_end();
    (!joined.trim().is_empty()).then(|| joined.to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::tests::tree;
    use ruff_text_size::Ranged;

    fn comments(text: &str) -> Vec<Option<String>> {
        let (tree, wrong) = tree(text);
        assert!(wrong.is_empty(), "{wrong:?}");
        let of = |s: &ruff_python_ast::Stmt| tree.comments.of(text, s.range());
        tree.body.iter().map(of).collect()
    }

    #[test]
    fn comments_belong_by_place() {
        for (text, expected) in [
            ("x = 1  # one\n", Some("one")),
            ("# above\n# two lines\nx = 1\n", Some("above\ntwo lines")),
            ("# above\nx = 1  # behind\n", Some("above\nbehind")),
            ("# far\n\nx = 1\n", None),
            ("x = 1  # noqa: E501\n", None),
            ("# ------\nx = 1\n", None),
            (
                "x = [  # inner\n # own\n 1]  # behind\n",
                Some("inner\nown\nbehind"),
            ),
            ("if x:  # test\n  y = 1  # inside\n", None),
            ("match = f(  # inner\n 1)\n", Some("inner")),
            ("#: for sphinx\nx = 1\n", Some("for sphinx")),
            ("x = 1\n# below\n", None),
            ("    # elsewhere\nx = 1\n", None),
        ] {
            assert_eq!(comments(text)[0].as_deref(), expected, "{text}");
        }
        let two = comments("x = 1  # x\n# y\ny = 2\n");
        assert_eq!(two, [Some("x".into()), Some("y".into())]);
        assert_eq!(
            comments("# a\r\n# b\r\nx = 1 # c\r\n")[0].as_deref(),
            Some("a\nb\nc")
        );
    }
}
