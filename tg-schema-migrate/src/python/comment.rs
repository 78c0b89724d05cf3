//! Comments and docstrings into documentation.
//!
//! A comment belongs to a statement by its place: behind it on its last line, or as a block of lines of
//! its own directly above.

use ruff_text_size::{TextRange, TextSize};

/// The comments of a file, in order.
#[derive(Clone, Debug, Default)]
pub struct Comments(Vec<TextRange>);

impl Comments {
    /// From their places, in order.
    pub fn new(places: Vec<TextRange>) -> Self {
        Comments(places)
    }

    /// What the comments at a statement say: first those above, then the one behind.
    pub fn of(&self, text: &str, statement: TextRange) -> Option<String> {
        let above = self.above(text, statement.start());
        let behind = self.behind(text, statement.end());
        let parts: Vec<String> = above.into_iter().chain(behind).collect();
        (!parts.is_empty()).then(|| parts.join("\n"))
    }

    /// The comment behind a statement on its last line.
    pub fn behind(&self, text: &str, end: TextSize) -> Option<String> {
        let next = self.0.get(self.0.partition_point(|c| c.start() < end))?;
        let between = text.get(end.to_usize()..next.start().to_usize())?;
        if between.contains('\n') {
            return None;
        }
        said(&[word(text, *next)])
    }

    /// The block of comment lines that ends directly above a statement.
    pub fn above(&self, text: &str, start: TextSize) -> Option<String> {
        let mut below = line_start(text, start.to_usize());
        let column = start.to_usize() - below;
        let mut lines = Vec::new();
        for comment in self.0[..self.0.partition_point(|c| c.start() < start)]
            .iter()
            .rev()
        {
            let from = line_start(text, comment.start().to_usize());
            let alone = text
                .get(from..comment.start().to_usize())?
                .trim()
                .is_empty();
            let touches = text
                .get(comment.end().to_usize()..below)
                .is_some_and(|gap| {
                    gap.trim_end_matches('\r').trim_matches('\r') == "\n" || gap == "\r\n"
                });
            let aligned = comment.start().to_usize() - from == column;
            if !alone || !touches || !aligned {
                break;
            }
            lines.push(word(text, *comment));
            below = from;
        }
        lines.reverse();
        said(&lines)
    }
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
            ("x = [  # inner\n 1]  # behind\n", Some("behind")),
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
