//! A text in TOML or JSON that is edited: its lines, what is between brackets, and comments, none of which gets lost.

use std::collections::BTreeSet;
use std::ops::Range;

use tg_schema_model::SourceId;

use super::marks::{Element, List, Marks};
use super::{Inexpressible, TextEdit, json};
use crate::definition::Notation;

/// A text and the places in it.
#[derive(Debug)]
pub(super) struct Script<'t> {
    pub(super) text: &'t str,
    pub(super) marks: Marks,
    pub(super) source: SourceId,
    pub(super) notation: Notation,
}

/// New elements of a list, in one place.
#[derive(Debug)]
pub(super) struct New {
    /// Which element they stand behind; in front of all where it is none.
    pub after: Option<usize>,
    pub texts: Vec<String>,
}

impl<'t> Script<'t> {
    pub(super) fn of(text: &'t str, source: SourceId, notation: Notation) -> Self {
        Script {
            text,
            marks: Marks::of(text),
            source,
            notation,
        }
    }

    /// A value, given as TOML writes it.
    pub(super) fn value(&self, toml: &str) -> Result<String, Inexpressible> {
        match self.notation {
            Notation::Toml => Ok(toml.to_owned()),
            Notation::Json => json::value(toml),
        }
    }

    /// A key with its value, given as `key = value`.
    pub(super) fn pair(&self, toml: String) -> Result<String, Inexpressible> {
        match self.notation {
            Notation::Toml => Ok(toml),
            Notation::Json => json::pair(&toml),
        }
    }

    pub(super) fn edit(&self, range: Range<usize>, text: impl Into<String>) -> TextEdit {
        TextEdit {
            source: self.source,
            range,
            text: text.into(),
        }
    }

