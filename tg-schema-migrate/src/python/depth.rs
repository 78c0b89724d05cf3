//! How deep a text nests, before it is parsed.
//!
//! A parser recurses, and so does every walk over its tree and the tree's own end. This reads the text
//! once, as words and brackets, and adds up what may become levels of a tree: indentation, open brackets,
//! and the operators, dots and calls that follow one another without a comma.

/// Most levels of a file that is parsed.
pub const MAX_DEPTH: usize = 2_000;

/// The place at which the text is too deep.
pub fn check(text: &str) -> Result<(), usize> {
    Scan {
        bytes: text.as_bytes(),
        at: 0,
        indents: vec![0],
        levels: vec![0],
        sum: 0,
    }
    .run()
}

struct Scan<'t> {
    bytes: &'t [u8],
    at: usize,
    /// Columns of the blocks that are open.
    indents: Vec<usize>,
    /// Chain of operators in each open bracket; the first is the line itself.
    levels: Vec<usize>,
    /// All of `levels` together.
    sum: usize,
}

impl Scan<'_> {
    fn run(mut self) -> Result<(), usize> {
        let mut line_start = true;
        while let Some(&byte) = self.bytes.get(self.at) {
            if line_start && self.levels.len() == 1 {
                self.indentation();
                line_start = false;
                continue;
            }
            line_start = false;
            match byte {
                b'\n' => {
                    line_start = true;
                    if self.levels.len() == 1 {
                        self.reset();
                    }
                }
                b'#' => {
                    self.comment();
                    continue;
                }
                b'\\' => self.at += 1,
                b'"' | b'\'' => {
                    self.string(false)?;
                    continue;
                }
                b'(' | b'[' | b'{' => {
                    self.link(1);
                    self.levels.push(0);
                }
                b')' | b']' | b'}' if self.levels.len() > 1 => {
                    self.sum -= self.levels.pop().unwrap_or(0);
                }
                b',' | b';' => self.reset(),
                b'+' | b'-' | b'*' | b'/' | b'%' | b'@' | b'&' | b'|' | b'^' | b'~' | b'<'
                | b'>' | b'=' | b'!' | b'.' => self.link(1),
                _ if byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80 => {
                    self.word()?;
                    self.deep()?;
                    continue;
                }
                _ => {}
            }
            self.deep()?;
            self.at += 1;
        }
        Ok(())
    }

    fn deep(&self) -> Result<(), usize> {
        let depth = self.sum + self.levels.len() + self.indents.len();
        if depth > MAX_DEPTH {
            Err(self.at)
        } else {
            Ok(())
        }
    }

    fn link(&mut self, count: usize) {
        if let Some(level) = self.levels.last_mut() {
            *level += count;
            self.sum += count;
        }
    }

    fn reset(&mut self) {
        if let Some(level) = self.levels.last_mut() {
            self.sum -= *level;
            *level = 0;
        }
    }

    fn indentation(&mut self) {
        let from = self.at;
        while matches!(self.bytes.get(self.at), Some(b' ' | b'\t' | 0x0c)) {
            self.at += 1;
        }
        let column = self.at - from;
        if matches!(self.bytes.get(self.at), None | Some(b'\n' | b'\r' | b'#')) {
            return;
        }
        while self.indents.last().is_some_and(|&open| open > column) {
            self.indents.pop();
        }
        if self.indents.last().is_none_or(|&open| open < column) {
            self.indents.push(column);
        }
    }

    fn comment(&mut self) {
        while self.bytes.get(self.at).is_some_and(|&b| b != b'\n') {
            self.at += 1;
        }
    }

    /// A name, a word of the language, or the letters in front of a string.
    fn word(&mut self) -> Result<(), usize> {
        let from = self.at;
        let inside = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b >= 0x80;
        while self.bytes.get(self.at).is_some_and(|&b| inside(b)) {
            self.at += 1;
        }
        let word = &self.bytes[from..self.at];
        if word.len() <= 2 && matches!(self.bytes.get(self.at), Some(b'"' | b'\'')) {
            let formatted = word.iter().any(|b| b"fFtT".contains(b));
            return self.string(formatted);
        }
        if matches!(
            word,
            b"not"
                | b"and"
                | b"or"
                | b"if"
                | b"else"
                | b"lambda"
                | b"await"
                | b"yield"
                | b"in"
                | b"is"
                | b"for"
                | b"from"
        ) {
            self.link(1);
        }
        Ok(())
    }

    /// A string, from its quote. The braces of a formatted one may hold strings again.
    fn string(&mut self, formatted: bool) -> Result<(), usize> {
        let quote = self.bytes[self.at];
        let triple = self.bytes[self.at..].starts_with(&[quote; 3]);
        let width = if triple { 3 } else { 1 };
        self.at += width;
        let mut braces = 0_usize;
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b'\\' => self.at += 1,
                b'\n' if !triple => return Ok(()),
                b'{' if formatted => {
                    braces += 1;
                    if self.sum + self.levels.len() + self.indents.len() + braces > MAX_DEPTH {
                        return Err(self.at);
                    }
                }
                b'}' if formatted => braces = braces.saturating_sub(1),
                _ if byte == quote
                    && (!triple || self.bytes[self.at..].starts_with(&[quote; 3])) =>
                {
                    self.at += width;
                    return Ok(());
                }
                _ => {}
            }
            self.at += 1;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_is_not_deep() {
        let rows = "    ('a', [1, 2], {'x': -1.5}, f(x)),\n".repeat(5_000);
        assert_eq!(check(&format!("rows = [\n{rows}]\n")), Ok(()));
        let lines = "x = a.b.c(d)[e] + f'{g}' # ((((\n".repeat(5_000);
        assert_eq!(check(&lines), Ok(()));
        let words = format!(
            "x = '{}'\ny = '''{}'''\n",
            "(".repeat(5_000),
            "[\n".repeat(5_000)
        );
        assert_eq!(check(&words), Ok(()));
    }

    #[test]
    fn the_place_is_told() {
        let text = format!("x = 1\ny = {}", "(".repeat(5_000));
        let place = check(&text).expect_err("it is deep");
        assert!(place > 1_000 && place < 3_000, "{place}");
    }
}
