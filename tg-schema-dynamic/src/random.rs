//! Random messages and random schemas, for tests that must find what nobody thought of. The same
//! seed gives the same message on every machine.

pub(crate) mod datum;
mod schema;
mod text;
mod value;
mod writer;

pub use schema::random_schema;
pub use writer::random_writer;

/// A seeded generator (SplitMix64).
#[derive(Clone, Debug)]
pub struct Random {
    state: u64,
    finite: bool,
    /// Whether a number with a logical type always has a meaning.
    meant: bool,
    size: usize,
}

impl Random {
    /// Values of one message, more or less.
    pub const SIZE: usize = 64;

    /// A generator that starts at `seed`.
    pub fn new(seed: u64) -> Self {
        Random {
            state: seed,
            finite: true,
            meant: false,
            size: Random::SIZE,
        }
    }

    /// Makes NaN and infinities too, which Avro carries and JSON does not.
    #[must_use]
    pub fn non_finite(mut self) -> Self {
        self.finite = false;
        self
    }

    /// Makes only such numbers of a logical type as it has: no dates beyond the last one.
    #[must_use]
    pub fn meant(mut self) -> Self {
        self.meant = true;
        self
    }

    /// Messages of about `values` values instead of [`Random::SIZE`].
    #[must_use]
    pub fn size(mut self, values: usize) -> Self {
        self.size = values;
        self
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number less than `bound`; 0 where that is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        let bits = u128::from(self.bits());
        // The high half of bits × bound is less than bound.
        usize::try_from((bits * bound as u128) >> 64).unwrap_or(0)
    }

    /// True once in `n` times.
    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    /// One of several.
    ///
    /// # Panics
    /// Where there is none.
    pub fn pick<'t, T>(&mut self, items: &'t [T]) -> &'t T {
        assert!(!items.is_empty(), "nothing to pick from");
        &items[self.below(items.len())]
    }

    /// That many random bytes.
    pub fn octets(&mut self, n: usize) -> Vec<u8> {
        let mut octets = Vec::with_capacity(n + 8);
        while octets.len() < n {
            octets.extend(self.bits().to_le_bytes());
        }
        octets.truncate(n);
        octets
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_numbers() {
        let mut random = Random::new(1_234_567);
        assert_eq!(random.bits(), 6_457_827_717_110_365_317);
        assert_eq!(random.bits(), 3_203_168_211_198_807_973);
        assert_eq!(random.below(0), 0);
        assert!((0..1000).all(|_| random.below(7) < 7));
        assert_eq!(random.octets(11).len(), 11);
    }
}
