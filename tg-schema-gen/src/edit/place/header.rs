//! Tables with headers of their own, which come in beside others.

use super::super::{Inexpressible, TextEdit, Texts};
use super::{Table, strange};
use crate::definition::node::{Data, Making};

impl<'d> Table<'d> {
    /// The line of its header, without the comment on it, and where that starts.
    fn header(&self) -> Result<(usize, &'d str), Inexpressible> {
        if self.making() != Making::Header {
            return Err(strange("header"));
        }
        let span = self.span();
        let start = self.script.line_start(span.start);
        Ok((start, self.script.part(start..span.end)))
    }

    /// The text of the header of a table beside this one, up to its name.
    fn above(&self) -> Result<(usize, &'d str), Inexpressible> {
        let (start, header) = self.header()?;
        let above = header.rsplit_once('.').ok_or_else(|| strange("header"))?.0;
        Ok((start, above))
    }

    /// Puts a table with a header of its own in front of this one.
    pub(in crate::edit) fn table_before(&self, name: &str, keys: &[(&str, &String)]) -> Texts {
        let (start, above) = self.above()?;
        Ok(vec![self.block_before(
            start,
            &format!("{above}.{name}]"),
            keys,
        )])
    }

    /// Puts a table with a header of its own behind this one.
    pub(in crate::edit) fn table_behind(&self, name: &str, keys: &[(&str, &String)]) -> Texts {
        let (_, above) = self.above()?;
        let last = self.entries().filter(|e| self.stands_in(e)).last();
        let end = last.map_or(self.span().end, |entry| self.end(entry));
        Ok(vec![self.block_behind(
            end,
            &format!("{above}.{name}]"),
            keys,
        )])
    }

    /// Puts another `[[…]]` of the kind in front of this one, or behind it.
    pub(in crate::edit) fn item(&self, before: bool, keys: &[(&str, &String)]) -> Texts {
        let (start, header) = self.header()?;
        Ok(vec![match before {
            true => self.block_before(start, header, keys),
            false => self.block_behind(self.block_end(), header, keys),
        }])
    }

    /// Takes the table out, with everything that stands in it.
    pub(super) fn drop_block(&self) -> Texts {
        self.header()?;
        let range = self.span().start..self.block_end();
        Ok(vec![self.script.without_lines(range)])
    }

    fn block(&self, header: &str, keys: &[(&str, &String)]) -> String {
        let newline = self.script.line_break();
        let indent = header.len() - header.trim_start().len();
        let indent = header.get(..indent).unwrap_or_default();
        let keys = keys
            .iter()
            .map(|(key, value)| format!("{newline}{indent}{key} = {value}"));
        format!("{header}{}", keys.collect::<String>())
    }

    fn block_before(&self, start: usize, header: &str, keys: &[(&str, &String)]) -> TextEdit {
        let newline = self.script.line_break();
        let text = format!("{}{newline}{newline}", self.block(header, keys));
        self.script.edit(start..start, text)
    }

    fn block_behind(&self, end: usize, header: &str, keys: &[(&str, &String)]) -> TextEdit {
        let text = format!("{}{}", self.script.line_break(), self.block(header, keys));
        self.script.line_behind(end, &text)
    }

    /// A table that has only tables by headers of their own gets a header too, in front of the first.
    pub(in crate::edit) fn before_first(&self, line: &str) -> Result<TextEdit, Inexpressible> {
        let tables = self.entries().filter_map(|entry| match entry.node.data {
            Data::Table(id) => Some(self.at(id)),
            Data::Tables(ref nodes) => match nodes.first()?.data {
                Data::Table(id) => Some(self.at(id)),
                _ => None,
            },
            _ => None,
        });
        let first = tables.into_iter().find(|t| t.making() == Making::Header);
        let (start, above) = first.ok_or_else(|| strange(line))?.above()?;
        let end = self.script.line_break();
        // It is one table, also in front of a list of tables.
        let above = match above.trim_start().strip_prefix("[[") {
            Some(name) => format!("[{name}"),
            None => above.to_owned(),
        };
        let text = format!("{above}]{end}{line}{end}{end}");
        Ok(self.script.edit(start..start, text))
    }
}
