//! Lines of Rust as rustfmt would leave them.

/// Most columns of a line.
pub(crate) const WIDTH: usize = 100;
/// Most columns between the brackets of an array on one line.
const ARRAY: usize = 60;
/// Most columns between the braces of a struct literal on one line.
const LITERAL: usize = 18;
/// Array elements of at most so many columns are packed into lines.
const SHORT_ELEMENT: usize = 10;

/// Text under construction.
#[derive(Default)]
pub(crate) struct Text {
    pub(crate) out: String,
    indent: usize,
}

impl Text {
    pub(crate) fn at(indent: usize) -> Self {
        Text {
            out: String::new(),
            indent,
        }
    }
    /// One line.
    pub(crate) fn line(&mut self, line: impl AsRef<str>) {
        let line = line.as_ref();
        if !line.is_empty() {
            for _ in 0..self.indent {
                self.out.push_str("    ");
            }
            self.out.push_str(line);
        }
        self.out.push('\n');
    }
    pub(crate) fn blank(&mut self) {
        self.out.push('\n');
    }
    /// A line, then what `inside` writes one level deeper, then another line.
    pub(crate) fn block(
        &mut self,
        open: impl AsRef<str>,
        close: &str,
        inside: impl FnOnce(&mut Text),
    ) {
        self.line(open);
        self.indent += 1;
        inside(self);
        self.indent -= 1;
        self.line(close);
    }
    /// What `inside` writes, one level deeper.
    pub(crate) fn indented(&mut self, inside: impl FnOnce(&mut Text)) {
        self.indent += 1;
        inside(self);
        self.indent -= 1;
    }
    /// `let Some(name) = value else { otherwise };`
    pub(crate) fn let_else(&mut self, name: &str, value: &str, otherwise: &str) {
        self.block(
            format!("let __tg::Option::Some({name}) = {value} else {{"),
            "};",
            |t| t.line(otherwise),
        );
    }
    fn columns(&self) -> usize {
        self.indent * 4
    }
    /// Whether `line` fits here.
    pub(crate) fn fits(&self, line: &str) -> bool {
        self.columns() + line.chars().count() <= WIDTH
    }
    /// `head.tail` on one line, or the tail on a line of its own.
    pub(crate) fn chain(&mut self, head: &str, tail: &str) {
        let line = format!("{head}{tail}");
        if self.fits(&line) {
            self.line(line);
        } else {
            self.line(head);
            self.indent += 1;
            self.line(tail);
            self.indent -= 1;
        }
    }
    /// `before[items]after`.
    pub(crate) fn array(&mut self, before: &str, items: &[String], after: &str) {
        let one = items.join(", ");
        let line = format!("{before}[{one}]{after}");
        if one.chars().count() <= ARRAY && self.fits(&line) {
            return self.line(line);
        }
        // A constant's value goes to a line of its own before its items do.
        if let Some((declared, sign)) = before.split_once(" = ")
            && one.chars().count() <= ARRAY
        {
            self.line(format!("{declared} ="));
            self.indent += 1;
            self.line(format!("{sign}[{one}]{after}"));
            self.indent -= 1;
            return;
        }
        let packed = items.iter().all(|i| i.chars().count() <= SHORT_ELEMENT);
        self.block(format!("{before}["), &format!("]{after}"), |t| {
            if !packed {
                for item in items {
                    t.line(format!("{item},"));
                }
                return;
            }
            let mut row = String::new();
            for item in items {
                let more = if row.is_empty() {
                    format!("{item},")
                } else {
                    format!("{row} {item},")
                };
                // rustfmt keeps a column free behind packed items.
                if t.fits(&format!("{more} ")) {
                    row = more;
                } else {
                    t.line(&row);
                    row = format!("{item},");
                }
            }
            t.line(&row);
        });
    }
    /// `before{ fields }after` of a struct literal.
    pub(crate) fn literal(&mut self, before: &str, fields: &[String], after: &str) {
        let one = fields.join(", ");
        if fields.is_empty() {
            return self.line(format!("{before} {{}}{after}"));
        }
        let line = format!("{before} {{ {one} }}{after}");
        if one.chars().count() <= LITERAL && self.fits(&line) {
            return self.line(line);
        }
        self.block(format!("{before} {{"), &format!("}}{after}"), |t| {
            for field in fields {
                t.line(format!("{field},"));
            }
        });
    }
    /// `before(parameters)after` of a function; a parameter is `name: ` and its type.
    pub(crate) fn signature(
        &mut self,
        before: &str,
        parameters: &[(String, TypeText)],
        after: &str,
    ) {
        let one: Vec<String> = parameters
            .iter()
            .map(|(name, ty)| format!("{name}{}", ty.text()))
            .collect();
        let line = format!("{before}({}){after}", one.join(", "));
        if self.fits(&line) {
            return self.line(line);
        }
        self.block(format!("{before}("), &format!("){after}"), |t| {
            for (name, ty) in parameters {
                t.broken(name, ty, ",");
            }
        });
    }
    /// `///` lines.
    pub(crate) fn doc(&mut self, doc: &str) {
        for line in doc.lines() {
            let line: String = line
                .trim_end()
                .chars()
                .map(|c| if hidden(c) { ' ' } else { c })
                .collect();
            self.line(if line.is_empty() {
                "///".to_owned()
            } else {
                format!("/// {line}")
            });
        }
    }
    /// `before Type,` with the type's arguments on lines of their own where it is too long.
    pub(crate) fn typed(&mut self, before: &str, ty: &TypeText, after: &str) {
        let line = format!("{before}{}{after}", ty.text());
        let alone = format!("    {}{after}", ty.text());
        if !self.fits(&line) && self.fits(&alone) {
            self.line(before.trim_end());
            return self.line(alone);
        }
        self.broken(before, ty, after);
    }
    /// As `typed`, but never the whole type on a line of its own.
    fn broken(&mut self, before: &str, ty: &TypeText, after: &str) {
        let line = format!("{before}{}{after}", ty.text());
        if self.fits(&line) || ty.arguments.is_empty() {
            return self.line(line);
        }
        self.block(format!("{before}{}<", ty.path), &format!(">{after}"), |t| {
            for a in &ty.arguments {
                t.broken("", a, ",");
            }
        });
    }
    /// Whether every line fits that rustfmt would break. It leaves comments and strings whole, and what
    /// is marked.
    pub(crate) fn tidy(&self) -> bool {
        let strings = [
            "///",
            "//",
            "doc: \"",
            "deprecated: \"",
            "raw: \"",
            "default: \"",
        ];
        let mut marked = usize::MAX;
        self.out.lines().enumerate().all(|(i, line)| {
            let text = line.trim_start();
            if text == "#[rustfmt::skip]" {
                marked = i;
            }
            line.chars().count() <= WIDTH
                || strings.iter().any(|s| text.starts_with(s))
                || i == marked.saturating_add(2)
        })
    }
}

