//! Short texts of ASCII at the head of an input that goes on: as many bytes are looked at and copied for each, so
//! that nothing depends on the length, which no processor foresees.

/// Bytes that are looked at and written, and most that a text has.
pub(crate) const WIDE: usize = 32;

/// The text of the first `n` bytes and what is behind it, where it is short ASCII and the input goes on.
#[inline(always)]
pub(crate) fn ascii_head(input: &[u8], n: usize) -> Option<(&str, &[u8])> {
    let wide: &[u8; WIDE] = input.first_chunk()?;
    let (head, rest) = input.split_at_checked(n)?;
    // SAFETY: the bytes of `head` are the first n of `wide`, all below 0x80, and ASCII is UTF-8.
    is_ascii(wide, n).then(|| (unsafe { std::str::from_utf8_unchecked(head) }, rest))
}

/// Puts the text of the first `n` bytes into the place of another and gives what is behind it, where it is ASCII of
/// at most `N` bytes, the input has as many, and there is room for as many. Otherwise nothing is changed.
#[inline(always)]
pub(crate) fn refill_ascii<'a, const N: usize>(
    out: &mut String,
    input: &'a [u8],
    n: usize,
) -> Option<&'a [u8]> {
    if n > N || out.capacity() < N {
        return None;
    }
    let head: &[u8; N] = input.first_chunk()?;
    if !is_ascii(head, n) {
        return None;
    }
    let rest = input.get(n..)?;
    // SAFETY: there is room for N bytes, and n <= N of them are those of a text: they are all below 0x80.
    // The source cannot overlap a string that is borrowed mutably. Arrays of bytes have no alignment.
    unsafe {
        let out = out.as_mut_vec();
        out.as_mut_ptr().cast::<[u8; N]>().write(*head);
        out.set_len(n);
    }
    Some(rest)
}

/// As [`refill_ascii`], of a text that has from [`WIDE`] bytes to twice as many: as two blocks that meet or overlap.
#[inline(always)]
pub(crate) fn refill_pair<'a>(out: &mut String, input: &'a [u8], n: usize) -> Option<&'a [u8]> {
    let (text, rest) = input.split_at_checked(n)?;
    let (head, tail): (&[u8; WIDE], &[u8; WIDE]) = (text.first_chunk()?, text.last_chunk()?);
    if out.capacity() < n || n > 2 * WIDE || high(head) | high(tail) != 0 {
        return None;
    }
    // SAFETY: there is room for n bytes, and WIDE <= n, so that both blocks lie within them; n <= 2 * WIDE, so that
    // nothing is between the two. All n bytes are below 0x80, and ASCII is UTF-8. The source cannot overlap a string
    // that is borrowed mutably. Arrays of bytes have no alignment.
    unsafe {
        let out = out.as_mut_vec();
        let to = out.as_mut_ptr();
        to.cast::<[u8; WIDE]>().write(*head);
        to.add(n - WIDE).cast::<[u8; WIDE]>().write(*tail);
        out.set_len(n);
    }
    Some(rest)
}

/// Whether the first `n` bytes are all below 0x80, and there are as many.
#[inline(always)]
fn is_ascii<const N: usize>(head: &[u8; N], n: usize) -> bool {
    let marks = match head.first_chunk() {
        Some(wide) => high(wide),
        None => words::high(head),
    };
    n <= N && u64::from(marks) & ((1 << n) - 1) == 0
}

/// Marks the bytes from 0x80 on, bit i for byte i.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn high(wide: &[u8; WIDE]) -> u32 {
    use std::arch::x86_64::{_mm_loadu_si128, _mm_movemask_epi8};
    let ([low, high], _) = wide.as_chunks::<16>() else {
        return u32::MAX;
    };
    // SAFETY: SSE2 is part of every x86-64 target, and the loads, which need no alignment, stay within the
    // blocks.
    unsafe {
        let low = _mm_movemask_epi8(_mm_loadu_si128(low.as_ptr().cast())).cast_unsigned();
        let high = _mm_movemask_epi8(_mm_loadu_si128(high.as_ptr().cast())).cast_unsigned();
        low | high << 16
    }
}

/// As above, for other processors.
#[cfg(not(target_arch = "x86_64"))]
#[inline(always)]
fn high(wide: &[u8; WIDE]) -> u32 {
    words::high(wide)
}

