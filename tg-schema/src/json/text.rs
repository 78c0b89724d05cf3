//! Strings with escapes.

const HEX: &[u8; 16] = b"0123456789abcdef";

/// Whether a byte cannot stand in a JSON string as it is.
#[inline]
pub(crate) fn special(b: u8) -> bool {
    b < 0x20 || b == b'"' || b == b'\\'
}

/// No special byte among them: a fold without branches, which the compiler turns into vector code.
#[inline]
fn clean(bytes: &[u8]) -> bool {
    !bytes.iter().fold(false, |found, &b| found | special(b))
}

/// Appends `s` in quotes. Blocks of 16 bytes without a special one are copied whole.
#[inline]
pub(crate) fn quote(s: &str, out: &mut Vec<u8>) {
    let bytes = s.as_bytes();
    out.reserve(bytes.len() + 2);
    out.push(b'"');
    let (blocks, tail) = bytes.as_chunks::<16>();
    let mut copied = 0;
    for (i, block) in blocks.iter().enumerate() {
        if !clean(block) {
            out.extend_from_slice(&bytes[copied..i * 16]);
            escape(block, out);
            copied = (i + 1) * 16;
        }
    }
    if clean(tail) {
        out.extend_from_slice(&bytes[copied..]);
    } else {
        out.extend_from_slice(&bytes[copied..bytes.len() - tail.len()]);
        escape(tail, out);
    }
    out.push(b'"');
}

#[inline(never)]
fn escape(bytes: &[u8], out: &mut Vec<u8>) {
    for &b in bytes {
        match b {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            8 => out.extend_from_slice(b"\\b"),
            12 => out.extend_from_slice(b"\\f"),
            b if b < 0x20 => {
                out.extend_from_slice(&[
                    b'\\',
                    b'u',
                    b'0',
                    b'0',
                    HEX[usize::from(b >> 4)],
                    HEX[usize::from(b & 15)],
                ]);
            }
            b => out.push(b),
        }
    }
}

/// Bytes of `bytes` before the first special one.
#[inline]
pub(crate) fn plain_run(bytes: &[u8]) -> usize {
    let (blocks, _) = bytes.as_chunks::<16>();
    let mut at = 0;
    for block in blocks {
        if !clean(block) {
            break;
        }
        at += 16;
    }
    at + bytes[at..]
        .iter()
        .position(|&b| special(b))
        .unwrap_or(bytes.len() - at)
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
