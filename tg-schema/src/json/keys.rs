//! The keys of a record while one of its objects is read.

use std::borrow::Cow;

use crate::raw::short_word;

/// What [`crate::json::JsonReader::key`] gives when the object ends.
pub const END: usize = usize::MAX;

/// Bytes of a key that are compared at once.
const WINDOW: usize = 16;

/// A key as it stands in compact JSON, prepared for comparing without a loop.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// `,"name":`
    literal: &'static str,
    /// Its first bytes, the comma left out.
    head: u128,
    /// The bytes of a window that `head` speaks of, the comma included.
    mask: u128,
}

/// Prepares `,"name":`.
pub const fn key(literal: &'static str) -> Key {
    // No loop: compilers that have a constant to find out take each step for a slow one.
    let bytes = literal.as_bytes();
    let mut window = [0; WINDOW];
    let n = if bytes.len() < WINDOW {
        bytes.len()
    } else {
        WINDOW
    };
    window
        .split_at_mut(n)
        .0
        .copy_from_slice(bytes.split_at(n).0);
    let mask = u128::MAX >> (8 * (WINDOW - n));
    Key {
        literal,
        head: u128::from_le_bytes(window) & !0xff,
        mask: mask | 0xff,
    }
}

/// The name in `,"name":`.
pub(crate) const fn key_name(literal: &'static str) -> &'static str {
    let end = literal.len().saturating_sub(2);
    if let Some((start, _)) = literal.split_at_checked(end)
        && let Some((_, name)) = start.split_at_checked(2)
    {
        return name;
    }
    ""
}

impl Key {
    /// Bytes of `"name":`.
    #[inline(always)]
    pub(super) fn len(&self) -> usize {
        self.literal.len() - 1
    }
    pub(super) const fn name(&self) -> &'static str {
        key_name(self.literal)
    }
    /// Whether `bytes` starts with `before` and this key. May say no close to the end of the input.
    #[inline(always)]
    pub(super) fn follows(&self, before: u8, bytes: &[u8]) -> bool {
        match bytes.first_chunk::<WINDOW>() {
            Some(window) => {
                let expected = self.head | before as u128;
                (u128::from_le_bytes(*window) ^ expected) & self.mask == 0
                    && (self.literal.len() <= WINDOW || self.tail_follows(bytes))
            }
            None => false,
        }
    }
    #[inline(never)]
    fn tail_follows(&self, bytes: &[u8]) -> bool {
        match (bytes.get(WINDOW..), self.literal.as_bytes().get(WINDOW..)) {
            (Some(bytes), Some(literal)) => bytes.starts_with(literal),
            _ => false,
        }
    }
    /// Whether the name is this one, of which `end` are the last bytes.
    #[inline(always)]
    fn is(&self, name: &[u8], end: u64) -> bool {
        let own = self.name().as_bytes();
        own.len() == name.len() && last_word(own) == end && own == name
    }
}

/// The last bytes of a name. Those of one record differ there more often than where they begin.
#[inline(always)]
fn last_word(name: &[u8]) -> u64 {
    match name.last_chunk() {
        Some(end) => u64::from_le_bytes(*end),
        None => short_word(name),
    }
}

/// No keys.
pub const KEYS: Keys = Keys {
    fields: &[],
    aliases: &[],
    places: &[],
};

/// Keys of a record, prepared for reading.
#[derive(Clone, Copy, Debug)]
pub struct Keys {
    /// Each field's, in wire order.
    pub fields: &'static [Key],
    /// Former names and the index of their field.
    pub aliases: &'static [(&'static str, usize)],
    /// Where each field is found, made by [`places`], if they are many.
    pub places: &'static [u32],
}

