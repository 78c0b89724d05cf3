//! xz's format: streams of blocks of LZMA2 with checksums, and an index of them.

use super::{Wrong, checksum, lzma};

const MAGIC: &[u8] = b"\xFD7zXZ\0";
const END: &[u8] = b"YZ";
/// Bytes of a footer.
const FOOTER: usize = 12;
/// The number of the filter LZMA2.
const LZMA2: u64 = 0x21;

/// What a file was, if that is not more than `limit` bytes.
pub(super) fn decompressed(stored: &[u8], limit: usize) -> Result<Vec<u8>, Wrong> {
    let mut out = Vec::new();
    let mut rest = stored;
    // Streams may follow each other.
    loop {
        stream(&mut rest, limit, &mut out)?;
        if rest.is_empty() {
            return Ok(out);
        }
    }
}

fn stream(rest: &mut &[u8], limit: usize, out: &mut Vec<u8>) -> Result<(), Wrong> {
    if take(rest, MAGIC.len())? != MAGIC {
        return Err(Wrong::Format);
    }
    let flags = take(rest, 2)?;
    sealed(flags, take(rest, 4)?)?;
    let check = match flags {
        [0, check @ 0..16] => *check,
        _ => return Err(Wrong::Format),
    };
    let mut blocks = 0_u64;
    loop {
        let whole = *rest;
        let size = usize::from(take(rest, 1)?.first().copied().unwrap_or(0));
        if size == 0 {
            index(rest, whole, blocks)?;
            break;
        }
        let header = whole.get(..size * 4).ok_or(Wrong::Format)?;
        let crc = whole.get(size * 4..size * 4 + 4).ok_or(Wrong::Format)?;
        sealed(header, crc)?;
        filters(header.get(1..).unwrap_or_default())?;
        *rest = whole.get(size * 4 + 4..).unwrap_or_default();
        block(rest, check, limit, out)?;
        blocks += 1;
    }
    let footer = take(rest, FOOTER)?;
    let (crc, after) = footer.split_at_checked(4).ok_or(Wrong::Format)?;
    let told = after.strip_suffix(END).ok_or(Wrong::Format)?;
    sealed(told, crc)?;
    match told.ends_with(flags) {
        true => Ok(()),
        false => Err(Wrong::Format),
    }
}

fn block(rest: &mut &[u8], check: u8, limit: usize, out: &mut Vec<u8>) -> Result<(), Wrong> {
    let (start, before) = (out.len(), rest.len());
    lzma::decompressed(rest, limit, out)?;
    padding(rest, before - rest.len())?;
    let plain = out.get(start..).unwrap_or_default();
    // Of the sizes of checks, by their number; what is not known here is passed over, as the format wants it.
    let size = match check {
        0 => 0,
        1..=3 => 4,
        4..=6 => 8,
        7..=9 => 16,
        10..=12 => 32,
        _ => 64,
    };
    let told = take(rest, size)?;
    let same = match check {
        1 => checksum::crc32(plain).to_le_bytes() == *told,
        4 => checksum::crc64(plain).to_le_bytes() == *told,
        _ => true,
    };
    match same {
        true => Ok(()),
        false => Err(Wrong::Checksum),
    }
}

/// What stands in the header of a block behind its size: one filter has to be there, and it is LZMA2.
fn filters(mut header: &[u8]) -> Result<(), Wrong> {
    let flags = take(&mut header, 1)?.first().copied().unwrap_or(0);
    // One filter and nothing that is reserved.
    if flags & 0x3F != 0 {
        return Err(Wrong::Format);
    }
    for told in [0x40, 0x80] {
        if flags & told != 0 {
            number(&mut header)?;
        }
    }
    match (number(&mut header)?, number(&mut header)?) {
        (LZMA2, 1) => Ok(()),
        _ => Err(Wrong::Format),
    }
}

/// Passes the index, which begins at `whole` and has to tell of as many blocks as there were.
fn index(rest: &mut &[u8], whole: &[u8], blocks: u64) -> Result<(), Wrong> {
    if number(rest)? != blocks {
        return Err(Wrong::Format);
    }
    for _ in 0..blocks {
        number(rest)?;
        number(rest)?;
    }
    padding(rest, whole.len() - rest.len())?;
    let size = whole.len() - rest.len();
    sealed(whole.get(..size).unwrap_or_default(), take(rest, 4)?)
}

/// Zeros up to a multiple of four bytes.
fn padding(rest: &mut &[u8], size: usize) -> Result<(), Wrong> {
    match take(rest, size.next_multiple_of(4) - size)?
        .iter()
        .all(|byte| *byte == 0)
    {
        true => Ok(()),
        false => Err(Wrong::Format),
    }
}

fn sealed(bytes: &[u8], crc: &[u8]) -> Result<(), Wrong> {
    match checksum::crc32(bytes).to_le_bytes() == *crc {
        true => Ok(()),
        false => Err(Wrong::Checksum),
    }
}

fn take<'b>(rest: &mut &'b [u8], count: usize) -> Result<&'b [u8], Wrong> {
    let (taken, after) = rest.split_at_checked(count).ok_or(Wrong::Format)?;
    *rest = after;
    Ok(taken)
}

/// A number of up to 63 bits, seven in a byte, the lowest first.
fn number(rest: &mut &[u8]) -> Result<u64, Wrong> {
    let mut value = 0;
    for shift in (0..63).step_by(7) {
        let byte = take(rest, 1)?.first().copied().unwrap_or(0);
        value |= u64::from(byte & 0x7F) << shift;
        if byte & 0x80 == 0 {
            return Ok(value);
        }
    }
    Err(Wrong::Format)
}
