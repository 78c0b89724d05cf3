//! Strings with escapes.

use crate::raw::{Escape, plain_run, push_escaped, push_quoted, push_short};

/// From so many bytes on a text is worth the setting up of a faster loop.
const LONG: usize = 48;

/// Appends `s` in quotes: runs of plain bytes, and between them the escapes.
#[inline(never)]
pub(crate) fn quote(s: &str, out: &mut Vec<u8>) {
    let mut rest = s.as_bytes();
    if push_quoted(out, rest) {
        return;
    }
    out.reserve(rest.len() + 2);
    out.push(b'"');
    if rest.len() >= LONG {
        let taken = push_escaped(out, rest, &ESCAPES);
        rest = rest.get(taken..).unwrap_or_default();
    }
    loop {
        let (plain, more) = rest.split_at(plain_run(rest));
        push_short(out, plain);
        match more.split_first() {
            Some((&special, more)) => {
                let Escape { bytes, length } = &ESCAPES[usize::from(special)];
                out.extend_from_slice(&bytes[..usize::from(*length)]);
                rest = more;
            }
            None => break,
        }
    }
    out.push(b'"');
}

/// What stands for each byte that cannot stand for itself.
static ESCAPES: [Escape; 256] = {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let mut escapes = [Escape {
        bytes: [0; 7],
        length: 1,
    }; 256];
    let mut byte = 0;
    while byte < escapes.len() {
        let (high, low) = (HEX[byte >> 4], HEX[byte & 15]);
        let letter = match byte as u8 {
            b'"' => b'"',
            b'\\' => b'\\',
            b'\n' => b'n',
            b'\r' => b'r',
            b'\t' => b't',
            8 => b'b',
            12 => b'f',
            _ => b'u',
        };
        escapes[byte] = match letter {
            b'u' => Escape {
                bytes: [b'\\', b'u', b'0', b'0', high, low, 0],
                length: 6,
            },
            _ => Escape {
                bytes: [b'\\', letter, 0, 0, 0, 0, 0],
                length: 2,
            },
        };
        byte += 1;
    }
    escapes
};

/// The byte that a letter behind a backslash stands for; 0 where it is none, or `u`.
pub(super) static ESCAPED: [u8; 256] = {
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