/// The places of many fields: the digest of a name says which is its own, and if that is taken, it is the next free one
/// behind it. Each has its field's index plus one, and in the high half some bits of the digest; 0 where it is free, as
/// half of them have to be.
pub const fn places<const N: usize>(fields: &[Key]) -> [u32; N] {
    assert!(N.is_power_of_two() && fields.len() <= N / 2 && fields.len() < u16::MAX as usize);
    let mut places = [0; N];
    let mut i = 0;
    while i < fields.len() {
        let digest = digest(fields[i].name().as_bytes());
        let mut at = place(digest) & (N - 1);
        while places[at] != 0 {
            at = (at + 1) & (N - 1);
        }
        i += 1;
        places[at] = tag(digest) | i as u32;
    }
    places
}

/// The bits of a digest that are kept with its place.
#[inline(always)]
const fn tag(digest: u64) -> u32 {
    (digest as u32) << 16
}

/// The place of a digest, among as many as there can be: its high bits are mixed best.
#[inline(always)]
const fn place(digest: u64) -> usize {
    (digest >> 32) as usize
}

impl Keys {
    pub(crate) fn name(&self, i: usize) -> &'static str {
        self.fields.get(i).map(Key::name).unwrap_or_default()
    }
    /// Index of the field whose key stands here, behind one byte, if it is one that may be expected: `next`, or the one
    /// before the last, as where keys come in reverse order.
    #[inline(always)]
    pub(super) fn expected(&self, bytes: &[u8], next: usize) -> Option<usize> {
        let before = *bytes.first()?;
        let is = |i: &usize| {
            self.fields
                .get(*i)
                .is_some_and(|key| key.follows(before, bytes))
        };
        [next, next.wrapping_sub(2)].into_iter().find(is)
    }
    /// Index of the field that is called so; unknown names give the number of fields.
    #[inline]
    pub(super) fn find(&self, name: &[u8], digest: u64) -> usize {
        let found = match self.places.len().checked_sub(1) {
            None => {
                let end = last_word(name);
                self.fields.iter().position(|key| key.is(name, end))
            }
            Some(last) => self.find_among_many(name, digest, last),
        };
        match found {
            Some(i) => i,
            None => self.find_former(name),
        }
    }
    #[inline(always)]
    fn find_among_many(&self, name: &[u8], digest: u64, last: usize) -> Option<usize> {
        let mut at = place(digest);
        loop {
            let found = *self.places.get(at & last)?;
            let i = (found as u16).checked_sub(1)?;
            if found & !0xffff == tag(digest) && self.name(i.into()).as_bytes() == name {
                return Some(i.into());
            }
            at += 1;
        }
    }
    /// The same for a key that is no field's name.
    fn find_former(&self, name: &[u8]) -> usize {
        let mut former = self.aliases.iter();
        match former.find(|(alias, _)| alias.as_bytes() == name) {
            Some((_, i)) => *i,
            None => self.fields.len(),
        }
    }
}

/// Which fields of a record were seen: a bit for each.
pub trait Seen: Sized {
    /// None was.
    const NONE: Self;
    /// The bits of 64 fields each.
    fn words(&self) -> &[u64];
    /// The same, to change.
    fn words_mut(&mut self) -> &mut [u64];
    /// Whether field `i` was.
    #[inline(always)]
    fn has(&self, i: usize) -> bool {
        let word = self.words().get(i / 64);
        word.is_some_and(|word| word & (1 << (i % 64)) != 0)
    }
    /// Marks a field; false when it was seen before.
    #[inline(always)]
    fn mark(&mut self, i: usize) -> bool {
        match self.words_mut().get_mut(i / 64) {
            Some(word) => {
                let bit = 1u64 << (i % 64);
                let new = *word & bit == 0;
                *word |= bit;
                new
            }
            None => true,
        }
    }
    /// Those of a plan.
    #[inline(always)]
    fn of(words: &[u64]) -> Self {
        let mut seen = Self::NONE;
        for (word, of) in seen.words_mut().iter_mut().zip(words) {
            *word = *of;
        }
        seen
    }
    /// Whether the first `n` fields were all seen.
    #[inline(always)]
    fn has_all(&self, n: usize) -> bool {
        self.words().iter().enumerate().all(|(i, word)| {
            let all = match n.saturating_sub(i * 64) {
                n @ ..64 => (1u64 << n) - 1,
                _ => u64::MAX,
            };
            word & all == all
        })
    }
}

