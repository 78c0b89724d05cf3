//! Strings with escapes.

use crate::raw::{plain_run, push_short};

const HEX: &[u8; 16] = b"0123456789abcdef";

/// Appends `s` in quotes: runs of plain bytes, and between them the escapes.
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

/// What stands behind the backslash in the escape of a special byte; `u` where its number follows.
const LETTERS: [u8; 256] = {
    let mut letters = [b'u'; 256];
    letters[b'"' as usize] = b'"';
    letters[b'\\' as usize] = b'\\';
    letters[b'\n' as usize] = b'n';
    letters[b'\r' as usize] = b'r';
    letters[b'\t' as usize] = b't';
    letters[8] = b'b';
    letters[12] = b'f';
    letters
};

/// Appends the escape of a special byte.
#[inline(always)]
fn escape(b: u8, out: &mut Vec<u8>) {
    let letter = LETTERS[usize::from(b)];
    out.extend_from_slice(&[b'\\', letter]);
    if letter == b'u' {
        let (high, low) = (HEX[usize::from(b >> 4)], HEX[usize::from(b & 15)]);
        out.extend_from_slice(&[b'0', b'0', high, low]);
    }
}

/// The byte that a letter behind a backslash stands for; 0 where it is none, or `u`.
pub(super) const ESCAPED: [u8; 256] = {
    let mut bytes = [0; 256];
    bytes[b'"' as usize] = b'"';
    bytes[b'\\' as usize] = b'\\';
    bytes[b'/' as usize] = b'/';
    bytes[b'n' as usize] = b'\n';
    bytes[b'r' as usize] = b'\r';
    bytes[b't' as usize] = b'\t';
    bytes[b'b' as usize] = 8;
    bytes[b'f' as usize] = 12;
    bytes
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_is_escaped_as_serde_json_does() {
        let all: String = (0..0x300u32).filter_map(char::from_u32).collect();
        // Miri is slow.
        for skip in 0..if cfg!(miri) { 3 } else { 40 } {
            let s: String = all.chars().skip(skip).collect();
            let mut out = Vec::new();
            quote(&s, &mut out);
            assert_eq!(
                String::from_utf8(out).unwrap(),
                serde_json::to_string(&s).unwrap()
            );
        }
    }
}
