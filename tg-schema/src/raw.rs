//! The only code of this crate that the compiler does not check: short copies and short texts.
//!
//! Most strings of a message are shorter than a cache line. For them a call of `memcpy` or of the
//! standard library's UTF-8 check costs several times the work itself. Each function below states what it
//! relies on; `tests/miri` runs their tests under Miri, and `fuzz/` runs the decoders that use them. What each of
//! them gains, beside a safe one, is shown by `benches/run unsafe`: what gains less than a tenth is not here.
#![allow(unsafe_code)]

mod escaped;
mod plain;
mod special;

pub(crate) use escaped::{Escape, push_escaped, push_quoted, push_short};
pub(crate) use plain::{WIDE, ascii_head, refill_ascii, refill_pair};
pub(crate) use special::specials;

/// Bytes that are copied and looked at without a loop.
pub(crate) const SHORT: usize = 64;

/// Appends a text or bytes as Avro does: twice the length, as one byte where it is short, then the bytes.
///
/// Only for fewer than [`SHORT`] bytes and where there is room for them; else it does nothing and says so.
#[inline(always)]
pub(crate) fn push_prefixed(out: &mut Vec<u8>, bytes: &[u8]) -> bool {
    let (n, start) = (bytes.len(), out.len());
    if n >= SHORT || out.capacity() - start <= n {
        return false;
    }
    // SAFETY: there is room for 1 + n bytes behind `start`, and no more are written. The source is `bytes`,
    // which cannot overlap the spare room of a vector that is borrowed mutably. All 1 + n bytes are
    // written before the length says so.
    unsafe {
        let to = out.as_mut_ptr().add(start);
        to.write((n as u8) << 1);
        copy_short(bytes.as_ptr(), to.add(1), n);
        out.set_len(start + 1 + n);
    }
    true
}

/// Bytes that a length takes at most.
const LENGTH: usize = 10;
/// From so many bytes on, their length takes more than two.
const FAR: usize = 1 << 13;

/// As [`push_prefixed`], for any number of bytes and whatever room there is.
#[inline(always)]
pub(crate) fn push_long_prefixed(out: &mut Vec<u8>, bytes: &[u8]) {
    let (n, start) = (bytes.len(), out.len());
    if out.capacity() - start < n + LENGTH {
        return after_making_room(out, bytes);
    }
    if !(SHORT..FAR).contains(&n) {
        return push_any_prefixed(out, bytes);
    }
    // SAFETY: there is room for more than 2 + n bytes behind `start`. The source is `bytes`, which cannot overlap the
    // spare room of a vector that is borrowed mutably. The vector has its new length before its last bytes are
    // written, so that the copy comes last and needs no frame to return to; nothing runs in between that could see it.
    unsafe {
        let to = out.as_mut_ptr().add(start);
        to.cast::<[u8; 2]>()
            .write([(n << 1) as u8 | 0x80, (n >> 6) as u8]);
        out.set_len(start + 2 + n);
        std::ptr::copy_nonoverlapping(bytes.as_ptr(), to.add(2), n);
    }
}

/// As above, where the length has any number of bytes.
#[inline(never)]
fn push_any_prefixed(out: &mut Vec<u8>, bytes: &[u8]) {
    let mut length = (bytes.len() as u64) << 1;
    while length >= 0x80 {
        out.push(length as u8 | 0x80);
        length >>= 7;
    }
    out.push(length as u8);
    out.extend_from_slice(bytes);
}

#[cold]
#[inline(never)]
fn after_making_room(out: &mut Vec<u8>, bytes: &[u8]) {
    // Short ones that come next find room too.
    out.reserve(bytes.len() + SHORT);
    push_long_prefixed(out, bytes);
}

/// Bytes that are looked at together.
pub(crate) const BLOCK: usize = 16;
/// Bytes of four blocks.
const FOUR: usize = 4 * BLOCK;

/// Fewer bytes than a block has, filled up with blanks.
#[inline(always)]
fn filled(bytes: &[u8]) -> [u8; BLOCK] {
    let (low, high) = match bytes.split_first_chunk::<8>() {
        Some((word, rest)) => (u64::from_le_bytes(*word), short_word(rest)),
        None => (short_word(bytes), BLANKS),
    };
    (u128::from(low) | u128::from(high) << 64).to_le_bytes()
}

/// Eight blanks.
const BLANKS: u64 = 0x2020_2020_2020_2020;

