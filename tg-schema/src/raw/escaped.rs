//! A long text into the inside of a JSON string, sixteen bytes at a time.

use super::special::has_specials;
use super::{BLOCK, FOUR, SHORT, filled, specials};

/// What stands in a JSON string for a byte: the bytes, and how many of them there are.
#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct Escape {
    bytes: [u8; 7],
    length: u8,
}

/// Bytes that an escape takes at most.
const LONGEST: usize = 6;

impl Escape {
    /// The first `length` of these bytes.
    pub(crate) const fn new(bytes: [u8; LONGEST], length: u8) -> Self {
        assert!(length >= 1 && length as usize <= LONGEST);
        let [a, b, c, d, e, f] = bytes;
        Escape {
            bytes: [a, b, c, d, e, f, 0],
            length,
        }
    }
}

/// What one block may take beyond its own bytes, with what its copies write too far.
const SLACK: usize = LONGEST * BLOCK + 2 * BLOCK;

/// Blocks in a row without a special byte, behind which four are looked at together. Where special bytes come more
/// often, to find that one is among the four costs more than the others save.
const LONG_RUN: usize = 12;

/// Appends a text with its special bytes escaped.
#[inline(never)]
pub(crate) fn push_escaped(out: &mut Vec<u8>, text: &[u8], escapes: &[Escape; 256]) {
    // All but the last that is whole, so that there is another behind each.
    let blocks = (text.len() / BLOCK).saturating_sub(1);
    push_blocks(out, text, blocks, escapes);
    // Less than two are left. Mostly there is nothing to escape in them: they are what is longer than one block, or
    // it is the only one.
    let rest = text.get(blocks * BLOCK..).unwrap_or_default();
    if let (Some(first), Some(last)) = (rest.first_chunk(), rest.last_chunk())
        && specials(first) | specials(last) == 0
    {
        let start = out.len();
        out.extend_from_slice(first);
        out.truncate(start + rest.len() - BLOCK);
        out.extend_from_slice(last);
        return;
    }
    // They are filled up with blanks, which are taken away again.
    let (first, second) = match rest.split_first_chunk::<BLOCK>() {
        Some((first, second)) => (*first, filled(second)),
        None => (filled(rest), [b' '; BLOCK]),
    };
    let last = [first, second, [b' '; BLOCK]];
    push_blocks(out, last.as_flattened(), 2, escapes);
    out.truncate(out.len() - (2 * BLOCK - rest.len()));
}

/// Appends so many blocks with their special bytes escaped, at most all that have another behind them.
///
/// A block is copied before it is looked at. Where a byte of it is special, its escape is written over it and
/// what follows is copied once more, behind the escape. So the next block starts where it starts, whatever is
/// found in this one, and the processor need not wait for it.
#[inline(always)]
fn push_blocks(out: &mut Vec<u8>, text: &[u8], blocks: usize, escapes: &[Escape; 256]) {
    let end = blocks.min((text.len() / BLOCK).saturating_sub(1)) * BLOCK;
    let (mut taken, mut length) = (0, out.len());
    out.reserve(end + SLACK);
    let mut start = out.as_mut_ptr();
    // Blocks in a row without a special byte.
    let mut plain = 0;
    while taken < end {
        while plain >= LONG_RUN
            && let Some(four) = text.get(taken..end).and_then(<[u8]>::first_chunk)
        {
            // SAFETY: there is room for what is left of the text up to `end`, as below, and that is as much at least.
            // The spare room of a vector that is borrowed mutably cannot overlap the text.
            unsafe { start.add(length).cast::<[u8; FOUR]>().write(*four) };
            if has_specials(four) {
                plain = 0;
            } else {
                (taken, length) = (taken + FOUR, length + FOUR);
            }
        }
        if taken == end {
            break;
        }
        // SAFETY: `taken` and `end` are whole blocks, so that at least two can be read from `from` on; a second read
        // starts at most one behind it. Behind `to` there is room for the rest of the blocks and SLACK bytes: it was
        // made before the loop, a block without a special byte takes as much of the room as of the text, and behind
        // another the room is made again. In one turn, at most 16
        // escapes of LONGEST bytes are written, and a copy ends at most one block behind the last of them; an escape
        // is as long as half a block. The spare room of a vector that is borrowed mutably cannot overlap the text.
        unsafe {
            let (from, to) = (text.as_ptr().add(taken), start.add(length));
            let block = from.cast::<[u8; BLOCK]>().read();
            to.cast::<[u8; BLOCK]>().write(block);
            let mut found = specials(&block);
            taken += BLOCK;
            length += BLOCK;
            if found == 0 {
                plain += 1;
                continue;
            }
            plain = 0;
            let mut longer = 0;
            while found != 0 {
                let at = found.trailing_zeros() as usize;
                found &= found - 1;
                let escape = &escapes[usize::from(from.add(at).read())];
                to.add(at + longer)
                    .cast::<Escape>()
                    .write_unaligned(*escape);
                longer += usize::from(escape.length) - 1;
                let rest = from.add(at + 1).cast::<[u8; BLOCK]>().read();
                to.add(at + 1 + longer).cast::<[u8; BLOCK]>().write(rest);
            }
            length += longer;
            if out.capacity() - length < end - taken + SLACK {
                // All bytes before `length` were written.
                out.set_len(length);
                make_room(out, end - taken);
                start = out.as_mut_ptr();
            }
        }
    }
    // SAFETY: all bytes before `length` were written, and the room for them was there.
    unsafe { out.set_len(length) };
}

