//! Strings with escapes.

use crate::raw::{self, push_short};

/// Eight blanks.
const BLANKS: u64 = 0x2020_2020_2020_2020;

const HEX: &[u8; 16] = b"0123456789abcdef";

/// At most 7 bytes as a word, filled up with blanks.
#[inline(always)]
fn short_word(bytes: &[u8]) -> u64 {
    let n = bytes.len();
    let text = match (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        (Some(head), Some(tail)) => {
            u64::from(u32::from_le_bytes(*head))
                | u64::from(u32::from_le_bytes(*tail)) << (8 * (n - 4))
        }
        _ => match *bytes {
            [a, b, c] => u64::from(a) | u64::from(b) << 8 | u64::from(c) << 16,
            [a, b] => u64::from(a) | u64::from(b) << 8,
            [a] => u64::from(a),
            _ => 0,
        },
    };
    text | BLANKS << (8 * n)
}

/// Bytes of `bytes` before the first that cannot stand in a JSON string as it is.
#[inline(always)]
pub(crate) fn plain_run(bytes: &[u8]) -> usize {
    let (blocks, rest) = bytes.as_chunks::<16>();
    for (i, block) in blocks.iter().enumerate() {
        let found = raw::specials(block);
        if found != 0 {
            return i * 16 + found.trailing_zeros() as usize;
        }
    }
    let mut block = [b' '; 16];
    let (low, high) = match rest.split_first_chunk::<8>() {
        Some((word, rest)) => (u64::from_le_bytes(*word), short_word(rest)),
        None => (short_word(rest), BLANKS),
    };
    block[..8].copy_from_slice(&low.to_le_bytes());
    block[8..].copy_from_slice(&high.to_le_bytes());
    let n = raw::specials(&block).trailing_zeros() as usize;
    bytes.len() - rest.len() + n.min(rest.len())
}

/// Appends `s` in quotes: runs of plain bytes whole, and between them the escapes.
#[inline(never)]
pub(crate) fn quote(s: &str, out: &mut Vec<u8>) {
    let mut rest = s.as_bytes();
    out.reserve(rest.len() + 2);
    out.push(b'"');
    loop {
        let (plain, more) = rest.split_at(plain_run(rest));
        push_short(out, plain);
        match more.split_first() {
            Some((&special, more)) => {
                escape(special, out);
                rest = more;
            }
            None => break,
        }
    }
    out.push(b'"');
}

/// Appends the escape of a special byte.
#[inline]
fn escape(b: u8, out: &mut Vec<u8>) {
    let letter = match b {
        b'"' | b'\\' => b,
        b'\n' => b'n',
        b'\r' => b'r',
        b'\t' => b't',
        8 => b'b',
        12 => b'f',
        _ => {
            let (high, low) = (HEX[usize::from(b >> 4)], HEX[usize::from(b & 15)]);
            return out.extend_from_slice(&[b'\\', b'u', b'0', b'0', high, low]);
        }
    };
    out.extend_from_slice(&[b'\\', letter]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_is_escaped_as_serde_json_does() {
        let all: String = (0..0x300u32).filter_map(char::from_u32).collect();
        for skip in 0..40 {
            let s: String = all.chars().skip(skip).collect();
            let mut out = Vec::new();
            quote(&s, &mut out);
            assert_eq!(
                String::from_utf8(out).unwrap(),
                serde_json::to_string(&s).unwrap()
            );
        }
    }

    #[test]
    fn a_run_ends_at_the_first_special_byte() {
        for n in 0..70 {
            for end in [b'"', b'\\', b'\n', 0, 0x1f] {
                let mut bytes = vec![b'x'; n];
                assert_eq!(plain_run(&bytes), n);
                bytes.push(end);
                bytes.extend_from_slice(b"yyyyyyyyyyyyyyyyyyyyyyyyyy");
                assert_eq!(plain_run(&bytes), n);
            }
        }
    }
}