/// At most 7 bytes as a word, filled up with blanks.
#[inline(always)]
pub(crate) const fn short_word(bytes: &[u8]) -> u64 {
    let n = bytes.len();
    let text = match (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        (Some(head), Some(tail)) => {
            u32::from_le_bytes(*head) as u64 | (u32::from_le_bytes(*tail) as u64) << (8 * (n - 4))
        }
        _ => match *bytes {
            [a, b, c] => a as u64 | (b as u64) << 8 | (c as u64) << 16,
            [a, b] => a as u64 | (b as u64) << 8,
            [a] => a as u64,
            _ => 0,
        },
    };
    text | BLANKS << (8 * n)
}

/// Bytes before the first that cannot stand in a JSON string as it is.
#[inline(always)]
pub(crate) fn plain_run(bytes: &[u8]) -> usize {
    let mut run = 0;
    while let Some(block) = bytes.get(run..).and_then(<[u8]>::first_chunk) {
        let found = specials(block);
        if found != 0 {
            return run + found.trailing_zeros() as usize;
        }
        run += BLOCK;
    }
    run + plain_rest(bytes.get(run..).unwrap_or_default())
}

/// The same of fewer bytes than a block has, with which a message ends.
#[cold]
#[inline(never)]
fn plain_rest(rest: &[u8]) -> usize {
    let n = specials(&filled(rest)).trailing_zeros() as usize;
    n.min(rest.len())
}

/// Copies `n <= SHORT` bytes as two blocks of one fixed size that meet or overlap.
///
/// # Safety
/// `from` must be readable and `to` writable for `n` bytes, and the two must not overlap.
#[inline(always)]
unsafe fn copy_short(from: *const u8, to: *mut u8, n: usize) {
    /// # Safety
    /// As [`copy_short`], and `N <= n`.
    #[inline(always)]
    unsafe fn two<const N: usize>(from: *const u8, to: *mut u8, n: usize) {
        // SAFETY: both blocks lie within the n bytes, because N <= n. Arrays of bytes have no alignment.
        unsafe {
            let head = from.cast::<[u8; N]>().read();
            let tail = from.add(n - N).cast::<[u8; N]>().read();
            to.cast::<[u8; N]>().write(head);
            to.add(n - N).cast::<[u8; N]>().write(tail);
        }
    }
    // SAFETY: each arm copies with N <= n.
    unsafe {
        match n {
            32.. => two::<32>(from, to, n),
            16.. => two::<16>(from, to, n),
            8.. => two::<8>(from, to, n),
            4.. => two::<4>(from, to, n),
            2.. => two::<2>(from, to, n),
            1 => to.write(from.read()),
            0 => {}
        }
    }
}

/// A number that is its bytes.
///
/// # Safety
/// The type must have no padding, so that all bytes of a value are initialized, and all bytes must be a value.
pub(crate) unsafe trait Plain: Copy {}
// SAFETY: a float is 32 bits and nothing else.
unsafe impl Plain for f32 {}
// SAFETY: a double is 64 bits and nothing else.
unsafe impl Plain for f64 {}

/// Appends numbers as little-endian bytes; `bytes` gives those of one.
#[inline]
pub(crate) fn push_numbers<T: Plain, const N: usize>(
    out: &mut Vec<u8>,
    items: &[T],
    bytes: impl Fn(T) -> [u8; N],
) {
    if cfg!(target_endian = "little") {
        // SAFETY: all bytes of a `Plain` value are initialized, and bytes have no alignment.
        // The slice covers exactly the memory of `items` and lives no longer than it.
        let plain =
            unsafe { std::slice::from_raw_parts(items.as_ptr().cast::<u8>(), size_of_val(items)) };
        out.extend_from_slice(plain);
    } else {
        out.reserve(size_of_val(items));
        items
            .iter()
            .for_each(|item| out.extend_from_slice(&bytes(*item)));
    }
}

/// Bytes as text, if they are UTF-8.
#[inline(always)]
pub(crate) fn text(bytes: &[u8]) -> Option<&str> {
    if bytes.len() <= SHORT && is_short_ascii(bytes) {
        // SAFETY: every byte is below 0x80, and ASCII is UTF-8.
        return Some(unsafe { std::str::from_utf8_unchecked(bytes) });
    }
    long_text(bytes)
}

/// As [`text`], where the bytes are many.
#[inline(always)]
pub(crate) fn long_text(bytes: &[u8]) -> Option<&str> {
    // SAFETY: `is_text` says so.
    is_text(bytes).then(|| unsafe { std::str::from_utf8_unchecked(bytes) })
}

