//! LZMA2's format: chunks of plain bytes, or of literals and copies that an adaptive range coder packs.

use super::Wrong;

/// States of what came last: literals, matches, repeated matches.
const STATES: usize = 12;
/// The first state after something that was no literal.
const MATCHED: usize = 7;
/// Values of the lowest four bits of a position.
const PLACES: usize = 16;
/// Probabilities of the literals of one context.
const LITERAL: usize = 0x300;
/// The shortest copy.
const SHORTEST: usize = 2;
/// One half.
const EVEN: u16 = 1 << 10;

/// Takes chunks up to their end from `rest`, and adds what they are to `out`, if that is not more than `limit`
/// bytes in all.
pub(super) fn decompressed(rest: &mut &[u8], limit: usize, out: &mut Vec<u8>) -> Result<(), Wrong> {
    let mut window = Window {
        start: out.len(),
        out,
    };
    let mut model: Option<Model> = None;
    let (mut fresh, mut reset) = (true, true);
    loop {
        let control = byte(rest)?;
        if control == 0 {
            return Ok(());
        }
        if control == 1 || control >= 0xE0 {
            window.start = window.out.len();
            fresh = false;
        } else if fresh {
            return Err(Wrong::Format);
        }
        let size = usize::from(byte(rest)?) << 8 | usize::from(byte(rest)?);
        if control < 0x80 {
            if control > 2 {
                return Err(Wrong::Format);
            }
            let (plain, after) = rest.split_at_checked(size + 1).ok_or(Wrong::Format)?;
            *rest = after;
            room(&window, size + 1, limit)?;
            window.out.extend_from_slice(plain);
            continue;
        }
        let size = (usize::from(control & 0x1F) << 16 | size) + 1;
        let packed = (usize::from(byte(rest)?) << 8 | usize::from(byte(rest)?)) + 1;
        room(&window, size, limit)?;
        if control >= 0xC0 {
            model = Some(Model::of(byte(rest)?)?);
            reset = false;
        } else if control >= 0xA0 {
            if let Some(model) = &mut model {
                model.reset();
            }
            reset = false;
        }
        let known = model.as_mut().filter(|_| !reset).ok_or(Wrong::Format)?;
        let (text, after) = rest.split_at_checked(packed).ok_or(Wrong::Format)?;
        *rest = after;
        let mut coder = Coder::of(text)?;
        known.decode(&mut coder, &mut window, size)?;
        if !coder.is_over() {
            return Err(Wrong::Format);
        }
    }
}

fn byte(rest: &mut &[u8]) -> Result<u8, Wrong> {
    let (byte, after) = rest.split_first().ok_or(Wrong::Format)?;
    *rest = after;
    Ok(*byte)
}

fn room(window: &Window<'_>, more: usize, limit: usize) -> Result<(), Wrong> {
    match window.out.len().saturating_add(more) <= limit {
        true => Ok(()),
        false => Err(Wrong::Size),
    }
}

/// What was unpacked, which is what copies are taken from.
struct Window<'o> {
    out: &'o mut Vec<u8>,
    /// Where copies may reach back to.
    start: usize,
}

impl Window<'_> {
    fn position(&self) -> usize {
        self.out.len() - self.start
    }

    /// The byte so far back; one back is the last.
    fn back(&self, distance: usize) -> Result<u8, Wrong> {
        let at = self.out.len().checked_sub(distance);
        let at = at.filter(|at| *at >= self.start).ok_or(Wrong::Format)?;
        self.out.get(at).copied().ok_or(Wrong::Format)
    }
}

/// A range coder of adaptive bits.
struct Coder<'t> {
    rest: &'t [u8],
    range: u32,
    code: u32,
}

impl<'t> Coder<'t> {
    fn of(text: &'t [u8]) -> Result<Self, Wrong> {
        match text.split_first_chunk() {
            Some((&[0, a, b, c, d], rest)) => Ok(Coder {
                rest,
                range: u32::MAX,
                code: u32::from_be_bytes([a, b, c, d]),
            }),
            _ => Err(Wrong::Format),
        }
    }

    fn is_over(&self) -> bool {
        self.rest.is_empty() && self.code == 0
    }

    fn fill(&mut self) -> Result<(), Wrong> {
        if self.range >> 24 == 0 {
            self.range <<= 8;
            self.code = self.code << 8 | u32::from(byte(&mut self.rest)?);
        }
        Ok(())
    }

