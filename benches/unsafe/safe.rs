//! What stands in `tg-schema/src/raw` as it would be without unsafe code. `measure.py` puts each group in the place of
//! the functions of the same names, in a copy of the crate of its own. Of several safe ways, the quickest that was found.

// == a short text behind its length: raw.rs

pub(crate) fn push_prefixed(out: &mut Vec<u8>, bytes: &[u8]) -> bool {
    let n = bytes.len();
    if n >= SHORT || out.capacity() - out.len() < SHORT {
        return false;
    }
    out.push((n as u8) << 1);
    out.extend_from_slice(bytes);
    true
}

// == a long text behind its length: raw.rs

pub(crate) fn push_long_prefixed(out: &mut Vec<u8>, bytes: &[u8]) {
    let mut length = (bytes.len() as u64) << 1;
    let (mut head, mut n) = ([0; 10], 0);
    while length >= 0x80 {
        head[n] = length as u8 | 0x80;
        n += 1;
        length >>= 7;
    }
    head[n] = length as u8;
    out.reserve(n + 1 + bytes.len() + SHORT);
    out.extend_from_slice(&head[..=n]);
    out.extend_from_slice(bytes);
}

// == numbers as their bytes: raw.rs

pub(crate) fn push_numbers<T: Plain, const N: usize>(
    out: &mut Vec<u8>,
    items: &[T],
    bytes: impl Fn(T) -> [u8; N],
) {
    let start = out.len();
    out.resize(start + items.len() * N, 0);
    let (chunks, _) = out[start..].as_chunks_mut::<N>();
    for (chunk, item) in chunks.iter_mut().zip(items) {
        *chunk = bytes(*item);
    }
}

// == short bytes as text: raw.rs

pub(crate) fn text(bytes: &[u8]) -> Option<&str> {
    match bytes.len() <= SHORT {
        true => std::str::from_utf8(bytes).ok(),
        false => long_text(bytes),
    }
}

pub(crate) fn long_text(bytes: &[u8]) -> Option<&str> {
    simdutf8::basic::from_utf8(bytes).ok()
}

// == short texts of ASCII: raw/plain.rs

pub(crate) fn ascii_head(input: &[u8], n: usize) -> Option<(&str, &[u8])> {
    let wide: &[u8; WIDE] = input.first_chunk()?;
    let (head, rest) = input.split_at_checked(n)?;
    if !is_ascii(wide, n) {
        return None;
    }
    Some((std::str::from_utf8(head).ok()?, rest))
}

pub(crate) fn refill_ascii<'a, const N: usize>(
    out: &mut String,
    input: &'a [u8],
    n: usize,
) -> Option<&'a [u8]> {
    let start: &[u8; N] = input.first_chunk()?;
    if out.capacity() < N || !is_ascii(start, n) {
        return None;
    }
    let (head, rest) = input.split_at_checked(n)?;
    let text = std::str::from_utf8(head).ok()?;
    out.clear();
    out.push_str(text);
    Some(rest)
}

fn high(wide: &[u8; WIDE]) -> u32 {
    words::high(wide)
}

// == texts of ASCII that are a little longer: raw/plain.rs

pub(crate) fn refill_pair<'a>(out: &mut String, input: &'a [u8], n: usize) -> Option<&'a [u8]> {
    let (text, rest) = input.split_at_checked(n)?;
    if out.capacity() < n {
        return None;
    }
    out.clear();
    out.push_str(crate::raw::text(text)?);
    Some(rest)
}

// == a long text into JSON: raw/escaped.rs

fn push_blocks(out: &mut Vec<u8>, text: &[u8], blocks: usize, escapes: &[Escape; 256]) {
    let end = blocks.min((text.len() / BLOCK).saturating_sub(1)) * BLOCK;
    out.reserve(end + SLACK);
    let (whole, _) = text[..end].as_chunks::<BLOCK>();
    for block in whole {
        let (mut found, mut from) = (specials(block), 0);
        if found == 0 {
            out.extend_from_slice(block);
            continue;
        }
        while found != 0 {
            let at = found.trailing_zeros() as usize;
            found &= found - 1;
            out.extend_from_slice(&block[from..at]);
            let escape = &escapes[usize::from(block[at])];
            out.extend_from_slice(&escape.bytes[..usize::from(escape.length)]);
            from = at + 1;
        }
        out.extend_from_slice(&block[from..]);
    }
}

// == a short text into JSON: raw/escaped.rs

pub(crate) fn push_quoted(out: &mut Vec<u8>, text: &[u8], _: &[Escape; 256]) -> usize {
    let plain = super::plain_run(text);
    out.reserve(plain + 2);
    out.push(b'"');
    out.extend_from_slice(&text[..plain]);
    if plain == text.len() {
        out.push(b'"');
    }
    plain
}

pub(crate) fn push_short(out: &mut Vec<u8>, text: &[u8]) -> bool {
    if text.len() >= BLOCK || super::plain_run(text) != text.len() {
        return false;
    }
    out.reserve(text.len() + 2);
    out.push(b'"');
    out.extend_from_slice(text);
    out.push(b'"');
    true
}

// == sixteen bytes at once: raw/special.rs

pub(crate) fn specials(block: &[u8; BLOCK]) -> u32 {
    words::specials(block)
}

pub(super) fn has_specials(four: &[u8; FOUR]) -> bool {
    let (blocks, _) = four.as_chunks();
    blocks.iter().any(|block| words::specials(block) != 0)
}
