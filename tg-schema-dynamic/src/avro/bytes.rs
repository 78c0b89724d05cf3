//! The primitive forms of Avro binary. Numbers may be longer than they need to be, as other readers allow.

use crate::error::{Error, Problem};

/// A place in the bytes of a message.
pub(crate) struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Cursor { bytes, at: 0 }
    }

    pub(crate) fn at(&self) -> usize {
        self.at
    }

    pub(crate) fn left(&self) -> usize {
        self.bytes.len() - self.at
    }

    pub(crate) fn take(&mut self, n: usize, expected: &'static str) -> Result<&'a [u8], Error> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let Some((taken, _)) = rest.split_at_checked(n) else {
            return Err(Error::new(Problem::End { expected }).at(self.at));
        };
        self.at += n;
        Ok(taken)
    }

    pub(crate) fn array<const N: usize>(
        &mut self,
        expected: &'static str,
    ) -> Result<[u8; N], Error> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let Some(&taken) = rest.first_chunk::<N>() else {
            return Err(Error::new(Problem::End { expected }).at(self.at));
        };
        self.at += N;
        Ok(taken)
    }

    /// A zigzag variable-length integer of up to 64 bits.
    pub(crate) fn long(&mut self, expected: &'static str) -> Result<i64, Error> {
        self.varint(expected).map(unzigzag)
    }

    /// A zigzag variable-length integer of up to 32 bits.
    pub(crate) fn int(&mut self, expected: &'static str) -> Result<i32, Error> {
        let start = self.at;
        let n = self.long(expected)?;
        i32::try_from(n).map_err(|_| Error::unexpected(expected, n.to_string()).at(start))
    }

    fn varint(&mut self, expected: &'static str) -> Result<u64, Error> {
        const BITS: u32 = u64::BITS;
        let start = self.at;
        let mut n = 0_u64;
        let mut shift = 0;
        loop {
            let [byte] = self.array::<1>(expected)?;
            let low = u64::from(byte & 0x7F);
            if shift >= BITS || (BITS - shift < 7 && low >> (BITS - shift) != 0) {
                let found = format!("a number of more than {BITS} bits");
                return Err(Error::unexpected(expected, found).at(start));
            }
            n |= low << shift;
            if byte & 0x80 == 0 {
                return Ok(n);
            }
            shift += 7;
        }
    }

    /// A length and as many bytes.
    pub(crate) fn octets(&mut self, expected: &'static str) -> Result<&'a [u8], Error> {
        let start = self.at;
        let length = self.long(expected)?;
        let Ok(n) = usize::try_from(length) else {
            let found = format!("the length {length}");
            return Err(Error::unexpected(expected, found).at(start));
        };
        self.take(n, expected)
    }

    /// A length and as many bytes of UTF-8.
    pub(crate) fn text(&mut self, expected: &'static str) -> Result<&'a str, Error> {
        let start = self.at;
        let octets = self.octets(expected)?;
        std::str::from_utf8(octets).map_err(|e| {
            let body = self.at.saturating_sub(octets.len()).max(start);
            Error::unexpected(expected, "bytes that are not UTF-8").at(body + e.valid_up_to())
        })
    }
}

fn unzigzag(n: u64) -> i64 {
    (n >> 1).cast_signed() ^ -((n & 1).cast_signed())
}

/// Appends a zigzag variable-length integer.
pub(crate) fn put_long(out: &mut Vec<u8>, n: i64) {
    let mut rest = ((n << 1) ^ (n >> 63)).cast_unsigned();
    loop {
        let [low, ..] = rest.to_le_bytes();
        rest >>= 7;
        if rest == 0 {
            out.push(low & 0x7F);
            return;
        }
        out.push(low | 0x80);
    }
}

/// Appends the length of something in memory.
pub(crate) fn put_length(out: &mut Vec<u8>, n: usize) {
    // Nothing in memory is longer than `isize::MAX`.
    put_long(out, i64::try_from(n).unwrap_or(i64::MAX));
}

/// Appends a length and the bytes.
pub(crate) fn put_octets(out: &mut Vec<u8>, octets: &[u8]) {
    put_length(out, octets.len());
    out.extend_from_slice(octets);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_return() {
        let mut numbers = vec![0, -1, 1, 63, 64, -64, -65, i64::MIN, i64::MAX];
        for shift in 0..63 {
            for near in -1..=1 {
                numbers.push((1_i64 << shift) + near);
                numbers.push(-(1_i64 << shift) + near);
            }
        }
        for n in numbers {
            let mut out = Vec::new();
            put_long(&mut out, n);
            let mut cursor = Cursor::new(&out);
            assert_eq!(cursor.long("a long"), Ok(n));
            assert_eq!(cursor.left(), 0);
            let int = Cursor::new(&out).int("an int");
            assert_eq!(int.ok(), i32::try_from(n).ok(), "{n}");
        }
    }

    #[test]
    fn longer_numbers_are_read_and_larger_ones_refused() {
        let long = |bytes: &[u8]| Cursor::new(bytes).long("a long").map_err(|e| e.to_string());
        assert_eq!(long(&[0x82, 0x00]), Ok(1));
        assert_eq!(
            long(&[0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02]),
            Err("expected a long, found a number of more than 64 bits (at byte 0)".into())
        );
        assert_eq!(
            long(&[0xFF; 11]),
            Err("expected a long, found a number of more than 64 bits (at byte 0)".into())
        );
        assert_eq!(
            long(&[0x80]),
            Err("expected a long, found the end of the input (at byte 1)".into())
        );
        let int = |bytes: &[u8]| Cursor::new(bytes).int("an int").is_err();
        assert!(int(&[0xFF, 0xFF, 0xFF, 0xFF, 0x1F]));
        assert!(!int(&[0xFF, 0xFF, 0xFF, 0xFF, 0x0F]));
    }

    #[test]
    fn lengths_are_checked_before_use() {
        assert!(Cursor::new(&[0x01]).octets("bytes").is_err());
        let mut huge = Vec::new();
        put_long(&mut huge, i64::MAX);
        assert!(Cursor::new(&huge).octets("bytes").is_err());
        let broken = [0x06, b'a', 0xFF, b'b'];
        let error = Cursor::new(&broken).text("a string").map(str::to_owned);
        assert_eq!(error.map_err(|e| e.offset), Err(Some(2)));
    }
}
