//! What stands between the values of a TOML text: brackets, commas and comments, with their places.

use std::ops::Range;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Open,
    Close,
    Comma,
    Comment,
}

#[derive(Clone, Debug)]
struct Mark {
    kind: Kind,
    range: Range<usize>,
    /// The bracket that it stands in; of one that closes, the one that opens.
    around: Option<usize>,
}

/// The brackets, commas and comments of a text that is valid TOML.
#[derive(Debug)]
pub(super) struct Marks(Vec<Mark>);

/// What stands between two brackets, separated by commas: the items of an array, or what is in an inline table.
#[derive(Debug)]
pub(super) struct List {
    /// Behind the bracket that opens, up to the one that closes.
    pub inside: Range<usize>,
    pub elements: Vec<Element>,
}

/// One of them.
#[derive(Debug)]
pub(super) struct Element {
    /// Without spaces and comments around it.
    pub range: Range<usize>,
    /// The comma behind it.
    pub comma: Option<Range<usize>>,
}

impl Marks {
    pub(super) fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let (mut marks, mut open): (Vec<Mark>, Vec<usize>) = (Vec::new(), Vec::new());
        let mut at = 0;
        while let Some(byte) = bytes.get(at) {
            let kind = match byte {
                b'"' | b'\'' => {
                    at = string_end(bytes, at);
                    continue;
                }
                b'[' | b'{' => Kind::Open,
                b']' | b'}' => Kind::Close,
                b',' => Kind::Comma,
                b'#' => Kind::Comment,
                _ => {
                    at += 1;
                    continue;
                }
            };
            let end = match kind {
                Kind::Comment => comment_end(bytes, at),
                _ => at + 1,
            };
            marks.push(Mark {
                kind,
                range: at..end,
                around: match kind {
                    Kind::Close => open.pop(),
                    _ => open.last().copied(),
                },
            });
            if kind == Kind::Open {
                open.push(marks.len() - 1);
            }
            at = end;
        }
        Marks(marks)
    }

    /// The first mark that starts at a place or behind it.
    fn from(&self, at: usize) -> usize {
        self.0.partition_point(|mark| mark.range.start < at)
    }

    /// The innermost bracket that a place is in.
    fn around(&self, at: usize) -> Option<usize> {
        let before = self.from(at).checked_sub(1)?;
        let mark = self.0.get(before)?;
        match mark.kind {
            Kind::Open => Some(before),
            Kind::Close => self.0.get(mark.around?)?.around,
            Kind::Comma | Kind::Comment => mark.around,
        }
    }

    /// The place of the outermost bracket that a place is in; else the place itself.
    pub(super) fn outermost(&self, at: usize) -> usize {
        let (mut place, mut around) = (at, self.around(at));
        while let Some(mark) = around.and_then(|around| self.0.get(around)) {
            place = mark.range.start;
            around = mark.around;
        }
        place
    }

    /// The comments in a part of the text.
    pub(super) fn comments(&self, part: &Range<usize>) -> impl Iterator<Item = Range<usize>> {
        let marks = self.0.get(self.from(part.start)..).unwrap_or_default();
        let inside = marks.iter().take_while(|mark| mark.range.start < part.end);
        let comments = inside.filter(|mark| mark.kind == Kind::Comment);
        comments.map(|mark| mark.range.clone())
    }

    /// What the innermost brackets around a place have between them; none where there are none.
    pub(super) fn list(&self, text: &str, at: usize) -> Option<List> {
        let open = self.around(at)?;
        let start = self.0.get(open)?.range.end;
        let own = self.0.get(open + 1..)?.iter();
        let own = own.filter(|mark| mark.around == Some(open));
        let mut elements = Vec::new();
        let mut from = start;
        for mark in own {
            match mark.kind {
                Kind::Comma => {
                    elements.extend(self.element(
                        text,
                        from..mark.range.start,
                        Some(mark.range.clone()),
                    ));
                    from = mark.range.end;
                }
                Kind::Close => {
                    let end = mark.range.start;
                    elements.extend(self.element(text, from..end, None));
                    let inside = start..end;
                    return Some(List { inside, elements });
                }
                Kind::Open | Kind::Comment => {}
            }
        }
        None
    }

    /// What stands in a part of the text, if anything does.
    fn element(
        &self,
        text: &str,
        part: Range<usize>,
        comma: Option<Range<usize>>,
    ) -> Option<Element> {
        let Range { mut start, mut end } = part.clone();
        let mut comments: Vec<Range<usize>> = self.comments(&part).collect();
        while let Some(rest) = text.get(start..end) {
            start = end - rest.trim_start().len();
            match comments.first() {
                Some(comment) if comment.start == start => {
                    start = comments.remove(0).end;
                }
                _ => break,
            }
        }
        while let Some(rest) = text.get(start..end) {
            end = start + rest.trim_end().len();
            match comments.pop() {
                // One may end with spaces.
                Some(comment) if comment.start < end && end <= comment.end => end = comment.start,
                _ => break,
            }
        }
        (start < end).then_some(Element {
            range: start..end,
            comma,
        })
    }
}

fn comment_end(bytes: &[u8], start: usize) -> usize {
    let rest = bytes.get(start..).unwrap_or_default();
    let end = rest.iter().position(|byte| *byte == b'\n');
    let end = start + end.unwrap_or(rest.len());
    match bytes.get(end.saturating_sub(1)) {
        Some(b'\r') => end - 1,
        _ => end,
    }
}

/// The end of the string that starts at a quote.
pub(super) fn string_end(bytes: &[u8], start: usize) -> usize {
    let Some(quote) = bytes.get(start) else {
        return start;
    };
    let run = |at: usize| {
        let rest = bytes.get(at..).unwrap_or_default();
        rest.iter().take_while(|byte| *byte == quote).count()
    };
    let long = run(start) >= 3;
    let mut at = start + if long { 3 } else { 1 };
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' if *quote == b'"' => at += 2,
            byte if byte == quote && !long => return at + 1,
            // Up to two quotes may stand in front of the three that end it.
            byte if byte == quote => match run(at) {
                quotes @ 3.. => return at + quotes.min(5),
                quotes => at += quotes,
            },
            _ => at += 1,
        }
    }
    bytes.len()
}
