//! Lines of Rust as rustfmt would leave them.
//!
//! A line is given in pieces that are copied once, into the text itself.

use super::shape::RustType;

/// Most columns of a line.
pub(crate) const WIDTH: usize = 100;
/// Most columns between the brackets of an array on one line.
const ARRAY: usize = 60;
/// Most columns between the braces of a struct literal on one line.
const LITERAL: usize = 18;
/// Array elements of at most so many columns are packed into lines.
const SHORT_ELEMENT: usize = 10;

/// The attribute that leaves the item behind it as it is written.
pub(crate) const SKIP: &str = "#[rustfmt::skip]";

/// Text under construction.
#[derive(Default)]
pub(crate) struct Text {
    pub(crate) out: String,
    indent: usize,
    /// Lines so far.
    lines: usize,
    /// The last line that was [`SKIP`].
    skipped: Option<usize>,
    /// Whether a line is too long that rustfmt would break.
    untidy: bool,
}

impl Text {
    pub(crate) fn at(indent: usize) -> Self {
        Text {
            indent,
            ..Text::default()
        }
    }
    /// At the margin, with room for so many bytes.
    pub(crate) fn with_room(bytes: usize) -> Self {
        Text {
            out: String::with_capacity(bytes),
            ..Text::default()
        }
    }
    /// One line.
    pub(crate) fn line(&mut self, line: impl AsRef<str>) {
        self.put(&[line.as_ref()]);
    }
    /// One line of several pieces.
    pub(crate) fn put(&mut self, pieces: &[&str]) {
        let start = self.begin(pieces);
        self.end(start);
    }
    /// One line of several pieces inside a macro call, which rustfmt leaves as it is.
    pub(crate) fn loose(&mut self, pieces: &[&str]) {
        self.loosely(pieces, |_| {});
    }
    /// As [`Text::loose`], with what `rest` writes behind the pieces.
    pub(crate) fn loosely(&mut self, pieces: &[&str], rest: impl FnOnce(&mut String)) {
        self.begin(pieces);
        rest(&mut self.out);
        self.lines += 1;
        self.out.push('\n');
    }
    /// One line of pieces with items and `, ` between them.
    fn joined<P: Pieces>(&mut self, before: &[&str], items: &[P], after: &[&str]) {
        let start = self.begin(before);
        for (i, item) in items.iter().enumerate() {
            if i > 0 {
                self.out.push_str(", ");
            }
            item.write(&mut self.out);
        }
        after.iter().for_each(|piece| self.out.push_str(piece));
        self.end(start);
    }
    /// Begins a line; where it begins.
    fn begin(&mut self, pieces: &[&str]) -> usize {
        let start = self.out.len();
        const MARGIN: &str = "                                                ";
        match MARGIN.get(..self.columns()) {
            Some(margin) => self.out.push_str(margin),
            None => self.out.push_str(&" ".repeat(self.columns())),
        }
        for piece in pieces {
            self.out.push_str(piece);
        }
        start
    }
    /// Ends the line that begins at `start`. An empty one has no margin.
    fn end(&mut self, start: usize) {
        let length = self.out.len() - start;
        if length == self.columns() {
            self.out.truncate(start);
        } else if length > WIDTH {
            self.untidy |= self.is_untidy(start);
        } else if self.out.ends_with(SKIP) && self.out[start..].trim_start() == SKIP {
            self.skipped = Some(self.lines);
        }
        self.lines += 1;
        self.out.push('\n');
    }
    /// Whether rustfmt would break the line that begins at `start`. It leaves comments and strings whole,
    /// and what is marked.
    fn is_untidy(&self, start: usize) -> bool {
        let strings = [
            "///",
            "//",
            "doc: \"",
            "deprecated: \"",
            "raw: \"",
            "default: \"",
        ];
        let Some(line) = self.out.get(start..) else {
            return false;
        };
        let text = line.trim_start();
        line.chars().count() > WIDTH
            && !strings.iter().any(|s| text.starts_with(s))
            && self.skipped.is_none_or(|at| at + 2 != self.lines)
    }
    pub(crate) fn blank(&mut self) {
        self.lines += 1;
        self.out.push('\n');
    }
    /// A line, then what `inside` writes one level deeper, then another line.
    pub(crate) fn block(
        &mut self,
        open: impl AsRef<str>,
        close: &str,
        inside: impl FnOnce(&mut Text),
    ) {
        self.block_of(&[open.as_ref()], &[close], inside);
    }
    /// As [`Text::block`], with lines of several pieces.
    pub(crate) fn block_of(
        &mut self,
        open: &[&str],
        close: &[&str],
        inside: impl FnOnce(&mut Text),
    ) {
        self.put(open);
        self.deeper(inside);
        self.put(close);
    }
    /// What `inside` writes, one level deeper.
    pub(crate) fn deeper(&mut self, inside: impl FnOnce(&mut Text)) {
        self.indent += 1;
        inside(self);
        self.indent -= 1;
    }
    fn columns(&self) -> usize {
        self.indent * 4
    }
    fn fits_columns(&self, columns: usize) -> bool {
        self.columns() + columns <= WIDTH
    }
    /// Whether `line` fits here.
    pub(crate) fn fits(&self, line: &str) -> bool {
        self.fits_columns(width(line))
    }
    /// `before[items]after`.
    pub(crate) fn array<P: Pieces>(&mut self, before: &str, items: &[P], after: &str) {
        let one = list_width(items);
        if one <= ARRAY && self.fits_columns(width(before) + one + width(after) + 2) {
            return self.joined(&[before, "["], items, &["]", after]);
        }
        // A constant's value goes to a line of its own before its items do.
        if let Some((declared, sign)) = before.split_once(" = ")
            && one <= ARRAY
        {
            self.put(&[declared, " ="]);
            self.deeper(|t| t.joined(&[sign, "["], items, &["]", after]));
            return;
        }
        self.block_of(&[before, "["], &["]", after], |t| {
            if items.iter().all(|i| i.width() <= SHORT_ELEMENT) {
                t.packed(items);
            } else {
                for item in items {
                    t.element(item);
                }
            }
        });
    }
    /// An item on a line of its own.
    fn element(&mut self, item: &impl Pieces) {
        let start = self.begin(&[]);
        item.write(&mut self.out);
        self.out.push(',');
        self.end(start);
    }
    /// As many items a line as fit.
    fn packed<P: Pieces>(&mut self, items: &[P]) {
        let mut row = String::new();
        for item in items {
            // rustfmt keeps a column free behind packed items.
            let more = width(&row) + usize::from(!row.is_empty()) + item.width() + 2;
            if !self.fits_columns(more) {
                self.line(&row);
                row.clear();
            } else if !row.is_empty() {
                row.push(' ');
            }
            item.write(&mut row);
            row.push(',');
        }
        self.line(&row);
    }
    /// `before{ fields }after` of a struct literal.
    pub(crate) fn literal<P: Pieces>(&mut self, before: &str, fields: &[P], after: &str) {
        if fields.is_empty() {
            return self.put(&[before, " {}", after]);
        }
        // Three columns for a field at least.
        let few = fields.len() <= LITERAL;
        let one = if few { list_width(fields) } else { usize::MAX };
        if one <= LITERAL && self.fits_columns(width(before) + one + width(after) + 5) {
            return self.joined(&[before, " { "], fields, &[" }", after]);
        }
        self.block_of(&[before, " {"], &["}", after], |t| {
            for field in fields {
                t.element(field);
            }
        });
    }
    /// `before(parameters)after` of a function.
    pub(crate) fn signature(&mut self, before: &[&str], parameters: &[Parameter<'_>], after: &str) {
        let start = self.begin(before);
        for (i, parameter) in parameters.iter().enumerate() {
            self.out.push_str(if i == 0 { "(" } else { ", " });
            parameter.write(&mut self.out);
        }
        self.out.push(')');
        self.out.push_str(after);
        if self.ended(start) {
            return;
        }
        self.put(&[before, &["("]].concat());
        self.deeper(|t| {
            for Parameter { name, ty } in parameters {
                match ty {
                    Some(ty) => t.broken(&[name, ": "], *ty, ","),
                    None => t.put(&[name, ","]),
                }
            }
        });
        self.put(&[")", after]);
    }
    /// `///` lines.
    pub(crate) fn doc(&mut self, doc: &str) {
        for line in doc.lines() {
            let line = line.trim_end();
            if line.is_empty() {
                self.line("///");
            } else if line.bytes().all(is_visible) || !line.contains(hidden) {
                self.put(&["/// ", line]);
            } else {
                self.put(&["/// ", &line.replace(hidden, " ")]);
            }
        }
    }
    /// A `///` line of pieces, which are names and our words.
    pub(crate) fn doc_of(&mut self, pieces: &[&str]) {
        if pieces.iter().all(|p| p.bytes().all(is_visible)) {
            let start = self.begin(&["/// "]);
            pieces.iter().for_each(|piece| self.out.push_str(piece));
            return self.end(start);
        }
        self.doc(&pieces.concat());
    }
    /// `before Type,` with the type's arguments on lines of their own where it is too long.
    pub(crate) fn typed(&mut self, before: &[&str], ty: RustType<'_>, after: &str) {
        if self.try_type_line(before, ty, after) {
            return;
        }
        let alone = ty.width() + width(after);
        if self.fits_columns(alone + 4) {
            let mut before = before.to_vec();
            if let Some(last) = before.last_mut() {
                *last = last.trim_end();
            }
            self.put(&before);
            return self.deeper(|t| t.type_line(&[], ty, after));
        }
        self.broken(before, ty, after);
    }
    /// As `typed`, but never the whole type on a line of its own.
    fn broken(&mut self, before: &[&str], ty: RustType<'_>, after: &str) {
        let mut arguments = ty.arguments().peekable();
        if arguments.peek().is_none() {
            return self.type_line(before, ty, after);
        }
        if self.try_type_line(before, ty, after) {
            return;
        }
        let open = [before, &ty.path(), &["<"]].concat();
        self.block_of(&open, &[">", after], |t| {
            for argument in arguments {
                t.broken(&[], argument, ",");
            }
        });
    }
    /// Writes the line if it fits.
    fn try_type_line(&mut self, before: &[&str], ty: RustType<'_>, after: &str) -> bool {
        let start = self.begin(before);
        ty.write(&mut self.out);
        self.out.push_str(after);
        self.ended(start)
    }
    /// Ends the line that begins at `start` if it fits, and takes it back otherwise.
    fn ended(&mut self, start: usize) -> bool {
        // Most lines have so few bytes that columns need not be counted.
        let fits = self.out.len() - start <= WIDTH || width(&self.out[start..]) <= WIDTH;
        match fits {
            true => self.end(start),
            false => self.out.truncate(start),
        }
        fits
    }
    fn type_line(&mut self, before: &[&str], ty: RustType<'_>, after: &str) {
        let start = self.begin(before);
        ty.write(&mut self.out);
        self.out.push_str(after);
        self.end(start);
    }
    /// What `inside` writes, as an item at the margin that rustfmt leaves alone where it would break a
    /// line of it.
    pub(crate) fn item(&mut self, inside: impl FnOnce(&mut Text)) {
        let start = self.out.len();
        (self.untidy, self.skipped) = (false, None);
        inside(self);
        if self.untidy {
            self.out.insert(start, '\n');
            self.out.insert_str(start, SKIP);
        }
    }
}

/// Columns of a text.
fn width(text: &str) -> usize {
    if text.is_ascii() {
        text.len()
    } else {
        text.chars().count()
    }
}

fn widths(pieces: &[&str]) -> usize {
    pieces.iter().map(|piece| width(piece)).sum()
}

/// Text in one piece or several.
pub(crate) trait Pieces {
    fn width(&self) -> usize;
    fn write(&self, out: &mut String);
}

impl Pieces for &str {
    fn width(&self) -> usize {
        width(self)
    }
    fn write(&self, out: &mut String) {
        out.push_str(self);
    }
}

impl Pieces for String {
    fn width(&self) -> usize {
        width(self)
    }
    fn write(&self, out: &mut String) {
        out.push_str(self);
    }
}

impl<const N: usize> Pieces for [&str; N] {
    fn width(&self) -> usize {
        widths(self)
    }
    fn write(&self, out: &mut String) {
        self.iter().for_each(|piece| out.push_str(piece));
    }
}

/// Columns of items with `, ` between them.
fn list_width<P: Pieces>(items: &[P]) -> usize {
    let items_alone: usize = items.iter().map(Pieces::width).sum();
    items_alone + 2 * items.len().saturating_sub(1)
}

/// A parameter of a function; one without a type is `self`.
pub(crate) struct Parameter<'a> {
    pub(crate) name: &'a str,
    pub(crate) ty: Option<RustType<'a>>,
}

