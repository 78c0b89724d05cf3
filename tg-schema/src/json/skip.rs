//! Values that nobody asked for: checked to be JSON, and passed over.

use crate::error::Error;
use crate::json::JsonReader;
use crate::json::number;

/// What is open.
#[derive(Clone, Copy, Debug)]
pub(super) enum Open {
    Array,
    /// Where its first key is among the reader's.
    Object(usize),
}

impl<'a> JsonReader<'a> {
    /// Skips any value, checking that it is JSON. Does not recurse.
    pub fn skip(&mut self) -> Result<(), Error> {
        if !matches!(self.peek(), b'{' | b'[') {
            return self.skip_scalar();
        }
        let mut open = std::mem::take(&mut self.open);
        open.clear();
        let result = self.skip_nested(&mut open);
        self.open = open;
        result
    }
    fn skip_nested(&mut self, open: &mut Vec<Open>) -> Result<(), Error> {
        let mut first = false;
        loop {
            let more = match open.last() {
                None => true,
                Some(Open::Array) => self.next_item(first)?,
                Some(Open::Object(start)) => match self.at_key(first)? {
                    true => {
                        self.other_key()?;
                        true
                    }
                    false => {
                        self.end_others(*start)?;
                        false
                    }
                },
            };
            first = false;
            if !more {
                open.pop();
            } else {
                match self.peek() {
                    b @ (b'{' | b'[') => {
                        if open.len() >= self.max_depth as usize {
                            return Err(Error::too_deep(Some(self.at)));
                        }
                        self.at += 1;
                        open.push(match b {
                            b'{' => Open::Object(self.others.len()),
                            _ => Open::Array,
                        });
                        first = true;
                        continue;
                    }
                    _ => self.skip_scalar()?,
                }
            }
            if open.is_empty() {
                return Ok(());
            }
        }
    }
    fn skip_scalar(&mut self) -> Result<(), Error> {
        match self.here() {
            b'"' => self.skip_string(),
            b'-' | b'0'..=b'9' => match number::scan(self.rest()) {
                Some((n, _)) => {
                    self.at += n;
                    Ok(())
                }
                None => Err(self.expected("a number")),
            },
            _ if self.literal("true") || self.literal("false") || self.literal("null") => Ok(()),
            _ => Err(self.expected("a value")),
        }
    }
    /// The value here as text, skipped.
    pub(crate) fn raw_value(&mut self) -> Result<&'a str, Error> {
        self.space();
        let start = self.at;
        self.skip()?;
        Ok(&self.text[start..self.at])
    }
}