    /// A bit of which is known how likely it is.
    fn bit(&mut self, likely: &mut [u16], at: usize) -> Result<usize, Wrong> {
        let zero = likely.get_mut(at).ok_or(Wrong::Format)?;
        self.fill()?;
        let bound = (self.range >> 11) * u32::from(*zero);
        if self.code < bound {
            self.range = bound;
            *zero += (2 * EVEN - *zero) >> 5;
            return Ok(0);
        }
        self.range -= bound;
        self.code -= bound;
        *zero -= *zero >> 5;
        Ok(1)
    }

    /// Bits of which nothing is known, the highest first.
    fn even(&mut self, count: usize) -> Result<usize, Wrong> {
        let mut value = 0;
        for _ in 0..count {
            self.fill()?;
            self.range >>= 1;
            let one = self.code >= self.range;
            if one {
                self.code -= self.range;
            }
            value = value << 1 | usize::from(one);
        }
        Ok(value)
    }

    /// A number of so many bits, the highest first; how likely each is depends on those before.
    fn number(&mut self, likely: &mut [u16], count: usize) -> Result<usize, Wrong> {
        let mut node = 1;
        for _ in 0..count {
            node = node << 1 | self.bit(likely, node)?;
        }
        Ok(node - (1 << count))
    }

    /// The same, the lowest first.
    fn reversed(&mut self, likely: &mut [u16], count: usize) -> Result<usize, Wrong> {
        let (mut node, mut value) = (1, 0);
        for place in 0..count {
            let bit = self.bit(likely, node)?;
            node = node << 1 | bit;
            value |= bit << place;
        }
        Ok(value)
    }
}

/// How likely the lengths of copies are.
struct Lengths {
    choice: [u16; 2],
    low: [u16; PLACES * 8],
    middle: [u16; PLACES * 8],
    high: [u16; 256],
}

impl Lengths {
    fn new() -> Self {
        Lengths {
            choice: [EVEN; 2],
            low: [EVEN; PLACES * 8],
            middle: [EVEN; PLACES * 8],
            high: [EVEN; 256],
        }
    }

    fn decode(&mut self, coder: &mut Coder<'_>, place: usize) -> Result<usize, Wrong> {
        let eight = place * 8..place * 8 + 8;
        let more = if coder.bit(&mut self.choice, 0)? == 0 {
            coder.number(self.low.get_mut(eight).ok_or(Wrong::Format)?, 3)?
        } else if coder.bit(&mut self.choice, 1)? == 0 {
            8 + coder.number(self.middle.get_mut(eight).ok_or(Wrong::Format)?, 3)?
        } else {
            16 + coder.number(&mut self.high, 8)?
        };
        Ok(SHORTEST + more)
    }
}

/// How likely what comes next is.
struct Model {
    /// Bits of the byte before that are the context of a literal, and of the position.
    context: (usize, usize),
    /// Bits of the position that are the context of anything else.
    places: usize,
    state: usize,
    /// How far back the last four copies began.
    distances: [usize; 4],
    literals: Vec<u16>,
    is_match: [u16; STATES * PLACES],
    is_repeated: [u16; STATES],
    /// Whether it is another one than the first, than the second, than the third of the last distances.
    is_other: [[u16; STATES]; 3],
    is_long: [u16; STATES * PLACES],
    slots: [[u16; 64]; 4],
    special: [u16; 128],
    align: [u16; 16],
    fresh: Lengths,
    repeated: Lengths,
}

impl Model {
    /// For the byte that says which bits are context.
    fn of(properties: u8) -> Result<Self, Wrong> {
        let properties = usize::from(properties);
        let (before, position, places) = (properties % 9, properties / 9 % 5, properties / 45);
        if places > 4 || before + position > 4 {
            return Err(Wrong::Format);
        }
        Ok(Model::new((before, position), places))
    }

    fn new(context: (usize, usize), places: usize) -> Self {
        Model {
            context,
            places,
            state: 0,
            distances: [0; 4],
            literals: vec![EVEN; LITERAL << (context.0 + context.1)],
            is_match: [EVEN; STATES * PLACES],
            is_repeated: [EVEN; STATES],
            is_other: [[EVEN; STATES]; 3],
            is_long: [EVEN; STATES * PLACES],
            slots: [[EVEN; 64]; 4],
            special: [EVEN; 128],
            align: [EVEN; 16],
            fresh: Lengths::new(),
            repeated: Lengths::new(),
        }
    }