impl Parameter<'_> {
    fn write(&self, out: &mut String) {
        out.push_str(self.name);
        if let Some(ty) = self.ty {
            out.push_str(": ");
            ty.write(out);
        }
    }
}

impl RustType<'_> {
    /// On one line.
    pub(crate) fn text(self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }
    fn width(self) -> usize {
        // The brackets, and `, ` between two arguments: two columns for each argument.
        let inside: usize = self.arguments().map(|a| a.width() + 2).sum();
        widths(&self.path()) + inside
    }
    fn write(self, out: &mut String) {
        self.path().iter().for_each(|piece| out.push_str(piece));
        let mut open = "<";
        for argument in self.arguments() {
            out.push_str(open);
            argument.write(out);
            open = ", ";
        }
        if open != "<" {
            out.push('>');
        }
    }
}

/// Characters that cannot be seen, or that turn the direction of the text that follows: compilers and
/// reviewers are fooled by them.
fn hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// Whether a byte is a character that can be seen, or a space.
fn is_visible(byte: u8) -> bool {
    matches!(byte, b' '..=b'~')
}

/// Entries between braces, as `{ name: "x", doc: "y", }`, or `{}` where there are none.
pub(crate) struct Entries<'o> {
    out: &'o mut String,
    any: bool,
}