/// Appends a text in quotes that is shorter than a block and has no special byte, where there is room for a block;
/// else it does nothing and says so. It calls nothing, so that it needs no frame.
#[inline(always)]
pub(crate) fn push_short(out: &mut Vec<u8>, text: &[u8]) -> bool {
    let n = text.len();
    if n >= BLOCK || out.capacity() - out.len() < BLOCK + 2 {
        return false;
    }
    let block = filled(text);
    if specials(&block) != 0 {
        return false;
    }
    // SAFETY: there is room for a block and two quotes, and n < BLOCK.
    unsafe {
        let to = out.as_mut_ptr().add(out.len());
        to.write(b'"');
        to.add(1).cast::<[u8; BLOCK]>().write(block);
        to.add(1 + n).write(b'"');
        out.set_len(out.len() + 2 + n);
    }
    true
}

/// Appends a quote and the start of a text, up to where its first special byte is found; where it has none, or few at the
/// end of a long one, as lines have, all of it and a quote. Gives how much of the text that is.
#[inline(always)]
pub(crate) fn push_quoted(out: &mut Vec<u8>, text: &[u8], escapes: &[Escape; 256]) -> usize {
    let n = text.len();
    let at = |start: usize| text.get(start..).and_then(<[u8]>::first_chunk::<BLOCK>);
    // As many blocks as cover the text, which meet or overlap.
    let starts = match n {
        0..BLOCK => {
            out.reserve(BLOCK + 2);
            return match push_short(out, text) {
                true => n,
                false => push_quote(out),
            };
        }
        // Nothing but the length says how many blocks there are, and it is not asked: no processor foresees it.
        BLOCK..=SHORT => [
            0,
            BLOCK.min(n - BLOCK),
            n.max(2 * BLOCK) - 2 * BLOCK,
            n - BLOCK,
        ],
        _ => return push_long(out, text, escapes),
    };
    let [Some(a), Some(b), Some(c), Some(d)] = starts.map(at) else {
        return push_quote(out);
    };
    if specials(a) | specials(b) | specials(c) | specials(d) != 0 {
        return push_quote(out);
    }
    out.reserve(SHORT + 2);
    // SAFETY: there is room for SHORT bytes and two quotes, n <= SHORT, and each block starts at most at
    // n - BLOCK. The blocks cover all n bytes.
    unsafe {
        let to = out.as_mut_ptr().add(out.len());
        to.write(b'"');
        for (start, block) in starts.into_iter().zip([a, b, c, d]) {
            to.add(1 + start).cast::<[u8; BLOCK]>().write(*block);
        }
        to.add(1 + n).write(b'"');
        out.set_len(out.len() + 2 + n);
    }
    n
}

/// A quote and nothing of the text.
#[inline(always)]
fn push_quote(out: &mut Vec<u8>) -> usize {
    out.push(b'"');
    0
}

