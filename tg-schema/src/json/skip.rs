//! Values that nobody asked for: checked to be JSON, and passed over.

use crate::error::Error;
use crate::json::JsonReader;
use crate::json::keys::Names;
use crate::json::number;

impl<'a> JsonReader<'a> {
    /// Skips any value, checking that it is JSON. Does not recurse.
    pub fn skip(&mut self) -> Result<(), Error> {
        // One entry an open container: for an object, its keys.
        let mut open: Vec<Option<Names<'a>>> = Vec::new();
        let mut first = false;
        loop {
            let more = match open.last_mut() {
                None => true,
                Some(None) => self.next_item(first)?,
                Some(Some(keys)) => match self.next_key(first)? {
                    None => false,
                    Some(key) => match keys.add(key) {
                        Ok(()) => true,
                        Err(key) => return Err(Error::twice(&key, self.at)),
                    },
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
                        open.push((b == b'{').then(Names::default));
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
            b'"' => self.string().map(drop),
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
