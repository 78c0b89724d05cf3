//! A universally unique identifier.

use std::fmt;
use std::str::FromStr;

use super::LogicalError;

/// 16 octets of RFC 9562; as text lower case with hyphens. The default is the nil UUID.
///
/// ```
/// # use tg_schema_model::logical::Uuid;
/// let id: Uuid = "F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6".parse()?;
/// assert_eq!(id.to_string(), "f81d4fae-7dec-11d0-a765-00a0c91e6bf6");
/// # Ok::<(), tg_schema_model::logical::LogicalError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uuid {
    bytes: [u8; 16],
}

/// Where the hyphens stand.
const HYPHENS: [usize; 4] = [8, 13, 18, 23];

/// Where the two digits of each octet stand.
const OCTETS: [usize; 16] = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];

/// What each hexadecimal digit stands for; 255 where a byte is none.
static VALUES: [u8; 256] = {
    let mut values = [255; 256];
    let mut value = 0;
    while value < 16 {
        let digit = b"0123456789abcdef"[value];
        values[digit as usize] = value as u8;
        values[digit.to_ascii_uppercase() as usize] = value as u8;
        value += 1;
    }
    values
};

impl Uuid {
    /// All zeros.
    pub const NIL: Uuid = Uuid { bytes: [0; 16] };

    /// From its octets.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Uuid { bytes }
    }
    /// Its octets.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.bytes
    }
    /// The text as ASCII.
    pub fn ascii(self) -> [u8; 36] {
        let mut out = [0; 36];
        self.put_ascii(&mut out);
        out
    }
    /// Writes the text, as [`Uuid::ascii`] gives it, to where it is to stand.
    #[inline]
    pub fn put_ascii(self, out: &mut [u8; 36]) {
        let mut quarters = [[0; 8]; 4];
        for (text, octets) in quarters.iter_mut().zip(self.bytes.as_chunks::<4>().0) {
            *text = hex(*octets);
        }
        let [a, b, c, d] = quarters;
        for at in HYPHENS {
            out[at] = b'-';
        }
        out[..8].copy_from_slice(&a);
        out[9..13].copy_from_slice(&b[..4]);
        out[14..18].copy_from_slice(&b[4..]);
        out[19..23].copy_from_slice(&c[..4]);
        out[24..28].copy_from_slice(&c[4..]);
        out[28..].copy_from_slice(&d);
    }
}

/// The digits of four octets, all at once in a word.
#[inline(always)]
fn hex(octets: [u8; 4]) -> [u8; 8] {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let word = u64::from(u32::from_be_bytes(octets));
    let word = (word | word << 16) & 0x0000_ffff_0000_ffff;
    let word = (word | word << 8) & 0x00ff_00ff_00ff_00ff;
    let digits = (word | word << 4) & (0x0f * ONES);
    // A digit from ten on is a letter: 6 more takes it beyond the half of its byte.
    let letters = (digits + 6 * ONES) >> 4 & ONES;
    let text = digits + u64::from(b'0') * ONES + letters * u64::from(b'a' - b'0' - 10);
    text.to_be_bytes()
}

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&String::from_utf8_lossy(&self.ascii()))
    }
}

impl FromStr for Uuid {
    type Err = LogicalError;

    #[inline]
    fn from_str(text: &str) -> Result<Self, LogicalError> {
        match number(text) {
            Some(number) => Ok(Uuid::from_bytes(number.to_be_bytes())),
            None => Err(LogicalError::Form(
                "a UUID such as f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
            )),
        }
    }
}

/// The octets as one number: what is put together in a register is stored whole.
#[inline(never)]
fn number(text: &str) -> Option<u128> {
    let (text, []) = text.as_bytes().split_first_chunk::<36>()? else {
        return None;
    };
    let mut wrong = 0;
    let mut word = |octets: &[usize]| {
        octets.iter().fold(0u64, |word, at| {
            let (high, low) = (
                VALUES[usize::from(text[*at])],
                VALUES[usize::from(text[*at + 1])],
            );
            wrong |= high | low;
            word << 8 | u64::from(high << 4 | low & 15)
        })
    };
    let (high, low) = OCTETS.split_at(8);
    let number = u128::from(word(high)) << 64 | u128::from(word(low));
    let right = wrong <= 15 && HYPHENS.iter().all(|at| text[*at] == b'-');
    right.then_some(number)
}

#[cfg(feature = "uuid")]
impl From<::uuid::Uuid> for Uuid {
    fn from(id: ::uuid::Uuid) -> Self {
        Uuid::from_bytes(id.into_bytes())
    }
}

#[cfg(feature = "uuid")]
impl From<Uuid> for ::uuid::Uuid {
    fn from(id: Uuid) -> Self {
        ::uuid::Uuid::from_bytes(id.bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6";

    #[test]
    fn text_goes_in_and_out() {
        let id = TEXT.parse::<Uuid>();
        assert_eq!(id.map(|id| id.to_string()), Ok(TEXT.to_owned()));
        assert_eq!(TEXT.to_uppercase().parse::<Uuid>(), id);
        assert_eq!(id.map(|id| id.as_bytes()[0]), Ok(0xf8));
        assert_eq!(
            Uuid::NIL.to_string(),
            "00000000-0000-0000-0000-000000000000"
        );
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "f81d4fae7dec11d0a76500a0c91e6bf6",
            "{f81d4fae-7dec-11d0-a765-00a0c91e6bf6}",
            "g81d4fae-7dec-11d0-a765-00a0c91e6bf6",
            "f81d4fae-7dec-11d0-a765-00a0c91e6bf",
            "f81d4fae-7dec-11d0-a76-500a0c91e6bf6",
            "f81d4faeé7dec-11d0-a765-00a0c91e6bf6",
        ] {
            assert!(text.parse::<Uuid>().is_err(), "{text:?}");
        }
    }

    #[cfg(feature = "uuid")]
    #[test]
    fn the_uuid_crate_agrees() {
        let theirs = ::uuid::Uuid::parse_str(TEXT).expect("a UUID");
        let ours: Uuid = TEXT.parse().expect("a UUID");
        assert_eq!(Uuid::from(theirs), ours);
        assert_eq!(::uuid::Uuid::from(ours), theirs);
    }
}
