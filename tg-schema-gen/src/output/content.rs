//! The hash by which a file's content is known again.
//!
//! It tells apart what two runs wrote; nobody is kept out by it. So it is a fast one: build scripts run
//! unoptimized, and thousands of files are hashed in every run, where a cryptographic hash would take
//! longer than everything else together. It must not change within a version of the manifest.

/// 128 bits, enough that no two contents share one by accident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ContentHash(pub(super) u128);

// Digits of pi: odd numbers with nothing up their sleeves.
const KEYS: [u64; 6] = [
    0x243f_6a88_85a3_08d3,
    0x1319_8a2e_0370_7345,
    0xa409_3822_299f_31d1,
    0x082e_fa98_ec4e_6c89,
    0x4528_21e6_38d0_1377,
    0xbe54_66cf_34e9_0c6d,
];

impl ContentHash {
    pub(super) fn of(content: &[u8]) -> Self {
        let mut state = [KEYS[0], KEYS[1]];
        let (chunks, rest) = content.as_chunks::<32>();
        for chunk in chunks {
            absorb(&mut state, chunk);
        }
        let mut last = [0; 32];
        for (to, from) in last.iter_mut().zip(rest) {
            *to = *from;
        }
        absorb(&mut state, &last);
        let [a, b] = state;
        let length = content.len() as u64;
        let high = fold(a ^ length, b ^ KEYS[4]);
        let low = fold(b ^ high, a ^ length.rotate_left(32) ^ KEYS[5]);
        ContentHash(u128::from(high) << 64 | u128::from(low))
    }

    /// Writes its 32 digits.
    pub(super) fn write(self, out: &mut String) {
        const DIGITS: [u8; 16] = *b"0123456789abcdef";
        let mut text = [b'0'; 32];
        for (pair, byte) in text
            .as_chunks_mut::<2>()
            .0
            .iter_mut()
            .zip(self.0.to_be_bytes())
        {
            *pair = [byte >> 4, byte & 15].map(|digit| DIGITS[usize::from(digit & 15)]);
        }
        out.push_str(str::from_utf8(&text).unwrap_or_default());
    }
}

#[inline]
fn absorb(state: &mut [u64; 2], chunk: &[u8; 32]) {
    if let [a, b, c, d] = chunk.as_chunks::<8>().0 {
        let (a, b) = (u64::from_le_bytes(*a), u64::from_le_bytes(*b));
        let (c, d) = (u64::from_le_bytes(*c), u64::from_le_bytes(*d));
        state[0] = fold(state[0] ^ a, b ^ KEYS[2]).wrapping_add(c);
        state[1] = fold(state[1] ^ c, d ^ KEYS[3]).wrapping_add(a);
    }
}

/// Both halves of the product in one word.
#[inline]
fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    product as u64 ^ (product >> 64) as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn it_stays_as_it_is() {
        let hex = |content: &[u8]| {
            let mut out = String::new();
            ContentHash::of(content).write(&mut out);
            out
        };
        assert_eq!(hex(b""), "90a77b6ccc0376dba81f8110e646be33");
        assert_eq!(hex(b"abc"), "40db3f324acb5c696a62829a452dadd0");
        assert_eq!(hex(&[b'x'; 1000]), "c899d56c3cfb4b596ad037546a64c4b0");
    }

    #[test]
    fn every_change_of_one_bit_or_of_the_length_is_seen() {
        let mut seen = BTreeSet::new();
        let mut count = 0;
        for length in 0..130 {
            let mut content = vec![0; length];
            seen.insert(ContentHash::of(&content));
            count += 1;
            for at in 0..length {
                for bit in 0..8 {
                    content[at] = 1 << bit;
                    seen.insert(ContentHash::of(&content));
                    count += 1;
                }
                content[at] = 0;
            }
        }
        assert_eq!(seen.len(), count);
    }

    #[test]
    fn a_change_of_one_bit_changes_half_of_the_hash() {
        let text =
            b"pub struct Question { pub prompt: String, pub count: i32, pub tags: Vec<Tag> }"
                .to_vec();
        let hash = ContentHash::of(&text);
        let mut flips = 0;
        for at in 0..text.len() {
            let mut other = text.clone();
            other[at] ^= 1;
            flips += (ContentHash::of(&other).0 ^ hash.0).count_ones() as usize;
        }
        let average = flips / text.len();
        assert!((56..=72).contains(&average), "{average} of 128 bits");
    }
}