impl<'o> Entries<'o> {
    /// What `entries` says.
    pub(crate) fn write(out: &'o mut String, entries: impl FnOnce(&mut Entries<'_>)) {
        let mut all = Entries { out, any: false };
        entries(&mut all);
        let close = if all.any { " }" } else { "{}" };
        all.out.push_str(close);
    }
    /// One entry, in pieces.
    pub(crate) fn say(&mut self, pieces: &[&str]) {
        self.say_of(|out| pieces.iter().for_each(|piece| out.push_str(piece)));
    }
    /// One whose value is a string.
    pub(crate) fn say_text(&mut self, what: &str, text: &str) {
        self.say_of(|out| {
            out.push_str(what);
            quote(text, out);
        });
    }
    /// One that `entry` writes.
    pub(crate) fn say_of(&mut self, entry: impl FnOnce(&mut String)) {
        self.out.push_str(if self.any { " " } else { "{ " });
        self.any = true;
        entry(self.out);
        self.out.push(',');
    }
}

/// A Rust string literal.
pub(crate) fn quoted(s: &str) -> String {
    let mut out = String::with_capacity(s.len() + 2);
    quote(s, &mut out);
    out
}

/// Writes a Rust string literal.
pub(crate) fn quote(s: &str, out: &mut String) {
    out.push('"');
    escape(s, out);
    out.push('"');
}

/// Writes what stands between the quotes of a Rust string literal.
pub(crate) fn escape(s: &str, out: &mut String) {
    if s.bytes().all(|b| is_visible(b) && b != b'"' && b != b'\\') {
        return out.push_str(s);
    }
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
}

/// `&["a", "b"]` without brackets.
pub(crate) fn quoted_list(items: &[String]) -> Vec<String> {
    items.iter().map(|s| quoted(s)).collect()
}
