//! Objects of a message: their keys, in the expected order and in any other.

use std::borrow::Cow;

use crate::error::{Error, ErrorKind};
use crate::json::JsonReader;
use crate::json::keys::{END, Key, Keys, Name, Object, Seen, digest, twice};
use crate::limits::Limits;

impl<'a> JsonReader<'a> {
    /// Opens an object; `nests` where a record, array or map is inside.
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn open_object(&mut self, nests: bool) -> Result<(), Error> {
        if nests {
            self.enter()?;
        }
        self.token(b'{', "an object")
    }
    /// Takes the key of field `i` if it stands here as compact JSON has it. Fields are asked for in
    /// order, each once, before [`JsonReader::key`] takes what is left.
    #[inline(always)]
    pub fn next_is<S: Seen>(&mut self, o: &mut Object<S>, keys: &Keys, i: usize) -> bool {
        // The brace in front of the first key stands where the other keys have their comma.
        let (before, from) = match o.first {
            true => (b'{', self.at.wrapping_sub(1)),
            false => (b',', self.at),
        };
        if let Some(key) = keys.fields.get(i)
            && let Some(bytes) = self.text.as_bytes().get(from..)
            && key.follows(before, bytes)
        {
            if !o.seen.mark(i) {
                return false;
            }
            self.at = from + 1 + key.len();
            o.first = false;
            o.next = i + 1;
            return true;
        }
        false
    }
    /// Whether a key stands here as compact JSON has it, whatever its name.
    #[inline(always)]
    pub(crate) fn at_compact_key<S>(&self, o: &Object<S>) -> bool {
        let from = self.at + usize::from(!o.first);
        self.text.as_bytes().get(from) == Some(&b'"')
    }
    /// Whether the object ends here, at once and without keys that no field has; takes its brace.
    #[inline(always)]
    pub(crate) fn ends<S>(&mut self, o: &Object<S>) -> bool {
        let ends = self.here() == b'}' && o.others == 0;
        self.at += usize::from(ends);
        ends
    }
    /// The index of the next key's field; the number of fields for a key that no field has, [`END`] where
    /// the object ends.
    #[inline]
    pub fn key<S: Seen>(&mut self, o: &mut Object<S>, keys: &Keys) -> Result<usize, Error> {
        match self.ends(o) {
            true => Ok(END),
            false => self.any_key(o, keys),
        }
    }
    #[inline(never)]
    fn any_key<S: Seen>(&mut self, o: &mut Object<S>, keys: &Keys) -> Result<usize, Error> {
        if !self.at_key(std::mem::take(&mut o.first))? {
            if let Some(start) = o.others.checked_sub(1) {
                self.end_others(start)?;
            }
            return Ok(END);
        }
        // The quote is here, so there is a byte in front of it: the comma, the brace or a blank.
        let bytes = self.text.as_bytes().get(self.at.wrapping_sub(1)..);
        if let Some(i) = keys.expected(bytes.unwrap_or_default(), o.next) {
            self.at += keys.fields.get(i).map_or(0, Key::len);
            return self.found(o, keys, i, None);
        }
        let (text, name) = self.any_name()?;
        let i = keys.find(&text, name.digest);
        if i == keys.fields.len() {
            if o.others == 0 {
                o.others = self.others.len() + 1;
            }
            self.others.push(name);
            return Ok(i);
        }
        self.found(o, keys, i, Some(&text))
    }
    /// The key of field `i` was taken, which need not be its name.
    #[inline(always)]
    fn found<S: Seen>(
        &self,
        o: &mut Object<S>,
        keys: &Keys,
        i: usize,
        key: Option<&[u8]>,
    ) -> Result<usize, Error> {
        if !o.seen.mark(i) {
            return Err(self.duplicate(key, keys.name(i)));
        }
        o.next = i + 1;
        Ok(i)
    }
    /// Takes any key with its colon: its text, and what it is known by when it comes again.
    #[inline(always)]
    fn any_name(&mut self) -> Result<(Cow<'a, [u8]>, Name), Error> {
        let at = self.at;
        let text = match self.plain_here() {
            Some(text) => Cow::Borrowed(text),
            None => match self.string()? {
                Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
                Cow::Owned(text) => Cow::Owned(text.into_bytes()),
            },
        };
        self.token(b':', "a colon")?;
        let digest = digest(&text);
        Ok((text, Name { digest, at }))
    }
    /// Takes a key that no field has.
    #[inline]
    pub(super) fn other_key(&mut self) -> Result<(), Error> {
        let (_, name) = self.any_name()?;
        self.others.push(name);
        Ok(())
    }
    /// An object ends whose first such key is at `start`: none of them came twice.
    #[inline]
    pub(super) fn end_others(&mut self, start: usize) -> Result<(), Error> {
        match self.others.len() - start {
            0 => Ok(()),
            1 => {
                self.others.truncate(start);
                Ok(())
            }
            _ => self.end_many_others(start),
        }
    }
    #[inline(never)]
    fn end_many_others(&mut self, start: usize) -> Result<(), Error> {
        let mut others = std::mem::take(&mut self.others);
        let names = others.get_mut(start..).unwrap_or_default();
        let again = twice(names, &|at| self.key_at(at).0);
        others.truncate(start);
        self.others = others;
        match again.map(|at| self.key_at(at)) {
            None => Ok(()),
            Some((key, end)) => Err(Error::twice(&key, end)),
        }
    }
    /// A key that was taken, and where the value behind it begins.
    fn key_at(&self, at: usize) -> (Cow<'a, str>, usize) {
        let mut r = JsonReader::over(self.text, Limits::DEFAULT);
        r.at = at;
        (r.key_text().unwrap_or_default(), r.at)
    }
    #[cold]
    #[inline(never)]
    fn duplicate(&self, key: Option<&[u8]>, name: &'static str) -> Error {
        let message = match key {
            Some(key) if key != name.as_bytes() => format!(
                "the field comes twice, once as its alias {:?}",
                String::from_utf8_lossy(key)
            ),
            _ => "the key comes twice".to_owned(),
        };
        self.error(ErrorKind::Duplicate, message).in_field(name)
    }
    /// The next key of an object with its colon, or `None` at the end.
    pub(crate) fn next_key(&mut self, first: bool) -> Result<Option<Cow<'a, str>>, Error> {
        if self.at_key(first)? {
            self.key_text().map(Some)
        } else {
            Ok(None)
        }
    }
    /// The same as a text of its own.
    #[inline(never)]
    pub(crate) fn next_own_key(&mut self, first: bool) -> Result<Option<String>, Error> {
        if !self.at_key(first)? {
            return Ok(None);
        }
        let key = self.owned_string()?;
        self.token(b':', "a colon")?;
        Ok(Some(key))
    }
    /// Goes to the quote of the next key; false, and behind the brace, where the object ends.
    #[inline]
    pub(super) fn at_key(&mut self, first: bool) -> Result<bool, Error> {
        match self.peek() {
            b'}' => {
                self.at += 1;
                return Ok(false);
            }
            b',' if !first => {
                self.at += 1;
                self.space();
            }
            _ if first => {}
            _ => return Err(self.expected("a comma or the end of the object")),
        }
        if self.here() != b'"' {
            return Err(self.expected("a key"));
        }
        Ok(true)
    }
    fn key_text(&mut self) -> Result<Cow<'a, str>, Error> {
        let key = self.string()?;
        self.token(b':', "a colon")?;
        Ok(key)
    }
    /// A required field never came.
    #[cold]
    #[inline(never)]
    pub fn missing(&self, keys: &Keys, i: usize) -> Error {
        self.error(ErrorKind::Missing, "the field is required and absent")
            .in_field(keys.name(i))
    }
}
