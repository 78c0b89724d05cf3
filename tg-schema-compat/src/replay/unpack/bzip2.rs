//! bzip2's format: blocks of Huffman codes for runs and ranks of bytes that were sorted by what follows them.

use super::{Wrong, checksum};

/// What a block begins with.
const BLOCK: u64 = 0x3141_5926_5359;
/// What the end of the stream begins with.
const END: u64 = 0x1772_4538_5090;
/// Symbols of one selector.
const GROUP: usize = 50;
/// Bits of the longest code.
const MAX_CODE: usize = 20;
/// The largest alphabet: all bytes but one, two for runs, and the end.
const MAX_SYMBOLS: usize = 258;

/// What a stream was, if that is not more than `limit` bytes.
pub(super) fn decompressed(stored: &[u8], limit: usize) -> Result<Vec<u8>, Wrong> {
    let mut out = Vec::new();
    let mut bits = Bits::of(stored);
    // Streams may follow each other.
    loop {
        stream(&mut bits, limit, &mut out)?;
        bits.align();
        if bits.is_over() {
            return Ok(out);
        }
    }
}

fn stream(bits: &mut Bits<'_>, limit: usize, out: &mut Vec<u8>) -> Result<(), Wrong> {
    if bits.take(24)? != 0x42_5A68 {
        return Err(Wrong::Format);
    }
    // A digit: how many hundred thousand bytes a block has at most.
    let level = match bits.take(8)? {
        digit @ 0x31..=0x39 => digit - 0x30,
        _ => return Err(Wrong::Format),
    };
    let most = usize::try_from(level).map_err(|_| Wrong::Format)? * 100_000;
    let mut all = 0_u32;
    loop {
        let magic = u64::from(bits.take(24)?) << 24 | u64::from(bits.take(24)?);
        let checksum = bits.take(16)? << 16 | bits.take(16)?;
        match magic {
            BLOCK => {
                let start = out.len();
                block(bits, most, limit, out)?;
                let plain = out.get(start..).unwrap_or_default();
                if checksum::crc32_high(plain) != checksum {
                    return Err(Wrong::Checksum);
                }
                all = all.rotate_left(1) ^ checksum;
            }
            END if checksum == all => return Ok(()),
            END => return Err(Wrong::Checksum),
            _ => return Err(Wrong::Format),
        }
    }
}

fn block(bits: &mut Bits<'_>, most: usize, limit: usize, out: &mut Vec<u8>) -> Result<(), Wrong> {
    // Blocks that were shuffled are of versions that nobody has any more.
    if bits.take(1)? != 0 {
        return Err(Wrong::Format);
    }
    let origin = bits.take(24)?;
    let mut ranks = alphabet(bits)?;
    let symbols = ranks.len() + 2;
    let trees = usize::try_from(bits.take(3)?).unwrap_or(0);
    if !(2..=6).contains(&trees) {
        return Err(Wrong::Format);
    }
    let selectors = selectors(bits, trees)?;
    let mut codes = Vec::with_capacity(trees);
    for _ in 0..trees {
        codes.push(Code::read(bits, symbols)?);
    }
    let end = symbols - 1;
    // Bytes in the lowest eight bits, then links to the next one above.
    let mut sorted: Vec<u32> = Vec::new();
    let (mut run, mut weight) = (0_usize, 1_usize);
    let mut selectors = selectors.into_iter();
    'groups: loop {
        let tree = selectors.next().ok_or(Wrong::Format)?;
        let code = codes.get(tree).ok_or(Wrong::Format)?;
        for _ in 0..GROUP {
            let symbol = code.symbol(bits)?;
            // Two symbols are the digits, one and two, of how often the first byte comes.
            if symbol < 2 {
                run += weight << symbol;
                weight <<= 1;
                if run > most {
                    return Err(Wrong::Format);
                }
                continue;
            }
            if run > 0 {
                let byte = u32::from(ranks.first().copied().ok_or(Wrong::Format)?);
                if sorted.len() + run > most {
                    return Err(Wrong::Format);
                }
                sorted.resize(sorted.len() + run, byte);
            }
            (run, weight) = (0, 1);
            if symbol == end {
                break 'groups;
            }
            let rank = symbol - 1;
            let byte = ranks.get(rank).copied().ok_or(Wrong::Format)?;
            ranks.copy_within(0..rank, 1);
            if let Some(first) = ranks.first_mut() {
                *first = byte;
            }
            if sorted.len() >= most {
                return Err(Wrong::Format);
            }
            sorted.push(u32::from(byte));
        }
    }
    link(&mut sorted)?;
    follow(&sorted, origin, limit, out)
}

/// The bytes that a block has, in order.
fn alphabet(bits: &mut Bits<'_>) -> Result<Vec<u8>, Wrong> {
    let rows = bits.take(16)?;
    let mut found = Vec::new();
    for row in (0..16_u8).filter(|row| rows >> (15 - row) & 1 == 1) {
        let cells = bits.take(16)?;
        let set = (0..16_u8).filter(|cell| cells >> (15 - cell) & 1 == 1);
        found.extend(set.map(|cell| row << 4 | cell));
    }
    match found.is_empty() {
        true => Err(Wrong::Format),
        false => Ok(found),
    }
}

