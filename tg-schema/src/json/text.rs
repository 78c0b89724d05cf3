//! Strings with escapes.

use crate::raw::{Escape, push_escaped, push_quoted, push_short};

/// Appends `s` in quotes: runs of plain bytes, and between them the escapes.
#[inline(never)]
pub(crate) fn quote(s: &str, out: &mut Vec<u8>) {
    if !push_short(out, s.as_bytes()) {
        quote_any(s, out);
    }
}

#[inline(never)]
fn quote_any(s: &str, out: &mut Vec<u8>) {
    let text = s.as_bytes();
    let done = push_quoted(out, text, &ESCAPES);
    if let Some(rest) = text.get(done..)
        && !rest.is_empty()
    {
        push_escaped(out, rest, &ESCAPES);
        out.push(b'"');
    }
}

/// What stands for each byte that cannot stand for itself.
static ESCAPES: [Escape; 256] = {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let mut escapes = [Escape::new([0; 6], 1); 256];
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
            b'u' => Escape::new([b'\\', b'u', b'0', b'0', high, low], 6),
            _ => Escape::new([b'\\', letter, 0, 0, 0, 0], 2),
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