impl<const W: usize> Seen for [u64; W] {
    const NONE: Self = [0; W];
    #[inline(always)]
    fn words(&self) -> &[u64] {
        self
    }
    #[inline(always)]
    fn words_mut(&mut self) -> &mut [u64] {
        self
    }
}

/// Where the reader stands in an object, and which fields were seen.
#[derive(Debug)]
pub struct Object<S> {
    pub(crate) seen: S,
    pub(super) next: usize,
    pub(super) first: bool,
    /// Where its first key that no field has is among the reader's, plus one; 0 before there is one.
    pub(super) others: usize,
}

impl<S: Seen> Object<S> {
    /// At the first key.
    #[inline(always)]
    pub(crate) fn new() -> Self {
        Object {
            seen: S::NONE,
            next: 0,
            first: true,
            others: 0,
        }
    }
}

/// A key that no field has, kept until its object ends to notice one that came twice. Two words a key, because they
/// may be many: its text is where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Name {
    /// The same for the same text. Others may have it too.
    pub(super) digest: u64,
    /// Where its quote stands.
    pub(super) at: usize,
}

/// What tells texts apart at a look, mostly: how long they are, their first bytes and their last.
#[inline(always)]
pub(super) const fn digest(bytes: &[u8]) -> u64 {
    const WORD: usize = 8;
    let (head, tail) = match (bytes.first_chunk(), bytes.last_chunk()) {
        (Some(head), Some(tail)) => (u64::from_le_bytes(*head), u64::from_le_bytes(*tail)),
        _ => (short_word(bytes), WORD as u64),
    };
    let mixed = head.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ tail.rotate_left(29);
    mixed
        .wrapping_mul(0xff51_afd7_ed55_8ccd)
        .wrapping_add(bytes.len() as u64)
}

/// Where two of the keys have the same text, the second of them: the one that stands foremost. They come to be in
/// another order where they are many.
pub(super) fn twice<'t>(names: &mut [Name], text: &dyn Fn(usize) -> Cow<'t, str>) -> Option<usize> {
    /// So many are compared each with each.
    const FEW: usize = 16;
    let same = |a: &Name, b: &Name| a.digest == b.digest && text(a.at) == text(b.at);
    if names.len() <= FEW {
        let found = names.iter().enumerate().find(|(i, name)| {
            let mut before = names.iter().take(*i);
            before.any(|other| same(other, name))
        });
        return found.map(|(_, name)| name.at);
    }
    if !may_be_twice(names) {
        return None;
    }
    names.sort_unstable();
    let alike = names.chunk_by_mut(|a, b| a.digest == b.digest);
    let twice = alike.filter(|alike| alike.len() > 1).filter_map(|alike| {
        alike.sort_by_cached_key(|name| text(name.at));
        let pairs = alike.windows(2).filter_map(|pair| match pair {
            [a, b] if same(a, b) => Some(b.at),
            _ => None,
        });
        pairs.min()
    });
    twice.min()
}