/// Which tree each group of symbols is written with.
fn selectors(bits: &mut Bits<'_>, trees: usize) -> Result<Vec<usize>, Wrong> {
    let count = bits.take(15)?;
    let mut order: Vec<usize> = (0..trees).collect();
    let mut found = Vec::new();
    for _ in 0..count {
        let mut rank = 0;
        while bits.take(1)? == 1 {
            rank += 1;
        }
        if rank >= trees {
            return Err(Wrong::Format);
        }
        let tree = order.remove(rank);
        order.insert(0, tree);
        found.push(tree);
    }
    Ok(found)
}

/// Links each place to the one whose byte follows.
fn link(sorted: &mut [u32]) -> Result<(), Wrong> {
    let mut starts = [0_u32; 256];
    for value in sorted.iter() {
        if let Some(count) = starts.get_mut((*value & 0xFF) as usize) {
            *count += 1;
        }
    }
    let mut sum = 0;
    for start in &mut starts {
        let count = *start;
        *start = sum;
        sum += count;
    }
    for at in 0..sorted.len() {
        let byte = sorted.get(at).map_or(0, |value| value & 0xFF);
        let next = starts.get_mut(byte as usize).ok_or(Wrong::Format)?;
        let place = sorted.get_mut(*next as usize).ok_or(Wrong::Format)?;
        *place |= u32::try_from(at).map_err(|_| Wrong::Format)? << 8;
        *next += 1;
    }
    Ok(())
}

/// The bytes in their order; the fifth after four that are alike says how many more follow.
fn follow(sorted: &[u32], origin: u32, limit: usize, out: &mut Vec<u8>) -> Result<(), Wrong> {
    let at = |place: u32| sorted.get(place as usize).copied().ok_or(Wrong::Format);
    let mut place = at(origin)? >> 8;
    let (mut alike, mut last) = (0, None);
    for _ in 0..sorted.len() {
        let value = at(place)?;
        place = value >> 8;
        let byte = value.to_le_bytes()[0];
        if alike == 4 {
            let more = usize::from(byte);
            if out.len() + more > limit {
                return Err(Wrong::Size);
            }
            out.resize(out.len() + more, last.unwrap_or_default());
            (alike, last) = (0, None);
            continue;
        }
        alike = if last == Some(byte) { alike + 1 } else { 1 };
        last = Some(byte);
        if out.len() >= limit {
            return Err(Wrong::Size);
        }
        out.push(byte);
    }
    Ok(())
}

/// A canonical Huffman code.
struct Code {
    /// By length: how many codes there are.
    counts: [usize; MAX_CODE + 1],
    /// The symbols by their codes.
    symbols: Vec<usize>,
}

impl Code {
    fn read(bits: &mut Bits<'_>, symbols: usize) -> Result<Self, Wrong> {
        if symbols > MAX_SYMBOLS {
            return Err(Wrong::Format);
        }
        let mut length = usize::try_from(bits.take(5)?).unwrap_or(0);
        let mut lengths = Vec::with_capacity(symbols);
        for symbol in 0..symbols {
            loop {
                if !(1..=MAX_CODE).contains(&length) {
                    return Err(Wrong::Format);
                }
                if bits.take(1)? == 0 {
                    break;
                }
                match bits.take(1)? {
                    0 => length += 1,
                    _ => length -= 1,
                }
            }
            lengths.push((length, symbol));
        }
        let mut counts = [0; MAX_CODE + 1];
        for (length, _) in &lengths {
            if let Some(count) = counts.get_mut(*length) {
                *count += 1;
            }
        }
        lengths.sort_unstable();
        Ok(Code {
            counts,
            symbols: lengths.into_iter().map(|(_, symbol)| symbol).collect(),
        })
    }

    fn symbol(&self, bits: &mut Bits<'_>) -> Result<usize, Wrong> {
        let (mut code, mut first, mut before) = (0_usize, 0_usize, 0_usize);
        for count in self.counts.iter().skip(1) {
            code |= usize::try_from(bits.take(1)?).unwrap_or(0);
            if let Some(nth) = code.checked_sub(first).filter(|nth| nth < count) {
                return self.symbols.get(before + nth).copied().ok_or(Wrong::Format);
            }
            before += count;
            first = (first + count) << 1;
            code <<= 1;
        }
        Err(Wrong::Format)
    }
}

/// Bits, the highest of each byte first.
struct Bits<'b> {
    rest: &'b [u8],
    value: u64,
    left: u32,
}

impl<'b> Bits<'b> {
    fn of(bytes: &'b [u8]) -> Self {
        Bits {
            rest: bytes,
            value: 0,
            left: 0,
        }
    }

    /// So many bits, 24 at most.
    fn take(&mut self, count: u32) -> Result<u32, Wrong> {
        while self.left < count {
            let (byte, rest) = self.rest.split_first().ok_or(Wrong::Format)?;
            self.rest = rest;
            self.value = self.value << 8 | u64::from(*byte);
            self.left += 8;
        }
        self.left -= count;
        let taken = self.value >> self.left;
        self.value &= (1 << self.left) - 1;
        u32::try_from(taken).map_err(|_| Wrong::Format)
    }

    /// Goes to the next byte.
    fn align(&mut self) {
        self.left -= self.left % 8;
        self.value &= (1 << self.left) - 1;
    }

    fn is_over(&self) -> bool {
        self.left == 0 && self.rest.is_empty()
    }
}