/// The same by words, for less and for processors without the instructions above.
mod words {
    #[inline(always)]
    pub(super) fn high(bytes: &[u8]) -> u32 {
        let (words, _) = bytes.as_chunks::<8>();
        // The product gathers the marks in its highest byte.
        let marks = |word: &[u8; 8]| {
            let marked = u64::from_le_bytes(*word) & 0x8080_8080_8080_8080;
            (marked >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
        };
        let all = words
            .iter()
            .rev()
            .fold(0, |all, word| all << 8 | marks(word));
        all as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Miri, which is slow, looks at fewer places.
    const STEP: usize = if cfg!(miri) { 7 } else { 1 };

    #[test]
    fn a_head_is_text_where_it_is_ascii_and_the_input_goes_on() {
        for length in (0..50).step_by(STEP) {
            let mut input = vec![b'a'; length];
            for high in (0..=length).step_by(STEP) {
                if high < length {
                    input[high] = 0xc3;
                }
                for n in 0..60 {
                    let plain = n <= WIDE && length >= WIDE && (n <= high || high == length);
                    let expected =
                        plain.then(|| (std::str::from_utf8(&input[..n]).unwrap(), &input[n..]));
                    assert_eq!(ascii_head(&input, n), expected, "{length} {high} {n}");
                    for room in [0, WIDE - 1, WIDE, 40] {
                        let mut out = String::with_capacity(room);
                        out.push_str(&"before"[..room.min(6)]);
                        let before = out.clone();
                        match (refill_ascii::<WIDE>(&mut out, &input, n), expected) {
                            (Some(rest), Some((text, expected))) => {
                                assert_eq!((out.as_str(), rest), (text, expected));
                            }
                            (None, expected) => {
                                assert_eq!(out, before);
                                assert!(expected.is_none() || out.capacity() < WIDE);
                            }
                            (Some(_), None) => panic!("{length} {high} {n}: {out}"),
                        }
                    }
                }
                if high < length {
                    input[high] = b'a';
                }
            }
        }
    }

    #[test]
    fn shorter_heads_are_refilled_too() {
        for length in (0..20).step_by(STEP) {
            let mut input = vec![b'a'; length];
            for high in 0..=length {
                if high < length {
                    input[high] = 0xc3;
                }
                for n in 0..20 {
                    for room in [0, 7, 8, 16] {
                        let (mut eight, mut sixteen) =
                            (String::with_capacity(room), String::with_capacity(room));
                        let plain = n <= high || high == length;
                        let expected = |size: usize, room: usize| {
                            let is = plain && n <= size && length >= size && room >= size;
                            is.then(|| &input[n..])
                        };
                        let (a, b) = (eight.capacity(), sixteen.capacity());
                        assert_eq!(refill_ascii::<8>(&mut eight, &input, n), expected(8, a));
                        assert_eq!(refill_ascii::<16>(&mut sixteen, &input, n), expected(16, b));
                        for (text, read) in [
                            (eight, expected(8, a).is_some()),
                            (sixteen, expected(16, b).is_some()),
                        ] {
                            assert_eq!(text.as_bytes(), &input[..if read { n } else { 0 }]);
                        }
                    }
                }
                if high < length {
                    input[high] = b'a';
                }
            }
        }
    }

    #[test]
    fn pairs_are_refilled() {
        for n in (0..80).step_by(STEP) {
            let mut input = [vec![b'a'; n], vec![0xff; 3]].concat();
            for high in (0..=n).step_by(STEP) {
                let before = std::mem::replace(&mut input[high], 0xff);
                for room in [0, 31, n.saturating_sub(1), n, 80] {
                    let mut text = String::with_capacity(room);
                    let is = (WIDE..=2 * WIDE).contains(&n) && high == n && text.capacity() >= n;
                    let expected = is.then(|| &input[n..]);
                    assert_eq!(
                        refill_pair(&mut text, &input, n),
                        expected,
                        "{n} {high} {room}"
                    );
                    assert_eq!(text.as_bytes(), &input[..if is { n } else { 0 }]);
                }
                input[high] = before;
            }
            assert_eq!(
                refill_pair(&mut String::with_capacity(80), &input[..n], n + 1),
                None
            );
        }
    }

    #[test]
    fn high_bytes_are_marked() {
        for at in 0..WIDE {
            let mut wide = [0x7f; WIDE];
            assert_eq!((high(&wide), words::high(&wide)), (0, 0));
            wide[at] = 0x80;
            assert_eq!((high(&wide), words::high(&wide)), (1 << at, 1 << at));
        }
        assert_eq!(words::high(&[0xff, 0, 0x80, 0, 0, 0, 0, 0x80]), 0b1000_0101);
        let all = [0xff; WIDE];
        assert_eq!((high(&all), words::high(&all)), (u32::MAX, u32::MAX));
    }
}