    fn reset(&mut self) {
        *self = Model::new(self.context, self.places);
    }

    /// Adds `size` bytes.
    fn decode(
        &mut self,
        coder: &mut Coder<'_>,
        window: &mut Window<'_>,
        size: usize,
    ) -> Result<(), Wrong> {
        let end = window.out.len() + size;
        while window.out.len() < end {
            let place = window.position() & ((1 << self.places) - 1);
            let here = self.state * PLACES + place;
            if coder.bit(&mut self.is_match, here)? == 0 {
                self.literal(coder, window)?;
                continue;
            }
            let length = if coder.bit(&mut self.is_repeated, self.state)? == 0 {
                let length = self.fresh.decode(coder, place)?;
                let distance = self.distance(coder, length)?;
                self.distances.rotate_right(1);
                self.distances[0] = distance;
                self.state = if self.state < MATCHED { 7 } else { 10 };
                length
            } else {
                let nth = self.nth(coder)?;
                if nth == 0 && coder.bit(&mut self.is_long, here)? == 0 {
                    self.state = if self.state < MATCHED { 9 } else { 11 };
                    1
                } else {
                    if let Some(recent) = self.distances.get_mut(..=nth) {
                        recent.rotate_right(1);
                    }
                    let length = self.repeated.decode(coder, place)?;
                    self.state = if self.state < MATCHED { 8 } else { 11 };
                    length
                }
            };
            if length > end - window.out.len() {
                return Err(Wrong::Format);
            }
            let distance = self.distances[0].checked_add(1).ok_or(Wrong::Format)?;
            for _ in 0..length {
                let byte = window.back(distance)?;
                window.out.push(byte);
            }
        }
        // A bit more may be pending.
        coder.fill()
    }

    fn literal(&mut self, coder: &mut Coder<'_>, window: &mut Window<'_>) -> Result<(), Wrong> {
        let (before, position) = self.context;
        let last = window.back(1).unwrap_or(0);
        let high = usize::from(last) >> (8 - before);
        let low = window.position() & ((1 << position) - 1);
        let start = LITERAL * (low << before | high);
        let likely = self.literals.get_mut(start..start + LITERAL);
        let likely = likely.ok_or(Wrong::Format)?;
        let mut node = 1;
        if self.state >= MATCHED {
            // The byte that would come if the last copy went on is not this one.
            let distance = self.distances[0].checked_add(1).ok_or(Wrong::Format)?;
            let mut other = usize::from(window.back(distance)?);
            while node < 0x100 {
                other <<= 1;
                let expected = other >> 8 & 1;
                let bit = coder.bit(likely, ((1 + expected) << 8) + node)?;
                node = node << 1 | bit;
                if bit != expected {
                    break;
                }
            }
        }
        while node < 0x100 {
            node = node << 1 | coder.bit(likely, node)?;
        }
        window.out.push(node.to_le_bytes()[0]);
        self.state = match self.state {
            0..4 => 0,
            state @ 4..10 => state - 3,
            state => state - 6,
        };
        Ok(())
    }

    /// Which of the last distances it is.
    fn nth(&mut self, coder: &mut Coder<'_>) -> Result<usize, Wrong> {
        for (nth, other) in self.is_other.iter_mut().enumerate() {
            if coder.bit(other, self.state)? == 0 {
                return Ok(nth);
            }
        }
        Ok(3)
    }

    fn distance(&mut self, coder: &mut Coder<'_>, length: usize) -> Result<usize, Wrong> {
        let slots = self.slots.get_mut((length - SHORTEST).min(3));
        let slot = coder.number(slots.ok_or(Wrong::Format)?, 6)?;
        if slot < 4 {
            return Ok(slot);
        }
        let count = (slot >> 1) - 1;
        let high = (2 | slot & 1) << count;
        if slot < 14 {
            // The first probability of a tree is never used: the trees overlap by it.
            let likely = self.special.get_mut(high - slot..);
            return Ok(high + coder.reversed(likely.ok_or(Wrong::Format)?, count)?);
        }
        let middle = coder.even(count - 4)? << 4;
        Ok(high + middle + coder.reversed(&mut self.align, 4)?)
    }
}