/// Whether two digests are the same, or it takes too long to see that here: who makes keys for it can make the
/// digests of all begin alike.
fn may_be_twice(names: &[Name]) -> bool {
    /// Places that are looked at for a key, on the average.
    const STEPS: usize = 4;
    let mut places = vec![0u32; (2 * names.len()).next_power_of_two()];
    let last = places.len() - 1;
    let mut left = STEPS * names.len();
    for (name, i) in names.iter().zip(1u32..) {
        let mut at = place(name.digest) & last;
        loop {
            let Some(place) = places.get_mut(at) else {
                return true;
            };
            let there = (*place as usize).checked_sub(1);
            match there.and_then(|there| names.get(there)) {
                None => {
                    *place = i;
                    break;
                }
                Some(other) if other.digest == name.digest => return true,
                Some(_) if left == 0 => return true,
                Some(_) => {
                    left -= 1;
                    at = (at + 1) & last;
                }
            }
        }
    }
    // More than are numbered here are not looked at.
    u32::try_from(names.len()).is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIX: Keys = Keys {
        fields: &[
            key(",\"a\":"),
            key(",\"ab\":"),
            key(",\"twelve_chars\":"),
            key(",\"thirteen_char\":"),
            key(",\"a_name_longer_than_the_window\":"),
            key(",\"a_name_longer_than_the_windov\":"),
        ],
        aliases: &[("old", 1)],
        places: &[],
    };
    /// The same, as if they were many.
    const MANY: Keys = Keys {
        places: &places::<16>(SIX.fields),
        ..SIX
    };

    #[test]
    fn every_key_is_found_from_everywhere() {
        for (i, k) in SIX.fields.iter().enumerate() {
            let text = format!("{}\"some value\",        ", k.literal);
            for next in 0..=SIX.fields.len() {
                let expected = next == i || next == i + 2;
                let found = SIX.expected(text.as_bytes(), next);
                assert_eq!(found, expected.then_some(i));
            }
            assert!(!k.follows(b'{', text.as_bytes()));
            for cut in 0..k.literal.len() {
                assert!(!k.follows(b',', &text.as_bytes()[..cut]));
            }
        }
        let find = |keys: &Keys, name: &str| keys.find(name.as_bytes(), digest(name.as_bytes()));
        for keys in [SIX, MANY] {
            for (i, k) in keys.fields.iter().enumerate() {
                assert_eq!(find(&keys, k.name()), i);
            }
            assert_eq!(find(&keys, "old"), 1);
            for other in ["", "b", "abc", "a_name_longer_than_the_window_", "no"] {
                assert_eq!(find(&keys, other), 6, "{other}");
            }
        }
    }

    #[test]
    fn names_of_one_digest_are_told_apart() {
        let fields = const {
            &[
                key(",\"12345678 one 12345678\":"),
                key(",\"12345678 two 12345678\":"),
                key(",\"12345678 six 12345678\":"),
            ]
        };
        let digest_of = |i: usize| digest(fields[i].name().as_bytes());
        assert_eq!(digest_of(0), digest_of(2));
        let keys = Keys {
            fields,
            places: const {
                &places::<8>(&[
                    key(",\"12345678 one 12345678\":"),
                    key(",\"12345678 two 12345678\":"),
                    key(",\"12345678 six 12345678\":"),
                ])
            },
            ..KEYS
        };
        for (i, k) in fields.iter().enumerate() {
            let name = k.name().as_bytes();
            assert_eq!(keys.find(name, digest(name)), i);
        }
        let other = b"12345678 ten 12345678";
        assert_eq!(keys.find(other, digest(other)), 3);
    }

    #[test]
    fn names_are_noticed_when_they_come_again() {
        // Those of one digest too: only what is in the middle tells them apart.
        let texts: Vec<String> = (0..40)
            .map(|i| match i % 3 {
                0 => i.to_string(),
                1 => format!("12345678{i:08}12345678"),
                _ => "x".repeat(i),
            })
            .collect();
        for (n, text) in texts.iter().enumerate() {
            let names: Vec<Name> = (0..n)
                .map(|at| Name {
                    digest: digest(texts[at].as_bytes()),
                    at,
                })
                .collect();
            let find = |at: usize| Cow::Borrowed(texts[at % texts.len()].as_str());
            assert_eq!(twice(&mut names.clone(), &find), None, "{n} {text}");
            for i in 0..n {
                // Again at once and again at the end.
                let again = Name {
                    digest: digest(texts[i].as_bytes()),
                    at: i + texts.len(),
                };
                let mut names = [&names[..], &[again]].concat();
                assert_eq!(twice(&mut names, &find), Some(again.at), "{n} {i}");
            }
        }
        let same = digest(texts[1].as_bytes()) == digest(texts[4].as_bytes());
        assert!(same && texts[1] != texts[4]);
    }
}
