//! A piece of source on one line: without its comments, and without the line breaks between its tokens.

use ruff_text_size::TextRange;

use super::Tree;

impl Tree {
    /// The source of `range` on one line. Strings keep what they say: a line break inside of one is `\n`.
    pub fn one_line(&self, text: &str, range: TextRange) -> String {
        let whole = text.get(range.to_std_range()).unwrap_or("");
        if !whole.contains(['\n', '\r']) {
            return whole.to_owned();
        }
        let mut line = Line::default();
        let mut at = range.start();
        for (part, kind) in self.parts(range) {
            let code = TextRange::new(at, part.start());
            line.code(text.get(code.to_std_range()).unwrap_or(""));
            match kind {
                Kind::Comment => line.gap.push('\n'),
                Kind::Text => line.string(text.get(part.to_std_range()).unwrap_or("")),
            }
            at = part.end();
        }
        let code = TextRange::new(at, range.end());
        line.code(text.get(code.to_std_range()).unwrap_or(""));
        line.written
    }

    /// Comments and strings of several lines in a range, in order.
    fn parts(&self, range: TextRange) -> Vec<(TextRange, Kind)> {
        let inside = |part: &&TextRange| range.contains_range(**part);
        let from = |all: &[TextRange]| all.partition_point(|part| part.start() < range.start());
        let comments = self.comments.all();
        let comments = comments[from(comments)..].iter().take_while(inside);
        let strings = self.strings[from(&self.strings)..]
            .iter()
            .take_while(inside);
        let mut parts: Vec<(TextRange, Kind)> = comments
            .map(|part| (*part, Kind::Comment))
            .chain(strings.map(|part| (*part, Kind::Text)))
            .collect();
        parts.sort_by_key(|(part, _)| part.start());
        parts
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Comment,
    Text,
}

/// What is written, and the blank space since.
#[derive(Default)]
struct Line {
    written: String,
    gap: String,
}

impl Line {
    fn code(&mut self, code: &str) {
        let mut chars = code.chars().peekable();
        while let Some(c) = chars.next() {
            let joins = c == '\\' && matches!(chars.peek(), Some('\n' | '\r'));
            if c.is_whitespace() || joins {
                self.gap.push(if joins { '\n' } else { c });
                continue;
            }
            self.space(matches!(c, ')' | ']' | '}'));
            self.written.push(c);
        }
    }

    fn string(&mut self, text: &str) {
        self.space(false);
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        self.written.push_str(&text.replace('\n', "\\n"));
    }

    /// Blank space as it was; of a line break one space, and none beside a bracket.
    fn space(&mut self, closes: bool) {
        let gap = std::mem::take(&mut self.gap);
        if !gap.contains(['\n', '\r']) {
            self.written.push_str(&gap);
        } else if !closes && !self.written.is_empty() && !self.written.ends_with(['(', '[', '{']) {
            self.written.push(' ');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::tree;
    use ruff_text_size::Ranged;

    #[test]
    fn comments_and_breaks_go_and_strings_stay() {
        for (text, line) in [
            ("x = A( 1,  'b  # c')\n", "x = A( 1,  'b  # c')"),
            (
                "x = A(  # one\n    # two\n    1,  # three\n)\n",
                "x = A(1,)",
            ),
            ("x = A(\n    'a # b',\n    c=2)\n", "x = A('a # b', c=2)"),
            ("x = 1 + \\\n    2\n", "x = 1 + 2"),
            (
                "x = A('''# a\n   b''',  # c\r\n  2)\n",
                "x = A('''# a\\n   b''', 2)",
            ),
            (
                "x = A(f'''{1}\n{2}''',\n 3)\n",
                "x = A(f'''{1}\\n{2}''', 3)",
            ),
        ] {
            let (tree, wrong) = tree(text);
            assert!(wrong.is_empty(), "{wrong:?}");
            assert_eq!(tree.one_line(text, tree.body[0].range()), line, "{text}");
        }
    }
}
