//! Random text: empty, long, of many bytes a character, full of what must be escaped.

use super::Random;

/// Characters at the edges: quotes and escapes, controls, each length of UTF-8, the neighbours of
/// the surrogates, line separators, the byte order mark, right-to-left, a combining accent.
const EDGES: &[char] = &[
    '"',
    '\\',
    '/',
    '\'',
    '<',
    '&',
    '\0',
    '\u{1}',
    '\u{8}',
    '\t',
    '\n',
    '\u{c}',
    '\r',
    '\u{1f}',
    ' ',
    '\u{7f}',
    '\u{80}',
    '\u{85}',
    'é',
    'ß',
    'İ',
    '\u{301}',
    '\u{7ff}',
    '\u{800}',
    '中',
    'א',
    '\u{2028}',
    '\u{2029}',
    '\u{d7ff}',
    '\u{e000}',
    '\u{feff}',
    '\u{fffd}',
    '\u{ffff}',
    '\u{10000}',
    '😀',
    '\u{10ffff}',
];
const WHOLE: &[&str] = &[
    "",
    "",
    "a",
    "null",
    "true",
    "0",
    "-1",
    "1.0",
    "[]",
    "{}",
    "\"",
    "\\u0041",
    "\u{0}",
    "é",
    "Straße",
    "日本語",
    "👩‍👩‍👧",
    "__proto__",
    " ",
    "a b",
];

impl Random {
    /// A text of any kind.
    pub fn text(&mut self) -> String {
        match self.below(8) {
            0..=2 => (*self.pick(WHOLE)).to_owned(),
            3 => {
                let n = self.below(12);
                (0..n).map(|_| *self.pick(EDGES)).collect()
            }
            4 => {
                // Lengths around those at which the length itself grows by a byte.
                let n = *self.pick(&[63, 64, 65, 127, 128, 300]);
                let c = *self.pick(&['x', 'é', '"', '\n']);
                std::iter::repeat_n(c, n).collect()
            }
            5 => {
                let n = self.below(8);
                (0..n)
                    .filter_map(|_| char::from_u32(self.bits() as u32 % 0x11_0000))
                    .collect()
            }
            _ => {
                let n = self.below(20);
                (0..n)
                    .map(|_| char::from(b'a' + (self.bits() % 26) as u8))
                    .collect()
            }
        }
    }
}
