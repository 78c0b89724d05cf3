//! Lines of a text, and comments in it.

use std::ops::Range;

use proc_macro2::{TokenStream, TokenTree};

use super::script::{Item, Part, Script};
use super::{Replacement, by_hand, replacement};

impl<'t> Script<'t> {
    pub(super) fn line_break(&self) -> &'static str {
        match self.text.contains("\r\n") {
            true => "\r\n",
            false => "\n",
        }
    }

    fn line_start(&self, at: usize) -> usize {
        self.part(0..at).rfind('\n').map_or(0, |found| found + 1)
    }

    /// Where the line ends that a place is in, in front of its line break.
    fn line_end(&self, at: usize) -> usize {
        let rest = self.part(at..self.text.len());
        let line = rest.lines().next().unwrap_or_default();
        at + line.len()
    }

    /// What a line is indented by, up to a place where nothing else stands before it.
    pub(super) fn indent(&self, at: usize) -> Option<&'t str> {
        let before = self.part(self.line_start(at)..at);
        before
            .trim_matches([' ', '\t'])
            .is_empty()
            .then_some(before)
    }

    /// Whether nothing but a comment stands behind a place on its line.
    fn ends_line(&self, at: usize) -> bool {
        let rest = self.part(at..self.line_end(at)).trim_start();
        rest.is_empty() || rest.starts_with("//")
    }

    /// Takes a range out, with its lines where nothing else is on them.
    pub(super) fn without(&self, range: Range<usize>) -> Replacement {
        let end = self.line_end(range.end);
        if self.indent(range.start).is_some() && self.part(range.end..end).trim().is_empty() {
            let rest = self.part(end..self.text.len());
            let newline = ["\r\n", "\n"].into_iter().find(|n| rest.starts_with(n));
            let end = end + newline.map_or(0, str::len);
            return replacement(self.line_start(range.start)..end, "");
        }
        let rest = self.part(range.end..end);
        let spaces = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        replacement(range.start..range.end + spaces, "")
    }

    /// Refuses to take a comment out.
    pub(super) fn without_comments(&self, range: &Range<usize>) -> Result<(), String> {
        match is_bare(self.part(range.clone())) {
            true => Ok(()),
            false => Err(by_hand("a comment stands in what changes")),
        }
    }

    /// Puts a part behind the one at a place, in front of all where there is none before it.
    pub(super) fn insert(
        &self,
        item: &Item,
        behind: Option<&Part>,
        text: &str,
    ) -> Vec<Replacement> {
        let line_break = self.line_break();
        let lines = |indent: &str| -> String {
            let lines = text.lines();
            lines
                .map(|line| format!("{line_break}{indent}{line}"))
                .collect()
        };
        let inline: Vec<String> = text.lines().map(in_line).collect();
        let inline = inline.join(" ");
        if let Some(before) = behind {
            let end = before.range.end;
            let comma = before.comma.as_ref().map_or(end, |comma| comma.end);
            let rest = self.part(comma..self.line_end(comma)).trim();
            return match self.indent(before.range.start) {
                Some(indent) if before.comma.is_none() && rest.is_empty() => {
                    vec![replacement(end..end, format!(",{}", lines(indent)))]
                }
                Some(indent) if self.ends_line(comma) => {
                    let mut found = Vec::new();
                    if before.comma.is_none() {
                        found.push(replacement(end..end, ","));
                    }
                    let line_end = self.line_end(comma);
                    found.push(replacement(
                        line_end..line_end,
                        format!("{},", lines(indent)),
                    ));
                    found
                }
                _ => vec![replacement(end..end, format!(", {inline}"))],
            };
        }
        let open = item.body.start;
        let Some(first) = item.parts.first() else {
            let outer = self.part(self.line_start(item.range.start)..item.range.start);
            let outer = outer
                .get(..outer.len() - outer.trim_start().len())
                .unwrap_or_default();
            let close = match self.part(item.body.clone()).contains('\n') {
                true => String::new(),
                false => format!("{line_break}{outer}"),
            };
            let lines = lines(&format!("{outer}    "));
            return vec![replacement(open..open, format!("{lines},{close}"))];
        };
        match self.indent(first.range.start) {
            Some(indent) if self.ends_line(open) => {
                let line_end = self.line_end(open);
                vec![replacement(
                    line_end..line_end,
                    format!("{},", lines(indent)),
                )]
            }
            _ => {
                let start = first.range.start;
                vec![replacement(start..start, format!("{inline}, "))]
            }
        }
    }

    /// Takes a field or a variant out, with its documentation.
    pub(super) fn take_out(&self, part: &Part) -> Result<Replacement, String> {
        self.without_comments(&part.range)?;
        let end = part
            .comma
            .as_ref()
            .map_or(part.range.end, |comma| comma.end);
        self.without_comments(&(part.range.end..end))?;
        Ok(self.without(part.range.start..end))
    }
}

/// A line that others stand behind on its line: documentation as an attribute.
fn in_line(line: &str) -> String {
    match line.strip_prefix("///") {
        Some(text) => format!("#[doc = {text:?}]"),
        None => line.to_owned(),
    }
}

/// Whether a text has no comment that is no documentation.
fn is_bare(text: &str) -> bool {
    if !text.contains("//") && !text.contains("/*") {
        return true;
    }
    let Ok(tokens) = text.parse::<TokenStream>() else {
        return false;
    };
    let mut ranges = Vec::new();
    let mut open = vec![tokens.into_iter()];
    while let Some(level) = open.last_mut() {
        match level.next() {
            Some(TokenTree::Group(group)) => {
                let (start, end) = (group.span_open(), group.span_close());
                ranges.extend([start.byte_range(), end.byte_range()]);
                open.push(group.stream().into_iter());
            }
            Some(token) => ranges.push(token.span().byte_range()),
            None => {
                open.pop();
            }
        }
    }
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut end = 0;
    for range in ranges {
        let between = text.get(end..range.start).unwrap_or_default();
        if !between.trim().is_empty() {
            return false;
        }
        end = end.max(range.end);
    }
    text.get(end..).unwrap_or_default().trim().is_empty()
}