/// A Rust type: a path and its generic arguments.
pub(crate) struct TypeText {
    pub(crate) path: String,
    pub(crate) arguments: Vec<TypeText>,
}

impl TypeText {
    pub(crate) fn path(path: impl Into<String>) -> Self {
        TypeText {
            path: path.into(),
            arguments: Vec::new(),
        }
    }
    pub(crate) fn of(path: &str, arguments: Vec<TypeText>) -> Self {
        TypeText {
            path: path.to_owned(),
            arguments,
        }
    }
    pub(crate) fn text(&self) -> String {
        if self.arguments.is_empty() {
            return self.path.clone();
        }
        let inside: Vec<String> = self.arguments.iter().map(TypeText::text).collect();
        format!("{}<{}>", self.path, inside.join(", "))
    }
}

/// Characters that cannot be seen, or that turn the direction of the text that follows: compilers and
/// reviewers are fooled by them.
fn hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// A Rust string literal.
pub(crate) fn quoted(s: &str) -> String {
    let mut out = String::with_capacity(s.len() + 2);
    out.push('"');
    for c in s.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if hidden(c) => out.push_str(&c.escape_unicode().to_string()),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// `&["a", "b"]` without brackets.
pub(crate) fn quoted_list(items: &[String]) -> Vec<String> {
    items.iter().map(|s| quoted(s)).collect()
}