/// Whether bytes are UTF-8.
#[inline(never)]
fn is_text(bytes: &[u8]) -> bool {
    /// Bytes that are checked together; of what is left of them the check makes a copy.
    const TOGETHER: usize = 64;
    // What is little is ASCII in less time than the check is called in.
    if bytes.len() <= 2 * TOGETHER
        && let (Some(head), Some(tail)) = (
            bytes.first_chunk::<TOGETHER>(),
            bytes.last_chunk::<TOGETHER>(),
        )
        && is_short_ascii(head)
        && is_short_ascii(tail)
    {
        return true;
    }
    let (whole, rest) = bytes.split_at(bytes.len() & !(TOGETHER - 1));
    // No character reaches into a rest of ASCII.
    let checked = match whole.is_empty() || !is_short_ascii(rest) {
        true => bytes,
        false => whole,
    };
    simdutf8::basic::from_utf8(checked).is_ok()
}

/// Whether at most [`SHORT`] bytes are all below 0x80. Looks at words that overlap, without a loop.
#[inline(always)]
fn is_short_ascii(bytes: &[u8]) -> bool {
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let two = |at: usize, from_end: usize| -> u64 {
        let word = |i: usize| match bytes.get(i..).and_then(<[u8]>::first_chunk) {
            Some(word) => u64::from_le_bytes(*word),
            None => HIGH,
        };
        word(at) | word(bytes.len() - from_end)
    };
    match bytes.len() {
        33.. => (two(0, 32) | two(8, 24) | two(16, 16) | two(24, 8)) & HIGH == 0,
        17.. => (two(0, 16) | two(8, 8)) & HIGH == 0,
        8.. => two(0, 8) & HIGH == 0,
        4.. => match (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
            (Some(head), Some(tail)) => {
                (u32::from_le_bytes(*head) | u32::from_le_bytes(*tail)) & 0x8080_8080 == 0
            }
            _ => false,
        },
        n => bytes
            .first()
            .zip(bytes.get(n / 2))
            .zip(bytes.last())
            .is_none_or(|((a, b), c)| (a | b | c) < 0x80),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_little_endian() {
        let doubles = [0.0, -1.5, f64::NAN, f64::MAX];
        let mut out = vec![9];
        push_numbers(&mut out, &doubles, f64::to_le_bytes);
        push_numbers(&mut out, &[1.5f32], f32::to_le_bytes);
        let expected = doubles.iter().flat_map(|v| v.to_le_bytes());
        assert_eq!(
            out,
            [9].into_iter()
                .chain(expected)
                .chain(1.5f32.to_le_bytes())
                .collect::<Vec<_>>()
        );
        push_numbers::<f64, 8>(&mut out, &[], f64::to_le_bytes);
        assert_eq!(out.len(), 1 + 32 + 4);
    }

    #[test]
    fn prefixed_bytes_are_avro() {
        let bytes: Vec<u8> = (0..100).collect();
        for n in 0..bytes.len() {
            for room in [0, 10, n, n + 1, SHORT] {
                let mut out = Vec::with_capacity(1 + room);
                out.push(9);
                match push_prefixed(&mut out, &bytes[..n]) {
                    true => assert_eq!(out, [&[9, 2 * n as u8], &bytes[..n]].concat()),
                    false => assert!((n >= SHORT || room <= n) && out == [9]),
                }
            }
        }
    }

    #[test]
    fn long_prefixed_bytes_are_avro() {
        let bytes = vec![7; 20_000];
        for n in [0, 1, 63, 64, 65, 127, 128, 8190, 8191, 8192, 20_000] {
            let mut expected = vec![9];
            let mut length = n << 1;
            while length >= 0x80 {
                expected.push(length as u8 | 0x80);
                length >>= 7;
            }
            expected.push(length as u8);
            expected.extend_from_slice(&bytes[..n]);
            let mut out = vec![9];
            push_long_prefixed(&mut out, &bytes[..n]);
            assert_eq!(out, expected);
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

    /// Miri, which is slow, looks at fewer places.
    const STEP: usize = if cfg!(miri) { 9 } else { 1 };

    #[test]
    fn text_is_what_the_standard_library_says() {
        for n in 0..140usize {
            let plain = vec![b'a'; n];
            assert_eq!(text(&plain), std::str::from_utf8(&plain).ok());
            for at in (0..n).step_by(STEP) {
                for bad in [0x80, 0xc3, 0xff] {
                    let mut bytes = plain.clone();
                    bytes[at] = bad;
                    assert_eq!(text(&bytes), std::str::from_utf8(&bytes).ok(), "{n} {at}");
                }
                if at + 2 <= n {
                    let mut bytes = plain.clone();
                    bytes[at..at + 2].copy_from_slice("é".as_bytes());
                    assert_eq!(text(&bytes), std::str::from_utf8(&bytes).ok(), "{n} {at}");
                }
            }
        }
    }
}
