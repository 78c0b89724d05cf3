//! Bytes that cannot stand in a JSON string as they are, sixteen or more looked at together.

use super::{BLOCK, FOUR};

/// Marks the bytes of a block that cannot stand in a JSON string as they are: control characters, the
/// quote and the backslash, bit i for byte i.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
pub(crate) fn specials(block: &[u8; BLOCK]) -> u32 {
    use std::arch::x86_64::{
        _mm_cmpeq_epi8, _mm_min_epu8, _mm_movemask_epi8, _mm_or_si128, _mm_set1_epi8, _mm_xor_si128,
    };
    // SAFETY: SSE2 is part of every x86-64 target.
    unsafe {
        let bytes = loaded(block);
        // With the second bit turned, the quote is a blank and the blank is none: control characters and the quote
        // are what is at most a blank then.
        let turned = _mm_xor_si128(bytes, _mm_set1_epi8((b'"' ^ b' ').cast_signed()));
        let low = _mm_cmpeq_epi8(
            _mm_min_epu8(turned, _mm_set1_epi8(b' '.cast_signed())),
            turned,
        );
        let backslash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(b'\\'.cast_signed()));
        _mm_movemask_epi8(_mm_or_si128(low, backslash)).cast_unsigned()
    }
}

/// Whether there is such a byte in four blocks.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
pub(super) fn has_specials(four: &[u8; FOUR]) -> bool {
    use std::arch::x86_64::{
        _mm_cmpeq_epi8, _mm_min_epu8, _mm_movemask_epi8, _mm_or_si128, _mm_set1_epi8,
        _mm_setzero_si128, _mm_xor_si128,
    };
    let (blocks, _) = four.as_chunks();
    // SAFETY: SSE2 is part of every x86-64 target.
    unsafe {
        let turn = _mm_set1_epi8((b'"' ^ b' ').cast_signed());
        let backslash = _mm_set1_epi8(b'\\'.cast_signed());
        let (mut least, mut other) = (_mm_set1_epi8(-1), _mm_set1_epi8(-1));
        for block in blocks {
            let bytes = loaded(block);
            least = _mm_min_epu8(least, _mm_xor_si128(bytes, turn));
            // Only the backslash becomes zero.
            other = _mm_min_epu8(other, _mm_xor_si128(bytes, backslash));
        }
        let low = _mm_cmpeq_epi8(
            _mm_min_epu8(least, _mm_set1_epi8(b' '.cast_signed())),
            least,
        );
        let found = _mm_or_si128(low, _mm_cmpeq_epi8(other, _mm_setzero_si128()));
        _mm_movemask_epi8(found) != 0
    }
}

#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn loaded(block: &[u8; BLOCK]) -> std::arch::x86_64::__m128i {
    // SAFETY: SSE2 is part of every x86-64 target, and the load, which needs no alignment, stays within
    // the block.
    unsafe { std::arch::x86_64::_mm_loadu_si128(block.as_ptr().cast()) }
}

/// As above, for other processors.
#[cfg(not(target_arch = "x86_64"))]
#[inline(always)]
pub(crate) fn specials(block: &[u8; BLOCK]) -> u32 {
    words::specials(block)
}

/// As above, for other processors.
#[cfg(not(target_arch = "x86_64"))]
#[inline(always)]
pub(super) fn has_specials(four: &[u8; FOUR]) -> bool {
    let (blocks, _) = four.as_chunks();
    blocks.iter().any(|block| words::specials(block) != 0)
}

/// The same by words, for processors without the instructions above.
#[cfg(any(test, not(target_arch = "x86_64")))]
mod words {
    use super::BLOCK;

    const ONES: u64 = 0x0101_0101_0101_0101;
    const LOW: u64 = 0x7f * ONES;
    const HIGH: u64 = 0x80 * ONES;

    pub(super) fn specials(block: &[u8; BLOCK]) -> u32 {
        let (words, _) = block.as_chunks::<8>();
        word(u64::from_le_bytes(words[0])) | word(u64::from_le_bytes(words[1])) << 8
    }
    /// One bit a byte. No sum below goes beyond its byte.
    fn word(word: u64) -> u32 {
        let zero_in = |w: u64| !(((w & LOW) + LOW) | w);
        let control = !(((word & LOW) + 0x60 * ONES) | word);
        let quote = zero_in(word ^ (ONES * u64::from(b'"')));
        let backslash = zero_in(word ^ (ONES * u64::from(b'\\')));
        let marked = (control | quote | backslash) & HIGH;
        // The product gathers the marks in its highest byte.
        ((marked >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn special_bytes_are_marked() {
        for at in 0..16 {
            for b in 0..=255u8 {
                let mut block = *b"plain text \xc3\xa9 ..";
                block[at] = b;
                let special = b < 0x20 || b == b'"' || b == b'\\';
                let expected = u32::from(special) << at;
                assert_eq!(specials(&block), expected, "{b} at {at}");
                assert_eq!(words::specials(&block), expected, "{b} at {at}");
            }
        }
    }

    #[test]
    fn one_special_byte_is_found_among_sixty_four() {
        let step = if cfg!(miri) { 13 } else { 1 };
        for byte in 0..=255u8 {
            let special = byte < 0x20 || byte == b'"' || byte == b'\\';
            for at in (usize::from(byte) % step..FOUR).step_by(step) {
                let mut four = [[b' ', b'!', b'#', 0xff][at % 4]; FOUR];
                assert!(!has_specials(&four));
                four[at] = byte;
                assert_eq!(has_specials(&four), special, "{byte} at {at}");
            }
        }
    }
}