/// As [`push_quoted`], for a text of [`FOUR`] bytes at least.
#[inline(never)]
fn push_long(out: &mut Vec<u8>, text: &[u8], escapes: &[Escape; 256]) -> usize {
    let n = text.len();
    let Some(last) = text.last_chunk::<FOUR>() else {
        return push_quote(out);
    };
    out.reserve(n + 2 + FEW * LONGEST + size_of::<Escape>());
    let (mut done, mut longer) = (0, 0);
    // SAFETY: there is room for n bytes, two quotes, FEW escapes of LONGEST bytes and what is written too far of one. Each
    // block lies within the n bytes: those of the loop are read from where they are written to, and the last ends where
    // the text does. Of what is escaped, at most FEW bytes, `at` is less than n; its escape and the rest of the text
    // behind it come later by what the escapes are longer. What `set_len` counts was written before. The spare room of a
    // vector that is borrowed mutably cannot overlap the text.
    unsafe {
        let to = out.as_mut_ptr().add(out.len());
        to.write(b'"');
        while let Some(four) = text.get(done..).and_then(<[u8]>::first_chunk)
            && !has_specials(four)
        {
            to.add(1 + done).cast::<[u8; FOUR]>().write(*four);
            done += FOUR;
        }
        // Where the loop ended at a special byte, the last four blocks may be without one.
        let found = match has_specials(last) {
            true => marks(last),
            false => 0,
        };
        if n - done > FOUR || found.count_ones() as usize > FEW {
            out.set_len(out.len() + 1 + done);
            return done;
        }
        to.add(1 + n - FOUR).cast::<[u8; FOUR]>().write(*last);
        let mut found = found;
        while found != 0 {
            let at = n - FOUR + found.trailing_zeros() as usize;
            found &= found - 1;
            let escape = &escapes[usize::from(text.as_ptr().add(at).read())];
            let to = to.add(1 + at + longer);
            to.cast::<Escape>().write_unaligned(*escape);
            let length = usize::from(escape.length);
            longer += length - 1;
            text.as_ptr()
                .add(at + 1)
                .copy_to_nonoverlapping(to.add(length), n - at - 1);
        }
        to.add(1 + n + longer).write(b'"');
        out.set_len(out.len() + 2 + n + longer);
    }
    n
}

/// Special bytes at the end of a long text that are escaped one by one.
const FEW: usize = 4;

/// The special bytes of four blocks.
#[inline(always)]
fn marks(four: &[u8; FOUR]) -> u64 {
    let (blocks, _) = four.as_chunks();
    let marks = blocks.iter().enumerate();
    marks.fold(0, |all, (at, block)| {
        all | u64::from(specials(block)) << (at * BLOCK)
    })
}

