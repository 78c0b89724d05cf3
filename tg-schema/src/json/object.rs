//! Objects of a message: their keys, in the expected order and in any other.

use std::borrow::Cow;

use crate::error::{Error, ErrorKind};
use crate::json::JsonReader;
use crate::json::keys::{END, Keys, Name, Object, Seen, WINDOW, digest, padded, twice};
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
        let from = self.at.wrapping_sub(1);
        let bytes = self.text.as_bytes().get(from..).unwrap_or_default();
        let before = bytes.first().copied().unwrap_or_default();
        let last;
        let near_the_end = bytes.len() < WINDOW;
        let bytes = match near_the_end {
            true => {
                last = padded(bytes);
                &last[..]
            }
            false => bytes,
        };
        if let Some(i) = keys.quick_find(before, bytes, o.next) {
            let key = &keys.fields[i];
            self.at += key.len();
            if !o.seen.mark(i) {
                return Err(self.duplicate(key.name(), key.name()));
            }
            o.next = i + 1;
            return Ok(i);
        }
        let start = self.at;
        let key = self.string()?;
        // No field has it, or it would have been found, unless its name is written in another way.
        let plain = matches!(key, Cow::Borrowed(_)) && !near_the_end && self.here() == b':';
        let i = match plain {
            true => keys.find_former(&key),
            false => keys.find(&key),
        };
        self.token(b':', "a colon")?;
        if i == keys.fields.len() {
            if o.others == 0 {
                o.others = self.others.len() + 1;
            }
            let digest = digest(key.as_bytes());
            self.others.push(Name { digest, at: start });
            return Ok(i);
        }
        if !o.seen.mark(i) {
            return Err(self.duplicate(&key, keys.name(i)));
        }
        o.next = i + 1;
        Ok(i)
    }
    /// Takes a key that no field has.
    #[inline]
    pub(super) fn other_key(&mut self) -> Result<(), Error> {
        let at = self.at;
        let digest = match self.plain_here() {
            Some(text) => digest(text),
            None => digest(self.string()?.as_bytes()),
        };
        self.token(b':', "a colon")?;
        self.others.push(Name { digest, at });
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
    fn duplicate(&self, key: &str, name: &'static str) -> Error {
        let message = if key == name {
            "the key comes twice".to_owned()
        } else {
            format!("the field comes twice, once as its alias {key:?}")
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