    pub(super) fn part(&self, range: Range<usize>) -> &'t str {
        self.text.get(range).unwrap_or_default()
    }

    /// The place of the line break behind a place, else the end of the text.
    pub(super) fn line_end(&self, at: usize) -> usize {
        let rest = self.part(at..self.text.len());
        at + rest.find('\n').unwrap_or(rest.len())
    }

    pub(super) fn line_start(&self, at: usize) -> usize {
        self.part(0..at).rfind('\n').map_or(0, |found| found + 1)
    }

    pub(super) fn line_break(&self) -> &'static str {
        match self.text.contains("\r\n") {
            true => "\r\n",
            false => "\n",
        }
    }

    /// Where the line ends that a place is in, in front of its line break.
    fn line_tail(&self, at: usize) -> usize {
        let end = self.line_end(at);
        end - usize::from(self.part(at..end).ends_with('\r'))
    }

    /// Puts lines behind the one that a place is in.
    pub(super) fn line_behind(&self, at: usize, lines: &str) -> TextEdit {
        let end = self.line_tail(at);
        self.edit(end..end, format!("{}{lines}", self.line_break()))
    }

    /// What a line is indented by, up to a place where nothing else stands before it.
    pub(super) fn indent(&self, at: usize) -> Option<&'t str> {
        let before = self.part(self.line_start(at)..at);
        before
            .trim_matches([' ', '\t'])
            .is_empty()
            .then_some(before)
    }

    /// Where the statement starts that a place is in.
    fn statement(&self, at: usize) -> usize {
        self.line_start(self.marks.outermost(at))
    }

    /// Takes whole lines out.
    pub(super) fn without_lines(&self, range: Range<usize>) -> TextEdit {
        let end = (self.line_end(range.end) + 1).min(self.text.len());
        self.edit(self.line_start(range.start)..end, "")
    }

    /// The element of a list behind its comma, where that is on its line.
    fn end(&self, list: &List, at: usize) -> usize {
        let Some(element) = list.elements.get(at) else {
            return list.inside.end;
        };
        let end = element.range.end;
        let near = |comma: &&Range<usize>| {
            let between = self.part(end..comma.start);
            between.trim_matches([' ', '\t']).is_empty()
        };
        element.comma.as_ref().filter(near).map_or(end, |c| c.end)
    }

    /// What an element that has a line of its own is indented by.
    pub(super) fn lined(&self, list: &List, at: usize) -> Option<&'t str> {
        let element = list.elements.get(at)?;
        let start = element.range.start;
        let indent = self.indent(start)?;
        let end = self.end(list, at);
        if element.comma.as_ref().is_some_and(|comma| comma.end != end) {
            return None;
        }
        let rest = self.part(end..self.line_end(end)).trim();
        let alone = rest.is_empty() || rest.starts_with('#');
        (alone && self.line_start(start) > list.inside.start).then_some(indent)
    }

    /// Takes elements out of a list, and puts new ones in. What new ones stand behind stays.
    pub(super) fn change(&self, list: &List, gone: &BTreeSet<usize>, new: &[New]) -> Vec<TextEdit> {
        let mut edits = Vec::new();
        let count = list.elements.len();
        let trailing = list.elements.last().is_some_and(|e| e.comma.is_some());
        let last_kept = (0..count).rev().find(|at| !gone.contains(at));
        let last_new = new.iter().map(|group| group.after).max();
        let first_kept = (0..count).find(|at| !gone.contains(at));
        if let Some(front) = new.iter().find(|group| group.after.is_none()) {
            edits.push(self.front(list, first_kept, &front.texts));
        }
        for (at, element) in list.elements.iter().enumerate() {
            if gone.contains(&at) {
                let tail = last_kept.is_some_and(|last| at > last);
                let stays = last_kept.is_none() && !new.is_empty();
                // The spaces between two that go are those of the first.
                let end = edits.last().map_or(0, |edit| edit.range.end);
                for mut edit in self.without(list, at, tail, stays) {
                    if edit.range.end > end {
                        edit.range.start = edit.range.start.max(end);
                    }
                    edits.push(edit);
                }
                continue;
            }
            let group = new.iter().find(|group| group.after == Some(at));
            // Whether something stands behind it, and behind what is new there.
            let more = trailing || last_kept > Some(at) || last_new.flatten() > Some(at);
            let end = element.range.end;
            match group {
                None => {
                    if let (false, Some(comma)) = (more, &element.comma) {
                        edits.push(self.edit(comma.clone(), ""));
                    }
                }
                Some(group) => match self.lined(list, at) {
                    Some(indent) => {
                        if element.comma.is_none() {
                            edits.push(self.edit(end..end, ","));
                        }
                        let lines = self.lines(indent, &group.texts, more);
                        edits.push(self.line_behind(self.end(list, at), &lines));
                    }
                    None => {
                        let texts = group.texts.join(", ");
                        edits.push(self.edit(end..end, format!(", {texts}")));
                        if let (false, Some(comma)) = (more, &element.comma) {
                            edits.push(self.edit(comma.clone(), ""));
                        }
                    }
                },
            }
        }
        edits
    }

    fn lines(&self, indent: &str, texts: &[String], more: bool) -> String {
        let lines: Vec<String> = texts.iter().map(|text| format!("{indent}{text}")).collect();
        let lines = lines.join(&format!(",{}", self.line_break()));
        format!("{lines}{}", if more { "," } else { "" })
    }

    /// New elements in front of all that stay.
    fn front(&self, list: &List, first_kept: Option<usize>, texts: &[String]) -> TextEdit {
        let text = texts.join(", ");
        let start = list.inside.start;
        if let Some(first) = first_kept.and_then(|at| list.elements.get(at)) {
            let lined = first_kept.and_then(|at| self.lined(list, at));
            let fits = first_kept == Some(0) && self.line_end(start) < first.range.start;
            return match lined.filter(|_| fits) {
                Some(indent) => self.line_behind(start, &self.lines(indent, texts, true)),
                None => {
                    let place = first.range.start;
                    self.edit(place..place, format!("{text}, "))
                }
            };
        }
        if let Some(first) = list.elements.first() {
            let place = first.range.start;
            return self.edit(place..place, text);
        }
        let is_table = self.part(start.saturating_sub(1)..start) == "{";
        let text = if is_table { format!(" {text} ") } else { text };
        match self.part(list.inside.clone()).trim_matches([' ', '\t']) {
            "" => self.edit(list.inside.clone(), text),
            _ => self.edit(start..start, text),
        }
    }

    /// Takes an element out. One at the `tail` has none behind it that stays; where it `stays`, something new
    /// takes its place.
    fn without(&self, list: &List, at: usize, tail: bool, stays: bool) -> Vec<TextEdit> {
        let Some(element) = list.elements.get(at) else {
            return Vec::new();
        };
        let start = element.range.start;
        let end = self.end(list, at);
        let mut edits = Vec::new();
        if let Some(comma) = element.comma.as_ref().filter(|comma| comma.end > end) {
            edits.push(self.edit(comma.clone(), ""));
        }
        let rest = self.part(end..self.line_end(end));
        let blank = rest.trim().is_empty();
        let spaces = |text: &str| text.len() - text.trim_start_matches([' ', '\t']).len();
        let first = self.indent(start).is_some();
        let range = if stays {
            start..end
        } else if first && blank && edits.is_empty() && self.lined(list, at).is_some() {
            edits.push(self.without_lines(start..end));
            return edits;
        } else if (tail || blank) && !first {
            let before = self.part(self.line_start(start)..start);
            let kept = before.trim_end_matches([' ', '\t']).len();
            start - (before.len() - kept)..end
        } else {
            start..end + spaces(rest)
        };
        edits.push(self.edit(range, ""));
        edits
    }

    /// The elements of a list in another order, each on a line of its own then. A comment goes with the one element that
    /// ends on its line, one on a line of its own with the element below it; none where several elements stand in front of
    /// a comment, and nobody knows whose it is, or where one would get lost.
    pub(super) fn spread(&self, list: &List, order: &[Result<usize, String>]) -> Option<TextEdit> {
        let comments: Vec<Range<usize>> = self.marks.comments(&list.inside).collect();
        // Comments above each element, and the one beside it.
        let mut above: Vec<Vec<&str>> = vec![Vec::new(); list.elements.len()];
        let mut beside: Vec<Option<&str>> = vec![None; list.elements.len()];
        for comment in comments {
            let line = self.line_start(comment.start);
            let ends = |element: &Element| (line..comment.start).contains(&(element.range.end - 1));
            let mut own =
                (0..list.elements.len()).filter(|at| list.elements.get(*at).is_some_and(ends));
            let text = self.part(comment.clone());
            match (own.next(), own.next()) {
                (Some(at), None) => *beside.get_mut(at)? = Some(text),
                (Some(_), Some(_)) => return None,
                // Beside the bracket it is of all, and in front of others on its line of none.
                (None, _) if line <= list.inside.start => return None,
                (None, _) => {
                    let below = |element: &Element| element.range.start > comment.end;
                    let at = list.elements.iter().position(below)?;
                    above.get_mut(at)?.push(text);
                }
            }
        }
        // Beside the bracket one may be of all, unless others have theirs too.
        let bracket = self.line_end(list.inside.start);
        let first = |at: usize| {
            list.elements
                .get(at)
                .is_some_and(|e| e.range.end <= bracket)
        };
        let has = |at: &usize| beside.get(*at).is_some_and(Option::is_some);
        let mut with = (0..list.elements.len()).filter(has);
        if with.next().is_some_and(first) && with.next().is_none() {
            return None;
        }
        // What is gone has no comment.
        let stays = |at: usize| order.contains(&Ok(at));
        let told = |at: usize| beside.get(at) != Some(&None) || above.get(at) != Some(&Vec::new());
        if (0..list.elements.len()).any(|at| told(at) && !stays(at)) {
            return None;
        }
        let (newline, base) = (self.line_break(), self.line_start(list.inside.start));
        let base = self.part(base..list.inside.start);
        let base = base.get(..base.len() - base.trim_start().len())?;
        let mut out = String::new();
        let mut line = |text: &str| out.push_str(&format!("{newline}{base}  {text}"));
        for element in order {
            match element {
                Ok(at) => {
                    above.get(*at)?.iter().for_each(|comment| line(comment));
                    let text = self.part(list.elements.get(*at)?.range.clone());
                    match beside.get(*at)? {
                        Some(comment) => line(&format!("{text}, {comment}")),
                        None => line(&format!("{text},")),
                    }
                }
                Err(new) => line(&format!("{new},")),
            }
        }
        out.push_str(&format!("{newline}{base}"));
        Some(self.edit(list.inside.clone(), out))
    }

    /// The elements of a list, each of which has a line of its own, in another order, some of them new: each keeps its
    /// line, with the comment on it and those above it. Of what is no more there the comments stay.
    pub(super) fn arranged(
        &self,
        list: &List,
        order: &[Result<usize, String>],
    ) -> Option<TextEdit> {
        let start = self.line_tail(list.inside.start);
        let indent = self.lined(list, 0)?;
        let mut blocks: Vec<Range<usize>> = Vec::new();
        let mut from = start;
        for at in 0..list.elements.len() {
            self.lined(list, at)?;
            let to = self.line_tail(self.end(list, at));
            blocks.push(from..to);
            from = to;
        }
        let mut out = String::new();
        // What is gone leaves its comments behind the element before it.
        let stays: BTreeSet<usize> = order.iter().filter_map(|o| o.clone().ok()).collect();
        let left = |behind: usize| -> String {
            let gone = (behind..blocks.len()).take_while(|at| !stays.contains(at));
            let comments = gone.filter_map(|at| blocks.get(at));
            let comments = comments.flat_map(|block| self.marks.comments(block));
            let line = |c: Range<usize>| format!("{}{indent}{}", self.line_break(), self.part(c));
            comments.map(line).collect()
        };
        out.push_str(&left(0));
        for (nth, element) in order.iter().enumerate() {
            match element {
                Ok(at) => {
                    let (block, element) = (blocks.get(*at)?, list.elements.get(*at)?);
                    let end = element.range.end;
                    out.push_str(self.part(block.start..end));
                    if nth + 1 < order.len() && element.comma.is_none() {
                        out.push(',');
                    }
                    out.push_str(self.part(end..block.end));
                    out.push_str(&left(at + 1));
                }
                Err(new) => {
                    out.push_str(&format!("{}{indent}{new},", self.line_break()));
                }
            }
        }
        Some(self.edit(start..from, out))
    }

    /// The edits, and the comments that they would take out: on lines of their own above the statement.
    pub(super) fn with_comments(&self, edits: Vec<TextEdit>) -> Vec<TextEdit> {
        let mut found = Vec::new();
        for mut edit in edits {
            let mut text = edit.text.as_str();
            let mut lost = Vec::new();
            for comment in self.marks.comments(&edit.range) {
                let comment = self.part(comment);
                // Those that are in the new text stand there in the order of the old one, or in another.
                match text.split_once(comment) {
                    Some((_, rest)) => text = rest,
                    None if edit.text.contains(comment) => {}
                    None => lost.push(comment),
                }
            }
            if !lost.is_empty() {
                let start = self.statement(edit.range.start);
                let line = self.part(start..self.line_end(start));
                let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
                let indent = self.part(start..start + indent);
                let lines: Vec<String> = lost
                    .iter()
                    .map(|comment| format!("{indent}{comment}{}", self.line_break()))
                    .collect();
                let lines = lines.concat();
                match start == edit.range.start {
                    true => edit.text.insert_str(0, &lines),
                    false => found.push(self.edit(start..start, lines)),
                }
            }
            found.push(edit);
        }
        found
    }
}