#[cold]
#[inline(never)]
fn make_room(out: &mut Vec<u8>, left: usize) {
    out.reserve(left + SLACK);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Longer and longer escapes, to be told apart.
    static ESCAPES: [Escape; 256] = {
        let mut escapes = [Escape::new(*b"\\abcde", 1); 256];
        let mut byte = 0;
        while byte < escapes.len() {
            escapes[byte].length = 1 + (byte % LONGEST) as u8;
            byte += 1;
        }
        escapes
    };

    fn expected(text: &[u8]) -> Vec<u8> {
        let mut out = vec![9];
        for &byte in text {
            match byte < 0x20 || byte == b'"' || byte == b'\\' {
                true => {
                    let escape = &ESCAPES[usize::from(byte)];
                    out.extend(&escape.bytes[..usize::from(escape.length)]);
                }
                false => out.push(byte),
            }
        }
        out
    }

    fn check(text: &[u8]) {
        let mut out = Vec::with_capacity(1);
        out.push(9);
        push_escaped(&mut out, text, &ESCAPES);
        assert_eq!(out, expected(text));
    }

    #[test]
    fn each_place_and_each_byte() {
        let plain: Vec<u8> = (b'a'..=b'z').cycle().take(100).collect();
        for n in 0..plain.len() {
            check(&plain[..n]);
        }
        let step = if cfg!(miri) { 7 } else { 1 };
        for at in (0..70).step_by(step) {
            for byte in (0..=255).step_by(step) {
                let mut text = plain[..70].to_vec();
                text[at] = byte;
                check(&text);
            }
        }
    }

    #[test]
    fn long_runs_end_anywhere() {
        let step = if cfg!(miri) { 67 } else { 1 };
        for n in (180..420).step_by(step) {
            check(&vec![b'a'; n]);
            let mut text = vec![b'a'; 420];
            text[n] = b'"';
            check(&text);
            // As long a run again behind it.
            text.extend(vec![b'b'; 300]);
            text.extend(b"\n\x01c");
            check(&text);
        }
    }

    #[test]
    fn short_texts_are_quoted_unless_a_byte_is_special() {
        let plain: Vec<u8> = (b'a'..=b'z').cycle().take(260).collect();
        // Miri is slow.
        let step = if cfg!(miri) { 7 } else { 1 };
        for n in (0..plain.len()).step_by(step) {
            for room in [0, 1, 100] {
                let mut out = Vec::with_capacity(1 + room);
                out.push(9);
                let room = out.capacity() - 1;
                if push_short(&mut out, &plain[..n]) {
                    assert_eq!(out, [b"\x09\"", &plain[..n], b"\""].concat());
                    assert!(n < BLOCK && room >= BLOCK + 2);
                    out.truncate(1);
                } else {
                    assert!(out == [9] && (n >= BLOCK || room < BLOCK + 2));
                }
                assert_eq!(push_quoted(&mut out, &plain[..n], &ESCAPES), n);
                assert_eq!(out, [b"\x09\"", &plain[..n], b"\""].concat());
            }
            for at in (0..n).step_by(step) {
                let mut text = plain[..n].to_vec();
                text[at] = [b'"', b'\\', 0x1f][at % 3];
                let mut out = vec![9];
                let done = push_quoted(&mut out, &text, &ESCAPES);
                if done == n {
                    assert!(n > SHORT && at >= n - FOUR, "{n} {at}");
                    let whole = expected(&text);
                    assert_eq!(out, [b"\x09\"", &whole[1..], b"\""].concat());
                } else {
                    assert!(done <= at, "{n} {at}");
                    assert_eq!(out, [b"\x09\"", &text[..done]].concat());
                }
                assert!(!push_short(&mut Vec::with_capacity(99), &text));
            }
        }
    }

    /// Few special bytes at the end of a long text are escaped at once, in whatever room there is; where there are more, or
    /// others before them, the rest is left.
    #[test]
    fn ends_of_lines() {
        let step = if cfg!(miri) { 13 } else { 1 };
        for n in (SHORT + 1..SHORT + 200).step_by(step) {
            for ends in 0..=FEW + 1 {
                for places in 0..if cfg!(miri) { 2 } else { 9 } {
                    let mut text: Vec<u8> = (b'a'..=b'z').cycle().take(n).collect();
                    for end in 1..=ends {
                        text[n - 1 - places * end] = [b'\n', 0x1f, b'"', 5, 3][end % 5];
                    }
                    let mut out = Vec::with_capacity(1);
                    out.push(9);
                    let done = push_quoted(&mut out, &text, &ESCAPES);
                    let special = |b: &u8| !b.is_ascii_alphabetic();
                    let first = text.iter().position(special).unwrap_or(n);
                    let few = text.iter().filter(|b| special(b)).count() <= FEW;
                    let at_end = n - first / FOUR * FOUR <= FOUR;
                    assert_eq!(done == n, few && at_end, "{n} {ends} {places}");
                    let whole = match done == n {
                        true => [b"\x09\"", &expected(&text)[1..], b"\""].concat(),
                        false => [b"\x09\"", &text[..done]].concat(),
                    };
                    assert_eq!(out, whole);
                }
            }
        }
    }

    #[test]
    fn nothing_but_escapes_and_all_mixtures_of_them() {
        for byte in [5, b'"', b'\n'] {
            for n in [32, 33, 47, 48, 500] {
                check(&vec![byte; n]);
            }
        }
        let mut state = 1u32;
        for _ in 0..if cfg!(miri) { 5 } else { 500 } {
            let text: Vec<u8> = (0..200)
                .map(|_| {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    match state >> 29 {
                        0 => (state >> 8) as u8 % 0x20,
                        1 => b'"',
                        _ => b'a' + (state >> 8) as u8 % 26,
                    }
                })
                .collect();
            check(&text);
        }
    }
}
