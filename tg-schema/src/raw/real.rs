//! Numbers into their shortest form, written where they stay: to copy a text that was written a moment ago, in
//! other pieces than those that are read, makes the processor wait.

use zmij::Buffer;

use crate::json::Real;

/// Bytes that a number takes at most, with what is written too far.
const ROOM: usize = size_of::<Buffer>();

/// Writes a finite number to a place; where its text ends.
///
/// # Safety
/// `place` must be writable for `ROOM` bytes.
#[inline(always)]
unsafe fn put<T: Real>(place: *mut u8, v: T) -> *mut u8 {
    const { assert!(align_of::<Buffer>() == 1) };
    let buffer = place.cast::<Buffer>();
    // SAFETY: there is room for a buffer, which has no alignment, and it is made before it is used. The text is
    // part of it, so that a copy to its start, which there is none where it stands there, stays within it.
    unsafe {
        buffer.write(Buffer::new());
        let text = v.shortest(&mut *buffer);
        let (from, n) = (text.as_ptr(), text.len());
        if !std::ptr::eq(from, place) {
            std::ptr::copy(from, place, n);
        }
        place.add(n)
    }
}

/// Appends a finite number.
#[inline(always)]
pub(crate) fn push_real<T: Real>(out: &mut Vec<u8>, v: T) {
    out.reserve(ROOM);
    // SAFETY: `reserve` made the room. All bytes up to the end of the text were written.
    unsafe {
        let start = out.as_mut_ptr();
        let end = put(start.add(out.len()), v);
        out.set_len(end.offset_from_unsigned(start));
    }
}

/// Appends finite numbers with commas between.
#[inline]
pub(crate) fn push_reals<T: Real>(out: &mut Vec<u8>, items: &[T]) {
    /// Numbers for which room is made together.
    const GROUP: usize = 64;
    for (i, group) in items.chunks(GROUP).enumerate() {
        out.reserve(GROUP * (ROOM + 1));
        // SAFETY: `reserve` made room for a comma and a number of at most ROOM bytes for each of the group. All
        // bytes up to the end were written.
        unsafe {
            let start = out.as_mut_ptr();
            let mut end = start.add(out.len());
            for (j, v) in group.iter().enumerate() {
                if i + j > 0 {
                    end.write(b',');
                    end = end.add(1);
                }
                end = put(end, *v);
            }
            out.set_len(end.offset_from_unsigned(start));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NUMBERS: [f64; 8] = [
        0.0,
        -0.0,
        1.5,
        -2.2250738585072014e-308,
        f64::MIN,
        5e-324,
        123456789012345680.0,
        -0.30000000000000004,
    ];

    #[test]
    fn numbers_are_appended_one_by_one() {
        let mut expected = String::from("x");
        // Room that is exactly full.
        let mut out = Vec::with_capacity(1);
        out.push(b'x');
        for v in NUMBERS {
            push_real(&mut out, v);
            push_real(&mut out, 0.1f32);
            expected.push_str(Buffer::new().format_finite(v));
            expected.push_str("0.1");
        }
        assert_eq!(String::from_utf8(out), Ok(expected));
    }

    #[test]
    fn lists_of_every_length_have_commas_between() {
        for n in (0..200).step_by(if cfg!(miri) { 33 } else { 1 }) {
            let items: Vec<f64> = NUMBERS.into_iter().cycle().take(n).collect();
            let mut out = vec![b'['];
            push_reals(&mut out, &items);
            let texts: Vec<String> = items
                .iter()
                .map(|v| Buffer::new().format_finite(*v).to_owned())
                .collect();
            assert_eq!(String::from_utf8(out), Ok(format!("[{}", texts.join(","))));
        }
    }
}
